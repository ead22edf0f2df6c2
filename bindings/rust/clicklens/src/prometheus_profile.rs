//! Profiles as Prometheus reads them.
#![forbid(unsafe_code)]
use crate::error::Result;
use crate::profile::{FeatureTraffic, Profile, ProfilePart};
use crate::profile_layers::ProfiledLayer;
use crate::profile_options::sections;
use crate::prometheus::Exposition;

impl Profile {
    /// A profile as Prometheus reads it. A profile that sessions are collected into only grows, so rows and sums are
    /// counters:
    ///
    /// | metric | labels |
    /// | --- | --- |
    /// | `clicklens_profile_rows_total`, `_seen_total`, `_skipped_total` | |
    /// | `clicklens_profile_logit_mean`, `_logit_sd`, `_non_finite_total` | `task` |
    /// | `clicklens_profile_missing_total`, `_bad_values_total`, `_ids_total`, `_unknown_total`, `_cut_total` | `feature` |
    /// | `clicklens_profile_saliency_ratio` | `group` |
    /// | `clicklens_profile_neurons`, `_dead_neurons`, `_constant_neurons`, `_saturated_neurons`, `_active_ratio` | `layer` |
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn prometheus(&self) -> Result<String> {
        let info = self.info()?;
        let mut out = Exposition::default();
        out.counter("clicklens_profile_rows_total", "Rows profiled");
        out.sample(&[], info.rows as f64);
        out.counter("clicklens_profile_seen_total", "Candidates of all runs, profiled or not");
        out.sample(&[], info.seen as f64);
        out.counter("clicklens_profile_skipped_total", "Rows picked but beyond what one run may profile");
        out.sample(&[], info.skipped as f64);
        // Of an empty choice scores and features are kept.
        if info.sections & sections::SCORES != 0 {
            self.add_scores(&mut out)?;
        }
        if info.sections & sections::FEATURES != 0 {
            self.add_features(&mut out)?;
        }
        if info.sections & sections::SALIENCY != 0 {
            self.add_shares(&mut out)?;
        }
        if info.sections & sections::NEURONS != 0 {
            self.add_layers(&mut out)?;
        }
        Ok(out.text())
    }

    fn add_scores(&self, out: &mut Exposition) -> Result<()> {
        let (tasks, columns) = (self.tasks()?, self.columns(ProfilePart::Scores)?);
        out.gauge("clicklens_profile_logit_mean", "Mean logit");
        tasks.iter().zip(&columns).for_each(|(task, column)| out.sample(&[("task", task)], column.mean));
        out.gauge("clicklens_profile_logit_sd", "Standard deviation of the logit");
        tasks.iter().zip(&columns).for_each(|(task, column)| out.sample(&[("task", task)], column.sd));
        out.counter("clicklens_profile_non_finite_total", "Logits that are not finite");
        let non_finite = |column: &crate::ColumnFigures| column.non_finite as f64;
        tasks
            .iter()
            .zip(&columns)
            .for_each(|(task, column)| out.sample(&[("task", task)], non_finite(column)));
        Ok(())
    }

    fn add_features(&self, out: &mut Exposition) -> Result<()> {
        let features = self.features()?;
        let mut add = |name, help, dense: bool, of: fn(&FeatureTraffic<'_>) -> u64| {
            out.counter(name, help);
            let counted = features.iter().filter(|feature| dense || !feature.dense);
            counted.for_each(|feature| out.sample(&[("feature", feature.name)], of(feature) as f64));
        };
        add("clicklens_profile_missing_total", "Entries without a value", true, |f| f.missing);
        add("clicklens_profile_bad_values_total", "Values that are none", true, |f| f.bad);
        add("clicklens_profile_ids_total", "Ids read", false, |f| f.ids);
        add("clicklens_profile_unknown_total", "Ids that the model does not know", false, |f| f.unknown);
        add("clicklens_profile_cut_total", "Ids beyond a feature's length", false, |f| f.cut);
        Ok(())
    }

    fn add_shares(&self, out: &mut Exposition) -> Result<()> {
        out.gauge("clicklens_profile_saliency_ratio", "Share of the group in all groups' saliency");
        for (index, group) in self.groups()?.iter().enumerate() {
            out.sample(&[("group", group)], self.share(index)?.0);
        }
        Ok(())
    }
    fn add_layers(&self, out: &mut Exposition) -> Result<()> {
        let layers = self.layers()?;
        let mut add = |name, help, of: fn(&ProfiledLayer) -> f64| {
            out.gauge(name, help);
            layers.iter().for_each(|layer| out.sample(&[("layer", &layer.name)], of(layer)));
        };
        add("clicklens_profile_neurons", "Neurons of the layer", |l| l.neurons.len() as f64);
        let help = "Neurons never above 0 in 10,000 rows or more";
        add("clicklens_profile_dead_neurons", help, |l| l.dead as f64);
        let help = "Neurons that had one value in all rows";
        add("clicklens_profile_constant_neurons", help, |l| l.constant() as f64);
        let help = "Neurons at an end of their range in 99 % of rows or more";
        add("clicklens_profile_saturated_neurons", help, |l| l.saturated as f64);
        let help = "Share of the layer's values above 0";
        add("clicklens_profile_active_ratio", help, ProfiledLayer::active_ratio);
        Ok(())
    }
}
