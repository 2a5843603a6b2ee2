use std::io::Write;
use std::ops::ControlFlow;

use super::*;
use crate::formats::{ContentEncoding, ReadError, ReadModel, ReadOptions, read, read_with};
use crate::ifc::ProblemCode;

const MODEL: &[u8] = br#"[{"type":"IfcWall","globalId":"a","name":"W"}]"#;

/// How an entry is written.
#[derive(Clone, Copy, PartialEq)]
enum How {
    Stored,
    Deflated,
    /// Deflated, with its sizes behind it.
    Streamed,
    /// As before, with sizes of 64 bits.
    StreamedLarge,
}

fn entry(name: &str, content: &[u8], how: How) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    let packed = if how == How::Stored { content.to_vec() } else { encoder.finish().unwrap() };
    let mut crc = flate2::Crc::new();
    crc.update(content);
    let size = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap();
    let sizes = [crc.sum(), size(&packed), size(content)];
    let (follows, is_large) = (matches!(how, How::Streamed | How::StreamedLarge), how == How::StreamedLarge);
    let extra: Vec<u8> = if is_large { [1, 0, 16, 0].into_iter().chain([0; 16]).collect() } else { Vec::new() };
    let mut bytes = MAGIC.to_vec();
    let method = if how == How::Stored { STORED } else { DEFLATED };
    for field in [20, if follows { SIZES_FOLLOW } else { 0 }, method, 0, 0] {
        bytes.extend(field.to_le_bytes());
    }
    for size in sizes {
        bytes.extend(if follows { 0 } else { size }.to_le_bytes());
    }
    for length in [name.len(), extra.len()] {
        bytes.extend(u16::try_from(length).unwrap().to_le_bytes());
    }
    bytes.extend(name.as_bytes());
    bytes.extend(extra);
    bytes.extend(packed);
    if follows {
        bytes.extend(DESCRIPTOR_MAGIC);
        bytes.extend(sizes[0].to_le_bytes());
        for size in &sizes[1..] {
            bytes.extend(size.to_le_bytes());
            bytes.extend(if is_large { vec![0; 4] } else { Vec::new() });
        }
    }
    bytes
}

/// Entries with the beginning of a list of contents behind them.
fn archive(entries: &[(&str, &[u8], How)]) -> Vec<u8> {
    let mut bytes: Vec<u8> = entries.iter().flat_map(|(name, content, how)| entry(name, content, *how)).collect();
    bytes.extend(b"PK\x01\x02 and whatever follows");
    bytes
}

fn open(bytes: &[u8]) -> Result<ReadModel, ReadError> {
    read(bytes, ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn an_archive_gives_the_model_in_it() {
    let plain = open(MODEL).unwrap();
    for how in [How::Stored, How::Deflated, How::Streamed, How::StreamedLarge] {
        for name in ["house.json", "a/b/HOUSE.IFC", "../house.ifcJSON"] {
            let entries: [(&str, &[u8], How); 4] = [
                ("a/", b"", How::Stored),
                ("__MACOSX/x.ifc", b"x", how),
                (name, MODEL, how),
                ("a/.DS_Store", b"y", how),
            ];
            // A stored entry needs its size in front.
            let read = open(&archive(&entries)).unwrap();
            assert_eq!((&read.model, &read.content_hash), (&plain.model, &plain.content_hash));
        }
    }
}

#[test]
fn other_archives_are_refused_by_name() {
    let step = b"ISO-10303-21;".as_slice();
    let encrypted = {
        let mut bytes = archive(&[("a.ifc", step, How::Deflated)]);
        bytes[6] = 1;
        bytes
    };
    for (bytes, wanted) in [
        (archive(&[("house.ifcXML", b"<x/>", How::Deflated)]), "house.ifcXML"),
        (archive(&[("a.json", MODEL, How::Deflated), ("b.ifc", step, How::Stored)]), "more than one file (b.ifc)"),
        (archive(&[("a/", b"", How::Stored)]), "without an .ifc"),
        (encrypted, "encrypted"),
        (archive(&vec![("a/", b"".as_slice(), How::Stored); ENTRIES_MAX + 2]), "many files"),
    ] {
        let error = open(&bytes).map(|_| ());
        let Err(ReadError::Archive { what }) = error else { panic!("{wanted}: {error:?}") };
        assert!(what.contains(wanted), "{what}");
    }
}

#[test]
fn a_damaged_archive_is_told_wherever_it_is_cut() {
    for how in [How::Stored, How::Deflated, How::Streamed] {
        let whole = archive(&[("a.json", MODEL, how)]);
        let end = whole.len() - b"PK\x01\x02 and whatever follows".len();
        for cut in 4..end + 4 {
            let options = ReadOptions { strict: true };
            let strict =
                read_with(&whole[..cut], ContentEncoding::Identity, options, &mut |_| ControlFlow::Continue(()));
            assert!(matches!(strict.map(|_| ()), Err(ReadError::Compression { .. })), "{cut}");
            match open(&whole[..cut]) {
                Ok(read) => {
                    let told = &read.model.summary().problems.kept;
                    assert!(told.iter().any(|problem| problem.code == ProblemCode::FileTruncated), "{cut}: {told:?}");
                }
                Err(ReadError::Compression { .. } | ReadError::Truncated { .. }) => {}
                Err(error) => panic!("{cut}: {error:?}"),
            }
        }
        let mut wrong = whole.clone();
        let crc = if how == How::Streamed { end - 12 } else { 14 };
        wrong[crc] ^= 1;
        let error = open(&wrong).map(|_| ());
        assert!(matches!(error, Err(ReadError::Compression { .. })), "{error:?}");
    }
}
