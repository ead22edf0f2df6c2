//! Misuse that types do not forbid: a status, and a message that names what is wrong.
use std::fmt::Debug;

use clicklens::{
    Batch, CacheOptions, Column, ColumnKind, FlatBatch, Gradients, Inputs, Level, Model, Output, Probe,
    Profile, ProfileOptions, Recorder, RecorderOptions, Recording, Rows, Saliency, ScoreKind, Session,
    SessionOptions, Status, Target, ValueId, sys,
};

use crate::data::{Host, demo, demo_path, folder, inputs};

#[track_caller]
fn refused<T: Debug>(result: clicklens::Result<T>, status: Status, word: &str) {
    let Err(error) = result else { panic!("it should fail") };
    assert_eq!(error.status(), status, "{error}");
    assert!(error.message().contains(word), "{:?} does not name {word}", error.message());
}

#[test]
fn every_status_has_the_headers_number_and_name() {
    let codes = [100, 101, 102, 103, 104, 200, 201, 202, 203, 300, 301, 400, 401, 500, 501, 900];
    for code in codes {
        let status = Status::from_code(code);
        assert!(!matches!(status, Status::Other(_)), "{code}");
        assert_eq!(status.code(), code);
        assert!(status.name().starts_with("CLENS_E_") && status.name() != "CLENS_E_?", "{code}");
    }
    assert_eq!(Status::BadFile.code(), sys::CLENS_E_BAD_FILE);
    assert_eq!(Status::BadFile.name(), "CLENS_E_BAD_FILE");
    assert_eq!((Status::from_code(7), Status::Other(7).code()), (Status::Other(7), 7));
    assert_eq!(Status::Other(7).name(), "CLENS_E_?");
}

#[test]
fn files_that_are_none() {
    refused(Model::open("/nowhere/at all.clens"), Status::Io, "/nowhere/at all.clens");
    refused(Model::open("a\0b"), Status::InvalidArgument, "NUL");
    refused(Model::from_bytes(b"no model"), Status::BadFile, "");
    refused(Model::from_bytes(&[]), Status::BadFile, "");
    let mut bytes = std::fs::read(demo_path()).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let damaged = Model::from_bytes(&bytes).and_then(|model| model.verify());
    refused(damaged, Status::ChecksumMismatch, "segment");
    refused(Probe::open("absent.clprobe", &demo()), Status::Io, "absent.clprobe");
    refused(Profile::load(b"none", None).map(|_| ()), Status::BadFile, "");
    refused(Recording::open(demo_path()).map(|_| ()), Status::BadFile, "demo.clens");
    refused(demo().probe(), Status::NotFound, "");
    refused(demo().profile().map(|_| ()), Status::NotFound, "");
}

#[test]
fn inputs_that_do_not_fit() {
    let model = demo();
    refused(Inputs::new([("ad", ColumnKind::Keys), ("ad", ColumnKind::Rows)]), Status::InvalidArgument, "ad");
    let absent = Inputs::new([("nothing", ColumnKind::Keys)]).unwrap();
    refused(Session::new(&model, &absent), Status::NotFound, "user_id");
    let features = model.features().unwrap();
    let floats = Inputs::new(features.iter().map(|feature| (feature.name, ColumnKind::Floats))).unwrap();
    refused(Session::new(&model, &floats), Status::InvalidArgument, "user_id");
}

#[test]
fn options_out_of_range() {
    let model = demo();
    let build = |options: SessionOptions| options.build(&model, &inputs(&model));
    refused(build(SessionOptions::new().strands(257)), Status::InvalidArgument, "strands");
    refused(build(SessionOptions::new().tile_rows(1025)), Status::InvalidArgument, "tile_rows");
    refused(build(SessionOptions::new().captures([ValueId(9999)])), Status::InvalidArgument, "capture");
    refused(build(SessionOptions::new().exit(0, 0.0)), Status::InvalidArgument, "");
    refused(model.find_value("l9"), Status::NotFound, "l9");
    refused(model.value(ValueId(9999)), Status::InvalidArgument, "9999");
    refused(CacheOptions::new(0).build(&model, &inputs(&model)), Status::InvalidArgument, "rows");
    let nowhere = Recorder::new(&model, &inputs(&model), "/nowhere/x", &RecorderOptions::default());
    refused(nowhere.map(|_| ()), Status::Io, "/nowhere");
}

