//! The page in a real browser: headless Chromium, driven over WebDriver, against the real server.
//!
//! A file is read, two questions are asked, and what the page shows is compared with what the server answers. Every view is
//! looked at by axe-core, in both languages and both colour schemes, and a model of hostile names is shown in all of them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module, and says what it could not look at"
)]

#[path = "browser/driving.rs"]
mod driving;
#[path = "browser/hostile.rs"]
mod hostile;
#[path = "browser/links.rs"]
mod links;
#[path = "browser/past.rs"]
mod past;
#[path = "browser/screens.rs"]
mod screens;
#[path = "browser/uploads.rs"]
mod uploads;
#[path = "browser/work.rs"]
mod work;

use fantoccini::{Client, Locator};
use ifc_json_chunking::error::ErrorCode;
use serde_json::Value;

use driving::{
    ask, ask_server, check_console, check_narrow, choose, click, look, open_browser, open_page, open_view, read_file,
    sample, start_server, wait_for,
};

const WINDOWS: &str = "Wie viele Fenster gibt es im Erdgeschoss?";
const WALLS: &str = "Wie verteilen sich die Wände auf die Geschosse?";
const WALLS_ENGLISH: &str = "How are the walls distributed over the storeys?";

async fn check_count(client: &Client, origin: &str, model: &str) {
    let sentence = ask(client, WINDOWS).await;
    let answer = ask_server(origin, model, WINDOWS);
    let count = answer["value"].as_u64().unwrap();
    assert!(0 < count && count <= 100, "the sample has some windows and no more than one page of them: {count}");
    assert_eq!(sentence, answer["text"]);
    assert!(sentence.contains(&count.to_string()) && sentence.contains("Fenster"), "{sentence}");
    assert_eq!(look(client, "document.querySelector('#answer .digits').textContent").await, count.to_string());
    assert_eq!(look(client, "document.querySelectorAll('#answer .items tbody tr').length").await, count);
    let names = look(client, "[...document.querySelectorAll('#answer .items td.name')].map(cell => cell.textContent)");
    let expected: Vec<_> = answer["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names.await, Value::Array(expected));
}

async fn check_chart(client: &Client, origin: &str, model: &str) {
    let sentence = ask(client, WALLS).await;
    let answer = ask_server(origin, model, WALLS);
    assert_eq!(sentence, answer["text"]);
    let groups = answer["groups"].as_array().unwrap();
    assert!(1 < groups.len(), "walls stand in more than one storey of the sample");
    let bars = "[...document.querySelectorAll('#answer .chart tbody tr')].map(row => ({
        key: row.querySelector('th').textContent,
        value: Number(row.querySelector('td').dataset.value),
        share: row.querySelector('.fill').getBoundingClientRect().width
             / row.querySelector('.track').getBoundingClientRect().width,
    }))";
    let bars = look(client, bars).await;
    let bars = bars.as_array().unwrap();
    assert_eq!(bars.len(), groups.len());
    let greatest = groups.iter().filter_map(|group| group["value"].as_f64()).fold(0.0, f64::max);
    for (bar, group) in bars.iter().zip(groups) {
        assert_eq!(bar["key"], group["key"]);
        assert_eq!(bar["value"].as_f64(), group["value"].as_f64());
        let share = group["value"].as_f64().unwrap() / greatest;
        assert!((bar["share"].as_f64().unwrap() - share).abs() < 0.02, "{bar} should fill {share} of its track");
    }
}

/// Chooses a completion with the keyboard alone.
async fn check_completion(client: &Client) {
    let field = client.find(Locator::Css("#question")).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys("Zeige Fenst").await.unwrap();
    let option = "document.querySelector('#completions [role=option] span')?.textContent";
    assert_eq!(wait_for(client, "a completion", option).await, "Fenster");
    let active = "document.querySelector('#question').getAttribute('aria-activedescendant')";
    assert_eq!(look(client, active).await, Value::Null, "nothing is chosen before a person chooses");
    field.send_keys("\u{e015}").await.unwrap();
    assert_eq!(look(client, active).await, "completion-0");
    assert_eq!(look(client, "document.querySelector('#completion-0').ariaSelected").await, "true");
    field.send_keys("\u{e007}").await.unwrap();
    assert_eq!(look(client, "document.querySelector('#question').value").await, "Zeige Fenster");
    assert_eq!(look(client, "document.querySelector('#completions').hidden").await, true);
}

