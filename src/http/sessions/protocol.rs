//! The documents of the protocol, put together from the types that go over the wire: `openapi/asyncapi.json` and the second
//! half of `docs/events.md`. Only tests need them, so nothing of this is in the program.
#![expect(clippy::wildcard_enum_match_arm, reason = "tests stop at whatever they do not expect")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::frames::{ClientFrame, ConnectionMessage};
use crate::actors::session_event::{EndReason, EventBody, EventProblem, EventRecord, Stage};
use crate::actors::{Failure, clock};
use crate::error::ErrorCode;
use crate::http::error::ApiError;
use crate::query::Answer;

const EPOCH: &str = "5f0c2a1b9e7d4c38";
const SESSION: &str = "01a20846bd7b7d2f9c41e0a2b35d6f18";
const MODEL: &str = "9dd9ee4e36b69a2d4ad8b8a6da9dcf94";

/// Who sends a message.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Client,
    Connection,
    Log,
}

/// A message: what it is called, its schema, and one that was serialised from the type.
struct Described {
    name: String,
    from: From,
    schema: Value,
    example: Value,
}

impl Described {
    fn text(&self) -> &str {
        self.schema["description"].as_str().unwrap()
    }
}

/// Answered by the program about the sample building.
fn answer() -> Answer {
    let kept: Value = serde_json::from_str(include_str!("protocol/answer.json")).unwrap();
    let answer: Answer = serde_json::from_value(kept.clone()).unwrap();
    assert_eq!(serde_json::to_value(&answer).unwrap(), kept, "an answer has another shape now: write answer.json anew");
    answer
}

/// One event of every kind, as a session of two questions has them.
fn events() -> Vec<EventRecord> {
    let id = |name: &str| name.to_owned();
    let failure = Failure::new(ErrorCode::ModelUnknown, format!("there is no model {MODEL}"));
    let bodies = [
        EventBody::QuestionAccepted {
            question_id: id("q-1"),
            text: "Wie viele Treppen gibt es?".to_owned(),
            model_id: id(MODEL),
        },
        EventBody::QuestionProgress { question_id: id("q-1"), stage: Stage::Computing },
        EventBody::QuestionAnswered { question_id: id("q-1"), model_id: id(MODEL), answer: Box::new(answer()) },
        EventBody::QuestionFailed { question_id: id("q-2"), error: EventProblem::of(&failure) },
        EventBody::QuestionCancelled { question_id: id("q-3") },
        EventBody::ModelSelected { model_id: id(MODEL) },
        EventBody::SessionEnded { reason: EndReason::Deleted },
    ];
    assert_eq!(bodies.each_ref().map(EventBody::kind), EventBody::KINDS);
    let at = clock::rfc3339_millis(crate::actors::testing::noon());
    (1..).zip(bodies).map(|(seq, body)| EventRecord { epoch: EPOCH.to_owned(), seq, at: at.clone(), body }).collect()
}

fn connection_messages() -> Vec<ConnectionMessage> {
    let refused =
        ApiError::refused(ErrorCode::QuestionTooLong, "the question has 10000 bytes, at most 4096 are accepted");
    vec![
        ConnectionMessage::Welcome {
            session_id: SESSION.to_owned(),
            epoch: EPOCH.to_owned(),
            first_seq: 1,
            last_seq: 2,
            model_id: Some(MODEL.to_owned()),
            running: vec!["q-1".to_owned()],
            heartbeat_s: crate::limits::HEARTBEAT.as_secs(),
            replica: "one".to_owned(),
        },
        ConnectionMessage::LogTruncated { epoch: EPOCH.to_owned(), first_seq: 501, wanted: 12 },
        ConnectionMessage::EpochChanged { epoch: EPOCH.to_owned(), wanted: 12 },
        ConnectionMessage::refusal(&refused, Some("q-1".to_owned())),
        ConnectionMessage::Draining { reconnect_after_ms: 2718 },
        ConnectionMessage::Pong { id: Some("7".to_owned()) },
    ]
}

const CLIENT_FRAMES: [&str; 4] = [
    r#"{"type":"ask","question_id":"q-1","text":"Wie viele Treppen gibt es?","language":"de"}"#,
    r#"{"type":"cancel","question_id":"q-1"}"#,
    r#"{"type":"select_model","model_id":"9dd9ee4e36b69a2d4ad8b8a6da9dcf94"}"#,
    r#"{"type":"ping","id":"7"}"#,
];

/// The schemas of a type and of all that it names.
fn schemas_of<T: ToSchema + PartialSchema>(all: &mut Map<String, Value>) -> Value {
    let mut found: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut found);
    for (name, schema) in found {
        all.insert(name, serde_json::to_value(schema).unwrap());
    }
    serde_json::to_value(T::schema()).unwrap()
}

