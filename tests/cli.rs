//! The command line as a person or a script meets it: the built binary, its streams and its exit status.
#![expect(
    clippy::unwrap_used,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module, and its helpers may stop the test"
)]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/house.ifcjson.json");

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifc-chunking"));
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8");
    command
}

fn run(arguments: &[&str]) -> Output {
    command().args(arguments).output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn json_lines(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Expects an error with this code and a hint on standard error, and nothing on standard output.
fn assert_refused(output: &Output, code: &str) {
    assert_eq!(status(output), 2, "{}", stderr(output));
    assert!(stderr(output).starts_with(&format!("error[{code}]: ")), "{}", stderr(output));
    assert!(stderr(output).contains("\nhint: "), "{}", stderr(output));
    assert_eq!(stdout(output), "");
}

#[test]
fn help_names_every_command_and_an_example() {
    let output = run(&["--help"]);
    assert_eq!(status(&output), 0);
    for word in [
        "ask",
        "suggest",
        "serve",
        "demo",
        "validate",
        "process",
        "version",
        "completions",
        "Examples:",
        "Exit status:",
    ] {
        assert!(stdout(&output).contains(word), "{word} is missing");
    }
}

/// Symptom: the example of `ask --help` used a word that the parser did not know.
#[test]
fn every_question_that_help_readme_and_demo_offer_is_answered_about_the_sample() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let demo = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/ifc-chunking/demo.rs")).unwrap();
    let help: String = [&["--help"][..], &["ask", "--help"][..]].map(|of| stdout(&run(of)).to_owned()).concat();
    let offered = [readme, demo, help].concat();
    let questions: Vec<&str> =
        offered.split('"').filter(|text| text.ends_with('?') && !text.contains(['\n', '{'])).collect();
    assert!(questions.len() > 8, "{questions:?}");
    for question in questions {
        let output = run(&["ask", SAMPLE, question, "--json"]);
        assert_eq!(json_lines(&output)[0]["status"], "answered", "{question}");
    }
}

#[test]
fn every_option_of_every_command_is_described() {
    for name in ["ask", "suggest", "serve", "demo", "validate", "process", "completions"] {
        let output = run(&[name, "--help"]);
        assert_eq!(status(&output), 0);
        let lines: Vec<_> = stdout(&output).lines().map(str::trim).collect();
        let is_option = |line: &str| line.starts_with("--") || line.starts_with("[QUESTION") || line.starts_with('<');
        let options: Vec<_> = (0..lines.len()).filter(|number| is_option(lines[*number])).collect();
        assert!(!options.is_empty(), "{name}");
        for number in options {
            let same_line = lines[number].split_once("  ").is_some_and(|(_, text)| !text.trim().is_empty());
            let next_line = lines.get(number + 1).is_some_and(|line| !line.is_empty() && !line.starts_with('-'));
            assert!(same_line || next_line, "{name} {} has no description", lines[number]);
        }
    }
}

#[test]
fn the_version_is_that_of_the_crate() {
    let expected = concat!("ifc-chunking ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(stdout(&run(&["version"])), expected);
    assert_eq!(stdout(&run(&["--version"])), expected);
}

#[test]
fn completions_are_written_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = run(&["completions", shell]);
        assert_eq!(status(&output), 0);
        assert!(stdout(&output).contains("validate"), "{shell}");
    }
}

#[test]
fn faulty_arguments_have_exit_status_2() {
    let cases: [&[&str]; 7] = [
        &[],
        &["nonsense"],
        &["ask", SAMPLE],
        &["ask", SAMPLE, "Wie viele Türen?", "--batch", SAMPLE],
        &["ask", SAMPLE, "Wie viele Türen?", "--language", "fr"],
        &["serve", "--bind", "8000"],
        &["completions", "cmd"],
    ];
    for arguments in cases {
        let output = run(arguments);
        assert_eq!(status(&output), 2, "{arguments:?}");
        assert_eq!(stdout(&output), "", "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_missing_file_is_told() {
    assert_refused(&run(&["ask", "no/such/file.json", "Wie viele Türen?"]), "file_not_found");
    assert_refused(&run(&["ask", SAMPLE, "--batch", "no/such/file.jsonl"]), "file_not_found");
    assert_refused(&run(&["validate", &format!("{SAMPLE}/below")]), "file_not_found");
}

#[test]
fn a_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_refused(&run(&["ask", path, "Wie viele Türen?"]), "file_is_folder");
    assert_refused(&run(&["validate", path]), "file_is_folder");
}

#[test]
fn an_empty_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.json");
    fs::write(&path, "").unwrap();
    assert_refused(&run(&["validate", path.to_str().unwrap()]), "file_empty");
}

