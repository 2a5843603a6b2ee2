//! What a building model holds at a glance: its storeys, the kinds of its parts, its materials. Counted once, with the first
//! request for it, in one walk over the entities.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use crate::ifc::{
    CONCEPTS, Concept, Entity, EntityIndex, ModelReader, TextId, fold, is_a, is_element, is_placeholder, supertypes,
};
use crate::limits;

/// What is known of the whole project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct OverviewProject {
    /// Name of the project, as the file has it.
    pub name: Option<String>,
    /// Name of the building; the first where there are several.
    pub building: Option<String>,
    /// Schema version, as the file names it.
    pub schema: Option<String>,
    /// The software that wrote the file.
    pub application: Option<String>,
    /// When the file was written, as it says.
    pub written_at: Option<String>,
    /// Postal address of the building, else of the site, in one line.
    pub address: Option<String>,
}

/// A storey.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OverviewStorey {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its elevation in metres, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elevation_m: Option<f64>,
    /// Building parts on it.
    pub elements: usize,
}

/// A kind of building part.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OverviewType {
    /// The entity type; its subtypes are counted with it where people call them alike.
    #[serde(rename = "type")]
    pub entity_type: String,
    /// What people call several of it in German; the entity type where there is no word.
    pub label_de: String,
    /// The same in English.
    pub label_en: String,
    /// How many there are.
    pub count: usize,
}

/// A material.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OverviewMaterial {
    /// Its name.
    pub name: String,
    /// Building parts that consist of it, wholly or in part.
    pub elements: usize,
}

/// A building model at a glance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Overview {
    /// The whole.
    pub project: OverviewProject,
    /// Building parts in all.
    pub elements: usize,
    /// Storeys from the lowest to the highest.
    pub storeys: Vec<OverviewStorey>,
    /// How many storeys there are.
    pub storeys_total: usize,
    /// Kinds of building parts, the most frequent first.
    pub types: Vec<OverviewType>,
    /// How many kinds there are.
    pub types_total: usize,
    /// Materials, the most frequent first.
    pub materials: Vec<OverviewMaterial>,
    /// How many materials there are.
    pub materials_total: usize,
    /// Rooms and other spaces.
    pub spaces: usize,
}

/// What is counted on the way.
#[derive(Default)]
struct Counts<'a> {
    elements: usize,
    spaces: usize,
    on_storey: HashMap<EntityIndex, usize>,
    of_type: BTreeMap<&'a str, usize>,
    /// By folded name: how it is written first, and the parts.
    of_material: BTreeMap<String, (&'a str, usize)>,
}

impl<'a> Counts<'a> {
    fn add(&mut self, reader: &'a dyn ModelReader, index: EntityIndex, entity: &Entity) {
        self.elements += 1;
        *self.of_type.entry(reader.text(entity.entity_type)).or_default() += 1;
        if let Some(storey) = entity.storey {
            *self.on_storey.entry(storey).or_default() += 1;
        }
        let uses = reader.materials(index);
        let mut seen: Vec<String> = Vec::with_capacity(uses.len());
        for layer in uses.iter() {
            let name = reader.text(layer.material).trim();
            let folded = fold(name);
            // A part counts once for a material, however many of its layers consist of it.
            if name.is_empty() || is_placeholder("material", name) || seen.contains(&folded) {
                continue;
            }
            self.of_material.entry(folded.clone()).or_insert((name, 0)).1 += 1;
            seen.push(folded);
        }
    }
}

impl Overview {
    /// Counts a model, in time proportional to it.
    pub(super) fn of(reader: &dyn ModelReader) -> Overview {
        let mut counts = Counts::default();
        let mut project = OverviewProject::default();
        for index in (0..reader.entity_count()).filter_map(EntityIndex::new) {
            let Some(entity) = reader.entity(index) else { continue };
            let entity_type = reader.text(entity.entity_type);
            let named = || spelled(reader, [entity.long_name, entity.name]);
            if is_element(entity_type) {
                counts.add(reader, index, &entity);
            } else if is_a(entity_type, "IfcSpace") {
                counts.spaces += 1;
            } else if entity_type == "IfcProject" {
                project.name = project.name.or_else(named);
            } else if entity_type == "IfcBuilding" {
                project.building = project.building.or_else(named);
            }
        }
        let head = reader.head();
        project.schema.clone_from(&head.schema);
        project.application.clone_from(&head.application);
        project.written_at.clone_from(&head.written_at);
        project.address.clone_from(&head.address);
        let (mut storeys, mut types, mut materials) = (storeys(reader, &counts), types(&counts), materials(&counts));
        let totals = (storeys.len(), types.len(), materials.len());
        storeys.truncate(limits::OVERVIEW_ENTRIES_MAX);
        types.truncate(limits::OVERVIEW_ENTRIES_MAX);
        materials.truncate(limits::OVERVIEW_ENTRIES_MAX);
        Overview {
            project,
            elements: counts.elements,
            storeys,
            storeys_total: totals.0,
            types,
            types_total: totals.1,
            materials,
            materials_total: totals.2,
            spaces: counts.spaces,
        }
    }
}

