//! What a question is about, in words: "Türen im Geschoss „EG“ (außen)".

use crate::ifc::Concept;
use crate::query::lexicon::material::Material;
use crate::query::lexicon::property::KnownProperty;
use crate::query::plan::{Comparison, Filter, Goal, GroupKey, MeasureKind, Plan, PropertyTest, Selection, Statistic};
use crate::query::question::Language;

use super::number::number;
use super::{pick, quote};

/// The kinds of parts with their conditions, in the plural or, for one, the singular.
pub(in crate::query) fn subject(language: Language, of: &Selection, count: usize) -> String {
    let mut text = kinds(language, &of.any_of, count);
    for filter in &of.filters {
        text.push(' ');
        text.push_str(&condition(language, filter));
    }
    text
}

fn kinds(language: Language, any_of: &[String], count: usize) -> String {
    if any_of.is_empty() {
        return pick(
            language,
            if count == 1 { "Bauteil" } else { "Bauteile" },
            if count == 1 { "element" } else { "elements" },
        )
        .to_owned();
    }
    let names: Vec<String> = any_of.iter().map(|kind| kind_name(language, kind, count)).collect();
    names.join(pick(language, " und ", " and "))
}

/// A kind of part in words.
pub(super) fn kind_name(language: Language, kind: &str, count: usize) -> String {
    let Some(concept) = Concept::by_id(kind) else {
        return kind.strip_prefix("label:").unwrap_or(kind).to_owned();
    };
    let forms = pick(language, concept.de, concept.en);
    let form = if count == 1 { forms.first() } else { forms.get(1) };
    form.or(forms.first()).copied().unwrap_or(kind).to_owned()
}

fn condition(language: Language, filter: &Filter) -> String {
    match filter {
        Filter::Storey(names) => {
            let names: Vec<String> = names.iter().map(|n| quote(language, n)).collect();
            let several = names.len() > 1;
            let place = pick(
                language,
                if several { "in den Geschossen" } else { "im Geschoss" },
                if several { "on storeys" } else { "on storey" },
            );
            format!("{place} {}", names.join(pick(language, " und ", " and ")))
        }
        Filter::StoreyUnknown(said) => storey_said(language, said),
        Filter::Material(material) => format!("{} {}", pick(language, "aus", "of"), material_name(language, material)),
        Filter::Property(property, test) => property_condition(language, property, test),
        Filter::Measure(kind, comparison, value) => {
            let sign = kind.stored_unit().sign();
            let value = number(language, *value);
            format!(
                "{} {} {} {value} {sign}",
                pick(language, "mit", "with"),
                measure_name(language, *kind),
                sign_of(*comparison)
            )
        }
        Filter::Name(name) => format!("{} {}", pick(language, "mit dem Namen", "named"), quote(language, name)),
        Filter::GlobalId(id) => format!("{} {id}", pick(language, "mit der GlobalId", "with GlobalId")),
        Filter::TypeName(name) => format!("{} {}", pick(language, "vom Typ", "of type"), quote(language, name)),
        Filter::InSpace(name) => format!("{} {}", pick(language, "im Raum", "in room"), quote(language, name)),
        Filter::HostedBy(name) => format!("{} {}", pick(language, "eingebaut in", "built into"), quote(language, name)),
        Filter::BoundsSpace(name) => {
            format!("{} {}", pick(language, "am Raum", "bounding room"), quote(language, name))
        }
        Filter::Kind(_)
        | Filter::Holds(_)
        | Filter::Classified(_)
        | Filter::InGroup(_)
        | Filter::Has(_)
        | Filter::Any(_)
        | Filter::All(_)
        | Filter::Not(_) => String::new(),
    }
}

