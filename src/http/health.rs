//! `/livez` and `/readyz`: whether the process runs, and whether it takes work.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::actors::health::{DegradedReason, HealthReader};
use crate::actors::{Health, Phase};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read_livez).service(read_readyz);
}

/// That the process runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveResponse {
    /// Always `ok`.
    pub status: &'static str,
}

/// Whether the process takes work.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadyResponse {
    /// `ok` or `unavailable`.
    pub status: &'static str,
    /// Where the process is in its life.
    pub phase: Phase,
    /// Parts that do not work: actors left down after too many panics, and `catalog` while it cannot be written.
    pub degraded: Vec<String>,
    /// Why, where there is more to say than that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<DegradedReason>,
}

/// Says that the process runs.
#[utoipa::path(tag = "health", responses((status = 200, body = LiveResponse)))]
#[get("/livez")]
async fn read_livez() -> HttpResponse {
    HttpResponse::Ok().json(LiveResponse { status: "ok" })
}

/// Says whether requests should be sent here.
#[utoipa::path(tag = "health", responses(
    (status = 200, body = ReadyResponse),
    (status = 503, description = "starting, draining or degraded", body = ReadyResponse),
))]
#[get("/readyz")]
async fn read_readyz(health: Data<HealthReader>) -> HttpResponse {
    let health = health.now();
    let ready = health.is_ready();
    let Health { phase, degraded, reasons } = health;
    match ready {
        true => HttpResponse::Ok().json(ReadyResponse { status: "ok", phase, degraded, reasons }),
        false => HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "1")).json(ReadyResponse {
            status: "unavailable",
            phase,
            degraded,
            reasons,
        }),
    }
}
