//! The main job: a file goes in, questions come out right, in bounded memory, and a kill loses nothing acknowledged.

use std::env;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::Figure;
use super::server::Server;
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
/// Time between two looks at a process; its high-water mark only grows, so a peak between looks is not missed.
const LOOK_INTERVAL: Duration = Duration::from_millis(2);

/// Measures everything that the issue lists.
///
/// # Errors
/// When the program cannot be built or started.
pub(super) fn measure(figures: &mut Vec<Figure>) -> Result<()> {
    if !succeeds(&mut cargo(&["build", "--release", "--bin", "ifc-chunking"]))? {
        bail!("the release build failed");
    }
    let program = program()?;
    let data = TempFolder::new("show-data")?;
    let server = Server::start(&program, data.path())?;
    figures.push(sample_answer(&server)?);
    match shared() {
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

/// The release program, wherever cargo builds to.
fn program() -> Result<PathBuf> {
    let metadata = output(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_slice(&metadata.stdout).context("cargo metadata gives no JSON")?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
    Ok(Path::new(target).join("release/ifc-chunking"))
}

/// The folder with models, questions and the scoring tool, where there is one.
fn shared() -> Option<PathBuf> {
    let folder = env::var_os("IFC_SHARED").map_or_else(|| crate::root().join("../shared"), PathBuf::from);
    folder.join("tools/score_answers.py").is_file().then_some(folder)
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
    let mut command = Command::new("python3");
    command.arg(shared.join("tools/score_answers.py")).arg(server.url());
    command.arg(shared.join("questions/questions.json")).arg(shared.join("models")).args(["--shape", shape]);
    let output = output(&mut command)?;
    let report = String::from_utf8_lossy(&output.stdout);
    println!("{report}");
    let (right, wrong) = percentages(&report).with_context(|| {
        format!("the scoring tool gave no figures for {shape}: {}", String::from_utf8_lossy(&output.stderr))
    })?;
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

/// Right and wrong out of the line `asked 10: right 90.0%  wrong 2.0%  …`.
fn percentages(report: &str) -> Option<(f64, f64)> {
    let line = report.lines().find(|line| line.starts_with("asked "))?;
    let after = |word: &str| line.split_once(word)?.1.split_once('%')?.0.trim().parse().ok();
    Some((after(": right ")?, after(" wrong ")?))
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
    let mut child =
        Command::new(program).arg("ask").arg(&file).args([DOOR_QUESTION, "--json"]).stdout(Stdio::piped()).spawn()?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut stdout = child.stdout.take().context("no output to read")?;
    let (ended, waiting) = mpsc::channel::<()>();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let read = stdout.read_to_string(&mut text).map(|_| text);
        drop(ended);
        read
    });
    let mut peak_kb = 0;
    loop {
        peak_kb = peak_kb.max(high_water_kb(&status).unwrap_or(0));
        if waiting.recv_timeout(LOOK_INTERVAL) == Err(mpsc::RecvTimeoutError::Disconnected) {
            break;
        }
    }
    // The output is closed before the process is gone, so its last mark may still be read.
    peak_kb = peak_kb.max(high_water_kb(&status).unwrap_or(0));
    let success = child.wait()?.success();
    let text = reader.join().map_err(|_| anyhow::anyhow!("the reader broke off"))??;
    let answer: Value = serde_json::from_str(&text).unwrap_or_default();
    let answered = success && answer["status"] == "answered";
    #[expect(clippy::cast_precision_loss, reason = "kilobytes of one process are far below 2^53")]
    let megabytes = peak_kb as f64 / 1000.0;
    let value = if answered { format!("{megabytes:.1} MB") } else { format!("no answer ({megabytes:.1} MB)") };
    Ok(Figure::measured(name, value, bar, answered && peak_kb > 0 && megabytes < MEMORY_MB_MAX))
}

/// `VmHWM` of a process, in units of 1000 bytes.
fn high_water_kb(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024 / 1000)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_from_the_closing_lines() {
        let report = "fzk right 3\nasked 60: right 91.7%  wrong 1.7%  silent 6.7%  error 0.0%  precision 98.2%\n";
        assert_eq!(percentages(report), Some((91.7, 1.7)));
        assert_eq!(percentages("nothing was asked"), None);
    }

    #[test]
    fn the_high_water_mark_of_this_process_can_be_read() {
        assert!(high_water_kb(Path::new("/proc/self/status")).is_some_and(|kilobytes| kilobytes > 0));
    }
}
