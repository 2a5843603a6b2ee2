//! What a query and the parameters of lists must be, with the faults that the older product reported.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::errors::{Fault, OlderError};
use crate::limits;

const QUERY_CHARACTERS_MIN: usize = 3;
const QUERY_CHARACTERS_MAX: usize = 1000;
/// What the older product took for an attack, in lower case.
const DANGEROUS: [&str; 4] = ["<script", "javascript:", "eval(", "exec("];
/// What a query may say that it is about.
const INTENTS: [&str; 7] = ["quantity", "component", "material", "spatial", "cost", "relationship", "property"];
/// What its forms send when nothing was chosen.
const NO_INTENT: [&str; 2] = ["", "general"];
/// Of a query, as it is told.
const STATUSES: [&str; 7] =
    ["started", "preprocessing", "processing", "aggregating", "completed", "failed", "cancelled"];

/// A query that may be put.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NewQuery {
    pub(super) text: String,
    pub(super) file_id: String,
    pub(super) intent_hint: Option<String>,
}

/// Which part of a list is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) limit: usize,
    pub(super) offset: usize,
    pub(super) status: Option<String>,
}

struct Checker<'a> {
    fields: &'a Map<String, Value>,
    place: &'static str,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, kind: &str, name: &str, message: impl Into<String>, context: Value) {
        let input = self.fields.get(name).cloned().unwrap_or_default();
        self.faults.push(Fault::new(kind, &[self.place, name], message, input, context));
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.fields.get(name) {
            None => {
                self.faults.push(Fault::missing(&[self.place, name], Value::Object(self.fields.clone())));
                None
            }
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.fault("string_type", name, "Input should be a valid string", Value::Null);
                None
            }
        }
    }

    /// A whole number, also as a text of digits; `default` where it is absent.
    fn number(&mut self, name: &str, default: u64, (from, to): (u64, u64)) -> u64 {
        let number = match self.fields.get(name) {
            None => return default,
            Some(Value::String(text)) => text.trim().parse::<i64>().ok(),
            Some(value) => value.as_i64().or_else(|| whole(value)),
        };
        let Some(number) = number else {
            let is_text = self.fields.get(name).is_some_and(Value::is_string);
            let (kind, message) = match is_text {
                true => ("int_parsing", "Input should be a valid integer, unable to parse string as an integer"),
                false => ("int_type", "Input should be a valid integer"),
            };
            self.fault(kind, name, message, Value::Null);
            return default;
        };
        match u64::try_from(number) {
            Ok(number) if number <= to && from <= number => number,
            Ok(number) if to < number => {
                let message = format!("Input should be less than or equal to {to}");
                self.fault("less_than_equal", name, message, json!({ "le": to }));
                default
            }
            Ok(_) | Err(_) => {
                let message = format!("Input should be greater than or equal to {from}");
                self.fault("greater_than_equal", name, message, json!({ "ge": from }));
                default
            }
        }
    }

    /// One of a few words; absent, null and the words in `none` are none.
    fn choice(&mut self, name: &str, words: &[&str], none: &[&str]) -> Option<String> {
        match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if none.contains(&text.as_str()) => None,
            Some(Value::String(text)) if words.contains(&text.as_str()) => Some(text.clone()),
            Some(_) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
                let (last, first) = quoted.split_last()?;
                let expected = format!("{} or {last}", first.join(", "));
                self.fault("enum", name, format!("Input should be {expected}"), json!({ "expected": expected }));
                None
            }
        }
    }

    fn is_boolean(&mut self, name: &str) {
        if !matches!(self.fields.get(name), None | Some(Value::Bool(_))) {
            self.fault("bool_type", name, "Input should be a valid boolean", Value::Null);
        }
    }

    fn is_object(&mut self, name: &str) {
        if !matches!(self.fields.get(name), None | Some(Value::Null | Value::Object(_))) {
            self.fault("dict_type", name, "Input should be a valid dictionary", Value::Null);
        }
    }

    fn end<T>(self, value: Option<T>) -> Result<T, OlderError> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(OlderError::faults(self.faults)),
        }
    }
}

/// A number with a point that is whole all the same.
fn whole(value: &Value) -> Option<i64> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
    format!("{number:.0}").parse().ok()
}

