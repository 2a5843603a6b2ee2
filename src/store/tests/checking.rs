//! The check of a new model's quantities against its dimensions, over its files.

use std::ops::ControlFlow;

use super::super::sparse::SparseReader;
use super::super::table::{self, Table};
use super::super::{import, model_folder};
use super::*;
use crate::ifc::{
    EntityDraft, FactModel, Figure, Measure, ModelBuilder, ModelHead, Node, Nowhere, QuantitySource, RelationKind,
};

const ENTITIES: usize = 40_000;

/// A model of which every fourth entity has a wrong volume; sets stand in another order than the entities that have them.
fn shuffled(data: &Path) -> ColumnReader {
    let store = Store::open(data).unwrap();
    let staging = store.stage().unwrap();
    let mut builder = ModelBuilder::into_sink(staging.sink().unwrap());
    for number in 0..ENTITIES {
        let id = format!("e{number}");
        let draft = EntityDraft { entity_type: "IfcWall", id: Some(&id), ..EntityDraft::default() };
        builder.entity(&draft, &Nowhere).unwrap();
    }
    for number in 0..ENTITIES {
        // A step that has no divisor in common with the number of entities.
        let entity = number * 15_733 % ENTITIES;
        let set = builder.open_set(None, &Nowhere);
        let volume = if entity.is_multiple_of(4) { 4.5e6 } else { 4.5 };
        for (name, measure, value) in [
            ("Length", Measure::Length, 5.0),
            ("Width", Measure::Length, 0.3),
            ("Height", Measure::Length, 3.0),
            ("Volume", Measure::Volume, volume),
        ] {
            let figure = Figure { value, measure, is_declared: false };
            builder.add_quantity(name, figure, QuantitySource::QuantitySet);
        }
        let entity = EntityIndex::new(entity).unwrap();
        builder.relate(RelationKind::HasSet, Node::Entity(entity), Node::Set(set), &Nowhere);
    }
    let head = ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::IfcJson) };
    let (sink, summary) = builder.finish_into(head, &mut || ControlFlow::Continue(())).unwrap();
    drop(sink);
    let description = ModelDescription { head: summary.head, ..house(ID, 1).summary };
    let mut finished = staging.finish().unwrap();
    model_folder::complete(&mut finished, "", MORNING, &description, false).unwrap();
    let opened = model_folder::open(finished.staged.path(), ID).unwrap();
    opened.into_reader(std::sync::Arc::new(Cache::new(1))).unwrap()
}

#[test]
fn a_model_whose_sets_stand_in_another_order_is_read_batch_by_batch() {
    let data = data();
    let reader = shuffled(data.path());
    let head = ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::IfcJson) };
    let model =
        FactModel::new(SparseReader::new(&reader), crate::ifc::ModelSummary { head, ..import::summary(&reader) });
    let found = model.check_magnitudes(0..ENTITIES, u64::MAX, &mut || ControlFlow::Continue(())).unwrap();
    assert_eq!((found.entities, found.problems.total), (ENTITIES, ENTITIES as u64 / 4));
    assert_eq!(model.facts().fault(), None);
    let [links, set_links, sets, items] = model.facts().fetched();
    let blocks = ENTITIES.div_ceil(16 * 1024);
    let batches = |rows: usize, of: usize| rows.div_ceil(of);
    assert!(links <= batches(ENTITIES, table::Links::BATCH_ROWS) + blocks, "{links} batches of links");
    assert!(set_links <= batches(ENTITIES, table::SetLinks::BATCH_ROWS) + blocks, "{set_links} batches of set links");
    assert!(sets <= blocks * batches(ENTITIES, table::Sets::BATCH_ROWS), "{sets} batches of sets");
    assert!(items <= blocks * batches(4 * ENTITIES, table::Items::BATCH_ROWS), "{items} batches of items");
}

#[test]
fn a_check_over_files_can_be_cancelled_and_stops_at_its_limit() {
    let data = data();
    let reader = shuffled(data.path());
    assert!(import::in_parallel(&reader, u64::MAX, &mut || ControlFlow::Break(())).is_none());
    let found = import::in_parallel(&reader, 50_000, &mut || ControlFlow::Continue(())).unwrap().unwrap();
    let checked: usize = found.iter().map(|part| part.entities).sum();
    assert!(checked < ENTITIES, "{checked}");
}
