//! What clients of the older interface named: their files and their queries, by the ids they were given.
//!
//! Not an actor: its state is the catalog. It holds names only. A file's content is a building model, which the registry
//! keeps; a query's events and its answer are those of its session. Records are small and at most
//! [`limits::OLDER_RECORDS_MAX`] of a kind are kept, so a list is read as a whole.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

use super::clock::Clock;
use super::session_event::EventProblem;
use super::upload::UploadWriter;
use crate::error::Coded as _;
use crate::limits;
use crate::store::{Catalog, CatalogTable, Change, StoreError};

/// A file that was uploaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OlderFile {
    /// A UUID that begins with the time.
    pub file_id: String,
    /// As the client named it.
    pub filename: String,
    /// Bytes that arrived.
    pub size: u64,
    /// As the client declared it.
    pub content_type: String,
    /// Milliseconds since 1970, UTC.
    pub uploaded_ms: u64,
    /// Seconds from the first byte to the answer.
    pub processing_s: f64,
    /// The upload that it came by, which a restart forgets.
    pub upload_id: String,
    /// The building model that it became.
    pub model_id: Option<String>,
    /// Why it became none.
    pub error: Option<String>,
}

/// A query that was put.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OlderQuery {
    /// A UUID that begins with the time; also the id of its session and of the question in it.
    pub query_id: String,
    /// The file that was asked.
    pub file_id: String,
    /// In the words of who asked.
    pub text: String,
    /// What the client took it for, if it said so.
    pub intent_hint: Option<String>,
    /// Milliseconds since 1970, UTC.
    pub created_ms: u64,
    /// When it was last seen to change.
    pub updated_ms: u64,
    /// How it ended, once that was seen; the session is not asked again then. The first end stays: it is written by
    /// [`OlderRecordsHandle::end`] only.
    pub ended: Option<OlderEnd>,
    /// Cancelled after its end, which clients call to have it off their list.
    pub is_hidden: bool,
}

/// How a query ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OlderEnd {
    /// With an answer.
    Completed,
    /// Without one.
    Failed {
        /// What was wrong.
        message: String,
    },
    /// By whoever asked.
    Cancelled,
}

/// A kind of record.
pub trait OlderRecord: Serialize + DeserializeOwned + Send + 'static {
    /// Before its id, in the catalog.
    const PREFIX: &'static str;

    /// Its id.
    fn id(&self) -> &str;
}

impl OlderRecord for OlderFile {
    const PREFIX: &'static str = "older/file/";

    fn id(&self) -> &str {
        &self.file_id
    }
}

impl OlderRecord for OlderQuery {
    const PREFIX: &'static str = "older/query/";

    fn id(&self) -> &str {
        &self.query_id
    }
}

/// Takes a key and a value.
type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

const TABLE: CatalogTable = CatalogTable::Facts;

/// Between two tries to write down the model of a file.
const WRITE_AGAIN: Duration = Duration::from_secs(1);

/// The way to the records; every call leaves the arbiter, since the catalog blocks.
#[derive(Debug, Clone)]
pub struct OlderRecordsHandle {
    catalog: Catalog,
    clock: Clock,
    /// Held from reading a record to writing it back.
    changing: Arc<Mutex<()>>,
    turns: Arc<[tokio::sync::Mutex<()>]>,
    followed: Followed,
}

/// Files whose uploads are followed to their end.
#[derive(Debug, Clone, Default)]
struct Followed(Arc<Mutex<HashSet<String>>>);

/// One of them, until it is dropped.
struct Following {
    followed: Followed,
    file_id: String,
}

impl Followed {
    fn enter(&self, file_id: &str) -> Following {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file_id.to_owned());
        Following { followed: self.clone(), file_id: file_id.to_owned() }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.followed.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.file_id);
    }
}

/// What a person reads of a failure: what to do, in German, and then what was wrong.
#[must_use]
pub fn sentence(problem: &EventProblem) -> String {
    format!("{} ({})", problem.hint_de, problem.detail)
}

impl OlderRecordsHandle {
    pub(crate) fn new(catalog: Catalog, clock: Clock) -> OlderRecordsHandle {
        let turns = (0..limits::OLDER_TURNS).map(|_| tokio::sync::Mutex::new(())).collect();
        OlderRecordsHandle { catalog, clock, changing: Arc::default(), turns, followed: Followed::default() }
    }

