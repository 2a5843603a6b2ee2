//! A sink that only hands rows over: they are written by a thread of their own, so that reading need not wait for it.

use std::fmt;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::ifc::{
    EntityIndex, EntityRow, FactSink, ItemRow, LinkRow, MaterialRow, RecordRow, RelationRow, Scratch, SetLink, SetRow,
    TextId,
};
use crate::limits;

/// One call to the sink behind.
type Call = Box<dyn FnOnce(&mut dyn FactSink) -> io::Result<()> + Send>;

/// Hands calls to a thread. Dropped, it waits until all were made.
pub(super) struct BehindSink {
    calls: Option<SyncSender<Call>>,
    thread: Option<JoinHandle<()>>,
    failure: Arc<Mutex<Option<io::Error>>>,
    /// Makes what cannot wait.
    direct: Box<dyn FactSink>,
}

impl fmt::Debug for BehindSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BehindSink").field("direct", &self.direct).finish_non_exhaustive()
    }
}

impl BehindSink {
    /// `sink` and `direct` write the same model.
    pub(super) fn new(mut sink: Box<dyn FactSink>, direct: Box<dyn FactSink>) -> BehindSink {
        let (calls, waiting) = sync_channel::<Call>(limits::WRITE_CALLS_MAX);
        let failure = Arc::new(Mutex::new(None));
        let told = Arc::clone(&failure);
        let thread = thread::spawn(move || {
            for call in waiting {
                if let Err(error) = call(sink.as_mut()) {
                    *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    return;
                }
            }
        });
        BehindSink { calls: Some(calls), thread: Some(thread), failure, direct }
    }

    fn call(&self, call: impl FnOnce(&mut dyn FactSink) -> io::Result<()> + Send + 'static) -> io::Result<()> {
        let sent = self.calls.as_ref().is_some_and(|calls| calls.send(Box::new(call)).is_ok());
        if sent { Ok(()) } else { Err(self.failed()) }
    }

    fn failed(&self) -> io::Error {
        let told = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        told.unwrap_or_else(|| io::Error::new(io::ErrorKind::BrokenPipe, "the writing of the model ended before"))
    }

    fn end(&mut self) -> io::Result<()> {
        drop(self.calls.take());
        let panicked = self.thread.take().is_some_and(|thread| thread.join().is_err());
        let told = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        match told {
            Some(error) => Err(error),
            None if panicked => Err(io::Error::other("the writing of the model panicked")),
            None => Ok(()),
        }
    }
}

impl Drop for BehindSink {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!(%error, "a model was not written to its end");
        }
    }
}

macro_rules! hand_over {
    ($($table:ident: $row:ty),+ $(,)?) => {$(
        fn $table(&mut self, rows: &[$row]) -> io::Result<()> {
            if rows.is_empty() {
                return Ok(());
            }
            let rows = rows.to_vec();
            self.call(move |sink| sink.$table(&rows))
        }
    )+};
}

impl FactSink for BehindSink {
    fn texts(&mut self, texts: &[&str]) -> io::Result<()> {
        let mut all = String::with_capacity(texts.iter().map(|text| text.len()).sum());
        let mut ends = Vec::with_capacity(texts.len());
        for text in texts {
            all.push_str(text);
            ends.push(all.len());
        }
        self.call(move |sink| {
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let texts: Vec<&str> =
                starts.zip(&ends).map(|(start, end)| all.get(start..*end).unwrap_or_default()).collect();
            sink.texts(&texts)
        })
    }

    hand_over! {
        entities: EntityRow,
        links: LinkRow,
        sets: SetRow,
        items: ItemRow,
        ranges: TextId,
        set_links: SetLink,
        materials: MaterialRow,
        classifications: (Option<TextId>, TextId),
        boundaries: EntityIndex,
        relations: RelationRow,
        records: RecordRow,
    }

    fn take_items(&mut self, rows: &mut Vec<ItemRow>) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let room = Vec::with_capacity(rows.len());
        let rows = std::mem::replace(rows, room);
        self.call(move |sink| sink.items(&rows))
    }

    fn block(&mut self, compressed: &[u8], plain_bytes: u32) -> io::Result<()> {
        let compressed = compressed.to_vec();
        self.call(move |sink| sink.block(&compressed, plain_bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end()
    }

    fn scratch(&mut self) -> io::Result<Box<dyn Scratch>> {
        self.direct.scratch()
    }
}
