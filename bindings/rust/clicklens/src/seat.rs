//! One request's hold on a slot's version.
use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clicklens_sys as sys;

use crate::cache::Cache;
use crate::error::{Error, Result, Status, check};
use crate::model::Model;
use crate::runner::{Core, Plan, Runner};
use crate::slot::Slot;

/// What a seat holds; nothing of it is used unless the seat is entered.
struct Inside {
    core: Core<[(); 0]>,
    cache: Option<ManuallyDrop<Cache>>,
    version: u64,
}

/// A seat's place in its slot, on a cache line of its own: neighbours write theirs at every request.
#[repr(align(64))]
pub(crate) struct Place {
    taken: AtomicBool,
    inside: UnsafeCell<Inside>,
}

// SAFETY: `inside` is used by whoever set `taken` alone, from any thread; see `Core`.
unsafe impl Sync for Place {}
// SAFETY: as above; the cache that it may point to is read from any thread.
unsafe impl Send for Place {}

impl Place {
    /// Free, of no version yet.
    pub(crate) fn new(nothing: &Arc<Plan>) -> Self {
        // SAFETY: nobody uses it before it is entered.
        let model = unsafe { Model::of_raw(NonNull::dangling()) };
        let core = Core::new(NonNull::dangling(), model, nothing.clone());
        let inside = UnsafeCell::new(Inside { core, cache: None, version: 0 });
        Self { taken: AtomicBool::new(false), inside }
    }

    /// Whether it was free, and is the caller's now. Looks first: a failed write would take the line from its owner.
    pub(crate) fn take(&self) -> bool {
        !self.taken.load(Ordering::Relaxed) && !self.taken.swap(true, Ordering::Acquire)
    }

    pub(crate) fn give_back(&self) {
        self.taken.store(false, Ordering::Release);
    }

    pub(crate) fn is_taken(&mut self) -> bool {
        *self.taken.get_mut()
    }
}

/// All of one version of a [`Slot`], until dropped: a session that [runs](Runner::run), its model, perhaps a cache. It may
/// move between threads, and is used by one at a time.
///
/// Nothing of a version outlives its seat:
///
/// ```compile_fail,E0505
/// fn late(mut seat: clicklens::Seat<'_>, batch: &clicklens::Batch<'_>, scores: &mut [f32]) {
///     let session: &mut clicklens::Runner = &mut seat;
///     drop(seat);
///     session.run(batch, scores).unwrap();
/// }
/// ```
///
/// nor a seat its slot,
///
/// ```compile_fail,E0505
/// fn late(slot: clicklens::Slot) {
///     let seat = slot.enter(0).unwrap();
///     drop(slot);
///     seat.version();
/// }
/// ```
///
/// and no two threads run on one:
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<clicklens::Seat<'_>>();
/// ```
#[must_use]
pub struct Seat<'slot> {
    slot: &'slot Slot,
    index: usize,
    inside: NonNull<Inside>,
    of_slot: PhantomData<&'slot mut Inside>,
}

// SAFETY: entering and leaving may happen on different threads; a session may move between them.
unsafe impl Send for Seat<'_> {}

impl<'slot> Seat<'slot> {
    /// The place is the caller's: [`Place::take`].
    pub(crate) fn enter(slot: &'slot Slot, index: usize, place: &'slot Place) -> Result<Self> {
        let entered = Self::inside_of(slot, index, place);
        if entered.is_err() {
            place.give_back();
        }
        Ok(Self { slot, index, inside: entered?, of_slot: PhantomData })
    }

    fn inside_of(slot: &Slot, index: usize, place: &Place) -> Result<NonNull<Inside>> {
        let mut raw = sys::clens_seat::INIT;
        // SAFETY: a live handle; a seat that nobody else enters, since the place is ours.
        check(unsafe { sys::clens_slot_enter(slot.get(), index, &mut raw) })?;
        // SAFETY: the place is ours.
        let inside = unsafe { &mut *place.inside.get() };
        if let Err(error) = inside.look_at(&raw, slot) {
            // SAFETY: it was entered just now.
            unsafe { sys::clens_slot_leave(slot.get(), index) };
            return Err(error);
        }
        Ok(NonNull::from(inside))
    }

    /// Which publication it is of: [`Slot::publish`] numbered it.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.inside().version
    }

    /// Which seat of the slot it is.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The session, and the version's cache, which a batch for that session may borrow.
    ///
    /// ```no_run
    /// # fn ranked(mut seat: clicklens::Seat<'_>, rows: &[i64], scores: &mut [f32]) -> clicklens::Result<()> {
    /// let (session, cache) = seat.parts();
    /// let mut batch = clicklens::Batch::new(rows.len());
    /// if let Some(cache) = cache {
    ///     batch.one_request().cached(cache, rows);
    /// }
    /// session.run(&batch, scores)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn parts(&mut self) -> (&mut Runner, Option<&Cache>) {
        // SAFETY: ours alone until dropped.
        let inside = unsafe { self.inside.as_mut() };
        (inside.core.runner_mut(), inside.cache.as_deref())
    }

    fn inside(&self) -> &Inside {
        // SAFETY: ours alone until dropped.
        unsafe { self.inside.as_ref() }
    }
}

impl Inside {
    fn look_at(&mut self, raw: &sys::clens_seat, slot: &Slot) -> Result<()> {
        if self.version != raw.version {
            let plan = slot.versions().find(raw.version);
            self.core.plan = plan.ok_or_else(|| Error::new(Status::Internal, "a version of nobody's"))?;
            self.version = raw.version;
        }
        let missing = || Error::new(Status::Internal, "a seat without session or model");
        self.core.handle = NonNull::new(raw.session).ok_or_else(missing)?;
        let model = NonNull::new(raw.model.cast_mut()).ok_or_else(missing)?;
        // SAFETY: both live until the seat is left, and nobody reaches them later. The library owns the cache, and nobody
        // here fills it: it is handed out by shared reference.
        unsafe {
            self.core.model = Model::of_raw(model);
            self.cache = NonNull::new(raw.cache.cast_mut()).map(|cache| Cache::of_raw(cache));
        }
        Ok(())
    }
}

impl Deref for Seat<'_> {
    type Target = Runner;

    #[inline]
    fn deref(&self) -> &Runner {
        self.inside().core.runner()
    }
}

impl DerefMut for Seat<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Runner {
        // SAFETY: ours alone until dropped.
        unsafe { self.inside.as_mut() }.core.runner_mut()
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        // SAFETY: a live handle; the seat was entered by us. Left before another can take the place.
        unsafe { sys::clens_slot_leave(self.slot.get(), self.index) };
        self.slot.leave(self.index);
    }
}

impl fmt::Debug for Seat<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").field("index", &self.index).field("version", &self.version()).finish()
    }
}
