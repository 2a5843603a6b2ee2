//! The catalog: small records that change, in an embedded transactional database beside the models.
//!
//! Everything is bytes under a key in one of the tables of [`CatalogTable`]; what they mean is the business of the callers.
//! One thread writes. It takes all that waits at once and commits it together, since a durable commit costs some
//! milliseconds and almost nothing more for more changes; a caller learns of its commit through a function it gives along.
//! Readers see the last commit and never wait for the writer.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};

use redb::backends::InMemoryBackend;
use redb::{Database, ReadableDatabase as _, TableDefinition, TableError, WriteTransaction};

use super::StoreError;
use crate::limits;

const FILE: &str = "catalog.redb";

type Definition = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// A table of the catalog. Names are part of the format on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CatalogTable {
    /// Checkpoints of sessions, by session id.
    Sessions,
    /// Events of sessions, by session id and sequence number.
    SessionEvents,
    /// Questions whose events are kept, by session id and the sequence number of their first event.
    SessionQuestions,
    /// Questions that were put, by question id; those begin with the time, so they stand in the order of asking.
    History,
    /// Their answers, by the same ids: lists need none of them, and one is a hundred times as long as a question.
    HistoryAnswers,
    /// What small things the process keeps for itself, by name.
    Facts,
}

impl CatalogTable {
    const ALL: [CatalogTable; 6] = [
        CatalogTable::Sessions,
        CatalogTable::SessionEvents,
        CatalogTable::SessionQuestions,
        CatalogTable::History,
        CatalogTable::HistoryAnswers,
        CatalogTable::Facts,
    ];

    const fn definition(self) -> Definition {
        TableDefinition::new(match self {
            CatalogTable::Sessions => "sessions",
            CatalogTable::SessionEvents => "session_events",
            CatalogTable::SessionQuestions => "session_questions",
            CatalogTable::History => "history",
            CatalogTable::HistoryAnswers => "history_answers",
            CatalogTable::Facts => "facts",
        })
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Writes a record, in place of one with the same key.
    Put {
        /// Where.
        table: CatalogTable,
        /// Under which key.
        key: Vec<u8>,
        /// What.
        value: Vec<u8>,
    },
    /// Removes a record, if it is there.
    Remove {
        /// Where.
        table: CatalogTable,
        /// Under which key.
        key: Vec<u8>,
    },
    /// Removes all records from one key to another, the latter not included.
    RemoveRange {
        /// Where.
        table: CatalogTable,
        /// The first key.
        from: Vec<u8>,
        /// The key after the last.
        to: Vec<u8>,
    },
}

/// Takes a key and its value; breaks off when it has enough.
type Visit<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> ControlFlow<()>;

/// Called once, on the writing thread, when a group of changes is durable or is not.
type Done = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Changes that become durable together or not at all, and who is told.
pub struct ChangeGroup {
    changes: Vec<Change>,
    done: Done,
}

impl std::fmt::Debug for ChangeGroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeGroup").field("changes", &self.changes.len()).finish_non_exhaustive()
    }
}

impl ChangeGroup {
    /// Some changes; `done` is called on the writing thread when they are durable or are not.
    #[must_use]
    pub fn new(changes: Vec<Change>, done: impl FnOnce(Result<(), StoreError>) + Send + 'static) -> ChangeGroup {
        ChangeGroup { changes, done: Box::new(done) }
    }
}

/// The catalog; cheap to clone. Dropping the last clone waits for what was handed in.
#[derive(Debug, Clone)]
pub struct Catalog {
    // Above the database: it is dropped first and waits for the writer, which holds another clone of the database.
    writer: Arc<Writer>,
    database: Arc<Database>,
}

impl Catalog {
    /// Opens or makes the catalog of a data folder. The caller holds the folder's lock.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or written, or is damaged.
    pub fn open(data: &Path) -> Result<Catalog, StoreError> {
        let database = Database::builder()
            .set_cache_size(limits::CATALOG_CACHE_BYTES)
            .create(data.join(FILE))
            .map_err(|error| failed("opening the catalog", error))?;
        Catalog::over(database)
    }

    /// A catalog that nothing survives, for tests of what stands above it.
    ///
    /// # Errors
    /// As [`Catalog::open`]; memory does not fail.
    pub fn in_memory() -> Result<Catalog, StoreError> {
        let database = Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .map_err(|error| failed("opening a catalog in memory", error))?;
        Catalog::over(database)
    }

