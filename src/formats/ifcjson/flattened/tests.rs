use crate::formats::testing::Doc;
use crate::ifc::{Measure, ProblemCode, QuantitySource, Shape};

/// Relations to many keep their last member only: the wall names one opening of two, the room one boundary of two.
const SMALL: &str = r#"{"type":"IFC.JSON-5a","schemaIdentifier":"IFC4","data":[
 {"type":"WallStandardCase","globalId":"w1","name":"W1","Name":"W1","IsExternal":true,"decomposes":[],
  "isTypedBy":{"type":"WallType","ref":"t1"},"containedInStructure":{"type":"BuildingStorey","ref":"s1"},
  "hasOpenings":{"type":"OpeningElement","ref":"o2"},"providesBoundaries":{"type":"Space","ref":"r1"},
  "hasAssociations":{"type":"MaterialLayerSetUsage","forLayerSet":{"type":"MaterialLayerSet","materialLayers":[
    {"type":"MaterialLayer","material":{"type":"Material","name":"Beton"},"layerThickness":240}]}},
  "isDefinedBy":[{"type":"RelDefinesByProperties","globalId":"x1","relatedObjects":[{"ref":"w1"},{"ref":"w9"}],
    "relatingPropertyDefinition":{"type":"PropertySet","globalId":"x2","name":"Pset_WallCommon","hasProperties":[
      {"type":"PropertySingleValue","name":"IsExternal","nominalValue":{"type":"Boolean","value":true}},
      {"type":"PropertySingleValue","name":"Depth","nominalValue":{"type":"PositiveLengthMeasure","value":50}},
      {"type":"PropertySingleValue","name":"Empty"}]}},
   {"type":"RelDefinesByProperties","relatingPropertyDefinition":{"type":"ElementQuantity","globalId":"x3","name":"BaseQuantities",
     "quantities":[{"type":"QuantityLength","name":"Length","lengthValue":4000}]}}]},
 {"type":"OpeningElement","globalId":"o1","name":"O1","voidsElements":{"type":"WallStandardCase","ref":"w1"},"hasFillings":{"type":"Door","ref":"d1"}},
 {"type":"OpeningElement","globalId":"o2","name":"O2","voidsElements":{"type":"WallStandardCase","ref":"w1"}},
 {"type":"Door","globalId":"d1","name":"T1","fillsVoids":{"type":"OpeningElement","ref":"o1"},"FireRating":"T30","Weight":40,
  "providesBoundaries":{"type":"Space","ref":"r1"}},
 {"type":"Space","globalId":"r1","name":"1","decomposes":{"type":"BuildingStorey","ref":"s1"},"boundedBy":{"type":"WallStandardCase","ref":"w1"},
  "hasAssociations":[{"type":"RelAssociatesClassification","relatedObjects":[],"relatingClassification":{"type":"ClassificationReference","identification":"000"}}]},
 {"type":"WallType","globalId":"t1","name":"Massiv","types":[{"type":"RelDefinesByType","relatedObjects":[{"ref":"w1"}]}],
  "hasPropertySets":[{"type":"PropertySet","globalId":"x4","name":"Pset_Type","hasProperties":[
    {"type":"PropertySingleValue","name":"FireRating","nominalValue":{"type":"Label","value":"F90"}}]}]},
 {"type":"BuildingStorey","globalId":"s1","name":"EG","elevation":500,"containsElements":[{"ref":"w1"}]},
 {"globalId":"untyped"},
 {"type":"Project","globalId":"p1","name":"P","unitsInContext":{"type":"UnitAssignment","units":[
   {"type":"SIUnit","unitType":"LENGTHUNIT","name":"METRE","prefix":"MILLI"}]}}]}"#;

#[test]
fn relations_are_read_from_the_many_and_types_get_their_prefix() {
    let doc = Doc::of(SMALL);
    assert_eq!((doc.shape(), doc.count()), (Shape::IfcJsonFlattened, 8));
    assert_eq!(doc.type_of("W1"), "IfcWallStandardCase");
    assert_eq!(doc.place("O1"), ["-", "W1", "-", "EG"], "the wall itself names the other opening only");
    assert_eq!(doc.place("T1"), ["-", "W1", "-", "EG"]);
    assert_eq!(doc.place("1"), ["-", "-", "EG", "EG"]);
    assert_eq!(doc.bounds("1"), ["W1", "T1"]);
    assert_eq!(doc.entity("EG").1.elevation_m, Some(0.5));
    assert_eq!(doc.problems(), [(ProblemCode::TypeMissing, "/data/7", "untyped")]);
}

#[test]
fn sets_are_read_where_they_stand_whole_and_the_types_hold() {
    let doc = Doc::of(SMALL);
    assert_eq!(doc.property("W1", "IsExternal").unwrap(), "Pset_WallCommon: true");
    assert_eq!(doc.property("W1", "Depth").unwrap(), "Pset_WallCommon: 0.05 Length");
    assert_eq!(doc.property("W1", "Name"), None, "what is repeated on the object is not read twice");
    assert_eq!(doc.property("W1", "FireRating").unwrap(), "Pset_Type: F90");
    assert_eq!(doc.quantity("W1", "Length"), Some((Measure::Length, 4.0, QuantitySource::QuantitySet)));
    assert_eq!(doc.materials("W1"), [("Beton", Some(0.24), Some(1.0))]);
}

#[test]
fn an_object_without_sets_keeps_the_properties_on_itself() {
    let doc = Doc::of(SMALL);
    assert_eq!(doc.property("T1", "FireRating").unwrap(), "-: T30");
    assert_eq!(doc.property("T1", "Weight").unwrap(), "-: 40 Unknown", "its unit is not told");
}
