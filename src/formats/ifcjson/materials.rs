//! What things are made of: single materials, lists, layers, constituents, profiles.

use super::IfcJson;
use crate::formats::json::Json;
use crate::ifc::{MaterialDraft, MaterialSetId};

/// Stands for a layer whose material the file does not name; a known placeholder.
pub(super) const UNNAMED: &str = "?";

impl IfcJson {
    /// Hands a material or a set of them to the builder; its number.
    pub(super) fn material(&mut self, record: Json<'_>) -> MaterialSetId {
        self.builder.compose(&read(record), true)
    }
}

/// One material without more.
pub(super) fn plain(name: &str) -> MaterialDraft<'_> {
    MaterialDraft { name, thickness_m: None, fraction: None, is_layer: false }
}

/// One layer, its thickness in the unit of the file. Every layer has one, and exporters drop a zero: that of a membrane.
fn layer(layer: Json<'_>) -> MaterialDraft<'_> {
    let thickness_m = Some(layer.number_at("layerThickness").unwrap_or(0.0));
    MaterialDraft { thickness_m, is_layer: true, ..plain(named(layer)) }
}

fn read(record: Json<'_>) -> Vec<MaterialDraft<'_>> {
    if let Some(inner) = record.get("forLayerSet").or_else(|| record.get("forProfileSet")) {
        return read(inner);
    }
    if let Some(layers) = record.get("materialLayers") {
        return layers.items().map(layer).collect();
    }
    if let Some(constituents) = record.get("materialConstituents") {
        return constituents
            .items()
            .map(|part| MaterialDraft { fraction: part.number_at("fraction"), ..plain(named(part)) })
            .collect();
    }
    if let Some(parts) = record.get("materials").or_else(|| record.get("materialProfiles")) {
        return parts.items().map(|part| plain(named(part))).collect();
    }
    if record.get("layerThickness").is_some() {
        return vec![layer(record)];
    }
    match named(record) {
        name if name == UNNAMED => Vec::new(),
        name => vec![plain(name)],
    }
}

/// The material's name, else the name of the layer or constituent itself.
fn named(part: Json<'_>) -> &str {
    let material = part.get("material").and_then(|material| material.text_at("name"));
    let name = material.or_else(|| part.text_at("name")).filter(|name| !name.trim().is_empty());
    name.unwrap_or(UNNAMED)
}
