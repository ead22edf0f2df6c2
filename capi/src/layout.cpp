// What may never change again: values of enums, which the runtime has copies of, and where the fields of
// released structs are, on the 64-bit platforms clicklens is built for.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "encode/column.h"
#include "exec/batch.h"
#include "format/model_desc.h"
#include "ops/lowering.h"
#include "released.h"

namespace clicklens::capi {
namespace {

#define CLENS_SAME(ours, theirs) static_assert(static_cast<unsigned>(ours) == static_cast<unsigned>(theirs))
CLENS_SAME(format::Scope::request, CLENS_SCOPE_REQUEST);
CLENS_SAME(format::Scope::candidate, CLENS_SCOPE_CANDIDATE);
CLENS_SAME(format::Scope::pair, CLENS_SCOPE_PAIR);
CLENS_SAME(encode::ColumnKind::rows, CLENS_COLUMN_ROWS);
CLENS_SAME(encode::ColumnKind::keys, CLENS_COLUMN_KEYS);
CLENS_SAME(encode::ColumnKind::strings, CLENS_COLUMN_STRINGS);
CLENS_SAME(encode::ColumnKind::floats, CLENS_COLUMN_FLOATS);
CLENS_SAME(encode::ValueType::i8, CLENS_TYPE_I8);
CLENS_SAME(encode::ValueType::i16, CLENS_TYPE_I16);
CLENS_SAME(encode::ValueType::i32, CLENS_TYPE_I32);
CLENS_SAME(encode::ValueType::i64, CLENS_TYPE_I64);
CLENS_SAME(encode::ValueType::u8, CLENS_TYPE_U8);
CLENS_SAME(encode::ValueType::u16, CLENS_TYPE_U16);
CLENS_SAME(encode::ValueType::u32, CLENS_TYPE_U32);
CLENS_SAME(encode::ValueType::u64, CLENS_TYPE_U64);
CLENS_SAME(encode::ValueType::f32, CLENS_TYPE_F32);
CLENS_SAME(encode::ValueType::bytes, CLENS_TYPE_BYTES);
CLENS_SAME(ops::Precision::f32, CLENS_PRECISION_F32);
CLENS_SAME(ops::Precision::int8, CLENS_PRECISION_INT8);
CLENS_SAME(ops::Precision::bf16, CLENS_PRECISION_BF16);
CLENS_SAME(exec::OutputKind::probability, CLENS_OUTPUT_PROBABILITY);
CLENS_SAME(exec::OutputKind::logit, CLENS_OUTPUT_LOGIT);
#undef CLENS_SAME

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_allocator, struct_size, 0);
CLENS_AT(clens_allocator, context, 8);
CLENS_AT(clens_allocator, allocate, 16);
CLENS_AT(clens_allocator, deallocate, 24);
static_assert(first_size<clens_allocator> == 32);
CLENS_AT(clens_limits, struct_size, 0);
CLENS_AT(clens_limits, flatbuffer_bytes, 8);
CLENS_AT(clens_limits, segments, 16);
CLENS_AT(clens_limits, nodes, 24);
CLENS_AT(clens_limits, features, 32);
CLENS_AT(clens_limits, columns, 40);
CLENS_AT(clens_limits, reduction, 48);
CLENS_AT(clens_limits, table_rows, 56);
CLENS_AT(clens_limits, dense_bytes, 64);
CLENS_AT(clens_limits, sequence_length, 72);
CLENS_AT(clens_limits, session_bytes, 80);
static_assert(first_size<clens_limits> == 88);
CLENS_AT(clens_model_options, struct_size, 0);
CLENS_AT(clens_model_options, access, 8);
CLENS_AT(clens_model_options, flags, 12);
CLENS_AT(clens_model_options, limits, 16);
CLENS_AT(clens_model_options, base, 24);
static_assert(first_size<clens_model_options> == 24);
CLENS_AT(clens_model_info, struct_size, 0);
CLENS_AT(clens_model_info, name, 8);
CLENS_AT(clens_model_info, id_low, 16);
CLENS_AT(clens_model_info, id_high, 24);
CLENS_AT(clens_model_info, arithmetic_version, 32);
CLENS_AT(clens_model_info, file_size, 40);
CLENS_AT(clens_model_info, parameters, 48);
CLENS_AT(clens_model_info, features, 56);
CLENS_AT(clens_model_info, groups, 64);
CLENS_AT(clens_model_info, tables, 72);
CLENS_AT(clens_model_info, nodes, 80);
CLENS_AT(clens_model_info, values, 88);
CLENS_AT(clens_model_info, layers, 96);
CLENS_AT(clens_model_info, outputs, 104);
CLENS_AT(clens_model_info, metadata, 112);
CLENS_AT(clens_model_info, input_width, 120);
static_assert(first_size<clens_model_info> == 128);
CLENS_AT(clens_feature_info, struct_size, 0);
CLENS_AT(clens_feature_info, name, 8);
CLENS_AT(clens_feature_info, group, 16);
CLENS_AT(clens_feature_info, group_index, 24);
CLENS_AT(clens_feature_info, dense, 32);
CLENS_AT(clens_feature_info, scope, 36);
CLENS_AT(clens_feature_info, required, 40);
CLENS_AT(clens_feature_info, column, 44);
CLENS_AT(clens_feature_info, weighted, 48);
CLENS_AT(clens_feature_info, max_length, 52);
CLENS_AT(clens_feature_info, width, 56);
CLENS_AT(clens_feature_info, rows, 64);
CLENS_AT(clens_feature_info, input_begin, 72);
static_assert(first_size<clens_feature_info> == 80);
CLENS_AT(clens_value_info, struct_size, 0);
CLENS_AT(clens_value_info, name, 8);
CLENS_AT(clens_value_info, op, 16);
CLENS_AT(clens_value_info, scope, 24);
CLENS_AT(clens_value_info, width, 32);
static_assert(first_size<clens_value_info> == 40);
CLENS_AT(clens_named_value, struct_size, 0);
CLENS_AT(clens_named_value, name, 8);
CLENS_AT(clens_named_value, value, 16);
static_assert(first_size<clens_named_value> == 24);
CLENS_AT(clens_table_info, struct_size, 0);
CLENS_AT(clens_table_info, name, 8);
CLENS_AT(clens_table_info, type, 16);
CLENS_AT(clens_table_info, rows, 24);
CLENS_AT(clens_table_info, dim, 32);
CLENS_AT(clens_table_info, bytes, 40);
static_assert(first_size<clens_table_info> == 48);
CLENS_AT(clens_input_spec, struct_size, 0);
CLENS_AT(clens_input_spec, name, 8);
CLENS_AT(clens_input_spec, kind, 16);
static_assert(first_size<clens_input_spec> == 24);
CLENS_AT(clens_session_options, struct_size, 0);
CLENS_AT(clens_session_options, strands, 8);
CLENS_AT(clens_session_options, gradients, 12);
CLENS_AT(clens_session_options, tile_rows, 16);
CLENS_AT(clens_session_options, reserved, 20);
CLENS_AT(clens_session_options, captures, 24);
CLENS_AT(clens_session_options, capture_count, 32);
CLENS_AT(clens_session_options, parallel_for, 40);
CLENS_AT(clens_session_options, parallel_host, 48);
CLENS_AT(clens_session_options, observed, 56);
CLENS_AT(clens_session_options, observed_count, 64);
CLENS_AT(clens_session_options, probe, 72);
CLENS_AT(clens_session_options, exit_probe, 80);
CLENS_AT(clens_session_options, exit_bound, 84);
static_assert(first_size<clens_session_options> == 56);
CLENS_AT(clens_column, input, 0);
CLENS_AT(clens_column, kind, 4);
CLENS_AT(clens_column, value_type, 8);
CLENS_AT(clens_column, offset_bits, 12);
CLENS_AT(clens_column, first, 16);
CLENS_AT(clens_column, values, 24);
CLENS_AT(clens_column, value_count, 32);
CLENS_AT(clens_column, value_offsets, 40);
CLENS_AT(clens_column, string_count, 48);
CLENS_AT(clens_column, row_offsets, 56);
CLENS_AT(clens_column, weights, 64);
CLENS_AT(clens_column, validity, 72);
CLENS_AT(clens_column, value_validity, 80);
static_assert(first_size<clens_column> == 88);
CLENS_AT(clens_batch, struct_size, 0);
CLENS_AT(clens_batch, column_size, 8);
CLENS_AT(clens_batch, candidates, 16);
CLENS_AT(clens_batch, requests, 24);
CLENS_AT(clens_batch, request_offsets, 32);
CLENS_AT(clens_batch, columns, 40);
CLENS_AT(clens_batch, column_count, 48);
CLENS_AT(clens_batch, flags, 56);
CLENS_AT(clens_batch, reserved, 60);
CLENS_AT(clens_batch, request_keys, 64);
CLENS_AT(clens_batch, cache, 72);
CLENS_AT(clens_batch, cache_rows, 80);
static_assert(first_size<clens_batch> == 88);
CLENS_AT(clens_counts, missing, 0);
CLENS_AT(clens_counts, unknown, 8);
CLENS_AT(clens_counts, cut, 16);
CLENS_AT(clens_counts, bad_values, 24);
CLENS_AT(clens_counts, non_finite, 32);
static_assert(sizeof(clens_counts) == 40);
CLENS_AT(clens_capture, value, 0);
CLENS_AT(clens_capture, data, 8);
CLENS_AT(clens_capture, capacity, 16);
CLENS_AT(clens_capture, row_stride, 24);
CLENS_AT(clens_capture, rows, 32);
CLENS_AT(clens_capture, scope, 40);
CLENS_AT(clens_capture, reserved, 44);
static_assert(first_size<clens_capture> == 48);
CLENS_AT(clens_output, struct_size, 0);
CLENS_AT(clens_output, kind, 8);
CLENS_AT(clens_output, reserved, 12);
CLENS_AT(clens_output, values, 16);
CLENS_AT(clens_output, capacity, 24);
CLENS_AT(clens_output, row_stride, 32);
CLENS_AT(clens_output, captures, 40);
CLENS_AT(clens_output, capture_count, 48);
CLENS_AT(clens_output, capture_size, 56);
CLENS_AT(clens_output, counts, 64);
CLENS_AT(clens_output, probe_logits, 104);
CLENS_AT(clens_output, probe_capacity, 112);
CLENS_AT(clens_output, exited, 120);
static_assert(first_size<clens_output> == 104);
CLENS_AT(clens_vocabulary_info, struct_size, 0);
CLENS_AT(clens_vocabulary_info, size, 8);
CLENS_AT(clens_vocabulary_info, slots, 16);
CLENS_AT(clens_vocabulary_info, slot_bytes, 24);
CLENS_AT(clens_vocabulary_info, slot_size, 32);
CLENS_AT(clens_vocabulary_info, text_bytes, 40);
CLENS_AT(clens_vocabulary_info, text_size, 48);
static_assert(first_size<clens_vocabulary_info> == 56);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
