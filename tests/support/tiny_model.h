// A small valid model for tests, in the shape of the paper's GwEN: user (request), ad (candidate) and a
// dense pair feature -> bags -> concat -> linear(8) -> relu -> linear(1). Weights are seeded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "format/model_desc.h"
#include "support/files.h"

namespace clicklens::testing {

// splitmix64: the same numbers on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
  // Uniform on [-1, 1), a multiple of 2^-23.
  float uniform() noexcept { return static_cast<float>(next() >> 40) * 0x1p-23f - 1.0f; }

 private:
  std::uint64_t state_;
};

struct TinyModel {
  format::ModelDesc desc;
  std::vector<std::vector<std::byte>> segments;  // one for each of desc.segments

  std::uint32_t add_segment(std::vector<std::byte> bytes);
  std::uint32_t add_floats(std::span<const float> numbers);
  std::uint32_t add_random(std::size_t count, Random& random, float scale);
  // Returns the index of the constant.
  std::uint32_t add_constant(std::string name, std::vector<std::uint64_t> shape, Random& random, float scale);
  std::span<const float> floats(std::uint32_t segment) const;
};

namespace tiny {
inline constexpr std::uint32_t user_rows = 100, ad_rows = 50, dim = 4, dense_width = 2, hidden = 8;
// Indices of desc.values.
enum Value : std::uint32_t { user_bag, ad_bag, match_dense, concat, hidden_linear, hidden_relu, logit };
}  // namespace tiny

TinyModel tiny_model(std::uint64_t seed = 1);

base::Status write_model(const TinyModel& model, const char* path, const base::Limits& limits = {});

// The model as a file holds it.
std::vector<std::byte> model_bytes(const TinyModel& model);

}  // namespace clicklens::testing
