//! Questions with known answers, asked of the sample house and, where they are at hand, of real buildings.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stand outside test functions")]
#![expect(clippy::print_stdout, reason = "prints the figures, or says in plain words that the real models are absent")]
#![expect(clippy::tests_outside_test_module, reason = "an integration test is a test module")]

#[path = "questions/hostile.rs"]
mod hostile;
#[path = "questions/known.rs"]
mod known;
#[path = "questions/metamorphic.rs"]
mod metamorphic;
#[path = "questions/second.rs"]
mod second;

use std::collections::BTreeSet;
use std::path::Path;

use ifc_json_chunking::query::{Answer, Goal, Scalar, Statistic, Status};
use known::{Known, ask, file_of, is_right, known, open, sample, shared};
use serde_json::Value;

/// Right answers of a shape, of those asked.
const RIGHT_MIN: f64 = 0.95;
/// The same for flat lists. Of the 166 answers 16 rest on what these files do not hold: areas of rooms, thicknesses of
/// layers, and the storeys' full names.
const RIGHT_OF_FLAT_LISTS_MIN: f64 = 0.90;
/// Answers that a reader would believe and that are not the known one, of those asked.
const BELIEVED_WRONG_MAX: f64 = 0.03;

fn house_questions(shape: &str) -> Vec<Known> {
    let all = known(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/house.questions.json"));
    let asked: Vec<Known> = all.into_iter().filter(|question| question.is_asked_of("house", shape)).collect();
    assert!(25 < asked.len(), "only {} questions for {shape}", asked.len());
    asked
}

fn assert_house_is_right(shape: &str) {
    let model = sample(shape);
    let mut faults = Vec::new();
    for question in house_questions(shape) {
        let answers = question.texts().map(|(_, text)| ask(&model, text));
        for (answer, (language, text)) in answers.iter().zip(question.texts()) {
            if !question.is_right(answer) || answer.language != language {
                let got = answer.answer.as_ref().map(|body| body.text.as_str()).or(answer.reason.as_deref());
                faults.push(format!("{} {text}\n  got {:?}: {got:?}", question.id, answer.status));
            }
        }
        let plans = answers.map(|answer| serde_json::to_string(&answer.plan).unwrap());
        if plans[0] != plans[1] || plans[0] == "null" {
            faults.push(format!("{} two plans\n  {}\n  {}", question.id, plans[0], plans[1]));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_question_about_the_sample_house_is_answered_in_both_languages_from_one_plan() {
    assert_house_is_right("ifcjson");
}

#[test]
fn the_other_shape_of_the_sample_house_gives_the_same_answers() {
    assert_house_is_right("seed");
}

#[test]
fn evidence_computes_every_answer_again_and_its_items_add_up() {
    let model = sample("ifcjson");
    let (mut sums, mut computed) = (0, 0);
    for question in house_questions("ifcjson") {
        for (language, text) in question.texts() {
            let Answer { answer: Some(body), plan: Some(plan), evidence: Some(reference), .. } = ask(&model, text)
            else {
                continue;
            };
            computed += 1;
            let evidence = model.evidence(&plan, language).unwrap();
            assert_eq!(evidence.answer, body, "{text}");
            assert_eq!((&evidence.id, &evidence.rule), (&reference.id, &reference.rule), "{text}");
            assert_eq!(body.items.len(), body.items_total, "{text}");
            let is_sum = matches!(plan.goal, Goal::Measure { statistic: Statistic::Sum, .. });
            if let (true, Some(Scalar::Number(value))) = (is_sum, &body.value) {
                sums += 1;
                let added: f64 =
                    body.items.iter().map(|i| if let Some(Scalar::Number(n)) = i.value { n } else { 0.0 }).sum();
                assert!(
                    (added - value).abs() <= 1e-6 * value.abs(),
                    "{text}: the items add up to {added}, not {value}"
                );
            }
        }
    }
    assert!(10 < sums && 50 < computed, "{sums} sums, {computed} answers");
}

fn assert_real_models_are_answered(shape: &str, right_min: f64) {
    let Some(shared) = shared() else { return };
    let questions = known(&shared.join("questions/questions.json"));
    let models: BTreeSet<&str> = questions.iter().map(|question| question.model.as_str()).collect();
    let (mut asked, mut right, mut believed, mut faults) = (0_u32, 0_u32, 0_u32, Vec::new());
    for name in models {
        let Some(path) = file_of(&shared.join("models"), name, shape) else { continue };
        let model = open(&path);
        for question in questions.iter().filter(|question| question.is_asked_of(name, shape)) {
            for (_, text) in question.texts() {
                let answer = ask(&model, text);
                asked += 1;
                if question.is_right(&answer) {
                    right += 1;
                    continue;
                }
                believed += u32::from(answer.status == Status::Answered);
                faults.push(format!("  {} {:?}: {text}", question.id, answer.status));
            }
        }
    }
    let share = |part: u32| f64::from(part) / f64::from(asked.max(1));
    println!(
        "{shape}: {asked} asked, {:.1} % right, {:.1} % answered and not equal\n{}",
        100.0 * share(right),
        100.0 * share(believed),
        faults.join("\n")
    );
    assert!(0 < asked, "no model of shape {shape} in {}", shared.display());
    assert!(right_min <= share(right), "{shape}: only {right} of {asked} are right");
    assert!(share(believed) <= BELIEVED_WRONG_MAX, "{shape}: {believed} of {asked} are answered and not equal");
}

#[test]
fn real_buildings_in_ifcjson_are_answered_rightly() {
    assert_real_models_are_answered("ifcjson", RIGHT_MIN);
}

#[test]
fn real_buildings_by_entity_type_are_answered_rightly() {
    assert_real_models_are_answered("seed", RIGHT_MIN);
}

#[test]
fn real_buildings_as_german_lists_are_answered_rightly() {
    assert_real_models_are_answered("flatde", RIGHT_OF_FLAT_LISTS_MIN);
}

#[test]
fn the_comparison_finds_wrong_answers() {
    let reply = |answer: Value| serde_json::json!({"status": "answered", "answer": answer});
    let none = Value::Null;
    let rel = serde_json::json!({"rel": 0.01});
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (kind, expected, tolerance, answer, right) in [
        ("count", r#"{"value":3}"#, &none, r#"{"value":3}"#, true),
        ("count", r#"{"value":3}"#, &none, r#"{"value":4}"#, false),
        ("count", r#"{"value":1}"#, &none, r#"{"value":true}"#, false),
        ("number", r#"{"value":2.5,"unit":"m"}"#, &rel, r#"{"value":2500,"unit":"mm"}"#, true),
        ("number", r#"{"value":2.5,"unit":"m"}"#, &rel, r#"{"value":2.5,"unit":"m2"}"#, false),
        ("number", r#"{"value":2.5,"unit":"m"}"#, &rel, r#"{"value":2.55,"unit":"m"}"#, false),
        ("boolean", r#"{"value":true}"#, &none, r#"{"value":false}"#, false),
        ("map", r#"{"items":{"EG":2}}"#, &none, r#"{"groups":[{"key":"eg","value":2}]}"#, true),
        ("map", r#"{"items":{"EG":2}}"#, &none, r#"{"groups":[{"key":"EG","value":2},{"key":"OG","value":1}]}"#, false),
        ("list", r#"{"names":["A"]}"#, &none, r#"{"items":[{"name":"a"},{"name":"b"}]}"#, false),
        ("list", r#"{"names":["A"],"global_ids":["x"]}"#, &none, r#"{"items":[{"name":"a","global_id":"y"}]}"#, false),
        ("list", r#"{"names":["A","B"],"match":"ordered"}"#, &none, r#"{"items":[{"name":"B"},{"name":"A"}]}"#, false),
        (
            "list",
            r#"{"names":["A"],"match":"ordered","thickness_mm":[15]}"#,
            &none,
            r#"{"items":[{"name":"A","thickness_mm":16}]}"#,
            false,
        ),
        ("text", r#"{"value":"Küche"}"#, &none, r#"{"text":"Die Küche."}"#, true),
        ("text", r#"{"value":"Küche","area":20}"#, &none, r#"{"text":"Die Küche: 21 m²."}"#, false),
    ] {
        let found = is_right(kind, &json(expected), tolerance, &reply(json(answer)));
        assert_eq!(found, right, "{kind}: {expected} against {answer}");
    }
    let silent = serde_json::json!({"status": "not_understood", "answer": null});
    assert!(
        !is_right("not_available", &none, &none, &silent)
            && !is_right("count", &json(r#"{"value":0}"#), &none, &silent)
    );
}
