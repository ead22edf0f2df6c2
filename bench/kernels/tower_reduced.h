// The dense tower with its wide layers in int8 or bf16.
#pragma once

#include "bench/kernels/tower.h"

namespace clicklens::bench {

class ReducedTower {
 public:
  static constexpr std::size_t layers = Tower::layers;
  static constexpr auto& widths = Tower::widths;

  ReducedTower(const kernels::Table& table, bool int8, std::size_t tile = 64)
      : table_(table), int8_(int8), tile_(tile), memory_(8u << 20) {
    Random random(1);
    float* next = memory_.floats();
    const auto reserve = [&next](std::size_t bytes) {
      float* const p = next;
      next += (bytes + 63) / 64 * 16;
      return p;
    };
    for (std::size_t l = 0; l < layers; ++l) {
      const std::size_t k = widths[l], n = widths[l + 1];
      std::vector<float> w(n * k);
      for (float& v : w) v = random.weight();
      weights_[l] = pack(w, n, k, reserve);
      bias_[l] = reserve(n * sizeof(float));
      values_[l] = reserve(tile * n * sizeof(float));
    }
    input_ = reserve(tile * widths[0] * sizeof(float));
    for (std::size_t i = 0; i < tile * widths[0]; ++i) input_[i] = random.weight();
    row_bytes_ = (int8 ? table.int8_row_bytes : table.bf16_row_bytes)(widths[1]);
    rows_ = reserve(tile * row_bytes_);
    scales_ = reserve(tile * sizeof(float));
  }

  void run(std::size_t rows) {
    for (std::size_t first = 0; first < rows; first += tile_) run_tile(std::min(tile_, rows - first));
  }

 private:
  template <class Reserve>
  float* pack(const std::vector<float>& w, std::size_t n, std::size_t k, Reserve& reserve) {
    if (n == 1) {
      float* const to = reserve(table_.packed_floats(n, k) * sizeof(float));
      table_.pack_linear({w.data(), k, 1, nullptr, n, k, to});
      return to;
    }
    float* const to = reserve((int8_ ? table_.packed_int8_bytes : table_.packed_bf16_bytes)(n, k));
    (int8_ ? table_.pack_int8 : table_.pack_bf16)({w.data(), k, 1, nullptr, n, k, k, reinterpret_cast<std::byte*>(to)});
    return to;
  }
  void run_tile(std::size_t rows) {
    for (std::size_t l = 0; l + 1 < layers; ++l) {
      const kernels::Stretch x{{l == 0 ? input_ : values_[l - 1], widths[l], nullptr}, widths[l]};
      auto* const reduced = reinterpret_cast<std::byte*>(rows_);
      const std::size_t ld = (int8_ ? table_.int8_row_bytes : table_.bf16_row_bytes)(widths[l]);
      (int8_ ? table_.quantise_int8 : table_.round_bf16)({&x, 1, rows, reduced, ld, scales_});
      kernels::LinearReducedArgs a;
      a.x = reduced, a.ldx = ld, a.scales = scales_;
      a.weights = reinterpret_cast<const std::byte*>(weights_[l]);
      fill(a, l, rows);
      (int8_ ? table_.linear_int8 : table_.linear_bf16)(a);
    }
    kernels::LinearArgs last;
    last.x = {values_[layers - 2], widths[layers - 1], nullptr};
    last.weights = weights_[layers - 1];
    fill(last, layers - 1, rows);
    table_.linear_f32(last);
  }
  void fill(kernels::LinearOutputs& a, std::size_t l, std::size_t rows) {
    a.m = rows, a.k = widths[l], a.n = widths[l + 1];
    a.seed = {bias_[l], 0, nullptr};
    a.act = l + 1 < layers ? kernels::Act::relu : kernels::Act::sigmoid;
    a.y = values_[l], a.ldy = a.n;
  }

  const kernels::Table& table_;
  const bool int8_;
  const std::size_t tile_;
  Pages memory_;
  std::array<float*, layers> weights_{}, bias_{}, values_{};
  float *input_ = nullptr, *rows_ = nullptr, *scales_ = nullptr;
  std::size_t row_bytes_ = 0;
};

}  // namespace clicklens::bench
