//! Faults found while reading; reading goes on.

use serde::{Deserialize, Serialize};

use super::facts::Origin;
use crate::limits;

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; no value is affected.
    Notice,
    /// A value was corrected, cut or left out.
    Warning,
}

macro_rules! problem_codes {
    ($($variant:ident, $code:literal, $severity:ident, $meaning:literal;)+) => {
        /// What kind of fault it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ProblemCode { $(#[doc = $meaning] $variant,)+ }

        impl ProblemCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [ProblemCode] = &[$(ProblemCode::$variant,)+];

            /// The text in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(ProblemCode::$variant => $code,)+ } }

            /// How much it weighs.
            #[must_use]
            pub const fn severity(self) -> Severity { match self { $(ProblemCode::$variant => Severity::$severity,)+ } }

            /// One line for the documentation.
            #[must_use]
            pub const fn meaning(self) -> &'static str { match self { $(ProblemCode::$variant => $meaning,)+ } }
        }
    };
}

problem_codes! {
    FileTruncated, "file_truncated", Warning, "the file ends too early; every record that is whole was read";
    StructureBroken, "structure_broken", Warning,
        "between records stands what does not belong there; reading went on at the next record";
    KeysUnchecked, "keys_unchecked", Notice,
        "more keys stand around the records than are remembered; whether later ones stand twice was not looked at";
    RecordMalformed, "record_malformed", Warning, "a record is not valid JSON and was left out";
    RecordTooLarge, "record_too_large", Warning, "a record is larger than the limit and was left out";
    RecordNotObject, "record_not_object", Warning, "a record is no object and was left out";
    TypeMissing, "type_missing", Warning, "a record names no entity type and was left out";
    TypeUnknown, "type_unknown", Notice, "an entity type is not in the IFC schemas; it is kept under its own name";
    IdMissing, "id_missing", Notice, "an entity carries no identifier";
    IdRepeated, "id_repeated", Warning, "two entities carry the same identifier; references mean the first";
    ReferenceDangling, "reference_dangling", Warning, "a relation names an entity that the file does not hold";
    ValueUnreadable, "value_unreadable", Warning, "a value is of a kind that its field does not allow and was left out";
    ValuesOmitted, "values_omitted", Warning, "the root holds more plain values than are kept; the rest was left out";
    TextCut, "text_cut", Warning, "a text is longer than the limit and was cut";
    UnitUnknown, "unit_unknown", Warning, "a unit is not known; its values are left as they are and not added up";
    UnitsMissing, "units_missing", Notice, "the file declares no units; SI units are assumed";
    QuantityMagnitude, "quantity_magnitude", Warning,
        "a stored quantity contradicts length, width and height by a power of ten and was corrected";
    QuantityImplausible, "quantity_implausible", Warning,
        "a stored quantity contradicts length, width and height and could not be explained; it is left out";
    QuantitiesUnchecked, "quantities_unchecked", Notice,
        "not all quantities were held against the dimensions, since there are too many; answers hold those they use against them all the same";
    InstanceBroken, "instance_broken", Warning, "an instance of a STEP file cannot be read and was left out";
    InstanceRepeated, "instance_repeated", Warning, "two instances of a STEP file carry the same number; the first counts";
    TextEscapeFaulty, "text_escape_faulty", Notice, "a text holds an escape that is none; it is kept as it stands";
    TextNotEncoded, "text_not_encoded", Notice, "a text holds bytes beyond ASCII that a STEP file must escape";
    ShapeUnknown, "shape_unknown", Warning, "the JSON has none of the known shapes; its records are kept as they are";
    ShapesTooMany, "shapes_too_many", Notice, "the model holds more shapes than are computed; only stored quantities count";
    CycleInStructure, "cycle_in_structure", Warning, "an entity is contained in itself; the containment was dropped";
}

impl ProblemCode {
    /// Whether it is about the whole file. It is told at the end, when there may be no room left, and gets some.
    fn concerns_all(self) -> bool {
        matches!(self, ProblemCode::FileTruncated | ProblemCode::QuantitiesUnchecked)
    }
}

/// One fault, where it was, and what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of fault it is.
    pub code: ProblemCode,
    /// How much it weighs.
    pub severity: Severity,
    /// JSON Pointer (RFC 6901) of the record, or empty where there is none.
    pub pointer: String,
    /// Offset of the record in the decompressed file, in bytes.
    pub byte_offset: u64,
    /// The value or name concerned, for a person.
    pub detail: String,
}

/// A capped list of problems: the first are kept, all are counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Problems {
    /// The first [`limits::PROBLEMS_MAX`].
    pub kept: Vec<Problem>,
    /// How many there were in all.
    pub total: u64,
}

impl Problems {
    /// Adds one.
    pub fn push(&mut self, code: ProblemCode, origin: &dyn Origin, detail: impl Into<String>) {
        if self.is_full() && !code.concerns_all() {
            self.total += 1;
        } else {
            self.push_at(code, origin.pointer(), origin.offset(), detail);
        }
    }

    /// Adds one by its place.
    pub fn push_at(&mut self, code: ProblemCode, pointer: String, byte_offset: u64, detail: impl Into<String>) {
        self.total += 1;
        if code.concerns_all() {
            self.make_room();
        }
        if !self.is_full() {
            let severity = code.severity();
            let (pointer, detail) = (short(pointer), short(detail.into()));
            self.kept.push(Problem { code, severity, pointer, byte_offset, detail });
        }
    }

    /// Whether more would be counted only.
    #[must_use]
    pub fn is_full(&self) -> bool {
        limits::PROBLEMS_MAX <= self.kept.len()
    }

    /// Adds those of another list.
    pub fn append(&mut self, other: Problems) {
        self.total += other.total;
        for problem in other.kept {
            if problem.code.concerns_all() {
                self.make_room();
            }
            if !self.is_full() {
                self.kept.push(problem);
            }
        }
    }

    /// What is told when the quantities of so many entities of all were checked; nothing when they are all.
    #[must_use]
    pub fn unchecked(checked: usize, entities: usize) -> Problems {
        let mut problems = Problems::default();
        if checked < entities {
            let detail = format!("{checked} of {entities} entities checked");
            problems.push_at(ProblemCode::QuantitiesUnchecked, String::new(), 0, detail);
        }
        problems
    }

    /// Drops the last problem that concerns one thing only, where there is no room left.
    fn make_room(&mut self) {
        if self.is_full()
            && let Some(last) = self.kept.iter().rposition(|problem| !problem.code.concerns_all())
        {
            self.kept.remove(last);
        }
    }
}

/// Cuts a text at [`limits::PROBLEM_TEXT_BYTES_MAX`], never inside a character.
fn short(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(limits::PROBLEM_TEXT_BYTES_MAX));
    text
}
