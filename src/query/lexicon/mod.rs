//! What words mean, in German and English: the static half of understanding a question.
//!
//! All words are folded (`ae` for ä, lower case). The other half is the model's own vocabulary.

pub(super) mod material;
pub(super) mod property;
pub(super) mod storey;
mod word;

pub(super) use word::{Meaning, STOP_WORDS, translate};
pub(super) use word::{compass, phrase};
