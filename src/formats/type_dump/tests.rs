use crate::formats::testing::Doc;
use crate::ifc::{Measure, ProblemCode, QuantitySource, Shape};

/// The project and its units come last, in millimetres and feet; the room is on a storey, the door in it and in a wall.
const SMALL: &str = r#"{
 "IfcWall": [{"id": 10, "type": "IfcWall", "GlobalId": "w1", "Name": "W1", "PredefinedType": null,
   "Type": {"Name": "Massiv", "type": "IfcWallType"}, "Storey": {"GlobalId": "s1", "Name": "EG"},
   "PropertySets": {"Pset_WallCommon": {"IsExternal": true, "FireRating": "F90", "ThermalTransmittance": 0.2},
                    "Dimensions": {"Volume": 50.0, "Schriftgröße [mm]": 3.0}},
   "Quantities": {"BaseQuantities": {"Length": 4000.0, "NetSideArea": 100.0, "Anzahl der Türen": 2.0}},
   "Materials": [{"Name": "Beton", "Thickness": 300.0}, {"Name": "Putz", "Thickness": 100.0}]}, 7],
 "IfcDoor": [{"id": 11, "GlobalId": "d1", "Name": "T1", "OverallWidth": 900.0, "HostElement": "w1",
   "Space": {"GlobalId": "r1"}, "Storey": {"GlobalId": "s1"}, "OperationType": "SINGLE", "Materials": [{"Name": "Holz"}]},
  {"id": 12, "Name": "T2", "HostElement": "gone"}],
 "IfcSpace": [{"id": 13, "GlobalId": "r1", "Name": "1", "LongName": "Flur", "Parent": {"GlobalId": "s1"}}],
 "IfcBuildingStorey": [{"id": 14, "GlobalId": "s1", "Name": "EG", "Elevation": -200.0}],
 "Notes": [{"a": 1}],
 "IfcProject": [{"GlobalId": "p", "Name": "P", "Schema": "IFC4",
   "Units": {"LENGTHUNIT": "MILLIMETRE", "AREAUNIT": "SQUARE FOOT", "VOLUMEUNIT": "cord", "TIMEUNIT": "Year"}}]
}"#;

#[test]
fn numbers_are_converted_by_units_that_stand_last() {
    let doc = Doc::of(SMALL);
    assert_eq!(doc.shape(), Shape::TypeDump);
    assert!(doc.head().units_declared);
    let set = QuantitySource::QuantitySet;
    assert_eq!(doc.quantity("W1", "Length"), Some((Measure::Length, 4.0, set)));
    assert_eq!(doc.quantity("W1", "NetSideArea"), Some((Measure::Area, 9.290304, set)));
    assert_eq!(doc.quantity("T1", "OverallWidth"), Some((Measure::Length, 0.9, QuantitySource::Attribute)));
    assert_eq!(doc.property("W1", "Volume").unwrap(), "Dimensions: 50 Unknown", "the unit is not known");
    assert_eq!(doc.materials("W1"), [("Beton", Some(0.3), Some(0.75)), ("Putz", Some(0.1), Some(0.25))]);
    assert_eq!(doc.entity("EG").1.elevation_m, Some(-0.2));
}

#[test]
fn values_are_kept_under_their_sets() {
    let doc = Doc::of(SMALL);
    for (name, wanted) in [
        ("IsExternal", "Pset_WallCommon: true"),
        ("FireRating", "Pset_WallCommon: F90"),
        ("ThermalTransmittance", "Pset_WallCommon: 0.2 ThermalTransmittance"),
        ("Schriftgröße [mm]", "Dimensions: 3 Plain"),
        ("Anzahl der Türen", "BaseQuantities: 2 Count"),
    ] {
        assert_eq!(doc.property("W1", name).as_deref(), Some(wanted));
    }
    assert_eq!(doc.property("T1", "OperationType").unwrap(), "-: SINGLE");
    assert_eq!(doc.type_name("W1"), Some("Massiv"));
}

#[test]
fn a_space_goes_before_its_storey_and_a_wall_hosts_its_door() {
    let doc = Doc::of(SMALL);
    assert_eq!(doc.place("T1"), ["1", "W1", "-", "EG"]);
    assert_eq!(doc.place("W1"), ["EG", "-", "-", "EG"]);
    let mut codes: Vec<_> = doc.problems().into_iter().map(|(code, _, detail)| (code, detail)).collect();
    codes.sort_unstable();
    let wanted = [
        (ProblemCode::RecordNotObject, "a number"),
        (ProblemCode::TypeMissing, "Notes"),
        (ProblemCode::ReferenceDangling, "gone"),
        (ProblemCode::UnitUnknown, "cord"),
    ];
    assert_eq!(codes, wanted);
}

#[test]
fn without_units_si_is_assumed_and_said() {
    let doc = Doc::of(r#"{"IfcWall": [{"GlobalId": "w", "Name": "W", "Quantities": {"Q": {"Höhe (Z)": 2.5}}}]}"#);
    let wanted = (Measure::Length, 2.5, QuantitySource::QuantitySet);
    assert_eq!(doc.quantity("W", "Höhe (Z)"), Some(wanted));
    assert_eq!(doc.problems(), [(ProblemCode::UnitsMissing, "", "")]);
}
