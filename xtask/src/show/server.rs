//! The real server as a child process, and just enough HTTP to talk to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts the program on a free port with this data folder and waits for its address.
    ///
    /// # Errors
    /// When it cannot be started or ends before it tells its address.
    pub fn start(program: &Path, data: &Path) -> Result<Server> {
        let mut command = Command::new(program);
        command.args(["serve", "--bind", "127.0.0.1:0", "--data"]).arg(data);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| format!("cannot run {}", program.display()))?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| address_in(&line));
        // Read on to the end, so that the server never waits for a full pipe.
        std::thread::spawn(move || lines.count());
        let mut server = Server { child, address: String::new() };
        server.address = address.context("the server ended before it told its address")?;
        Ok(server)
    }

    /// Its address with scheme.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends a request; gives status and JSON body.
    ///
    /// # Errors
    /// When the connection breaks or the answer is no JSON.
    pub fn post(&self, path: &str, kind: &str, body: &[u8]) -> Result<(u16, Value)> {
        let mut stream = TcpStream::connect(&self.address)?;
        // HTTP/1.0 is answered without chunks, up to the end of the connection.
        let (address, length) = (&self.address, body.len());
        let head = format!(
            "POST {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a head")?;
        let status = head.split(' ').nth(1).context("an answer without a status")?.parse()?;
        let body = serde_json::from_str(body).with_context(|| format!("status {status} with {body}"))?;
        Ok((status, body))
    }

    /// Uploads a model and gives its id.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn publish(&self, name: &str, content: &[u8]) -> Result<String> {
        let path = format!("/v1/models?name={name}&wait=true");
        let (status, made) = self.post(&path, "application/octet-stream", content)?;
        if made["status"] != "ready" {
            bail!("the upload of {name} was answered {status} {made}");
        }
        Ok(made["model_id"].as_str().context("a model without an id")?.to_owned())
    }

    /// Asks a question about a model.
    ///
    /// # Errors
    /// When it is not answered with 200.
    pub fn ask(&self, model_id: &str, question: &str) -> Result<Value> {
        let body = serde_json::json!({ "text": question, "mode": "exact" }).to_string();
        let path = format!("/v1/models/{model_id}/questions");
        let (status, answer) = self.post(&path, "application/json", body.as_bytes())?;
        if status != 200 {
            bail!("the question was answered {status} {answer}");
        }
        Ok(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn address_in(line: &str) -> Option<String> {
    let rest = line.split_once("http://127.0.0.1:")?.1;
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty()).then(|| format!("127.0.0.1:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_the_line_that_tells_it() {
        assert_eq!(address_in("Listening on http://127.0.0.1:8123/ui").as_deref(), Some("127.0.0.1:8123"));
        assert_eq!(address_in("Listening on http://127.0.0.1:"), None);
        assert_eq!(address_in("starting"), None);
    }
}
