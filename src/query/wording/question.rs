//! A plan as the question it answers, so that a person sees what theirs was taken to mean. For most goals the parser reads
//! the same plan from it again.

mod about;

use crate::ifc::Unit;
use crate::query::plan::{Amount, Contrast, Fact, Filter, Goal, GroupKey, MeasureKind, Plan, Selection, Statistic};
use crate::query::question::Language;

use super::number::cardinal;
use super::pick;
use super::subject::{Article, article, key_name, kinds, measure_name};

use self::about::{condition, of, property};

/// The whole question that a plan answers.
pub(in crate::query) fn question(language: Language, plan: &Plan) -> String {
    let of = of(language, &plan.of);
    let say = |de: String, en: String| pick(language, de, en);
    match &plan.goal {
        Goal::Count => say(format!("Wie viele {of} gibt es?"), format!("How many {of} are there?")),
        Goal::Exists => say(format!("Gibt es {of}?"), format!("Are there {of}?")),
        Goal::List => say(format!("Welche {of} gibt es?"), format!("Which {of} are there?")),
        Goal::Every { test } => {
            let test = condition(language, test);
            say(format!("Sind alle {of} {test}?"), format!("Are all {of} {test}?"))
        }
        Goal::Measure { .. } | Goal::MeasureOf { .. } | Goal::Extreme { .. } => measured(language, &plan.goal, &of),
        Goal::PropertyStatistic { .. } | Goal::PropertyExtreme { .. } | Goal::PropertyOf { .. } => {
            of_property(language, &plan.goal, &of)
        }
        Goal::Distribution { by, amount } => distributed(language, by, amount.as_ref(), &of),
        Goal::TopGroup { by, fewest, amount } => top_group(language, by, *fewest, amount.as_ref(), &of),
        Goal::Distinct { by } => distinct(language, by, &of),
        Goal::Share { whole, amount } => share(language, &plan.of, whole, amount.as_ref()),
        Goal::Compare { with, contrast, amount } => {
            compared(language, (&of, &about::of(language, with)), *contrast, amount.as_ref())
        }
        Goal::Dimensions => {
            say(format!("Welche Abmessungen haben die {of}?"), format!("What are the dimensions of the {of}?"))
        }
        Goal::Layers => say(format!("Welche Schichten haben die {of}?"), format!("Which layers do the {of} have?")),
        Goal::Host => say(format!("In welcher Wand sitzen die {of}?"), format!("Which wall hosts the {of}?")),
        Goal::BoundedSpaces => {
            say(format!("Welche Räume verbinden die {of}?"), format!("Which rooms do the {of} connect?"))
        }
        Goal::Neighbours { through } => neighbours(language, through, &of),
        Goal::Describe => {
            say(format!("Welche Eigenschaften haben die {of}?"), format!("What are the properties of the {of}?"))
        }
        Goal::About { fact } => fact_asked(language, *fact).to_owned(),
        Goal::Topic { topic } if topic == "cost" => {
            say(format!("Was kosten die {of}?"), format!("What do the {of} cost?"))
        }
        Goal::Topic { .. } => {
            say(format!("Welche CO2-Emissionen haben die {of}?"), format!("What is the carbon footprint of the {of}?"))
        }
    }
}

fn neighbours(language: Language, through: &[String], of: &str) -> String {
    if through.is_empty() {
        return pick(
            language,
            format!("Welche Räume sind benachbart zu: {of}?"),
            format!("Which rooms are next to {of}?"),
        );
    }
    let through = kinds(language, through, 2);
    pick(
        language,
        format!("Welche Räume sind durch {through} verbunden mit: {of}?"),
        format!("Which rooms are connected by {through} to {of}?"),
    )
}

