// What traffic looked like, to a model: its scores, its features as they came and as they were pooled, its neurons,
// which groups moved the scores. One pass, exact, mergeable in any order to the bytes of the whole; neither time, host
// nor path is in it. From data (add) or from a serving session (collector.h).
//
// Columns of every section are kept as NeuronLayer keeps a layer's: exact sums (columns), counts on the universal edges
// (counts; none of pooled columns), and both by bucket of the cluster key (buckets). Classes are those of the labels:
// one when rows have none.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lens/neurons.h"
#include "lens/profile_features.h"

namespace clicklens::lens {

class ProfileRows;

struct ProfileOptions {
  std::uint32_t sections = format::profile_scores | format::profile_features;
  std::vector<std::uint32_t> values;  // neurons: empty: every layer of the model
  std::uint32_t task = 0;             // whose logit neurons are correlated with and saliency explains
  std::uint32_t every = 1;            // profiles one row in so many, picked by hash
  std::uint32_t count_every = 4;      // neurons' counts: of one profiled row in so many
  std::uint32_t sample_rows = 1024;   // of neurons, kept whole
  std::uint32_t buckets = format::least_buckets;
  std::vector<float> means;  // saliency: of every input column, which scores are centred on

  [[nodiscard]] bool has(std::uint32_t section) const { return (sections & section) != 0; }
  bool operator==(const ProfileOptions&) const = default;
};

// A group's share and its clustered standard error; NaN where there is none.
struct GroupShare {
  double value, error;
};

class Profile {
 public:
  static base::Result<std::unique_ptr<Profile>> create(std::shared_ptr<const exec::Model>, const ProfileOptions&);
  ~Profile();

  // Runs the batch. The session observes wanted_values(), and has gradients for saliency (BAD_STATE). Without clusters
  // a row's is its request: its key, or its number.
  base::Status add(exec::Session&, const exec::Batch&, const NeuronRows&);
  // INVALID_ARGUMENT names what differs; BAD_STATE: labels do. May be this.
  base::Status merge(const Profile& other);

  base::Result<std::vector<std::byte>> save() const;
  // Untrusted. `model` null: what is loaded can be read and merged, not added to.
  static base::Result<std::unique_ptr<Profile>> load(std::shared_ptr<const exec::Model> model,
                                                     std::span<const std::byte> bytes);

  // The values a session must observe, ascending.
  static std::vector<std::uint32_t> wanted_values(const exec::Model&, const ProfileOptions&);

  [[nodiscard]] const exec::Model* model() const { return model_.get(); }
  // format::probed_model_id: attaching a profile or probes does not change it.
  [[nodiscard]] const format::ModelId& model_id() const { return id_; }
  [[nodiscard]] const ProfileOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<std::string>& tasks() const { return tasks_; }
  [[nodiscard]] const std::vector<std::string>& groups() const { return groups_; }  // with saliency or features

  [[nodiscard]] std::uint64_t rows() const { return rows_; }  // profiled
  [[nodiscard]] std::uint64_t clicks() const { return clicks_; }
  [[nodiscard]] std::uint64_t labelled() const { return classes_ == 2 ? rows_ : 0; }
  [[nodiscard]] std::size_t classes() const { return classes_; }    // 0: no rows yet
  [[nodiscard]] std::uint64_t seen() const { return seen_; }        // rows of the runs, profiled or not
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }  // picked, but beyond what a run may profile

  [[nodiscard]] std::span<const std::uint64_t> bucket_rows() const { return bucket_rows_; }  // by bucket of the cluster

  // Null: not kept. Columns:
  [[nodiscard]] const NeuronLayer* scores() const { return read(scores_); }  // a logit for each task
  [[nodiscard]] const NeuronLayer* pooled() const { return read(pooled_); }  // exec::Model::inputs()
  [[nodiscard]] const NeuronLayer* raw() const { return read(raw_); }        // elements of dense features as they came
  [[nodiscard]] const NeuronLayer* saliency() const { return read(saliency_); }     // s of each group
  [[nodiscard]] const NeuronLayer* saliency_sizes() const { return read(sizes_); }  // |s|
  [[nodiscard]] const Neurons* neurons() const { return neurons_.get(); }
  [[nodiscard]] std::span<const FeatureTraffic> features() const { return features_; }  // by feature of the model

  // The neurons once more, by themselves; null: none are kept.
  base::Result<std::unique_ptr<Neurons>> copy_neurons() const;

  // Group's sum of |s| over all groups': a ratio of means, its error by leaving buckets out.
  [[nodiscard]] GroupShare saliency_share(std::size_t group) const;

 private:
  friend class ProfileRows;
  friend class Collector;

  Profile(std::shared_ptr<const exec::Model>, const format::ModelId&, ProfileOptions);
  base::Status make_sections();
  void make_columns(std::size_t inputs, std::size_t elements);
  base::Status check_rows(const exec::Session&, const exec::Batch&, const NeuronRows&) const;
  void set_classes(std::size_t classes);
  void clear();  // as created, all memory kept
  void settle() const;
  [[nodiscard]] const NeuronLayer* read(const std::optional<NeuronLayer>& layer) const;
  base::Status check_same(const Profile& other) const;
  [[nodiscard]] std::array<std::optional<NeuronLayer>*, 5> columns() const {
    return {&scores_, &pooled_, &raw_, &saliency_, &sizes_};
  }
  base::Status read(const format::TrafficDesc&);
  void name_from(const format::TrafficDesc&);
  base::Status check_names(const format::TrafficDesc&) const;

  std::shared_ptr<const exec::Model> model_;
  format::ModelId id_;
  ProfileOptions options_;
  std::vector<std::string> tasks_, groups_;
  mutable std::optional<NeuronLayer> scores_, pooled_, raw_, saliency_, sizes_;
  std::unique_ptr<Neurons> neurons_;
  std::vector<FeatureTraffic> features_;
  std::vector<std::uint64_t> bucket_rows_;
  std::size_t classes_ = 0;
  std::uint64_t rows_ = 0, clicks_ = 0, seen_ = 0, skipped_ = 0, next_row_ = 0;
  bool broken_ = false;
};

}  // namespace clicklens::lens
