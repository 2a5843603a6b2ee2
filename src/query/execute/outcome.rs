//! What executing a plan yields, before it is put into words.

use crate::ifc::{EntityIndex, Unit};
use crate::query::answer::{Item, Scalar};
use crate::query::plan::{Contrast, Fact};

use super::{Rows, Selected};

/// A result, or what is missing for one; with how much of the selection carried a value.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::query) struct Outcome {
    pub(in crate::query) result: std::result::Result<Result, Missing>,
    /// Entities the question meant.
    pub(in crate::query) elements: usize,
    /// Those with a usable value.
    pub(in crate::query) with_value: usize,
    /// The others, by reason.
    pub(in crate::query) left_out: Vec<(Reason, usize)>,
    /// How many of how many entities could not be decided, for want of the value that a condition is about.
    pub(in crate::query) undecided: (usize, usize),
    /// Quantities that were corrected by a power of ten.
    pub(in crate::query) corrected: usize,
    /// Names of the quantities used, most frequent first.
    pub(in crate::query) sources: Vec<String>,
    /// Whether values were computed from length, width and height.
    pub(in crate::query) from_dimensions: usize,
    /// Values that other stored ones contradict.
    pub(in crate::query) contradicted: usize,
    /// What the number would be with these.
    pub(in crate::query) otherwise: Option<f64>,
}

/// A result by kind.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::query) enum Result {
    /// How many, and which.
    Count(Rows),
    /// Whether there is any, and which.
    Exists(Rows),
    /// Which ones.
    List(Rows),
    /// A measured number in a unit, and what it rests on.
    Number { value: f64, unit: Option<Unit>, rows: Rows },
    /// A distribution: key and number, in the order to show; in a unit or as counts.
    Groups { groups: Vec<(String, f64)>, unit: Option<Unit>, rows: Rows },
    /// One group or element stands out; its name, its number, and what it rests on.
    Top { name: String, value: f64, unit: Option<Unit>, rows: Rows },
    /// Distinct names with how many entities carry each.
    Distinct(Vec<(String, usize)>),
    /// One text, e.g. a name or a property value.
    Text { text: String, rows: Rows },
    /// Whether all pass a test: how many do, of how many it is not said, and those that do not.
    Every { passed: usize, open: usize, failing: Rows },
    /// A part of a whole, in a unit or as counts; the rows are those of the part.
    Share { part: f64, whole: f64, unit: Option<Unit>, rows: Rows },
    /// Two sets side by side, in a unit or as counts; the first so many rows are those of the first.
    Compare { contrast: Contrast, sides: [f64; 2], unit: Option<Unit>, rows: Rows, first_rows: usize },
}

/// An entity or a thing that is none (a layer), with its value.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::query) struct Row {
    pub(in crate::query) entity: Option<EntityIndex>,
    pub(in crate::query) name: Option<String>,
    pub(in crate::query) value: Option<Scalar>,
    pub(in crate::query) unit: Option<Unit>,
    pub(in crate::query) source: Option<String>,
    pub(in crate::query) thickness_mm: Option<f64>,
    /// The bar of a distribution it counts to.
    pub(in crate::query) group: Option<String>,
}

impl Row {
    /// An entity without a value.
    pub(in crate::query) fn of(entity: EntityIndex) -> Row {
        Row { entity: Some(entity), ..Row::default() }
    }

    /// Copies the value fields into an item of an answer.
    pub(in crate::query) fn fill(&self, item: &mut Item) {
        item.value = self.value.clone();
        item.unit = self.unit.map(|u| u.code().to_owned());
        item.source = self.source.clone();
        item.thickness_mm = self.thickness_mm;
        item.group = self.group.clone();
        if let Some(name) = &self.name {
            item.name = Some(name.clone());
        }
    }
}

/// Why an entity carried no usable value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::query) enum Reason {
    /// The quantity or property is not given.
    NoValue,
    /// Its dimensions are not given.
    NoDimensions,
    /// The material's share of it is not known.
    NoShare,
    /// The stored number contradicts the dimensions.
    Implausible,
    /// Several stored numbers contradict each other, and nothing tells which one holds.
    Contradictory,
    /// Only a setting of its library object or of its type goes by that name.
    Parameter,
    /// It is on no storey.
    NoStorey,
    /// There is no storey above it to which its height could be taken.
    Topmost,
}

/// How much of an element is of a material.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::query) enum Share {
    /// This much, 0 to 1.
    Known(f64),
    /// Some, but it is not said how much.
    Unknown,
}

/// What the model does not hold.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::query) enum Missing {
    /// A storey; with those that there are.
    Storey(String),
    /// No entity of these kinds at all.
    Parts(Vec<String>),
    /// Nothing is said about which entities of a type are of this kind; so many are of the type.
    Narrowing(String, usize),
    /// A property is on none of so many entities, or only as a placeholder.
    Property { property: String, entities: usize, placeholders: Vec<String> },
    /// A measure is on none of so many entities.
    Measure { entities: usize },
    /// Nothing is made of this material; with those that there are.
    Material(String),
    /// Nothing has this name.
    Named(String),
    /// No relation of this kind is in the model.
    Relation(&'static str),
    /// None of so many entities is on a storey.
    StoreyOf(usize),
    /// No data on a topic.
    Topic(String),
    /// So many entities hold the material among others, and it is not said how much of it.
    Shares(usize),
    /// The quantities of so many entities contradict their dimensions.
    Implausible(usize),
    /// The quantities of so many entities contradict each other.
    Contradictory(usize),
    /// Of so many entities only settings of their library objects go by that name.
    Parameter(usize),
    /// No entity is known to meet the conditions, but of so many it is not said.
    Unsaid(usize),
    /// None is known to fail a test, but of so many it is not said.
    Undecided { passed: usize, open: usize },
    /// A fact about the whole.
    Fact(Fact),
    /// There is nothing in the set that a part or a ratio is taken of.
    EmptyWhole,
    /// Nothing else to say.
    Nothing,
}

impl Outcome {
    pub(super) fn of(result: Result, elements: usize) -> Outcome {
        Outcome {
            result: Ok(result),
            elements,
            with_value: elements,
            left_out: Vec::new(),
            undecided: (0, 0),
            corrected: 0,
            sources: Vec::new(),
            from_dimensions: 0,
            contradicted: 0,
            otherwise: None,
        }
    }

    pub(super) fn missing(missing: Missing) -> Outcome {
        Outcome { result: Err(missing), ..Outcome::of(Result::Count(Rows::default()), 0) }
    }

    pub(super) fn covering(mut self, elements: usize, with_value: usize) -> Outcome {
        self.elements = elements;
        self.with_value = with_value;
        self
    }

    /// Says that all entities without a value simply lack it.
    pub(super) fn left_out_rest(mut self) -> Outcome {
        if self.with_value < self.elements {
            self.left_out.push((Reason::NoValue, self.elements - self.with_value));
        }
        self
    }

    /// Adds that some entities were left out.
    pub(super) fn leave_out(&mut self, reason: Reason, count: usize) {
        match self.left_out.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, total)) => *total += count,
            None if count > 0 => self.left_out.push((reason, count)),
            None => {}
        }
    }

    /// Adds that some entities could not be decided for want of a property value.
    pub(super) fn with_notes(mut self, selected: &Selected) -> Outcome {
        self.undecided.0 += selected.undecided;
        self.undecided.1 += selected.candidates;
        self
    }
}
