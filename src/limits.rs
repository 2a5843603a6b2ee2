//! Every hard bound of the program, with its unit and the arithmetic that led to it.
//!
//! A bound that an operator may move is a setting; what stands here holds for every installation.

mod older;
mod session;
mod upload;

use std::time::Duration;

pub use self::older::{
    OLDER_ANSWER_MAX, OLDER_DEMO_BYTES_MAX, OLDER_DOUBT_MAX, OLDER_DOUBTS_MAX, OLDER_FAULTS_MAX, OLDER_LOOK_INTERVAL,
    OLDER_LOOK_INTERVAL_MAX, OLDER_LOOK_MAX, OLDER_PAGE_MAX, OLDER_PATIENCE_MAX, OLDER_PING_INTERVAL,
    OLDER_RECORDS_MAX, OLDER_SEND_MAX, OLDER_SILENCE_MAX, OLDER_TURNS, OLDER_UPLOAD_BYTES_MAX, OLDER_WRITES_MAX,
    SPA_BYTES_MAX, SPA_DEPTH_MAX, SPA_FILES_MAX,
};
pub use self::session::*;
pub use self::upload::*;

/// Bytes asked of a file or socket at once. Buffers between 128 KiB and 1 MiB read fastest (docs/adr/0002-reading.md).
pub const READ_BUFFER_BYTES: usize = 256 * 1024;

/// Records of one batch. A record of two bytes takes 160 in a batch, so the bound on its bytes alone would let it take
/// 80 MiB.
pub const BATCH_RECORDS_MAX: usize = 16_384;

/// Bytes of a pointer or of a detail of one problem; a key or a name may be as long as a record.
pub const PROBLEM_TEXT_BYTES_MAX: usize = 1024;

/// Bytes of whole records that are parsed and compressed together. Large enough that handing over costs nothing, small
/// enough to stay in a core's cache.
pub const BATCH_BYTES: usize = 1024 * 1024;

/// Batches between the reading thread and the one that takes them. Each is its bytes, as many nodes again to three times
/// that, and the compressed block: 3 to 5 MiB in usual files, so that 8 of them stay below 48 MiB.
pub const BATCHES_IN_FLIGHT_MAX: usize = 8;

/// Bytes of batches between the same two, which may be one record of [`RECORD_BYTES_MAX`] each: twice what usual batches
/// take. A larger batch goes alone, so that a file of large records holds one on its way and one that waits.
pub const BYTES_IN_FLIGHT_MAX: usize = 2 * BATCHES_IN_FLIGHT_MAX * BATCH_BYTES;

/// Room of a buffer that is used again for the next batch; a larger one goes back to the system.
pub const BUFFER_REUSED_BYTES_MAX: usize = 2 * BATCH_BYTES;

/// Threads that parse one file. One more splits it, one more takes the records; beyond this the last is the bottleneck.
pub const PARSE_THREADS_MAX: usize = 8;

/// Time after which the callback of a reading is called, although no batch has come.
pub const PROGRESS_INTERVAL_MAX: Duration = Duration::from_millis(100);

/// Bytes that may be looked at once more where the structure of a file is broken, in all. At some GB/s this is two seconds;
/// without it a file of nothing but unclosed brackets would be looked at as often as it has brackets.
pub const RESCAN_BYTES_MAX: u64 = 8 << 30;

/// Times the bytes of a batch that may be looked at to find records that its broken ones hide. A try ends at the first byte
/// that is wrong, a few hundred behind its begin in usual damage; only a file that was made for it spends more.
pub const SALVAGE_PASSES_MAX: usize = 16;

/// Bytes behind the last value of a batch that are kept with it where something was lost, since a record that a broken value
/// hides may reach over its end. A quarter of a batch; real records are some hundred bytes.
pub const LOST_BYTES_KEPT_MAX: usize = BATCH_BYTES / 4;

/// Longest single record (one entity, one relation) of a file. Real exports hold relations of some megabytes;
/// sixteen times the largest seen keeps them whole while one endless string cannot fill the memory.
pub const RECORD_BYTES_MAX: usize = 64 * 1024 * 1024;

/// JSON values of one record that are built as a tree. A value of two bytes becomes up to 64 in memory, so the bound on a
/// record's bytes alone would let one record take a gigabyte. A relation over 500,000 elements stays below it.
pub const RECORD_VALUES_MAX: usize = 2_000_000;

