//! Entities with their values: listed one by one, or left in a column until somebody asks for one.

use std::sync::{Arc, OnceLock};

use crate::ifc::{EntityIndex, Unit};
use crate::query::answer::Scalar;
use crate::query::columns::Figures;
use crate::query::entities::Entities;

use super::outcome::Row;
use super::total::{BLOCK, Total};

/// Entities with their values in one unit, and where each stands.
#[derive(Debug, Clone, Default)]
pub(super) struct ValuedRows {
    pub(super) unit: Option<Unit>,
    pub(super) entities: Entities,
    pub(super) sources: Vec<String>,
    numbers: Numbers,
}

#[derive(Debug, Clone)]
enum Numbers {
    /// Each with the place of its source.
    Listed(Vec<f64>, Vec<u32>),
    Column(OfColumn),
}

/// The numbers of a column.
#[derive(Debug, Clone)]
pub(super) struct OfColumn {
    pub(super) figures: Arc<Figures>,
    /// What each is divided by.
    pub(super) factor: f64,
    /// Of each code the place of its source.
    pub(super) places: Arc<[u32]>,
    made: OnceLock<Vec<f64>>,
}

impl OfColumn {
    pub(super) fn new(figures: Arc<Figures>, factor: f64, places: Vec<u32>) -> OfColumn {
        OfColumn { figures, factor, places: places.into(), made: OnceLock::new() }
    }
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers::Listed(Vec::new(), Vec::new())
    }
}

/// What is listed one by one.
#[derive(Debug, Default)]
pub(super) struct Listing {
    entities: Vec<EntityIndex>,
    values: Vec<f64>,
    codes: Vec<u32>,
}

impl Listing {
    pub(super) fn with_room(room: usize) -> Listing {
        Listing {
            entities: Vec::with_capacity(room),
            values: Vec::with_capacity(room),
            codes: Vec::with_capacity(room),
        }
    }

    #[inline]
    pub(super) fn add(&mut self, entity: EntityIndex, value: f64, source: u32) {
        self.entities.push(entity);
        self.values.push(value);
        self.codes.push(source);
    }

    /// The places of the sources.
    pub(super) fn codes(&self) -> &[u32] {
        &self.codes
    }

    pub(super) fn rows(self, unit: Unit, sources: Vec<String>) -> ValuedRows {
        let numbers = Numbers::Listed(self.values, self.codes);
        ValuedRows { unit: Some(unit), entities: self.entities.into(), sources, numbers }
    }
}

impl ValuedRows {
    /// Entities that all have a number in a column.
    pub(super) fn of_column(unit: Unit, entities: Entities, sources: Vec<String>, column: OfColumn) -> ValuedRows {
        ValuedRows { unit: Some(unit), entities, sources, numbers: Numbers::Column(column) }
    }

    /// The values, in the order of the entities.
    pub(super) fn values(&self) -> &[f64] {
        match &self.numbers {
            Numbers::Listed(values, _) => values,
            Numbers::Column(column) => column.made.get_or_init(|| {
                let mut values = Vec::with_capacity(self.entities.len());
                self.each(|value| values.push(value));
                values
            }),
        }
    }

    /// Hands over every value, in the order of the entities, without listing them first.
    pub(super) fn each(&self, mut take: impl FnMut(f64)) {
        match &self.numbers {
            Numbers::Listed(values, _) => values.iter().for_each(|value| take(*value)),
            Numbers::Column(OfColumn { figures, factor, .. }) => {
                if is_stored(*factor) {
                    figures.each_of(&self.entities, take);
                } else {
                    figures.each_of(&self.entities, |value| take(value / factor));
                }
            }
        }
    }

    /// All of them added up.
    pub(super) fn total(&self) -> Total {
        let mut total = Total::default();
        // Gathered here and not in the total: a place in memory would be written and read again for each number.
        let (mut block, mut held) = ([0.0; BLOCK], 0);
        self.each(|value| {
            if let Some(slot) = block.get_mut(held) {
                *slot = value;
            }
            held += 1;
            if held == BLOCK {
                total.add_block(&block);
                held = 0;
            }
        });
        block.iter().take(held).for_each(|value| total.add(*value));
        total
    }

    /// The row at a place.
    pub(super) fn row(&self, place: usize) -> Row {
        let entity = self.entities.get(place).copied();
        let (value, code) = match &self.numbers {
            Numbers::Listed(values, codes) => (values.get(place).copied(), codes.get(place).copied()),
            Numbers::Column(OfColumn { figures, factor, places, .. }) => {
                let value = entity.map(|entity| figures.value(entity) / factor);
                (value, entity.and_then(|entity| places.get(figures.codes().code(entity)).copied()))
            }
        };
        Row {
            entity,
            value: value.map(Scalar::Number),
            unit: self.unit,
            source: code.and_then(|code| self.sources.get(code as usize)).cloned(),
            ..Row::default()
        }
    }

    /// All rows, in a group.
    pub(super) fn rows<'r>(&'r self, group: Option<&'r String>) -> impl Iterator<Item = Row> + 'r {
        (0..self.entities.len()).map(move |place| Row { group: group.cloned(), ..self.row(place) })
    }
}

/// Whether a unit is the stored one, so that nothing needs to be divided.
pub(super) fn is_stored(factor: f64) -> bool {
    (factor - 1.0).abs() < f64::EPSILON
}
