//! Collects what a reader finds and hands it on as rows, in memory that does not grow with the file.
//!
//! What grows is named: the index of identifiers ([`ModelBuilder::id_index_bytes`]) and two bytes an entity for its
//! class. What needs the end of the file waits outside of memory; texts are numbered by a bounded index; everything else
//! goes to the sink.

mod draft;
mod global_ids;
mod id_index;
mod id_text;
mod kind;
mod link;
mod loose;
mod pending;
mod relation_log;
mod shape_log;
mod spill;
mod text_index;

use std::io;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

pub use draft::{EntityDraft, MaterialDraft, PropertyDraft, QuantityDraft, ValueDraft};
pub use id_index::{IdNumber, Meaning};
pub(super) use pending::Classifications;
pub use relation_log::Node;
pub(super) use relation_log::{Logged, RelationLog};
pub(super) use shape_log::{Gap, Shapes, Stored};
pub use shape_log::{ShapeLog, ShapeSource, Shaped};
pub(super) use spill::{Spill, read_exact};

use self::id_index::IdIndex;
use self::kind::Kinds;
use self::loose::Loose;
use self::text_index::TextIndex;
pub use self::text_index::TextPlace;
pub(crate) use self::text_index::is_equal;
use super::fact_model::{BuildingModel, FactModel};
use super::facts::{
    EntityRow, FactReader as _, FactSink, Figure, ItemRow, ItemValue, MaterialSetId, ModelSummary, Nowhere, Origin,
    RecordIndex, RecordRow, SetId, SetRow,
};
use super::finish;
use super::memory::{MemoryFacts, MemorySink};
use super::model::{EntityIndex, ModelHead, QuantitySource};
use super::problem::{ProblemCode, Problems};
use super::table::TextId;
use crate::limits;

/// Rows of a table gathered before they are handed to the sink; each table by itself, since every handing over wakes a thread.
const WAITING_ROWS: usize = 4096;

/// Collects entities and what belongs to them, in any order after the entity itself.
#[derive(Debug)]
pub struct ModelBuilder {
    pub(super) sink: Box<dyn FactSink>,
    tables: Option<Arc<Mutex<MemoryFacts>>>,
    /// The first failure of the sink; nothing is taken after it.
    failure: Option<io::Error>,
    texts: TextIndex,
    pub(super) ids: IdIndex,
    pub(super) log: RelationLog,
    pub(super) kinds: Kinds,
    entities: Vec<EntityRow>,
    items: Vec<ItemRow>,
    item_count: u64,
    sets: Vec<SetRow>,
    set_count: u32,
    open_set: Option<OpenSet>,
    loose: Option<Loose>,
    /// The name of the loose set, room that is used again.
    loose_name: String,
    /// Whether what is added need not be an IFC entity.
    is_plain: bool,
    /// The entity added last, and its record.
    last: Option<(EntityIndex, Option<RecordIndex>)>,
    pub(super) ranges: pending::Ranges,
    pub(super) compositions: link::Compositions,
    pub(super) classifications: Classifications,
    pub(super) elevations: pending::Elevations,
    pub(super) pointers: link::Pointers,
    pub(super) shapes: Shapes,
    /// What was found wrong so far.
    pub problems: Problems,
}

#[derive(Debug)]
struct OpenSet {
    name: Option<TextId>,
    record: Option<RecordIndex>,
}

impl Default for ModelBuilder {
    fn default() -> ModelBuilder {
        ModelBuilder::new()
    }
}

