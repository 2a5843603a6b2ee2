//! `/` and `/assets/{file}`: the web page, compiled in.

use std::sync::LazyLock;

use actix_web::guard::{self, Guard};
use actix_web::http::header::{self, ETag, EntityTag, Header as _, IfNoneMatch};
use actix_web::web::{self, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};

use super::error::ApiError;
use super::older_api;
use crate::error::ErrorCode;

/// Name below `web/`, media type, bytes.
type Asset = (&'static str, &'static str, &'static [u8]);

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// Every file of the page; `index.html` is also served at `/`.
const ASSETS: &[Asset] = &[
    ("index.html", HTML, include_bytes!("../../web/index.html")),
    ("answer.css", STYLE, include_bytes!("../../web/answer.css")),
    ("answer.js", SCRIPT, include_bytes!("../../web/answer.js")),
    ("api.js", SCRIPT, include_bytes!("../../web/api.js")),
    ("chart.js", SCRIPT, include_bytes!("../../web/chart.js")),
    ("complete.js", SCRIPT, include_bytes!("../../web/complete.js")),
    ("dom.js", SCRIPT, include_bytes!("../../web/dom.js")),
    ("errors.js", SCRIPT, include_bytes!("../../web/errors.js")),
    ("format.js", SCRIPT, include_bytes!("../../web/format.js")),
    ("i18n.js", SCRIPT, include_bytes!("../../web/i18n.js")),
    ("icon.svg", PICTURE, include_bytes!("../../web/icon.svg")),
    ("kept.js", SCRIPT, include_bytes!("../../web/kept.js")),
    ("main.js", SCRIPT, include_bytes!("../../web/main.js")),
    ("offers.js", SCRIPT, include_bytes!("../../web/offers.js")),
    ("page.css", STYLE, include_bytes!("../../web/page.css")),
    ("readings.js", SCRIPT, include_bytes!("../../web/readings.js")),
    ("router.js", SCRIPT, include_bytes!("../../web/router.js")),
    ("session.js", SCRIPT, include_bytes!("../../web/session.js")),
    ("state.js", SCRIPT, include_bytes!("../../web/state.js")),
    ("table.js", SCRIPT, include_bytes!("../../web/table.js")),
    ("treemap.js", SCRIPT, include_bytes!("../../web/treemap.js")),
    ("trouble.js", SCRIPT, include_bytes!("../../web/trouble.js")),
    ("tus.js", SCRIPT, include_bytes!("../../web/tus.js")),
    ("views.css", STYLE, include_bytes!("../../web/views.css")),
    ("texts/ask.js", SCRIPT, include_bytes!("../../web/texts/ask.js")),
    ("texts/chunks.js", SCRIPT, include_bytes!("../../web/texts/chunks.js")),
    ("texts/common.js", SCRIPT, include_bytes!("../../web/texts/common.js")),
    ("texts/history.js", SCRIPT, include_bytes!("../../web/texts/history.js")),
    ("texts/models.js", SCRIPT, include_bytes!("../../web/texts/models.js")),
    ("views/ask.js", SCRIPT, include_bytes!("../../web/views/ask.js")),
    ("views/chunk.js", SCRIPT, include_bytes!("../../web/views/chunk.js")),
    ("views/chunks.js", SCRIPT, include_bytes!("../../web/views/chunks.js")),
    ("views/history.js", SCRIPT, include_bytes!("../../web/views/history.js")),
    ("views/model-list.js", SCRIPT, include_bytes!("../../web/views/model-list.js")),
    ("views/models.js", SCRIPT, include_bytes!("../../web/views/models.js")),
    ("views/overview.js", SCRIPT, include_bytes!("../../web/views/overview.js")),
];

/// Strong tags, one per asset in the same order: the hash of the bytes.
static TAGS: LazyLock<Vec<EntityTag>> = LazyLock::new(|| {
    ASSETS.iter().map(|(_, _, bytes)| EntityTag::new_strong(blake3::hash(bytes).to_hex().as_str().to_owned())).collect()
});

pub(super) fn get_or_head() -> impl Guard {
    guard::Any(guard::Get()).or(guard::Head())
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/").guard(get_or_head()).to(read_index))
        .service(web::resource("/assets/{file:.+}").guard(get_or_head()).to(read_asset));
}

/// Programs of the older product ask here what the server is; whatever reads pages says so.
async fn read_index(request: HttpRequest) -> HttpResponse {
    if accepts_html(&request) { answer("index.html", &request) } else { older_api::root() }
}

/// Whether a client wants a page, and not only anything.
pub(super) fn accepts_html(request: &HttpRequest) -> bool {
    let mut wanted = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    wanted.any(|value| value.to_ascii_lowercase().contains("text/html"))
}

async fn read_asset(file: Path<String>, request: HttpRequest) -> HttpResponse {
    answer(&file, &request)
}

/// The browser keeps the file and asks each time: after an update nobody sees half of the old page.
fn answer(name: &str, request: &HttpRequest) -> HttpResponse {
    let Some(((_, media_type, bytes), tag)) = ASSETS.iter().zip(TAGS.iter()).find(|((file, _, _), _)| *file == name)
    else {
        return ApiError::refused(ErrorCode::RouteUnknown, format!("there is no file {name}")).error_response();
    };
    let unchanged = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    };
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(ETag(tag.clone())).insert_header((header::CACHE_CONTROL, "no-cache"));
    if unchanged { response.finish() } else { response.content_type(*media_type).body(*bytes) }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn known_tag_is_answered_without_the_file() {
        let first = answer("main.js", &TestRequest::get().to_http_request());
        let tag = first.headers().get(header::ETAG).unwrap().clone();
        assert!(!tag.to_str().unwrap().starts_with("W/"));
        let again = TestRequest::get().insert_header((header::IF_NONE_MATCH, tag)).to_http_request();
        assert_eq!(answer("main.js", &again).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer("nothing.js", &again).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn page_loads_nothing_from_other_hosts() {
        for (name, _, bytes) in ASSETS {
            let text = String::from_utf8_lossy(bytes);
            for mark in ["src=\"http", "href=\"//", "src=\"//", "from \"http", "@import", "url(http"] {
                assert!(!text.contains(mark), "{name} holds {mark}");
            }
        }
    }
}
