//! Where a query is, and what changes that: its question is put once its file is read, it ends once, and until then it can be
//! cancelled. A query is a kept session of nobody's with one question; session, question and query have the same id.
//!
//! Clients of this interface give up at the first error. So what fails for a moment, since a part of the server is being
//! restarted or has too much to do, is no error here: the query is told to be worked on until it can be looked at again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::errors::OlderError;
use super::files::FileState;
use super::result::{Origin, result};
use super::validation::{self, NewQuery};
use super::{OlderApi, rfc3339};
use crate::actors::older_records::{OlderEnd, OlderQuery, sentence};
use crate::actors::session_directory::{NewQuestion, QuestionState, QuestionStatus, SessionError};
use crate::error::{Coded as _, ErrorCode};
use crate::limits;
use crate::query::{Answer, Question};

pub(super) const UNKNOWN: &str = "Query not found";
pub(super) const NO_RESULT: &str = "Query results not found";
const CANCELLED: &str = "Query cancelled";
/// A query is taken, worked on, ended.
pub(super) const STEPS: u8 = 3;

/// Where a query is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen {
    /// It has no end that is known, and cannot be looked at for the moment.
    Unclear,
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
            Seen::Running | Seen::Unclear => "processing",
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
            Seen::Unclear => (50, 2, "Der Stand ist im Moment nicht bekannt"),
            Seen::Ended(OlderEnd::Completed) => (100, STEPS, "Abgeschlossen"),
            Seen::Ended(OlderEnd::Failed { .. }) => (100, STEPS, "Fehlgeschlagen"),
            Seen::Ended(OlderEnd::Cancelled) => (100, STEPS, "Abgebrochen"),
        }
    }

    fn failed(message: impl Into<String>) -> Seen {
        Seen::Ended(OlderEnd::Failed { message: message.into() })
    }
}

/// A query that was looked at.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) query: OlderQuery,
    pub(super) seen: Seen,
}

/// Since when queries cannot be looked at.
#[derive(Debug, Default)]
pub(super) struct Doubts(Mutex<HashMap<String, Doubt>>);

#[derive(Debug, Clone, Copy)]
struct Doubt {
    since: Instant,
    last: Instant,
}

impl Doubts {
    /// Notes one more failure; gives the time since the first of them.
    fn add(&self, about: &str) -> Duration {
        let now = Instant::now();
        let mut doubts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = |doubt: &Doubt| now.duration_since(doubt.last) < limits::OLDER_DOUBT_MAX;
        if limits::OLDER_DOUBTS_MAX <= doubts.len() {
            doubts.retain(|_, doubt| is_current(doubt));
        }
        let since = doubts.get(about).filter(|doubt| is_current(doubt)).map_or(now, |doubt| doubt.since);
        if doubts.len() < limits::OLDER_DOUBTS_MAX || doubts.contains_key(about) {
            doubts.insert(about.to_owned(), Doubt { since, last: now });
        }
        now.duration_since(since)
    }

    fn clear(&self, about: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(about);
    }
}

/// Tries again for a while what fails for a moment.
pub(super) async fn patiently<T>(work: impl AsyncFn() -> Result<T, OlderError>) -> Result<T, OlderError> {
    let until = Instant::now() + limits::OLDER_PATIENCE_MAX;
    loop {
        match work().await {
            Err(error) if error.is_passing() && Instant::now() < until => sleep(limits::OLDER_LOOK_INTERVAL).await,
            done => return done,
        }
    }
}

/// An answer before clients of this interface give up.
pub(super) async fn within<T>(
    longest: Duration,
    work: impl Future<Output = Result<T, OlderError>>,
) -> Result<T, OlderError> {
    timeout(longest, work).await.unwrap_or_else(|_elapsed| {
        Err(OlderError::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::ActorUnavailable.meaning()))
    })
}

impl OlderApi {
    /// A query; an error where there is none.
    pub(super) async fn query(&self, id: &str, unknown: &str) -> Result<OlderQuery, OlderError> {
        let id = validation::uuid(id).ok_or_else(|| OlderError::missing(unknown))?;
        self.records.find::<OlderQuery>(&id).await?.ok_or_else(|| OlderError::missing(unknown))
    }

    /// Takes a query. Where its question cannot be put in time, it is put by who looks at it.
    pub(super) async fn begin(&self, new: NewQuery) -> Result<OlderQuery, OlderError> {
        let (file, state) = self.file(&new.file_id).await?;
        if let FileState::Failed(message) = state {
            return Err(OlderError::bad(format!("File could not be read: {message}")));
        }
        Question::parse(&new.text)?;
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
        let (query, gone) = self.records.add(query).await?;
        for query_id in gone {
            self.end_session(&query_id).await;
        }
        match timeout(limits::OLDER_LOOK_MAX, self.put(query.clone())).await {
            Ok(Ok(looked)) => Ok(self.written(looked).await.query),
            Err(_elapsed) => Ok(query),
            Ok(Err(error)) => {
                match self.records.remove::<OlderQuery>(&query.query_id).await {
                    Ok(()) => self.end_session(&query.query_id).await,
                    Err(kept) => {
                        let (code, query_id) = (kept.code().as_str(), query.query_id);
                        tracing::error!(code, error = %kept, query_id, "a query that was refused stays in the list");
                    }
                }
                Err(error)
            }
        }
    }

