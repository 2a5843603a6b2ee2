//! First step of understanding: every token gets a meaning, from the lexicon or from the model's own words.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::ifc::{CONCEPTS, Concept, GlobalId, fold, is_known};
use crate::query::lexicon::material::Material;
use crate::query::lexicon::property::{KnownProperty, joined};
use crate::query::lexicon::storey::{StoreyClass, class_at};
use crate::query::lexicon::{Meaning, compass, is_stop_word, phrase, translate};
use crate::query::token::{Token, TokenKind};
use crate::query::vocabulary::Vocabulary;

use super::compound::compound;
use super::room::room;
use super::spelling::Spelling;

/// A run of tokens with its meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    /// What it means.
    pub(super) kind: MarkKind,
    /// As written.
    pub(super) raw: String,
    /// Whether it stands in parentheses.
    pub(super) aside: bool,
}

/// What a run of tokens means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MarkKind {
    /// A head, measure, unit, comparison or relation.
    Meaning(Meaning),
    /// A kind of building part, by concept id or entity type.
    Part(String),
    /// Storeys of the model by name, none for one that the model does not have; and what was said, in canonical form.
    Storeys(Vec<String>, String),
    /// The highest or lowest storey of the model, by name.
    RankedStorey(String),
    /// A material: concept id or the model's own name.
    Material(String),
    /// A property: id or the model's own name; for yes-or-no ones which is asked.
    Property(String, bool),
    /// A value of a property of the model.
    Value(String, String),
    /// A classification reference of the model: its code, its name, or its system.
    Class(String),
    /// A fire rating, e.g. `EI30`.
    Rating(String),
    /// A number.
    Number(f64),
    /// A quoted name, or a word that is the name of something in the model.
    Name(String),
    /// A word that only spaces are named by: "die Küche".
    Space(String),
    /// A GlobalId.
    Id(GlobalId),
    /// A direction in a name.
    Compass(&'static [&'static str]),
    /// Nothing of its own.
    Stop,
    /// Not known.
    Unknown(String),
}

/// Longest phrase of the model's own words, in words.
const OWN_WORDS_MAX: usize = 6;

static CONCEPT_WORDS: LazyLock<HashMap<String, &'static Concept>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for concept in CONCEPTS.iter() {
        for form in concept.de.iter().chain(concept.en) {
            words.entry(fold(form).replace('-', " ")).or_insert(concept);
        }
    }
    for concept in CONCEPTS.iter() {
        for form in concept.de {
            for ending in ["n", "s", "es", "en"] {
                words.entry(fold(form) + ending).or_insert(concept);
            }
        }
    }
    words
});

/// The concept that a folded word or phrase names.
pub(super) fn concept_of(words: &str) -> Option<&'static Concept> {
    CONCEPT_WORDS.get(words).copied()
}

/// Gives every token a meaning, the longest first.
pub(super) fn mark(tokens: &[Token], vocabulary: &Vocabulary) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at = 0;
    let mut spelling = Spelling::default();
    while let Some(token) = tokens.get(at) {
        let (mut kinds, taken) = mark_at(tokens.get(at..).unwrap_or_default(), token, vocabulary);
        if let [MarkKind::Unknown(word)] = kinds.as_slice()
            && let Some(right) = spelling.corrected(word, vocabulary)
        {
            kinds = right;
        }
        let raw: Vec<&str> = tokens.iter().skip(at).take(taken).map(|t| t.raw.as_str()).collect();
        let raw = raw.join(" ");
        marks.extend(kinds.into_iter().map(|kind| Mark { kind, raw: raw.clone(), aside: token.aside }));
        at += taken;
    }
    // What Germans call "Platte" is a slab to the schema, unless the model has plates.
    let has = |entity_type: &str| vocabulary.types.keys().any(|own| crate::ifc::is_a(own, entity_type));
    let plate = MarkKind::Part("plate".to_owned());
    let mut plates =
        marks.iter_mut().filter(|mark| mark.kind == plate && fold(&mark.raw).starts_with("platte")).peekable();
    if plates.peek().is_some() && has("IfcSlab") && !has("IfcPlate") {
        plates.for_each(|mark| mark.kind = MarkKind::Part("slab".to_owned()));
    }
    marks
}

