//! A building of any size: which element stands where, is of which type and has which values. No element is kept;
//! everything follows from the seed and the position of an element.

use std::borrow::Cow;
use std::ops::Range;

use super::kind::{FILLINGS, KINDS, Kind, Property, Quantity, Values, WALL};
use super::random::{Id, Random};

/// Elements on one storey, about.
const STOREY_ELEMENTS: u64 = 1_800;
const BUILDING_STOREYS: u64 = 12;
/// Members of one relation at most.
pub const GROUP_MAX: u64 = 300;
/// Elements that share a property set.
pub const SHARING: u64 = 40;
const TYPE_ELEMENTS: u64 = 400;
const TYPES_MAX: u64 = 60;
/// Part of the building at which clustered changes begin, in a thousand.
const CLUSTER_START: u64 = 400;
const MILLION: u64 = 1_000_000;

/// What an id or a stream of numbers is for.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub enum For {
    Project,
    Site,
    Building,
    Storey,
    Element,
    Opening,
    Type,
    Set,
    Context,
    Owner,
    Contained,
    Aggregated,
    Typed,
    MadeOf,
    Classified,
    Defined,
    Voids,
    Fills,
    Shape,
    Values,
    Changed,
}

/// Which elements differ from those of the building that this is a revision of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// How many of a million.
    pub per_million: u64,
    /// Scattered over the building instead of together on neighbouring storeys.
    pub scattered: bool,
}

/// The building.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides every value.
    pub seed: u64,
    /// Number of elements of each kind.
    pub counts: Vec<u64>,
    /// Number of storeys.
    pub storeys: u64,
    /// Number of buildings.
    pub buildings: u64,
    /// Names of the types of each kind.
    type_names: Vec<Vec<String>>,
    change: Change,
}

