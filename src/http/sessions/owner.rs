//! Who asks: the token of a request, as a value that the sessions' handle demands.
//!
//! A token comes in `Authorization: Bearer`, in the cookie `ifc_owner`, and, where a browser can send no header, in the
//! query. A request without one, or with one that this server never gave, is a client without sessions.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;

use super::affinity::cookie_of;
use crate::actors::owner::{OwnerId, OwnerKey};

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
}
