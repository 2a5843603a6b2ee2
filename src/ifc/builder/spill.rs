//! Rows of a fixed width that wait outside of memory until the end of the file.

use std::io;

use super::super::facts::{FactSink, Scratch};

/// Rows gathered before they are appended to the scratch, and rows read at once.
const WAITING_ROWS: usize = 4096;

/// Rows of a page that is kept for [`Spill::get`].
const PAGE_ROWS: u64 = 256;

/// Pages kept; a page has one place only.
const PAGES_MAX: usize = 64;

/// The rows; their memory is one buffer, and some pages while single rows are asked for.
#[derive(Debug)]
pub(in crate::ifc) struct Spill<const BYTES: usize> {
    waiting: Vec<u8>,
    scratch: Option<Box<dyn Scratch>>,
    rows: u64,
    pages: Vec<Option<(u64, Vec<u8>)>>,
}

impl<const BYTES: usize> Default for Spill<BYTES> {
    fn default() -> Spill<BYTES> {
        Spill { waiting: Vec::new(), scratch: None, rows: 0, pages: Vec::new() }
    }
}

impl<const BYTES: usize> Spill<BYTES> {
    /// Rows so far.
    pub(in crate::ifc) fn len(&self) -> u64 {
        self.rows
    }

    /// Adds a row; its position is the number of rows before.
    pub(in crate::ifc) fn push(&mut self, row: &[u8; BYTES], sink: &mut dyn FactSink) -> io::Result<()> {
        self.waiting.extend_from_slice(row);
        self.rows += 1;
        if self.waiting.len() < WAITING_ROWS * BYTES {
            return Ok(());
        }
        let scratch = match &mut self.scratch {
            Some(scratch) => scratch,
            none => none.insert(sink.scratch()?),
        };
        scratch.append(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// Visits every row in the order they came; more than once if need be.
    pub(in crate::ifc) fn each(&mut self, visit: &mut dyn FnMut(&[u8; BYTES]) -> io::Result<()>) -> io::Result<()> {
        let spilled = self.rows - (self.waiting.len() / BYTES) as u64;
        let mut buffer = Vec::new();
        let mut at = 0;
        while at < spilled
            && let Some(scratch) = &mut self.scratch
        {
            let rows = WAITING_ROWS.min(usize::try_from(spilled - at).unwrap_or(usize::MAX));
            buffer.resize(rows * BYTES, 0);
            read_exact(scratch.as_mut(), at * BYTES as u64, &mut buffer)?;
            buffer.as_chunks::<BYTES>().0.iter().try_for_each(&mut *visit)?;
            at += rows as u64;
        }
        self.waiting.as_chunks::<BYTES>().0.iter().try_for_each(visit)
    }

    /// One row, through a few pages that are kept; neighbours and what comes again cost nothing.
    pub(in crate::ifc) fn get(&mut self, row: u64) -> io::Result<Option<[u8; BYTES]>> {
        if self.rows <= row {
            return Ok(None);
        }
        let spilled = self.rows - (self.waiting.len() / BYTES) as u64;
        if spilled <= row {
            return Ok(pick(&self.waiting, row - spilled));
        }
        let (page, within) = (row / PAGE_ROWS, row % PAGE_ROWS);
        self.pages.resize(PAGES_MAX, None);
        let place = usize::try_from(page).unwrap_or_default() % PAGES_MAX;
        let (Some(held), Some(scratch)) = (self.pages.get_mut(place), &mut self.scratch) else { return Ok(None) };
        match held {
            Some((number, bytes)) if *number == page => Ok(pick(bytes, within)),
            _ => {
                let rows = PAGE_ROWS.min(spilled - page * PAGE_ROWS);
                let mut bytes = vec![0; usize::try_from(rows).unwrap_or_default() * BYTES];
                read_exact(scratch.as_mut(), page * PAGE_ROWS * BYTES as u64, &mut bytes)?;
                Ok(pick(&held.insert((page, bytes)).1, within))
            }
        }
    }
}

fn pick<const BYTES: usize>(bytes: &[u8], row: u64) -> Option<[u8; BYTES]> {
    bytes.as_chunks::<BYTES>().0.get(usize::try_from(row).ok()?).copied()
}

/// Fills the buffer; an end before that is an error, since what was appended must be there.
pub(in crate::ifc) fn read_exact(scratch: &mut dyn Scratch, from: u64, into: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while filled < into.len() {
        match scratch.read_at(from + filled as u64, into.get_mut(filled..).unwrap_or_default())? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::super::super::memory::MemorySink;
    use super::*;

    #[test]
    fn rows_come_back_in_order_and_by_position_wherever_they_wait() {
        let mut sink = MemorySink::new(&Arc::new(Mutex::default()));
        let mut spill = Spill::<8>::default();
        let count = 2 * WAITING_ROWS as u64 + 5;
        for row in 0..count {
            spill.push(&row.to_le_bytes(), &mut sink).unwrap();
        }
        let mut seen = Vec::new();
        spill
            .each(&mut |row| {
                seen.push(u64::from_le_bytes(*row));
                Ok(())
            })
            .unwrap();
        assert!(seen.iter().copied().eq(0..count), "{} rows", seen.len());
        for row in [0, 1, PAGE_ROWS, PAGES_MAX as u64 * PAGE_ROWS / 2, count - 6, count - 1, 0] {
            assert_eq!(spill.get(row).unwrap().map(u64::from_le_bytes), Some(row));
        }
        assert_eq!((spill.get(count).unwrap(), spill.len()), (None, count));
    }
}
