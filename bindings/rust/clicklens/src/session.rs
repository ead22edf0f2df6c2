//! Running a model.
use std::fmt;
use std::sync::Arc;

use clicklens_sys as sys;

use crate::batch::Batch;
use crate::describe::{Scope, ValueId};
use crate::error::{Result, check};
use crate::handle::{Handle, figures};
use crate::inputs::Inputs;
use crate::model::Model;
use crate::output::Output;
use crate::session_options::SessionOptions;
use crate::threads::{self, ParallelFor};

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

/// The handle, which collectors share, and what the library may call for it.
pub(crate) struct Shared {
    pub(crate) handle: Handle<sys::clens_session>,
    // Pointed to by the handle, which goes first.
    _parallel_for: Option<Box<ParallelFor>>,
}

// SAFETY: clicklens.h: a session may move between threads. The one call that is made through a shared reference,
// clens_profile_collect, may come from any thread at any time.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

/// Memory and plan for running one model. It may move between threads, and is used by one at a time: all runs need it
/// `&mut`. Running allocates nothing.
///
/// ```no_run
/// # use clicklens::{Batch, Inputs, Model, Session};
/// let model = Model::open("ctr.clens")?;
/// let mut session = Session::new(&model, &Inputs::of(&model)?)?;
/// let (user, ads) = ([1u64], [3u64, 14, 159]);
/// let mut batch = Batch::new(3);
/// batch.one_request().keys(0, &user).keys(1, &ads);
/// let mut scores = [0.0; 3];
/// session.run(&batch, &mut scores)?;
/// # Ok::<(), clicklens::Error>(())
/// ```
///
/// Threads do not share one:
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<clicklens::Session>();
/// ```
pub struct Session {
    pub(crate) shared: Arc<Shared>,
    pub(crate) model: Model,
    pub(crate) scopes: Box<[Option<Scope>]>,
    pub(crate) captures: Box<[(ValueId, usize)]>, // with their widths
    pub(crate) probes: usize,
    tasks: usize,
    output: Prepared,
    not_sync: std::marker::PhantomData<std::cell::Cell<()>>,
}

/// The output struct of runs into a slice: filling it anew would cost as much as all else that this crate does in a run.
/// Its pointer is set before each run.
struct Prepared(sys::clens_output);

// SAFETY: what it points to is looked at during a run alone.
unsafe impl Send for Prepared {}

impl Session {
    /// Scores alone, in float32, in the caller's thread.
    ///
    /// # Errors
    /// As [`SessionOptions::build`].
    pub fn new(model: &Model, inputs: &Inputs) -> Result<Self> {
        SessionOptions::new().build(model, inputs)
    }

    pub(crate) fn make(
        model: &Model,
        inputs: &Inputs,
        mut raw: sys::clens_session_options,
        parallel_for: Option<ParallelFor>,
        captures: &[usize],
        probes: usize,
    ) -> Result<Self> {
        let parallel_for = parallel_for.map(Box::new);
        (raw.parallel_for, raw.parallel_host) = threads::raw(parallel_for.as_deref());
        // SAFETY: live handles; the options' pointers live through the call, that of the host as long as the session.
        let handle =
            Handle::make(|out| unsafe { sys::clens_session_create(model.get(), inputs.get(), &raw, out) })?;
        let width = |value: &usize| Ok((ValueId(*value), model.value(ValueId(*value))?.width));
        Ok(Self {
            shared: Arc::new(Shared { handle, _parallel_for: parallel_for }),
            model: model.clone(),
            scopes: inputs.scopes(model)?,
            captures: captures.iter().map(width).collect::<Result<_>>()?,
            probes,
            tasks: model.raw_info()?.outputs,
            output: Prepared(sys::clens_output::INIT),
            not_sync: std::marker::PhantomData,
        })
    }

    /// The model it runs.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Scores of each candidate.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.tasks
    }

    /// Bytes of its block.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        // SAFETY: a live handle.
        unsafe { sys::clens_session_bytes(self.get()) }
    }

    #[inline]
    pub(crate) fn get(&self) -> *mut sys::clens_session {
        self.shared.handle.get()
    }

    #[inline]
    pub(crate) fn view<'b>(&self, batch: &'b Batch<'_>) -> Result<&'b sys::clens_batch> {
        batch.view(&self.scopes)
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
        let batch = batch.view(&self.scopes)?;
        let output = &mut self.output.0;
        output.kind = kind.raw();
        output.values = scores.as_mut_ptr();
        output.capacity = scores.len();
        // SAFETY: a live handle that is ours alone; a checked batch; scores with their room.
        check(unsafe { sys::clens_session_run(self.shared.handle.get(), batch, output) })?;
        Ok(Counts::from(&output.counts))
    }

    /// Scores a batch, and captures what [`Output`] asks for. Allocates where its buffers must grow.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`BadState`](crate::Status::BadState): a value that the session was not made to capture.
    pub fn run_into(&mut self, batch: &Batch<'_>, output: &mut Output) -> Result<()> {
        let view = self.view(batch)?;
        let mut raw = output.prepare(batch, self.tasks);
        // SAFETY: a live handle that is ours alone; a checked batch; buffers of `output` with their room.
        let status = check(unsafe { sys::clens_session_run(self.get(), view, &mut raw) });
        output.finish(&raw, status.is_ok());
        status
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("tasks", &self.tasks)
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}
