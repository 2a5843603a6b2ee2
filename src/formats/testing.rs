//! What the tests of the readers ask of a model that was read from a text.

use std::ops::ControlFlow;

use super::{ContentEncoding, read};
use crate::ifc::{
    BuildingModel, Entity, EntityIndex, Measure, ModelHead, ModelReader as _, ProblemCode, PropertyValue,
    QuantitySource, Shape,
};

/// A model that was read.
pub(super) struct Doc(BuildingModel);

impl Doc {
    pub(super) fn of(text: &str) -> Doc {
        Doc(read(text.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).unwrap().model)
    }

    pub(super) fn head(&self) -> &ModelHead {
        &self.0.summary().head
    }

    pub(super) fn shape(&self) -> Shape {
        self.head().shape
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().count()
    }

    /// The entity of a name.
    pub(super) fn entity(&self, name: &str) -> (EntityIndex, Entity) {
        let is_it = |entity: &Entity| entity.name.is_some_and(|n| self.0.text(n) == name);
        self.0.iter().find(|(_, entity)| is_it(entity)).unwrap_or_else(|| panic!("no {name}"))
    }

    pub(super) fn type_of(&self, name: &str) -> &str {
        self.0.text(self.entity(name).1.entity_type)
    }

    /// The names of what contains an entity, hosts it, has it as a part, and of its storey; "-" for none.
    pub(super) fn place(&self, name: &str) -> [&str; 4] {
        let (_, entity) = self.entity(name);
        [entity.container, entity.host, entity.whole, entity.storey].map(|other| self.name(other))
    }

    fn name(&self, entity: Option<EntityIndex>) -> &str {
        let name = entity.and_then(|entity| self.0.entity(entity)?.name);
        name.map_or("-", |name| self.0.text(name))
    }

    pub(super) fn storeys(&self) -> Vec<&str> {
        self.0.summary().storeys.iter().map(|storey| self.name(Some(*storey))).collect()
    }

    pub(super) fn type_name(&self, name: &str) -> Option<&str> {
        self.entity(name).1.type_name.map(|name| self.0.text(name))
    }

    /// A property as `set.name = value`, numbers with their measure.
    pub(super) fn property(&self, entity: &str, name: &str) -> Option<String> {
        let (index, _) = self.entity(entity);
        let properties = self.0.properties(index);
        let found = properties.iter().find(|property| self.0.text(property.name) == name)?;
        let set = found.set.map_or("-", |set| self.0.text(set));
        Some(match found.value {
            PropertyValue::Text(text) => format!("{set}: {}", self.0.text(text)),
            PropertyValue::Boolean(value) => format!("{set}: {value}"),
            PropertyValue::Number { value, measure } => format!("{set}: {} {measure:?}", rounded(value)),
        })
    }

    pub(super) fn quantity(&self, entity: &str, name: &str) -> Option<(Measure, f64, QuantitySource)> {
        let (index, _) = self.entity(entity);
        let quantities = self.0.quantities(index);
        let found = quantities.iter().find(|quantity| self.0.text(quantity.name) == name)?;
        Some((found.measure, rounded(found.value), found.source))
    }

    /// Names, thicknesses and shares.
    pub(super) fn materials(&self, entity: &str) -> Vec<(&str, Option<f64>, Option<f64>)> {
        let (index, _) = self.entity(entity);
        let uses = self.0.materials(index);
        uses.iter().map(|m| (self.0.text(m.material), m.thickness_m.map(rounded), m.share.map(rounded))).collect()
    }

    pub(super) fn bounds(&self, space: &str) -> Vec<&str> {
        self.0.boundaries(self.entity(space).0).iter().map(|element| self.name(Some(*element))).collect()
    }

    /// The names of the groups, systems and zones an entity belongs to.
    pub(super) fn groups(&self, entity: &str) -> Vec<&str> {
        self.0.groups(self.entity(entity).0).iter().map(|group| self.name(Some(*group))).collect()
    }

    /// The classification references of an entity as `system: code name`; "-" for no system.
    pub(super) fn classes(&self, entity: &str) -> Vec<String> {
        let rows = self.0.classifications(self.entity(entity).0);
        let show = |(system, text): &(Option<_>, _)| {
            format!("{}: {}", system.map_or("-", |system| self.0.text(system)), self.0.text(*text))
        };
        rows.iter().map(show).collect()
    }

    pub(super) fn problems(&self) -> Vec<(ProblemCode, &str, &str)> {
        let kept = self.0.summary().problems.kept.iter();
        kept.map(|problem| (problem.code, problem.pointer.as_str(), problem.detail.as_str())).collect()
    }

    pub(super) fn model(&self) -> &BuildingModel {
        &self.0
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}
