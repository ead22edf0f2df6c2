//! Keeping a sample of what was scored.
use std::path::Path;

use clicklens_sys as sys;

use crate::batch::Batch;
use crate::error::{Result, check};
use crate::handle::{Handle, c_path, figures};
use crate::inputs::Inputs;
use crate::model::Model;
use crate::output::Output;
use crate::runner::{Runner, ScoreKind};

/// How requests are recorded. 0: the library's default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RecorderOptions {
    /// Share of requests, by a hash of their key: the same ones on every host; 0: all.
    pub sample_rate: f64,
    /// A file that would grow beyond it is followed by the next; 0: 64 MiB.
    pub file_bytes: u64,
    /// Of what waits to be written, a power of two; 0: 4 MiB.
    pub ring_bytes: u64,
    /// Files kept, the oldest is removed; 0: 16.
    pub files: u32,
    /// Milliseconds that the thread sleeps between looks at the ring; 0: 20.
    pub interval_ms: u32,
    /// No thread of the recorder's own writes: the host calls [`Recorder::flush`].
    pub without_thread: bool,
}

figures! {
    /// What a recorder has done so far.
    #[derive(Default)]
    RecorderStats from clens_recorder_stats {
        /// Requests given.
        offered: u64,
        /// Of those, picked by the sample rate.
        sampled: u64,
        /// Of the picked: no room in the ring.
        dropped: u64,
        /// Of the picked: larger than the ring takes.
        dropped_large: u64,
        /// Written.
        records: u64,
        /// Of them.
        bytes: u64,
        /// Records that could not be written.
        lost: u64,
        /// Files begun.
        files_created: u64,
        /// Files removed.
        files_removed: u64,
    }
}

/// Keeps a sample of the requests that were scored, and their scores, in files PREFIX-00000001.clrec and so on, for
/// [`Recording`](crate::Recording) and `clicklens replay`. Threads share one: recording copies into a ring, without lock
/// or allocation; a full ring drops and counts.
pub struct Recorder(Handle<sys::clens_recorder>);

// SAFETY: clicklens.h: any number of threads record at a time; the ring is emptied behind a lock.
unsafe impl Send for Recorder {}
// SAFETY: as above.
unsafe impl Sync for Recorder {}

impl Recorder {
    /// Makes the ring and the first file.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) names the option; [`Io`](crate::Status::Io); what
    /// [`SessionOptions::build`](crate::SessionOptions::build) says of inputs that do not fit.
    pub fn new(
        model: &Model,
        inputs: &Inputs,
        prefix: impl AsRef<Path>,
        options: &RecorderOptions,
    ) -> Result<Self> {
        let prefix = c_path(prefix.as_ref())?;
        let raw = sys::clens_recorder_options {
            sample_rate: options.sample_rate,
            file_bytes: options.file_bytes,
            ring_bytes: options.ring_bytes,
            files: options.files,
            flags: if options.without_thread { 0 } else { sys::CLENS_RECORDER_THREAD },
            interval_ms: options.interval_ms,
            ..sys::clens_recorder_options::INIT
        };
        // SAFETY: live handles; a C string and options that live through the call.
        Ok(Self(Handle::make(|out| unsafe {
            sys::clens_recorder_create(model.get(), inputs.get(), prefix.as_ptr(), &raw, out)
        })?))
    }

    /// Takes those requests that the sample rate picks, with the scores of the run: `scores` as the run left them. Allocates
    /// nothing, takes no lock, makes no system call.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): a session of another model or other inputs;
    /// [`InvalidArgument`](crate::Status::InvalidArgument): no request keys;
    /// [`BufferTooSmall`](crate::Status::BufferTooSmall): fewer scores than candidates;
    /// [`Unsupported`](crate::Status::Unsupported): a batch with a cache.
    pub fn record(
        &self,
        session: &mut Runner,
        batch: &Batch<'_>,
        kind: ScoreKind,
        scores: &[f32],
    ) -> Result<()> {
        let output = sys::clens_output {
            kind: kind.raw(),
            values: scores.as_ptr().cast_mut(), // read alone
            capacity: scores.len(),
            ..sys::clens_output::INIT
        };
        self.record_raw(session, batch, &output)
    }

    /// As [`record`](Self::record), of a run into an [`Output`].
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn record_output(&self, session: &mut Runner, batch: &Batch<'_>, output: &Output) -> Result<()> {
        self.record_raw(session, batch, &output.raw_scores())
    }

    fn record_raw(&self, session: &mut Runner, batch: &Batch<'_>, output: &sys::clens_output) -> Result<()> {
        let view = session.view(batch)?;
        // SAFETY: live handles, the session ours alone; a checked batch; scores with their room.
        check(unsafe { sys::clens_recorder_record(self.0.get(), session.get(), view, output) })
    }

    /// Writes what is in the ring, in the calling thread.
    ///
    /// # Errors
    /// [`Io`](crate::Status::Io): the first failure since the last flush.
    pub fn flush(&self) -> Result<()> {
        // SAFETY: a live handle; the ring is emptied behind a lock.
        check(unsafe { sys::clens_recorder_flush(self.0.get()) })
    }

    /// What it has done so far.
    ///
    /// # Errors
    /// None known.
    pub fn stats(&self) -> Result<RecorderStats> {
        let mut raw = sys::clens_recorder_stats::INIT;
        // SAFETY: a live handle; any thread may ask.
        check(unsafe { sys::clens_recorder_describe(self.0.get(), &mut raw) })?;
        Ok(RecorderStats::from(&raw))
    }
}
