//! Classification references: DIN 276 cost groups, Uniclass, OmniClass.

use crate::ifc::{EntityIndex, words};

use super::{Scene, property};

/// A reference: the system it belongs to, and its code with its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Reference {
    pub(super) system: Option<String>,
    pub(super) code: String,
}

impl Reference {
    /// As a person reads it.
    pub(super) fn shown(&self) -> String {
        self.system.as_ref().map_or_else(|| self.code.clone(), |system| format!("{system}: {}", self.code))
    }
}

/// The references of an entity; a property that holds its cost group is one by DIN 276.
pub(super) fn references(scene: Scene<'_>, entity: EntityIndex) -> Vec<Reference> {
    let text = |id| scene.reader.text(id).to_owned();
    let mut found: Vec<Reference> = scene
        .reader
        .classifications(entity)
        .iter()
        .map(|(system, code)| Reference { system: system.map(text), code: text(*code) })
        .collect();
    if found.is_empty()
        && let Some((value, _)) = property::value(scene, entity, property::COST_GROUP)
    {
        found.push(Reference { system: Some("DIN 276".to_owned()), code: property::shown(&value) });
    }
    found
}

/// Whether a system, code or name begins with a text; `None` without any reference.
pub(super) fn is_classified(scene: Scene<'_>, entity: EntityIndex, text: &str) -> Option<bool> {
    let references = references(scene, entity);
    let wanted = words(text);
    (!references.is_empty()).then(|| references.iter().any(|reference| begins(reference, &wanted)))
}

fn begins(reference: &Reference, wanted: &[String]) -> bool {
    let system = words(reference.system.as_deref().unwrap_or_default());
    let code = words(&reference.code);
    let name = code.get(1..).unwrap_or_default();
    if starts(&system, wanted) || starts(&code, wanted) || starts(name, wanted) {
        return true;
    }
    // "DIN 276 331": the system in full, then the code.
    let rest = wanted.get(system.len()..).unwrap_or_default();
    !system.is_empty() && !rest.is_empty() && wanted.starts_with(&system) && starts(&code, rest)
}

/// Whether words begin with others; the last may be the beginning of a word, and a number in full tens or hundreds means
/// its whole group.
fn starts(have: &[String], wanted: &[String]) -> bool {
    let Some((last, before)) = wanted.split_last() else { return false };
    let Some(next) = have.get(before.len()) else { return false };
    if !have.starts_with(before) {
        return false;
    }
    match group_prefix(last) {
        Some(prefix) => next.len() == last.len() && is_digits(next) && next.starts_with(prefix),
        None if is_digits(last) && is_digits(next) => next.len() <= 3 && next.starts_with(last.as_str()),
        None => next.starts_with(last.as_str()),
    }
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_digit())
}

/// "33" of "330", "3" of "300": a three-digit code of DIN 276 that ends in zeros names all below it.
fn group_prefix(word: &str) -> Option<&str> {
    let prefix = word.trim_end_matches('0');
    (word.len() == 3 && is_digits(word) && !prefix.is_empty() && prefix.len() < 3).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(system: &str, code: &str, asked: &str) -> bool {
        let system = Some(system.to_owned()).filter(|s| !s.is_empty());
        begins(&Reference { system, code: code.to_owned() }, &words(asked))
    }

    #[test]
    fn a_reference_begins_with_system_code_or_name() {
        for asked in ["DIN 276", "331", "DIN 276 331", "tragende Außen", "33"] {
            assert!(is("DIN 276", "331 Tragende Außenwände", asked), "{asked}");
        }
        assert!(is("Uniclass 2015", "Ss_25_10_30", "Ss_25_10"));
        for asked in ["332", "31", "Außenwände tragend", "DIN 277", "DIN 276 332", ""] {
            assert!(!is("DIN 276", "331 Tragende Außenwände", asked), "{asked}");
        }
    }

    #[test]
    fn a_round_cost_group_means_all_below_it() {
        assert!(is("DIN 276", "331", "330") && is("DIN 276", "339", "300") && is("", "330", "330"));
        assert!(!is("DIN 276", "341", "330") && !is("DIN 276", "431", "300") && !is("", "3310", "331"));
    }
}