/// Keys around the records (of the root, and of the object under `data`) that are remembered to find one that stands twice,
/// each by 16 bytes of a hash: below 2.5 MiB with the table's room. Real files have below a thousand groups.
pub const ROOT_KEYS_MAX: usize = 65_536;

/// Bytes of the names and texts of a root's plain values that become properties of the file, for JSON of no known shape.
pub const ROOT_SCALAR_BYTES_MAX: usize = 4 << 20;

/// Plain values of a root that are kept so; some 60 bytes each apart from their texts.
pub const ROOT_SCALARS_MAX: usize = 65_536;

/// Deepest nesting of arrays and objects. Geometry in ifcJSON reaches about 40 levels; the parser of one record recurses
/// and refuses 128 of its own, so with the root around it a record never gets there.
pub const JSON_DEPTH_MAX: usize = 128;

/// Bytes of one model after decompression, 64 GiB: the largest known export is below 20 GB.
pub const MODEL_BYTES_MAX: u64 = 64 << 30;

/// Inflated bytes per compressed byte. Pretty-printed ifcJSON compresses about 1:40; a bomb is beyond 1:1000.
pub const INFLATE_RATIO_MAX: u64 = 400;

/// Bytes that may be inflated before the ratio is looked at, so that tiny files are not refused.
pub const INFLATE_RATIO_FLOOR_BYTES: u64 = 16 << 20;

/// Entities of one model; indices are 32 bits wide.
pub const ENTITIES_MAX: usize = 100_000_000;

/// Records and root values of one file, which are numbered in 32 bits; the largest number stands for none. A file of
/// [`MODEL_BYTES_MAX`] gets there with records below 16 bytes only.
pub const RECORDS_MAX: u32 = u32::MAX - 1;

/// Identifiers of one model, seen or only referred to; some 30 bytes each. Their numbers are told apart by 30 bits.
pub const IDS_MAX: usize = 1 << 28;

/// Identifiers that are no GlobalIds among them; each is kept as text.
pub const OTHER_IDS_MAX: usize = 1 << 26;

/// Bytes of an identifier that is kept as text; of a longer one a beginning and a hash are.
pub const ID_BYTES_MAX: usize = 128;

/// Classes of entities that no schema holds and that are told apart; entities of further ones are told as problems and keep
/// the name as a text. Real files have some dozens.
pub const KINDS_UNKNOWN_MAX: usize = 32 * 1024;

/// Bytes of the name of such a class. The longest of the schemas has 46.
pub const KIND_BYTES_MAX: usize = 256;

/// Pages of 256 instance numbers that a STEP file may touch: 1 GiB, enough for 268 million instances numbered without gaps.
pub const STEP_PAGES_MAX: usize = 1 << 20;

/// Instances of a STEP file whose content is kept until its end, geometry apart; some 60 bytes each.
pub const STEP_INSTANCES_MAX: usize = 1 << 26;

/// Representation items that wait for the end of a file, eight bytes each in memory; the items themselves wait outside of it.
/// Beyond it no shape of the model is computed, and a problem says so. A building of 50,000 parts has some millions.
pub const SHAPES_MAX: usize = 1 << 24;

/// Bytes of these items, outside of memory. Sixteen million of 60 bytes take a gigabyte.
pub const SHAPE_BYTES_MAX: u64 = 2 << 30;

/// Bytes of one such item; what is longer is no simple shape.
pub const SHAPE_ITEM_BYTES_MAX: usize = 64 * 1024;

/// Items that make up one shape. A polygon of some hundred corners has as many points.
pub const SHAPE_NODES_MAX: usize = 20_000;

/// Items looked at for all shapes of a model; the shapes after that are left out. At half a microsecond each this is half a
/// minute; a part needs some sixty, so it is enough for a million parts.
pub const SHAPE_NODES_ALL_MAX: usize = 1 << 26;

/// Convex pieces that one shape with cuts may fall into. A wall under a roof needs some hundred.
pub const SHAPE_PIECES_MAX: usize = 5_000;

/// The same over all shapes of a model, some microseconds each; what would need more is left out.
pub const SHAPE_PIECES_ALL_MAX: usize = 1 << 24;

/// Compositions of materials, and classifications, that are remembered each to find equal ones: some 3 MiB. Beyond it the
/// memory begins anew, and what comes again is kept again.
pub const EQUALS_KNOWN_MAX: usize = 65_536;

