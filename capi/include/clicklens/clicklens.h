/* clicklens: a see-through runtime for click-through-rate models. The stable C ABI.
 *
 * Open a model file, say once what the host will send, make a session, run batches:
 *
 *   clens_model *model = NULL;
 *   clens_inputs *inputs = NULL;
 *   clens_session *session = NULL;
 *   clens_input_spec specs[2] = {CLENS_INPUT_SPEC_INIT, CLENS_INPUT_SPEC_INIT};
 *   specs[0].name = "user_id"; specs[0].kind = CLENS_COLUMN_KEYS;
 *   specs[1].name = "ad_id";   specs[1].kind = CLENS_COLUMN_KEYS;
 *   if (clens_model_open("ctr.clens", NULL, &model) != CLENS_OK ||
 *       clens_inputs_create(specs, 2, &inputs) != CLENS_OK ||
 *       clens_session_create(model, inputs, NULL, &session) != CLENS_OK) {
 *     char message[512];
 *     clens_last_error(message, sizeof message);  // names the file, feature, field or argument
 *   }
 *   // one request, 100 ads: one user id, a hundred ad ids, a hundred probabilities back
 *   clens_session_run(session, &batch, &output);
 *
 * examples/score.c is that program in full.
 *
 * Contents: what every library has - version, status, memory, model, inputs, session, batch, candidate cache, slots, deltas,
 * recording and replay, writing models - and then the lenses: metrics, rows, precision, saliency, attribution, importance, neurons,
 * probes, profiles, drift, diagnosis, refining, cost. A library built with CLICKLENS_LENSES=OFF scores alone: it has the
 * functions of the sections named "lens" too, so that hosts link and load as ever, but they answer UNSUPPORTED with a
 * message (counts: 0; names: NULL; retain and release: nothing), as does clens_session_create where its options name a
 * probe or a profile.
 *
 * Rules that hold everywhere:
 *  - A function that can fail returns clens_status; clens_last_error() has the message of this thread's
 *    last failure, clens_session_error() that of a session. Scores never carry errors.
 *  - Handles are opaque. release(NULL) and retain(NULL) do nothing; of NULL, functions that return a count give 0. Output
 *    handles are written only on CLENS_OK. What a function hands out through a pointer to a handle is the caller's, to be
 *    released; strings and arrays that it hands out are the library's, and live as long as the handle they came from
 *    unless they say else.
 *  - Each handle's Thread sentence says who may use it at once. Calls for different handles may always overlap; release
 *    must not overlap any other call for that reference.
 *  - What does not say since when it exists exists since 0.1. This is the candidate for 1.0: functions, values and flags
 *    are only added, fields only at the end of structs, and what is here keeps its meaning.
 *  - Structs start with struct_size: set it with the _INIT macro. Zero means the default. A struct of an
 *    older version lacks the fields appended since; one larger than this library knows is accepted
 *    when its unknown tail is zero. A size that no version had: INVALID_ARGUMENT. Structs that come in arrays have the
 *    caller's sizeof beside the array instead (a `stride`, or a field such as column_size).
 *  - Enums are passed and kept as uint32_t, clens_status alone as itself. Flags are macros, to be joined by |.
 *  - Capacities and counts are of elements, those of void and char pointers of bytes. Logarithms are natural. `_se` is
 *    a standard error.
 *  - Of the statuses a function gives, those every function gives are not repeated: INVALID_ARGUMENT for a
 *    NULL that is not allowed, an unknown enum value or flag and a reserved field that is not 0;
 *    OUT_OF_MEMORY from functions that allocate.
 *  - Option pointers may be NULL: all defaults. Strings are UTF-8 and NUL-terminated.
 *  - The library never prints, aborts, exits, throws across this boundary, or keeps a caller's pointer
 *    after the call returns, unless the function says so.
 *  - Floating-point state (rounding, flush-to-zero) is set on entry and restored on return.
 */
#ifndef CLICKLENS_H
#define CLICKLENS_H

#include <stddef.h>
#include <stdint.h>

#ifndef CLENS_API
#if defined(_WIN32)
#define CLENS_API
#else
#define CLENS_API __attribute__((visibility("default")))
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- version */

#define CLENS_VERSION_MAJOR 0
#define CLENS_VERSION_MINOR 1
#define CLENS_VERSION_PATCH 0

/* major * 1000000 + minor * 1000 + patch of the library at hand. */
CLENS_API uint32_t clens_version_number(void);
/* "major.minor.patch", static storage. */
CLENS_API const char *clens_version_string(void);
/* Bits are promised within one arithmetic version; it is also written into model files. */
CLENS_API uint32_t clens_arithmetic_version(void);

/* ---------------------------------------------------------------- status */

/* Values are pinned. Bands: 1xx the caller's mistake, 2xx a bad file, 3xx bad data in a batch,
 * 4xx resources, 5xx unsupported, 9xx internal. */
typedef enum clens_status {
  CLENS_OK = 0,
  CLENS_E_INVALID_ARGUMENT = 100,
  CLENS_E_BAD_STATE = 101,
  CLENS_E_BUFFER_TOO_SMALL = 102,
  CLENS_E_NOT_FOUND = 103,
  CLENS_E_STALE = 104, /* a candidate cache of another model, precision or choice of layers; a delta of another base */
  CLENS_E_BAD_FILE = 200,
  CLENS_E_CHECKSUM_MISMATCH = 201,
  CLENS_E_UNKNOWN_REQUIREMENT = 202,
  CLENS_E_LIMIT_EXCEEDED = 203,
  CLENS_E_BAD_BATCH = 300,
  CLENS_E_BAD_VALUE = 301,
  CLENS_E_OUT_OF_MEMORY = 400,
  CLENS_E_IO = 401,
  CLENS_E_UNSUPPORTED = 500,
  CLENS_E_UNSUPPORTED_ISA = 501,
  CLENS_E_INTERNAL = 900
} clens_status;

/* "CLENS_E_BAD_FILE" and so on; "CLENS_E_?" for a value this library does not know. Static storage. */
CLENS_API const char *clens_status_name(clens_status status);

/* Copies the message of this thread's last failed call, NUL-terminated, cut at capacity; returns the
 * length of the whole message (0: none). A successful call leaves the message alone. */
CLENS_API size_t clens_last_error(char *buffer, size_t capacity);

/* Name of the instruction set in force ("avx512", "avx2", "neon", "scalar"), static storage. Chosen at
 * the first call that needs kernels; CLICKLENS_ISA overrides. UNSUPPORTED_ISA when that names an unknown
 * set or one this machine lacks. */
CLENS_API clens_status clens_isa(const char **name);
/* Comma-separated names of the sets this machine can run, best first. Static storage. */
CLENS_API const char *clens_supported_isas(void);

/* ---------------------------------------------------------------- memory */

/* Hook for all blocks of models and sessions. Call before any other function, once; later: BAD_STATE.
 * allocate returns `size` bytes at `alignment` (a power of two) or NULL; deallocate takes them back
 * from any thread. The blocks are copies of files, packed weights and the memory that runs work in. The C++
 * heap still serves descriptions and plans, which grow with a model's features and nodes, and all of
 * inputs, writers, vocabularies and metrics. */
typedef struct clens_allocator {
  size_t struct_size;
  void *context;
  void *(*allocate)(void *context, size_t size, size_t alignment);
  void (*deallocate)(void *context, void *block, size_t size, size_t alignment);
} clens_allocator;
#define CLENS_ALLOCATOR_INIT {sizeof(clens_allocator), NULL, NULL, NULL}
/* Statuses: BAD_STATE (not the first call), INVALID_ARGUMENT (a function that is NULL). */
CLENS_API clens_status clens_set_allocator(const clens_allocator *allocator);

/* ---------------------------------------------------------------- model */

/* An open model file. Thread: immutable, shared by any number of threads and sessions.
 * Lifetime: reference-counted; sessions hold a reference of their own. */
typedef struct clens_model clens_model;

/* Bounds on what a file may ask for; 0: the default in brackets. Exceeded: LIMIT_EXCEEDED. */
typedef struct clens_limits {
  size_t struct_size;
  uint64_t flatbuffer_bytes; /* [64 MiB] */
  uint64_t segments;         /* [65,536] */
  uint64_t nodes;            /* [65,536] */
  uint64_t features;         /* [16,384] */
  uint64_t columns;          /* of one value [1,048,576] */
  uint64_t reduction;        /* inputs of one linear [65,536] */
  uint64_t table_rows;       /* of one table [2^32 - 2] */
  uint64_t dense_bytes;      /* all constants; and what nodes keep beside them, 256 MiB at most [4 GiB] */
  uint64_t sequence_length;  /* ids kept of one entry [65,536] */
  uint64_t session_bytes;    /* one session's block [4 GiB] */
} clens_limits;
#define CLENS_LIMITS_INIT {sizeof(clens_limits), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

typedef enum clens_access {
  CLENS_ACCESS_MAP = 0, /* map the file: constant time, shared pages. Replace a mapped file by rename
                           only; truncating it in place is SIGBUS. */
  CLENS_ACCESS_COPY = 1 /* read everything into private memory */
} clens_access;

#define CLENS_OPEN_WARM 1u            /* touch every page before returning */
#define CLENS_OPEN_HUGE_PAGES 2u      /* ask for huge pages; copies when the mapping gets none */
#define CLENS_OPEN_LOCK 4u            /* mlock the segments; IO when the system refuses */
#define CLENS_OPEN_VERIFY_SEGMENTS 8u /* checksum every segment (reads the whole file) */

typedef struct clens_model_options {
  size_t struct_size;
  uint32_t access; /* clens_access */
  uint32_t flags;  /* CLENS_OPEN_* */
  const clens_limits *limits;
  /* Another version of the model, or NULL. Segments (tables, weights) whose size and checksum are those of one of its
   * segments are taken from it, not read: a retrained tower over tables that stayed takes the tower's memory, and what
   * the file itself holds in their place is never looked at. It may be released afterwards; what is shared stays. Not
   * from a model over a caller's memory (clens_model_open_memory with ACCESS_MAP). Flags concern what is not shared, and
   * VERIFY_SEGMENTS also what is, unless its checksum held before in that memory. */
  const clens_model *base;
} clens_model_options;
#define CLENS_MODEL_OPTIONS_INIT {sizeof(clens_model_options), CLENS_ACCESS_MAP, 0, NULL, NULL}

/* Opens and verifies `path`. Statuses: IO, BAD_FILE, CHECKSUM_MISMATCH, UNKNOWN_REQUIREMENT (the file
 * needs a newer clicklens; the message says which), LIMIT_EXCEEDED, OUT_OF_MEMORY. A file of another
 * arithmetic version, older or newer, opens too: that its scores have the bits its writer saw is
 * promised only where clens_model_info.arithmetic_version equals clens_arithmetic_version(). */
CLENS_API clens_status clens_model_open(const char *path, const clens_model_options *options, clens_model **out);
/* The same from memory. With ACCESS_MAP the bytes (64-byte aligned) must outlive the model; with
 * ACCESS_COPY they are copied. INVALID_ARGUMENT: bytes that are not aligned. */
CLENS_API clens_status clens_model_open_memory(const void *bytes, size_t size, const clens_model_options *options,
                                               clens_model **out);
/* One more reference, one less: the last release closes the file. Any thread. */
CLENS_API void clens_model_retain(clens_model *model);
CLENS_API void clens_model_release(clens_model *model);

/* Checksums every segment, verified before or not: CHECKSUM_MISMATCH names the first that differs. */
CLENS_API clens_status clens_model_verify_segments(const clens_model *model);
/* Touches every page of every segment. */
CLENS_API clens_status clens_model_warm(const clens_model *model);
/* Runs the rows stored in the file in a session of its own: logits are compared by their bits when arithmetic
 * versions are equal, else within 1e-5, relative above 1. Statuses: NOT_FOUND (the file has none), INTERNAL
 * (a score differs; the message says which), BAD_FILE (rows that are no batch of this model), and
 * LIMIT_EXCEEDED, UNSUPPORTED_ISA and OUT_OF_MEMORY as clens_session_create. */
CLENS_API clens_status clens_model_self_test(const clens_model *model);

/* What a model is made of. Strings live as long as the model. Indices run from 0 to the count, beyond it:
 * INVALID_ARGUMENT. */
typedef struct clens_model_info {
  size_t struct_size;
  const char *name;
  uint64_t id_low, id_high; /* xxh3-128 of the description, which holds the hashes of all weights */
  uint32_t arithmetic_version;
  uint64_t file_size;       /* bytes */
  uint64_t parameters;      /* numbers in tables and constants */
  size_t features, groups, tables, nodes, values, layers, outputs, metadata;
  size_t input_width;       /* sum of the features' pooled widths: a row of dimension-level saliency */
} clens_model_info;
#define CLENS_MODEL_INFO_INIT {sizeof(clens_model_info), NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
CLENS_API clens_status clens_model_describe(const clens_model *model, clens_model_info *info);

typedef enum clens_scope { CLENS_SCOPE_REQUEST = 0, CLENS_SCOPE_CANDIDATE = 1, CLENS_SCOPE_PAIR = 2 } clens_scope;

/* How a column's values are to be read. */
typedef enum clens_column_kind {
  CLENS_COLUMN_ROWS = 0,    /* integers: table rows, encoded by the host */
  CLENS_COLUMN_KEYS = 1,    /* integers: raw 64-bit ids, encoded by the model */
  CLENS_COLUMN_STRINGS = 2, /* bytes: raw ids, encoded by the model */
  CLENS_COLUMN_FLOATS = 3   /* float32: dense features */
} clens_column_kind;

typedef struct clens_feature_info {
  size_t struct_size;
  const char *name, *group;
  size_t group_index;
  uint32_t dense;      /* 0: sparse, 1: dense */
  uint32_t scope;      /* clens_scope */
  uint32_t required;
  uint32_t column;     /* clens_column_kind of raw values: KEYS, STRINGS or FLOATS */
  uint32_t weighted;   /* may carry a weight per id */
  uint32_t max_length; /* ids kept per entry, 0: all */
  uint64_t width;      /* dense: floats per entry, before any bucketising; sparse: columns that all nodes read of
                          it: pooled, kept as sequences, and their masks */
  uint64_t rows;       /* sparse: rows its encoder can name */
  size_t input_begin;  /* first column of this feature in dimension-level saliency; its last is before the
                          next feature's, or input_width */
} clens_feature_info;
#define CLENS_FEATURE_INFO_INIT {sizeof(clens_feature_info), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
CLENS_API clens_status clens_model_feature(const clens_model *model, size_t index, clens_feature_info *info);

typedef struct clens_value_info {
  size_t struct_size;
  const char *name;     /* name in the file */
  const char *op;       /* operator that makes it: "linear", "embedding_bag", ... */
  uint32_t scope;       /* clens_scope of its widest column */
  uint64_t width;       /* columns */
  uint64_t fields;      /* that they are divided into: a value of shape [fields, width / fields] */
  uint64_t request_columns, candidate_columns, pair_columns; /* by scope; together, width */
  size_t node;          /* index of the node that makes it */
} clens_value_info;
#define CLENS_VALUE_INFO_INIT {sizeof(clens_value_info), NULL, NULL, 0, 0, 0, 0, 0, 0, 0}
CLENS_API clens_status clens_model_value(const clens_model *model, size_t index, clens_value_info *info);
/* Index of the value that a name means: a layer's name wins, then a value's, then an output's. NOT_FOUND. */
CLENS_API clens_status clens_model_find_value(const clens_model *model, const char *name, size_t *index);

typedef struct clens_named_value { /* a layer, or a task's logit */
  size_t struct_size;
  const char *name;
  size_t value; /* index of the value */
} clens_named_value;
#define CLENS_NAMED_VALUE_INIT {sizeof(clens_named_value), NULL, 0}
CLENS_API clens_status clens_model_layer(const clens_model *model, size_t index, clens_named_value *info);
CLENS_API clens_status clens_model_output(const clens_model *model, size_t index, clens_named_value *info);

typedef struct clens_table_info {
  size_t struct_size;
  const char *name, *type; /* type: "f32", "f16", "bf16", "int8" or "int4" */
  uint64_t rows, dim, bytes;
} clens_table_info;
#define CLENS_TABLE_INFO_INIT {sizeof(clens_table_info), NULL, NULL, 0, 0, 0}
CLENS_API clens_status clens_model_table(const clens_model *model, size_t index, clens_table_info *info);
/* Feature groups in order of first appearance. */
CLENS_API clens_status clens_model_group(const clens_model *model, size_t index, const char **name);
CLENS_API clens_status clens_model_metadata(const clens_model *model, size_t index, const char **key,
                                            const char **value);

typedef struct clens_node_info { /* an operator and the value it makes */
  size_t struct_size;
  const char *name;         /* name in the file */
  const char *op;           /* operator: "linear", "embedding_bag", ... */
  size_t output;            /* index of the value it makes */
  size_t inputs;            /* values it reads */
  size_t feature;           /* index of the feature it reads; SIZE_MAX: none */
  size_t table;             /* index of the table its feature is pooled from; SIZE_MAX: none */
  uint64_t parameters;      /* numbers in its constants and its table: what nodes share counts for each of them */
  uint64_t parameter_bytes; /* that they take in the file */
} clens_node_info;
#define CLENS_NODE_INFO_INIT {sizeof(clens_node_info), NULL, NULL, 0, 0, 0, 0, 0, 0}
/* Nodes in the order they run in: each reads features and values of nodes before it. */
CLENS_API clens_status clens_model_node(const clens_model *model, size_t index, clens_node_info *info);
/* The values it reads, in the operator's order: values[clens_node_info.inputs]. BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_model_node_inputs(const clens_model *model, size_t index, size_t *values, size_t capacity);

/* ---------------------------------------------------------------- inputs */

/* The list of columns a host sends, bound to every model by feature name.
 * Thread: immutable, shared. Lifetime: reference-counted; sessions copy what they need of it. */
typedef struct clens_inputs clens_inputs;

typedef struct clens_input_spec {
  size_t struct_size;
  const char *name; /* the feature's name; columns no feature asks for are allowed and ignored */
  uint32_t kind;    /* clens_column_kind */
} clens_input_spec;
#define CLENS_INPUT_SPEC_INIT {sizeof(clens_input_spec), NULL, 0}

/* `specs` is an array of `count` structs, each specs[0].struct_size bytes apart. INVALID_ARGUMENT: two equal
 * names, a struct_size that is not that of specs[0]. */
CLENS_API clens_status clens_inputs_create(const clens_input_spec *specs, size_t count, clens_inputs **out);
CLENS_API void clens_inputs_retain(clens_inputs *inputs);
CLENS_API void clens_inputs_release(clens_inputs *inputs);

/* ---------------------------------------------------------------- session */

