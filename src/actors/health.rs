//! How the process is: its phase and the actors that are left down. Published by the root on a watch channel.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::error::ErrorCode;

/// Where the process is in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Actors are being started.
    #[default]
    Starting,
    /// Work is accepted.
    Ready,
    /// Running work is finished, new work is refused.
    Draining,
}

/// What the root publishes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Where the process is in its life.
    pub phase: Phase,
    /// Parts that do not work: actors left down after too many panics, and `catalog` while it cannot be written.
    pub degraded: Vec<String>,
    /// Why, where there is more to say than that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<DegradedReason>,
}

/// Why a part does not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DegradedReason {
    /// Which part.
    #[schema(example = "catalog")]
    pub part: String,
    /// A code of docs/errors.md: requests that need the part end with it.
    #[schema(example = "disk_full")]
    pub code: String,
    /// What the code means.
    #[schema(example = "the data folder's disk is full")]
    pub reason: String,
}

impl DegradedReason {
    pub(crate) fn new(part: &str, code: ErrorCode) -> DegradedReason {
        let (code, reason) = (code.as_str().to_owned(), code.meaning().to_owned());
        DegradedReason { part: part.to_owned(), code, reason }
    }
}

impl Health {
    /// Whether requests may be sent here.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Ready && self.degraded.is_empty()
    }
}

/// Read side of the health, cheap to clone.
#[derive(Debug, Clone)]
pub struct HealthReader(watch::Receiver<Health>);

impl HealthReader {
    pub(crate) fn new(receiver: watch::Receiver<Health>) -> HealthReader {
        HealthReader(receiver)
    }

    /// As it is now.
    #[must_use]
    pub fn now(&self) -> Health {
        self.0.borrow().clone()
    }

    /// Whether new work is refused.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.borrow().phase == Phase::Draining
    }

    /// Waits until work is accepted; false when the root is gone instead.
    pub async fn ready(&mut self) -> bool {
        self.0.wait_for(Health::is_ready).await.is_ok()
    }

    /// Waits until new work is refused.
    pub(crate) async fn draining(&mut self) {
        if self.0.wait_for(|health| health.phase == Phase::Draining).await.is_err() {
            // The root is gone, and nobody will say so any more.
            std::future::pending::<()>().await;
        }
    }

    /// Waits until the process is as wanted.
    #[cfg(test)]
    pub(crate) async fn wait_until(&mut self, is_so: impl Fn(&Health) -> bool) -> Health {
        self.0.wait_for(is_so).await.unwrap().clone()
    }

    /// Waits until the root is gone.
    pub async fn gone(&mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
