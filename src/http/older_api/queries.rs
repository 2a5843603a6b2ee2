//! `/api/queries`: put a query, look how it is, cancel it, list all.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use serde::Serialize;
use serde_json::json;
use tokio::time::Instant;

use super::errors::OlderError;
use super::query_state::{Looked, NO_RESULT, STEPS, Seen, UNKNOWN, patiently, within};
use super::{OlderApi, rfc3339, validation};
use crate::actors::older_records::{OlderEnd, OlderQuery};
use crate::limits;

#[derive(Debug, Serialize)]
struct StatusBody {
    query_id: String,
    file_id: String,
    status: &'static str,
    progress_percentage: u8,
    current_step: u8,
    total_steps: u8,
    message: String,
    created_at: String,
    started_at: String,
    updated_at: String,
    error_message: Option<String>,
}

fn body(Looked { query, seen }: &Looked) -> StatusBody {
    let (progress_percentage, current_step, message) = seen.progress();
    let error_message = match seen {
        Seen::Ended(OlderEnd::Failed { message }) => Some(message.clone()),
        Seen::Unclear | Seen::Waiting | Seen::Running | Seen::Ended(OlderEnd::Completed | OlderEnd::Cancelled) => None,
    };
    StatusBody {
        query_id: query.query_id.clone(),
        file_id: query.file_id.clone(),
        status: seen.status(),
        progress_percentage,
        current_step,
        total_steps: STEPS,
        message: message.to_owned(),
        created_at: rfc3339(query.created_ms),
        started_at: rfc3339(query.created_ms),
        updated_at: rfc3339(query.updated_ms),
        error_message,
    }
}

pub(super) async fn create_query(
    body: Result<Bytes, actix_web::Error>,
    api: Data<OlderApi>,
) -> Result<HttpResponse, OlderError> {
    let body = body.map_err(|error| OlderError::new(error.as_response_error().status_code(), error.to_string()))?;
    let query = within(limits::OLDER_ANSWER_MAX, api.begin(validation::query(&body)?)).await?;
    let body = json!({
        "query_id": query.query_id, "status": "started", "message": "Query processing started",
        "estimated_processing_time": 1,
    });
    Ok(HttpResponse::Ok().json(body))
}

/// Looks at queries one after the other, for as long as a client waits; what is not looked at then has no end that is known.
/// One that cannot be told does not take the others' list away.
struct Looker<'a> {
    api: &'a OlderApi,
    until: Instant,
}

impl Looker<'_> {
    async fn look(&self, query: OlderQuery) -> Looked {
        let known = query.clone();
        let left = self.until.saturating_duration_since(Instant::now());
        let looked = within(left, self.api.look(query)).await;
        looked.unwrap_or(Looked { query: known, seen: Seen::Unclear })
    }
}

pub(super) async fn list_queries(request: HttpRequest, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let page = validation::page(request.query_string())?;
    let looker = Looker { api: &api, until: Instant::now() + limits::OLDER_LOOK_MAX };
    let mut queries = api.records.list::<OlderQuery>().await?;
    queries.retain(|query| !query.is_hidden);
    let mut wanted = Vec::new();
    if let Some(status) = &page.status {
        for query in queries {
            let looked = looker.look(query).await;
            if looked.seen.status() == status {
                wanted.push(looked);
            }
        }
    } else {
        wanted.extend(queries.into_iter().map(|query| Looked { query, seen: Seen::Unclear }));
    }
    let total = wanted.len();
    let mut rows = Vec::new();
    for looked in wanted.into_iter().skip(page.offset).take(page.limit) {
        let looked = if page.status.is_some() { looked } else { looker.look(looked.query).await };
        // The page shows this field as what was asked.
        rows.push(StatusBody { message: looked.query.text.clone(), ..body(&looked) });
    }
    let body = json!({
        "queries": rows, "total": total, "limit": page.limit, "offset": page.offset, "status_filter": page.status,
    });
    Ok(HttpResponse::Ok().json(body))
}

pub(super) async fn read_status(id: Path<String>, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let query = api.query(&id, UNKNOWN).await?;
    let looked = api.tell(query).await?;
    Ok(HttpResponse::Ok().json(body(&looked)))
}

pub(super) async fn read_result(id: Path<String>, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let query = api.query(&id, NO_RESULT).await?;
    let Looked { query, seen } = api.tell(query).await?;
    if seen != Seen::Ended(OlderEnd::Completed) {
        return Err(OlderError::bad(format!("Query not completed yet. Status: {}", seen.status())));
    }
    let result = within(limits::OLDER_LOOK_MAX, patiently(async || api.result(&query).await)).await?;
    Ok(HttpResponse::Ok().json(result))
}

pub(super) async fn cancel_query(id: Path<String>, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let id = api.query(&id, UNKNOWN).await?.query_id;
    let message = within(limits::OLDER_ANSWER_MAX, patiently(async || api.cancel(&id).await)).await?;
    Ok(HttpResponse::Ok().json(json!({ "query_id": id, "status": "cancelled", "message": message })))
}
