//! A gigabyte, whole process from file to published model, beside what else could read it, in the same run.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::peers::Peers;
use crate::generate::plan::Change;
use crate::generate::{self, Order, Shape, Size};
use crate::measure::{self, Measured};
use crate::process::{TempFolder, output};
use crate::show::{Figure, Flags};

const MIB: f64 = 1_048_576.0;
const SMALL_BYTES: u64 = 100_000_000;
const LARGE_BYTES: u64 = 1_000_000_000;
const HUGE_BYTES: u64 = 10_000_000_000;
const SEED: u64 = 7;
/// Both sides of a ratio are the median of so many runs, taken in turns.
const RUNS: usize = 3;
const SECONDS_MAX: f64 = 4.0;
const TIMES_BARE_MAX: f64 = 4.0;
const PEAK_MIB_MAX: f64 = 256.0;
const GROWTH_MIB_MAX: f64 = 16.0;
const HUGE_PEAK_MIB_MAX: f64 = 1024.0;
const WALLS_QUESTION: &str = "What is the total net volume of all walls?";
/// Sums of a reader are rounded in another order.
const SUM_TOLERANCE: f64 = 1e-6;

/// One run of ours.
struct Ours {
    measured: Measured,
    /// Bytes of the index of ids, as the program tells.
    id_index_bytes: u64,
}

/// The program and where it works.
struct Bench<'a> {
    program: &'a Path,
    folder: &'a Path,
    /// Publishing is measured; where the program cannot yet, reading.
    publishes: bool,
}

pub(super) fn measure(program: &Path, flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let folder = TempFolder::new("show-speed")?;
    let publishes = output(Command::new(program).args(["import", "--help"]))?.status.success();
    let bench = Bench { program, folder: folder.path(), publishes };
    let peers = Peers::new()?;
    for (shape, name) in [(Shape::A, "a"), (Shape::D, "d")] {
        let small = bench.generate(shape, name, SMALL_BYTES)?;
        bench.answers(&small, name, figures)?;
        let small_run = bench.median(&small)?;
        fs::remove_file(&small)?;
        let large = bench.generate(shape, name, LARGE_BYTES)?;
        let (ours, bare) = bench.beside_bare(&large, name, &peers)?;
        judge(name, &small_run, &ours, &bare, figures);
        for (peer, measured) in
            [("DuckDB read_json", peers.duckdb(&large, name)?), ("simd-json", Some(peers.simd(&large, name)?))]
        {
            let title = format!("{peer} on the same file, shape {name}");
            figures.push(match measured {
                Some(measured) => {
                    let ratio = measured.wall_s / ours.measured.wall_s;
                    let less = measured.peak_bytes as f64 / ours.measured.peak_bytes.max(1) as f64;
                    let value = format!("{} ({ratio:.1} times the time, {less:.1} times the memory)", told(&measured));
                    Figure::measured(title, value, "slower than ours", 1.0 < ratio)
                }
                None => Figure::skipped(title, "not installed, or gave up", "slower than ours"),
            });
        }
        fs::remove_file(&large)?;
    }
    if flags.huge {
        huge(&bench, figures)?;
    }
    Ok(())
}

fn told(measured: &Measured) -> String {
    let Measured { wall_s, cpu_s, peak_bytes, .. } = measured;
    format!("{wall_s:.2} s, {cpu_s:.2} s of processor, {:.0} MiB", *peak_bytes as f64 / MIB)
}

/// Holds a gigabyte against the promises.
fn judge(name: &str, small: &Ours, ours: &Ours, bare: &Measured, figures: &mut Vec<Figure>) {
    let wall_s = ours.measured.wall_s;
    let title = |what: &str| format!("{what}, 1 GB, shape {name}");
    let bar = format!("<= {SECONDS_MAX} s");
    figures.push(Figure::measured(title("file to model"), told(&ours.measured), bar, wall_s <= SECONDS_MAX));
    let ratio = wall_s / bare.wall_s;
    let value = format!("{ratio:.2} times {}", told(bare));
    let bar = format!("<= {TIMES_BARE_MAX} times");
    figures.push(Figure::measured(title("beside a bare parse"), value, bar, ratio <= TIMES_BARE_MAX));
    let peak = ours.measured.peak_bytes as f64 / MIB;
    let bar = format!("<= {PEAK_MIB_MAX} MiB");
    figures.push(Figure::measured(title("peak memory"), format!("{peak:.0} MiB"), bar, peak <= PEAK_MIB_MAX));
    let rest = |run: &Ours| (run.measured.peak_bytes as f64 - run.id_index_bytes as f64) / MIB;
    let growth = rest(ours) - rest(small);
    let value = format!("{growth:.1} MiB, and {:.1} MiB of id index", ours.id_index_bytes as f64 / MIB);
    let bar = format!("<= {GROWTH_MIB_MAX} MiB");
    figures.push(Figure::measured(title("more memory than 100 MB"), value, bar, growth <= GROWTH_MIB_MAX));
}

/// Ten gigabytes, once.
fn huge(bench: &Bench<'_>, figures: &mut Vec<Figure>) -> Result<()> {
    let file = bench.generate(Shape::A, "a", HUGE_BYTES)?;
    let ours = bench.run(&file)?;
    fs::remove_file(&file)?;
    let peak = ours.measured.peak_bytes as f64 / MIB;
    let bar = format!("<= {HUGE_PEAK_MIB_MAX} MiB");
    figures.push(Figure::measured("10 GB, shape a", told(&ours.measured), bar, peak <= HUGE_PEAK_MIB_MAX));
    Ok(())
}

