//! Other models under load.
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use adserver::config::Config;
use clicklens::{Inputs, Model, Profile, ProfileOptions, Rows, SessionOptions};

use crate::host::{Served, config, demo, good};

/// The demo's model with a reference profile in it: another file, the same scores, means for saliency.
fn with_profile(path: &Path) {
    let model = Model::open(demo()).unwrap();
    let options = ProfileOptions::default();
    let inputs = Inputs::of(&model).unwrap();
    let observed = options.observed(&model).unwrap();
    let mut session = SessionOptions::new().observe(observed).build(&model, &inputs).unwrap();
    let mut profile = Profile::new(&model, &options).unwrap();
    let ids = [3u64, 4, 5];
    let mut batch = clicklens::Batch::new(3); // each its own request
    for input in 0..inputs.len() as u32 {
        batch.keys(input, &ids);
    }
    profile.add(&mut session, &batch, &Rows::new()).unwrap();
    profile.attach(demo(), path).unwrap();
}

/// Waits for a metric to be at least this.
fn wait(served: &Served, metric: &str, least: f64) {
    for _ in 0..1000 {
        if served.metric(metric) >= least {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{metric} stays below {least}: {}", served.metrics());
}

#[test]
fn a_file_that_is_replaced_is_served_and_no_request_fails() {
    let config = Config { seats: 2, poll: Duration::from_millis(20), ..config("replaced") };
    let model = config.model.clone();
    let next = model.with_extension("next");
    let served = Served::start(config);
    let mut explained = good();
    explained["explain"] = true.into();
    let before = served.rank(&explained).1;
    let (done, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    let (status, answer) = served.rank(&good());
                    assert_eq!(status, 200, "{answer}");
                    assert_eq!(answer["ranked"][0]["index"], 1);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for version in [2.0, 3.0] {
            if version == 2.0 {
                with_profile(&next);
            } else {
                std::fs::copy(demo(), &next).unwrap();
            }
            std::fs::rename(&next, &model).unwrap();
            wait(&served, "clicklens_slot_version", version);
            if version == 2.0 {
                let after = served.rank(&explained).1;
                assert_ne!(after["model"], before["model"]);
                assert_eq!(after["ranked"][0]["scores"], before["ranked"][0]["scores"]);
                assert_ne!(
                    after["ranked"][0]["saliency"], before["ranked"][0]["saliency"],
                    "now against means"
                );
            }
        }
        done.store(true, Ordering::Release);
    });
    assert!(asked.load(Ordering::Relaxed) > 0);
    assert_eq!(served.metric("clicklens_server_requests_total{code=\"500\"}"), 0.0);
    assert_eq!(served.metric("clicklens_server_reloads_total{result=\"ok\"}"), 2.0);
    assert_eq!(served.rank(&good()).1["model"], before["model"]);
}

#[test]
fn a_damaged_file_is_refused_until_it_changes() {
    let config = Config { poll: Duration::from_millis(20), ..config("damaged") };
    let model = config.model.clone();
    let next = model.with_extension("next");
    let served = Served::start(config);
    let mut damaged = std::fs::read(demo()).unwrap();
    damaged[100] ^= 1; // in the description
    for (refusals, bytes) in [(1.0, &damaged[..]), (2.0, b"no model")] {
        std::fs::write(&next, bytes).unwrap();
        std::fs::rename(&next, &model).unwrap();
        wait(&served, "clicklens_server_reloads_total{result=\"refused\"}", refusals);
        assert_eq!(served.rank(&good()).0, 200);
    }
    std::fs::remove_file(&model).unwrap(); // no reason to do anything
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(served.metric("clicklens_server_reloads_total{result=\"refused\"}"), 2.0);
    with_profile(&next);
    std::fs::rename(&next, &model).unwrap();
    wait(&served, "clicklens_slot_version", 2.0);
}
