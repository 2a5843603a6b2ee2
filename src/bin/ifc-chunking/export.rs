//! `export`: writes a model as tables for other programs.

use std::path::Path;
use std::process::ExitCode;

use ifc_json_chunking::formats::ReadOptions;
use ifc_json_chunking::query::Language;
use ifc_json_chunking::store::{self, ExportError, ExportFormat, FolderTarget, Store, StoredModel};

use crate::args::{ExportArguments, FormatArgument};
use crate::failure::Failure;
use crate::output::Output;
use crate::progress;
use crate::settings::Settings;
use crate::table::{Align, Table};

impl From<FormatArgument> for ExportFormat {
    fn from(argument: FormatArgument) -> ExportFormat {
        match argument {
            FormatArgument::Parquet => ExportFormat::Parquet,
            FormatArgument::Arrow => ExportFormat::Arrow,
            FormatArgument::Csv => ExportFormat::Csv,
        }
    }
}

pub(crate) fn run(arguments: &ExportArguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let model = open(&arguments.model, &arguments.data)?;
    let folder = &arguments.output;
    let failed = |error: &ExportError| Failure::export(folder, error);
    let mut target = FolderTarget::create(folder).map_err(|error| failed(&error.into()))?;
    let files = store::export(&model, &model, arguments.format.into(), &mut target).map_err(|error| failed(&error))?;
    let (file, rows) = match settings.language {
        Language::De => ("Datei", "Zeilen"),
        Language::En => ("file", "rows"),
    };
    let mut table = Table::new([(file, Align::Left), (rows, Align::Right)]);
    files.iter().for_each(|file| table.row([file.name.clone(), file.rows.to_string()]));
    let mut output = Output::standard();
    table.lines().iter().try_for_each(|line| output.line(line))?;
    Ok(ExitCode::SUCCESS)
}

/// A file of that name is read; else it is the id of a model in the data folder.
fn open(model: &Path, data: &Path) -> Result<StoredModel, Failure> {
    let id = model.to_str().filter(|text| store::is_model_id(text));
    let is_file = matches!(model.try_exists(), Ok(true));
    match id.filter(|_| !is_file) {
        Some(id) => Store::open(data).and_then(|store| store.model(id)).map_err(|error| Failure::store(&error)),
        None => progress::read_model(model, ReadOptions::default()).map(|(model, _)| model),
    }
}
