//! The built server, used as the unmodified clients of the older product use it: rules R1 to R14 of docs/older-api.md.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module"
)]

mod older_client;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use older_client::Server;
use serde_json::{Value, json};

const QUESTION: &str = "Wie viele Türen gibt es im Gebäude?";
/// Doors of the sample building.
const DOORS: f64 = 14.0;

fn sample() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/house.ifcjson.json")).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {value}"))
}

/// R1 and R2: without these the client crashes, or shows a file as not ready for ever.
fn check_file(file: &Value) {
    assert_eq!(text(file, "status"), "uploaded");
    let when = text(file, "upload_timestamp");
    assert!(when.len() == 24 && when.ends_with('Z') && when.contains('T'), "{when}");
    assert!(file["size"].is_u64() && file["upload_time"].is_f64(), "{file}");
}

/// R8: what the result page computes with.
fn check_result(result: &Value) {
    for number in ["processing_time", "total_cost", "confidence_score", "completeness_score", "relevance_score"] {
        assert!(result[number].is_f64(), "{number} of {result}");
    }
    for count in ["total_chunks", "successful_chunks", "failed_chunks", "total_tokens"] {
        assert!(result[count].is_u64(), "{count} of {result}");
        assert_eq!(result[count], result["processing_stats"][count]);
    }
    assert_eq!(text(result, "intent"), "quantity");
    assert_eq!(text(result, "original_query"), QUESTION);
    assert!(text(result, "answer").contains("14"), "{result}");
    assert_eq!(result["structured_data"]["quantities"]["Anzahl"], json!(DOORS));
    assert!(text(result, "model_used").len() > 2 && text(result, "created_at").ends_with('Z'));
}

#[test]
fn a_client_uploads_asks_over_a_socket_lists_cancels_and_deletes() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    let (status, file) = server.upload("house.json", "application/json", &sample());
    assert_eq!(status, 200, "{file}");
    check_file(&file);
    let file_id = text(&file, "file_id");
    let (_, files) = server.get("/api/files");
    check_file(&files["files"][0]);
    assert_eq!((&files["total"], text(&files["files"][0], "file_id")), (&json!(1), file_id));

    let mut ids = Vec::new();
    // R11: whatever the form sends for "no intent".
    for hint in [json!({}), json!({"intent_hint": ""}), json!({"intent_hint": "general"}), json!({"intent_hint": null})]
    {
        let id = server.ask(file_id, QUESTION, &hint);
        // R3: opened at once.
        let mut early = server.socket(&id);
        let (kinds, end) = early.read_to_end();
        assert_eq!(kinds.first().map(String::as_str), Some("connected"), "{kinds:?}");
        assert_eq!(kinds.last().map(String::as_str), Some("progress"), "{kinds:?}");
        assert_eq!((text(&end, "type"), text(&end, "query_id")), ("completion", id.as_str()), "{end}");
        assert!(end["timestamp"].is_f64());
        check_result(&end["result"]);
        early.close();
        ids.push(id);
    }
    // R4: a result's own address, long after the end.
    let mut late = server.socket(&ids[0]);
    check_result(&late.read_to_end().1["result"]);
    late.close();
    let (status, result) = server.get(&format!("/api/queries/{}/results", ids[0]));
    assert_eq!(status, 200, "{result}");
    check_result(&result);

    // R10: the list, in parts.
    let (_, list) = server.get("/api/queries?offset=1&limit=2");
    let rows = list["queries"].as_array().unwrap();
    assert_eq!((rows.len(), &list["total"]), (2, &json!(4)), "{list}");
    assert_eq!((text(&rows[0], "query_id"), text(&rows[0], "message")), (ids[2].as_str(), QUESTION));
    for when in ["created_at", "updated_at"] {
        assert!(text(&rows[0], when).ends_with('Z'));
    }
    let (_, done) = server.get("/api/queries?offset=0&limit=20&status=completed");
    assert_eq!((&done["total"], &done["status_filter"]), (&json!(4), &json!("completed")));
    assert_eq!(server.get("/api/queries?status=failed").1["total"], 0);

    // R9: "delete" in the history is a cancelling.
    assert_eq!(server.post(&format!("/api/queries/{}/cancel", ids[3]), &json!({})).0, 200);
    assert_eq!(server.delete(&format!("/api/queries/{}", ids[2])).0, 200);
    let (_, left) = server.get("/api/queries?offset=0&limit=20");
    assert_eq!(left["total"], 2, "{left}");

    assert_eq!(server.delete(&format!("/api/files/{file_id}")).0, 200);
    assert_eq!(server.get("/api/files").1["total"], 0);
    let (status, refused) = server.post("/api/queries", &json!({"file_id": file_id, "query": QUESTION}));
    assert_eq!((status, text(&refused, "detail")), (404, "File not found"));
}

#[test]
fn a_client_without_a_socket_polls_and_everything_is_known_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    let (_, file) = server.upload("house.ifc", "application/octet-stream", &sample());
    let file_id = text(&file, "file_id").to_owned();
    let id = server.ask(&file_id, QUESTION, &json!({"intent_hint": "quantity"}));
    let seen = server.poll(&id);
    assert_eq!((text(&seen, "status"), &seen["progress_percentage"]), ("completed", &json!(100)), "{seen}");
    assert_eq!(seen["error_message"], Value::Null);
    assert_eq!(seen["current_step"], seen["total_steps"]);
    check_result(&server.get(&format!("/api/queries/{id}/results")).1);
    let unclear = server.ask(&file_id, "Blubbern die Quarkse?", &json!({}));
    assert_eq!(text(&server.poll(&unclear), "status"), "completed");
    let (_, unclear) = server.get(&format!("/api/queries/{unclear}/results"));
    assert!(unclear["confidence_score"] == 0.0 && text(&unclear, "answer").len() > 10, "{unclear}");
    assert_eq!(text(&unclear, "intent"), "general");
    server.stop();

    let server = Server::start(data.path(), &[], &[]);
    let (_, after) = server.get(&format!("/api/files/{file_id}/status"));
    assert_eq!(after, file);
    check_result(&server.get(&format!("/api/queries/{id}/results")).1);
    check_result(&server.socket(&id).read_to_end().1["result"]);
    let again = server.ask(&file_id, QUESTION, &json!({}));
    assert_eq!(text(&server.poll(&again), "status"), "completed");
}

