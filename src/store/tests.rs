use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use self::rows::{House, Rows};
use super::*;
use crate::error::{Coded, ErrorCode};
use crate::ifc::{FactReader, Shape};

mod checking;
mod damage;
mod reading;
mod rows;

const ID: &str = "0123456789abcdef0123456789abcdef";
const OTHER_ID: &str = "fedcba9876543210fedcba9876543210";
const MORNING: &str = "2026-01-05T08:00:00Z";
const NOON: &str = "2026-01-05T12:00:00Z";

/// Rows of a house with so many walls, and what is said of it.
fn house(content_hash: &str, walls: usize) -> House {
    House::new(content_hash, walls)
}

fn publish(store: &Store, name: &str, published_at: &str, house: &House) -> Result<Manifest, StoreError> {
    let staging = store.stage()?;
    house.rows.fill(staging.sink()?.as_mut()).map_err(StoreError::of_sink)?;
    store.publish(name, published_at, staging, &house.summary)
}

/// Every row of a published model, or why there is none.
fn load(store: &Store, model_id: &str) -> Result<Rows, StoreError> {
    let reader = store.open_model(model_id)?;
    Rows::of(&reader).map_err(|what| StoreError::damaged(model_id, what))
}

fn data() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn model(data: &Path) -> PathBuf {
    data.join("models").join(ID)
}

fn incoming(data: &Path) -> usize {
    fs::read_dir(data.join("incoming")).unwrap().count()
}

/// A store with one published house, of which one file is then changed.
fn spoilt(spoil: impl FnOnce(&Path)) -> (tempfile::TempDir, Store) {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    publish(&store, "haus.json", MORNING, &house(ID, 3)).unwrap();
    spoil(&model(data.path()));
    (data, store)
}

/// Expects a model to be refused as damaged, left out of the list, and whole again after a new upload.
fn is_damaged_until_uploaded_again(spoil: impl FnOnce(&Path), what_wanted: &str) {
    let (data, store) = spoilt(spoil);
    match load(&store, ID) {
        Err(StoreError::Damaged { model_id, what }) => {
            assert_eq!(model_id, ID);
            assert!(what.contains(what_wanted), "{what}");
        }
        other => panic!("{other:?}"),
    }
    let read = house(ID, 3);
    assert_eq!(publish(&store, "neu.json", NOON, &read).unwrap().published_at, NOON);
    assert_eq!(load(&store, ID).unwrap(), read.rows);
    assert_eq!(store.list().unwrap().manifests.len(), 1);
    assert_eq!(incoming(data.path()), 0);
}

#[test]
fn a_published_model_is_the_same_after_a_restart() {
    let data = data();
    let read = house(ID, 3);
    let store = Store::open(data.path()).unwrap();
    let manifest = publish(&store, "haus.json", MORNING, &read).unwrap();
    assert_eq!((manifest.entities, manifest.elements, manifest.content_bytes), (5, 3, 4711));
    assert_eq!((manifest.shape.as_str(), manifest.schema.as_deref()), ("ifc_json", Some("IFC4")));
    drop(store);
    let store = Store::open(data.path()).unwrap();
    assert_eq!(store.list().unwrap().manifests, [manifest]);
    assert_eq!(load(&store, ID).unwrap(), read.rows);
}

/// When this fails, a table or the head has changed: raise [`FORMAT`] once a version of it was released, then put the new
/// checksum here. A new version of the Arrow or zstd packages may write the same in other bytes; then only the latter.
#[test]
fn the_bytes_of_format_2_do_not_change() {
    let data = data();
    publish(&Store::open(data.path()).unwrap(), "haus.json", MORNING, &rows::of_every_table(ID)).unwrap();
    let mut hasher = blake3::Hasher::new();
    for name in manifest::FILES {
        hasher.update(&fs::read(model(data.path()).join(name)).unwrap());
    }
    assert_eq!(
        (FORMAT, hasher.finalize().to_hex().as_str()),
        (2, "2690146b78e54acc9239065823fcc146e281957a684722dae7978b25fc496541")
    );
}

#[test]
fn models_are_listed_by_time_of_publication() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    publish(&store, "spaet.json", NOON, &house(ID, 1)).unwrap();
    publish(&store, "frueh.json", MORNING, &house(OTHER_ID, 1)).unwrap();
    let names: Vec<_> = store.list().unwrap().manifests.into_iter().map(|manifest| manifest.name).collect();
    assert_eq!(names, ["frueh.json", "spaet.json"]);
}

#[test]
fn publishing_known_content_renews_the_name_only() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let read = house(ID, 3);
    let first = publish(&store, "alt.json", MORNING, &read).unwrap();
    let again = publish(&store, "neu.json", NOON, &read).unwrap();
    assert_eq!(again, Manifest { name: "neu.json".to_owned(), ..first });
    assert_eq!(store.list().unwrap().manifests, [again]);
    assert_eq!(incoming(data.path()), 0);
}

