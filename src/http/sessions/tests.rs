//! One line per request: the snapshot tells status, headers that matter and body.
#![expect(clippy::wildcard_enum_match_arm, reason = "tests stop at whatever they do not expect")]

use actix_web::body::MessageBody as _;
use actix_web::http::header;
use actix_web::test::{TestRequest, call_service, read_body_json};
use futures_util::future::poll_fn;
use serde_json::{Value, json};

use crate::actors::root::Handles;
use crate::actors::session_directory::{Cursor, Next};
use crate::http::testing::{app, line, with_model};
use crate::limits;

/// Replaces what differs from run to run.
fn redacted(text: &str, session: &Value) -> String {
    let mut text = text.to_owned();
    for (field, mark) in [("session_id", "[session]"), ("epoch", "[epoch]"), ("token", "[token]")] {
        text = text.replace(session[field].as_str().unwrap(), mark);
    }
    text
}

struct Client {
    handles: Handles,
    model_id: String,
    session: Value,
}

impl Client {
    /// A client with a session about a model.
    async fn new() -> Client {
        let (handles, model_id) = with_model("house").await;
        let session = Client::begin(&handles, None, &json!({ "model_id": model_id })).await;
        Client { handles, model_id, session }
    }

    async fn begin(handles: &Handles, token: Option<&str>, body: &Value) -> Value {
        let app = app(handles).await;
        let mut request = TestRequest::post().uri("/v1/sessions").set_json(body);
        if let Some(token) = token {
            request = request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
        }
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), 201);
        read_body_json(response).await
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/sessions/{}{rest}", self.session["session_id"].as_str().unwrap())
    }

    fn signed(&self, request: TestRequest) -> TestRequest {
        let token = self.session["token"].as_str().unwrap();
        request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
    }

    async fn line(&self, request: TestRequest) -> String {
        redacted(&line(&app(&self.handles).await, self.signed(request)).await, &self.session)
    }

    /// The events up to the end of so many questions.
    async fn events(&self, ends: usize) -> Vec<Value> {
        let owner = self.handles.owner_key.verify(self.session["token"].as_str().unwrap()).unwrap();
        let id = self.session["session_id"].as_str().unwrap();
        let from = Cursor { epoch: None, after: 0 };
        let mut attachment = self.handles.sessions.attach(Some(&owner), id, Some(from)).await.unwrap();
        let mut events = Vec::new();
        let is_end = |event: &Value| {
            ["question_answered", "question_failed", "question_cancelled"].contains(&event["type"].as_str().unwrap())
        };
        while events.iter().filter(|event| is_end(event)).count() < ends {
            match attachment.next().await {
                Next::Event(event) => {
                    events.push(serde_json::from_str(&event.json).unwrap());
                }
                other => panic!("{other:?}"),
            }
        }
        events
    }
}

#[actix_web::test]
async fn sessions_are_begun_looked_at_and_ended() {
    let client = Client::new().await;
    let mut seen = redacted(&client.session.to_string(), &client.session);
    seen.push('\n');
    for request in [
        TestRequest::get().uri("/v1/sessions"),
        TestRequest::get().uri(&client.path("")),
        TestRequest::put().uri(&client.path("/model")).set_json(json!({ "model_id": client.model_id })),
        TestRequest::put().uri(&client.path("/model")).set_json(json!({ "model_id": "other" })),
        TestRequest::put().uri(&client.path("/model")).set_json(json!({ "model_id": "no id" })),
        TestRequest::put().uri(&client.path("/model")).set_json(json!({})),
        TestRequest::delete().uri(&client.path("")),
        TestRequest::get().uri(&client.path("")),
        TestRequest::delete().uri(&client.path("")),
        TestRequest::get().uri("/v1/sessions"),
        TestRequest::patch().uri("/v1/sessions"),
        TestRequest::post().uri("/v1/sessions").set_json(json!({ "model_id": "no id" })),
        TestRequest::post().uri("/v1/sessions").set_json(json!({ "id": "mine" })),
    ] {
        seen.push_str(&client.line(request).await);
    }
    insta::assert_snapshot!(seen);
}

#[actix_web::test]
async fn questions_are_taken_once_and_looked_at() {
    let client = Client::new().await;
    let ask = |body: Value| TestRequest::post().uri(&client.path("/questions")).set_json(body);
    let mut seen = client.line(ask(json!({ "question_id": "q-1", "text": "Wie viele Wände?" }))).await;
    client.events(1).await;
    for request in [
        ask(json!({ "question_id": "q-1", "text": "Wie viele Wände?" })),
        ask(json!({ "question_id": "q-1", "text": "Wie viele Türen?" })),
        TestRequest::get().uri(&client.path("/questions/q-1")),
        TestRequest::delete().uri(&client.path("/questions/q-1")),
        TestRequest::get().uri(&client.path("/questions/q-2")),
        TestRequest::delete().uri(&client.path("/questions/q-2")),
        ask(json!({ "question_id": "a b", "text": "a" })),
        ask(json!({ "text": " " })),
        ask(json!({ "text": "a", "language": "fr" })),
        ask(json!({ "text": "a", "max_cost_usd": -1 })),
        ask(json!({ "text": "a", "session_id": "s" })),
        ask(json!({ "text": "a".repeat(limits::QUESTION_BYTES_MAX + 1) })),
        ask(json!({ "text": "a", "model_id": "no id" })),
    ] {
        seen.push_str(&client.line(request).await);
    }
    insta::assert_snapshot!(seen);
}