fn mark_at(tokens: &[Token], token: &Token, vocabulary: &Vocabulary) -> (Vec<MarkKind>, usize) {
    match &token.kind {
        TokenKind::Quoted => return (vec![MarkKind::Name(token.raw.clone())], 1),
        TokenKind::GlobalId(id) => return (vec![MarkKind::Id(*id)], 1),
        TokenKind::Number(_) | TokenKind::Word(_) => {}
    }
    // Other than what? Words that no plan compares, whatever values the model has.
    if matches!(token.word(), "andere" | "anderen" | "anderes" | "anderer" | "anderem" | "other" | "another" | "locked")
    {
        return (vec![MarkKind::Unknown(token.word().to_owned())], 1);
    }
    if let Some((piece, made)) = &token.piece
        && vocabulary.names.contains_key(&fold(piece))
    {
        return (vec![MarkKind::Name(piece.clone())], *made);
    }
    let words: Vec<&str> = tokens
        .iter()
        .take_while(|t| !matches!(t.kind, TokenKind::Quoted | TokenKind::GlobalId(_)))
        .take(OWN_WORDS_MAX + 2)
        .map(|t| if let TokenKind::Word(word) = &t.kind { word.as_str() } else { t.raw.as_str() })
        .collect();
    if let Some((kind, taken)) = ranked_storey(&words, vocabulary) {
        return (vec![kind], taken);
    }
    if let Some(named) = own_property(tokens, vocabulary) {
        return named;
    }
    if let Some((kind, taken)) = storey(&words, vocabulary).or_else(|| longest(&words, vocabulary)) {
        let class =
            rating(&words).filter(|_| matches!(&kind, MarkKind::Value(property, _) if property == "fire_rating"));
        return class.map_or((vec![kind], taken), |(class, taken)| (vec![MarkKind::Rating(class)], taken));
    }
    if let TokenKind::Number(number) = token.kind {
        if let Some((class, taken)) = class(tokens, vocabulary) {
            return (vec![MarkKind::Class(class)], taken);
        }
        return (vec![MarkKind::Number(number)], 1);
    }
    if let Some((class, taken)) = class(tokens, vocabulary) {
        return (vec![MarkKind::Class(class)], taken);
    }
    let word = token.word();
    if let Some(rating) = rating(&words) {
        return (vec![MarkKind::Rating(rating.0)], rating.1);
    }
    if let Some(entity_type) = entity_type(&token.raw, vocabulary) {
        return (vec![MarkKind::Part(entity_type)], 1);
    }
    if is_stop_word(word) {
        return (vec![MarkKind::Stop], 1);
    }
    (vec![single(word, vocabulary)], 1).or_compound(word, vocabulary)
}

/// A word that is in no table as it stands.
fn single(word: &str, vocabulary: &Vocabulary) -> MarkKind {
    if let Some(directions) = compass(word) {
        return MarkKind::Compass(directions);
    }
    if let Some(number) = number_word(word) {
        return MarkKind::Number(number);
    }
    if let Some(name) = room(word, vocabulary) {
        return MarkKind::Space(name);
    }
    for candidate in [Some(word), translate(word)].into_iter().flatten() {
        if let Some(kind) = own_value(candidate, vocabulary).filter(|_| compound(candidate, vocabulary).is_none()) {
            return kind;
        }
    }
    if vocabulary.names.contains_key(word) {
        return MarkKind::Name(vocabulary.spelled(word));
    }
    // "CO2-Fußabdruck": letters, digits and a hyphen make a name, unless they are known words.
    let parts: Vec<&str> = word.split('-').collect();
    if let (true, Some((meaning, taken))) = (parts.len() > 1, phrase(&parts))
        && taken == parts.len()
    {
        return MarkKind::Meaning(meaning);
    }
    MarkKind::Unknown(word.to_owned())
}

/// Fewest letters of a misspelt word that may be passed over as one of no meaning.
const STOP_LETTERS_MIN: usize = 8;

/// What a whole word means that is written as the lexicon or the model writes it; no names of single parts, of which many
/// differ by a letter.
pub(super) fn known(word: &str, vocabulary: &Vocabulary) -> Option<MarkKind> {
    storey(&[word], vocabulary)
        .map(|(kind, _)| kind)
        .or_else(|| lexical(word))
        .or_else(|| phrase(&[word]).map(|(meaning, _)| MarkKind::Meaning(meaning)))
        .or_else(|| vocabulary.materials.get(word).map(|material| MarkKind::Material(material.clone())))
        .or_else(|| (is_stop_word(word) && STOP_LETTERS_MIN <= word.len()).then_some(MarkKind::Stop))
}

trait OrCompound {
    fn or_compound(self, word: &str, vocabulary: &Vocabulary) -> Self;
}

impl OrCompound for (Vec<MarkKind>, usize) {
    /// A compound is taken apart only when its whole is unknown.
    fn or_compound(self, word: &str, vocabulary: &Vocabulary) -> Self {
        match self.0.as_slice() {
            [MarkKind::Unknown(_)] => match compound(word, vocabulary) {
                Some(kinds) => (kinds, self.1),
                None => self,
            },
            _ => self,
        }
    }
}

