//! A changed building is cut again: chunks of what did not change keep their ids.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::generate::plan::Change;
use crate::generate::{self, Order, Shape, Size};
use crate::process::{TempFolder, output};
use crate::show::Figure;

const BYTES: u64 = 100_000_000;
const SEED: u64 = 7;
const CHANGED_PER_MILLION: u64 = 10_000;
const REWRITTEN_PERCENT_MAX: f64 = 2.0;
const STRATEGIES: &[&str] = &["hierarchical", "discipline", "entity_type", "property", "geometric"];
const CHUNK_TOKENS: &str = "4000";

pub(super) fn measure(program: &Path, figures: &mut Vec<Figure>) -> Result<()> {
    let bar = format!("<= {REWRITTEN_PERCENT_MAX} %");
    if !output(Command::new(program).args(["process", "--help"]))?.status.success() {
        figures.push(Figure::skipped("chunks rewritten after 1 % changed", "no command `process` yet", bar));
        return Ok(());
    }
    let folder = TempFolder::new("show-reupload")?;
    let file = |name: &str| folder.path().join(name);
    for (name, change) in [
        ("old", Change::default()),
        ("clustered", Change { per_million: CHANGED_PER_MILLION, scattered: false }),
        ("scattered", Change { per_million: CHANGED_PER_MILLION, scattered: true }),
    ] {
        let output = file(name);
        let size = Size::Bytes(BYTES);
        generate::write(&Order { shape: Shape::A, size, seed: SEED, pretty: false, change, output })?;
    }
    for strategy in STRATEGIES {
        for changed in ["clustered", "scattered"] {
            let chunks = file(&format!("{strategy}-{changed}"));
            let old = process(program, &file("old"), &chunks, strategy)?;
            let new = process(program, &file(changed), &chunks, strategy)?;
            let rewritten = new.difference(&old).count();
            let percent = rewritten as f64 * 100.0 / new.len().max(1) as f64;
            let name = format!("chunks rewritten, {strategy}, 1 % changed {changed}");
            let value = format!("{percent:.2} % ({rewritten} of {})", new.len());
            // Changes that are scattered touch most chunks whatever is done; the figure is told, the promise is of the other.
            figures.push(if changed == "clustered" {
                Figure::measured(name, value, bar.as_str(), percent <= REWRITTEN_PERCENT_MAX)
            } else {
                Figure::skipped(name, value, "told only")
            });
            fs::remove_dir_all(&chunks)?;
        }
    }
    Ok(())
}

/// Cuts a file into a folder; gives the ids in its manifest.
fn process(program: &Path, file: &Path, chunks: &Path, strategy: &str) -> Result<BTreeSet<String>> {
    println!("$ ifc-chunking process FILE --output DIR --strategy {strategy} --chunk-tokens {CHUNK_TOKENS}");
    let mut command = Command::new(program);
    command.arg("process").arg(file).arg("--output").arg(chunks);
    command.args(["--strategy", strategy, "--chunk-tokens", CHUNK_TOKENS]);
    let ended = output(&mut command)?;
    println!("{}", String::from_utf8_lossy(&ended.stdout));
    if !ended.status.success() {
        bail!("process: {}", String::from_utf8_lossy(&ended.stderr));
    }
    let manifest = fs::read(chunks.join("manifest.json")).context("process wrote no manifest.json")?;
    ids(&serde_json::from_slice(&manifest)?)
}

/// The ids of a manifest's chunks.
fn ids(manifest: &Value) -> Result<BTreeSet<String>> {
    let chunks = manifest["chunks"].as_array().context("a manifest without chunks")?;
    let id = |chunk: &Value| {
        let id = chunk.as_str().or_else(|| chunk["id"].as_str()).or_else(|| chunk["chunk_id"].as_str());
        id.map(str::to_owned).context("a chunk without an id")
    };
    chunks.iter().map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_a_manifest() {
        let manifest = serde_json::json!({"chunks": [{"id": "a"}, {"chunk_id": "b"}, "c"]});
        assert_eq!(ids(&manifest).unwrap().into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert!(ids(&serde_json::json!({"chunks": [{}]})).is_err());
    }
}
