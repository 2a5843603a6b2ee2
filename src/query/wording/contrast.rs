//! Sentences about sets: a test of all, a share of a whole, two sides.

use crate::ifc::Unit;
use crate::query::answer::Item;
use crate::query::plan::{Amount, Contrast, Filter, Goal, Plan, Selection};
use crate::query::question::Language;

use super::condition::phrase;
use super::list::display;
use super::number::{cardinal, number, round};
use super::sentence::capital;
use super::subject::{kinds, measure_name, statistic_name, subject};
use super::{pick, quote};

/// Names listed in a sentence.
const NAMED_MAX: usize = 6;

/// Whether all pass a test.
pub(super) fn every(
    language: Language,
    plan: &Plan,
    (passed, open, failing): (usize, usize, usize),
    items: &[Item],
) -> String {
    let Goal::Every { test } = &plan.goal else { return String::new() };
    let of = capital(&subject(language, &plan.of, if passed + failing + open == 1 { 1 } else { 2 }));
    let test = phrase(language, test);
    let say = |count: usize| cardinal(language, count);
    if failing == 0 {
        let all = say(passed);
        return match (language, passed) {
            (Language::De, 1) => format!("Ja. {of}: erfüllt die Bedingung ({test})."),
            (Language::En, 1) => format!("Yes. {of}: meets the condition ({test})."),
            (Language::De, _) => format!("Ja. {of}: alle {all} erfüllen die Bedingung ({test})."),
            (Language::En, _) => format!("Yes. {of}: all {all} meet the condition ({test})."),
        };
    }
    let mut names: Vec<String> = items.iter().take(NAMED_MAX).map(|item| quote(language, display(item))).collect();
    if NAMED_MAX < failing {
        names.push("…".to_owned());
    }
    let names = names.join(", ");
    let (passed, failed) = (say(passed), say(failing));
    let rest = match open {
        0 => String::new(),
        open => pick(language, format!(", {} ohne Angabe", say(open)), format!(", {} not said", say(open))),
    };
    pick(
        language,
        format!("Nein. {of}; Bedingung ({test}): {passed} erfüllt, {failed} nicht erfüllt ({names}){rest}."),
        format!("No. {of}; condition ({test}): {passed} met, {failed} not met ({names}){rest}."),
    )
}

/// A figure with its unit; a count without.
fn figure(language: Language, value: f64, unit: Option<Unit>) -> String {
    let sign = unit.map_or(String::new(), |unit| format!(" {}", unit.sign()));
    format!("{}{sign}", number(language, value))
}

/// A percentage; `None` of nothing.
pub(in crate::query) fn percent(part: f64, whole: f64) -> Option<f64> {
    (whole != 0.0).then(|| round(part / whole * 100.0))
}

/// A part of a whole.
pub(super) fn share(language: Language, plan: &Plan, part: f64, whole: f64, unit: Option<Unit>, basis: &str) -> String {
    let Goal::Share { whole: larger, amount } = &plan.goal else { return String::new() };
    let of = capital(&subject(language, &plan.of, 2));
    let larger = subject(language, larger, 2);
    let share = number(language, percent(part, whole).unwrap_or_default());
    let (part, whole) = (figure(language, part, unit), figure(language, whole, unit));
    let what = amount.map_or(String::new(), |amount| format!(" {}", measure_name(language, amount.measure)));
    pick(
        language,
        format!("{of}: {part} von {whole}{what} ({larger}), das sind {share} %{basis}."),
        format!("{of}: {part} of {whole}{what} ({larger}), that is {share} %{basis}."),
    )
}

/// Short names of two sides: by what tells them apart.
pub(in crate::query) fn sides(language: Language, first: &Selection, second: &Selection) -> [String; 2] {
    let side = |one: &Selection, other: &Selection| {
        let own: Vec<&Filter> = one.filters.iter().filter(|filter| !other.filters.contains(filter)).collect();
        match own.as_slice() {
            [] if one.any_of != other.any_of && one.filters.len() == other.filters.len() => {
                kinds(language, &one.any_of, 2)
            }
            [Filter::Storey(names)] if one.any_of == other.any_of => names.join(", "),
            [filter] if one.any_of == other.any_of => phrase(language, filter),
            _ => subject(language, one, 2),
        }
    };
    let (a, b) = (side(first, second), side(second, first));
    if a == b { [subject(language, first, 2), subject(language, second, 2)] } else { [a, b] }
}

/// The name of the larger side, or that both are even.
pub(in crate::query) fn larger(language: Language, plan: &Plan, [first, second]: [f64; 2]) -> String {
    let Goal::Compare { with, .. } = &plan.goal else { return String::new() };
    let [a, b] = sides(language, &plan.of, with);
    if round(first) == round(second) {
        return pick(language, "gleich viel", "equal").to_owned();
    }
    if first > second { a } else { b }
}

/// Two sides with their figures, and what follows.
pub(super) fn compare(
    language: Language,
    plan: &Plan,
    contrast: Contrast,
    [first, second]: [f64; 2],
    unit: Option<Unit>,
) -> String {
    let Goal::Compare { with, amount, .. } = &plan.goal else { return String::new() };
    let of = |selection: &Selection| capital(&subject(language, selection, 2));
    let what = amount.as_ref().map_or(String::new(), |amount| measured(language, *amount));
    let figures = format!(
        "{}: {}; {}: {}{what}.",
        of(&plan.of),
        figure(language, first, unit),
        of(with),
        figure(language, second, unit),
    );
    match contrast {
        Contrast::Which if round(first) == round(second) => {
            format!("{figures} {}", pick(language, "Beide sind gleich.", "Both are equal."))
        }
        Contrast::Which => {
            let name = quote(language, &larger(language, plan, [first, second]));
            format!("{figures} {} {name}.", pick(language, "Mehr:", "More:"))
        }
        Contrast::Difference => {
            let difference = figure(language, first - second, unit);
            format!("{figures} {} {difference}.", pick(language, "Differenz:", "Difference:"))
        }
        Contrast::Ratio => {
            let ratio = number(language, first / second);
            format!("{figures} {} {ratio}.", pick(language, "Verhältnis:", "Ratio:"))
        }
        Contrast::IsMore => {
            let more = round(first) > round(second);
            let word = pick(language, if more { "Ja." } else { "Nein." }, if more { "Yes." } else { "No." });
            format!("{word} {figures}")
        }
    }
}

fn measured(language: Language, amount: Amount) -> String {
    format!(" ({}, {})", measure_name(language, amount.measure), statistic_name(language, amount.statistic))
}
