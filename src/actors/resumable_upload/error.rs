//! Why something was not done to an upload that comes in pieces.

use crate::actors::failure::Failure;
use crate::actors::model_registry::RegistryError;
use crate::error::{Coded, ErrorCode};
use crate::limits;

/// Why something was not done to an upload that comes in pieces.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartialError {
    /// No such upload.
    #[error("there is no upload {0}; it may have expired")]
    Unknown(String),
    /// Somebody else sends to it.
    #[error("another request is sending to this upload")]
    Locked,
    /// The piece begins elsewhere.
    #[error("the piece begins at byte {given}, the upload goes on at byte {wanted}")]
    OffsetWrong {
        /// Where the piece begins.
        given: u64,
        /// Where it should.
        wanted: u64,
    },
    /// The piece reaches over the end that was announced.
    #[error("the piece reaches beyond the {0} bytes that were announced; nothing of it was taken")]
    TooLong(u64),
    /// The piece is not what its checksum says.
    #[error("the piece does not match its checksum; nothing of it was taken")]
    ChecksumWrong,
    /// The client sends another file.
    #[error("the fingerprint is not the one that the upload was begun with")]
    FileDiffers,
    /// No place for another one.
    #[error(
        "{} unfinished uploads, or {} bytes of them, are the most that are kept",
        limits::UPLOADS_PARTIAL_MAX,
        limits::UPLOADS_PARTIAL_BYTES_MAX
    )]
    Full,
    /// The connection ended in the middle; what came is kept.
    #[error("the connection ended before the piece was complete; what came of it is kept")]
    Aborted,
    /// The client was silent for too long; what came is kept.
    #[error("nothing arrived for {} seconds, or less than {} bytes a second; what came is kept",
        limits::UPLOAD_STALL_MAX.as_secs(), limits::UPLOAD_RATE_MIN_BYTES)]
    Stalled,
    /// Shutting down; what came is kept.
    #[error("the server is shutting down; what came is kept")]
    Draining,
    /// The disk or the folder failed.
    #[error("{0}")]
    Store(Failure),
    /// The registry did.
    #[error("{0}")]
    Registry(RegistryError),
}

impl Coded for PartialError {
    fn code(&self) -> ErrorCode {
        match self {
            PartialError::Unknown(_) => ErrorCode::UploadUnknown,
            PartialError::Locked => ErrorCode::UploadLocked,
            PartialError::OffsetWrong { .. } => ErrorCode::UploadOffsetWrong,
            PartialError::TooLong(_) => ErrorCode::RequestTooLarge,
            PartialError::ChecksumWrong => ErrorCode::UploadChecksumWrong,
            PartialError::FileDiffers => ErrorCode::UploadFileDiffers,
            PartialError::Full => ErrorCode::UploadsFull,
            PartialError::Aborted => ErrorCode::UploadAborted,
            PartialError::Stalled => ErrorCode::UploadStalled,
            PartialError::Draining => ErrorCode::Draining,
            PartialError::Store(failure) => failure.code(),
            PartialError::Registry(error) => error.code(),
        }
    }
}
