//! Giving up: who no longer waits for an answer sets a flag, and every read of the model looks at it.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::ifc::{Entity, EntityIndex, MaterialUse, ModelHead, ModelReader, Problem, Property, Quantity, TextId};

/// Tells an execution to stop; clones are of one flag. There is no clock here: who keeps the time sets it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

/// The execution was stopped, and there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before the answer was ready")]
pub struct Stopped;

impl Stop {
    /// Stops all that look at it, for good.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was set.
    #[must_use]
    #[inline]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// What was made of the model, unless the reading was stopped: then it is not whole.
    ///
    /// # Errors
    /// [`Stopped`].
    pub fn unless<T>(&self, made: T) -> Result<T, Stopped> {
        if self.is_set() { Err(Stopped) } else { Ok(made) }
    }
}

/// A model that reads as empty once it is to stop, so that every loop over its rows runs out. What was made of it then must
/// be dropped ([`Stop::unless`]) and never be remembered. Looking costs one load, next to a row that takes a hundred.
#[derive(Debug)]
pub(super) struct Watched {
    reader: Arc<dyn ModelReader>,
    stop: Stop,
}

impl Watched {
    pub(super) fn new(reader: Arc<dyn ModelReader>, stop: Stop) -> Watched {
        Watched { reader, stop }
    }

    #[inline]
    fn go_on(&self) -> Option<&dyn ModelReader> {
        (!self.stop.is_set()).then_some(self.reader.as_ref())
    }

    fn rows<'m, T: Clone>(&'m self, read: impl FnOnce(&'m dyn ModelReader) -> Cow<'m, [T]>) -> Cow<'m, [T]> {
        self.go_on().map_or(Cow::Borrowed(&[]), read)
    }
}

impl ModelReader for Watched {
    fn fault(&self) -> Option<String> {
        self.reader.fault()
    }

    fn head(&self) -> &ModelHead {
        self.reader.head()
    }

    fn entity_count(&self) -> usize {
        self.reader.entity_count()
    }

    fn entity(&self, index: EntityIndex) -> Option<Entity> {
        self.go_on()?.entity(index)
    }

    fn text(&self, id: TextId) -> &str {
        self.reader.text(id)
    }

    fn properties(&self, entity: EntityIndex) -> Cow<'_, [Property]> {
        self.rows(|reader| reader.properties(entity))
    }

    fn quantities(&self, entity: EntityIndex) -> Cow<'_, [Quantity]> {
        self.rows(|reader| reader.quantities(entity))
    }

    fn materials(&self, entity: EntityIndex) -> Cow<'_, [MaterialUse]> {
        self.rows(|reader| reader.materials(entity))
    }

    fn classifications(&self, entity: EntityIndex) -> Cow<'_, [(Option<TextId>, TextId)]> {
        self.rows(|reader| reader.classifications(entity))
    }

    fn boundaries(&self, space: EntityIndex) -> Cow<'_, [EntityIndex]> {
        self.rows(|reader| reader.boundaries(space))
    }

    fn groups(&self, entity: EntityIndex) -> Cow<'_, [EntityIndex]> {
        self.rows(|reader| reader.groups(entity))
    }

    fn storeys(&self) -> Cow<'_, [EntityIndex]> {
        self.rows(|reader| reader.storeys())
    }

    fn problems(&self) -> Cow<'_, [Problem]> {
        self.reader.problems()
    }
}

#[cfg(test)]
mod tests;
