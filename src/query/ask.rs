//! The way in: a building model that can be asked.

mod evidence;
mod figures;
mod offers;

use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

pub use self::evidence::{Evidence, EvidenceElement, Role, SourcePlace};
pub use self::figures::Figures;
use self::offers::Offers;
use super::answer::{
    Answer, AnswerBody, AnswerKind, AnsweredBy, CacheTier, Cost, Coverage, EvidenceReference, Group, Item, LeftOut,
    Scalar, Status,
};
use super::columns::Columns;
use super::execute::{Outcome, Reason, Result as Found, Row, Rows, Scene, execute_on, storey_name};
use super::parse::{Misunderstood, parse_after};
use super::plan::{Contrast, Goal, Plan};
use super::question::{Language, Mode, Question};
use super::stop::{Stop, Stopped, Watched};
use super::vocabulary::Vocabulary;
use super::{language, wording};
use crate::ifc::ModelReader;
use crate::ifc::is_a;
use crate::limits;

/// A building model with the words it uses, ready for questions.
#[derive(Debug, Clone)]
pub struct AskableModel {
    model_id: String,
    reader: Arc<dyn ModelReader>,
    vocabulary: Arc<OnceLock<Vocabulary>>,
    /// Held by the one who gathers the vocabulary.
    gathering: Arc<Mutex<()>>,
    columns: Arc<Columns>,
    offers: Arc<Offers>,
    /// Nothing that was read after it was set may be remembered.
    stop: Stop,
}

/// The words of a model whose reading was stopped.
static NO_WORDS: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::default);

impl AskableModel {
    /// Reads nothing yet: the words a model uses are gathered with the first question, in time proportional to the model.
    #[must_use]
    pub fn new(model_id: String, reader: Arc<dyn ModelReader>) -> AskableModel {
        AskableModel {
            model_id,
            reader,
            vocabulary: Arc::default(),
            gathering: Arc::default(),
            columns: Arc::default(),
            offers: Arc::default(),
            stop: Stop::default(),
        }
    }

