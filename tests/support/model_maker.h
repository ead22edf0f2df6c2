// Composes a model for a test, writes it as a file and opens it. Weights are kept, so that a reference
// can compute from the same numbers.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "exec/compose.h"
#include "exec/model.h"
#include "format/writer.h"
#include "support/rows.h"
#include "support/tiny_model.h"

namespace clicklens::testing {

class ModelMaker {
 public:
  explicit ModelMaker(std::uint32_t seed = 1) : random(seed) { desc.name = "made"; }

  format::ModelDesc desc;
  std::vector<std::vector<float>> constants, tables;  // by index
  std::mt19937 random;

  float uniform(float low = -1.0f, float high = 1.0f) {
    return std::uniform_real_distribution<float>(low, high)(random);
  }
  std::uint32_t below(std::uint32_t n) { return std::uniform_int_distribution<std::uint32_t>(0, n - 1)(random); }

  std::uint32_t constant(std::vector<std::uint64_t> shape, std::vector<float> values) {
    desc.constants.push_back({"c" + std::to_string(constants.size()), std::move(shape), segment(values)});
    constants.push_back(std::move(values));
    return static_cast<std::uint32_t>(constants.size() - 1);
  }
  std::vector<float> draw(std::size_t count, float scale = 1.0f) {
    std::vector<float> values(count);
    for (float& v : values) v = scale * uniform();
    return values;
  }

  std::uint32_t sparse(const std::string& name, format::Scope scope, std::uint32_t rows,
                       format::Pooling pooling = format::Pooling::sum, bool weighted = false) {
    desc.encoders.push_back({name + "_ids", format::IdentityEncoder{rows}});
    format::FeatureDesc feature;
    feature.name = name;
    feature.group = name;
    feature.scope = scope;
    feature.encoder = static_cast<std::uint32_t>(desc.encoders.size() - 1);
    feature.pooling = pooling;
    feature.weighted = weighted;
    desc.features.push_back(feature);
    return static_cast<std::uint32_t>(desc.features.size() - 1);
  }
  std::uint32_t dense(const std::string& name, format::Scope scope, std::uint32_t width) {
    format::FeatureDesc feature;
    feature.name = name;
    feature.group = name;
    feature.kind = format::FeatureKind::dense;
    feature.scope = scope;
    feature.width = width;
    feature.missing_value = {0.0f};
    desc.features.push_back(feature);
    return static_cast<std::uint32_t>(desc.features.size() - 1);
  }
  std::uint32_t table(std::uint32_t rows, std::uint32_t dim) {
    return add_table(format::ElementType::f32, rows, dim, 4 * dim, draw(std::size_t{rows} * dim));
  }
  // Rows of another type, drawn as they are stored; `tables` has their numbers by the format's definition. What is
  // drawn after it is as if they were floats.
  std::uint32_t table(std::uint32_t rows, std::uint32_t dim, format::ElementType type) {
    if (type == format::ElementType::f32) return table(rows, dim);
    const auto element = static_cast<kernels::Element>(type);
    std::mt19937 bits(static_cast<std::uint32_t>(tables.size()) + 1);
    const std::vector<float> floats = draw(std::size_t{rows} * dim);
    const std::size_t stride = (oracle::bytes_of_row(element, dim) + 3) / 4 * 4 + 4 * (dim % 2);
    std::vector<std::byte> stored(rows * stride);
    std::vector<float> values;
    for (std::uint32_t r = 0; r < rows; ++r) {
      auto* row = reinterpret_cast<std::uint8_t*>(stored.data() + r * stride);
      const float* drawn = floats.data() + std::size_t{r} * dim;
      oracle::draw_row(
          element, dim, row, bits, [&] { return drawn[bits() % dim]; }, false);
      for (std::uint32_t c = 0; c < dim; ++c) values.push_back(oracle::number_in_row(element, row, c));
    }
    const std::uint32_t index = add_table(type, rows, dim, static_cast<std::uint32_t>(stride), std::move(values));
    desc.segments[desc.tables[index].segment].size = stored.size();
    segments_[desc.tables[index].segment] = std::move(stored);
    return index;
  }
  void replace_constant(std::uint32_t index, std::vector<float> values) {
    segments_[desc.constants[index].segment] = bytes_of(values);
    constants[index] = std::move(values);
  }
  void replace_table(std::uint32_t index, std::vector<float> values) {
    segments_[desc.tables[index].segment] = bytes_of(values);
    tables[index] = std::move(values);
  }