impl ModelBuilder {
    /// Collects into a sink.
    #[must_use]
    pub fn into_sink(sink: Box<dyn FactSink>) -> ModelBuilder {
        ModelBuilder {
            sink,
            tables: None,
            failure: None,
            texts: TextIndex::default(),
            ids: IdIndex::default(),
            log: RelationLog::default(),
            kinds: Kinds::default(),
            entities: Vec::new(),
            items: Vec::new(),
            item_count: 0,
            sets: Vec::new(),
            set_count: 0,
            open_set: None,
            loose: None,
            loose_name: String::new(),
            is_plain: false,
            last: None,
            ranges: pending::Ranges::default(),
            compositions: link::Compositions::default(),
            classifications: Classifications::default(),
            elevations: pending::Elevations::default(),
            pointers: link::Pointers::default(),
            shapes: Shapes::default(),
            problems: Problems::default(),
        }
    }

    /// Collects into memory.
    #[must_use]
    pub fn new() -> ModelBuilder {
        let tables = Arc::new(Mutex::new(MemoryFacts::default()));
        let mut builder = ModelBuilder::into_sink(Box::new(MemorySink::new(&tables)));
        builder.tables = Some(tables);
        builder
    }

    /// Resolves relations and storeys and hands over what is left; asks now and then whether to go on.
    ///
    /// # Errors
    /// The first failure of the sink, [`TooManyEntities`], or [`super::Cancelled`].
    pub fn finish_into(
        self,
        head: ModelHead,
        poll: &mut finish::Poll<'_>,
    ) -> io::Result<(Box<dyn FactSink>, ModelSummary)> {
        finish::finish(self, head, poll)
    }

    /// The model that was collected into memory, with its quantities checked.
    ///
    /// # Errors
    /// As [`ModelBuilder::finish_into`]; also when it was collected elsewhere.
    pub fn finish(self, head: ModelHead) -> io::Result<BuildingModel> {
        self.finish_watched(head, &mut || ControlFlow::Continue(()))
    }

    /// As [`ModelBuilder::finish`]; asks now and then whether to go on.
    ///
    /// # Errors
    /// As [`ModelBuilder::finish`].
    pub fn finish_watched(mut self, head: ModelHead, poll: &mut finish::Poll<'_>) -> io::Result<BuildingModel> {
        let tables = self.take_tables().ok_or_else(|| io::Error::other("not collected in memory"))?;
        let (sink, summary) = self.finish_into(head, poll)?;
        drop(sink);
        let tables = Arc::into_inner(tables).ok_or_else(|| io::Error::other("the tables are still filled"))?;
        let mut model = FactModel::new(tables.into_inner().unwrap_or_else(PoisonError::into_inner), summary);
        let entities = model.facts().entity_count();
        let checked = model.check_magnitudes(0..entities, limits::CHECK_VALUES_MAX, poll)?;
        model.add_problems(checked.problems);
        model.add_problems(Problems::unchecked(checked.entities, entities));
        Ok(model)
    }

    pub(super) fn take_tables(&mut self) -> Option<Arc<Mutex<MemoryFacts>>> {
        self.tables.take()
    }

    /// Entities collected so far.
    #[must_use]
    pub fn entity_count(&self) -> usize {
        self.kinds.len()
    }

    /// Bytes of the index of identifiers.
    #[must_use]
    pub fn id_index_bytes(&self) -> u64 {
        self.ids.bytes()
    }

    /// What the sink failed with, or the limit that was passed; reading should end then.
    pub fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Adds a record that need not be an IFC entity: neither its type nor its identifier is told as a fault.
    pub fn plain_entity(&mut self, draft: &EntityDraft<'_>, origin: &dyn Origin) -> Option<EntityIndex> {
        self.is_plain = true;
        let added = self.entity(draft, origin);
        self.is_plain = false;
        added
    }