#[cfg(unix)]
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn a_file_that_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.json");
    fs::write(&path, "{}").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read every file");
        return;
    }
    assert_refused(&run(&["validate", path.to_str().unwrap()]), "file_not_permitted");
}

#[test]
fn an_empty_question_is_told_before_the_file_is_read() {
    assert_refused(&run(&["ask", "no/such/file.json", "  "]), "question_empty");
    assert_refused(&run(&["ask", "no/such/file.json", &"ä".repeat(2049)]), "question_too_long");
}

#[test]
fn errors_are_german_under_a_german_locale() {
    let output = command().env("LANG", "de_DE.UTF-8").args(["validate", "gibt-es-nicht.json"]).output().unwrap();
    assert_refused(&output, "file_not_found");
    let expected = "error[file_not_found]: die Datei gibt-es-nicht.json gibt es nicht\nhint: Den Pfad prüfen.\n";
    assert_eq!(stderr(&output), expected);
}

#[test]
fn a_file_name_cannot_steer_the_terminal() {
    let output = run(&["validate", "no\u{1b}[2Jsuch"]);
    assert_refused(&output, "file_not_found");
    assert!(!stderr(&output).contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = command();
    let mut child =
        command.args(["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(errors, "");
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command().arg("version").stdout(full).output().unwrap();
    assert_refused(&output, "output_failed");
}

// What follows reads the sample building and asks it questions.

fn batch(lines: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("questions.jsonl");
    fs::write(&path, lines).unwrap();
    run(&["ask", SAMPLE, "--batch", path.to_str().unwrap(), "--json"])
}

#[test]
fn a_question_as_json_prints_the_answer_and_nothing_else() {
    let output = run(&["ask", SAMPLE, "Wie viele Türen gibt es?", "--json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    let answers = json_lines(&output);
    assert_eq!(answers.len(), 1);
    let answer = &answers[0];
    assert_eq!(answer["question"], "Wie viele Türen gibt es?");
    assert_eq!((&answer["status"], &answer["language"]), (&"answered".into(), &"de".into()));
    assert!(0.0 < answer["took_ms"].as_f64().unwrap());
}

#[test]
fn a_question_for_a_person_prints_the_sentence_the_elements_and_the_coverage() {
    let output = run(&["ask", SAMPLE, "Welche Türen gibt es?", "--language", "de"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("IfcDoor") && text.contains("Geschoss") && text.contains("Abdeckung: "), "{text}");
}

#[test]
fn a_question_that_nobody_understands_has_exit_status_1() {
    let output = run(&["ask", SAMPLE, "Blubb blabb quux?", "--language", "en"]);
    assert_eq!(status(&output), 1, "{}", stderr(&output));
    assert!(!stdout(&output).trim().is_empty());
}

#[test]
fn a_faulty_line_of_a_batch_is_answered_with_an_error_and_the_run_goes_on() {
    let output = batch(concat!(
        "{\"id\": 1, \"text\": \"Wie viele Türen gibt es?\", \"language\": \"de\"}\n",
        "\n",
        "{\"id\": \"b\", \"text\": \"How many doors are there?\", \"tags\": [1]}\n",
        "no json\n",
        "[]\n",
        "{\"text\": \"Wie viele Türen gibt es?\"}\n",
        "{\"id\": 5}\n",
        "{\"id\": 6, \"text\": \" \"}\n",
        "{\"id\": 7, \"text\": \"Combien de portes?\", \"language\": \"fr\"}\n",
        "{\"id\": [8], \"text\": \"How many doors are there?\"}",
    ));
    assert_eq!(status(&output), 2, "{}", stderr(&output));
    let lines = json_lines(&output);
    let outcome = |line: &Value| {
        let found = line["error"]["code"].as_str().or(line["status"].as_str());
        (line["id"].clone(), found.unwrap_or("neither error nor status").to_owned())
    };
    let seen: Vec<_> = lines.iter().map(outcome).collect();
    let expected = [
        (Value::from(1), "answered"),
        (Value::from("b"), "answered"),
        (Value::Null, "request_malformed"),
        (Value::Null, "request_malformed"),
        (Value::Null, "request_malformed"),
        (Value::from(5), "request_malformed"),
        (Value::from(6), "question_empty"),
        (Value::from(7), "language_unknown"),
        (Value::from(vec![8]), "answered"),
    ];
    assert_eq!(seen, expected.map(|(id, outcome)| (id, outcome.to_owned())));
    assert_eq!(lines[2]["line"], 4);
    assert!(lines[2]["error"]["hint"].is_string());
}

#[test]
fn lines_of_one_session_are_a_conversation_and_others_are_not() {
    let output = batch(concat!(
        "{\"id\": 1, \"session\": \"a\", \"text\": \"Wie viele Türen gibt es?\"}\n",
        "{\"id\": 2, \"session\": \"b\", \"text\": \"Wie viele Fenster gibt es?\"}\n",
        "{\"id\": 3, \"session\": \"a\", \"text\": \"als Liste\"}\n",
        "{\"id\": 4, \"session\": \"b\", \"text\": \"als Liste\"}\n",
        "{\"id\": 5, \"text\": \"als Liste\"}\n",
        "{\"id\": 6, \"session\": 7, \"text\": \"als Liste\"}\n",
    ));
    assert_eq!(status(&output), 2, "{}", stderr(&output));
    let answers = json_lines(&output);
    let understood: Vec<&str> =
        answers.iter().map(|answer| answer["understood_as"].as_str().unwrap_or_default()).collect();
    assert_eq!(understood[2..], ["Welche Türen gibt es?", "Welche Fenster gibt es?", "", ""]);
    assert_eq!(answers[4]["status"], "not_understood");
    assert_eq!(answers[5]["error"]["code"], "request_malformed");
}

#[test]
fn a_batch_without_faults_has_exit_status_0() {
    let output = batch("{\"id\": 1, \"text\": \"Wie viele Fenster gibt es?\"}\n");
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert_eq!(json_lines(&output).len(), 1);
}

#[test]
fn validate_reports_what_a_file_holds() {
    let output = run(&["validate", SAMPLE, "--json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let reports = json_lines(&output);
    assert_eq!(reports.len(), 1);
    let report = &reports[0];
    assert_eq!((&report["readable"], &report["shape"]), (&true.into(), &"ifc_json".into()));
    let by_type = report["entities_by_type"].as_object().unwrap();
    let counted: u64 = by_type.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(report["entities"], counted);
    let person = run(&["validate", SAMPLE]);
    assert_eq!(status(&person), 0);
    assert!(stdout(&person).contains("ifc_json"));
}

#[test]
fn validate_tells_as_json_why_a_file_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.json");
    fs::write(&path, "{\"type\": ").unwrap();
    let output = run(&["validate", path.to_str().unwrap(), "--json"]);
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).starts_with("error[json_truncated]: "), "{}", stderr(&output));
    let reports = json_lines(&output);
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0]["readable"], false);
    assert_eq!(reports[0]["error"]["code"], "json_truncated");
}

#[test]
fn suggested_questions_are_printed_in_the_language_and_number_asked_for() {
    let output = run(&["suggest", SAMPLE, "--language", "en", "--count", "3"]);
    assert_eq!((status(&output), stdout(&output).lines().count()), (0, 3), "{}", stderr(&output));
    assert!(stdout(&output).lines().all(|line| line.ends_with('?')), "{}", stdout(&output));
    let output = run(&["suggest", SAMPLE, "--language", "de", "--json"]);
    assert_eq!(json_lines(&output)[0].as_array().unwrap().len(), 20);
}

#[test]
fn a_gzip_file_is_recognised_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packed.json");
    pack(Path::new(SAMPLE), &path);
    let id = |path: &str| {
        let output = run(&["validate", path, "--json"]);
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        json_lines(&output)[0]["model_id"].clone()
    };
    assert!(id(SAMPLE).is_string());
    assert_eq!(id(SAMPLE), id(path.to_str().unwrap()));
}

fn pack(from: &Path, to: &Path) {
    let mut packed = flate2::write::GzEncoder::new(fs::File::create(to).unwrap(), flate2::Compression::fast());
    std::io::copy(&mut fs::File::open(from).unwrap(), &mut packed).unwrap();
    packed.finish().unwrap();
}
