use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::super::builder::EntityDraft;
use super::super::facts::FactReader as _;
use super::super::memory::MemoryFacts;
use super::super::model::Shape;
use super::super::{FactModel, MaterialDraft, ModelReader as _, SetId, ValueDraft};
use super::*;

/// Numbers from a seed, so that a failure can be had again.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(end)).unwrap()
    }
}

/// What a made-up file says of its entities.
#[derive(Default, Clone)]
struct Said {
    container: Option<u32>,
    whole: Option<u32>,
    voids: Option<u32>,
    fills: Option<u32>,
    type_object: Option<u32>,
    material: Option<u32>,
    elevation: Option<f64>,
    sets: Vec<SetId>,
    codes: Vec<u32>,
    bound_by: BTreeSet<u32>,
    /// Spatial elements it is referenced in, in order.
    references: Vec<u32>,
}

pub(super) const ENTITIES: u32 = 200;

fn entities(builder: &mut ModelBuilder) {
    for number in 0..ENTITIES {
        let entity_type = if number % 40 == 0 { "IfcBuildingStorey" } else { "IfcWall" };
        let id = format!("e{number}");
        let draft = EntityDraft { entity_type, id: Some(&id), ..EntityDraft::default() };
        builder.entity(&draft, &Nowhere).unwrap();
    }
}

/// Says things at random, links only to earlier entities where `is_acyclic`.
fn say(builder: &mut ModelBuilder, seed: u64, is_acyclic: bool) -> Vec<Said> {
    let mut dice = Dice(seed);
    let mut said = vec![Said::default(); ENTITIES as usize];
    entities(builder);
    for _ in 0..3000 {
        // A few entities have most of the links.
        let entity = if dice.below(3) == 0 { 100 + dice.below(3) } else { 1 + dice.below(ENTITIES - 1) };
        let other = dice.below(if is_acyclic { entity } else { ENTITIES });
        let (index, of) = (EntityIndex(entity), EntityIndex(other));
        let about = &mut said[entity as usize];
        match dice.below(12) {
            0 => {
                builder.set_container(index, of);
                about.container = Some(other);
            }
            1 => {
                builder.set_whole(index, of);
                about.whole = Some(other);
            }
            2 => {
                builder.set_host(index, of);
                about.voids = Some(other);
            }
            3 => {
                builder.relate(RelationKind::Fills, Node::Entity(index), Node::Entity(of), &Nowhere);
                about.fills = Some(other);
            }
            4 => {
                builder.set_type(index, of);
                about.type_object = Some(other);
            }
            5 => {
                let name = format!("m{}", other % 7);
                builder.materials(
                    index,
                    &[MaterialDraft { name: &name, thickness_m: None, fraction: None, is_layer: false }],
                );
                about.material.get_or_insert(other % 7);
            }
            6 => {
                builder.set_elevation(index, f64::from(other) - 3.5);
                about.elevation = Some(f64::from(other) - 3.5);
            }
            7 => {
                builder.classification(index, None, &format!("c{}", other % 20));
                about.codes.push(other % 20);
            }
            8 => {
                builder.refer(Node::Entity(index), Node::Entity(of), &Nowhere);
                about.references.push(other);
            }
            9 | 10 => {
                builder.boundary(index, of);
                about.bound_by.insert(other);
            }
            _ => {
                let set = builder.open_set(None, &Nowhere);
                builder.add_property("p", ValueDraft::Boolean(true));
                builder.relate(RelationKind::HasSet, Node::Entity(index), Node::Set(set), &Nowhere);
                about.sets.push(set);
            }
        }
    }
    said
}

fn head() -> ModelHead {
    ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::IfcJson) }
}

pub(super) fn finished(room: Room, mut builder: ModelBuilder, head: ModelHead) -> FactModel<MemoryFacts> {
    let tables = builder.take_tables().unwrap();
    let (sink, summary) = finish_in(room, builder, head, &mut || ControlFlow::Continue(())).unwrap();
    drop(sink);
    FactModel::new(std::sync::Arc::into_inner(tables).unwrap().into_inner().unwrap(), summary)
}

pub(super) const SMALL: Room = Room { span: 7, links: 5, cuts: 2 };

