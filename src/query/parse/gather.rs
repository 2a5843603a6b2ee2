//! Second step of understanding: what belongs together is joined. A name goes to its part, a number to its unit and
//! comparison, a value to its property, an aside to what it explains.

use std::collections::BTreeSet;

use crate::ifc::{Concept, GlobalId, Unit, fold, is_a, words};
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
    /// The conditions in the order in which they were said.
    pub(super) said: Vec<Said>,
    pub(super) mentions: Vec<Mention>,
    pub(super) meanings: Vec<Meaning>,
    pub(super) measures: Vec<MeasureKind>,
    pub(super) units: Vec<Unit>,
    pub(super) statistic: Option<Statistic>,
    pub(super) superlative: Option<(Option<MeasureKind>, bool)>,
    pub(super) limit: Option<usize>,
    pub(super) loose_names: Vec<Identity>,
    /// Whether it begins with a verb and so asks for yes or no: "Ist die Wand W1 tragend?".
    pub(super) asks_whether: bool,
    /// Whether it asks that of all of a kind: "Sind alle Türen aus Holz?".
    pub(super) asks_of_all: bool,
    /// How many "or" joined nothing so far.
    pub(super) either: usize,
    /// Whether two sizes are asked for in one question: "Breite und Höhe".
    pub(super) several_measures: bool,
    /// Whether an area was said by a word for floors: "Grundfläche".
    pub(super) says_floor: bool,
    /// Whether a storey was said by its place: "das oberste Geschoss".
    pub(super) ranks_storey: bool,
    pub(super) unknown: Vec<String>,
    pub(super) understood: Vec<String>,
}

/// A condition as it was said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    /// The condition.
    pub(super) test: Filter,
    /// What joins it to the condition before.
    pub(super) join: Join,
    /// Position among the marks.
    pub(super) at: usize,
}

/// What stands between a condition and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// Nothing that joins.
    Apart,
    /// "und".
    And,
    /// "oder".
    Or,
}

impl Gathered {
    /// Whether the question says this.
    pub(super) fn says(&self, meaning: Meaning) -> bool {
        self.meanings.contains(&meaning)
    }

    /// Whether a condition of this kind was said.
    pub(super) fn has(&self, is: impl Fn(&Filter) -> bool) -> bool {
        self.said.iter().any(|said| is(&said.test))
    }

    /// Whether the question says on which storey, be it one that the model lacks.
    pub(super) fn has_storey(&self) -> bool {
        self.has(|test| matches!(test, Filter::Storey(_) | Filter::StoreyUnknown(_)))
    }

    /// Whether the question says of what material, or of what not.
    pub(super) fn has_material(&self) -> bool {
        self.has(|test| match test {
            Filter::Material(_) => true,
            Filter::Not(test) => matches!(**test, Filter::Material(_)),
            _ => false,
        })
    }
}

/// How many marks after it a "not" still means what follows.
const NEGATION_REACH: usize = 3;

/// Joins what belongs together.
pub(super) fn gather(marks: Vec<Mark>, vocabulary: &Vocabulary) -> Gathered {
    let asks_whether = marks.first().is_some_and(|mark| is_leading_verb(&mark.raw));
    let asks_of_all = asks_whether && marks.get(1).is_some_and(|mark| is_article(&mark.raw));
    let marks = explain_asides(marks);
    let mut gatherer = Gatherer {
        vocabulary,
        out: Gathered { asks_whether, asks_of_all, ..Gathered::default() },
        pending: Vec::new(),
        negation: None,
        join: (Join::Apart, None),
        ors: BTreeSet::new(),
        at: 0,
        marks,
    };
    while gatherer.at < gatherer.marks.len() {
        gatherer.step();
    }
    gatherer.flush_pending();
    gatherer.out.either -= gatherer.ors.len().min(gatherer.out.either);
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
            // "Platten dicker 30 cm (IfcSlab)": the class says of what kind the only part is.
            let parts: Vec<usize> = (0..kept.len())
                .filter(|at| kept.get(*at).is_some_and(|m| matches!(m.kind, MarkKind::Part(_))))
                .collect();
            if let (MarkKind::Part(_), [only]) = (&mark.kind, parts.as_slice())
                && *only + 1 < kept.len()
                && fold(&mark.raw).starts_with("ifc")
            {
                if let Some(part) = kept.get_mut(*only) {
                    part.kind = mark.kind;
                }
                continue;
            }
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

/// The walk over the marks; `number` holds its other half.
pub(super) struct Gatherer<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    pub(super) out: Gathered,
    /// Words and numbers that may be the name of the next part.
    pub(super) pending: Vec<Mark>,
    /// Where "not" or "without" stood.
    negation: Option<usize>,
    /// What joins the mark in hand to what goes before, and where that word stands.
    pub(super) join: (Join, Option<usize>),
    /// Where each "or" stands that joins something.
    ors: BTreeSet<usize>,
    pub(super) at: usize,
    pub(super) marks: Vec<Mark>,
}

