//! Wall time, processor time and peak memory of another program, read from `/proc`.

use std::fs;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

/// Time between two looks at a process; its high-water mark only grows, so a peak between looks is not missed.
const LOOK_INTERVAL: Duration = Duration::from_millis(2);
/// What the kernel counts processor time in, on every Linux that Rust runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a run took.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// From start to end.
    pub wall_s: f64,
    /// User and system time of all threads.
    pub cpu_s: f64,
    /// Highest resident memory in bytes.
    pub peak_bytes: u64,
    /// Whether it ended well.
    pub success: bool,
    /// What it printed.
    pub stdout: String,
    /// The end of what it complained of.
    pub stderr: String,
}

/// Runs a program to its end and measures it.
///
/// # Errors
/// When it cannot be started or `/proc` does not tell of it.
pub fn run(command: &mut Command) -> Result<Measured> {
    let started = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot run {command:?}"))?;
    let (mut stdout, mut stderr) =
        (child.stdout.take().context("no output")?, child.stderr.take().context("no errors")?);
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let complaining = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).map(|_| text)
    });
    let (peak_bytes, cpu_s) = watch(&child)?;
    let wall_s = started.elapsed().as_secs_f64();
    let success = child.wait()?.success();
    let text = |read: std::thread::Result<std::io::Result<String>>| -> Result<String> {
        Ok(read.map_err(|_| anyhow!("a reader broke off"))??)
    };
    let (stdout, stderr) = (text(reading.join())?, text(complaining.join())?);
    Ok(Measured { wall_s, cpu_s, peak_bytes, success, stdout, stderr })
}

/// Looks at a process until it has ended; it is not waited for yet, so that its processor time still stands in `/proc`.
fn watch(child: &Child) -> Result<(u64, f64)> {
    let folder = format!("/proc/{}", child.id());
    let (_keep, pause) = mpsc::channel::<()>();
    let mut peak_bytes = 0;
    loop {
        let status = fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
        peak_bytes = peak_bytes.max(high_water_bytes(&status).unwrap_or(0));
        let stat = fs::read_to_string(format!("{folder}/stat")).context("this system has no /proc")?;
        let (state, cpu_s) = state_and_cpu(&stat).context("/proc tells no processor time")?;
        if state == "Z" {
            return Ok((peak_bytes, cpu_s));
        }
        // Nothing is ever sent, so that this ends after the interval.
        pause.recv_timeout(LOOK_INTERVAL).unwrap_or(());
    }
}

/// `VmHWM` out of the text of `/proc/PID/status`.
#[must_use]
pub fn high_water_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// State, and user and system time in seconds, out of the text of `/proc/PID/stat`.
fn state_and_cpu(stat: &str) -> Option<(&str, f64)> {
    // The name of the program stands in brackets and may hold anything.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?;
    let mut ticks = fields.skip(10).map(|field| field.parse::<u32>().ok());
    let total = ticks.next()?? + ticks.next()??;
    Some((state, f64::from(total) / TICKS_PER_SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_words_are_understood() {
        let stat = "42 (a (b) c) Z 1 42 42 0 -1 4 100 0 0 0 250 50 0 0 20 0 1 0 5 0 0";
        assert_eq!(state_and_cpu(stat), Some(("Z", 3.0)));
        assert_eq!(high_water_bytes("Name:\tx\nVmHWM:\t  12 kB\n"), Some(12 * 1024));
        assert_eq!(high_water_bytes("Name:\tx\n"), None);
    }

    #[test]
    fn a_program_that_works_and_says_something_is_measured() {
        let measured = run(Command::new("sh")
            .args(["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; echo no >&2; exit 3"]))
        .unwrap();
        assert_eq!((measured.stdout.as_str(), measured.stderr.as_str(), measured.success), ("done\n", "no\n", false));
        assert!(measured.cpu_s > 0.0 && measured.cpu_s <= measured.wall_s + 0.1);
        assert!(measured.peak_bytes > 100_000);
    }
}
