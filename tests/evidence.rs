//! Every number that is answered is computed again from its evidence by a program that shares no code with the answering.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module; it prints what it compared, or that the models are absent"
)]

mod evidence_checker;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evidence_checker::{Verdict, check};
use ifc_json_chunking::formats::{ContentEncoding, read};
use ifc_json_chunking::ifc::{BuildingModel, GlobalId};
use ifc_json_chunking::query::{Answer, AskableModel, Language, Question};
use serde_json::{Value, json};

fn open(path: &Path) -> AskableModel {
    let file = std::fs::File::open(path).unwrap();
    opened(file, &path.display().to_string()).0
}

/// A model with its source.
fn opened(file: impl std::io::Read + Send, name: &str) -> (AskableModel, Arc<BuildingModel>) {
    let read = read(file, ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let model = Arc::new(read.model);
    (AskableModel::new(read.content_hash, Arc::clone(&model) as _), model)
}

/// Questions of a file by model, in both languages.
fn questions(path: &Path) -> BTreeMap<String, Vec<String>> {
    let all: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut by_model: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for question in &all {
        let texts = by_model.entry(question["model"].as_str().unwrap().to_owned()).or_default();
        texts.extend(["question_de", "question_en"].map(|key| question[key].as_str().unwrap().to_owned()));
    }
    by_model
}

/// An answer and its evidence, as a client gets them.
fn answered(model: &AskableModel, text: &str) -> Option<(Value, Value)> {
    let answer: Answer = model.ask(&Question::parse(text).unwrap());
    let evidence = model.evidence(answer.plan.as_ref()?, answer.language)?;
    Some((serde_json::to_value(&answer).unwrap(), serde_json::to_value(&evidence).unwrap()))
}

#[derive(Debug, Default)]
struct Tally {
    agree: usize,
    without_number: usize,
    faults: Vec<String>,
    goals: BTreeSet<String>,
}

impl Tally {
    fn check(&mut self, model: &AskableModel, texts: &[String]) {
        for text in texts {
            let Some((answer, evidence)) = answered(model, text) else { continue };
            match check(&answer, &evidence) {
                Verdict::NoNumber => self.without_number += 1,
                Verdict::Differs(why) => self.faults.push(format!("{text}\n  {why}")),
                Verdict::Agrees => {
                    self.agree += 1;
                    let goal = &evidence["plan"]["goal"];
                    let name = goal.as_str().or_else(|| goal.as_object()?.keys().next().map(String::as_str));
                    self.goals.extend(name.map(str::to_owned));
                }
            }
        }
    }

    fn assert_agreed(&self, at_least: usize) {
        let Tally { agree, without_number, faults, goals } = self;
        println!("{agree} agree, {without_number} without a number, {} differ; goals: {goals:?}", faults.len());
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        assert!(at_least <= *agree, "only {agree} numbers were compared");
    }
}

fn sample(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(file)
}

#[test]
fn every_number_about_the_sample_house_follows_from_its_evidence() {
    let texts = questions(&sample("house.questions.json")).remove("house").unwrap();
    let mut tally = Tally::default();
    for file in ["house.ifcjson.json", "house.seed.json"] {
        let model = open(&sample(file));
        tally.check(&model, &texts);
        for language in [Language::De, Language::En] {
            tally.check(&model, &model.suggestions(language, 20, &mut || true));
        }
    }
    tally.assert_agreed(60);
}

#[test]
fn twenty_questions_are_suggested_of_the_sample_house_in_each_language() {
    let model = open(&sample("house.ifcjson.json"));
    for language in [Language::De, Language::En] {
        let found = model.suggestions(language, 20, &mut || true);
        assert_eq!(found.len(), 20, "{found:#?}");
    }
}

/// Where the real models are; a plain line where they are not.
#[expect(clippy::disallowed_methods, reason = "where the real models are is the tester's environment, no setting")]
fn shared() -> Option<(PathBuf, PathBuf)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models");
    let models = std::env::var("IFC_SHARED_MODELS").map_or(beside, PathBuf::from);
    let asked = models.parent().map(|shared| shared.join("questions/questions.json"));
    match asked.filter(|path| path.is_file()) {
        Some(asked) => Some((models, asked)),
        None => {
            println!("no questions about real models beside {}: nothing compared", models.display());
            None
        }
    }
}

#[test]
fn every_number_about_real_buildings_follows_from_its_evidence() {
    let Some((models, asked)) = shared() else { return };
    let mut tally = Tally::default();
    for (name, texts) in questions(&asked) {
        for shape in ["ifcjson", "seed", "flatde"] {
            let files = ["json", "json.gz"].map(|end| models.join(&name).join(format!("{name}.{shape}.{end}")));
            if let Some(path) = files.iter().find(|path| path.is_file()) {
                tally.check(&open(path), &texts);
            }
        }
    }
    tally.assert_agreed(300);
}

#[test]
fn every_number_of_the_second_set_follows_from_its_evidence() {
    let Some((models, _)) = shared() else { return };
    let second = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/questions/second/questions.json");
    let mut tally = Tally::default();
    for (name, texts) in questions(&second) {
        let files = ["json", "json.gz"].map(|end| models.join(&name).join(format!("{name}.ifcjson.{end}")));
        if let Some(path) = files.iter().find(|path| path.is_file()) {
            tally.check(&open(path), &texts);
        }
    }
    tally.assert_agreed(300);
}

