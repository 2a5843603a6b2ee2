use crate::formats::testing::Doc;
use crate::ifc::{Measure, ProblemCode, QuantitySource, Shape};

/// Instances in no order; types in words, in capitals and as codes; the relation to the wall before the wall.
const SMALL: &str = r#"{
 "40":{"expressID":40,"type":"IfcRelDefinesByProperties","GlobalId":{"type":1,"value":"x"},"RelatedObjects":[{"type":5,"value":10}],"RelatingPropertyDefinition":{"type":5,"value":41}},
 "41":{"expressID":41,"type":"IfcPropertySet","GlobalId":{"type":1,"value":"y"},"Name":{"type":1,"value":"Pset_WallCommon"},"HasProperties":[{"type":5,"value":42},{"type":5,"value":43},{"type":5,"value":44},{"type":5,"value":45}]},
 "42":{"expressID":42,"type":"IfcPropertySingleValue","Name":{"type":1,"value":"IsExternal"},"NominalValue":{"type":3,"value":"T"},"Unit":null},
 "43":{"expressID":43,"type":"IfcPropertySingleValue","Name":{"type":1,"value":"X"},"NominalValue":{"type":4,"value":50,"name":"IFCPOSITIVELENGTHMEASURE"}},
 "44":{"expressID":44,"type":"IfcComplexProperty","Name":{"type":1,"value":"Outer"},"HasProperties":[{"type":5,"value":46}]},
 "45":{"expressID":45,"type":"IfcPropertyEnumeratedValue","Name":{"type":1,"value":"Status"},"EnumerationValues":[{"type":2,"value":"NEW"},{"type":2,"value":"OLD"}]},
 "46":{"expressID":46,"type":"IfcPropertySingleValue","Name":{"type":1,"value":"Inner"},"NominalValue":{"type":1,"value":"i"}},
 "10":{"expressID":10,"type":3512223829,"GlobalId":{"type":1,"value":"2XPyKWY018sA1ygZKgQPtU"},"Name":{"type":1,"value":"W1"},"Representation":{"type":5,"value":999}},
 "11":{"expressID":11,"type":"IFCDOOR","GlobalId":{"type":1,"value":"d1"},"Name":{"type":1,"value":"T1"},"OverallWidth":{"type":4,"value":900}},
 "12":{"expressID":12,"type":"IfcOpeningElement","GlobalId":{"type":1,"value":"o1"},"Name":{"type":1,"value":"O1"}},
 "13":{"expressID":13,"type":"IfcRelVoidsElement","RelatingBuildingElement":{"type":5,"value":10},"RelatedOpeningElement":{"type":5,"value":12}},
 "14":{"expressID":14,"type":"IfcRelFillsElement","RelatingOpeningElement":{"type":5,"value":12},"RelatedBuildingElement":{"type":5,"value":11}},
 "20":{"expressID":20,"type":"IfcRelAssociatesMaterial","RelatedObjects":[{"type":5,"value":10}],"RelatingMaterial":{"type":5,"value":21}},
 "21":{"expressID":21,"type":"IfcMaterialLayerSetUsage","ForLayerSet":{"type":5,"value":22}},
 "22":{"expressID":22,"type":"IfcMaterialLayerSet","MaterialLayers":[{"type":5,"value":23},{"type":5,"value":25}]},
 "23":{"expressID":23,"type":"IfcMaterialLayer","Material":{"type":5,"value":24},"LayerThickness":{"type":4,"value":300}},
 "24":{"expressID":24,"type":"IfcMaterial","Name":{"type":1,"value":"Beton"}},
 "25":{"expressID":25,"type":"IfcMaterialLayer","Material":null,"LayerThickness":{"type":4,"value":100}},
 "30":{"expressID":30,"type":"IfcProject","GlobalId":{"type":1,"value":"p1"},"Name":{"type":1,"value":"P"},"UnitsInContext":{"type":5,"value":31}},
 "31":{"expressID":31,"type":"IfcUnitAssignment","Units":[{"type":5,"value":32},{"type":5,"value":33}]},
 "32":{"expressID":32,"type":"IfcSIUnit","UnitType":{"type":3,"value":"LENGTHUNIT"},"Prefix":{"type":3,"value":"MILLI"},"Name":{"type":3,"value":"METRE"}},
 "33":{"expressID":33,"type":"IfcConversionBasedUnit","UnitType":{"type":3,"value":"AREAUNIT"},"Name":{"type":1,"value":"SQUARE FOOT"},"ConversionFactor":{"type":5,"value":34}},
 "34":{"expressID":34,"type":"IfcMeasureWithUnit","ValueComponent":{"type":4,"value":0.09290304},"UnitComponent":{"type":5,"value":35}},
 "35":{"expressID":35,"type":"IfcSIUnit","UnitType":{"type":3,"value":"AREAUNIT"},"Prefix":null,"Name":{"type":3,"value":"SQUARE_METRE"}},
 "50":{"expressID":50,"type":"IfcRelDefinesByType","RelatedObjects":[{"type":5,"value":10},{"type":5,"value":77}],"RelatingType":{"type":5,"value":51}},
 "51":{"expressID":51,"type":"IfcWallType","GlobalId":{"type":1,"value":"t1"},"Name":{"type":1,"value":"Massiv"},"HasPropertySets":[{"type":5,"value":52}]},
 "52":{"expressID":52,"type":"IfcElementQuantity","Name":{"type":1,"value":"Qto"},"Quantities":[{"type":5,"value":53}]},
 "53":{"expressID":53,"type":"IfcQuantityArea","Name":{"type":1,"value":"NetSideArea"},"Unit":null,"AreaValue":{"type":4,"value":100}},
 "60":{"expressID":60,"type":"IfcRelAssociatesClassification","RelatedObjects":[{"type":5,"value":10}],"RelatingClassification":{"type":5,"value":61}},
 "61":{"expressID":61,"type":"IfcClassificationReference","ItemReference":{"type":1,"value":"331"},"Name":{"type":1,"value":"Wand"},"ReferencedSource":{"type":5,"value":62}},
 "62":{"expressID":62,"type":"IfcClassification","Name":{"type":1,"value":"DIN 276"}},
 "70":{"expressID":70,"type":"IfcApplication","ApplicationFullName":{"type":1,"value":"CAD"},"Version":{"type":1,"value":"2"}}
}"#;

