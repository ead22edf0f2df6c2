// Weights in panels of one vector of outputs: for every `group` of reductions the panel has the group of each output,
// one after the other, as products of several pairs at a time read them. The last panel is padded with 0, and so is
// each to a multiple of `depth` reductions, for kernels that read so many whatever the row holds there.
#pragma once

#include "kernels/activation.h"

namespace clicklens::kernels {

template <class Weight, std::size_t lanes, std::size_t group, std::size_t depth = group>
struct LinearPanels {
  static constexpr std::size_t padded(std::size_t n) { return (n + lanes - 1) / lanes * lanes; }
  static constexpr std::size_t groups(std::size_t k) { return (k + group - 1) / group; }
  static constexpr std::size_t panel(std::size_t k) { return (k + depth - 1) / depth * depth * lanes; }
  static constexpr std::size_t elements(std::size_t n, std::size_t k) { return padded(n) / lanes * panel(k); }

  [[gnu::always_inline]] static float weight(const PackReducedArgs& p, std::size_t output, std::size_t i) {
    const std::size_t reduction = p.reduction_index != nullptr ? p.reduction_index[i] : i;
    return p.w[output * p.stride_out + reduction * p.stride_reduction];
  }
  // to[...] = convert(w, output)
  template <class Convert>
  static void pack(const PackReducedArgs& p, Weight* to, Convert convert) {
    for (std::size_t first = 0; first < p.n; first += lanes) {
      for (std::size_t i = 0; i < panel(p.k) / lanes; i += group) {
        for (std::size_t output = first; output < first + lanes; ++output) {
          for (std::size_t g = i; g < i + group; ++g)
            *to++ = output < p.n && g < p.k ? convert(weight(p, output, g), output) : Weight{0};
        }
      }
    }
  }
};

}  // namespace clicklens::kernels
