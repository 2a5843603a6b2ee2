//! The log on standard error of a running server.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::args::LogFormat;
use crate::settings::Settings;

/// What a server logs when `RUST_LOG` says nothing: its own doings, and only the trouble of the libraries.
pub(crate) const SERVE: &str = "info,actix_server=warn";
/// What the demo logs: trouble only, so that the address and the questions stay in view.
pub(crate) const DEMO: &str = "warn";

/// Starts the log for the rest of the process; `default` holds where `RUST_LOG` is not set.
pub(crate) fn start(format: LogFormat, default: &str, settings: &Settings) -> anyhow::Result<()> {
    // A part of RUST_LOG that cannot be read is reported by the filter and left out; it is no reason not to serve.
    let filter = EnvFilter::builder().parse_lossy(settings.log_filter.as_deref().unwrap_or(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("the log could not be started: {error}"))
}
