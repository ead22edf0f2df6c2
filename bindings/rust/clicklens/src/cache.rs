//! Prepared candidates.
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use clicklens_sys as sys;

use crate::batch::Batch;
use crate::describe::{Scope, ValueId};
use crate::error::{Error, Result, check};
use crate::handle::{Handle, figures};
use crate::inputs::Inputs;
use crate::model::Model;
use crate::runner::Counts;
use crate::session_options::Precision;
use crate::threads::{self, ParallelFor, Tasks};

/// What depends on the candidate alone, computed once per ad: [`Batch::cached`] names its rows. Shared by any number of
/// threads and sessions while nobody fills it, which `&mut` sees to.
///
/// ```compile_fail,E0502
/// fn fill(cache: &mut clicklens::Cache, ads: &clicklens::Batch<'_>) {
///     let mut batch = clicklens::Batch::new(1);
///     batch.cached(cache, &[0]);
///     cache.fill(ads);            // while a batch reads it
///     batch.one_request();
/// }
/// ```
pub struct Cache {
    handle: Handle<sys::clens_cache>,
    scopes: Box<[Option<Scope>]>,
    parallel_for: Option<Box<ParallelFor>>,
}

// SAFETY: clicklens.h: filled by one thread at a time (`&mut`), else shared by any number of threads.
unsafe impl Send for Cache {}
// SAFETY: as above.
unsafe impl Sync for Cache {}

/// How rows of a cache are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheStorage {
    /// Scores have the bits of an uncached run.
    #[default]
    F32,
    /// Half the memory, lossy.
    F16,
}

/// What a cache is made for.
///
/// ```no_run
/// # use clicklens::{Batch, CacheOptions, Inputs, Model, SessionOptions};
/// # let model = Model::open("ctr.clens")?;
/// # let inputs = Inputs::of(&model)?;
/// # let (ads, mut batch) = (Batch::new(0), Batch::new(2));
/// let mut cache = CacheOptions::new(1000).build(&model, &inputs)?;
/// cache.fill(&ads)?;                                     // ad i is row i
/// let mut session = SessionOptions::new().cache().build(&model, &inputs)?;
/// batch.cached(&cache, &[17, 4]);
/// # Ok::<(), clicklens::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct CacheOptions {
    rows: u64,
    precision: Precision,
    storage: CacheStorage,
    explainable: bool,
    strands: u32,
    full_precision: Vec<usize>,
    parallel_for: Option<ParallelFor>,
}

impl CacheOptions {
    /// Room for so many ads, in float32.
    pub fn new(rows: u64) -> Self {
        Self {
            rows,
            precision: Precision::F32,
            storage: CacheStorage::F32,
            explainable: false,
            strands: 0,
            full_precision: Vec::new(),
            parallel_for: None,
        }
    }

    /// That of the sessions that read it.
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// How rows are stored.
    pub fn storage(mut self, storage: CacheStorage) -> Self {
        self.storage = storage;
        self
    }

    /// Keeps every value of candidate scope, so that sessions with gradients, captures, probes and observed values can
    /// read it.
    pub fn explainable(mut self) -> Self {
        self.explainable = true;
        self
    }

    /// Threads that fill.
    pub fn strands(mut self, strands: u32) -> Self {
        self.strands = strands;
        self
    }

    /// As [`SessionOptions::full_precision`](crate::SessionOptions::full_precision).
    pub fn full_precision(mut self, values: impl IntoIterator<Item = ValueId>) -> Self {
        self.full_precision = values.into_iter().map(|value| value.0).collect();
        self
    }

    /// As [`SessionOptions::parallel_for`](crate::SessionOptions::parallel_for).
    pub fn parallel_for(mut self, run: impl Fn(&Tasks) + Send + Sync + 'static) -> Self {
        self.parallel_for = Some(std::sync::Arc::new(run));
        self
    }

