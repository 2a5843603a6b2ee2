//! The rules that columns remember: one line for each key, and it is the rule that rows are read by.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::ifc::{EntityIndex, GlobalId, Measure};
use crate::query::columns::{Codes, Column, Figures, Ids, Key, Stops};
use crate::query::entities::Entities;
use crate::query::plan::MeasureKind;

use super::property::Value;
use super::{Scene, attribute, classification, distribution, measure, property, select};

/// The column of a key where it has paid to make it.
fn column(scene: Scene<'_>, key: &Key, asked: usize) -> Option<Column> {
    let whole = scene.reader.entity_count();
    let (columns, stop) = scene.columns?;
    let made = columns.get(key, (asked, whole), stop, |stopped| make(scene, key.clone(), whole, stopped))?;
    Some(made)
}

fn make(scene: Scene<'_>, key: Key, whole: usize, stopped: Stops<'_>) -> Option<Column> {
    let entity = |e: EntityIndex| scene.reader.entity(e);
    let made = match key {
        Key::Types => codes(whole, stopped, |e| entity(e).map(|row| row.entity_type)),
        Key::Places => codes(whole, stopped, |e| select::place_name(scene.reader, e)),
        Key::Materials => codes(whole, stopped, |e| {
            let bits = |number: Option<f64>| number.map(f64::to_bits);
            let of = scene.reader.materials(e);
            of.iter().map(|m| (m.material, bits(m.thickness_m), bits(m.share), m.is_layer)).collect::<Vec<_>>()
        }),
        Key::TypeNames => codes(whole, stopped, |e| entity(e).map(|row| (row.type_name, row.object_type))),
        Key::References => codes(whole, stopped, |e| classification::references(scene, e)),
        Key::Has(aspect) => codes(whole, stopped, |e| attribute::has(scene, e, aspect)),
        Key::Property(name) => codes(whole, stopped, |e| {
            property::value(scene, e, &name).map(|(value, source)| (Distinct::from(value), source))
        }),
        Key::Groups(by) => codes(whole, stopped, |e| distribution::keys(scene, e, &by)),
        Key::Measure(kind) => {
            let rule = |e| match measure::measured(scene, e, kind) {
                Ok(measured) => {
                    let how = (measured.corrected, measured.from_dimensions, measured.contradicted);
                    let source = (measured.source, how);
                    (measured.value, Ok(source))
                }
                Err(reason) => (f64::NAN, Err(reason)),
            };
            Figures::make(whole, stopped, rule).map(|figures| Column::Figures(Arc::new(figures)))
        }
        Key::Ids => Ids::make(whole, stopped, |e| id_of(scene, e)).map(|ids| Column::Ids(Arc::new(ids))),
        Key::Pieces => pieces_of(scene, whole, stopped).map(|found| Column::List(found.with_bits(whole))),
        Key::Kinds(any_of) => select::scan(scene, &any_of).ok().map(|found| Column::List(found.with_bits(whole))),
    };
    // What could not be read must not be remembered.
    made.filter(|_| scene.reader.fault().is_none())
}

fn codes<K: Hash + Eq + Clone + Send>(
    whole: usize,
    stopped: Stops<'_>,
    rule: impl Fn(EntityIndex) -> K + Sync,
) -> Option<Column> {
    Codes::make(whole, stopped, rule).map(|codes| Column::Codes(Arc::new(codes)))
}

/// A value that can be told from others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Distinct {
    Text(String),
    Number(u64, Measure),
    Boolean(bool),
}

impl From<Value> for Distinct {
    fn from(value: Value) -> Distinct {
        match value {
            Value::Text(text) => Distinct::Text(text),
            Value::Number(number, measure) => Distinct::Number(number.to_bits(), measure),
            Value::Boolean(value) => Distinct::Boolean(value),
        }
    }
}

fn is_piece(scene: Scene<'_>, entity: EntityIndex) -> bool {
    scene.reader.entity(entity).is_some_and(|row| row.whole.is_some())
}

