//! The library at hand.
use std::ffi::CStr;

use clicklens_sys as sys;

use crate::error::{Result, check};
use crate::handle::text;

/// "major.minor.patch" of the C library.
#[must_use]
pub fn version() -> &'static str {
    // SAFETY: static.
    unsafe { CStr::from_ptr(sys::clens_version_string()) }.to_str().unwrap_or_default()
}

/// Bits of scores are promised within one arithmetic version; model files carry it.
#[must_use]
pub fn arithmetic_version() -> u32 {
    // SAFETY: takes nothing.
    unsafe { sys::clens_arithmetic_version() }
}

/// The instruction set in force: "avx512", "avx2", "neon" or "scalar". `CLICKLENS_ISA` overrides it.
///
/// # Errors
/// [`UnsupportedIsa`](crate::Status::UnsupportedIsa): that names an unknown set or one this machine lacks.
pub fn isa() -> Result<&'static str> {
    let mut name = std::ptr::null();
    // SAFETY: a place for a pointer to static text.
    unsafe {
        check(sys::clens_isa(&mut name))?;
        text(name)
    }
}

/// The sets that this machine can run, best first.
#[must_use]
pub fn supported_isas() -> Vec<&'static str> {
    // SAFETY: static.
    let names = unsafe { CStr::from_ptr(sys::clens_supported_isas()) }.to_str().unwrap_or_default();
    names.split(',').filter(|name| !name.is_empty()).collect()
}
