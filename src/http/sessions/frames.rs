//! The messages of a connection to a session that are no events of its log: what a client sends over a WebSocket, and what
//! the server says about the connection itself.
//!
//! Events have a number and are the session's; these have none and are the connection's, so a client that comes back
//! never waits for one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::SessionQuestionRequest;
use crate::error::ErrorCode;
use crate::http::error::{ApiError, ProblemBody};
use crate::http::middleware::is_client_id;
use crate::http::questions::require_client_id;

/// What a client says over a WebSocket, each a text frame with one JSON object.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    /// Puts a question. Answered by the event `question_accepted`, or by `error`.
    Ask(SessionQuestionRequest),
    /// Cancels a running question. Answered by the event `question_cancelled`; one that has ended stays as it is.
    Cancel {
        /// The question.
        question_id: String,
    },
    /// Chooses the building model that questions without a `model_id` are about. Answered by the event `model_selected`.
    SelectModel {
        /// The building model.
        model_id: String,
    },
    /// Asks for a `pong`: for clients that cannot see the pings of the protocol, as those in browsers.
    Ping {
        /// Comes back with the `pong`; up to 64 letters, digits, `-`, `_`, `.`.
        #[serde(default)]
        id: Option<String>,
    },
}

/// What the server says about a connection.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ConnectionMessage {
    /// The first message of every connection: how the session is.
    Welcome {
        /// The session.
        session_id: String,
        /// Names the log. Another one than before means that the log before is lost.
        epoch: String,
        /// Number of the oldest event that is kept; one more than `last_seq` where none is.
        first_seq: u64,
        /// Number of the newest event.
        last_seq: u64,
        /// The building model that questions without a `model_id` are about.
        #[serde(skip_serializing_if = "Option::is_none")]
        model_id: Option<String>,
        /// Questions that have not ended.
        running: Vec<String>,
        /// Seconds between two signs of life.
        heartbeat_s: u64,
        /// The replica that answers.
        replica: String,
    },
    /// The log no longer reaches back to where the client is. What follows begins with `first_seq`.
    LogTruncated {
        /// Names the log.
        epoch: String,
        /// Number of the oldest event that is kept.
        first_seq: u64,
        /// Number of the event that should have come next.
        wanted: u64,
    },
    /// The log that the client knows is lost. What follows is the new one from its beginning.
    EpochChanged {
        /// Names the new log.
        epoch: String,
        /// Number of the event that should have come next in the log before.
        wanted: u64,
    },
    /// Something that the client sent was refused; the connection stays.
    Error {
        /// The same body as over HTTP.
        error: Box<ProblemBody>,
        /// `question_id` or `id` of the frame concerned, or its `type` where it has none; absent where that cannot be told.
        #[serde(skip_serializing_if = "Option::is_none")]
        in_reply_to: Option<String>,
    },
    /// The server shuts down and closes the connection. The session lives on.
    Draining {
        /// Milliseconds to wait before connecting again.
        reconnect_after_ms: u64,
    },
    /// Answer to `ping`.
    Pong {
        /// That of the `ping`.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
}

impl ConnectionMessage {
    /// Its `type`.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            ConnectionMessage::Welcome { .. } => "welcome",
            ConnectionMessage::LogTruncated { .. } => "log_truncated",
            ConnectionMessage::EpochChanged { .. } => "epoch_changed",
            ConnectionMessage::Error { .. } => "error",
            ConnectionMessage::Draining { .. } => "draining",
            ConnectionMessage::Pong { .. } => "pong",
        }
    }

    /// As it goes over the wire.
    #[expect(clippy::expect_used, reason = "text keys and plain values always serialise")]
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("the message is plain data")
    }

    /// That a frame was refused.
    pub(super) fn refusal(error: &ApiError, in_reply_to: Option<String>) -> ConnectionMessage {
        ConnectionMessage::Error { error: Box::new(error.body()), in_reply_to }
    }
}

/// A frame that is none of ours, with what an answer may refer to.
#[derive(Debug)]
pub(super) struct Malformed {
    pub(super) error: ApiError,
    pub(super) in_reply_to: Option<String>,
}

/// What of a frame can still be told when it is none of ours.
#[derive(Debug, Default, Deserialize)]
struct Hint {
    #[serde(rename = "type")]
    kind: Option<String>,
    question_id: Option<String>,
    id: Option<String>,
}

impl Hint {
    fn of(text: &str) -> Option<String> {
        let Hint { kind, question_id, id } = serde_json::from_str(text).unwrap_or_default();
        question_id.or(id).or(kind).filter(|name| is_client_id(name))
    }
}

