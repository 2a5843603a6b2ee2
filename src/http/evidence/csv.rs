//! Evidence as CSV: RFC 4180, UTF-8, a header row, and nothing that a spreadsheet would compute.

use super::table::{COLUMNS, Cell, heading, inert, row};
use crate::query::{Evidence, Language};

pub(super) fn write(evidence: &Evidence, language: Language) -> String {
    let headings: Vec<&str> = COLUMNS.iter().map(|column| heading(column, language)).collect();
    table(&headings, evidence.elements.iter().map(row))
}

/// Any rows under their headings.
pub(in crate::http) fn table(headings: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> String {
    let headings: Vec<String> = headings.iter().map(|heading| quoted(heading)).collect();
    let mut text = headings.join(",");
    text.push_str("\r\n");
    for row in rows {
        let fields: Vec<String> = row.iter().map(field).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Boolean(value) => value.to_string(),
        Cell::Text(text) => quoted(&inert(text)),
    }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_and_never_a_formula_while_a_number_stays_one() {
        for (cell, wanted) in [
            (Cell::Text("=HYPERLINK(\"x\")".to_owned()), "\"'=HYPERLINK(\"\"x\"\")\""),
            (Cell::Text("+49".to_owned()), "'+49"),
            (Cell::Text("-Wand".to_owned()), "'-Wand"),
            (Cell::Text("@a,b".to_owned()), "\"'@a,b\""),
            (Cell::Text("a\nb".to_owned()), "\"a\nb\""),
            (Cell::Number(-1.5), "-1.5"),
            (Cell::Empty, ""),
        ] {
            assert_eq!(field(&cell), wanted);
        }
    }
}
