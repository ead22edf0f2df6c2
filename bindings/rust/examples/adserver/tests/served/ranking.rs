//! Scores and reasons.
use serde_json::json;

use crate::host::{Served, config, good};

#[test]
fn candidates_come_in_the_order_of_their_scores() {
    let served = Served::start(config("order"));
    let (status, answer) = served.rank(&good());
    assert_eq!(status, 200, "{answer}");
    // What README.md of the binding prints, from the library without a server.
    let wanted = [(1, 0.165_141), (2, 0.066_781), (0, 0.045_135)];
    let ranked = answer["ranked"].as_array().unwrap();
    assert_eq!(ranked.len(), 3);
    for (found, (index, score)) in ranked.iter().zip(wanted) {
        assert_eq!(found["index"], index);
        assert!((found["scores"]["ctr"].as_f64().unwrap() - score).abs() < 5e-7, "{found}");
        assert!(found.get("saliency").is_none());
    }
    assert_eq!(answer["version"], 1);
    let model = clicklens::Model::open(crate::host::demo()).unwrap();
    assert_eq!(answer["model"], format!("{:032x}", model.info().unwrap().id));

    let mut request = good();
    (request["top"], request["explain"]) = (json!(1), json!(true));
    let (status, answer) = served.rank(&request);
    assert_eq!((status, answer["ranked"].as_array().unwrap().len()), (200, 1));
    let saliency = answer["ranked"][0]["saliency"].as_object().unwrap();
    let mut groups = model.groups().unwrap();
    groups.sort_unstable();
    assert_eq!(saliency.keys().collect::<Vec<_>>(), groups);
    assert!(saliency["ad"].as_f64().unwrap() != 0.0);
    assert_eq!(saliency["noise"], 0.0, "nothing was sent of it, and its means are 0");
}

#[test]
fn what_is_missing_is_said_in_any_way() {
    let served = Served::start(config("missing"));
    let sent = |user: serde_json::Value| {
        let mut request = good();
        request["features"]["user_id"] = user;
        request
    };
    let absent = {
        let mut request = good();
        request["features"].as_object_mut().unwrap().remove("user_id");
        served.rank(&request)
    };
    assert_eq!(absent.0, 200);
    assert_ne!(absent.1["ranked"], served.rank(&good()).1["ranked"]);
    for nothing in [json!(null), json!([])] {
        assert_eq!(served.rank(&sent(nothing)).1["ranked"], absent.1["ranked"]);
    }
    assert_eq!(served.rank(&sent(json!([83]))).1["ranked"], served.rank(&good()).1["ranked"]);
    // All 64 bits, of either sign.
    for id in [json!(u64::MAX), json!(-1), json!(i64::MIN)] {
        assert_eq!(served.rank(&sent(id)).0, 200);
    }
}

/// One dashboard and one set of alert rules for both example servers.
#[test]
fn metrics_are_those_of_the_dashboard() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../go/examples/adserver");
    let texts = ["grafana.json", "alerts.yml"].map(|name| std::fs::read_to_string(folder.join(name)));
    let [Ok(grafana), Ok(alerts)] = texts else {
        eprintln!("skipped: no dashboard of the Go server in this tree");
        return;
    };
    let served = Served::start(config("dashboard"));
    while served.metric("clicklens_server_candidates_total") < 3.0
        || !served.metrics().contains("clicklens_profile_saliency_ratio{")
    {
        assert_eq!(served.rank(&good()).0, 200);
    }
    let page = served.metrics();
    let mut names = std::collections::BTreeSet::new();
    for text in [&grafana, &alerts] {
        for (at, _) in text.match_indices("clicklens_") {
            let name = text[at..].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
            names.insert(name);
        }
    }
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let has = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']));
        assert!(page.lines().any(has), "{name} is not exported");
    }
}

#[test]
fn metrics_count_what_was_served() {
    let served = Served::start(config("metrics"));
    for _ in 0..5 {
        assert_eq!(served.rank(&good()).0, 200);
    }
    served.ask("POST", "/rank", b"{");
    let text = served.metrics();
    let mut names = std::collections::HashSet::new();
    for line in text.lines() {
        let sample = line.strip_prefix("# ").is_none();
        assert!(names.insert(line.rsplit_once(' ').unwrap().0.to_owned()), "twice: {line}");
        assert!(!sample || line.rsplit_once(' ').unwrap().1.parse::<f64>().is_ok(), "{line}");
    }
    assert_eq!(served.metric("clicklens_server_requests_total{code=\"200\"}"), 5.0);
    assert_eq!(served.metric("clicklens_server_requests_total{code=\"400\"}"), 1.0);
    assert_eq!(served.metric("clicklens_server_request_seconds_count"), 6.0);
    assert_eq!(served.metric("clicklens_server_request_seconds_bucket{le=\"+Inf\"}"), 6.0);
    assert_eq!(served.metric("clicklens_server_candidates_total"), 15.0);
    assert_eq!(served.metric("clicklens_slot_version"), 1.0);
    assert!(served.metric("process_resident_memory_bytes") > 1e6);
    let seen = served.metric("clicklens_profile_seen_total");
    assert!(seen > 0.0 && seen <= 15.0, "{seen}: the last run of a seat may come later");
    assert_eq!(served.ask("GET", "/healthz", b""), (200, "ok\n".to_owned()));
}
