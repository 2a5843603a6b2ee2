//! What can be typed. Wire types only: each command turns them into what it needs.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use ifc_json_chunking::chunking::{Overlap, Strategy, TokenModel};
use ifc_json_chunking::query::Language;

const EXAMPLES: &str = "\
Examples:
  ifc-chunking demo                                     a server with a sample building, to try it
  ifc-chunking ask house.json \"Wie viele Fenster gibt es im Erdgeschoss?\"
  ifc-chunking ask house.json.gz \"How many m3 of concrete?\" --json
  ifc-chunking ask house.json --batch questions.jsonl > answers.jsonl
  ifc-chunking validate house.json
  ifc-chunking process house.ifc --output chunks --strategy hierarchical --chunk-tokens 4000
  ifc-chunking serve --bind 0.0.0.0:8000 --data /var/lib/ifc-chunking

Exit status:
  0  answered, or the model does not hold what was asked for
  1  the question was not understood, or only a language model could answer it
  2  a file, an argument or a line of a batch must be corrected";

const ASK_EXAMPLES: &str = "\
Examples:
  ifc-chunking ask house.json \"Welche Türen haben keinen Brandschutzwert?\"
  ifc-chunking ask house.json \"What is the total wall area?\" --json | jq .answer.value
  ifc-chunking ask house.json --batch questions.jsonl
  ifc-chunking ask house.json

A batch holds one JSON object a line:
  {\"id\": 1, \"text\": \"Wie viele Wände gibt es?\", \"language\": \"de\"}
Lines with the same \"session\" are one conversation: {\"id\": 2, \"session\": \"a\", \"text\": \"und im 1. OG\"}.
Each gives one line with the answer and that id. A faulty line gives a line with an error object, and exit status 2.";

const SUGGEST_EXAMPLES: &str = "\
Examples:
  ifc-chunking suggest house.json
  ifc-chunking suggest house.ifc --language en --count 5
  ifc-chunking ask house.json \"$(ifc-chunking suggest house.json --count 1)\"

Every question was tried on this file and has an answer. The order is always the same.";

const SERVE_EXAMPLES: &str = "\
Examples:
  ifc-chunking serve
  ifc-chunking serve --bind 0.0.0.0:8000 --data /var/lib/ifc-chunking --log-format json
  ifc-chunking serve --spa dist

RUST_LOG sets what is logged (default: info). SIGTERM or Ctrl-C ends the server after running work is done.";

const DEMO_EXAMPLES: &str = "\
Examples:
  ifc-chunking demo
  ifc-chunking demo --bind 127.0.0.1:9000 --data ./demo-data";

const VALIDATE_EXAMPLES: &str = "\
Examples:
  ifc-chunking validate house.json
  ifc-chunking validate house.json --json | jq .problems.total

Exit status 0 when the file can be read as a building model, 2 when not; problems alone do not make it unreadable.";

const PROCESS_EXAMPLES: &str = "\
Examples:
  ifc-chunking process house.json --output chunks
  ifc-chunking process house.ifc --output chunks --strategy discipline --chunk-tokens 8000 --overlap related
  ifc-chunking process house.ifcx --output chunks --model-family claude --json | jq .share_written

Run again into the same folder, only chunks that changed are written; those that are gone are removed. Files that this
command did not write are left alone.";

const IMPORT_EXAMPLES: &str = "\
Examples:
  ifc-chunking import house.ifc --data ./data
  ifc-chunking import house.json.gz --name \"Haus 7\" --json | jq -r .model_id

The server must not be running on the same data folder; it takes uploads itself (POST /v1/models).";

const EXPORT_EXAMPLES: &str = "\
Examples:
  ifc-chunking export house.json --output tables
  ifc-chunking export 2f1c5e0a9b7d4c3e8f6a1b2c3d4e5f60 --data /var/lib/ifc-chunking --output tables
  ifc-chunking export house.json --format csv --output tables
  duckdb -c \"SELECT storey, count(*) FROM 'tables/elements.parquet' WHERE ifc_type = 'IfcDoor' GROUP BY storey\"

Writes elements, properties, quantities, materials, classifications, relations, records and problems, a file each.";

/// Asks building models (IFC data, JSON or STEP) questions in German and English; every number is computed, none is guessed.
#[derive(Debug, Parser)]
#[command(name = "ifc-chunking", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Reads a file and answers a question, or a batch of them
    #[command(after_help = ASK_EXAMPLES)]
    Ask(AskArguments),
    /// Reads a file and prints questions that it can answer
    #[command(after_help = SUGGEST_EXAMPLES)]
    Suggest(SuggestArguments),
    /// Starts the server: HTTP interface and web page
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(ServeArguments),
    /// Starts the server with a sample building and shows three questions to try
    #[command(after_help = DEMO_EXAMPLES)]
    Demo(DemoArguments),
    /// Reads a file and reports what it holds and what is wrong with it
    #[command(after_help = VALIDATE_EXAMPLES)]
    Validate(ValidateArguments),
    /// Cuts a file into chunks for a language model: one file each, and a manifest
    #[command(after_help = PROCESS_EXAMPLES)]
    Process(ProcessArguments),
    /// Reads a file into a data folder, as an upload to the server does
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArguments),
    /// Writes a model as tables that DuckDB, pandas and spreadsheets read
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArguments),
    /// Prints the version
    Version,
    /// Prints a completion script for a shell
    Completions {
        /// The shell that will read the script
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AskArguments {
    /// The building model: a JSON file, as it is or packed with gzip or zstd
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The question, in German or English; without it, a terminal asks for one after the other
    #[arg(conflicts_with = "batch")]
    pub(crate) question: Option<String>,
    /// Answers every line of this file instead; always prints JSON, one answer a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) batch: Option<PathBuf>,
    /// Prints the answer as JSON and nothing else
    #[arg(long)]
    pub(crate) json: bool,
    /// The language of questions that do not name their own; detected from the words when absent
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(crate) language: Option<LanguageArgument>,
}

#[derive(Debug, Args)]
pub(crate) struct SuggestArguments {
    /// The building model: a JSON or STEP file, as it is or packed with gzip or zstd
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The language of the questions; that of the environment when absent
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(crate) language: Option<LanguageArgument>,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value = "20", value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) count: u8,
    /// Prints a JSON array of texts and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LanguageArgument {
    /// German
    De,
    /// English
    En,
}

