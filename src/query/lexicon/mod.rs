//! What words mean, in German and English: the static half of understanding a question.
//!
//! The words stand in the files of the folder `lexicon`; here is what is done with them. Compared they are folded (`ae` for
//! ä, lower case). The other half is the model's own vocabulary.

mod data;
pub(super) mod material;
mod meaning;
pub(super) mod property;
mod stop;
pub(super) mod storey;
mod word;

pub(super) use meaning::Meaning;
pub(super) use stop::is_stop_word;
pub(super) use word::{compass, other_names, phrase, translate};
