//! Which one is meant: names, numbers and identifiers, and the part that each belongs to.

use crate::ifc::{Concept, fold, is_a, words};
use crate::query::lexicon::Meaning;
use crate::query::plan::Filter;

use super::super::mark::{Mark, MarkKind};
use super::{Gatherer, Identity, Slot, is_article};

/// Fewest letters of a name that stands beside no part.
const LOOSE_LETTERS_MIN: usize = 3;

/// Fewest digits of a number that is a name beside no part, as tags are.
const LOOSE_DIGITS_MIN: usize = 5;

/// Most words of a type's name that a question writes out.
const TYPE_WORDS_MAX: usize = 8;

impl Gatherer<'_> {
    /// Whether a name, number or identifier stands next.
    pub(super) fn name_follows(&self) -> bool {
        let next = self.marks.iter().skip(self.at).find(|mark| mark.kind != MarkKind::Stop);
        next.is_some_and(|mark| {
            matches!(mark.kind, MarkKind::Name(_) | MarkKind::Id(_) | MarkKind::Number(_) | MarkKind::Space(_))
        })
    }

    /// "die Tür mit dem Tag 150478": the part before is the one with that name.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
    pub(super) fn takes_name(&mut self) {
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

    /// "die Klassifikation C1020300", "als „Allgemeines“ klassifiziert": which one is meant.
    pub(super) fn class_follows(&mut self) -> bool {
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
        // Without references of its own, a model may give the code in a property: "OmniClass Number".
        if matches!(ahead.as_ref().map(|mark| &mark.kind), Some(MarkKind::Value(..)))
            && self.vocabulary.classes.is_empty()
        {
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
    pub(super) fn class_of(&self, mark: &Mark) -> Option<String> {
        self.vocabulary.class_named(&mark.raw)
    }

    pub(super) fn name(&mut self, name: String) {
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
    pub(super) fn takes_word_as_name(&mut self) -> bool {
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

    /// "Türen vom Typ Inside Door": the words that follow are the name of a type, or its end behind a colon.
    pub(super) fn takes_type_name(&mut self) -> bool {
        let raws: Vec<&str> = self.marks.iter().skip(self.at).map(|mark| mark.raw.as_str()).collect();
        let named = (1..=raws.len().min(TYPE_WORDS_MAX)).rev().find_map(|taken| {
            let text = fold(&raws.get(..taken)?.join(" "));
            let ending = format!(":{text}");
            let types = &self.vocabulary.type_names;
            let held = types.contains_key(&text) || types.keys().any(|name| name.ends_with(&ending));
            held.then(|| {
                (
                    types
                        .get(&text)
                        .cloned()
                        .unwrap_or_else(|| raws.iter().take(taken).copied().collect::<Vec<_>>().join(" ")),
                    taken,
                )
            })
        });
        let waits = self.out.slots.last().is_some_and(|slot| slot.identity.is_none());
        let Some((name, taken)) = named.filter(|_| waits) else { return false };
        self.at += taken;
        self.test(Filter::TypeName(name));
        true
    }

    /// Whether the mark in hand is this word.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.at.checked_sub(1).and_then(|at| self.marks.get(at)).is_some_and(|mark| fold(&mark.raw) == word)
    }

    /// Whether "Typ" leads to the name in hand, and no part between them takes it.
    pub(super) fn type_leads(&self) -> bool {
        let before = self.marks.get(..self.at.saturating_sub(1)).unwrap_or_default();
        let lead = before.iter().rev().find(|mark| mark.kind != MarkKind::Stop);
        lead.is_some_and(|mark| mark.kind == MarkKind::Meaning(Meaning::TypeWord))
    }

    /// Whether "aus" or "enthalten" leads to the name in hand.
    pub(super) fn material_leads(&self) -> bool {
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
    pub(super) fn space(&mut self, name: String) {
        let said =
            self.out.slots.last().is_some_and(|s| s.part == "space" && s.identity.is_none() && s.at + 1 == self.at);
        // "Tür A101" is the door with that mark as much as one of that room.
        let of_filling = self.out.slots.last().is_some_and(|s| {
            matches!(s.part.as_str(), "door" | "window") && s.identity.is_none() && s.at + 1 == self.at
        });
        if of_filling && name.contains(|c: char| c.is_ascii_digit()) {
            return self.out.unknown.push(name);
        }
        if self.excepts_space(&name) {
            return;
        }
        if !said {
            self.part("space".to_owned());
        }
        self.identify(Identity::Name(name));
    }

    /// Gives the last part its identity; a GlobalId is stronger than a name.
    pub(super) fn identify(&mut self, identity: Identity) {
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
    pub(super) fn kind_of(&self, identity: &Identity) -> Option<&'static str> {
        match identity {
            Identity::Id(id) => self.vocabulary.ids.get(id).copied(),
            Identity::Name(name) => self.vocabulary.kind_named(name),
        }
    }

    /// Tries a run of words as the name of the last part; puts the words aside as unknown when no entity is named so.
    pub(in crate::query::parse) fn name_from(&mut self, run: &[Mark]) {
        match crate::query::parse::selection::name_of_words(run, self.vocabulary) {
            Some(name) => self.identify(Identity::Name(name)),
            None => self.out.unknown.extend(run.iter().map(|m| m.raw.clone())),
        }
    }

    pub(super) fn flush_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return;
        }
        // A digit or two beside no part name nothing.
        let substance = |mark: &Mark| {
            let letters = mark.raw.chars().filter(|c| c.is_alphabetic()).count();
            let digits = mark.raw.chars().filter(char::is_ascii_digit).count();
            LOOSE_LETTERS_MIN <= letters || LOOSE_DIGITS_MIN <= digits
        };
        if !pending.iter().any(substance) {
            return self.out.unknown.extend(pending.into_iter().map(|mark| mark.raw));
        }
        match crate::query::parse::selection::name_of_words(&pending, self.vocabulary) {
            Some(name) => self.out.loose_names.push(Identity::Name(name)),
            None => self.out.unknown.extend(pending.into_iter().map(|m| m.raw)),
        }
    }
}

/// Whether a part of one kind may be called by the other.
pub(super) fn is_same_kind(kind: &str, part: &str) -> bool {
    let (Some(kind), Some(part)) = (Concept::by_id(kind), Concept::by_id(part)) else { return true };
    part.id == "element" || is_a(kind.entity_type, part.entity_type) || is_a(part.entity_type, kind.entity_type)
}
