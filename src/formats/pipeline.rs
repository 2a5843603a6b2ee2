//! From bytes to records on several threads, in order.
//!
//! One thread reads, hashes and splits; a few parse and compress; the one that called takes the batches as they stand in
//! the file. What is between them is bounded by [`limits::BATCHES_IN_FLIGHT_MAX`] and, since a record may be larger than a
//! batch, by [`limits::BYTES_IN_FLIGHT_MAX`]. A file that ends within its first batch is read without a thread. When the
//! taker stops, the others end at their next batch.

mod flight;
mod salvage;
#[cfg(test)]
mod tests;
mod worker;

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use self::flight::{Flight, Permit};
pub(super) use self::worker::{Entry, LEVEL, Outcome, Parsed};
use self::worker::{Rooms, Worker};
use super::source::{Flow, Source};
use super::splitter::{Batch, Input, Splitter};
use super::tape::Skip;
use super::{ReadError, ReadOptions};
use crate::limits;

/// What a shape does not read: decided once, from the first records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// Keys whose values are checked, not kept.
    pub(super) skip: Skip,
    /// Types whose records are checked, not kept.
    pub(super) types: &'static [&'static str],
}

/// Takes what was parsed, in the order of the file.
pub(super) trait Taker {
    /// Takes a batch; numbers its records.
    fn take(&mut self, parsed: &mut Parsed) -> Result<(), ReadError>;

    /// What need not be built, once that is known.
    fn rules(&self) -> Option<Rules>;

    /// Tells how far the reading is; `Break` cancels it.
    fn progress(&mut self, bytes_read: u64) -> ControlFlow<()>;
}

/// What identifies the bytes that were read.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) hash: String,
    pub(super) bytes: u64,
}

/// Reads a source to its end.
pub(super) fn run(
    source: Source<'_>,
    flow: &Flow,
    options: ReadOptions,
    taker: &mut dyn Taker,
) -> Result<Content, ReadError> {
    let head = Head::read(source, &mut || watch(taker, flow))?;
    let is_short = head.is_whole;
    let splitter = Splitter::new(head, options.strict);
    let shared = Shared::new(limits::BYTES_IN_FLIGHT_MAX);
    if is_short {
        run_inline(splitter, &shared, flow, taker)
    } else {
        run_threads(splitter, &shared, flow, taker, &parser)
    }
}

/// What one thread parses with.
fn parser() -> impl FnMut(Batch, Rooms, Option<&Rules>) -> Parsed {
    let mut worker = Worker::new();
    move |batch, rooms, rules| worker.parse(batch, rooms, rules)
}

fn watch(taker: &mut dyn Taker, flow: &Flow) -> Result<(), ReadError> {
    match taker.progress(flow.taken()) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(ReadError::Cancelled),
    }
}

/// What the threads have in common.
struct Shared {
    rules: OnceLock<Rules>,
    /// Room of batches that were taken.
    rooms: Mutex<Vec<Rooms>>,
    /// Buffers of such batches.
    buffers: Mutex<Vec<Vec<u8>>>,
    flight: Flight,
}

impl Shared {
    fn new(bytes_in_flight_max: usize) -> Shared {
        let flight = Flight::new(bytes_in_flight_max);
        Shared { rules: OnceLock::new(), rooms: Mutex::default(), buffers: Mutex::default(), flight }
    }

    fn room(&self) -> Rooms {
        self.rooms.lock().ok().and_then(|mut rooms| rooms.pop()).unwrap_or_default()
    }

    fn give_back(&self, parsed: Parsed) {
        let (buffer, room) = parsed.into_rooms();
        if let Ok(mut buffers) = self.buffers.lock()
            && buffers.len() < limits::BATCHES_IN_FLIGHT_MAX
            && buffer.capacity() <= limits::BUFFER_REUSED_BYTES_MAX
        {
            buffers.push(buffer);
        }
        if let Ok(mut rooms) = self.rooms.lock()
            && rooms.len() < limits::BATCHES_IN_FLIGHT_MAX
            && room.bytes() <= ROOM_BYTES_MAX
        {
            rooms.push(room);
        }
    }

    fn publish(&self, taker: &dyn Taker) {
        if self.rules.get().is_none()
            && let Some(rules) = taker.rules()
        {
            self.rules.get_or_init(|| rules);
        }
    }
}

/// Room of a batch that is kept for the next; a batch of one large record gives its room back to the system.
const ROOM_BYTES_MAX: usize = 4 * limits::BATCH_BYTES;

const _: () = assert!(limits::BATCHES_IN_FLIGHT_MAX * 6 * limits::BATCH_BYTES <= 48 << 20);

fn run_inline(
    mut splitter: Splitter<Head<'_>>,
    shared: &Shared,
    flow: &Flow,
    taker: &mut dyn Taker,
) -> Result<Content, ReadError> {
    let mut worker = Worker::new();
    while let Some(batch) = splitter.next_batch()? {
        let mut parsed = worker.parse(batch, shared.room(), shared.rules.get());
        taker.take(&mut parsed)?;
        shared.publish(taker);
        shared.give_back(parsed);
        watch(taker, flow)?;
    }
    Ok(splitter.input().content())
}

