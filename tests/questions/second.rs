//! The second set: questions as people type them, with answers computed from the STEP files by another program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ifc_json_chunking::query::Status;

use super::known::{Known, ask, file_of, known, models, open};

const FILE: &str = "tests/questions/second/questions.json";
/// Questions in each language.
const QUESTIONS_MIN: usize = 300;
/// Right answers, of those asked.
const RIGHT_MIN: f64 = 0.90;
/// Answers that are not the known one, and absences of what is there, of those asked.
const WRONG_MAX: f64 = 0.01;

fn questions() -> Vec<Known> {
    known(&Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE))
}

/// How many were right, wrong and left without an answer.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    right: u32,
    wrong: u32,
    silent: u32,
}

impl Tally {
    fn asked(self) -> u32 {
        self.right + self.wrong + self.silent
    }

    fn line(self, name: &str) -> String {
        let Tally { right, wrong, silent } = self;
        format!("  {name:16} {right:4} right {wrong:3} wrong {silent:4} silent")
    }
}

fn assert_second_set(shape: &str) {
    let Some(models) = models() else { return };
    let questions = questions();
    let names: BTreeSet<&str> = questions.iter().map(|question| question.model.as_str()).collect();
    let (mut all, mut by_kind, mut faults) = (Tally::default(), BTreeMap::<&str, Tally>::new(), Vec::new());
    for name in names {
        let Some(path) = file_of(&models, name, shape) else { continue };
        let model = open(&path);
        for question in questions.iter().filter(|question| question.is_asked_of(name, shape)) {
            for (_, text) in question.texts() {
                let answer = ask(&model, text);
                let is_right = question.is_right(&answer);
                let is_silent = matches!(answer.status, Status::NotUnderstood | Status::NeedsLlm);
                for tally in [&mut all, by_kind.entry(&question.kind).or_default()] {
                    match (is_right, is_silent) {
                        (true, _) => tally.right += 1,
                        (false, true) => tally.silent += 1,
                        (false, false) => tally.wrong += 1,
                    }
                }
                if !is_right {
                    let said = answer.answer.map(|body| body.text).or(answer.reason).unwrap_or_default();
                    faults.push(format!("  {} {:?}: {text}\n    {said}", question.id, answer.status));
                }
            }
        }
    }
    let kinds: Vec<String> = by_kind.iter().map(|(kind, tally)| tally.line(kind)).collect();
    println!("{}\n{}\n{}", faults.join("\n"), kinds.join("\n"), all.line(shape));
    let share = |part: u32| f64::from(part) / f64::from(all.asked().max(1));
    assert!(0 < all.asked(), "no model of shape {shape} in {}", models.display());
    assert!(RIGHT_MIN <= share(all.right), "{shape}: {all:?}");
    assert!(share(all.wrong) <= WRONG_MAX, "{shape}: {all:?}");
}

#[test]
fn questions_as_people_type_them_are_answered_rightly_of_ifcjson() {
    assert_second_set("ifcjson");
}

#[test]
fn questions_as_people_type_them_are_answered_rightly_of_ifcjson_without_shapes() {
    assert_second_set("ifcjson-nogeom");
}

#[test]
fn questions_as_people_type_them_are_answered_rightly_of_step_files() {
    assert_second_set("ifc");
}

#[test]
fn the_second_set_is_large_and_no_question_is_there_twice() {
    let questions = questions();
    assert!(QUESTIONS_MIN <= questions.len(), "only {}", questions.len());
    let ids: BTreeSet<&str> = questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(ids.len(), questions.len(), "an id stands twice");
    let mut texts = BTreeSet::new();
    for question in &questions {
        assert!(!question.kind.is_empty() && !question.answerable_in.is_empty(), "{}", question.id);
        for (language, text) in question.texts() {
            assert!(texts.insert((&question.model, language.code(), text)), "{}: asked twice: {text}", question.id);
        }
    }
}
