//! What waits for the end of the file outside of memory: rows that need the units, and rows that relations name.

use std::collections::HashMap;
use std::io;

use super::super::facts::{FactSink, MaterialRow, MaterialSetId};
use super::super::model::EntityIndex;
use super::super::table::TextId;
use super::super::unit::Measure;
use super::spill::Spill;
use super::text_index;
use crate::limits;

/// In the order of the enumeration, so that a measure is its position.
const MEASURES: [Measure; 10] = [
    Measure::Length,
    Measure::Area,
    Measure::Volume,
    Measure::Weight,
    Measure::Time,
    Measure::Count,
    Measure::ThermalTransmittance,
    Measure::Angle,
    Measure::Plain,
    Measure::Unknown,
];

/// No text.
const NONE: u32 = u32::MAX;

const HAS_FIRST: u32 = 1;
const HAS_SECOND: u32 = 2;
const IS_LAYER: u32 = 4;
const IS_DECLARED: u32 = 8;

/// Joins words and numbers to a row.
fn row<const BYTES: usize>(words: &[u32], numbers: &[f64]) -> [u8; BYTES] {
    let mut row = [0; BYTES];
    let words = words.iter().flat_map(|word| word.to_le_bytes());
    let bytes = words.chain(numbers.iter().flat_map(|number| number.to_le_bytes()));
    row.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
    row
}

fn word(row: &[u8], at: usize) -> u32 {
    row.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn number(row: &[u8], at: usize) -> f64 {
    row.get(at..).and_then(|rest| rest.first_chunk()).map_or(0.0, |bytes| f64::from_le_bytes(*bytes))
}

fn flag(is_set: bool, flag: u32) -> u32 {
    if is_set { flag } else { 0 }
}

/// Finds what says the same by a hash of its texts, since a text may have several numbers.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_hash: HashMap<[u8; 16], u32>,
    /// What was said last, by a quick hash: most elements say what another one said before, and hashing with care costs
    /// more than comparing.
    recent: Vec<(Vec<u8>, u32)>,
}

/// Sayings that are compared before they are hashed.
const RECENT: usize = 512;

/// Longer sayings are only hashed, and take no more memory than this.
const RECENT_BYTES_MAX: usize = 256;

/// What a row says: byte by byte where it is short, as a hash where it is long.
#[derive(Debug)]
pub(super) struct Saying {
    bytes: Vec<u8>,
    /// Of all bytes, once they are too many to be kept.
    long: Option<blake3::Hasher>,
}

impl Default for Saying {
    fn default() -> Saying {
        // Room for all that is kept: one allocation costs less than letting it grow.
        Saying { bytes: Vec::with_capacity(RECENT_BYTES_MAX), long: None }
    }
}

impl Saying {
    /// The length keeps "ab", "c" and "a", "bc" apart.
    pub(super) fn text(&mut self, text: &str) {
        self.push(&(text.len() as u64).to_le_bytes());
        self.push(text.as_bytes());
    }

    pub(super) fn number(&mut self, number: Option<f64>) {
        self.flag(number.is_some());
        self.push(&number.map_or(0, f64::to_bits).to_le_bytes());
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.push(&[u8::from(flag)]);
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.long.is_none() && self.bytes.len() + bytes.len() <= RECENT_BYTES_MAX {
            self.bytes.extend_from_slice(bytes);
            return;
        }
        let before = &self.bytes;
        let begin = || {
            let mut hasher = blake3::Hasher::new();
            hasher.update(before);
            hasher
        };
        self.long.get_or_insert_with(begin).update(bytes);
    }

    fn hash(&self) -> [u8; 16] {
        let hash = self.long.as_ref().map_or_else(|| blake3::hash(&self.bytes), blake3::Hasher::finalize);
        hash.as_bytes().first_chunk().copied().unwrap_or_default()
    }
}

impl Known {
    pub(super) fn find(&mut self, saying: &Saying) -> Option<u32> {
        let at = place(saying);
        let is_said = |(known, _): &&(Vec<u8>, u32)| saying.long.is_none() && *known == saying.bytes;
        if let Some((_, number)) = self.recent.get(at).filter(is_said) {
            return Some(*number);
        }
        let number = self.by_hash.get(&saying.hash()).copied()?;
        self.remember(at, saying, number);
        Some(number)
    }

