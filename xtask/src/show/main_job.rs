//! The main job: a file goes in, questions come out right, in bounded memory, and a kill loses nothing acknowledged.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::common::{self, Score};
use super::server::Server;
use super::{Figure, Flags};
use crate::measure;
use crate::process::{TempFolder, cargo, copy_folder, output, succeeds};

const RIGHT_PERCENT_MIN: f64 = 80.0;
const WRONG_PERCENT_MAX: f64 = 3.0;
const MEMORY_MB_MAX: f64 = 120.0;
const SHAPES: &[&str] = &["ifcjson", "seed", "flatde"];
const KILLS: u64 = 20;
const DOOR_QUESTION: &str = "Wie viele Türen gibt es?";
/// Doors of the sample building.
const SAMPLE_DOORS: u64 = 14;
const LARGE_MODEL: &str = "models/schependomlaan_root/schependomlaan_root.ifcjson.json.gz";

/// Measures everything that the issue lists.
///
/// # Errors
/// When the program cannot be built or started.
pub(super) fn measure(_flags: &Flags, figures: &mut Vec<Figure>) -> Result<()> {
    let program = common::program()?;
    let data = TempFolder::new("show-data")?;
    let server = Server::start(&program, data.path())?;
    figures.push(sample_answer(&server)?);
    match common::shared() {
        Some(shared) => {
            for shape in SHAPES {
                figures.extend(score(&server, &shared, shape)?);
            }
            drop(server);
            figures.push(peak_memory(&program, &shared)?);
        }
        None => {
            figures.push(Figure::skipped("answers to known questions", "no ../shared and no IFC_SHARED", ">= 80 %"))
        }
    }
    figures.push(kills()?);
    let clippy = ["clippy", "--all-targets", "--workspace", "--", "-D", "warnings"];
    let clean = succeeds(&mut cargo(&clippy))?;
    figures.push(Figure::measured("clippy", if clean { "clean" } else { "complains" }, "clean", clean));
    figures.push(planted_import()?);
    Ok(())
}

fn sample_answer(server: &Server) -> Result<Figure> {
    let sample =
        fs::read(crate::root().join("samples/house.ifcjson.json")).context("no sample; run cargo xtask fixtures")?;
    let model_id = server.publish("house.ifcjson.json", &sample)?;
    let answer = server.ask(&model_id, DOOR_QUESTION)?;
    println!("{}", answer["answer"]["text"]);
    let value = &answer["answer"]["value"];
    let kept = value.as_u64() == Some(SAMPLE_DOORS);
    Ok(Figure::measured("doors of the sample over HTTP", value.to_string(), SAMPLE_DOORS.to_string(), kept))
}

fn score(server: &Server, shared: &Path, shape: &str) -> Result<[Figure; 2]> {
    let Score { right, wrong, .. } = common::score(server, shared, shape, None)?
        .with_context(|| format!("the scoring tool gave no figures for {shape}"))?;
    Ok([
        Figure::measured(
            format!("right answers, {shape}"),
            format!("{right:.1} %"),
            format!(">= {RIGHT_PERCENT_MIN} %"),
            RIGHT_PERCENT_MIN <= right,
        ),
        Figure::measured(
            format!("wrong answers, {shape}"),
            format!("{wrong:.1} %"),
            format!("<= {WRONG_PERCENT_MAX} %"),
            wrong <= WRONG_PERCENT_MAX,
        ),
    ])
}

fn peak_memory(program: &Path, shared: &Path) -> Result<Figure> {
    let name = "peak memory, 29 MB of ifcJSON";
    let bar = format!("< {MEMORY_MB_MAX} MB");
    let packed = shared.join(LARGE_MODEL);
    if !packed.is_file() {
        return Ok(Figure::skipped(name, "the model is not there", bar));
    }
    let folder = TempFolder::new("show-memory")?;
    let file = folder.path().join("schependomlaan.ifcjson.json");
    let unpacked = fs::File::create(&file)?;
    if !succeeds(Command::new("gzip").arg("-dc").arg(&packed).stdout(unpacked))? {
        bail!("{} cannot be unpacked", packed.display());
    }
    let measured = measure::run(Command::new(program).arg("ask").arg(&file).args([DOOR_QUESTION, "--json"]))?;
    let answer: Value = serde_json::from_str(&measured.stdout).unwrap_or_default();
    let answered = measured.success && answer["status"] == "answered";
    let megabytes = measured.peak_bytes as f64 / 1e6;
    let value = if answered { format!("{megabytes:.1} MB") } else { format!("no answer ({megabytes:.1} MB)") };
    Ok(Figure::measured(name, value, bar, answered && 0.0 < megabytes && megabytes < MEMORY_MB_MAX))
}

fn kills() -> Result<Figure> {
    let mut bytes = [0; 4];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let seed = u32::from_le_bytes(bytes);
    println!("KILL_SEED={seed}");
    let mut test = cargo(&["test", "--test", "kill"]);
    let survived = succeeds(test.env("KILL_SEED", seed.to_string()).env("KILL_ROUNDS", KILLS.to_string()))?;
    let value = if survived { "nothing lost or left" } else { "lost or left something" };
    let name = format!("{KILLS} kills during uploads, seed {seed}");
    Ok(Figure::measured(name, value, "nothing lost or left", survived))
}

/// Plants an import that reaches up, in a copy of the source, and lets the tidy test look at the copy.
fn planted_import() -> Result<Figure> {
    let copy = TempFolder::new("show-planted")?;
    copy_folder(&crate::root().join("src"), &copy.path().join("src"))?;
    let look = || {
        let mut test = cargo(&["test", "--test", "tidy", "--", "--exact", "modules_only_depend_downwards"]);
        output(test.env("TIDY_ROOT", copy.path()))
    };
    let before = look()?.status.success();
    let file = copy.path().join("src/ifc/mod.rs");
    let text = fs::read_to_string(&file)?;
    fs::write(&file, format!("{text}\nuse crate::http;\n"))?;
    let after = look()?;
    let told = String::from_utf8_lossy(&after.stdout).contains("ifc may not use http");
    let found = before && !after.status.success() && told;
    let value = if found { "found" } else { "not found" };
    Ok(Figure::measured("planted upward import", value, "found", found))
}
