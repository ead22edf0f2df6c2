//! A server of a test's own, and a client that can misbehave.
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use adserver::config::Config;
use adserver::serve::serve;
use adserver::server::Server;
use serde_json::{Value, json};
use tokio::sync::oneshot;

pub fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../cli/demo/demo.clens")
}

/// An empty folder of this test's own, with the demo's model in it.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(demo(), folder.join("m.clens")).expect("the demo's model");
    folder
}

pub fn config(name: &str) -> Config {
    Config { model: folder(name).join("m.clens"), profile_every: 1, ..Config::default() }
}

pub struct Served {
    pub address: SocketAddr,
    pub server: Arc<Server>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), String>>>,
}

impl Served {
    pub fn start(config: Config) -> Self {
        let server = Arc::new(Server::new(config).expect("a server"));
        let (stop, stopped) = oneshot::channel();
        let (told, address) = std::sync::mpsc::channel();
        let shared = server.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
                told.send(listener.local_addr().expect("an address")).expect("the test waits");
                let stop = async { drop(stopped.await) };
                serve(shared, listener, stop).await.map_err(|error| error.to_string())
            })
        });
        let address = address.recv().expect("it listens");
        Self { address, server, stop: Some(stop), thread: Some(thread) }
    }

    /// Asks it to end, and waits.
    pub fn stop(mut self) -> Result<(), String> {
        drop(self.stop.take());
        self.thread.take().map_or(Ok(()), |thread| thread.join().expect("no panic"))
    }

    pub fn send(&self, bytes: &[u8]) -> TcpStream {
        send(self.address, bytes)
    }

    /// Status and body.
    pub fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, String) {
        ask(self.address, method, path, body)
    }

    pub fn rank(&self, body: &Value) -> (u16, Value) {
        let (status, text) = self.ask("POST", "/rank", body.to_string().as_bytes());
        (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: {text:?}")))
    }

    pub fn metrics(&self) -> String {
        let (status, text) = self.ask("GET", "/metrics", b"");
        assert_eq!(status, 200);
        text
    }

    pub fn metric(&self, name: &str) -> f64 {
        let text = self.metrics();
        let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        found.unwrap_or_else(|| panic!("no {name} in {text}")).parse().expect("a number")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

pub fn send(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let _ = stream.write_all(bytes); // the server may have refused already
    stream
}

/// Status and body.
pub fn ask(address: SocketAddr, method: &str, path: &str, body: &[u8]) -> (u16, String) {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    answer(send(address, &[head.as_bytes(), body].concat()))
}

pub fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status.unwrap_or_else(|| panic!("no status: {text:?}")), body.to_owned())
}

/// The request of bindings/rust/README.md.
pub fn good() -> Value {
    json!({
        "features": {"user_id": 83, "segment": 4, "interest": [4, 5, 11], "topic": 4, "hour": 6},
        "candidates": [
            {"ad_id": 194, "category": 6, "position": 1},
            {"ad_id": 35, "category": 0, "position": 0},
            {"ad_id": 199, "category": 5, "position": 2},
        ],
    })
}
