//! Sessions: what a client keeps when its connection or the process ends.

use std::path::Path;

use anyhow::Result;

use super::{Figure, Flags, api, common, idle, resume, resume_upload};

/// A part: its name for `--only`, and what it measures with the release program.
type Part = (&'static str, fn(&Path, &mut Vec<Figure>) -> Result<()>);

/// In the order in which they run.
const PARTS: &[Part] =
    &[("resume", resume::measure), ("idle", idle::measure), ("uploads", resume_upload::measure), ("api", api::measure)];

/// Measures everything that the issue lists. `--only` takes the names of the parts.
///
/// # Errors
/// When the program cannot be built or started.
pub(super) fn measure(flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let program = common::program()?;
    for (_, part) in PARTS.iter().filter(|(name, _)| flags.wants(name)) {
        part(&program, figures)?;
    }
    Ok(())
}