impl Bench<'_> {
    /// Writes a file and brings it into the page cache.
    fn generate(&self, shape: Shape, name: &str, bytes: u64) -> Result<PathBuf> {
        let file = self.folder.join(format!("{name}-{}.json", bytes / 1_000_000));
        println!("$ cargo xtask generate-model --shape {name} --bytes {bytes} --seed {SEED} --output FILE");
        let (size, output) = (Size::Bytes(bytes), file.clone());
        generate::write(&Order { shape, size, seed: SEED, pretty: false, change: Change::default(), output })?;
        io::copy(&mut File::open(&file)?, &mut io::sink())?;
        // Else the kernel writes it to the disk while something is measured.
        File::open(&file)?.sync_all()?;
        Ok(file)
    }

    /// One run, file to published model in a new folder.
    fn run(&self, file: &Path) -> Result<Ours> {
        let data = self.folder.join("data");
        let mut command = Command::new(self.program);
        if self.publishes {
            println!("$ ifc-chunking import FILE --data DIR --json");
            command.arg("import").arg(file).arg("--data").arg(&data).arg("--json");
        } else {
            println!("$ ifc-chunking validate FILE --json");
            command.arg("validate").arg(file).arg("--json");
        }
        let measured = measure::run(&mut command)?;
        if data.is_dir() {
            fs::remove_dir_all(&data)?;
        }
        if !measured.success {
            bail!("{command:?}: {}{}", measured.stdout, measured.stderr);
        }
        println!("  {}", told(&measured));
        let report: Value = serde_json::from_str(measured.stdout.trim()).unwrap_or_default();
        let id_index_bytes = report["id_index_bytes"].as_u64().unwrap_or(0);
        Ok(Ours { measured, id_index_bytes })
    }

    /// The middle one of several runs by time, with the highest peak of all.
    fn median(&self, file: &Path) -> Result<Ours> {
        let runs: Vec<Ours> = (0..RUNS).map(|_| self.run(file)).collect::<Result<_>>()?;
        middle(runs)
    }

    /// Ours and the bare parse in turns.
    fn beside_bare(&self, file: &Path, shape: &str, peers: &Peers) -> Result<(Ours, Measured)> {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            ours.push(self.run(file)?);
            println!("$ bench-peers bare FILE {shape}");
            bare.push(peers.bare(file, shape)?);
            println!("  {}", bare.last().map(told).unwrap_or_default());
        }
        bare.sort_by(|a, b| a.wall_s.total_cmp(&b.wall_s));
        Ok((middle(ours)?, bare.swap_remove(RUNS / 2)))
    }

    /// Whether the model holds what the generator says it wrote.
    fn answers(&self, file: &Path, name: &str, figures: &mut Vec<Figure>) -> Result<()> {
        let expected: Value = serde_json::from_slice(&fs::read(generate::expected_path(file))?)?;
        let json = |arguments: &[&str]| -> Result<Value> {
            let output = output(Command::new(self.program).arg(arguments[0]).arg(file).args(&arguments[1..]))?;
            serde_json::from_slice(&output.stdout).with_context(|| format!("{arguments:?} gave no JSON"))
        };
        let types = &json(&["validate", "--json"])?["entities_by_type"];
        let same = *types == expected["entities_by_type"];
        let value = format!("{} entities", expected["entities"]);
        figures.push(Figure::measured(format!("entities by type, shape {name}"), value, "as written", same));
        let sum = json(&["ask", WALLS_QUESTION, "--json"])?["answer"]["value"].as_f64();
        let wanted = expected["net_volume_m3"]["IfcWall"].as_f64().context("the generator wrote no walls")?;
        let same = sum.is_some_and(|sum| (sum - wanted).abs() <= SUM_TOLERANCE * wanted);
        let value = sum.map_or_else(|| "no answer".to_owned(), |sum| format!("{sum:.3} m³"));
        figures.push(Figure::measured(
            format!("{WALLS_QUESTION} Shape {name}"),
            value,
            format!("{wanted:.3} m³"),
            same,
        ));
        Ok(())
    }
}

fn middle(mut runs: Vec<Ours>) -> Result<Ours> {
    let peak_bytes = runs.iter().map(|run| run.measured.peak_bytes).max().context("no run")?;
    runs.sort_by(|a, b| a.measured.wall_s.total_cmp(&b.measured.wall_s));
    let mut middle = runs.swap_remove(runs.len() / 2);
    middle.measured.peak_bytes = peak_bytes;
    Ok(middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(wall_s: f64, peak_bytes: u64) -> Ours {
        let (stdout, stderr) = (String::new(), String::new());
        let measured = Measured { wall_s, cpu_s: 0.0, peak_bytes, success: true, stdout, stderr };
        Ours { measured, id_index_bytes: 1 << 20 }
    }

    #[test]
    fn the_middle_run_counts_with_the_highest_peak() {
        let middle = middle(vec![run(3.0, 5), run(1.0, 9), run(2.0, 7)]).unwrap();
        assert_eq!((middle.measured.wall_s, middle.measured.peak_bytes), (2.0, 9));
    }

    #[test]
    fn the_id_index_is_no_growth() {
        let (mut figures, mut large) = (Vec::new(), run(3.9, 120 << 20));
        large.id_index_bytes = 11 << 20;
        judge("a", &run(0.4, 100 << 20), &large, &run(1.0, 0).measured, &mut figures);
        assert!(figures.iter().all(|figure| figure.kept == Some(true)), "{figures:?}");
        large.id_index_bytes = 1 << 20;
        judge("a", &run(0.4, 100 << 20), &large, &run(0.9, 0).measured, &mut figures);
        let failed = figures.iter().filter(|figure| figure.kept == Some(false)).count();
        assert_eq!(failed, 2, "{figures:?}");
    }
}
