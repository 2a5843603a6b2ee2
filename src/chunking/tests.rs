use serde_json::{Value, json};

use super::testing::Fake;
use super::{ChunkDocument, ChunkInput, ChunkOptions, Overlap, Strategy, diff, plan, render};
use crate::ifc::{EntityIndex, RecordIndex, SourceReader};

mod lossless;
mod stability;

pub(super) fn chunks(fake: &Fake, options: &ChunkOptions) -> Vec<ChunkDocument> {
    let input = ChunkInput::new(fake, fake);
    let plan = plan(&input, options).unwrap();
    (0..plan.len()).map(|index| render(&input, &plan, index).unwrap()).collect()
}

fn options(strategy: Strategy, tokens_max: u32) -> ChunkOptions {
    ChunkOptions { tokens_max, ..ChunkOptions::new(strategy) }
}

fn entity(class: &str, id: &str) -> Value {
    json!({"type": class, "globalId": id, "name": format!("{class} {id}")})
}

fn one_to_many(class: &str, id: &str, one: (&str, &str), many: (&str, &[&str])) -> Value {
    let many_refs: Vec<Value> = many.1.iter().map(|id| json!({"ref": id})).collect();
    json!({"type": class, "globalId": id, one.0: {"ref": one.1}, many.0: many_refs})
}

/// A house of two storeys with an opening, a type, a system and sets.
fn house() -> Value {
    let mut data = vec![
        entity("IfcProject", "p"),
        entity("IfcBuilding", "b"),
        json!({"type": "IfcBuildingStorey", "globalId": "og", "name": "OG", "elevation": 3.0}),
        json!({"type": "IfcBuildingStorey", "globalId": "eg", "name": "EG", "elevation": 0.0}),
        entity("IfcSpace", "room"),
    ];
    for class in ["IfcWall", "IfcSlab", "IfcDoor", "IfcOpeningElement", "IfcDuctSegment", "IfcPipeSegment", "IfcPump"] {
        data.push(entity(class, class.trim_start_matches("Ifc")));
    }
    data.push(entity("IfcCurtainWall", "facade"));
    data.push(entity("IfcPlate", "pane"));
    data.push(
        json!({"type": "IfcDistributionSystem", "globalId": "sys", "name": "S", "predefinedType": "FIREPROTECTION"}),
    );
    data.push(entity("IfcAlarm", "alarm"));
    data.push(entity("IfcLightFixture", "lamp"));
    data.push(one_to_many("IfcRelAggregates", "r1", ("relatingObject", "p"), ("relatedObjects", &["b"])));
    data.push(one_to_many("IfcRelAggregates", "r2", ("relatingObject", "b"), ("relatedObjects", &["og", "eg"])));
    data.push(one_to_many("IfcRelAggregates", "r3", ("relatingObject", "eg"), ("relatedObjects", &["room"])));
    data.push(one_to_many("IfcRelAggregates", "r4", ("relatingObject", "facade"), ("relatedObjects", &["pane"])));
    let contained = ("relatedElements", &["Wall", "Slab", "Door"][..]);
    data.push(one_to_many("IfcRelContainedInSpatialStructure", "r5", ("relatingStructure", "eg"), contained));
    let contained = ("relatedElements", &["facade", "DuctSegment"][..]);
    data.push(one_to_many("IfcRelContainedInSpatialStructure", "r6", ("relatingStructure", "og"), contained));
    let contained = ("relatedElements", &["PipeSegment"][..]);
    data.push(one_to_many("IfcRelContainedInSpatialStructure", "r7", ("relatingStructure", "room"), contained));
    let cut = ("relatedOpeningElement", &["OpeningElement"][..]);
    data.push(one_to_many("IfcRelVoidsElement", "r8", ("relatingBuildingElement", "Wall"), cut));
    data.push(one_to_many("IfcRelAssignsToGroup", "r9", ("relatingGroup", "sys"), ("relatedObjects", &["Pump"])));
    data.push(json!({"type": "IfcPropertySet", "globalId": "s1", "name": "Pset_WallCommon",
        "hasProperties": [{"name": "LoadBearing", "value": true}, {"name": "FireRating", "value": "F90"}]}));
    let has = ("relatedObjects", &["Wall"][..]);
    data.push(one_to_many("IfcRelDefinesByProperties", "r10", ("relatingPropertyDefinition", "s1"), has));
    data.push(json!({"type": "IfcRelAssociatesMaterial", "globalId": "r11", "relatedObjects": [{"ref": "Slab"}],
        "relatingMaterial": {"name": "Beton"}}));
    json!({"type": "IFC.JSON", "version": "0.0.1", "data": data})
}

