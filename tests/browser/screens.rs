//! Every view in both languages and both colour schemes, looked at by axe-core; and the pictures of the documents.

use std::path::Path;

use fantoccini::Client;
use serde_json::{Value, json};

use super::driving::{
    Driver, ask, check_console, click, command, look, open_browser, open_page, open_view, read_file, sample,
    start_server, wait_for,
};
use super::{WALLS, WALLS_ENGLISH};

/// Largest picture in the documents.
const PICTURE_BYTES_MAX: usize = 200_000;

/// Asked before the picture of the history is taken.
const PAST: [&str; 4] = [
    "How many windows are there?",
    "And on the ground floor?",
    "What is the total volume of all walls?",
    "Which doors have no fire rating?",
];

/// The checker, where `cargo xtask test` has installed it.
fn axe() -> Option<String> {
    let packages = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("clients").join("node_modules");
    std::fs::read_to_string(packages.join("axe-core/axe.min.js")).ok()
}

/// Fails on what axe calls serious or critical.
async fn check_access(client: &Client, axe: &str, what: &str) {
    client.execute(axe, Vec::new()).await.unwrap();
    let script = "const done = arguments[0]; axe.run(document).then((found) => done(found.violations
        .filter((entry) => ['serious', 'critical'].includes(entry.impact))
        .map((entry) => `${entry.id}: ${entry.nodes.map((node) => node.html).join(' ')}`)));";
    let found = client.execute_async(script, Vec::new()).await.unwrap();
    assert_eq!(found, json!([]), "{what}");
}

async fn check_screens(client: &Client, driver: &Driver, axe: &str, told: &str) {
    open_view(client, "models").await;
    check_access(client, axe, &format!("models, {told}")).await;
    open_view(client, "ask").await;
    check_access(client, axe, &format!("ask, {told}")).await;
    click(client, "#answer .shares").await;
    client.execute("document.querySelector('#answer details').open = true", Vec::new()).await.unwrap();
    check_access(client, axe, &format!("an answer in shares, {told}")).await;
    open_view(client, "chunks").await;
    click(client, ".tile").await;
    wait_for(client, "the text of the chunk", "document.querySelector('#chunk pre')?.textContent").await;
    check_access(client, axe, &format!("chunks, {told}")).await;
    open_view(client, "history").await;
    check_access(client, axe, &format!("history, {told}")).await;
    click(client, ".remove").await;
    click(client, ".asked-open").await;
    wait_for(client, "the answer", "document.querySelector('#asked .chart') !== null").await;
    check_access(client, axe, &format!("an answer of the history, {told}")).await;
    let narrow = json!({"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true});
    command(client, driver, "Emulation.setDeviceMetricsOverride", narrow).await;
    for view in ["models", "ask", "chunks", "history"] {
        open_view(client, view).await;
        check_access(client, axe, &format!("{view} on a telephone, {told}")).await;
        assert_eq!(look(client, "document.documentElement.scrollWidth").await, 360, "{view} sticks out to the side");
    }
    command(client, driver, "Emulation.clearDeviceMetricsOverride", json!({})).await;
}

#[tokio::test]
async fn no_view_shuts_people_out() {
    let Some(axe) = axe() else {
        println!("axe-core is not installed; cargo xtask test does that");
        return;
    };
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    check_access(&client, &axe, "the empty page").await;
    read_file(&client, &sample()).await;
    open_view(&client, "ask").await;
    ask(&client, WALLS).await;
    // Words have no colours: each language and each scheme once are all that can differ.
    for (language, scheme) in [("de", "light"), ("en", "dark")] {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        command(&client, &driver, "Emulation.setEmulatedMedia", media).await;
        click(&client, &format!("#language-{language}")).await;
        check_screens(&client, &driver, &axe, &format!("{language}, {scheme}")).await;
    }
    client.close().await.unwrap();
}

#[tokio::test]
async fn the_keyboard_alone_reaches_every_view_and_every_chunk() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    read_file(&client, &sample()).await;

    let focus = "document.activeElement.id";
    client.execute("document.activeElement.blur()", Vec::new()).await.unwrap();
    client.execute("document.querySelector('#skip').focus()", Vec::new()).await.unwrap();
    press(&client, "\u{e007}").await;
    assert_eq!(look(&client, focus).await, "main", "the skip link leads to the content");
    for view in ["ask", "history", "chunks", "models"] {
        let to_link = format!("document.querySelector('#views a[data-view={view}]').focus()");
        client.execute(&to_link, Vec::new()).await.unwrap();
        press(&client, "\u{e007}").await;
        wait_for(&client, "the focus on the heading", &format!("{focus} === '{view}-title'")).await;
        let current = look(&client, "document.querySelector('#views a[aria-current=page]').dataset.view").await;
        assert_eq!(current, view);
    }

    open_view(&client, "chunks").await;
    let stops = "document.querySelectorAll('.tile[tabindex=\"0\"]').length";
    assert_eq!(look(&client, stops).await, 1, "the map is one stop of the tabulator");
    client.execute("document.querySelector('.tile').focus()", Vec::new()).await.unwrap();
    press(&client, "\u{e014}").await;
    let second = "document.activeElement === document.querySelectorAll('.tile')[1]";
    assert_eq!(look(&client, second).await, true, "an arrow key goes to the next tile");
    press(&client, "\u{e007}").await;
    wait_for(&client, "the chunk", "document.querySelector('#chunk pre')?.textContent").await;
    wait_for(&client, "the focus on the chunk", &format!("{focus} === 'chunk-name'")).await;
    click(&client, "#chunk .close").await;
    assert_eq!(look(&client, second).await, true, "the focus returns to the tile");
    check_console(&client, &driver).await;
    client.close().await.unwrap();
}

/// A key, for whatever has the focus.
async fn press(client: &Client, key: &str) {
    client.active_element().await.unwrap().send_keys(key).await.unwrap();
}

/// Writes a picture of the window for the documents, or compares nothing: fonts differ between machines.
async fn picture(client: &Client, name: &str) {
    client.execute("document.activeElement.blur(); scrollTo(0, 0)", Vec::new()).await.unwrap();
    let bytes = client.screenshot().await.unwrap();
    assert!(bytes.len() < PICTURE_BYTES_MAX, "{name} has {} bytes", bytes.len());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        std::fs::write(target, bytes).unwrap();
    }
}

