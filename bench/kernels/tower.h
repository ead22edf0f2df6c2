// The dense tower 384 -> 512 -> 256 -> 128 -> 64 -> 1 (relu, sigmoid).
#pragma once

#include <array>

#include "bench/kernels/measure.h"

namespace clicklens::bench {

class Tower {
 public:
  static constexpr std::array<std::size_t, 6> widths = {384, 512, 256, 128, 64, 1};
  static constexpr std::size_t layers = widths.size() - 1;

  static constexpr double flops_per_row() {
    double sum = 0;
    for (std::size_t l = 0; l < layers; ++l) sum += 2.0 * static_cast<double>(widths[l] * widths[l + 1]);
    return sum;
  }

  explicit Tower(const kernels::Table& table, std::size_t tile = 64) : table_(table), tile_(tile), memory_(12u << 20) {
    Random random(1);
    float* next = memory_.floats();
    const auto reserve = [&next](std::size_t n) {
      float* const p = next;
      next += (n + 15) / 16 * 16;
      return p;
    };
    for (std::size_t l = 0; l < layers; ++l) {
      const std::size_t k = widths[l], n = widths[l + 1];
      std::vector<float> w(n * k);
      for (float& v : w) v = random.weight();
      weights_[l] = reserve(table.packed_floats(n, k));
      table.pack_linear({w.data(), k, 1, nullptr, n, k, weights_[l]});
      if (l > 0 && n > 1) {
        by_input_[l] = reserve(table.by_input_floats(n, k));
        table.pack_by_input({w.data(), k, 1, nullptr, n, k, by_input_[l]});
      }
      bias_[l] = reserve(n);
      values_[l] = reserve(tile * n);
    }
    input_ = reserve(tile * widths[0]);
    for (std::size_t i = 0; i < tile * widths[0]; ++i) input_[i] = random.weight();
  }

  // `skip`: zeros may be left out, which counts at one row.
  void run(std::size_t rows, bool skip = true) {
    for (std::size_t first = 0; first < rows; first += tile_) run_tile(std::min(tile_, rows - first), skip);
  }
  // What the last tile left behind a layer.
  kernels::Operand values(std::size_t layer) const { return {values_[layer], widths[layer + 1], nullptr}; }

 private:
  void run_tile(std::size_t rows, bool skip) {
    for (std::size_t l = 0; l < layers; ++l) {
      kernels::LinearArgs a;
      a.x = {l == 0 ? input_ : values_[l - 1], widths[l], nullptr};
      a.weights = weights_[l];
      if (skip) a.by_input = by_input_[l];
      a.m = rows, a.k = widths[l], a.n = widths[l + 1];
      a.seed = {bias_[l], 0, nullptr};
      a.act = l + 1 < layers ? kernels::Act::relu : kernels::Act::sigmoid;
      a.y = values_[l], a.ldy = a.n;
      table_.linear_f32(a);
    }
  }

  const kernels::Table& table_;
  const std::size_t tile_;
  Pages memory_;
  std::array<float*, layers> weights_{}, by_input_{}, bias_{}, values_{};
  float* input_ = nullptr;
};

}  // namespace clicklens::bench
