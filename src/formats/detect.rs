//! Finds the shape of a file from its first records, never from its name.
//!
//! [`Gate`] holds back what comes before the decision and hands it to the reader of the shape in order.

use super::german_flat::GermanFlat;
use super::header_data::HeaderData;
use super::ifcjson::IfcJson;
use super::json::{self, Json};
use super::splitter::Place;
use super::{ReadError, ShapeReader};
use crate::ifc::{BuildingModel, Shape, fold};
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

/// Before the decision: what came so far. After it: the reader.
#[derive(Default)]
pub(super) struct Gate {
    reader: Option<Box<dyn ShapeReader>>,
    headers: Vec<(String, Vec<u8>, u64)>,
    records: Vec<(Place, Vec<u8>)>,
    bytes: usize,
}

impl Gate {
    /// Takes a value of the root object.
    pub(super) fn header(&mut self, key: &str, bytes: &[u8], offset: u64) -> Result<(), ReadError> {
        let value = json::parse(bytes, offset, &[])?;
        if let Some(reader) = &mut self.reader {
            reader.header(key, &value);
            return Ok(());
        }
        if key == "type" && value.text().is_some_and(|name| name.starts_with("Ifc")) {
            return Err(shape_error("one nested object whose root is an entity"));
        }
        if value.get("expressID").is_some() {
            return Err(shape_error("entities under their express ids (web-ifc)"));
        }
        self.hold(bytes.len())?;
        self.headers.push((key.to_owned(), bytes.to_owned(), offset));
        if HEADERS_MAX < self.headers.len() { Err(self.nothing_known()) } else { Ok(()) }
    }

    /// Takes a record.
    pub(super) fn record(&mut self, place: Place, bytes: &[u8]) -> Result<(), ReadError> {
        if let Some(reader) = &mut self.reader {
            return reader.record(&place, bytes);
        }
        let shape = shape_of(&place, &json::parse(bytes, place.offset, &[])?)?;
        self.hold(bytes.len())?;
        self.records.push((place, bytes.to_owned()));
        match shape {
            Some(shape) => self.decide(shape),
            None if RECORDS_MAX < self.records.len() => Err(self.nothing_known()),
            None => Ok(()),
        }
    }

    /// Entities found so far.
    pub(super) fn entity_count(&self) -> usize {
        self.reader.as_ref().map_or(0, |reader| reader.entity_count())
    }

    /// The model; an error when no shape was found.
    pub(super) fn finish(mut self) -> Result<BuildingModel, ReadError> {
        if self.reader.is_none() && self.records.is_empty() && self.says_ifcjson() {
            self.decide(Shape::IfcJson)?;
        }
        match self.reader.take() {
            Some(reader) => Ok(reader.finish()),
            None => Err(self.nothing_known()),
        }
    }

    fn decide(&mut self, shape: Shape) -> Result<(), ReadError> {
        let mut reader: Box<dyn ShapeReader> = match shape {
            Shape::IfcJson => Box::new(IfcJson::default()),
            Shape::HeaderData => Box::new(HeaderData::default()),
            Shape::GermanFlat => Box::new(GermanFlat::default()),
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
        for (key, bytes, offset) in std::mem::take(&mut self.headers) {
            reader.header(&key, &json::parse(&bytes, offset, &[])?);
        }
        for (place, bytes) in std::mem::take(&mut self.records) {
            reader.record(&place, &bytes)?;
        }
        self.reader = Some(reader);
        Ok(())
    }

    fn hold(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.bytes += bytes;
        if limits::RECORD_BYTES_MAX < self.bytes { Err(self.nothing_known()) } else { Ok(()) }
    }

    fn says_ifcjson(&self) -> bool {
        self.headers
            .iter()
            .any(|(key, bytes, _)| key == "type" && matches!(bytes.as_slice(), br#""IFC.JSON""# | br#""ifcJSON""#))
    }

    fn nothing_known(&self) -> ReadError {
        let list = |keys: Vec<String>| keys.into_iter().take(8).collect::<Vec<_>>().join(", ");
        if let Some((place, bytes)) = self.records.first() {
            let record = json::parse(bytes, place.offset, &[]).unwrap_or(Json::Null);
            let pointer = place.pointer();
            let keys = record.fields().iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>();
            let what = if keys.is_empty() { record.kind().to_owned() } else { format!("keys {}", list(keys)) };
            return shape_error(&format!("the record at {pointer} is no IFC entity ({what})"));
        }
        if self.headers.is_empty() {
            return shape_error("no records at all");
        }
        let keys = self.headers.iter().map(|(key, ..)| key.clone()).collect();
        shape_error(&format!("an object without a list of records (keys {})", list(keys)))
    }
}

fn shape_error(what: &str) -> ReadError {
    ReadError::Shape { what: what.to_owned() }
}

/// The shape a record belongs to; `None` where it says nothing, an error where it is known not to be read.
fn shape_of(place: &Place, record: &Json<'_>) -> Result<Option<Shape>, ReadError> {
    if record.fields().is_empty() {
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
fn is_german(record: &Json<'_>) -> bool {
    let is_id = |key: &str| matches!(key, "GUID" | "Guid" | "GlobalId");
    let mut signs = 0;
    for (key, _) in record.fields() {
        let folded = fold(key);
        signs += usize::from(is_id(key)) + usize::from(GERMAN_FIELDS.iter().any(|field| folded.starts_with(field)));
    }
    let only_id = record.fields().iter().all(|(key, _)| is_id(key));
    2 <= signs && !only_id
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::formats::{ContentEncoding, read};

    fn shape(text: &str) -> Result<Shape, ReadError> {
        let model = read(text.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))?;
        Ok(model.model.head.shape)
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
