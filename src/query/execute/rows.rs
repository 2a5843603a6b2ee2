//! The rows of a result, made when somebody reads them: a count of a million entities has none.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::query::entities::Entities;

use super::outcome::Row;
use super::valued::ValuedRows;

/// Rows, or what they are made of. Read as a slice it makes them all.
#[derive(Debug, Clone, Default)]
pub(in crate::query) struct Rows {
    of: Of,
    made: OnceLock<Vec<Row>>,
}

#[derive(Debug, Clone)]
enum Of {
    Made(Vec<Row>),
    Entities(Entities),
    /// The bars of a distribution by number.
    Grouped(Vec<(String, Entities)>),
    /// Valued entities in runs, each in a group of a distribution or in none.
    Valued(Vec<(Arc<ValuedRows>, Option<String>)>),
}

impl Default for Of {
    fn default() -> Of {
        Of::Made(Vec::new())
    }
}

impl From<Vec<Row>> for Rows {
    fn from(rows: Vec<Row>) -> Rows {
        Rows { of: Of::Made(rows), made: OnceLock::new() }
    }
}

impl From<Entities> for Rows {
    fn from(entities: Entities) -> Rows {
        Rows { of: Of::Entities(entities), made: OnceLock::new() }
    }
}

impl Rows {
    /// Of entities with values.
    pub(super) fn valued(runs: Vec<(Arc<ValuedRows>, Option<String>)>) -> Rows {
        Rows { of: Of::Valued(runs), made: OnceLock::new() }
    }

    /// Of the entities of each bar of a distribution.
    pub(super) fn grouped(bars: Vec<(String, Entities)>) -> Rows {
        Rows { of: Of::Grouped(bars), made: OnceLock::new() }
    }

    /// One set after the other.
    pub(super) fn and(self, other: &Rows) -> Rows {
        match (self.of, &other.of) {
            (Of::Valued(mut runs), Of::Valued(more)) => {
                runs.extend(more.iter().cloned());
                Rows::valued(runs)
            }
            (Of::Entities(first), Of::Entities(second)) => {
                Rows::from(first.iter().chain(second).copied().collect::<Entities>())
            }
            (of, _) => {
                let first = Rows { of, made: OnceLock::new() };
                Rows::from(first.iter().chain(other.iter()).cloned().collect::<Vec<Row>>())
            }
        }
    }

    /// How many there are.
    pub(in crate::query) fn len(&self) -> usize {
        match &self.of {
            Of::Made(rows) => rows.len(),
            Of::Entities(entities) => entities.len(),
            Of::Grouped(bars) => bars.iter().map(|(_, of_bar)| of_bar.len()).sum(),
            Of::Valued(runs) => runs.iter().map(|(run, _)| run.entities.len()).sum(),
        }
    }

    /// All of them.
    pub(in crate::query) fn all(&self) -> &[Row] {
        self
    }

    /// Whether there is none.
    pub(in crate::query) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first rows, at most so many; the others are not made.
    pub(in crate::query) fn head(&self, count: usize) -> Vec<Row> {
        match &self.of {
            Of::Made(rows) => rows.iter().take(count).cloned().collect(),
            Of::Entities(entities) => entities.head(count).into_iter().map(Row::of).collect(),
            Of::Grouped(bars) => {
                let mut rows = Vec::new();
                for (key, of_bar) in bars {
                    let of_bar = of_bar.head(count - rows.len());
                    rows.extend(of_bar.into_iter().map(|entity| Row { group: Some(key.clone()), ..Row::of(entity) }));
                }
                rows
            }
            Of::Valued(runs) => runs.iter().flat_map(|(run, group)| run.rows(group.as_ref())).take(count).collect(),
        }
    }
}

impl Deref for Rows {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        match &self.of {
            Of::Made(rows) => rows,
            Of::Entities(_) | Of::Grouped(_) | Of::Valued(_) => self.made.get_or_init(|| self.head(usize::MAX)),
        }
    }
}

impl PartialEq for Rows {
    fn eq(&self, other: &Rows) -> bool {
        **self == **other
    }
}
