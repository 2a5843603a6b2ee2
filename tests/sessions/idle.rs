//! What a connection that says nothing costs, and how long an answer takes when many ask.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::client::{Server, Socket, setting};

/// Connections, each with a session; `IDLE_SESSIONS` replaces it. The shown number is 10,000.
const IDLE: u64 = 200;
/// Those among them that ask; `ACTIVE_SESSIONS` replaces it. The shown number is 1,000.
const ACTIVE: u64 = 50;
/// Questions that each of these puts, one after the other.
const ROUNDS: u32 = 5;
/// Connections that are opened at the same time.
const AT_ONCE: u64 = 64;
/// Resident bytes of each; few connections also carry what the server takes once.
const BYTES_MAX: u64 = 24 * 1024;
const FEW: u64 = 5_000;

async fn open(server: &Server, model_id: &str, count: u64) -> Vec<Socket> {
    let mut sockets = Vec::new();
    while (sockets.len() as u64) < count {
        let wanted = AT_ONCE.min(count - sockets.len() as u64);
        let first = sockets.len() as u64;
        let opened = futures_util::future::join_all((first..first + wanted).map(|number| async move {
            // Hundred clients at each address.
            let address = format!("198.18.{}.{}", number / 25_600, number / 100 % 256);
            let begun = server.begin_from(model_id, &address).await;
            Socket::welcomed(&server.address, &begun, 0).await
        }));
        sockets.extend(opened.await);
    }
    sockets
}

/// From sending a question to its answer.
async fn ask(socket: &mut Socket) -> Duration {
    let sent = Instant::now();
    assert!(socket.say(&json!({ "type": "ask", "text": "Wie viele Türen gibt es?" })).await);
    socket.up_to("question_answered").await;
    sent.elapsed()
}

fn told(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!("figure {name} p50_ms={:.1} p99_ms={:.1} max_ms={:.1}", at(50), at(99), at(100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_are_small_and_active_ones_are_answered() {
    let (idle, active) = (setting("IDLE_SESSIONS", IDLE), setting("ACTIVE_SESSIONS", ACTIVE).max(1));
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let model_id = server.publish_house().await;
    // What the server makes once, with the first connections and answers.
    for mut socket in open(&server, &model_id, 64).await {
        ask(&mut socket).await;
    }
    let before = server.resident();
    // Those that wait are not read meanwhile, so their pings are answered later: opening may not take the whole silence.
    let mut sockets = open(&server, &model_id, idle).await;
    let each = server.resident().saturating_sub(before) / idle;
    println!("figure idle sessions={idle} bytes_each={each}");
    assert!(idle < FEW || each <= BYTES_MAX, "{each} bytes for each of {idle} connections");

    // Ten questions a second for every hundred who ask: each asks about every ten seconds.
    let pace = Duration::from_secs(10) / u32::try_from(active).unwrap();
    let mut asking = sockets.split_off(sockets.len() - usize::try_from(active).unwrap());
    let mut idle_ones = JoinSet::new();
    sockets.into_iter().for_each(|socket| drop(idle_ones.spawn(socket.listen())));
    let mut tick = tokio::time::interval(pace / if idle < FEW { 20 } else { 1 });
    let (mut times, mut running) = (Vec::new(), JoinSet::new());
    for _ in 0..ROUNDS {
        for mut socket in asking.drain(..) {
            tick.tick().await;
            running.spawn(async move { (ask(&mut socket).await, socket) });
        }
        while let Some(ended) = running.join_next().await {
            let (time, socket) = ended.unwrap();
            times.push(time);
            asking.push(socket);
        }
    }
    assert_eq!(times.len() as u64, active * u64::from(ROUNDS));
    told("paced", times);
    let together = futures_util::future::join_all(asking.iter_mut().map(ask)).await;
    told("together", together);
}
