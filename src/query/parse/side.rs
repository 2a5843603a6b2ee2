//! One side of a question about two sets: a share and its whole, or two sets compared.

use crate::query::lexicon::Meaning;
use crate::query::plan::{Amount, Filter, MeasureKind, Selection, Statistic};
use crate::query::vocabulary::Vocabulary;

use super::Misunderstood;
use super::gather::{Gathered, Slot, default_measure, gather};
use super::goal::{drop_filler_slots, joined, natural_measure, stand_in, unit_of};
use super::mark::{Mark, MarkKind};
use super::selection::selection;

/// What one side says.
#[derive(Debug, Clone)]
pub(super) struct Side {
    /// Everything it says.
    pub(super) gathered: Gathered,
}

impl Side {
    /// Reads some marks as a set of entities. A word that means nothing, or that would shape a goal, is not passed over.
    pub(super) fn of(marks: &[Mark], vocabulary: &Vocabulary) -> Result<Side, Misunderstood> {
        let mut gathered = gather(marks.to_vec(), vocabulary);
        drop_filler_slots(&mut gathered);
        stand_in(&mut gathered);
        if !gathered.unknown.is_empty() {
            let Gathered { unknown, understood, .. } = gathered;
            return Err(Misunderstood::Unknown { words: unknown, understood });
        }
        let side = Side { gathered };
        if side.is_plain() { Ok(side) } else { Err(side.no_goal()) }
    }

    /// That its words make no question together.
    pub(super) fn no_goal(&self) -> Misunderstood {
        Misunderstood::NoGoal { understood: self.gathered.understood.clone() }
    }

    fn is_plain(&self) -> bool {
        let frames = |meaning: &Meaning| {
            matches!(
                meaning,
                Meaning::CountHead
                    | Meaning::MuchHead
                    | Meaning::WhichHead
                    | Meaning::WhatHead
                    | Meaning::ListHead
                    | Meaning::ExistsHead
                    | Meaning::SizeHead
                    | Meaning::With
                    | Meaning::Without
                    | Meaning::Not
                    | Meaning::Of
                    | Meaning::In
                    | Meaning::MaterialWord
                    | Meaning::Frame
            )
        };
        self.gathered.meanings.iter().all(frames)
            && self.gathered.mentions.is_empty()
            && self.gathered.superlative.is_none()
            && self.gathered.loose_names.is_empty()
            && self.gathered.statistic.is_none_or(|s| s == Statistic::Sum)
            && self.gathered.either == 0
    }

    /// Whether it names neither a kind of part nor a condition.
    pub(super) fn is_empty(&self) -> bool {
        self.gathered.slots.is_empty() && self.gathered.said.is_empty()
    }

    /// The entities it means; none where two kinds of parts stand beside each other that nothing joins, or a material is
    /// asked for of which only a share is meant.
    pub(super) fn selection(&self) -> Option<Selection> {
        let slots: Vec<&Slot> = joined(self.gathered.slots.iter().collect())?;
        Some(selection(&self.gathered, &slots, Vec::new()))
    }

    /// The conditions on places.
    pub(super) fn is_place(filter: &Filter) -> bool {
        matches!(filter, Filter::Storey(_) | Filter::StoreyUnknown(_))
    }

    /// What it measures, added up; none when it counts. An error where the unit does not fit.
    pub(super) fn amount(&self) -> Result<Option<Amount>, Misunderstood> {
        let by_unit = self.gathered.units.first().map(|unit| default_measure(*unit));
        let Some(measure) = self.gathered.measures.first().copied().or(by_unit.flatten()) else {
            return if by_unit.is_none() { Ok(None) } else { Err(self.no_goal()) };
        };
        let unit = unit_of(&self.gathered, measure).ok_or_else(|| self.no_goal())?;
        Ok(Some(Amount { measure, statistic: Statistic::Sum, unit }))
    }

    /// How large the things it means are, by a measure or the one that is natural to their kind.
    pub(super) fn natural_amount(&self, measure: Option<MeasureKind>) -> Amount {
        let slots: Vec<&Slot> = self.gathered.slots.iter().collect();
        let measure = measure.unwrap_or_else(|| natural_measure(&slots));
        Amount { measure, statistic: Statistic::Sum, unit: measure.stored_unit() }
    }
}

/// Where the first mark stands that is so.
pub(super) fn position(marks: &[Mark], is: impl Fn(&MarkKind) -> bool) -> Option<usize> {
    marks.iter().position(|mark| is(&mark.kind))
}

/// Whether a mark is this meaning.
pub(super) fn means(kind: &MarkKind, is: impl Fn(Meaning) -> bool) -> bool {
    if let MarkKind::Meaning(meaning) = kind { is(*meaning) } else { false }
}
