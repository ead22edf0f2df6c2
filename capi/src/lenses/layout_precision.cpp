// As layout.cpp, of precisions.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "released.h"

namespace clicklens::capi {
namespace {

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_precision_options, struct_size, 0);
CLENS_AT(clens_precision_options, precision, 8);
CLENS_AT(clens_precision_options, strands, 12);
CLENS_AT(clens_precision_options, auc_loss, 16);
CLENS_AT(clens_precision_options, task, 24);
static_assert(first_size<clens_precision_options> == 32);
CLENS_AT(clens_precision_result, struct_size, 0);
CLENS_AT(clens_precision_result, rows, 8);
CLENS_AT(clens_precision_result, clicks, 16);
CLENS_AT(clens_precision_result, non_finite, 24);
CLENS_AT(clens_precision_result, linears, 32);
CLENS_AT(clens_precision_result, kept, 40);
CLENS_AT(clens_precision_result, auc_f32, 48);
CLENS_AT(clens_precision_result, logloss_f32, 56);
CLENS_AT(clens_precision_result, auc, 64);
CLENS_AT(clens_precision_result, logloss, 72);
CLENS_AT(clens_precision_result, largest_difference, 80);
CLENS_AT(clens_precision_result, mean_difference, 88);
CLENS_AT(clens_precision_result, kept_auc, 96);
CLENS_AT(clens_precision_result, kept_logloss, 104);
CLENS_AT(clens_precision_result, kept_largest_difference, 112);
CLENS_AT(clens_precision_result, kept_mean_difference, 120);
static_assert(first_size<clens_precision_result> == 128);
CLENS_AT(clens_precision_linear, value, 0);
CLENS_AT(clens_precision_linear, kept, 8);
CLENS_AT(clens_precision_linear, reserved, 12);
CLENS_AT(clens_precision_linear, auc_loss, 16);
CLENS_AT(clens_precision_linear, largest_difference, 24);
CLENS_AT(clens_precision_linear, mean_difference, 32);
static_assert(first_size<clens_precision_linear> == 40);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