    fn over(database: Database) -> Result<Catalog, StoreError> {
        // Readers may ask a table before anything was written to it.
        commit(&database, |transaction| {
            CatalogTable::ALL.iter().try_for_each(|table| transaction.open_table(table.definition()).map(drop))
        })?;
        let database = Arc::new(database);
        let writer = Arc::new(Writer::start(Arc::clone(&database))?);
        Ok(Catalog { writer, database })
    }

    /// Hands in changes that become durable together or not at all, after everything handed in before.
    ///
    /// # Errors
    /// [`StoreError::CatalogBusy`] when [`limits::CATALOG_GROUPS_MAX`] wait already; `done` is dropped then.
    pub fn write(
        &self,
        changes: Vec<Change>,
        done: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) -> Result<(), StoreError> {
        self.offer(ChangeGroup::new(changes, done)).map_err(|(error, _dropped)| error)
    }

    /// As [`Catalog::write`], and gives the group back when it was not taken, so that it can be offered again.
    ///
    /// # Errors
    /// [`StoreError::CatalogBusy`], or that the writer has ended.
    pub fn offer(&self, group: ChangeGroup) -> Result<(), (StoreError, ChangeGroup)> {
        self.writer.hand_in(group)
    }

    /// As [`Catalog::write`], and waits for the commit. Blocks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn write_and_wait(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let (sender, receiver) = sync_channel(1);
        self.write(changes, move |result| drop(sender.send(result)))?;
        receiver.recv().unwrap_or_else(|_gone| Err(closed()))
    }

    /// One record. Blocks for a read at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get(&self, table: CatalogTable, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let read = || -> Result<Option<Vec<u8>>, redb::Error> {
            let table = self.database.begin_read()?.open_table(table.definition())?;
            Ok(table.get(key)?.map(|value| value.value().to_vec()))
        };
        read().map_err(|error| failed("reading the catalog", error))
    }

    /// Visits records from one key up to another, the latter not included, in the order of their keys or, `backwards`,
    /// against it, until the visitor breaks off. Sees one moment, whatever is written meanwhile. Blocks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn scan(
        &self,
        table: CatalogTable,
        (from, to): (&[u8], &[u8]),
        backwards: bool,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let mut read = || -> Result<(), redb::Error> {
            let table = self.database.begin_read()?.open_table(table.definition())?;
            let mut records = table.range(from..to)?;
            while let Some(record) = if backwards { records.next_back() } else { records.next() } {
                let (key, value) = record?;
                if visit(key.value(), value.value()).is_break() {
                    break;
                }
            }
            Ok(())
        };
        // The database panics on a range that ends before it begins.
        if to <= from { Ok(()) } else { read().map_err(|error| failed("reading the catalog", error)) }
    }
}

struct Writer {
    groups: Option<SyncSender<ChangeGroup>>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    fn start(database: Arc<Database>) -> Result<Writer, StoreError> {
        let (sender, groups) = sync_channel(limits::CATALOG_GROUPS_MAX);
        let thread = Builder::new()
            .name("catalog".to_owned())
            .spawn(move || run(&database, &groups))
            .map_err(|error| StoreError::io("starting the catalog's thread", error))?;
        Ok(Writer { groups: Some(sender), thread: Some(thread) })
    }

    fn hand_in(&self, group: ChangeGroup) -> Result<(), (StoreError, ChangeGroup)> {
        let Some(groups) = self.groups.as_ref() else { return Err((closed(), group)) };
        groups.try_send(group).map_err(|error| match error {
            TrySendError::Full(group) => (StoreError::CatalogBusy(limits::CATALOG_GROUPS_MAX), group),
            TrySendError::Disconnected(group) => (closed(), group),
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.groups = None;
        let writing = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id());
        if writing.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the catalog's thread panicked");
        }
    }
}

