//! `ask --batch`: a question a line in, an answer a line out, in the same order. Lines with the same "session" are one
//! conversation.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::ExitCode;

use ifc_json_chunking::error::ErrorCode;
use ifc_json_chunking::limits;
use ifc_json_chunking::query::{Answer, AskableModel, Language, Plan, Question};
use serde::Serialize;
use serde_json::Value;

use crate::FAULTY;
use crate::ask::{ask, open};
use crate::failure::{self, Failure, FailureReport};
use crate::output::Output;
use crate::progress::{self, FileError};

#[derive(Serialize)]
struct AnswerLine<'a> {
    id: &'a Value,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    id: &'a Value,
    line: usize,
    error: FailureReport,
}

/// What each conversation was about last, the one that spoke last at the end.
#[derive(Default)]
struct Conversations {
    kept: VecDeque<(String, Plan)>,
}

impl Conversations {
    /// Takes out what a conversation was about.
    fn take(&mut self, session: &str) -> Option<Plan> {
        let at = self.kept.iter().position(|(kept, _)| kept == session)?;
        self.kept.remove(at).map(|(_, plan)| plan)
    }

    fn keep(&mut self, session: &str, plan: Plan) {
        while limits::SESSIONS_MAX <= self.kept.len() {
            self.kept.pop_front();
        }
        self.kept.push_back((session.to_owned(), plan));
    }
}

/// Answers every line. A faulty line is answered with an error and the run goes on.
pub(crate) fn run(file: &Path, questions: &Path, language: Option<Language>) -> anyhow::Result<ExitCode> {
    // Opened first, so that a mistyped name is told before a large model is read.
    let (questions_file, _) = progress::open(questions).map_err(|error| Failure::file(&error))?;
    let model = open(file)?;
    let mut lines = BufReader::new(questions_file);
    let mut output = Output::standard();
    let mut faulty = false;
    let mut conversations = Conversations::default();
    for number in 1.. {
        let line = match next_line(&mut lines) {
            Ok(None) => break,
            Ok(Some(line)) => line,
            Err(error) => return Err(Failure::file(&FileError::Unreadable(questions.to_owned(), error)).into()),
        };
        if line.as_ref().is_ok_and(|line| line.trim_ascii().is_empty()) {
            continue;
        }
        let mut id = Value::Null;
        match line.and_then(|line| answer(&model, &line, &mut id, language, &mut conversations)) {
            Ok(answer) => output.json(&AnswerLine { id: &id, answer })?,
            Err(failure) => {
                faulty = true;
                let error = failure.report(language.unwrap_or(Language::En));
                output.json(&ErrorLine { id: &id, line: number, error })?;
            }
        }
    }
    Ok(if faulty { ExitCode::from(FAULTY) } else { ExitCode::SUCCESS })
}

/// The next line, or why it is none; `None` at the end. Never holds more than a line's limit.
fn next_line(lines: &mut impl BufRead) -> std::io::Result<Option<Result<Vec<u8>, Failure>>> {
    let bytes_max = limits::REQUEST_BYTES_MAX;
    let mut line = Vec::new();
    let read = lines.by_ref().take(bytes_max as u64 + 1).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if read <= bytes_max || line.ends_with(b"\n") {
        return Ok(Some(Ok(line)));
    }
    lines.skip_until(b'\n')?;
    Ok(Some(Err(failure::line_too_long())))
}

/// Parses a line and answers it; the id is told as soon as it is known. Other fields are the caller's own.
fn answer(
    model: &AskableModel,
    line: &[u8],
    id: &mut Value,
    language: Option<Language>,
    conversations: &mut Conversations,
) -> Result<Answer, Failure> {
    let malformed = |en: String, de: String| Failure::new(ErrorCode::RequestMalformed, en, de);
    let line: Value = serde_json::from_slice(line).map_err(|error| {
        malformed(format!("the line is not valid JSON: {error}"), format!("die Zeile ist kein gültiges JSON: {error}"))
    })?;
    let Value::Object(mut line) = line else {
        return Err(malformed("the line is not a JSON object".to_owned(), "die Zeile ist kein JSON-Objekt".to_owned()));
    };
    *id = line.remove("id").unwrap_or_default();
    if id.is_null() {
        return Err(malformed("the line has no \"id\"".to_owned(), "der Zeile fehlt \"id\"".to_owned()));
    }
    let Some(Value::String(text)) = line.get("text") else {
        return Err(malformed(
            "the line has no text in \"text\"".to_owned(),
            "der Zeile fehlt ein Text in \"text\"".to_owned(),
        ));
    };
    let mut question = Question::parse(text).map_err(|error| Failure::question(&error))?;
    question.language = match line.get("language") {
        None | Some(Value::Null) => language,
        Some(Value::String(code)) if code == "de" => Some(Language::De),
        Some(Value::String(code)) if code == "en" => Some(Language::En),
        Some(other) => {
            let (en, de) = (format!("the language {other} is not known"), format!("die Sprache {other} ist unbekannt"));
            return Err(Failure::new(ErrorCode::LanguageUnknown, en, de));
        }
    };
    let session = match line.get("session") {
        None | Some(Value::Null) => return Ok(ask(model, &question, None)),
        Some(Value::String(session)) => session,
        Some(other) => {
            let en = format!("\"session\" is no text: {other}");
            return Err(malformed(en, format!("\"session\" ist kein Text: {other}")));
        }
    };
    let before = conversations.take(session);
    let answer = ask(model, &question, before.as_ref());
    if let Some(plan) = answer.plan.clone().or(before) {
        conversations.keep(session, plan);
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use ifc_json_chunking::query::{Goal, Selection};

    use super::*;

    #[test]
    fn conversations_are_kept_apart_and_the_silent_ones_forgotten() {
        let plan = |version| Plan { version, goal: Goal::Count, of: Selection::default() };
        let mut conversations = Conversations::default();
        for number in 0..=limits::SESSIONS_MAX {
            conversations.keep(&number.to_string(), plan(1));
        }
        assert_eq!(conversations.kept.len(), limits::SESSIONS_MAX);
        assert_eq!(conversations.take("0"), None);
        assert_eq!(conversations.take("1"), Some(plan(1)));
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_the_next_is_read() {
        let long = "x".repeat(limits::REQUEST_BYTES_MAX + 1);
        let text = format!("first\n{long}\n{long}\nlast");
        let mut lines = BufReader::new(text.as_bytes());
        let mut next = || next_line(&mut lines).unwrap();
        assert_eq!(next().unwrap().unwrap(), b"first\n");
        assert!(next().unwrap().is_err());
        assert!(next().unwrap().is_err());
        assert_eq!(next().unwrap().unwrap(), b"last");
        assert!(next().is_none());
    }
}