#[test]
fn slices_of_the_wrong_length() {
    let model = demo();
    let host = Host::made_up(&model, &[3, 4]);
    let mut session = Session::new(&model, &inputs(&model)).unwrap();
    let mut scores = vec![0.0; 7];
    let mut run = |batch: &Batch<'_>| session.run(batch, &mut scores);
    let (ids, floats, bitmap) = ([1i64; 7], [1.0f32; 3], [0u8]);
    let (ends, long_ends, wide) = ([0i64, 1, 2], [0i64; 8], [0i32, 1]);

    let with = |input: u32, column: Column<'static>| column_of(&host, input, column);
    let leaked = |slice: &[i64]| -> &'static [i64] { Vec::leak(slice.to_vec()) };
    let floats: &'static [f32] = Vec::leak(floats.to_vec());
    let bitmap: &'static [u8] = Vec::leak(bitmap.to_vec());
    let wide: &'static [i32] = Vec::leak(wide.to_vec());
    // What the library is told no length of, this crate must look at.
    let ad_ids = Column::keys(leaked(&ids));
    refused(run(&with(3, ad_ids.lists(leaked(&ends)))), Status::BadBatch, "input 3");
    refused(run(&with(3, ad_ids.lists(leaked(&long_ends)).skip(1))), Status::BadBatch, "input 3");
    refused(run(&with(3, ad_ids.validity(&[]))), Status::BadBatch, "input 3");
    refused(run(&with(3, ad_ids.weights(floats))), Status::BadBatch, "weights");
    refused(run(&with(3, ad_ids.value_validity(&[]))), Status::BadBatch, "value_validity");
    refused(run(&with(3, ad_ids.lists::<i64>(&[]))), Status::BadBatch, "lists");
    refused(run(&with(3, Column::strings::<i64>(b"", &[]))), Status::BadBatch, "strings");
    let mixed = Column::strings(b"a", wide).lists(leaked(&ends));
    refused(run(&with(3, mixed)), Status::BadBatch, "width");
    // A request's list: two requests, so two entries will do.
    assert!(run(&with(0, Column::keys(leaked(&[5, 6])).lists(leaked(&ends)).validity(bitmap))).is_ok());
    refused(run(&with(0, Column::keys(leaked(&[5])).lists(leaked(&[0, 1])))), Status::BadBatch, "input 0");

    let mut few_keys = host.batch();
    few_keys.request_keys(&[1]);
    refused(run(&few_keys), Status::BadBatch, "request_keys");
    let mut no_ends = host.batch();
    no_ends.requests(&[]);
    refused(run(&no_ends), Status::BadBatch, "requests");
    let cache = CacheOptions::new(4).build(&model, &inputs(&model)).unwrap();
    let mut few_rows = host.batch();
    few_rows.cached(&cache, &[0, 1]);
    refused(run(&few_rows), Status::BadBatch, "cached");
}

/// The host's batch with another column for one input.
fn column_of<'a>(host: &'a Host, input: u32, column: Column<'a>) -> Batch<'a> {
    let mut batch = Batch::new(host.candidates());
    batch.requests(&host.requests);
    for (number, values) in (0..).zip(&host.columns) {
        if number == input {
            batch.column(input, column);
        } else {
            batch.keys(number, values);
        }
    }
    batch
}

#[test]
fn batches_that_the_library_refuses() {
    let model = demo();
    let host = Host::made_up(&model, &[3, 4]);
    let mut session = Session::new(&model, &inputs(&model)).unwrap();
    let mut scores = vec![7.0; 7];
    let mut few = host.batch();
    few.keys(3, &[1u64]);
    refused(session.run(&few, &mut scores), Status::BadBatch, "");
    let falling = [0i64, 5, 3, 7];
    let mut batch = host.batch();
    batch.request_keys(&[1, 2, 3]).requests(&falling);
    refused(session.run(&batch, &mut scores), Status::BadBatch, "request_offsets");
    refused(session.run(&host.batch(), &mut scores[..6]), Status::BufferTooSmall, "");
    let outside = column_of(&host, 3, Column::keys(&[1i64; 7]).lists(&[0i64, 1, 2, 3, 4, 5, 6, 900]));
    refused(session.run(&outside, &mut scores), Status::BadBatch, "ad_id");
    let mut no_input = host.batch();
    no_input.keys(77, &[1u64; 7]);
    refused(session.run(&no_input, &mut scores), Status::BadBatch, "");
    assert_eq!(scores, [7.0; 7], "a batch that is refused leaves scores alone");
    let unknown = host.columns[3].iter().map(|id| id + 1_000_000).collect::<Vec<_>>();
    let known = session.run(&column_of(&host, 3, Column::keys(&[35i64; 7])), &mut scores).unwrap().unknown;
    let unknown = column_of(&host, 3, Column::keys(&unknown));
    assert_eq!(session.run(&unknown, &mut scores).unwrap().unknown, known + 7);
    let weights = [f32::NAN; 7];
    let weighed = column_of(&host, 3, Column::keys(&host.columns[3]).weights(&weights));
    refused(session.run(&weighed, &mut scores), Status::BadBatch, "weights"); // of a feature that takes none
}

