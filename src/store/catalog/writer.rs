//! The thread that writes: it alone commits, and opens the database again after a failure.
//!
//! After a failed commit nobody knows how much of it is on disk, and the database library does nothing more. So the
//! callers are told first, then the database is closed and opened, which rolls back what is not whole; from then on it
//! can be read. Changes are refused until a try succeeds: room on the disk, and two commits of [`CatalogTable::Facts`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvError, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use redb::{Database, ReadableDatabase as _, TableError, WriteTransaction};
use tokio::sync::watch;

use super::place::Place;
use super::{CatalogFault, CatalogTable, Change, ChangeGroup};
use crate::limits;
use crate::store::StoreError;

/// The database, for readers and the writer, and why nothing can be written.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Absent while it is opened again. Readers hold the lock while they read, the writer while it closes.
    database: RwLock<Option<Database>>,
    fault: watch::Sender<Option<CatalogFault>>,
    /// A read failed since the last commit.
    is_doubtful: AtomicBool,
}

impl Shelf {
    pub(super) fn new(database: Database) -> Shelf {
        let is_doubtful = AtomicBool::new(false);
        Shelf { database: RwLock::new(Some(database)), fault: watch::Sender::new(None), is_doubtful }
    }

    pub(super) fn fault(&self) -> Option<CatalogFault> {
        self.fault.borrow().clone()
    }

    pub(super) fn faults(&self) -> watch::Receiver<Option<CatalogFault>> {
        self.fault.subscribe()
    }

    pub(super) fn doubt(&self) {
        self.is_doubtful.store(true, Ordering::SeqCst);
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T, StoreError> {
        self.with("reading the catalog", read)
    }

    fn with<T>(&self, what: &str, work: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T, StoreError> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let Some(database) = database.as_ref() else {
            return Err(self.fault().map_or_else(closed, StoreError::CatalogDown));
        };
        work(database).map_err(|error| failed(what, error))
    }

    fn put(&self, database: Option<Database>) -> Option<Database> {
        std::mem::replace(&mut *self.database.write().unwrap_or_else(PoisonError::into_inner), database)
    }
}

/// The way to the thread.
pub(super) struct Writer {
    groups: Option<SyncSender<ChangeGroup>>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn start(place: impl Place, shelf: Arc<Shelf>) -> Result<Writer, StoreError> {
        let (sender, groups) = sync_channel(limits::CATALOG_GROUPS_MAX);
        let thread = Builder::new()
            .name("catalog".to_owned())
            .spawn(move || Writing { place, shelf, down: None }.run(&groups))
            .map_err(|error| StoreError::io("starting the catalog's thread", error))?;
        Ok(Writer { groups: Some(sender), thread: Some(thread) })
    }