#[test]
fn queries_whose_server_is_killed_end_for_a_client_that_polls_after_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    let (_, file) = server.upload("house.json", "application/json", &sample());
    let ids: Vec<String> = (0..5).map(|_| server.ask(text(&file, "file_id"), QUESTION, &json!({}))).collect();
    // As `kill -9`.
    drop(server);

    let server = Server::start(data.path(), &[], &[]);
    for id in &ids {
        assert_eq!(text(&server.poll(id), "status"), "completed");
        check_result(&server.get(&format!("/api/queries/{id}/results")).1);
        check_result(&server.socket(id).read_to_end().1["result"]);
    }
    assert_eq!(server.get("/api/queries?status=completed").1["total"], json!(ids.len()));
}

#[test]
fn a_socket_answers_what_is_sent_and_never_fails_a_query_for_it() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    let (_, file) = server.upload("house.json", "application/json", &sample());
    let id = server.ask(text(&file, "file_id"), QUESTION, &json!({}));
    let mut socket = server.socket(&id);
    assert_eq!(text(&socket.read_to_end().1, "type"), "completion");
    for (sent, kind) in [
        (r#"{"type":"ping"}"#, "pong"),
        (r#"{"type":"subscribe_updates","update_types":["progress"]}"#, "subscription_confirmed"),
        (r#"{"type":"cancel"}"#, "cancel_requested"),
        (r#"{"type":"sing"}"#, "protocol_error"),
        ("{", "protocol_error"),
    ] {
        socket.send(sent);
        assert_eq!(text(&socket.next().unwrap(), "type"), kind, "{sent}");
    }
    let (_, connections) = server.get("/api/ws/connections");
    assert_eq!(connections["active_connections"], 1, "{connections}");
    assert_eq!(text(&connections["connection_details"][0], "query_id"), id);
    socket.close();
    assert_eq!(text(&server.poll(&id), "status"), "completed", "cancelling after the end changes nothing");

    let mut unknown = server.socket("7b0d0c56-6c1f-4a53-9d3e-0a3a5b0c9a11");
    let (kinds, end) = unknown.read_to_end();
    assert_eq!((kinds.as_slice(), text(&end, "type")), (["connected".to_owned()].as_slice(), "error"));
    assert_eq!(unknown.next(), Err(Some(1000)));
}

#[test]
fn what_is_no_building_model_is_refused_at_once() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[]);
    for (name, content, wanted) in [
        ("a.json", &b"{\"a\": "[..], None),
        ("a.json", b"{\"a\": 1}", None),
        ("a.json", b"not json", Some("Invalid JSON file format")),
        ("a.json", b"", Some("Invalid JSON file format")),
        ("a.exe", b"[]", Some("File extension .exe not allowed")),
    ] {
        let (status, refused) = server.upload(name, "application/json", content);
        assert_eq!(status, 400, "{name}: {refused}");
        assert!(wanted.is_none_or(|wanted| text(&refused, "detail") == wanted), "{refused}");
    }
    assert_eq!(server.get("/api/files").1["total"], 0);
}

/// The status line and the body of a request whose path no client library would send.
fn raw(server: &Server, path: &str, accept: &str) -> (String, String) {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: {accept}\r\nConnection: close\r\n\r\n", server.address);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

#[test]
fn a_single_page_client_is_served_beside_the_interface_and_nothing_else_of_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let client = folder.path().join("dist");
    fs::create_dir_all(client.join("assets")).unwrap();
    fs::write(client.join("index.html"), "<title>older client</title>").unwrap();
    fs::write(client.join("assets/main.js"), "start()").unwrap();
    fs::write(folder.path().join("secret"), "hidden words").unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret"), client.join("link")).unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[], &[("IFC_CHUNKING_SPA", client.to_str().unwrap())]);
    for page in ["/", "/history", "/results/7b0d0c56", "/docs"] {
        let (status, body) = raw(&server, page, "text/html,*/*;q=0.8");
        assert!(status.contains("200") && body.contains("older client"), "{page}: {status}");
    }
    assert_eq!(raw(&server, "/assets/main.js", "*/*").1, "start()");
    assert!(raw(&server, "/assets/gone.js", "*/*").0.contains("404"));
    for path in ["/link", "/../secret", "/%2e%2e/secret", "/..%2fsecret", "/assets/../../secret", "//secret"] {
        let (_, body) = raw(&server, path, "text/html");
        assert!(!body.contains("hidden words"), "{path}");
    }
    assert!(raw(&server, "/api/nothing", "text/html").1.contains("Not Found"));
    assert!(raw(&server, "/", "*/*").1.contains("IFC JSON Chunking API"));
    assert_eq!(server.get("/api/health").1["status"], "healthy");
}

#[test]
fn the_older_names_of_address_and_port_are_heard() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[], &[("API_HOST", "127.0.0.1"), ("API_PORT", "0"), ("REDIS_URL", "x")]);
    assert_eq!(server.get("/api/health/simple").1["status"], "ok");
}
