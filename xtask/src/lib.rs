//! The project's own tasks: `cargo xtask test`, `fixtures`, `generate`, `show`.
//!
//! Lean on purpose: it is compiled before anything else, on every machine that runs the checks.

pub mod fixtures;

use std::path::PathBuf;

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