/* Memory and plan for running one model. Thread: one thread at a time; may move between threads.
 * Lifetime: until released; holds its model. All memory is allocated at creation: running
 * allocates nothing, whatever the number of candidates. */
typedef struct clens_session clens_session;

/* Runs task(ctx, i) for every i < n, each once, on any threads; returns when all are done. */
typedef void (*clens_task)(void *ctx, size_t i);
typedef void (*clens_parallel_for)(void *host, size_t n, clens_task task, void *ctx);

/* How linears of more than one output compute (those of one output, and all else, are float32 always).
 *   INT8  each part of a sum (request, candidate, pair) of each row is scaled by 127 / max |x| and rounded to
 *         8 bits, weights likewise per output; sums are exact, so scores have the same bits everywhere, as with F32.
 *   BF16  inputs and weights are rounded to bfloat16, denormal numbers to zero, sums are float32. A row's bits do not
 *         depend on its batch, but may differ between machines, and between processes with and without AMX.
 *         UNSUPPORTED where the processor has no bfloat16 products (AVX512-BF16); without AMX some that have them are
 *         slower at them than at F32.
 * The first session or cache in INT8 or BF16 asks Linux to let the process use AMX, where the processor has it
 * (arch_prctl ARCH_REQ_XCOMP_PERM; once, never in a run, and not for F32). Granted, it holds for all threads until the
 * process ends: signal frames may grow by 8 KiB, and sigaltstack refuses stacks that have no room for that. Refused, for
 * instance because a thread has such a stack, VNNI and AVX512-BF16 do. Any CLICKLENS_ISA, also avx512, leaves AMX alone.
 * Neither gives gradients (UNSUPPORTED): explain with an F32 session of the same model. */
typedef enum clens_precision {
  CLENS_PRECISION_F32 = 0,
  CLENS_PRECISION_INT8 = 1,
  CLENS_PRECISION_BF16 = 2,
  CLENS_PRECISION_RECOMMENDED = 3 /* what the file recommends (clens_refiner_recommend_precision), for sessions and
                                     caches, which then name no full_precision; F32 if it recommends nothing, and in
                                     place of BF16 where there is none */
} clens_precision;

/* What clens_saliency_run may be asked of a session.
 *   FULL    everything
 *   GROUPS  level GROUP by CENTRED or GRADIENT_X_INPUT alone, and clens_saliency_means; faster for requests of many
 *           candidates. Of features of request scope that only linear layers read (through concat or not), a group's
 *           score is the product of its part of those layers' sums, made once per request, and their gradient; it
 *           differs from FULL's in rounding alone, and has the same bits however candidates are cut into requests,
 *           tiles and strands. Other features have FULL's. Requests of one candidate gain nothing: some 8 % slower. */
typedef enum clens_gradients {
  CLENS_GRADIENTS_NONE = 0,
  CLENS_GRADIENTS_FULL = 1,
  CLENS_GRADIENTS_GROUPS = 2
} clens_gradients;

typedef struct clens_session_options {
  size_t struct_size;
  uint32_t strands;       /* parts a batch may be cut into, each with own scratch; 0 or 1: none; up to 256 */
  uint32_t gradients;     /* clens_gradients */
  uint32_t tile_rows;     /* candidates that go through the network together; 0: chosen (1..1024) */
  uint32_t reserved;      /* 0 */
  const size_t *captures; /* values that runs may capture, by index */
  size_t capture_count;
  clens_parallel_for parallel_for; /* host's threads; NULL: strands - 1 helper threads of our own */
  void *parallel_host;
  const size_t *observed; /* values that lenses (clens_neurons_add, clens_probe_rows_add) may watch, by index */
  size_t observed_count;
  const struct clens_probe *probe; /* its logits come with every run's scores; held by the session. NULL: none */
  /* Early exit: candidates whose logit by probe number `exit_probe` - 1 is below `exit_bound` stop at that
   * probe's layer: their score is the probe's. 0: off. Not with gradients, observed values, or captures of
   * what lies behind the layer (UNSUPPORTED). */
  uint32_t exit_probe;
  float exit_bound; /* finite */
  uint32_t precision;           /* clens_precision */
  uint32_t cache;               /* nonzero: batches may name a candidate cache */
  const size_t *full_precision; /* outputs of linears, by index, that stay float32 whatever `precision` says */
  size_t full_precision_count;
  /* What runs meet is profiled, without labels, for clens_profile_collect; NULL: not. The session has two blocks for it,
   * made now. Give batches request_keys: without, rows are numbered from the session's first. Not with early exit, nor
   * FEATURES with `cache` (UNSUPPORTED); SALIENCY needs gradients (INVALID_ARGUMENT). */
  const struct clens_profile_options *profile;
} clens_session_options;
#define CLENS_SESSION_OPTIONS_INIT \
  {sizeof(clens_session_options), 0, 0, 0, 0, NULL, 0, NULL, NULL, NULL, 0, NULL, 0, 0.0f, 0, 0, NULL, 0, NULL}

/* Binds features to inputs by name. Statuses: NOT_FOUND (a required feature without input) and
 * INVALID_ARGUMENT (an input of a kind its feature cannot take), naming the feature; INVALID_ARGUMENT also
 * for more than 256 strands, tile_rows above 1024, a capture of no value or of one value twice, and
 * full_precision that names one twice or one that no linear makes, or any with RECOMMENDED; BAD_FILE as
 * clens_model_recommended_precision;
 * LIMIT_EXCEEDED (the block would be above clens_limits.session_bytes of the model, the plan would have
 * more than 2^20 steps or stretches of columns, or a linear in reduced precision more than 65,536 inputs),
 * UNSUPPORTED (gradients in reduced precision, BF16 where there is none, and what is said of early exits),
 * BAD_STATE (a probe fitted to another model),
 * UNSUPPORTED_ISA (as clens_isa), OUT_OF_MEMORY (also when the system refuses a helper thread). */
CLENS_API clens_status clens_session_create(const clens_model *model, const clens_inputs *inputs,
                                            const clens_session_options *options, clens_session **out);
CLENS_API void clens_session_release(clens_session *session);
/* Like clens_last_error, for this session's last failed call. */
CLENS_API size_t clens_session_error(const clens_session *session, char *buffer, size_t capacity);
/* Bytes of the session's block. */
CLENS_API uint64_t clens_session_bytes(const clens_session *session);

/* ---------------------------------------------------------------- batch */

typedef enum clens_value_type {
  CLENS_TYPE_I8 = 0,
  CLENS_TYPE_I16 = 1,
  CLENS_TYPE_I32 = 2,
  CLENS_TYPE_I64 = 3,
  CLENS_TYPE_U8 = 4,
  CLENS_TYPE_U16 = 5,
  CLENS_TYPE_U32 = 6,
  CLENS_TYPE_U64 = 7,
  CLENS_TYPE_F32 = 8,
  CLENS_TYPE_BYTES = 9 /* strings */
} clens_value_type;

/* One input's data for a batch, in Arrow's layout. Arrow arrays of these types pass as they are, with two
 * exceptions: both offset arrays of a list of strings have one width (offset_bits), and `first` slices
 * entries only, so for a list whose child array is sliced the child's offset is added to row_offsets.
 * A request-scope feature has one entry per request, others one per candidate. Entry i is element
 * first + i of row_offsets and validity (and of values, where row_offsets is NULL).
 *
 *   one integer per entry    values = integers,  value_count = how many
 *   list of integers         the same, and row_offsets[first + i] .. row_offsets[first + i + 1]
 *   one string per entry     values = bytes, value_count = how many bytes, value_offsets[string_count + 1]
 *   list of strings          the same, and row_offsets into the strings
 *   dense, width w           values = float[entries * w], row-major
 *
 * Negative integers as ROWS are out of range (unknown); as KEYS they are taken as two's complement. */
typedef struct clens_column {
  uint32_t input;              /* index into the clens_inputs */
  uint32_t kind;               /* clens_column_kind, equal to the input's */
  uint32_t value_type;         /* clens_value_type */
  uint32_t offset_bits;        /* 32 or 64: type of both offset arrays; 0 when there is none */
  uint64_t first;              /* Arrow's slice offset, in entries */
  const void *values;
  uint64_t value_count;        /* elements of values (bytes for strings) */
  const void *value_offsets;   /* strings: string_count + 1 offsets into values */
  uint64_t string_count;
  const void *row_offsets;     /* lists: first + entries + 1 offsets; NULL: one value per entry */
  const float *weights;        /* one per integer or string; NULL: all 1 */
  const uint8_t *validity;     /* Arrow bitmap of entries, NULL: all present */
  const uint8_t *value_validity; /* Arrow bitmap of elements: of the integers, strings or floats above, in
                                    lists, alone or in rows of width w; NULL: all present */
} clens_column;
#define CLENS_COLUMN_INIT {0, 0, 0, 0, 0, NULL, 0, NULL, 0, NULL, NULL, NULL, NULL}

#define CLENS_BATCH_STRICT 1u /* a bad value (not only bad structure) fails the run: BAD_VALUE */

/* Plain views of the caller's memory; nothing is copied or kept. */
typedef struct clens_batch {
  size_t struct_size;
  size_t column_size;             /* sizeof(clens_column) of the caller: the stride of columns */
  uint64_t candidates;
  uint64_t requests;              /* 0: every candidate is its own request */
  const int64_t *request_offsets; /* requests + 1, from 0 to candidates, not falling */
  const clens_column *columns;    /* at most one per input; an absent one is missing in every entry */
  size_t column_count;
  uint32_t flags;                 /* CLENS_BATCH_* */
  uint32_t reserved;              /* 0 */
  const uint64_t *request_keys;   /* one per request, or NULL */
  const struct clens_cache *cache; /* prepared candidates, or NULL */
  const int64_t *cache_rows;      /* with a cache: per candidate its row there, or -1: not cached. Columns of
                                     candidate scope then have one entry per -1 alone, in order; columns of
                                     request and pair scope are as ever */
} clens_batch;
#define CLENS_BATCH_INIT {sizeof(clens_batch), sizeof(clens_column), 0, 0, NULL, NULL, 0, 0, 0, NULL, NULL, NULL}

typedef enum clens_output_kind { CLENS_OUTPUT_PROBABILITY = 0, CLENS_OUTPUT_LOGIT = 1 } clens_output_kind;

/* What a run met in the columns of the batch, over all features. */
typedef struct clens_counts {
  uint64_t missing;    /* entries that end without a value, null elements of entries that keep another */
  uint64_t unknown;    /* ids the encoder does not know, rows out of range */
  uint64_t cut;        /* ids beyond max_length */
  uint64_t bad_values; /* NaN or infinite dense values or weights, invalid UTF-8 */
  uint64_t non_finite; /* scores that are NaN or infinite */
} clens_counts;

/* A captured value: rows of the value's own scope. A request-scope value has one row per request,
 * (candidate c belongs to the request r with request_offsets[r] <= c < request_offsets[r + 1]);
 * any other one row per candidate. */
typedef struct clens_capture {
  size_t value;      /* in: index, one of the session's captures */
  float *data;       /* in: caller's buffer; NULL: skip */
  size_t capacity;   /* in: floats; the last row needs no more than the value's width */
  size_t row_stride; /* in: floats from row to row; 0: the value's width */
  uint64_t rows;     /* out */
  uint32_t scope;    /* out: CLENS_SCOPE_REQUEST, else per candidate */
  uint32_t reserved; /* 0 */
} clens_capture;

typedef struct clens_output {
  size_t struct_size;
  uint32_t kind;      /* clens_output_kind */
  uint32_t reserved;  /* 0 */
  float *values;      /* values[candidate * row_stride + task]; NULL: no scores, where something is captured,
                         saliency is run or there are no candidates */
  size_t capacity;    /* floats; too small: BUFFER_TOO_SMALL before any work. The last row needs no more than
                         its tasks */
  size_t row_stride;  /* 0: the number of tasks */
  clens_capture *captures;
  size_t capture_count;
  size_t capture_size; /* sizeof(clens_capture) of the caller */
  clens_counts counts;   /* out */
  float *probe_logits;   /* probe_logits[candidate * probes + i], of the session's probe; NULL: not wanted */
  size_t probe_capacity; /* floats */
  uint64_t exited;       /* out: candidates that stopped early */
} clens_output;
#define CLENS_OUTPUT_INIT \
  {sizeof(clens_output), CLENS_OUTPUT_PROBABILITY, 0, NULL, 0, 0, NULL, 0, sizeof(clens_capture), {0, 0, 0, 0, 0}, \
   NULL, 0, 0}

/* Scores a batch. Structure (offsets, kinds, counts) is checked before any work: BAD_BATCH, scores
 * untouched. Bad values follow the feature's missing or unknown rule and are counted; under
 * CLENS_BATCH_STRICT the run ends with BAD_VALUE and leaves values and captures indeterminate. Allocates
 * nothing, takes no lock and makes no system call with one strand. Other statuses: INVALID_ARGUMENT (nothing
 * is asked for, one value is captured twice, cache without cache_rows or the reverse), BUFFER_TOO_SMALL,
 * STALE (batch.cache is of another model or precision), BAD_STATE (a cache, but a session without options.cache, or one that wants more than was kept; a value
 * that the session was not made to capture; helper threads in a child process, which has none of them
 * after fork; a parallel_for that left tasks out: values and captures are indeterminate). */
CLENS_API clens_status clens_session_run(clens_session *session, const clens_batch *batch, clens_output *output);

/* The flat form of a batch: one buffer whose pointers are offsets into it; little-endian, 8-byte aligned,
 * all bounds checked. For recording, replay, JNI, Go. The batch is checked as by clens_session_run; only
 * entries that count are written (slices are cut out, inputs no feature wants are left out), so equal
 * batches give equal bytes. Statuses: BAD_BATCH, UNSUPPORTED (batch.cache), BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_flat_size(clens_session *session, const clens_batch *batch, size_t *size);
/* Writes clens_flat_size bytes. */
CLENS_API clens_status clens_flat_write(clens_session *session, const clens_batch *batch, void *buffer,
                                        size_t capacity);
/* Scores a flat batch into out[candidate * tasks + task]; `kind` is a clens_output_kind. The buffer is
 * untrusted and must not change during the call. Allocates nothing. Statuses: INVALID_ARGUMENT (a buffer
 * that is not 8-byte aligned), BAD_BATCH (the message names the field), BUFFER_TOO_SMALL, BAD_VALUE and
 * BAD_STATE as clens_session_run. */
CLENS_API clens_status clens_session_run_flat(clens_session *session, const void *buffer, size_t size, uint32_t kind,
                                              float *out, size_t capacity);
/* Makes `batch` a view of a flat batch for other calls (saliency, neurons, probes): its columns go to
 * columns[capacity], batch->column_size (the caller's sizeof) bytes apart. As many columns as the host has inputs are
 * always enough. The session is one made for the inputs that the batch was written with; the buffer outlives the
 * view. Allocates nothing. Statuses: INVALID_ARGUMENT (a buffer that is not 8-byte aligned), BAD_BATCH,
 * BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_flat_read(clens_session *session, const void *buffer, size_t size, clens_batch *batch,
                                       clens_column *columns, size_t capacity);

/* What CLENS_PRECISION_RECOMMENDED stands for on this machine: *precision, and values[*count] that stay in float32.
 * BUFFER_TOO_SMALL gives both numbers too. BAD_FILE: the file recommends what is no precision or no value of its. */
CLENS_API clens_status clens_model_recommended_precision(const clens_model *model, uint32_t *precision, size_t *values,
                                                         size_t capacity, size_t *count);

/* ---------------------------------------------------------------- candidate cache */

/* What depends on the candidate alone - its bags, an item tower, its part of every sum - computed once per ad
 * and kept as rows that batches name (clens_batch.cache_rows). Bound to one model: its id, the precision and
 * the layers kept in full precision must be those of the session, else a run ends with STALE before any work.
 * Sessions that read one are created with options.cache. Scores, activations and gradients from float32 rows have the
 * bits of an uncached run; F16 rows are lossy.
 * Thread: clens_cache_fill by one thread at a time, while no session reads the rows it fills; otherwise immutable,
 * shared by any number of threads and sessions. Lifetime: until released, which may not happen during a run that
 * names it; holds its model. */
typedef struct clens_cache clens_cache;

typedef enum clens_cache_storage { CLENS_CACHE_F32 = 0, CLENS_CACHE_F16 = 1 } clens_cache_storage;

typedef struct clens_cache_options {
  size_t struct_size;
  uint64_t rows;                /* ads it has room for, 1 .. 2^31 - 1 */
  uint32_t precision;           /* clens_precision */
  uint32_t storage;             /* clens_cache_storage */
  uint32_t explainable;         /* nonzero: keeps every value of candidate scope, so that sessions with gradients,
                                   captures, probes and observed values can read it */
  uint32_t strands;             /* threads that fill, as clens_session_options.strands */
  clens_parallel_for parallel_for;
  void *parallel_host;
  const size_t *full_precision; /* as clens_session_options.full_precision */
  size_t full_precision_count;
} clens_cache_options;
#define CLENS_CACHE_OPTIONS_INIT {sizeof(clens_cache_options), 0, 0, 0, 0, 0, NULL, NULL, NULL, 0}

/* An empty cache. `inputs` name what clens_cache_fill's batches send; features of request and pair scope need no
 * input. Statuses: INVALID_ARGUMENT (rows or strands out of range, an input of a kind its feature cannot take, a value
 * of full_precision that no linear makes or that comes twice, or any with RECOMMENDED), BAD_FILE as
 * clens_model_recommended_precision, NOT_FOUND (a required feature of candidate scope
 * without input), UNSUPPORTED (BF16 where there is none), LIMIT_EXCEEDED and UNSUPPORTED_ISA as clens_session_create,
 * OUT_OF_MEMORY. */
CLENS_API clens_status clens_cache_create(const clens_model *model, const clens_inputs *inputs,
                                          const clens_cache_options *options, clens_cache **out);
CLENS_API void clens_cache_release(clens_cache *cache);
/* Computes the candidates of `ads` (requests, keys and cache NULL or 0; columns of candidate scope, others are
 * ignored) into rows[candidate], or, with rows NULL, into rows 0, 1, 2, ... A row named twice holds the later one.
 * Statuses: INVALID_ARGUMENT (a row out of range; the batch has requests), BAD_BATCH; nothing is changed.
 * BAD_VALUE (strict) and BAD_STATE as clens_session_run: the rows named are empty afterwards. `counts`: what it met,
 * or NULL. */
CLENS_API clens_status clens_cache_fill(clens_cache *cache, const clens_batch *ads, const int64_t *rows,
                                        clens_counts *counts);

