//! Live profiles, drift, recordings.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use clicklens::{
    Drift, DriftKind, Gradients, Model, Output, Profile, ProfileOptions, ProfilePart, Recorder,
    RecorderOptions, Recording, Rows, ScoreKind, Session, SessionOptions, Status, Verdict, sections,
};

use crate::data::{Host, bits, command, demo, demo_path, folder, inputs};

/// Samples of a Prometheus text, by name and labels.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        assert!(found.insert(name.to_owned(), value.parse().expect("a number")).is_none(), "{name} twice");
    }
    found
}

#[test]
fn a_live_profile_is_that_of_the_data() {
    let model = demo();
    let host = Host::made_up(&model, &[30, 20, 40]);
    let options = ProfileOptions { most_rows: 4096, waiting_rows: 128, ..Default::default() };
    let mut session = SessionOptions::new().profile(&options).build(&model, &inputs(&model)).unwrap();
    let collector = session.collector();
    let mut scores = vec![0.0; 90];
    session.run(&host.batch(), &mut scores).unwrap();
    let mut live = Profile::new(&model, &options).unwrap();
    assert_eq!((collector.settle().unwrap(), collector.settle().unwrap()), (90, 0));
    // Two blocks: what a run saw may come with the call after the next run.
    let mut came = collector.collect(&mut live).unwrap();
    came += std::thread::scope(|scope| scope.spawn(|| collector.collect(&mut live)).join()).unwrap().unwrap();
    assert_eq!(came, 90);

    let mut offline = Profile::new(&model, &options).unwrap();
    let observed = options.observed(&model).unwrap();
    let mut plain = SessionOptions::new().observe(observed).build(&model, &inputs(&model)).unwrap();
    offline.add(&mut plain, &host.batch(), &Rows::new()).unwrap();
    assert_eq!(live.save().unwrap(), offline.save().unwrap());

    let logits = live.columns(ProfilePart::Scores).unwrap();
    let mut wanted = vec![0.0; 90];
    plain.run_as(&host.batch(), ScoreKind::Logit, &mut wanted).unwrap();
    let mean = wanted.iter().map(|logit| f64::from(*logit)).sum::<f64>() / 90.0;
    assert!((logits[0].mean - mean).abs() < 1e-9);
    let samples = samples(&live.prometheus().unwrap());
    assert_eq!(samples["clicklens_profile_rows_total"], 90.0);
    assert_eq!(samples["clicklens_profile_logit_mean{task=\"ctr\"}"], logits[0].mean);
    assert_eq!(samples["clicklens_profile_missing_total{feature=\"ad_id\"}"], 0.0);
    assert_eq!(samples["clicklens_profile_ids_total{feature=\"ad_id\"}"], 90.0);
    assert_eq!(samples.keys().filter(|name| name.starts_with("clicklens_profile_unknown_total")).count(), 10);
}

#[test]
fn neurons_are_those_that_a_run_captures() {
    let model = demo();
    let host = Host::made_up(&model, &[30, 20]);
    let layer = model.find_value("l2").unwrap();
    let options = ProfileOptions {
        sections: sections::NEURONS,
        values: vec![layer],
        most_rows: 4096,
        ..Default::default()
    };
    let session_options = SessionOptions::new().observe(options.observed(&model).unwrap()).captures([layer]);
    let mut session = session_options.build(&model, &inputs(&model)).unwrap();
    let mut profile = Profile::new(&model, &options).unwrap();
    profile.add(&mut session, &host.batch(), &Rows::new()).unwrap();
    let mut output = Output::of(&session);
    session.run_into(&host.batch(), &mut output).unwrap();
    let captured = output.captured(layer).unwrap();

    let layers = profile.layers().unwrap();
    let found = &layers[0];
    assert_eq!((layers.len(), found.rows, found.neurons.len()), (1, 50, captured.row(0).unwrap().len()));
    let mut active = 0;
    for (column, neuron) in found.neurons.iter().enumerate() {
        let values: Vec<f32> = (0..50).map(|row| captured.row(row).unwrap()[column]).collect();
        let above = values.iter().filter(|value| **value > 0.0).count() as u64;
        assert_eq!((neuron.rows, neuron.active), (50, above));
        assert_eq!(neuron.maximum, f64::from(values.iter().copied().fold(f32::MIN, f32::max)));
        active += above;
    }
    let samples = samples(&profile.prometheus().unwrap());
    let width = found.neurons.len() as f64;
    assert_eq!(samples["clicklens_profile_neurons{layer=\"l2\"}"], width);
    assert_eq!(samples["clicklens_profile_active_ratio{layer=\"l2\"}"], active as f64 / (50.0 * width));
    assert_eq!(samples["clicklens_profile_constant_neurons{layer=\"l2\"}"], found.constant() as f64);
    let scores = Profile::new(&model, &ProfileOptions::default()).unwrap();
    assert_eq!(scores.layers().unwrap_err().status(), Status::NotFound);
}

#[test]
fn collecting_waits_for_no_run() {
    let model = demo();
    let host = Host::made_up(&model, &[50]);
    let options = ProfileOptions::default();
    let mut session = SessionOptions::new().profile(&options).build(&model, &inputs(&model)).unwrap();
    let (collector, done) = (session.collector(), AtomicBool::new(false));
    let mut total = Profile::new(&model, &options).unwrap();
    std::thread::scope(|scope| {
        let scraper = scope.spawn(|| {
            let mut profile = Profile::new(&model, &options).unwrap();
            while !done.load(Ordering::Acquire) {
                collector.settle().unwrap();
                collector.collect(&mut profile).unwrap();
            }
            profile
        });
        let mut scores = vec![0.0; 50];
        for _ in 0..200 {
            session.run(&host.batch(), &mut scores).unwrap();
        }
        drop(session); // the collector keeps what it needs
        done.store(true, Ordering::Release);
        total.merge(&scraper.join().unwrap()).unwrap();
    });
    collector.collect(&mut total).unwrap();
    collector.collect(&mut total).unwrap();
    assert_eq!(total.info().unwrap().seen, 200 * 50);
}

