//! Finds the shape of a file from its first records, never from its name.
//!
//! [`Gate`] holds back what comes before the decision and hands it to the reader of the shape in order.

use super::german_flat::GermanFlat;
use super::header_data::HeaderData;
use super::ifcjson::IfcJson;
use super::json::{self, Json};
use super::pipeline::Rules;
use super::splitter::Place;
use super::tape::{Skip, Tape};
use super::{ReadError, ShapeReader};
use crate::ifc::{ModelBuilder, ModelHead, ProblemCode, Shape, fold};
use crate::limits;

/// Records looked at before the search for a shape is given up.
const RECORDS_MAX: usize = 1024;

/// Values of the root object before the first record; an object used as a map has more.
const HEADERS_MAX: usize = 256;

/// Folded beginnings of fields that only German component lists have.
const GERMAN_FIELDS: &[&str] = &[
    "aussenbauteil",
    "bauabschnitt",
    "bauteil",
    "breite",
    "dicke",
    "eindeutige bauteilbezeichnung",
    "feuerwiderstandsklasse",
    "flaeche",
    "geschoss",
    "gewicht",
    "hoehe",
    "holzart",
    "konstruktionsart",
    "kostengruppe",
    "laenge",
    "tragend",
    "volumen",
];

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
        let key = place.group.as_deref().unwrap_or_default();
        if let Some(reader) = &mut self.reader {
            reader.header(key, value);
            return Ok(());
        }
        if key == "type" && value.text().is_some_and(|name| name.starts_with("Ifc")) {
            return Err(shape_error("one nested object whose root is an entity"));
        }
        if value.get("expressID").is_some() {
            return Err(shape_error("entities under their express ids (web-ifc)"));
        }
        self.hold(text.len())?;
        self.headers.push(Held { place: place.clone(), text: text.to_owned() });
        if HEADERS_MAX < self.headers.len() { Err(self.nothing_known()) } else { Ok(()) }
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
        let shape = shape_of(place, record)?;
        self.hold(text.len())?;
        self.records.push(Held { place: place.clone(), text: text.to_owned() });
        match shape {
            Some(shape) => self.decide(shape),
            None if RECORDS_MAX < self.records.len() => Err(self.nothing_known()),
            None => Ok(()),
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
        let is_silent = self.records.is_empty() && !self.has_problems;
        if self.reader.is_none() && is_silent && self.says_ifcjson() {
            self.decide(Shape::IfcJson)?;
        }
        match self.reader.take() {
            Some(mut reader) => {
                let head = reader.resolve();
                Ok((reader.into_builder(), head))
            }
            None => Err(self.nothing_known()),
        }
    }

    /// Whether a shape was found.
    pub(super) fn is_decided(&self) -> bool {
        self.reader.is_some()
    }

    fn decide(&mut self, shape: Shape) -> Result<(), ReadError> {
        let builder = std::mem::take(&mut self.builder);
        let mut reader: Box<dyn ShapeReader> = match shape {
            Shape::IfcJson => Box::new(IfcJson::new(builder)),
            Shape::HeaderData => Box::new(HeaderData::new(builder)),
            Shape::GermanFlat => Box::new(GermanFlat::new(builder)),
            Shape::IfcJsonFlattened
            | Shape::IfcJsonNested
            | Shape::ElementList
            | Shape::TypeDump
            | Shape::WebIfc
            | Shape::XeokitMetamodel
            | Shape::Ifcx
            | Shape::Step
            | Shape::Records => return Err(self.nothing_known()),
        };
        let skips = reader.skips();
        let rules = Rules { skip: Skip::new(skips.keys), types: skips.types };
        self.rules = Some(rules);
        let mut tape = std::mem::take(&mut self.tape);
        for Held { place, text } in std::mem::take(&mut self.headers) {
            let value = tape.read(text.as_bytes(), place.offset, &Skip::NONE)?;
            reader.header(place.group.as_deref().unwrap_or_default(), value);
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

    fn hold(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.bytes += bytes;
        if limits::RECORD_BYTES_MAX < self.bytes { Err(self.nothing_known()) } else { Ok(()) }
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

/// The shape a record belongs to; `None` where it says nothing, an error where it is known not to be read.
fn shape_of(place: &Place, record: Json<'_>) -> Result<Option<Shape>, ReadError> {
    if record.field_count() == 0 {
        return Ok(None);
    }
    let is_ifc = |name: &str| name.starts_with("Ifc");
    let entity_type = record.text_at("type");
    Ok(match place.group.as_deref() {
        Some(group) if place.in_data => is_ifc(group).then_some(Shape::HeaderData),
        None | Some("data") => match entity_type {
            Some(name) if is_ifc(name) => Some(Shape::IfcJson),
            None if record.get("path").is_some() => return Err(shape_error("nodes with paths (IFCX, IFC5)")),
            _ => None,
        },
        Some(group) if is_ifc(group) => {
            return Err(shape_error(&format!("a list under the root key {group} (a dump by type)")));
        }
        Some("metaObjects") => return Err(shape_error("meta objects (xeokit)")),
        Some(_) => is_german(record).then_some(Shape::GermanFlat),
    })
}

/// Two German fields, or one beside a GlobalId.
fn is_german(record: Json<'_>) -> bool {
    let is_id = |key: &str| matches!(key, "GUID" | "Guid" | "GlobalId");
    let mut signs = 0;
    for (key, _) in record.fields() {
        let folded = fold(key);
        signs += usize::from(is_id(key)) + usize::from(GERMAN_FIELDS.iter().any(|field| folded.starts_with(field)));
    }
    let only_id = record.fields().all(|(key, _)| is_id(key));
    2 <= signs && !only_id
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::formats::{ContentEncoding, read};

    fn shape(text: &str) -> Result<Shape, ReadError> {
        let model = read(text.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))?;
        Ok(model.model.summary().head.shape)
    }

    #[test]
    fn the_structure_of_the_records_decides() {
        for (text, wanted) in [
            (r#"{"type":"IFC.JSON","data":[{"type":"IfcWall","globalId":"a"}]}"#, Shape::IfcJson),
            (r#"[7, {"type":"IfcWall","globalId":"a"}]"#, Shape::IfcJson),
            (r#"{"type":"ifcJSON","data":[]}"#, Shape::IfcJson),
            (r#"{"header":{},"data":{"IfcWall":[{"id":"a"}]}}"#, Shape::HeaderData),
            (r#"{"Wand":[{"GUID":"a","Geschoss":"EG"}]}"#, Shape::GermanFlat),
            (r#"{"Wand":[],"Tür":[{"Name":"T1","Länge":3,"Höhe":2}]}"#, Shape::GermanFlat),
        ] {
            assert_eq!(shape(text).unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn other_json_is_refused_and_named() {
        for (text, wanted) in [
            (r#"{"IfcWall":[{"id":1}]}"#, "dump by type"),
            (r#"{"105":{"expressID":105}}"#, "web-ifc"),
            (r#"{"metaObjects":[{"id":1}]}"#, "xeokit"),
            (r#"{"data":[{"path":"a","attributes":{}}]}"#, "IFCX"),
            (r#"{"type":"IfcProject","globalId":"a"}"#, "nested"),
            (r#"{"building_elements":[{"id":1,"material":"Fichte"}]}"#, "/building_elements/0"),
            (r#"{"a":1,"b":{}}"#, "keys a, b"),
            ("[]", "no records"),
            ("12", "single value"),
        ] {
            let error = shape(text);
            let Err(ReadError::Shape { what }) = error else { panic!("{text}: {error:?}") };
            assert!(what.contains(wanted), "{what}");
        }
    }
}
