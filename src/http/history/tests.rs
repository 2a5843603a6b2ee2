use actix_web::body::to_bytes;
use actix_web::test::{TestRequest, call_service};

use crate::actors::history::{HistoryRecord, QuestionEnd};
use crate::actors::root::Handles;
use crate::http::testing::{app, line, with_model};
use crate::query::{
    Answer, AnswerBody, AnswerKind, AnsweredBy, CacheTier, Cost, Coverage, EvidenceReference, Group, Item, Language,
    LeftOut, Scalar, Status,
};

const SCRIPT: &str = "<script>alert(1)</script>";
const IMAGE: &str = "\"><img src=x onerror=alert(1)>";
/// Turns what follows it around, where nothing holds it.
const TURNED: &str = "\u{202e}dnaW";

fn id(number: u32) -> String {
    format!("01a208465400{number:020x}")
}

fn items() -> Vec<Item> {
    let item = |name: &str, value| Item {
        global_id: Some("1srAI$R4T8ihLXSNHmUSET".to_owned()),
        name: Some(name.to_owned()),
        storey: Some(IMAGE.to_owned()),
        value: Some(Scalar::Number(value)),
        unit: Some("m2".to_owned()),
        ..Item::default()
    };
    vec![item(SCRIPT, 12_345.678), item("=1+1", 0.5), item(TURNED, 2.0)]
}

fn answer(language: Language, groups: Vec<Group>) -> Answer {
    Answer {
        question: SCRIPT.to_owned(),
        language,
        status: Status::Answered,
        answer: Some(AnswerBody {
            kind: AnswerKind::List,
            value: None,
            unit: None,
            items: items(),
            items_total: 2500,
            groups,
            text: format!("Es sind {SCRIPT} & {IMAGE}."),
        }),
        coverage: Coverage {
            elements: 3,
            with_value: 2,
            left_out: vec![LeftOut { reason: format!("ohne {IMAGE}"), count: 1 }],
        },
        evidence: Some(EvidenceReference {
            id: "e".to_owned(),
            url: "/v1/evidence/e".to_owned(),
            rule: format!("count of {SCRIPT}"),
        }),
        plan: None,
        understood_as: Some(IMAGE.to_owned()),
        reason: None,
        suggestions: Vec::new(),
        answered_by: AnsweredBy::Exact,
        cache: CacheTier::Memory,
        cost: Cost::default(),
        took_ms: 1.5,
    }
}

fn record(number: u32, text: &str, end: QuestionEnd) -> HistoryRecord {
    HistoryRecord {
        question_id: id(number),
        asked_at: "2026-11-23T12:00:00.000Z".to_owned(),
        model_id: "gone".to_owned(),
        model_name: IMAGE.to_owned(),
        session_id: None,
        text: text.to_owned(),
        language: Some(Language::De),
        end,
    }
}

/// A history of an answer with hostile names of a model that is gone, a failure and a question that was given up.
async fn with_history() -> (Handles, String) {
    let (handles, model_id) = with_model("house").await;
    let answered = QuestionEnd::Answered(Box::new(answer(Language::De, Vec::new())));
    handles.history.record(&record(1, SCRIPT, answered));
    let failed = |code: &str| QuestionEnd::Failed { code: code.to_owned(), detail: "/var/secret".to_owned() };
    handles.history.record(&record(2, "Wie viele Wände?", failed("store_failed")));
    handles.history.record(&HistoryRecord {
        question_id: "q1".to_owned(),
        session_id: Some("s".to_owned()),
        ..record(3, "Welche Türen?", QuestionEnd::Cancelled)
    });
    (handles, model_id)
}

async fn exported(handles: &Handles, number: u32, format: &str) -> (String, Vec<u8>) {
    let app = app(handles).await;
    let request = TestRequest::get().uri(&format!("/v1/history/{}/export?format={format}", id(number)));
    let response = call_service(&app, request.to_request()).await;
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let kind = format!("{:?} {:?}", header("content-type"), header("content-disposition"));
    (kind, to_bytes(response.into_body()).await.unwrap().to_vec())
}

async fn page(handles: &Handles, number: u32) -> String {
    String::from_utf8(exported(handles, number, "html").await.1).unwrap()
}

#[actix_web::test]
async fn history_bodies() {
    let (handles, _) = with_history().await;
    let app = app(&handles).await;
    let mut seen = String::new();
    let first = format!("/v1/history/{}", id(1));
    for uri in [
        "/v1/history",
        "/v1/history?limit=1",
        "/v1/history?limit=1&cursor=01a20846540000000000000000000002",
        "/v1/history?text=waende&status=failed",
        "/v1/history?session_id=s&model_id=gone",
        "/v1/history?limit=0",
        "/v1/history?limit=201",
        "/v1/history?cursor=no",
        "/v1/history?status=lost",
        "/v1/history?sort=text",
        &first,
        &format!("/v1/history/{}", id(2)),
        "/v1/history/none",
        &format!("{first}/export"),
        &format!("{first}/export?format=csv"),
        &format!("/v1/history/{}/export?format=csv", id(2)),
        &format!("{first}/export?format=pdf"),
        "/v1/history/none/export?format=html",
    ] {
        seen.push_str(&line(&app, TestRequest::get().uri(uri)).await);
    }
    seen.push_str(&line(&app, TestRequest::post().uri(&format!("{first}/rerun"))).await);
    seen.push_str(&line(&app, TestRequest::post().uri("/v1/history/none/rerun")).await);
    seen.push_str(&line(&app, TestRequest::delete().uri(&first)).await);
    seen.push_str(&line(&app, TestRequest::delete().uri(&first)).await);
    seen.push_str(&line(&app, TestRequest::delete().uri("/v1/history?status=cancelled")).await);
    seen.push_str(&line(&app, TestRequest::delete().uri("/v1/history?limit=5")).await);
    seen.push_str(&line(&app, TestRequest::delete().uri("/v1/history")).await);
    seen.push_str(&line(&app, TestRequest::put().uri("/v1/history")).await);
    insta::assert_snapshot!(seen);
}

