//! A building model over its tables: rows put together as questions and chunks want them.
//!
//! Here numbers are converted from the units of the file, types hand their sets and materials on to their occurrences,
//! and quantities are checked against the dimensions.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::OnceLock;

use super::check::{Check, Checked};
use super::facts::{
    FactReader, Figure, ItemValue, LinkRow, ModelSummary, RecordIndex, RecordRow, RelationKind, RelationRow, SetId,
    SetLink,
};
use super::finish::Poll;
use super::magnitude::{self, Dimensions, Role};
use super::memory::MemoryFacts;
use super::model::{Entity, EntityIndex, MaterialUse, ModelHead, Property, PropertyValue, Quantity, QuantitySource};
use super::problem::{Problem, Problems};
use super::reader::{ModelReader, SourceReader};
use super::table::TextId;
use super::unit::Measure;

/// A building model in memory.
pub type BuildingModel = FactModel<MemoryFacts>;

/// Tables and what is known of the whole.
#[derive(Debug)]
pub struct FactModel<F> {
    facts: F,
    summary: ModelSummary,
    dimensions: Dimensions,
    /// What belongs to which groups; read with the first question about them.
    groups: OnceLock<HashMap<EntityIndex, Vec<EntityIndex>>>,
}

impl<F: PartialEq> PartialEq for FactModel<F> {
    fn eq(&self, other: &FactModel<F>) -> bool {
        self.facts == other.facts && self.summary == other.summary
    }
}

impl<F: FactReader> FactModel<F> {
    /// Puts tables and summary together.
    #[must_use]
    pub fn new(facts: F, summary: ModelSummary) -> FactModel<F> {
        FactModel { facts, summary, dimensions: Dimensions::default(), groups: OnceLock::new() }
    }

    /// What is known of the whole.
    #[must_use]
    pub fn summary(&self) -> &ModelSummary {
        &self.summary
    }

    /// The tables.
    #[must_use]
    pub fn facts(&self) -> &F {
        &self.facts
    }

    /// Every position with its entity.
    pub fn iter(&self) -> impl Iterator<Item = (EntityIndex, Entity)> {
        (0..self.facts.entity_count()).filter_map(|i| {
            let index = EntityIndex::new(i)?;
            Some((index, self.entity(index)?))
        })
    }

    /// Checks the quantities of some entities against their dimensions, until `values_max` values were looked at; asks now
    /// and then whether to go on.
    ///
    /// # Errors
    /// [`super::Cancelled`].
    pub fn check_magnitudes(
        &self,
        entities: Range<usize>,
        values_max: u64,
        poll: &mut Poll<'_>,
    ) -> io::Result<Checked> {
        Check::new(self, values_max, poll).run(entities)
    }

    /// What a name means, and whether it had to be read for that.
    pub(super) fn role(&self, name: TextId) -> (Role, bool) {
        let mut is_new = false;
        let role = self.dimensions.role(name, || {
            is_new = true;
            self.facts.read_text(name)
        });
        (role, is_new)
    }

    /// Adds to what was found wrong.
    pub fn add_problems(&mut self, found: Problems) {
        self.summary.problems.append(found);
    }

    /// The end of the rows of the entity before.
    fn begin(&self, entity: EntityIndex, end: impl Fn(&LinkRow) -> u32) -> u32 {
        entity.0.checked_sub(1).and_then(|before| self.facts.link(EntityIndex(before))).map_or(0, |link| end(&link))
    }

    fn rows(&self, entity: EntityIndex, end: impl Fn(&LinkRow) -> u32) -> Range<u32> {
        self.facts.link(entity).map_or(0..0, |link| self.begin(entity, &end)..end(&link))
    }