    /// Ends the session of a query that nobody can name any more, so that such sessions do not fill the place of others.
    async fn end_session(&self, query_id: &str) {
        match self.sessions.end(None, query_id).await {
            // Its question was never put, or it expired.
            Ok(()) | Err(SessionError::Unknown(_)) => {}
            Err(error) => {
                let code = error.code().as_str();
                tracing::warn!(code, %error, query_id, "the session of a query that is gone stays until it expires");
            }
        }
    }

    /// Puts the question of a query once its file is read; a question that was put already is not put again.
    async fn put(&self, query: OlderQuery) -> Result<Looked, OlderError> {
        let _turn = self.records.turn(&query.query_id).await;
        // Read again: it may have been cancelled while its file was read.
        let query = self.query(&query.query_id, UNKNOWN).await?;
        let seen = match query.ended.clone() {
            Some(end) => Seen::Ended(end),
            None => self.put_to_file(&query).await?,
        };
        Ok(Looked { query, seen })
    }

    async fn put_to_file(&self, query: &OlderQuery) -> Result<Seen, OlderError> {
        let deleted = || Seen::failed("Die Datei wurde gelöscht.");
        let model_id = match self.file(&query.file_id).await {
            Ok((_, FileState::Ready(manifest))) => manifest.model_id.clone(),
            Ok((_, FileState::Reading)) => return Ok(Seen::Waiting),
            Ok((_, FileState::Failed(message))) => return Ok(Seen::failed(message)),
            Ok((_, FileState::Gone)) => return Ok(deleted()),
            Err(error) if error.is_missing() => return Ok(deleted()),
            Err(error) => return Err(error),
        };
        match self.submit(query, model_id).await {
            Ok(()) => Ok(Seen::Running),
            Err(error) if error.is_passing() => Err(error),
            // No later look could put it either.
            Err(error) => Ok(Seen::failed(format!("Die Frage konnte nicht gestellt werden ({}).", error.text()))),
        }
    }

