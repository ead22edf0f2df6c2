//! What a host sends.
use std::fmt;
use std::sync::Arc;

use clicklens_sys as sys;

use crate::describe::Scope;
use crate::error::Result;
use crate::handle::{Handle, c_text};
use crate::model::Model;

/// How a column's values are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Integers: table rows, encoded by the host.
    Rows,
    /// Integers: raw 64-bit ids, encoded by the model.
    Keys,
    /// Bytes: raw ids, encoded by the model.
    Strings,
    /// float32: dense features.
    Floats,
}

impl ColumnKind {
    pub(crate) fn from_raw(kind: u32) -> Self {
        match kind {
            sys::CLENS_COLUMN_ROWS => Self::Rows,
            sys::CLENS_COLUMN_KEYS => Self::Keys,
            sys::CLENS_COLUMN_STRINGS => Self::Strings,
            _ => Self::Floats,
        }
    }

    pub(crate) fn raw(self) -> u32 {
        match self {
            Self::Rows => sys::CLENS_COLUMN_ROWS,
            Self::Keys => sys::CLENS_COLUMN_KEYS,
            Self::Strings => sys::CLENS_COLUMN_STRINGS,
            Self::Floats => sys::CLENS_COLUMN_FLOATS,
        }
    }
}

/// The list of columns that a host sends, bound to every model by feature name; batches name them by their place in it.
/// Columns that no feature asks for are ignored. Immutable, shared by threads; clones share it.
///
/// ```
/// use clicklens::{ColumnKind, Inputs};
/// let inputs = Inputs::new([("user_id", ColumnKind::Keys), ("ad_id", ColumnKind::Keys)])?;
/// # Ok::<(), clicklens::Error>(())
/// ```
pub struct Inputs {
    handle: Handle<sys::clens_inputs>,
    names: Arc<[String]>,
}

// SAFETY: clicklens.h: immutable, shared; its count of references is atomic.
unsafe impl Send for Inputs {}
// SAFETY: as above.
unsafe impl Sync for Inputs {}

impl Inputs {
    /// Names and kinds, in the host's own order.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): two equal names.
    pub fn new<N: AsRef<str>>(columns: impl IntoIterator<Item = (N, ColumnKind)>) -> Result<Self> {
        let columns: Vec<(N, ColumnKind)> = columns.into_iter().collect();
        let names = columns.iter().map(|(name, _)| c_text(name.as_ref())).collect::<Result<Vec<_>>>()?;
        let specs: Vec<_> = names
            .iter()
            .zip(&columns)
            .map(|(name, (_, kind))| sys::clens_input_spec {
                name: name.as_ptr(),
                kind: kind.raw(),
                ..sys::clens_input_spec::INIT
            })
            .collect();
        // SAFETY: specs with their count, whose names live through the call.
        let handle =
            Handle::make(|out| unsafe { sys::clens_inputs_create(specs.as_ptr(), specs.len(), out) })?;
        Ok(Self { handle, names: columns.iter().map(|(name, _)| name.as_ref().to_owned()).collect() })
    }

    /// One input per feature of a model, in the model's order, as raw values.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of(model: &Model) -> Result<Self> {
        Self::new(model.features()?.iter().map(|feature| (feature.name, feature.column)))
    }

    pub(crate) fn take(handle: Handle<sys::clens_inputs>, names: Vec<String>) -> Self {
        Self { handle, names: names.into() }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The place of a name, which batches use.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<u32> {
        self.names.iter().position(|known| known == name).and_then(|index| u32::try_from(index).ok())
    }

    pub(crate) fn get(&self) -> *mut sys::clens_inputs {
        self.handle.get()
    }

    /// By input, the scope of the feature that reads it; `None`: no feature does.
    pub(crate) fn scopes(&self, model: &Model) -> Result<Box<[Option<Scope>]>> {
        let features = model.features()?;
        let scope_of = |name: &String| features.iter().find(|f| f.name == name).map(|f| f.scope);
        Ok(self.names.iter().map(scope_of).collect())
    }
}

impl Clone for Inputs {
    fn clone(&self) -> Self {
        // SAFETY: the header's own function for it.
        let handle = unsafe { self.handle.share(sys::clens_inputs_retain) };
        Self { handle, names: self.names.clone() }
    }
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inputs").field(&self.names).finish()
    }
}
