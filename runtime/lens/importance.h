// Importance of feature groups for a day's AUC and log loss, in one of two ways.
//
// Permutation (Breiman 2001; Fisher, Rudin and Dominici 2019): the AUC that is lost when a feature group
// says what it said of somebody else. Features of a group are permuted together: those of request scope between the
// requests of the batch, the others between its candidates; a batch is one day, so that nothing crosses days.
//
// Ablation: the AUC that is lost when a group says what it says on average, its pooled values replaced by their mean
// over the candidates of the batch. Nothing is drawn; but the network sees rows that no request would make. Every such
// row is scored from its pooled inputs on: rows that differ in the group alone then tie, as AUC counts them, where what
// lens/exchanged_network.h saves would tell them apart by rounding.
//
// The drop of a group is AUC - mean over draws of the permuted AUC; its standard error is the clustered jackknife
// (metrics_jackknife.h) of just that, every draw's AUC without the bucket.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "exec/session.h"

namespace clicklens::lens {

enum class ImportanceMethod : std::uint32_t { permutation = 0, ablation = 1 };

struct ImportanceOptions {
  ImportanceMethod method = ImportanceMethod::permutation;
  std::size_t task = 0;
  std::uint32_t draws = 5;      // of permutation
  std::uint32_t buckets = 128;  // 64..200
  std::uint64_t seed = 1;
  // In place of drawn ones, for every group: draws x requests and draws x candidates; request r says what
  // request_orders[draw * requests + r] said.
  std::span<const std::uint64_t> request_orders, candidate_orders;
};

struct GroupImportance {
  double auc = 0, permuted_auc = 0;  // permuted_auc: mean over draws; ablation: without the group
  double drop = 0, drop_sd = 0;      // sd over draws; NaN: there is one, or none
  double se = 0, low = 0, high = 0;  // of the drop; low, high: -+ 1.96 se
  double log_loss = 0;               // as the batch is
  double log_loss_rise = 0;          // mean over draws; ablation: without the group
  double effect = 0;                 // mean over rows, and draws, of the logit less that without the group's word
};

struct ImportanceContrast {
  double difference = 0, se = 0, low = 0, high = 0;
};

class Importance {
 public:
  // Permutation runs the batch 1 + groups x draws times; ablation makes an Explainer for the session's inputs, in
  // float32 whatever the session's precision. `clusters` empty: every row its own. INVALID_ARGUMENT: draws, buckets, a
  // task that is not there, orders that are no permutations. BAD_VALUE: a label above 1, one class alone, a score that
  // is not finite.
  static base::Result<Importance> measure(exec::Session& session, const exec::Batch& batch,
                                          std::span<const std::uint8_t> labels, std::span<const std::uint64_t> clusters,
                                          const ImportanceOptions& options);

  // Of several groups permuted at once, each in its own order: groups that say the same hide each other, alone.
  // Statuses as measure(); ablation is no such method, INVALID_ARGUMENT.
  static base::Result<GroupImportance> joint(exec::Session& session, const exec::Batch& batch,
                                             std::span<const std::uint8_t> labels,
                                             std::span<const std::uint64_t> clusters, const ImportanceOptions& options,
                                             std::span<const std::size_t> groups);

  [[nodiscard]] std::size_t groups() const noexcept { return groups_.size(); }
  [[nodiscard]] const GroupImportance& group(std::size_t index) const noexcept { return groups_[index].figures; }
  // Drop in a minus drop in b; both without the same bucket in turn. INVALID_ARGUMENT: other groups or buckets.
  static base::Result<ImportanceContrast> contrast(const Importance& a, const Importance& b, std::size_t group);

 private:
  struct Group {
    GroupImportance figures;
    std::vector<double> without;  // the drop without each bucket; that of all rows where a bucket has none
  };
  std::uint32_t buckets_ = 0;
  std::vector<std::uint8_t> holds_rows_;  // by bucket
  std::vector<Group> groups_;
};

}  // namespace clicklens::lens
