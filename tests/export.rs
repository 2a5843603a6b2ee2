//! What `export` writes, read by the programs that people use.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module; a skipped test says so"
)]

use std::path::Path;
use std::process::{Command, Output};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/house.ifcjson.json");
const TABLES: [&str; 8] =
    ["elements", "properties", "quantities", "materials", "classifications", "relations", "records", "problems"];

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifc-chunking"));
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8").args(arguments).output().unwrap()
}

fn export(model: &str, format: &str, folder: &Path, data: &Path) -> Output {
    let (folder, data) = (folder.to_str().unwrap(), data.to_str().unwrap());
    run(&["export", model, "--format", format, "--output", folder, "--data", data])
}

fn said(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_file_and_the_model_made_of_it_give_the_same_tables() {
    let temporary = tempfile::tempdir().unwrap();
    let (data, of_file, of_model) =
        (temporary.path().join("data"), temporary.path().join("file"), temporary.path().join("model"));
    let output = export(SAMPLE, "csv", &of_file, &data);
    assert!(output.status.success(), "{}", said(&output.stderr));
    assert!(TABLES.iter().all(|table| said(&output.stdout).contains(&format!("{table}.csv"))));
    assert!(!data.try_exists().unwrap(), "a file needs no data folder");
    let imported = run(&["import", SAMPLE, "--data", data.to_str().unwrap(), "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&imported.stdout).unwrap();
    let output = export(report["model_id"].as_str().unwrap(), "csv", &of_model, &data);
    assert!(output.status.success(), "{}", said(&output.stderr));
    for table in TABLES {
        let read = |folder: &Path| std::fs::read(folder.join(format!("{table}.csv"))).unwrap();
        assert_eq!(read(&of_file), read(&of_model), "{table}");
    }
    // Again, over what is there.
    assert!(export(SAMPLE, "csv", &of_file, &data).status.success());
}

#[test]
fn what_cannot_be_exported_is_refused_with_a_code() {
    let temporary = tempfile::tempdir().unwrap();
    let (data, folder) = (temporary.path().join("data"), temporary.path().join("tables"));
    for (model, code) in [("no-such-file.json", "file_not_found"), (&"0".repeat(32), "model_unknown")] {
        let output = export(model, "parquet", &folder, &data);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output.stderr).starts_with(&format!("error[{code}]")), "{}", said(&output.stderr));
    }
    let in_the_way = temporary.path().join("file");
    std::fs::write(&in_the_way, b"").unwrap();
    let output = export(SAMPLE, "parquet", &in_the_way, &data);
    assert!(said(&output.stderr).starts_with("error[output_failed]"), "{}", said(&output.stderr));
}

/// A Python with packages: `IFC_EXPORT_PYTHON`, else `python3`.
#[expect(clippy::disallowed_methods, reason = "a test is told where its tools are by the environment")]
fn python(script: &str, folder: &Path, packages: &str) -> Option<String> {
    let python = std::env::var("IFC_EXPORT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = Command::new(&python).args(["-c", &format!("import {packages}")]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {python} has no {packages}; set IFC_EXPORT_PYTHON");
        return None;
    }
    let output = Command::new(&python).args(["-c", script]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", said(&output.stderr));
    Some(said(&output.stdout).to_owned())
}

#[test]
fn duckdb_and_pandas_read_every_table() {
    let temporary = tempfile::tempdir().unwrap();
    for format in ["parquet", "csv"] {
        assert!(export(SAMPLE, format, temporary.path(), temporary.path()).status.success());
    }
    let script = "
import duckdb, pandas
doors = duckdb.sql(\"\"\"
    SELECT e.storey, count(*) FROM 'elements.parquet' e
    WHERE e.ifc_type = 'IfcDoor' GROUP BY e.storey ORDER BY 2 DESC, 1\"\"\").fetchall()
frame = pandas.read_parquet('elements.parquet')
same = frame[frame.ifc_type == 'IfcDoor'].groupby('storey').size().to_dict()
assert dict(doors) == same, (doors, same)
for name in ['elements', 'properties', 'quantities', 'materials', 'relations']:
    rows = [duckdb.sql(f\"SELECT count(*) FROM {source}\").fetchall()[0][0]
            for source in (f\"'{name}.parquet'\", f\"read_csv('{name}.csv', header = true)\")]
    assert rows[0] == rows[1], (name, rows)
print(sum(same.values()))
";
    let Some(counted) = python(script, temporary.path(), "duckdb, pandas, pyarrow") else { return };
    let asked = run(&["ask", SAMPLE, "Wie viele Türen gibt es?", "--json"]);
    let answer: serde_json::Value = serde_json::from_slice(&asked.stdout).unwrap();
    assert_eq!(answer["answer"]["value"].to_string(), counted.trim());
}
