use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, UInt64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;
use crate::formats::{ContentEncoding, ReadOptions};
use crate::ifc::{EntityIndex, PropertyValue, RecordRow, TextId};
use crate::store::{StoredModel, TemporaryModel};

const SAMPLE: &[u8] = include_bytes!("../../../samples/house.ifcjson.json");

fn house() -> StoredModel {
    let parent = tempfile::tempdir().unwrap();
    let go_on = &mut |_| ControlFlow::Continue(());
    TemporaryModel::read(parent.path(), SAMPLE, ContentEncoding::Identity, ReadOptions::default(), go_on).unwrap().0
}

fn exported(format: ExportFormat) -> (tempfile::TempDir, Vec<ExportedFile>) {
    let (folder, model) = (tempfile::tempdir().unwrap(), house());
    let mut target = FolderTarget::create(folder.path()).unwrap();
    let files = export(&model, &model, format, &mut target).unwrap();
    (folder, files)
}

fn parquet_rows(folder: &Path, name: &str) -> RecordBatch {
    let file = File::open(folder.join(name)).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_batch_size(1 << 20);
    let empty = RecordBatch::new_empty(builder.schema().clone());
    let mut batches = builder.build().unwrap();
    let batch = batches.next().transpose().unwrap();
    assert!(batches.next().is_none());
    batch.unwrap_or(empty)
}

fn texts<'a>(batch: &'a RecordBatch, column: &str) -> Vec<Option<&'a str>> {
    batch.column_by_name(column).unwrap().as_string::<i32>().iter().collect()
}

fn numbers(batch: &RecordBatch, column: &str) -> Vec<Option<f64>> {
    batch.column_by_name(column).unwrap().as_primitive::<Float64Type>().iter().collect()
}

#[test]
fn parquet_holds_what_the_model_says() {
    let (folder, files) = exported(ExportFormat::Parquet);
    let model = house();
    let elements = parquet_rows(folder.path(), "elements.parquet");
    assert_eq!(elements.num_rows(), model.entity_count());
    let properties = parquet_rows(folder.path(), "properties.parquet");
    let owners = properties.column_by_name("entity").unwrap().as_primitive::<UInt64Type>();
    let (names, words) = (texts(&properties, "property"), texts(&properties, "value_text"));
    let (figures, mut row) = (numbers(&properties, "value_number"), 0);
    for entity in (0..model.entity_count()).filter_map(EntityIndex::new) {
        let id = model.entity(entity).unwrap().global_id.map(|id| id.to_string());
        assert_eq!(texts(&elements, "global_id")[entity.index()], id.as_deref());
        for property in model.properties(entity).iter() {
            assert_eq!(owners.value(row), entity.index() as u64);
            assert_eq!(names[row], Some(model.text(property.name)));
            match property.value {
                PropertyValue::Text(text) => assert_eq!(words[row], Some(model.text(text))),
                PropertyValue::Number { value, .. } => assert_eq!(figures[row], Some(value)),
                PropertyValue::Boolean(_) => assert_eq!((words[row], figures[row]), (None, None)),
            }
            row += 1;
        }
    }
    assert_eq!(properties.num_rows(), row);
    assert!(0 < row && files.iter().all(|file| file.name.ends_with(".parquet")));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), files.len(), "nothing but the files: {left:?}");
}

#[test]
fn a_record_is_found_in_the_file_by_its_offset() {
    let (folder, _) = exported(ExportFormat::Parquet);
    let records = parquet_rows(folder.path(), "records.parquet");
    let column = |name: &str| records.column_by_name(name).unwrap().as_primitive::<UInt64Type>().clone();
    let (offsets, lengths) = (column("byte_offset"), column("bytes"));
    assert_eq!(records.num_rows(), house().record_count() as usize);
    let whole: serde_json::Value = serde_json::from_slice(SAMPLE).unwrap();
    for (row, pointer) in texts(&records, "pointer").into_iter().enumerate() {
        let begin = usize::try_from(offsets.value(row)).unwrap();
        let bytes = &SAMPLE[begin..begin + usize::try_from(lengths.value(row)).unwrap()];
        let found: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        assert_eq!(whole.pointer(pointer.unwrap()), Some(&found), "{pointer:?}");
    }
}

#[test]
fn a_pointer_names_the_place_of_a_record() {
    let model = house();
    let group = (0..).find_map(TextId::new).unwrap();
    let word = model.text(group).to_owned();
    let at = |group, index, in_data| {
        let record = RecordRow { group, index, in_data, offset: 0, bytes: 0, block: 0, block_start: 0 };
        tables::pointer(&model, &record)
    };
    assert_eq!(at(None, Some(3), false), "/3");
    assert_eq!(at(Some(group), Some(3), true), format!("/data/{word}/3"));
    assert_eq!(at(Some(group), None, false), format!("/{word}"));
    assert_eq!(at(None, None, false), "");
}

