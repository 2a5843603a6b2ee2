//! Driving a browser and a server: what every test of the page begins with.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

const SAMPLE: &str = "samples/house.ifcjson.json";
/// Any single wait; a loaded build machine needs some seconds to start a browser.
const DEADLINE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);
/// Lines of a process that wait to be looked at. Beyond that they are dropped, so that it never blocks on its output.
const LINES_WAITING: usize = 256;

/// A process of this test; it ends with the value, on a panic too.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts a program and waits for the line that `find` understands.
    pub(crate) fn start<T>(command: &mut Command, name: &str, find: impl Fn(&str) -> Option<T>) -> (Process, T) {
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
    pub(crate) fn wait_for_end(&self) {
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
pub(crate) struct Driver {
    pub(crate) address: String,
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

pub(crate) fn installed(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file()).unwrap_or_else(|| {
        panic!(
            "{program} is not installed; run `cargo xtask test`, which installs it, \
             or `apt-get install chromium chromium-driver`"
        )
    })
}

pub(crate) async fn open_browser() -> (Driver, Client) {
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

pub(crate) fn start_server(data: &Path) -> (Process, String) {
    start_server_at(data, "127.0.0.1:0")
}

/// Starts a server again where a page knows one.
pub(crate) fn start_again(data: &Path, origin: &str) -> Process {
    let (server, found) = start_server_at(data, origin.strip_prefix("http://").unwrap());
    assert_eq!(found, origin);
    server
}

fn start_server_at(data: &Path, address: &str) -> (Process, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifc-chunking"));
    command.args(["serve", "--bind", address, "--data"]).arg(data);
    Process::start(&mut command, "ifc-chunking serve", |line| {
        let from = line.find("http://127.0.0.1:")?;
        let address = line.get(from..)?.split(|c: char| c.is_whitespace() || c == '"').next()?;
        Some(address.trim_end_matches(['/', '.', ',']).to_owned())
    })
}

/// Evaluates an expression in the page until it is neither null nor false.
pub(crate) async fn wait_for(client: &Client, what: &str, expression: &str) -> Value {
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

pub(crate) async fn look(client: &Client, expression: &str) -> Value {
    client.execute(&format!("return ({expression});"), Vec::new()).await.unwrap()
}

pub(crate) async fn click(client: &Client, selector: &str) {
    client.find(Locator::Css(selector)).await.unwrap().click().await.unwrap();
}

/// Types a question, presses the button, and gives the sentence that the page answers.
pub(crate) async fn ask(client: &Client, question: &str) -> String {
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

/// Reads a document of the server.
pub(crate) fn read(address: &str) -> Value {
    ureq::get(address).call().unwrap().body_mut().read_json().unwrap()
}

/// Gives a model to the server beside the page.
pub(crate) fn publish(origin: &str, name: &str, content: &[u8]) -> String {
    let mut response = ureq::post(format!("{origin}/v1/models?name={name}&wait=true")).send(content).unwrap();
    let made: Value = response.body_mut().read_json().unwrap();
    made["model_id"].as_str().unwrap().to_owned()
}

/// The sample, and a house that differs from it in the name of one wall.
pub(crate) fn two_houses() -> (Vec<u8>, Vec<u8>) {
    let house = std::fs::read_to_string(sample()).unwrap();
    let other = house.replace("AW-EG-Nord", "AW-EG-N");
    assert_ne!(house, other);
    (house.into_bytes(), other.into_bytes())
}

/// What the server answers to the same question.
pub(crate) fn ask_server(origin: &str, model: &str, question: &str) -> Value {
    let address = format!("{origin}/v1/models/{model}/questions");
    let answer: Value =
        ureq::post(address).send_json(json!({"text": question})).unwrap().body_mut().read_json().unwrap();
    assert_eq!(answer["status"], "answered", "{answer}");
    answer["answer"].clone()
}

pub(crate) fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE)
}

pub(crate) async fn choose(client: &Client, file: &Path) {
    let field = client.find(Locator::Css("#file")).await.unwrap();
    field.send_keys(file.to_str().unwrap()).await.unwrap();
}

/// Uploads a file through the file field and gives the id of the model that the page then shows.
pub(crate) async fn read_file(client: &Client, file: &Path) -> String {
    choose(client, file).await;
    let ready = "document.querySelector('.reading.failed')?.innerText \
                 ?? (document.querySelectorAll('#overview .chart').length > 0 && 'ready')";
    assert_eq!(wait_for(client, "the end of the reading", ready).await, "ready");
    assert_eq!(look(client, "document.querySelectorAll('.reading').length").await, 0);
    let model = look(client, "document.querySelector('.model[aria-current]').dataset.model").await;
    model.as_str().unwrap().to_owned()
}

pub(crate) async fn open_page(client: &Client, origin: &str) {
    client.goto(&format!("{origin}/")).await.unwrap();
    wait_for(client, "the empty page", "!document.querySelector('#empty').hidden").await;
}

/// The width of a small telephone, which no window of a desktop browser can have.
pub(crate) async fn check_narrow(client: &Client, driver: &Driver) {
    let metrics = json!({"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true});
    command(client, driver, "Emulation.setDeviceMetricsOverride", metrics).await;
    wait_for(client, "the narrow page", "innerWidth === 360").await;
    assert_eq!(look(client, "document.documentElement.scrollWidth").await, 360, "nothing sticks out to the side");
}

/// A refusal by the content security policy, a missing file and a script error all stand in the console.
pub(crate) async fn check_console(client: &Client, driver: &Driver) {
    let session = client.session_id().await.unwrap().unwrap();
    let address = format!("{}/session/{session}/se/log", driver.address);
    let log: Value = ureq::post(address).send_json(json!({"type": "browser"})).unwrap().body_mut().read_json().unwrap();
    let told = log["value"].as_array().unwrap();
    assert!(told.is_empty(), "the console is not empty: {told:?}");
}

/// A command of the browser's own protocol.
pub(crate) async fn command(client: &Client, driver: &Driver, name: &str, parameters: Value) {
    let session = client.session_id().await.unwrap().unwrap();
    ureq::post(format!("{}/session/{session}/goog/cdp/execute", driver.address))
        .send_json(json!({"cmd": name, "params": parameters}))
        .unwrap();
}

/// Goes to a view by the navigation, as a person does, and waits for it.
pub(crate) async fn open_view(client: &Client, view: &str) {
    click(client, &format!("#views a[data-view={view}]")).await;
    wait_for(client, view, &format!("!document.querySelector('#view-{view}').hidden")).await;
    let settled = match view {
        "ask" => "document.querySelectorAll('#suggestions .chip').length > 0",
        "chunks" => "document.querySelectorAll('.tile').length > 0",
        "history" => "document.querySelector('#history .absent, #history .facts, #history p.sheet') !== null",
        _ => "true",
    };
    wait_for(client, view, settled).await;
}
