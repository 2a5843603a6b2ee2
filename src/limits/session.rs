//! Bounds of sessions, their events and connections, the history, and the catalog that keeps them.

use std::time::Duration;

/// Query sessions whose actor is alive at the same time; further ones rest in the catalog until they are asked for.
pub const SESSIONS_MAX: usize = 16 * 1024;

/// Sessions that one client may have in the catalog.
pub const SESSIONS_PER_OWNER_MAX: usize = 64;

/// Sessions in the catalog, of some 300 bytes each without their events.
pub const SESSIONS_KEPT_MAX: usize = 200_000;

/// Sessions that one client may open at once, and then in every [`SESSIONS_OPENED_SPAN`]. In the week that a session is kept
/// these are 1,000 + 168 x 1,000, fewer than [`SESSIONS_KEPT_MAX`]: alone, no client fills the catalog. It is an office
/// behind one address, too.
pub const SESSIONS_OPENED_MAX: u32 = 1000;

/// See [`SESSIONS_OPENED_MAX`].
pub const SESSIONS_OPENED_SPAN: Duration = Duration::from_secs(3600);

/// Clients whose openings are counted at the same time, of some 60 bytes each.
pub const SESSION_OPENERS_MAX: usize = 32 * 1024;

/// Sessions that are let go at once, when there are too many.
pub const SESSIONS_LET_GO: usize = 500;

/// Time for which a session that nobody asked anything in is no emptier than others: who began it is about to ask.
pub const SESSION_EMPTY_MIN: Duration = Duration::from_secs(60);

/// Time after which a session that nobody asked for is forgotten, with its events.
pub const SESSION_KEPT_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// Events that a session keeps for clients that come back, on disk. A question makes two or three.
pub const SESSION_EVENTS_MAX: u64 = 1000;

/// Bytes of these events; one answer may have 200 KB.
pub const SESSION_LOG_BYTES_MAX: u64 = 8 << 20;

/// Connections to one session at the same time: tabs and devices of one person.
pub const SESSION_CONNECTIONS_MAX: usize = 8;

/// Events that a connection reads from the log at once, and bytes after which it takes no further one.
pub const SESSION_PAGE_EVENTS_MAX: usize = 64;

/// See [`SESSION_PAGE_EVENTS_MAX`].
pub const SESSION_PAGE_BYTES_MAX: usize = 1 << 20;

/// Bytes of the newest events that a session keeps in memory for its connections, until the next sweep.
pub const SESSION_LATEST_BYTES_MAX: usize = 512 * 1024;

/// Reads of the catalog at the same time; a read takes some microseconds, or a few milliseconds from disk.
pub const CATALOG_READS_MAX: usize = 4;

/// Calls to kept sessions that may wait at the same time.
pub const SESSION_CALLS_MAX: usize = 4096;

/// Time after which a question that has no end yet makes an event about its progress.
pub const SESSION_PROGRESS_AFTER: Duration = Duration::from_millis(250);

/// Time between two looks for sessions that are idle.
pub const SESSION_SWEEP: Duration = Duration::from_secs(30);

/// Time between two looks for sessions that nobody used for [`SESSION_KEPT_MAX`]; the use of a session is written as often.
pub const SESSION_EXPIRY_SWEEP: Duration = Duration::from_secs(3600);

/// Time that a drain leaves a running question before its clients are told to connect again.
pub const SESSION_DRAIN_NOTICE_MAX: Duration = Duration::from_secs(2);

/// Groups of changes that wait for the catalog's thread. Each question makes two of them.
pub const CATALOG_GROUPS_MAX: usize = 4096;

/// Time after which a catalog that could not be written is tried again for the first time; each further wait is twice as long.
pub const CATALOG_RETRY_MIN: Duration = Duration::from_millis(100);

/// Longest of these waits: who made room on the disk waits no longer.
pub const CATALOG_RETRY_MAX: Duration = Duration::from_secs(10);

/// Bytes that must find room beside the catalog before it is tried again: some hundred questions with their answers.
pub const CATALOG_ROOM_BYTES: usize = 1 << 20;

/// Bytes that a try writes to the catalog itself: more than a usual group of changes has.
pub const CATALOG_TRIED_BYTES: usize = 64 * 1024;

