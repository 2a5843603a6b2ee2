//! Classifications and references into them.

use super::index::{Index, Slot};
use super::value::Arguments;
use super::words::Words;

#[derive(Debug)]
struct Row {
    /// Code and name of a reference, name of a classification.
    text: Option<u32>,
    name: Option<u32>,
    /// The classification that a reference leads into.
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
            name: text(2).map(|name| words.number(name)),
            source: arguments.at(3).reference().unwrap_or_default(),
        })
    }

    /// Keeps a classification: Name at 3; its row.
    pub(super) fn system(&mut self, arguments: &Arguments<'_>, words: &mut Words) -> u32 {
        let name = arguments.at(3).text().filter(|text| !text.trim().is_empty()).map(|name| words.number(name));
        self.push(Row { text: name, name, source: 0 })
    }

    fn push(&mut self, row: Row) -> u32 {
        self.rows.push(row);
        u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX)
    }

    /// The system, where it has a name, then code and name as one text.
    pub(super) fn resolve<'w>(&self, row: u32, index: &Index, words: &'w Words) -> Option<(Option<&'w str>, &'w str)> {
        let row = self.rows.get(row as usize)?;
        let source =
            if let Slot::Class(source) = index.slot(row.source) { self.rows.get(source as usize) } else { None };
        let system = source.and_then(|source| source.name).map(|name| words.get(name));
        Some((system, words.get(row.text?)))
    }
}
