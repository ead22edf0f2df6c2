//! What one request, and all of them, may take.
use std::io::Write;
use std::time::Duration;

use adserver::config::Config;

use crate::host::{Served, answer, config, good};

const SLOW: &[u8] = b"POST /rank HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 100\r\n\r\n{";

#[test]
fn a_body_has_a_size() {
    let served = Served::start(Config { max_body: 1000, ..config("size") });
    let large = vec![b' '; 1001];
    assert_eq!(served.ask("POST", "/rank", &large).0, 413);
    // One that does not tell its size beforehand.
    let mut chunked =
        b"POST /rank HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    chunked.extend(b"3e9\r\n");
    chunked.extend(&large);
    chunked.extend(b"\r\n0\r\n\r\n");
    let (status, text) = answer(served.send(&chunked));
    assert_eq!((status, text.contains("more than 1000 bytes")), (413, true), "{text}");
    assert_eq!(served.rank(&good()).0, 200);
}

#[test]
fn who_sends_slowly_is_not_waited_for() {
    let read_timeout = Duration::from_millis(100);
    let served = Served::start(Config { read_timeout, header_timeout: read_timeout, ..config("slow") });
    assert_eq!(answer(served.send(SLOW)).0, 408);
    let mut half_a_head = served.send(b"POST /rank HT");
    let closed = std::io::Read::read(&mut half_a_head, &mut [0; 100]);
    assert!(matches!(closed, Ok(_) | Err(_)) && served.rank(&good()).0 == 200);
    let mut later = half_a_head;
    // The connection is gone: at the second write at the latest.
    let gone = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        later.write_all(b"x").is_err()
    });
    assert!(gone);
}

#[test]
fn too_many_at_a_time_are_told_so() {
    let served = Served::start(Config { concurrent: 1, ..config("concurrent") });
    let slow = served.send(SLOW); // is at hand until the rest comes
    let busy = (0..500).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        let (status, told) = served.rank(&good());
        (status == 429).then_some(told)
    });
    assert!(busy.expect("one more than allowed")["error"].as_str().unwrap().contains("at hand"));
    assert_eq!(served.ask("GET", "/healthz", b"").0, 200);
    drop(slow);
    let free = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        served.rank(&good()).0 == 200
    });
    assert!(free, "a client that went away gives its place back");
}

#[test]
fn a_seat_is_not_waited_for_longer_than_allowed() {
    let score_timeout = Duration::from_millis(50);
    let served = Served::start(Config { seats: 1, score_timeout, ..config("seats") });
    let taken = served.server.seats.clone().try_acquire_owned().unwrap();
    let (status, told) = served.rank(&good());
    assert_eq!((status, told["error"].as_str().unwrap()), (429, "all seats are taken"));
    drop(taken);
    assert_eq!(served.rank(&good()).0, 200);
    assert_eq!(served.metric("clicklens_server_requests_total{code=\"429\"}"), 1.0);
}
