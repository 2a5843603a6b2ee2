//! What a session tells its clients, numbered and in order. The same JSON goes over every kind of connection and on disk.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::failure::Failure;
use crate::error::{Blame, Coded as _};
use crate::query::Answer;

/// How far the work on a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It waits for its turn and for its model.
    Opening,
    /// It is computed.
    Computing,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its client deleted it.
    Deleted,
    /// Nobody used it for too long.
    Expired,
}

/// An error inside an event: what an error response holds of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventProblem {
    /// Stable code for programs.
    #[schema(example = "model_unknown")]
    pub code: String,
    /// The kind of error in one line, in English.
    pub title: String,
    /// What was wrong this time; may change.
    pub detail: String,
    /// What to do about it, in English.
    pub hint: String,
    /// What to do about it, in German.
    pub hint_de: String,
}

impl EventProblem {
    /// As clients may see it: of a defect of ours only its meaning, since the rest may name paths or addresses.
    #[must_use]
    pub fn of(failure: &Failure) -> EventProblem {
        let code = failure.code();
        let detail = match code.blame() {
            Blame::Server => code.meaning().to_owned(),
            Blame::Client | Blame::Capacity => failure.detail().to_owned(),
        };
        EventProblem {
            code: code.as_str().to_owned(),
            title: code.meaning().to_owned(),
            detail,
            hint: code.hint_en().to_owned(),
            hint_de: code.hint_de().to_owned(),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// A question was taken; its end follows.
    QuestionAccepted {
        /// Which.
        question_id: String,
        /// In the words of who asked.
        text: String,
        /// The building model that is asked.
        model_id: String,
    },
    /// A question takes longer.
    QuestionProgress {
        /// Which.
        question_id: String,
        /// How far it is.
        stage: Stage,
    },
    /// A question has its answer, which may be that there is none.
    QuestionAnswered {
        /// Which.
        question_id: String,
        /// The building model that was asked.
        model_id: String,
        /// The answer.
        answer: Box<Answer>,
    },
    /// A question has no answer.
    QuestionFailed {
        /// Which.
        question_id: String,
        /// Why.
        error: EventProblem,
    },
    /// A question was cancelled.
    QuestionCancelled {
        /// Which.
        question_id: String,
    },
    /// Questions without a model go to another one from now on.
    ModelSelected {
        /// Which.
        model_id: String,
    },
    /// The session is over.
    SessionEnded {
        /// Why.
        reason: EndReason,
    },
}

impl EventBody {
    /// The text under `type`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            EventBody::QuestionAccepted { .. } => "question_accepted",
            EventBody::QuestionProgress { .. } => "question_progress",
            EventBody::QuestionAnswered { .. } => "question_answered",
            EventBody::QuestionFailed { .. } => "question_failed",
            EventBody::QuestionCancelled { .. } => "question_cancelled",
            EventBody::ModelSelected { .. } => "model_selected",
            EventBody::SessionEnded { .. } => "session_ended",
        }
    }

    /// All texts that stand under `type`.
    pub(crate) const KINDS: [&'static str; 7] = [
        "question_accepted",
        "question_progress",
        "question_answered",
        "question_failed",
        "question_cancelled",
        "model_selected",
        "session_ended",
    ];
}

/// An event as it stands in the log and goes to clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventRecord {
    /// Which log it is of.
    pub epoch: String,
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// An event as it is handed out; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEvent {
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// The text under `type`.
    pub kind: &'static str,
    /// What goes to the client, an [`EventRecord`].
    pub json: Arc<str>,
}
