//! `ifc-chunking process` as a script meets it: a folder of chunks, written again after a change.
#![expect(
    clippy::unwrap_used,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module, and its helpers may stop the test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use serde_json::{Value, json};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifc-chunking"));
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8").args(arguments).output().unwrap()
}

fn report(file: &Path, folder: &Path, more: &[&str]) -> Value {
    let mut arguments = vec!["process", file.to_str().unwrap(), "--output", folder.to_str().unwrap(), "--json"];
    arguments.extend(more);
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn house(last_name: &str) -> String {
    let walls: Vec<Value> = (0..200)
        .map(|at| json!({"type": "IfcWall", "globalId": format!("00000000-0000-0000-0000-{at:012}"), "name": format!("Wall {at}")}))
        .chain([json!({"type": "IfcDoor", "globalId": "00000000-0000-0000-0001-000000000000", "name": last_name})])
        .collect();
    json!({"type": "IFC.JSON", "version": "0.0.1", "schemaIdentifier": "IFC4", "data": walls}).to_string()
}

/// Name and time of the last change of every chunk file.
fn files(folder: &Path) -> BTreeMap<String, SystemTime> {
    let entries = fs::read_dir(folder.join("chunks")).unwrap().map(Result::unwrap);
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().modified().unwrap()))
        .collect()
}

#[test]
fn a_second_run_writes_only_what_changed_and_leaves_other_files_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (file, chunks) = (folder.path().join("house.json"), folder.path().join("out"));
    fs::write(&file, house("Door")).unwrap();
    let small = ["--strategy", "entity_type", "--chunk-tokens", "600"];
    let first = report(&file, &chunks, &small);
    assert!(3 < first["chunks"].as_u64().unwrap(), "{first}");
    assert_eq!(first["written"], first["chunks"]);
    let before = files(&chunks);
    fs::write(chunks.join("chunks/mine.txt"), "not a chunk").unwrap();

    let again = report(&file, &chunks, &small);
    assert_eq!((again["written"].as_u64(), again["removed"].as_u64()), (Some(0), Some(0)), "{again}");

    fs::write(&file, house("Another door")).unwrap();
    let changed = report(&file, &chunks, &small);
    assert_eq!((changed["written"].as_u64(), changed["removed"].as_u64()), (Some(1), Some(1)), "{changed}");
    let after = files(&chunks);
    assert!(after.contains_key("mine.txt"));
    let kept = before.iter().filter(|(name, time)| after.get(*name) == Some(time)).count();
    assert_eq!(kept, before.len() - 1);

    let manifest: Value = serde_json::from_slice(&fs::read(chunks.join("manifest.json")).unwrap()).unwrap();
    let listed = manifest["chunks"].as_array().unwrap();
    assert_eq!(listed.len() + 1, after.len());
    for chunk in listed {
        let text = fs::read(chunks.join(chunk["file"].as_str().unwrap())).unwrap();
        let document: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(document["id"], chunk["id"]);
        assert!(chunk["tokens"].as_u64().unwrap() <= 600);
    }
}

#[test]
fn a_chunk_file_that_was_taken_away_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, chunks) = (folder.path().join("house.json"), folder.path().join("out"));
    fs::write(&file, house("Door")).unwrap();
    report(&file, &chunks, &[]);
    let (name, _) = files(&chunks).pop_first().unwrap();
    fs::remove_file(chunks.join("chunks").join(&name)).unwrap();
    assert_eq!(report(&file, &chunks, &[])["written"], 1);
    assert!(files(&chunks).contains_key(&name));
}

#[test]
fn a_manifest_of_somebody_else_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.json");
    fs::write(&file, house("Door")).unwrap();
    fs::write(folder.path().join("manifest.json"), "{\"name\": \"a web page\"}").unwrap();
    let output = run(&["process", file.to_str().unwrap(), "--output", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error[output_folder_unusable]: "));
    assert_eq!(fs::read_to_string(folder.path().join("manifest.json")).unwrap(), "{\"name\": \"a web page\"}");
}

#[test]
fn sizes_and_words_that_are_not_possible_are_refused() {
    for (option, value, said) in [
        ("--chunk-tokens", "10", "chunk_options_invalid"),
        ("--overlap", "percent:90", "chunk_options_invalid"),
        ("--overlap", "some", "percent:15"),
        ("--strategy", "alphabet", "hierarchical"),
    ] {
        let output = run(&["process", "no.json", "--output", "nowhere", option, value]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{option} {value}");
    }
}
