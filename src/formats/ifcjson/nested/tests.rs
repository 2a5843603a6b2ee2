use crate::formats::testing::Doc;
use crate::ifc::{Measure, QuantitySource, Shape};

/// Everything hangs below the project; values are wrapped in all the ways there are; the second wall shares the first
/// one's set and material by their identifiers, and the type stands inside.
const SMALL: &str = r#"{
 "type": "IfcProject", "globalId": "d43a50c4-c72f-4be0-9a3d-db3848a96267", "name": {"type": "IfcLabel", "value": "P"},
 "isDecomposedBy": {"type": "IfcRelAggregates", "relatedObjects": [
  {"type": "IfcBuilding", "globalId": "b1", "name": {"type": "IfcLabel", "stringValue": "Haus"},
   "containsElements": [{"type": "IfcRelContainedInSpatialStructure", "relatedElements": [
    {"type": "IfcWall", "globalId": "w1", "name": {"type": "IfcLabel", "value": "W1"},
     "hasAssociations": [{"type": "IfcRelAssociatesMaterial", "relatingMaterial": {"type": "IfcMaterialLayerSet", "globalId": "m1",
       "materialLayers": [{"type": "IfcMaterialLayer", "layerThickness": {"type": "IfcNonNegativeLengthMeasure", "value": 110.0},
         "material": {"type": "IfcMaterial", "name": {"type": "IfcLabel", "value": "Ziegel"}}}]}}],
     "isTypedBy": [{"type": "IfcRelDefinesByType", "relatingType": {"type": "IfcWallType", "globalId": "t1",
       "name": {"type": "IfcLabel", "value": "Massiv"}}}],
     "hasOpenings": [{"type": "IfcRelVoidsElement", "relatedOpeningElement": {"type": "IfcOpeningElement", "globalId": "o1",
       "name": {"type": "IfcLabel", "value": "O1"}, "hasFillings": [{"type": "IfcRelFillsElement", "relatedBuildingElement":
         {"type": "IfcDoor", "name": {"type": "IfcLabel", "value": "T1"}, "overallWidth": {"type": "IfcPositiveLengthMeasure", "value": 900}}}]}}],
     "isDefinedBy": [{"type": "IfcRelDefinesByProperties", "relatingPropertyDefinition": {"type": "IfcPropertySet", "globalId": "p1",
       "name": {"type": "IfcLabel", "value": "Pset_WallCommon"}, "hasProperties": [
         {"type": "IfcPropertySingleValue", "name": {"type": "IfcIdentifier", "value": "IsExternal"}, "nominalValue": {"type": "IfcBoolean", "booleanValue": true}},
         {"type": "IfcPropertySingleValue", "name": {"type": "IfcIdentifier", "value": "FireRating"}, "nominalValue": {"type": "IfcLabel", "stringValue": "F90"}}]}}]},
    {"type": "IfcWall", "globalId": "w2", "name": "W2", "hasAssociations": ["m1"],
     "isDefinedBy": [{"type": "IfcRelDefinesByProperties", "relatingPropertyDefinition": "p1"}]}]}]}]},
 "unitsInContext": {"type": "IfcUnitAssignment", "units": [{"type": "IfcSIUnit", "unitType": "LENGTHUNIT", "name": "METRE", "prefix": "MILLI"}]}}"#;

#[test]
fn everything_below_the_project_is_found() {
    let doc = Doc::of(SMALL);
    assert_eq!((doc.shape(), doc.count()), (Shape::IfcJsonNested, 7));
    assert_eq!(doc.place("Haus"), ["-", "-", "P", "-"]);
    assert_eq!(doc.place("W1"), ["Haus", "-", "-", "-"]);
    assert_eq!(doc.place("O1"), ["-", "W1", "-", "-"]);
    assert_eq!(doc.place("T1"), ["-", "W1", "-", "-"]);
    assert_eq!(doc.type_name("W1"), Some("Massiv"));
    assert_eq!(doc.quantity("T1", "OverallWidth"), Some((Measure::Length, 0.9, QuantitySource::Attribute)));
}

#[test]
fn sets_and_materials_are_shared_by_their_identifiers() {
    let doc = Doc::of(SMALL);
    for wall in ["W1", "W2"] {
        assert_eq!(doc.property(wall, "IsExternal").unwrap(), "Pset_WallCommon: true", "{wall}");
        assert_eq!(doc.property(wall, "FireRating").unwrap(), "Pset_WallCommon: F90", "{wall}");
        assert_eq!(doc.materials(wall), [("Ziegel", Some(0.11), Some(1.0))], "{wall}");
    }
}

#[test]
fn a_list_of_nested_objects_is_read_alike() {
    let listed = Doc::of(&format!("[{SMALL}]"));
    assert_eq!((listed.shape(), listed.count()), (Shape::IfcJsonNested, 7));
    assert_eq!(listed.place("Haus"), ["-", "-", "P", "-"]);
    assert!(listed.head().units_declared);
}