#[actix_web::test]
async fn a_question_without_any_model_is_refused() {
    let (handles, _) = with_model("house").await;
    let session = Client::begin(&handles, None, &json!({})).await;
    let client = Client { handles, model_id: String::new(), session };
    let seen = client.line(TestRequest::post().uri(&client.path("/questions")).set_json(json!({ "text": "a" }))).await;
    assert!(seen.contains("409") && seen.contains("session_model_missing"), "{seen}");
}

#[actix_web::test]
async fn a_session_of_another_client_looks_like_none() {
    let client = Client::new().await;
    let app = app(&client.handles).await;
    let other = Client::begin(&client.handles, None, &json!({})).await;
    let other = other["token"].as_str().unwrap().to_owned();
    for token in [None, Some("wrong"), Some(other.as_str())] {
        for request in [
            TestRequest::get().uri(&client.path("")),
            TestRequest::delete().uri(&client.path("")),
            TestRequest::put().uri(&client.path("/model")).set_json(json!({ "model_id": client.model_id })),
            TestRequest::post().uri(&client.path("/questions")).set_json(json!({ "text": "a" })),
            TestRequest::get().uri(&client.path("/questions/q")),
            TestRequest::delete().uri(&client.path("/questions/q")),
            TestRequest::get().uri(&client.path("/events")),
        ] {
            let request = match token {
                Some(token) => request.insert_header((header::AUTHORIZATION, format!("Bearer {token}"))),
                None => request,
            };
            let seen = line(&app, request).await;
            assert!(seen.contains("404") && seen.contains("session_unknown"), "{token:?} {seen}");
        }
    }
    assert!(client.line(TestRequest::get().uri(&client.path(""))).await.contains("200 OK"));
}

#[actix_web::test]
async fn a_client_with_a_token_has_all_its_sessions_up_to_the_limit() {
    let client = Client::new().await;
    let token = client.session["token"].as_str().unwrap();
    for _ in 1..limits::SESSIONS_PER_OWNER_MAX {
        let session = Client::begin(&client.handles, Some(token), &json!({})).await;
        assert_eq!(session["token"], token);
    }
    let seen = client.line(TestRequest::post().uri("/v1/sessions").set_json(json!({}))).await;
    assert!(seen.contains("429") && seen.contains("owner_sessions_full"), "{seen}");
    let app = app(&client.handles).await;
    let request = client.signed(TestRequest::get().uri("/v1/sessions")).to_request();
    let listed: Value = read_body_json(call_service(&app, request).await).await;
    assert_eq!(listed["sessions"].as_array().unwrap().len(), limits::SESSIONS_PER_OWNER_MAX);
}

#[actix_web::test]
async fn who_opens_sessions_in_a_loop_is_told_when_to_come_back_and_nobody_else_is() {
    let (handles, _) = with_model("house").await;
    let app = app(&handles).await;
    let open = |peer: &str| {
        let request = TestRequest::post().uri("/v1/sessions").peer_addr(peer.parse().unwrap()).set_json(json!({}));
        call_service(&app, request.to_request())
    };
    let mut refused = open("203.0.113.1:4711").await;
    // As many at once, and those whose time came meanwhile.
    for _ in 0..2 * limits::SESSIONS_OPENED_MAX {
        if refused.status() != 201 {
            break;
        }
        refused = open("203.0.113.1:4711").await;
    }
    assert_eq!(refused.status(), 429);
    let seconds: u64 = refused.headers().get("retry-after").unwrap().to_str().unwrap().parse().unwrap();
    assert!((1..=4).contains(&seconds), "one more may be opened every 3.6 s, and {seconds} are told");
    let problem: Value = read_body_json(refused).await;
    assert_eq!(problem["code"], "sessions_opened_too_many");
    assert_eq!(open("203.0.113.2:4711").await.status(), 201);
}

