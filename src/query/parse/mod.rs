//! Question to plan: tokens get meanings ([`mark`]), meanings that belong together are joined ([`gather`]), and the whole
//! is read as one goal over one selection ([`goal`]). Every word must be accounted for; one unknown word and there is no plan.

mod account;
mod compound;
mod gather;
mod goal;
mod mark;
mod number;
mod selection;
#[cfg(test)]
mod tests;

use super::plan::Plan;
use super::token::tokenise;
use super::vocabulary::Vocabulary;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Misunderstood {
    /// These words are not known, and these were.
    Unknown {
        /// Words without a meaning.
        words: Vec<String>,
        /// What was understood, as written.
        understood: Vec<String>,
    },
    /// The words are known but make no question together.
    NoGoal {
        /// What was understood, as written.
        understood: Vec<String>,
    },
    /// A question about prose.
    Prose,
}

/// Understands a question about a model with this vocabulary.
pub(super) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Plan, Misunderstood> {
    let marks = mark::mark(&tokenise(text), vocabulary);
    let gathered = gather::gather(marks, vocabulary);
    goal::plan(gathered, vocabulary)
}
