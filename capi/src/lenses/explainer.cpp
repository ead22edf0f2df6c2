#include "lens/explainer.h"

#include "base/checked.h"
#include "batch.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

struct clens_explainer {
  std::unique_ptr<clicklens::lens::Explainer> explainer;
};

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_options(const clens_explainer_options* given, lens::Explainer::Options& options) {
  clens_explainer_options known = CLENS_EXPLAINER_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  options.rows = known.rows;
  return read_values(known.layers, known.layer_count, "options.layers", options.layers);
}

// Floats that may be absent; `count` of them where they are not.
Status read_floats(const float* given, std::size_t count, const char* argument, std::span<const float>& floats) {
  if (count == 0) return {};
  CLENS_TRY(require(given, argument));
  floats = {given, count};
  return {};
}

Status read_rows(const float* given, std::size_t rows, std::size_t width, const char* argument,
                 std::span<const float>& floats) {
  const auto count = base::checked_multiply(rows, width);
  if (!count || *count > SIZE_MAX / sizeof(float))
    return Status::error(Code::invalid_argument, "%s: %zu rows of %zu floats", argument, rows, width);
  return read_floats(given, *count, argument, floats);
}

Status read_draws(const clens_attribution_spec& known, std::size_t width, lens::AttributionSpec& spec) {
  if (known.draw_count == 0) return {};
  if (spec.method == lens::AttributionMethod::smoothgrad)
    return read_rows(known.draw_noise, known.draw_count, width, "spec.draw_noise", spec.draw_noise);
  if (spec.method != lens::AttributionMethod::expected_gradients) return {};
  CLENS_TRY(require(known.draw_rows, "spec.draw_rows"));
  spec.draw_rows = {known.draw_rows, known.draw_count};
  return read_floats(known.draw_fractions, known.draw_count, "spec.draw_fractions", spec.draw_fractions);
}

Status read_spec(const clens_attribution_spec* given, std::size_t width, lens::AttributionSpec& spec) {
  CLENS_TRY(require(given, "spec"));
  clens_attribution_spec known = CLENS_ATTRIBUTION_SPEC_INIT;
  CLENS_TRY(read_sized(given, "spec", known));
  if ((known.flags & ~CLENS_ATTRIBUTION_GRADIENTS_ONLY) != 0)
    return Status::error(Code::invalid_argument, "spec.flags: unknown flags 0x%x",
                         known.flags & ~CLENS_ATTRIBUTION_GRADIENTS_ONLY);
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "spec.reserved: must be 0");
  spec.method = static_cast<lens::AttributionMethod>(known.method);
  spec.level = static_cast<lens::SaliencyLevel>(known.level);
  spec.target = static_cast<lens::SaliencyTarget>(known.target);
  spec.gradients_only = (known.flags & CLENS_ATTRIBUTION_GRADIENTS_ONLY) != 0;
  spec.task = known.task;
  spec.value = known.value;
  spec.column = known.column;
  spec.layer = known.layer;
  spec.steps = known.steps;
  spec.most_steps = known.most_steps;
  spec.tolerance = known.tolerance;
  spec.draws = known.draws;
  spec.seed = known.seed;
  spec.noise = known.noise;
  CLENS_TRY(read_rows(known.baselines, known.baseline_rows, width, "spec.baselines", spec.baselines));
  CLENS_TRY(read_floats(known.spreads, known.spread_count, "spec.spreads", spec.spreads));
  return read_draws(known, width, spec);
}

Status read_check(const clens_faithfulness_spec* given, std::size_t width, lens::FaithfulnessSpec& spec) {
  CLENS_TRY(require(given, "check"));
  clens_faithfulness_spec known = CLENS_FAITHFULNESS_SPEC_INIT;
  CLENS_TRY(read_sized(given, "check", known));
  spec.kind = static_cast<lens::Faithfulness>(known.kind);
  spec.draws = known.draws;
  spec.seed = known.seed;
  spec.size = known.size;
  return read_rows(known.perturbations, known.perturbation_rows, width, "check.perturbations", spec.perturbations);
}

