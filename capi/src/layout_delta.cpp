// As layout.cpp, of deltas.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "released.h"

namespace clicklens::capi {
namespace {

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_delta_info, struct_size, 0);
CLENS_AT(clens_delta_info, base_low, 8);
CLENS_AT(clens_delta_info, base_high, 16);
CLENS_AT(clens_delta_info, result_low, 24);
CLENS_AT(clens_delta_info, result_high, 32);
CLENS_AT(clens_delta_info, file_size, 40);
CLENS_AT(clens_delta_info, result_size, 48);
CLENS_AT(clens_delta_info, changed_rows, 56);
CLENS_AT(clens_delta_info, appended_rows, 64);
CLENS_AT(clens_delta_info, added_keys, 72);
CLENS_AT(clens_delta_info, removed_keys, 80);
CLENS_AT(clens_delta_info, moved_keys, 88);
CLENS_AT(clens_delta_info, kept_segments, 96);
CLENS_AT(clens_delta_info, overlaid_segments, 104);
CLENS_AT(clens_delta_info, replaced_segments, 112);
CLENS_AT(clens_delta_info, share, 120);
static_assert(first_size<clens_delta_info> == 128);
CLENS_AT(clens_apply_options, struct_size, 0);
CLENS_AT(clens_apply_options, copied_below, 8);
static_assert(first_size<clens_apply_options> == 16);
CLENS_AT(clens_delta_options, struct_size, 0);
CLENS_AT(clens_delta_options, most_share, 8);
static_assert(first_size<clens_delta_options> == 16);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
