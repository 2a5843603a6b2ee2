//! `/v1/uploads/{id}/events`: the progress of an upload as server-sent events.

use std::convert::Infallible;

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get};
use futures_util::stream;
use serde::Serialize;
use utoipa::ToSchema;

use crate::actors::resumable_upload::{Followed, ResumableUploadsHandle, UploadStage, UploadView};
use crate::http::error::{ApiError, ProblemBody};
use crate::http::wire::FailureBody;

/// Proxies that hear this do not hold events back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Where an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StageBody {
    /// Its bytes come.
    Receiving,
    /// It is read, or waits for that.
    Reading,
    /// It is a model; the last event.
    Ready,
    /// It is none; the last event.
    Failed,
}

/// How far an upload is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UploadEvent {
    /// The upload.
    upload_id: String,
    /// Where it is.
    stage: StageBody,
    /// Bytes that are durable, or read.
    bytes: u64,
    /// Bytes in all, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_total: Option<u64>,
    /// Entities found.
    entities: u64,
    /// The model that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    model_id: Option<String>,
    /// Why it became none. While it is read: why the last try found no room; it is tried again by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<FailureBody>,
}

/// Follows an upload, in pieces or not, as server-sent events: `progress`, and at the end `ready` or `failed`.
///
/// The first event comes at once. The stream ends without `ready` or `failed` when the upload is deleted or the server
/// shuts down.
#[utoipa::path(
    tag = "uploads",
    params(("id" = String, Path, description = "upload id")),
    responses(
        (status = 200, description = "events; the data of each is this object", body = UploadEvent,
            content_type = "text/event-stream"),
        (status = 404, description = "upload_unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "uploads_full, actor_unavailable", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
#[get("/v1/uploads/{id}/events")]
pub(super) async fn follow_upload(
    id: Path<String>,
    uploads: Data<ResumableUploadsHandle>,
) -> Result<HttpResponse, ApiError> {
    let follower = uploads.follow(&id).await?;
    let events = stream::unfold((follower, id.into_inner()), |(mut follower, id)| async move {
        let text = match follower.next().await? {
            Followed::Changed(view) => event(&id, view),
            Followed::Silent => ":\n\n".to_owned(),
        };
        Some((Ok::<_, Infallible>(Bytes::from(text)), (follower, id)))
    });
    let mut response = HttpResponse::Ok();
    response.content_type("text/event-stream");
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((BUFFERING, "no"));
    Ok(response.streaming(events))
}

fn event(upload_id: &str, view: UploadView) -> String {
    let UploadView { bytes, bytes_total, entities, stage, waits_for } = view;
    let (name, stage, model_id, error) = match stage {
        UploadStage::Receiving => ("progress", StageBody::Receiving, None, None),
        UploadStage::Reading => ("progress", StageBody::Reading, None, waits_for.as_ref().map(FailureBody::from)),
        UploadStage::Ready { model_id } => ("ready", StageBody::Ready, Some(model_id), None),
        UploadStage::Failed(failure) => ("failed", StageBody::Failed, None, Some(FailureBody::from(&failure))),
    };
    let upload_id = upload_id.to_owned();
    let body = UploadEvent { upload_id, stage, bytes, bytes_total, entities, model_id, error };
    // A body of texts and numbers always becomes JSON, on one line.
    let data = serde_json::to_string(&body).unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n")
}
