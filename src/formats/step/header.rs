//! The header section: which schema, when, by whom, with what.

use super::schema::Schema;
use super::split::Record;
use super::text::Notes;
use super::value::{Arguments, Value};
use crate::formats::ReadError;
use crate::formats::head::system;
use crate::limits;

/// What the header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    schemas: Vec<String>,
    pub(super) written_at: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) organisations: Vec<String>,
    /// What made the model, else what wrote the file.
    pub(super) system: Option<String>,
    /// Offsets and reasons of statements that could not be read, at most [`limits::PROBLEMS_MAX`].
    pub(super) broken: Vec<(u64, &'static str)>,
}

/// Schemas and authors that are remembered; a file names one schema and a few authors.
const NAMES_MAX: usize = 64;

impl Header {
    /// Takes one entity of the header.
    pub(super) fn take(&mut self, record: &Record<'_>) {
        let arguments = match Arguments::parse(record.arguments, &mut Notes::default()) {
            Ok(arguments) => arguments,
            Err(what) => return self.broken(record.offset, what),
        };
        match record.name {
            b"FILE_NAME" => {
                self.written_at = text(arguments.at(1));
                let names = |at: usize| arguments.at(at).items().iter().filter_map(text).take(NAMES_MAX).collect();
                (self.authors, self.organisations) = (names(2), names(3));
                self.system = system(arguments.at(5).text(), arguments.at(4).text());
            }
            b"FILE_SCHEMA" => {
                let named = arguments.at(0).items().iter().filter_map(text);
                // Part 21 lets an object identifier follow: `IFC4 { 1 0 10303 }`.
                let bare = named.filter_map(|name| name.split_whitespace().next().map(str::to_owned));
                self.schemas.extend(bare.take(NAMES_MAX - self.schemas.len().min(NAMES_MAX)));
            }
            _ => {}
        }
    }

    /// Notes a statement that could not be read.
    pub(super) fn broken(&mut self, offset: u64, what: &'static str) {
        if self.broken.len() < limits::PROBLEMS_MAX {
            self.broken.push((offset, what));
        }
    }

    /// The first schema that is read, with its name; an error that names the others where there is none.
    pub(super) fn schema(&self) -> Result<(Schema, &str), ReadError> {
        let known = self.schemas.iter().find_map(|name| Some((Schema::of(name)?, name.as_str())));
        known.ok_or_else(|| {
            let named = if self.schemas.is_empty() { "none named".to_owned() } else { self.schemas.join(", ") };
            ReadError::SchemaUnread { schema: named.chars().take(NAMED_CHARS_MAX).collect() }
        })
    }
}

/// A schema's name is short; what is longer is cut in the message.
const NAMED_CHARS_MAX: usize = 64;

fn text(value: &Value<'_>) -> Option<String> {
    value.text().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
