//! What parts are made of.

use std::collections::BTreeSet;

use crate::ifc::{EntityIndex, fold, is_placeholder, words};
use crate::query::lexicon::material::Material;

use super::outcome::{Missing, Outcome, Result, Row, Share};
use super::{Scene, Selected};

/// Whether a material's name is one of those that a plan wants.
fn is_any(name: &str, wanted: &[&str]) -> bool {
    wanted.iter().any(|wanted| is_wanted(name, wanted))
}

/// Whether a material's name is what a plan wants: a concept id, a full name, or a word of it.
fn is_wanted(name: &str, wanted: &str) -> bool {
    match Material::by_id(wanted) {
        Some(material) => material.is_named(name),
        None => {
            let folded = fold(wanted);
            fold(name) == folded || words(name).contains(&folded)
        }
    }
}

/// Whether an entity is, wholly or in part, of one of the materials.
pub(super) fn is_made_of(scene: Scene<'_>, entity: EntityIndex, wanted: &[&str]) -> bool {
    scene.reader.materials(entity).iter().any(|m| is_any(scene.reader.text(m.material), wanted))
}

/// Names of the materials of an entity, each once, in order; placeholders are none.
pub(super) fn names(scene: Scene<'_>, entity: EntityIndex) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in scene.reader.materials(entity).iter().map(|m| scene.reader.text(m.material)) {
        if !names.iter().any(|n| n == name) && !is_placeholder("material", name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Whether the model says what an entity is made of.
pub(super) fn is_given(scene: Scene<'_>, entity: EntityIndex) -> bool {
    scene.reader.materials(entity).iter().any(|m| !is_placeholder("material", scene.reader.text(m.material)))
}

pub(super) fn is_in_model(scene: Scene<'_>, wanted: &str) -> bool {
    scene.vocabulary.materials.values().any(|name| is_wanted(name, wanted))
}

/// How much of an entity is of the wanted materials: by thickness or fraction, whole where every material is.
pub(super) fn share(scene: Scene<'_>, entity: EntityIndex, wanted: &[&str]) -> Share {
    let materials = scene.reader.materials(entity);
    let matching: Vec<Option<f64>> =
        materials.iter().filter(|m| is_any(scene.reader.text(m.material), wanted)).map(|m| m.share).collect();
    if matching.len() == materials.len() {
        return Share::Known(1.0);
    }
    matching.into_iter().sum::<Option<f64>>().map_or(Share::Unknown, Share::Known)
}

/// Thickness of the layers of a material; `None` when there are none, or one does not say its thickness.
pub(super) fn layer_thickness(scene: Scene<'_>, entity: EntityIndex, wanted: &[&str]) -> Option<f64> {
    let materials = scene.reader.materials(entity);
    let layers = materials.iter().filter(|m| m.is_layer && is_any(scene.reader.text(m.material), wanted));
    layers.map(|m| m.thickness_m).sum::<Option<f64>>().filter(|sum| *sum > 0.0)
}

/// The layers of each, in order; once where all have the same.
pub(super) fn layers(scene: Scene<'_>, selected: &Selected) -> Outcome {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    let mut with_layers = 0;
    for entity in &selected.entities {
        let materials = scene.reader.materials(*entity);
        if !materials.iter().any(|m| m.is_layer) {
            continue;
        }
        with_layers += 1;
        let build_up: Vec<Row> = materials
            .iter()
            .map(|layer| Row {
                name: Some(scene.reader.text(layer.material).to_owned()),
                thickness_mm: layer.thickness_m.map(|m| (m * 1e6).round() / 1e3),
                ..Row::default()
            })
            .collect();
        if seen.insert(format!("{build_up:?}")) {
            rows.extend(build_up);
        }
    }
    if rows.is_empty() {
        return Outcome::missing(Missing::Relation("layers"));
    }
    Outcome::of(Result::List(rows.into()), selected.entities.len()).covering(selected.entities.len(), with_layers)
}
