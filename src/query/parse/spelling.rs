//! Spelling mistakes: a word of six letters or more that is one edit away from what is known.

use std::collections::BTreeSet;

use crate::query::vocabulary::Vocabulary;

use super::compound::compound;
use super::mark::{MarkKind, known};

/// Fewest letters of a word that is put right; among shorter ones too many differ by one letter.
const LETTERS_MIN: usize = 6;

/// Words of one question that are put right at most; with more it is no question about a building.
const WORDS_MAX: usize = 3;

/// Most letters of a word that is put right; longer ones are no words.
const LETTERS_MAX: usize = 32;

/// Fewest letters of a word with a letter hit beside the right key; shorter words are too often words of their own.
const NEAR_KEY_LETTERS_MIN: usize = 7;

/// Rows of the keyboard, of which neighbours are hit instead of one another; German and English swap y and z.
const KEYS: &[&str] = &["qwertzuiop", "qwertyuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm"];

/// What a misspelt word means: the one meaning of all known words that an insertion, a deletion, a changed letter or two
/// swapped letters away from it (Damerau's four mistakes). The first letter stands, for people hardly ever mistake it, and
/// many a word of its own differs there: Becken, Decken.
fn corrected(word: &str, vocabulary: &Vocabulary) -> Option<Vec<MarkKind>> {
    // "große Räume": a size that nobody measures is no "Größe".
    let vague = ["gross", "klein"].iter().any(|stem| word.starts_with(stem));
    if !(LETTERS_MIN..=LETTERS_MAX).contains(&word.len()) || !word.bytes().all(|b| b.is_ascii_lowercase()) || vague {
        return None;
    }
    let candidates = edits(word);
    let one_meaning = |meanings: Vec<Vec<MarkKind>>| {
        let mut meanings = meanings.into_iter();
        let first = meanings.next()?;
        meanings.all(|other| other == first).then_some(first)
    };
    let plain: Vec<Vec<MarkKind>> =
        candidates.iter().filter_map(|word| known(word, vocabulary)).map(|kind| vec![kind]).collect();
    if !plain.is_empty() {
        return one_meaning(plain);
    }
    one_meaning(candidates.iter().filter_map(|word| compound(word, vocabulary)).collect())
}

/// Puts words right, each once, and no more than a person mistypes in one question.
#[derive(Debug, Default)]
pub(super) struct Spelling {
    tried: BTreeSet<String>,
}

impl Spelling {
    /// As [`corrected`]; none for a word that was tried, and beyond the bound.
    pub(super) fn corrected(&mut self, word: &str, vocabulary: &Vocabulary) -> Option<Vec<MarkKind>> {
        if WORDS_MAX <= self.tried.len() || !self.tried.insert(word.to_owned()) {
            return None;
        }
        corrected(word, vocabulary)
    }
}

/// Every word that this one is a mistyping of, in order: a letter left out, a letter doubled or an h put in, two letters
/// swapped, a key beside the right one. Other changes make words of their own: Balkon, Balken.
fn edits(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    let join = |parts: [&[char]; 3]| parts.concat().into_iter().collect::<String>();
    let mut found = BTreeSet::new();
    for at in 1..=letters.len() {
        let (head, tail) = letters.split_at(at);
        for letter in 'a'..='z' {
            found.insert(join([head, &[letter], tail]));
            if let Some((hit, rest)) = tail.split_first()
                && NEAR_KEY_LETTERS_MIN <= letters.len()
                && are_near(*hit, letter)
            {
                found.insert(join([head, &[letter], rest]));
            }
        }
        if let [extra, rest @ ..] = tail
            && (*extra == 'h' || head.last() == Some(extra) || rest.first() == Some(extra))
        {
            found.insert(join([head, &[], rest]));
        }
        // Of a short word the last two letters swapped are often another word: Dachse, Daches.
        if let [a, b, rest @ ..] = tail
            && (!rest.is_empty() || NEAR_KEY_LETTERS_MIN <= letters.len())
        {
            found.insert(join([head, &[*b, *a], rest]));
        }
    }
    found.remove(word);
    found
}

fn are_near(a: char, b: char) -> bool {
    KEYS.iter().any(|row| row.find(a).zip(row.find(b)).is_some_and(|(a, b)| a.abs_diff(b) == 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mistake_is_put_right_and_two_are_not() {
        let read = |word: &str| corrected(word, &Vocabulary::default());
        let part = |id: &str| Some(vec![MarkKind::Part(id.to_owned())]);
        for (word, id) in [("fesnter", "window"), ("fenstr", "window"), ("fensterr", "window"), ("fenstwr", "window")] {
            assert_eq!(read(word), part(id), "{word}");
        }
        assert_eq!(read("aussentuehren").map(|kinds| kinds.len()), Some(2), "compounds too");
        for word in [
            "fesntre", "becken", "wend", "unsinn", "fenster1", "balkon", "balkons", "wannen", "floods", "dachse",
            "grosse",
        ] {
            assert_eq!(read(word), None, "{word}");
        }
    }
}