#[test]
fn profiles_merge_to_the_whole() {
    let model = demo();
    let options = ProfileOptions {
        sections: sections::SCORES | sections::FEATURES | sections::SALIENCY,
        means: vec![0.0; 80],
        ..Default::default()
    };
    let session_options =
        SessionOptions::new().gradients(Gradients::Full).observe(options.observed(&model).unwrap());
    let mut session = session_options.build(&model, &inputs(&model)).unwrap();
    let hosts = [Host::made_up(&model, &[30, 10]), Host::made_up(&model, &[5, 60])];
    let mut profile_of = |hosts: &[&Host]| {
        let mut profile = Profile::new(&model, &options).unwrap();
        for host in hosts {
            let rows = Rows::new().labels(&host.labels).clusters(&[]);
            assert!(profile.add(&mut session, &host.batch(), &rows).is_err());
            profile.add(&mut session, &host.batch(), &Rows::new().labels(&host.labels)).unwrap();
        }
        profile
    };
    let whole = profile_of(&[&hosts[0], &hosts[1]]);
    let (first, mut second) = (profile_of(&[&hosts[0]]), profile_of(&[&hosts[1]]));
    second.merge(&first).unwrap();
    let bytes = second.save().unwrap();
    assert_eq!(bytes, whole.save().unwrap());
    let loaded = Profile::load(&bytes, None).unwrap();
    let info = loaded.info().unwrap();
    assert_eq!((info.rows, info.groups, info.labelled), (105, 7, 105));
    let shares: f64 = (0..7).map(|group| loaded.share(group).unwrap().0).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    assert_eq!(loaded.groups().unwrap(), model.groups().unwrap());
    assert_eq!(loaded.features().unwrap()[3].name, "ad_id");
    let out = folder("attached").join("m.clens");
    loaded.attach(demo_path(), &out).unwrap();
    assert_eq!(Model::open(out).unwrap().profile().unwrap().save().unwrap(), bytes);
}

#[test]
fn drift_is_the_command_lines() {
    let folder = folder("drift");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let model_path = demo_path().to_str().unwrap().to_owned();
    let synth = ["synth", "--days", "2", "--rows", "3000", "--seed", "5", "--drift-day", "2", "--out"];
    if command(&[&synth[..], &[folder.to_str().unwrap()]].concat()).is_none() {
        return;
    }
    let profile = |day: &str, out: &str| {
        command(&["profile", &model_path, &path(day), "--out", &path(out)]).unwrap();
        Profile::load(&std::fs::read(path(out)).unwrap(), None).unwrap()
    };
    let (reference, live) = (profile("day=01.tsv", "a.clprofile"), profile("day=02.tsv", "b.clprofile"));
    let more = ["--model", &model_path, "--prometheus", &path("drift.prom")];
    command(&[&["drift", &path("a.clprofile"), &path("b.clprofile")][..], &more[..]].concat()).unwrap();
    let wanted = samples(&std::fs::read_to_string(path("drift.prom")).unwrap());

    let drift = Drift::compare(Some(&demo()), &[&reference], &live).unwrap();
    let found = samples(&drift.prometheus().unwrap());
    assert_eq!(found, wanted);
    assert!(found.len() > 30);
    let (info, measures) = (drift.info().unwrap(), drift.measures().unwrap());
    assert_eq!((info.reference_rows, info.live_rows, info.measures), (3000, 3000, measures.len() as u64));
    let moved = measures.iter().filter(|measure| measure.verdict == Verdict::Found).count() as u64;
    assert_eq!(moved, info.found);
    assert!(measures.iter().any(|measure| measure.kind == DriftKind::Neuron));
    assert!(Drift::compare(None, &[], &live).is_err());
}

#[test]
fn what_was_recorded_is_run_again() {
    let model = demo();
    let prefix = folder("recorder").join("served");
    let recorder = Recorder::new(&model, &inputs(&model), &prefix, &RecorderOptions::default()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut session = Session::new(&model, &inputs(&model)).unwrap();
                let host = Host::made_up(&model, &[3, 4]);
                let mut scores = vec![0.0; 7];
                session.run(&host.batch(), &mut scores).unwrap();
                recorder.record(&mut session, &host.batch(), ScoreKind::Probability, &scores).unwrap();
            });
        }
    });
    recorder.flush().unwrap();
    let stats = recorder.stats().unwrap();
    assert_eq!((stats.offered, stats.sampled, stats.dropped), (4, 4, 0));
    drop(recorder);

    let mut recording = Recording::open(prefix.with_file_name("served-00000001.clrec")).unwrap();
    assert_eq!(recording.model_id().unwrap(), model.info().unwrap().id);
    let mut session = Session::new(&model, &recording.inputs().unwrap()).unwrap();
    let mut candidates = 0;
    while let Some(record) = recording.next().unwrap() {
        let mut scores = vec![0.0; record.candidates];
        session.run_flat(record.flat, record.kind, &mut scores).unwrap();
        assert_eq!(bits(record.scores.unwrap()), bits(&scores));
        assert!(!record.own_ways);
        candidates += record.candidates;
    }
    let info = recording.info().unwrap();
    assert_eq!((candidates, info.corrupted, info.torn_bytes), (14, 0, 0));
}
