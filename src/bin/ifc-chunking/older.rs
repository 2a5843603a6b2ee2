//! The settings of the older product, which its installations keep in the environment. docs/older-api.md lists them all.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use ifc_json_chunking::error::ErrorCode;

use crate::args::LogFormat;
use crate::failure::Failure;

const HOST: &str = "127.0.0.1";
const PORT: u16 = 8000;

/// Read by the older product or named by it, and without effect here. One line a group.
const IGNORED: &[&str] = &[
    // Chunks are cut by the options of a request or of a command.
    "CHUNK_SIZE_MB",
    "MAX_CHUNKS",
    "OVERLAP_PERCENTAGE",
    "CHUNKING_STRATEGY",
    "OVERLAP_STRATEGY",
    "ENABLE_TOKEN_OPTIMIZATION",
    // No language model is called.
    "TARGET_LLM_MODEL",
    "GEMINI_API_KEY",
    "MAX_CONCURRENT_REQUESTS",
    "REQUEST_TIMEOUT",
    "RATE_LIMIT_RPM",
    // Nothing is kept in Redis.
    "ENABLE_CACHING",
    "REDIS_URL",
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_DB",
    "REDIS_PASSWORD",
    "REDIS_POOL_MAX_CONNECTIONS",
    "REDIS_POOL_MIN_CONNECTIONS",
    "REDIS_POOL_RETRY_ON_TIMEOUT",
    "REDIS_SOCKET_CONNECT_TIMEOUT",
    "REDIS_SOCKET_TIMEOUT",
    "REDIS_CONNECTION_TIMEOUT",
    "REDIS_SOCKET_KEEPALIVE",
    "REDIS_COMPRESSION_ENABLED",
    "REDIS_COMPRESSION_THRESHOLD",
    "CACHE_DEFAULT_TTL_SECONDS",
    "CACHE_QUERY_RESULT_TTL_SECONDS",
    "CACHE_CHUNK_RESULT_TTL_SECONDS",
    "CACHE_SIMILARITY_THRESHOLD",
    "CACHE_MAX_MEMORY_MB",
    "CACHE_EVICTION_POLICY",
    "CACHE_COMPRESSION_ENABLED",
    "CACHE_TTL_SECONDS",
    // Bounds are fixed, folders are arguments.
    "MAX_WORKERS",
    "TIMEOUT_SECONDS",
    "MAX_FILE_SIZE_MB",
    "MAX_QUERY_LENGTH",
    "OUTPUT_DIRECTORY",
    "TEMP_DIRECTORY",
    "UPLOAD_DIRECTORY",
    "DATABASE_URL",
    // Always on, and not to be chosen.
    "ENABLE_SECURITY_HEADERS",
    "ENABLE_RATE_LIMITING",
    "RATE_LIMITING_ENABLED",
    "RATE_LIMIT_REQUESTS_PER_MINUTE",
    "RATE_LIMIT_BURST_SIZE",
    "REQUEST_VALIDATION_ENABLED",
    "SECURITY_MONITORING_ENABLED",
    "ENABLE_COMPRESSION",
    "CORS_ORIGINS",
    "FRONTEND_URL",
    // Never did anything, or nothing that is left.
    "DEBUG",
    "ENVIRONMENT",
    "BACKUP_ENABLED",
    "BACKUP_INTERVAL_HOURS",
    "PERFORMANCE_MONITORING_ENABLED",
    "METRICS_COLLECTION_INTERVAL_SECONDS",
    "METRICS_COLLECTION_INTERVAL",
    "METRICS_RETENTION_DAYS",
    "MEMORY_PROFILING_ENABLED",
    "MEMORY_MONITORING_ENABLED",
    "MEMORY_MONITORING_INTERVAL_SECONDS",
    "MEMORY_THRESHOLD_WARNING_MB",
    "MEMORY_THRESHOLD_CRITICAL_MB",
    "MEMORY_PROFILE_INTERVAL",
    "MEMORY_LEAK_DETECTION_ENABLED",
    "MEMORY_GC_OPTIMIZATION_ENABLED",
    "APM_SERVICE_NAME",
    "APM_SERVICE_VERSION",
    "APM_ENVIRONMENT",
    "APM_ENABLED",
    "APM_SAMPLE_RATE",
    "APM_BUFFER_SIZE",
    "APM_FLUSH_INTERVAL",
    "ENABLE_REQUEST_TRACING",
    "TRACE_SAMPLING_RATE",
    "HEALTH_CHECK_ENABLED",
    "HEALTH_CHECK_INTERVAL_SECONDS",
    "HEALTH_CHECK_TIMEOUT_SECONDS",
    "HEALTH_CHECK_INTERVAL",
    "HEALTH_CHECK_TIMEOUT",
    "ALERTING_ENABLED",
    "ALERT_EVALUATION_INTERVAL",
    "ALERT_COOLDOWN_PERIOD",
];

/// What the environment says to the server; an argument comes before it.
#[derive(Debug, Clone, Default)]
pub(crate) struct OlderSettings {
    host: Option<String>,
    port: Option<String>,
    log_level: Option<&'static str>,
    log_format: Option<LogFormat>,
    /// `IFC_CHUNKING_SPA`, which is no setting of the older product but serves its client.
    pub(crate) spa: Option<PathBuf>,
    /// `DEMO_DATA_PATH`.
    pub(crate) demo_data: Option<PathBuf>,
    /// What is set and has no effect.
    ignored: Vec<&'static str>,
}

