// The precision that a session runs in: the caller's choice, or what the model's file recommends.
#include "exec/recommended_precision.h"

#include <algorithm>
#include <utility>

#include "guard.h"
#include "handles.h"

namespace clicklens::capi {

using base::Code;
using base::Status;

Status read_precision(std::uint32_t given, std::span<const std::size_t> full_precision, const exec::Model& model,
                      ops::Precision& precision, std::vector<std::uint32_t>& values) {
  if (given == CLENS_PRECISION_RECOMMENDED) {
    if (!full_precision.empty())
      return Status::error(Code::invalid_argument,
                           "options.full_precision: the file's own with CLENS_PRECISION_RECOMMENDED");
    auto recommended = exec::usable_precision(model.desc());
    if (!recommended.ok()) return recommended.status();
    precision = recommended->precision;
    values = std::move(recommended->full_precision);
    return {};
  }
  if (given > CLENS_PRECISION_BF16)
    return Status::error(Code::invalid_argument, "options.precision: %u is no clens_precision", given);
  precision = static_cast<ops::Precision>(given);
  return read_values(full_precision.data(), full_precision.size(), "options.full_precision", values);
}

}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::require;

clens_status clens_model_recommended_precision(const clens_model* model, uint32_t* precision, size_t* values,
                                               size_t capacity, size_t* count) {
  return clicklens::capi::guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(precision, "precision"));
    CLENS_TRY(require(count, "count"));
    const auto found = clicklens::exec::usable_precision(model->model->desc());
    if (!found.ok()) return found.status();
    const auto& kept = found->full_precision;
    *precision = static_cast<uint32_t>(found->precision);
    *count = kept.size();
    if (capacity < kept.size())
      return Status::error(clicklens::base::Code::buffer_too_small, "capacity: %zu, there are %zu values", capacity,
                           kept.size());
    if (!kept.empty()) CLENS_TRY(require(values, "values"));
    std::copy(kept.begin(), kept.end(), values);
    return {};
  });
}
