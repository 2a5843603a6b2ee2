//! `/v1/sessions/{id}/ws`: a session over a WebSocket. docs/events.md is the protocol.
//!
//! One task per socket, one `select!` over the client's frames, the session's events and the heartbeat. Events are pulled
//! by the socket's place in the log, so nothing is queued for a slow client and nothing comes twice or out of order. The
//! session never sees a frame; the socket never sees what a session holds.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Bytes, Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Message, ProtocolError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::frames::{ClientFrame, ConnectionMessage, Malformed};
use super::owner::{Client, StreamClient};
use super::stream::{Connection, StreamQuery, Surroundings, message_of};
use super::wire::require_model_id;
use crate::actors::session_directory::{Next, SessionError, SessionsHandle};
use crate::error::ErrorCode;
use crate::http::error::{ApiError, ProblemBody};
use crate::http::middleware::{request_id, within_request};
use crate::limits;

/// The client did not take what it was sent.
const SLOW_CLIENT: CloseCode = CloseCode::Other(4008);
/// The client was silent for too long.
const SILENT_CLIENT: CloseCode = CloseCode::Other(4009);
/// The session has as many connections as it may.
const CONNECTIONS_FULL: CloseCode = CloseCode::Other(4029);

/// Time in which a client that is told to go may still send, so that what it is told arrives.
const REST_MAX: Duration = Duration::from_secs(1);

