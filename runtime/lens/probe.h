// A fitted set of probes, one per value, as it is used: on rows, in files, in sessions. Immutable.
//
// Probes are linear classifiers on a layer's activations (Alain and Bengio 2016); where they are fitted decides
// what they say, so rows to fit, to validate and to evaluate on are the caller's.
#pragma once

#include <memory>

#include "lens/auc_difference.h"
#include "lens/metrics.h"
#include "lens/probe_fit.h"
#include "lens/probe_rows.h"

namespace clicklens::lens {

struct ProbeOptions {
  ProbeTarget target = ProbeTarget::label;
  double lambda = 0;  // 0: chosen on validation rows, 1e-3 without them
  double negative_rate = 1;
  double tolerance = 1e-8;  // largest gradient component; of numbers, in units of their sd
};

// A probe as sessions run it: logit = bias + sum of value's columns * weights.
struct FoldedProbe {
  std::uint32_t value = format::no_index;
  std::vector<float> weights;
  float bias = 0;
};

struct ProbeEvaluation {
  MetricsResult metrics;            // numbers: the count of rows alone
  double r2 = MetricsResult::none;  // numbers alone
};

class Probe {
 public:
  // BAD_VALUE: no rows, one class, no labels or numbers. BAD_STATE: validation rows of another model.
  static base::Result<Probe> fit(const ProbeRows& rows, const ProbeRows* validation, const ProbeOptions& options);
  // From pack()'s bytes, which are untrusted. BAD_STATE: fitted to another model.
  static base::Result<Probe> parse(std::span<const std::byte> bytes, const format::ModelDesc& model,
                                   const base::Limits& limits);
  [[nodiscard]] std::vector<std::byte> pack() const { return format::pack_probes(desc_); }

  [[nodiscard]] const format::ModelId& model() const noexcept { return desc_.model; }
  [[nodiscard]] std::span<const format::ProbeDesc> list() const noexcept { return desc_.probes; }
  [[nodiscard]] std::span<const FoldedProbe> folded() const noexcept { return folded_; }

  // Of all rows, in double. BAD_STATE: rows of another model. NOT_FOUND: without this probe's value.
  base::Result<std::vector<double>> logits(std::size_t index, const ProbeRows& rows) const;
  base::Result<ProbeEvaluation> evaluate(std::size_t index, const ProbeRows& rows, const MetricsOptions& options) const;
  base::Result<AucDifference> difference(std::size_t a, std::size_t b, const ProbeRows& rows) const;

 private:
  explicit Probe(format::ProbeSetDesc desc);

  format::ProbeSetDesc desc_;
  std::vector<FoldedProbe> folded_;
};

}  // namespace clicklens::lens
