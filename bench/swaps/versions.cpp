#include "bench/swaps/versions.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "bench/models/network.h"

namespace clicklens::bench {
namespace {

Inputs rows_of(const Shape& shape) {
  std::vector<std::pair<std::string, clens_column_kind>> columns;
  for (const Fields& fields : shape.fields)
    for (std::uint32_t f = 0; f < (fields.dense ? 1 : fields.count); ++f)
      columns.emplace_back("f" + std::to_string(columns.size()),
                           fields.dense ? CLENS_COLUMN_FLOATS : CLENS_COLUMN_ROWS);
  return Inputs(columns);
}

std::string new_folder() {
  std::string folder = (std::filesystem::temp_directory_path() / "clicklens-swaps-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error(folder + ": cannot be made");
  return folder;
}

}  // namespace

Versions::Versions(const Shape& shape, std::size_t count) : folder_(new_folder()) {
  for (std::size_t v = 0; v < count; ++v) {
    paths_.push_back(folder_ + "/" + std::to_string(v) + ".clens");
    write_model(shape, paths_.back().c_str(), static_cast<std::uint32_t>(v));
  }
}

Versions::~Versions() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Model Versions::open(std::size_t version, const Model* base) const {
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.base = base == nullptr ? nullptr : base->get();
  return Model(paths_[version], &options);
}

Requests::Requests(const Shape& shape, const Versions& versions, std::size_t requests, std::size_t candidates)
    : inputs_(rows_of(shape)), candidates_(candidates) {
  std::mt19937 random(1);
  for (std::size_t r = 0; r < requests; ++r) {
    Batch& batch = batches_.emplace_back(candidates);
    std::uint32_t input = 0;
    for (const Fields& fields : shape.fields) {
      const std::size_t entries = fields.scope == "request" ? 1 : candidates;
      for (std::uint32_t f = 0; f < (fields.dense ? 1 : fields.count); ++f, ++input) {
        if (fields.dense) {
          auto& values = numbers_.emplace_back(entries * fields.count);
          for (float& v : values) v = std::uniform_real_distribution<float>(-1, 1)(random);
          batch.floats(input, values.data(), values.size());
          continue;
        }
        auto& ids = ids_.emplace_back(entries * fields.ids);
        for (std::uint32_t& id : ids) id = static_cast<std::uint32_t>(random() % shape.rows);
        auto& ends = offsets_.emplace_back();
        for (std::size_t i = 0; i <= entries; ++i) ends.push_back(static_cast<std::int64_t>(i * fields.ids));
        batch.rows(input, ids, &ends);
      }
    }
    batch.one_request();
  }
  expect(versions);
}

// Versions are told apart by every single score: a run that is of two of them cannot pass for one.
void Requests::expect(const Versions& versions) {
  for (std::size_t v = 0; v < versions.count(); ++v) {
    Session session(versions.open(v, nullptr), inputs_);
    auto& scores = expected_.emplace_back();
    for (const Batch& batch : batches_) scores.push_back(session.run(batch, CLENS_OUTPUT_LOGIT));
    for (std::size_t before = 0; before < v; ++before)
      for (std::size_t r = 0; r < count(); ++r)
        for (std::size_t c = 0; c < candidates_; ++c)
          if (scores[r][c] == expected_[before][r][c]) throw std::runtime_error("two versions score a candidate alike");
  }
}

bool Requests::are_of(std::size_t version, std::size_t request, const std::vector<float>& scores) const {
  return std::memcmp(scores.data(), expected_[version][request].data(), candidates_ * sizeof(float)) == 0;
}

}  // namespace clicklens::bench
