//! One IFC data set as questions see it: entities with their properties, quantities and materials.
//!
//! Put together from the rows of [`super::FactReader`] by [`super::FactModel`].

use serde::{Deserialize, Serialize};

use super::global_id::GlobalId;
use super::table::TextId;
use super::unit::{Measure, UnitAssignment};

/// Position of an entity in its model; dense from zero, in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntityIndex(pub u32);

impl EntityIndex {
    /// As a position.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// From a position; `None` beyond 32 bits.
    #[must_use]
    pub fn new(index: usize) -> Option<EntityIndex> {
        u32::try_from(index).ok().map(EntityIndex)
    }
}

macro_rules! shapes {
    ($($variant:ident, $text:literal, $meaning:literal;)+) => {
        /// Which shape of input a model came in (docs/formats.md).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Shape { $(#[doc = $meaning] $variant,)+ }

        impl Shape {
            /// Every shape.
            pub const ALL: &'static [Shape] = &[$(Shape::$variant,)+];

            /// The text in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Shape::$variant => $text,)+ } }

            /// One line for the documentation.
            #[must_use]
            pub const fn meaning(self) -> &'static str { match self { $(Shape::$variant => $meaning,)+ } }
        }
    };
}

shapes! {
    IfcJson, "ifc_json", "A: a flat list of ifcJSON objects";
    IfcJsonFlattened, "ifc_json_flattened", "B: ifcJSON 5a, types without prefix and properties on the object";
    IfcJsonNested, "ifc_json_nested", "C: one ifcJSON object, the project, with everything nested in it";
    HeaderData, "header_data", "D: a header beside lists by type";
    ElementList, "element_list", "E: lists of elements or components with dimensions and a location";
    GermanFlat, "german_flat", "F: German component lists, grouped";
    TypeDump, "type_dump", "G: lists by type with property sets, quantities and materials as objects";
    WebIfc, "web_ifc", "H: instances under their express ids (web-ifc)";
    XeokitMetamodel, "xeokit_metamodel", "I: meta objects with parents and property sets (xeokit)";
    Ifcx, "ifcx", "J: nodes with paths and attributes (IFCX, IFC5)";
    Step, "step", "STEP physical file (ISO 10303-21)";
    Records, "records", "JSON of no known shape, read as plain records";
}

/// What a file says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelHead {
    /// The shape it was read as.
    pub shape: Shape,
    /// Schema version as the file names it, e.g. `IFC4`.
    pub schema: Option<String>,
    /// The software that wrote it.
    pub application: Option<String>,
    /// When it was written, as the file says.
    pub written_at: Option<String>,
    /// Authors named in the file.
    pub authors: Vec<String>,
    /// Organisations named in the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<String>,
    /// Postal address of the building, else of the site, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Latitude and longitude of the site, in decimal degrees (WGS 84).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<[f64; 2]>,
    /// Factors to the stored units.
    pub units: UnitAssignment,
    /// Whether the file declared them.
    pub units_declared: bool,
}

impl ModelHead {
    /// The head of a file that says nothing of itself: SI units, not declared.
    #[must_use]
    pub fn of_shape(shape: Shape) -> ModelHead {
        ModelHead {
            shape,
            schema: None,
            application: None,
            written_at: None,
            authors: Vec::new(),
            organisations: Vec::new(),
            address: None,
            coordinates: None,
            units: UnitAssignment::default(),
            units_declared: false,
        }
    }
}

/// One instance: an object, a spatial element, a type object, a group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Its class with the prefix `Ifc`, e.g. `IfcWallStandardCase`.
    pub entity_type: TextId,
    /// Its GlobalId, where it has one.
    pub global_id: Option<GlobalId>,
    /// The file's own identifier, where that is no GlobalId.
    pub source_id: Option<TextId>,
    /// IFC attribute Name. For a space usually its number.
    pub name: Option<TextId>,
    /// IFC attribute LongName: the word for a space.
    pub long_name: Option<TextId>,
    /// IFC attribute Description.
    pub description: Option<TextId>,
    /// IFC attribute Tag; for flat lists the unique part number.
    pub tag: Option<TextId>,
    /// IFC attribute ObjectType.
    pub object_type: Option<TextId>,
    /// IFC attribute PredefinedType.
    pub predefined_type: Option<TextId>,
    /// Name of the type object it is an occurrence of.
    pub type_name: Option<TextId>,
    /// The word of the list it stood in, where the shape groups by words ("Ständer").
    pub label: Option<TextId>,
    /// What contains it directly: a storey, a space, a building.
    pub container: Option<EntityIndex>,
    /// The storey it is on, by containment, host or whole.
    pub storey: Option<EntityIndex>,
    /// What it is built into: the wall of a door.
    pub host: Option<EntityIndex>,
    /// The whole it is a part of.
    pub whole: Option<EntityIndex>,
    /// Elevation of a storey, in metres.
    pub elevation_m: Option<f64>,
}

/// A property's value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum PropertyValue {
    /// A text; several values are joined by ", ".
    Text(TextId),
    /// A number in the stored unit of its measure.
    Number {
        /// The number.
        value: f64,
        /// What it measures.
        measure: Measure,
    },
    /// Yes or no.
    Boolean(bool),
}

/// A named value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Property {
    /// The property set, where the shape keeps it.
    pub set: Option<TextId>,
    /// Its name.
    pub name: TextId,
    /// Its value.
    pub value: PropertyValue,
    /// Whether it came from the type object; the occurrence's own value goes before it.
    pub from_type: bool,
}

/// Where a quantity was found (contract: quantities live in three places).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantitySource {
    /// A quantity set, or the shape's own quantity fields.
    QuantitySet,
    /// A property whose value is a measure.
    Property,
    /// An attribute such as OverallWidth.
    Attribute,
    /// Length × width × height of a prismatic part, where the shape gives no volume.
    Dimensions,
    /// The shape of the part, where nothing is stored.
    Computed,
}

/// A measured value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// The quantity set or property set, where it has a name.
    pub set: Option<TextId>,
    /// Its name, e.g. `NetVolume`.
    pub name: TextId,
    /// What it measures.
    pub measure: Measure,
    /// The value in the stored unit of the measure.
    pub value: f64,
    /// Where it was found.
    pub source: QuantitySource,
    /// Whether it came from the type object.
    pub from_type: bool,
    /// The power of ten the stored number was divided by, when it contradicted the dimensions.
    pub corrected_by: Option<i8>,
    /// Whether it contradicts the dimensions in a way that no power of ten explains.
    pub implausible: bool,
}

/// One material of an element, in the order of the layers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MaterialUse {
    /// The material's name.
    pub material: TextId,
    /// Thickness of a layer, in metres.
    pub thickness_m: Option<f64>,
    /// Share of the element's volume, from thicknesses or fractions; `None` in a list without either.
    pub share: Option<f64>,
    /// Whether it is a layer of a layer set.
    pub is_layer: bool,
}
