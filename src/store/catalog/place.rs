//! Where the database of a catalog lies.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::backends::InMemoryBackend;
use redb::{Database, DatabaseError, StorageBackend};

use crate::limits;

const FILE: &str = "catalog.redb";

/// What is written to see whether there is room; a leftover of a crash is written over.
const ROOM: &str = "catalog.room";

/// Where a database lies, to open it as often as needed.
pub(super) trait Place: Send + 'static {
    /// Opens or makes it. It is not open.
    fn open(&self) -> Result<Database, DatabaseError>;

    /// Whether there is room for [`limits::CATALOG_ROOM_BYTES`] more.
    fn try_room(&self) -> io::Result<()>;
}

/// A file in a data folder.
pub(super) struct Folder {
    file: PathBuf,
    room: PathBuf,
}

impl Folder {
    pub(super) fn new(data: &Path) -> Folder {
        Folder { file: data.join(FILE), room: data.join(ROOM) }
    }
}

impl Place for Folder {
    fn open(&self) -> Result<Database, DatabaseError> {
        Database::builder().set_cache_size(limits::CATALOG_CACHE_BYTES).create(&self.file)
    }

    /// Beside the database: a file that it may write over tells nothing of the disk.
    fn try_room(&self) -> io::Result<()> {
        let write = || {
            let mut file = File::create(&self.room)?;
            file.write_all(&vec![u8::MAX; limits::CATALOG_ROOM_BYTES])?;
            file.sync_all()
        };
        let written = write();
        written.and(fs::remove_file(&self.room))
    }
}

/// Memory that outlasts the databases over it.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory(Arc<InMemoryBackend>);

impl Place for Memory {
    fn open(&self) -> Result<Database, DatabaseError> {
        Database::builder().create_with_backend(self.clone())
    }

    fn try_room(&self) -> io::Result<()> {
        Ok(())
    }
}

impl StorageBackend for Memory {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }
}
