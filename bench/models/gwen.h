// gwen-ref: 24 groups of 3 ids, mean of rows of 16 from tables of 100,000, tower 384-512-256-128-64-1. The first 16
// groups are the request's, the others the candidate's.
#pragma once

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>

#include "exec/compose.h"
#include "exec/session.h"
#include "format/writer.h"

namespace clicklens::bench {

[[noreturn]] inline void fail(const base::Status& status) {
  std::fprintf(stderr, "%s\n", status.message());
  std::exit(1);
}
inline void require(const base::Status& status) {
  if (!status.ok()) fail(status);
}
template <class T>
T require(base::Result<T> result) {
  if (!result.ok()) fail(result.status());
  return std::move(*result);
}

class Gwen {
 public:
  static constexpr std::uint32_t groups = 24, shared_groups = 16, ids_each = 3, dim = 16, table_rows = 100'000;

  Gwen() : model_(make()), inputs_(make_inputs()) {}

  [[nodiscard]] const std::shared_ptr<const exec::Model>& model() const { return model_; }
  [[nodiscard]] std::unique_ptr<exec::Session> session(const exec::SessionOptions& options) const {
    return require(exec::Session::create(model_, *inputs_, options));
  }

 private:
  static std::optional<exec::Inputs> make_inputs() {
    std::vector<exec::InputSpec> specs;
    for (std::uint32_t f = 0; f < groups; ++f) specs.push_back({"f" + std::to_string(f), encode::ColumnKind::rows});
    return require(exec::Inputs::make(std::move(specs)));
  }
  std::uint32_t segment(std::uint64_t count, float scale) {
    segments_.push_back({count, scale});
    desc_.segments.push_back({0, sizeof(float) * count, 0});
    return static_cast<std::uint32_t>(segments_.size() - 1);
  }
  std::uint32_t constant(std::vector<std::uint64_t> shape, float scale) {
    std::uint64_t count = 1;
    for (const std::uint64_t n : shape) count *= n;
    desc_.constants.push_back({"c" + std::to_string(desc_.constants.size()), std::move(shape), segment(count, scale)});
    return static_cast<std::uint32_t>(desc_.constants.size() - 1);
  }
  std::uint32_t node(format::OperatorDesc op, std::vector<std::uint32_t> inputs) {
    const auto value = static_cast<std::uint32_t>(desc_.values.size());
    desc_.values.push_back({"v" + std::to_string(value), 1, 0});
    desc_.nodes.push_back({"n" + std::to_string(value), std::move(op), std::move(inputs), {value}, {}});
    return value;
  }
  std::uint32_t linear(std::uint32_t x, std::uint32_t in, std::uint32_t out) {
    const std::uint32_t weight = constant({out, in}, 2 / std::sqrt(static_cast<float>(in)));
    return node(format::LinearOp{weight, constant({out}, 0.1f)}, {x});
  }
  void describe() {
    desc_.name = "gwen-ref";
    std::vector<std::uint32_t> bags;
    for (std::uint32_t f = 0; f < groups; ++f) {
      const std::string name = "f" + std::to_string(f);
      desc_.encoders.push_back({name, format::IdentityEncoder{table_rows}});
      format::FeatureDesc feature;
      feature.name = feature.group = name;
      feature.encoder = f;
      feature.pooling = format::Pooling::mean;
      feature.scope = f < shared_groups ? format::Scope::request : format::Scope::candidate;
      desc_.features.push_back(feature);
      desc_.tables.push_back(
          {name, table_rows, dim, format::ElementType::f32, segment(std::uint64_t{table_rows} * dim, 1.0f), dim * 4});
      bags.push_back(node(format::EmbeddingBagOp{f, f}, {}));
    }
    std::uint32_t x = node(format::ConcatOp{}, bags), in = groups * dim;
    for (const std::uint32_t out : {512u, 256u, 128u, 64u}) {
      x = node(format::ActivationOp{}, {linear(x, in, out)});
      desc_.layers.push_back({"l" + std::to_string(out), x});
      in = out;
    }
    desc_.outputs = {{"click", linear(x, in, 1)}};
  }
  std::shared_ptr<const exec::Model> make() {
    describe();
    const auto path = std::filesystem::temp_directory_path() / ("clicklens-gwen-" + std::to_string(::getpid()));
    auto writer = require(format::Writer::begin(path.c_str(), require(exec::complete(desc_, {})), {}));
    std::mt19937 random(1);
    std::vector<float> values;
    for (std::uint32_t i = 0; i < segments_.size(); ++i) {
      values.resize(segments_[i].first);
      const float scale = segments_[i].second;
      for (float& v : values) v = scale * (static_cast<float>(random()) * 0x1p-31f - 1.0f);
      require(writer->segment(i));
      require(writer->append(std::as_bytes(std::span(values))));
    }
    require(writer->finish());
    auto model = exec::Model::open(path.c_str(), {});
    std::filesystem::remove(path);
    return require(std::move(model));
  }

  format::ModelDesc desc_;
  std::vector<std::pair<std::uint64_t, float>> segments_;  // floats, and how large
  std::shared_ptr<const exec::Model> model_;
  std::optional<exec::Inputs> inputs_;
};

// Random ids. `requests` 0: every candidate its own; else candidates cut evenly.
class GwenBatch {
 public:
  GwenBatch(std::size_t candidates, std::size_t requests) {
    std::mt19937 random(7);
    batch_.candidates = candidates;
    batch_.requests = requests;
    for (std::size_t r = 0; r <= requests; ++r)
      request_offsets_.push_back(static_cast<std::int64_t>(requests == 0 ? 0 : candidates * r / requests));
    batch_.request_offsets = request_offsets_.data();
    for (std::uint32_t f = 0; f < Gwen::groups; ++f) {
      const std::size_t entries = f < Gwen::shared_groups && requests > 0 ? requests : candidates;
      auto& ids = ids_.emplace_back(entries * Gwen::ids_each);
      for (std::uint32_t& id : ids) id = static_cast<std::uint32_t>(random() % Gwen::table_rows);
      auto& offsets = offsets_.emplace_back(entries + 1);
      for (std::size_t i = 0; i <= entries; ++i) offsets[i] = static_cast<std::int32_t>(i * Gwen::ids_each);
    }
    for (std::uint32_t f = 0; f < Gwen::groups; ++f) {
      encode::Column column;
      column.input = f;
      column.value_type = encode::ValueType::u32;
      column.values = ids_[f].data();
      column.value_count = ids_[f].size();
      column.offset_bits = 32;
      column.row_offsets = offsets_[f].data();
      columns_.push_back(column);
    }
    batch_.columns = columns_;
  }
  [[nodiscard]] const exec::Batch& batch() const { return batch_; }

 private:
  exec::Batch batch_;
  std::vector<std::int64_t> request_offsets_;
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<std::vector<std::int32_t>> offsets_;
  std::vector<encode::Column> columns_;
};

}  // namespace clicklens::bench
