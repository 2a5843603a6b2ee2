//! `/api/ws/{query_id}`: a query over a WebSocket, for a client that opens one, never sends, and never polls once it is
//! open: what it is to show must come over the socket, in the frames it knows.
//!
//! One task per socket. It follows the events of the query's session, and looks at the query from time to time where it
//! cannot follow: while its file is read, while the server drains, when the session has no place for another connection, or
//! a look has failed. It looks, if seldom, while it follows, too: a client must not wait for ever because one event was missed.
//! While a query is pending the socket is closed with no code but 1000, since the client does not recover from others.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, rt};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError, Session};
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::errors::OlderError;
use super::query_state::{Looked, STEPS, Seen, patiently};
use super::{OlderApi, seconds, validation};
use crate::actors::older_records::{OlderEnd, OlderListener, OlderQuery};
use crate::actors::session_directory::{Attachment, Cursor, Next};
use crate::limits;

const CONNECTED: &str = "WebSocket verbunden - bereit für Echtzeit-Updates";
const UNKNOWN: &str = "Die Abfrage gibt es nicht.";
const DRAINING: &str = "Der Server wird neu gestartet; die Abfrage steht danach im Verlauf.";
const UNTOLD: &str = "Der Stand der Abfrage ist nicht zu lesen; bitte später im Verlauf nachsehen.";
const NO_RESULT: &str = "Das Ergebnis ist nicht mehr vorhanden; bitte die Frage erneut stellen.";

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
    let now = Instant::now();
    let socket = Socket {
        session,
        api,
        id,
        heard: now,
        faults: 0,
        follow: Follow::Looks,
        next_look: now,
        pause: limits::OLDER_LOOK_INTERVAL,
        shown: None,
        draining_since: None,
    };
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
    follow: Follow,
    next_look: Instant,
    /// Before the next look, should it fail as the last did.
    pause: Duration,
    /// What the client was told last.
    shown: Option<Seen>,
    draining_since: Option<Instant>,
}

/// What to wait for.
enum Follow {
    /// Its events, and a look from time to time.
    Events(Box<Attachment>),
    /// The next look at it.
    Looks,
    /// Nothing: it ended, and the client closes when it has shown that.
    Nothing,
}

