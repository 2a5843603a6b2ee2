//! Question to plan: tokens get meanings ([`mark`]), meanings that belong together are joined ([`gather`]), and the whole
//! is read as one goal over one selection ([`goal`]). Every word must be accounted for; one unknown word and there is no plan.

mod account;
mod compound;
mod contrast;
mod every;
mod follow;
mod frame;
mod gather;
mod goal;
mod holding;
mod mark;
mod number;
mod one;
mod room;
mod selection;
mod several;
mod share;
mod side;
mod spelling;
#[cfg(test)]
mod tests;
mod whole;

use self::mark::Mark;
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
    /// A question that goes on from one before, and there is none.
    NothingBefore,
}

/// Understands a question about a model with this vocabulary.
pub(super) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Plan, Misunderstood> {
    parse_after(text, None, vocabulary)
}

/// Understands a question that may go on from the one with the plan `before`.
pub(super) fn parse_after(text: &str, before: Option<&Plan>, vocabulary: &Vocabulary) -> Result<Plan, Misunderstood> {
    let tokens = tokenise(text);
    let standing = || read(frame::without_frame(mark::mark(&tokens, vocabulary)), vocabulary);
    follow::plan(&tokens, before, vocabulary).unwrap_or_else(standing)
}

/// Understands a question that stands on its own.
fn read(marks: Vec<Mark>, vocabulary: &Vocabulary) -> Result<Plan, Misunderstood> {
    let several = share::plan(&marks, vocabulary)
        .or_else(|| contrast::plan(&marks, vocabulary))
        .or_else(|| several::plan(&marks, vocabulary));
    if let Some(plan) = several {
        return plan;
    }
    let gathered = gather::gather(marks, vocabulary);
    if gathered.asks_of_all && every_is_asked(&gathered) {
        return every::plan(gathered);
    }
    goal::plan(gathered, vocabulary)
}

/// "Sind die Wände tragend?" asks it of all; of one wall with a name it does not.
fn every_is_asked(gathered: &gather::Gathered) -> bool {
    let named = gathered.slots.iter().any(|slot| slot.identity.is_some()) || !gathered.loose_names.is_empty();
    !named && !gathered.slots.is_empty()
}