fn pieces_of(scene: Scene<'_>, whole: usize, stopped: Stops<'_>) -> Option<Entities> {
    let all = (0..whole).filter_map(EntityIndex::new).take_while(|_| !stopped.is_set());
    let found = all.filter(|entity| is_piece(scene, *entity)).collect();
    (!stopped.is_set()).then_some(found)
}

/// Those of some entities that are parts of others.
pub(super) fn pieces(scene: Scene<'_>, entities: &Entities) -> Vec<EntityIndex> {
    match column(scene, &Key::Pieces, entities.len()) {
        Some(Column::List(pieces)) if pieces.is_empty() => Vec::new(),
        Some(Column::List(pieces)) => {
            let Some(pieces) = pieces.bits() else { return Vec::new() };
            match entities.bits() {
                Some(bits) => bits.and(pieces).iter().collect(),
                None => entities.iter().copied().filter(|entity| pieces.contains(*entity)).collect(),
            }
        }
        None | Some(Column::Codes(_) | Column::Figures(_) | Column::Ids(_)) => {
            entities.iter().copied().filter(|entity| is_piece(scene, *entity)).collect()
        }
    }
}

fn id_of(scene: Scene<'_>, entity: EntityIndex) -> Option<GlobalId> {
    scene.reader.entity(entity)?.global_id
}

/// Codes for so many entities; none where there are as many codes as entities to look at.
pub(super) fn coded(scene: Scene<'_>, key: &Key, asked: usize) -> Option<Arc<Codes>> {
    match column(scene, key, asked)? {
        Column::Codes(codes) if codes.first().len() <= asked => Some(codes),
        Column::Codes(_) | Column::List(_) | Column::Figures(_) | Column::Ids(_) => None,
    }
}

/// A measure of so many entities.
pub(super) fn figures(scene: Scene<'_>, kind: MeasureKind, asked: usize) -> Option<Arc<Figures>> {
    match column(scene, &Key::Measure(kind), asked)? {
        Column::Figures(figures) if figures.codes().first().len() <= asked => Some(figures),
        Column::Codes(_) | Column::List(_) | Column::Figures(_) | Column::Ids(_) => None,
    }
}

/// The entities of any of some kinds, where that has been found before.
pub(super) fn kinds(scene: Scene<'_>, any_of: &[String]) -> Option<Entities> {
    match column(scene, &Key::Kinds(any_of.to_vec()), scene.reader.entity_count())? {
        Column::List(entities) => Some(entities),
        Column::Codes(_) | Column::Figures(_) | Column::Ids(_) => None,
    }
}

/// The entities of a GlobalId; `None` where all must be looked at.
pub(super) fn with_id(scene: Scene<'_>, id: GlobalId) -> Option<Vec<EntityIndex>> {
    match column(scene, &Key::Ids, scene.reader.entity_count())? {
        Column::Ids(ids) => Some(ids.find(id, |entity| id_of(scene, entity))),
        Column::Codes(_) | Column::List(_) | Column::Figures(_) => None,
    }
}

/// One entity for each value that some entities carry; the entities themselves where there is no column.
pub(super) fn representatives(scene: Scene<'_>, key: &Key, entities: &Entities) -> Vec<EntityIndex> {
    let Some(codes) = coded(scene, key, entities.len()) else { return entities.to_vec() };
    let counts = codes.counts(entities);
    codes.first().iter().zip(counts).filter(|(_, count)| *count > 0).map(|(first, _)| *first).collect()
}

/// What a rule that depends on nothing but the value of a key gives of each entity.
pub(super) fn each<'e, T: Clone + 'e>(
    scene: Scene<'_>,
    key: &Key,
    entities: &'e [EntityIndex],
    rule: impl Fn(EntityIndex) -> T + 'e,
) -> Box<dyn Iterator<Item = (EntityIndex, T)> + 'e> {
    let Some(codes) = coded(scene, key, entities.len()) else {
        return Box::new(entities.iter().map(move |entity| (*entity, rule(*entity))));
    };
    let mut known: HashMap<usize, T> = HashMap::new();
    Box::new(entities.iter().map(move |entity| {
        let code = codes.code(*entity);
        let first = codes.first().get(code).copied().unwrap_or(*entity);
        (*entity, known.entry(code).or_insert_with(|| rule(first)).clone())
    }))
}
