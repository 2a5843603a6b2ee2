use std::ops::ControlFlow;

use crate::formats::{ContentEncoding, read};
use crate::ifc::{
    BuildingModel, Entity, EntityIndex, FactReader as _, Measure, ModelReader as _, ProblemCode, Property,
    PropertyValue, QuantitySource,
};

/// Feet, forward references, shared and inlined sets, a type, an opening, boundaries; the project stands last.
const SMALL: &str = r#"{"type":"IFC.JSON","schemaIdentifier":"IFC4","timeStamp":"2020-01-01T00:00:00","data":[
 {"type":"IfcRelDefinesByProperties","globalId":"r1","relatedObjects":[{"type":"IfcWall","ref":"w1"},"w2"],
  "relatingPropertyDefinition":{"type":"IfcPropertySet","ref":"p1"}},
 {"type":"IfcPropertySet","globalId":"p1","name":"Pset_WallCommon","hasProperties":[
  {"type":"IfcPropertySingleValue","name":"IsExternal","nominalValue":{"type":"IfcBoolean","value":".T."}},
  {"type":"IfcPropertySingleValue","name":"Volume","nominalValue":{"type":"IfcVolumeMeasure","value":10}},
  {"type":"IfcPropertySingleValue","name":"Empty"},
  {"type":"IfcPropertyEnumeratedValue","name":"Status","enumerationValues":[{"type":"IfcLabel","value":"NEW"},{"type":"IfcLabel","value":"OLD"}]},
  {"type":"IfcPropertyBoundedValue","name":"Range","upperBoundValue":{"type":"IfcLengthMeasure","value":20},"lowerBoundValue":{"type":"IfcLengthMeasure","value":10}},
  {"type":"IfcComplexProperty","name":"Outer","hasProperties":[{"type":"IfcPropertySingleValue","name":"Inner","nominalValue":{"type":"IfcInteger","value":3}}]}]},
 {"type":"IfcWallStandardCase","globalId":"w1","name":"Wand 1","isDefinedBy":[{"ref":"nowhere"}]},
 {"type":"IfcWall","globalId":"w2","name":"Wand 2"},
 {"type":"IfcRelDefinesByProperties","globalId":"r2","relatedObjects":{"ref":"w1"},"relatingPropertyDefinition":
  {"type":"IfcElementQuantity","globalId":"q1","name":"BaseQuantities","quantities":[
   {"type":"IfcQuantityArea","name":"NetSideArea","areaValue":100},{"type":"IfcQuantityWeight","name":"Weight","weightValue":"heavy"},
   {"type":"IfcPhysicalComplexQuantity","name":"L","hasQuantities":[{"type":"IfcQuantityLength","name":"Length","lengthValue":20}]}]}},
 {"type":"IfcDoor","globalId":"d1","name":"T1","overallWidth":3,"overallHeight":7},
 {"type":"IfcOpeningElement","globalId":"o1"},
 {"type":"IfcRelFillsElement","relatingOpeningElement":{"ref":"o1"},"relatedBuildingElement":{"ref":"d1"}},
 {"type":"IfcRelVoidsElement","relatingBuildingElement":{"ref":"w1"},"relatedOpeningElement":{"ref":"o1"}},
 {"type":"IfcRelContainedInSpatialStructure","relatedElements":[{"ref":"w1"},{"ref":"missing"}],"relatingStructure":{"ref":"s1"}},
 {"type":"IfcBuildingStorey","globalId":"s1","name":"EG","elevation":10},
 {"type":"IfcSpace","globalId":"x1","name":"1","longName":"Flur"},
 {"type":"IfcRelAggregates","relatingObject":{"ref":"s1"},"relatedObjects":[{"ref":"x1"}]},
 {"type":"IfcRelSpaceBoundary","relatingSpace":{"ref":"x1"},"relatedBuildingElement":{"ref":"w1"}},
 {"type":"IfcRelSpaceBoundary2ndLevel","relatingSpace":{"ref":"x1"},"relatedBuildingElement":{"ref":"w1"}},
 {"type":"IfcRelSpaceBoundary","relatingSpace":{"ref":"x1"}},
 {"type":"IfcRelDefinesByType","relatedObjects":[{"ref":"w1"},{"ref":"w2"}],"relatingType":{"ref":"t1"}},
 {"type":"IfcWallType","globalId":"t1","name":"Massiv","hasPropertySets":[{"ref":"p2"}]},
 {"type":"IfcPropertySet","globalId":"p2","name":"Pset_Type","hasProperties":[{"type":"IfcPropertySingleValue","name":"FireRating","nominalValue":{"type":"IfcLabel","value":"F90"}}]},
 {"type":"IfcRelAssociatesMaterial","relatedObjects":[{"ref":"t1"}],"relatingMaterial":{"type":"IfcMaterialLayerSetUsage","forLayerSet":
  {"type":"IfcMaterialLayerSet","materialLayers":[{"type":"IfcMaterialLayer","material":{"type":"IfcMaterial","name":"Beton"},"layerThickness":3},
   {"type":"IfcMaterialLayer","layerThickness":1}]}}},
 {"type":"IfcRelAssociatesMaterial","relatedObjects":[{"ref":"w2"}],"relatingMaterial":{"type":"IfcMaterial","name":"Holz"}},
 {"type":"IfcRelAssociatesClassification","relatedObjects":[{"ref":"w1"}],"relatingClassification":{"type":"IfcClassificationReference",
  "itemReference":"331","name":"Wand","referencedSource":{"type":"IfcClassification","name":"DIN 276"}}},
 {"type":"IfcDoorLiningProperties","globalId":"l1","liningDepth":1},
 {"type":"IfcRelDefinesByProperties","relatedObjects":[{"ref":"d1"}],"relatingPropertyDefinition":{"ref":"l1"}},
 "stray", {"name":"untyped"},
 {"type":"IfcShapeRepresentation","globalId":"g1","items":[{"type":"IfcPolyLoop"}]},
 {"type":"IfcProject","globalId":"pr","unitsInContext":{"type":"IfcUnitAssignment","units":[
  {"type":"IfcConversionBasedUnit","unitType":"LENGTHUNIT","name":"FOOT","conversionFactor":{"valueComponent":{"type":"IfcLengthMeasure","value":304.8},
   "unitComponent":{"type":"IfcSIUnit","unitType":"LENGTHUNIT","name":"METRE","prefix":"MILLI"}}},
  {"type":"IfcConversionBasedUnit","unitType":"AREAUNIT","name":"SQUARE FOOT","conversionFactor":{"valueComponent":{"value":0.09290304},
   "unitComponent":{"type":"IfcSIUnit","unitType":"AREAUNIT","name":"SQUARE_METRE"}}},
  {"type":"IfcConversionBasedUnit","unitType":"VOLUMEUNIT","name":"cord"}]}}]}"#;