typedef struct clens_cache_info {
  size_t struct_size;
  uint64_t rows, filled;       /* room; rows that hold an ad */
  uint64_t row_bytes, bytes;   /* of one ad; of all memory of the cache */
  uint64_t model_low, model_high; /* clens_model_info.id_low, id_high */
} clens_cache_info;
#define CLENS_CACHE_INFO_INIT {sizeof(clens_cache_info), 0, 0, 0, 0, 0, 0}
/* How full a cache is and what it takes. Any thread, also while rows are filled. */
CLENS_API clens_status clens_cache_describe(const clens_cache *cache, clens_cache_info *info);

/* ---------------------------------------------------------------- slots: models that change under load */

/* What a host serves from while models come and go: publish a model on a loader's thread, enter and leave around every
 * request on serving ones. A version is a model, a session for each seat and perhaps a candidate cache: whoever enters
 * gets all of one version, whoever entered before keeps the old one until it leaves.
 *
 *   clens_seat now = CLENS_SEAT_INIT;
 *   if (clens_slot_enter(slot, thread, &now) != CLENS_OK) ...           // BAD_STATE: nothing was published yet
 *   clens_session_run(now.session, &batch, &output);
 *   clens_slot_leave(slot, thread);
 *
 * Thread: enter and leave take no lock, allocate nothing and make no system call; seats are entered by any number of
 * threads, each seat by one at a time. Publishing, collecting and describing from any thread; they never make a serving
 * thread wait. Lifetime: until released, which may not happen while a seat is entered. */
typedef struct clens_slot clens_slot;

typedef struct clens_slot_options {
  size_t struct_size;
  size_t seats;                /* 1 .. 65,536: requests that are served at the same time */
  uint32_t drain_milliseconds; /* how long a publication waits for seats to leave the version before; 0: 10,000 */
  uint32_t reserved;           /* 0 */
} clens_slot_options;
#define CLENS_SLOT_OPTIONS_INIT {sizeof(clens_slot_options), 1, 0, 0}

/* Nothing is served yet. `inputs`, copied: what the host sends, whatever the model; features are bound by name. */
CLENS_API clens_status clens_slot_create(const clens_inputs *inputs, const clens_slot_options *options,
                                         clens_slot **out);
CLENS_API void clens_slot_release(clens_slot *slot);

/* What a publication leaves out. A model without self-test rows passes that test. */
#define CLENS_PUBLISH_SKIP_VERIFY 1u    /* clens_model_verify_segments, of what was not verified before */
#define CLENS_PUBLISH_SKIP_SELF_TEST 2u /* clens_model_self_test */
#define CLENS_PUBLISH_SKIP_WARM 4u      /* clens_model_warm: the first requests fault the pages in */

typedef struct clens_publication {
  size_t struct_size;
  clens_model *model;                   /* the slot takes a reference of its own */
  const clens_session_options *session; /* of every seat's session; its indices, probe and means are this model's. NULL:
                                           defaults */
  clens_cache *cache; /* of this model, or NULL. The slot's from CLENS_OK on: it is released with the version, so keep
                         filling it only as clens_cache_fill allows */
  uint32_t flags;     /* CLENS_PUBLISH_* */
  uint32_t reserved;  /* 0 */
} clens_publication;
#define CLENS_PUBLICATION_INIT {sizeof(clens_publication), NULL, NULL, NULL, 0, 0}

/* Verifies, warms and tests the model, makes a session for each seat, and then serves it: one atomic store. Segments whose
 * checksum held before in the same memory are not read again, of this model or of a version that it shares them with: what
 * was opened and published without verification does not count. A caller's memory is read each time. Waits until
 * no seat holds the version before, which is released then; one that is still held when the time is over is released by
 * a later publication or collection. `number` (NULL: not wanted): 1, 2, ... Any other status: what was served before
 * is served on. Statuses: those of the steps (CHECKSUM_MISMATCH, INTERNAL for a self-test that differs, what
 * clens_session_create gives), STALE (a cache of another model), INVALID_ARGUMENT (a cache that these sessions cannot
 * read). */
CLENS_API clens_status clens_slot_publish(clens_slot *slot, const clens_publication *publication, uint64_t *number);

typedef struct clens_seat {
  size_t struct_size;
  clens_session *session;   /* all of these: until clens_slot_leave */
  const clens_model *model;
  const clens_cache *cache; /* NULL: the version has none */
  uint64_t version;         /* as clens_slot_publish numbered it */
} clens_seat;
#define CLENS_SEAT_INIT {sizeof(clens_seat), NULL, NULL, NULL, 0}

/* BAD_STATE: nothing was published yet, or the seat is taken. INVALID_ARGUMENT: no such seat. */
CLENS_API clens_status clens_slot_enter(clens_slot *slot, size_t seat, clens_seat *out);
/* BAD_STATE: the seat was not entered. */
CLENS_API clens_status clens_slot_leave(clens_slot *slot, size_t seat);

typedef struct clens_slot_info {
  size_t struct_size;
  size_t seats, entered;
  size_t draining;                /* versions that were replaced and are still held by a seat */
  uint64_t version;               /* that serves; 0: none yet */
  uint64_t model_low, model_high; /* its clens_model_info.id_low, id_high */
  uint64_t published, refused;    /* publications so far */
  uint64_t lost_rows;             /* profiled rows of versions gone, dropped since 64 such profiles were waiting */
  uint64_t lost_versions;         /* whose profile could not be kept, or not whole: no memory */
} clens_slot_info;
#define CLENS_SLOT_INFO_INIT {sizeof(clens_slot_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
CLENS_API clens_status clens_slot_describe(const clens_slot *slot, clens_slot_info *info);

/* ---------------------------------------------------------------- deltas: what makes one model of another */

/* A file that holds how a model differs from its base: table rows that changed or were appended, what was added to
 * vocabularies, taken out or moved, layers that were replaced. Applied to the base it gives the model that it was made
 * from: the same id, the same bits of everything. Both share the base's memory; rows that changed lie apart, compact,
 * and are found through a bitmap: a bag over such a table costs more (bench/NOTES.md has figures), others cost what
 * they did. A delta is of one base, by its id, whatever was applied to that base before: of the file served first, then
 * it is cumulative and stands alone, or of what the last delta gave, whose changed rows it then takes over.
 *
 *   clens_delta *delta = NULL;
 *   clens_model *next = NULL;
 *   if (clens_delta_open("hour-07.clensd", NULL, &delta) != CLENS_OK ||
 *       clens_delta_apply(delta, base, NULL, &next) != CLENS_OK) ...      // STALE: made for another base
 *   publication.model = next;                                             // as any other model
 *
 * Thread: immutable, shared by any number of threads. Lifetime: until released; models that it made need neither it nor
 * the handle of their base, nor the delta's file. */
typedef struct clens_delta clens_delta;

/* Reads and verifies the front of the file alone; what it carries is read, and its checksums compared, by each
 * application. Statuses: IO, BAD_FILE, CHECKSUM_MISMATCH, UNKNOWN_REQUIREMENT, LIMIT_EXCEEDED. */
CLENS_API clens_status clens_delta_open(const char *path, const clens_limits *limits, clens_delta **out);
CLENS_API void clens_delta_release(clens_delta *delta);

typedef struct clens_delta_info {
  size_t struct_size;
  uint64_t base_low, base_high;     /* clens_model_info.id_low, id_high of the base */
  uint64_t result_low, result_high; /* and of the model that it gives */
  uint64_t file_size;               /* bytes of the delta */
  uint64_t result_size;             /* bytes of the result as a file of its own */
  uint64_t changed_rows, appended_rows;          /* of tables that are not replaced as a whole */
  uint64_t added_keys, removed_keys, moved_keys; /* of vocabularies; moved: to another row */
  uint64_t kept_segments, overlaid_segments, replaced_segments; /* of the result's tables, layers and vocabularies */
  double share;                     /* of the bytes of these, how much the delta carries */
} clens_delta_info;
#define CLENS_DELTA_INFO_INIT {sizeof(clens_delta_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
CLENS_API clens_status clens_delta_describe(const clens_delta *delta, clens_delta_info *info);

typedef struct clens_apply_options {
  size_t struct_size;
  uint64_t copied_below; /* tables and vocabularies of fewer bytes are copied whole, not looked up in two places;
                            0: 1 MiB */
} clens_apply_options;
#define CLENS_APPLY_OPTIONS_INIT {sizeof(clens_apply_options), 0}

/* The model that the delta was made from, over `base`. Takes time and memory in proportion to what the delta carries and,
 * of the same tables, to what the deltas did that the base came of, and a quarter of a byte for each row of a table of
 * which rows changed; where the allocator's memory is too far from the base's, changed rows are pages of the system's. A
 * base that lies in a caller's memory (clens_model_open_memory with ACCESS_MAP) is copied. Statuses: STALE (made for
 * another base; the message has the id), IO, BAD_FILE, CHECKSUM_MISMATCH, OUT_OF_MEMORY, LIMIT_EXCEEDED (more memory than
 * base and delta account for: no delta that was made here). */
CLENS_API clens_status clens_delta_apply(const clens_delta *delta, const clens_model *base,
                                         const clens_apply_options *options, clens_model **out);
/* The same as a file: byte for byte the one that the delta was made from. Statuses: those, and IO. */
CLENS_API clens_status clens_delta_write(const clens_delta *delta, const clens_model *base, const char *path);

typedef struct clens_delta_options {
  size_t struct_size;
  double most_share; /* of the result's bytes that the delta may carry, at most 1; 0: 0.1. Past that a new base, written
                        offline, serves better */
} clens_delta_options;
#define CLENS_DELTA_OPTIONS_INIT {sizeof(clens_delta_options), 0}

/* Writes, at `path`, what makes `result` of `base`. Tables and vocabularies are compared by name; one of another layout
 * is carried whole. Both models are read whole and their checksums compared. `info` may be NULL; file_size is that of
 * the delta. Statuses: LIMIT_EXCEEDED (it would carry more than most_share; nothing is written), CHECKSUM_MISMATCH
 * (a model is damaged), IO, INVALID_ARGUMENT. */
CLENS_API clens_status clens_delta_make(const clens_model *base, const clens_model *result, const char *path,
                                        const clens_delta_options *options, clens_delta_info *info);

/* ---------------------------------------------------------------- recording and replay */

/* Keeps a sample of the requests that were scored, and their scores, in files that the reader below and
 * `clicklens replay` run again: with labels that came later, under another model, or to show a fault to others.
 * Files are PREFIX-00000001.clrec and so on, numbered on from those that are there.
 * Thread: clens_recorder_record by any number of threads at a time, each with a session of its own; it copies into a
 * ring made at creation and takes no lock. One recorder serves all sessions of a model and its inputs. Lifetime: until
 * released, which must not happen during a call; holds its model. One recorder at a time has a prefix. */
typedef struct clens_recorder clens_recorder;

#define CLENS_RECORDER_THREAD 1u /* a thread of its own writes; without it the host calls clens_recorder_flush */

typedef struct clens_recorder_options {
  size_t struct_size;
  double sample_rate;   /* share of requests, by a hash of their key: the same ones on every host; 0: all */
  uint64_t file_bytes;  /* a file that would grow beyond it is followed by the next; 0: 64 MiB */
  uint64_t ring_bytes;  /* of what waits to be written, a power of two, 4 KiB .. 1 GiB; 0: 4 MiB */
  uint32_t files;       /* kept, the oldest is removed; 0: 16 */
  uint32_t flags;       /* CLENS_RECORDER_* */
  uint32_t interval_ms; /* that the thread sleeps between looks at the ring; 0: 20 */
  uint32_t reserved;    /* 0 */
} clens_recorder_options;
#define CLENS_RECORDER_OPTIONS_INIT {sizeof(clens_recorder_options), 0, 0, 0, 0, 0, 0, 0}

/* Makes the ring and the first file. Statuses: INVALID_ARGUMENT (names the option; an empty prefix), IO, and what
 * clens_session_create says of inputs that do not fit the model. */
CLENS_API clens_status clens_recorder_create(const clens_model *model, const clens_inputs *inputs, const char *prefix,
                                             const clens_recorder_options *options, clens_recorder **out);
/* Writes what is in the ring, syncs and closes the file. */
CLENS_API void clens_recorder_release(clens_recorder *recorder);
/* Takes those requests of the batch that the sample rate picks. `output`: of the run that scored it, or NULL: no scores
 * are kept. Allocates nothing, takes no lock, makes no system call. Where the ring is full the requests are dropped and
 * counted, and the call succeeds. A request of more than about half the ring is always dropped. Statuses: BAD_STATE
 * (the session is of another model or of inputs in another order), INVALID_ARGUMENT (no request_keys; what
 * clens_session_run says of outputs), UNSUPPORTED (batch.cache), BAD_BATCH, BUFFER_TOO_SMALL (fewer scores than
 * candidates). */
CLENS_API clens_status clens_recorder_record(clens_recorder *recorder, clens_session *session, const clens_batch *batch,
                                             const clens_output *output);
/* Writes what is in the ring, in the calling thread; also beside a thread of the recorder's own. A host that is killed
 * afterwards keeps it. IO: the first failure since the last flush; records lost to it are counted. BAD_STATE: in a
 * child process. */
CLENS_API clens_status clens_recorder_flush(clens_recorder *recorder);

typedef struct clens_recorder_stats {
  size_t struct_size;
  uint64_t offered, sampled;           /* requests given; of those, picked by the sample rate */
  uint64_t dropped, dropped_large;     /* of the picked: no room in the ring; larger than it takes */
  uint64_t records, bytes;             /* written */
  uint64_t lost;                       /* records that could not be written */
  uint64_t files_created, files_removed;
} clens_recorder_stats;
#define CLENS_RECORDER_STATS_INIT {sizeof(clens_recorder_stats), 0, 0, 0, 0, 0, 0, 0, 0, 0}
/* Any thread. */
CLENS_API clens_status clens_recorder_describe(const clens_recorder *recorder, clens_recorder_stats *stats);

/* A recording being read. Nothing in it is believed: damaged records are stepped over and counted, an unfinished one at
 * the end ends it. Thread: one at a time. Lifetime: until released. */
typedef struct clens_recording clens_recording;
/* IO, BAD_FILE (no recording, or damaged before its first record), UNKNOWN_REQUIREMENT. */
CLENS_API clens_status clens_recording_open(const char *path, clens_recording **out);
CLENS_API void clens_recording_release(clens_recording *recording);

typedef struct clens_recording_info {
  size_t struct_size;
  uint64_t model_low, model_high; /* clens_model_info.id_low, id_high of the model that scored */
  uint32_t arithmetic_version;    /* of the library that scored */
  uint32_t tasks;                 /* scores of a candidate */
  double sample_rate;
  size_t inputs;
  uint64_t records;       /* so far: handed out */
  uint64_t corrupted;     /* so far: stretches of damaged bytes that were stepped over */
  uint64_t skipped_bytes; /* in them */
  uint64_t torn_bytes;    /* of an unfinished record at the end, once that was reached */
  uint64_t position;      /* bytes read so far */
} clens_recording_info;
#define CLENS_RECORDING_INFO_INIT {sizeof(clens_recording_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
CLENS_API clens_status clens_recording_describe(const clens_recording *recording, clens_recording_info *info);
/* What the host sent, in its order; the name lives as long as the recording. */
CLENS_API clens_status clens_recording_input(const clens_recording *recording, size_t index, clens_input_spec *spec);
/* The same as a handle: a session of any model made with it can run the records. */
CLENS_API clens_status clens_recording_inputs(const clens_recording *recording, clens_inputs **out);

typedef struct clens_record {
  size_t struct_size;
  const void *flat; /* for clens_session_run_flat, clens_flat_read */
  size_t flat_size;
  uint64_t candidates, requests; /* as the flat batch says; requests 0: every candidate is its own */
  const float *scores;           /* scores[candidate * tasks + task]; NULL: none were kept */
  size_t score_count;            /* candidates * tasks, or 0 */
  uint32_t score_kind;           /* clens_output_kind */
  uint32_t precision;            /* clens_precision of the session that scored */
  uint32_t own_ways; /* nonzero: that session exited early or kept some linears in float32, so that another session of
                        its precision may score differently */
  uint32_t reserved; /* 0 */
} clens_record;
#define CLENS_RECORD_INIT {sizeof(clens_record), NULL, 0, 0, 0, NULL, 0, 0, 0, 0, 0}
/* The next record; its memory is the recording's until the next call. NOT_FOUND: there is none; a file that grows may
 * have one later. IO, OUT_OF_MEMORY. */
CLENS_API clens_status clens_recording_next(clens_recording *recording, clens_record *record);

/* ---------------------------------------------------------------- writing models */

/* Writes one model file. The description is a FlatBuffer `Model` (schemas/model.fbs); shapes of values,
 * the canonical order, requirements, the arithmetic version, segment offsets and checksums may be left
 * out: they are filled in. Everything is verified as the loader would. The file appears at `path`
 * only when finish succeeds; a file that it replaces leaves it its permissions, and a symbolic link is
 * replaced, not followed. Thread: one at a time. Lifetime: until released. */
typedef struct clens_writer clens_writer;
/* Statuses, naming `path`: BAD_FILE and LIMIT_EXCEEDED (the description), UNKNOWN_REQUIREMENT and UNSUPPORTED
 * (it needs what this version has not), IO (the folder cannot be written; `path` is there and no regular
 * file), INVALID_ARGUMENT (an empty path). */
CLENS_API clens_status clens_writer_begin(const char *path, const void *description, size_t size,
                                          const clens_limits *limits, clens_writer **out);
/* Starts segment `index`; segments come in ascending order, each once, of the size described. Statuses:
 * BAD_STATE (not the next one; the one before is short; the writer has finished or failed), IO. */
CLENS_API clens_status clens_writer_segment(clens_writer *writer, uint32_t index);
/* Statuses: BAD_STATE (no segment was started; the writer has finished or failed), INVALID_ARGUMENT (longer than
 * described; nothing is written), IO. */
CLENS_API clens_status clens_writer_append(clens_writer *writer, const void *bytes, size_t size);
/* Completes, syncs and renames into place. Statuses: BAD_STATE (a segment is short or absent; the writer has
 * finished or failed), IO. */
CLENS_API clens_status clens_writer_finish(clens_writer *writer);
/* Without finish: nothing is left behind. */
CLENS_API void clens_writer_release(clens_writer *writer);

/* How a table's numbers are stored. A row of INT8 or INT4 has a scale and a bias of its own; schemas/README.md has the
 * layout of rows. Kernels widen them; scores of such a table have the bits that its widened numbers as F32 give. */
typedef enum clens_row_type {
  CLENS_ROW_F32 = 0,
  CLENS_ROW_F16 = 1,  /* IEEE binary16 */
  CLENS_ROW_BF16 = 2, /* the upper half of a binary32 */
  CLENS_ROW_INT8 = 3,
  CLENS_ROW_INT4 = 4
} clens_row_type;

/* The row_stride (bytes) that our writers give a table: room for a row, padded where that keeps rows from straddling
 * cache lines at reasonable waste. INVALID_ARGUMENT: dim 0 or above 2^24. */
