//! Which inputs moved a score: one backward pass.
use clicklens_sys as sys;

use crate::batch::Batch;
use crate::describe::ValueId;
use crate::error::{Error, Result, check};
use crate::runner::Runner;

/// Which influence is measured, of a group's pooled value e.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SaliencyMethod {
    /// (e - mean e) . dz/de, signed; needs [`means`](Saliency::means).
    #[default]
    Centred,
    /// e . dz/de, signed.
    GradientTimesInput,
    /// Sum of |dz/de|: depends on the scale of the table.
    GradientL1,
    /// Root of the sum of (dz/de)^2: likewise.
    GradientL2,
}

/// What saliency is given for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Candidates x groups.
    #[default]
    Group,
    /// Candidates x features.
    Feature,
    /// Per candidate, per sparse feature, its ids in the caller's order: ragged, [`Runner::saliency_offsets`] says where.
    Id,
    /// Candidates x `input_width`.
    Dimension,
}

impl Level {
    pub(crate) fn raw(self) -> u32 {
        match self {
            Self::Group => sys::CLENS_LEVEL_GROUP,
            Self::Feature => sys::CLENS_LEVEL_FEATURE,
            Self::Id => sys::CLENS_LEVEL_ID,
            Self::Dimension => sys::CLENS_LEVEL_DIMENSION,
        }
    }
}

/// What is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A task's logit.
    Logit(usize),
    /// A task's probability.
    Probability(usize),
    /// One column of a value that the session captures, or of a task's logit.
    Neuron(ValueId, usize),
}

impl Default for Target {
    fn default() -> Self {
        Self::Logit(0)
    }
}

impl Target {
    /// target, task, value, column.
    pub(crate) fn raw(self) -> (u32, usize, usize, usize) {
        match self {
            Self::Logit(task) => (sys::CLENS_TARGET_LOGIT, task, 0, 0),
            Self::Probability(task) => (sys::CLENS_TARGET_PROBABILITY, task, 0, 0),
            Self::Neuron(value, column) => (sys::CLENS_TARGET_NEURON, 0, value.0, column),
        }
    }
}

/// What is asked of [`Runner::saliency`]. By default: of the first task's logit, by group, centred.
///
/// ```no_run
/// # use clicklens::{Batch, Gradients, Inputs, Model, Saliency, SessionOptions};
/// # let model = Model::open("ctr.clens")?;
/// # let (reference, batch) = (Batch::new(0), Batch::new(0));
/// let mut session = SessionOptions::new().gradients(Gradients::Groups).build(&model, &Inputs::of(&model)?)?;
/// let means = session.input_means(&reference)?;           // of a day of traffic, say
/// let moved = session.saliency(&batch, &Saliency::new().means(&means))?;   // candidates x groups
/// # Ok::<(), clicklens::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Saliency<'a> {
    method: SaliencyMethod,
    level: Level,
    target: Target,
    per_request: bool,
    means: &'a [f32],
}

impl<'a> Saliency<'a> {
    /// Of the first task's logit, by group, centred.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which influence.
    pub fn method(mut self, method: SaliencyMethod) -> Self {
        self.method = method;
        self
    }

    /// For what.
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Of what.
    pub fn target(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// What centred saliency is held against: [`Runner::input_means`] of reference rows.
    pub fn means(mut self, means: &'a [f32]) -> Self {
        self.means = means;
        self
    }

    /// Features of request scope: the signed sum over the request's candidates.
    pub fn per_request(mut self) -> Self {
        self.per_request = true;
        self
    }

    fn raw(&self) -> sys::clens_saliency_spec {
        let (target, task, value, column) = self.target.raw();
        sys::clens_saliency_spec {
            method: match self.method {
                SaliencyMethod::Centred => sys::CLENS_SALIENCY_CENTRED,
                SaliencyMethod::GradientTimesInput => sys::CLENS_SALIENCY_GRADIENT_X_INPUT,
                SaliencyMethod::GradientL1 => sys::CLENS_SALIENCY_GRADIENT_L1,
                SaliencyMethod::GradientL2 => sys::CLENS_SALIENCY_GRADIENT_L2,
            },
            level: self.level.raw(),
            target,
            flags: if self.per_request { sys::CLENS_SALIENCY_PER_REQUEST } else { 0 },
            task,
            value,
            column,
            means: if self.means.is_empty() { std::ptr::null() } else { self.means.as_ptr() },
            mean_count: self.means.len(),
            ..sys::clens_saliency_spec::INIT
        }
    }
}

impl Runner {
    /// Runs forward and backward, candidate-major.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): a session made without gradients, a neuron it does not capture;
    /// [`InvalidArgument`](crate::Status::InvalidArgument): no such task, value or column, means that do not fit;
    /// [`Unsupported`](crate::Status::Unsupported): not in this combination; [`BadBatch`](crate::Status::BadBatch).
    pub fn saliency(&mut self, batch: &Batch<'_>, saliency: &Saliency<'_>) -> Result<Vec<f32>> {
        let mut values = vec![0.0; self.saliency_len(batch, saliency)?];
        self.saliency_into(batch, saliency, &mut values)?;
        Ok(values)
    }

