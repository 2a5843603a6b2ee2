//! Everything the model says of one entity.

use crate::ifc::EntityIndex;
use crate::limits::DESCRIBED_ENTITIES_MAX;
use crate::query::answer::Scalar;
use crate::query::plan::Selection;

use super::outcome::{Outcome, Result, Row};
use super::property::{scalar, source, usable};
use super::{Scene, Selected, attribute, lookup, relation};

/// The facts of each, of the first few where several match.
pub(super) fn describe(scene: Scene<'_>, of: &Selection, selected: &Selected) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let described: Vec<EntityIndex> = selected.entities.iter().copied().take(DESCRIBED_ENTITIES_MAX).collect();
    let rows: Vec<Row> = described.iter().flat_map(|entity| facts(scene, *entity)).collect();
    Outcome::of(Result::List(rows.into()), elements).covering(elements, described.len())
}

fn facts(scene: Scene<'_>, entity: EntityIndex) -> Vec<Row> {
    let mut rows = Vec::new();
    for id in attribute::ATTRIBUTES {
        if let Some((value, source)) = attribute::value(scene, entity, id) {
            let (value, _) = scalar(id, value);
            rows.push(fact(entity, (*id).to_owned(), value, source));
        }
    }
    if let Some(host) = scene.reader.entity(entity).and_then(|row| row.host) {
        let name = relation::name_of(scene, host);
        rows.push(fact(entity, "host".to_owned(), Scalar::Text(name), "openings".to_owned()));
    }
    for layer in scene.reader.materials(entity).iter().filter(|m| m.is_layer) {
        let name = Scalar::Text(scene.reader.text(layer.material).to_owned());
        let thickness_mm = layer.thickness_m.map(|m| (m * 1e6).round() / 1e3);
        rows.push(Row { thickness_mm, ..fact(entity, "layer".to_owned(), name, "materials".to_owned()) });
    }
    for quantity in scene.reader.quantities(entity).iter().filter(|q| !q.implausible && q.value.is_finite()) {
        let name = scene.reader.text(quantity.name);
        let name = quantity.set.map_or_else(|| name.to_owned(), |set| format!("{}.{name}", scene.reader.text(set)));
        let unit = quantity.measure.stored_unit();
        rows.push(Row { unit, ..fact(entity, name.clone(), Scalar::Number(quantity.value), name) });
    }
    for property in scene.reader.properties(entity).iter() {
        let Some(value) = usable(scene, property) else { continue };
        let name = source(scene, property);
        let (value, unit) = scalar(&name, value);
        rows.push(Row { unit, ..fact(entity, name.clone(), value, name) });
    }
    // The occurrence's own value comes first and holds; a measure-typed property is read as a quantity too.
    let mut seen = std::collections::HashSet::new();
    rows.retain(|row| row.thickness_mm.is_some() || seen.insert(row.name.clone()));
    rows
}

fn fact(entity: EntityIndex, name: String, value: Scalar, source: String) -> Row {
    Row { name: Some(name), value: Some(value), source: Some(source), ..Row::of(entity) }
}
