//! `/api/health`, `/api/health/simple`, `/health`: how the server is, in the words of the older product.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;
use tokio::time::Instant;

use super::result::EXACT;
use super::{OlderApi, rfc3339, seconds};
use crate::limits;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Nothing is called outside the process, and nothing is paid for it.
pub(super) async fn read_health(api: Data<OlderApi>) -> HttpResponse {
    let began = Instant::now();
    let health = api.health.now();
    let runs = |part: &str| !health.degraded.iter().any(|name| name == part);
    let (files, queries) = (runs("model_registry"), runs("session_directory"));
    let word = |is_well: bool| if is_well { "healthy" } else { "unhealthy" };
    let status = if health.is_ready() { "healthy" } else { "degraded" };
    let now = api.records.now_ms();
    HttpResponse::Ok().json(json!({
        "status": status,
        "timestamp": seconds(now),
        "timestamp_iso": rfc3339(now),
        "version": VERSION,
        "services": {
            "query_processor": {
                "status": word(queries),
                "details": { "client": "not configured", "rate_limiter": word(true), "overall": word(queries) },
            },
            "configuration": {
                "status": "healthy", "llm_model": EXACT, "max_concurrent": limits::QUESTIONS_IN_FLIGHT_MAX,
            },
            "storage": { "status": word(files), "cache_enabled": true, "redis_configured": false },
        },
        "checks": { "query_processor": queries, "chunking_engine": files, "file_storage": files },
        "response_time_ms": began.elapsed().as_secs_f64() * 1000.0,
    }))
}

pub(super) async fn read_simple(api: Data<OlderApi>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok", "timestamp": seconds(api.records.now_ms()).to_string() }))
}
