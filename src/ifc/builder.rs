//! Collects what a reader finds and turns it into a [`BuildingModel`].

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::finish;
use super::global_id::GlobalId;
use super::model::{
    BuildingModel, Entity, EntityIndex, MaterialUse, ModelHead, Property, PropertyValue, Quantity, QuantitySource,
};
use super::problem::{ProblemCode, Problems};
use super::table::{Interner, TextId};
use super::unit::Measure;
use crate::limits;

/// An entity as a reader sees it. Empty texts count as absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct EntityDraft<'a> {
    /// Its class with the prefix `Ifc`.
    pub entity_type: &'a str,
    /// The file's identifier: either spelling of a GlobalId, or anything else.
    pub id: Option<&'a str>,
    /// IFC attribute Name.
    pub name: Option<&'a str>,
    /// IFC attribute LongName.
    pub long_name: Option<&'a str>,
    /// IFC attribute Description.
    pub description: Option<&'a str>,
    /// IFC attribute Tag.
    pub tag: Option<&'a str>,
    /// IFC attribute ObjectType.
    pub object_type: Option<&'a str>,
    /// IFC attribute PredefinedType.
    pub predefined_type: Option<&'a str>,
    /// Name of its type object.
    pub type_name: Option<&'a str>,
    /// The word of the list it stood in.
    pub label: Option<&'a str>,
    /// Elevation in metres.
    pub elevation_m: Option<f64>,
}

/// A value as a reader sees it; numbers already in the stored unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueDraft<'a> {
    /// A text.
    Text(&'a str),
    /// A number.
    Number {
        /// In the stored unit of the measure.
        value: f64,
        /// What it measures.
        measure: Measure,
    },
    /// Yes or no.
    Boolean(bool),
}

/// A property as a reader sees it.
#[derive(Debug, Clone, Copy)]
pub struct PropertyDraft<'a> {
    /// The property set, where the shape keeps it.
    pub set: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: ValueDraft<'a>,
    /// Whether it came from the type object.
    pub from_type: bool,
}

/// A quantity as a reader sees it.
#[derive(Debug, Clone, Copy)]
pub struct QuantityDraft<'a> {
    /// The quantity set, where it has a name.
    pub set: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// What it measures.
    pub measure: Measure,
    /// In the stored unit of the measure.
    pub value: f64,
    /// Where it was found.
    pub source: QuantitySource,
    /// Whether it came from the type object.
    pub from_type: bool,
}

/// A material of an element as a reader sees it. Shares are computed from the thicknesses.
#[derive(Debug, Clone, Copy)]
pub struct MaterialDraft<'a> {
    /// Its name.
    pub name: &'a str,
    /// Thickness of a layer, in metres.
    pub thickness_m: Option<f64>,
    /// Fraction of a constituent, 0 to 1.
    pub fraction: Option<f64>,
    /// Whether it is a layer of a layer set.
    pub is_layer: bool,
}

/// Collects entities and what belongs to them, in any order after the entity itself.
#[derive(Debug)]
pub struct ModelBuilder {
    pub(super) texts: Interner,
    pub(super) entities: Vec<Entity>,
    pub(super) ids: HashMap<Id, EntityIndex>,
    pub(super) properties: Vec<(EntityIndex, Property)>,
    pub(super) quantities: Vec<(EntityIndex, Quantity)>,
    pub(super) materials: Vec<(EntityIndex, MaterialUse)>,
    pub(super) classifications: Vec<(EntityIndex, (Option<TextId>, TextId))>,
    pub(super) boundaries: Vec<(EntityIndex, EntityIndex)>,
    /// What was found wrong so far.
    pub problems: Problems,
}

/// An identifier in canonical form, so that both spellings of a GlobalId find the entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Id {
    Global(GlobalId),
    Other(Box<str>),
}

impl Id {
    fn parse(text: &str) -> Id {
        GlobalId::parse(text).map_or_else(|_| Id::Other(text.into()), Id::Global)
    }
}