    /// Adds an entity. `None` when [`limits::ENTITIES_MAX`] is reached.
    pub fn entity(&mut self, draft: &EntityDraft<'_>, origin: &dyn Origin) -> Option<EntityIndex> {
        if limits::ENTITIES_MAX <= self.kinds.len() {
            self.fail(io::Error::new(io::ErrorKind::QuotaExceeded, TooManyEntities));
            return None;
        }
        let index = EntityIndex::new(self.kinds.len())?;
        let mut global_id = None;
        let mut source_id = None;
        match draft.id.filter(|id| !is_blank(id)) {
            None if self.is_plain => {}
            None => self.problems.push(ProblemCode::IdMissing, origin, draft.entity_type),
            Some(text) => {
                global_id = super::GlobalId::parse(text).ok();
                if global_id.is_none() {
                    source_id = self.text(Some(text));
                }
                self.bound_ids();
                let number = self.ids.number_of(text, global_id);
                if !self.ids.fill(number, Meaning::Entity(index)) && !self.is_plain {
                    self.problems.push(ProblemCode::IdRepeated, origin, text);
                }
            }
        }
        let entity_type = self.kind(draft.entity_type, origin);
        let row = EntityRow {
            entity_type,
            global_id,
            source_id,
            name: self.text(draft.name),
            long_name: self.text(draft.long_name),
            description: self.text(draft.description),
            tag: self.text(draft.tag),
            object_type: self.text(draft.object_type),
            predefined_type: self.text(draft.predefined_type),
            type_name: self.text(draft.type_name),
            label: self.text(draft.label),
            record: origin.record(),
        };
        self.entities.push(row);
        self.last = Some((index, row.record));
        if let Some(elevation) = draft.elevation_m {
            self.keep_elevation(index, elevation, false);
        }
        if WAITING_ROWS <= self.entities.len() {
            self.flush_entities();
        }
        Some(index)
    }

    /// The type of an entity collected before.
    #[must_use]
    pub fn type_of(&self, entity: EntityIndex) -> &str {
        self.kinds.name(entity)
    }

    /// Begins a set; the properties and quantities added next are its own, until another begins.
    pub fn open_set(&mut self, name: Option<&str>, origin: &dyn Origin) -> SetId {
        self.close_set();
        self.loose = None;
        let name = self.text(name);
        self.open_set = Some(OpenSet { name, record: origin.record() });
        SetId(self.set_count)
    }

    /// Adds a property to the open set.
    pub fn add_property(&mut self, name: &str, value: ValueDraft<'_>) {
        let value = self.value(value);
        let id = self.intern(name);
        self.item(id, name, value);
    }

    /// The value of an item.
    fn value(&mut self, value: ValueDraft<'_>) -> ItemValue {
        match value {
            ValueDraft::Text(text) => {
                let text = self.cut(text);
                ItemValue::Text(self.intern(text))
            }
            ValueDraft::Boolean(value) => ItemValue::Boolean(value),
            ValueDraft::Number { value, measure } => ItemValue::Number(Figure { value, measure, is_declared: false }),
            ValueDraft::Declared { value, measure } => ItemValue::Number(Figure { value, measure, is_declared: true }),
            ValueDraft::Range { lower: Some(lower), upper: Some(upper), measure } if lower == upper => {
                ItemValue::Number(Figure { value: lower, measure, is_declared: true })
            }
            ValueDraft::Range { lower, upper, measure } => {
                let pushed = self.ranges.push((lower, upper, measure), self.sink.as_mut());
                ItemValue::Range(self.noted(pushed))
            }
        }
    }

    /// Adds a quantity to the open set.
    pub fn add_quantity(&mut self, name: &str, figure: Figure, source: QuantitySource) {
        let id = self.intern(name);
        self.item(id, name, ItemValue::Quantity(figure, source));
    }

    fn item(&mut self, id: TextId, name: &str, value: ItemValue) {
        self.shapes.stores(id, name, value);
        self.items.push(ItemRow { name: id, value });
        self.item_count += 1;
        if WAITING_ROWS <= self.items.len() {
            self.flush_items();
        }
    }

    fn close_set(&mut self) {
        if let Some(OpenSet { name, record }) = self.open_set.take() {
            self.sets.push(SetRow { name, items_end: self.item_count, record });
            self.set_count += 1;
            self.close_gap();
            if WAITING_ROWS <= self.sets.len() {
                self.flush_sets();
            }
        }
    }

