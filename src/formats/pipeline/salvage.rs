//! Finds whole records that a broken one hides.
//!
//! A bracket or a quote that is missing, or one too many, moves the end of a record: it takes records behind it along, or
//! ends in the middle of one, whose pieces are then cut out as if they were records. So inside a broken value every place
//! where a record seems to begin is tried by parsing from there, and what is whole counts, also where it reaches over the
//! end of the broken value. A try that fails moves the search on by one byte only, or one damaged record would hide the
//! good ones behind it.

use std::ops::Range;

use super::super::splitter::{Cut, Found, Known, Place};
use super::super::tape::Tape;
use crate::limits;

/// What the search may still cost in one batch.
pub(super) struct Salvage<'b> {
    text: &'b str,
    base: u64,
    known: &'b Known,
    /// Where question marks stand for bytes that could not be read; in order.
    replaced: &'b [usize],
    bytes_left: usize,
}

impl<'b> Salvage<'b> {
    pub(super) fn new(text: &'b str, base: u64, known: &'b Known, replaced: &'b [usize]) -> Salvage<'b> {
        let bytes_left = text.len().saturating_mul(limits::SALVAGE_PASSES_MAX);
        Salvage { text, base, known, replaced, bytes_left }
    }

    /// Whole records that begin inside of `broken`, in order. Values of `later` that begin before the last of them ends
    /// are pieces of records; what those cover is searched as well.
    pub(super) fn hidden_in(&mut self, tape: &mut Tape, broken: &Cut, later: &[Cut]) -> Vec<Cut> {
        let mut place = broken.place.clone();
        let (mut at, mut end) = (broken.range.start + 1, broken.range.end);
        let (mut found, mut later) = (Vec::new(), later.iter().peekable());
        while 0 < self.bytes_left
            && let Some(next) = self.text.as_bytes().get(at..end).and_then(|rest| memchr::memchr(b'{', rest))
        {
            let begin = at + next;
            at = begin + 1;
            let Some(seems) = self.known.find(self.text.as_bytes(), begin) else { continue };
            let Some(moved) = in_list(&place, seems) else { continue };
            let Some(range) = self.whole(tape, begin) else { continue };
            at = range.end;
            while let Some(piece) = later.next_if(|piece| piece.range.start < at) {
                end = end.max(piece.range.end);
            }
            place = moved;
            let place = Place { offset: self.base + range.start as u64, ..place.clone() };
            found.push(Cut { place, is_header: false, range });
        }
        found
    }

    /// The value that begins here, if it is whole.
    fn whole(&mut self, tape: &mut Tape, begin: usize) -> Option<Range<usize>> {
        match tape.check_first(self.text, begin) {
            Ok(end) => {
                let next = self.replaced.partition_point(|at| *at < begin);
                if self.replaced.get(next).is_none_or(|at| end <= *at) {
                    return Some(begin..end);
                }
                self.bytes_left = self.bytes_left.saturating_sub(end - begin);
            }
            // The byte at which it failed was looked at too.
            Err(looked_at) => self.bytes_left = self.bytes_left.saturating_sub(looked_at + 1),
        }
        None
    }
}

/// Where a record stands that was found behind one at `place`: in the same list, or first in a list of a type. Other lists
/// may stand inside of a record.
fn in_list(place: &Place, found: Found) -> Option<Place> {
    match found {
        Found::Element => Some(place.clone()),
        Found::List { key, opens_data } if key.starts_with("Ifc") => Some(Place {
            in_data: place.in_data || opens_data,
            group: Some(key.into()),
            index: Some(0),
            ..place.clone()
        }),
        Found::List { .. } => None,
    }
}
