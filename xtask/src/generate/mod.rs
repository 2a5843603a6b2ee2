//! `cargo xtask generate-model`: IFC-like JSON of any size that follows from a seed, and what a reader must find in it.

mod header_data;
mod ifcjson;
pub mod kind;
pub mod out;
pub mod plan;
pub mod random;
pub mod tally;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};

use plan::{Change, Plan};
use tally::Tally;

/// Arguments, for the usage text.
pub const USAGE: &str = "\
cargo xtask generate-model --shape a|d (--bytes 1GB | --entities N) [--seed N] [--pretty] --output FILE
    [--revision-of SEED --changed 1% [--scattered]]
                               writes a building of any size, and FILE.expected.json with what is in it
";
/// Elements of the building that tells how many bytes an element takes.
const PILOT_ELEMENTS: u64 = 5_000;

/// The shape of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// ifcJSON.
    A,
    /// Header and data.
    D,
}

/// How large a building is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As many elements as take about so many bytes.
    Bytes(u64),
    /// So many elements.
    Elements(u64),
}

/// What to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The shape.
    pub shape: Shape,
    /// The size.
    pub size: Size,
    /// Decides every value.
    pub seed: u64,
    /// One value a line.
    pub pretty: bool,
    /// Which elements differ from those of the same seed without a change.
    pub change: Change,
    /// The file.
    pub output: PathBuf,
}

/// Writes what the arguments ask for and says how fast.
///
/// # Errors
/// When an argument is wrong or the file cannot be written.
pub fn run(arguments: &[&str]) -> Result<bool> {
    let order = parse(arguments)?;
    let started = Instant::now();
    let bytes = write(&order)?;
    let seconds = started.elapsed().as_secs_f64();
    let rate = bytes as f64 / 1e6 / seconds;
    println!("{}: {bytes} bytes in {seconds:.2} s, {rate:.0} MB/s", order.output.display());
    Ok(true)
}

/// The file beside a generated one that says what is in it.
#[must_use]
pub fn expected_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".expected.json");
    name.into()
}

/// Writes a file and what is in it; gives its size.
///
/// # Errors
/// When a file cannot be written.
pub fn write(order: &Order) -> Result<u64> {
    let mut tally = Tally::default();
    let elements = elements(order)?;
    let plan = Plan::new(order.seed, elements, order.change);
    let file = File::create(&order.output).with_context(|| format!("cannot make {}", order.output.display()))?;
    let bytes = write_shape(order, &plan, file, &mut tally)?;
    let mut about = Map::new();
    for (key, value) in [
        ("shape", json!(if order.shape == Shape::A { "a" } else { "d" })),
        ("seed", json!(order.seed)),
        ("bytes", json!(bytes)),
        ("elements", json!(plan.counts.iter().sum::<u64>())),
    ] {
        about.insert(key.to_owned(), value);
    }
    let expected: Value = tally.json(&about);
    fs::write(expected_path(&order.output), format!("{expected:#}\n"))?;
    Ok(bytes)
}

/// The number of elements that an order asks for. A revision is asked for by the same size, so the changes must not move
/// the number.
fn elements(order: &Order) -> Result<u64> {
    match order.size {
        Size::Elements(elements) => Ok(elements),
        Size::Bytes(bytes) => {
            let plan = Plan::new(order.seed, PILOT_ELEMENTS, Change::default());
            let pilot = write_shape(order, &plan, io::sink(), &mut Tally::default())?;
            Ok((u128::from(bytes) * u128::from(PILOT_ELEMENTS) / u128::from(pilot)) as u64)
        }
    }
}

fn write_shape(order: &Order, plan: &Plan, sink: impl Write, tally: &mut Tally) -> io::Result<u64> {
    match order.shape {
        Shape::A => ifcjson::write(plan, sink, order.pretty, tally),
        Shape::D => header_data::write(plan, sink, order.pretty, tally),
    }
}

fn parse(arguments: &[&str]) -> Result<Order> {
    let (mut shape, mut size, mut seed, mut pretty) = (Shape::A, None, 7, false);
    let (mut change, mut output) = (Change::default(), None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().copied().with_context(|| format!("{argument} needs a value\n\n{USAGE}"));
        match *argument {
            "--shape" => {
                shape = match value()? {
                    "a" | "A" => Shape::A,
                    "d" | "D" => Shape::D,
                    other => bail!("no shape {other}; a and d are written"),
                };
            }
            "--bytes" => size = Some(Size::Bytes(bytes(value()?)?)),
            "--entities" => size = Some(Size::Elements(value()?.parse().context("--entities takes a number")?)),
            "--seed" | "--revision-of" => seed = value()?.parse().context("a seed is a whole number")?,
            "--changed" => change.per_million = per_million(value()?)?,
            "--scattered" => change.scattered = true,
            "--pretty" => pretty = true,
            "--output" => output = Some(PathBuf::from(value()?)),
            other => bail!("unknown argument {other}\n\n{USAGE}"),
        }
    }
    let size = size.with_context(|| format!("--bytes or --entities is missing\n\n{USAGE}"))?;
    let output = output.with_context(|| format!("--output is missing\n\n{USAGE}"))?;
    Ok(Order { shape, size, seed, pretty, change, output })
}

/// `100`, `5kB`, `100MB`, `1GB` as a number of bytes.
fn bytes(text: &str) -> Result<u64> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let factor = match text.trim_start_matches(digits).to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        other => bail!("no unit {other}; kB, MB and GB are understood"),
    };
    let number: u64 = digits.parse().with_context(|| format!("{text} is no number of bytes"))?;
    number.checked_mul(factor).context("too many bytes")
}

/// `1%` or `0.5%` as a share of a million.
fn per_million(text: &str) -> Result<u64> {
    let percent: f64 = text.trim_end_matches('%').parse().with_context(|| format!("{text} is no percentage"))?;
    if !(0.0..=100.0).contains(&percent) {
        bail!("{text} is not between 0 % and 100 %");
    }
    Ok((percent * 10_000.0).round() as u64)
}

#[cfg(test)]
mod tests;