impl ClientFrame {
    /// Reads a text frame.
    pub(super) fn parse(text: &str) -> Result<ClientFrame, Malformed> {
        let malformed = |detail: String| Malformed {
            error: ApiError::refused(ErrorCode::FrameMalformed, detail),
            in_reply_to: Hint::of(text),
        };
        let frame: ClientFrame = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
        let named = match &frame {
            ClientFrame::Ask(ask) => ask.question_id.as_ref().map(|id| ("question_id", id)),
            ClientFrame::Cancel { question_id } => Some(("question_id", question_id)),
            ClientFrame::Ping { id } => id.as_ref().map(|id| ("id", id)),
            ClientFrame::SelectModel { .. } => None,
        };
        let checked = named.map_or(Ok(()), |(field, id)| require_client_id(field, id));
        checked.map_err(|error| malformed(error.detail().to_owned()))?;
        Ok(frame)
    }

    /// What an answer refers to.
    pub(super) fn reference(&self) -> String {
        match self {
            ClientFrame::Ask(ask) => ask.question_id.clone().unwrap_or_else(|| "ask".to_owned()),
            ClientFrame::Cancel { question_id } => question_id.clone(),
            ClientFrame::SelectModel { .. } => "select_model".to_owned(),
            ClientFrame::Ping { id } => id.clone().unwrap_or_else(|| "ping".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (String, Option<String>) {
        let Malformed { error, in_reply_to } = ClientFrame::parse(text).unwrap_err();
        assert_eq!(error.body().code, "frame_malformed", "{text}");
        (error.detail().to_owned(), in_reply_to)
    }

    #[test]
    fn every_frame_is_read() {
        let ask = r#"{"type":"ask","question_id":"q-1","text":"Wie viele?","model_id":"m","language":"de","mode":"exact","max_cost_usd":0.5,"dry_run":true}"#;
        let ClientFrame::Ask(ask) = ClientFrame::parse(ask).unwrap() else { panic!("not read as ask") };
        assert_eq!((ask.question_id.as_deref(), ask.text.as_str(), ask.dry_run), (Some("q-1"), "Wie viele?", true));
        for (text, reference) in [
            (r#"{"type":"ask","text":"Wie viele?"}"#, "ask"),
            (r#"{"type":"cancel","question_id":"q-1"}"#, "q-1"),
            (r#"{"type":"select_model","model_id":"m"}"#, "select_model"),
            (r#"{"type":"ping"}"#, "ping"),
            (r#"{"type":"ping","id":"7"}"#, "7"),
        ] {
            assert_eq!(ClientFrame::parse(text).unwrap().reference(), reference, "{text}");
        }
    }

    #[test]
    fn frames_that_are_none_of_ours_say_what_is_wrong_and_what_they_were() {
        for (text, said, reference) in [
            ("", "EOF", None),
            ("{", "EOF", None),
            ("[1]", "invalid", None),
            (r#"{"text":"a"}"#, "missing field `type`", None),
            (r#"{"type":"sing"}"#, "unknown variant `sing`", Some("sing")),
            (r#"{"type":"ask"}"#, "missing field `text`", Some("ask")),
            (r#"{"type":"ask","text":"a","loud":true,"question_id":"q"}"#, "unknown field `loud`", Some("q")),
            (r#"{"type":"ask","text":"a","session_id":"s"}"#, "unknown field `session_id`", Some("ask")),
            (r#"{"type":"ask","text":7}"#, "invalid type", Some("ask")),
            (r#"{"type":"cancel","question_id":"q","why":1}"#, "unknown field `why`", Some("q")),
            (r#"{"type":"ping","id":"<b>"}"#, "id holds 1 to 64", None),
            (r#"{"type":"ask","text":"a","question_id":"a b"}"#, "question_id holds 1 to 64", None),
        ] {
            let (detail, in_reply_to) = refused(text);
            assert!(detail.contains(said), "{text}: {detail}");
            assert_eq!(in_reply_to.as_deref(), reference, "{text}");
        }
    }

    #[test]
    fn messages_carry_their_type() {
        let refusal = ApiError::refused(ErrorCode::QuestionTooLong, "too long");
        for message in [
            ConnectionMessage::Welcome {
                session_id: "s".to_owned(),
                epoch: "e".to_owned(),
                first_seq: 1,
                last_seq: 0,
                model_id: None,
                running: Vec::new(),
                heartbeat_s: 15,
                replica: "one".to_owned(),
            },
            ConnectionMessage::LogTruncated { epoch: "e".to_owned(), first_seq: 7, wanted: 3 },
            ConnectionMessage::EpochChanged { epoch: "e".to_owned(), wanted: 3 },
            ConnectionMessage::refusal(&refusal, Some("q".to_owned())),
            ConnectionMessage::Draining { reconnect_after_ms: 700 },
            ConnectionMessage::Pong { id: None },
        ] {
            let json: serde_json::Value = serde_json::from_str(&message.json()).unwrap();
            assert_eq!(json["type"], message.kind());
        }
        let refusal = ConnectionMessage::refusal(&refusal, None).json();
        assert!(refusal.contains(r#""code":"question_too_long""#) && !refusal.contains("in_reply_to"), "{refusal}");
    }
}