/// A classification of the model: a system with or without a code, or a code that is no plain number.
fn class(tokens: &[Token], vocabulary: &Vocabulary) -> Option<(String, usize)> {
    if vocabulary.classes.is_empty() {
        return None;
    }
    let raws: Vec<&str> = tokens.iter().take(OWN_WORDS_MAX).map(|token| token.raw.as_str()).collect();
    let joined = |taken: usize| raws.get(..taken).map(|words| fold(&words.join(" ")));
    let system = (1..=raws.len()).rev().find(|n| joined(*n).is_some_and(|words| vocabulary.has_system(&words)));
    let skipped = system.unwrap_or(0);
    let filler = |at: usize| raws.get(at).is_some_and(|raw| matches!(fold(raw).as_str(), "code" | "klasse" | "class"));
    let from = skipped + usize::from(system.is_some() && filler(skipped));
    let coded = (1..=raws.len().saturating_sub(from)).rev().find_map(|taken| {
        let words = fold(&raws.get(from..from + taken)?.join(" "));
        let plain = system.is_none() && words.chars().all(|c| c.is_ascii_digit());
        vocabulary.classes.get(&words).filter(|_| !plain).map(|class| (class.clone(), from + taken))
    });
    coded.or_else(|| {
        let taken = system?;
        raws.get(..taken).map(|words| (words.join(" "), taken))
    })
}

/// A storey, by the model's name for it or by what people call it.
fn storey(words: &[&str], vocabulary: &Vocabulary) -> Option<(MarkKind, usize)> {
    let plain: Vec<&str> = words.iter().map(|w| w.trim_end_matches('.')).collect();
    let named = (1..=plain.len().min(OWN_WORDS_MAX)).rev().find_map(|taken| {
        let asked = plain.get(..taken)?;
        let ambiguous = taken == 1
            && (concept_of(asked.first()?).is_some()
                || asked.first()?.len() < 2
                || asked.first()?.parse::<f64>().is_ok());
        let storey = vocabulary.storey_named(asked).filter(|_| !ambiguous)?;
        Some((MarkKind::Storeys(vec![storey.name.clone()], storey.name.clone()), taken))
    });
    let class = class_at(words).filter(|(class, taken)| {
        let single = *taken == 1 && words.first().is_some_and(|w| concept_of(w).is_some());
        // "kg" is a unit more often than a Kellergeschoss, so a storey of it needs its ordinal: "1. KG".
        let weight = words.iter().take(*taken).any(|w| *w == "kg") && !words.first().is_some_and(|w| w.ends_with('.'));
        !(weight || single && matches!(class, StoreyClass::Foundation | StoreyClass::Roof))
    });
    match (named, class) {
        (Some(named), Some((_, taken))) if taken > named.1 => Some((by_class(class?.0, vocabulary), taken)),
        (Some(named), _) => Some(named),
        (None, Some((class, taken))) => Some((by_class(class, vocabulary), taken)),
        (None, None) => None,
    }
}

/// "das oberste Geschoss", "the lowest floor": by place, whatever its name.
fn ranked_storey(words: &[&str], vocabulary: &Vocabulary) -> Option<(MarkKind, usize)> {
    let (first, second) = (words.first()?, words.get(1)?);
    let is_storey = concept_of(second).is_some_and(|concept| concept.id == "storey");
    let top = ["oberst", "hoechst", "letzt", "top", "topmost", "uppermost", "highest", "last"];
    let bottom = ["unterst", "tiefst", "niedrigst", "bottom", "lowest", "bottommost"];
    let any = |stems: &[&str]| stems.iter().any(|stem| is_inflected(first, stem));
    let storeys = &vocabulary.storeys;
    let storey = if any(&top) { storeys.last() } else { storeys.first().filter(|_| any(&bottom)) };
    storey.filter(|_| is_storey).map(|storey| (MarkKind::RankedStorey(storey.name.clone()), 2))
}

/// "oberst" with an ending: oberstes, obersten.
fn is_inflected(word: &str, stem: &str) -> bool {
    word.strip_prefix(stem).is_some_and(|ending| matches!(ending, "" | "e" | "en" | "er" | "es" | "em"))
}

/// The storeys of a class; with a canonical text for one that the model does not have.
pub(super) fn by_class(class: StoreyClass, vocabulary: &Vocabulary) -> MarkKind {
    let names = vocabulary.storeys_of_class(class).into_iter().map(|s| s.name.clone()).collect();
    MarkKind::Storeys(names, class.to_string())
}