#[test]
fn a_long_name_is_cut_between_characters() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let manifest = publish(&store, &"ü".repeat(200), MORNING, &house(ID, 1)).unwrap();
    assert_eq!(manifest.name, "ü".repeat(127));
}

#[test]
fn a_deleted_model_leaves_nothing() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    publish(&store, "haus.json", MORNING, &house(ID, 3)).unwrap();
    store.delete(ID).unwrap();
    assert!(store.list().unwrap().manifests.is_empty());
    assert!(matches!(load(&store, ID), Err(StoreError::Unknown(id)) if id == ID));
    assert!(matches!(store.delete(ID), Err(StoreError::Unknown(id)) if id == ID));
    assert!(!model(data.path()).try_exists().unwrap());
    assert_eq!(incoming(data.path()), 0);
}

#[test]
fn an_id_from_outside_never_becomes_a_path() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    publish(&store, "haus.json", MORNING, &house(ID, 1)).unwrap();
    let (upper, short) = (ID.to_uppercase(), ID.replace("01", "0"));
    for id in ["", ".", "..", "../models", "/etc", &format!("../models/{ID}"), &short, &format!("{ID}0"), &upper] {
        assert!(matches!(load(&store, id), Err(StoreError::Unknown(_))), "{id}");
        assert!(matches!(store.delete(id), Err(StoreError::Unknown(_))), "{id}");
    }
    let refused = publish(&store, "haus.json", MORNING, &house("../../outside", 1));
    assert!(matches!(refused, Err(StoreError::Io { .. })), "{refused:?}");
    assert_eq!(store.list().unwrap().manifests.len(), 1);
}

#[test]
fn a_torn_table_is_noticed() {
    is_damaged_until_uploaded_again(
        |model| {
            let bytes = fs::read(model.join("items.arrow")).unwrap();
            fs::write(model.join("items.arrow"), &bytes[..bytes.len() / 2]).unwrap();
        },
        "the manifest says",
    );
}

#[test]
fn a_flipped_bit_is_noticed() {
    is_damaged_until_uploaded_again(
        |model| {
            let mut bytes = fs::read(model.join("items.arrow")).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(model.join("items.arrow"), &bytes).unwrap();
        },
        "checksum",
    );
}

#[test]
fn a_missing_manifest_is_noticed() {
    is_damaged_until_uploaded_again(
        |model| fs::remove_file(model.join("manifest.json")).unwrap(),
        "manifest.json is missing",
    );
}

#[test]
fn a_missing_table_is_noticed() {
    is_damaged_until_uploaded_again(
        |model| fs::remove_file(model.join("items.arrow")).unwrap(),
        "items.arrow is missing",
    );
}

#[test]
fn a_manifest_that_is_no_json_is_noticed() {
    is_damaged_until_uploaded_again(
        |model| fs::write(model.join("manifest.json"), "{\"format\":").unwrap(),
        "cannot be read",
    );
}

#[test]
fn an_empty_manifest_is_noticed() {
    is_damaged_until_uploaded_again(|model| fs::write(model.join("manifest.json"), "").unwrap(), "cannot be read");
}

#[test]
fn a_manifest_of_another_model_is_noticed() {
    is_damaged_until_uploaded_again(
        |model| {
            let text = fs::read_to_string(model.join("manifest.json")).unwrap();
            fs::write(model.join("manifest.json"), text.replace(ID, OTHER_ID)).unwrap();
        },
        OTHER_ID,
    );
}

#[test]
fn a_damaged_model_is_skipped_beside_sound_ones_and_can_be_deleted() {
    let (_data, store) = spoilt(|model| fs::remove_file(model.join("manifest.json")).unwrap());
    publish(&store, "anderes.json", NOON, &house(OTHER_ID, 1)).unwrap();
    let ids: Vec<_> = store.list().unwrap().manifests.into_iter().map(|manifest| manifest.model_id).collect();
    assert_eq!(ids, [OTHER_ID]);
    store.delete(ID).unwrap();
    assert!(matches!(load(&store, ID), Err(StoreError::Unknown(_))));
}

#[test]
fn a_model_of_a_later_format_is_refused_and_never_deleted() {
    let (data, store) = spoilt(|model| {
        let text = fs::read_to_string(model.join("manifest.json")).unwrap();
        fs::write(model.join("manifest.json"), text.replace("\"format\": 2", "\"format\": 3")).unwrap();
    });
    let is_refused = |error: StoreError| {
        assert_eq!(error.code(), ErrorCode::StoreFormatUnknown);
        assert!(matches!(error, StoreError::FormatUnknown { format: 3, .. }), "{error:?}");
    };
    is_refused(load(&store, ID).unwrap_err());
    is_refused(store.delete(ID).unwrap_err());
    is_refused(publish(&store, "neu.json", NOON, &house(ID, 3)).unwrap_err());
    assert!(store.list().unwrap().manifests.is_empty());
    drop(store);
    drop(Store::open(data.path()).unwrap());
    assert!(model(data.path()).join("items.arrow").try_exists().unwrap());
}

