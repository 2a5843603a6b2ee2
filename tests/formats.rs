//! Reading whole files: the faults a stream can have, and the real models in every shape that is read.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stand outside test functions")]
#![expect(clippy::print_stdout, reason = "says in plain words that the real models are absent")]
#![expect(clippy::tests_outside_test_module, reason = "an integration test is a test module")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ifc_json_chunking::error::{Coded, ErrorCode};
use ifc_json_chunking::formats::{ContentEncoding, ReadError, ReadModel, ReadOptions, read, read_with};
use ifc_json_chunking::ifc::{
    BuildingModel, Entity, EntityIndex, GlobalId, ModelReader as _, ProblemCode, Shape, is_a,
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
            assert_eq!(other.quantities(index).len(), full.quantities(index).len(), "{name}");
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
fn every_sample_is_read_or_refused_with_a_code() {
    let Some(folder) = models() else { return };
    let mut read_in = 0;
    for entry in fs::read_dir(folder.join("samples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match read_bytes(File::open(&path).unwrap()) {
            Ok(read) => {
                assert!(0 < read.model.summary().entities, "{name}");
                read_in += 1;
            }
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::ShapeUnknown, "{name}: {error}");
                let is_known = name.starts_with("seed_") || name.contains("java-nested");
                assert!(is_known, "{name}: {error}");
            }
        }
    }
    assert_eq!(read_in, 8);
}

#[test]
fn other_shapes_are_refused_and_named() {
    let Some(folder) = models() else { return };
    for file in [
        "fzk_haus/fzk_haus.ifcjson5a.json",
        "fzk_haus/fzk_haus.ifcx",
        "fzk_haus/fzk_haus.typedump.json",
        "tall_building/tall_building.webifc.json",
        "tall_building/tall_building.xeokit.json",
    ] {
        assert_eq!(code_of(File::open(folder.join(file)).unwrap()), ErrorCode::ShapeUnknown, "{file}");
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
