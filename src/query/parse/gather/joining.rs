//! What stands between: conjunctions, negations, and the words that a condition needs before or behind it.

use crate::ifc::fold;
use crate::query::lexicon::Meaning;
use crate::query::lexicon::property::KnownProperty;
use crate::query::plan::Filter;

use super::super::mark::{Mark, MarkKind};
use super::{Gatherer, Join, NEGATION_REACH, Said, is_article};

impl Gatherer<'_> {
    pub(super) fn is_lone_nor(&self) -> bool {
        let (before, here) = self.marks.split_at_checked(self.at.saturating_sub(1)).unwrap_or_default();
        let nor = here.first().is_some_and(|mark| is_nor(&mark.raw));
        nor && !before.iter().any(|mark| matches!(fold(&mark.raw).as_str(), "weder" | "neither"))
    }

    /// Whether "auf", "at" or "in einer" leads to the height in hand, so that it says where something is. "2 m in height"
    /// says how high it is.
    pub(super) fn is_at_height(&self) -> bool {
        let before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default();
        let mut leads = before.iter().rev().map(|mark| fold(&mark.raw));
        let is_article =
            |word: &String| matches!(word.as_str(), "der" | "einer" | "the" | "a" | "gleicher" | "derselben" | "same");
        let lead = leads.next().unwrap_or_default();
        let (lead, article) = if is_article(&lead) { (leads.next().unwrap_or_default(), true) } else { (lead, false) };
        matches!(lead.as_str(), "auf" | "at") || article && lead == "in"
    }

    /// "breite Türen", "Dicke Außenwände": an adjective before a kind of part, with no number to compare with. With a capital
    /// and a name after the part it is the size of that one: "Breite Tür 5".
    pub(super) fn is_adjective(&self, raw: &str) -> bool {
        if !matches!(raw.to_lowercase().as_str(), "dicke" | "dicken" | "breite" | "breiten") {
            return false;
        }
        let ahead = self.marks.get(self.at..).unwrap_or_default();
        let first = ahead.first().map(|mark| mark.raw.as_str());
        // A compound says what the part is like before it says which.
        let Some(part) = ahead.iter().take_while(|mark| Some(mark.raw.as_str()) == first).position(is_part) else {
            return false;
        };
        let named = ahead.get(part + 1).is_some_and(|mark| {
            matches!(mark.kind, MarkKind::Name(_) | MarkKind::Number(_) | MarkKind::Id(_) | MarkKind::Unknown(_))
        });
        !(named && raw.starts_with(char::is_uppercase))
    }

    /// Whether "kein" or "no" stands right before the part in hand.
    pub(super) fn is_none_of(&self) -> bool {
        let before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default();
        let lead =
            before.iter().rev().find(|mark| !matches!(mark.kind, MarkKind::Property(..) | MarkKind::Material(_)));
        lead.is_some_and(|mark| {
            let asked = self.out.asks_whether || self.out.says(Meaning::ExistsHead);
            mark.kind == MarkKind::Meaning(Meaning::Not) && (asked || is_none(&mark.raw))
        })
    }

    /// Whether the word in hand is "model" and stands right behind a kind of part.
    pub(super) fn is_model_of_part(&self) -> bool {
        let back = |back: usize| self.at.checked_sub(back).and_then(|at| self.marks.get(at));
        back(1).is_some_and(|mark| matches!(fold(&mark.raw).as_str(), "model" | "modell"))
            && back(2).is_some_and(|mark| matches!(mark.kind, MarkKind::Part(_)))
    }

    /// Whether the building stands right before the "Typ" in hand.
    pub(super) fn types_building(&self) -> bool {
        let before = self.at.checked_sub(2).and_then(|at| self.marks.get(at)).map(|mark| &mark.kind);
        matches!(before, Some(MarkKind::Part(part)) if part == "building")
    }

    /// Whether "und" joins the measure in hand to another one.
    pub(super) fn joins_measures(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.marks.get(at));
        let other = before(3)
            .is_some_and(|mark| matches!(mark.kind, MarkKind::Meaning(Meaning::Measure(_) | Meaning::SizeHead)));
        other && before(2).is_some_and(|mark| mark.kind == MarkKind::Stop && is_conjunction(&mark.raw))
    }

    /// Whether a part stands next, with nothing but yes-or-no adjectives and the parts of its own compound before it.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
    pub(super) fn part_follows(&self) -> bool {
        let raw = |at: usize| self.marks.get(at).map(|mark| mark.raw.as_str());
        let next = self.marks.iter().enumerate().skip(self.at).find(|(at, mark)| match mark.kind {
            MarkKind::Property(..) => false,
            MarkKind::Material(_) => raw(*at) != raw(at + 1),
            _ => true,
        });
        next.is_some_and(|(_, mark)| matches!(mark.kind, MarkKind::Part(_)))
    }

    pub(super) fn measure_follows(&self) -> bool {
        self.marks.get(self.at).is_some_and(|mark| matches!(mark.kind, MarkKind::Meaning(Meaning::Measure(_))))
    }

    /// "how many cubic metres" asks how much.
    pub(super) fn unit_follows(&self) -> bool {
        matches!(self.marks.get(self.at).map(|m| &m.kind), Some(MarkKind::Meaning(Meaning::Unit(_))))
    }

    /// "by storey", "by material": what follows names a grouping.
    pub(super) fn is_grouping(&self) -> bool {
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

    /// Looks back from the part in hand over its own adjectives and articles to a conjunction or the part before. What
    /// only the part before has, parts the two: "Wände im EG und Türen".
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else stands between two parts separates them")]
    pub(super) fn is_joined(&self) -> bool {
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

    /// Whether a property is said by its name in the schema and is missing: "ohne LoadBearing".
    pub(super) fn is_missing(&self, negated: bool) -> bool {
        let (before, here) = self.marks.split_at_checked(self.at.saturating_sub(1)).unwrap_or_default();
        let technical = here.first().is_some_and(|mark| mark.raw.chars().skip(1).any(char::is_uppercase));
        let without = before.iter().rev().take(NEGATION_REACH).any(|m| m.kind == MarkKind::Meaning(Meaning::Without));
        negated && technical && without
    }

    /// Whether a "not" still waits for what it means.
    pub(in crate::query::parse) fn negates(&self) -> bool {
        self.negation.is_some()
    }

    /// Whether more than articles, commas and "im" stands between the storey in hand and the one said before.
    pub(super) fn is_elsewhere(&self) -> bool {
        let Some(Said { test: Filter::Storey(_) | Filter::StoreyUnknown(_), at, .. }) = self.out.said.last() else {
            return false;
        };
        let between = self.marks.get(*at..self.at.saturating_sub(1)).unwrap_or_default();
        let leads = |mark: &Mark| {
            is_article(&mark.raw)
                || is_conjunction(&mark.raw)
                || matches!(fold(&mark.raw).as_str(), "bis" | "to" | "through" | "until")
                || matches!(&mark.kind, MarkKind::Part(part) if part == "storey")
                || matches!(mark.kind, MarkKind::Meaning(Meaning::In | Meaning::Of | Meaning::Not))
        };
        !between.iter().all(leads)
    }

    /// "Level 2 bis Level 5": the storeys between as well.
    pub(in crate::query::parse) fn range_to(&self, names: Vec<String>) -> Vec<String> {
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
    pub(in crate::query::parse) fn test(&mut self, test: Filter) {
        let negated = self.takes_negation();
        self.test_or_not(test, negated);
    }

    /// Whether a "not" means the condition in hand.
    pub(in crate::query::parse) fn takes_negation(&mut self) -> bool {
        let Some(at) = self.negation.take_if(|at| self.at <= *at + NEGATION_REACH) else { return false };
        // "Gibt es keine Außentüren?" denies the doors, not that they are external.
        let word = at.checked_sub(1).and_then(|at| self.marks.get(at)).map(|mark| mark.raw.clone()).unwrap_or_default();
        let none =
            is_none(&word) || self.out.says(Meaning::ExistsHead) && matches!(fold(&word).as_str(), "nicht" | "not");
        if none && self.out.slots.is_empty() {
            self.out.unknown.push(word);
        }
        true
    }

    pub(in crate::query::parse) fn test_or_not(&mut self, test: Filter, negated: bool) {
        if self.is_of_the_held(&test) {
            return self.out.unknown.extend(self.marks.get(self.at - 1).map(|mark| mark.raw.clone()));
        }
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
    pub(super) fn join_before(&self, at: usize) -> (Join, Option<usize>) {
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
}

pub(super) fn is_conjunction(word: &str) -> bool {
    matches!(fold(word).as_str(), "und" | "and" | "or" | "oder" | "sowie" | "+" | "&")
}

pub(super) fn is_or(word: &str) -> bool {
    matches!(fold(word).as_str(), "or" | "oder")
}

/// "keine", "no", "not a single": none at all.
fn is_none(word: &str) -> bool {
    let word = fold(word);
    word.starts_with("kein") || matches!(word.as_str(), "no" | "not a single")
}

pub(super) fn is_nor(word: &str) -> bool {
    matches!(fold(word).as_str(), "noch" | "nor")
}

/// Whether a "not" before one condition is meant of the next one too: "nicht aus Holz oder Stahl".
pub(super) fn spreads(before: &Filter, next: &Filter) -> bool {
    let Filter::Not(before) = before else { return false };
    match (&**before, next) {
        (Filter::Material(_), Filter::Material(_))
        | (Filter::Storey(_), Filter::Storey(_))
        | (Filter::Holds(_), Filter::Holds(_)) => true,
        (Filter::Property(a, _), Filter::Property(b, _)) => a == b,
        _ => false,
    }
}

fn is_part(mark: &Mark) -> bool {
    matches!(mark.kind, MarkKind::Part(_))
}
