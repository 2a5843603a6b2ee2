//! An answer as a page to print: what was asked, what was said, and what that rests on. No script; its looks are a file of
//! the server's, since the policy of the server forbids any other.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get};

use super::export::Told;
use super::html::{Attribute, Html};
use crate::actors::history::HistoryStatus;
use crate::http::evidence::table::Cell;
use crate::limits;
use crate::query::{AnsweredBy, Group, Language, written_number};

const STYLESHEET: &str = "/v1/history/print.css";

/// The looks of printable pages.
#[utoipa::path(
    tag = "history",
    responses((status = 200, description = "a stylesheet", body = String, content_type = "text/css",
        example = "body { margin: 0 auto; }"))
)]
#[get("/v1/history/print.css")]
pub(super) async fn read_stylesheet() -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-cache")).content_type("text/css; charset=utf-8");
    response.body(include_str!("print.css"))
}

pub(super) fn print(told: &Told) -> String {
    let entry = &told.detail.item.entry;
    Html::document(told.language, &entry.text, STYLESHEET, |html| {
        html.element("main", &[], |html| {
            html.leaf("p", &[Attribute::Class("product")], "ifc-chunking");
            html.leaf("h1", &[Attribute::AnyDirection], &entry.text);
            let class = if told.body().is_some() { "answer" } else { "answer none" };
            let said = match told.sentence() {
                "" => status_text(told, entry.status),
                said => said,
            };
            html.leaf("p", &[Attribute::Class(class), Attribute::AnyDirection], said);
            facts(told, html);
            groups(told, html);
            elements(told, html);
            explanation(told, html);
        });
    })
}

fn status_text(told: &Told, status: HistoryStatus) -> &'static str {
    match status {
        HistoryStatus::Answered => told.pick("Beantwortet.", "Answered."),
        HistoryStatus::NotInModel => told.pick("Das Modell enthält dazu nichts.", "The model holds nothing of it."),
        HistoryStatus::NotUnderstood => {
            told.pick("Die Frage wurde nicht verstanden.", "The question was not understood.")
        }
        HistoryStatus::NeedsLlm => {
            told.pick("Nur ein Sprachmodell könnte antworten.", "Only a language model could answer.")
        }
        HistoryStatus::Failed => told.pick("Die Frage schlug fehl.", "The question failed."),
        HistoryStatus::Cancelled => told.pick("Die Frage wurde abgebrochen.", "The question was cancelled."),
    }
}

/// Of what, when, by whom, and where to look it up.
fn facts(told: &Told, html: &mut Html) {
    let entry = &told.detail.item.entry;
    html.element("dl", &[], |html| {
        let mut fact = |name: &str, value: &str| {
            html.leaf("dt", &[], name);
            html.leaf("dd", &[Attribute::AnyDirection], value);
        };
        if let Some(whole) = told.answer().and_then(|answer| answer.understood_as.as_deref()) {
            fact(told.pick("Verstanden als", "Understood as"), whole);
        }
        fact(told.pick("Modell", "Model"), &entry.model_name);
        fact(told.pick("Modell-Kennung", "Model id"), &entry.model_id);
        fact(told.pick("Gefragt am", "Asked on"), &date(told.language, &entry.asked_at));
        if let Some(by) = entry.answered_by {
            let by = match by {
                AnsweredBy::Exact => told.pick("genau berechnet", "computed exactly"),
                AnsweredBy::Llm => told.pick("von einem Sprachmodell", "by a language model"),
            };
            fact(told.pick("Beantwortet", "Answered"), by);
        }
        if let Some(evidence) = told.answer().and_then(|answer| answer.evidence.as_ref()) {
            fact(told.pick("Regel", "Rule"), &evidence.rule);
            html.leaf("dt", &[], told.pick("Beleg", "Evidence"));
            html.element("dd", &[], |html| html.leaf("a", &[Attribute::Address(&evidence.url)], &evidence.url));
        }
    });
}

fn groups(told: &Told, html: &mut Html) {
    let groups = told.groups();
    if groups.is_empty() {
        return;
    }
    html.leaf("h2", &[], told.pick("Verteilung", "Distribution"));
    let headings = [(told.pick("Gruppe", "Group"), false), (told.pick("Wert", "Value"), true)];
    let row = |group: &Group| {
        let value = format!("{} {}", written_number(told.language, group.value), unit(&group.unit));
        vec![(group.key.clone(), false), (value.trim_end().to_owned(), true)]
    };
    table(html, &headings, groups.iter().take(limits::PRINTED_ROWS_MAX).map(row));
    note(told, html, limits::PRINTED_ROWS_MAX.min(groups.len()), groups.len());
}

/// Columns of an element that are printed; behind them stands where in the source it is, which is for programs.
const PRINTED_COLUMNS: usize = 11;

/// The element's role, among those.
const ROLE_COLUMN: usize = 9;

