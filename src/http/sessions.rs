//! `/v1/sessions`: begin, look at and end sessions; put and cancel questions in them; follow their events.
//!
//! Whose a session is, [`owner`] says; which replica answers, [`affinity`]. The events go out over a WebSocket ([`ws`]) or
//! as server-sent events ([`sse`]); docs/events.md is the protocol.

pub(super) mod affinity;
pub mod frames;
mod owner;
#[cfg(test)]
mod protocol;
mod sse;
mod stream;
pub mod wire;
mod ws;

use actix_web::http::header;
use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use utoipa_actix_web::service_config::ServiceConfig;

use self::affinity::{Replica, cookie};
use self::owner::{Client, OWNER_COOKIE, peer_of};
pub(super) use self::stream::Surroundings;
use self::wire::{
    AcceptedResponse, CancelledResponse, SelectModelRequest, SessionCreatedResponse, SessionQuestionRequest,
    SessionRequest, SessionResponse, SessionsResponse, require_model_id,
};
use super::error::{ApiError, ProblemBody};
use crate::actors::owner::OwnerKey;
use crate::actors::session_directory::{QuestionState, SessionsHandle};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_session)
        .service(list_sessions)
        .service(read_session)
        .service(delete_session)
        .service(select_model)
        .service(create_session_question)
        .service(read_session_question)
        .service(cancel_session_question)
        .service(ws::open_socket)
        .service(sse::read_events);
}

/// Half a year: longer than any session is kept, so that a client stays who it is.
const OWNER_COOKIE_SECONDS: u64 = 180 * 24 * 3600;

/// Begins a session. A client without a token gets one, and every session that it begins with it is its own.
///
/// The building model may still be on its way: the id of its upload is enough.
#[utoipa::path(
    tag = "sessions",
    request_body = SessionRequest,
    responses(
        (status = 201, description = "begun and durable; `Location` names it, the cookie `ifc_owner` holds the token",
            body = SessionCreatedResponse),
        (status = 400, description = "request_malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "request_too_large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "owner_sessions_full, sessions_opened_too_many", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "sessions_full, catalog_busy, draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/v1/sessions")]
async fn create_session(
    request: HttpRequest,
    client: Client,
    wanted: Json<SessionRequest>,
    key: Data<OwnerKey>,
    sessions: Data<SessionsHandle>,
    replica: Data<Replica>,
) -> Result<HttpResponse, ApiError> {
    let SessionRequest { model_id } = wanted.into_inner();
    model_id.as_deref().map(require_model_id).transpose()?;
    let (owner, token) = client.or_new(&key);
    let session = sessions.open(&owner, peer_of(&request), model_id).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/v1/sessions/{}", session.session_id)));
    let is_secure = request.app_config().secure();
    if let Some(cookie) = cookie(OWNER_COOKIE, &token, "/", Some(OWNER_COOKIE_SECONDS), is_secure) {
        response.append_header((header::SET_COOKIE, cookie));
    }
    Ok(response.json(SessionCreatedResponse { session: SessionResponse::new(session, &replica), token }))
}

