// What groups have of the scores of rows that have something in common: a split, a day, a label, a range of scores, a
// column's value. Shares with clustered errors; train and test contrasted.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "commands/options.h"
#include "commands/reports.h"
#include "engine/engine.h"

namespace clicklens::cli {

class SplitSums {
 public:
  // Where figures come from. values: of a block, [row * groups + group]; then probability, of a row of that block.
  struct Source {
    const Model& model;
    std::function<const std::vector<float>&(const Block&)> values;
    std::function<float(std::size_t)> probability;
  };
  // `by`: "day", "label", "score", "column:NAME".
  SplitSums(Source source, const std::vector<std::string>& by, const ReadOptions& read);

  void read(const std::string& split, const std::vector<std::string>& files);
  // Groups, parts, contrasts and the cluster column.
  void report(SaliencySumsReport& report) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // split, by, value

  void add(const std::string& split, const std::string& path, const Block& block);
  [[nodiscard]] std::string value_of(const std::string& by, const std::string& path, const Block& block,
                                     std::size_t row) const;
  void add_part(const Key& key, const std::vector<float>& values);

  Source source_;
  std::vector<std::string> by_;
  ReadOptions read_;
  std::string cluster_;
  std::map<Key, Handle<clens_saliency_sums>> parts_;
  std::vector<Key> order_;  // as they came up
  std::map<std::string, std::vector<std::size_t>> values_of_;
  std::vector<std::uint64_t> clusters_;
  std::vector<std::uint8_t> keep_;
  std::uint64_t row_ = 0;
};

}  // namespace clicklens::cli