    /// Waits until nobody else puts or cancels this query, and keeps others from it until it is dropped. So a query that
    /// was cancelled before its question was put is never put.
    pub async fn turn(&self, query_id: &str) -> tokio::sync::MutexGuard<'_, ()> {
        let sum = query_id.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        match self.turns.get(sum % limits::OLDER_TURNS) {
            Some(turn) => turn.lock().await,
            // There are as many as the divisor says.
            None => std::future::pending().await,
        }
    }

    /// Whether the end of a file's upload is still to be written down by this process.
    #[must_use]
    pub fn is_followed(&self, file_id: &str) -> bool {
        self.followed.0.lock().unwrap_or_else(PoisonError::into_inner).contains(file_id)
    }

    /// All files of that kind.
    #[must_use]
    pub fn followed(&self) -> HashSet<String> {
        self.followed.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A new id, which begins with the time.
    #[must_use]
    pub fn new_id(&self) -> String {
        let now = self.now_ms();
        let nanos = u32::try_from(now % 1000).unwrap_or_default() * 1_000_000;
        Uuid::new_v7(Timestamp::from_unix(NoContext, now / 1000, nanos)).hyphenated().to_string()
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        let since = (self.clock)().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// Keeps a new record; durable when this returns. The oldest of its kind go where there are too many; gives their ids.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add<R: OlderRecord>(&self, record: R) -> Result<(R, Vec<String>), StoreError> {
        self.blocking(move |catalog| {
            let gone = oldest::<R>(catalog)?;
            let remove = |id: &String| Change::Remove { table: TABLE, key: key::<R>(id) };
            let mut changes: Vec<Change> = gone.iter().map(remove).collect();
            changes.push(put(&record)?);
            catalog.write_and_wait(changes)?;
            Ok((record, gone))
        })
        .await
    }

    /// One record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find<R: OlderRecord>(&self, id: &str) -> Result<Option<R>, StoreError> {
        let id = id.to_owned();
        self.blocking(move |catalog| read(catalog, &id)).await
    }

    /// Ends a query, unless it ended before: the first end stays, whoever comes later. Gives the record as it is then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end(&self, query_id: &str, end: OlderEnd) -> Result<Option<OlderQuery>, StoreError> {
        let now = self.now_ms();
        let change = move |query: &mut OlderQuery| {
            if query.ended.is_none() {
                (query.ended, query.updated_ms) = (Some(end), now);
            }
        };
        self.change(query_id, change).await
    }

    /// Changes a record that is there; gives it as it is then. Durable when this returns, in the order of the calls.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change<R: OlderRecord>(
        &self,
        id: &str,
        change: impl FnOnce(&mut R) + Send + 'static,
    ) -> Result<Option<R>, StoreError> {
        let (id, changing) = (id.to_owned(), Arc::clone(&self.changing));
        self.blocking(move |catalog| {
            let _changing = changing.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(mut record) = read::<R>(catalog, &id)? else { return Ok(None) };
            let before = put(&record)?;
            change(&mut record);
            let after = put(&record)?;
            if before != after {
                catalog.write_and_wait(vec![after])?;
            }
            Ok(Some(record))
        })
        .await
    }

    /// Removes a record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove<R: OlderRecord>(&self, id: &str) -> Result<(), StoreError> {
        let (key, changing) = (key::<R>(id), Arc::clone(&self.changing));
        self.blocking(move |catalog| {
            let _changing = changing.lock().unwrap_or_else(PoisonError::into_inner);
            catalog.write_and_wait(vec![Change::Remove { table: TABLE, key }])
        })
        .await
    }

    /// All records of a kind, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list<R: OlderRecord>(&self) -> Result<Vec<R>, StoreError> {
        self.blocking(|catalog| {
            let mut records = Vec::new();
            scan::<R>(catalog, true, &mut |_, value| {
                // A record of a later version that cannot be read is left out, not lost.
                records.extend(serde_json::from_slice(value).ok());
                ControlFlow::Continue(())
            })?;
            Ok(records)
        })
        .await
    }

    /// Writes down what becomes of an upload whose client was answered already.
    ///
    /// A process that ends first leaves the record without a model; who looks at it then says that the file must be
    /// uploaded again.
    pub fn follow(&self, file_id: String, upload: UploadWriter) {
        let (records, following) = (self.clone(), self.followed.enter(&file_id));
        // Ends with the upload, whose number is bounded.
        drop(tokio::spawn(async move {
            let outcome = upload.outcome().await.map(|manifest| manifest.model_id.clone());
            let outcome = outcome.map_err(|failure| sentence(&EventProblem::of(&failure)));
            records.write_outcome(&file_id, &outcome).await;
            drop(following);
        }));
    }

    /// Tries for a while: without its model, the file would have to be uploaded again.
    async fn write_outcome(&self, file_id: &str, outcome: &Result<String, String>) {
        for left in (0..limits::OLDER_WRITES_MAX).rev() {
            let outcome = outcome.clone();
            let changed = self.change::<OlderFile>(file_id, move |file| match outcome {
                Ok(model_id) => file.model_id = Some(model_id),
                Err(error) => file.error = Some(error),
            });
            let Err(error) = changed.await else { return };
            tracing::error!(code = error.code().as_str(), %error, file_id, left, "the model of a file was not written down");
            if 0 < left {
                tokio::time::sleep(WRITE_AGAIN).await;
            }
        }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Catalog) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let catalog = self.catalog.clone();
        let done = tokio::task::spawn_blocking(move || work(&catalog)).await;
        done.unwrap_or_else(|error| Err(StoreError::Catalog(format!("working on the catalog: {error}"))))
    }
}