#[test]
fn calls_a_session_was_not_made_for() {
    let model = demo();
    let host = Host::made_up(&model, &[3, 4]);
    let (batch, l1) = (host.batch(), model.find_value("l1").unwrap());
    let mut plain = Session::new(&model, &inputs(&model)).unwrap();
    let gradient = Saliency::new().method(clicklens::SaliencyMethod::GradientTimesInput);
    refused(plain.saliency(&batch, &gradient), Status::BadState, "gradients");
    refused(plain.input_means(&batch), Status::BadState, "");
    let capturing = SessionOptions::new().captures([l1]).build(&model, &inputs(&model)).unwrap();
    refused(plain.run_into(&batch, &mut Output::of(&capturing)), Status::InvalidArgument, "capture");
    let mut profile = Profile::new(&model, &Default::default()).unwrap();
    refused(plain.collector().collect(&mut profile), Status::BadState, "profile");
    refused(plain.collector().settle(), Status::BadState, "profile");

    let mut full = SessionOptions::new().gradients(Gradients::Full).build(&model, &inputs(&model)).unwrap();
    refused(full.saliency(&batch, &Saliency::new().means(&[0.0; 3])), Status::InvalidArgument, "mean");
    refused(full.saliency(&batch, &gradient.target(Target::Logit(5))), Status::InvalidArgument, "task");
    refused(full.saliency(&batch, &gradient.target(Target::Neuron(l1, 0))), Status::BadState, "");
    let by_id = Saliency::new().means(&[0.0; 80]).level(Level::Id);
    refused(full.saliency(&batch, &by_id), Status::Unsupported, "");
    refused(full.saliency_into(&batch, &gradient, &mut [0.0; 3]), Status::BufferTooSmall, "");
    let empty = Batch::new(0);
    refused(full.input_means(&empty), Status::InvalidArgument, "no candidates");
    refused(
        full.run_flat(FlatBatch::copy_of(&[0; 64]).as_bytes(), ScoreKind::Logit, &mut []),
        Status::BadBatch,
        "",
    );
}

#[test]
fn labels_that_do_not_fit() {
    let model = demo();
    let host = Host::made_up(&model, &[3, 4]);
    let options = ProfileOptions::default();
    let mut profile = Profile::new(&model, &options).unwrap();
    let observing = SessionOptions::new().observe(options.observed(&model).unwrap());
    let mut session = observing.build(&model, &inputs(&model)).unwrap();
    let batch = host.batch();
    refused(profile.add(&mut session, &batch, &Rows::new().labels(&[1])), Status::InvalidArgument, "labels");
    refused(
        profile.add(&mut session, &batch, &Rows::new().clusters(&[1])),
        Status::InvalidArgument,
        "clusters",
    );
    refused(profile.add(&mut session, &batch, &Rows::new().labels(&[2; 7])), Status::BadValue, "label");
    profile.add(&mut session, &batch, &Rows::new().labels(&host.labels)).unwrap();
    refused(profile.add(&mut session, &batch, &Rows::new()), Status::BadState, "label");
    let prefix = folder("labels").join("served");
    let recorder = Recorder::new(&model, &inputs(&model), prefix, &RecorderOptions::default()).unwrap();
    let mut without_keys = Batch::new(7);
    without_keys.one_request();
    let kind = ScoreKind::Probability;
    refused(
        recorder.record(&mut session, &without_keys, kind, &[0.0; 7]),
        Status::InvalidArgument,
        "request_keys",
    );
    refused(recorder.record(&mut session, &batch, kind, &[0.0; 2]), Status::BufferTooSmall, "");
}
