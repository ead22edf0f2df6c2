// A small random model and batch, with numbers of the input's own among their weights and dense values: every
// instruction set gives the same status, and the same bits of scores and of gradients, in float32 and in int8.
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernels/dispatch.h"
#include "lens/saliency.h"
#include "support/random_batch.h"
#include "support/random_model.h"

namespace {

using namespace clicklens;
using clicklens::testing::ModelMaker;
using clicklens::testing::RandomBatch;
using clicklens::testing::RandomModel;

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const { return size_ == 0; }
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    bytes = std::min(bytes, size_);
    if (bytes > 0) std::memcpy(&value, data_, bytes);
    data_ += bytes;
    size_ -= bytes;
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

struct Patch {
  std::uint32_t where, bits;
};

// Floats of constants and of float32 tables, as if they lay side by side.
void patch(ModelMaker& maker, const Patch& p) {
  std::vector<std::vector<float>*> arrays;
  for (auto& constant : maker.constants) arrays.push_back(&constant);
  for (std::size_t t = 0; t < maker.tables.size(); ++t)
    if (maker.desc.tables[t].type == format::ElementType::f32) arrays.push_back(&maker.tables[t]);
  std::size_t total = 0;
  for (const auto* array : arrays) total += array->size();
  std::size_t left = total == 0 ? 0 : p.where % total;
  for (auto* array : arrays) {
    if (left < array->size()) {
      (*array)[left] = std::bit_cast<float>(p.bits);
      return;
    }
    left -= array->size();
  }
}

// The segments hold copies.
void keep(ModelMaker& maker) {
  for (std::uint32_t c = 0; c < maker.constants.size(); ++c) maker.replace_constant(c, maker.constants[c]);
  for (std::uint32_t t = 0; t < maker.tables.size(); ++t)
    if (maker.desc.tables[t].type == format::ElementType::f32) maker.replace_table(t, maker.tables[t]);
}

// A batch whose dense values can be changed.
class Patched {
 public:
  Patched(const RandomBatch& random, const std::vector<Patch>& patches)
      : batch_(random.batch()), columns_(batch_.columns.begin(), batch_.columns.end()), floats_(columns_.size()) {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].kind != encode::ColumnKind::floats || columns_[c].value_count == 0) continue;
      const auto* values = static_cast<const float*>(columns_[c].values);
      floats_[c].assign(values, values + columns_[c].value_count);
      for (const Patch& p : patches) floats_[c][p.where % floats_[c].size()] = std::bit_cast<float>(p.bits);
      columns_[c].values = floats_[c].data();
    }
    batch_.columns = columns_;
  }
  Patched(const Patched&) = delete;
  Patched& operator=(const Patched&) = delete;
  [[nodiscard]] const exec::Batch& batch() const { return batch_; }

 private:
  exec::Batch batch_;
  std::vector<encode::Column> columns_;
  std::vector<std::vector<float>> floats_;
};

struct Result {
  std::string status;
  std::vector<std::uint32_t> bits;
  bool operator==(const Result&) const = default;
  void add(const std::vector<float>& values) {
    for (const float v : values) bits.push_back(std::bit_cast<std::uint32_t>(v));
  }
};

Result run(const std::shared_ptr<exec::Model>& model, const exec::Batch& batch, const exec::SessionOptions& options) {
  Result result;
  const auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
  if (!session.ok()) return {session.status().message(), {}};
  std::vector<float> scores(batch.candidates * model->desc().outputs.size());
  exec::Output output;
  output.values = scores.data();
  output.capacity = scores.size();
  const base::Status status = (*session)->run(batch, output);
  result.status = status.message();
  result.add(scores);
  if (!status.ok() || !options.gradients) return result;
  lens::SaliencySpec spec;
  spec.method = lens::SaliencyMethod::gradient_x_input;
  spec.level = lens::SaliencyLevel::dimension;
  const auto size = lens::saliency_size(**session, batch, spec, {});
  if (!size.ok()) std::abort();
  std::vector<float> values(*size);
  exec::Output none;
  result.status += lens::saliency(**session, batch, spec, values, none).message();
  result.add(values);
  return result;
}

// Scalar first: it is what the others are held to.
std::vector<const kernels::Table*> tables() {
  std::vector<const kernels::Table*> found{kernels::table_for(kernels::Isa::scalar)};
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (!kernels::supported(isa) || isa == kernels::Isa::scalar) continue;
    found.push_back(kernels::table_for(isa));
    found.push_back(kernels::plain_table_for(isa));
  }
  if (kernels::amx_table() != nullptr) found.push_back(kernels::amx_table());
  if (found.front() == nullptr || found.size() < 2) std::abort();  // there is nothing to compare
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<const kernels::Table*> all = tables();
  ::testing::FLAGS_gtest_break_on_failure = true;
  if (size < 4) return 0;
  Input input(data, size);
  RandomModel random(input.number(2));
  const std::uint32_t choices = input.number(1);
  std::vector<std::uint32_t> sizes{1 + choices % 7, choices / 8 % 3};
  if ((choices & 64) != 0) sizes.push_back(9);
  exec::SessionOptions options;
  options.tile_rows = input.number(1) % 12;
  std::vector<Patch> weights, values;
  while (!input.empty() && weights.size() + values.size() < 64) {
    const std::uint32_t where = input.number(2);
    (where % 4 == 0 ? values : weights).push_back({where / 4, input.number(4)});
  }
  for (const Patch& p : weights) patch(random.maker, p);
  keep(random.maker);
  const auto model = random.maker.open();
  const RandomBatch batch(random.maker, model->desc(), sizes);
  const Patched patched(batch, values);
  for (const ops::Precision precision : {ops::Precision::f32, ops::Precision::int8}) {
    options.precision = precision;
    options.gradients = precision == ops::Precision::f32;
    Result expected;
    for (const kernels::Table* table : all) {
      options.kernels = table;
      Result result = run(model, patched.batch(), options);
      if (table == all.front())
        expected = std::move(result);
      else if (!(result == expected)) {
        std::fprintf(stderr, "%s differs from scalar in %s: '%s', '%s'\n", table->name,
                     precision == ops::Precision::f32 ? "float32" : "int8", result.status.c_str(),
                     expected.status.c_str());
        for (std::size_t i = 0; i < result.bits.size() && i < expected.bits.size(); ++i)
          if (result.bits[i] != expected.bits[i])
            std::fprintf(stderr, "  %zu: %08x, not %08x\n", i, result.bits[i], expected.bits[i]);
        std::abort();
      }
    }
  }
  return 0;
}
