//! What a question is about, as a person would ask: the kinds of parts with their conditions.

use crate::ifc::words;
use crate::query::lexicon::storey::class_at;
use crate::query::plan::{Comparison, Filter, PropertyTest, Selection};
use crate::query::question::Language;

use super::super::condition::{aspect_name, phrase};
use super::super::subject::{kinds, material_name, measure_name, property_name, storey_said};
use super::super::{pick, quote};

/// The elements: their kinds, what is said of them before the kind, and what after it.
pub(super) fn of(language: Language, of: &Selection) -> String {
    let mut text = kinds(language, &of.any_of, 2);
    if of.any_of.iter().any(|kind| kind == "slab") && language == Language::De {
        text = text.replace("Decken und Bodenplatten", "Geschossplatten");
    }
    let (sides, others): (Vec<&Filter>, Vec<&Filter>) = of.filters.iter().partition(|f| is_adjective(f));
    for filter in others {
        text.push(' ');
        text.push_str(&condition(language, filter));
    }
    // In parentheses, since a German adjective would have to agree with its noun.
    let sides: Vec<String> = sides.into_iter().map(|filter| condition(language, filter)).collect();
    if !sides.is_empty() {
        text.push_str(&format!(" ({})", sides.join(", ")));
    }
    text
}

fn is_adjective(filter: &Filter) -> bool {
    matches!(filter, Filter::Property(_, PropertyTest::Is(_)) | Filter::Any(_) | Filter::All(_) | Filter::Kind(_))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "what is denied is said as it is")]
pub(super) fn condition(language: Language, filter: &Filter) -> String {
    let say = |de: String, en: String| pick(language, de, en);
    match filter {
        Filter::Storey(names) => storeys(language, names),
        Filter::StoreyUnknown(said) => storey_unknown(language, said),
        Filter::Material(material) => {
            let name = material_name(language, material);
            say(format!("aus {name}"), format!("made of {name}"))
        }
        Filter::Property(property, test) => property_test(language, property, test),
        Filter::Measure(kind, comparison, value) => {
            let sign = kind.stored_unit().code();
            let compared = compared_with(language, *comparison);
            let name = measure_name(language, *kind);
            let value = plain(language, *value);
            say(format!("mit {name} {compared} {value} {sign}"), format!("with {name} {compared} {value} {sign}"))
        }
        Filter::Name(name) => quote(language, name),
        Filter::Has(aspect) => format!("{} {}", pick(language, "mit", "with"), aspect_name(language, *aspect)),
        Filter::Any(filters) => {
            let all: Vec<String> = filters.iter().map(|filter| condition(language, filter)).collect();
            all.join(pick(language, " oder ", " or "))
        }
        Filter::Not(inner) => match inner.as_ref() {
            Filter::Has(aspect) => {
                format!("{} {}", pick(language, "ohne", "without"), aspect_name(language, *aspect))
            }
            Filter::Holds(_) | Filter::Kind(_) | Filter::Any(_) | Filter::All(_) | Filter::Not(_) => {
                phrase(language, filter)
            }
            inner => format!("{} {}", pick(language, "nicht", "not"), condition(language, inner)),
        },
        Filter::GlobalId(_)
        | Filter::TypeName(_)
        | Filter::InSpace(_)
        | Filter::HostedBy(_)
        | Filter::BoundsSpace(_)
        | Filter::Kind(_)
        | Filter::Holds(_)
        | Filter::Classified(_)
        | Filter::InGroup(_)
        | Filter::All(_) => phrase(language, filter),
    }
}

/// Storeys that say what they are by their name are called by it; of others it is said that they are storeys.
fn storeys(language: Language, names: &[String]) -> String {
    let speaks = |name: &String| {
        let words = words(name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        class_at(&words).is_some_and(|(_, taken)| taken == words.len())
    };
    if names.iter().all(speaks) {
        return format!("{} {}", pick(language, "im", "on"), names.join(pick(language, " und ", " and ")));
    }
    phrase(language, &Filter::Storey(names.to_vec()))
}

fn storey_unknown(language: Language, said: &str) -> String {
    let (class, n) = said.split_once(':').unwrap_or((said, ""));
    let ordinal = match n {
        "1" => "st",
        "2" => "nd",
        "3" => "rd",
        _ => "th",
    };
    match (language, class) {
        (Language::En, "upper") => format!("on the {n}{ordinal} upper floor"),
        (Language::En, "basement") => format!("on the {n}{ordinal} basement"),
        (Language::En, "level") => format!("on level {n}"),
        (Language::De, "level") => format!("auf Ebene {n}"),
        _ => format!("{} {}", pick(language, "im", "on the"), storey_said(language, said)),
    }
}

/// A property by its name, the model's own without quotation marks.
pub(super) fn property(language: Language, name: &str) -> String {
    property_name(language, name).trim_matches(['„', '“', '”']).to_owned()
}

fn property_test(language: Language, name: &str, test: &PropertyTest) -> String {
    let said = property(language, name);
    let with = |rest: String| format!("{} {said} {rest}", pick(language, "mit", "with"));
    match test {
        PropertyTest::Is(true) if name == "is_external" => pick(language, "außen", "external").to_owned(),
        PropertyTest::Is(false) if name == "is_external" => pick(language, "innen", "internal").to_owned(),
        PropertyTest::Is(true) => said,
        PropertyTest::Is(false) => format!("{} {said}", pick(language, "nicht", "not")),
        // A class such as EI30 is known without quotation marks, and would lose its capitals within.
        PropertyTest::Says(text) if text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) => {
            with(text.clone())
        }
        PropertyTest::Says(text) => with(quote(language, text)),
        PropertyTest::Number(comparison, value) => {
            with(format!("{} {}", compared_with(language, *comparison), plain(language, *value)))
        }
        PropertyTest::Present => format!("{} {said}", pick(language, "mit", "with")),
        PropertyTest::Absent => format!("{} {said}", pick(language, "ohne", "without")),
    }
}

const fn compared_with(language: Language, comparison: Comparison) -> &'static str {
    match (language, comparison) {
        (Language::De, Comparison::Equal) => "gleich",
        (Language::De, Comparison::Above) => "über",
        (Language::De, Comparison::AtLeast) => "mindestens",
        (Language::De, Comparison::Below) => "unter",
        (Language::De, Comparison::AtMost) => "höchstens",
        (Language::En, Comparison::Equal) => "equal to",
        (Language::En, Comparison::Above) => "above",
        (Language::En, Comparison::AtLeast) => "at least",
        (Language::En, Comparison::Below) => "below",
        (Language::En, Comparison::AtMost) => "at most",
    }
}

/// A number without marks between its thousands, which a reader would take for a decimal point.
fn plain(language: Language, value: f64) -> String {
    let text = format!("{value}");
    pick(language, text.replace('.', ","), text)
}
