//! What a model is made of. Names are borrowed from the model.
use clicklens_sys as sys;

use crate::inputs::ColumnKind;

/// A value of the graph, by its index: what can be captured, observed and explained. Of one model, and of others of
/// the same graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct ValueId(pub usize);

/// What rows of a feature or value belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One row per request.
    Request,
    /// One row per candidate, which depends on the candidate alone.
    Candidate,
    /// One row per candidate, which depends on both.
    Pair,
}

impl Scope {
    pub(crate) fn from_raw(scope: u32) -> Self {
        match scope {
            sys::CLENS_SCOPE_REQUEST => Self::Request,
            sys::CLENS_SCOPE_CANDIDATE => Self::Candidate,
            _ => Self::Pair,
        }
    }
}

/// A model as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// xxh3-128 of the description, which holds the hashes of all weights.
    pub id: u128,
    /// Bits of scores are those its writer saw where this equals [`arithmetic_version`](crate::arithmetic_version).
    pub arithmetic_version: u32,
    /// Bytes.
    pub file_size: u64,
    /// Numbers in tables and constants.
    pub parameters: u64,
    /// How many features.
    pub features: usize,
    /// How many feature groups.
    pub groups: usize,
    /// How many tables.
    pub tables: usize,
    /// How many operators.
    pub nodes: usize,
    /// How many values.
    pub values: usize,
    /// How many layers.
    pub layers: usize,
    /// How many outputs (tasks).
    pub outputs: usize,
    /// How many pairs of metadata.
    pub metadata: usize,
    /// Sum of the features' pooled widths: a row of dimension-level saliency.
    pub input_width: usize,
}

/// What the network reads: one feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Feature<'a> {
    /// Its name, which inputs are bound by.
    pub name: &'a str,
    /// Its group.
    pub group: &'a str,
    /// The group's index.
    pub group_index: usize,
    /// Floats rather than ids.
    pub dense: bool,
    /// One entry per request, or per candidate.
    pub scope: Scope,
    /// Sessions are refused without it.
    pub required: bool,
    /// How raw values of it come.
    pub column: ColumnKind,
    /// May carry a weight per id.
    pub weighted: bool,
    /// Ids kept per entry; 0: all.
    pub max_length: u32,
    /// Dense: floats per entry; sparse: columns that nodes read of it.
    pub width: u64,
    /// Sparse: rows that its encoder can name.
    pub rows: u64,
    /// Its first column in dimension-level saliency.
    pub input_begin: usize,
}

/// A value of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value<'a> {
    /// Name in the file.
    pub name: &'a str,
    /// Operator that makes it: "linear", "embedding_bag", ...
    pub op: &'a str,
    /// Scope of its widest column.
    pub scope: Scope,
    /// Columns.
    pub width: usize,
    /// That they are divided into: a value of shape [fields, width / fields].
    pub fields: u64,
    /// Index of the node that makes it.
    pub node: usize,
}

/// A layer, or a task's logit: a value with a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedValue<'a> {
    /// Its name.
    pub name: &'a str,
    /// The value.
    pub value: ValueId,
}

/// An embedding table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table<'a> {
    /// Its name.
    pub name: &'a str,
    /// "f32", "f16", "bf16", "int8" or "int4".
    pub kind: &'a str,
    /// Rows.
    pub rows: u64,
    /// Numbers of a row.
    pub dim: u64,
    /// Bytes in the file.
    pub bytes: u64,
}

/// A language that graphs are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphFormat {
    /// Graphviz.
    Dot,
    /// A Mermaid flowchart.
    Mermaid,
}
