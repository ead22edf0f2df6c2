// `attribute`: parts of scores by group, feature, dimension, id or neuron, over the rows of each file, or of one row.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "commands/attribute_sums.h"
#include "commands/commands.h"
#include "commands/one_row.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

void add_infos(const AttributeRun& run, AttributeReport::Day& day) {
  for (const clens_attribution_info& info : run.infos()) {
    ++day.rows;
    day.score += info.score;
    day.baseline += info.baseline;
    day.sum += info.sum;
    day.bias += info.bias;
    day.gap_mean += info.gap;
    day.gap_largest = std::isnan(info.gap) ? info.gap : std::max(day.gap_largest, info.gap);
    day.steps_largest = std::max(day.steps_largest, info.steps);
  }
  const clens_counts& counts = run.counts();
  day.counts.missing += counts.missing;
  day.counts.unknown += counts.unknown;
  day.counts.cut += counts.cut;
  day.counts.bad_values += counts.bad_values;
  day.counts.non_finite += counts.non_finite;
}

void add_faithfulness(const std::vector<float>& values, AttributeReport::Day& day) {
  for (const float value : values) {
    day.unfaithful_mean += static_cast<double>(value);
    day.unfaithful_largest = std::max(day.unfaithful_largest, static_cast<double>(value));
  }
}

void take_means(AttributeReport::Day& day) {
  const auto n = static_cast<double>(day.rows);
  for (double* mean : {&day.score, &day.baseline, &day.sum, &day.bias, &day.gap_mean, &day.unfaithful_mean}) *mean /= n;
  if (day.rows == 0) day.gap_largest = day.gap_mean;
}

AttributeReport::Day read_day(const std::string& path, const AttributeOptions& options, AttributeRun& run,
                              Progress& progress) {
  AttributeReport::Day day;
  day.file = path;
  ReadOptions read = options.read;
  const bool ids = options.by == CLENS_LEVEL_ID;
  read.keep_text = ids;
  LevelSums by_level(run, options);
  IdSums by_id;
  BlockReader reader(path, run.model().features(), read, run.model().get());
  if (ids && reader.recording() != nullptr) throw Error(join({path, ": a recording, which keeps no ids as they read"}));
  while (const Block* block = reader.next()) {
    run.run(*block, options.by);
    add_infos(run, day);
    if (options.faithfulness) add_faithfulness(run.faithfulness(*block), day);
    if (ids)
      by_id.add(run, reader, block->rows);
    else
      by_level.add(run, block->rows);
    progress.update(reader.position());
  }
  take_means(day);
  day.ids = by_id.ids();
  day.columns = ids ? by_id.columns(options.top, run.has_draws()) : by_level.columns(run.has_draws());
  return day;
}

// What a column of the level is called.
const char* level_name(const AttributeOptions& options) {
  if (options.method == CLENS_ATTRIBUTION_CONDUCTANCE) return "neuron";
  switch (options.by) {
    case CLENS_LEVEL_FEATURE:
      return "feature";
    case CLENS_LEVEL_DIMENSION:
      return "dimension";
    case CLENS_LEVEL_ID:
      return "id";
    default:
      return "group";
  }
}

std::vector<double> one_row(AttributeRun& run, const Block& block, std::size_t row, clens_saliency_level level) {
  run.run(block, level);
  const std::size_t each = run.values().size() / block.rows;
  const bool ids = level == CLENS_LEVEL_ID;
  const std::size_t begin = ids ? run.offsets()[row] : row * each, end = ids ? run.offsets()[row + 1] : begin + each;
  std::vector<double> values;
  for (std::size_t i = begin; i < end; ++i) values.push_back(static_cast<double>(run.values()[i]));
  return values;
}

}  // namespace

AttributeReport attribute(const AttributeOptions& options) {
  AttributeRun run(options);
  AttributeReport report;
  run.describe(report);
  report.by = level_name(options);
  if (options.faithfulness)
    report.faithfulness = *options.faithfulness == CLENS_FAITHFULNESS_INFIDELITY ? "infidelity" : "sensitivity";
  Progress progress(options.data);
  for (const std::string& path : options.data) {
    report.days.push_back(read_day(path, options, run, progress));
    progress.finish_part(file_size(path));
  }
  return report;
}

AttributeRowReport attribute_row(const AttributeOptions& options) {
  AttributeRun run(options);
  AttributeRowReport report;
  run.describe(report);
  const auto use = [&](const BlockReader& reader, const Block& block, std::size_t row) {
    add_features(run.model(), reader, row, report.features);
    const std::vector<double> groups = one_row(run, block, row, CLENS_LEVEL_GROUP);
    for (std::size_t g = 0; g < groups.size(); ++g) report.groups.push_back({run.model().groups()[g], groups[g]});
    const std::vector<double> features = one_row(run, block, row, CLENS_LEVEL_FEATURE);
    for (std::size_t f = 0; f < features.size(); ++f) report.features[f].value = features[f];
    add_ids(run.model(), one_row(run, block, row, CLENS_LEVEL_ID), report.features);
    report.info = run.infos()[row];
  };
  std::tie(report.file, report.row) = use_row(run.model(), options.data, options.read, options.row, use);
  return report;
}

}  // namespace clicklens::cli
