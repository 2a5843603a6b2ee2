//! Questions that no building answers, over HTTP: none gets a figure, each is refused at once, the server stays.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::process::TempFolder;
use crate::show::Figure;
use crate::show::server::Server;

const FILE: &str = "tests/questions/hostile.txt";
const QUESTIONS_MIN: usize = 500;
const MILLISECONDS_MAX: f64 = 50.0;
/// A pause of a busy machine is not the program's: what was slow is asked again, and the fastest counts.
const TRIES: usize = 3;
const FIGURES: &[&str] = &["count", "number", "groups", "boolean"];
const SAMPLE: &str = "samples/house.ifcjson.json";
const REAL: &[&str] = &["fzk_haus", "duplex", "large_building", "tall_building", "schependomlaan_root"];

/// What became of all questions to all buildings.
#[derive(Default)]
struct Told {
    asked: usize,
    with_figure: usize,
    otherwise: usize,
    broken: usize,
    slowest_ms: f64,
    slowest: String,
    slowest_at_first_ms: f64,
}

pub(super) fn measure(program: &Path, shared: Option<&Path>, figures: &mut Vec<Figure>) -> Result<()> {
    let file = fs::read_to_string(crate::root().join(FILE)).with_context(|| format!("no {FILE}"))?;
    let questions = questions(&file)?;
    let data = TempFolder::new("show-hostile")?;
    let server = Server::start(program, data.path())?;
    let mut told = Told::default();
    let real = shared.into_iter().flat_map(|shared| {
        REAL.iter().filter_map(move |name| {
            let ends = ["json", "json.gz"].map(|end| shared.join(format!("models/{name}/{name}.ifcjson-nogeom.{end}")));
            ends.into_iter().find(|path| path.is_file())
        })
    });
    for path in std::iter::once(crate::root().join(SAMPLE)).chain(real) {
        told.ask_all(&server, &path, &questions)?;
    }
    let Told { asked, with_figure, otherwise, broken, slowest_ms, slowest, slowest_at_first_ms } = told;
    let count = questions.len();
    figures.push(Figure::measured(
        "hostile questions",
        count.to_string(),
        format!(">= {QUESTIONS_MIN}"),
        QUESTIONS_MIN <= count,
    ));
    let of = |part: usize| format!("{part} of {asked}");
    figures.push(Figure::measured("hostile questions answered with a figure", of(with_figure), "0", with_figure == 0));
    figures.push(Figure::skipped("hostile questions answered with a list or a text", of(otherwise), "told only"));
    figures.push(Figure::measured("hostile questions that broke the server", of(broken), "0", broken == 0));
    println!("slowest: {slowest}");
    let value = format!("{slowest_ms:.1} ms ({slowest_at_first_ms:.1} ms at first)");
    let bar = format!("<= {MILLISECONDS_MAX} ms");
    figures.push(Figure::measured("slowest hostile question over HTTP", value, bar, slowest_ms <= MILLISECONDS_MAX));
    Ok(())
}

impl Told {
    fn ask_all(&mut self, server: &Server, path: &PathBuf, questions: &[String]) -> Result<()> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let model_id = server.publish(&name, &bytes)?;
        for text in questions {
            self.asked += 1;
            let (first_ms, status, answer) = ask(server, &model_id, text)?;
            self.broken += usize::from(500 <= status);
            let mut best_ms = first_ms;
            for _ in 1..TRIES {
                if best_ms <= MILLISECONDS_MAX {
                    break;
                }
                best_ms = best_ms.min(ask(server, &model_id, text)?.0);
            }
            self.slowest_at_first_ms = self.slowest_at_first_ms.max(first_ms);
            if self.slowest_ms < best_ms {
                self.slowest_ms = best_ms;
                self.slowest = format!("{name}: {}", shown(text));
            }
            if status == 200 && answer["status"] == "answered" {
                let has_figure = FIGURES.iter().any(|kind| answer["answer"]["kind"] == **kind);
                *(if has_figure { &mut self.with_figure } else { &mut self.otherwise }) += 1;
                println!("{name}: {}\n  {}", shown(text), answer["answer"]["text"]);
            }
        }
        Ok(())
    }
}

/// Milliseconds, the HTTP status and the body.
fn ask(server: &Server, model_id: &str, text: &str) -> Result<(f64, u16, Value)> {
    let body = json!({ "text": text, "mode": "exact" }).to_string();
    let started = Instant::now();
    let (status, answer) =
        server.post(&format!("/v1/models/{model_id}/questions"), "application/json", body.as_bytes())?;
    Ok((started.elapsed().as_secs_f64() * 1000.0, status, answer))
}

/// The texts of the file: a JSON string a line, or a text and how often it is repeated.
fn questions(file: &str) -> Result<Vec<String>> {
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let text = |line: &str| {
        let value: Value = serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))?;
        let times = value[1].as_u64().map(usize::try_from).transpose()?.unwrap_or(1);
        match value.as_str().or_else(|| value[0].as_str()) {
            Some(text) => Ok(text.repeat(times)),
            None => bail!("no text: {line}"),
        }
    };
    lines.map(text).collect()
}

/// The beginning of a text, with what cannot be seen written out.
fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_a_text_or_a_text_repeated() {
        assert_eq!(questions("# heading\n\n\"a\\n\"\n[\"b \", 3]\n").unwrap(), ["a\n", "b b b "]);
        assert!(questions("7").is_err() && questions("plain").is_err());
    }
}