    /// The same model, with what it remembers, read until it is to stop.
    fn until(&self, stop: &Stop) -> AskableModel {
        let reader = Arc::new(Watched::new(Arc::clone(&self.reader), stop.clone()));
        AskableModel { reader, stop: stop.clone(), ..self.clone() }
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            reader: self.reader.as_ref(),
            vocabulary: self.vocabulary(),
            columns: Some((&self.columns, &self.stop)),
        }
    }

    fn vocabulary(&self) -> &Vocabulary {
        if let Some(known) = self.vocabulary.get() {
            return known;
        }
        let _one = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = self.vocabulary.get() {
            return known;
        }
        let gathered = Vocabulary::of(self.reader.as_ref());
        if self.stop.is_set() { &NO_WORDS } else { self.vocabulary.get_or_init(|| gathered) }
    }

    /// The model's id: a hash of its content.
    #[must_use]
    pub fn model_id(&self) -> &str {
        &self.model_id
    }

    /// What is read through.
    #[must_use]
    pub fn reader(&self) -> &dyn ModelReader {
        self.reader.as_ref()
    }

    /// Answers a question. Never fails: what is not understood or not in the model is an answer too.
    #[must_use]
    pub fn ask(&self, question: &Question) -> Answer {
        self.ask_after(question, None)
    }

    /// Answers a question that may go on from another one, whose plan is `before`: "und im 2. OG?". A question that stands
    /// on its own is answered as ever.
    #[must_use]
    pub fn ask_after(&self, question: &Question, before: Option<&Plan>) -> Answer {
        let language = question.language.unwrap_or_else(|| language::detect(question.text()));
        let mut answer = blank(question, language);
        if question.mode == Mode::Llm {
            answer.status = Status::NeedsLlm;
            answer.reason = Some(wording::needs_language_model(language).to_owned());
            return answer;
        }
        match parse_after(question.text(), before, self.vocabulary()) {
            Ok(plan) => self.execute(plan, question.dry_run, answer),
            Err(why) => {
                answer.status = if why == Misunderstood::Prose { Status::NeedsLlm } else { Status::NotUnderstood };
                answer.reason = Some(wording::misunderstood(language, &why));
                answer.suggestions = self.few_suggestions(language);
                answer
            }
        }
    }

    /// The same, given up when it is to stop: then there is no answer, and nothing of it is remembered.
    ///
    /// # Errors
    /// [`Stopped`].
    pub fn ask_until(&self, question: &Question, before: Option<&Plan>, stop: &Stop) -> Result<Answer, Stopped> {
        stop.unless(self.until(stop).ask_after(question, before))
    }

    fn execute(&self, plan: Plan, dry_run: bool, mut answer: Answer) -> Answer {
        let language = answer.language;
        answer.understood_as = Some(wording::question(language, &plan));
        if dry_run {
            answer.status = Status::Answered;
            answer.plan = Some(plan);
            return answer;
        }
        let outcome = execute_on(self.scene(), &plan);
        answer.coverage = coverage(language, &outcome);
        match &outcome.result {
            Ok(found) => {
                answer.status = Status::Answered;
                answer.answer = Some(self.body(language, &plan, &outcome, found, limits::ANSWER_ITEMS_MAX));
                let id = self.evidence_id(&plan);
                let url = format!("/v1/evidence/{id}?language={}", language.code());
                answer.evidence = Some(EvidenceReference { id, url, rule: wording::rule(&plan) });
            }
            Err(missing) => {
                answer.status = Status::NotInModel;
                answer.reason = Some(wording::missing(language, missing, &plan, self.vocabulary()));
            }
        }
        answer.plan = Some(plan);
        answer
    }

    fn evidence_id(&self, plan: &Plan) -> String {
        let plan = serde_json::to_string(plan).unwrap_or_default();
        let hash = blake3::hash(format!("{}\n{plan}", self.model_id).as_bytes());
        hash.to_hex().chars().take(32).collect()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
    fn body(&self, language: Language, plan: &Plan, outcome: &Outcome, found: &Found, items_max: usize) -> AnswerBody {
        let rows = rows_of(found);
        let shown = rows.map_or_else(Vec::new, |rows| rows.head(items_max));
        let mut items: Vec<Item> = shown.iter().map(|row| self.item(row)).collect();
        let mut items_total = rows.map_or(0, Rows::len);
        if let Found::Distinct(names) = found {
            items_total = names.len();
            items = names.iter().take(items_max).map(|(name, count)| named_item(name, *count)).collect();
        }
        let (kind, value, unit) = head(language, plan, found);
        let groups = match &plan.goal {
            Goal::Distinct { .. } | Goal::Distribution { .. } => groups(found),
            Goal::Compare { with, .. } => sides(&wording::sides(language, &plan.of, with), found, &mut items),
            _ => Vec::new(),
        };
        let text = wording::sentence(language, plan, outcome, found, &items);
        AnswerBody { kind, value, unit, items, items_total, groups, text }
    }

    fn item(&self, row: &Row) -> Item {
        let mut item = Item::default();
        if let Some((index, entity)) = row.entity.and_then(|i| Some((i, self.reader.entity(i)?))) {
            let text = |id| Some(self.reader.text(id).to_owned());
            let entity_type = self.reader.text(entity.entity_type);
            item.entity_type = Some(entity_type.to_owned());
            item.global_id = entity.global_id.map(|id| id.to_string()).or_else(|| entity.source_id.and_then(text));
            item.name = entity.name.and_then(text);
            item.number = entity.tag.filter(|_| entity.label.is_some()).and_then(text);
            if is_a(entity_type, "IfcSpace") {
                item.number = item.number.or_else(|| item.name.clone());
                item.name = entity.long_name.or(entity.name).and_then(text);
            }
            item.storey = storey_name(self.reader.as_ref(), index).map(str::to_owned);
        }
        row.fill(&mut item);
        if let Some(Scalar::Number(value)) = item.value {
            item.value = Some(Scalar::Number(wording::round(value)));
        }
        item
    }
}

fn blank(question: &Question, language: Language) -> Answer {
    Answer {
        question: question.text().to_owned(),
        language,
        status: Status::NotUnderstood,
        answer: None,
        coverage: Coverage::default(),
        evidence: None,
        plan: None,
        understood_as: None,
        reason: None,
        suggestions: Vec::new(),
        answered_by: AnsweredBy::Exact,
        cache: CacheTier::Miss,
        cost: Cost::default(),
        took_ms: 0.0,
    }
}

fn coverage(language: Language, outcome: &Outcome) -> Coverage {
    let undecided = Some((Reason::NoValue, outcome.undecided.0)).filter(|(_, count)| *count > 0);
    let left_out = outcome
        .left_out
        .iter()
        .chain(&undecided)
        .map(|(reason, count)| LeftOut { reason: wording::left_out(language, *reason).to_owned(), count: *count })
        .collect();
    Coverage { elements: outcome.elements, with_value: outcome.with_value, left_out }
}

fn rows_of(found: &Found) -> Option<&Rows> {
    match found {
        Found::Count(rows) | Found::Exists(rows) | Found::List(rows) => Some(rows),
        Found::Number { rows, .. }
        | Found::Groups { rows, .. }
        | Found::Top { rows, .. }
        | Found::Text { rows, .. }
        | Found::Share { rows, .. }
        | Found::Compare { rows, .. } => Some(rows),
        Found::Every { failing, .. } => Some(failing),
        Found::Distinct(_) => None,
    }
}

