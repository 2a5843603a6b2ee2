//! Why a stream cannot be read as a building model.

use crate::error::{Coded, ErrorCode};
use crate::ifc::{Cancelled, TooManyEntities, TooManyIds};
use crate::limits;

/// Why reading stopped. Offsets are in decompressed bytes.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// The source failed.
    #[error("reading failed after {offset} bytes")]
    Io {
        /// Bytes read before.
        offset: u64,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
    /// Not JSON at this place.
    #[error("not valid JSON at byte {offset}: {what}")]
    Syntax {
        /// Where.
        offset: u64,
        /// What was found.
        what: String,
    },
    /// The end came in the middle of a value.
    #[error("the file ends after {offset} bytes in the middle of a value")]
    Truncated {
        /// Where.
        offset: u64,
    },
    /// Nested too deep.
    #[error("more than {depth_max} levels of nesting at byte {offset}")]
    TooDeep {
        /// Where.
        offset: u64,
        /// The limit.
        depth_max: usize,
    },
    /// The same key twice in one object.
    #[error("the key \"{key}\" stands twice in the object at byte {offset}")]
    DuplicateKey {
        /// Where the record begins.
        offset: u64,
        /// The key.
        key: String,
    },
    /// One record too large.
    #[error("the record at byte {offset} is larger than {bytes_max} bytes")]
    RecordTooLarge {
        /// Where it begins.
        offset: u64,
        /// The limit.
        bytes_max: usize,
    },
    /// One record of too many values.
    #[error("the record at byte {offset} holds more than {values_max} values")]
    TooManyValues {
        /// Where it begins.
        offset: u64,
        /// The limit.
        values_max: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 at byte {offset}{hint}")]
    Encoding {
        /// Where.
        offset: u64,
        /// What it looks like, e.g. `; it looks like UTF-16`.
        hint: &'static str,
    },
    /// Damaged compression.
    #[error("the compressed stream is damaged after {offset} inflated bytes")]
    Compression {
        /// Bytes inflated before.
        offset: u64,
        /// What the decompressor says.
        #[source]
        source: std::io::Error,
    },
    /// A bomb.
    #[error("the file inflates to more than {ratio_max} times its size")]
    Ratio {
        /// The limit.
        ratio_max: u64,
    },
    /// Too large.
    #[error("the model is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// Too many entities.
    #[error("the model holds more than {entities_max} entities")]
    TooMany {
        /// The limit.
        entities_max: usize,
    },
    /// Too many records.
    #[error("the file holds more than {records_max} records")]
    TooManyRecords {
        /// The limit.
        records_max: u32,
    },
    /// Too many identifiers.
    #[error("the model holds more than {ids_max} identifiers, or {other_max} that are no GlobalIds")]
    TooManyIds {
        /// The limit of all.
        ids_max: usize,
        /// The limit of those that are no GlobalIds.
        other_max: usize,
    },
    /// JSON, but no building model.
    #[error("the JSON is none of the shapes that are read: {what}")]
    Shape {
        /// What was found instead.
        what: String,
    },
    /// A statement of a STEP file is broken.
    #[error("not valid STEP at byte {offset}: {what}")]
    Instance {
        /// Where.
        offset: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Too many STEP instances.
    #[error("the file holds more than {instances_max} instances, or numbers them with large gaps")]
    TooManyInstances {
        /// The limit.
        instances_max: usize,
    },
    /// A STEP file of a schema that is not read.
    #[error("the schema {schema} is not read")]
    SchemaUnread {
        /// As the file names it.
        schema: String,
    },
    /// A ZIP archive that is no `.ifczip`.
    #[error("the file is not read: {what}")]
    Archive {
        /// What it is.
        what: String,
    },
    /// What was read could not be kept.
    #[error("what was read could not be kept")]
    Keep(#[source] std::io::Error),
    /// A thread of ours panicked.
    #[error("a part of the reading broke off")]
    Worker,
    /// Cancelled by the caller.
    #[error("reading was cancelled")]
    Cancelled,
}

impl ReadError {
    /// What a failure of the builder or of its sink means.
    pub(super) fn keep(error: std::io::Error) -> ReadError {
        if error.get_ref().is_some_and(|inner| inner.is::<TooManyEntities>()) {
            return ReadError::TooMany { entities_max: limits::ENTITIES_MAX };
        }
        if error.get_ref().is_some_and(|inner| inner.is::<TooManyIds>()) {
            return ReadError::TooManyIds { ids_max: limits::IDS_MAX, other_max: limits::OTHER_IDS_MAX };
        }
        if error.get_ref().is_some_and(|inner| inner.is::<Cancelled>()) {
            return ReadError::Cancelled;
        }
        ReadError::Keep(error)
    }

    /// The byte of the decompressed file it is about, where it is about one.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        match self {
            ReadError::Io { offset, .. }
            | ReadError::Syntax { offset, .. }
            | ReadError::Instance { offset, .. }
            | ReadError::Truncated { offset }
            | ReadError::TooDeep { offset, .. }
            | ReadError::DuplicateKey { offset, .. }
            | ReadError::RecordTooLarge { offset, .. }
            | ReadError::TooManyValues { offset, .. }
            | ReadError::Encoding { offset, .. }
            | ReadError::Compression { offset, .. } => Some(*offset),
            ReadError::Empty
            | ReadError::Ratio { .. }
            | ReadError::TooLarge { .. }
            | ReadError::TooMany { .. }
            | ReadError::TooManyRecords { .. }
            | ReadError::TooManyIds { .. }
            | ReadError::Shape { .. }
            | ReadError::TooManyInstances { .. }
            | ReadError::SchemaUnread { .. }
            | ReadError::Archive { .. }
            | ReadError::Worker
            | ReadError::Keep(_)
            | ReadError::Cancelled => None,
        }
    }
}

impl Coded for ReadError {
    fn code(&self) -> ErrorCode {
        match self {
            ReadError::Empty => ErrorCode::FileEmpty,
            ReadError::Io { .. } => ErrorCode::FileUnreadable,
            ReadError::Syntax { .. } => ErrorCode::JsonSyntax,
            ReadError::Truncated { .. } => ErrorCode::JsonTruncated,
            ReadError::TooDeep { .. } => ErrorCode::JsonTooDeep,
            ReadError::DuplicateKey { .. } => ErrorCode::JsonDuplicateKey,
            ReadError::RecordTooLarge { .. } | ReadError::TooManyValues { .. } => ErrorCode::RecordTooLarge,
            ReadError::Encoding { .. } => ErrorCode::EncodingNotUtf8,
            ReadError::Compression { .. } => ErrorCode::CompressionBroken,
            ReadError::Ratio { .. } => ErrorCode::CompressionRatio,
            ReadError::TooLarge { .. }
            | ReadError::TooMany { .. }
            | ReadError::TooManyRecords { .. }
            | ReadError::TooManyIds { .. }
            | ReadError::TooManyInstances { .. } => ErrorCode::ModelTooLarge,
            ReadError::Shape { .. } | ReadError::Archive { .. } => ErrorCode::ShapeUnknown,
            ReadError::SchemaUnread { .. } => ErrorCode::SchemaUnread,
            ReadError::Instance { .. } => ErrorCode::StepSyntax,
            ReadError::Keep(error) if error.kind() == std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
            ReadError::Keep(_) => ErrorCode::StoreFailed,
            ReadError::Worker => ErrorCode::Internal,
            ReadError::Cancelled => ErrorCode::UploadAborted,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn limits_and_cancelling_are_told_from_failures_of_the_sink() {
        for (error, code) in [
            (io::Error::other(TooManyEntities), ErrorCode::ModelTooLarge),
            (io::Error::other(TooManyIds), ErrorCode::ModelTooLarge),
            (io::Error::other(Cancelled), ErrorCode::UploadAborted),
            (io::ErrorKind::StorageFull.into(), ErrorCode::DiskFull),
            (io::Error::other("anything"), ErrorCode::StoreFailed),
        ] {
            let told = format!("{error}");
            assert_eq!(ReadError::keep(error).code(), code, "{told}");
        }
    }
}