enum Step {
    Frame(Option<Result<AggregatedMessage, ProtocolError>>),
    Next(Next),
    Look,
    Drain,
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
        // An id that no query has is told at once; a record that cannot be read is looked at again.
        if let Ok(None) = self.api.records.find::<OlderQuery>(&self.id).await {
            return Err(self.refuse(UNKNOWN, "query_not_found").await);
        }
        let Some(_counted): Option<OlderListener> = self.api.listeners.enter(&self.id) else {
            return Err(self.refuse("Die Abfrage hat zu viele Verbindungen.", "connections_full").await);
        };
        self.look().await?;
        let mut beat = interval(limits::OLDER_PING_INTERVAL);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut health = self.api.health.clone();
        loop {
            let step = tokio::select! {
                frame = frames.recv() => Step::Frame(frame),
                next = next(&mut self.follow) => Step::Next(next),
                () = sleep_until(self.next_look), if !matches!(self.follow, Follow::Nothing) => Step::Look,
                () = health.draining(), if self.draining_since.is_none() => Step::Drain,
                _ = beat.tick() => Step::Beat,
            };
            match step {
                Step::Frame(frame) => self.on_frame(frame).await?,
                Step::Beat => self.on_beat().await?,
                Step::Look => self.look().await?,
                Step::Drain => self.on_drain().await?,
                Step::Next(next) => self.on_next(next).await?,
            }
        }
    }

    async fn on_drain(&mut self) -> Result<(), End> {
        self.draining_since = Some(Instant::now());
        match self.follow {
            Follow::Nothing => Err(End::Done("the server is shutting down")),
            Follow::Events(_) | Follow::Looks => self.look().await,
        }
    }

    async fn on_next(&mut self, next: Next) -> Result<(), End> {
        match next {
            Next::Event(event) => match event.kind {
                "question_answered" | "question_failed" | "question_cancelled" => self.look().await,
                "question_progress" => Ok(self.progress(&Seen::Running).await?),
                _ => Ok(()),
            },
            // The end may be among what is not told.
            Next::Truncated { .. } | Next::EpochChanged { .. } => self.look().await,
            Next::Draining | Next::Ended => {
                self.follow = Follow::Looks;
                self.next_look = Instant::now() + limits::OLDER_LOOK_INTERVAL;
                Ok(())
            }
        }
    }

    /// Looks at the query, says what is new about it, and decides how to follow it.
    async fn look(&mut self) -> Result<(), End> {
        // Read each time: it may have been cancelled, or ended for somebody else.
        let looked = match self.api.records.find::<OlderQuery>(&self.id).await {
            Ok(Some(query)) => self.api.tell(query).await,
            Ok(None) => return Err(self.refuse(UNKNOWN, "query_not_found").await),
            Err(error) => Err(OlderError::from(error)),
        };
        match looked {
            Ok(Looked { query, seen: Seen::Ended(end) }) => self.finish(&query, &end).await,
            Ok(Looked { seen, .. }) => self.on_pending(&seen).await,
            Err(error) if self.api.may_pass(&self.id, &error) => self.on_pending(&Seen::Unclear).await,
            Err(_lasting) => Err(self.refuse(UNTOLD, "unavailable").await),
        }
    }

    async fn on_pending(&mut self, seen: &Seen) -> Result<(), End> {
        if let Some(since) = self.draining_since {
            // A question that runs is waited for as long as the server does that; one that was not put cannot be any more.
            let is_waited_for = *seen == Seen::Running && since.elapsed() < limits::DRAIN_MAX;
            if !is_waited_for {
                return Err(self.refuse(DRAINING, "draining").await);
            }
        }
        if self.shown.as_ref() != Some(seen) {
            self.progress(seen).await?;
        }
        match seen {
            Seen::Unclear => {
                self.follow = Follow::Looks;
                self.next_look = Instant::now() + self.pause;
                self.pause = (self.pause * 2).min(limits::OLDER_LOOK_INTERVAL_MAX);
                return Ok(());
            }
            Seen::Running if matches!(self.follow, Follow::Looks) && self.draining_since.is_none() => {
                self.follow = self.attach().await;
            }
            Seen::Waiting => self.follow = Follow::Looks,
            Seen::Running | Seen::Ended(_) => {}
        }
        self.pause = limits::OLDER_LOOK_INTERVAL;
        let wait = match self.follow {
            Follow::Events(_) => limits::OLDER_LOOK_INTERVAL_MAX,
            Follow::Looks | Follow::Nothing => limits::OLDER_LOOK_INTERVAL,
        };
        self.next_look = Instant::now() + wait;
        Ok(())
    }

    async fn attach(&self) -> Follow {
        // From the beginning: what ended since the look is in the log.
        let from = Some(Cursor { epoch: None, after: 0 });
        let attached = timeout(limits::OLDER_LOOK_MAX, self.api.sessions.attach(None, &self.id, from)).await;
        match attached {
            Ok(Ok(events)) => Follow::Events(Box::new(events)),
            Ok(Err(_)) | Err(_) => Follow::Looks,
        }
    }

    /// The frame that the client waits for. A result that cannot be read for the moment is read by a later look.
    async fn finish(&mut self, query: &OlderQuery, end: &OlderEnd) -> Result<(), End> {
        match end {
            OlderEnd::Completed => {
                let about = format!("result of {}", self.id);
                match self.api.result(query).await {
                    Ok(result) => {
                        self.progress(&Seen::Ended(OlderEnd::Completed)).await?;
                        let now = self.now();
                        let frame = json!({ "type": "completion", "result": result, "query_id": self.id,
                                            "timestamp": now });
                        self.send(frame).await?;
                    }
                    Err(error) if self.api.may_pass(&about, &error) => return self.on_pending(&Seen::Unclear).await,
                    Err(error) if error.is_missing() => self.error(NO_RESULT, "result_missing").await?,
                    Err(_lasting) => return Err(self.refuse(UNTOLD, "unavailable").await),
                }
            }
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
        self.follow = Follow::Nothing;
        // Nothing is waited for any more; the client has what it came for.
        if self.draining_since.is_some() { Err(End::Done("the server is shutting down")) } else { Ok(()) }
    }

    async fn on_frame(&mut self, frame: Option<Result<AggregatedMessage, ProtocolError>>) -> Result<(), End> {
        self.heard = Instant::now();
        match frame {
            None | Some(Ok(AggregatedMessage::Close(_))) => Err(End::Done("")),
            Some(Err(_broken)) => Err(End::Done("the frame cannot be read, or is too large")),
            Some(Ok(AggregatedMessage::Ping(bytes))) => self.session.pong(&bytes).await.map_err(|_| End::Gone),
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Ok(AggregatedMessage::Binary(_))) => self.on_fault("frames are JSON text").await,
            Some(Ok(AggregatedMessage::Text(text))) => match serde_json::from_str::<Value>(&text) {
                Ok(message) => self.on_message(&message).await,
                Err(_) => self.on_fault("Invalid JSON format").await,
            },
        }
    }

    async fn on_message(&mut self, message: &Value) -> Result<(), End> {
        let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
        let now = self.now();
        let reply = match kind {
            "ping" => json!({ "type": "pong", "timestamp": now }),
            "subscribe_updates" => {
                let types = message.get("update_types").filter(|types| types.is_array()).cloned();
                let types = types.unwrap_or_else(|| json!([]));
                json!({ "type": "subscription_confirmed", "update_types": types, "message": "Updates abonniert" })
            }
            "cancel" => match patiently(async || self.api.cancel_running(&self.id).await).await {
                Ok(_looked) => {
                    self.next_look = Instant::now();
                    json!({ "type": "cancel_requested", "query_id": self.id, "message": "Abbruch angefordert" })
                }
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

    /// Tells the client that nothing more will come, and gives the end of the talk.
    async fn refuse(&mut self, text: &str, code: &str) -> End {
        match self.error(text, code).await {
            Ok(()) => End::Done(""),
            Err(Gone) => End::Gone,
        }
    }

    async fn error(&mut self, text: &str, code: &str) -> Result<(), Gone> {
        let now = self.now();
        self.send(
            json!({ "type": "error", "message": text, "error_code": code, "query_id": self.id, "timestamp": now }),
        )
        .await
    }

    async fn progress(&mut self, seen: &Seen) -> Result<(), Gone> {
        self.shown = Some(seen.clone());
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

#[cfg(test)]
mod tests;
