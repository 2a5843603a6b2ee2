//! What a model offers before it is asked: suggested questions, and completions of one that is being typed. Made once, with
//! the first request for it.

use std::sync::OnceLock;

use super::AskableModel;
use crate::limits;
use crate::query::complete::{Completer, Completion};
use crate::query::overview::Overview;
use crate::query::question::Language;
use crate::query::suggest::suggestions;
use crate::query::wording::pick;

/// What was made, by language.
#[derive(Debug, Default)]
pub(super) struct Offers {
    de: Made,
    en: Made,
    overview: OnceLock<Overview>,
}

#[derive(Debug, Default)]
struct Made {
    few_suggestions: OnceLock<Vec<String>>,
    suggestions: OnceLock<Vec<String>>,
    completer: OnceLock<Completer>,
}

impl AskableModel {
    fn made(&self, language: Language) -> &Made {
        pick(language, &self.offers.de, &self.offers.en)
    }

    /// Questions that this model can answer, for a person who does not know what to ask: at most `count`, always in the
    /// same order. `go_on` is asked before each that is tried; what was found until it said no is given.
    #[must_use]
    pub fn suggestions(&self, language: Language, count: usize, go_on: &mut dyn FnMut() -> bool) -> Vec<String> {
        let made = self.made(language);
        if let Some(found) = made.suggestions.get() {
            return found.iter().take(count).cloned().collect();
        }
        let mut is_cut = false;
        let mut asked = || {
            let may = go_on() && !self.stop.is_set();
            is_cut |= !may;
            may
        };
        let most = limits::SUGGESTIONS_MAX;
        let mut found = suggestions(language, self.reader.as_ref(), self.vocabulary(), most, &mut asked);
        if !is_cut && !self.stop.is_set() {
            // Another request may have found the same meanwhile.
            drop(made.suggestions.set(found.clone()));
        }
        found.truncate(count);
        found
    }

    /// What the model holds at a glance.
    #[must_use]
    pub fn overview(&self) -> &Overview {
        self.offers.overview.get_or_init(|| Overview::of(self.reader.as_ref()))
    }

    /// The first of them, beside an answer that was not understood.
    pub(super) fn few_suggestions(&self, language: Language) -> Vec<String> {
        let made = &self.made(language).few_suggestions;
        if let Some(found) = made.get() {
            return found.clone();
        }
        let (count, mut go_on) = (limits::SUGGESTIONS_BESIDE_ANSWER, || !self.stop.is_set());
        let found = suggestions(language, self.reader.as_ref(), self.vocabulary(), count, &mut go_on);
        if !self.stop.is_set() {
            // Another question may have found the same meanwhile.
            drop(made.set(found.clone()));
        }
        found
    }

    /// What a question that is being typed may go on with. The first call gathers the model's names, and its suggestions
    /// as long as `go_on` says yes.
    #[must_use]
    pub fn completions(&self, text: &str, language: Language, go_on: &mut dyn FnMut() -> bool) -> Vec<Completion> {
        let make = || {
            let suggestions = self.suggestions(language, limits::SUGGESTIONS_MAX, go_on);
            Completer::new(language, self.vocabulary(), suggestions)
        };
        self.made(language).completer.get_or_init(make).complete(text, limits::COMPLETIONS_MAX)
    }
}
