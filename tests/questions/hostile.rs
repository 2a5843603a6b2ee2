//! Questions that no building model answers: none may get a figure, none may cost more than a few passes over the model.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ifc_json_chunking::formats::{ContentEncoding, read};
use ifc_json_chunking::ifc::{
    BuildingModel, Entity, EntityIndex, MaterialUse, ModelHead, ModelReader, Problem, Property, Quantity, TextId,
};
use ifc_json_chunking::query::{AnswerKind, AskableModel, Question, QuestionError};

use super::known::{file_of, models};

const FILE: &str = "tests/questions/hostile.txt";
const QUESTIONS_MIN: usize = 500;
/// Of the questions below this heading a list of what the words name does no harm.
const BARE_WORDS: &str = "# bare words";
/// Readings of the model for one question, for each of its entities, properties and other values. A question reads each
/// a few times for each of its conditions; a search that goes through the model for every word of a long question, or
/// through all pairs of entities, reads thousands of times.
const READINGS_PER_VALUE_MAX: u64 = 8;

/// What real buildings are asked.
const SHORT_BYTES: usize = 512;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hostile {
    text: String,
    may_be_listed: bool,
}

/// The texts of the file: a JSON string a line, or a text and how often it is repeated.
fn questions() -> Vec<Hostile> {
    let file = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).unwrap();
    let (mut found, mut may_be_listed) = (Vec::new(), false);
    for line in file.lines().filter(|line| !line.is_empty()) {
        if line.starts_with('#') {
            may_be_listed = line.starts_with(BARE_WORDS);
            continue;
        }
        let text = match serde_json::from_str::<(String, usize)>(line) {
            Ok((text, times)) => text.repeat(times),
            Err(_) => serde_json::from_str(line).unwrap(),
        };
        found.push(Hostile { text, may_be_listed });
    }
    found
}

/// A model that counts how often it is read.
#[derive(Debug)]
struct Counted {
    model: BuildingModel,
    readings: AtomicU64,
}

impl Counted {
    fn open(path: &Path) -> Arc<Counted> {
        let file = File::open(path).unwrap();
        let read = read(file, ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).unwrap();
        Arc::new(Counted { model: read.model, readings: AtomicU64::new(0) })
    }

    /// How many values a reading of everything finds.
    fn values(&self) -> u64 {
        let of = |(index, _)| {
            1 + self.model.properties(index).len()
                + self.model.quantities(index).len()
                + self.model.materials(index).len()
        };
        self.model.iter().map(of).sum::<usize>() as u64
    }

    fn read(&self) -> &BuildingModel {
        self.readings.fetch_add(1, Ordering::Relaxed);
        &self.model
    }
}

impl ModelReader for Counted {
    fn fault(&self) -> Option<String> {
        self.read().fault()
    }
    fn head(&self) -> &ModelHead {
        ModelReader::head(self.read())
    }
    fn entity_count(&self) -> usize {
        ModelReader::entity_count(self.read())
    }
    fn entity(&self, index: EntityIndex) -> Option<Entity> {
        ModelReader::entity(self.read(), index)
    }
    fn text(&self, id: TextId) -> &str {
        ModelReader::text(self.read(), id)
    }
    fn properties(&self, entity: EntityIndex) -> Cow<'_, [Property]> {
        ModelReader::properties(self.read(), entity)
    }
    fn quantities(&self, entity: EntityIndex) -> Cow<'_, [Quantity]> {
        ModelReader::quantities(self.read(), entity)
    }
    fn materials(&self, entity: EntityIndex) -> Cow<'_, [MaterialUse]> {
        ModelReader::materials(self.read(), entity)
    }
    fn classifications(&self, entity: EntityIndex) -> Cow<'_, [(Option<TextId>, TextId)]> {
        ModelReader::classifications(self.read(), entity)
    }
    fn boundaries(&self, space: EntityIndex) -> Cow<'_, [EntityIndex]> {
        ModelReader::boundaries(self.read(), space)
    }
    fn groups(&self, entity: EntityIndex) -> Cow<'_, [EntityIndex]> {
        ModelReader::groups(self.read(), entity)
    }
    fn storeys(&self) -> Cow<'_, [EntityIndex]> {
        ModelReader::storeys(self.read())
    }
    fn problems(&self) -> Cow<'_, [Problem]> {
        ModelReader::problems(self.read())
    }
}

/// The beginning of a text, with what cannot be seen written out.
fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}

/// Asks the questions of at most `bytes_max`. A long one costs the parser the same whatever the building.
fn assert_hostile_questions_are_refused(path: &Path, bytes_max: usize) {
    let counted = Counted::open(path);
    let readings_max = READINGS_PER_VALUE_MAX * counted.values();
    let model = AskableModel::new("hostile".to_owned(), Arc::clone(&counted) as _);
    // The model's words and its suggestions are gathered with the first question, once.
    drop(model.ask(&Question::parse("xyzzy").unwrap()));
    let (mut most, mut refused, mut faults) = (0, 0, Vec::new());
    for Hostile { text, may_be_listed } in questions().into_iter().filter(|question| question.text.len() <= bytes_max) {
        let question = match Question::parse(&text) {
            Ok(question) => question,
            Err(QuestionError::Empty | QuestionError::TooLong { .. }) => {
                refused += 1;
                continue;
            }
        };
        let before = counted.readings.load(Ordering::Relaxed);
        let answer = model.ask(&question);
        let readings = counted.readings.load(Ordering::Relaxed) - before;
        most = most.max(readings);
        if readings_max < readings {
            faults.push(format!("{}\n  read the model {readings} times", shown(&text)));
        }
        let Some(body) = answer.answer else { continue };
        let is_list = matches!(body.kind, AnswerKind::List | AnswerKind::Text);
        if !(may_be_listed && is_list) {
            let plan = serde_json::to_string(&answer.plan).unwrap();
            faults.push(format!("{}\n  {}\n  {}", shown(&text), shown(&body.text), shown(&plan)));
        }
    }
    println!("{refused} refused unread, at most {most} readings of {readings_max}");
    assert!(faults.is_empty(), "{}: {} faults\n{}", path.display(), faults.len(), faults.join("\n"));
}

fn assert_of_real_building(name: &str) {
    let Some(models) = models() else { return };
    match file_of(&models, name, "ifcjson-nogeom") {
        Some(path) => assert_hostile_questions_are_refused(&path, SHORT_BYTES),
        None => println!("no {name} in {}: nothing asked", models.display()),
    }
}

#[test]
fn no_hostile_question_about_the_sample_house_is_answered() {
    assert_hostile_questions_are_refused(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/house.ifcjson.json"),
        usize::MAX,
    );
}

#[test]
fn no_hostile_question_about_a_house_is_answered() {
    assert_of_real_building("fzk_haus");
}

#[test]
fn no_hostile_question_about_a_double_house_is_answered() {
    assert_of_real_building("duplex");
}

#[test]
fn no_hostile_question_about_a_large_building_is_answered() {
    assert_of_real_building("large_building");
}

#[test]
fn no_hostile_question_about_a_tall_building_is_answered() {
    assert_of_real_building("tall_building");
}

#[test]
fn no_hostile_question_about_a_dutch_building_is_answered() {
    assert_of_real_building("schependomlaan_root");
}

#[test]
fn there_are_five_hundred_hostile_questions_and_none_twice() {
    let questions = questions();
    let different: BTreeSet<&Hostile> = questions.iter().collect();
    assert_eq!(different.len(), questions.len());
    assert!(QUESTIONS_MIN <= different.len(), "only {}", different.len());
}
