//! Classifications and references into them.

use super::index::{Index, Slot};
use super::value::Arguments;
use super::words::Words;

/// Longest chain of references that is followed.
const NESTING_MAX: usize = 16;

#[derive(Debug)]
struct Row {
    /// Code and name of a reference, name or source of a classification.
    text: Option<u32>,
    /// Whether it is a classification.
    is_system: bool,
    /// The classification or the wider reference that a reference leads into.
    source: u32,
}

/// Every classification of the file.
#[derive(Debug, Default)]
pub(super) struct Classes {
    rows: Vec<Row>,
}

impl Classes {
    /// Keeps a reference: ItemReference (IFC4: Identification) at 1, Name at 2, ReferencedSource at 3; its row.
    pub(super) fn reference(&mut self, arguments: &Arguments<'_>, words: &mut Words) -> u32 {
        let text = |at: usize| arguments.at(at).text().filter(|text| !text.trim().is_empty());
        let joined = [text(1), text(2)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.push(Row {
            text: Some(joined).filter(|joined| !joined.is_empty()).map(|joined| words.number(&joined)),
            is_system: false,
            source: arguments.at(3).reference().unwrap_or_default(),
        })
    }

    /// Keeps a classification: Name at 3, else Source at 0; its row.
    pub(super) fn system(&mut self, arguments: &Arguments<'_>, words: &mut Words) -> u32 {
        let text = |at: usize| arguments.at(at).text().filter(|text| !text.trim().is_empty());
        let name = text(3).or_else(|| text(0)).map(|name| words.number(name));
        self.push(Row { text: name, is_system: true, source: 0 })
    }

    fn push(&mut self, row: Row) -> u32 {
        self.rows.push(row);
        u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX)
    }

    /// The system, where it has a name, then code and name as one text. A reference may lead into another one, which
    /// leads into the classification.
    pub(super) fn resolve<'w>(&self, row: u32, index: &Index, words: &'w Words) -> Option<(Option<&'w str>, &'w str)> {
        let row = self.rows.get(row as usize)?;
        let above = |row: &Row| {
            let Slot::Class(source) = index.slot(row.source) else { return None };
            self.rows.get(source as usize)
        };
        let source =
            std::iter::successors(above(row), |source| above(source)).take(NESTING_MAX).find(|row| row.is_system);
        let system = source.and_then(|source| source.text).map(|name| words.get(name));
        Some((system, words.get(row.text?)))
    }
}
