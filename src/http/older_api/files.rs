//! `/api/files`: upload, list, look at and delete. A file is a building model of the registry under a name of its own.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use actix_multipart::Field;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt as _;
use futures_util::stream::Fuse;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use super::errors::{Fault, OlderError};
use super::query_state::within;
use super::{OlderApi, rfc3339, seconds, validation};
use crate::actors::Failure;
use crate::actors::ingest::UploadRequest;
use crate::actors::model_registry::{ModelState, RegistryError};
use crate::actors::older_records::{OlderFile, sentence};
use crate::actors::session_event::EventProblem;
use crate::actors::upload::{Pumped, UploadWriter};
use crate::error::{Blame, Coded as _, ErrorCode};
use crate::formats::{ContentEncoding, ReadOptions};
use crate::http::error::ApiError;
use crate::http::{multipart, uploads};
use crate::limits;
use crate::store::Manifest;

const CONTENT_TYPES: [&str; 4] = ["application/json", "text/json", "application/octet-stream", "text/plain"];
const EXTENSIONS: [&str; 3] = [".json", ".ifc", ".txt"];
const UNKNOWN: &str = "File not found";
const INTERRUPTED: &str = "Bitte die Datei erneut hochladen: Der Server wurde neu gestartet, während er sie las.";
/// A rough number that the older product showed; the chunks are counted when they are asked for.
const BYTES_PER_TOKEN: u64 = 4;

/// Where a file is on its way.
#[derive(Debug)]
pub(super) enum FileState {
    /// It is read.
    Reading,
    /// It can be asked.
    Ready(Arc<Manifest>),
    /// It cannot; why, for people.
    Failed(String),
    /// Its model was deleted.
    Gone,
}

#[derive(Debug, Serialize)]
struct FileBody {
    file_id: String,
    filename: String,
    size: u64,
    content_type: String,
    status: &'static str,
    processing_time: f64,
    upload_time: f64,
    upload_timestamp: String,
    expires_at: Option<String>,
    exists: bool,
    validation_result: Value,
    processing_metadata: Value,
    error_message: Option<String>,
}

impl OlderApi {
    /// How a file is, and the file; an error where there is none.
    pub(super) async fn file(&self, id: &str) -> Result<(OlderFile, FileState), OlderError> {
        let unknown = || OlderError::missing(UNKNOWN);
        let id = validation::uuid(id).ok_or_else(unknown)?;
        // Before the record is read: an upload that ends in between has its model in it.
        let is_followed = self.records.is_followed(&id);
        let file = self.records.find::<OlderFile>(&id).await?.ok_or_else(unknown)?;
        let state = self.file_state(&file, is_followed).await?;
        if matches!(state, FileState::Gone) { Err(unknown()) } else { Ok((file, state)) }
    }

    async fn file_state(&self, file: &OlderFile, is_followed: bool) -> Result<FileState, OlderError> {
        let id = file.model_id.as_deref().unwrap_or(&file.upload_id);
        match self.models.find(id).await {
            Ok(state) => Ok(FileState::of(state)),
            // A registry that was restarted knows an upload again at its end.
            Err(RegistryError::Unknown(_)) if is_followed && file.model_id.is_none() => Ok(FileState::Reading),
            Err(RegistryError::Unknown(_)) => Ok(FileState::unknown(file)),
            Err(error) => Err(error.into()),
        }
    }

    async fn files(&self) -> Result<Vec<(OlderFile, FileState)>, OlderError> {
        let followed = self.records.followed();
        let records = self.records.list::<OlderFile>().await?;
        // After the records: a model that one of them names is known by then.
        let known = self.models.list().await?;
        let known: HashMap<String, ModelState> =
            known.into_iter().filter_map(|state| Some((id(&state)?, state))).collect();
        let mut files = Vec::new();
        for file in records {
            let state = match file.model_id.as_ref() {
                Some(model_id) => known.get(model_id).cloned().map_or(FileState::Gone, FileState::of),
                None => self.file_state(&file, followed.contains(&file.file_id)).await?,
            };
            if !matches!(state, FileState::Gone) {
                files.push((file, state));
            }
        }
        Ok(files)
    }
}

