// Made by bindgen.sh from clicklens.h.


pub const CLENS_VERSION_MAJOR: u32 = 0;
pub const CLENS_VERSION_MINOR: u32 = 1;
pub const CLENS_VERSION_PATCH: u32 = 0;
pub const CLENS_OPEN_WARM: u32 = 1;
pub const CLENS_OPEN_HUGE_PAGES: u32 = 2;
pub const CLENS_OPEN_LOCK: u32 = 4;
pub const CLENS_OPEN_VERIFY_SEGMENTS: u32 = 8;
pub const CLENS_BATCH_STRICT: u32 = 1;
pub const CLENS_PUBLISH_SKIP_VERIFY: u32 = 1;
pub const CLENS_PUBLISH_SKIP_SELF_TEST: u32 = 2;
pub const CLENS_PUBLISH_SKIP_WARM: u32 = 4;
pub const CLENS_RECORDER_THREAD: u32 = 1;
pub const CLENS_SALIENCY_PER_REQUEST: u32 = 1;
pub const CLENS_ATTRIBUTION_GRADIENTS_ONLY: u32 = 1;
pub const CLENS_NEURONS_SCORES: u32 = 1;
pub const CLENS_NEURONS_CLUSTERED: u32 = 2;
pub const CLENS_NEURONS_PROVE: u32 = 4;
pub const CLENS_NEURON_DEAD: u32 = 1;
pub const CLENS_NEURON_PROVABLY_DEAD: u32 = 2;
pub const CLENS_NEURON_ALWAYS_ON: u32 = 4;
pub const CLENS_NEURON_SATURATED: u32 = 8;
pub const CLENS_NEURON_DUPLICATE: u32 = 16;
pub const CLENS_PROFILE_SCORES: u32 = 1;
pub const CLENS_PROFILE_NEURONS: u32 = 2;
pub const CLENS_PROFILE_SALIENCY: u32 = 4;
pub const CLENS_PROFILE_FEATURES: u32 = 8;
pub const CLENS_IDS_ROWS: u32 = 1;
pub const CLENS_IDS_KEYS: u32 = 2;
pub const CLENS_IDS_STRINGS: u32 = 4;
pub const CLENS_PRUNE_DEAD: u32 = 1;
pub const CLENS_PRUNE_WEAK: u32 = 2;
pub const CLENS_PRUNE_DUPLICATE: u32 = 4;
pub const CLENS_OK: clens_status = 0;
pub const CLENS_E_INVALID_ARGUMENT: clens_status = 100;
pub const CLENS_E_BAD_STATE: clens_status = 101;
pub const CLENS_E_BUFFER_TOO_SMALL: clens_status = 102;
pub const CLENS_E_NOT_FOUND: clens_status = 103;
#[doc = " a candidate cache of another model, precision or choice of layers; a delta of another base"]
pub const CLENS_E_STALE: clens_status = 104;
pub const CLENS_E_BAD_FILE: clens_status = 200;
pub const CLENS_E_CHECKSUM_MISMATCH: clens_status = 201;
pub const CLENS_E_UNKNOWN_REQUIREMENT: clens_status = 202;
pub const CLENS_E_LIMIT_EXCEEDED: clens_status = 203;
pub const CLENS_E_BAD_BATCH: clens_status = 300;
pub const CLENS_E_BAD_VALUE: clens_status = 301;
pub const CLENS_E_OUT_OF_MEMORY: clens_status = 400;
pub const CLENS_E_IO: clens_status = 401;
pub const CLENS_E_UNSUPPORTED: clens_status = 500;
pub const CLENS_E_UNSUPPORTED_ISA: clens_status = 501;
pub const CLENS_E_INTERNAL: clens_status = 900;
#[doc = " Values are pinned. Bands: 1xx the caller's mistake, 2xx a bad file, 3xx bad data in a batch,\n 4xx resources, 5xx unsupported, 9xx internal."]
pub type clens_status = ::core::ffi::c_uint;
#[doc = " Hook for all blocks of models and sessions. Call before any other function, once; later: BAD_STATE.\n allocate returns `size` bytes at `alignment` (a power of two) or NULL; deallocate takes them back\n from any thread. The blocks are copies of files, packed weights and the memory that runs work in. The C++\n heap still serves descriptions and plans, which grow with a model's features and nodes, and all of\n inputs, writers, vocabularies and metrics."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_allocator {
    pub struct_size: usize,
    pub context: *mut ::core::ffi::c_void,
    pub allocate: ::core::option::Option<
        unsafe extern "C" fn(
            context: *mut ::core::ffi::c_void,
            size: usize,
            alignment: usize,
        ) -> *mut ::core::ffi::c_void,
    >,
    pub deallocate: ::core::option::Option<
        unsafe extern "C" fn(
            context: *mut ::core::ffi::c_void,
            block: *mut ::core::ffi::c_void,
            size: usize,
            alignment: usize,
        ),
    >,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_allocator"][::core::mem::size_of::<clens_allocator>() - 32usize];
    ["Alignment of clens_allocator"][::core::mem::align_of::<clens_allocator>() - 8usize];
    ["Offset of field: clens_allocator::struct_size"]
        [::core::mem::offset_of!(clens_allocator, struct_size) - 0usize];
    ["Offset of field: clens_allocator::context"][::core::mem::offset_of!(clens_allocator, context) - 8usize];
    ["Offset of field: clens_allocator::allocate"]
        [::core::mem::offset_of!(clens_allocator, allocate) - 16usize];
    ["Offset of field: clens_allocator::deallocate"]
        [::core::mem::offset_of!(clens_allocator, deallocate) - 24usize];
};
#[doc = " An open model file. Thread: immutable, shared by any number of threads and sessions.\n Lifetime: reference-counted; sessions hold a reference of their own."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_model {
    _unused: [u8; 0],
}
#[doc = " Bounds on what a file may ask for; 0: the default in brackets. Exceeded: LIMIT_EXCEEDED."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_limits {
    pub struct_size: usize,
    #[doc = " [64 MiB]"]
    pub flatbuffer_bytes: u64,
    #[doc = " [65,536]"]
    pub segments: u64,
    #[doc = " [65,536]"]
    pub nodes: u64,
    #[doc = " [16,384]"]
    pub features: u64,
    #[doc = " of one value [1,048,576]"]
    pub columns: u64,
    #[doc = " inputs of one linear [65,536]"]
    pub reduction: u64,
    #[doc = " of one table [2^32 - 2]"]
    pub table_rows: u64,
    #[doc = " all constants; and what nodes keep beside them, 256 MiB at most [4 GiB]"]
    pub dense_bytes: u64,
    #[doc = " ids kept of one entry [65,536]"]
    pub sequence_length: u64,
    #[doc = " one session's block [4 GiB]"]
    pub session_bytes: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_limits"][::core::mem::size_of::<clens_limits>() - 88usize];
    ["Alignment of clens_limits"][::core::mem::align_of::<clens_limits>() - 8usize];
    ["Offset of field: clens_limits::struct_size"]
        [::core::mem::offset_of!(clens_limits, struct_size) - 0usize];
    ["Offset of field: clens_limits::flatbuffer_bytes"]
        [::core::mem::offset_of!(clens_limits, flatbuffer_bytes) - 8usize];
    ["Offset of field: clens_limits::segments"][::core::mem::offset_of!(clens_limits, segments) - 16usize];
    ["Offset of field: clens_limits::nodes"][::core::mem::offset_of!(clens_limits, nodes) - 24usize];
    ["Offset of field: clens_limits::features"][::core::mem::offset_of!(clens_limits, features) - 32usize];
    ["Offset of field: clens_limits::columns"][::core::mem::offset_of!(clens_limits, columns) - 40usize];
    ["Offset of field: clens_limits::reduction"][::core::mem::offset_of!(clens_limits, reduction) - 48usize];
    ["Offset of field: clens_limits::table_rows"]
        [::core::mem::offset_of!(clens_limits, table_rows) - 56usize];
    ["Offset of field: clens_limits::dense_bytes"]
        [::core::mem::offset_of!(clens_limits, dense_bytes) - 64usize];
    ["Offset of field: clens_limits::sequence_length"]
        [::core::mem::offset_of!(clens_limits, sequence_length) - 72usize];
    ["Offset of field: clens_limits::session_bytes"]
        [::core::mem::offset_of!(clens_limits, session_bytes) - 80usize];
};
#[doc = " map the file: constant time, shared pages. Replace a mapped file by rename\nonly; truncating it in place is SIGBUS."]
pub const CLENS_ACCESS_MAP: clens_access = 0;
#[doc = " read everything into private memory"]
pub const CLENS_ACCESS_COPY: clens_access = 1;
pub type clens_access = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_model_options {
    pub struct_size: usize,
    #[doc = " clens_access"]
    pub access: u32,
    #[doc = " CLENS_OPEN_*"]
    pub flags: u32,
    pub limits: *const clens_limits,
    #[doc = " Another version of the model, or NULL. Segments (tables, weights) whose size and checksum are those of one of its\n segments are taken from it, not read: a retrained tower over tables that stayed takes the tower's memory, and what\n the file itself holds in their place is never looked at. It may be released afterwards; what is shared stays. Not\n from a model over a caller's memory (clens_model_open_memory with ACCESS_MAP). Flags concern what is not shared, and\n VERIFY_SEGMENTS also what is, unless its checksum held before in that memory."]
    pub base: *const clens_model,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_model_options"][::core::mem::size_of::<clens_model_options>() - 32usize];
    ["Alignment of clens_model_options"][::core::mem::align_of::<clens_model_options>() - 8usize];
    ["Offset of field: clens_model_options::struct_size"]
        [::core::mem::offset_of!(clens_model_options, struct_size) - 0usize];
    ["Offset of field: clens_model_options::access"]
        [::core::mem::offset_of!(clens_model_options, access) - 8usize];
    ["Offset of field: clens_model_options::flags"]
        [::core::mem::offset_of!(clens_model_options, flags) - 12usize];
    ["Offset of field: clens_model_options::limits"]
        [::core::mem::offset_of!(clens_model_options, limits) - 16usize];
    ["Offset of field: clens_model_options::base"]
        [::core::mem::offset_of!(clens_model_options, base) - 24usize];
};
#[doc = " What a model is made of. Strings live as long as the model. Indices run from 0 to the count, beyond it:\n INVALID_ARGUMENT."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_model_info {
    pub struct_size: usize,
    pub name: *const ::core::ffi::c_char,
    #[doc = " xxh3-128 of the description, which holds the hashes of all weights"]
    pub id_low: u64,
    #[doc = " xxh3-128 of the description, which holds the hashes of all weights"]
    pub id_high: u64,
    pub arithmetic_version: u32,
    #[doc = " bytes"]
    pub file_size: u64,
    #[doc = " numbers in tables and constants"]
    pub parameters: u64,
    pub features: usize,
    pub groups: usize,
    pub tables: usize,
    pub nodes: usize,
    pub values: usize,
    pub layers: usize,
    pub outputs: usize,
    pub metadata: usize,
    #[doc = " sum of the features' pooled widths: a row of dimension-level saliency"]
    pub input_width: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_model_info"][::core::mem::size_of::<clens_model_info>() - 128usize];
    ["Alignment of clens_model_info"][::core::mem::align_of::<clens_model_info>() - 8usize];
    ["Offset of field: clens_model_info::struct_size"]
        [::core::mem::offset_of!(clens_model_info, struct_size) - 0usize];
    ["Offset of field: clens_model_info::name"][::core::mem::offset_of!(clens_model_info, name) - 8usize];
    ["Offset of field: clens_model_info::id_low"]
        [::core::mem::offset_of!(clens_model_info, id_low) - 16usize];
    ["Offset of field: clens_model_info::id_high"]
        [::core::mem::offset_of!(clens_model_info, id_high) - 24usize];
    ["Offset of field: clens_model_info::arithmetic_version"]
        [::core::mem::offset_of!(clens_model_info, arithmetic_version) - 32usize];
    ["Offset of field: clens_model_info::file_size"]
        [::core::mem::offset_of!(clens_model_info, file_size) - 40usize];
    ["Offset of field: clens_model_info::parameters"]
        [::core::mem::offset_of!(clens_model_info, parameters) - 48usize];
    ["Offset of field: clens_model_info::features"]
        [::core::mem::offset_of!(clens_model_info, features) - 56usize];
    ["Offset of field: clens_model_info::groups"]
        [::core::mem::offset_of!(clens_model_info, groups) - 64usize];
    ["Offset of field: clens_model_info::tables"]
        [::core::mem::offset_of!(clens_model_info, tables) - 72usize];
    ["Offset of field: clens_model_info::nodes"][::core::mem::offset_of!(clens_model_info, nodes) - 80usize];
    ["Offset of field: clens_model_info::values"]
        [::core::mem::offset_of!(clens_model_info, values) - 88usize];
    ["Offset of field: clens_model_info::layers"]
        [::core::mem::offset_of!(clens_model_info, layers) - 96usize];
    ["Offset of field: clens_model_info::outputs"]
        [::core::mem::offset_of!(clens_model_info, outputs) - 104usize];
    ["Offset of field: clens_model_info::metadata"]
        [::core::mem::offset_of!(clens_model_info, metadata) - 112usize];
    ["Offset of field: clens_model_info::input_width"]
        [::core::mem::offset_of!(clens_model_info, input_width) - 120usize];
};
pub const CLENS_SCOPE_REQUEST: clens_scope = 0;
pub const CLENS_SCOPE_CANDIDATE: clens_scope = 1;
pub const CLENS_SCOPE_PAIR: clens_scope = 2;
pub type clens_scope = ::core::ffi::c_uint;
#[doc = " integers: table rows, encoded by the host"]
pub const CLENS_COLUMN_ROWS: clens_column_kind = 0;
#[doc = " integers: raw 64-bit ids, encoded by the model"]
pub const CLENS_COLUMN_KEYS: clens_column_kind = 1;
#[doc = " bytes: raw ids, encoded by the model"]
pub const CLENS_COLUMN_STRINGS: clens_column_kind = 2;
#[doc = " float32: dense features"]
pub const CLENS_COLUMN_FLOATS: clens_column_kind = 3;
#[doc = " How a column's values are to be read."]
pub type clens_column_kind = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_feature_info {
    pub struct_size: usize,
    pub name: *const ::core::ffi::c_char,
    pub group: *const ::core::ffi::c_char,
    pub group_index: usize,
    #[doc = " 0: sparse, 1: dense"]
    pub dense: u32,
    #[doc = " clens_scope"]
    pub scope: u32,
    pub required: u32,
    #[doc = " clens_column_kind of raw values: KEYS, STRINGS or FLOATS"]
    pub column: u32,
    #[doc = " may carry a weight per id"]
    pub weighted: u32,
    #[doc = " ids kept per entry, 0: all"]
    pub max_length: u32,
    #[doc = " dense: floats per entry, before any bucketising; sparse: columns that all nodes read of\nit: pooled, kept as sequences, and their masks"]
    pub width: u64,
    #[doc = " sparse: rows its encoder can name"]
    pub rows: u64,
    #[doc = " first column of this feature in dimension-level saliency; its last is before the\nnext feature's, or input_width"]
    pub input_begin: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_feature_info"][::core::mem::size_of::<clens_feature_info>() - 80usize];
    ["Alignment of clens_feature_info"][::core::mem::align_of::<clens_feature_info>() - 8usize];
    ["Offset of field: clens_feature_info::struct_size"]
        [::core::mem::offset_of!(clens_feature_info, struct_size) - 0usize];
    ["Offset of field: clens_feature_info::name"][::core::mem::offset_of!(clens_feature_info, name) - 8usize];
    ["Offset of field: clens_feature_info::group"]
        [::core::mem::offset_of!(clens_feature_info, group) - 16usize];
    ["Offset of field: clens_feature_info::group_index"]
        [::core::mem::offset_of!(clens_feature_info, group_index) - 24usize];
    ["Offset of field: clens_feature_info::dense"]
        [::core::mem::offset_of!(clens_feature_info, dense) - 32usize];
    ["Offset of field: clens_feature_info::scope"]
        [::core::mem::offset_of!(clens_feature_info, scope) - 36usize];
    ["Offset of field: clens_feature_info::required"]
        [::core::mem::offset_of!(clens_feature_info, required) - 40usize];
    ["Offset of field: clens_feature_info::column"]
        [::core::mem::offset_of!(clens_feature_info, column) - 44usize];
    ["Offset of field: clens_feature_info::weighted"]
        [::core::mem::offset_of!(clens_feature_info, weighted) - 48usize];
    ["Offset of field: clens_feature_info::max_length"]
        [::core::mem::offset_of!(clens_feature_info, max_length) - 52usize];
    ["Offset of field: clens_feature_info::width"]
        [::core::mem::offset_of!(clens_feature_info, width) - 56usize];
    ["Offset of field: clens_feature_info::rows"]
        [::core::mem::offset_of!(clens_feature_info, rows) - 64usize];
    ["Offset of field: clens_feature_info::input_begin"]
        [::core::mem::offset_of!(clens_feature_info, input_begin) - 72usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_value_info {
    pub struct_size: usize,
    #[doc = " name in the file"]
    pub name: *const ::core::ffi::c_char,
    #[doc = " operator that makes it: \"linear\", \"embedding_bag\", ..."]
    pub op: *const ::core::ffi::c_char,
    #[doc = " clens_scope of its widest column"]
    pub scope: u32,
    #[doc = " columns"]
    pub width: u64,
    #[doc = " that they are divided into: a value of shape [fields, width / fields]"]
    pub fields: u64,
    #[doc = " by scope; together, width"]
    pub request_columns: u64,
    #[doc = " by scope; together, width"]
    pub candidate_columns: u64,
    #[doc = " by scope; together, width"]
    pub pair_columns: u64,
    #[doc = " index of the node that makes it"]
    pub node: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_value_info"][::core::mem::size_of::<clens_value_info>() - 80usize];
    ["Alignment of clens_value_info"][::core::mem::align_of::<clens_value_info>() - 8usize];
    ["Offset of field: clens_value_info::struct_size"]
        [::core::mem::offset_of!(clens_value_info, struct_size) - 0usize];
    ["Offset of field: clens_value_info::name"][::core::mem::offset_of!(clens_value_info, name) - 8usize];
    ["Offset of field: clens_value_info::op"][::core::mem::offset_of!(clens_value_info, op) - 16usize];
    ["Offset of field: clens_value_info::scope"][::core::mem::offset_of!(clens_value_info, scope) - 24usize];
    ["Offset of field: clens_value_info::width"][::core::mem::offset_of!(clens_value_info, width) - 32usize];
    ["Offset of field: clens_value_info::fields"]
        [::core::mem::offset_of!(clens_value_info, fields) - 40usize];
    ["Offset of field: clens_value_info::request_columns"]
        [::core::mem::offset_of!(clens_value_info, request_columns) - 48usize];
    ["Offset of field: clens_value_info::candidate_columns"]
        [::core::mem::offset_of!(clens_value_info, candidate_columns) - 56usize];
    ["Offset of field: clens_value_info::pair_columns"]
        [::core::mem::offset_of!(clens_value_info, pair_columns) - 64usize];
    ["Offset of field: clens_value_info::node"][::core::mem::offset_of!(clens_value_info, node) - 72usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_named_value {
    pub struct_size: usize,
    pub name: *const ::core::ffi::c_char,
    #[doc = " index of the value"]
    pub value: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_named_value"][::core::mem::size_of::<clens_named_value>() - 24usize];
    ["Alignment of clens_named_value"][::core::mem::align_of::<clens_named_value>() - 8usize];
    ["Offset of field: clens_named_value::struct_size"]
        [::core::mem::offset_of!(clens_named_value, struct_size) - 0usize];
    ["Offset of field: clens_named_value::name"][::core::mem::offset_of!(clens_named_value, name) - 8usize];
    ["Offset of field: clens_named_value::value"]
        [::core::mem::offset_of!(clens_named_value, value) - 16usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_table_info {
    pub struct_size: usize,
    #[doc = " type: \"f32\", \"f16\", \"bf16\", \"int8\" or \"int4\""]
    pub name: *const ::core::ffi::c_char,
    #[doc = " type: \"f32\", \"f16\", \"bf16\", \"int8\" or \"int4\""]
    pub type_: *const ::core::ffi::c_char,
    pub rows: u64,
    pub dim: u64,
    pub bytes: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_table_info"][::core::mem::size_of::<clens_table_info>() - 48usize];
    ["Alignment of clens_table_info"][::core::mem::align_of::<clens_table_info>() - 8usize];
    ["Offset of field: clens_table_info::struct_size"]
        [::core::mem::offset_of!(clens_table_info, struct_size) - 0usize];
    ["Offset of field: clens_table_info::name"][::core::mem::offset_of!(clens_table_info, name) - 8usize];
    ["Offset of field: clens_table_info::type_"][::core::mem::offset_of!(clens_table_info, type_) - 16usize];
    ["Offset of field: clens_table_info::rows"][::core::mem::offset_of!(clens_table_info, rows) - 24usize];
    ["Offset of field: clens_table_info::dim"][::core::mem::offset_of!(clens_table_info, dim) - 32usize];
    ["Offset of field: clens_table_info::bytes"][::core::mem::offset_of!(clens_table_info, bytes) - 40usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_node_info {
    pub struct_size: usize,
    #[doc = " name in the file"]
    pub name: *const ::core::ffi::c_char,
    #[doc = " operator: \"linear\", \"embedding_bag\", ..."]
    pub op: *const ::core::ffi::c_char,
    #[doc = " index of the value it makes"]
    pub output: usize,
    #[doc = " values it reads"]
    pub inputs: usize,
    #[doc = " index of the feature it reads; SIZE_MAX: none"]
    pub feature: usize,
    #[doc = " index of the table its feature is pooled from; SIZE_MAX: none"]
    pub table: usize,
    #[doc = " numbers in its constants and its table: what nodes share counts for each of them"]
    pub parameters: u64,
    #[doc = " that they take in the file"]
    pub parameter_bytes: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_node_info"][::core::mem::size_of::<clens_node_info>() - 72usize];
    ["Alignment of clens_node_info"][::core::mem::align_of::<clens_node_info>() - 8usize];
    ["Offset of field: clens_node_info::struct_size"]
        [::core::mem::offset_of!(clens_node_info, struct_size) - 0usize];
    ["Offset of field: clens_node_info::name"][::core::mem::offset_of!(clens_node_info, name) - 8usize];
    ["Offset of field: clens_node_info::op"][::core::mem::offset_of!(clens_node_info, op) - 16usize];
    ["Offset of field: clens_node_info::output"][::core::mem::offset_of!(clens_node_info, output) - 24usize];
    ["Offset of field: clens_node_info::inputs"][::core::mem::offset_of!(clens_node_info, inputs) - 32usize];
    ["Offset of field: clens_node_info::feature"]
        [::core::mem::offset_of!(clens_node_info, feature) - 40usize];
    ["Offset of field: clens_node_info::table"][::core::mem::offset_of!(clens_node_info, table) - 48usize];
    ["Offset of field: clens_node_info::parameters"]
        [::core::mem::offset_of!(clens_node_info, parameters) - 56usize];
    ["Offset of field: clens_node_info::parameter_bytes"]
        [::core::mem::offset_of!(clens_node_info, parameter_bytes) - 64usize];
};
#[doc = " The list of columns a host sends, bound to every model by feature name.\n Thread: immutable, shared. Lifetime: reference-counted; sessions copy what they need of it."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_inputs {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_input_spec {
    pub struct_size: usize,
    #[doc = " the feature's name; columns no feature asks for are allowed and ignored"]
    pub name: *const ::core::ffi::c_char,
    #[doc = " clens_column_kind"]
    pub kind: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_input_spec"][::core::mem::size_of::<clens_input_spec>() - 24usize];
    ["Alignment of clens_input_spec"][::core::mem::align_of::<clens_input_spec>() - 8usize];
    ["Offset of field: clens_input_spec::struct_size"]
        [::core::mem::offset_of!(clens_input_spec, struct_size) - 0usize];
    ["Offset of field: clens_input_spec::name"][::core::mem::offset_of!(clens_input_spec, name) - 8usize];
    ["Offset of field: clens_input_spec::kind"][::core::mem::offset_of!(clens_input_spec, kind) - 16usize];
};
#[doc = " Memory and plan for running one model. Thread: one thread at a time; may move between threads.\n Lifetime: until released; holds its model. All memory is allocated at creation: running\n allocates nothing, whatever the number of candidates."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_session {
    _unused: [u8; 0],
}
#[doc = " Runs task(ctx, i) for every i < n, each once, on any threads; returns when all are done."]
pub type clens_task = ::core::option::Option<unsafe extern "C" fn(ctx: *mut ::core::ffi::c_void, i: usize)>;
pub type clens_parallel_for = ::core::option::Option<
    unsafe extern "C" fn(
        host: *mut ::core::ffi::c_void,
        n: usize,
        task: clens_task,
        ctx: *mut ::core::ffi::c_void,
    ),
>;
pub const CLENS_PRECISION_F32: clens_precision = 0;
pub const CLENS_PRECISION_INT8: clens_precision = 1;
pub const CLENS_PRECISION_BF16: clens_precision = 2;
#[doc = " what the file recommends (clens_refiner_recommend_precision), for sessions and\ncaches, which then name no full_precision; F32 if it recommends nothing, and in\nplace of BF16 where there is none"]
pub const CLENS_PRECISION_RECOMMENDED: clens_precision = 3;
#[doc = " How linears of more than one output compute (those of one output, and all else, are float32 always).\n   INT8  each part of a sum (request, candidate, pair) of each row is scaled by 127 / max |x| and rounded to\n         8 bits, weights likewise per output; sums are exact, so scores have the same bits everywhere, as with F32.\n   BF16  inputs and weights are rounded to bfloat16, denormal numbers to zero, sums are float32. A row's bits do not\n         depend on its batch, but may differ between machines, and between processes with and without AMX.\n         UNSUPPORTED where the processor has no bfloat16 products (AVX512-BF16); without AMX some that have them are\n         slower at them than at F32.\n The first session or cache in INT8 or BF16 asks Linux to let the process use AMX, where the processor has it\n (arch_prctl ARCH_REQ_XCOMP_PERM; once, never in a run, and not for F32). Granted, it holds for all threads until the\n process ends: signal frames may grow by 8 KiB, and sigaltstack refuses stacks that have no room for that. Refused, for\n instance because a thread has such a stack, VNNI and AVX512-BF16 do. Any CLICKLENS_ISA, also avx512, leaves AMX alone.\n Neither gives gradients (UNSUPPORTED): explain with an F32 session of the same model."]
pub type clens_precision = ::core::ffi::c_uint;
pub const CLENS_GRADIENTS_NONE: clens_gradients = 0;
pub const CLENS_GRADIENTS_FULL: clens_gradients = 1;
pub const CLENS_GRADIENTS_GROUPS: clens_gradients = 2;
#[doc = " What clens_saliency_run may be asked of a session.\n   FULL    everything\n   GROUPS  level GROUP by CENTRED or GRADIENT_X_INPUT alone, and clens_saliency_means; faster for requests of many\n           candidates. Of features of request scope that only linear layers read (through concat or not), a group's\n           score is the product of its part of those layers' sums, made once per request, and their gradient; it\n           differs from FULL's in rounding alone, and has the same bits however candidates are cut into requests,\n           tiles and strands. Other features have FULL's. Requests of one candidate gain nothing: some 8 % slower."]
pub type clens_gradients = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_session_options {
    pub struct_size: usize,
    #[doc = " parts a batch may be cut into, each with own scratch; 0 or 1: none; up to 256"]
    pub strands: u32,
    #[doc = " clens_gradients"]
    pub gradients: u32,
    #[doc = " candidates that go through the network together; 0: chosen (1..1024)"]
    pub tile_rows: u32,
    #[doc = " 0"]
    pub reserved: u32,
    #[doc = " values that runs may capture, by index"]
    pub captures: *const usize,
    pub capture_count: usize,
    #[doc = " host's threads; NULL: strands - 1 helper threads of our own"]
    pub parallel_for: clens_parallel_for,
    pub parallel_host: *mut ::core::ffi::c_void,
    #[doc = " values that lenses (clens_neurons_add, clens_probe_rows_add) may watch, by index"]
    pub observed: *const usize,
    pub observed_count: usize,
    #[doc = " its logits come with every run's scores; held by the session. NULL: none"]
    pub probe: *mut clens_probe,
    #[doc = " Early exit: candidates whose logit by probe number `exit_probe` - 1 is below `exit_bound` stop at that\n probe's layer: their score is the probe's. 0: off. Not with gradients, observed values, or captures of\n what lies behind the layer (UNSUPPORTED)."]
    pub exit_probe: u32,
    #[doc = " finite"]
    pub exit_bound: f32,
    #[doc = " clens_precision"]
    pub precision: u32,
    #[doc = " nonzero: batches may name a candidate cache"]
    pub cache: u32,
    #[doc = " outputs of linears, by index, that stay float32 whatever `precision` says"]
    pub full_precision: *const usize,
    pub full_precision_count: usize,
    #[doc = " What runs meet is profiled, without labels, for clens_profile_collect; NULL: not. The session has two blocks for it,\n made now. Give batches request_keys: without, rows are numbered from the session's first. Not with early exit, nor\n FEATURES with `cache` (UNSUPPORTED); SALIENCY needs gradients (INVALID_ARGUMENT)."]
    pub profile: *const clens_profile_options,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_session_options"][::core::mem::size_of::<clens_session_options>() - 120usize];
    ["Alignment of clens_session_options"][::core::mem::align_of::<clens_session_options>() - 8usize];
    ["Offset of field: clens_session_options::struct_size"]
        [::core::mem::offset_of!(clens_session_options, struct_size) - 0usize];
    ["Offset of field: clens_session_options::strands"]
        [::core::mem::offset_of!(clens_session_options, strands) - 8usize];
    ["Offset of field: clens_session_options::gradients"]
        [::core::mem::offset_of!(clens_session_options, gradients) - 12usize];
    ["Offset of field: clens_session_options::tile_rows"]
        [::core::mem::offset_of!(clens_session_options, tile_rows) - 16usize];
    ["Offset of field: clens_session_options::reserved"]
        [::core::mem::offset_of!(clens_session_options, reserved) - 20usize];
    ["Offset of field: clens_session_options::captures"]
        [::core::mem::offset_of!(clens_session_options, captures) - 24usize];
    ["Offset of field: clens_session_options::capture_count"]
        [::core::mem::offset_of!(clens_session_options, capture_count) - 32usize];
    ["Offset of field: clens_session_options::parallel_for"]
        [::core::mem::offset_of!(clens_session_options, parallel_for) - 40usize];
    ["Offset of field: clens_session_options::parallel_host"]
        [::core::mem::offset_of!(clens_session_options, parallel_host) - 48usize];
    ["Offset of field: clens_session_options::observed"]
        [::core::mem::offset_of!(clens_session_options, observed) - 56usize];
    ["Offset of field: clens_session_options::observed_count"]
        [::core::mem::offset_of!(clens_session_options, observed_count) - 64usize];
    ["Offset of field: clens_session_options::probe"]
        [::core::mem::offset_of!(clens_session_options, probe) - 72usize];
    ["Offset of field: clens_session_options::exit_probe"]
        [::core::mem::offset_of!(clens_session_options, exit_probe) - 80usize];
    ["Offset of field: clens_session_options::exit_bound"]
        [::core::mem::offset_of!(clens_session_options, exit_bound) - 84usize];
    ["Offset of field: clens_session_options::precision"]
        [::core::mem::offset_of!(clens_session_options, precision) - 88usize];
    ["Offset of field: clens_session_options::cache"]
        [::core::mem::offset_of!(clens_session_options, cache) - 92usize];
    ["Offset of field: clens_session_options::full_precision"]
        [::core::mem::offset_of!(clens_session_options, full_precision) - 96usize];
    ["Offset of field: clens_session_options::full_precision_count"]
        [::core::mem::offset_of!(clens_session_options, full_precision_count) - 104usize];
    ["Offset of field: clens_session_options::profile"]
        [::core::mem::offset_of!(clens_session_options, profile) - 112usize];
};
pub const CLENS_TYPE_I8: clens_value_type = 0;
pub const CLENS_TYPE_I16: clens_value_type = 1;
pub const CLENS_TYPE_I32: clens_value_type = 2;
pub const CLENS_TYPE_I64: clens_value_type = 3;
pub const CLENS_TYPE_U8: clens_value_type = 4;
pub const CLENS_TYPE_U16: clens_value_type = 5;
pub const CLENS_TYPE_U32: clens_value_type = 6;
pub const CLENS_TYPE_U64: clens_value_type = 7;
pub const CLENS_TYPE_F32: clens_value_type = 8;
#[doc = " strings"]
pub const CLENS_TYPE_BYTES: clens_value_type = 9;
#[doc = " ---------------------------------------------------------------- batch"]
pub type clens_value_type = ::core::ffi::c_uint;
#[doc = " One input's data for a batch, in Arrow's layout. Arrow arrays of these types pass as they are, with two\n exceptions: both offset arrays of a list of strings have one width (offset_bits), and `first` slices\n entries only, so for a list whose child array is sliced the child's offset is added to row_offsets.\n A request-scope feature has one entry per request, others one per candidate. Entry i is element\n first + i of row_offsets and validity (and of values, where row_offsets is NULL).\n\n   one integer per entry    values = integers,  value_count = how many\n   list of integers         the same, and row_offsets[first + i] .. row_offsets[first + i + 1]\n   one string per entry     values = bytes, value_count = how many bytes, value_offsets[string_count + 1]\n   list of strings          the same, and row_offsets into the strings\n   dense, width w           values = float[entries * w], row-major\n\n Negative integers as ROWS are out of range (unknown); as KEYS they are taken as two's complement."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_column {
    #[doc = " index into the clens_inputs"]
    pub input: u32,
    #[doc = " clens_column_kind, equal to the input's"]
    pub kind: u32,
    #[doc = " clens_value_type"]
    pub value_type: u32,
    #[doc = " 32 or 64: type of both offset arrays; 0 when there is none"]
    pub offset_bits: u32,
    #[doc = " Arrow's slice offset, in entries"]
    pub first: u64,
    pub values: *const ::core::ffi::c_void,
    #[doc = " elements of values (bytes for strings)"]
    pub value_count: u64,
    #[doc = " strings: string_count + 1 offsets into values"]
    pub value_offsets: *const ::core::ffi::c_void,
    pub string_count: u64,
    #[doc = " lists: first + entries + 1 offsets; NULL: one value per entry"]
    pub row_offsets: *const ::core::ffi::c_void,
    #[doc = " one per integer or string; NULL: all 1"]
    pub weights: *const f32,
    #[doc = " Arrow bitmap of entries, NULL: all present"]
    pub validity: *const u8,
    #[doc = " Arrow bitmap of elements: of the integers, strings or floats above, in\nlists, alone or in rows of width w; NULL: all present"]
    pub value_validity: *const u8,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_column"][::core::mem::size_of::<clens_column>() - 88usize];
    ["Alignment of clens_column"][::core::mem::align_of::<clens_column>() - 8usize];
    ["Offset of field: clens_column::input"][::core::mem::offset_of!(clens_column, input) - 0usize];
    ["Offset of field: clens_column::kind"][::core::mem::offset_of!(clens_column, kind) - 4usize];
    ["Offset of field: clens_column::value_type"][::core::mem::offset_of!(clens_column, value_type) - 8usize];
    ["Offset of field: clens_column::offset_bits"]
        [::core::mem::offset_of!(clens_column, offset_bits) - 12usize];
    ["Offset of field: clens_column::first"][::core::mem::offset_of!(clens_column, first) - 16usize];
    ["Offset of field: clens_column::values"][::core::mem::offset_of!(clens_column, values) - 24usize];
    ["Offset of field: clens_column::value_count"]
        [::core::mem::offset_of!(clens_column, value_count) - 32usize];
    ["Offset of field: clens_column::value_offsets"]
        [::core::mem::offset_of!(clens_column, value_offsets) - 40usize];
    ["Offset of field: clens_column::string_count"]
        [::core::mem::offset_of!(clens_column, string_count) - 48usize];
    ["Offset of field: clens_column::row_offsets"]
        [::core::mem::offset_of!(clens_column, row_offsets) - 56usize];
    ["Offset of field: clens_column::weights"][::core::mem::offset_of!(clens_column, weights) - 64usize];
    ["Offset of field: clens_column::validity"][::core::mem::offset_of!(clens_column, validity) - 72usize];
    ["Offset of field: clens_column::value_validity"]
        [::core::mem::offset_of!(clens_column, value_validity) - 80usize];
};
#[doc = " Plain views of the caller's memory; nothing is copied or kept."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_batch {
    pub struct_size: usize,
    #[doc = " sizeof(clens_column) of the caller: the stride of columns"]
    pub column_size: usize,
    pub candidates: u64,
    #[doc = " 0: every candidate is its own request"]
    pub requests: u64,
    #[doc = " requests + 1, from 0 to candidates, not falling"]
    pub request_offsets: *const i64,
    #[doc = " at most one per input; an absent one is missing in every entry"]
    pub columns: *const clens_column,
    pub column_count: usize,
    #[doc = " CLENS_BATCH_*"]
    pub flags: u32,
    #[doc = " 0"]
    pub reserved: u32,
    #[doc = " one per request, or NULL"]
    pub request_keys: *const u64,
    #[doc = " prepared candidates, or NULL"]
    pub cache: *mut clens_cache,
    #[doc = " with a cache: per candidate its row there, or -1: not cached. Columns of\ncandidate scope then have one entry per -1 alone, in order; columns of\nrequest and pair scope are as ever"]
    pub cache_rows: *const i64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_batch"][::core::mem::size_of::<clens_batch>() - 88usize];
    ["Alignment of clens_batch"][::core::mem::align_of::<clens_batch>() - 8usize];
    ["Offset of field: clens_batch::struct_size"][::core::mem::offset_of!(clens_batch, struct_size) - 0usize];
    ["Offset of field: clens_batch::column_size"][::core::mem::offset_of!(clens_batch, column_size) - 8usize];
    ["Offset of field: clens_batch::candidates"][::core::mem::offset_of!(clens_batch, candidates) - 16usize];
    ["Offset of field: clens_batch::requests"][::core::mem::offset_of!(clens_batch, requests) - 24usize];
    ["Offset of field: clens_batch::request_offsets"]
        [::core::mem::offset_of!(clens_batch, request_offsets) - 32usize];
    ["Offset of field: clens_batch::columns"][::core::mem::offset_of!(clens_batch, columns) - 40usize];
    ["Offset of field: clens_batch::column_count"]
        [::core::mem::offset_of!(clens_batch, column_count) - 48usize];
    ["Offset of field: clens_batch::flags"][::core::mem::offset_of!(clens_batch, flags) - 56usize];
    ["Offset of field: clens_batch::reserved"][::core::mem::offset_of!(clens_batch, reserved) - 60usize];
    ["Offset of field: clens_batch::request_keys"]
        [::core::mem::offset_of!(clens_batch, request_keys) - 64usize];
    ["Offset of field: clens_batch::cache"][::core::mem::offset_of!(clens_batch, cache) - 72usize];
    ["Offset of field: clens_batch::cache_rows"][::core::mem::offset_of!(clens_batch, cache_rows) - 80usize];
};
pub const CLENS_OUTPUT_PROBABILITY: clens_output_kind = 0;
pub const CLENS_OUTPUT_LOGIT: clens_output_kind = 1;
pub type clens_output_kind = ::core::ffi::c_uint;
#[doc = " What a run met in the columns of the batch, over all features."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_counts {
    #[doc = " entries that end without a value, null elements of entries that keep another"]
    pub missing: u64,
    #[doc = " ids the encoder does not know, rows out of range"]
    pub unknown: u64,
    #[doc = " ids beyond max_length"]
    pub cut: u64,
    #[doc = " NaN or infinite dense values or weights, invalid UTF-8"]
    pub bad_values: u64,
    #[doc = " scores that are NaN or infinite"]
    pub non_finite: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_counts"][::core::mem::size_of::<clens_counts>() - 40usize];
    ["Alignment of clens_counts"][::core::mem::align_of::<clens_counts>() - 8usize];
    ["Offset of field: clens_counts::missing"][::core::mem::offset_of!(clens_counts, missing) - 0usize];
    ["Offset of field: clens_counts::unknown"][::core::mem::offset_of!(clens_counts, unknown) - 8usize];
    ["Offset of field: clens_counts::cut"][::core::mem::offset_of!(clens_counts, cut) - 16usize];
    ["Offset of field: clens_counts::bad_values"]
        [::core::mem::offset_of!(clens_counts, bad_values) - 24usize];
    ["Offset of field: clens_counts::non_finite"]
        [::core::mem::offset_of!(clens_counts, non_finite) - 32usize];
};
#[doc = " A captured value: rows of the value's own scope. A request-scope value has one row per request,\n (candidate c belongs to the request r with request_offsets[r] <= c < request_offsets[r + 1]);\n any other one row per candidate."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_capture {
    #[doc = " in: index, one of the session's captures"]
    pub value: usize,
    #[doc = " in: caller's buffer; NULL: skip"]
    pub data: *mut f32,
    #[doc = " in: floats; the last row needs no more than the value's width"]
    pub capacity: usize,
    #[doc = " in: floats from row to row; 0: the value's width"]
    pub row_stride: usize,
    #[doc = " out"]
    pub rows: u64,
    #[doc = " out: CLENS_SCOPE_REQUEST, else per candidate"]
    pub scope: u32,
    #[doc = " 0"]
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_capture"][::core::mem::size_of::<clens_capture>() - 48usize];
    ["Alignment of clens_capture"][::core::mem::align_of::<clens_capture>() - 8usize];
    ["Offset of field: clens_capture::value"][::core::mem::offset_of!(clens_capture, value) - 0usize];
    ["Offset of field: clens_capture::data"][::core::mem::offset_of!(clens_capture, data) - 8usize];
    ["Offset of field: clens_capture::capacity"][::core::mem::offset_of!(clens_capture, capacity) - 16usize];
    ["Offset of field: clens_capture::row_stride"]
        [::core::mem::offset_of!(clens_capture, row_stride) - 24usize];
    ["Offset of field: clens_capture::rows"][::core::mem::offset_of!(clens_capture, rows) - 32usize];
    ["Offset of field: clens_capture::scope"][::core::mem::offset_of!(clens_capture, scope) - 40usize];
    ["Offset of field: clens_capture::reserved"][::core::mem::offset_of!(clens_capture, reserved) - 44usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_output {
    pub struct_size: usize,
    #[doc = " clens_output_kind"]
    pub kind: u32,
    #[doc = " 0"]
    pub reserved: u32,
    #[doc = " values[candidate * row_stride + task]; NULL: no scores, where something is captured,\nsaliency is run or there are no candidates"]
    pub values: *mut f32,
    #[doc = " floats; too small: BUFFER_TOO_SMALL before any work. The last row needs no more than\nits tasks"]
    pub capacity: usize,
    #[doc = " 0: the number of tasks"]
    pub row_stride: usize,
    pub captures: *mut clens_capture,
    pub capture_count: usize,
    #[doc = " sizeof(clens_capture) of the caller"]
    pub capture_size: usize,
    #[doc = " out"]
    pub counts: clens_counts,
    #[doc = " probe_logits[candidate * probes + i], of the session's probe; NULL: not wanted"]
    pub probe_logits: *mut f32,
    #[doc = " floats"]
    pub probe_capacity: usize,
    #[doc = " out: candidates that stopped early"]
    pub exited: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_output"][::core::mem::size_of::<clens_output>() - 128usize];
    ["Alignment of clens_output"][::core::mem::align_of::<clens_output>() - 8usize];
    ["Offset of field: clens_output::struct_size"]
        [::core::mem::offset_of!(clens_output, struct_size) - 0usize];
    ["Offset of field: clens_output::kind"][::core::mem::offset_of!(clens_output, kind) - 8usize];
    ["Offset of field: clens_output::reserved"][::core::mem::offset_of!(clens_output, reserved) - 12usize];
    ["Offset of field: clens_output::values"][::core::mem::offset_of!(clens_output, values) - 16usize];
    ["Offset of field: clens_output::capacity"][::core::mem::offset_of!(clens_output, capacity) - 24usize];
    ["Offset of field: clens_output::row_stride"]
        [::core::mem::offset_of!(clens_output, row_stride) - 32usize];
    ["Offset of field: clens_output::captures"][::core::mem::offset_of!(clens_output, captures) - 40usize];
    ["Offset of field: clens_output::capture_count"]
        [::core::mem::offset_of!(clens_output, capture_count) - 48usize];
    ["Offset of field: clens_output::capture_size"]
        [::core::mem::offset_of!(clens_output, capture_size) - 56usize];
    ["Offset of field: clens_output::counts"][::core::mem::offset_of!(clens_output, counts) - 64usize];
    ["Offset of field: clens_output::probe_logits"]
        [::core::mem::offset_of!(clens_output, probe_logits) - 104usize];
    ["Offset of field: clens_output::probe_capacity"]
        [::core::mem::offset_of!(clens_output, probe_capacity) - 112usize];
    ["Offset of field: clens_output::exited"][::core::mem::offset_of!(clens_output, exited) - 120usize];
};
pub const CLENS_CACHE_F32: clens_cache_storage = 0;
pub const CLENS_CACHE_F16: clens_cache_storage = 1;
pub type clens_cache_storage = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_cache_options {
    pub struct_size: usize,
    #[doc = " ads it has room for, 1 .. 2^31 - 1"]
    pub rows: u64,
    #[doc = " clens_precision"]
    pub precision: u32,
    #[doc = " clens_cache_storage"]
    pub storage: u32,
    #[doc = " nonzero: keeps every value of candidate scope, so that sessions with gradients,\ncaptures, probes and observed values can read it"]
    pub explainable: u32,
    #[doc = " threads that fill, as clens_session_options.strands"]
    pub strands: u32,
    pub parallel_for: clens_parallel_for,
    pub parallel_host: *mut ::core::ffi::c_void,
    #[doc = " as clens_session_options.full_precision"]
    pub full_precision: *const usize,
    pub full_precision_count: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_cache_options"][::core::mem::size_of::<clens_cache_options>() - 64usize];
    ["Alignment of clens_cache_options"][::core::mem::align_of::<clens_cache_options>() - 8usize];
    ["Offset of field: clens_cache_options::struct_size"]
        [::core::mem::offset_of!(clens_cache_options, struct_size) - 0usize];
    ["Offset of field: clens_cache_options::rows"]
        [::core::mem::offset_of!(clens_cache_options, rows) - 8usize];
    ["Offset of field: clens_cache_options::precision"]
        [::core::mem::offset_of!(clens_cache_options, precision) - 16usize];
    ["Offset of field: clens_cache_options::storage"]
        [::core::mem::offset_of!(clens_cache_options, storage) - 20usize];
    ["Offset of field: clens_cache_options::explainable"]
        [::core::mem::offset_of!(clens_cache_options, explainable) - 24usize];
    ["Offset of field: clens_cache_options::strands"]
        [::core::mem::offset_of!(clens_cache_options, strands) - 28usize];
    ["Offset of field: clens_cache_options::parallel_for"]
        [::core::mem::offset_of!(clens_cache_options, parallel_for) - 32usize];
    ["Offset of field: clens_cache_options::parallel_host"]
        [::core::mem::offset_of!(clens_cache_options, parallel_host) - 40usize];
    ["Offset of field: clens_cache_options::full_precision"]
        [::core::mem::offset_of!(clens_cache_options, full_precision) - 48usize];
    ["Offset of field: clens_cache_options::full_precision_count"]
        [::core::mem::offset_of!(clens_cache_options, full_precision_count) - 56usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_cache_info {
    pub struct_size: usize,
    #[doc = " room; rows that hold an ad"]
    pub rows: u64,
    #[doc = " room; rows that hold an ad"]
    pub filled: u64,
    #[doc = " of one ad; of all memory of the cache"]
    pub row_bytes: u64,
    #[doc = " of one ad; of all memory of the cache"]
    pub bytes: u64,
    #[doc = " clens_model_info.id_low, id_high"]
    pub model_low: u64,
    #[doc = " clens_model_info.id_low, id_high"]
    pub model_high: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_cache_info"][::core::mem::size_of::<clens_cache_info>() - 56usize];
    ["Alignment of clens_cache_info"][::core::mem::align_of::<clens_cache_info>() - 8usize];
    ["Offset of field: clens_cache_info::struct_size"]
        [::core::mem::offset_of!(clens_cache_info, struct_size) - 0usize];
    ["Offset of field: clens_cache_info::rows"][::core::mem::offset_of!(clens_cache_info, rows) - 8usize];
    ["Offset of field: clens_cache_info::filled"]
        [::core::mem::offset_of!(clens_cache_info, filled) - 16usize];
    ["Offset of field: clens_cache_info::row_bytes"]
        [::core::mem::offset_of!(clens_cache_info, row_bytes) - 24usize];
    ["Offset of field: clens_cache_info::bytes"][::core::mem::offset_of!(clens_cache_info, bytes) - 32usize];
    ["Offset of field: clens_cache_info::model_low"]
        [::core::mem::offset_of!(clens_cache_info, model_low) - 40usize];
    ["Offset of field: clens_cache_info::model_high"]
        [::core::mem::offset_of!(clens_cache_info, model_high) - 48usize];
};
#[doc = " What a host serves from while models come and go: publish a model on a loader's thread, enter and leave around every\n request on serving ones. A version is a model, a session for each seat and perhaps a candidate cache: whoever enters\n gets all of one version, whoever entered before keeps the old one until it leaves.\n\n   clens_seat now = CLENS_SEAT_INIT;\n   if (clens_slot_enter(slot, thread, &now) != CLENS_OK) ...           // BAD_STATE: nothing was published yet\n   clens_session_run(now.session, &batch, &output);\n   clens_slot_leave(slot, thread);\n\n Thread: enter and leave take no lock, allocate nothing and make no system call; seats are entered by any number of\n threads, each seat by one at a time. Publishing, collecting and describing from any thread; they never make a serving\n thread wait. Lifetime: until released, which may not happen while a seat is entered."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_slot {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_slot_options {
    pub struct_size: usize,
    #[doc = " 1 .. 65,536: requests that are served at the same time"]
    pub seats: usize,
    #[doc = " how long a publication waits for seats to leave the version before; 0: 10,000"]
    pub drain_milliseconds: u32,
    #[doc = " 0"]
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_slot_options"][::core::mem::size_of::<clens_slot_options>() - 24usize];
    ["Alignment of clens_slot_options"][::core::mem::align_of::<clens_slot_options>() - 8usize];
    ["Offset of field: clens_slot_options::struct_size"]
        [::core::mem::offset_of!(clens_slot_options, struct_size) - 0usize];
    ["Offset of field: clens_slot_options::seats"]
        [::core::mem::offset_of!(clens_slot_options, seats) - 8usize];
    ["Offset of field: clens_slot_options::drain_milliseconds"]
        [::core::mem::offset_of!(clens_slot_options, drain_milliseconds) - 16usize];
    ["Offset of field: clens_slot_options::reserved"]
        [::core::mem::offset_of!(clens_slot_options, reserved) - 20usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_publication {
    pub struct_size: usize,
    #[doc = " the slot takes a reference of its own"]
    pub model: *mut clens_model,
    #[doc = " of every seat's session; its indices, probe and means are this model's. NULL:\ndefaults"]
    pub session: *const clens_session_options,
    #[doc = " of this model, or NULL. The slot's from CLENS_OK on: it is released with the version, so keep\nfilling it only as clens_cache_fill allows"]
    pub cache: *mut clens_cache,
    #[doc = " CLENS_PUBLISH_*"]
    pub flags: u32,
    #[doc = " 0"]
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_publication"][::core::mem::size_of::<clens_publication>() - 40usize];
    ["Alignment of clens_publication"][::core::mem::align_of::<clens_publication>() - 8usize];
    ["Offset of field: clens_publication::struct_size"]
        [::core::mem::offset_of!(clens_publication, struct_size) - 0usize];
    ["Offset of field: clens_publication::model"][::core::mem::offset_of!(clens_publication, model) - 8usize];
    ["Offset of field: clens_publication::session"]
        [::core::mem::offset_of!(clens_publication, session) - 16usize];
    ["Offset of field: clens_publication::cache"]
        [::core::mem::offset_of!(clens_publication, cache) - 24usize];
    ["Offset of field: clens_publication::flags"]
        [::core::mem::offset_of!(clens_publication, flags) - 32usize];
    ["Offset of field: clens_publication::reserved"]
        [::core::mem::offset_of!(clens_publication, reserved) - 36usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_seat {
    pub struct_size: usize,
    #[doc = " all of these: until clens_slot_leave"]
    pub session: *mut clens_session,
    pub model: *const clens_model,
    #[doc = " NULL: the version has none"]
    pub cache: *const clens_cache,
    #[doc = " as clens_slot_publish numbered it"]
    pub version: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_seat"][::core::mem::size_of::<clens_seat>() - 40usize];
    ["Alignment of clens_seat"][::core::mem::align_of::<clens_seat>() - 8usize];
    ["Offset of field: clens_seat::struct_size"][::core::mem::offset_of!(clens_seat, struct_size) - 0usize];
    ["Offset of field: clens_seat::session"][::core::mem::offset_of!(clens_seat, session) - 8usize];
    ["Offset of field: clens_seat::model"][::core::mem::offset_of!(clens_seat, model) - 16usize];
    ["Offset of field: clens_seat::cache"][::core::mem::offset_of!(clens_seat, cache) - 24usize];
    ["Offset of field: clens_seat::version"][::core::mem::offset_of!(clens_seat, version) - 32usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_slot_info {
    pub struct_size: usize,
    pub seats: usize,
    pub entered: usize,
    #[doc = " versions that were replaced and are still held by a seat"]
    pub draining: usize,
    #[doc = " that serves; 0: none yet"]
    pub version: u64,
    #[doc = " its clens_model_info.id_low, id_high"]
    pub model_low: u64,
    #[doc = " its clens_model_info.id_low, id_high"]
    pub model_high: u64,
    #[doc = " publications so far"]
    pub published: u64,
    #[doc = " publications so far"]
    pub refused: u64,
    #[doc = " profiled rows of versions gone, dropped since 64 such profiles were waiting"]
    pub lost_rows: u64,
    #[doc = " whose profile could not be kept, or not whole: no memory"]
    pub lost_versions: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_slot_info"][::core::mem::size_of::<clens_slot_info>() - 88usize];
    ["Alignment of clens_slot_info"][::core::mem::align_of::<clens_slot_info>() - 8usize];
    ["Offset of field: clens_slot_info::struct_size"]
        [::core::mem::offset_of!(clens_slot_info, struct_size) - 0usize];
    ["Offset of field: clens_slot_info::seats"][::core::mem::offset_of!(clens_slot_info, seats) - 8usize];
    ["Offset of field: clens_slot_info::entered"]
        [::core::mem::offset_of!(clens_slot_info, entered) - 16usize];
    ["Offset of field: clens_slot_info::draining"]
        [::core::mem::offset_of!(clens_slot_info, draining) - 24usize];
    ["Offset of field: clens_slot_info::version"]
        [::core::mem::offset_of!(clens_slot_info, version) - 32usize];
    ["Offset of field: clens_slot_info::model_low"]
        [::core::mem::offset_of!(clens_slot_info, model_low) - 40usize];
    ["Offset of field: clens_slot_info::model_high"]
        [::core::mem::offset_of!(clens_slot_info, model_high) - 48usize];
    ["Offset of field: clens_slot_info::published"]
        [::core::mem::offset_of!(clens_slot_info, published) - 56usize];
    ["Offset of field: clens_slot_info::refused"]
        [::core::mem::offset_of!(clens_slot_info, refused) - 64usize];
    ["Offset of field: clens_slot_info::lost_rows"]
        [::core::mem::offset_of!(clens_slot_info, lost_rows) - 72usize];
    ["Offset of field: clens_slot_info::lost_versions"]
        [::core::mem::offset_of!(clens_slot_info, lost_versions) - 80usize];
};
#[doc = " A file that holds how a model differs from its base: table rows that changed or were appended, what was added to\n vocabularies, taken out or moved, layers that were replaced. Applied to the base it gives the model that it was made\n from: the same id, the same bits of everything. Both share the base's memory; rows that changed lie apart, compact,\n and are found through a bitmap: a bag over such a table costs more (bench/NOTES.md has figures), others cost what\n they did. A delta is of one base, by its id, whatever was applied to that base before: of the file served first, then\n it is cumulative and stands alone, or of what the last delta gave, whose changed rows it then takes over.\n\n   clens_delta *delta = NULL;\n   clens_model *next = NULL;\n   if (clens_delta_open(\"hour-07.clensd\", NULL, &delta) != CLENS_OK ||\n       clens_delta_apply(delta, base, NULL, &next) != CLENS_OK) ...      // STALE: made for another base\n   publication.model = next;                                             // as any other model\n\n Thread: immutable, shared by any number of threads. Lifetime: until released; models that it made need neither it nor\n the handle of their base, nor the delta's file."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_delta {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_delta_info {
    pub struct_size: usize,
    #[doc = " clens_model_info.id_low, id_high of the base"]
    pub base_low: u64,
    #[doc = " clens_model_info.id_low, id_high of the base"]
    pub base_high: u64,
    #[doc = " and of the model that it gives"]
    pub result_low: u64,
    #[doc = " and of the model that it gives"]
    pub result_high: u64,
    #[doc = " bytes of the delta"]
    pub file_size: u64,
    #[doc = " bytes of the result as a file of its own"]
    pub result_size: u64,
    #[doc = " of tables that are not replaced as a whole"]
    pub changed_rows: u64,
    #[doc = " of tables that are not replaced as a whole"]
    pub appended_rows: u64,
    #[doc = " of vocabularies; moved: to another row"]
    pub added_keys: u64,
    #[doc = " of vocabularies; moved: to another row"]
    pub removed_keys: u64,
    #[doc = " of vocabularies; moved: to another row"]
    pub moved_keys: u64,
    #[doc = " of the result's tables, layers and vocabularies"]
    pub kept_segments: u64,
    #[doc = " of the result's tables, layers and vocabularies"]
    pub overlaid_segments: u64,
    #[doc = " of the result's tables, layers and vocabularies"]
    pub replaced_segments: u64,
    #[doc = " of the bytes of these, how much the delta carries"]
    pub share: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_delta_info"][::core::mem::size_of::<clens_delta_info>() - 128usize];
    ["Alignment of clens_delta_info"][::core::mem::align_of::<clens_delta_info>() - 8usize];
    ["Offset of field: clens_delta_info::struct_size"]
        [::core::mem::offset_of!(clens_delta_info, struct_size) - 0usize];
    ["Offset of field: clens_delta_info::base_low"]
        [::core::mem::offset_of!(clens_delta_info, base_low) - 8usize];
    ["Offset of field: clens_delta_info::base_high"]
        [::core::mem::offset_of!(clens_delta_info, base_high) - 16usize];
    ["Offset of field: clens_delta_info::result_low"]
        [::core::mem::offset_of!(clens_delta_info, result_low) - 24usize];
    ["Offset of field: clens_delta_info::result_high"]
        [::core::mem::offset_of!(clens_delta_info, result_high) - 32usize];
    ["Offset of field: clens_delta_info::file_size"]
        [::core::mem::offset_of!(clens_delta_info, file_size) - 40usize];
    ["Offset of field: clens_delta_info::result_size"]
        [::core::mem::offset_of!(clens_delta_info, result_size) - 48usize];
    ["Offset of field: clens_delta_info::changed_rows"]
        [::core::mem::offset_of!(clens_delta_info, changed_rows) - 56usize];
    ["Offset of field: clens_delta_info::appended_rows"]
        [::core::mem::offset_of!(clens_delta_info, appended_rows) - 64usize];
    ["Offset of field: clens_delta_info::added_keys"]
        [::core::mem::offset_of!(clens_delta_info, added_keys) - 72usize];
    ["Offset of field: clens_delta_info::removed_keys"]
        [::core::mem::offset_of!(clens_delta_info, removed_keys) - 80usize];
    ["Offset of field: clens_delta_info::moved_keys"]
        [::core::mem::offset_of!(clens_delta_info, moved_keys) - 88usize];
    ["Offset of field: clens_delta_info::kept_segments"]
        [::core::mem::offset_of!(clens_delta_info, kept_segments) - 96usize];
    ["Offset of field: clens_delta_info::overlaid_segments"]
        [::core::mem::offset_of!(clens_delta_info, overlaid_segments) - 104usize];
    ["Offset of field: clens_delta_info::replaced_segments"]
        [::core::mem::offset_of!(clens_delta_info, replaced_segments) - 112usize];
    ["Offset of field: clens_delta_info::share"][::core::mem::offset_of!(clens_delta_info, share) - 120usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_apply_options {
    pub struct_size: usize,
    #[doc = " tables and vocabularies of fewer bytes are copied whole, not looked up in two places;\n0: 1 MiB"]
    pub copied_below: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_apply_options"][::core::mem::size_of::<clens_apply_options>() - 16usize];
    ["Alignment of clens_apply_options"][::core::mem::align_of::<clens_apply_options>() - 8usize];
    ["Offset of field: clens_apply_options::struct_size"]
        [::core::mem::offset_of!(clens_apply_options, struct_size) - 0usize];
    ["Offset of field: clens_apply_options::copied_below"]
        [::core::mem::offset_of!(clens_apply_options, copied_below) - 8usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_delta_options {
    pub struct_size: usize,
    #[doc = " of the result's bytes that the delta may carry, at most 1; 0: 0.1. Past that a new base, written\noffline, serves better"]
    pub most_share: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_delta_options"][::core::mem::size_of::<clens_delta_options>() - 16usize];
    ["Alignment of clens_delta_options"][::core::mem::align_of::<clens_delta_options>() - 8usize];
    ["Offset of field: clens_delta_options::struct_size"]
        [::core::mem::offset_of!(clens_delta_options, struct_size) - 0usize];
    ["Offset of field: clens_delta_options::most_share"]
        [::core::mem::offset_of!(clens_delta_options, most_share) - 8usize];
};
#[doc = " Keeps a sample of the requests that were scored, and their scores, in files that the reader below and\n `clicklens replay` run again: with labels that came later, under another model, or to show a fault to others.\n Files are PREFIX-00000001.clrec and so on, numbered on from those that are there.\n Thread: clens_recorder_record by any number of threads at a time, each with a session of its own; it copies into a\n ring made at creation and takes no lock. One recorder serves all sessions of a model and its inputs. Lifetime: until\n released, which must not happen during a call; holds its model. One recorder at a time has a prefix."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_recorder {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_recorder_options {
    pub struct_size: usize,
    #[doc = " share of requests, by a hash of their key: the same ones on every host; 0: all"]
    pub sample_rate: f64,
    #[doc = " a file that would grow beyond it is followed by the next; 0: 64 MiB"]
    pub file_bytes: u64,
    #[doc = " of what waits to be written, a power of two, 4 KiB .. 1 GiB; 0: 4 MiB"]
    pub ring_bytes: u64,
    #[doc = " kept, the oldest is removed; 0: 16"]
    pub files: u32,
    #[doc = " CLENS_RECORDER_*"]
    pub flags: u32,
    #[doc = " that the thread sleeps between looks at the ring; 0: 20"]
    pub interval_ms: u32,
    #[doc = " 0"]
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_recorder_options"][::core::mem::size_of::<clens_recorder_options>() - 48usize];
    ["Alignment of clens_recorder_options"][::core::mem::align_of::<clens_recorder_options>() - 8usize];
    ["Offset of field: clens_recorder_options::struct_size"]
        [::core::mem::offset_of!(clens_recorder_options, struct_size) - 0usize];
    ["Offset of field: clens_recorder_options::sample_rate"]
        [::core::mem::offset_of!(clens_recorder_options, sample_rate) - 8usize];
    ["Offset of field: clens_recorder_options::file_bytes"]
        [::core::mem::offset_of!(clens_recorder_options, file_bytes) - 16usize];
    ["Offset of field: clens_recorder_options::ring_bytes"]
        [::core::mem::offset_of!(clens_recorder_options, ring_bytes) - 24usize];
    ["Offset of field: clens_recorder_options::files"]
        [::core::mem::offset_of!(clens_recorder_options, files) - 32usize];
    ["Offset of field: clens_recorder_options::flags"]
        [::core::mem::offset_of!(clens_recorder_options, flags) - 36usize];
    ["Offset of field: clens_recorder_options::interval_ms"]
        [::core::mem::offset_of!(clens_recorder_options, interval_ms) - 40usize];
    ["Offset of field: clens_recorder_options::reserved"]
        [::core::mem::offset_of!(clens_recorder_options, reserved) - 44usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_recorder_stats {
    pub struct_size: usize,
    #[doc = " requests given; of those, picked by the sample rate"]
    pub offered: u64,
    #[doc = " requests given; of those, picked by the sample rate"]
    pub sampled: u64,
    #[doc = " of the picked: no room in the ring; larger than it takes"]
    pub dropped: u64,
    #[doc = " of the picked: no room in the ring; larger than it takes"]
    pub dropped_large: u64,
    #[doc = " written"]
    pub records: u64,
    #[doc = " written"]
    pub bytes: u64,
    #[doc = " records that could not be written"]
    pub lost: u64,
    pub files_created: u64,
    pub files_removed: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_recorder_stats"][::core::mem::size_of::<clens_recorder_stats>() - 80usize];
    ["Alignment of clens_recorder_stats"][::core::mem::align_of::<clens_recorder_stats>() - 8usize];
    ["Offset of field: clens_recorder_stats::struct_size"]
        [::core::mem::offset_of!(clens_recorder_stats, struct_size) - 0usize];
    ["Offset of field: clens_recorder_stats::offered"]
        [::core::mem::offset_of!(clens_recorder_stats, offered) - 8usize];
    ["Offset of field: clens_recorder_stats::sampled"]
        [::core::mem::offset_of!(clens_recorder_stats, sampled) - 16usize];
    ["Offset of field: clens_recorder_stats::dropped"]
        [::core::mem::offset_of!(clens_recorder_stats, dropped) - 24usize];
    ["Offset of field: clens_recorder_stats::dropped_large"]
        [::core::mem::offset_of!(clens_recorder_stats, dropped_large) - 32usize];
    ["Offset of field: clens_recorder_stats::records"]
        [::core::mem::offset_of!(clens_recorder_stats, records) - 40usize];
    ["Offset of field: clens_recorder_stats::bytes"]
        [::core::mem::offset_of!(clens_recorder_stats, bytes) - 48usize];
    ["Offset of field: clens_recorder_stats::lost"]
        [::core::mem::offset_of!(clens_recorder_stats, lost) - 56usize];
    ["Offset of field: clens_recorder_stats::files_created"]
        [::core::mem::offset_of!(clens_recorder_stats, files_created) - 64usize];
    ["Offset of field: clens_recorder_stats::files_removed"]
        [::core::mem::offset_of!(clens_recorder_stats, files_removed) - 72usize];
};
#[doc = " A recording being read. Nothing in it is believed: damaged records are stepped over and counted, an unfinished one at\n the end ends it. Thread: one at a time. Lifetime: until released."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_recording {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_recording_info {
    pub struct_size: usize,
    #[doc = " clens_model_info.id_low, id_high of the model that scored"]
    pub model_low: u64,
    #[doc = " clens_model_info.id_low, id_high of the model that scored"]
    pub model_high: u64,
    #[doc = " of the library that scored"]
    pub arithmetic_version: u32,
    #[doc = " scores of a candidate"]
    pub tasks: u32,
    pub sample_rate: f64,
    pub inputs: usize,
    #[doc = " so far: handed out"]
    pub records: u64,
    #[doc = " so far: stretches of damaged bytes that were stepped over"]
    pub corrupted: u64,
    #[doc = " in them"]
    pub skipped_bytes: u64,
    #[doc = " of an unfinished record at the end, once that was reached"]
    pub torn_bytes: u64,
    #[doc = " bytes read so far"]
    pub position: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_recording_info"][::core::mem::size_of::<clens_recording_info>() - 88usize];
    ["Alignment of clens_recording_info"][::core::mem::align_of::<clens_recording_info>() - 8usize];
    ["Offset of field: clens_recording_info::struct_size"]
        [::core::mem::offset_of!(clens_recording_info, struct_size) - 0usize];
    ["Offset of field: clens_recording_info::model_low"]
        [::core::mem::offset_of!(clens_recording_info, model_low) - 8usize];
    ["Offset of field: clens_recording_info::model_high"]
        [::core::mem::offset_of!(clens_recording_info, model_high) - 16usize];
    ["Offset of field: clens_recording_info::arithmetic_version"]
        [::core::mem::offset_of!(clens_recording_info, arithmetic_version) - 24usize];
    ["Offset of field: clens_recording_info::tasks"]
        [::core::mem::offset_of!(clens_recording_info, tasks) - 28usize];
    ["Offset of field: clens_recording_info::sample_rate"]
        [::core::mem::offset_of!(clens_recording_info, sample_rate) - 32usize];
    ["Offset of field: clens_recording_info::inputs"]
        [::core::mem::offset_of!(clens_recording_info, inputs) - 40usize];
    ["Offset of field: clens_recording_info::records"]
        [::core::mem::offset_of!(clens_recording_info, records) - 48usize];
    ["Offset of field: clens_recording_info::corrupted"]
        [::core::mem::offset_of!(clens_recording_info, corrupted) - 56usize];
    ["Offset of field: clens_recording_info::skipped_bytes"]
        [::core::mem::offset_of!(clens_recording_info, skipped_bytes) - 64usize];
    ["Offset of field: clens_recording_info::torn_bytes"]
        [::core::mem::offset_of!(clens_recording_info, torn_bytes) - 72usize];
    ["Offset of field: clens_recording_info::position"]
        [::core::mem::offset_of!(clens_recording_info, position) - 80usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_record {
    pub struct_size: usize,
    #[doc = " for clens_session_run_flat, clens_flat_read"]
    pub flat: *const ::core::ffi::c_void,
    pub flat_size: usize,
    #[doc = " as the flat batch says; requests 0: every candidate is its own"]
    pub candidates: u64,
    #[doc = " as the flat batch says; requests 0: every candidate is its own"]
    pub requests: u64,
    #[doc = " scores[candidate * tasks + task]; NULL: none were kept"]
    pub scores: *const f32,
    #[doc = " candidates * tasks, or 0"]
    pub score_count: usize,
    #[doc = " clens_output_kind"]
    pub score_kind: u32,
    #[doc = " clens_precision of the session that scored"]
    pub precision: u32,
    #[doc = " nonzero: that session exited early or kept some linears in float32, so that another session of\nits precision may score differently"]
    pub own_ways: u32,
    #[doc = " 0"]
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_record"][::core::mem::size_of::<clens_record>() - 72usize];
    ["Alignment of clens_record"][::core::mem::align_of::<clens_record>() - 8usize];
    ["Offset of field: clens_record::struct_size"]
        [::core::mem::offset_of!(clens_record, struct_size) - 0usize];
    ["Offset of field: clens_record::flat"][::core::mem::offset_of!(clens_record, flat) - 8usize];
    ["Offset of field: clens_record::flat_size"][::core::mem::offset_of!(clens_record, flat_size) - 16usize];
    ["Offset of field: clens_record::candidates"]
        [::core::mem::offset_of!(clens_record, candidates) - 24usize];
    ["Offset of field: clens_record::requests"][::core::mem::offset_of!(clens_record, requests) - 32usize];
    ["Offset of field: clens_record::scores"][::core::mem::offset_of!(clens_record, scores) - 40usize];
    ["Offset of field: clens_record::score_count"]
        [::core::mem::offset_of!(clens_record, score_count) - 48usize];
    ["Offset of field: clens_record::score_kind"]
        [::core::mem::offset_of!(clens_record, score_kind) - 56usize];
    ["Offset of field: clens_record::precision"][::core::mem::offset_of!(clens_record, precision) - 60usize];
    ["Offset of field: clens_record::own_ways"][::core::mem::offset_of!(clens_record, own_ways) - 64usize];
    ["Offset of field: clens_record::reserved"][::core::mem::offset_of!(clens_record, reserved) - 68usize];
};
#[doc = " Writes one model file. The description is a FlatBuffer `Model` (schemas/model.fbs); shapes of values,\n the canonical order, requirements, the arithmetic version, segment offsets and checksums may be left\n out: they are filled in. Everything is verified as the loader would. The file appears at `path`\n only when finish succeeds; a file that it replaces leaves it its permissions, and a symbolic link is\n replaced, not followed. Thread: one at a time. Lifetime: until released."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_writer {
    _unused: [u8; 0],
}
pub const CLENS_ROW_F32: clens_row_type = 0;
#[doc = " IEEE binary16"]
pub const CLENS_ROW_F16: clens_row_type = 1;
#[doc = " the upper half of a binary32"]
pub const CLENS_ROW_BF16: clens_row_type = 2;
pub const CLENS_ROW_INT8: clens_row_type = 3;
pub const CLENS_ROW_INT4: clens_row_type = 4;
#[doc = " How a table's numbers are stored. A row of INT8 or INT4 has a scale and a bias of its own; schemas/README.md has the\n layout of rows. Kernels widen them; scores of such a table have the bits that its widened numbers as F32 give."]
pub type clens_row_type = ::core::ffi::c_uint;
#[doc = " The two segments of a vocabulary: keys[i] becomes row i (or rows[i], below `count`; rows may be NULL).\n Thread: immutable, shared. Lifetime: until released, with the bytes that describe gives out."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_vocabulary {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_vocabulary_info {
    pub struct_size: usize,
    #[doc = " for VocabularyEncoder"]
    pub size: u64,
    #[doc = " for VocabularyEncoder"]
    pub slots: u64,
    #[doc = " live as long as the vocabulary"]
    pub slot_bytes: *const ::core::ffi::c_void,
    pub slot_size: u64,
    #[doc = " NULL for 64-bit keys"]
    pub text_bytes: *const ::core::ffi::c_void,
    pub text_size: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_vocabulary_info"][::core::mem::size_of::<clens_vocabulary_info>() - 56usize];
    ["Alignment of clens_vocabulary_info"][::core::mem::align_of::<clens_vocabulary_info>() - 8usize];
    ["Offset of field: clens_vocabulary_info::struct_size"]
        [::core::mem::offset_of!(clens_vocabulary_info, struct_size) - 0usize];
    ["Offset of field: clens_vocabulary_info::size"]
        [::core::mem::offset_of!(clens_vocabulary_info, size) - 8usize];
    ["Offset of field: clens_vocabulary_info::slots"]
        [::core::mem::offset_of!(clens_vocabulary_info, slots) - 16usize];
    ["Offset of field: clens_vocabulary_info::slot_bytes"]
        [::core::mem::offset_of!(clens_vocabulary_info, slot_bytes) - 24usize];
    ["Offset of field: clens_vocabulary_info::slot_size"]
        [::core::mem::offset_of!(clens_vocabulary_info, slot_size) - 32usize];
    ["Offset of field: clens_vocabulary_info::text_bytes"]
        [::core::mem::offset_of!(clens_vocabulary_info, text_bytes) - 40usize];
    ["Offset of field: clens_vocabulary_info::text_size"]
        [::core::mem::offset_of!(clens_vocabulary_info, text_size) - 48usize];
};
#[doc = " Streaming evaluation of logits against clicks. Thread: one at a time. Lifetime: until released."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_metrics {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_metrics_options {
    pub struct_size: usize,
    #[doc = " share of negatives kept by sampling, in (0, 1]; 0: 1. Negatives weigh 1/rate"]
    pub negative_rate: f64,
    #[doc = " jackknife buckets for standard errors; 0: 128; 64..200"]
    pub buckets: u32,
    #[doc = " 0: exact, keeps 16 bytes a row; 1: bounded memory (9 MiB), stated error, no GAUC"]
    pub streaming: u32,
    #[doc = " nonzero: p' = p / (p + (1-p)/rate) before log loss and calibration"]
    pub correct_scores: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_metrics_options"][::core::mem::size_of::<clens_metrics_options>() - 32usize];
    ["Alignment of clens_metrics_options"][::core::mem::align_of::<clens_metrics_options>() - 8usize];
    ["Offset of field: clens_metrics_options::struct_size"]
        [::core::mem::offset_of!(clens_metrics_options, struct_size) - 0usize];
    ["Offset of field: clens_metrics_options::negative_rate"]
        [::core::mem::offset_of!(clens_metrics_options, negative_rate) - 8usize];
    ["Offset of field: clens_metrics_options::buckets"]
        [::core::mem::offset_of!(clens_metrics_options, buckets) - 16usize];
    ["Offset of field: clens_metrics_options::streaming"]
        [::core::mem::offset_of!(clens_metrics_options, streaming) - 20usize];
    ["Offset of field: clens_metrics_options::correct_scores"]
        [::core::mem::offset_of!(clens_metrics_options, correct_scores) - 24usize];
    ["Offset of field: clens_metrics_options::reserved"]
        [::core::mem::offset_of!(clens_metrics_options, reserved) - 28usize];
};
#[doc = " NaN: not defined (one class, no groups). *_se: clustered delete-one-bucket jackknife."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_metrics_result {
    pub struct_size: usize,
    #[doc = " rows: with a finite logit; non_finite: the others"]
    pub rows: u64,
    #[doc = " rows: with a finite logit; non_finite: the others"]
    pub clicks: u64,
    #[doc = " rows: with a finite logit; non_finite: the others"]
    pub non_finite: u64,
    #[doc = " error bound: 0 when exact"]
    pub auc: f64,
    #[doc = " error bound: 0 when exact"]
    pub auc_se: f64,
    #[doc = " error bound: 0 when exact"]
    pub auc_error_bound: f64,
    #[doc = " mean AUC of the groups that have both classes, by rows"]
    pub gauc: f64,
    #[doc = " share of rows that are in such groups"]
    pub gauc_coverage: f64,
    #[doc = " of such a group"]
    pub gauc_median_rows: f64,
    #[doc = " nats, a row"]
    pub logloss: f64,
    #[doc = " nats, a row"]
    pub logloss_se: f64,
    #[doc = " logloss over that of the click rate alone"]
    pub normalized_entropy: f64,
    #[doc = " sum p / sum y"]
    pub calibration: f64,
    #[doc = " sum p / sum y"]
    pub calibration_se: f64,
    #[doc = " y ~ intercept + slope * logit (Cox)"]
    pub slope: f64,
    #[doc = " y ~ intercept + slope * logit (Cox)"]
    pub slope_se: f64,
    #[doc = " y ~ intercept + slope * logit (Cox)"]
    pub intercept: f64,
    #[doc = " 0: fewer than 200 clicks"]
    pub enough_data: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_metrics_result"][::core::mem::size_of::<clens_metrics_result>() - 152usize];
    ["Alignment of clens_metrics_result"][::core::mem::align_of::<clens_metrics_result>() - 8usize];
    ["Offset of field: clens_metrics_result::struct_size"]
        [::core::mem::offset_of!(clens_metrics_result, struct_size) - 0usize];
    ["Offset of field: clens_metrics_result::rows"]
        [::core::mem::offset_of!(clens_metrics_result, rows) - 8usize];
    ["Offset of field: clens_metrics_result::clicks"]
        [::core::mem::offset_of!(clens_metrics_result, clicks) - 16usize];
    ["Offset of field: clens_metrics_result::non_finite"]
        [::core::mem::offset_of!(clens_metrics_result, non_finite) - 24usize];
    ["Offset of field: clens_metrics_result::auc"]
        [::core::mem::offset_of!(clens_metrics_result, auc) - 32usize];
    ["Offset of field: clens_metrics_result::auc_se"]
        [::core::mem::offset_of!(clens_metrics_result, auc_se) - 40usize];
    ["Offset of field: clens_metrics_result::auc_error_bound"]
        [::core::mem::offset_of!(clens_metrics_result, auc_error_bound) - 48usize];
    ["Offset of field: clens_metrics_result::gauc"]
        [::core::mem::offset_of!(clens_metrics_result, gauc) - 56usize];
    ["Offset of field: clens_metrics_result::gauc_coverage"]
        [::core::mem::offset_of!(clens_metrics_result, gauc_coverage) - 64usize];
    ["Offset of field: clens_metrics_result::gauc_median_rows"]
        [::core::mem::offset_of!(clens_metrics_result, gauc_median_rows) - 72usize];
    ["Offset of field: clens_metrics_result::logloss"]
        [::core::mem::offset_of!(clens_metrics_result, logloss) - 80usize];
    ["Offset of field: clens_metrics_result::logloss_se"]
        [::core::mem::offset_of!(clens_metrics_result, logloss_se) - 88usize];
    ["Offset of field: clens_metrics_result::normalized_entropy"]
        [::core::mem::offset_of!(clens_metrics_result, normalized_entropy) - 96usize];
    ["Offset of field: clens_metrics_result::calibration"]
        [::core::mem::offset_of!(clens_metrics_result, calibration) - 104usize];
    ["Offset of field: clens_metrics_result::calibration_se"]
        [::core::mem::offset_of!(clens_metrics_result, calibration_se) - 112usize];
    ["Offset of field: clens_metrics_result::slope"]
        [::core::mem::offset_of!(clens_metrics_result, slope) - 120usize];
    ["Offset of field: clens_metrics_result::slope_se"]
        [::core::mem::offset_of!(clens_metrics_result, slope_se) - 128usize];
    ["Offset of field: clens_metrics_result::intercept"]
        [::core::mem::offset_of!(clens_metrics_result, intercept) - 136usize];
    ["Offset of field: clens_metrics_result::enough_data"]
        [::core::mem::offset_of!(clens_metrics_result, enough_data) - 144usize];
    ["Offset of field: clens_metrics_result::reserved"]
        [::core::mem::offset_of!(clens_metrics_result, reserved) - 148usize];
};
#[doc = " One entry per candidate of the batch in every array; NULL: not known."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_rows {
    pub struct_size: usize,
    #[doc = " 0 or 1, else BAD_VALUE and nothing was added"]
    pub labels: *const u8,
    #[doc = " key of the unit whose rows depend on each other (the user): standard errors"]
    pub clusters: *const u64,
    #[doc = " key of GAUC's groups"]
    pub groups: *const u64,
    #[doc = " id of the control task's column"]
    pub controls: *const u64,
    #[doc = " a number to predict, for numeric probes; finite"]
    pub targets: *const f32,
    #[doc = " number of the first candidate among all rows of the data. Rows are drawn by a hash\nof (request key, position in the request) where the batch has request_keys, else of\nfirst_row + candidate; so parts of one data set need their own first_row"]
    pub first_row: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_rows"][::core::mem::size_of::<clens_rows>() - 56usize];
    ["Alignment of clens_rows"][::core::mem::align_of::<clens_rows>() - 8usize];
    ["Offset of field: clens_rows::struct_size"][::core::mem::offset_of!(clens_rows, struct_size) - 0usize];
    ["Offset of field: clens_rows::labels"][::core::mem::offset_of!(clens_rows, labels) - 8usize];
    ["Offset of field: clens_rows::clusters"][::core::mem::offset_of!(clens_rows, clusters) - 16usize];
    ["Offset of field: clens_rows::groups"][::core::mem::offset_of!(clens_rows, groups) - 24usize];
    ["Offset of field: clens_rows::controls"][::core::mem::offset_of!(clens_rows, controls) - 32usize];
    ["Offset of field: clens_rows::targets"][::core::mem::offset_of!(clens_rows, targets) - 40usize];
    ["Offset of field: clens_rows::first_row"][::core::mem::offset_of!(clens_rows, first_row) - 48usize];
};
#[doc = " What a reduced precision costs on labelled rows, and which linears should stay in float32."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_precision_options {
    pub struct_size: usize,
    #[doc = " clens_precision: INT8 or BF16"]
    pub precision: u32,
    #[doc = " as clens_session_options.strands"]
    pub strands: u32,
    #[doc = " AUC that may be lost; 0: 0.0005"]
    pub auc_loss: f64,
    #[doc = " whose scores"]
    pub task: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_precision_options"][::core::mem::size_of::<clens_precision_options>() - 32usize];
    ["Alignment of clens_precision_options"][::core::mem::align_of::<clens_precision_options>() - 8usize];
    ["Offset of field: clens_precision_options::struct_size"]
        [::core::mem::offset_of!(clens_precision_options, struct_size) - 0usize];
    ["Offset of field: clens_precision_options::precision"]
        [::core::mem::offset_of!(clens_precision_options, precision) - 8usize];
    ["Offset of field: clens_precision_options::strands"]
        [::core::mem::offset_of!(clens_precision_options, strands) - 12usize];
    ["Offset of field: clens_precision_options::auc_loss"]
        [::core::mem::offset_of!(clens_precision_options, auc_loss) - 16usize];
    ["Offset of field: clens_precision_options::task"]
        [::core::mem::offset_of!(clens_precision_options, task) - 24usize];
};
#[doc = " Differences are of probabilities, to float32's, over the rows."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_precision_result {
    pub struct_size: usize,
    pub rows: u64,
    pub clicks: u64,
    #[doc = " rows whose logit is not finite in float32: counted and left out"]
    pub non_finite: u64,
    #[doc = " that the precision changes: those of more than one output"]
    pub linears: usize,
    #[doc = " of those, how many stay in float32. All of them: the precision is of no use here"]
    pub kept: usize,
    pub auc_f32: f64,
    pub logloss_f32: f64,
    #[doc = " all of them reduced"]
    pub auc: f64,
    #[doc = " all of them reduced"]
    pub logloss: f64,
    pub largest_difference: f64,
    pub mean_difference: f64,
    #[doc = " all but the kept ones reduced: the loss is within the bound"]
    pub kept_auc: f64,
    #[doc = " all but the kept ones reduced: the loss is within the bound"]
    pub kept_logloss: f64,
    pub kept_largest_difference: f64,
    pub kept_mean_difference: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_precision_result"][::core::mem::size_of::<clens_precision_result>() - 128usize];
    ["Alignment of clens_precision_result"][::core::mem::align_of::<clens_precision_result>() - 8usize];
    ["Offset of field: clens_precision_result::struct_size"]
        [::core::mem::offset_of!(clens_precision_result, struct_size) - 0usize];
    ["Offset of field: clens_precision_result::rows"]
        [::core::mem::offset_of!(clens_precision_result, rows) - 8usize];
    ["Offset of field: clens_precision_result::clicks"]
        [::core::mem::offset_of!(clens_precision_result, clicks) - 16usize];
    ["Offset of field: clens_precision_result::non_finite"]
        [::core::mem::offset_of!(clens_precision_result, non_finite) - 24usize];
    ["Offset of field: clens_precision_result::linears"]
        [::core::mem::offset_of!(clens_precision_result, linears) - 32usize];
    ["Offset of field: clens_precision_result::kept"]
        [::core::mem::offset_of!(clens_precision_result, kept) - 40usize];
    ["Offset of field: clens_precision_result::auc_f32"]
        [::core::mem::offset_of!(clens_precision_result, auc_f32) - 48usize];
    ["Offset of field: clens_precision_result::logloss_f32"]
        [::core::mem::offset_of!(clens_precision_result, logloss_f32) - 56usize];
    ["Offset of field: clens_precision_result::auc"]
        [::core::mem::offset_of!(clens_precision_result, auc) - 64usize];
    ["Offset of field: clens_precision_result::logloss"]
        [::core::mem::offset_of!(clens_precision_result, logloss) - 72usize];
    ["Offset of field: clens_precision_result::largest_difference"]
        [::core::mem::offset_of!(clens_precision_result, largest_difference) - 80usize];
    ["Offset of field: clens_precision_result::mean_difference"]
        [::core::mem::offset_of!(clens_precision_result, mean_difference) - 88usize];
    ["Offset of field: clens_precision_result::kept_auc"]
        [::core::mem::offset_of!(clens_precision_result, kept_auc) - 96usize];
    ["Offset of field: clens_precision_result::kept_logloss"]
        [::core::mem::offset_of!(clens_precision_result, kept_logloss) - 104usize];
    ["Offset of field: clens_precision_result::kept_largest_difference"]
        [::core::mem::offset_of!(clens_precision_result, kept_largest_difference) - 112usize];
    ["Offset of field: clens_precision_result::kept_mean_difference"]
        [::core::mem::offset_of!(clens_precision_result, kept_mean_difference) - 120usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_precision_linear {
    #[doc = " its output: what clens_session_options.full_precision names it by"]
    pub value: usize,
    #[doc = " nonzero: stays in float32"]
    pub kept: u32,
    #[doc = " 0"]
    pub reserved: u32,
    #[doc = " of this linear reduced alone: AUC in float32 less AUC"]
    pub auc_loss: f64,
    #[doc = " likewise"]
    pub largest_difference: f64,
    #[doc = " likewise"]
    pub mean_difference: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_precision_linear"][::core::mem::size_of::<clens_precision_linear>() - 40usize];
    ["Alignment of clens_precision_linear"][::core::mem::align_of::<clens_precision_linear>() - 8usize];
    ["Offset of field: clens_precision_linear::value"]
        [::core::mem::offset_of!(clens_precision_linear, value) - 0usize];
    ["Offset of field: clens_precision_linear::kept"]
        [::core::mem::offset_of!(clens_precision_linear, kept) - 8usize];
    ["Offset of field: clens_precision_linear::reserved"]
        [::core::mem::offset_of!(clens_precision_linear, reserved) - 12usize];
    ["Offset of field: clens_precision_linear::auc_loss"]
        [::core::mem::offset_of!(clens_precision_linear, auc_loss) - 16usize];
    ["Offset of field: clens_precision_linear::largest_difference"]
        [::core::mem::offset_of!(clens_precision_linear, largest_difference) - 24usize];
    ["Offset of field: clens_precision_linear::mean_difference"]
        [::core::mem::offset_of!(clens_precision_linear, mean_difference) - 32usize];
};
#[doc = " (e_g - mean e_g) . dz/de_g   signed; the default"]
pub const CLENS_SALIENCY_CENTRED: clens_saliency_method = 0;
#[doc = " e_g . dz/de_g                signed"]
pub const CLENS_SALIENCY_GRADIENT_X_INPUT: clens_saliency_method = 1;
#[doc = " sum |dz/de_g|    depends on the scale of the table"]
pub const CLENS_SALIENCY_GRADIENT_L1: clens_saliency_method = 2;
#[doc = " sqrt sum (dz/de_g)^2         likewise"]
pub const CLENS_SALIENCY_GRADIENT_L2: clens_saliency_method = 3;
#[doc = " Which influence is measured. With z the target, e_g the pooled value of feature group g as its first\n consumer sees it (concatenated over the group's features) and mean e_g its mean over reference rows:"]
pub type clens_saliency_method = ::core::ffi::c_uint;
#[doc = " candidates x groups"]
pub const CLENS_LEVEL_GROUP: clens_saliency_level = 0;
#[doc = " candidates x features"]
pub const CLENS_LEVEL_FEATURE: clens_saliency_level = 1;
#[doc = " ragged: per candidate, per sparse feature in model order, its ids in caller order.\nCut and dropped ids have 0; an unknown id has the part of the row that stands in\nfor it (the feature's unknown_row); under max pooling a dimension's part is that\nof the first id that gave it"]
pub const CLENS_LEVEL_ID: clens_saliency_level = 2;
#[doc = " candidates x input_width; L1 and L2 give the signed gradient itself"]
pub const CLENS_LEVEL_DIMENSION: clens_saliency_level = 3;
pub type clens_saliency_level = ::core::ffi::c_uint;
pub const CLENS_TARGET_LOGIT: clens_saliency_target = 0;
#[doc = " weights rows by p (1 - p)"]
pub const CLENS_TARGET_PROBABILITY: clens_saliency_target = 1;
#[doc = " one column of any value"]
pub const CLENS_TARGET_NEURON: clens_saliency_target = 2;
pub type clens_saliency_target = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_saliency_spec {
    pub struct_size: usize,
    #[doc = " enums above"]
    pub method: u32,
    #[doc = " enums above"]
    pub level: u32,
    #[doc = " enums above"]
    pub target: u32,
    #[doc = " CLENS_SALIENCY_*"]
    pub flags: u32,
    #[doc = " LOGIT, PROBABILITY: output index"]
    pub task: usize,
    #[doc = " NEURON: one of the session's captures, or a task's logit"]
    pub value: usize,
    #[doc = " NEURON: one of the session's captures, or a task's logit"]
    pub column: usize,
    #[doc = " CENTRED: input_width reference means (clens_saliency_means)"]
    pub means: *const f32,
    pub mean_count: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_saliency_spec"][::core::mem::size_of::<clens_saliency_spec>() - 64usize];
    ["Alignment of clens_saliency_spec"][::core::mem::align_of::<clens_saliency_spec>() - 8usize];
    ["Offset of field: clens_saliency_spec::struct_size"]
        [::core::mem::offset_of!(clens_saliency_spec, struct_size) - 0usize];
    ["Offset of field: clens_saliency_spec::method"]
        [::core::mem::offset_of!(clens_saliency_spec, method) - 8usize];
    ["Offset of field: clens_saliency_spec::level"]
        [::core::mem::offset_of!(clens_saliency_spec, level) - 12usize];
    ["Offset of field: clens_saliency_spec::target"]
        [::core::mem::offset_of!(clens_saliency_spec, target) - 16usize];
    ["Offset of field: clens_saliency_spec::flags"]
        [::core::mem::offset_of!(clens_saliency_spec, flags) - 20usize];
    ["Offset of field: clens_saliency_spec::task"]
        [::core::mem::offset_of!(clens_saliency_spec, task) - 24usize];
    ["Offset of field: clens_saliency_spec::value"]
        [::core::mem::offset_of!(clens_saliency_spec, value) - 32usize];
    ["Offset of field: clens_saliency_spec::column"]
        [::core::mem::offset_of!(clens_saliency_spec, column) - 40usize];
    ["Offset of field: clens_saliency_spec::means"]
        [::core::mem::offset_of!(clens_saliency_spec, means) - 48usize];
    ["Offset of field: clens_saliency_spec::mean_count"]
        [::core::mem::offset_of!(clens_saliency_spec, mean_count) - 56usize];
};
pub const CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS: clens_attribution_method = 0;
pub const CLENS_ATTRIBUTION_EXPECTED_GRADIENTS: clens_attribution_method = 1;
pub const CLENS_ATTRIBUTION_SMOOTHGRAD: clens_attribution_method = 2;
pub const CLENS_ATTRIBUTION_DEEPLIFT: clens_attribution_method = 3;
pub const CLENS_ATTRIBUTION_ABLATION: clens_attribution_method = 4;
pub const CLENS_ATTRIBUTION_ADDITIVE: clens_attribution_method = 5;
pub const CLENS_ATTRIBUTION_CONDUCTANCE: clens_attribution_method = 6;
pub const CLENS_ATTRIBUTION_NEURON_GRADIENTS: clens_attribution_method = 7;
#[doc = " Why a candidate has its score, by methods that look at more than one gradient. x is the candidate's pooled inputs\n (input_width columns, as at CLENS_LEVEL_DIMENSION), F the target, x' a baseline that stands for \"nothing known\": no\n ids at all (zero), the mean pooled inputs of reference rows (what INTEGRATED_GRADIENTS is best given), or any rows.\n\n   INTEGRATED_GRADIENTS  (x - x') . integral of dF/dx along the line from x' to x, by Gauss-Legendre quadrature\n                         (Sundararajan, Taly, Yan 2017). Adds up to F(x) - F(x'). Says nothing about inputs away from\n                         that line.\n   EXPECTED_GRADIENTS    the mean of (x - x') . dF/dx between x and reference rows x', at random places of the line\n                         (Erion et al. 2021). Adds up to F(x) - mean F(x') but for sampling error.\n   SMOOTHGRAD            (x - x') . mean of dF/dx at x + normal noise (Smilkov et al. 2017). Adds up to nothing. The\n                         noise of a group is a share of its standard deviation, so a table's scale does not matter.\n   DEEPLIFT              (x - x') . multipliers of the rescale rule (Shrikumar, Greenside, Kundaje 2017): each\n                         activation's slope is that of the chord between x' and x. Adds up to F(x) - F(x'). Not for\n                         products of activations.\n   ABLATION              F(x) - F(x with a group's columns those of x'): the group's own effect, which saturation\n                         cannot hide; but groups that say the same hide each other. Where only linears read the pooled\n                         inputs it costs 1 + one first linear + G times the rest, and is exact but for rounding there.\n   ADDITIVE              x . dF/dx, and the biases' part (clens_attribution_info.bias, often the larger): together F\n                         itself where F is piecewise linear. A decomposition at x, not the effect of leaving a group out.\n   CONDUCTANCE           of a layer's neurons y: the sum of dF/dy times the change of y over equal steps of the line\n                         (Dhamdhere, Sundararajan, Yan 2019). Adds up to F(x) - F(x') but for the steps' error.\n   NEURON_GRADIENTS      (x - x') . dy/dx of every neuron y of a layer.\n\n By single ids (CLENS_LEVEL_ID; not CONDUCTANCE): a bag is linear in its ids' rows, x = sum of s_k row_k with s_k an\n id's weight by the bag's divisor, so x - x' above divides into s_k row_k - c_k x' for each id, where c_k is |s_k| by\n the sum of them (1 by the number of ids where all are 0). The c_k add up to 1: the ids of a bag have together what\n their feature has, whatever the baseline. Under max pooling a dimension is all its winner's; of a sequence, a place is\n its id's. Ids that were dropped or cut have 0, an unknown one the part of the row that stands in for it. The rest,\n which no id carries (dense features, bags without ids, rows that stand in for missing ones, empty places), is\n clens_attribution_info.rest. ABLATION takes s_k row_k - c_k x' away, one id at a time, and divisors stay.\n\n All but those with GRADIENTS_ONLY are unchanged when a table (and x' with it) is rescaled and its consumers'\n weights are corrected. None tells apart inputs that always come together."]
pub type clens_attribution_method = ::core::ffi::c_uint;
#[doc = " Runs the methods. Thread: one at a time. Lifetime: until released; holds its model. All memory is taken when it is\n made, however many steps, draws and candidates follow."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_explainer {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_explainer_options {
    pub struct_size: usize,
    #[doc = " values, by index, that specs may name"]
    pub layers: *const usize,
    pub layer_count: usize,
    #[doc = " steps, draws and replacements that go through the network together: even, up to 1024;\n0: 96"]
    pub rows: u32,
    #[doc = " 0"]
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_explainer_options"][::core::mem::size_of::<clens_explainer_options>() - 32usize];
    ["Alignment of clens_explainer_options"][::core::mem::align_of::<clens_explainer_options>() - 8usize];
    ["Offset of field: clens_explainer_options::struct_size"]
        [::core::mem::offset_of!(clens_explainer_options, struct_size) - 0usize];
    ["Offset of field: clens_explainer_options::layers"]
        [::core::mem::offset_of!(clens_explainer_options, layers) - 8usize];
    ["Offset of field: clens_explainer_options::layer_count"]
        [::core::mem::offset_of!(clens_explainer_options, layer_count) - 16usize];
    ["Offset of field: clens_explainer_options::rows"]
        [::core::mem::offset_of!(clens_explainer_options, rows) - 24usize];
    ["Offset of field: clens_explainer_options::reserved"]
        [::core::mem::offset_of!(clens_explainer_options, reserved) - 28usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_attribution_spec {
    pub struct_size: usize,
    #[doc = " clens_attribution_method"]
    pub method: u32,
    #[doc = " clens_saliency_level. CONDUCTANCE has one column for each neuron instead, and no ID"]
    pub level: u32,
    #[doc = " clens_saliency_target. ADDITIVE: no probability. NEURON_GRADIENTS: not read"]
    pub target: u32,
    #[doc = " CLENS_ATTRIBUTION_*"]
    pub flags: u32,
    #[doc = " LOGIT, PROBABILITY: output index"]
    pub task: usize,
    #[doc = " NEURON: one of the explainer's layers, or a task's logit"]
    pub value: usize,
    #[doc = " NEURON: one of the explainer's layers, or a task's logit"]
    pub column: usize,
    #[doc = " CONDUCTANCE, NEURON_GRADIENTS: one of the explainer's layers"]
    pub layer: usize,
    #[doc = " baseline_rows x input_width: x'. EXPECTED_GRADIENTS: the references"]
    pub baselines: *const f32,
    #[doc = " 0: zero; 1: one for all; else one for each candidate. EXPECTED_GRADIENTS: 1 or more"]
    pub baseline_rows: usize,
    #[doc = " SMOOTHGRAD: the standard deviation of each input column; a group's is the root of its\ncolumns' mean square"]
    pub spreads: *const f32,
    #[doc = " input_width"]
    pub spread_count: usize,
    #[doc = " INTEGRATED_GRADIENTS, CONDUCTANCE: 1..1024; 0: 50"]
    pub steps: u32,
    #[doc = " INTEGRATED_GRADIENTS with tolerance: steps double up to here; 0: 1024"]
    pub most_steps: u32,
    #[doc = " INTEGRATED_GRADIENTS: of clens_attribution_info.gap; 0: steps alone"]
    pub tolerance: f64,
    #[doc = " EXPECTED_GRADIENTS, SMOOTHGRAD: 1..1,048,576; 0: 50"]
    pub draws: u32,
    #[doc = " 0"]
    pub reserved: u32,
    #[doc = " of the draws, which else depend on x alone: equal candidates have equal draws"]
    pub seed: u64,
    #[doc = " SMOOTHGRAD: share of a group's standard deviation; 0: 0.1"]
    pub noise: f64,
    #[doc = " EXPECTED_GRADIENTS: the reference of each draw,"]
    pub draw_rows: *const u32,
    #[doc = " and its place: 0 is the reference, 1 the candidate"]
    pub draw_fractions: *const f32,
    #[doc = " of both; of rows of draw_noise"]
    pub draw_count: usize,
    #[doc = " SMOOTHGRAD: draw_count x input_width, to be multiplied by noise and deviation"]
    pub draw_noise: *const f32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_attribution_spec"][::core::mem::size_of::<clens_attribution_spec>() - 160usize];
    ["Alignment of clens_attribution_spec"][::core::mem::align_of::<clens_attribution_spec>() - 8usize];
    ["Offset of field: clens_attribution_spec::struct_size"]
        [::core::mem::offset_of!(clens_attribution_spec, struct_size) - 0usize];
    ["Offset of field: clens_attribution_spec::method"]
        [::core::mem::offset_of!(clens_attribution_spec, method) - 8usize];
    ["Offset of field: clens_attribution_spec::level"]
        [::core::mem::offset_of!(clens_attribution_spec, level) - 12usize];
    ["Offset of field: clens_attribution_spec::target"]
        [::core::mem::offset_of!(clens_attribution_spec, target) - 16usize];
    ["Offset of field: clens_attribution_spec::flags"]
        [::core::mem::offset_of!(clens_attribution_spec, flags) - 20usize];
    ["Offset of field: clens_attribution_spec::task"]
        [::core::mem::offset_of!(clens_attribution_spec, task) - 24usize];
    ["Offset of field: clens_attribution_spec::value"]
        [::core::mem::offset_of!(clens_attribution_spec, value) - 32usize];
    ["Offset of field: clens_attribution_spec::column"]
        [::core::mem::offset_of!(clens_attribution_spec, column) - 40usize];
    ["Offset of field: clens_attribution_spec::layer"]
        [::core::mem::offset_of!(clens_attribution_spec, layer) - 48usize];
    ["Offset of field: clens_attribution_spec::baselines"]
        [::core::mem::offset_of!(clens_attribution_spec, baselines) - 56usize];
    ["Offset of field: clens_attribution_spec::baseline_rows"]
        [::core::mem::offset_of!(clens_attribution_spec, baseline_rows) - 64usize];
    ["Offset of field: clens_attribution_spec::spreads"]
        [::core::mem::offset_of!(clens_attribution_spec, spreads) - 72usize];
    ["Offset of field: clens_attribution_spec::spread_count"]
        [::core::mem::offset_of!(clens_attribution_spec, spread_count) - 80usize];
    ["Offset of field: clens_attribution_spec::steps"]
        [::core::mem::offset_of!(clens_attribution_spec, steps) - 88usize];
    ["Offset of field: clens_attribution_spec::most_steps"]
        [::core::mem::offset_of!(clens_attribution_spec, most_steps) - 92usize];
    ["Offset of field: clens_attribution_spec::tolerance"]
        [::core::mem::offset_of!(clens_attribution_spec, tolerance) - 96usize];
    ["Offset of field: clens_attribution_spec::draws"]
        [::core::mem::offset_of!(clens_attribution_spec, draws) - 104usize];
    ["Offset of field: clens_attribution_spec::reserved"]
        [::core::mem::offset_of!(clens_attribution_spec, reserved) - 108usize];
    ["Offset of field: clens_attribution_spec::seed"]
        [::core::mem::offset_of!(clens_attribution_spec, seed) - 112usize];
    ["Offset of field: clens_attribution_spec::noise"]
        [::core::mem::offset_of!(clens_attribution_spec, noise) - 120usize];
    ["Offset of field: clens_attribution_spec::draw_rows"]
        [::core::mem::offset_of!(clens_attribution_spec, draw_rows) - 128usize];
    ["Offset of field: clens_attribution_spec::draw_fractions"]
        [::core::mem::offset_of!(clens_attribution_spec, draw_fractions) - 136usize];
    ["Offset of field: clens_attribution_spec::draw_count"]
        [::core::mem::offset_of!(clens_attribution_spec, draw_count) - 144usize];
    ["Offset of field: clens_attribution_spec::draw_noise"]
        [::core::mem::offset_of!(clens_attribution_spec, draw_noise) - 152usize];
};
#[doc = " Of one candidate. NaN: the method has no such figure."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_attribution_info {
    #[doc = " F(x)"]
    pub score: f64,
    #[doc = " F(x'). EXPECTED_GRADIENTS: its mean over the draws"]
    pub baseline: f64,
    #[doc = " of the candidate's attributions"]
    pub sum: f64,
    #[doc = " ADDITIVE: what biases and shifts add to F"]
    pub bias: f64,
    #[doc = " |score - baseline - sum| by the sum of |attribution| over input columns (CONDUCTANCE: over\nneurons). ADDITIVE: |score - bias - sum| by the sum of |values| and |bias|"]
    pub gap: f64,
    #[doc = " of the path, or draws; 0: neither"]
    pub steps: u32,
    pub reserved: u32,
    #[doc = " level ID: the part of `sum` that no id carries; else 0"]
    pub rest: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_attribution_info"][::core::mem::size_of::<clens_attribution_info>() - 56usize];
    ["Alignment of clens_attribution_info"][::core::mem::align_of::<clens_attribution_info>() - 8usize];
    ["Offset of field: clens_attribution_info::score"]
        [::core::mem::offset_of!(clens_attribution_info, score) - 0usize];
    ["Offset of field: clens_attribution_info::baseline"]
        [::core::mem::offset_of!(clens_attribution_info, baseline) - 8usize];
    ["Offset of field: clens_attribution_info::sum"]
        [::core::mem::offset_of!(clens_attribution_info, sum) - 16usize];
    ["Offset of field: clens_attribution_info::bias"]
        [::core::mem::offset_of!(clens_attribution_info, bias) - 24usize];
    ["Offset of field: clens_attribution_info::gap"]
        [::core::mem::offset_of!(clens_attribution_info, gap) - 32usize];
    ["Offset of field: clens_attribution_info::steps"]
        [::core::mem::offset_of!(clens_attribution_info, steps) - 40usize];
    ["Offset of field: clens_attribution_info::reserved"]
        [::core::mem::offset_of!(clens_attribution_info, reserved) - 44usize];
    ["Offset of field: clens_attribution_info::rest"]
        [::core::mem::offset_of!(clens_attribution_info, rest) - 48usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_attribution {
    pub struct_size: usize,
    #[doc = " clens_explainer_size of them, candidate-major. NEURON_GRADIENTS: of a candidate neuron-major.\nLevel ID: as many as clens_saliency_size counts, in its order; NEURON_GRADIENTS: a layer's width\ntimes that"]
    pub values: *mut f32,
    #[doc = " floats"]
    pub capacity: usize,
    #[doc = " EXPECTED_GRADIENTS, SMOOTHGRAD: as many Monte-Carlo standard errors; NULL: not wanted"]
    pub errors: *mut f32,
    pub error_capacity: usize,
    #[doc = " by candidate; NULL: not wanted"]
    pub infos: *mut clens_attribution_info,
    pub info_capacity: usize,
    #[doc = " sizeof(clens_attribution_info) of the caller"]
    pub info_size: usize,
    #[doc = " out"]
    pub counts: clens_counts,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_attribution"][::core::mem::size_of::<clens_attribution>() - 104usize];
    ["Alignment of clens_attribution"][::core::mem::align_of::<clens_attribution>() - 8usize];
    ["Offset of field: clens_attribution::struct_size"]
        [::core::mem::offset_of!(clens_attribution, struct_size) - 0usize];
    ["Offset of field: clens_attribution::values"]
        [::core::mem::offset_of!(clens_attribution, values) - 8usize];
    ["Offset of field: clens_attribution::capacity"]
        [::core::mem::offset_of!(clens_attribution, capacity) - 16usize];
    ["Offset of field: clens_attribution::errors"]
        [::core::mem::offset_of!(clens_attribution, errors) - 24usize];
    ["Offset of field: clens_attribution::error_capacity"]
        [::core::mem::offset_of!(clens_attribution, error_capacity) - 32usize];
    ["Offset of field: clens_attribution::infos"]
        [::core::mem::offset_of!(clens_attribution, infos) - 40usize];
    ["Offset of field: clens_attribution::info_capacity"]
        [::core::mem::offset_of!(clens_attribution, info_capacity) - 48usize];
    ["Offset of field: clens_attribution::info_size"]
        [::core::mem::offset_of!(clens_attribution, info_size) - 56usize];
    ["Offset of field: clens_attribution::counts"]
        [::core::mem::offset_of!(clens_attribution, counts) - 64usize];
};
pub const CLENS_FAITHFULNESS_INFIDELITY: clens_faithfulness = 0;
pub const CLENS_FAITHFULNESS_SENSITIVITY: clens_faithfulness = 1;
#[doc = " How far attributions phi of input columns can be trusted, by perturbing x (Yeh et al. 2019); d is a draw:\n   INFIDELITY   mean of (d . phi(x) - (F(x) - F(x - d)))^2: what phi misses of the score's change\n   SENSITIVITY  largest |phi(x) - phi(x + d)| / |phi(x)|, Euclidean: how far phi moves for little"]
pub type clens_faithfulness = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_faithfulness_spec {
    pub struct_size: usize,
    #[doc = " clens_faithfulness"]
    pub kind: u32,
    #[doc = " up to 1,048,576; 0: 10"]
    pub draws: u32,
    #[doc = " random draws depend on it and on x alone"]
    pub seed: u64,
    #[doc = " of a draw, by a group's standard deviation (of clens_attribution_spec.spreads, which random draws\nneed): INFIDELITY's are normal with this deviation, SENSITIVITY's uniform up to it; 0: 0.1"]
    pub size: f64,
    #[doc = " d of each draw: perturbation_rows x input_width, for all candidates; NULL: random"]
    pub perturbations: *const f32,
    pub perturbation_rows: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_faithfulness_spec"][::core::mem::size_of::<clens_faithfulness_spec>() - 48usize];
    ["Alignment of clens_faithfulness_spec"][::core::mem::align_of::<clens_faithfulness_spec>() - 8usize];
    ["Offset of field: clens_faithfulness_spec::struct_size"]
        [::core::mem::offset_of!(clens_faithfulness_spec, struct_size) - 0usize];
    ["Offset of field: clens_faithfulness_spec::kind"]
        [::core::mem::offset_of!(clens_faithfulness_spec, kind) - 8usize];
    ["Offset of field: clens_faithfulness_spec::draws"]
        [::core::mem::offset_of!(clens_faithfulness_spec, draws) - 12usize];
    ["Offset of field: clens_faithfulness_spec::seed"]
        [::core::mem::offset_of!(clens_faithfulness_spec, seed) - 16usize];
    ["Offset of field: clens_faithfulness_spec::size"]
        [::core::mem::offset_of!(clens_faithfulness_spec, size) - 24usize];
    ["Offset of field: clens_faithfulness_spec::perturbations"]
        [::core::mem::offset_of!(clens_faithfulness_spec, perturbations) - 32usize];
    ["Offset of field: clens_faithfulness_spec::perturbation_rows"]
        [::core::mem::offset_of!(clens_faithfulness_spec, perturbation_rows) - 40usize];
};
#[doc = " Saliency by group added up over any number of rows: exact, parts merge in any order to the bits of the whole; in\n buckets of the cluster key, from which shares get clustered standard errors. Not kept in files: what is, and merges,\n is a profile with SALIENCY (clens_profile_share). Thread: one at a time. Lifetime: until released."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_saliency_sums {
    _unused: [u8; 0],
}
#[doc = " NaN: not defined."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_group_saliency {
    #[doc = " of the rows; sd: divisor rows - 1"]
    pub mean_absolute: f64,
    #[doc = " of the rows; sd: divisor rows - 1"]
    pub mean: f64,
    #[doc = " of the rows; sd: divisor rows - 1"]
    pub sd: f64,
    #[doc = " mean_absolute over the sum of all groups'"]
    pub share: f64,
    #[doc = " clustered delete-one-bucket jackknife"]
    pub share_se: f64,
    #[doc = " by share, from 1"]
    pub rank: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_group_saliency"][::core::mem::size_of::<clens_group_saliency>() - 48usize];
    ["Alignment of clens_group_saliency"][::core::mem::align_of::<clens_group_saliency>() - 8usize];
    ["Offset of field: clens_group_saliency::mean_absolute"]
        [::core::mem::offset_of!(clens_group_saliency, mean_absolute) - 0usize];
    ["Offset of field: clens_group_saliency::mean"]
        [::core::mem::offset_of!(clens_group_saliency, mean) - 8usize];
    ["Offset of field: clens_group_saliency::sd"]
        [::core::mem::offset_of!(clens_group_saliency, sd) - 16usize];
    ["Offset of field: clens_group_saliency::share"]
        [::core::mem::offset_of!(clens_group_saliency, share) - 24usize];
    ["Offset of field: clens_group_saliency::share_se"]
        [::core::mem::offset_of!(clens_group_saliency, share_se) - 32usize];
    ["Offset of field: clens_group_saliency::rank"]
        [::core::mem::offset_of!(clens_group_saliency, rank) - 40usize];
    ["Offset of field: clens_group_saliency::reserved"]
        [::core::mem::offset_of!(clens_group_saliency, reserved) - 44usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_share_contrast {
    pub share_a: f64,
    pub share_b: f64,
    #[doc = " log(share_b / share_a)"]
    pub log_ratio: f64,
    #[doc = " clustered; low, high: -+ 1.96 se"]
    pub se: f64,
    #[doc = " clustered; low, high: -+ 1.96 se"]
    pub low: f64,
    #[doc = " clustered; low, high: -+ 1.96 se"]
    pub high: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_share_contrast"][::core::mem::size_of::<clens_share_contrast>() - 48usize];
    ["Alignment of clens_share_contrast"][::core::mem::align_of::<clens_share_contrast>() - 8usize];
    ["Offset of field: clens_share_contrast::share_a"]
        [::core::mem::offset_of!(clens_share_contrast, share_a) - 0usize];
    ["Offset of field: clens_share_contrast::share_b"]
        [::core::mem::offset_of!(clens_share_contrast, share_b) - 8usize];
    ["Offset of field: clens_share_contrast::log_ratio"]
        [::core::mem::offset_of!(clens_share_contrast, log_ratio) - 16usize];
    ["Offset of field: clens_share_contrast::se"]
        [::core::mem::offset_of!(clens_share_contrast, se) - 24usize];
    ["Offset of field: clens_share_contrast::low"]
        [::core::mem::offset_of!(clens_share_contrast, low) - 32usize];
    ["Offset of field: clens_share_contrast::high"]
        [::core::mem::offset_of!(clens_share_contrast, high) - 40usize];
};
#[doc = " The AUC that is lost without what a feature group says. One batch is one day: nothing crosses days.\n Thread: immutable, shared. Lifetime: until released."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_importance {
    _unused: [u8; 0],
}
#[doc = " The group says what it said of another request (features of request scope) or another candidate (the others)."]
pub const CLENS_IMPORTANCE_PERMUTATION: clens_importance_method = 0;
#[doc = " Its pooled values are their mean over the batch's candidates: exact, nothing is drawn, one run of the\n network for each group; but rows become such as no request would make."]
pub const CLENS_IMPORTANCE_ABLATION: clens_importance_method = 1;
pub type clens_importance_method = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_importance_options {
    pub struct_size: usize,
    pub task: usize,
    #[doc = " permutations of each group; 0: 5. Not of ablation"]
    pub draws: u32,
    #[doc = " of the jackknife, 64 .. 200; 0: 128"]
    pub buckets: u32,
    #[doc = " same seed, same permutations"]
    pub seed: u64,
    #[doc = " In place of drawn ones, for every group: draws x requests, and draws x candidates. NULL: drawn."]
    pub request_orders: *const u64,
    pub candidate_orders: *const u64,
    #[doc = " clens_importance_method"]
    pub method: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_importance_options"][::core::mem::size_of::<clens_importance_options>() - 56usize];
    ["Alignment of clens_importance_options"][::core::mem::align_of::<clens_importance_options>() - 8usize];
    ["Offset of field: clens_importance_options::struct_size"]
        [::core::mem::offset_of!(clens_importance_options, struct_size) - 0usize];
    ["Offset of field: clens_importance_options::task"]
        [::core::mem::offset_of!(clens_importance_options, task) - 8usize];
    ["Offset of field: clens_importance_options::draws"]
        [::core::mem::offset_of!(clens_importance_options, draws) - 16usize];
    ["Offset of field: clens_importance_options::buckets"]
        [::core::mem::offset_of!(clens_importance_options, buckets) - 20usize];
    ["Offset of field: clens_importance_options::seed"]
        [::core::mem::offset_of!(clens_importance_options, seed) - 24usize];
    ["Offset of field: clens_importance_options::request_orders"]
        [::core::mem::offset_of!(clens_importance_options, request_orders) - 32usize];
    ["Offset of field: clens_importance_options::candidate_orders"]
        [::core::mem::offset_of!(clens_importance_options, candidate_orders) - 40usize];
    ["Offset of field: clens_importance_options::method"]
        [::core::mem::offset_of!(clens_importance_options, method) - 48usize];
    ["Offset of field: clens_importance_options::reserved"]
        [::core::mem::offset_of!(clens_importance_options, reserved) - 52usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_group_importance {
    pub struct_size: usize,
    #[doc = " permuted_auc: mean over draws; ablation: without the group"]
    pub auc: f64,
    #[doc = " permuted_auc: mean over draws; ablation: without the group"]
    pub permuted_auc: f64,
    #[doc = " auc - permuted_auc; sd over draws (NaN: one draw; ablation)"]
    pub drop: f64,
    #[doc = " auc - permuted_auc; sd over draws (NaN: one draw; ablation)"]
    pub drop_sd: f64,
    #[doc = " clustered jackknife of the drop; low, high: -+ 1.96 se"]
    pub se: f64,
    #[doc = " clustered jackknife of the drop; low, high: -+ 1.96 se"]
    pub low: f64,
    #[doc = " clustered jackknife of the drop; low, high: -+ 1.96 se"]
    pub high: f64,
    #[doc = " of the batch as it is"]
    pub log_loss: f64,
    #[doc = " of that without the group over it; permutation: mean over draws"]
    pub log_loss_rise: f64,
    #[doc = " mean over rows (and draws) of the logit less that without the group"]
    pub effect: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_group_importance"][::core::mem::size_of::<clens_group_importance>() - 88usize];
    ["Alignment of clens_group_importance"][::core::mem::align_of::<clens_group_importance>() - 8usize];
    ["Offset of field: clens_group_importance::struct_size"]
        [::core::mem::offset_of!(clens_group_importance, struct_size) - 0usize];
    ["Offset of field: clens_group_importance::auc"]
        [::core::mem::offset_of!(clens_group_importance, auc) - 8usize];
    ["Offset of field: clens_group_importance::permuted_auc"]
        [::core::mem::offset_of!(clens_group_importance, permuted_auc) - 16usize];
    ["Offset of field: clens_group_importance::drop"]
        [::core::mem::offset_of!(clens_group_importance, drop) - 24usize];
    ["Offset of field: clens_group_importance::drop_sd"]
        [::core::mem::offset_of!(clens_group_importance, drop_sd) - 32usize];
    ["Offset of field: clens_group_importance::se"]
        [::core::mem::offset_of!(clens_group_importance, se) - 40usize];
    ["Offset of field: clens_group_importance::low"]
        [::core::mem::offset_of!(clens_group_importance, low) - 48usize];
    ["Offset of field: clens_group_importance::high"]
        [::core::mem::offset_of!(clens_group_importance, high) - 56usize];
    ["Offset of field: clens_group_importance::log_loss"]
        [::core::mem::offset_of!(clens_group_importance, log_loss) - 64usize];
    ["Offset of field: clens_group_importance::log_loss_rise"]
        [::core::mem::offset_of!(clens_group_importance, log_loss_rise) - 72usize];
    ["Offset of field: clens_group_importance::effect"]
        [::core::mem::offset_of!(clens_group_importance, effect) - 80usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_importance_difference {
    pub struct_size: usize,
    #[doc = " drop in train - drop in hold"]
    pub difference: f64,
    pub se: f64,
    pub low: f64,
    pub high: f64,
    #[doc = " difference > 0.08 and low > 0.05"]
    pub memorises: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_importance_difference"][::core::mem::size_of::<clens_importance_difference>() - 48usize];
    ["Alignment of clens_importance_difference"]
        [::core::mem::align_of::<clens_importance_difference>() - 8usize];
    ["Offset of field: clens_importance_difference::struct_size"]
        [::core::mem::offset_of!(clens_importance_difference, struct_size) - 0usize];
    ["Offset of field: clens_importance_difference::difference"]
        [::core::mem::offset_of!(clens_importance_difference, difference) - 8usize];
    ["Offset of field: clens_importance_difference::se"]
        [::core::mem::offset_of!(clens_importance_difference, se) - 16usize];
    ["Offset of field: clens_importance_difference::low"]
        [::core::mem::offset_of!(clens_importance_difference, low) - 24usize];
    ["Offset of field: clens_importance_difference::high"]
        [::core::mem::offset_of!(clens_importance_difference, high) - 32usize];
    ["Offset of field: clens_importance_difference::memorises"]
        [::core::mem::offset_of!(clens_importance_difference, memorises) - 40usize];
    ["Offset of field: clens_importance_difference::reserved"]
        [::core::mem::offset_of!(clens_importance_difference, reserved) - 44usize];
};
#[doc = " What every neuron (column) of some values does over a data set: one pass, exact and mergeable. Sums of x and\n x^2 are exact integers (no rounding until a figure is read), so parts merged in any order give the bytes of\n the whole. Statistics are per candidate: a request's neuron counts once for each of its candidates.\n Non-finite values are counted and left out.\n Thread: one at a time. Lifetime: until released; holds its model."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_neurons {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_neurons_options {
    pub struct_size: usize,
    #[doc = " values to watch, by index; NULL: every layer of the model"]
    pub values: *const usize,
    pub value_count: usize,
    #[doc = " output whose logit is the score"]
    pub task: usize,
    #[doc = " quantiles and AUC from one row in so many, drawn by hash; 0: 4; 1: all"]
    pub count_every: u32,
    #[doc = " rows kept whole, those with the smallest hash, for covariance; 0: 4096"]
    pub sample_rows: u32,
    #[doc = " of the jackknife, 64..200; 0: 64"]
    pub buckets: u32,
    #[doc = " CLENS_NEURONS_*"]
    pub flags: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_neurons_options"][::core::mem::size_of::<clens_neurons_options>() - 48usize];
    ["Alignment of clens_neurons_options"][::core::mem::align_of::<clens_neurons_options>() - 8usize];
    ["Offset of field: clens_neurons_options::struct_size"]
        [::core::mem::offset_of!(clens_neurons_options, struct_size) - 0usize];
    ["Offset of field: clens_neurons_options::values"]
        [::core::mem::offset_of!(clens_neurons_options, values) - 8usize];
    ["Offset of field: clens_neurons_options::value_count"]
        [::core::mem::offset_of!(clens_neurons_options, value_count) - 16usize];
    ["Offset of field: clens_neurons_options::task"]
        [::core::mem::offset_of!(clens_neurons_options, task) - 24usize];
    ["Offset of field: clens_neurons_options::count_every"]
        [::core::mem::offset_of!(clens_neurons_options, count_every) - 32usize];
    ["Offset of field: clens_neurons_options::sample_rows"]
        [::core::mem::offset_of!(clens_neurons_options, sample_rows) - 36usize];
    ["Offset of field: clens_neurons_options::buckets"]
        [::core::mem::offset_of!(clens_neurons_options, buckets) - 40usize];
    ["Offset of field: clens_neurons_options::flags"]
        [::core::mem::offset_of!(clens_neurons_options, flags) - 44usize];
};
#[doc = " NaN: not defined, or not kept. Quantities without a label of their own are over all rows."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_neuron {
    #[doc = " finite rows; others"]
    pub rows: u64,
    #[doc = " finite rows; others"]
    pub non_finite: u64,
    #[doc = " rows with x > 0"]
    pub active: u64,
    #[doc = " sd: of the rows, divisor rows - 1"]
    pub mean: f64,
    #[doc = " sd: of the rows, divisor rows - 1"]
    pub sd: f64,
    pub minimum: f64,
    pub maximum: f64,
    pub click_mean: f64,
    pub other_mean: f64,
    #[doc = " Pearson"]
    pub label_correlation: f64,
    #[doc = " Pearson"]
    pub score_correlation: f64,
    #[doc = " of the neuron alone as a score, from counts: off by at most the bound"]
    pub auc: f64,
    #[doc = " of the neuron alone as a score, from counts: off by at most the bound"]
    pub auc_error_bound: f64,
    #[doc = " Clustered delete-one-bucket jackknife, from sums in units of 2^-40 (x^2: 2^-38): NaN, but for active_ratio_se\n and auc_se, where |x| exceeds 2^12."]
    pub mean_se: f64,
    #[doc = " Clustered delete-one-bucket jackknife, from sums in units of 2^-40 (x^2: 2^-38): NaN, but for active_ratio_se\n and auc_se, where |x| exceeds 2^12."]
    pub sd_se: f64,
    #[doc = " Clustered delete-one-bucket jackknife, from sums in units of 2^-40 (x^2: 2^-38): NaN, but for active_ratio_se\n and auc_se, where |x| exceeds 2^12."]
    pub active_ratio_se: f64,
    #[doc = " Clustered delete-one-bucket jackknife, from sums in units of 2^-40 (x^2: 2^-38): NaN, but for active_ratio_se\n and auc_se, where |x| exceeds 2^12."]
    pub label_correlation_se: f64,
    #[doc = " Clustered delete-one-bucket jackknife, from sums in units of 2^-40 (x^2: 2^-38): NaN, but for active_ratio_se\n and auc_se, where |x| exceeds 2^12."]
    pub auc_se: f64,
    #[doc = " of the counted rows"]
    pub saturated: u64,
    #[doc = " of the counted rows"]
    pub counted: u64,
    #[doc = " CLENS_NEURON_*"]
    pub findings: u32,
    #[doc = " column of the earlier neuron"]
    pub duplicate_of: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_neuron"][::core::mem::size_of::<clens_neuron>() - 168usize];
    ["Alignment of clens_neuron"][::core::mem::align_of::<clens_neuron>() - 8usize];
    ["Offset of field: clens_neuron::rows"][::core::mem::offset_of!(clens_neuron, rows) - 0usize];
    ["Offset of field: clens_neuron::non_finite"][::core::mem::offset_of!(clens_neuron, non_finite) - 8usize];
    ["Offset of field: clens_neuron::active"][::core::mem::offset_of!(clens_neuron, active) - 16usize];
    ["Offset of field: clens_neuron::mean"][::core::mem::offset_of!(clens_neuron, mean) - 24usize];
    ["Offset of field: clens_neuron::sd"][::core::mem::offset_of!(clens_neuron, sd) - 32usize];
    ["Offset of field: clens_neuron::minimum"][::core::mem::offset_of!(clens_neuron, minimum) - 40usize];
    ["Offset of field: clens_neuron::maximum"][::core::mem::offset_of!(clens_neuron, maximum) - 48usize];
    ["Offset of field: clens_neuron::click_mean"]
        [::core::mem::offset_of!(clens_neuron, click_mean) - 56usize];
    ["Offset of field: clens_neuron::other_mean"]
        [::core::mem::offset_of!(clens_neuron, other_mean) - 64usize];
    ["Offset of field: clens_neuron::label_correlation"]
        [::core::mem::offset_of!(clens_neuron, label_correlation) - 72usize];
    ["Offset of field: clens_neuron::score_correlation"]
        [::core::mem::offset_of!(clens_neuron, score_correlation) - 80usize];
    ["Offset of field: clens_neuron::auc"][::core::mem::offset_of!(clens_neuron, auc) - 88usize];
    ["Offset of field: clens_neuron::auc_error_bound"]
        [::core::mem::offset_of!(clens_neuron, auc_error_bound) - 96usize];
    ["Offset of field: clens_neuron::mean_se"][::core::mem::offset_of!(clens_neuron, mean_se) - 104usize];
    ["Offset of field: clens_neuron::sd_se"][::core::mem::offset_of!(clens_neuron, sd_se) - 112usize];
    ["Offset of field: clens_neuron::active_ratio_se"]
        [::core::mem::offset_of!(clens_neuron, active_ratio_se) - 120usize];
    ["Offset of field: clens_neuron::label_correlation_se"]
        [::core::mem::offset_of!(clens_neuron, label_correlation_se) - 128usize];
    ["Offset of field: clens_neuron::auc_se"][::core::mem::offset_of!(clens_neuron, auc_se) - 136usize];
    ["Offset of field: clens_neuron::saturated"][::core::mem::offset_of!(clens_neuron, saturated) - 144usize];
    ["Offset of field: clens_neuron::counted"][::core::mem::offset_of!(clens_neuron, counted) - 152usize];
    ["Offset of field: clens_neuron::findings"][::core::mem::offset_of!(clens_neuron, findings) - 160usize];
    ["Offset of field: clens_neuron::duplicate_of"]
        [::core::mem::offset_of!(clens_neuron, duplicate_of) - 164usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_neuron_layer {
    pub struct_size: usize,
    #[doc = " lives as long as the clens_neurons"]
    pub name: *const ::core::ffi::c_char,
    pub value: usize,
    pub width: u64,
    #[doc = " rows added; clicks among the labelled"]
    pub rows: u64,
    #[doc = " rows added; clicks among the labelled"]
    pub clicks: u64,
    #[doc = " rows added; clicks among the labelled"]
    pub labelled: u64,
    #[doc = " rows counted for quantiles and AUC; rows kept whole"]
    pub counted: u64,
    #[doc = " rows counted for quantiles and AUC; rows kept whole"]
    pub sampled: u64,
    #[doc = " exp(entropy of the covariance's eigenvalues) of the sampled rows (Roy and Vetterli 2007);\nof the first 2,048 of them where the layer is wider than that"]
    pub effective_rank: f64,
    #[doc = " of the variance, by the two largest principal components"]
    pub component_share: [f64; 2usize],
    pub dead: u64,
    pub provably_dead: u64,
    pub always_on: u64,
    pub saturated: u64,
    pub duplicates: u64,
    #[doc = " effective rank below 10 % of the width, from more sampled rows than columns"]
    pub redundant: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_neuron_layer"][::core::mem::size_of::<clens_neuron_layer>() - 144usize];
    ["Alignment of clens_neuron_layer"][::core::mem::align_of::<clens_neuron_layer>() - 8usize];
    ["Offset of field: clens_neuron_layer::struct_size"]
        [::core::mem::offset_of!(clens_neuron_layer, struct_size) - 0usize];
    ["Offset of field: clens_neuron_layer::name"][::core::mem::offset_of!(clens_neuron_layer, name) - 8usize];
    ["Offset of field: clens_neuron_layer::value"]
        [::core::mem::offset_of!(clens_neuron_layer, value) - 16usize];
    ["Offset of field: clens_neuron_layer::width"]
        [::core::mem::offset_of!(clens_neuron_layer, width) - 24usize];
    ["Offset of field: clens_neuron_layer::rows"]
        [::core::mem::offset_of!(clens_neuron_layer, rows) - 32usize];
    ["Offset of field: clens_neuron_layer::clicks"]
        [::core::mem::offset_of!(clens_neuron_layer, clicks) - 40usize];
    ["Offset of field: clens_neuron_layer::labelled"]
        [::core::mem::offset_of!(clens_neuron_layer, labelled) - 48usize];
    ["Offset of field: clens_neuron_layer::counted"]
        [::core::mem::offset_of!(clens_neuron_layer, counted) - 56usize];
    ["Offset of field: clens_neuron_layer::sampled"]
        [::core::mem::offset_of!(clens_neuron_layer, sampled) - 64usize];
    ["Offset of field: clens_neuron_layer::effective_rank"]
        [::core::mem::offset_of!(clens_neuron_layer, effective_rank) - 72usize];
    ["Offset of field: clens_neuron_layer::component_share"]
        [::core::mem::offset_of!(clens_neuron_layer, component_share) - 80usize];
    ["Offset of field: clens_neuron_layer::dead"]
        [::core::mem::offset_of!(clens_neuron_layer, dead) - 96usize];
    ["Offset of field: clens_neuron_layer::provably_dead"]
        [::core::mem::offset_of!(clens_neuron_layer, provably_dead) - 104usize];
    ["Offset of field: clens_neuron_layer::always_on"]
        [::core::mem::offset_of!(clens_neuron_layer, always_on) - 112usize];
    ["Offset of field: clens_neuron_layer::saturated"]
        [::core::mem::offset_of!(clens_neuron_layer, saturated) - 120usize];
    ["Offset of field: clens_neuron_layer::duplicates"]
        [::core::mem::offset_of!(clens_neuron_layer, duplicates) - 128usize];
    ["Offset of field: clens_neuron_layer::redundant"]
        [::core::mem::offset_of!(clens_neuron_layer, redundant) - 136usize];
    ["Offset of field: clens_neuron_layer::reserved"]
        [::core::mem::offset_of!(clens_neuron_layer, reserved) - 140usize];
};
#[doc = " A layer over reference rows and over other rows (a training day, a later day)."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_layer_change {
    pub struct_size: usize,
    #[doc = " median over neurons that vary in the reference of sd(other) / sd(reference)"]
    pub spread_ratio: f64,
    #[doc = " |C - C_ref| / |C_ref|, Frobenius; NaN, as the next, beyond 2,048 columns"]
    pub covariance_distance: f64,
    #[doc = " the same between the two halves of the reference's sample, divided by sqrt(2)"]
    pub covariance_null: f64,
    #[doc = " principal angles between the spans of the two largest components, radians"]
    pub angles: [f64; 2usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_layer_change"][::core::mem::size_of::<clens_layer_change>() - 48usize];
    ["Alignment of clens_layer_change"][::core::mem::align_of::<clens_layer_change>() - 8usize];
    ["Offset of field: clens_layer_change::struct_size"]
        [::core::mem::offset_of!(clens_layer_change, struct_size) - 0usize];
    ["Offset of field: clens_layer_change::spread_ratio"]
        [::core::mem::offset_of!(clens_layer_change, spread_ratio) - 8usize];
    ["Offset of field: clens_layer_change::covariance_distance"]
        [::core::mem::offset_of!(clens_layer_change, covariance_distance) - 16usize];
    ["Offset of field: clens_layer_change::covariance_null"]
        [::core::mem::offset_of!(clens_layer_change, covariance_null) - 24usize];
    ["Offset of field: clens_layer_change::angles"]
        [::core::mem::offset_of!(clens_layer_change, angles) - 32usize];
};
#[doc = " Captured values of some rows in memory, with their labels: what probes are fitted to and evaluated on.\n Thread: one at a time while adding, any number reading. Lifetime: until released; holds its model."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_probe_rows {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_probe_rows_options {
    pub struct_size: usize,
    #[doc = " values to probe, by index; NULL: every layer, then every task's logit"]
    pub values: *const usize,
    pub value_count: usize,
    #[doc = " 0: 2 GiB. An add beyond it: LIMIT_EXCEEDED, nothing was added"]
    pub memory_bytes: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_probe_rows_options"][::core::mem::size_of::<clens_probe_rows_options>() - 32usize];
    ["Alignment of clens_probe_rows_options"][::core::mem::align_of::<clens_probe_rows_options>() - 8usize];
    ["Offset of field: clens_probe_rows_options::struct_size"]
        [::core::mem::offset_of!(clens_probe_rows_options, struct_size) - 0usize];
    ["Offset of field: clens_probe_rows_options::values"]
        [::core::mem::offset_of!(clens_probe_rows_options, values) - 8usize];
    ["Offset of field: clens_probe_rows_options::value_count"]
        [::core::mem::offset_of!(clens_probe_rows_options, value_count) - 16usize];
    ["Offset of field: clens_probe_rows_options::memory_bytes"]
        [::core::mem::offset_of!(clens_probe_rows_options, memory_bytes) - 24usize];
};
pub const CLENS_PROBE_LABEL: clens_probe_target = 0;
pub const CLENS_PROBE_NUMBER: clens_probe_target = 1;
pub type clens_probe_target = ::core::ffi::c_uint;
#[doc = " Minimised per value over standardised inputs u = (x - mean) / sd of the fit rows, intercept free:\n   LABEL:   mean weighted log loss + lambda / 2 |w|^2   (non-clicks weigh 1 / negative_rate)\n   NUMBER:  mean squared error / 2 + lambda / 2 |w|^2\n A column with sd <= 1e-6 x the value's largest has coefficient 0."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_probe_options {
    pub struct_size: usize,
    #[doc = " clens_probe_target"]
    pub target: u32,
    pub reserved: u32,
    #[doc = " 0: the best of 1e-5, 1e-4 .. 1e-1 by loss on `validation`; 1e-3 without it"]
    pub lambda: f64,
    #[doc = " 0: 1"]
    pub negative_rate: f64,
    #[doc = " largest component of the gradient of the objective (NUMBER: in units of the target's sd);\n0: 1e-8"]
    pub tolerance: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_probe_options"][::core::mem::size_of::<clens_probe_options>() - 40usize];
    ["Alignment of clens_probe_options"][::core::mem::align_of::<clens_probe_options>() - 8usize];
    ["Offset of field: clens_probe_options::struct_size"]
        [::core::mem::offset_of!(clens_probe_options, struct_size) - 0usize];
    ["Offset of field: clens_probe_options::target"]
        [::core::mem::offset_of!(clens_probe_options, target) - 8usize];
    ["Offset of field: clens_probe_options::reserved"]
        [::core::mem::offset_of!(clens_probe_options, reserved) - 12usize];
    ["Offset of field: clens_probe_options::lambda"]
        [::core::mem::offset_of!(clens_probe_options, lambda) - 16usize];
    ["Offset of field: clens_probe_options::negative_rate"]
        [::core::mem::offset_of!(clens_probe_options, negative_rate) - 24usize];
    ["Offset of field: clens_probe_options::tolerance"]
        [::core::mem::offset_of!(clens_probe_options, tolerance) - 32usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_probe_info {
    pub struct_size: usize,
    #[doc = " the layer's, value's or output's name; lives as long as the probe"]
    pub name: *const ::core::ffi::c_char,
    pub value: usize,
    pub width: u64,
    pub rows: u64,
    pub clicks: u64,
    pub target: u32,
    pub converged: u32,
    pub iterations: u32,
    pub reserved: u32,
    #[doc = " gradient: largest component at the end"]
    pub lambda: f64,
    #[doc = " gradient: largest component at the end"]
    pub objective: f64,
    #[doc = " gradient: largest component at the end"]
    pub gradient: f64,
    #[doc = " on standardised inputs"]
    pub intercept: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_probe_info"][::core::mem::size_of::<clens_probe_info>() - 96usize];
    ["Alignment of clens_probe_info"][::core::mem::align_of::<clens_probe_info>() - 8usize];
    ["Offset of field: clens_probe_info::struct_size"]
        [::core::mem::offset_of!(clens_probe_info, struct_size) - 0usize];
    ["Offset of field: clens_probe_info::name"][::core::mem::offset_of!(clens_probe_info, name) - 8usize];
    ["Offset of field: clens_probe_info::value"][::core::mem::offset_of!(clens_probe_info, value) - 16usize];
    ["Offset of field: clens_probe_info::width"][::core::mem::offset_of!(clens_probe_info, width) - 24usize];
    ["Offset of field: clens_probe_info::rows"][::core::mem::offset_of!(clens_probe_info, rows) - 32usize];
    ["Offset of field: clens_probe_info::clicks"]
        [::core::mem::offset_of!(clens_probe_info, clicks) - 40usize];
    ["Offset of field: clens_probe_info::target"]
        [::core::mem::offset_of!(clens_probe_info, target) - 48usize];
    ["Offset of field: clens_probe_info::converged"]
        [::core::mem::offset_of!(clens_probe_info, converged) - 52usize];
    ["Offset of field: clens_probe_info::iterations"]
        [::core::mem::offset_of!(clens_probe_info, iterations) - 56usize];
    ["Offset of field: clens_probe_info::reserved"]
        [::core::mem::offset_of!(clens_probe_info, reserved) - 60usize];
    ["Offset of field: clens_probe_info::lambda"]
        [::core::mem::offset_of!(clens_probe_info, lambda) - 64usize];
    ["Offset of field: clens_probe_info::objective"]
        [::core::mem::offset_of!(clens_probe_info, objective) - 72usize];
    ["Offset of field: clens_probe_info::gradient"]
        [::core::mem::offset_of!(clens_probe_info, gradient) - 80usize];
    ["Offset of field: clens_probe_info::intercept"]
        [::core::mem::offset_of!(clens_probe_info, intercept) - 88usize];
};
#[doc = " AUC of two scores of the same rows."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_auc_difference {
    pub struct_size: usize,
    #[doc = " b - a"]
    pub auc_a: f64,
    #[doc = " b - a"]
    pub auc_b: f64,
    #[doc = " b - a"]
    pub difference: f64,
    #[doc = " paired clustered jackknife (every row its own cluster without keys)"]
    pub se: f64,
    #[doc = " DeLong, DeLong and Clarke-Pearson 1988: rows independent"]
    pub delong_se: f64,
    #[doc = " Obuchowski 1997; NaN without clusters"]
    pub delong_clustered_se: f64,
    #[doc = " of each AUC alone"]
    pub delong_se_a: f64,
    #[doc = " of each AUC alone"]
    pub delong_se_b: f64,
    #[doc = " of each AUC alone"]
    pub delong_clustered_se_a: f64,
    #[doc = " of each AUC alone"]
    pub delong_clustered_se_b: f64,
    #[doc = " difference -+ 1.96 se"]
    pub low: f64,
    #[doc = " difference -+ 1.96 se"]
    pub high: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_auc_difference"][::core::mem::size_of::<clens_auc_difference>() - 104usize];
    ["Alignment of clens_auc_difference"][::core::mem::align_of::<clens_auc_difference>() - 8usize];
    ["Offset of field: clens_auc_difference::struct_size"]
        [::core::mem::offset_of!(clens_auc_difference, struct_size) - 0usize];
    ["Offset of field: clens_auc_difference::auc_a"]
        [::core::mem::offset_of!(clens_auc_difference, auc_a) - 8usize];
    ["Offset of field: clens_auc_difference::auc_b"]
        [::core::mem::offset_of!(clens_auc_difference, auc_b) - 16usize];
    ["Offset of field: clens_auc_difference::difference"]
        [::core::mem::offset_of!(clens_auc_difference, difference) - 24usize];
    ["Offset of field: clens_auc_difference::se"]
        [::core::mem::offset_of!(clens_auc_difference, se) - 32usize];
    ["Offset of field: clens_auc_difference::delong_se"]
        [::core::mem::offset_of!(clens_auc_difference, delong_se) - 40usize];
    ["Offset of field: clens_auc_difference::delong_clustered_se"]
        [::core::mem::offset_of!(clens_auc_difference, delong_clustered_se) - 48usize];
    ["Offset of field: clens_auc_difference::delong_se_a"]
        [::core::mem::offset_of!(clens_auc_difference, delong_se_a) - 56usize];
    ["Offset of field: clens_auc_difference::delong_se_b"]
        [::core::mem::offset_of!(clens_auc_difference, delong_se_b) - 64usize];
    ["Offset of field: clens_auc_difference::delong_clustered_se_a"]
        [::core::mem::offset_of!(clens_auc_difference, delong_clustered_se_a) - 72usize];
    ["Offset of field: clens_auc_difference::delong_clustered_se_b"]
        [::core::mem::offset_of!(clens_auc_difference, delong_clustered_se_b) - 80usize];
    ["Offset of field: clens_auc_difference::low"]
        [::core::mem::offset_of!(clens_auc_difference, low) - 88usize];
    ["Offset of field: clens_auc_difference::high"]
        [::core::mem::offset_of!(clens_auc_difference, high) - 96usize];
};
#[doc = " labels shuffled among the rows, fitted, scored against equally shuffled labels"]
pub const CLENS_CONTROL_SHUFFLED: clens_probe_control_kind = 0;
#[doc = " a random label per id of the control column at the click rate (Hewitt and Liang\n2019), fitted on `fit`, scored on `eval`'s rows of ids that `fit` has too"]
pub const CLENS_CONTROL_RANDOM_TASK: clens_probe_control_kind = 1;
#[doc = " Controls, at the probe's lambda, mean and sd over draws."]
pub type clens_probe_control_kind = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_probe_control_result {
    pub struct_size: usize,
    pub draws: u32,
    pub reserved: u32,
    #[doc = " on the rows fitted to: optimism"]
    pub fit_auc_mean: f64,
    #[doc = " on the rows fitted to: optimism"]
    pub fit_auc_sd: f64,
    #[doc = " on `eval`"]
    pub eval_auc_mean: f64,
    #[doc = " on `eval`"]
    pub eval_auc_sd: f64,
    #[doc = " that were scored"]
    pub eval_rows: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_probe_control_result"][::core::mem::size_of::<clens_probe_control_result>() - 56usize];
    ["Alignment of clens_probe_control_result"]
        [::core::mem::align_of::<clens_probe_control_result>() - 8usize];
    ["Offset of field: clens_probe_control_result::struct_size"]
        [::core::mem::offset_of!(clens_probe_control_result, struct_size) - 0usize];
    ["Offset of field: clens_probe_control_result::draws"]
        [::core::mem::offset_of!(clens_probe_control_result, draws) - 8usize];
    ["Offset of field: clens_probe_control_result::reserved"]
        [::core::mem::offset_of!(clens_probe_control_result, reserved) - 12usize];
    ["Offset of field: clens_probe_control_result::fit_auc_mean"]
        [::core::mem::offset_of!(clens_probe_control_result, fit_auc_mean) - 16usize];
    ["Offset of field: clens_probe_control_result::fit_auc_sd"]
        [::core::mem::offset_of!(clens_probe_control_result, fit_auc_sd) - 24usize];
    ["Offset of field: clens_probe_control_result::eval_auc_mean"]
        [::core::mem::offset_of!(clens_probe_control_result, eval_auc_mean) - 32usize];
    ["Offset of field: clens_probe_control_result::eval_auc_sd"]
        [::core::mem::offset_of!(clens_probe_control_result, eval_auc_sd) - 40usize];
    ["Offset of field: clens_probe_control_result::eval_rows"]
        [::core::mem::offset_of!(clens_probe_control_result, eval_rows) - 48usize];
};
#[doc = " What traffic looked like to a model: scores, features as they came and as they were pooled, neurons, which groups\n moved the scores. One pass, exact, mergeable: parts added up in any order have the bytes of the whole. Holds no rows\n but the neurons' small sample, and neither time, host nor path; its size does not grow with the rows. From data\n (clens_profile_add), or from sessions that serve (clens_session_options.profile, clens_profile_collect).\n Errors (_se) go by clusters: clens_rows.clusters, else the request's key, else the request.\n Thread: one at a time. Lifetime: until released; holds its model."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_profile {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_profile_options {
    pub struct_size: usize,
    #[doc = " NEURONS: values to watch, by index; NULL: every layer of the model"]
    pub values: *const usize,
    pub value_count: usize,
    #[doc = " that SALIENCY explains and neurons are correlated with"]
    pub task: usize,
    #[doc = " SALIENCY: of every input column (clens_model_info.input_width), of reference rows"]
    pub means: *const f32,
    pub mean_count: usize,
    #[doc = " CLENS_PROFILE_*; 0: SCORES and FEATURES"]
    pub sections: u32,
    #[doc = " one row in so many, picked by a hash of the request's key and the place in the request (without\nkeys: of the row's number); 0: 1"]
    pub every: u32,
    #[doc = " NEURONS: quantiles from one profiled row in so many; 0: 4"]
    pub count_every: u32,
    #[doc = " NEURONS: rows kept whole; 0: 1024"]
    pub sample_rows: u32,
    #[doc = " of the jackknife, 64..200; 0: 64"]
    pub buckets: u32,
    #[doc = " that one run of a session may profile, 1..4096; 0: 64. Says nothing of data"]
    pub most_rows: u32,
    #[doc = " Rows that wait in a session until clens_profile_settle or clens_profile_collect adds them up, 1..65536, never less\n than most_rows; 0: 256. Each takes 8 bytes a number that is profiled, and with SALIENCY 8 more a number that its\n gradient reads; ids that wait, up to 0.8 MB (LIMIT_EXCEEDED: above the model's session_bytes). A run that finds no room\n adds up 32 to 64 itself, or as many as it brings. Says nothing of data."]
    pub waiting_rows: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_profile_options"][::core::mem::size_of::<clens_profile_options>() - 80usize];
    ["Alignment of clens_profile_options"][::core::mem::align_of::<clens_profile_options>() - 8usize];
    ["Offset of field: clens_profile_options::struct_size"]
        [::core::mem::offset_of!(clens_profile_options, struct_size) - 0usize];
    ["Offset of field: clens_profile_options::values"]
        [::core::mem::offset_of!(clens_profile_options, values) - 8usize];
    ["Offset of field: clens_profile_options::value_count"]
        [::core::mem::offset_of!(clens_profile_options, value_count) - 16usize];
    ["Offset of field: clens_profile_options::task"]
        [::core::mem::offset_of!(clens_profile_options, task) - 24usize];
    ["Offset of field: clens_profile_options::means"]
        [::core::mem::offset_of!(clens_profile_options, means) - 32usize];
    ["Offset of field: clens_profile_options::mean_count"]
        [::core::mem::offset_of!(clens_profile_options, mean_count) - 40usize];
    ["Offset of field: clens_profile_options::sections"]
        [::core::mem::offset_of!(clens_profile_options, sections) - 48usize];
    ["Offset of field: clens_profile_options::every"]
        [::core::mem::offset_of!(clens_profile_options, every) - 52usize];
    ["Offset of field: clens_profile_options::count_every"]
        [::core::mem::offset_of!(clens_profile_options, count_every) - 56usize];
    ["Offset of field: clens_profile_options::sample_rows"]
        [::core::mem::offset_of!(clens_profile_options, sample_rows) - 60usize];
    ["Offset of field: clens_profile_options::buckets"]
        [::core::mem::offset_of!(clens_profile_options, buckets) - 64usize];
    ["Offset of field: clens_profile_options::most_rows"]
        [::core::mem::offset_of!(clens_profile_options, most_rows) - 68usize];
    ["Offset of field: clens_profile_options::waiting_rows"]
        [::core::mem::offset_of!(clens_profile_options, waiting_rows) - 72usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_profile_info {
    pub struct_size: usize,
    #[doc = " of what the model computes: attaching profiles or probes does not change it"]
    pub model_low: u64,
    #[doc = " of what the model computes: attaching profiles or probes does not change it"]
    pub model_high: u64,
    #[doc = " profiled"]
    pub rows: u64,
    #[doc = " profiled"]
    pub clicks: u64,
    #[doc = " profiled"]
    pub labelled: u64,
    #[doc = " candidates of all runs, profiled or not"]
    pub seen: u64,
    #[doc = " picked, but beyond most_rows of their run"]
    pub skipped: u64,
    #[doc = " inputs: columns of POOLED; raw: of RAW"]
    pub task: usize,
    #[doc = " inputs: columns of POOLED; raw: of RAW"]
    pub tasks: usize,
    #[doc = " inputs: columns of POOLED; raw: of RAW"]
    pub groups: usize,
    #[doc = " inputs: columns of POOLED; raw: of RAW"]
    pub features: usize,
    #[doc = " inputs: columns of POOLED; raw: of RAW"]
    pub inputs: usize,
    #[doc = " inputs: columns of POOLED; raw: of RAW"]
    pub raw: usize,
    pub sections: u32,
    pub every: u32,
    pub count_every: u32,
    pub sample_rows: u32,
    pub buckets: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_profile_info"][::core::mem::size_of::<clens_profile_info>() - 136usize];
    ["Alignment of clens_profile_info"][::core::mem::align_of::<clens_profile_info>() - 8usize];
    ["Offset of field: clens_profile_info::struct_size"]
        [::core::mem::offset_of!(clens_profile_info, struct_size) - 0usize];
    ["Offset of field: clens_profile_info::model_low"]
        [::core::mem::offset_of!(clens_profile_info, model_low) - 8usize];
    ["Offset of field: clens_profile_info::model_high"]
        [::core::mem::offset_of!(clens_profile_info, model_high) - 16usize];
    ["Offset of field: clens_profile_info::rows"]
        [::core::mem::offset_of!(clens_profile_info, rows) - 24usize];
    ["Offset of field: clens_profile_info::clicks"]
        [::core::mem::offset_of!(clens_profile_info, clicks) - 32usize];
    ["Offset of field: clens_profile_info::labelled"]
        [::core::mem::offset_of!(clens_profile_info, labelled) - 40usize];
    ["Offset of field: clens_profile_info::seen"]
        [::core::mem::offset_of!(clens_profile_info, seen) - 48usize];
    ["Offset of field: clens_profile_info::skipped"]
        [::core::mem::offset_of!(clens_profile_info, skipped) - 56usize];
    ["Offset of field: clens_profile_info::task"]
        [::core::mem::offset_of!(clens_profile_info, task) - 64usize];
    ["Offset of field: clens_profile_info::tasks"]
        [::core::mem::offset_of!(clens_profile_info, tasks) - 72usize];
    ["Offset of field: clens_profile_info::groups"]
        [::core::mem::offset_of!(clens_profile_info, groups) - 80usize];
    ["Offset of field: clens_profile_info::features"]
        [::core::mem::offset_of!(clens_profile_info, features) - 88usize];
    ["Offset of field: clens_profile_info::inputs"]
        [::core::mem::offset_of!(clens_profile_info, inputs) - 96usize];
    ["Offset of field: clens_profile_info::raw"][::core::mem::offset_of!(clens_profile_info, raw) - 104usize];
    ["Offset of field: clens_profile_info::sections"]
        [::core::mem::offset_of!(clens_profile_info, sections) - 112usize];
    ["Offset of field: clens_profile_info::every"]
        [::core::mem::offset_of!(clens_profile_info, every) - 116usize];
    ["Offset of field: clens_profile_info::count_every"]
        [::core::mem::offset_of!(clens_profile_info, count_every) - 120usize];
    ["Offset of field: clens_profile_info::sample_rows"]
        [::core::mem::offset_of!(clens_profile_info, sample_rows) - 124usize];
    ["Offset of field: clens_profile_info::buckets"]
        [::core::mem::offset_of!(clens_profile_info, buckets) - 128usize];
    ["Offset of field: clens_profile_info::reserved"]
        [::core::mem::offset_of!(clens_profile_info, reserved) - 132usize];
};
#[doc = " logits, by task"]
pub const CLENS_PROFILE_PART_SCORES: clens_profile_part = 0;
#[doc = " pooled inputs, in the order of input columns; without quantiles"]
pub const CLENS_PROFILE_PART_POOLED: clens_profile_part = 1;
#[doc = " elements of dense features as they came, features in order; non_finite: missing too"]
pub const CLENS_PROFILE_PART_RAW: clens_profile_part = 2;
#[doc = " (e - mean e) . d logit / d e, by group"]
pub const CLENS_PROFILE_PART_SALIENCY: clens_profile_part = 3;
#[doc = " its absolute value"]
pub const CLENS_PROFILE_PART_SIZES: clens_profile_part = 4;
#[doc = " Columns of numbers, each with the figures of a neuron."]
pub type clens_profile_part = ::core::ffi::c_uint;
#[doc = " One feature as it came. An entry of a request counts once for each of its profiled candidates."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_profile_feature {
    pub struct_size: usize,
    #[doc = " live as long as the profile"]
    pub name: *const ::core::ffi::c_char,
    #[doc = " live as long as the profile"]
    pub group: *const ::core::ffi::c_char,
    pub dense: u32,
    #[doc = " its encoder lets ids share rows"]
    pub hashed: u32,
    #[doc = " that ids can be"]
    pub table_rows: u64,
    #[doc = " its columns of POOLED"]
    pub first_input: usize,
    #[doc = " its columns of POOLED"]
    pub inputs: usize,
    #[doc = " dense: its columns of RAW"]
    pub first_raw: usize,
    #[doc = " dense: its columns of RAW"]
    pub width: usize,
    pub rows: u64,
    #[doc = " entries without an id or element"]
    pub missing: u64,
    #[doc = " elements that are none: not finite, no UTF-8, a weight that is not finite"]
    pub bad: u64,
    #[doc = " ids after cutting to max_length; those without a row; those cut off"]
    pub ids: u64,
    #[doc = " ids after cutting to max_length; those without a row; those cut off"]
    pub unknown: u64,
    #[doc = " ids after cutting to max_length; those without a row; those cut off"]
    pub cut: u64,
    #[doc = " different ids, by HyperLogLog of 4096 registers: standard error 1.6 %"]
    pub distinct: f64,
    #[doc = " expected share of distinct ids that share a hashed row with another; 0: not hashed"]
    pub collisions: f64,
    #[doc = " entries of 0 to 15 ids, then of [2^k, 2^(k + 1)), the last one open"]
    pub lengths: [u64; 32usize],
    #[doc = " ids by the highest bits of their hash"]
    pub histogram: [u64; 64usize],
    #[doc = " CLENS_IDS_*: histograms and distinct ids of profiles compare where these are equal"]
    pub id_kinds: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_profile_feature"][::core::mem::size_of::<clens_profile_feature>() - 912usize];
    ["Alignment of clens_profile_feature"][::core::mem::align_of::<clens_profile_feature>() - 8usize];
    ["Offset of field: clens_profile_feature::struct_size"]
        [::core::mem::offset_of!(clens_profile_feature, struct_size) - 0usize];
    ["Offset of field: clens_profile_feature::name"]
        [::core::mem::offset_of!(clens_profile_feature, name) - 8usize];
    ["Offset of field: clens_profile_feature::group"]
        [::core::mem::offset_of!(clens_profile_feature, group) - 16usize];
    ["Offset of field: clens_profile_feature::dense"]
        [::core::mem::offset_of!(clens_profile_feature, dense) - 24usize];
    ["Offset of field: clens_profile_feature::hashed"]
        [::core::mem::offset_of!(clens_profile_feature, hashed) - 28usize];
    ["Offset of field: clens_profile_feature::table_rows"]
        [::core::mem::offset_of!(clens_profile_feature, table_rows) - 32usize];
    ["Offset of field: clens_profile_feature::first_input"]
        [::core::mem::offset_of!(clens_profile_feature, first_input) - 40usize];
    ["Offset of field: clens_profile_feature::inputs"]
        [::core::mem::offset_of!(clens_profile_feature, inputs) - 48usize];
    ["Offset of field: clens_profile_feature::first_raw"]
        [::core::mem::offset_of!(clens_profile_feature, first_raw) - 56usize];
    ["Offset of field: clens_profile_feature::width"]
        [::core::mem::offset_of!(clens_profile_feature, width) - 64usize];
    ["Offset of field: clens_profile_feature::rows"]
        [::core::mem::offset_of!(clens_profile_feature, rows) - 72usize];
    ["Offset of field: clens_profile_feature::missing"]
        [::core::mem::offset_of!(clens_profile_feature, missing) - 80usize];
    ["Offset of field: clens_profile_feature::bad"]
        [::core::mem::offset_of!(clens_profile_feature, bad) - 88usize];
    ["Offset of field: clens_profile_feature::ids"]
        [::core::mem::offset_of!(clens_profile_feature, ids) - 96usize];
    ["Offset of field: clens_profile_feature::unknown"]
        [::core::mem::offset_of!(clens_profile_feature, unknown) - 104usize];
    ["Offset of field: clens_profile_feature::cut"]
        [::core::mem::offset_of!(clens_profile_feature, cut) - 112usize];
    ["Offset of field: clens_profile_feature::distinct"]
        [::core::mem::offset_of!(clens_profile_feature, distinct) - 120usize];
    ["Offset of field: clens_profile_feature::collisions"]
        [::core::mem::offset_of!(clens_profile_feature, collisions) - 128usize];
    ["Offset of field: clens_profile_feature::lengths"]
        [::core::mem::offset_of!(clens_profile_feature, lengths) - 136usize];
    ["Offset of field: clens_profile_feature::histogram"]
        [::core::mem::offset_of!(clens_profile_feature, histogram) - 392usize];
    ["Offset of field: clens_profile_feature::id_kinds"]
        [::core::mem::offset_of!(clens_profile_feature, id_kinds) - 904usize];
    ["Offset of field: clens_profile_feature::reserved"]
        [::core::mem::offset_of!(clens_profile_feature, reserved) - 908usize];
};
#[doc = " What changed between profiles of reference days and a live one: same model, sections, task, buckets, saliency means.\n Standard errors are clustered (a bucket of the cluster key is left out of all days at once); two reference days or\n more also add the variance between days. The reference should be rows that the model was not trained on: on its\n training rows it knows every id.\n Thread: immutable, shared. Lifetime: until released; holds neither profiles nor model."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_drift {
    _unused: [u8; 0],
}
#[doc = " logits of a task"]
pub const CLENS_DRIFT_SCORE: clens_drift_kind = 0;
#[doc = " one element of a dense feature, as it came"]
pub const CLENS_DRIFT_ELEMENT: clens_drift_kind = 1;
#[doc = " ids of a sparse feature, by 64 bins of their hash"]
pub const CLENS_DRIFT_IDS: clens_drift_kind = 2;
#[doc = " of rows"]
pub const CLENS_DRIFT_MISSING: clens_drift_kind = 3;
#[doc = " of ids"]
pub const CLENS_DRIFT_UNKNOWN: clens_drift_kind = 4;
#[doc = " |shift of the mean| >= .25 reference sd, or sd ratio outside [.8, 1.25]"]
pub const CLENS_DRIFT_NEURON: clens_drift_kind = 5;
#[doc = " the 95 % interval of the log ratio of a group's shares lies outside +-.1, one of them >= .01"]
pub const CLENS_DRIFT_SALIENCY: clens_drift_kind = 6;
#[doc = " of labelled rows, 200 clicks or more: AUC fell by .02 or more, |z| > 3; slope + 2 se < .6; |log(predicted /\n observed)| > log 1.25, |z| > 3. From counts by bin of the logit: `evaluate` has the exact figures"]
pub const CLENS_DRIFT_AUC: clens_drift_kind = 7;
#[doc = " of labelled rows, 200 clicks or more: AUC fell by .02 or more, |z| > 3; slope + 2 se < .6; |log(predicted /\n observed)| > log 1.25, |z| > 3. From counts by bin of the logit: `evaluate` has the exact figures"]
pub const CLENS_DRIFT_SLOPE: clens_drift_kind = 8;
#[doc = " of labelled rows, 200 clicks or more: AUC fell by .02 or more, |z| > 3; slope + 2 se < .6; |log(predicted /\n observed)| > log 1.25, |z| > 3. From counts by bin of the logit: `evaluate` has the exact figures"]
pub const CLENS_DRIFT_CALIBRATION: clens_drift_kind = 9;
#[doc = " What is looked at, and when it is a finding: significant (q <= .05, Benjamini-Hochberg over the kinds of a line of\n the first three) and large."]
pub type clens_drift_kind = ::core::ffi::c_uint;
pub const CLENS_DRIFT_NONE: clens_drift_verdict = 0;
pub const CLENS_DRIFT_FOUND: clens_drift_verdict = 1;
#[doc = " fewer than 1,000 rows (IDS, UNKNOWN: ids) or 20 buckets of clusters on a side, or 200\nclicks"]
pub const CLENS_DRIFT_NOT_ENOUGH: clens_drift_verdict = 2;
pub type clens_drift_verdict = ::core::ffi::c_uint;
#[doc = " NaN: not defined, or not of this kind."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_drift_measure {
    #[doc = " of the task, feature, layer or group; lives as long as the clens_drift"]
    pub name: *const ::core::ffi::c_char,
    #[doc = " mean, rate, share or figure; of all reference days together"]
    pub reference: f64,
    #[doc = " mean, rate, share or figure; of all reference days together"]
    pub live: f64,
    #[doc = " what must be large: PSI, h, shift in reference sd, log ratio, difference, slope, log"]
    pub effect: f64,
    #[doc = " live / reference"]
    pub sd_ratio: f64,
    #[doc = " of live - reference (saliency: of the log ratio; slope, calibration: of the live figure)"]
    pub se: f64,
    #[doc = " of live - reference (saliency: of the log ratio; slope, calibration: of the live figure)"]
    pub z: f64,
    #[doc = " when nothing changed; after Benjamini and Hochberg"]
    pub p: f64,
    #[doc = " when nothing changed; after Benjamini and Hochberg"]
    pub q: f64,
    #[doc = " 95 % interval of the effect"]
    pub low: f64,
    #[doc = " 95 % interval of the effect"]
    pub high: f64,
    #[doc = " 10 equal-mass bins, ids 64; its mean when nothing changed, with rows\nindependent and clustered"]
    pub psi: f64,
    #[doc = " 10 equal-mass bins, ids 64; its mean when nothing changed, with rows\nindependent and clustered"]
    pub psi_null: f64,
    #[doc = " 10 equal-mass bins, ids 64; its mean when nothing changed, with rows\nindependent and clustered"]
    pub psi_clustered_null: f64,
    #[doc = " a lower bound: the largest gap of the distribution functions at bins' ends"]
    pub ks: f64,
    #[doc = " distance, natural log"]
    pub jensen_shannon: f64,
    pub hellinger: f64,
    #[doc = " of rows at the middles of their bins, in the value's unit"]
    pub wasserstein: f64,
    #[doc = " clens_drift_kind, clens_drift_verdict"]
    pub kind: u32,
    #[doc = " clens_drift_kind, clens_drift_verdict"]
    pub verdict: u32,
    #[doc = " index of the task, feature, layer or group"]
    pub subject: u32,
    #[doc = " of a layer or a dense feature"]
    pub column: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_drift_measure"][::core::mem::size_of::<clens_drift_measure>() - 160usize];
    ["Alignment of clens_drift_measure"][::core::mem::align_of::<clens_drift_measure>() - 8usize];
    ["Offset of field: clens_drift_measure::name"]
        [::core::mem::offset_of!(clens_drift_measure, name) - 0usize];
    ["Offset of field: clens_drift_measure::reference"]
        [::core::mem::offset_of!(clens_drift_measure, reference) - 8usize];
    ["Offset of field: clens_drift_measure::live"]
        [::core::mem::offset_of!(clens_drift_measure, live) - 16usize];
    ["Offset of field: clens_drift_measure::effect"]
        [::core::mem::offset_of!(clens_drift_measure, effect) - 24usize];
    ["Offset of field: clens_drift_measure::sd_ratio"]
        [::core::mem::offset_of!(clens_drift_measure, sd_ratio) - 32usize];
    ["Offset of field: clens_drift_measure::se"][::core::mem::offset_of!(clens_drift_measure, se) - 40usize];
    ["Offset of field: clens_drift_measure::z"][::core::mem::offset_of!(clens_drift_measure, z) - 48usize];
    ["Offset of field: clens_drift_measure::p"][::core::mem::offset_of!(clens_drift_measure, p) - 56usize];
    ["Offset of field: clens_drift_measure::q"][::core::mem::offset_of!(clens_drift_measure, q) - 64usize];
    ["Offset of field: clens_drift_measure::low"]
        [::core::mem::offset_of!(clens_drift_measure, low) - 72usize];
    ["Offset of field: clens_drift_measure::high"]
        [::core::mem::offset_of!(clens_drift_measure, high) - 80usize];
    ["Offset of field: clens_drift_measure::psi"]
        [::core::mem::offset_of!(clens_drift_measure, psi) - 88usize];
    ["Offset of field: clens_drift_measure::psi_null"]
        [::core::mem::offset_of!(clens_drift_measure, psi_null) - 96usize];
    ["Offset of field: clens_drift_measure::psi_clustered_null"]
        [::core::mem::offset_of!(clens_drift_measure, psi_clustered_null) - 104usize];
    ["Offset of field: clens_drift_measure::ks"][::core::mem::offset_of!(clens_drift_measure, ks) - 112usize];
    ["Offset of field: clens_drift_measure::jensen_shannon"]
        [::core::mem::offset_of!(clens_drift_measure, jensen_shannon) - 120usize];
    ["Offset of field: clens_drift_measure::hellinger"]
        [::core::mem::offset_of!(clens_drift_measure, hellinger) - 128usize];
    ["Offset of field: clens_drift_measure::wasserstein"]
        [::core::mem::offset_of!(clens_drift_measure, wasserstein) - 136usize];
    ["Offset of field: clens_drift_measure::kind"]
        [::core::mem::offset_of!(clens_drift_measure, kind) - 144usize];
    ["Offset of field: clens_drift_measure::verdict"]
        [::core::mem::offset_of!(clens_drift_measure, verdict) - 148usize];
    ["Offset of field: clens_drift_measure::subject"]
        [::core::mem::offset_of!(clens_drift_measure, subject) - 152usize];
    ["Offset of field: clens_drift_measure::column"]
        [::core::mem::offset_of!(clens_drift_measure, column) - 156usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_drift_info {
    pub struct_size: usize,
    pub reference_rows: u64,
    pub live_rows: u64,
    #[doc = " of the reference"]
    pub days: u64,
    #[doc = " measures by verdict"]
    pub measures: u64,
    #[doc = " measures by verdict"]
    pub found: u64,
    #[doc = " measures by verdict"]
    pub not_enough: u64,
    pub traces: u64,
    pub groups: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_drift_info"][::core::mem::size_of::<clens_drift_info>() - 72usize];
    ["Alignment of clens_drift_info"][::core::mem::align_of::<clens_drift_info>() - 8usize];
    ["Offset of field: clens_drift_info::struct_size"]
        [::core::mem::offset_of!(clens_drift_info, struct_size) - 0usize];
    ["Offset of field: clens_drift_info::reference_rows"]
        [::core::mem::offset_of!(clens_drift_info, reference_rows) - 8usize];
    ["Offset of field: clens_drift_info::live_rows"]
        [::core::mem::offset_of!(clens_drift_info, live_rows) - 16usize];
    ["Offset of field: clens_drift_info::days"][::core::mem::offset_of!(clens_drift_info, days) - 24usize];
    ["Offset of field: clens_drift_info::measures"]
        [::core::mem::offset_of!(clens_drift_info, measures) - 32usize];
    ["Offset of field: clens_drift_info::found"][::core::mem::offset_of!(clens_drift_info, found) - 40usize];
    ["Offset of field: clens_drift_info::not_enough"]
        [::core::mem::offset_of!(clens_drift_info, not_enough) - 48usize];
    ["Offset of field: clens_drift_info::traces"]
        [::core::mem::offset_of!(clens_drift_info, traces) - 56usize];
    ["Offset of field: clens_drift_info::groups"]
        [::core::mem::offset_of!(clens_drift_info, groups) - 64usize];
};
#[doc = " How a first linear was moved: the shift of the mean of neuron j's sum is exactly the sum over groups g of W_jg . d_g,\n d_g the shift of the mean of g's pooled columns."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_drift_trace {
    pub struct_size: usize,
    #[doc = " of the layer that shows it; lives as long as the clens_drift"]
    pub name: *const ::core::ffi::c_char,
    #[doc = " looked at"]
    pub neurons: u64,
    #[doc = " nonzero: those that were found to have moved; else, none having moved, all that vary"]
    pub moved: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_drift_trace"][::core::mem::size_of::<clens_drift_trace>() - 32usize];
    ["Alignment of clens_drift_trace"][::core::mem::align_of::<clens_drift_trace>() - 8usize];
    ["Offset of field: clens_drift_trace::struct_size"]
        [::core::mem::offset_of!(clens_drift_trace, struct_size) - 0usize];
    ["Offset of field: clens_drift_trace::name"][::core::mem::offset_of!(clens_drift_trace, name) - 8usize];
    ["Offset of field: clens_drift_trace::neurons"]
        [::core::mem::offset_of!(clens_drift_trace, neurons) - 16usize];
    ["Offset of field: clens_drift_trace::moved"]
        [::core::mem::offset_of!(clens_drift_trace, moved) - 24usize];
    ["Offset of field: clens_drift_trace::reserved"]
        [::core::mem::offset_of!(clens_drift_trace, reserved) - 28usize];
};
#[doc = " Figures of a labelled day, from counts on the universal edges of the logit, bins of a quarter octave: on the\n synthetic days of the tests within .01 (AUC), .05 (slope) and .03 (calibration) of the exact ones."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_drift_day {
    pub struct_size: usize,
    #[doc = " 0: no labels"]
    pub rows: u64,
    #[doc = " 0: no labels"]
    pub clicks: u64,
    pub auc: f64,
    pub auc_se: f64,
    pub slope: f64,
    pub slope_se: f64,
    pub calibration: f64,
    pub log_calibration_se: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_drift_day"][::core::mem::size_of::<clens_drift_day>() - 72usize];
    ["Alignment of clens_drift_day"][::core::mem::align_of::<clens_drift_day>() - 8usize];
    ["Offset of field: clens_drift_day::struct_size"]
        [::core::mem::offset_of!(clens_drift_day, struct_size) - 0usize];
    ["Offset of field: clens_drift_day::rows"][::core::mem::offset_of!(clens_drift_day, rows) - 8usize];
    ["Offset of field: clens_drift_day::clicks"][::core::mem::offset_of!(clens_drift_day, clicks) - 16usize];
    ["Offset of field: clens_drift_day::auc"][::core::mem::offset_of!(clens_drift_day, auc) - 24usize];
    ["Offset of field: clens_drift_day::auc_se"][::core::mem::offset_of!(clens_drift_day, auc_se) - 32usize];
    ["Offset of field: clens_drift_day::slope"][::core::mem::offset_of!(clens_drift_day, slope) - 40usize];
    ["Offset of field: clens_drift_day::slope_se"]
        [::core::mem::offset_of!(clens_drift_day, slope_se) - 48usize];
    ["Offset of field: clens_drift_day::calibration"]
        [::core::mem::offset_of!(clens_drift_day, calibration) - 56usize];
    ["Offset of field: clens_drift_day::log_calibration_se"]
        [::core::mem::offset_of!(clens_drift_day, log_calibration_se) - 64usize];
};
#[doc = " What is wrong with a model, from days that it was trained on, rows of those days that were held out, and later days:\n findings, each with its numbers, what would make it wrong, and the command that acts on it; and with them everything\n else that was looked at, so that \"nothing found\" and \"not enough data\" can be told apart.\n\n   clens_diagnosis_create(model, NULL, &diagnosis);\n   for every batch: clens_diagnosis_add(diagnosis, session, &batch, &rows, CLENS_DAY_TRAIN, \"day=01.tsv\");\n   clens_diagnosis_judge(diagnosis, &count);\n   for every finding: clens_diagnosis_finding(diagnosis, i, &finding);\n\n Over-fit is of all rows held out, else of the first test day. Fresh days are the first of those held out, then test\n days, as they came: the first is for groups, and what probes are fitted to and drift is held against; the second for\n what probes are evaluated on; all later ones for drift. Neurons are of training rows; calibration and coverage of test\n days. Memory does not grow with rows, but with days: each keeps a profile, some 60 KiB a neuron, a few of them\n probe_rows rows, too. Groups are permuted within a day's first batch: give large ones.\n Thread: one at a time. Lifetime: until released; holds its model."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_diagnosis {
    _unused: [u8; 0],
}
pub const CLENS_DAY_TRAIN: clens_day_part = 0;
pub const CLENS_DAY_HOLD: clens_day_part = 1;
pub const CLENS_DAY_TEST: clens_day_part = 2;
pub type clens_day_part = ::core::ffi::c_uint;
#[doc = " slope of clicks on logits of fresh rows; slope + 2 se (high) < .6"]
pub const CLENS_FINDING_OVERFIT: clens_finding_kind = 0;
#[doc = " AUC of a probe less that of the layer before; high < .002"]
pub const CLENS_FINDING_LAYER: clens_finding_kind = 1;
#[doc = " AUC lost by permuting it; high < .004, together with all such groups too"]
pub const CLENS_FINDING_USELESS_GROUP: clens_finding_kind = 2;
#[doc = " the same on training rows less that on fresh ones; > .08 and low > .05"]
pub const CLENS_FINDING_MEMORISING_GROUP: clens_finding_kind = 3;
#[doc = " neurons (columns), as CLENS_NEURON_*, without those proven; > 0"]
pub const CLENS_FINDING_DEAD: clens_finding_kind = 4;
pub const CLENS_FINDING_PROVABLY_DEAD: clens_finding_kind = 5;
pub const CLENS_FINDING_SATURATED: clens_finding_kind = 6;
pub const CLENS_FINDING_DUPLICATE: clens_finding_kind = 7;
#[doc = " effective rank; below a tenth of the width"]
pub const CLENS_FINDING_REDUNDANT_LAYER: clens_finding_kind = 8;
#[doc = " predicted / observed clicks; |log| > log 1.25 and |z| > 3"]
pub const CLENS_FINDING_CALIBRATION: clens_finding_kind = 9;
#[doc = " the same of scores in a range; |log| - 3 se > log 1.5"]
pub const CLENS_FINDING_CALIBRATION_BUCKET: clens_finding_kind = 10;
#[doc = " as BUCKET, of rows with one of clens_rows.groups"]
pub const CLENS_FINDING_CALIBRATION_GROUP: clens_finding_kind = 11;
#[doc = " as CLENS_DRIFT_SCORE"]
pub const CLENS_FINDING_DRIFT_SCORE: clens_finding_kind = 12;
#[doc = " the worst of CLENS_DRIFT_ELEMENT, IDS, MISSING and UNKNOWN"]
pub const CLENS_FINDING_DRIFT_FEATURE: clens_finding_kind = 13;
#[doc = " as CLENS_DRIFT_NEURON; the value is that of the column that moved most"]
pub const CLENS_FINDING_DRIFT_NEURONS: clens_finding_kind = 14;
#[doc = " as CLENS_DRIFT_AUC"]
pub const CLENS_FINDING_DRIFT_AUC: clens_finding_kind = 15;
#[doc = " share of unknown ids or missing entries; >= .5, and .1 above training"]
pub const CLENS_FINDING_COVERAGE: clens_finding_kind = 16;
#[doc = " expected share of ids that share their hashed row; >= .5"]
pub const CLENS_FINDING_HASH_LOAD: clens_finding_kind = 17;
#[doc = " log ratio of a group's shares; its interval outside +-.1"]
pub const CLENS_FINDING_SALIENCY: clens_finding_kind = 18;
#[doc = " What is judged: `value`, and when it is a finding. Intervals (low, high) are of 95 % and clustered. What rests on\n clicks needs 200 of them."]
pub type clens_finding_kind = ::core::ffi::c_uint;
pub const CLENS_FINDING_STATE_NONE: clens_finding_state = 0;
pub const CLENS_FINDING_STATE_FOUND: clens_finding_state = 1;
pub const CLENS_FINDING_STATE_NOT_ENOUGH: clens_finding_state = 2;
pub type clens_finding_state = ::core::ffi::c_uint;
#[doc = " something is superfluous: scores are as good without it"]
pub const CLENS_SEVERITY_NOTE: clens_severity = 0;
#[doc = " scores are, or will be, worse than they need to be"]
pub const CLENS_SEVERITY_WARNING: clens_severity = 1;
#[doc = " they are wrong now"]
pub const CLENS_SEVERITY_FAULT: clens_severity = 2;
pub type clens_severity = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_diagnosis_options {
    pub struct_size: usize,
    pub task: usize,
    #[doc = " kept of a day for probes; 0: 50,000; at least 1,000"]
    pub probe_rows: u64,
    #[doc = " of the permutations; 0: 1"]
    pub seed: u64,
    #[doc = " permutations of each group, up to 1,000; 0: 5"]
    pub draws: u32,
    #[doc = " 0"]
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_diagnosis_options"][::core::mem::size_of::<clens_diagnosis_options>() - 40usize];
    ["Alignment of clens_diagnosis_options"][::core::mem::align_of::<clens_diagnosis_options>() - 8usize];
    ["Offset of field: clens_diagnosis_options::struct_size"]
        [::core::mem::offset_of!(clens_diagnosis_options, struct_size) - 0usize];
    ["Offset of field: clens_diagnosis_options::task"]
        [::core::mem::offset_of!(clens_diagnosis_options, task) - 8usize];
    ["Offset of field: clens_diagnosis_options::probe_rows"]
        [::core::mem::offset_of!(clens_diagnosis_options, probe_rows) - 16usize];
    ["Offset of field: clens_diagnosis_options::seed"]
        [::core::mem::offset_of!(clens_diagnosis_options, seed) - 24usize];
    ["Offset of field: clens_diagnosis_options::draws"]
        [::core::mem::offset_of!(clens_diagnosis_options, draws) - 32usize];
    ["Offset of field: clens_diagnosis_options::reserved"]
        [::core::mem::offset_of!(clens_diagnosis_options, reserved) - 36usize];
};
#[doc = " NaN: not defined. Strings and columns live until the next judge or release."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_finding {
    pub struct_size: usize,
    #[doc = " clens_finding_kind, clens_finding_state, clens_severity"]
    pub kind: u32,
    #[doc = " clens_finding_kind, clens_finding_state, clens_severity"]
    pub state: u32,
    #[doc = " clens_finding_kind, clens_finding_state, clens_severity"]
    pub severity: u32,
    pub reserved: u32,
    #[doc = " the group, layer, feature, task or range of scores"]
    pub subject: *const ::core::ffi::c_char,
    #[doc = " names of the days that it is about"]
    pub rows_of: *const ::core::ffi::c_char,
    #[doc = " a sentence"]
    pub text: *const ::core::ffi::c_char,
    #[doc = " what would make it wrong"]
    pub caveat: *const ::core::ffi::c_char,
    #[doc = " that acts on it, with MODEL and OUT for files; \"\": nothing was found"]
    pub command: *const ::core::ffi::c_char,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub threshold: f64,
    pub rows: u64,
    pub clicks: u64,
    #[doc = " neurons of a layer"]
    pub columns: *const u32,
    pub column_count: usize,
    #[doc = " how many numbers more there are"]
    pub evidence: usize,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_finding"][::core::mem::size_of::<clens_finding>() - 136usize];
    ["Alignment of clens_finding"][::core::mem::align_of::<clens_finding>() - 8usize];
    ["Offset of field: clens_finding::struct_size"]
        [::core::mem::offset_of!(clens_finding, struct_size) - 0usize];
    ["Offset of field: clens_finding::kind"][::core::mem::offset_of!(clens_finding, kind) - 8usize];
    ["Offset of field: clens_finding::state"][::core::mem::offset_of!(clens_finding, state) - 12usize];
    ["Offset of field: clens_finding::severity"][::core::mem::offset_of!(clens_finding, severity) - 16usize];
    ["Offset of field: clens_finding::reserved"][::core::mem::offset_of!(clens_finding, reserved) - 20usize];
    ["Offset of field: clens_finding::subject"][::core::mem::offset_of!(clens_finding, subject) - 24usize];
    ["Offset of field: clens_finding::rows_of"][::core::mem::offset_of!(clens_finding, rows_of) - 32usize];
    ["Offset of field: clens_finding::text"][::core::mem::offset_of!(clens_finding, text) - 40usize];
    ["Offset of field: clens_finding::caveat"][::core::mem::offset_of!(clens_finding, caveat) - 48usize];
    ["Offset of field: clens_finding::command"][::core::mem::offset_of!(clens_finding, command) - 56usize];
    ["Offset of field: clens_finding::value"][::core::mem::offset_of!(clens_finding, value) - 64usize];
    ["Offset of field: clens_finding::low"][::core::mem::offset_of!(clens_finding, low) - 72usize];
    ["Offset of field: clens_finding::high"][::core::mem::offset_of!(clens_finding, high) - 80usize];
    ["Offset of field: clens_finding::threshold"]
        [::core::mem::offset_of!(clens_finding, threshold) - 88usize];
    ["Offset of field: clens_finding::rows"][::core::mem::offset_of!(clens_finding, rows) - 96usize];
    ["Offset of field: clens_finding::clicks"][::core::mem::offset_of!(clens_finding, clicks) - 104usize];
    ["Offset of field: clens_finding::columns"][::core::mem::offset_of!(clens_finding, columns) - 112usize];
    ["Offset of field: clens_finding::column_count"]
        [::core::mem::offset_of!(clens_finding, column_count) - 120usize];
    ["Offset of field: clens_finding::evidence"][::core::mem::offset_of!(clens_finding, evidence) - 128usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_evidence {
    pub struct_size: usize,
    #[doc = " lives as those of the finding"]
    pub name: *const ::core::ffi::c_char,
    pub value: f64,
    pub low: f64,
    pub high: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_evidence"][::core::mem::size_of::<clens_evidence>() - 40usize];
    ["Alignment of clens_evidence"][::core::mem::align_of::<clens_evidence>() - 8usize];
    ["Offset of field: clens_evidence::struct_size"]
        [::core::mem::offset_of!(clens_evidence, struct_size) - 0usize];
    ["Offset of field: clens_evidence::name"][::core::mem::offset_of!(clens_evidence, name) - 8usize];
    ["Offset of field: clens_evidence::value"][::core::mem::offset_of!(clens_evidence, value) - 16usize];
    ["Offset of field: clens_evidence::low"][::core::mem::offset_of!(clens_evidence, low) - 24usize];
    ["Offset of field: clens_evidence::high"][::core::mem::offset_of!(clens_evidence, high) - 32usize];
};
#[doc = " ---------------------------------------------------------------- lens: refining"]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_table_change {
    pub struct_size: usize,
    #[doc = " the model's own"]
    pub name: *const ::core::ffi::c_char,
    #[doc = " clens_row_type"]
    pub from: u32,
    #[doc = " clens_row_type"]
    pub to: u32,
    pub bytes_before: u64,
    pub bytes_after: u64,
    #[doc = " |before - after| of one number, over all rows"]
    pub largest_error: f64,
    pub largest_error_row: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_table_change"][::core::mem::size_of::<clens_table_change>() - 56usize];
    ["Alignment of clens_table_change"][::core::mem::align_of::<clens_table_change>() - 8usize];
    ["Offset of field: clens_table_change::struct_size"]
        [::core::mem::offset_of!(clens_table_change, struct_size) - 0usize];
    ["Offset of field: clens_table_change::name"][::core::mem::offset_of!(clens_table_change, name) - 8usize];
    ["Offset of field: clens_table_change::from"]
        [::core::mem::offset_of!(clens_table_change, from) - 16usize];
    ["Offset of field: clens_table_change::to"][::core::mem::offset_of!(clens_table_change, to) - 20usize];
    ["Offset of field: clens_table_change::bytes_before"]
        [::core::mem::offset_of!(clens_table_change, bytes_before) - 24usize];
    ["Offset of field: clens_table_change::bytes_after"]
        [::core::mem::offset_of!(clens_table_change, bytes_after) - 32usize];
    ["Offset of field: clens_table_change::largest_error"]
        [::core::mem::offset_of!(clens_table_change, largest_error) - 40usize];
    ["Offset of field: clens_table_change::largest_error_row"]
        [::core::mem::offset_of!(clens_table_change, largest_error_row) - 48usize];
};
#[doc = " Edits of a model, one after the other, that end in a new file. Each is verified as a file is; one that fails leaves the\n model as it was. What is learnt from data is learnt from the model as edited so far (clens_refiner_model). What no\n output and no layer depends on any more - nodes, constants, features, tables - leaves the file.\n\n   clens_refiner_create(model, &refiner);\n   clens_refiner_prune_proven(refiner);\n   clens_refiner_set_tables(refiner, CLENS_ROW_F16, NULL, 0, NULL);\n   clens_refiner_write(refiner, \"smaller.clens\");\n\n Thread: one at a time. Lifetime: until released; holds the model."]
#[repr(C)]
#[derive(Debug)]
pub struct clens_refiner {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_prune_options {
    pub struct_size: usize,
    #[doc = " CLENS_PRUNE_*; 0: DEAD and DUPLICATE"]
    pub kinds: u32,
    #[doc = " 0"]
    pub reserved: u32,
    #[doc = " 0: .01"]
    pub weak_below: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_prune_options"][::core::mem::size_of::<clens_prune_options>() - 24usize];
    ["Alignment of clens_prune_options"][::core::mem::align_of::<clens_prune_options>() - 8usize];
    ["Offset of field: clens_prune_options::struct_size"]
        [::core::mem::offset_of!(clens_prune_options, struct_size) - 0usize];
    ["Offset of field: clens_prune_options::kinds"]
        [::core::mem::offset_of!(clens_prune_options, kinds) - 8usize];
    ["Offset of field: clens_prune_options::reserved"]
        [::core::mem::offset_of!(clens_prune_options, reserved) - 12usize];
    ["Offset of field: clens_prune_options::weak_below"]
        [::core::mem::offset_of!(clens_prune_options, weak_below) - 16usize];
};
#[doc = " scale and shift of most likelihood"]
pub const CLENS_CALIBRATION_PLATT: clens_calibration_method = 0;
#[doc = " rates that never fall with the logit: flat stretches, joined by straight lines. Ranks\nwithin a stretch become ties"]
pub const CLENS_CALIBRATION_ISOTONIC: clens_calibration_method = 1;
pub type clens_calibration_method = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_calibration_options {
    pub struct_size: usize,
    #[doc = " clens_calibration_method"]
    pub method: u32,
    #[doc = " 0"]
    pub reserved: u32,
    pub task: usize,
    #[doc = " share of negatives kept by sampling; 0: 1"]
    pub negative_rate: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_calibration_options"][::core::mem::size_of::<clens_calibration_options>() - 32usize];
    ["Alignment of clens_calibration_options"][::core::mem::align_of::<clens_calibration_options>() - 8usize];
    ["Offset of field: clens_calibration_options::struct_size"]
        [::core::mem::offset_of!(clens_calibration_options, struct_size) - 0usize];
    ["Offset of field: clens_calibration_options::method"]
        [::core::mem::offset_of!(clens_calibration_options, method) - 8usize];
    ["Offset of field: clens_calibration_options::reserved"]
        [::core::mem::offset_of!(clens_calibration_options, reserved) - 12usize];
    ["Offset of field: clens_calibration_options::task"]
        [::core::mem::offset_of!(clens_calibration_options, task) - 16usize];
    ["Offset of field: clens_calibration_options::negative_rate"]
        [::core::mem::offset_of!(clens_calibration_options, negative_rate) - 24usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_calibration_fit {
    pub struct_size: usize,
    #[doc = " non_finite: rows left out"]
    pub rows: u64,
    #[doc = " non_finite: rows left out"]
    pub clicks: u64,
    #[doc = " non_finite: rows left out"]
    pub non_finite: u64,
    #[doc = " of these rows"]
    pub logloss_before: f64,
    #[doc = " of these rows"]
    pub logloss_after: f64,
    #[doc = " PLATT"]
    pub scale: f64,
    #[doc = " PLATT"]
    pub shift: f64,
    #[doc = " ISOTONIC"]
    pub knots: u64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_calibration_fit"][::core::mem::size_of::<clens_calibration_fit>() - 72usize];
    ["Alignment of clens_calibration_fit"][::core::mem::align_of::<clens_calibration_fit>() - 8usize];
    ["Offset of field: clens_calibration_fit::struct_size"]
        [::core::mem::offset_of!(clens_calibration_fit, struct_size) - 0usize];
    ["Offset of field: clens_calibration_fit::rows"]
        [::core::mem::offset_of!(clens_calibration_fit, rows) - 8usize];
    ["Offset of field: clens_calibration_fit::clicks"]
        [::core::mem::offset_of!(clens_calibration_fit, clicks) - 16usize];
    ["Offset of field: clens_calibration_fit::non_finite"]
        [::core::mem::offset_of!(clens_calibration_fit, non_finite) - 24usize];
    ["Offset of field: clens_calibration_fit::logloss_before"]
        [::core::mem::offset_of!(clens_calibration_fit, logloss_before) - 32usize];
    ["Offset of field: clens_calibration_fit::logloss_after"]
        [::core::mem::offset_of!(clens_calibration_fit, logloss_after) - 40usize];
    ["Offset of field: clens_calibration_fit::scale"]
        [::core::mem::offset_of!(clens_calibration_fit, scale) - 48usize];
    ["Offset of field: clens_calibration_fit::shift"]
        [::core::mem::offset_of!(clens_calibration_fit, shift) - 56usize];
    ["Offset of field: clens_calibration_fit::knots"]
        [::core::mem::offset_of!(clens_calibration_fit, knots) - 64usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_edit {
    pub struct_size: usize,
    #[doc = " \"drop-group\", \"prune\", \"cut\", \"calibrate\", \"fold-batch-norm\", \"tables\", \"precision\""]
    pub name: *const ::core::ffi::c_char,
    #[doc = " what was done, as the file's metadata tell it"]
    pub text: *const ::core::ffi::c_char,
    #[doc = " features, neurons, nodes (cut) or batch norms"]
    pub removed: u64,
    #[doc = " nonzero: scores of F32 sessions are what they were"]
    pub same_bits: u32,
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_edit"][::core::mem::size_of::<clens_edit>() - 40usize];
    ["Alignment of clens_edit"][::core::mem::align_of::<clens_edit>() - 8usize];
    ["Offset of field: clens_edit::struct_size"][::core::mem::offset_of!(clens_edit, struct_size) - 0usize];
    ["Offset of field: clens_edit::name"][::core::mem::offset_of!(clens_edit, name) - 8usize];
    ["Offset of field: clens_edit::text"][::core::mem::offset_of!(clens_edit, text) - 16usize];
    ["Offset of field: clens_edit::removed"][::core::mem::offset_of!(clens_edit, removed) - 24usize];
    ["Offset of field: clens_edit::same_bits"][::core::mem::offset_of!(clens_edit, same_bits) - 32usize];
    ["Offset of field: clens_edit::reserved"][::core::mem::offset_of!(clens_edit, reserved) - 36usize];
};
#[doc = " What one core of this machine can do, with the instruction set in force: bounds of what a model costs."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_roofline {
    pub struct_size: usize,
    #[doc = " float32 operations per second, two for a fused multiply-add"]
    pub flops: f64,
    #[doc = " bytes read per second, in order"]
    pub l1: f64,
    #[doc = " bytes read per second, in order"]
    pub l2: f64,
    #[doc = " bytes read per second, in order"]
    pub l3: f64,
    #[doc = " bytes read per second, in order"]
    pub memory: f64,
    #[doc = " sizes of the caches; 0: the system does not tell"]
    pub l1_bytes: u64,
    #[doc = " sizes of the caches; 0: the system does not tell"]
    pub l2_bytes: u64,
    #[doc = " sizes of the caches; 0: the system does not tell"]
    pub l3_bytes: u64,
    #[doc = " bytes of two tables of 64-byte rows, and of random rows of each:"]
    pub near_table: u64,
    #[doc = " bytes of two tables of 64-byte rows, and of random rows of each:"]
    pub far_table: u64,
    #[doc = " nanoseconds of one, many at a time"]
    pub near_row_ns: f64,
    #[doc = " nanoseconds of one, many at a time"]
    pub far_row_ns: f64,
    #[doc = " nanoseconds of one after another"]
    pub near_latency_ns: f64,
    #[doc = " nanoseconds of one after another"]
    pub far_latency_ns: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_roofline"][::core::mem::size_of::<clens_roofline>() - 120usize];
    ["Alignment of clens_roofline"][::core::mem::align_of::<clens_roofline>() - 8usize];
    ["Offset of field: clens_roofline::struct_size"]
        [::core::mem::offset_of!(clens_roofline, struct_size) - 0usize];
    ["Offset of field: clens_roofline::flops"][::core::mem::offset_of!(clens_roofline, flops) - 8usize];
    ["Offset of field: clens_roofline::l1"][::core::mem::offset_of!(clens_roofline, l1) - 16usize];
    ["Offset of field: clens_roofline::l2"][::core::mem::offset_of!(clens_roofline, l2) - 24usize];
    ["Offset of field: clens_roofline::l3"][::core::mem::offset_of!(clens_roofline, l3) - 32usize];
    ["Offset of field: clens_roofline::memory"][::core::mem::offset_of!(clens_roofline, memory) - 40usize];
    ["Offset of field: clens_roofline::l1_bytes"]
        [::core::mem::offset_of!(clens_roofline, l1_bytes) - 48usize];
    ["Offset of field: clens_roofline::l2_bytes"]
        [::core::mem::offset_of!(clens_roofline, l2_bytes) - 56usize];
    ["Offset of field: clens_roofline::l3_bytes"]
        [::core::mem::offset_of!(clens_roofline, l3_bytes) - 64usize];
    ["Offset of field: clens_roofline::near_table"]
        [::core::mem::offset_of!(clens_roofline, near_table) - 72usize];
    ["Offset of field: clens_roofline::far_table"]
        [::core::mem::offset_of!(clens_roofline, far_table) - 80usize];
    ["Offset of field: clens_roofline::near_row_ns"]
        [::core::mem::offset_of!(clens_roofline, near_row_ns) - 88usize];
    ["Offset of field: clens_roofline::far_row_ns"]
        [::core::mem::offset_of!(clens_roofline, far_row_ns) - 96usize];
    ["Offset of field: clens_roofline::near_latency_ns"]
        [::core::mem::offset_of!(clens_roofline, near_latency_ns) - 104usize];
    ["Offset of field: clens_roofline::far_latency_ns"]
        [::core::mem::offset_of!(clens_roofline, far_latency_ns) - 112usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_roofline_options {
    pub struct_size: usize,
    #[doc = " of the far table, touched and given back; 0: twice the outer cache, 256 MiB to 1 GiB"]
    pub memory_bytes: u64,
    #[doc = " of each of a figure's five samples, of which the best counts; 0: 20"]
    pub sample_ms: u32,
    #[doc = " 0"]
    pub reserved: u32,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_roofline_options"][::core::mem::size_of::<clens_roofline_options>() - 24usize];
    ["Alignment of clens_roofline_options"][::core::mem::align_of::<clens_roofline_options>() - 8usize];
    ["Offset of field: clens_roofline_options::struct_size"]
        [::core::mem::offset_of!(clens_roofline_options, struct_size) - 0usize];
    ["Offset of field: clens_roofline_options::memory_bytes"]
        [::core::mem::offset_of!(clens_roofline_options, memory_bytes) - 8usize];
    ["Offset of field: clens_roofline_options::sample_ms"]
        [::core::mem::offset_of!(clens_roofline_options, sample_ms) - 16usize];
    ["Offset of field: clens_roofline_options::reserved"]
        [::core::mem::offset_of!(clens_roofline_options, reserved) - 20usize];
};
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_cost_options {
    pub struct_size: usize,
    #[doc = " 0: 1"]
    pub candidates: u64,
    #[doc = " that they are spread over; 0: every candidate is its own"]
    pub requests: u64,
    #[doc = " of an entry of a sparse feature; 0: 1"]
    pub ids: f64,
    #[doc = " NULL: times are 0"]
    pub roofline: *const clens_roofline,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_cost_options"][::core::mem::size_of::<clens_cost_options>() - 40usize];
    ["Alignment of clens_cost_options"][::core::mem::align_of::<clens_cost_options>() - 8usize];
    ["Offset of field: clens_cost_options::struct_size"]
        [::core::mem::offset_of!(clens_cost_options, struct_size) - 0usize];
    ["Offset of field: clens_cost_options::candidates"]
        [::core::mem::offset_of!(clens_cost_options, candidates) - 8usize];
    ["Offset of field: clens_cost_options::requests"]
        [::core::mem::offset_of!(clens_cost_options, requests) - 16usize];
    ["Offset of field: clens_cost_options::ids"][::core::mem::offset_of!(clens_cost_options, ids) - 24usize];
    ["Offset of field: clens_cost_options::roofline"]
        [::core::mem::offset_of!(clens_cost_options, roofline) - 32usize];
};
#[doc = " Of one float32 run with one strand. Counts are of the canonical order: what a request shares is counted once."]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_cost {
    pub struct_size: usize,
    #[doc = " of linears and sums of columns, two for a fused multiply-add"]
    pub flops: f64,
    #[doc = " of those, done once a request"]
    pub request_flops: f64,
    #[doc = " weights of all linears, once"]
    pub weight_bytes: f64,
    #[doc = " table rows read"]
    pub ids: f64,
    #[doc = " of the cache lines of those rows"]
    pub line_bytes: f64,
    #[doc = " of all tables they are read from"]
    pub table_bytes: f64,
    #[doc = " of steps that go element by element"]
    pub elements: f64,
    #[doc = " microseconds foretold: the sum of the four below"]
    pub us: f64,
    pub dense_us: f64,
    pub rows_us: f64,
    pub elements_us: f64,
    pub call_us: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_cost"][::core::mem::size_of::<clens_cost>() - 104usize];
    ["Alignment of clens_cost"][::core::mem::align_of::<clens_cost>() - 8usize];
    ["Offset of field: clens_cost::struct_size"][::core::mem::offset_of!(clens_cost, struct_size) - 0usize];
    ["Offset of field: clens_cost::flops"][::core::mem::offset_of!(clens_cost, flops) - 8usize];
    ["Offset of field: clens_cost::request_flops"]
        [::core::mem::offset_of!(clens_cost, request_flops) - 16usize];
    ["Offset of field: clens_cost::weight_bytes"]
        [::core::mem::offset_of!(clens_cost, weight_bytes) - 24usize];
    ["Offset of field: clens_cost::ids"][::core::mem::offset_of!(clens_cost, ids) - 32usize];
    ["Offset of field: clens_cost::line_bytes"][::core::mem::offset_of!(clens_cost, line_bytes) - 40usize];
    ["Offset of field: clens_cost::table_bytes"][::core::mem::offset_of!(clens_cost, table_bytes) - 48usize];
    ["Offset of field: clens_cost::elements"][::core::mem::offset_of!(clens_cost, elements) - 56usize];
    ["Offset of field: clens_cost::us"][::core::mem::offset_of!(clens_cost, us) - 64usize];
    ["Offset of field: clens_cost::dense_us"][::core::mem::offset_of!(clens_cost, dense_us) - 72usize];
    ["Offset of field: clens_cost::rows_us"][::core::mem::offset_of!(clens_cost, rows_us) - 80usize];
    ["Offset of field: clens_cost::elements_us"][::core::mem::offset_of!(clens_cost, elements_us) - 88usize];
    ["Offset of field: clens_cost::call_us"][::core::mem::offset_of!(clens_cost, call_us) - 96usize];
};
#[doc = " by a step of its own"]
pub const CLENS_NODE_STEP: clens_node_run = 0;
#[doc = " within the step of the node before it, at no further cost"]
pub const CLENS_NODE_FUSED: clens_node_run = 1;
#[doc = " not at all: its output is its inputs' memory"]
pub const CLENS_NODE_VIEW: clens_node_run = 2;
#[doc = " not at all: no output depends on it"]
pub const CLENS_NODE_NEVER: clens_node_run = 3;
pub type clens_node_run = ::core::ffi::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_node_cost {
    #[doc = " clens_node_run; all figures are 0 but for STEP"]
    pub run: u32,
    #[doc = " 0"]
    pub reserved: u32,
    #[doc = " as clens_cost, whose sums they add up to"]
    pub flops: f64,
    #[doc = " as clens_cost, whose sums they add up to"]
    pub request_flops: f64,
    #[doc = " as clens_cost, whose sums they add up to"]
    pub weight_bytes: f64,
    #[doc = " as clens_cost, whose sums they add up to"]
    pub ids: f64,
    #[doc = " as clens_cost, whose sums they add up to"]
    pub line_bytes: f64,
    #[doc = " as clens_cost, whose sums they add up to"]
    pub elements: f64,
    #[doc = " of the values it reads and writes, each once for every row of its scope"]
    pub value_bytes: f64,
    #[doc = " touched: of weights, cache lines of table rows, and values, each counted once"]
    pub bytes: f64,
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of clens_node_cost"][::core::mem::size_of::<clens_node_cost>() - 72usize];
    ["Alignment of clens_node_cost"][::core::mem::align_of::<clens_node_cost>() - 8usize];
    ["Offset of field: clens_node_cost::run"][::core::mem::offset_of!(clens_node_cost, run) - 0usize];
    ["Offset of field: clens_node_cost::reserved"]
        [::core::mem::offset_of!(clens_node_cost, reserved) - 4usize];
    ["Offset of field: clens_node_cost::flops"][::core::mem::offset_of!(clens_node_cost, flops) - 8usize];
    ["Offset of field: clens_node_cost::request_flops"]
        [::core::mem::offset_of!(clens_node_cost, request_flops) - 16usize];
    ["Offset of field: clens_node_cost::weight_bytes"]
        [::core::mem::offset_of!(clens_node_cost, weight_bytes) - 24usize];
    ["Offset of field: clens_node_cost::ids"][::core::mem::offset_of!(clens_node_cost, ids) - 32usize];
    ["Offset of field: clens_node_cost::line_bytes"]
        [::core::mem::offset_of!(clens_node_cost, line_bytes) - 40usize];
    ["Offset of field: clens_node_cost::elements"]
        [::core::mem::offset_of!(clens_node_cost, elements) - 48usize];
    ["Offset of field: clens_node_cost::value_bytes"]
        [::core::mem::offset_of!(clens_node_cost, value_bytes) - 56usize];
    ["Offset of field: clens_node_cost::bytes"][::core::mem::offset_of!(clens_node_cost, bytes) - 64usize];
};
#[doc = " Graphviz"]
pub const CLENS_GRAPH_DOT: clens_graph_format = 0;
#[doc = " a Mermaid flowchart; Mermaid draws up to 500 edges unless its host sets maxEdges"]
pub const CLENS_GRAPH_MERMAID: clens_graph_format = 1;
pub type clens_graph_format = ::core::ffi::c_uint;
#[doc = " its logits come with every run's scores; held by the session. NULL: none"]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_probe {
    pub _address: u8,
}
#[doc = " prepared candidates, or NULL"]
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct clens_cache {
    pub _address: u8,
}
unsafe extern "C" {
    #[doc = " major * 1000000 + minor * 1000 + patch of the library at hand."]
    pub fn clens_version_number() -> u32;
    #[doc = " \"major.minor.patch\", static storage."]
    pub fn clens_version_string() -> *const ::core::ffi::c_char;
    #[doc = " Bits are promised within one arithmetic version; it is also written into model files."]
    pub fn clens_arithmetic_version() -> u32;
    #[doc = " \"CLENS_E_BAD_FILE\" and so on; \"CLENS_E_?\" for a value this library does not know. Static storage."]
    pub fn clens_status_name(status: clens_status) -> *const ::core::ffi::c_char;
    #[doc = " Copies the message of this thread's last failed call, NUL-terminated, cut at capacity; returns the\n length of the whole message (0: none). A successful call leaves the message alone."]
    pub fn clens_last_error(buffer: *mut ::core::ffi::c_char, capacity: usize) -> usize;
    #[doc = " Name of the instruction set in force (\"avx512\", \"avx2\", \"neon\", \"scalar\"), static storage. Chosen at\n the first call that needs kernels; CLICKLENS_ISA overrides. UNSUPPORTED_ISA when that names an unknown\n set or one this machine lacks."]
    pub fn clens_isa(name: *mut *const ::core::ffi::c_char) -> clens_status;
    #[doc = " Comma-separated names of the sets this machine can run, best first. Static storage."]
    pub fn clens_supported_isas() -> *const ::core::ffi::c_char;
    #[doc = " Statuses: BAD_STATE (not the first call), INVALID_ARGUMENT (a function that is NULL)."]
    pub fn clens_set_allocator(allocator: *const clens_allocator) -> clens_status;
    #[doc = " Opens and verifies `path`. Statuses: IO, BAD_FILE, CHECKSUM_MISMATCH, UNKNOWN_REQUIREMENT (the file\n needs a newer clicklens; the message says which), LIMIT_EXCEEDED, OUT_OF_MEMORY. A file of another\n arithmetic version, older or newer, opens too: that its scores have the bits its writer saw is\n promised only where clens_model_info.arithmetic_version equals clens_arithmetic_version()."]
    pub fn clens_model_open(
        path: *const ::core::ffi::c_char,
        options: *const clens_model_options,
        out: *mut *mut clens_model,
    ) -> clens_status;
    #[doc = " The same from memory. With ACCESS_MAP the bytes (64-byte aligned) must outlive the model; with\n ACCESS_COPY they are copied. INVALID_ARGUMENT: bytes that are not aligned."]
    pub fn clens_model_open_memory(
        bytes: *const ::core::ffi::c_void,
        size: usize,
        options: *const clens_model_options,
        out: *mut *mut clens_model,
    ) -> clens_status;
    #[doc = " One more reference, one less: the last release closes the file. Any thread."]
    pub fn clens_model_retain(model: *mut clens_model);
    pub fn clens_model_release(model: *mut clens_model);
    #[doc = " Checksums every segment, verified before or not: CHECKSUM_MISMATCH names the first that differs."]
    pub fn clens_model_verify_segments(model: *const clens_model) -> clens_status;
    #[doc = " Touches every page of every segment."]
    pub fn clens_model_warm(model: *const clens_model) -> clens_status;
    #[doc = " Runs the rows stored in the file in a session of its own: logits are compared by their bits when arithmetic\n versions are equal, else within 1e-5, relative above 1. Statuses: NOT_FOUND (the file has none), INTERNAL\n (a score differs; the message says which), BAD_FILE (rows that are no batch of this model), and\n LIMIT_EXCEEDED, UNSUPPORTED_ISA and OUT_OF_MEMORY as clens_session_create."]
    pub fn clens_model_self_test(model: *const clens_model) -> clens_status;
    pub fn clens_model_describe(model: *const clens_model, info: *mut clens_model_info) -> clens_status;
    pub fn clens_model_feature(
        model: *const clens_model,
        index: usize,
        info: *mut clens_feature_info,
    ) -> clens_status;
    pub fn clens_model_value(
        model: *const clens_model,
        index: usize,
        info: *mut clens_value_info,
    ) -> clens_status;
    #[doc = " Index of the value that a name means: a layer's name wins, then a value's, then an output's. NOT_FOUND."]
    pub fn clens_model_find_value(
        model: *const clens_model,
        name: *const ::core::ffi::c_char,
        index: *mut usize,
    ) -> clens_status;
    pub fn clens_model_layer(
        model: *const clens_model,
        index: usize,
        info: *mut clens_named_value,
    ) -> clens_status;
    pub fn clens_model_output(
        model: *const clens_model,
        index: usize,
        info: *mut clens_named_value,
    ) -> clens_status;
    pub fn clens_model_table(
        model: *const clens_model,
        index: usize,
        info: *mut clens_table_info,
    ) -> clens_status;
    #[doc = " Feature groups in order of first appearance."]
    pub fn clens_model_group(
        model: *const clens_model,
        index: usize,
        name: *mut *const ::core::ffi::c_char,
    ) -> clens_status;
    pub fn clens_model_metadata(
        model: *const clens_model,
        index: usize,
        key: *mut *const ::core::ffi::c_char,
        value: *mut *const ::core::ffi::c_char,
    ) -> clens_status;
    #[doc = " Nodes in the order they run in: each reads features and values of nodes before it."]
    pub fn clens_model_node(
        model: *const clens_model,
        index: usize,
        info: *mut clens_node_info,
    ) -> clens_status;
    #[doc = " The values it reads, in the operator's order: values[clens_node_info.inputs]. BUFFER_TOO_SMALL."]
    pub fn clens_model_node_inputs(
        model: *const clens_model,
        index: usize,
        values: *mut usize,
        capacity: usize,
    ) -> clens_status;
    #[doc = " `specs` is an array of `count` structs, each specs[0].struct_size bytes apart. INVALID_ARGUMENT: two equal\n names, a struct_size that is not that of specs[0]."]
    pub fn clens_inputs_create(
        specs: *const clens_input_spec,
        count: usize,
        out: *mut *mut clens_inputs,
    ) -> clens_status;
    pub fn clens_inputs_retain(inputs: *mut clens_inputs);
    pub fn clens_inputs_release(inputs: *mut clens_inputs);
    #[doc = " Binds features to inputs by name. Statuses: NOT_FOUND (a required feature without input) and\n INVALID_ARGUMENT (an input of a kind its feature cannot take), naming the feature; INVALID_ARGUMENT also\n for more than 256 strands, tile_rows above 1024, a capture of no value or of one value twice, and\n full_precision that names one twice or one that no linear makes, or any with RECOMMENDED; BAD_FILE as\n clens_model_recommended_precision;\n LIMIT_EXCEEDED (the block would be above clens_limits.session_bytes of the model, the plan would have\n more than 2^20 steps or stretches of columns, or a linear in reduced precision more than 65,536 inputs),\n UNSUPPORTED (gradients in reduced precision, BF16 where there is none, and what is said of early exits),\n BAD_STATE (a probe fitted to another model),\n UNSUPPORTED_ISA (as clens_isa), OUT_OF_MEMORY (also when the system refuses a helper thread)."]
    pub fn clens_session_create(
        model: *const clens_model,
        inputs: *const clens_inputs,
        options: *const clens_session_options,
        out: *mut *mut clens_session,
    ) -> clens_status;
    pub fn clens_session_release(session: *mut clens_session);
    #[doc = " Like clens_last_error, for this session's last failed call."]
    pub fn clens_session_error(
        session: *const clens_session,
        buffer: *mut ::core::ffi::c_char,
        capacity: usize,
    ) -> usize;
    #[doc = " Bytes of the session's block."]
    pub fn clens_session_bytes(session: *const clens_session) -> u64;
    #[doc = " Scores a batch. Structure (offsets, kinds, counts) is checked before any work: BAD_BATCH, scores\n untouched. Bad values follow the feature's missing or unknown rule and are counted; under\n CLENS_BATCH_STRICT the run ends with BAD_VALUE and leaves values and captures indeterminate. Allocates\n nothing, takes no lock and makes no system call with one strand. Other statuses: INVALID_ARGUMENT (nothing\n is asked for, one value is captured twice, cache without cache_rows or the reverse), BUFFER_TOO_SMALL,\n STALE (batch.cache is of another model or precision), BAD_STATE (a cache, but a session without options.cache, or one that wants more than was kept; a value\n that the session was not made to capture; helper threads in a child process, which has none of them\n after fork; a parallel_for that left tasks out: values and captures are indeterminate)."]
    pub fn clens_session_run(
        session: *mut clens_session,
        batch: *const clens_batch,
        output: *mut clens_output,
    ) -> clens_status;
    #[doc = " The flat form of a batch: one buffer whose pointers are offsets into it; little-endian, 8-byte aligned,\n all bounds checked. For recording, replay, JNI, Go. The batch is checked as by clens_session_run; only\n entries that count are written (slices are cut out, inputs no feature wants are left out), so equal\n batches give equal bytes. Statuses: BAD_BATCH, UNSUPPORTED (batch.cache), BUFFER_TOO_SMALL."]
    pub fn clens_flat_size(
        session: *mut clens_session,
        batch: *const clens_batch,
        size: *mut usize,
    ) -> clens_status;
    #[doc = " Writes clens_flat_size bytes."]
    pub fn clens_flat_write(
        session: *mut clens_session,
        batch: *const clens_batch,
        buffer: *mut ::core::ffi::c_void,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Scores a flat batch into out[candidate * tasks + task]; `kind` is a clens_output_kind. The buffer is\n untrusted and must not change during the call. Allocates nothing. Statuses: INVALID_ARGUMENT (a buffer\n that is not 8-byte aligned), BAD_BATCH (the message names the field), BUFFER_TOO_SMALL, BAD_VALUE and\n BAD_STATE as clens_session_run."]
    pub fn clens_session_run_flat(
        session: *mut clens_session,
        buffer: *const ::core::ffi::c_void,
        size: usize,
        kind: u32,
        out: *mut f32,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Makes `batch` a view of a flat batch for other calls (saliency, neurons, probes): its columns go to\n columns[capacity], batch->column_size (the caller's sizeof) bytes apart. As many columns as the host has inputs are\n always enough. The session is one made for the inputs that the batch was written with; the buffer outlives the\n view. Allocates nothing. Statuses: INVALID_ARGUMENT (a buffer that is not 8-byte aligned), BAD_BATCH,\n BUFFER_TOO_SMALL."]
    pub fn clens_flat_read(
        session: *mut clens_session,
        buffer: *const ::core::ffi::c_void,
        size: usize,
        batch: *mut clens_batch,
        columns: *mut clens_column,
        capacity: usize,
    ) -> clens_status;
    #[doc = " What CLENS_PRECISION_RECOMMENDED stands for on this machine: *precision, and values[*count] that stay in float32.\n BUFFER_TOO_SMALL gives both numbers too. BAD_FILE: the file recommends what is no precision or no value of its."]
    pub fn clens_model_recommended_precision(
        model: *const clens_model,
        precision: *mut u32,
        values: *mut usize,
        capacity: usize,
        count: *mut usize,
    ) -> clens_status;
    #[doc = " An empty cache. `inputs` name what clens_cache_fill's batches send; features of request and pair scope need no\n input. Statuses: INVALID_ARGUMENT (rows or strands out of range, an input of a kind its feature cannot take, a value\n of full_precision that no linear makes or that comes twice, or any with RECOMMENDED), BAD_FILE as\n clens_model_recommended_precision, NOT_FOUND (a required feature of candidate scope\n without input), UNSUPPORTED (BF16 where there is none), LIMIT_EXCEEDED and UNSUPPORTED_ISA as clens_session_create,\n OUT_OF_MEMORY."]
    pub fn clens_cache_create(
        model: *const clens_model,
        inputs: *const clens_inputs,
        options: *const clens_cache_options,
        out: *mut *mut clens_cache,
    ) -> clens_status;
    pub fn clens_cache_release(cache: *mut clens_cache);
    #[doc = " Computes the candidates of `ads` (requests, keys and cache NULL or 0; columns of candidate scope, others are\n ignored) into rows[candidate], or, with rows NULL, into rows 0, 1, 2, ... A row named twice holds the later one.\n Statuses: INVALID_ARGUMENT (a row out of range; the batch has requests), BAD_BATCH; nothing is changed.\n BAD_VALUE (strict) and BAD_STATE as clens_session_run: the rows named are empty afterwards. `counts`: what it met,\n or NULL."]
    pub fn clens_cache_fill(
        cache: *mut clens_cache,
        ads: *const clens_batch,
        rows: *const i64,
        counts: *mut clens_counts,
    ) -> clens_status;
    #[doc = " How full a cache is and what it takes. Any thread, also while rows are filled."]
    pub fn clens_cache_describe(cache: *const clens_cache, info: *mut clens_cache_info) -> clens_status;
    #[doc = " Nothing is served yet. `inputs`, copied: what the host sends, whatever the model; features are bound by name."]
    pub fn clens_slot_create(
        inputs: *const clens_inputs,
        options: *const clens_slot_options,
        out: *mut *mut clens_slot,
    ) -> clens_status;
    pub fn clens_slot_release(slot: *mut clens_slot);
    #[doc = " Verifies, warms and tests the model, makes a session for each seat, and then serves it: one atomic store. Segments whose\n checksum held before in the same memory are not read again, of this model or of a version that it shares them with: what\n was opened and published without verification does not count. A caller's memory is read each time. Waits until\n no seat holds the version before, which is released then; one that is still held when the time is over is released by\n a later publication or collection. `number` (NULL: not wanted): 1, 2, ... Any other status: what was served before\n is served on. Statuses: those of the steps (CHECKSUM_MISMATCH, INTERNAL for a self-test that differs, what\n clens_session_create gives), STALE (a cache of another model), INVALID_ARGUMENT (a cache that these sessions cannot\n read)."]
    pub fn clens_slot_publish(
        slot: *mut clens_slot,
        publication: *const clens_publication,
        number: *mut u64,
    ) -> clens_status;
    #[doc = " BAD_STATE: nothing was published yet, or the seat is taken. INVALID_ARGUMENT: no such seat."]
    pub fn clens_slot_enter(slot: *mut clens_slot, seat: usize, out: *mut clens_seat) -> clens_status;
    #[doc = " BAD_STATE: the seat was not entered."]
    pub fn clens_slot_leave(slot: *mut clens_slot, seat: usize) -> clens_status;
    pub fn clens_slot_describe(slot: *const clens_slot, info: *mut clens_slot_info) -> clens_status;
    #[doc = " Reads and verifies the front of the file alone; what it carries is read, and its checksums compared, by each\n application. Statuses: IO, BAD_FILE, CHECKSUM_MISMATCH, UNKNOWN_REQUIREMENT, LIMIT_EXCEEDED."]
    pub fn clens_delta_open(
        path: *const ::core::ffi::c_char,
        limits: *const clens_limits,
        out: *mut *mut clens_delta,
    ) -> clens_status;
    pub fn clens_delta_release(delta: *mut clens_delta);
    pub fn clens_delta_describe(delta: *const clens_delta, info: *mut clens_delta_info) -> clens_status;
    #[doc = " The model that the delta was made from, over `base`. Takes time and memory in proportion to what the delta carries and,\n of the same tables, to what the deltas did that the base came of, and a quarter of a byte for each row of a table of\n which rows changed; where the allocator's memory is too far from the base's, changed rows are pages of the system's. A\n base that lies in a caller's memory (clens_model_open_memory with ACCESS_MAP) is copied. Statuses: STALE (made for\n another base; the message has the id), IO, BAD_FILE, CHECKSUM_MISMATCH, OUT_OF_MEMORY, LIMIT_EXCEEDED (more memory than\n base and delta account for: no delta that was made here)."]
    pub fn clens_delta_apply(
        delta: *const clens_delta,
        base: *const clens_model,
        options: *const clens_apply_options,
        out: *mut *mut clens_model,
    ) -> clens_status;
    #[doc = " The same as a file: byte for byte the one that the delta was made from. Statuses: those, and IO."]
    pub fn clens_delta_write(
        delta: *const clens_delta,
        base: *const clens_model,
        path: *const ::core::ffi::c_char,
    ) -> clens_status;
    #[doc = " Writes, at `path`, what makes `result` of `base`. Tables and vocabularies are compared by name; one of another layout\n is carried whole. Both models are read whole and their checksums compared. `info` may be NULL; file_size is that of\n the delta. Statuses: LIMIT_EXCEEDED (it would carry more than most_share; nothing is written), CHECKSUM_MISMATCH\n (a model is damaged), IO, INVALID_ARGUMENT."]
    pub fn clens_delta_make(
        base: *const clens_model,
        result: *const clens_model,
        path: *const ::core::ffi::c_char,
        options: *const clens_delta_options,
        info: *mut clens_delta_info,
    ) -> clens_status;
    #[doc = " Makes the ring and the first file. Statuses: INVALID_ARGUMENT (names the option; an empty prefix), IO, and what\n clens_session_create says of inputs that do not fit the model."]
    pub fn clens_recorder_create(
        model: *const clens_model,
        inputs: *const clens_inputs,
        prefix: *const ::core::ffi::c_char,
        options: *const clens_recorder_options,
        out: *mut *mut clens_recorder,
    ) -> clens_status;
    #[doc = " Writes what is in the ring, syncs and closes the file."]
    pub fn clens_recorder_release(recorder: *mut clens_recorder);
    #[doc = " Takes those requests of the batch that the sample rate picks. `output`: of the run that scored it, or NULL: no scores\n are kept. Allocates nothing, takes no lock, makes no system call. Where the ring is full the requests are dropped and\n counted, and the call succeeds. A request of more than about half the ring is always dropped. Statuses: BAD_STATE\n (the session is of another model or of inputs in another order), INVALID_ARGUMENT (no request_keys; what\n clens_session_run says of outputs), UNSUPPORTED (batch.cache), BAD_BATCH, BUFFER_TOO_SMALL (fewer scores than\n candidates)."]
    pub fn clens_recorder_record(
        recorder: *mut clens_recorder,
        session: *mut clens_session,
        batch: *const clens_batch,
        output: *const clens_output,
    ) -> clens_status;
    #[doc = " Writes what is in the ring, in the calling thread; also beside a thread of the recorder's own. A host that is killed\n afterwards keeps it. IO: the first failure since the last flush; records lost to it are counted. BAD_STATE: in a\n child process."]
    pub fn clens_recorder_flush(recorder: *mut clens_recorder) -> clens_status;
    #[doc = " Any thread."]
    pub fn clens_recorder_describe(
        recorder: *const clens_recorder,
        stats: *mut clens_recorder_stats,
    ) -> clens_status;
    #[doc = " IO, BAD_FILE (no recording, or damaged before its first record), UNKNOWN_REQUIREMENT."]
    pub fn clens_recording_open(
        path: *const ::core::ffi::c_char,
        out: *mut *mut clens_recording,
    ) -> clens_status;
    pub fn clens_recording_release(recording: *mut clens_recording);
    pub fn clens_recording_describe(
        recording: *const clens_recording,
        info: *mut clens_recording_info,
    ) -> clens_status;
    #[doc = " What the host sent, in its order; the name lives as long as the recording."]
    pub fn clens_recording_input(
        recording: *const clens_recording,
        index: usize,
        spec: *mut clens_input_spec,
    ) -> clens_status;
    #[doc = " The same as a handle: a session of any model made with it can run the records."]
    pub fn clens_recording_inputs(
        recording: *const clens_recording,
        out: *mut *mut clens_inputs,
    ) -> clens_status;
    #[doc = " The next record; its memory is the recording's until the next call. NOT_FOUND: there is none; a file that grows may\n have one later. IO, OUT_OF_MEMORY."]
    pub fn clens_recording_next(recording: *mut clens_recording, record: *mut clens_record) -> clens_status;
    #[doc = " Statuses, naming `path`: BAD_FILE and LIMIT_EXCEEDED (the description), UNKNOWN_REQUIREMENT and UNSUPPORTED\n (it needs what this version has not), IO (the folder cannot be written; `path` is there and no regular\n file), INVALID_ARGUMENT (an empty path)."]
    pub fn clens_writer_begin(
        path: *const ::core::ffi::c_char,
        description: *const ::core::ffi::c_void,
        size: usize,
        limits: *const clens_limits,
        out: *mut *mut clens_writer,
    ) -> clens_status;
    #[doc = " Starts segment `index`; segments come in ascending order, each once, of the size described. Statuses:\n BAD_STATE (not the next one; the one before is short; the writer has finished or failed), IO."]
    pub fn clens_writer_segment(writer: *mut clens_writer, index: u32) -> clens_status;
    #[doc = " Statuses: BAD_STATE (no segment was started; the writer has finished or failed), INVALID_ARGUMENT (longer than\n described; nothing is written), IO."]
    pub fn clens_writer_append(
        writer: *mut clens_writer,
        bytes: *const ::core::ffi::c_void,
        size: usize,
    ) -> clens_status;
    #[doc = " Completes, syncs and renames into place. Statuses: BAD_STATE (a segment is short or absent; the writer has\n finished or failed), IO."]
    pub fn clens_writer_finish(writer: *mut clens_writer) -> clens_status;
    #[doc = " Without finish: nothing is left behind."]
    pub fn clens_writer_release(writer: *mut clens_writer);
    #[doc = " The row_stride (bytes) that our writers give a table: room for a row, padded where that keeps rows from straddling\n cache lines at reasonable waste. INVALID_ARGUMENT: dim 0 or above 2^24."]
    pub fn clens_table_row_stride(row_type: u32, dim: u64, row_stride: *mut u64) -> clens_status;
    #[doc = " Writes rows x dim floats as a table's segment holds them: row i at out + i * row_stride, all of it, padding zero.\n Halves are rounded to nearest even. Quantised rows map [min, max] of each row to 0..255 or 0..15: scale =\n (max - min) / 255 in double, rounded to float; bias = min; q = (x - min) / scale in double, rounded to nearest\n even. Statuses: INVALID_ARGUMENT (a stride shorter than a row or not aligned: to 2 for halves, else to 4),\n BUFFER_TOO_SMALL (rows * row_stride bytes are needed), BAD_VALUE (a number that the type cannot hold; the message\n says where: a finite one that halves would make infinite, or in INT8 and INT4 one that is not finite)."]
    pub fn clens_table_encode(
        row_type: u32,
        values: *const f32,
        rows: u64,
        dim: u64,
        row_stride: u64,
        out: *mut ::core::ffi::c_void,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Both copy the keys. Statuses: INVALID_ARGUMENT (no keys, two equal ones, a row that is not below `count`, a\n string that is not UTF-8), LIMIT_EXCEEDED (above 2^32 - 2 keys, 4 GiB of one string or 16 GiB of all),\n UNSUPPORTED (keys, chosen for it, that hash to one place)."]
    pub fn clens_vocabulary_create_strings(
        keys: *const *const ::core::ffi::c_char,
        lengths: *const usize,
        rows: *const u32,
        count: usize,
        out: *mut *mut clens_vocabulary,
    ) -> clens_status;
    pub fn clens_vocabulary_create_keys(
        keys: *const u64,
        rows: *const u32,
        count: usize,
        out: *mut *mut clens_vocabulary,
    ) -> clens_status;
    pub fn clens_vocabulary_describe(
        vocabulary: *const clens_vocabulary,
        info: *mut clens_vocabulary_info,
    ) -> clens_status;
    pub fn clens_vocabulary_release(vocabulary: *mut clens_vocabulary);
    #[doc = " INVALID_ARGUMENT: negative_rate or buckets out of range, streaming above 1."]
    pub fn clens_metrics_create(
        options: *const clens_metrics_options,
        out: *mut *mut clens_metrics,
    ) -> clens_status;
    pub fn clens_metrics_release(metrics: *mut clens_metrics);
    #[doc = " n rows: logit, label (0 or 1; anything else BAD_VALUE, nothing added), group key (GAUC) or NULL,\n cluster key (standard errors) or NULL: every row its own cluster. Non-finite logits are counted and\n left out. OUT_OF_MEMORY (exact metrics only): nothing added."]
    pub fn clens_metrics_add(
        metrics: *mut clens_metrics,
        logits: *const f32,
        labels: *const u8,
        groups: *const u64,
        clusters: *const u64,
        n: usize,
    ) -> clens_status;
    #[doc = " Adds all of `other`, which may be `metrics` itself. INVALID_ARGUMENT: its options differ. OUT_OF_MEMORY:\n nothing added."]
    pub fn clens_metrics_merge(metrics: *mut clens_metrics, other: *const clens_metrics) -> clens_status;
    #[doc = " Of all rows added so far; more may follow. OUT_OF_MEMORY: exact metrics need 32 bytes a row meanwhile."]
    pub fn clens_metrics_compute(
        metrics: *const clens_metrics,
        result: *mut clens_metrics_result,
    ) -> clens_status;
    #[doc = " Scores the batch (cache NULL) in float32, with all linears reduced, and with each reduced alone; where all lose more\n AUC than auc_loss, linears go back to float32, the largest loser first, until the loss is within it. Same rows, same\n choice. `labels`: one per candidate, 0 or 1. `linears` (NULL: not wanted) receives clens_precision_result.linears\n entries in the model's order, `stride` (sizeof of the caller) bytes apart; `capacity` of them: more are needed:\n BUFFER_TOO_SMALL, and `result` says how many. Creates a session at a time, up to two a linear; the weights packed\n for them stay with the model. Other statuses: INVALID_ARGUMENT (precision F32, a bound that is negative or NaN, a\n task that the model has not), BAD_VALUE (a label that is neither 0 nor 1, rows of one class alone; a strict batch),\n UNSUPPORTED (BF16 where there is none; a cache), BAD_BATCH, and what clens_session_create gives."]
    pub fn clens_precision_report(
        model: *const clens_model,
        inputs: *const clens_inputs,
        batch: *const clens_batch,
        labels: *const u8,
        options: *const clens_precision_options,
        result: *mut clens_precision_result,
        linears: *mut clens_precision_linear,
        stride: usize,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Number of floats clens_saliency_run writes for this batch, and, where offsets is not NULL, the start\n of every candidate's part: offsets[candidates + 1]. Any session will do. Statuses: INVALID_ARGUMENT,\n UNSUPPORTED, BAD_BATCH and LIMIT_EXCEEDED as clens_saliency_run; BUFFER_TOO_SMALL (offset_capacity)."]
    pub fn clens_saliency_size(
        session: *mut clens_session,
        batch: *const clens_batch,
        spec: *const clens_saliency_spec,
        count: *mut usize,
        offsets: *mut u64,
        offset_capacity: usize,
    ) -> clens_status;
    #[doc = " Runs forward and backward. `values` receives clens_saliency_size floats, candidate-major. With\n PER_REQUEST every candidate of a request receives the same summed entries for request-scope\n features. `scores`, when not NULL, is filled as by clens_session_run.\n   INVALID_ARGUMENT  a task, value or column that the model has not; CENTRED with mean_count other than\n                     input_width; what clens_session_run refuses of `scores`\n   UNSUPPORTED       CENTRED at level ID (use GRADIENT_X_INPUT); PER_REQUEST at level ID, or with\n                     GRADIENT_L1 or _L2 at level GROUP or FEATURE; level ID with a cache; of a session made with\n                     CLENS_GRADIENTS_GROUPS all but level GROUP by CENTRED or GRADIENT_X_INPUT\n   BAD_STATE         a session made without gradients; a NEURON of a value that is neither a task's logit\n                     nor among the session's captures; and as clens_session_run\n   BAD_BATCH, BUFFER_TOO_SMALL  before any work\n   LIMIT_EXCEEDED    more floats than fit into memory\n   BAD_VALUE         of a strict batch: `values`, scores and captures are indeterminate"]
    pub fn clens_saliency_run(
        session: *mut clens_session,
        batch: *const clens_batch,
        spec: *const clens_saliency_spec,
        values: *mut f32,
        capacity: usize,
        scores: *mut clens_output,
    ) -> clens_status;
    #[doc = " Adds each candidate's pooled inputs to sums[input_width] and the number of candidates to *rows; the\n means a caller passes as clens_saliency_spec.means are sums / rows over its reference data. Sums of a run\n that failed are of no use. The session must have been made with gradients: only then are pooled inputs\n kept. Statuses: BAD_STATE (it was not), BAD_BATCH, BAD_VALUE, STALE, BUFFER_TOO_SMALL."]
    pub fn clens_saliency_means(
        session: *mut clens_session,
        batch: *const clens_batch,
        sums: *mut f64,
        capacity: usize,
        rows: *mut u64,
    ) -> clens_status;
    #[doc = " Which features say something of each candidate: covered[candidate * features + feature] is 1 where the\n feature has an id with a table row of its own, or a finite dense value, and 0 where it is missing or\n where a row or value stands in for missing or unknown ones. `capacity` in bytes; too small:\n BUFFER_TOO_SMALL. The session needs no gradients. Allocates nothing. UNSUPPORTED: a batch with a cache."]
    pub fn clens_saliency_coverage(
        session: *mut clens_session,
        batch: *const clens_batch,
        covered: *mut u8,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Binds features to inputs by name, as clens_session_create, whose statuses it has."]
    pub fn clens_explainer_create(
        model: *const clens_model,
        inputs: *const clens_inputs,
        options: *const clens_explainer_options,
        out: *mut *mut clens_explainer,
    ) -> clens_status;
    pub fn clens_explainer_release(explainer: *mut clens_explainer);
    #[doc = " Floats that clens_explainer_run writes for so many candidates. Statuses: INVALID_ARGUMENT, UNSUPPORTED and BAD_STATE\n as clens_explainer_run; LIMIT_EXCEEDED; UNSUPPORTED at level ID, where candidates differ: clens_saliency_size counts\n the ids of a batch."]
    pub fn clens_explainer_size(
        explainer: *const clens_explainer,
        spec: *const clens_attribution_spec,
        candidates: u64,
        count: *mut usize,
    ) -> clens_status;
    #[doc = " Allocates nothing, but at level ID room for candidates of more ids than any before them.\n   INVALID_ARGUMENT  names the field: a task, value, column or row the model or the spec has not, counts out of their\n                     bounds, counts that do not fit each other\n   UNSUPPORTED       CONDUCTANCE at level ID; DEEPLIFT or ADDITIVE of a network with an operator they are not defined for, which the\n                     message names; ADDITIVE of a probability; errors or GRADIENTS_ONLY of a method that has none; a\n                     batch with a cache\n   BAD_STATE         a value that is not among the explainer's layers\n   BAD_BATCH, BUFFER_TOO_SMALL  before any work\n   LIMIT_EXCEEDED, OUT_OF_MEMORY  level ID: the ids of a candidate\n   BAD_VALUE         of a strict batch: what was written is indeterminate"]
    pub fn clens_explainer_run(
        explainer: *mut clens_explainer,
        batch: *const clens_batch,
        spec: *const clens_attribution_spec,
        out: *mut clens_attribution,
    ) -> clens_status;
    #[doc = " Pooled inputs of each candidate: values[candidate * input_width + column]. What baselines, references and spreads\n are made of. Statuses: BUFFER_TOO_SMALL, BAD_BATCH, BAD_VALUE, UNSUPPORTED (a batch with a cache)."]
    pub fn clens_explainer_inputs(
        explainer: *mut clens_explainer,
        batch: *const clens_batch,
        values: *mut f32,
        capacity: usize,
    ) -> clens_status;
    #[doc = " values[candidate], of the attributions that `spec` gives input columns, whatever its level. Allocates nothing.\n Statuses as clens_explainer_run; UNSUPPORTED also for CONDUCTANCE, NEURON_GRADIENTS and GRADIENTS_ONLY."]
    pub fn clens_explainer_faithfulness(
        explainer: *mut clens_explainer,
        batch: *const clens_batch,
        spec: *const clens_attribution_spec,
        check: *const clens_faithfulness_spec,
        values: *mut f32,
        capacity: usize,
    ) -> clens_status;
    #[doc = " `groups`: columns of what is added, 1 .. 65,536. `buckets` of the jackknife, 2 .. 256; 0: 64. About 240 bytes a group\n and bucket."]
    pub fn clens_saliency_sums_create(
        groups: usize,
        buckets: u32,
        out: *mut *mut clens_saliency_sums,
    ) -> clens_status;
    pub fn clens_saliency_sums_release(sums: *mut clens_saliency_sums);
    #[doc = " Rows of clens_saliency_run or clens_explainer_run at level GROUP: values[row * groups + group]. `clusters`: a key per\n row; NULL: every row its own. `keep`: one byte per row, 0: leave it out (so that one run fills the sums of many\n labels, days, ranges of scores); NULL: all. Rows with a value that is not finite are counted and left out."]
    pub fn clens_saliency_sums_add(
        sums: *mut clens_saliency_sums,
        values: *const f32,
        clusters: *const u64,
        keep: *const u8,
        rows: usize,
    ) -> clens_status;
    #[doc = " INVALID_ARGUMENT: other groups or buckets."]
    pub fn clens_saliency_sums_merge(
        sums: *mut clens_saliency_sums,
        other: *const clens_saliency_sums,
    ) -> clens_status;
    #[doc = " groups[count of groups], `stride` (sizeof of the caller) bytes apart; rows, non_finite: NULL or out.\n BUFFER_TOO_SMALL."]
    pub fn clens_saliency_sums_compute(
        sums: *const clens_saliency_sums,
        groups: *mut clens_group_saliency,
        stride: usize,
        capacity: usize,
        rows: *mut u64,
        non_finite: *mut u64,
    ) -> clens_status;
    #[doc = " Do groups' shares in b (test) differ from those in a (train)? Buckets are left out of both at once. As above."]
    pub fn clens_saliency_sums_contrast(
        a: *const clens_saliency_sums,
        b: *const clens_saliency_sums,
        groups: *mut clens_share_contrast,
        stride: usize,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Permutation runs the batch (cache NULL) 1 + groups x draws times and copies the columns of one group at a time;\n ablation makes what clens_explainer_create does, and runs in float32 whatever the session does. `rows`: labels,\n and clusters or NULL for every row its own. Statuses: INVALID_ARGUMENT (names the option; no labels), BAD_VALUE (one\n class alone, a score that is not finite; a strict batch), UNSUPPORTED (batch.cache), BAD_BATCH."]
    pub fn clens_importance_create(
        session: *mut clens_session,
        batch: *const clens_batch,
        rows: *const clens_rows,
        options: *const clens_importance_options,
        out: *mut *mut clens_importance,
    ) -> clens_status;
    pub fn clens_importance_release(importance: *mut clens_importance);
    #[doc = " `group` as clens_model_group."]
    pub fn clens_importance_group(
        importance: *const clens_importance,
        group: usize,
        out: *mut clens_group_importance,
    ) -> clens_status;
    #[doc = " Of one group on rows the network was trained on and on others, buckets left out of both at once."]
    pub fn clens_importance_compare(
        train: *const clens_importance,
        hold: *const clens_importance,
        group: usize,
        out: *mut clens_importance_difference,
    ) -> clens_status;
    #[doc = " Statuses: INVALID_ARGUMENT (names the option), LIMIT_EXCEEDED (memory beyond the model's session_bytes),\n OUT_OF_MEMORY."]
    pub fn clens_neurons_create(
        model: *const clens_model,
        options: *const clens_neurons_options,
        out: *mut *mut clens_neurons,
    ) -> clens_status;
    pub fn clens_neurons_release(neurons: *mut clens_neurons);
    #[doc = " Runs the batch and adds its candidates. The session is of the same model and observes every watched value\n (BAD_STATE). With labels, figures are also kept by click; parts with and without labels do not mix (BAD_STATE).\n `rows` NULL: no labels, no clusters, rows numbered on from the last add. Allocates nothing after the first\n few batches. A run that fails half way (BAD_VALUE of a strict batch) leaves neurons that take no more rows and\n cannot be saved: BAD_STATE; any other failure adds nothing."]
    pub fn clens_neurons_add(
        neurons: *mut clens_neurons,
        session: *mut clens_session,
        batch: *const clens_batch,
        rows: *const clens_rows,
    ) -> clens_status;
    #[doc = " Adds all of `other`: same model id, values, options (INVALID_ARGUMENT), labels alike (BAD_STATE)."]
    pub fn clens_neurons_merge(neurons: *mut clens_neurons, other: *const clens_neurons) -> clens_status;
    #[doc = " Everything as bytes (schemas/profile.fbs); equal statistics give equal bytes. BUFFER_TOO_SMALL."]
    pub fn clens_neurons_size(neurons: *const clens_neurons, size: *mut usize) -> clens_status;
    pub fn clens_neurons_save(
        neurons: *const clens_neurons,
        buffer: *mut ::core::ffi::c_void,
        capacity: usize,
    ) -> clens_status;
    #[doc = " The bytes are untrusted: BAD_FILE names the field. BAD_STATE: of another model."]
    pub fn clens_neurons_load(
        model: *const clens_model,
        bytes: *const ::core::ffi::c_void,
        size: usize,
        out: *mut *mut clens_neurons,
    ) -> clens_status;
    #[doc = " Layers are numbered as the options' values. All of these read and change nothing."]
    pub fn clens_neurons_layers(neurons: *const clens_neurons) -> usize;
    pub fn clens_neurons_layer(
        neurons: *const clens_neurons,
        layer: usize,
        out: *mut clens_neuron_layer,
    ) -> clens_status;
    #[doc = " `neurons_out[width]`, elements `stride` bytes apart (sizeof(clens_neuron) of the caller). BUFFER_TOO_SMALL."]
    pub fn clens_neurons_read(
        neurons: *const clens_neurons,
        layer: usize,
        neurons_out: *mut clens_neuron,
        stride: usize,
        capacity: usize,
    ) -> clens_status;
    #[doc = " values[column * count + i] = quantile probabilities[i] (0..1) of the counted rows, as the middle of its bin; the\n bin's ends to low and high (NULL: not wanted). Bins: zero, and sign x 32 octaves [2^-20, 2^12) x 4, ends clamped to\n the minimum and maximum."]
    pub fn clens_neurons_quantiles(
        neurons: *const clens_neurons,
        layer: usize,
        probabilities: *const f64,
        count: usize,
        values: *mut f64,
        low: *mut f64,
        high: *mut f64,
        capacity: usize,
    ) -> clens_status;
    #[doc = " The sampled rows in ascending order of their hash: values[row * width + column], hashes, logits (with SCORES), labels\n (255: none); NULL: not wanted. `capacity` rows; BUFFER_TOO_SMALL when fewer than clens_neuron_layer.sampled."]
    pub fn clens_neurons_sample(
        neurons: *const clens_neurons,
        layer: usize,
        values: *mut f32,
        hashes: *mut u64,
        logits: *mut f32,
        labels: *mut u8,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Two principal components of the sampled rows: components[2 * width] unit vectors (sign: largest entry positive)."]
    pub fn clens_neurons_components(
        neurons: *const clens_neurons,
        layer: usize,
        components: *mut f64,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Linear CKA (Kornblith et al. 2019) of two layers of one model or two, over the sampled rows that both kept\n (equal hashes: feed both the same rows). NOT_FOUND: fewer than 2 common rows."]
    pub fn clens_neurons_cka(
        a: *const clens_neurons,
        layer_a: usize,
        b: *const clens_neurons,
        layer_b: usize,
        cka: *mut f64,
        rows: *mut u64,
    ) -> clens_status;
    #[doc = " Statuses: INVALID_ARGUMENT (no such layer, layers of different width)."]
    pub fn clens_neurons_compare(
        reference: *const clens_neurons,
        other: *const clens_neurons,
        layer: usize,
        out: *mut clens_layer_change,
    ) -> clens_status;
    #[doc = " INVALID_ARGUMENT: values that the model has not."]
    pub fn clens_probe_rows_create(
        model: *const clens_model,
        options: *const clens_probe_rows_options,
        out: *mut *mut clens_probe_rows,
    ) -> clens_status;
    pub fn clens_probe_rows_release(rows: *mut clens_probe_rows);
    #[doc = " Runs the batch and keeps its candidates' values. `keep` (NULL: all): one byte per candidate, 0: leave it out. The\n session observes every probed value (BAD_STATE). What `info` gives (labels, targets, clusters, groups, controls)\n must be alike in all adds (BAD_STATE). Rows with a value that is not finite are counted and left out."]
    pub fn clens_probe_rows_add(
        rows: *mut clens_probe_rows,
        session: *mut clens_session,
        batch: *const clens_batch,
        info: *const clens_rows,
        keep: *const u8,
    ) -> clens_status;
    #[doc = " Rows kept, and rows left out since a value was not finite."]
    pub fn clens_probe_rows_count(rows: *const clens_probe_rows) -> u64;
    pub fn clens_probe_rows_non_finite(rows: *const clens_probe_rows) -> u64;
    #[doc = " New labels (0 or 1) or targets for all rows, in the order they were kept: another concept, the same activations.\n Either may be NULL. INVALID_ARGUMENT: count is not that of the rows. BAD_VALUE: a label or a target; nothing changed."]
    pub fn clens_probe_rows_relabel(
        rows: *mut clens_probe_rows,
        labels: *const u8,
        targets: *const f32,
        count: usize,
    ) -> clens_status;
    #[doc = " values[row * width + column] of value number `index`. BUFFER_TOO_SMALL."]
    pub fn clens_probe_rows_values(
        rows: *const clens_probe_rows,
        index: usize,
        values: *mut f32,
        capacity: usize,
    ) -> clens_status;
    #[doc = " `validation` may be NULL. BAD_VALUE: no rows, one class alone, or no labels / targets. BAD_STATE: rows of\n two models."]
    pub fn clens_probe_fit(
        fit: *const clens_probe_rows,
        validation: *const clens_probe_rows,
        options: *const clens_probe_options,
        out: *mut *mut clens_probe,
    ) -> clens_status;
    pub fn clens_probe_retain(probe: *mut clens_probe);
    pub fn clens_probe_release(probe: *mut clens_probe);
    #[doc = " Probes, and one of them. INVALID_ARGUMENT: no such probe."]
    pub fn clens_probe_count(probe: *const clens_probe) -> usize;
    pub fn clens_probe_describe(
        probe: *const clens_probe,
        index: usize,
        info: *mut clens_probe_info,
    ) -> clens_status;
    #[doc = " width entries each; NULL: not wanted. coefficients are on standardised inputs."]
    pub fn clens_probe_coefficients(
        probe: *const clens_probe,
        index: usize,
        mean: *mut f64,
        sd: *mut f64,
        coefficients: *mut f64,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Logits (predictions of NUMBER) of probe `index` on rows, in double: logits[row]. Statuses: INVALID_ARGUMENT (no such\n probe), BAD_STATE (rows of another model), BUFFER_TOO_SMALL."]
    pub fn clens_probe_logits(
        probe: *const clens_probe,
        index: usize,
        rows: *const clens_probe_rows,
        logits: *mut f64,
        capacity: usize,
    ) -> clens_status;
    #[doc = " The same figures as clens_metrics, of the probe's logits as floats. r2: NUMBER only, else NaN. BAD_VALUE: the rows have\n no labels (NUMBER: no targets)."]
    pub fn clens_probe_evaluate(
        probe: *const clens_probe,
        index: usize,
        rows: *const clens_probe_rows,
        options: *const clens_metrics_options,
        result: *mut clens_metrics_result,
        r2: *mut f64,
    ) -> clens_status;
    #[doc = " `clusters` may be NULL. buckets: 64..200; 0: 128. BAD_VALUE: a score that is not finite, a label that is neither 0\n nor 1."]
    pub fn clens_auc_compare(
        a: *const f32,
        b: *const f32,
        labels: *const u8,
        clusters: *const u64,
        n: usize,
        buckets: u32,
        result: *mut clens_auc_difference,
    ) -> clens_status;
    #[doc = " Probes `a` and `b` (LABEL) on the same rows."]
    pub fn clens_probe_difference(
        probe: *const clens_probe,
        a: usize,
        b: usize,
        rows: *const clens_probe_rows,
        result: *mut clens_auc_difference,
    ) -> clens_status;
    #[doc = " draws 0: 10. Same seed, same result. Fitted to a gradient of 1e-6; RANDOM_TASK unweighted.\n INVALID_ARGUMENT: NUMBER; RANDOM_TASK without controls."]
    pub fn clens_probe_control(
        probe: *const clens_probe,
        index: usize,
        kind: u32,
        fit: *const clens_probe_rows,
        eval: *const clens_probe_rows,
        draws: u32,
        seed: u64,
        result: *mut clens_probe_control_result,
    ) -> clens_status;
    #[doc = " A model of the same graph with fresh weights (the third control): tables N(0, 0.01^2), linear weights and biases\n uniform in +-1/sqrt(inputs), batch norms the identity, prelu 0.25; encoders and calibration as they are. In private\n memory of the file's size. Same seed, same weights."]
    pub fn clens_model_untrained(
        model: *const clens_model,
        seed: u64,
        out: *mut *mut clens_model,
    ) -> clens_status;
    #[doc = " The same of the last `layers` linears, in the order of the nodes, and of all nodes behind the first of them; the rest\n is kept. With more layers than the model has linears it is clens_model_untrained. An attribution that says the same\n of both models does not look at those layers (the cascade of Adebayo et al. 2018)."]
    pub fn clens_model_randomised(
        model: *const clens_model,
        seed: u64,
        layers: usize,
        out: *mut *mut clens_model,
    ) -> clens_status;
    #[doc = " Apart: a file of its own (schemas/probe.fbs), written atomically. IO."]
    pub fn clens_probe_save(probe: *const clens_probe, path: *const ::core::ffi::c_char) -> clens_status;
    #[doc = " Verified as a model is; BAD_STATE: fitted to another model."]
    pub fn clens_probe_open(
        path: *const ::core::ffi::c_char,
        model: *const clens_model,
        out: *mut *mut clens_probe,
    ) -> clens_status;
    #[doc = " In the model: writes model_path with the probe in it to out_path (which may be model_path), scores unchanged."]
    pub fn clens_probe_attach(
        probe: *const clens_probe,
        model_path: *const ::core::ffi::c_char,
        out_path: *const ::core::ffi::c_char,
    ) -> clens_status;
    #[doc = " The probe that the model's file carries; NOT_FOUND."]
    pub fn clens_model_probe(model: *const clens_model, out: *mut *mut clens_probe) -> clens_status;
    #[doc = " Statuses: INVALID_ARGUMENT (names the option), LIMIT_EXCEEDED (memory beyond the model's session_bytes)."]
    pub fn clens_profile_create(
        model: *const clens_model,
        options: *const clens_profile_options,
        out: *mut *mut clens_profile,
    ) -> clens_status;
    pub fn clens_profile_release(profile: *mut clens_profile);
    #[doc = " The values that a session must observe to be added from: values[*count]. BUFFER_TOO_SMALL gives *count too."]
    pub fn clens_profile_values(
        model: *const clens_model,
        options: *const clens_profile_options,
        values: *mut usize,
        capacity: usize,
        count: *mut usize,
    ) -> clens_status;
    #[doc = " Runs the batch and adds its picked candidates. The session observes clens_profile_values and has gradients for\n SALIENCY (BAD_STATE). With labels, statistics are kept by click; rows with and without do not mix (BAD_STATE).\n `rows` NULL: no labels, rows numbered on from the last add. A run that fails half way (BAD_VALUE of a strict batch)\n leaves a profile that takes no more and cannot be saved: BAD_STATE; any other failure adds nothing."]
    pub fn clens_profile_add(
        profile: *mut clens_profile,
        session: *mut clens_session,
        batch: *const clens_batch,
        rows: *const clens_rows,
    ) -> clens_status;
    #[doc = " Adds all of `other`. INVALID_ARGUMENT names what differs: model, sections, options; BAD_STATE: labels do."]
    pub fn clens_profile_merge(profile: *mut clens_profile, other: *const clens_profile) -> clens_status;
    #[doc = " Everything as bytes (schemas/profile.fbs); equal statistics give equal bytes. BUFFER_TOO_SMALL."]
    pub fn clens_profile_size(profile: *const clens_profile, size: *mut usize) -> clens_status;
    pub fn clens_profile_save(
        profile: *const clens_profile,
        buffer: *mut ::core::ffi::c_void,
        capacity: usize,
    ) -> clens_status;
    #[doc = " The bytes are untrusted: BAD_FILE names the field. BAD_STATE: of another model. `model` NULL: what is loaded can be\n read and merged; adding to it is BAD_STATE."]
    pub fn clens_profile_load(
        model: *const clens_model,
        bytes: *const ::core::ffi::c_void,
        size: usize,
        out: *mut *mut clens_profile,
    ) -> clens_status;
    pub fn clens_profile_describe(
        profile: *const clens_profile,
        info: *mut clens_profile_info,
    ) -> clens_status;
    #[doc = " columns[width of the part], elements `stride` bytes apart. NOT_FOUND: the profile does not keep it."]
    pub fn clens_profile_columns(
        profile: *const clens_profile,
        part: u32,
        columns: *mut clens_neuron,
        stride: usize,
        capacity: usize,
    ) -> clens_status;
    #[doc = " As clens_neurons_quantiles: values[column * count + i]."]
    pub fn clens_profile_quantiles(
        profile: *const clens_profile,
        part: u32,
        probabilities: *const f64,
        count: usize,
        values: *mut f64,
        capacity: usize,
    ) -> clens_status;
    #[doc = " A group's share of the sum of |saliency| of all groups: a ratio of means, with its clustered error (`se`: or NULL).\n NOT_FOUND: no SALIENCY is kept."]
    pub fn clens_profile_share(
        profile: *const clens_profile,
        group: usize,
        share: *mut f64,
        se: *mut f64,
    ) -> clens_status;
    #[doc = " Names live as long as the profile. NULL: no such."]
    pub fn clens_profile_task(profile: *const clens_profile, task: usize) -> *const ::core::ffi::c_char;
    pub fn clens_profile_group(profile: *const clens_profile, group: usize) -> *const ::core::ffi::c_char;
    #[doc = " What SALIENCY was centred on: profiles to be merged need equal means. NOT_FOUND: no SALIENCY. BUFFER_TOO_SMALL."]
    pub fn clens_profile_means(
        profile: *const clens_profile,
        means: *mut f32,
        capacity: usize,
    ) -> clens_status;
    #[doc = " The neurons once more, for clens_neurons_*. NOT_FOUND: none are kept."]
    pub fn clens_profile_neurons(profile: *const clens_profile, out: *mut *mut clens_neurons)
    -> clens_status;
    pub fn clens_profile_read_feature(
        profile: *const clens_profile,
        feature: usize,
        out: *mut clens_profile_feature,
    ) -> clens_status;
    #[doc = " What a session made with clens_session_options.profile saw since the last time, added to `profile`, which has equal\n options. May be called from another thread while the session runs (a /metrics scraper): it never waits for the\n session, nor the session for it; what the run at hand sees may come with the next call. Calls for one session take\n turns. `rows`: how many came; NULL: not wanted. Statuses: BAD_STATE (the session has no profile; labels), and those\n of clens_profile_merge."]
    pub fn clens_profile_collect(
        session: *mut clens_session,
        profile: *mut clens_profile,
        rows: *mut u64,
    ) -> clens_status;
    #[doc = " Adds up the rows that wait, on the caller's thread, and leaves them with the session: the arithmetic of a collection\n without its copies. Where a thread calls it, or collects, before clens_profile_options.waiting_rows have come (some ten\n times a second), runs copy rows, read their ids, and no more. From any thread, also while the session runs, which\n never waits for it; it waits for the end of the run at hand, up to 20 ms, after which rows come with the next call.\n `rows`: added up by this call; NULL: not wanted. BAD_STATE: the session has no profile."]
    pub fn clens_profile_settle(session: *mut clens_session, rows: *mut u64) -> clens_status;
    #[doc = " Writes the model to out_path with the profile inside, as its reference: clens_model_profile gives it. As\n clens_probe_attach. BAD_STATE: of another model. LIMIT_EXCEEDED: larger than a model's description may be."]
    pub fn clens_profile_attach(
        profile: *const clens_profile,
        model_path: *const ::core::ffi::c_char,
        out_path: *const ::core::ffi::c_char,
    ) -> clens_status;
    #[doc = " NOT_FOUND: the model carries none."]
    pub fn clens_model_profile(model: *const clens_model, out: *mut *mut clens_profile) -> clens_status;
    #[doc = " What sessions with clens_session_options.profile saw since the last time, of all seats, in a profile of the caller's:\n of versions that are gone first, the oldest first, one a call, then of the version that serves. So no row is lost by\n a publication. NOT_FOUND: no row since; while seats run there may always be some, so who wants all that is there stops\n at the version that served when it began. `version`, `rows`: NULL, or what it is of."]
    pub fn clens_slot_collect(
        slot: *mut clens_slot,
        profile: *mut *mut clens_profile,
        version: *mut u64,
        rows: *mut u64,
    ) -> clens_status;
    #[doc = " clens_profile_settle for all seats of the version that serves. Nothing to do, with `rows` 0, where nothing is\n profiled. Publications, collections and descriptions wait for it."]
    pub fn clens_slot_settle(slot: *mut clens_slot, rows: *mut u64) -> clens_status;
    #[doc = " `model` NULL: nothing is traced to groups. Statuses: INVALID_ARGUMENT (no reference; profiles that cannot be\n compared: the message says what differs), BAD_STATE (the model is not the one that was profiled)."]
    pub fn clens_drift_compare(
        model: *const clens_model,
        reference: *const *const clens_profile,
        count: usize,
        live: *const clens_profile,
        out: *mut *mut clens_drift,
    ) -> clens_status;
    pub fn clens_drift_release(drift: *mut clens_drift);
    pub fn clens_drift_describe(drift: *const clens_drift, info: *mut clens_drift_info) -> clens_status;
    #[doc = " All measures, by kind, subject, column; elements `stride` bytes apart (sizeof(clens_drift_measure) of the caller).\n BUFFER_TOO_SMALL."]
    pub fn clens_drift_read(
        drift: *const clens_drift,
        measures: *mut clens_drift_measure,
        stride: usize,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Groups by shift, largest first: shifts[i] = mean over the neurons of |W_jg d_g| / sd_j of groups[i]. `capacity`:\n clens_drift_info.groups of each; BUFFER_TOO_SMALL. INVALID_ARGUMENT: no such trace."]
    pub fn clens_drift_traced(
        drift: *const clens_drift,
        trace: usize,
        out: *mut clens_drift_trace,
        groups: *mut *const ::core::ffi::c_char,
        shifts: *mut f64,
        capacity: usize,
    ) -> clens_status;
    #[doc = " Day 0 .. days - 1 of the reference, day `days` is the live one. INVALID_ARGUMENT: no such task or day."]
    pub fn clens_drift_labels(
        drift: *const clens_drift,
        task: usize,
        day: usize,
        out: *mut clens_drift_day,
    ) -> clens_status;
    #[doc = " Statuses: INVALID_ARGUMENT (names the option), LIMIT_EXCEEDED (memory beyond the model's session_bytes)."]
    pub fn clens_diagnosis_create(
        model: *const clens_model,
        options: *const clens_diagnosis_options,
        out: *mut *mut clens_diagnosis,
    ) -> clens_status;
    pub fn clens_diagnosis_release(diagnosis: *mut clens_diagnosis);
    #[doc = " The values that a session must observe to be added from: values[*count]; it must have gradients, too.\n BUFFER_TOO_SMALL gives *count too."]
    pub fn clens_diagnosis_values(
        model: *const clens_model,
        values: *mut usize,
        capacity: usize,
        count: *mut usize,
    ) -> clens_status;
    #[doc = " Runs the batch, many times over, and adds its candidates to the day of this name. `rows`: labels; clusters (NULL: the\n request's key, else the request); groups: keys that calibration is split by (NULL: it is not; of more than 1,024 the\n first are). Saliency is centred on the first batch of all. Statuses: INVALID_ARGUMENT (no labels, no such part),\n BAD_VALUE (a label), BAD_STATE (the session lacks values or gradients; an add failed half way: nothing more can be\n added or judged), UNSUPPORTED (batch.cache), BAD_BATCH, LIMIT_EXCEEDED."]
    pub fn clens_diagnosis_add(
        diagnosis: *mut clens_diagnosis,
        session: *mut clens_session,
        batch: *const clens_batch,
        rows: *const clens_rows,
        part: u32,
        day: *const ::core::ffi::c_char,
    ) -> clens_status;
    #[doc = " What findings call a key of clens_rows.groups; copied."]
    pub fn clens_diagnosis_name_group(
        diagnosis: *mut clens_diagnosis,
        key: u64,
        name: *const ::core::ffi::c_char,
    ) -> clens_status;
    #[doc = " Judges what was added so far: findings 0 .. *count - 1, by kind. More may be added, and judged again."]
    pub fn clens_diagnosis_judge(diagnosis: *mut clens_diagnosis, count: *mut usize) -> clens_status;
    #[doc = " INVALID_ARGUMENT: no such finding; nothing was judged."]
    pub fn clens_diagnosis_finding(
        diagnosis: *const clens_diagnosis,
        index: usize,
        out: *mut clens_finding,
    ) -> clens_status;
    pub fn clens_diagnosis_evidence(
        diagnosis: *const clens_diagnosis,
        finding: usize,
        index: usize,
        out: *mut clens_evidence,
    ) -> clens_status;
    #[doc = " Writes the model to out_path, which may be its own file, with the rows of `tables` (indices; NULL: of all) in\n another type; as clens_table_encode, at clens_table_row_stride. A table that has the type already is copied.\n Self-test rows and probes are left out, since they belong to the old numbers; metadata `refined` tells what was\n done. changes: NULL, or one for each table, in their order, all of the first one's struct_size. Statuses: those of\n clens_writer_begin; CHECKSUM_MISMATCH (the model is damaged), INVALID_ARGUMENT (no such table, or twice), BAD_VALUE\n (as clens_table_encode; names the table)."]
    pub fn clens_refine_tables(
        model: *const clens_model,
        row_type: u32,
        tables: *const usize,
        table_count: usize,
        out_path: *const ::core::ffi::c_char,
        changes: *mut clens_table_change,
    ) -> clens_status;
    #[doc = " CHECKSUM_MISMATCH: a segment of the model is damaged (all are read)."]
    pub fn clens_refiner_create(model: *const clens_model, out: *mut *mut clens_refiner) -> clens_status;
    pub fn clens_refiner_release(refiner: *mut clens_refiner);
    #[doc = " The model as edited so far, to be scored, explained and watched like any other. It shares the memory of tables that\n were not edited, and stays what it is when edits follow."]
    pub fn clens_refiner_model(refiner: *const clens_refiner, out: *mut *mut clens_model) -> clens_status;
    #[doc = " Takes feature groups out: their pooled inputs stand still at `means` (every input column of clens_refiner_model, as\n clens_saliency_means gives them; finite), which go into the biases of the linears that read them. Where something else\n reads an input, or a linear would have nothing left, a linear of weight zero stands for it. Statuses: NOT_FOUND (no such\n group), INVALID_ARGUMENT (no feature would be left; means that do not fit), UNSUPPORTED, naming the node (a feature kept\n as a sequence, an input that is an output itself)."]
    pub fn clens_refiner_drop_groups(
        refiner: *mut clens_refiner,
        groups: *const *const ::core::ffi::c_char,
        count: usize,
        means: *const f32,
        mean_count: usize,
    ) -> clens_status;
    #[doc = " Takes neurons out that cannot be above 0 whatever the ids (outputs of relus; bounds of weights and tables). Scores of\n F32 sessions keep their bits. Values other than those of clens_refiner_prunable are left alone."]
    pub fn clens_refiner_prune_proven(refiner: *mut clens_refiner) -> clens_status;
    #[doc = " Values whose neurons can go: linears alone read them, through concats or not, and a linear makes them, through batch\n norms and activations that nothing else reads. values[*count]; BUFFER_TOO_SMALL gives *count too."]
    pub fn clens_refiner_prunable(
        refiner: *const clens_refiner,
        values: *mut usize,
        capacity: usize,
        count: *mut usize,
    ) -> clens_status;
    #[doc = " Takes neurons out by what they did. Other rows' scores change a little: look at a further day. A value keeps one neuron\n at least. Statuses: BAD_STATE (neurons of another model than clens_refiner_model; without rows), INVALID_ARGUMENT (a\n watched value that is not among clens_refiner_prunable's; weak_below not in (0, 1))."]
    pub fn clens_refiner_prune(
        refiner: *mut clens_refiner,
        neurons: *const clens_neurons,
        options: *const clens_prune_options,
    ) -> clens_status;
    #[doc = " Cuts the network at the value of a probe (LABEL), whose logit becomes the task's; calibration of the task goes, and\n layers that nothing depends on. Statuses: INVALID_ARGUMENT (no such probe or task, a probe of numbers or of the score),\n BAD_STATE (fitted to another model than clens_refiner_model)."]
    pub fn clens_refiner_cut(
        refiner: *mut clens_refiner,
        probe: *const clens_probe,
        index: usize,
        task: usize,
    ) -> clens_status;
    #[doc = " Fits to n logits of the task by clens_refiner_model, and their labels (0 or 1), and puts the calibration behind the\n task's logit; to an affine one that is there it is added. fit: NULL or out. BAD_VALUE: one class alone; PLATT: logits\n that part the classes or fall with the click rate. INVALID_ARGUMENT: no such task, negative_rate not in (0, 1]."]
    pub fn clens_refiner_calibrate(
        refiner: *mut clens_refiner,
        logits: *const f32,
        labels: *const u8,
        n: usize,
        options: *const clens_calibration_options,
        fit: *mut clens_calibration_fit,
    ) -> clens_status;
    #[doc = " Folds batch norms into the linears that they alone read: scores change in their last bits. A layer that names a value\n between the two goes."]
    pub fn clens_refiner_fold_batch_norms(refiner: *mut clens_refiner) -> clens_status;
    #[doc = " As clens_refine_tables, of clens_refiner_model; the new rows are held in memory. Names live until the next edit."]
    pub fn clens_refiner_set_tables(
        refiner: *mut clens_refiner,
        row_type: u32,
        tables: *const usize,
        table_count: usize,
        changes: *mut clens_table_change,
    ) -> clens_status;
    #[doc = " Recommends a precision (not RECOMMENDED) and the values that stay in float32, as clens_precision_report gives them, to\n sessions and caches with CLENS_PRECISION_RECOMMENDED: metadata `recommended_precision` and\n `recommended_full_precision`. An edit that follows forgets it, as clens_refine_tables does. INVALID_ARGUMENT: values\n as clens_session_create refuses them."]
    pub fn clens_refiner_recommend_precision(
        refiner: *mut clens_refiner,
        precision: u32,
        full_precision: *const usize,
        count: usize,
    ) -> clens_status;
    pub fn clens_refiner_edits(refiner: *const clens_refiner) -> usize;
    pub fn clens_refiner_edit(
        refiner: *const clens_refiner,
        index: usize,
        out: *mut clens_edit,
    ) -> clens_status;
    #[doc = " Writes the model as edited, atomically, to `path`, which may be the first model's own. Metadata: `refined` (what was\n done, appended to what earlier refinings say), `refined_from` (id of the first model), `refined_by`. Self-test rows get\n the new scores; probes and a reference profile stay where nothing of what the model computes has changed. Statuses:\n those of clens_writer_begin."]
    pub fn clens_refiner_write(
        refiner: *const clens_refiner,
        path: *const ::core::ffi::c_char,
    ) -> clens_status;
    #[doc = " Measures in the calling thread, in about sample_ms / 8 seconds. Statuses: INVALID_ARGUMENT (memory_bytes below 64 KiB\n or above 64 GiB, sample_ms above 1,000), UNSUPPORTED_ISA as clens_isa, OUT_OF_MEMORY."]
    pub fn clens_roofline_measure(
        options: *const clens_roofline_options,
        out: *mut clens_roofline,
    ) -> clens_status;
    #[doc = " Counts from the graph, runs nothing. INVALID_ARGUMENT: ids negative or not finite, a rate, time or table of the\n roofline that is not above 0."]
    pub fn clens_model_cost(
        model: *const clens_model,
        options: *const clens_cost_options,
        out: *mut clens_cost,
    ) -> clens_status;
    #[doc = " costs[clens_model_info.nodes], `stride` bytes apart (sizeof(clens_node_cost) of the caller). Counts from the graph,\n runs nothing; options.roofline is not looked at. INVALID_ARGUMENT: ids negative or not finite; BUFFER_TOO_SMALL."]
    pub fn clens_model_node_costs(
        model: *const clens_model,
        options: *const clens_cost_options,
        costs: *mut clens_node_cost,
        stride: usize,
        capacity: usize,
    ) -> clens_status;
    #[doc = " The graph as text to be drawn: features and nodes grouped by scope, edges with the shapes [fields, width] of the\n values that pass, layers and outputs marked. Names are escaped. *size: bytes, without the NUL that ends them; with\n `buffer` NULL it is all that is written. BUFFER_TOO_SMALL (capacity must be above *size) gives *size too."]
    pub fn clens_model_graph(
        model: *const clens_model,
        format: u32,
        buffer: *mut ::core::ffi::c_char,
        capacity: usize,
        size: *mut usize,
    ) -> clens_status;
}
