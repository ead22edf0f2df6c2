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
 * Rules that hold everywhere:
 *  - A function that can fail returns clens_status; clens_last_error() has the message of this thread's
 *    last failure, clens_session_error() that of a session. Scores never carry errors.
 *  - Handles are opaque. release(NULL) does nothing. Output handles are written only on CLENS_OK.
 *  - What does not say since when it exists exists since 0.1.
 *  - Structs start with struct_size: set it with the _INIT macro. Zero means the default. A struct of an
 *    older version lacks the fields appended since; one larger than this library knows is accepted
 *    when its unknown tail is zero. A size that no version had: INVALID_ARGUMENT.
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
  uint64_t dense_bytes;      /* all constants [4 GiB] */
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
} clens_model_options;
#define CLENS_MODEL_OPTIONS_INIT {sizeof(clens_model_options), CLENS_ACCESS_MAP, 0, NULL}

/* Opens and verifies `path`. Statuses: IO, BAD_FILE, CHECKSUM_MISMATCH, UNKNOWN_REQUIREMENT (the file
 * needs a newer clicklens; the message says which), LIMIT_EXCEEDED, OUT_OF_MEMORY. A file of another
 * arithmetic version, older or newer, opens too: that its scores have the bits its writer saw is
 * promised only where clens_model_info.arithmetic_version equals clens_arithmetic_version(). */
CLENS_API clens_status clens_model_open(const char *path, const clens_model_options *options, clens_model **out);
/* The same from memory. With ACCESS_MAP the bytes (64-byte aligned) must outlive the model; with
 * ACCESS_COPY they are copied. INVALID_ARGUMENT: bytes that are not aligned. */
CLENS_API clens_status clens_model_open_memory(const void *bytes, size_t size, const clens_model_options *options,
                                               clens_model **out);
CLENS_API void clens_model_retain(clens_model *model);
CLENS_API void clens_model_release(clens_model *model);

/* Checksums every segment: CHECKSUM_MISMATCH names the first that differs. */
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
  uint64_t parameters;      /* floats in tables and constants */
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
  uint64_t width;      /* dense: floats per entry, before any bucketising; sparse: pooled width */
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
} clens_value_info;
#define CLENS_VALUE_INFO_INIT {sizeof(clens_value_info), NULL, NULL, 0, 0}
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
  const char *name, *type; /* type: "f32", "f16", ... */
  uint64_t rows, dim, bytes;
} clens_table_info;
#define CLENS_TABLE_INFO_INIT {sizeof(clens_table_info), NULL, NULL, 0, 0, 0}
CLENS_API clens_status clens_model_table(const clens_model *model, size_t index, clens_table_info *info);
/* Feature groups in order of first appearance. */
CLENS_API clens_status clens_model_group(const clens_model *model, size_t index, const char **name);
CLENS_API clens_status clens_model_metadata(const clens_model *model, size_t index, const char **key,
                                            const char **value);

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

typedef struct clens_session_options {
  size_t struct_size;
  uint32_t strands;       /* parts a batch may be cut into, each with own scratch; 0 or 1: none; up to 256 */
  uint32_t gradients;     /* nonzero: clens_saliency_run is allowed */
  uint32_t tile_rows;     /* candidates that go through the network together; 0: chosen (1..1024) */
  uint32_t reserved;      /* 0 */
  const size_t *captures; /* values that runs may capture, by index */
  size_t capture_count;
  clens_parallel_for parallel_for; /* host's threads; NULL: strands - 1 helper threads of our own */
  void *parallel_host;
} clens_session_options;
#define CLENS_SESSION_OPTIONS_INIT {sizeof(clens_session_options), 0, 0, 0, 0, NULL, 0, NULL, NULL}

/* Binds features to inputs by name. Statuses: NOT_FOUND (a required feature without input) and
 * INVALID_ARGUMENT (an input of a kind its feature cannot take), naming the feature; INVALID_ARGUMENT also
 * for more than 256 strands, tile_rows above 1024, a capture of no value or of one value twice;
 * LIMIT_EXCEEDED (the block would be above clens_limits.session_bytes of the model), UNSUPPORTED_ISA (as
 * clens_isa), OUT_OF_MEMORY (also when the system refuses a helper thread). */
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
  const void *cache;              /* NULL: no candidate cache in this version */
  const int64_t *cache_rows;      /* NULL */
} clens_batch;
#define CLENS_BATCH_INIT {sizeof(clens_batch), sizeof(clens_column), 0, 0, NULL, NULL, 0, 0, 0, NULL, NULL, NULL}

