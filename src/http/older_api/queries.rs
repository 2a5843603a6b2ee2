//! `/api/queries`: put a query, look how it is, cancel it, list all. A query is a kept session of nobody's with one
//! question; session, question and query have the same id.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use serde::Serialize;
use serde_json::{Value, json};

use super::errors::OlderError;
use super::files::FileState;
use super::result::{Origin, result};
use super::validation::{self, NewQuery};
use super::{OlderApi, rfc3339};
use crate::actors::older_records::{OlderEnd, OlderQuery};
use crate::actors::session_directory::{NewQuestion, QuestionState, QuestionStatus, SessionError};
use crate::actors::session_event::EventProblem;
use crate::query::{Answer, Question};

const UNKNOWN: &str = "Query not found";
const NO_RESULT: &str = "Query results not found";
/// A query is taken, worked on, ended.
pub(super) const STEPS: u8 = 3;

/// Where a query is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen {
    /// Its file is still read.
    Waiting,
    /// Its question has no end yet.
    Running,
    /// It ended.
    Ended(OlderEnd),
}

impl Seen {
    /// The only words that the older client's polling goes on or ends with.
    pub(super) fn status(&self) -> &'static str {
        match self {
            Seen::Waiting => "started",
            Seen::Running => "processing",
            Seen::Ended(OlderEnd::Completed) => "completed",
            Seen::Ended(OlderEnd::Failed { .. }) => "failed",
            Seen::Ended(OlderEnd::Cancelled) => "cancelled",
        }
    }

    /// Percent, step, and what is being done.
    pub(super) fn progress(&self) -> (u8, u8, &'static str) {
        match self {
            Seen::Waiting => (10, 1, "Datei wird gelesen"),
            Seen::Running => (50, 2, "Frage wird beantwortet"),
            Seen::Ended(OlderEnd::Completed) => (100, STEPS, "Abgeschlossen"),
            Seen::Ended(OlderEnd::Failed { .. }) => (100, STEPS, "Fehlgeschlagen"),
            Seen::Ended(OlderEnd::Cancelled) => (100, STEPS, "Abgebrochen"),
        }
    }
}

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

