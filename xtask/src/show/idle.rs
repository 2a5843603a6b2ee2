//! What a connection that says nothing costs, and how long an answer takes when a thousand ask.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Figure;
use super::sockets::{figure_of, number, run_test};
use crate::process::output;

const IDLE: u64 = 10_000;
const ACTIVE: u64 = 1_000;
const KIB_MAX: f64 = 24.0;
/// The client and the server each hold a socket for every connection, and some files beside.
const FILES_MIN: u64 = IDLE + 500;

pub(super) fn measure(_program: &Path, figures: &mut Vec<Figure>) -> Result<()> {
    let name = format!("resident bytes of each of {IDLE} idle sessions with actor and WebSocket");
    let bar = format!("<= {KIB_MAX} KiB");
    if files_max()?.is_some_and(|files| files < FILES_MIN) {
        let why = format!("needs {FILES_MIN} files a process: raise it by ulimit -n");
        figures.push(Figure::skipped(name, why, bar));
        return Ok(());
    }
    let numbers = [("IDLE_SESSIONS", IDLE), ("ACTIVE_SESSIONS", ACTIVE)];
    let run = run_test("idle_connections_are_small_and_active_ones_are_answered", &numbers)?;
    let line = figure_of(&run.output, "idle").context("the test told no figure")?;
    let kib = number(line, "bytes_each")? / 1024.0;
    figures.push(Figure::measured(name, format!("{kib:.1} KiB"), bar, kib <= KIB_MAX));
    for (figure, what) in [
        ("paced", format!("question to answer, {ACTIVE} sessions that ask every 10 s")),
        ("together", format!("question to answer, {ACTIVE} sessions that ask at once")),
    ] {
        let told = figure_of(&run.output, figure).map(|line| {
            Ok::<_, anyhow::Error>(format!(
                "p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms",
                number(line, "p50_ms")?,
                number(line, "p99_ms")?,
                number(line, "max_ms")?
            ))
        });
        match told {
            Some(told) => figures.push(Figure::measured(what, told?, "stated", run.passed)),
            None => figures.push(Figure::measured(what, "the test broke off", "stated", false)),
        }
    }
    Ok(())
}

/// Files that a process started from here may open; none where there is no limit.
fn files_max() -> Result<Option<u64>> {
    let told = output(Command::new("sh").args(["-c", "ulimit -n"]))?;
    Ok(String::from_utf8_lossy(&told.stdout).trim().parse().ok())
}