/// Ranges of entities that are linked one after the other at the end of a reading, and the fewest entities of one. Some 60
/// bytes are needed for each entity of a range: 2 MiB, and a byte for each entity of the largest models.
pub const LINK_RANGES_MAX: usize = 64;
/// See [`LINK_RANGES_MAX`].
pub const LINK_RANGE_ENTITIES_MIN: usize = 32 * 1024;

/// Links of a range of entities that are grouped by entity at once, 4 bytes each. A range with more is gone through several
/// times.
pub const LINKS_GATHERED_MAX: usize = 1 << 20;

/// Entities in circles that are opened at once; then what they hang on otherwise is looked up, in one go for all of them.
pub const CUTS_GATHERED_MAX: usize = 64 * 1024;

/// Problems kept per model; the rest is counted only.
pub const PROBLEMS_MAX: usize = 200;

/// Bytes of one stored text value; longer ones are cut with a problem.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Bytes of one question.
pub const QUESTION_BYTES_MAX: usize = 4096;

/// Bytes of a JSON request body other than a model.
pub const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// Elements listed inside an answer; the rest is reached through the evidence address.
pub const ANSWER_ITEMS_MAX: usize = 1000;

/// Groups of a distribution inside an answer.
pub const ANSWER_GROUPS_MAX: usize = 1000;

/// Entities described in full inside one answer, where a name means several: each may carry a hundred properties.
pub const DESCRIBED_ENTITIES_MAX: usize = 5;

/// Bytes of the columns of one model. Of a million entities a column of codes takes 2 MB, one of numbers 10 MB, the index of
/// GlobalIds 8 MB: all that people ask of a model of this size has room. A column larger than half of it is not made.
pub const COLUMNS_BYTES_MAX: usize = 128 << 20;

/// Columns of one model, made or waiting until they pay.
pub const COLUMNS_MAX: usize = 512;

/// Entities that one thread reads for a column before it looks whether to go on: some ten milliseconds.
pub const COLUMN_CHUNK_ENTITIES: usize = 16 * 1024;

/// Codes of a column whose entities are kept as bits too, an eighth of a byte for each code and entity: as many again as
/// four columns of codes.
pub const COLUMN_SETS_MAX: usize = 64;

/// Threads that make one column.
pub const COLUMN_THREADS_MAX: usize = 4;

/// Bytes of a model's display name.
pub const MODEL_NAME_BYTES_MAX: usize = 255;

/// Uploads read at the same time; each holds one reading thread and up to one record buffer.
pub const INGESTS_MAX: usize = 4;

/// Bytes of an upload that wait between the socket and the reading thread: chunks times their size.
pub const UPLOAD_QUEUE_CHUNKS: usize = 16;

/// Bytes that wait for the disk, per file of a model that is written; a model has fifteen.
pub const WRITE_BUFFER_BYTES: usize = 64 * 1024;

/// Calls that wait for the thread which writes a model. Each holds some thousand rows, below 512 KiB.
pub const WRITE_CALLS_MAX: usize = 8;

/// Bytes of one batch of stored texts. A quarter of the largest batch of the other tables, since few texts are read alone.
pub const TEXT_BATCH_BYTES: usize = 256 * 1024;

/// Bytes of one batch of a stored table. Batches are below 1 MiB; only a single text of that length makes one so large.
pub const BATCH_BYTES_MAX: u64 = 2 << 30;

/// Bytes of a stored model's `head.json` and of its `tables.json`. A batch takes 130 bytes there, so that a model of
/// [`ENTITIES_MAX`] entities with 25 values each stays below 16 MiB.
pub const MODEL_INDEX_BYTES_MAX: u64 = 64 << 20;

/// Bytes of stored items, records and source that are kept for the next reader, over all open models. The items of
/// 230,000 entities are 110 MB.
pub const STORE_CACHE_BYTES: usize = 128 << 20;

/// Bytes of stored items that are kept while a new model's quantities are checked, which goes through them once.
pub const CHECK_CACHE_BYTES: usize = 8 << 20;

/// Age of a command's temporary folder below which it is left alone: whoever makes one locks it within moments.
pub const TEMPORARY_AGE_MIN: Duration = Duration::from_secs(600);

/// Entries of the folder of temporary files that are looked at for what a killed command left there.
pub const TEMPORARY_ENTRIES_MAX: usize = 10_000;

/// Values that are looked at while the quantities of a new model are checked, over all threads: twice the values of the
/// largest model. A thread takes some tens of millions a second, so that a model in which a million entities share sets of a
/// million values ends after minutes and says how far it got.
pub const CHECK_VALUES_MAX: u64 = 1 << 32;