CLENS_API clens_status clens_table_row_stride(uint32_t row_type, uint64_t dim, uint64_t *row_stride);
/* Writes rows x dim floats as a table's segment holds them: row i at out + i * row_stride, all of it, padding zero.
 * Halves are rounded to nearest even. Quantised rows map [min, max] of each row to 0..255 or 0..15: scale =
 * (max - min) / 255 in double, rounded to float; bias = min; q = (x - min) / scale in double, rounded to nearest
 * even. Statuses: INVALID_ARGUMENT (a stride shorter than a row or not aligned: to 2 for halves, else to 4),
 * BUFFER_TOO_SMALL (rows * row_stride bytes are needed), BAD_VALUE (a number that the type cannot hold; the message
 * says where: a finite one that halves would make infinite, or in INT8 and INT4 one that is not finite). */
CLENS_API clens_status clens_table_encode(uint32_t row_type, const float *values, uint64_t rows, uint64_t dim,
                                          uint64_t row_stride, void *out, size_t capacity);

/* The two segments of a vocabulary: keys[i] becomes row i (or rows[i], below `count`; rows may be NULL).
 * Thread: immutable, shared. Lifetime: until released, with the bytes that describe gives out. */
typedef struct clens_vocabulary clens_vocabulary;
/* Both copy the keys. Statuses: INVALID_ARGUMENT (no keys, two equal ones, a row that is not below `count`, a
 * string that is not UTF-8), LIMIT_EXCEEDED (above 2^32 - 2 keys, 4 GiB of one string or 16 GiB of all),
 * UNSUPPORTED (keys, chosen for it, that hash to one place). */
CLENS_API clens_status clens_vocabulary_create_strings(const char *const *keys, const size_t *lengths,
                                                       const uint32_t *rows, size_t count, clens_vocabulary **out);
CLENS_API clens_status clens_vocabulary_create_keys(const uint64_t *keys, const uint32_t *rows, size_t count,
                                                    clens_vocabulary **out);
typedef struct clens_vocabulary_info {
  size_t struct_size;
  uint64_t size, slots;            /* for VocabularyEncoder */
  const void *slot_bytes;          /* live as long as the vocabulary */
  uint64_t slot_size;
  const void *text_bytes;          /* NULL for 64-bit keys */
  uint64_t text_size;
} clens_vocabulary_info;
#define CLENS_VOCABULARY_INFO_INIT {sizeof(clens_vocabulary_info), 0, 0, NULL, 0, NULL, 0}
CLENS_API clens_status clens_vocabulary_describe(const clens_vocabulary *vocabulary, clens_vocabulary_info *info);
CLENS_API void clens_vocabulary_release(clens_vocabulary *vocabulary);

/* ---------------------------------------------------------------- lens: metrics */

/* Streaming evaluation of logits against clicks. Thread: one at a time. Lifetime: until released. */
typedef struct clens_metrics clens_metrics;

typedef struct clens_metrics_options {
  size_t struct_size;
  double negative_rate;   /* share of negatives kept by sampling, in (0, 1]; 0: 1. Negatives weigh 1/rate */
  uint32_t buckets;       /* jackknife buckets for standard errors; 0: 128; 64..200 */
  uint32_t streaming;     /* 0: exact, keeps 16 bytes a row; 1: bounded memory (9 MiB), stated error, no GAUC */
  uint32_t correct_scores; /* nonzero: p' = p / (p + (1-p)/rate) before log loss and calibration */
  uint32_t reserved;
} clens_metrics_options;
#define CLENS_METRICS_OPTIONS_INIT {sizeof(clens_metrics_options), 0, 0, 0, 0, 0}

/* INVALID_ARGUMENT: negative_rate or buckets out of range, streaming above 1. */
CLENS_API clens_status clens_metrics_create(const clens_metrics_options *options, clens_metrics **out);
CLENS_API void clens_metrics_release(clens_metrics *metrics);
/* n rows: logit, label (0 or 1; anything else BAD_VALUE, nothing added), group key (GAUC) or NULL,
 * cluster key (standard errors) or NULL: every row its own cluster. Non-finite logits are counted and
 * left out. OUT_OF_MEMORY (exact metrics only): nothing added. */
CLENS_API clens_status clens_metrics_add(clens_metrics *metrics, const float *logits, const uint8_t *labels,
                                         const uint64_t *groups, const uint64_t *clusters, size_t n);
/* Adds all of `other`, which may be `metrics` itself. INVALID_ARGUMENT: its options differ. OUT_OF_MEMORY:
 * nothing added. */
CLENS_API clens_status clens_metrics_merge(clens_metrics *metrics, const clens_metrics *other);

/* NaN: not defined (one class, no groups). *_se: clustered delete-one-bucket jackknife. */
typedef struct clens_metrics_result {
  size_t struct_size;
  uint64_t rows, clicks, non_finite;   /* rows: with a finite logit; non_finite: the others */
  double auc, auc_se, auc_error_bound; /* error bound: 0 when exact */
  double gauc;                         /* mean AUC of the groups that have both classes, by rows */
  double gauc_coverage;                /* share of rows that are in such groups */
  double gauc_median_rows;             /* of such a group */
  double logloss, logloss_se;          /* nats, a row */
  double normalized_entropy;           /* logloss over that of the click rate alone */
  double calibration, calibration_se; /* sum p / sum y */
  double slope, slope_se, intercept;  /* y ~ intercept + slope * logit (Cox) */
  uint32_t enough_data;               /* 0: fewer than 200 clicks */
  uint32_t reserved;
} clens_metrics_result;
#define CLENS_METRICS_RESULT_INIT {sizeof(clens_metrics_result), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
/* Of all rows added so far; more may follow. OUT_OF_MEMORY: exact metrics need 32 bytes a row meanwhile. */
CLENS_API clens_status clens_metrics_compute(const clens_metrics *metrics, clens_metrics_result *result);

/* ---------------------------------------------------------------- lens: rows: what lenses are told beside a batch */

/* One entry per candidate of the batch in every array; NULL: not known. */
typedef struct clens_rows {
  size_t struct_size;
  const uint8_t *labels;    /* 0 or 1, else BAD_VALUE and nothing was added */
  const uint64_t *clusters; /* key of the unit whose rows depend on each other (the user): standard errors */
  const uint64_t *groups;   /* key of GAUC's groups */
  const uint64_t *controls; /* id of the control task's column */
  const float *targets;     /* a number to predict, for numeric probes; finite */
  uint64_t first_row;       /* number of the first candidate among all rows of the data. Rows are drawn by a hash
                               of (request key, position in the request) where the batch has request_keys, else of
                               first_row + candidate; so parts of one data set need their own first_row */
} clens_rows;
#define CLENS_ROWS_INIT {sizeof(clens_rows), NULL, NULL, NULL, NULL, NULL, 0}

/* ---------------------------------------------------------------- lens: what a precision costs */

/* What a reduced precision costs on labelled rows, and which linears should stay in float32. */
typedef struct clens_precision_options {
  size_t struct_size;
  uint32_t precision; /* clens_precision: INT8 or BF16 */
  uint32_t strands;   /* as clens_session_options.strands */
  double auc_loss;    /* AUC that may be lost; 0: 0.0005 */
  size_t task;        /* whose scores */
} clens_precision_options;
#define CLENS_PRECISION_OPTIONS_INIT {sizeof(clens_precision_options), CLENS_PRECISION_INT8, 0, 0, 0}

