//! Instances that others refer to: properties, materials, units. Kept small until the end of the file.

use std::collections::HashMap;
use std::sync::Arc;

use super::is_reference;
use crate::formats::json::{Json, Value};
use crate::ifc::{Measure, Origin, RecordIndex};

/// Fields that say nothing that is kept.
const PASSED_OVER: &[&str] = &["expressID", "type", "GlobalId", "OwnerHistory", "Description", "ShapeAspectStyle"];

/// Texts, each kept once. They come from files, so the hasher is the keyed default.
#[derive(Debug, Default)]
struct Words {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Words {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = Arc::from(text);
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }

    fn get(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }
}

/// Every kept instance.
#[derive(Debug, Default)]
pub(super) struct Instances {
    words: Words,
    list: Vec<Instance>,
    by_id: HashMap<u32, usize>,
}

#[derive(Debug)]
struct Instance {
    express: u32,
    entity_type: u32,
    fields: Box<[(u32, Field)]>,
    offset: u64,
    record: Option<RecordIndex>,
}

/// The value of a field.
#[derive(Debug)]
enum Field {
    Text(u32),
    Boolean(bool),
    Number(f64, Option<Measure>),
    References(Box<[u32]>),
}

/// A kept value as it is read back.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kept<'i> {
    Text(&'i str),
    Boolean(bool),
    Number(f64, Option<Measure>),
}

/// One instance.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'i> {
    all: &'i Instances,
    instance: &'i Instance,
}

impl Instances {
    pub(super) fn keep(&mut self, express: u32, entity_type: &str, record: Json<'_>, origin: &dyn Origin) {
        let entity_type = self.words.number(entity_type);
        let mut fields = Vec::new();
        for (key, value) in record.fields().filter(|(key, _)| !PASSED_OVER.contains(key)) {
            if let Some(field) = self.field(value) {
                fields.push((self.words.number(key), field));
            }
        }
        self.by_id.entry(express).or_insert(self.list.len());
        let (offset, record) = (origin.offset(), origin.record());
        self.list.push(Instance { express, entity_type, fields: fields.into(), offset, record });
    }

    fn field(&mut self, value: Json<'_>) -> Option<Field> {
        if is_reference(value) {
            let id = value.get("value")?.to_text()?.parse().ok()?;
            return Some(Field::References([id].into()));
        }
        if value.value() == Value::Array {
            let references: Box<[u32]> = super::references(value).collect();
            if !references.is_empty() {
                return Some(Field::References(references));
            }
            let texts: Vec<_> = value.items().filter_map(|item| item.get("value").unwrap_or(item).to_text()).collect();
            return (!texts.is_empty()).then(|| Field::Text(self.words.number(&texts.join(", "))));
        }
        let is_enumeration = value.get("type").is_some_and(|kind| kind.value() == Value::Number(3.0));
        let measure = ["name", "label", "typeName"].iter().find_map(|key| Measure::of_capitals(value.text_at(key)?));
        match value.get("value").unwrap_or(value).value() {
            Value::Text("T") if is_enumeration => Some(Field::Boolean(true)),
            Value::Text("F") if is_enumeration => Some(Field::Boolean(false)),
            Value::Text(text) => Some(Field::Text(self.words.number(text))),
            Value::Bool(value) => Some(Field::Boolean(value)),
            Value::Number(number) => Some(Field::Number(number, measure)),
            Value::Null | Value::Array | Value::Object => None,
        }
    }

    pub(super) fn get(&self, express: u32) -> Option<View<'_>> {
        let instance = self.list.get(*self.by_id.get(&express)?)?;
        Some(View { all: self, instance })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = View<'_>> {
        self.list.iter().map(|instance| View { all: self, instance })
    }
}

impl Origin for View<'_> {
    fn pointer(&self) -> String {
        format!("/{}", self.instance.express)
    }

    fn offset(&self) -> u64 {
        self.instance.offset
    }

    fn record(&self) -> Option<RecordIndex> {
        self.instance.record
    }
}

impl<'i> View<'i> {
    pub(super) fn express(self) -> u32 {
        self.instance.express
    }

    pub(super) fn entity_type(self) -> &'i str {
        self.all.words.get(self.instance.entity_type)
    }

    /// Every value that is no reference, with its key.
    pub(super) fn values(self) -> impl Iterator<Item = (&'i str, Kept<'i>)> {
        self.instance.fields.iter().filter_map(move |(key, field)| {
            let kept = match field {
                Field::Text(text) => Kept::Text(self.all.words.get(*text)),
                Field::Boolean(value) => Kept::Boolean(*value),
                Field::Number(number, measure) => Kept::Number(*number, *measure),
                Field::References(_) => return None,
            };
            Some((self.all.words.get(*key), kept))
        })
    }

    pub(super) fn value(self, key: &str) -> Option<Kept<'i>> {
        self.values().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    pub(super) fn text(self, key: &str) -> Option<&'i str> {
        if let Kept::Text(text) = self.value(key)? { Some(text) } else { None }
    }

    pub(super) fn number(self, key: &str) -> Option<f64> {
        if let Kept::Number(number, _) = self.value(key)? { Some(number) } else { None }
    }

    /// The instances a field refers to.
    pub(super) fn others(self, key: &str) -> impl Iterator<Item = View<'i>> {
        let found = self.instance.fields.iter().find(|(name, _)| self.all.words.get(*name) == key);
        let ids: &[u32] = match found {
            Some((_, Field::References(ids))) => ids,
            _ => &[],
        };
        ids.iter().filter_map(move |id| self.all.get(*id))
    }

    pub(super) fn other(self, key: &str) -> Option<View<'i>> {
        self.others(key).next()
    }
}
