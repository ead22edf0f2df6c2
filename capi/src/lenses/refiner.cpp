// Refining: a handle that takes edits and writes the model they end in.
#include "lens/refiner.h"

#include <algorithm>
#include <string>
#include <vector>

#include "guard.h"
#include "handles.h"
#include "neurons.h"
#include "probe.h"
#include "sized.h"
#include "tables.h"

struct clens_refiner {
  std::unique_ptr<clicklens::lens::Refiner> refiner;
};

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

static_assert(static_cast<unsigned>(lens::CalibrationMethod::platt) == CLENS_CALIBRATION_PLATT);
static_assert(static_cast<unsigned>(lens::CalibrationMethod::isotonic) == CLENS_CALIBRATION_ISOTONIC);

Status read_options(const clens_prune_options* given, lens::PruneOptions& options) noexcept {
  clens_prune_options known = CLENS_PRUNE_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  constexpr std::uint32_t all = CLENS_PRUNE_DEAD | CLENS_PRUNE_WEAK | CLENS_PRUNE_DUPLICATE;
  if ((known.kinds & ~all) != 0)
    return Status::error(Code::invalid_argument, "options.kinds: %u has flags that this version does not know",
                         known.kinds);
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  const std::uint32_t kinds = known.kinds == 0 ? CLENS_PRUNE_DEAD | CLENS_PRUNE_DUPLICATE : known.kinds;
  options.dead = (kinds & CLENS_PRUNE_DEAD) != 0;
  options.weak = (kinds & CLENS_PRUNE_WEAK) != 0;
  options.duplicates = (kinds & CLENS_PRUNE_DUPLICATE) != 0;
  if (known.weak_below != 0) options.weak_below = known.weak_below;
  return {};
}

struct CalibrationOptions {
  lens::CalibrationMethod method = lens::CalibrationMethod::platt;
  std::size_t task = 0;
  double negative_rate = 1;
};

Status read_options(const clens_calibration_options* given, CalibrationOptions& options) noexcept {
  clens_calibration_options known = CLENS_CALIBRATION_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.method > CLENS_CALIBRATION_ISOTONIC)
    return Status::error(Code::invalid_argument, "options.method: %u is no clens_calibration_method", known.method);
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  options.method = static_cast<lens::CalibrationMethod>(known.method);
  options.task = known.task;
  if (known.negative_rate != 0) options.negative_rate = known.negative_rate;
  return {};
}

clens_calibration_fit to_c(const lens::CalibrationFit& from) noexcept {
  clens_calibration_fit fit = CLENS_CALIBRATION_FIT_INIT;
  fit.rows = from.rows;
  fit.clicks = from.clicks;
  fit.non_finite = from.non_finite;
  fit.logloss_before = from.logloss_before;
  fit.logloss_after = from.logloss_after;
  fit.scale = double{from.op.scale};
  fit.shift = double{from.op.shift};
  fit.knots = from.op.knots_x.size();
  return fit;
}

Status calibrate(lens::Refiner& refiner, std::span<const float> logits, std::span<const std::uint8_t> labels,
                 const CalibrationOptions& options, clens_calibration_fit* out) {
  const auto fit = lens::fit_calibration(options.method, logits, labels, options.negative_rate);
  if (!fit.ok()) return fit.status();
  CLENS_TRY(refiner.calibrate(options.method, *fit, options.task));
  return out == nullptr ? Status() : write_sized(to_c(*fit), "fit", out);
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_refiner_create(const clens_model* model, clens_refiner** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    auto made = clicklens::lens::Refiner::create(model->model);
    if (!made.ok()) return made.status();
    *out = new clens_refiner{std::move(*made)};
    return {};
  });
}

void clens_refiner_release(clens_refiner* refiner) {
  delete refiner;
}

clens_status clens_refiner_model(const clens_refiner* refiner, clens_model** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    CLENS_TRY(require(out, "out"));
    auto model = std::make_unique<clens_model>();
    model->model = refiner->refiner->model();
    *out = model.release();
    return {};
  });
}

clens_status clens_refiner_drop_groups(clens_refiner* refiner, const char* const* groups, size_t count,
                                       const float* means, size_t mean_count) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    CLENS_TRY(require(groups, "groups"));
    CLENS_TRY(require(means, "means"));
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
      CLENS_TRY(require(groups[i], "groups[]"));
      names.emplace_back(groups[i]);
    }
    return refiner->refiner->drop(names, {means, mean_count});
  });
}

