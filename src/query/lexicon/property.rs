//! Properties that have a name in IFC and several in daily language.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::data::{NO, PROPERTY_NAMES, PROPERTY_WORDS, Trait, forms, forms_of, spoken, traits};
use crate::ifc::words;

/// A property as people name it.
#[derive(Debug, Clone, Copy)]
pub(in crate::query) struct KnownProperty {
    /// Stable name in plans.
    pub(in crate::query) id: &'static str,
    /// Names in models: words joined without separators, what stands in parentheses left out.
    pub(in crate::query) names: &'static [&'static str],
    /// Words and phrases in questions, folded.
    pub(in crate::query) asked: &'static [&'static str],
    /// Words that mean the opposite (`internal` of IsExternal), folded.
    pub(in crate::query) opposite: &'static [&'static str],
    /// Whether it is yes or no.
    pub(in crate::query) boolean: bool,
    /// German name for sentences, or the adjective of a boolean.
    pub(in crate::query) de: &'static str,
    /// English name for sentences, or the adjective of a boolean.
    pub(in crate::query) en: &'static str,
}

/// Every known property.
pub(in crate::query) static PROPERTIES: LazyLock<Vec<KnownProperty>> = LazyLock::new(|| {
    let words: Vec<_> = forms(PROPERTY_WORDS).collect();
    let [german, english] = PROPERTY_WORDS.map(spoken);
    let traits = traits(PROPERTY_NAMES);
    let names = |id: &str| -> &'static [&'static str] {
        let own = traits.iter().filter(|entry| entry.id == id && entry.role == "name");
        own.map(|entry| -> &'static str { joined(entry.text).leak() }).collect::<Vec<_>>().leak()
    };
    let kinds = traits.iter().filter(|entry| entry.role == "kind");
    kinds
        .map(|Trait { id, text, .. }| KnownProperty {
            id,
            names: names(id),
            asked: forms_of(&words, id),
            opposite: forms_of(&words, &format!("{NO}{id}")),
            boolean: *text == "yes-or-no",
            de: german.get(id).copied().unwrap_or(id),
            en: english.get(id).copied().unwrap_or(id),
        })
        .collect()
});

/// Every word and phrase that asks for a property, or for its opposite (`false`).
static ASKED: LazyLock<HashMap<&'static str, (&'static KnownProperty, bool)>> = LazyLock::new(|| {
    let mut asked: HashMap<&str, (&KnownProperty, bool)> = HashMap::new();
    // The first property that has a word is meant by it, and a property before the opposite of another.
    for property in PROPERTIES.iter() {
        property.asked.iter().for_each(|word| _ = asked.entry(word).or_insert((property, true)));
    }
    for property in PROPERTIES.iter() {
        property.opposite.iter().for_each(|word| _ = asked.entry(word).or_insert((property, false)));
    }
    asked
});

impl KnownProperty {
    /// The property with an id.
    pub(in crate::query) fn by_id(id: &str) -> Option<&'static KnownProperty> {
        PROPERTIES.iter().find(|p| p.id == id)
    }

    /// The property that a folded word or phrase of a question asks for, and whether for it or for its opposite.
    pub(in crate::query) fn asked_as(words: &str) -> Option<(&'static KnownProperty, bool)> {
        ASKED.get(words).copied()
    }

    /// The property that has this name in models.
    pub(in crate::query) fn named(name: &str) -> Option<&'static KnownProperty> {
        let name = joined(name);
        PROPERTIES.iter().find(|property| property.names.contains(&name.as_str()))
    }

    /// Whether a property's name in a model is this one.
    pub(in crate::query) fn is_named(&self, name: &str) -> bool {
        self.names.contains(&joined(name).as_str())
    }
}

/// A property's name without what stands in parentheses and without separators: "Feuerwiderstandsklasse (DIN EN 13501)"
/// becomes `feuerwiderstandsklasse`.
pub(in crate::query) fn joined(name: &str) -> String {
    let mut outside = String::new();
    let mut depth = 0_usize;
    for c in name.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    words(&outside).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_models_are_recognised() {
        for (id, name) in [
            ("fire_rating", "FireRating"),
            ("fire_rating", "Feuerwiderstandsklasse (DIN EN 13501)"),
            ("load_bearing", "Tragend/ nicht tragend"),
            ("thermal_transmittance", "U-Wert"),
            ("cost_group", "Kostengruppe (DIN 276)"),
            ("assignment", "Bauteilzugehörigkeits-Nr."),
        ] {
            assert!(KnownProperty::by_id(id).unwrap().is_named(name), "{name}");
        }
    }
}
