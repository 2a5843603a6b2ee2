//! Evidence as a workbook: a sheet that says what was computed, and one with every element.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::table::{COLUMNS, Cell, head, heading, row};
use crate::query::{Evidence, Language};

/// Rows of a worksheet, less the header; more than that no spreadsheet opens.
pub(super) const ROWS_MAX: usize = 1_048_575;

/// Longest text of a cell, in UTF-16 units; the format allows no more.
const CELL_UNITS_MAX: usize = 32_767;

/// The caller sees to it that there are at most [`ROWS_MAX`] elements.
pub(super) fn write(evidence: &Evidence, language: Language) -> Result<Vec<u8>, XlsxError> {
    let (first, second) = match language {
        Language::De => ("Antwort", "Elemente"),
        Language::En => ("Answer", "Elements"),
    };
    let bold = Format::new().set_bold();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(first)?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 100)?;
    for (number, (name, cell)) in (0_u32..).zip(head(evidence, language)) {
        sheet.write_string_with_format(number, 0, name, &bold)?;
        put(sheet, number, 1, &cell)?;
    }
    let sheet = workbook.add_worksheet().set_name(second)?;
    for (number, column) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, number, heading(column, language), &bold)?;
        sheet.set_column_width(number, column.2)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (number, element) in (1_u32..).zip(&evidence.elements) {
        for (column, cell) in (0_u16..).zip(row(element)) {
            put(sheet, number, column, &cell)?;
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
