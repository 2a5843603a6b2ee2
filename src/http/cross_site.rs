//! Keeps other websites in a user's browser from using a server on the user's machine. The server has no accounts, so
//! reaching it is all that is needed.
//!
//! A browser says where a request comes from, in `Sec-Fetch-Site` and `Origin`; what sends neither is no page of a website.
//! A name that leads to this machine only at the second look-up (DNS rebinding) makes a foreign page the same origin; it
//! shows in `Host`, which is looked at where the server listens on the machine itself only.

use std::net::IpAddr;

use actix_web::dev::RequestHead;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};

use super::older_api::cors;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request is not served; `None` when it is.
pub(super) fn refusal(head: &RequestHead, bound: IpAddr) -> Option<String> {
    let text = |name: HeaderName| head.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text(header::HOST).or_else(|| head.uri.authority().map(|authority| authority.as_str()));
    // A request without a host is of HTTP/1.0 or a script; browsers send one.
    if let Some(host) = host.filter(|_| bound.is_loopback())
        && !is_loopback(host)
    {
        return Some(format!("the server listens on this machine only, and {host:?} is no name of it"));
    }
    if !changes_something(&head.method) && !opens_socket(head) {
        return None;
    }
    if cors::allowed_origin(head).is_some() {
        return None;
    }
    if text(FETCH_SITE) == Some("cross-site") {
        return Some("the browser says that the request comes from another site".to_owned());
    }
    let origin = text(header::ORIGIN)?;
    // A proxy in front may end TLS, so the scheme is not compared.
    let same = origin.split_once("://").is_some_and(|(_, origin)| Some(bare(origin)) == host.map(bare));
    (!same).then(|| format!("the request comes from {origin:?}, another origin"))
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// A WebSocket begins as a GET, and what then goes over it changes things. Browsers send cookies along and let every page
/// read what comes back, whatever its origin.
fn opens_socket(head: &RequestHead) -> bool {
    let asked = |value: &HeaderValue| value.to_str().unwrap_or_default().to_ascii_lowercase().contains("websocket");
    head.headers().get_all(header::UPGRADE).any(asked)
}

/// In lower case, without the port that a browser leaves out.
fn bare(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let bare = host.strip_suffix(":80").or_else(|| host.strip_suffix(":443")).unwrap_or(&host);
    bare.to_owned()
}

/// Whether a `Host` names this machine: `localhost`, a name below it, or a loopback address, with any port.
fn is_loopback(host: &str) -> bool {
    let Ok(uri) = host.parse::<Uri>() else { return false };
    let name = uri.host().unwrap_or_default().to_ascii_lowercase();
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use actix_web::test::TestRequest;

    use super::*;
    use crate::http::testing::{app, handles, line};

    const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const ANY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    fn refused(method: Method, bound: IpAddr, headers: &[(&str, &str)]) -> bool {
        let mut request = TestRequest::default().method(method);
        for header in headers {
            request = request.insert_header(*header);
        }
        refusal(request.to_http_request().head(), bound).is_some()
    }

    #[test]
    fn a_request_without_a_browsers_headers_is_served() {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            assert!(!refused(method.clone(), LOCAL, &[]));
            assert!(!refused(method, LOCAL, &[("host", "127.0.0.1:8000")]));
        }
    }

    #[test]
    fn another_site_may_change_nothing() {
        for method in [Method::POST, Method::DELETE, Method::PUT, Method::PATCH] {
            for bound in [LOCAL, ANY] {
                let host = ("host", "localhost:8000");
                assert!(refused(method.clone(), bound, &[host, ("sec-fetch-site", "cross-site")]));
                assert!(refused(method.clone(), bound, &[host, ("origin", "https://elsewhere.example")]));
                assert!(refused(method.clone(), bound, &[host, ("origin", "http://localhost:9000")]));
                assert!(refused(method.clone(), bound, &[host, ("origin", "null")]));
                let own = [host, ("origin", "http://localhost:8000"), ("sec-fetch-site", "same-origin")];
                assert!(!refused(method.clone(), bound, &own));
            }
        }
        assert!(!refused(Method::GET, LOCAL, &[("host", "localhost"), ("sec-fetch-site", "cross-site")]));
        assert!(!refused(Method::POST, ANY, &[("host", "models.example"), ("origin", "https://models.example:443")]));
    }

    #[test]
    fn another_site_may_open_no_socket() {
        for bound in [LOCAL, ANY] {
            let common = [("host", "localhost:8000"), ("connection", "Upgrade"), ("upgrade", "WebSocket")];
            let with = |header| refused(Method::GET, bound, &[&common[..], &[header]].concat());
            assert!(with(("origin", "https://elsewhere.example")));
            assert!(with(("origin", "http://localhost:9000")));
            assert!(with(("origin", "null")));
            assert!(with(("sec-fetch-site", "cross-site")));
            assert!(!with(("origin", "http://localhost:8000")));
            assert!(!refused(Method::GET, bound, &common));
        }
    }

    #[test]
    fn a_server_on_this_machine_answers_to_names_of_it_only() {
        for host in
            ["localhost", "LOCALHOST:8000", "a.localhost:1", "127.0.0.1:8000", "127.9.9.9", "[::1]:8000", "[::1]"]
        {
            assert!(!refused(Method::GET, LOCAL, &[("host", host)]), "{host}");
        }
        for host in
            ["elsewhere.example", "elsewhere.example:8000", "localhost.example", "127.0.0.1.example", "10.0.0.1", ""]
        {
            assert!(refused(Method::GET, LOCAL, &[("host", host)]), "{host}");
            assert!(!refused(Method::GET, ANY, &[("host", host)]), "{host}");
        }
    }

    #[actix_web::test]
    async fn refused_request_says_so_and_does_nothing() {
        let handles = handles().await;
        let app = app(&handles).await;
        let post = TestRequest::post().uri("/v1/models?wait=true").set_payload("[x]");
        let seen = line(&app, post.insert_header(("sec-fetch-site", "cross-site"))).await;
        assert!(seen.contains("403") && seen.contains("cross_site_refused"), "{seen}");
        assert!(handles.models.list().await.unwrap().is_empty());
    }
}