/// The longest phrase that a table holds; among equally long ones, kinds of parts go first, the model's words last.
fn longest(words: &[&str], vocabulary: &Vocabulary) -> Option<(MarkKind, usize)> {
    (1..=words.len().min(OWN_WORDS_MAX)).rev().find_map(|taken| {
        let joined_words = words.get(..taken)?.join(" ");
        lexical(&joined_words)
            .or_else(|| {
                phrase(words.get(..taken)?)
                    .filter(|(meaning, n)| *n == taken && !goes_on(*meaning, words.get(taken)))
                    .map(|(meaning, _)| MarkKind::Meaning(meaning))
            })
            .or_else(|| own(&joined_words, taken, vocabulary))
            .map(|kind| (kind, taken))
    })
}

/// "oder breiter als 1,2 m" is no "oder breiter" after a number.
fn goes_on(meaning: Meaning, next: Option<&&str>) -> bool {
    matches!(meaning, Meaning::OrMore(_)) && next.is_some_and(|word| matches!(*word, "als" | "than"))
}

fn lexical(words: &str) -> Option<MarkKind> {
    if let Some(concept) = concept_of(words) {
        return Some(MarkKind::Part(concept.id.to_owned()));
    }
    if let Some((property, is_meant)) = KnownProperty::asked_as(words) {
        return Some(MarkKind::Property(property.id.to_owned(), is_meant));
    }
    Material::asked_as(words).map(|material| MarkKind::Material(material.id.to_owned()))
}

/// The model's own words. A single short word, or one that is a stop word, is not believed to be a name of something.
fn own(words: &str, taken: usize, vocabulary: &Vocabulary) -> Option<MarkKind> {
    if taken == 1 && (words.len() < 4 || is_stop_word(words) || words.parse::<f64>().is_ok()) {
        return None;
    }
    if words.split(' ').any(|word| !word.contains(char::is_alphanumeric)) {
        return None;
    }
    if let Some(label) = vocabulary.labels.get(words) {
        return Some(MarkKind::Part(format!("label:{label}")));
    }
    if let Some(material) = vocabulary.materials.get(words) {
        return Some(MarkKind::Material(material.clone()));
    }
    if taken > 1 && words.split(' ').all(is_lexical) {
        return None;
    }
    if taken > 1 && vocabulary.kind_named(words) == Some("space") {
        return Some(MarkKind::Space(vocabulary.spelled(words)));
    }
    if taken > 1 && is_numbered_part(words) && !vocabulary.names.contains_key(words) {
        return None;
    }
    // "Raumvolumen" asks for a measure of rooms, whatever a tool keeps under that name.
    let measures_part = || taken == 1 && compound(words, vocabulary).is_some_and(|kinds| is_measure_of_part(&kinds));
    if let Some(names) = vocabulary.properties.get(&joined(words)).filter(|_| !measures_part()) {
        return Some(MarkKind::Property(property_id(names.iter().next()?), true));
    }
    if let Some((spelled, names)) = vocabulary.values.get(words).filter(|_| is_value(words, taken, vocabulary)) {
        let named = Some(words).filter(|_| taken == 1).and_then(|word| room(word, vocabulary));
        return named.map(MarkKind::Space).or_else(|| value(names, spelled));
    }
    if taken > 1 && vocabulary.names.contains_key(words) {
        return Some(MarkKind::Name(vocabulary.spelled(words)));
    }
    None
}

/// A property that the question spells out as the model does, in several words that all begin with a capital or digit:
/// "Sill Height".
fn own_property(tokens: &[Token], vocabulary: &Vocabulary) -> Option<(Vec<MarkKind>, usize)> {
    (2..=tokens.len().min(OWN_WORDS_MAX)).rev().find_map(|taken| {
        let raws: Vec<&str> = tokens.get(..taken)?.iter().map(|token| token.raw.as_str()).collect();
        let capitals = raws.iter().all(|raw| raw.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()));
        let spelled = raws.join(" ");
        let names = vocabulary.properties.get(&joined(&spelled)).filter(|_| capitals)?;
        let name = names.iter().find(|name| **name == spelled)?;
        Some((vec![MarkKind::Property(property_id(name), true)], taken))
    })
}

/// Whether words that are the value of a property mean it: the name of a part means the part, and "Innenwände" the walls.
fn is_value(words: &str, taken: usize, vocabulary: &Vocabulary) -> bool {
    !vocabulary.names.contains_key(words) && (taken > 1 || compound(words, vocabulary).is_none())
}

