//! The words one building model uses: names, storeys, materials, property names and values.
//!
//! Built once when a model is opened; the parser looks here for everything the lexicon does not hold.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::ifc::{
    CONCEPTS, EntityIndex, GlobalId, Property, PropertyValue, TextId, fold, is_a, is_element, is_placeholder, words,
};

use super::lexicon::property::{KnownProperty, joined};
use super::lexicon::storey::{StoreyClass, class_of_name};
use crate::ifc::ModelReader;

/// Longest text of a property that counts as a word of the model.
const VALUE_BYTES_MAX: usize = 64;

/// Distinct values of one property that are remembered as words; a property with more is free text.
const VALUES_PER_PROPERTY_MAX: usize = 2000;

/// A storey and what its name says.
#[derive(Debug, Clone)]
pub(super) struct StoreyWord {
    pub(super) index: EntityIndex,
    pub(super) name: String,
    pub(super) words: Vec<String>,
    pub(super) class: Option<StoreyClass>,
    pub(super) elevation_m: Option<f64>,
}

/// A name of entities.
#[derive(Debug, Clone)]
pub(super) struct NameWord {
    /// As the model writes it.
    pub(super) spelling: String,
    /// The kind of part that all entities of that name are, where they are of one kind.
    pub(super) kind: Option<&'static str>,
}

/// Everything the parser may look up.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    /// From the lowest to the highest.
    pub(super) storeys: Vec<StoreyWord>,
    /// Folded names, long names, tags, part numbers of entities that people ask for by name.
    pub(super) names: HashMap<String, NameWord>,
    /// What numbered rooms and nothing else are called without their number, by the folded name: "Bedroom" of "Bedroom 1"
    /// and "Bedroom 2".
    pub(super) numbered_rooms: HashMap<String, String>,
    /// The kind of part of a GlobalId.
    pub(super) ids: HashMap<GlobalId, &'static str>,
    /// Material names by folded name.
    pub(super) materials: BTreeMap<String, String>,
    /// Type object names by folded name.
    pub(super) type_names: BTreeMap<String, String>,
    /// Group words of flat lists, folded.
    pub(super) labels: BTreeMap<String, String>,
    /// Property names: joined words to the names as written.
    pub(super) properties: BTreeMap<String, BTreeSet<String>>,
    /// Folded values of text properties to the value as written and the properties' names.
    pub(super) values: BTreeMap<String, (String, BTreeSet<String>)>,
    /// Words within those values to the properties' names.
    pub(super) value_words: BTreeMap<String, BTreeSet<String>>,
    /// Names of properties that only the building, the site or storeys carry, joined.
    pub(super) of_the_whole: BTreeSet<String>,
    /// Classification references: folded codes, and folded names, to the text that finds them.
    pub(super) classes: BTreeMap<String, String>,
    /// Folded names of classification systems.
    pub(super) systems: BTreeSet<String>,
    /// Number of entities by type as written.
    pub(super) types: BTreeMap<String, usize>,
}

impl Vocabulary {
    /// Reads a model once: every entity, and the items of each part once. What many entities share, their type, the name of
    /// their type object, the name of a property, is looked at once too.
    pub(super) fn of(reader: &dyn ModelReader) -> Vocabulary {
        let mut vocabulary = Vocabulary { storeys: storeys(reader), ..Vocabulary::default() };
        let mut gathered = Gathered::default();
        let mut types: HashMap<TextId, TypeWord> = HashMap::new();
        let (mut seen_types, mut seen_labels) = (HashSet::new(), HashSet::new());
        for index in (0..reader.entity_count()).filter_map(EntityIndex::new) {
            let Some(entity) = reader.entity(index) else { continue };
            let of = types.entry(entity.entity_type).or_insert_with(|| TypeWord::of(reader.text(entity.entity_type)));
            of.count += 1;
            if !of.is_part {
                continue;
            }
            for id in [entity.name, entity.long_name, entity.tag, entity.source_id].into_iter().flatten() {
                vocabulary.add_name(reader.text(id), of.kind);
            }
            vocabulary.ids.extend(entity.global_id.zip(of.kind));
            let type_names = (entity.type_name, &mut vocabulary.type_names, &mut seen_types);
            let labels = (entity.label, &mut vocabulary.labels, &mut seen_labels);
            for (id, into, seen) in [type_names, labels] {
                if let Some(text) = id.filter(|id| seen.insert(*id)).map(|id| reader.text(id)) {
                    into.entry(fold(text)).or_insert_with(|| text.to_owned());
                }
            }
            for material in reader.materials(index).iter() {
                gathered.add_material(reader, material.material);
            }
            for (system, reference) in reader.classifications(index).iter() {
                gathered.add_class(system.map_or("", |system| reader.text(system)), reader.text(*reference));
            }
            for property in reader.properties(index).iter() {
                gathered.add(reader, property, of.is_whole);
            }
        }
        for (id, of) in types {
            *vocabulary.types.entry(reader.text(id).to_owned()).or_default() += of.count;
        }
        vocabulary.add_gathered(gathered);
        vocabulary.numbered_rooms = numbered_rooms(&vocabulary.names);
        vocabulary
    }