    pub(super) fn hand_in(&self, group: ChangeGroup) -> Result<(), (StoreError, ChangeGroup)> {
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

/// Nothing can be written.
#[derive(Debug)]
struct Down {
    fault: CatalogFault,
    wait: Duration,
    next: Instant,
}

/// What the thread works with.
struct Writing<P> {
    place: P,
    shelf: Arc<Shelf>,
    down: Option<Down>,
}

impl<P: Place> Writing<P> {
    fn run(mut self, groups: &Receiver<ChangeGroup>) {
        loop {
            let first = match &self.down {
                None => groups.recv().map_err(|RecvError| RecvTimeoutError::Disconnected),
                Some(down) => groups.recv_timeout(down.next.saturating_duration_since(Instant::now())),
            };
            match first {
                Ok(first) => {
                    let more = groups.try_iter().take(limits::CATALOG_GROUPS_MAX);
                    self.write(std::iter::once(first).chain(more).collect());
                }
                Err(RecvTimeoutError::Timeout) => self.try_again(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn write(&mut self, groups: Vec<ChangeGroup>) {
        let has_changes = groups.iter().any(|group| !group.changes.is_empty());
        let is_doubtful = self.down.is_none() && self.shelf.is_doubtful.swap(false, Ordering::SeqCst);
        let result = match &self.down {
            Some(down) => Err(StoreError::CatalogDown(down.fault.clone())),
            None if !has_changes && !is_doubtful => Ok(()),
            None => {
                let changes = groups.iter().flat_map(|group| &group.changes);
                let written = self.commit(|transaction| changes.into_iter().try_for_each(|c| apply(transaction, c)));
                // Before the callers hear of it: whoever tries again is refused at once.
                written.inspect_err(|error| self.go_down(error))
            }
        };
        let has_failed = result.is_err() && self.down.as_ref().is_some_and(|down| down.wait.is_zero());
        for ChangeGroup { changes, done } in groups {
            let result = if changes.is_empty() { Ok(()) } else { result.as_ref().copied().map_err(StoreError::again) };
            if catch_unwind(AssertUnwindSafe(|| done(result))).is_err() {
                tracing::error!("whoever was told of a commit panicked");
            }
        }
        if has_failed {
            self.reopen();
            self.wait_longer();
        }
    }

    /// Makes changes durable, all or none.
    fn commit(&self, change: impl FnOnce(&WriteTransaction) -> Result<(), TableError>) -> Result<(), StoreError> {
        let write = || self.shelf.with("writing the catalog", |database| commit(database, change));
        // What a panic leaves behind is opened anew, as after every other failure.
        let written = catch_unwind(AssertUnwindSafe(write));
        written.unwrap_or_else(|_panic| Err(StoreError::Catalog("writing the catalog panicked".to_owned())))
    }

    fn go_down(&mut self, error: &StoreError) {
        tracing::error!(%error, "the catalog was not written; it is opened again");
        let fault = CatalogFault::of(error);
        self.shelf.fault.send_replace(Some(fault.clone()));
        self.down = Some(Down { fault, wait: Duration::ZERO, next: Instant::now() });
    }

    fn wait_longer(&mut self) {
        if let Some(down) = &mut self.down {
            down.wait = (down.wait * 2).clamp(limits::CATALOG_RETRY_MIN, limits::CATALOG_RETRY_MAX);
            down.next = Instant::now() + down.wait;
        }
    }

    /// Closes the database and opens it, so that it can be read. Where that fails the next try does it.
    fn reopen(&self) -> bool {
        let closed = catch_unwind(AssertUnwindSafe(|| drop(self.shelf.put(None))));
        let opened = catch_unwind(AssertUnwindSafe(|| open(&self.place)));
        match opened.unwrap_or_else(|_panic| Err(StoreError::Catalog("opening the catalog panicked".to_owned()))) {
            Ok(database) => drop(self.shelf.put(Some(database))),
            Err(error) => {
                tracing::error!(%error, closed = closed.is_ok(), "the catalog was not opened");
                return false;
            }
        }
        true
    }

    fn try_again(&mut self) {
        match self.attempt() {
            Ok(()) => {
                tracing::info!("the catalog is written again");
                self.down = None;
                self.shelf.fault.send_replace(None);
            }
            Err(error) => {
                tracing::warn!(%error, "the catalog cannot be written yet");
                let fault = CatalogFault::of(&error);
                if let Some(down) = self.down.as_mut().filter(|down| down.fault != fault) {
                    down.fault = fault.clone();
                    self.shelf.fault.send_replace(Some(fault));
                }
                self.wait_longer();
            }
        }
    }

    fn attempt(&self) -> Result<(), StoreError> {
        if self.shelf.is_doubtful.swap(false, Ordering::SeqCst) {
            self.reopen();
        }
        // First what leaves the database alone, so that reading goes on while the disk is full.
        self.place.try_room().map_err(|error| StoreError::io("looking for room beside the catalog", error))?;
        let is_open = self.shelf.database.read().unwrap_or_else(PoisonError::into_inner).is_some();
        if !is_open && !self.reopen() {
            return Err(closed());
        }
        let (table, key) = (CatalogTable::Facts, b"catalog/room".to_vec());
        let put = Change::Put { table, key: key.clone(), value: vec![u8::MAX; limits::CATALOG_TRIED_BYTES] };
        for change in [put, Change::Remove { table, key }] {
            if let Err(error) = self.commit(|transaction| apply(transaction, &change)) {
                self.reopen();
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Opens a database with all its tables. Writes only where one is missing, so that a full disk can be read.
pub(super) fn open(place: &impl Place) -> Result<Database, StoreError> {
    let opening = |error: redb::Error| failed("opening the catalog", error);
    let database = place.open().map_err(|error| opening(error.into()))?;
    let has_all = || -> Result<bool, redb::Error> {
        let transaction = database.begin_read()?;
        for table in CatalogTable::ALL {
            match transaction.open_table(table.definition()) {
                Ok(_) => {}
                Err(TableError::TableDoesNotExist(_)) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    };
    if !has_all().map_err(opening)? {
        // Readers may ask a table before anything was written to it.
        let make = |transaction: &WriteTransaction| {
            CatalogTable::ALL.iter().try_for_each(|table| transaction.open_table(table.definition()).map(drop))
        };
        commit(&database, make).map_err(opening)?;
    }
    Ok(database)
}

fn commit(
    database: &Database,
    change: impl FnOnce(&WriteTransaction) -> Result<(), TableError>,
) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    change(&transaction)?;
    transaction.commit()?;
    Ok(())
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

#[expect(clippy::wildcard_enum_match_arm, reason = "an enum of the library that may grow")]
fn failed(what: &str, error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::Io(source) => StoreError::io(what, source),
        other => StoreError::Catalog(format!("{what}: {other}")),
    }
}

pub(super) fn closed() -> StoreError {
    StoreError::Catalog("the catalog is closed".to_owned())
}
