//! Shapes of parts, kept outside of memory until it is known which parts have no quantities.

use std::collections::HashMap;
use std::io;

use super::super::facts::{FactSink, ItemValue, Nowhere, RecordIndex, Scratch, SetId};
pub(in crate::ifc) use super::super::geometry::Gap;
use super::super::geometry::{Frame, Solid, gap_of};
use super::super::model::EntityIndex;
use super::super::problem::ProblemCode;
use super::super::table::TextId;
use super::super::unit::Measure;
use super::ModelBuilder;
use super::spill::Spill;
use crate::limits;

/// Bytes gathered before they are appended to the scratch; a model of few shapes needs none.
const WAITING_BYTES: usize = 1 << 20;

/// Bytes that are read back at once, and how many such pages are kept.
const PAGE_BYTES: usize = 1 << 16;
const PAGES_MAX: usize = 32;

/// Items begin at multiples of this, so that their places fit in four bytes.
const STEP_BYTES: usize = 8;

/// Names of quantities that are remembered with what they measure.
const NAMES_MAX: usize = 65_536;

/// Places for the names that came last.
const LAST_NAMES: usize = 64;

/// Gives the shapes of parts when the whole file is known.
pub trait ShapeSource: std::fmt::Debug + Send {
    /// Entities with a representation, in their order.
    fn parts(&self) -> Vec<EntityIndex>;
    /// The shape of one of them, from what it has put into the log.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn shape(&mut self, part: EntityIndex, log: &mut ShapeLog) -> io::Result<Shaped>;
}

/// What is known of the shape of a part.
#[derive(Debug, Default)]
pub struct Shaped {
    /// In the coordinates of the part; none where it is no simple shape.
    pub solid: Option<Solid>,
    /// From the coordinates of the part to those of the world.
    pub frame: Option<Frame>,
    /// The record of the part.
    pub record: Option<RecordIndex>,
}

/// Items under numbers, appended while reading and looked up at the end. Its memory is eight bytes an item and a buffer.
#[derive(Debug, Default)]
pub struct ShapeLog {
    /// Number and place of each item.
    index: Vec<(u32, u32)>,
    waiting: Vec<u8>,
    /// Bytes in the scratch.
    written: u64,
    scratch: Option<Box<dyn Scratch>>,
    pages: HashMap<u64, Vec<u8>>,
    is_sorted: bool,
    /// Whether there were too many.
    is_off: bool,
}

impl ShapeLog {
    /// Keeps an item; false when there are too many, after which none is found.
    fn put(&mut self, number: u32, parts: [&[u8]; 2], sink: &mut dyn FactSink) -> io::Result<bool> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if self.is_off || limits::SHAPE_ITEM_BYTES_MAX < length {
            return Ok(true);
        }
        let place = self.written + self.waiting.len() as u64;
        let step = u32::try_from(place / STEP_BYTES as u64).ok();
        let Some(step) = step.filter(|_| self.index.len() < limits::SHAPES_MAX && place < limits::SHAPE_BYTES_MAX)
        else {
            *self = ShapeLog { is_off: true, ..ShapeLog::default() };
            return Ok(false);
        };
        self.index.push((number, step));
        self.waiting.extend_from_slice(&u32::try_from(length).unwrap_or_default().to_le_bytes());
        parts.iter().for_each(|part| self.waiting.extend_from_slice(part));
        self.waiting.resize(self.waiting.len().next_multiple_of(STEP_BYTES), 0);
        if WAITING_BYTES <= self.waiting.len() {
            self.spill(sink)?;
        }
        Ok(true)
    }

    fn spill(&mut self, sink: &mut dyn FactSink) -> io::Result<()> {
        let scratch = match &mut self.scratch {
            Some(scratch) => scratch,
            none => none.insert(sink.scratch()?),
        };
        scratch.append(&self.waiting)?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    /// The item of a number.
    ///
    /// # Errors
    /// When it cannot be read back.
    pub fn get(&mut self, number: u32) -> io::Result<Option<Vec<u8>>> {
        if !self.is_sorted {
            self.index.sort_unstable();
            self.is_sorted = true;
        }
        let Ok(at) = self.index.binary_search_by_key(&number, |(number, _)| *number) else { return Ok(None) };
        let Some((_, step)) = self.index.get(at) else { return Ok(None) };
        let place = u64::from(*step) * STEP_BYTES as u64;
        let mut length = [0; 4];
        self.read(place, &mut length)?;
        let mut bytes = vec![0; (u32::from_le_bytes(length) as usize).min(limits::SHAPE_ITEM_BYTES_MAX)];
        self.read(place + 4, &mut bytes)?;
        Ok(Some(bytes))
    }

    fn read(&mut self, mut from: u64, mut into: &mut [u8]) -> io::Result<()> {
        while !into.is_empty() {
            let count = if let Some(at) = from.checked_sub(self.written) {
                let rest = self.waiting.get(usize::try_from(at).unwrap_or(usize::MAX)..).unwrap_or_default();
                io::Read::read(&mut { rest }, into)?
            } else {
                let page = self.page(from / PAGE_BYTES as u64)?;
                let at = usize::try_from(from % PAGE_BYTES as u64).unwrap_or(usize::MAX);
                io::Read::read(&mut page.get(at..).unwrap_or_default(), into)?
            };
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            from += count as u64;
            into = into.get_mut(count..).unwrap_or_default();
        }
        Ok(())
    }

    fn page(&mut self, number: u64) -> io::Result<&[u8]> {
        if PAGES_MAX <= self.pages.len() && !self.pages.contains_key(&number) {
            self.pages.clear();
        }
        let page = match self.pages.entry(number) {
            std::collections::hash_map::Entry::Occupied(page) => page.into_mut(),
            std::collections::hash_map::Entry::Vacant(empty) => {
                let mut page = vec![0; PAGE_BYTES];
                let mut filled = 0;
                while let Some(scratch) = &mut self.scratch {
                    let from = number * PAGE_BYTES as u64 + filled as u64;
                    let count = scratch.read_at(from, page.get_mut(filled..).unwrap_or_default())?;
                    filled += count;
                    if count == 0 {
                        break;
                    }
                }
                page.truncate(filled);
                empty.insert(page)
            }
        };
        Ok(page)
    }
}