/// Values of the sets of some entities that are held at once while they are checked, up to 32 bytes each. An entity with more
/// is not checked.
pub const CHECK_BLOCK_VALUES_MAX: u64 = 1 << 18;

/// Sets that some entities have, and as many that their types have, held at once while they are checked.
pub const CHECK_BLOCK_SETS_MAX: usize = 1 << 18;

/// Threads that check the quantities of one model.
pub const CHECK_THREADS_MAX: usize = 4;

/// Rows of an exported table that are gathered before they are encoded.
pub const EXPORT_BATCH_ROWS: usize = 16 * 1024;

/// Bytes of gathered rows, about; texts may be long.
pub const EXPORT_BATCH_BYTES: usize = 4 << 20;

/// Rows of a row group of an exported Parquet file: DuckDB and pandas read by it, the writer holds one encoded.
pub const EXPORT_ROW_GROUP_ROWS: usize = 128 * 1024;

/// Encoded bytes of a row group after which the next one begins.
pub const EXPORT_ROW_GROUP_BYTES: usize = 16 << 20;

/// Exports over HTTP at the same time; each holds one thread, one row group and [`EXPORT_QUEUE_CHUNKS`] chunks.
pub const EXPORTS_MAX: usize = 2;

/// Chunks of an export that wait for its client, each of [`WRITE_BUFFER_BYTES`].
pub const EXPORT_QUEUE_CHUNKS: usize = 8;

/// Longest silence of a client in the middle of an export.
pub const EXPORT_STALL_MAX: Duration = Duration::from_secs(60);

/// Models held open (in memory) at the same time; the least recently asked is closed first.
pub const OPEN_MODELS_MAX: usize = 16;

/// Models in one data folder.
pub const MODELS_MAX: usize = 10_000;

/// Questions computed at the same time; the CPU pool has as many places.
pub const QUESTIONS_IN_FLIGHT_MAX: usize = 64;

/// Questions after which the history is trimmed again to [`HISTORY_MAX`]. Finding the oldest takes some 20 ms; one percent more
/// Reads and deletions of the history at the same time, each on a thread of its own. One that looks at every question takes
/// Rows of a table on a printable page: some 25 sheets of paper.
pub const PRINTED_ROWS_MAX: usize = 1000;

/// Bytes of a plan, as JSON, that a session keeps; a longer one is not gone on from. The plan of a question of ordinary
/// Time from acceptance of a question to its answer.
pub const QUESTION_DEADLINE: Duration = Duration::from_secs(30);

/// Longest silence of a client in the middle of an upload.
pub const UPLOAD_STALL_MAX: Duration = Duration::from_secs(60);

/// Mean bytes a second that an upload must bring, once [`UPLOAD_STALL_MAX`] was spent waiting for its client. Else a byte a
/// minute would hold a reading place for ever. A poor mobile link brings four times this.
pub const UPLOAD_RATE_MIN_BYTES: u64 = 4 * 1024;

/// Longest wait of `?wait=true` for a model to become ready.
pub const UPLOAD_WAIT_MAX: Duration = Duration::from_secs(3600);

/// Longest wait of a deletion for an upload of the same model that is just being written to disk.
pub const PUBLISH_WAIT_MAX: Duration = Duration::from_secs(60);

/// Rest of an upload that is read and thrown away after its reading failed, so that a client which sends before it listens
/// still gets the error. Four times a large socket buffer is not enough for a slow link; 16 MiB is a second at 128 Mbit/s.
pub const UPLOAD_REST_BYTES_MAX: u64 = 16 << 20;

/// Time for that rest. Shorter than the grace of a drain, or who still sends then never hears why it was refused.
pub const UPLOAD_REST_MAX: Duration = Duration::from_secs(2);

/// Uploads whose end is remembered by their upload id; the oldest ended one is forgotten first. About 1 KiB each.
pub const UPLOADS_KEPT_MAX: usize = 1024;

/// Time after which an upload in pieces is forgotten that took no byte meanwhile, and the end of one that did.
pub const UPLOAD_EXPIRY: Duration = Duration::from_secs(24 * 3600);

/// Time between two looks for uploads in pieces that expired.
pub const UPLOAD_SWEEP_INTERVAL: Duration = Duration::from_secs(60);

