//! The headers of tus: their names, and how they are read.

use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HttpDate};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::actors::resumable_upload::{Announced, Checksum, Piece};
use crate::error::ErrorCode;
use crate::http::error::ApiError;
use crate::http::uploads::parse_name;
use crate::limits;

pub(super) const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const VERSION: HeaderName = HeaderName::from_static("tus-version");
pub(super) const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
pub(super) const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub(super) const CHECKSUM_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
pub(super) const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(super) const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
pub(super) const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const DEFER_LENGTH: HeaderName = HeaderName::from_static("upload-defer-length");

pub(super) const VERSION_1: &str = "1.0.0";
pub(super) const EXTENSIONS: &str = "creation,creation-with-upload,termination,checksum,expiration";
pub(super) const ALGORITHMS: &str = "sha1,sha256";
const PIECE: &str = "application/offset+octet-stream";

/// A header as text; one that is no text is like none.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn malformed(detail: impl Into<String>) -> ApiError {
    ApiError::refused(ErrorCode::RequestMalformed, detail)
}

pub(super) fn require_version(headers: &HeaderMap) -> Result<(), ApiError> {
    match text(headers, RESUMABLE) {
        Some(VERSION_1) => Ok(()),
        Some(other) => {
            Err(ApiError::refused(ErrorCode::TusVersionUnknown, format!("Tus-Resumable is {other:?}, not 1.0.0")))
        }
        None => Err(ApiError::refused(ErrorCode::TusVersionUnknown, "there is no header Tus-Resumable")),
    }
}

/// A count of bytes: digits and nothing else.
fn count(headers: &HeaderMap, name: HeaderName, shown: &str) -> Result<u64, ApiError> {
    let text = text(headers, name).ok_or_else(|| malformed(format!("there is no header {shown}")))?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let count = text.parse().ok().filter(|_| digits);
    count.ok_or_else(|| malformed(format!("{shown} is {text:?}, not a number of bytes")))
}

pub(super) fn offset(headers: &HeaderMap) -> Result<u64, ApiError> {
    count(headers, OFFSET, "Upload-Offset")
}

pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    text(headers, CONTENT_LENGTH).and_then(|text| text.parse().ok())
}

/// What is said about the piece in the body.
pub(super) fn piece(headers: &HeaderMap, offset: u64) -> Result<Piece, ApiError> {
    let kind = text(headers, CONTENT_TYPE).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(PIECE) {
        let detail = format!("the Content-Type is {kind:?}, not {PIECE}");
        return Err(ApiError::refused(ErrorCode::UploadTypeWrong, detail));
    }
    let checksum = text(headers, CHECKSUM).map(checksum).transpose()?;
    let fingerprint = Metadata::parse(headers)?.fingerprint;
    Ok(Piece { offset, bytes: content_length(headers), checksum, fingerprint })
}

fn checksum(text: &str) -> Result<Checksum, ApiError> {
    let wrong = || malformed(format!("Upload-Checksum takes {ALGORITHMS} and the checksum in Base64, behind a blank"));
    let (algorithm, value) = text.split_once(' ').ok_or_else(wrong)?;
    let value = STANDARD.decode(value.trim()).map_err(|_| wrong())?;
    match (algorithm.to_ascii_lowercase().as_str(), value.len()) {
        ("sha1", 20) => Ok(Checksum::Sha1(value)),
        ("sha256", 32) => Ok(Checksum::Sha256(value)),
        _ => Err(wrong()),
    }
}

/// What is said about the file before it comes.
pub(super) fn announced(headers: &HeaderMap) -> Result<Announced, ApiError> {
    if headers.contains_key(DEFER_LENGTH) {
        return Err(malformed("Upload-Defer-Length is not taken; send Upload-Length"));
    }
    let length = count(headers, LENGTH, "Upload-Length")?;
    if length == 0 {
        return Err(ApiError::refused(ErrorCode::UploadEmpty, "Upload-Length is 0"));
    }
    if limits::MODEL_BYTES_MAX < length {
        let detail = format!("Upload-Length is {length}, the most is {}", limits::MODEL_BYTES_MAX);
        return Err(ApiError::refused(ErrorCode::ModelTooLarge, detail));
    }
    let metadata = Metadata::parse(headers)?;
    let name = parse_name(metadata.name.as_deref())?;
    let (strict, fingerprint) = (metadata.strict, metadata.fingerprint);
    Ok(Announced { length, name, strict, metadata: metadata.text, fingerprint })
}

/// `Upload-Metadata`: keys, each with a value in Base64 or none, between commas.
#[derive(Debug, Default)]
struct Metadata {
    text: String,
    name: Option<String>,
    strict: bool,
    fingerprint: Option<String>,
}

impl Metadata {
    fn parse(headers: &HeaderMap) -> Result<Metadata, ApiError> {
        let Some(given) = headers.get(METADATA) else { return Ok(Metadata::default()) };
        let wrong =
            || malformed("Upload-Metadata takes keys, each with a value in Base64 behind a blank, between commas");
        let text = given.to_str().map_err(|_| wrong())?.trim();
        if limits::UPLOAD_METADATA_BYTES_MAX < text.len() {
            let most = limits::UPLOAD_METADATA_BYTES_MAX;
            return Err(malformed(format!("Upload-Metadata has {} bytes, the most is {most}", text.len())));
        }
        let mut metadata = Metadata { text: text.to_owned(), ..Metadata::default() };
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = STANDARD.decode(value.trim()).map_err(|_| wrong())?;
            match key {
                "filename" | "name" => metadata.name = Some(String::from_utf8(value).map_err(|_| wrong())?),
                "strict" => metadata.strict = matches!(value.as_slice(), b"" | b"true" | b"1"),
                "fingerprint" => metadata.fingerprint = Some(String::from_utf8(value).map_err(|_| wrong())?),
                _ => {}
            }
        }
        Ok(metadata)
    }
}

/// As HTTP writes times.
pub(super) fn date(seconds: u64) -> String {
    HttpDate::from(UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}