#[actix_web::test]
async fn answers_about_sessions_name_the_replica_and_cookies_are_for_this_server_only() {
    let client = Client::new().await;
    let app = app(&client.handles).await;
    let request = TestRequest::post().uri("/v1/sessions").set_json(json!({}));
    let response = call_service(&app, request.to_request()).await;
    let cookies: Vec<String> =
        response.headers().get_all(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_owned()).collect();
    let [owner, replica] = cookies.as_slice() else { panic!("{cookies:?}") };
    assert!(owner.starts_with("ifc_owner=") && owner.contains("; Path=/; "), "{owner}");
    assert!(replica.starts_with("ifc_replica=one.") && replica.contains("; Path=/v1/sessions; "), "{replica}");
    for cookie in &cookies {
        assert!(cookie.ends_with("; HttpOnly; SameSite=Strict"), "{cookie}");
    }
    let signed = replica.split(['=', ';']).nth(1).unwrap();
    assert_eq!(client.handles.owner_key.verify_signed(signed), Some("one"));
    let headers = |path: String| {
        let request = TestRequest::get().uri(&path).to_request();
        let app = &app;
        async move { call_service(app, request).await.headers().get("x-replica").cloned() }
    };
    assert_eq!(headers("/v1/sessions/nothing".to_owned()).await.unwrap(), "one", "errors among them");
    assert!(headers("/v1/models".to_owned()).await.is_none());
    assert!(headers("/v1/sessionsandmore".to_owned()).await.is_none());
}

#[actix_web::test]
async fn what_is_no_handshake_is_refused_with_a_sentence() {
    let client = Client::new().await;
    let seen = client.line(TestRequest::get().uri(&client.path("/ws"))).await;
    assert!(seen.contains("400") && seen.contains("request_malformed") && seen.contains("for WebSockets"), "{seen}");
    let seen = client.line(TestRequest::get().uri(&client.path("/events")).insert_header(("last-event-id", "7"))).await;
    assert!(seen.contains("400") && seen.contains("EPOCH:SEQ"), "{seen}");
    let seen = client.line(TestRequest::get().uri(&client.path("/events?after=-1"))).await;
    assert!(seen.contains("400") && seen.contains("request_malformed"), "{seen}");
    let seen = client.line(TestRequest::get().uri(&client.path("/events?since=1"))).await;
    assert!(seen.contains("400") && seen.contains("unknown field"), "{seen}");
}

impl Client {
    /// An event stream up to a text that it must hold.
    async fn stream(&self, rest: &str, last_event: Option<String>, up_to: &str) -> String {
        let app = app(&self.handles).await;
        let mut request = self.signed(TestRequest::get().uri(&self.path(rest)));
        if let Some(last) = last_event {
            request = request.insert_header(("last-event-id", last));
        }
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers().get("content-type").unwrap(), "text/event-stream");
        assert_eq!(response.headers().get("cache-control").unwrap(), "no-store, no-transform");
        assert!(!response.headers().contains_key("content-encoding"));
        let (mut body, mut text) = (Box::pin(response.into_body()), String::new());
        while !text.contains(up_to) {
            let bytes = poll_fn(|ctx| body.as_mut().poll_next(ctx)).await.expect("the stream ended").unwrap();
            text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        text
    }
}

#[actix_web::test]
async fn event_stream_goes_on_behind_the_last_event_that_a_browser_names() {
    let client = Client::new().await;
    let epoch = client.session["epoch"].as_str().unwrap();
    let ask = TestRequest::post().uri(&client.path("/questions"));
    client.line(ask.set_json(json!({ "question_id": "q-1", "text": "Wie viele Wände?" }))).await;
    client.events(1).await;
    let all = client.stream("/events?after=0", None, "question_answered").await;
    assert!(all.starts_with("retry: 1000\n\nevent: welcome\ndata: {\"type\":\"welcome\""), "{all}");
    let (first, second) =
        (format!("\n\nid: {epoch}:1\nevent: question_accepted\ndata: {{"), format!("\n\nid: {epoch}:2\n"));
    assert!(all.find(&first).unwrap() < all.find(&second).unwrap(), "{all}");
    let rest = client.stream("/events?after=0", Some(format!("{epoch}:1")), "question_answered").await;
    assert!(rest.contains(&second) && !rest.contains(&first), "{rest}");
    let other = client.stream("/events", Some("another:7".to_owned()), "question_answered").await;
    assert!(other.contains("event: epoch_changed\n") && other.contains(r#""wanted":8"#), "{other}");
    assert!(other.find("epoch_changed").unwrap() < other.find(&first).unwrap(), "{other}");
    tokio::time::pause();
    let new = client.stream("/events", None, "\n\n:\n\n").await;
    assert!(
        new.starts_with(&format!("retry: 1000\n\nid: {epoch}:2\nevent: welcome\n")),
        "the place where it begins: {new}"
    );
    assert_eq!(new.matches("id: ").count(), 1, "only what is new, and a sign of life: {new}");
}

#[actix_web::test]
async fn connections_of_both_kinds_have_one_limit() {
    let client = Client::new().await;
    let owner = client.handles.owner_key.verify(client.session["token"].as_str().unwrap());
    let id = client.session["session_id"].as_str().unwrap();
    let mut held = Vec::new();
    for _ in 0..limits::SESSION_CONNECTIONS_MAX {
        held.push(client.handles.sessions.attach(owner.as_ref(), id, None).await.unwrap());
    }
    let seen = client.line(TestRequest::get().uri(&client.path("/events"))).await;
    assert!(seen.contains("429") && seen.contains("session_connections_full"), "{seen}");
    held.pop();
    client.stream("/events", None, "welcome").await;
}
