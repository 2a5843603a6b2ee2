//! The last step of building a model: what can only be said when everything is known.

use super::builder::ModelBuilder;
use super::entity_type::is_a;
use super::magnitude;
use super::model::{BuildingModel, Entity, EntityIndex, ModelHead};
use super::problem::ProblemCode;
use super::table::{Interner, Table};

/// Longest chain of containment and aggregation that is followed.
const CHAIN_MAX: usize = 64;

pub(super) fn finish(builder: ModelBuilder, head: ModelHead) -> BuildingModel {
    let ModelBuilder {
        texts,
        mut entities,
        ids: _,
        properties,
        quantities,
        materials,
        classifications,
        boundaries,
        mut problems,
    } = builder;
    for index in cut_cycles(&mut entities) {
        let name = entities.get(index).and_then(|entity| entity.name).map_or("", |name| texts.get(name));
        problems.push(ProblemCode::CycleInStructure, "", 0, name);
    }
    let storeys: Vec<Option<EntityIndex>> = (0..entities.len()).map(|i| storey_of(&entities, &texts, i)).collect();
    for (entity, storey) in entities.iter_mut().zip(storeys) {
        entity.storey = storey;
    }
    let count = entities.len();
    let mut model = BuildingModel {
        head,
        storeys: ordered_storeys(&entities, &texts),
        texts: texts.finish(),
        entities,
        properties: Table::group(properties, count),
        quantities: Table::group(quantities, count),
        materials: Table::group(materials, count),
        classifications: Table::group(classifications, count),
        boundaries: Table::group(boundaries, count),
        problems,
    };
    magnitude::check(&mut model);
    model
}

/// The nearest storey above an entity: its own container first, then what it is part of, then what it is built into.
fn storey_of(entities: &[Entity], texts: &Interner, start: usize) -> Option<EntityIndex> {
    let mut current = entities.get(start)?;
    for _ in 0..CHAIN_MAX {
        let next = above(current)?;
        current = entities.get(next.index())?;
        if is_a(texts.get(current.entity_type), "IfcBuildingStorey") {
            return Some(next);
        }
    }
    None
}

/// What an entity hangs on: what contains it, what it is part of, or what it is built into.
fn above(entity: &Entity) -> Option<EntityIndex> {
    entity.container.or(entity.whole).or(entity.host)
}

/// Drops the link of the first entity of every cycle; the positions of those.
fn cut_cycles(entities: &mut [Entity]) -> Vec<usize> {
    let returns = |entities: &[Entity], start: usize| {
        let next = |entity: &Entity| above(entity).map(EntityIndex::index);
        let mut current = entities.get(start).and_then(next);
        for _ in 0..CHAIN_MAX {
            match current {
                Some(index) if index == start => return true,
                Some(index) => current = entities.get(index).and_then(next),
                None => return false,
            }
        }
        false
    };
    let mut cut = Vec::new();
    for start in 0..entities.len() {
        while returns(entities, start) {
            let Some(entity) = entities.get_mut(start) else { break };
            let link = [&mut entity.container, &mut entity.whole, &mut entity.host];
            if let Some(link) = link.into_iter().find(|link| link.is_some()) {
                *link = None;
            }
            cut.push(start);
        }
    }
    cut
}

/// Storeys by elevation; those without one keep their place in the file, after the others.
fn ordered_storeys(entities: &[Entity], texts: &Interner) -> Vec<EntityIndex> {
    let mut storeys: Vec<(EntityIndex, f64)> = entities
        .iter()
        .enumerate()
        .filter(|(_, e)| is_a(texts.get(e.entity_type), "IfcBuildingStorey"))
        .filter_map(|(i, e)| Some((EntityIndex::new(i)?, e.elevation_m.unwrap_or(f64::INFINITY))))
        .collect();
    storeys.sort_by(|a, b| a.1.total_cmp(&b.1));
    storeys.into_iter().map(|(index, _)| index).collect()
}
