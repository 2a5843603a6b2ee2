use std::ops::ControlFlow;

use super::meaning_of;
use crate::formats::{ContentEncoding, read};
use crate::ifc::{BuildingModel, EntityIndex, Measure, ModelReader as _, PropertyValue, QuantitySource};

const SMALL: &str = r#"{
 "Ständer": [
  {"Name": "Ständer", "GUID": "2CLS6kJYj5PRrzRX5Lwte4", "Material": "Konstruktionsvollholz", "Eindeutige Bauteilbezeichnung": "ST_001",
   "Kostengruppe (DIN 276)": 331, "Tragend/ nicht tragend": true, "Feuerwiderstandsklasse (DIN EN 13501)": "REI 60", "U-Wert": 0.2,
   "Rohdichte (DIN 68364)": 450.0, "Länge": 3000, "Breite": 50.0, "Höhe": 200.0, "Geschoss": "1OG"},
  {"Name": "Ständer", "GUID": "x2", "Material": "A / B", "Länge": 2000, "Breite": "unbekannt", "Höhe": 200.0, "Geschoss": "unbekannt"}],
 "Sparren/Stab": [{"Name": "S1", "GUID": "x3", "Material": "unbekannt", "Volumen": 0.5, "Länge": 1, "Breite": 2, "Höhe": 3, "Geschoss": "1OG"}],
 "Raum": [{"Name": "Flur", "GUID": "x4", "Außenbauteil": false, "Fläche": 12.5}]
}"#;

fn small() -> BuildingModel {
    read(SMALL.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).unwrap().model
}

fn by_id(model: &BuildingModel, id: &str) -> EntityIndex {
    let is_it = |given: Option<crate::ifc::TextId>| given.is_some_and(|given| model.text(given) == id);
    let found = model.iter().find(|(_, e)| is_it(e.source_id) || e.global_id.is_some_and(|g| g.to_string() == id));
    found.unwrap().0
}

fn quantities(model: &BuildingModel, entity: EntityIndex) -> Vec<(&str, Measure, f64, QuantitySource)> {
    model.quantities(entity).iter().map(|q| (model.text(q.name), q.measure, q.value, q.source)).collect()
}

fn property(model: &BuildingModel, entity: EntityIndex, name: &str) -> Option<PropertyValue> {
    model.properties(entity).iter().find(|p| model.text(p.name) == name).map(|p| p.value)
}

#[test]
fn the_word_of_a_list_says_the_type() {
    for (group, entity_type, predefined) in [
        ("Ständer", "IfcMember", Some("STUD")),
        ("Staender", "IfcMember", Some("STUD")),
        ("Sparren/Stab", "IfcMember", None),
        ("Schwelle", "IfcMember", None),
        ("Decke", "IfcSlab", None),
        ("Bodenplatte", "IfcSlab", Some("BASESLAB")),
        ("Binder", "IfcElementAssembly", Some("TRUSS")),
        ("Dämmung", "IfcCovering", Some("INSULATION")),
        ("Innenwände", "IfcWall", None),
        ("Raum", "IfcSpace", None),
        ("Krimskrams", "IfcBuildingElementProxy", None),
    ] {
        let meaning = meaning_of(group);
        assert_eq!((meaning.entity_type, meaning.predefined_type), (entity_type, predefined), "{group}");
    }
}

#[test]
fn numbers_become_quantities_and_a_missing_volume_is_the_product() {
    let model = small();
    let stud = quantities(&model, by_id(&model, "2CLS6kJYj5PRrzRX5Lwte4"));
    assert_eq!(stud[0], ("Length", Measure::Length, 3.0, QuantitySource::QuantitySet));
    assert_eq!(stud.len(), 4);
    let (name, measure, volume, source) = stud[3];
    assert_eq!((name, measure, source), ("Volume", Measure::Volume, QuantitySource::Dimensions));
    assert!((volume - 0.03).abs() < 1e-12);
    let unknown = by_id(&model, "x2");
    assert_eq!(quantities(&model, unknown).len(), 2);
    assert!(matches!(property(&model, unknown, "Breite"), Some(PropertyValue::Text(_))));
    let rafter = quantities(&model, by_id(&model, "x3"));
    assert_eq!(rafter.iter().filter(|(name, ..)| *name == "Volume").count(), 1);
}

#[test]
fn fields_are_kept_under_the_german_and_the_standard_name() {
    let model = small();
    let index = by_id(&model, "2CLS6kJYj5PRrzRX5Lwte4");
    for name in ["Tragend/ nicht tragend", "LoadBearing"] {
        assert_eq!(property(&model, index, name), Some(PropertyValue::Boolean(true)));
    }
    for name in ["U-Wert", "ThermalTransmittance"] {
        let wanted = PropertyValue::Number { value: 0.2, measure: Measure::ThermalTransmittance };
        assert_eq!(property(&model, index, name), Some(wanted));
    }
    assert_eq!(property(&model, index, "FireRating"), property(&model, index, "Feuerwiderstandsklasse (DIN EN 13501)"));
    let density = PropertyValue::Number { value: 450.0, measure: Measure::Plain };
    assert_eq!(property(&model, index, "Rohdichte (DIN 68364)"), Some(density));
    let [(Some(system), code)] = &*model.classifications(index) else { panic!() };
    assert_eq!((model.text(*system), model.text(*code)), ("DIN 276", "331"));
    let entity = model.entity(index).unwrap();
    assert_eq!(entity.tag.map(|tag| model.text(tag)), Some("ST_001"));
    assert_eq!(entity.label.map(|label| model.text(label)), Some("Ständer"));
}

#[test]
fn storeys_are_made_once_per_label_and_materials_split() {
    let model = small();
    assert_eq!(model.summary().storeys.len(), 1);
    let storey_of = |id: &str| model.entity(by_id(&model, id)).unwrap().storey;
    assert_eq!(storey_of("x3"), Some(model.summary().storeys[0]));
    assert_eq!(storey_of("x2"), None);
    let materials =
        |id: &str| -> Vec<_> { model.materials(by_id(&model, id)).iter().map(|m| model.text(m.material)).collect() };
    assert_eq!(materials("x2"), ["A", "B"]);
    assert!(materials("x3").is_empty());
    let room = model.entity(by_id(&model, "x4")).unwrap();
    assert_eq!(room.long_name.map(|name| model.text(name)), Some("Flur"));
    assert_eq!(property(&model, by_id(&model, "x4"), "IsExternal"), Some(PropertyValue::Boolean(false)));
}
