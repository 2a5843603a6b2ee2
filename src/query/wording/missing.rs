//! Why there is no answer, in words.

use crate::query::execute::Missing;
use crate::query::lexicon::property::KnownProperty;
use crate::query::parse::Misunderstood;
use crate::query::plan::{Goal, Plan};
use crate::query::question::Language;
use crate::query::vocabulary::Vocabulary;

use super::condition::phrase;
use super::number::cardinal;
use super::subject::{fact_name, kind_name, material_name, property_name, storey_said, subject};
use super::{pick, quote};

/// Names listed in a reason.
const NAMED_MAX: usize = 12;

/// What the model does not hold, and what there is instead.
pub(in crate::query) fn missing(language: Language, missing: &Missing, plan: &Plan, vocabulary: &Vocabulary) -> String {
    let of = subject(language, &plan.of, 2);
    match missing {
        Missing::Storey(said) => {
            let storeys = named(language, vocabulary.storey_names().into_iter());
            let said = storey_said(language, said);
            pick(
                language,
                format!("Das Modell hat kein Geschoss „{said}“. Es hat: {storeys}."),
                format!("The model has no storey “{said}”. It has: {storeys}."),
            )
        }
        Missing::Parts(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|k| kind_name(language, k, 2)).collect();
            let kinds = kinds.join(pick(language, " und ", " and "));
            pick(language, format!("Das Modell enthält keine {kinds}."), format!("The model holds no {kinds}."))
        }
        Missing::Property { property, entities, placeholders } => {
            property_missing(language, property, *entities, placeholders, &of)
        }
        Missing::Measure { .. }
        | Missing::Implausible(_)
        | Missing::Shares(_)
        | Missing::StoreyOf(_)
        | Missing::Narrowing(..) => none_of(language, missing, &of),
        Missing::Contradictory(_) | Missing::Parameter(_) | Missing::Unsaid(_) => nothing_told(language, missing, &of),
        Missing::Material(material) => {
            let have = named(language, vocabulary.materials.values().map(String::as_str));
            let material = material_name(language, material);
            pick(
                language,
                format!("Im Modell ist nichts aus {material}. Materialien im Modell: {have}."),
                format!("Nothing in the model is of {material}. Materials in the model: {have}."),
            )
        }
        Missing::Named(name) => {
            let name = quote(language, name);
            pick(
                language,
                format!("Im Modell heißt nichts Passendes {name}."),
                format!("Nothing fitting in the model is named {name}."),
            )
        }
        Missing::Relation(relation) => relation_missing(language, relation, &of),
        Missing::Undecided { passed, open } => undecided(language, plan, *passed, *open),
        Missing::Fact(fact) => {
            let fact = fact_name(language, *fact);
            pick(language, format!("Die Datei nennt das nicht: {fact}."), format!("The file does not give {fact}."))
        }
        Missing::EmptyWhole => pick(
            language,
            "Die Menge, auf die sich die Zahl bezieht, ist leer; davon gibt es keinen Anteil und kein Verhältnis."
                .to_owned(),
            "The set that the number refers to is empty; there is no share or ratio of it.".to_owned(),
        ),
        Missing::Topic(topic) => topic_missing(language, topic, vocabulary),
        Missing::Nothing => pick(
            language,
            format!("Kein Bauteil erfüllt die Bedingungen: {of}."),
            format!("No element meets the conditions: {of}."),
        ),
    }
}

