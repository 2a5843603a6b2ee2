//! Who asks: the token of a request, as a value that the sessions' handle demands.
//!
//! A token comes in `Authorization: Bearer`, in the cookie `ifc_owner`, and, where a browser can send no header, in the
//! query. A request without one, or with one that this server never gave, is a client without sessions.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;

use super::affinity::cookie_of;
use crate::actors::owner::{OwnerId, OwnerKey};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The cookie that holds the token.
pub(super) const OWNER_COOKIE: &str = "ifc_owner";

/// A client, known by its token or not.
#[derive(Debug, Default)]
pub(super) struct Client {
    known: Option<(OwnerId, String)>,
}

impl Client {
    /// The owner of its sessions.
    pub(super) fn owner(&self) -> Option<&OwnerId> {
        self.known.as_ref().map(|(owner, _)| owner)
    }

    /// The owner and the token, new ones for a client that has none.
    pub(super) fn or_new(self, key: &OwnerKey) -> (OwnerId, String) {
        self.known.unwrap_or_else(|| key.new_owner())
    }

    fn of(request: &HttpRequest, in_query: bool) -> Client {
        let Some(key) = request.app_data::<Data<OwnerKey>>() else { return Client::default() };
        let queried = || in_query.then(|| query_token(request)).flatten();
        // The first that is there counts, so that a wrong one is noticed and not replaced in silence.
        let token = bearer(request).or_else(queried).or_else(|| cookie_of(request.headers(), OWNER_COOKIE));
        Client { known: token.and_then(|token| key.verify(&token).map(|owner| (owner, token))) }
    }
}

/// Where a request comes from. A proxy on this machine, or beside it in a private network, tells by a header from where it
/// has it; whoever else sends that header is not believed.
pub(super) fn peer_of(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let is_near = match peer {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    let told = request.headers().get_all(FORWARDED_FOR).last().and_then(|value| value.to_str().ok());
    // The last one is what the nearest proxy saw.
    let told = told.and_then(|told| told.rsplit(',').next()?.trim().parse().ok());
    told.filter(|_| is_near).or(Some(peer))
}

impl FromRequest for Client {
    type Error = actix_web::Error;
    type Future = Ready<Result<Client, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Client::of(request, false)))
    }
}

/// The same where the query may hold the token: WebSockets and event streams, to which browsers add no header.
#[derive(Debug)]
pub(super) struct StreamClient(pub(super) Client);

impl FromRequest for StreamClient {
    type Error = actix_web::Error;
    type Future = Ready<Result<StreamClient, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(StreamClient(Client::of(request, true))))
    }
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let (scheme, token) = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

#[derive(Deserialize)]
struct TokenQuery {
    token: Option<String>,
}

fn query_token(request: &HttpRequest) -> Option<String> {
    Query::<TokenQuery>::from_query(request.query_string()).ok()?.into_inner().token
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn token_is_taken_from_where_it_may_stand_and_the_first_counts() {
        let key = OwnerKey::random();
        let (owner, token) = key.new_owner();
        let known = |uri: &str, headers: &[(&str, String)], in_query: bool| {
            let mut request = TestRequest::with_uri(uri).app_data(Data::new(key.clone()));
            for (name, value) in headers {
                request = request.insert_header((*name, value.as_str()));
            }
            Client::of(&request.to_http_request(), in_query).owner() == Some(&owner)
        };
        let (plain, queried) = ("/v1/sessions/s/ws", format!("/v1/sessions/s/ws?after=1&token={token}"));
        let bearer = |token: &str| ("authorization", format!("Bearer {token}"));
        let cookie = |token: &str| ("cookie", format!("a=b; ifc_owner={token}; c=d"));
        assert!(known(plain, &[bearer(&token)], false));
        assert!(known(plain, &[cookie(&token)], false));
        assert!(known(&queried, &[], true));
        assert!(!known(&queried, &[], false), "a query may be logged on its way, so it counts for streams only");
        assert!(!known(plain, &[], true));
        assert!(!known(plain, &[bearer("wrong"), cookie(&token)], true));
        assert!(!known(plain, &[cookie(&format!("{token}0"))], true));
        assert!(!known(plain, &[("authorization", format!("Basic {token}"))], true));
    }

    #[test]
    fn address_is_believed_from_a_proxy_that_is_near_and_from_nobody_else() {
        let peer = |peer: &str, told: Option<&str>| {
            let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
            if let Some(told) = told {
                request = request.insert_header((FORWARDED_FOR, told));
            }
            peer_of(&request.to_http_request()).unwrap().to_string()
        };
        for near in ["127.0.0.1:9", "[::1]:9", "10.1.2.3:9", "[::ffff:172.16.0.2]:9", "[fd00::2]:9"] {
            assert_eq!(peer(near, Some("198.51.100.7, 203.0.113.9")), "203.0.113.9", "{near}");
            assert_eq!(peer(near, Some("2001:db8::1")), "2001:db8::1", "{near}");
        }
        assert_eq!(peer("203.0.113.5:9", Some("198.51.100.7")), "203.0.113.5");
        assert_eq!(peer("127.0.0.1:9", None), "127.0.0.1");
        assert_eq!(peer("127.0.0.1:9", Some("unknown")), "127.0.0.1");
        assert_eq!(peer_of(&TestRequest::default().to_http_request()), None);
    }
}