/// Opens a WebSocket to a session: its events, and a way to put questions. docs/events.md describes the frames.
#[utoipa::path(
    tag = "sessions",
    params(("id" = String, Path, description = "session id"), StreamQuery),
    responses(
        (status = 101, description = "the connection is a WebSocket now"),
        (status = 400, description = "request_malformed: no handshake of a WebSocket", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "cross_site_refused", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "session_unknown: there is none, or it is another client's", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/sessions/{id}/ws")]
pub(super) async fn open_socket(
    request: HttpRequest,
    id: Path<String>,
    query: Query<StreamQuery>,
    client: StreamClient,
    payload: Payload,
    sessions: Data<SessionsHandle>,
    around: Data<Surroundings>,
) -> Result<HttpResponse, ApiError> {
    let (response, session, frames) = actix_ws::handle(&request, payload).map_err(no_handshake)?;
    let from = query.into_inner().cursor();
    let frames = frames.max_frame_size(limits::FRAME_BYTES_MAX).aggregate_continuations();
    let frames = frames.max_continuation_size(limits::FRAME_BYTES_MAX);
    let opened = Connection::open(&sessions, &client, &id, from, &around).await;
    let socket = Socket::new(session, sessions, client.0, id.into_inner());
    match opened {
        Ok(connection) => drop(actix_web::rt::spawn(within_request(request_id(), socket.serve(connection, frames)))),
        // A browser tells a page why a socket closed, and nothing of an answer that refuses one.
        Err(SessionError::ConnectionsFull(_)) => {
            let end = End::Close(CONNECTIONS_FULL, "session_connections_full");
            drop(actix_web::rt::spawn(socket.close(end, frames)));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(response)
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of map_err")]
fn no_handshake(error: actix_web::Error) -> ApiError {
    ApiError::refused(ErrorCode::RequestMalformed, format!("this address is for WebSockets: {error}"))
}

/// How a connection ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The client is gone; nothing can be said to it.
    Gone,
    /// With a code and a reason.
    Close(CloseCode, &'static str),
}

type Ended = Result<(), End>;

/// What comes first.
enum Step {
    Frame(Option<Result<AggregatedMessage, ProtocolError>>),
    Next(Next),
    Beat,
}

struct Socket {
    session: actix_ws::Session,
    sessions: Data<SessionsHandle>,
    client: Client,
    id: String,
    /// Places for frames that the socket has not taken yet.
    on_the_way: Arc<Semaphore>,
    malformed: u32,
    rate: Rate,
    heard: Instant,
}

impl Socket {
    fn new(session: actix_ws::Session, sessions: Data<SessionsHandle>, client: Client, id: String) -> Socket {
        let on_the_way = Arc::new(Semaphore::new(limits::FRAMES_ON_THE_WAY_MAX));
        let now = Instant::now();
        let rate = Rate { since: now, frames: 0 };
        Socket { session, sessions, client, id, on_the_way, malformed: 0, rate, heard: now }
    }

    /// Talks until one side has enough.
    async fn serve(mut self, mut connection: Connection, mut frames: AggregatedMessageStream) {
        let open = connection.streams.enter();
        let end = self.talk(&mut connection, &mut frames).await.err().unwrap_or(End::Gone);
        if let End::Close(SLOW_CLIENT, _) = end {
            connection.streams.count_slow();
        }
        // The place in the session is free before the client is told to go.
        drop(connection);
        self.close(end, frames).await;
        drop(open);
    }

    async fn talk(&mut self, connection: &mut Connection, frames: &mut AggregatedMessageStream) -> Ended {
        let mut epoch = connection.attachment.info.epoch.clone();
        self.say(&connection.welcome()).await?;
        let mut beat = interval_at(Instant::now() + limits::HEARTBEAT, limits::HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let step = tokio::select! {
                frame = frames.recv() => Step::Frame(frame),
                next = connection.attachment.next() => Step::Next(next),
                _ = beat.tick() => Step::Beat,
            };
            match step {
                // In a box: what a frame needs is much, and an idle socket keeps room for it otherwise.
                Step::Frame(Some(Ok(frame))) => Box::pin(self.on_frame(frame)).await?,
                Step::Frame(Some(Err(error))) => return Err(end_of(&error)),
                Step::Frame(None) => return Err(End::Gone),
                Step::Next(next) => Box::pin(self.on_next(next, &mut epoch)).await?,
                Step::Beat => self.on_beat().await?,
            }
        }
    }

    async fn on_next(&mut self, next: Next, epoch: &mut String) -> Ended {
        if let Some(message) = message_of(&next, epoch) {
            self.say(&message).await?;
        }
        match next {
            Next::Event(event) => self.send(event.json).await,
            Next::EpochChanged { epoch: new, .. } => {
                *epoch = new;
                Ok(())
            }
            Next::Truncated { .. } => Ok(()),
            Next::Draining => Err(End::Close(CloseCode::Restart, "the server is shutting down")),
            Next::Ended => Err(End::Close(CloseCode::Normal, "the session is over")),
        }
    }

    async fn on_beat(&mut self) -> Ended {
        if limits::SOCKET_SILENCE_MAX <= self.heard.elapsed() {
            return Err(End::Close(SILENT_CLIENT, "silent_client"));
        }
        within(self.session.ping(b"")).await
    }

    async fn on_frame(&mut self, frame: AggregatedMessage) -> Ended {
        let now = Instant::now();
        self.heard = now;
        if !self.rate.allows(now) {
            return Err(End::Close(CloseCode::Policy, "too many frames in a second"));
        }
        match frame {
            AggregatedMessage::Text(text) => self.on_text(&text).await,
            AggregatedMessage::Binary(_) => Err(End::Close(CloseCode::Unsupported, "frames are text")),
            AggregatedMessage::Ping(bytes) => within(self.session.pong(&bytes)).await,
            AggregatedMessage::Pong(_) => Ok(()),
            // Closing is answered with the same code.
            AggregatedMessage::Close(_) => Err(End::Close(CloseCode::Normal, "")),
        }
    }

    async fn on_text(&mut self, text: &str) -> Ended {
        match ClientFrame::parse(text) {
            Ok(frame) => {
                self.malformed = 0;
                let reference = frame.reference();
                match self.obey(frame).await {
                    Ok(None) => Ok(()),
                    Ok(Some(message)) => self.say(&message).await,
                    Err(error) => self.say(&ConnectionMessage::refusal(&error, Some(reference))).await,
                }
            }
            Err(Malformed { error, in_reply_to }) => {
                self.malformed += 1;
                self.say(&ConnectionMessage::refusal(&error, in_reply_to)).await?;
                if limits::FRAMES_MALFORMED_MAX <= self.malformed {
                    return Err(End::Close(CloseCode::Policy, "too many malformed frames"));
                }
                Ok(())
            }
        }
    }

    /// Does what the client wants; what comes of it is an event, except for a ping.
    async fn obey(&self, frame: ClientFrame) -> Result<Option<ConnectionMessage>, ApiError> {
        let owner = self.client.owner();
        match frame {
            ClientFrame::Ask(ask) => {
                let question = ask.parse()?;
                self.sessions.submit(owner, &self.id, question).await?;
            }
            ClientFrame::Cancel { question_id } => {
                self.sessions.cancel(owner, &self.id, &question_id).await?;
            }
            ClientFrame::SelectModel { model_id } => {
                require_model_id(&model_id)?;
                self.sessions.select_model(owner, &self.id, model_id).await?;
            }
            ClientFrame::Ping { id } => return Ok(Some(ConnectionMessage::Pong { id })),
        }
        Ok(None)
    }

    async fn say(&mut self, message: &ConnectionMessage) -> Ended {
        self.send(message.json().into()).await
    }

    /// Sends a text frame once the socket has taken those before it.
    async fn send(&mut self, text: Arc<str>) -> Ended {
        let place = Arc::clone(&self.on_the_way).acquire_owned();
        let Ok(Ok(place)) = timeout(limits::FRAME_SEND_MAX, place).await else {
            return Err(End::Close(SLOW_CLIENT, "slow_client"));
        };
        let bytes = Bytes::from_owner(OnTheWay { text, _place: place });
        // It was a text a line above.
        let Ok(Message::Text(text)) = bytes.try_into().map(Message::Text) else { return Err(End::Gone) };
        within(self.session.text(text)).await
    }

    /// Says why, and listens for a moment: a connection that is closed with bytes unread is reset, and the client would
    /// lose what it was told.
    async fn close(self, end: End, mut frames: AggregatedMessageStream) {
        let End::Close(code, reason) = end else { return };
        let description = (!reason.is_empty()).then(|| reason.to_owned());
        let closed = self.session.close(Some(CloseReason { code, description }));
        if let Ok(Ok(())) = timeout(limits::FRAME_SEND_MAX, closed).await {
            let rest = async { while frames.recv().await.is_some_and(|frame| frame.is_ok()) {} };
            // Whatever it still says counts no more.
            drop(timeout(REST_MAX, rest).await);
        }
    }
}

/// A frame that waits for the socket; its place is free again once the socket has taken it.
struct OnTheWay {
    text: Arc<str>,
    _place: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for OnTheWay {
    fn as_ref(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

/// Sends, unless the client takes nothing.
async fn within(sending: impl Future<Output = Result<(), actix_ws::Closed>>) -> Ended {
    match timeout(limits::FRAME_SEND_MAX, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_closed)) => Err(End::Gone),
        Err(_late) => Err(End::Close(SLOW_CLIENT, "slow_client")),
    }
}

/// What a broken frame is answered with.
fn end_of(error: &ProtocolError) -> End {
    let too_large = "frames have at most 64 KiB";
    match error {
        ProtocolError::Overflow => End::Close(CloseCode::Size, too_large),
        ProtocolError::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            End::Close(CloseCode::Invalid, "text frames are UTF-8")
        }
        // Continuations over their limit have no kind of their own; a connection that broke is told nothing anyway.
        ProtocolError::Io(_) => End::Close(CloseCode::Size, too_large),
        ProtocolError::UnmaskedFrame
        | ProtocolError::MaskedFrame
        | ProtocolError::InvalidOpcode(_)
        | ProtocolError::InvalidLength(_)
        | ProtocolError::BadOpCode
        | ProtocolError::ContinuationNotStarted
        | ProtocolError::ContinuationStarted
        | ProtocolError::ContinuationFragment(_) => End::Close(CloseCode::Protocol, "no frame of a WebSocket"),
    }
}

/// How many frames came in the current second.
#[derive(Debug)]
struct Rate {
    since: Instant,
    frames: u32,
}

impl Rate {
    fn allows(&mut self, now: Instant) -> bool {
        if Duration::from_secs(1) <= now.duration_since(self.since) {
            *self = Rate { since: now, frames: 0 };
        }
        self.frames += 1;
        self.frames <= limits::FRAMES_PER_SECOND_MAX
    }
}

#[cfg(test)]
mod tests;
