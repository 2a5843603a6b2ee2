//! `cargo xtask show NAME`: the figures that an issue promises, each beside its bar.
//!
//! An issue adds a file with a function that measures, and a line in `SHOWS`.

mod answers;
mod api;
mod common;
mod idle;
mod main_job;
mod reading;
mod resume;
mod resume_upload;
mod server;
mod sessions;
mod sockets;

use anyhow::{Context as _, Result, bail};

/// What was measured for one promise.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What the figure is of.
    pub name: String,
    /// What was found.
    pub value: String,
    /// What was promised.
    pub bar: String,
    /// Whether the promise is kept; `None` when it could not be measured here.
    pub kept: Option<bool>,
}

impl Figure {
    /// A figure that was measured.
    pub fn measured(name: impl Into<String>, value: impl Into<String>, bar: impl Into<String>, kept: bool) -> Figure {
        Figure { name: name.into(), value: value.into(), bar: bar.into(), kept: Some(kept) }
    }

    /// A figure that could not be measured on this machine, and why.
    pub fn skipped(name: impl Into<String>, why: impl Into<String>, bar: impl Into<String>) -> Figure {
        Figure { name: name.into(), value: why.into(), bar: bar.into(), kept: None }
    }
}

/// What may be asked of a show beside its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// Write what goes into the documentation.
    pub write: bool,
    /// Also what needs tens of gigabytes of disk.
    pub huge: bool,
    /// Also what takes an hour.
    pub long: bool,
    /// Only these parts.
    pub only: Vec<String>,
}

impl Flags {
    /// Whether a part is asked for.
    #[must_use]
    pub fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    /// The first argument that is no flag, and the flags.
    fn parse<'a>(arguments: &[&'a str]) -> Result<(Option<&'a str>, Flags)> {
        let (mut name, mut flags) = (None, Flags::default());
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--write" => flags.write = true,
                "--huge" => flags.huge = true,
                "--long" => flags.long = true,
                "--only" => flags.only.push((*rest.next().context("--only needs a part")?).to_owned()),
                other if name.is_none() && !other.starts_with("--") => name = Some(other),
                other => bail!("{other} is not understood"),
            }
        }
        Ok((name, flags))
    }
}

type Show = (&'static str, fn(&Flags, &mut Vec<Figure>) -> Result<()>);

const SHOWS: &[Show] = &[
    ("main-job", main_job::measure),
    ("reading", reading::measure),
    ("answers", answers::measure),
    ("sessions", sessions::measure),
];

/// Measures and prints; `false` when a promise is not kept.
///
/// # Errors
/// When the name is unknown. A measurement that breaks counts as a promise not kept.
pub fn run(arguments: &[&str]) -> Result<bool> {
    let (name, flags) = Flags::parse(arguments)?;
    let Some(name) = name else {
        SHOWS.iter().for_each(|(name, _)| println!("{name}"));
        return Ok(true);
    };
    let Some((_, measure)) = SHOWS.iter().find(|(known, _)| *known == name) else {
        bail!("nothing is called {name}; cargo xtask show lists the names");
    };
    let mut figures = Vec::new();
    if let Err(error) = measure(&flags, &mut figures) {
        figures.push(Figure::measured("measuring", format!("broke off: {error:#}"), "goes through", false));
    }
    print!("\n{}", table(&figures));
    Ok(figures.iter().all(|figure| figure.kept != Some(false)))
}

/// The figures in aligned columns.
fn table(figures: &[Figure]) -> String {
    let verdict = |figure: &Figure| match figure.kept {
        Some(true) => "ok",
        Some(false) => "FAILS",
        None => "skipped",
    };
    let width = |of: fn(&Figure) -> &str| figures.iter().map(|figure| of(figure).chars().count()).max().unwrap_or(0);
    let (names, values, bars) = (width(|f| &f.name), width(|f| &f.value), width(|f| &f.bar));
    let lines = figures.iter().map(|figure| {
        let Figure { name, value, bar, .. } = figure;
        format!("{name:names$}  {value:>values$}  {bar:bars$}  {}\n", verdict(figure))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_in_columns_beside_their_bars() {
        let figures = [
            Figure::measured("right answers", "91.2 %", ">= 80 %", true),
            Figure::measured("memory", "130 MB", "< 120 MB", false),
            Figure::skipped("score", "no models", ">= 80 %"),
        ];
        let wanted = "right answers     91.2 %  >= 80 %   ok\nmemory            130 MB  < 120 MB  FAILS\nscore          no models  >= 80 %   skipped\n";
        assert_eq!(table(&figures), wanted);
    }

    #[test]
    fn flags_stand_before_or_behind_the_name() {
        let (name, flags) = Flags::parse(&["--long", "reading", "--only", "scores"]).unwrap();
        assert_eq!((name, flags.long, flags.huge), (Some("reading"), true, false));
        assert!(flags.wants("scores") && !flags.wants("speed") && Flags::default().wants("speed"));
        assert!(Flags::parse(&["reading", "main-job"]).is_err());
    }

    #[test]
    fn an_unknown_name_is_refused() {
        assert!(run(&["no-such-issue"]).is_err());
    }
}
