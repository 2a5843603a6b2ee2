//! What a question is about, in words: "Türen im Geschoss „EG“ (außen)".

use crate::ifc::Concept;
use crate::query::lexicon::material::Material;
use crate::query::lexicon::property::KnownProperty;
use crate::query::plan::{Fact, GroupKey, MeasureKind, Selection, Statistic};
use crate::query::question::Language;

use super::condition::condition;
use super::sentence::capital;
use super::{pick, quote};

/// The kinds of parts with their conditions, in the plural or, for one, the singular.
pub(in crate::query) fn subject(language: Language, of: &Selection, count: usize) -> String {
    let mut text = kinds(language, &of.any_of, count);
    for filter in &of.filters {
        text.push_str(&condition(language, filter));
    }
    text
}

pub(super) fn kinds(language: Language, any_of: &[String], count: usize) -> String {
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
    let known = KnownProperty::by_id(property).map(|p| pick(language, p.de, p.en));
    known.or_else(|| attribute_name(language, property)).map_or_else(|| quote(language, property), str::to_owned)
}

/// An attribute in words, by its id.
pub(super) fn attribute_name(language: Language, id: &str) -> Option<&'static str> {
    let (de, en) = match id {
        "name" => ("Name", "name"),
        "long_name" => ("Langname", "long name"),
        "number" => ("Nummer", "number"),
        "tag" => ("Kennzeichen (Tag)", "tag"),
        "global_id" => ("GlobalId", "GlobalId"),
        "entity_type" => ("IFC-Typ", "IFC type"),
        "predefined_type" => ("vordefinierter Typ", "predefined type"),
        "object_type" => ("Objekttyp", "object type"),
        "type_name" => ("Typ", "type"),
        "description" => ("Beschreibung", "description"),
        "storey" => ("Geschoss", "storey"),
        "space" => ("Raum", "room"),
        "material" => ("Material", "material"),
        "classification" => ("Klassifikation", "classification"),
        "group" => ("Gruppe", "group"),
        "host" => ("eingebaut in", "built into"),
        "layer" => ("Schicht", "layer"),
        _ => return None,
    };
    Some(pick(language, de, en))
}

/// A fact about the whole, in words, with the German article.
pub(super) fn fact_name(language: Language, fact: Fact) -> &'static str {
    let (de, en) = match fact {
        Fact::ProjectName => ("der Name des Projekts", "the name of the project"),
        Fact::BuildingName => ("der Name des Gebäudes", "the name of the building"),
        Fact::SiteName => ("der Name des Grundstücks", "the name of the site"),
        Fact::Description => ("die Beschreibung", "the description"),
        Fact::Author => ("der Verfasser", "the author"),
        Fact::Organisation => ("die Organisation", "the organisation"),
        Fact::Application => ("die Software", "the software"),
        Fact::WrittenAt => ("der Zeitpunkt des Exports", "the time of export"),
        Fact::Schema => ("die IFC-Version", "the IFC version"),
        Fact::Units => ("die Einheiten", "the units"),
        Fact::Address => ("die Adresse", "the address"),
        Fact::Coordinates => ("die geografische Lage", "the geographic position"),
    };
    pick(language, de, en)
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
        MeasureKind::GrossVolume => pick(language, "Bruttovolumen", "gross volume"),
        MeasureKind::GrossArea => pick(language, "Bruttofläche", "gross area"),
        MeasureKind::Elevation => pick(language, "Höhenlage", "elevation"),
    }
}

/// German forms of "which" and "the" before a measure: the accusative of the one, both cases of the other, and the ending
/// of an adjective after the accusative.
pub(super) struct Article {
    pub(super) which: &'static str,
    pub(super) the: &'static str,
    pub(super) accusative: &'static str,
    pub(super) ending: &'static str,
}

/// The articles of a measure.
pub(super) const fn article(measure: MeasureKind) -> Article {
    match measure {
        MeasureKind::Volume | MeasureKind::GrossVolume | MeasureKind::Weight => {
            Article { which: "Welches", the: "das", accusative: "das", ending: "" }
        }
        MeasureKind::Perimeter => Article { which: "Welchen", the: "der", accusative: "den", ending: "n" },
        MeasureKind::Area
        | MeasureKind::GrossArea
        | MeasureKind::OpeningArea
        | MeasureKind::Length
        | MeasureKind::Width
        | MeasureKind::Height
        | MeasureKind::Thickness
        | MeasureKind::Elevation => Article { which: "Welche", the: "die", accusative: "die", ending: "" },
    }
}

/// A measure with its German article, and "the largest" of it as an object; English without.
pub(super) fn measure_forms(language: Language, kind: MeasureKind, smallest: bool) -> (String, String) {
    let name = measure_name(language, kind);
    let Article { the, accusative, ending, .. } = article(kind);
    let size =
        pick(language, if smallest { "kleinste" } else { "größte" }, if smallest { "smallest" } else { "largest" });
    pick(
        language,
        (format!("{} {name}", capital(the)), format!("{accusative} {size}{ending} {name}")),
        (format!("The {name}"), format!("the {size} {name}")),
    )
}

/// "größtes Volumen": the extreme of a measure without an article.
pub(super) fn extreme_name(language: Language, kind: MeasureKind, smallest: bool) -> String {
    let ending = match (language, article(kind).the) {
        (Language::De, "das") => "s",
        (Language::De, "der") => "r",
        _ => "",
    };
    let which =
        pick(language, if smallest { "kleinste" } else { "größte" }, if smallest { "smallest" } else { "largest" });
    format!("{which}{ending} {}", measure_name(language, kind))
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
        GroupKey::Measure(kind) => measure_name(language, *kind).to_owned(),
    }
}

/// What is done with measured values, as an adverb: "insgesamt", "on average".
pub(super) fn statistic_name(language: Language, statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Sum => pick(language, "insgesamt", "in total"),
        Statistic::Average => pick(language, "im Durchschnitt", "on average"),
        Statistic::Minimum => pick(language, "mindestens", "at least"),
        Statistic::Maximum => pick(language, "höchstens", "at most"),
    }
}
