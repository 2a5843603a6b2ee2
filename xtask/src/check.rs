//! `cargo xtask test` and `cargo xtask generate`.

use std::fs;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::process::{cargo, is_installed, output, succeeds, target_folder};

/// Debian packages that the tests need, each with the program that tells whether it is there.
const PACKAGES: &[(&str, &str)] =
    &[("chromium", "chromium"), ("chromium-driver", "chromedriver"), ("nodejs", "node"), ("npm", "npm")];

/// Files that say which clients of others the tests run with node, and in which versions.
const CLIENTS: &[&str] = &["package.json", "package-lock.json", ".npmrc"];

/// How a step ended.
enum Outcome {
    Done,
    Failed,
    Skipped(&'static str),
}

impl From<bool> for Outcome {
    fn from(success: bool) -> Outcome {
        if success { Outcome::Done } else { Outcome::Failed }
    }
}

type Step = (&'static str, fn() -> Result<Outcome>);

const STEPS: &[Step] = &[
    ("packages", packages),
    ("clients", clients),
    ("format", || run_cargo(&["fmt", "--all", "--check"])),
    // Warnings are denied by an argument: RUSTFLAGS would build everything a second time.
    ("clippy", || run_cargo(&["clippy", "--all-targets", "--workspace", "--", "-D", "warnings"])),
    ("documentation", documentation),
    ("dependencies", dependencies),
    ("doctests", || run_cargo(&["test", "--doc", "--package", "ifc-json-chunking"])),
    // Last, so that the output ends with how many tests passed.
    ("tests", tests),
];

/// Runs every step, also after one that failed; `true` when none did.
///
/// # Errors
/// When a program that must be there cannot be started.
pub fn run() -> Result<bool> {
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        println!("\n== {name}");
        let started = Instant::now();
        let outcome = step()?;
        let seconds = started.elapsed().as_secs_f64();
        let told = match outcome {
            Outcome::Done => "ok".to_owned(),
            Outcome::Failed => {
                failed.push(*name);
                "FAILED".to_owned()
            }
            Outcome::Skipped(why) => format!("skipped: {why}"),
        };
        lines.push(format!("{name:14} {seconds:7.1} s  {told}"));
    }
    println!("\n{}", lines.join("\n"));
    // Worded unlike a test runner's closing line, which programs look for in this output.
    if failed.is_empty() {
        println!("every step is ok");
    } else {
        println!("steps that went wrong: {}", failed.join(", "));
    }
    Ok(failed.is_empty())
}

/// Rewrites the samples and every document that a test compares.
///
/// # Errors
/// When a sample cannot be written or cargo cannot be started.
pub fn generate() -> Result<bool> {
    crate::fixtures::write(&crate::root())?;
    // Tests of generated files have "documented" or "openapi" in their names.
    let tests = ["test", "--workspace", "--", "documented", "openapi"];
    succeeds(cargo(&tests).env("UPDATE_DOCS", "1"))
}

fn run_cargo(arguments: &[&str]) -> Result<Outcome> {
    Ok(succeeds(&mut cargo(arguments))?.into())
}

fn packages() -> Result<Outcome> {
    let missing: Vec<&str> =
        PACKAGES.iter().filter(|(_, program)| !is_installed(program)).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        println!("chromium, its driver, node and npm are there");
        return Ok(Outcome::Done);
    }
    let list = missing.join(" ");
    if !is_installed("apt-get") {
        println!("the tests need {list}; this is no Debian, so install them by hand");
        return Ok(Outcome::Failed);
    }
    let is_root = output(Command::new("id").arg("-u"))?.stdout.trim_ascii() == b"0";
    if !is_root && !is_installed("sudo") {
        println!("the tests need {list}; run as root: apt-get install {list}");
        return Ok(Outcome::Failed);
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            command.arg("apt-get");
        }
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        succeeds(&mut command)
    };
    let install = [&["install", "--yes", "--no-install-recommends"], &missing[..]].concat();
    let installed = apt(&["update"])? && apt(&install)?;
    if !installed {
        println!("the tests need {list}, and apt-get could not install them; its reason stands above");
    }
    Ok(installed.into())
}

/// Installs what `tests/clients` names beside what cargo builds, unless it is there in these versions.
fn clients() -> Result<Outcome> {
    let (from, to) = (crate::root().join("tests/clients"), target_folder()?.join("clients"));
    fs::create_dir_all(&to)?;
    let lock = fs::read(from.join("package-lock.json"))?;
    let installed = to.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|before| before == lock) {
        println!("the clients for node are there");
        return Ok(Outcome::Done);
    }
    if !is_installed("npm") {
        println!("the tests with clients for node need npm");
        return Ok(Outcome::Failed);
    }
    for name in CLIENTS {
        fs::copy(from.join(name), to.join(name))?;
    }
    let mut npm = Command::new("npm");
    let done = succeeds(npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&to))?;
    if done {
        fs::write(installed, lock)?;
    }
    Ok(done.into())
}

fn tests() -> Result<Outcome> {
    if output(&mut cargo(&["nextest", "--version"]))?.status.success() {
        return run_cargo(&["nextest", "run", "--workspace"]);
    }
    println!("cargo-nextest is not installed; cargo test runs the same tests");
    run_cargo(&["test", "--workspace", "--lib", "--bins", "--tests"])
}

fn documentation() -> Result<Outcome> {
    let mut command = cargo(&["doc", "--no-deps", "--workspace"]);
    Ok(succeeds(command.env("RUSTDOCFLAGS", "-D warnings"))?.into())
}

fn dependencies() -> Result<Outcome> {
    if output(&mut cargo(&["deny", "--version"]))?.status.success() {
        return run_cargo(&["deny", "check"]);
    }
    Ok(Outcome::Skipped("cargo-deny is not installed, so licences and advisories were not checked"))
}
