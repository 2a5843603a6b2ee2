use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::super::super::builder::{EntityDraft, ShapeLog, ShapeSource, Shaped};
use super::super::super::facts::{FactReader as _, Nowhere, RelationKind};
use super::super::super::geometry::{Node as Item, body, kind_of};
use super::super::super::memory::MemoryFacts;
use super::super::super::model::{QuantitySource, Shape};
use super::super::super::unit::{Measure, UnitAssignment};
use super::super::super::{Body, FactModel, Figure, ModelHead, ModelReader as _, Node, SetId, ValueDraft};
use super::super::tests::{Dice, ENTITIES, SMALL, finished};
use super::super::{Cancelled, Room};
use super::*;
use crate::ifc::ModelBuilder;

/// Gives every part a prism of 2 by 3 by 4.
#[derive(Debug)]
struct Prisms(Vec<EntityIndex>);

fn item(kind: &str, values: Vec<(&'static str, Item)>) -> Item {
    Item::Item(Rc::new((kind_of(kind).unwrap(), values)))
}

fn word(text: &str) -> Item {
    Item::Word(text.to_owned())
}

impl ShapeSource for Prisms {
    fn parts(&self) -> Vec<EntityIndex> {
        self.0.clone()
    }

    fn shape(&mut self, _: EntityIndex, _: &mut ShapeLog) -> io::Result<Shaped> {
        let [width, depth, height] = [2.0, 3.0, 4.0].map(Item::Number);
        let up = [0.0, 0.0, 1.0].map(Item::Number).to_vec();
        let up = item("IfcDirection", vec![("directionRatios", Item::List(up))]);
        let area = vec![("profileType", word("AREA")), ("xDim", width), ("yDim", depth)];
        let area = item("IfcRectangleProfileDef", area);
        let solid = vec![("sweptArea", area), ("extrudedDirection", up), ("depth", height)];
        let solid = item("IfcExtrudedAreaSolid", solid);
        let shape = vec![("representationIdentifier", word("Body")), ("items", Item::List(vec![solid]))];
        let solid = body(&item("IfcShapeRepresentation", shape)).and_then(Body::into_solid);
        assert!(solid.is_some(), "the prism is none, so that this tests nothing");
        Ok(Shaped { solid, ..Shaped::default() })
    }
}

/// What a made-up file says of its entities.
#[derive(Default)]
struct Said {
    has_shape: BTreeSet<u32>,
    types: BTreeMap<u32, u32>,
    wholes: BTreeMap<u32, u32>,
    voids: BTreeMap<u32, u32>,
    sets: BTreeMap<u32, Vec<SetId>>,
    stores: BTreeSet<u32>,
}

fn is_opening(entity: u32) -> bool {
    entity.is_multiple_of(9)
}

fn say(builder: &mut ModelBuilder, seed: u64) -> Said {
    let (mut dice, mut said) = (Dice(seed), Said::default());
    for number in 0..ENTITIES {
        let entity_type = if is_opening(number) { "IfcOpeningElement" } else { "IfcBuildingElementProxy" };
        let id = format!("e{number}");
        let draft = EntityDraft { entity_type, id: Some(&id), ..EntityDraft::default() };
        builder.entity(&draft, &Nowhere).unwrap();
        if 0 < dice.below(3) {
            said.has_shape.insert(number);
        }
    }
    for _ in 0..ENTITIES {
        let entity = 1 + dice.below(ENTITIES - 1);
        let other = dice.below(entity);
        let (index, of) = (EntityIndex(entity), EntityIndex(other));
        match dice.below(4) {
            0 => {
                builder.set_type(index, of);
                said.types.insert(entity, other);
            }
            1 => {
                builder.set_whole(index, of);
                said.wholes.insert(entity, other);
            }
            2 => {
                builder.set_host(index, of);
                said.voids.insert(entity, other);
            }
            _ => {
                let set = builder.open_set(None, &Nowhere);
                builder.add_property("p", ValueDraft::Boolean(true));
                if dice.below(2) == 0 {
                    let figure = Figure { value: 24.0, measure: Measure::Volume, is_declared: false };
                    builder.add_quantity("GrossVolume", figure, QuantitySource::QuantitySet);
                    said.stores.insert(entity);
                }
                builder.relate(RelationKind::HasSet, Node::Entity(index), Node::Set(set), &Nowhere);
                said.sets.entry(entity).or_default().push(set);
            }
        }
    }
    builder.set_shapes(Box::new(Prisms(said.has_shape.iter().copied().map(EntityIndex).collect())));
    said
}

fn head() -> ModelHead {
    let units = UnitAssignment { length: Some(1.0), ..UnitAssignment::default() };
    ModelHead { units, units_declared: true, ..ModelHead::of_shape(Shape::IfcJson) }
}

/// The sets of an entity that stand in its own row.
fn own_sets(model: &FactModel<MemoryFacts>, entity: EntityIndex) -> Vec<SetId> {
    let end = |entity: EntityIndex| model.facts().link(entity).unwrap().sets_end;
    let begin = entity.0.checked_sub(1).map_or(0, |before| end(EntityIndex(before)));
    model.facts().set_links(begin..end(entity)).iter().map(|link| link.set).collect()
}

#[test]
fn parts_that_store_no_measure_get_one_set_behind_their_others_however_small_the_ranges() {
    let mut measured = 0;
    for seed in 0..10 {
        let mut builder = ModelBuilder::new();
        let said = say(&mut builder, seed);
        let model = finished(SMALL, builder, head());
        let has_openings = |entity: u32| said.voids.iter().any(|(part, host)| *host == entity && is_opening(*part));
        for entity in 0..ENTITIES {
            let of_type = said.types.get(&entity).is_some_and(|of| said.stores.contains(of));
            let lacks = !is_opening(entity) && !said.stores.contains(&entity) && !of_type;
            let is_measured = lacks && said.has_shape.contains(&entity);
            let mut sets = own_sets(&model, EntityIndex(entity));
            let computed = sets.split_off(said.sets.get(&entity).map_or(0, Vec::len));
            assert_eq!(sets, said.sets.get(&entity).cloned().unwrap_or_default(), "seed {seed}: {entity}");
            assert_eq!(computed.len(), usize::from(is_measured), "seed {seed}: {entity}");
            let Some(set) = computed.first() else { continue };
            let begin = set.0.checked_sub(1).map_or(0, |before| model.facts().set(SetId(before)).unwrap().items_end);
            let items = model.facts().items(begin..model.facts().set(*set).unwrap().items_end).into_owned();
            let names: Vec<&str> = items.iter().map(|item| model.text(item.name)).collect();
            let whole = said.wholes.get(&entity).copied();
            // Nobody says what the openings take, since they have no place.
            let is_cut = has_openings(entity) || whole.is_some_and(has_openings);
            assert_eq!(names, if is_cut { &["GrossVolume"][..] } else { &["GrossVolume", "NetVolume"] });
            measured += 1;
        }
    }
    assert!(300 < measured, "{measured} parts");
}

#[test]
fn small_ranges_and_one_range_measure_the_same() {
    for seed in 0..10 {
        let [small, large] = [SMALL, Room::of(ENTITIES as usize)].map(|room| {
            let mut builder = ModelBuilder::new();
            say(&mut builder, seed);
            finished(room, builder, head())
        });
        assert!(small == large, "seed {seed}");
    }
}

#[test]
fn measuring_can_be_cancelled() {
    let asked = |is_shaped: bool, most: usize| {
        let mut builder = ModelBuilder::new();
        say(&mut builder, 1);
        if !is_shaped {
            builder.shapes.source = None;
        }
        let mut count = 0_usize;
        let mut poll = || {
            count += 1;
            if count < most { std::ops::ControlFlow::Continue(()) } else { std::ops::ControlFlow::Break(()) }
        };
        let ended = builder.finish_into(head(), &mut poll).map(drop);
        (count, ended)
    };
    let (without, _) = asked(false, usize::MAX);
    let (with, ended) = asked(true, usize::MAX);
    assert!(ended.is_ok() && without + 4 < with, "{without} and {with} questions");
    let (_, ended) = asked(true, with / 2);
    assert!(ended.unwrap_err().get_ref().is_some_and(|inner| inner.is::<Cancelled>()));
}
