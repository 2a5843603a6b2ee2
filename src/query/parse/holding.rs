//! What parts have or lack: "Wände mit Fenstern", "Räume ohne Türen", "Bauteile ohne Material", "Räume ohne Namen".

use crate::ifc::{Concept, fold, is_a};
use crate::query::lexicon::Meaning;
use crate::query::plan::{Aspect, Filter, MeasureKind};

use super::gather::{Gatherer, Join, is_article};
use super::mark::{Mark, MarkKind};

/// Kinds of parts that may hold others: by openings, by boundaries, by standing in them.
const HOLDERS: &[&str] = &["wall", "slab", "floor_slab", "base_slab", "roof", "curtain_wall", "space", "storey"];

/// Kinds of parts that no relation ties to the rooms they are in: they pass through several, or lie above.
const PASSES_SPACES: &[&str] = &["stair", "stair_flight", "ramp", "roof", "elevator", "escalator"];

impl Gatherer<'_> {
    /// Whether a condition may be meant of the part that was just said to be had: "Wände mit Fenstern breiter als 1 m",
    /// "Räume mit Fenstern aus Holz". A verb before it makes it one of the holder: "Welche Räume mit Fenstern sind groß?".
    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
    pub(super) fn is_of_the_held(&self, test: &Filter) -> bool {
        let Some(held) = self.out.said.last().filter(|said| is_holding(&said.test)) else { return false };
        let other = self.out.slots.last().is_some_and(|slot| held.at < slot.at);
        let of_holder = match test {
            Filter::Property(..) | Filter::Material(_) => false,
            // No opening has a thickness that anybody asks for.
            Filter::Measure(measure, ..) => *measure == MeasureKind::Thickness,
            _ => true,
        };
        let between = self.marks.get(held.at..self.at).unwrap_or_default();
        let verb = between.iter().position(|mark| is_verb(&mark.raw));
        let relative = verb.and_then(|at| between.get(at.checked_sub(1)?)).is_some_and(|mark| is_relative(&mark.raw));
        let told = self.out.asks_whether || verb.is_some_and(|_| !relative);
        let begins = between.first().is_some_and(|mark| is_relative(&mark.raw));
        self.join.0 == Join::Apart && !other && !of_holder && (!told || begins)
    }

    /// "alle Räume außer dem Flur": the room with that name, where the word means a kind of part as well.
    pub(super) fn excepts_named(&mut self, word: &str) -> bool {
        self.vocabulary.kind_named(word) == Some("space") && self.excepts_space(word)
    }

    /// "all rooms except the bedrooms": the rooms with that name.
    pub(super) fn excepts_space(&mut self, name: &str) -> bool {
        let room = self.out.slots.last().is_some_and(|s| s.part == "space" && s.identity.is_none());
        let excepted = room && self.is_excepted();
        if excepted {
            self.test(Filter::Name(self.vocabulary.spelled(name)));
        }
        excepted
    }

    /// Whether "außer" or "except" leads to the mark in hand.
    fn is_excepted(&self) -> bool {
        let before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default();
        let lead = before.iter().rev().find(|mark| !is_article(&mark.raw) && !is_filler(&mark.raw));
        lead.is_some_and(|mark| negates(mark) && excepts(&mark.raw))
    }

    /// Takes a part as what the part before has or lacks, where "mit", "ohne", "haben" or "kein" goes before it.
    pub(super) fn holds(&mut self, part: &str) -> bool {
        let holder = self.out.slots.last().filter(|s| s.identity.is_none() && HOLDERS.contains(&s.part.as_str()));
        let passes = holder.is_some_and(|s| s.part == "space") && PASSES_SPACES.contains(&part);
        let held = !passes && Concept::by_id(part).is_some_and(|c| is_a(c.entity_type, "IfcElement"));
        // "Welche Geschosse haben Türen?" asks for the storeys of doors.
        let holder = holder.is_some_and(|s| s.part != "storey" || self.negates());
        let named = self.marks.get(self.at).is_some_and(|next| {
            // "Räume mit Fensterfläche über 2 m²": the area is of the windows, not of the rooms.
            matches!(
                next.kind,
                MarkKind::Name(_)
                    | MarkKind::Id(_)
                    | MarkKind::Number(_)
                    | MarkKind::Space(_)
                    | MarkKind::Meaning(Meaning::Measure(_))
            )
        });
        if !holder || !held || named || !self.pending.is_empty() || !self.is_had() || self.is_excepted() {
            return false;
        }
        let raw = self.marks.get(self.at.saturating_sub(1)).map(|mark| fold(&mark.raw)).unwrap_or_default();
        // Insulation is a material of walls as often as a part of its own.
        let covering = Concept::by_id(part).is_some_and(|c| c.entity_type == "IfcCovering");
        let material = crate::query::lexicon::material::Material::asked_as(&raw).map(|material| material.id.to_owned());
        match material.or_else(|| self.vocabulary.material_named(&raw)).filter(|_| covering) {
            Some(material) => self.test(Filter::Material(material)),
            None => self.test(Filter::Holds(vec![part.to_owned()])),
        }
        true
    }

    /// "Räume mit Fenstern und Türen": what "und" or "oder" joins to a part that is had, is had as well.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
    pub(super) fn holds_too(&mut self, part: &str) -> bool {
        let again = self.out.slots.iter().any(|slot| slot.part == part);
        let held = !again && Concept::by_id(part).is_some_and(|c| is_a(c.entity_type, "IfcElement"));
        let back = |back: usize| self.at.checked_sub(back).and_then(|at| self.marks.get(at));
        let joined = self.join.0 != Join::Apart && back(3).is_some_and(|mark| matches!(mark.kind, MarkKind::Part(_)));
        let had = self.out.said.last().is_some_and(|said| {
            said.at + 2 == self.at
                && match &said.test {
                    Filter::Holds(_) => true,
                    Filter::Not(test) => matches!(**test, Filter::Holds(_)),
                    _ => false,
                }
        });
        if !held || !joined || !had {
            return false;
        }
        self.test(Filter::Holds(vec![part.to_owned()]));
        true
    }

    /// "Bauteile ohne Geschoss": not the kind of part, but whether they are on one.
    pub(super) fn lacks_storey(&mut self, part: &str) -> bool {
        let lacks = part == "storey" && self.negation_is_near() && !self.out.slots.is_empty() && self.is_had();
        if lacks {
            self.test(Filter::Has(Aspect::Storey));
        }
        lacks
    }

    /// Takes a word for something that every part may have as a condition, where "mit" or "ohne" goes before it. What is
    /// said of it next is a condition of its own: "mit dem Material Beton".
    pub(super) fn has_aspect(&mut self, meaning: Meaning) -> bool {
        let Some(aspect) = aspect(meaning) else { return false };
        let says_which = self.marks.get(self.at).is_some_and(|next| {
            matches!(
                next.kind,
                MarkKind::Name(_)
                    | MarkKind::Material(_)
                    | MarkKind::Value(..)
                    | MarkKind::Number(_)
                    | MarkKind::Unknown(_)
                    | MarkKind::Space(_)
                    | MarkKind::Storeys(..)
            ) || aspect == Aspect::Name
                && matches!(next.kind, MarkKind::Property(..) | MarkKind::Rating(_) | MarkKind::Class(_))
        });
        if self.out.slots.is_empty() || says_which || !self.is_had() {
            return false;
        }
        self.test(Filter::Has(aspect));
        true
    }

    fn negation_is_near(&self) -> bool {
        self.marks.get(self.at.saturating_sub(3)..self.at).unwrap_or_default().iter().any(negates)
    }

    /// Whether "mit", "ohne", "haben" or "enthalten" leads to the mark in hand.
    pub(super) fn is_had(&self) -> bool {
        let before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default();
        let lead = before.iter().rev().find(|mark| !is_article(&mark.raw) && !is_filler(&mark.raw));
        // "Haben alle Räume Fenster?"
        let have = self.out.asks_of_all && self.marks.first().is_some_and(|mark| fold(&mark.raw) == "haben");
        lead.is_some_and(|mark| {
            matches!(mark.kind, MarkKind::Meaning(Meaning::With))
                || negates(mark)
                || contains(&mark.raw)
                || have && matches!(mark.kind, MarkKind::Part(_))
        })
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
fn is_holding(test: &Filter) -> bool {
    match test {
        Filter::Holds(_) => true,
        Filter::Not(test) => is_holding(test),
        _ => false,
    }
}

fn is_verb(word: &str) -> bool {
    matches!(fold(word).as_str(), "ist" | "sind" | "is" | "are" | "haben" | "have")
}

fn is_relative(word: &str) -> bool {
    matches!(fold(word).as_str(), "die" | "der" | "das" | "that" | "which")
}

fn negates(mark: &Mark) -> bool {
    matches!(mark.kind, MarkKind::Meaning(Meaning::Not | Meaning::Without))
}

fn excepts(word: &str) -> bool {
    matches!(fold(word).as_str(), "ausser" | "except" | "except for" | "excluding")
}

fn contains(word: &str) -> bool {
    matches!(fold(word).as_str(), "enthalten" | "enthaelt" | "contain" | "contains" | "containing")
}

fn is_filler(word: &str) -> bool {
    matches!(
        fold(word).as_str(),
        "ein" | "eine" | "einen" | "einem" | "einer" | "a" | "an" | "any" | "jegliche" | "jede" | "irgendein"
    )
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other word means something that every part may have")]
fn aspect(meaning: Meaning) -> Option<Aspect> {
    match meaning {
        Meaning::MaterialWord => Some(Aspect::Material),
        Meaning::TypeWord => Some(Aspect::Type),
        Meaning::Attribute("name") => Some(Aspect::Name),
        Meaning::Classification => Some(Aspect::Classification),
        _ => None,
    }
}
