//! Amounts of sets of entities: sums, means, extremes of a measure.
//!
//! [`values`] computes and counts; rows for an answer are built from it afterwards.

use std::collections::{BTreeMap, HashSet};

use crate::ifc::{EntityIndex, Unit};
use crate::query::answer::Scalar;
use crate::query::plan::{Amount, MeasureKind, Selection, Statistic};

use super::measure::{MATERIAL_LAYERS, Measured, given, measured};
use super::outcome::{Missing, Outcome, Reason, Result, Row, Share};
use super::{Scene, Selected, lookup, material, wanted_materials};

/// The value of an entity in the unit asked for, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Valued {
    pub(super) entity: EntityIndex,
    pub(super) value: f64,
    pub(super) source: String,
}

/// Values of a selection, and how many entities were left out for which reason.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) unit: Unit,
    pub(super) known: Vec<Valued>,
    pub(super) left_out: BTreeMap<Reason, usize>,
    corrected: usize,
    from_dimensions: usize,
    sources: BTreeMap<String, usize>,
}

/// Measures entities; of a material that the selection asks for, only its share.
pub(super) fn values(
    scene: Scene<'_>,
    of: &Selection,
    entities: &[EntityIndex],
    kind: MeasureKind,
    unit: Unit,
) -> Values {
    let materials = wanted_materials(&of.filters);
    let mut values = Values {
        unit,
        known: Vec::new(),
        left_out: BTreeMap::new(),
        corrected: 0,
        from_dimensions: 0,
        sources: BTreeMap::new(),
    };
    let among: HashSet<EntityIndex> = if adds_up(kind) { entities.iter().copied().collect() } else { HashSet::new() };
    for entity in entities {
        if is_counted_in_its_whole(scene, *entity, kind, &among) {
            continue;
        }
        let (measured, share) = if materials.is_empty() {
            (measured(scene, *entity, kind), Share::Known(1.0))
        } else {
            of_material(scene, *entity, kind, &materials)
        };
        match (measured, share) {
            (Ok(measured), Share::Known(share)) => values.add(*entity, measured, share),
            (Ok(_), Share::Unknown) => *values.left_out.entry(Reason::NoShare).or_default() += 1,
            (Err(reason), _) => *values.left_out.entry(reason).or_default() += 1,
        }
    }
    values
}

/// Whether a measure of a whole holds those of its parts.
fn adds_up(kind: MeasureKind) -> bool {
    matches!(
        kind,
        MeasureKind::Volume
            | MeasureKind::GrossVolume
            | MeasureKind::Area
            | MeasureKind::GrossArea
            | MeasureKind::Weight
    )
}

/// Longest chain of wholes that is followed.
const WHOLES_MAX: usize = 16;

/// Whether an element is a part of another one that is looked at too and has the value: a wall that is taken apart into
/// pieces, and the pieces, are one volume.
fn is_counted_in_its_whole(
    scene: Scene<'_>,
    entity: EntityIndex,
    kind: MeasureKind,
    among: &HashSet<EntityIndex>,
) -> bool {
    if among.is_empty() {
        return false;
    }
    let whole = |part: &EntityIndex| scene.reader.entity(*part)?.whole;
    std::iter::successors(whole(&entity), whole)
        .take(WHOLES_MAX)
        .any(|whole| among.contains(&whole) && measured(scene, whole, kind).is_ok())
}

/// What counts of an element when a material is asked for: of the volume its share, of the thickness its layers. Of the
/// weight only the whole, since materials differ in density; areas and lengths are the element's.
fn of_material(
    scene: Scene<'_>,
    entity: EntityIndex,
    kind: MeasureKind,
    wanted: &[&str],
) -> (std::result::Result<Measured, Reason>, Share) {
    let share = material::share(scene, entity, wanted);
    match (kind, share) {
        (MeasureKind::Thickness, _) => {
            let layers = material::layer_thickness(scene, entity, wanted);
            (layers.map(|value| given(value, MATERIAL_LAYERS)).ok_or(Reason::NoValue), Share::Known(1.0))
        }
        (MeasureKind::Volume, share) => (measured(scene, entity, kind), share),
        (MeasureKind::Weight, Share::Known(share)) if share < 1.0 => (measured(scene, entity, kind), Share::Unknown),
        (MeasureKind::Weight, share) => (measured(scene, entity, kind), share),
        (_, _) => (measured(scene, entity, kind), Share::Known(1.0)),
    }
}

fn last_name(source: &str) -> String {
    if source.contains(" x ") { source.to_owned() } else { source.rsplit('.').next().unwrap_or(source).to_owned() }
}

impl Valued {
    /// As a row of an answer.
    pub(super) fn row(&self, unit: Unit) -> Row {
        Row {
            value: Some(Scalar::Number(self.value)),
            unit: Some(unit),
            source: Some(self.source.clone()),
            ..Row::of(self.entity)
        }
    }
}

impl Values {
    fn add(&mut self, entity: EntityIndex, measured: Measured, share: f64) {
        self.corrected += usize::from(measured.corrected);
        self.from_dimensions += usize::from(measured.from_dimensions);
        *self.sources.entry(last_name(&measured.source)).or_default() += 1;
        let value = measured.value * share / self.unit.factor();
        self.known.push(Valued { entity, value, source: measured.source });
    }

    /// Applies a statistic; `None` without values.
    pub(super) fn reduce(&self, statistic: Statistic) -> Option<f64> {
        reduce(self.known.iter().map(|v| v.value), statistic)
    }

