//! Shape F: German component lists, `{"Ständer": [{"Name", "GUID", "Länge": 3190, …}]}`.
//!
//! The word of a list says what its components are. Lengths are in millimetres, areas, volumes and weights in m², m³ and
//! kg; a number may be the text "unbekannt". Storeys are labels and get an entity each.

use std::collections::HashMap;

use super::ShapeReader;
use super::header_data::label_storey;
use super::json::{Json, Value};
use super::splitter::Place;
use crate::ifc::{
    CONCEPTS, Concept, EntityDraft, EntityIndex, MaterialDraft, Measure, ModelBuilder, ModelHead, ProblemCode,
    PropertyDraft, QuantityDraft, QuantitySource, Shape, UnitAssignment, ValueDraft, fold, is_placeholder, words,
};

const PART_NUMBER: &str = "Eindeutige Bauteilbezeichnung";
const STOREY: &str = "Geschoss";
const ID_KEYS: &[&str] = &["GUID", "GlobalId", "Guid", "guid"];

/// Shortest word that is looked for at the end of a compound ("Innenwand").
const SUFFIX_MIN: usize = 4;

/// Fields that are quantities: the folded word, the name they get, what they measure, and the factor to the stored unit.
const QUANTITIES: &[(&str, &str, Measure, f64)] = &[
    ("laenge", "Length", Measure::Length, 1e-3),
    ("breite", "Width", Measure::Length, 1e-3),
    ("hoehe", "Height", Measure::Length, 1e-3),
    ("dicke", "Thickness", Measure::Length, 1e-3),
    ("volumen", "Volume", Measure::Volume, 1.0),
    ("flaeche", "Area", Measure::Area, 1.0),
    ("gewicht", "Weight", Measure::Weight, 1.0),
];

/// Fields that are kept under the name of the standard property too: folded beginning, standard name, measure.
const STANDARD: &[(&str, &str, Measure)] = &[
    ("tragend", "LoadBearing", Measure::Plain),
    ("aussenbauteil", "IsExternal", Measure::Plain),
    ("feuerwiderstandsklasse", "FireRating", Measure::Plain),
    ("u-wert", "ThermalTransmittance", Measure::ThermalTransmittance),
];

/// What the word of a list means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    pub(super) entity_type: &'static str,
    pub(super) predefined_type: Option<&'static str>,
}

/// The reader of shape F.
#[derive(Debug)]
pub(super) struct GermanFlat {
    builder: ModelBuilder,
    storeys: HashMap<String, EntityIndex>,
    meanings: HashMap<String, Meaning>,
}

impl ShapeReader for GermanFlat {
    fn header(&mut self, _: &Place, _: Json<'_>) {}

    fn record(&mut self, place: &Place, record: Json<'_>) {
        if record.is_object() {
            self.component(place.group.as_deref().unwrap_or_default(), record, place);
        } else {
            self.builder.problems.push(ProblemCode::RecordNotObject, place, record.kind());
        }
    }

    fn builder(&mut self) -> &mut ModelBuilder {
        &mut self.builder
    }

    fn resolve(&mut self) -> ModelHead {
        ModelHead {
            units: UnitAssignment { length: Some(1e-3), ..UnitAssignment::default() },
            ..ModelHead::of_shape(Shape::GermanFlat)
        }
    }

    fn into_builder(self: Box<Self>) -> ModelBuilder {
        self.builder
    }
}

impl GermanFlat {
    pub(super) fn new(builder: ModelBuilder) -> GermanFlat {
        GermanFlat { builder, storeys: HashMap::new(), meanings: HashMap::new() }
    }

