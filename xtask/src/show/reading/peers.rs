//! What the same file takes with other means.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::measure::{self, Measured};
use crate::process::{is_installed, succeeds};
use crate::show::common;

/// The programs that are compared with.
pub(super) struct Peers {
    program: PathBuf,
    python: Option<PathBuf>,
}

impl Peers {
    /// Builds and installs them. DuckDB is left out where Python cannot install it.
    pub(super) fn new() -> Result<Peers> {
        let build = ["build", "--release", "--package", "bench-peers", "--features", "simd"];
        let program = common::built("bench-peers", &build)?;
        let folder = crate::root().join("target/peer-venv");
        let python = folder.join("bin/python");
        let installs = is_installed("python3")
            && (python.is_file() || succeeds(Command::new("python3").args(["-m", "venv"]).arg(&folder))?)
            && succeeds(Command::new(&python).args(["-m", "pip", "install", "--quiet", "duckdb"]))?;
        Ok(Peers { program, python: installs.then_some(python) })
    }

    /// A bare split and typed parse.
    pub(super) fn bare(&self, file: &Path, shape: &str) -> Result<Measured> {
        run(Command::new(&self.program).arg("bare").arg(file).arg(shape))
    }

    /// simd-json over the whole document.
    pub(super) fn simd(&self, file: &Path, shape: &str) -> Result<Measured> {
        run(Command::new(&self.program).arg("simd").arg(file).arg(shape))
    }

    /// DuckDB's `read_json` into a table; none where it is not installed or gives up.
    pub(super) fn duckdb(&self, file: &Path, shape: &str) -> Result<Option<Measured>> {
        let Some(python) = &self.python else { return Ok(None) };
        let script = crate::root().join("bench-peers/duckdb_read.py");
        let measured = measure::run(Command::new(python).arg(script).arg(file).arg(shape))?;
        if !measured.success {
            println!("DuckDB gave up: {}", measured.stderr);
        }
        Ok(Some(measured).filter(|measured| measured.success))
    }
}

fn run(command: &mut Command) -> Result<Measured> {
    let measured = measure::run(command)?;
    if !measured.success {
        bail!("{command:?}: {}", measured.stderr);
    }
    Ok(measured)
}