    /// As rows of an answer.
    pub(super) fn rows(&self) -> Vec<Row> {
        self.known.iter().map(|v| v.row(self.unit)).collect()
    }

    /// As rows of a bar of a distribution.
    pub(super) fn rows_of_group(&self, group: &str) -> Vec<Row> {
        self.known.iter().map(|v| Row { group: Some(group.to_owned()), ..v.row(self.unit) }).collect()
    }

    /// Says of an outcome how much of the selection it covers.
    pub(super) fn cover(&self, mut outcome: Outcome, elements: usize) -> Outcome {
        outcome.elements = elements;
        outcome.with_value = self.known.len();
        outcome.left_out = self.left_out.iter().map(|(reason, count)| (*reason, *count)).collect();
        self.note_sources(&mut outcome);
        outcome
    }

    /// Adds to an outcome which quantities were used, and how.
    pub(super) fn note_sources(&self, outcome: &mut Outcome) {
        outcome.corrected += self.corrected;
        outcome.from_dimensions += self.from_dimensions;
        let mut sources: Vec<(&String, &usize)> = self.sources.iter().collect();
        sources.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (name, _) in sources {
            if !outcome.sources.contains(name) {
                outcome.sources.push(name.clone());
            }
        }
    }

    /// Why there is no value at all.
    pub(super) fn missing(&self, elements: usize) -> Missing {
        let all = |reason| self.left_out.get(&reason) == Some(&elements);
        if all(Reason::Implausible) {
            Missing::Implausible(elements)
        } else if let Some(unshared) = self.left_out.get(&Reason::NoShare) {
            Missing::Shares(*unshared)
        } else {
            Missing::Measure { entities: elements }
        }
    }
}

/// A statistic of a measure over a selection.
pub(super) fn statistic(scene: Scene<'_>, of: &Selection, selected: &Selected, amount: Amount) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let Amount { measure, statistic, unit } = amount;
    let values = values(scene, of, &selected.entities, measure, unit);
    let Some(value) = values.reduce(statistic) else {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    };
    let rows = values.rows();
    values.cover(Outcome::of(Result::Number { value, unit: Some(unit), rows }, elements), elements)
}

/// The value of each; one number where all are equal.
pub(super) fn each(scene: Scene<'_>, of: &Selection, selected: &Selected, kind: MeasureKind, unit: Unit) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let values = values(scene, of, &selected.entities, kind, unit);
    let same = values.known.windows(2).all(|pair| matches!(pair, [a, b] if is_same(a.value, b.value)));
    let rows = values.rows();
    match values.known.first() {
        None => values.cover(Outcome::missing(values.missing(elements)), elements),
        Some(first) if same => {
            let number = Result::Number { value: first.value, unit: Some(unit), rows };
            values.cover(Outcome::of(number, elements), elements)
        }
        Some(_) => values.cover(Outcome::of(Result::List(rows), elements), elements),
    }
}

/// Whether two numbers differ by the noise of arithmetic only.
pub(super) fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// Applies a statistic; `None` for no values.
pub(super) fn reduce(values: impl Iterator<Item = f64> + Clone, statistic: Statistic) -> Option<f64> {
    let count = values.clone().count();
    if count == 0 {
        return None;
    }
    Some(match statistic {
        Statistic::Sum => sum(values),
        Statistic::Average => sum(values) / f64::from(u32::try_from(count).ok()?),
        Statistic::Minimum => values.fold(f64::INFINITY, f64::min),
        Statistic::Maximum => values.fold(f64::NEG_INFINITY, f64::max),
    })
}

/// Adds up in the order given and carries what each addition rounds away (Neumaier 1974), so that another order of the
/// file changes nothing that is shown.
pub(super) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
        total = next;
    }
    if total.is_finite() { total + lost } else { total }
}

/// Which of several entities stand out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rank {
    pub(super) smallest: bool,
    pub(super) limit: usize,
}

/// The entities with the largest or smallest measure.
pub(super) fn extreme(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    kind: MeasureKind,
    unit: Unit,
    rank: Rank,
) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let values = values(scene, of, &selected.entities, kind, unit);
    if values.known.is_empty() {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    }
    let ranked = values.known.iter().map(|v| (v.row(unit), v.value)).collect();
    values.cover(Outcome::of(standing_out(ranked, Some(unit), rank), elements), elements)
}

/// The first of some rows by their numbers: one result where one is asked for, else a list.
pub(super) fn standing_out(mut ranked: Vec<(Row, f64)>, unit: Option<Unit>, rank: Rank) -> Result {
    ranked.sort_by(|a, b| if rank.smallest { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
    let value = ranked.first().map_or(0.0, |(_, value)| *value);
    let kept = kept_with_ties(&ranked, rank.limit);
    let rows: Vec<Row> = ranked.into_iter().take(kept).map(|(row, _)| row).collect();
    if rank.limit > 1 { Result::List(rows) } else { Result::Top { name: String::new(), value, unit, rows } }
}

/// How many rows to keep: the limit, and those that equal the last of them.
fn kept_with_ties(rows: &[(Row, f64)], limit: usize) -> usize {
    let limit = limit.clamp(1, rows.len().max(1));
    let Some((_, last)) = rows.get(limit - 1) else { return 0 };
    limit + rows.iter().skip(limit).take_while(|(_, value)| is_same(*value, *last)).count()
}
