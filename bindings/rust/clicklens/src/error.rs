//! Statuses and errors.
use std::ffi::CStr;
use std::fmt;

use clicklens_sys as sys;

/// Why a call failed, as `clens_status` says it: values are pinned, 1xx the caller's mistake, 2xx a bad file, 3xx
/// bad data in a batch, 4xx resources, 5xx unsupported, 9xx internal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// An argument is wrong; the message names it.
    InvalidArgument,
    /// Not in this state, or not of this session or model.
    BadState,
    /// The buffer has too little room.
    BufferTooSmall,
    /// There is none of that name or number.
    NotFound,
    /// A candidate cache of another model, precision or choice of layers.
    Stale,
    /// The file is none of ours, or its contents contradict themselves.
    BadFile,
    /// Bytes of the file are damaged.
    ChecksumMismatch,
    /// The file needs a newer clicklens.
    UnknownRequirement,
    /// More is asked for than limits allow.
    LimitExceeded,
    /// Offsets, kinds or counts of a batch do not fit each other.
    BadBatch,
    /// A value of a strict batch is not finite, out of range or no UTF-8; a label is neither 0 nor 1.
    BadValue,
    /// No memory.
    OutOfMemory,
    /// The system refused to read or write.
    Io,
    /// Not in this combination, or not on this machine.
    Unsupported,
    /// `CLICKLENS_ISA` names a set that is unknown or that this machine lacks.
    UnsupportedIsa,
    /// A fault of clicklens itself, or a self-test that failed.
    Internal,
    /// A status of a newer library.
    Other(u32),
}

impl Status {
    const KNOWN: [(Self, sys::clens_status); 16] = [
        (Self::InvalidArgument, sys::CLENS_E_INVALID_ARGUMENT),
        (Self::BadState, sys::CLENS_E_BAD_STATE),
        (Self::BufferTooSmall, sys::CLENS_E_BUFFER_TOO_SMALL),
        (Self::NotFound, sys::CLENS_E_NOT_FOUND),
        (Self::Stale, sys::CLENS_E_STALE),
        (Self::BadFile, sys::CLENS_E_BAD_FILE),
        (Self::ChecksumMismatch, sys::CLENS_E_CHECKSUM_MISMATCH),
        (Self::UnknownRequirement, sys::CLENS_E_UNKNOWN_REQUIREMENT),
        (Self::LimitExceeded, sys::CLENS_E_LIMIT_EXCEEDED),
        (Self::BadBatch, sys::CLENS_E_BAD_BATCH),
        (Self::BadValue, sys::CLENS_E_BAD_VALUE),
        (Self::OutOfMemory, sys::CLENS_E_OUT_OF_MEMORY),
        (Self::Io, sys::CLENS_E_IO),
        (Self::Unsupported, sys::CLENS_E_UNSUPPORTED),
        (Self::UnsupportedIsa, sys::CLENS_E_UNSUPPORTED_ISA),
        (Self::Internal, sys::CLENS_E_INTERNAL),
    ];

    /// Of a `clens_status` other than `CLENS_OK`.
    #[must_use]
    pub fn from_code(code: u32) -> Self {
        Self::KNOWN.iter().find(|(_, known)| *known == code).map_or(Self::Other(code), |(status, _)| *status)
    }

    /// The `clens_status`.
    #[must_use]
    pub fn code(self) -> u32 {
        if let Self::Other(code) = self {
            return code;
        }
        Self::KNOWN
            .iter()
            .find(|(status, _)| *status == self)
            .map_or(sys::CLENS_E_INTERNAL, |(_, code)| *code)
    }

    /// `"CLENS_E_BAD_FILE"` and so on.
    #[must_use]
    pub fn name(self) -> &'static str {
        // SAFETY: any number may be asked for; the answer is static.
        let name = unsafe { CStr::from_ptr(sys::clens_status_name(self.code())) };
        name.to_str().unwrap_or("CLENS_E_?")
    }
}

/// A failed call: its status, and a message that names the file, feature, field or argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    status: Status,
    message: String,
}

impl Error {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Status::InvalidArgument, message)
    }

    /// Why.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// What is wrong, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What every call that can fail returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Turns a status into this thread's last message.
#[inline]
pub(crate) fn check(status: sys::clens_status) -> Result<()> {
    if status == sys::CLENS_OK { Ok(()) } else { Err(last_error(status)) }
}

#[cold]
fn last_error(code: sys::clens_status) -> Error {
    let status = Status::from_code(code);
    // SAFETY: without a buffer the length alone is told; then the buffer comes with its size.
    let buffer = unsafe {
        let mut buffer = vec![0u8; sys::clens_last_error(std::ptr::null_mut(), 0) + 1];
        sys::clens_last_error(buffer.as_mut_ptr().cast(), buffer.len());
        buffer
    };
    let text = CStr::from_bytes_until_nul(&buffer).unwrap_or_default().to_string_lossy();
    Error::new(status, if text.is_empty() { status.name().into() } else { text })
}
