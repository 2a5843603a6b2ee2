//! Targets that read a file.

use std::io::{self, Read};
use std::ops::ControlFlow;

use ifc_json_chunking::error::Coded as _;
use ifc_json_chunking::formats::{ContentEncoding, ReadOptions, read, read_into};
use ifc_json_chunking::ifc::{ProblemCode, Problems};

use crate::sink::Drain;

/// Larger inputs only slow the search down: every path is reached by small ones.
const INFLATED_BYTES_MAX: usize = 1 << 20;

/// What a reading came to, as far as it must not depend on how the bytes came or where the rows go.
#[derive(Debug, PartialEq)]
enum Outcome {
    Read { hash: String, bytes: u64, entities: u64, problems: usize },
    Refused(&'static str),
}

/// Problems without those of magnitudes, which are looked for where the rows are kept.
fn found_while_reading(problems: &Problems) -> usize {
    let is_later = |code| matches!(code, ProblemCode::QuantityMagnitude | ProblemCode::QuantityImplausible);
    problems.kept.iter().filter(|problem| !is_later(problem.code)).count()
}

/// Reads into memory.
fn outcome(source: impl Read + Send, encoding: ContentEncoding) -> Outcome {
    match read(source, encoding, &mut |_| ControlFlow::Continue(())) {
        Ok(read) => {
            let summary = read.model.summary();
            // Every entity can be had, with all that belongs to it.
            let entities = read.model.iter().count() as u64;
            assert_eq!(entities, summary.entities);
            let problems = found_while_reading(&summary.problems);
            Outcome::Read { hash: read.content_hash, bytes: read.content_bytes, entities, problems }
        }
        Err(error) => Outcome::Refused(error.code().as_str()),
    }
}

/// Reads into a sink, as an import does.
fn sunk(source: impl Read + Send) -> Outcome {
    let sink = Box::new(Drain);
    match read_into(sink, source, ContentEncoding::Identity, ReadOptions::default(), &mut |_| ControlFlow::Continue(()))
    {
        Ok((_, facts)) => Outcome::Read {
            hash: facts.content_hash,
            bytes: facts.content_bytes,
            entities: facts.summary.entities,
            problems: found_while_reading(&facts.summary.problems),
        },
        Err(error) => Outcome::Refused(error.code().as_str()),
    }
}

/// Gives the bytes in pieces, as a network does.
struct Pieces<'a> {
    rest: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(self.rest.len()).min(into.len());
        let (piece, rest) = self.rest.split_at(size);
        into[..size].copy_from_slice(piece);
        self.rest = rest;
        Ok(size)
    }
}

/// A file as it is; read at once into memory and in pieces into a sink, it must come to the same.
pub(crate) fn plain(bytes: &[u8]) {
    let size = bytes.last().map_or(1, |last| usize::from(*last) % 61 + 1);
    let (at_once, in_pieces) = (outcome(bytes, ContentEncoding::Identity), sunk(Pieces { rest: bytes, size }));
    // A damaged stream may give some text before the damage shows, and how much depends on the pieces: then the text
    // and the damage are both at fault, and either may be told.
    let both_refused = matches!((&at_once, &in_pieces), (Outcome::Refused(_), Outcome::Refused(_)));
    assert!(at_once == in_pieces || both_refused && is_packed(bytes), "{at_once:?} at once, {in_pieces:?} in pieces");
}

fn is_packed(bytes: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 3] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK"];
    BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning))
}

/// Compressed files: the first byte says whether the rest is taken as a stream or compressed first.
pub(crate) fn packed(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    match choice % 6 {
        0 => drop(outcome(rest, ContentEncoding::Identity)),
        1 => drop(outcome(rest, ContentEncoding::Gzip)),
        2 => drop(outcome(rest, ContentEncoding::Zstd)),
        3 => same_as_plain(rest, &gzip(rest), ContentEncoding::Identity),
        4 => same_as_plain(rest, &zstd::bulk::compress(rest, 1).unwrap_or_default(), ContentEncoding::Identity),
        _ => drop(outcome(&gzip(&gzip(rest))[..], ContentEncoding::Gzip)),
    }
}

/// What is compressed must come to the same as what is not, unless the compression is too strong to be honest.
fn same_as_plain(plain: &[u8], compressed: &[u8], encoding: ContentEncoding) {
    let found = outcome(compressed, encoding);
    // A file within the file is opened once, so that one more layer is no text.
    let is_text = plain.first().is_some_and(|first| matches!(first, b'{' | b'['));
    let honest = found != Outcome::Refused("compression_ratio") && plain.len() < INFLATED_BYTES_MAX;
    if is_text && honest {
        assert_eq!(found, outcome(plain, ContentEncoding::Identity));
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::fast());
    let written = encoder.read_to_end(&mut packed);
    assert!(written.is_ok(), "reading memory cannot fail");
    packed
}
