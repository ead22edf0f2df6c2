//! A session of one's own.
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;

use clicklens_sys as sys;

use crate::error::Result;
use crate::handle::Handle;
use crate::inputs::Inputs;
use crate::model::Model;
use crate::runner::{Core, Runner};
use crate::session_options::SessionOptions;
use crate::threads::ParallelFor;

/// The handle, which collectors share, and what the library may call for it.
pub(crate) struct Shared {
    pub(crate) handle: Handle<sys::clens_session>,
    // Pointed to by the handle, which goes first.
    _parallel_for: Option<Box<ParallelFor>>,
}

// SAFETY: clicklens.h: a session may move between threads. The one call that is made through a shared reference,
// clens_profile_collect, may come from any thread at any time.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

/// Memory and plan for running one model, by the methods of [`Runner`]. It may move between threads, and is used by one at
/// a time: all runs need it `&mut`. Running allocates nothing.
///
/// ```no_run
/// # use clicklens::{Batch, Inputs, Model, Session};
/// let model = Model::open("ctr.clens")?;
/// let mut session = Session::new(&model, &Inputs::of(&model)?)?;
/// let (user, ads) = ([1u64], [3u64, 14, 159]);
/// let mut batch = Batch::new(3);
/// batch.one_request().keys(0, &user).keys(1, &ads);
/// let mut scores = [0.0; 3];
/// session.run(&batch, &mut scores)?;
/// # Ok::<(), clicklens::Error>(())
/// ```
///
/// Threads do not share one:
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<clicklens::Session>();
/// ```
pub struct Session {
    core: Core<[(); 0]>, // of the two below
    pub(crate) shared: Arc<Shared>,
    _model: Model,
}

impl Session {
    /// Scores alone, in float32, in the caller's thread.
    ///
    /// # Errors
    /// As [`SessionOptions::build`].
    pub fn new(model: &Model, inputs: &Inputs) -> Result<Self> {
        SessionOptions::new().build(model, inputs)
    }

    pub(crate) fn make(options: &SessionOptions, model: &Model, inputs: &Inputs) -> Result<Self> {
        let (plan, parallel_for) = (options.plan(model, inputs)?, options.host());
        let handle = options.with_raw(parallel_for.as_deref(), |raw| {
            // SAFETY: live handles; the options' pointers live through the call, that of the host as long as the session.
            Handle::make(|out| unsafe { sys::clens_session_create(model.get(), inputs.get(), raw, out) })
        })?;
        let model = model.clone();
        // SAFETY: handles are never NULL; the core is used no longer than the model beside it.
        let core = unsafe {
            let alias = Model::of_raw(NonNull::new_unchecked(model.get()));
            Core::new(NonNull::new_unchecked(handle.get()), alias, Arc::new(plan))
        };
        Ok(Self { core, shared: Arc::new(Shared { handle, _parallel_for: parallel_for }), _model: model })
    }
}

impl Deref for Session {
    type Target = Runner;

    #[inline]
    fn deref(&self) -> &Runner {
        self.core.runner()
    }
}

impl DerefMut for Session {
    #[inline]
    fn deref_mut(&mut self) -> &mut Runner {
        self.core.runner_mut()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("tasks", &self.tasks())
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}