    fn add_gathered(&mut self, gathered: Gathered) {
        for name in gathered.materials {
            self.materials.entry(fold(&name)).or_insert(name);
        }
        for (system, references) in &gathered.classes {
            references.iter().for_each(|reference| self.add_class(system, reference));
        }
        let with_parts = gathered.values.iter().filter(|(_, values)| values.is_of_parts);
        let of_parts: BTreeSet<String> = with_parts.map(|(name, _)| joined(name)).collect();
        for (name, values) in &gathered.values {
            let name_joined = joined(name);
            if !of_parts.contains(&name_joined) {
                self.of_the_whole.insert(name_joined);
            }
            self.add_property(name, &values.texts);
        }
    }

    fn add_name(&mut self, name: &str, kind: Option<&'static str>) {
        if name.trim().is_empty() {
            return;
        }
        let named =
            self.names.entry(fold(name.trim())).or_insert_with(|| NameWord { spelling: name.trim().to_owned(), kind });
        if named.kind != kind {
            named.kind = None;
        }
    }

    /// Notes a classification reference: `code name`, its code alone, its name alone, and its system.
    fn add_class(&mut self, system: &str, reference: &str) {
        let reference = reference.trim();
        if is_placeholder("Assembly Code", reference) || reference.is_empty() {
            return;
        }
        let (code, name) = reference.split_once(' ').unwrap_or((reference, ""));
        for text in [reference, code, name.trim()].into_iter().filter(|text| !text.is_empty()) {
            self.classes.entry(fold(text)).or_insert_with(|| text.to_owned());
        }
        self.systems.extend(Some(fold(system.trim())).filter(|system| !system.is_empty()));
    }

    /// The classification reference that a text means, as the model writes it.
    pub(super) fn class_named(&self, text: &str) -> Option<String> {
        self.classes.get(&fold(text.trim())).cloned()
    }

    /// Whether folded words name a classification system of the model, or begin its name: "din 276".
    pub(super) fn has_system(&self, words: &str) -> bool {
        let begins = |system: &String| {
            system.strip_prefix(words).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        };
        words.len() > 2 && self.systems.iter().any(begins)
    }

    /// Whether only the building or the site carries a property, by id or name.
    pub(super) fn is_of_the_whole(&self, property: &str) -> bool {
        match KnownProperty::by_id(property) {
            Some(known) => known.names.iter().any(|name| self.of_the_whole.contains(*name)),
            None => self.of_the_whole.contains(&joined(property)),
        }
    }

    /// Whether some value of a property is a text.
    pub(super) fn is_textual(&self, property: &str) -> bool {
        self.values.values().any(|(_, names)| names.contains(property))
    }

    /// The material that a folded name means: its whole name, or a word of it.
    pub(super) fn material_named(&self, folded: &str) -> Option<String> {
        if let Some(material) = self.materials.get(folded) {
            return Some(material.clone());
        }
        let wanted = words(folded);
        let held = |name: &&String| super::name::holds(name, &wanted);
        self.materials.keys().find(held).filter(|_| !wanted.is_empty()).map(|_| folded.to_owned())
    }

