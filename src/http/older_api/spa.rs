//! A single-page client that is served at `/` in place of our own page, for clients of the older interface that want page
//! and interface on one origin.
//!
//! The folder is read once, at the start. A request then looks a name up among what was read, so that no path of a request
//! ever reaches the file system: there is nothing to climb out of, and links in the folder were left out.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use actix_web::http::header::{self, ETag, EntityTag, Header as _, IfNoneMatch};
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::cors::is_older;
use crate::http::page::{accepts_html, get_or_head};
use crate::limits;

const INDEX: &str = "index.html";

/// Clients of this kind set styles from scripts and draw pictures from `data:` addresses; scripts come from here only.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      font-src 'self' data:; worker-src 'self' blob:; base-uri 'self'; form-action 'self'; \
                      frame-ancestors 'none'; object-src 'none'";

/// What is never a page of the client: its own answers belong there.
const OURS: [&str; 2] = ["/v1", "/docs"];

struct ClientFile {
    bytes: Bytes,
    media_type: &'static str,
    tag: EntityTag,
}

/// All files of a single-page client.
pub(in crate::http) struct SinglePageClient {
    files: HashMap<String, ClientFile>,
}

impl std::fmt::Debug for SinglePageClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SinglePageClient").field("files", &self.files.len()).finish()
    }
}

#[derive(Debug, Default)]
struct Walk {
    names: Vec<String>,
}

impl SinglePageClient {
    /// Reads a folder; links in it are left out, and so is what begins with a dot.
    ///
    /// # Errors
    /// A sentence: no `index.html`, too many files or bytes, or what the system says.
    pub(in crate::http) fn read(folder: &Path) -> Result<SinglePageClient, String> {
        let mut walk = Walk::default();
        walk.enter(folder, "", 0)?;
        let (mut files, mut bytes_all) = (HashMap::new(), 0_u64);
        for name in walk.names {
            let mut bytes = Vec::new();
            let file = fs::File::open(folder.join(&name)).map_err(|error| format!("{name}: {error}"))?;
            let mut file = file.take(limits::SPA_BYTES_MAX + 1);
            bytes_all += file.read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))? as u64;
            if limits::SPA_BYTES_MAX < bytes_all {
                return Err(format!("it holds more than {} bytes", limits::SPA_BYTES_MAX));
            }
            let tag = EntityTag::new_strong(blake3::hash(&bytes).to_hex().as_str().to_owned());
            let media_type = media_type(&name);
            files.insert(name, ClientFile { bytes: bytes.into(), media_type, tag });
        }
        match files.contains_key(INDEX) {
            true => Ok(SinglePageClient { files }),
            false => Err(format!("it holds no {INDEX}")),
        }
    }

    /// The answer to an address, or none where it is not the client's.
    pub(in crate::http) fn answer(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let path = request.path();
        let within = |root: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
        if is_older(path) || OURS.into_iter().any(within) {
            return None;
        }
        let name = path.trim_start_matches('/');
        match self.files.get(name) {
            Some(file) => Some(send(file, request)),
            // Every address of the client is its one page; a missing script must not be.
            None if accepts_html(request) => self.index(request),
            None => None,
        }
    }

    fn index(&self, request: &HttpRequest) -> Option<HttpResponse> {
        self.files.get(INDEX).map(|file| send(file, request))
    }
}

impl Walk {
    fn enter(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), String> {
        if limits::SPA_DEPTH_MAX < depth {
            return Err(format!("folders are nested deeper than {}", limits::SPA_DEPTH_MAX));
        }
        let failed = |error: std::io::Error| format!("{prefix}{error}");
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // Of the entry itself, not of what a link leads to.
            let kind = entry.file_type().map_err(failed)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue;
            }
            let name = format!("{prefix}{name}");
            if kind.is_dir() {
                self.enter(&entry.path(), &format!("{name}/"), depth + 1)?;
            } else if kind.is_file() {
                self.names.push(name);
            }
            if limits::SPA_FILES_MAX < self.names.len() {
                return Err(format!("it holds more than {} files", limits::SPA_FILES_MAX));
            }
        }
        Ok(())
    }
}

fn send(file: &ClientFile, request: &HttpRequest) -> HttpResponse {
    let unchanged = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&file.tag)),
        Err(_) => false,
    };
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(ETag(file.tag.clone())).insert_header((header::CACHE_CONTROL, "no-cache"));
    response.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    if unchanged { response.finish() } else { response.content_type(file.media_type).body(file.bytes.clone()) }
}

fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Registers the root, and `/docs`, which is a page of the client; our documents stay at `/docs/`. The rest is what no other
/// route takes.
pub(in crate::http) fn configure(config: &mut ServiceConfig, client: &Arc<SinglePageClient>) {
    config
        .app_data(Data::from(Arc::clone(client)))
        .service(web::resource("/").guard(get_or_head()).to(read_page))
        .service(web::resource("/docs").guard(get_or_head()).to(read_page));
}

async fn read_page(request: HttpRequest, client: Data<SinglePageClient>) -> HttpResponse {
    let page = accepts_html(&request).then(|| client.index(&request)).flatten();
    page.unwrap_or_else(super::root)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("client/assets")).unwrap();
        for (name, text) in [
            ("secret.txt", "secret"),
            ("client/index.html", "<p>page</p>"),
            ("client/assets/main.js", "go()"),
            ("client/.env", "KEY=1"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        std::os::unix::fs::symlink(folder.path().join("secret.txt"), folder.path().join("client/link.txt")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("client/up")).unwrap();
        folder
    }

    fn asked(client: &SinglePageClient, path: &str, accept: &str) -> Option<String> {
        let request = TestRequest::get().uri(path).insert_header((header::ACCEPT, accept)).to_http_request();
        let response = client.answer(&request)?;
        let media_type = response.headers().get(header::CONTENT_TYPE).unwrap().to_str().unwrap().to_owned();
        Some(media_type.split(';').next().unwrap().to_owned())
    }

    #[test]
    fn files_are_served_and_pages_of_the_client_are_its_index() {
        let folder = folder();
        let client = SinglePageClient::read(&folder.path().join("client")).unwrap();
        let html = "text/html,*/*;q=0.8";
        assert_eq!(asked(&client, "/assets/main.js", "*/*").as_deref(), Some("text/javascript"));
        assert_eq!(asked(&client, "/results/7b0d0c56", html).as_deref(), Some("text/html"));
        assert_eq!(asked(&client, "/assets/gone.js", "*/*"), None);
        for ours in ["/api/files", "/api", "/v1/models", "/v1", "/docs/"] {
            assert_eq!(asked(&client, ours, html), None, "{ours}");
        }
        assert_eq!(asked(&client, "/apiary", html).as_deref(), Some("text/html"));
    }

    #[test]
    fn nothing_outside_the_folder_can_be_had() {
        let folder = folder();
        let client = SinglePageClient::read(&folder.path().join("client")).unwrap();
        assert_eq!(client.files.len(), 2, "{:?}", client.files.keys());
        for path in [
            "/link.txt",
            "/up/secret.txt",
            "/.env",
            "/../secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "/assets/../../secret.txt",
            "//secret.txt",
        ] {
            assert_eq!(asked(&client, path, "*/*"), None, "{path}");
        }
    }

    #[test]
    fn a_folder_without_an_index_is_refused() {
        let folder = folder();
        assert!(SinglePageClient::read(folder.path()).unwrap_err().contains("index.html"));
        assert!(SinglePageClient::read(&folder.path().join("gone")).is_err());
    }
}
