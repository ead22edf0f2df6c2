//! Scores held against clicks.
use clicklens_sys as sys;

use crate::error::{Error, Result, check};
use crate::handle::{Handle, figures};

/// How metrics are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MetricsOptions {
    /// Share of negatives kept by sampling, in (0, 1]; 0: 1.
    pub negative_rate: f64,
    /// Jackknife buckets for standard errors, 64 to 200; 0: 128.
    pub buckets: u32,
    /// In bounded memory (9 MiB), with a stated error and without GAUC; else exact, 16 bytes a row.
    pub streaming: bool,
    /// Corrects scores for sampled negatives before log loss and calibration.
    pub correct_scores: bool,
}

impl MetricsOptions {
    pub(crate) fn raw(self) -> sys::clens_metrics_options {
        sys::clens_metrics_options {
            negative_rate: self.negative_rate,
            buckets: self.buckets,
            streaming: u32::from(self.streaming),
            correct_scores: u32::from(self.correct_scores),
            ..sys::clens_metrics_options::INIT
        }
    }
}

figures! {
    /// Figures of logits against clicks. NaN: not defined. `_se`: clustered delete-one-bucket jackknife.
    MetricsResult from clens_metrics_result {
        /// Rows.
        rows: u64,
        /// Clicks among them.
        clicks: u64,
        /// Rows whose logit is not finite: left out.
        non_finite: u64,
        /// Area under the ROC curve.
        auc: f64,
        /// Its standard error.
        auc_se: f64,
        /// 0 when exact.
        auc_error_bound: f64,
        /// AUC within groups.
        gauc: f64,
        /// Share of rows in groups with both classes.
        gauc_coverage: f64,
        /// Median rows of a group.
        gauc_median_rows: f64,
        /// Mean log loss.
        logloss: f64,
        /// Its standard error.
        logloss_se: f64,
        /// Log loss over that of the click rate.
        normalized_entropy: f64,
        /// Predicted over observed clicks.
        calibration: f64,
        /// Its standard error.
        calibration_se: f64,
        /// Cox's slope.
        slope: f64,
        /// Its standard error.
        slope_se: f64,
        /// Cox's intercept.
        intercept: f64,
    }
}

/// Streaming evaluation of logits against clicks. One thread at a time.
///
/// ```
/// use clicklens::{Metrics, MetricsOptions};
/// let mut metrics = Metrics::new(MetricsOptions::default())?;
/// metrics.add(&[2.0, -1.0, 0.5], &[1, 0, 0], None, None)?;
/// assert_eq!(metrics.compute()?.auc, 1.0);
/// # Ok::<(), clicklens::Error>(())
/// ```
pub struct Metrics(Handle<sys::clens_metrics>);

// SAFETY: clicklens.h: one thread at a time, any thread.
unsafe impl Send for Metrics {}

impl Metrics {
    /// No rows yet.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): options out of range.
    pub fn new(options: MetricsOptions) -> Result<Self> {
        let raw = options.raw();
        // SAFETY: options that live through the call.
        Ok(Self(Handle::make(|out| unsafe { sys::clens_metrics_create(&raw, out) })?))
    }

    /// Adds rows: logit, label (0 or 1), key of GAUC's group, key of the cluster for standard errors (`None`: every row
    /// its own).
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): slices of different lengths;
    /// [`BadValue`](crate::Status::BadValue): a label that is neither; nothing is added.
    pub fn add(
        &mut self,
        logits: &[f32],
        labels: &[u8],
        groups: Option<&[u64]>,
        clusters: Option<&[u64]>,
    ) -> Result<()> {
        let count = logits.len();
        let fits = |keys: Option<&[u64]>| keys.is_none_or(|keys| keys.len() == count);
        if labels.len() != count || !fits(groups) || !fits(clusters) {
            return Err(Error::invalid("metrics: not one label or key for each logit"));
        }
        let pointer = |keys: Option<&[u64]>| keys.map_or(std::ptr::null(), <[u64]>::as_ptr);
        // SAFETY: a live handle that is ours alone; slices of one length.
        check(unsafe {
            sys::clens_metrics_add(
                self.0.get(),
                logits.as_ptr(),
                labels.as_ptr(),
                pointer(groups),
                pointer(clusters),
                count,
            )
        })
    }

    /// Adds all of `other`.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): its options differ.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        // SAFETY: live handles, this one ours alone.
        check(unsafe { sys::clens_metrics_merge(self.0.get(), other.0.get()) })
    }

    /// Of all rows added so far; more may follow.
    ///
    /// # Errors
    /// No memory.
    pub fn compute(&self) -> Result<MetricsResult> {
        let mut raw = sys::clens_metrics_result::INIT;
        // SAFETY: a live handle and a struct of its size.
        check(unsafe { sys::clens_metrics_compute(self.0.get(), &mut raw) })?;
        Ok(MetricsResult::from(&raw))
    }
}
