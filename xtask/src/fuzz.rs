//! `cargo xtask fuzz`: builds the targets of `fuzz/` with coverage counters and runs them.
//!
//! The counters are asked of the stable compiler by flags, so neither a nightly toolchain nor cargo-fuzz is needed.
//! No address sanitizer: this project forbids unsafe code.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::{cargo, output, succeeds};

/// Arguments, for the usage text.
pub const USAGE: &str = "\
cargo xtask fuzz [TARGET…] [--seconds N]
                               runs fuzz targets, each so long (60 s); without TARGET, all of them
";
const SECONDS: u64 = 60;
/// Resident memory at which the engine stops a target: the bound that a reader must keep for any input.
const RESIDENT_MB_MAX: u64 = 512;
/// A single input may take so long.
const INPUT_SECONDS_MAX: u64 = 10;
const INPUT_BYTES_MAX: u64 = 65_536;
const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// How the run of a target ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Neither a panic nor too much memory or time.
    pub is_clean: bool,
    /// The engine's last words: runs, coverage, peak memory.
    pub words: String,
}

/// The names of the targets: the folders of their seeds.
///
/// # Errors
/// When the folder cannot be read.
pub fn targets() -> Result<Vec<String>> {
    let folder = crate::root().join("fuzz/seeds");
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Runs the targets that the arguments name; `false` when one found something.
///
/// # Errors
/// When a target is unknown or the build fails.
pub fn run(arguments: &[&str]) -> Result<bool> {
    let known = targets()?;
    let (mut chosen, mut seconds) = (Vec::new(), SECONDS);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--seconds" => seconds = rest.next().context("--seconds needs a number")?.parse()?,
            name if known.iter().any(|target| target == name) => chosen.push(name.to_owned()),
            other => bail!("no target {other}; there are {}", known.join(", ")),
        }
    }
    let engine = build()?;
    let mut is_clean = true;
    for name in if chosen.is_empty() { known } else { chosen } {
        let ended = run_target(&engine, &name, seconds)?;
        println!("{name:16} {}  {}", if ended.is_clean { "ok" } else { "FOUND SOMETHING" }, ended.words);
        is_clean &= ended.is_clean;
    }
    Ok(is_clean)
}

/// Builds the engine with all targets.
///
/// # Errors
/// When the build fails.
pub fn build() -> Result<PathBuf> {
    let version = output(Command::new("rustc").arg("-vV"))?.stdout;
    let version = String::from_utf8_lossy(&version).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let folder = crate::root().join("target/fuzz");
    // With a target named, build scripts and macros of the compiler are built without the counters.
    let mut command = cargo(&["build", "--package", "ifc-chunking-fuzz", "--features", "engine", "--profile", "fuzz"]);
    command.args(["--target", host, "--target-dir"]).arg(&folder).env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"));
    if !succeeds(&mut command)? {
        bail!("the fuzz targets do not build");
    }
    Ok(folder.join(host).join("fuzz/fuzz"))
}

/// Runs one target. New inputs are kept in `target/fuzz/corpus`, findings in `target/fuzz/findings`.
///
/// # Errors
/// When it cannot be started.
pub fn run_target(engine: &PathBuf, name: &str, seconds: u64) -> Result<Ended> {
    let root = crate::root();
    let (corpus, findings) = (root.join("target/fuzz/corpus").join(name), root.join("target/fuzz/findings").join(name));
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&findings)?;
    let mut command = Command::new(engine);
    command.env("FUZZ_TARGET", name).current_dir(&root);
    command.args([
        format!("-max_total_time={seconds}"),
        format!("-rss_limit_mb={RESIDENT_MB_MAX}"),
        format!("-timeout={INPUT_SECONDS_MAX}"),
        format!("-max_len={INPUT_BYTES_MAX}"),
        format!("-artifact_prefix={}/", findings.display()),
        "-print_final_stats=1".to_owned(),
        "-dict=fuzz/tokens.dict".to_owned(),
    ]);
    command.arg(&corpus).arg(root.join("fuzz/seeds").join(name));
    let output = output(&mut command)?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let from = told.lines().count().saturating_sub(40);
        told.lines().skip(from).for_each(|line| println!("{line}"));
    }
    Ok(Ended { is_clean: output.status.success(), words: words(&told) })
}

/// Number of runs, coverage and peak memory out of what the engine says.
fn words(told: &str) -> String {
    let stat = |name: &str| told.lines().rev().find_map(|line| line.strip_prefix(name)).map_or("?", str::trim);
    let covered = told.lines().rev().find_map(|line| line.split(" cov: ").nth(1)?.split(' ').next()).unwrap_or("?");
    let (runs, peak) = (stat("stat::number_of_executed_units:"), stat("stat::peak_rss_mb:"));
    format!("{runs} runs, {covered} edges, {peak} MB at most")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_last_words_are_understood() {
        let told = "#2\tINITED cov: 10 ft: 11 corp: 1/1b\n#900\tDONE   cov: 123 ft: 456 corp: 9/9b lim: 9 exec/s: 9 rss: 50Mb\nstat::number_of_executed_units: 900\nstat::peak_rss_mb:              52\n";
        assert_eq!(words(told), "900 runs, 123 edges, 52 MB at most");
        assert_eq!(words(""), "? runs, ? edges, ? MB at most");
    }

    #[test]
    fn targets_are_the_folders_of_seeds() {
        let targets = targets().unwrap();
        assert!(
            ["ifcjson", "packed", "question", "step"].iter().all(|name| targets.iter().any(|target| target == name))
        );
    }
}
