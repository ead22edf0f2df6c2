//! Scores, captures, saliency: bits.
use clicklens::{
    Batch, Column, FlatBatch, Gradients, Level, Output, Saliency, SaliencyMethod, ScoreKind, Session,
    SessionOptions, Target, Texts,
};

use crate::data::{Host, bits, command, demo, demo_path, folder, inputs};

/// Numbers behind `"name":`, in order, up to the text `end`.
fn numbers(json: &str, name: &str, end: &str) -> Vec<f32> {
    let part = json.split(end).next().unwrap();
    let key = format!("\"{name}\": ");
    let rest = part.split(&key).skip(1);
    rest.filter_map(|rest| rest.split([',', '\n', '}']).next()?.trim().parse().ok()).collect()
}

fn day(name: &str) -> Option<(Host, String)> {
    let folder = folder(name);
    let folder = folder.to_str().unwrap();
    command(&["synth", "--days", "1", "--rows", "1500", "--seed", "11", "--out", folder])?;
    let path = format!("{folder}/day=01.tsv");
    Some((Host::of_day(&demo(), path.as_ref()), path))
}

#[test]
fn scores_have_the_command_lines_bits() {
    let Some((host, path)) = day("scores") else { return };
    let printed = command(&["score", demo_path().to_str().unwrap(), &path]).unwrap();
    let wanted: Vec<f32> = printed.lines().map(|line| line.parse().unwrap()).collect();
    let mut session = Session::new(&demo(), &inputs(&demo())).unwrap();
    let mut scores = vec![0.0; host.candidates()];
    session.run(&host.batch(), &mut scores).unwrap();
    assert!(scores.len() >= 1500);
    assert_eq!(bits(&scores), bits(&wanted));
}

#[test]
fn saliency_has_the_command_lines_bits() {
    let Some((host, path)) = day("saliency") else { return };
    let model = demo();
    let mut session =
        SessionOptions::new().gradients(Gradients::Full).build(&model, &inputs(&model)).unwrap();
    let saliency = Saliency::new().method(SaliencyMethod::GradientTimesInput);
    let by_group = session.saliency(&host.batch(), &saliency).unwrap();
    let by_feature = session.saliency(&host.batch(), &saliency.level(Level::Feature)).unwrap();
    let demo = demo_path();
    for row in [1usize, 700, 1500] {
        let number = row.to_string();
        let arguments = ["saliency", demo.to_str().unwrap(), &path, "--row", &number];
        let more = ["--method", "gradient-x-input", "--json"];
        let json = command(&[&arguments[..], &more[..]].concat()).unwrap();
        let (groups, features) = json.split_once("\"features\"").unwrap();
        let wanted = numbers(groups, "value", "no such text");
        assert_eq!(wanted.len(), 7);
        assert_eq!(bits(&wanted), bits(&by_group[(row - 1) * 7..row * 7]));
        let wanted = numbers(features, "value", "no such text");
        assert_eq!(bits(&wanted), bits(&by_feature[(row - 1) * 10..row * 10]));
    }
}

#[test]
fn levels_of_saliency_agree() {
    let model = demo();
    let host = Host::made_up(&model, &[5, 1, 9]);
    let layer = model.find_value("l3").unwrap();
    let options = SessionOptions::new().gradients(Gradients::Full).captures([layer]);
    let mut session = options.build(&model, &inputs(&model)).unwrap();
    let batch = host.batch();
    let means = session.input_means(&batch).unwrap();
    assert_eq!(means.len(), 80);
    let mut output = Output::of(&session);
    session.run_into(&batch, &mut output).unwrap();
    let neurons = output.captured(layer).unwrap();
    let alive = (0..16).find(|column| (0..15).any(|row| neurons.row(row).unwrap()[*column] > 0.0)).unwrap();
    let centred = Saliency::new().means(&means).target(Target::Neuron(layer, alive));
    let groups = session.saliency(&batch, &centred).unwrap();
    let dimensions = session.saliency(&batch, &centred.level(Level::Dimension)).unwrap();
    assert_eq!((groups.len(), dimensions.len()), (15 * 7, 15 * 80));
    let features = model.features().unwrap();
    let mut moved = 0;
    for candidate in 0..15 {
        for group in 0..7 {
            let columns = features.iter().filter(|feature| feature.group_index == group);
            let columns = columns.flat_map(|feature| feature.input_begin..feature.input_begin + 8);
            let sum: f32 = columns.map(|column| dimensions[candidate * 80 + column]).sum();
            assert!((sum - groups[candidate * 7 + group]).abs() < 1e-5);
            moved += usize::from(sum != 0.0);
        }
    }
    assert!(moved > 0, "that neuron is dead: this test says nothing");
    let offsets = session.saliency_offsets(&batch, &Saliency::new().means(&means)).unwrap();
    assert_eq!(offsets, (0..=15).map(|candidate| candidate * 7).collect::<Vec<u64>>());
    assert_eq!(session.coverage(&batch).unwrap().len(), 15 * 10);
}

