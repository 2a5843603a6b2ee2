//! Figures that tests of sessions tell: a test is run on the release program with the promised numbers in its environment,
//! and prints lines `figure NAME key=value …`.

use std::process::Stdio;

use anyhow::{Context as _, Result};

use crate::process::{cargo, output};

/// What a test did.
pub(super) struct Run {
    pub(super) passed: bool,
    pub(super) output: String,
}

/// Runs one test of `tests/sessions.rs` with these settings.
///
/// # Errors
/// When it cannot be started.
pub(super) fn run_test(name: &str, settings: &[(&str, u64)]) -> Result<Run> {
    let mut command = cargo(&["test", "--release", "--test", "sessions", "--", "--nocapture", name]);
    command.envs(settings.iter().map(|(name, value)| (name, value.to_string()))).stderr(Stdio::inherit());
    let ended = output(&mut command)?;
    let output = String::from_utf8_lossy(&ended.stdout).into_owned();
    print!("{output}");
    Ok(Run { passed: ended.status.success() && output.contains("1 passed"), output })
}

/// The line of a figure.
pub(super) fn figure_of<'a>(output: &'a str, name: &str) -> Option<&'a str> {
    output.lines().find_map(|line| line.split_once(&format!("figure {name} ")).map(|(_, values)| values))
}

/// A value of such a line.
///
/// # Errors
/// When it is not there, or no number.
pub(super) fn number(line: &str, key: &str) -> Result<f64> {
    let found = line.split(' ').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
    let found = found.with_context(|| format!("no {key} in {line}"))?;
    found.parse().with_context(|| format!("{key} is {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_among_what_a_test_prints() {
        let output =
            "running 1 test\ntest idle::x ... figure idle sessions=10 bytes_each=2048\nfigure paced p50_ms=1.5\n";
        assert_eq!(number(figure_of(output, "idle").unwrap(), "bytes_each").unwrap(), 2048.0);
        assert_eq!(number(figure_of(output, "paced").unwrap(), "p50_ms").unwrap(), 1.5);
        assert!(number("a=1", "b").is_err() && figure_of(output, "together").is_none());
    }
}