/// The model's id of what is a model.
fn id(state: &ModelState) -> Option<String> {
    match state {
        ModelState::Ready { manifest, .. } => Some(manifest.model_id.clone()),
        ModelState::Broken { model_id, .. } => Some(model_id.clone()),
        ModelState::Ingesting { .. } | ModelState::Failed { .. } => None,
    }
}

impl FileState {
    fn of(state: ModelState) -> FileState {
        match state {
            ModelState::Ingesting { .. } => FileState::Reading,
            ModelState::Ready { manifest, .. } => FileState::Ready(manifest),
            ModelState::Broken { failure, .. } | ModelState::Failed { failure, .. } => {
                FileState::Failed(sentence(&EventProblem::of(&failure)))
            }
        }
    }

    /// Of a file that the registry does not know.
    fn unknown(file: &OlderFile) -> FileState {
        match (&file.model_id, &file.error) {
            (Some(_), _) => FileState::Gone,
            (None, Some(error)) => FileState::Failed(error.clone()),
            (None, None) => FileState::Failed(INTERRUPTED.to_owned()),
        }
    }
}

fn body((file, state): (OlderFile, FileState)) -> FileBody {
    let (status, error) = match &state {
        // The page shows a file as ready for this word only; a question to a file that is still read waits for it.
        FileState::Reading | FileState::Ready(_) => ("uploaded", None),
        FileState::Failed(error) => ("error", Some(error.clone())),
        FileState::Gone => ("expired", None),
    };
    let tokens = file.size.div_ceil(BYTES_PER_TOKEN);
    let chunks = tokens.div_ceil(u64::from(limits::CHUNK_TOKENS_DEFAULT));
    let (valid, issues) = findings(&state);
    FileBody {
        validation_result: json!({
            "is_valid": valid, "json_structure_valid": valid, "estimated_chunks": chunks, "estimated_tokens": tokens,
            "processing_time": file.processing_s, "issues": issues,
        }),
        processing_metadata: json!({
            "chunk_count": chunks, "processing_time": file.processing_s, "estimated_tokens": tokens,
        }),
        file_id: file.file_id,
        filename: file.filename,
        size: file.size,
        content_type: file.content_type,
        status,
        processing_time: file.processing_s,
        upload_time: seconds(file.uploaded_ms),
        upload_timestamp: rfc3339(file.uploaded_ms),
        expires_at: None,
        exists: !matches!(state, FileState::Gone),
        error_message: error,
    }
}

/// Whether a file is a building model as far as is known, and what was wrong with it.
fn findings(state: &FileState) -> (bool, Vec<String>) {
    match state {
        FileState::Reading => (true, Vec::new()),
        FileState::Failed(error) => (false, vec![error.clone()]),
        FileState::Gone => (false, Vec::new()),
        FileState::Ready(manifest) => {
            let mut issues = Vec::new();
            if manifest.is_truncated {
                issues.push("the file ends too early; what was complete is kept".to_owned());
            }
            if 0 < manifest.problems {
                issues.push(format!("{} problems were met while the file was read", manifest.problems));
            }
            (true, issues)
        }
    }
}

pub(super) async fn list_files(request: HttpRequest, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let page = validation::page(request.query_string())?;
    let files = api.files().await?;
    let total = files.len();
    let files: Vec<FileBody> = files.into_iter().skip(page.offset).take(page.limit).map(body).collect();
    let body = json!({ "files": files, "total": total, "limit": page.limit, "offset": page.offset });
    Ok(HttpResponse::Ok().json(body))
}

pub(super) async fn read_file(id: Path<String>, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    Ok(HttpResponse::Ok().json(body(api.file(&id).await?)))
}

