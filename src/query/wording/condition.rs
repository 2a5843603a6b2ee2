//! Conditions in words: "außen oder aus Holz", "nicht im Geschoss „EG“".

use crate::query::plan::{Aspect, Comparison, Filter, PropertyTest};
use crate::query::question::Language;

use super::number::number;
use super::subject::{kinds, material_name, measure_name, property_name, storey_said};
use super::{pick, quote};

/// A condition as it follows the kind of part, with what stands between them.
#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
pub(super) fn condition(language: Language, filter: &Filter) -> String {
    let text = phrase(language, filter);
    match filter {
        Filter::Property(_, PropertyTest::Is(_)) | Filter::Any(_) | Filter::All(_) | Filter::Kind(_) => {
            format!(" ({text})")
        }
        Filter::Not(inner) if !is_plain_negation(inner) => format!(", {text}"),
        _ => format!(" {text}"),
    }
}

/// A negation that reads as one phrase: "ohne Fenster".
fn is_plain_negation(inner: &Filter) -> bool {
    matches!(
        inner,
        Filter::Has(_) | Filter::Holds(_) | Filter::Property(_, PropertyTest::Present | PropertyTest::Absent)
    )
}

/// A condition on its own.
pub(super) fn phrase(language: Language, filter: &Filter) -> String {
    let quoted = |de, en, name: &str| format!("{} {}", pick(language, de, en), quote(language, name));
    match filter {
        Filter::Storey(names) => storeys(language, names),
        Filter::StoreyUnknown(said) => storey_said(language, said),
        Filter::Material(material) => format!("{} {}", pick(language, "aus", "of"), material_name(language, material)),
        Filter::Property(property, test) => property_phrase(language, property, test),
        Filter::Measure(kind, comparison, value) => {
            let sign = kind.stored_unit().sign();
            let value = number(language, *value);
            let name = measure_name(language, *kind);
            format!("{} {name} {} {value} {sign}", pick(language, "mit", "with"), sign_of(*comparison))
        }
        Filter::Name(name) => quoted("mit dem Namen", "named", name),
        Filter::GlobalId(id) => format!("{} {id}", pick(language, "mit der GlobalId", "with GlobalId")),
        Filter::TypeName(name) => quoted("vom Typ", "of type", name),
        Filter::InSpace(name) => quoted("im Raum", "in room", name),
        Filter::HostedBy(name) => quoted("eingebaut in", "built into", name),
        Filter::BoundsSpace(name) => quoted("am Raum", "bounding room", name),
        Filter::Kind(any_of) => kinds(language, any_of, 2),
        Filter::Holds(any_of) => {
            format!("{} {}", pick(language, "mit", "with"), joined(language, any_of, " oder ", " or "))
        }
        Filter::Classified(text) => quoted("klassifiziert als", "classified as", text),
        Filter::InGroup(name) => quoted("in der Gruppe", "in group", name),
        Filter::Has(aspect) => {
            format!("{} {}", pick(language, "mit Angabe", "with a given"), aspect_name(language, *aspect))
        }
        Filter::Any(filters) => phrases(language, filters, pick(language, " oder ", " or ")),
        Filter::All(filters) => match filters.as_slice() {
            [Filter::Kind(any_of), rest @ ..] => {
                let mut text = kinds(language, any_of, 2);
                rest.iter().for_each(|filter| text.push_str(&condition(language, filter)));
                text
            }
            _ => phrases(language, filters, pick(language, " und ", " and ")),
        },
        Filter::Not(inner) => negated(language, inner),
    }
}

fn storeys(language: Language, names: &[String]) -> String {
    let several = names.len() > 1;
    let place = pick(
        language,
        if several { "in den Geschossen" } else { "im Geschoss" },
        if several { "on storeys" } else { "on storey" },
    );
    let names: Vec<String> = names.iter().map(|n| quote(language, n)).collect();
    format!("{place} {}", names.join(pick(language, " und ", " and ")))
}

fn joined(language: Language, any_of: &[String], de: &str, en: &str) -> String {
    let names: Vec<String> = any_of.iter().map(|kind| kinds(language, std::slice::from_ref(kind), 2)).collect();
    names.join(pick(language, de, en))
}

/// Several conditions in one; those that are several themselves in parentheses.
#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
fn phrases(language: Language, filters: &[Filter], between: &str) -> String {
    let one = |filter: &Filter| {
        let text = phrase(language, filter);
        let nested = match filter {
            Filter::Any(_) => true,
            Filter::All(filters) => !matches!(filters.first(), Some(Filter::Kind(_))),
            _ => false,
        };
        if nested { format!("({text})") } else { text }
    };
    filters.iter().map(one).collect::<Vec<_>>().join(between)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
fn negated(language: Language, inner: &Filter) -> String {
    match inner {
        Filter::Not(twice) => phrase(language, twice),
        Filter::Has(aspect) => {
            format!("{} {}", pick(language, "ohne Angabe", "without a given"), aspect_name(language, *aspect))
        }
        Filter::Holds(any_of) => {
            format!("{} {}", pick(language, "ohne", "without"), joined(language, any_of, " und ", " and "))
        }
        Filter::Property(property, PropertyTest::Present) => property_phrase(language, property, &PropertyTest::Absent),
        Filter::Property(property, PropertyTest::Absent) => property_phrase(language, property, &PropertyTest::Present),
        Filter::Kind(any_of) => {
            format!("{} {}", pick(language, "keine", "no"), joined(language, any_of, " und keine ", " and no "))
        }
        Filter::Any(filters) => {
            let (first, between) = pick(language, ("weder ", " noch "), ("neither ", " nor "));
            format!("{first}{}", phrases(language, filters, between))
        }
        Filter::All(_) => format!("{} ({})", pick(language, "nicht", "not"), phrase(language, inner)),
        _ => format!("{} {}", pick(language, "nicht", "not"), phrase(language, inner)),
    }
}

/// Something that every part may have, in words.
pub(super) fn aspect_name(language: Language, aspect: Aspect) -> &'static str {
    let (de, en) = match aspect {
        Aspect::Name => ("Name", "name"),
        Aspect::Material => ("Material", "material"),
        Aspect::Storey => ("Geschoss", "storey"),
        Aspect::Type => ("Typ", "type"),
        Aspect::Classification => ("Klassifikation", "classification"),
        Aspect::Group => ("Gruppe", "group"),
    };
    pick(language, de, en)
}

fn property_phrase(language: Language, property: &str, test: &PropertyTest) -> String {
    let name = property_name(language, property);
    match test {
        PropertyTest::Is(true) => name,
        PropertyTest::Is(false) if property == "is_external" => pick(language, "innen", "internal").to_owned(),
        PropertyTest::Is(false) => format!("{} {name}", pick(language, "nicht", "not")),
        PropertyTest::Says(text) => format!("{} {name} {}", pick(language, "mit", "with"), quote(language, text)),
        PropertyTest::Number(comparison, value) => {
            format!("{} {name} {} {}", pick(language, "mit", "with"), sign_of(*comparison), number(language, *value))
        }
        PropertyTest::Present => format!("{} {name}", pick(language, "mit Angabe", "with a given")),
        PropertyTest::Absent => format!("{} {name}", pick(language, "ohne Angabe", "without a given")),
    }
}

const fn sign_of(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::Above => ">",
        Comparison::AtLeast => "≥",
        Comparison::Below => "<",
        Comparison::AtMost => "≤",
    }
}
