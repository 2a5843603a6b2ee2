//! A short run of each fuzz target; ten minutes each with `--long`.

use anyhow::Result;

use crate::fuzz;
use crate::show::{Figure, Flags};

const SMOKE_SECONDS: u64 = 30;
const LONG_SECONDS: u64 = 600;

pub(super) fn measure(flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let seconds = if flags.long { LONG_SECONDS } else { SMOKE_SECONDS };
    let engine = fuzz::build()?;
    for name in fuzz::targets()? {
        println!("$ cargo xtask fuzz {name} --seconds {seconds}");
        let ended = fuzz::run_target(&engine, &name, seconds)?;
        let value = if ended.is_clean { ended.words } else { format!("found something: {}", ended.words) };
        figures.push(Figure::measured(format!("fuzzing {name}, {seconds} s"), value, "finds nothing", ended.is_clean));
    }
    Ok(())
}
