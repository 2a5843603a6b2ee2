//! Uploads from the page: what breaks them costs the bytes on their way and no more, and who goes away may go on later.

use std::io::{BufRead as _, BufReader};

use fantoccini::Client;
use serde_json::{Value, json};

use super::driving::{
    Driver, choose, click, command, look, open_browser, open_page, read, sample, start_again, start_server, wait_for,
};

/// Bytes a second while an upload is to be on its way for a while.
const SLOW: u32 = 40_000;
/// Unfinished uploads that the server takes.
const UPLOADS_MAX: usize = 64;
const READY: &str = "document.querySelectorAll('#overview .chart').length > 0";
const OFFER: &str = "document.querySelector('.offer')?.innerText";

async fn set_upload_speed(client: &Client, driver: &Driver, bytes_per_second: Option<u32>) {
    let speed = bytes_per_second.map_or(json!(-1), Value::from);
    let network = json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed});
    command(client, driver, "Network.enable", json!({})).await;
    command(client, driver, "Network.emulateNetworkConditions", network).await;
}

/// Notes what requests of the page carry of the file, for every document it loads from now on.
async fn note_requests(client: &Client, driver: &Driver) {
    let note = "window.pieces = []; const { open, setRequestHeader } = XMLHttpRequest.prototype; \
        XMLHttpRequest.prototype.open = function (method, path) { \
            if (path.startsWith('/v1/models?')) window.pieces.push('whole'); return open.call(this, method, path); }; \
        XMLHttpRequest.prototype.setRequestHeader = function (name, value) { \
            if (name === 'Upload-Offset') window.pieces.push(Number(value)); \
            return setRequestHeader.call(this, name, value); };";
    command(client, driver, "Page.addScriptToEvaluateOnNewDocument", json!({"source": note})).await;
}

/// Waits until the server has some of the file for good, and gives the id of the upload.
async fn wait_for_bytes(client: &Client, origin: &str) -> String {
    let kept = "JSON.parse(localStorage.getItem('ifc-chunking.uploads'))?.[0]?.id";
    let id = wait_for(client, "an upload", kept).await.as_str().unwrap().to_owned();
    let response = ureq::get(format!("{origin}/v1/uploads/{id}/events")).call().unwrap();
    let came = BufReader::new(response.into_body().into_reader()).lines().map_while(Result::ok).any(|line| {
        let event = line.strip_prefix("data: ").and_then(|data| serde_json::from_str::<Value>(data).ok());
        event.is_some_and(|event| event["stage"] == "receiving" && 0 < event["bytes"].as_u64().unwrap())
    });
    assert!(came, "some bytes come before the last one");
    id
}

async fn pieces(client: &Client) -> Vec<Value> {
    look(client, "window.pieces").await.as_array().unwrap().clone()
}

/// The one model of the server, which is the whole sample.
fn check_model(origin: &str) {
    let models = read(&format!("{origin}/v1/models"));
    let [model] = models["models"].as_array().unwrap().as_slice() else { panic!("one model: {models}") };
    assert_eq!((&model["status"], &model["name"]), (&json!("ready"), &json!("house.ifcjson.json")), "{model}");
    assert_eq!(model["content_bytes"], std::fs::metadata(sample()).unwrap().len());
}

#[tokio::test]
async fn an_upload_goes_on_where_it_broke_off_when_the_server_is_started_again() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (server, origin) = start_server(data.path());
    note_requests(&client, &driver).await;
    open_page(&client, &origin).await;
    set_upload_speed(&client, &driver, Some(SLOW)).await;
    choose(&client, &sample()).await;
    wait_for_bytes(&client, &origin).await;
    drop(server);
    let stage = "document.querySelector('.reading')?.innerText.includes('Server antwortet nicht')";
    wait_for(&client, "the card that tells of it", stage).await;
    set_upload_speed(&client, &driver, None).await;
    let _server = start_again(data.path(), &origin);
    wait_for(&client, "the model", READY).await;

    let pieces = pieces(&client).await;
    assert_eq!(pieces[0], 0, "{pieces:?}");
    let last = pieces.last().unwrap().as_u64().unwrap();
    assert!(0 < last && last < std::fs::metadata(sample()).unwrap().len(), "it goes on in the middle: {pieces:?}");
    check_model(&origin);
    assert_eq!(look(&client, "localStorage.getItem('ifc-chunking.uploads')").await, Value::Null);
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_broke_off_with_a_reload_goes_on_when_it_is_chosen_again() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    note_requests(&client, &driver).await;
    open_page(&client, &origin).await;
    set_upload_speed(&client, &driver, Some(SLOW)).await;
    choose(&client, &sample()).await;
    wait_for_bytes(&client, &origin).await;
    client.refresh().await.unwrap();
    set_upload_speed(&client, &driver, None).await;
    let offer = wait_for(&client, "the offer", OFFER).await;
    assert!(offer.as_str().unwrap().contains("house.ifcjson.json"), "{offer}");
    click(&client, "#language-en").await;
    let offer = look(&client, OFFER).await;
    assert!(offer.as_str().unwrap().contains("Choose the same file again"), "{offer}");

    choose(&client, &sample()).await;
    wait_for(&client, "the model", READY).await;
    assert_eq!(look(&client, OFFER).await, Value::Null);
    let pieces = pieces(&client).await;
    assert!(pieces.iter().all(|offset| 0 < offset.as_u64().unwrap()), "nothing is sent again: {pieces:?}");
    check_model(&origin);
    client.close().await.unwrap();
}