/// One element.
#[derive(Debug)]
pub struct Element {
    /// Its kind.
    pub kind: &'static Kind,
    /// Position of that in [`KINDS`].
    pub kind_at: usize,
    /// Its position among those of its kind.
    pub at: u64,
    /// Its position among all elements.
    pub number: u64,
    /// The storey it is on.
    pub storey: u64,
    /// Whether it differs from the building that this is a revision of.
    pub is_changed: bool,
    /// Length, width and height in millimetres.
    pub size_mm: [i64; 3],
    /// Its name.
    pub name: String,
    /// Value of PredefinedType.
    pub predefined: &'static str,
    net_permille: i64,
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value {
    Boolean(bool),
    Text(Cow<'static, str>),
    Thousandths(i64),
    Integer(i64),
}

impl Plan {
    /// A building of about so many elements.
    #[must_use]
    pub fn new(seed: u64, elements: u64, change: Change) -> Plan {
        let counts: Vec<u64> = KINDS.iter().map(|kind| (elements * kind.share).div_ceil(1000)).collect();
        let storeys = (elements / STOREY_ELEMENTS).max(3);
        let buildings = storeys.div_ceil(BUILDING_STOREYS);
        let mut plan = Plan { seed, counts, storeys, buildings, type_names: Vec::new(), change };
        let names = |kind_at| (0..plan.types(kind_at)).map(|type_at| plan.make_type_name(kind_at, type_at)).collect();
        plan.type_names = (0..KINDS.len()).map(names).collect();
        plan
    }

    /// The id of one thing.
    #[must_use]
    pub fn id(&self, what: For, index: u64) -> Id {
        Id::of(self.seed, what as u64, index)
    }

    /// The id of a thing of one kind.
    #[must_use]
    pub fn kind_id(&self, what: For, kind_at: usize, index: u64) -> Id {
        self.id(what, index << 8 | kind_at as u64)
    }

    /// The elements of one kind.
    pub fn elements(&self, kind_at: usize) -> impl Iterator<Item = Element> + '_ {
        (0..self.counts[kind_at]).map(move |at| self.element(kind_at, at))
    }

    /// One element.
    #[must_use]
    pub fn element(&self, kind_at: usize, at: u64) -> Element {
        let kind = &KINDS[kind_at];
        let number = self.counts[..kind_at].iter().sum::<u64>() + at;
        let is_changed = self.is_changed(kind_at, at, number);
        let mut random = Random::of(self.seed, For::Element as u64, number);
        let word = random.choice(kind.words);
        let predefined = random.choice(kind.predefined);
        let mut size_mm = kind.sizes_mm.map(|(low, high)| random.between(low, high));
        let net_permille = random.between(900, 1000);
        let storey = self.storey_of(kind_at, at);
        let (house, level) = (storey / BUILDING_STOREYS + 1, storey % BUILDING_STOREYS);
        let mut name = format!("{word} {house:02}.{level:02}-{at:05}");
        if is_changed {
            size_mm[0] += 10;
            name.push_str(" (geändert)");
        }
        Element { kind, kind_at, at, number, storey, is_changed, size_mm, name, predefined, net_permille }
    }

    fn is_changed(&self, kind_at: usize, at: u64, number: u64) -> bool {
        let Change { per_million, scattered } = self.change;
        if scattered {
            return Random::of(self.seed, For::Changed as u64, number).below(MILLION) < per_million;
        }
        let start = self.counts[kind_at] * CLUSTER_START / 1000;
        let changed = self.counts[kind_at] * per_million / MILLION;
        (start..start + changed).contains(&at)
    }

    fn storey_of(&self, kind_at: usize, at: u64) -> u64 {
        at * self.storeys / self.counts[kind_at].max(1)
    }

    /// The elements of one kind on a storey.
    #[must_use]
    pub fn on_storey(&self, kind_at: usize, storey: u64) -> Range<u64> {
        let first = |storey: u64| (storey * self.counts[kind_at]).div_ceil(self.storeys);
        first(storey)..first(storey + 1)
    }

    /// The id of the relation that puts an element on its storey: one for each storey, kind and so many elements.
    #[must_use]
    pub fn containment_id(&self, kind_at: usize, storey: u64, group: u64) -> Id {
        self.kind_id(For::Contained, kind_at, storey << 24 | group)
    }

    /// The group of an element among those of its kind on its storey.
    #[must_use]
    pub fn containment_group(&self, element: &Element) -> u64 {
        (element.at - self.on_storey(element.kind_at, element.storey).start) / GROUP_MAX
    }

    /// Number of types of a kind.
    #[must_use]
    pub fn types(&self, kind_at: usize) -> u64 {
        let types = (self.counts[kind_at] / TYPE_ELEMENTS).clamp(1, TYPES_MAX);
        if KINDS[kind_at].type_class.is_some() { types } else { 0 }
    }

    /// The type of an element and its group among those of that type.
    #[must_use]
    pub fn type_of(&self, element: &Element) -> Option<(u64, u64)> {
        let types = self.types(element.kind_at);
        (types > 0).then(|| (element.at % types, element.at / types / GROUP_MAX))
    }

    /// Key of a group of a type, for ids.
    #[must_use]
    pub fn type_group(type_at: u64, group: u64) -> u64 {
        type_at << 32 | group
    }

    /// The name of a type.
    #[must_use]
    pub fn type_name(&self, kind_at: usize, type_at: u64) -> &str {
        &self.type_names[kind_at][type_at as usize]
    }

    fn make_type_name(&self, kind_at: usize, type_at: u64) -> String {
        let [length, width, height] = KINDS[kind_at].sizes_mm;
        let mut random = Random::of(self.seed, For::Type as u64, type_at << 8 | kind_at as u64);
        let word = random.choice(KINDS[kind_at].words);
        let size = if kind_at == WALL { width } else { height };
        format!("{word} Typ {type_at:02}-{}/{}", random.between(size.0, size.1), length.0)
    }

    /// Position of a type's composition.
    #[must_use]
    pub fn material_of(&self, kind_at: usize, type_at: u64) -> Option<usize> {
        let materials = KINDS[kind_at].materials;
        (!materials.is_empty()).then(|| materials[type_at as usize % materials.len()])
    }

    /// The wall that a door or window stands in.
    #[must_use]
    pub fn host_of(&self, element: &Element) -> u64 {
        element.at * self.counts[WALL] / self.counts[element.kind_at]
    }

    /// The doors or windows that stand in a wall.
    #[must_use]
    pub fn hosted(&self, kind_at: usize, wall: u64) -> Range<u64> {
        let first = |wall: u64| (wall * self.counts[kind_at]).div_ceil(self.counts[WALL]);
        first(wall)..first(wall + 1)
    }

    /// Every door and window in a wall: kind and position.
    pub fn openings_of(&self, wall: u64) -> impl Iterator<Item = (usize, u64)> + '_ {
        FILLINGS.into_iter().flat_map(move |kind_at| self.hosted(kind_at, wall).map(move |at| (kind_at, at)))
    }

    /// The building that a storey belongs to.
    #[must_use]
    pub fn storeys_of(&self, building: u64) -> Range<u64> {
        building * BUILDING_STOREYS..((building + 1) * BUILDING_STOREYS).min(self.storeys)
    }

