//! Raw bindings to `clicklens.h`, the C ABI of clicklens: every function, struct, enum and constant, as bindgen
//! makes them from the header, which travels in this package (`DEP_CLICKLENS_INCLUDE` tells build scripts of
//! crates that depend on this one where). The documentation of items is the header's.
//!
//! The crate `clicklens` is the safe interface. This one is for what that does not cover.
//!
//! Structs that carry their size start from `INIT`, as the header's `_INIT` macros:
//!
//! ```
//! let mut options = clicklens_sys::clens_model_options::INIT;
//! options.flags = clicklens_sys::CLENS_OPEN_WARM;
//! ```
//!
//! Enums are integers with constants, since a newer library may give values that this version does not know.
#![no_std]
#![allow(non_camel_case_types)]
// The header's comments are written for readers of C.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::bare_urls, rustdoc::invalid_html_tags)]
#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_overindented_list_items,
    clippy::undocumented_unsafe_blocks
)]

#[rustfmt::skip]
mod bindings;
mod init;

pub use bindings::*;
