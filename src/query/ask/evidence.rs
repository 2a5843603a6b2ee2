//! Evidence: every element that an answer rests on, with its value and where in the source it stands.
//!
//! An answer names the elements that came out of a computation. Evidence also holds those that went in: a largest room is
//! told from the areas of all rooms, a share from two sets, a distribution from the group of each element. What they were
//! is computed by executing plans of the same plan language, so that no rule stands twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::{AskableModel, rows_of};
use crate::ifc::{EntityIndex, RecordIndex, Shape, SourceReader, pointer};
use crate::query::answer::{AnswerBody, Item, Scalar};
use crate::query::execute::{Row, Rows, execute_on, group_keys};
use crate::query::plan::{Amount, Filter, Goal, GroupKey, Plan, Selection, Statistic};
use crate::query::question::Language;
use crate::query::stop::{Stop, Stopped};
use crate::query::wording;

/// All that an answer rests on: enough to compute it again.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Evidence {
    /// Hash of the model's content and the plan.
    pub id: String,
    /// The building model.
    pub model_id: String,
    /// The rule in one line, in English.
    pub rule: String,
    /// The plan.
    #[schema(value_type = Object)]
    pub plan: Plan,
    /// The answer with every item, not only the first.
    pub answer: AnswerBody,
    /// Every element that went into the answer, with unrounded values.
    pub elements: Vec<EvidenceElement>,
    /// How it came about, in plain lines in the question's language: what was counted, by which rule, what was left out.
    pub explanation: Vec<String>,
}

/// What an element is in a computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Part of the answer; in a comparison of the first set, in a share of the part.
    Counted,
    /// Looked at, and not the largest, smallest or most.
    Considered,
    /// Of the second set of a comparison.
    Compared,
    /// Of the whole that a share is of.
    Whole,
}

impl Role {
    /// The text on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Counted => "counted",
            Role::Considered => "considered",
            Role::Compared => "compared",
            Role::Whole => "whole",
        }
    }
}

/// A place in the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SourcePlace {
    /// JSON Pointer (RFC 6901) of the record, or `#17` for a STEP instance.
    pub pointer: String,
    /// Where the record begins in the decompressed file.
    pub byte_offset: u64,
}

/// One element with its value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EvidenceElement {
    /// What it is in the computation.
    pub role: Role,
    /// The element.
    #[serde(flatten)]
    pub item: Item,
    /// The groups it counts in, where the question asks by groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The record of the element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<SourcePlace>,
    /// The record of the set that holds the value, where that is a record of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_place: Option<SourcePlace>,
}

/// An element of the computation before it is put on the wire.
struct Part {
    role: Role,
    row: Row,
    groups: Vec<String>,
}

impl Part {
    fn of(role: Role, row: Row) -> Part {
        Part { role, row, groups: Vec::new() }
    }
}

impl AskableModel {
    /// Executes a plan again and keeps every item; `None` when the model holds no answer to it.
    #[must_use]
    pub fn evidence(&self, plan: &Plan, language: Language) -> Option<Evidence> {
        self.evidence_in(plan, language, None)
    }

    /// The same; with the source, every element also tells where it stands.
    #[must_use]
    pub fn evidence_in(&self, plan: &Plan, language: Language, source: Option<&dyn SourceReader>) -> Option<Evidence> {
        let outcome = execute_on(self.scene(), plan);
        let found = outcome.result.as_ref().ok()?;
        let answer = self.body(language, plan, &outcome, found, usize::MAX);
        let mut places = source.map(|source| Places { model: self, source, sets: HashMap::new() });
        let parts = self.parts(plan, rows_of(found).map_or(&[], Rows::all));
        let parts = parts.into_iter().take_while(|_| !self.stop.is_set());
        let elements = parts.map(|part| self.element(part, places.as_mut())).collect();
        let rule = wording::rule(plan);
        let explanation = wording::explain(language, plan, &outcome);
        let (id, model_id) = (self.evidence_id(plan), self.model_id.clone());
        Some(Evidence { id, model_id, rule, plan: plan.clone(), answer, elements, explanation })
    }