/// Deletes the model too, unless another file is the same model.
pub(super) async fn delete_file(id: Path<String>, api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let (file, state) = api.file(&id).await?;
    let model_id = match &state {
        FileState::Ready(manifest) => manifest.model_id.clone(),
        FileState::Reading | FileState::Failed(_) | FileState::Gone => {
            file.model_id.clone().unwrap_or_else(|| file.upload_id.clone())
        }
    };
    let others = api.records.list::<OlderFile>().await?;
    let is_shared =
        others.iter().any(|other| other.file_id != file.file_id && other.model_id.as_ref() == Some(&model_id));
    if !is_shared {
        let deleting = async {
            match api.models.delete(&model_id).await {
                Ok(()) | Err(RegistryError::Unknown(_)) => Ok(()),
                Err(error) => Err(error.into()),
            }
        };
        within(limits::OLDER_ANSWER_MAX, deleting).await?;
    }
    api.records.remove::<OlderFile>(&file.file_id).await?;
    let body = json!({ "file_id": file.file_id, "status": "deleted", "message": "File deleted successfully" });
    Ok(HttpResponse::Ok().json(body))
}

/// What a form says of its file, checked.
struct Named {
    filename: String,
    content_type: String,
    is_json: bool,
}

pub(super) async fn upload_file(
    request: HttpRequest,
    payload: Payload,
    api: Data<OlderApi>,
) -> Result<HttpResponse, OlderError> {
    let began = Instant::now();
    let no_file = || OlderError::faults(vec![Fault::missing(&["body", "file"], Value::Null)]);
    if !multipart::is_multipart(request.headers()) {
        return Err(no_file());
    }
    let (_rest, field) = multipart::file_field(request.headers(), payload).await.map_err(|error| {
        if error.code() == ErrorCode::UploadEmpty {
            return no_file();
        }
        match error.code() == ErrorCode::RequestMalformed {
            true => OlderError::bad("There was an error parsing the body"),
            false => error.into(),
        }
    })?;
    let named = named(&field);
    // A field must not be asked again once it ended, and what is discarded may have.
    let mut field = field.fuse();
    let named = match named {
        Ok(named) => named,
        Err(error) => {
            uploads::discard(&mut field).await;
            return Err(error);
        }
    };
    let (upload, size) = receive(&api, &named, &mut field).await?;
    let file = settle(&api, named, upload, size, began).await?;
    Ok(HttpResponse::Ok().json(body(file)))
}

fn named(field: &Field) -> Result<Named, OlderError> {
    let filename = multipart::file_name(field).filter(|name| !name.is_empty()).ok_or_else(|| {
        let message = "Value error, Expected UploadFile, received: <class 'str'>";
        OlderError::faults(vec![Fault::new("value_error", &["body", "file"], message, json!(""), json!({"error": {}}))])
    })?;
    let filename = uploads::parse_name(Some(filename))?;
    let declared = field.content_type().map_or(mime_of_none(), |mime| mime.essence_str().to_owned());
    if !CONTENT_TYPES.contains(&declared.as_str()) {
        return Err(OlderError::bad(format!("Content type {declared} not allowed")));
    }
    let extension = filename.rsplit_once('.').map(|(_, end)| format!(".{}", end.to_lowercase())).unwrap_or_default();
    if !EXTENSIONS.contains(&extension.as_str()) {
        return Err(OlderError::bad(format!("File extension {extension} not allowed")));
    }
    let is_json = declared.ends_with("/json") || extension == ".json";
    Ok(Named { filename, content_type: declared, is_json })
}

/// A browser that knows no type sends this, or none.
fn mime_of_none() -> String {
    "application/octet-stream".to_owned()
}

