//! Values that come one by one with the entity they are of: those that follow each other become one set.

use super::super::facts::{Figure, ItemValue, Nowhere, RelationKind, SetId};
use super::super::model::{EntityIndex, QuantitySource};
use super::super::table::TextId;
use super::text_index::{TextIndex, TextPlace, is_same};
use super::{ModelBuilder, Node, OpenSet, PropertyDraft, QuantityDraft, is_blank};

/// What the values of the open set have in common when they came one by one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Loose {
    entity: EntityIndex,
    is_named: bool,
    from_type: bool,
}

impl ModelBuilder {
    /// Adds a property of one entity. Those that follow each other with the same set become one set.
    pub fn property(&mut self, entity: EntityIndex, draft: &PropertyDraft<'_>) {
        self.loose_set(entity, draft.set, draft.from_type);
        self.add_property(draft.name, draft.value);
    }

    /// Adds a quantity of one entity, in stored units.
    pub fn quantity(&mut self, entity: EntityIndex, draft: &QuantityDraft<'_>) {
        self.loose_set(entity, draft.set, draft.from_type);
        let QuantityDraft { name, value, measure, source, .. } = *draft;
        self.add_quantity(name, Figure { value, measure, is_declared: false }, source);
    }

    /// As [`ModelBuilder::property`]; `place` is where the name was found before.
    pub fn property_again(&mut self, entity: EntityIndex, draft: &PropertyDraft<'_>, place: &mut TextPlace) {
        self.loose_set(entity, draft.set, draft.from_type);
        let value = self.value(draft.value);
        let id = self.intern_again(draft.name, place);
        self.item(id, draft.name, value);
    }

    /// As [`ModelBuilder::quantity`]; `place` is where the name was found before.
    pub fn quantity_again(&mut self, entity: EntityIndex, draft: &QuantityDraft<'_>, place: &mut TextPlace) {
        self.loose_set(entity, draft.set, draft.from_type);
        let QuantityDraft { name, value, measure, source, .. } = *draft;
        let id = self.intern_again(name, place);
        let figure = Figure { value, measure, is_declared: false };
        self.item(id, name, ItemValue::Quantity(figure, source));
    }

    fn intern_again(&mut self, text: &str, place: &mut TextPlace) -> TextId {
        if let Some(id) = self.texts.again(*place) {
            return id;
        }
        let id = self.intern(text);
        *place = TextIndex::place(text, id);
        id
    }

    /// Adds a quantity of one entity in either unit, outside of any named set.
    pub fn loose_quantity(&mut self, entity: EntityIndex, name: &str, figure: Figure, source: QuantitySource) {
        self.loose_set(entity, None, false);
        self.add_quantity(name, figure, source);
    }

    /// A set of the values that follow each other; it stands in the record of its entity when that is still being read.
    fn loose_set(&mut self, entity: EntityIndex, name: Option<&str>, from_type: bool) {
        let name = name.filter(|name| !is_blank(name));
        let loose = Loose { entity, is_named: name.is_some(), from_type };
        if self.loose == Some(loose) && self.open_set.is_some() && is_same(name.unwrap_or_default(), &self.loose_name) {
            return;
        }
        self.close_set();
        self.loose = Some(loose);
        self.loose_name.clear();
        self.loose_name.push_str(name.unwrap_or_default());
        let set = SetId(self.set_count);
        let record = self.last.and_then(|(last, record)| record.filter(|_| last == entity));
        let name = self.text(name);
        self.open_set = Some(OpenSet { name, record });
        let pair = (RelationKind::HasSet, Node::Entity(entity), Node::Set(set));
        let pushed = self.log.push(pair, from_type, &Nowhere, self.sink.as_mut());
        self.note(pushed);
    }
}