    /// The same, given up when it is to stop.
    ///
    /// # Errors
    /// [`Stopped`].
    pub fn evidence_until(
        &self,
        plan: &Plan,
        language: Language,
        source: Option<&dyn SourceReader>,
        stop: &Stop,
    ) -> Result<Option<Evidence>, Stopped> {
        stop.unless(self.until(stop).evidence_in(plan, language, source))
    }

    fn element(&self, part: Part, places: Option<&mut Places<'_>>) -> EvidenceElement {
        let Part { role, row, groups } = part;
        let mut item = self.item(&row);
        // The answer rounds for people; what is added up again must not.
        item.value = row.value;
        let (mut place, mut value_place) = (None, None);
        if let (Some(places), Some(entity)) = (places, row.entity) {
            place = places.source.entity_record(entity).and_then(|record| places.of_record(record));
            value_place =
                row.source.and_then(|source| places.of_value(entity, &source)).filter(|p| Some(p) != place.as_ref());
        }
        EvidenceElement { role, item, groups, place, value_place }
    }

    /// Everything that went in. `rows` is what came out.
    fn parts(&self, plan: &Plan, rows: &[Row]) -> Vec<Part> {
        let Plan { goal, of, .. } = plan;
        #[expect(clippy::wildcard_enum_match_arm, reason = "of every other goal, what comes out is what goes in")]
        match goal {
            Goal::Share { whole, amount } => self.two_sets(of, whole, Role::Whole, *amount),
            Goal::Compare { with, amount, .. } => self.two_sets(of, with, Role::Compared, *amount),
            Goal::Distribution { by, amount } => self.grouped(of, by, *amount, None),
            Goal::TopGroup { by, amount, .. } => self.grouped(of, by, *amount, Some(rows)),
            Goal::Distinct { by } => self.grouped(of, by, None, None),
            Goal::Extreme { measure, unit, .. } => {
                let amount = Amount { measure: *measure, statistic: Statistic::Sum, unit: *unit };
                marked(self.amounts(of, Some(amount)), rows)
            }
            Goal::PropertyExtreme { property, .. } => {
                let goal = Goal::PropertyOf { property: property.clone() };
                let is_number = |row: &Row| matches!(row.value, Some(Scalar::Number(_) | Scalar::Integer(_)));
                marked(self.rows(goal, of).into_iter().filter(is_number).collect(), rows)
            }
            _ => rows.iter().map(|row| Part::of(Role::Counted, row.clone())).collect(),
        }
    }

    /// What a goal over a selection gives; nothing where the model has no answer.
    fn rows(&self, goal: Goal, of: &Selection) -> Vec<Row> {
        let plan = Plan { version: crate::query::PLAN_VERSION, goal, of: of.clone() };
        let outcome = execute_on(self.scene(), &plan);
        outcome
            .result
            .as_ref()
            .map_or_else(|_| Vec::new(), |found| rows_of(found).map_or_else(Vec::new, |rows| rows.to_vec()))
    }

    /// The elements of a selection, each with its value where an amount is asked for.
    fn amounts(&self, of: &Selection, amount: Option<Amount>) -> Vec<Row> {
        let goal = amount.map_or(Goal::Count, |Amount { measure, unit, .. }| Goal::MeasureOf { measure, unit });
        self.rows(goal, of)
    }

    fn two_sets(&self, of: &Selection, other: &Selection, role: Role, amount: Option<Amount>) -> Vec<Part> {
        let side = |role, of| self.amounts(of, amount).into_iter().map(move |row| Part::of(role, row));
        side(Role::Counted, of).chain(side(role, other)).collect()
    }