impl Default for ModelBuilder {
    fn default() -> ModelBuilder {
        ModelBuilder::new()
    }
}

impl ModelBuilder {
    /// Nothing collected yet.
    #[must_use]
    pub fn new() -> ModelBuilder {
        ModelBuilder {
            texts: Interner::default(),
            entities: Vec::new(),
            ids: HashMap::new(),
            properties: Vec::new(),
            quantities: Vec::new(),
            materials: Vec::new(),
            classifications: Vec::new(),
            boundaries: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// Entities collected so far.
    #[must_use]
    pub fn entity_count(&self) -> usize {
        self.entities.len()
    }

    /// Adds an entity. `pointer` and `offset` say where it stands, for problems.
    /// `None` when [`limits::ENTITIES_MAX`] is reached.
    pub fn entity(&mut self, draft: &EntityDraft<'_>, pointer: &str, offset: u64) -> Option<EntityIndex> {
        if limits::ENTITIES_MAX <= self.entities.len() {
            return None;
        }
        let index = EntityIndex::new(self.entities.len())?;
        let mut global_id = None;
        let mut source_id = None;
        match draft.id.filter(|id| !id.trim().is_empty()) {
            None => self.problems.push(ProblemCode::IdMissing, pointer, offset, draft.entity_type),
            Some(text) => {
                let id = Id::parse(text);
                match &id {
                    Id::Global(id) => global_id = Some(*id),
                    Id::Other(_) => source_id = self.text(Some(text)),
                }
                match self.ids.entry(id) {
                    Entry::Occupied(_) => self.problems.push(ProblemCode::IdRepeated, pointer, offset, text),
                    Entry::Vacant(free) => {
                        free.insert(index);
                    }
                }
            }
        }
        if !super::is_known(draft.entity_type) {
            self.problems.push(ProblemCode::TypeUnknown, pointer, offset, draft.entity_type);
        }
        let entity = Entity {
            entity_type: self.texts.intern(draft.entity_type)?,
            global_id,
            source_id,
            name: self.text(draft.name),
            long_name: self.text(draft.long_name),
            description: self.text(draft.description),
            tag: self.text(draft.tag),
            object_type: self.text(draft.object_type),
            predefined_type: self.text(draft.predefined_type),
            type_name: self.text(draft.type_name),
            label: self.text(draft.label),
            container: None,
            storey: None,
            host: None,
            whole: None,
            elevation_m: draft.elevation_m,
        };
        self.entities.push(entity);
        Some(index)
    }

    /// Finds an entity by its identifier in either spelling.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<EntityIndex> {
        self.ids.get(&Id::parse(id)).copied()
    }

    /// The type of an entity collected before.
    #[must_use]
    pub fn type_of(&self, entity: EntityIndex) -> &str {
        self.entities.get(entity.index()).map_or("", |e| self.texts.get(e.entity_type))
    }

    /// The name of an entity collected before.
    #[must_use]
    pub fn name_of(&self, entity: EntityIndex) -> Option<&str> {
        self.entities.get(entity.index())?.name.map(|name| self.texts.get(name))
    }

    /// Says what contains an entity: a storey, a space, a building.
    pub fn set_container(&mut self, entity: EntityIndex, container: EntityIndex) {
        self.change(entity, |e| e.container = Some(container));
    }

    /// Says of which whole an entity is a part.
    pub fn set_whole(&mut self, entity: EntityIndex, whole: EntityIndex) {
        self.change(entity, |e| e.whole = Some(whole));
    }

    /// Says what an entity is built into: the wall of a door, the opening's wall.
    pub fn set_host(&mut self, entity: EntityIndex, host: EntityIndex) {
        self.change(entity, |e| e.host = Some(host));
    }

    /// Names the type object of an entity, unless it is named already.
    pub fn set_type_name(&mut self, entity: EntityIndex, name: &str) {
        let name = self.text(Some(name));
        self.change(entity, |e| e.type_name = e.type_name.or(name));
    }

    /// Sets the elevation of a storey, in metres; for shapes that declare their units after the storey.
    pub fn set_elevation(&mut self, entity: EntityIndex, elevation_m: f64) {
        self.change(entity, |e| e.elevation_m = Some(elevation_m));
    }

    /// Says that an element bounds a space.
    pub fn boundary(&mut self, space: EntityIndex, element: EntityIndex) {
        self.boundaries.push((space, element));
    }

    /// Adds a property.
    pub fn property(&mut self, entity: EntityIndex, draft: &PropertyDraft<'_>) {
        let set = self.text(draft.set);
        let Some(name) = self.texts.intern(draft.name) else { return };
        let value = match draft.value {
            ValueDraft::Text(text) => {
                let text = self.cut(text);
                let Some(text) = self.texts.intern(text) else { return };
                PropertyValue::Text(text)
            }
            ValueDraft::Number { value, measure } => PropertyValue::Number { value, measure },
            ValueDraft::Boolean(value) => PropertyValue::Boolean(value),
        };
        self.properties.push((entity, Property { set, name, value, from_type: draft.from_type }));
    }

    /// Adds a quantity.
    pub fn quantity(&mut self, entity: EntityIndex, draft: &QuantityDraft<'_>) {
        let set = self.text(draft.set);
        let Some(name) = self.texts.intern(draft.name) else { return };
        let QuantityDraft { measure, value, source, from_type, .. } = *draft;
        let quantity =
            Quantity { set, name, measure, value, source, from_type, corrected_by: None, implausible: false };
        self.quantities.push((entity, quantity));
    }

    /// Says what an element is made of, in order; replaces nothing, so call it once per element.
    pub fn materials(&mut self, entity: EntityIndex, drafts: &[MaterialDraft<'_>]) {
        let thickness: Option<f64> = drafts.iter().map(|d| d.thickness_m.filter(|t| *t >= 0.0)).sum();
        for draft in drafts {
            let Some(material) = self.texts.intern(draft.name) else { return };
            let by_thickness = draft.thickness_m.zip(thickness).filter(|(_, sum)| *sum > 0.0).map(|(t, sum)| t / sum);
            let share = if drafts.len() == 1 { Some(1.0) } else { draft.fraction.or(by_thickness) };
            let (thickness_m, is_layer) = (draft.thickness_m, draft.is_layer);
            self.materials.push((entity, MaterialUse { material, thickness_m, share, is_layer }));
        }
    }

    /// Adds a classification reference.
    pub fn classification(&mut self, entity: EntityIndex, system: Option<&str>, code: &str) {
        let system = self.text(system);
        if let Some(code) = self.texts.intern(code) {
            self.classifications.push((entity, (system, code)));
        }
    }

    /// Resolves storeys, orders them, checks magnitudes and freezes the tables.
    #[must_use]
    pub fn finish(self, head: ModelHead) -> BuildingModel {
        finish::finish(self, head)
    }

    fn text(&mut self, text: Option<&str>) -> Option<TextId> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        let text = self.cut(text);
        self.texts.intern(text)
    }

    /// Cuts a text at [`limits::TEXT_BYTES_MAX`], never inside a character, and notes it.
    fn cut<'t>(&mut self, text: &'t str) -> &'t str {
        if text.len() <= limits::TEXT_BYTES_MAX {
            return text;
        }
        let cut = text.get(..text.floor_char_boundary(limits::TEXT_BYTES_MAX)).unwrap_or_default();
        self.problems.push(ProblemCode::TextCut, "", 0, format!("{} of {} bytes kept", cut.len(), text.len()));
        cut
    }

    fn change(&mut self, entity: EntityIndex, change: impl FnOnce(&mut Entity)) {
        if let Some(entity) = self.entities.get_mut(entity.index()) {
            change(entity);
        }
    }
}