#[test]
fn every_link_comes_back_however_small_the_ranges() {
    let mut builder = ModelBuilder::new();
    let said = say(&mut builder, 1, true);
    let model = finished(SMALL, builder, head());
    for (entity, said) in (0..).map(EntityIndex).zip(&said) {
        let link = model.facts().link(entity).unwrap();
        let index = |of: Option<u32>| of.map(EntityIndex);
        let is_loose = said.whole.is_none() && said.voids.is_none() && said.fills.is_none();
        let referenced = said.references.first().copied().filter(|_| is_loose);
        assert_eq!(
            (link.container, link.whole, link.type_object, link.elevation_m),
            (index(said.container.or(referenced)), index(said.whole), index(said.type_object), said.elevation),
            "{entity:?}"
        );
        assert!(said.fills.is_some() || link.host == index(said.voids), "{entity:?}");
        let materials = model.materials(entity);
        let material = materials.first().map(|row| model.text(row.material).to_owned());
        let inherited = link.material_set.is_none();
        assert!(inherited || material == said.material.map(|number| format!("m{number}")), "{entity:?}");
        assert_eq!(inherited, said.material.is_none(), "{entity:?}");
        let begin = entity.0.checked_sub(1).and_then(|before| model.facts().link(EntityIndex(before)));
        let sets = model.facts().set_links(begin.map_or(0, |before| before.sets_end)..link.sets_end);
        assert!(sets.iter().map(|set| set.set).eq(said.sets.iter().copied()), "{entity:?}");
        let range = begin.map_or(0, |before| before.classifications_end)..link.classifications_end;
        let codes = model.facts().classifications(range);
        let codes: Vec<&str> = codes.iter().map(|(_, code)| model.text(*code)).collect();
        assert_eq!(codes, said.codes.iter().map(|code| format!("c{code}")).collect::<Vec<_>>(), "{entity:?}");
        let bounds: Vec<u32> = model.boundaries(entity).iter().map(|element| element.0).collect();
        assert_eq!(bounds, said.bound_by.iter().copied().collect::<Vec<_>>(), "{entity:?}");
    }
    assert_eq!(model.summary().problems.total, 0);
}

#[test]
fn a_reference_contains_what_hangs_on_nothing_and_only_the_first_one() {
    let mut builder = ModelBuilder::new();
    entities(&mut builder);
    let [storey, other, loose, part, filling] = [0, 40, 1, 2, 150].map(EntityIndex);
    for entity in [loose, part, filling] {
        builder.refer(Node::Entity(entity), Node::Entity(storey), &Nowhere);
        builder.refer(Node::Entity(entity), Node::Entity(other), &Nowhere);
    }
    builder.set_whole(part, loose);
    builder.relate(RelationKind::Fills, Node::Entity(filling), Node::Entity(other), &Nowhere);
    let model = finished(SMALL, builder, head());
    let container = |entity| model.facts().link(entity).unwrap().container;
    assert_eq!([loose, part, filling].map(container), [Some(storey), None, None]);
    let mut contained = Vec::new();
    let mut visit = |row: RelationRow| {
        if row.kind == RelationKind::IsContainedIn {
            contained.push((row.related, EntityIndex(row.relating)));
        }
    };
    model.facts().each_relation(&mut visit).unwrap();
    assert_eq!(contained, [(loose, storey)], "what contains nothing is no relation");
    assert_eq!(model.entity(part).unwrap().storey, Some(storey), "by its whole");
}

/// What an opening is cut out of, by the relations as they were written.
fn said_of(model: &FactModel<MemoryFacts>, opening: u32) -> Option<u32> {
    let mut host = None;
    let mut visit = |row: RelationRow| {
        if row.kind == RelationKind::Voids && row.related.0 == opening {
            host = Some(row.relating);
        }
    };
    model.facts().each_relation(&mut visit).unwrap();
    host
}

#[test]
fn what_fills_an_opening_is_hosted_by_what_the_opening_is_cut_out_of() {
    let mut builder = ModelBuilder::new();
    say(&mut builder, 2, true);
    let model = finished(SMALL, builder, head());
    let mut last = std::collections::BTreeMap::new();
    let mut visit = |row: RelationRow| {
        if row.kind == RelationKind::Fills {
            last.insert(row.related, row.relating);
        }
    };
    model.facts().each_relation(&mut visit).unwrap();
    assert!(10 < last.len());
    for (filling, opening) in last {
        let host = said_of(&model, opening).unwrap_or(opening);
        assert_eq!(model.facts().link(filling).unwrap().host, Some(EntityIndex(host)), "{filling:?}");
    }
}

#[test]
fn small_ranges_and_one_range_give_the_same_model() {
    for seed in 0..20 {
        let [small, large] = [SMALL, Room::of(ENTITIES as usize)].map(|room| {
            let mut builder = ModelBuilder::new();
            say(&mut builder, seed, true);
            finished(room, builder, head())
        });
        assert!(small == large, "seed {seed}");
    }
}

#[test]
fn no_circle_is_left_whatever_hangs_on_what() {
    let mut cut = 0;
    for seed in 0..20 {
        let mut builder = ModelBuilder::new();
        say(&mut builder, seed, false);
        let model = finished(SMALL, builder, head());
        let above = |entity: EntityIndex| {
            let link = model.facts().link(entity).unwrap();
            link.container.or(link.whole).or(link.host)
        };
        for start in (0..ENTITIES).map(EntityIndex) {
            let mut seen = BTreeSet::from([start]);
            let mut current = start;
            while let Some(next) = above(current) {
                assert!(seen.insert(next), "seed {seed}: {start:?} runs in a circle");
                current = next;
            }
        }
        cut += model.summary().problems.total;
    }
    assert!(20 < cut, "{cut} links cut");
}

#[test]
fn an_answer_to_the_question_whether_to_go_on_is_heard() {
    let mut builder = ModelBuilder::new();
    say(&mut builder, 1, true);
    let head = ModelHead::of_shape(Shape::IfcJson);
    let ended = builder.finish_into(head, &mut || ControlFlow::Break(())).unwrap_err();
    assert!(ended.get_ref().is_some_and(|inner| inner.is::<Cancelled>()), "{ended}");
}
