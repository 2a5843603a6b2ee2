//! `import`: reads a file into a data folder, and tells what it took.

use std::process::ExitCode;
use std::time::Instant;

use ifc_json_chunking::formats::{ContentEncoding, ReadOptions};
use ifc_json_chunking::query::Language;
use ifc_json_chunking::store::Store;
use serde::Serialize;

use crate::args::ImportArguments;
use crate::clock;
use crate::failure::Failure;
use crate::output::{Output, plain};
use crate::progress;
use crate::settings::Settings;

/// What came of it.
#[derive(Debug, Serialize)]
struct Report {
    model_id: String,
    name: String,
    shape: String,
    content_bytes: u64,
    entities: u64,
    elements: u64,
    problems: u64,
    /// From the opening of the file to the published model.
    seconds: f64,
    bytes_per_second: f64,
    /// Memory of the index of identifiers, the part of it that grows with the file.
    id_index_bytes: u64,
    /// All files of the published model.
    stored_bytes: u64,
}

pub(crate) fn run(arguments: &ImportArguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let begin = Instant::now();
    let (file, bytes) = progress::open(&arguments.file).map_err(|error| Failure::file(&error))?;
    let store = Store::open(&arguments.data).map_err(|error| Failure::store(&error))?;
    let options = ReadOptions { strict: arguments.strict };
    let read =
        progress::with_bar(bytes, |on_progress| store.read(file, ContentEncoding::Identity, options, on_progress));
    let read = read.map_err(|error| Failure::import(&arguments.file, &error))?;
    let id_index_bytes = read.facts().summary.id_index_bytes;
    let of_file = || arguments.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let name = arguments.name.clone().unwrap_or_else(of_file);
    let manifest = store.publish_read(&name, &clock::now(), read).map_err(|error| Failure::store(&error))?;
    let seconds = begin.elapsed().as_secs_f64();
    let report = Report {
        stored_bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        model_id: manifest.model_id,
        name: manifest.name,
        shape: manifest.shape,
        content_bytes: manifest.content_bytes,
        entities: manifest.entities,
        elements: manifest.elements,
        problems: manifest.problems,
        seconds,
        bytes_per_second: manifest.content_bytes as f64 / seconds,
        id_index_bytes,
    };
    let mut output = Output::standard();
    if arguments.json {
        output.json(&report)?;
    } else {
        print(&mut output, &report, settings.language)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(output: &mut Output, report: &Report, language: Language) -> anyhow::Result<()> {
    let Report { model_id, name, entities, elements, problems, seconds, .. } = report;
    let (name, megabytes) = (plain(name), report.content_bytes as f64 / 1e6);
    match language {
        Language::De => {
            output.line(format_args!("{name}: {elements} Bauteile, {entities} Entitäten, {problems} Probleme"))?;
            output.line(format_args!("{megabytes:.1} MB in {seconds:.2} s, Modell {model_id}"))?;
        }
        Language::En => {
            output.line(format_args!("{name}: {elements} building parts, {entities} entities, {problems} problems"))?;
            output.line(format_args!("{megabytes:.1} MB in {seconds:.2} s, model {model_id}"))?;
        }
    }
    Ok(())
}