    /// An empty cache. `inputs` name what batches of ads send; features of request and pair scope need no input.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): rows or strands out of range;
    /// [`NotFound`](crate::Status::NotFound): a required feature without input;
    /// [`LimitExceeded`](crate::Status::LimitExceeded); [`Unsupported`](crate::Status::Unsupported).
    pub fn build(&self, model: &Model, inputs: &Inputs) -> Result<Cache> {
        let parallel = self.parallel_for.clone().map(Box::new);
        let (parallel_for, parallel_host) = threads::raw(parallel.as_deref());
        let raw = sys::clens_cache_options {
            rows: self.rows,
            precision: self.precision.raw(),
            storage: match self.storage {
                CacheStorage::F32 => sys::CLENS_CACHE_F32,
                CacheStorage::F16 => sys::CLENS_CACHE_F16,
            },
            explainable: u32::from(self.explainable),
            strands: self.strands,
            parallel_for,
            parallel_host,
            full_precision: self.full_precision.as_ptr(),
            full_precision_count: self.full_precision.len(),
            ..sys::clens_cache_options::INIT
        };
        // SAFETY: live handles; the options' pointers live through the call, that of the host as long as the cache.
        let handle =
            Handle::make(|out| unsafe { sys::clens_cache_create(model.get(), inputs.get(), &raw, out) })?;
        // Columns of other scopes are not read.
        let mut scopes = inputs.scopes(model)?;
        scopes.iter_mut().filter(|scope| **scope != Some(Scope::Candidate)).for_each(|scope| *scope = None);
        Ok(Cache { handle, scopes, parallel_for: parallel })
    }
}

figures! {
    /// How full a cache is and what it takes.
    CacheInfo from clens_cache_info {
        /// Room.
        rows: u64,
        /// Rows that hold an ad.
        filled: u64,
        /// Of one ad.
        row_bytes: u64,
        /// Of all.
        bytes: u64,
    }
}

impl Cache {
    /// Computes candidates (of a batch without requests: columns of candidate scope) into rows 0, 1, 2, ...
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument), [`BadBatch`](crate::Status::BadBatch): nothing is changed;
    /// [`BadValue`](crate::Status::BadValue): the rows are empty afterwards.
    pub fn fill(&mut self, ads: &Batch<'_>) -> Result<Counts> {
        self.fill_from(ads, std::ptr::null())
    }

    /// As [`fill`](Self::fill), candidate `c` into row `rows[c]`. A row named twice holds the later one.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn fill_rows(&mut self, ads: &Batch<'_>, rows: &[i64]) -> Result<Counts> {
        if rows.len() != ads.candidates() {
            return Err(Error::invalid("rows: not one for each candidate"));
        }
        self.fill_from(ads, rows.as_ptr())
    }

    fn fill_from(&mut self, ads: &Batch<'_>, rows: *const i64) -> Result<Counts> {
        let batch = ads.view(&self.scopes)?;
        let mut counts = sys::clens_counts { missing: 0, unknown: 0, cut: 0, bad_values: 0, non_finite: 0 };
        // SAFETY: a live handle that is ours alone; a checked batch; NULL, or a row for each candidate.
        check(unsafe { sys::clens_cache_fill(self.handle.get(), batch, rows, &mut counts) })?;
        Ok(Counts::from(&counts))
    }

    /// How full it is.
    ///
    /// # Errors
    /// None known.
    pub fn info(&self) -> Result<CacheInfo> {
        let mut info = sys::clens_cache_info::INIT;
        // SAFETY: a live handle; any thread may ask.
        check(unsafe { sys::clens_cache_describe(self.handle.get(), &mut info) })?;
        Ok(CacheInfo::from(&info))
    }

    pub(crate) fn get(&self) -> *mut sys::clens_cache {
        self.handle.get()
    }

    /// One that the library owns, to be read.
    ///
    /// # Safety
    /// `raw` is a cache that lives longer than what is made of it, which is never dropped nor filled.
    pub(crate) unsafe fn of_raw(raw: NonNull<sys::clens_cache>) -> ManuallyDrop<Self> {
        // SAFETY: the caller's promise.
        let handle = unsafe { Handle::of_raw(raw) };
        ManuallyDrop::new(Self { handle, scopes: Box::default(), parallel_for: None })
    }

    /// The library owns the handle from now on; what is left must outlive it.
    pub(crate) fn give_up(self) -> Option<Box<ParallelFor>> {
        std::mem::forget(self.handle);
        self.parallel_for
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("info", &self.info()).finish()
    }
}
