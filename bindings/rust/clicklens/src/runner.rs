//! Running a model, whoever owns the session.
use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;

use clicklens_sys as sys;

use crate::batch::Batch;
use crate::describe::{Scope, ValueId};
use crate::error::{Result, check};
use crate::handle::figures;
use crate::model::Model;
use crate::output::Output;

figures! {
    /// What a run met in the columns of its batch, over all features.
    #[derive(Default)]
    Counts from clens_counts {
        /// Entries that end without a value, null elements of entries that keep another.
        missing: u64,
        /// Ids that the encoder does not know, rows out of range.
        unknown: u64,
        /// Ids beyond `max_length`.
        cut: u64,
        /// NaN or infinite dense values or weights, invalid UTF-8.
        bad_values: u64,
        /// Scores that are NaN or infinite.
        non_finite: u64,
    }
}

/// What a score is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScoreKind {
    /// Between 0 and 1.
    #[default]
    Probability,
    /// Before the sigmoid.
    Logit,
}

impl ScoreKind {
    pub(crate) fn raw(self) -> u32 {
        match self {
            Self::Probability => sys::CLENS_OUTPUT_PROBABILITY,
            Self::Logit => sys::CLENS_OUTPUT_LOGIT,
        }
    }

    pub(crate) fn from_raw(kind: u32) -> Self {
        if kind == sys::CLENS_OUTPUT_LOGIT { Self::Logit } else { Self::Probability }
    }
}

/// What this crate knows of all sessions that were made with the same options, of one model.
#[derive(Default)]
pub(crate) struct Plan {
    /// By input.
    pub(crate) scopes: Box<[Option<Scope>]>,
    /// With their widths.
    pub(crate) captures: Box<[(ValueId, usize)]>,
    pub(crate) probes: usize,
    pub(crate) tasks: usize,
}

/// A session that someone else owns, and keeps for as long as this can be reached.
pub(crate) struct Core<Tail: ?Sized> {
    pub(crate) handle: NonNull<sys::clens_session>,
    pub(crate) model: ManuallyDrop<Model>,
    pub(crate) plan: Arc<Plan>,
    output: Prepared,
    not_sync: PhantomData<Cell<()>>,
    /// Without elements: with it a `Core` can lose its size.
    _tail: Tail,
}

// SAFETY: clicklens.h: a session may move between threads; what else there is may, too.
unsafe impl<Tail: ?Sized> Send for Core<Tail> {}

/// The output struct of runs into a slice: filling it anew would cost as much as all else that this crate does in a run.
/// Its pointer is set before each run.
struct Prepared(sys::clens_output);

impl Core<[(); 0]> {
    pub(crate) fn new(
        handle: NonNull<sys::clens_session>,
        model: ManuallyDrop<Model>,
        plan: Arc<Plan>,
    ) -> Self {
        let output = Prepared(sys::clens_output::INIT);
        Self { handle, model, plan, output, not_sync: PhantomData, _tail: [] }
    }

    pub(crate) fn runner(&self) -> &Runner {
        let unsized_core: &Core<[()]> = self;
        // SAFETY: a transparent wrapper.
        unsafe { &*(std::ptr::from_ref(unsized_core) as *const Runner) }
    }

    pub(crate) fn runner_mut(&mut self) -> &mut Runner {
        let unsized_core: &mut Core<[()]> = self;
        // SAFETY: a transparent wrapper.
        unsafe { &mut *(std::ptr::from_mut(unsized_core) as *mut Runner) }
    }
}

/// Runs a model: what a [`Session`](crate::Session) and a [`Seat`](crate::Seat) of a [`Slot`](crate::Slot) can both do.
/// One thread at a time: all runs need it `&mut`. Running allocates nothing.
///
/// It has no size, so that safe code cannot move it out of what owns it, nor swap it with another:
///
/// ```compile_fail,E0277
/// fn swapped(a: &mut clicklens::Seat<'_>, b: &mut clicklens::Seat<'_>) {
///     std::mem::swap(&mut **a, &mut **b);
/// }
/// ```
#[repr(transparent)]
pub struct Runner(pub(crate) Core<[()]>);

impl Runner {
    /// The model it runs.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.0.model
    }

    /// Scores of each candidate.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.0.plan.tasks
    }

    /// Bytes of the session's block.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        // SAFETY: a live handle.
        unsafe { sys::clens_session_bytes(self.get()) }
    }

    #[inline]
    pub(crate) fn get(&self) -> *mut sys::clens_session {
        self.0.handle.as_ptr()
    }

    #[inline]
    pub(crate) fn plan(&self) -> &Plan {
        &self.0.plan
    }

    #[inline]
    pub(crate) fn view<'b>(&self, batch: &'b Batch<'_>) -> Result<&'b sys::clens_batch> {
        batch.view(&self.0.plan.scopes)
    }

    /// Scores a batch into probabilities: `scores[candidate * tasks + task]`. Allocates nothing, takes no lock and makes
    /// no system call with one strand.
    ///
    /// # Errors
    /// [`BadBatch`](crate::Status::BadBatch), before any work, scores untouched;
    /// [`BufferTooSmall`](crate::Status::BufferTooSmall); [`BadValue`](crate::Status::BadValue) of a strict batch;
    /// [`Stale`](crate::Status::Stale) and [`BadState`](crate::Status::BadState) of a cache that does not fit.
    #[inline]
    pub fn run(&mut self, batch: &Batch<'_>, scores: &mut [f32]) -> Result<Counts> {
        self.run_as(batch, ScoreKind::Probability, scores)
    }

    /// As [`run`](Self::run), into scores of either kind.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    #[inline]
    pub fn run_as(&mut self, batch: &Batch<'_>, kind: ScoreKind, scores: &mut [f32]) -> Result<Counts> {
        let batch = batch.view(&self.0.plan.scopes)?;
        let output = &mut self.0.output.0;
        output.kind = kind.raw();
        output.values = scores.as_mut_ptr();
        output.capacity = scores.len();
        // SAFETY: a live handle that is ours alone; a checked batch; scores with their room.
        check(unsafe { sys::clens_session_run(self.0.handle.as_ptr(), batch, output) })?;
        Ok(Counts::from(&output.counts))
    }

    /// Scores a batch, and captures what [`Output`] asks for. Allocates where its buffers must grow.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`BadState`](crate::Status::BadState): a value that the session was not made to capture.
    pub fn run_into(&mut self, batch: &Batch<'_>, output: &mut Output) -> Result<()> {
        let view = self.view(batch)?;
        let mut raw = output.prepare(batch, self.0.plan.tasks);
        // SAFETY: a live handle that is ours alone; a checked batch; buffers of `output` with their room.
        let status = check(unsafe { sys::clens_session_run(self.get(), view, &mut raw) });
        output.finish(&raw, status.is_ok());
        status
    }
}
