#include "commands/attribute_run.h"

#include <array>

#include "commands/saliency_run.h"

namespace clicklens::cli {

const char* attribution_name(clens_attribution_method method) noexcept {
  constexpr std::array names = {
      "integrated-gradients", "expected-gradients", "smoothgrad", "deeplift", "ablation", "additive",
      "conductance",          "neuron-gradients"};
  return names[static_cast<std::size_t>(method)];
}

AttributeRun::AttributeRun(const AttributeOptions& options)
    : options_(options), model_(open_for(options.model, options.data.empty() ? options.train : options.data)) {
  spec_.method = static_cast<std::uint32_t>(options.method);
  spec_.target = static_cast<std::uint32_t>(options.target);
  if (options.target == CLENS_TARGET_NEURON) {
    spec_.value = model_.value(options.neuron);
    spec_.column = options.neuron_column;
  } else {
    spec_.task = model_.task(options.task);
  }
  spec_.steps = options.steps;
  spec_.tolerance = options.tolerance;
  spec_.draws = options.draws;
  spec_.seed = options.seed;
  spec_.noise = options.noise;
  if (!options.layer.empty()) spec_.layer = model_.value(options.layer);
  make_explainer();
  if (refers()) take_reference();
}

bool AttributeRun::has_draws() const noexcept {
  return options_.method == CLENS_ATTRIBUTION_EXPECTED_GRADIENTS || options_.method == CLENS_ATTRIBUTION_SMOOTHGRAD;
}

std::size_t AttributeRun::neurons() const {
  return options_.layer.empty() ? 0 : static_cast<std::size_t>(model_.value_info(spec_.layer).width);
}

bool AttributeRun::refers() const {
  if (options_.faithfulness) return true;  // its draws are shares of deviations
  if (options_.method == CLENS_ATTRIBUTION_ADDITIVE) return false;
  return !options_.zero_baseline || has_draws();
}

const std::vector<std::string>& AttributeRun::reference_files() const {
  if (!options_.reference.empty()) return options_.reference;
  return options_.data.empty() ? options_.train : options_.data;
}

void AttributeRun::make_explainer() {
  std::vector<std::size_t> layers;
  if (!options_.layer.empty()) layers.push_back(spec_.layer);
  if (options_.target == CLENS_TARGET_NEURON && (layers.empty() || layers[0] != spec_.value))
    layers.push_back(spec_.value);
  clens_explainer_options made = CLENS_EXPLAINER_OPTIONS_INIT;
  made.layers = layers.data();
  made.layer_count = layers.size();
  const Handle<clens_inputs> inputs = make_inputs(model_, false);
  clens_explainer* explainer = nullptr;
  check(clens_explainer_create(model_.get(), inputs.get(), &made, &explainer));
  explainer_.reset(explainer);
  // What the method refuses, before any file is read: the reference is still to come.
  const std::vector<float> none(model_.info().input_width);
  clens_attribution_spec tried = spec_;
  tried.baselines = tried.spreads = none.data();
  tried.baseline_rows = 1;
  tried.spread_count = none.size();
  std::size_t count = 0;
  check(clens_explainer_size(explainer, &tried, 0, &count));
}

void AttributeRun::take_reference() {
  reference_ = read_reference(explainer_.get(), model_, reference_files(), options_);
  if (!reference_.rows.empty()) {
    spec_.baselines = reference_.rows.data();
    spec_.baseline_rows = reference_.rows.size() / model_.info().input_width;
  } else if (!options_.zero_baseline && options_.method != CLENS_ATTRIBUTION_ADDITIVE) {
    spec_.baselines = reference_.means.data();
    spec_.baseline_rows = 1;
  }
  spec_.spreads = reference_.deviations.data();
  spec_.spread_count = reference_.deviations.size();
}

std::size_t AttributeRun::count_values(const Block& block) {
  std::size_t count = 0;
  if (spec_.level != CLENS_LEVEL_ID) {
    check(clens_explainer_size(explainer_.get(), &spec_, block.rows, &count));
    return count;
  }
  if (!counting_) counting_.emplace(model_, Session::Options());
  clens_saliency_spec ids = CLENS_SALIENCY_SPEC_INIT;
  ids.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
  ids.level = CLENS_LEVEL_ID;
  offsets_.resize(block.rows + 1);
  const clens_batch batch = block.batch();
  counting_->check(clens_saliency_size(counting_->get(), &batch, &ids, &count, offsets_.data(), offsets_.size()));
  return count;
}

void AttributeRun::run(const Block& block, clens_saliency_level level) {
  spec_.level = static_cast<std::uint32_t>(level);
  values_.resize(count_values(block));
  infos_.resize(block.rows);
  out_ = CLENS_ATTRIBUTION_INIT;
  out_.values = values_.data();
  out_.capacity = values_.size();
  if (has_draws() && !values_.empty()) {
    errors_.resize(values_.size());
    out_.errors = errors_.data();
    out_.error_capacity = errors_.size();
  }
  out_.infos = infos_.data();
  out_.info_capacity = infos_.size();
  const clens_batch batch = block.batch();
  check(clens_explainer_run(explainer_.get(), &batch, &spec_, &out_));
}

std::vector<float> AttributeRun::faithfulness(const Block& block) {
  clens_faithfulness_spec by = CLENS_FAITHFULNESS_SPEC_INIT;
  by.kind = static_cast<std::uint32_t>(*options_.faithfulness);
  by.seed = options_.seed;
  std::vector<float> values(block.rows);
  const clens_batch batch = block.batch();
  check(clens_explainer_faithfulness(explainer_.get(), &batch, &spec_, &by, values.data(), values.size()));
  return values;
}

void AttributeRun::describe(AttributeHead& head) const {
  head.method = attribution_name(options_.method);
  if (options_.target == CLENS_TARGET_NEURON) {
    head.target = join({options_.neuron, "[", std::to_string(spec_.column), "]"});
  } else {
    head.target = target_name(options_.target);
    head.task = model_.tasks()[spec_.task];
  }
  if (options_.method == CLENS_ATTRIBUTION_NEURON_GRADIENTS) head.target = head.task = "";
  head.layer = options_.layer;
  if (options_.method != CLENS_ATTRIBUTION_ADDITIVE)
    head.baseline = spec_.baseline_rows == 0 ? "zero" : reference_.rows.empty() ? "mean" : "rows";
  if (refers()) head.reference = reference_files();
  head.own_reference = refers() && options_.reference.empty();
}

}  // namespace clicklens::cli