fn body(query: &OlderQuery, seen: &Seen) -> StatusBody {
    let (progress_percentage, current_step, message) = seen.progress();
    let error_message = match seen {
        Seen::Ended(OlderEnd::Failed { message }) => Some(message.clone()),
        Seen::Waiting | Seen::Running | Seen::Ended(OlderEnd::Completed | OlderEnd::Cancelled) => None,
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

impl OlderApi {
    /// A query; an error where there is none.
    pub(super) async fn query(&self, id: &str, unknown: &str) -> Result<OlderQuery, OlderError> {
        let id = validation::uuid(id).ok_or_else(|| OlderError::missing(unknown))?;
        self.records.find::<OlderQuery>(&id).await?.ok_or_else(|| OlderError::missing(unknown))
    }

    async fn begin(&self, new: NewQuery) -> Result<OlderQuery, OlderError> {
        let (file, state) = self.file(&new.file_id).await?;
        if let FileState::Failed(message) = state {
            return Err(OlderError::bad(format!("File could not be read: {message}")));
        }
        let now = self.records.now_ms();
        let query = OlderQuery {
            query_id: self.records.new_id(),
            file_id: file.file_id,
            text: new.text,
            intent_hint: new.intent_hint,
            created_ms: now,
            updated_ms: now,
            ended: None,
            is_hidden: false,
        };
        // First the record: a crash between the two leaves a query that is put when somebody looks at it.
        let query = self.records.add(query).await?;
        match self.put(&query).await {
            Ok(_) => Ok(query),
            Err(error) => {
                self.records.remove::<OlderQuery>(&query.query_id).await?;
                Err(error)
            }
        }
    }

    /// Puts the question of a query once its file is read; a question that was put already is not put again.
    async fn put(&self, query: &OlderQuery) -> Result<Seen, OlderError> {
        let model_id = match self.file(&query.file_id).await {
            Ok((_, FileState::Ready(manifest))) => manifest.model_id.clone(),
            Ok((_, FileState::Reading)) => return Ok(Seen::Waiting),
            Ok((_, FileState::Failed(message))) => return Ok(Seen::Ended(OlderEnd::Failed { message })),
            Ok((_, FileState::Gone)) => return Err(OlderError::missing("File not found")),
            Err(error) => return Err(error),
        };
        let question = Question::parse(&query.text)?;
        let id = &query.query_id;
        match self.sessions.begin(None, Some(id.clone()), Some(model_id.clone())).await {
            Ok(_) | Err(SessionError::IdTaken(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let new = NewQuestion { question_id: Some(id.clone()), model_id: Some(model_id), question };
        self.sessions.submit(None, id, new).await?;
        Ok(Seen::Running)
    }

    /// Where a query is. Puts it when that was not done yet, and writes its end down when it is seen first.
    pub(super) async fn look(&self, query: &OlderQuery) -> Result<Seen, OlderError> {
        if let Some(end) = &query.ended {
            return Ok(Seen::Ended(end.clone()));
        }
        let seen = match self.state(&query.query_id).await? {
            Some(state) => seen(&state),
            None => match self.put(query).await {
                Ok(seen) => seen,
                Err(error) if error.is_missing() => {
                    Seen::Ended(OlderEnd::Failed { message: "Die Datei wurde gelöscht.".to_owned() })
                }
                Err(error) => return Err(error),
            },
        };
        if let Seen::Ended(end) = &seen {
            self.write_end(query, end.clone()).await?;
        }
        Ok(seen)
    }

    async fn write_end(&self, query: &OlderQuery, end: OlderEnd) -> Result<(), OlderError> {
        let now = self.records.now_ms();
        let change = move |query: &mut OlderQuery| {
            query.ended = Some(end);
            query.updated_ms = now;
        };
        self.records.change::<OlderQuery>(&query.query_id, change).await?;
        Ok(())
    }

    async fn state(&self, id: &str) -> Result<Option<QuestionState>, OlderError> {
        match self.sessions.question(None, id, id).await {
            Ok(state) => Ok(Some(state)),
            Err(SessionError::Unknown(_) | SessionError::QuestionUnknown(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The answer of a query that ended with one; once its session is forgotten, what the history keeps of it.
    async fn answer(&self, query: &OlderQuery) -> Result<Option<Box<Answer>>, OlderError> {
        if let Some(state) = self.state(&query.query_id).await? {
            return Ok(state.answer);
        }
        let kept = self.history.answer_in_session(&query.query_id, query.created_ms).await?;
        Ok(kept.map(|kept| Box::new(kept.answer)))
    }

    /// The result of a completed query.
    pub(super) async fn result(&self, query: &OlderQuery) -> Result<Value, OlderError> {
        let answer = self.answer(query).await?.ok_or_else(|| OlderError::missing(NO_RESULT))?;
        let origin = Origin {
            query_id: &query.query_id,
            text: &query.text,
            intent_hint: query.intent_hint.as_deref(),
            created_at: rfc3339(query.created_ms),
        };
        Ok(json!(result(origin, &answer)))
    }

    /// Cancels a query if it runs.
    pub(super) async fn cancel_running(&self, query: &OlderQuery) -> Result<(), OlderError> {
        match self.look(query).await? {
            Seen::Ended(_) => Ok(()),
            Seen::Waiting | Seen::Running => self.cancel(query).await.map(|_message| ()),
        }
    }

    /// Cancels a query that runs; takes one that ended off the list, which is what clients mean then.
    pub(super) async fn cancel(&self, query: &OlderQuery) -> Result<&'static str, OlderError> {
        let cancelled = "Query cancelled";
        if query.ended.is_none() {
            match self.sessions.cancel(None, &query.query_id, &query.query_id).await {
                // Not put yet: its file is still read.
                Err(SessionError::Unknown(_) | SessionError::QuestionUnknown(_)) => {
                    self.write_end(query, OlderEnd::Cancelled).await?;
                    return Ok(cancelled);
                }
                Err(error) => return Err(error.into()),
                Ok(state) => match seen(&state) {
                    Seen::Ended(OlderEnd::Cancelled) => {
                        self.write_end(query, OlderEnd::Cancelled).await?;
                        return Ok(cancelled);
                    }
                    // Its cancelling takes a moment; the end is seen by who looks next.
                    Seen::Waiting | Seen::Running => return Ok(cancelled),
                    Seen::Ended(end) => self.write_end(query, end).await?,
                },
            }
        }
        self.records.change::<OlderQuery>(&query.query_id, |query| query.is_hidden = true).await?;
        Ok("Query removed from the list")
    }
}

fn seen(state: &QuestionState) -> Seen {
    match state.status {
        QuestionStatus::Running => Seen::Running,
        QuestionStatus::Answered => Seen::Ended(OlderEnd::Completed),
        QuestionStatus::Cancelled => Seen::Ended(OlderEnd::Cancelled),
        QuestionStatus::Failed => {
            let message = state.error.as_ref().map_or_else(|| "unbekannter Fehler".to_owned(), message);
            Seen::Ended(OlderEnd::Failed { message })
        }
    }
}

/// This text reaches the user, so it begins with what to do.
fn message(problem: &EventProblem) -> String {
    format!("{} ({})", problem.hint_de, problem.detail)
}

pub(super) async fn create_query(
    body: Result<Bytes, actix_web::Error>,
    api: Data<OlderApi>,
) -> Result<HttpResponse, OlderError> {
    let body = body.map_err(|error| OlderError::new(error.as_response_error().status_code(), error.to_string()))?;
    let query = api.begin(validation::query(&body)?).await?;
    let body = json!({
        "query_id": query.query_id, "status": "started", "message": "Query processing started",
        "estimated_processing_time": 1,
    });
    Ok(HttpResponse::Ok().json(body))
}

pub(super) async fn list_queries(request: HttpRequest, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let page = validation::page(request.query_string())?;
    let mut queries = api.records.list::<OlderQuery>().await?;
    queries.retain(|query| !query.is_hidden);
    if let Some(status) = &page.status {
        let mut wanted = Vec::new();
        for query in queries {
            if api.look(&query).await?.status() == status {
                wanted.push(query);
            }
        }
        queries = wanted;
    }
    let total = queries.len();
    let mut rows = Vec::new();
    for query in queries.iter().skip(page.offset).take(page.limit) {
        // One query that cannot be told for a moment does not take the others' list away.
        let row = body(query, &api.look(query).await.unwrap_or(Seen::Running));
        // The page shows this field as what was asked.
        rows.push(StatusBody { message: query.text.clone(), ..row });
    }
    let body = json!({
        "queries": rows, "total": total, "limit": page.limit, "offset": page.offset, "status_filter": page.status,
    });
    Ok(HttpResponse::Ok().json(body))
}

pub(super) async fn read_status(id: Path<String>, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let query = api.query(&id, UNKNOWN).await?;
    let seen = api.look(&query).await?;
    Ok(HttpResponse::Ok().json(body(&query, &seen)))
}

pub(super) async fn read_result(id: Path<String>, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let query = api.query(&id, NO_RESULT).await?;
    let seen = api.look(&query).await?;
    if seen != Seen::Ended(OlderEnd::Completed) {
        return Err(OlderError::bad(format!("Query not completed yet. Status: {}", seen.status())));
    }
    Ok(HttpResponse::Ok().json(api.result(&query).await?))
}

pub(super) async fn cancel_query(id: Path<String>, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let query = api.query(&id, UNKNOWN).await?;
    let message = api.cancel(&query).await?;
    let body = json!({ "query_id": query.query_id, "status": "cancelled", "message": message });
    Ok(HttpResponse::Ok().json(body))
}
