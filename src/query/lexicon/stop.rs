//! Words that carry no meaning of their own in a question about a building.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::data::{STOP, forms};

static STOP_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| forms(STOP).map(|(_, form)| form).collect());

/// Whether a folded word may be passed over.
pub(in crate::query) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(word)
}
