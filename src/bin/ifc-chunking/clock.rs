//! The wall clock: the library takes it as a parameter; here it begins.

use std::time::SystemTime;

use ifc_json_chunking::actors::clock::rfc3339;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the library takes the clock as a parameter; here it begins")]
pub(crate) fn system() -> SystemTime {
    SystemTime::now()
}

/// Now, RFC 3339 in UTC.
pub(crate) fn now() -> String {
    rfc3339(system())
}
