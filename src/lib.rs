//! Reads building models (IFC data) as streams, stores them, and answers questions about them exactly.
//!
//! Start with `ARCHITECTURE.md`. The floors, from the ground: [`limits`] and [`error`]; [`ifc`], the vocabulary of a
//! building model; [`formats`], bytes to entities; [`query`], question to plan to answer; [`store`], files on disk;
//! [`actors`], what has state and a life cycle; [`http`], the edge. A module names only modules below it;
//! `tests/tidy.rs` checks that.

pub mod actors;
pub mod error;
pub mod formats;
pub mod http;
pub mod ifc;
pub mod limits;
pub mod query;
pub mod store;
