//! What the keys of shape D mean, remembered by their numbers: records of one class have the same keys.

use crate::formats::json::Key;
use crate::formats::tape::keys::KEYS_MAX;
use crate::ifc::{Measure, TextPlace};

macro_rules! fields {
    ($($field:ident: $key:literal),+ $(,)?) => {
        /// A field of a record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Field {
            $($field,)+
            /// Anything else.
            Other,
        }

        impl Field {
            fn of(key: &str) -> Field {
                match key {
                    $($key => Field::$field,)+
                    _ => Field::Other,
                }
            }
        }
    };
}

fields! {
    Id: "id",
    GlobalId: "global_id",
    Name: "name",
    LongName: "long_name",
    Description: "description",
    Tag: "tag",
    ObjectType: "object_type",
    PredefinedType: "predefined_type",
    TypeName: "type_name",
    Elevation: "elevation",
    ParentId: "parent_id",
    HostId: "host_id",
    SpaceId: "space_id",
    ContainerId: "container_id",
    StoreyId: "storey_id",
    Storey: "storey",
    Boundaries: "boundaries",
    Material: "material",
    Type: "type",
    PhysicalProperties: "physical_properties",
    Properties: "properties",
    IsExternal: "is_external",
    StructuralUsage: "structural_usage",
}

/// What a physical field says, by its name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Physical {
    Transmittance,
    FireRating,
    /// A dimension, where the value is a number.
    Quantity(Measure),
    Plain,
}

impl Physical {
    fn of(name: &str) -> Physical {
        match name {
            "thermal_transmittance" | "u_value" => Physical::Transmittance,
            "fire_resistance" | "fire_rating" => Physical::FireRating,
            _ => measure_of(name).map_or(Physical::Plain, Physical::Quantity),
        }
    }
}

/// What a key means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sense {
    pub(super) field: Field,
    pub(super) physical: Physical,
}

impl Sense {
    fn of(key: &str) -> Sense {
        Sense { field: Field::of(key), physical: Physical::of(key) }
    }
}

/// A name of a property or a quantity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name<'n> {
    pub(super) text: &'n str,
    /// The number of the key it is; zero where it has none.
    key: usize,
}

impl<'n> Name<'n> {
    pub(super) fn of(text: &'n str) -> Name<'n> {
        Name { text, key: 0 }
    }

    #[inline]
    pub(super) fn of_key(key: Key<'n>) -> Name<'n> {
        Name { text: key.text(), key: key.number() }
    }
}

/// What is known of the keys of the batch that is read, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Keys {
    stamp: u64,
    senses: Vec<Option<Sense>>,
    places: Vec<TextPlace>,
    /// For names without a number.
    nowhere: TextPlace,
}

impl Keys {
    /// Forgets what was known unless it is of the same batch; before every record.
    pub(super) fn begin(&mut self, stamp: u64) {
        if self.stamp != stamp {
            self.stamp = stamp;
            self.senses.clear();
            self.senses.resize(KEYS_MAX + 1, None);
            self.places.clear();
            self.places.resize(KEYS_MAX + 1, TextPlace::default());
        }
    }

    #[inline]
    pub(super) fn sense(&mut self, key: Key<'_>) -> Sense {
        match (key.number(), self.senses.get_mut(key.number())) {
            (1.., Some(Some(known))) => *known,
            (1.., Some(unknown)) => *unknown.insert(Sense::of(key.text())),
            _ => Sense::of(key.text()),
        }
    }

    /// Where a name was found before.
    #[inline]
    pub(super) fn place(&mut self, name: Name<'_>) -> &mut TextPlace {
        match self.places.get_mut(name.key) {
            Some(place) if name.key != 0 => place,
            _ => {
                self.nowhere = TextPlace::default();
                &mut self.nowhere
            }
        }
    }
}

/// What a field measures, by the last word of its name.
fn measure_of(name: &str) -> Option<Measure> {
    // Names are too short for a search to pay.
    let last = name.bytes().rposition(|byte| byte == b'_').map_or(name, |at| name.get(at + 1..).unwrap_or_default());
    Some(match last {
        "length" | "width" | "height" | "depth" | "thickness" | "perimeter" | "diameter" | "radius" => Measure::Length,
        "area" => Measure::Area,
        "volume" => Measure::Volume,
        "weight" | "mass" => Measure::Weight,
        _ => return None,
    })
}
