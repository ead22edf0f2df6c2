//! What a slot is given to serve.
#![forbid(unsafe_code)]
use std::fmt;

use clicklens_sys as sys;

use crate::cache::Cache;
use crate::error::Error;
use crate::session_options::SessionOptions;

/// How a model is published: what each seat's session is made for, and what checks are left out.
///
/// ```no_run
/// # use clicklens::{Inputs, Model, ProfileOptions, PublishOptions, SessionOptions, Slot, SlotOptions};
/// # let model = Model::open("ctr.clens")?;
/// # let slot = Slot::new(&Inputs::of(&model)?, &SlotOptions::default())?;
/// let profiled = SessionOptions::new().profile(&ProfileOptions { every: 16, ..Default::default() });
/// slot.publish(&model, &PublishOptions::new().session(profiled))?;
/// # Ok::<(), clicklens::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct PublishOptions {
    pub(crate) session: SessionOptions,
    pub(crate) flags: u32,
}

impl PublishOptions {
    /// Plain sessions, and every check.
    pub fn new() -> Self {
        Self::default()
    }

    /// What every seat's session is made for. Its values, probe and means are the model's.
    pub fn session(mut self, options: SessionOptions) -> Self {
        self.session = options;
        self
    }

    /// Without [`Model::verify`](crate::Model::verify).
    pub fn skip_verify(self) -> Self {
        self.flag(sys::CLENS_PUBLISH_SKIP_VERIFY)
    }

    /// Without [`Model::self_test`](crate::Model::self_test), which a model without rows for it passes.
    pub fn skip_self_test(self) -> Self {
        self.flag(sys::CLENS_PUBLISH_SKIP_SELF_TEST)
    }

    /// Without [`Model::warm`](crate::Model::warm): the first requests fault the pages in.
    pub fn skip_warm(self) -> Self {
        self.flag(sys::CLENS_PUBLISH_SKIP_WARM)
    }

    fn flag(mut self, flag: u32) -> Self {
        self.flags |= flag;
        self
    }
}

/// A publication with a cache that was refused: what was served before is served on, and the cache comes back.
#[derive(Debug)]
pub struct Refused {
    /// Why.
    pub error: Error,
    /// As it was given.
    pub cache: Cache,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Lets the cache go.
impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}