#[tokio::test]
async fn an_upload_that_broke_off_can_be_discarded_at_the_server_too() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    set_upload_speed(&client, &driver, Some(SLOW)).await;
    choose(&client, &sample()).await;
    let id = wait_for_bytes(&client, &origin).await;
    client.refresh().await.unwrap();
    wait_for(&client, "the offer", OFFER).await;
    let done = "(() => { const { send } = XMLHttpRequest.prototype; XMLHttpRequest.prototype.send = function (body) { \
                this.addEventListener('load', () => { window.ended = this.status; }); return send.call(this, body); }; })()";
    client.execute(done, Vec::new()).await.unwrap();
    click(&client, ".offer .discard").await;
    assert_eq!(look(&client, "document.activeElement.id").await, "file", "the focus goes on from there");
    assert_eq!(wait_for(&client, "the answer", "window.ended").await, 204);
    assert_eq!(look(&client, "localStorage.getItem('ifc-chunking.uploads')").await, Value::Null);
    let gone = ureq::head(format!("{origin}/v1/uploads/{id}")).header("Tus-Resumable", "1.0.0").call();
    assert!(matches!(gone, Err(ureq::Error::StatusCode(404))), "{gone:?}");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_server_without_room_for_pieces_is_sent_the_file_as_a_whole() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    for _ in 0..UPLOADS_MAX {
        let begun = ureq::post(format!("{origin}/v1/uploads")).header("Tus-Resumable", "1.0.0");
        assert_eq!(begun.header("Upload-Length", "1000").send_empty().unwrap().status(), 201);
    }
    note_requests(&client, &driver).await;
    open_page(&client, &origin).await;
    choose(&client, &sample()).await;
    wait_for(&client, "the model", READY).await;
    assert_eq!(pieces(&client).await, vec![json!("whole")]);
    check_model(&origin);
    client.close().await.unwrap();
}

/// The last byte left with the page: no person can send more of it.
#[tokio::test]
async fn an_upload_that_is_whole_at_the_server_is_followed_and_not_offered() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    let content = std::fs::read(sample()).unwrap();
    let tus = |request: ureq::RequestBuilder<ureq::typestate::WithBody>| request.header("Tus-Resumable", "1.0.0");
    let begun = tus(ureq::post(format!("{origin}/v1/uploads"))).header("Upload-Length", content.len().to_string());
    let begun = begun.header("Upload-Metadata", "filename aG91c2UuaWZjanNvbi5qc29u").send_empty().unwrap();
    let path = begun.headers()["location"].to_str().unwrap().to_owned();
    let piece = tus(ureq::patch(format!("{origin}{path}"))).header("Upload-Offset", "0");
    assert_eq!(piece.content_type("application/offset+octet-stream").send(content.as_slice()).unwrap().status(), 204);
    let id = path.rsplit('/').next().unwrap();
    let entry = json!([{"mark": "house", "id": id, "name": "house", "size": content.len(), "offset": 1, "at": 0,
        "expires": 4_000_000_000_000_u64, "tab": "other"}]);
    let keep = format!("localStorage.setItem('ifc-chunking.uploads', JSON.stringify({entry}))");
    client.execute(&keep, Vec::new()).await.unwrap();
    client.refresh().await.unwrap();
    let forgotten = "localStorage.getItem('ifc-chunking.uploads') === null";
    wait_for(&client, "the end of the entry", forgotten).await;
    assert_eq!(look(&client, OFFER).await, Value::Null);
    wait_for(&client, "an empty queue", "document.querySelectorAll('.reading').length === 0").await;
    wait_for(&client, "the model", "document.querySelectorAll('.models .model').length === 1").await;
    check_model(&origin);
    client.close().await.unwrap();
}
