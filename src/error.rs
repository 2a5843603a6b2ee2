//! The public error codes: one line each, one table for code, documents and tests.
//!
//! A code never changes once released; clients act on it. The status it maps to is the business of `http`.

use std::time::Duration;

/// Who has to act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The request or the file must change.
    Client,
    /// The caller may try again later, or an operator gives more room.
    Capacity,
    /// A defect of ours, or of something we depend on.
    Server,
}

macro_rules! error_codes {
    ($($variant:ident, $code:literal, $blame:ident, $meaning:literal, $hint_de:literal, $hint_en:literal;)+) => {
        /// A public, stable error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $(#[doc = $meaning] $variant,)+ }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)+];

            /// The text clients match on.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(ErrorCode::$variant => $code,)+ } }

            /// Who has to act.
            #[must_use]
            pub const fn blame(self) -> Blame { match self { $(ErrorCode::$variant => Blame::$blame,)+ } }

            /// One line for the documentation, in English.
            #[must_use]
            pub const fn meaning(self) -> &'static str { match self { $(ErrorCode::$variant => $meaning,)+ } }

            /// What to do about it, in German.
            #[must_use]
            pub const fn hint_de(self) -> &'static str { match self { $(ErrorCode::$variant => $hint_de,)+ } }

            /// What to do about it, in English.
            #[must_use]
            pub const fn hint_en(self) -> &'static str { match self { $(ErrorCode::$variant => $hint_en,)+ } }
        }
    };
}

