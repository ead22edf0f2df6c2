//! A host's own threads.
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clicklens_sys as sys;

/// Most parts that a batch is cut into.
const MOST_TASKS: usize = 256;

/// Parts of one run, to be done on any threads. Each is done once, however often it is asked for.
pub struct Tasks {
    task: unsafe extern "C" fn(*mut c_void, usize),
    context: *mut c_void,
    count: usize,
    begun: [AtomicU64; MOST_TASKS / 64],
}

// SAFETY: the library lets tasks run on any threads.
unsafe impl Send for Tasks {}
// SAFETY: as above; `begun` is atomic.
unsafe impl Sync for Tasks {}

impl Tasks {
    /// How many parts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Does part `index`. Nothing happens where there is no such part, or it was begun before.
    pub fn run(&self, index: usize) {
        if index >= self.count {
            return;
        }
        let Some(word) = self.begun.get(index / 64) else { return };
        let bit = 1 << (index % 64);
        if word.fetch_or(bit, Ordering::Relaxed) & bit == 0 {
            // SAFETY: an index below the count, for the first time, while the library waits for all of them.
            unsafe { (self.task)(self.context, index) }
        }
    }
}

/// A function of the host that does all parts of a run and returns when they are done.
pub(crate) type ParallelFor = Arc<dyn Fn(&Tasks) + Send + Sync>;

/// What the library calls; `host` points to a [`ParallelFor`]. A panic ends here: the library finds parts left out and
/// fails the run with `BAD_STATE`.
pub(crate) unsafe extern "C" fn parallel_for(
    host: *mut c_void,
    count: usize,
    task: sys::clens_task,
    context: *mut c_void,
) {
    let Some(task) = task else { return };
    let tasks = Tasks { task, context, count, begun: Default::default() };
    // SAFETY: the session or cache owns the function for as long as the library may call this.
    let function = unsafe { &*host.cast::<ParallelFor>() };
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| function(&tasks))) {
        std::mem::forget(panic); // dropping it might panic once more
    }
}

/// The two fields of an options struct for it. The box must outlive the handle.
pub(crate) fn raw(function: Option<&ParallelFor>) -> (sys::clens_parallel_for, *mut c_void) {
    match function {
        Some(function) => (Some(parallel_for), std::ptr::from_ref(function).cast_mut().cast()),
        None => (None, std::ptr::null_mut()),
    }
}
