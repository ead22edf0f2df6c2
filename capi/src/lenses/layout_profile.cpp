// As layout.cpp, of profiles.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/profile_features.h"
#include "released.h"

namespace clicklens::capi {
namespace {

#define CLENS_SAME(ours, theirs) static_assert(static_cast<unsigned>(ours) == static_cast<unsigned>(theirs))
CLENS_SAME(format::profile_scores, CLENS_PROFILE_SCORES);
CLENS_SAME(format::profile_neurons, CLENS_PROFILE_NEURONS);
CLENS_SAME(format::profile_saliency, CLENS_PROFILE_SALIENCY);
CLENS_SAME(format::profile_features, CLENS_PROFILE_FEATURES);
CLENS_SAME(lens::ids_are_rows, CLENS_IDS_ROWS);
CLENS_SAME(lens::ids_are_keys, CLENS_IDS_KEYS);
CLENS_SAME(lens::ids_are_strings, CLENS_IDS_STRINGS);
#undef CLENS_SAME

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_session_options, profile, 112);
CLENS_AT(clens_profile_options, values, 8);
CLENS_AT(clens_profile_options, value_count, 16);
CLENS_AT(clens_profile_options, task, 24);
CLENS_AT(clens_profile_options, means, 32);
CLENS_AT(clens_profile_options, mean_count, 40);
CLENS_AT(clens_profile_options, sections, 48);
CLENS_AT(clens_profile_options, every, 52);
CLENS_AT(clens_profile_options, count_every, 56);
CLENS_AT(clens_profile_options, sample_rows, 60);
CLENS_AT(clens_profile_options, buckets, 64);
CLENS_AT(clens_profile_options, most_rows, 68);
CLENS_AT(clens_profile_options, waiting_rows, 72);
static_assert(first_size<clens_profile_options> == 72);
CLENS_AT(clens_profile_info, model_low, 8);
CLENS_AT(clens_profile_info, model_high, 16);
CLENS_AT(clens_profile_info, rows, 24);
CLENS_AT(clens_profile_info, clicks, 32);
CLENS_AT(clens_profile_info, labelled, 40);
CLENS_AT(clens_profile_info, seen, 48);
CLENS_AT(clens_profile_info, skipped, 56);
CLENS_AT(clens_profile_info, task, 64);
CLENS_AT(clens_profile_info, tasks, 72);
CLENS_AT(clens_profile_info, groups, 80);
CLENS_AT(clens_profile_info, features, 88);
CLENS_AT(clens_profile_info, inputs, 96);
CLENS_AT(clens_profile_info, raw, 104);
CLENS_AT(clens_profile_info, sections, 112);
CLENS_AT(clens_profile_info, every, 116);
CLENS_AT(clens_profile_info, count_every, 120);
CLENS_AT(clens_profile_info, sample_rows, 124);
CLENS_AT(clens_profile_info, buckets, 128);
CLENS_AT(clens_profile_info, reserved, 132);
static_assert(first_size<clens_profile_info> == 136);
CLENS_AT(clens_profile_feature, name, 8);
CLENS_AT(clens_profile_feature, group, 16);
CLENS_AT(clens_profile_feature, dense, 24);
CLENS_AT(clens_profile_feature, hashed, 28);
CLENS_AT(clens_profile_feature, table_rows, 32);
CLENS_AT(clens_profile_feature, first_input, 40);
CLENS_AT(clens_profile_feature, inputs, 48);
CLENS_AT(clens_profile_feature, first_raw, 56);
CLENS_AT(clens_profile_feature, width, 64);
CLENS_AT(clens_profile_feature, rows, 72);
CLENS_AT(clens_profile_feature, missing, 80);
CLENS_AT(clens_profile_feature, bad, 88);
CLENS_AT(clens_profile_feature, ids, 96);
CLENS_AT(clens_profile_feature, unknown, 104);
CLENS_AT(clens_profile_feature, cut, 112);
CLENS_AT(clens_profile_feature, distinct, 120);
CLENS_AT(clens_profile_feature, collisions, 128);
CLENS_AT(clens_profile_feature, lengths, 136);
CLENS_AT(clens_profile_feature, histogram, 392);
CLENS_AT(clens_profile_feature, id_kinds, 904);
CLENS_AT(clens_profile_feature, reserved, 908);
static_assert(first_size<clens_profile_feature> == 912);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
