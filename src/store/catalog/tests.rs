use super::*;

fn put(key: &str, value: &str) -> Change {
    Change::Put { table: CatalogTable::History, key: key.into(), value: value.into() }
}

fn keys(catalog: &Catalog, from: &str, to: &str, backwards: bool) -> Vec<String> {
    let mut keys = Vec::new();
    let mut visit = |key: &[u8], _: &[u8]| {
        keys.push(String::from_utf8(key.to_vec()).unwrap());
        ControlFlow::Continue(())
    };
    catalog.scan(CatalogTable::History, (from.as_bytes(), to.as_bytes()), backwards, &mut visit).unwrap();
    keys
}

#[test]
fn what_was_acknowledged_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(folder.path()).unwrap();
    catalog.write_and_wait(vec![put("a", "1"), put("b", "2")]).unwrap();
    let remove = Change::Remove { table: CatalogTable::History, key: "a".into() };
    catalog.write_and_wait(vec![remove, put("c", "3")]).unwrap();
    drop(catalog);
    let catalog = Catalog::open(folder.path()).unwrap();
    assert_eq!(keys(&catalog, "", "~", false), ["b", "c"]);
    assert_eq!(catalog.get(CatalogTable::History, b"c").unwrap().unwrap(), b"3");
    assert_eq!(catalog.get(CatalogTable::Sessions, b"c").unwrap(), None);
}

#[test]
fn what_was_handed_in_is_written_before_the_last_clone_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(folder.path()).unwrap();
    for i in 0..100 {
        catalog.write(vec![put(&format!("{i:03}"), "")], |result| result.unwrap()).unwrap();
    }
    drop(catalog);
    assert_eq!(keys(&Catalog::open(folder.path()).unwrap(), "", "~", false).len(), 100);
}

#[test]
fn ranges_are_half_open_and_go_both_ways() {
    let catalog = Catalog::in_memory().unwrap();
    catalog.write_and_wait(["a", "b", "c", "d"].map(|key| put(key, "")).to_vec()).unwrap();
    assert_eq!(keys(&catalog, "b", "d", false), ["b", "c"]);
    assert_eq!(keys(&catalog, "b", "e", true), ["d", "c", "b"]);
    assert_eq!(keys(&catalog, "d", "b", false), Vec::<String>::new());
    let range = Change::RemoveRange { table: CatalogTable::History, from: "b".into(), to: "d".into() };
    catalog.write_and_wait(vec![range]).unwrap();
    assert_eq!(keys(&catalog, "", "~", false), ["a", "d"]);
}

/// Waits until the catalog is, or is not, written.
fn wait_until(catalog: &Catalog, is_down: bool) {
    let mut faults = catalog.faults();
    let wait = async { faults.wait_for(|fault| fault.is_some() == is_down).await.map(drop) };
    futures_executor(wait).unwrap();
}

fn futures_executor<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// More than there is room for in what the catalog holds already.
fn large(key: &str) -> Change {
    Change::Put { table: CatalogTable::History, key: key.into(), value: vec![7; 4 << 20] }
}

#[test]
fn a_full_disk_fails_the_write_with_its_code_and_the_catalog_is_written_again_once_there_is_room() {
    let (catalog, disk) = Catalog::failing().unwrap();
    catalog.write_and_wait(vec![put("a", "1")]).unwrap();
    disk.fill(true);
    let failed = catalog.write_and_wait(vec![put("b", "2"), large("b")]).unwrap_err();
    assert_eq!(failed.code(), ErrorCode::DiskFull);
    let refused = catalog.write_and_wait(vec![put("c", "3")]).unwrap_err();
    assert!(matches!(refused, StoreError::CatalogDown(_)), "{refused}");
    assert_eq!((refused.code(), catalog.fault().unwrap().code()), (ErrorCode::DiskFull, ErrorCode::DiskFull));
    // Done when what came before is over with: the database is open again.
    catalog.write_and_wait(Vec::new()).unwrap();
    assert_eq!(catalog.get(CatalogTable::History, b"a").unwrap().unwrap(), b"1", "it can be read all the while");
    disk.fill(false);
    wait_until(&catalog, false);
    catalog.write_and_wait(vec![put("d", "4")]).unwrap();
    assert_eq!(keys(&catalog, "", "~", false), ["a", "d"], "what failed or was refused is not there");
    assert_eq!(catalog.get(CatalogTable::Facts, b"catalog/room").unwrap(), None);
}