/// Path of the chunk in which an entity is at home, without the project.
fn home(chunks: &[ChunkDocument], id: &str) -> String {
    let homes: Vec<&ChunkDocument> =
        chunks.iter().filter(|chunk| chunk.entities.iter().any(|entity| entity.global_id == id)).collect();
    assert_eq!(homes.len(), 1, "{id}");
    homes[0].path[1..].join("/")
}

#[test]
fn hierarchical_chunks_follow_the_spatial_structure_from_the_lowest_storey() {
    let fake = Fake::new(&house());
    let chunks = chunks(&fake, &options(Strategy::Hierarchical, 4000));
    assert_eq!(home(&chunks, "Wall"), "IfcBuilding b/EG");
    assert_eq!(home(&chunks, "OpeningElement"), "IfcBuilding b/EG");
    assert_eq!(home(&chunks, "PipeSegment"), "IfcBuilding b/EG/IfcSpace room");
    assert_eq!(home(&chunks, "pane"), "IfcBuilding b/OG");
    assert_eq!(home(&chunks, "Pump"), "without container");
    let paths: Vec<String> = chunks.iter().map(|chunk| chunk.path.join("/")).collect();
    let position = |name: &str| paths.iter().position(|path| path.ends_with(name)).unwrap();
    assert!(position("/EG") < position("/OG"));
}

#[test]
fn disciplines_are_told_by_class_system_and_load_bearing() {
    let fake = Fake::new(&house());
    let chunks = chunks(&fake, &options(Strategy::Discipline, 4000));
    for (id, discipline) in [
        ("Wall", "structure"),
        ("OpeningElement", "structure"),
        ("Slab", "structure"),
        ("Door", "architecture"),
        ("facade", "architecture"),
        ("room", "architecture"),
        ("DuctSegment", "hvac"),
        ("PipeSegment", "plumbing"),
        ("Pump", "fire_protection"),
        ("alarm", "fire_protection"),
        ("sys", "fire_protection"),
        ("lamp", "electrical"),
        ("eg", "general"),
    ] {
        assert_eq!(home(&chunks, id), discipline, "{id}");
    }
}

#[test]
fn openings_stay_with_their_walls_and_parts_with_their_wholes() {
    let fake = Fake::new(&house());
    let chunks = chunks(&fake, &options(Strategy::EntityType, 4000));
    assert_eq!(home(&chunks, "OpeningElement"), "IfcWall");
    assert_eq!(home(&chunks, "pane"), "IfcCurtainWall");
    assert_eq!(home(&chunks, "Door"), "IfcDoor");
    assert_eq!(home(&chunks, "eg"), "IfcBuildingStorey");
    let walls = chunks.iter().find(|chunk| chunk.path.ends_with(&["IfcWall".to_owned()])).unwrap();
    let ids: Vec<&str> = walls.entities.iter().map(|entity| entity.global_id.as_str()).collect();
    assert_eq!(ids, ["Wall", "OpeningElement"]);
}

#[test]
fn properties_group_by_material_then_fire_rating() {
    let fake = Fake::new(&house());
    let chunks = chunks(&fake, &options(Strategy::Property, 4000));
    assert_eq!(home(&chunks, "Slab"), "material/Beton");
    assert_eq!(home(&chunks, "Wall"), "fire rating/F90");
    assert_eq!(home(&chunks, "Door"), "without material, classification and fire rating");
}

