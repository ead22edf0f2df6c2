//! Opening models.
use std::fmt;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr::NonNull;

use clicklens_sys as sys;

use crate::error::{Result, check};
use crate::handle::{Handle, c_path};

/// An open model file: immutable, shared by any number of threads and sessions. Clones share it.
pub struct Model(Handle<sys::clens_model>);

// SAFETY: clicklens.h: immutable, shared by any number of threads; its count of references is atomic.
unsafe impl Send for Model {}
// SAFETY: as above.
unsafe impl Sync for Model {}

/// How a file's bytes come into memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// The file is mapped: constant time, pages shared between processes. Replace a mapped file by rename only:
    /// truncating it in place kills its readers (SIGBUS).
    #[default]
    Map,
    /// Everything is read into private memory.
    Copy,
}

/// Bounds on what a file may ask for; 0: the library's default, which `clicklens.h` gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the description.
    pub flatbuffer_bytes: u64,
    /// Segments.
    pub segments: u64,
    /// Nodes.
    pub nodes: u64,
    /// Features.
    pub features: u64,
    /// Columns of one value.
    pub columns: u64,
    /// Inputs of one linear.
    pub reduction: u64,
    /// Rows of one table.
    pub table_rows: u64,
    /// Bytes of all constants, and of what nodes keep beside them.
    pub dense_bytes: u64,
    /// Ids kept of one entry.
    pub sequence_length: u64,
    /// Bytes of one session's block.
    pub session_bytes: u64,
}

/// How a model is opened.
///
/// ```no_run
/// let model = clicklens::ModelOptions::new().warm().verify_segments().open("ctr.clens")?;
/// # Ok::<(), clicklens::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ModelOptions {
    access: Access,
    flags: u32,
    limits: Limits,
    base: Option<Model>,
}

impl ModelOptions {
    /// The file mapped, nothing touched before it is needed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Mapped or copied.
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Touches every page before it returns.
    pub fn warm(self) -> Self {
        self.flag(sys::CLENS_OPEN_WARM)
    }

    /// Asks for huge pages; copies where the mapping gets none.
    pub fn huge_pages(self) -> Self {
        self.flag(sys::CLENS_OPEN_HUGE_PAGES)
    }

    /// Locks the segments in memory; [`Io`](crate::Status::Io) where the system refuses.
    pub fn lock(self) -> Self {
        self.flag(sys::CLENS_OPEN_LOCK)
    }

    /// Checksums every segment: reads the whole file.
    pub fn verify_segments(self) -> Self {
        self.flag(sys::CLENS_OPEN_VERIFY_SEGMENTS)
    }

    /// Another version of the model: segments (tables, weights) that it has too, by size and checksum, are shared with it
    /// and not read again. What is shared stays when `base` is dropped. Flags concern what is not shared.
    pub fn base(mut self, base: &Model) -> Self {
        self.base = Some(base.clone());
        self
    }

    /// Bounds on what the file may ask for.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    fn flag(mut self, flag: u32) -> Self {
        self.flags |= flag;
        self
    }

    /// Opens and verifies a file.
    ///
    /// # Errors
    /// [`Io`](crate::Status::Io), [`BadFile`](crate::Status::BadFile),
    /// [`ChecksumMismatch`](crate::Status::ChecksumMismatch),
    /// [`UnknownRequirement`](crate::Status::UnknownRequirement),
    /// [`LimitExceeded`](crate::Status::LimitExceeded).
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Model> {
        let path = c_path(path.as_ref())?;
        // SAFETY: a C string; options that live through the call; a place for the handle.
        self.with_raw(|raw| Handle::make(|out| unsafe { sys::clens_model_open(path.as_ptr(), raw, out) }))
    }

    /// Opens a model from memory. The bytes are copied, since they must be aligned to 64: `access` is not looked at.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for `Io`.
    pub fn open_bytes(&self, bytes: &[u8]) -> Result<Model> {
        let options = Self { access: Access::Copy, ..self.clone() };
        let (start, size) = (bytes.as_ptr().cast(), bytes.len());
        options.with_raw(|raw| {
            // SAFETY: bytes with their size, copied by ACCESS_COPY; options that live through the call.
            Handle::make(|out| unsafe { sys::clens_model_open_memory(start, size, raw, out) })
        })
    }

    fn with_raw(
        &self,
        open: impl FnOnce(&sys::clens_model_options) -> Result<Handle<sys::clens_model>>,
    ) -> Result<Model> {
        let limits = sys::clens_limits {
            flatbuffer_bytes: self.limits.flatbuffer_bytes,
            segments: self.limits.segments,
            nodes: self.limits.nodes,
            features: self.limits.features,
            columns: self.limits.columns,
            reduction: self.limits.reduction,
            table_rows: self.limits.table_rows,
            dense_bytes: self.limits.dense_bytes,
            sequence_length: self.limits.sequence_length,
            session_bytes: self.limits.session_bytes,
            ..sys::clens_limits::INIT
        };
        let access = match self.access {
            Access::Map => sys::CLENS_ACCESS_MAP,
            Access::Copy => sys::CLENS_ACCESS_COPY,
        };
        let options = sys::clens_model_options {
            access,
            flags: self.flags,
            limits: &limits,
            base: self.base.as_ref().map_or(std::ptr::null(), |base| base.get().cast_const()),
            ..sys::clens_model_options::INIT
        };
        Ok(Model(open(&options)?))
    }
}

impl Model {
    /// Opens and verifies a file, mapped.
    ///
    /// # Errors
    /// As [`ModelOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        ModelOptions::new().open(path)
    }

    /// Opens a model from memory; the bytes are copied.
    ///
    /// # Errors
    /// As [`ModelOptions::open_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        ModelOptions::new().open_bytes(bytes)
    }

    /// Checksums every segment, verified before or not.
    ///
    /// # Errors
    /// [`ChecksumMismatch`](crate::Status::ChecksumMismatch) names the first that differs.
    pub fn verify(&self) -> Result<()> {
        // SAFETY: a live handle.
        check(unsafe { sys::clens_model_verify_segments(self.get()) })
    }

    /// Touches every page of every segment.
    ///
    /// # Errors
    /// What the system refuses.
    pub fn warm(&self) -> Result<()> {
        // SAFETY: a live handle.
        check(unsafe { sys::clens_model_warm(self.get()) })
    }

    /// Runs the rows stored in the file and compares logits, by their bits where arithmetic versions are equal.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound): the file has none; [`Internal`](crate::Status::Internal): a score
    /// differs.
    pub fn self_test(&self) -> Result<()> {
        // SAFETY: a live handle.
        check(unsafe { sys::clens_model_self_test(self.get()) })
    }

    /// What `make` hands out.
    pub(crate) fn make(make: impl FnOnce(*mut *mut sys::clens_model) -> sys::clens_status) -> Result<Self> {
        Ok(Self(Handle::make(make)?))
    }

    pub(crate) fn get(&self) -> *mut sys::clens_model {
        self.0.get()
    }

    /// One that someone else owns.
    ///
    /// # Safety
    /// `raw` is a model that lives longer than what is made of it, which is never dropped.
    pub(crate) unsafe fn of_raw(raw: NonNull<sys::clens_model>) -> ManuallyDrop<Self> {
        // SAFETY: the caller's promise.
        ManuallyDrop::new(Self(unsafe { Handle::of_raw(raw) }))
    }
}

impl Clone for Model {
    fn clone(&self) -> Self {
        // SAFETY: the header's own function for it.
        Self(unsafe { self.0.share(sys::clens_model_retain) })
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("info", &self.info()).finish()
    }
}
