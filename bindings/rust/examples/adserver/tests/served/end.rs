//! An end without loss.
use std::path::Path;
use std::time::Duration;

use adserver::config::Config;
use clicklens::{Profile, Recording, Session};

use crate::host::{Served, answer, ask, config, demo, good};

fn files(folder: &Path, extension: &str) -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

#[test]
fn profiles_and_recordings_are_written_when_it_ends() {
    let folder = crate::host::folder("end-out");
    let config = Config {
        profiles: Some(folder.join("profiles")),
        recordings: Some(folder.join("recordings")),
        record_rate: 1.0,
        ..config("end")
    };
    let served = Served::start(config);
    for key in 0..10u64 {
        let mut request = good();
        request["key"] = key.into();
        assert_eq!(served.rank(&request).0, 200);
    }
    served.stop().unwrap();

    let profiles = files(&folder.join("profiles"), "profile");
    assert_eq!((profiles.len(), files(&folder.join("profiles"), "part").len()), (1, 0));
    let profile = Profile::load(&std::fs::read(&profiles[0]).unwrap(), None).unwrap();
    assert_eq!((profile.info().unwrap().rows, profile.info().unwrap().seen), (30, 30));

    let recordings = files(&folder.join("recordings"), "clrec");
    assert_eq!(recordings.len(), 1);
    let mut recording = Recording::open(&recordings[0]).unwrap();
    let model = clicklens::Model::open(demo()).unwrap();
    let mut session = Session::new(&model, &recording.inputs().unwrap()).unwrap();
    let mut records = 0;
    while let Some(record) = recording.next().unwrap() {
        let mut scores = vec![0.0; record.candidates];
        session.run_flat(record.flat, record.kind, &mut scores).unwrap();
        assert_eq!(record.scores.unwrap(), scores);
        records += 1;
    }
    assert_eq!(records, 10);
}

#[test]
fn a_request_at_hand_is_answered() {
    let served = Served::start(Config { pause: Duration::from_millis(300), ..config("at-hand") });
    let body = good().to_string();
    let head = format!("POST /rank HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    let (first, rest) = body.as_bytes().split_at(20);
    let mut stream = served.send(&[head.as_bytes(), first].concat());
    while served.metric("clicklens_server_requests_in_flight") < 1.0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let (server, address) = (served.server.clone(), served.address);
    let ending = std::thread::spawn(|| served.stop());
    while !server.is_draining() {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(ask(address, "GET", "/healthz", b"").0, 503);
    assert_eq!(ask(address, "POST", "/rank", body.as_bytes()).0, 200, "requests are still served");
    std::io::Write::write_all(&mut stream, rest).unwrap();
    assert_eq!(answer(stream).0, 200);
    ending.join().unwrap().unwrap();
}

#[test]
fn flags_are_checked() {
    let parse = |text: &str| Config::parse(text.split_whitespace().map(str::to_owned));
    assert_eq!(parse("--model m --seats 3 --poll-ms 5").unwrap().seats, 3);
    for (wrong, named) in [
        ("", "--model"),
        ("--model", "--model"),
        ("--model m --seats 0", "--seats"),
        ("--model m --seats -1", "--seats"),
        ("--model m --max-body 99999999999", "--max-body"),
        ("--model m --record-rate NaN", "--record-rate"),
        ("--model m --listen nowhere", "--listen"),
        ("--model m --what 1", "--what"),
    ] {
        assert!(parse(wrong).unwrap_err().starts_with(named), "{wrong}");
    }
}
