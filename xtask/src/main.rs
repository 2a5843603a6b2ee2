//! `cargo xtask …`: see `USAGE`.

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask test               everything a change must pass; installs what is missing on Debian
cargo xtask fixtures           writes the sample building to samples/
cargo xtask fixtures --check   tells whether samples/ holds what would be written
cargo xtask generate           rewrites generated documents and samples
cargo xtask show NAME          prints the figures of an issue beside their bars; without NAME, the names
    [--write] [--huge] [--long] [--only PART]
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    [USAGE, xtask::generate::USAGE, xtask::fuzz::USAGE].concat()
}

/// Runs one task; `false` when it ran and found fault.
fn run(arguments: &[&str]) -> Result<bool> {
    let root = xtask::root();
    match arguments {
        ["test"] => xtask::check::run(),
        ["fixtures"] => xtask::fixtures::write(&root).map(|()| true),
        ["fixtures", "--check"] => {
            let differing = xtask::fixtures::differing(&root);
            differing.iter().for_each(|name| println!("{name} differs; run cargo xtask fixtures"));
            Ok(differing.is_empty())
        }
        ["generate"] => xtask::check::generate(),
        ["show", names @ ..] => xtask::show::run(names),
        ["fuzz", arguments @ ..] => xtask::fuzz::run(arguments),
        ["generate-model", arguments @ ..] => xtask::generate::run(arguments),
        [] | ["help" | "--help" | "-h"] => {
            print!("{}", usage());
            Ok(true)
        }
        other => bail!("unknown task {}\n\n{}", other.join(" "), usage()),
    }
}
