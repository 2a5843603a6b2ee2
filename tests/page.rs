//! What the page's source promises, checked without a browser.
#![expect(
    clippy::unwrap_used,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use ifc_json_chunking::error::ErrorCode;

const LINES_MAX: usize = 400;

/// The compressed page, without pictures and fonts: what a person waits for on a slow line.
const GZIP_BYTES_MAX: usize = 150_000;

/// The page's files: name below `web/`, and text.
fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let mut found = Vec::new();
    gather(&folder, "", &mut found);
    assert!(found.iter().any(|(name, _)| name == "index.html"), "the page is in web/");
    found
}

fn gather(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            gather(&path, &format!("{name}/"), found);
        } else {
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn source(wanted: &str) -> String {
    sources().into_iter().find(|(name, _)| name == wanted).unwrap().1
}

/// The files with the page's words, joined.
fn texts() -> String {
    let files = sources().into_iter().filter(|(name, _)| name.starts_with("texts/"));
    files.map(|(_, content)| content).collect()
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
    let texts = texts();
    let mut used = 0;
    for (name, content) in sources() {
        let keys = quoted_after(&content, "data-text=\"")
            .into_iter()
            .chain(quoted_after(&content, "data-label=\""))
            .chain(quoted_after(&content, "text(\""))
            .chain(quoted_after(&content, "questionText(\""));
        for key in keys {
            assert!(texts.contains(&format!("\n  {key}: [")), "{name} uses {key}, which no file of texts has");
            used += 1;
        }
    }
    assert!(50 < used, "the texts are found by their calls, of which there are more than {used}");
}

#[test]
fn every_kind_of_completion_has_a_name_in_both_languages() {
    let texts = texts();
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

#[test]
fn every_file_of_the_page_is_served() {
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/page.rs")).unwrap();
    for (name, _) in sources() {
        assert!(table.contains(&format!("(\"{name}\", ")), "{name} is not in the table of src/http/page.rs");
    }
}

#[test]
fn no_text_stands_in_two_files() {
    let texts = texts();
    let keys: Vec<&str> =
        texts.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(": [").map(|(key, _)| key)).collect();
    assert!(100 < keys.len(), "the texts are found by their form: {}", keys.len());
    for key in &keys {
        assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key} stands twice");
    }
}

#[test]
fn the_page_is_small_enough_for_a_slow_line() {
    let mut total = 0;
    for (_, content) in sources() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(content.as_bytes()).unwrap();
        total += packed.finish().unwrap().len();
    }
    assert!(total < GZIP_BYTES_MAX, "the page takes {total} bytes compressed, more than {GZIP_BYTES_MAX}");
}
