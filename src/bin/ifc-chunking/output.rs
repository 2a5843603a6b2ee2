//! Standard output, without a panic when its reader goes away.

use std::fmt::Display;
use std::io::{self, StdoutLock, Write};

use ifc_json_chunking::error::{Coded, ErrorCode};

/// Why a line could not be printed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// The reader of a pipe has ended; not an error of ours.
    #[error("standard output was closed")]
    Closed,
    /// Anything else, such as a full disk behind a redirection.
    #[error("standard output could not be written")]
    Failed(#[source] io::Error),
}

impl Coded for OutputError {
    fn code(&self) -> ErrorCode {
        ErrorCode::OutputFailed
    }
}

/// Standard output; every line is passed on at once.
#[derive(Debug)]
pub(crate) struct Output {
    out: StdoutLock<'static>,
}

impl Output {
    pub(crate) fn standard() -> Output {
        Output { out: io::stdout().lock() }
    }

    pub(crate) fn line(&mut self, line: impl Display) -> Result<(), OutputError> {
        writeln!(self.out, "{line}").and_then(|()| self.out.flush()).map_err(|error| {
            let closed = error.kind() == io::ErrorKind::BrokenPipe;
            if closed { OutputError::Closed } else { OutputError::Failed(error) }
        })
    }

    /// Prints a value as one line of JSON.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> anyhow::Result<()> {
        Ok(self.line(serde_json::to_string(value)?)?)
    }
}

/// A text from a file or an argument for a terminal: control characters, which could move the cursor or change
/// colours, become U+FFFD; line breaks and tabs become spaces.
pub(crate) fn plain(text: &str) -> String {
    let replace = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(replace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(plain("Wand\u{1b}[2J\nTür\u{9b}"), "Wand\u{fffd}[2J Tür\u{fffd}");
    }
}
