//! Finds the shape of a file from its first records, never from its name.
//!
//! [`Gate`] holds back what comes before the decision and hands it to the reader of the shape in order.

mod shape;
#[cfg(test)]
mod tests;

use self::shape::{shape_of, shape_of_header};
use super::element_list::ElementList;
use super::german_flat::GermanFlat;
use super::header_data::HeaderData;
use super::ifcjson::{Flattened, IfcJson, Nested, WebIfc};
use super::ifcx::Ifcx;
use super::json::{self, Json};
use super::pipeline::Rules;
use super::records::Records;
use super::splitter::Place;
use super::tape::{Skip, Tape};
use super::type_dump::TypeDump;
use super::xeokit::Xeokit;
use super::{ReadError, ShapeReader};
use crate::ifc::{ModelBuilder, ModelHead, ProblemCode, Shape};
use crate::limits;

/// Records looked at before the search for a shape is given up.
const RECORDS_MAX: usize = 1024;

/// Values of the root object before the first record; an object used as a map has more.
const HEADERS_MAX: usize = 256;

/// A value that came before the decision.
struct Held {
    place: Place,
    text: String,
}

/// Before the decision: what came so far. After it: the reader.
pub(super) struct Gate {
    /// Waits for the reader that will fill it.
    builder: ModelBuilder,
    reader: Option<Box<dyn ShapeReader>>,
    rules: Option<Rules>,
    headers: Vec<Held>,
    records: Vec<Held>,
    /// Whether a fault of the file was noted.
    has_problems: bool,
    bytes: usize,
    tape: Tape,
}

impl Gate {
    pub(super) fn new(builder: ModelBuilder) -> Gate {
        Gate {
            builder,
            reader: None,
            rules: None,
            headers: Vec::new(),
            records: Vec::new(),
            has_problems: false,
            bytes: 0,
            tape: Tape::default(),
        }
    }

    /// Takes a value of the root object. `text` is its text in the file.
    pub(super) fn header(&mut self, place: &Place, value: Json<'_>, text: &str) -> Result<(), ReadError> {
        if let Some(reader) = &mut self.reader {
            reader.header(place, value);
            return Ok(());
        }
        let shape = shape_of_header(place.key(), value);
        self.bytes += text.len();
        self.headers.push(Held { place: place.clone(), text: text.to_owned() });
        match shape {
            Some(shape @ Shape::IfcJsonNested) => self.decide(shape),
            _ if HEADERS_MAX < self.headers.len() || self.is_full() => self.decide_late(),
            _ => Ok(()),
        }
    }

    /// Takes a record. `text` is its text in the file; `is_pruned` tells that skipped keys are left out already.
    pub(super) fn record(
        &mut self,
        place: &Place,
        record: Json<'_>,
        text: &str,
        is_pruned: bool,
    ) -> Result<(), ReadError> {
        if let Some(reader) = &mut self.reader {
            let rules = self.rules.as_ref().filter(|_| !is_pruned);
            return give(&mut self.tape, reader.as_mut(), rules, place, record, text);
        }
        let shape = shape_of(place, record);
        self.bytes += text.len();
        self.records.push(Held { place: place.clone(), text: text.to_owned() });
        match shape {
            Some(shape) => self.decide(shape),
            None if RECORDS_MAX < self.records.len() || self.is_full() => self.decide_late(),
            None => Ok(()),
        }
    }