fn model(text: &str) -> BuildingModel {
    read(text.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).unwrap().model
}

fn named(model: &BuildingModel, name: &str) -> (EntityIndex, Entity) {
    model.iter().find(|(_, e)| e.name.is_some_and(|n| model.text(n) == name)).unwrap()
}

fn property(model: &BuildingModel, entity: EntityIndex, name: &str) -> Property {
    model.properties(entity).iter().find(|p| model.text(p.name) == name).copied().unwrap()
}

fn quantity(model: &BuildingModel, entity: EntityIndex, name: &str) -> (Measure, f64, QuantitySource) {
    let found = model.quantities(entity).iter().find(|q| model.text(q.name) == name).copied().unwrap();
    (found.measure, (found.value * 1e9).round() / 1e9, found.source)
}

#[test]
fn relations_are_resolved_forwards_and_backwards() {
    let model = model(SMALL);
    let (wall, wall_entity) = named(&model, "Wand 1");
    let (_, door) = named(&model, "T1");
    let (storey, storey_entity) = named(&model, "EG");
    let (room, room_entity) = named(&model, "1");
    assert_eq!((door.host, door.storey, wall_entity.container), (Some(wall), Some(storey), Some(storey)));
    assert_eq!((room_entity.whole, room_entity.storey), (Some(storey), Some(storey)));
    assert_eq!(*model.boundaries(room), [wall]);
    assert!((storey_entity.elevation_m.unwrap() - 3.048).abs() < 1e-12);
    assert_eq!(wall_entity.type_name.map(|name| model.text(name)), Some("Massiv"));
    let [(Some(system), code)] = &*model.classifications(wall) else { panic!() };
    assert_eq!((model.text(*system), model.text(*code)), ("DIN 276", "331 Wand"));
    assert_eq!(model.facts().entity_count(), 8);
}

