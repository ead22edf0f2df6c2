//! Profiles as Prometheus reads them.
#![forbid(unsafe_code)]
use crate::error::Result;
use crate::profile::{Profile, ProfilePart};
use crate::profile_options::sections;
use crate::prometheus::Exposition;

impl Profile {
    /// A profile as Prometheus reads it. All are gauges of the profile as a whole: rows, and by task, feature or group
    ///
    /// | metric | labels |
    /// | --- | --- |
    /// | `clicklens_profile_rows`, `_seen`, `_skipped` | |
    /// | `clicklens_profile_mean_logit`, `_logit_sd` | `task` |
    /// | `clicklens_profile_missing_ratio`, `_unknown_ratio`, `_distinct_ids` | `feature` |
    /// | `clicklens_profile_saliency_share` | `group` |
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn prometheus(&self) -> Result<String> {
        let info = self.info()?;
        let mut out = Exposition::default();
        out.gauge("clicklens_profile_rows", "Rows profiled");
        out.sample(&[], info.rows as f64);
        out.gauge("clicklens_profile_seen", "Candidates scored, profiled or not");
        out.sample(&[], info.seen as f64);
        out.gauge("clicklens_profile_skipped", "Rows picked, but beyond the most of their run");
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
        Ok(out.text())
    }

    fn add_scores(&self, out: &mut Exposition) -> Result<()> {
        let (tasks, columns) = (self.tasks()?, self.columns(ProfilePart::Scores)?);
        out.gauge("clicklens_profile_mean_logit", "Mean logit");
        tasks.iter().zip(&columns).for_each(|(task, column)| out.sample(&[("task", task)], column.mean));
        out.gauge("clicklens_profile_logit_sd", "Standard deviation of the logit");
        tasks.iter().zip(&columns).for_each(|(task, column)| out.sample(&[("task", task)], column.sd));
        Ok(())
    }

    fn add_features(&self, out: &mut Exposition) -> Result<()> {
        let features = self.features()?;
        let ratio = |part: u64, of: u64| part as f64 / of as f64; // NaN: no sample
        out.gauge("clicklens_profile_missing_ratio", "Share of rows without a value of the feature");
        features.iter().for_each(|f| out.sample(&[("feature", f.name)], ratio(f.missing, f.rows)));
        let sparse = || features.iter().filter(|feature| !feature.dense);
        out.gauge(
            "clicklens_profile_unknown_ratio",
            "Share of the feature's ids that the model does not know",
        );
        sparse().for_each(|f| out.sample(&[("feature", f.name)], ratio(f.unknown, f.ids)));
        out.gauge("clicklens_profile_distinct_ids", "Different ids, estimated");
        sparse().for_each(|f| out.sample(&[("feature", f.name)], f.distinct));
        Ok(())
    }

    fn add_shares(&self, out: &mut Exposition) -> Result<()> {
        out.gauge("clicklens_profile_saliency_share", "Share of the group in all groups' saliency");
        for (index, group) in self.groups()?.iter().enumerate() {
            out.sample(&[("group", group)], self.share(index)?.0);
        }
        Ok(())
    }
}
