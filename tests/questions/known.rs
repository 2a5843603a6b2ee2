//! Questions with known answers, and the comparison of an answer with the known one.
//!
//! The comparison is that of the answer contract: a count is exact, a number holds within the tolerance of its question
//! after conversion to one unit, a list is the same set of GlobalIds or of names, layers come in order with thickness.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ifc_json_chunking::formats::{ContentEncoding, read};
use ifc_json_chunking::query::{Answer, AskableModel, Language, Question, Status};
use serde::Deserialize;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// What writing a thickness in whole millimetres may do to it.
const LAYER_TOLERANCE_MM: f64 = 0.6;

#[derive(Debug, Deserialize)]
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) model: String,
    pub(crate) question_de: String,
    pub(crate) question_en: String,
    pub(crate) answer_type: String,
    pub(crate) expected: Value,
    #[serde(default)]
    pub(crate) tolerance: Value,
    #[serde(default)]
    pub(crate) answerable_in: Vec<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// What is asked for, where the set tells it.
    #[serde(default)]
    pub(crate) kind: String,
}

impl Known {
    pub(crate) fn is_asked_of(&self, model: &str, shape: &str) -> bool {
        self.model == model
            && (self.answerable_in.is_empty() || self.answerable_in.iter().any(|answerable| answerable == shape))
    }

    pub(crate) fn texts(&self) -> [(Language, &str); 2] {
        [(Language::De, &self.question_de), (Language::En, &self.question_en)]
    }

    pub(crate) fn is_right(&self, answer: &Answer) -> bool {
        if self.tags.iter().any(|tag| tag == "offtopic") {
            return answer.status != Status::Answered;
        }
        is_right(&self.answer_type, &self.expected, &self.tolerance, &serde_json::to_value(answer).unwrap())
    }
}

pub(crate) fn known(path: &Path) -> Vec<Known> {
    serde_json::from_reader(std::io::BufReader::new(File::open(path).unwrap())).unwrap()
}

pub(crate) fn open(path: &Path) -> AskableModel {
    let read = read(File::open(path).unwrap(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    AskableModel::new(read.content_hash, Arc::new(read.model))
}

pub(crate) fn ask(model: &AskableModel, text: &str) -> Answer {
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

pub(crate) fn is_right(kind: &str, expected: &Value, tolerance: &Value, reply: &Value) -> bool {
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
    let value = answer["value"].as_str().map(fold).or_else(|| answer["value"].as_bool().map(|value| value.to_string()));
    let wanted = std::iter::once(&expected["value"]).chain(list_of(&expected["aliases"]));
    let wanted = wanted.map(|text| fold(text_of(text))).filter(|text| !text.is_empty());
    let says = wanted.into_iter().any(|text| folded.contains(&text) || Some(&text) == value.as_ref());
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

/// The shared folder with real models and their questions; a plain line where it is absent.
#[expect(clippy::disallowed_methods, reason = "where the real models are is the tester's environment, no setting")]
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var("IFC_SHARED").map_or(beside, PathBuf::from);
    if folder.join("questions/questions.json").is_file() {
        return Some(folder);
    }
    println!("no questions about real models at {}: nothing asked", folder.display());
    None
}

/// The folder of real models; a plain line where it is absent.
#[expect(clippy::disallowed_methods, reason = "where the real models are is the tester's environment, no setting")]
pub(crate) fn models() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models");
    let folder = std::env::var("IFC_SHARED_MODELS").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("no real models at {}: nothing asked", folder.display());
    None
}

/// The file of a model in a shape, packed or not.
pub(crate) fn file_of(models: &Path, model: &str, shape: &str) -> Option<PathBuf> {
    let ends = [format!("{shape}.json"), format!("{shape}.json.gz"), shape.to_owned(), format!("{shape}.gz")];
    ends.into_iter().map(|end| models.join(model).join(format!("{model}.{end}"))).find(|path| path.is_file())
}

/// The sample house in a shape.
pub(crate) fn sample(shape: &str) -> AskableModel {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("samples/house.{shape}.json")))
}
