//! The typed structs that a record becomes: attributes, references, properties and quantities.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// A text of the record, or one that had escapes. Within an option, a bare `Cow` would always be copied.
#[derive(Debug, Deserialize)]
pub struct Text<'a>(
    #[serde(borrow)]
    #[expect(dead_code, reason = "kept, as a reader would")]
    Cow<'a, str>,
);

/// A scalar value.
#[derive(Debug)]
#[expect(dead_code, reason = "kept, as a reader would")]
pub enum Scalar<'a> {
    /// Yes or no.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a scalar")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Boolean(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Scalar::Number(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Scalar::Number(value as f64))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Scalar::Number(value as f64))
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// An object with keys of its own, as a list.
#[derive(Debug)]
pub struct Pairs<K, V>(pub Vec<(K, V)>);

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Pairs<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Each<K, V> {
            type Value = Pairs<K, V>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Each(PhantomData))
    }
}

/// A reference.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "kept, as a reader would")]
pub struct Reference<'a> {
    #[serde(borrow, rename = "ref")]
    id: Option<Text<'a>>,
}

/// A property with its value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "kept, as a reader would")]
pub struct Property<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    nominal_value: Option<Nominal<'a>>,
}

/// A value with the type of its measure.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "kept, as a reader would")]
pub struct Nominal<'a> {
    #[serde(borrow, rename = "type")]
    measure: Option<Text<'a>>,
    #[serde(borrow)]
    value: Scalar<'a>,
}

/// A quantity.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "kept, as a reader would")]
pub struct Quantity<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    length_value: Option<f64>,
    area_value: Option<f64>,
    volume_value: Option<f64>,
    weight_value: Option<f64>,
}

/// A record of shape A.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "kept, as a reader would")]
pub struct IfcJson<'a> {
    /// Its class.
    #[serde(borrow, rename = "type")]
    pub class: Cow<'a, str>,
    global_id: Option<Text<'a>>,
    name: Option<Text<'a>>,
    tag: Option<Text<'a>>,
    object_type: Option<Text<'a>>,
    predefined_type: Option<Text<'a>>,
    related_objects: Option<Vec<Reference<'a>>>,
    related_elements: Option<Vec<Reference<'a>>>,
    relating_property_definition: Option<Reference<'a>>,
    relating_structure: Option<Reference<'a>>,
    relating_type: Option<Reference<'a>>,
    /// Its properties.
    pub has_properties: Option<Vec<Property<'a>>>,
    /// Its quantities.
    pub quantities: Option<Vec<Quantity<'a>>>,
}

/// A record of shape D.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "kept, as a reader would")]
pub struct Component<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    global_id: Option<Text<'a>>,
    name: Option<Text<'a>>,
    tag: Option<Text<'a>>,
    object_type: Option<Text<'a>>,
    predefined_type: Option<Text<'a>>,
    type_name: Option<Text<'a>>,
    storey: Option<Text<'a>>,
    host_id: Option<Text<'a>>,
    parent_id: Option<Text<'a>>,
    /// Its quantities.
    #[serde(borrow)]
    pub physical_properties: Option<Pairs<Text<'a>, f64>>,
    /// Its property sets.
    #[serde(borrow)]
    pub properties: Option<Pairs<Text<'a>, Pairs<Text<'a>, Scalar<'a>>>>,
}
