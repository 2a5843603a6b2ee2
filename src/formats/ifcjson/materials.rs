//! What things are made of: single materials, lists, layers, constituents, profiles.

use super::IfcJson;
use crate::formats::json::Json;
use crate::ifc::{EntityIndex, MaterialDraft, UnitAssignment};

/// Stands for a layer whose material the file does not name; a known placeholder.
const UNNAMED: &str = "?";

/// One material of a set, its thickness in the unit of the file.
#[derive(Debug)]
pub(super) struct StoredMaterial {
    name: String,
    thickness: Option<f64>,
    fraction: Option<f64>,
    is_layer: bool,
}

impl IfcJson {
    /// Keeps a material or a set of them; its number.
    pub(super) fn material(&mut self, record: Json<'_>) -> u32 {
        let number = u32::try_from(self.materials.len()).unwrap_or(u32::MAX);
        self.materials.push(read(record));
        number
    }

    /// Gives a material set to an entity.
    pub(super) fn give_material(&mut self, number: u32, entity: EntityIndex, units: &UnitAssignment) {
        let Some(stored) = self.materials.get(number as usize) else { return };
        let draft = |material: &'_ StoredMaterial| MaterialDraft {
            thickness_m: material.thickness.and_then(|t| units.to_stored(crate::ifc::Measure::Length, t)),
            fraction: material.fraction,
            is_layer: material.is_layer,
            name: "",
        };
        let drafts: Vec<MaterialDraft<'_>> =
            stored.iter().map(|material| MaterialDraft { name: &material.name, ..draft(material) }).collect();
        self.builder.materials(entity, &drafts);
    }
}

fn read(record: Json<'_>) -> Vec<StoredMaterial> {
    let plain = |name: &str| StoredMaterial { name: name.to_owned(), thickness: None, fraction: None, is_layer: false };
    if let Some(inner) = record.get("forLayerSet").or_else(|| record.get("forProfileSet")) {
        return read(inner);
    }
    if let Some(layers) = record.get("materialLayers") {
        let layer = |layer: Json<'_>| StoredMaterial {
            name: named(layer),
            thickness: layer.number_at("layerThickness"),
            fraction: None,
            is_layer: true,
        };
        return layers.items().map(layer).collect();
    }
    if let Some(constituents) = record.get("materialConstituents") {
        let constituent =
            |part: Json<'_>| StoredMaterial { fraction: part.number_at("fraction"), ..plain(&named(part)) };
        return constituents.items().map(constituent).collect();
    }
    if let Some(parts) = record.get("materials").or_else(|| record.get("materialProfiles")) {
        return parts.items().map(|part| plain(&named(part))).collect();
    }
    if record.get("layerThickness").is_some() {
        let (name, thickness) = (named(record), record.number_at("layerThickness"));
        return vec![StoredMaterial { thickness, is_layer: true, ..plain(&name) }];
    }
    match named(record) {
        name if name == UNNAMED => Vec::new(),
        name => vec![plain(&name)],
    }
}

/// The material's name, else the name of the layer or constituent itself.
fn named(part: Json<'_>) -> String {
    let material = part.get("material").and_then(|material| material.text_at("name"));
    let name = material.or_else(|| part.text_at("name")).filter(|name| !name.trim().is_empty());
    name.unwrap_or(UNNAMED).to_owned()
}
