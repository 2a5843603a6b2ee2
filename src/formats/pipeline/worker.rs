//! Parses and compresses one batch.

use super::Rules;
use super::salvage::Salvage;
use crate::formats::ReadError;
use crate::formats::json::{self, Json};
use crate::formats::splitter::{Batch, Cut, Lost};
use crate::formats::tape::{Root, Skip, Tape};

/// Fast enough to cost less than parsing, and a seventh of the bytes is left (docs/adr/0005-parsing.md). Level -1 leaves a
/// tenth less and takes a fifth longer.
pub(in crate::formats) const LEVEL: i32 = -3;

/// One value of a batch.
#[derive(Debug)]
pub(in crate::formats) struct Entry {
    pub(in crate::formats) cut: Cut,
    pub(in crate::formats) outcome: Outcome,
}

impl Entry {
    /// The record, where it is one that can be read; a header is none.
    pub(in crate::formats) fn value<'t>(&self, tape: &'t Tape, source: &'t str) -> Option<Json<'t>> {
        match self.outcome {
            Outcome::Value(root) if !self.cut.is_header => Some(tape.json(source, root)),
            Outcome::Value(_) | Outcome::Checked | Outcome::Fault(_) => None,
        }
    }
}

/// What became of it.
#[derive(Debug)]
pub(in crate::formats) enum Outcome {
    /// It is on the tape.
    Value(Root),
    /// It is well-formed and of a type that is not read.
    Checked,
    /// It is broken.
    Fault(ReadError),
}

/// A batch in parsed form.
#[derive(Debug)]
pub(in crate::formats) struct Parsed {
    pub(in crate::formats) text: String,
    pub(in crate::formats) tape: Tape,
    pub(in crate::formats) entries: Vec<Entry>,
    pub(in crate::formats) lost: Vec<Lost>,
    /// The bytes of the batch, compressed by zstd.
    pub(in crate::formats) block: Vec<u8>,
    /// Bytes of the batch.
    pub(in crate::formats) plain_bytes: usize,
    /// Whether the compression succeeded; without it the source would be lost.
    pub(in crate::formats) is_kept: bool,
    /// Whether the values of skipped keys are left out.
    pub(in crate::formats) is_pruned: bool,
}

impl Parsed {
    /// Its room, for other batches.
    pub(super) fn into_rooms(self) -> (Vec<u8>, Rooms) {
        (self.text.into_bytes(), Rooms { tape: self.tape, block: self.block })
    }
}

/// Room that is used again.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    tape: Tape,
    block: Vec<u8>,
}

impl Rooms {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.tape.capacity_bytes() + self.block.capacity()
    }
}

/// Parses and compresses; one for each thread.
pub(super) struct Worker {
    compressor: Option<zstd::bulk::Compressor<'static>>,
}

impl Worker {
    pub(super) fn new() -> Worker {
        Worker { compressor: zstd::bulk::Compressor::new(LEVEL).ok() }
    }

    /// Parses a batch, in full as long as there are no rules.
    pub(super) fn parse(&mut self, batch: Batch, rooms: Rooms, rules: Option<&Rules>) -> Parsed {
        let Batch { bytes, base, cuts, lost, known } = batch;
        let Rooms { mut tape, mut block } = rooms;
        block.clear();
        block.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        let compressed = self.compressor.as_mut().map(|compressor| compressor.compress_to_buffer(&bytes, &mut block));
        let is_kept = matches!(compressed, Some(Ok(_)));
        tape.clear();
        let skip = rules.map_or(Skip::NONE, |rules| rules.skip);
        let types = rules.map_or(&[][..], |rules| rules.types);
        let Readable { text, broken, replaced } = Readable::of(bytes, &cuts, base);
        let mut entries = Vec::with_capacity(cuts.len());
        let mut broken = broken.into_iter().peekable();
        let mut salvage = Salvage::new(&text, base, &known, &replaced);
        let (mut cuts, mut at, mut taken_to) = (cuts.into_iter(), 0, 0);
        while let Some(cut) = cuts.next() {
            let encoding = broken.next_if(|(broken, _)| *broken == at).map(|(_, error)| error);
            at += 1;
            if cut.range.start < taken_to {
                // A piece of a record that was found whole.
                continue;
            }
            let result = match encoding {
                Some(error) => Err(error),
                None => parse_one(&mut tape, &text, &cut, &skip, types, base),
            };
            match result {
                Ok(outcome) => entries.push(Entry { cut, outcome }),
                Err(error) => {
                    // Only a text that does not end where it should can hide records.
                    let hides = matches!(error, ReadError::Syntax { .. } | ReadError::Encoding { .. });
                    let found = if hides { salvage.hidden_in(&mut tape, &cut, cuts.as_slice()) } else { Vec::new() };
                    let end = found.first().map_or(cut.range.end, |first| first.range.start);
                    taken_to = found.last().map_or(0, |last| last.range.end);
                    let cut = Cut { range: cut.range.start..end, ..cut };
                    entries.push(Entry { cut, outcome: Outcome::Fault(error) });
                    for cut in found {
                        if let Ok(outcome) = parse_one(&mut tape, &text, &cut, &skip, types, base) {
                            entries.push(Entry { cut, outcome });
                        }
                    }
                }
            }
        }
        let plain_bytes = text.len();
        Parsed { plain_bytes, text, tape, entries, lost, block, is_kept, is_pruned: rules.is_some() }
    }
}

fn parse_one(
    tape: &mut Tape,
    text: &str,
    cut: &Cut,
    skip: &Skip,
    types: &[&str],
    base: u64,
) -> Result<Outcome, ReadError> {
    let range = cut.range.clone();
    let bytes = text.as_bytes().get(range.clone()).unwrap_or_default();
    let is_skipped = !types.is_empty() && !cut.is_header && json::peek_type(bytes).is_some_and(|t| types.contains(&t));
    let at = base + range.start as u64;
    if is_skipped {
        return tape.check(text, range).map(|()| Outcome::Checked).map_err(|fault| fault.at(at));
    }
    let skip = if cut.is_header { &Skip::NONE } else { skip };
    tape.push(text, range, skip).map(Outcome::Value).map_err(|fault| fault.at(at))
}

/// The bytes of a batch as text.
struct Readable {
    text: String,
    /// Values that are no UTF-8, by their position.
    broken: Vec<(usize, ReadError)>,
    /// Where question marks stand for what could not be read, so that the other values can.
    replaced: Vec<usize>,
}

impl Readable {
    fn of(bytes: Vec<u8>, cuts: &[Cut], base: u64) -> Readable {
        let mut bytes = match String::from_utf8(bytes) {
            Ok(text) => return Readable { text, broken: Vec::new(), replaced: Vec::new() },
            Err(error) => error.into_bytes(),
        };
        let broken = cuts.iter().enumerate().filter_map(|(at, cut)| {
            let value = bytes.get(cut.range.clone()).unwrap_or_default();
            json::utf8(value, base + cut.range.start as u64).err().map(|error| (at, error))
        });
        let broken = broken.collect();
        let (mut from, mut replaced) = (0, Vec::new());
        while let Some(Err(error)) = bytes.get(from..).map(std::str::from_utf8) {
            let begin = from + error.valid_up_to();
            let end = error.error_len().map_or(bytes.len(), |length| begin + length);
            bytes.get_mut(begin..end).unwrap_or_default().fill(b'?');
            replaced.push(begin);
            from = end;
        }
        Readable { text: String::from_utf8(bytes).unwrap_or_default(), broken, replaced }
    }
}
