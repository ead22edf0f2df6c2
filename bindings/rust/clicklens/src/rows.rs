//! What lenses are told beside a batch.
#![forbid(unsafe_code)]
use clicklens_sys as sys;

use crate::batch::Batch;
use crate::error::{Error, Result};

/// One entry per candidate of a batch in every slice.
///
/// ```
/// let clicks = [1u8, 0, 0];
/// let rows = clicklens::Rows::new().labels(&clicks);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Rows<'a> {
    labels: Option<&'a [u8]>,
    clusters: Option<&'a [u64]>,
    groups: Option<&'a [u64]>,
    controls: Option<&'a [u64]>,
    targets: Option<&'a [f32]>,
    first_row: u64,
}

impl<'a> Rows<'a> {
    /// Nothing is known; the first candidate is row 0 of the data.
    pub fn new() -> Self {
        Self::default()
    }

    /// 0 or 1.
    pub fn labels(mut self, labels: &'a [u8]) -> Self {
        self.labels = Some(labels);
        self
    }

    /// Key of the unit whose rows depend on each other (the user): standard errors.
    pub fn clusters(mut self, clusters: &'a [u64]) -> Self {
        self.clusters = Some(clusters);
        self
    }

    /// Key of GAUC's groups.
    pub fn groups(mut self, groups: &'a [u64]) -> Self {
        self.groups = Some(groups);
        self
    }

    /// Id of the control task's column.
    pub fn controls(mut self, controls: &'a [u64]) -> Self {
        self.controls = Some(controls);
        self
    }

    /// A number to predict, for numeric probes.
    pub fn targets(mut self, targets: &'a [f32]) -> Self {
        self.targets = Some(targets);
        self
    }

    /// Number of the first candidate among all rows of the data: rows are drawn by a hash of their number where a batch
    /// has no request keys.
    pub fn first_row(mut self, row: u64) -> Self {
        self.first_row = row;
        self
    }

    /// What the library is given: it is told no lengths, so all must fit the batch.
    pub(crate) fn view(&self, batch: &Batch<'_>) -> Result<sys::clens_rows> {
        Ok(sys::clens_rows {
            labels: pointer(self.labels, batch, "labels")?,
            clusters: pointer(self.clusters, batch, "clusters")?,
            groups: pointer(self.groups, batch, "groups")?,
            controls: pointer(self.controls, batch, "controls")?,
            targets: pointer(self.targets, batch, "targets")?,
            first_row: self.first_row,
            ..sys::clens_rows::INIT
        })
    }
}

/// A slice with one entry per candidate; NULL where there is none.
pub(crate) fn pointer<T>(slice: Option<&[T]>, batch: &Batch<'_>, name: &str) -> Result<*const T> {
    match slice {
        None => Ok(std::ptr::null()),
        Some(slice) if slice.len() == batch.candidates() => Ok(slice.as_ptr()),
        Some(slice) => {
            let candidates = batch.candidates();
            Err(Error::invalid(format!("{name}: {} of them for {candidates} candidates", slice.len())))
        }
    }
}
