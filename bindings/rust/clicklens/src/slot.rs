//! Models that change under load.
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clicklens_sys as sys;

use crate::cache::Cache;
use crate::error::{Error, Result, Status, check};
use crate::handle::Handle;
use crate::inputs::Inputs;
use crate::model::Model;
use crate::profile::Profile;
use crate::publication::{PublishOptions, Refused};
use crate::runner::Plan;
use crate::seat::{Place, Seat};
use crate::slot_versions::Versions;

/// How a slot is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotOptions {
    /// Requests that are served at the same time, 1 to 65,536: each has a session of its own.
    pub seats: usize,
    /// How long a publication waits for seats to leave the version before; zero: 10 s.
    pub drain: Duration,
}

impl Default for SlotOptions {
    fn default() -> Self {
        Self { seats: 1, drain: Duration::ZERO }
    }
}

/// What a slot serves, and what it has done so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotInfo {
    /// Requests that may be served at the same time.
    pub seats: usize,
    /// Of them, those that are.
    pub entered: usize,
    /// Versions that were replaced and are still held by a seat.
    pub draining: usize,
    /// That serves; 0: none yet.
    pub version: u64,
    /// Its model's [`ModelInfo::id`](crate::ModelInfo::id).
    pub model: u128,
    /// Publications.
    pub published: u64,
    /// Publications refused.
    pub refused: u64,
    /// Profiled rows of versions gone, dropped since 64 such profiles were waiting.
    pub lost_rows: u64,
    /// Versions whose profile could not be kept: no memory.
    pub lost_versions: u64,
}

impl From<&sys::clens_slot_info> for SlotInfo {
    fn from(raw: &sys::clens_slot_info) -> Self {
        Self {
            seats: raw.seats,
            entered: raw.entered,
            draining: raw.draining,
            version: raw.version,
            model: u128::from(raw.model_high) << 64 | u128::from(raw.model_low),
            published: raw.published,
            refused: raw.refused,
            lost_rows: raw.lost_rows,
            lost_versions: raw.lost_versions,
        }
    }
}

/// What sessions of one version saw: [`Slot::collect`].
pub struct SlotProfile {
    /// Of the version's model, of its [`ProfileOptions`](crate::ProfileOptions).
    pub profile: Profile,
    /// As it was published.
    pub version: u64,
    /// Rows that came.
    pub rows: u64,
}

/// What a host serves from while models come and go: publish on a loader's thread, enter around every request on serving
/// ones. Whoever enters gets all of one version (model, session, cache) until the [`Seat`] is dropped; a model that
/// nobody holds any more is let go. Shared by threads.
///
/// ```no_run
/// use clicklens::{Batch, Inputs, Model, PublishOptions, Slot, SlotOptions};
///
/// let model = Model::open("ctr.clens")?;
/// let slot = Slot::new(&Inputs::of(&model)?, &SlotOptions { seats: 4, ..Default::default() })?;
/// slot.publish(&model, &PublishOptions::new())?;          // again for each new file, while others run
///
/// let (user, ads, mut scores) = ([1u64], [3u64, 14, 159], [0.0; 3]);
/// let mut batch = Batch::new(3);
/// batch.one_request().keys(0, &user).keys(1, &ads);
/// let mut seat = slot.enter(0)?;                          // each thread its own
/// seat.run(&batch, &mut scores)?;
/// drop(seat);                                             // left
/// # Ok::<(), clicklens::Error>(())
/// ```
///
/// Entering, running and leaving allocate nothing and make no system call; entering takes no lock, but at a seat's first
/// request of a version: one for reading, which a publication holds for as long as a push to a list takes.
pub struct Slot {
    handle: Handle<sys::clens_slot>, // goes first: it may call what `versions` has
    inputs: Inputs,
    places: Box<[Place]>,
    hint: AtomicUsize,
    versions: Versions,
    /// The number of the last publication. Publications take turns.
    last: Mutex<u64>,
}

// SAFETY: clicklens.h: publishing, collecting and describing from any thread; a seat is entered by whoever took its place
// alone.
unsafe impl Send for Slot {}
// SAFETY: as above.
unsafe impl Sync for Slot {}

impl Slot {
    /// Serves nothing yet. `inputs`: what the host sends, whatever the model.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): seats out of range.
    pub fn new(inputs: &Inputs, options: &SlotOptions) -> Result<Self> {
        let drain = options.drain.as_micros().div_ceil(1000);
        let raw = sys::clens_slot_options {
            seats: options.seats,
            drain_milliseconds: u32::try_from(drain).unwrap_or(u32::MAX),
            ..sys::clens_slot_options::INIT
        };
        // SAFETY: a live handle, which is copied; options that live through the call.
        let handle = Handle::make(|out| unsafe { sys::clens_slot_create(inputs.get(), &raw, out) })?;
        let versions = Versions::default();
        let nothing = versions.add(0, Plan::default());
        Ok(Self {
            handle,
            inputs: inputs.clone(),
            places: (0..options.seats).map(|_| Place::new(&nothing)).collect(),
            hint: AtomicUsize::new(0),
            versions,
            last: Mutex::new(0),
        })
    }

    /// Verifies, warms and tests the model, makes a session for each seat, serves it from then on, and waits until no seat
    /// holds the version before, or [`SlotOptions::drain`] is over. Returns its number: 1, 2, ... Publications take
    /// turns; whoever publishes should hold no seat.
    ///
    /// # Errors
    /// Those of [`Model::verify`], [`Model::self_test`] and
    /// [`SessionOptions::build`](crate::SessionOptions::build). What was served before is served on.
    pub fn publish(&self, model: &Model, options: &PublishOptions) -> Result<u64> {
        self.publish_raw(model, options, &mut None)
    }

