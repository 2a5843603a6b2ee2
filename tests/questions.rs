//! Questions with known answers, asked of the sample house and, where they are at hand, of real buildings.
//!
//! The comparison is that of the answer contract: a count is exact, a number holds within the tolerance of its question
//! after conversion to one unit, a list is the same set of GlobalIds or of names, layers come in order with thickness.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stand outside test functions")]
#![expect(clippy::print_stdout, reason = "prints the figures, or says in plain words that the real models are absent")]
#![expect(clippy::tests_outside_test_module, reason = "an integration test is a test module")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ifc_json_chunking::formats::{ContentEncoding, read};
use ifc_json_chunking::query::{Answer, AskableModel, Goal, Language, Question, Scalar, Statistic, Status};
use serde::Deserialize;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// Right answers of a shape, of those asked.
const RIGHT_MIN: f64 = 0.95;
/// The same for flat lists. Of the 166 answers 16 rest on what these files do not hold: areas of rooms, thicknesses of
/// layers, and the storeys' full names.
const RIGHT_OF_FLAT_LISTS_MIN: f64 = 0.90;
/// Answers that a reader would believe and that are not the known one, of those asked.
const BELIEVED_WRONG_MAX: f64 = 0.03;
/// What writing a thickness in whole millimetres may do to it.
const LAYER_TOLERANCE_MM: f64 = 0.6;

#[derive(Debug, Deserialize)]
struct Known {
    id: String,
    model: String,
    question_de: String,
    question_en: String,
    answer_type: String,
    expected: Value,
    #[serde(default)]
    tolerance: Value,
    #[serde(default)]
    answerable_in: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
}

impl Known {
    fn is_asked_of(&self, model: &str, shape: &str) -> bool {
        self.model == model
            && (self.answerable_in.is_empty() || self.answerable_in.iter().any(|answerable| answerable == shape))
    }

    fn texts(&self) -> [(Language, &str); 2] {
        [(Language::De, &self.question_de), (Language::En, &self.question_en)]
    }

    fn is_right(&self, answer: &Answer) -> bool {
        if self.tags.iter().any(|tag| tag == "offtopic") {
            return answer.status != Status::Answered;
        }
        is_right(&self.answer_type, &self.expected, &self.tolerance, &serde_json::to_value(answer).unwrap())
    }
}

fn known(path: &Path) -> Vec<Known> {
    serde_json::from_reader(std::io::BufReader::new(File::open(path).unwrap())).unwrap()
}