#[test]
fn arrow_and_csv_hold_the_same_rows() {
    let (parquet, files) = exported(ExportFormat::Parquet);
    let (arrow, arrow_files) = exported(ExportFormat::Arrow);
    let (csv, csv_files) = exported(ExportFormat::Csv);
    let rows = |files: &[ExportedFile]| files.iter().map(|file| file.rows).collect::<Vec<_>>();
    assert_eq!(rows(&files), rows(&arrow_files));
    assert_eq!(rows(&files), rows(&csv_files));
    for table in tables::TABLES.iter().filter(|table| table.name != "problems") {
        let wanted = parquet_rows(parquet.path(), &format!("{}.parquet", table.name));
        let file = File::open(arrow.path().join(format!("{}.arrow", table.name))).unwrap();
        let found: Vec<_> = arrow_ipc::reader::FileReader::try_new(file, None).unwrap().map(Result::unwrap).collect();
        assert_eq!(found.iter().map(RecordBatch::num_rows).sum::<usize>(), wanted.num_rows());
        if let Some(batch) = found.first() {
            assert_eq!(batch.columns(), wanted.slice(0, batch.num_rows()).columns());
        }
        let text = fs::read_to_string(csv.path().join(format!("{}.csv", table.name))).unwrap();
        let names: Vec<String> = table.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        assert_eq!(text.split("\r\n").next(), Some(names.join(",").as_str()));
        assert_eq!(text.matches("\r\n").count(), wanted.num_rows() + 1);
    }
}

#[test]
fn csv_tells_nothing_from_an_empty_text_and_doubles_quotes() {
    use super::row::{Cell, Kind};
    let folder = tempfile::tempdir().unwrap();
    let mut target = FolderTarget::create(folder.path()).unwrap();
    target.begin("a.csv").unwrap();
    let mut rows =
        encode::Rows::begin(ExportFormat::Csv, &[("a", Kind::Text), ("b", Kind::Number)], &mut target).unwrap();
    rows.push(&[Cell::Text("3/4\" Rohr, grün\n"), Cell::Number(0.1)]).unwrap();
    rows.push(&[Cell::Text(""), Cell::Nothing]).unwrap();
    rows.push(&[Cell::Nothing, Cell::Number(-1e300)]).unwrap();
    assert_eq!(rows.finish().unwrap(), 3);
    target.end().unwrap();
    let text = fs::read_to_string(folder.path().join("a.csv")).unwrap();
    let large = format!("-1{}", "0".repeat(300));
    assert_eq!(text, format!("\"a\",\"b\"\r\n\"3/4\"\" Rohr, grün\n\",0.1\r\n\"\",\r\n,{large}\r\n"));
}

fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    bytes[at..at + length].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn position(bytes: &[u8], at: usize, length: usize) -> usize {
    usize::try_from(number(bytes, at, length)).unwrap()
}

/// The files of an archive, found by its directory, as APPNOTE 4.3 tells.
fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    let end_64 = position(bytes, end - 20 + 8, 8);
    assert_eq!(&bytes[end_64..end_64 + 4], b"PK\x06\x06");
    let (count, mut at) = (number(bytes, end_64 + 32, 8), position(bytes, end_64 + 48, 8));
    let mut files = BTreeMap::new();
    for _ in 0..count {
        assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
        let (crc, name_bytes, extra) =
            (number(bytes, at + 16, 4), position(bytes, at + 28, 2), position(bytes, at + 30, 2));
        let name = String::from_utf8(bytes[at + 46..at + 46 + name_bytes].to_vec()).unwrap();
        let sizes = at + 46 + name_bytes + 4;
        let (plain, packed, local) =
            (position(bytes, sizes, 8), position(bytes, sizes + 8, 8), position(bytes, sizes + 16, 8));
        assert_eq!(&bytes[local..local + 4], b"PK\x03\x04");
        let data = local + 30 + position(bytes, local + 26, 2) + position(bytes, local + 28, 2);
        let mut content = Vec::new();
        flate2::read::DeflateDecoder::new(&bytes[data..data + packed]).read_to_end(&mut content).unwrap();
        let mut check = flate2::Crc::new();
        check.update(&content);
        assert_eq!((content.len(), u64::from(check.sum())), (plain, crc));
        assert_eq!(&bytes[data + packed..data + packed + 4], b"PK\x07\x08");
        files.insert(name, content);
        at += 46 + name_bytes + extra;
    }
    files
}

#[test]
fn an_archive_holds_the_files_of_the_folder() {
    for format in ExportFormat::ALL {
        let (folder, files) = exported(*format);
        let (mut bytes, model) = (Vec::new(), house());
        let mut target = ZipTarget::new(&mut bytes, *format != ExportFormat::Parquet);
        assert_eq!(export(&model, &model, *format, &mut target).unwrap(), files);
        drop(target);
        let found = unzipped(&bytes);
        assert_eq!(found.len(), files.len());
        for (name, content) in found {
            assert_eq!(content, fs::read(folder.path().join(name)).unwrap());
        }
    }
}

/// Takes so many bytes, then no more.
struct SmallDisk(usize);

impl io::Write for SmallDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_by_every_format() {
    let model = house();
    for format in ExportFormat::ALL {
        let mut target = ZipTarget::new(SmallDisk(3000), false);
        let error = export(&model, &model, *format, &mut target).unwrap_err();
        assert_eq!(error.code(), ErrorCode::DiskFull, "{format:?} {error:?}");
    }
}
