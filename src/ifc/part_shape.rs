//! Quantities computed from the shapes of parts that store none, when a model is finished.
//!
//! A stored value always holds: nothing is computed of a measure that a set of the part or of its type stores.

use std::io;

use super::builder::{Gap, ModelBuilder, ShapeLog, ShapeSource, Shaped};
use super::entity_type::{is_a, is_element};
use super::facts::{FactSink, Figure, Origin, RecordIndex, RelationKind, RelationRow, SetId};
use super::finish::{Poll, ask};
use super::geometry::{Opening, gap_of, measure, possible};
use super::model::{EntityIndex, QuantitySource};
use super::unit::Measure;
use crate::limits;

/// The name of the sets that hold what was computed.
const SET_NAME: &str = "Computed";

/// Parts between two questions whether to go on.
const POLL_PARTS: usize = 16;

/// Relations gathered before they are handed to the sink.
const WAITING_ROWS: usize = 4096;

/// A part that does not store all that may be computed of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lacking {
    pub(super) part: EntityIndex,
    /// What it stores.
    pub(super) stored: Gap,
    /// Whether its whole has openings, of which nobody says what they take from which part.
    pub(super) is_of_cut: bool,
}

/// The parts to measure.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// By part.
    pub(super) lacking: Vec<Lacking>,
    /// Hosts and the openings in them, by host.
    pub(super) openings: Vec<(EntityIndex, EntityIndex)>,
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

/// Where a computed set is handed on to, with its part.
pub(super) type Give<'g> = dyn FnMut(EntityIndex, SetId, &mut dyn FactSink) -> io::Result<()> + 'g;

/// Computes what parts do not store and hands it to the sink; `length` is the unit of length in metres. Each new set is
/// given away as it begins, in the order of the parts.
pub(super) fn compute(
    builder: &mut ModelBuilder,
    source: &mut dyn ShapeSource,
    parts: &Parts,
    length: f64,
    poll: &mut Poll<'_>,
    give: &mut Give<'_>,
) -> io::Result<()> {
    let mut log = std::mem::take(&mut builder.shapes.log);
    let mut pieces_left = limits::SHAPE_PIECES_ALL_MAX;
    let mut relations = Vec::new();
    for (number, Lacking { part, stored, is_of_cut }) in parts.lacking.iter().copied().enumerate() {
        if number.is_multiple_of(POLL_PARTS) {
            ask(poll)?;
        }
        let kind = builder.type_of(part).to_owned();
        let Shaped { solid: Some(solid), frame, record } = source.shape(part, &mut log)? else { continue };
        let mut cut = Vec::new();
        let of_part = parts.openings_of(part);
        if let (Some(frame), false) = (frame, is_of_cut) {
            cut = cuts(of_part, &frame, source, &mut log)?;
        }
        let is_known = !is_of_cut && cut.len() == of_part.len();
        let mut set = None;
        for computed in measure(&kind, &solid, is_known.then_some(cut.as_slice()), &mut pieces_left) {
            if stored.meets(gap_of(computed.name, computed.measure)) {
                continue;
            }
            if set.is_none() {
                let opened = builder.open_set(Some(SET_NAME), &At(record));
                give(part, opened, builder.sink.as_mut())?;
                set = Some(opened);
            }
            let value = computed.value * power(length, computed.measure);
            let figure = Figure { value, measure: computed.measure, is_declared: false };
            builder.add_quantity(computed.name, figure, QuantitySource::Computed);
        }
        if let Some(SetId(relating)) = set {
            relations.push(RelationRow { kind: RelationKind::HasSet, related: part, relating, record: None });
        }
        if WAITING_ROWS <= relations.len() {
            builder.sink.relations(&relations)?;
            relations.clear();
        }
    }
    builder.sink.relations(&relations)
}

impl Parts {
    fn openings_of(&self, part: EntityIndex) -> &[(EntityIndex, EntityIndex)] {
        let begin = self.openings.partition_point(|(host, _)| *host < part);
        let rest = self.openings.get(begin..).unwrap_or_default();
        rest.get(..rest.partition_point(|(host, _)| *host == part)).unwrap_or_default()
    }
}

/// What may be computed of a class: of elements and spaces, without what only cuts others.
pub(super) fn measurable(kind: &str) -> Option<Gap> {
    let is_measured = (is_element(kind) || is_a(kind, "IfcSpace")) && !is_a(kind, "IfcFeatureElement");
    is_measured.then(|| possible(kind))
}

fn cuts(
    openings: &[(EntityIndex, EntityIndex)],
    host: &super::Frame,
    source: &mut dyn ShapeSource,
    log: &mut ShapeLog,
) -> io::Result<Vec<Opening>> {
    let mut cuts = Vec::with_capacity(openings.len());
    for (_, opening) in openings {
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
