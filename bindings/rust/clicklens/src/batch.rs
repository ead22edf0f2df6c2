//! Requests and their candidates, borrowed.
use std::marker::PhantomData;

use clicklens_sys as sys;

use crate::cache::Cache;
use crate::column::{Column, Id, Offset, Texts};
use crate::describe::Scope;
use crate::error::{Error, Result, Status};

/// Requests and their candidates: columns that borrow the caller's slices. Nothing is copied.
///
/// ```
/// use clicklens::Batch;
/// let (user, ads) = ([1u64], [3u64, 14, 159]);
/// let mut batch = Batch::new(3);          // three candidates,
/// batch.one_request();                    // all of one request
/// batch.keys(0, &user).keys(1, &ads);     // input 0: one entry; input 1: one per candidate
/// ```
///
/// A batch cannot outlive what it borrows:
///
/// ```compile_fail,E0597
/// let mut batch = clicklens::Batch::new(1);
/// {
///     let ads = vec![3u64];
///     batch.keys(0, &ads);
/// }
/// batch.one_request();
/// ```
///
/// A server makes one per request; [`recycle`](Self::recycle) keeps the memory that the list of columns took.
#[derive(Debug)]
pub struct Batch<'a> {
    /// What the library is given; its pointers are those of slices that are borrowed and of the vectors below.
    raw: sys::clens_batch,
    columns: Vec<sys::clens_column>,
    /// By column, the entries that may be read of it.
    bounds: Vec<u64>,
    /// Of one request.
    ends: Vec<i64>,
    keys: Option<&'a [u64]>,
    cached: Option<&'a [i64]>,
    fault: Option<&'static str>,
    /// Whether slices were given whose lengths the library is not told.
    unsure: bool,
    borrowed: PhantomData<&'a ()>,
}

impl<'a> Batch<'a> {
    /// So many candidates, each its own request until one of the next two says otherwise.
    #[must_use]
    pub fn new(candidates: usize) -> Self {
        Self {
            raw: sys::clens_batch { candidates: candidates as u64, ..sys::clens_batch::INIT },
            columns: Vec::new(),
            bounds: Vec::new(),
            ends: Vec::new(),
            keys: None,
            cached: None,
            fault: None,
            unsure: false,
            borrowed: PhantomData,
        }
    }

    /// All candidates belong to one request.
    pub fn one_request(&mut self) -> &mut Self {
        self.ends.clear();
        self.ends.extend([0, self.raw.candidates as i64]);
        self.raw.requests = 1;
        self.raw.request_offsets = self.ends.as_ptr();
        self
    }

    /// Candidate `c` belongs to the request `r` with `ends[r] <= c < ends[r + 1]`: from 0 to the number of candidates.
    pub fn requests(&mut self, ends: &'a [i64]) -> &mut Self {
        self.raw.requests = (ends.len() as u64).saturating_sub(1);
        self.raw.request_offsets = ends.as_ptr();
        let fits = ends.len() > 1 || (ends.len() == 1 && self.raw.candidates == 0);
        self.require(fits, "requests: ends need one offset more than there are requests")
    }

    /// A key for each request: what sampling, profiles and recordings go by.
    pub fn request_keys(&mut self, keys: &'a [u64]) -> &mut Self {
        self.raw.request_keys = keys.as_ptr();
        (self.keys, self.unsure) = (Some(keys), true);
        self
    }

    /// Candidate `c` comes from row `rows[c]` of the cache, or, where that is -1, from the columns; columns of candidate
    /// scope then have an entry for each -1 alone.
    pub fn cached(&mut self, cache: &'a Cache, rows: &'a [i64]) -> &mut Self {
        (self.raw.cache, self.raw.cache_rows) = (cache.get(), rows.as_ptr());
        self.cached = Some(rows);
        let fits = rows.len() as u64 == self.raw.candidates;
        self.require(fits, "cached: not one row for each candidate")
    }

    /// A bad value fails the run ([`BadValue`](Status::BadValue)) in place of being replaced and counted.
    pub fn strict(&mut self) -> &mut Self {
        self.raw.flags |= sys::CLENS_BATCH_STRICT;
        self
    }

    /// Adds the data of an input.
    #[inline]
    pub fn column(&mut self, input: u32, column: Column<'a>) -> &mut Self {
        self.columns.push(sys::clens_column { input, ..column.raw });
        self.bounds.push(column.bound());
        self.raw.columns = self.columns.as_ptr();
        self.raw.column_count = self.columns.len();
        self.fault = self.fault.or(column.fault);
        self.unsure |= column.fault.is_some() || column.bound() != Column::ANY;
        self
    }

    /// Adds raw ids, one an entry: [`Column::keys`].
    #[inline]
    pub fn keys<T: Id>(&mut self, input: u32, ids: &'a [T]) -> &mut Self {
        self.column(input, Column::keys(ids))
    }

    /// Adds table rows, one an entry: [`Column::rows`].
    #[inline]
    pub fn rows<T: Id>(&mut self, input: u32, rows: &'a [T]) -> &mut Self {
        self.column(input, Column::rows(rows))
    }

    /// Adds dense values: [`Column::floats`].
    #[inline]
    pub fn floats(&mut self, input: u32, values: &'a [f32]) -> &mut Self {
        self.column(input, Column::floats(values))
    }