    /// Takes a block of the source and says where its records stand. `rows` go on counting from the records before; their
    /// groups come as texts, one for each row.
    pub fn source_block<'g>(
        &mut self,
        compressed: &[u8],
        plain_bytes: u32,
        rows: &mut [RecordRow],
        groups: impl Iterator<Item = Option<&'g str>>,
    ) {
        let mut last = (None, None);
        for (row, group) in rows.iter_mut().zip(groups) {
            self.pointers.add(group, row);
            // Neighbours are mostly of one group.
            if last.0 != group {
                last = (group, group.map(|group| self.intern(group)));
            }
            row.group = last.1;
        }
        let handed = self.sink.records(rows).and_then(|()| self.sink.block(compressed, plain_bytes));
        self.note(handed);
    }

    pub(super) fn text(&mut self, text: Option<&str>) -> Option<TextId> {
        let text = text.filter(|text| !is_blank(text))?;
        let text = self.cut(text);
        Some(self.intern(text))
    }

    pub(super) fn intern(&mut self, text: &str) -> TextId {
        match self.texts.intern(text, self.sink.as_mut()) {
            Ok(id) => id,
            Err(error) => {
                self.fail(error);
                TextId(0)
            }
        }
    }

    /// Cuts a text at [`limits::TEXT_BYTES_MAX`], never inside a character, and notes it.
    fn cut<'t>(&mut self, text: &'t str) -> &'t str {
        if text.len() <= limits::TEXT_BYTES_MAX {
            return text;
        }
        let cut = text.get(..text.floor_char_boundary(limits::TEXT_BYTES_MAX)).unwrap_or_default();
        let detail = format!("{} of {} bytes kept", cut.len(), text.len());
        self.problems.push(ProblemCode::TextCut, &Nowhere, detail);
        cut
    }

    fn flush_entities(&mut self) {
        let handed = self.sink.entities(&self.entities);
        self.note(handed);
        self.entities.clear();
    }

    fn flush_items(&mut self) {
        let handed = self.sink.take_items(&mut self.items);
        self.note(handed);
        self.items.clear();
    }

    fn flush_sets(&mut self) {
        let handed = self.sink.sets(&self.sets);
        self.note(handed);
        self.sets.clear();
    }

    /// Closes the open set and hands everything gathered to the sink; the first failure comes out here.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.close_set();
        self.flush_entities();
        self.flush_items();
        self.flush_sets();
        let handed = self.texts.flush(self.sink.as_mut());
        self.note(handed);
        self.failure.take().map_or(Ok(()), Err)
    }

    pub(super) fn note(&mut self, handed: io::Result<()>) {
        if let Err(error) = handed {
            self.fail(error);
        }
    }

    /// As [`ModelBuilder::note`]; what was given, or its default after a failure, when nothing counts any more.
    pub(super) fn noted<V: Default>(&mut self, handed: io::Result<V>) -> V {
        handed.unwrap_or_else(|error| {
            self.fail(error);
            V::default()
        })
    }

    fn fail(&mut self, error: io::Error) {
        self.failure.get_or_insert(error);
    }

    pub(super) fn next_composition(&self) -> MaterialSetId {
        self.compositions.next()
    }
}

/// Whether a text says nothing; mostly its first character tells.
fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// More entities than [`limits::ENTITIES_MAX`].
#[derive(Debug, thiserror::Error)]
#[error("the model holds more than {} entities", limits::ENTITIES_MAX)]
pub struct TooManyEntities;

/// More identifiers than [`limits::IDS_MAX`] or [`limits::OTHER_IDS_MAX`].
#[derive(Debug, thiserror::Error)]
#[error(
    "the model holds more than {} identifiers, or {} that are no GlobalIds",
    limits::IDS_MAX,
    limits::OTHER_IDS_MAX
)]
pub struct TooManyIds;
