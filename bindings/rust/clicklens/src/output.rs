//! Scores and captured values, in buffers that are kept.
use clicklens_sys as sys;

use crate::batch::Batch;
use crate::describe::ValueId;
use crate::runner::{Counts, Runner, ScoreKind};

/// What one run gives, for [`Runner::run_into`]: scores, captured values, logits of probes. Its buffers grow to the
/// largest batch, and are reused.
///
/// ```no_run
/// # use clicklens::{Batch, Inputs, Model, Output, SessionOptions};
/// # let model = Model::open("ctr.clens")?;
/// # let inputs = Inputs::of(&model)?;
/// # let batch = Batch::new(0);
/// let layer = model.find_value("l1")?;
/// let mut session = SessionOptions::new().captures([layer]).build(&model, &inputs)?;
/// let mut output = Output::of(&session);
/// session.run_into(&batch, &mut output)?;
/// let neurons_of_the_first = output.captured(layer).and_then(|rows| rows.row(0));
/// # Ok::<(), clicklens::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Output {
    kind: ScoreKind,
    scores: Vec<f32>,
    captures: Vec<Capture>,
    raw: Vec<sys::clens_capture>,
    probes: usize,
    probe_logits: Vec<f32>,
    counts: Counts,
    exited: u64,
}

// SAFETY: `raw` holds pointers during a run alone.
unsafe impl Send for Output {}
// SAFETY: as above.
unsafe impl Sync for Output {}

#[derive(Clone, Debug)]
struct Capture {
    value: ValueId,
    width: usize,
    rows: usize,
    per_request: bool,
    data: Vec<f32>,
}

impl Output {
    /// All that the session was made for: scores as probabilities, its captures, its probe's logits.
    #[must_use]
    pub fn of(session: &Runner) -> Self {
        let capture = |(value, width): &(ValueId, usize)| Capture {
            value: *value,
            width: *width,
            rows: 0,
            per_request: false,
            data: Vec::new(),
        };
        Self {
            kind: ScoreKind::Probability,
            scores: Vec::new(),
            captures: session.plan().captures.iter().map(capture).collect(),
            raw: Vec::new(),
            probes: session.plan().probes,
            probe_logits: Vec::new(),
            counts: Counts::default(),
            exited: 0,
        }
    }

    /// Scores of this kind.
    #[must_use]
    pub fn kind(mut self, kind: ScoreKind) -> Self {
        self.kind = kind;
        self
    }

    /// `scores()[candidate * tasks + task]`.
    #[must_use]
    pub fn scores(&self) -> &[f32] {
        &self.scores
    }

    /// The rows of a value; `None`: it was not captured.
    #[must_use]
    pub fn captured(&self, value: ValueId) -> Option<CapturedRows<'_>> {
        let capture = self.captures.iter().find(|capture| capture.value == value)?;
        let values = capture.data.get(..capture.rows * capture.width)?;
        Some(CapturedRows { values, width: capture.width, per_request: capture.per_request })
    }

    /// `probe_logits()[candidate * probes + i]`, of the session's probe.
    #[must_use]
    pub fn probe_logits(&self) -> &[f32] {
        &self.probe_logits
    }

    /// What the run met.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Candidates that stopped early.
    #[must_use]
    pub fn exited(&self) -> u64 {
        self.exited
    }

    /// Buffers of the batch's size, as the library is given them.
    pub(crate) fn prepare(&mut self, batch: &Batch<'_>, tasks: usize) -> sys::clens_output {
        let rows = batch.candidates().max(batch.request_count());
        self.scores.resize(batch.candidates() * tasks, 0.0);
        self.probe_logits.resize(batch.candidates() * self.probes, 0.0);
        self.raw.clear();
        for capture in &mut self.captures {
            capture.data.resize(rows * capture.width, 0.0);
            self.raw.push(sys::clens_capture {
                value: capture.value.0,
                data: capture.data.as_mut_ptr(),
                capacity: capture.data.len(),
                row_stride: 0,
                rows: 0,
                scope: 0,
                reserved: 0,
            });
        }
        let probe_logits =
            if self.probes == 0 { std::ptr::null_mut() } else { self.probe_logits.as_mut_ptr() };
        sys::clens_output {
            kind: self.kind.raw(),
            values: self.scores.as_mut_ptr(),
            capacity: self.scores.len(),
            captures: self.raw.as_mut_ptr(),
            capture_count: self.raw.len(),
            probe_logits,
            probe_capacity: self.probe_logits.len(),
            ..sys::clens_output::INIT
        }
    }

    /// What the run said of its results; of one that failed there are none.
    pub(crate) fn finish(&mut self, raw: &sys::clens_output, succeeded: bool) {
        self.counts = Counts::from(&raw.counts);
        self.exited = raw.exited;
        for (capture, from) in self.captures.iter_mut().zip(&self.raw) {
            capture.rows = if succeeded { from.rows as usize } else { 0 };
            capture.per_request = from.scope == sys::CLENS_SCOPE_REQUEST;
        }
        if !succeeded {
            self.scores.clear();
            self.probe_logits.clear();
        }
    }

    /// The scores as a recorder takes them.
    pub(crate) fn raw_scores(&self) -> sys::clens_output {
        sys::clens_output {
            kind: self.kind.raw(),
            values: self.scores.as_ptr().cast_mut(),
            capacity: self.scores.len(),
            ..sys::clens_output::INIT
        }
    }
}

/// A captured value: rows of the value's own scope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapturedRows<'a> {
    values: &'a [f32],
    width: usize,
    per_request: bool,
}

impl<'a> CapturedRows<'a> {
    /// Row-major.
    #[must_use]
    pub fn values(&self) -> &'a [f32] {
        self.values
    }

    /// Columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// One row per request; else one per candidate.
    #[must_use]
    pub fn per_request(&self) -> bool {
        self.per_request
    }

    /// One row.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<&'a [f32]> {
        self.values.get(index * self.width..(index + 1) * self.width)
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }
}