fn elements(told: &Told, html: &mut Html) {
    let rows: Vec<Vec<Cell>> = told.rows().take(limits::PRINTED_ROWS_MAX).collect();
    if rows.is_empty() {
        return;
    }
    let is_told = |number: usize| {
        rows.iter().any(|row| match row.get(number) {
            None | Some(Cell::Empty) => false,
            // That an element counts goes without saying.
            Some(Cell::Text(role)) if number == ROLE_COLUMN => role != "counted",
            Some(Cell::Text(text)) => text != "count",
            Some(Cell::Number(_) | Cell::Boolean(_)) => true,
        })
    };
    let columns: Vec<usize> = (0..PRINTED_COLUMNS).filter(|number| is_told(*number)).collect();
    let is_number = |number: usize| rows.iter().any(|row| matches!(row.get(number), Some(Cell::Number(_))));
    let names = told.columns();
    let heading = |number: &usize| (names.get(*number).map_or("", |column| column.0), is_number(*number));
    let headings: Vec<(&str, bool)> = columns.iter().map(heading).collect();
    html.leaf("h2", &[], told.pick("Elemente", "Elements"));
    let written = rows.iter().map(|row| {
        let cell = |number: &usize| {
            let cell = row.get(*number).unwrap_or(&Cell::Empty);
            (cell_text(told, *number, cell), matches!(cell, Cell::Number(_)))
        };
        columns.iter().map(cell).collect()
    });
    table(html, &headings, written);
    note(told, html, rows.len(), told.rows_total());
}

fn cell_text(told: &Told, number: usize, cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(value) => written_number(told.language, *value),
        Cell::Boolean(true) => told.pick("ja", "yes").to_owned(),
        Cell::Boolean(false) => told.pick("nein", "no").to_owned(),
        Cell::Text(text) if number == ROLE_COLUMN => role(told, text).to_owned(),
        Cell::Text(text) if number == UNIT_COLUMN => unit(text),
        Cell::Text(text) => text.clone(),
    }
}

const UNIT_COLUMN: usize = 6;

fn role<'a>(told: &Told, role: &'a str) -> &'a str {
    match role {
        "counted" => told.pick("gezählt", "counted"),
        "considered" => told.pick("betrachtet", "considered"),
        "compared" => told.pick("verglichen", "compared"),
        "whole" => told.pick("Ganzes", "whole"),
        other => other,
    }
}

/// A table; each heading and each cell with whether it is a number.
fn table<'a>(html: &mut Html, headings: &[(&str, bool)], rows: impl Iterator<Item = Vec<(String, bool)>> + 'a) {
    fn cell(html: &mut Html, tag: &'static str, text: &str, is_number: bool) {
        match is_number {
            true => html.leaf(tag, &[Attribute::Class("number")], text),
            false => html.leaf(tag, &[Attribute::AnyDirection], text),
        }
    }
    html.element("div", &[Attribute::Class("scroll")], |html| {
        html.element("table", &[], |html| {
            html.element("thead", &[], |html| {
                html.element("tr", &[], |html| {
                    headings.iter().for_each(|(text, is_number)| cell(html, "th", text, *is_number));
                });
            });
            html.element("tbody", &[], |html| {
                for row in rows {
                    html.element("tr", &[], |html| {
                        row.iter().for_each(|(text, is_number)| cell(html, "td", text, *is_number));
                    });
                }
            });
        });
    });
}

/// Says when a table is not all there is.
fn note(told: &Told, html: &mut Html, shown: usize, total: usize) {
    if total <= shown {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
    let written = |count: usize| written_number(told.language, count as f64);
    let (shown, total) = (written(shown), written(total));
    let text = told.pick(format!("Die ersten {shown} von {total}."), format!("The first {shown} of {total}."));
    html.leaf("p", &[Attribute::Class("note")], &text);
}

/// How it came about; without evidence, what was left out.
fn explanation(told: &Told, html: &mut Html) {
    let left_out = told.answer().map(|answer| answer.coverage.left_out.as_slice()).unwrap_or_default();
    let lines: Vec<String> = match &told.evidence {
        Some(evidence) => evidence.explanation.clone(),
        None => left_out.iter().map(|left| format!("{}: {}", left.reason, left.count)).collect(),
    };
    if lines.is_empty() {
        return;
    }
    html.leaf("h2", &[], told.pick("Wie die Antwort zustande kam", "How the answer came about"));
    html.element("ul", &[], |html| {
        lines.iter().for_each(|line| html.leaf("li", &[Attribute::AnyDirection], line));
    });
}

/// A unit as printed: `m2` is m². A count has none.
fn unit(name: &str) -> String {
    if name == "count" {
        return String::new();
    }
    ["m", "t"].iter().fold(name.to_owned(), |text, base| {
        text.replace(&format!("{base}2"), &format!("{base}²")).replace(&format!("{base}3"), &format!("{base}³"))
    })
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A time as people of the language write it; as it is where it cannot be read.
fn date(language: Language, asked_at: &str) -> String {
    let parts = || {
        let (date, time) = asked_at.split_once('T')?;
        let mut date = date.splitn(3, '-');
        let (year, month, day) = (date.next()?, date.next()?, date.next()?);
        let time = time.get(..5)?;
        Some(match language {
            Language::De => format!("{day}.{month}.{year}, {time} Uhr (UTC)"),
            Language::En => {
                let name = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
                format!("{} {name} {year}, {time} UTC", day.trim_start_matches('0'))
            }
        })
    };
    parts().unwrap_or_else(|| asked_at.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_units_read_as_people_write_them() {
        let at = "2026-11-03T12:05:07.250Z";
        assert_eq!(date(Language::De, at), "03.11.2026, 12:05 Uhr (UTC)");
        assert_eq!(date(Language::En, at), "3 November 2026, 12:05 UTC");
        assert_eq!(date(Language::En, "2026-13-03T12:05:07Z"), "2026-13-03T12:05:07Z");
        assert_eq!(date(Language::De, "<b>"), "<b>");
        assert_eq!((unit("m2").as_str(), unit("W/(m2K)").as_str(), unit("count").as_str()), ("m²", "W/(m²K)", ""));
    }
}
