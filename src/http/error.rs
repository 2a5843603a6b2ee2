//! Maps [`ErrorCode`] to HTTP, in one place, as problem details (RFC 9457).

use std::fmt;
use std::time::Duration;

use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::http::{StatusCode, header};
use actix_web::web::{JsonConfig, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::middleware::request_id;
use crate::actors::Failure;
use crate::error::{Blame, Coded, ErrorCode};
use crate::limits;

/// Media type of every error body.
const PROBLEM_JSON: &str = "application/problem+json";

/// An error on its way to the client.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: ErrorCode,
    detail: String,
    /// Where it is known better than from the code.
    retry_after: Option<Duration>,
}

/// The body of every error response (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Stable identifier of the kind of error.
    #[serde(rename = "type")]
    #[schema(example = "urn:ifc-chunking:error:model_unknown")]
    pub kind: String,
    /// The kind of error in one line, in English.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Stable code for programs.
    #[schema(example = "model_unknown")]
    pub code: &'static str,
    /// What was wrong this time; may change.
    pub detail: String,
    /// What to do about it, in English.
    pub hint: &'static str,
    /// What to do about it, in German.
    pub hint_de: &'static str,
    /// For reports and for finding the request in the log.
    pub request_id: String,
}

/// What of an error is shown: defects of ours may name paths or addresses.
pub(super) fn shown(code: ErrorCode, detail: &str) -> String {
    match code.blame() {
        Blame::Server => code.meaning().to_owned(),
        Blame::Client | Blame::Capacity => detail.to_owned(),
    }
}

impl<E: Coded + 'static> From<E> for ApiError {
    fn from(error: E) -> ApiError {
        let code = error.code();
        let failure = Failure::of(&error);
        match code.blame() {
            Blame::Server => {
                let request_id = request_id();
                tracing::error!(code = code.as_str(), detail = failure.detail(), request_id, "request failed");
            }
            Blame::Capacity => tracing::info!(code = code.as_str(), detail = failure.detail(), "request shed"),
            Blame::Client => tracing::debug!(code = code.as_str(), detail = failure.detail(), "request refused"),
        }
        ApiError { code, detail: shown(code, failure.detail()), retry_after: error.retry_after() }
    }
}

impl ApiError {
    /// A fault of the request that no error type stands for.
    pub(super) fn refused(code: ErrorCode, detail: impl Into<String>) -> ApiError {
        ApiError { code, detail: detail.into(), retry_after: None }
    }

    /// Of an upload's failure, which its ingest logged already.
    pub(super) fn logged(failure: &Failure) -> ApiError {
        ApiError { code: failure.code(), detail: shown(failure.code(), failure.detail()), retry_after: None }
    }

    /// What was wrong this time.
    /// Its code.
    pub(super) fn code(&self) -> ErrorCode {
        self.code
    }

    /// What was wrong this time, as it may be shown.
    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    /// As a part of another body.
    pub(super) fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:ifc-chunking:error:{}", self.code.as_str()),
            title: self.code.meaning(),
            status: self.status_code().as_u16(),
            code: self.code.as_str(),
            detail: self.detail.clone(),
            hint: self.code.hint_en(),
            hint_de: self.code.hint_de(),
            request_id: request_id(),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

/// When it is worth trying again. Places free up with the work in them: a question takes under a second, an upload seconds,
/// a session ends with its idle time.
fn retry_after(code: ErrorCode, status: StatusCode) -> Option<Duration> {
    let waits =
        matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT);
    #[expect(clippy::wildcard_enum_match_arm, reason = "a default wait; the status map below is the exhaustive one")]
    waits.then(|| match code {
        ErrorCode::IngestBusy => Duration::from_secs(5),
        ErrorCode::ExportsBusy => Duration::from_secs(60),
        ErrorCode::SessionsFull | ErrorCode::UploadsFull => Duration::from_secs(60),
        ErrorCode::Draining => limits::DRAIN_MAX,
        _ => Duration::from_secs(1),
    })
}