    fn own_sets(&self, entity: EntityIndex) -> Cow<'_, [SetLink]> {
        self.facts.set_links(self.rows(entity, |link| link.sets_end))
    }

    /// Visits every range of items of an entity, its own before those of its type, with the name of their set.
    fn each_range(&self, entity: EntityIndex, visit: &mut dyn FnMut(Option<TextId>, Range<u64>, bool)) {
        let Some(link) = self.facts.link(entity) else { return };
        let type_object = link.type_object.filter(|of| *of != entity);
        let inherited = type_object.map(|of| self.own_sets(of)).unwrap_or_default();
        let own = self.facts.set_links(self.begin(entity, |link| link.sets_end)..link.sets_end);
        let all = own.iter().map(|link| (link.set, link.from_type));
        // The sets of an entity mostly follow each other, so that one begins where the last one ended.
        let mut last: Option<(SetId, u64)> = None;
        for (set, from_type) in all.chain(inherited.iter().map(|link| (link.set, true))) {
            let Some(row) = self.facts.set(set) else { continue };
            let begin = match (set.0.checked_sub(1).map(SetId), last) {
                (None, _) => 0,
                (Some(before), Some((last, end))) if before == last => end,
                (Some(before), _) => self.facts.set(before).map_or(0, |before| before.items_end),
            };
            last = Some((set, row.items_end));
            visit(row.name, begin..row.items_end, from_type);
        }
    }

    /// Visits every item of an entity, its own before those of its type.
    fn each_item(&self, entity: EntityIndex, visit: &mut dyn FnMut(Option<TextId>, TextId, ItemValue, bool)) {
        self.each_range(entity, &mut |set, range, from_type| {
            for item in self.facts.items(range).iter() {
                visit(set, item.name, item.value, from_type);
            }
        });
    }

    /// Visits the numbers and quantities of an entity, and maybe other items, as [`FactModel::each_item`] does.
    fn each_figure(&self, entity: EntityIndex, visit: &mut dyn FnMut(Option<TextId>, TextId, ItemValue, bool)) {
        self.each_range(entity, &mut |set, range, from_type| {
            for item in self.facts.figures(range).iter() {
                visit(set, item.name, item.value, from_type);
            }
        });
    }

    /// In the stored unit; left as it is and marked where the unit is not known.
    pub(super) fn stored(&self, figure: Figure) -> (f64, Measure) {
        if !figure.is_declared {
            return (figure.value, figure.measure);
        }
        match self.summary.head.units.to_stored(figure.measure, figure.value) {
            Some(value) => (value, figure.measure),
            None => (figure.value, Measure::Unknown),
        }
    }
}

impl<F: FactReader> FactModel<F> {
    fn read_groups(&self) -> HashMap<EntityIndex, Vec<EntityIndex>> {
        let mut groups: HashMap<EntityIndex, Vec<EntityIndex>> = HashMap::new();
        // A failure to read is told by `fault`, as for every other row.
        drop(self.facts.each_relation(&mut |row| {
            if row.kind == RelationKind::BelongsTo {
                groups.entry(row.related).or_default().push(EntityIndex(row.relating));
            }
        }));
        groups
    }
}

