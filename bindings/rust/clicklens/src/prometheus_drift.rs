//! Comparisons as Prometheus reads them.
#![forbid(unsafe_code)]
use std::collections::BTreeMap;

use crate::drift::{Drift, DriftKind, DriftMeasure, Verdict};
use crate::error::Result;
use crate::prometheus::Exposition;

impl Drift {
    /// The comparison as Prometheus reads it: the metrics of `clicklens drift --prometheus`.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn prometheus(&self) -> Result<String> {
        use DriftKind::{Auc, Calibration, Element, Ids, Missing, Saliency, Score, Slope, Unknown};
        let (info, measures, mut out) = (self.info()?, self.measures()?, Exposition::default());
        out.gauge("clicklens_drift_rows", "Rows profiled");
        out.sample(&[("day", "reference")], info.reference_rows as f64);
        out.sample(&[("day", "live")], info.live_rows as f64);
        add_verdicts(&mut out, &measures);
        let has_psi = |measure: &&DriftMeasure<'_>| matches!(measure.kind, Score | Element | Ids);
        out.gauge("clicklens_drift_psi", "Population stability index against the reference");
        measures.iter().filter(has_psi).for_each(|measure| add_column(&mut out, measure, measure.psi));
        out.gauge("clicklens_drift_psi_null", "Mean of the index when nothing changed, clustered");
        measures.iter().filter(has_psi).for_each(|measure| add_column(&mut out, measure, measure.psi_null));
        for (name, help, kind, label) in [
            ("clicklens_drift_mean_logit", "Mean logit", Score, "task"),
            (
                "clicklens_drift_missing_ratio",
                "Share of rows without a value of the feature",
                Missing,
                "feature",
            ),
            (
                "clicklens_drift_unknown_ratio",
                "Share of the feature's ids that the model does not know",
                Unknown,
                "feature",
            ),
            (
                "clicklens_drift_saliency_ratio",
                "Share of the group in all groups' saliency",
                Saliency,
                "group",
            ),
            ("clicklens_drift_auc", "AUC of labelled rows", Auc, "task"),
            ("clicklens_drift_calibration_slope", "Cox's slope of labelled rows", Slope, "task"),
            (
                "clicklens_drift_calibration_ratio",
                "Predicted over observed clicks of labelled rows",
                Calibration,
                "task",
            ),
        ] {
            let of_kind: Vec<_> = measures.iter().filter(|measure| measure.kind == kind).collect();
            if of_kind.is_empty() {
                continue;
            }
            out.gauge(name, help);
            for measure in of_kind {
                out.sample(&[(label, measure.name), ("day", "reference")], measure.reference);
                out.sample(&[(label, measure.name), ("day", "live")], measure.live);
            }
        }
        self.add_traces(&mut out)?;
        Ok(out.text())
    }

    fn add_traces(&self, out: &mut Exposition) -> Result<()> {
        let traces = self.traces()?;
        if !traces.is_empty() {
            let help = "Mean shift of a first linear's neurons due to the group, in their sd";
            out.gauge("clicklens_drift_traced_shift", help);
        }
        for trace in &traces {
            for (group, shift) in &trace.groups {
                out.sample(&[("layer", trace.layer), ("group", group)], *shift);
            }
        }
        Ok(())
    }
}

/// Neurons by layer: one series a neuron would be too many.
fn add_verdicts(out: &mut Exposition, measures: &[DriftMeasure<'_>]) {
    for (verdict, metric, help) in [
        (Verdict::Found, "clicklens_drift_findings", "Findings, of a layer: neurons that moved"),
        (
            Verdict::NotEnough,
            "clicklens_drift_not_enough_data",
            "Comparisons for which there were too few rows or clicks",
        ),
    ] {
        let mut counts = BTreeMap::new();
        for measure in measures {
            let (_, count) = counts.entry((measure.kind, measure.subject)).or_insert((measure.name, 0.0));
            *count += f64::from(u8::from(measure.verdict == verdict));
        }
        out.gauge(metric, help);
        for ((kind, _), (name, count)) in &counts {
            out.sample(&[("kind", kind.name()), ("name", name)], *count);
        }
    }
}

fn add_column(out: &mut Exposition, measure: &DriftMeasure<'_>, value: f64) {
    let column = measure.column.to_string();
    out.sample(&[("kind", measure.kind.name()), ("name", measure.name), ("column", &column)], value);
}
