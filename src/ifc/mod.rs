//! The vocabulary of a building model: entities, types, units, quantities, materials, spatial structure.
//!
//! Knows nothing of files, questions, clocks or servers. Start with [`BuildingModel`] and [`ModelBuilder`].

mod builder;
mod check;
mod concept;
mod entity_type;
mod fact_model;
mod facts;
mod finish;
mod fold;
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "of some forty kinds of items each place takes a few; the rest is left out"
)]
mod geometry;
mod global_id;
mod lexicon;
mod magnitude;
mod memory;
mod model;
mod part_shape;
mod placeholder;
mod problem;
mod reader;
mod table;
#[cfg(test)]
mod tests;
mod unit;

pub(crate) use builder::is_equal;
pub use builder::{
    EntityDraft, IdNumber, MaterialDraft, Meaning, ModelBuilder, Node, PropertyDraft, QuantityDraft, ShapeLog,
    ShapeSource, Shaped, TextPlace, TooManyEntities, TooManyIds, ValueDraft,
};
pub use check::Checked;
pub use concept::{CONCEPTS, Concept};
pub use entity_type::{is_a, is_element, is_known, known_types, spelled, supertypes};
pub use fact_model::{BuildingModel, FactModel};
pub use facts::{
    EntityRow, FactReader, FactSink, Figure, ItemRow, ItemValue, LinkRow, MaterialRow, MaterialSetId, ModelSummary,
    Nowhere, Origin, RecordIndex, RecordRow, RelationKind, RelationRow, Scratch, SetId, SetLink, SetRow, pointer,
};
pub use finish::{Cancelled, Poll};
pub use fold::{fold, letters, words};
pub use geometry::{Body, Frame, Kind, Node as ShapeNode, Solid, body, kind_of, placement};
pub use global_id::{GlobalId, GlobalIdError};
pub use lexicon::{folded_form, lexicon_entries};
pub use memory::MemoryFacts;
pub use model::{
    Entity, EntityIndex, MaterialUse, ModelHead, Property, PropertyValue, Quantity, QuantitySource, Shape,
};
pub use placeholder::is_placeholder;
pub use problem::{Problem, ProblemCode, Problems, Severity};
pub use reader::{ModelReader, SourceReader};
pub use table::{TextId, Texts};
pub use unit::{Measure, Unit, UnitAssignment};