/* Differences are of probabilities, to float32's, over the rows. */
typedef struct clens_precision_result {
  size_t struct_size;
  uint64_t rows, clicks;
  uint64_t non_finite; /* rows whose logit is not finite in float32: counted and left out */
  size_t linears;      /* that the precision changes: those of more than one output */
  size_t kept;         /* of those, how many stay in float32. All of them: the precision is of no use here */
  double auc_f32, logloss_f32;
  double auc, logloss;                               /* all of them reduced */
  double largest_difference, mean_difference;
  double kept_auc, kept_logloss;                     /* all but the kept ones reduced: the loss is within the bound */
  double kept_largest_difference, kept_mean_difference;
} clens_precision_result;
#define CLENS_PRECISION_RESULT_INIT \
  {sizeof(clens_precision_result), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

typedef struct clens_precision_linear {
  size_t value;       /* its output: what clens_session_options.full_precision names it by */
  uint32_t kept;      /* nonzero: stays in float32 */
  uint32_t reserved;  /* 0 */
  double auc_loss;    /* of this linear reduced alone: AUC in float32 less AUC */
  double largest_difference, mean_difference; /* likewise */
} clens_precision_linear;

/* Scores the batch (cache NULL) in float32, with all linears reduced, and with each reduced alone; where all lose more
 * AUC than auc_loss, linears go back to float32, the largest loser first, until the loss is within it. Same rows, same
 * choice. `labels`: one per candidate, 0 or 1. `linears` (NULL: not wanted) receives clens_precision_result.linears
 * entries in the model's order, `stride` (sizeof of the caller) bytes apart; `capacity` of them: more are needed:
 * BUFFER_TOO_SMALL, and `result` says how many. Creates a session at a time, up to two a linear; the weights packed
 * for them stay with the model. Other statuses: INVALID_ARGUMENT (precision F32, a bound that is negative or NaN, a
 * task that the model has not), BAD_VALUE (a label that is neither 0 nor 1, rows of one class alone; a strict batch),
 * UNSUPPORTED (BF16 where there is none; a cache), BAD_BATCH, and what clens_session_create gives. */
CLENS_API clens_status clens_precision_report(const clens_model *model, const clens_inputs *inputs,
                                              const clens_batch *batch, const uint8_t *labels,
                                              const clens_precision_options *options, clens_precision_result *result,
                                              clens_precision_linear *linears, size_t stride, size_t capacity);

/* ---------------------------------------------------------------- lens: saliency */

/* Which influence is measured. With z the target, e_g the pooled value of feature group g as its first
 * consumer sees it (concatenated over the group's features) and mean e_g its mean over reference rows: */
typedef enum clens_saliency_method {
  CLENS_SALIENCY_CENTRED = 0,             /* (e_g - mean e_g) . dz/de_g   signed; the default */
  CLENS_SALIENCY_GRADIENT_X_INPUT = 1,    /* e_g . dz/de_g                signed */
  CLENS_SALIENCY_GRADIENT_L1 = 2,         /* sum |dz/de_g|    depends on the scale of the table */
  CLENS_SALIENCY_GRADIENT_L2 = 3          /* sqrt sum (dz/de_g)^2         likewise */
} clens_saliency_method;

typedef enum clens_saliency_level {
  CLENS_LEVEL_GROUP = 0,     /* candidates x groups */
  CLENS_LEVEL_FEATURE = 1,   /* candidates x features */
  CLENS_LEVEL_ID = 2,        /* ragged: per candidate, per sparse feature in model order, its ids in caller order.
                                Cut and dropped ids have 0; an unknown id has the part of the row that stands in
                                for it (the feature's unknown_row); under max pooling a dimension's part is that
                                of the first id that gave it */
  CLENS_LEVEL_DIMENSION = 3  /* candidates x input_width; L1 and L2 give the signed gradient itself */
} clens_saliency_level;

typedef enum clens_saliency_target {
  CLENS_TARGET_LOGIT = 0,
  CLENS_TARGET_PROBABILITY = 1, /* weights rows by p (1 - p) */
  CLENS_TARGET_NEURON = 2       /* one column of any value */
} clens_saliency_target;

#define CLENS_SALIENCY_PER_REQUEST 1u /* request-scope features: signed sum over the request's candidates */

typedef struct clens_saliency_spec {
  size_t struct_size;
  uint32_t method, level, target; /* enums above */
  uint32_t flags;                 /* CLENS_SALIENCY_* */
  size_t task;                    /* LOGIT, PROBABILITY: output index */
  size_t value, column;           /* NEURON: one of the session's captures, or a task's logit */
  const float *means;             /* CENTRED: input_width reference means (clens_saliency_means) */
  size_t mean_count;
} clens_saliency_spec;
#define CLENS_SALIENCY_SPEC_INIT {sizeof(clens_saliency_spec), 0, 0, 0, 0, 0, 0, 0, NULL, 0}

/* Number of floats clens_saliency_run writes for this batch, and, where offsets is not NULL, the start
 * of every candidate's part: offsets[candidates + 1]. Any session will do. Statuses: INVALID_ARGUMENT,
 * UNSUPPORTED, BAD_BATCH and LIMIT_EXCEEDED as clens_saliency_run; BUFFER_TOO_SMALL (offset_capacity). */
CLENS_API clens_status clens_saliency_size(clens_session *session, const clens_batch *batch,
                                           const clens_saliency_spec *spec, size_t *count, uint64_t *offsets,
                                           size_t offset_capacity);

/* Runs forward and backward. `values` receives clens_saliency_size floats, candidate-major. With
 * PER_REQUEST every candidate of a request receives the same summed entries for request-scope
 * features. `scores`, when not NULL, is filled as by clens_session_run.
 *   INVALID_ARGUMENT  a task, value or column that the model has not; CENTRED with mean_count other than
 *                     input_width; what clens_session_run refuses of `scores`
 *   UNSUPPORTED       CENTRED at level ID (use GRADIENT_X_INPUT); PER_REQUEST at level ID, or with
 *                     GRADIENT_L1 or _L2 at level GROUP or FEATURE; level ID with a cache; of a session made with
 *                     CLENS_GRADIENTS_GROUPS all but level GROUP by CENTRED or GRADIENT_X_INPUT
 *   BAD_STATE         a session made without gradients; a NEURON of a value that is neither a task's logit
 *                     nor among the session's captures; and as clens_session_run
 *   BAD_BATCH, BUFFER_TOO_SMALL  before any work
 *   LIMIT_EXCEEDED    more floats than fit into memory
 *   BAD_VALUE         of a strict batch: `values`, scores and captures are indeterminate */
CLENS_API clens_status clens_saliency_run(clens_session *session, const clens_batch *batch,
                                          const clens_saliency_spec *spec, float *values, size_t capacity,
                                          clens_output *scores);

/* Adds each candidate's pooled inputs to sums[input_width] and the number of candidates to *rows; the
 * means a caller passes as clens_saliency_spec.means are sums / rows over its reference data. Sums of a run
 * that failed are of no use. The session must have been made with gradients: only then are pooled inputs
 * kept. Statuses: BAD_STATE (it was not), BAD_BATCH, BAD_VALUE, STALE, BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_saliency_means(clens_session *session, const clens_batch *batch, double *sums,
                                            size_t capacity, uint64_t *rows);

/* Which features say something of each candidate: covered[candidate * features + feature] is 1 where the
 * feature has an id with a table row of its own, or a finite dense value, and 0 where it is missing or
 * where a row or value stands in for missing or unknown ones. `capacity` in bytes; too small:
 * BUFFER_TOO_SMALL. The session needs no gradients. Allocates nothing. UNSUPPORTED: a batch with a cache. */
CLENS_API clens_status clens_saliency_coverage(clens_session *session, const clens_batch *batch, uint8_t *covered,
                                               size_t capacity);

/* ---------------------------------------------------------------- lens: attribution */

/* Why a candidate has its score, by methods that look at more than one gradient. x is the candidate's pooled inputs
 * (input_width columns, as at CLENS_LEVEL_DIMENSION), F the target, x' a baseline that stands for "nothing known": no
 * ids at all (zero), the mean pooled inputs of reference rows (what INTEGRATED_GRADIENTS is best given), or any rows.
 *
 *   INTEGRATED_GRADIENTS  (x - x') . integral of dF/dx along the line from x' to x, by Gauss-Legendre quadrature
 *                         (Sundararajan, Taly, Yan 2017). Adds up to F(x) - F(x'). Says nothing about inputs away from
 *                         that line.
 *   EXPECTED_GRADIENTS    the mean of (x - x') . dF/dx between x and reference rows x', at random places of the line
 *                         (Erion et al. 2021). Adds up to F(x) - mean F(x') but for sampling error.
 *   SMOOTHGRAD            (x - x') . mean of dF/dx at x + normal noise (Smilkov et al. 2017). Adds up to nothing. The
 *                         noise of a group is a share of its standard deviation, so a table's scale does not matter.
 *   DEEPLIFT              (x - x') . multipliers of the rescale rule (Shrikumar, Greenside, Kundaje 2017): each
 *                         activation's slope is that of the chord between x' and x. Adds up to F(x) - F(x'). Not for
 *                         products of activations.
 *   ABLATION              F(x) - F(x with a group's columns those of x'): the group's own effect, which saturation
 *                         cannot hide; but groups that say the same hide each other. Where only linears read the pooled
 *                         inputs it costs 1 + one first linear + G times the rest, and is exact but for rounding there.
 *   ADDITIVE              x . dF/dx, and the biases' part (clens_attribution_info.bias, often the larger): together F
 *                         itself where F is piecewise linear. A decomposition at x, not the effect of leaving a group out.
 *   CONDUCTANCE           of a layer's neurons y: the sum of dF/dy times the change of y over equal steps of the line
 *                         (Dhamdhere, Sundararajan, Yan 2019). Adds up to F(x) - F(x') but for the steps' error.
 *   NEURON_GRADIENTS      (x - x') . dy/dx of every neuron y of a layer.
 *
 * By single ids (CLENS_LEVEL_ID; not CONDUCTANCE): a bag is linear in its ids' rows, x = sum of s_k row_k with s_k an
 * id's weight by the bag's divisor, so x - x' above divides into s_k row_k - c_k x' for each id, where c_k is |s_k| by
 * the sum of them (1 by the number of ids where all are 0). The c_k add up to 1: the ids of a bag have together what
 * their feature has, whatever the baseline. Under max pooling a dimension is all its winner's; of a sequence, a place is
 * its id's. Ids that were dropped or cut have 0, an unknown one the part of the row that stands in for it. The rest,
 * which no id carries (dense features, bags without ids, rows that stand in for missing ones, empty places), is
 * clens_attribution_info.rest. ABLATION takes s_k row_k - c_k x' away, one id at a time, and divisors stay.
 *
 * All but those with GRADIENTS_ONLY are unchanged when a table (and x' with it) is rescaled and its consumers'
 * weights are corrected. None tells apart inputs that always come together. */
typedef enum clens_attribution_method {
  CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS = 0,
  CLENS_ATTRIBUTION_EXPECTED_GRADIENTS = 1,
  CLENS_ATTRIBUTION_SMOOTHGRAD = 2,
  CLENS_ATTRIBUTION_DEEPLIFT = 3,
  CLENS_ATTRIBUTION_ABLATION = 4,
  CLENS_ATTRIBUTION_ADDITIVE = 5,
  CLENS_ATTRIBUTION_CONDUCTANCE = 6,
  CLENS_ATTRIBUTION_NEURON_GRADIENTS = 7
} clens_attribution_method;

/* SMOOTHGRAD, NEURON_GRADIENTS: signed gradients themselves (a group's: their sum), without the factor x - x'. */
#define CLENS_ATTRIBUTION_GRADIENTS_ONLY 1u

/* Runs the methods. Thread: one at a time. Lifetime: until released; holds its model. All memory is taken when it is
 * made, however many steps, draws and candidates follow. */
typedef struct clens_explainer clens_explainer;

typedef struct clens_explainer_options {
  size_t struct_size;
  const size_t *layers; /* values, by index, that specs may name */
  size_t layer_count;
  uint32_t rows;        /* steps, draws and replacements that go through the network together: even, up to 1024;
                           0: 96 */
  uint32_t reserved;    /* 0 */
} clens_explainer_options;
#define CLENS_EXPLAINER_OPTIONS_INIT {sizeof(clens_explainer_options), NULL, 0, 0, 0}

/* Binds features to inputs by name, as clens_session_create, whose statuses it has. */
CLENS_API clens_status clens_explainer_create(const clens_model *model, const clens_inputs *inputs,
                                              const clens_explainer_options *options, clens_explainer **out);
CLENS_API void clens_explainer_release(clens_explainer *explainer);

typedef struct clens_attribution_spec {
  size_t struct_size;
  uint32_t method;         /* clens_attribution_method */
  uint32_t level;          /* clens_saliency_level. CONDUCTANCE has one column for each neuron instead, and no ID */
  uint32_t target;         /* clens_saliency_target. ADDITIVE: no probability. NEURON_GRADIENTS: not read */
  uint32_t flags;          /* CLENS_ATTRIBUTION_* */
  size_t task;             /* LOGIT, PROBABILITY: output index */
  size_t value, column;    /* NEURON: one of the explainer's layers, or a task's logit */
  size_t layer;            /* CONDUCTANCE, NEURON_GRADIENTS: one of the explainer's layers */
  const float *baselines;  /* baseline_rows x input_width: x'. EXPECTED_GRADIENTS: the references */
  size_t baseline_rows;    /* 0: zero; 1: one for all; else one for each candidate. EXPECTED_GRADIENTS: 1 or more */
  const float *spreads;    /* SMOOTHGRAD: the standard deviation of each input column; a group's is the root of its
                              columns' mean square */
  size_t spread_count;     /* input_width */
  uint32_t steps;          /* INTEGRATED_GRADIENTS, CONDUCTANCE: 1..1024; 0: 50 */
  uint32_t most_steps;     /* INTEGRATED_GRADIENTS with tolerance: steps double up to here; 0: 1024 */
  double tolerance;        /* INTEGRATED_GRADIENTS: of clens_attribution_info.gap; 0: steps alone */
  uint32_t draws;          /* EXPECTED_GRADIENTS, SMOOTHGRAD: 1..1,048,576; 0: 50 */
  uint32_t reserved;       /* 0 */
  uint64_t seed;           /* of the draws, which else depend on x alone: equal candidates have equal draws */
  double noise;            /* SMOOTHGRAD: share of a group's standard deviation; 0: 0.1 */
  /* Draws of one's own, the same for every candidate; NULL: random ones. */
  const uint32_t *draw_rows;   /* EXPECTED_GRADIENTS: the reference of each draw, */
  const float *draw_fractions; /* and its place: 0 is the reference, 1 the candidate */
  size_t draw_count;           /* of both; of rows of draw_noise */
  const float *draw_noise;     /* SMOOTHGRAD: draw_count x input_width, to be multiplied by noise and deviation */
} clens_attribution_spec;
#define CLENS_ATTRIBUTION_SPEC_INIT \
  {sizeof(clens_attribution_spec), 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, 0, NULL}

/* Of one candidate. NaN: the method has no such figure. */
typedef struct clens_attribution_info {
  double score;      /* F(x) */
  double baseline;   /* F(x'). EXPECTED_GRADIENTS: its mean over the draws */
  double sum;        /* of the candidate's attributions */
  double bias;       /* ADDITIVE: what biases and shifts add to F */
  double gap;        /* |score - baseline - sum| by the sum of |attribution| over input columns (CONDUCTANCE: over
                        neurons). ADDITIVE: |score - bias - sum| by the sum of |values| and |bias| */
  uint32_t steps;    /* of the path, or draws; 0: neither */
  uint32_t reserved;
  double rest;       /* level ID: the part of `sum` that no id carries; else 0 */
} clens_attribution_info;

typedef struct clens_attribution {
  size_t struct_size;
  float *values;   /* clens_explainer_size of them, candidate-major. NEURON_GRADIENTS: of a candidate neuron-major.
                      Level ID: as many as clens_saliency_size counts, in its order; NEURON_GRADIENTS: a layer's width
                      times that */
  size_t capacity; /* floats */
  float *errors;   /* EXPECTED_GRADIENTS, SMOOTHGRAD: as many Monte-Carlo standard errors; NULL: not wanted */
  size_t error_capacity;
  clens_attribution_info *infos; /* by candidate; NULL: not wanted */
  size_t info_capacity;
  size_t info_size;    /* sizeof(clens_attribution_info) of the caller */
  clens_counts counts; /* out */
} clens_attribution;
#define CLENS_ATTRIBUTION_INIT \
  {sizeof(clens_attribution), NULL, 0, NULL, 0, NULL, 0, sizeof(clens_attribution_info), {0, 0, 0, 0, 0}}

/* Floats that clens_explainer_run writes for so many candidates. Statuses: INVALID_ARGUMENT, UNSUPPORTED and BAD_STATE
 * as clens_explainer_run; LIMIT_EXCEEDED; UNSUPPORTED at level ID, where candidates differ: clens_saliency_size counts
 * the ids of a batch. */
CLENS_API clens_status clens_explainer_size(const clens_explainer *explainer, const clens_attribution_spec *spec,
                                            uint64_t candidates, size_t *count);
/* Allocates nothing, but at level ID room for candidates of more ids than any before them.
 *   INVALID_ARGUMENT  names the field: a task, value, column or row the model or the spec has not, counts out of their
 *                     bounds, counts that do not fit each other
 *   UNSUPPORTED       CONDUCTANCE at level ID; DEEPLIFT or ADDITIVE of a network with an operator they are not defined for, which the
 *                     message names; ADDITIVE of a probability; errors or GRADIENTS_ONLY of a method that has none; a
 *                     batch with a cache
 *   BAD_STATE         a value that is not among the explainer's layers
 *   BAD_BATCH, BUFFER_TOO_SMALL  before any work
 *   LIMIT_EXCEEDED, OUT_OF_MEMORY  level ID: the ids of a candidate
 *   BAD_VALUE         of a strict batch: what was written is indeterminate */
CLENS_API clens_status clens_explainer_run(clens_explainer *explainer, const clens_batch *batch,
                                           const clens_attribution_spec *spec, clens_attribution *out);
/* Pooled inputs of each candidate: values[candidate * input_width + column]. What baselines, references and spreads
 * are made of. Statuses: BUFFER_TOO_SMALL, BAD_BATCH, BAD_VALUE, UNSUPPORTED (a batch with a cache). */
CLENS_API clens_status clens_explainer_inputs(clens_explainer *explainer, const clens_batch *batch, float *values,
                                              size_t capacity);

/* How far attributions phi of input columns can be trusted, by perturbing x (Yeh et al. 2019); d is a draw:
 *   INFIDELITY   mean of (d . phi(x) - (F(x) - F(x - d)))^2: what phi misses of the score's change
 *   SENSITIVITY  largest |phi(x) - phi(x + d)| / |phi(x)|, Euclidean: how far phi moves for little */
typedef enum clens_faithfulness {
  CLENS_FAITHFULNESS_INFIDELITY = 0,
  CLENS_FAITHFULNESS_SENSITIVITY = 1
} clens_faithfulness;

typedef struct clens_faithfulness_spec {
  size_t struct_size;
  uint32_t kind;   /* clens_faithfulness */
  uint32_t draws;  /* up to 1,048,576; 0: 10 */
  uint64_t seed;   /* random draws depend on it and on x alone */
  double size;     /* of a draw, by a group's standard deviation (of clens_attribution_spec.spreads, which random draws
                      need): INFIDELITY's are normal with this deviation, SENSITIVITY's uniform up to it; 0: 0.1 */
  const float *perturbations; /* d of each draw: perturbation_rows x input_width, for all candidates; NULL: random */
  size_t perturbation_rows;
} clens_faithfulness_spec;
#define CLENS_FAITHFULNESS_SPEC_INIT {sizeof(clens_faithfulness_spec), 0, 0, 0, 0, NULL, 0}

/* values[candidate], of the attributions that `spec` gives input columns, whatever its level. Allocates nothing.
 * Statuses as clens_explainer_run; UNSUPPORTED also for CONDUCTANCE, NEURON_GRADIENTS and GRADIENTS_ONLY. */
CLENS_API clens_status clens_explainer_faithfulness(clens_explainer *explainer, const clens_batch *batch,
                                                    const clens_attribution_spec *spec,
                                                    const clens_faithfulness_spec *check, float *values,
                                                    size_t capacity);

/* ---------------------------------------------------------------- lens: saliency over much data, importance of groups */

/* Saliency by group added up over any number of rows: exact, parts merge in any order to the bits of the whole; in
 * buckets of the cluster key, from which shares get clustered standard errors. Not kept in files: what is, and merges,
 * is a profile with SALIENCY (clens_profile_share). Thread: one at a time. Lifetime: until released. */
typedef struct clens_saliency_sums clens_saliency_sums;
/* `groups`: columns of what is added, 1 .. 65,536. `buckets` of the jackknife, 2 .. 256; 0: 64. About 240 bytes a group
 * and bucket. */
CLENS_API clens_status clens_saliency_sums_create(size_t groups, uint32_t buckets, clens_saliency_sums **out);
CLENS_API void clens_saliency_sums_release(clens_saliency_sums *sums);
/* Rows of clens_saliency_run or clens_explainer_run at level GROUP: values[row * groups + group]. `clusters`: a key per
 * row; NULL: every row its own. `keep`: one byte per row, 0: leave it out (so that one run fills the sums of many
 * labels, days, ranges of scores); NULL: all. Rows with a value that is not finite are counted and left out. */
CLENS_API clens_status clens_saliency_sums_add(clens_saliency_sums *sums, const float *values, const uint64_t *clusters,
                                               const uint8_t *keep, size_t rows);
/* INVALID_ARGUMENT: other groups or buckets. */
CLENS_API clens_status clens_saliency_sums_merge(clens_saliency_sums *sums, const clens_saliency_sums *other);

/* NaN: not defined. */
typedef struct clens_group_saliency {
  double mean_absolute, mean, sd; /* of the rows; sd: divisor rows - 1 */
  double share;                   /* mean_absolute over the sum of all groups' */
  double share_se;                /* clustered delete-one-bucket jackknife */
  uint32_t rank;                  /* by share, from 1 */
  uint32_t reserved;
} clens_group_saliency;
/* groups[count of groups], `stride` (sizeof of the caller) bytes apart; rows, non_finite: NULL or out.
 * BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_saliency_sums_compute(const clens_saliency_sums *sums, clens_group_saliency *groups,
                                                   size_t stride, size_t capacity, uint64_t *rows,
                                                   uint64_t *non_finite);
typedef struct clens_share_contrast {
  double share_a, share_b;
  double log_ratio;     /* log(share_b / share_a) */
  double se, low, high; /* clustered; low, high: -+ 1.96 se */
} clens_share_contrast;
/* Do groups' shares in b (test) differ from those in a (train)? Buckets are left out of both at once. As above. */
CLENS_API clens_status clens_saliency_sums_contrast(const clens_saliency_sums *a, const clens_saliency_sums *b,
                                                    clens_share_contrast *groups, size_t stride, size_t capacity);

/* The AUC that is lost without what a feature group says. One batch is one day: nothing crosses days.
 * Thread: immutable, shared. Lifetime: until released. */
typedef struct clens_importance clens_importance;
typedef enum clens_importance_method {
  /* The group says what it said of another request (features of request scope) or another candidate (the others). */
  CLENS_IMPORTANCE_PERMUTATION = 0,
  /* Its pooled values are their mean over the batch's candidates: exact, nothing is drawn, one run of the
   * network for each group; but rows become such as no request would make. */
  CLENS_IMPORTANCE_ABLATION = 1
} clens_importance_method;
typedef struct clens_importance_options {
  size_t struct_size;
  size_t task;
  uint32_t draws;   /* permutations of each group; 0: 5. Not of ablation */
  uint32_t buckets; /* of the jackknife, 64 .. 200; 0: 128 */
  uint64_t seed;    /* same seed, same permutations */
  /* In place of drawn ones, for every group: draws x requests, and draws x candidates. NULL: drawn. */
  const uint64_t *request_orders;
  const uint64_t *candidate_orders;
  uint32_t method; /* clens_importance_method */
  uint32_t reserved;
} clens_importance_options;
#define CLENS_IMPORTANCE_OPTIONS_INIT {sizeof(clens_importance_options), 0, 0, 0, 0, NULL, NULL, 0, 0}
/* Permutation runs the batch (cache NULL) 1 + groups x draws times and copies the columns of one group at a time;
 * ablation makes what clens_explainer_create does, and runs in float32 whatever the session does. `rows`: labels,
 * and clusters or NULL for every row its own. Statuses: INVALID_ARGUMENT (names the option; no labels), BAD_VALUE (one
 * class alone, a score that is not finite; a strict batch), UNSUPPORTED (batch.cache), BAD_BATCH. */
CLENS_API clens_status clens_importance_create(clens_session *session, const clens_batch *batch, const clens_rows *rows,
                                               const clens_importance_options *options, clens_importance **out);
CLENS_API void clens_importance_release(clens_importance *importance);
typedef struct clens_group_importance {
  size_t struct_size;
  double auc, permuted_auc; /* permuted_auc: mean over draws; ablation: without the group */
  double drop, drop_sd;     /* auc - permuted_auc; sd over draws (NaN: one draw; ablation) */
  double se, low, high;     /* clustered jackknife of the drop; low, high: -+ 1.96 se */
  double log_loss;          /* of the batch as it is */
  double log_loss_rise;     /* of that without the group over it; permutation: mean over draws */
  double effect;            /* mean over rows (and draws) of the logit less that without the group */
} clens_group_importance;
#define CLENS_GROUP_IMPORTANCE_INIT {sizeof(clens_group_importance), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
/* `group` as clens_model_group. */
CLENS_API clens_status clens_importance_group(const clens_importance *importance, size_t group,
                                              clens_group_importance *out);
typedef struct clens_importance_difference {
  size_t struct_size;
  double difference; /* drop in train - drop in hold */
  double se, low, high;
  uint32_t memorises; /* difference > 0.08 and low > 0.05 */
  uint32_t reserved;
} clens_importance_difference;
#define CLENS_IMPORTANCE_DIFFERENCE_INIT {sizeof(clens_importance_difference), 0, 0, 0, 0, 0, 0}
/* Of one group on rows the network was trained on and on others, buckets left out of both at once. */
CLENS_API clens_status clens_importance_compare(const clens_importance *train, const clens_importance *hold,
                                                size_t group, clens_importance_difference *out);

/* ---------------------------------------------------------------- lens: neurons */

/* What every neuron (column) of some values does over a data set: one pass, exact and mergeable. Sums of x and
 * x^2 are exact integers (no rounding until a figure is read), so parts merged in any order give the bytes of
 * the whole. Statistics are per candidate: a request's neuron counts once for each of its candidates.
 * Non-finite values are counted and left out.
 * Thread: one at a time. Lifetime: until released; holds its model. */
typedef struct clens_neurons clens_neurons;

#define CLENS_NEURONS_SCORES 1u    /* also products with the logit: score_correlation */
/* Sums and counts by bucket of the cluster key: the _se figures. Every add then needs clusters. About 40 KiB a
 * neuron, at most 2^32 - 1 rows. */
#define CLENS_NEURONS_CLUSTERED 2u
#define CLENS_NEURONS_PROVE 4u /* bounds from the weights: PROVABLY_DEAD. Reads whole embedding tables */

typedef struct clens_neurons_options {
  size_t struct_size;
  const size_t *values; /* values to watch, by index; NULL: every layer of the model */
  size_t value_count;
  size_t task;          /* output whose logit is the score */
  uint32_t count_every; /* quantiles and AUC from one row in so many, drawn by hash; 0: 4; 1: all */
  uint32_t sample_rows; /* rows kept whole, those with the smallest hash, for covariance; 0: 4096 */
  uint32_t buckets;     /* of the jackknife, 64..200; 0: 64 */
  uint32_t flags;       /* CLENS_NEURONS_* */
} clens_neurons_options;
#define CLENS_NEURONS_OPTIONS_INIT {sizeof(clens_neurons_options), NULL, 0, 0, 0, 0, 0, 0}

/* Statuses: INVALID_ARGUMENT (names the option), LIMIT_EXCEEDED (memory beyond the model's session_bytes),
 * OUT_OF_MEMORY. */
CLENS_API clens_status clens_neurons_create(const clens_model *model, const clens_neurons_options *options,
                                            clens_neurons **out);
CLENS_API void clens_neurons_release(clens_neurons *neurons);
/* Runs the batch and adds its candidates. The session is of the same model and observes every watched value
 * (BAD_STATE). With labels, figures are also kept by click; parts with and without labels do not mix (BAD_STATE).
 * `rows` NULL: no labels, no clusters, rows numbered on from the last add. Allocates nothing after the first
 * few batches. A run that fails half way (BAD_VALUE of a strict batch) leaves neurons that take no more rows and
 * cannot be saved: BAD_STATE; any other failure adds nothing. */
CLENS_API clens_status clens_neurons_add(clens_neurons *neurons, clens_session *session, const clens_batch *batch,
                                         const clens_rows *rows);
/* Adds all of `other`: same model id, values, options (INVALID_ARGUMENT), labels alike (BAD_STATE). */
CLENS_API clens_status clens_neurons_merge(clens_neurons *neurons, const clens_neurons *other);
/* Everything as bytes (schemas/profile.fbs); equal statistics give equal bytes. BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_neurons_size(const clens_neurons *neurons, size_t *size);
CLENS_API clens_status clens_neurons_save(const clens_neurons *neurons, void *buffer, size_t capacity);
/* The bytes are untrusted: BAD_FILE names the field. BAD_STATE: of another model. */
CLENS_API clens_status clens_neurons_load(const clens_model *model, const void *bytes, size_t size,
                                          clens_neurons **out);

/* Findings are about what the network computes: a value that is inputs alone (bags, dense inputs, concats of them)
 * has figures but no findings. DEAD, PROVABLY_DEAD and ALWAYS_ON are of rectified values: the output of a relu, or
 * what relus alone read. */
