//! Properties of the source itself: floors, purity, lengths, generated documents, traces of a machine.
//!
//! Every check takes the folder it looks at, so that the checks are tested on planted faults, and so that
//! `TIDY_ROOT` can point them at a copy.
#![expect(
    clippy::unwrap_used,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ifc_json_chunking::error::ErrorCode;
use ifc_json_chunking::ifc::ProblemCode;

/// The floor of each module, as in ARCHITECTURE.md. A module names itself and modules of lower floors.
const FLOORS: &[(&str, usize)] = &[
    ("limits", 0),
    ("error", 0),
    ("ifc", 1),
    ("formats", 2),
    ("chunking", 2),
    ("query", 2),
    ("budget", 2),
    ("memory", 2),
    ("store", 3),
    ("cache", 3),
    ("llm", 3),
    ("aggregation", 3),
    ("security", 3),
    ("telemetry", 3),
    ("settings", 3),
    ("actors", 4),
    ("http", 5),
    ("bin", 6),
];
/// The first floor that may know actix.
const ACTIX_FLOOR: usize = 4;
/// Modules that call nothing outside the process and know no clock.
const PURE: &[&str] = &["ifc", "query", "chunking", "budget"];
const IMPURE: &[&str] = &["std::fs", "std::env", "SystemTime", "tokio"];
const FILE_LINES_MAX: usize = 500;
const RUST_FOLDERS: &[&str] = &["src", "tests", "benches", "xtask/src", "bench-peers/src", "fuzz/src"];
/// Folders that hold nothing written by hand.
const SKIPPED_FOLDERS: &[&str] = &["target", "data", "vendor", "node_modules"];
const TEXT_ENDINGS: &[&str] = &["rs", "toml", "md", "sh", "yml", "yaml", "js", "css", "html", "json"];

fn root() -> PathBuf {
    std::env::var_os("TIDY_ROOT").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let skipped = SKIPPED_FOLDERS.contains(&name.as_str()) || name.starts_with('.') && name != ".ci";
        if path.is_dir() && !skipped {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
}

/// Rust files below a folder of `root`, with their path relative to `root` and their text.
fn rust_files(root: &Path, folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root.join(folder), &mut found);
    let rust = found.into_iter().filter(|path| ends_in(path, &["rs"]));
    rust.map(|path| (relative(root, &path), fs::read_to_string(&path).unwrap())).collect()
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/")
}

/// The text without comments; line numbers stay.
fn code_of(text: &str) -> String {
    let code = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    text.lines().map(code).collect::<Vec<_>>().join("\n")
}

/// The part of a file before its inline tests, which may read files.
fn without_tests(code: &str) -> &str {
    code.split("#[cfg(test)]").next().unwrap_or_default()
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

/// The names at the first level of `{a::b, c::{d, e}}`, or the one name where there are no braces.
fn names_after(text: &str) -> Vec<String> {
    let Some(group) = text.strip_prefix('{') else { return vec![identifier(text)] };
    let (mut depth, mut names, mut start) = (0, Vec::new(), true);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            other if start && !other.is_whitespace() => {
                names.push(identifier(group.split_at(at).1));
                start = false;
            }
            _ => {}
        }
    }
    names
}

/// Line number and first name of every path that begins with `prefix`.
fn paths_from(code: &str, prefix: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let (before, rest) = code.split_at(at);
        let whole = !before.ends_with(|character: char| character.is_alphanumeric() || "_:".contains(character));
        if whole {
            let line = before.matches('\n').count() + 1;
            found.extend(names_after(rest.split_at(prefix.len()).1).into_iter().map(|name| (line, name)));
        }
    }
    found
}

/// Names reached by climbing out of the module with `super::super::`, however deep the file is.
fn climbed(path: &str, code: &str) -> Vec<(usize, String)> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    let depth = inner.split('/').count();
    let tests_from = without_tests(code).matches('\n').count() + 1;
    let climbs = |levels: usize| paths_from(code, &"super::".repeat(levels)).into_iter();
    let outside = climbs(depth).filter(|(line, _)| *line <= tests_from);
    let inside = climbs(depth + 1).filter(|(line, _)| tests_from < *line);
    outside.chain(inside).filter(|(_, name)| name != "super").collect()
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

fn module_of(path: &str) -> String {
    identifier(path.trim_start_matches("src/"))
}

fn upward_references(root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in rust_files(root, "src") {
        let (module, code) = (module_of(&path), code_of(&text));
        if module == "lib" {
            continue;
        }
        let Some(floor) = floor_of(&module) else {
            faults.push(format!("{path}: {module} has no floor; add it to FLOORS and to ARCHITECTURE.md"));
            continue;
        };
        for (line, target) in paths_from(&code, "crate::").into_iter().chain(climbed(&path, &code)) {
            let reaches_up = floor_of(&target).is_some_and(|target_floor| floor <= target_floor);
            if target != module && reaches_up {
                faults.push(format!("{path}:{line}: {module} may not use {target}"));
            }
        }
        if floor < ACTIX_FLOOR && (code.contains("actix::") || code.contains("actix_")) {
            faults.push(format!("{path}: {module} may not know actix"));
        }
    }
    faults
}

