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

/// Between two looks at a query whose events are not followed.
pub const OLDER_LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// The same while looks fail, which doubles up to this, and while events are followed: should one be missed, the query is
/// looked at all the same.
pub const OLDER_LOOK_INTERVAL_MAX: Duration = Duration::from_secs(5);

/// Longest wait for one look, and for all looks of one list. Its clients give up after 30 seconds.
pub const OLDER_LOOK_MAX: Duration = Duration::from_secs(10);

/// Time of failing looks after which a client is told so. Until then it is told that the query is being worked on: it gives up
/// at the first error, and what fails is mostly a part of the server that is being restarted.
pub const OLDER_DOUBT_MAX: Duration = Duration::from_secs(120);

/// Queries whose looks fail that are remembered, some 100 bytes each.
pub const OLDER_DOUBTS_MAX: usize = 4096;

/// Time for which reading a result, or cancelling, is tried again.
pub const OLDER_PATIENCE_MAX: Duration = Duration::from_secs(3);

/// Queries that may be put or cancelled at the same time: as many locks, which all queries share.
pub const OLDER_TURNS: usize = 64;

/// Times that the model of a file is tried to be written down, one second apart.
pub const OLDER_WRITES_MAX: u32 = 30;

/// Files of a single-page client that is served, all of them kept in memory.
pub const SPA_FILES_MAX: usize = 10_000;

/// Their bytes in all.
pub const SPA_BYTES_MAX: u64 = 64 << 20;

/// Folders in folders of a single-page client.
pub const SPA_DEPTH_MAX: usize = 16;

const _: () = assert!(OLDER_LOOK_MAX.as_millis() + OLDER_PATIENCE_MAX.as_millis() < 30_000);
const _: () = assert!(OLDER_ANSWER_MAX.as_millis() + super::UPLOAD_REST_MAX.as_millis() < 30_000);