impl OlderSettings {
    /// From the variables that are set and not empty.
    pub(crate) fn resolve(set: impl Fn(&str) -> Option<String>) -> OlderSettings {
        let mut ignored: Vec<&str> = IGNORED.iter().copied().filter(|key| set(key).is_some()).collect();
        // These names belong to many programs, so a value of another one is no reason not to start.
        let log_level = set("LOG_LEVEL").and_then(|text| level(&text));
        let log_format = set("LOG_FORMAT").and_then(|text| format(&text));
        ignored.extend(set("LOG_LEVEL").filter(|_| log_level.is_none()).map(|_| "LOG_LEVEL"));
        ignored.extend(set("LOG_FORMAT").filter(|_| log_format.is_none()).map(|_| "LOG_FORMAT"));
        OlderSettings {
            host: set("API_HOST"),
            port: set("API_PORT"),
            log_level,
            log_format,
            spa: set("IFC_CHUNKING_SPA").map(PathBuf::from),
            demo_data: set("DEMO_DATA_PATH").map(PathBuf::from),
            ignored,
        }
    }

    /// Where to listen when no argument says so.
    pub(crate) fn bind(&self) -> Result<SocketAddr, Failure> {
        let port = match &self.port {
            None => PORT,
            Some(text) => text.trim().parse().map_err(|_| {
                let en = format!("Invalid integer value for API_PORT: {text}");
                Failure::new(ErrorCode::AddressInUse, en, format!("API_PORT ist keine Portnummer: {text}"))
            })?,
        };
        let host = self.host.as_deref().map_or(HOST, str::trim);
        let found = (host, port).to_socket_addrs().ok().and_then(|mut found| found.next());
        found.ok_or_else(|| {
            let en = format!("API_HOST names no address: {host}");
            Failure::new(ErrorCode::AddressInUse, en, format!("API_HOST nennt keine Adresse: {host}"))
        })
    }

    /// How the log is written when no argument says so.
    pub(crate) fn log_format(&self) -> LogFormat {
        self.log_format.unwrap_or(LogFormat::Text)
    }

    /// What is logged when `RUST_LOG` does not say so.
    pub(crate) fn log_filter(&self, otherwise: &str) -> String {
        self.log_level.map_or_else(|| otherwise.to_owned(), |level| format!("{level},actix_server=warn"))
    }

    /// Says once what was set in vain.
    pub(crate) fn warn(&self) {
        if !self.ignored.is_empty() {
            let keys = self.ignored.join(", ");
            tracing::warn!(keys, "environment variables of the older product without effect, see docs/older-api.md");
        }
    }
}

fn level(text: &str) -> Option<&'static str> {
    match text.trim().to_ascii_uppercase().as_str() {
        "DEBUG" => Some("debug"),
        "INFO" => Some("info"),
        "WARNING" | "WARN" => Some("warn"),
        "ERROR" | "CRITICAL" => Some("error"),
        _ => None,
    }
}

fn format(text: &str) -> Option<LogFormat> {
    match text.trim().to_ascii_lowercase().as_str() {
        "json" => Some(LogFormat::Json),
        "text" | "console" | "plain" => Some(LogFormat::Text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(variables: &[(&str, &str)]) -> OlderSettings {
        OlderSettings::resolve(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn address_log_and_demonstration_are_taken_from_the_older_names() {
        let none = resolve(&[]);
        assert_eq!(none.bind().unwrap(), "127.0.0.1:8000".parse().unwrap());
        assert_eq!((none.log_format(), none.log_filter("info").as_str()), (LogFormat::Text, "info"));
        let all = resolve(&[
            ("API_HOST", "0.0.0.0"),
            ("API_PORT", "8001"),
            ("LOG_LEVEL", "WARNING"),
            ("LOG_FORMAT", "json"),
            ("DEMO_DATA_PATH", "demo.json"),
            ("IFC_CHUNKING_SPA", "dist"),
        ]);
        assert_eq!(all.bind().unwrap(), "0.0.0.0:8001".parse().unwrap());
        assert_eq!((all.log_format(), all.log_filter("info").as_str()), (LogFormat::Json, "warn,actix_server=warn"));
        assert_eq!((all.demo_data, all.spa), (Some("demo.json".into()), Some("dist".into())));
        assert!(all.ignored.is_empty());
    }

    #[test]
    fn a_port_that_is_none_is_told_as_the_older_product_told_it() {
        let failure = resolve(&[("API_PORT", "eight")]).bind().unwrap_err();
        assert_eq!(failure.to_string(), "Invalid integer value for API_PORT: eight");
        assert!(resolve(&[("API_HOST", "no such host")]).bind().is_err());
    }

    #[test]
    fn what_has_no_effect_is_named_also_a_level_that_is_none() {
        let set = resolve(&[("REDIS_URL", "redis://"), ("CORS_ORIGINS", "*"), ("LOG_LEVEL", "loud")]);
        assert_eq!(set.ignored, ["REDIS_URL", "CORS_ORIGINS", "LOG_LEVEL"]);
    }

    #[test]
    fn every_setting_is_documented() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/older-api.md");
        let text = std::fs::read_to_string(path).unwrap();
        let taken = ["API_HOST", "API_PORT", "LOG_LEVEL", "LOG_FORMAT", "DEMO_DATA_PATH", "IFC_CHUNKING_SPA"];
        for key in IGNORED.iter().chain(&taken) {
            assert!(text.contains(&format!("`{key}`")), "{key} is not in docs/older-api.md");
        }
    }
}