    fn component(&mut self, group: &str, record: Json<'_>, place: &Place) {
        let meaning = *self.meanings.entry(group.to_owned()).or_insert_with(|| meaning_of(group));
        let name = record.text_at("Name");
        let is_space = meaning.entity_type == "IfcSpace";
        let draft = EntityDraft {
            entity_type: meaning.entity_type,
            id: ID_KEYS.iter().find_map(|key| record.text_at(key)),
            name,
            long_name: name.filter(|_| is_space),
            tag: record.text_at(PART_NUMBER).filter(|tag| !is_placeholder(PART_NUMBER, tag)),
            predefined_type: meaning.predefined_type,
            label: Some(group),
            ..EntityDraft::default()
        };
        let Some(entity) = self.builder.entity(&draft, place) else { return };
        for (key, value) in record.fields() {
            match key {
                "Name" => {}
                key if ID_KEYS.contains(&key) => {}
                "Material" => self.material(entity, value, place),
                _ => self.field(entity, key, value, place),
            }
        }
        self.volume_of_dimensions(entity, record);
        if let Some(label) = record.text_at(STOREY).filter(|label| !is_placeholder(STOREY, label)) {
            let known = self.storeys.get(label).copied();
            let Some(storey) = known.or_else(|| label_storey(&mut self.builder, label)) else { return };
            if known.is_none() {
                self.storeys.insert(label.to_owned(), storey);
            }
            self.builder.set_container(entity, storey);
        }
    }

    /// One name, or several joined by " / ", as which the list does not tell their thickness.
    fn material(&mut self, entity: EntityIndex, value: Json<'_>, place: &Place) {
        let Some(text) = value.text().filter(|text| !is_placeholder("Material", text)) else {
            return self.property(entity, "Material", value, Measure::Plain, place);
        };
        let drafts: Vec<MaterialDraft<'_>> = material_names(text)
            .into_iter()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| MaterialDraft { name, thickness_m: None, fraction: None, is_layer: false })
            .collect();
        self.builder.materials(entity, &drafts);
    }

    fn field(&mut self, entity: EntityIndex, key: &str, value: Json<'_>, place: &Place) {
        let folded = fold(key);
        if let (Some((name, measure, factor)), Some(number)) = (quantity_of(&folded), number_of(value)) {
            self.quantity(entity, name, measure, number * factor, QuantitySource::QuantitySet);
            return;
        }
        let standard = STANDARD.iter().find(|(begin, ..)| folded.starts_with(begin));
        let measure = standard.map_or(Measure::Plain, |(.., measure)| *measure);
        self.property(entity, key, value, measure, place);
        if let Some((_, name, measure)) = standard {
            self.property(entity, name, value, *measure, place);
        }
        if folded.starts_with("kostengruppe")
            && let Some(code) = value.to_text().filter(|code| !is_placeholder(key, code))
        {
            self.builder.classification(entity, Some("DIN 276"), &code);
        }
    }

    /// Length × width × height, where the list gives all three and no volume.
    fn volume_of_dimensions(&mut self, entity: EntityIndex, record: Json<'_>) {
        let size = |wanted: &str| {
            let mut numbers = record.fields().filter_map(|(key, value)| {
                let (name, _, factor) = quantity_of(&fold(key))?;
                (name == wanted).then(|| number_of(value)).flatten().map(|number| number * factor)
            });
            numbers.next()
        };
        let sides = [size("Length"), size("Width"), size("Height")];
        if let ([Some(length), Some(width), Some(height)], None) = (sides, size("Volume"))
            && 0.0 < length.min(width).min(height)
        {
            self.quantity(entity, "Volume", Measure::Volume, length * width * height, QuantitySource::Dimensions);
        }
    }

    fn quantity(&mut self, entity: EntityIndex, name: &str, measure: Measure, value: f64, source: QuantitySource) {
        self.builder.quantity(entity, &QuantityDraft { set: None, name, measure, value, source, from_type: false });
    }

    fn property(&mut self, entity: EntityIndex, name: &str, value: Json<'_>, measure: Measure, place: &Place) {
        let joined;
        let value = match value.value() {
            Value::Null => return,
            Value::Bool(value) => ValueDraft::Boolean(value),
            Value::Number(value) => ValueDraft::Number { value, measure },
            Value::Text(text) => ValueDraft::Text(text),
            Value::Array => {
                joined = value.items().filter_map(Json::to_text).collect::<Vec<_>>().join(", ");
                ValueDraft::Text(&joined)
            }
            Value::Object => {
                self.builder.problems.push(ProblemCode::ValueUnreadable, place, name);
                return;
            }
        };
        self.builder.property(entity, &PropertyDraft { set: None, name, value, from_type: false });
    }
}

