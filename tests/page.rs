//! What the page's source promises, checked without a browser.
#![expect(
    clippy::unwrap_used,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module"
)]

use std::fs;
use std::path::Path;

use ifc_json_chunking::error::ErrorCode;

const LINES_MAX: usize = 500;

/// The page's files: name and text.
fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push((path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()));
    }
    assert!(found.iter().any(|(name, _)| name == "index.html"), "the page is in web/");
    found
}

fn source(wanted: &str) -> String {
    sources().into_iter().find(|(name, _)| name == wanted).unwrap().1
}

/// The argument of every occurrence of `before`, up to the next double quote.
fn quoted_after<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_error_code_has_a_sentence_in_both_languages() {
    let sentences = source("errors.js");
    for code in ErrorCode::ALL {
        assert!(sentences.contains(&format!("\n  {}: [", code.as_str())), "{} has no sentence", code.as_str());
    }
}

#[test]
fn every_text_that_is_used_exists() {
    let texts = source("i18n.js");
    let mut used = 0;
    for (name, content) in sources() {
        let keys = quoted_after(&content, "data-text=\"").into_iter().chain(quoted_after(&content, "text(\""));
        for key in keys {
            assert!(texts.contains(&format!("\n  {key}: [")), "{name} uses {key}, which i18n.js lacks");
            used += 1;
        }
    }
    assert!(50 < used, "the texts are found by their calls, of which there are more than {used}");
}

#[test]
fn every_kind_of_completion_has_a_name_in_both_languages() {
    let texts = source("i18n.js");
    for kind in ["question", "part", "storey", "space", "material", "type", "property", "value", "name"] {
        assert!(texts.contains(&format!("\n  completion_{kind}: [")), "{kind} has no name");
    }
}

#[test]
fn names_from_a_model_can_never_become_markup() {
    for (name, content) in sources() {
        for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"]
        {
            assert!(!content.contains(way), "{name} uses {way}");
        }
    }
}

#[test]
fn the_page_names_no_other_host_and_holds_nothing_inline() {
    for (name, content) in sources() {
        let content = content.replace("http://www.w3.org/2000/svg", "");
        assert!(!content.contains("http://") && !content.contains("https://"), "{name} names another host");
        if name == "index.html" {
            for inline in ["<style", " style=", " onclick=", " onload=", "<script>"] {
                assert!(!content.contains(inline), "the content security policy forbids {inline} in {name}");
            }
        }
    }
}

#[test]
fn no_file_of_the_page_outgrows_a_reader() {
    for (name, content) in sources() {
        let lines = content.lines().count();
        assert!(lines <= LINES_MAX, "{name} has {lines} lines, more than {LINES_MAX}");
    }
}
