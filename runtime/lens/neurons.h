// What every neuron (column) of watched values does over a data set: one pass, exact, mergeable.
//
// Sums of x, x^2 and x times the logit are exact integers, counts are on universal edges, the sample depends on the set
// of rows alone: parts merged in any order give the bytes of the whole. A request-level value counts once for each
// candidate. Definitions are those of the C header; findings:
//   dead        rectified values: never > 0 in 10,000 rows or more, all of them finite
//   always on   rectified values: > 0 on every row
//   saturated   sigmoid at <= .01 or >= .99, tanh at +-.99 or beyond, on >= 99 % of at least 1,000 counted rows
//   duplicate   |r| >= .9999 with an earlier neuron of the layer and equal sign on >= 99.9 % of the sampled rows, of
//   which
//               at least 100 are finite; neurons that hardly ever vary (sum d^2)^2 / sum d^4 < 10 have no r worth the
//               name
//   redundant   effective rank < 10 % of the width, from more sampled rows than columns
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "exec/session.h"
#include "lens/neurons_analysis.h"
#include "lens/neurons_layer.h"
#include "lens/neurons_sample.h"

namespace clicklens::lens {

struct NeuronsOptions {
  std::vector<std::uint32_t> values;  // empty: every layer of the model
  std::uint32_t task = 0, count_every = 4, sample_rows = 4096, buckets = format::least_buckets, flags = 0;

  [[nodiscard]] bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
  bool operator==(const NeuronsOptions&) const = default;
};

// What is known of a batch's candidates; null: nothing.
struct NeuronRows {
  const std::uint8_t* labels = nullptr;
  const std::uint64_t* clusters = nullptr;
  const std::uint64_t* request_keys = nullptr;  // one per request
  std::optional<std::uint64_t> first_row;       // none: numbered on from the last add
};

struct NeuronFigures {
  std::uint64_t rows = 0, non_finite = 0, active = 0;
  double mean, sd, minimum, maximum, click_mean, other_mean, label_correlation, score_correlation;
  BinnedAuc auc;
  ColumnErrors errors;
  std::uint64_t saturated = 0, counted = 0;
};

struct NeuronFinding {
  static constexpr std::uint32_t dead = 1, provably_dead = 2, always_on = 4, saturated = 8, duplicate = 16;
};

struct LayerFigures {
  std::uint64_t dead = 0, provably_dead = 0, always_on = 0, saturated = 0, duplicates = 0;
  bool redundant = false;
};

struct Quantile {
  double middle, low, high;  // of its bin, ends clamped to the minimum and maximum; NaN: no rows were counted
};

// Of columns kept like a layer's; `layer` is settled. Without score_correlation.
NeuronFigures column_figures(const NeuronLayer& layer, std::size_t column, std::size_t classes, std::uint64_t rows,
                             std::uint64_t clicks);
Quantile column_quantile(const NeuronLayer& layer, std::size_t column, double p);

struct LayerChange {
  double spread_ratio, covariance_distance, covariance_null, angles[2];
};

class Neurons {
 public:
  static base::Result<std::unique_ptr<Neurons>> create(std::shared_ptr<const exec::Model>, const NeuronsOptions&);

  base::Status add(exec::Session&, const exec::Batch&, const NeuronRows&);
  base::Status merge(const Neurons& other);  // may be this

  base::Result<std::vector<std::byte>> save() const;
  static base::Result<std::unique_ptr<Neurons>> load(std::shared_ptr<const exec::Model>,
                                                     std::span<const std::byte> bytes);

  // The same as a part of a profile. `model` null: what is made can be read and merged, not added to.
  base::Result<format::NeuronsDesc> describe() const;
  static base::Result<std::unique_ptr<Neurons>> restore(std::shared_ptr<const exec::Model> model,
                                                        const format::ModelId& id, const format::NeuronsDesc&);