fn run_threads<P: FnMut(Batch, Rooms, Option<&Rules>) -> Parsed>(
    splitter: Splitter<Head<'_>>,
    shared: &Shared,
    flow: &Flow,
    taker: &mut dyn Taker,
    parser: &(impl Fn() -> P + Sync),
) -> Result<Content, ReadError> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(limits::PARSE_THREADS_MAX);
    thread::scope(|scope| {
        let (jobs, queue) = sync_channel::<Job<'_>>(threads);
        let (order, waiting) = sync_channel(limits::BATCHES_IN_FLIGHT_MAX - threads.min(2));
        let queue = Arc::new(Mutex::new(queue));
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let queue = Arc::clone(&queue);
                scope.spawn(move || work(&queue, shared, parser()))
            })
            .collect();
        // The last of the workers shall close the queue, also where it panics.
        drop(queue);
        let splitting = scope.spawn(move || split(splitter, shared, &jobs, &order));
        let taken = take_all(waiting, shared, flow, taker);
        if taken.is_err() {
            flow.stop();
        }
        let split = splitting.join().unwrap_or(Err(ReadError::Worker));
        // All are joined, since a panic that nobody has seen would go on in this thread.
        let panics = workers.into_iter().map(|worker| worker.join()).filter(Result::is_err).count();
        if 0 < panics { Err(ReadError::Worker) } else { taken.and(split) }
    })
}

/// A batch in parsed form with the permit for its bytes.
type Done<'s> = (Parsed, Permit<'s>);

/// A batch and where it goes.
type Job<'s> = (Batch, Permit<'s>, SyncSender<Done<'s>>);

fn split<'s>(
    mut splitter: Splitter<Head<'_>>,
    shared: &'s Shared,
    jobs: &SyncSender<Job<'s>>,
    order: &SyncSender<Receiver<Done<'s>>>,
) -> Result<Content, ReadError> {
    while let Some(batch) = splitter.next_batch()? {
        // Permits come back as well where the taker has stopped, since what it does not take is dropped.
        let permit = shared.flight.permit(batch.bytes.capacity());
        let (to, from) = sync_channel(1);
        // Nobody listens once the taker has stopped.
        if order.send(from).is_err() || jobs.send((batch, permit, to)).is_err() {
            return Err(ReadError::Cancelled);
        }
        if let Ok(mut buffers) = shared.buffers.lock() {
            buffers.drain(..).for_each(|buffer| splitter.reuse(buffer));
        }
    }
    Ok(splitter.input().content())
}

fn work<'s>(
    queue: &Mutex<Receiver<Job<'s>>>,
    shared: &'s Shared,
    mut parse: impl FnMut(Batch, Rooms, Option<&Rules>) -> Parsed,
) {
    loop {
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        let Ok((batch, permit, to)) = job else { return };
        let parsed = parse(batch, shared.room(), shared.rules.get());
        if to.send((parsed, permit)).is_err() {
            return;
        }
    }
}

/// Takes batch after batch. The queue closes when it returns, so that nobody waits for room in it.
#[expect(clippy::needless_pass_by_value, reason = "dropping the receiver ends the threads")]
fn take_all(
    waiting: Receiver<Receiver<Done<'_>>>,
    shared: &Shared,
    flow: &Flow,
    taker: &mut dyn Taker,
) -> Result<(), ReadError> {
    loop {
        match waiting.recv_timeout(limits::PROGRESS_INTERVAL_MAX) {
            Ok(from) => {
                // A worker that panicked has dropped the other end.
                let (mut parsed, _permit) = from.recv().map_err(|_| ReadError::Worker)?;
                taker.take(&mut parsed)?;
                shared.publish(taker);
                shared.give_back(parsed);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        watch(taker, flow)?;
    }
}

/// The source with its first bytes already read.
struct Head<'a> {
    source: Source<'a>,
    bytes: Vec<u8>,
    given: usize,
    is_whole: bool,
}

impl<'a> Head<'a> {
    /// Reads the first batch; `watch` is called after each piece of it.
    fn read(mut source: Source<'a>, watch: &mut dyn FnMut() -> Result<(), ReadError>) -> Result<Head<'a>, ReadError> {
        // Zeroed by the system, page by page as it is written to.
        let mut bytes = vec![0; limits::BATCH_BYTES + limits::READ_BUFFER_BYTES];
        let mut filled = 0;
        loop {
            let room = filled..filled + limits::READ_BUFFER_BYTES;
            let count = source.fill(bytes.get_mut(room).unwrap_or_default())?;
            filled += count;
            watch()?;
            if count == 0 || limits::BATCH_BYTES <= filled {
                bytes.truncate(filled);
                return Ok(Head { source, bytes, given: 0, is_whole: count == 0 });
            }
        }
    }

    fn content(&self) -> Content {
        let (hash, bytes) = self.source.content();
        Content { hash, bytes }
    }
}

impl Input for Head<'_> {
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        let rest = self.bytes.get(self.given..).unwrap_or_default();
        if rest.is_empty() {
            self.bytes = Vec::new();
            self.given = 0;
            return if self.is_whole { Ok(0) } else { self.source.fill(into) };
        }
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }

    fn is_cut(&self) -> bool {
        self.source.is_cut()
    }
}
