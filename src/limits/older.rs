//! Bounds of the older interface, and of the single-page client that is served beside it.

use std::time::Duration;

/// Files, and queries, that the older interface remembers, of each kind. A record takes some 300 bytes and a list is read as a
/// whole, so this is 3 MB at most.
pub const OLDER_RECORDS_MAX: usize = 10_000;

/// Largest file of an upload by the older interface, which promises this number.
pub const OLDER_UPLOAD_BYTES_MAX: u64 = 100 << 20;

/// Longest wait for the reading of a file before its upload is answered, from the first byte. Clients of the older
/// interface give up after 30 seconds.
pub const OLDER_ANSWER_MAX: Duration = Duration::from_secs(20);

/// Most entries of one page of a list of the older interface.
pub const OLDER_PAGE_MAX: u64 = 1000;

/// Largest file with components for the older interface's demonstration.
pub const OLDER_DEMO_BYTES_MAX: u64 = 16 << 20;

/// Between two pings on a socket of the older interface.
pub const OLDER_PING_INTERVAL: Duration = Duration::from_secs(30);

/// After this long without a frame or a pong, the other side of such a socket is taken for gone. Its clients never send and
/// must not be timed out; ten missed pongs are no idleness.
pub const OLDER_SILENCE_MAX: Duration = Duration::from_secs(300);

/// Longest wait for a client of the older interface to take a frame.
pub const OLDER_SEND_MAX: Duration = Duration::from_secs(10);

/// Frames in a row that mean nothing, on a socket of the older interface.
pub const OLDER_FAULTS_MAX: usize = 20;

/// Files of a single-page client that is served, all of them kept in memory.
pub const SPA_FILES_MAX: usize = 10_000;

/// Their bytes in all.
pub const SPA_BYTES_MAX: u64 = 64 << 20;

/// Folders in folders of a single-page client.
pub const SPA_DEPTH_MAX: usize = 16;
