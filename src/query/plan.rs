//! The typed plan a question compiles to.
//!
//! Canonical: two wordings of one question give byte-equal plans, so lists are sorted and free of doubles, names are
//! those of the model or of the concept table, and numbers are in stored units. Plans are cache keys and are shown.

use serde::{Deserialize, Serialize};

use crate::ifc::Unit;

/// Version of the plan language; part of every cache key.
pub const PLAN_VERSION: u16 = 1;

/// A question, understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// [`PLAN_VERSION`] it was written in.
    pub version: u16,
    /// What is wanted.
    pub goal: Goal,
    /// Of which entities.
    pub of: Selection,
}

/// Which entities a plan is about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// Concept ids (`wall`) or entity types (`IfcMember`), any of which an entity must be; sorted.
    pub any_of: Vec<String>,
    /// All of which must hold; sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Volume.
    Volume,
    /// Area: of a wall its side, of a slab its plan, of a space its floor.
    Area,
    /// Width times height of an opening element's outer size.
    OpeningArea,
    /// Length.
    Length,
    /// Width.
    Width,
    /// Height.
    Height,
    /// Thickness.
    Thickness,
    /// Perimeter.
    Perimeter,
    /// Weight.
    Weight,
}

impl MeasureKind {
    /// The unit its values are stored in.
    #[must_use]
    pub const fn stored_unit(self) -> Unit {
        match self {
            MeasureKind::Volume => Unit::CubicMetre,
            MeasureKind::Area | MeasureKind::OpeningArea => Unit::SquareMetre,
            MeasureKind::Length
            | MeasureKind::Width
            | MeasureKind::Height
            | MeasureKind::Thickness
            | MeasureKind::Perimeter => Unit::Metre,
            MeasureKind::Weight => Unit::Kilogram,
        }
    }
}

/// What to do with the measured values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Added up.
    Sum,
    /// Arithmetic mean over the elements with a value.
    Average,
    /// The smallest.
    Minimum,
    /// The largest.
    Maximum,
}

/// What a distribution or a list of distinct values is by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKey {
    /// By storey.
    Storey,
    /// By what kind of building part it is.
    Component,
    /// By the name of the type object.
    TypeName,
    /// By material.
    Material,
    /// By the value of a property: a property id (`fire_rating`) or the model's own name of it.
    Property(String),
}

/// What is wanted of the selected entities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// How many there are.
    Count,
    /// Whether there is any.
    Exists,
    /// Which ones.
    List,
    /// A statistic of a measure over them.
    Measure {
        /// What is measured.
        measure: MeasureKind,
        /// What to do with the values.
        statistic: Statistic,
        /// The unit of the answer.
        unit: Unit,
    },
    /// A measure of each of them.
    MeasureOf {
        /// What is measured.
        measure: MeasureKind,
        /// The unit of the values.
        unit: Unit,
    },
    /// A statistic of a numeric property over them.
    PropertyStatistic {
        /// Property id or name.
        property: String,
        /// What to do with the values.
        statistic: Statistic,
    },
    /// The entities with the largest or smallest measure.
    Extreme {
        /// What is measured.
        measure: MeasureKind,
        /// Smallest instead of largest.
        smallest: bool,
        /// How many.
        limit: usize,
        /// The unit of the values.
        unit: Unit,
    },
    /// How many, or how much, in each group.
    Distribution {
        /// What is grouped by.
        by: GroupKey,
        /// What is added up; how many when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sum: Option<MeasureKind>,
        /// The unit of a sum.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Unit>,
    },
    /// The group with the most or fewest of them.
    TopGroup {
        /// What is grouped by.
        by: GroupKey,
        /// Fewest instead of most.
        fewest: bool,
    },
    /// The distinct values of a key.
    Distinct {
        /// Of which key.
        by: GroupKey,
    },
    /// The value of one property of each.
    PropertyOf {
        /// Property id or name.
        property: String,
    },
    /// Length, width and height of each.
    Dimensions,
    /// The material layers of each, in order, with thickness.
    Layers,
    /// What each is built into.
    Host,
    /// The spaces that each bounds or connects.
    BoundedSpaces,
    /// What the model cannot hold unless it carries such properties: costs, carbon.
    Topic {
        /// Which topic (`cost`, `carbon`).
        topic: String,
    },
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Equal, within the precision in which the question names the number.
    Equal,
    /// Greater.
    Above,
    /// Greater or equal.
    AtLeast,
    /// Smaller.
    Below,
    /// Smaller or equal.
    AtMost,
}

/// What a property must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyTest {
    /// Yes or no.
    Is(bool),
    /// A text that holds these words.
    Says(String),
    /// A number that compares so.
    Number(Comparison, f64),
    /// There is a value that is no placeholder.
    Present,
    /// There is none.
    Absent,
}

/// A condition on an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// On one of these storeys of the model, by name.
    Storey(Vec<String>),
    /// On a storey that was asked for and that the model does not have.
    StoreyUnknown(String),
    /// Made of a material: a material concept id, or a name of the model.
    Material(String),
    /// A property passes a test: property id or the model's own name.
    Property(String, PropertyTest),
    /// A measure compares so, in stored units.
    Measure(MeasureKind, Comparison, f64),
    /// Its name, number, tag or part number is, or where none is equal, holds this text.
    Name(String),
    /// Its GlobalId.
    GlobalId(String),
    /// The name of its type object is this.
    TypeName(String),
    /// In the space with this name or number.
    InSpace(String),
    /// Built into the element that this name or GlobalId means.
    HostedBy(String),
    /// Bounds the space with this name or number.
    BoundsSpace(String),
}
