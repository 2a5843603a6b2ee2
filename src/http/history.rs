//! `/v1/history`: the questions that were put, with their answers. Routes here, wire types in `wire.rs`, files to take away
//! in `export.rs`, the printable page in `print.rs` over `html.rs`, which escapes whatever it is given.

mod export;
mod html;
mod print;
mod wire;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, delete, get, post};
use utoipa_actix_web::service_config::ServiceConfig;

use self::wire::{
    DeletedResponse, FilterQuery, HistoryDetailResponse, HistoryQuery, HistoryResponse, RerunResponse, deleted_example,
    detail_example, list_example, rerun_example,
};
use super::error::{ApiError, ProblemBody};
use crate::actors::history::HistoryHandle;
use crate::actors::session_directory::SessionsHandle;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_history)
        .service(delete_history)
        // Before the questions: it stands where an id would.
        .service(print::read_stylesheet)
        .service(read_history)
        .service(delete_history_item)
        .service(rerun_history)
        .service(export::export_history);
}

/// Lists questions, the newest first. Pages neither double nor lose a question, whatever is asked or deleted meanwhile.
#[utoipa::path(
    tag = "history",
    params(HistoryQuery),
    responses(
        (status = 200, body = HistoryResponse, example = json!(list_example())),
        (status = 400, description = "request_malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "history_busy, questions_busy, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/history")]
async fn list_history(
    query: Query<HistoryQuery>,
    history: Data<HistoryHandle>,
) -> Result<Json<HistoryResponse>, ApiError> {
    let (filter, cursor, limit) = query.into_inner().parse()?;
    Ok(Json(history.list(filter, cursor, limit).await?.into()))
}

/// Deletes all questions that a filter finds; without one, the whole history.
#[utoipa::path(
    tag = "history",
    params(FilterQuery),
    responses(
        (status = 200, body = DeletedResponse, example = json!(deleted_example())),
        (status = 400, description = "request_malformed", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "history_busy, catalog_busy", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[delete("/v1/history")]
async fn delete_history(
    query: Query<FilterQuery>,
    history: Data<HistoryHandle>,
) -> Result<Json<DeletedResponse>, ApiError> {
    let deleted = history.delete_all(query.into_inner().parse()).await?;
    Ok(Json(DeletedResponse { deleted }))
}

/// Reads one question with its answer. Its evidence can be read afterwards, also after a restart of the server.
#[utoipa::path(
    tag = "history",
    params(("id" = String, Path, description = "`question_id` of a question in the history")),
    responses(
        (status = 200, body = HistoryDetailResponse, example = json!(detail_example())),
        (status = 404, description = "question_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "history_busy, questions_busy, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/history/{id}")]
async fn read_history(id: Path<String>, history: Data<HistoryHandle>) -> Result<Json<HistoryDetailResponse>, ApiError> {
    Ok(Json(history.find(&id).await?.into()))
}

/// Deletes one question.
#[utoipa::path(
    tag = "history",
    params(("id" = String, Path, description = "`question_id` of a question in the history")),
    responses(
        (status = 204, description = "it is gone"),
        (status = 404, description = "question_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 500, description = "store_failed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "history_busy, catalog_busy", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "disk_full", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[delete("/v1/history/{id}")]
async fn delete_history_item(id: Path<String>, history: Data<HistoryHandle>) -> Result<HttpResponse, ApiError> {
    history.delete(&id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Puts a question again, in the same words and language, and tells whether the answer says something else now. One that
/// went on from another in its session is put as the whole question it was taken to mean.
#[utoipa::path(
    tag = "history",
    params(("id" = String, Path, description = "`question_id` of a question in the history")),
    responses(
        (status = 200, body = RerunResponse, example = json!(rerun_example())),
        (status = 404, description = "question_unknown, model_unknown", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "model_not_ready", body = ProblemBody, content_type = "application/problem+json"),
        (status = 500, description = "store_failed, store_damaged, internal", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "history_busy, questions_busy, draining, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 504, description = "question_deadline", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[post("/v1/history/{id}/rerun")]
async fn rerun_history(
    id: Path<String>,
    history: Data<HistoryHandle>,
    sessions: Data<SessionsHandle>,
) -> Result<Json<RerunResponse>, ApiError> {
    Ok(Json(history.rerun(&sessions, &id).await?.into()))
}

#[cfg(test)]
mod tests;
