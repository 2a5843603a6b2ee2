//! What is not as it was written is refused or a fault; never other rows, never a panic.

use std::os::unix::fs::FileExt;

use super::rows::{Lengths, Rows, text};
use super::*;
use crate::ifc::RecordIndex;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// A model with two batches of everything.
fn large() -> House {
    House { rows: Rows::generate(&Lengths::of(66_000), 5), ..House::new(ID, 0) }
}

fn small() -> House {
    House { rows: Rows::generate(&Lengths::of(50), 5), ..House::new(ID, 0) }
}

/// Changes a byte of a file of the published model.
fn spoil(folder: &Path, name: &str, position: u64, change: u8) {
    let file = fs::File::options().read(true).write(true).open(folder.join(name)).unwrap();
    let mut byte = [0];
    let position = position % file.metadata().unwrap().len();
    file.read_exact_at(&mut byte, position).unwrap();
    file.write_all_at(&[byte[0] ^ change], position).unwrap();
}

#[test]
fn a_damaged_batch_is_a_fault_and_everything_is_empty_after_it() {
    let (data, house) = (data(), large());
    let store = Store::open(data.path()).unwrap();
    publish(&store, "haus.json", MORNING, &house).unwrap();
    let bytes = fs::metadata(model(data.path()).join("items.arrow")).unwrap().len();
    spoil(&model(data.path()), "items.arrow", bytes * 3 / 4, 1);
    let reader = store.open_model(ID).unwrap();
    assert_eq!(reader.items(0..10).as_ref(), &house.rows.items[..10], "the first batch is whole");
    assert_eq!(reader.text(text(1)), house.rows.texts[1]);
    assert_eq!(reader.fault(), None);
    assert!(reader.items(40_000..40_010).is_empty());
    let fault = reader.fault().unwrap();
    assert!(fault.contains("items.arrow") && fault.contains("checksum"), "{fault}");
    assert!(reader.items(0..10).is_empty());
    assert_eq!(reader.text(text(1)), "");
    assert_eq!(reader.record(RecordIndex(0)), None);
    assert!(reader.record_bytes(RecordIndex(0)).is_err());
    assert!(reader.each_relation(&mut |_| panic!("a row after a fault")).is_err());
}

#[test]
fn a_file_that_became_shorter_while_it_is_open_is_a_fault() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    publish(&store, "haus.json", MORNING, &small()).unwrap();
    let reader = store.open_model(ID).unwrap();
    let file = fs::File::options().write(true).open(model(data.path()).join("texts.arrow")).unwrap();
    file.set_len(100).unwrap();
    assert_eq!(reader.text(text(0)), "");
    assert!(reader.fault().unwrap().contains("texts.arrow"));
}

#[test]
fn a_reader_goes_on_when_its_model_is_deleted() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let house = small();
    publish(&store, "haus.json", MORNING, &house).unwrap();
    let reader = store.open_model(ID).unwrap();
    store.delete(ID).unwrap();
    assert_eq!(Rows::of(&reader).unwrap(), house.rows);
}

#[test]
fn one_changed_byte_never_gives_other_rows() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let house = small();
    publish(&store, "haus.json", MORNING, &house).unwrap();
    let folder = model(data.path());
    let names: Vec<_> = manifest::FILES.iter().copied().chain([manifest::NAME]).collect();
    let changes = (prop::sample::select(names), any::<u64>(), 1_u8..);
    let mut runner = TestRunner::new(ProptestConfig { cases: 1000, ..ProptestConfig::default() });
    let result = runner.run(&changes, |(name, position, change)| {
        spoil(&folder, name, position, change);
        let found = store.open_model(ID).map(|reader| {
            let head_is_whole = reader.head() == &house.summary.head && reader.storeys() == house.summary.storeys;
            (head_is_whole, Rows::of(&reader))
        });
        spoil(&folder, name, position, change);
        let Ok((head_is_whole, rows)) = found else { return Ok(()) };
        prop_assert!(head_is_whole);
        if let Ok(rows) = rows {
            prop_assert_eq!(rows, house.rows.clone());
        }
        Ok(())
    });
    result.unwrap();
    assert_eq!(load(&store, ID).unwrap(), house.rows);
}

#[test]
fn a_sink_that_failed_takes_no_more_rows_and_nothing_is_published() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let staging = store.stage().unwrap();
    let mut sink = staging.sink().unwrap();
    let endless = "x".repeat((1 << 30) + 1);
    assert!(sink.texts(&[&endless]).is_err());
    assert!(sink.texts(&["a"]).is_err());
    assert!(sink.scratch().is_err());
    assert!(staging.sink().is_err());
    let refused = store.publish("haus.json", MORNING, staging, &small().summary);
    assert!(matches!(refused, Err(StoreError::Io { .. })), "{refused:?}");
    assert_eq!(incoming(data.path()), 0);
    assert!(store.list().unwrap().manifests.is_empty());
}

#[test]
fn a_sink_that_outlives_publication_changes_nothing() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let house = small();
    let staging = store.stage().unwrap();
    let mut sink = staging.sink().unwrap();
    house.rows.fill(sink.as_mut()).unwrap();
    store.publish("haus.json", MORNING, staging, &house.summary).unwrap();
    assert!(sink.texts(&["late"]).is_err());
    assert_eq!(load(&store, ID).unwrap(), house.rows);
}

#[test]
fn a_reading_that_ends_early_leaves_nothing() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let staging = store.stage().unwrap();
    let mut sink = staging.sink().unwrap();
    large().rows.fill(sink.as_mut()).unwrap();
    let scratch = sink.scratch().unwrap();
    drop(staging);
    assert_eq!(incoming(data.path()), 0);
    drop((sink, scratch));
    assert_eq!(incoming(data.path()), 0);
}

#[test]
fn what_a_killed_process_was_writing_is_swept_away() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    // Never dropped, like everything of a process that is killed.
    let staging: &'static Staging = Box::leak(Box::new(store.stage().unwrap()));
    let mut sink = staging.sink().unwrap();
    large().rows.fill(sink.as_mut()).unwrap();
    drop(store);
    assert_eq!(incoming(data.path()), 1);
    let store = Store::open(data.path()).unwrap();
    assert_eq!(incoming(data.path()), 0);
    assert!(store.list().unwrap().manifests.is_empty());
}

#[test]
fn a_model_of_an_earlier_format_is_listed_as_that_and_replaced_by_an_upload() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let folder = model(data.path());
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("model.bin"), "IFCMODEL").unwrap();
    fs::write(folder.join("manifest.json"), format!("{{\"format\":1,\"model_id\":\"{ID}\"}}")).unwrap();
    drop(store);
    let store = Store::open(data.path()).unwrap();
    let broken = store.list().unwrap().broken;
    let error = &broken.first().unwrap().error;
    assert!(matches!(error, StoreError::FormatOld { format: 1, .. }), "{error:?}");
    assert_eq!(error.code(), ErrorCode::StoreDamaged);
    assert!(error.to_string().ends_with("upload its file again"), "{error}");
    assert!(matches!(store.open_model(ID), Err(StoreError::FormatOld { .. })));
    assert!(folder.join("model.bin").try_exists().unwrap());
    let house = small();
    publish(&store, "haus.json", MORNING, &house).unwrap();
    assert_eq!(load(&store, ID).unwrap(), house.rows);
    assert!(!folder.join("model.bin").try_exists().unwrap());
    assert_eq!(incoming(data.path()), 0);
}