    /// Beyond the limit the memory begins anew, and what comes again is kept again.
    pub(super) fn insert(&mut self, saying: &Saying, number: u32) {
        if limits::EQUALS_KNOWN_MAX <= self.by_hash.len() {
            self.by_hash.clear();
        }
        self.by_hash.insert(saying.hash(), number);
        self.remember(place(saying), saying, number);
    }

    fn remember(&mut self, at: usize, saying: &Saying, number: u32) {
        if saying.long.is_some() {
            return;
        }
        // Nothing that is said is empty, so an empty place is never found.
        self.recent.resize(RECENT, <(Vec<u8>, u32)>::default());
        if let Some((known, known_number)) = self.recent.get_mut(at) {
            known.clone_from(&saying.bytes);
            *known_number = number;
        }
    }
}

fn place(saying: &Saying) -> usize {
    let (group, hash) = text_index::hash(&saying.bytes);
    (group ^ hash as usize) % RECENT
}

/// A row of a composition before the units of the file are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ifc) struct Part {
    pub(in crate::ifc) row: MaterialRow,
    /// Whether the thickness is in the unit of the file.
    pub(in crate::ifc) is_declared: bool,
}

/// Rows of compositions.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Parts(Spill<28>);

impl Parts {
    pub(super) fn push(&mut self, part: &Part, sink: &mut dyn FactSink) -> io::Result<()> {
        let MaterialRow { set, material, thickness_m, share, is_layer } = part.row;
        let flags = flag(thickness_m.is_some(), HAS_FIRST)
            | flag(share.is_some(), HAS_SECOND)
            | flag(is_layer, IS_LAYER)
            | flag(part.is_declared, IS_DECLARED);
        let numbers = [thickness_m.unwrap_or_default(), share.unwrap_or_default()];
        self.0.push(&row(&[set.0, material.0, flags], &numbers), sink)
    }

    /// Visits every row in the order they came.
    pub(in crate::ifc) fn each(&mut self, visit: &mut dyn FnMut(Part) -> io::Result<()>) -> io::Result<()> {
        self.0.each(&mut |row| {
            let flags = word(row, 8);
            let row = MaterialRow {
                set: MaterialSetId(word(row, 0)),
                material: TextId(word(row, 4)),
                thickness_m: (flags & HAS_FIRST != 0).then(|| number(row, 12)),
                share: (flags & HAS_SECOND != 0).then(|| number(row, 20)),
                is_layer: flags & IS_LAYER != 0,
            };
            visit(Part { row, is_declared: flags & IS_DECLARED != 0 })
        })
    }
}

/// A bounded value in the units of the file.
pub(in crate::ifc) type Bounds = (Option<f64>, Option<f64>, Measure);

/// Bounded values.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Ranges(Spill<24>);

impl Ranges {
    /// Its position.
    pub(super) fn push(&mut self, (lower, upper, measure): Bounds, sink: &mut dyn FactSink) -> io::Result<u32> {
        let position = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let flags = flag(lower.is_some(), HAS_FIRST) | flag(upper.is_some(), HAS_SECOND);
        let numbers = [lower.unwrap_or_default(), upper.unwrap_or_default()];
        self.0.push(&row(&[measure as u32, flags], &numbers), sink)?;
        Ok(position)
    }

    /// Visits every one in the order they came.
    pub(in crate::ifc) fn each(&mut self, visit: &mut dyn FnMut(Bounds) -> io::Result<()>) -> io::Result<()> {
        self.0.each(&mut |row| {
            let (measure, flags) = (MEASURES.get(word(row, 0) as usize).copied(), word(row, 4));
            let lower = (flags & HAS_FIRST != 0).then(|| number(row, 8));
            let upper = (flags & HAS_SECOND != 0).then(|| number(row, 16));
            visit((lower, upper, measure.unwrap_or(Measure::Unknown)))
        })
    }
}

/// Elevations, and whether they are in the unit of the file.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Elevations(Spill<16>);

impl Elevations {
    pub(super) fn push(
        &mut self,
        entity: EntityIndex,
        (value, is_declared): (f64, bool),
        sink: &mut dyn FactSink,
    ) -> io::Result<()> {
        self.0.push(&row(&[entity.0, flag(is_declared, IS_DECLARED)], &[value]), sink)
    }

    /// Visits every one in the order they came.
    pub(in crate::ifc) fn each(
        &mut self,
        visit: &mut dyn FnMut(EntityIndex, f64, bool) -> io::Result<()>,
    ) -> io::Result<()> {
        self.0.each(&mut |row| visit(EntityIndex(word(row, 0)), number(row, 8), word(row, 4) & IS_DECLARED != 0))
    }
}

