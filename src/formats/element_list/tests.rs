use crate::formats::testing::Doc;
use crate::ifc::{Measure, ProblemCode, QuantitySource, Shape};

const ELEMENTS: &str = r#"{"ifc_project": {"global_id": "p", "name": "P"},
 "building_elements": [{"global_id": "b1", "type": "IfcBeam", "name": "HT-01", "material": "Fichte GL24h",
   "dimensions": {"length": 4500, "width": 200, "height": 400, "slope": 3},
   "location": {"floor": "Erdgeschoss", "position": "Süd"},
   "properties": {"load_bearing": true, "u_value": 0.15, "thickness": 160, "layers": [{"name": "a"}, {"name": "b"}]}}, 3],
 "materials": [{"name": "Fichte GL24h", "density": 420}],
 "metadata": {"created": "2025-07-26", "source": "CAD"}}"#;

#[test]
fn elements_have_millimetres_storeys_and_their_materials_properties() {
    let doc = Doc::of(ELEMENTS);
    assert_eq!((doc.shape(), doc.count()), (Shape::ElementList, 3));
    let set = QuantitySource::QuantitySet;
    assert_eq!(doc.quantity("HT-01", "Length"), Some((Measure::Length, 4.5, set)));
    assert_eq!(doc.quantity("HT-01", "Volume"), Some((Measure::Volume, 0.36, QuantitySource::Dimensions)));
    assert_eq!(doc.materials("HT-01"), [("Fichte GL24h", None, Some(1.0))]);
    assert_eq!(doc.place("HT-01"), ["Erdgeschoss", "-", "-", "Erdgeschoss"]);
    for (name, wanted) in [
        ("load_bearing", "-: true"),
        ("u_value", "-: 0.15 ThermalTransmittance"),
        ("thickness", "-: 0.16 Length"),
        ("layers.1.name", "-: b"),
        ("location.position", "-: Süd"),
        ("slope", "-: 3 Plain"),
        ("density", "material: 420 Plain"),
    ] {
        assert_eq!(doc.property("HT-01", name).as_deref(), Some(wanted));
    }
    let wanted = [
        (ProblemCode::UnitsMissing, "/building_elements/0", "mm"),
        (ProblemCode::RecordNotObject, "/building_elements/1", "a number"),
    ];
    assert_eq!(doc.problems(), wanted);
    assert_eq!(doc.head().application.as_deref(), Some("CAD"));
}

#[test]
fn components_have_centimetres_and_words_for_types() {
    let text = r#"{"building_data": {"project": "Haus", "components": [{"id": "h1", "name": "H", "type": "Holzbalken",
      "material": "Fichte", "dimensions": {"length": 400, "width": 20, "height": 15}, "location": "Erdgeschoss",
      "load_capacity": "250kg"}]}, "metadata": {}}"#;
    let doc = Doc::of(text);
    assert_eq!((doc.type_of("H"), doc.type_of("Haus")), ("IfcBeam", "IfcProject"));
    assert_eq!(doc.quantity("H", "Volume"), Some((Measure::Volume, 0.12, QuantitySource::Dimensions)));
    assert_eq!(doc.property("H", "load_capacity").unwrap(), "-: 250kg");
    assert_eq!(doc.storeys(), ["Erdgeschoss"]);
    assert!(doc.problems().iter().any(|(code, _, unit)| (*code, *unit) == (ProblemCode::UnitsMissing, "cm")));
}

#[test]
fn a_unit_beside_the_dimensions_goes_before_the_usual_one() {
    let doc = Doc::of(r#"{"components": [{"name": "H", "type": "Wand", "dimensions": {"length": 4, "unit": "m"}}]}"#);
    assert_eq!(doc.quantity("H", "Length"), Some((Measure::Length, 4.0, QuantitySource::QuantitySet)));
    assert_eq!(doc.type_of("H"), "IfcWall");
    assert!(!doc.problems().iter().any(|(code, ..)| *code == ProblemCode::UnitsMissing));
}

#[test]
fn objects_by_name_are_elements_too() {
    let text = r#"{"header": {"originating_system": "CAD"}, "geometry": {"wall1": {"points": [1, 2]}},
      "objects": {"wall1": {"type": "IfcWall", "id": "w", "name": "W", "properties": {"a": {"b": 1}}}}}"#;
    let doc = Doc::of(text);
    assert_eq!((doc.shape(), doc.count(), doc.type_of("W")), (Shape::ElementList, 1, "IfcWall"));
    assert_eq!(doc.property("W", "a.b").unwrap(), "-: 1 Plain");
}
