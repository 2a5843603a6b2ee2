//! What words mean, in German and English: the static half of understanding a question.
//!
//! All words are folded (`ae` for ä, lower case). The other half is the model's own vocabulary.

pub(super) mod material;
pub(super) mod property;
mod stop;
pub(super) mod storey;
mod word;

pub(super) use stop::is_stop_word;
pub(super) use word::{Meaning, compass, phrase, translate};
