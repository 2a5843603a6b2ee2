//! A question as it arrives, validated.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Coded, ErrorCode};
use crate::limits;

/// Language of a question and of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// The text in requests and addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Language::De => "de",
            Language::En => "en",
        }
    }
}

/// Who may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Exact first, a language model where that fails and one is configured.
    #[default]
    Auto,
    /// Never a language model.
    Exact,
    /// A language model.
    Llm,
}

/// A question put to one building model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    text: String,
    /// The language asked in; detected where absent.
    pub language: Option<Language>,
    /// Who may answer.
    pub mode: Mode,
    /// Plan only; execute nothing.
    pub dry_run: bool,
}

/// Why a text is no question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// Nothing but white space.
    #[error("the question is empty")]
    Empty,
    /// Over the limit.
    #[error("the question has {bytes} bytes, at most {bytes_max} are accepted")]
    TooLong {
        /// What arrived.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
}

impl Coded for QuestionError {
    fn code(&self) -> ErrorCode {
        match self {
            QuestionError::Empty => ErrorCode::QuestionEmpty,
            QuestionError::TooLong { .. } => ErrorCode::QuestionTooLong,
        }
    }
}

impl Question {
    /// Parses a question; the only way to obtain one.
    ///
    /// # Errors
    /// [`QuestionError`] when the text is empty or too long.
    pub fn parse(text: &str) -> Result<Question, QuestionError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(QuestionError::Empty);
        }
        if limits::QUESTION_BYTES_MAX < text.len() {
            return Err(QuestionError::TooLong { bytes: text.len(), bytes_max: limits::QUESTION_BYTES_MAX });
        }
        Ok(Question { text: text.to_owned(), language: None, mode: Mode::Auto, dry_run: false })
    }

    /// The text; never empty.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
