//! What a session that serves has seen.
use std::sync::Arc;

use clicklens_sys as sys;

use crate::error::{Result, check};
use crate::profile::Profile;
use crate::session::{Session, Shared};

/// Takes what a session that serves has seen, from any thread, also while it runs: runs never wait. It keeps the session's
/// memory alive.
///
/// ```no_run
/// # use clicklens::{Inputs, Model, Profile, ProfileOptions, SessionOptions};
/// # let model = Model::open("ctr.clens")?;
/// let options = ProfileOptions { every: 16, ..Default::default() };
/// let session = SessionOptions::new().profile(&options).build(&model, &Inputs::of(&model)?)?;
/// let collector = session.collector();                  // to the thread that answers /metrics
/// let mut today = Profile::new(&model, &options)?;
/// collector.collect(&mut today)?;
/// print!("{}", today.prometheus()?);
/// # Ok::<(), clicklens::Error>(())
/// ```
#[derive(Clone)]
pub struct Collector(Arc<Shared>);

impl Session {
    /// Of a session made with [`SessionOptions::profile`](crate::SessionOptions::profile).
    #[must_use]
    pub fn collector(&self) -> Collector {
        Collector(self.shared.clone())
    }
}

impl Collector {
    /// What the session saw since the last time, added to a profile of equal options; returns how many rows came. Waits for
    /// no run: what the one at hand sees may come with the next call.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): the session has no profile; what [`Profile::merge`] refuses.
    pub fn collect(&self, profile: &mut Profile) -> Result<u64> {
        let mut rows = 0;
        // SAFETY: live handles; clicklens.h lets any thread call this while the session runs.
        check(unsafe { sys::clens_profile_collect(self.0.handle.get(), profile.get(), &mut rows) })?;
        Ok(rows)
    }

    /// Adds up the rows that wait, on this thread, and leaves them with the session; returns how many. Called some ten
    /// times a second, before [`ProfileOptions::waiting_rows`](crate::ProfileOptions::waiting_rows) have come, it leaves
    /// runs with no more to do than to copy rows and read their ids. Waits for the run at
    /// hand, up to 20 ms.
    ///
    /// # Errors
    /// [`BadState`](crate::Status::BadState): the session has no profile.
    pub fn settle(&self) -> Result<u64> {
        let mut rows = 0;
        // SAFETY: a live handle; clicklens.h lets any thread call this while the session runs.
        check(unsafe { sys::clens_profile_settle(self.0.handle.get(), &mut rows) })?;
        Ok(rows)
    }
}
