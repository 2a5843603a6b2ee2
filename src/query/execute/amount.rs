//! Amounts of sets of entities: sums, means, extremes of a measure.
//!
//! [`values`] computes and counts; rows for an answer are made from it when they are read.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::ifc::{EntityIndex, Unit};
use crate::query::columns::{Codes, Figures, Key};
use crate::query::plan::{Amount, MeasureKind, Selection, Statistic};

use super::measure::{MATERIAL_LAYERS, Measured, given, measured};
use super::outcome::{Missing, Outcome, Reason, Result, Row, Share};
use super::rows::{Rows, ValuedRows};
use super::{Scene, Selected, column, lookup, material, wanted_materials};

/// Values of a selection, and how many entities were left out for which reason.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) known: ValuedRows,
    pub(super) left_out: BTreeMap<Reason, usize>,
    /// Parts whose wholes are measured.
    in_wholes: usize,
    sources: Vec<Source>,
}

/// Where values come from, numbered, with how often each was used.
#[derive(Debug, Default)]
struct Sources {
    known: HashMap<(String, bool, bool), u32>,
    listed: Vec<Source>,
}

#[derive(Debug, Clone)]
struct Source {
    name: String,
    corrected: bool,
    from_dimensions: bool,
    used: usize,
}

impl Sources {
    fn code(&mut self, measured: Measured) -> u32 {
        let Measured { source, corrected, from_dimensions, .. } = measured;
        if let Some(Source { name, corrected: c, from_dimensions: f, .. }) = self.listed.first()
            && (name, c, f) == (&source, &corrected, &from_dimensions)
        {
            return 0;
        }
        let next = u32::try_from(self.listed.len()).unwrap_or(u32::MAX);
        *self.known.entry((source, corrected, from_dimensions)).or_insert_with_key(|(name, ..)| {
            self.listed.push(Source { name: name.clone(), corrected, from_dimensions, used: 0 });
            next
        })
    }
}

/// Reads a measure: from a column where there is one.
struct Meter<'m> {
    scene: Scene<'m>,
    kind: MeasureKind,
    figures: Option<Arc<Figures>>,
    /// What each code of the column means.
    meanings: Vec<std::result::Result<u32, Reason>>,
    sources: Sources,
}

