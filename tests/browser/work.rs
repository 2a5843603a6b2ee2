//! What people do beside asking: several files at once, a reading broken off, a table sorted and copied, a conversation.

use fantoccini::Locator;
use serde_json::{Value, json};

use super::driving::{
    ask, choose, click, command, look, open_browser, open_page, open_view, read_file, sample, start_server, wait_for,
};
use super::{WALLS, WINDOWS};

#[tokio::test]
async fn several_files_are_read_one_after_another_and_a_broken_one_stops_none() {
    let (_driver, client) = open_browser().await;
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_server, origin) = start_server(data.path());
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, r#"{"type":"IFC.JSON","data":[{"type":"IfcWall","globalId":"#).unwrap();
    let other = folder.path().join("other.json");
    std::fs::write(&other, std::fs::read_to_string(sample()).unwrap().replace("AW-EG-Nord", "AW-EG-N")).unwrap();

    open_page(&client, &origin).await;
    let paths: Vec<String> = [sample(), broken, other].iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    // Several files are given to a field as lines.
    choose(&client, paths.join("\n").as_ref()).await;
    let read = "document.querySelectorAll('.models .model').length === 2 \
                && document.querySelectorAll('.reading').length === 1 \
                && document.querySelector('.reading.failed')?.innerText";
    let failed = wait_for(&client, "two models and one failure", read).await;
    assert!(failed.as_str().unwrap().contains("broken.json"), "{failed}");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_reading_that_is_broken_off_leaves_no_model() {
    let (driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    command(&client, &driver, "Network.enable", json!({})).await;
    // Slow enough that the file is on its way for seconds.
    let slow = json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 20_000});
    command(&client, &driver, "Network.emulateNetworkConditions", slow).await;
    choose(&client, &sample()).await;
    wait_for(&client, "the button", "document.querySelector('.reading button') !== null").await;
    click(&client, ".reading button").await;
    wait_for(&client, "an empty queue", "document.querySelectorAll('.reading').length === 0").await;
    assert_eq!(look(&client, "document.activeElement.id").await, "file", "the focus goes on from there");
    let mut models = ureq::get(format!("{origin}/v1/models")).call().unwrap();
    let models: Value = models.body_mut().read_json().unwrap();
    let ready = models["models"].as_array().unwrap().iter().filter(|model| model["status"] == "ready").count();
    assert_eq!(ready, 0, "{models}");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_table_is_sorted_its_ids_are_copied_and_a_distribution_is_shown_in_shares() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    read_file(&client, &sample()).await;
    open_view(&client, "ask").await;
    ask(&client, WALLS).await;

    let names = "[...document.querySelectorAll('#answer td.name')].map((cell) => cell.textContent)";
    let sorted = "(() => { const names = NAMES; const order = [...names].sort(new Intl.Collator('de', {numeric: true, \
                  sensitivity: 'base'}).compare); return JSON.stringify(names) === JSON.stringify(order); })()"
        .replace("NAMES", names);
    assert_eq!(look(&client, &sorted).await, false, "the answer has an order of its own");
    click(&client, "#answer .items thead th:nth-child(2) button").await;
    assert_eq!(look(&client, &sorted).await, true);
    let column = "document.querySelector('#answer .items thead th:nth-child(2)').ariaSort";
    assert_eq!(look(&client, column).await, "ascending");

    let keep = "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }";
    client.execute(keep, Vec::new()).await.unwrap();
    click(&client, "#answer .copy-ids").await;
    let copied = wait_for(&client, "the ids", "window.copied").await;
    let shown = "[...document.querySelectorAll('#answer .copy-id')].map((press) => press.textContent).join('\\n')";
    assert_eq!(copied, look(&client, shown).await, "all GlobalIds in the order of the table");
    assert_eq!(copied.as_str().unwrap().lines().next().unwrap().len(), 22);

    let stops = "document.querySelectorAll('#answer .copy-id[tabindex=\"0\"]').length";
    assert_eq!(look(&client, stops).await, 1, "the ids are one stop of the tabulator");
    client.execute("document.querySelector('#answer .copy-id').focus()", Vec::new()).await.unwrap();
    client.active_element().await.unwrap().send_keys("\u{e015}").await.unwrap();
    let second = "document.activeElement === document.querySelectorAll('#answer .copy-id')[1]";
    assert_eq!(look(&client, second).await, true, "an arrow key goes to the next id");
    assert_eq!(look(&client, stops).await, 1);

    click(&client, "#answer .shares").await;
    let shares = "[...document.querySelectorAll('#answer .chart .figure')].map((cell) => cell.textContent)";
    let shares = look(&client, shares).await;
    let percent = |share: &Value| {
        let written = share.as_str().unwrap().trim_end_matches(['%', '\u{a0}']).replace(',', ".");
        written.parse::<f64>().unwrap()
    };
    let whole: f64 = shares.as_array().unwrap().iter().map(percent).sum();
    assert!((whole - 100.0).abs() < 0.2, "{shares}");
    let price = look(&client, "document.querySelector('#answer details').textContent").await;
    assert!(price.as_str().unwrap().contains("0,00\u{a0}$"), "{price}");
    client.close().await.unwrap();
}

/// Whether the server has sessions; without them the page asks by plain requests.
fn has_sessions(origin: &str) -> bool {
    ureq::post(format!("{origin}/v1/sessions")).send_json(json!({})).is_ok()
}

#[tokio::test]
async fn a_conversation_goes_on_and_is_there_again_after_a_reload() {
    let (_driver, client) = open_browser().await;
    let data = tempfile::tempdir().unwrap();
    let (_server, origin) = start_server(data.path());
    open_page(&client, &origin).await;
    read_file(&client, &sample()).await;
    open_view(&client, "ask").await;
    ask(&client, WINDOWS).await;
    let follow_up = ask(&client, "Und im Dachgeschoss?").await;
    assert!(follow_up.contains("Fenster") && follow_up.contains("Dachgeschoss"), "{follow_up}");
    let thread = "[...document.querySelectorAll('#thread-list bdi:first-child')].map((entry) => entry.textContent)";
    assert_eq!(look(&client, thread).await, json!([WINDOWS, "Und im Dachgeschoss?"]));

    if has_sessions(&origin) {
        client.refresh().await.unwrap();
        wait_for(&client, "the answer again", "document.querySelector('#answer .sentence')?.textContent").await;
        assert_eq!(look(&client, thread).await, json!([WINDOWS, "Und im Dachgeschoss?"]));
        assert_eq!(look(&client, "document.querySelector('#answer .sentence').textContent").await, follow_up);
    } else {
        println!("the server has no sessions, so a reload begins a new conversation");
    }
    click(&client, "#begin").await;
    wait_for(&client, "the new conversation", "document.querySelector('#thread').hidden").await;
    let field = client.find(Locator::Css("#question")).await.unwrap();
    assert_eq!(field.prop("value").await.unwrap().as_deref(), Some(""));
    client.close().await.unwrap();
}
