// `attribute`: parts of scores by group, feature or neuron, over the rows of each file.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "commands/attribute_reference.h"
#include "commands/commands.h"
#include "commands/saliency_run.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

constexpr std::array attribution_names = {
    "integrated-gradients", "expected-gradients", "smoothgrad", "deeplift", "ablation", "additive", "conductance"};

bool has_draws(clens_attribution_method method) {
  return method == CLENS_ATTRIBUTION_EXPECTED_GRADIENTS || method == CLENS_ATTRIBUTION_SMOOTHGRAD;
}

// Sums of one column over rows in order.
struct ColumnSums {
  double sum = 0, absolute = 0, mean = 0, squares = 0, variance = 0;

  void add(double x, std::uint64_t count) {
    sum += x;
    absolute += std::abs(x);
    const double delta = x - mean;
    mean += delta / static_cast<double>(count);
    squares += delta * (x - mean);
  }
};

class AttributeRun {
 public:
  explicit AttributeRun(const AttributeOptions& options)
      : options_(options), model_(open_for(options.model, options.data)) {
    spec_.method = static_cast<std::uint32_t>(options.method);
    spec_.level = static_cast<std::uint32_t>(options.by);
    spec_.target = static_cast<std::uint32_t>(options.target);
    spec_.task = model_.task(options.task);
    spec_.steps = options.steps;
    spec_.tolerance = options.tolerance;
    spec_.draws = options.draws;
    spec_.seed = options.seed;
    spec_.noise = options.noise;
    if (!options.layer.empty()) spec_.layer = model_.value(options.layer);
    make_explainer();
    if (refers()) take_reference();
    name_columns();
  }

  AttributeReport::Day read(const std::string& path, Progress& progress);
  [[nodiscard]] AttributeReport head() const;

 private:
  [[nodiscard]] bool refers() const {
    if (options_.method == CLENS_ATTRIBUTION_ADDITIVE) return false;
    return !options_.zero_baseline || has_draws(options_.method);
  }
  [[nodiscard]] const std::vector<std::string>& reference_files() const {
    return options_.reference.empty() ? options_.data : options_.reference;
  }
  void make_explainer();
  void take_reference();
  void name_columns();
  void run(const Block& block);
  void add(const Block& block, AttributeReport::Day& day);
  void finish(AttributeReport::Day& day) const;

  const AttributeOptions& options_;
  Model model_;
  Handle<clens_explainer> explainer_;
  Reference reference_;
  clens_attribution_spec spec_ = CLENS_ATTRIBUTION_SPEC_INIT;
  std::vector<std::string> names_;
  std::vector<ColumnSums> sums_;  // of the day at hand
  std::vector<float> values_, errors_;
  std::vector<clens_attribution_info> infos_;
  clens_attribution out_ = CLENS_ATTRIBUTION_INIT;
};

void AttributeRun::make_explainer() {
  clens_explainer_options made = CLENS_EXPLAINER_OPTIONS_INIT;
  if (!options_.layer.empty()) {
    made.layers = &spec_.layer;
    made.layer_count = 1;
  }
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
  } else if (!options_.zero_baseline) {
    spec_.baselines = reference_.means.data();
    spec_.baseline_rows = 1;
  }
  spec_.spreads = reference_.deviations.data();
  spec_.spread_count = reference_.deviations.size();
}

void AttributeRun::name_columns() {
  if (options_.method == CLENS_ATTRIBUTION_CONDUCTANCE) {
    for (std::uint64_t i = 0; i < model_.value_info(spec_.layer).width; ++i)
      names_.push_back(options_.layer + "[" + std::to_string(i) + "]");
  } else if (options_.by == CLENS_LEVEL_GROUP) {
    names_ = model_.groups();
  } else {
    for (const FeatureSpec& feature : model_.features()) names_.push_back(feature.name);
  }
}

