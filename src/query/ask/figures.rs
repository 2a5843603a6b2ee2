//! The bare numbers of a plan, without items and without words: what a measurement of execution measures.

use super::AskableModel;
use crate::query::execute::{Result as Found, Rows, execute_on};
use crate::query::plan::Plan;

/// What a plan yields, before anything is named or worded.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Entities that came out.
    pub elements: usize,
    /// The number, where the result is one.
    pub value: Option<f64>,
    /// The bars of a distribution.
    pub groups: Vec<(String, f64)>,
}

impl AskableModel {
    /// Executes a plan and nothing else; `None` when the model has no answer.
    #[must_use]
    pub fn figures(&self, plan: &Plan) -> Option<Figures> {
        let found = execute_on(self.scene(), plan).result.ok()?;
        let elements = super::rows_of(&found).map_or(0, Rows::len);
        let (mut value, mut groups) = (None, Vec::new());
        match found {
            Found::Number { value: number, .. } | Found::Top { value: number, .. } => value = Some(number),
            Found::Groups { groups: bars, .. } => groups = bars,
            Found::Count(_)
            | Found::Exists(_)
            | Found::List(_)
            | Found::Distinct(_)
            | Found::Text { .. }
            | Found::Every { .. }
            | Found::Share { .. }
            | Found::Compare { .. } => {}
        }
        Some(Figures { elements, value, groups })
    }

    /// Stops whatever is being read ahead for later questions, now and from now on: rows are read one by one instead. For
    /// a server that drains.
    pub fn stop_reading_ahead(&self) {
        self.columns.stop();
    }
}
