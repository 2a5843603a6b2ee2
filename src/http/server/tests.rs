use std::net::Ipv4Addr;

use super::*;
use crate::actors::testing::FakeBackend;

fn options(bind: SocketAddr) -> ServeOptions {
    ServeOptions { bind, data: PathBuf::new(), workers: 1, replica: "one".to_owned(), older: OlderOptions::default() }
}

#[actix_web::test]
async fn address_is_told_when_bound_and_the_stop_drains() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let mut told = None;
    let on_ready = |address: SocketAddr, _handles: Handles| {
        told = Some(address);
        stop.send(()).unwrap();
    };
    let stop = async { stopped.await.unwrap() };
    serve_until(&options(any), &dependencies, on_ready, stop).await.unwrap();
    assert_ne!(told.unwrap().port(), 0);
}

#[actix_web::test]
async fn taken_address_is_a_coded_error() {
    let (_backend, dependencies) = FakeBackend::dependencies();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let options = options(taken.local_addr().unwrap());
    let error = serve_until(&options, &dependencies, |_, _| (), std::future::pending()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::AddressInUse);
}

/// Sends raw bytes, closes the sending side, and gives back what came.
fn talk(address: SocketAddr, request: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap_or_default();
    answer
}

#[actix_web::test]
async fn connection_cut_in_the_middle_of_an_upload_publishes_nothing() {
    let (backend, dependencies) = FakeBackend::dependencies();
    let (ready, address) = tokio::sync::oneshot::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let options = options(any);
    let on_ready = |address: SocketAddr, handles: Handles| drop(ready.send((address, handles)));
    let serving = serve_until(&options, &dependencies, on_ready, async { stopped.await.unwrap() });
    let client = async {
        let (address, handles) = address.await.unwrap();
        let cut = "POST /v1/models?wait=true HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n[xx]";
        tokio::task::spawn_blocking(move || talk(address, cut)).await.unwrap();
        handles.models.idle().await;
        let listed = handles.models.list().await.unwrap();
        let whole = "POST /v1/models?wait=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                     Transfer-Encoding: chunked\r\n\r\n4\r\n[xx]\r\n0\r\n\r\n";
        let answer = tokio::task::spawn_blocking(move || talk(address, whole)).await.unwrap();
        stop.send(()).unwrap();
        (listed, answer)
    };
    let (served, (listed, answer)) = tokio::join!(serving, client);
    served.unwrap();
    assert!(!listed.iter().any(|s| matches!(s, crate::actors::model_registry::ModelState::Ready { .. })), "{listed:?}");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(backend.published(), 1);
}

#[actix_web::test]
async fn termination_signal_stops_instead_of_killing() {
    let stop = stop_signal().unwrap();
    let pid = std::process::id().to_string();
    let sent = std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(sent.success());
    tokio::time::timeout(std::time::Duration::from_secs(10), stop).await.unwrap();
}

#[actix_web::test]
async fn taken_address_leaves_no_data_folder_behind() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let parent = tempfile::tempdir().unwrap();
    let data = parent.path().join("data");
    let options = ServeOptions {
        bind: taken.local_addr().unwrap(),
        data: data.clone(),
        workers: 1,
        replica: "one".to_owned(),
        older: OlderOptions::default(),
    };
    let error = serve(options, crate::actors::testing::noon, |_, _| ()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::AddressInUse);
    assert!(!data.try_exists().unwrap());
}

#[test]
fn refused_address_is_not_called_taken() {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 80));
    let source = io::ErrorKind::PermissionDenied.into();
    assert!(ServeError::Bind { address, source }.to_string().starts_with("this user may not listen"));
}
