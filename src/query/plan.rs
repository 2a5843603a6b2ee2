//! The typed plan a question compiles to.
//!
//! Canonical: two wordings of one question give byte-equal plans, so lists are sorted and free of doubles, names are
//! those of the model or of the concept table, and numbers are in stored units. Plans are cache keys and are shown.

use serde::{Deserialize, Serialize};

use crate::ifc::Unit;

/// Version of the plan language; part of every cache key.
pub const PLAN_VERSION: u16 = 2;

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
    /// Volume with openings and all: what is stored as gross, and nothing else.
    GrossVolume,
    /// Area with openings and walls and all: what is stored as gross, and nothing else.
    GrossArea,
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
    /// Elevation of a storey above the zero of the building.
    Elevation,
}

impl MeasureKind {
    /// The unit its values are stored in.
    #[must_use]
    pub const fn stored_unit(self) -> Unit {
        match self {
            MeasureKind::Volume | MeasureKind::GrossVolume => Unit::CubicMetre,
            MeasureKind::Area | MeasureKind::GrossArea | MeasureKind::OpeningArea => Unit::SquareMetre,
            MeasureKind::Length
            | MeasureKind::Width
            | MeasureKind::Height
            | MeasureKind::Thickness
            | MeasureKind::Perimeter
            | MeasureKind::Elevation => Unit::Metre,
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
    /// By the space that contains it.
    Space,
    /// By classification reference.
    Classification,
    /// By the group, system or zone it belongs to.
    Group,
    /// By a measure, each value rounded to a thousandth of its stored unit.
    Measure(MeasureKind),
}

/// A measured amount of a set of entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Amount {
    /// What is measured.
    pub measure: MeasureKind,
    /// What to do with the values.
    pub statistic: Statistic,
    /// The unit of the result.
    pub unit: Unit,
}

/// How two sets are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contrast {
    /// Which of the two is more: "mehr Türen im EG oder im OG?".
    Which,
    /// How much more the first is than the second.
    Difference,
    /// The first divided by the second.
    Ratio,
    /// Whether the first is more: "Gibt es mehr Türen als Fenster?".
    IsMore,
}

/// What a model says of itself as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Name of the project.
    ProjectName,
    /// Name of the building.
    BuildingName,
    /// Name of the site.
    SiteName,
    /// Description of the project or the building.
    Description,
    /// Who made the file.
    Author,
    /// For which organisation.
    Organisation,
    /// With which software.
    Application,
    /// When it was written.
    WrittenAt,
    /// In which schema version.
    Schema,
    /// In which units its numbers are.
    Units,
    /// Postal address of the building or the site.
    Address,
    /// Latitude and longitude of the site.
    Coordinates,
}

/// Something an entity may have, whatever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// A name.
    Name,
    /// A material.
    Material,
    /// A storey it is on.
    Storey,
    /// A type object.
    Type,
    /// A classification reference.
    Classification,
    /// A group, system or zone it belongs to.
    Group,
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
    /// Whether all of them pass a test; those that do not are the evidence.
    Every {
        /// The test.
        test: Filter,
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
    /// The entities with the largest or smallest value of a numeric property.
    PropertyExtreme {
        /// Property id or name.
        property: String,
        /// Smallest instead of largest.
        smallest: bool,
        /// How many.
        limit: usize,
    },
    /// How many, or how much, in each group.
    Distribution {
        /// What is grouped by.
        by: GroupKey,
        /// What is measured of each group; how many when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Amount>,
    },
    /// The group with the most or fewest of them.
    TopGroup {
        /// What is grouped by.
        by: GroupKey,
        /// Fewest instead of most.
        fewest: bool,
        /// What is measured of each group; how many when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Amount>,
    },
    /// Their share of a larger set, in percent: of its number, or of its amount.
    Share {
        /// The larger set.
        whole: Selection,
        /// What is measured; how many when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Amount>,
    },
    /// Compares them with another set, by number or by amount.
    Compare {
        /// The other set.
        with: Selection,
        /// How.
        contrast: Contrast,
        /// What is measured; how many when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Amount>,
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
    /// The spaces that share a bounding element with each.
    Neighbours {
        /// Kinds of parts that the shared element must be: doors, for spaces that one can walk between; any when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        through: Vec<String>,
    },
    /// Everything the model says of one entity.
    Describe,
    /// What the model says of itself as a whole.
    About {
        /// What.
        fact: Fact,
    },
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
    /// Is of one of these kinds: concept ids or entity types, sorted. For conditions that differ by kind.
    Kind(Vec<String>),
    /// Hosts, contains or is bounded by parts of one of these kinds: "Wände mit Fenstern"; sorted.
    Holds(Vec<String>),
    /// Carries a classification reference whose system, code or name begins with this: `DIN 276`, `331`.
    Classified(String),
    /// Belongs to the group, system or zone with this name.
    InGroup(String),
    /// Has this.
    Has(Aspect),
    /// Any of these holds; sorted, at least two.
    Any(Vec<Filter>),
    /// All of these hold; sorted, at least two.
    All(Vec<Filter>),
    /// This does not hold. Of which it cannot be told, it is not said either.
    Not(Box<Filter>),
}
