//! The OpenAPI documents against the running server, by schemathesis: no server error, no status, media type or body that
//! is not documented.
//!
//! The WebSocket is left out, since no document of requests and answers describes one; `tests/sessions` speaks to it.
//! Of an event stream the first event is read. DELETE comes after the rest, for the ids of the samples to last.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::Figure;
use super::server::Server;
use crate::process::{TempFolder, output, succeeds, target_folder};

const CASES_MIN: u64 = 20_000;
/// The release that the settings were written for.
const PACKAGE: &str = "schemathesis==4.32.5";
/// Seconds for each of the runs; one that is not through by then has failed.
const DEADLINE_SECONDS: &str = "1800";

/// A run: its name, its document, and what it asks for.
const RUNS: &[(&str, &str, &[&str])] = &[
    (
        "requests",
        "/openapi.json",
        &["-n", "600", "--exclude-method", "DELETE", "--phases", "examples,coverage,fuzzing"],
    ),
    (
        "deletions",
        "/openapi.json",
        &["-n", "300", "--include-method", "DELETE", "--phases", "examples,coverage,fuzzing"],
    ),
    ("sequences", "/openapi.json", &["-n", "300", "--phases", "stateful"]),
    ("older interface", "/api/openapi.json", &["-n", "200"]),
];

/// Measures: cases in all, and findings.
///
/// # Errors
/// When Python, the server or the samples fail.
pub(super) fn measure(program: &Path, figures: &mut Vec<Figure>) -> Result<()> {
    let tool = tool()?;
    let data = TempFolder::new("api")?;
    let work = TempFolder::new("api-work")?;
    let server = Server::start(program, data.path())?;
    for name in ["schemathesis.toml", "schemathesis_hooks.py"] {
        fs::copy(crate::root().join("openapi").join(name), work.path().join(name))?;
    }
    let (mut cases, mut clean) = (0, true);
    for (name, document, arguments) in RUNS {
        let token = seed(&server, work.path())?;
        let mut command = Command::new("timeout");
        command.arg(DEADLINE_SECONDS).arg(&tool).args(["--config-file", "schemathesis.toml", "run", "--no-color"]);
        command.arg("-H").arg(format!("Authorization: Bearer {token}")).arg(format!("{}{document}", server.url()));
        command.args(["--exclude-operation-id", "open_socket"]).args(*arguments).current_dir(work.path());
        let done = output(&mut command)?;
        let report = String::from_utf8_lossy(&done.stdout);
        let found = generated(&report);
        println!("{name}: {} cases, {}", found.unwrap_or(0), done.status);
        if !done.status.success() || found.is_none() {
            println!("{report}\n{}", String::from_utf8_lossy(&done.stderr));
            clean = false;
        }
        cases += found.unwrap_or(0);
    }
    let verdict = if clean { "no finding" } else { "findings above" };
    figures.push(Figure::measured("requests against both OpenAPI documents", verdict, "no finding", clean));
    figures.push(Figure::measured("cases", cases.to_string(), format!(">= {CASES_MIN}"), CASES_MIN <= cases));
    Ok(())
}

/// Schemathesis in an environment of its own below the target folder.
fn tool() -> Result<PathBuf> {
    let folder = target_folder()?.join("schemathesis-venv");
    let tool = folder.join("bin/schemathesis");
    let made = tool.is_file()
        || (succeeds(Command::new("python3").args(["-m", "venv"]).arg(&folder))?
            && succeeds(Command::new(folder.join("bin/pip")).args(["install", "--quiet", PACKAGE]))?);
    if made { Ok(tool) } else { bail!("{PACKAGE} cannot be installed") }
}

/// Puts a model, a session with a question, and an answer where they are not; writes their ids down for requests to use.
/// Gives the token of the session.
fn seed(server: &Server, work: &Path) -> Result<String> {
    let house = fs::read(crate::root().join("samples/house.ifcjson.json"))?;
    let model = server.publish("house", &house)?;
    let answer = server.ask(&model, "Wie viele Fenster gibt es?")?;
    let (status, session) =
        server.post("/v1/sessions", "application/json", json!({ "model_id": model }).to_string().as_bytes())?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let token = text(&session["token"]).with_context(|| format!("a session was answered {status} {session}"))?;
    let session = text(&session["session_id"]).context("a session without an id")?;
    let evidence = text(&answer["evidence"]["id"]).context("an answer without evidence")?;
    for (name, id) in [("model", model.as_str()), ("session", &session), ("question", "q-1"), ("evidence", &evidence)] {
        fs::write(work.join(format!("{name}.dict")), format!("\"{id}\"\n"))?;
    }
    Ok(token)
}

/// Out of the line `20000 generated, 20000 passed`.
fn generated(report: &str) -> Option<u64> {
    let line = report.lines().find(|line| line.contains(" generated, "))?;
    line.split_whitespace().next()?.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_cases_is_read_from_the_report() {
        let report = "Test cases:\n  2373 generated, 2373 passed\n\nSeed: 1\n";
        assert_eq!(generated(report), Some(2373));
        assert_eq!(generated("nothing ran"), None);
    }
}
