//! The page in a real browser: headless Chromium, driven over WebDriver, against the real server.
//!
//! A file is read, two questions are asked, and what the page shows is compared with what the server answers.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::tests_outside_test_module,
    reason = "an integration test file is one test module"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use ifc_json_chunking::error::ErrorCode;
use serde_json::{Value, json};
use tempfile::TempDir;

const SAMPLE: &str = "samples/house.ifcjson.json";
const WINDOWS: &str = "Wie viele Fenster gibt es im Erdgeschoss?";
const WALLS: &str = "Wie verteilen sich die Wände auf die Geschosse?";
const WALLS_ENGLISH: &str = "How are the walls distributed over the storeys?";

/// Any single wait; a loaded build machine needs some seconds to start a browser.
const DEADLINE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);
/// Lines of a process that wait to be looked at. Beyond that they are dropped, so that it never blocks on its output.
const LINES_WAITING: usize = 256;

/// A process of this test; it ends with the value, on a panic too.
struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts a program and waits for the line that `find` understands.
    fn start<T>(command: &mut Command, name: &str, find: impl Fn(&str) -> Option<T>) -> (Process, T) {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} could not be started: {error}"));
        let output = child.stdout.take().unwrap();
        let (sender, lines) = sync_channel(LINES_WAITING);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                drop(sender.try_send(line));
            }
        });
        let process = Process { child, lines };
        loop {
            let line = process
                .lines
                .recv_timeout(DEADLINE)
                .unwrap_or_else(|error| panic!("{name} did not print where it listens: {error}"));
            if let Some(found) = find(&line) {
                return (process, found);
            }
        }
    }

    /// Waits for a process that was told to end; its output closes when it does.
    fn wait_for_end(&self) {
        while self.lines.recv_timeout(DEADLINE).is_ok() {}
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// chromedriver. Its browsers are its children, so it is asked to end before it is killed: else they would stay.
struct Driver {
    address: String,
    process: Process,
    _profile: TempDir,
}

impl Drop for Driver {
    fn drop(&mut self) {
        if ureq::get(format!("{}/shutdown", self.address)).call().is_ok() {
            self.process.wait_for_end();
        }
    }
}

fn installed(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file()).unwrap_or_else(|| {
        panic!(
            "{program} is not installed; run `cargo xtask test`, which installs it, \
             or `apt-get install chromium chromium-driver`"
        )
    })
}

async fn open_browser() -> (Driver, Client) {
    let chromium = installed("chromium");
    let profile = tempfile::tempdir().unwrap();
    let (process, port) =
        Process::start(Command::new(installed("chromedriver")).arg("--port=0"), "chromedriver", |line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            rest.trim_end_matches('.').parse::<u16>().ok()
        });
    let driver = Driver { address: format!("http://127.0.0.1:{port}"), process, _profile: profile };
    let capabilities = json!({
        "goog:loggingPrefs": {"browser": "ALL"},
        "goog:chromeOptions": {"binary": chromium, "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--lang=de", "--accept-lang=de",
            "--window-size=1280,1000", format!("--user-data-dir={}", driver._profile.path().display()),
        ]},
    });
    let Value::Object(capabilities) = capabilities else { panic!("capabilities are an object") };
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&driver.address)
        .await
        .expect("chromedriver opens a browser");
    (driver, client)
}

fn start_server(data: &Path) -> (Process, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifc-chunking"));
    command.args(["serve", "--bind", "127.0.0.1:0", "--data"]).arg(data);
    Process::start(&mut command, "ifc-chunking serve", |line| {
        let from = line.find("http://127.0.0.1:")?;
        let address = line.get(from..)?.split(|c: char| c.is_whitespace() || c == '"').next()?;
        Some(address.trim_end_matches(['/', '.', ',']).to_owned())
    })
}