    /// The kind of part that all entities of a name are.
    pub(super) fn kind_named(&self, name: &str) -> Option<&'static str> {
        self.names.get(&fold(name.trim()))?.kind
    }

    /// A name as the model writes it.
    pub(super) fn spelled(&self, name: &str) -> String {
        self.names.get(&fold(name.trim())).map_or_else(|| name.to_owned(), |word| word.spelling.clone())
    }

    fn add_property(&mut self, written: &str, texts: &BTreeSet<String>) {
        self.properties.entry(joined(written)).or_default().insert(written.to_owned());
        if VALUES_PER_PROPERTY_MAX < texts.len() {
            return;
        }
        for text in texts {
            if VALUE_BYTES_MAX < text.len() || is_placeholder(written, text) {
                continue;
            }
            let spelled = || (text.trim().to_owned(), BTreeSet::new());
            self.values.entry(fold(text.trim())).or_insert_with(spelled).1.insert(written.to_owned());
            for word in words(text) {
                self.value_words.entry(word).or_default().insert(written.to_owned());
            }
        }
    }

    /// The storey whose name these folded words are, with or without a leading number ("00 begane grond").
    pub(super) fn storey_named(&self, asked: &[&str]) -> Option<&StoreyWord> {
        let same = |words: &[String]| words.len() == asked.len() && words.iter().zip(asked).all(|(a, b)| a == b);
        let bare = |words: &[String]| {
            let number = words.iter().take_while(|word| word.chars().all(|c| c.is_ascii_digit())).count();
            same(words.get(number..).unwrap_or_default())
        };
        let by = |is_it: &dyn Fn(&[String]) -> bool| self.storeys.iter().find(|storey| is_it(&storey.words));
        by(&same).or_else(|| by(&bare))
    }

    /// The storeys that a class means. Names that say nothing ("Level 2") are placed by their elevation.
    pub(super) fn storeys_of_class(&self, class: StoreyClass) -> Vec<&StoreyWord> {
        let named: Vec<&StoreyWord> = self.storeys.iter().filter(|s| s.class == Some(class)).collect();
        if !named.is_empty() {
            return named;
        }
        let Some(ground) = self.ground_position() else { return Vec::new() };
        let position = match class {
            StoreyClass::Ground => Some(ground),
            StoreyClass::Upper(n) => ground.checked_add(usize::from(n)),
            StoreyClass::Basement(n) => ground.checked_sub(usize::from(n)),
            StoreyClass::Foundation | StoreyClass::Attic | StoreyClass::Roof => None,
        };
        position.and_then(|p| self.storeys.get(p)).filter(|s| s.class.is_none()).into_iter().collect()
    }

    /// The storey nearest to elevation zero whose name does not say that it is something else.
    fn ground_position(&self) -> Option<usize> {
        if let Some(position) = self.storeys.iter().position(|s| s.class == Some(StoreyClass::Ground)) {
            return Some(position);
        }
        let distance = |s: &StoreyWord| s.elevation_m.map_or(f64::INFINITY, f64::abs);
        self.storeys
            .iter()
            .enumerate()
            .filter(|(_, s)| s.class.is_none() && distance(s).is_finite())
            .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)))
            .map(|(position, _)| position)
    }

    /// Names of all storeys, from the lowest to the highest.
    pub(super) fn storey_names(&self) -> Vec<&str> {
        self.storeys.iter().map(|s| s.name.as_str()).collect()
    }
}

/// What is gathered of properties, materials and classifications: by text, since a model may hold the same text under several numbers.
#[derive(Debug, Default)]
struct Gathered {
    materials: BTreeSet<String>,
    seen_materials: HashSet<TextId>,
    /// Classification references by their system, which is empty where there is none.
    classes: BTreeMap<String, BTreeSet<String>>,
    /// Values by the name of their property.
    values: BTreeMap<String, Values>,
    /// What the last property said, and whether of the building or the site: neighbours often say the same.
    last: Option<(TextId, PropertyValue, bool)>,
}

/// What is gathered of one property.
#[derive(Debug, Default)]
struct Values {
    /// Of long values the beginning, since they only count.
    texts: BTreeSet<String>,
    /// Whether more than the building and the site carry it.
    is_of_parts: bool,
}

impl Gathered {
    fn add_material(&mut self, reader: &dyn ModelReader, material: TextId) {
        if self.seen_materials.insert(material) {
            self.materials.insert(reader.text(material).to_owned());
        }
    }

    fn add(&mut self, reader: &dyn ModelReader, property: &Property, is_whole: bool) {
        let said = Some((property.name, property.value, is_whole));
        if self.last == said {
            return;
        }
        self.last = said;
        let name = reader.text(property.name);
        if !self.values.contains_key(name) {
            self.values.insert(name.to_owned(), Values::default());
        }
        let Some(of_name) = self.values.get_mut(name) else { return };
        of_name.is_of_parts |= !is_whole;
        if let PropertyValue::Text(text) = property.value
            && of_name.texts.len() <= VALUES_PER_PROPERTY_MAX
        {
            let text = reader.text(text);
            let text = text.get(..text.ceil_char_boundary(VALUE_BYTES_MAX + 1)).unwrap_or_default();
            if !of_name.texts.contains(text) {
                of_name.texts.insert(text.to_owned());
            }
        }
    }

    fn add_class(&mut self, system: &str, reference: &str) {
        if !self.classes.contains_key(system) {
            self.classes.insert(system.to_owned(), BTreeSet::new());
        }
        if let Some(of_system) = self.classes.get_mut(system)
            && !of_system.contains(reference)
        {
            of_system.insert(reference.to_owned());
        }
    }
}

