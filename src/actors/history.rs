//! The questions that were put, with their answers.
//!
//! Not an actor: its state is the catalog. A record is written once, when its question ends. A kept session writes it in
//! the transaction of its own event ([`changes_of`]), so that a crash leaves both or none. For a question without such a
//! session it does not hold up the answer, so a crash may take the records of the last moments with it.
//!
//! [`HistoryHandle`] is the way in. `Book` (`book.rs`) holds the reads and deletions, which block and therefore run on
//! threads of their own, [`HISTORY_READS_MAX`](crate::limits::HISTORY_READS_MAX) at a time; `entry.rs` says what is kept of a question.
//! A read sees every record that was handed in before it.

mod book;
mod entry;
mod handle;

use serde::{Deserialize, Serialize};

pub use self::book::HistoryFilter;
pub use self::entry::{HistoryEntry, HistoryFailure, HistoryStatus, KeptAnswer};
pub(crate) use self::handle::changes_of;
pub use self::handle::{HistoryDetail, HistoryHandle, HistoryItem, HistoryPage, Rerun};
use super::compute::ComputeError;
use super::failure::Failure;
use super::model_registry::RegistryError;
use super::query_session::AskError;
use crate::error::{Coded, ErrorCode};
use crate::query::{Answer, Language, QuestionError};

/// One question that ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryRecord {
    /// Unique; begins with the time, so that records stand in the order of asking. One that a client chose is neither:
    /// the history makes an id of its own for that and tells the client's beside it.
    pub question_id: String,
    /// When it was put, RFC 3339 in UTC.
    pub asked_at: String,
    /// The building model that was asked.
    pub model_id: String,
    /// Its name then.
    pub model_name: String,
    /// The session it was put in, if any.
    pub session_id: Option<String>,
    /// The question in the words of who asked.
    pub text: String,
    /// The language asked for or found.
    pub language: Option<Language>,
    /// How it ended.
    pub end: QuestionEnd,
}

/// How a question ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionEnd {
    /// With an answer, which may be that there is none.
    Answered(Box<Answer>),
    /// With an error.
    Failed {
        /// Its stable code.
        code: String,
        /// What was wrong.
        detail: String,
    },
    /// By whoever asked.
    Cancelled,
}

/// Why the history did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// No such question, or not any more.
    #[error("there is no question {0}")]
    Unknown(String),
    /// Shed, or its thread broke off.
    #[error(transparent)]
    Compute(#[from] ComputeError),
    /// The catalog could not be read or written.
    #[error("{0}")]
    Store(Failure),
    /// Which models there are could not be told.
    #[error(transparent)]
    Models(#[from] RegistryError),
    /// The question that was put again has no answer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The question that was kept is none that can be put again.
    #[error(transparent)]
    Question(#[from] QuestionError),
}

impl Coded for HistoryError {
    fn code(&self) -> ErrorCode {
        match self {
            HistoryError::Unknown(_) => ErrorCode::QuestionUnknown,
            HistoryError::Compute(error) => error.code(),
            HistoryError::Store(failure) => failure.code(),
            HistoryError::Models(error) => error.code(),
            HistoryError::Ask(error) => error.code(),
            HistoryError::Question(error) => error.code(),
        }
    }
}

#[cfg(test)]
mod tests;
