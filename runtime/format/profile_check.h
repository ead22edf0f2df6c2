// Whether the numbers of a layer, or of columns kept like one, agree with each other and with what is said of all rows.
#pragma once

#include "base/status.h"
#include "format/profile_desc.h"

namespace clicklens::format {

// Sum of `n` counts `step` apart; UINT64_MAX when it overflows, which no total allows.
template <class T>
std::uint64_t total(const T* counts, std::size_t n, std::size_t step = 1) noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (__builtin_add_overflow(sum, std::uint64_t{counts[i * step]}, &sum)) return ~std::uint64_t{0};
  return sum;
}

struct LayerRules {
  std::uint64_t rows, clicks, counted, counted_clicks, score_rows;
  std::uint32_t classes, buckets;
  bool scored, clustered, binned;
};

class LayerCheck {
 public:
  LayerCheck(const LayerRules& rules, const NeuronLayerDesc& layer, const char* list, std::size_t index) noexcept;
  [[nodiscard]] base::Status run() const;

 private:
  [[nodiscard]] base::Status bad(const char* field, const char* what) const noexcept;
  [[nodiscard]] base::Status length(const char* field, std::size_t have, std::uint64_t wanted) const noexcept;
  [[nodiscard]] base::Status lengths() const;
  [[nodiscard]] base::Status clustered_lengths() const;
  [[nodiscard]] base::Status column(std::size_t c) const;
  [[nodiscard]] std::uint64_t counted_in(std::size_t k, std::size_t c) const noexcept;
  [[nodiscard]] base::Status cell(std::size_t k, std::size_t c) const;
  [[nodiscard]] base::Status buckets(std::size_t k, std::size_t c) const;
  [[nodiscard]] base::Status pairs(std::size_t c, std::uint64_t finite) const;

  const LayerRules& all_;
  const NeuronLayerDesc& layer_;
  const char* list_;
  std::size_t index_, width_, classes_;
};

}  // namespace clicklens::format
