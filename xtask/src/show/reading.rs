//! Reading: every shape gives the same answers, at the speed of the disk, in bounded memory; chunks survive a re-upload.

mod fuzzing;
mod peers;
mod reupload;
mod samples;
pub(super) mod scores;
mod speed;

use anyhow::Result;

use super::{Figure, Flags, common};

/// Measures everything that the issue lists. `--only` takes scores, samples, speed, reupload or fuzz.
///
/// # Errors
/// When the program cannot be built or started.
pub(super) fn measure(flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let program = common::program()?;
    if flags.wants("scores") {
        scores::measure(&program, flags, figures)?;
    }
    if flags.wants("samples") {
        samples::measure(&program, figures)?;
    }
    if flags.wants("speed") {
        speed::measure(&program, flags, figures)?;
    }
    if flags.wants("reupload") {
        reupload::measure(&program, figures)?;
    }
    if flags.wants("fuzz") {
        fuzzing::measure(flags, figures)?;
    }
    Ok(())
}
