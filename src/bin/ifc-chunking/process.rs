//! `process`: a file cut into chunks, one file each, and a manifest.
//!
//! A chunk's file says nothing of where its records stand in the source, since that moves with every change before them; the
//! manifest does. So a file whose id is known needs no second look.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ifc_json_chunking::chunking::{
    ChunkDiff, ChunkDocument, ChunkEntity, ChunkError, ChunkId, ChunkInput, ChunkOptions, ChunkPart, PiecePlace,
    Pressure, Strategy, TokenModel, diff, plan, render,
};
use ifc_json_chunking::error::{Coded, ErrorCode};
use ifc_json_chunking::formats::{ReadFacts, ReadOptions};

use ifc_json_chunking::query::Language;
use serde::{Deserialize, Serialize};

use crate::args::ProcessArguments;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress;
use crate::settings::Settings;

/// Layout of the folder; raised when an older one can no longer be continued.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const CHUNKS: &str = "chunks";

/// Why the folder was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessError {
    #[error(transparent)]
    Chunks(#[from] ChunkError),
    #[error("{} cannot be written", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    #[error("{} was not written by this command", .0.display())]
    Foreign(PathBuf),
}

impl Coded for ProcessError {
    fn code(&self) -> ErrorCode {
        match self {
            ProcessError::Chunks(error) => error.code(),
            ProcessError::Folder(_, error) if error.kind() == io::ErrorKind::StorageFull => ErrorCode::DiskFull,
            ProcessError::Folder(..) | ProcessError::Foreign(_) => ErrorCode::OutputFolderUnusable,
        }
    }
}

impl From<ProcessError> for Failure {
    fn from(error: ProcessError) -> Failure {
        match &error {
            ProcessError::Chunks(error) => Failure::chunks(error),
            ProcessError::Folder(path, _) => {
                Failure::coded(&error, format!("{} ist nicht beschreibbar", path.display()))
            }
            ProcessError::Foreign(path) => {
                Failure::coded(&error, format!("{} stammt nicht von diesem Befehl", path.display()))
            }
        }
    }
}

/// What was written.
#[derive(Debug, Serialize)]
pub(crate) struct ProcessReport {
    pub(crate) chunks: usize,
    pub(crate) tokens_total: u64,
    /// Chunks over their budget, since one value alone is larger.
    pub(crate) oversize: usize,
    #[serde(flatten)]
    pub(crate) change: ChunkDiff,
    pub(crate) manifest: PathBuf,
}

/// The head of a manifest, before its chunks.
#[derive(Serialize)]
struct ManifestHead<'a> {
    format: u32,
    generator: &'static str,
    model_id: &'a str,
    content_bytes: u64,
    options: &'a ChunkOptions,
}

/// A chunk in the manifest, with the places that its file leaves out.
#[derive(Serialize)]
struct ManifestChunk<'a> {
    id: ChunkId,
    file: String,
    file_bytes: u64,
    path: &'a [String],
    tokens: u32,
    is_part: Option<ChunkPart>,
    is_oversize: bool,
    entities: &'a [ChunkEntity],
    places: &'a [PiecePlace],
}

/// What a second run needs of a manifest.
#[derive(Deserialize)]
struct OldManifest {
    format: u32,
    chunks: Vec<OldChunk>,
}

#[derive(Deserialize)]
struct OldChunk {
    id: ChunkId,
    file_bytes: u64,
}

