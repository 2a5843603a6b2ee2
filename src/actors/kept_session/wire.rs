//! What goes in and out of a kept session: requests, states, errors.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actors::failure::Failure;
use crate::actors::query_session::AskError;
use crate::actors::session_event::EventProblem;
use crate::error::{Coded, ErrorCode};
use crate::query::{Answer, Question};

/// Why a session did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// None with this id, or one of another client; nobody is told which.
    #[error("there is no session {0} that is yours")]
    Unknown(String),
    /// The client has as many as it may.
    #[error("this client already has {0} sessions")]
    OwnerFull(usize),
    /// As many are kept, or alive, as may be.
    #[error("{0} sessions are open")]
    Full(usize),
    /// The client, or its address, opened as many as it may in a time; after this one more may be.
    #[error("as many sessions were opened as one client may; one more may be in {} s", .0.as_secs() + 1)]
    OpenedTooMany(Duration),
    /// Another session has the id that was asked for.
    #[error("there already is a session {0}")]
    IdTaken(String),
    /// As many connections as may be.
    #[error("the session already has {0} connections")]
    ConnectionsFull(usize),
    /// Neither the question nor its session names a model.
    #[error("neither the question nor its session names a building model")]
    ModelMissing,
    /// No such question, or none any more.
    #[error("the session has no question {0} any more")]
    QuestionUnknown(String),
    /// Another question has this id.
    #[error("the session has another question under the id {0}")]
    QuestionIdTaken(String),
    /// As many questions run as may.
    #[error("the session already has {0} questions in flight")]
    Busy(usize),
    /// Too many calls wait.
    #[error("too many requests are waiting")]
    Overloaded,
    /// Shutting down.
    #[error("the server is shutting down")]
    Draining,
    /// The catalog failed.
    #[error("{0}")]
    Store(Failure),
    /// Of a question that is put without a log.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// Down, or restarted in the middle of the call.
    #[error("the session is not available")]
    Unavailable,
}

impl Coded for SessionError {
    fn code(&self) -> ErrorCode {
        match self {
            SessionError::Unknown(_) => ErrorCode::SessionUnknown,
            SessionError::OwnerFull(_) => ErrorCode::OwnerSessionsFull,
            SessionError::OpenedTooMany(_) => ErrorCode::SessionsOpenedTooMany,
            SessionError::Full(_) => ErrorCode::SessionsFull,
            SessionError::ConnectionsFull(_) => ErrorCode::SessionConnectionsFull,
            SessionError::ModelMissing => ErrorCode::SessionModelMissing,
            SessionError::QuestionUnknown(_) => ErrorCode::QuestionUnknown,
            SessionError::IdTaken(_) => ErrorCode::SessionIdTaken,
            SessionError::QuestionIdTaken(_) => ErrorCode::QuestionIdTaken,
            SessionError::Busy(_) => ErrorCode::SessionBusy,
            SessionError::Overloaded => ErrorCode::QuestionsBusy,
            SessionError::Draining => ErrorCode::Draining,
            SessionError::Store(failure) => failure.code(),
            SessionError::Ask(error) => error.code(),
            SessionError::Unavailable => ErrorCode::ActorUnavailable,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let SessionError::OpenedTooMany(wait) = self { Some(*wait) } else { None }
    }
}

/// A session as it is told to clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionInfo {
    /// Its id.
    pub session_id: String,
    /// The building model of questions that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// Which log; a new one only when the old one was lost.
    pub epoch: String,
    /// The oldest event that is kept; one more than `last_seq` when there is none.
    pub first_seq: u64,
    /// The newest event; 0 before the first.
    pub last_seq: u64,
    /// Questions without an end.
    pub running: Vec<String>,
    /// When it was begun, RFC 3339 in UTC.
    pub created_at: String,
    /// When it is forgotten unless somebody uses it, RFC 3339 in UTC.
    pub expires_at: String,
}

/// A question for a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    /// The client's name for it: asked once, however often it is sent. One of our own where absent.
    pub question_id: Option<String>,
    /// The building model; the session's where absent.
    pub model_id: Option<String>,
    /// What is asked.
    pub question: Question,
}

/// A question that was taken and will not be lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    /// Its id.
    pub question_id: String,
    /// The number of its event `question_accepted`.
    pub seq: u64,
}

/// Where a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuestionStatus {
    /// It has no end yet.
    Running,
    /// It has an answer, which may be that there is none.
    Answered,
    /// It ended with an error.
    Failed,
    /// It was cancelled.
    Cancelled,
}

/// What is known of a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuestionState {
    /// Its id.
    pub question_id: String,
    /// Where it is.
    pub status: QuestionStatus,
    /// In the words of who asked.
    pub text: String,
    /// The building model that is asked.
    pub model_id: String,
    /// When it was put, RFC 3339 in UTC.
    pub asked_at: String,
    /// When it ended, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// The answer of an answered one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Box<Answer>>,
    /// The error of a failed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<EventProblem>,
}

/// What a client has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The log that it knows; any where absent.
    pub epoch: Option<String>,
    /// The last event that it has; 0 for all that is kept.
    pub after: u64,
}
