//! Second step of understanding: what belongs together is joined. A name goes to its part, a number to its unit and
//! comparison, a value to its property, an aside to what it explains.

use crate::ifc::{GlobalId, Unit, fold, words};
use crate::query::lexicon::Meaning;
use crate::query::lexicon::property::KnownProperty;
use crate::query::plan::{Comparison, Filter, MeasureKind, PropertyTest, Statistic};
use crate::query::vocabulary::Vocabulary;

use super::mark::{Mark, MarkKind};

/// A kind of part the question names, with which one it means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    /// Concept id, entity type or `label:…`.
    pub(super) part: String,
    /// Which one.
    pub(super) identity: Option<Identity>,
    /// Position among the marks.
    pub(super) at: usize,
    /// Whether "and", "or" or nothing but its adjectives stand between it and the part before.
    pub(super) joined: bool,
    /// Whether its own compound says more of it: Stahlbetonwände.
    pub(super) modified: bool,
}

/// Which one of a kind is meant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Identity {
    /// By GlobalId.
    Id(GlobalId),
    /// By a quoted or known name.
    Name(String),
}

/// A property that is named without a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mention {
    /// Property id or the model's own name.
    pub(super) property: String,
    /// Whether "without", "no" or "not" goes before it.
    pub(super) negated: bool,
    /// Position among the marks.
    pub(super) at: usize,
}

/// Everything a question says.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered {
    pub(super) slots: Vec<Slot>,
    pub(super) storeys: Vec<(Vec<String>, String)>,
    pub(super) materials: Vec<String>,
    pub(super) filters: Vec<Filter>,
    pub(super) mentions: Vec<Mention>,
    pub(super) meanings: Vec<Meaning>,
    pub(super) measures: Vec<MeasureKind>,
    pub(super) units: Vec<Unit>,
    pub(super) statistic: Option<Statistic>,
    pub(super) superlative: Option<(Option<MeasureKind>, bool)>,
    pub(super) limit: Option<usize>,
    pub(super) loose_names: Vec<Identity>,
    /// Whether "or" stands somewhere.
    pub(super) either: bool,
    pub(super) unknown: Vec<String>,
    pub(super) understood: Vec<String>,
}

impl Gathered {
    /// Whether the question says this.
    pub(super) fn says(&self, meaning: Meaning) -> bool {
        self.meanings.contains(&meaning)
    }
}

/// Joins what belongs together.
pub(super) fn gather(marks: Vec<Mark>, vocabulary: &Vocabulary) -> Gathered {
    let marks = explain_asides(marks);
    let mut gatherer =
        Gatherer { vocabulary, out: Gathered::default(), pending: Vec::new(), negation: None, at: 0, marks };
    while gatherer.at < gatherer.marks.len() {
        gatherer.step();
    }
    gatherer.flush_pending();
    if let Some(at) = gatherer.negation {
        gatherer.out.unknown.extend(gatherer.marks.get(at - 1).map(|m| m.raw.clone()));
    }
    gatherer.out
}

/// An aside says again what goes before it: "Erdgeschoss (Level 1)", "studs (Ständer)". The model's own word is kept.
fn explain_asides(marks: Vec<Mark>) -> Vec<Mark> {
    let mut kept: Vec<Mark> = Vec::new();
    for mark in marks {
        if mark.aside {
            if matches!(mark.kind, MarkKind::Unknown(_) | MarkKind::Stop | MarkKind::Number(_)) {
                continue;
            }
            remove_unknown_tail(&mut kept);
            if kept.last().is_some_and(|before| explains(before, &mark)) {
                kept.pop();
            }
        }
        kept.push(mark);
    }
    kept
}

fn remove_unknown_tail(kept: &mut Vec<Mark>) {
    while kept.last().is_some_and(|m| !m.aside && matches!(m.kind, MarkKind::Unknown(_))) {
        kept.pop();
    }
}

/// Whether an aside replaces what goes before it.
fn explains(before: &Mark, aside: &Mark) -> bool {
    match (&before.kind, &aside.kind) {
        (MarkKind::Storeys(..), MarkKind::Storeys(names, _)) => !names.is_empty(),
        (MarkKind::Material(_) | MarkKind::Value(..), MarkKind::Material(_) | MarkKind::Value(..))
        | (MarkKind::Part(_), MarkKind::Part(_))
        | (MarkKind::Property(..), MarkKind::Property(..)) => true,
        (MarkKind::Meaning(a), MarkKind::Meaning(b)) => {
            matches!((a, b), (Meaning::Measure(_), Meaning::Measure(_))) || a == b
        }
        _ => false,
    }
}