#[test]
fn placements_fall_into_cells_and_storeys_stand_in_where_none_is_known() {
    let fake = Fake::new(&house());
    let geometric = options(Strategy::Geometric, 4000);
    assert_eq!(home(&chunks(&fake, &geometric), "Wall"), "without placement/EG");
    let place = |entity: EntityIndex| (entity.index() == 5).then_some([12.0, -1.0, 3.0]);
    let input = ChunkInput::new(&fake, &fake).with_placement(&place);
    let plan = plan(&input, &geometric).unwrap();
    let placed: Vec<ChunkDocument> = (0..plan.len()).map(|index| render(&input, &plan, index).unwrap()).collect();
    assert_eq!(home(&placed, "Wall"), "cell 1 -1 0");
}

#[test]
fn records_go_with_their_entities_and_say_where_they_stand() {
    let fake = Fake::new(&house());
    let chunks = chunks(&fake, &options(Strategy::EntityType, 4000));
    let walls = chunks.iter().find(|chunk| chunk.path.ends_with(&["IfcWall".to_owned()])).unwrap();
    let texts: Vec<&str> = walls.content.iter().map(|piece| piece.text.as_str()).collect();
    assert!(texts.iter().any(|text| text.contains("Pset_WallCommon")), "the wall's set is with the wall");
    assert!(texts.iter().any(|text| text.contains("IfcRelVoidsElement")), "the relation is with the opening");
    let place = walls.entities[0].place.as_ref().unwrap();
    assert_eq!(place.pointer, "/data/5");
    for (piece, place) in walls.content.iter().zip(&walls.places) {
        let start = usize::try_from(place.byte_offset).unwrap();
        assert_eq!(piece.text.as_bytes(), &fake.file[start..start + place.bytes as usize]);
    }
    let named: Vec<&str> = walls.header.related.iter().map(|related| related.id.as_str()).collect();
    assert_eq!(named, ["eg"]);
    assert!(walls.text().starts_with("path: IfcProject p / IfcWall\n"));
}

#[test]
fn overlap_repeats_neighbours_or_names_the_related() {
    let fake = Fake::new(&house());
    let with = |overlap| ChunkOptions { overlap, ..options(Strategy::Hierarchical, 600) };
    let related = chunks(&fake, &with(Overlap::Related));
    let lines: Vec<&String> = related.iter().flat_map(|chunk| &chunk.overlap.references).collect();
    assert!(lines.iter().any(|line| line.starts_with("container IfcBuildingStorey \"EG\" eg")), "{lines:?}");
    let before = chunks(&fake, &with(Overlap::Tokens(200)));
    let repeated: usize = before.iter().map(|chunk| chunk.overlap.entities.len()).sum();
    assert!(0 < repeated);
    for chunk in before.iter().chain(&related) {
        assert!(chunk.tokens.total <= 600, "{:?}", chunk.tokens);
        let home: Vec<&str> = chunk.entities.iter().map(|entity| entity.global_id.as_str()).collect();
        assert!(chunk.overlap.entities.iter().all(|one| !home.contains(&one.global_id.as_str())));
    }
}

#[test]
fn ids_stay_unless_the_chunk_changes() {
    let (before, mut after) = (house(), house());
    let old = plan_ids(&before, Strategy::EntityType);
    assert_eq!(diff(old.clone(), plan_ids(&before, Strategy::EntityType)).written, 0);
    // A longer door moves the offsets of all that follows it and changes one chunk.
    after["data"][7]["description"] = json!("x".repeat(300));
    let changed = diff(old.clone(), plan_ids(&after, Strategy::EntityType));
    assert_eq!((changed.written, changed.removed), (1, 1));
    let other = plan_ids(&before, Strategy::Property);
    assert_eq!(diff(old, other).kept, 0, "a strategy is a part of the id");
}

fn plan_ids(document: &Value, strategy: Strategy) -> Vec<super::ChunkId> {
    let fake = Fake::new(document);
    plan(&ChunkInput::new(&fake, &fake), &options(strategy, 4000)).unwrap().ids().collect()
}

