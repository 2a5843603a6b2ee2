use std::ops::ControlFlow;

use crate::formats::{ContentEncoding, read};
use crate::ifc::{
    BuildingModel, Entity, EntityIndex, Measure, ModelReader as _, ProblemCode, PropertyValue, QuantitySource,
};

const SMALL: &str = r#"{
 "data": {
  "IfcDoor": [{"id": "d1", "name": "T1", "host_id": "w1", "material": "Holz", "width": 1, "height": 2.1,
               "fire_rating": "T30", "storey": "Erdgeschoss", "usage": "Eingang"}],
  "IfcWall": [{"id": "w1", "name": "W1", "predefined_type": "EXTERNAL", "storey": "Erdgeschoss",
    "material": {"name": "Ziegel + Putz", "layers": [{"name": "Ziegel", "thickness": 0.3}, {"name": "Putz", "thickness": 0.1}]},
    "physical_properties": {"length": 4.0, "gross_area": 10.0, "volume": 3.0, "thermal_transmittance": 0.2, "fire_resistance": "REI 90"},
    "structural_usage": "NONLOADBEARING", "properties": {"Pset_WallCommon": {"Reference": "A", "Count": 3, "Ok": true}}}],
  "IfcBuildingStorey": [{"id": "s1", "name": "Obergeschoss", "elevation": 3.5}],
  "IfcSpace": [{"id": 7, "global_id": "r1", "name": "1", "long_name": "Flur", "parent_id": "s1", "boundaries": ["w1", "w1", "gone"]}],
  "IfcFurniture": [{"id": "f1", "name": "Tisch", "space": "Flur", "space_id": 7, "storey": "Obergeschoss"}, 5]
 },
 "header": {"originating_system": "CAD 1", "schema_identifiers": ["IFC4"], "author": ["A. Muster"]}
}"#;

fn small() -> BuildingModel {
    read(SMALL.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).unwrap().model
}

fn named(model: &BuildingModel, name: &str) -> (EntityIndex, Entity) {
    model.iter().find(|(_, e)| e.name.is_some_and(|n| model.text(n) == name)).unwrap()
}

fn property(model: &BuildingModel, entity: EntityIndex, name: &str) -> PropertyValue {
    model.properties(entity).iter().find(|p| model.text(p.name) == name).unwrap().value
}

#[test]
fn links_by_id_and_storeys_by_name_are_resolved() {
    let model = small();
    let (wall, wall_entity) = named(&model, "W1");
    let (ground, _) = named(&model, "Erdgeschoss");
    let (_, door) = named(&model, "T1");
    let (upper, storey) = named(&model, "Obergeschoss");
    let (room, _) = named(&model, "1");
    let (_, table) = named(&model, "Tisch");
    assert_eq!((door.host, door.storey, wall_entity.storey), (Some(wall), Some(ground), Some(ground)));
    assert_eq!(storey.elevation_m, Some(3.5));
    assert_eq!((table.container, table.storey), (Some(room), Some(upper)));
    assert_eq!(*model.boundaries(room), [wall]);
    let codes: Vec<_> = model.summary().problems.kept.iter().map(|p| (p.code, p.pointer.as_str())).collect();
    let wanted =
        [(ProblemCode::RecordNotObject, "/data/IfcFurniture/1"), (ProblemCode::ReferenceDangling, "/data/IfcSpace/0")];
    assert_eq!(codes, wanted);
    assert_eq!(model.summary().head.application.as_deref(), Some("CAD 1"));
    assert_eq!(model.summary().head.schema.as_deref(), Some("IFC4"));
    assert_eq!(model.summary().head.authors, ["A. Muster"]);
}

#[test]
fn fields_become_quantities_and_properties() {
    let model = small();
    let (wall, _) = named(&model, "W1");
    let (door, _) = named(&model, "T1");
    let quantities: Vec<_> =
        model.quantities(wall).iter().map(|q| (model.text(q.name), q.measure, q.value, q.source)).collect();
    let set = QuantitySource::QuantitySet;
    let wanted = [
        ("length", Measure::Length, 4.0, set),
        ("gross_area", Measure::Area, 10.0, set),
        ("volume", Measure::Volume, 3.0, set),
    ];
    assert_eq!(quantities, wanted);
    assert_eq!(property(&model, wall, "IsExternal"), PropertyValue::Boolean(true));
    assert_eq!(property(&model, wall, "LoadBearing"), PropertyValue::Boolean(false));
    assert_eq!(property(&model, wall, "Ok"), PropertyValue::Boolean(true));
    let transmittance = PropertyValue::Number { value: 0.2, measure: Measure::ThermalTransmittance };
    assert_eq!(property(&model, wall, "ThermalTransmittance"), transmittance);
    for (entity, name, wanted) in
        [(wall, "FireRating", "REI 90"), (door, "FireRating", "T30"), (door, "usage", "Eingang")]
    {
        let PropertyValue::Text(text) = property(&model, entity, name) else { panic!("{name}") };
        assert_eq!(model.text(text), wanted);
    }
    assert_eq!(model.quantities(door).len(), 2);
    let layers: Vec<_> = model.materials(wall).iter().map(|m| (model.text(m.material), m.share)).collect();
    assert_eq!(layers.len(), 2);
    assert_eq!(layers[0].0, "Ziegel");
    assert!((layers[0].1.unwrap() - 0.75).abs() < 1e-12);
    assert_eq!(model.text(model.materials(door)[0].material), "Holz");
}