/// A query from the body of its request.
pub(super) fn query(body: &[u8]) -> Result<NewQuery, OlderError> {
    if body.is_empty() {
        return Err(OlderError::faults(vec![Fault::missing(&["body"], Value::Null)]));
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        let line = body.split(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
        let at = line.map(|line| line.len() + 1).sum::<usize>() + error.column().saturating_sub(1);
        OlderError::faults(vec![Fault::no_json(at, &error.to_string())])
    })?;
    let Value::Object(fields) = &value else {
        let message = "Input should be a valid dictionary or object to extract fields from";
        let fault = Fault::new("model_attributes_type", &["body"], message, value, Value::Null);
        return Err(OlderError::faults(vec![fault]));
    };
    let mut checker = Checker { fields, place: "body", faults: Vec::new() };
    let text = query_text(&mut checker);
    let file_id = file_id(&mut checker);
    let intent_hint = checker.choice("intent_hint", &INTENTS, &NO_INTENT);
    checker.number("max_concurrent", 10, (1, 50));
    checker.number("timeout_seconds", 300, (30, 1800));
    checker.is_boolean("cache_results");
    checker.is_object("options");
    let query = text.zip(file_id).map(|(text, file_id)| NewQuery { text, file_id, intent_hint });
    checker.end(query)
}

fn query_text(checker: &mut Checker<'_>) -> Option<String> {
    let text = checker.text("query")?;
    let characters = text.chars().count();
    if characters < QUERY_CHARACTERS_MIN {
        let message = format!("String should have at least {QUERY_CHARACTERS_MIN} characters");
        checker.fault("string_too_short", "query", message, json!({ "min_length": QUERY_CHARACTERS_MIN }));
    } else if QUERY_CHARACTERS_MAX < characters {
        let message = format!("String should have at most {QUERY_CHARACTERS_MAX} characters");
        checker.fault("string_too_long", "query", message, json!({ "max_length": QUERY_CHARACTERS_MAX }));
    } else if text.trim().is_empty() {
        checker.fault("value_error", "query", "Value error, Query cannot be empty", json!({ "error": {} }));
    } else if DANGEROUS.iter().any(|mark| text.to_lowercase().contains(mark)) {
        let message = "Value error, Query contains potentially dangerous content";
        checker.fault("value_error", "query", message, json!({ "error": {} }));
    }
    Some(text.trim().to_owned())
}

/// In lower case with hyphens, as it was given.
fn file_id(checker: &mut Checker<'_>) -> Option<String> {
    let text = checker.text("file_id")?;
    let id = uuid(&text);
    if id.is_none() {
        let message = "Value error, Invalid file ID format";
        checker.fault("value_error", "file_id", message, json!({ "error": {} }));
    }
    id
}

/// The one spelling of a UUID under which records are kept.
pub(super) fn uuid(text: &str) -> Option<String> {
    // Braces and `urn:uuid:` are spellings too, which the older product refused.
    let is_plain = text.len() == 36;
    Uuid::parse_str(text).ok().filter(|_| is_plain).map(|id| id.hyphenated().to_string())
}

/// Which part of a list a query string asks for.
pub(super) fn page(query_string: &str) -> Result<Page, OlderError> {
    let fields = fields(query_string)?;
    let mut checker = Checker { fields: &fields, place: "query", faults: Vec::new() };
    let limit = checker.number("limit", 50, (1, limits::OLDER_PAGE_MAX));
    let offset = checker.number("offset", 0, (0, u64::from(u32::MAX)));
    let status = checker.choice("status", &STATUSES, &[""]);
    let page = usize::try_from(limit).ok().zip(usize::try_from(offset).ok());
    checker.end(page.map(|(limit, offset)| Page { limit, offset, status }))
}

/// How many are wanted; `default` where the query string does not say.
pub(super) fn count(query_string: &str, default: u64) -> Result<usize, OlderError> {
    let fields = fields(query_string)?;
    let mut checker = Checker { fields: &fields, place: "query", faults: Vec::new() };
    let limit = checker.number("limit", default, (1, limits::OLDER_PAGE_MAX));
    checker.end(usize::try_from(limit).ok())
}

