//! The classes of entities, as small numbers.

use std::collections::HashMap;

use super::super::facts::Origin;
use super::super::model::EntityIndex;
use super::super::problem::ProblemCode;
use super::super::table::TextId;
use super::super::{is_a, is_known};
use super::ModelBuilder;
use crate::limits;

/// Classes told apart by number. [`limits::KINDS_UNKNOWN_MAX`] leaves room for all of the schemas.
const KINDS_MAX: usize = u16::MAX as usize;

/// The class of every entity as a small number.
#[derive(Debug, Default)]
pub(in crate::ifc) struct Kinds {
    numbers: HashMap<Box<str>, u16>,
    names: Vec<Kind>,
    of: Vec<u16>,
    /// Classes that the schemas do not hold.
    unknown: usize,
}

/// A class of entities.
#[derive(Debug)]
struct Kind {
    name: Box<str>,
    text: TextId,
    /// Whether the schemas hold it.
    is_known: bool,
}

impl Kinds {
    pub(in crate::ifc) fn name(&self, entity: EntityIndex) -> &str {
        let kind = self.of.get(entity.index()).copied().unwrap_or_default();
        self.names.get(usize::from(kind)).map_or("", |kind| &kind.name)
    }

    /// The number of an entity's class.
    pub(in crate::ifc) fn number(&self, entity: EntityIndex) -> usize {
        self.of.get(entity.index()).copied().map_or(usize::MAX, usize::from)
    }

    /// By the number of a class: whether it is of a type.
    pub(in crate::ifc) fn are(&self, wanted: &str) -> Vec<bool> {
        self.each(|name| is_a(name, wanted))
    }

    /// By the number of a class: what its name says.
    pub(in crate::ifc) fn each<T>(&self, say: impl Fn(&str) -> T) -> Vec<T> {
        self.names.iter().map(|kind| say(&kind.name)).collect()
    }

    pub(in crate::ifc) fn len(&self) -> usize {
        self.of.len()
    }

    /// Every class with the number of its entities.
    pub(in crate::ifc) fn counts(&self) -> Vec<(&str, u64)> {
        let mut counts: Vec<(&str, u64)> = self.names.iter().map(|kind| (kind.name.as_ref(), 0)).collect();
        for kind in &self.of {
            if let Some((_, count)) = counts.get_mut(usize::from(*kind)) {
                *count += 1;
            }
        }
        counts
    }
}

impl ModelBuilder {
    /// Numbers a class; an unknown one is told with every entity.
    pub(super) fn kind(&mut self, name: &str, origin: &dyn Origin) -> TextId {
        let Some(number) = self.kind_number(name) else {
            self.problems.push(ProblemCode::TypeUnknown, origin, name);
            self.kinds.of.push(u16::MAX);
            let name = self.cut(name);
            return self.intern(name);
        };
        self.kinds.of.push(number);
        let Some(kind) = self.kinds.names.get(usize::from(number)) else { return TextId(0) };
        let text = kind.text;
        if !kind.is_known && !self.is_plain {
            self.problems.push(ProblemCode::TypeUnknown, origin, name);
        }
        text
    }

    /// The number of a class; `None` when it is invented and there are too many, or its name is too long for one.
    fn kind_number(&mut self, name: &str) -> Option<u16> {
        // Files mostly give entities of one class after the other.
        if let Some(last) = self.kinds.of.last()
            && self.kinds.names.get(usize::from(*last)).is_some_and(|kind| *kind.name == *name)
        {
            return Some(*last);
        }
        if let Some(number) = self.kinds.numbers.get(name) {
            return Some(*number);
        }
        let is_known = is_known(name);
        let has_room = self.kinds.unknown < limits::KINDS_UNKNOWN_MAX && name.len() <= limits::KIND_BYTES_MAX;
        if KINDS_MAX <= self.kinds.names.len() || !is_known && !has_room {
            return None;
        }
        let number = u16::try_from(self.kinds.names.len()).ok()?;
        self.kinds.unknown += usize::from(!is_known);
        let kind = Kind { name: name.into(), text: self.intern(name), is_known };
        self.kinds.names.push(kind);
        self.kinds.numbers.insert(name.into(), number);
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::Nowhere;
    use super::super::EntityDraft;
    use super::*;

    fn add(builder: &mut ModelBuilder, entity_type: &str) -> EntityIndex {
        builder.plain_entity(&EntityDraft { entity_type, ..EntityDraft::default() }, &Nowhere).unwrap()
    }

    #[test]
    fn invented_types_take_no_room_from_those_of_the_schemas() {
        let mut builder = ModelBuilder::new();
        for number in 0..=u16::MAX {
            add(&mut builder, &format!("IfcInvented{number}"));
        }
        let wall = add(&mut builder, "IfcWall");
        assert_eq!(builder.type_of(wall), "IfcWall");
        assert_eq!(builder.kinds.counts().len(), limits::KINDS_UNKNOWN_MAX + 1);
        assert!(builder.problems.total > 0, "those beyond are told");
    }

    #[test]
    fn a_type_with_an_endless_name_is_not_remembered() {
        let mut builder = ModelBuilder::new();
        for number in 0..10 {
            add(&mut builder, &format!("Ifc{}{number}", "x".repeat(2 * limits::TEXT_BYTES_MAX)));
        }
        assert_eq!(builder.kinds.counts(), []);
        assert!(builder.problems.total > 0);
    }
}
