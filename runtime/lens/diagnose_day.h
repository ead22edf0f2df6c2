// What one day of a diagnosis keeps: every lens over its rows, in memory that does not grow with them but for a bounded
// number of rows for probes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lens/diagnose_sums.h"
#include "lens/importance.h"
#include "lens/metrics.h"
#include "lens/probe_rows.h"
#include "lens/profile.h"

namespace clicklens::lens {

// Streaming: its block does not grow.
inline constexpr MetricsOptions diagnosis_metrics{1, diagnosis_buckets, true, false};

enum class DayPart : std::uint32_t { train, hold, test };

// What is known of a batch's candidates.
struct DiagnosisRows {
  const std::uint8_t* labels = nullptr;         // 0 or 1; needed
  const std::uint64_t* clusters = nullptr;      // null: the request's key, else its number
  const std::uint64_t* values = nullptr;        // keys that calibration is split by; null: it is not
  const std::uint64_t* request_keys = nullptr;  // one per request
};

// A batch and what a diagnosis works out of it once, for every lens.
struct DayBatch {
  exec::Session& session;
  const exec::Batch& batch;
  const DiagnosisRows& rows;
  std::vector<float> logits;  // of the task
  std::vector<std::uint64_t> clusters;
  std::vector<std::uint8_t> covered;  // every sparse feature of the row has a known id
  bool finite = true;                 // all logits are
};

// The network's layers with rows of a day: `fit` has four users of five, `rest` the others.
struct ProbedDay {
  ProbeRows fit, rest;
};

// Permutation of groups within the day's first batch.
struct DayImportance {
  std::string rows_of;
  Importance importance;
  std::uint64_t rows = 0, clicks = 0;
  std::vector<std::size_t> useless;               // groups whose drop is below the threshold, together too
  GroupImportance joint;                          // of those
  std::map<std::size_t, GroupImportance> hidden;  // of groups that stayed out, with those that were in by then
};

class DiagnosisDay {
 public:
  // `options` of the profile.
  static base::Result<DiagnosisDay> create(DayPart part, std::string name, std::shared_ptr<const exec::Model> model,
                                           const ProfileOptions& options);

  base::Status add(const DayBatch& of);
  // Keeps layers' values of the batch while there are fewer than `most` rows.
  base::Status probe(const DayBatch& of, std::span<const std::uint32_t> layers, std::uint64_t most);
  // Of the first batch alone.
  base::Status permute(const DayBatch& of, const ImportanceOptions& options);

  [[nodiscard]] DayPart part() const noexcept { return part_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] const Metrics& metrics() const noexcept { return metrics_; }
  [[nodiscard]] const Profile& profile() const noexcept { return *profile_; }
  [[nodiscard]] const Spread& spread() const noexcept { return spread_; }
  [[nodiscard]] const Spread& covered_spread() const noexcept { return covered_spread_; }
  [[nodiscard]] const ProbedDay* probed() const noexcept { return probed_ ? &*probed_ : nullptr; }
  [[nodiscard]] const DayImportance* importance() const noexcept { return importance_ ? &*importance_ : nullptr; }

 private:
  DiagnosisDay(DayPart part, std::string name, std::shared_ptr<const exec::Model> model, Metrics metrics,
               std::unique_ptr<Profile> profile)
      : part_(part),
        name_(std::move(name)),
        model_(std::move(model)),
        metrics_(std::move(metrics)),
        profile_(std::move(profile)) {}
  base::Status join_useless(const DayBatch& of, const ImportanceOptions& options);

  DayPart part_;
  std::string name_;
  std::shared_ptr<const exec::Model> model_;
  std::uint64_t rows_ = 0;
  Metrics metrics_;
  std::unique_ptr<Profile> profile_;
  Spread spread_, covered_spread_;
  std::optional<ProbedDay> probed_;
  bool permuted_ = false;  // its first batch was looked at
  std::optional<DayImportance> importance_;
};

}  // namespace clicklens::lens
