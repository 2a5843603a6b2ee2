//! `.ifczip`: a ZIP archive that holds one building model.
//!
//! Read from front to back, since an upload cannot be sought: every local header is followed as it comes, the contents
//! list at the end of the archive is not needed. No name in the archive is ever used as a path; only its ending is
//! looked at. The widespread ZIP packages refuse archives from a stream whose sizes stand behind the data, which is how
//! Java and .NET write them; so the few fields needed are read here.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::DeflateDecoder;

use crate::limits;

/// How a local header begins.
pub(super) const MAGIC: &[u8] = b"PK\x03\x04";
const DESCRIPTOR_MAGIC: &[u8] = b"PK\x07\x08";
/// Endings of names whose content is read; the content says itself which shape it is.
const ENDINGS: &[&str] = &[".ifc", ".json", ".ifcjson"];
/// Names of other things that packers add.
const BYSTANDERS: &[&str] = &["__MACOSX/", ".DS_Store", "Thumbs.db"];
/// Entries looked at before the model is given up; an archive of a model holds one, packers add a few.
const ENTRIES_MAX: usize = 64;
const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 1 << 3;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Stands for a size that is in the extra field (ZIP64).
const SIZE_ELSEWHERE: u32 = u32::MAX;

/// Why an archive is not read, carried through [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(pub(super) String);

fn refused<T>(what: impl Into<String>) -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::Unsupported, Refused(what.into())))
}

fn damaged<T>(what: &str) -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::InvalidData, what))
}

/// What a local header says of its entry.
struct LocalHeader {
    name: String,
    method: u16,
    crc: u32,
    packed: u64,
    plain: u64,
    sizes_follow: bool,
    is_zip64: bool,
}

/// The bytes of one entry.
enum Body<R: BufRead> {
    Stored(io::Take<R>),
    Deflated(DeflateDecoder<R>),
    Over,
}

/// The one model in an archive, inflated. Everything behind it is looked through at its end.
pub(super) struct Entry<R: BufRead> {
    body: Body<R>,
    header: LocalHeader,
    crc: flate2::Crc,
    seen: usize,
}

impl<R: Read> Entry<BufReader<R>> {
    /// Finds the model.
    pub(super) fn open(source: R) -> io::Result<Entry<BufReader<R>>> {
        let mut source = BufReader::with_capacity(limits::READ_BUFFER_BYTES, source);
        let mut seen = 0;
        loop {
            let Some(header) = local_header(&mut source)? else {
                return refused("a ZIP archive without an .ifc or .json file");
            };
            seen += 1;
            if header.is_bystander() {
                source = pass(source, &header, seen)?;
                continue;
            }
            header.check()?;
            let body = header.body(source);
            return Ok(Entry { body, header, crc: flate2::Crc::new(), seen });
        }
    }
}

impl<R: BufRead> Entry<R> {
    /// Checks the sum of the model, then that nothing but bystanders follows.
    fn close(&mut self) -> io::Result<()> {
        let mut source = match std::mem::replace(&mut self.body, Body::Over) {
            Body::Stored(body) if 0 < body.limit() => return Err(io::ErrorKind::UnexpectedEof.into()),
            Body::Stored(body) => body.into_inner(),
            Body::Deflated(body) => body.into_inner(),
            Body::Over => return Ok(()),
        };
        let plain = u64::from(self.crc.amount());
        let wanted = if self.header.sizes_follow {
            descriptor(&mut source, self.header.is_zip64)?
        } else {
            (self.header.crc, self.header.plain)
        };
        if wanted.0 != self.crc.sum() || wanted.1 & u64::from(u32::MAX) != plain {
            return damaged("the checksum of the archive's entry does not match");
        }
        while let Some(header) = local_header(&mut source)? {
            self.seen += 1;
            if !header.is_bystander() {
                return refused(format!("a ZIP archive with more than one file ({})", header.shown()));
            }
            source = pass(source, &header, self.seen)?;
        }
        io::copy(&mut source, &mut io::sink()).map(|_| ())
    }
}

impl<R: BufRead> Read for Entry<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.body {
            Body::Stored(body) => body.read(into)?,
            Body::Deflated(body) => body.read(into)?,
            Body::Over => return Ok(0),
        };
        self.crc.update(into.get(..count).unwrap_or_default());
        if count == 0 && !into.is_empty() {
            self.close()?;
        }
        Ok(count)
    }
}

impl LocalHeader {
    /// A folder, or what packers of one system add.
    fn is_bystander(&self) -> bool {
        self.name.ends_with('/') || BYSTANDERS.iter().any(|part| self.name.contains(part))
    }

