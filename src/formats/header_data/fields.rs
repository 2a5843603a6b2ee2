//! Fields of a shape D record that are quantities or properties.

use super::HeaderData;
use super::keys::{Field, Keys, Name, Physical, Sense};
use crate::formats::json::{Json, Value};
use crate::formats::splitter::Place;
use crate::ifc::{
    EntityIndex, Measure, ProblemCode, PropertyDraft, QuantityDraft, QuantitySource, ValueDraft, is_placeholder,
};

/// The fields that are attributes or links, found in one walk over a record.
#[derive(Debug, Default)]
pub(super) struct Known<'t> {
    pub(super) id: Option<Json<'t>>,
    pub(super) global_id: Option<Json<'t>>,
    pub(super) name: Option<Json<'t>>,
    pub(super) long_name: Option<Json<'t>>,
    pub(super) description: Option<Json<'t>>,
    pub(super) tag: Option<Json<'t>>,
    pub(super) object_type: Option<Json<'t>>,
    pub(super) predefined_type: Option<Json<'t>>,
    pub(super) type_name: Option<Json<'t>>,
    pub(super) elevation: Option<Json<'t>>,
    pub(super) parent_id: Option<Json<'t>>,
    pub(super) host_id: Option<Json<'t>>,
    pub(super) space_id: Option<Json<'t>>,
    pub(super) container_id: Option<Json<'t>>,
    pub(super) storey_id: Option<Json<'t>>,
    pub(super) storey: Option<Json<'t>>,
    pub(super) boundaries: Option<Json<'t>>,
    pub(super) material: Option<Json<'t>>,
    /// One bit for each of the first fields: whether it is one of these and nothing else.
    places: u64,
}

impl<'t> Known<'t> {
    pub(super) fn of(record: Json<'t>, keys: &mut Keys) -> Known<'t> {
        let mut known = Known::default();
        for (at, (key, value)) in record.fields().keyed().enumerate() {
            let sense = keys.sense(key).field;
            let Some(field) = known.field(sense) else { continue };
            *field = Some(value).filter(|value| !value.is_null());
            if at < u64::BITS as usize && sense != Field::Material {
                known.places |= 1 << at;
            }
        }
        known
    }

    /// Where the value of a field is kept; none for one that is neither an attribute nor a link.
    #[inline]
    fn field(&mut self, field: Field) -> Option<&mut Option<Json<'t>>> {
        Some(match field {
            Field::Id => &mut self.id,
            Field::GlobalId => &mut self.global_id,
            Field::Name => &mut self.name,
            Field::LongName => &mut self.long_name,
            Field::Description => &mut self.description,
            Field::Tag => &mut self.tag,
            Field::ObjectType => &mut self.object_type,
            Field::PredefinedType => &mut self.predefined_type,
            Field::TypeName => &mut self.type_name,
            Field::Elevation => &mut self.elevation,
            Field::ParentId => &mut self.parent_id,
            Field::HostId => &mut self.host_id,
            Field::SpaceId => &mut self.space_id,
            Field::ContainerId => &mut self.container_id,
            Field::StoreyId => &mut self.storey_id,
            Field::Storey => &mut self.storey,
            Field::Boundaries => &mut self.boundaries,
            Field::Material => &mut self.material,
            Field::Type
            | Field::PhysicalProperties
            | Field::Properties
            | Field::IsExternal
            | Field::StructuralUsage
            | Field::Other => return None,
        })
    }
}

