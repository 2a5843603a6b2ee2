//! A model whose names are markup, code, or run from right to left: shown as what they are, on every screen.

use std::path::{Path, PathBuf};

use fantoccini::{Client, Locator};
use serde_json::json;

use super::driving::{
    ask, check_console, click, look, open_browser, open_page, open_view, read_file, sample, start_server, wait_for,
};

const STOREY: &str = "<script>window.hacked = 1</script>";
const WALL: &str = "\"><img src=x onerror=window.hacked=2>";
/// Hebrew, a sign that turns everything after it around, and a tag.
const MATERIAL: &str = "בטון \u{202e}C25/30 <b>fett</b>";
const PROJECT: &str = "חניון <svg onload=window.hacked=3>";

/// The sample with these names in the place of its own.
fn hostile_file(folder: &Path) -> PathBuf {
    let mut text = std::fs::read_to_string(sample()).unwrap();
    for (plain, hostile) in [
        ("Erdgeschoss", STOREY),
        ("AW-EG-Nord", WALL),
        ("Stahlbeton C25/30", MATERIAL),
        ("Wohnhaus Lindenweg 7", PROJECT),
    ] {
        let (plain, hostile) = (json!(plain).to_string(), json!(hostile).to_string());
        assert!(text.contains(&plain), "the sample names {plain}");
        text = text.replace(&plain, &hostile);
    }
    // A file may have such a name too.
    let file = folder.join("\"><img src=x onerror=window.hacked=4>.json");
    std::fs::write(&file, text).unwrap();
    file
}

/// No element came of a name, nothing ran, and what runs from right to left turns nothing beside it.
async fn check_harmless(client: &Client, view: &str) {
    let made =
        "document.querySelectorAll('main script, main img, main b, main svg, main [onerror], main [onload]').length";
    assert_eq!(look(client, made).await, 0, "no element is made in {view}");
    assert_eq!(look(client, "window.hacked === undefined").await, true, "nothing runs in {view}");
    let loose = "(() => {
        const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
        const found = [];
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const isRight = /[\\u0590-\\u05ff\\u202e]/.test(node.data);
            if (isRight && !node.parentElement.closest('bdi, [dir=auto], pre') && !node.data.includes('\\u2068')) found.push(node.data);
        }
        return found;
    })()";
    assert_eq!(look(client, loose).await, json!([]), "names are set apart in {view}");
}

/// The name stands in the view as text.
async fn check_seen(client: &Client, view: &str, name: &str) {
    let seen = format!("document.querySelector('#view-{view}').textContent.includes({})", json!(name));
    assert_eq!(look(client, &seen).await, true, "{name} is to be read in {view}");
}

#[tokio::test]
async fn hostile_names_are_shown_harmlessly_on_every_screen() {
    let (driver, client) = open_browser().await;
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_server, origin) = start_server(data.path());
    let file = hostile_file(folder.path());
    open_page(&client, &origin).await;
    read_file(&client, &file).await;
    for name in [STOREY, MATERIAL, PROJECT, "onerror=window.hacked=4"] {
        check_seen(&client, "models", name).await;
    }
    check_harmless(&client, "models").await;
    click(&client, ".models .delete").await;
    check_harmless(&client, "the question before a deletion").await;
    click(&client, ".models .confirm .keep").await;

    open_view(&client, "ask").await;
    for question in
        ["Welche Wände gibt es?", "Welche Materialien wurden verwendet?", "Welche Geschosse hat das Gebäude?"]
    {
        ask(&client, question).await;
        check_harmless(&client, question).await;
    }
    check_seen(&client, "ask", STOREY).await;
    // Whatever the answer is: the question stands on the page too.
    let field = client.find(Locator::Css("#question")).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(&format!("Wo ist {WALL}?")).await.unwrap();
    click(&client, "#form button[type=submit]").await;
    let asked = "document.querySelector('#answer .asked')?.textContent.startsWith('Wo ist')";
    wait_for(&client, "the answer to a hostile question", asked).await;
    check_seen(&client, "ask", WALL).await;
    check_harmless(&client, "an answer to a hostile question").await;
    open_view(&client, "chunks").await;
    check_seen(&client, "chunks", STOREY).await;
    click(&client, ".tile").await;
    wait_for(&client, "the chunk", "document.querySelector('#chunk pre')?.textContent").await;
    check_seen(&client, "chunks", PROJECT).await;
    check_harmless(&client, "chunks").await;
    open_view(&client, "history").await;
    check_harmless(&client, "history").await;
    check_console(&client, &driver).await;
    client.close().await.unwrap();
}
