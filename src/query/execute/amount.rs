//! Amounts of sets of entities: sums, means, extremes of a measure.
//!
//! [`values`] computes and counts; rows for an answer are made from it when they are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::ifc::{EntityIndex, Unit};
use crate::query::columns::{Codes, Key};
use crate::query::entities::Entities;
use crate::query::plan::{Amount, MeasureKind, Selection, Statistic};

use super::measure::{MATERIAL_LAYERS, given, measured};
use super::meter::{Measurable, Meter, Once, Source};
use super::outcome::{Missing, Outcome, Reason, Result, Row, Share};
use super::rows::Rows;
use super::total::Total;
use super::valued::{Listing, ValuedRows, is_stored};
use super::{Scene, Selected, column, lookup, material, wanted_materials};

/// Values of a selection, and how many entities were left out for which reason.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) known: ValuedRows,
    pub(super) left_out: BTreeMap<Reason, usize>,
    /// Parts whose wholes are measured.
    in_wholes: usize,
    sources: Vec<Source>,
    /// All values added up, where that has been done.
    total: Option<Total>,
}

/// How much of entities is of some materials, asked once of each composition.
struct Composition<'m> {
    scene: Scene<'m>,
    wanted: Vec<&'m str>,
    codes: Option<Arc<Codes>>,
    known: HashMap<usize, (Share, Option<f64>)>,
}

impl Composition<'_> {
    /// The share of the materials, and the thickness of their layers.
    fn of(&mut self, entity: EntityIndex) -> (Share, Option<f64>) {
        let (scene, wanted) = (self.scene, &self.wanted);
        let read = |e| (material::share(scene, e, wanted), material::layer_thickness(scene, e, wanted));
        let Some(codes) = &self.codes else { return read(entity) };
        let code = codes.code(entity);
        let first = codes.first().get(code).copied().unwrap_or(entity);
        *self.known.entry(code).or_insert_with(|| read(first))
    }
}

/// Measures entities; of a material that the selection asks for, only its share.
pub(super) fn values(scene: Scene<'_>, of: &Selection, entities: &Entities, kind: MeasureKind, unit: Unit) -> Values {
    if wanted_materials(&of.filters).is_empty() {
        let meter = Meter::new(scene, kind, entities.len());
        let once = Once::of(scene, kind, entities, |_| Some(0));
        if let Some((Measurable { known, left_out, sources }, column)) =
            meter.split(&once.entities).zip(meter.of_column(unit))
        {
            let known = ValuedRows::of_column(unit, known, names(&sources), column);
            return Values { known, left_out, in_wholes: once.in_wholes.len(), sources, total: None };
        }
    }
    let whole = values_by(scene, of, entities, (kind, unit), (1, |_| Some(0)));
    whole.into_iter().next().unwrap_or_default()
}

/// The same by groups, of which there are so many, in one pass; entities of no group are not measured.
pub(super) fn values_by(
    scene: Scene<'_>,
    of: &Selection,
    entities: &Entities,
    (kind, unit): (MeasureKind, Unit),
    (groups, group_of): (usize, impl Fn(EntityIndex) -> Option<usize>),
) -> Vec<Values> {
    let once = Once::of(scene, kind, entities, &group_of);
    let mut meter = Meter::new(scene, kind, entities.len());
    let room = entities.len() / groups.max(1) + 1;
    let mut all: Vec<(Listing, Values)> = (0..groups).map(|_| (Listing::with_room(room), Values::default())).collect();
    let wanted = wanted_materials(&of.filters);
    let factor = unit.factor();
    for group in once.in_wholes.iter().filter_map(|entity| group_of(*entity)) {
        if let Some((_, values)) = all.get_mut(group) {
            values.in_wholes += 1;
        }
    }
    let in_unit = |value: f64| if is_stored(factor) { value } else { value / factor };
    let codes = if wanted.is_empty() { None } else { column::coded(scene, &Key::Materials, entities.len()) };
    let mut composition = Composition { scene, wanted, codes, known: HashMap::new() };
    for entity in &once.entities {
        let Some((listing, values)) = group_of(*entity).and_then(|group| all.get_mut(group)) else { continue };
        if composition.wanted.is_empty() {
            match meter.measure(*entity) {
                Ok((value, source)) => listing.add(*entity, in_unit(value), source),
                Err(reason) => values.leave_out(reason),
            }
            continue;
        }
        match of_material(&mut meter, &mut composition, *entity) {
            (Ok((value, source)), Share::Known(share)) => listing.add(*entity, in_unit(value * share), source),
            (Ok(_), Share::Unknown) => values.leave_out(Reason::NoShare),
            (Err(reason), _) => values.leave_out(reason),
        }
    }
    all.into_iter().map(|(listing, values)| values.with(listing, unit, &meter.sources.listed)).collect()
}

