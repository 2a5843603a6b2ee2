//! The history as people use it each morning: filter, open, ask again, delete, and what is left when the server is away.

use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::driving::{
    click, look, open_browser, open_page, open_view, publish, read, start_again, start_server, two_houses, wait_for,
};
use super::{WALLS, WINDOWS};

const ROWS: &str = "[...document.querySelectorAll('.asked-open')].map((row) => row.textContent)";

/// A page of the history of a model that was asked three questions.
async fn asked_three(client: &Client, origin: &str) -> String {
    open_page(client, origin).await;
    let model = publish(origin, "house", &two_houses().0);
    for question in [WINDOWS, WALLS, "Wie viele Türen gibt es?"] {
        let address = format!("{origin}/v1/models/{model}/questions");
        ureq::post(address).send_json(json!({"text": question})).unwrap();
    }
    open_view(client, "history").await;
    wait_for(client, "the questions", &format!("{ROWS}.length === 3")).await;
    model
}

fn total(origin: &str) -> Value {
    read(&format!("{origin}/v1/history"))["total"].clone()
}

#[tokio::test]
async fn a_question_of_the_history_is_found_opened_and_asked_again() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    asked_three(&client, &origin).await;

    client.find(Locator::Css("#history-text")).await.unwrap().send_keys("wände\u{e007}").await.unwrap();
    wait_for(&client, "the one found", &format!("{ROWS}.length === 1")).await;
    assert_eq!(look(&client, ROWS).await, json!([WALLS]));
    click(&client, ".asked-open").await;
    wait_for(&client, "the answer", "document.querySelector('#asked .chart') !== null").await;
    let links = "[...document.querySelectorAll('#asked .exports a')].map((link) => link.getAttribute('href'))";
    for address in look(&client, links).await.as_array().unwrap() {
        let mut export = ureq::get(format!("{origin}{}", address.as_str().unwrap())).call().unwrap();
        assert!(!export.body_mut().read_to_vec().unwrap().is_empty(), "{address}");
    }
    let name = look(&client, "document.querySelector('#asked .exports a').download").await;
    assert_eq!(name, "wie-verteilen-sich-die-wände-auf-die-geschosse.csv");
    click(&client, "#asked .close").await;
    let opener = "document.activeElement.classList.contains('asked-open')";
    assert_eq!(look(&client, opener).await, true, "the focus returns to the question");

    click(&client, ".rerun").await;
    let told = "document.querySelector('#asked .notice')?.textContent";
    assert_eq!(wait_for(&client, "the comparison", told).await, "Die Antwort ist dieselbe wie zuvor.");
    assert_eq!(total(&origin), 4, "it was asked once more");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_question_is_deleted_when_a_person_confirms_it_and_the_focus_goes_on() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    asked_three(&client, &origin).await;

    click(&client, "tbody tr:nth-child(2) .remove").await;
    click(&client, "tbody tr:nth-child(2) .keep").await;
    let focused = "document.activeElement === document.querySelector('tbody tr:nth-child(2) .remove')";
    assert_eq!(look(&client, focused).await, true, "keeping it changes nothing");
    assert_eq!(total(&origin), 3);
    click(&client, "tbody tr:nth-child(2) .remove").await;
    click(&client, "tbody tr:nth-child(2) .danger").await;
    wait_for(&client, "two questions", &format!("{ROWS}.length === 2")).await;
    assert_eq!(look(&client, ROWS).await, json!(["Wie viele Türen gibt es?", WINDOWS]));
    assert_eq!(wait_for(&client, "the focus", focused).await, true, "it is on the next one");
    assert_eq!(total(&origin), 2);

    click(&client, ".delete-all").await;
    click(&client, "#history .actions .danger").await;
    let empty = "document.querySelector('#history p.sheet')?.textContent";
    assert_eq!(wait_for(&client, "the empty history", empty).await, "Noch wurde nichts gefragt.");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_history_that_could_not_be_read_is_read_when_a_person_tries_again() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (server, origin) = start_server(data.path());
    asked_three(&client, &origin).await;
    drop(server);
    // What is shown stays, whatever fails.
    click(&client, ".rerun").await;
    wait_for(&client, "the trouble", "document.querySelector('.trouble button')").await;
    assert_eq!(look(&client, &format!("{ROWS}.length")).await, 3);
    let _server = start_again(data.path(), &origin);
    click(&client, ".trouble button").await;
    wait_for(&client, "the end of the trouble", "document.querySelector('.trouble') === null").await;
    assert_eq!(look(&client, &format!("{ROWS}.length")).await, 3);
    client.close().await.unwrap();
}
