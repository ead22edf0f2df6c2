// From the days of a diagnosis to the figures that the rules judge.
#pragma once

#include <vector>

#include "lens/diagnose.h"
#include "lens/diagnose_rules.h"
#include "lens/probe.h"

namespace clicklens::lens {

class DiagnosisJudge {
 public:
  explicit DiagnosisJudge(const Diagnosis& diagnosis);
  base::Result<std::vector<Finding>> all();

 private:
  base::Status overfit();
  base::Status layers();
  base::Status groups();
  void useless(const DayImportance& of);
  base::Status memorising(const DayImportance& train, const DayImportance& hold);
  void neurons();
  void calibration();
  base::Status drift();
  base::Status saliency();
  void features();

  [[nodiscard]] base::Status add_evidence(Finding& finding);
  // Of the last layer: AUC of a probe on the training rows that it is fitted to, less that on the first fresh day.
  [[nodiscard]] base::Result<Evidence> probe_gap() const;
  // All training days, or all test days, as one.
  [[nodiscard]] base::Result<const Profile*> merged(DayPart part);
  [[nodiscard]] std::vector<std::string> names(DayPart part) const;
  // A second day that the network was not trained on; empty: there is none.
  [[nodiscard]] std::string further() const { return fresh_.size() > 1 ? fresh_[1]->name() : std::string(); }
  // "Not enough data" where a whole kind could not be looked at.
  void missing(FindingKind kind, const char* subject, std::string text);
  void put(Finding finding) { found_.push_back(std::move(finding)); }
  void put(std::vector<Finding> findings) {
    for (Finding& finding : findings) put(std::move(finding));
  }

  const Diagnosis& diagnosis_;
  const exec::Model& model_;
  std::vector<const DiagnosisDay*> train_, hold_, fresh_, test_;
  std::unique_ptr<Profile> merged_[2];
  std::vector<Finding> found_;
};

// The layer before: pairs of layers, as places in `values`, the later of which is computed from the earlier one, each
// with the last of those that it is computed from.
std::vector<std::pair<std::size_t, std::size_t>> layer_steps(const format::ModelDesc& desc,
                                                             const std::vector<std::uint32_t>& values);

}  // namespace clicklens::lens
