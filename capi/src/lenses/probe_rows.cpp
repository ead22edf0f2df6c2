#include <algorithm>

#include "batch.h"
#include "guard.h"
#include "probe.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_options(const clens_probe_rows_options* given, lens::ProbeRowsOptions& options) {
  clens_probe_rows_options known = CLENS_PROBE_ROWS_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.memory_bytes != 0) options.memory_bytes = known.memory_bytes;
  if (known.value_count == 0) return {};
  CLENS_TRY(require(known.values, "options.values"));
  for (std::size_t i = 0; i < known.value_count; ++i) {
    if (known.values[i] >= format::no_index)
      return Status::error(Code::invalid_argument, "options.values[%zu]: no value %zu", i, known.values[i]);
    options.values.push_back(static_cast<std::uint32_t>(known.values[i]));
  }
  return {};
}

Status read_info(const clens_rows* given, lens::RowInfo& info) noexcept {
  clens_rows known = CLENS_ROWS_INIT;
  CLENS_TRY(read_sized(given, "info", known));
  info = {known.labels, known.clusters, known.groups, known.controls, known.targets};
  return {};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_probe_rows_create(const clens_model* model, const clens_probe_rows_options* options,
                                     clens_probe_rows** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    clicklens::lens::ProbeRowsOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    auto rows = clicklens::lens::ProbeRows::create(model->model, known);
    if (!rows.ok()) return rows.status();
    *out = std::make_unique<clens_probe_rows>(clens_probe_rows{std::move(*rows)}).release();
    return {};
  });
}

void clens_probe_rows_release(clens_probe_rows* rows) {
  delete rows;
}

clens_status clens_probe_rows_add(clens_probe_rows* rows, clens_session* session, const clens_batch* batch,
                                  const clens_rows* info, const uint8_t* keep) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(rows, "rows"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    clicklens::lens::RowInfo given;
    CLENS_TRY(clicklens::capi::read_info(info, given));
    return rows->rows.add(*session->session, known, given, keep);
  });
}

uint64_t clens_probe_rows_count(const clens_probe_rows* rows) {
  return rows == nullptr ? 0 : rows->rows.data().rows();
}

uint64_t clens_probe_rows_non_finite(const clens_probe_rows* rows) {
  return rows == nullptr ? 0 : rows->rows.data().non_finite();
}

clens_status clens_probe_rows_relabel(clens_probe_rows* rows, const uint8_t* labels, const float* targets,
                                      size_t count) {
  return guard([&]() -> Status {
    CLENS_TRY(require(rows, "rows"));
    return rows->rows.relabel(labels, targets, count);
  });
}

clens_status clens_probe_rows_values(const clens_probe_rows* rows, size_t index, float* values, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(rows, "rows"));
    CLENS_TRY(require(values, "values"));
    const clicklens::lens::ProbeData& data = rows->rows.data();
    if (index >= data.values())
      return Status::error(Code::invalid_argument, "index: %zu of %zu values", index, data.values());
    if (capacity / data.width(index) < data.rows())
      return Status::error(Code::buffer_too_small, "values: %zu rows of %zu floats, capacity %zu", data.rows(),
                           data.width(index), capacity);
    for (std::size_t row = 0; row < data.rows(); ++row)
      std::copy_n(data.row(index, row), data.width(index), values + row * data.width(index));
    return {};
  });
}
