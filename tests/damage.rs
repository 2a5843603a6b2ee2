//! Damaged files: what is whole is read, and what is not is told.
#![expect(clippy::tests_outside_test_module, reason = "an integration test is a test module")]

use std::ops::ControlFlow;

use ifc_json_chunking::formats::{ContentEncoding, ReadModel, read};
use ifc_json_chunking::ifc::ModelReader as _;
use ifc_json_chunking::ifc::ProblemCode;
use proptest::prelude::*;

fn record(id: usize, refs: usize) -> String {
    let refs: Vec<String> = (0..refs).map(|i| format!("{{\"type\":\"IfcRel\",\"ref\":\"r{i}\"}}")).collect();
    format!(
        r#"{{"type":"IfcWall","globalId":"w{id}","name":"a \"b\" \\","isDefinedBy":[{}],"tag":1.5}}"#,
        refs.join(",")
    )
}

fn model(bytes: &[u8]) -> Option<ReadModel> {
    read(bytes, ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).ok()
}

fn ids(model: &ReadModel) -> Vec<String> {
    let model = &model.model;
    model.iter().filter_map(|(_, entity)| entity.source_id.map(|id| model.text(id).to_owned())).collect()
}

fn fault_count(model: &ReadModel) -> usize {
    let is_fault = |code| {
        matches!(
            code,
            ProblemCode::FileTruncated
                | ProblemCode::StructureBroken
                | ProblemCode::RecordMalformed
                | ProblemCode::RecordNotObject
                | ProblemCode::TypeMissing
        )
    };
    model.model.summary().problems.kept.iter().filter(|problem| is_fault(problem.code)).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn every_record_that_is_not_damaged_is_read(
        sizes in prop::collection::vec(0..6_usize, 4..12),
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::sample::select(b"\"\\{}[]:,x\x00\xff".to_vec())), 0..4),
        separator in prop::sample::select(vec![",", ",\n", ", ", "\n  ,\n  "]),
    ) {
        let mut records: Vec<Vec<u8>> = sizes.iter().enumerate().map(|(id, size)| record(id, *size).into_bytes()).collect();
        let mut damaged = vec![false; records.len()];
        for (which, place, byte) in &damages {
            // The first record shows how records begin.
            let which = 1 + which.index(records.len() - 1);
            let at = place.index(records[which].len());
            damaged[which] |= records[which][at] != *byte;
            records[which][at] = *byte;
        }
        let text = [b"{\"data\":[", records.join(separator.as_bytes()).as_slice(), b"]}"].concat();
        let model = model(&text).unwrap();
        let ids = ids(&model);
        for (id, damaged) in damaged.iter().enumerate() {
            let name = format!("w{id}");
            let count = ids.iter().filter(|id| **id == name).count();
            prop_assert!(*damaged || count == 1, "{name} read {count} times of {}", String::from_utf8_lossy(&text));
        }
        // Damage inside of a text may leave a record valid.
        let is_broken = |record: &Vec<u8>| serde_json::from_slice::<serde_json::Value>(record).is_err();
        prop_assert!(!records.iter().any(is_broken) || 0 < fault_count(&model), "{}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn a_file_cut_at_any_byte_gives_every_record_before_the_cut() {
    let records: Vec<String> = (0..4).map(|id| record(id, id)).collect();
    let text = format!("{{\"data\":[{}]}}", records.join(","));
    let mut ends = Vec::new();
    let mut at = 9;
    for record in &records {
        at += record.len();
        ends.push(at);
        at += 1;
    }
    for cut in 0..text.len() {
        let whole = ends.iter().filter(|end| **end <= cut).count();
        let found = model(&text.as_bytes()[..cut]);
        assert_eq!(found.as_ref().map_or(0, |model| ids(model).len()), whole, "{cut}");
        assert!(found.is_none_or(|model| fault_count(&model) == 1), "{cut}");
    }
}

#[test]
fn a_broken_record_that_only_looks_as_if_it_hid_others_is_left_soon() {
    let begin = r#"{"type":"IfcWall","globalId":"#;
    let lessons: Vec<String> = (0..50).map(|i| format!("{begin}\"w{i}\"}}")).collect();
    // For who takes the first quote as the end of a text, every brace opens a record that never ends.
    let trap = format!("{{\"{}\"}}", format!(",{begin}1").repeat(200_000));
    let text = format!("[{},{trap},{begin}\"last\"}}]", lessons.join(","));
    let model = model(text.as_bytes()).unwrap().model;
    assert_eq!(model.summary().entities, 51);
}

#[test]
fn a_bad_byte_in_place_of_a_quote_costs_its_record_only() {
    let record = |id: &str| format!(r#"{{"type":"IfcWall","globalId":"{id}","name":"W"}}"#);
    let text = format!("[{},{},{},{}]", record("w0"), record("w1"), record("w2"), record("w3"));
    let mut bytes = text.into_bytes();
    let quote = bytes.windows(5).position(|window| window == b"\":\"w1").unwrap();
    bytes[quote] = 0xff;
    let model = model(&bytes).unwrap().model;
    let read: Vec<String> = model.iter().filter_map(|(_, e)| e.source_id.map(|id| model.text(id).to_owned())).collect();
    assert_eq!(read, ["w0", "w2", "w3"]);
}

/// What each record is damaged by: its number, what stands there, and what stands there instead.
type Damage = (usize, &'static str, &'static str);

#[test]
fn a_whole_record_between_damaged_ones_is_found_wherever_their_ends_seem_to_be() {
    let cases: [(&str, &[usize], &[Damage]); 3] = [
        // The end of one is in the middle of a later one, whose rest then looks like records.
        (
            ",\n",
            &[5, 5, 1, 4, 2, 1, 3, 3, 0, 3],
            &[
                (2, "Wall\",", "Wall\"["),
                (3, "globalId", "glob{lId"),
                (4, "Id\":", "Id,:"),
                (6, "ref\":\"r1", "re]\":\"r1"),
                (7, ":\"r1", ":xr1"),
            ],
        ),
        // One that begins like a record takes along what follows, and is broken itself.
        (
            ",\n",
            &[0, 3, 5, 5, 0, 5, 4, 4, 0, 4],
            &[
                (1, ",\"isD", "{\"isD"),
                (2, "r2\"}", "r2\"\\"),
                (3, "Rel\",\"ref\":\"r4", "Re}\",\"ref\":\"r4"),
                (6, "\"r0", ":r0"),
                (7, "tag", "t\\g"),
                (9, ",{", ",}"),
            ],
        ),
        // What stands behind the end of the list seems to be a key of the root.
        (
            ",",
            &[1, 4, 3, 2, 1, 3, 2, 2, 0],
            &[
                (3, "tag\"", "ta\\\""),
                (4, "\\\",\"is", "\\\",}is"),
                (4, "\"r0", " r0"),
                (5, "type", "t}pe"),
                (6, "\\\\", "[\\"),
                (6, "{\"type", "{xtype"),
                (6, "tag\"", "tag["),
            ],
        ),
    ];
    for (separator, sizes, damages) in cases {
        let mut records: Vec<String> = sizes.iter().enumerate().map(|(id, size)| record(id, *size)).collect();
        for (which, from, to) in damages {
            let at = records[*which].rfind(from).unwrap();
            records[*which].replace_range(at..at + from.len(), to);
        }
        let ids = ids(&model(format!("{{\"data\":[{}]}}", records.join(separator)).as_bytes()).unwrap());
        for id in (0..sizes.len()).filter(|id| damages.iter().all(|(which, _, _)| which != id)) {
            let count = ids.iter().filter(|found| **found == format!("w{id}")).count();
            assert_eq!(count, 1, "w{id} with {damages:?}");
        }
    }
}