typedef enum clens_output_kind { CLENS_OUTPUT_PROBABILITY = 0, CLENS_OUTPUT_LOGIT = 1 } clens_output_kind;

/* What a run met in the batch, over all features. */
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
  clens_counts counts; /* out */
} clens_output;
#define CLENS_OUTPUT_INIT \
  {sizeof(clens_output), CLENS_OUTPUT_PROBABILITY, 0, NULL, 0, 0, NULL, 0, sizeof(clens_capture), {0, 0, 0, 0, 0}}

/* Scores a batch. Structure (offsets, kinds, counts) is checked before any work: BAD_BATCH, scores
 * untouched. Bad values follow the feature's missing or unknown rule and are counted; under
 * CLENS_BATCH_STRICT the run ends with BAD_VALUE and leaves values and captures indeterminate. Allocates
 * nothing, takes no lock and makes no system call with one strand. Other statuses: INVALID_ARGUMENT (nothing
 * is asked for, one value is captured twice), BUFFER_TOO_SMALL, UNSUPPORTED (batch.cache), BAD_STATE (a value
 * that the session was not made to capture; helper threads in a child process, which has none of them
 * after fork; a parallel_for that left tasks out: values and captures are indeterminate). */
CLENS_API clens_status clens_session_run(clens_session *session, const clens_batch *batch, clens_output *output);

/* The flat form of a batch: one buffer whose pointers are offsets into it; little-endian, 8-byte aligned,
 * all bounds checked. For recording, replay, JNI, Go. The batch is checked as by clens_session_run; only
 * entries that count are written (slices are cut out, inputs no feature wants are left out), so equal
 * batches give equal bytes. Statuses: BAD_BATCH, UNSUPPORTED (batch.cache), BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_flat_size(clens_session *session, const clens_batch *batch, size_t *size);
CLENS_API clens_status clens_flat_write(clens_session *session, const clens_batch *batch, void *buffer,
                                        size_t capacity);
/* Scores a flat batch into out[candidate * tasks + task]; `kind` is a clens_output_kind. The buffer is
 * untrusted and must not change during the call. Allocates nothing. Statuses: INVALID_ARGUMENT (a buffer
 * that is not 8-byte aligned), BAD_BATCH (the message names the field), BUFFER_TOO_SMALL, BAD_VALUE and
 * BAD_STATE as clens_session_run. */
CLENS_API clens_status clens_session_run_flat(clens_session *session, const void *buffer, size_t size, uint32_t kind,
                                              float *out, size_t capacity);

/* ---------------------------------------------------------------- saliency */

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
  CLENS_LEVEL_ID = 2,        /* ragged: per candidate, per sparse feature in model order, its ids in caller order */
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
 *                     GRADIENT_L1 or _L2 at level GROUP or FEATURE; batch.cache
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
 * that failed are of no use. Statuses: BAD_BATCH, BAD_VALUE, UNSUPPORTED (batch.cache), BUFFER_TOO_SMALL. */
CLENS_API clens_status clens_saliency_means(clens_session *session, const clens_batch *batch, double *sums,
                                            size_t capacity, uint64_t *rows);

/* Which features say something of each candidate: covered[candidate * features + feature] is 1 where the
 * feature has an id with a table row of its own, or a finite dense value, and 0 where it is missing or
 * where a row or value stands in for missing or unknown ones. `capacity` in bytes; too small:
 * BUFFER_TOO_SMALL. The session needs no gradients. Allocates nothing. */
CLENS_API clens_status clens_saliency_coverage(clens_session *session, const clens_batch *batch, uint8_t *covered,
                                               size_t capacity);

/* ---------------------------------------------------------------- metrics */

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
  uint64_t rows, clicks, non_finite;
  double auc, auc_se, auc_error_bound; /* error bound: 0 when exact */
  double gauc, gauc_coverage, gauc_median_rows;
  double logloss, logloss_se, normalized_entropy;
  double calibration, calibration_se; /* sum p / sum y */
  double slope, slope_se, intercept;  /* y ~ intercept + slope * logit (Cox) */
  uint32_t enough_data;               /* 0: fewer than 200 clicks */
  uint32_t reserved;
} clens_metrics_result;
#define CLENS_METRICS_RESULT_INIT {sizeof(clens_metrics_result), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
/* Of all rows added so far; more may follow. OUT_OF_MEMORY: exact metrics need 32 bytes a row meanwhile. */
CLENS_API clens_status clens_metrics_compute(const clens_metrics *metrics, clens_metrics_result *result);

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

#ifdef __cplusplus
}
#endif
#endif /* CLICKLENS_H */
