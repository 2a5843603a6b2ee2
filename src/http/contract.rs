//! The last touch to the OpenAPI document: what holds for every operation, and answers of a real server as examples.
//!
//! An operation names the errors that are its own beside its handler. What any request may be answered with is added here,
//! in one place: forgetting it in one of forty lists is how a document gets untrue. `cargo xtask show sessions --only api`
//! checks the document against a running server.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

/// Operations that answer from the program alone: no part of the server can fail them.
const SELF_CONTAINED: [&str; 5] = ["read_livez", "read_readyz", "read_tus", "read_tus_of_upload", "read_stylesheet"];

/// Recorded from a running server by `openapi/record_examples.py`: `{operation: {parameters, request, responses: {status: {media type: example}}}}`.
const EXAMPLES: &str = include_str!("../../openapi/examples.json");

const PROBLEM_JSON: &str = "application/problem+json";

/// The document as it is served.
pub(super) fn finish(document: &OpenApi) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    // Not JSON means no examples.
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.values_mut().for_each(open_flattened);
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for operation in paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        for (method, operation) in operation.iter_mut() {
            let name = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
            add_common(operation, &name, method == "head");
            tell_events(operation);
            if let Some(found) = examples.get(&name) {
                add_examples(operation, found);
            }
        }
    }
    document
}

/// A part that is flattened and may be absent adds its fields or nothing; `null`, as the derived schema has it, it never is.
fn open_flattened(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(Value::Array(choices)) = part.get("oneOf") else { continue };
        let mut some: Vec<Value> = choices.iter().filter(|choice| choice["type"] != "null").cloned().collect();
        if some.len() < choices.len() {
            some.push(json!({ "type": "object" }));
            *part = json!({ "anyOf": some });
        }
    }
}

fn add_common(operation: &mut Value, name: &str, is_head: bool) {
    let takes_something = operation.get("parameters").is_some() || operation.get("requestBody").is_some();
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    let mut add = |status: &str, codes: &str| {
        let content = json!({ PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/ProblemBody" } } });
        let described = match is_head {
            true => json!({ "description": format!("{codes}; no body") }),
            false => json!({ "description": codes, "content": content }),
        };
        responses.entry(status.to_owned()).or_insert(described);
    };
    add("403", "cross_site_refused");
    if !SELF_CONTAINED.contains(&name) {
        if takes_something {
            add("400", "request_malformed");
        }
        add("500", "store_failed, store_damaged, internal");
        add("503", "draining, actor_unavailable");
    }
}

/// The schema of an event stream is that of one event, whose data is JSON.
fn tell_events(operation: &mut Value) {
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    for response in responses.into_iter().flat_map(Map::values_mut) {
        let Some(stream) = response.pointer_mut("/content/text~1event-stream") else { continue };
        let data = match stream.get("schema").filter(|schema| schema.get("$ref").is_some()) {
            Some(body) => json!({ "type": "string", "contentMediaType": "application/json", "contentSchema": body }),
            None => json!({ "type": "string", "contentMediaType": "application/json" }),
        };
        let text = json!({ "type": "string" });
        stream["schema"] = json!({ "type": "object", "properties": { "id": text, "event": text, "data": data } });
    }
}

fn add_examples(operation: &mut Value, found: &Value) {
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
        if let Some(example) = found["parameters"].get(name).cloned() {
            parameter["example"] = example;
        }
    }
    if let (Some(request), Some(body)) = (found.get("request"), operation.get_mut("requestBody")) {
        put(&mut body["content"], request);
    }
    for (status, contents) in found["responses"].as_object().into_iter().flatten() {
        if let Some(response) = operation["responses"].get_mut(status) {
            put(&mut response["content"], contents);
        }
    }
}

/// Puts examples to the media types that a body may have.
fn put(content: &mut Value, examples: &Value) {
    for (media_type, example) in examples.as_object().into_iter().flatten() {
        if let Some(described) = content.get_mut(media_type) {
            described["example"] = example.clone();
        }
    }
}
