// A model's network from its pooled inputs on: rows of input_width floats in, scores and gradients out. What methods
// of attribution are made of: their steps, samples and replacements are rows of one run.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "exec/session.h"

namespace clicklens::lens {

class PooledNetwork final : public exec::TileObserver {
 public:
  struct Options {
    std::size_t rows = 0;               // of one run; even
    std::vector<std::uint32_t> layers;  // values whose rows and gradients may be read, and that may be targets
    bool pairs = false;                 // gradients are DeepLIFT's, of each even row against the odd one behind it
  };
  static base::Result<std::unique_ptr<PooledNetwork>> create(const std::shared_ptr<const exec::Model>&, const Options&);

  // `target.value` is a task's logit or a layer. The score of a probability is a probability.
  void aim(const exec::GradientTarget& target) noexcept;
  // Of no_index (none) or a layer, values and gradients are kept for layer() and layer_gradient().
  void watch(std::uint32_t layer) noexcept;
  // By row, another column of the target's value, while it is not null. Scores are those of the target's own.
  void spread(const std::uint32_t* columns) noexcept { target_.columns = columns; }

  // Whether gradients() makes offset() too.
  void want_offsets(bool wanted) noexcept { wants_offsets_ = wanted; }

  [[nodiscard]] std::size_t capacity() const noexcept { return rows_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] float* row(std::size_t i) noexcept { return inputs_.data() + i * width_; }
  // Of rows [0, rows), rows <= capacity().
  base::Status scores(std::size_t rows) noexcept;
  base::Status gradients(std::size_t rows) noexcept;

  [[nodiscard]] double score(std::size_t i) const noexcept { return scores_[i]; }
  [[nodiscard]] const float* gradient(std::size_t i) const noexcept { return gradients_.data() + i * width_; }
  [[nodiscard]] const float* layer(std::size_t i) const noexcept { return layer_.data() + i * layer_width_; }
  [[nodiscard]] const float* layer_gradient(std::size_t i) const noexcept {
    return layer_gradients_.data() + i * layer_width_;
  }
  // What the offsets of all affine operators (biases, shifts) send to the score, by their gradients.
  [[nodiscard]] double offset(std::size_t i) const noexcept { return offsets_[i]; }

  base::Status tile(const exec::Plan&, const ops::StepContext&, std::size_t strand) noexcept override;

 private:
  void list_offsets();
  [[nodiscard]] exec::Batch batch(std::size_t rows) const noexcept;
  void read_gradients(const exec::Plan&, const ops::StepContext&) noexcept;
  void read_layer(const exec::Plan&, const ops::StepContext&) noexcept;
  void read_offsets(const exec::Plan&, const ops::StepContext&) noexcept;

  struct Offset {
    const float* values;
    std::size_t observed;  // index of Plan::observed_gradients
  };

  std::shared_ptr<const exec::Model> model_;
  std::vector<std::uint32_t> layers_;
  std::vector<std::uint32_t> observed_gradients_;
  std::vector<Offset> offset_list_;
  std::unique_ptr<exec::Session> session_;
  std::size_t rows_ = 0, width_ = 0;
  exec::GradientTarget target_;
  bool backward_ = false, wants_offsets_ = false;
  std::size_t watched_ = format::no_index, layer_width_ = 0;
  std::vector<float> inputs_, gradients_, layer_, layer_gradients_, slopes_;
  std::vector<double> scores_, offsets_;
};

}  // namespace clicklens::lens