/// Hands the file to an ingest; gives it back with the number of bytes once all have arrived.
async fn receive(api: &OlderApi, named: &Named, field: &mut Fuse<Field>) -> Result<(UploadWriter, u64), OlderError> {
    let request = UploadRequest {
        name: named.filename.clone(),
        encoding: ContentEncoding::Identity,
        bytes_total: None,
        options: ReadOptions::default(),
    };
    let mut upload = match api.models.begin_upload(request).await {
        Ok(upload) => upload,
        Err(error) => {
            uploads::discard(field).await;
            return Err(error.into());
        }
    };
    let size = Cell::new(0_u64);
    let mut counted = (&mut *field).map(|chunk| match chunk {
        Ok(bytes) => {
            size.set(size.get() + bytes.len() as u64);
            if limits::OLDER_UPLOAD_BYTES_MAX < size.get() { Err(()) } else { Ok(bytes) }
        }
        Err(_broken) => Err(()),
    });
    let pumped = upload.pump(&mut counted).await;
    if limits::OLDER_UPLOAD_BYTES_MAX < size.get() {
        let size = size.get();
        uploads::discard(field).await;
        let most = limits::OLDER_UPLOAD_BYTES_MAX;
        return Err(OlderError::bad(format!("File size {size} bytes exceeds maximum {most} bytes")));
    }
    match pumped {
        Pumped::Complete => Ok((upload, size.get())),
        Pumped::ReadingEnded | Pumped::Aborted(_) => {
            uploads::discard(field).await;
            let ended = timeout(limits::OLDER_ANSWER_MAX, upload.outcome()).await;
            match ended.ok().and_then(Result::err) {
                Some(failure) => Err(refusal(named, &failure)),
                None => Err(OlderError::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal.meaning())),
            }
        }
    }
}

/// Waits for the reading, not longer than clients wait, and writes the file down. What is still read then is followed.
async fn settle(
    api: &OlderApi,
    named: Named,
    upload: UploadWriter,
    size: u64,
    began: Instant,
) -> Result<(OlderFile, FileState), OlderError> {
    let mut progress = upload.progress();
    let left = limits::OLDER_ANSWER_MAX.saturating_sub(began.elapsed());
    let ended = timeout(left, progress.wait_for(|progress| progress.outcome.is_some())).await;
    let outcome = ended.ok().and_then(Result::ok).and_then(|progress| progress.outcome.clone());
    let (state, model_id) = match outcome {
        None => (FileState::Reading, None),
        Some(Ok(manifest)) => (FileState::Ready(Arc::clone(&manifest)), Some(manifest.model_id.clone())),
        Some(Err(failure)) => return Err(refusal(&named, &failure)),
    };
    let file = OlderFile {
        file_id: api.records.new_id(),
        filename: named.filename,
        size,
        content_type: named.content_type,
        uploaded_ms: api.records.now_ms(),
        processing_s: began.elapsed().as_secs_f64(),
        upload_id: upload.upload_id().to_owned(),
        model_id,
        error: None,
    };
    let (file, _) = api.records.add(file).await?;
    if file.model_id.is_none() {
        api.records.follow(file.file_id.clone(), upload);
    }
    Ok((file, state))
}

/// Why a file was not taken, in the words of the older product where it had some.
fn refusal(named: &Named, failure: &Failure) -> OlderError {
    let syntax = matches!(
        failure.code(),
        ErrorCode::JsonSyntax | ErrorCode::JsonTruncated | ErrorCode::JsonTooDeep | ErrorCode::FileEmpty
    );
    if named.is_json && syntax {
        return OlderError::bad("Invalid JSON file format");
    }
    if failure.code() == ErrorCode::EncodingNotUtf8 {
        return OlderError::bad("File encoding not supported");
    }
    let error = ApiError::logged(failure);
    // Whatever is wrong with a file is 400 there; a 422 tells faults of fields, in another shape.
    match failure.code().blame() {
        Blame::Client => OlderError::bad(error.detail()),
        Blame::Capacity | Blame::Server => error.into(),
    }
}
