//! `/api/ws/{query_id}`: a query over a WebSocket, for a client that opens one, never sends, and never polls once it is
//! open: what it is to show must come over the socket, in the frames it knows.
//!
//! One task per socket. It follows the events of the query's session, and looks at the query from time to time where it
//! cannot follow: while its file is read, while the server drains, when the session has no place for another connection.
//! While a query is pending the socket is closed with no code but 1000, since the client does not recover from others.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, rt};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session};
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::errors::OlderError;
use super::queries::{STEPS, Seen};
use super::{OlderApi, seconds, validation};
use crate::actors::older_records::{OlderEnd, OlderListener, OlderQuery};
use crate::actors::session_directory::{Attachment, Cursor, Next};
use crate::limits;

const CONNECTED: &str = "WebSocket verbunden - bereit für Echtzeit-Updates";
/// Between two looks at a query whose events cannot be followed.
const LOOK: Duration = Duration::from_millis(250);

/// The other side is gone, or takes nothing.
struct Gone;

/// Why the talk is over.
enum End {
    Gone,
    /// Nothing more to say; the reason is for people.
    Done(&'static str),
}

impl From<Gone> for End {
    fn from(_: Gone) -> End {
        End::Gone
    }
}

pub(super) async fn open_socket(
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
    api: Data<OlderApi>,
) -> Result<HttpResponse, OlderError> {
    let (response, session, frames) =
        actix_ws::handle(&request, payload).map_err(|error| OlderError::bad(error.to_string()))?;
    let frames = frames.max_frame_size(limits::REQUEST_BYTES_MAX).aggregate_continuations();
    let frames = frames.max_continuation_size(limits::REQUEST_BYTES_MAX);
    let id = id.into_inner();
    let id = validation::uuid(&id).unwrap_or(id);
    let socket = Socket { session, api, id, heard: Instant::now(), faults: 0 };
    drop(rt::spawn(socket.serve(frames)));
    Ok(response)
}

struct Socket {
    session: Session,
    api: Data<OlderApi>,
    id: String,
    heard: Instant,
    /// Frames in a row that meant nothing.
    faults: usize,
}

/// What to wait for.
enum Follow {
    /// Its events.
    Events(Box<Attachment>),
    /// The next look at it; until then the server may drain.
    Looks,
    /// Nothing: it ended, and the client closes when it has shown that.
    Nothing,
}

enum Step {
    Frame(Option<Result<AggregatedMessage, ProtocolError>>),
    Next(Next),
    Look,
    Beat,
}

impl Socket {
    async fn serve(mut self, mut frames: AggregatedMessageStream) {
        let Err(end) = self.talk(&mut frames).await;
        if let End::Done(reason) = end {
            let reason = CloseReason { code: CloseCode::Normal, description: Some(reason.to_owned()) };
            // A client that is gone needs no farewell.
            drop(self.session.close(Some(reason)).await);
        }
    }

    async fn talk(&mut self, frames: &mut AggregatedMessageStream) -> Result<std::convert::Infallible, End> {
        self.send(json!({ "type": "connected", "query_id": self.id, "message": CONNECTED })).await?;
        let query = match self.api.records.find::<OlderQuery>(&self.id).await {
            Ok(Some(query)) => query,
            Ok(None) => return self.refuse("Die Abfrage gibt es nicht.", "query_not_found").await,
            Err(error) => return self.refuse(&OlderError::from(error).text(), "store_failed").await,
        };
        let Some(_counted): Option<OlderListener> = self.api.listeners.enter(&self.id) else {
            return self.refuse("Die Abfrage hat zu viele Verbindungen.", "connections_full").await;
        };
        let mut follow = self.begin(&query).await?;
        let (mut look, mut beat) = (interval(LOOK), interval(limits::OLDER_PING_INTERVAL));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut draining_since = None;
        loop {
            let step = tokio::select! {
                frame = frames.recv() => Step::Frame(frame),
                next = next(&mut follow) => Step::Next(next),
                _ = look.tick(), if matches!(follow, Follow::Looks) => Step::Look,
                _ = beat.tick() => Step::Beat,
            };
            match step {
                Step::Frame(frame) => self.on_frame(frame, &query).await?,
                Step::Beat => self.on_beat().await?,
                Step::Look => {
                    follow = self.on_look(&query, follow).await?;
                    let since: &mut Option<Instant> = &mut draining_since;
                    let since = self.api.health.is_draining().then(|| *since.get_or_insert_with(Instant::now));
                    if matches!(follow, Follow::Looks) && since.is_some_and(|since| limits::DRAIN_MAX < since.elapsed())
                    {
                        let text = "Der Server wird neu gestartet; die Abfrage steht danach im Verlauf.";
                        return self.refuse(text, "draining").await;
                    }
                }
                Step::Next(Next::Event(event)) => match event.kind {
                    "question_answered" | "question_failed" | "question_cancelled" => {
                        follow = self.on_look(&query, follow).await?;
                    }
                    "question_progress" => self.progress(&Seen::Running).await?,
                    _ => {}
                },
                Step::Next(Next::Truncated { .. } | Next::EpochChanged { .. }) => {}
                Step::Next(Next::Draining | Next::Ended) => follow = Follow::Looks,
            }
        }
    }

