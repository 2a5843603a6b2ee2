//! The catalog: small records that change, in an embedded transactional database beside the models.
//!
//! Everything is bytes under a key in one of the tables of [`CatalogTable`]; what they mean is the business of the callers.
//! One thread writes (`writer`). It takes all that waits at once and commits it together, since a durable commit costs some
//! milliseconds and almost nothing more for more changes; a caller learns of its commit through a function it gives along.
//! Readers see the last commit and never wait for the writer.
//!
//! The database library refuses all work after a failed operation until it is opened again. So the writer opens it again,
//! refuses changes meanwhile ([`CatalogFault`]) and tries, with growing waits, until they can be written; `place` is what
//! it opens.

mod place;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod writer;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use redb::{ReadableDatabase as _, TableDefinition};
use tokio::sync::watch;

use self::place::{Folder, Memory, Place};
use self::writer::{Shelf, Writer};
use super::StoreError;
use crate::error::{Coded, ErrorCode};

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

/// Why the catalog takes no changes for now. It tries by itself until it can write again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("sessions and the history cannot be written for now: {what}")]
pub struct CatalogFault {
    code: ErrorCode,
    what: String,
}

impl CatalogFault {
    fn of(error: &StoreError) -> CatalogFault {
        let is_full = error.code() == ErrorCode::DiskFull;
        let code = if is_full { ErrorCode::DiskFull } else { ErrorCode::CatalogUnavailable };
        CatalogFault { code, what: error.to_string() }
    }
}

impl Coded for CatalogFault {
    fn code(&self) -> ErrorCode {
        self.code
    }
}

/// The catalog; cheap to clone. Dropping the last clone waits for what was handed in.
#[derive(Debug, Clone)]
pub struct Catalog {
    // Above the shelf: it is dropped first and waits for its thread, which holds another clone of the shelf.
    writer: Arc<Writer>,
    shelf: Arc<Shelf>,
}

impl Catalog {
    /// Opens or makes the catalog of a data folder. The caller holds the folder's lock.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or written, or is damaged.
    pub fn open(data: &Path) -> Result<Catalog, StoreError> {
        Catalog::at(Folder::new(data))
    }

    /// A catalog that nothing survives, for tests of what stands above it.
    ///
    /// # Errors
    /// As [`Catalog::open`]; memory does not fail.
    pub fn in_memory() -> Result<Catalog, StoreError> {
        Catalog::at(Memory::default())
    }

    fn at(place: impl Place) -> Result<Catalog, StoreError> {
        let shelf = Arc::new(Shelf::new(writer::open(&place)?));
        let writer = Arc::new(Writer::start(place, Arc::clone(&shelf))?);
        Ok(Catalog { writer, shelf })
    }

    /// Why no changes are taken for now; `None` while all is well.
    #[must_use]
    pub fn fault(&self) -> Option<CatalogFault> {
        self.shelf.fault()
    }

    /// The same, for whoever waits for it to change.
    #[must_use]
    pub fn faults(&self) -> watch::Receiver<Option<CatalogFault>> {
        self.shelf.faults()
    }

    /// Hands in changes that become durable together or not at all, after everything handed in before.
    ///
    /// Without any change it waits its turn only, so `done` is called when all before it is written or has failed. A
    /// failure means that the changes are not known to be on disk; whoever goes on reads what is.
    ///
    /// # Errors
    /// [`StoreError::CatalogBusy`] when [`crate::limits::CATALOG_GROUPS_MAX`] wait already, [`StoreError::CatalogDown`] while
    /// nothing can be written; `done` is dropped then.
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
    /// As [`Catalog::write`], or that the writer has ended.
    pub fn offer(&self, group: ChangeGroup) -> Result<(), (StoreError, ChangeGroup)> {
        match self.fault().filter(|_| !group.changes.is_empty()) {
            Some(fault) => Err((StoreError::CatalogDown(fault), group)),
            None => self.writer.hand_in(group),
        }
    }

    /// As [`Catalog::write`], and waits for the commit. Blocks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn write_and_wait(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let (sender, receiver) = sync_channel(1);
        self.write(changes, move |result| drop(sender.send(result)))?;
        receiver.recv().unwrap_or_else(|_gone| Err(writer::closed()))
    }

    /// One record. Blocks for a read at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get(&self, table: CatalogTable, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|database| {
            let table = database.begin_read()?.open_table(table.definition())?;
            Ok(table.get(key)?.map(|value| value.value().to_vec()))
        })
    }

    /// Visits records from one key up to another, the latter not included, in the order of their keys or, `backwards`,
    /// against it, until the visitor breaks off. Sees one moment, whatever is written meanwhile. Blocks. The visitor must
    /// not read the catalog itself: it would wait for the writer where that waits for it.
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
        // The database panics on a range that ends before it begins.
        if to <= from {
            return Ok(());
        }
        self.read(|database| {
            let table = database.begin_read()?.open_table(table.definition())?;
            let mut records = table.range(from..to)?;
            while let Some(record) = if backwards { records.next_back() } else { records.next() } {
                let (key, value) = record?;
                if visit(key.value(), value.value()).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Reads what was committed last. After a read that fails the writer looks whether the database must be opened again.
    fn read<T>(&self, read: impl FnOnce(&redb::Database) -> Result<T, redb::Error>) -> Result<T, StoreError> {
        let result = self.shelf.read(read);
        if result.as_ref().is_err_and(|error| !matches!(error, StoreError::CatalogDown(_))) {
            self.shelf.doubt();
            // Where its queue is full it looks with the next change.
            drop(self.writer.hand_in(ChangeGroup::new(Vec::new(), |_looked| {})));
        }
        result
    }
}