error_codes! {
    FileEmpty, "file_empty", Client, "the file holds no bytes",
        "Die Datei erneut exportieren; sie ist leer.", "Export the file again; it is empty.";
    FileNotFound, "file_not_found", Client, "there is no file at that path",
        "Den Pfad prüfen.", "Check the path.";
    FileIsFolder, "file_is_folder", Client, "the path is a folder, not a file",
        "Den Namen einer Datei angeben.", "Name a file.";
    FileNotPermitted, "file_not_permitted", Client, "the file may not be read",
        "Leserechte der Datei prüfen.", "Check the permissions of the file.";
    FileUnreadable, "file_unreadable", Client, "the file or the connection broke while it was read",
        "Erneut versuchen; bei Wiederholung den Datenträger prüfen.", "Try again; if it happens again, check the medium.";
    JsonSyntax, "json_syntax", Client, "the file is not valid JSON",
        "An der genannten Stelle nachsehen oder neu exportieren.", "Look at the byte named, or export again.";
    JsonTruncated, "json_truncated", Client, "the file ends in the middle of a value",
        "Der Export oder die Übertragung brach ab; neu exportieren oder neu hochladen.",
        "The export or the transfer broke off; export or upload again.";
    JsonTooDeep, "json_too_deep", Client, "arrays and objects are nested deeper than the limit",
        "Bauwerksmodelle sind nie so tief verschachtelt; die Herkunft der Datei prüfen.",
        "Building models are never nested this deep; check where the file comes from.";
    JsonDuplicateKey, "json_duplicate_key", Client, "an object names the same key twice",
        "Welcher Wert gilt, ist unklar; den Export berichtigen.", "Which value holds is unclear; correct the export.";
    RecordTooLarge, "record_too_large", Client, "one record is larger than the limit",
        "Ein einzelner Wert dieser Größe gehört nicht in ein Bauwerksmodell; den Export prüfen.",
        "A single value of this size does not belong in a building model; check the export.";
    EncodingNotUtf8, "encoding_not_utf8", Client, "the file is not encoded in UTF-8",
        "Als UTF-8 speichern oder exportieren.", "Save or export it as UTF-8.";
    CompressionBroken, "compression_broken", Client, "the compressed stream is damaged",
        "Neu packen oder unkomprimiert senden.", "Compress it again or send it uncompressed.";
    CompressionRatio, "compression_ratio", Client, "the file inflates beyond the limit",
        "Unkomprimiert senden, falls die Datei echt ist.", "Send it uncompressed if the file is genuine.";
    ModelTooLarge, "model_too_large", Client, "the model is larger than the limit",
        "Das Modell in Bauabschnitte teilen.", "Split the model into parts.";
    ShapeUnknown, "shape_unknown", Client, "the file is none of the shapes of a building model that are read",
        "Was gelesen wird, steht in docs/formats.md; anderes JSON muss Objekte enthalten, um als Datensätze gelesen zu werden.",
        "What is read is listed in docs/formats.md; other JSON must hold objects to be read as records.";
    StepSyntax, "step_syntax", Client, "the text is not valid STEP",
        "Die Datei beim Erzeugen prüfen; das Byte steht in der Meldung.",
        "Check what wrote the file; the message names the byte.";
    SchemaUnread, "schema_unread", Client, "the STEP file is of a schema that is not read",
        "Als IFC2X3, IFC4 oder IFC4X3 exportieren.", "Export it as IFC2X3, IFC4 or IFC4X3.";
    ContentEncodingUnknown, "content_encoding_unknown", Client, "the Content-Encoding is neither gzip nor zstd",
        "gzip, zstd oder ohne Kompression senden.", "Send gzip, zstd or no compression.";
    RequestMalformed, "request_malformed", Client, "the request is not what this address expects",
        "Mit /openapi.json vergleichen.", "Compare it with /openapi.json.";
    RequestTooLarge, "request_too_large", Client, "the request body is over the limit",
        "Kürzer fassen.", "Make it shorter.";
    RouteUnknown, "route_unknown", Client, "there is nothing at this address",
        "Die Adressen stehen in /openapi.json.", "The addresses are listed in /openapi.json.";
    MethodNotAllowed, "method_not_allowed", Client, "this address does not take that method",
        "Die Methoden stehen in /openapi.json.", "The methods are listed in /openapi.json.";
    CrossSiteRefused, "cross_site_refused", Client, "another website, or a foreign host name, sent this request",
        "Die Seite des Servers selbst benutzen, unter der Adresse, die er beim Start nennt.",
        "Use the server's own page, at the address that it prints at its start.";
    QuestionEmpty, "question_empty", Client, "the question holds no text",
        "Eine Frage eingeben.", "Enter a question.";
    QuestionTooLong, "question_too_long", Client, "the question is over the length limit",
        "Die Frage kürzer fassen.", "Make the question shorter.";
    LanguageUnknown, "language_unknown", Client, "the language is neither de nor en",
        "de, en oder nichts angeben.", "Give de, en or nothing.";
    ModelUnknown, "model_unknown", Client, "there is no building model with this id",
        "Die Modelle stehen unter /v1/models.", "The models are listed at /v1/models.";
    ModelNotReady, "model_not_ready", Client, "the building model is still being read, or its reading failed",
        "Den Stand unter /v1/models/{id} ansehen.", "Look at its status at /v1/models/{id}.";
    EvidenceUnknown, "evidence_unknown", Client, "there is no evidence with this id any more",
        "Die Frage erneut stellen.", "Ask the question again.";
    EvidenceFormatUnknown, "evidence_format_unknown", Client, "the format is neither json nor csv nor xlsx",
        "json, csv, xlsx oder nichts angeben.", "Give json, csv, xlsx or nothing.";
    EvidenceTooLarge, "evidence_too_large", Client, "the evidence holds more elements than a worksheet has rows",
        "Als csv oder json abrufen.", "Fetch it as csv or json.";
    ChunkOptionsInvalid, "chunk_options_invalid", Client, "a strategy, size or overlap of chunks is not possible",
        "Mögliche Werte stehen in docs/chunking.md.", "What is possible is listed in docs/chunking.md.";
    ChunkUnknown, "chunk_unknown", Client, "there is no chunk with this id under these options",
        "Die Chunks stehen unter /v1/models/{id}/chunks.", "The chunks are listed at /v1/models/{id}/chunks.";
    OutputFolderUnusable, "output_folder_unusable", Client, "the output folder cannot be written, or its manifest is not ours",
        "Einen leeren oder früher so beschriebenen Ordner angeben.", "Name an empty folder, or one written by this command before.";
    UploadEmpty, "upload_empty", Client, "the upload holds no file",
        "Die Datei als Rumpf oder als Feld 'file' senden.", "Send the file as the body or as the field 'file'.";
    UploadStalled, "upload_stalled", Client, "the upload stood still for too long, or came too slowly",
        "Erneut hochladen.", "Upload it again.";
    UploadAborted, "upload_aborted", Client, "the connection ended before the upload was complete",
        "Erneut hochladen.", "Upload it again.";
    UploadUnknown, "upload_unknown", Client, "there is no upload with this id, or it expired",
        "Den Upload neu beginnen.", "Begin the upload again.";
    UploadLocked, "upload_locked", Client, "another request is sending bytes to this upload",
        "Warten, bis die andere Anfrage endet, dann den Stand mit HEAD holen.",
        "Wait for the other request to end, then ask for the offset with HEAD.";
    UploadOffsetWrong, "upload_offset_wrong", Client, "the bytes do not begin where the upload goes on",
        "Den Stand mit HEAD holen und von dort weitersenden.", "Ask for the offset with HEAD and go on from there.";
    UploadChecksumWrong, "upload_checksum_wrong", Client, "the bytes do not match their checksum; they were not taken",
        "Das Stück erneut senden; passt es wieder nicht, ist die Datei eine andere.",
        "Send the piece again; if it does not match again, the file is another one.";
    UploadFileDiffers, "upload_file_differs", Client, "the upload was begun with another file",
        "Für die andere Datei einen neuen Upload beginnen.", "Begin a new upload for the other file.";
    UploadTypeWrong, "upload_type_wrong", Client, "the piece is not declared as application/offset+octet-stream",
        "Content-Type: application/offset+octet-stream senden.", "Send Content-Type: application/offset+octet-stream.";
    TusVersionUnknown, "tus_version_unknown", Client, "the header Tus-Resumable does not name version 1.0.0",
        "Tus-Resumable: 1.0.0 senden.", "Send Tus-Resumable: 1.0.0.";
    UploadsFull, "uploads_full", Capacity, "as many uploads are unfinished, or followed, as the server accepts",
        "Später erneut versuchen oder unfertige Uploads löschen.", "Try again later, or delete unfinished uploads.";
    IngestBusy, "ingest_busy", Capacity, "as many uploads are being read as the server accepts",
        "In einigen Sekunden erneut versuchen.", "Try again in a few seconds.";
    QuestionsBusy, "questions_busy", Capacity, "as many questions are in flight as the server accepts",
        "In einigen Sekunden erneut versuchen.", "Try again in a few seconds.";
    ExportsBusy, "exports_busy", Capacity, "as many exports are being written as the server accepts",
        "In einigen Minuten erneut versuchen.", "Try again in a few minutes.";
    ExportFormatUnknown, "export_format_unknown", Client, "the format is neither parquet nor arrow nor csv",
        "parquet, arrow, csv oder nichts angeben.", "Give parquet, arrow, csv or nothing.";
    SessionBusy, "session_busy", Capacity, "the session has as many questions in flight as it accepts",
        "Erst laufende Fragen abwarten.", "Wait for running questions first.";
    SessionsFull, "sessions_full", Capacity, "as many sessions are open as the server accepts",
        "Später erneut versuchen.", "Try again later.";
    ModelsFull, "models_full", Capacity, "the data folder holds as many models as the server accepts",
        "Nicht mehr gebrauchte Modelle löschen.", "Delete models that are no longer used.";
    QuestionDeadline, "question_deadline", Capacity, "the answer was not ready before the deadline",
        "Erneut versuchen oder die Frage einschränken.", "Try again or narrow the question.";
    QuestionCancelled, "question_cancelled", Client, "the question was given up before its answer was ready",
        "Die Frage erneut stellen.", "Ask the question again.";
    DiskFull, "disk_full", Capacity, "the data folder's disk is full",
        "Platz schaffen; angenommene Modelle sind unversehrt.", "Make room; accepted models are unharmed.";
    CatalogBusy, "catalog_busy", Capacity, "as many changes wait for the disk as the server accepts",
        "In einigen Sekunden erneut versuchen.", "Try again in a few seconds.";
    CatalogUnavailable, "catalog_unavailable", Server, "sessions and the history cannot be written until the data folder can",
        "Später erneut versuchen; der Server versucht es von selbst. Zustand des Datenordners prüfen.",
        "Try again later; the server keeps trying by itself. Check the state of the data folder.";
    SessionUnknown, "session_unknown", Client, "there is no session with this id that is yours",
        "Eine Sitzung mit POST /v1/sessions beginnen und ihr Token mitsenden.",
        "Begin a session with POST /v1/sessions and send its token along.";
    OwnerSessionsFull, "owner_sessions_full", Capacity, "this client has as many sessions as it may",
        "Nicht mehr gebrauchte Sitzungen mit DELETE /v1/sessions/{id} beenden.",
        "End sessions that are no longer used with DELETE /v1/sessions/{id}.";
    SessionsOpenedTooMany, "sessions_opened_too_many", Capacity, "this client, or its address, opened as many sessions as it may in a time",
        "Eine begonnene Sitzung weiterbenutzen, oder die Zeit in Retry-After abwarten.",
        "Go on with a session that was begun, or wait for the time in Retry-After.";
    SessionIdTaken, "session_id_taken", Client, "there already is a session under this id",
        "Eine andere Kennung wählen.", "Choose another id.";
    SessionConnectionsFull, "session_connections_full", Capacity, "the session has as many connections as it may",
        "Eine der anderen Verbindungen schließen.", "Close one of the other connections.";
    SessionModelMissing, "session_model_missing", Client, "neither the question nor its session names a building model",
        "model_id mitsenden, oder die Sitzung mit einem Modell beginnen.",
        "Send model_id along, or begin the session with a model.";
    QuestionUnknown, "question_unknown", Client, "there is no question with this id any more",
        "Die Fragen stehen unter /v1/history.", "The questions are listed at /v1/history.";
    HistoryFormatUnknown, "history_format_unknown", Client, "the format is neither json nor csv nor xlsx nor html",
        "json, csv, xlsx, html oder nichts angeben.", "Give json, csv, xlsx, html or nothing.";
    HistoryBusy, "history_busy", Capacity, "as many requests read the history as the server accepts",
        "In einigen Sekunden erneut versuchen.", "Try again in a few seconds.";
    QuestionIdTaken, "question_id_taken", Client, "the session has another question under this id",
        "Jeder Frage eine eigene question_id geben.", "Give every question an id of its own.";
    FrameMalformed, "frame_malformed", Client, "the frame is none that this connection takes",
        "Mit docs/events.md vergleichen.", "Compare it with docs/events.md.";
    Draining, "draining", Capacity, "the server is shutting down",
        "In Kürze erneut versuchen.", "Try again shortly.";
    ActorUnavailable, "actor_unavailable", Server, "a part of the server is being restarted",
        "In einigen Sekunden erneut versuchen.", "Try again in a few seconds.";
    StoreFailed, "store_failed", Server, "the data folder could not be read or written",
        "Rechte und Zustand des Datenordners prüfen.", "Check the permissions and the state of the data folder.";
    StoreDamaged, "store_damaged", Server, "a stored model does not match its checksum",
        "Das Modell erneut hochladen.", "Upload the model again.";
    StoreFormatUnknown, "store_format_unknown", Server, "a stored model was written by a newer version of this program",
        "Die neuere Version des Programms starten; das Modell bleibt unberührt.",
        "Start the newer version of this program; the model is left as it is.";
    DataFolderInUse, "data_folder_in_use", Client, "another process uses the data folder",
        "Den anderen Server beenden oder mit --data einen anderen Ordner wählen.",
        "Stop the other server or choose another folder with --data.";
    DataFolderIsFile, "data_folder_is_file", Client, "the path of the data folder leads to a file",
        "Mit --data einen Ordner wählen.", "Choose a folder with --data.";
    OutputFailed, "output_failed", Client, "the output could not be written",
        "Prüfen, wohin die Ausgabe geht.", "Check where the output goes.";
    AddressInUse, "address_in_use", Server, "the address to listen on is taken or not allowed",
        "Mit --bind eine andere Adresse wählen.", "Choose another address with --bind.";
    Internal, "internal", Server, "a defect in this program",
        "Bitte mit der Anfragenummer melden.", "Please report it with the request id.";
}

/// An error that knows its public code.
pub trait Coded: std::error::Error {
    /// The code shown to clients.
    fn code(&self) -> ErrorCode;

    /// After which time it is worth trying again, where that is known better than from the code.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_snake_case() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ErrorCode::ALL {
            assert!(seen.insert(code.as_str()), "{} stands twice", code.as_str());
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()));
        }
    }
}
