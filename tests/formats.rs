//! Reading whole files: the faults a stream can have, and the real models in every shape that is read.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stand outside test functions")]
#![expect(clippy::print_stdout, reason = "says in plain words that the real models are absent")]
#![expect(clippy::tests_outside_test_module, reason = "an integration test is a test module")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ifc_json_chunking::error::{Coded, ErrorCode};
use ifc_json_chunking::formats::{ContentEncoding, ReadError, ReadModel, ReadOptions, read, read_with};
use ifc_json_chunking::ifc::{
    BuildingModel, Entity, EntityIndex, GlobalId, ModelReader as _, ProblemCode, PropertyValue, QuantitySource, Shape,
    is_a, is_element,
};
use ifc_json_chunking::limits;

fn read_bytes(source: impl Read + Send) -> Result<ReadModel, ReadError> {
    read(source, ContentEncoding::Identity, &mut |_| ControlFlow::Continue(()))
}

fn code_of(source: impl Read + Send) -> ErrorCode {
    match read_bytes(source) {
        Ok(read) => panic!("read as {:?}", read.model.summary().head.shape),
        Err(error) => error.code(),
    }
}

fn strictly(source: impl Read + Send) -> Result<ReadModel, ReadError> {
    let options = ReadOptions { strict: true };
    read_with(source, ContentEncoding::Identity, options, &mut |_| ControlFlow::Continue(()))
}

/// What a file is found to be broken by, where it is read all the same.
fn faults_of(source: impl Read + Send) -> Vec<&'static str> {
    let problems = read_bytes(source).unwrap().model.summary().problems.clone();
    let faults = [
        ProblemCode::FileTruncated,
        ProblemCode::StructureBroken,
        ProblemCode::RecordMalformed,
        ProblemCode::RecordTooLarge,
    ];
    problems.kept.iter().filter(|problem| faults.contains(&problem.code)).map(|problem| problem.code.as_str()).collect()
}

/// The folder of real models; a plain line where it is absent.
fn models() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models");
    let folder = std::env::var_os("IFC_SHARED_MODELS").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("no real models at {}: nothing checked", folder.display());
    None
}

fn model(folder: &Path, file: &str) -> BuildingModel {
    let path = folder.join(file);
    read_bytes(File::open(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display())).model
}

fn counts(model: &BuildingModel) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (_, entity) in model.iter() {
        *counts.entry(model.text(entity.entity_type).to_owned()).or_default() += 1;
    }
    counts
}

fn named(model: &BuildingModel, supertype: &str, name: &str) -> (EntityIndex, Entity) {
    let is_it =
        |e: &Entity| is_a(model.text(e.entity_type), supertype) && e.name.is_some_and(|n| model.text(n) == name);
    model.iter().find(|(_, entity)| is_it(entity)).unwrap()
}

fn count_of(model: &BuildingModel, supertype: &str) -> usize {
    model.iter().filter(|(_, entity)| is_a(model.text(entity.entity_type), supertype)).count()
}

#[test]
fn each_fault_of_a_stream_has_its_code() {
    for (bytes, wanted) in [
        (&b""[..], ErrorCode::FileEmpty),
        (b"<html></html>", ErrorCode::JsonSyntax),
        (b"[{\"type\":\"IfcWall\"},{\"type\":\"IfcW", ErrorCode::JsonTruncated),
        (b"[{\"type\":\"IfcWall\" \"a\"}]", ErrorCode::JsonSyntax),
        (b"[{\"type\":\"IfcWall\"}] []", ErrorCode::JsonSyntax),
        (b"[{\"type\":\"IfcWall\",\"name\":\"T\xfcr\"}]", ErrorCode::EncodingNotUtf8),
        (b"\xff\xfe[\0]\0", ErrorCode::EncodingNotUtf8),
        (b"[{\"type\":\"IfcWall\",\"name\":\"a\",\"name\":\"b\"}]", ErrorCode::JsonDuplicateKey),
        (b"{\"a\":1}", ErrorCode::ShapeUnknown),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\xff", ErrorCode::CompressionBroken),
    ] {
        let error = strictly(bytes).unwrap_err();
        assert_eq!(error.code(), wanted, "{}", String::from_utf8_lossy(bytes));
    }
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    assert_eq!(code_of(deep.as_bytes()), ErrorCode::JsonTooDeep);
}