/// Bytes of the catalog's pages that are kept in memory.
pub const CATALOG_CACHE_BYTES: usize = 16 << 20;

/// Questions kept in the history; the oldest go first. Some 2 KB each.
pub const HISTORY_MAX: usize = 100_000;

/// than the bound costs nothing.
pub const HISTORY_TRIM_EVERY: usize = 1000;

/// some 200 ms.
pub const HISTORY_READS_MAX: usize = 8;

/// Questions in one page of the history, unless told otherwise.
pub const HISTORY_PAGE_DEFAULT: usize = 50;

/// Most questions in one page of the history.
pub const HISTORY_PAGE_MAX: usize = 200;

/// Questions that are looked at to tell how many a filter finds, the newest ones; some 2 microseconds each.
pub const HISTORY_COUNTED_MAX: usize = 20_000;

/// Questions that are deleted in one transaction, so that others need not wait long for theirs.
pub const HISTORY_DELETED_AT_ONCE: usize = 1000;

/// Items of an answer that the history keeps. The evidence gives all of them again.
pub const HISTORY_ITEMS_MAX: usize = 100;

/// Bytes of an answer that the history keeps; usual ones have 1 KB. All together at most 100,000 x 32 KiB = 3.2 GB on disk.
pub const HISTORY_ANSWER_BYTES_MAX: usize = 32 * 1024;

/// Letters of the line that tells an answer in lists.
pub const HISTORY_SUMMARY_CHARS_MAX: usize = 240;

/// Questions one session may have in flight.
pub const SESSION_QUESTIONS_MAX: usize = 16;

/// Silence after which a session ends.
pub const SESSION_IDLE_MAX: Duration = Duration::from_secs(30 * 60);

/// Models of which a session keeps what was asked last, so that a follow-up can go on from it.
pub const SESSION_TOPICS_MAX: usize = 2;

/// length has some 300. All sessions together hold at most 16,384 x 2 x 4 KiB = 128 MiB.
pub const SESSION_PLAN_BYTES_MAX: usize = 4 * 1024;

/// Time after which nobody goes on from a question any more.
pub const SESSION_TOPIC_AGE_MAX: Duration = Duration::from_secs(30 * 60);

/// Uploads in pieces whose last byte is not read yet; each may hold a thread while it takes bytes.
pub const UPLOADS_PARTIAL_MAX: usize = 64;

/// Bytes that all of these may grow to: four of the largest models.
pub const UPLOADS_PARTIAL_BYTES_MAX: u64 = 4 * super::MODEL_BYTES_MAX;

/// Time that a request waits for another one to let go of its upload. Longer than
/// [`UPLOAD_SILENCE_MAX`](super::UPLOAD_SILENCE_MAX), so that a silent one is taken over, and long enough for a slow disk to
/// take what a broken connection left in the system's buffers: whoever looked before that would send those bytes again.
pub const UPLOAD_TURN_MAX: Duration = Duration::from_secs(5);

/// Silence of a stream of events after which a comment keeps proxies from closing it.
pub const EVENTS_HEARTBEAT: Duration = Duration::from_secs(15);

/// Bytes of a message from a client over a WebSocket: a question of [`QUESTION_BYTES_MAX`](super::QUESTION_BYTES_MAX) in any escaping, with room.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;

/// Frames that a client may send in one second over one WebSocket. A person types none faster; a script has HTTP.
pub const FRAMES_PER_SECOND_MAX: u32 = 50;

/// Frames in a row that are none of ours, after which the connection is closed.
pub const FRAMES_MALFORMED_MAX: u32 = 20;

/// Events on their way out of one connection that its socket has not taken yet. An answer may have 200 KB.
pub const FRAMES_ON_THE_WAY_MAX: usize = 2;

/// Time that a client gets to take a frame.
pub const FRAME_SEND_MAX: Duration = Duration::from_secs(10);

/// Time for which a client may take nothing of what was sent to it, over any connection, before the system cuts it. It is
/// what bounds a connection that was closed for being slow: nothing else does while its client reads nothing.
pub const UNTAKEN_MAX: Duration = Duration::from_secs(30);

/// Silence after which a WebSocket is taken for dead: three heartbeats without an answer.
pub const SOCKET_SILENCE_MAX: Duration = Duration::from_secs(45);