fn impurities(root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in rust_files(root, "src") {
        let module = module_of(&path);
        if !PURE.contains(&module.as_str()) {
            continue;
        }
        let code = code_of(&text);
        let code = without_tests(&code);
        let named = IMPURE.iter().filter(|word| code.contains(**word)).map(|word| (*word).to_owned());
        let imported = paths_from(code, "std::{").into_iter().map(|(_, name)| format!("std::{name}"));
        let grouped = paths_from(code, "std::").into_iter().map(|(_, name)| format!("std::{name}"));
        let imported = imported.chain(grouped).filter(|name| IMPURE.contains(&name.as_str()));
        let mut found: Vec<String> = named.chain(imported).collect();
        found.sort();
        found.dedup();
        faults.extend(found.into_iter().map(|word| format!("{path}: {module} may not use {word}")));
    }
    faults
}

fn long_files(root: &Path) -> Vec<String> {
    let files = RUST_FOLDERS.iter().flat_map(|folder| rust_files(root, folder));
    files
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| FILE_LINES_MAX < *lines)
        .map(|(path, lines)| format!("{path} has {lines} lines; split it by responsibility"))
        .collect()
}

/// Traces of the machine or the moment: absolute paths of people's folders, notes without an issue.
fn traces(root: &Path) -> Vec<String> {
    // Put together here, so that this file is not its own first finding.
    let folders = ["work", "home", "root", "Users"].map(|name| format!("/{name}/"));
    let note = ["TO", "DO"].concat();
    let mut paths = Vec::new();
    walk(root, &mut paths);
    let mut faults = Vec::new();
    for path in paths.iter().filter(|path| ends_in(path, TEXT_ENDINGS) || path.ends_with(".ci/run")) {
        let Ok(text) = fs::read_to_string(path) else { continue };
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", relative(root, path), number + 1);
            for folder in &folders {
                let absolute = |(at, _): &(usize, &str)| {
                    !line
                        .split_at(*at)
                        .0
                        .ends_with(|before: char| before.is_alphanumeric() || "._-}*/".contains(before))
                };
                if line.match_indices(folder.as_str()).any(|found| absolute(&found)) {
                    faults.push(format!("{place}: names {folder} of some machine"));
                }
            }
            if line.contains(note.as_str()) && !line.contains(&format!("{note}(#")) {
                faults.push(format!("{place}: a {note} needs the number of an issue, {note}(#1)"));
            }
        }
    }
    faults
}

/// Sleeps in tests. A paused clock makes them virtual, so a file that pauses it may sleep.
fn sleeps(root: &Path) -> Vec<String> {
    let call = ["sleep", "("].concat();
    let mut faults = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in rust_files(root, folder) {
            let code = code_of(&text);
            let tests = if folder == "tests" { &code } else { code.split_at(without_tests(&code).len()).1 };
            let virtual_time = tests.contains("time::pause()") || tests.contains("start_paused = true");
            if tests.contains(&format!("thread::{call}")) || tests.contains(&call) && !virtual_time {
                faults.push(format!("{path}: a test sleeps; wait for the event instead"));
            }
        }
    }
    faults
}

