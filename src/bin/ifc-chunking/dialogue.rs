//! `ask` without a question, on a terminal: question after question until the input ends, each after the one before.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use ifc_json_chunking::limits;
use ifc_json_chunking::query::{Language, Question, QuestionError};

use crate::ask::{ask, open, print};
use crate::failure::Failure;
use crate::output::Output;

pub(crate) fn run(file: &Path, language: Option<Language>, json: bool) -> anyhow::Result<ExitCode> {
    // A script that forgot its question is told so, and does not wait.
    if !io::stdin().is_terminal() {
        return Err(Failure::question(&QuestionError::Empty).into());
    }
    let model = open(file)?;
    let mut output = Output::standard();
    let mut before = None;
    while let Some(line) = next_line()? {
        if line.trim().is_empty() {
            continue;
        }
        match Question::parse(&line) {
            Err(error) => output.line(error)?,
            Ok(mut question) => {
                question.language = language;
                let answer = ask(&model, &question, before.as_ref());
                if json {
                    output.json(&answer)?;
                } else {
                    print(&mut output, &answer)?;
                }
                before = answer.plan.or(before);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prompts on standard error, for the answers alone are the output; none at the end.
fn next_line() -> io::Result<Option<String>> {
    let mut prompt = io::stderr().lock();
    prompt.write_all(b"> ")?;
    prompt.flush()?;
    let mut line = String::new();
    let read = io::stdin().lock().take(limits::REQUEST_BYTES_MAX as u64).read_line(&mut line)?;
    Ok((read > 0).then_some(line))
}