  // The value a new node makes.
  std::uint32_t node(format::OperatorDesc op, std::vector<std::uint32_t> inputs) {
    format::ValueDesc value;
    value.name = "v" + std::to_string(desc.values.size());
    desc.values.push_back(value);
    const auto output = static_cast<std::uint32_t>(desc.values.size() - 1);
    format::NodeDesc node;
    node.name = "n" + std::to_string(desc.nodes.size());
    node.op = std::move(op);
    node.inputs = std::move(inputs);
    node.outputs = {output};
    desc.nodes.push_back(std::move(node));
    return output;
  }
  std::uint32_t bag(std::uint32_t feature, std::uint32_t table) {
    return node(format::EmbeddingBagOp{feature, table}, {});
  }
  std::uint32_t linear(std::uint32_t input, std::uint32_t in, std::uint32_t out, bool bias = true) {
    const float scale = 1.5f / static_cast<float>(in);
    const std::uint32_t w = constant({out, in}, draw(std::size_t{out} * in, scale));
    const std::uint32_t b = bias ? constant({out}, draw(out, 0.3f)) : format::no_index;
    return node(format::LinearOp{w, b}, {input});
  }
  std::uint32_t activation(format::ActivationKind kind, std::uint32_t input) {
    return node(format::ActivationOp{kind, 0.1f, format::no_index}, {input});
  }
  void output(const std::string& name, std::uint32_t logit) { desc.outputs.push_back({name, logit}); }

  // Writes the model to `path`; the status of what went wrong otherwise.
  base::Status write(const std::string& path) {
    auto complete = exec::complete(desc, limits);
    if (!complete.ok()) return complete.status();
    auto writer = format::Writer::begin(path.c_str(), *complete, limits);
    if (!writer.ok()) return writer.status();
    for (std::uint32_t i = 0; i < segments_.size(); ++i) {
      CLENS_TRY((*writer)->segment(i));
      CLENS_TRY((*writer)->append(segments_[i]));
    }
    return (*writer)->finish();
  }

  // The opened model; null (and a test failure) when it cannot be.
  std::shared_ptr<exec::Model> open() {
    const TemporaryPath path("made.clens");
    const base::Status written = write(path.str());
    EXPECT_TRUE(written.ok()) << written.message();
    if (!written.ok()) return nullptr;
    format::OpenOptions options;
    options.verify_segments = true;
    auto model = exec::Model::open(path.c_str(), options);
    EXPECT_TRUE(model.ok()) << model.status().message();
    return model.ok() ? *model : nullptr;
  }

  base::Limits limits;

 private:
  static std::vector<std::byte> bytes_of(const std::vector<float>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
  }
  std::uint32_t segment(const std::vector<float>& values) {
    desc.segments.push_back({0, sizeof(float) * values.size(), 0});
    segments_.push_back(bytes_of(values));
    return static_cast<std::uint32_t>(segments_.size() - 1);
  }
  std::uint32_t add_table(format::ElementType type, std::uint32_t rows, std::uint32_t dim, std::uint32_t stride,
                          std::vector<float> values) {
    const std::string name = "t" + std::to_string(tables.size());
    desc.tables.push_back({name, rows, dim, type, segment(values), stride});
    tables.push_back(std::move(values));
    return static_cast<std::uint32_t>(tables.size() - 1);
  }
  std::vector<std::vector<std::byte>> segments_;
};

}  // namespace clicklens::testing