    async fn submit(&self, query: &OlderQuery, model_id: String) -> Result<(), OlderError> {
        let question = Question::parse(&query.text)?;
        let id = &query.query_id;
        match self.sessions.begin(None, Some(id.clone()), Some(model_id.clone())).await {
            Ok(_) | Err(SessionError::IdTaken(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let new = NewQuestion { question_id: Some(id.clone()), model_id: Some(model_id), question };
        self.sessions.submit(None, id, new).await?;
        Ok(())
    }

    /// Where a query is. Puts it when that was not done yet, and writes its end down when it is seen first.
    pub(super) async fn look(&self, query: OlderQuery) -> Result<Looked, OlderError> {
        if let Some(end) = query.ended.clone() {
            return Ok(Looked { query, seen: Seen::Ended(end) });
        }
        let looked = match self.state(&query.query_id).await? {
            Some(state) => Looked { query, seen: seen(&state) },
            None if self.was_answered(&query).await? => Looked { query, seen: Seen::Ended(OlderEnd::Completed) },
            None => self.put(query).await?,
        };
        Ok(self.written(looked).await)
    }

    /// The same, for clients that give up at the first error: what cannot be told for the moment is no error until that
    /// has lasted for [`limits::OLDER_DOUBT_MAX`].
    pub(super) async fn tell(&self, query: OlderQuery) -> Result<Looked, OlderError> {
        let (known, id) = (query.clone(), query.query_id.clone());
        match within(limits::OLDER_LOOK_MAX, self.look(query)).await {
            Ok(looked) => {
                self.doubts.clear(&id);
                Ok(looked)
            }
            Err(error) if self.may_pass(&id, &error) => Ok(Looked { query: known, seen: Seen::Unclear }),
            Err(error) => Err(error),
        }
    }

    /// Whether a failure may be of a moment.
    pub(super) fn may_pass(&self, about: &str, error: &OlderError) -> bool {
        error.is_passing() && self.doubts.add(about) < limits::OLDER_DOUBT_MAX
    }

    /// Writes down an end that was not known. Where another was written meanwhile, that one holds; where none can be
    /// written, the end is told all the same, and written by a later look.
    async fn written(&self, looked: Looked) -> Looked {
        let end = match &looked.seen {
            Seen::Ended(end) if looked.query.ended.is_none() => end.clone(),
            Seen::Ended(_) | Seen::Unclear | Seen::Waiting | Seen::Running => return looked,
        };
        match self.records.end(&looked.query.query_id, end).await {
            Ok(Some(query)) => {
                let seen = query.ended.clone().map_or(looked.seen, Seen::Ended);
                Looked { query, seen }
            }
            // It was the oldest and made room for others.
            Ok(None) => looked,
            Err(error) => {
                let (code, query_id) = (error.code().as_str(), &looked.query.query_id);
                tracing::error!(code, %error, query_id, "the end of a query was not written down; a later look tries again");
                looked
            }
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

    /// Whether a query without a session was answered: nobody looked at it before its session expired. Of a young one the
    /// question was not put yet.
    async fn was_answered(&self, query: &OlderQuery) -> Result<bool, OlderError> {
        let age = Duration::from_millis(self.records.now_ms().saturating_sub(query.created_ms));
        if age <= limits::SESSION_EXPIRY_SWEEP {
            return Ok(false);
        }
        Ok(self.history.answer_in_session(&query.query_id, query.created_ms).await?.is_some())
    }

    async fn state(&self, id: &str) -> Result<Option<QuestionState>, OlderError> {
        match self.sessions.question(None, id, id).await {
            Ok(state) => Ok(Some(state)),
            Err(SessionError::Unknown(_) | SessionError::QuestionUnknown(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
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

    /// Cancels a query that runs; takes one that ended off the list, which is what clients mean then.
    pub(super) async fn cancel(&self, id: &str) -> Result<&'static str, OlderError> {
        let Looked { query, seen } = self.cancel_running(id).await?;
        match seen {
            Seen::Ended(OlderEnd::Cancelled) if query.ended.is_none() => return Ok(CANCELLED),
            Seen::Unclear | Seen::Waiting | Seen::Running => return Ok(CANCELLED),
            Seen::Ended(_) => {}
        }
        self.records.change::<OlderQuery>(&query.query_id, |query| query.is_hidden = true).await?;
        Ok("Query removed from the list")
    }

    /// Cancels a query if it has no end; gives it as it was before, and where it is now.
    pub(super) async fn cancel_running(&self, id: &str) -> Result<Looked, OlderError> {
        let _turn = self.records.turn(id).await;
        let query = self.query(id, UNKNOWN).await?;
        if let Some(end) = query.ended.clone() {
            return Ok(Looked { query, seen: Seen::Ended(end) });
        }
        let before = query.clone();
        let seen = match self.sessions.cancel(None, id, id).await {
            Ok(state) => self.written(Looked { query, seen: seen(&state) }).await.seen,
            // Not put yet; who puts it waits for this turn, and reads the record then.
            Err(SessionError::Unknown(_) | SessionError::QuestionUnknown(_)) => {
                let ended = self.records.end(id, OlderEnd::Cancelled).await?.and_then(|query| query.ended);
                Seen::Ended(ended.unwrap_or(OlderEnd::Cancelled))
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Looked { query: before, seen })
    }
}

fn seen(state: &QuestionState) -> Seen {
    match state.status {
        QuestionStatus::Running => Seen::Running,
        QuestionStatus::Answered => Seen::Ended(OlderEnd::Completed),
        QuestionStatus::Cancelled => Seen::Ended(OlderEnd::Cancelled),
        QuestionStatus::Failed => {
            Seen::failed(state.error.as_ref().map_or_else(|| "unbekannter Fehler".to_owned(), sentence))
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, pause};

    use super::*;

    #[actix_web::test]
    async fn a_doubt_lasts_from_its_first_failure_and_is_forgotten_with_a_success_or_in_silence() {
        pause();
        let doubts = Doubts::default();
        assert_eq!(doubts.add("a"), Duration::ZERO);
        for seconds in [50, 100, 150] {
            advance(Duration::from_secs(50)).await;
            assert_eq!(doubts.add("a").as_secs(), seconds);
        }
        assert_eq!(doubts.add("b"), Duration::ZERO);
        doubts.clear("a");
        assert_eq!(doubts.add("a"), Duration::ZERO);
        advance(limits::OLDER_DOUBT_MAX).await;
        assert_eq!(doubts.add("a"), Duration::ZERO, "nobody looked meanwhile");
    }

    #[actix_web::test]
    async fn doubts_are_bounded() {
        pause();
        let doubts = Doubts::default();
        for number in 0..2 * limits::OLDER_DOUBTS_MAX {
            doubts.add(&number.to_string());
        }
        assert_eq!(doubts.0.lock().unwrap().len(), limits::OLDER_DOUBTS_MAX);
        advance(limits::OLDER_DOUBT_MAX).await;
        doubts.add("later");
        assert_eq!(doubts.0.lock().unwrap().len(), 1);
    }
}