/// The quantity a folded field name stands for. A unit behind the name ("laenge [m]") goes before the usual one.
fn quantity_of(folded: &str) -> Option<(&'static str, Measure, f64)> {
    let (first, rest) = folded.split_once(|c: char| !c.is_alphanumeric()).unwrap_or((folded, ""));
    let &(_, name, measure, factor) = QUANTITIES.iter().find(|(word, ..)| *word == first)?;
    let unit = words(rest).concat();
    let factor = match (unit.as_str(), measure) {
        ("", _)
        | ("mm", Measure::Length)
        | ("m2", Measure::Area)
        | ("m3", Measure::Volume)
        | ("kg", Measure::Weight) => factor,
        ("cm", Measure::Length) => 1e-2,
        ("m", Measure::Length) => 1.0,
        _ => return None,
    };
    Some((name, measure, factor))
}

/// A number, also one written as text with a German comma.
fn number_of(value: Json<'_>) -> Option<f64> {
    match value.value() {
        Value::Number(number) => Some(number),
        Value::Text(text) => text.trim().replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite()),
        Value::Null | Value::Bool(_) | Value::Array | Value::Object => None,
    }
}

/// The entity type of a list. A word for several things ("Sparren/Stab") does not say which of them a component is.
pub(super) fn meaning_of(group: &str) -> Meaning {
    let folded = fold(group.trim());
    if let Some(concept) = concept_of(&folded) {
        return Meaning { entity_type: concept.entity_type, predefined_type: predefined_of(concept) };
    }
    let part = folded.split(['/', ',']).find_map(|part| concept_of(part.trim()));
    let concept = part.or_else(|| concept_of_suffix(&folded));
    let entity_type = concept.map_or("IfcBuildingElementProxy", |concept| concept.entity_type);
    Meaning { entity_type, predefined_type: None }
}

fn concept_of(folded: &str) -> Option<&'static Concept> {
    CONCEPTS.iter().find(|concept| concept.de.iter().any(|word| fold(word) == folded))
}

/// The concept with the longest word that ends a compound.
fn concept_of_suffix(folded: &str) -> Option<&'static Concept> {
    let words = CONCEPTS.iter().flat_map(|concept| concept.de.iter().map(move |word| (fold(word), concept)));
    let matching = words.filter(|(word, _)| SUFFIX_MIN <= word.len() && folded.ends_with(word.as_str()));
    // `max_by_key` takes the last of equals; the first concept shall win.
    let mut best: Option<(usize, &'static Concept)> = None;
    for (word, concept) in matching {
        if best.is_none_or(|(length, _)| length < word.len()) {
            best = Some((word.len(), concept));
        }
    }
    best.map(|(_, concept)| concept)
}

fn predefined_of(concept: &Concept) -> Option<&'static str> {
    match concept.predefined {
        [only] if !only.starts_with('!') => Some(only),
        _ => None,
    }
}

/// Splits a joined list of materials, but not inside the class names of authoring libraries that hold the separator.
fn material_names(text: &str) -> Vec<&str> {
    const SEPARATOR: &str = " / ";
    const CLASSES: &[(&str, &str)] = &[("Insulation", "Thermal Barriers")];
    let mut names = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(SEPARATOR) {
        let (before, after) =
            (text.get(start..at).unwrap_or_default(), text.get(at + SEPARATOR.len()..).unwrap_or_default());
        if CLASSES.iter().any(|(first, second)| before == *first && after.starts_with(second)) {
            continue;
        }
        names.push(before);
        start = at + SEPARATOR.len();
    }
    names.push(text.get(start..).unwrap_or_default());
    names
}

#[cfg(test)]
mod tests;
