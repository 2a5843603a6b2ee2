//! The engine's way in: `FUZZ_TARGET` names the target. Started by `cargo xtask fuzz`.
#![no_main]

use std::sync::OnceLock;

use ifc_chunking_fuzz::{Target, target};
use libfuzzer_sys::fuzz_target;

static CHOSEN: OnceLock<&'static Target> = OnceLock::new();

fn chosen() -> &'static Target {
    CHOSEN.get_or_init(|| {
        let name = std::env::var_os("FUZZ_TARGET").expect("FUZZ_TARGET names no target");
        target(&name.to_string_lossy()).expect("FUZZ_TARGET names an unknown target")
    })
}

fuzz_target!(|bytes: &[u8]| (chosen().run)(bytes));
