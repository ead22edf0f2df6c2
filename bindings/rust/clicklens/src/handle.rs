//! Owners of the library's handles, and the few ways in which calls hand things out.
use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr::{self, NonNull};

use clicklens_sys as sys;

use crate::error::{Error, Result, Status, check};

/// A handle type: how one is let go.
///
/// # Safety
/// `release` takes back a handle that the library handed out, once.
pub(crate) unsafe trait Release {
    unsafe fn release(handle: *mut Self);
}

macro_rules! releases {
    ($($handle:ident by $function:ident)*) => {
        $(
            // SAFETY: the header's own function for it.
            unsafe impl Release for sys::$handle {
                unsafe fn release(handle: *mut Self) {
                    // SAFETY: the caller's promise.
                    unsafe { sys::$function(handle) }
                }
            }
        )*
    };
}

releases! {
    clens_model by clens_model_release
    clens_inputs by clens_inputs_release
    clens_session by clens_session_release
    clens_cache by clens_cache_release
    clens_explainer by clens_explainer_release
    clens_metrics by clens_metrics_release
    clens_profile by clens_profile_release
    clens_probe by clens_probe_release
    clens_probe_rows by clens_probe_rows_release
    clens_recorder by clens_recorder_release
    clens_recording by clens_recording_release
    clens_drift by clens_drift_release
    clens_slot by clens_slot_release
    clens_delta by clens_delta_release
    clens_neurons by clens_neurons_release
}

/// A handle that is ours alone; neither `Send` nor `Sync` until its user says so.
pub(crate) struct Handle<T: Release>(NonNull<T>);

impl<T: Release> Handle<T> {
    /// Takes what `make` hands out. `make` calls a function of the library that writes a new handle on success.
    pub(crate) fn make(make: impl FnOnce(*mut *mut T) -> sys::clens_status) -> Result<Self> {
        let mut made = ptr::null_mut();
        check(make(&mut made))?;
        NonNull::new(made).map(Self).ok_or_else(|| Error::new(Status::Internal, "no handle was handed out"))
    }

    /// A further reference to a handle that counts them.
    ///
    /// # Safety
    /// `retain` adds one reference to the handle.
    pub(crate) unsafe fn share(&self, retain: unsafe extern "C" fn(*mut T)) -> Self {
        // SAFETY: the handle is live; the caller's promise.
        unsafe { retain(self.0.as_ptr()) };
        Self(self.0)
    }

    /// What a call handed out.
    ///
    /// # Safety
    /// The handle is live until this is dropped, or this never is.
    pub(crate) unsafe fn of_raw(raw: NonNull<T>) -> Self {
        Self(raw)
    }

    #[inline]
    pub(crate) fn get(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T: Release> Drop for Handle<T> {
    fn drop(&mut self) {
        // SAFETY: made by `make` or `share`, and let go here alone.
        unsafe { T::release(self.0.as_ptr()) }
    }
}

/// Text of the library, which lives as long as what it was asked of.
///
/// # Safety
/// `text` is NULL or NUL-terminated, and lives for `'a`.
pub(crate) unsafe fn text<'a>(text: *const c_char) -> Result<&'a str> {
    if text.is_null() {
        return Err(Error::new(Status::NotFound, "no such name"));
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_str().map_err(|_| Error::new(Status::BadFile, "a name is not UTF-8"))
}

/// A name as C takes it.
pub(crate) fn c_text(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::invalid(format!("{text:?}: a NUL in a name")))
}

/// A path as C takes it.
pub(crate) fn c_path(path: &Path) -> Result<CString> {
    CString::new(path.as_os_str().as_encoded_bytes())
        .map_err(|_| Error::invalid(format!("{}: a NUL in a path", path.display())))
}

/// The bytes of a size query and a call that fills them.
pub(crate) fn bytes(
    size: impl FnOnce(*mut usize) -> sys::clens_status,
    fill: impl FnOnce(*mut u8, usize) -> sys::clens_status,
) -> Result<Vec<u8>> {
    let mut count = 0;
    check(size(&mut count))?;
    let mut buffer = vec![0; count];
    check(fill(buffer.as_mut_ptr(), count))?;
    Ok(buffer)
}

/// Declares a struct of plain figures, and how it is read from the library's.
macro_rules! figures {
    ($(#[$about:meta])* $name:ident from $raw:ident { $($(#[$field_about:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $name { $($(#[$field_about])* pub $field: $type,)* }

        impl From<&clicklens_sys::$raw> for $name {
            fn from(raw: &clicklens_sys::$raw) -> Self {
                Self { $($field: raw.$field,)* }
            }
        }
    };
}
pub(crate) use figures;
