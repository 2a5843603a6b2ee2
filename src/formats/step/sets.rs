//! Property sets, quantity sets and predefined property sets, kept until every instance is known.

use super::index::{Index, Slot};
use super::schema::{ItemKind, Predefined};
use super::split::Place;
use super::unit::Units;
use super::value::{Arguments, Value};
use super::words::Words;
use crate::ifc::{self, Measure, ModelBuilder, QuantitySource, SetId, ValueDraft};

/// Deepest nesting of complex properties that is followed.
const NESTING_MAX: usize = 8;

/// Values of one set; complex properties that name each other could otherwise multiply without end.
const VALUES_MAX: usize = 65_536;

/// A value as the file has it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stored {
    Nothing,
    Text(u32),
    Boolean(bool),
    Number(Figure),
    Quantity(Figure),
    /// Position among the ranges.
    Range(u32),
    /// Position among the lists: properties or quantities inside this one.
    Complex(u32),
}

/// A number with what it measures, and the unit of its own it may name; zero for none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    value: f64,
    measure: Measure,
    unit: u32,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    name: u32,
    value: Stored,
}

/// A bounded value: its ends, lower first.
#[derive(Debug, Clone, Copy)]
struct Range {
    ends: [Option<f64>; 2],
    measure: Measure,
}

/// One set: its name, where it stands, and its members or items.
#[derive(Debug)]
struct Set {
    name: Option<u32>,
    place: Place,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// Position among the lists.
    Members(u32),
    /// Items of a predefined set, from and to.
    Items(usize, usize),
}

/// A property that stands for another instance: its item, the instance, and where it stands.
#[derive(Debug)]
pub(super) struct Pointer {
    item: u32,
    pub(super) target: u32,
    pub(super) place: Place,
}

/// Every set of the file.
#[derive(Debug, Default)]
pub(super) struct Sets {
    items: Vec<Item>,
    ranges: Vec<Range>,
    /// Numbers of instances, list after list; a list ends where the next begins.
    members: Vec<u32>,
    list_ends: Vec<usize>,
    sets: Vec<Set>,
    pointers: Vec<Pointer>,
}

/// A set with everything in it.
#[derive(Debug, Default)]
struct Flat {
    name: Option<u32>,
    items: Vec<(u32, Stored)>,
}

impl Figure {
    /// As the builder takes it: a unit of its own is applied here, where it is not known the number is marked.
    fn resolved(self, units: &Units, index: &Index) -> ifc::Figure {
        let Figure { value, measure, unit } = self;
        let is_dimensional =
            matches!(measure, Measure::Length | Measure::Area | Measure::Volume | Measure::Weight | Measure::Time);
        if !is_dimensional || unit == 0 {
            return ifc::Figure { value, measure, is_declared: true };
        }
        match units.factor(unit, index) {
            Some(factor) => ifc::Figure { value: value * factor, measure, is_declared: false },
            None => ifc::Figure { value, measure: Measure::Unknown, is_declared: false },
        }
    }
}

/// A property or quantity that has a name but no readable value.
#[derive(Debug)]
pub(super) struct Unreadable(pub(super) String);

impl Sets {
    /// Keeps a property or a quantity. An item without a readable value is kept as nothing, and told.
    pub(super) fn item(
        &mut self,
        kind: ItemKind,
        arguments: &Arguments<'_>,
        place: Place,
        words: &mut Words,
    ) -> (u32, Option<Unreadable>) {
        let row = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let name = arguments.at(0).text().unwrap_or_default();
        let value = self.value(kind, arguments, words);
        if kind == ItemKind::Reference
            && let Some(target) = arguments.at(3).reference()
        {
            self.pointers.push(Pointer { item: row, target, place });
        }
        self.items.push(Item { name: words.number(name), value: value.unwrap_or(Stored::Nothing) });
        (row, value.is_err().then(|| Unreadable(name.to_owned())))
    }

    fn value(&mut self, kind: ItemKind, arguments: &Arguments<'_>, words: &mut Words) -> Result<Stored, ()> {
        let unit = |at: usize| arguments.at(at).reference().unwrap_or_default();
        match kind {
            ItemKind::Single => single(arguments.at(2), unit(3), words),
            ItemKind::Enumerated | ItemKind::List => {
                let text = joined(arguments.at(2));
                Ok(if text.is_empty() { Stored::Nothing } else { Stored::Text(words.number(&text)) })
            }
            ItemKind::Bounded => Ok(self.range(arguments.at(3), arguments.at(2))),
            ItemKind::Reference => Ok(Stored::Nothing),
            ItemKind::Complex => Ok(Stored::Complex(self.list(arguments.at(3)))),
            ItemKind::Table => Err(()),
            ItemKind::Quantity(measure) => {
                let value = arguments.at(3);
                let figure = |value| Stored::Quantity(Figure { value, measure, unit: unit(2) });
                if value.is_absent() { Ok(Stored::Nothing) } else { value.number().map(figure).ok_or(()) }
            }
            ItemKind::ComplexQuantity => Ok(Stored::Complex(self.list(arguments.at(2)))),
        }
    }