  [[nodiscard]] const kernels::Table& kernels() const { return *kernels_; }
  // Of the file of the model that is watched.
  [[nodiscard]] const format::ModelId& model_id() const { return id_; }
  [[nodiscard]] const NeuronsOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<NeuronLayer>& layers() const;
  [[nodiscard]] const NeuronSample& sample() const { return sample_; }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] std::uint64_t clicks() const { return clicks_; }
  [[nodiscard]] std::uint64_t labelled() const { return classes_ == 2 ? rows_ : 0; }
  [[nodiscard]] std::uint64_t counted() const { return counted_; }

  [[nodiscard]] NeuronFigures figures(std::size_t layer, std::size_t column) const;
  // Bits of NeuronFinding by column; duplicates refer to an earlier column.
  [[nodiscard]] std::vector<std::uint32_t> findings(std::size_t layer) const;
  [[nodiscard]] std::uint32_t duplicate_of(std::size_t layer, std::size_t column) const {
    return analysis(layer).duplicate_of[column];
  }
  [[nodiscard]] LayerFigures summary(std::size_t layer) const;
  [[nodiscard]] Quantile quantile(std::size_t layer, std::size_t column, double p) const;
  // Of the sampled rows; kept until rows are added.
  [[nodiscard]] const LayerAnalysis& analysis(std::size_t layer) const;
  // Ascending by hash.
  [[nodiscard]] CentredRows sampled_rows(std::size_t layer) const;

 private:
  friend class NeuronWatch;
  friend class Profile;
  friend class ProfileRows;

  Neurons(std::shared_ptr<const exec::Model>, const format::ModelId&, const NeuronsOptions&, std::vector<NeuronLayer>,
          const kernels::Table&);
  static base::Result<std::unique_ptr<Neurons>> make(std::shared_ptr<const exec::Model>, const format::ModelId&,
                                                     const NeuronsOptions&, std::vector<NeuronLayer>);
  base::Status prove();
  base::Status check_alike(const Neurons& other) const;
  base::Status check_rows(const exec::Session&, const exec::Batch&, const NeuronRows&) const;
  void set_classes(std::size_t classes);
  void clear();
  void settle() const;
  void changed();
  // A tile's rows; layer i is at places[place_of[i]]. Allocates nothing once the sample has room.
  void take(const NeuronTile& tile, std::span<const std::vector<ops::Place>> places,
            std::span<const std::uint32_t> place_of) noexcept;
  void take_sample(const NeuronTile& tile, std::span<const std::vector<ops::Place>> places,
                   std::span<const std::uint32_t> place_of) noexcept;
  [[nodiscard]] std::uint64_t rows_of(std::size_t class_index) const {
    return class_index == 1 ? clicks_ : rows_ - clicks_;
  }
  [[nodiscard]] double score_correlation(const NeuronLayer&, std::size_t column) const;
  base::Status read(const format::NeuronsDesc&);

  std::shared_ptr<const exec::Model> model_;  // null: of a file alone
  format::ModelId id_;
  NeuronsOptions options_;
  const kernels::Table* kernels_;
  mutable std::vector<NeuronLayer> layers_;  // sums at hand are settled when read
  mutable std::vector<std::optional<LayerAnalysis>> analyses_;
  NeuronSample sample_;
  NeuronTile tile_;
  MomentBlock::Kept kept_;
  std::vector<std::uint32_t> observed_;  // by layer: its number in Plan::observed of the run at hand
  std::size_t classes_ = 0;              // 0: no rows yet
  std::uint64_t rows_ = 0, clicks_ = 0, counted_ = 0, counted_clicks_ = 0, next_row_ = 0;
  std::uint64_t score_rows_ = 0;  // with a finite logit
  ExactSum score_sum_, score_square_;
  bool broken_ = false;  // a run failed half way
};

// Linear CKA of two layers over the sampled rows that both kept.
base::Status linear_cka(const Neurons& a, std::size_t layer_a, const Neurons& b, std::size_t layer_b, double& cka,
                        std::uint64_t& rows);

base::Result<LayerChange> compare(const Neurons& reference, const Neurons& other, std::size_t layer);

}  // namespace clicklens::lens