#define CLENS_NEURON_DEAD 1u          /* never > 0 in 10,000 rows or more; true rate at most 3 / rows (95 %) */
#define CLENS_NEURON_PROVABLY_DEAD 2u /* cannot be > 0, whatever the ids (bounds of weights and tables) */
#define CLENS_NEURON_ALWAYS_ON 4u     /* > 0 on every row (information, no fault) */
/* Sigmoid outside (.01, .99), tanh outside (-.99, .99) on >= 99 % of 1,000 or more counted rows. */
#define CLENS_NEURON_SATURATED 8u
/* |r| >= 0.9999 with an earlier neuron of its layer and equal sign on >= 99.9 % of 100 or more sampled rows. Neurons
 * that vary on fewer than ten rows or so ((sum d^2)^2 < 10 sum d^4) are not compared, nor are those of layers wider
 * than 2,048. */
#define CLENS_NEURON_DUPLICATE 16u

/* NaN: not defined, or not kept. Quantities without a label of their own are over all rows. */
typedef struct clens_neuron {
  uint64_t rows, non_finite; /* finite rows; others */
  uint64_t active;           /* rows with x > 0 */
  double mean, sd;           /* sd: of the rows, divisor rows - 1 */
  double minimum, maximum;
  double click_mean, other_mean;
  double label_correlation, score_correlation; /* Pearson */
  double auc, auc_error_bound; /* of the neuron alone as a score, from counts: off by at most the bound */
  /* Clustered delete-one-bucket jackknife, from sums in units of 2^-40 (x^2: 2^-38): NaN, but for active_ratio_se
   * and auc_se, where |x| exceeds 2^12. */
  double mean_se, sd_se, active_ratio_se, label_correlation_se, auc_se;
  uint64_t saturated, counted;                                          /* of the counted rows */
  uint32_t findings;                                                    /* CLENS_NEURON_* */
  uint32_t duplicate_of;                                                /* column of the earlier neuron */
} clens_neuron;

typedef struct clens_neuron_layer {
  size_t struct_size;
  const char *name; /* lives as long as the clens_neurons */
  size_t value;
  uint64_t width;
  uint64_t rows, clicks, labelled; /* rows added; clicks among the labelled */
  uint64_t counted, sampled;       /* rows counted for quantiles and AUC; rows kept whole */
  double effective_rank; /* exp(entropy of the covariance's eigenvalues) of the sampled rows (Roy and Vetterli 2007);
                            of the first 2,048 of them where the layer is wider than that */
  double component_share[2]; /* of the variance, by the two largest principal components */
  uint64_t dead, provably_dead, always_on, saturated, duplicates;
  uint32_t redundant; /* effective rank below 10 % of the width, from more sampled rows than columns */
  uint32_t reserved;
} clens_neuron_layer;
#define CLENS_NEURON_LAYER_INIT {sizeof(clens_neuron_layer), NULL, 0, 0, 0, 0, 0, 0, 0, 0, {0, 0}, 0, 0, 0, 0, 0, 0, 0}

/* Layers are numbered as the options' values. All of these read and change nothing. */
CLENS_API size_t clens_neurons_layers(const clens_neurons *neurons);
CLENS_API clens_status clens_neurons_layer(const clens_neurons *neurons, size_t layer, clens_neuron_layer *out);
/* `neurons_out[width]`, elements `stride` bytes apart (sizeof(clens_neuron) of the caller). BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_neurons_read(const clens_neurons *neurons, size_t layer, clens_neuron *neurons_out,
                                          size_t stride, size_t capacity);
/* values[column * count + i] = quantile probabilities[i] (0..1) of the counted rows, as the middle of its bin; the
 * bin's ends to low and high (NULL: not wanted). Bins: zero, and sign x 32 octaves [2^-20, 2^12) x 4, ends clamped to
 * the minimum and maximum. */
CLENS_API clens_status clens_neurons_quantiles(const clens_neurons *neurons, size_t layer, const double *probabilities,
                                               size_t count, double *values, double *low, double *high,
                                               size_t capacity);
/* The sampled rows in ascending order of their hash: values[row * width + column], hashes, logits (with SCORES), labels
 * (255: none); NULL: not wanted. `capacity` rows; BUFFER_TOO_SMALL when fewer than clens_neuron_layer.sampled. */
CLENS_API clens_status clens_neurons_sample(const clens_neurons *neurons, size_t layer, float *values, uint64_t *hashes,
                                            float *logits, uint8_t *labels, size_t capacity);
/* Two principal components of the sampled rows: components[2 * width] unit vectors (sign: largest entry positive). */
CLENS_API clens_status clens_neurons_components(const clens_neurons *neurons, size_t layer, double *components,
                                                size_t capacity);
/* Linear CKA (Kornblith et al. 2019) of two layers of one model or two, over the sampled rows that both kept
 * (equal hashes: feed both the same rows). NOT_FOUND: fewer than 2 common rows. */
CLENS_API clens_status clens_neurons_cka(const clens_neurons *a, size_t layer_a, const clens_neurons *b, size_t layer_b,
                                         double *cka, uint64_t *rows);

/* A layer over reference rows and over other rows (a training day, a later day). */
typedef struct clens_layer_change {
  size_t struct_size;
  double spread_ratio;        /* median over neurons that vary in the reference of sd(other) / sd(reference) */
  double covariance_distance; /* |C - C_ref| / |C_ref|, Frobenius; NaN, as the next, beyond 2,048 columns */
  double covariance_null;     /* the same between the two halves of the reference's sample, divided by sqrt(2) */
  double angles[2];           /* principal angles between the spans of the two largest components, radians */
} clens_layer_change;
#define CLENS_LAYER_CHANGE_INIT \
  {sizeof(clens_layer_change), 0, 0, 0, { 0, 0 }}
/* Statuses: INVALID_ARGUMENT (no such layer, layers of different width). */
CLENS_API clens_status clens_neurons_compare(const clens_neurons *reference, const clens_neurons *other, size_t layer,
                                             clens_layer_change *out);

/* ---------------------------------------------------------------- lens: probes */

/* Captured values of some rows in memory, with their labels: what probes are fitted to and evaluated on.
 * Thread: one at a time while adding, any number reading. Lifetime: until released; holds its model. */
typedef struct clens_probe_rows clens_probe_rows;
typedef struct clens_probe_rows_options {
  size_t struct_size;
  const size_t *values; /* values to probe, by index; NULL: every layer, then every task's logit */
  size_t value_count;
  uint64_t memory_bytes; /* 0: 2 GiB. An add beyond it: LIMIT_EXCEEDED, nothing was added */
} clens_probe_rows_options;
#define CLENS_PROBE_ROWS_OPTIONS_INIT {sizeof(clens_probe_rows_options), NULL, 0, 0}
/* INVALID_ARGUMENT: values that the model has not. */
CLENS_API clens_status clens_probe_rows_create(const clens_model *model, const clens_probe_rows_options *options,
                                               clens_probe_rows **out);
CLENS_API void clens_probe_rows_release(clens_probe_rows *rows);
/* Runs the batch and keeps its candidates' values. `keep` (NULL: all): one byte per candidate, 0: leave it out. The
 * session observes every probed value (BAD_STATE). What `info` gives (labels, targets, clusters, groups, controls)
 * must be alike in all adds (BAD_STATE). Rows with a value that is not finite are counted and left out. */
CLENS_API clens_status clens_probe_rows_add(clens_probe_rows *rows, clens_session *session, const clens_batch *batch,
                                            const clens_rows *info, const uint8_t *keep);
/* Rows kept, and rows left out since a value was not finite. */
CLENS_API uint64_t clens_probe_rows_count(const clens_probe_rows *rows);
CLENS_API uint64_t clens_probe_rows_non_finite(const clens_probe_rows *rows);
/* New labels (0 or 1) or targets for all rows, in the order they were kept: another concept, the same activations.
 * Either may be NULL. INVALID_ARGUMENT: count is not that of the rows. BAD_VALUE: a label or a target; nothing changed. */
CLENS_API clens_status clens_probe_rows_relabel(clens_probe_rows *rows, const uint8_t *labels, const float *targets,
                                                size_t count);
/* values[row * width + column] of value number `index`. BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_probe_rows_values(const clens_probe_rows *rows, size_t index, float *values,
                                               size_t capacity);

/* One linear classifier (or regression) per value. Thread: immutable, shared. Lifetime: reference-counted. */
typedef struct clens_probe clens_probe;

typedef enum clens_probe_target { CLENS_PROBE_LABEL = 0, CLENS_PROBE_NUMBER = 1 } clens_probe_target;

/* Minimised per value over standardised inputs u = (x - mean) / sd of the fit rows, intercept free:
 *   LABEL:   mean weighted log loss + lambda / 2 |w|^2   (non-clicks weigh 1 / negative_rate)
 *   NUMBER:  mean squared error / 2 + lambda / 2 |w|^2
 * A column with sd <= 1e-6 x the value's largest has coefficient 0. */
typedef struct clens_probe_options {
  size_t struct_size;
  uint32_t target; /* clens_probe_target */
  uint32_t reserved;
  double lambda;        /* 0: the best of 1e-5, 1e-4 .. 1e-1 by loss on `validation`; 1e-3 without it */
  double negative_rate; /* 0: 1 */
  double tolerance;     /* largest component of the gradient of the objective (NUMBER: in units of the target's sd);
                           0: 1e-8 */
} clens_probe_options;
#define CLENS_PROBE_OPTIONS_INIT {sizeof(clens_probe_options), 0, 0, 0, 0, 0}
/* `validation` may be NULL. BAD_VALUE: no rows, one class alone, or no labels / targets. BAD_STATE: rows of
 * two models. */
CLENS_API clens_status clens_probe_fit(const clens_probe_rows *fit, const clens_probe_rows *validation,
                                       const clens_probe_options *options, clens_probe **out);
CLENS_API void clens_probe_retain(clens_probe *probe);
CLENS_API void clens_probe_release(clens_probe *probe);

typedef struct clens_probe_info {
  size_t struct_size;
  const char *name; /* the layer's, value's or output's name; lives as long as the probe */
  size_t value;
  uint64_t width, rows, clicks;
  uint32_t target, converged;
  uint32_t iterations, reserved;
  double lambda, objective, gradient; /* gradient: largest component at the end */
  double intercept;                   /* on standardised inputs */
} clens_probe_info;
#define CLENS_PROBE_INFO_INIT {sizeof(clens_probe_info), NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
/* Probes, and one of them. INVALID_ARGUMENT: no such probe. */
CLENS_API size_t clens_probe_count(const clens_probe *probe);
CLENS_API clens_status clens_probe_describe(const clens_probe *probe, size_t index, clens_probe_info *info);
/* width entries each; NULL: not wanted. coefficients are on standardised inputs. */
CLENS_API clens_status clens_probe_coefficients(const clens_probe *probe, size_t index, double *mean, double *sd,
                                                double *coefficients, size_t capacity);

/* Logits (predictions of NUMBER) of probe `index` on rows, in double: logits[row]. Statuses: INVALID_ARGUMENT (no such
 * probe), BAD_STATE (rows of another model), BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_probe_logits(const clens_probe *probe, size_t index, const clens_probe_rows *rows,
                                          double *logits, size_t capacity);
/* The same figures as clens_metrics, of the probe's logits as floats. r2: NUMBER only, else NaN. BAD_VALUE: the rows have
 * no labels (NUMBER: no targets). */
CLENS_API clens_status clens_probe_evaluate(const clens_probe *probe, size_t index, const clens_probe_rows *rows,
                                            const clens_metrics_options *options, clens_metrics_result *result,
                                            double *r2);

/* AUC of two scores of the same rows. */
typedef struct clens_auc_difference {
  size_t struct_size;
  double auc_a, auc_b, difference; /* b - a */
  double se;                       /* paired clustered jackknife (every row its own cluster without keys) */
  double delong_se;                /* DeLong, DeLong and Clarke-Pearson 1988: rows independent */
  double delong_clustered_se;      /* Obuchowski 1997; NaN without clusters */
  double delong_se_a, delong_se_b, delong_clustered_se_a, delong_clustered_se_b; /* of each AUC alone */
  double low, high;                                                              /* difference -+ 1.96 se */
} clens_auc_difference;
#define CLENS_AUC_DIFFERENCE_INIT {sizeof(clens_auc_difference), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
/* `clusters` may be NULL. buckets: 64..200; 0: 128. BAD_VALUE: a score that is not finite, a label that is neither 0
 * nor 1. */
CLENS_API clens_status clens_auc_compare(const float *a, const float *b, const uint8_t *labels,
                                         const uint64_t *clusters, size_t n, uint32_t buckets,
                                         clens_auc_difference *result);
/* Probes `a` and `b` (LABEL) on the same rows. */
CLENS_API clens_status clens_probe_difference(const clens_probe *probe, size_t a, size_t b,
                                              const clens_probe_rows *rows, clens_auc_difference *result);

/* Controls, at the probe's lambda, mean and sd over draws. */
typedef enum clens_probe_control_kind {
  CLENS_CONTROL_SHUFFLED = 0,   /* labels shuffled among the rows, fitted, scored against equally shuffled labels */
  CLENS_CONTROL_RANDOM_TASK = 1 /* a random label per id of the control column at the click rate (Hewitt and Liang
                                   2019), fitted on `fit`, scored on `eval`'s rows of ids that `fit` has too */
} clens_probe_control_kind;
typedef struct clens_probe_control_result {
  size_t struct_size;
  uint32_t draws, reserved;
  double fit_auc_mean, fit_auc_sd;   /* on the rows fitted to: optimism */
  double eval_auc_mean, eval_auc_sd; /* on `eval` */
  uint64_t eval_rows;                /* that were scored */
} clens_probe_control_result;
#define CLENS_PROBE_CONTROL_RESULT_INIT {sizeof(clens_probe_control_result), 0, 0, 0, 0, 0, 0, 0}
/* draws 0: 10. Same seed, same result. Fitted to a gradient of 1e-6; RANDOM_TASK unweighted.
 * INVALID_ARGUMENT: NUMBER; RANDOM_TASK without controls. */
CLENS_API clens_status clens_probe_control(const clens_probe *probe, size_t index, uint32_t kind,
                                           const clens_probe_rows *fit, const clens_probe_rows *eval, uint32_t draws,
                                           uint64_t seed, clens_probe_control_result *result);
/* A model of the same graph with fresh weights (the third control): tables N(0, 0.01^2), linear weights and biases
 * uniform in +-1/sqrt(inputs), batch norms the identity, prelu 0.25; encoders and calibration as they are. In private
 * memory of the file's size. Same seed, same weights. */
CLENS_API clens_status clens_model_untrained(const clens_model *model, uint64_t seed, clens_model **out);
/* The same of the last `layers` linears, in the order of the nodes, and of all nodes behind the first of them; the rest
 * is kept. With more layers than the model has linears it is clens_model_untrained. An attribution that says the same
 * of both models does not look at those layers (the cascade of Adebayo et al. 2018). */
CLENS_API clens_status clens_model_randomised(const clens_model *model, uint64_t seed, size_t layers,
                                              clens_model **out);

/* Apart: a file of its own (schemas/probe.fbs), written atomically. IO. */
CLENS_API clens_status clens_probe_save(const clens_probe *probe, const char *path);
/* Verified as a model is; BAD_STATE: fitted to another model. */
CLENS_API clens_status clens_probe_open(const char *path, const clens_model *model, clens_probe **out);
/* In the model: writes model_path with the probe in it to out_path (which may be model_path), scores unchanged. */
CLENS_API clens_status clens_probe_attach(const clens_probe *probe, const char *model_path, const char *out_path);
/* The probe that the model's file carries; NOT_FOUND. */
CLENS_API clens_status clens_model_probe(const clens_model *model, clens_probe **out);

/* ---------------------------------------------------------------- lens: profiles */

/* What traffic looked like to a model: scores, features as they came and as they were pooled, neurons, which groups
 * moved the scores. One pass, exact, mergeable: parts added up in any order have the bytes of the whole. Holds no rows
 * but the neurons' small sample, and neither time, host nor path; its size does not grow with the rows. From data
 * (clens_profile_add), or from sessions that serve (clens_session_options.profile, clens_profile_collect).
 * Errors (_se) go by clusters: clens_rows.clusters, else the request's key, else the request.
 * Thread: one at a time. Lifetime: until released; holds its model. */
typedef struct clens_profile clens_profile;

#define CLENS_PROFILE_SCORES 1u   /* every task's logit */
#define CLENS_PROFILE_NEURONS 2u  /* as clens_neurons with SCORES and CLUSTERED, about 25 KiB a neuron */
#define CLENS_PROFILE_SALIENCY 4u /* centred gradient x input of one task, by group; needs `means` */
#define CLENS_PROFILE_FEATURES 8u /* ids, missing and unknown ones, dense values, pooled inputs */

typedef struct clens_profile_options {
  size_t struct_size;
  const size_t *values; /* NEURONS: values to watch, by index; NULL: every layer of the model */
  size_t value_count;
  size_t task;          /* that SALIENCY explains and neurons are correlated with */
  const float *means;   /* SALIENCY: of every input column (clens_model_info.input_width), of reference rows */
  size_t mean_count;
  uint32_t sections;    /* CLENS_PROFILE_*; 0: SCORES and FEATURES */
  uint32_t every;       /* one row in so many, picked by a hash of the request's key and the place in the request (without
                           keys: of the row's number); 0: 1 */
  uint32_t count_every; /* NEURONS: quantiles from one profiled row in so many; 0: 4 */
  uint32_t sample_rows; /* NEURONS: rows kept whole; 0: 1024 */
  uint32_t buckets;     /* of the jackknife, 64..200; 0: 64 */
  uint32_t most_rows;   /* that one run of a session may profile, 1..4096; 0: 64. Says nothing of data */
  /* Rows that wait in a session until clens_profile_settle or clens_profile_collect adds them up, 1..65536, never less
   * than most_rows; 0: 256. Each takes 8 bytes a number that is profiled, and with SALIENCY 8 more a number that its
   * gradient reads; ids that wait, up to 0.8 MB (LIMIT_EXCEEDED: above the model's session_bytes). A run that finds no room
   * adds up 32 to 64 itself, or as many as it brings. Says nothing of data. */
  uint32_t waiting_rows;
} clens_profile_options;
#define CLENS_PROFILE_OPTIONS_INIT {sizeof(clens_profile_options), NULL, 0, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0}

/* Statuses: INVALID_ARGUMENT (names the option), LIMIT_EXCEEDED (memory beyond the model's session_bytes). */
CLENS_API clens_status clens_profile_create(const clens_model *model, const clens_profile_options *options,
                                            clens_profile **out);