    /// Says how the query is and decides how to follow it.
    async fn begin(&mut self, query: &OlderQuery) -> Result<Follow, Gone> {
        let seen = match self.api.look(query).await {
            Ok(seen) => seen,
            // Of a moment; the next look tells more.
            Err(_shed) => Seen::Waiting,
        };
        match &seen {
            Seen::Ended(end) => self.finish(query, end).await,
            Seen::Waiting => self.progress(&seen).await.map(|()| Follow::Looks),
            Seen::Running => {
                self.progress(&seen).await?;
                Ok(self.attach().await)
            }
        }
    }

    async fn attach(&self) -> Follow {
        // From the beginning: what ended since the look is in the log.
        let from = Some(Cursor { epoch: None, after: 0 });
        self.api
            .sessions
            .attach(None, &self.id, from)
            .await
            .map_or(Follow::Looks, |events| Follow::Events(Box::new(events)))
    }

    async fn on_look(&mut self, query: &OlderQuery, follow: Follow) -> Result<Follow, Gone> {
        // A look that fails is of a moment, too; the next one comes.
        let Ok(seen) = self.api.look(query).await else { return Ok(follow) };
        match (&seen, follow) {
            (Seen::Ended(end), _) => self.finish(query, end).await,
            (Seen::Running, Follow::Looks) if !self.api.health.is_draining() => {
                let follow = self.attach().await;
                if matches!(follow, Follow::Events(_)) {
                    self.progress(&seen).await?;
                }
                Ok(follow)
            }
            (Seen::Running | Seen::Waiting, follow) => Ok(follow),
        }
    }

    /// The frame that the client waits for.
    async fn finish(&mut self, query: &OlderQuery, end: &OlderEnd) -> Result<Follow, Gone> {
        match end {
            OlderEnd::Completed => match self.api.result(query).await {
                Ok(result) => {
                    self.progress(&Seen::Ended(OlderEnd::Completed)).await?;
                    let now = self.now();
                    self.send(json!({ "type": "completion", "result": result, "query_id": self.id, "timestamp": now }))
                        .await?;
                }
                Err(error) => self.error(&error.text(), "result_missing").await?,
            },
            OlderEnd::Failed { message } => self.error(message, "query_failed").await?,
            OlderEnd::Cancelled => {
                let text = "Die Abfrage wurde abgebrochen.";
                let now = self.now();
                self.send(json!({ "type": "query_cancelled", "query_id": self.id, "message": text, "timestamp": now }))
                    .await?;
                // The frame before changes nothing on the page, which would wait for ever.
                self.error(text, "cancelled").await?;
            }
        }
        self.heard = Instant::now();
        Ok(Follow::Nothing)
    }

    async fn on_frame(
        &mut self,
        frame: Option<Result<AggregatedMessage, ProtocolError>>,
        query: &OlderQuery,
    ) -> Result<(), End> {
        self.heard = Instant::now();
        match frame {
            None | Some(Ok(AggregatedMessage::Close(_))) => Err(End::Done("")),
            Some(Err(_broken)) => Err(End::Done("the frame cannot be read, or is too large")),
            Some(Ok(AggregatedMessage::Ping(bytes))) => self.session.pong(&bytes).await.map_err(|_| End::Gone),
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Ok(AggregatedMessage::Binary(_))) => self.on_fault("frames are JSON text").await,
            Some(Ok(AggregatedMessage::Text(text))) => match serde_json::from_str::<Value>(&text) {
                Ok(message) => self.on_message(&message, query).await,
                Err(_) => self.on_fault("Invalid JSON format").await,
            },
        }
    }