/// "in Litern", where another unit than the stored one is asked for.
fn unit_asked(language: Language, measure: MeasureKind, unit: Unit) -> String {
    if unit == measure.stored_unit() {
        return String::new();
    }
    let (de, en) = match unit {
        Unit::Millimetre => ("Millimetern", "millimetres"),
        Unit::Centimetre => ("Zentimetern", "centimetres"),
        Unit::Metre => ("Metern", "metres"),
        Unit::Kilometre => ("Kilometern", "kilometres"),
        Unit::Foot => ("Fuß", "feet"),
        Unit::Inch => ("Zoll", "inches"),
        Unit::SquareCentimetre => ("Quadratzentimetern", "square centimetres"),
        Unit::SquareMetre => ("Quadratmetern", "square metres"),
        Unit::SquareFoot => ("Quadratfuß", "square feet"),
        Unit::Hectare => ("Hektar", "hectares"),
        Unit::Litre => ("Litern", "litres"),
        Unit::CubicMetre => ("Kubikmetern", "cubic metres"),
        Unit::CubicFoot => ("Kubikfuß", "cubic feet"),
        Unit::Kilogram => ("Kilogramm", "kilograms"),
        Unit::Tonne => ("Tonnen", "tonnes"),
        Unit::Pound => ("Pfund", "pounds"),
        Unit::ThermalTransmittance => ("W/(m²K)", "W/(m²K)"),
    };
    format!(" in {}", pick(language, de, en))
}

fn measure(language: Language, kind: MeasureKind) -> &'static str {
    if kind == MeasureKind::OpeningArea {
        return pick(language, "Breite mal Höhe", "width times height");
    }
    measure_name(language, kind)
}

fn statistic(language: Language, statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Sum => pick(language, "insgesamt", "total"),
        Statistic::Average => pick(language, "im Durchschnitt", "average"),
        Statistic::Minimum => pick(language, "minimal", "minimum"),
        Statistic::Maximum => pick(language, "maximal", "maximum"),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the caller hands over these goals only")]
fn measured(language: Language, goal: &Goal, of: &str) -> String {
    match goal {
        Goal::Measure { measure: kind, statistic: how, unit } => {
            let (name, unit) = (measure(language, *kind), unit_asked(language, *kind, *unit));
            let (which, how) = (article(*kind).which, statistic(language, *how));
            pick(
                language,
                format!("{which} {name} haben die {of} {how}{unit}?"),
                format!("What is the {how} {name} of the {of}{unit}?"),
            )
        }
        Goal::MeasureOf { measure: kind, unit } => {
            let (name, unit) = (measure(language, *kind), unit_asked(language, *kind, *unit));
            let the = article(*kind).accusative;
            pick(language, format!("Zeige {the} {name} der {of}{unit}."), format!("Show the {name} of the {of}{unit}."))
        }
        Goal::Extreme { measure: kind, smallest, limit, unit } => {
            let (name, unit) = (measure(language, *kind), unit_asked(language, *kind, *unit));
            let Article { accusative, ending, .. } = article(*kind);
            let many = many(language, *limit);
            let size = extreme(language, *smallest);
            pick(
                language,
                format!("Welche {many}{of} haben {accusative} {size}{ending} {name}{unit}?"),
                format!("Which {many}{of} have the {size} {name}{unit}?"),
            )
        }
        _ => of.to_owned(),
    }
}

fn extreme(language: Language, smallest: bool) -> &'static str {
    pick(language, if smallest { "kleinste" } else { "größte" }, if smallest { "smallest" } else { "largest" })
}

