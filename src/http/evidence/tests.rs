use std::io::Read as _;

use actix_web::body::to_bytes;
use actix_web::test::{TestRequest, call_service};

use super::XLSX;
use crate::actors::model_registry::EvidenceKey;
use crate::actors::root::Handles;
use crate::actors::testing::plan;
use crate::http::testing::{app, line, with_model};
use crate::query::Language;

async fn with_evidence(language: Language) -> Handles {
    let (handles, model_id) = with_model("house").await;
    handles.models.remember_evidence("e", EvidenceKey { model_id, plan: plan(), language }).await.unwrap();
    handles
}

#[actix_web::test]
async fn evidence_keeps_its_language_unless_another_is_asked_for() {
    let handles = with_evidence(Language::De).await;
    let app = app(&handles).await;
    for (query, said) in [
        ("", "Es sind 2."),
        ("?language=de", "Es sind 2."),
        ("?language=en", "There are 2."),
        ("?language=fr", "language_unknown"),
        ("?format=pdf", "evidence_format_unknown"),
        ("?format=csv", "GlobalId,Name,Nummer,Typ"),
        ("?format=csv&language=en", "GlobalId,Name,Number,Type"),
    ] {
        let seen = line(&app, TestRequest::get().uri(&format!("/v1/evidence/e{query}"))).await;
        assert!(seen.contains(said), "{seen}");
    }
    let unknown = line(&app, TestRequest::get().uri("/v1/evidence/none?format=xlsx")).await;
    assert!(unknown.contains("404") && unknown.contains("evidence_unknown"), "{unknown}");
}

#[actix_web::test]
async fn csv_quotes_names_and_leaves_no_formula() {
    let handles = with_evidence(Language::En).await;
    let app = app(&handles).await;
    let request = TestRequest::get().uri("/v1/evidence/e").insert_header(("accept", "text/csv")).to_request();
    let response = call_service(&app, request).await;
    let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(header("content-disposition"), "attachment; filename=\"evidence-e.csv\"");
    let body = to_bytes(response.into_body()).await.unwrap();
    let lines: Vec<&str> = std::str::from_utf8(&body).unwrap().split("\r\n").collect();
    assert_eq!(lines.len(), 4, "a header, two elements, and the end of the last line");
    assert_eq!(lines[1], ",'=1+1,,IfcWall,,,,,,counted,,/data/1,17,,");
    assert_eq!(lines[2], ",\"Wand, außen\",,IfcWall,,,,,,counted,,/data/1,40,,");
}

/// The text of a file in a ZIP archive, by the directory at its end.
fn unpacked(archive: &[u8], name: &str) -> String {
    let number = |at: usize, bytes: usize| {
        archive[at..at + bytes].iter().rev().fold(0, |sum, byte| sum * 256 + usize::from(*byte))
    };
    let end = archive.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    let mut entry = number(end + 16, 4);
    while archive[entry..].starts_with(b"PK\x01\x02") {
        let (packed, name_bytes, begin) = (number(entry + 20, 4), number(entry + 28, 2), number(entry + 42, 4));
        if &archive[entry + 46..entry + 46 + name_bytes] == name.as_bytes() {
            let begin = begin + 30 + number(begin + 26, 2) + number(begin + 28, 2);
            let mut text = String::new();
            flate2::read::DeflateDecoder::new(&archive[begin..begin + packed]).read_to_string(&mut text).unwrap();
            return text;
        }
        entry += 46 + name_bytes + number(entry + 30, 2) + number(entry + 32, 2);
    }
    panic!("{name} is not in the archive");
}

#[actix_web::test]
async fn a_workbook_has_a_head_and_numbers_as_numbers_and_no_formula() {
    let handles = with_evidence(Language::De).await;
    let app = app(&handles).await;
    let response = call_service(&app, TestRequest::get().uri("/v1/evidence/e?format=xlsx").to_request()).await;
    assert_eq!(response.headers().get("content-type").unwrap().to_str().unwrap(), XLSX);
    let body = to_bytes(response.into_body()).await.unwrap();
    let texts = unpacked(&body, "xl/sharedStrings.xml");
    for text in ["Es sind 2.", "count of IfcWall", "=1+1", "Wand, außen", "Fundstelle"] {
        assert!(texts.contains(text), "{text} in {texts}");
    }
    let elements = unpacked(&body, "xl/worksheets/sheet2.xml");
    assert!(elements.contains("<v>17</v>") && elements.contains("state=\"frozen\""), "{elements}");
    assert!(!elements.contains("<f>"), "{elements}");
}

#[test]
fn a_file_name_holds_nothing_of_an_address_but_letters_and_digits() {
    assert!(super::attachment("evidence", "a/../\"\r\nb", "csv").to_string().contains("\"evidence-ab.csv\""));
}
