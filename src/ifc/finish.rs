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
    let storeys: Vec<Option<EntityIndex>> = (0..entities.len()).map(|i| storey_of(&entities, &texts, i)).collect();
    for (entity, storey) in entities.iter_mut().zip(storeys) {
        entity.storey = storey;
    }
    if has_cycle(&entities) {
        problems.push(ProblemCode::CycleInStructure, "", 0, "");
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
        let next = current.container.or(current.whole).or(current.host)?;
        current = entities.get(next.index())?;
        if is_a(texts.get(current.entity_type), "IfcBuildingStorey") {
            return Some(next);
        }
    }
    None
}

fn has_cycle(entities: &[Entity]) -> bool {
    entities.iter().any(|entity| {
        let mut current = Some(entity);
        for _ in 0..CHAIN_MAX {
            let next = current.and_then(|e| e.container.or(e.whole).or(e.host));
            current = next.and_then(|n| entities.get(n.index()));
        }
        current.is_some()
    })
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