/// The first of the texts that says something.
fn spelled(reader: &dyn ModelReader, texts: [Option<TextId>; 2]) -> Option<String> {
    let texts = texts.into_iter().flatten().map(|id| reader.text(id).trim());
    texts.filter(|text| !text.is_empty()).map(str::to_owned).next()
}

fn storeys(reader: &dyn ModelReader, counts: &Counts<'_>) -> Vec<OverviewStorey> {
    let storey = |index: &EntityIndex| {
        let entity = reader.entity(*index)?;
        Some(OverviewStorey {
            // As questions name it.
            name: spelled(reader, [entity.name, entity.long_name]).unwrap_or_default(),
            elevation_m: entity.elevation_m,
            elements: counts.on_storey.get(index).copied().unwrap_or(0),
        })
    };
    reader.storeys().iter().filter_map(storey).collect()
}

/// Types that people call alike are one: an `IfcWallStandardCase` is a wall, as in answers.
fn types(counts: &Counts<'_>) -> Vec<OverviewType> {
    let mut joined: BTreeMap<&str, (Option<&Concept>, usize)> = BTreeMap::new();
    for (entity_type, count) in &counts.of_type {
        let concept = concept_of(entity_type);
        let name = concept.map_or(*entity_type, |concept| concept.entity_type);
        joined.entry(name).or_insert((concept, 0)).1 += count;
    }
    let label = |words: &[&str], name: &str| words.get(1).or(words.first()).map_or(name, |word| *word).to_owned();
    let mut types: Vec<OverviewType> = joined
        .into_iter()
        .map(|(name, (concept, count))| OverviewType {
            entity_type: name.to_owned(),
            label_de: label(concept.map_or(&[], |concept| concept.de), name),
            label_en: label(concept.map_or(&[], |concept| concept.en), name),
            count,
        })
        .collect();
    types.sort_by_key(|entry| std::cmp::Reverse(entry.count));
    types
}

/// The word for a type: its own, or that of the nearest type above it which is still a kind of its own.
fn concept_of(entity_type: &str) -> Option<&'static Concept> {
    let of = |name: &str| CONCEPTS.iter().find(|concept| concept.entity_type == name && concept.is_whole());
    supertypes(entity_type).find_map(of).filter(|concept| concept.id != "element")
}

fn materials(counts: &Counts<'_>) -> Vec<OverviewMaterial> {
    let mut materials: Vec<OverviewMaterial> = counts
        .of_material
        .values()
        .map(|(name, elements)| OverviewMaterial { name: (*name).to_owned(), elements: *elements })
        .collect();
    materials.sort_by_key(|entry| std::cmp::Reverse(entry.elements));
    materials
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::testing::Draft;

    #[test]
    fn parts_are_counted_by_storey_kind_and_material_as_questions_count_them() {
        let mut draft = Draft::default();
        draft.entity("IfcProject", "Haus Seeblick");
        let cellar = draft.storey("Keller", -2.5);
        let ground = draft.storey("Erdgeschoss", 0.0);
        let wall = draft.entity_in(ground, "IfcWallStandardCase", "W1");
        draft.layers(wall, &[("Beton", None), ("Dämmung", None), ("beton", None)]);
        let other = draft.entity_in(ground, "IfcWall", "W2");
        draft.layers(other, &[("Beton", None)]);
        draft.entity_in(cellar, "IfcDoor", "T1");
        draft.entity_in(ground, "IfcSpace", "R1");
        draft.entity("IfcOpeningElement", "O1");
        let overview = Overview::of(draft.build().model.as_ref());

        assert_eq!(overview.project.name.as_deref(), Some("Haus Seeblick"));
        assert_eq!((overview.elements, overview.spaces), (3, 1));
        let storeys: Vec<_> = overview.storeys.iter().map(|s| (s.name.as_str(), s.elevation_m, s.elements)).collect();
        assert_eq!(storeys, [("Keller", Some(-2.5), 1), ("Erdgeschoss", Some(0.0), 2)]);
        let types: Vec<_> =
            overview.types.iter().map(|t| (t.entity_type.as_str(), t.label_de.as_str(), t.count)).collect();
        assert_eq!(types, [("IfcWall", "Wände", 2), ("IfcDoor", "Türen", 1)]);
        let materials: Vec<_> = overview.materials.iter().map(|m| (m.name.as_str(), m.elements)).collect();
        assert_eq!(materials, [("Beton", 2), ("Dämmung", 1)]);
    }

    #[test]
    fn long_lists_are_cut_and_say_how_long_they_are() {
        let mut draft = Draft::default();
        let wall = draft.entity("IfcWall", "W1");
        let names: Vec<String> = (0..=limits::OVERVIEW_ENTRIES_MAX).map(|at| format!("Material {at}")).collect();
        let uses: Vec<_> = names.iter().map(|name| (name.as_str(), None)).collect();
        draft.layers(wall, &uses);
        let overview = Overview::of(draft.build().model.as_ref());
        assert_eq!(overview.materials.len(), limits::OVERVIEW_ENTRIES_MAX);
        assert_eq!(overview.materials_total, limits::OVERVIEW_ENTRIES_MAX + 1);
    }
}
