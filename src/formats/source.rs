//! The byte stream below the splitter: inflated, counted, hashed and bounded.
//!
//! The sender's declared encoding is taken off first; a file that is itself gzip or zstd is recognised by its first
//! bytes and inflated as well, and so is the model in a ZIP archive. Nothing here looks at the content, except that a
//! file in UTF-16 or UTF-32 is refused here.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::splitter::Input;
use super::{ContentEncoding, ReadError, archive};
use crate::limits;

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// Bytes of a file that say what it is, behind any blanks.
const HEAD_BYTES: usize = 16;
/// Blanks before them that are looked over.
const HEAD_BYTES_MAX: usize = 4096;
const BOM_UTF8: &[u8] = &[0xef, 0xbb, 0xbf];
const HINT_UTF16: &str = "; it looks like UTF-16";
const HINT_UTF32: &str = "; it looks like UTF-32";

/// What the reading thread and the one that waits for it tell each other.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Bytes taken from the source.
    taken: AtomicU64,
    /// Whether it was the source that failed, and not a decompressor.
    failed: AtomicBool,
    /// Whether nobody waits any more.
    stopped: AtomicBool,
}

impl Flow {
    /// Bytes taken from the source so far, compressed where it is compressed.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Ends the reading at the next buffer.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

/// Counts what is taken from the source and remembers whether it was the source that failed.
struct Counting<R> {
    source: R,
    flow: Arc<Flow>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let result = self.source.read(into);
        match &result {
            Ok(count) => {
                self.flow.taken.fetch_add(*count as u64, Ordering::Relaxed);
            }
            Err(error) => self.flow.failed.store(error.kind() != io::ErrorKind::Interrupted, Ordering::Relaxed),
        }
        result
    }
}

/// Fails once, then is at its end.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// The inflated stream of one model.
pub(super) struct Source<'a> {
    stream: Box<dyn Read + Send + 'a>,
    flow: Arc<Flow>,
    compressed: bool,
    /// Whether a compressed stream that ends too early is an error; else it is the end.
    strict: bool,
    is_cut: bool,
    hasher: blake3::Hasher,
    inflated: u64,
}

impl<'a> Source<'a> {
    /// Takes off the declared encoding, then whatever the first bytes show.
    pub(super) fn open(
        source: impl Read + Send + 'a,
        encoding: ContentEncoding,
        strict: bool,
        flow: Arc<Flow>,
    ) -> Result<Source<'a>, ReadError> {
        let mut stream: Box<dyn Read + Send + 'a> = Box::new(Counting { source, flow: Arc::clone(&flow) });
        let failure = |error| failure(&flow, 0, error);
        stream = inflate(stream, encoding).map_err(failure)?;
        let mut head = Vec::with_capacity(ZSTD_MAGIC.len());
        stream.by_ref().take(ZSTD_MAGIC.len() as u64).read_to_end(&mut head).map_err(failure)?;
        let inner = if head.starts_with(GZIP_MAGIC) {
            ContentEncoding::Gzip
        } else if head == ZSTD_MAGIC {
            ContentEncoding::Zstd
        } else {
            ContentEncoding::Identity
        };
        let is_archive = head == archive::MAGIC;
        stream = inflate(Box::new(Cursor::new(head).chain(stream)), inner).map_err(failure)?;
        if is_archive {
            stream = Box::new(archive::Entry::open(stream).map_err(failure)?);
        }
        let compressed = is_archive || encoding != ContentEncoding::Identity || inner != ContentEncoding::Identity;
        let hasher = blake3::Hasher::new();
        Ok(Source { stream, flow, compressed, strict, is_cut: false, hasher, inflated: 0 })
    }

    /// The first bytes of the inflated stream, up to [`HEAD_BYTES`] behind any blanks; they are read again afterwards.
    pub(super) fn peek(&mut self) -> Vec<u8> {
        let mut head = Vec::with_capacity(HEAD_BYTES_MAX);
        while head.trim_ascii_start().len() < HEAD_BYTES && head.len() < HEAD_BYTES_MAX {
            let mut piece = [0; HEAD_BYTES];
            match self.stream.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => head.extend_from_slice(piece.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    // It is told where the bytes are taken, not where they are looked at.
                    self.stream = Box::new(Cursor::new(head.clone()).chain(Failed(Some(error))));
                    return head;
                }
            }
        }
        let rest = std::mem::replace(&mut self.stream, Box::new(io::empty()));
        self.stream = Box::new(Cursor::new(head.clone()).chain(rest));
        head
    }

    /// BLAKE3 of everything read so far, as 32 hexadecimal digits, and its length in bytes.
    pub(super) fn content(&self) -> (String, u64) {
        let mut hash = self.hasher.finalize().to_hex().to_string();
        hash.truncate(32);
        (hash, self.inflated)
    }

    /// Whether an early end of the compressed stream is taken as the end: something was inflated, and the source is well.
    fn may_be_cut(&self) -> bool {
        !self.strict && self.compressed && 0 < self.inflated && !self.flow.failed.load(Ordering::Relaxed)
    }

    fn check_bounds(&self) -> Result<(), ReadError> {
        if limits::MODEL_BYTES_MAX < self.inflated {
            return Err(ReadError::TooLarge { bytes_max: limits::MODEL_BYTES_MAX });
        }
        let allowed = self.flow.taken().saturating_mul(limits::INFLATE_RATIO_MAX);
        if self.compressed && limits::INFLATE_RATIO_FLOOR_BYTES < self.inflated && allowed < self.inflated {
            return Err(ReadError::Ratio { ratio_max: limits::INFLATE_RATIO_MAX });
        }
        Ok(())
    }
}

