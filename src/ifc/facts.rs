//! What a file says, as rows of plain tables, and where a builder puts them.
//!
//! A building model is a family of tables that are only appended to while a file is read. [`FactSink`] takes the rows;
//! `store` writes them as columns. Rows name each other by dense numbers.
//!
//! Numbers stand as the file has them. What is declared in the units of the file carries `is_declared` and is converted
//! when it is read, since a file may name its units last.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::global_id::GlobalId;
use super::model::{EntityIndex, ModelHead, QuantitySource};
use super::problem::Problems;
use super::table::TextId;
use super::unit::Measure;

macro_rules! dense_ids {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// As a position.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

dense_ids! {
    /// Position of a property set, quantity set or the loose properties of one entity.
    SetId;
    /// Position of a distinct composition of materials.
    MaterialSetId;
    /// Position of a record of the source: an object of a list, an instance of a STEP file, a value of the root.
    RecordIndex;
}

/// What a record says of one entity, known when the record is read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EntityRow {
    /// Its class with the prefix `Ifc`.
    pub entity_type: TextId,
    /// Its GlobalId, where it has one.
    pub global_id: Option<GlobalId>,
    /// The file's own identifier, where that is no GlobalId.
    pub source_id: Option<TextId>,
    /// IFC attribute Name.
    pub name: Option<TextId>,
    /// IFC attribute LongName.
    pub long_name: Option<TextId>,
    /// IFC attribute Description.
    pub description: Option<TextId>,
    /// IFC attribute Tag.
    pub tag: Option<TextId>,
    /// IFC attribute ObjectType.
    pub object_type: Option<TextId>,
    /// IFC attribute PredefinedType.
    pub predefined_type: Option<TextId>,
    /// Name of its type, where the shape names it in the record.
    pub type_name: Option<TextId>,
    /// The word of the list it stood in.
    pub label: Option<TextId>,
    /// The record it stands in.
    pub record: Option<RecordIndex>,
}

/// What is known of one entity only at the end of the file; as many rows as entities, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LinkRow {
    /// What contains it directly.
    pub container: Option<EntityIndex>,
    /// The storey it is on.
    pub storey: Option<EntityIndex>,
    /// What it is built into.
    pub host: Option<EntityIndex>,
    /// The whole it is a part of.
    pub whole: Option<EntityIndex>,
    /// Its type object.
    pub type_object: Option<EntityIndex>,
    /// What it is made of; its type's where this is none.
    pub material_set: Option<MaterialSetId>,
    /// Elevation, in metres.
    pub elevation_m: Option<f64>,
    /// End of its rows among the set links; they begin where those of the entity before end.
    pub sets_end: u32,
    /// End of its rows among the classification references.
    pub classifications_end: u32,
    /// End of its rows among the space boundaries.
    pub boundaries_end: u32,
}

/// One set; its items end at `items_end` and begin where those of the set before end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SetRow {
    /// Its name, where the shape keeps it.
    pub name: Option<TextId>,
    /// End of its items.
    pub items_end: u64,
    /// The record it stands in.
    pub record: Option<RecordIndex>,
}

/// One value of a set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ItemRow {
    /// Its name.
    pub name: TextId,
    /// Its value.
    pub value: ItemValue,
}

/// The value of an item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum ItemValue {
    /// A text; several values are joined by ", ".
    Text(TextId),
    /// Yes or no.
    Boolean(bool),
    /// A number. Of a dimension, it counts as a quantity of [`QuantitySource::Property`] as well.
    Number(Figure),
    /// A quantity and nothing else.
    Quantity(Figure, QuantitySource),
    /// A bounded value: position in the table of ranges.
    Range(u32),
}

/// A number with what it measures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The number.
    pub value: f64,
    /// What it measures.
    pub measure: Measure,
    /// Whether it is in the unit that the file declares for the measure, else in the stored unit.
    pub is_declared: bool,
}

/// That an entity has a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLink {
    /// The set.
    pub set: SetId,
    /// Whether the file gives it as the type's, without a type object to hold it.
    pub from_type: bool,
}

