//! The words that make a question a follow-up: how it begins, what it refers back to, in which form it wants the answer.

use crate::ifc::fold;
use crate::query::token::{Token, TokenKind};

use super::super::mark::concept_of;

/// Stands in a question for what was asked about before; no word that a person writes.
pub(super) const BEFORE: &str = "\u{1}";

/// How a question begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// As any other.
    None,
    /// "und", "what about": the same with something else.
    And,
    /// "nur", "only": the same of fewer.
    Only,
}

/// A question without the words that tie it to the one before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// How it began.
    pub(super) lead: Lead,
    /// How many words made up its beginning.
    pub(super) skipped: usize,
    /// The other words; [`BEFORE`] where it refers back.
    pub(super) tokens: Vec<Token>,
    /// Whether it wants a table or a list.
    pub(super) tabled: bool,
}

const AND: &[&str] = &[
    "und was ist mit",
    "und wie sieht es aus mit",
    "und wie sieht es mit",
    "und wie ist es mit",
    "und auch",
    "und nun",
    "und jetzt",
    "was ist mit",
    "wie sieht es aus mit",
    "wie sieht es mit",
    "wie ist es mit",
    "das gleiche fuer",
    "das gleiche",
    "dasselbe fuer",
    "dasselbe",
    "auch",
    "und",
    "and what about",
    "and how about",
    "and also",
    "what about",
    "how about",
    "the same for",
    "same for",
    "the same",
    "and now",
    "and",
];

const ONLY: &[&str] = &[
    "und davon nur",
    "davon nur",
    "und nur",
    "aber nur",
    "nur",
    "lediglich",
    "bloss",
    "and only",
    "but only",
    "only",
    "just",
];

/// What refers to the elements of the question before; longer ones first.
const REFERENCES: &[&str] = &[
    "von ihnen",
    "von denen",
    "von diesen",
    "unter ihnen",
    "unter diesen",
    "of those",
    "of these",
    "of them",
    "of which",
    "among them",
    "among those",
    "among these",
    "davon",
    "darunter",
    "sie",
    "ihnen",
    "ihre",
    "ihrer",
    "ihren",
    "diese",
    "diesen",
    "dieser",
    "they",
    "them",
    "those",
    "these",
    "their",
    "it",
    "its",
];

const FORMS: &[&str] = &[
    "als tabelle",
    "als liste",
    "in einer tabelle",
    "in einer liste",
    "in tabellenform",
    "in listenform",
    "tabellarisch",
    "as a table",
    "as a list",
    "as table",
    "as list",
    "in a table",
    "in a list",
    "as an overview",
    "als uebersicht",
];

/// Words before "sie" that make it the person who is asked.
const POLITE: &[&str] = &[
    "koennen", "koennten", "wuerden", "moechten", "kennen", "wissen", "haetten", "sagen", "zeigen", "nennen", "geben",
];

/// Words after "diese", "its" and their like that mean the model itself.
const WHOLE: &[&str] = &["modell", "model", "projekt", "project", "datei", "file", "haus", "house"];

/// Reads how a question is tied to the one before. `kinds` are the kinds of parts that one was about.
pub(super) fn read(tokens: &[Token], kinds: &[String]) -> Reading {
    let (lead, skipped) = lead(tokens);
    let mut reading = Reading { lead, skipped, tokens: Vec::new(), tabled: false };
    let mut at = skipped;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at..).unwrap_or_default();
        if let Some(taken) = starts(rest, FORMS) {
            reading.tabled = true;
            at += taken;
        } else if let Some(taken) = reference(tokens, at, kinds) {
            at += taken;
            let told = reading.tokens.last().is_some_and(is_before);
            if !told {
                reading.tokens.push(Token {
                    raw: BEFORE.to_owned(),
                    kind: TokenKind::Quoted,
                    aside: false,
                    piece: None,
                });
            }
        } else {
            reading.tokens.push(token.clone());
            at += 1;
        }
    }
    reading
}

/// Whether a token stands for what was asked about before.
pub(super) fn is_before(token: &Token) -> bool {
    token.raw == BEFORE
}

fn lead(tokens: &[Token]) -> (Lead, usize) {
    let (and, only) = (starts(tokens, AND), starts(tokens, ONLY));
    match (and, only) {
        (and, Some(only)) if and.is_none_or(|and| and < only) => (Lead::Only, only),
        (Some(and), _) => (Lead::And, and),
        _ => (Lead::None, 0),
    }
}

/// How many words the longest of some phrases takes at the start of a slice.
fn starts(tokens: &[Token], phrases: &[&str]) -> Option<usize> {
    let taken = |phrase: &&str| {
        let words: Vec<&str> = phrase.split(' ').collect();
        let begins = tokens.len() >= words.len() && words.iter().zip(tokens).all(|(word, token)| *word == token.word());
        begins.then_some(words.len())
    };
    phrases.iter().filter_map(taken).max()
}

fn reference(tokens: &[Token], at: usize, kinds: &[String]) -> Option<usize> {
    let rest = tokens.get(at..)?;
    let taken = starts(rest, REFERENCES)?;
    let last = rest.get(taken - 1)?.word();
    let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map(Token::word);
    // "Können Sie mir sagen": the person who is asked.
    if last == "sie" && (before.is_some_and(|word| POLITE.contains(&word)) || at > 0 && is_capital(rest.first()?)) {
        return None;
    }
    let Some(next) = rest.get(taken).map(Token::word) else { return Some(taken) };
    if WHOLE.contains(&next) {
        return None;
    }
    match concept_of(next) {
        // "these doors": the doors before.
        Some(concept) if determines(last) => kinds.iter().any(|kind| kind == concept.id).then_some(taken + 1),
        _ => Some(taken),
    }
}

/// Words that stand before a kind of part as an article does.
fn determines(word: &str) -> bool {
    matches!(word, "diese" | "diesen" | "dieser" | "those" | "these" | "which" | "ihre" | "ihren" | "ihrer" | "their")
}

fn is_capital(token: &Token) -> bool {
    token.raw.starts_with(char::is_uppercase)
}

/// Whether a phrase begins with one of the verbs that follow "wie viele" when it stands alone.
pub(super) fn is_verb(phrase: &str) -> bool {
    matches!(
        fold(phrase.split(' ').next().unwrap_or_default()).as_str(),
        "ist" | "sind" | "hat" | "haben" | "liegen" | "liegt" | "befinden" | "bestehen" | "is" | "are" | "has" | "have"
    )
}
