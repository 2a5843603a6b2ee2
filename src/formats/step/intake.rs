//! Reads ahead on a thread of its own, takes statement after statement, and hands the text of every one to the builder.

use std::io;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;

use super::Step;
use super::header::Header;
use super::split::{Item, Splitter};
use crate::formats::pipeline::LEVEL;
use crate::formats::source::{Flow, Source};
use crate::formats::splitter::Input;
use crate::formats::{Collected, Progress, ReadError, ReadOptions};
use crate::ifc::{ModelBuilder, ModelHead, ProblemCode, RecordIndex, RecordRow};
use crate::limits;

/// Buffers between the thread that reads and the one that takes: enough for a disk's next block to come meanwhile.
const BUFFERS: usize = 4;

/// The group of the header section.
const HEADER: &str = "HEADER";

/// Reads a STEP file to its end.
pub(in crate::formats) fn collect(
    builder: ModelBuilder,
    source: Source<'_>,
    flow: &Flow,
    options: ReadOptions,
    on_progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Collected, ReadError> {
    thread::scope(|scope| {
        let (filled, incoming) = sync_channel(BUFFERS);
        let (emptied, spare) = channel();
        let reading = scope.spawn(move || read_ahead(source, &filled, &spare));
        let input =
            Intake { incoming, emptied, buffer: Vec::new(), given: 0, is_cut: false, flow, on_progress, entities: 0 };
        let taken = take_all(builder, input, options.strict);
        if taken.is_err() {
            flow.stop();
        }
        let content = reading.join().map_err(|_| ReadError::Worker)?;
        let (builder, head) = taken?;
        Ok(Collected { builder, head, content_hash: content.0, content_bytes: content.1 })
    })
}

/// What the reading thread hands over.
enum Piece {
    Bytes(Vec<u8>),
    /// The end, and whether it is too early.
    End {
        is_cut: bool,
    },
    Failed(ReadError),
}

/// Reads to the end or until nobody takes any more; hash and length of what was read.
fn read_ahead(mut source: Source<'_>, filled: &SyncSender<Piece>, spare: &Receiver<Vec<u8>>) -> (String, u64) {
    loop {
        let mut buffer = spare.try_recv().unwrap_or_default();
        buffer.resize(limits::READ_BUFFER_BYTES, 0);
        let piece = match source.fill(&mut buffer) {
            Ok(0) => Piece::End { is_cut: source.is_cut() },
            Ok(count) => {
                buffer.truncate(count);
                Piece::Bytes(buffer)
            }
            Err(error) => Piece::Failed(error),
        };
        let is_last = !matches!(piece, Piece::Bytes(_));
        if filled.send(piece).is_err() || is_last {
            return source.content();
        }
    }
}

/// The splitter's side of the reading thread.
struct Intake<'a> {
    incoming: Receiver<Piece>,
    /// Gives buffers back.
    emptied: Sender<Vec<u8>>,
    buffer: Vec<u8>,
    given: usize,
    is_cut: bool,
    flow: &'a Flow,
    on_progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    entities: u64,
}

impl Intake<'_> {
    fn watch(&mut self) -> Result<(), ReadError> {
        let progress = Progress { bytes_read: self.flow.taken(), entities: self.entities };
        if (self.on_progress)(progress).is_break() { Err(ReadError::Cancelled) } else { Ok(()) }
    }
}

impl Input for Intake<'_> {
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        while self.given == self.buffer.len() {
            match self.incoming.recv_timeout(limits::PROGRESS_INTERVAL_MAX) {
                Ok(Piece::Bytes(buffer)) => {
                    let empty = std::mem::replace(&mut self.buffer, buffer);
                    self.given = 0;
                    // It comes back when the reading thread has ended already; nobody needs it then.
                    drop(self.emptied.send(empty));
                }
                Ok(Piece::End { is_cut }) => {
                    self.is_cut = is_cut;
                    return Ok(0);
                }
                Ok(Piece::Failed(error)) => return Err(error),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(ReadError::Worker),
            }
            self.watch()?;
        }
        let rest = self.buffer.get(self.given..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }

    fn is_cut(&self) -> bool {
        self.is_cut
    }
}