/// Groups that the codes of a column stand for.
pub(super) struct CodedGroups<'g> {
    pub(super) codes: &'g Arc<Codes>,
    /// Of each code its group, if it has one.
    pub(super) groups: &'g [Option<usize>],
    pub(super) count: usize,
}

impl CodedGroups<'_> {
    fn of(&self, entity: EntityIndex) -> Option<usize> {
        self.groups.get(self.codes.code(entity)).copied().flatten()
    }
}

/// The same, added up from columns without a list of any group; `None` where they do not tell it, or where some values stand
/// elsewhere than others.
pub(super) fn totals_by(
    scene: Scene<'_>,
    of: &Selection,
    entities: &Entities,
    (kind, unit): (MeasureKind, Unit),
    by: &CodedGroups<'_>,
) -> Option<Vec<Values>> {
    if !wanted_materials(&of.filters).is_empty() || by.codes.sets().is_none() {
        return None;
    }
    let all = entities.bits()?;
    let meter = Meter::new(scene, kind, entities.len());
    if !Once::of(scene, kind, entities, |entity| by.of(entity)).in_wholes.is_empty() {
        return None;
    }
    let (Measurable { known, left_out, sources }, column) = meter.split(entities).zip(meter.of_column(unit))?;
    if sources.iter().filter(|source| source.used > 0).count() > 1 {
        return None;
    }
    let bits = known.bits()?;
    // The last is of the entities that are in no group.
    let mut totals = vec![Total::default(); by.count + 1];
    let slots: Vec<usize> = by.groups.iter().map(|group| group.unwrap_or(by.count)).collect();
    let factor = unit.factor();
    let is_stored = is_stored(factor);
    column.figures.each_with(bits, by.codes, |code, value| {
        let slot = slots.get(usize::from(code)).copied().unwrap_or(by.count);
        if let Some(total) = totals.get_mut(slot) {
            total.add(if is_stored { value } else { value / factor });
        }
    });
    let mut found = Vec::with_capacity(by.count);
    for (group, total) in totals.into_iter().take(by.count).enumerate() {
        let of_group = by.groups.iter().enumerate().filter(|(_, of)| **of == Some(group)).map(|(code, _)| code);
        let count = total.len();
        let of_group = known.narrowed(by.codes, of_group.collect(), count)?;
        let used = |source: &Source| Source { used: if source.used > 0 { count } else { 0 }, ..source.clone() };
        let known = ValuedRows::of_column(unit, of_group, names(&sources), column.clone());
        let sources = sources.iter().map(used).collect();
        found.push(Values { known, sources, total: Some(total), ..Values::default() });
    }
    if !left_out.is_empty() {
        for entity in all.without(bits).iter() {
            let values = by.of(entity).and_then(|group| found.get_mut(group));
            if let Some((values, reason)) = values.zip(meter.lack(entity)) {
                values.leave_out(reason);
            }
        }
    }
    Some(found)
}

fn names(sources: &[Source]) -> Vec<String> {
    sources.iter().map(|source| source.name.clone()).collect()
}