    /// As [`publish`](Self::publish), with a filled cache of the model's, which [`Seat::parts`] gives.
    ///
    /// # Errors
    /// As [`publish`](Self::publish); [`Stale`](crate::Status::Stale): a cache of another model;
    /// [`InvalidArgument`](crate::Status::InvalidArgument): sessions that read none. The cache comes back with the error.
    pub fn publish_with(
        &self,
        model: &Model,
        options: &PublishOptions,
        cache: Cache,
    ) -> std::result::Result<u64, Refused> {
        let mut given = Some(cache);
        match (self.publish_raw(model, options, &mut given), given) {
            (Err(error), Some(cache)) => Err(Refused { error, cache }),
            (published, _) => Ok(published.unwrap_or_default()), // on success the cache was taken
        }
    }

    /// Takes the cache on success alone.
    fn publish_raw(&self, model: &Model, options: &PublishOptions, cache: &mut Option<Cache>) -> Result<u64> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // Known before a seat can find the version.
        let number = *last + 1;
        let plan = options.session.plan(model, &self.inputs)?;
        let host = options.session.host();
        let published = options.session.with_raw(host.as_deref(), |session| {
            let raw = sys::clens_publication {
                model: model.get(),
                session,
                cache: cache.as_ref().map_or(std::ptr::null_mut(), Cache::get),
                flags: options.flags,
                ..sys::clens_publication::INIT
            };
            drop(self.versions.add(number, plan));
            // SAFETY: live handles; options that live through the call, their host for as long as the version.
            check(unsafe { sys::clens_slot_publish(self.get(), &raw, std::ptr::null_mut()) })
        });
        if let Err(error) = published {
            self.versions.remove(number);
            return Err(error);
        }
        *last = number;
        self.versions.keep(number, [host, cache.take().and_then(Cache::give_up)]);
        if self.describe()?.draining == 0 {
            self.versions.let_go_before(number);
        }
        Ok(number)
    }

    /// A seat, by number: for threads that have one each.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): the seat is taken, or nothing was published yet;
    /// [`InvalidArgument`](crate::Status::InvalidArgument): no such seat.
    pub fn enter(&self, seat: usize) -> Result<Seat<'_>> {
        let seats = self.places.len();
        let place = self.places.get(seat);
        let place = place.ok_or_else(|| Error::invalid(format!("seat: {seat}, the slot has {seats}")))?;
        if !place.take() {
            return Err(Error::new(Status::BadState, format!("seat: {seat} is taken")));
        }
        Seat::enter(self, seat, place)
    }

    /// Any free seat: for pools whose threads have no number. `None`: all are taken.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): nothing was published yet.
    pub fn enter_free(&self) -> Result<Option<Seat<'_>>> {
        let begin = self.hint.fetch_add(1, Ordering::Relaxed) % self.places.len();
        let in_turn = (begin..self.places.len()).chain(0..begin);
        for (index, place) in in_turn.filter_map(|index| Some((index, self.places.get(index)?))) {
            if place.take() {
                return Seat::enter(self, index, place).map(Some);
            }
        }
        Ok(None)
    }

    /// What sessions with [`SessionOptions::profile`](crate::SessionOptions::profile) saw since the last time: of versions
    /// that are gone first, the oldest first, one a call, then of the one that serves. `None`: no row since; while seats run
    /// there may always be some. No row is lost by a publication.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Status::OutOfMemory).
    pub fn collect(&self) -> Result<Option<SlotProfile>> {
        let (mut version, mut rows) = (0, 0);
        // SAFETY: a live handle; any thread may ask.
        let profile =
            Handle::make(|out| unsafe { sys::clens_slot_collect(self.get(), out, &mut version, &mut rows) });
        match profile {
            Ok(profile) => Ok(Some(SlotProfile { profile: Profile::take(profile), version, rows })),
            Err(error) if error.status() == Status::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds up, on this thread, the profiled rows that wait in the sessions of the version that serves; returns how many.
    /// Called a few times a second it leaves serving threads with no more to do than to copy rows.
    ///
    /// # Errors
    /// None known.
    pub fn settle(&self) -> Result<u64> {
        let mut rows = 0;
        // SAFETY: a live handle; any thread may ask.
        check(unsafe { sys::clens_slot_settle(self.get(), &mut rows) })?;
        Ok(rows)
    }

    /// What it serves, and what it has done so far.
    ///
    /// # Errors
    /// None known.
    pub fn describe(&self) -> Result<SlotInfo> {
        let mut raw = sys::clens_slot_info::INIT;
        // SAFETY: a live handle; any thread may ask.
        check(unsafe { sys::clens_slot_describe(self.get(), &mut raw) })?;
        Ok(SlotInfo::from(&raw))
    }

    /// What the host sends.
    #[must_use]
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    #[inline]
    pub(crate) fn get(&self) -> *mut sys::clens_slot {
        self.handle.get()
    }

    pub(crate) fn versions(&self) -> &Versions {
        &self.versions
    }

    pub(crate) fn leave(&self, seat: usize) {
        if let Some(place) = self.places.get(seat) {
            place.give_back();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // A guard that was forgotten still holds its seat, which a slot may not be released with.
        for (index, place) in self.places.iter_mut().enumerate() {
            if place.is_taken() {
                // SAFETY: a live handle; nobody can have the guard any more.
                unsafe { sys::clens_slot_leave(self.handle.get(), index) };
            }
        }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("info", &self.describe()).finish_non_exhaustive()
    }
}