    fn range(&mut self, lower: &Value<'_>, upper: &Value<'_>) -> Stored {
        let bound = if lower.is_absent() { upper } else { lower };
        if bound.is_absent() {
            return Stored::Nothing;
        }
        let measure = bound.type_name().and_then(Measure::of_capitals).unwrap_or(Measure::Plain);
        self.ranges.push(Range { ends: [lower.number(), upper.number()], measure });
        Stored::Range(u32::try_from(self.ranges.len() - 1).unwrap_or(u32::MAX))
    }

    /// Keeps the members of a set or of a complex property.
    fn list(&mut self, value: &Value<'_>) -> u32 {
        self.members.extend(value.references());
        self.list_ends.push(self.members.len());
        u32::try_from(self.list_ends.len() - 1).unwrap_or(u32::MAX)
    }

    fn members(&self, list: u32) -> &[u32] {
        let list = list as usize;
        let from = list.checked_sub(1).and_then(|before| self.list_ends.get(before)).copied().unwrap_or_default();
        let to = self.list_ends.get(list).copied().unwrap_or_default();
        self.members.get(from..to).unwrap_or_default()
    }

    /// Keeps a property set or a quantity set with the members at a position; its row.
    pub(super) fn set(&mut self, arguments: &Arguments<'_>, at: usize, place: Place, words: &mut Words) -> u32 {
        let content = Content::Members(self.list(arguments.at(at)));
        let name = arguments.at(2).text().map(|name| words.number(name));
        self.push(name, place, content)
    }

    /// Keeps a set such as IfcDoorLiningProperties, whose attributes from position 4 on stand for properties.
    pub(super) fn predefined(
        &mut self,
        predefined: &Predefined,
        arguments: &Arguments<'_>,
        place: Place,
        words: &mut Words,
    ) -> u32 {
        let first = self.items.len();
        for (position, name) in predefined.attributes.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let argument = arguments.at(position + 4);
            let stored = if let Value::Number(value) = argument {
                Ok(Stored::Number(Figure { value: *value, measure: attribute_measure(name), unit: 0 }))
            } else {
                single(argument, 0, words)
            };
            if let Ok(value) = stored {
                self.items.push(Item { name: words.number(name), value });
            }
        }
        let name = words.number(arguments.at(2).text().unwrap_or(predefined.name));
        self.push(Some(name), place, Content::Items(first, self.items.len()))
    }

    fn push(&mut self, name: Option<u32>, place: Place, content: Content) -> u32 {
        self.sets.push(Set { name, place, content });
        u32::try_from(self.sets.len() - 1).unwrap_or(u32::MAX)
    }

    /// Properties that stand for another instance.
    pub(super) fn take_pointers(&mut self) -> Vec<Pointer> {
        std::mem::take(&mut self.pointers)
    }

    /// Says what a property that stands for another instance comes to.
    pub(super) fn point(&mut self, pointer: &Pointer, text: u32) {
        if let Some(item) = self.items.get_mut(pointer.item as usize) {
            item.value = Stored::Text(text);
        }
    }

    /// Members of sets that the file does not hold: the place of the set, and the member.
    pub(super) fn dangling(&self, index: &Index) -> Vec<(Place, u32)> {
        let mut dangling = Vec::new();
        for set in &self.sets {
            let Content::Members(list) = set.content else { continue };
            for member in self.members(list).iter().filter(|member| index.slot(**member) == Slot::Unseen) {
                if dangling.len() < crate::limits::PROBLEMS_MAX {
                    dangling.push((set.place, *member));
                }
            }
        }
        dangling
    }

    /// A set with the members of its complex properties, each named `outer.inner`.
    fn flatten(&self, set: u32, index: &Index, words: &mut Words) -> Flat {
        let Some(set) = self.sets.get(set as usize) else { return Flat::default() };
        let mut flat = Flat { name: set.name, items: Vec::new() };
        match set.content {
            Content::Items(from, to) => {
                let items = self.items.get(from..to).unwrap_or_default();
                flat.items.extend(items.iter().map(|item| (item.name, item.value)));
            }
            Content::Members(list) => self.collect(list, "", 0, index, words, &mut flat.items),
        }
        flat
    }

    fn collect(
        &self,
        list: u32,
        outer: &str,
        depth: usize,
        index: &Index,
        words: &mut Words,
        into: &mut Vec<(u32, Stored)>,
    ) {
        for member in self.members(list) {
            if VALUES_MAX <= into.len() {
                return;
            }
            let Slot::Item(row) = index.slot(*member) else { continue };
            let Some(item) = self.items.get(row as usize) else { continue };
            if let Stored::Complex(inner) = item.value {
                let prefix = format!("{outer}{}.", words.get(item.name));
                if depth < NESTING_MAX {
                    self.collect(inner, &prefix, depth + 1, index, words, into);
                }
                continue;
            }
            let is_nameless = words.get(item.name).is_empty() && !matches!(item.value, Stored::Quantity(_));
            if is_nameless || matches!(item.value, Stored::Nothing) {
                continue;
            }
            let name = if outer.is_empty() {
                item.name
            } else {
                let name = format!("{outer}{}", words.get(item.name));
                words.number(&name)
            };
            into.push((name, item.value));
        }
    }

    /// Number of sets.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.sets.len()).unwrap_or(u32::MAX)
    }

    /// Hands a set to the builder.
    pub(super) fn give(
        &self,
        set: u32,
        words: &mut Words,
        (units, index): (&Units, &Index),
        builder: &mut ModelBuilder,
    ) -> Option<SetId> {
        let flat = self.flatten(set, index, words);
        let place = self.sets.get(set as usize)?.place;
        let id = builder.open_set(flat.name.map(|name| words.get(name)), &place);
        for (name, value) in &flat.items {
            let name = words.get(*name);
            let value = match *value {
                Stored::Nothing | Stored::Complex(_) => continue,
                Stored::Quantity(figure) => {
                    builder.add_quantity(name, figure.resolved(units, index), QuantitySource::QuantitySet);
                    continue;
                }
                Stored::Number(figure) => match figure.resolved(units, index) {
                    ifc::Figure { value, measure, is_declared: true } => ValueDraft::Declared { value, measure },
                    ifc::Figure { value, measure, is_declared: false } => ValueDraft::Number { value, measure },
                },
                Stored::Text(text) => ValueDraft::Text(words.get(text)),
                Stored::Boolean(value) => ValueDraft::Boolean(value),
                Stored::Range(at) => match self.ranges.get(at as usize) {
                    Some(Range { ends: [lower, upper], measure }) => {
                        ValueDraft::Range { lower: *lower, upper: *upper, measure: *measure }
                    }
                    None => continue,
                },
            };
            builder.add_property(name, value);
        }
        Some(id)
    }
}