#[test]
fn numbers_are_in_stored_units_and_unknown_units_are_marked() {
    let model = model(SMALL);
    let (wall, _) = named(&model, "Wand 1");
    let (door, _) = named(&model, "T1");
    assert_eq!(quantity(&model, wall, "NetSideArea"), (Measure::Area, 9.290304, QuantitySource::QuantitySet));
    assert_eq!(quantity(&model, wall, "L.Length"), (Measure::Length, 6.096, QuantitySource::QuantitySet));
    assert_eq!(quantity(&model, door, "OverallWidth"), (Measure::Length, 0.9144, QuantitySource::Attribute));
    let PropertyValue::Number { value, measure } = property(&model, wall, "Volume").value else { panic!() };
    assert_eq!((value, measure), (10.0, Measure::Unknown));
    let PropertyValue::Number { value, measure } = property(&model, door, "LiningDepth").value else { panic!() };
    assert!((value - 0.3048).abs() < 1e-12 && measure == Measure::Length);
    assert!(model.summary().head.units_declared);
}

#[test]
fn properties_of_every_kind_reach_every_related_element() {
    let model = model(SMALL);
    for name in ["Wand 1", "Wand 2"] {
        let (wall, _) = named(&model, name);
        assert_eq!(property(&model, wall, "IsExternal").value, PropertyValue::Boolean(true));
        for (name, wanted) in [("Status", "NEW, OLD"), ("Range", "3.048 – 6.096"), ("FireRating", "F90")] {
            let PropertyValue::Text(text) = property(&model, wall, name).value else { panic!("{name}") };
            assert_eq!(model.text(text), wanted);
        }
        let inner = PropertyValue::Number { value: 3.0, measure: Measure::Plain };
        assert_eq!(property(&model, wall, "Outer.Inner").value, inner);
        assert!(property(&model, wall, "FireRating").from_type);
    }
}

#[test]
fn a_types_material_holds_where_the_element_has_none() {
    let model = model(SMALL);
    let materials = |name: &str| -> Vec<_> {
        let (wall, _) = named(&model, name);
        model.materials(wall).iter().map(|m| (model.text(m.material), m.share, m.is_layer)).collect()
    };
    assert_eq!(materials("Wand 1"), [("Beton", Some(0.75), true), ("?", Some(0.25), true)]);
    assert_eq!(materials("Wand 2"), [("Holz", Some(1.0), false)]);
}

#[test]
fn faults_are_problems_with_their_place() {
    let model = model(SMALL);
    let found = |code: ProblemCode| -> Vec<(&str, &str)> {
        let kept = model.summary().problems.kept.iter().filter(|p| p.code == code);
        kept.map(|p| (p.pointer.as_str(), p.detail.as_str())).collect()
    };
    assert_eq!(found(ProblemCode::RecordNotObject).len(), 1);
    assert_eq!(found(ProblemCode::TypeMissing).len(), 1);
    assert_eq!(found(ProblemCode::ReferenceDangling), [("/data/9", "missing")]);
    assert_eq!(found(ProblemCode::ValueUnreadable), [("/data/4", "Weight")]);
    assert_eq!(found(ProblemCode::UnitUnknown).first().map(|(_, detail)| *detail), Some("cord"));
    for problem in model.summary().problems.kept.iter().filter(|p| !p.pointer.is_empty()) {
        let at = usize::try_from(problem.byte_offset).unwrap();
        assert!(matches!(SMALL.as_bytes()[at], b'{' | b'"'), "{problem:?}");
    }
}

#[test]
fn without_units_si_is_assumed_and_said() {
    let model =
        model(r#"[{"type":"IfcDoor","globalId":"{58c36207-1644-4382-afc9-bc61510a343a}","overallWidth":0.885}]"#);
    assert_eq!(model.summary().problems.kept[0].code, ProblemCode::UnitsMissing);
    assert!(!model.summary().head.units_declared);
    let (index, door) = model.iter().next().unwrap();
    assert_eq!(door.global_id.unwrap().to_string(), "1Oms875aH3Wg$9l65H2ZGw");
    assert_eq!(quantity(&model, index, "OverallWidth"), (Measure::Length, 0.885, QuantitySource::Attribute));
}