fn fields(query_string: &str) -> Result<Map<String, Value>, OlderError> {
    let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(query_string);
    let pairs = pairs.map_err(|error| OlderError::bad(error.to_string()))?.into_inner();
    Ok(pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError as _;
    use actix_web::body::MessageBody as _;

    use super::*;

    const FILE: &str = "7b0d0c56-6c1f-4a53-9d3e-0a3a5b0c9a11";

    fn detail(error: &OlderError) -> Value {
        let body = error.error_response().into_body().try_into_bytes().unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()["detail"].take()
    }

    /// The kinds of fault and their places, of one request.
    fn faults(body: &Value) -> Vec<String> {
        let error = query(body.to_string().as_bytes()).unwrap_err();
        let text = |fault: &Value| format!("{} {}", fault["type"].as_str().unwrap(), fault["loc"]);
        detail(&error).as_array().unwrap().iter().map(text).collect()
    }

    #[test]
    fn what_the_older_client_sends_is_taken() {
        for hint in
            [json!({}), json!({"intent_hint": ""}), json!({"intent_hint": "general"}), json!({"intent_hint": null})]
        {
            let mut body = json!({"file_id": FILE, "query": " Wie viele Türen? ", "max_concurrent": 3,
                                  "timeout_seconds": 300, "cache_results": true});
            body.as_object_mut().unwrap().extend(hint.as_object().unwrap().clone());
            let wanted = NewQuery { text: "Wie viele Türen?".to_owned(), file_id: FILE.to_owned(), intent_hint: None };
            assert_eq!(query(body.to_string().as_bytes()).unwrap(), wanted);
        }
        let hinted = json!({"file_id": FILE.to_uppercase(), "query": "abc", "intent_hint": "spatial", "other": 1});
        let hinted = query(hinted.to_string().as_bytes()).unwrap();
        assert_eq!((hinted.file_id.as_str(), hinted.intent_hint.as_deref()), (FILE, Some("spatial")));
    }

    #[test]
    fn each_fault_of_a_query_is_told_with_its_field() {
        let with = |name: &str, value: Value| {
            let mut body = json!({"file_id": FILE, "query": "Wie viele?"});
            body[name] = value;
            faults(&body)
        };
        assert_eq!(faults(&json!({})), ["missing [\"body\",\"query\"]", "missing [\"body\",\"file_id\"]"]);
        assert_eq!(with("query", json!("ab")), ["string_too_short [\"body\",\"query\"]"]);
        assert_eq!(with("query", json!("ä".repeat(1001))), ["string_too_long [\"body\",\"query\"]"]);
        assert_eq!(with("query", json!("    ")), ["value_error [\"body\",\"query\"]"]);
        assert_eq!(with("query", json!("a <SCRIPT>")), ["value_error [\"body\",\"query\"]"]);
        assert_eq!(with("query", json!(7)), ["string_type [\"body\",\"query\"]"]);
        assert_eq!(with("file_id", json!("../etc/passwd")), ["value_error [\"body\",\"file_id\"]"]);
        assert_eq!(with("intent_hint", json!("poem")), ["enum [\"body\",\"intent_hint\"]"]);
        assert_eq!(with("max_concurrent", json!(51)), ["less_than_equal [\"body\",\"max_concurrent\"]"]);
        assert_eq!(with("max_concurrent", json!(-1)), ["greater_than_equal [\"body\",\"max_concurrent\"]"]);
        assert_eq!(with("timeout_seconds", json!("x")), ["int_parsing [\"body\",\"timeout_seconds\"]"]);
        assert_eq!(with("timeout_seconds", json!(1.5)), ["int_type [\"body\",\"timeout_seconds\"]"]);
        assert_eq!(with("cache_results", json!("so")), ["bool_type [\"body\",\"cache_results\"]"]);
        assert_eq!(with("options", json!([])), ["dict_type [\"body\",\"options\"]"]);
        assert_eq!(faults(&json!([])), ["model_attributes_type [\"body\"]"]);
    }

    #[test]
    fn a_body_that_is_no_json_is_told_with_its_place() {
        assert_eq!(detail(&query(b"").unwrap_err())[0]["type"], "missing");
        let broken = detail(&query(b"{\"query\": }").unwrap_err());
        assert_eq!((broken[0]["type"].as_str(), broken[0]["loc"].clone()), (Some("json_invalid"), json!(["body", 10])));
        assert_eq!(detail(&query(&[0xff, 0xfe]).unwrap_err())[0]["type"], "json_invalid");
    }

    #[test]
    fn parts_of_lists_have_defaults_and_bounds() {
        assert_eq!(page("").unwrap(), Page { limit: 50, offset: 0, status: None });
        let wanted = Page { limit: 20, offset: 40, status: Some("completed".to_owned()) };
        assert_eq!(page("offset=40&limit=20&status=completed").unwrap(), wanted);
        assert_eq!(page("status=&x=1").unwrap().status, None);
        for bad in ["limit=0", "limit=1001", "limit=x", "offset=-1", "limit=", "status=gone"] {
            assert_eq!(detail(&page(bad).unwrap_err())[0]["loc"][0], "query", "{bad}");
        }
    }
}