/// What counts of an element when a material is asked for: of the volume its share, of the thickness its layers. Of the
/// weight only the whole, since materials differ in density; areas and lengths are the element's.
fn of_material(
    meter: &mut Meter<'_>,
    composition: &mut Composition<'_>,
    entity: EntityIndex,
) -> (std::result::Result<(f64, u32), Reason>, Share) {
    let (share, layers) = composition.of(entity);
    match (meter.kind, share) {
        (MeasureKind::Thickness, _) => {
            let layers = layers.map(|value| (value, meter.sources.code(given(value, MATERIAL_LAYERS))));
            (layers.ok_or(Reason::NoValue), Share::Known(1.0))
        }
        (MeasureKind::Volume, share) => (meter.measure(entity), share),
        (MeasureKind::Weight, Share::Known(share)) if share < 1.0 => (meter.measure(entity), Share::Unknown),
        (MeasureKind::Weight, share) => (meter.measure(entity), share),
        (_, _) => (meter.measure(entity), Share::Known(1.0)),
    }
}

fn last_name(source: &str) -> String {
    if source.contains(" x ") { source.to_owned() } else { source.rsplit('.').next().unwrap_or(source).to_owned() }
}

impl Values {
    fn leave_out(&mut self, reason: Reason) {
        *self.left_out.entry(reason).or_default() += 1;
    }

    fn with(mut self, listing: Listing, unit: Unit, listed: &[Source]) -> Values {
        self.sources = listed.to_vec();
        for code in listing.codes() {
            if let Some(source) = self.sources.get_mut(*code as usize) {
                source.used += 1;
            }
        }
        self.known = listing.rows(unit, names(listed));
        self
    }

    /// How many entities were looked at.
    pub(super) fn elements(&self) -> usize {
        self.len() + self.in_wholes + self.left_out.values().sum::<usize>()
    }

    /// How many entities have a value.
    pub(super) fn len(&self) -> usize {
        self.known.entities.len()
    }

    /// Whether none has.
    pub(super) fn is_empty(&self) -> bool {
        self.known.entities.is_empty()
    }

