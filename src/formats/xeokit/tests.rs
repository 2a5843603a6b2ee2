use crate::formats::testing::Doc;
use crate::ifc::{Measure, ProblemCode, QuantitySource, Shape};

fn small(length: f64, area: f64) -> Doc {
    Doc::of(&format!(
        r#"{{"schema":"IFC4","creatingApplication":"CAD","author":"","metaObjects":[
 {{"id":"p","name":"P","type":"IfcProject","parent":null}},
 {{"id":"d1","name":"T1","type":"IfcDoor","parent":"w1"}},
 {{"id":"s1","name":"EG","type":"IfcBuildingStorey","parent":"p"}},
 {{"id":"w1","name":"W1","type":"IfcWall","parent":"s1","propertySetIds":["q1","w1","gone"]}},
 {{"id":"x","name":"untyped"}}],
 "propertySets":[
 {{"id":"q1","name":"BaseQuantities","type":"IfcElementQuantity","properties":[
   {{"name":"Länge","value":{length},"type":"IfcQuantityLength"}},{{"name":"NetSideArea","value":{area},"type":"IfcQuantityArea"}}]}},
 {{"id":"w1","name":"Pset_WallCommon","properties":[{{"name":"IsExternal","value":true}},{{"name":"Height","value":{length},"type":"IfcLengthMeasure"}}]}},
 5]}}"#
    ))
}

#[test]
fn parents_are_containers_wholes_and_hosts() {
    let doc = small(4.0, 10.0);
    assert_eq!((doc.shape(), doc.count()), (Shape::XeokitMetamodel, 4));
    assert_eq!(doc.place("W1"), ["EG", "-", "-", "EG"]);
    assert_eq!(doc.place("T1"), ["-", "W1", "-", "EG"], "its parent comes behind it");
    assert_eq!(doc.property("W1", "IsExternal").unwrap(), "Pset_WallCommon: true", "a set may have an object's id");
    let codes: Vec<_> = doc.problems().into_iter().map(|(code, pointer, _)| (code, pointer)).collect();
    assert!(codes.contains(&(ProblemCode::TypeMissing, "/metaObjects/4")));
    assert!(codes.contains(&(ProblemCode::RecordNotObject, "/propertySets/2")));
    assert!(codes.iter().any(|(code, _)| *code == ProblemCode::ReferenceDangling));
}

#[test]
fn metres_are_taken_unless_only_millimetres_make_sense() {
    let set = QuantitySource::QuantitySet;
    for (length, area, metres, square_metres, said) in [
        (4.0, 10.0, 4.0, 10.0, ""),
        (4000.0, 10.0, 4.0, 10.0, "mm, m2, m3"),
        (4000.0, 10_000_000.0, 4.0, 10.0, "mm, mm2, mm3"),
    ] {
        let doc = small(length, area);
        assert_eq!(doc.quantity("W1", "Länge"), Some((Measure::Length, metres, set)));
        assert_eq!(doc.quantity("W1", "NetSideArea"), Some((Measure::Area, square_metres, set)));
        assert_eq!(doc.property("W1", "Height").unwrap(), format!("Pset_WallCommon: {metres} Length"));
        assert!(doc.problems().contains(&(ProblemCode::UnitsMissing, "", said)));
        assert!(!doc.head().units_declared);
    }
}
