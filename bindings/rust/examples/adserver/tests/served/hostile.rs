//! What strangers send is refused with the field's name, and hurts nobody.
use serde_json::json;

use crate::host::{Served, answer, config, good};

#[test]
fn what_is_wrong_is_named() {
    let served = Served::start(config("named"));
    let with = |place: &str, value: serde_json::Value| {
        let mut request = good();
        let target = request.pointer_mut(place.rsplit_once('/').unwrap().0).unwrap();
        target[place.rsplit_once('/').unwrap().1] = value;
        request.to_string()
    };
    let deep = format!("{{\"candidates\": [{{\"ad_id\": {}1{}}}]}}", "[".repeat(5000), "]".repeat(5000));
    let long = "x".repeat(10_000);
    let many_ids = vec![1; 100_001];
    for (body, named) in [
        (String::new(), "body: not a JSON object"),
        ("[null, {}, [{}], false, 1]".to_owned(), "body: not a JSON object"),
        ("{\"candidates\": [{}]} tail".to_owned(), "trailing"),
        ("{\"candidates\": [{}], \"candidates\": [{}]}".to_owned(), "candidates"),
        ("\u{feff}{}".to_owned(), "body: not a JSON object"),
        (deep, "recursion"),
        ("{}".to_owned(), "candidates"),
        (with("/candidates", json!([])), "candidates"),
        (with("/candidates", json!({})), "expected"),
        (with("/candidates", json!(vec![json!({}); 1001])), "candidates: 1001"),
        (with("/features", json!(7)), "expected"),
        (with("/other", json!(7)), "other"),
        (json!({long.clone(): 1}).to_string(), "unknown field"),
        (with("/top", json!(0)), "top"),
        (with("/top", json!(-1)), "invalid value"),
        (with("/explain", json!("yes")), "boolean"),
        (with("/key", json!(1.5)), "key"),
        (with("/key", json!("1")), "expected a JSON number"),
        (with("/features/user_id", json!("83")), "features.user_id"),
        (with("/features/user_id", json!(1.5)), "features.user_id"),
        (with("/features/user_id", json!(1e300)), "features.user_id"),
        (with("/features/user_id", json!(true)), "features.user_id"),
        (with("/features/user_id", json!([[1]])), "features.user_id"),
        (with("/features/user_id", json!({"ids": [1], "weights": [1]})), "features.user_id"),
        (with("/features/user_id", json!(many_ids)), "features.user_id"),
        (with("/features/ad_id", json!(1)), "features.ad_id"),
        (with("/features/nobody", json!(1)), "features.nobody"),
        (json!({"candidates": [{long.clone(): 1}]}).to_string(), "candidates[0].xxx"),
        (json!({"candidates": [{"ad_id": 1}, {"ad_id": "x"}]}).to_string(), "candidates[1].ad_id"),
        (json!({"candidates": [{"user_id": 1}]}).to_string(), "candidates[0].user_id"),
    ] {
        let (status, text) = served.ask("POST", "/rank", body.as_bytes());
        let shown = body.get(..60).unwrap_or(&body);
        assert_eq!(status, 400, "{shown}: {text}");
        let told: serde_json::Value = serde_json::from_str(&text).unwrap();
        let message = told["error"].as_str().unwrap();
        assert!(message.contains(named), "{shown}: {message}");
        assert!(message.len() < 300, "{shown}: {message}");
    }
    let (status, _) = served.ask("POST", "/rank", b"\xff\xfe{");
    assert_eq!(status, 400);
    assert_eq!(served.rank(&good()).0, 200);
    assert_eq!(served.metric("clicklens_server_requests_total{code=\"500\"}"), 0.0);
}

#[test]
fn other_paths_methods_and_heads_are_refused() {
    let served = Served::start(config("heads"));
    assert_eq!(served.ask("GET", "/rank", b"").0, 405);
    assert_eq!(served.ask("GET", "/", b"").0, 404);
    assert_eq!(answer(served.send(b"nonsense\r\n\r\n")).0, 400);
    let head = format!("GET /healthz HTTP/1.1\r\nhost: x\r\nlong: {}\r\n\r\n", "x".repeat(40_000));
    assert_eq!(answer(served.send(head.as_bytes())).0, 431);
    let chunk =
        b"POST /rank HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
    assert_eq!(answer(served.send(chunk)).0, 400);
    assert_eq!(served.rank(&good()).0, 200);
}

/// Every prefix and many single-byte changes of a good request: an answer, and never a fault of the server's.
#[test]
fn broken_requests_never_break_the_server() {
    let served = Served::start(config("broken"));
    let body = good().to_string().into_bytes();
    let mut codes = std::collections::BTreeMap::new();
    for cut in (0..body.len()).step_by(3) {
        *codes.entry(served.ask("POST", "/rank", &body[..cut]).0).or_insert(0) += 1;
        for byte in [b'"', b'9', b'-', 0] {
            let mut changed = body.clone();
            changed[cut] = byte;
            *codes.entry(served.ask("POST", "/rank", &changed).0).or_insert(0) += 1;
        }
    }
    assert!(codes.keys().all(|code| [200, 400].contains(code)), "{codes:?}");
    assert!(codes[&400] > 100, "{codes:?}");
    assert_eq!(served.rank(&good()).0, 200);
}