#[test]
fn chunks_that_say_the_same_have_different_ids() {
    let twice: Vec<Value> =
        (0..40).map(|_| json!({"text": "the same words again and again in each of the records"})).collect();
    let fake = Fake::new(&json!({"list": twice}));
    let found = plan(&ChunkInput::new(&fake, &fake), &options(Strategy::Hierarchical, 256)).unwrap();
    let ids: std::collections::BTreeSet<_> = found.ids().collect();
    assert!(1 < ids.len());
    assert_eq!(ids.len(), found.len());
}

#[test]
fn large_entities_are_divided_between_values_and_a_large_value_stands_alone() {
    let sets: serde_json::Map<String, Value> = (0..30)
        .map(|set| {
            let values: serde_json::Map<String, Value> =
                (0..8).map(|at| (format!("Eigenschaft {at}"), json!(format!("Wert {set}/{at}")))).collect();
            (format!("Pset_{set}"), Value::Object(values))
        })
        .collect();
    let wall =
        json!({"type": "IfcWall", "globalId": "w", "name": "Wand", "PropertySets": sets, "note": "lang ".repeat(900)});
    let fake = Fake::new(&json!({"data": [wall, entity("IfcDoor", "d")]}));
    let chunks = chunks(&fake, &options(Strategy::EntityType, 600));
    let parts: Vec<&ChunkDocument> = chunks.iter().filter(|chunk| chunk.is_part.is_some()).collect();
    assert!(3 < parts.len());
    let oversize: Vec<&&ChunkDocument> = parts.iter().filter(|chunk| chunk.is_oversize).collect();
    assert_eq!(oversize.len(), 1);
    assert!(oversize[0].content[0].path.as_deref() == Some("/note"), "{:?}", oversize[0].content[0].path);
    let joined: String = parts.iter().flat_map(|chunk| &chunk.content).map(|piece| piece.text.as_str()).collect();
    assert_eq!(joined.as_bytes(), fake.record_bytes(RecordIndex(0)).unwrap());
    let whole = |piece: &str| piece.matches("Pset_").count() * 8 == piece.matches("Eigenschaft").count();
    let regular = parts.iter().filter(|chunk| !chunk.is_oversize).flat_map(|chunk| &chunk.content);
    assert!(regular.clone().all(|piece| whole(&piece.text)), "a property set is not divided where it fits");
    assert!(parts[0].header.part.as_deref().unwrap().starts_with("1 of "));
    assert!(chunks.iter().filter(|chunk| !chunk.is_oversize).all(|chunk| chunk.tokens.total <= 600));
}

#[test]
fn options_out_of_range_are_refused() {
    let fake = Fake::new(&house());
    let input = ChunkInput::new(&fake, &fake);
    for (tokens_max, overlap) in [(10, Overlap::None), (4000, Overlap::Percent(90)), (4000, Overlap::Tokens(0))] {
        let refused = plan(&input, &ChunkOptions { overlap, ..options(Strategy::Property, tokens_max) });
        let code = refused.map(|_| ()).map_err(|error| crate::error::Coded::code(&error));
        assert_eq!(code, Err(crate::error::ErrorCode::ChunkOptionsInvalid));
    }
    assert_eq!(Overlap::parse("percent:15"), Some(Overlap::Percent(15)));
    assert_eq!(Overlap::parse("tokens:x"), None);
}

#[test]
fn chunks_shrink_with_memory_and_context() {
    use super::{Pressure, TokenModel};
    let size = |context, pressure| {
        ChunkOptions::for_conditions(Strategy::Hierarchical, TokenModel::Claude, context, pressure).tokens_max
    };
    assert_eq!(size(200_000, Pressure::Normal), crate::limits::CHUNK_TOKENS_DEFAULT);
    assert_eq!(size(32_000, Pressure::Normal), 2000);
    assert_eq!(size(200_000, Pressure::Critical), 500);
    assert_eq!(size(1000, Pressure::High), crate::limits::CHUNK_TOKENS_MIN);
}
