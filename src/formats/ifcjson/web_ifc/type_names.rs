//! Names of entity types as web-ifc writes them: in words, in capitals, or as the CRC-32 of the capitals.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::formats::ifcjson::relations::RELATIONS;
use crate::formats::json::{Json, Value};
use crate::ifc::known_types;

/// Types that are read and are neither objects nor relations.
const RESOURCES: &[&str] = &[
    "IfcPropertySet",
    "IfcElementQuantity",
    "IfcDoorLiningProperties",
    "IfcDoorPanelProperties",
    "IfcWindowLiningProperties",
    "IfcWindowPanelProperties",
    "IfcPermeableCoveringProperties",
    "IfcReinforcementDefinitionProperties",
    "IfcPropertySingleValue",
    "IfcPropertyEnumeratedValue",
    "IfcPropertyListValue",
    "IfcPropertyBoundedValue",
    "IfcComplexProperty",
    "IfcQuantityLength",
    "IfcQuantityArea",
    "IfcQuantityVolume",
    "IfcQuantityWeight",
    "IfcQuantityCount",
    "IfcQuantityTime",
    "IfcPhysicalComplexQuantity",
    "IfcMaterial",
    "IfcMaterialList",
    "IfcMaterialLayer",
    "IfcMaterialLayerSet",
    "IfcMaterialLayerSetUsage",
    "IfcMaterialConstituent",
    "IfcMaterialConstituentSet",
    "IfcMaterialProfile",
    "IfcMaterialProfileSet",
    "IfcMaterialProfileSetUsage",
    "IfcUnitAssignment",
    "IfcSIUnit",
    "IfcConversionBasedUnit",
    "IfcMeasureWithUnit",
    "IfcClassification",
    "IfcClassificationReference",
    "IfcApplication",
    "IfcPerson",
];

/// Names by their capitals.
static BY_CAPITALS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let relations = RELATIONS.iter().map(|(name, ..)| *name);
    let names = known_types().chain(relations).chain(RESOURCES.iter().copied());
    names.map(|name| (name.to_ascii_uppercase(), name)).collect()
});

/// Names by the CRC-32 of their capitals; a type object's name is not in the tree and made of its occurrence's.
static BY_CODE: LazyLock<HashMap<u32, String>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (capitals, name) in BY_CAPITALS.iter() {
        names.insert(crc32(capitals.as_bytes()), (*name).to_owned());
        for end in ["Type", "Style"] {
            let type_object = format!("{name}{end}");
            names.entry(crc32(type_object.to_ascii_uppercase().as_bytes())).or_insert(type_object);
        }
    }
    names
});

/// The name of a type.
pub(super) fn name_of(value: Json<'_>) -> Option<Cow<'_, str>> {
    match value.value() {
        Value::Text(name) if name.starts_with("Ifc") => Some(Cow::Borrowed(name)),
        Value::Text(name) => {
            let capitals = name.to_ascii_uppercase();
            if let Some(name) = BY_CAPITALS.get(&capitals) {
                return Some(Cow::Borrowed(name));
            }
            let occurrence = capitals.strip_suffix("TYPE").map(|of| (of, "Type"));
            let (of, end) = occurrence.or_else(|| capitals.strip_suffix("STYLE").map(|of| (of, "Style")))?;
            BY_CAPITALS.get(of).map(|name| Cow::Owned(format!("{name}{end}")))
        }
        Value::Number(code) => {
            let found = BY_CODE.iter().find(|(known, _)| f64::from(**known) == code);
            found.map(|(_, name)| Cow::Owned(name.clone()))
        }
        Value::Null | Value::Bool(_) | Value::Array | Value::Object => None,
    }
}

/// CRC-32 (ISO 3309, reflected), bit by bit: some thousand short names once.
fn crc32(bytes: &[u8]) -> u32 {
    let mut register = u32::MAX;
    for byte in bytes {
        register ^= u32::from(*byte);
        for _ in 0..8 {
            let is_odd = register & 1 == 1;
            register >>= 1;
            if is_odd {
                register ^= 0xedb8_8320;
            }
        }
    }
    !register
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_library_are_known() {
        for (code, name) in
            [(2_391_406_946, "IfcWall"), (3_512_223_829, "IfcWallStandardCase"), (103_090_709, "IfcProject")]
        {
            assert_eq!(BY_CODE.get(&code).map(String::as_str), Some(name));
        }
    }
}
