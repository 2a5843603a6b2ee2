use crate::formats::testing::Doc;
use crate::ifc::{GlobalId, Measure, ProblemCode, QuantitySource, Shape};

const STOREY: &str = "a8f3bcfc-63b2-45c0-902d-c368556386c0";
const WALL: &str = "d9a5cfbe-8be3-4b2a-9d05-c64586f4d0a3";

/// Nodes come in layers: the wall is named twice, one of its properties is taken away, its second child too.
fn small() -> Doc {
    let class = |code: &str| format!(r#"{{"attributes":{{"bsi::ifc::class":{{"code":"{code}","uri":"x"}}}}"#);
    let node = |path: &str, code: &str| format!(r#"{{"path":"{path}",{}}}"#, class(code).trim_start_matches('{'));
    let nodes = [
        format!(r#"{{"path":"{STOREY}","children":{{"Wand - {WALL}":"{WALL}","1 - room":"room","x":"gone"}}}}"#),
        node(STOREY, "IfcBuildingStorey"),
        format!(
            r#"{{"path":"{STOREY}","attributes":{{"bsi::ifc::prop::Name":"EG","bsi::ifc::prop::Elevation":0.5}}}}"#
        ),
        node(WALL, "IfcWall"),
        format!(
            r#"{{"path":"{WALL}","children":{{"Door - d1":"d1","w":"win"}},"inherits":{{"TypeProduct":"t1","material":"m1","material 1":"m2"}}}}"#
        ),
        format!(
            r#"{{"path":"{WALL}","attributes":{{"bsi::ifc::prop::NetVolume":1.0,"bsi::ifc::prop::FireRating":"F30","bsi::ifc::prop::IsExternal":true}}}}"#
        ),
        format!(
            r#"{{"path":"{WALL}","children":{{"w":null}},"attributes":{{"bsi::ifc::prop::NetVolume":1.269,"bsi::ifc::prop::FireRating":null,"usd::usdgeom::mesh":{{"points":[[0,1]]}},"vendor::note":{{"by":"me"}}}}}}"#
        ),
        node("room", "IfcSpace"),
        node("d1", "IfcDoor"),
        r#"{"path":"d1","attributes":{"bsi::ifc::prop::Name":"Tür","bsi::ifc::prop::OverallWidth":0.9}}"#.to_owned(),
        node("win", "IfcWindow"),
        r#"{"path":"t1","attributes":{"bsi::ifc::prop::TypeName":"Massiv","bsi::ifc::prop::Reference":"R"}}"#
            .to_owned(),
        r#"{"path":"m1","attributes":{"bsi::ifc::material":{"code":"Beton","uri":"x"}}}"#.to_owned(),
        r#"{"path":"m2","attributes":{"bsi::ifc::material":{"code":"Putz"}}}"#.to_owned(),
        format!(
            r#"{{"path":"b1","attributes":{{"bsi::ifc::spaceBoundary":{{"relatingspace":{{"ref":"room"}},"relatedelement":{{"ref":"{WALL}"}}}}}}}}"#
        ),
        r#"{"attributes":{}}"#.to_owned(),
    ];
    let header = r#"{"header":{"ifcxVersion":"ifcx_alpha","author":"A. Muster","timestamp":"2025"},"imports":[]"#;
    Doc::of(&format!("{header},\"data\":[{}]}}", nodes.join(",")))
}

#[test]
fn nodes_are_merged_by_path_and_null_takes_away() {
    let doc = small();
    assert_eq!((doc.shape(), doc.count()), (Shape::Ifcx, 5));
    assert_eq!(doc.quantity("Wand", "NetVolume"), Some((Measure::Volume, 1.269, QuantitySource::QuantitySet)));
    assert_eq!(doc.property("Wand", "FireRating"), None);
    assert_eq!(doc.property("Wand", "IsExternal").unwrap(), "-: true");
    assert_eq!(doc.property("Wand", "note.by").unwrap(), "vendor: me");
    assert_eq!(doc.property("Wand", "mesh.points.0"), None, "geometry is not built");
    let (_, wall) = doc.entity("Wand");
    assert_eq!(wall.global_id, GlobalId::parse(WALL).ok());
    assert_eq!(doc.head().authors, ["A. Muster"]);
}

#[test]
fn names_types_and_materials_come_from_other_nodes() {
    let doc = small();
    assert_eq!(doc.type_of("Wand"), "IfcWall", "the name stands in the key of the storey's child");
    assert_eq!(doc.type_name("Wand"), Some("Massiv"));
    assert_eq!(doc.property("Wand", "Reference").unwrap(), "-: R");
    assert_eq!(doc.materials("Wand"), [("Beton", None, None), ("Putz", None, None)]);
    assert_eq!(doc.entity("EG").1.elevation_m, Some(0.5));
}

#[test]
fn a_door_below_a_wall_is_hosted_by_it_and_on_its_storey() {
    let doc = small();
    assert_eq!(doc.place("Tür"), ["-", "Wand", "-", "EG"]);
    assert_eq!(doc.place("Wand"), ["EG", "-", "-", "EG"]);
    assert_eq!(doc.place("1"), ["-", "-", "EG", "EG"]);
    assert_eq!(doc.bounds("1"), ["Wand"]);
    assert_eq!(doc.problems(), [(ProblemCode::IdMissing, "/data/15", "path")]);
}
