//! Question to plan to answer, exactly.
//!
//! [`AskableModel`] is the way in: it holds a model behind [`ModelReader`] with the words that model uses, parses a
//! [`Question`] into a [`Plan`], executes the plan and renders an [`Answer`] with its evidence. No clock, no files, no
//! language model. A number comes from `execute` only.

mod answer;
mod ask;
mod columns;
mod complete;
mod entities;
mod execute;
mod language;
mod lexicon;
mod name;
mod overview;
mod parse;
mod plan;
mod question;
mod stop;
mod suggest;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod token;
mod vocabulary;
mod wording;

pub use crate::ifc::ModelReader;
pub use answer::{
    Answer, AnswerBody, AnswerKind, AnsweredBy, CacheTier, Cost, Coverage, EvidenceReference, Group, Item, LeftOut,
    Scalar, Status,
};
pub use ask::{AskableModel, Evidence, EvidenceElement, Figures, Role, SourcePlace};
pub use complete::{Completion, CompletionKind};
pub use overview::{Overview, OverviewMaterial, OverviewProject, OverviewStorey, OverviewType};
pub use plan::{
    Amount, Aspect, Comparison, Contrast, Fact, Filter, Goal, GroupKey, MeasureKind, PLAN_VERSION, Plan, PropertyTest,
    Selection, Statistic,
};
pub use question::{Language, Mode, Question, QuestionError};
pub use stop::{Stop, Stopped};

/// A number as people of a language write it: at most three decimals, or more where it would read as zero; decimal comma in
/// German, thousands marked from 10,000.
#[must_use]
pub fn written_number(language: Language, value: f64) -> String {
    wording::number(language, value)
}