/// Bytes of an upload in pieces that may be written and not yet durable. Syncing more often costs time, less often bytes that
/// are sent again after a power cut.
pub const UPLOAD_UNSYNCED_BYTES_MAX: u64 = 4 << 20;

/// Time that such a byte waits to become durable at most.
pub const UPLOAD_UNSYNCED_MAX: Duration = Duration::from_millis(250);

/// Silence of a connection after which another one may take its upload over: a client that lost its network comes back
/// sooner than the system learns that the old connection is dead.
pub const UPLOAD_SILENCE_MAX: Duration = Duration::from_secs(1);

/// Bytes of the header `Upload-Metadata`.
pub const UPLOAD_METADATA_BYTES_MAX: usize = 4 * 1024;

/// Time after which the reading of an upload that the registry did not take is tried again; each further wait is twice as
/// long, up to [`UPLOAD_READ_WAIT_MAX`].
pub const UPLOAD_READ_RETRY: Duration = Duration::from_secs(1);

/// Connections that follow the progress of uploads at the same time.
pub const UPLOAD_EVENTS_MAX: usize = 256;

/// Time between two events of one upload's progress.
pub const UPLOAD_EVENT_INTERVAL: Duration = Duration::from_millis(200);

/// Models opened from disk at the same time. Opening is bound by the disk and holds one model each.
pub const OPENINGS_MAX: usize = 2;

/// Calls that may wait for one service actor at the same time; each question makes up to two, each page load a few.
pub const ACTOR_CALLS_MAX: usize = 512;

/// Time that cancelled uploads get to end their reading thread, and answers to be written, after a drain.
pub const DRAIN_GRACE_MAX: Duration = Duration::from_secs(3);

/// Time an idle connection is kept. Longer than the idle time of common reverse proxies' probes, shorter than their own.
pub const KEEP_ALIVE_MAX: Duration = Duration::from_secs(15);

/// Time for the head of a request to arrive.
pub const REQUEST_HEAD_MAX: Duration = Duration::from_secs(10);

/// Bytes of an identifier that a client chooses: a session, a request.
pub const CLIENT_ID_BYTES_MAX: usize = 64;

/// Time an actor may take to answer a question about its own state.
pub const ACTOR_REPLY_MAX: Duration = Duration::from_secs(5);

/// Time between two signs of life of a connection over which nothing else goes.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// When a client of a draining server is told to come back: at the earliest, and at the latest. Each gets its own moment
/// between the two, so that ten thousand of them are two thousand a second.
pub const RECONNECT_AFTER_MIN: Duration = Duration::from_millis(500);
/// See [`RECONNECT_AFTER_MIN`].
pub const RECONNECT_AFTER_MAX: Duration = Duration::from_millis(5500);

/// Time that running work gets after SIGTERM.
pub const DRAIN_MAX: Duration = Duration::from_secs(30);

/// First delay before a panicked actor is started again; doubles with every panic in the window.
pub const RESTART_DELAY_MIN: Duration = Duration::from_millis(100);

/// Longest delay before a panicked actor is started again.
pub const RESTART_DELAY_MAX: Duration = Duration::from_secs(30);

/// Window in which panics are counted.
pub const RESTART_WINDOW: Duration = Duration::from_secs(60);

/// Panics within [`RESTART_WINDOW`] after which an actor is left down and reported as degraded.
pub const RESTARTS_IN_WINDOW_MAX: usize = 5;

/// Evidence of answers kept for download, per process; the oldest goes first. It can be computed again from the plan.
pub const EVIDENCE_KEPT_MAX: usize = 256;

/// Storeys, kinds and materials each in the overview of a model; how many there are is told beside them.
pub const OVERVIEW_ENTRIES_MAX: usize = 100;

/// Questions that are suggested for one model, in each language.
pub const SUGGESTIONS_MAX: usize = 20;

/// Time to find those that have an answer: some hundred are tried, of which one takes up to 100 ms in a model of a million
/// entities. What was found until then is offered.
pub const SUGGESTION_TIME_MAX: Duration = Duration::from_secs(5);

/// Suggestions beside an answer that was not understood.
pub const SUGGESTIONS_BESIDE_ANSWER: usize = 3;

/// Completions of a question that is being typed; a list that fits on a screen.
pub const COMPLETIONS_MAX: usize = 8;

/// Names of one model that can be completed. About 100 bytes each, so 50 MB in the largest models.
pub const COMPLETION_NAMES_MAX: usize = 500_000;

