//! Columns of a model: what a rule over one entity says of all of them, remembered.
//!
//! A column holds no rule. Whoever needs one hands over the rule that rows are read by, and it is asked once of every
//! entity. So nothing can be computed in two ways, and what a column says is what the rows say. Columns are made when they
//! pay, kept within [`limits::COLUMNS_BYTES_MAX`], and given up in the order in which they were last used.

mod bits;
mod chunk;
mod codes;
mod figures;
mod ids;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

pub(super) use self::bits::Bits;
pub(super) use self::codes::Codes;
pub(super) use self::figures::Figures;
pub(super) use self::ids::Ids;
use super::entities::Entities;
use super::plan::{Aspect, GroupKey, MeasureKind};
use super::stop::Stop;
use crate::ifc::EntityIndex;
use crate::limits;

/// What a column is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// Entity types.
    Types,
    /// The entities of any of these kinds.
    Kinds(Vec<String>),
    /// The storey each is on, or is.
    Places,
    /// What each is made of.
    Materials,
    /// Names of type objects.
    TypeNames,
    /// Classification references.
    References,
    /// Whether each has something.
    Has(Aspect),
    /// The value of a property that holds.
    Property(String),
    /// The groups each belongs to.
    Groups(GroupKey),
    /// The parts of others.
    Pieces,
    /// A measure with where it stands.
    Measure(MeasureKind),
    /// Entities by GlobalId.
    Ids,
}

/// A column.
#[derive(Debug, Clone)]
pub(super) enum Column {
    /// Some of the entities.
    List(Entities),
    /// One of few values of each.
    Codes(Arc<Codes>),
    /// A number of each.
    Figures(Arc<Figures>),
    /// Entities by id.
    Ids(Arc<Ids>),
}

impl Column {
    fn bytes(&self) -> usize {
        match self {
            Column::List(entities) => {
                entities.len() * size_of::<EntityIndex>() + entities.bits().map_or(0, Bits::bytes)
            }
            Column::Codes(codes) => codes.bytes(),
            Column::Figures(figures) => figures.bytes(),
            Column::Ids(ids) => ids.bytes(),
        }
    }
}

/// What stops the making of a column: the end of the server, or of the question it is made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stops<'s> {
    all: &'s Stop,
    this: &'s Stop,
}

impl Stops<'_> {
    /// Whether to stop.
    pub(super) fn is_set(self) -> bool {
        self.all.is_set() || self.this.is_set()
    }
}

/// The columns of one model.
#[derive(Debug)]
pub(super) struct Columns {
    kept: Mutex<Kept>,
    bytes_max: usize,
    /// Makes a column when it is first asked for, however few entities it is asked for.
    eager: bool,
    stopped: Stop,
}

#[derive(Debug, Default)]
struct Kept {
    slots: BTreeMap<Key, Slot>,
    bytes: usize,
    tick: u64,
}

#[derive(Debug, Default)]
struct Slot {
    /// Empty until somebody has made the column; `None` inside when the model is too large or too varied for one.
    made: Arc<OnceLock<Option<Column>>>,
    bytes: usize,
    used: u64,
    /// Entities that were looked at one by one for want of the column.
    asked: usize,
}

impl Default for Columns {
    fn default() -> Columns {
        Columns::with(limits::COLUMNS_BYTES_MAX, false)
    }
}

impl Columns {
    fn with(bytes_max: usize, eager: bool) -> Columns {
        Columns { kept: Mutex::default(), bytes_max, eager, stopped: Stop::default() }
    }

    /// Columns that are made at once, for tests that compare them with rows.
    #[cfg(test)]
    pub(super) fn eager() -> Columns {
        Columns::with(limits::COLUMNS_BYTES_MAX, true)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The column of a key; `None` where rows must be read. `asked` of `whole` entities are about to be looked at: as soon
    /// as all of them have been, one by one, `make` is called, so that the rows cost at most as much again as the column.
    pub(super) fn get(
        &self,
        key: &Key,
        (asked, whole): (usize, usize),
        stop: &Stop,
        make: impl FnOnce(Stops<'_>) -> Option<Column>,
    ) -> Option<Column> {
        let made = {
            let mut kept = self.lock();
            kept.tick += 1;
            let tick = kept.tick;
            let slot = kept.slots.entry(key.clone()).or_default();
            slot.used = tick;
            if let Some(column) = slot.made.get() {
                return column.clone();
            }
            slot.asked = slot.asked.saturating_add(asked);
            if !self.eager && slot.asked < whole {
                self.shrink(&mut kept, key);
                return None;
            }
            Arc::clone(&slot.made)
        };
        // Others that need the same column wait here; every other column stays within reach.
        let stops = Stops { all: &self.stopped, this: stop };
        let make = || make(stops).filter(|column| !stops.is_set() && column.bytes() <= self.bytes_max / 2);
        let column = made.get_or_init(make).clone();
        self.keep(key, &made, column.as_ref(), stops.is_set());
        column
    }

    fn keep(&self, key: &Key, made: &Arc<OnceLock<Option<Column>>>, column: Option<&Column>, stopped: bool) {
        let mut kept = self.lock();
        let Some(slot) = kept.slots.get_mut(key).filter(|slot| Arc::ptr_eq(&slot.made, made)) else { return };
        if column.is_none() && stopped {
            kept.slots.remove(key);
            return;
        }
        let bytes = column.map_or(0, Column::bytes);
        let added = bytes - std::mem::replace(&mut slot.bytes, bytes).min(bytes);
        kept.bytes += added;
        self.shrink(&mut kept, key);
    }

    /// Gives up what was not used for longest, but not the column that is needed now.
    fn shrink(&self, kept: &mut Kept, needed: &Key) {
        while self.bytes_max < kept.bytes || limits::COLUMNS_MAX < kept.slots.len() {
            let others = kept.slots.iter().filter(|(key, _)| *key != needed);
            let Some(oldest) = others.min_by_key(|(_, slot)| slot.used).map(|(key, _)| key.clone()) else { return };
            if let Some(slot) = kept.slots.remove(&oldest) {
                kept.bytes -= slot.bytes;
            }
        }
    }

    /// Stops whatever is being made, now and later: rows are read instead.
    pub(super) fn stop(&self) {
        self.stopped.set();
    }
}