/// Entities there are, but none of them carries what is asked for.
#[expect(clippy::wildcard_enum_match_arm, reason = "the caller hands over these kinds only")]
fn none_of(language: Language, missing: &Missing, of: &str) -> String {
    match missing {
        Missing::Narrowing(kind, count) => {
            let kind = kind_name(language, kind, 2);
            let count = cardinal(language, *count);
            pick(
                language,
                format!(
                    "Das Modell sagt von keinem der {count} infrage kommenden Bauteile, dass es zu „{kind}“ gehört."
                ),
                format!("The model says of none of the {count} elements in question that it is one of the {kind}."),
            )
        }
        Missing::Measure { entities } => {
            let count = cardinal(language, *entities);
            pick(
                language,
                format!("Eine solche Mengenangabe trägt keines der Bauteile ({of}; geprüft: {count})."),
                format!("None of the elements ({of}; {count} looked at) carries such a quantity."),
            )
        }
        Missing::Implausible(entities) => {
            let count = cardinal(language, *entities);
            pick(
                language,
                format!(
                    "Die gespeicherten Mengen der {count} Bauteile ({of}) widersprechen ihren Abmessungen und werden nicht verwendet."
                ),
                format!(
                    "The stored quantities of the {count} elements ({of}) contradict their dimensions and are not used."
                ),
            )
        }
        Missing::Shares(entities) => {
            let count = cardinal(language, *entities);
            pick(
                language,
                format!(
                    "Das Modell nennt bei {of} mehrere Materialien, aber weder Dicken noch Anteile (geprüft: {count})."
                ),
                format!(
                    "The model names several materials of {of} but neither thicknesses nor shares ({count} looked at)."
                ),
            )
        }
        Missing::StoreyOf(entities) => {
            let count = cardinal(language, *entities);
            pick(
                language,
                format!("Von keinem der {count} Bauteile ({of}) sagt das Modell, in welchem Geschoss es liegt."),
                format!("The model says of none of the {count} elements ({of}) on which storey it is."),
            )
        }
        _ => String::new(),
    }
}

/// Something stands there, and it does not tell what is asked for.
#[expect(clippy::wildcard_enum_match_arm, reason = "the caller hands over these kinds only")]
fn nothing_told(language: Language, missing: &Missing, of: &str) -> String {
    match missing {
        Missing::Contradictory(entities) => {
            let count = cardinal(language, *entities);
            pick(
                language,
                format!(
                    "Die gespeicherten Werte widersprechen sich ({of}; so bei {count}), und nichts im Modell sagt, welcher gilt."
                ),
                format!(
                    "Stored values contradict each other ({of}; of {count}), and nothing in the model tells which one holds."
                ),
            )
        }
        Missing::Parameter(entities) => {
            let count = cardinal(language, *entities);
            pick(
                language,
                format!(
                    "Unter diesem Namen stehen nur Einstellungen des Bibliotheksobjekts oder des Typs, keine Maße der Bauteile ({of}; geprüft: {count})."
                ),
                format!(
                    "Only settings of the library object or the type go by that name, no sizes of the elements ({of}; {count} looked at)."
                ),
            )
        }
        Missing::Unsaid(entities) => {
            let count = cardinal(language, *entities);
            pick(
                language,
                format!(
                    "Von keinem Bauteil ist bekannt, dass es dazugehört ({of}); von {count} sagt es das Modell nicht."
                ),
                format!("No element is known to be one of the {of}; of {count} the model does not say."),
            )
        }
        _ => String::new(),
    }
}

/// None fails the test, but not of all is it said.
fn undecided(language: Language, plan: &Plan, passed: usize, open: usize) -> String {
    let of = subject(language, &plan.of, 2);
    let test = if let Goal::Every { test } = &plan.goal { phrase(language, test) } else { String::new() };
    let (passed, open) = (cardinal(language, passed), cardinal(language, open));
    pick(
        language,
        format!(
            "{of}; Bedingung ({test}): {passed} erfüllt, keine Verletzung bekannt, {open} ohne Angabe. Ob alle sie erfüllen, sagt das Modell nicht."
        ),
        format!(
            "{of}; condition ({test}): {passed} met, none known to fail, {open} not said. Whether all meet it the model does not say."
        ),
    )
}

fn property_missing(language: Language, property: &str, entities: usize, placeholders: &[String], of: &str) -> String {
    let name = property_name(language, property);
    let name = if KnownProperty::by_id(property).is_some() { quote(language, &name) } else { name };
    let count = cardinal(language, entities);
    let mut text = pick(
        language,
        format!("Die Angabe {name} ist bei keinem der Bauteile belegt ({of}; geprüft: {count})."),
        format!("The property {name} is not given for any of the elements ({of}; {count} looked at)."),
    );
    if !placeholders.is_empty() {
        let have = named(language, placeholders.iter().map(String::as_str));
        text.push_str(&pick(
            language,
            format!(" Dort stehen nur Platzhalter: {have}."),
            format!(" Only placeholders stand there: {have}."),
        ));
    }
    text
}

