//! German compounds: Stahlbetonwände, Außentüren, Wandfläche, Türtypen, Erdgeschossfenster.

use crate::query::lexicon::material::Material;
use crate::query::lexicon::storey::class_at;
use crate::query::lexicon::{Meaning, phrase};
use crate::query::plan::{MeasureKind, Statistic};
use crate::query::vocabulary::Vocabulary;

use super::mark::{MarkKind, by_class, concept_of};

/// Shortest part of a compound, in letters.
const PART_MIN: usize = 3;

/// Takes a folded word apart into a head that is known and a modifier that is known; `None` when either is not.
pub(super) fn compound(word: &str, vocabulary: &Vocabulary) -> Option<Vec<MarkKind>> {
    if matches!(word, "ngf" | "nrf" | "nettogrundflaeche" | "nettoraumflaeche") {
        let area = MarkKind::Meaning(Meaning::Measure(MeasureKind::Area));
        return Some(vec![MarkKind::Part("space".to_owned()), area]);
    }
    for filler in ["gesamt"] {
        if let Some(rest) = word.strip_prefix(filler).filter(|rest| rest.len() > PART_MIN) {
            if let Some(concept) = concept_of(rest) {
                return Some(vec![MarkKind::Part(concept.id.to_owned())]);
            }
            if let Some((meaning @ Meaning::Measure(_), 1)) = phrase(&[rest]) {
                return Some(vec![MarkKind::Meaning(Meaning::Stat(Statistic::Sum)), MarkKind::Meaning(meaning)]);
            }
            return compound(rest, vocabulary);
        }
    }
    word.char_indices().map(|(i, _)| i).filter(|i| PART_MIN <= *i && *i + PART_MIN <= word.len()).find_map(|split| {
        let (modifier, head) = (word.get(..split)?, word.get(split..)?);
        part_with_modifier(modifier, head, vocabulary)
            .or_else(|| part_with_meaning(modifier, head))
            .or_else(|| modified_with_meaning(modifier, head, vocabulary))
    })
}

/// A kind of part with what it is made of, where it is, or which side it is on.
fn part_with_modifier(modifier: &str, head: &str, vocabulary: &Vocabulary) -> Option<Vec<MarkKind>> {
    let part = MarkKind::Part(concept_of(head)?.id.to_owned());
    let modifier = bare(modifier, |m| modifier_of(m, vocabulary))?;
    Some(vec![modifier, part])
}

fn modifier_of(modifier: &str, vocabulary: &Vocabulary) -> Option<MarkKind> {
    match modifier {
        "aussen" => return Some(MarkKind::Property("is_external".to_owned(), true)),
        "innen" => return Some(MarkKind::Property("is_external".to_owned(), false)),
        _ => {}
    }
    if let Some(material) = Material::asked_as(modifier) {
        return Some(MarkKind::Material(material.id.to_owned()));
    }
    let (class, _) = class_at(&[modifier])?;
    Some(by_class(class, vocabulary))
}

/// A measure of a kind of part that its compound says more of: Außenwandfläche, Stahlbetonwandvolumen.
fn modified_with_meaning(modifier: &str, head: &str, vocabulary: &Vocabulary) -> Option<Vec<MarkKind>> {
    let (meaning @ Meaning::Measure(_), 1) = phrase(&[head])? else { return None };
    let mut kinds = modifier.char_indices().map(|(i, _)| i).filter(|i| PART_MIN <= *i).find_map(|split| {
        let (modifier, part) = (modifier.get(..split)?, modifier.get(split..)?);
        let part = MarkKind::Part(bare(part, concept_of)?.id.to_owned());
        Some(vec![bare(modifier, |m| modifier_of(m, vocabulary))?, part])
    })?;
    kinds.push(MarkKind::Meaning(meaning));
    Some(kinds)
}

/// A measure, type or material of a kind of part: Wandfläche, Türtypen, Wandmaterialien.
fn part_with_meaning(modifier: &str, head: &str) -> Option<Vec<MarkKind>> {
    let (meaning, _) = bare(head, |head| phrase(&[head]))?;
    if let (Meaning::Measure(_), Some(material)) = (meaning, bare(modifier, Material::asked_as)) {
        return Some(vec![MarkKind::Material(material.id.to_owned()), MarkKind::Meaning(meaning)]);
    }
    let fits = matches!(
        meaning,
        Meaning::Measure(_)
            | Meaning::TypeWord
            | Meaning::MaterialWord
            | Meaning::Layers
            | Meaning::Dimensions
            | Meaning::SizeHead
    );
    if !fits || head.len() < 4 && head != "typ" {
        return None;
    }
    let concept = bare(modifier, concept_of)?;
    Some(vec![MarkKind::Part(concept.id.to_owned()), MarkKind::Meaning(meaning)])
}

/// Looks a modifier up as it is and without its linking letters.
fn bare<T>(modifier: &str, look_up: impl Fn(&str) -> Option<T>) -> Option<T> {
    look_up(modifier).or_else(|| {
        ["s", "n", "en", "es", "er"]
            .iter()
            .filter_map(|link| modifier.strip_suffix(link))
            .filter(|stem| PART_MIN <= stem.len())
            .find_map(&look_up)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_come_apart() {
        let apart = |word: &str| compound(word, &Vocabulary::default());
        let part = |id: &str| MarkKind::Part(id.to_owned());
        assert_eq!(
            apart("stahlbetonwaende"),
            Some(vec![MarkKind::Material("reinforced_concrete".to_owned()), part("wall")])
        );
        assert_eq!(apart("aussentueren"), Some(vec![MarkKind::Property("is_external".to_owned(), true), part("door")]));
        assert_eq!(
            apart("wandflaeche"),
            Some(vec![part("wall"), MarkKind::Meaning(Meaning::Measure(crate::query::plan::MeasureKind::Area))])
        );
        assert_eq!(apart("unsinnswort"), None);
    }
}
