//! What the reading of a file is measured against, in the same run on the same machine. Prints one line of JSON.
//!
//! `bare FILE a|d`: one thread splits the file into records, two turn each into typed structs; nothing is kept.
//! `simd FILE a|d`: simd-json parses the whole document.

mod bare;
mod record;
#[cfg(feature = "simd")]
mod simd;
mod split;

use std::env;
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};

/// What was found, so that no work can be left out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Found {
    records: u64,
    walls: u64,
    values: u64,
}

/// The shape of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    A,
    D,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [peer, file, shape] = arguments[..] else { bail!("usage: bench-peers bare|simd FILE a|d") };
    let shape = match shape {
        "a" => Shape::A,
        "d" => Shape::D,
        other => bail!("no shape {other}"),
    };
    let started = Instant::now();
    let Found { records, walls, values } = match peer {
        "bare" => bare::parse(Path::new(file), shape)?,
        #[cfg(feature = "simd")]
        "simd" => simd::parse(Path::new(file), shape)?,
        other => bail!("no peer {other}, or built without it"),
    };
    let seconds = started.elapsed().as_secs_f64();
    println!("{{\"seconds\": {seconds:.3}, \"records\": {records}, \"walls\": {walls}, \"values\": {values}}}");
    Ok(())
}
