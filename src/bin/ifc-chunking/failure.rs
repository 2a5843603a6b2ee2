//! Errors for people: a code, a sentence and a hint, in the language of the reader.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use ifc_json_chunking::chunking::ChunkError;
use ifc_json_chunking::error::{Coded, ErrorCode};
use ifc_json_chunking::formats::ReadError;
use ifc_json_chunking::limits;
use ifc_json_chunking::query::{Language, QuestionError};
use ifc_json_chunking::store::{self, ExportError, ImportError, StoreError};
use serde::Serialize;

use crate::output::{OutputError, plain};
use crate::progress::FileError;

/// An error with its public code and its sentence in both languages.
#[derive(Debug)]
pub(crate) struct Failure {
    code: ErrorCode,
    en: String,
    de: String,
}

/// A [`Failure`] as JSON, the same shape in batches and reports.
#[derive(Debug, Serialize)]
pub(crate) struct FailureReport {
    code: &'static str,
    message: String,
    hint: &'static str,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl Error for Failure {}

impl Failure {
    /// An error whose sentences the caller knows.
    pub(crate) fn new(code: ErrorCode, en: impl Into<String>, de: impl Into<String>) -> Failure {
        Failure { code, en: en.into(), de: de.into() }
    }

    /// Any error that knows its code; `de` is the German sentence. Causes follow both sentences.
    pub(crate) fn coded(error: &impl Coded, de: impl Into<String>) -> Failure {
        let mut failure = Failure::new(error.code(), error.to_string(), de);
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = format!(": {error}");
            failure.en.push_str(&text);
            failure.de.push_str(&text);
            cause = error.source();
        }
        failure
    }

    pub(crate) fn file(error: &FileError) -> Failure {
        let de = match error {
            FileError::NotFound(path) => format!("die Datei {} gibt es nicht", path.display()),
            FileError::IsFolder(path) => format!("{} ist ein Ordner, keine Datei", path.display()),
            FileError::NotPermitted(path) => format!("{} darf nicht gelesen werden", path.display()),
            FileError::Empty(path) => format!("{} ist leer", path.display()),
            FileError::Unreadable(path, _) => format!("{} kann nicht gelesen werden", path.display()),
        };
        Failure::coded(error, de)
    }

    /// An error of reading, with the file it was met in.
    pub(crate) fn read(path: &Path, error: &ReadError) -> Failure {
        let Failure { code, en, de } = Failure::coded(error, read_de(error));
        let path = path.display();
        Failure { code, en: format!("{path}: {en}"), de: format!("{path}: {de}") }
    }

    pub(crate) fn import(path: &Path, error: &ImportError) -> Failure {
        match error {
            ImportError::Read(error) => Failure::read(path, error),
            ImportError::Store(error) => Failure::store(error),
        }
    }

    pub(crate) fn question(error: &QuestionError) -> Failure {
        let de = match error {
            QuestionError::Empty => "die Frage ist leer".to_owned(),
            QuestionError::TooLong { bytes, bytes_max } => {
                format!("die Frage hat {bytes} Bytes, höchstens {bytes_max} werden angenommen")
            }
        };
        Failure::coded(error, de)
    }

    pub(crate) fn chunks(error: &ChunkError) -> Failure {
        let de = match error {
            ChunkError::TokensOutOfRange { tokens } => format!(
                "{tokens} Token je Chunk; möglich sind {} bis {}",
                limits::CHUNK_TOKENS_MIN,
                limits::CHUNK_TOKENS_MAX
            ),
            ChunkError::OverlapOutOfRange { overlap } => format!(
                "eine Überlappung von {overlap}; möglich sind percent:1 bis percent:{} oder tokens ab 1",
                limits::CHUNK_OVERLAP_PERCENT_MAX
            ),
            ChunkError::Unknown(id) => format!("einen Chunk {id} gibt es nicht"),
            ChunkError::Damaged(what) => format!("das Modell ist nicht lesbar ({what})"),
            ChunkError::Source(_) => "die Quelle des Modells ist nicht lesbar".to_owned(),
            other => other.to_string(),
        };
        Failure::coded(error, de)
    }

    pub(crate) fn store(error: &StoreError) -> Failure {
        let de = match error {
            StoreError::DiskFull(_) => "im Datenordner ist kein Platz mehr".to_owned(),
            StoreError::Io { what, .. } => format!("der Datenordner ist nicht benutzbar ({what})"),
            StoreError::Damaged { model_id, what } => {
                format!("das gespeicherte Modell {model_id} ist beschädigt ({what})")
            }
            StoreError::FormatOld { model_id, format } => {
                format!(
                    "das gespeicherte Modell {model_id} hat das frühere Format {format}; die Datei erneut hochladen"
                )
            }
            StoreError::FormatUnknown { model_id, format } => {
                format!("das gespeicherte Modell {model_id} hat Format {format}; gelesen wird bis {}", store::FORMAT)
            }
            StoreError::InUse(folder) => format!("ein anderer Prozess benutzt den Datenordner {}", folder.display()),
            StoreError::IsFile(path) => format!("der Pfad des Datenordners führt zu einer Datei: {}", path.display()),
            StoreError::Unknown(model_id) => format!("ein Bauwerksmodell {model_id} gibt es nicht"),
            StoreError::Full(models) => format!("der Datenordner enthält schon {models} Modelle"),
            StoreError::Catalog(what) => format!("der Katalog des Datenordners ist nicht benutzbar ({what})"),
            StoreError::CatalogDown(fault) => format!("Sitzungen und Verlauf sind zurzeit nicht zu schreiben: {fault}"),
            StoreError::CatalogBusy(groups) => format!("{groups} Änderungen warten auf den Katalog"),
        };
        Failure::coded(error, de)
    }