/// Folders named `vendor` (and those in them) whose files came from elsewhere and name no licence.
fn unlicensed(root: &Path) -> Vec<String> {
    fn look(root: &Path, folder: &Path, vendored: bool, faults: &mut Vec<String>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        let paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().to_uppercase();
        let licensed = paths.iter().any(|path| named(path).starts_with("LICEN") || named(path).contains("LICENSE"));
        if vendored && !licensed && paths.iter().any(|path| path.is_file()) {
            faults.push(format!("{}: vendored files without a licence beside them", relative(root, folder)));
        }
        for path in
            paths.iter().filter(|path| path.is_dir() && !named(path).starts_with('.') && named(path) != "TARGET")
        {
            look(root, path, vendored || named(path) == "VENDOR", faults);
        }
    }
    let mut faults = Vec::new();
    look(root, root, false, &mut faults);
    faults
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Compares a generated document with the committed one, or writes it when `UPDATE_DOCS` is set.
fn assert_generated(name: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{name} is not what the code says; run cargo xtask generate");
}

const GENERATED: &str = "<!-- Written by `cargo xtask generate`; do not edit. -->\n";

#[test]
fn modules_only_depend_downwards() {
    assert_none(&upward_references(&root()));
}

#[test]
fn pure_modules_touch_no_file_clock_or_environment() {
    assert_none(&impurities(&root()));
}

#[test]
fn files_are_short() {
    assert_none(&long_files(&root()));
}

#[test]
fn functions_are_kept_short_by_clippy() {
    let root = root();
    assert!(fs::read_to_string(root.join("Cargo.toml")).unwrap().contains("too_many_lines = \"warn\""));
    assert!(fs::read_to_string(root.join("clippy.toml")).unwrap().contains("too-many-lines-threshold = 70"));
}

#[test]
fn no_file_names_a_machine_or_a_note_without_an_issue() {
    assert_none(&traces(&root()));
}

#[test]
fn tests_wait_for_events_and_not_for_time() {
    assert_none(&sleeps(&root()));
}

#[test]
fn vendored_files_have_licences() {
    assert_none(&unlicensed(&root()));
}

#[test]
fn error_codes_are_documented() {
    let mut wanted =
        format!("{GENERATED}\n# Error codes\n\nFor callers of the server and users of the command line.\n");
    wanted
        .push_str("Codes never change; messages may.\n\n| code | who acts | meaning | what to do | was zu tun ist |\n");
    wanted.push_str("| --- | --- | --- | --- | --- |\n");
    for code in ErrorCode::ALL {
        let blame = format!("{:?}", code.blame()).to_lowercase();
        let (text, meaning) = (code.as_str(), code.meaning());
        writeln!(wanted, "| `{text}` | {blame} | {meaning} | {} | {} |", code.hint_en(), code.hint_de()).unwrap();
    }
    assert_generated("docs/errors.md", &wanted);
}

#[test]
fn problem_codes_are_documented() {
    let mut wanted = format!("{GENERATED}\n# Problems\n\nFaults in a file that do not keep it from being read.\n");
    wanted.push_str(
        "Each is told with the place of the record concerned.\n\n| code | weight | meaning |\n| --- | --- | --- |\n",
    );
    for code in ProblemCode::ALL {
        let severity = format!("{:?}", code.severity()).to_lowercase();
        writeln!(wanted, "| `{}` | {severity} | {} |", code.as_str(), code.meaning()).unwrap();
    }
    assert_generated("docs/problems.md", &wanted);
}

#[test]
fn actors_are_documented() {
    let mut wanted = format!("{GENERATED}\n# Actors\n\nWhat has state, a life cycle and its own failure.\n");
    wanted.push_str("Collected from the heads of the files in `src/actors`.\n");
    for (path, text) in rust_files(Path::new(env!("CARGO_MANIFEST_DIR")), "src/actors") {
        let head: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
        if head.iter().any(|line| line.starts_with('|')) {
            // Links to items mean nothing outside the code's own documentation.
            let head = head.join("\n").replace("[`", "`").replace("`]", "`");
            write!(wanted, "\n## `{}`\n\n{head}\n", path.trim_start_matches("src/actors/")).unwrap();
        }
    }
    assert_generated("docs/actors.md", &wanted);
}

/// A folder with one planted file.
fn planted(path: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    folder
}

#[test]
fn planted_upward_references_are_found() {
    for (path, content) in [
        ("src/ifc/model.rs", "use crate::http::routes;\n"),
        ("src/ifc/model.rs", "use crate::{\n    limits,\n    store::{Store, StoreError},\n};\n"),
        ("src/query/plan.rs", "fn f() -> super::super::actors::Handle { todo!() }\n"),
        ("src/query/mod.rs", "#[cfg(test)]\nmod tests {\n    use super::super::store;\n}\n"),
        ("src/formats/mod.rs", "use crate::query::Plan;\n"),
        ("src/store/mod.rs", "use actix::Addr;\n"),
        ("src/mystery.rs", "use crate::limits;\n"),
    ] {
        assert_eq!(upward_references(planted(path, content).path()).len(), 1, "{path}: {content}");
    }
    for (path, content) in [
        ("src/http/mod.rs", "use crate::{actors, query::Plan};\n"),
        ("src/query/plan.rs", "// crate::http is above\nuse super::super::ifc::Entity;\nuse super::question;\n"),
        ("src/query/plan.rs", "#[cfg(test)]\nmod tests {\n    use super::super::store_of_words;\n}\n"),
        ("src/ifc/model.rs", "use crate::ifc::Entity;\nuse other_crate::http::thing;\n"),
    ] {
        assert_none(&upward_references(planted(path, content).path()));
    }
}

#[test]
fn other_planted_faults_are_found() {
    let clock = planted("src/query/ask.rs", "use std::{collections::BTreeMap, fs};\nfn f() { std::env::vars(); }\n");
    assert_eq!(impurities(clock.path()).len(), 2);
    let tested = planted("src/query/ask.rs", "fn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }\n");
    assert_none(&impurities(tested.path()));
    assert_eq!(long_files(planted("src/ifc/mod.rs", &"//\n".repeat(FILE_LINES_MAX + 1)).path()).len(), 1);
    assert_none(&long_files(planted("src/ifc/mod.rs", &"//\n".repeat(FILE_LINES_MAX)).path()));
    let note = ["// TO", "DO later\n// TO", "DO(#7): soon\n"].concat();
    assert_eq!(traces(planted("src/ifc/mod.rs", &note).path()).len(), 1);
    let machine = ["see `/ho", "me/someone` and https://example.org/ho", "me/page\n"].concat();
    assert_eq!(traces(planted("README.md", &machine).path()).len(), 1);
    let nap = ["fn f() { std::thread::sl", "eep(SECOND) }\n"].concat();
    assert_eq!(sleeps(planted("tests/it.rs", &nap).path()).len(), 1);
    assert_eq!(unlicensed(planted("web/vendor/chart/chart.js", "").path()).len(), 1);
    assert_none(&unlicensed(planted("web/vendor/LICENSE-chart", "").path()));
}