#[test]
fn inner_values_come_with_the_scores() {
    let model = demo();
    let host = Host::made_up(&model, &[3, 4]);
    let (l1, user) = (model.find_value("l1").unwrap(), model.find_value("user_id").unwrap());
    let mut session = SessionOptions::new().captures([l1, user]).build(&model, &inputs(&model)).unwrap();
    let mut output = Output::of(&session).kind(ScoreKind::Logit);
    session.run_into(&host.batch(), &mut output).unwrap();
    let (neurons, of_user) = (output.captured(l1).unwrap(), output.captured(user).unwrap());
    assert_eq!((neurons.rows(), neurons.width(), neurons.per_request()), (7, 64, false));
    assert_eq!((of_user.rows(), of_user.width(), of_user.per_request()), (2, 8, true));
    assert!(
        neurons.values().iter().all(|neuron| *neuron >= 0.0)
            && neurons.row(6).unwrap().iter().any(|x| *x > 0.0)
    );
    assert!(neurons.row(7).is_none());
    let mut probabilities = vec![0.0; 7];
    session.run(&host.batch(), &mut probabilities).unwrap();
    for (logit, probability) in output.scores().iter().zip(probabilities) {
        assert!((1.0 / (1.0 + (-logit).exp()) - probability).abs() < 1e-6);
    }
}

#[test]
fn equal_requests_score_equally_whatever_their_columns() {
    let model = demo();
    let host = Host::made_up(&model, &[4]);
    let mut session = Session::new(&model, &inputs(&model)).unwrap();
    let mut wanted = vec![0.0; 4];
    session.run(&host.batch(), &mut wanted).unwrap();

    // ad_id (input 3) once more: as lists of one, as a slice of a longer column, in 16 bits.
    let ends: Vec<i64> = (0..=4).collect();
    let short: Vec<u16> = host.columns[3].iter().map(|id| *id as u16).collect();
    let longer: Vec<i64> = [7, 7].iter().chain(&host.columns[3]).copied().collect();
    let (ends_of_longer, valid) = ((0..=6).collect::<Vec<i32>>(), [0b0011_1111u8]);
    for column in [
        Column::keys(&host.columns[3]).lists(&ends),
        Column::keys(&short),
        Column::keys(&longer).skip(2),
        Column::keys(&longer).lists(&ends_of_longer).validity(&valid).skip(2),
    ] {
        let mut batch = Batch::new(4);
        batch.one_request();
        for (input, values) in (0..).zip(&host.columns) {
            match input {
                3 => batch.column(3, column),
                _ => batch.keys(input, values),
            };
        }
        let mut scores = vec![0.0; 4];
        session.run(&batch, &mut scores).unwrap();
        assert_eq!(bits(&scores), bits(&wanted), "{column:?}");
    }
    // Strings that no feature of this model takes still make a column.
    let texts: Texts = ["anna", "ben"].into_iter().collect();
    assert_eq!((texts.len(), texts.is_empty()), (2, false));
}

#[test]
fn flat_batches_score_as_others_do() {
    let model = demo();
    let host = Host::made_up(&model, &[3, 0, 4]);
    let mut session = Session::new(&model, &inputs(&model)).unwrap();
    let (mut wanted, mut scores) = (vec![0.0; 7], vec![0.0; 7]);
    session.run(&host.batch(), &mut wanted).unwrap();
    let flat = session.flatten(&host.batch()).unwrap();
    let flat = FlatBatch::copy_of(flat.as_bytes());
    assert_eq!(flat, session.flatten(&host.batch()).unwrap());
    let flat = flat.as_bytes();
    session.run_flat(flat, ScoreKind::Probability, &mut scores).unwrap();
    assert_eq!(bits(&scores), bits(&wanted));
    let batch = session.unflatten(flat).unwrap();
    assert_eq!((batch.candidates(), batch.request_count()), (7, 3));
    scores.fill(0.0);
    session.run(&batch, &mut scores).unwrap();
    assert_eq!(bits(&scores), bits(&wanted));
    assert!(session.unflatten(&flat[..flat.len() - 8]).is_err());
}

#[test]
fn a_batch_is_used_again_for_the_next_request() {
    let model = demo();
    let (first, second) = (Host::made_up(&model, &[4]), Host::made_up(&model, &[2, 3]));
    let mut session = Session::new(&model, &inputs(&model)).unwrap();
    let (mut scores, mut again) = (vec![0.0; 5], vec![0.0; 5]);
    session.run(&second.batch(), &mut scores).unwrap();
    let mut batch = first.batch();
    batch.strict();
    let batch = second.fill(batch.recycle(5));
    session.run(&batch, &mut again).unwrap();
    assert_eq!(bits(&scores), bits(&again));
}
