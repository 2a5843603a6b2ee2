//! Reads one measure of many entities, and counts nothing twice.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::ifc::{EntityIndex, Unit};
use crate::query::columns::{Bits, Figures};
use crate::query::entities::Entities;
use crate::query::plan::MeasureKind;

use super::measure::{Measured, measured};
use super::outcome::Reason;
use super::valued::OfColumn;
use super::{Scene, column};

/// Where values come from, numbered, with how often each was used.
#[derive(Debug, Default)]
pub(super) struct Sources {
    known: HashMap<(String, bool, bool, bool), u32>,
    pub(super) listed: Vec<Source>,
}

#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) corrected: bool,
    pub(super) from_dimensions: bool,
    pub(super) contradicted: bool,
    pub(super) used: usize,
}

impl Sources {
    pub(super) fn code(&mut self, measured: Measured) -> u32 {
        let Measured { source, corrected, from_dimensions, contradicted, .. } = measured;
        if let Some(first) = self.listed.first()
            && (&first.name, first.corrected, first.from_dimensions, first.contradicted)
                == (&source, corrected, from_dimensions, contradicted)
        {
            return 0;
        }
        let next = u32::try_from(self.listed.len()).unwrap_or(u32::MAX);
        *self.known.entry((source, corrected, from_dimensions, contradicted)).or_insert_with_key(|(name, ..)| {
            self.listed.push(Source { name: name.clone(), corrected, from_dimensions, contradicted, used: 0 });
            next
        })
    }
}

/// Reads a measure: from a column where there is one.
pub(super) struct Meter<'m> {
    scene: Scene<'m>,
    pub(super) kind: MeasureKind,
    figures: Option<Arc<Figures>>,
    /// What each code of the column means.
    meanings: Vec<Result<u32, Reason>>,
    pub(super) sources: Sources,
}

impl<'m> Meter<'m> {
    pub(super) fn new(scene: Scene<'m>, kind: MeasureKind, asked: usize) -> Meter<'m> {
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
    pub(super) fn measure(&mut self, entity: EntityIndex) -> Result<(f64, u32), Reason> {
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
    /// Of some entities those that have a value, from the column; `None` without one.
    pub(super) fn split(&self, entities: &Entities) -> Option<Measurable> {
        let codes = self.figures.as_ref()?.codes();
        let mut sources = self.sources.listed.clone();
        let mut left_out: BTreeMap<Reason, usize> = BTreeMap::new();
        for (meaning, count) in self.meanings.iter().zip(codes.counts(entities)).filter(|(_, count)| *count > 0) {
            match meaning {
                Ok(place) => sources.get_mut(*place as usize).into_iter().for_each(|source| source.used += count),
                Err(reason) => *left_out.entry(*reason).or_default() += count,
            }
        }
        let is_known = |entity: &EntityIndex| self.meanings.get(codes.code(*entity)).is_some_and(Result::is_ok);
        let known = match codes.sets() {
            _ if left_out.is_empty() => entities.clone(),
            Some(sets) => {
                let none = sets.iter().zip(&self.meanings).filter(|(_, meaning)| meaning.is_err()).map(|(set, _)| set);
                entities.without(&Bits::any(0, none))
            }
            None => entities.iter().copied().filter(is_known).collect(),
        };
        Some(Measurable { known, left_out, sources })
    }

    /// Why an entity has no value, by the column.
    pub(super) fn lack(&self, entity: EntityIndex) -> Option<Reason> {
        let figures = self.figures.as_ref()?;
        self.meanings.get(figures.codes().code(entity))?.err()
    }

    /// The column, as the numbers of entities that all have one.
    pub(super) fn of_column(&self, unit: Unit) -> Option<OfColumn> {
        let places = self.meanings.iter().map(|meaning| meaning.unwrap_or_default()).collect();
        Some(OfColumn::new(Arc::clone(self.figures.as_ref()?), unit.factor(), places))
    }
}

/// Entities that have a value, with how many others have none, and where the values stand.
pub(super) struct Measurable {
    pub(super) known: Entities,
    pub(super) left_out: BTreeMap<Reason, usize>,
    pub(super) sources: Vec<Source>,
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
pub(super) const WHOLES_MAX: usize = 16;

/// Entities to measure, without those that are measured in their wholes: a wall that is taken apart into pieces, and the
/// pieces, are one volume.
pub(super) struct Once {
    pub(super) entities: Entities,
    /// Parts of others of the same group that have the value.
    pub(super) in_wholes: HashSet<EntityIndex>,
}

impl Once {
    pub(super) fn of(
        scene: Scene<'_>,
        kind: MeasureKind,
        entities: &Entities,
        group_of: impl Fn(EntityIndex) -> Option<usize>,
    ) -> Once {
        let all = |in_wholes| Once { entities: entities.clone(), in_wholes };
        let pieces = if adds_up(kind) { column::pieces(scene, entities) } else { Vec::new() };
        if pieces.is_empty() {
            return all(HashSet::new());
        }
        let among = Bits::of(scene.reader.entity_count(), entities);
        let whole = |part: &EntityIndex| scene.reader.entity(*part)?.whole;
        let is_counted = |piece: &EntityIndex| {
            let group = group_of(*piece);
            let counts =
                |whole| among.contains(whole) && group_of(whole) == group && measured(scene, whole, kind).is_ok();
            group.is_some() && std::iter::successors(whole(piece), whole).take(WHOLES_MAX).any(counts)
        };
        let in_wholes: HashSet<EntityIndex> = pieces.into_iter().filter(is_counted).collect();
        if in_wholes.is_empty() {
            return all(in_wholes);
        }
        let mut of_wholes = Bits::none(scene.reader.entity_count());
        in_wholes.iter().for_each(|entity| of_wholes.insert(*entity));
        Once { entities: entities.without(&of_wholes), in_wholes }
    }
}