fn relation_missing(language: Language, relation: &str, of: &str) -> String {
    let (de, en) = match relation {
        "openings" => ("Das Modell sagt nicht, worin eingebaut ist", "The model does not say what hosts what"),
        "boundaries" => ("Das Modell enthält keine Raumbegrenzungen", "The model holds no space boundaries"),
        "containment" => {
            ("Das Modell sagt nicht, was in welchem Raum steht", "The model does not say what stands in which room")
        }
        "classifications" => ("Das Modell enthält keine Klassifikationen", "The model holds no classifications"),
        "groups" => {
            ("Das Modell enthält keine Gruppen, Systeme oder Zonen", "The model holds no groups, systems or zones")
        }
        "layers" => ("Das Modell enthält keine Schichten", "The model holds no layers"),
        "materials" => ("Das Modell enthält keine Materialien", "The model holds no materials"),
        _ => ("Das Modell enthält keine Typen", "The model holds no types"),
    };
    format!("{} ({of}).", pick(language, de, en))
}

fn topic_missing(language: Language, topic: &str, vocabulary: &Vocabulary) -> String {
    let groups = vocabulary.properties.contains_key("kostengruppe");
    match topic {
        "cost" if groups => pick(
            language,
            "Das Modell enthält Kostengruppen (DIN 276), aber keine Preise oder Kosten.",
            "The model holds cost groups (DIN 276) but no prices or costs.",
        ),
        "cost" => pick(language, "Das Modell enthält keine Kostendaten.", "The model holds no cost data."),
        "schedule" => pick(language, "Das Modell enthält keine Termine.", "The model holds no dates or schedules."),
        "energy" => pick(language, "Das Modell enthält keine Energiekennwerte.", "The model holds no energy figures."),
        _ => pick(
            language,
            "Das Modell enthält keine Ökobilanzdaten (GWP, CO2).",
            "The model holds no life-cycle data (GWP, CO2).",
        ),
    }
    .to_owned()
}

fn named<'n>(language: Language, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return pick(language, "keine", "none").to_owned();
    }
    let mut text = names.iter().take(NAMED_MAX).map(|n| quote(language, n)).collect::<Vec<_>>().join(", ");
    if NAMED_MAX < names.len() {
        text.push_str(" …");
    }
    text
}

/// What was not understood, and what was.
pub(in crate::query) fn misunderstood(language: Language, why: &Misunderstood) -> String {
    let list = |words: &[String]| words.iter().map(|w| quote(language, w)).collect::<Vec<_>>().join(", ");
    match why {
        Misunderstood::Unknown { words, understood } if understood.is_empty() => {
            pick(language, format!("Nicht verstanden: {}.", list(words)), format!("Not understood: {}.", list(words)))
        }
        Misunderstood::Unknown { words, understood } => pick(
            language,
            format!("Nicht verstanden: {}. Verstanden wurde: {}.", list(words), list(understood)),
            format!("Not understood: {}. Understood: {}.", list(words), list(understood)),
        ),
        Misunderstood::NoGoal { understood } if understood.is_empty() => pick(
            language,
            "Die Frage nennt kein Bauteil und keine Größe.".to_owned(),
            "The question names no building part and no measure.".to_owned(),
        ),
        Misunderstood::NoGoal { understood } => pick(
            language,
            format!("Daraus wird keine Frage, die sich berechnen lässt. Verstanden wurde: {}.", list(understood)),
            format!("This makes no question that can be computed. Understood: {}.", list(understood)),
        ),
        Misunderstood::Prose => needs_language_model(language).to_owned(),
        Misunderstood::NothingBefore => pick(
            language,
            "Das schließt an eine Frage davor an, und es gibt hier keine. Bitte die ganze Frage stellen.".to_owned(),
            "This goes on from a question before it, and there is none here. Please ask the whole question.".to_owned(),
        ),
    }
}

/// A question about prose.
pub(in crate::query) fn needs_language_model(language: Language) -> &'static str {
    pick(
        language,
        "Diese Frage lässt sich nicht berechnen; sie bräuchte ein Sprachmodell, und keines ist eingerichtet.",
        "This question cannot be computed; it needs a language model, and none is configured.",
    )
}
