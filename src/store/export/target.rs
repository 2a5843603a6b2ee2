//! Where exported files go: a folder, or a ZIP archive that is written from front to back.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::limits;

/// Takes files one after another.
pub trait ExportTarget: Send {
    /// Begins a file.
    fn begin(&mut self, name: &str) -> io::Result<()>;
    /// Appends to the file that was begun.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Ends it.
    fn end(&mut self) -> io::Result<()>;
    /// Ends the whole.
    fn finish(&mut self) -> io::Result<()>;
}

fn not_begun() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "no file was begun")
}

/// Files of a folder. Each gets its name when it is whole, in place of an older one.
#[derive(Debug)]
pub struct FolderTarget {
    folder: PathBuf,
    open: Option<(PathBuf, PathBuf, BufWriter<File>)>,
}

impl FolderTarget {
    /// Makes the folder where there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(folder: &Path) -> io::Result<FolderTarget> {
        fs::create_dir_all(folder)?;
        Ok(FolderTarget { folder: folder.to_owned(), open: None })
    }
}

impl ExportTarget for FolderTarget {
    fn begin(&mut self, name: &str) -> io::Result<()> {
        let part = self.folder.join(format!(".{name}.part"));
        let file = BufWriter::with_capacity(limits::WRITE_BUFFER_BYTES, File::create(&part)?);
        self.open = Some((part, self.folder.join(name), file));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.open.as_mut().ok_or_else(not_begun)?.2.write_all(bytes)
    }

    fn end(&mut self) -> io::Result<()> {
        let (_, _, file) = self.open.as_mut().ok_or_else(not_begun)?;
        file.flush()?;
        if let Some((part, name, _)) = self.open.take() {
            fs::rename(part, name)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for FolderTarget {
    fn drop(&mut self) {
        if let Some((part, ..)) = &self.open {
            // The export failed already, and says why.
            drop(fs::remove_file(part));
        }
    }
}

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const END: u32 = 0x0605_4b50;
/// Version 4.5 of the specification: sizes of 64 bits.
const VERSION: u16 = 45;
/// Sizes follow the file (bit 3); names are UTF-8 (bit 11).
const FLAGS: u16 = 1 << 3 | 1 << 11;
const DEFLATED: u16 = 8;
/// The first day that the format knows, since an export has no clock and the same model gives the same bytes.
const DATE: u16 = 1 << 5 | 1;
/// Extra field with sizes of 64 bits.
const SIZES_64: u16 = 1;

/// Counts what reaches the archive.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file of the archive that is whole.
struct Member {
    name: String,
    offset: u64,
    crc: u32,
    packed: u64,
    plain: u64,
}

enum State<W: Write> {
    Between(Counted<W>),
    Inside { member: Member, start: u64, crc: flate2::Crc, out: Box<DeflateEncoder<Counted<W>>> },
    Broken,
}

/// A ZIP archive (APPNOTE 6.3) that needs no seeking: whoever reads it from front to back finds the end of each file,
/// since each is a deflated stream. Files that are compressed already are stored in it.
pub struct ZipTarget<W: Write> {
    state: State<W>,
    members: Vec<Member>,
    level: Compression,
}

impl<W: Write> fmt::Debug for ZipTarget<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZipTarget").field("members", &self.members.len()).finish_non_exhaustive()
    }
}

impl<W: Write> ZipTarget<W> {
    /// Begins an archive. `compresses` is for files that are not compressed by themselves.
    pub fn new(out: W, compresses: bool) -> ZipTarget<W> {
        let level = if compresses { Compression::fast() } else { Compression::none() };
        ZipTarget { state: State::Between(Counted { out, bytes: 0 }), members: Vec::new(), level }
    }

    fn write_directory(&self, out: &mut Counted<W>) -> io::Result<()> {
        let start = out.bytes;
        for member in &self.members {
            let mut head = Bytes::new(CENTRAL);
            head.u16(VERSION).u16(VERSION).u16(FLAGS).u16(DEFLATED).u16(0).u16(DATE).u32(member.crc);
            head.u32(u32::MAX).u32(u32::MAX).u16(length(&member.name)?).u16(28);
            head.u16(0).u16(0).u16(0).u32(0).u32(u32::MAX);
            head.0.extend_from_slice(member.name.as_bytes());
            head.u16(SIZES_64).u16(24).u64(member.plain).u64(member.packed).u64(member.offset);
            out.write_all(&head.0)?;
        }
        let (end, count) = (out.bytes, self.members.len() as u64);
        let mut tail = Bytes::new(END_64);
        tail.u64(44).u16(VERSION).u16(VERSION).u32(0).u32(0).u64(count).u64(count).u64(end - start).u64(start);
        tail.u32(LOCATOR_64).u32(0).u64(end).u32(1);
        tail.u32(END).u16(0).u16(0).u16(u16::MAX).u16(u16::MAX).u32(u32::MAX).u32(u32::MAX).u16(0);
        out.write_all(&tail.0)?;
        out.flush()
    }
}

impl<W: Write + Send> ExportTarget for ZipTarget<W> {
    fn begin(&mut self, name: &str) -> io::Result<()> {
        let State::Between(mut out) = std::mem::replace(&mut self.state, State::Broken) else {
            return Err(not_begun());
        };
        let offset = out.bytes;
        let mut head = Bytes::new(LOCAL);
        head.u16(VERSION).u16(FLAGS).u16(DEFLATED).u16(0).u16(DATE).u32(0).u32(u32::MAX).u32(u32::MAX);
        head.u16(length(name)?).u16(20);
        head.0.extend_from_slice(name.as_bytes());
        head.u16(SIZES_64).u16(16).u64(0).u64(0);
        out.write_all(&head.0)?;
        let member = Member { name: name.to_owned(), offset, crc: 0, packed: 0, plain: 0 };
        let start = out.bytes;
        let out = Box::new(DeflateEncoder::new(out, self.level));
        self.state = State::Inside { member, start, crc: flate2::Crc::new(), out };
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let State::Inside { member, crc, out, .. } = &mut self.state else { return Err(not_begun()) };
        crc.update(bytes);
        member.plain += bytes.len() as u64;
        out.write_all(bytes)
    }

    fn end(&mut self) -> io::Result<()> {
        let State::Inside { mut member, start, crc, out } = std::mem::replace(&mut self.state, State::Broken) else {
            return Err(not_begun());
        };
        let mut out = out.finish()?;
        (member.crc, member.packed) = (crc.sum(), out.bytes - start);
        let mut tail = Bytes::new(DESCRIPTOR);
        tail.u32(member.crc).u64(member.packed).u64(member.plain);
        out.write_all(&tail.0)?;
        self.members.push(member);
        self.state = State::Between(out);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let State::Between(mut out) = std::mem::replace(&mut self.state, State::Broken) else {
            return Err(not_begun());
        };
        self.write_directory(&mut out)
    }
}

fn length(name: &str) -> io::Result<u16> {
    u16::try_from(name.len()).map_err(io::Error::other)
}

/// Little-endian numbers.
struct Bytes(Vec<u8>);

impl Bytes {
    fn new(signature: u32) -> Bytes {
        Bytes(signature.to_le_bytes().to_vec())
    }

    fn u16(&mut self, number: u16) -> &mut Bytes {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn u32(&mut self, number: u32) -> &mut Bytes {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn u64(&mut self, number: u64) -> &mut Bytes {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }
}
