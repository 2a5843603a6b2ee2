//! What has state, a life cycle and its own failure.
//!
//! Start with [`root`]: it starts the others, restarts what panicked (actix restarts nothing) and drains. Callers hold
//! handles, never addresses. What the actors need from the floors below comes through [`Backend`], so that tests stand in
//! for it; the time of day comes through [`Clock`].

pub mod backend;
mod chunked;
pub mod clock;
pub mod compute;
pub mod failure;
pub mod health;
pub mod history;
pub mod ingest;
mod kept_session;
mod model_changes;
pub mod model_export;
pub mod model_registry;
pub mod older_records;
pub mod owner;
pub mod query_session;
pub mod resumable_upload;
pub mod root;
pub mod session_directory;
pub mod session_event;
mod stopping;
mod supervision;
#[cfg(test)]
pub(crate) mod testing;
mod topics;
pub mod upload;

pub use backend::{Askable, Backend, StoreBackend};
pub use clock::Clock;
pub use failure::Failure;
pub use health::{Health, Phase};
