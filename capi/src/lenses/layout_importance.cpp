// As layout.cpp, of saliency sums and importance.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/importance.h"
#include "released.h"

namespace clicklens::capi {
namespace {

static_assert(static_cast<unsigned>(lens::ImportanceMethod::permutation) == CLENS_IMPORTANCE_PERMUTATION);
static_assert(static_cast<unsigned>(lens::ImportanceMethod::ablation) == CLENS_IMPORTANCE_ABLATION);

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_group_saliency, mean_absolute, 0);
CLENS_AT(clens_group_saliency, mean, 8);
CLENS_AT(clens_group_saliency, sd, 16);
CLENS_AT(clens_group_saliency, share, 24);
CLENS_AT(clens_group_saliency, share_se, 32);
CLENS_AT(clens_group_saliency, rank, 40);
CLENS_AT(clens_group_saliency, reserved, 44);
static_assert(first_size<clens_group_saliency> == 48);
CLENS_AT(clens_share_contrast, share_a, 0);
CLENS_AT(clens_share_contrast, share_b, 8);
CLENS_AT(clens_share_contrast, log_ratio, 16);
CLENS_AT(clens_share_contrast, se, 24);
CLENS_AT(clens_share_contrast, low, 32);
CLENS_AT(clens_share_contrast, high, 40);
static_assert(first_size<clens_share_contrast> == 48);
CLENS_AT(clens_importance_options, struct_size, 0);
CLENS_AT(clens_importance_options, task, 8);
CLENS_AT(clens_importance_options, draws, 16);
CLENS_AT(clens_importance_options, buckets, 20);
CLENS_AT(clens_importance_options, seed, 24);
CLENS_AT(clens_importance_options, request_orders, 32);
CLENS_AT(clens_importance_options, candidate_orders, 40);
static_assert(first_size<clens_importance_options> == 48);
CLENS_AT(clens_importance_options, method, 48);
CLENS_AT(clens_importance_options, reserved, 52);
CLENS_AT(clens_group_importance, struct_size, 0);
CLENS_AT(clens_group_importance, auc, 8);
CLENS_AT(clens_group_importance, permuted_auc, 16);
CLENS_AT(clens_group_importance, drop, 24);
CLENS_AT(clens_group_importance, drop_sd, 32);
CLENS_AT(clens_group_importance, se, 40);
CLENS_AT(clens_group_importance, low, 48);
CLENS_AT(clens_group_importance, high, 56);
static_assert(first_size<clens_group_importance> == 64);
CLENS_AT(clens_group_importance, log_loss, 64);
CLENS_AT(clens_group_importance, log_loss_rise, 72);
CLENS_AT(clens_group_importance, effect, 80);
CLENS_AT(clens_importance_difference, struct_size, 0);
CLENS_AT(clens_importance_difference, difference, 8);
CLENS_AT(clens_importance_difference, se, 16);
CLENS_AT(clens_importance_difference, low, 24);
CLENS_AT(clens_importance_difference, high, 32);
CLENS_AT(clens_importance_difference, memorises, 40);
CLENS_AT(clens_importance_difference, reserved, 44);
static_assert(first_size<clens_importance_difference> == 48);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