fn run(database: &Database, groups: &Receiver<ChangeGroup>) {
    while let Ok(first) = groups.recv() {
        let mut waiting = vec![first];
        waiting.extend(groups.try_iter().take(limits::CATALOG_GROUPS_MAX));
        let (changes, done): (Vec<Vec<Change>>, Vec<Done>) =
            waiting.into_iter().map(|group| (group.changes, group.done)).unzip();
        let result =
            commit(database, |transaction| changes.iter().flatten().try_for_each(|change| apply(transaction, change)));
        if let Err(error) = &result {
            tracing::error!(%error, "the catalog was not written");
        }
        for done in done {
            done(result.as_ref().map(|&()| ()).map_err(StoreError::again));
        }
    }
}

fn apply(transaction: &WriteTransaction, change: &Change) -> Result<(), TableError> {
    match change {
        Change::Put { table, key, value } => {
            transaction.open_table(table.definition())?.insert(key.as_slice(), value.as_slice())?;
        }
        Change::Remove { table, key } => {
            transaction.open_table(table.definition())?.remove(key.as_slice())?;
        }
        Change::RemoveRange { table, from, to } => {
            if from < to {
                transaction.open_table(table.definition())?.retain_in(from.as_slice()..to.as_slice(), |_, _| false)?;
            }
        }
    }
    Ok(())
}

/// Makes changes durable, all or none.
fn commit(
    database: &Database,
    change: impl FnOnce(&WriteTransaction) -> Result<(), TableError>,
) -> Result<(), StoreError> {
    let write = || -> Result<(), redb::Error> {
        let transaction = database.begin_write()?;
        change(&transaction)?;
        transaction.commit()?;
        Ok(())
    };
    write().map_err(|error| failed("writing the catalog", error))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "an enum of the library that may grow")]
fn failed(what: &str, error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::Io(source) => StoreError::io(what, source),
        other => StoreError::Catalog(format!("{what}: {other}")),
    }
}

fn closed() -> StoreError {
    StoreError::Catalog("the catalog's thread has ended".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(key: &str, value: &str) -> Change {
        Change::Put { table: CatalogTable::History, key: key.into(), value: value.into() }
    }

    fn keys(catalog: &Catalog, from: &str, to: &str, backwards: bool) -> Vec<String> {
        let mut keys = Vec::new();
        let mut visit = |key: &[u8], _: &[u8]| {
            keys.push(String::from_utf8(key.to_vec()).unwrap());
            ControlFlow::Continue(())
        };
        catalog.scan(CatalogTable::History, (from.as_bytes(), to.as_bytes()), backwards, &mut visit).unwrap();
        keys
    }

    #[test]
    fn what_was_acknowledged_is_there_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(folder.path()).unwrap();
        catalog.write_and_wait(vec![put("a", "1"), put("b", "2")]).unwrap();
        let remove = Change::Remove { table: CatalogTable::History, key: "a".into() };
        catalog.write_and_wait(vec![remove, put("c", "3")]).unwrap();
        drop(catalog);
        let catalog = Catalog::open(folder.path()).unwrap();
        assert_eq!(keys(&catalog, "", "~", false), ["b", "c"]);
        assert_eq!(catalog.get(CatalogTable::History, b"c").unwrap().unwrap(), b"3");
        assert_eq!(catalog.get(CatalogTable::Sessions, b"c").unwrap(), None);
    }

    #[test]
    fn what_was_handed_in_is_written_before_the_last_clone_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(folder.path()).unwrap();
        for i in 0..100 {
            catalog.write(vec![put(&format!("{i:03}"), "")], |result| result.unwrap()).unwrap();
        }
        drop(catalog);
        assert_eq!(keys(&Catalog::open(folder.path()).unwrap(), "", "~", false).len(), 100);
    }

    #[test]
    fn ranges_are_half_open_and_go_both_ways() {
        let catalog = Catalog::in_memory().unwrap();
        catalog.write_and_wait(["a", "b", "c", "d"].map(|key| put(key, "")).to_vec()).unwrap();
        assert_eq!(keys(&catalog, "b", "d", false), ["b", "c"]);
        assert_eq!(keys(&catalog, "b", "e", true), ["d", "c", "b"]);
        assert_eq!(keys(&catalog, "d", "b", false), Vec::<String>::new());
        let range = Change::RemoveRange { table: CatalogTable::History, from: "b".into(), to: "d".into() };
        catalog.write_and_wait(vec![range]).unwrap();
        assert_eq!(keys(&catalog, "", "~", false), ["a", "d"]);
    }
}