impl<F: FactReader> ModelReader for FactModel<F> {
    fn groups(&self, entity: EntityIndex) -> Cow<'_, [EntityIndex]> {
        let groups = self.groups.get_or_init(|| self.read_groups());
        Cow::Borrowed(groups.get(&entity).map_or(&[], Vec::as_slice))
    }

    fn fault(&self) -> Option<String> {
        self.facts.fault()
    }

    fn head(&self) -> &ModelHead {
        &self.summary.head
    }

    fn entity_count(&self) -> usize {
        self.facts.entity_count()
    }

    fn entity(&self, index: EntityIndex) -> Option<Entity> {
        let row = self.facts.entity(index)?;
        let link = self.facts.link(index)?;
        let of_type = || link.type_object.and_then(|of| self.facts.entity(of)).and_then(|of| of.name);
        Some(Entity {
            entity_type: row.entity_type,
            global_id: row.global_id,
            source_id: row.source_id,
            name: row.name,
            long_name: row.long_name,
            description: row.description,
            tag: row.tag,
            object_type: row.object_type,
            predefined_type: row.predefined_type,
            type_name: row.type_name.or_else(of_type),
            label: row.label,
            container: link.container,
            storey: link.storey,
            host: link.host,
            whole: link.whole,
            elevation_m: link.elevation_m,
        })
    }

    fn text(&self, id: TextId) -> &str {
        self.facts.text(id)
    }

    fn properties(&self, entity: EntityIndex) -> Cow<'_, [Property]> {
        let mut rows = Vec::new();
        self.each_item(entity, &mut |set, name, value, from_type| {
            let value = match value {
                ItemValue::Text(text) => PropertyValue::Text(text),
                ItemValue::Boolean(value) => PropertyValue::Boolean(value),
                ItemValue::Number(figure) => {
                    let (value, measure) = self.stored(figure);
                    PropertyValue::Number { value, measure }
                }
                ItemValue::Range(number) => match self.facts.range(number) {
                    Some(text) => PropertyValue::Text(text),
                    None => return,
                },
                ItemValue::Quantity(..) => return,
            };
            rows.push(Property { set, name, value, from_type });
        });
        Cow::Owned(rows)
    }

    fn quantities(&self, entity: EntityIndex) -> Cow<'_, [Quantity]> {
        let mut rows = Vec::new();
        self.each_figure(entity, &mut |set, name, value, from_type| {
            let (figure, source) = match value {
                ItemValue::Quantity(figure, source) => (figure, source),
                ItemValue::Number(figure) if is_dimension(figure.measure) => (figure, QuantitySource::Property),
                ItemValue::Number(_) | ItemValue::Text(_) | ItemValue::Boolean(_) | ItemValue::Range(_) => return,
            };
            let (value, measure) = self.stored(figure);
            if source == QuantitySource::Property && !is_dimension(measure) {
                return;
            }
            let (corrected_by, implausible) = (None, false);
            rows.push(Quantity { set, name, measure, value, source, from_type, corrected_by, implausible });
        });
        magnitude::check(&mut rows, |_, name| self.role(name).0);
        Cow::Owned(rows)
    }

    fn materials(&self, entity: EntityIndex) -> Cow<'_, [MaterialUse]> {
        let Some(link) = self.facts.link(entity) else { return Cow::Borrowed(&[]) };
        let of_type = || self.facts.link(link.type_object?)?.material_set;
        let Some(set) = link.material_set.or_else(of_type) else { return Cow::Borrowed(&[]) };
        let rows = self.facts.materials(set);
        let rows = rows.iter().map(|row| MaterialUse {
            material: row.material,
            thickness_m: row.thickness_m,
            share: row.share,
            is_layer: row.is_layer,
        });
        Cow::Owned(rows.collect())
    }

    fn classifications(&self, entity: EntityIndex) -> Cow<'_, [(Option<TextId>, TextId)]> {
        let of = |entity| self.facts.classifications(self.rows(entity, |link| link.classifications_end));
        let own = of(entity);
        let type_object =
            self.facts.link(entity).and_then(|link| link.type_object).filter(|type_of| *type_of != entity);
        let inherited = type_object.map(of).unwrap_or_default();
        if inherited.is_empty() {
            return own;
        }
        // Of one system the occurrence's own reference goes before the type's.
        let is_new = |row: &&(Option<TextId>, TextId)| !own.iter().any(|(system, _)| *system == row.0);
        let added: Vec<_> = inherited.iter().filter(is_new).copied().collect();
        Cow::Owned(own.iter().copied().chain(added).collect())
    }

    fn boundaries(&self, space: EntityIndex) -> Cow<'_, [EntityIndex]> {
        self.facts.boundaries(self.rows(space, |link| link.boundaries_end))
    }

    fn storeys(&self) -> Cow<'_, [EntityIndex]> {
        Cow::Borrowed(&self.summary.storeys)
    }

    fn problems(&self) -> Cow<'_, [Problem]> {
        Cow::Borrowed(&self.summary.problems.kept)
    }
}

pub(super) fn is_dimension(measure: Measure) -> bool {
    matches!(measure, Measure::Length | Measure::Area | Measure::Volume | Measure::Weight)
}

impl<F: FactReader> SourceReader for FactModel<F> {
    fn record_count(&self) -> u32 {
        self.facts.record_count()
    }

    fn record(&self, index: RecordIndex) -> Option<RecordRow> {
        self.facts.record(index)
    }

    fn record_bytes(&self, index: RecordIndex) -> io::Result<Vec<u8>> {
        self.facts.record_bytes(index)
    }

    fn entity_record(&self, entity: EntityIndex) -> Option<RecordIndex> {
        self.facts.entity(entity)?.record
    }

    fn sets_of(&self, entity: EntityIndex) -> Vec<SetLink> {
        self.own_sets(entity).into_owned()
    }

    fn set_name(&self, set: SetId) -> Option<TextId> {
        self.facts.set(set)?.name
    }

    fn set_record(&self, set: SetId) -> Option<RecordIndex> {
        self.facts.set(set)?.record
    }

    fn each_relation(&self, visit: &mut dyn FnMut(RelationRow)) -> io::Result<()> {
        self.facts.each_relation(visit)
    }
}