    /// An error of writing tables, with the folder they were to go to.
    pub(crate) fn export(folder: &Path, error: &ExportError) -> Failure {
        let de = match error {
            ExportError::Write(_) => "die Tabellen können nicht geschrieben werden".to_owned(),
            ExportError::Fault(what) => format!("das gespeicherte Modell kann nicht gelesen werden ({what})"),
        };
        let Failure { code, en, de } = Failure::coded(error, de);
        let folder = folder.display();
        Failure { code, en: format!("{folder}: {en}"), de: format!("{folder}: {de}") }
    }

    /// As JSON, in a language.
    pub(crate) fn report(&self, language: Language) -> FailureReport {
        let (message, hint) = self.texts(language);
        FailureReport { code: self.code.as_str(), message: message.to_owned(), hint }
    }

    fn texts(&self, language: Language) -> (&str, &'static str) {
        match language {
            Language::De => (&self.de, self.code.hint_de()),
            Language::En => (&self.en, self.code.hint_en()),
        }
    }
}

fn read_de(error: &ReadError) -> String {
    match error {
        ReadError::Empty => "die Datei ist leer".to_owned(),
        ReadError::Io { offset, .. } => format!("das Lesen brach nach {offset} Bytes ab"),
        ReadError::Syntax { offset, what } => format!("kein gültiges JSON bei Byte {offset} ({what})"),
        ReadError::Truncated { offset } => format!("die Datei endet nach {offset} Bytes mitten in einem Wert"),
        ReadError::TooDeep { offset, depth_max } => {
            format!("mehr als {depth_max} Ebenen Verschachtelung bei Byte {offset}")
        }
        ReadError::DuplicateKey { offset, key } => {
            format!("der Schlüssel \"{key}\" steht im Objekt bei Byte {offset} zweimal")
        }
        ReadError::TooManyValues { offset, values_max } => {
            format!("der Datensatz bei Byte {offset} hat mehr als {values_max} Werte")
        }
        ReadError::RecordTooLarge { offset, bytes_max } => {
            format!("der Datensatz bei Byte {offset} ist größer als {bytes_max} Bytes")
        }
        ReadError::Encoding { offset, hint } => format!("kein UTF-8 bei Byte {offset}{hint}"),
        ReadError::Compression { offset, .. } => {
            format!("die Kompression ist nach {offset} entpackten Bytes beschädigt")
        }
        ReadError::Ratio { ratio_max } => format!("die Datei entpackt sich auf mehr als das {ratio_max}-Fache"),
        ReadError::TooLarge { bytes_max } => format!("das Modell ist größer als {bytes_max} Bytes"),
        ReadError::TooMany { entities_max } => format!("das Modell enthält mehr als {entities_max} Entitäten"),
        ReadError::TooManyRecords { records_max } => format!("die Datei enthält mehr als {records_max} Datensätze"),
        ReadError::TooManyIds { ids_max, other_max } => {
            format!("das Modell enthält mehr als {ids_max} Kennungen oder {other_max}, die keine GlobalIds sind")
        }
        ReadError::Shape { what } => format!("das JSON hat keine der Formen, die gelesen werden ({what})"),
        ReadError::Instance { offset, what } => format!("ab Byte {offset} steht kein gültiges STEP ({what})"),
        ReadError::TooManyInstances { instances_max } => {
            format!("die Datei enthält mehr als {instances_max} Instanzen oder nummeriert sie mit großen Lücken")
        }
        ReadError::SchemaUnread { schema } => format!("das Schema {schema} wird nicht gelesen"),
        ReadError::Archive { what } => format!("die Datei wird nicht gelesen: {what}"),
        ReadError::Keep(_) => "was gelesen wurde, konnte nicht abgelegt werden".to_owned(),
        ReadError::Worker => "ein Teil des Lesens brach ab".to_owned(),
        ReadError::Cancelled => "das Lesen wurde abgebrochen".to_owned(),
    }
}

/// A faulty line of a batch.
pub(crate) fn line_too_long() -> Failure {
    let bytes_max = limits::REQUEST_BYTES_MAX;
    Failure::new(
        ErrorCode::RequestTooLarge,
        format!("the line has more than {bytes_max} bytes"),
        format!("die Zeile hat mehr als {bytes_max} Bytes"),
    )
}

/// Prints an error on standard error: `error[code]: sentence`, then `hint: what to do`. The prefixes are the same in
/// every language, so that a script finds them.
pub(crate) fn print(error: &anyhow::Error, language: Language) {
    let told;
    let failure = match (error.downcast_ref::<Failure>(), error.downcast_ref::<OutputError>()) {
        (Some(failure), _) => failure,
        (None, Some(error)) => {
            told = Failure::coded(error, "die Standardausgabe kann nicht geschrieben werden");
            &told
        }
        (None, None) => {
            let sentence = format!("{error:#}");
            told = Failure::new(ErrorCode::Internal, sentence.clone(), sentence);
            &told
        }
    };
    let (sentence, hint) = failure.texts(language);
    let (code, sentence) = (failure.code.as_str(), plain(sentence));
    // When standard error is closed too, the exit status has to do.
    drop(writeln!(io::stderr(), "error[{code}]: {sentence}\nhint: {hint}"));
}