    /// As [`saliency`](Self::saliency), into a slice of [`saliency_len`](Self::saliency_len) floats. Allocates nothing.
    ///
    /// # Errors
    /// As [`saliency`](Self::saliency); [`BufferTooSmall`](crate::Status::BufferTooSmall).
    pub fn saliency_into(
        &mut self,
        batch: &Batch<'_>,
        saliency: &Saliency<'_>,
        values: &mut [f32],
    ) -> Result<()> {
        let batch = self.view(batch)?;
        // SAFETY: a live handle that is ours alone; a checked batch; floats with their room.
        check(unsafe {
            sys::clens_saliency_run(
                self.get(),
                batch,
                &saliency.raw(),
                values.as_mut_ptr(),
                values.len(),
                std::ptr::null_mut(),
            )
        })
    }

    /// Floats that saliency gives for a batch.
    ///
    /// # Errors
    /// As [`saliency`](Self::saliency).
    pub fn saliency_len(&mut self, batch: &Batch<'_>, saliency: &Saliency<'_>) -> Result<usize> {
        let batch = self.view(batch)?;
        let mut count = 0;
        // SAFETY: a live handle that is ours alone; a checked batch; no offsets are wanted.
        check(unsafe {
            sys::clens_saliency_size(self.get(), batch, &saliency.raw(), &mut count, std::ptr::null_mut(), 0)
        })?;
        Ok(count)
    }

    /// Where each candidate's part begins, and the whole length at the end.
    ///
    /// # Errors
    /// As [`saliency`](Self::saliency).
    pub fn saliency_offsets(&mut self, batch: &Batch<'_>, saliency: &Saliency<'_>) -> Result<Vec<u64>> {
        let mut offsets = vec![0; batch.candidates() + 1];
        let batch = self.view(batch)?;
        let mut count = 0;
        // SAFETY: a live handle that is ours alone; a checked batch; offsets with their room.
        check(unsafe {
            sys::clens_saliency_size(
                self.get(),
                batch,
                &saliency.raw(),
                &mut count,
                offsets.as_mut_ptr(),
                offsets.len(),
            )
        })?;
        Ok(offsets)
    }

    /// Adds each candidate's pooled inputs to `sums` (`input_width` of them), for means over many batches; returns the
    /// number of candidates.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): a session made without gradients.
    pub fn add_inputs(&mut self, batch: &Batch<'_>, sums: &mut [f64]) -> Result<u64> {
        let batch = self.view(batch)?;
        let mut rows = 0;
        // SAFETY: a live handle that is ours alone; a checked batch; sums with their room.
        check(unsafe {
            sys::clens_saliency_means(self.get(), batch, sums.as_mut_ptr(), sums.len(), &mut rows)
        })?;
        Ok(rows)
    }

    /// Mean pooled inputs of a batch: [`Saliency::means`].
    ///
    /// # Errors
    /// As [`add_inputs`](Self::add_inputs); [`InvalidArgument`](crate::Status::InvalidArgument): a batch without candidates.
    pub fn input_means(&mut self, batch: &Batch<'_>) -> Result<Vec<f32>> {
        let mut sums = vec![0.0; self.model().raw_info()?.input_width];
        let rows = self.add_inputs(batch, &mut sums)?;
        if rows == 0 {
            return Err(Error::invalid("means of no candidates"));
        }
        Ok(sums.iter().map(|sum| (sum / rows as f64) as f32).collect())
    }

    /// Which features say something of each candidate: `[candidate * features + feature]` is 1 where the feature has an
    /// id with a row of its own or a finite value, 0 where something stands in for it.
    ///
    /// # Errors
    /// [`BadBatch`](crate::Status::BadBatch); [`Unsupported`](crate::Status::Unsupported): a batch with a cache.
    pub fn coverage(&mut self, batch: &Batch<'_>) -> Result<Vec<u8>> {
        let mut covered = vec![0; batch.candidates() * self.model().raw_info()?.features];
        let batch = self.view(batch)?;
        // SAFETY: a live handle that is ours alone; a checked batch; bytes with their room.
        check(unsafe {
            sys::clens_saliency_coverage(self.get(), batch, covered.as_mut_ptr(), covered.len())
        })?;
        Ok(covered)
    }
}