/// One material of a composition; `set` rises from row to row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MaterialRow {
    /// The composition.
    pub set: MaterialSetId,
    /// The material's name.
    pub material: TextId,
    /// Thickness of a layer, in metres.
    pub thickness_m: Option<f64>,
    /// Share of the volume.
    pub share: Option<f64>,
    /// Whether it is a layer of a layer set.
    pub is_layer: bool,
}

/// What a relation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// `related` has the set `relating`.
    HasSet,
    /// `related` is an occurrence of the type object `relating`.
    IsOccurrenceOf,
    /// `related` is contained in the spatial element `relating`.
    IsContainedIn,
    /// `related` is a part of `relating`.
    IsPartOf,
    /// The opening `related` is cut out of `relating`.
    Voids,
    /// `related` stands in the opening `relating`.
    Fills,
    /// `related` bounds the space `relating`.
    Bounds,
    /// `related` is made of the composition `relating`.
    IsMadeOf,
    /// `related` carries the classification `relating`.
    IsClassifiedAs,
    /// `related` belongs to the group, system or zone `relating`.
    BelongsTo,
}

/// One pair of a relation, in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationRow {
    /// What it says.
    pub kind: RelationKind,
    /// The many side.
    pub related: EntityIndex,
    /// The one side: an entity, set, composition or classification, by its kind.
    pub relating: u32,
    /// The record it stands in.
    pub record: Option<RecordIndex>,
}

/// Where a record of the source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// Key of the list, or of the value of the root; the type of a STEP instance.
    pub group: Option<TextId>,
    /// Position in its list, or the number of a STEP instance.
    pub index: Option<u32>,
    /// Whether the list stands in the object under the root key `data`.
    pub in_data: bool,
    /// Offset of its first byte in the decompressed file.
    pub offset: u64,
    /// Its length in bytes.
    pub bytes: u32,
    /// The source block that holds it.
    pub block: u32,
    /// Its first byte in the decompressed block.
    pub block_start: u32,
}

/// Takes the rows of a model. Every table is appended to in order; nothing is changed afterwards.
pub trait FactSink: fmt::Debug + Send {
    /// Texts, numbered from zero in the order they come.
    fn texts(&mut self, texts: &[&str]) -> io::Result<()>;
    /// Entities.
    fn entities(&mut self, rows: &[EntityRow]) -> io::Result<()>;
    /// Links, once all entities are known.
    fn links(&mut self, rows: &[LinkRow]) -> io::Result<()>;
    /// Sets, each after its items.
    fn sets(&mut self, rows: &[SetRow]) -> io::Result<()>;
    /// Items.
    fn items(&mut self, rows: &[ItemRow]) -> io::Result<()>;
    /// Items that the caller needs no more; who can do with the list itself spares a copy.
    fn take_items(&mut self, rows: &mut Vec<ItemRow>) -> io::Result<()> {
        self.items(rows)
    }
    /// Texts of the ranges.
    fn ranges(&mut self, rows: &[TextId]) -> io::Result<()>;
    /// Set links by entity.
    fn set_links(&mut self, rows: &[SetLink]) -> io::Result<()>;
    /// Materials by composition.
    fn materials(&mut self, rows: &[MaterialRow]) -> io::Result<()>;
    /// Classification references by entity: system or none, then code and name as one text.
    fn classifications(&mut self, rows: &[(Option<TextId>, TextId)]) -> io::Result<()>;
    /// Bounding elements by space.
    fn boundaries(&mut self, rows: &[EntityIndex]) -> io::Result<()>;
    /// Relations, in the order of the file.
    fn relations(&mut self, rows: &[RelationRow]) -> io::Result<()>;
    /// Records, in the order of the file.
    fn records(&mut self, rows: &[RecordRow]) -> io::Result<()>;
    /// A block of source bytes, compressed by zstd; numbered from zero in the order they come.
    fn block(&mut self, compressed: &[u8], plain_bytes: u32) -> io::Result<()>;
    /// Waits until everything given so far is taken, where that happens elsewhere; the first failure comes out here.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
    /// A place for bytes that are needed until the end of the reading only.
    fn scratch(&mut self) -> io::Result<Box<dyn Scratch>>;
}

/// Bytes that are appended, then read back.
pub trait Scratch: fmt::Debug + Send {
    /// Appends.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Reads from a position; the number of bytes read, zero at the end.
    fn read_at(&mut self, from: u64, into: &mut [u8]) -> io::Result<usize>;
}