fn named_item(name: &str, count: usize) -> Item {
    Item { name: Some(name.to_owned()), value: Some(integer(count)), unit: Some("count".to_owned()), ..Item::default() }
}

fn integer(count: usize) -> Scalar {
    Scalar::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Kind, value and unit of an answer.
fn head(language: Language, plan: &Plan, found: &Found) -> (AnswerKind, Option<Scalar>, Option<String>) {
    let count = || Some("count".to_owned());
    match found {
        Found::Count(rows) => (AnswerKind::Count, Some(integer(rows.len())), count()),
        Found::Exists(rows) => (AnswerKind::Boolean, Some(Scalar::Boolean(!rows.is_empty())), None),
        Found::List(rows) => (AnswerKind::List, Some(integer(rows.len())), count()),
        Found::Number { value, unit, .. } => {
            (AnswerKind::Number, Some(Scalar::Number(wording::round(*value))), unit.map(|u| u.code().to_owned()))
        }
        Found::Groups { unit, .. } => {
            (AnswerKind::Groups, None, unit.map_or_else(count, |u| Some(u.code().to_owned())))
        }
        Found::Top { name, value, unit, rows } if name.is_empty() => {
            let _ = rows;
            (AnswerKind::Text, Some(Scalar::Number(wording::round(*value))), unit.map(|u| u.code().to_owned()))
        }
        Found::Top { name, .. } => (AnswerKind::Text, Some(Scalar::Text(name.clone())), None),
        Found::Distinct(names) => (AnswerKind::List, Some(integer(names.len())), count()),
        Found::Text { text, .. } => (AnswerKind::Text, Some(Scalar::Text(text.clone())), None),
        Found::Every { failing, .. } => (AnswerKind::Boolean, Some(Scalar::Boolean(failing.is_empty())), None),
        Found::Share { part, whole, .. } => {
            (AnswerKind::Number, wording::percent(*part, *whole).map(Scalar::Number), Some("%".to_owned()))
        }
        Found::Compare { contrast, sides, unit, .. } => {
            let unit = unit.map_or_else(count, |unit| Some(unit.code().to_owned()));
            compared(language, plan, *contrast, *sides, unit)
        }
    }
}

/// Kind, value and unit of a comparison of two sets.
fn compared(
    language: Language,
    plan: &Plan,
    contrast: Contrast,
    [first, second]: [f64; 2],
    unit: Option<String>,
) -> (AnswerKind, Option<Scalar>, Option<String>) {
    let number = |value: f64| Some(Scalar::Number(wording::round(value)));
    match contrast {
        Contrast::Which => {
            (AnswerKind::Text, Some(Scalar::Text(wording::larger(language, plan, [first, second]))), None)
        }
        Contrast::Difference => (AnswerKind::Number, number(first - second), unit),
        Contrast::Ratio => (AnswerKind::Number, number(first / second), None),
        Contrast::IsMore => {
            (AnswerKind::Boolean, Some(Scalar::Boolean(wording::round(second) < wording::round(first))), None)
        }
    }
}

/// The figures of both sides; marks every item with its side.
fn sides(names: &[String; 2], found: &Found, items: &mut [Item]) -> Vec<Group> {
    let Found::Compare { sides, unit, first_rows, .. } = found else { return Vec::new() };
    let [first, second] = names;
    for (place, item) in items.iter_mut().enumerate() {
        item.group = Some(if place < *first_rows { first.clone() } else { second.clone() });
    }
    let unit = unit.map_or("count", |unit| unit.code());
    names
        .iter()
        .zip(sides)
        .map(|(key, value)| Group { key: key.clone(), value: wording::round(*value), unit: unit.to_owned() })
        .collect()
}

fn groups(found: &Found) -> Vec<Group> {
    let count = "count".to_owned();
    match found {
        Found::Groups { groups, unit, .. } => {
            let unit = unit.map_or(count, |u| u.code().to_owned());
            let group = |(key, value): &(String, f64)| Group {
                key: key.clone(),
                value: wording::round(*value),
                unit: unit.clone(),
            };
            groups.iter().take(limits::ANSWER_GROUPS_MAX).map(group).collect()
        }
        Found::Distinct(names) => names
            .iter()
            .take(limits::ANSWER_GROUPS_MAX)
            .map(|(key, n)| Group {
                key: key.clone(),
                value: f64::from(u32::try_from(*n).unwrap_or(u32::MAX)),
                unit: count.clone(),
            })
            .collect(),
        Found::Count(_)
        | Found::Exists(_)
        | Found::List(_)
        | Found::Number { .. }
        | Found::Top { .. }
        | Found::Text { .. }
        | Found::Every { .. }
        | Found::Share { .. }
        | Found::Compare { .. } => Vec::new(),
    }
}
