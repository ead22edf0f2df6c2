//! What makes one version of a model of another.
use std::path::Path;

use clicklens_sys as sys;

use crate::error::{Result, check};
use crate::handle::{Handle, c_path, figures};
use crate::model::Model;

figures! {
    /// What a delta is of, and what it does.
    DeltaInfo from clens_delta_info {
        /// Low half of the base's id.
        base_low: u64,
        /// High half of it.
        base_high: u64,
        /// Low half of the id of the model that comes of it.
        result_low: u64,
        /// High half of it.
        result_high: u64,
        /// Bytes of the delta.
        file_size: u64,
        /// Bytes of the result as a file of its own.
        result_size: u64,
        /// Rows of tables that are not replaced as a whole.
        changed_rows: u64,
        /// Rows behind the base's last.
        appended_rows: u64,
        /// Keys of vocabularies.
        added_keys: u64,
        /// Keys that are gone.
        removed_keys: u64,
        /// Keys of another row.
        moved_keys: u64,
        /// Of the result's tables, layers and vocabularies, those that are the base's.
        kept_segments: u64,
        /// Those of which a part changed.
        overlaid_segments: u64,
        /// Those that the delta carries whole.
        replaced_segments: u64,
        /// Of the bytes of all these, how much the delta carries.
        share: f64,
    }
}

/// How a model differs from its base: rows of tables, keys of vocabularies, layers.
///
/// ```no_run
/// # use clicklens::{Delta, Model};
/// let base = Model::open("a.clens")?;
/// Delta::make(&base, &Model::open("b.clens")?, "a-b.clensd", 0.1)?;
/// let next = Delta::open("a-b.clensd")?.apply(&base)?;      // the bits of b.clens, over the memory of a.clens
/// # Ok::<(), clicklens::Error>(())
/// ```
pub struct Delta(Handle<sys::clens_delta>);

// SAFETY: clicklens.h: immutable, shared by any number of threads.
unsafe impl Send for Delta {}
// SAFETY: as above.
unsafe impl Sync for Delta {}

impl Delta {
    /// Reads and verifies the front of the file alone; the rest is read by each application.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = c_path(path.as_ref())?;
        // SAFETY: a C string; a place for the handle.
        Ok(Self(Handle::make(|out| unsafe { sys::clens_delta_open(path.as_ptr(), std::ptr::null(), out) })?))
    }

    /// What it is of, and what it does.
    ///
    /// # Errors
    /// None, unless the library is older than this crate.
    pub fn info(&self) -> Result<DeltaInfo> {
        let mut info = sys::clens_delta_info::INIT;
        // SAFETY: a live handle; a struct of its own size.
        check(unsafe { sys::clens_delta_describe(self.0.get(), &mut info) })?;
        Ok((&info).into())
    }

    /// The model that the delta was made from, sharing the memory of `base`.
    ///
    /// # Errors
    /// [`Stale`](crate::Status::Stale): it was made for another base. [`Io`](crate::Status::Io),
    /// [`BadFile`](crate::Status::BadFile), [`ChecksumMismatch`](crate::Status::ChecksumMismatch).
    pub fn apply(&self, base: &Model) -> Result<Model> {
        self.apply_copying(base, 0)
    }

    /// The same; tables of fewer bytes than `copied_below` (0: 1 MiB) are copied whole, not looked up in two places.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_copying(&self, base: &Model, copied_below: u64) -> Result<Model> {
        let options = sys::clens_apply_options { copied_below, ..sys::clens_apply_options::INIT };
        // SAFETY: live handles; options that live through the call; a place for the handle.
        Model::make(|out| unsafe { sys::clens_delta_apply(self.0.get(), base.get(), &options, out) })
    }

    /// The same as a file: byte for byte the one that the delta was made from.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn write(&self, base: &Model, path: impl AsRef<Path>) -> Result<()> {
        let path = c_path(path.as_ref())?;
        // SAFETY: live handles and a C string.
        check(unsafe { sys::clens_delta_write(self.0.get(), base.get(), path.as_ptr()) })
    }

    /// Writes what makes `result` of `base`, if that is no more than `most_share` (0: a tenth) of the result's bytes.
    ///
    /// # Errors
    /// [`LimitExceeded`](crate::Status::LimitExceeded): it would be more, and a new base serves better.
    /// [`ChecksumMismatch`](crate::Status::ChecksumMismatch): a model is damaged. [`Io`](crate::Status::Io).
    pub fn make(base: &Model, result: &Model, path: impl AsRef<Path>, most_share: f64) -> Result<DeltaInfo> {
        let path = c_path(path.as_ref())?;
        let options = sys::clens_delta_options { most_share, ..sys::clens_delta_options::INIT };
        let mut info = sys::clens_delta_info::INIT;
        // SAFETY: live handles, a C string, structs of their own sizes.
        check(unsafe {
            sys::clens_delta_make(base.get(), result.get(), path.as_ptr(), &options, &mut info)
        })?;
        Ok((&info).into())
    }
}