#[actix_web::test]
async fn a_question_over_http_is_in_the_history_at_once_and_can_be_put_again() {
    let (handles, model_id) = with_model("house").await;
    let app = app(&handles).await;
    let ask = TestRequest::post().uri(&format!("/v1/models/{model_id}/questions"));
    let ask = ask.insert_header(("content-type", "application/json")).set_payload(r#"{"text":"Wie viele Wände?"}"#);
    line(&app, ask).await;
    let page = handles.history.list(Default::default(), None, 5).await.unwrap();
    let entry = &page.items[0].entry;
    assert_eq!((entry.text.as_str(), entry.summary.as_str()), ("Wie viele Wände?", "Es sind 2."));
    let seen = line(&app, TestRequest::post().uri(&format!("/v1/history/{}/rerun", entry.question_id))).await;
    assert!(seen.contains("200 OK") && seen.contains(r#""changed":false"#), "{seen}");
    let listed = line(&app, TestRequest::get().uri("/v1/history")).await;
    assert!(listed.contains(r#""total":2"#) && listed.contains(r#""deleted_model":false"#), "{listed}");
}

#[actix_web::test]
async fn a_printed_page_shows_hostile_names_as_the_text_they_are() {
    let (handles, _) = with_history().await;
    let html = page(&handles, 1).await;
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("style="), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    // What is left between the tags once all tags of the program are taken out holds no further ones.
    let tags: Vec<&str> = html.split('<').skip(1).map(|rest| rest.split(['>', ' ']).next().unwrap()).collect();
    let known = [
        "!doctype", "html", "head", "meta", "title", "link", "body", "main", "p", "h1", "h2", "dl", "dt", "dd", "a",
        "div", "table", "thead", "tbody", "tr", "th", "td", "ul", "li",
    ];
    for tag in tags {
        assert!(known.contains(&tag.trim_start_matches('/')), "{tag}");
    }
    assert!(html.contains(&format!("<td dir=\"auto\">{TURNED}</td>")), "held in its own cell: {html}");
    for name in ["src", "onerror"] {
        assert!(!html.contains(&format!("<{name}")) && !html.contains(&format!("\" {name}=")), "{html}");
    }
}

#[actix_web::test]
async fn a_printed_page_writes_numbers_and_words_in_the_language_of_the_answer() {
    let (handles, _) = with_history().await;
    let german = page(&handles, 1).await;
    for said in [
        "<html lang=\"de\">",
        "<link rel=\"stylesheet\" href=\"/v1/history/print.css\">",
        "<td class=\"number\">12.345,68</td>",
        "<td dir=\"auto\">m²</td>",
        "23.11.2026, 12:00 Uhr (UTC)",
        "Die ersten 3 von 2500.",
        "<a href=\"/v1/evidence/e\">/v1/evidence/e</a>",
        "<h2>Elemente</h2>",
    ] {
        assert!(german.contains(said), "{said} in {german}");
    }
    let group = Group { key: "EG".to_owned(), value: 1234.5, unit: "m3".to_owned() };
    let english = QuestionEnd::Answered(Box::new(answer(Language::En, vec![group])));
    handles.history.record(&record(4, "How much?", english));
    let english = page(&handles, 4).await;
    for said in ["<html lang=\"en\">", ">12,345.68<", ">1234.5 m³<", "23 November 2026, 12:00 UTC", "Distribution"] {
        assert!(english.contains(said), "{said} in {english}");
    }
    let cancelled = page(&handles, 2).await;
    assert!(cancelled.contains("answer none") && !cancelled.contains("secret"), "{cancelled}");
}

#[actix_web::test]
async fn files_hold_every_element_where_the_model_is_there_and_the_kept_ones_where_it_is_gone() {
    let (handles, model_id) = with_history().await;
    let (kind, csv) = exported(&handles, 1, "csv").await;
    let name = format!("answer-{}.csv", id(1));
    assert!(kind.contains("text/csv; charset=utf-8; header=present") && kind.contains(&name), "{kind}");
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().count(), 4, "a header and the kept items: {csv}");
    assert!(csv.contains(",'=1+1,"), "no formula: {csv}");

    let plan = crate::actors::testing::plan();
    let again = Answer { plan: Some(plan), ..answer(Language::De, Vec::new()) };
    let end = QuestionEnd::Answered(Box::new(again));
    handles.history.record(&HistoryRecord { model_id, ..record(5, "Wie viele?", end) });
    let csv = String::from_utf8(exported(&handles, 5, "csv").await.1).unwrap();
    assert!(csv.contains("Wand, außen") && csv.contains("counted,,/data/1,40"), "the elements of the model: {csv}");
    assert!(page(&handles, 5).await.contains("Wand, außen"));

    for number in [1, 2, 5] {
        let (kind, bytes) = exported(&handles, number, "xlsx").await;
        assert!(kind.contains("spreadsheetml") && bytes.starts_with(b"PK"), "{kind}");
    }
}

#[actix_web::test]
async fn the_looks_of_the_page_are_a_file_that_loads_nothing_else() {
    let (handles, _) = with_model("house").await;
    let app = app(&handles).await;
    let seen = line(&app, TestRequest::get().uri("/v1/history/print.css")).await;
    assert!(seen.contains("text/css") && seen.contains("@media print"), "{seen}");
    assert!(!seen.contains("url(") && !seen.contains("@import"), "{seen}");
}
