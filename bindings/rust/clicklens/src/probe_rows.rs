//! Rows that probes are fitted to and evaluated on.
use clicklens_sys as sys;

use crate::batch::Batch;
use crate::describe::ValueId;
use crate::error::{Error, Result, check};
use crate::handle::Handle;
use crate::model::Model;
use crate::rows::{Rows, pointer};
use crate::runner::Runner;

/// Captured values of some rows in memory, with their labels. One thread adds, any number read.
pub struct ProbeRows {
    handle: Handle<sys::clens_probe_rows>,
    values: Vec<ValueId>,
}

// SAFETY: clicklens.h: one thread at a time while adding (`&mut`), any number reading.
unsafe impl Send for ProbeRows {}
// SAFETY: as above.
unsafe impl Sync for ProbeRows {}

impl ProbeRows {
    /// Of these values; of none: of every layer, then every task's logit. Up to 2 GiB.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): no such value.
    pub fn new(model: &Model, values: &[ValueId]) -> Result<Self> {
        Self::with_memory(model, values, 0)
    }

    /// As [`new`](Self::new), in so many bytes; 0: 2 GiB.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_memory(model: &Model, values: &[ValueId], memory_bytes: u64) -> Result<Self> {
        let mut values = values.to_vec();
        if values.is_empty() {
            for named in model.layers()?.iter().chain(&model.outputs()?) {
                if !values.contains(&named.value) {
                    values.push(named.value);
                }
            }
        }
        let indices: Vec<usize> = values.iter().map(|value| value.0).collect();
        let raw = sys::clens_probe_rows_options {
            values: indices.as_ptr(),
            value_count: indices.len(),
            memory_bytes,
            ..sys::clens_probe_rows_options::INIT
        };
        // SAFETY: a live handle; options that live through the call.
        let handle = Handle::make(|out| unsafe { sys::clens_probe_rows_create(model.get(), &raw, out) })?;
        Ok(Self { handle, values })
    }

    /// The values that a session must observe ([`SessionOptions::observe`](crate::SessionOptions::observe)).
    #[must_use]
    pub fn values(&self) -> &[ValueId] {
        &self.values
    }

    /// Runs the batch and keeps its candidates' values; `keep`: a byte per candidate, 0 leaves it out.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): the session does not observe every value, or labels, targets or keys are
    /// not given alike in all adds; [`BadValue`](crate::Status::BadValue);
    /// [`LimitExceeded`](crate::Status::LimitExceeded): beyond its memory, nothing was added.
    pub fn add(
        &mut self,
        session: &mut Runner,
        batch: &Batch<'_>,
        rows: &Rows<'_>,
        keep: Option<&[u8]>,
    ) -> Result<()> {
        let (view, info) = (session.view(batch)?, rows.view(batch)?);
        let keep = pointer(keep, batch, "keep")?;
        // SAFETY: live handles that are ours alone; a checked batch; slices with an entry for each candidate.
        check(unsafe { sys::clens_probe_rows_add(self.get(), session.get(), view, &info, keep) })
    }

    /// Rows kept.
    #[must_use]
    pub fn len(&self) -> u64 {
        // SAFETY: a live handle.
        unsafe { sys::clens_probe_rows_count(self.get()) }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows left out since a value of theirs was not finite.
    #[must_use]
    pub fn non_finite(&self) -> u64 {
        // SAFETY: a live handle.
        unsafe { sys::clens_probe_rows_non_finite(self.get()) }
    }

    /// New labels for all rows, in the order they were kept: another concept, the same activations.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): not one for each row; [`BadValue`](crate::Status::BadValue).
    pub fn relabel(&mut self, labels: &[u8]) -> Result<()> {
        // SAFETY: a live handle that is ours alone; labels with their count.
        check(unsafe {
            sys::clens_probe_rows_relabel(self.get(), labels.as_ptr(), std::ptr::null(), labels.len())
        })
    }

    /// The kept rows of a value: `[row * width + column]`.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound): not one of [`values`](Self::values).
    pub fn captured(&self, model: &Model, value: ValueId) -> Result<Vec<f32>> {
        let index = self.values.iter().position(|kept| *kept == value);
        let index = index.ok_or_else(|| Error::new(crate::Status::NotFound, "no value of these rows"))?;
        let mut values = vec![0.0; self.len() as usize * model.value(value)?.width];
        // SAFETY: a live handle; floats with their room.
        check(unsafe { sys::clens_probe_rows_values(self.get(), index, values.as_mut_ptr(), values.len()) })?;
        Ok(values)
    }

    pub(crate) fn get(&self) -> *mut sys::clens_probe_rows {
        self.handle.get()
    }
}