fn key<R: OlderRecord>(id: &str) -> Vec<u8> {
    [R::PREFIX, id].concat().into_bytes()
}

fn put<R: OlderRecord>(record: &R) -> Result<Change, StoreError> {
    let value =
        serde_json::to_vec(record).map_err(|error| StoreError::Catalog(format!("writing a record: {error}")))?;
    Ok(Change::Put { table: TABLE, key: key::<R>(record.id()), value })
}

fn read<R: OlderRecord>(catalog: &Catalog, id: &str) -> Result<Option<R>, StoreError> {
    Ok(catalog.get(TABLE, &key::<R>(id))?.and_then(|value| serde_json::from_slice(&value).ok()))
}

fn scan<R: OlderRecord>(catalog: &Catalog, backwards: bool, visit: &mut Visit<'_>) -> Result<(), StoreError> {
    // Behind every UUID: those are of digits, letters and hyphens.
    let (from, to) = (key::<R>(""), key::<R>("~"));
    catalog.scan(TABLE, (&from, &to), backwards, visit)
}

/// Which records go to make room for one more.
fn oldest<R: OlderRecord>(catalog: &Catalog) -> Result<Vec<String>, StoreError> {
    let mut ids = Vec::new();
    scan::<R>(catalog, false, &mut |key, _| {
        let id = key.strip_prefix(R::PREFIX.as_bytes()).and_then(|id| std::str::from_utf8(id).ok());
        ids.extend(id.map(str::to_owned));
        ControlFlow::Continue(())
    })?;
    let surplus = (ids.len() + 1).saturating_sub(limits::OLDER_RECORDS_MAX);
    ids.truncate(surplus);
    Ok(ids)
}

/// Who listens to which query, for the list of connections.
#[derive(Debug, Clone, Default)]
pub struct OlderListeners(Arc<Mutex<BTreeMap<String, usize>>>);

/// One connection; counted until it is dropped.
#[derive(Debug)]
pub struct OlderListener {
    listeners: OlderListeners,
    query_id: String,
}

impl OlderListeners {
    /// Counts a connection; `None` where the query has as many as it may.
    #[must_use]
    pub fn enter(&self, query_id: &str) -> Option<OlderListener> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(query_id.to_owned()).or_default();
        if limits::SESSION_CONNECTIONS_MAX <= *count {
            return None;
        }
        *count += 1;
        Some(OlderListener { listeners: self.clone(), query_id: query_id.to_owned() })
    }

    /// Queries with their numbers of connections.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for OlderListener {
    fn drop(&mut self) {
        let mut counts = self.listeners.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.query_id) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.query_id);
            }
        }
    }
}

#[cfg(test)]
mod tests;
