//! Materials across languages.
//!
//! A material concept holds the word stems by which a material's name gives it away in German, English and Dutch (the
//! languages of the exports seen), and those that only look like it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::data::{MATERIAL_NAMES, MATERIAL_WORDS, forms, forms_of, spoken, traits};
use crate::ifc::{fold, folded_form};

/// A material as people name it.
#[derive(Debug, Clone, Copy)]
pub(in crate::query) struct Material {
    /// Stable name in plans.
    pub(in crate::query) id: &'static str,
    /// German name for sentences.
    pub(in crate::query) de: &'static str,
    /// English name for sentences.
    pub(in crate::query) en: &'static str,
    /// Words a question may use for it, besides the stems.
    pub(in crate::query) asked: &'static [&'static str],
    /// Stems in a material's folded name.
    pub(in crate::query) stems: &'static [&'static str],
    /// Stems that belong to another material and are taken out before looking.
    pub(in crate::query) not: &'static [&'static str],
}

/// Every material concept, the narrower before the wider.
pub(in crate::query) static MATERIALS: LazyLock<Vec<Material>> = LazyLock::new(|| {
    let [german, english] = MATERIAL_WORDS.map(spoken);
    let traits = traits(MATERIAL_NAMES);
    let mut words: Vec<_> = forms(MATERIAL_WORDS).collect();
    words.extend(traits.iter().filter(|t| t.role == "word").map(|t| (t.id, folded_form(t.text))));
    let mut ids: Vec<&'static str> = traits.iter().map(|t| t.id).collect();
    ids.dedup();
    let pieces = |id: &str, role: &str| -> &'static [&'static str] {
        let own = traits.iter().filter(|t| t.id == id && t.role == role);
        own.map(|t| piece(t.text)).collect::<Vec<_>>().leak()
    };
    ids.into_iter()
        .map(|id| Material {
            id,
            de: german.get(id).copied().unwrap_or(id),
            en: english.get(id).copied().unwrap_or(id),
            asked: forms_of(&words, id),
            stems: pieces(id, "name"),
            not: pieces(id, "not"),
        })
        .collect()
});

/// Every word and phrase that asks for a material; of several that have it, the first is meant.
static ASKED: LazyLock<HashMap<&'static str, &'static Material>> = LazyLock::new(|| {
    let words = |material: &'static Material| material.asked.iter().map(move |word| (*word, material));
    MATERIALS.iter().rev().flat_map(words).collect()
});

/// A piece of a folded name; a line of a file cannot end in a space that anybody sees.
fn piece(text: &'static str) -> &'static str {
    if text.ends_with('_') { folded_form(text).replace('_', " ").leak() } else { folded_form(text) }
}

impl Material {
    /// The concept with an id.
    pub(in crate::query) fn by_id(id: &str) -> Option<&'static Material> {
        MATERIALS.iter().find(|m| m.id == id)
    }

    /// The concept a folded word or phrase of a question means.
    pub(in crate::query) fn asked_as(words: &str) -> Option<&'static Material> {
        ASKED.get(words).copied()
    }

    /// Whether a material's name says that it is this.
    pub(in crate::query) fn is_named(&self, name: &str) -> bool {
        let mut folded = fold(name);
        for not in self.not {
            folded = folded.replace(not, " ");
        }
        self.stems.iter().any(|stem| {
            if stem.len() <= 3 {
                folded.split(|c: char| !c.is_alphanumeric()).any(|w| w == stem.trim())
            } else {
                folded.contains(stem)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_its_material_away_in_three_languages() {
        let is = |id: &str, name: &str| Material::by_id(id).unwrap().is_named(name);
        assert!(
            is("concrete", "Stahlbeton 65690")
                && is("concrete", "02 Beton gewapend - prefab")
                && is("concrete", "CONCRETE/FAKTOR")
        );
        assert!(is("steel", "033 - constructief staal") && !is("steel", "Stahlbeton C25/30"));
        assert!(is("wood", "Brettschichtholz GL24h") && !is("wood", "Holzfaserplatte"));
        assert!(is("glass", "Glas") && !is("glass", "Glaswolle"));
        assert!(
            is("sand_lime_brick", "kalkzandsteen 150") && is("plaster", "Gipsputz") && !is("plaster", "Plasterboard")
        );
    }
}