#[tokio::test]
async fn the_pictures_of_the_documents_show_every_view() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    click(&client, "#language-en").await;
    read_file(&client, &sample()).await;
    picture(&client, "page-models.png").await;
    open_view(&client, "ask").await;
    for question in PAST {
        ask(&client, question).await;
    }
    ask(&client, WALLS_ENGLISH).await;
    picture(&client, "page-ask.png").await;
    open_view(&client, "chunks").await;
    picture(&client, "page-chunks.png").await;
    open_view(&client, "history").await;
    picture(&client, "page-history.png").await;
    check_console(&client, &driver).await;
    client.close().await.unwrap();
}

/// What is pressed in the overview is asked, and the answer counts what the bar counted.
#[tokio::test]
async fn a_bar_of_the_overview_asks_its_question_in_both_languages() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    let model = read_file(&client, &sample()).await;
    let mut overview = ureq::get(format!("{origin}/v1/models/{model}/overview")).call().unwrap();
    let overview: Value = overview.body_mut().read_json().unwrap();
    let highest = overview["storeys"].as_array().unwrap().last().unwrap()["elements"].clone();
    for (language, kind) in [("de", "Fenster"), ("en", "windows")] {
        click(&client, &format!("#language-{language}")).await;
        for (card, expected) in
            [("storeys", highest.clone()), ("materials", overview["materials"][0]["elements"].clone())]
        {
            open_view(&client, "models").await;
            click(&client, &format!(".card.{card} .chart button.key")).await;
            let total = "document.querySelector('#answer .item-table h3 .quiet')?.textContent";
            let asked = format!("document.querySelector('#answer .sentence')?.lang === '{language}' && {total}");
            let count = wait_for(&client, card, &asked).await;
            assert_eq!(count, expected.to_string(), "{card} in {language}");
            click(&client, "#begin").await;
        }
        open_view(&client, "models").await;
        let labels = look(&client, "document.querySelector('.card.types').innerText").await;
        assert!(labels.as_str().unwrap().contains(kind), "{labels}");
    }
    client.close().await.unwrap();
}
