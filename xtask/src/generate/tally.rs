//! What a generated file holds, counted while it is written, so that a reader of it can be checked.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::kind::Quantity;
use super::plan::{Element, Value};

/// The counts.
#[derive(Debug, Default)]
pub struct Tally {
    types: BTreeMap<&'static str, u64>,
    net_volume: BTreeMap<&'static str, i64>,
    net_area: BTreeMap<&'static str, i64>,
    lengths_mm: BTreeMap<&'static str, i64>,
    external: BTreeMap<&'static str, u64>,
    fire_ratings: BTreeMap<String, u64>,
    /// Values of property sets, each set counted once.
    pub properties: u64,
    /// Values of quantity sets.
    pub quantities: u64,
    /// Property sets, those of types among them.
    pub property_sets: u64,
    /// Quantity sets.
    pub quantity_sets: u64,
    /// Relations.
    pub relations: u64,
    /// Records of the top level.
    pub records: u64,
    changed: u64,
}

impl Tally {
    /// Counts an entity.
    pub fn entity(&mut self, class: &'static str) {
        *self.types.entry(class).or_default() += 1;
    }

    /// Counts an element and its quantities.
    pub fn element(&mut self, element: &Element) {
        let class = element.kind.class;
        self.entity(class);
        self.changed += u64::from(element.is_changed);
        for (_, quantity) in element.kind.quantities {
            let sums = match quantity {
                Quantity::NetVolume => &mut self.net_volume,
                Quantity::NetSide | Quantity::NetFloor => &mut self.net_area,
                Quantity::Length if element.kind.quantities[0].0 == "Length" => &mut self.lengths_mm,
                _ => continue,
            };
            *sums.entry(class).or_default() += element.quantity(*quantity);
        }
    }

    /// Counts a property of an element.
    pub fn property(&mut self, class: &'static str, name: &str, value: &Value) {
        self.properties += 1;
        match (name, value) {
            ("IsExternal", Value::Boolean(true)) => *self.external.entry(class).or_default() += 1,
            ("FireRating", Value::Text(rating)) => {
                *self.fire_ratings.entry(format!("{class} {rating}")).or_default() += 1;
            }
            _ => {}
        }
    }

    /// The counts as JSON; sums are exact to the last digit.
    #[must_use]
    pub fn json(&self, about: &Map<String, Json>) -> Json {
        let sums = |sums: &BTreeMap<&'static str, i64>, decimals: i32| -> Json {
            sums.iter().map(|(class, sum)| ((*class).to_owned(), json!(*sum as f64 / 10_f64.powi(decimals)))).collect()
        };
        let mut root = about.clone();
        let counts = json!({
            "entities": self.types.values().sum::<u64>(),
            "entities_by_type": self.types,
            "net_volume_m3": sums(&self.net_volume, 6),
            "net_area_m2": sums(&self.net_area, 6),
            "length_m": sums(&self.lengths_mm, 3),
            "external": self.external,
            "fire_ratings": self.fire_ratings,
            "property_values": self.properties,
            "quantity_values": self.quantities,
            "property_sets": self.property_sets,
            "quantity_sets": self.quantity_sets,
            "relations": self.relations,
            "records": self.records,
            "changed_elements": self.changed,
        });
        root.extend(counts.as_object().cloned().unwrap_or_default());
        Json::Object(root)
    }
}
