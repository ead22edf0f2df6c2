#include "support/model_maker.h"

#include <span>
#include <utility>

#include "exec/compose.h"
#include "format/writer.h"
#include "support/rows.h"

namespace clicklens::testing {

float ModelMaker::uniform(float low, float high) {
  return std::uniform_real_distribution<float>(low, high)(random);
}

std::uint32_t ModelMaker::constant(std::vector<std::uint64_t> shape, std::vector<float> values) {
  desc.constants.push_back({"c" + std::to_string(constants.size()), std::move(shape), segment(values)});
  constants.push_back(std::move(values));
  return static_cast<std::uint32_t>(constants.size() - 1);
}

std::vector<float> ModelMaker::draw(std::size_t count, float scale) {
  std::vector<float> values(count);
  for (float& v : values) v = scale * uniform();
  return values;
}

std::uint32_t ModelMaker::sparse(const std::string& name, format::Scope scope, std::uint32_t rows,
                                 format::Pooling pooling, bool weighted) {
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

std::uint32_t ModelMaker::dense(const std::string& name, format::Scope scope, std::uint32_t width) {
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

std::uint32_t ModelMaker::table(std::uint32_t rows, std::uint32_t dim) {
  return add_table(format::ElementType::f32, rows, dim, 4 * dim, draw(std::size_t{rows} * dim));
}

std::uint32_t ModelMaker::table(std::uint32_t rows, std::uint32_t dim, format::ElementType type) {
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

void ModelMaker::replace_constant(std::uint32_t index, std::vector<float> values) {
  segments_[desc.constants[index].segment] = bytes_of(values);
  constants[index] = std::move(values);
}

void ModelMaker::replace_table(std::uint32_t index, std::vector<float> values) {
  segments_[desc.tables[index].segment] = bytes_of(values);
  tables[index] = std::move(values);
}

std::uint32_t ModelMaker::node(format::OperatorDesc op, std::vector<std::uint32_t> inputs) {
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

std::uint32_t ModelMaker::bag(std::uint32_t feature, std::uint32_t table) {
  return node(format::EmbeddingBagOp{feature, table}, {});
}

std::uint32_t ModelMaker::linear(std::uint32_t input, std::uint32_t in, std::uint32_t out, bool bias) {
  const float scale = 1.5f / static_cast<float>(in);
  const std::uint32_t w = constant({out, in}, draw(std::size_t{out} * in, scale));
  const std::uint32_t b = bias ? constant({out}, draw(out, 0.3f)) : format::no_index;
  return node(format::LinearOp{w, b}, {input});
}

std::uint32_t ModelMaker::activation(format::ActivationKind kind, std::uint32_t input) {
  return node(format::ActivationOp{kind, 0.1f, format::no_index}, {input});
}

base::Status ModelMaker::write(const std::string& path) const {
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

std::shared_ptr<exec::Model> ModelMaker::open() const {
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

std::vector<std::byte> ModelMaker::bytes_of(const std::vector<float>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

std::uint32_t ModelMaker::segment(const std::vector<float>& values) {
  desc.segments.push_back({0, sizeof(float) * values.size(), 0});
  segments_.push_back(bytes_of(values));
  return static_cast<std::uint32_t>(segments_.size() - 1);
}

std::uint32_t ModelMaker::add_table(format::ElementType type, std::uint32_t rows, std::uint32_t dim,
                                    std::uint32_t stride, std::vector<float> values) {
  const std::string name = "t" + std::to_string(tables.size());
  desc.tables.push_back({name, rows, dim, type, segment(values), stride});
  tables.push_back(std::move(values));
  return static_cast<std::uint32_t>(tables.size() - 1);
}

}  // namespace clicklens::testing