impl<'m> Meter<'m> {
    fn new(scene: Scene<'m>, kind: MeasureKind, asked: usize) -> Meter<'m> {
        let figures = column::figures(scene, kind, asked);
        let mut sources = Sources::default();
        let mut meaning = |first: &EntityIndex| measured(scene, *first, kind).map(|found| sources.code(found));
        let meanings = figures
            .as_ref()
            .map(|figures| figures.codes().first().iter().map(&mut meaning).collect())
            .unwrap_or_default();
        Meter { scene, kind, figures, meanings, sources }
    }

    /// The value of an entity in the stored unit, and the place of its source.
    #[inline]
    fn measure(&mut self, entity: EntityIndex) -> std::result::Result<(f64, u32), Reason> {
        match &self.figures {
            Some(figures) => {
                let meaning = self.meanings.get(figures.codes().code(entity)).copied().unwrap_or(Err(Reason::NoValue));
                meaning.map(|source| (figures.value(entity), source))
            }
            None => measured(self.scene, entity, self.kind).map(|found| (found.value, self.sources.code(found))),
        }
    }
}

impl Meter<'_> {
    /// The values of entities that all have one, column by column; `None` where one may have none.
    fn measure_all(self, entities: &[EntityIndex], unit: Unit) -> Option<Values> {
        let figures = self.figures.as_ref()?;
        let mut used = vec![0_usize; self.meanings.len()];
        for entity in entities {
            *used.get_mut(figures.codes().code(*entity))? += 1;
        }
        let places = self.meanings.iter().zip(&used).map(|(meaning, used)| match meaning {
            Ok(place) => Some(*place),
            Err(_) => (*used == 0).then_some(0),
        });
        let places = places.collect::<Option<Vec<u32>>>()?;
        let place = |e: &EntityIndex| places.get(figures.codes().code(*e)).copied().unwrap_or_default();
        let factor = unit.factor();
        let known = ValuedRows {
            unit: Some(unit),
            entities: entities.to_vec(),
            values: entities.iter().map(|e| figures.value(*e) / factor).collect(),
            codes: entities.iter().map(place).collect(),
            sources: Vec::new(),
        };
        Some(
            Values { known, left_out: BTreeMap::new(), in_wholes: 0, sources: Vec::new() }
                .with_sources(&self.sources.listed),
        )
    }
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
pub(super) fn values(
    scene: Scene<'_>,
    of: &Selection,
    entities: &[EntityIndex],
    kind: MeasureKind,
    unit: Unit,
) -> Values {
    let once = Once::of(scene, kind, entities, |_| Some(0));
    if wanted_materials(&of.filters).is_empty()
        && let Some(values) = Meter::new(scene, kind, entities.len()).measure_all(&once.entities, unit)
    {
        return values;
    }
    let whole = values_by(scene, of, entities, (kind, unit), (1, |_| Some(0)));
    whole.into_iter().next().unwrap_or_else(|| Values::with_room(unit, 0))
}

/// The same by groups, of which there are so many, in one pass; entities of no group are not measured.
pub(super) fn values_by(
    scene: Scene<'_>,
    of: &Selection,
    entities: &[EntityIndex],
    (kind, unit): (MeasureKind, Unit),
    (groups, group_of): (usize, impl Fn(EntityIndex) -> Option<usize>),
) -> Vec<Values> {
    let once = Once::of(scene, kind, entities, &group_of);
    let mut meter = Meter::new(scene, kind, entities.len());
    let room = entities.len() / groups.max(1) + 1;
    let mut all: Vec<Values> = (0..groups).map(|_| Values::with_room(unit, room)).collect();
    let wanted = wanted_materials(&of.filters);
    let factor = unit.factor();
    let is_stored = (factor - 1.0).abs() < f64::EPSILON;
    for group in once.in_wholes.iter().filter_map(|entity| group_of(*entity)) {
        if let Some(values) = all.get_mut(group) {
            values.in_wholes += 1;
        }
    }
    let in_unit = |value: f64| if is_stored { value } else { value / factor };
    if wanted.is_empty() {
        for entity in once.entities.iter() {
            let Some(values) = group_of(*entity).and_then(|group| all.get_mut(group)) else { continue };
            match meter.measure(*entity) {
                Ok((value, source)) => values.add(*entity, in_unit(value), source),
                Err(reason) => values.leave_out(reason),
            }
        }
    } else {
        let codes = column::coded(scene, Key::Materials, entities.len());
        let mut composition = Composition { scene, wanted, codes, known: HashMap::new() };
        for entity in once.entities.iter() {
            let Some(values) = group_of(*entity).and_then(|group| all.get_mut(group)) else { continue };
            match of_material(&mut meter, &mut composition, *entity) {
                (Ok((value, source)), Share::Known(share)) => values.add(*entity, in_unit(value * share), source),
                (Ok(_), Share::Unknown) => values.leave_out(Reason::NoShare),
                (Err(reason), _) => values.leave_out(reason),
            }
        }
    }
    all.into_iter().map(|values| values.with_sources(&meter.sources.listed)).collect()
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

/// Entities to measure, without those that are measured in their wholes: a wall that is taken apart into pieces, and the
/// pieces, are one volume.
struct Once<'e> {
    entities: Cow<'e, [EntityIndex]>,
    /// Parts of others of the same group that have the value.
    in_wholes: HashSet<EntityIndex>,
}

impl<'e> Once<'e> {
    fn of(
        scene: Scene<'_>,
        kind: MeasureKind,
        entities: &'e [EntityIndex],
        group_of: impl Fn(EntityIndex) -> Option<usize>,
    ) -> Once<'e> {
        let all = |in_wholes| Once { entities: Cow::Borrowed(entities), in_wholes };
        let pieces = if adds_up(kind) { column::pieces(scene, entities) } else { Vec::new() };
        if pieces.is_empty() {
            return all(HashSet::new());
        }
        let among: HashSet<EntityIndex> = entities.iter().copied().collect();
        let whole = |part: &EntityIndex| scene.reader.entity(*part)?.whole;
        let is_counted = |piece: &EntityIndex| {
            let group = group_of(*piece);
            let counts =
                |whole| among.contains(&whole) && group_of(whole) == group && measured(scene, whole, kind).is_ok();
            group.is_some() && std::iter::successors(whole(piece), whole).take(WHOLES_MAX).any(counts)
        };
        let in_wholes: HashSet<EntityIndex> = pieces.into_iter().filter(is_counted).collect();
        if in_wholes.is_empty() {
            return all(in_wholes);
        }
        let entities = entities.iter().copied().filter(|entity| !in_wholes.contains(entity)).collect();
        Once { entities: Cow::Owned(entities), in_wholes }
    }
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
    fn with_room(unit: Unit, room: usize) -> Values {
        let known = ValuedRows {
            unit: Some(unit),
            entities: Vec::with_capacity(room),
            values: Vec::with_capacity(room),
            codes: Vec::with_capacity(room),
            sources: Vec::new(),
        };
        Values { known, left_out: BTreeMap::new(), in_wholes: 0, sources: Vec::new() }
    }

    #[inline]
    fn add(&mut self, entity: EntityIndex, value: f64, source: u32) {
        self.known.entities.push(entity);
        self.known.values.push(value);
        self.known.codes.push(source);
    }

    fn leave_out(&mut self, reason: Reason) {
        *self.left_out.entry(reason).or_default() += 1;
    }

    fn with_sources(mut self, listed: &[Source]) -> Values {
        self.sources = listed.to_vec();
        for code in &self.known.codes {
            if let Some(source) = self.sources.get_mut(*code as usize) {
                source.used += 1;
            }
        }
        self.known.sources = listed.iter().map(|source| source.name.clone()).collect();
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
        reduce(self.known.values.iter().copied(), statistic)
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
    let outcome = values.cover(Outcome::of(Result::Count(Rows::default()), elements), elements);
    Outcome { result: Ok(Result::Number { value, unit: Some(unit), rows: values.into_rows() }), ..outcome }
}

/// The value of each; one number where all are equal.
pub(super) fn each(scene: Scene<'_>, of: &Selection, selected: &Selected, kind: MeasureKind, unit: Unit) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let values = values(scene, of, &selected.entities, kind, unit);
    let same = values.known.values.windows(2).all(|pair| matches!(pair, [a, b] if is_same(*a, *b)));
    let Some(first) = values.known.values.first().copied() else {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    };
    let outcome = values.cover(Outcome::of(Result::Count(Rows::default()), elements), elements);
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
    if values.is_empty() {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    }
    let ranked = values.known.values.iter().copied().enumerate().collect();
    let row = |place| values.known.row(place);
    values.cover(Outcome::of(standing_out(ranked, row, Some(unit), rank), elements), elements)
}

/// The first of some rows by their numbers: one result where one is asked for, else a list.
pub(super) fn standing_out<T>(
    mut ranked: Vec<(T, f64)>,
    row: impl Fn(T) -> Row,
    unit: Option<Unit>,
    rank: Rank,
) -> Result {
    ranked.sort_by(|a, b| if rank.smallest { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
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