async fn check_english(client: &Client) {
    assert_eq!(look(client, "document.querySelector('#form button').textContent").await, "Fragen");
    click(client, "#language-en").await;
    assert_eq!(look(client, "document.documentElement.lang").await, "en");
    assert_eq!(look(client, "document.querySelector('#form button').textContent").await, "Ask");
    ask(client, WALLS_ENGLISH).await;
    assert_eq!(look(client, "document.querySelector('#answer .sentence').lang").await, "en");
    client.refresh().await.unwrap();
    wait_for(client, "the answer that the address names", "document.querySelector('#answer .sentence')?.textContent")
        .await;
    assert_eq!(look(client, "document.documentElement.lang").await, "en", "the language is remembered");
    assert_eq!(look(client, "document.querySelector('#answer .asked').textContent").await, WALLS_ENGLISH);
}

/// Every address the page asked for, since it was last loaded.
async fn check_requests(client: &Client, origin: &str) {
    let names = look(client, "performance.getEntriesByType('resource').map(entry => entry.name)").await;
    let names = names.as_array().unwrap();
    assert!(names.iter().any(|name| name.as_str().unwrap().ends_with("/assets/main.js")), "{names:?}");
    for name in names {
        assert!(name.as_str().unwrap().starts_with(&format!("{origin}/")), "{name} is on another host");
    }
}

#[tokio::test]
async fn the_page_reads_a_house_and_answers_in_both_languages() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());

    let policy = ureq::get(&origin).call().unwrap().headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");

    open_page(&client, &origin).await;
    assert_eq!(look(&client, "document.documentElement.lang").await, "de", "the browser's language is the first");
    let model = read_file(&client, &sample()).await;
    open_view(&client, "ask").await;
    check_count(&client, &origin, &model).await;
    check_chart(&client, &origin, &model).await;
    check_completion(&client).await;
    check_requests(&client, &origin).await;
    check_english(&client).await;
    check_requests(&client, &origin).await;
    check_console(&client, &driver).await;

    check_narrow(&client, &driver).await;
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_broken_file_is_explained_in_the_language_of_the_page() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    // It ends before its first record does.
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, r#"{"type":"IFC.JSON","data":[{"type":"IfcWall","globalId":"#).unwrap();

    open_page(&client, &origin).await;
    choose(&client, &broken).await;
    let card = "document.querySelector('.reading.failed')?.innerText";
    let german = wait_for(&client, "the explanation", card).await.as_str().unwrap().to_owned();
    let code = ErrorCode::JsonTruncated;
    assert!(german.contains(code.as_str()) && german.contains(code.hint_de()), "{german}");
    click(&client, "#language-en").await;
    let english = look(&client, card).await.as_str().unwrap().to_owned();
    assert!(english.contains(code.as_str()) && english.contains(code.hint_en()), "{english}");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_ends_too_early_is_read_and_the_page_says_so() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    let whole = std::fs::read(sample()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut.json");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();

    open_page(&client, &origin).await;
    read_file(&client, &cut).await;
    open_view(&client, "ask").await;
    let warning = "document.querySelector('#model-warning:not([hidden])')?.innerText";
    let german = wait_for(&client, "the warning", warning).await.as_str().unwrap().to_owned();
    assert!(german.contains("unvollständig"), "{german}");
    click(&client, "#language-en").await;
    let english = look(&client, warning).await.as_str().unwrap().to_owned();
    assert!(english.contains("Incomplete"), "{english}");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_model_is_deleted_only_when_a_person_confirms_it() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    let model = read_file(&client, &sample()).await;
    let address = format!("{origin}/v1/models/{model}");

    click(&client, ".models .delete").await;
    click(&client, ".models .confirm .keep").await;
    assert_eq!(look(&client, "document.activeElement.dataset.model").await, model, "the focus returns to the model");
    assert_eq!(ureq::get(&address).call().unwrap().status(), 200);

    click(&client, ".models .delete").await;
    click(&client, ".models .confirm .danger").await;
    wait_for(&client, "the empty page", "!document.querySelector('#empty').hidden").await;
    assert!(matches!(ureq::get(&address).call(), Err(ureq::Error::StatusCode(404))), "the server has deleted it");
    client.close().await.unwrap();
}
