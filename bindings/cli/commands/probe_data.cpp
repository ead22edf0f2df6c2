#include "commands/probe_data.h"

#include "data/cell.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

constexpr std::uint64_t validation_parts = 5;  // one user in so many chooses lambda

std::vector<std::size_t> probed_values(const ProbeOptions& options, const Model& model,
                                       std::vector<std::string>& names) {
  std::vector<std::size_t> values;
  for (const std::string& name : options.layers) {
    std::size_t value = 0;
    check(clens_model_find_value(model.get(), name.c_str(), &value));
    values.push_back(value);
    names.push_back(name);
  }
  if (!values.empty()) return values;
  for (const auto* named : {&model.layers(), &model.outputs()}) {
    for (const clens_named_value& each : *named) {
      values.push_back(each.value);
      names.emplace_back(each.name);
    }
  }
  return values;
}

}  // namespace

ProbeData::ProbeData(const ProbeOptions& options, const Model& model)
    : options_(options),
      model_(model),
      values_(probed_values(options, model, names_)),
      session_(model, Session::Options{.observed = values_}) {}

ProbeRows ProbeData::read(const std::vector<std::string>& files, ProbePart part) {
  ProbeRows made;
  clens_probe_rows_options wanted = CLENS_PROBE_ROWS_OPTIONS_INIT;
  wanted.values = values_.data();
  wanted.value_count = values_.size();
  clens_probe_rows* rows = nullptr;
  check(clens_probe_rows_create(model_.get(), &wanted, &rows));
  made.rows.reset(rows);
  row_ = 0;
  Progress progress(files);
  for (const std::string& path : files) {
    BlockReader reader(path, model_.features(), options_.read, model_.get());
    cluster_column_ = reader.cluster_column();
    while (const Block* block = reader.next()) {
      add(made, *block, part);
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
  if (!made.texts.empty() && made.texts.size() != made.count())
    throw Error(join({files.front(), ": rows with values that are not finite cannot be probed for a column"}));
  return made;
}

bool ProbeData::takes(std::uint64_t cluster, ProbePart part) const {
  if (part == ProbePart::all) return true;
  const std::uint64_t hash = mix_key(cluster);
  // the upper bits draw users, the lower ones choose their part
  if (static_cast<double>(hash >> 11) * 0x1p-53 >= options_.user_share) return false;
  if (options_.lambda > 0) return part == ProbePart::fit;
  return (hash % validation_parts == 0) == (part == ProbePart::validation);
}

void ProbeData::add(ProbeRows& to, const Block& block, ProbePart part) {
  const bool by_row = block.clusters.empty();
  keep_.assign(block.rows, 1);
  own_clusters_.clear();
  for (std::size_t i = 0; i < block.rows; ++i) {
    const std::uint64_t cluster = by_row ? row_ + i : block.clusters[i];
    if (by_row) own_clusters_.push_back(cluster);
    if (!takes(cluster, part) || (!block.texts.empty() && block.texts[i].empty())) keep_[i] = 0;
    if (keep_[i] != 0 && !block.texts.empty()) to.texts.push_back(block.texts[i]);
  }
  clens_rows info = CLENS_ROWS_INIT;
  if (!block.labels.empty()) info.labels = block.labels.data();
  info.clusters = by_row ? own_clusters_.data() : block.clusters.data();
  if (!block.groups.empty()) info.groups = block.groups.data();
  if (!block.controls.empty()) info.controls = block.controls.data();
  info.first_row = row_;
  const clens_batch batch = block.batch();
  check(clens_probe_rows_add(to.rows.get(), session_.get(), &batch, &info, keep_.data()));
  row_ += block.rows;
}

}  // namespace clicklens::cli
