//! A disk that fails when it is told to: below the database library, so that what follows is the library's own doing.

use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use redb::{Database, DatabaseError, StorageBackend};

use super::place::{Memory, Place};
use super::{Catalog, StoreError};

/// What of a disk fails.
#[derive(Debug, Default)]
pub(crate) struct Switches {
    /// There is no room: only what was written before can be written over.
    is_full: AtomicBool,
    /// Nothing can be written.
    is_broken: AtomicBool,
    /// Nothing can be read.
    is_unreadable: AtomicBool,
    /// The next write panics.
    is_panicking: AtomicBool,
    /// Blocks that have room.
    blocks: Mutex<HashSet<u64>>,
    pub(crate) opened: AtomicUsize,
}

const BLOCK_BYTES: u64 = 4096;

impl Switches {
    pub(crate) fn fill(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::SeqCst);
    }

    pub(crate) fn fail(&self, is_broken: bool) {
        self.is_broken.store(is_broken, Ordering::SeqCst);
    }

    pub(crate) fn hide(&self, is_unreadable: bool) {
        self.is_unreadable.store(is_unreadable, Ordering::SeqCst);
    }

    pub(crate) fn panic_once(&self) {
        self.is_panicking.store(true, Ordering::SeqCst);
    }

    fn works(&self) -> io::Result<()> {
        assert!(!self.is_panicking.swap(false, Ordering::SeqCst), "planned");
        if self.is_broken.load(Ordering::SeqCst) { Err(io::Error::other("planned")) } else { Ok(()) }
    }

    fn take(&self, offset: u64, bytes: usize) -> io::Result<()> {
        self.works()?;
        let last = offset + u64::try_from(bytes).unwrap().saturating_sub(1);
        let mut blocks = self.blocks.lock().unwrap();
        for block in offset / BLOCK_BYTES..=last / BLOCK_BYTES {
            if !blocks.contains(&block) && self.is_full.load(Ordering::SeqCst) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            blocks.insert(block);
        }
        Ok(())
    }
}

/// The disk.
#[derive(Debug, Clone, Default)]
struct Disk {
    memory: Memory,
    switches: Arc<Switches>,
}

impl Catalog {
    /// A catalog over a disk that can be made to fail.
    pub(crate) fn failing() -> Result<(Catalog, Arc<Switches>), StoreError> {
        let disk = Disk::default();
        let switches = Arc::clone(&disk.switches);
        Ok((Catalog::at(disk)?, switches))
    }
}

impl Place for Disk {
    fn open(&self) -> Result<Database, DatabaseError> {
        self.switches.opened.fetch_add(1, Ordering::SeqCst);
        Database::builder().set_cache_size(0).create_with_backend(self.clone())
    }

    fn try_room(&self) -> io::Result<()> {
        self.switches.works()?;
        if self.switches.is_full.load(Ordering::SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.memory.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        if self.switches.is_unreadable.load(Ordering::SeqCst) {
            return Err(io::Error::other("planned"));
        }
        self.memory.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.memory.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.switches.works()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.switches.take(offset, data.len())?;
        self.memory.write(offset, data)
    }
}