    /// Name and elevation in millimetres of a storey.
    #[must_use]
    pub fn storey(&self, storey: u64) -> (String, i64) {
        let (house, level) = (storey / BUILDING_STOREYS + 1, storey % BUILDING_STOREYS);
        let name = match level {
            0 => format!("Haus {house:02} Untergeschoss"),
            1 => format!("Haus {house:02} Erdgeschoss"),
            _ => format!("Haus {house:02} {}. Obergeschoss", level - 1),
        };
        (name, (level as i64 - 1) * 3_500)
    }

    /// The value of a property of an element, or of what else has that number.
    #[must_use]
    pub fn value(&self, property: &Property, random: &mut Random, number: u64, type_name: &str) -> Value {
        match property.values {
            Values::Boolean(percent) => Value::Boolean(random.below(100) < percent),
            Values::Choice(choices) => Value::Text(Cow::Borrowed(random.choice(choices))),
            Values::Thousandths(low, high) => Value::Thousandths(random.between(low, high)),
            Values::Integer(low, high) => Value::Integer(random.between(low, high)),
            Values::Serial => Value::Text(format!("SN-{:04}-{number:07}", random.below(10_000)).into()),
            Values::TypeName => Value::Text(type_name.to_owned().into()),
            Values::Date => {
                let (month, day) = (random.between(1, 12), random.between(1, 28));
                Value::Text(format!("{}-{month:02}-{day:02}", random.between(2024, 2027)).into())
            }
        }
    }
}

impl Element {
    /// The stream that its property values come from; a changed element has other values.
    #[must_use]
    pub fn random(&self, seed: u64) -> Random {
        Random::of(seed, For::Values as u64, self.number << 1 | u64::from(self.is_changed))
    }

    /// Whether it has the schedule set, and not that of the vendor.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// A quantity: millimetres for lengths, else millionths of a square metre, cubic metre or kilogram.
    #[must_use]
    pub fn quantity(&self, quantity: Quantity) -> i64 {
        let [length, width, height] = self.size_mm;
        let net = |gross: i64| gross * self.net_permille / 1000;
        let volume = length * width * height / 1000;
        match quantity {
            Quantity::Length => length,
            Quantity::Width => width,
            Quantity::Height => height,
            Quantity::Perimeter => 2 * (length + width),
            Quantity::SidePerimeter => 2 * (length + height),
            Quantity::GrossSide => length * height,
            Quantity::NetSide => net(length * height),
            Quantity::GrossFloor => length * width,
            Quantity::NetFloor => net(length * width),
            Quantity::GrossVolume => volume,
            Quantity::NetVolume => net(volume),
            Quantity::Weight => volume * 2_400,
        }
    }
}

impl Quantity {
    /// Whether it is a length.
    #[must_use]
    pub fn is_length(self) -> bool {
        matches!(
            self,
            Quantity::Length | Quantity::Width | Quantity::Height | Quantity::Perimeter | Quantity::SidePerimeter
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_is_on_the_storey_and_in_the_wall_that_list_it() {
        let plan = Plan::new(7, 20_000, Change::default());
        for kind_at in 0..KINDS.len() {
            let mut seen = 0;
            for storey in 0..plan.storeys {
                for at in plan.on_storey(kind_at, storey) {
                    assert_eq!(plan.element(kind_at, at).storey, storey);
                    seen += 1;
                }
            }
            assert_eq!(seen, plan.counts[kind_at]);
        }
        let hosted: u64 = (0..plan.counts[WALL])
            .flat_map(|wall| plan.openings_of(wall).map(move |opening| (wall, opening)))
            .map(|(wall, (kind_at, at))| u64::from(plan.host_of(&plan.element(kind_at, at)) == wall))
            .sum();
        assert_eq!(hosted, FILLINGS.map(|kind_at| plan.counts[kind_at]).iter().sum::<u64>());
    }

    #[test]
    fn a_revision_changes_the_share_asked_for_and_nothing_else() {
        let old = Plan::new(7, 20_000, Change::default());
        for (scattered, tolerance) in [(false, 2), (true, 80)] {
            let new = Plan::new(7, 20_000, Change { per_million: 10_000, scattered });
            let mut changed = 0_u64;
            for kind_at in 0..KINDS.len() {
                for (before, after) in old.elements(kind_at).zip(new.elements(kind_at)) {
                    assert_eq!(before.name == after.name, !after.is_changed);
                    assert_eq!(before.size_mm == after.size_mm, !after.is_changed);
                    changed += u64::from(after.is_changed);
                }
            }
            assert!(changed.abs_diff(200) <= tolerance, "{changed} changed");
        }
    }
}