    fn grouped(&self, of: &Selection, by: &GroupKey, amount: Option<Amount>, best: Option<&[Row]>) -> Vec<Part> {
        let keys = Keys { model: self, by };
        let mut parts: Vec<Part> = match (by, amount) {
            // Of a volume only the share of the material counts, so one element has one value in each group.
            (GroupKey::Material, Some(_)) => self.by_material(of, &keys, amount),
            _ => {
                let with_keys = |row: Row| {
                    let groups = row.entity.map(|entity| keys.of(entity)).unwrap_or_default();
                    Part { role: Role::Counted, row, groups }
                };
                self.amounts(of, amount).into_iter().map(with_keys).collect()
            }
        };
        if let Some(best) = best {
            let best: BTreeSet<Option<EntityIndex>> = best.iter().map(|row| row.entity).collect();
            parts.iter_mut().filter(|part| !best.contains(&part.row.entity)).for_each(|p| p.role = Role::Considered);
        }
        parts
    }

    fn by_material(&self, of: &Selection, keys: &Keys<'_>, amount: Option<Amount>) -> Vec<Part> {
        let members: Vec<(EntityIndex, Vec<String>)> =
            self.amounts(of, None).iter().filter_map(|row| row.entity).map(|e| (e, keys.of(e))).collect();
        let mut by_key: BTreeMap<&String, BTreeSet<EntityIndex>> = BTreeMap::new();
        for (entity, keys) in &members {
            for key in keys {
                by_key.entry(key).or_default().insert(*entity);
            }
        }
        let mut parts = Vec::new();
        for (key, entities) in by_key {
            let mut of = of.clone();
            of.filters.retain(|filter| !matches!(filter, Filter::Material(_)));
            of.filters.push(Filter::Material(key.clone()));
            let rows = self.amounts(&of, amount).into_iter();
            let of_group = rows.filter(|row| row.entity.is_some_and(|entity| entities.contains(&entity)));
            parts.extend(of_group.map(|row| Part { role: Role::Counted, row, groups: vec![key.clone()] }));
        }
        parts
    }
}

/// All that were looked at; counted are those that came out.
fn marked(considered: Vec<Row>, rows: &[Row]) -> Vec<Part> {
    let out: BTreeSet<Option<EntityIndex>> = rows.iter().map(|row| row.entity).collect();
    let role = |row: &Row| if out.contains(&row.entity) { Role::Counted } else { Role::Considered };
    considered.into_iter().map(|row| Part::of(role(&row), row)).collect()
}

/// The groups of elements under one key.
struct Keys<'m> {
    model: &'m AskableModel,
    by: &'m GroupKey,
}

impl Keys<'_> {
    fn of(&self, entity: EntityIndex) -> Vec<String> {
        group_keys(self.model.scene(), entity, self.by)
    }
}

/// Looks up where things stand.
struct Places<'m> {
    model: &'m AskableModel,
    source: &'m dyn SourceReader,
    /// Places of sets by their record; one set serves many elements.
    sets: HashMap<RecordIndex, SourcePlace>,
}

impl Places<'_> {
    fn of_record(&self, record: RecordIndex) -> Option<SourcePlace> {
        let row = self.source.record(record)?;
        let reader = self.model.reader.as_ref();
        let pointer = match row.index.filter(|_| reader.head().shape == Shape::Step) {
            Some(number) => format!("#{number}"),
            None => pointer(row.group.map(|group| reader.text(group)), row.in_data, row.index),
        };
        Some(SourcePlace { pointer, byte_offset: row.offset })
    }

    /// The set that a source such as `BaseQuantities.NetVolume` names.
    fn of_value(&mut self, entity: EntityIndex, source: &str) -> Option<SourcePlace> {
        let reader = self.model.reader.as_ref();
        let holds = |name: &str| source.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let links = self.source.sets_of(entity);
        let set = links.iter().find(|link| self.source.set_name(link.set).is_some_and(|n| holds(reader.text(n))))?;
        let record = self.source.set_record(set.set)?;
        if let Some(place) = self.sets.get(&record) {
            return Some(place.clone());
        }
        let place = self.of_record(record)?;
        self.sets.insert(record, place.clone());
        Some(place)
    }
}
