//! Counting, listing, existence, and the outer dimensions of parts.

use crate::ifc::{EntityIndex, Unit};
use crate::query::answer::Scalar;
use crate::query::entities::Entities;
use crate::query::plan::{MeasureKind, Selection};
use crate::query::vocabulary::StoreyWord;

use super::outcome::{Missing, Outcome, Result, Row};
use super::{Rows, Scene, Selected, measure, select};

pub(super) fn count(selected: &Selected) -> Outcome {
    Outcome::of(Result::Count(selected.entities.clone().into()), selected.entities.len())
}

pub(super) fn exists(selected: &Selected) -> Outcome {
    Outcome::of(Result::Exists(selected.entities.clone().into()), selected.entities.len())
}

pub(super) fn list(scene: Scene<'_>, of: &Selection, selected: &Selected) -> Outcome {
    if selected.entities.is_empty() && lacks_kind(scene, of) {
        return Outcome::missing(Missing::Parts(of.any_of.clone()));
    }
    let storeys = &scene.vocabulary.storeys;
    let place = |e: &EntityIndex| storeys.iter().position(|storey| storey.index == *e);
    let is_listed = |storey: &StoreyWord| selected.entities.binary_search(&storey.index).is_ok();
    let mut entities = selected.entities.clone();
    if storeys.iter().any(is_listed) {
        let mut sorted = entities.to_vec();
        sorted.sort_by_key(place);
        entities = sorted.into();
    }
    Outcome::of(Result::List(entities.clone().into()), entities.len())
}

/// Whether the model has no entity of any of the kinds asked for.
pub(super) fn lacks_kind(scene: Scene<'_>, of: &Selection) -> bool {
    !of.any_of.is_empty() && select::of_kind(scene, &of.any_of).is_ok_and(|found| found.is_empty())
}

/// Why nothing was selected: no such part at all, or none that meets the conditions.
pub(super) fn nothing(scene: Scene<'_>, of: &Selection) -> Missing {
    if lacks_kind(scene, of) { Missing::Parts(of.any_of.clone()) } else { Missing::Nothing }
}

pub(super) fn rows(entities: &[EntityIndex]) -> Rows {
    entities.iter().copied().collect::<Entities>().into()
}

/// Length × width × height of each, in whole millimetres as the trade writes them.
pub(super) fn dimensions(scene: Scene<'_>, selected: &Selected) -> Outcome {
    let mut rows = Vec::new();
    for entity in &selected.entities {
        let millimetres =
            |kind| measure::measured(scene, *entity, kind).ok().map(|m| m.value / Unit::Millimetre.factor());
        let sides: Vec<f64> = [MeasureKind::Length, MeasureKind::Width, MeasureKind::Height]
            .into_iter()
            .filter_map(millimetres)
            .collect();
        if sides.len() < 2 {
            continue;
        }
        let text: Vec<String> = sides.iter().map(|side| format!("{}", (side * 10.0).round() / 10.0)).collect();
        let text = format!("{} mm", text.join(" x "));
        rows.push(Row { value: Some(Scalar::Text(text)), ..Row::of(*entity) });
    }
    if rows.is_empty() {
        return Outcome::missing(Missing::Measure { entities: selected.entities.len() });
    }
    let text = match rows.as_slice() {
        [Row { value: Some(Scalar::Text(text)), .. }] => text.clone(),
        _ => String::new(),
    };
    let with_value = rows.len();
    let result = if text.is_empty() { Result::List(rows.into()) } else { Result::Text { text, rows: rows.into() } };
    Outcome::of(result, with_value).covering(selected.entities.len(), with_value)
}