/// "5 " before what more than one of is asked for.
fn many(language: Language, limit: usize) -> String {
    if limit == 1 { String::new() } else { format!("{} ", cardinal(language, limit)) }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the caller hands over these goals only")]
fn of_property(language: Language, goal: &Goal, of: &str) -> String {
    match goal {
        Goal::PropertyStatistic { property: name, statistic: how } => {
            let (name, how) = (property(language, name), statistic(language, *how));
            pick(
                language,
                format!("Welchen Wert hat die Angabe {name} der {of} {how}?"),
                format!("What is the {how} {name} of the {of}?"),
            )
        }
        Goal::PropertyExtreme { property: name, smallest, limit } => {
            let (name, many, size) = (property(language, name), many(language, *limit), extreme(language, *smallest));
            pick(
                language,
                format!("Welche {many}{of} haben den {size}n Wert der Angabe {name}?"),
                format!("Which {many}{of} have the {size} {name}?"),
            )
        }
        Goal::PropertyOf { property: name } => {
            let name = property(language, name);
            pick(
                language,
                format!("Welchen Wert hat die Angabe {name} der {of}?"),
                format!("What is the {name} of the {of}?"),
            )
        }
        _ => of.to_owned(),
    }
}

fn key(language: Language, by: &GroupKey) -> String {
    match by {
        GroupKey::Property(name) => property(language, name),
        GroupKey::Measure(kind) => measure(language, *kind).to_owned(),
        GroupKey::Storey
        | GroupKey::Component
        | GroupKey::TypeName
        | GroupKey::Material
        | GroupKey::Space
        | GroupKey::Classification
        | GroupKey::Group => key_name(language, by),
    }
}

/// "das durchschnittliche Volumen": what is summed up or averaged, with the German article.
fn amount(language: Language, amount: Amount) -> String {
    let Amount { measure: kind, statistic: how, unit } = amount;
    let (name, unit) = (measure(language, kind), unit_asked(language, kind, unit));
    let adjective = match how {
        Statistic::Sum => "",
        Statistic::Average => pick(language, "durchschnittliche ", "average "),
        Statistic::Minimum => pick(language, "minimale ", "minimum "),
        Statistic::Maximum => pick(language, "maximale ", "maximum "),
    };
    let the = pick(language, article(kind).the, "the");
    format!("{the} {adjective}{name}{unit}")
}

fn distributed(language: Language, by: &GroupKey, of_each: Option<&Amount>, of: &str) -> String {
    let by = key(language, by);
    match of_each {
        None => pick(
            language,
            format!("Wie verteilen sich die {of} nach {by}?"),
            format!("How are the {of} distributed by {by}?"),
        ),
        Some(of_each) => {
            let what = amount(language, *of_each);
            pick(
                language,
                format!("Wie verteilt sich {what} der {of} nach {by}?"),
                format!("How is {what} of the {of} distributed by {by}?"),
            )
        }
    }
}

/// "Welches Geschoss".
fn which_key(language: Language, by: &GroupKey) -> String {
    let which = match by {
        GroupKey::Storey | GroupKey::Material => "Welches",
        GroupKey::TypeName | GroupKey::Space => "Welcher",
        GroupKey::Component
        | GroupKey::Property(_)
        | GroupKey::Classification
        | GroupKey::Group
        | GroupKey::Measure(_) => "Welche",
    };
    format!("{} {}", pick(language, which, "Which"), key(language, by))
}

fn top_group(language: Language, by: &GroupKey, fewest: bool, of_each: Option<&Amount>, of: &str) -> String {
    let key = which_key(language, by);
    match of_each {
        None => {
            let most = pick(
                language,
                if fewest { "die wenigsten" } else { "die meisten" },
                if fewest { "the fewest" } else { "the most" },
            );
            pick(language, format!("{key} hat {most} {of}?"), format!("{key} has {most} {of}?"))
        }
        Some(Amount { measure: kind, unit, .. }) => {
            let (name, unit) = (measure(language, *kind), unit_asked(language, *kind, *unit));
            let Article { accusative, ending, .. } = article(*kind);
            let size = extreme(language, fewest);
            pick(
                language,
                format!("{key} hat {accusative} {size}{ending} {name} der {of}{unit}?"),
                format!("{key} has the {size} {name} of the {of}{unit}?"),
            )
        }
    }
}

fn distinct(language: Language, by: &GroupKey, of: &str) -> String {
    let key = match (language, by) {
        (_, GroupKey::Property(name)) => {
            let name = property(language, name);
            pick(language, format!("Angabe {name}"), name)
        }
        (Language::De, GroupKey::Storey) => return format!("In welchen Geschossen befinden sich die {of}?"),
        (Language::En, GroupKey::Storey) => return format!("On which storeys are the {of}?"),
        (Language::De, GroupKey::Measure(kind)) => {
            return format!("Wie viele verschiedene Werte hat {} der {of}?", measure_with_article(*kind));
        }
        (Language::En, GroupKey::Measure(kind)) => {
            return format!("How many different values of {} do the {of} have?", measure(language, *kind));
        }
        (Language::De, GroupKey::Component) => "Bauteilarten".to_owned(),
        (Language::De, GroupKey::TypeName) => "Typen".to_owned(),
        (Language::De, GroupKey::Material) => "Materialien".to_owned(),
        (Language::De, GroupKey::Space) => "Räume".to_owned(),
        (Language::De, GroupKey::Classification) => "Klassifikationen".to_owned(),
        (Language::De, GroupKey::Group) => "Gruppen".to_owned(),
        (Language::En, by) => format!("{}s", key(language, by)),
    };
    pick(language, format!("Welche {key} haben die {of}?"), format!("Which {key} do the {of} have?"))
}

fn measure_with_article(kind: MeasureKind) -> String {
    format!("{} {}", article(kind).the, measure(Language::De, kind))
}

fn share(language: Language, part: &Selection, whole: &Selection, of_each: Option<&Amount>) -> String {
    let larger = of(language, whole);
    let of_what = of_each.map_or(String::new(), |amount| format!(" {}", measure(language, amount.measure)));
    let own: Vec<&Filter> = part.filters.iter().filter(|filter| !whole.filters.contains(filter)).collect();
    if part.any_of == whole.any_of && !own.is_empty() && of_each.is_none() {
        let own: Vec<String> = own.into_iter().map(|filter| condition(language, filter)).collect();
        let own = own.join(pick(language, " und ", " and "));
        return pick(
            language,
            format!("Wie viel Prozent der {larger} sind {own}?"),
            format!("What percentage of the {larger} is {own}?"),
        );
    }
    let part = of(language, part);
    pick(
        language,
        format!("Wie hoch ist der Anteil{of_what} der {part} an allen {larger}?"),
        format!("What is the share{of_what} of {part} among all {larger}?"),
    )
}

fn compared(language: Language, (first, second): (&str, &str), contrast: Contrast, of_each: Option<&Amount>) -> String {
    let say = |de: String, en: String| pick(language, de, en);
    if let Some(of_each) = of_each {
        let what = amount(language, *of_each);
        return match contrast {
            Contrast::Which | Contrast::IsMore => say(
                format!("Ist {what} der {first} größer als {what} der {second}?"),
                format!("Is {what} of the {first} larger than {what} of the {second}?"),
            ),
            Contrast::Difference => say(
                format!("Wie groß ist der Unterschied: {what} der {first} und {what} der {second}?"),
                format!("What is the difference between {what} of the {first} and {what} of the {second}?"),
            ),
            Contrast::Ratio => say(
                format!("Wie ist das Verhältnis: {what} der {first} zu {what} der {second}?"),
                format!("What is the ratio of {what} of the {first} to {what} of the {second}?"),
            ),
        };
    }
    match contrast {
        Contrast::Which => {
            say(format!("Gibt es mehr {first} oder {second}?"), format!("Are there more {first} or {second}?"))
        }
        Contrast::IsMore => {
            say(format!("Gibt es mehr {first} als {second}?"), format!("Are there more {first} than {second}?"))
        }
        Contrast::Difference => say(
            format!("Wie viele {first} mehr als {second} gibt es?"),
            format!("How many more {first} than {second} are there?"),
        ),
        Contrast::Ratio => say(
            format!("Wie ist das Verhältnis von {first} zu {second}?"),
            format!("What is the ratio of {first} to {second}?"),
        ),
    }
}

fn fact_asked(language: Language, fact: Fact) -> &'static str {
    let (de, en) = match fact {
        Fact::ProjectName => ("Wie heißt das Projekt?", "What is the project called?"),
        Fact::BuildingName => ("Wie heißt das Gebäude?", "What is the building called?"),
        Fact::SiteName => ("Wie heißt das Grundstück?", "What is the site called?"),
        Fact::Description => ("Was ist die Beschreibung des Projekts?", "What is the description of the project?"),
        Fact::Author => ("Wer ist der Verfasser?", "Who is the author?"),
        Fact::Organisation => ("Welche Organisation?", "Which organisation?"),
        Fact::Application => ("Mit welcher Software?", "With which software?"),
        Fact::WrittenAt => ("Wann wurde das Modell exportiert?", "When was the model exported?"),
        Fact::Schema => ("Welche IFC-Version?", "Which IFC version?"),
        Fact::Units => ("In welchen Einheiten?", "In which units?"),
        Fact::Address => ("Wie lautet die Adresse?", "What is the address?"),
        Fact::Coordinates => ("Was sind die Koordinaten?", "What are the coordinates?"),
    };
    pick(language, de, en)
}
