//! JSON of no known shape: every object of a list of the root, and every object of the root, is a record.
//!
//! A record becomes an entity of the type `Record` with the key of its list as label. Its values are properties under
//! their own names; none is taken for a quantity, since nothing tells what it measures.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::ShapeReader;
use super::json::{Json, Value};
use super::loose::{Scalar, flatten};
use super::splitter::Place;
use crate::ifc::{
    EntityDraft, EntityIndex, Measure, ModelBuilder, ModelHead, Nowhere, ProblemCode, PropertyDraft, Shape, ValueDraft,
};
use crate::limits;

/// The entity type of a record.
const RECORD: &str = "Record";

const ID_KEYS: &[&str] = &["GlobalId", "globalId", "global_id", "GUID", "guid", "uuid", "id", "Id", "ID", "_id", "key"];
const NAME_KEYS: &[&str] = &["name", "Name", "NAME", "title", "Title", "label", "Bezeichnung", "bezeichnung", "Titel"];

/// The reader of JSON without a known shape.
#[derive(Debug)]
pub(super) struct Records {
    builder: ModelBuilder,
    root: RootScalars,
    /// The last list of which an element was left out, so that each is told of once.
    left_out: Option<String>,
}

/// Scalars of the root, which become one entity at the end.
#[derive(Debug, Default)]
struct RootScalars {
    kept: Vec<(String, Scalar<'static>)>,
    /// Bytes of names and texts.
    bytes: usize,
    /// Whether one was left out.
    is_full: bool,
}

impl RootScalars {
    fn push(&mut self, name: &str, scalar: Scalar<'_>) {
        let bytes = name.len() + scalar.text().map_or(0, str::len);
        let is_room = self.kept.len() < limits::ROOT_SCALARS_MAX && self.bytes + bytes <= limits::ROOT_SCALAR_BYTES_MAX;
        if is_room {
            self.bytes += bytes;
            self.kept.push((name.to_owned(), scalar.into_owned()));
        }
        self.is_full |= !is_room;
    }
}

impl ShapeReader for Records {
    fn header(&mut self, place: &Place, value: Json<'_>) {
        let key = place.key();
        if !value.is_object() {
            let was_full = self.root.is_full;
            let root = &mut self.root;
            flatten(key, value, &mut |name, scalar| root.push(name, scalar));
            if root.is_full && !was_full {
                self.builder.problems.push(ProblemCode::ValuesOmitted, place, key);
            }
            return;
        }
        let is_map = 0 < value.field_count() && value.fields().all(|(_, inner)| inner.is_object());
        if is_map {
            value.fields().for_each(|(inner, value)| self.object(value, Some(inner), place));
        } else {
            self.object(value, None, place);
        }
    }

    fn record(&mut self, place: &Place, record: Json<'_>) {
        if record.is_object() {
            return self.object(record, None, place);
        }
        let list = place.list_pointer();
        if self.left_out.as_ref() != Some(&list) {
            self.builder.problems.push(ProblemCode::RecordNotObject, place, record.kind());
            self.left_out = Some(list);
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn resolve(&mut self) -> ModelHead {
        if !self.root.kept.is_empty() {
            let draft = EntityDraft { entity_type: RECORD, id: Some("/"), ..EntityDraft::default() };
            if let Some(entity) = self.builder.plain_entity(&draft, &Nowhere) {
                for (name, value) in std::mem::take(&mut self.root.kept) {
                    self.property(entity, &name, &value);
                }
            }
        }
        self.builder.problems.push(ProblemCode::ShapeUnknown, &Nowhere, "");
        ModelHead::of_shape(Shape::Records)
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.builder
    }
}

impl Records {
    pub(super) fn new(builder: ModelBuilder) -> Records {
        Records { builder, root: RootScalars::default(), left_out: None }
    }

    fn object(&mut self, record: Json<'_>, key: Option<&str>, place: &Place) {
        let own = ID_KEYS.iter().find_map(|key| record.get(key)?.to_text());
        let id = own.or(key.map(Cow::Borrowed)).unwrap_or_else(|| Cow::Owned(place.pointer()));
        let name = NAME_KEYS.iter().find_map(|key| scalar_text(record.get(key)?));
        let draft = EntityDraft {
            entity_type: RECORD,
            id: Some(&id),
            name: name.as_deref().or(key),
            label: place.group.as_deref(),
            ..EntityDraft::default()
        };
        // Its type is not of the schemas and identifiers repeat between lists; that is no fault here.
        let Some(entity) = self.builder.plain_entity(&draft, place) else { return };
        for (key, value) in record.fields() {
            flatten(key, value, &mut |name, scalar| self.property(entity, name, &scalar));
        }
    }

    fn property(&mut self, entity: EntityIndex, name: &str, value: &Scalar<'_>) {
        let value = match value {
            Scalar::Text(text) => ValueDraft::Text(text),
            Scalar::Number(value) => ValueDraft::Number { value: *value, measure: Measure::Plain },
            Scalar::Boolean(value) => ValueDraft::Boolean(*value),
        };
        self.builder.property(entity, &PropertyDraft { set: None, name, value, from_type: false });
    }
}

/// A name is a text or a number.
fn scalar_text(value: Json<'_>) -> Option<Cow<'_, str>> {
    match value.value() {
        Value::Text(_) | Value::Number(_) => value.to_text(),
        Value::Null | Value::Bool(_) | Value::Array | Value::Object => None,
    }
}
