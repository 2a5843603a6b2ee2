//! Every value of the file has exactly one home, whatever the strategy, the size and the overlap.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::super::testing::Fake;
use super::super::{ChunkDocument, ChunkOptions, Overlap, Strategy as Grouping};
use super::{chunks, entity, one_to_many};

/// Cases of all strategies together.
const CASES: u32 = 10_000;

const CLASSES: [&str; 8] = [
    "IfcWall",
    "IfcOpeningElement",
    "IfcSlab",
    "IfcDuctSegment",
    "IfcBuildingStorey",
    "IfcSpace",
    "IfcWallType",
    "IfcElementAssembly",
];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(Value::Null),
        2 => any::<bool>().prop_map(Value::from),
        4 => any::<i32>().prop_map(Value::from),
        8 => "[a-zA-Z ,:{}\\[\\]\"'/~\\\\äß€]{0,12}".prop_map(Value::from),
        1 => Just(json!("ein langer Text ".repeat(80))),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z\"/~ ]{1,6}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A document: entities, loose records, sets and relations between any of them, and values of the root.
fn document() -> impl Strategy<Value = Value> {
    let entities = prop::collection::vec((0..CLASSES.len(), prop::option::of(value())), 0..12);
    let loose = prop::collection::vec(value(), 0..4);
    let relations = prop::collection::vec((0..5_usize, 0..12_usize, 0..12_usize), 0..8);
    (entities, loose, relations, prop::option::of(value())).prop_map(|(entities, loose, relations, head)| {
        let mut data: Vec<Value> = loose.iter().take(1).cloned().collect();
        for (index, (class, extra)) in entities.iter().enumerate() {
            let mut entity = entity(CLASSES[*class], &format!("e{index}"));
            entity["extra"] = extra.clone().unwrap_or_default();
            data.push(entity);
        }
        for (index, (kind, one, many)) in relations.iter().enumerate() {
            let (one, many, id) = (format!("e{one}"), format!("e{many}"), format!("r{index}"));
            let two = [many.as_str(), one.as_str()];
            data.push(match kind {
                0 => one_to_many("IfcRelAggregates", &id, ("relatingObject", &one), ("relatedObjects", &two[..1])),
                1 => one_to_many("IfcRelVoidsElement", &id, ("relatingBuildingElement", &one), ("relatedOpeningElement", &two[..1])),
                2 => one_to_many("IfcRelContainedInSpatialStructure", &id, ("relatingStructure", &one), ("relatedElements", &two[..1])),
                3 => json!({"type": "IfcPropertySet", "globalId": format!("s{index}"), "hasProperties": [{"name": "FireRating", "value": "F90"}]}),
                _ => one_to_many("IfcRelDefinesByProperties", &id, ("relatingPropertyDefinition", &format!("s{}", index.saturating_sub(1))), ("relatedObjects", &two)),
            });
        }
        data.extend(loose.into_iter().skip(1));
        json!({"version": "1", "data": data, "tail": head})
    })
}

fn chosen(strategy: Grouping) -> impl Strategy<Value = ChunkOptions> {
    let overlap = prop_oneof![
        Just(Overlap::None),
        Just(Overlap::Related),
        (1..=50_u8).prop_map(Overlap::Percent),
        (1..500_u32).prop_map(Overlap::Tokens),
    ];
    (overlap, prop_oneof![Just(256_u32), 256..1000_u32]).prop_map(move |(overlap, tokens_max)| ChunkOptions {
        overlap,
        tokens_max,
        ..ChunkOptions::new(strategy)
    })
}

/// Whether a text ends outside a string and behind a comma.
fn is_between_values(text: &[u8]) -> bool {
    let (mut in_string, mut escaped) = (false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ => {}
        }
    }
    !in_string && text.ends_with(b",")
}

fn check_homes(fake: &Fake, chunks: &[ChunkDocument]) -> Result<(), TestCaseError> {
    let mut homes: BTreeMap<u64, &[u8]> = BTreeMap::new();
    for chunk in chunks {
        for (piece, place) in chunk.content.iter().zip(&chunk.places) {
            prop_assert_eq!(piece.text.len(), place.bytes as usize);
            prop_assert!(homes.insert(place.byte_offset, piece.text.as_bytes()).is_none(), "two homes");
        }
    }
    // The pieces cover every record without a gap and without an overlap, so every value is in one of them.
    for record in &fake.records {
        let (mut at, end) = (record.offset, record.offset + u64::from(record.bytes));
        while at < end {
            let text = homes.remove(&at);
            prop_assert!(text.is_some(), "no home for the byte at {}", at);
            let text = text.unwrap_or_default();
            let start = usize::try_from(at).unwrap();
            prop_assert_eq!(text, &fake.file[start..start + text.len()]);
            at += text.len() as u64;
            let read = &fake.file[usize::try_from(record.offset).unwrap()..usize::try_from(at).unwrap()];
            prop_assert!(at == end || is_between_values(read), "cut inside a value");
        }
        prop_assert_eq!(at, end);
    }
    prop_assert!(homes.is_empty(), "text that is in no record");
    Ok(())
}

fn check_chunk(chunk: &ChunkDocument, options: &ChunkOptions) -> Result<(), TestCaseError> {
    let model = options.token_model;
    prop_assert!(chunk.is_oversize || chunk.tokens.total <= options.tokens_max, "{:?}", chunk.tokens);
    prop_assert!(model.count(chunk.text().as_bytes()) <= chunk.tokens.total, "the text is what was counted");
    if chunk.is_oversize {
        prop_assert_eq!(chunk.content.len(), 1);
        let text = chunk.content[0].text.trim_end().trim_end_matches([',', '}', ']', ' ', '\n']);
        let quotes = serde_json::Deserializer::from_str(
            text.rsplit_once("\":").map_or(text, |(_, value)| value).trim_start_matches(['[', ' ', '\n']),
        );
        prop_assert_eq!(quotes.into_iter::<Value>().count(), 1, "one value");
    }
    Ok(())
}

/// A case of one strategy; the strategies share [`CASES`] and run side by side.
fn check(strategy: Grouping) {
    let cases = CASES / u32::try_from(Grouping::ALL.len()).unwrap();
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let held = TestRunner::new(config).run(&(document(), chosen(strategy)), |(document, options)| {
        let fake = Fake::new(&document);
        let chunks = chunks(&fake, &options);
        check_homes(&fake, &chunks)?;
        for chunk in &chunks {
            check_chunk(chunk, &options)?;
        }
        let ids: BTreeSet<_> = chunks.iter().map(|chunk| chunk.id).collect();
        prop_assert_eq!(ids.len(), chunks.len());
        Ok(())
    });
    if let Err(failure) = held {
        panic!("{failure}");
    }
}

#[test]
fn every_value_has_one_home_by_spatial_structure() {
    check(Grouping::Hierarchical);
}

#[test]
fn every_value_has_one_home_by_discipline() {
    check(Grouping::Discipline);
}

#[test]
fn every_value_has_one_home_by_entity_type() {
    check(Grouping::EntityType);
}

#[test]
fn every_value_has_one_home_by_property() {
    check(Grouping::Property);
}

#[test]
fn every_value_has_one_home_by_placement() {
    check(Grouping::Geometric);
}
