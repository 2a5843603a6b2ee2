//! The same questions to the same buildings in every shape they come in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process::TempFolder;
use crate::show::common::{self, Score};
use crate::show::server::Server;
use crate::show::{Figure, Flags};

const SHAPES: &[&str] = &[
    "ifc",
    "ifcjson",
    "ifcjson-nogeom",
    "ifcjson-noinv",
    "ifcjson5a",
    "seed",
    "flatde",
    "typedump",
    "webifc",
    "xeokit",
    "ifcx",
];
const HEADING: &str = "Known questions";
const NAME: &str = "questions answered right in another shape and not in this";

/// A question in a language.
type Asked = (String, String);

/// What came of the questions to one shape.
pub(in crate::show) struct Shape {
    pub(in crate::show) name: &'static str,
    pub(in crate::show) score: Score,
    /// Whether each was answered right.
    right: BTreeMap<Asked, bool>,
}

pub(super) fn measure(program: &Path, flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let Some(shared) = common::shared() else {
        figures.push(Figure::skipped(NAME, "no ../shared and no IFC_SHARED", "0"));
        return Ok(());
    };
    let shapes = ask(program, &shared, flags, figures)?;
    let known: BTreeSet<&Asked> = shapes
        .iter()
        .flat_map(|shape| shape.right.iter().filter(|(_, right)| **right).map(|(asked, _)| asked))
        .collect();
    for shape in &shapes {
        let missed: Vec<&Asked> = shape
            .right
            .iter()
            .filter(|(asked, right)| !**right && known.contains(asked))
            .map(|(asked, _)| asked)
            .collect();
        for (id, language) in &missed {
            println!("{}: {id} ({language}) is answered right in another shape", shape.name);
        }
        let Score { right, wrong, .. } = shape.score;
        let value = format!("{} ({right:.1} % right, {wrong:.1} % wrong)", missed.len());
        figures.push(Figure::measured(format!("{NAME}, {}", shape.name), value, "0", missed.is_empty()));
    }
    Ok(())
}

/// Asks the known questions of every shape, and writes the document where that is wanted.
pub(in crate::show) fn ask(
    program: &Path,
    shared: &Path,
    flags: &Flags,
    figures: &mut Vec<Figure>,
) -> Result<Vec<Shape>> {
    let folder = TempFolder::new("show-scores")?;
    let mut shapes = Vec::new();
    for name in SHAPES {
        println!("$ score_answers.py SERVER questions.json models --shape {name}");
        let data = folder.path().join(name);
        let server = Server::start(program, &data)?;
        let rows = folder.path().join(format!("{name}.json"));
        match common::score(&server, shared, name, Some(&rows))? {
            Some(score) => shapes.push(Shape { name, score, right: read_rows(&rows)? }),
            None => figures.push(Figure::skipped(format!("answers, {name}"), "no model in this shape", "-")),
        }
    }
    if flags.write {
        let scores: Vec<(&str, &Score)> = shapes.iter().map(|shape| (shape.name, &shape.score)).collect();
        common::write_scores(HEADING, "Worded with care, each with one known answer.", &scores)?;
    }
    Ok(shapes)
}

/// Which questions were answered right, out of the rows that the scoring tool notes.
fn read_rows(path: &Path) -> Result<BTreeMap<Asked, bool>> {
    let rows: Value = serde_json::from_slice(&fs::read(path)?).context("the scoring tool's rows are no JSON")?;
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let asked = |row: &Value| ((text(row, "id"), text(row, "language")), row["verdict"] == "right");
    Ok(rows.as_array().into_iter().flatten().map(asked).collect())
}
