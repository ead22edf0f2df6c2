// Deltas: opened, applied, written out, made.
#include "format/delta.h"

#include <cmath>
#include <utility>

#include "format/delta_make.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

struct clens_delta {
  std::unique_ptr<clicklens::format::Delta> delta;
};

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

constexpr double default_share = 0.1;

clens_delta_info info_of(const format::Delta& delta) {
  const format::DeltaFigures figures = format::figures_of(delta.desc(), delta.result());
  clens_delta_info info = CLENS_DELTA_INFO_INIT;
  info.base_low = delta.desc().base.low;
  info.base_high = delta.desc().base.high;
  info.result_low = delta.desc().result.low;
  info.result_high = delta.desc().result.high;
  info.file_size = delta.file_size();
  info.result_size = delta.result_size();
  info.changed_rows = figures.changed_rows;
  info.appended_rows = figures.appended_rows;
  info.added_keys = figures.keys_added;
  info.removed_keys = figures.keys_removed;
  info.moved_keys = figures.keys_moved;
  info.kept_segments = figures.kept;
  info.overlaid_segments = figures.overlaid;
  info.replaced_segments = figures.replaced;
  info.share = figures.share();
  return info;
}

Status apply(const clens_delta* delta, const clens_model* base, const clens_apply_options* options,
             std::unique_ptr<format::ModelFile>& out) {
  CLENS_TRY(require(delta, "delta"));
  CLENS_TRY(require(base, "base"));
  clens_apply_options known = CLENS_APPLY_OPTIONS_INIT;
  CLENS_TRY(read_sized(options, "options", known));
  auto applied = delta->delta->apply(base->model->file(),
                                     known.copied_below != 0 ? known.copied_below : format::least_overlaid_bytes);
  if (!applied.ok()) return applied.status();
  out = std::move(*applied);
  return {};
}

Status make(const clens_model* base, const clens_model* result, const char* path, const clens_delta_options* options,
            clens_delta_info* info) {
  CLENS_TRY(require(base, "base"));
  CLENS_TRY(require(result, "result"));
  CLENS_TRY(require(path, "path"));
  clens_delta_options known = CLENS_DELTA_OPTIONS_INIT;
  CLENS_TRY(read_sized(options, "options", known));
  if (!(known.most_share >= 0 && known.most_share <= 1))
    return Status::error(Code::invalid_argument, "options.most_share: %g is not from 0 to 1", known.most_share);
  if (info != nullptr) CLENS_TRY(check_struct_size<clens_delta_info>(info->struct_size, "info"));
  CLENS_TRY(format::make_delta(base->model->file(), result->model->file(), path,
                               known.most_share > 0 ? known.most_share : default_share));
  if (info == nullptr) return {};
  const auto made = format::Delta::open(path, result->model->limits());
  return made.ok() ? write_sized(info_of(**made), "info", info) : made.status();
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_delta_open(const char* path, const clens_limits* limits, clens_delta** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(path, "path"));
    CLENS_TRY(require(out, "out"));
    clicklens::base::Limits known;
    CLENS_TRY(clicklens::capi::read_limits(limits, known));
    auto delta = clicklens::format::Delta::open(path, known);
    if (!delta.ok()) return delta.status();
    *out = new clens_delta{std::move(*delta)};
    return {};
  });
}

void clens_delta_release(clens_delta* delta) {
  delete delta;
}

clens_status clens_delta_describe(const clens_delta* delta, clens_delta_info* info) {
  return guard([&]() -> Status {
    CLENS_TRY(require(delta, "delta"));
    CLENS_TRY(require(info, "info"));
    return clicklens::capi::write_sized(clicklens::capi::info_of(*delta->delta), "info", info);
  });
}

clens_status clens_delta_apply(const clens_delta* delta, const clens_model* base, const clens_apply_options* options,
                               clens_model** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(out, "out"));
    std::unique_ptr<clicklens::format::ModelFile> applied;
    CLENS_TRY(clicklens::capi::apply(delta, base, options, applied));
    return clicklens::capi::hand_out_model(clicklens::exec::Model::make(std::move(applied), base->model->limits()),
                                           out);
  });
}

clens_status clens_delta_write(const clens_delta* delta, const clens_model* base, const char* path) {
  return guard([&]() -> Status {
    CLENS_TRY(require(path, "path"));
    std::unique_ptr<clicklens::format::ModelFile> applied;
    CLENS_TRY(clicklens::capi::apply(delta, base, nullptr, applied));
    CLENS_TRY(applied->verify_segments());
    return clicklens::format::write_whole(*applied, path);
  });
}

clens_status clens_delta_make(const clens_model* base, const clens_model* result, const char* path,
                              const clens_delta_options* options, clens_delta_info* info) {
  return guard([&] { return clicklens::capi::make(base, result, path, options, info); });
}
