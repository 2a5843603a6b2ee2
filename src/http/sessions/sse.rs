//! `/v1/sessions/{id}/events`: a session as server-sent events, the same ones as over a WebSocket.

use std::convert::Infallible;

use actix_web::http::header::{self, HeaderName};
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use futures_util::stream::poll_fn;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{Instant, interval_at, timeout};

use super::frames::ConnectionMessage;
use super::owner::StreamClient;
use super::stream::{Connection, StreamQuery, Surroundings, cursor, message_of};
use crate::actors::session_directory::{Cursor, Next, SessionsHandle};
use crate::error::ErrorCode;
use crate::http::error::{ApiError, ProblemBody};
use crate::limits;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Milliseconds after which a browser connects again.
const RETRY: &str = "retry: 1000\n\n";

/// A line that is no event.
const HEARTBEAT: &str = ":\n\n";

/// Follows a session as server-sent events: `id` is `EPOCH:SEQ`, `event` the type, `data` the same JSON as over a WebSocket.
/// docs/events.md describes them.
#[utoipa::path(
    tag = "sessions",
    params(
        ("id" = String, Path, description = "session id"),
        StreamQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "`EPOCH:SEQ` of the last event that the client has; \
            counts before `after` and `epoch`"),
    ),
    responses(
        (status = 200, description = "the events, until one side ends the connection", body = String,
            content_type = "text/event-stream"),
        (status = 400, description = "request_malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "session_unknown: there is none, or it is another client's", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "session_connections_full", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/sessions/{id}/events")]
pub(super) async fn read_events(
    request: HttpRequest,
    id: Path<String>,
    query: Query<StreamQuery>,
    client: StreamClient,
    sessions: Data<SessionsHandle>,
    around: Data<Surroundings>,
) -> Result<HttpResponse, ApiError> {
    let from = last_event(&request)?.or_else(|| query.into_inner().cursor());
    let is_new = from.is_none();
    let connection = Connection::open(&sessions, &client, &id, from, &around).await?;
    // One place: what the client has not taken is not fetched.
    let (sender, mut receiver) = mpsc::channel(1);
    drop(actix_web::rt::spawn(pump(connection, sender, is_new)));
    let mut response = HttpResponse::Ok();
    response.content_type("text/event-stream");
    // A proxy that gathers, or compresses what it gathered, would hold events back.
    response.insert_header((header::CACHE_CONTROL, "no-store, no-transform"));
    response.insert_header(("x-accel-buffering", "no"));
    Ok(response.streaming(poll_fn(move |ctx| receiver.poll_recv(ctx).map(|text| text.map(Ok::<_, Infallible>)))))
}

/// What a browser that comes back says it has.
fn last_event(request: &HttpRequest) -> Result<Option<Cursor>, ApiError> {
    let Some(value) = request.headers().get(LAST_EVENT_ID) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let parsed = text.rsplit_once(':').and_then(|(epoch, seq)| Some((epoch, seq.parse().ok()?)));
    let Some((epoch, after)) = parsed else {
        let detail = "Last-Event-ID is EPOCH:SEQ, as the events have it";
        return Err(ApiError::refused(ErrorCode::RequestMalformed, detail));
    };
    Ok(Some(cursor(Some(epoch.to_owned()), after)))
}

/// Feeds the answer until the session, the server or the client ends it.
async fn pump(mut connection: Connection, sender: Sender<Bytes>, is_new: bool) {
    let _open = connection.streams.enter();
    let streams = connection.streams.clone();
    let send = async |text: String| match timeout(limits::FRAME_SEND_MAX, sender.send(Bytes::from(text))).await {
        Ok(sent) => sent.is_ok(),
        Err(_late) => {
            streams.count_slow();
            false
        }
    };
    let mut epoch = connection.attachment.info.epoch.clone();
    // Who begins with what is new has it all until now, and says so when it comes back before the first event.
    let place = if is_new { format!("id: {epoch}:{}\n", connection.attachment.info.last_seq) } else { String::new() };
    let mut open = send(format!("{RETRY}{place}{}", message(&connection.welcome()))).await;
    let mut beat = interval_at(Instant::now() + limits::HEARTBEAT, limits::HEARTBEAT);
    while open {
        let next = tokio::select! {
            next = connection.attachment.next() => next,
            _ = beat.tick() => {
                open = send(HEARTBEAT.to_owned()).await;
                continue;
            }
            () = sender.closed() => return,
        };
        if let Some(said) = message_of(&next, &epoch) {
            open = send(message(&said)).await;
        }
        match next {
            Next::Event(event) => {
                let (seq, kind, json) = (event.seq, event.kind, event.json);
                open = send(format!("id: {epoch}:{seq}\nevent: {kind}\ndata: {json}\n\n")).await;
            }
            Next::EpochChanged { epoch: new, .. } => epoch = new,
            Next::Truncated { .. } => {}
            Next::Draining | Next::Ended => return,
        }
    }
}

/// Without an id: a client that comes back goes on from the last event.
fn message(message: &ConnectionMessage) -> String {
    format!("event: {}\ndata: {}\n\n", message.kind(), message.json())
}