impl HeaderData {
    /// Reads every field that is not an attribute or a link.
    pub(super) fn fields(&mut self, entity: EntityIndex, record: Json<'_>, known: &Known<'_>, place: &Place) {
        let is_external = Name::of("IsExternal");
        match known.predefined_type.and_then(Json::text) {
            Some("EXTERNAL") => self.property(entity, None, is_external, ValueDraft::Boolean(true)),
            Some("INTERNAL") => self.property(entity, None, is_external, ValueDraft::Boolean(false)),
            _ => {}
        }
        for (at, (key, value)) in record.fields().keyed().enumerate() {
            if known.places.checked_shr(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or_default() & 1 == 1 {
                continue;
            }
            let sense = self.keys.sense(key);
            match sense.field {
                Field::PhysicalProperties => {
                    for (key, value) in value.fields().keyed() {
                        let sense = self.keys.sense(key);
                        self.physical(entity, (Name::of_key(key), sense), value, place);
                    }
                }
                Field::Material => self.material_notes(entity, value, place),
                Field::Properties => self.property_sets(entity, value, place),
                Field::IsExternal => self.scalar(entity, None, is_external, value, place),
                Field::StructuralUsage => self.structural_usage(entity, value),
                Field::Other => self.physical(entity, (Name::of_key(key), sense), value, place),
                // Read before; beyond the first fields no bit says so.
                Field::Type
                | Field::Id
                | Field::GlobalId
                | Field::Name
                | Field::LongName
                | Field::Description
                | Field::Tag
                | Field::ObjectType
                | Field::PredefinedType
                | Field::TypeName
                | Field::Elevation
                | Field::ParentId
                | Field::HostId
                | Field::SpaceId
                | Field::ContainerId
                | Field::StoreyId
                | Field::Storey
                | Field::Boundaries => {}
            }
        }
    }

    /// A physical field by its name: a quantity where the name says a dimension and the value is a number.
    fn physical(&mut self, entity: EntityIndex, (name, sense): (Name<'_>, Sense), value: Json<'_>, place: &Place) {
        match (sense.physical, value.value()) {
            (Physical::Transmittance, Value::Number(_)) => {
                self.scalar(entity, None, Name::of("ThermalTransmittance"), value, place);
            }
            (Physical::FireRating, _) => self.scalar(entity, None, Name::of("FireRating"), value, place),
            (Physical::Quantity(measure), Value::Number(number)) => {
                let (name, at) = (name.text, self.keys.place(name));
                let source = QuantitySource::QuantitySet;
                let draft = QuantityDraft { set: None, name, measure, value: number, source, from_type: false };
                self.builder.quantity_again(entity, &draft, at);
            }
            (_, Value::Object) => {
                for (inner, value) in value.fields().keyed() {
                    self.scalar(entity, Some(name.text), Name::of_key(inner), value, place);
                }
            }
            _ => self.scalar(entity, None, name, value, place),
        }
    }

    /// What a material object says beside its name and layers (density, category).
    fn material_notes(&mut self, entity: EntityIndex, material: Json<'_>, place: &Place) {
        for (name, value) in material.fields() {
            if !matches!(name, "name" | "layers" | "constituents") {
                self.scalar(entity, Some("material"), Name::of(name), value, place);
            }
        }
    }

    fn structural_usage(&mut self, entity: EntityIndex, value: Json<'_>) {
        let Some(usage) = value.text().filter(|usage| !is_placeholder("structural_usage", usage)) else { return };
        self.property(entity, None, Name::of("LoadBearing"), ValueDraft::Boolean(usage == "LOADBEARING"));
        if !matches!(usage, "LOADBEARING" | "NONLOADBEARING") {
            self.property(entity, None, Name::of("structural_usage"), ValueDraft::Text(usage));
        }
    }

    fn property_sets(&mut self, entity: EntityIndex, sets: Json<'_>, place: &Place) {
        for (set, values) in sets.fields() {
            if !values.is_object() {
                self.scalar(entity, None, Name::of(set), values, place);
            }
            for (name, value) in values.fields().keyed() {
                self.scalar(entity, Some(set), Name::of_key(name), value, place);
            }
        }
    }

    fn scalar(&mut self, entity: EntityIndex, set: Option<&str>, name: Name<'_>, value: Json<'_>, place: &Place) {
        let measure = if name.text == "ThermalTransmittance" { Measure::ThermalTransmittance } else { Measure::Plain };
        match value.value() {
            Value::Null => {}
            Value::Bool(value) => self.property(entity, set, name, ValueDraft::Boolean(value)),
            Value::Number(value) => self.property(entity, set, name, ValueDraft::Number { value, measure }),
            Value::Text(text) => self.property(entity, set, name, ValueDraft::Text(text)),
            Value::Array => {
                let texts: Vec<_> = value.items().filter_map(Json::to_text).collect();
                self.property(entity, set, name, ValueDraft::Text(&texts.join(", ")));
            }
            Value::Object if value.field_count() == 0 => self.problem(ProblemCode::ValueUnreadable, place, name.text),
            Value::Object => {
                for (inner, value) in value.fields() {
                    let joined = format!("{}.{inner}", name.text);
                    self.scalar(entity, set, Name::of(&joined), value, place);
                }
            }
        }
    }

    fn property(&mut self, entity: EntityIndex, set: Option<&str>, name: Name<'_>, value: ValueDraft<'_>) {
        let (name, at) = (name.text, self.keys.place(name));
        self.builder.property_again(entity, &PropertyDraft { set, name, value, from_type: false }, at);
    }
}
