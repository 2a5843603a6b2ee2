//! What the splitter yields.

use std::ops::Range;
use std::sync::Arc;

use super::Known;
use crate::formats::ReadError;
use crate::ifc::{Origin, ProblemCode, RecordIndex};

impl Origin for Place {
    fn pointer(&self) -> String {
        Place::pointer(self)
    }

    fn offset(&self) -> u64 {
        self.offset
    }

    fn record(&self) -> Option<RecordIndex> {
        Some(self.number)
    }
}

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::formats) struct Place {
    /// Whether the list stands in the object under the root key `data`.
    pub(in crate::formats) in_data: bool,
    /// The key of the list; none in a root list.
    pub(in crate::formats) group: Option<Arc<str>>,
    /// Position in its list; none for a value that stands under its key without a list.
    pub(in crate::formats) index: Option<u32>,
    /// Offset of its first byte.
    pub(in crate::formats) offset: u64,
    /// Its number among all records and headers of the file.
    pub(in crate::formats) number: RecordIndex,
}

impl Place {
    /// The key it stands under, or that of its list; empty in a root list.
    pub(in crate::formats) fn key(&self) -> &str {
        self.group.as_deref().unwrap_or_default()
    }

    /// The JSON Pointer (RFC 6901).
    #[expect(clippy::same_name_method, reason = "the readers of shapes need no trait for it")]
    pub(in crate::formats) fn pointer(&self) -> String {
        let mut pointer = self.list_pointer();
        if let Some(index) = self.index {
            pointer.push_str(&format!("/{index}"));
        }
        pointer
    }

    /// The JSON Pointer of the list it stands in.
    pub(in crate::formats) fn list_pointer(&self) -> String {
        let mut pointer = String::from(if self.in_data { "/data" } else { "" });
        if let Some(group) = &self.group {
            pointer.push('/');
            pointer.push_str(&group.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }
}

/// One value that was cut out.
#[derive(Debug, Clone)]
pub(in crate::formats) struct Cut {
    /// Where it stands in the file.
    pub(in crate::formats) place: Place,
    /// Whether it is a value of the root rather than an element of a list; its key is the group then.
    pub(in crate::formats) is_header: bool,
    /// Where it stands in the batch.
    pub(in crate::formats) range: Range<usize>,
}

/// Bytes that belong to no record that can be read.
#[derive(Debug)]
pub(in crate::formats) struct Lost {
    pub(in crate::formats) code: ProblemCode,
    pub(in crate::formats) pointer: String,
    /// First byte concerned.
    pub(in crate::formats) offset: u64,
    /// The error it is in strict reading; none where all was read.
    pub(in crate::formats) error: Option<ReadError>,
    pub(in crate::formats) detail: String,
}

/// Whole records with the bytes around them.
#[derive(Debug, Default)]
pub(in crate::formats) struct Batch {
    pub(in crate::formats) bytes: Vec<u8>,
    /// Offset of the first byte in the stream.
    pub(in crate::formats) base: u64,
    pub(in crate::formats) cuts: Vec<Cut>,
    pub(in crate::formats) lost: Vec<Lost>,
    /// What records looked like up to here.
    pub(in crate::formats) known: Arc<Known>,
}
