//! Fuzz targets: what takes bytes from outside must neither panic nor need memory without bound, whatever the bytes are.
//!
//! One target for each shape of file, fed through the same door as an upload and begun with small files of that shape
//! (`seeds/NAME/`); one for compressed files and one for questions. The tests replay the seeds.

mod ask;
mod read;
mod sink;

use std::path::PathBuf;

/// A target.
#[derive(Debug)]
pub struct Target {
    /// Its name, and that of the folder of its seeds.
    pub name: &'static str,
    /// Takes one input; a panic is a finding.
    pub run: fn(&[u8]),
}

const fn shape(name: &'static str) -> Target {
    Target { name, run: read::plain }
}

/// All targets.
pub const TARGETS: &[Target] = &[
    shape("ifcjson"),
    shape("ifcjson_flat"),
    shape("ifcjson_nested"),
    shape("header_data"),
    shape("element_list"),
    shape("german_flat"),
    shape("type_dump"),
    shape("web_ifc"),
    shape("xeokit"),
    shape("ifcx"),
    shape("records"),
    shape("step"),
    Target { name: "packed", run: read::packed },
    Target { name: "question", run: ask::question },
];

/// The target of a name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// The folder of a target's seeds.
#[must_use]
pub fn seeds(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name)
}

#[cfg(test)]
mod tests;