/// Distinct classification references.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Classifications {
    pub(super) known: Known,
    rows: Spill<8>,
}

impl Classifications {
    /// Its position.
    pub(super) fn push(
        &mut self,
        (system, code): (Option<TextId>, TextId),
        sink: &mut dyn FactSink,
    ) -> io::Result<u32> {
        let position = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.rows.push(&row(&[system.map_or(NONE, |system| system.0), code.0], &[]), sink)?;
        Ok(position)
    }

    /// One by its position.
    pub(in crate::ifc) fn get(&mut self, position: u32) -> io::Result<Option<(Option<TextId>, TextId)>> {
        let row = self.rows.get(u64::from(position))?;
        Ok(row.map(|row| (Some(word(&row, 0)).filter(|system| *system != NONE).map(TextId), TextId(word(&row, 4)))))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::super::super::memory::MemorySink;
    use super::*;

    #[test]
    fn what_says_the_same_is_found_however_long_it_is_and_nothing_else() {
        let said = |texts: &[&str]| {
            let mut saying = Saying::default();
            texts.iter().for_each(|text| saying.text(text));
            saying
        };
        let long = "x".repeat(RECENT_BYTES_MAX);
        let sayings: [&[&str]; 6] = [&["ab", "c"], &["a", "bc"], &["abc"], &[&long], &["a", &long], &[&long, "a"]];
        let mut known = Known::default();
        for (number, texts) in (0..).zip(sayings) {
            assert_eq!(known.find(&said(texts)), None, "{texts:?}");
            known.insert(&said(texts), number);
        }
        // By the hash alone, and then by what was remembered of it.
        known.recent.clear();
        for _ in 0..2 {
            for (number, texts) in (0..).zip(sayings) {
                assert_eq!(known.find(&said(texts)), Some(number), "{texts:?}");
            }
        }
        assert!(said(&["a", &"y".repeat(1 << 20)]).bytes.len() <= RECENT_BYTES_MAX, "memory grows with the name");
    }

    #[test]
    fn what_waits_comes_back_as_it_was() {
        assert!(MEASURES.iter().enumerate().all(|(position, measure)| *measure as usize == position));
        let mut sink = MemorySink::new(&Arc::new(Mutex::default()));
        let ranges =
            [(Some(1.5), None, Measure::Length), (None, Some(-2.0), Measure::Unknown), (None, None, MEASURES[8])];
        let mut waiting = Ranges::default();
        for (position, range) in ranges.into_iter().enumerate() {
            assert_eq!(waiting.push(range, &mut sink).unwrap() as usize, position);
        }
        let mut seen = Vec::new();
        let mut see = |range| {
            seen.push(range);
            Ok(())
        };
        waiting.each(&mut see).unwrap();
        assert_eq!(seen, ranges);

        let row = |thickness_m, share, is_layer| MaterialRow {
            set: MaterialSetId(7),
            material: TextId(9),
            thickness_m,
            share,
            is_layer,
        };
        let parts = [
            Part { row: row(Some(0.1), None, true), is_declared: false },
            Part { row: row(None, Some(0.5), false), is_declared: true },
        ];
        let mut waiting = Parts::default();
        parts.iter().for_each(|part| waiting.push(part, &mut sink).unwrap());
        let mut seen = Vec::new();
        let mut see = |part| {
            seen.push(part);
            Ok(())
        };
        waiting.each(&mut see).unwrap();
        assert_eq!(seen, parts);

        let mut waiting = Elevations::default();
        waiting.push(EntityIndex(3), (-2.5, true), &mut sink).unwrap();
        let mut seen = Vec::new();
        let mut see = |entity, value, is_declared| {
            seen.push((entity, value, is_declared));
            Ok(())
        };
        waiting.each(&mut see).unwrap();
        assert_eq!(seen, [(EntityIndex(3), -2.5, true)]);

        let mut waiting = Classifications::default();
        assert_eq!(waiting.push((None, TextId(4)), &mut sink).unwrap(), 0);
        assert_eq!(waiting.push((Some(TextId(5)), TextId(6)), &mut sink).unwrap(), 1);
        assert_eq!(waiting.get(0).unwrap(), Some((None, TextId(4))));
        assert_eq!(waiting.get(1).unwrap(), Some((Some(TextId(5)), TextId(6))));
        assert_eq!(waiting.get(2).unwrap(), None);
    }
}