/// Lists the client's sessions. A client without a token has none.
#[utoipa::path(
    tag = "sessions",
    responses(
        (status = 200, body = SessionsResponse),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/sessions")]
async fn list_sessions(
    client: Client,
    sessions: Data<SessionsHandle>,
    replica: Data<Replica>,
) -> Result<Json<SessionsResponse>, ApiError> {
    let Some(owner) = client.owner() else { return Ok(Json(SessionsResponse { sessions: Vec::new() })) };
    let found = sessions.list(owner).await?;
    let sessions = found.into_iter().map(|session| SessionResponse::new(session, &replica)).collect();
    Ok(Json(SessionsResponse { sessions }))
}

/// Tells how a session is.
#[utoipa::path(
    tag = "sessions",
    params(("id" = String, Path, description = "session id")),
    responses(
        (status = 200, body = SessionResponse),
        (status = 404, description = "session_unknown: there is none, or it is another client's", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/sessions/{id}")]
async fn read_session(
    id: Path<String>,
    client: Client,
    sessions: Data<SessionsHandle>,
    replica: Data<Replica>,
) -> Result<Json<SessionResponse>, ApiError> {
    let session = sessions.info(client.owner(), &id).await?;
    Ok(Json(SessionResponse::new(session, &replica)))
}

/// Ends a session: its questions are cancelled, its log is removed, its connections are closed.
#[utoipa::path(
    tag = "sessions",
    params(("id" = String, Path, description = "session id")),
    responses(
        (status = 204, description = "ended"),
        (status = 404, description = "session_unknown: there is none, or it is another client's", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "catalog_busy, draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[delete("/v1/sessions/{id}")]
async fn delete_session(
    id: Path<String>,
    client: Client,
    sessions: Data<SessionsHandle>,
) -> Result<HttpResponse, ApiError> {
    sessions.end(client.owner(), &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Chooses the building model that questions without a `model_id` are about.
#[utoipa::path(
    tag = "sessions",
    params(("id" = String, Path, description = "session id")),
    request_body = SelectModelRequest,
    responses(
        (status = 200, body = SessionResponse),
        (status = 400, description = "request_malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "session_unknown, model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "request_too_large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "catalog_busy, draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[put("/v1/sessions/{id}/model")]
async fn select_model(
    id: Path<String>,
    client: Client,
    wanted: Json<SelectModelRequest>,
    sessions: Data<SessionsHandle>,
    replica: Data<Replica>,
) -> Result<Json<SessionResponse>, ApiError> {
    require_model_id(&wanted.model_id)?;
    let session = sessions.select_model(client.owner(), &id, wanted.into_inner().model_id).await?;
    Ok(Json(SessionResponse::new(session, &replica)))
}

/// Puts a question in a session and does not wait for its answer, which comes as an event. It is answered even when the
/// server is killed meanwhile.
#[utoipa::path(
    tag = "sessions",
    params(("id" = String, Path, description = "session id")),
    request_body = SessionQuestionRequest,
    responses(
        (status = 202, description = "taken and durable", body = AcceptedResponse),
        (status = 400, description = "request_malformed, question_empty, language_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "session_unknown, model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "session_model_missing, question_id_taken", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "question_too_long, request_too_large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "session_busy", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "questions_busy, catalog_busy, draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[post("/v1/sessions/{id}/questions")]
async fn create_session_question(
    id: Path<String>,
    client: Client,
    request: Json<SessionQuestionRequest>,
    sessions: Data<SessionsHandle>,
) -> Result<HttpResponse, ApiError> {
    let question = request.into_inner().parse()?;
    let accepted = sessions.submit(client.owner(), &id, question).await?;
    Ok(HttpResponse::Accepted().json(AcceptedResponse::new(accepted, id.into_inner())))
}

/// Tells how a question of a session is, with its answer when it has one.
#[utoipa::path(
    tag = "sessions",
    params(("id" = String, Path, description = "session id"), ("question_id" = String, Path)),
    responses(
        (status = 200, body = QuestionState),
        (status = 404, description = "session_unknown, question_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/sessions/{id}/questions/{question_id}")]
async fn read_session_question(
    path: Path<(String, String)>,
    client: Client,
    sessions: Data<SessionsHandle>,
) -> Result<Json<QuestionState>, ApiError> {
    let (id, question_id) = path.into_inner();
    Ok(Json(sessions.question(client.owner(), &id, &question_id).await?))
}

/// Cancels a question and stops the work on it. One that has ended stays as it is.
#[utoipa::path(
    tag = "sessions",
    params(("id" = String, Path, description = "session id"), ("question_id" = String, Path)),
    responses(
        (status = 202, description = "how the question is now", body = CancelledResponse),
        (status = 404, description = "session_unknown, question_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "catalog_busy, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[delete("/v1/sessions/{id}/questions/{question_id}")]
async fn cancel_session_question(
    path: Path<(String, String)>,
    client: Client,
    sessions: Data<SessionsHandle>,
) -> Result<HttpResponse, ApiError> {
    let (id, question_id) = path.into_inner();
    let state = sessions.cancel(client.owner(), &id, &question_id).await?;
    Ok(HttpResponse::Accepted().json(CancelledResponse::from(state)))
}

#[cfg(test)]
mod tests;