fn take_all(builder: ModelBuilder, input: Intake<'_>, strict: bool) -> Result<(ModelBuilder, ModelHead), ReadError> {
    let mut splitter = Splitter::new(input);
    let (mut header, mut blocks) = (Header::default(), Blocks::new()?);
    let (mut builder, mut reader) = (Some(builder), None);
    while let Some(item) = splitter.next()? {
        let reader = match (&mut reader, &item) {
            (Some(reader), _) => reader,
            (None, Item::Header(record)) => {
                header.take(record);
                continue;
            }
            (None, Item::Section(offset, section)) => {
                blocks.push(HEADER, None, *offset, section);
                continue;
            }
            (None, Item::Broken { number: None, offset, what }) => {
                header.broken(*offset, what);
                continue;
            }
            (empty, _) => empty.insert(Step::new(&header, builder.take().unwrap_or_default(), strict)?),
        };
        match item {
            Item::Header(_) | Item::Section(..) => {}
            Item::Instance(mut record) => {
                let name = std::str::from_utf8(record.name).unwrap_or_default();
                record.index = blocks.push(name, Some(record.number), record.offset, record.statement);
                reader.instance(&record)?;
                blocks.hand_over(limits::BATCH_BYTES, &mut reader.builder)?;
            }
            Item::Broken { number, offset, what } => reader.broken(number, offset, what)?,
        }
        splitter.input_mut().entities = reader.builder.entity_count() as u64;
    }
    let mut reader = match reader {
        Some(reader) => reader,
        None if !splitter.has_begun() => {
            let what = "neither an object, a list nor ISO-10303-21 follows the comment".to_owned();
            return Err(ReadError::Syntax { offset: 0, what });
        }
        None => Step::new(&header, builder.take().unwrap_or_default(), strict)?,
    };
    blocks.hand_over(1, &mut reader.builder)?;
    if splitter.is_cut() {
        let offset = splitter.offset();
        if strict {
            return Err(ReadError::Truncated { offset });
        }
        let problems = &mut reader.builder.problems;
        // This one must be seen, however many there are.
        problems.kept.truncate(limits::PROBLEMS_MAX - 1);
        problems.push_at(ProblemCode::FileTruncated, String::new(), offset, "");
    }
    Ok(reader.finish(header))
}

/// The text of whole statements, gathered to blocks.
struct Blocks {
    block: Vec<u8>,
    rows: Vec<RecordRow>,
    /// The groups of the rows, one behind the other, and where each ends.
    groups: String,
    group_ends: Vec<usize>,
    records: u32,
    blocks: u32,
    compressor: zstd::bulk::Compressor<'static>,
    compressed: Vec<u8>,
}

impl Blocks {
    fn new() -> Result<Blocks, ReadError> {
        Ok(Blocks {
            block: Vec::new(),
            rows: Vec::new(),
            groups: String::new(),
            group_ends: Vec::new(),
            records: 0,
            blocks: 0,
            compressor: zstd::bulk::Compressor::new(LEVEL).map_err(ReadError::Keep)?,
            compressed: Vec::new(),
        })
    }

    /// Adds a statement; its record.
    fn push(&mut self, group: &str, index: Option<u32>, offset: u64, statement: &[u8]) -> RecordIndex {
        let short = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (bytes, block_start) = (short(statement.len()), short(self.block.len()));
        self.rows.push(RecordRow {
            group: None,
            index,
            in_data: false,
            offset,
            bytes,
            block: self.blocks,
            block_start,
        });
        self.groups.push_str(group);
        self.group_ends.push(self.groups.len());
        self.block.extend_from_slice(statement);
        self.block.push(b'\n');
        let record = RecordIndex(self.records);
        self.records = self.records.saturating_add(1);
        record
    }

    /// Hands the block to the builder when it has at least so many bytes.
    fn hand_over(&mut self, least: usize, builder: &mut ModelBuilder) -> Result<(), ReadError> {
        if self.block.len() < least {
            return Ok(());
        }
        self.compressed.clear();
        self.compressed.reserve(zstd::zstd_safe::compress_bound(self.block.len()));
        self.compressor.compress_to_buffer(&self.block, &mut self.compressed).map_err(ReadError::Keep)?;
        let plain_bytes = u32::try_from(self.block.len()).map_err(io::Error::other).map_err(ReadError::Keep)?;
        let starts = std::iter::once(0).chain(self.group_ends.iter().copied());
        let groups =
            starts.zip(&self.group_ends).map(|(from, to)| self.groups.get(from..*to).filter(|g| !g.is_empty()));
        builder.source_block(&self.compressed, plain_bytes, &mut self.rows, groups);
        self.blocks = self.blocks.saturating_add(1);
        self.block.clear();
        self.rows.clear();
        self.groups.clear();
        self.group_ends.clear();
        builder.take_failure().map_or(Ok(()), |error| Err(ReadError::keep(error)))
    }
}
