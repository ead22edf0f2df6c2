//! Metrics, against pairs counted here.
use clicklens::{Metrics, MetricsOptions, Status};

#[test]
fn auc_is_the_share_of_pairs_in_order() {
    let logits: Vec<f32> = (0..60).map(|i| ((i * 37) % 23) as f32 / 7.0 - 1.0).collect();
    let labels: Vec<u8> = (0..60).map(|i| u8::from((i * 29) % 11 < 4)).collect();
    let mut metrics = Metrics::new(MetricsOptions::default()).unwrap();
    let mut rest = Metrics::new(MetricsOptions::default()).unwrap();
    metrics.add(&logits[..20], &labels[..20], None, None).unwrap();
    rest.add(&logits[20..], &labels[20..], None, None).unwrap();
    metrics.merge(&rest).unwrap();
    let (mut pairs, mut right) = (0.0, 0.0);
    for (a, click) in logits.iter().zip(&labels).filter(|(_, label)| **label == 1) {
        for (b, other) in logits.iter().zip(&labels).filter(|(_, label)| **label == 0) {
            assert!(click != other);
            pairs += 1.0;
            right += if a > b { 1.0 } else { 0.5 * f64::from(u8::from(a == b)) };
        }
    }
    let found = metrics.compute().unwrap();
    assert_eq!((found.rows, found.clicks), (60, labels.iter().map(|label| u64::from(*label)).sum()));
    assert!((found.auc - right / pairs).abs() < 1e-12);
}

#[test]
fn metrics_refuse_what_does_not_fit() {
    let mut metrics = Metrics::new(MetricsOptions::default()).unwrap();
    let status = |result: clicklens::Result<()>| result.unwrap_err().status();
    assert_eq!(status(metrics.add(&[0.0], &[], None, None)), Status::InvalidArgument);
    assert_eq!(status(metrics.add(&[0.0], &[1], Some(&[]), None)), Status::InvalidArgument);
    assert_eq!(status(metrics.add(&[0.0], &[1], None, Some(&[1, 2]))), Status::InvalidArgument);
    assert_eq!(status(metrics.add(&[0.0], &[2], None, None)), Status::BadValue);
    let options = MetricsOptions { negative_rate: 2.0, ..Default::default() };
    assert_eq!(status(Metrics::new(options).map(|_| ())), Status::InvalidArgument);
}
