//! Right or silent: questions answered exactly in every shape, none answered that no building can answer, each number
//! computed again from its evidence, in milliseconds.

mod hostile;
mod speed;

use std::path::Path;

use anyhow::Result;

use super::common::{self, Score};
use super::reading::scores;
use super::server::Server;
use super::{Figure, Flags};
use crate::process::{TempFolder, cargo, output};

/// The shape that everything is promised of; of another, as much as it can hold.
const FIRST_SHAPE: &str = "ifcjson";
const RIGHT_PERCENT_MIN: f64 = 97.0;
const RIGHT_PERCENT_MIN_ELSEWHERE: f64 = 95.0;
const WRONG_PERCENT_MAX: f64 = 0.5;
const SAME_PLAN_PERCENT_MIN: f64 = 95.0;
const SECOND_SET: &str = "tests/questions/second/questions.json";
/// What the second set names as answerable.
const SECOND_SHAPES: &[&str] = &["ifc", "ifcjson", "ifcjson-nogeom"];
const SECOND_RIGHT_PERCENT_MIN: f64 = 90.0;
const SECOND_WRONG_PERCENT_MAX: f64 = 1.0;
const SECOND_HEADING: &str = "Questions as people type them";
const ABSENT: &str = "no ../shared and no IFC_SHARED";

/// Measures everything that the issue lists. `--only` takes scores, second, hostile, evidence or speed.
///
/// # Errors
/// When the program cannot be built or started.
pub(super) fn measure(flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let program = common::program()?;
    let shared = common::shared();
    if flags.wants("scores") {
        match &shared {
            Some(shared) => known(&program, shared, flags, figures)?,
            None => figures.push(Figure::skipped("known questions", ABSENT, at_least(RIGHT_PERCENT_MIN))),
        }
    }
    if flags.wants("second") {
        match &shared {
            Some(shared) => second(&program, shared, flags, figures)?,
            None => figures.push(Figure::skipped("second set", ABSENT, at_least(SECOND_RIGHT_PERCENT_MIN))),
        }
    }
    if flags.wants("hostile") {
        hostile::measure(&program, shared.as_deref(), figures)?;
    }
    if flags.wants("evidence") {
        figures.push(evidence(shared.as_deref())?);
    }
    if flags.wants("speed") {
        speed::measure(figures)?;
    }
    Ok(())
}

fn at_least(percent: f64) -> String {
    format!(">= {percent} %")
}

fn least(name: String, percent: f64, bar: f64) -> Figure {
    Figure::measured(name, format!("{percent:.1} %"), at_least(bar), bar <= percent)
}

fn most(name: String, percent: f64, bar: f64) -> Figure {
    Figure::measured(name, format!("{percent:.1} %"), format!("<= {bar} %"), percent <= bar)
}

fn known(program: &Path, shared: &Path, flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    for shape in scores::ask(program, shared, flags, figures)? {
        let (name, Score { right, wrong, same_plan, .. }) = (shape.name, shape.score);
        if name == FIRST_SHAPE {
            figures.push(least(format!("right, {name}"), right, RIGHT_PERCENT_MIN));
            figures.push(most(format!("wrong, {name}"), wrong, WRONG_PERCENT_MAX));
            figures.push(least(format!("one plan in both languages, {name}"), same_plan, SAME_PLAN_PERCENT_MIN));
        } else {
            figures.push(least(format!("right, {name}"), right, RIGHT_PERCENT_MIN_ELSEWHERE));
        }
    }
    Ok(())
}

fn second(program: &Path, shared: &Path, flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let folder = TempFolder::new("show-second")?;
    let questions = crate::root().join(SECOND_SET);
    let mut scores = Vec::new();
    for shape in SECOND_SHAPES {
        println!("$ score_answers.py SERVER {SECOND_SET} models --shape {shape}");
        let server = Server::start(program, &folder.path().join(shape))?;
        let Some(score) = common::score_of(&server, shared, &questions, shape, None)? else {
            figures.push(Figure::skipped(format!("second set, {shape}"), "no model in this shape", "-"));
            continue;
        };
        figures.push(least(format!("right, second set, {shape}"), score.right, SECOND_RIGHT_PERCENT_MIN));
        figures.push(most(format!("wrong, second set, {shape}"), score.wrong, SECOND_WRONG_PERCENT_MAX));
        scores.push((*shape, score));
    }
    if flags.write {
        let scores: Vec<(&str, &Score)> = scores.iter().map(|(shape, score)| (*shape, score)).collect();
        let text = "Short, sloppy, misspelt, in the words of the trade, long-winded, two in one.";
        common::write_scores(SECOND_HEADING, text, &scores)?;
    }
    Ok(())
}

/// Lets the checker in the tests compute every number of both sets again.
fn evidence(shared: Option<&Path>) -> Result<Figure> {
    let mut test = cargo(&["test", "--test", "evidence", "--", "--nocapture"]);
    if let Some(shared) = shared {
        test.env("IFC_SHARED_MODELS", shared.join("models"));
    }
    let ended = output(&mut test)?;
    let report = String::from_utf8_lossy(&ended.stdout);
    println!("{report}");
    let agree: u64 = counts(&report, " agree, ").sum();
    let differ: u64 = counts(&report, " differ; ").sum();
    let kept = ended.status.success() && 0 < agree && differ == 0;
    Ok(Figure::measured(
        "numbers that follow from their evidence",
        format!("{agree} of {}", agree + differ),
        "all",
        kept,
    ))
}

/// The numbers that stand before a word, one a line.
fn counts(report: &str, word: &str) -> impl Iterator<Item = u64> {
    report.lines().filter_map(move |line| line.split_once(word)?.0.rsplit(' ').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_checker_says_is_added_up() {
        let report = "3 agree, 1 without a number, 0 differ; goals: {}\ntest a ... 40 agree, 2 without a number, 1 differ; goals: {}\n";
        assert_eq!(counts(report, " agree, ").sum::<u64>(), 43);
        assert_eq!(counts(report, " differ; ").sum::<u64>(), 1);
    }
}
