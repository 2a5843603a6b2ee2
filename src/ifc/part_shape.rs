//! Quantities computed from the shapes of parts that store none, when a model is finished.
//!
//! A stored value always holds: nothing is computed of a measure that a set of the part or of its type stores.

use std::collections::HashMap;
use std::io;

use super::builder::{ModelBuilder, ShapeLog, ShapeSource, Shaped};
use super::entity_type::{is_a, is_element};
use super::facts::{Figure, Origin, RecordIndex, RelationKind, RelationRow, SetId};
use super::geometry::{Gap, Opening, gap_of, measure, possible};
use super::model::{EntityIndex, QuantitySource};
use super::unit::{Measure, UnitAssignment};
use crate::limits;

/// The name of the sets that hold what was computed.
const SET_NAME: &str = "Computed";

/// How parts hang together, as far as shapes are concerned.
pub(super) struct Parts<'a> {
    /// What a part is built into, by part.
    pub(super) host: &'a dyn Fn(EntityIndex) -> Option<EntityIndex>,
    /// The whole of a part.
    pub(super) whole: &'a dyn Fn(EntityIndex) -> Option<EntityIndex>,
    /// The sets of an entity and of its type.
    pub(super) sets: &'a dyn Fn(EntityIndex) -> Vec<SetId>,
}

/// The place of a computed set: that of its part.
struct At(Option<RecordIndex>);

impl Origin for At {
    fn pointer(&self) -> String {
        String::new()
    }

    fn offset(&self) -> u64 {
        0
    }

    fn record(&self) -> Option<RecordIndex> {
        self.0
    }
}

/// Computes what parts do not store and hands it to the sink; the new sets with their parts, in the order of the parts.
pub(super) fn compute(
    builder: &mut ModelBuilder,
    parts: &Parts<'_>,
    units: &UnitAssignment,
) -> io::Result<Vec<(EntityIndex, SetId)>> {
    let (Some(mut source), Some(length)) = (builder.shapes.source.take(), units.length) else { return Ok(Vec::new()) };
    let mut log = std::mem::take(&mut builder.shapes.log);
    let openings = openings(builder, parts);
    let mut pieces_left = limits::SHAPE_PIECES_ALL_MAX;
    let (mut added, mut relations) = (Vec::new(), Vec::new());
    for part in source.parts() {
        let kind = builder.type_of(part).to_owned();
        if !is_measured(&kind) {
            continue;
        }
        let sets = (parts.sets)(part);
        let stored = sets.iter().filter_map(|set| builder.shapes.stored.get(set.index()));
        let stored = stored.fold(Gap::default(), |all, gap| all.and(*gap));
        if stored.holds(possible(&kind)) {
            continue;
        }
        let Shaped { solid: Some(solid), frame, record } = source.shape(part, &mut log)? else { continue };
        let own = (parts.whole)(part).is_none_or(|whole| !openings.contains_key(&whole));
        let mut cut = Vec::new();
        let of_part = openings.get(&part).map(Vec::as_slice).unwrap_or_default();
        if let (Some(frame), true) = (frame, own) {
            cut = cuts(of_part, &frame, source.as_mut(), &mut log)?;
        }
        let is_known = own && cut.len() == of_part.len();
        let mut set = None;
        for computed in measure(&kind, &solid, is_known.then_some(cut.as_slice()), &mut pieces_left) {
            if stored.meets(gap_of(computed.name, computed.measure)) {
                continue;
            }
            let set = *set.get_or_insert_with(|| builder.open_set(Some(SET_NAME), &At(record)));
            let value = computed.value * power(length, computed.measure);
            let figure = Figure { value, measure: computed.measure, is_declared: false };
            builder.add_quantity(computed.name, figure, QuantitySource::Computed);
            if added.last() != Some(&(part, set)) {
                added.push((part, set));
            }
        }
        if let Some(SetId(relating)) = set {
            relations.push(RelationRow { kind: RelationKind::HasSet, related: part, relating, record: None });
        }
    }
    builder.sink.relations(&relations)?;
    Ok(added)
}

/// Whether parts of a class are measured: elements and spaces, without what only cuts others.
fn is_measured(kind: &str) -> bool {
    (is_element(kind) || is_a(kind, "IfcSpace")) && !is_a(kind, "IfcFeatureElement")
}

/// The openings of each part.
fn openings(builder: &ModelBuilder, parts: &Parts<'_>) -> HashMap<EntityIndex, Vec<EntityIndex>> {
    let mut openings: HashMap<EntityIndex, Vec<EntityIndex>> = HashMap::new();
    for part in (0..builder.entity_count()).filter_map(EntityIndex::new) {
        if let Some(host) = (parts.host)(part)
            && is_a(builder.type_of(part), "IfcFeatureElement")
        {
            openings.entry(host).or_default().push(part);
        }
    }
    openings
}

fn cuts(
    openings: &[EntityIndex],
    host: &super::Frame,
    source: &mut dyn ShapeSource,
    log: &mut ShapeLog,
) -> io::Result<Vec<Opening>> {
    let mut cuts = Vec::with_capacity(openings.len());
    for opening in openings {
        let Shaped { solid, frame, .. } = source.shape(*opening, log)?;
        cuts.push(Opening::of(solid, frame, host));
    }
    Ok(cuts)
}

/// Stored units in a unit of the file, from the metres in its unit of length.
fn power(length: f64, measure: Measure) -> f64 {
    match measure {
        Measure::Volume => length * length * length,
        Measure::Area => length * length,
        Measure::Length
        | Measure::Weight
        | Measure::Time
        | Measure::Count
        | Measure::ThermalTransmittance
        | Measure::Angle
        | Measure::Plain
        | Measure::Unknown => length,
    }
}
