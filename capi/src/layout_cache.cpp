// As layout.cpp, of the candidate cache.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "released.h"

namespace clicklens::capi {
namespace {

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_session_options, precision, 88);
CLENS_AT(clens_session_options, cache, 92);
CLENS_AT(clens_session_options, full_precision, 96);
CLENS_AT(clens_session_options, full_precision_count, 104);
CLENS_AT(clens_cache_options, struct_size, 0);
CLENS_AT(clens_cache_options, rows, 8);
CLENS_AT(clens_cache_options, precision, 16);
CLENS_AT(clens_cache_options, storage, 20);
CLENS_AT(clens_cache_options, explainable, 24);
CLENS_AT(clens_cache_options, strands, 28);
CLENS_AT(clens_cache_options, parallel_for, 32);
CLENS_AT(clens_cache_options, parallel_host, 40);
CLENS_AT(clens_cache_options, full_precision, 48);
CLENS_AT(clens_cache_options, full_precision_count, 56);
static_assert(first_size<clens_cache_options> == 64);
CLENS_AT(clens_cache_info, struct_size, 0);
CLENS_AT(clens_cache_info, rows, 8);
CLENS_AT(clens_cache_info, filled, 16);
CLENS_AT(clens_cache_info, row_bytes, 24);
CLENS_AT(clens_cache_info, bytes, 32);
CLENS_AT(clens_cache_info, model_low, 40);
CLENS_AT(clens_cache_info, model_high, 48);
static_assert(first_size<clens_cache_info> == 56);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
