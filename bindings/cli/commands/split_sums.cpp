#include "commands/split_sums.h"

#include <array>

#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

constexpr std::size_t most_parts = 1000;  // some 110 KB each, of a model of seven groups
constexpr const char* column_prefix = "column:";

// Ranges of probability: where a click rate of some per cent has its rows.
std::string score_range(float probability) {
  constexpr std::array bounds = {0.01f, 0.02f, 0.05f, 0.1f, 0.2f, 0.5f};
  constexpr std::array names = {"0-1 %", "1-2 %", "2-5 %", "5-10 %", "10-20 %", "20-50 %", "50-100 %"};
  std::size_t range = 0;
  while (range < bounds.size() && probability >= bounds[range]) ++range;
  return names[range];
}

}  // namespace

SplitSums::SplitSums(Source source, const std::vector<std::string>& by, const ReadOptions& read)
    : source_(std::move(source)), by_(by), read_(read) {
  read_.labels = true;  // for clusters
  read_.optional_labels = true;
  for (const std::string& name : by_) {
    if (name.rfind(column_prefix, 0) != 0) continue;
    if (!read_.text_column.empty()) throw Error(join({name, ": one column at a time"}));
    read_.text_column = name.substr(std::string(column_prefix).size());
  }
}

void SplitSums::read(const std::string& split, const std::vector<std::string>& files) {
  Progress progress(files);
  for (const std::string& path : files) {
    BlockReader reader(path, source_.model.features(), read_, source_.model.get());
    if (cluster_.empty()) cluster_ = reader.cluster_column();
    while (const Block* block = reader.next()) {
      add(split, path, *block);
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
}

void SplitSums::report(SaliencySumsReport& report) const {
  report.cluster = cluster_;
  report.groups = source_.model.groups();
  const std::size_t groups = report.groups.size();
  for (const Key& key : order_) {
    SaliencySumsReport::Part part;
    std::tie(part.split, part.by, part.value) = key;
    part.groups.resize(groups);
    check(clens_saliency_sums_compute(parts_.at(key).get(), part.groups.data(), sizeof part.groups[0], groups,
                                      &part.rows, &part.non_finite));
    report.parts.push_back(std::move(part));
  }
  const auto train = parts_.find({"train", "all", ""}), test = parts_.find({"test", "all", ""});
  if (train == parts_.end() || test == parts_.end()) return;
  report.contrasts.resize(groups);
  check(clens_saliency_sums_contrast(train->second.get(), test->second.get(), report.contrasts.data(),
                                     sizeof report.contrasts[0], groups));
}

void SplitSums::add(const std::string& split, const std::string& path, const Block& block) {
  const std::vector<float>& values = source_.values(block);
  row_ += block.rows;
  clusters_ = block.clusters;
  if (clusters_.empty())
    for (std::size_t i = 0; i < block.rows; ++i) clusters_.push_back(row_ - block.rows + i);
  keep_.assign(block.rows, 1);
  add_part({split, "all", ""}, values);
  for (const std::string& by : by_) {
    values_of_.clear();
    for (std::size_t i = 0; i < block.rows; ++i) values_of_[value_of(by, path, block, i)].push_back(i);
    for (const auto& [value, rows] : values_of_) {
      keep_.assign(block.rows, 0);
      for (const std::size_t row : rows) keep_[row] = 1;
      add_part({split, by, value}, values);
    }
  }
}

std::string SplitSums::value_of(const std::string& by, const std::string& path, const Block& block,
                                std::size_t row) const {
  if (by == "day") return path;
  if (by == "score") return score_range(source_.probability(row));
  if (by != "label") return block.texts[row];
  if (block.labels.empty()) throw Error(join({path, ": no column 'label' or 'click'; --label names another"}));
  return block.labels[row] != 0 ? "1" : "0";
}

void SplitSums::add_part(const Key& key, const std::vector<float>& values) {
  Handle<clens_saliency_sums>& sums = parts_[key];
  if (!sums) {
    if (order_.size() == most_parts)
      throw Error(join({std::get<1>(key), ": more than ", std::to_string(most_parts), " values"}));
    clens_saliency_sums* made = nullptr;
    check(clens_saliency_sums_create(source_.model.groups().size(), 0, &made));
    sums.reset(made);
    order_.push_back(key);
  }
  check(clens_saliency_sums_add(sums.get(), values.data(), clusters_.data(), keep_.data(), keep_.size()));
}

}  // namespace clicklens::cli
