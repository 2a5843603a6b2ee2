//! `serve`: runs the server until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use ifc_json_chunking::http::older_api::OlderOptions;
use ifc_json_chunking::http::server::{ServeError, ServeOptions, serve};

use crate::args::ServeArguments;
use crate::clock;
use crate::failure::Failure;
use crate::logging;
use crate::output::Output;
use crate::settings::Settings;

pub(crate) fn run(arguments: ServeArguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let ServeArguments { bind, data, replica, spa, log_format } = arguments;
    let older = &settings.older;
    let format = log_format.unwrap_or_else(|| older.log_format());
    logging::start(format, &older.log_filter(logging::SERVE), settings)?;
    older.warn();
    let bind = bind.map_or_else(|| older.bind(), Ok)?;
    let options = OlderOptions { spa: spa.or_else(|| older.spa.clone()), demo_data: older.demo_data.clone() };
    run_server(bind, data, replica, options, |address| {
        // On standard output, so that a script learns the port it was given; a closed output is no reason to stop.
        if let Err(error) = Output::standard().line(format_args!("Listening on http://{address}")) {
            tracing::warn!(%error, "the address was not printed");
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until SIGTERM or Ctrl-C; `ready` is told the address once it accepts connections.
pub(crate) fn run_server(
    bind: SocketAddr,
    data: PathBuf,
    replica: String,
    older: OlderOptions,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let options = ServeOptions { bind, data, workers, replica, older };
    let served = actix::System::new().block_on(serve(options, clock::system, |address, _handles| ready(address)));
    served.map_err(|error| failure(&error).into())
}

/// Causes that are told already by the error itself, or by the store's own sentence, are not told twice.
fn failure(error: &ServeError) -> Failure {
    let de = match error {
        ServeError::Bind { address, source } if source.kind() == std::io::ErrorKind::PermissionDenied => {
            format!("dieser Benutzer darf auf {address} nicht lauschen; Ports unter 1024 gehören dem System")
        }
        ServeError::Bind { address, .. } => format!("auf {address} kann nicht gelauscht werden"),
        ServeError::Client { folder, .. } => {
            format!("der Ordner {} kann nicht ausgeliefert werden", folder.display())
        }
        ServeError::Data { source, .. } => return Failure::store(source),
        ServeError::Io(_) => "der Server brach ab".to_owned(),
        ServeError::RootEnded => "der oberste Teil des Servers endete".to_owned(),
    };
    Failure::coded(error, de)
}
