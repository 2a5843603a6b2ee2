//! `serve`, and the seam to the server itself.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::args::ServeArguments;
use crate::logging;
use crate::settings::Settings;

/// What a server needs to know.
#[derive(Debug)]
pub(crate) struct ServerOptions {
    /// Where to listen; port 0 takes a free one.
    pub(crate) bind: SocketAddr,
    /// The folder that keeps the building models.
    pub(crate) data: PathBuf,
}

pub(crate) fn run(arguments: ServeArguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    logging::start(arguments.log_format, settings)?;
    let options = ServerOptions { bind: arguments.bind, data: arguments.data };
    run_server(options, |address| tracing::info!("listening on http://{address}"))?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until SIGTERM or Ctrl-C; `ready` is told the address once it accepts connections.
pub(crate) fn run_server(
    options: ServerOptions,
    ready: impl FnOnce(SocketAddr) + Send + 'static,
) -> anyhow::Result<()> {
    drop((options, ready));
    anyhow::bail!("the server is not built yet")
}