Status read_output(const clens_attribution& known, lens::AttributionOutput& output) noexcept {
  if (known.capacity > 0) CLENS_TRY(require(known.values, "out.values"));
  output.values = {known.values, known.capacity};
  if (known.errors != nullptr) output.errors = {known.errors, known.error_capacity};
  if (known.errors != nullptr && known.error_capacity == 0 && known.capacity > 0)
    return Status::error(Code::buffer_too_small, "out.error_capacity: 0");
  if (known.infos == nullptr) return {};
  CLENS_TRY(check_stride<clens_attribution_info>(known.info_size, "out.info_size"));
  output.infos = reinterpret_cast<std::byte*>(known.infos);
  output.info_stride = known.info_size;
  output.info_capacity = known.info_capacity;
  return {};
}

clens_counts to_c(const encode::Counts& counts) noexcept {
  return {counts.missing, counts.unknown, counts.cut, counts.bad_values, counts.non_finite};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_explainer_create(const clens_model* model, const clens_inputs* inputs,
                                    const clens_explainer_options* options, clens_explainer** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(inputs, "inputs"));
    CLENS_TRY(require(out, "out"));
    clicklens::lens::Explainer::Options known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    auto made = clicklens::lens::Explainer::create(model->model, inputs->inputs, known);
    if (!made.ok()) return made.status();
    *out = new clens_explainer{std::move(*made)};
    return {};
  });
}

void clens_explainer_release(clens_explainer* explainer) {
  delete explainer;
}

clens_status clens_explainer_size(const clens_explainer* explainer, const clens_attribution_spec* spec,
                                  uint64_t candidates, size_t* count) {
  return guard([&]() -> Status {
    CLENS_TRY(require(explainer, "explainer"));
    CLENS_TRY(require(count, "count"));
    clicklens::lens::AttributionSpec known;
    CLENS_TRY(clicklens::capi::read_spec(spec, explainer->explainer->model().input_width(), known));
    const auto stride = explainer->explainer->stride(known);
    if (!stride.ok()) return stride.status();
    const auto total = clicklens::base::checked_multiply<std::uint64_t>(candidates, *stride);
    if (!total || *total > SIZE_MAX / sizeof(float))
      return Status::error(Code::limit_exceeded, "attribution: %llu candidates of %zu floats",
                           static_cast<unsigned long long>(candidates), *stride);
    *count = static_cast<std::size_t>(*total);
    return {};
  });
}

clens_status clens_explainer_run(clens_explainer* explainer, const clens_batch* batch,
                                 const clens_attribution_spec* spec, clens_attribution* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(explainer, "explainer"));
    CLENS_TRY(require(out, "out"));
    clicklens::lens::Explainer& lens = *explainer->explainer;
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(lens.session().column_room(), batch, known));
    clicklens::lens::AttributionSpec wanted;
    CLENS_TRY(clicklens::capi::read_spec(spec, lens.model().input_width(), wanted));
    clens_attribution view = CLENS_ATTRIBUTION_INIT;
    CLENS_TRY(clicklens::capi::read_sized(out, "out", view));
    clicklens::lens::AttributionOutput output;
    CLENS_TRY(clicklens::capi::read_output(view, output));
    clicklens::encode::Counts counts;
    CLENS_TRY(lens.run(known, wanted, output, counts));
    view.counts = clicklens::capi::to_c(counts);
    return clicklens::capi::write_sized(view, "out", out);
  });
}

clens_status clens_explainer_inputs(clens_explainer* explainer, const clens_batch* batch, float* values,
                                    size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(explainer, "explainer"));
    if (capacity > 0) CLENS_TRY(require(values, "values"));
    clicklens::lens::Explainer& lens = *explainer->explainer;
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(lens.session().column_room(), batch, known));
    clicklens::encode::Counts counts;
    return lens.pool(known, {values, capacity}, counts);
  });
}

clens_status clens_explainer_faithfulness(clens_explainer* explainer, const clens_batch* batch,
                                          const clens_attribution_spec* spec, const clens_faithfulness_spec* check,
                                          float* values, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(explainer, "explainer"));
    if (capacity > 0) CLENS_TRY(require(values, "values"));
    clicklens::lens::Explainer& lens = *explainer->explainer;
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(lens.session().column_room(), batch, known));
    clicklens::lens::AttributionSpec wanted;
    CLENS_TRY(clicklens::capi::read_spec(spec, lens.model().input_width(), wanted));
    clicklens::lens::FaithfulnessSpec by;
    CLENS_TRY(clicklens::capi::read_check(check, lens.model().input_width(), by));
    return lens.faithfulness(known, wanted, by, {values, capacity});
  });
}
