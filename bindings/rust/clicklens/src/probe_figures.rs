//! What probes are fitted by, and what they tell.
#![forbid(unsafe_code)]
use crate::describe::ValueId;
use crate::handle::figures;

/// What is predicted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProbeTarget {
    /// A label, by logistic regression.
    #[default]
    Label,
    /// A number, by least squares.
    Number,
}

/// How probes are fitted. 0: the library's default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProbeOptions {
    /// What is predicted.
    pub target: ProbeTarget,
    /// Weight of the penalty; 0: the best on validation rows, 1e-3 without them.
    pub lambda: f64,
    /// Share of negatives kept by sampling; 0: 1.
    pub negative_rate: f64,
    /// Largest component of the gradient at the end; 0: 1e-8.
    pub tolerance: f64,
}

/// One of a probe's classifiers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ProbeInfo<'a> {
    /// Of the layer, value or output.
    pub name: &'a str,
    /// The value that it reads.
    pub value: ValueId,
    /// Columns of it.
    pub width: usize,
    /// Rows it was fitted to.
    pub rows: u64,
    /// Clicks among them.
    pub clicks: u64,
    /// What it predicts.
    pub target: ProbeTarget,
    /// Whether the tolerance was reached.
    pub converged: bool,
    /// Steps taken.
    pub iterations: u32,
    /// Weight of the penalty.
    pub lambda: f64,
    /// At the end.
    pub objective: f64,
    /// Largest component of the gradient at the end.
    pub gradient: f64,
    /// On standardised inputs.
    pub intercept: f64,
}

/// Of one classifier, by column of its value.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ProbeCoefficients {
    /// Of the fit rows.
    pub mean: Vec<f64>,
    /// Of the fit rows.
    pub sd: Vec<f64>,
    /// On standardised inputs.
    pub coefficients: Vec<f64>,
}

figures! {
    /// AUC of two scores of the same rows.
    AucDifference from clens_auc_difference {
        /// Of the first.
        auc_a: f64,
        /// Of the second.
        auc_b: f64,
        /// b - a.
        difference: f64,
        /// Paired clustered jackknife.
        se: f64,
        /// DeLong, DeLong and Clarke-Pearson 1988: rows independent.
        delong_se: f64,
        /// Obuchowski 1997; NaN without clusters.
        delong_clustered_se: f64,
        /// difference - 1.96 se.
        low: f64,
        /// difference + 1.96 se.
        high: f64,
    }
}
