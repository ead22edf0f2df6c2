//! Reading what was recorded.
use std::path::Path;

use clicklens_sys as sys;

use crate::error::{Result, Status, check};
use crate::handle::{Handle, c_path, figures, text};
use crate::inputs::Inputs;
use crate::runner::ScoreKind;

figures! {
    /// A recording, so far as it was read.
    RecordingInfo from clens_recording_info {
        /// Of the library that scored.
        arithmetic_version: u32,
        /// Scores of a candidate.
        tasks: u32,
        /// Share of requests.
        sample_rate: f64,
        /// Columns that the host sent.
        inputs: usize,
        /// Handed out.
        records: u64,
        /// Stretches of damaged bytes that were stepped over.
        corrupted: u64,
        /// Bytes in them.
        skipped_bytes: u64,
        /// Of an unfinished record at the end.
        torn_bytes: u64,
        /// Bytes read.
        position: u64,
    }
}

/// A file of a [`Recorder`](crate::Recorder), being read. Nothing in it is believed.
///
/// ```no_run
/// # use clicklens::{Model, Recording, Session};
/// # let model = Model::open("ctr.clens")?;
/// let mut recording = Recording::open("served-00000001.clrec")?;
/// let mut session = Session::new(&model, &recording.inputs()?)?;
/// let mut scores = Vec::new();
/// while let Some(record) = recording.next()? {
///     scores.resize(record.candidates * session.tasks(), 0.0);
///     session.run_flat(record.flat, record.kind, &mut scores)?;
///     assert_eq!(record.scores, Some(&scores[..]));      // the same bits
/// }
/// # Ok::<(), clicklens::Error>(())
/// ```
pub struct Recording(Handle<sys::clens_recording>);

// SAFETY: clicklens.h: one thread at a time, any thread.
unsafe impl Send for Recording {}

/// One record, until the next.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Record<'a> {
    /// For [`Runner::run_flat`](crate::Runner::run_flat) and [`Runner::unflatten`](crate::Runner::unflatten).
    pub flat: &'a [u8],
    /// In it.
    pub candidates: usize,
    /// In it; 0: every candidate is its own.
    pub requests: u64,
    /// `[candidate * tasks + task]`; `None`: none were kept.
    pub scores: Option<&'a [f32]>,
    /// What they are.
    pub kind: ScoreKind,
    /// The session that scored exited early or kept linears in float32: others may score differently.
    pub own_ways: bool,
}

impl Recording {
    /// Opens a file.
    ///
    /// # Errors
    /// [`Io`](Status::Io), [`BadFile`](Status::BadFile), [`UnknownRequirement`](Status::UnknownRequirement).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = c_path(path.as_ref())?;
        // SAFETY: a C string.
        Ok(Self(Handle::make(|out| unsafe { sys::clens_recording_open(path.as_ptr(), out) })?))
    }

    /// What the host sent: a session of any model made with it can run the records.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn inputs(&self) -> Result<Inputs> {
        let name = |index| {
            let mut spec = sys::clens_input_spec::INIT;
            // SAFETY: a live handle and a struct of its size; the name lives as long as the recording.
            unsafe {
                check(sys::clens_recording_input(self.0.get(), index, &mut spec))?;
                text(spec.name).map(str::to_owned)
            }
        };
        let names = (0..self.info()?.inputs).map(name).collect::<Result<_>>()?;
        // SAFETY: a live handle.
        let handle = Handle::make(|out| unsafe { sys::clens_recording_inputs(self.0.get(), out) })?;
        Ok(Inputs::take(handle, names))
    }

    /// How far it was read.
    ///
    /// # Errors
    /// None known.
    pub fn info(&self) -> Result<RecordingInfo> {
        Ok(RecordingInfo::from(&self.raw_info()?))
    }

    /// [`ModelInfo::id`](crate::ModelInfo::id) of the model that scored.
    ///
    /// # Errors
    /// None known.
    pub fn model_id(&self) -> Result<u128> {
        let raw = self.raw_info()?;
        Ok(u128::from(raw.model_high) << 64 | u128::from(raw.model_low))
    }

    fn raw_info(&self) -> Result<sys::clens_recording_info> {
        let mut raw = sys::clens_recording_info::INIT;
        // SAFETY: a live handle and a struct of its size.
        check(unsafe { sys::clens_recording_describe(self.0.get(), &mut raw) }).map(|()| raw)
    }

    /// The next record; `None`: there is none. A file that grows may have one later.
    ///
    /// # Errors
    /// [`Io`](Status::Io), [`OutOfMemory`](Status::OutOfMemory).
    #[allow(clippy::should_implement_trait)] // what it gives borrows from it
    pub fn next(&mut self) -> Result<Option<Record<'_>>> {
        let mut raw = sys::clens_record::INIT;
        // SAFETY: a live handle that is ours alone and a struct of its size.
        match check(unsafe { sys::clens_recording_next(self.0.get(), &mut raw) }) {
            Err(error) if error.status() == Status::NotFound => return Ok(None),
            other => other?,
        }
        // SAFETY: the recording's memory until the next call, which needs it `&mut`.
        let (flat, scores) = unsafe {
            let scores =
                (!raw.scores.is_null()).then(|| std::slice::from_raw_parts(raw.scores, raw.score_count));
            (std::slice::from_raw_parts(raw.flat.cast(), raw.flat_size), scores)
        };
        Ok(Some(Record {
            flat,
            candidates: raw.candidates as usize,
            requests: raw.requests,
            scores,
            kind: ScoreKind::from_raw(raw.score_kind),
            own_ways: raw.own_ways != 0,
        }))
    }
}