/// The objects that a schema is put together from, joined into one.
fn flat(schema: &Value, all: &Map<String, Value>, into: &mut Map<String, Value>) {
    if let Some(name) = schema["$ref"].as_str() {
        return flat(&all[name.rsplit('/').next().unwrap()], all, into);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        flat(part, all, into);
    }
    if let Some(text) = schema["description"].as_str() {
        into.insert("description".to_owned(), text.into());
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let properties = into.entry("properties").or_insert_with(|| json!({}));
        properties.as_object_mut().unwrap().insert(name.clone(), property.clone());
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let required = into.entry("required").or_insert_with(|| json!([])).as_array_mut().unwrap();
        if !required.contains(name) {
            required.push(name.clone());
        }
    }
}

/// A schema of its own for every value of `type`.
fn variants(schema: &Value, all: &Map<String, Value>, head: Option<&Value>) -> Vec<(String, Value)> {
    let one_of = schema["oneOf"].as_array().unwrap();
    let variant = |schema: &Value| {
        let mut whole = Map::new();
        whole.insert("type".to_owned(), "object".into());
        head.into_iter().for_each(|head| flat(head, all, &mut whole));
        flat(schema, all, &mut whole);
        if let Some(text) = schema["description"].as_str() {
            whole.insert("description".to_owned(), text.into());
        }
        let name = whole["properties"]["type"]["enum"][0].as_str().unwrap().to_owned();
        (name, Value::Object(whole))
    };
    one_of.iter().map(variant).collect()
}

/// Every message of the protocol, and the schemas that they name.
fn protocol() -> (Vec<Described>, Map<String, Value>) {
    let mut all = Map::new();
    let client = schemas_of::<ClientFrame>(&mut all);
    let connection = schemas_of::<ConnectionMessage>(&mut all);
    let body = schemas_of::<EventBody>(&mut all);
    let record = schemas_of::<EventRecord>(&mut all);
    // The part of an event that all have; the rest of it names the body.
    let parts = record["allOf"].as_array().unwrap();
    let head = parts.iter().find(|part| part["properties"].is_object()).unwrap();
    let mut head = head.clone();
    head.as_object_mut().unwrap().remove("description");
    let mut described = Vec::new();
    let mut add = |from: From, variants: Vec<(String, Value)>, examples: Vec<Value>| {
        assert_eq!(variants.len(), examples.len());
        for ((name, schema), example) in variants.into_iter().zip(examples) {
            assert_eq!(example["type"], name.as_str(), "examples stand in the order of the types");
            described.push(Described { name, from, schema, example });
        }
    };
    let frames = CLIENT_FRAMES.map(|frame| {
        ClientFrame::parse(frame).unwrap();
        serde_json::from_str(frame).unwrap()
    });
    add(From::Client, variants(&client, &all, None), frames.into());
    let messages = connection_messages().iter().map(|message| serde_json::to_value(message).unwrap()).collect();
    add(From::Connection, variants(&connection, &all, None), messages);
    let events = events().iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    add(From::Log, variants(&body, &all, Some(&head)), events);
    for inner in ["ClientFrame", "ConnectionMessage", "EventBody", "EventRecord", "SessionQuestionRequest"] {
        all.remove(inner);
    }
    (described, all)
}

fn references(messages: &[Described], channel: &str, wanted: impl Fn(From) -> bool) -> Vec<Value> {
    let of_channel = |message: &&Described| wanted(message.from);
    let reference = |message: &Described| json!({ "$ref": format!("#/channels/{channel}/messages/{}", message.name) });
    messages.iter().filter(of_channel).map(reference).collect()
}

