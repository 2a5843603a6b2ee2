use crate::formats::testing::Doc;
use crate::ifc::{Measure, QuantitySource};

const POINT: &str = r#""location":{"type":"IfcCartesianPoint","coordinates":"#;

fn placement(origin: &str, rest: &str, around: &str) -> String {
    format!(
        r#"{{"type":"IfcLocalPlacement",{around}"relativePlacement":{{"type":"IfcAxis2Placement3D",{POINT}{origin}}}{rest}}}}}"#
    )
}

fn rectangle(x: f64, y: f64) -> String {
    format!(r#""sweptArea":{{"type":"IfcRectangleProfileDef","profileType":"AREA","xDim":{x},"yDim":{y}}}"#)
}

fn shape(id: &str, item: &str) -> String {
    format!(
        r#"{{"type":"IfcShapeRepresentation","globalId":"{id}","representationIdentifier":"Body","items":[{item}]}}"#
    )
}

fn part(class: &str, name: &str, placement: &str, shape: &str) -> String {
    format!(
        r#"{{"type":"{class}","globalId":"{name}","name":"{name}","objectPlacement":{placement},
        "representation":{{"type":"IfcProductDefinitionShape","representations":[{{"type":"IfcShapeRepresentation","ref":"{shape}"}}]}}}}"#
    )
}

fn up(depth: f64) -> String {
    format!(r#""extrudedDirection":{{"type":"IfcDirection","directionRatios":[0,0,1]}},"depth":{depth}"#)
}

/// A wall of 4 by 2.5 m with a hole of 1 m², a column that is mapped, and a part of faces; shapes before and after parts.
fn model() -> Doc {
    let around = format!(r#""placementRelTo":{},"#, placement("[7,0,0]", "", ""));
    let wall = placement("[0,3,0]", "", &around);
    let sideways = r#","axis":{"type":"IfcDirection","directionRatios":[0,1,0]},"refDirection":{"type":"IfcDirection","directionRatios":[1,0,0]}"#;
    let hole = placement("[0,-0.5,1]", sideways, &format!(r#""placementRelTo":{wall},"#));
    let origin = placement("[0,0,0]", "", "");
    let extrusion = |x, y, depth| format!(r#"{{"type":"IfcExtrudedAreaSolid",{},{}}}"#, rectangle(x, y), up(depth));
    let mapped = r#"{"type":"IfcMappedItem","mappingSource":{"type":"IfcRepresentationMap","mappedRepresentation":{"ref":"m"}},
        "mappingTarget":{"type":"IfcCartesianTransformationOperator3D","localOrigin":{"type":"IfcCartesianPoint","coordinates":[1,1,1]},"scale":2}}"#;
    let faces = r#"{"type":"IfcFacetedBrep","outer":{"type":"IfcClosedShell","cfsFaces":[{"type":"IfcFace"}]}}"#;
    let records = [
        part("IfcWall", "Wall", &wall, "w"),
        shape("w", &extrusion(4.0, 0.3, 2.5)),
        shape("h", &extrusion(1.0, 1.0, 1.0)),
        part("IfcOpeningElement", "Hole", &hole, "h"),
        part("IfcColumn", "Column", &origin, "c"),
        shape("c", mapped),
        shape("m", &extrusion(0.1, 0.2, 1.5)),
        part("IfcWall", "Faces", &origin, "f"),
        shape("f", faces),
        r#"{"type":"IfcRelVoidsElement","globalId":"r","relatingBuildingElement":{"ref":"Wall"},"relatedOpeningElement":{"ref":"Hole"}}"#.to_owned(),
    ];
    Doc::of(&format!(r#"{{"type":"ifcJSON","version":"0.0.1","data":[{}]}}"#, records.join(",")))
}

#[test]
fn parts_are_measured_by_their_shapes_wherever_these_stand() {
    let doc = model();
    let computed = |measure, value| Some((measure, value, QuantitySource::Computed));
    assert_eq!(doc.quantity("Wall", "GrossVolume"), computed(Measure::Volume, 3.0));
    assert_eq!(doc.quantity("Wall", "NetVolume"), computed(Measure::Volume, 2.7));
    assert_eq!(doc.quantity("Wall", "NetSideArea"), computed(Measure::Area, 9.0));
    assert_eq!(doc.quantity("Column", "GrossVolume"), computed(Measure::Volume, 0.24), "mapped at twice its size");
    assert_eq!(doc.quantity("Column", "Length"), computed(Measure::Length, 3.0));
    assert_eq!(doc.quantity("Faces", "GrossVolume"), None);
}
