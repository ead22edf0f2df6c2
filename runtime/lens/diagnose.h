// A diagnosis: days that a network was trained on, rows of those days that were held out, later days; and what is wrong
// with the model, as findings (diagnose_rules.h). What each day is for:
//
//   train        neurons; features' coverage and hash load; the other side of every contrast
//   hold         over-fit, of all of them together
//   fresh days   the first of hold, where there is one, then the test days, as they came: rows the network was not
//                trained on. The first: over-fit without hold, useless and memorising groups, what probes are fitted
//                to, what drift is held against. The second: what probes are evaluated on. All but the first: drift
//   test         calibration and coverage, of all of them together; saliency, of the first
//
// Memory does not grow with rows, but with days: each keeps a profile, some 60 KiB a neuron; and of the first training
// day and the first two fresh ones at most `probe_rows` rows each. Groups are permuted within the first batch of a day,
// so batches ought to be large.
#pragma once

#include <map>
#include <memory>

#include "lens/diagnose_day.h"
#include "lens/diagnose_finding.h"
#include "lens/neurons.h"

namespace clicklens::lens {

struct DiagnosisOptions {
  std::uint32_t task = 0;
  std::uint32_t draws = 5;  // permutations of each group
  std::uint64_t probe_rows = 50'000;
  std::uint64_t seed = 1;
};

class Diagnosis {
 public:
  // INVALID_ARGUMENT names the option.
  static base::Result<std::unique_ptr<Diagnosis>> create(std::shared_ptr<const exec::Model> model,
                                                         const DiagnosisOptions& options);
  // The values that a session must observe, ascending; it must have gradients, too.
  static std::vector<std::uint32_t> wanted_values(const exec::Model& model);

  // Runs the batch, many times over, and adds its candidates to the part's day of this name. Saliency is centred on
  // the first batch of all. INVALID_ARGUMENT: no labels. BAD_VALUE: a label above 1. UNSUPPORTED: a candidate cache. A
  // failure half way leaves a diagnosis that takes no more: BAD_STATE.
  base::Status add(exec::Session& session, const exec::Batch& batch, const DiagnosisRows& rows, DayPart part,
                   const std::string& day);
  // What a key of DiagnosisRows::values is called.
  void name_value(std::uint64_t key, std::string name) { value_names_[key] = std::move(name); }

  // All findings so far, by kind. BAD_STATE: an add failed.
  base::Result<std::vector<Finding>> judge() const;

 private:
  friend class DiagnosisJudge;

  Diagnosis(std::shared_ptr<const exec::Model> model, const DiagnosisOptions& options)
      : model_(std::move(model)), options_(options) {}
  base::Status check(const exec::Session& session, const exec::Batch& batch, const DiagnosisRows& rows) const;
  base::Status take(const DayBatch& of, DayPart part, const std::string& name);
  base::Status run(DayBatch& of, std::uint64_t first_request) const;
  base::Status set_means(const DayBatch& of);
  base::Result<DiagnosisDay*> day(DayPart part, const std::string& name);
  // Days of a part, as they came.
  [[nodiscard]] std::vector<const DiagnosisDay*> days(DayPart part) const;
  [[nodiscard]] bool is_probed(const DiagnosisDay& day) const;
  [[nodiscard]] bool is_permuted(const DiagnosisDay& day) const;
  void add_calibration(const DayBatch& of);

  std::shared_ptr<const exec::Model> model_;
  DiagnosisOptions options_;
  std::vector<std::uint32_t> layers_;  // values, each once
  ProfileOptions profile_options_;     // with means once there was a batch
  std::vector<std::unique_ptr<DiagnosisDay>> days_;
  std::unique_ptr<Neurons> neurons_;  // of all training rows
  Calibration calibration_;           // of all test rows
  std::map<std::uint64_t, std::string> value_names_;
  std::uint64_t requests_ = 0;
  bool broken_ = false;
};

}  // namespace clicklens::lens
