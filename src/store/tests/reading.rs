//! What was put in is what is read, at and around the borders of batches too.

use std::io;
use std::ops::ControlFlow;

use super::super::table::{self, Table};
use super::rows::{Lengths, entity, record_text, reopened, text};
use super::*;
use crate::formats::{ContentEncoding, ReadError, ReadOptions};
use crate::ifc::{MaterialSetId, RecordIndex, SetId};
use proptest::prelude::*;

/// A number of rows near a border between batches, or anywhere below.
fn length(batch: usize) -> impl Strategy<Value = usize> {
    let borders = vec![0, 1, batch - 1, batch, batch + 1, 2 * batch, 2 * batch + 1];
    prop_oneof![prop::sample::select(borders), 0..batch]
}

fn lengths() -> impl Strategy<Value = Lengths> {
    let first = (
        length(40_000),
        length(table::Entities::BATCH_ROWS),
        length(table::Sets::BATCH_ROWS),
        length(table::Items::BATCH_ROWS),
        length(table::Ranges::BATCH_ROWS),
        length(table::SetLinks::BATCH_ROWS),
    );
    let second = (
        length(table::Materials::BATCH_ROWS),
        length(table::Classifications::BATCH_ROWS),
        length(table::Boundaries::BATCH_ROWS),
        length(table::Relations::BATCH_ROWS),
        length(table::Records::BATCH_ROWS),
    );
    (first, second).prop_map(|(first, second)| {
        let (texts, entities, sets, items, ranges, set_links) = first;
        let (materials, classifications, boundaries, relations, records) = second;
        Lengths {
            texts,
            entities,
            sets,
            items,
            ranges,
            set_links,
            materials,
            classifications,
            boundaries,
            relations,
            records,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_was_put_in_is_read_after_reopening(lengths in lengths(), seed in any::<u64>()) {
        let house = House { rows: Rows::generate(&lengths, seed), ..House::new(ID, 0) };
        let (_data, reader) = reopened(&house);
        prop_assert_eq!(Rows::of(&reader).unwrap(), house.rows);
        prop_assert_eq!(reader.head(), &house.summary.head);
        prop_assert_eq!(reader.storeys(), house.summary.storeys);
        prop_assert_eq!(reader.problems(), &house.summary.problems);
    }

    #[test]
    fn a_part_of_a_table_is_that_part(from in 0_u64..70_000, rows in 0_u64..40_000) {
        let batch = table::Items::BATCH_ROWS;
        let mut lengths = Lengths::of(0);
        lengths.items = 2 * batch + 5;
        let house = House { rows: Rows::generate(&lengths, 3), ..House::new(ID, 0) };
        let (_data, reader) = reopened(&house);
        let position = |position: u64| usize::try_from(position).unwrap().min(house.rows.items.len());
        let wanted = &house.rows.items[position(from)..position(from + rows)];
        let found = reader.items(from..from + rows).into_owned();
        prop_assert_eq!(found.as_slice(), wanted);
        prop_assert_eq!(reader.fault(), None);
    }
}

#[test]
fn what_does_not_exist_reads_as_nothing_and_is_no_fault() {
    let (_data, reader) = reopened(&House::new(ID, 3));
    assert_eq!(reader.text(text(99)), "");
    assert_eq!(reader.entity(entity(5)), None);
    assert_eq!(reader.link(entity(usize::from(u16::MAX))), None);
    assert_eq!(reader.set(SetId(0)), None);
    assert!(reader.items(6..9).is_empty());
    assert_eq!(reader.items(5..9).len(), 1);
    let (late, early) = (4, 2);
    assert!(reader.items(late..early).is_empty());
    let (late, early) = (4, 2);
    assert!(reader.set_links(late..early).is_empty());
    assert!(reader.materials(MaterialSetId(0)).is_empty());
    assert_eq!(reader.range(0), None);
    assert_eq!(reader.record(RecordIndex(5)), None);
    assert_eq!(reader.record_bytes(RecordIndex(5)).unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(reader.fault(), None);
}

#[test]
fn the_blocks_of_the_source_are_one_stream_of_zstd() {
    let house = House::new(ID, 2000);
    let (data, reader) = reopened(&house);
    let plain = zstd::decode_all(fs::File::open(model(data.path()).join("source.zst")).unwrap()).unwrap();
    assert_eq!(plain, house.rows.source.concat());
    assert_eq!(reader.record_bytes(RecordIndex(1234)).unwrap(), record_text(1234).into_bytes());
}

#[test]
fn many_threads_read_one_model() {
    let house = House::new(ID, 40_000);
    let (_data, reader) = reopened(&house);
    std::thread::scope(|scope| {
        for part in 0..4_u64 {
            let (reader, rows) = (&reader, &house.rows);
            scope.spawn(move || {
                for from in (part..80_000).step_by(997) {
                    let found = reader.items(from..from + 4);
                    let from = usize::try_from(from).unwrap();
                    assert_eq!(found.first(), rows.items.get(from));
                    let wall = entity(from / 2);
                    assert_eq!(reader.entity(wall), rows.entities.get(wall.index()).copied());
                }
            });
        }
    });
    assert_eq!(reader.fault(), None);
}

#[test]
fn a_temporary_model_leaves_nothing_and_is_read_all_the_same() {
    let parent = data();
    let house = House::new(ID, 300);
    let temporary = TemporaryModel::create(parent.path()).unwrap();
    house.rows.fill(temporary.sink().unwrap().as_mut()).unwrap();
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    let reader = temporary.open(&house.summary).unwrap();
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    assert_eq!(Rows::of(&reader).unwrap(), house.rows);
    drop(TemporaryModel::create(parent.path()).unwrap());
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[test]
fn the_temporary_folder_of_a_killed_process_is_removed_by_the_next_and_no_other() {
    let parent = data();
    let old = std::time::SystemTime::UNIX_EPOCH;
    let is_there = |path: &Path| path.try_exists().unwrap();
    let age = |folder: &Path| fs::File::open(folder).unwrap().set_modified(old).unwrap();
    let left = |name: &str, file: &str, is_old: bool| {
        let folder = parent.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(file), b"rest").unwrap();
        if is_old {
            age(&folder);
        }
        folder
    };
    let file = manifest::ours().next().unwrap();
    let killed = left(&format!("ifc-chunking-{}", "a".repeat(32)), file, true);
    let young = left(&format!("ifc-chunking-{}", "b".repeat(32)), file, false);
    let others = left(&format!("ifc-chunking-{}", "c".repeat(32)), "letter.txt", true);
    let named = left("ifc-chunking-demo", file, true);
    let running = TemporaryModel::create(parent.path()).unwrap();
    assert!(!is_there(&killed) && is_there(&young), "only the old one goes");
    assert!(is_there(&others.join("letter.txt")) && is_there(&named.join(file)), "neither is ours");
    let folders = || fs::read_dir(parent.path()).unwrap().map(|entry| entry.unwrap().path());
    let locked = folders().find(|path| ![&young, &others, &named].contains(&path)).unwrap();
    age(&locked);
    drop(TemporaryModel::create(parent.path()).unwrap());
    assert!(is_there(&locked), "its process lives");
    drop(running);
    assert!(!is_there(&locked));
}

#[test]
fn a_reading_that_is_cancelled_while_threads_run_leaves_nothing() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let records = br#",{"type":"IfcWall","globalId":"w","name":"W"}"#.repeat(400_000);
    let endless = io::Read::chain(&b"[1"[..], io::Read::chain(&records[..], io::repeat(b' ')));
    let read = store.read(endless, ContentEncoding::Identity, ReadOptions::default(), &mut |progress| {
        if 0 < progress.entities { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(read, Err(ImportError::Read(ReadError::Cancelled))), "{read:?}");
    assert_eq!(fs::read_dir(data.path().join("models")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(data.path().join("incoming")).unwrap().count(), 0);
}

#[test]
fn scratch_gives_back_what_was_appended_and_leaves_no_file() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let staging = store.stage().unwrap();
    let mut sink = staging.sink().unwrap();
    let files = || fs::read_dir(staging.staged.path()).unwrap().count();
    let before = files();
    let (mut one, mut other) = (sink.scratch().unwrap(), sink.scratch().unwrap());
    assert_eq!(files(), before);
    let bytes: Vec<u8> = (0..200_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
    bytes.chunks(1000).for_each(|part| one.append(part).unwrap());
    other.append(b"other").unwrap();
    let mut found = vec![0; 1000];
    assert_eq!(one.read_at(150_000, &mut found).unwrap(), 1000);
    assert_eq!(found, bytes[150_000..151_000]);
    one.append(b"end").unwrap();
    assert_eq!(one.read_at(200_000, &mut found).unwrap(), 3);
    assert_eq!(one.read_at(200_003, &mut found).unwrap(), 0);
    assert_eq!(other.read_at(0, &mut found).unwrap(), 5);
}
