//! Puts outcomes into sentences, German and English, from the outcome and from nothing else.

mod condition;
mod contrast;
mod explain;
mod list;
mod missing;
mod number;
mod question;
mod rule;
mod sentence;
mod subject;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_plans;
#[cfg(test)]
mod tests_questions;

pub(super) use contrast::{larger, percent, sides};
pub(super) use explain::explain;
pub(super) use missing::{missing, misunderstood, needs_language_model};
pub(super) use number::{number, round};
pub(super) use question::question;
pub(super) use rule::rule;
pub(super) use sentence::{left_out, sentence};

use super::question::Language;

/// The German or the English one.
pub(super) fn pick<T>(language: Language, de: T, en: T) -> T {
    match language {
        Language::De => de,
        Language::En => en,
    }
}

/// A name in the quotation marks of the language.
pub(super) fn quote(language: Language, name: &str) -> String {
    match language {
        Language::De => format!("„{name}“"),
        Language::En => format!("“{name}”"),
    }
}
