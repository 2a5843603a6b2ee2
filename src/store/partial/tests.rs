use super::*;

const ID: &str = "0123456789abcdef0123456789abcdef";

struct Data {
    folder: tempfile::TempDir,
}

impl Data {
    fn new() -> Data {
        Data { folder: tempfile::tempdir().unwrap() }
    }

    /// As after a start of the process.
    fn open(&self) -> Arc<Partials> {
        Arc::new(Store::open(self.folder.path()).unwrap().partials().unwrap())
    }

    fn path(&self, kind: &str) -> PathBuf {
        self.folder.path().join(format!("uploads/{ID}.{kind}"))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("uploads")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn record() -> PartialRecord {
    PartialRecord::new(ID.to_owned(), 10, "house".to_owned(), 7)
}

#[test]
fn bytes_that_were_synced_are_there_after_a_restart_and_others_are_cut_off() {
    let data = Data::new();
    let partials = data.open();
    partials.create(&record()).unwrap();
    let mut file = partials.append(record()).unwrap();
    file.write(b"abcd").unwrap();
    file.sync(8).unwrap();
    file.write(b"torn").unwrap();
    assert_eq!((file.unsynced(), file.missing()), (4, 2));
    drop((file, partials));

    let partials = data.open();
    let wanted = PartialRecord { offset: 4, expires_at: 8, ..record() };
    assert_eq!(partials.found(), std::slice::from_ref(&wanted));
    assert_eq!(fs::read(data.path(PART)).unwrap(), b"abcd");
    let mut file = partials.append(wanted).unwrap();
    file.write(b"efghij").unwrap();
    file.sync(9).unwrap();
    assert!(file.record().is_complete());
    assert_eq!(fs::read(data.path(PART)).unwrap(), b"abcdefghij");
}

#[test]
fn bytes_that_are_taken_back_are_gone_after_a_restart_too() {
    let data = Data::new();
    let partials = data.open();
    partials.create(&record()).unwrap();
    let mut file = partials.append(record()).unwrap();
    file.write(b"abcd").unwrap();
    file.sync(8).unwrap();
    file.take_back(1).unwrap();
    file.write(b"x").unwrap();
    file.sync(8).unwrap();
    drop((file, partials));
    assert_eq!(data.open().found()[0].offset, 2);
    assert_eq!(fs::read(data.path(PART)).unwrap(), b"ax");
}

/// A disk that ran full took the bytes of up to four mebibytes with it that were in the file already.
#[test]
fn bytes_before_those_that_found_no_room_are_kept() {
    let data = Data::new();
    let partials = data.open();
    partials.create(&record()).unwrap();
    let mut file = partials.append(record()).unwrap();
    file.write(b"abcd").unwrap();
    let full = file.write_by(b"efgh", |mut file| {
        file.write_all(b"ef")?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert!(matches!(full, Err(StoreError::DiskFull(_))), "{full:?}");
    file.sync(8).unwrap();
    drop((file, partials));
    assert_eq!(data.open().found()[0].offset, 4);
    assert_eq!(fs::read(data.path(PART)).unwrap(), b"abcd");
}

#[test]
fn how_a_reading_ended_is_kept_without_the_bytes() {
    let data = Data::new();
    let partials = data.open();
    partials.create(&record()).unwrap();
    let ended = PartialRecord {
        offset: 10,
        outcome: Some(PartialOutcome::Failed { code: "json_syntax".to_owned(), detail: "byte 1".to_owned() }),
        ..record()
    };
    partials.end(&ended).unwrap();
    drop(partials);
    assert_eq!(data.open().found(), [ended]);
    assert_eq!(data.names(), [format!("{ID}.json")]);
}

#[test]
fn what_belongs_to_no_upload_goes_at_start_and_what_is_not_ours_stays() {
    let data = Data::new();
    drop(data.open());
    fs::write(data.path(PART), "left by a kill").unwrap();
    fs::write(data.path(NEW), "{").unwrap();
    fs::write(data.folder.path().join("uploads/notes.txt"), "mine").unwrap();
    assert!(data.open().found().is_empty());
    assert_eq!(data.names(), ["notes.txt"]);
}

#[test]
fn a_damaged_upload_is_removed() {
    for damage in [
        |data: &Data| fs::write(data.path(RECORD), "{").unwrap(),
        |data: &Data| fs::write(data.path(PART), "ab").unwrap(),
        |data: &Data| fs::remove_file(data.path(PART)).unwrap(),
    ] {
        let data = Data::new();
        let partials = data.open();
        partials.create(&record()).unwrap();
        let mut file = partials.append(record()).unwrap();
        file.write(b"abcd").unwrap();
        file.sync(8).unwrap();
        drop((file, partials));
        damage(&data);
        assert!(data.open().found().is_empty());
        assert!(data.names().is_empty(), "{:?}", data.names());
    }
}

#[test]
fn an_upload_of_a_later_version_is_left_alone() {
    let data = Data::new();
    let partials = data.open();
    partials.create(&PartialRecord { format: FORMAT + 1, ..record() }).unwrap();
    drop(partials);
    assert!(data.open().found().is_empty());
    assert_eq!(data.names(), [format!("{ID}.json"), format!("{ID}.part")]);
}

#[test]
fn a_removed_upload_leaves_nothing() {
    let data = Data::new();
    let partials = data.open();
    partials.create(&record()).unwrap();
    partials.remove(ID);
    assert!(data.names().is_empty());
}