    fn shown(&self) -> String {
        self.name.chars().filter(|letter| !letter.is_control()).take(80).collect()
    }

    fn check(&self) -> io::Result<()> {
        let lower = self.name.to_ascii_lowercase();
        if !ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            return refused(format!("a ZIP archive that holds {}", self.shown()));
        }
        if !matches!(self.method, STORED | DEFLATED) {
            return refused(format!("a ZIP archive packed by method {}", self.method));
        }
        Ok(())
    }

    fn body<R: BufRead>(&self, source: R) -> Body<R> {
        if self.method == STORED {
            Body::Stored(source.take(self.packed))
        } else {
            Body::Deflated(DeflateDecoder::new(source))
        }
    }
}

/// Reads past an entry that is not wanted.
fn pass<R: BufRead>(source: R, header: &LocalHeader, seen: usize) -> io::Result<R> {
    if ENTRIES_MAX < seen {
        return refused("a ZIP archive of many files");
    }
    let mut source = match header.body(source) {
        Body::Stored(mut body) => {
            io::copy(&mut body, &mut io::sink())?;
            body.into_inner()
        }
        Body::Deflated(mut body) => {
            // What packers add is small; anything larger is no bystander.
            let count = io::copy(&mut body.by_ref().take(limits::INFLATE_RATIO_FLOOR_BYTES), &mut io::sink())?;
            if count == limits::INFLATE_RATIO_FLOOR_BYTES {
                return refused("a ZIP archive of many files");
            }
            body.into_inner()
        }
        Body::Over => return damaged("an entry of the archive is missing"),
    };
    if header.sizes_follow {
        descriptor(&mut source, header.is_zip64)?;
    }
    Ok(source)
}

/// The next local header; none where the list of contents begins.
fn local_header(source: &mut impl BufRead) -> io::Result<Option<LocalHeader>> {
    let mut magic = [0; 4];
    source.read_exact(&mut magic)?;
    if magic != *MAGIC {
        return if magic.starts_with(b"PK") { Ok(None) } else { damaged("the archive's next entry is not found") };
    }
    let mut fixed = [0; 26];
    source.read_exact(&mut fixed)?;
    let (flags, method) = (two(&fixed, 2), two(&fixed, 4));
    let mut name = vec![0; usize::from(two(&fixed, 22))];
    source.read_exact(&mut name)?;
    let mut extra = vec![0; usize::from(two(&fixed, 24))];
    source.read_exact(&mut extra)?;
    let name = String::from_utf8_lossy(&name).into_owned();
    let (crc, packed, plain) = (four(&fixed, 10), four(&fixed, 14), four(&fixed, 18));
    let sizes_follow = flags & SIZES_FOLLOW != 0;
    if flags & ENCRYPTED != 0 {
        return refused("an encrypted ZIP archive");
    }
    if sizes_follow && method == STORED && !name.ends_with('/') {
        return refused("a ZIP archive whose entry is stored without its size");
    }
    let large = zip64(&extra);
    let wide = |size: u32, at: usize| {
        let found = large.and_then(|sizes| sizes.get(at..at + 8)?.try_into().ok()).map(u64::from_le_bytes);
        if size == SIZE_ELSEWHERE { found.unwrap_or(u64::from(size)) } else { u64::from(size) }
    };
    let (plain, packed) = (wide(plain, 0), wide(packed, 8));
    Ok(Some(LocalHeader { name, method, crc, packed, plain, sizes_follow, is_zip64: large.is_some() }))
}

/// The sizes of the extra field for large entries: plain, then packed.
fn zip64(extra: &[u8]) -> Option<&[u8]> {
    let mut rest = extra;
    while 4 <= rest.len() {
        let (id, length) = (two(rest, 0), usize::from(two(rest, 2)));
        let content = rest.get(4..4 + length)?;
        if id == 1 {
            return Some(content);
        }
        rest = rest.get(4 + length..)?;
    }
    None
}

/// Checksum and plain size behind the data of an entry.
fn descriptor(source: &mut impl BufRead, is_zip64: bool) -> io::Result<(u32, u64)> {
    let mut first = [0; 4];
    source.read_exact(&mut first)?;
    if first == *DESCRIPTOR_MAGIC {
        source.read_exact(&mut first)?;
    }
    let mut sizes = [0; 16];
    let width = if is_zip64 { 8 } else { 4 };
    source.read_exact(sizes.get_mut(..2 * width).unwrap_or_default())?;
    Ok((u32::from_le_bytes(first), u64::from(four(&sizes, width))))
}

fn two(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|found| found.try_into().ok()).map(u16::from_le_bytes).unwrap_or_default()
}

fn four(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|found| found.try_into().ok()).map(u32::from_le_bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests;