impl Input for Source<'_> {
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        if self.flow.stopped.load(Ordering::Relaxed) {
            return Err(ReadError::Cancelled);
        }
        if self.is_cut {
            return Ok(0);
        }
        // The first bytes decide about the encoding, so they are gathered even from a source that gives one at a time.
        let wanted = if self.inflated == 0 { 4 } else { 1 };
        let mut filled = 0;
        while filled < wanted {
            let rest = into.get_mut(filled..).unwrap_or_default();
            match self.stream.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && self.may_be_cut() => {
                    self.is_cut = true;
                    break;
                }
                Err(error) => return Err(failure(&self.flow, self.inflated, error)),
            }
        }
        let bytes = into.get_mut(..filled).unwrap_or_default();
        self.hasher.update(bytes);
        let is_start = self.inflated == 0;
        self.inflated += filled as u64;
        self.check_bounds()?;
        if is_start {
            check_encoding(bytes)?;
            if bytes.starts_with(BOM_UTF8) {
                // Blanks keep every offset true.
                bytes.get_mut(..BOM_UTF8.len()).unwrap_or_default().fill(b' ');
            }
        }
        Ok(filled)
    }

    fn is_cut(&self) -> bool {
        self.is_cut
    }
}

fn inflate<'a>(stream: Box<dyn Read + Send + 'a>, encoding: ContentEncoding) -> io::Result<Box<dyn Read + Send + 'a>> {
    Ok(match encoding {
        ContentEncoding::Identity => stream,
        ContentEncoding::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(buffered(stream))),
        ContentEncoding::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(buffered(stream))?),
    })
}

fn buffered<'a>(stream: Box<dyn Read + Send + 'a>) -> BufReader<Box<dyn Read + Send + 'a>> {
    BufReader::with_capacity(limits::READ_BUFFER_BYTES, stream)
}

/// An error of the source itself keeps its kind; any other comes from a decompressor.
fn failure(flow: &Flow, offset: u64, source: io::Error) -> ReadError {
    if flow.failed.load(Ordering::Relaxed) {
        return ReadError::Io { offset, source };
    }
    match source.get_ref().and_then(|inner| inner.downcast_ref::<archive::Refused>()) {
        Some(archive::Refused(what)) => ReadError::Archive { what: what.clone() },
        None => ReadError::Compression { offset, source },
    }
}

