//! The log on standard error of a running server.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::args::LogFormat;
use crate::settings::Settings;

/// Starts the log for the rest of the process.
pub(crate) fn start(format: LogFormat, settings: &Settings) -> anyhow::Result<()> {
    // A part of RUST_LOG that cannot be read is reported by the filter and left out; it is no reason not to serve.
    let filter = EnvFilter::builder().parse_lossy(settings.log_filter.as_deref().unwrap_or("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("the log could not be started: {error}"))
}