#[test]
fn a_disk_that_cannot_be_written_at_all_is_named_so_and_tried_again() {
    let (catalog, disk) = Catalog::failing().unwrap();
    catalog.write_and_wait(vec![put("a", "1")]).unwrap();
    disk.fail(true);
    assert_eq!(catalog.write_and_wait(vec![put("b", "2")]).unwrap_err().code(), ErrorCode::StoreFailed);
    assert_eq!(catalog.write_and_wait(vec![put("c", "3")]).unwrap_err().code(), ErrorCode::CatalogUnavailable);
    catalog.write_and_wait(Vec::new()).unwrap();
    let unread = catalog.get(CatalogTable::History, b"a").unwrap_err();
    assert_eq!(unread.code(), ErrorCode::CatalogUnavailable, "it could not even be opened again");
    disk.fail(false);
    wait_until(&catalog, false);
    catalog.write_and_wait(vec![put("d", "4")]).unwrap();
    assert_eq!(keys(&catalog, "", "~", false), ["a", "d"]);
}

#[test]
fn all_who_wait_for_a_commit_are_told_when_it_fails_and_each_once() {
    let (catalog, disk) = Catalog::failing().unwrap();
    disk.fail(true);
    let (sender, told) = std::sync::mpsc::channel();
    let mut refused = 0;
    for i in 0..50 {
        let sender = sender.clone();
        let tell = move |result: Result<(), StoreError>| sender.send(result.is_err()).unwrap();
        refused += usize::from(catalog.write(vec![put(&format!("{i:02}"), "")], tell).is_err());
    }
    drop(sender);
    let failed: Vec<bool> = told.iter().collect();
    assert_eq!(failed, vec![true; 50 - refused]);
    assert!(!failed.is_empty());
}

#[test]
fn a_panic_while_writing_is_told_to_who_waits_and_the_catalog_goes_on() {
    let (catalog, disk) = Catalog::failing().unwrap();
    disk.panic_once();
    let failed = catalog.write_and_wait(vec![put("a", "1")]).unwrap_err();
    assert_eq!(failed.code(), ErrorCode::StoreFailed);
    wait_until(&catalog, false);
    catalog.write_and_wait(vec![put("b", "2")]).unwrap();
    assert_eq!(keys(&catalog, "", "~", false), ["b"]);
}

#[test]
fn a_panic_of_one_who_is_told_leaves_the_others_their_word() {
    let catalog = Catalog::in_memory().unwrap();
    catalog.write(vec![put("a", "1")], |_| panic!("planned")).unwrap();
    catalog.write_and_wait(vec![put("b", "2")]).unwrap();
    assert_eq!(keys(&catalog, "", "~", false), ["a", "b"]);
}

#[test]
fn a_read_that_fails_does_not_end_all_reading() {
    let (catalog, disk) = Catalog::failing().unwrap();
    catalog.write_and_wait(vec![put("a", "1")]).unwrap();
    disk.hide(true);
    let failed = catalog.get(CatalogTable::History, b"a").unwrap_err();
    assert_eq!(failed.code(), ErrorCode::StoreFailed);
    disk.hide(false);
    catalog.write_and_wait(Vec::new()).unwrap();
    wait_until(&catalog, false);
    assert_eq!(catalog.get(CatalogTable::History, b"a").unwrap().unwrap(), b"1");
}

#[test]
fn a_catalog_that_is_down_is_opened_seldom_and_can_be_dropped() {
    let (catalog, disk) = Catalog::failing().unwrap();
    disk.fail(true);
    for _ in 0..1000 {
        catalog.write_and_wait(vec![put("a", "1")]).unwrap_err();
    }
    let faults = catalog.faults();
    drop(catalog);
    assert!(faults.has_changed().is_err(), "its thread is gone");
    let opened = disk.opened.load(std::sync::atomic::Ordering::SeqCst);
    assert!(opened <= 4, "opened {opened} times for a thousand writes");
}

#[test]
fn looking_for_room_leaves_nothing_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    Folder::new(folder.path()).try_room().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    Folder::new(&folder.path().join("none")).try_room().unwrap_err();
}
