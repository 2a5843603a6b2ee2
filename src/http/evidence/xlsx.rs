//! Evidence as a workbook: a sheet that says what was computed, and one with every element.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::table::{COLUMNS, Cell, head, heading, row};
use crate::query::{Evidence, Language};

/// Rows of a worksheet, less the header; more than that no spreadsheet opens.
pub(in crate::http) const ROWS_MAX: usize = 1_048_575;

/// Longest text of a cell, in UTF-16 units; the format allows no more.
const CELL_UNITS_MAX: usize = 32_767;

/// The caller sees to it that there are at most [`ROWS_MAX`] elements.
pub(super) fn write(evidence: &Evidence, language: Language) -> Result<Vec<u8>, XlsxError> {
    let (first, second) = match language {
        Language::De => ("Antwort", "Elemente"),
        Language::En => ("Answer", "Elements"),
    };
    let columns = COLUMNS.iter().map(|column| (heading(column, language), column.2)).collect();
    let elements = Sheet { name: second, columns, rows: Box::new(evidence.elements.iter().map(row)) };
    workbook(first, &head(evidence, language), vec![elements])
}

/// A sheet of rows under headings, which stay in sight.
pub(in crate::http) struct Sheet<'a> {
    /// What its tab says.
    pub(in crate::http) name: &'static str,
    /// Headings, and the width of each column in characters.
    pub(in crate::http) columns: Vec<(&'static str, f64)>,
    /// At most [`ROWS_MAX`].
    pub(in crate::http) rows: Box<dyn Iterator<Item = Vec<Cell>> + 'a>,
}

/// A workbook of a first sheet with names and values, and others with tables.
pub(in crate::http) fn workbook(
    first: &str,
    pairs: &[(&'static str, Cell)],
    sheets: Vec<Sheet<'_>>,
) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(first)?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 100)?;
    for (number, (name, cell)) in (0_u32..).zip(pairs) {
        sheet.write_string_with_format(number, 0, *name, &bold)?;
        put(sheet, number, 1, cell)?;
    }
    for Sheet { name, columns, rows } in sheets {
        let sheet = workbook.add_worksheet().set_name(name)?;
        for (number, (heading, width)) in (0_u16..).zip(columns) {
            sheet.write_string_with_format(0, number, heading, &bold)?;
            sheet.set_column_width(number, width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        for (number, row) in (1_u32..).zip(rows) {
            for (column, cell) in (0_u16..).zip(&row) {
                put(sheet, number, column, cell)?;
            }
        }
    }
    workbook.save_to_buffer()
}

/// A text is stored as one, whatever it begins with; so no cell is ever a formula.
fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => return Ok(()),
        Cell::Number(number) if number.is_finite() => sheet.write_number(row, column, *number)?,
        Cell::Number(number) => sheet.write_string(row, column, number.to_string())?,
        Cell::Boolean(value) => sheet.write_boolean(row, column, *value)?,
        Cell::Text(text) => sheet.write_string(row, column, cut(text))?,
    };
    Ok(())
}

fn cut(text: &str) -> String {
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= CELL_UNITS_MAX
    };
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_longer_than_a_cell_is_cut_at_a_letter() {
        assert_eq!(cut(&"😀".repeat(20_000)).chars().count(), CELL_UNITS_MAX / 2);
        assert_eq!(cut("Wand"), "Wand");
    }
}
