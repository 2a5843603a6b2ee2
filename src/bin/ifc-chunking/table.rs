//! Aligned columns for a terminal. Columns without any cell are left out.

/// Characters of one cell; longer ones are cut.
const CELL_CHARS_MAX: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows of texts under headings.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    headings: [(&'static str, Align); N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(headings: [(&'static str, Align); N]) -> Table<N> {
        Table { headings, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| cut(&cell)));
    }

    /// The heading and the rows, without trailing spaces; nothing when there is no row.
    pub(crate) fn lines(&self) -> Vec<String> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let headings = self.headings.map(|(text, _)| text.to_owned());
        let widths: [usize; N] = std::array::from_fn(|column| {
            let of = |row: &[String; N]| row.get(column).map_or(0, |cell| cell.chars().count());
            match self.rows.iter().map(of).max() {
                None | Some(0) => 0,
                Some(widest) => widest.max(of(&headings)),
            }
        });
        std::iter::once(&headings).chain(&self.rows).map(|row| self.line(row, &widths)).collect()
    }

    fn line(&self, row: &[String; N], widths: &[usize; N]) -> String {
        let mut line = String::new();
        for ((cell, &width), (_, align)) in row.iter().zip(widths).zip(self.headings) {
            if width == 0 {
                continue;
            }
            let padding = " ".repeat(width - cell.chars().count());
            line.push_str("  ");
            match align {
                Align::Left => line.extend([cell, padding.as_str()]),
                Align::Right => line.extend([padding.as_str(), cell]),
            }
        }
        line.trim_end().to_owned()
    }
}

fn cut(cell: &str) -> String {
    let cell = crate::output::plain(cell);
    if cell.chars().count() <= CELL_CHARS_MAX {
        return cell;
    }
    cell.chars().take(CELL_CHARS_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let mut table = Table::new([("Name", Align::Left), ("Nummer", Align::Left), ("Wert", Align::Right)]);
        table.row(["Außenwand".to_owned(), String::new(), "1,5 m³".to_owned()]);
        table.row(["Tür".to_owned(), String::new(), "12,25 m³".to_owned()]);
        assert_eq!(table.lines(), ["  Name           Wert", "  Außenwand    1,5 m³", "  Tür        12,25 m³"]);
    }

    #[test]
    fn a_table_without_rows_has_no_lines() {
        assert!(Table::new([("Name", Align::Left)]).lines().is_empty());
    }

    #[test]
    fn a_long_cell_is_cut() {
        let mut table = Table::new([("Name", Align::Left)]);
        table.row(["ü".repeat(50)]);
        assert_eq!(table.lines()[1], format!("  {}…", "ü".repeat(39)));
    }
}