#[test]
fn a_file_of_which_no_record_can_be_read_is_refused_with_its_first_fault() {
    for (bytes, wanted) in [
        (&b"[{\"type\":\"IfcW"[..], ErrorCode::JsonTruncated),
        (b"{\"type\":\"IFC.JSON\",\"data\":[", ErrorCode::JsonTruncated),
        (b"[{\"type\":\"IfcWall\" \"a\"}]", ErrorCode::JsonSyntax),
        (b"[{\"type\":\"IfcWall\",\"name\":\"T\xfcr\"}]", ErrorCode::EncodingNotUtf8),
        (b"[{\"type\":\"IfcWall\",\"a\":1e400}]", ErrorCode::JsonSyntax),
        (b"nope", ErrorCode::JsonSyntax),
        (b"", ErrorCode::FileEmpty),
    ] {
        assert_eq!(code_of(bytes), wanted, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_broken_record_costs_itself_and_is_told_with_its_place() {
    let wall = |id: usize, rest: &str| format!("{{\"type\":\"IfcWall\",\"globalId\":\"w{id}\"{rest}}}");
    let good = (wall(1, ""), wall(2, ""));
    let deep = format!(",\"x\":{}{}", "[".repeat(200), "]".repeat(200));
    for bad in
        [",\"a\":NaN", ",\"a\":1e400", ",\"a\":\"\\ud800\"", ",\"a\":1,\"a\":2", ",\"a\" 1", ",\"a\":\"\t\"", &deep]
    {
        let text = format!("{{\"data\":[{},{},{}]}}", good.0, wall(0, bad), good.1);
        let read = read_bytes(text.as_bytes()).unwrap();
        assert_eq!(read.model.summary().entities, 2, "{bad}");
        let problem = read
            .model
            .summary()
            .problems
            .kept
            .iter()
            .find(|problem| problem.code == ProblemCode::RecordMalformed)
            .unwrap();
        assert_eq!(problem.pointer, "/data/1");
        let begin = 9 + good.0.len() as u64 + 1;
        assert!((begin..text.len() as u64).contains(&problem.byte_offset), "{problem:?}");
        assert!(strictly(text.as_bytes()).is_err());
    }
    let mut bytes = format!("[{},{},{}]", good.0, wall(0, ",\"a\":\"?\""), good.1).into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xff;
    assert_eq!(faults_of(bytes.as_slice()), ["record_malformed"]);
}

#[test]
fn a_file_cut_in_its_compression_gives_the_records_before() {
    let walls: Vec<String> =
        (0..2000).map(|i| format!("{{\"type\":\"IfcWall\",\"globalId\":\"{}\"}}", i * i)).collect();
    let text = format!("[{}]", walls.join(","));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    for packed in [encoder.finish().unwrap(), zstd::encode_all(text.as_bytes(), 1).unwrap()] {
        let cut = &packed[..packed.len() - 20];
        assert!(matches!(strictly(cut), Err(ReadError::Compression { .. })));
        match read_bytes(cut) {
            Ok(read) => {
                assert!(read.model.summary().entities <= 2000);
                assert_eq!(faults_of(cut), ["file_truncated"]);
            }
            // zstd gives nothing of a block that is not whole.
            Err(error) => assert!(
                packed.starts_with(&[0x28])
                    && matches!(error, ReadError::Truncated { .. } | ReadError::Compression { .. }),
                "{error:?}"
            ),
        }
        assert!(faults_of(packed.as_slice()).is_empty());
    }
}

#[test]
fn one_endless_text_is_refused_at_the_limit_of_a_record() {
    let begin = b"[{\"type\":\"IfcWall\",\"name\":\"";
    let source = begin.chain(std::io::repeat(b'a'));
    let mut taken = 0;
    let result = read_with(source, ContentEncoding::Identity, ReadOptions { strict: true }, &mut |progress| {
        taken = progress.bytes_read;
        ControlFlow::Continue(())
    });
    assert_eq!(result.map(|_| ()).map_err(|error| error.code()), Err(ErrorCode::RecordTooLarge));
    assert!(taken < (limits::RECORD_BYTES_MAX + 2 * limits::READ_BUFFER_BYTES) as u64);
}

#[test]
fn a_break_of_the_progress_callback_cancels() {
    let result = read(&b"[1]"[..], ContentEncoding::Identity, &mut |_| ControlFlow::Break(()));
    assert!(matches!(result, Err(ReadError::Cancelled)));
}

#[test]
fn compression_changes_neither_model_nor_hash() {
    let text = br#"[{"type":"IfcWall","globalId":"a","name":"W"}]"#;
    let plain = read_bytes(&text[..]).unwrap();
    let packed = zstd::encode_all(&text[..], 1).unwrap();
    let unpacked = read_bytes(packed.as_slice()).unwrap();
    assert_eq!(unpacked.content_hash, plain.content_hash);
    assert_eq!(unpacked.content_bytes, text.len() as u64);
    assert_eq!(unpacked.model.facts(), plain.model.facts());
}

/// Quantities that the file gives; those of shapes are computed only where it holds shapes.
fn stored(model: &BuildingModel, entity: EntityIndex) -> usize {
    model.quantities(entity).iter().filter(|quantity| quantity.source != QuantitySource::Computed).count()
}

#[test]
fn the_exports_of_one_house_hold_the_same_entities() {
    let Some(folder) = models() else { return };
    let full = model(&folder, "fzk_haus/fzk_haus.ifcjson.json.gz");
    let plain = model(&folder, "fzk_haus/fzk_haus.ifcjson-nogeom.json");
    let bare = model(&folder, "fzk_haus/fzk_haus.ifcjson-noinv.json");
    let data = model(&folder, "fzk_haus/fzk_haus.seed.json");
    let flat = model(&folder, "fzk_haus/fzk_haus.flatde.json");
    assert_eq!(counts(&full), counts(&plain));
    assert_eq!(counts(&full), counts(&bare));
    for (other, name) in [(&plain, "nogeom"), (&bare, "noinv")] {
        assert!(other.iter().eq(full.iter()), "{name}");
        for (index, _) in full.iter() {
            assert_eq!(other.properties(index).len(), full.properties(index).len(), "{name}");
            assert_eq!(stored(other, index), stored(&full, index), "{name}");
            assert_eq!(other.materials(index).len(), full.materials(index).len(), "{name}");
            assert_eq!(other.boundaries(index), full.boundaries(index), "{name}");
        }
    }
    for (model, shape) in [(&full, Shape::IfcJson), (&data, Shape::HeaderData), (&flat, Shape::GermanFlat)] {
        assert_eq!(model.summary().head.shape, shape);
        for (supertype, wanted) in
            [("IfcDoor", 5), ("IfcWindow", 11), ("IfcMember", 42), ("IfcWall", 13), ("IfcSpace", 7)]
        {
            assert_eq!(count_of(model, supertype), wanted, "{supertype} in {shape:?}");
        }
        assert_eq!(model.summary().storeys.len(), 2, "{shape:?}");
        let dangling = model.summary().problems.kept.iter().find(|p| p.code == ProblemCode::ReferenceDangling);
        assert_eq!(dangling, None);
    }
}

#[test]
fn a_door_is_hosted_by_the_wall_behind_its_opening() {
    let Some(folder) = models() else { return };
    for file in ["fzk_haus.ifcjson.json.gz", "fzk_haus.ifcjson-noinv.json", "fzk_haus.seed.json"] {
        let model = model(&folder, &format!("fzk_haus/{file}"));
        let (_, door) = named(&model, "IfcDoor", "Innentuer-3");
        let (wall, _) = named(&model, "IfcWall", "Wand-Int-ERDG-3");
        assert_eq!(door.host, Some(wall), "{file}");
        let (_, first) = named(&model, "IfcDoor", "Innentuer-1");
        let wanted = GlobalId::parse("58c36207-1644-4382-afc9-bc61510a343a").unwrap();
        assert_eq!(first.global_id, Some(wanted), "{file}");
        assert_eq!(first.global_id.unwrap().to_string(), "1Oms875aH3Wg$9l65H2ZGw");
    }
}

#[test]
fn counts_agree_between_the_shapes_of_every_model() {
    let Some(folder) = models() else { return };
    for name in ["duplex", "large_building", "tall_building", "schependomlaan_root"] {
        let find = |shape: &str| {
            ["", ".gz"]
                .iter()
                .map(|end| format!("{name}/{name}.{shape}.json{end}"))
                .find(|file| folder.join(file).is_file())
        };
        let full = model(&folder, &find("ifcjson").unwrap());
        let bare = model(&folder, &find("ifcjson-nogeom").unwrap());
        let data = model(&folder, &find("seed").unwrap());
        assert!(full.iter().eq(bare.iter()), "{name}");
        for supertype in ["IfcWall", "IfcDoor", "IfcWindow", "IfcSlab", "IfcSpace", "IfcBuildingStorey"] {
            assert_eq!(count_of(&full, supertype), count_of(&data, supertype), "{supertype} in {name}");
        }
        let on_a_storey = |model: &BuildingModel, i: &GlobalId| {
            let (_, entity) = model.iter().find(|(_, e)| e.global_id == Some(*i))?;
            model.entity(entity.storey?)?.global_id
        };
        for (_, door) in data.iter().filter(|(_, e)| is_a(data.text(e.entity_type), "IfcDoor")) {
            let id = door.global_id.unwrap();
            assert_eq!(on_a_storey(&data, &id), on_a_storey(&full, &id), "{id} in {name}");
        }
    }
}

#[test]
fn timber_lists_have_a_volume_where_the_dimensions_are_known() {
    let Some(folder) = models() else { return };
    let model = model(&folder, "holzbauteile/holzbauteile.json");
    let labelled = |label: &str| {
        model
            .iter()
            .filter(|(_, e)| e.label.is_some_and(|l| model.text(l) == label))
            .map(|(index, _)| index)
            .collect::<Vec<_>>()
    };
    assert_eq!(labelled("Ständer").len(), 555);
    let with_volume = labelled("Ständer")
        .into_iter()
        .filter(|index| model.quantities(*index).iter().any(|quantity| model.text(quantity.name) == "Volume"));
    assert!(0 < with_volume.count());
    assert_eq!(model.iter().filter(|(_, e)| e.label.is_some()).count(), 801);
    assert_eq!(model.iter().filter(|(_, e)| e.label.is_some() && e.storey.is_none()).count(), 129);
}

#[test]
fn every_sample_is_read_in_its_shape() {
    let Some(folder) = models() else { return };
    for (name, shape, entities) in [
        ("ifcjson-braced-guids_wall-standard-case", Shape::IfcJson, 4),
        ("ifcjson-java-nested_wall-standard-case", Shape::IfcJsonNested, 4),
        ("ifcjson_7m900_tue_hello_wall_with_door", Shape::IfcJson, 7),
        ("ifcjson_air-terminal-element", Shape::IfcJson, 11),
        ("ifcjson_construction-scheduling-task", Shape::IfcJson, 20),
        ("ifcjson_reinforcing-assembly", Shape::IfcJson, 40),
        ("ifcjson_slab-openings", Shape::IfcJson, 6),
        ("ifcjson_wall-standard-case", Shape::IfcJson, 4),
        ("seed_realistic-building", Shape::ElementList, 6),
        ("seed_test-building-data", Shape::HeaderData, 12),
        ("seed_test_upload", Shape::ElementList, 1),
        ("seed_test_workflow", Shape::ElementList, 5),
        ("seed_workflow-test", Shape::ElementList, 4),
    ] {
        let model = model(&folder, &format!("samples/{name}.json"));
        assert_eq!((model.summary().head.shape, model.iter().count()), (shape, entities), "{name}");
    }
}

/// What an export keeps of the elements of a model.
struct Keeps {
    storeys: bool,
    hosts: bool,
    materials: bool,
    /// Whether two quantities of one name in one set are both there, and the sets' names.
    quantities: bool,
}

#[test]
fn every_export_holds_the_elements_of_the_full_one() {
    let Some(folder) = models() else { return };
    let all = Keeps { storeys: true, hosts: true, materials: true, quantities: true };
    let merged = Keeps { quantities: false, ..all };
    let tree = Keeps { hosts: false, materials: false, ..all };
    let nodes = Keeps { storeys: false, hosts: true, materials: true, quantities: false };
    for (name, export, shape, keeps) in [
        ("fzk_haus", "typedump.json", Shape::TypeDump, &all),
        ("duplex", "typedump.json", Shape::TypeDump, &all),
        ("schependomlaan_root", "typedump.json.gz", Shape::TypeDump, &all),
        ("large_building", "typedump.json", Shape::TypeDump, &merged),
        ("tall_building", "typedump.json", Shape::TypeDump, &merged),
        ("fzk_haus", "ifcjson5a.json", Shape::IfcJsonFlattened, &all),
        ("fzk_haus", "ifcx", Shape::Ifcx, &nodes),
        ("duplex", "ifcx", Shape::Ifcx, &nodes),
        ("tall_building", "webifc.json", Shape::WebIfc, &all),
        ("tall_building", "xeokit.json", Shape::XeokitMetamodel, &tree),
    ] {
        let file = |export: &str| format!("{name}/{name}.{export}");
        let full = ["ifcjson-nogeom.json", "ifcjson-nogeom.json.gz"].map(file);
        let full = full.iter().find(|file| folder.join(file).is_file()).unwrap();
        let (full, other) = (model(&folder, full), model(&folder, &file(export)));
        assert_eq!(other.summary().head.shape, shape, "{name}.{export}");
        let twins = elements(&full);
        assert_eq!(elements(&other).len(), twins.len(), "{name}.{export}");
        for (id, index) in elements(&other) {
            let twin = *twins.get(&id).unwrap_or_else(|| panic!("{id} is in {name}.{export} only"));
            check_twins((&full, twin), (&other, index), keeps, &format!("{id} in {name}.{export}"));
        }
    }
}

/// Elements by their identifiers.
fn elements(model: &BuildingModel) -> BTreeMap<GlobalId, EntityIndex> {
    let elements = model.iter().filter(|(_, entity)| is_element(model.text(entity.entity_type)));
    elements.filter_map(|(index, entity)| Some((entity.global_id?, index))).collect()
}

fn check_twins(full: (&BuildingModel, EntityIndex), other: (&BuildingModel, EntityIndex), keeps: &Keeps, which: &str) {
    let id_of = |model: &BuildingModel, index: Option<EntityIndex>| model.entity(index?)?.global_id;
    let facts = |(model, index): (&BuildingModel, EntityIndex)| {
        let entity = model.entity(index).unwrap();
        let kind = model.text(entity.entity_type).to_owned();
        let name = entity.name.map(|name| model.text(name).to_owned());
        let storey = id_of(model, entity.storey).filter(|_| keeps.storeys);
        let host = id_of(model, entity.host).filter(|_| keeps.hosts);
        let materials = model.materials(index);
        let materials: Vec<String> = materials.iter().map(|m| model.text(m.material).to_owned()).collect();
        (kind, name, storey, host, if keeps.materials { materials } else { Vec::new() })
    };
    assert_eq!(facts(other), facts(full), "{which}");
    for wanted in ["IsExternal", "LoadBearing", "FireRating", "ThermalTransmittance"] {
        let value = |(model, index): (&BuildingModel, EntityIndex)| {
            let properties = model.properties(index);
            let found = properties.iter().find(|property| model.text(property.name) == wanted)?;
            Some(match found.value {
                PropertyValue::Text(text) => model.text(text).to_owned(),
                PropertyValue::Boolean(value) => value.to_string(),
                PropertyValue::Number { value, .. } => format!("{value:.6}"),
            })
        };
        if let Some(known) = value(full) {
            assert_eq!(value(other), Some(known), "{wanted} of {which}");
        }
    }
    if keeps.quantities {
        check_quantities(full, other, which);
    }
}

/// The first quantity of each name in `BaseQuantities`, in stored units.
fn check_quantities(full: (&BuildingModel, EntityIndex), other: (&BuildingModel, EntityIndex), which: &str) {
    let quantities = |(model, index): (&BuildingModel, EntityIndex)| {
        let mut found = BTreeMap::new();
        for quantity in model.quantities(index).iter() {
            if quantity.set.is_some_and(|set| model.text(set) == "BaseQuantities") {
                let value = (quantity.measure, quantity.value);
                found.entry(model.text(quantity.name).to_owned()).or_insert(value);
            }
        }
        found
    };
    let others = quantities(other);
    for (name, (measure, value)) in quantities(full) {
        let (other_measure, other_value) = *others.get(&name).unwrap_or_else(|| panic!("no {name} of {which}"));
        assert_eq!(other_measure, measure, "{name} of {which}");
        assert!(
            (other_value - value).abs() <= 1e-6 * value.abs() + 1e-9,
            "{name} of {which}: {other_value} for {value}"
        );
    }
}

#[test]
fn a_file_cut_anywhere_is_truncated_and_a_changed_byte_never_panics() {
    let text =
        br#"{"type":"IFC.JSON","data":[{"type":"IfcWall","globalId":"a","x":[1,{"y":"\u00fc"}]},{"type":"IfcDoor"}]}"#;
    for cut in 1..text.len() {
        let strict = strictly(&text[..cut]).unwrap_err();
        assert_eq!(strict.code(), ErrorCode::JsonTruncated, "{cut}");
        let is_whole = 83 <= cut;
        match read_bytes(&text[..cut]) {
            Ok(read) => assert!(is_whole && read.model.summary().entities <= 2, "{cut}"),
            Err(error) => assert!(!is_whole && error.code() == ErrorCode::JsonTruncated, "{cut}"),
        }
    }
    let mut refused = 0;
    for at in 0..text.len() {
        for byte in *b"\"\\{}[],:0 \xff" {
            let mut changed = text.to_vec();
            changed[at] = byte;
            refused += usize::from(strictly(changed.as_slice()).is_err());
            drop(read_bytes(changed.as_slice()));
        }
    }
    assert!(text.len() < refused);
}

#[test]
fn damage_of_any_shape_is_an_error_or_a_problem_and_never_a_panic() {
    for text in [
        r#"{"data":[{"type":"Wall","globalId":"a","isDefinedBy":[{"type":"RelDefinesByProperties","relatingPropertyDefinition":{"type":"PropertySet","name":"P","hasProperties":[{"name":"x","nominalValue":{"value":1}}]}}],"hasAssociations":{"type":"Material","name":"m"}}]}"#,
        r#"{"type":"IfcProject","globalId":"p","isDecomposedBy":{"type":"IfcRelAggregates","relatedObjects":[{"type":"IfcSite","globalId":"s","name":{"value":"n"},"containsElements":["a",{"ref":"b"}]}]}}"#,
        r#"{"building_elements":[{"type":"IfcBeam","dimensions":{"length":1,"width":2,"height":3},"location":{"floor":"EG"},"material":["a"],"properties":{"a":{"b":[1,{"c":2}]}}}]}"#,
        r#"{"IfcWall":[{"id":1,"Storey":{"GlobalId":"s"},"PropertySets":{"P":{"a":1}},"Quantities":{"Q":{"Length":2}},"Materials":[{"Name":"m","Thickness":3}]}],"IfcProject":{"Units":{"LENGTHUNIT":"MILLIMETRE"}}}"#,
        r#"{"10":{"expressID":10,"type":"IfcWall","Name":{"type":1,"value":"w"},"HasPropertySets":[{"type":5,"value":11}]},"11":{"expressID":11,"type":"IfcPropertySet","HasProperties":[{"type":5,"value":11}]}}"#,
        r#"{"metaObjects":[{"id":"a","type":"IfcWall","parent":"a","propertySetIds":["s"]}],"propertySets":[{"id":"s","properties":[{"name":"Length","value":1}]}]}"#,
        r#"{"data":[{"path":"a","children":{"b":"b"},"inherits":{"material":"a"},"attributes":{"bsi::ifc::class":{"code":"IfcWall"}}},{"path":"b","children":{"a":"a"},"attributes":{"bsi::ifc::class":{"code":"IfcDoor"}}}]}"#,
        r#"{"x":[{"id":1,"a":{"b":[[1],{"c":null}]}}],"y":{"z":{"w":true}},"v":1}"#,
    ] {
        let whole = read_bytes(text.as_bytes()).unwrap();
        assert_ne!(whole.model.iter().count(), 0, "{text}");
        for cut in (1..text.len()).step_by(3) {
            if let Ok(read) = read_bytes(&text.as_bytes()[..cut]) {
                assert!(!read.model.summary().problems.kept.is_empty(), "{cut} of {text}");
            }
        }
        let mut told = 0;
        for at in (0..text.len()).step_by(2) {
            let mut changed = text.as_bytes().to_vec();
            changed[at] = b'"';
            let read = read_bytes(changed.as_slice());
            told += usize::from(read.is_err_and(|error| error.code() != ErrorCode::ShapeUnknown));
        }
        assert_ne!(told, 0, "{text}");
    }
}

#[test]
fn a_small_file_of_no_known_shape_loses_only_its_broken_record() {
    let text = r#"{"data":[{"x":1},{"x":2},{"x":}]}"#;
    let model = read_bytes(text.as_bytes()).unwrap().model;
    assert_eq!(model.summary().entities, 2);
    assert!(model.summary().problems.kept.iter().any(|problem| problem.code == ProblemCode::RecordMalformed));
    let strict = ReadOptions { strict: true };
    let refused = read_with(text.as_bytes(), ContentEncoding::Identity, strict, &mut |_| ControlFlow::Continue(()));
    assert_eq!(refused.unwrap_err().code(), ErrorCode::JsonSyntax);
}
