#include "commands/attribute_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "error.h"

namespace clicklens::cli {
namespace {

constexpr std::size_t most_ids = std::size_t{1} << 21;

std::vector<std::string> level_names(const Model& model, clens_saliency_level level) {
  if (level == CLENS_LEVEL_GROUP) return model.groups();
  std::vector<std::string> names;
  for (std::size_t f = 0; f < model.features().size(); ++f) {
    const std::string& name = model.features()[f].name;
    if (level == CLENS_LEVEL_FEATURE) {
      names.push_back(name);
      continue;
    }
    const std::size_t begin = model.feature_info(f).input_begin;
    const std::size_t end =
        f + 1 < model.features().size() ? model.feature_info(f + 1).input_begin : model.info().input_width;
    for (std::size_t d = begin; d < end; ++d) names.push_back(join({name, "[", std::to_string(d - begin), "]"}));
  }
  return names;
}

}  // namespace

void ColumnSums::add(double x, double error) {
  ++rows;
  absolute += std::abs(x);
  const double delta = x - mean;
  mean += delta / static_cast<double>(rows);
  squares += delta * (x - mean);
  variance += error * error;
}

AttributeReport::Column ColumnSums::column(double total, bool has_draws) const {
  const auto n = static_cast<double>(rows);
  const double undefined = std::numeric_limits<double>::quiet_NaN();
  AttributeReport::Column column;
  column.rows = rows;
  column.share = absolute / total;
  column.mean_absolute = absolute / n;
  column.mean = rows == 0 ? undefined : mean;
  column.sd = std::sqrt(squares / n);
  column.error = has_draws ? std::sqrt(variance) / n : undefined;
  return column;
}

LevelSums::LevelSums(const AttributeRun& run, const AttributeOptions& options) {
  for (std::size_t i = 0; i < run.neurons(); ++i)
    neurons_.push_back(join({options.layer, "[", std::to_string(i), "]"}));
  if (options.method == CLENS_ATTRIBUTION_CONDUCTANCE) {
    names_.swap(neurons_);
  } else {
    names_ = level_names(run.model(), options.by);
  }
  each_ = names_.size();
  sums_.resize(each_ * std::max<std::size_t>(neurons_.size(), 1));
}

void LevelSums::add(const AttributeRun& run, std::size_t rows) {
  for (std::size_t i = 0; i < rows * sums_.size(); ++i)
    sums_[i % sums_.size()].add(static_cast<double>(run.values()[i]),
                                run.errors().empty() ? 0 : static_cast<double>(run.errors()[i]));
}

std::vector<AttributeReport::Column> LevelSums::columns(bool has_draws) const {
  std::vector<AttributeReport::Column> columns;
  for (std::size_t first = 0; first < sums_.size(); first += each_) {
    double total = 0;
    for (std::size_t c = first; c < first + each_; ++c) total += sums_[c].absolute;
    for (std::size_t c = first; c < first + each_; ++c) {
      columns.push_back(sums_[c].column(total, has_draws));
      columns.back().name = names_[c - first];
      if (!neurons_.empty()) columns.back().neuron = neurons_[first / each_];
    }
  }
  return columns;
}

std::size_t IdSums::find(std::size_t feature, const std::string& name, const std::string& text) {
  const auto [at, is_new] = places_.try_emplace(std::to_string(feature) + ' ' + text, ids_.size());
  if (!is_new) return at->second;
  if (ids_.size() == most_ids)
    throw Error(join({"--by id: more than ", std::to_string(most_ids), " ids; --by feature keeps none"}));
  ids_.push_back({name, text, {}});
  return at->second;
}

void IdSums::add(const AttributeRun& run, const BlockReader& reader, std::size_t rows) {
  struct Met {
    std::size_t id;
    double value, variance;
  };
  std::vector<Met> met;
  const std::vector<FeatureSpec>& features = run.model().features();
  for (std::size_t row = 0; row < rows; ++row) {
    std::uint64_t at = run.offsets()[row];
    for (std::size_t f = 0; f < features.size(); ++f) {
      const ColumnData* data = reader.data(f);
      if (features[f].kind == CLENS_COLUMN_FLOATS || data == nullptr) continue;
      met.clear();
      for (const std::string& text : data->texts(reader.entry(f, row))) {
        const std::size_t id = find(f, features[f].name, text);
        const auto value = static_cast<double>(run.values().at(at));
        const double error = run.errors().empty() ? 0 : static_cast<double>(run.errors()[at]);
        ++at;
        const auto before = std::find_if(met.begin(), met.end(), [id](const Met& m) { return m.id == id; });
        if (before == met.end()) {
          met.push_back({id, value, error * error});
        } else {
          before->value += value;  // its draws are the same: errors add up
          before->variance = std::pow(std::sqrt(before->variance) + error, 2);
        }
      }
      for (const Met& m : met) ids_[m.id].sums.add(m.value, std::sqrt(m.variance));
    }
    if (at != run.offsets()[row + 1]) throw Error(join({reader.path(), ": ids of a row are not those that were sent"}));
    rest_.add(run.infos()[row].rest, 0);
  }
}

std::vector<AttributeReport::Column> IdSums::columns(std::size_t top, bool has_draws) const {
  double total = std::isnan(rest_.absolute) ? 0 : rest_.absolute;
  for (const Id& id : ids_) total += id.sums.absolute;
  std::vector<const Id*> order;
  for (const Id& id : ids_) order.push_back(&id);
  std::stable_sort(order.begin(), order.end(),
                   [](const Id* a, const Id* b) { return a->sums.absolute > b->sums.absolute; });
  if (top > 0 && order.size() > top) order.resize(top);
  std::vector<AttributeReport::Column> columns;
  for (const Id* id : order) {
    columns.push_back(id->sums.column(total, has_draws));
    columns.back().name = id->text;
    columns.back().feature = id->feature;
  }
  if (!std::isnan(rest_.absolute)) columns.push_back(rest_.column(total, false));
  return columns;
}

}  // namespace clicklens::cli
