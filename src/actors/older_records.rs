//! What clients of the older interface named: their files and their queries, by the ids they were given.
//!
//! Not an actor: its state is the catalog. It holds names only. A file's content is a building model, which the registry
//! keeps; a query's events and its answer are those of its session. Records are small and at most
//! [`limits::OLDER_RECORDS_MAX`] of a kind are kept, so a list is read as a whole.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

use super::clock::Clock;
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
    /// How it ended, once that was seen; the session is not asked again then.
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

/// The way to the records; every call leaves the arbiter, since the catalog blocks.
#[derive(Debug, Clone)]
pub struct OlderRecordsHandle {
    catalog: Catalog,
    clock: Clock,
    /// Held from reading a record to writing it back.
    changing: Arc<Mutex<()>>,
}

impl OlderRecordsHandle {
    pub(crate) fn new(catalog: Catalog, clock: Clock) -> OlderRecordsHandle {
        OlderRecordsHandle { catalog, clock, changing: Arc::new(Mutex::new(())) }
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

    /// Keeps a new record; durable when this returns. The oldest of its kind goes where there are too many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add<R: OlderRecord>(&self, record: R) -> Result<R, StoreError> {
        self.blocking(move |catalog| {
            let mut changes = oldest::<R>(catalog)?;
            changes.push(put(&record)?);
            catalog.write_and_wait(changes)?;
            Ok(record)
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
            change(&mut record);
            catalog.write_and_wait(vec![put(&record)?])?;
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
        let records = self.clone();
        // Ends with the upload, whose number is bounded.
        drop(tokio::spawn(async move {
            let outcome = upload.outcome().await;
            let changed = records.change::<OlderFile>(&file_id, move |file| match outcome {
                Ok(manifest) => file.model_id = Some(manifest.model_id.clone()),
                Err(failure) => file.error = Some(failure.detail().to_owned()),
            });
            if let Err(error) = changed.await {
                tracing::error!(code = error.code().as_str(), %error, file_id, "the model of a file was not written down");
            }
        }));
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

/// The removals that make room for one more record.
fn oldest<R: OlderRecord>(catalog: &Catalog) -> Result<Vec<Change>, StoreError> {
    let mut keys = Vec::new();
    scan::<R>(catalog, false, &mut |key, _| {
        keys.push(key.to_vec());
        ControlFlow::Continue(())
    })?;
    let surplus = (keys.len() + 1).saturating_sub(limits::OLDER_RECORDS_MAX);
    Ok(keys.into_iter().take(surplus).map(|key| Change::Remove { table: TABLE, key }).collect())
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
mod tests {
    use super::*;
    use crate::actors::testing::noon;

    fn records() -> OlderRecordsHandle {
        OlderRecordsHandle::new(Catalog::in_memory().unwrap(), noon)
    }

    fn query(id: &str) -> OlderQuery {
        OlderQuery {
            query_id: id.to_owned(),
            file_id: "f".to_owned(),
            text: "Wie viele Wände gibt es?".to_owned(),
            intent_hint: None,
            created_ms: 1,
            updated_ms: 1,
            ended: None,
            is_hidden: false,
        }
    }

    #[actix::test]
    async fn records_are_found_changed_listed_newest_first_and_removed() {
        let records = records();
        for id in ["1", "2", "3"] {
            records.add(query(id)).await.unwrap();
        }
        let hidden = records.change::<OlderQuery>("2", |query| query.is_hidden = true).await.unwrap().unwrap();
        assert!(hidden.is_hidden);
        assert_eq!(records.find::<OlderQuery>("2").await.unwrap(), Some(hidden));
        records.remove::<OlderQuery>("3").await.unwrap();
        let ids: Vec<String> = records.list::<OlderQuery>().await.unwrap().into_iter().map(|q| q.query_id).collect();
        assert_eq!(ids, ["2", "1"]);
        assert_eq!(records.find::<OlderFile>("1").await.unwrap(), None, "kinds are kept apart");
        assert_eq!(records.change::<OlderQuery>("3", |_| {}).await.unwrap(), None);
    }

    #[actix::test]
    async fn the_oldest_record_makes_room() {
        let records = records();
        let mut changes = Vec::new();
        for i in 0..limits::OLDER_RECORDS_MAX {
            changes.push(put(&query(&format!("{i:08}"))).unwrap());
        }
        records.catalog.write_and_wait(changes).unwrap();
        records.add(query("new")).await.unwrap();
        let listed = records.list::<OlderQuery>().await.unwrap();
        assert_eq!(listed.len(), limits::OLDER_RECORDS_MAX);
        assert_eq!(listed.first().unwrap().query_id, "new");
        assert_eq!(listed.last().unwrap().query_id, "00000001");
    }

    #[test]
    fn connections_are_counted_until_they_end_and_bounded() {
        let listeners = OlderListeners::default();
        let held: Vec<OlderListener> =
            (0..limits::SESSION_CONNECTIONS_MAX).map(|_| listeners.enter("q").unwrap()).collect();
        assert!(listeners.enter("q").is_none());
        assert_eq!(listeners.counts().get("q"), Some(&limits::SESSION_CONNECTIONS_MAX));
        drop(held);
        assert!(listeners.counts().is_empty());
    }
}
