//! The project's own tasks: `cargo xtask test`, `fixtures`, `generate`, `generate-model`, `fuzz`, `show`.
//!
//! Lean on purpose: it is compiled before anything else, on every machine that runs the checks.

pub mod check;
pub mod fixtures;
pub mod fuzz;
pub mod generate;
pub mod measure;
pub mod process;
pub mod show;

use std::path::PathBuf;

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    package.parent().map_or(package.clone(), PathBuf::from)
}