/// What is known of all entities of a type.
struct TypeWord {
    count: usize,
    kind: Option<&'static str>,
    /// A building part or a spatial element: something that people ask for.
    is_part: bool,
    /// The building or the site.
    is_whole: bool,
}

impl TypeWord {
    fn of(entity_type: &str) -> TypeWord {
        TypeWord {
            count: 0,
            kind: kind_of(entity_type),
            is_part: is_element(entity_type) || is_a(entity_type, "IfcSpatialElement"),
            is_whole: is_a(entity_type, "IfcBuilding") || is_a(entity_type, "IfcSite"),
        }
    }
}

/// The concept that occurrences of a type belong to.
fn kind_of(entity_type: &str) -> Option<&'static str> {
    CONCEPTS.iter().find(|c| c.is_whole() && c.id != "element" && is_a(entity_type, c.entity_type)).map(|c| c.id)
}

/// Storeys from the lowest to the highest: by elevation; by what the names say where a list gives no elevations.
fn numbered_rooms(names: &HashMap<String, NameWord>) -> HashMap<String, String> {
    let unnumbered = |name: &str| {
        let before = name.trim_end_matches(|c: char| c.is_ascii_digit());
        before.strip_suffix(' ').filter(|_| before.len() < name.len()).map(str::to_owned)
    };
    let mut rooms: HashMap<String, String> = HashMap::new();
    for (name, word) in names.iter().filter(|(_, word)| word.kind == Some("space")) {
        let Some(before) = unnumbered(name) else { continue };
        let spelled = word.spelling.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        let kept = rooms.entry(before).or_insert_with(|| spelled.to_owned());
        // The least, so that it does not depend on the order of the names.
        if spelled < kept.as_str() {
            spelled.clone_into(kept);
        }
    }
    for (name, _) in names.iter().filter(|(_, word)| word.kind != Some("space")) {
        if let Some(before) = unnumbered(name).filter(|_| !rooms.is_empty()) {
            rooms.remove(&before);
        }
    }
    rooms
}

fn storeys(reader: &dyn ModelReader) -> Vec<StoreyWord> {
    let word = |index: EntityIndex| {
        let entity = reader.entity(index)?;
        let name = entity.name.or(entity.long_name).map(|id| reader.text(id).to_owned()).unwrap_or_default();
        let (words, class) = (words(&name), class_of_name(&name));
        Some(StoreyWord { index, words, class, elevation_m: entity.elevation_m, name })
    };
    let mut storeys: Vec<StoreyWord> = reader.storeys().iter().filter_map(|index| word(*index)).collect();
    if storeys.iter().all(|s| s.elevation_m.is_none()) {
        storeys.sort_by_key(|s| s.class.map(height_of));
    }
    storeys
}

/// Places the classes from below to above; the deeper basement comes first.
fn height_of(class: StoreyClass) -> i32 {
    match class {
        StoreyClass::Foundation => i32::MIN,
        StoreyClass::Basement(n) => -i32::from(n),
        StoreyClass::Ground => 0,
        StoreyClass::Upper(n) => i32::from(n),
        StoreyClass::Attic => i32::from(u16::MAX) + 1,
        StoreyClass::Roof => i32::from(u16::MAX) + 2,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;
    use crate::ifc::{ModelHead, PropertyDraft, Shape, ValueDraft};

    /// A large model numbers a text again once its index of texts is full.
    #[test]
    fn a_text_under_several_numbers_is_one_word() {
        let mut draft = Draft::default();
        let wall = draft.entity("IfcWall", "W");
        // The texts of the second fill the index, which then begins anew.
        let (name, other) = ("Oberflaeche 1", "Oberflaeche 2");
        let mut say = |name: &str, begin: usize, end: usize| {
            for number in begin..end {
                let text = format!("Ton {number:040}");
                let value = ValueDraft::Text(&text);
                draft.builder.property(wall, &PropertyDraft { set: None, name, value, from_type: false });
            }
        };
        say(name, 0, 1500);
        say(other, 10_000, 40_000);
        say(name, 1500, 3000);
        let model = draft.builder.finish(ModelHead::of_shape(Shape::IfcJson)).unwrap();
        let rows = model.properties(wall);
        let numbers: BTreeSet<TextId> = rows.iter().map(|row| row.name).filter(|id| model.text(*id) == name).collect();
        assert!(1 < numbers.len(), "the name has one number only, so that this tests nothing");
        let vocabulary = Vocabulary::of(&model);
        assert_eq!(vocabulary.properties.values().flatten().filter(|written| *written == name).count(), 1);
        assert!(vocabulary.values.is_empty(), "3000 values are free text, not words");
    }
}
