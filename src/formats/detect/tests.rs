use std::ops::ControlFlow;

use super::*;
use crate::formats::{ContentEncoding, read};

fn shape(text: &str) -> Result<Shape, ReadError> {
    let model = read(text.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))?;
    Ok(model.model.summary().head.shape)
}

#[test]
fn the_structure_of_the_records_decides() {
    for (text, wanted) in [
        (r#"{"type":"IFC.JSON","data":[{"type":"IfcWall","globalId":"a"}]}"#, Shape::IfcJson),
        (
            r#"{"type":"ifcJSON","data":[{"type":"IfcWall","globalId":"{58c36207-1644-4382-afc9-bc61510a343a}"}]}"#,
            Shape::IfcJson,
        ),
        (r#"[7, {"type":"IfcWall","globalId":"1Oms875aH3Wg$9l65H2ZGw"}]"#, Shape::IfcJson),
        (r#"[{"type":"IfcProject","isDecomposedBy":[{"type":"IfcRelAggregates","ref":"a"}]}]"#, Shape::IfcJson),
        (r#"{"type":"ifcJSON","data":[]}"#, Shape::IfcJson),
        (r#"{"data":[{"type":"Wall","globalId":"a"}]}"#, Shape::IfcJsonFlattened),
        (r#"{"type":"IfcProject","globalId":"a"}"#, Shape::IfcJsonNested),
        (r#"{"globalId":"a","type":"IfcProject","isDecomposedBy":[]}"#, Shape::IfcJsonNested),
        (r#"{"header":{},"data":{"IfcWall":[{"id":"a"}]}}"#, Shape::HeaderData),
        (r#"{"building_elements":[{"id":1,"material":"Fichte"}]}"#, Shape::ElementList),
        (r#"{"test":"t","building_components":[{"id":1,"type":"Holzbalken"}]}"#, Shape::ElementList),
        (r#"{"data":{"components":[{"type":"Holzbalken","dimensions":{}}]}}"#, Shape::ElementList),
        (r#"{"building_data":{"components":[{"type":"Holzbalken"}]}}"#, Shape::ElementList),
        (r#"{"geometry":{"p":[1]},"objects":{"wall1":{"type":"IfcWall"}}}"#, Shape::ElementList),
        (r#"{"Wand":[{"GUID":"a","Geschoss":"EG"}]}"#, Shape::GermanFlat),
        (r#"{"Wand":[],"Tür":[{"Name":"T1","Länge":3,"Höhe":2}]}"#, Shape::GermanFlat),
        (r#"{"IfcWall":[{"id":1}]}"#, Shape::TypeDump),
        (r#"{"105":{"expressID":105,"type":"IfcWall"}}"#, Shape::WebIfc),
        (r#"{"propertySets":[{"id":"a","properties":[]}],"metaObjects":[{"id":1}]}"#, Shape::XeokitMetamodel),
        (r#"{"header":{},"data":[{"path":"a","attributes":{}}]}"#, Shape::Ifcx),
        (r#"[{"path":"a","children":{}}]"#, Shape::Ifcx),
        (r#"[{"type":"Feature","name":"x"}]"#, Shape::Records),
        (r#"{"105":{"name":"x"}}"#, Shape::Records),
        (r#"{"a":1,"b":{}}"#, Shape::Records),
        (r#"{"elements":[{"type":"node","id":1}]}"#, Shape::Records),
    ] {
        assert_eq!(shape(text).unwrap(), wanted, "{text}");
    }
}

#[test]
fn many_records_without_a_shape_are_plain_records() {
    let many = r#"{"a":1},"#.repeat(2 * RECORDS_MAX);
    assert_eq!(shape(&format!("[{many}{{\"type\":\"IfcWall\"}}]")).unwrap(), Shape::Records);
    let keys: Vec<String> = (0..2 * HEADERS_MAX).map(|key| format!("\"k{key}\":{{}}")).collect();
    assert_eq!(shape(&format!("{{{}}}", keys.join(","))).unwrap(), Shape::Records);
}

#[test]
fn what_holds_no_objects_is_refused_and_named() {
    for (text, wanted) in [
        (r#"{"a":1,"b":"x"}"#, "keys a, b"),
        ("[1, 2]", "the record at /0"),
        ("[]", "no records"),
        ("12", "single value"),
    ] {
        let error = shape(text);
        let Err(ReadError::Shape { what }) = error else { panic!("{text}: {error:?}") };
        assert!(what.contains(wanted), "{what}");
    }
}
