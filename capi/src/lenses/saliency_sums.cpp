// clens_saliency_sums_* and clens_importance_*.
#include "lens/saliency_sums.h"

#include <cstring>

#include "batch.h"
#include "guard.h"
#include "lens/importance.h"
#include "sized.h"

struct clens_saliency_sums {
  clicklens::lens::SaliencySums sums;
};

struct clens_importance {
  clicklens::lens::Importance importance;
};

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

// Elements of the library's version to an array of the caller's.
template <class Element>
Status write_elements(const std::vector<Element>& from, Element* to, std::size_t stride,
                      std::size_t capacity) noexcept {
  CLENS_TRY(require(to, "groups"));
  CLENS_TRY(check_stride<Element>(stride, "stride"));
  if (capacity < from.size())
    return Status::error(Code::buffer_too_small, "groups: %zu, capacity %zu", from.size(), capacity);
  auto* bytes = reinterpret_cast<unsigned char*>(to);
  for (std::size_t i = 0; i < from.size(); ++i, bytes += stride) {
    std::memset(bytes, 0, stride);
    std::memcpy(bytes, &from[i], std::min(stride, sizeof(Element)));
  }
  return {};
}

Status read_options(const clens_importance_options* given, const exec::Batch& batch, lens::ImportanceOptions& options) {
  clens_importance_options known = CLENS_IMPORTANCE_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  options.method = static_cast<lens::ImportanceMethod>(known.method);
  options.task = known.task;
  if (known.draws != 0) options.draws = known.draws;
  if (known.buckets != 0) options.buckets = known.buckets;
  if (known.seed != 0) options.seed = known.seed;
  if (known.request_orders != nullptr)
    options.request_orders = {known.request_orders, options.draws * batch.request_count()};
  if (known.candidate_orders != nullptr)
    options.candidate_orders = {known.candidate_orders, options.draws * batch.candidates};
  return {};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_saliency_sums_create(size_t groups, uint32_t buckets, clens_saliency_sums** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(out, "out"));
    auto made = clicklens::lens::SaliencySums::create(groups, buckets == 0 ? 64 : buckets);
    if (!made.ok()) return made.status();
    *out = std::make_unique<clens_saliency_sums>(clens_saliency_sums{std::move(*made)}).release();
    return {};
  });
}

void clens_saliency_sums_release(clens_saliency_sums* sums) {
  delete sums;
}

clens_status clens_saliency_sums_add(clens_saliency_sums* sums, const float* values, const uint64_t* clusters,
                                     const uint8_t* keep, size_t rows) {
  return guard([&]() -> Status {
    CLENS_TRY(require(sums, "sums"));
    if (rows > 0) CLENS_TRY(require(values, "values"));
    sums->sums.add(values, clusters, keep, rows);
    return {};
  });
}

clens_status clens_saliency_sums_merge(clens_saliency_sums* sums, const clens_saliency_sums* other) {
  return guard([&]() -> Status {
    CLENS_TRY(require(sums, "sums"));
    CLENS_TRY(require(other, "other"));
    return sums->sums.merge(other->sums);
  });
}

clens_status clens_saliency_sums_compute(const clens_saliency_sums* sums, clens_group_saliency* groups, size_t stride,
                                         size_t capacity, uint64_t* rows, uint64_t* non_finite) {
  return guard([&]() -> Status {
    CLENS_TRY(require(sums, "sums"));
    std::vector<clens_group_saliency> all;
    for (const auto& g : sums->sums.compute())
      all.push_back({g.mean_absolute, g.mean, g.sd, g.share, g.share_se, g.rank, 0});
    CLENS_TRY(clicklens::capi::write_elements(all, groups, stride, capacity));
    if (rows != nullptr) *rows = sums->sums.rows();
    if (non_finite != nullptr) *non_finite = sums->sums.non_finite();
    return {};
  });
}

clens_status clens_saliency_sums_contrast(const clens_saliency_sums* a, const clens_saliency_sums* b,
                                          clens_share_contrast* groups, size_t stride, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(a, "a"));
    CLENS_TRY(require(b, "b"));
    const auto contrasts = clicklens::lens::SaliencySums::contrast(a->sums, b->sums);
    if (!contrasts.ok()) return contrasts.status();
    std::vector<clens_share_contrast> all;
    for (const auto& c : *contrasts) all.push_back({c.share_a, c.share_b, c.log_ratio, c.se, c.low, c.high});
    return clicklens::capi::write_elements(all, groups, stride, capacity);
  });
}

clens_status clens_importance_create(clens_session* session, const clens_batch* batch, const clens_rows* rows,
                                     const clens_importance_options* options, clens_importance** out) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(rows, "rows"));
    CLENS_TRY(require(out, "out"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    if (known.cache != nullptr)
      return Status::error(Code::unsupported, "batch.cache: cached candidates cannot be permuted");
    CLENS_TRY(session->session->bind(known));  // before its counts are believed
    clens_rows about = CLENS_ROWS_INIT;
    CLENS_TRY(clicklens::capi::read_sized(rows, "rows", about));
    if (known.candidates > 0) CLENS_TRY(require(about.labels, "rows.labels"));
    clicklens::lens::ImportanceOptions wanted;
    CLENS_TRY(clicklens::capi::read_options(options, known, wanted));
    const std::span<const std::uint64_t> clusters{about.clusters, about.clusters == nullptr ? 0 : known.candidates};
    auto made = clicklens::lens::Importance::measure(*session->session, known, {about.labels, known.candidates},
                                                     clusters, wanted);
    if (!made.ok()) return made.status();
    *out = std::make_unique<clens_importance>(clens_importance{std::move(*made)}).release();
    return {};
  });
}

void clens_importance_release(clens_importance* importance) {
  delete importance;
}

clens_status clens_importance_group(const clens_importance* importance, size_t group, clens_group_importance* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(importance, "importance"));
    CLENS_TRY(require(out, "out"));
    if (group >= importance->importance.groups())
      return Status::error(Code::invalid_argument, "group: %zu of %zu", group, importance->importance.groups());
    const auto& g = importance->importance.group(group);
    const clens_group_importance known = {sizeof(clens_group_importance),
                                          g.auc,
                                          g.permuted_auc,
                                          g.drop,
                                          g.drop_sd,
                                          g.se,
                                          g.low,
                                          g.high,
                                          g.log_loss,
                                          g.log_loss_rise,
                                          g.effect};
    return clicklens::capi::write_sized(known, "out", out);
  });
}

clens_status clens_importance_compare(const clens_importance* train, const clens_importance* hold, size_t group,
                                      clens_importance_difference* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(train, "train"));
    CLENS_TRY(require(hold, "hold"));
    CLENS_TRY(require(out, "out"));
    const auto c = clicklens::lens::Importance::contrast(train->importance, hold->importance, group);
    if (!c.ok()) return c.status();
    constexpr double least = 0.08, least_bound = 0.05;
    const bool memorises = c->difference > least && c->low > least_bound;
    const clens_importance_difference known = {
        sizeof(clens_importance_difference), c->difference, c->se, c->low, c->high, memorises ? 1u : 0u, 0};
    return clicklens::capi::write_sized(known, "out", out);
  });
}
