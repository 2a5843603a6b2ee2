//! `demo`: a server with a sample building in it.

use std::fs;
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ifc_json_chunking::error::ErrorCode;
use ifc_json_chunking::formats::{ContentEncoding, ReadOptions};
use ifc_json_chunking::http::older_api::OlderOptions;
use ifc_json_chunking::query::Language;
use ifc_json_chunking::store::Store;

use crate::args::{DemoArguments, REPLICA};
use crate::clock;
use crate::failure::Failure;
use crate::logging;
use crate::output::{Output, OutputError};
use crate::serve::run_server;
use crate::settings::Settings;

const SAMPLE: &[u8] = include_bytes!("../../../samples/house.ifcjson.json");
const SAMPLE_NAME: &str = "house.ifcjson.json";

const QUESTIONS: [&str; 3] = [
    "Wie viele Fenster befinden sich im Erdgeschoss?",
    "Wie viel Kubikmeter Beton sind verbaut?",
    "Which doors have no fire rating?",
];

pub(crate) fn run(arguments: DemoArguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    logging::start(arguments.log_format, logging::DEMO, settings)?;
    let temporary = match arguments.data {
        Some(_) => None,
        None => Some(TemporaryFolder::make(&settings.temporary)?),
    };
    let data = arguments.data.or_else(|| temporary.as_ref().map(|folder| folder.0.clone())).unwrap_or_default();
    publish_sample(&data)?;
    let language = settings.language;
    let ready = move |address| {
        if let Err(error) = announce(address, language) {
            tracing::warn!(%error, "the address was not printed");
        }
    };
    run_server(arguments.bind, data, REPLICA.to_owned(), OlderOptions::default(), ready)?;
    Ok(ExitCode::SUCCESS)
}

/// Publishes the sample building and gives the folder's lock back, so that the server finds the model there.
fn publish_sample(data: &Path) -> anyhow::Result<()> {
    let store = Store::open(data).map_err(|error| Failure::store(&error))?;
    let read = store
        .read(SAMPLE, ContentEncoding::Identity, ReadOptions::default(), &mut |_| ControlFlow::Continue(()))
        .map_err(|error| Failure::import(Path::new(SAMPLE_NAME), &error))?;
    store.publish_read(SAMPLE_NAME, &clock::now(), read).map_err(|error| Failure::store(&error))?;
    Ok(())
}

fn announce(address: SocketAddr, language: Language) -> Result<(), OutputError> {
    let (open, questions, end) = match language {
        Language::De => ("Im Browser öffnen", "Drei Fragen zum Ausprobieren", "Strg-C beendet den Server."),
        Language::En => ("Open in a browser", "Three questions to try", "Ctrl-C ends the server."),
    };
    let mut output = Output::standard();
    output.line(format_args!("{open}: http://{address}/"))?;
    output.line(format_args!("{questions}:"))?;
    QUESTIONS.iter().try_for_each(|question| output.line(format_args!("  {question}")))?;
    output.line(end)
}

/// A folder of this process, removed with all that is in it when dropped.
#[derive(Debug)]
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn make(parent: &Path) -> Result<TemporaryFolder, Failure> {
        let path = parent.join(format!("ifc-chunking-demo-{}", uuid::Uuid::now_v7().simple()));
        // Fails when the name is taken, so nobody can have prepared the folder.
        fs::create_dir(&path).map_err(|error| {
            let path = path.display();
            let en = format!("the temporary folder {path} cannot be made: {error}");
            Failure::new(ErrorCode::StoreFailed, en, format!("der Ordner {path} kann nicht angelegt werden: {error}"))
        })?;
        Ok(TemporaryFolder(path))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "the temporary folder was not removed");
        }
    }
}