pub(crate) fn run(arguments: &ProcessArguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let options = options(arguments);
    options.check().map_err(|error| Failure::chunks(&error))?;
    // Asked before a long reading.
    read_old(&arguments.output).map_err(Failure::from)?;
    let (model, facts) = progress::read_model(&arguments.file, ReadOptions::default())?;
    let input = ChunkInput::new(&model, &model);
    let report = process(&input, &facts, &options, &arguments.output).map_err(Failure::from)?;
    let mut output = Output::standard();
    if arguments.json {
        output.json(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    let ProcessReport { chunks, tokens_total, oversize, change, manifest } = &report;
    let mean = tokens_total / u64::try_from(*chunks).unwrap_or(1).max(1);
    let (ChunkDiff { kept, written, removed, share_written }, manifest) = (change, manifest.display());
    let percent = share_written * 100.0;
    output.line(match settings.language {
        Language::De => format!(
            "{chunks} Chunks mit im Mittel {mean} Token; {written} geschrieben ({percent:.1} %), {kept} unverändert, \
             {removed} entfernt\nInhalt: {manifest}"
        ),
        Language::En => format!(
            "{chunks} chunks of {mean} tokens on average; {written} written ({percent:.1} %), {kept} unchanged, \
             {removed} removed\nContents: {manifest}"
        ),
    })?;
    if 0 < *oversize {
        output.line(match settings.language {
            Language::De => format!("{oversize} über dem Budget, da ein einzelner Wert größer ist (is_oversize)"),
            Language::En => format!("{oversize} over the budget, since one value alone is larger (is_oversize)"),
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

fn options(arguments: &ProcessArguments) -> ChunkOptions {
    // Both words were checked when the arguments were parsed.
    let strategy = Strategy::parse(&arguments.strategy).unwrap_or(Strategy::Hierarchical);
    let family = TokenModel::parse(&arguments.model_family).unwrap_or_default();
    let options = ChunkOptions::for_conditions(strategy, family, family.context_tokens(), Pressure::Normal);
    let tokens_max = arguments.chunk_tokens.unwrap_or(options.tokens_max);
    ChunkOptions { tokens_max, overlap: arguments.overlap, ..options }
}

/// Writes the chunks of a model into a folder; what an earlier run wrote there and still holds is left as it is.
pub(crate) fn process(
    input: &ChunkInput<'_>,
    facts: &ReadFacts,
    options: &ChunkOptions,
    folder: &Path,
) -> Result<ProcessReport, ProcessError> {
    let old = read_old(folder)?;
    let plan = plan(input, options)?;
    let chunks = folder.join(CHUNKS);
    fs::create_dir_all(&chunks).map_err(|error| ProcessError::Folder(chunks.clone(), error))?;
    let manifest = folder.join(MANIFEST);
    let (mut tokens_total, mut oversize, mut written) = (0, 0, 0);
    write_whole(&manifest, |file| {
        let head = ManifestHead {
            format: FORMAT,
            generator: concat!("ifc-chunking ", env!("CARGO_PKG_VERSION")),
            model_id: &facts.content_hash,
            content_bytes: facts.content_bytes,
            options: plan.options(),
        };
        let head = serde_json::to_string(&head).map_err(io::Error::from)?;
        write!(file, "{},\n\"chunks\":[", head.strip_suffix('}').unwrap_or(&head))?;
        for index in 0..plan.len() {
            let document = render(input, &plan, index)?;
            tokens_total += u64::from(document.tokens.total);
            oversize += usize::from(document.is_oversize);
            let (line, is_new) = write_chunk(&chunks, &old, document)?;
            written += usize::from(is_new);
            write!(file, "{}\n{line}", if index == 0 { "" } else { "," })?;
        }
        Ok(file.write_all(b"\n]}\n")?)
    })?;
    // A file that somebody took away is written again, although its id is known.
    let change = ChunkDiff::of(plan.len(), written, diff(old.keys().copied(), plan.ids()).removed);
    let new: std::collections::BTreeSet<ChunkId> = plan.ids().collect();
    for gone in old.keys().filter(|id| !new.contains(id)) {
        let path = chunks.join(file_name(*gone));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(ProcessError::Folder(path, error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(ProcessReport { chunks: plan.len(), tokens_total, oversize, change, manifest })
}

/// The chunks that an earlier run wrote, with the lengths of their files.
fn read_old(folder: &Path) -> Result<BTreeMap<ChunkId, u64>, ProcessError> {
    let path = folder.join(MANIFEST);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(ProcessError::Folder(path, error)),
    };
    let old: Result<OldManifest, _> = serde_json::from_reader(BufReader::new(file));
    match old {
        Ok(old) if old.format == FORMAT => Ok(old.chunks.into_iter().map(|old| (old.id, old.file_bytes)).collect()),
        Ok(_) | Err(_) => Err(ProcessError::Foreign(path)),
    }
}

fn file_name(id: ChunkId) -> String {
    format!("{id}.json")
}

/// Writes one chunk, unless the folder holds it; gives its line of the manifest, and whether it was written.
fn write_chunk(
    chunks: &Path,
    old: &BTreeMap<ChunkId, u64>,
    document: ChunkDocument,
) -> Result<(String, bool), ProcessError> {
    let path = chunks.join(file_name(document.id));
    let (entities, places) = (document.entities.clone(), document.places.clone());
    let document = document.without_places();
    let failed = |error| ProcessError::Folder(path.clone(), error);
    let mut text = serde_json::to_vec(&document).map_err(|error| failed(error.into()))?;
    text.push(b'\n');
    let bytes = text.len() as u64;
    let is_there = old.get(&document.id) == Some(&bytes) && fs::metadata(&path).is_ok_and(|found| found.len() == bytes);
    if !is_there {
        write_whole(&path, |file| Ok(file.write_all(&text)?))?;
    }
    let line = ManifestChunk {
        id: document.id,
        file: format!("{CHUNKS}/{}", file_name(document.id)),
        file_bytes: bytes,
        path: &document.path,
        tokens: document.tokens.total,
        is_part: document.is_part,
        is_oversize: document.is_oversize,
        entities: &entities,
        places: &places,
    };
    let line = serde_json::to_string(&line).map_err(|error| failed(error.into()))?;
    Ok((line, !is_there))
}

/// Why the inside of a file is not complete.
enum Broken {
    Io(io::Error),
    Process(ProcessError),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Broken {
        Broken::Io(error)
    }
}

impl From<ProcessError> for Broken {
    fn from(error: ProcessError) -> Broken {
        Broken::Process(error)
    }
}

impl From<ChunkError> for Broken {
    fn from(error: ChunkError) -> Broken {
        Broken::Process(error.into())
    }
}

/// Writes a file beside its place and renames it, so that nobody sees half of it.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Broken>,
) -> Result<(), ProcessError> {
    let beside = path.with_extension("json.part");
    let written = File::create(&beside).map_err(Broken::from).and_then(|file| {
        let mut file = BufWriter::new(file);
        write(&mut file)?;
        file.flush()?;
        Ok(fs::rename(&beside, path)?)
    });
    written.map_err(|broken| {
        // What is left of it is overwritten by the next run, if it cannot be removed now.
        drop(fs::remove_file(&beside));
        match broken {
            Broken::Io(error) => ProcessError::Folder(path.to_owned(), error),
            Broken::Process(error) => error,
        }
    })
}