fn open(path: &Path) -> AskableModel {
    let read = read(File::open(path).unwrap(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    AskableModel::new(read.content_hash, Arc::new(read.model))
}

fn ask(model: &AskableModel, text: &str) -> Answer {
    model.ask(&Question::parse(text).unwrap())
}

fn fold(text: &str) -> String {
    let lower: String = text.nfkc().collect::<String>().to_lowercase().replace('ß', "ss");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number in the unit that numbers of its kind are compared in.
fn in_base_unit(value: f64, unit: &str) -> (f64, &str) {
    let (factor, base) = match unit {
        "mm" => (1e-3, "m"),
        "cm" => (1e-2, "m"),
        "cm2" => (1e-4, "m2"),
        "l" => (1e-3, "m3"),
        "t" => (1e3, "kg"),
        other => (1.0, other),
    };
    (value * factor, base)
}

/// Both numbers with their units; an absent unit fits every other.
fn is_near(got: &Value, got_unit: &str, want: &Value, want_unit: &str, tolerance: &Value) -> bool {
    let (Some(got), Some(want)) = (got.as_f64(), want.as_f64()) else { return false };
    let ((got, got_base), (want, want_base)) = (in_base_unit(got, got_unit), in_base_unit(want, want_unit));
    if !got_base.is_empty() && !want_base.is_empty() && got_base != want_base {
        return false;
    }
    let allowed = |key: &str| tolerance[key].as_f64().unwrap_or(0.0);
    (got - want).abs() <= allowed("abs").max(allowed("rel") * want.abs()).max(1e-9)
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list_of(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn texts_of(value: &Value) -> Vec<String> {
    list_of(value).iter().map(|text| fold(text_of(text))).collect()
}

fn names_of(items: &[Value]) -> Vec<String> {
    let name = |item: &Value| ["name", "value"].into_iter().find_map(|key| item[key].as_str().map(fold));
    items.iter().map(|item| name(item).unwrap_or_default()).collect()
}

/// What is expected, and what else the question's author lets pass.
fn accepted(expected: &Value) -> impl Iterator<Item = &Value> {
    std::iter::once(expected).chain(list_of(&expected["accept"]))
}

fn is_right(kind: &str, expected: &Value, tolerance: &Value, reply: &Value) -> bool {
    let (status, answer) = (text_of(&reply["status"]), &reply["answer"]);
    let nothing = status == "not_in_model";
    match kind {
        "not_available" => nothing,
        "list" if list_of(&expected["names"]).is_empty() && expected["count"].as_u64().unwrap_or(0) == 0 => {
            nothing || status == "answered" && list_of(&answer["items"]).is_empty()
        }
        "count" if nothing => expected["value"] == 0,
        _ if status != "answered" => false,
        "count" => is_near(&answer["value"], "count", &expected["value"], "count", tolerance),
        "number" => accepted(expected).any(|accepted| {
            let unit = accepted["unit"].as_str().or(expected["unit"].as_str()).unwrap_or_default();
            is_near(&answer["value"], text_of(&answer["unit"]), &accepted["value"], unit, tolerance)
        }),
        "boolean" => answer["value"].is_boolean() && answer["value"] == expected["value"],
        "map" => is_right_map(expected, answer),
        "list" if text_of(&expected["match"]).starts_with("ordered") => is_right_order(expected, answer),
        "list" => is_right_set(expected, answer),
        "text" => is_right_text(expected, tolerance, answer),
        other => panic!("a question expects the unknown kind {other}"),
    }
}

/// Every key with its number, and nothing counted besides; keys that are numbers within what rounding does to them.
fn is_right_map(expected: &Value, answer: &Value) -> bool {
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    let got: BTreeMap<String, f64> = list_of(&answer["groups"])
        .iter()
        .map(|group| (fold(text_of(&group["key"])), number(&group["value"])))
        .collect();
    let near_key = |key: &str| {
        let wanted: f64 = key.parse().ok()?;
        got.iter().find_map(|(k, v)| (k.replace(',', ".").parse::<f64>().ok()? - wanted).abs().lt(&0.006).then_some(*v))
    };
    let Some(want) = expected["items"].as_object() else { return false };
    let equal = want.iter().all(|(key, value)| {
        let found = got.get(&fold(key)).copied().or_else(|| near_key(&fold(key))).unwrap_or(0.0);
        (found - number(value)).abs() < 1e-9
    });
    equal && (got.values().sum::<f64>() - want.values().map(number).sum::<f64>()).abs() < 1e-9
}

fn is_right_order(expected: &Value, answer: &Value) -> bool {
    let items = list_of(&answer["items"]);
    let thickness = list_of(&expected["thickness_mm"]);
    names_of(items) == texts_of(&expected["names"])
        && (thickness.is_empty() || thickness.len() == items.len())
        && items.iter().zip(thickness).all(|(item, want)| match (item["thickness_mm"].as_f64(), want.as_f64()) {
            (Some(got), Some(want)) => (got - want).abs() <= LAYER_TOLERANCE_MM,
            _ => false,
        })
}

fn is_right_set(expected: &Value, answer: &Value) -> bool {
    let items = list_of(&answer["items"]);
    let ids: BTreeSet<&str> = items.iter().filter_map(|item| item["global_id"].as_str()).collect();
    let wanted_ids: BTreeSet<&str> = list_of(&expected["global_ids"]).iter().map(text_of).collect();
    if !ids.is_empty() && !wanted_ids.is_empty() {
        return ids == wanted_ids;
    }
    let keys = list_of(&answer["groups"]).iter().map(|group| fold(text_of(&group["key"])));
    let got: BTreeSet<String> = names_of(items).into_iter().chain(keys).collect();
    let want: BTreeSet<String> = texts_of(&expected["names"]).into_iter().collect();
    let mut allowed = want.clone();
    allowed.extend(texts_of(&expected["accept_extra"]));
    allowed.extend(texts_of(&expected["accept_superset"]));
    let numbers: BTreeSet<String> = texts_of(&expected["numbers"]).into_iter().collect();
    let got_numbers: BTreeSet<String> = items.iter().map(|item| fold(text_of(&item["number"]))).collect();
    want.is_subset(&got) && got.is_subset(&allowed) || !numbers.is_empty() && numbers == got_numbers
}

fn numbers_in(text: &str) -> Vec<f64> {
    let pieces = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','));
    pieces.filter_map(|piece| piece.trim_matches(['.', ',']).replace(',', ".").parse().ok()).collect()
}

fn is_right_text(expected: &Value, tolerance: &Value, answer: &Value) -> bool {
    let (sentence, items) = (text_of(&answer["text"]), list_of(&answer["items"]));
    let figures = numbers_in(sentence);
    if tolerance["text"] == "all three numbers" {
        return ["length_mm", "width_mm", "height_mm"]
            .into_iter()
            .filter_map(|key| expected[key].as_f64())
            .all(|mm| figures.iter().any(|f| (f - mm).abs() < 0.6 || (f - mm / 1000.0).abs() < 6e-4));
    }
    let folded = fold(sentence);
    let wanted = std::iter::once(&expected["value"]).chain(list_of(&expected["aliases"]));
    let says =
        wanted.map(|text| fold(text_of(text))).filter(|text| !text.is_empty()).any(|text| folded.contains(&text));
    let id = expected["global_id"].as_str();
    let named = says || id.is_some() && items.iter().any(|item| item["global_id"].as_str() == id);
    let mut areas = accepted(expected).filter_map(|a| a["area"].as_f64().or(a["value"].as_f64())).peekable();
    if !named || expected["area"].is_null() {
        return named;
    }
    let values = items.iter().filter_map(|item| item["value"].as_f64());
    let figures: Vec<f64> = figures.into_iter().chain(values).collect();
    areas.peek().is_some() && areas.any(|area| figures.iter().any(|f| (f - area).abs() <= (0.01 * area).max(0.06)))
}

fn sample(shape: &str) -> AskableModel {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("samples/house.{shape}.json")))
}

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

/// The shared folder with real models and their questions; a plain line where it is absent.
#[expect(clippy::disallowed_methods, reason = "where the real models are is the tester's environment, no setting")]
fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var("IFC_SHARED").map_or(beside, PathBuf::from);
    if folder.join("questions/questions.json").is_file() {
        return Some(folder);
    }
    println!("no questions about real models at {}: nothing asked", folder.display());
    None
}

fn file_of(shared: &Path, model: &str, shape: &str) -> Option<PathBuf> {
    let folder = shared.join("models").join(model);
    ["json", "json.gz"].into_iter().map(|end| folder.join(format!("{model}.{shape}.{end}"))).find(|path| path.is_file())
}

fn assert_real_models_are_answered(shape: &str, right_min: f64) {
    let Some(shared) = shared() else { return };
    let questions = known(&shared.join("questions/questions.json"));
    let models: BTreeSet<&str> = questions.iter().map(|question| question.model.as_str()).collect();
    let (mut asked, mut right, mut believed, mut faults) = (0_u32, 0_u32, 0_u32, Vec::new());
    for name in models {
        let Some(path) = file_of(&shared, name, shape) else { continue };
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
