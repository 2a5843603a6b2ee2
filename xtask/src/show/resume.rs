//! Sessions that outlive cut connections and ended servers, by the test that records both sides, at the promised numbers.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::Figure;
use super::sockets::{figure_of, number, run_test};

const SESSIONS: u64 = 200;
const RESTARTS: u64 = 50;
/// Enough that the ends of the server fall into a running stream.
const QUESTIONS: u64 = 40;

pub(super) fn measure(_program: &Path, figures: &mut Vec<Figure>) -> Result<()> {
    let numbers = [("RESUME_SESSIONS", SESSIONS), ("RESUME_RESTARTS", RESTARTS), ("RESUME_QUESTIONS", QUESTIONS)];
    let run = run_test("every_client_sees_every_event_once_and_in_order_whatever_is_cut_and_killed", &numbers)?;
    let bar = "complete, in order, without a double";
    let name = format!("events of {SESSIONS} sessions, the server ended {RESTARTS} times");
    if !run.passed {
        figures.push(Figure::measured(name, "differ from the log; the test says where", bar, false));
        return Ok(());
    }
    let line = figure_of(&run.output, "resume").context("the test told no figure")?;
    let (events, kills) = (number(line, "events")?, number(line, "kills")?);
    let (connections, seconds) = (number(line, "connections")?, number(line, "seconds")?);
    let value = format!("{events} events, {kills} kills, {connections} connections, {seconds} s");
    figures.push(Figure::measured(name, value, bar, true));
    Ok(())
}
