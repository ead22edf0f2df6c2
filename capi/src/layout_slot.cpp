// As layout.cpp, of slots.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "released.h"

namespace clicklens::capi {
namespace {

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_slot_options, struct_size, 0);
CLENS_AT(clens_slot_options, seats, 8);
CLENS_AT(clens_slot_options, drain_milliseconds, 16);
CLENS_AT(clens_slot_options, reserved, 20);
static_assert(first_size<clens_slot_options> == 24);
CLENS_AT(clens_publication, struct_size, 0);
CLENS_AT(clens_publication, model, 8);
CLENS_AT(clens_publication, session, 16);
CLENS_AT(clens_publication, cache, 24);
CLENS_AT(clens_publication, flags, 32);
CLENS_AT(clens_publication, reserved, 36);
static_assert(first_size<clens_publication> == 40);
CLENS_AT(clens_seat, struct_size, 0);
CLENS_AT(clens_seat, session, 8);
CLENS_AT(clens_seat, model, 16);
CLENS_AT(clens_seat, cache, 24);
CLENS_AT(clens_seat, version, 32);
static_assert(first_size<clens_seat> == 40);
CLENS_AT(clens_slot_info, struct_size, 0);
CLENS_AT(clens_slot_info, seats, 8);
CLENS_AT(clens_slot_info, entered, 16);
CLENS_AT(clens_slot_info, draining, 24);
CLENS_AT(clens_slot_info, version, 32);
CLENS_AT(clens_slot_info, model_low, 40);
CLENS_AT(clens_slot_info, model_high, 48);
CLENS_AT(clens_slot_info, published, 56);
CLENS_AT(clens_slot_info, refused, 64);
CLENS_AT(clens_slot_info, lost_rows, 72);
CLENS_AT(clens_slot_info, lost_versions, 80);
static_assert(first_size<clens_slot_info> == 88);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
