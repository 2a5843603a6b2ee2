use std::net::Ipv4Addr;

use super::*;
use crate::actors::testing::FakeBackend;

fn options(bind: SocketAddr) -> ServeOptions {
    ServeOptions { bind, data: PathBuf::new(), workers: 1 }
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
