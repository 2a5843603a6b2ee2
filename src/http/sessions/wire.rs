//! The shapes of sessions on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::affinity::Replica;
use crate::actors::session_directory::{Accepted, NewQuestion, QuestionState, QuestionStatus, SessionInfo};
use crate::error::ErrorCode;
use crate::http::error::ApiError;
use crate::http::middleware::is_client_id;
use crate::http::questions::{self, require_client_id};
use crate::query::Mode;

/// How to begin a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "model_id": "9dd9ee4e36b69a2d4ad8b8a6da9dcf94" }))]
pub struct SessionRequest {
    /// The building model that questions without a `model_id` are about.
    #[serde(default)]
    pub model_id: Option<String>,
}

/// Which building model a session is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "model_id": "9dd9ee4e36b69a2d4ad8b8a6da9dcf94" }))]
pub struct SelectModelRequest {
    /// The building model.
    pub model_id: String,
}

/// A question put in a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "question_id": "q-1", "text": "Wie viele Fenster gibt es?", "language": "de" }))]
pub struct SessionQuestionRequest {
    /// The client's own name for it: up to 64 letters, digits, `-`, `_`, `.`. The same name again is the same question and
    /// is never asked twice, so that a client which lost its connection may send it again.
    #[serde(default)]
    pub question_id: Option<String>,
    /// The question in plain words.
    pub text: String,
    /// The building model; that of the session where absent.
    #[serde(default)]
    pub model_id: Option<String>,
    /// `de` or `en`; detected where absent.
    #[serde(default)]
    pub language: Option<String>,
    /// Who may answer; `auto` where absent.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// The most that the answer may cost, in US dollars.
    #[serde(default)]
    pub max_cost_usd: Option<f64>,
    /// Plan only; execute nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// Refuses what is no id of a model or an upload. Whether there is one is not known here.
pub(super) fn require_model_id(id: &str) -> Result<(), ApiError> {
    if is_client_id(id) {
        return Ok(());
    }
    Err(ApiError::refused(ErrorCode::ModelUnknown, "model_id is no id of a building model"))
}

impl SessionQuestionRequest {
    /// What the session is asked.
    pub(super) fn parse(self) -> Result<NewQuestion, ApiError> {
        let SessionQuestionRequest { question_id, text, model_id, language, mode, max_cost_usd, dry_run } = self;
        if let Some(id) = &question_id {
            require_client_id("question_id", id)?;
        }
        model_id.as_deref().map(require_model_id).transpose()?;
        let question = questions::parse(&text, language.as_deref(), mode, max_cost_usd, dry_run)?;
        Ok(NewQuestion { question_id, model_id, question })
    }
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "session_id": "01a20846bd7b7d2f9c41e0a2b35d6f18", "model_id": "9dd9ee4e36b69a2d4ad8b8a6da9dcf94", "epoch": "5f0c2a1b9e7d4c38", "first_seq": 1,
    "last_seq": 2, "running": [], "created_at": "2026-11-23T12:00:00.000Z", "expires_at": "2026-11-30T12:00:00.000Z",
    "replica": "one" }))]
pub struct SessionResponse {
    /// What is known of it.
    #[serde(flatten)]
    pub session: SessionInfo,
    /// The replica that answers.
    pub replica: String,
}

impl SessionResponse {
    pub(super) fn new(session: SessionInfo, replica: &Replica) -> SessionResponse {
        SessionResponse { session, replica: replica.name().to_owned() }
    }
}

/// A session that was begun, with the proof that it is the client's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "session_id": "01a20846bd7b7d2f9c41e0a2b35d6f18", "model_id": "9dd9ee4e36b69a2d4ad8b8a6da9dcf94", "epoch": "5f0c2a1b9e7d4c38", "first_seq": 1,
    "last_seq": 0, "running": [], "created_at": "2026-11-23T12:00:00.000Z", "expires_at": "2026-11-30T12:00:00.000Z",
    "replica": "one",
    "token": "6f1f3c0c2b0d4c6c8f4e5a7b9d1c3e5f.3c9f0f5f1b6e8f7a4d2c0b9e8a7f6d5c4b3a29181716151413121110f9e8d7c6" }))]
pub struct SessionCreatedResponse {
    /// The session.
    #[serde(flatten)]
    pub session: SessionResponse,
    /// To be sent as `Authorization: Bearer TOKEN` with every request about this session; browsers have it as a cookie too.
    pub token: String,
}

/// The sessions of a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "sessions": [{ "session_id": "01a20846bd7b7d2f9c41e0a2b35d6f18", "model_id": "9dd9ee4e36b69a2d4ad8b8a6da9dcf94", "epoch": "5f0c2a1b9e7d4c38", "first_seq": 1,
    "last_seq": 2, "running": [], "created_at": "2026-11-23T12:00:00.000Z", "expires_at": "2026-11-30T12:00:00.000Z",
    "replica": "one" }] }))]
pub struct SessionsResponse {
    /// The newest first.
    pub sessions: Vec<SessionResponse>,
}

/// A question that was taken. It will be answered even when the server is killed now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "question_id": "q-1", "session_id": "01a20846bd7b7d2f9c41e0a2b35d6f18", "seq": 1 }))]
pub struct AcceptedResponse {
    /// Its id.
    pub question_id: String,
    /// The session.
    pub session_id: String,
    /// Number of its event `question_accepted`.
    pub seq: u64,
}

impl AcceptedResponse {
    pub(super) fn new(accepted: Accepted, session_id: String) -> AcceptedResponse {
        let Accepted { question_id, seq } = accepted;
        AcceptedResponse { question_id, session_id, seq }
    }
}

/// A question that was to be cancelled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "question_id": "q-1", "status": "cancelled" }))]
pub struct CancelledResponse {
    /// Its id.
    pub question_id: String,
    /// Where it is: `answered` or `failed` when it ended before.
    pub status: QuestionStatus,
}

impl From<QuestionState> for CancelledResponse {
    fn from(state: QuestionState) -> CancelledResponse {
        CancelledResponse { question_id: state.question_id, status: state.status }
    }
}
