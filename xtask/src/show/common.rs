//! What several shows need: the release program, the shared models, the scoring tool.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::server::Server;
use crate::process::{cargo, output, succeeds, target_folder};

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
    Ok(target_folder()?.join("release").join(name))
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
    /// Questions with one plan in both languages.
    pub(super) same_plan: f64,
}

/// Asks the known questions of every model that comes in a shape; `rows` is where each answer is noted. None when no
/// model comes in that shape.
///
/// # Errors
/// When the tool cannot be started.
pub(super) fn score(server: &Server, shared: &Path, shape: &str, rows: Option<&Path>) -> Result<Option<Score>> {
    score_of(server, shared, &shared.join("questions/questions.json"), shape, rows)
}

/// The same with the questions of a file.
///
/// # Errors
/// When the tool cannot be started.
pub(super) fn score_of(
    server: &Server,
    shared: &Path,
    questions: &Path,
    shape: &str,
    rows: Option<&Path>,
) -> Result<Option<Score>> {
    let mut command = Command::new("python3");
    command.arg(shared.join("tools/score_answers.py")).arg(server.url());
    command.arg(questions).arg(shared.join("models")).args(["--shape", shape]);
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
    /// Out of the lines `asked 10: right 90.0%  wrong 2.0%  …` and `… same plan in both 98.0%  …`.
    fn read(report: &str) -> Option<Score> {
        let line = report.lines().find(|line| line.starts_with("asked "))?;
        let percent = |text: &str, word: &str| text.split_once(word)?.1.split_once('%')?.0.trim().parse().ok();
        let asked = line.strip_prefix("asked ")?.split_once(':')?.0.parse().ok()?;
        Some(Score {
            asked,
            right: percent(line, ": right ")?,
            wrong: percent(line, " wrong ")?,
            silent: percent(line, " silent ")?,
            error: percent(line, " error ")?,
            same_plan: percent(report, " same plan in both ")?,
        })
    }

    /// A line of a table of shapes.
    pub(super) fn row(&self, shape: &str) -> String {
        let Score { asked, right, wrong, silent, error, same_plan } = self;
        format!(
            "| `{shape}` | {asked} | {right:.1} % | {wrong:.1} % | {silent:.1} % | {error:.1} % | {same_plan:.1} % |\n"
        )
    }
}

/// Where the scores are told.
const DOCUMENT: &str = "docs/scores.md";
const DOCUMENT_HEAD: &str = "\
<!-- Written by `cargo xtask show answers --only scores --only second --write`; do not edit. -->

# Answers by shape of file

For people who choose a format to export to.
The same questions, in German and English, to the same buildings in each shape they come in.
A shape is only asked what a file of that shape can hold.
";

/// Puts a table of scores into the document of scores, in place of the one below the same heading.
///
/// # Errors
/// When the document cannot be written.
pub(super) fn write_scores(heading: &str, text: &str, scores: &[(&str, &Score)]) -> Result<()> {
    let path = crate::root().join(DOCUMENT);
    let document = fs::read_to_string(&path).unwrap_or_default();
    let rows: String = scores.iter().map(|(shape, score)| score.row(shape)).collect();
    let table = format!(
        "{text}\n\n| shape | asked | right | wrong | silent | error | one plan in both languages |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n{rows}"
    );
    fs::write(&path, with_section(&document, heading, &table)).with_context(|| format!("cannot write {DOCUMENT}"))
}

/// The document with this text below the heading; the head is always written anew.
fn with_section(document: &str, heading: &str, text: &str) -> String {
    let mut sections: BTreeMap<&str, String> = document
        .split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once('\n'))
        .map(|(heading, text)| (heading, text.trim().to_owned()))
        .collect();
    sections.insert(heading, text.trim().to_owned());
    let sections = sections.iter().map(|(heading, text)| format!("\n## {heading}\n\n{text}\n"));
    std::iter::once(DOCUMENT_HEAD.to_owned()).chain(sections).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_read_from_the_closing_lines() {
        let report = "fzk right 3\nasked 60: right 91.7%  wrong 1.7%  silent 6.7%  error 0.0%  precision 98.2%\n\
                      german right 90.0%  english right 93.3%  same plan in both 96.7%  time p50 1.0 ms\n";
        let score = Score { asked: 60, right: 91.7, wrong: 1.7, silent: 6.7, error: 0.0, same_plan: 96.7 };
        assert_eq!(score.row("ifcx"), "| `ifcx` | 60 | 91.7 % | 1.7 % | 6.7 % | 0.0 % | 96.7 % |\n");
        assert_eq!(Score::read(report), Some(score));
        assert_eq!(Score::read("nothing was asked"), None);
    }

    #[test]
    fn a_section_takes_the_place_of_the_one_before_and_leaves_the_others() {
        let both = with_section(&with_section("an old document", "B", "old"), "A", "other");
        let changed = with_section(&both, "B", "new");
        assert_eq!(changed, format!("{DOCUMENT_HEAD}\n## A\n\nother\n\n## B\n\nnew\n"));
    }
}