CLENS_API void clens_profile_release(clens_profile *profile);
/* The values that a session must observe to be added from: values[*count]. BUFFER_TOO_SMALL gives *count too. */
CLENS_API clens_status clens_profile_values(const clens_model *model, const clens_profile_options *options,
                                            size_t *values, size_t capacity, size_t *count);
/* Runs the batch and adds its picked candidates. The session observes clens_profile_values and has gradients for
 * SALIENCY (BAD_STATE). With labels, statistics are kept by click; rows with and without do not mix (BAD_STATE).
 * `rows` NULL: no labels, rows numbered on from the last add. A run that fails half way (BAD_VALUE of a strict batch)
 * leaves a profile that takes no more and cannot be saved: BAD_STATE; any other failure adds nothing. */
CLENS_API clens_status clens_profile_add(clens_profile *profile, clens_session *session, const clens_batch *batch,
                                         const clens_rows *rows);
/* Adds all of `other`. INVALID_ARGUMENT names what differs: model, sections, options; BAD_STATE: labels do. */
CLENS_API clens_status clens_profile_merge(clens_profile *profile, const clens_profile *other);
/* Everything as bytes (schemas/profile.fbs); equal statistics give equal bytes. BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_profile_size(const clens_profile *profile, size_t *size);
CLENS_API clens_status clens_profile_save(const clens_profile *profile, void *buffer, size_t capacity);
/* The bytes are untrusted: BAD_FILE names the field. BAD_STATE: of another model. `model` NULL: what is loaded can be
 * read and merged; adding to it is BAD_STATE. */
CLENS_API clens_status clens_profile_load(const clens_model *model, const void *bytes, size_t size,
                                          clens_profile **out);

