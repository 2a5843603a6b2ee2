//! The least that reading can be: one thread splits, two parse into typed structs, and the result is dropped.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context as _, Result, anyhow};

use crate::record::{Component, IfcJson};
use crate::split::{Mark, Splitter};
use crate::{Found, Shape};

const READ_BYTES: usize = 256 * 1024;
const BATCHES_WAITING: usize = 4;
const PARSERS: usize = 2;
/// Braces that are open within a record.
const DEPTHS: [u32; 2] = [2, 3];

/// Whole records, one after the other, and whether each stands in the list of walls.
#[derive(Debug, Default)]
struct Batch {
    text: Vec<u8>,
    records: Vec<(Range<usize>, bool)>,
}

pub(crate) fn parse(file: &Path, shape: Shape) -> Result<Found> {
    let mut file = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let (sender, receiver) = sync_channel(BATCHES_WAITING);
    let receiver = Mutex::new(receiver);
    thread::scope(|scope| {
        let parsers: Vec<_> = (0..PARSERS).map(|_| scope.spawn(|| parse_batches(&receiver, shape))).collect();
        // The parsers end when this thread has sent all and lets go of the sender.
        let split = split(&mut file, DEPTHS[usize::from(shape == Shape::D)], sender);
        let mut found = Found::default();
        for parser in parsers {
            let part = parser.join().map_err(|_| anyhow!("a parser broke off"))??;
            found.records += part.records;
            found.walls += part.walls;
            found.values += part.values;
        }
        split.map(|()| found)
    })
}

#[expect(clippy::needless_pass_by_value, reason = "dropping it tells the parsers that nothing more comes")]
fn split(file: &mut File, record_depth: u32, sender: SyncSender<Batch>) -> Result<()> {
    let mut splitter = Splitter::new(record_depth);
    let mut batch = Batch::default();
    let mut open = None;
    loop {
        let from = batch.text.len();
        batch.text.resize(from + READ_BYTES, 0);
        let read = file.read(&mut batch.text[from..])?;
        batch.text.truncate(from + read);
        if read == 0 {
            return Ok(());
        }
        let Batch { text, records } = &mut batch;
        splitter.scan(text, from, &mut |mark| match mark {
            Mark::Begin(at) => open = Some(at),
            Mark::End { end, in_walls } => records.extend(open.take().map(|begin| (begin..end, in_walls))),
        });
        // What is begun goes to the next batch.
        let begun = open.map_or(Vec::new(), |begin| batch.text.split_off(begin));
        open = open.map(|_| 0);
        let full = std::mem::replace(&mut batch, Batch { text: begun, records: Vec::new() });
        if !full.records.is_empty() {
            sender.send(full).context("no parser is left")?;
        }
    }
}

fn parse_batches(receiver: &Mutex<Receiver<Batch>>, shape: Shape) -> Result<Found> {
    let mut found = Found::default();
    loop {
        let batch = receiver.lock().map_err(|_| anyhow!("a parser broke off"))?.recv();
        let Ok(Batch { text, records }) = batch else { return Ok(found) };
        for (range, in_walls) in records {
            let record = &text[range];
            found.records += 1;
            match shape {
                Shape::A => {
                    let record: IfcJson<'_> = serde_json::from_slice(record)?;
                    found.walls += u64::from(record.class == "IfcWall");
                    let values = record.has_properties.map_or(0, |values| values.len());
                    found.values += (values + record.quantities.map_or(0, |values| values.len())) as u64;
                }
                Shape::D => {
                    let record: Component<'_> = serde_json::from_slice(record)?;
                    found.walls += u64::from(in_walls);
                    let sets = record.properties.iter().flat_map(|sets| &sets.0);
                    let values: usize = sets.map(|(_, values)| values.0.len()).sum();
                    found.values += (values + record.physical_properties.map_or(0, |values| values.0.len())) as u64;
                }
            }
        }
    }
}
