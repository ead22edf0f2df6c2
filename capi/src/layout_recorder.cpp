// As layout.cpp, of recording and replay.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "released.h"

namespace clicklens::capi {
namespace {

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_recorder_options, struct_size, 0);
CLENS_AT(clens_recorder_options, sample_rate, 8);
CLENS_AT(clens_recorder_options, file_bytes, 16);
CLENS_AT(clens_recorder_options, ring_bytes, 24);
CLENS_AT(clens_recorder_options, files, 32);
CLENS_AT(clens_recorder_options, flags, 36);
CLENS_AT(clens_recorder_options, interval_ms, 40);
CLENS_AT(clens_recorder_options, reserved, 44);
static_assert(first_size<clens_recorder_options> == 48);
CLENS_AT(clens_recorder_stats, struct_size, 0);
CLENS_AT(clens_recorder_stats, offered, 8);
CLENS_AT(clens_recorder_stats, sampled, 16);
CLENS_AT(clens_recorder_stats, dropped, 24);
CLENS_AT(clens_recorder_stats, dropped_large, 32);
CLENS_AT(clens_recorder_stats, records, 40);
CLENS_AT(clens_recorder_stats, bytes, 48);
CLENS_AT(clens_recorder_stats, lost, 56);
CLENS_AT(clens_recorder_stats, files_created, 64);
CLENS_AT(clens_recorder_stats, files_removed, 72);
static_assert(first_size<clens_recorder_stats> == 80);
CLENS_AT(clens_recording_info, struct_size, 0);
CLENS_AT(clens_recording_info, model_low, 8);
CLENS_AT(clens_recording_info, model_high, 16);
CLENS_AT(clens_recording_info, arithmetic_version, 24);
CLENS_AT(clens_recording_info, tasks, 28);
CLENS_AT(clens_recording_info, sample_rate, 32);
CLENS_AT(clens_recording_info, inputs, 40);
CLENS_AT(clens_recording_info, records, 48);
CLENS_AT(clens_recording_info, corrupted, 56);
CLENS_AT(clens_recording_info, skipped_bytes, 64);
CLENS_AT(clens_recording_info, torn_bytes, 72);
CLENS_AT(clens_recording_info, position, 80);
static_assert(first_size<clens_recording_info> == 88);
CLENS_AT(clens_record, struct_size, 0);
CLENS_AT(clens_record, flat, 8);
CLENS_AT(clens_record, flat_size, 16);
CLENS_AT(clens_record, candidates, 24);
CLENS_AT(clens_record, requests, 32);
CLENS_AT(clens_record, scores, 40);
CLENS_AT(clens_record, score_count, 48);
CLENS_AT(clens_record, score_kind, 56);
CLENS_AT(clens_record, precision, 60);
CLENS_AT(clens_record, own_ways, 64);
CLENS_AT(clens_record, reserved, 68);
static_assert(first_size<clens_record> == 72);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
