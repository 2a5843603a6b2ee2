//! Fields of a shape D record that are quantities or properties.

use super::HeaderData;
use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{
    EntityIndex, Measure, ProblemCode, PropertyDraft, QuantityDraft, QuantitySource, ValueDraft, is_placeholder,
};

macro_rules! known_fields {
    ($($field:ident: $key:literal),+ $(,)?) => {
        /// The fields that are attributes or links, found in one walk over a record.
        #[derive(Debug, Clone, Copy, Default)]
        pub(super) struct Known<'t> {
            $(pub(super) $field: Option<Json<'t>>,)+
            pub(super) material: Option<Json<'t>>,
            /// One bit for each of the first fields: whether it is one of these.
            places: u64,
        }

        impl<'t> Known<'t> {
            pub(super) fn of(record: Json<'t>) -> Known<'t> {
                let mut known = Known::default();
                for (at, (key, value)) in record.fields().enumerate() {
                    let field = match key {
                        $($key => &mut known.$field,)+
                        "material" => &mut known.material,
                        _ => continue,
                    };
                    *field = Some(value).filter(|value| !value.is_null());
                    if at < u64::BITS as usize && key != "material" {
                        known.places |= 1 << at;
                    }
                }
                known
            }
        }

        /// Whether a field is read as an attribute or a link.
        fn is_known(key: &str) -> bool {
            matches!(key, $($key)|+)
        }
    };
}

known_fields! {
    id: "id",
    global_id: "global_id",
    name: "name",
    long_name: "long_name",
    description: "description",
    tag: "tag",
    object_type: "object_type",
    predefined_type: "predefined_type",
    type_name: "type_name",
    elevation: "elevation",
    parent_id: "parent_id",
    host_id: "host_id",
    space_id: "space_id",
    container_id: "container_id",
    storey_id: "storey_id",
    storey: "storey",
    boundaries: "boundaries",
}

impl HeaderData {
    /// Reads every field that is not an attribute or a link.
    pub(super) fn fields(&mut self, entity: EntityIndex, record: Json<'_>, known: &Known<'_>, place: &Place) {
        match known.predefined_type.and_then(Json::text) {
            Some("EXTERNAL") => self.property(entity, None, "IsExternal", ValueDraft::Boolean(true)),
            Some("INTERNAL") => self.property(entity, None, "IsExternal", ValueDraft::Boolean(false)),
            _ => {}
        }
        for (at, (key, value)) in record.fields().enumerate() {
            let is_read = if at < u64::BITS as usize { known.places >> at & 1 == 1 } else { is_known(key) };
            if is_read {
                continue;
            }
            match key {
                "type" => {}
                "physical_properties" => {
                    for (name, value) in value.fields() {
                        self.physical(entity, name, value, place);
                    }
                }
                "material" => self.material_notes(entity, value, place),
                "properties" => self.property_sets(entity, value, place),
                "is_external" => self.scalar(entity, None, "IsExternal", value, place),
                "structural_usage" => self.structural_usage(entity, value),
                name => self.physical(entity, name, value, place),
            }
        }
    }

    /// A physical field by its name: a quantity where the name says a dimension and the value is a number.
    fn physical(&mut self, entity: EntityIndex, name: &str, value: Json<'_>, place: &Place) {
        match (name, value.value()) {
            ("thermal_transmittance" | "u_value", Value::Number(_)) => {
                self.scalar(entity, None, "ThermalTransmittance", value, place);
            }
            ("fire_resistance" | "fire_rating", _) => self.scalar(entity, None, "FireRating", value, place),
            (_, Value::Number(number)) => match measure_of(name) {
                Some(measure) => {
                    let source = QuantitySource::QuantitySet;
                    let draft = QuantityDraft { set: None, name, measure, value: number, source, from_type: false };
                    self.builder.quantity(entity, &draft);
                }
                None => self.scalar(entity, None, name, value, place),
            },
            (_, Value::Object) => {
                for (inner, value) in value.fields() {
                    self.scalar(entity, Some(name), inner, value, place);
                }
            }
            _ => self.scalar(entity, None, name, value, place),
        }
    }

    /// What a material object says beside its name and layers (density, category).
    fn material_notes(&mut self, entity: EntityIndex, material: Json<'_>, place: &Place) {
        for (name, value) in material.fields() {
            if !matches!(name, "name" | "layers" | "constituents") {
                self.scalar(entity, Some("material"), name, value, place);
            }
        }
    }

    fn structural_usage(&mut self, entity: EntityIndex, value: Json<'_>) {
        let Some(usage) = value.text().filter(|usage| !is_placeholder("structural_usage", usage)) else { return };
        self.property(entity, None, "LoadBearing", ValueDraft::Boolean(usage == "LOADBEARING"));
        if !matches!(usage, "LOADBEARING" | "NONLOADBEARING") {
            self.property(entity, None, "structural_usage", ValueDraft::Text(usage));
        }
    }

    fn property_sets(&mut self, entity: EntityIndex, sets: Json<'_>, place: &Place) {
        for (set, values) in sets.fields() {
            if !values.is_object() {
                self.scalar(entity, None, set, values, place);
            }
            for (name, value) in values.fields() {
                self.scalar(entity, Some(set), name, value, place);
            }
        }
    }

    fn scalar(&mut self, entity: EntityIndex, set: Option<&str>, name: &str, value: Json<'_>, place: &Place) {
        let measure = if name == "ThermalTransmittance" { Measure::ThermalTransmittance } else { Measure::Plain };
        match value.value() {
            Value::Null => {}
            Value::Bool(value) => self.property(entity, set, name, ValueDraft::Boolean(value)),
            Value::Number(value) => self.property(entity, set, name, ValueDraft::Number { value, measure }),
            Value::Text(text) => self.property(entity, set, name, ValueDraft::Text(text)),
            Value::Array => {
                let texts: Vec<_> = value.items().filter_map(Json::to_text).collect();
                self.property(entity, set, name, ValueDraft::Text(&texts.join(", ")));
            }
            Value::Object if value.field_count() == 0 => self.problem(ProblemCode::ValueUnreadable, place, name),
            Value::Object => {
                for (inner, value) in value.fields() {
                    self.scalar(entity, set, &format!("{name}.{inner}"), value, place);
                }
            }
        }
    }

    fn property(&mut self, entity: EntityIndex, set: Option<&str>, name: &str, value: ValueDraft<'_>) {
        self.builder.property(entity, &PropertyDraft { set, name, value, from_type: false });
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