void AttributeRun::run(const Block& block) {
  values_.resize(block.rows * names_.size());
  infos_.resize(block.rows);
  out_ = CLENS_ATTRIBUTION_INIT;
  out_.values = values_.data();
  out_.capacity = values_.size();
  if (has_draws(options_.method)) {
    errors_.resize(values_.size());
    out_.errors = errors_.data();
    out_.error_capacity = errors_.size();
  }
  out_.infos = infos_.data();
  out_.info_capacity = infos_.size();
  const clens_batch batch = block.batch();
  check(clens_explainer_run(explainer_.get(), &batch, &spec_, &out_));
}

void AttributeRun::add(const Block& block, AttributeReport::Day& day) {
  for (std::size_t row = 0; row < block.rows; ++row) {
    ++day.rows;
    const clens_attribution_info& info = infos_[row];
    day.score += info.score;
    day.baseline += info.baseline;
    day.sum += info.sum;
    day.bias += info.bias;
    day.gap_mean += info.gap;
    day.gap_largest = std::isnan(info.gap) ? info.gap : std::max(day.gap_largest, info.gap);
    day.steps_largest = std::max(day.steps_largest, info.steps);
    for (std::size_t c = 0; c < names_.size(); ++c) {
      const std::size_t at = row * names_.size() + c;
      sums_[c].add(static_cast<double>(values_[at]), day.rows);
      if (out_.errors != nullptr)
        sums_[c].variance += static_cast<double>(errors_[at]) * static_cast<double>(errors_[at]);
    }
  }
  day.counts.missing += out_.counts.missing;
  day.counts.unknown += out_.counts.unknown;
  day.counts.cut += out_.counts.cut;
  day.counts.bad_values += out_.counts.bad_values;
  day.counts.non_finite += out_.counts.non_finite;
}

void AttributeRun::finish(AttributeReport::Day& day) const {
  const auto n = static_cast<double>(day.rows);
  for (double* mean : {&day.score, &day.baseline, &day.sum, &day.bias, &day.gap_mean}) *mean /= n;
  if (day.rows == 0) day.gap_largest = day.gap_mean;
  double total = 0;
  for (const ColumnSums& s : sums_) total += s.absolute / n;
  for (std::size_t c = 0; c < names_.size(); ++c) {
    const ColumnSums& s = sums_[c];
    const double error =
        has_draws(options_.method) ? std::sqrt(s.variance) / n : std::numeric_limits<double>::quiet_NaN();
    day.columns.push_back(
        {names_[c], s.absolute / n / total, s.absolute / n, s.sum / n, std::sqrt(s.squares / n), error});
  }
}

AttributeReport::Day AttributeRun::read(const std::string& path, Progress& progress) {
  AttributeReport::Day day;
  day.file = path;
  sums_.assign(names_.size(), {});
  BlockReader reader(path, model_.features(), options_.read, model_.get());
  while (const Block* block = reader.next()) {
    run(*block);
    add(*block, day);
    progress.update(reader.position());
  }
  finish(day);
  return day;
}

AttributeReport AttributeRun::head() const {
  AttributeReport report;
  report.method = attribution_names[spec_.method];
  const bool neurons = options_.method == CLENS_ATTRIBUTION_CONDUCTANCE;
  report.by = neurons ? "neuron" : options_.by == CLENS_LEVEL_GROUP ? "group" : "feature";
  report.target = target_name(options_.target);
  report.task = model_.tasks()[spec_.task];
  report.layer = options_.layer;
  if (options_.method != CLENS_ATTRIBUTION_ADDITIVE)
    report.baseline = spec_.baseline_rows == 0 ? "zero" : reference_.rows.empty() ? "mean" : "rows";
  if (refers()) report.reference = reference_files();
  report.own_reference = refers() && options_.reference.empty();
  return report;
}

}  // namespace

AttributeReport attribute(const AttributeOptions& options) {
  AttributeRun run(options);
  AttributeReport report = run.head();
  Progress progress(options.data);
  for (const std::string& path : options.data) {
    report.days.push_back(run.read(path, progress));
    progress.finish_part(file_size(path));
  }
  return report;
}

}  // namespace clicklens::cli