#[test]
fn instances_are_put_together_by_their_express_ids() {
    let doc = Doc::of(SMALL);
    assert_eq!((doc.shape(), doc.count()), (Shape::WebIfc, 5));
    assert_eq!(doc.type_of("W1"), "IfcWallStandardCase", "a type may stand as a code");
    assert_eq!(doc.type_of("T1"), "IfcDoor", "or in capitals");
    assert_eq!(doc.place("T1"), ["-", "W1", "-", "-"]);
    assert_eq!(doc.type_name("W1"), Some("Massiv"));
    assert_eq!(doc.head().application.as_deref(), Some("CAD 2"));
    assert_eq!(doc.problems().len(), 1);
    assert_eq!(doc.problems().first().map(|(code, _, id)| (*code, *id)), Some((ProblemCode::ReferenceDangling, "77")));
}

#[test]
fn values_keep_their_kinds_and_units() {
    let doc = Doc::of(SMALL);
    for (name, wanted) in [
        ("IsExternal", "Pset_WallCommon: true"),
        ("X", "Pset_WallCommon: 0.05 Length"),
        ("Outer.Inner", "Pset_WallCommon: i"),
        ("Status", "Pset_WallCommon: NEW, OLD"),
    ] {
        assert_eq!(doc.property("W1", name).as_deref(), Some(wanted));
    }
    let area = (Measure::Area, 9.290304, QuantitySource::QuantitySet);
    assert_eq!(doc.quantity("W1", "NetSideArea"), Some(area), "a type's quantity, in square feet");
    assert_eq!(doc.quantity("T1", "OverallWidth"), Some((Measure::Length, 0.9, QuantitySource::Attribute)));
    assert_eq!(doc.materials("W1"), [("Beton", Some(0.3), Some(0.75)), ("?", Some(0.1), Some(0.25))]);
}
