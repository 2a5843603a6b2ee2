//! What a reader hands to the builder, borrowed from its record.

use super::super::model::QuantitySource;
use super::super::unit::Measure;

/// An entity as a reader sees it. Empty texts count as absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct EntityDraft<'a> {
    /// Its class with the prefix `Ifc`.
    pub entity_type: &'a str,
    /// The file's identifier: either spelling of a GlobalId, or anything else.
    pub id: Option<&'a str>,
    /// IFC attribute Name.
    pub name: Option<&'a str>,
    /// IFC attribute LongName.
    pub long_name: Option<&'a str>,
    /// IFC attribute Description.
    pub description: Option<&'a str>,
    /// IFC attribute Tag.
    pub tag: Option<&'a str>,
    /// IFC attribute ObjectType.
    pub object_type: Option<&'a str>,
    /// IFC attribute PredefinedType.
    pub predefined_type: Option<&'a str>,
    /// Name of its type object.
    pub type_name: Option<&'a str>,
    /// The word of the list it stood in.
    pub label: Option<&'a str>,
    /// Elevation in metres.
    pub elevation_m: Option<f64>,
}

/// A value as a reader sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueDraft<'a> {
    /// A text.
    Text(&'a str),
    /// A number.
    Number {
        /// In the stored unit of the measure.
        value: f64,
        /// What it measures.
        measure: Measure,
    },
    /// A number in the unit that the file declares for the measure.
    Declared {
        /// The number.
        value: f64,
        /// What it measures.
        measure: Measure,
    },
    /// Yes or no.
    Boolean(bool),
    /// A value between two bounds, in the unit that the file declares for the measure.
    Range {
        /// The lower bound.
        lower: Option<f64>,
        /// The upper bound.
        upper: Option<f64>,
        /// What they measure.
        measure: Measure,
    },
}

/// A property as a reader sees it.
#[derive(Debug, Clone, Copy)]
pub struct PropertyDraft<'a> {
    /// The property set, where the shape keeps it.
    pub set: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: ValueDraft<'a>,
    /// Whether it came from the type object.
    pub from_type: bool,
}

/// A quantity as a reader sees it.
#[derive(Debug, Clone, Copy)]
pub struct QuantityDraft<'a> {
    /// The quantity set, where it has a name.
    pub set: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// What it measures.
    pub measure: Measure,
    /// In the stored unit of the measure.
    pub value: f64,
    /// Where it was found.
    pub source: QuantitySource,
    /// Whether it came from the type object.
    pub from_type: bool,
}

/// A material of an element as a reader sees it. Shares are computed from the thicknesses.
#[derive(Debug, Clone, Copy)]
pub struct MaterialDraft<'a> {
    /// Its name.
    pub name: &'a str,
    /// Thickness of a layer: in metres, or in the unit that the file declares (see [`super::ModelBuilder::compose`]).
    pub thickness_m: Option<f64>,
    /// Fraction of a constituent, 0 to 1.
    pub fraction: Option<f64>,
    /// Whether it is a layer of a layer set.
    pub is_layer: bool,
}
