//! The bounds of uploads in pieces: how much of one waits for the disk, who loses a place, and how long reading is tried.

use std::time::Duration;

/// Bytes of one upload in pieces that wait for its writing thread. A disk that syncs for a fifth of a second does not hold
/// back a client with 10 MB a second: whatever the server has to leave in the socket may be lost with the connection. All
/// uploads together hold 64 x 2 MiB = 128 MiB at most.
pub const UPLOAD_WAITING_BYTES_MAX: u32 = 2 << 20;

/// Chunks that these bytes may come in. A network packet has some 1400 bytes, so the bytes run out first.
pub const UPLOAD_WAITING_CHUNKS_MAX: usize = 2048;

/// Time without a byte after which an unfinished upload loses its place to a new one, when all are taken. A client that
/// resumes is back within minutes, a person within an hour.
pub const UPLOAD_IDLE_MAX: Duration = Duration::from_secs(3600);

/// Times that a whole upload is read before it fails for want of room.
pub const UPLOAD_READ_TRIES_MAX: u32 = 16;

/// First wait for room, on the disk or among the models; each further one is twice as long. Somebody has to make room.
pub const UPLOAD_ROOM_WAIT_MIN: Duration = Duration::from_secs(60);

/// Longest wait between two tries. Fifteen waits are 127 minutes and eight times two hours, some 18 hours in all: longer
/// than a night, shorter than [`UPLOAD_EXPIRY`](super::UPLOAD_EXPIRY).
pub const UPLOAD_READ_WAIT_MAX: Duration = Duration::from_secs(2 * 3600);

const _: () = assert!((super::UPLOADS_PARTIAL_MAX as u64) * (UPLOAD_WAITING_BYTES_MAX as u64) <= 128 << 20);
const _: () = assert!(UPLOAD_IDLE_MAX.as_secs() < super::UPLOAD_EXPIRY.as_secs());
const _: () = assert!(waits(0) < super::UPLOAD_EXPIRY.as_secs());

/// Seconds that all waits for room from this try on take.
const fn waits(tried: u32) -> u64 {
    if UPLOAD_READ_TRIES_MAX <= tried + 1 {
        return 0;
    }
    let wait = UPLOAD_ROOM_WAIT_MIN.as_secs() << tried;
    let most = UPLOAD_READ_WAIT_MAX.as_secs();
    (if wait < most { wait } else { most }) + waits(tried + 1)
}
