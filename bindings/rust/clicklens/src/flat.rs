//! Batches as bytes.
use clicklens_sys as sys;

use crate::batch::Batch;
use crate::error::{Error, Result, check};
use crate::runner::{Runner, ScoreKind};

/// A batch in one buffer, for files and other processes: equal batches give equal bytes. Aligned to 8, as
/// [`Runner::run_flat`] and [`Runner::unflatten`] want bytes to be.
///
/// ```no_run
/// # use clicklens::{Batch, FlatBatch, Inputs, Model, ScoreKind, Session};
/// # let model = Model::open("ctr.clens")?;
/// # let mut session = Session::new(&model, &Inputs::of(&model)?)?;
/// # let (batch, mut scores) = (Batch::new(0), [0.0; 3]);
/// let sent = session.flatten(&batch)?.as_bytes().to_vec();
/// let received = FlatBatch::copy_of(&sent);
/// session.run_flat(received.as_bytes(), ScoreKind::Probability, &mut scores)?;
/// # Ok::<(), clicklens::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatBatch {
    words: Box<[u64]>,
    size: usize,
}

impl FlatBatch {
    fn with_size(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(8)].into(), size }
    }

    /// Bytes that came from elsewhere, where they are aligned. Nothing is checked until they are run.
    #[must_use]
    pub fn copy_of(bytes: &[u8]) -> Self {
        let mut made = Self::with_size(bytes.len());
        for (word, part) in made.words.iter_mut().zip(bytes.chunks(8)) {
            let mut whole = [0; 8];
            whole[..part.len()].copy_from_slice(part);
            *word = u64::from_ne_bytes(whole);
        }
        made
    }

    /// To be written somewhere.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: `size` bytes of words that live as long; any byte is a byte.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast(), self.size) }
    }
}

impl Runner {
    /// The flat form of a batch.
    ///
    /// # Errors
    /// [`BadBatch`](crate::Status::BadBatch); [`Unsupported`](crate::Status::Unsupported): a batch with a cache.
    pub fn flatten(&mut self, batch: &Batch<'_>) -> Result<FlatBatch> {
        let batch = self.view(batch)?;
        let mut size = 0;
        // SAFETY: a live handle that is ours alone; a checked batch; a buffer of the size told.
        unsafe {
            check(sys::clens_flat_size(self.get(), batch, &mut size))?;
            let mut flat = FlatBatch::with_size(size);
            check(sys::clens_flat_write(self.get(), batch, flat.words.as_mut_ptr().cast(), size))?;
            Ok(flat)
        }
    }

    /// A batch that borrows a flat one, which nobody has to trust.
    ///
    /// # Errors
    /// [`BadBatch`](crate::Status::BadBatch) names the field;
    /// [`InvalidArgument`](crate::Status::InvalidArgument): bytes that are not aligned to 8.
    pub fn unflatten<'a>(&mut self, flat: &'a [u8]) -> Result<Batch<'a>> {
        let mut columns = vec![sys::clens_column::INIT; self.plan().scopes.len()];
        let mut raw = sys::clens_batch::INIT;
        let (bytes, room) = (flat.as_ptr().cast(), columns.as_mut_ptr());
        // SAFETY: a live handle that is ours alone; bytes with their size; room for as many columns as there are inputs.
        check(unsafe { sys::clens_flat_read(self.get(), bytes, flat.len(), &mut raw, room, columns.len()) })?;
        if raw.candidates > usize::MAX as u64 {
            return Err(Error::invalid("more candidates than memory"));
        }
        columns.truncate(raw.column_count);
        Ok(Batch::of_raw(&raw, columns, &self.plan().scopes))
    }

    /// Scores a flat batch, as [`run_as`](Self::run_as).
    ///
    /// # Errors
    /// As [`unflatten`](Self::unflatten) and [`run`](Self::run).
    pub fn run_flat(&mut self, flat: &[u8], kind: ScoreKind, scores: &mut [f32]) -> Result<()> {
        let (bytes, values, capacity) = (flat.as_ptr().cast(), scores.as_mut_ptr(), scores.len());
        // SAFETY: a live handle that is ours alone; bytes with their size; scores with their room.
        check(unsafe {
            sys::clens_session_run_flat(self.get(), bytes, flat.len(), kind.raw(), values, capacity)
        })
    }
}
