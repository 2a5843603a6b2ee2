//! Links: what one says holds while the server is away, and of another model than it names nothing is asked.

use fantoccini::Client;
use serde_json::{Value, json};

use super::WINDOWS;
use super::driving::{
    ask_server, click, command, look, open_browser, open_page, open_view, publish, read, start_again, start_server,
    two_houses, wait_for,
};

const NONSENSE: &str = "Wer gewinnt die Wahl?";
const SENTENCE: &str = "document.querySelector('#answer .sentence')?.textContent";
const MISSING: &str = "!document.querySelector('#missing').hidden && document.querySelector('#missing').textContent";
const AWAY: &str = "!document.querySelector('#connection').hidden";

fn link(origin: &str, model: &str, question: &str) -> String {
    let question: String = question.bytes().map(|byte| format!("%{byte:02x}")).collect();
    format!("{origin}/#ask?model={model}&q={question}")
}

/// The questions that the server was asked, the newest first, as model and words.
fn asked(origin: &str) -> Vec<(String, String)> {
    let history = read(&format!("{origin}/v1/history"));
    let text = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
    history["items"].as_array().unwrap().iter().map(|item| (text(item, "model_id"), text(item, "text"))).collect()
}

async fn selected(client: &Client) -> Value {
    look(client, "document.querySelector('#model-pick').value").await
}

/// Opens a link while its server stops: the page has come, its first question to the server has not been answered.
#[tokio::test]
async fn a_link_opened_while_the_server_is_down_opens_its_model_once_the_server_is_back() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (server, origin) = start_server(data.path());
    let (house, other) = two_houses();
    let older = publish(&origin, "house", &house);
    let newer = publish(&origin, "other", &other);
    let expected = ask_server(&origin, &older, WINDOWS)["text"].clone();

    let hold = "const real = window.fetch; const held = new Promise((go) => { window.letGo = go; }); \
                window.fetch = async (...all) => { window.isHeld = true; await held; return real(...all); };";
    command(&client, &driver, "Page.addScriptToEvaluateOnNewDocument", json!({"source": hold})).await;
    client.goto(&link(&origin, &older, WINDOWS)).await.unwrap();
    wait_for(&client, "the first request", "window.isHeld").await;
    drop(server);
    client.execute("window.letGo()", Vec::new()).await.unwrap();
    wait_for(&client, "the notice", AWAY).await;
    let address = look(&client, "location.hash").await;
    assert!(address.as_str().unwrap().contains(&older), "the address keeps what the link says: {address}");

    let _server = start_again(data.path(), &origin);
    assert_eq!(wait_for(&client, "the answer", SENTENCE).await, expected);
    assert_eq!(selected(&client).await, json!(older), "and not the newest, {newer}");
    assert_eq!(look(&client, AWAY).await, false);
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_question_that_is_linked_while_the_server_is_down_is_answered_when_it_is_back() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (server, origin) = start_server(data.path());
    let (house, other) = two_houses();
    let older = publish(&origin, "house", &house);
    publish(&origin, "other", &other);
    let expected = ask_server(&origin, &older, WINDOWS)["text"].clone();
    client.goto(&origin).await.unwrap();
    wait_for(&client, "the suggestions", "document.querySelectorAll('#suggestions .chip').length > 0").await;
    drop(server);
    client.goto(&link(&origin, &older, WINDOWS)).await.unwrap();
    wait_for(&client, "the question that waits", "!document.querySelector('#running').hidden").await;
    let _server = start_again(data.path(), &origin);
    assert_eq!(wait_for(&client, "the answer", SENTENCE).await, expected);
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_link_to_a_model_that_is_gone_says_so_and_asks_no_other() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    let (house, other) = two_houses();
    let there = publish(&origin, "house", &house);
    let gone = publish(&origin, "other", &other);
    ureq::delete(format!("{origin}/v1/models/{gone}")).call().unwrap();

    client.goto(&link(&origin, &gone, WINDOWS)).await.unwrap();
    let told = wait_for(&client, "the notice", MISSING).await;
    assert!(told.as_str().unwrap().contains("house"), "it says which one is shown instead: {told}");
    let field = "document.querySelector('#question').value";
    assert_eq!(wait_for(&client, "the question in the field", field).await, WINDOWS);
    click(&client, "#language-en").await;
    let told = look(&client, MISSING).await;
    assert!(told.as_str().unwrap().contains("not on this server"), "{told}");
    assert_eq!(asked(&origin), Vec::new());

    click(&client, "#form button[type=submit]").await;
    wait_for(&client, "the answer", SENTENCE).await;
    assert_eq!(look(&client, MISSING).await, false, "who asks the model that is shown knows of it");
    assert_eq!(asked(&origin), vec![(there, WINDOWS.to_owned())]);
    client.close().await.unwrap();
}

/// Opens an answer of the history that has suggestions, and presses the first of them.
async fn press_suggestion(client: &Client) -> String {
    open_view(client, "history").await;
    let rows =
        format!("[...document.querySelectorAll('.asked-open')].find((row) => row.textContent === {})", json!(NONSENSE));
    wait_for(client, "the question", &format!("{rows} !== undefined")).await;
    client.execute(&format!("{rows}.click()"), Vec::new()).await.unwrap();
    let chip = "document.querySelector('#asked .chip')?.textContent";
    let words = wait_for(client, "a suggestion", chip).await.as_str().unwrap().to_owned();
    click(client, "#asked .chip").await;
    words
}

#[tokio::test]
async fn a_suggestion_of_the_history_is_asked_of_the_model_it_was_made_for_or_of_none() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    let (house, other) = two_houses();
    let (first, second) = (publish(&origin, "house", &house), publish(&origin, "other", &other));
    let address = format!("{origin}/v1/models/{first}/questions");
    ureq::post(address).send_json(json!({"text": NONSENSE})).unwrap();
    client.goto(&format!("{origin}/#ask?model={second}")).await.unwrap();
    wait_for(&client, "the other model", &format!("document.querySelector('#model-pick').value === '{second}'")).await;

    let words = press_suggestion(&client).await;
    wait_for(&client, "the answer", SENTENCE).await;
    assert_eq!(selected(&client).await, json!(first));
    assert_eq!(asked(&origin)[0], (first.clone(), words));

    // Gone meanwhile: nothing is asked of the one that is left.
    open_view(&client, "models").await;
    click(&client, &format!(".models li:has([data-model='{first}']) .delete")).await;
    click(&client, ".models .confirm .danger").await;
    wait_for(&client, "one model", "document.querySelectorAll('.models .model').length === 1").await;
    let before = asked(&origin);
    let words = press_suggestion(&client).await;
    wait_for(&client, "the notice", MISSING).await;
    assert_eq!(look(&client, "document.querySelector('#question').value").await, words);
    assert_eq!(asked(&origin), before);
    client.close().await.unwrap();
}
