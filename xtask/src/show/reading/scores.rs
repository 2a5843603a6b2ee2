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
const DOCUMENT: &str = "docs/scores.md";
const NAME: &str = "questions answered right in another shape and not in this";

/// A question in a language.
type Asked = (String, String);

/// What came of the questions to one shape.
struct Shape {
    name: &'static str,
    score: Score,
    /// Whether each was answered right.
    right: BTreeMap<Asked, bool>,
}

pub(super) fn measure(program: &Path, flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let Some(shared) = common::shared() else {
        figures.push(Figure::skipped(NAME, "no ../shared and no IFC_SHARED", "0"));
        return Ok(());
    };
    let folder = TempFolder::new("show-scores")?;
    let mut shapes = Vec::new();
    for name in SHAPES {
        println!("$ score_answers.py SERVER questions.json models --shape {name}");
        let data = folder.path().join(name);
        let server = Server::start(program, &data)?;
        let rows = folder.path().join(format!("{name}.json"));
        match common::score(&server, &shared, name, Some(&rows))? {
            Some(score) => shapes.push(Shape { name, score, right: read_rows(&rows)? }),
            None => figures.push(Figure::skipped(format!("answers, {name}"), "no model in this shape", "-")),
        }
    }
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
    if flags.write {
        fs::write(crate::root().join(DOCUMENT), document(&shapes))
            .with_context(|| format!("cannot write {DOCUMENT}"))?;
    }
    Ok(())
}

/// Which questions were answered right, out of the rows that the scoring tool notes.
fn read_rows(path: &Path) -> Result<BTreeMap<Asked, bool>> {
    let rows: Value = serde_json::from_slice(&fs::read(path)?).context("the scoring tool's rows are no JSON")?;
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let asked = |row: &Value| ((text(row, "id"), text(row, "language")), row["verdict"] == "right");
    Ok(rows.as_array().into_iter().flatten().map(asked).collect())
}

fn document(shapes: &[Shape]) -> String {
    let mut text = "<!-- Written by `cargo xtask show reading --only scores --write`; do not edit. -->\n\n".to_owned();
    text.push_str("# Answers by shape of file\n\nFor people who choose a format to export to.\n");
    text.push_str("The same questions, in German and English, to the same buildings in each shape they come in.\n");
    text.push_str("A shape is only asked what a file of that shape can hold.\n\n");
    text.push_str("| shape | asked | right | wrong | silent | error |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for Shape { name, score, .. } in shapes {
        let Score { asked, right, wrong, silent, error } = score;
        let line = format!("| `{name}` | {asked} | {right:.1} % | {wrong:.1} % | {silent:.1} % | {error:.1} % |\n");
        text.push_str(&line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_shape() {
        let score = Score { asked: 60, right: 98.3, wrong: 1.7, silent: 0.0, error: 0.0 };
        let text = document(&[Shape { name: "ifcx", score, right: BTreeMap::new() }]);
        assert!(text.ends_with("| ---: |\n| `ifcx` | 60 | 98.3 % | 1.7 % | 0.0 % | 0.0 % |\n"));
    }
}
