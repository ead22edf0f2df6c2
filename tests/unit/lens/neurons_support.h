// Neurons over values that a test chooses: a model whose dense inputs are the watched values, so that what is observed
// is, bit for bit, what was put in.
#pragma once

#include <optional>

#include "lens/neurons.h"
#include "support/random_batch.h"

namespace clicklens::testing {

inline constexpr std::uint32_t all_flags = format::neurons_scores | format::neurons_clustered;

// Dense inputs x and y of some width, and a logit that is the input z.
class ChosenValues {
 public:
  // `activation`: a node between x and what is watched as x.
  explicit ChosenValues(std::uint32_t x_width, std::uint32_t y_width = 1,
                        std::optional<format::ActivationKind> activation = {});

  [[nodiscard]] std::shared_ptr<const exec::Model> model() const { return model_; }
  [[nodiscard]] std::uint32_t x() const { return x_; }
  [[nodiscard]] std::uint32_t width(std::size_t layer) const;

  [[nodiscard]] std::unique_ptr<exec::Session> session(std::size_t tile_rows = 0,
                                                       const kernels::Table* kernels = nullptr) const;

  [[nodiscard]] std::unique_ptr<lens::Neurons> neurons(lens::NeuronsOptions options = {}) const;

 private:
  ModelMaker maker_;
  std::uint32_t x_ = 0, y_ = 0;
  std::shared_ptr<exec::Model> model_;
};

// Rows for ChosenValues, row-major.
struct ChosenRows {
  std::vector<float> x, y, z;
  std::vector<std::uint8_t> labels;     // empty: none
  std::vector<std::uint64_t> clusters;  // empty: none

  [[nodiscard]] std::size_t size() const { return z.size(); }

  // Rows [begin, end), numbered from `begin`.
  [[nodiscard]] base::Status add_to(lens::Neurons& neurons, exec::Session& session, std::size_t begin,
                                    std::size_t end) const;
  void add_all(lens::Neurons& neurons, exec::Session& session, std::size_t step = 250) const;

 private:
  static encode::Column column(std::uint32_t input, const std::vector<float>& values, std::size_t width,
                               std::size_t begin, std::size_t end);
};

// Magnitudes over all of float, denormals, zeros, logits of any size.
ChosenRows wild_rows(std::size_t n, std::size_t width, std::uint32_t seed);

std::vector<std::byte> saved(const lens::Neurons& neurons);

// Everything that can be read of neurons, so that nothing hides.
void read_everything(const lens::Neurons& neurons);

}  // namespace clicklens::testing