clens_status clens_refiner_prune_proven(clens_refiner* refiner) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    return refiner->refiner->prune_proven().status();
  });
}

clens_status clens_refiner_prunable(const clens_refiner* refiner, size_t* values, size_t capacity, size_t* count) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    CLENS_TRY(require(count, "count"));
    const std::vector<std::uint32_t> all = clicklens::lens::prunable_values(*refiner->refiner->model());
    *count = all.size();
    if (capacity < all.size())
      return Status::error(Code::buffer_too_small, "capacity: %zu, there are %zu values", capacity, all.size());
    if (!all.empty()) CLENS_TRY(require(values, "values"));
    std::copy(all.begin(), all.end(), values);
    return {};
  });
}

clens_status clens_refiner_prune(clens_refiner* refiner, const clens_neurons* neurons,
                                 const clens_prune_options* options) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    CLENS_TRY(require(neurons, "neurons"));
    clicklens::lens::PruneOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    return refiner->refiner->prune_found(*neurons->neurons, known).status();
  });
}

clens_status clens_refiner_cut(clens_refiner* refiner, const clens_probe* probe, size_t index, size_t task) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    CLENS_TRY(require(probe, "probe"));
    return refiner->refiner->cut(probe->probe, index, task);
  });
}

clens_status clens_refiner_calibrate(clens_refiner* refiner, const float* logits, const uint8_t* labels, size_t n,
                                     const clens_calibration_options* options, clens_calibration_fit* fit) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    CLENS_TRY(require(logits, "logits"));
    CLENS_TRY(require(labels, "labels"));
    clicklens::capi::CalibrationOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    if (fit != nullptr) CLENS_TRY(clicklens::capi::check_struct_size<clens_calibration_fit>(fit->struct_size, "fit"));
    return clicklens::capi::calibrate(*refiner->refiner, {logits, n}, {labels, n}, known, fit);
  });
}

clens_status clens_refiner_fold_batch_norms(clens_refiner* refiner) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    return refiner->refiner->fold_batch_norms();
  });
}

clens_status clens_refiner_set_tables(clens_refiner* refiner, uint32_t row_type, const size_t* tables,
                                      size_t table_count, clens_table_change* changes) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    clicklens::format::ElementType type{};
    CLENS_TRY(clicklens::capi::read_row_type(row_type, type));
    std::vector<std::uint32_t> chosen;
    CLENS_TRY(clicklens::capi::read_tables(*refiner->refiner->model(), tables, table_count, chosen));
    CLENS_TRY(clicklens::capi::check_changes(changes, chosen.size()));
    const auto made = refiner->refiner->set_tables(chosen, type);
    if (!made.ok()) return made.status();
    return clicklens::capi::write_changes(*refiner->refiner->model(), *made, changes);
  });
}

clens_status clens_refiner_recommend_precision(clens_refiner* refiner, uint32_t precision, const size_t* full_precision,
                                               size_t count) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    if (precision > CLENS_PRECISION_BF16)
      return Status::error(Code::invalid_argument, "precision: %u is none to recommend", precision);
    clicklens::exec::RecommendedPrecision made{static_cast<clicklens::ops::Precision>(precision), {}};
    CLENS_TRY(clicklens::capi::read_values(full_precision, count, "full_precision", made.full_precision));
    return refiner->refiner->recommend(made);
  });
}

size_t clens_refiner_edits(const clens_refiner* refiner) {
  return refiner == nullptr ? 0 : refiner->refiner->edits().size();
}

clens_status clens_refiner_edit(const clens_refiner* refiner, size_t index, clens_edit* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    CLENS_TRY(require(out, "out"));
    const auto edits = refiner->refiner->edits();
    if (index >= edits.size()) return Status::error(Code::invalid_argument, "index: %zu of %zu", index, edits.size());
    clens_edit edit = CLENS_EDIT_INIT;
    edit.name = edits[index].name.c_str();
    edit.text = edits[index].text.c_str();
    edit.removed = edits[index].removed;
    edit.same_bits = edits[index].same_bits ? 1 : 0;
    return clicklens::capi::write_sized(edit, "out", out);
  });
}

clens_status clens_refiner_write(const clens_refiner* refiner, const char* path) {
  return guard([&]() -> Status {
    CLENS_TRY(require(refiner, "refiner"));
    CLENS_TRY(require(path, "path"));
    auto self_test = clicklens::capi::carried_self_test(refiner->refiner->parent(), refiner->refiner->model());
    if (!self_test.ok()) return self_test.status();
    return refiner->refiner->write(path, std::move(*self_test));
  });
}
