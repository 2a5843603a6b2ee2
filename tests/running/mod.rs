//! The real server as a child process that tests may kill, and numbers that a seed repeats.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The built server on a free port, ended when dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(data: &Path) -> Server {
        Server::start_at(data, "127.0.0.1:0")
    }

    pub(crate) fn start_at(data: &Path, bind: &str) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ifc-chunking"))
            .args(["serve", "--bind", bind, "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.by_ref().map(Result::unwrap).find_map(|line| {
            let port = line.split_once("http://127.0.0.1:")?.1.to_owned();
            let port: String = port.chars().take_while(char::is_ascii_digit).collect();
            Some(format!("127.0.0.1:{port}"))
        });
        // Read on to the end, so that the server never waits for a full pipe.
        std::thread::spawn(move || lines.count());
        Server { address: address.expect("the server ended before it told its address"), child }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Ends the process as a power cut would: SIGKILL, no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already dead after `kill`, and then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `SplitMix64`: a seed is enough to repeat a run.
pub(crate) fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
