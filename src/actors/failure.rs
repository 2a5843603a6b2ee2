//! An error that several callers may be told of: its code and its text.

use crate::error::{Coded, ErrorCode};

/// What is left of an error once it has to be kept or given to several waiters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Failure {
    code: ErrorCode,
    detail: String,
}

impl Failure {
    /// From a code and a text.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Failure {
        Failure { code, detail: detail.into() }
    }

    /// Keeps an error's code, its text and the texts of its sources.
    #[must_use]
    pub fn of(error: &impl Coded) -> Failure {
        let mut detail = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            detail.push_str(": ");
            detail.push_str(&cause.to_string());
            source = cause.source();
        }
        Failure { code: error.code(), detail }
    }

    /// The text.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl Coded for Failure {
    fn code(&self) -> ErrorCode {
        self.code
    }
}
