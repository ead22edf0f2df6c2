// As layout.cpp, of refining.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "released.h"

namespace clicklens::capi {
namespace {

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_prune_options, struct_size, 0);
CLENS_AT(clens_prune_options, kinds, 8);
CLENS_AT(clens_prune_options, reserved, 12);
CLENS_AT(clens_prune_options, weak_below, 16);
static_assert(first_size<clens_prune_options> == 24);
CLENS_AT(clens_calibration_options, struct_size, 0);
CLENS_AT(clens_calibration_options, method, 8);
CLENS_AT(clens_calibration_options, reserved, 12);
CLENS_AT(clens_calibration_options, task, 16);
CLENS_AT(clens_calibration_options, negative_rate, 24);
static_assert(first_size<clens_calibration_options> == 32);
CLENS_AT(clens_calibration_fit, struct_size, 0);
CLENS_AT(clens_calibration_fit, rows, 8);
CLENS_AT(clens_calibration_fit, clicks, 16);
CLENS_AT(clens_calibration_fit, non_finite, 24);
CLENS_AT(clens_calibration_fit, logloss_before, 32);
CLENS_AT(clens_calibration_fit, logloss_after, 40);
CLENS_AT(clens_calibration_fit, scale, 48);
CLENS_AT(clens_calibration_fit, shift, 56);
CLENS_AT(clens_calibration_fit, knots, 64);
static_assert(first_size<clens_calibration_fit> == 72);
CLENS_AT(clens_edit, struct_size, 0);
CLENS_AT(clens_edit, name, 8);
CLENS_AT(clens_edit, text, 16);
CLENS_AT(clens_edit, removed, 24);
CLENS_AT(clens_edit, same_bits, 32);
CLENS_AT(clens_edit, reserved, 36);
static_assert(first_size<clens_edit> == 40);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
