//! `serve`, and the seam to the server itself.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::args::ServeArguments;
use crate::logging;
use crate::output::Output;
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
    run_server(options, |address| {
        // On standard output, so that a script learns the port it was given; a closed output is no reason to stop.
        if let Err(error) = Output::standard().line(format_args!("Listening on http://{address}")) {
            tracing::warn!(%error, "the address was not printed");
        }
    })?;
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