typedef struct clens_profile_info {
  size_t struct_size;
  uint64_t model_low, model_high; /* of what the model computes: attaching profiles or probes does not change it */
  uint64_t rows, clicks, labelled; /* profiled */
  uint64_t seen;    /* candidates of all runs, profiled or not */
  uint64_t skipped; /* picked, but beyond most_rows of their run */
  size_t task, tasks, groups, features, inputs, raw; /* inputs: columns of POOLED; raw: of RAW */
  uint32_t sections, every, count_every, sample_rows, buckets, reserved;
} clens_profile_info;
#define CLENS_PROFILE_INFO_INIT \
  {sizeof(clens_profile_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
CLENS_API clens_status clens_profile_describe(const clens_profile *profile, clens_profile_info *info);

/* Columns of numbers, each with the figures of a neuron. */
typedef enum clens_profile_part {
  CLENS_PROFILE_PART_SCORES = 0,   /* logits, by task */
  CLENS_PROFILE_PART_POOLED = 1,   /* pooled inputs, in the order of input columns; without quantiles */
  CLENS_PROFILE_PART_RAW = 2,      /* elements of dense features as they came, features in order; non_finite: missing too */
  CLENS_PROFILE_PART_SALIENCY = 3, /* (e - mean e) . d logit / d e, by group */
  CLENS_PROFILE_PART_SIZES = 4     /* its absolute value */
} clens_profile_part;
/* columns[width of the part], elements `stride` bytes apart. NOT_FOUND: the profile does not keep it. */
CLENS_API clens_status clens_profile_columns(const clens_profile *profile, uint32_t part, clens_neuron *columns,
                                             size_t stride, size_t capacity);
/* As clens_neurons_quantiles: values[column * count + i]. */
CLENS_API clens_status clens_profile_quantiles(const clens_profile *profile, uint32_t part, const double *probabilities,
                                               size_t count, double *values, size_t capacity);
/* A group's share of the sum of |saliency| of all groups: a ratio of means, with its clustered error (`se`: or NULL).
 * NOT_FOUND: no SALIENCY is kept. */
CLENS_API clens_status clens_profile_share(const clens_profile *profile, size_t group, double *share, double *se);
/* Names live as long as the profile. NULL: no such. */
CLENS_API const char *clens_profile_task(const clens_profile *profile, size_t task);
CLENS_API const char *clens_profile_group(const clens_profile *profile, size_t group);
/* What SALIENCY was centred on: profiles to be merged need equal means. NOT_FOUND: no SALIENCY. BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_profile_means(const clens_profile *profile, float *means, size_t capacity);
/* The neurons once more, for clens_neurons_*. NOT_FOUND: none are kept. */
CLENS_API clens_status clens_profile_neurons(const clens_profile *profile, clens_neurons **out);

#define CLENS_IDS_ROWS 1u /* how ids came: as table rows, 64-bit keys, strings */
#define CLENS_IDS_KEYS 2u
#define CLENS_IDS_STRINGS 4u

/* One feature as it came. An entry of a request counts once for each of its profiled candidates. */
typedef struct clens_profile_feature {
  size_t struct_size;
  const char *name, *group; /* live as long as the profile */
  uint32_t dense;
  uint32_t hashed;     /* its encoder lets ids share rows */
  uint64_t table_rows; /* that ids can be */
  size_t first_input, inputs; /* its columns of POOLED */
  size_t first_raw, width;    /* dense: its columns of RAW */
  uint64_t rows;
  uint64_t missing; /* entries without an id or element */
  uint64_t bad;     /* elements that are none: not finite, no UTF-8, a weight that is not finite */
  uint64_t ids, unknown, cut; /* ids after cutting to max_length; those without a row; those cut off */
  double distinct;            /* different ids, by HyperLogLog of 4096 registers: standard error 1.6 % */
  double collisions; /* expected share of distinct ids that share a hashed row with another; 0: not hashed */
  uint64_t lengths[32]; /* entries of 0 to 15 ids, then of [2^k, 2^(k + 1)), the last one open */
  uint64_t histogram[64]; /* ids by the highest bits of their hash */
  uint32_t id_kinds; /* CLENS_IDS_*: histograms and distinct ids of profiles compare where these are equal */
  uint32_t reserved;
} clens_profile_feature;
#define CLENS_PROFILE_FEATURE_INIT \
  {sizeof(clens_profile_feature), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {0}, {0}, 0, 0}
CLENS_API clens_status clens_profile_read_feature(const clens_profile *profile, size_t feature,
                                                  clens_profile_feature *out);

/* What a session made with clens_session_options.profile saw since the last time, added to `profile`, which has equal
 * options. May be called from another thread while the session runs (a /metrics scraper): it never waits for the
 * session, nor the session for it; what the run at hand sees may come with the next call. Calls for one session take
 * turns. `rows`: how many came; NULL: not wanted. Statuses: BAD_STATE (the session has no profile; labels), and those
 * of clens_profile_merge. */
CLENS_API clens_status clens_profile_collect(clens_session *session, clens_profile *profile, uint64_t *rows);
/* Adds up the rows that wait, on the caller's thread, and leaves them with the session: the arithmetic of a collection
 * without its copies. Where a thread calls it, or collects, before clens_profile_options.waiting_rows have come (some ten
 * times a second), runs copy rows, read their ids, and no more. From any thread, also while the session runs, which
 * never waits for it; it waits for the end of the run at hand, up to 20 ms, after which rows come with the next call.
 * `rows`: added up by this call; NULL: not wanted. BAD_STATE: the session has no profile. */
CLENS_API clens_status clens_profile_settle(clens_session *session, uint64_t *rows);

/* Writes the model to out_path with the profile inside, as its reference: clens_model_profile gives it. As
 * clens_probe_attach. BAD_STATE: of another model. LIMIT_EXCEEDED: larger than a model's description may be. */
CLENS_API clens_status clens_profile_attach(const clens_profile *profile, const char *model_path,
                                            const char *out_path);
/* NOT_FOUND: the model carries none. */
CLENS_API clens_status clens_model_profile(const clens_model *model, clens_profile **out);

/* What sessions with clens_session_options.profile saw since the last time, of all seats, in a profile of the caller's:
 * of versions that are gone first, the oldest first, one a call, then of the version that serves. So no row is lost by
 * a publication. NOT_FOUND: no row since; while seats run there may always be some, so who wants all that is there stops
 * at the version that served when it began. `version`, `rows`: NULL, or what it is of. */
CLENS_API clens_status clens_slot_collect(clens_slot *slot, clens_profile **profile, uint64_t *version, uint64_t *rows);
/* clens_profile_settle for all seats of the version that serves. Nothing to do, with `rows` 0, where nothing is
 * profiled. Publications, collections and descriptions wait for it. */
CLENS_API clens_status clens_slot_settle(clens_slot *slot, uint64_t *rows);

/* ---------------------------------------------------------------- lens: drift */

/* What changed between profiles of reference days and a live one: same model, sections, task, buckets, saliency means.
 * Standard errors are clustered (a bucket of the cluster key is left out of all days at once); two reference days or
 * more also add the variance between days. The reference should be rows that the model was not trained on: on its
 * training rows it knows every id.
 * Thread: immutable, shared. Lifetime: until released; holds neither profiles nor model. */
typedef struct clens_drift clens_drift;

/* What is looked at, and when it is a finding: significant (q <= .05, Benjamini-Hochberg over the kinds of a line of
 * the first three) and large. */
typedef enum clens_drift_kind {
  /* PSI >= .1 */
  CLENS_DRIFT_SCORE = 0,   /* logits of a task */
  CLENS_DRIFT_ELEMENT = 1, /* one element of a dense feature, as it came */
  CLENS_DRIFT_IDS = 2,     /* ids of a sparse feature, by 64 bins of their hash */
  /* |2 asin sqrt p - 2 asin sqrt p_ref| >= .1 (Cohen's h) */
  CLENS_DRIFT_MISSING = 3, /* of rows */
  CLENS_DRIFT_UNKNOWN = 4, /* of ids */
  /* |shift of the mean| >= .25 reference sd, or sd ratio outside [.8, 1.25] */
  CLENS_DRIFT_NEURON = 5,
  /* the 95 % interval of the log ratio of a group's shares lies outside +-.1, one of them >= .01 */
  CLENS_DRIFT_SALIENCY = 6,
  /* of labelled rows, 200 clicks or more: AUC fell by .02 or more, |z| > 3; slope + 2 se < .6; |log(predicted /
   * observed)| > log 1.25, |z| > 3. From counts by bin of the logit: `evaluate` has the exact figures */
  CLENS_DRIFT_AUC = 7,
  CLENS_DRIFT_SLOPE = 8,
  CLENS_DRIFT_CALIBRATION = 9
} clens_drift_kind;

typedef enum clens_drift_verdict {
  CLENS_DRIFT_NONE = 0,
  CLENS_DRIFT_FOUND = 1,
  CLENS_DRIFT_NOT_ENOUGH = 2 /* fewer than 1,000 rows (IDS, UNKNOWN: ids) or 20 buckets of clusters on a side, or 200
                                clicks */
} clens_drift_verdict;

/* NaN: not defined, or not of this kind. */
typedef struct clens_drift_measure {
  const char *name;       /* of the task, feature, layer or group; lives as long as the clens_drift */
  double reference, live; /* mean, rate, share or figure; of all reference days together */
  double effect;          /* what must be large: PSI, h, shift in reference sd, log ratio, difference, slope, log */
  double sd_ratio;        /* live / reference */
  double se, z;           /* of live - reference (saliency: of the log ratio; slope, calibration: of the live figure) */
  double p, q;            /* when nothing changed; after Benjamini and Hochberg */
  double low, high;       /* 95 % interval of the effect */
  double psi, psi_null, psi_clustered_null; /* 10 equal-mass bins, ids 64; its mean when nothing changed, with rows
                                               independent and clustered */
  double ks;              /* a lower bound: the largest gap of the distribution functions at bins' ends */
  double jensen_shannon;  /* distance, natural log */
  double hellinger;
  double wasserstein;     /* of rows at the middles of their bins, in the value's unit */
  uint32_t kind, verdict; /* clens_drift_kind, clens_drift_verdict */
  uint32_t subject;       /* index of the task, feature, layer or group */
  uint32_t column;        /* of a layer or a dense feature */
} clens_drift_measure;

typedef struct clens_drift_info {
  size_t struct_size;
  uint64_t reference_rows, live_rows;
  uint64_t days;                        /* of the reference */
  uint64_t measures, found, not_enough; /* measures by verdict */
  uint64_t traces, groups;
} clens_drift_info;
#define CLENS_DRIFT_INFO_INIT {sizeof(clens_drift_info), 0, 0, 0, 0, 0, 0, 0, 0}

/* `model` NULL: nothing is traced to groups. Statuses: INVALID_ARGUMENT (no reference; profiles that cannot be
 * compared: the message says what differs), BAD_STATE (the model is not the one that was profiled). */
CLENS_API clens_status clens_drift_compare(const clens_model *model, const struct clens_profile *const *reference,
                                           size_t count, const struct clens_profile *live, clens_drift **out);
CLENS_API void clens_drift_release(clens_drift *drift);
CLENS_API clens_status clens_drift_describe(const clens_drift *drift, clens_drift_info *info);
/* All measures, by kind, subject, column; elements `stride` bytes apart (sizeof(clens_drift_measure) of the caller).
 * BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_drift_read(const clens_drift *drift, clens_drift_measure *measures, size_t stride,
                                        size_t capacity);

/* How a first linear was moved: the shift of the mean of neuron j's sum is exactly the sum over groups g of W_jg . d_g,
 * d_g the shift of the mean of g's pooled columns. */
typedef struct clens_drift_trace {
  size_t struct_size;
  const char *name; /* of the layer that shows it; lives as long as the clens_drift */
  uint64_t neurons; /* looked at */
  uint32_t moved;   /* nonzero: those that were found to have moved; else, none having moved, all that vary */
  uint32_t reserved;
} clens_drift_trace;
#define CLENS_DRIFT_TRACE_INIT {sizeof(clens_drift_trace), NULL, 0, 0, 0}
/* Groups by shift, largest first: shifts[i] = mean over the neurons of |W_jg d_g| / sd_j of groups[i]. `capacity`:
 * clens_drift_info.groups of each; BUFFER_TOO_SMALL. INVALID_ARGUMENT: no such trace. */
CLENS_API clens_status clens_drift_traced(const clens_drift *drift, size_t trace, clens_drift_trace *out,
                                          const char **groups, double *shifts, size_t capacity);

/* Figures of a labelled day, from counts on the universal edges of the logit, bins of a quarter octave: on the
 * synthetic days of the tests within .01 (AUC), .05 (slope) and .03 (calibration) of the exact ones. */
typedef struct clens_drift_day {
  size_t struct_size;
  uint64_t rows, clicks; /* 0: no labels */
  double auc, auc_se, slope, slope_se, calibration, log_calibration_se;
} clens_drift_day;
#define CLENS_DRIFT_DAY_INIT {sizeof(clens_drift_day), 0, 0, 0, 0, 0, 0, 0, 0}
/* Day 0 .. days - 1 of the reference, day `days` is the live one. INVALID_ARGUMENT: no such task or day. */
CLENS_API clens_status clens_drift_labels(const clens_drift *drift, size_t task, size_t day, clens_drift_day *out);

/* ---------------------------------------------------------------- lens: diagnosis */

/* What is wrong with a model, from days that it was trained on, rows of those days that were held out, and later days:
 * findings, each with its numbers, what would make it wrong, and the command that acts on it; and with them everything
 * else that was looked at, so that "nothing found" and "not enough data" can be told apart.
 *
 *   clens_diagnosis_create(model, NULL, &diagnosis);
 *   for every batch: clens_diagnosis_add(diagnosis, session, &batch, &rows, CLENS_DAY_TRAIN, "day=01.tsv");
 *   clens_diagnosis_judge(diagnosis, &count);
 *   for every finding: clens_diagnosis_finding(diagnosis, i, &finding);
 *
 * Over-fit is of all rows held out, else of the first test day. Fresh days are the first of those held out, then test
 * days, as they came: the first is for groups, and what probes are fitted to and drift is held against; the second for
 * what probes are evaluated on; all later ones for drift. Neurons are of training rows; calibration and coverage of test
 * days. Memory does not grow with rows, but with days: each keeps a profile, some 60 KiB a neuron, a few of them
 * probe_rows rows, too. Groups are permuted within a day's first batch: give large ones.
 * Thread: one at a time. Lifetime: until released; holds its model. */
typedef struct clens_diagnosis clens_diagnosis;

typedef enum clens_day_part { CLENS_DAY_TRAIN = 0, CLENS_DAY_HOLD = 1, CLENS_DAY_TEST = 2 } clens_day_part;

/* What is judged: `value`, and when it is a finding. Intervals (low, high) are of 95 % and clustered. What rests on
 * clicks needs 200 of them. */
typedef enum clens_finding_kind {
  CLENS_FINDING_OVERFIT = 0,           /* slope of clicks on logits of fresh rows; slope + 2 se (high) < .6 */
  CLENS_FINDING_LAYER = 1,             /* AUC of a probe less that of the layer before; high < .002 */
  CLENS_FINDING_USELESS_GROUP = 2,     /* AUC lost by permuting it; high < .004, together with all such groups too */
  CLENS_FINDING_MEMORISING_GROUP = 3,  /* the same on training rows less that on fresh ones; > .08 and low > .05 */
  CLENS_FINDING_DEAD = 4,              /* neurons (columns), as CLENS_NEURON_*, without those proven; > 0 */
  CLENS_FINDING_PROVABLY_DEAD = 5,
  CLENS_FINDING_SATURATED = 6,
  CLENS_FINDING_DUPLICATE = 7,
  CLENS_FINDING_REDUNDANT_LAYER = 8,   /* effective rank; below a tenth of the width */
  CLENS_FINDING_CALIBRATION = 9,       /* predicted / observed clicks; |log| > log 1.25 and |z| > 3 */
  CLENS_FINDING_CALIBRATION_BUCKET = 10, /* the same of scores in a range; |log| - 3 se > log 1.5 */
  CLENS_FINDING_CALIBRATION_GROUP = 11,  /* as BUCKET, of rows with one of clens_rows.groups */
  CLENS_FINDING_DRIFT_SCORE = 12,      /* as CLENS_DRIFT_SCORE */
  CLENS_FINDING_DRIFT_FEATURE = 13,    /* the worst of CLENS_DRIFT_ELEMENT, IDS, MISSING and UNKNOWN */
  CLENS_FINDING_DRIFT_NEURONS = 14,    /* as CLENS_DRIFT_NEURON; the value is that of the column that moved most */
  CLENS_FINDING_DRIFT_AUC = 15,        /* as CLENS_DRIFT_AUC */
  CLENS_FINDING_COVERAGE = 16,         /* share of unknown ids or missing entries; >= .5, and .1 above training */
  CLENS_FINDING_HASH_LOAD = 17,        /* expected share of ids that share their hashed row; >= .5 */
  CLENS_FINDING_SALIENCY = 18          /* log ratio of a group's shares; its interval outside +-.1 */
} clens_finding_kind;

typedef enum clens_finding_state {
  CLENS_FINDING_STATE_NONE = 0,
  CLENS_FINDING_STATE_FOUND = 1,
  CLENS_FINDING_STATE_NOT_ENOUGH = 2
} clens_finding_state;

typedef enum clens_severity {
  CLENS_SEVERITY_NOTE = 0,    /* something is superfluous: scores are as good without it */
  CLENS_SEVERITY_WARNING = 1, /* scores are, or will be, worse than they need to be */
  CLENS_SEVERITY_FAULT = 2    /* they are wrong now */
} clens_severity;

typedef struct clens_diagnosis_options {
  size_t struct_size;
  size_t task;
  uint64_t probe_rows; /* kept of a day for probes; 0: 50,000; at least 1,000 */
  uint64_t seed;       /* of the permutations; 0: 1 */
  uint32_t draws;      /* permutations of each group, up to 1,000; 0: 5 */
  uint32_t reserved;   /* 0 */
} clens_diagnosis_options;
#define CLENS_DIAGNOSIS_OPTIONS_INIT {sizeof(clens_diagnosis_options), 0, 0, 0, 0, 0}

/* Statuses: INVALID_ARGUMENT (names the option), LIMIT_EXCEEDED (memory beyond the model's session_bytes). */
CLENS_API clens_status clens_diagnosis_create(const clens_model *model, const clens_diagnosis_options *options,
                                              clens_diagnosis **out);
CLENS_API void clens_diagnosis_release(clens_diagnosis *diagnosis);
/* The values that a session must observe to be added from: values[*count]; it must have gradients, too.
 * BUFFER_TOO_SMALL gives *count too. */
CLENS_API clens_status clens_diagnosis_values(const clens_model *model, size_t *values, size_t capacity,
                                              size_t *count);
/* Runs the batch, many times over, and adds its candidates to the day of this name. `rows`: labels; clusters (NULL: the
 * request's key, else the request); groups: keys that calibration is split by (NULL: it is not; of more than 1,024 the
 * first are). Saliency is centred on the first batch of all. Statuses: INVALID_ARGUMENT (no labels, no such part),
 * BAD_VALUE (a label), BAD_STATE (the session lacks values or gradients; an add failed half way: nothing more can be
 * added or judged), UNSUPPORTED (batch.cache), BAD_BATCH, LIMIT_EXCEEDED. */
CLENS_API clens_status clens_diagnosis_add(clens_diagnosis *diagnosis, clens_session *session,
                                           const clens_batch *batch, const clens_rows *rows, uint32_t part,
                                           const char *day);
/* What findings call a key of clens_rows.groups; copied. */
CLENS_API clens_status clens_diagnosis_name_group(clens_diagnosis *diagnosis, uint64_t key, const char *name);
/* Judges what was added so far: findings 0 .. *count - 1, by kind. More may be added, and judged again. */
CLENS_API clens_status clens_diagnosis_judge(clens_diagnosis *diagnosis, size_t *count);

/* NaN: not defined. Strings and columns live until the next judge or release. */
typedef struct clens_finding {
  size_t struct_size;
  uint32_t kind, state, severity; /* clens_finding_kind, clens_finding_state, clens_severity */
  uint32_t reserved;
  const char *subject; /* the group, layer, feature, task or range of scores */
  const char *rows_of; /* names of the days that it is about */
  const char *text;    /* a sentence */
  const char *caveat;  /* what would make it wrong */
  const char *command; /* that acts on it, with MODEL and OUT for files; "": nothing was found */
  double value, low, high, threshold;
  uint64_t rows, clicks;
  const uint32_t *columns; /* neurons of a layer */
  size_t column_count;
  size_t evidence;         /* how many numbers more there are */
} clens_finding;
#define CLENS_FINDING_INIT \
  {sizeof(clens_finding), 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, NULL, 0, 0}
/* INVALID_ARGUMENT: no such finding; nothing was judged. */
CLENS_API clens_status clens_diagnosis_finding(const clens_diagnosis *diagnosis, size_t index, clens_finding *out);
typedef struct clens_evidence {
  size_t struct_size;
  const char *name; /* lives as those of the finding */
  double value, low, high;
} clens_evidence;
#define CLENS_EVIDENCE_INIT {sizeof(clens_evidence), NULL, 0, 0, 0}
CLENS_API clens_status clens_diagnosis_evidence(const clens_diagnosis *diagnosis, size_t finding, size_t index,
                                                clens_evidence *out);

/* ---------------------------------------------------------------- lens: refining */

typedef struct clens_table_change {
  size_t struct_size;
  const char *name; /* the model's own */
  uint32_t from, to; /* clens_row_type */
  uint64_t bytes_before, bytes_after;
  double largest_error; /* |before - after| of one number, over all rows */
  uint64_t largest_error_row;
} clens_table_change;
#define CLENS_TABLE_CHANGE_INIT {sizeof(clens_table_change), NULL, 0, 0, 0, 0, 0, 0}
/* Writes the model to out_path, which may be its own file, with the rows of `tables` (indices; NULL: of all) in
 * another type; as clens_table_encode, at clens_table_row_stride. A table that has the type already is copied.
 * Self-test rows and probes are left out, since they belong to the old numbers; metadata `refined` tells what was
 * done. changes: NULL, or one for each table, in their order, all of the first one's struct_size. Statuses: those of
 * clens_writer_begin; CHECKSUM_MISMATCH (the model is damaged), INVALID_ARGUMENT (no such table, or twice), BAD_VALUE
 * (as clens_table_encode; names the table). */
CLENS_API clens_status clens_refine_tables(const clens_model *model, uint32_t row_type, const size_t *tables,
                                           size_t table_count, const char *out_path, clens_table_change *changes);

/* Edits of a model, one after the other, that end in a new file. Each is verified as a file is; one that fails leaves the
 * model as it was. What is learnt from data is learnt from the model as edited so far (clens_refiner_model). What no
 * output and no layer depends on any more - nodes, constants, features, tables - leaves the file.
 *
 *   clens_refiner_create(model, &refiner);
 *   clens_refiner_prune_proven(refiner);
 *   clens_refiner_set_tables(refiner, CLENS_ROW_F16, NULL, 0, NULL);
 *   clens_refiner_write(refiner, "smaller.clens");
 *
 * Thread: one at a time. Lifetime: until released; holds the model. */
typedef struct clens_refiner clens_refiner;
/* CHECKSUM_MISMATCH: a segment of the model is damaged (all are read). */
CLENS_API clens_status clens_refiner_create(const clens_model *model, clens_refiner **out);
CLENS_API void clens_refiner_release(clens_refiner *refiner);
/* The model as edited so far, to be scored, explained and watched like any other. It shares the memory of tables that
 * were not edited, and stays what it is when edits follow. */
CLENS_API clens_status clens_refiner_model(const clens_refiner *refiner, clens_model **out);

/* Takes feature groups out: their pooled inputs stand still at `means` (every input column of clens_refiner_model, as
 * clens_saliency_means gives them; finite), which go into the biases of the linears that read them. Where something else
 * reads an input, or a linear would have nothing left, a linear of weight zero stands for it. Statuses: NOT_FOUND (no such
 * group), INVALID_ARGUMENT (no feature would be left; means that do not fit), UNSUPPORTED, naming the node (a feature kept
 * as a sequence, an input that is an output itself). */
CLENS_API clens_status clens_refiner_drop_groups(clens_refiner *refiner, const char *const *groups, size_t count,
                                                 const float *means, size_t mean_count);

/* Takes neurons out that cannot be above 0 whatever the ids (outputs of relus; bounds of weights and tables). Scores of
 * F32 sessions keep their bits. Values other than those of clens_refiner_prunable are left alone. */
CLENS_API clens_status clens_refiner_prune_proven(clens_refiner *refiner);
/* Values whose neurons can go: linears alone read them, through concats or not, and a linear makes them, through batch
 * norms and activations that nothing else reads. values[*count]; BUFFER_TOO_SMALL gives *count too. */
CLENS_API clens_status clens_refiner_prunable(const clens_refiner *refiner, size_t *values, size_t capacity,
                                              size_t *count);

#define CLENS_PRUNE_DEAD 1u      /* CLENS_NEURON_DEAD of a relu: scores of the rows seen keep their bits */
#define CLENS_PRUNE_WEAK 2u      /* sd times the norm of the weights behind below weak_below times the layer's largest:
                                    the neuron's mean goes into the biases behind */
#define CLENS_PRUNE_DUPLICATE 4u /* CLENS_NEURON_DUPLICATE: what it gave is added to its twin's weights, to scale */
typedef struct clens_prune_options {
  size_t struct_size;
  uint32_t kinds;    /* CLENS_PRUNE_*; 0: DEAD and DUPLICATE */
  uint32_t reserved; /* 0 */
  double weak_below; /* 0: .01 */
} clens_prune_options;
#define CLENS_PRUNE_OPTIONS_INIT {sizeof(clens_prune_options), 0, 0, 0}
/* Takes neurons out by what they did. Other rows' scores change a little: look at a further day. A value keeps one neuron
 * at least. Statuses: BAD_STATE (neurons of another model than clens_refiner_model; without rows), INVALID_ARGUMENT (a
 * watched value that is not among clens_refiner_prunable's; weak_below not in (0, 1)). */
CLENS_API clens_status clens_refiner_prune(clens_refiner *refiner, const clens_neurons *neurons,
                                           const clens_prune_options *options);

/* Cuts the network at the value of a probe (LABEL), whose logit becomes the task's; calibration of the task goes, and
 * layers that nothing depends on. Statuses: INVALID_ARGUMENT (no such probe or task, a probe of numbers or of the score),
 * BAD_STATE (fitted to another model than clens_refiner_model). */
CLENS_API clens_status clens_refiner_cut(clens_refiner *refiner, const clens_probe *probe, size_t index, size_t task);

typedef enum clens_calibration_method {
  CLENS_CALIBRATION_PLATT = 0,   /* scale and shift of most likelihood */
  CLENS_CALIBRATION_ISOTONIC = 1 /* rates that never fall with the logit: flat stretches, joined by straight lines. Ranks
                                    within a stretch become ties */
} clens_calibration_method;
typedef struct clens_calibration_options {
  size_t struct_size;
  uint32_t method;      /* clens_calibration_method */
  uint32_t reserved;    /* 0 */
  size_t task;
  double negative_rate; /* share of negatives kept by sampling; 0: 1 */
} clens_calibration_options;
#define CLENS_CALIBRATION_OPTIONS_INIT {sizeof(clens_calibration_options), 0, 0, 0, 0}
typedef struct clens_calibration_fit {
  size_t struct_size;
  uint64_t rows, clicks, non_finite;     /* non_finite: rows left out */
  double logloss_before, logloss_after;  /* of these rows */
  double scale, shift;                   /* PLATT */
  uint64_t knots;                        /* ISOTONIC */
} clens_calibration_fit;
#define CLENS_CALIBRATION_FIT_INIT {sizeof(clens_calibration_fit), 0, 0, 0, 0, 0, 0, 0, 0}
/* Fits to n logits of the task by clens_refiner_model, and their labels (0 or 1), and puts the calibration behind the
 * task's logit; to an affine one that is there it is added. fit: NULL or out. BAD_VALUE: one class alone; PLATT: logits
 * that part the classes or fall with the click rate. INVALID_ARGUMENT: no such task, negative_rate not in (0, 1]. */
CLENS_API clens_status clens_refiner_calibrate(clens_refiner *refiner, const float *logits, const uint8_t *labels,
                                               size_t n, const clens_calibration_options *options,
                                               clens_calibration_fit *fit);

/* Folds batch norms into the linears that they alone read: scores change in their last bits. A layer that names a value
 * between the two goes. */
CLENS_API clens_status clens_refiner_fold_batch_norms(clens_refiner *refiner);
/* As clens_refine_tables, of clens_refiner_model; the new rows are held in memory. Names live until the next edit. */
CLENS_API clens_status clens_refiner_set_tables(clens_refiner *refiner, uint32_t row_type, const size_t *tables,
                                                size_t table_count, clens_table_change *changes);

/* Recommends a precision (not RECOMMENDED) and the values that stay in float32, as clens_precision_report gives them, to
 * sessions and caches with CLENS_PRECISION_RECOMMENDED: metadata `recommended_precision` and
 * `recommended_full_precision`. An edit that follows forgets it, as clens_refine_tables does. INVALID_ARGUMENT: values
 * as clens_session_create refuses them. */
CLENS_API clens_status clens_refiner_recommend_precision(clens_refiner *refiner, uint32_t precision,
                                                         const size_t *full_precision, size_t count);

typedef struct clens_edit { /* strings live as long as the refiner, unless an edit follows */
  size_t struct_size;
  const char *name;   /* "drop-group", "prune", "cut", "calibrate", "fold-batch-norm", "tables", "precision" */
  const char *text;   /* what was done, as the file's metadata tell it */
  uint64_t removed;   /* features, neurons, nodes (cut) or batch norms */
  uint32_t same_bits; /* nonzero: scores of F32 sessions are what they were */
  uint32_t reserved;
} clens_edit;
#define CLENS_EDIT_INIT {sizeof(clens_edit), NULL, NULL, 0, 0, 0}
CLENS_API size_t clens_refiner_edits(const clens_refiner *refiner);
CLENS_API clens_status clens_refiner_edit(const clens_refiner *refiner, size_t index, clens_edit *out);

/* Writes the model as edited, atomically, to `path`, which may be the first model's own. Metadata: `refined` (what was
 * done, appended to what earlier refinings say), `refined_from` (id of the first model), `refined_by`. Self-test rows get
 * the new scores; probes and a reference profile stay where nothing of what the model computes has changed. Statuses:
 * those of clens_writer_begin. */
CLENS_API clens_status clens_refiner_write(const clens_refiner *refiner, const char *path);

/* ---------------------------------------------------------------- lens: cost, and the graph as text */

/* What one core of this machine can do, with the instruction set in force: bounds of what a model costs. */
typedef struct clens_roofline {
  size_t struct_size;
  double flops;                     /* float32 operations per second, two for a fused multiply-add */
  double l1, l2, l3, memory;        /* bytes read per second, in order */
  uint64_t l1_bytes, l2_bytes, l3_bytes; /* sizes of the caches; 0: the system does not tell */
  uint64_t near_table, far_table;   /* bytes of two tables of 64-byte rows, and of random rows of each: */
  double near_row_ns, far_row_ns;         /* nanoseconds of one, many at a time */
  double near_latency_ns, far_latency_ns; /* nanoseconds of one after another */
} clens_roofline;
#define CLENS_ROOFLINE_INIT {sizeof(clens_roofline), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

typedef struct clens_roofline_options {
  size_t struct_size;
  uint64_t memory_bytes; /* of the far table, touched and given back; 0: twice the outer cache, 256 MiB to 1 GiB */
  uint32_t sample_ms;    /* of each of a figure's five samples, of which the best counts; 0: 20 */
  uint32_t reserved;     /* 0 */
} clens_roofline_options;
#define CLENS_ROOFLINE_OPTIONS_INIT {sizeof(clens_roofline_options), 0, 0, 0}
/* Measures in the calling thread, in about sample_ms / 8 seconds. Statuses: INVALID_ARGUMENT (memory_bytes below 64 KiB
 * or above 64 GiB, sample_ms above 1,000), UNSUPPORTED_ISA as clens_isa, OUT_OF_MEMORY. */
CLENS_API clens_status clens_roofline_measure(const clens_roofline_options *options, clens_roofline *out);

typedef struct clens_cost_options {
  size_t struct_size;
  uint64_t candidates;            /* 0: 1 */
  uint64_t requests;              /* that they are spread over; 0: every candidate is its own */
  double ids;                     /* of an entry of a sparse feature; 0: 1 */
  const clens_roofline *roofline; /* NULL: times are 0 */
} clens_cost_options;
#define CLENS_COST_OPTIONS_INIT {sizeof(clens_cost_options), 0, 0, 0, NULL}

/* Of one float32 run with one strand. Counts are of the canonical order: what a request shares is counted once. */
typedef struct clens_cost {
  size_t struct_size;
  double flops;         /* of linears and sums of columns, two for a fused multiply-add */
  double request_flops; /* of those, done once a request */
  double weight_bytes;  /* weights of all linears, once */
  double ids;           /* table rows read */
  double line_bytes;    /* of the cache lines of those rows */
  double table_bytes;   /* of all tables they are read from */
  double elements;      /* of steps that go element by element */
  double us;            /* microseconds foretold: the sum of the four below */
  double dense_us, rows_us, elements_us, call_us;
} clens_cost;
#define CLENS_COST_INIT {sizeof(clens_cost), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
/* Counts from the graph, runs nothing. INVALID_ARGUMENT: ids negative or not finite, a rate, time or table of the
 * roofline that is not above 0. */
CLENS_API clens_status clens_model_cost(const clens_model *model, const clens_cost_options *options, clens_cost *out);

typedef enum clens_node_run { /* how sessions that watch nothing run a node */
  CLENS_NODE_STEP = 0,  /* by a step of its own */
  CLENS_NODE_FUSED = 1, /* within the step of the node before it, at no further cost */
  CLENS_NODE_VIEW = 2,  /* not at all: its output is its inputs' memory */
  CLENS_NODE_NEVER = 3  /* not at all: no output depends on it */
} clens_node_run;

typedef struct clens_node_cost {
  uint32_t run;         /* clens_node_run; all figures are 0 but for STEP */
  uint32_t reserved;    /* 0 */
  double flops, request_flops, weight_bytes, ids, line_bytes, elements; /* as clens_cost, whose sums they add up to */
  double value_bytes;   /* of the values it reads and writes, each once for every row of its scope */
  double bytes;         /* touched: of weights, cache lines of table rows, and values, each counted once */
} clens_node_cost;
/* costs[clens_model_info.nodes], `stride` bytes apart (sizeof(clens_node_cost) of the caller). Counts from the graph,
 * runs nothing; options.roofline is not looked at. INVALID_ARGUMENT: ids negative or not finite; BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_model_node_costs(const clens_model *model, const clens_cost_options *options,
                                              clens_node_cost *costs, size_t stride, size_t capacity);

typedef enum clens_graph_format {
  CLENS_GRAPH_DOT = 0,    /* Graphviz */
  CLENS_GRAPH_MERMAID = 1 /* a Mermaid flowchart; Mermaid draws up to 500 edges unless its host sets maxEdges */
} clens_graph_format;
/* The graph as text to be drawn: features and nodes grouped by scope, edges with the shapes [fields, width] of the
 * values that pass, layers and outputs marked. Names are escaped. *size: bytes, without the NUL that ends them; with
 * `buffer` NULL it is all that is written. BUFFER_TOO_SMALL (capacity must be above *size) gives *size too. */
CLENS_API clens_status clens_model_graph(const clens_model *model, uint32_t format, char *buffer, size_t capacity,
                                         size_t *size);

#ifdef __cplusplus
}
#endif
#endif /* CLICKLENS_H */
