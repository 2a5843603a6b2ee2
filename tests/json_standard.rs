//! JSON as the standard (RFC 8259) has it: what must be read, what must be refused, and what is left open.
//!
//! The cases follow the categories of the public collection of Nicolas Seriot, written down anew: each is read as one
//! record of a list. A text that must be refused costs that record; the records around it are read in any case, or the
//! file is said to be truncated. Nothing may panic or hang, however the file is cut.
#![expect(clippy::tests_outside_test_module, reason = "an integration test is a test module")]

mod json_cases;

use std::io::Read;
use std::ops::ControlFlow;

use ifc_json_chunking::formats::{ContentEncoding, ReadError, ReadModel, ReadOptions, read_with};
use ifc_json_chunking::ifc::ProblemCode;

use self::json_cases::{ACCEPTED, OPEN, REFUSED, generated_open, generated_refused};

const FIRST: &str = r#"{"type":"IfcWall","globalId":"first"}"#;
const LAST: &str = r#"{"type":"IfcWall","globalId":"last"}"#;

/// Codes that say that something could not be read.
const FAULTS: &[ProblemCode] = &[
    ProblemCode::FileTruncated,
    ProblemCode::StructureBroken,
    ProblemCode::RecordMalformed,
    ProblemCode::RecordTooLarge,
];

fn read(source: impl Read + Send, strict: bool) -> Result<ReadModel, ReadError> {
    read_with(source, ContentEncoding::Identity, ReadOptions { strict }, &mut |_| ControlFlow::Continue(()))
}

/// A value as the attribute of a record, so that the record is read whatever kind of value it is.
fn in_record(value: &[u8]) -> Vec<u8> {
    [br#"[{"type":"IfcWall","globalId":"only","x":"#, value, b"}]"].concat()
}

/// Anything as one element of a list, between two records.
fn in_list(value: &[u8]) -> Vec<u8> {
    [b"[", FIRST.as_bytes(), b",\n", value, b",\n", LAST.as_bytes(), b"]"].concat()
}

fn ids(model: &ReadModel) -> Vec<String> {
    let model = &model.model;
    model.iter().filter_map(|(_, entity)| entity.source_id.map(|id| model.texts.get(id).to_owned())).collect()
}

fn has_fault(model: &ReadModel) -> bool {
    model.model.problems.kept.iter().any(|problem| FAULTS.contains(&problem.code))
}

/// Gives one byte at a time.
struct Drops<'b>(&'b [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let (Some(to), Some((byte, rest))) = (into.first_mut(), self.0.split_first()) else { return Ok(0) };
        *to = *byte;
        self.0 = rest;
        Ok(1)
    }
}

#[test]
fn the_cases_are_as_many_as_in_the_public_collection() {
    assert_eq!(ACCEPTED.len(), 95);
    assert_eq!(REFUSED.len() + generated_refused().len(), 188);
    assert_eq!(OPEN.len() + generated_open().len(), 35);
}

#[test]
fn what_the_standard_accepts_is_read() {
    for (name, value) in ACCEPTED {
        // The same key twice is allowed by the grammar, and refused here since nobody knows which value holds.
        let is_refused_by_us = name.starts_with("same key");
        let result = read(in_record(value).as_slice(), true);
        assert_eq!(result.is_ok(), !is_refused_by_us, "{name}: {:?}", result.err());
        if is_refused_by_us {
            assert!(matches!(result, Err(ReadError::DuplicateKey { .. })), "{name}");
        }
        let read = read(in_list(value).as_slice(), false).unwrap();
        assert_eq!(ids(&read), ["first", "last"], "{name}");
        assert_eq!(has_fault(&read), is_refused_by_us, "{name}");
    }
}

#[test]
fn what_the_standard_refuses_is_refused_or_costs_itself_alone() {
    let generated = generated_refused();
    let all = REFUSED.iter().copied().chain(generated.iter().map(|(name, value)| (*name, value.as_slice())));
    for (name, value) in all {
        assert!(read(in_record(value).as_slice(), true).is_err(), "{name}");
        let list = in_list(value);
        assert!(read(list.as_slice(), true).is_err(), "{name}");
        let read = read(list.as_slice(), false).unwrap();
        assert_eq!(ids(&read), ["first", "last"], "{name}: {:?}", read.model.problems.kept);
        assert!(has_fault(&read), "{name}");
    }
}

#[test]
fn what_the_standard_leaves_open_is_read_or_told() {
    let generated = generated_open();
    let all = OPEN.iter().copied().chain(generated.iter().map(|(name, value)| (*name, value.as_slice())));
    for (name, value) in all {
        let is_read = read(in_record(value).as_slice(), true).is_ok();
        let read = read(in_list(value).as_slice(), false).unwrap();
        assert_eq!(ids(&read), ["first", "last"], "{name}");
        assert_eq!(has_fault(&read), !is_read, "{name}: {:?}", read.model.problems.kept);
    }
}

#[test]
fn a_file_cut_at_any_byte_gives_no_more_than_it_holds() {
    for (at, (name, value)) in ACCEPTED.iter().chain(REFUSED).chain(OPEN).enumerate() {
        let list = in_list(value);
        // What stands before and behind the case is the same in all of them.
        let begin = if at == 0 { 0 } else { FIRST.len() };
        let end = if at == 0 { list.len() } else { FIRST.len() + value.len() + 6 };
        for cut in begin..end {
            let cut_off = list.get(..cut).unwrap_or_default();
            if let Ok(read) = read(cut_off, false) {
                let ids = ids(&read);
                assert!(ids == ["first"] || ids == ["first", "last"], "{name} cut at {cut}: {ids:?}");
                let is_whole = self::read(cut_off, true).is_ok();
                assert_eq!(has_fault(&read), !is_whole, "{name} cut at {cut}");
            } else {
                assert!(cut <= FIRST.len(), "{name} cut at {cut}");
            }
        }
    }
}

#[test]
fn single_bytes_give_the_same_as_the_whole() {
    for (name, value) in ACCEPTED.iter().chain(REFUSED).chain(OPEN) {
        let list = in_list(value);
        let (whole, dripped) = (read(list.as_slice(), false).unwrap(), read(Drops(&list), false).unwrap());
        assert_eq!(whole.model, dripped.model, "{name}");
        assert_eq!(whole.content_hash, dripped.content_hash, "{name}");
    }
}
