//! `suggest`: questions that a file can answer.

use std::process::ExitCode;
use std::time::Instant;

use ifc_json_chunking::limits;
use ifc_json_chunking::query::Language;

use crate::args::SuggestArguments;
use crate::ask;
use crate::output::{Output, plain};
use crate::settings::Settings;

pub(crate) fn run(arguments: &SuggestArguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let model = ask::open(&arguments.file)?;
    let language = arguments.language.map_or(settings.language, Language::from);
    let begin = Instant::now();
    let mut go_on = || begin.elapsed() < limits::SUGGESTION_TIME_MAX;
    let found = model.suggestions(language, usize::from(arguments.count), &mut go_on);
    let mut output = Output::standard();
    if arguments.json {
        output.json(&found)?;
    } else {
        found.iter().try_for_each(|question| output.line(plain(question)))?;
    }
    Ok(ExitCode::SUCCESS)
}