#[test]
fn the_sweep_removes_what_is_ours_and_nothing_else() {
    let data = data();
    let folder = data.path();
    drop(Store::open(folder).unwrap());
    let torn = folder.join("incoming").join(ID);
    fs::create_dir(&torn).unwrap();
    fs::write(torn.join("items.arrow"), "half a mod").unwrap();
    let mixed = folder.join("incoming").join(OTHER_ID);
    fs::create_dir(&mixed).unwrap();
    fs::write(mixed.join("thesis.docx"), "three years of work").unwrap();
    fs::create_dir(folder.join("incoming/backup")).unwrap();
    fs::write(folder.join("incoming/notes.txt"), "call back").unwrap();
    let store = Store::open(folder).unwrap();
    assert!(!torn.try_exists().unwrap());
    assert!(mixed.join("thesis.docx").try_exists().unwrap());
    assert!(folder.join("incoming/backup").try_exists().unwrap());
    assert!(folder.join("incoming/notes.txt").try_exists().unwrap());
    assert!(store.list().unwrap().manifests.is_empty());
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_in_the_data_folder_is_not_followed() {
    let data = data();
    let outside = data.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("items.arrow"), "not yours").unwrap();
    let folder = data.path().join("data");
    drop(Store::open(&folder).unwrap());
    std::os::unix::fs::symlink(&outside, folder.join("incoming").join(ID)).unwrap();
    std::os::unix::fs::symlink(&outside, folder.join("models").join(ID)).unwrap();
    let store = Store::open(&folder).unwrap();
    assert!(matches!(load(&store, ID), Err(StoreError::Damaged { .. })));
    store.delete(ID).unwrap();
    assert!(outside.join("items.arrow").try_exists().unwrap());
}

#[test]
fn a_data_folder_serves_one_store_at_a_time() {
    let data = data();
    let first = Store::open(data.path()).unwrap();
    let clone = first.clone();
    drop(first);
    let refused = Store::open(data.path()).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::DataFolderInUse);
    drop(clone);
    assert!(Store::open(data.path()).is_ok());
}

#[test]
fn the_same_content_published_from_many_threads_at_once_is_one_model() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    let read = house(ID, 200);
    let start = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (store, read, start) = (&store, &read, &start);
            scope.spawn(move || {
                start.wait();
                publish(store, &format!("haus-{number}.json"), MORNING, read).unwrap();
            });
        }
    });
    assert_eq!(store.list().unwrap().manifests.len(), 1);
    assert_eq!(load(&store, ID).unwrap(), read.rows);
    assert_eq!(incoming(data.path()), 0);
}

/// A mounted file system of a few kilobytes; unmounted when dropped.
struct TinyDisk(tempfile::TempDir);

impl TinyDisk {
    fn mount(size: &str) -> Option<TinyDisk> {
        let folder = data();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(folder.path()).output();
        mount.is_ok_and(|output| output.status.success()).then(|| TinyDisk(folder))
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0.path()).status().unwrap();
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn a_full_disk_is_told_and_harms_no_accepted_model() {
    let Some(disk) = TinyDisk::mount("size=640k") else {
        eprintln!("skipped: mounting a small file system needs root");
        return;
    };
    let store = Store::open(disk.0.path()).unwrap();
    let small = house(ID, 1);
    publish(&store, "klein.json", MORNING, &small).unwrap();
    let refused = publish(&store, "gross.json", NOON, &house(OTHER_ID, 50_000)).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::DiskFull, "{refused:?}");
    assert_eq!(incoming(disk.0.path()), 0);
    assert_eq!(load(&store, ID).unwrap(), small.rows);
    assert_eq!(store.list().unwrap().manifests.len(), 1);
    publish(&store, "anderes.json", NOON, &house(OTHER_ID, 1)).unwrap();
    assert_eq!(store.list().unwrap().manifests.len(), 2);
    drop(store);
}

#[test]
fn what_is_broken_is_listed_and_can_be_deleted() {
    let data = data();
    let store = Store::open(data.path()).unwrap();
    publish(&store, "haus.json", MORNING, &house(ID, 1)).unwrap();
    fs::write(model(data.path()).join("manifest.json"), b"{}").unwrap();
    let broken = store.list().unwrap().broken;
    assert_eq!(broken.iter().map(|broken| broken.model_id.as_str()).collect::<Vec<_>>(), [ID]);
    assert!(matches!(broken.first().unwrap().error, StoreError::Damaged { .. }), "{broken:?}");
    store.delete(ID).unwrap();
    assert!(store.list().unwrap().broken.is_empty());
}

#[test]
fn a_data_path_that_leads_to_a_file_is_called_that() {
    let data = data();
    let file = data.path().join("file");
    fs::write(&file, b"").unwrap();
    for path in [file.clone(), file.join("below")] {
        let refused = Store::open(&path);
        assert!(matches!(refused, Err(StoreError::IsFile(_))), "{refused:?}");
    }
    Store::open(&data.path().join("new/and/deep")).unwrap();
}
