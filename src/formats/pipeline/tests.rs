use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::*;
use crate::formats::ContentEncoding;

/// Longer than any of these readings takes; only one that hangs gets there.
const HANGING: Duration = Duration::from_secs(60);

/// Counts what it takes; stops after so many batches.
#[derive(Default)]
struct Counter {
    records: usize,
    faults: usize,
    largest: usize,
    batches: usize,
    batches_max: Option<usize>,
}

impl Taker for Counter {
    fn take(&mut self, parsed: &mut Parsed) -> Result<(), ReadError> {
        self.batches += 1;
        self.records += parsed.entries.len();
        self.faults += parsed.entries.iter().filter(|entry| matches!(entry.outcome, Outcome::Fault(_))).count();
        self.largest = self.largest.max(parsed.text.capacity());
        Ok(())
    }

    fn rules(&self) -> Option<Rules> {
        None
    }

    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        match self.batches_max {
            Some(max) if max <= self.batches => ControlFlow::Break(()),
            Some(_) | None => ControlFlow::Continue(()),
        }
    }
}

/// A list of records of one size; what was read of it is counted.
struct Records<'c> {
    record: Vec<u8>,
    at: usize,
    left: usize,
    given: &'c AtomicUsize,
}

impl<'c> Records<'c> {
    fn new(bytes: usize, count: usize, given: &'c AtomicUsize) -> Records<'c> {
        let record = format!(",{{\"type\":\"IfcWall\",\"name\":\"{}\"}}", "x".repeat(bytes)).into_bytes();
        Records { record, at: 0, left: count, given }
    }
}

impl std::io::Read for Records<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let is_start = self.given.load(Ordering::Relaxed) == 0;
        let piece = if self.left == 0 { &b"]"[usize::from(self.at == 1)..] } else { &self.record[self.at..] };
        let count = piece.len().min(into.len());
        into[..count].copy_from_slice(&piece[..count]);
        if is_start {
            into[0] = b'[';
        }
        self.at += count;
        if 0 < self.left && self.at == self.record.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        self.given.fetch_add(count, Ordering::Relaxed);
        Ok(count)
    }
}

/// Reads with threads, whatever the length of the source is.
fn threaded<P: FnMut(Batch, Rooms, Option<&Rules>) -> Parsed>(
    records: Records<'_>,
    shared: &Shared,
    taker: &mut Counter,
    parser: &(impl Fn() -> P + Sync),
) -> Result<Content, ReadError> {
    let flow = Arc::new(Flow::default());
    let source = Source::open(records, ContentEncoding::Identity, false, Arc::clone(&flow))?;
    let head = Head::read(source, &mut || Ok(()))?;
    run_threads(Splitter::new(head, false), shared, &flow, taker, parser)
}

/// What `reading` gives, unless it hangs.
fn ending<T: Send + 'static>(reading: impl FnOnce() -> T + Send + 'static) -> T {
    let (to, from) = mpsc::channel();
    let thread = thread::spawn(move || to.send(reading()));
    let ended = from.recv_timeout(HANGING).expect("the reading neither ended nor failed");
    thread.join().unwrap().unwrap();
    ended
}

#[test]
fn records_larger_than_a_batch_never_hold_more_bytes_than_the_limit_or_one_of_them() {
    for (megabytes, count, bytes_in_flight_max) in [(3, 12, 8 << 20), (6, 5, 4 << 20), (1, 20, 1)] {
        let given = AtomicUsize::new(0);
        let (shared, mut taker) = (Shared::new(bytes_in_flight_max), Counter::default());
        threaded(Records::new(megabytes << 20, count, &given), &shared, &mut taker, &parser).unwrap();
        assert_eq!((taker.records, taker.faults), (count, 0));
        let peak = shared.flight.peak();
        assert!(taker.largest <= peak && peak <= bytes_in_flight_max.max(taker.largest), "{peak} bytes");
        assert!(shared.buffers.lock().unwrap().iter().all(|b| b.capacity() <= limits::BUFFER_REUSED_BYTES_MAX));
    }
}

#[test]
fn a_panic_in_one_or_all_threads_that_parse_ends_the_reading_with_an_error() {
    for panics_from in [0, 1, 5] {
        let error = ending(move || {
            let (given, parsed) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let (shared, mut taker) = (Shared::new(limits::BYTES_IN_FLIGHT_MAX), Counter::default());
            let failing = || {
                let (mut parse, parsed) = (parser(), &parsed);
                move |batch: Batch, rooms: Rooms, rules: Option<&Rules>| {
                    assert!(parsed.fetch_add(1, Ordering::Relaxed) < panics_from, "planned");
                    parse(batch, rooms, rules)
                }
            };
            // That it comes back shows that no thread is left: they are scoped.
            threaded(Records::new(100_000, 1000, &given), &shared, &mut taker, &failing).map(|content| content.bytes)
        });
        assert!(matches!(error, Err(ReadError::Worker)), "{error:?}");
    }
}

#[test]
fn a_cancelled_reading_ends_within_the_batches_that_were_on_their_way() {
    let (ended, given) = ending(|| {
        let given = AtomicUsize::new(0);
        let shared = Shared::new(limits::BYTES_IN_FLIGHT_MAX);
        let mut taker = Counter { batches_max: Some(3), ..Counter::default() };
        let ended =
            threaded(Records::new(1000, usize::MAX, &given), &shared, &mut taker, &parser).map(|_| taker.batches);
        (ended, given.into_inner())
    });
    assert!(matches!(ended, Err(ReadError::Cancelled)), "{ended:?}");
    // Those that were taken, those on their way, the one in hand and the one being filled.
    let bytes_max = (3 + limits::BATCHES_IN_FLIGHT_MAX + 4) * (limits::BATCH_BYTES + limits::READ_BUFFER_BYTES);
    assert!(given <= bytes_max, "{given} bytes were read");
}