fn property_condition(language: Language, property: &str, test: &PropertyTest) -> String {
    let name = property_name(language, property);
    match test {
        PropertyTest::Is(true) => format!("({name})"),
        PropertyTest::Is(false) => format!("({} {name})", pick(language, "nicht", "not")),
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

/// A storey that the model does not have, as a person calls it.
pub(super) fn storey_said(language: Language, said: &str) -> String {
    let (class, n) = said.split_once(':').unwrap_or((said, ""));
    match (class, language) {
        ("upper", Language::De) => format!("{n}. Obergeschoss"),
        ("upper", Language::En) => format!("upper floor {n}"),
        ("basement", Language::De) => format!("{n}. Untergeschoss"),
        ("basement", Language::En) => format!("basement level {n}"),
        ("ground", Language::De) => "Erdgeschoss".to_owned(),
        ("ground", Language::En) => "ground floor".to_owned(),
        ("attic", Language::De) => "Dachgeschoss".to_owned(),
        ("attic", Language::En) => "attic".to_owned(),
        ("level", Language::De) => format!("Ebene {n}"),
        ("level", Language::En) => format!("level {n}"),
        ("roof", Language::De) => "Dachebene".to_owned(),
        ("foundation", Language::De) => "Fundamentebene".to_owned(),
        ("foundation", Language::En) => "foundation level".to_owned(),
        ("roof", Language::En) => "roof level".to_owned(),
        _ => quote(language, said),
    }
}

/// A material in words.
pub(super) fn material_name(language: Language, material: &str) -> String {
    Material::by_id(material).map_or_else(|| quote(language, material), |m| pick(language, m.de, m.en).to_owned())
}

/// A property in words.
pub(super) fn property_name(language: Language, property: &str) -> String {
    KnownProperty::by_id(property).map_or_else(|| quote(language, property), |p| pick(language, p.de, p.en).to_owned())
}

/// A measure in words, without an article.
pub(super) fn measure_name(language: Language, kind: MeasureKind) -> &'static str {
    match kind {
        MeasureKind::Volume => pick(language, "Volumen", "volume"),
        MeasureKind::Area => pick(language, "Fläche", "area"),
        MeasureKind::OpeningArea => pick(language, "Fläche (Breite × Höhe)", "area (width × height)"),
        MeasureKind::Length => pick(language, "Länge", "length"),
        MeasureKind::Width => pick(language, "Breite", "width"),
        MeasureKind::Height => pick(language, "Höhe", "height"),
        MeasureKind::Thickness => pick(language, "Dicke", "thickness"),
        MeasureKind::Perimeter => pick(language, "Umfang", "perimeter"),
        MeasureKind::Weight => pick(language, "Gewicht", "weight"),
        MeasureKind::Elevation => pick(language, "Höhenlage", "elevation"),
    }
}

/// A measure with its German article, and "the largest" of it as an object; English without.
pub(super) fn measure_forms(language: Language, kind: MeasureKind, smallest: bool) -> (String, String) {
    let name = measure_name(language, kind);
    let (article, object) = match kind {
        MeasureKind::Volume | MeasureKind::Weight => ("Das", "das"),
        MeasureKind::Perimeter => ("Der", "den"),
        MeasureKind::Area
        | MeasureKind::OpeningArea
        | MeasureKind::Length
        | MeasureKind::Width
        | MeasureKind::Height
        | MeasureKind::Thickness
        | MeasureKind::Elevation => ("Die", "die"),
    };
    let ending = if object == "den" { "n" } else { "" };
    let size =
        pick(language, if smallest { "kleinste" } else { "größte" }, if smallest { "smallest" } else { "largest" });
    pick(
        language,
        (format!("{article} {name}"), format!("{object} {size}{ending} {name}")),
        (format!("The {name}"), format!("the {size} {name}")),
    )
}

/// What a distribution is by, in words.
pub(super) fn key_name(language: Language, by: &GroupKey) -> String {
    match by {
        GroupKey::Storey => pick(language, "Geschoss", "storey").to_owned(),
        GroupKey::Component => pick(language, "Bauteilart", "component type").to_owned(),
        GroupKey::TypeName => pick(language, "Typ", "type").to_owned(),
        GroupKey::Material => pick(language, "Material", "material").to_owned(),
        GroupKey::Property(property) => property_name(language, property),
        GroupKey::Space => pick(language, "Raum", "space").to_owned(),
        GroupKey::Classification => pick(language, "Klassifikation", "classification").to_owned(),
        GroupKey::Group => pick(language, "Gruppe", "group").to_owned(),
    }
}

/// The rule of a plan in one line, in English, for the evidence.
pub(in crate::query) fn rule(plan: &Plan) -> String {
    let of = subject(Language::En, &plan.of, 2);
    let key = |by: &GroupKey| key_name(Language::En, by);
    let statistic = |s: Statistic| match s {
        Statistic::Sum => "sum",
        Statistic::Average => "mean",
        Statistic::Minimum => "minimum",
        Statistic::Maximum => "maximum",
    };
    match &plan.goal {
        Goal::Count => format!("count of {of}"),
        Goal::Exists => format!("existence of {of}"),
        Goal::List => format!("list of {of}"),
        Goal::Measure { measure, statistic: s, unit } => {
            format!("{} of {} in {} over {of}", statistic(*s), measure_name(Language::En, *measure), unit.code())
        }
        Goal::MeasureOf { measure, unit } => {
            format!("{} in {} of each of {of}", measure_name(Language::En, *measure), unit.code())
        }
        Goal::PropertyStatistic { property, statistic: s } => {
            format!("{} of property {} over {of}", statistic(*s), property_name(Language::En, property))
        }
        Goal::Extreme { measure, smallest, limit, unit } => {
            let which = if *smallest { "smallest" } else { "largest" };
            format!("{limit} {which} {} in {} among {of}", measure_name(Language::En, *measure), unit.code())
        }
        Goal::Distribution { by, amount: Some(amount) } => {
            let how = statistic(amount.statistic);
            format!("{how} of {} of {of} by {}", measure_name(Language::En, amount.measure), key(by))
        }
        Goal::Distribution { by, amount: None } => format!("count of {of} by {}", key(by)),
        Goal::TopGroup { by, fewest, .. } => {
            format!("{} with the {} {of}", key(by), if *fewest { "fewest" } else { "most" })
        }
        Goal::Distinct { by } => format!("distinct {} of {of}", key(by)),
        Goal::PropertyOf { property } => format!("property {} of {of}", property_name(Language::En, property)),
        Goal::Dimensions => format!("length x width x height of {of}"),
        Goal::Layers => format!("material layers of {of}, in order"),
        Goal::Host => format!("element that hosts {of}"),
        Goal::BoundedSpaces => format!("spaces bounded by {of}"),
        Goal::Topic { topic } => format!("{topic} data on {of}"),
        Goal::Every { .. }
        | Goal::PropertyExtreme { .. }
        | Goal::Share { .. }
        | Goal::Compare { .. }
        | Goal::Neighbours
        | Goal::Describe
        | Goal::About { .. } => String::new(),
    }
}
