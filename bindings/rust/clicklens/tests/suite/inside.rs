//! Probes and attributions.
use clicklens::{
    AttributionMethod, AttributionOptions, Explainer, Metrics, MetricsOptions, Model, Output, Probe,
    ProbeOptions, ProbeRows, Rows, ScoreKind, Session, SessionOptions, Status,
};

use crate::data::{Host, bits, demo, demo_path, folder, inputs};

fn probed(host: &Host) -> (Model, ProbeRows, Probe) {
    let model = demo();
    let layers = [model.find_value("l1").unwrap(), model.find_value("l3").unwrap()];
    let mut rows = ProbeRows::new(&model, &layers).unwrap();
    let options = SessionOptions::new().observe(rows.values().iter().copied());
    let mut session = options.build(&model, &inputs(&model)).unwrap();
    rows.add(&mut session, &host.batch(), &Rows::new().labels(&host.labels), None).unwrap();
    let probe = Probe::fit(&rows, None, &ProbeOptions { lambda: 1e-2, ..Default::default() }).unwrap();
    (model, rows, probe)
}

#[test]
fn a_probe_is_what_its_coefficients_say() {
    let host = Host::made_up(&demo(), &[100, 200, 100]);
    let (model, rows, probe) = probed(&host);
    assert_eq!((rows.len(), rows.non_finite(), probe.len()), (400, 0, 2));
    let info = probe.info(1).unwrap();
    assert_eq!((info.name, info.width, info.rows, info.converged), ("l3", 16, 400, true));
    let (weights, values) = (probe.coefficients(1).unwrap(), rows.captured(&model, info.value).unwrap());
    let logits = probe.logits(1, &rows).unwrap();
    let mut metrics = Metrics::new(MetricsOptions::default()).unwrap();
    for (row, logit) in logits.iter().enumerate() {
        let term = |column: usize| {
            let x = f64::from(values[row * 16 + column]);
            let sd = weights.sd[column];
            if sd > 0.0 { weights.coefficients[column] * (x - weights.mean[column]) / sd } else { 0.0 }
        };
        let sum = info.intercept + (0..16).map(term).sum::<f64>();
        assert!((sum - logit).abs() < 1e-9, "row {row}: {sum}, {logit}");
        metrics.add(&[*logit as f32], &[host.labels[row]], None, None).unwrap();
    }
    let (figures, r2) = probe.evaluate(1, &rows, MetricsOptions::default()).unwrap();
    assert_eq!(figures.auc, metrics.compute().unwrap().auc);
    assert!(r2.is_nan() && figures.auc > 0.5);
    let difference = probe.difference(0, 1, &rows).unwrap();
    assert_eq!(difference.auc_b, figures.auc);
    assert_eq!(difference.difference, difference.auc_b - difference.auc_a);
    assert_eq!(probe.info(2).unwrap_err().status(), Status::InvalidArgument);
}

#[test]
fn probes_are_kept_and_served() {
    let host = Host::made_up(&demo(), &[100, 200, 100]);
    let (model, rows, probe) = probed(&host);
    let folder = folder("probes");
    probe.save(folder.join("p.clprobe")).unwrap();
    probe.attach(demo_path(), folder.join("with.clens")).unwrap();
    let opened = Probe::open(folder.join("p.clprobe"), &model).unwrap();
    let with = Model::open(folder.join("with.clens")).unwrap();
    let carried = with.probe().unwrap();
    assert_eq!(opened.logits(0, &rows).unwrap(), probe.logits(0, &rows).unwrap());

    let mut session = SessionOptions::new().probe(&carried).build(&with, &inputs(&with)).unwrap();
    let mut output = Output::of(&session);
    session.run_into(&host.batch(), &mut output).unwrap();
    assert_eq!(output.probe_logits().len(), 400 * 2);
    for (row, logit) in probe.logits(0, &rows).unwrap().iter().enumerate() {
        assert!((f64::from(output.probe_logits()[row * 2]) - logit).abs() < 1e-4);
    }
    // Below the highest logit all but that one stop at l1.
    let highest = output.probe_logits().iter().step_by(2).copied().fold(f32::MIN, f32::max);
    let options = SessionOptions::new().probe(&carried).exit(0, highest);
    let mut early = options.build(&with, &inputs(&with)).unwrap();
    let mut stopped = Output::of(&early).kind(ScoreKind::Logit);
    early.run_into(&host.batch(), &mut stopped).unwrap();
    let at_highest =
        output.probe_logits().iter().step_by(2).filter(|logit| **logit >= highest).count() as u64;
    assert_eq!(stopped.exited(), 400 - at_highest);
}

#[test]
fn attributions_add_up() {
    let model = demo();
    let host = Host::made_up(&model, &[4, 3]);
    let layer = model.find_value("l2").unwrap();
    let mut explainer = Explainer::new(&model, &inputs(&model), &[layer]).unwrap();
    let pooled = explainer.inputs(&host.batch()).unwrap();
    assert_eq!(pooled.len(), 7 * 80);
    let mut session = Session::new(&model, &inputs(&model)).unwrap();
    let mut logits = vec![0.0; 7];
    session.run_as(&host.batch(), ScoreKind::Logit, &mut logits).unwrap();
    for method in [AttributionMethod::IntegratedGradients, AttributionMethod::DeepLift] {
        let options =
            AttributionOptions { method, baselines: &pooled[..80], steps: 200, ..Default::default() };
        let why = explainer.run(&host.batch(), &options).unwrap();
        assert_eq!((why.values.len(), why.infos.len()), (7 * 7, 7));
        for (candidate, info) in why.infos.iter().enumerate() {
            assert!((info.score - f64::from(logits[candidate])).abs() < 1e-5);
            let sum: f32 = why.values[candidate * 7..][..7].iter().sum();
            assert!(
                (f64::from(sum) - (info.score - info.baseline)).abs() < 0.05,
                "{method:?} {info:?} {sum}"
            );
        }
        assert_eq!(bits(&why.values[..7]), bits(&[0.0; 7]), "the first candidate is the baseline");
    }
    let conductance = AttributionOptions {
        method: AttributionMethod::Conductance,
        layer: Some(layer),
        ..Default::default()
    };
    assert_eq!(explainer.run(&host.batch(), &conductance).unwrap().values.len(), 7 * 32);
    let odd = AttributionOptions { baselines: &[0.0; 3], ..Default::default() };
    assert_eq!(explainer.run(&host.batch(), &odd).unwrap_err().status(), Status::InvalidArgument);
}
