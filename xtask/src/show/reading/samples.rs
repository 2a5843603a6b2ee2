//! Small files of many makers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::Value;

use crate::process::output;
use crate::show::{Figure, common};

const NAME: &str = "samples that are read and hold entities";

pub(super) fn measure(program: &Path, figures: &mut Vec<Figure>) -> Result<()> {
    let Some(folder) = common::shared().map(|shared| shared.join("models/samples")).filter(|folder| folder.is_dir())
    else {
        figures.push(Figure::skipped(NAME, "no samples here", "all"));
        return Ok(());
    };
    println!("$ ifc-chunking validate --json FILE");
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    let mut read = 0;
    for path in &paths {
        let found = output(Command::new(program).args(["validate", "--json"]).arg(path))?;
        let report: Value = serde_json::from_slice(&found.stdout).unwrap_or_default();
        let entities = report["entities"].as_u64().unwrap_or(0);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let shape = report["shape"].as_str().unwrap_or("unreadable");
        let problems = report["problems"]["total"].as_u64().unwrap_or(0);
        println!("{name:55} {shape:14} {entities:5} entities {problems:5} problems");
        read += usize::from(found.status.success() && 0 < entities);
    }
    figures.push(Figure::measured(NAME, format!("{read} of {}", paths.len()), "all", read == paths.len()));
    Ok(())
}
