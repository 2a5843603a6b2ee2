//! Sessions as clients meet them: the built server over sockets, with connections cut, servers killed, frames that are none.
//!
//! `cargo xtask show sessions` runs some of these with the numbers that were promised, by the variables named below.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::tests_outside_test_module,
    clippy::wildcard_enum_match_arm,
    reason = "an integration test file is one test module, and tells figures or why it could not test"
)]

#[path = "sessions/client.rs"]
mod client;
#[path = "sessions/documents.rs"]
mod documents;
#[path = "sessions/frames.rs"]
mod frames;
#[path = "sessions/idle.rs"]
mod idle;
#[path = "sessions/resume.rs"]
mod resume;
mod running;
#[path = "sessions/slow.rs"]
mod slow;