impl Gatherer<'_> {
    fn step(&mut self) {
        let Some(mark) = self.marks.get(self.at).cloned() else { return };
        self.join = self.join_before(self.at);
        self.at += 1;
        if !matches!(mark.kind, MarkKind::Stop | MarkKind::Unknown(_)) {
            self.out.understood.push(mark.raw.clone());
        }
        match mark.kind {
            MarkKind::Stop => {
                self.out.either += usize::from(is_or(&mark.raw));
                if self.negation.is_some() && matches!(fold(&mark.raw).as_str(), "both" | "beide" | "beides") {
                    self.out.unknown.push(mark.raw);
                }
            }
            MarkKind::Meaning(meaning) => self.meaning(meaning),
            MarkKind::Part(part) => self.part(part),
            MarkKind::Storeys(names, said) => self.storeys(names, said),
            MarkKind::RankedStorey(name) => {
                self.out.ranks_storey = true;
                self.storeys(vec![name], String::new());
            }
            MarkKind::Material(material) => self.test(Filter::Material(material)),
            MarkKind::Property(property, asked) => self.property(property, asked),
            MarkKind::Value(property, text) => self.says(property, text),
            MarkKind::Class(class) => self.test(Filter::Classified(class)),
            MarkKind::Rating(rating) => self.says("fire_rating".to_owned(), rating),
            MarkKind::Name(name) => self.name(name),
            MarkKind::Space(name) => self.space(name),
            MarkKind::Id(id) => self.identify(Identity::Id(id)),
            MarkKind::Number(_) | MarkKind::Compass(_) | MarkKind::Unknown(_) => {
                self.number_or_word(mark);
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other meaning is only noted")]
    fn meaning(&mut self, meaning: Meaning) {
        if self.has_aspect(meaning) {
            return;
        }
        match meaning {
            Meaning::Between if self.span() => {}
            Meaning::Between | Meaning::Until => {
                self.out.unknown.extend(self.marks.get(self.at - 1).map(|m| m.raw.clone()))
            }
            // "Raum Nummer 5", "mit dem Namen „X“": the name itself follows.
            Meaning::Attribute("name" | "number" | "tag" | "global_id") if self.name_follows() => self.takes_name(),
            Meaning::Attribute("name") if self.takes_word_as_name() => {}
            Meaning::Classification if self.class_follows() => {}
            Meaning::Measure(measure) => {
                let raw = self.marks.get(self.at.saturating_sub(1)).map(|mark| fold(&mark.raw)).unwrap_or_default();
                self.out.says_floor |= is_floor_area(&raw);
                self.out.several_measures |= self.joins_measures();
                if is_bare_size(&raw) {
                    // "Welche Wände sind dick?" compares with nothing.
                    return self.out.unknown.push(raw);
                }
                self.out.measures.push(measure);
            }
            Meaning::Unit(unit) => self.out.units.push(unit),
            Meaning::Stat(statistic) => self.out.statistic = Some(statistic),
            Meaning::Superlative(measure, smallest) => {
                self.out.limit = self.pending_limit().or_else(|| self.limit_follows()).or(self.out.limit);
                self.out.superlative = Some((measure, smallest));
            }
            Meaning::Compare(comparison) => self.comparison(comparison, None),
            Meaning::CompareMeasure(comparison, measure) => self.comparison(comparison, Some(measure)),
            // "noch" denies only after "weder".
            Meaning::Not if self.is_lone_nor() => {}
            Meaning::Not | Meaning::Without => {
                self.negation = Some(self.at);
                self.out.meanings.push(meaning);
            }
            Meaning::Of if self.is_grouping() => self.out.meanings.push(Meaning::Each),
            // "wieviel türen": a number of things, when no unit and no material says otherwise.
            Meaning::MuchHead if self.part_follows() => self.out.meanings.push(Meaning::CountHead),
            Meaning::Each if self.out.superlative.is_some() && self.measure_follows() => {}
            Meaning::CountHead if self.unit_follows() => self.out.meanings.push(Meaning::MuchHead),
            other => self.out.meanings.push(other),
        }
    }

    /// "by storey", "by material": what follows names a grouping.
    fn is_grouping(&self) -> bool {
        let by = self.marks.get(self.at - 1).is_some_and(|m| m.raw.eq_ignore_ascii_case("by"));
        by && match self.marks.get(self.at).map(|m| &m.kind) {
            Some(MarkKind::Part(part)) => part == "storey",
            Some(MarkKind::Meaning(meaning)) => {
                matches!(meaning, Meaning::MaterialWord | Meaning::TypeWord | Meaning::ComponentKinds)
            }
            Some(MarkKind::Property(..)) => true,
            _ => false,
        }
    }

    /// Whether a name, number or identifier stands next.
    fn name_follows(&self) -> bool {
        let next = self.marks.iter().skip(self.at).find(|mark| mark.kind != MarkKind::Stop);
        next.is_some_and(|mark| {
            matches!(mark.kind, MarkKind::Name(_) | MarkKind::Id(_) | MarkKind::Number(_) | MarkKind::Space(_))
        })
    }

    /// "die Tür mit dem Tag 150478": the part before is the one with that name.
    fn takes_name(&mut self) {
        let skipped = self.marks.iter().skip(self.at).take_while(|mark| mark.kind == MarkKind::Stop).count();
        let at = self.at + skipped;
        let Some(mark) = self.marks.get(at).cloned() else { return };
        let waits = self.out.slots.last().is_some_and(|slot| slot.identity.is_none());
        match mark.kind {
            MarkKind::Number(_) if waits => {
                self.at = at + 1;
                self.name_from(&[mark]);
            }
            MarkKind::Space(name) if waits => {
                self.at = at + 1;
                if self.out.slots.last().is_some_and(|slot| slot.part == "space") {
                    self.identify(Identity::Name(name));
                } else {
                    self.out.unknown.push(mark.raw);
                }
            }
            _ => {}
        }
    }

    fn is_lone_nor(&self) -> bool {
        let (before, here) = self.marks.split_at_checked(self.at.saturating_sub(1)).unwrap_or_default();
        let nor = here.first().is_some_and(|mark| is_nor(&mark.raw));
        nor && !before.iter().any(|mark| matches!(fold(&mark.raw).as_str(), "weder" | "neither"))
    }

    /// Whether "und" joins the measure in hand to another one.
    fn joins_measures(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.marks.get(at));
        let other = before(3)
            .is_some_and(|mark| matches!(mark.kind, MarkKind::Meaning(Meaning::Measure(_) | Meaning::SizeHead)));
        other && before(2).is_some_and(|mark| mark.kind == MarkKind::Stop && is_conjunction(&mark.raw))
    }

    /// Whether a part stands next, with nothing but yes-or-no adjectives and the parts of its own compound before it.
    fn part_follows(&self) -> bool {
        let raw = |at: usize| self.marks.get(at).map(|mark| mark.raw.as_str());
        let next = self.marks.iter().enumerate().skip(self.at).find(|(at, mark)| match mark.kind {
            MarkKind::Property(..) => false,
            MarkKind::Material(_) => raw(*at) != raw(at + 1),
            _ => true,
        });
        next.is_some_and(|(_, mark)| matches!(mark.kind, MarkKind::Part(_)))
    }

    /// "die Klassifikation C1020300", "als „Allgemeines“ klassifiziert": which one is meant.
    fn class_follows(&mut self) -> bool {
        let is_lead =
            |mark: &&Mark| matches!(mark.kind, MarkKind::Stop | MarkKind::Meaning(Meaning::Of | Meaning::Attribute(_)));
        let skipped = self.marks.iter().skip(self.at).take_while(is_lead).count();
        let ahead = self.marks.get(self.at + skipped).cloned();
        if matches!(ahead.as_ref().map(|mark| &mark.kind), Some(MarkKind::Class(_))) {
            self.at += skipped;
            return true;
        }
        if let Some(class) = ahead.as_ref().and_then(|mark| self.class_of(mark)) {
            self.at += skipped + 1;
            self.test(Filter::Classified(class));
            return true;
        }
        // The word stands at the end: what goes before it says which.
        let said_last = self.out.slots.last().and_then(|slot| match (&slot.identity, slot.at) {
            (Some(Identity::Name(name)), _) => self.vocabulary.class_named(name),
            _ => None,
        });
        let Some(class) = said_last.filter(|_| ahead.is_none()) else {
            return self.out.has(|test| matches!(test, Filter::Classified(_)));
        };
        if let Some(slot) = self.out.slots.last_mut() {
            slot.identity = None;
        }
        self.test(Filter::Classified(class));
        true
    }

    /// The classification that a mark of another kind means as well.
    fn class_of(&self, mark: &Mark) -> Option<String> {
        self.vocabulary.class_named(&mark.raw)
    }

    fn measure_follows(&self) -> bool {
        self.marks.get(self.at).is_some_and(|mark| matches!(mark.kind, MarkKind::Meaning(Meaning::Measure(_))))
    }

    /// "how many cubic metres" asks how much.
    fn unit_follows(&self) -> bool {
        matches!(self.marks.get(self.at).map(|m| &m.kind), Some(MarkKind::Meaning(Meaning::Unit(_))))
    }

    fn part(&mut self, part: String) {
        let before = |back: usize| self.marks.get(self.at.checked_sub(back)?).map(|mark| &mark.raw);
        let modified = before(2).is_some_and(|modifier| Some(modifier) == before(1));
        if self.holds(&part) || self.holds_too(&part) || self.lacks_storey(&part) {
            return;
        }
        let again = self.out.slots.iter().any(|s| s.part == part);
        // "Welche Türen sind keine Außentüren?": the same doors, of which more is said.
        let says_more =
            modified && self.pending.is_empty() && self.out.slots.iter().any(|s| s.part == part && !s.modified);
        if says_more && self.join.0 == Join::Apart {
            return;
        }
        let is_joined = self.is_joined();
        if is_joined && let (Join::Or, joint) = self.join {
            self.ors.extend(joint);
        }
        let joined = again || is_joined;
        self.out.slots.push(Slot { part, identity: None, at: self.at, joined, modified });
        let pending = std::mem::take(&mut self.pending);
        if let Some(limit) = self.limit_ahead(&pending) {
            self.out.limit = Some(limit);
        } else if let [Mark { kind: MarkKind::Number(_), raw, .. }] = pending.as_slice() {
            self.out.unknown.push(raw.clone());
        } else if !pending.is_empty() {
            self.name_from(&pending);
        }
    }

    /// Looks back from the part in hand over its own adjectives and articles to a conjunction or the part before. What
    /// only the part before has, parts the two: "Wände im EG und Türen".
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else stands between two parts separates them")]
    fn is_joined(&self) -> bool {
        let mut before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default().iter().rev();
        let joins = before.find_map(|mark| match &mark.kind {
            MarkKind::Stop if is_article(&mark.raw) => None,
            MarkKind::Stop => Some(is_conjunction(&mark.raw)),
            MarkKind::Meaning(Meaning::Of) if is_article(&mark.raw) => None,
            MarkKind::Property(..) | MarkKind::Material(_) => None,
            _ => Some(false),
        });
        let parts = |mark: &Mark| matches!(mark.kind, MarkKind::Part(_));
        joins == Some(true) && before.next().is_some_and(parts)
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
            let names = vec![storey.name.clone()];
            return self.storeys(names, String::new());
        }
        if after_storey {
            return self.storeys(Vec::new(), name);
        }
        if self.type_leads() {
            let known = self.vocabulary.type_names.get(&folded).cloned().unwrap_or(name);
            return self.test(Filter::TypeName(known));
        }
        if self.material_leads()
            && let Some(material) = self.vocabulary.material_named(&folded)
        {
            return self.test(Filter::Material(material));
        }
        let takes_name = self.out.slots.last().is_some_and(|s| s.identity.is_none());
        if (!takes_name || self.out.says(Meaning::MuchHead))
            && let Some(material) = self.vocabulary.materials.get(&folded)
        {
            let material = material.clone();
            return self.test(Filter::Material(material));
        }
        self.identify(Identity::Name(name));
    }

    /// "Bauteile namens Inside": what follows is a name, whatever else the word means.
    fn takes_word_as_name(&mut self) -> bool {
        let Some(mark) = self.marks.get(self.at).cloned() else { return false };
        let other = matches!(
            mark.kind,
            MarkKind::Property(..)
                | MarkKind::Value(..)
                | MarkKind::Material(_)
                | MarkKind::Storeys(..)
                | MarkKind::Rating(_)
                | MarkKind::Class(_)
        );
        if !other || self.out.slots.is_empty() {
            return false;
        }
        self.at += 1;
        if self.vocabulary.names.contains_key(&fold(mark.raw.trim())) {
            self.identify(Identity::Name(mark.raw));
        } else {
            self.out.unknown.push(mark.raw);
        }
        true
    }

    /// Whether "Typ" leads to the name in hand, and no part between them takes it.
    fn type_leads(&self) -> bool {
        let before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default();
        let lead = before.iter().rev().find(|mark| mark.kind != MarkKind::Stop);
        lead.is_some_and(|mark| mark.kind == MarkKind::Meaning(Meaning::TypeWord))
    }

    /// Whether "aus" or "enthalten" leads to the name in hand.
    fn material_leads(&self) -> bool {
        let before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default();
        let lead = before.iter().rev().find(|mark| !is_article(&mark.raw));
        lead.is_some_and(|mark| {
            mark.kind == MarkKind::Meaning(Meaning::MaterialWord)
                || matches!(
                    fold(&mark.raw).as_str(),
                    "aus" | "of" | "from" | "enthalten" | "enthaelt" | "contain" | "contains" | "containing"
                )
        })
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
        let kind = self.kind_of(&identity);
        if let (Some(kind), Some(slot)) = (kind, self.out.slots.last_mut())
            && slot.identity.is_none()
            && slot.at + 1 == self.at
            && !is_same_kind(kind, &slot.part)
        {
            // "die Platte 360649", which the model holds to be a slab: the name is right, the word is loose.
            slot.part = kind.to_owned();
            slot.identity = Some(identity);
            return;
        }
        if let Some(kind) = kind
            && self.out.slots.last().is_none_or(|slot| !is_same_kind(kind, &slot.part))
        {
            let slot =
                Slot { part: kind.to_owned(), identity: Some(identity), at: self.at, joined: false, modified: false };
            return self.out.slots.push(slot);
        }
        match self.out.slots.last_mut() {
            Some(slot) if slot.identity.is_none() || matches!(identity, Identity::Id(_)) => {
                slot.identity = Some(identity);
            }
            _ => self.out.loose_names.push(identity),
        }
    }

    /// The kind of part that a name or GlobalId means: "die Haustür" is a door after "in welcher Wand" too.
    fn kind_of(&self, identity: &Identity) -> Option<&'static str> {
        match identity {
            Identity::Id(id) => self.vocabulary.ids.get(id).copied(),
            Identity::Name(name) => self.vocabulary.kind_named(name),
        }
    }

    fn property(&mut self, property: String, asked: bool) {
        let negated = self.negation.take_if(|at| self.at <= *at + NEGATION_REACH).is_some();
        if self.is_missing(negated) {
            self.out.mentions.push(Mention { property, negated, at: self.at });
            return;
        }
        if KnownProperty::by_id(&property).is_some_and(|p| p.boolean) {
            return self.test(Filter::Property(property, PropertyTest::Is(asked != negated)));
        }
        if let Some(minutes) = self.pending_minutes() {
            let test = Filter::Property(property, PropertyTest::Number(Comparison::Equal, minutes));
            return self.test_or_not(test, negated);
        }
        if let Some(value) = self.value_ahead(&property) {
            return self.test_or_not(Filter::Property(property, value), negated);
        }
        self.out.mentions.push(Mention { property, negated, at: self.at });
    }

    /// Whether a property is said by its name in the schema and is missing: "ohne LoadBearing".
    fn is_missing(&self, negated: bool) -> bool {
        let (before, here) = self.marks.split_at_checked(self.at.saturating_sub(1)).unwrap_or_default();
        let technical = here.first().is_some_and(|mark| mark.raw.chars().skip(1).any(char::is_uppercase));
        let without = before.iter().rev().take(NEGATION_REACH).any(|m| m.kind == MarkKind::Meaning(Meaning::Without));
        negated && technical && without
    }

    fn says(&mut self, property: String, text: String) {
        self.test(Filter::Property(property, PropertyTest::Says(text)));
    }

    /// Whether a "not" still waits for what it means.
    pub(super) fn negates(&self) -> bool {
        self.negation.is_some()
    }

    fn storeys(&mut self, names: Vec<String>, said: String) {
        // "Fehlen Türen im EG?": what is missing is not elsewhere.
        let lacks =
            |at: &usize| self.marks.get(at - 1).is_some_and(|mark| mark.kind == MarkKind::Meaning(Meaning::Without));
        if self.negation.as_ref().is_some_and(lacks) {
            return;
        }
        let names = self.range_to(names);
        self.test(if names.is_empty() { Filter::StoreyUnknown(said) } else { Filter::Storey(names) });
    }

    /// "Level 2 bis Level 5": the storeys between as well.
    fn range_to(&mut self, names: Vec<String>) -> Vec<String> {
        let lead = self.at.checked_sub(2).and_then(|at| self.marks.get(at)).map(|mark| fold(&mark.raw));
        let ranges = matches!(lead.as_deref(), Some("bis" | "to" | "through" | "until"));
        let Some(Said { test: Filter::Storey(from), .. }) = self.out.said.last().filter(|_| ranges) else {
            return names;
        };
        let position = |name: &String| self.vocabulary.storeys.iter().position(|storey| storey.name == *name);
        match (from.first().and_then(position), names.first().and_then(position)) {
            (Some(from), Some(to)) if from < to => {
                let between = self.vocabulary.storeys.iter().skip(from).take(to - from + 1);
                between.map(|storey| storey.name.clone()).collect()
            }
            _ => names,
        }
    }

    /// Notes a condition; what a "not" goes before must not hold.
    pub(super) fn test(&mut self, test: Filter) {
        let negated = self.negation.take_if(|at| self.at <= *at + NEGATION_REACH).is_some();
        self.test_or_not(test, negated);
    }

    fn test_or_not(&mut self, test: Filter, negated: bool) {
        let (join, joint) = self.join;
        let spreads = join != Join::Apart && self.out.said.last().is_some_and(|before| spreads(&before.test, &test));
        let test = if negated || spreads { Filter::Not(Box::new(test)) } else { test };
        if join == Join::Or {
            self.ors.extend(joint);
        }
        if self.out.said.iter().any(|said| said.test == test) {
            return;
        }
        let join = if spreads { Join::Apart } else { join };
        self.out.said.push(Said { test, join, at: self.at });
    }

    /// Looks back from a mark, over what only leads to it, for the word that joins it to what goes before.
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else stands before is no word that joins")]
    fn join_before(&self, at: usize) -> (Join, Option<usize>) {
        let before = self.marks.get(..at).unwrap_or_default().iter().enumerate().rev();
        for (position, mark) in before {
            match &mark.kind {
                MarkKind::Stop if is_or(&mark.raw) => return (Join::Or, Some(position)),
                MarkKind::Stop if is_conjunction(&mark.raw) => return (Join::And, Some(position)),
                MarkKind::Meaning(Meaning::Not) if is_nor(&mark.raw) => return (Join::And, Some(position)),
                MarkKind::Stop
                | MarkKind::Meaning(
                    Meaning::In
                    | Meaning::Of
                    | Meaning::With
                    | Meaning::Not
                    | Meaning::MaterialWord
                    | Meaning::Measure(_)
                    | Meaning::Attribute(_),
                ) => {}
                MarkKind::Part(part) if part == "storey" => {}
                MarkKind::Property(id, _) if !KnownProperty::by_id(id).is_some_and(|p| p.boolean) => {}
                _ => break,
            }
        }
        (Join::Apart, None)
    }

    /// Tries a run of words as the name of the last part; puts the words aside as unknown when no entity is named so.
    pub(super) fn name_from(&mut self, run: &[Mark]) {
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

/// Whether a part of one kind may be called by the other.
fn is_same_kind(kind: &str, part: &str) -> bool {
    let (Some(kind), Some(part)) = (Concept::by_id(kind), Concept::by_id(part)) else { return true };
    part.id == "element" || is_a(kind.entity_type, part.entity_type) || is_a(part.entity_type, kind.entity_type)
}

fn is_leading_verb(word: &str) -> bool {
    matches!(fold(word).as_str(), "ist" | "sind" | "hat" | "haben" | "is" | "are" | "do" | "does" | "has" | "have")
}

fn is_conjunction(word: &str) -> bool {
    matches!(fold(word).as_str(), "und" | "and" | "or" | "oder" | "sowie" | "+" | "&")
}

fn is_or(word: &str) -> bool {
    matches!(fold(word).as_str(), "or" | "oder")
}

/// Areas of floors, by DIN 277 and in daily language.
fn is_floor_area(words: &str) -> bool {
    matches!(
        words,
        "grundflaeche"
            | "grundflaechen"
            | "bodenflaeche"
            | "floor area"
            | "floor areas"
            | "net floor area"
            | "total floor area"
            | "nettoflaeche"
    )
}

/// Adjectives that say nothing without a number or "wie".
fn is_bare_size(word: &str) -> bool {
    matches!(
        word,
        "thick" | "wide" | "high" | "tall" | "long" | "heavy" | "dick" | "breit" | "hoch" | "lang" | "schwer"
    )
}

fn is_nor(word: &str) -> bool {
    matches!(fold(word).as_str(), "noch" | "nor")
}

/// Whether a "not" before one condition is meant of the next one too: "nicht aus Holz oder Stahl".
fn spreads(before: &Filter, next: &Filter) -> bool {
    let Filter::Not(before) = before else { return false };
    match (&**before, next) {
        (Filter::Material(_), Filter::Material(_))
        | (Filter::Storey(_), Filter::Storey(_))
        | (Filter::Holds(_), Filter::Holds(_)) => true,
        (Filter::Property(a, _), Filter::Property(b, _)) => a == b,
        _ => false,
    }
}

pub(super) fn is_article(word: &str) -> bool {
    matches!(
        fold(word).as_str(),
        "der" | "die" | "das" | "den" | "dem" | "des" | "the" | "all" | "alle" | "aller" | "allen"
    )
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
