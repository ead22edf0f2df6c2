//! One input's data, borrowed, in Arrow's layout.
#![forbid(unsafe_code)]
use std::marker::PhantomData;

use clicklens_sys as sys;

use crate::inputs::ColumnKind;

mod sealed {
    pub trait Sealed {}
}

/// Integers that ids come as.
pub trait Id: sealed::Sealed + Copy {
    #[doc(hidden)]
    const TYPE: u32;
}

/// Integers that offsets come as: Arrow's 32 or 64 bits.
pub trait Offset: sealed::Sealed + Copy {
    #[doc(hidden)]
    const BITS: u32;
}

macro_rules! ids {
    ($($type:ty: $constant:ident),*) => {
        $(impl Id for $type { const TYPE: u32 = sys::$constant; }
        impl sealed::Sealed for $type {})*
    };
}
ids! { i8: CLENS_TYPE_I8, i16: CLENS_TYPE_I16, i32: CLENS_TYPE_I32, i64: CLENS_TYPE_I64,
u8: CLENS_TYPE_U8, u16: CLENS_TYPE_U16, u32: CLENS_TYPE_U32, u64: CLENS_TYPE_U64 }

impl Offset for i32 {
    const BITS: u32 = 32;
}
impl Offset for i64 {
    const BITS: u32 = 64;
}

/// One input's data for a batch. It borrows slices, and nothing is copied: Arrow's arrays pass as they are.
///
/// A column has one entry per request where its feature is of request scope, else one per candidate. An entry is one
/// value, or, with [`lists`](Self::lists), any number of them.
///
/// ```
/// use clicklens::Column;
/// let clicks = [7u64, 9, 12];           // two entries: [7, 9] and [12]
/// let ends = [0i64, 2, 3];
/// let ages = [0.5f32, 1.0, 2.5];
/// let column = Column::keys(&clicks).lists(&ends).weights(&ages);
/// ```
///
/// What does not fit together (a weight too few) is told by the run, as
/// [`BadBatch`](crate::Status::BadBatch).
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Column<'a> {
    pub(crate) raw: sys::clens_column,
    /// Entries that offsets and bitmaps have, counted before `first` is cut off: the library is told no such lengths.
    entries: u64,
    pub(crate) fault: Option<&'static str>,
    borrowed: PhantomData<&'a ()>,
}

impl<'a> Column<'a> {
    /// Without any bound.
    pub(crate) const ANY: u64 = u64::MAX;

    fn new(kind: ColumnKind, value_type: u32, values: *const std::ffi::c_void, count: usize) -> Self {
        let raw = sys::clens_column {
            kind: kind.raw(),
            value_type,
            values,
            value_count: count as u64,
            ..sys::clens_column::INIT
        };
        Self { raw, entries: Self::ANY, fault: None, borrowed: PhantomData }
    }

    /// Raw ids, which the model encodes. Negative ones are taken as two's complement.
    pub fn keys<T: Id>(ids: &'a [T]) -> Self {
        Self::new(ColumnKind::Keys, T::TYPE, ids.as_ptr().cast(), ids.len())
    }

    /// Table rows, encoded by the host. Negative ones are out of range: unknown.
    pub fn rows<T: Id>(rows: &'a [T]) -> Self {
        Self::new(ColumnKind::Rows, T::TYPE, rows.as_ptr().cast(), rows.len())
    }

    /// Dense values, row-major: as many an entry as the feature is wide.
    pub fn floats(values: &'a [f32]) -> Self {
        Self::new(ColumnKind::Floats, sys::CLENS_TYPE_F32, values.as_ptr().cast(), values.len())
    }

    /// Strings: number `i` is `text[ends[i]..ends[i + 1]]`.
    pub fn strings<O: Offset>(text: &'a [u8], ends: &'a [O]) -> Self {
        let mut column =
            Self::new(ColumnKind::Strings, sys::CLENS_TYPE_BYTES, text.as_ptr().cast(), text.len());
        column.raw.value_offsets = ends.as_ptr().cast();
        column.raw.offset_bits = O::BITS;
        column.raw.string_count = (ends.len() as u64).saturating_sub(1);
        column.require(!ends.is_empty(), "strings: ends need one offset more than there are strings")
    }

    /// Strings of an owner of theirs.
    pub fn texts(texts: &'a Texts) -> Self {
        Self::strings(texts.text.as_bytes(), &texts.ends)
    }

    /// Entry `i` is the ids or strings `ends[i]..ends[i + 1]`.
    pub fn lists<O: Offset>(mut self, ends: &'a [O]) -> Self {
        let width_fits = self.raw.offset_bits == 0 || self.raw.offset_bits == O::BITS;
        self.raw.row_offsets = ends.as_ptr().cast();
        self.raw.offset_bits = O::BITS;
        self.entries = self.entries.min((ends.len() as u64).saturating_sub(1));
        self.require(!ends.is_empty(), "lists: ends need one offset more than there are entries")
            .require(width_fits, "lists: offsets of strings and of lists need the same width")
    }

    /// A weight for each id or string.
    pub fn weights(mut self, weights: &'a [f32]) -> Self {
        self.raw.weights = weights.as_ptr();
        let fits = weights.len() as u64 == self.elements();
        self.require(fits, "weights: not one for each id")
    }

    /// Arrow's bitmap of entries: 0 is missing.
    pub fn validity(mut self, bitmap: &'a [u8]) -> Self {
        self.raw.validity = bitmap.as_ptr();
        self.entries = self.entries.min(bitmap.len() as u64 * 8);
        self
    }

    /// Arrow's bitmap of single ids, strings or floats, in lists or not: 0 is missing.
    pub fn value_validity(mut self, bitmap: &'a [u8]) -> Self {
        self.raw.value_validity = bitmap.as_ptr();
        let fits = bitmap.len() as u64 * 8 >= self.elements();
        self.require(fits, "value_validity: shorter than the values")
    }

    /// Leaves out entries at the beginning: Arrow's slice offset.
    pub fn skip(mut self, entries: usize) -> Self {
        self.raw.first = entries as u64;
        self
    }

    /// Ids, strings or floats, whichever weights and bitmaps count.
    fn elements(&self) -> u64 {
        if self.raw.value_type == sys::CLENS_TYPE_BYTES {
            self.raw.string_count
        } else {
            self.raw.value_count
        }
    }

    fn require(mut self, holds: bool, fault: &'static str) -> Self {
        if !holds {
            self.fault = self.fault.or(Some(fault));
        }
        self
    }

    /// How many entries the library may read of it.
    pub(crate) fn bound(&self) -> u64 {
        if self.entries == Self::ANY { Self::ANY } else { self.entries.saturating_sub(self.raw.first) }
    }
}

/// Strings in one buffer, as columns want them; reused, it allocates nothing.
///
/// ```
/// use clicklens::{Column, Texts};
/// let names: Texts = ["anna", "ben"].into_iter().collect();
/// let column = Column::texts(&names);
/// ```
#[derive(Clone, Debug)]
pub struct Texts {
    text: String,
    ends: Vec<i64>,
}

impl Texts {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { text: String::new(), ends: vec![0] }
    }

    /// One more.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as i64);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len() - 1
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// None any more; the memory is kept.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.truncate(1);
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: AsRef<str>> FromIterator<S> for Texts {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        let mut made = Self::new();
        texts.into_iter().for_each(|text| made.push(text.as_ref()));
        made
    }
}