    async fn on_message(&mut self, message: &Value, query: &OlderQuery) -> Result<(), End> {
        let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
        let now = self.now();
        let reply = match kind {
            "ping" => json!({ "type": "pong", "timestamp": now }),
            "subscribe_updates" => {
                let types = message.get("update_types").filter(|types| types.is_array()).cloned();
                let types = types.unwrap_or_else(|| json!([]));
                json!({ "type": "subscription_confirmed", "update_types": types, "message": "Updates abonniert" })
            }
            "cancel" => match self.api.cancel_running(query).await {
                Ok(()) => json!({ "type": "cancel_requested", "query_id": self.id, "message": "Abbruch angefordert" }),
                Err(error) => json!({ "type": "protocol_error", "message": error.text() }),
            },
            _ => return self.on_fault("Unknown message type").await,
        };
        self.faults = 0;
        Ok(self.send(reply).await?)
    }

    /// Not of the type `error`, which marks the whole query as failed.
    async fn on_fault(&mut self, text: &str) -> Result<(), End> {
        self.faults += 1;
        if limits::OLDER_FAULTS_MAX < self.faults {
            return Err(End::Done("too many frames that mean nothing"));
        }
        Ok(self.send(json!({ "type": "protocol_error", "message": text })).await?)
    }

    /// Browsers answer this by themselves; who does not for long is gone without a word.
    async fn on_beat(&mut self) -> Result<(), End> {
        if limits::OLDER_SILENCE_MAX < self.heard.elapsed() {
            return Err(End::Gone);
        }
        self.session.ping(b"").await.map_err(|_closed| End::Gone)
    }

    async fn refuse(&mut self, text: &str, code: &str) -> Result<std::convert::Infallible, End> {
        self.error(text, code).await?;
        Err(End::Done(""))
    }

    async fn error(&mut self, text: &str, code: &str) -> Result<(), Gone> {
        let now = self.now();
        self.send(
            json!({ "type": "error", "message": text, "error_code": code, "query_id": self.id, "timestamp": now }),
        )
        .await
    }

    async fn progress(&mut self, seen: &Seen) -> Result<(), Gone> {
        let (percent, step, name) = seen.progress();
        self.send(json!({
            "type": "progress", "progress_percentage": percent, "current_step": step, "total_steps": STEPS,
            "step_name": name, "message": name, "query_id": self.id, "timestamp": self.now(),
        }))
        .await
    }

    fn now(&self) -> f64 {
        seconds(self.api.records.now_ms())
    }

    async fn send(&mut self, message: Value) -> Result<(), Gone> {
        match timeout(limits::OLDER_SEND_MAX, self.session.text(message.to_string())).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_closed)) => Err(Gone),
            Err(_slow) => Err(Gone),
        }
    }
}

/// The next event; never where none is followed.
async fn next(follow: &mut Follow) -> Next {
    match follow {
        Follow::Events(attachment) => attachment.next().await,
        Follow::Looks | Follow::Nothing => std::future::pending().await,
    }
}

/// Who listens to what.
pub(super) async fn list_connections(api: Data<OlderApi>) -> HttpResponse {
    let counts = api.listeners.counts();
    let details: Vec<Value> = counts
        .iter()
        .map(|(id, count)| json!({ "query_id": id, "connection_count": count, "message_history_size": 0 }))
        .collect();
    let active: usize = counts.values().sum();
    HttpResponse::Ok().json(json!({
        "active_connections": active, "total_queries": counts.len(), "connection_details": details,
    }))
}

/// Refused: whoever reaches the server could make another's page show a result that nobody computed.
pub(super) async fn broadcast() -> Result<HttpResponse, OlderError> {
    Err(OlderError::new(StatusCode::FORBIDDEN, "Broadcasting to the connections of a query is not offered"))
}
