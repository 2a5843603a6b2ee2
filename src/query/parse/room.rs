//! Rooms by what they are called: "die Küche", "bedrooms", where the model says "Kitchen" and "Bedroom 1".

use crate::ifc::fold;
use crate::query::lexicon::other_names;
use crate::query::vocabulary::Vocabulary;

/// Fewest letters of a word that is a plural.
const PLURAL_LETTERS_MIN: usize = 5;

/// The name of rooms that a folded word means: as it is, in the other language, or as an English plural.
pub(super) fn room(word: &str, vocabulary: &Vocabulary) -> Option<String> {
    let singular = word.strip_suffix('s').filter(|_| PLURAL_LETTERS_MIN <= word.len());
    let words = [Some(word), singular].into_iter().flatten();
    let candidates: Vec<&str> = words.flat_map(|word| std::iter::once(word).chain(other_names(word))).collect();
    let whole = |name: &&&str| vocabulary.kind_named(name) == Some("space");
    if let Some(name) = candidates.iter().find(whole) {
        return Some(vocabulary.spelled(name));
    }
    candidates.into_iter().find_map(|name| numbered(name, vocabulary))
}

/// The word that names numbered rooms and nothing else: "Bedroom" of "Bedroom 1" and "Bedroom 2".
fn numbered(word: &str, vocabulary: &Vocabulary) -> Option<String> {
    // A name of several spellings is as the question has it.
    vocabulary.numbered_rooms.get(word).filter(|spelled| fold(spelled) == word).cloned()
}
