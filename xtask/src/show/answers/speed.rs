//! The benches of `benches/answers.rs`, where there are some.

use anyhow::{Context as _, Result};

use crate::process::{cargo, output};
use crate::show::Figure;

const FILE: &str = "benches/answers.rs";
/// Words in the name of a bench, and the microseconds that it may take.
const BARS: &[(&str, f64)] =
    &[("parse", 100.0), ("count", 1000.0), ("sum", 2500.0), ("group", 5000.0), ("look", 2.0), ("global_id", 2.0)];

pub(super) fn measure(figures: &mut Vec<Figure>) -> Result<()> {
    if !crate::root().join(FILE).is_file() {
        figures.push(Figure::skipped("benches of answers", format!("no {FILE}"), "see the issue"));
        return Ok(());
    }
    let ended = output(&mut cargo(&["bench", "--bench", "answers"]))?;
    let report = String::from_utf8_lossy(&ended.stdout);
    println!("{report}");
    if !ended.status.success() {
        figures.push(Figure::measured("benches of answers", "failed", "run", false));
    }
    let times = times(&report).context("the benches told no time")?;
    for (name, microseconds) in times {
        let value = format!("{microseconds:.2} us");
        let bar = BARS.iter().find(|(word, _)| name.contains(word) && !name.contains("duckdb"));
        figures.push(match bar {
            Some((_, bar)) => Figure::measured(name, value, format!("< {bar} us"), microseconds < *bar),
            None => Figure::skipped(name, value, "told only"),
        });
    }
    Ok(())
}

/// Names and middle estimates, out of lines `name   time:   [1.0 µs 1.1 µs 1.2 µs]`; a long name stands on a line of
/// its own. None when there is no such line.
fn times(report: &str) -> Option<Vec<(String, f64)>> {
    let (mut found, mut before) = (Vec::new(), "");
    for line in report.lines() {
        if let Some((name, times)) = line.split_once(" time: ") {
            let name = if name.trim().is_empty() { before } else { name };
            let words: Vec<&str> = times.trim().trim_matches(['[', ']']).split_whitespace().collect();
            if let [_, _, number, unit, ..] = words.as_slice() {
                let factor = match *unit {
                    "ps" => 1e-6,
                    "ns" => 1e-3,
                    "ms" => 1e3,
                    "s" => 1e6,
                    _ => 1.0,
                };
                found.push((name.trim().to_owned(), number.parse::<f64>().ok()? * factor));
            }
        }
        before = line;
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units_and_names() {
        let report = "parse/short             time:   [1.2 µs 1.5 µs 1.9 µs]\n\
                      a_very_long_name_that_has_a_line\n                        time:   [1.0 ms 1.1 ms 1.2 ms]\n";
        let found = times(report).unwrap();
        assert_eq!(found, [("parse/short".to_owned(), 1.5), ("a_very_long_name_that_has_a_line".to_owned(), 1100.0)]);
        assert_eq!(times("nothing"), None);
    }
}