/// The protocol as AsyncAPI.
fn asyncapi() -> String {
    let (messages, mut schemas) = protocol();
    let mut components = Map::new();
    for Described { name, schema, example, .. } in &messages {
        schemas.insert(format!("{name}_payload"), schema.clone());
        let payload = json!({ "$ref": format!("#/components/schemas/{name}_payload") });
        let summary = schema["description"].as_str().unwrap();
        let message = json!({ "name": name, "summary": summary, "payload": payload,
            "examples": [{ "name": name, "payload": example }] });
        components.insert(name.clone(), message);
    }
    let channel = |address: &str, wanted: fn(From) -> bool, title: &str| {
        let named = messages.iter().filter(|message| wanted(message.from)).map(|message| {
            (message.name.clone(), json!({ "$ref": format!("#/components/messages/{}", message.name) }))
        });
        json!({ "address": address, "title": title, "messages": named.collect::<Map<_, _>>(),
            "parameters": { "session_id": { "description": "The session." } } })
    };
    let document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "ifc-chunking sessions",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The events of sessions, over WebSockets and as server-sent events. docs/events.md tells how they \
                are resumed and how connections end.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": channel("/v1/sessions/{session_id}/ws", |_| true, "A session over a WebSocket"),
            "events": channel("/v1/sessions/{session_id}/events", |from| from != From::Client, "A session as server-sent events"),
        },
        "operations": {
            "takeFrames": { "action": "receive", "channel": { "$ref": "#/channels/socket" },
                "messages": references(&messages, "socket", |from| from == From::Client) },
            "sendFrames": { "action": "send", "channel": { "$ref": "#/channels/socket" },
                "messages": references(&messages, "socket", |from| from != From::Client) },
            "sendEvents": { "action": "send", "channel": { "$ref": "#/channels/events" },
                "messages": references(&messages, "events", |from| from != From::Client) },
        },
        "components": { "messages": components, "schemas": schemas },
    });
    format!("{document:#}\n")
}

/// A type in a few words.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap().to_owned();
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(|value| format!("`{}`", value.as_str().unwrap())).collect::<Vec<_>>().join(", ");
    }
    let of = |list: &str| schema[list].as_array().map(|parts| parts.iter().map(type_of).collect::<Vec<_>>());
    if let Some(parts) = of("oneOf").or_else(|| of("allOf")) {
        return parts.into_iter().filter(|part| part != "null").collect::<Vec<_>>().join(" or ");
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect(),
        kind => vec![kind.as_str().unwrap_or("any")],
    };
    if kinds == ["array"] { format!("list of {}", type_of(&schema["items"])) } else { kinds.join(" or ") }
}

/// The messages as a page.
fn page() -> String {
    let (messages, _) = protocol();
    let mut text = String::new();
    for (from, heading) in [
        (From::Client, "Frames of a client"),
        (From::Connection, "Messages about the connection"),
        (From::Log, "Events of the log"),
    ] {
        write!(text, "\n## {heading}\n").unwrap();
        for message in messages.iter().filter(|message| message.from == from) {
            let Described { name, schema, example, .. } = message;
            let meaning = message.text().replace('\n', " ");
            write!(text, "\n### `{name}`\n\n{meaning}\n\n| field | type | | meaning |\n| --- | --- | --- | --- |\n")
                .unwrap();
            for (field, property) in schema["properties"].as_object().unwrap() {
                let required = schema["required"].as_array().unwrap().contains(&json!(field));
                let required = if required { "always" } else { "optional" };
                let meaning =
                    property["description"].as_str().unwrap_or_default().replace('\n', " ").replace('|', "\\|");
                writeln!(text, "| `{field}` | {} | {required} | {meaning} |", type_of(property)).unwrap();
            }
            write!(text, "\n```json\n{example:#}\n```\n").unwrap();
        }
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "the test is told to rewrite its file")]
fn assert_written(name: &str, wanted: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let found = fs::read_to_string(&path).unwrap();
    let wanted = wanted(&found);
    if std::env::var("UPDATE_DOCS").is_ok() {
        fs::write(&path, &wanted).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == wanted, "{name} is stale: run UPDATE_DOCS=1 cargo test protocol");
}

#[test]
fn openapi_folder_holds_the_protocol_of_events() {
    assert_written("openapi/asyncapi.json", |_| asyncapi());
}

const MARK: &str = "<!-- What follows is written by `cargo xtask generate`; do not edit. -->\n";

#[test]
fn messages_are_documented_with_their_fields_and_an_example() {
    assert_written("docs/events.md", |found| {
        let (head, _) = found.split_once(MARK).unwrap();
        format!("{head}{MARK}{}", page())
    });
}

#[test]
fn every_reference_of_the_protocol_leads_somewhere() {
    let document: Value = serde_json::from_str(&asyncapi()).unwrap();
    let text = document.to_string();
    let mut count = 0;
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
        count += 1;
    }
    assert!(40 < count, "{count}");
}

/// Whether an example has the fields of its schema and no others.
#[test]
fn examples_have_the_fields_of_their_schemas() {
    for Described { name, schema, example, .. } in protocol().0 {
        let (fields, properties) = (example.as_object().unwrap(), schema["properties"].as_object().unwrap());
        for field in schema["required"].as_array().unwrap() {
            assert!(fields.contains_key(field.as_str().unwrap()), "{name} lacks {field}");
        }
        for field in fields.keys() {
            assert!(properties.contains_key(field), "{name} has {field}");
        }
    }
}