#[test]
fn every_element_and_value_is_found_again_in_the_file() {
    let bytes = std::fs::read(sample("house.ifcjson.json")).unwrap();
    let file: Value = serde_json::from_slice(&bytes).unwrap();
    let (model, source) = opened(bytes.as_slice(), "house");
    let plan = model.ask(&Question::parse("What is the total area of all walls?").unwrap()).plan.unwrap();
    let evidence = model.evidence_in(&plan, Language::En, Some(source.as_ref())).unwrap();
    assert!(3 < evidence.elements.len(), "{evidence:#?}");
    for element in &evidence.elements {
        let place = element.place.as_ref().unwrap();
        let record = file.pointer(&place.pointer).unwrap();
        // The file writes the long form.
        let id = |text: &str| GlobalId::parse(text).unwrap();
        assert_eq!(id(record["globalId"].as_str().unwrap()), id(element.item.global_id.as_ref().unwrap()));
        let from = usize::try_from(place.byte_offset).unwrap();
        let mut there = serde_json::Deserializer::from_slice(&bytes[from..]).into_iter::<Value>();
        assert_eq!(&there.next().unwrap().unwrap(), record, "the byte is that of the record");
        let (set, _) = element.item.source.as_ref().unwrap().rsplit_once('.').unwrap();
        let place = element.value_place.as_ref().unwrap();
        assert_eq!(file.pointer(&place.pointer).unwrap()["name"], set, "{place:?}");
    }
}

#[test]
fn an_element_of_a_step_file_is_named_by_its_number() {
    let step = "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');\
                FILE_SCHEMA(('IFC4'));ENDSEC;DATA;\n#17=IFCWALL('0123456789012345678901',$,'W',$,$,$,$,$,$);\n\
                ENDSEC;END-ISO-10303-21;";
    let (model, source) = opened(step.as_bytes(), "step");
    let plan = model.ask(&Question::parse("How many walls are there?").unwrap()).plan.unwrap();
    let evidence = model.evidence_in(&plan, Language::En, Some(source.as_ref())).unwrap();
    let place = evidence.elements[0].place.as_ref().unwrap();
    assert_eq!(place.pointer, "#17");
    assert_eq!(place.byte_offset, step.find("#17").unwrap() as u64);
}

#[test]
fn one_changed_value_is_found() {
    let model = open(&sample("house.ifcjson.json"));
    let mut tried = 0;
    for text in [
        "Wie groß ist die Grundfläche aller Räume?",
        "Wie groß ist die durchschnittliche Fläche der Räume?",
        "Welcher Raum ist der größte?",
    ] {
        let (answer, evidence) = answered(&model, text).unwrap();
        assert_eq!(check(&answer, &evidence), Verdict::Agrees, "{text}");
        for number in 0..evidence["elements"].as_array().unwrap().len() {
            let mut changed = evidence.clone();
            let value = &mut changed["elements"][number]["value"];
            *value = json!(value.as_f64().unwrap() + 1000.0);
            assert!(matches!(check(&answer, &changed), Verdict::Differs(_)), "{text}, element {number}");
            tried += 1;
        }
    }
    assert!(5 < tried, "{tried}");
}

#[test]
fn one_element_more_or_less_is_found() {
    let model = open(&sample("house.ifcjson.json"));
    for text in [
        "Wie viele Fenster gibt es?",
        "Wie verteilen sich die Wände auf die Geschosse?",
        "Welche Materialien wurden verwendet?",
    ] {
        let (answer, mut evidence) = answered(&model, text).unwrap();
        assert_eq!(check(&answer, &evidence), Verdict::Agrees, "{text}");
        let elements = evidence["elements"].as_array_mut().unwrap();
        let place = elements.iter().position(|e| text.contains("Fenster") || e["groups"][0].is_string()).unwrap();
        elements.remove(place);
        assert!(matches!(check(&answer, &evidence), Verdict::Differs(_)), "{text}");
    }
}

#[test]
fn shares_and_comparisons_are_computed_from_both_sets() {
    let element = |role: &str, value: f64| json!({"role": role, "value": value, "unit": "m2"});
    let evidence = |goal: Value| {
        let elements =
            [element("counted", 10.0), element("counted", 20.0), element("compared", 20.0), element("whole", 120.0)];
        json!({"plan": {"goal": goal}, "elements": elements})
    };
    let area = json!({"measure": "area", "statistic": "sum", "unit": "m2"});
    for (goal, value, groups) in [
        (json!({"share": {"amount": area}}), json!(25), json!([])),
        (json!({"share": {}}), json!(200), json!([])),
        (json!({"compare": {"contrast": "difference", "amount": area}}), json!(10), json!([])),
        (json!({"compare": {"contrast": "ratio", "amount": area}}), json!(1.5), json!([])),
        (json!({"compare": {"contrast": "difference"}}), json!(1), json!([])),
        (json!({"compare": {"contrast": "is_more", "amount": area}}), json!(true), json!([])),
        (
            json!({"compare": {"contrast": "which"}}),
            json!("A"),
            json!([{"key": "A", "value": 2}, {"key": "B", "value": 1}]),
        ),
    ] {
        let answer = |value: &Value, groups: &Value| json!({"status": "answered", "answer": {"kind": "number", "value": value, "unit": "", "groups": groups}});
        let evidence = evidence(goal.clone());
        assert_eq!(check(&answer(&value, &groups), &evidence), Verdict::Agrees, "{goal}");
        let wrong = if value.is_boolean() { json!(false) } else { json!(7) };
        assert!(matches!(check(&answer(&wrong, &json!([])), &evidence), Verdict::Differs(_)), "{goal}");
    }
}