    /// Adds strings, one an entry: [`Column::strings`].
    pub fn strings<O: Offset>(&mut self, input: u32, text: &'a [u8], ends: &'a [O]) -> &mut Self {
        self.column(input, Column::strings(text, ends))
    }

    /// Adds strings, one an entry: [`Column::texts`].
    pub fn texts(&mut self, input: u32, texts: &'a Texts) -> &mut Self {
        self.column(input, Column::texts(texts))
    }

    /// An empty batch for the next request, with the memory of this one.
    #[must_use]
    pub fn recycle<'b>(mut self, candidates: usize) -> Batch<'b> {
        self.columns.clear();
        self.bounds.clear();
        let (columns, bounds, ends) = (self.columns, self.bounds, self.ends);
        Batch { columns, bounds, ends, ..Batch::new(candidates) }
    }

    /// How many candidates there are.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.raw.candidates as usize
    }

    /// How many requests there are.
    #[must_use]
    pub fn request_count(&self) -> usize {
        if self.raw.requests == 0 { self.candidates() } else { self.raw.requests as usize }
    }

    fn require(&mut self, holds: bool, fault: &'static str) -> &mut Self {
        if !holds {
            self.fault = self.fault.or(Some(fault));
            self.unsure = true;
        }
        self
    }

    /// What the library is given. Slices whose lengths it is not told - offsets of lists, bitmaps, keys, rows of a cache -
    /// are checked here, with the status that it gives of lengths that it is told: `scopes` says, by input, how many
    /// entries it will read.
    #[inline]
    pub(crate) fn view(&self, scopes: &[Option<Scope>]) -> Result<&sys::clens_batch> {
        if self.unsure {
            self.check(scopes)?;
        }
        Ok(&self.raw)
    }

    fn check(&self, scopes: &[Option<Scope>]) -> Result<()> {
        if let Some(fault) = self.fault {
            return Err(Error::new(Status::BadBatch, fault));
        }
        let most = self.raw.candidates.max(self.request_count() as u64);
        for (column, bound) in self.columns.iter().zip(&self.bounds) {
            if *bound < most && *bound < self.needed(column.input, scopes) {
                return Err(self.too_short(column.input, *bound));
            }
        }
        if self.keys.is_some_and(|keys| keys.len() != self.request_count()) {
            return Err(Error::new(Status::BadBatch, "request_keys: not one for each request"));
        }
        Ok(())
    }

    /// Entries of an input; 0 of one that no feature reads.
    fn needed(&self, input: u32, scopes: &[Option<Scope>]) -> u64 {
        match (scopes.get(input as usize).copied().flatten(), self.cached) {
            (None, _) => 0,
            (Some(Scope::Request), _) => self.request_count() as u64,
            (Some(Scope::Candidate), Some(rows)) => rows.iter().filter(|row| **row < 0).count() as u64,
            (Some(_), _) => self.raw.candidates,
        }
    }

    #[cold]
    fn too_short(&self, input: u32, bound: u64) -> Error {
        let message = format!(
            "input {input}: offsets or bitmap of {bound} entries, for {} candidates",
            self.raw.candidates
        );
        Error::new(Status::BadBatch, message)
    }

    /// Of columns that the library has made of a flat batch, and checked.
    pub(crate) fn of_raw(
        raw: &sys::clens_batch,
        columns: Vec<sys::clens_column>,
        scopes: &[Option<Scope>],
    ) -> Self {
        let mut batch = Self::new(0);
        // The flat buffer's, which the caller borrows for 'a.
        batch.raw.candidates = raw.candidates;
        batch.raw.requests = raw.requests;
        batch.raw.request_offsets = raw.request_offsets;
        batch.raw.request_keys = raw.request_keys;
        batch.raw.flags = raw.flags;
        if !raw.request_keys.is_null() {
            // SAFETY: as above, one for each request.
            batch.keys = Some(unsafe { std::slice::from_raw_parts(raw.request_keys, batch.request_count()) });
        }
        // Checked against the scopes of this session: another one may read no more entries.
        batch.bounds = columns.iter().map(|column| batch.needed(column.input, scopes)).collect();
        batch.columns = columns;
        batch.raw.columns = batch.columns.as_ptr();
        batch.raw.column_count = batch.columns.len();
        batch.unsure = true;
        batch
    }
}

impl Clone for Batch<'_> {
    fn clone(&self) -> Self {
        let (columns, bounds, ends) = (self.columns.clone(), self.bounds.clone(), self.ends.clone());
        let own_ends = self.raw.request_offsets == self.ends.as_ptr();
        let request_offsets = if own_ends { ends.as_ptr() } else { self.raw.request_offsets };
        let raw = sys::clens_batch { columns: columns.as_ptr(), request_offsets, ..self.raw };
        Self { raw, columns, bounds, ends, ..*self }
    }
}

impl Default for Batch<'_> {
    fn default() -> Self {
        Self::new(0)
    }
}

// SAFETY: the columns' pointers are shared borrows of slices of numbers; a cache may be read by any thread.
unsafe impl Send for Batch<'_> {}
// SAFETY: as above.
unsafe impl Sync for Batch<'_> {}
