//! Numbers in questions: comparisons, values of properties, limits, and numbers that are names.

use crate::ifc::{Unit, fold};
use crate::query::lexicon::Meaning;
use crate::query::plan::{Comparison, Filter, MeasureKind, PropertyTest};

use crate::query::lexicon::property::KnownProperty;

use super::gather::{Gatherer, Join, default_measure};
use super::mark::{Mark, MarkKind};

/// Largest number without a unit that is taken for metres.
const UNITLESS_METRES_MAX: f64 = 50.0;

/// How many marks before the end of a number with its unit its measure may stand.
const MEASURE_REACH: usize = 6;

/// The property that minutes and classes of fire resistance are about.
const FIRE_RATING: &str = "fire_rating";

impl Gatherer<'_> {
    /// "die fünf längsten": the number before a superlative.
    pub(super) fn pending_limit(&mut self) -> Option<usize> {
        let limit = as_limit(&self.pending.last()?.kind)?;
        self.pending.pop();
        Some(limit)
    }

    /// "Top 5": the number after a superlative, when a part follows it.
    pub(super) fn limit_follows(&mut self) -> Option<usize> {
        let limit = as_limit(&self.peek()?)?;
        let part = self.marks.iter().skip(self.at + 1).find(|m| m.kind != MarkKind::Stop);
        let part = part.is_some_and(|m| matches!(m.kind, MarkKind::Part(_) | MarkKind::Meaning(Meaning::Of)));
        self.at += usize::from(part);
        Some(limit).filter(|_| part)
    }

    /// "die 3 Räume, die am größten sind": the number before a part, when a superlative follows.
    pub(super) fn limit_ahead(&self, pending: &[Mark]) -> Option<usize> {
        let [number] = pending else { return None };
        let follows = self.rest().any(|m| matches!(m.kind, MarkKind::Meaning(Meaning::Superlative(..))));
        as_limit(&number.kind).filter(|_| follows)
    }

    /// "30 Minuten Feuerwiderstand": the number stood before the property.
    pub(super) fn pending_minutes(&mut self) -> Option<f64> {
        let position = self.out.meanings.iter().rposition(|m| *m == Meaning::Minutes)?;
        let Some(MarkKind::Number(minutes)) = self.pending.last().map(|m| m.kind.clone()) else { return None };
        self.pending.pop();
        self.out.meanings.remove(position);
        Some(minutes)
    }

    /// The value that follows a property: "von 0,4", "EI30", "„Fichte“", "30 Minuten". The name of a part is none:
    /// "Festigkeitsklasse von TR_2OG_002" asks for the value.
    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else can be a value")]
    pub(super) fn value_ahead(&mut self, property: &str) -> Option<PropertyTest> {
        let filler = |kind: &MarkKind| {
            matches!(kind, MarkKind::Stop | MarkKind::Meaning(Meaning::Of | Meaning::Compare(Comparison::Equal)))
        };
        let skipped =
            self.rest().take_while(|m| filler(&m.kind) || m.aside && matches!(m.kind, MarkKind::Property(..))).count();
        let at = self.at + skipped;
        let (mark, next) = (self.marks.get(at)?, self.marks.get(at + 1).map(|m| &m.kind));
        let is_name = |text: &str| self.vocabulary.names.contains_key(&fold(text));
        let test = match &mark.kind {
            MarkKind::Rating(rating) => PropertyTest::Says(rating.clone()),
            MarkKind::Value(of, text) if of == property || skipped == 0 && !is_name(text) => {
                PropertyTest::Says(text.clone())
            }
            MarkKind::Name(name) if !is_name(name) => PropertyTest::Says(fold(name)),
            // "Spannweite von 207325": a tag, not a value.
            MarkKind::Number(_) if is_name(&mark.raw) && skipped > 0 => return None,
            MarkKind::Number(number) => {
                let minutes = matches!(next, Some(MarkKind::Meaning(Meaning::Minutes)));
                let unit = matches!(next, Some(MarkKind::Meaning(Meaning::Unit(_))));
                if matches!(next, Some(MarkKind::Part(_))) {
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

    /// A comparison takes the number and unit that follow, and the measure or property that goes before. Without a number
    /// it compares nothing that a plan knows: "über dem Erdgeschoss".
    pub(super) fn comparison(&mut self, comparison: Comparison, measure: Option<MeasureKind>) {
        let skipped = self.rest().take_while(|m| m.kind == MarkKind::Stop).count();
        let ahead = self.marks.get(self.at + skipped).map(|m| m.kind.clone());
        if let Some(minutes) = ahead.as_ref().and_then(minutes_of_class) {
            self.at += skipped + 1;
            let property = self.out.mentions.pop().map_or_else(|| FIRE_RATING.to_owned(), |m| m.property);
            return self.test(Filter::Property(property, PropertyTest::Number(comparison, minutes)));
        }
        // "über Level 2": the storeys above it.
        if let (Some(MarkKind::Storeys(names, _)), None) = (&ahead, measure)
            && let Some(beyond) = self.storeys_beyond(names, comparison)
        {
            self.at += skipped + 1;
            return self.storeys(beyond, String::new());
        }
        // "schmaler als ein Meter"
        let one = skipped > 0 && matches!(ahead, Some(MarkKind::Meaning(Meaning::Unit(_)))) && self.says_one(skipped);
        let ahead = if one { Some(MarkKind::Number(1.0)) } else { ahead };
        let skipped = if one { skipped - 1 } else { skipped };
        let Some(MarkKind::Number(number)) = ahead else {
            if !self.out.says(Meaning::Distributed) {
                self.out.unknown.extend(self.marks.get(self.at - 1).map(|m| m.raw.clone()));
            }
            return;
        };
        self.at += skipped + 1;
        if self.takes(|kind| *kind == MarkKind::Meaning(Meaning::Minutes)) {
            let property = self.out.mentions.pop().map_or_else(|| FIRE_RATING.to_owned(), |m| m.property);
            return self.test(Filter::Property(property, PropertyTest::Number(comparison, number)));
        }
        let unit = self.take_unit();
        self.compared(&[(comparison, number)], unit, measure);
    }

    /// Whether "ein" ends the words passed over.
    fn says_one(&self, skipped: usize) -> bool {
        let word = self.marks.get(self.at + skipped - 1).map(|mark| fold(&mark.raw)).unwrap_or_default();
        matches!(word.as_str(), "ein" | "eine" | "einen" | "einem" | "einer" | "one" | "a")
    }

    /// The storeys above or below one. What lies over a storey itself, a slab, is no matter of the storeys above.
    fn storeys_beyond(&self, names: &[String], comparison: Comparison) -> Option<Vec<String>> {
        let [name] = names else { return None };
        let at = self.vocabulary.storeys.iter().position(|storey| storey.name == *name)?;
        let standing = |part: &str| {
            matches!(part, "door" | "window" | "wall" | "space" | "storey" | "furniture" | "column" | "element")
        };
        let stands = !self.out.slots.is_empty() && self.out.slots.iter().all(|slot| standing(&slot.part));
        let (above, below) = (comparison == Comparison::Above, comparison == Comparison::Below);
        let beyond = |(position, _): &(usize, _)| above && at < *position || below && *position < at;
        let storeys = self.vocabulary.storeys.iter().enumerate().filter(beyond);
        let found: Vec<String> = storeys.map(|(_, storey)| storey.name.clone()).collect();
        (stands && self.out.measures.is_empty() && !self.negates() && !found.is_empty()).then_some(found)
    }

    /// Tests of the property, or else the measure, that goes before a comparison or follows it.
    fn compared(&mut self, tests: &[(Comparison, f64)], unit: Option<Unit>, measure: Option<MeasureKind>) {
        if tests.len() > 1 && self.negates() {
            return self.out.unknown.extend(tests.iter().map(|(_, number)| format!("{number}")));
        }
        if unit.is_none_or(|u| u == Unit::ThermalTransmittance)
            && let Some(mention) = self.out.mentions.pop()
        {
            // "keinen U-Wert unter 1,3"
            if mention.negated && tests.len() > 1 {
                return self.out.unknown.extend(tests.iter().map(|(_, number)| format!("{number}")));
            }
            for (comparison, number) in tests {
                let negated = mention.negated || self.takes_negation();
                let test = PropertyTest::Number(*comparison, *number);
                self.test_or_not(Filter::Property(mention.property.clone(), test), negated);
            }
            return;
        }
        // "Spannweite über 7 m": the unit in which a model keeps that number, nobody knows.
        let numeric = |property: &str| {
            property == "sill_height"
                || KnownProperty::by_id(property).is_none() && !self.vocabulary.is_textual(property)
        };
        let is_property = measure.is_none()
            && self.out.measures.is_empty()
            && self.out.mentions.last().is_some_and(|mention| numeric(&mention.property));
        if unit.is_some() && is_property {
            return self.out.unknown.extend(tests.iter().map(|(_, number)| format!("{number}")));
        }
        let ahead = if measure.is_none() && unit.is_some() { self.take_measure() } else { None };
        let measure = ahead.or(measure).or_else(|| self.out.measures.pop()).or_else(|| unit.and_then(default_measure));
        match measure {
            // "breiter als 900": a number that can be no metres is in a unit that nobody said.
            Some(measure)
                if unit.is_none()
                    && measure.stored_unit() == Unit::Metre
                    && tests.iter().any(|(_, number)| UNITLESS_METRES_MAX < *number) =>
            {
                self.out.unknown.extend(tests.iter().map(|(_, number)| format!("{number}")));
            }
            Some(measure) => {
                let unit = unit.unwrap_or(measure.stored_unit());
                for (comparison, number) in tests {
                    self.test(Filter::Measure(measure, *comparison, number * unit.factor()));
                }
            }
            None => self.out.unknown.extend(tests.iter().map(|(_, number)| format!("{number}"))),
        }
    }

    /// "zwischen 2 und 3 m", "2 bis 3 m": at least the one and at most the other.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
    pub(super) fn span(&mut self) -> bool {
        let Some(MarkKind::Number(low)) = self.peek() else { return false };
        let from = self.at;
        self.at += 1;
        let low_unit = self.take_unit();
        let joins = |kind: &MarkKind, raw: &str| match kind {
            MarkKind::Stop => matches!(fold(raw).as_str(), "und" | "and" | "to"),
            MarkKind::Meaning(meaning) => *meaning == Meaning::Until,
            _ => false,
        };
        let joined = self.marks.get(self.at).is_some_and(|mark| joins(&mark.kind, &mark.raw));
        self.at += usize::from(joined);
        let Some(MarkKind::Number(high)) = self.peek().filter(|_| joined) else {
            self.at = from;
            return false;
        };
        self.at += 1;
        let unit = self.take_unit();
        if low > high || low_unit.is_some() && low_unit != unit {
            self.at = from;
            return false;
        }
        self.compared(&[(Comparison::AtLeast, low), (Comparison::AtMost, high)], unit, None);
        true
    }

    /// A number or word that is nothing by itself: a measured value ("1 m breit"), or part of a name.
    pub(super) fn number_or_word(&mut self, mark: Mark) {
        if let MarkKind::Number(number) = mark.kind {
            self.at -= 1;
            let until = |mark: &Mark| mark.kind == MarkKind::Meaning(Meaning::Until);
            if self.marks.iter().skip(self.at + 1).take(2).any(until) && self.span() {
                return;
            }
            self.at += 1;
            let measured = matches!(self.peek(), Some(MarkKind::Meaning(Meaning::Unit(_))));
            if measured {
                return self.measured_value(number, mark);
            }
            let is_decimal = mark.raw.contains(['.', ',']);
            if is_decimal {
                return self.out.unknown.push(mark.raw);
            }
        }
        // "levels 2 and 4"
        let storey_said = self.out.said.last().is_some_and(|said| {
            let lead = self.at.checked_sub(2).and_then(|at| self.marks.get(at)).map(|mark| fold(&mark.raw));
            let ranges = matches!(lead.as_deref(), Some("to" | "through"));
            matches!(said.test, Filter::Storey(_)) && said.at + 2 == self.at && (ranges || self.join.0 != Join::Apart)
        });
        if storey_said && matches!(mark.kind, MarkKind::Number(_)) {
            return self.numbered_storey(&mark.raw);
        }
        let follows_part = self.pending.is_empty()
            && self.out.slots.last().is_some_and(|s| s.identity.is_none() && s.at + 1 == self.at);
        if !follows_part {
            return self.pending.push(mark);
        }
        if let (MarkKind::Number(_), Some("storey")) = (&mark.kind, self.out.slots.last().map(|s| s.part.as_str())) {
            return self.numbered_storey(&mark.raw);
        }
        let mut run = vec![mark];
        while let Some(next) = self.marks.get(self.at).filter(|m| is_name_word(&m.kind)).cloned() {
            self.at += 1;
            run.push(next);
        }
        self.name_from(&run);
    }

    /// "1 m breit", "10 cm dick": a condition when the measure is said; without one nobody knows what is meant.
    fn measured_value(&mut self, number: f64, mark: Mark) {
        let Some(unit) = self.take_unit() else { return };
        // "Fenster in 2 m Höhe" says where they are, not how high.
        let placed = self
            .at
            .checked_sub(3)
            .and_then(|at| self.marks.get(at))
            .is_some_and(|lead| matches!(lead.kind, MarkKind::Meaning(Meaning::In)) || fold(&lead.raw) == "at");
        if placed {
            return self.out.unknown.push(mark.raw);
        }
        let ahead = self.take_measure();
        let comparison = self.take_or_more();
        let by_unit = default_measure(unit).filter(|_| comparison.is_some());
        let comparison = comparison.unwrap_or(Comparison::Equal);
        match ahead.or_else(|| self.take_measure_said()).or(by_unit) {
            Some(measure) => self.test(Filter::Measure(measure, comparison, number * unit.factor())),
            None => self.out.unknown.push(mark.raw),
        }
    }

    /// "Ebene 3", "floor 3": the storey whose name ends in that number, or none that the model has.
    fn numbered_storey(&mut self, number: &str) {
        let named =
            |words: &[String]| matches!(words, [word, n] if n == number && !word.chars().any(|c| c.is_ascii_digit()));
        let found = self.vocabulary.storeys.iter().find(|storey| named(&storey.words));
        let names: Vec<String> = found.map(|storey| storey.name.clone()).into_iter().collect();
        let said = names.first().cloned().unwrap_or_else(|| format!("level:{number}"));
        let names = self.range_to(names);
        self.test(if names.is_empty() { Filter::StoreyUnknown(said) } else { Filter::Storey(names) });
    }

    /// "2,5 m oder mehr".
    fn take_or_more(&mut self) -> Option<Comparison> {
        let Some(MarkKind::Meaning(Meaning::OrMore(comparison))) = self.peek() else { return None };
        self.at += 1;
        Some(comparison)
    }

    /// The measure that was said just before: "mit einer Breite von 2,5 m".
    fn take_measure_said(&mut self) -> Option<MeasureKind> {
        let before = self.marks.get(self.at.saturating_sub(MEASURE_REACH)..self.at).unwrap_or_default();
        let near = before.iter().any(|m| matches!(m.kind, MarkKind::Meaning(Meaning::Measure(_))));
        if near { self.out.measures.pop() } else { None }
    }

    fn take_unit(&mut self) -> Option<Unit> {
        let Some(MarkKind::Meaning(Meaning::Unit(unit))) = self.peek() else { return None };
        self.at += 1;
        Some(unit)
    }

    fn take_measure(&mut self) -> Option<MeasureKind> {
        let Some(MarkKind::Meaning(Meaning::Measure(measure))) = self.peek() else { return None };
        self.at += 1;
        Some(measure)
    }

    fn takes(&mut self, is: impl Fn(&MarkKind) -> bool) -> bool {
        let taken = self.peek().is_some_and(|kind| is(&kind));
        self.at += usize::from(taken);
        taken
    }

    fn peek(&self) -> Option<MarkKind> {
        self.marks.get(self.at).map(|m| m.kind.clone())
    }

    fn rest(&self) -> impl Iterator<Item = &Mark> {
        self.marks.iter().skip(self.at)
    }
}

/// "F60", "EI 90": a class holds its minutes.
#[expect(clippy::wildcard_enum_match_arm, reason = "no other mark is a class")]
fn minutes_of_class(kind: &MarkKind) -> Option<f64> {
    let class = match kind {
        MarkKind::Rating(rating) => rating,
        MarkKind::Value(property, text) if property == FIRE_RATING => text,
        _ => return None,
    };
    class.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

fn as_limit(kind: &MarkKind) -> Option<usize> {
    let MarkKind::Number(number) = kind else { return None };
    (1.0..=1000.0).contains(number).then(|| format!("{number:.0}").parse().ok())?
}

fn is_name_word(kind: &MarkKind) -> bool {
    matches!(kind, MarkKind::Number(_) | MarkKind::Compass(_) | MarkKind::Unknown(_))
}