    /// Applies a statistic; `None` without values.
    pub(super) fn reduce(&self, statistic: Statistic) -> Option<f64> {
        let count = f64::from(u32::try_from(self.len()).ok().filter(|count| *count > 0)?);
        let total = || self.total.as_ref().map_or_else(|| self.known.total().value(), Total::value);
        let fold = |first: f64, better: fn(f64, f64) -> f64| {
            let mut best = first;
            self.known.each(|value| best = better(best, value));
            best
        };
        Some(match statistic {
            Statistic::Sum => total(),
            Statistic::Average => total() / count,
            Statistic::Minimum => fold(f64::INFINITY, f64::min),
            Statistic::Maximum => fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// As rows of an answer.
    pub(super) fn into_rows(self) -> Rows {
        Rows::valued(vec![(Arc::new(self.known), None)])
    }

    /// Says of an outcome how much of the selection it covers.
    pub(super) fn cover(&self, mut outcome: Outcome, elements: usize) -> Outcome {
        outcome.elements = elements;
        outcome.with_value = self.len();
        outcome.left_out = self.left_out.iter().map(|(reason, count)| (*reason, *count)).collect();
        self.note_sources(&mut outcome);
        outcome
    }

    /// Adds to an outcome which quantities were used, and how.
    pub(super) fn note_sources(&self, outcome: &mut Outcome) {
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for source in self.sources.iter().filter(|source| source.used > 0) {
            outcome.corrected += if source.corrected { source.used } else { 0 };
            outcome.from_dimensions += if source.from_dimensions { source.used } else { 0 };
            outcome.contradicted += if source.contradicted { source.used } else { 0 };
            *by_name.entry(last_name(&source.name)).or_default() += source.used;
        }
        let mut sources: Vec<(&String, &usize)> = by_name.iter().collect();
        sources.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (name, _) in sources {
            if !outcome.sources.contains(name) {
                outcome.sources.push(name.clone());
            }
        }
    }

    /// Whether so many values contradict each other that what the others give says little of all.
    pub(super) fn doubt(&self) -> Option<Missing> {
        let count = self.left_out.get(&Reason::Contradictory).copied().unwrap_or_default();
        doubt(count, self.elements())
    }

    /// The same of what only one of the values decides, such as the largest: any that contradicts may be it.
    pub(super) fn doubt_of_one(&self) -> Option<Missing> {
        self.left_out.get(&Reason::Contradictory).map(|count| Missing::Contradictory(*count))
    }

    /// The same of what is told without the other values that contradict those used.
    pub(super) fn doubt_of_used(&self, scene: Scene<'_>, kind: MeasureKind) -> Option<Missing> {
        let is_contradicted = self.sources.iter().any(|source| source.contradicted && source.used > 0);
        if is_contradicted { doubt_of(scene, &self.known.entities, kind) } else { None }
    }

    /// Why there is no value at all.
    pub(super) fn missing(&self, elements: usize) -> Missing {
        let of = |reason| self.left_out.get(&reason).copied();
        if let Some(count) = of(Reason::Contradictory) {
            Missing::Contradictory(count)
        } else if let Some(count) = of(Reason::Implausible) {
            Missing::Implausible(count)
        } else if let Some(count) = of(Reason::Parameter) {
            Missing::Parameter(count)
        } else if let Some(unshared) = self.left_out.get(&Reason::NoShare) {
            Missing::Shares(*unshared)
        } else {
            Missing::Measure { entities: elements }
        }
    }
}

/// Of one in a hundred elements values may contradict each other; of more, no total of the others is told.
pub(super) fn doubt(contradictory: usize, elements: usize) -> Option<Missing> {
    (elements < contradictory * 100).then_some(Missing::Contradictory(contradictory))
}

/// Why nothing is told that the other stored values of some entities may turn round.
pub(super) fn doubt_of(scene: Scene<'_>, entities: &[EntityIndex], kind: MeasureKind) -> Option<Missing> {
    let others = entities.iter().filter_map(|entity| other(scene, *entity, kind)).count();
    (others > 0).then_some(Missing::Contradictory(others))
}

/// What else the model holds of an entity.
fn other(scene: Scene<'_>, entity: EntityIndex, kind: MeasureKind) -> Option<f64> {
    measured(scene, entity, kind).ok().and_then(|found| found.other)
}

/// Whether a statistic is the value of one entity.
pub(super) fn is_of_one(statistic: Statistic) -> bool {
    matches!(statistic, Statistic::Minimum | Statistic::Maximum)
}

/// A statistic of a measure over a selection.
pub(super) fn statistic(scene: Scene<'_>, of: &Selection, selected: &Selected, amount: Amount) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let Amount { measure, statistic, unit } = amount;
    let values = values(scene, of, &selected.entities, measure, unit);
    let of_one = || values.doubt_of_one().or_else(|| values.doubt_of_used(scene, measure));
    if let Some(doubt) = if is_of_one(statistic) { of_one() } else { values.doubt() } {
        return values.cover(Outcome::missing(doubt), elements);
    }
    let Some(value) = values.reduce(statistic) else {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    };
    let mut outcome = values.cover(Outcome::of(Result::Count(Rows::default()), elements), elements);
    if outcome.contradicted > 0 && statistic == Statistic::Sum && wanted_materials(&of.filters).is_empty() {
        outcome.otherwise = otherwise(scene, measure, unit, &values).map(|change| value + change);
    }
    Outcome { result: Ok(Result::Number { value, unit: Some(unit), rows: values.into_rows() }), ..outcome }
}

/// How much more it would be with the other values of those that are contradicted; `None` where none is as good.
fn otherwise(scene: Scene<'_>, kind: MeasureKind, unit: Unit, values: &Values) -> Option<f64> {
    let change = |entity: &EntityIndex| {
        let found = measured(scene, *entity, kind).ok()?;
        found.other.map(|other| (other - found.value) / unit.factor())
    };
    let changes: Vec<f64> = values.known.entities.iter().filter_map(change).collect();
    (!changes.is_empty()).then(|| sum(changes.into_iter()))
}

/// The value of each; one number where all are equal.
pub(super) fn each(scene: Scene<'_>, of: &Selection, selected: &Selected, kind: MeasureKind, unit: Unit) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let values = values(scene, of, &selected.entities, kind, unit);
    let same = values.known.values().windows(2).all(|pair| matches!(pair, [a, b] if is_same(*a, *b)));
    let Some(first) = values.known.values().first().copied() else {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    };
    let mut outcome = values.cover(Outcome::of(Result::Count(Rows::default()), elements), elements);
    if outcome.contradicted > 0 && same {
        // Only what is stored of each is told, no mean that stands nowhere.
        let others: Option<Vec<f64>> = values.known.entities.iter().map(|e| other(scene, *e, kind)).collect();
        let same = others.filter(|others| others.windows(2).all(|pair| matches!(pair, [a, b] if is_same(*a, *b))));
        outcome.otherwise = same.and_then(|others| others.first().map(|other| other / unit.factor()));
    }
    let rows = values.into_rows();
    let result = if same { Result::Number { value: first, unit: Some(unit), rows } } else { Result::List(rows) };
    Outcome { result: Ok(result), ..outcome }
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

/// Adds up in the order given.
pub(super) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.collect::<Total>().value()
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
    if values.is_empty() {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    }
    if let Some(doubt) = values.doubt_of_one() {
        return values.cover(Outcome::missing(doubt), elements);
    }
    let ranked = values.known.values().iter().copied().enumerate().collect();
    let row = |place| values.known.row(place);
    let is_contradicted = values.sources.iter().any(|source| source.contradicted && source.used > 0);
    if is_contradicted && !stands_out_anyway(scene, kind, &values, rank) {
        let count = values.sources.iter().filter(|source| source.contradicted).map(|source| source.used).sum();
        return values.cover(Outcome::missing(Missing::Contradictory(count)), elements);
    }
    values.cover(Outcome::of(standing_out(ranked, row, Some(unit), rank), elements), elements)
}

/// Whether the same entities stand out by the other values that the model holds of them.
fn stands_out_anyway(scene: Scene<'_>, kind: MeasureKind, values: &Values, rank: Rank) -> bool {
    let factor = values.known.unit.map_or(1.0, |unit| unit.factor());
    let places = |of: &dyn Fn(usize, f64) -> f64| {
        let values = values.known.values().iter().enumerate();
        let ranked: Vec<(usize, f64)> = sorted(values.map(|(place, value)| (place, of(place, *value))).collect(), rank);
        let kept = kept_with_ties(&ranked, rank.limit);
        ranked.into_iter().take(kept).map(|(place, _)| place).collect::<BTreeSet<usize>>()
    };
    let by_other = |place: usize, value: f64| {
        values
            .known
            .entities
            .get(place)
            .and_then(|entity| other(scene, *entity, kind))
            .map_or(value, |other| other / factor)
    };
    places(&|_, value| value) == places(&by_other)
}

/// In the order of a rank.
fn sorted<T>(mut ranked: Vec<(T, f64)>, rank: Rank) -> Vec<(T, f64)> {
    ranked.sort_by(|a, b| if rank.smallest { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
    ranked
}

/// The first of some rows by their numbers: one result where one is asked for, else a list.
pub(super) fn standing_out<T>(ranked: Vec<(T, f64)>, row: impl Fn(T) -> Row, unit: Option<Unit>, rank: Rank) -> Result {
    let ranked = sorted(ranked, rank);
    let value = ranked.first().map_or(0.0, |(_, value)| *value);
    let kept = kept_with_ties(&ranked, rank.limit);
    let rows: Rows = ranked.into_iter().take(kept).map(|(ranked, _)| row(ranked)).collect::<Vec<Row>>().into();
    if rank.limit > 1 { Result::List(rows) } else { Result::Top { name: String::new(), value, unit, rows } }
}

/// How many rows to keep: the limit, and those that equal the last of them.
fn kept_with_ties<T>(rows: &[(T, f64)], limit: usize) -> usize {
    let limit = limit.clamp(1, rows.len().max(1));
    let Some((_, last)) = rows.get(limit - 1) else { return 0 };
    limit + rows.iter().skip(limit).take_while(|(_, value)| is_same(*value, *last)).count()
}
