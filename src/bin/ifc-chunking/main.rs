//! The command line: argument parsing, start, printing. No decision about building models or questions lives here.
//!
//! Exit status: 0 done, 1 a question was not understood or needs a language model, 2 anything that must be corrected.

mod args;
mod ask;
mod batch;
mod clock;
mod demo;
mod dialogue;
mod export;
mod failure;
mod import;
mod logging;
mod older;
mod output;
mod process;
mod progress;
mod serve;
mod settings;
mod suggest;
mod table;
mod validate;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::args::{Arguments, Command};
use self::output::{Output, OutputError};
use self::settings::Settings;

/// Gives freed memory back to the system while large files are read; the allocator of the C library keeps a heap for each
/// thread, which made the peak of a reading twice as high.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Exit status of a question that was read and not answered.
const NOT_UNDERSTOOD: u8 = 1;
/// Exit status of everything that must be corrected first; clap uses the same for faulty arguments.
const FAULTY: u8 = 2;

fn main() -> ExitCode {
    let settings = Settings::from_environment();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => {
            // Nobody is left to tell when neither stream can be written.
            drop(usage.print());
            return if usage.use_stderr() { ExitCode::from(FAULTY) } else { ExitCode::SUCCESS };
        }
    };
    match run(arguments.command, &settings) {
        Ok(status) => status,
        // The reader of our output has seen enough, as in `ifc-chunking ask … | head`.
        Err(error) if matches!(error.downcast_ref(), Some(OutputError::Closed)) => ExitCode::SUCCESS,
        Err(error) => {
            failure::print(&error, settings.language);
            ExitCode::from(FAULTY)
        }
    }
}

fn run(command: Command, settings: &Settings) -> anyhow::Result<ExitCode> {
    match command {
        Command::Ask(arguments) => ask::run(&arguments),
        Command::Suggest(arguments) => suggest::run(&arguments, settings),
        Command::Serve(arguments) => serve::run(arguments, settings),
        Command::Demo(arguments) => demo::run(arguments, settings),
        Command::Validate(arguments) => validate::run(&arguments, settings),
        Command::Export(arguments) => export::run(&arguments, settings),
        Command::Process(arguments) => process::run(&arguments, settings),
        Command::Import(arguments) => import::run(&arguments, settings),
        Command::Version => {
            Output::standard().line(concat!("ifc-chunking ", env!("CARGO_PKG_VERSION")))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions { shell } => {
            // Written to memory first: clap_complete panics when standard output is closed early.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "ifc-chunking", &mut script);
            Output::standard().line(String::from_utf8_lossy(&script).trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
