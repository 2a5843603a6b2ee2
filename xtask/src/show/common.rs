//! What several shows need: the release program, the shared models, the scoring tool.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::server::Server;
use crate::process::{cargo, output, succeeds};

/// Builds the release program.
///
/// # Errors
/// When the build fails.
pub(super) fn program() -> Result<PathBuf> {
    built("ifc-chunking", &["build", "--release", "--bin", "ifc-chunking"])
}

/// Builds a release program, wherever cargo builds to.
///
/// # Errors
/// When the build fails.
pub(super) fn built(name: &str, build: &[&str]) -> Result<PathBuf> {
    if !succeeds(&mut cargo(build))? {
        bail!("the release build failed");
    }
    let metadata = output(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_slice(&metadata.stdout).context("cargo metadata gives no JSON")?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
    Ok(Path::new(target).join("release").join(name))
}

/// The folder with models, questions and the scoring tool, where there is one.
pub(super) fn shared() -> Option<PathBuf> {
    let folder = env::var_os("IFC_SHARED").map_or_else(|| crate::root().join("../shared"), PathBuf::from);
    folder.join("tools/score_answers.py").is_file().then_some(folder)
}

/// What the scoring tool found for one shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    /// Questions asked.
    pub(super) asked: u64,
    /// Percentages of them.
    pub(super) right: f64,
    /// Answered, and not equal to what is known.
    pub(super) wrong: f64,
    /// Neither answered nor harmful.
    pub(super) silent: f64,
    /// No answer at all.
    pub(super) error: f64,
}

/// Asks the known questions of every model that comes in a shape; `rows` is where each answer is noted. None when no
/// model comes in that shape.
///
/// # Errors
/// When the tool cannot be started.
pub(super) fn score(server: &Server, shared: &Path, shape: &str, rows: Option<&Path>) -> Result<Option<Score>> {
    let mut command = Command::new("python3");
    command.arg(shared.join("tools/score_answers.py")).arg(server.url());
    command.arg(shared.join("questions/questions.json")).arg(shared.join("models")).args(["--shape", shape]);
    if let Some(rows) = rows {
        command.arg("--out").arg(rows);
    }
    let output = output(&mut command)?;
    let report = String::from_utf8_lossy(&output.stdout);
    println!("{report}");
    let complaint = String::from_utf8_lossy(&output.stderr);
    complaint.lines().filter(|line| !line.contains("no file of shape")).for_each(|line| println!("{line}"));
    // Where nothing is asked, the tool's figures are those of one question.
    Ok(if report.contains(" ingest ") { Score::read(&report) } else { None })
}

impl Score {
    /// Out of the line `asked 10: right 90.0%  wrong 2.0%  …`.
    fn read(report: &str) -> Option<Score> {
        let line = report.lines().find(|line| line.starts_with("asked "))?;
        let percent = |word: &str| line.split_once(word)?.1.split_once('%')?.0.trim().parse().ok();
        let asked = line.strip_prefix("asked ")?.split_once(':')?.0.parse().ok()?;
        let (right, wrong) = (percent(": right ")?, percent(" wrong ")?);
        Some(Score { asked, right, wrong, silent: percent(" silent ")?, error: percent(" error ")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_read_from_the_closing_lines() {
        let report = "fzk right 3\nasked 60: right 91.7%  wrong 1.7%  silent 6.7%  error 0.0%  precision 98.2%\n";
        assert_eq!(Score::read(report), Some(Score { asked: 60, right: 91.7, wrong: 1.7, silent: 6.7, error: 0.0 }));
        assert_eq!(Score::read("nothing was asked"), None);
    }
}
