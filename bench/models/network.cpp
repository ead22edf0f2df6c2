#include "bench/models/network.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "exec/compose.h"
#include "format/writer.h"

namespace clicklens::bench {
namespace {

format::Scope scope_of(const Fields& fields) {
  if (fields.scope == "request") return format::Scope::request;
  return fields.scope == "pair" ? format::Scope::pair : format::Scope::candidate;
}

class Maker {
 public:
  Maker(const Shape& shape, std::uint32_t version) {
    desc_.name = shape.name;
    std::vector<std::uint32_t> columns;
    for (const Fields& fields : shape.fields) {
      if (fields.dense) {
        columns.push_back(numbers(fields));
      } else {
        for (std::uint32_t i = 0; i < fields.count; ++i) columns.push_back(bag(shape, fields));
      }
    }
    if (version > 0) random_.seed(version + 1);
    std::uint32_t x = node(format::ConcatOp{}, std::move(columns)), in = shape.columns();
    for (const std::uint32_t out : shape.tower) {
      x = node(format::ActivationOp{}, {linear(x, in, out)});
      desc_.layers.push_back({"l" + std::to_string(desc_.layers.size() + 1), x});
      in = out;
    }
    desc_.outputs = {{"click", linear(x, in, 1)}};
  }

  void write(const char* path) const {
    auto complete = exec::complete(desc_, {});
    if (!complete.ok()) fail(complete.status());
    auto writer = format::Writer::begin(path, *complete, {});
    if (!writer.ok()) fail(writer.status());
    for (std::uint32_t i = 0; i < segments_.size(); ++i) {
      if (auto status = (*writer)->segment(i); !status.ok()) fail(status);
      if (auto status = (*writer)->append(std::as_bytes(std::span(segments_[i]))); !status.ok()) fail(status);
    }
    if (auto status = (*writer)->finish(); !status.ok()) fail(status);
  }

 private:
  std::uint32_t segment(std::uint64_t count, float scale) {
    std::uniform_real_distribution<float> uniform(-scale, scale);
    std::vector<float>& values = segments_.emplace_back(count);
    for (float& v : values) v = uniform(random_);
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
  std::uint32_t feature(const Fields& fields) {
    format::FeatureDesc made;
    made.name = made.group = "f" + std::to_string(desc_.features.size());
    made.scope = scope_of(fields);
    if (fields.dense) {
      made.kind = format::FeatureKind::dense;
      made.width = fields.count;
      made.missing_value = {0.0f};
    } else {
      made.encoder = static_cast<std::uint32_t>(desc_.encoders.size() - 1);
    }
    desc_.features.push_back(made);
    return static_cast<std::uint32_t>(desc_.features.size() - 1);
  }
  std::uint32_t numbers(const Fields& fields) { return node(format::DenseInputOp{feature(fields)}, {}); }
  std::uint32_t bag(const Shape& shape, const Fields& fields) {
    const std::string name = "t" + std::to_string(desc_.tables.size());
    desc_.encoders.push_back({name, format::IdentityEncoder{shape.rows}});
    desc_.tables.push_back({name, shape.rows, shape.dim, format::ElementType::f32,
                            segment(std::uint64_t{shape.rows} * shape.dim, 1.0f), shape.dim * 4});
    return node(format::EmbeddingBagOp{feature(fields), static_cast<std::uint32_t>(desc_.tables.size() - 1)}, {});
  }

  std::mt19937 random_{1};
  format::ModelDesc desc_;
  std::vector<std::vector<float>> segments_;
};

}  // namespace

void fail(const base::Status& status) {
  std::fprintf(stderr, "%s\n", status.message());
  std::exit(1);
}

Shape load_shape(const std::string& name) {
  std::ifstream text(std::string(CLENS_SOURCE_DIR "/bench/models/") + name + ".txt");
  return parse_shape(text);
}

void write_model(const Shape& shape, const char* path, std::uint32_t version) {
  Maker(shape, version).write(path);
}

std::shared_ptr<const exec::Model> make_model(const Shape& shape) {
  const auto path = std::filesystem::temp_directory_path() / ("clicklens-bench-" + std::to_string(::getpid()));
  write_model(shape, path.c_str());
  auto model = exec::Model::open(path.c_str(), {});
  std::filesystem::remove(path);
  if (!model.ok()) fail(model.status());
  return *model;
}

exec::Inputs make_inputs(const Shape& shape) {
  std::vector<exec::InputSpec> specs;
  for (const Fields& fields : shape.fields) {
    const auto kind = fields.dense ? encode::ColumnKind::floats : encode::ColumnKind::rows;
    for (std::uint32_t i = 0; i < (fields.dense ? 1 : fields.count); ++i)
      specs.push_back({"f" + std::to_string(specs.size()), kind});
  }
  auto inputs = exec::Inputs::make(std::move(specs));
  if (!inputs.ok()) fail(inputs.status());
  return std::move(*inputs);
}

std::unique_ptr<exec::Session> make_session(const std::shared_ptr<const exec::Model>& model, const Shape& shape,
                                            const exec::SessionOptions& options) {
  auto made = exec::Session::create(model, make_inputs(shape), options);
  if (!made.ok()) fail(made.status());
  return std::move(*made);
}

RandomBatch::RandomBatch(const Shape& shape, std::size_t candidates, std::size_t requests, std::uint32_t seed) {
  std::mt19937 random(seed);
  for (const Fields& fields : shape.fields) {
    const std::size_t entries = fields.scope == "request" && requests != 0 ? requests : candidates;
    for (std::uint32_t f = 0; f < (fields.dense ? 1 : fields.count); ++f) {
      encode::Column column;
      column.input = static_cast<std::uint32_t>(columns_.size());
      if (fields.dense) {
        auto& values = numbers_.emplace_back(entries * fields.count);
        for (float& v : values) v = std::uniform_real_distribution<float>(-1, 1)(random);
        column.kind = encode::ColumnKind::floats;
        column.value_type = encode::ValueType::f32;
        column.values = values.data();
        column.value_count = values.size();
      } else {
        auto& ids = ids_.emplace_back(entries * fields.ids);
        for (std::uint32_t& id : ids) id = static_cast<std::uint32_t>(random() % shape.rows);
        column.value_type = encode::ValueType::u32;
        column.values = ids.data();
        column.value_count = ids.size();
        if (fields.ids != 1) {
          auto& offsets = offsets_.emplace_back();
          for (std::size_t i = 0; i <= entries; ++i) offsets.push_back(static_cast<std::int64_t>(i * fields.ids));
          column.row_offsets = offsets.data();
          column.offset_bits = 64;
        }
      }
      columns_.push_back(column);
    }
  }
  if (requests != 0) {
    auto& offsets = offsets_.emplace_back();
    for (std::size_t r = 0; r <= requests; ++r) offsets.push_back(static_cast<std::int64_t>(candidates * r / requests));
    batch_.request_offsets = offsets.data();
  }
  batch_.candidates = candidates;
  batch_.requests = requests;
  batch_.columns = columns_;
}

}  // namespace clicklens::bench