impl From<LanguageArgument> for Language {
    fn from(argument: LanguageArgument) -> Language {
        match argument {
            LanguageArgument::De => Language::De,
            LanguageArgument::En => Language::En,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8000, or API_HOST and API_PORT]
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    pub(crate) bind: Option<SocketAddr>,
    /// The folder that keeps the building models; made when it is not there, used by one server at a time
    #[arg(long, value_name = "FOLDER", default_value = "./data", value_hint = ValueHint::DirPath)]
    pub(crate) data: PathBuf,
    /// The name of this process among those that serve the same clients: letters a to z, digits, hyphens
    #[arg(long, value_name = "NAME", default_value = REPLICA, value_parser = replica)]
    pub(crate) replica: String,
    /// A folder with a single-page client, served at / in place of the page; IFC_CHUNKING_SPA where absent
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) spa: Option<PathBuf>,
    /// How the log on standard error is written [default: text, or LOG_FORMAT]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8000", value_parser = address)]
    pub(crate) bind: SocketAddr,
    /// A folder that keeps the building models; a temporary one, removed at the end, when absent
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) data: Option<PathBuf>,
    /// How the log on standard error is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArguments {
    /// The building model: a JSON file, as it is or packed with gzip or zstd
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Refuses the file at its first fault, instead of leaving out what is broken
    #[arg(long)]
    pub(crate) strict: bool,
    /// Prints the report as JSON and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The building model: a file, or the id of a model in the data folder
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) model: PathBuf,
    /// What to write
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "parquet")]
    pub(crate) format: FormatArgument,
    /// The folder to write to; made when it is not there, files of the same names are replaced
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
    /// The folder that keeps the building models; must not be in use by a server
    #[arg(long, value_name = "FOLDER", default_value = "./data", value_hint = ValueHint::DirPath)]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArgument {
    /// Apache Parquet
    Parquet,
    /// Arrow IPC
    Arrow,
    /// Comma-separated values
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct ProcessArguments {
    /// The building model, as it is or packed with gzip or zstd
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The folder that gets manifest.json and the folder chunks; made when it is not there
    #[arg(short, long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
    /// How entities are grouped
    #[arg(long, value_name = "STRATEGY", default_value = "hierarchical", value_parser = strategy_values())]
    pub(crate) strategy: String,
    /// Most tokens of a chunk [default: by the model family]
    #[arg(long, value_name = "N")]
    pub(crate) chunk_tokens: Option<u32>,
    /// What a chunk repeats of others: none, related, percent:P or tokens:N
    #[arg(long, value_name = "OVERLAP", default_value = "none", value_parser = overlap)]
    pub(crate) overlap: Overlap,
    /// Whose tokens are counted
    #[arg(long, value_name = "FAMILY", default_value = "generic", value_parser = family_values())]
    pub(crate) model_family: String,
    /// Prints the report as JSON and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// The building model: a JSON or STEP file, as it is or packed with gzip or zstd
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The folder that keeps the building models; made when it is not there, used by one process at a time
    #[arg(long, value_name = "FOLDER", default_value = "./data", value_hint = ValueHint::DirPath)]
    pub(crate) data: PathBuf,
    /// The name of the model; that of the file when absent
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Refuses the file at its first fault, instead of leaving out what is broken
    #[arg(long)]
    pub(crate) strict: bool,
    /// Prints the report as JSON and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

fn strategy_values() -> PossibleValuesParser {
    PossibleValuesParser::new(Strategy::ALL.iter().map(|strategy| strategy.as_str()))
}

fn family_values() -> PossibleValuesParser {
    PossibleValuesParser::new(TokenModel::ALL.iter().map(|family| family.as_str()))
}

fn overlap(text: &str) -> Result<Overlap, String> {
    Overlap::parse(text).ok_or_else(|| "write none, related, percent:15 or tokens:400".to_owned())
}

/// The name of a process that is the only one.
pub(crate) const REPLICA: &str = "one";

/// Goes into a header and a cookie, and routes by it are written by hand.
fn replica(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || 32 < text.len() || !text.chars().all(fits) {
        return Err("1 to 32 letters a to z, digits or hyphens".to_owned());
    }
    Ok(text.to_owned())
}

/// Parses an address; a name such as `localhost` is looked up.
fn address(text: &str) -> Result<SocketAddr, String> {
    let mut found = text.to_socket_addrs().map_err(|error| format!("{error}; write it as 127.0.0.1:8000"))?;
    found.next().ok_or_else(|| "the name has no address".to_owned())
}