/// One value, typed or bare. Nothing where there is none, an error where it cannot be read.
fn single(value: &Value<'_>, unit: u32, words: &mut Words) -> Result<Stored, ()> {
    let measure = value.type_name().and_then(Measure::of_capitals);
    let figure = |number: f64, measure| Stored::Number(Figure { value: number, measure, unit });
    Ok(match value.bare() {
        Value::Null | Value::Derived => Stored::Nothing,
        Value::Number(number) if number.is_finite() => figure(*number, measure.unwrap_or(Measure::Plain)),
        Value::Number(_) | Value::Ref(_) | Value::Binary | Value::Typed(..) => return Err(()),
        Value::Enum("T") => Stored::Boolean(true),
        Value::Enum("F") => Stored::Boolean(false),
        Value::Enum("U") => Stored::Text(words.number("UNKNOWN")),
        Value::Enum(word) => Stored::Text(words.number(word)),
        Value::Text(text) => match measure.and_then(|measure| Some((text.trim().parse::<f64>().ok()?, measure))) {
            Some((number, measure)) if number.is_finite() => figure(number, measure),
            _ => Stored::Text(words.number(text)),
        },
        Value::List(_) => Stored::Text(words.number(&joined(value))),
    })
}

/// Several values as one text.
fn joined(values: &Value<'_>) -> String {
    let text = |value: &Value<'_>| {
        Some(match value.bare() {
            Value::Text(text) => text.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Enum("T") => "true".to_owned(),
            Value::Enum("F") => "false".to_owned(),
            Value::Enum(word) => (*word).to_owned(),
            Value::Null | Value::Derived | Value::Ref(_) | Value::Binary | Value::List(_) | Value::Typed(..) => {
                return None;
            }
        })
    };
    values.items().iter().filter_map(text).collect::<Vec<_>>().join(", ")
}

/// Attributes of predefined sets carry no type. Depths and thicknesses are lengths; a panel's width is a ratio (IFC4,
/// IfcDoorPanelProperties), as are most offsets.
fn attribute_measure(name: &str) -> Measure {
    let is_length =
        name.ends_with("Depth") || name.ends_with("Thickness") || matches!(name, "LiningOffset" | "ThresholdOffset");
    if is_length { Measure::Length } else { Measure::Plain }
}