    /// Looks for the identifiers of records that are taken next.
    pub(super) fn warm<'t>(&mut self, records: impl Iterator<Item = Json<'t>>) {
        if let Some(reader) = &mut self.reader {
            let ids: Vec<&str> = records.filter_map(|record| reader.id(record)).collect();
            reader.builder().warm_ids(ids.into_iter());
        }
    }

    /// Notes a fault of the file.
    pub(super) fn problem(&mut self, code: ProblemCode, pointer: &str, offset: u64, detail: String) {
        self.has_problems = true;
        self.builder().problems.push_at(code, pointer.to_owned(), offset, detail);
    }

    /// What takes the rows.
    pub(super) fn builder(&mut self) -> &mut ModelBuilder {
        match &mut self.reader {
            Some(reader) => reader.builder(),
            None => &mut self.builder,
        }
    }

    /// What the shape does not read, once it is known.
    pub(super) fn rules(&self) -> Option<Rules> {
        self.rules
    }

    /// Entities found so far.
    pub(super) fn entity_count(&mut self) -> usize {
        self.reader.as_mut().map_or(0, |reader| reader.builder().entity_count())
    }

    /// The builder with everything in it, and what the file says about itself; an error when no shape was found.
    pub(super) fn finish(mut self) -> Result<(ModelBuilder, ModelHead), ReadError> {
        if self.reader.is_none() {
            self.decide_late()?;
        }
        match self.reader.take() {
            Some(mut reader) => {
                let head = reader.resolve();
                Ok((reader.into_builder(), head))
            }
            None => Err(self.nothing_known()),
        }
    }

    fn decide(&mut self, shape: Shape) -> Result<(), ReadError> {
        let builder = std::mem::take(&mut self.builder);
        let mut reader: Box<dyn ShapeReader> = match shape {
            Shape::IfcJson => Box::new(IfcJson::new(builder)),
            Shape::HeaderData => Box::new(HeaderData::new(builder)),
            Shape::GermanFlat => Box::new(GermanFlat::new(builder)),
            Shape::IfcJsonFlattened => Box::new(Flattened::new(builder)),
            Shape::IfcJsonNested => Box::new(Nested::new(builder)),
            Shape::ElementList => Box::new(ElementList::new(builder)),
            Shape::TypeDump => Box::new(TypeDump::new(builder)),
            Shape::WebIfc => Box::new(WebIfc::new(builder)),
            Shape::XeokitMetamodel => Box::new(Xeokit::new(builder)),
            Shape::Ifcx => Box::new(Ifcx::new(builder)),
            Shape::Records => Box::new(Records::new(builder)),
            Shape::Step => return Err(self.nothing_known()),
        };
        let skips = reader.skips();
        let rules = Rules { skip: Skip::new(skips.keys), types: skips.types };
        self.rules = Some(rules);
        let mut tape = std::mem::take(&mut self.tape);
        for Held { place, text } in std::mem::take(&mut self.headers) {
            let value = tape.read(text.as_bytes(), place.offset, &Skip::NONE)?;
            reader.header(&place, value);
        }
        let mut again = Tape::default();
        for Held { place, text } in std::mem::take(&mut self.records) {
            let record = tape.read(text.as_bytes(), place.offset, &Skip::NONE)?;
            give(&mut again, reader.as_mut(), Some(&rules), &place, record, &text)?;
        }
        self.tape = tape;
        self.reader = Some(reader);
        Ok(())
    }

    /// Decides where no record has a shape of its own: by the values of the root, else as plain records.
    fn decide_late(&mut self) -> Result<(), ReadError> {
        if self.records.is_empty() && !self.has_problems && self.says_ifcjson() {
            return self.decide(Shape::IfcJson);
        }
        let mut found = None;
        let mut has_objects = false;
        let mut tape = std::mem::take(&mut self.tape);
        for Held { place, text } in &self.headers {
            let value = tape.read(text.as_bytes(), place.offset, &Skip::NONE)?;
            has_objects |= value.is_object();
            found = found.or_else(|| shape_of_header(place.key(), value));
        }
        has_objects |= self.records.iter().any(|held| held.text.trim_start().starts_with('{'));
        self.tape = tape;
        match found {
            Some(shape) => self.decide(shape),
            None if has_objects => self.decide(Shape::Records),
            None => Err(self.nothing_known()),
        }
    }

    fn is_full(&self) -> bool {
        limits::RECORD_BYTES_MAX < self.bytes
    }

    fn says_ifcjson(&self) -> bool {
        self.headers.iter().any(|Held { place, text }| {
            place.group.as_deref() == Some("type") && matches!(text.as_str(), "\"IFC.JSON\"" | "\"ifcJSON\"")
        })
    }

    fn nothing_known(&self) -> ReadError {
        let list = |keys: Vec<String>| keys.into_iter().take(8).collect::<Vec<_>>().join(", ");
        if let Some(Held { place, text }) = self.records.first() {
            let mut tape = Tape::default();
            let Ok(record) = tape.read(text.as_bytes(), place.offset, &Skip::NONE) else {
                return shape_error("no records at all");
            };
            let pointer = place.pointer();
            let keys = record.fields().map(|(key, _)| key.to_owned()).collect::<Vec<_>>();
            let what = if keys.is_empty() { record.kind().to_owned() } else { format!("keys {}", list(keys)) };
            return shape_error(&format!("the record at {pointer} is no IFC entity ({what})"));
        }
        if self.headers.is_empty() {
            return shape_error("no records at all");
        }
        let keys = self.headers.iter().filter_map(|held| held.place.group.as_deref().map(str::to_owned)).collect();
        shape_error(&format!("an object without a list of records (keys {})", list(keys)))
    }
}

/// Hands a record over, unless the shape does not read its type. `rules` are those not applied yet: whether a batch was
/// parsed before or after the decision shall make no difference.
fn give(
    tape: &mut Tape,
    reader: &mut dyn ShapeReader,
    rules: Option<&Rules>,
    place: &Place,
    record: Json<'_>,
    text: &str,
) -> Result<(), ReadError> {
    let Some(rules) = rules else {
        reader.record(place, record);
        return Ok(());
    };
    if json::peek_type(text.as_bytes()).is_some_and(|name| rules.types.contains(&name)) {
        return Ok(());
    }
    if rules.skip == Skip::NONE {
        reader.record(place, record);
    } else {
        reader.record(place, tape.read(text.as_bytes(), place.offset, &rules.skip)?);
    }
    Ok(())
}

fn shape_error(what: &str) -> ReadError {
    ReadError::Shape { what: what.to_owned() }
}
