//! What questions and chunks read a building model through.
//!
//! `store` opens models in the format it keeps and implements this; rows come as [`Cow`] so that a columnar format may
//! assemble them while a model in memory lends them.

use std::borrow::Cow;
use std::io;

use super::facts::{RecordIndex, RecordRow, RelationRow, SetId, SetLink};
use super::model::{Entity, EntityIndex, MaterialUse, ModelHead, Property, Quantity};
use super::problem::Problem;
use super::table::TextId;

/// A readable building model. Positions beyond [`ModelReader::entity_count`] read as empty.
pub trait ModelReader: std::fmt::Debug + Send + Sync {
    /// What went wrong while rows were fetched; an answer is believed only when this is none.
    fn fault(&self) -> Option<String>;
    /// What the file says about itself.
    fn head(&self) -> &ModelHead;
    /// Number of entities; positions run from zero to below it.
    fn entity_count(&self) -> usize;
    /// One entity.
    fn entity(&self, index: EntityIndex) -> Option<Entity>;
    /// A text by its id.
    fn text(&self, id: TextId) -> &str;
    /// The properties of an entity, its own before those of its type.
    fn properties(&self, entity: EntityIndex) -> Cow<'_, [Property]>;
    /// The quantities of an entity.
    fn quantities(&self, entity: EntityIndex) -> Cow<'_, [Quantity]>;
    /// The materials of an entity, in the order of the layers.
    fn materials(&self, entity: EntityIndex) -> Cow<'_, [MaterialUse]>;
    /// The classification references of an entity: system, then code and name as one text. Its type's hold where it has
    /// none of the same system.
    fn classifications(&self, entity: EntityIndex) -> Cow<'_, [(Option<TextId>, TextId)]>;
    /// The elements that bound a space.
    fn boundaries(&self, space: EntityIndex) -> Cow<'_, [EntityIndex]>;
    /// The groups, systems and zones an entity belongs to.
    fn groups(&self, entity: EntityIndex) -> Cow<'_, [EntityIndex]>;
    /// Storeys from the lowest to the highest.
    fn storeys(&self) -> Cow<'_, [EntityIndex]>;
    /// The problems kept from reading.
    fn problems(&self) -> Cow<'_, [Problem]>;
}

/// The source of a model as it was read, and what its records say of each other. What chunks are cut from.
pub trait SourceReader: std::fmt::Debug + Send + Sync {
    /// Number of records; positions run from zero to below it, in the order of the file.
    fn record_count(&self) -> u32;
    /// Where a record stands.
    fn record(&self, index: RecordIndex) -> Option<RecordRow>;
    /// The bytes of a record as the file has them.
    fn record_bytes(&self, index: RecordIndex) -> io::Result<Vec<u8>>;
    /// The record of an entity.
    fn entity_record(&self, entity: EntityIndex) -> Option<RecordIndex>;
    /// The sets of an entity.
    fn sets_of(&self, entity: EntityIndex) -> Vec<SetLink>;
    /// The name of a set.
    fn set_name(&self, set: SetId) -> Option<TextId>;
    /// The record of a set.
    fn set_record(&self, set: SetId) -> Option<RecordIndex>;
    /// Every relation, in the order of the file.
    fn each_relation(&self, visit: &mut dyn FnMut(RelationRow)) -> io::Result<()>;
}
