#include "lens/precision.h"

#include <algorithm>

#include "batch.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_options(const clens_precision_options* given, lens::PrecisionOptions& options) {
  clens_precision_options known = CLENS_PRECISION_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.precision > CLENS_PRECISION_BF16)
    return Status::error(Code::invalid_argument, "options.precision: %u is no clens_precision", known.precision);
  options.precision = static_cast<ops::Precision>(known.precision);
  if (known.auc_loss != 0) options.auc_loss = known.auc_loss;
  options.task = known.task;
  options.strands = std::max<std::size_t>(known.strands, 1);
  return {};
}

clens_precision_result to_c(const lens::PrecisionReport& from) {
  clens_precision_result to = CLENS_PRECISION_RESULT_INIT;
  to.rows = from.rows;
  to.clicks = from.clicks;
  to.non_finite = from.non_finite;
  to.linears = from.layers.size();
  to.kept = static_cast<std::size_t>(
      std::count_if(from.layers.begin(), from.layers.end(), [](const auto& layer) { return layer.kept; }));
  to.auc_f32 = from.full.auc;
  to.logloss_f32 = from.full.logloss;
  to.auc = from.reduced.auc;
  to.logloss = from.reduced.logloss;
  to.largest_difference = from.reduced.largest_difference;
  to.mean_difference = from.reduced.mean_difference;
  to.kept_auc = from.chosen.auc;
  to.kept_logloss = from.chosen.logloss;
  to.kept_largest_difference = from.chosen.largest_difference;
  to.kept_mean_difference = from.chosen.mean_difference;
  return to;
}

Status write_linears(const lens::PrecisionReport& report, clens_precision_linear* linears, std::size_t size,
                     std::size_t capacity) {
  if (linears == nullptr) return {};
  if (capacity < report.layers.size())
    return Status::error(Code::buffer_too_small, "linears: %zu, capacity %zu", report.layers.size(), capacity);
  auto* to = reinterpret_cast<unsigned char*>(linears);
  for (const lens::PrecisionLayer& layer : report.layers) {
    const clens_precision_linear known{layer.value,
                                       layer.kept ? 1u : 0u,
                                       0,
                                       report.full.auc - layer.alone.auc,
                                       layer.alone.largest_difference,
                                       layer.alone.mean_difference};
    std::memcpy(to, &known, std::min(size, sizeof known));
    to += size;
  }
  return {};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::require;

clens_status clens_precision_report(const clens_model* model, const clens_inputs* inputs, const clens_batch* batch,
                                    const uint8_t* labels, const clens_precision_options* options,
                                    clens_precision_result* result, clens_precision_linear* linears, size_t linear_size,
                                    size_t capacity) {
  return clicklens::capi::guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(inputs, "inputs"));
    CLENS_TRY(require(batch, "batch"));
    CLENS_TRY(require(labels, "labels"));
    CLENS_TRY(require(result, "result"));
    if (linears != nullptr)
      CLENS_TRY(clicklens::capi::check_stride<clens_precision_linear>(linear_size, "linear_size"));
    if (batch->struct_size >= sizeof *batch && batch->cache != nullptr)
      return Status::error(clicklens::base::Code::unsupported, "batch.cache: a report scores the columns themselves");
    clicklens::lens::PrecisionOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    // A batch's columns are converted in the room of a session; it stays as long as they are read.
    auto session = clicklens::capi::make_session(model->model, inputs->inputs, {});
    if (!session.ok()) return session.status();
    clicklens::exec::Batch rows;
    CLENS_TRY(clicklens::capi::read_batch(**session, batch, rows));
    CLENS_TRY((*session)->session->bind(rows));  // structure, before room is made for scores
    const auto report = clicklens::lens::precision_report(model->model, inputs->inputs, rows, labels, known);
    if (!report.ok()) return report.status();
    CLENS_TRY(clicklens::capi::write_sized(clicklens::capi::to_c(*report), "result", result));
    return clicklens::capi::write_linears(*report, linears, linear_size, capacity);
  });
}
