// Weights as the linear kernel reads them: panels of one vector of outputs, each panel k rows of
// `lanes` floats, the last panel padded with zeros. One output alone keeps its k weights in a row.
// Packed by input: of each input the weights of all outputs, padded to whole vectors. What a row's zeros leave out is
// then long enough for the processor not to fetch it anyway.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Isa>
struct LinearPack {
  static constexpr std::size_t lanes = Isa::lanes;

  static std::size_t packed_floats(std::size_t n, std::size_t k) {
    return n == 1 ? k : (n + lanes - 1) / lanes * lanes * k;
  }

  static void pack_linear(const PackArgs& p) {
    const std::size_t width = p.n == 1 ? 1 : lanes;
    float* to = p.packed;
    for (std::size_t first = 0; first < p.n; first += width) {
      const std::size_t count = p.n - first < width ? p.n - first : width;
      for (std::size_t i = 0; i < p.k; ++i, to += width) pack_row(p, first, count, i, to, width);  // finite or not
    }
  }

  static std::size_t padded(std::size_t n) { return (n + lanes - 1) / lanes * lanes; }
  static std::size_t by_input_floats(std::size_t n, std::size_t k) { return padded(n) * k; }
  static bool pack_by_input(const PackArgs& p) {
    bool finite = true;
    for (std::size_t i = 0; i < p.k; ++i) finite &= pack_row(p, 0, p.n, i, p.packed + i * padded(p.n), padded(p.n));
    return finite;
  }

 private:
  // `count` outputs from `first` on and zeros up to `width`. True: all finite.
  static bool pack_row(const PackArgs& p, std::size_t first, std::size_t count, std::size_t i, float* to,
                       std::size_t width) {
    const std::size_t reduction = p.reduction_index != nullptr ? p.reduction_index[i] : i;
    const float* from = p.w + reduction * p.stride_reduction;
    bool finite = true;
    for (std::size_t lane = 0; lane < count; ++lane) {
      const float w = from[(first + lane) * p.stride_out];
      finite &= (__builtin_bit_cast(std::uint32_t, w) & 0x7f800000u) != 0x7f800000u;
      to[lane] = w;
    }
    for (std::size_t lane = count; lane < width; ++lane) to[lane] = 0.0f;
    return finite;
  }
};

}  // namespace clicklens::kernels
