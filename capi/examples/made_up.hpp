// One request of a few ads with made-up values, in the shape that a model asks for.
#pragma once

#include <clicklens/clicklens.hpp>
#include <string>
#include <vector>

class MadeUp {
 public:
  MadeUp(const clicklens::Model& model, std::size_t ads)
      : keys_(model.describe().features), ends_(keys_.size()), text_(keys_.size()), floats_(keys_.size()), batch_(ads) {
    batch_.one_request();
    for (std::size_t i = 0; i < keys_.size(); ++i) add(model.feature(i), i, ads);
  }
  [[nodiscard]] const clicklens::Batch& batch() const noexcept { return batch_; }

 private:
  void add(const clens_feature_info& feature, std::size_t i, std::size_t ads) {
    const auto input = static_cast<std::uint32_t>(i);
    const std::size_t entries = feature.scope == CLENS_SCOPE_REQUEST ? 1 : ads;
    if (feature.column == CLENS_COLUMN_FLOATS) {
      floats_[i].assign(entries * feature.width, 0.5f);
      batch_.floats(input, floats_[i]);
      return;
    }
    for (std::size_t entry = 0; entry < entries; ++entry) {
      keys_[i].push_back(entry);
      ends_[i].push_back(static_cast<std::int64_t>(text_[i].size()));
      text_[i] += std::to_string(entry);
    }
    ends_[i].push_back(static_cast<std::int64_t>(text_[i].size()));
    if (feature.column == CLENS_COLUMN_STRINGS)
      batch_.strings(input, text_[i], ends_[i]);
    else
      batch_.keys(input, keys_[i]);
  }

  std::vector<std::vector<std::uint64_t>> keys_;
  std::vector<std::vector<std::int64_t>> ends_;
  std::vector<std::string> text_;
  std::vector<std::vector<float>> floats_;
  clicklens::Batch batch_;
};
