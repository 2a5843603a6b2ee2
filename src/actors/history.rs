//! The questions that were put, with their answers.
//!
//! Not an actor: its state is the catalog. A record is written once, when its question ends; that does not hold up the
//! answer, so a crash may take the records of the last moments with it, never those of a session's log.

use serde::{Deserialize, Serialize};

use super::clock::Clock;
use crate::query::{Answer, Language};
use crate::store::{Catalog, CatalogTable, Change};

/// One question that ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryRecord {
    /// Unique; begins with the time, so that records stand in the order of asking.
    pub question_id: String,
    /// When it was put, RFC 3339 in UTC.
    pub asked_at: String,
    /// The building model that was asked.
    pub model_id: String,
    /// Its name then.
    pub model_name: String,
    /// The session it was put in, if any.
    pub session_id: Option<String>,
    /// The question in the words of who asked.
    pub text: String,
    /// The language asked for or found.
    pub language: Option<Language>,
    /// How it ended.
    pub end: QuestionEnd,
}

/// How a question ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionEnd {
    /// With an answer, which may be that there is none.
    Answered(Box<Answer>),
    /// With an error.
    Failed {
        /// Its stable code.
        code: String,
        /// What was wrong.
        detail: String,
    },
    /// By whoever asked.
    Cancelled,
}

/// The way to the history.
#[derive(Debug, Clone)]
pub struct HistoryHandle {
    catalog: Catalog,
    #[expect(dead_code, reason = "the routes that need it are being written")]
    clock: Clock,
}

impl HistoryHandle {
    pub(crate) fn new(catalog: Catalog, clock: Clock) -> HistoryHandle {
        HistoryHandle { catalog, clock }
    }

    /// Keeps a question that ended. Never waits; where the disk cannot follow, the record is lost and that is logged.
    pub(crate) fn record(&self, record: &HistoryRecord) {
        let Ok(value) = serde_json::to_vec(record) else { return };
        let key = record.question_id.clone().into_bytes();
        let put = Change::Put { table: CatalogTable::History, key, value };
        if let Err(error) = self.catalog.write(vec![put], |_logged_there| {}) {
            tracing::warn!(%error, "a question is missing in the history");
        }
    }
}
