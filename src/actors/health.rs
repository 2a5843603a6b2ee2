//! How the process is: its phase and the actors that are left down. Published by the root on a watch channel.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

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
    /// Actors left down after too many panics.
    pub degraded: Vec<String>,
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

    /// Waits until new work is refused, or the root is gone.
    pub(crate) async fn draining(&mut self) {
        drop(self.0.wait_for(|health| health.phase == Phase::Draining).await);
    }

    /// Waits until the root is gone.
    pub async fn gone(&mut self) {
        while self.0.changed().await.is_ok() {}
    }
}
