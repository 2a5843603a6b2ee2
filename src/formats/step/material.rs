//! What things are made of: single materials, lists, layers, constituents, profiles.

use super::index::{Index, Slot};
use super::schema::MaterialKind;
use super::value::Arguments;
use super::words::Words;
use crate::ifc::MaterialDraft;

/// Stands for a layer whose material the file does not name; a known placeholder.
const UNNAMED: &str = "?";

/// Deepest nesting: a usage around a set around layers around materials.
const NESTING_MAX: usize = 4;

/// Parts of one composition; lists that name each other could otherwise multiply without end.
const PARTS_MAX: usize = 4096;

#[derive(Debug)]
struct Row {
    kind: MaterialKind,
    name: Option<u32>,
    /// The material of a layer, constituent or profile.
    material: u32,
    /// Thickness of a layer in the unit of the file, or fraction of a constituent.
    amount: Option<f64>,
    parts: Box<[u32]>,
}

/// Every material of the file.
#[derive(Debug, Default)]
pub(super) struct Materials {
    rows: Vec<Row>,
}

impl Materials {
    /// Keeps a material or something made of materials; its row.
    pub(super) fn keep(&mut self, kind: MaterialKind, arguments: &Arguments<'_>, words: &mut Words) -> u32 {
        let mut text = |at: usize| {
            let text = arguments.at(at).text().filter(|text| !text.trim().is_empty());
            text.map(|text| words.number(text))
        };
        let reference = |at: usize| arguments.at(at).reference().unwrap_or_default();
        let bare = |name| Row { kind, name, material: 0, amount: None, parts: Box::default() };
        let row = match kind {
            MaterialKind::Material => bare(text(0)),
            MaterialKind::Layer => Row { material: reference(0), amount: arguments.at(1).number(), ..bare(text(3)) },
            MaterialKind::Constituent => {
                Row { material: reference(2), amount: arguments.at(3).number(), ..bare(text(0)) }
            }
            MaterialKind::Profile => Row { material: reference(2), ..bare(text(0)) },
            MaterialKind::Around(at) => Row { parts: arguments.at(at).references().collect(), ..bare(None) },
        };
        self.rows.push(row);
        u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX)
    }

    /// The name of a single material.
    pub(super) fn name<'w>(&self, row: u32, words: &'w Words) -> Option<&'w str> {
        self.rows.get(row as usize)?.name.map(|name| words.get(name))
    }

    /// What a row comes to, in order, thicknesses in the unit of the file.
    pub(super) fn composition<'w>(&self, row: u32, index: &Index, words: &'w Words) -> Vec<MaterialDraft<'w>> {
        let mut parts = Vec::new();
        self.collect(row, index, 0, &mut parts);
        let draft = |(row, in_set): (&Row, bool)| {
            let name = self.named(row, index).map(|name| words.get(name));
            let is_layer = row.kind == MaterialKind::Layer;
            if name.is_none() && !in_set && !is_layer {
                return None;
            }
            Some(MaterialDraft {
                name: name.unwrap_or(UNNAMED),
                thickness_m: row.amount.filter(|_| is_layer),
                fraction: row.amount.filter(|_| row.kind == MaterialKind::Constituent && in_set),
                is_layer,
            })
        };
        parts.into_iter().filter_map(draft).collect()
    }

    fn collect<'s>(&'s self, row: u32, index: &Index, depth: usize, into: &mut Vec<(&'s Row, bool)>) {
        let Some(row) = self.rows.get(row as usize) else { return };
        let MaterialKind::Around(_) = row.kind else { return into.push((row, 0 < depth)) };
        for part in &row.parts {
            if let (Slot::Material(part), true) = (index.slot(*part), depth < NESTING_MAX && into.len() < PARTS_MAX) {
                self.collect(part, index, depth + 1, into);
            }
        }
    }

    /// The material's name, else the name of the layer, constituent or profile itself.
    fn named(&self, row: &Row, index: &Index) -> Option<u32> {
        let Slot::Material(material) = index.slot(row.material) else { return row.name };
        self.rows.get(material as usize).and_then(|material| material.name).or(row.name)
    }
}