/// Whether a compound is a measure of a kind of part whose sizes are quantities, not of one that properties tell of.
fn is_measure_of_part(kinds: &[MarkKind]) -> bool {
    let sized = |part: &str| matches!(part, "space" | "wall" | "door" | "window" | "slab" | "floor_slab" | "roof");
    matches!(kinds, [MarkKind::Part(part), MarkKind::Meaning(Meaning::Measure(_))] if sized(part))
}

/// "raum 7", "room number 7": a part with its number, not a property "Raumnummer".
fn is_numbered_part(words: &str) -> bool {
    let mut words = words.split(' ');
    let part = words.next().is_some_and(|word| concept_of(word).is_some());
    part && words.all(|word| word.parse::<f64>().is_ok() || matches!(word, "nummer" | "number" | "nr"))
}

/// Whether the lexicon alone gives a word its meaning: a property that a tool happens to call "Fläche der Fenster" must
/// not swallow the question after it.
fn is_lexical(word: &str) -> bool {
    lexical(word).is_some() || phrase(&[word]).is_some() || is_stop_word(word)
}

/// A word inside the values of exactly one property.
fn own_value(word: &str, vocabulary: &Vocabulary) -> Option<MarkKind> {
    if vocabulary.materials.keys().any(|name| crate::ifc::words(name).iter().any(|w| w == word)) {
        return Some(MarkKind::Material(word.to_owned()));
    }
    if let Some((spelled, names)) = vocabulary.values.get(word).filter(|_| is_value(word, 1, vocabulary)) {
        return value(names, spelled);
    }
    value(vocabulary.value_words.get(word).filter(|_| word.len() >= 3)?, word)
}

fn value(names: &std::collections::BTreeSet<String>, words: &str) -> Option<MarkKind> {
    let ids: std::collections::BTreeSet<String> = names.iter().map(|name| property_id(name)).collect();
    let id = ids.iter().next().filter(|_| ids.len() == 1)?;
    Some(MarkKind::Value(id.clone(), words.to_owned()))
}

/// The stable id of a property's name, where it is a known one.
fn property_id(name: &str) -> String {
    KnownProperty::named(name).map_or(name, |property| property.id).to_owned()
}

/// "IfcWall", "ifcwallstandardcase": a type of the schemas or of the model.
fn entity_type(raw: &str, vocabulary: &Vocabulary) -> Option<String> {
    if !raw.get(..3)?.eq_ignore_ascii_case("ifc") {
        return None;
    }
    if let Some(own) = vocabulary.types.keys().find(|t| t.eq_ignore_ascii_case(raw)) {
        return Some(own.clone());
    }
    if let Some(concept) = CONCEPTS.iter().find(|c| c.entity_type.eq_ignore_ascii_case(raw)) {
        return Some(concept.entity_type.to_owned());
    }
    let canonical = format!("Ifc{}", raw.get(3..)?);
    is_known(&canonical).then_some(canonical)
}

/// "EI30", "REI 90", "F 90-A", "T30": the classes of EN 13501-2 and DIN 4102.
fn rating(words: &[&str]) -> Option<(String, usize)> {
    let first = words.first()?;
    let letters: String = first.chars().take_while(char::is_ascii_alphabetic).collect();
    if !matches!(
        letters.as_str(),
        "r" | "e" | "ei" | "rei" | "re" | "ew" | "f" | "t" | "g" | "w" | "i" | "rs" | "eiw" | "rew"
    ) {
        return None;
    }
    let minutes = |text: &str| {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        matches!(digits.as_str(), "15" | "20" | "30" | "45" | "60" | "90" | "120" | "180" | "240").then_some(digits)
    };
    let rest = first.get(letters.len()..)?.trim_start_matches('-');
    if let Some(digits) = minutes(rest) {
        return Some((format!("{}{digits}", letters.to_uppercase()), 1));
    }
    let next = words.get(1).filter(|_| rest.is_empty())?;
    minutes(next).map(|digits| (format!("{}{digits}", letters.to_uppercase()), 2))
}

fn number_word(word: &str) -> Option<f64> {
    const WORDS: &[(&str, f64)] = &[
        ("zwei", 2.0),
        ("two", 2.0),
        ("drei", 3.0),
        ("three", 3.0),
        ("vier", 4.0),
        ("four", 4.0),
        ("fuenf", 5.0),
        ("five", 5.0),
        ("sechs", 6.0),
        ("six", 6.0),
        ("sieben", 7.0),
        ("seven", 7.0),
        ("acht", 8.0),
        ("eight", 8.0),
        ("neun", 9.0),
        ("nine", 9.0),
        ("zehn", 10.0),
        ("ten", 10.0),
    ];
    WORDS.iter().find(|(w, _)| *w == word).map(|(_, n)| *n)
}