impl ResponseError for ApiError {
    #[expect(clippy::too_many_lines, reason = "a table: one line for each code")]
    fn status_code(&self) -> StatusCode {
        match self.code {
            ErrorCode::FileEmpty
            | ErrorCode::FileIsFolder
            | ErrorCode::FileUnreadable
            | ErrorCode::JsonSyntax
            | ErrorCode::StepSyntax
            | ErrorCode::JsonTruncated
            | ErrorCode::JsonTooDeep
            | ErrorCode::JsonDuplicateKey
            | ErrorCode::EncodingNotUtf8
            | ErrorCode::CompressionBroken
            | ErrorCode::RequestMalformed
            | ErrorCode::QuestionEmpty
            | ErrorCode::FrameMalformed
            | ErrorCode::LanguageUnknown
            | ErrorCode::ChunkOptionsInvalid
            | ErrorCode::ExportFormatUnknown
            | ErrorCode::EvidenceFormatUnknown
            | ErrorCode::HistoryFormatUnknown
            | ErrorCode::UploadEmpty
            | ErrorCode::UploadAborted
            | ErrorCode::OutputFailed => StatusCode::BAD_REQUEST,
            ErrorCode::FileNotPermitted | ErrorCode::CrossSiteRefused => StatusCode::FORBIDDEN,
            ErrorCode::FileNotFound
            | ErrorCode::RouteUnknown
            | ErrorCode::ModelUnknown
            | ErrorCode::SessionUnknown
            | ErrorCode::QuestionUnknown
            | ErrorCode::EvidenceUnknown
            | ErrorCode::UploadUnknown
            | ErrorCode::ChunkUnknown => StatusCode::NOT_FOUND,
            ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            ErrorCode::UploadStalled => StatusCode::REQUEST_TIMEOUT,
            ErrorCode::UploadLocked => StatusCode::LOCKED,
            ErrorCode::TusVersionUnknown => StatusCode::PRECONDITION_FAILED,
            // The status that tus gives a wrong checksum; no registry holds it.
            ErrorCode::UploadChecksumWrong => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
            ErrorCode::ModelNotReady
            | ErrorCode::QuestionIdTaken
            | ErrorCode::SessionIdTaken
            | ErrorCode::SessionModelMissing
            | ErrorCode::QuestionCancelled
            | ErrorCode::UploadOffsetWrong
            | ErrorCode::UploadFileDiffers
            | ErrorCode::OutputFolderUnusable
            | ErrorCode::DataFolderInUse
            | ErrorCode::DataFolderIsFile => StatusCode::CONFLICT,
            ErrorCode::RecordTooLarge
            | ErrorCode::CompressionRatio
            | ErrorCode::ModelTooLarge
            | ErrorCode::RequestTooLarge
            | ErrorCode::EvidenceTooLarge
            | ErrorCode::QuestionTooLong => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::ContentEncodingUnknown | ErrorCode::UploadTypeWrong => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::ShapeUnknown | ErrorCode::SchemaUnread => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::SessionBusy
            | ErrorCode::OwnerSessionsFull
            | ErrorCode::SessionsOpenedTooMany
            | ErrorCode::SessionConnectionsFull => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::IngestBusy
            | ErrorCode::QuestionsBusy
            | ErrorCode::ExportsBusy
            | ErrorCode::SessionsFull
            | ErrorCode::CatalogBusy
            | ErrorCode::CatalogUnavailable
            | ErrorCode::UploadsFull
            | ErrorCode::HistoryBusy
            | ErrorCode::Draining
            | ErrorCode::ActorUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::QuestionDeadline => StatusCode::GATEWAY_TIMEOUT,
            ErrorCode::ModelsFull | ErrorCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            ErrorCode::StoreFailed
            | ErrorCode::StoreDamaged
            | ErrorCode::StoreFormatUnknown
            | ErrorCode::AddressInUse
            | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(wait) = self.retry_after.or_else(|| retry_after(self.code, self.status_code())) {
            let seconds = wait.as_secs() + u64::from(0 < wait.subsec_nanos());
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        response.insert_header((header::CONTENT_TYPE, PROBLEM_JSON)).json(self.body())
    }
}

/// Makes the extractors of actix answer with problem bodies.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .app_data(JsonConfig::default().limit(limits::REQUEST_BYTES_MAX).error_handler(json_error))
        .app_data(QueryConfig::default().error_handler(query_error))
        .app_data(PathConfig::default().error_handler(path_error));
}

#[expect(clippy::needless_pass_by_value, reason = "the framework's signature")]
#[expect(clippy::wildcard_enum_match_arm, reason = "an enum of the framework that may grow")]
fn json_error(error: JsonPayloadError, _request: &HttpRequest) -> actix_web::Error {
    let code = match &error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => ErrorCode::RequestTooLarge,
        JsonPayloadError::ContentType => {
            let detail = "the body is not declared as JSON; send Content-Type: application/json";
            return ApiError::refused(ErrorCode::RequestMalformed, detail).into();
        }
        _ => ErrorCode::RequestMalformed,
    };
    ApiError::refused(code, error.to_string()).into()
}

#[expect(clippy::needless_pass_by_value, reason = "the framework's signature")]
fn query_error(error: QueryPayloadError, _request: &HttpRequest) -> actix_web::Error {
    ApiError::refused(ErrorCode::RequestMalformed, error.to_string()).into()
}

#[expect(clippy::needless_pass_by_value, reason = "the framework's signature")]
fn path_error(error: PathError, _request: &HttpRequest) -> actix_web::Error {
    ApiError::refused(ErrorCode::RequestMalformed, error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blame_and_status_class_agree() {
        for &code in ErrorCode::ALL {
            let status = ApiError::refused(code, "").status_code();
            let fits = match code.blame() {
                Blame::Client => status.is_client_error(),
                Blame::Capacity => matches!(status.as_u16(), 429 | 503 | 504 | 507),
                Blame::Server => status.is_server_error(),
            };
            assert!(fits, "{} is {:?} but answers {status}", code.as_str(), code.blame());
        }
    }

    #[test]
    fn waiting_statuses_say_how_long() {
        for &code in ErrorCode::ALL {
            let response = ApiError::refused(code, "").error_response();
            let waits = matches!(response.status().as_u16(), 429 | 503 | 504);
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), waits, "{}", code.as_str());
        }
    }

    #[test]
    fn details_of_our_own_defects_are_not_shown() {
        let error = ApiError::from(Failure::new(ErrorCode::StoreFailed, "/var/secret: permission denied"));
        assert_eq!(error.body().detail, ErrorCode::StoreFailed.meaning());
        let shown = ApiError::from(Failure::new(ErrorCode::JsonSyntax, "byte 7"));
        assert_eq!(shown.body().detail, "byte 7");
    }
}