/// Words before the end of a question that are completed as one phrase.
pub const COMPLETION_WORDS_MAX: usize = 4;

/// Tokens of a chunk unless told otherwise. Larger ones change with every change of more entities; smaller ones spend more of
/// their tokens on the header (docs/chunking.md).
pub const CHUNK_TOKENS_DEFAULT: u32 = 4000;

/// Fewest tokens of a chunk; below it the header leaves no room.
pub const CHUNK_TOKENS_MIN: u32 = 256;

/// Most tokens of a chunk, as many as the longest context of any model.
pub const CHUNK_TOKENS_MAX: u32 = 2_000_000;

/// Most tokens of a chunk's header, and the least that it may take of a small chunk.
pub const CHUNK_HEADER_TOKENS_MAX: u32 = 1000;
/// See [`CHUNK_HEADER_TOKENS_MAX`].
pub const CHUNK_HEADER_TOKENS_MIN: u32 = 64;

/// Largest overlap, in percent of the content. More would say everything twice.
pub const CHUNK_OVERLAP_PERCENT_MAX: u8 = 50;

/// Relations to other chunks told in one chunk; the rest is counted.
pub const CHUNK_RELATIONS_MAX: usize = 1000;

/// Bytes of a path that tells where a piece stands in its record. A key may be as long as a record, and every piece behind it
/// would carry it; real paths are below 150 bytes.
pub const CHUNK_PATH_BYTES_MAX: usize = 512;

/// Chunk plans kept with an open model: the one that is read, and the one before. Each costs about 8 bytes a record and 30 an
/// entity.
pub const CHUNK_PLANS_KEPT_MAX: usize = 2;

/// Chunks in one page of a list.
pub const CHUNKS_LISTED_MAX: usize = 1000;

const _: () = assert!(CHUNK_HEADER_TOKENS_MIN * 4 <= CHUNK_TOKENS_MIN);
const _: () = assert!(CHUNK_TOKENS_MIN <= CHUNK_TOKENS_DEFAULT && CHUNK_TOKENS_DEFAULT <= CHUNK_TOKENS_MAX);
const _: () = assert!(READ_BUFFER_BYTES < RECORD_BYTES_MAX);
const _: () = assert!(TEXT_BYTES_MAX < TEXT_BATCH_BYTES);
const _: () = assert!(ENTITIES_MAX < IDS_MAX && IDS_MAX < 1 << 30);
const _: () = assert!(BATCH_BYTES < RECORD_BYTES_MAX);
const _: () = assert!(BATCHES_IN_FLIGHT_MAX * BUFFER_REUSED_BYTES_MAX <= BYTES_IN_FLIGHT_MAX);
const _: () = assert!(RESTART_DELAY_MIN.as_millis() < RESTART_DELAY_MAX.as_millis());
const _: () = assert!(UPLOAD_REST_MAX.as_millis() < DRAIN_GRACE_MAX.as_millis());
const _: () = assert!(INGESTS_MAX <= UPLOADS_KEPT_MAX);
const _: () = assert!(UPLOADS_PARTIAL_MAX <= UPLOADS_KEPT_MAX);
const _: () = assert!(UPLOAD_SILENCE_MAX.as_millis() < UPLOAD_TURN_MAX.as_millis());
const _: () = assert!(2 * QUESTIONS_IN_FLIGHT_MAX <= ACTOR_CALLS_MAX);
const _: () = assert!(QUESTION_BYTES_MAX * 6 < FRAME_BYTES_MAX && FRAME_BYTES_MAX <= REQUEST_BYTES_MAX);
const _: () = assert!(HEARTBEAT.as_millis() * 3 <= SOCKET_SILENCE_MAX.as_millis());
const _: () = assert!(SESSION_PAGE_BYTES_MAX as u64 <= SESSION_LOG_BYTES_MAX);
const _: () = assert!(
    SESSIONS_OPENED_MAX as u64 * (1 + SESSION_KEPT_MAX.as_secs() / SESSIONS_OPENED_SPAN.as_secs())
        < SESSIONS_KEPT_MAX as u64
);
const _: () = assert!(FRAME_SEND_MAX.as_millis() < UNTAKEN_MAX.as_millis());
const _: () = assert!(SESSION_QUESTIONS_MAX <= QUESTIONS_IN_FLIGHT_MAX);
const _: () = assert!(SESSIONS_MAX * SESSION_TOPICS_MAX * SESSION_PLAN_BYTES_MAX <= 128 << 20);