/// JSON begins with two ASCII characters, so NULs among the first four bytes tell the wider encodings (RFC 4627, 3).
fn check_encoding(head: &[u8]) -> Result<(), ReadError> {
    let hint = match head {
        [0, 0, 0xfe, 0xff, ..] | [0xff, 0xfe, 0, 0, ..] | [0, 0, 0, 1..=255, ..] | [1..=255, 0, 0, 0, ..] => HINT_UTF32,
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => HINT_UTF16,
        _ => return Ok(()),
    };
    Err(ReadError::Encoding { offset: 0, hint })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn drain(bytes: &[u8], encoding: ContentEncoding) -> Result<(Vec<u8>, String), ReadError> {
        let mut source = Source::open(bytes, encoding, true, Arc::default())?;
        let (mut all, mut buffer) = (Vec::new(), vec![0; 4096]);
        loop {
            match source.fill(&mut buffer)? {
                0 => return Ok((all, source.content().0)),
                count => all.extend_from_slice(&buffer[..count]),
            }
        }
    }

    #[test]
    fn every_wrapping_gives_the_same_bytes_and_hash() {
        let text = b"[1, 2, 3]".repeat(1000);
        let plain = drain(&text, ContentEncoding::Identity).unwrap();
        let (left, right) = text.split_at(300);
        let members = [gzip(left), gzip(right)].concat();
        let zstd = zstd::encode_all(text.as_slice(), 1).unwrap();
        assert_eq!(plain.1.len(), 32);
        assert_eq!(drain(&members, ContentEncoding::Identity).unwrap(), plain);
        assert_eq!(drain(&members, ContentEncoding::Gzip).unwrap(), plain);
        assert_eq!(drain(&zstd, ContentEncoding::Identity).unwrap(), plain);
        assert_eq!(drain(&zstd, ContentEncoding::Zstd).unwrap(), plain);
        assert_eq!(drain(&gzip(&zstd), ContentEncoding::Gzip).unwrap(), plain);
    }

    #[test]
    fn damaged_streams_are_told_from_failing_sources() {
        let whole = gzip(&b"[1, 2, 3]".repeat(1000));
        let early = &whole[..whole.len() - 10];
        assert!(matches!(drain(early, ContentEncoding::Identity), Err(ReadError::Compression { .. })));
        assert!(matches!(drain(b"[1]", ContentEncoding::Gzip), Err(ReadError::Compression { .. })));
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let opened = Source::open(early.chain(Failing), ContentEncoding::Identity, true, Arc::default());
        let error = opened.and_then(|mut source| {
            let mut buffer = vec![0; 65536];
            while source.fill(&mut buffer)? != 0 {}
            Ok(())
        });
        let Err(ReadError::Io { source, .. }) = error else { panic!("{error:?}") };
        assert_eq!(source.kind(), io::ErrorKind::ConnectionReset);
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::copy(&mut std::io::repeat(b' ').take(limits::INFLATE_RATIO_FLOOR_BYTES + 100_000), &mut encoder)
            .unwrap();
        let bomb = encoder.finish().unwrap();
        assert!(matches!(drain(&bomb, ContentEncoding::Identity), Err(ReadError::Ratio { .. })));
    }

    #[test]
    fn wider_encodings_are_named_and_a_utf8_mark_is_blanked() {
        for (bytes, hint) in [
            (&b"\xff\xfe[\0"[..], HINT_UTF16),
            (b"\xfe\xff\0[", HINT_UTF16),
            (b"[\0]\0", HINT_UTF16),
            (b"\0[\0]", HINT_UTF16),
            (b"[\0\0\0", HINT_UTF32),
            (b"\0\0\0[", HINT_UTF32),
        ] {
            let error = drain(bytes, ContentEncoding::Identity);
            let Err(ReadError::Encoding { hint: given, .. }) = error else { panic!("{error:?}") };
            assert_eq!(given, hint, "{bytes:?}");
        }
        assert_eq!(drain(b"\xef\xbb\xbf[1]", ContentEncoding::Identity).unwrap().0, b"   [1]");
    }
}
