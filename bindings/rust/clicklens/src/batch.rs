//! Requests and their candidates, borrowed.
use std::marker::PhantomData;
use std::ptr;

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
#[derive(Clone, Debug, Default)]
pub struct Batch<'a> {
    columns: Vec<sys::clens_column>,
    /// By column, the entries that may be read of it.
    bounds: Vec<u64>,
    candidates: u64,
    requests: Requests<'a>,
    keys: Option<&'a [u64]>,
    cached: Option<(&'a Cache, &'a [i64])>,
    flags: u32,
    fault: Option<&'static str>,
    borrowed: PhantomData<&'a ()>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Requests<'a> {
    #[default]
    Each,
    One([i64; 2]),
    Ends(&'a [i64]),
}

impl<'a> Batch<'a> {
    /// So many candidates, each its own request until one of the next two says otherwise.
    #[must_use]
    pub fn new(candidates: usize) -> Self {
        Self { candidates: candidates as u64, ..Self::default() }
    }

    /// All candidates belong to one request.
    pub fn one_request(&mut self) -> &mut Self {
        self.requests = Requests::One([0, self.candidates as i64]);
        self
    }

    /// Candidate `c` belongs to the request `r` with `ends[r] <= c < ends[r + 1]`: from 0 to the number of candidates.
    pub fn requests(&mut self, ends: &'a [i64]) -> &mut Self {
        self.requests = Requests::Ends(ends);
        let fits = ends.len() > 1 || (ends.len() == 1 && self.candidates == 0);
        self.require(fits, "requests: ends need one offset more than there are requests")
    }

    /// A key for each request: what sampling, profiles and recordings go by.
    pub fn request_keys(&mut self, keys: &'a [u64]) -> &mut Self {
        self.keys = Some(keys);
        self
    }

    /// Candidate `c` comes from row `rows[c]` of the cache, or, where that is -1, from the columns; columns of candidate
    /// scope then have an entry for each -1 alone.
    pub fn cached(&mut self, cache: &'a Cache, rows: &'a [i64]) -> &mut Self {
        self.cached = Some((cache, rows));
        let fits = rows.len() as u64 == self.candidates;
        self.require(fits, "cached: not one row for each candidate")
    }

    /// A bad value fails the run ([`BadValue`](Status::BadValue)) in place of being replaced and counted.
    pub fn strict(&mut self) -> &mut Self {
        self.flags |= sys::CLENS_BATCH_STRICT;
        self
    }

    /// Adds the data of an input.
    #[inline]
    pub fn column(&mut self, input: u32, column: Column<'a>) -> &mut Self {
        self.columns.push(sys::clens_column { input, ..column.raw });
        self.bounds.push(column.bound());
        self.fault = self.fault.or(column.fault);
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
        let (columns, bounds) = (self.columns, self.bounds);
        Batch { columns, bounds, ..Batch::new(candidates) }
    }

    /// How many candidates there are.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.candidates as usize
    }

    /// How many requests there are.
    #[must_use]
    pub fn request_count(&self) -> usize {
        match self.requests {
            Requests::Each => self.candidates(),
            Requests::One(_) => 1,
            Requests::Ends(ends) => ends.len().saturating_sub(1),
        }
    }

    fn require(&mut self, holds: bool, fault: &'static str) -> &mut Self {
        if !holds {
            self.fault = self.fault.or(Some(fault));
        }
        self
    }

    /// What the library is given. Slices whose lengths it is not told - offsets of lists, bitmaps, keys, rows of a cache -
    /// are checked here: `scopes` says, by input, how many entries it will read.
    #[inline]
    pub(crate) fn view(&self, scopes: &[Option<Scope>]) -> Result<sys::clens_batch> {
        if let Some(fault) = self.fault {
            return Err(Error::invalid(fault));
        }
        let most = self.candidates.max(self.request_count() as u64);
        for (column, bound) in self.columns.iter().zip(&self.bounds) {
            if *bound < most && *bound < self.needed(column.input, scopes) {
                return Err(self.too_short(column.input, *bound));
            }
        }
        if self.keys.is_some_and(|keys| keys.len() != self.request_count()) {
            return Err(Error::invalid("request_keys: not one for each request"));
        }
        let (requests, request_offsets) = match &self.requests {
            Requests::Each => (0, ptr::null()),
            Requests::One(ends) => (1, ends.as_ptr()),
            Requests::Ends(ends) => (ends.len() as u64 - 1, ends.as_ptr()),
        };
        Ok(sys::clens_batch {
            candidates: self.candidates,
            requests,
            request_offsets,
            columns: self.columns.as_ptr(),
            column_count: self.columns.len(),
            flags: self.flags,
            request_keys: self.keys.map_or(ptr::null(), <[u64]>::as_ptr),
            cache: self.cached.map_or(ptr::null_mut(), |(cache, _)| cache.get()),
            cache_rows: self.cached.map_or(ptr::null(), |(_, rows)| rows.as_ptr()),
            ..sys::clens_batch::INIT
        })
    }

    /// Entries of an input; 0 of one that no feature reads.
    #[cold]
    fn needed(&self, input: u32, scopes: &[Option<Scope>]) -> u64 {
        match (scopes.get(input as usize).copied().flatten(), self.cached) {
            (None, _) => 0,
            (Some(Scope::Request), _) => self.request_count() as u64,
            (Some(Scope::Candidate), Some((_, rows))) => rows.iter().filter(|row| **row < 0).count() as u64,
            (Some(_), _) => self.candidates,
        }
    }

    #[cold]
    fn too_short(&self, input: u32, bound: u64) -> Error {
        let message = format!(
            "input {input}: offsets or bitmap of {bound} entries, for {} candidates",
            self.candidates
        );
        Error::new(Status::BadBatch, message)
    }

    /// Of columns that the library has made of a flat batch, and checked.
    pub(crate) fn of_raw(
        raw: &sys::clens_batch,
        columns: Vec<sys::clens_column>,
        scopes: &[Option<Scope>],
    ) -> Self {
        let mut batch = Self::new(usize::try_from(raw.candidates).unwrap_or(usize::MAX));
        if raw.requests != 0 {
            // SAFETY: flat_read's offsets lie in the flat buffer, which the caller borrows for 'a.
            batch.requests = Requests::Ends(unsafe {
                std::slice::from_raw_parts(raw.request_offsets, raw.requests as usize + 1)
            });
        }
        if !raw.request_keys.is_null() {
            // SAFETY: as above, one for each request.
            batch.keys = Some(unsafe { std::slice::from_raw_parts(raw.request_keys, batch.request_count()) });
        }
        batch.flags = raw.flags;
        // Checked against the scopes of this session: another one may read no more entries.
        batch.bounds = columns.iter().map(|column| batch.needed(column.input, scopes)).collect();
        batch.columns = columns;
        batch
    }
}

// SAFETY: the columns' pointers are shared borrows of slices of numbers; a cache may be read by any thread.
unsafe impl Send for Batch<'_> {}
// SAFETY: as above.
unsafe impl Sync for Batch<'_> {}