/// Which measures each set stores, outside of memory.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Stored(Spill<1>);

impl Stored {
    /// Those of a set.
    pub(in crate::ifc) fn get(&mut self, set: SetId) -> io::Result<Gap> {
        Ok(self.0.get(u64::from(set.0))?.map(|[bits]| Gap::of_bits(bits)).unwrap_or_default())
    }
}

/// What the builder knows of shapes: the log, who reads it, and which measures each set stores.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Shapes {
    pub(in crate::ifc) log: ShapeLog,
    pub(in crate::ifc) source: Option<Box<dyn ShapeSource>>,
    pub(in crate::ifc) stored: Stored,
    open: Gap,
    names: HashMap<(TextId, Measure), Gap>,
    /// Those that came last, each at its place: hashing costs more than all else that is done with a number.
    last: Vec<Option<(TextId, Measure, Gap)>>,
}

impl Shapes {
    /// Notes which measure the open set stores with a value.
    pub(super) fn stores(&mut self, id: TextId, name: &str, value: ItemValue) {
        let (ItemValue::Number(figure) | ItemValue::Quantity(figure, _)) = value else { return };
        let measure = figure.measure;
        if !matches!(measure, Measure::Length | Measure::Area | Measure::Volume) {
            return;
        }
        let at = id.index() % LAST_NAMES;
        if let Some(Some((last, of, gap))) = self.last.get(at)
            && (*last, *of) == (id, measure)
        {
            self.open = self.open.and(*gap);
            return;
        }
        if NAMES_MAX <= self.names.len() {
            self.names.clear();
        }
        let gap = *self.names.entry((id, measure)).or_insert_with(|| gap_of(name, measure));
        self.open = self.open.and(gap);
        self.last.resize(LAST_NAMES, None);
        if let Some(place) = self.last.get_mut(at) {
            *place = Some((id, measure, gap));
        }
    }
}

impl ModelBuilder {
    /// Keeps what the set stores that ends.
    pub(super) fn close_gap(&mut self) {
        let open = std::mem::take(&mut self.shapes.open);
        let kept = self.shapes.stored.0.push(&[open.bits()], self.sink.as_mut());
        self.note(kept);
    }

    /// Keeps an item of a shape under a number until the end of the file; the first of a number counts.
    pub fn keep_shape(&mut self, number: u32, head: &[u8], rest: &[u8]) {
        let kept = self.shapes.log.put(number, [head, rest], self.sink.as_mut());
        match kept {
            Ok(true) => {}
            Ok(false) => {
                let detail = format!("more than {}", limits::SHAPES_MAX);
                self.problems.push(ProblemCode::ShapesTooMany, &Nowhere, detail);
            }
            Err(error) => self.note(Err(error)),
        }
    }

    /// Says who makes shapes of what was kept.
    pub fn set_shapes(&mut self, source: Box<dyn ShapeSource>) {
        self.shapes.source = Some(source);
    }
}
