//! The vocabulary of a building model: entities, types, units, quantities, materials, spatial structure.
//!
//! Knows nothing of files, questions, clocks or servers. Start with [`BuildingModel`] and [`ModelBuilder`].

mod builder;
mod concept;
mod entity_type;
mod facts;
mod finish;
mod fold;
mod global_id;
mod magnitude;
mod model;
mod placeholder;
mod problem;
mod reader;
mod table;
#[cfg(test)]
mod tests;
mod unit;

pub use builder::{EntityDraft, MaterialDraft, ModelBuilder, PropertyDraft, QuantityDraft, ValueDraft};
pub use concept::{CONCEPTS, Concept};
pub use entity_type::{is_a, is_element, is_known, spelled, supertypes};
pub use facts::{
    EntityRow, FactReader, FactSink, Figure, ItemRow, ItemValue, LinkRow, MaterialRow, MaterialSetId, Nowhere, Origin,
    RecordIndex, RecordRow, RelationKind, RelationRow, Scratch, SetId, SetLink, SetRow,
};
pub use fold::{fold, words};
pub use global_id::{GlobalId, GlobalIdError};
pub use model::{
    BuildingModel, Entity, EntityIndex, MaterialUse, ModelHead, Property, PropertyValue, Quantity, QuantitySource,
    Shape,
};
pub use placeholder::is_placeholder;
pub use problem::{Problem, ProblemCode, Problems, Severity};
pub use reader::{ModelReader, SourceReader};
pub use table::{Table, TextId, Texts};
pub use unit::{Measure, Unit, UnitAssignment};