/// Evaluates an expression in the page until it is neither null nor false.
async fn wait_for(client: &Client, what: &str, expression: &str) -> Value {
    let mut ticks = tokio::time::interval(POLL);
    let looking = async {
        loop {
            ticks.tick().await;
            let value = look(client, expression).await;
            if !value.is_null() && value != json!(false) {
                return value;
            }
        }
    };
    match tokio::time::timeout(DEADLINE, looking).await {
        Ok(value) => value,
        Err(_) => panic!("{what} did not come; the page says: {}", look(client, "document.body.innerText").await),
    }
}

async fn look(client: &Client, expression: &str) -> Value {
    client.execute(&format!("return ({expression});"), Vec::new()).await.unwrap()
}

async fn click(client: &Client, selector: &str) {
    client.find(Locator::Css(selector)).await.unwrap().click().await.unwrap();
}

/// Types a question, presses the button, and gives the sentence that the page answers.
async fn ask(client: &Client, question: &str) -> String {
    let field = client.find(Locator::Css("#question")).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(question).await.unwrap();
    click(client, "#form button[type=submit]").await;
    let answered = format!(
        "document.querySelector('#answer .asked')?.textContent === {} \
         && !document.querySelector('#answer').hasAttribute('aria-busy') \
         && document.querySelector('#answer .sentence')?.textContent",
        json!(question)
    );
    wait_for(client, question, &answered).await.as_str().unwrap().to_owned()
}

/// What the server answers to the same question.
fn ask_server(origin: &str, model: &str, question: &str) -> Value {
    let address = format!("{origin}/v1/models/{model}/questions");
    let answer: Value =
        ureq::post(address).send_json(json!({"text": question})).unwrap().body_mut().read_json().unwrap();
    assert_eq!(answer["status"], "answered", "{answer}");
    answer["answer"].clone()
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE)
}

async fn choose(client: &Client, file: &Path) {
    let field = client.find(Locator::Css("#file")).await.unwrap();
    field.send_keys(file.to_str().unwrap()).await.unwrap();
}

/// Uploads a file through the file field and gives the id of the model that the page then shows.
async fn read_file(client: &Client, file: &Path) -> String {
    choose(client, file).await;
    let ready = "document.querySelector('.reading.failed')?.innerText \
                 ?? (document.querySelectorAll('#suggestions .chip').length > 0 && 'ready')";
    assert_eq!(wait_for(client, "the end of the reading", ready).await, "ready");
    assert_eq!(look(client, "document.querySelectorAll('.reading').length").await, 0);
    let model = look(client, "document.querySelector('.model[aria-current]').dataset.model").await;
    model.as_str().unwrap().to_owned()
}

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

/// A refusal by the content security policy, a missing file and a script error all stand in the console.
async fn check_console(client: &Client, driver: &Driver) {
    let session = client.session_id().await.unwrap().unwrap();
    let address = format!("{}/session/{session}/se/log", driver.address);
    let log: Value = ureq::post(address).send_json(json!({"type": "browser"})).unwrap().body_mut().read_json().unwrap();
    assert_eq!(log["value"], json!([]), "the console is empty");
}

/// The width of a small telephone, which no window of a desktop browser can have.
async fn check_narrow(client: &Client, driver: &Driver) {
    let session = client.session_id().await.unwrap().unwrap();
    let metrics = json!({"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true});
    ureq::post(format!("{}/session/{session}/goog/cdp/execute", driver.address))
        .send_json(json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics}))
        .unwrap();
    wait_for(client, "the narrow page", "innerWidth === 360").await;
    assert_eq!(look(client, "document.documentElement.scrollWidth").await, 360, "nothing sticks out to the side");
}

async fn open_page(client: &Client, origin: &str) {
    client.goto(&format!("{origin}/")).await.unwrap();
    wait_for(client, "the empty page", "!document.querySelector('#empty').hidden").await;
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
    check_count(&client, &origin, &model).await;
    check_chart(&client, &origin, &model).await;
    check_completion(&client).await;
    check_requests(&client, &origin).await;
    check_english(&client).await;
    check_requests(&client, &origin).await;
    check_console(&client, &driver).await;

    if std::env::var_os("UPDATE_DOCS").is_some() {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/page.png");
        std::fs::write(target, client.screenshot().await.unwrap()).unwrap();
    }
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
