//! Which replica answers: a header for people and proxies, a cookie that a proxy routes by (`ops/`).
//!
//! It is a hint for speed and never needed: every replica answers for every session of the same data folder.

use std::sync::Arc;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Data;

use crate::actors::owner::OwnerKey;

const REPLICA: HeaderName = HeaderName::from_static("x-replica");
const COOKIE: &str = "ifc_replica";
const PATH: &str = "/v1/sessions";

/// The name of this process, and the same signed for the cookie.
#[derive(Debug, Clone)]
pub(in crate::http) struct Replica {
    name: Arc<str>,
    signed: Arc<str>,
}

impl Replica {
    pub(in crate::http) fn new(name: &Arc<str>, key: &OwnerKey) -> Replica {
        Replica { name: Arc::clone(name), signed: key.sign(name).into() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// What every answer below `/v1/sessions` carries, errors among them; nothing for other addresses.
pub(in crate::http) fn headers(request: &ServiceRequest) -> Vec<(HeaderName, HeaderValue)> {
    let below = request.path().strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let Some(replica) = request.app_data::<Data<Replica>>().filter(|_| below) else { return Vec::new() };
    let cookie = cookie(COOKIE, &replica.signed, PATH, None, request.app_config().secure());
    let name = HeaderValue::from_str(&replica.name).ok().map(|name| (REPLICA, name));
    name.into_iter().chain(cookie.map(|cookie| (header::SET_COOKIE, cookie))).collect()
}

/// A cookie that no script sees and no other site sends. `Secure` only where the connection itself is encrypted: what a
/// proxy says about it may come from anybody.
pub(super) fn cookie(
    name: &str,
    value: &str,
    path: &str,
    max_age_s: Option<u64>,
    is_secure: bool,
) -> Option<HeaderValue> {
    let age = max_age_s.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if is_secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path={path}{age}; HttpOnly; SameSite=Strict{secure}")).ok()
}

/// The value of a cookie of a request.
pub(super) fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(found, _)| *found == name).map(|(_, value)| value.trim_matches('"').to_owned()).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_is_secure_only_over_tls() {
        let plain = cookie("a", "b", "/", Some(60), false).unwrap();
        assert_eq!(plain.to_str().unwrap(), "a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
        let secure = cookie("a", "b", "/v1/sessions", None, true).unwrap();
        assert_eq!(secure.to_str().unwrap(), "a=b; Path=/v1/sessions; HttpOnly; SameSite=Strict; Secure");
    }
}