struct Gatherer<'v> {
    vocabulary: &'v Vocabulary,
    out: Gathered,
    /// Words and numbers that may be the name of the next part.
    pending: Vec<Mark>,
    /// Where "not" or "without" stood.
    negation: Option<usize>,
    at: usize,
    marks: Vec<Mark>,
}

impl Gatherer<'_> {
    fn step(&mut self) {
        let Some(mark) = self.marks.get(self.at).cloned() else { return };
        self.at += 1;
        if !matches!(mark.kind, MarkKind::Stop | MarkKind::Unknown(_)) {
            self.out.understood.push(mark.raw.clone());
        }
        match mark.kind {
            MarkKind::Stop => self.out.either |= matches!(fold(&mark.raw).as_str(), "or" | "oder"),
            MarkKind::Meaning(meaning) => self.meaning(meaning),
            MarkKind::Part(part) => self.part(part),
            MarkKind::Storeys(names, said) => self.out.storeys.push((names, said)),
            MarkKind::Material(material) => self.out.materials.push(material),
            MarkKind::Property(property, asked) => self.property(property, asked),
            MarkKind::Value(property, text) => self.says(property, text),
            MarkKind::Rating(rating) => self.says("fire_rating".to_owned(), rating),
            MarkKind::Name(name) => self.name(name),
            MarkKind::Space(name) => self.space(name),
            MarkKind::Id(id) => self.identify(Identity::Id(id)),
            MarkKind::Number(_) | MarkKind::Compass(_) | MarkKind::Unknown(_) => {
                let mark = self.marks.get(self.at - 1).cloned();
                self.number_or_word(mark);
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other meaning is only noted")]
    fn meaning(&mut self, meaning: Meaning) {
        match meaning {
            Meaning::Measure(measure) => self.out.measures.push(measure),
            Meaning::Unit(unit) => self.out.units.push(unit),
            Meaning::Stat(statistic) => self.out.statistic = Some(statistic),
            Meaning::Superlative(measure, smallest) => {
                self.out.limit = self.pending_limit();
                self.out.superlative = Some((measure, smallest));
            }
            Meaning::Compare(comparison) => self.comparison(comparison, None),
            Meaning::CompareMeasure(comparison, measure) => self.comparison(comparison, Some(measure)),
            Meaning::Not | Meaning::Without => {
                self.negation = Some(self.at);
                self.out.meanings.push(meaning);
            }
            Meaning::CountHead if self.unit_follows() => self.out.meanings.push(Meaning::MuchHead),
            other => self.out.meanings.push(other),
        }
    }

    /// "how many cubic metres" asks how much.
    fn unit_follows(&self) -> bool {
        matches!(self.marks.get(self.at).map(|m| &m.kind), Some(MarkKind::Meaning(Meaning::Unit(_))))
    }

    /// "die fünf längsten": the number before a superlative.
    fn pending_limit(&mut self) -> Option<usize> {
        let Some(MarkKind::Number(n)) = self.pending.last().map(|m| m.kind.clone()) else { return None };
        self.pending.pop();
        (1.0..=1000.0).contains(&n).then(|| format!("{n:.0}").parse().ok())?
    }

    fn part(&mut self, part: String) {
        let before = |back: usize| self.marks.get(self.at.checked_sub(back)?).map(|mark| &mark.raw);
        let modified = before(2).is_some_and(|modifier| Some(modifier) == before(1));
        let slot = Slot { part, identity: None, at: self.at, joined: self.is_joined(), modified };
        self.out.slots.push(slot);
        if !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            self.name_from(&pending);
        }
    }

    /// Looks back from the part in hand over its own adjectives and articles to a conjunction or the part before. What
    /// only the part before has, parts the two: "Wände im EG und Türen".
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else stands between two parts separates them")]
    fn is_joined(&self) -> bool {
        let mut before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default().iter().rev();
        let joins = before.find_map(|mark| match &mark.kind {
            MarkKind::Stop => {
                matches!(fold(&mark.raw).as_str(), "und" | "and" | "or" | "oder" | "sowie").then_some(true)
            }
            MarkKind::Property(..) | MarkKind::Material(_) | MarkKind::Meaning(Meaning::Of) => None,
            MarkKind::Part(_) => Some(true),
            _ => Some(false),
        });
        let parts = |mark: &Mark| {
            matches!(
                mark.kind,
                MarkKind::Storeys(..) | MarkKind::Material(_) | MarkKind::Rating(_) | MarkKind::Value(..)
            )
        };
        joins == Some(true) && !before.next().is_some_and(parts)
    }

    fn name(&mut self, name: String) {
        let folded = fold(name.trim());
        let parts: Vec<String> = words(&name);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let after_storey = self.out.slots.last().is_some_and(|s| s.part == "storey" && s.at + 1 == self.at);
        if let Some(storey) = self
            .vocabulary
            .storey_named(&parts)
            .filter(|_| after_storey || self.out.slots.last().is_none_or(|s| s.part != "space"))
        {
            return self.out.storeys.push((vec![storey.name.clone()], storey.name.clone()));
        }
        if after_storey {
            return self.out.storeys.push((Vec::new(), name));
        }
        if self.out.says(Meaning::TypeWord) {
            let known = self.vocabulary.type_names.get(&folded).cloned().unwrap_or(name);
            return self.out.filters.push(Filter::TypeName(known));
        }
        let takes_name = self.out.slots.last().is_some_and(|s| s.identity.is_none());
        if (!takes_name || self.out.says(Meaning::MuchHead))
            && let Some(material) = self.vocabulary.materials.get(&folded)
        {
            return self.out.materials.push(material.clone());
        }
        self.identify(Identity::Name(name));
    }

    /// "Raum Küche" names the room just said; "die Küche" is a room of its own.
    fn space(&mut self, name: String) {
        let said =
            self.out.slots.last().is_some_and(|s| s.part == "space" && s.identity.is_none() && s.at + 1 == self.at);
        if !said {
            self.part("space".to_owned());
        }
        self.identify(Identity::Name(name));
    }

    /// Gives the last part its identity; a GlobalId is stronger than a name.
    fn identify(&mut self, identity: Identity) {
        match self.out.slots.last_mut() {
            Some(slot) if slot.identity.is_none() || matches!(identity, Identity::Id(_)) => {
                slot.identity = Some(identity);
            }
            _ => self.out.loose_names.push(identity),
        }
    }

    fn property(&mut self, property: String, asked: bool) {
        let negated = self.negation.take_if(|at| self.at <= *at + 3).is_some();
        if KnownProperty::by_id(&property).is_some_and(|p| p.boolean) {
            let filter = Filter::Property(property, PropertyTest::Is(asked != negated));
            return self.out.filters.push(filter);
        }
        if let Some(minutes) = self.pending_minutes() {
            return self.out.filters.push(Filter::Property(property, PropertyTest::Number(Comparison::Equal, minutes)));
        }
        if let Some(value) = self.value_ahead() {
            return self.out.filters.push(Filter::Property(property, value));
        }
        self.out.mentions.push(Mention { property, negated, at: self.at });
    }

    /// "30 Minuten Feuerwiderstand": the number stood before the property.
    fn pending_minutes(&mut self) -> Option<f64> {
        let position = self.out.meanings.iter().rposition(|m| *m == Meaning::Minutes)?;
        let Some(MarkKind::Number(minutes)) = self.pending.last().map(|m| m.kind.clone()) else { return None };
        self.pending.pop();
        self.out.meanings.remove(position);
        Some(minutes)
    }

    /// The value that follows a property: "von 0,4", "EI30", "„Fichte“", "30 Minuten".
    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else can be a value")]
    fn value_ahead(&mut self) -> Option<PropertyTest> {
        let filler = |kind: &MarkKind| {
            matches!(kind, MarkKind::Stop | MarkKind::Meaning(Meaning::Of | Meaning::Compare(Comparison::Equal)))
        };
        let skipped = self
            .marks
            .iter()
            .skip(self.at)
            .take_while(|m| filler(&m.kind) || m.aside && matches!(m.kind, MarkKind::Property(..)))
            .count();
        let at = self.at + skipped;
        let (mark, next) = (self.marks.get(at)?, self.marks.get(at + 1).map(|m| &m.kind));
        let test = match &mark.kind {
            MarkKind::Rating(rating) => PropertyTest::Says(rating.clone()),
            MarkKind::Value(_, text) => PropertyTest::Says(text.clone()),
            MarkKind::Name(name) => PropertyTest::Says(fold(name)),
            MarkKind::Number(number) => {
                let minutes = matches!(next, Some(MarkKind::Meaning(Meaning::Minutes)));
                let unit = matches!(next, Some(MarkKind::Meaning(Meaning::Unit(_))));
                let part = matches!(next, Some(MarkKind::Part(_)));
                if part && !unit {
                    return None;
                }
                self.at += usize::from(minutes || unit);
                PropertyTest::Number(Comparison::Equal, *number)
            }
            _ => return None,
        };
        self.at += skipped + 1;
        Some(test)
    }

    fn says(&mut self, property: String, text: String) {
        let filter = Filter::Property(property, PropertyTest::Says(text));
        if !self.out.filters.contains(&filter) {
            self.out.filters.push(filter);
        }
    }

    /// A comparison takes the number and unit that follow, and the measure or property that goes before.
    fn comparison(&mut self, comparison: Comparison, measure: Option<MeasureKind>) {
        let skipped = self.marks.iter().skip(self.at).take_while(|m| m.kind == MarkKind::Stop).count();
        let Some(MarkKind::Number(number)) = self.marks.get(self.at + skipped).map(|m| m.kind.clone()) else { return };
        self.at += skipped + 1;
        let unit = match self.marks.get(self.at).map(|m| m.kind.clone()) {
            Some(MarkKind::Meaning(Meaning::Unit(unit))) => Some(unit),
            Some(MarkKind::Meaning(Meaning::Minutes)) => {
                self.at += 1;
                let property = self.out.mentions.pop().map_or_else(|| "fire_rating".to_owned(), |m| m.property);
                return self.out.filters.push(Filter::Property(property, PropertyTest::Number(comparison, number)));
            }
            _ => None,
        };
        self.at += usize::from(unit.is_some());
        if unit.is_none_or(|u| u == Unit::ThermalTransmittance)
            && let Some(mention) = self.out.mentions.pop()
        {
            return self.out.filters.push(Filter::Property(mention.property, PropertyTest::Number(comparison, number)));
        }
        let ahead = match self.marks.get(self.at).map(|m| &m.kind) {
            Some(MarkKind::Meaning(Meaning::Measure(ahead))) if measure.is_none() && unit.is_some() => Some(*ahead),
            _ => None,
        };
        self.at += usize::from(ahead.is_some());
        let measure = ahead.or(measure).or_else(|| self.out.measures.pop()).or_else(|| unit.and_then(default_measure));
        match measure {
            Some(measure) => {
                let unit = unit.unwrap_or(measure.stored_unit());
                self.out.filters.push(Filter::Measure(measure, comparison, number * unit.factor()));
            }
            None => self.out.unknown.push(format!("{number}")),
        }
    }

    fn number_or_word(&mut self, mark: Option<Mark>) {
        let Some(mark) = mark else { return };
        let follows_part = self.pending.is_empty()
            && self.out.slots.last().is_some_and(|s| s.identity.is_none() && s.at + 1 == self.at);
        if follows_part {
            let mut run = vec![mark];
            while let Some(next) = self.marks.get(self.at).filter(|m| is_name_word(&m.kind)).cloned() {
                self.at += 1;
                run.push(next);
            }
            return self.name_from(&run);
        }
        self.pending.push(mark);
    }

    /// Tries a run of words as the name of the last part; puts the words aside as unknown when no entity is named so.
    fn name_from(&mut self, run: &[Mark]) {
        match super::selection::name_of_words(run, self.vocabulary) {
            Some(name) => self.identify(Identity::Name(name)),
            None => self.out.unknown.extend(run.iter().map(|m| m.raw.clone())),
        }
    }

    fn flush_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return;
        }
        match super::selection::name_of_words(&pending, self.vocabulary) {
            Some(name) => self.out.loose_names.push(Identity::Name(name)),
            None => self.out.unknown.extend(pending.into_iter().map(|m| m.raw)),
        }
    }
}

fn is_name_word(kind: &MarkKind) -> bool {
    matches!(kind, MarkKind::Number(_) | MarkKind::Compass(_) | MarkKind::Unknown(_))
}

/// The measure that a unit alone means.
pub(super) fn default_measure(unit: Unit) -> Option<MeasureKind> {
    use crate::ifc::Measure;
    match unit.measure() {
        Measure::Length => Some(MeasureKind::Length),
        Measure::Area => Some(MeasureKind::Area),
        Measure::Volume => Some(MeasureKind::Volume),
        Measure::Weight => Some(MeasureKind::Weight),
        Measure::Time
        | Measure::Count
        | Measure::ThermalTransmittance
        | Measure::Angle
        | Measure::Plain
        | Measure::Unknown => None,
    }
}
