//! Second step of understanding: what belongs together is joined. A name goes to its part, a number to its unit and
//! comparison, a value to its property, an aside to what it explains.

mod asides;
mod joining;
mod naming;

use std::collections::BTreeSet;

use crate::ifc::{GlobalId, Unit, fold};
use crate::query::lexicon::Meaning;
use crate::query::lexicon::property::KnownProperty;
use crate::query::plan::{Comparison, Filter, MeasureKind, PropertyTest, Statistic};
use crate::query::vocabulary::Vocabulary;

use self::asides::explain_asides;
use self::joining::is_or;
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
    /// Whether "mit" or "haben" goes right before it.
    pub(super) had: bool,
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
    /// Whether "haben" stands somewhere.
    pub(super) says_have: bool,
    /// Whether one kind of part is said twice.
    pub(super) repeats_part: bool,
    /// Whether it asks for a person.
    pub(super) asks_person: bool,
    /// Whether it asks that of all of a kind: "Sind alle Türen aus Holz?".
    pub(super) asks_of_all: bool,
    /// Whether it says so by "alle" or "all", which an article leaves open.
    pub(super) says_all: bool,
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
    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
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
    let says_all = asks_of_all && marks.get(1).is_some_and(|mark| fold(&mark.raw).starts_with("al"));
    let says_have = marks.iter().any(|mark| matches!(fold(&mark.raw).as_str(), "hat" | "haben" | "has" | "have"));
    let asks_person = marks.iter().any(|mark| matches!(fold(&mark.raw).as_str(), "wer" | "who"));
    let marks = explain_asides(marks);
    let mut gatherer = Gatherer {
        vocabulary,
        out: Gathered { asks_whether, says_have, asks_person, asks_of_all, says_all, ..Gathered::default() },
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
            // "window model" asks for a property, not for what is in the model.
            MarkKind::Stop if self.is_model_of_part() => self.out.unknown.push(mark.raw),
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
                self.out.unknown.extend(self.marks.get(self.at - 1).map(|m| m.raw.clone()));
            }
            // "Raum Nummer 5", "mit dem Namen „X“": the name itself follows.
            Meaning::Attribute("name" | "number" | "tag" | "global_id") if self.name_follows() => self.takes_name(),
            Meaning::Attribute("name") if self.takes_word_as_name() => {}
            Meaning::Classification if self.class_follows() => {}
            Meaning::Measure(measure) => {
                let raw = self.marks.get(self.at.saturating_sub(1)).map(|mark| mark.raw.clone()).unwrap_or_default();
                let folded = fold(&raw);
                self.out.says_floor |= is_floor_area(&folded);
                self.out.several_measures |= self.joins_measures();
                // "Welche Wände sind dick?" compares with nothing; "auf Höhe von 2 m" says where, not how high.
                let placed = measure == MeasureKind::Height && self.is_at_height();
                if is_bare_size(&folded) || placed || self.is_adjective(&raw) {
                    return self.out.unknown.push(raw);
                }
                self.out.measures.push(measure);
            }
            Meaning::Unit(unit) => self.out.units.push(unit),
            Meaning::Stat(statistic) => self.out.statistic = Some(statistic),
            Meaning::Superlative(measure, smallest) => {
                self.out.limit = self.pending_limit().or_else(|| self.limit_follows()).or(self.out.limit);
                if self.out.superlative.is_some_and(|said| said != (measure, smallest)) {
                    self.out.several_measures = true;
                }
                self.out.superlative = Some((measure, smallest));
            }
            Meaning::Compare(comparison) => self.comparison(comparison, None),
            Meaning::CompareMeasure(comparison, measure) => self.comparison(comparison, Some(measure)),
            // "noch" denies only after "weder".
            Meaning::Not if self.is_lone_nor() => {}
            // "nicht nicht aus Holz"
            Meaning::Not if self.negation == Some(self.at - 1) => {
                self.out.unknown.extend(self.marks.get(self.at - 1).map(|mark| mark.raw.clone()));
            }
            Meaning::TypeWord if self.takes_type_name() => self.out.meanings.push(Meaning::TypeWord),
            // "room with number A203"
            Meaning::CountHead if self.is_word("with number") && self.name_follows() => self.takes_name(),
            // A building has no type object: "Gebäudetyp" asks for its use.
            Meaning::TypeWord if self.types_building() => {
                self.out.unknown.extend(self.marks.get(self.at - 1).map(|mark| mark.raw.clone()));
            }
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

    fn part(&mut self, part: String) {
        let raw = self.marks.get(self.at.saturating_sub(1)).map(|mark| mark.raw.clone()).unwrap_or_default();
        let before = |back: usize| self.marks.get(self.at.checked_sub(back)?).map(|mark| &mark.raw);
        let modified = before(2).is_some_and(|modifier| Some(modifier) == before(1));
        if self.excepts_named(&raw) || self.holds(&part) || self.holds_too(&part) || self.lacks_storey(&part) {
            return;
        }
        // "Gibt es keine Türen im DG?" asks for the opposite, which no plan does.
        let denied = self.out.slots.is_empty() && self.out.said.is_empty() && self.is_none_of();
        let again = self.out.slots.iter().any(|s| s.part == part);
        if denied || again && !modified && self.join.0 != Join::Apart {
            // "Außenwände oder Wände im OG": two sets, of which each has its own conditions.
            self.out.unknown.extend(self.marks.get(self.at - 1).map(|mark| mark.raw.clone()));
        }
        self.out.repeats_part |= again && !modified;
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

    fn property(&mut self, property: String, asked: bool) {
        let negated = self.takes_negation();
        if self.is_missing(negated) {
            self.out.mentions.push(Mention { property, negated, had: false, at: self.at });
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
        let had = !negated && self.is_had();
        self.out.mentions.push(Mention { property, negated, had, at: self.at });
    }

    fn says(&mut self, property: String, text: String) {
        self.test(Filter::Property(property, PropertyTest::Says(text)));
    }

    pub(super) fn storeys(&mut self, names: Vec<String>, said: String) {
        // "Fehlen Türen im EG?": what is missing is not elsewhere.
        let lacks =
            |at: &usize| self.marks.get(at - 1).is_some_and(|mark| mark.kind == MarkKind::Meaning(Meaning::Without));
        if self.negation.as_ref().is_some_and(lacks) {
            return;
        }
        if self.is_elsewhere() {
            // "Fenster im EG liegen im DG": nothing joins the two places.
            return self.out.unknown.extend(self.marks.get(self.at - 1).map(|mark| mark.raw.clone()));
        }
        let names = self.range_to(names);
        self.test(if names.is_empty() { Filter::StoreyUnknown(said) } else { Filter::Storey(names) });
    }
}

fn is_leading_verb(word: &str) -> bool {
    matches!(
        fold(word).as_str(),
        "ist" | "sind" | "hat" | "haben" | "liegt" | "liegen" | "is" | "are" | "do" | "does" | "has" | "have"
    )
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