/// Where in the file something was found.
pub trait Origin {
    /// JSON Pointer (RFC 6901) of the record, `#17` for a STEP instance, or empty.
    fn pointer(&self) -> String;
    /// Offset of the record in the decompressed file.
    fn offset(&self) -> u64;
    /// The record.
    fn record(&self) -> Option<RecordIndex>;
}

/// No place: what is said of the whole model, or made up in a test.
#[derive(Debug, Clone, Copy)]
pub struct Nowhere;

impl Origin for Nowhere {
    fn pointer(&self) -> String {
        String::new()
    }

    fn offset(&self) -> u64 {
        0
    }

    fn record(&self) -> Option<RecordIndex> {
        None
    }
}

/// Gives the rows of a model back. Positions that do not exist read as none or empty; so does everything after a fault,
/// which must be asked for before an answer is believed.
pub trait FactReader: fmt::Debug + Send + Sync {
    /// What went wrong while rows were fetched (a file vanished, a checksum differs); none while all is well.
    fn fault(&self) -> Option<String>;
    /// A text.
    fn text(&self, id: TextId) -> &str;
    /// A text of its own, for who asks for few of them.
    fn read_text(&self, id: TextId) -> String {
        self.text(id).to_owned()
    }
    /// Number of texts.
    fn text_count(&self) -> usize;
    /// Number of entities.
    fn entity_count(&self) -> usize;
    /// One entity.
    fn entity(&self, index: EntityIndex) -> Option<EntityRow>;
    /// Its links.
    fn link(&self, index: EntityIndex) -> Option<LinkRow>;
    /// Number of sets.
    fn set_count(&self) -> usize;
    /// One set.
    fn set(&self, set: SetId) -> Option<SetRow>;
    /// Items by position.
    fn items(&self, range: Range<u64>) -> Cow<'_, [ItemRow]>;
    /// The numbers and quantities among items, by position; where it is cheaper, all of them.
    fn figures(&self, range: Range<u64>) -> Cow<'_, [ItemRow]> {
        self.items(range)
    }
    /// The text of a range.
    fn range(&self, index: u32) -> Option<TextId>;
    /// Set links by position.
    fn set_links(&self, range: Range<u32>) -> Cow<'_, [SetLink]>;
    /// The rows of a composition.
    fn materials(&self, set: MaterialSetId) -> Cow<'_, [MaterialRow]>;
    /// Classification references by position.
    fn classifications(&self, range: Range<u32>) -> Cow<'_, [(Option<TextId>, TextId)]>;
    /// Bounding elements by position.
    fn boundaries(&self, range: Range<u32>) -> Cow<'_, [EntityIndex]>;
    /// Every relation, in the order of the file.
    fn each_relation(&self, visit: &mut dyn FnMut(RelationRow)) -> io::Result<()>;
    /// Number of records.
    fn record_count(&self) -> u32;
    /// Where a record stands.
    fn record(&self, index: RecordIndex) -> Option<RecordRow>;
    /// The bytes of a record as the file has them.
    fn record_bytes(&self, index: RecordIndex) -> io::Result<Vec<u8>>;
}

/// The JSON Pointer (RFC 6901) of a record, from where it stands.
#[must_use]
pub fn pointer(group: Option<&str>, in_data: bool, index: Option<u32>) -> String {
    let mut pointer = String::from(if in_data { "/data" } else { "" });
    if let Some(group) = group {
        pointer.push('/');
        pointer.push_str(&group.replace('~', "~0").replace('/', "~1"));
    }
    if let Some(index) = index {
        pointer.push_str(&format!("/{index}"));
    }
    pointer
}

/// What is known of a model when all of it has been read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelSummary {
    /// What the file says about itself.
    pub head: ModelHead,
    /// Storeys from the lowest to the highest.
    pub storeys: Vec<EntityIndex>,
    /// What was found wrong.
    pub problems: Problems,
    /// Entities.
    pub entities: u64,
    /// Building parts among them.
    pub elements: u64,
    /// Bytes that the index of identifiers took while reading.
    pub id_index_bytes: u64,
}
