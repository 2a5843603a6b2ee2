//! The life of the server: actors, listening, readiness, drain.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::signal::unix::{SignalKind, signal};

use super::middleware;
use super::older_api::OlderOptions;
use super::older_api::spa::SinglePageClient;
use crate::actors::owner::OwnerKey;
use crate::actors::root::{self, Dependencies, Handles, RootHandle};
use crate::actors::{Clock, StoreBackend};
use crate::error::{Coded, ErrorCode};
use crate::limits;
use crate::store::{Catalog, StoreError};

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The address to listen on; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The data folder; made when it is not there.
    pub data: PathBuf,
    /// Threads that talk to clients.
    pub workers: usize,
    /// The name of this process among those that serve the same clients.
    pub replica: String,
    /// For clients of the older product.
    pub older: OlderOptions,
}

/// Why serving ended, or did not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not allowed.
    #[error("{}", bind_sentence(address, source))]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What failed.
        #[source]
        source: io::Error,
    },
    /// The data folder cannot be used.
    #[error("cannot use the data folder {folder}")]
    Data {
        /// The folder.
        folder: PathBuf,
        /// What failed.
        #[source]
        source: StoreError,
    },
    /// The folder of the single-page client cannot be served.
    #[error("cannot serve the folder {}: {what}", folder.display())]
    Client {
        /// The folder.
        folder: PathBuf,
        /// Why.
        what: String,
    },
    /// The system refused a thread, a signal handler or a socket.
    #[error("the server failed")]
    Io(#[source] io::Error),
    /// The root actor ended.
    #[error("the root actor ended")]
    RootEnded,
}

fn bind_sentence(address: &SocketAddr, source: &io::Error) -> String {
    if source.kind() == io::ErrorKind::PermissionDenied {
        return format!("this user may not listen on {address}; ports below 1024 are for the system");
    }
    format!("cannot listen on {address}")
}

impl Coded for ServeError {
    fn code(&self) -> ErrorCode {
        match self {
            ServeError::Bind { .. } => ErrorCode::AddressInUse,
            ServeError::Data { source, .. } => source.code(),
            ServeError::Client { .. } => ErrorCode::FileUnreadable,
            ServeError::Io(_) | ServeError::RootEnded => ErrorCode::Internal,
        }
    }
}

/// Serves until SIGTERM or SIGINT, then drains. Runs on an actix `System`.
///
/// `on_ready` is called once, when the address is bound and the actors run.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(
    options: ServeOptions,
    clock: Clock,
    on_ready: impl FnOnce(SocketAddr, Handles),
) -> Result<(), ServeError> {
    // Bound before the data folder is made: a taken address leaves nothing behind.
    let listener = listen(options.bind)?;
    let dependencies = open(&options, clock).await?;
    let stop = stop_signal().map_err(ServeError::Io)?;
    serve_on(listener, &options, &dependencies, on_ready, stop).await
}

/// Opens the data folder on a blocking thread.
async fn open(options: &ServeOptions, clock: Clock) -> Result<Dependencies, ServeError> {
    let path = options.data.clone();
    let open = move || {
        // First the backend, which locks the folder.
        let backend = StoreBackend::in_folder(&path)?;
        Ok((backend, Catalog::open(&path)?, OwnerKey::in_folder(&path)?))
    };
    let opened = tokio::task::spawn_blocking(open).await;
    let opened = opened.map_err(|error| ServeError::Io(io::Error::other(error)))?;
    let (backend, catalog, owner_key) =
        opened.map_err(|source| ServeError::Data { folder: options.data.clone(), source })?;
    let replica = options.replica.as_str().into();
    Ok(Dependencies { backend: Arc::new(backend), catalog, clock, owner_key, replica })
}

fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM, draining"),
            _ = interrupt.recv() => tracing::info!("SIGINT, draining"),
        }
    })
}

/// Serves until `stop` is ready, then drains.
///
/// While it drains, new work is answered with 503 `draining` instead of a refused connection, so that clients and load
/// balancers learn why; running work gets [`limits::DRAIN_MAX`].
///
/// # Errors
/// [`ServeError`].
pub async fn serve_until(
    options: &ServeOptions,
    dependencies: &Dependencies,
    on_ready: impl FnOnce(SocketAddr, Handles),
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    serve_on(listen(options.bind)?, options, dependencies, on_ready, stop).await
}

async fn serve_on(
    listener: TcpListener,
    options: &ServeOptions,
    dependencies: &Dependencies,
    on_ready: impl FnOnce(SocketAddr, Handles),
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let bind_error = |source| ServeError::Bind { address: options.bind, source };
    let address = listener.local_addr().map_err(bind_error)?;
    let client = options.older.spa.as_deref().map(client).transpose()?;
    let (root, handles) = root::start(dependencies);
    let routes = super::configure(&handles, client, options.older.demo_data.clone());
    let server = HttpServer::new(move || App::new().wrap(from_fn(middleware::around)).configure(routes.clone()))
        .workers(options.workers.max(1))
        .keep_alive(limits::KEEP_ALIVE_MAX)
        .client_request_timeout(limits::REQUEST_HEAD_MAX)
        .client_disconnect_timeout(limits::DRAIN_GRACE_MAX)
        .shutdown_timeout(limits::DRAIN_GRACE_MAX.as_secs())
        .disable_signals()
        .listen(listener)
        .map_err(bind_error)?
        .run();
    let server_handle = server.handle();
    tracing::info!(%address, "listening");
    on_ready(address, handles.clone());
    let mut server = std::pin::pin!(server);
    let mut health = handles.health.clone();
    let result = tokio::select! {
        ended = &mut server => return ended.map_err(ServeError::Io),
        () = drain_on(stop, &root) => Ok(()),
        () = health.gone() => Err(ServeError::RootEnded),
    };
    let (stopped, ()) = tokio::join!(server, server_handle.stop(true));
    result.and(stopped.map_err(ServeError::Io))
}

async fn drain_on(stop: impl Future<Output = ()>, root: &RootHandle) {
    stop.await;
    root.drain().await;
    tracing::info!("drained");
}

fn client(folder: &Path) -> Result<Arc<SinglePageClient>, ServeError> {
    let read = SinglePageClient::read(folder);
    read.map(Arc::new).map_err(|what| ServeError::Client { folder: folder.to_owned(), what })
}

fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listener = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        // Every connection has it from its listener. Once a body is being written, the framework has no clock of its own.
        #[cfg(target_os = "linux")]
        SockRef::from(&listener).set_tcp_user_timeout(Some(limits::UNTAKEN_MAX))?;
        Ok(listener)
    });
    listener.map_err(|source| ServeError::Bind { address, source })
}

#[cfg(test)]
mod tests;
