#include "lens/precision.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/stable_order.h"
#include "lens/metrics.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

class Comparer {
 public:
  Comparer(const std::shared_ptr<const exec::Model>& model, const exec::Inputs& inputs, const exec::Batch& batch,
           const std::uint8_t* labels, const PrecisionOptions& options)
      : model_(model), inputs_(inputs), batch_(batch), labels_(labels), options_(options) {}

  base::Result<PrecisionReport> run();

 private:
  using Keep = std::vector<std::uint32_t>;
  void list_layers();
  [[nodiscard]] Keep all_but(std::size_t layer) const;
  base::Result<std::vector<float>> logits(ops::Precision precision, const Keep& keep);
  // Logits of linears but `keep` reduced, against those of float32.
  base::Result<PrecisionScores> measure(const Keep& keep);
  base::Result<PrecisionScores> compare(const std::vector<float>& logits);
  Status choose();
  [[nodiscard]] bool within(const PrecisionScores& scores) const noexcept {
    return scores.lost == 0 && report_.full.auc - scores.auc <= options_.auc_loss;
  }

  const std::shared_ptr<const exec::Model>& model_;
  const exec::Inputs& inputs_;
  const exec::Batch& batch_;
  const std::uint8_t* labels_;
  const PrecisionOptions& options_;
  std::vector<float> full_;
  PrecisionReport report_;
};

void Comparer::list_layers() {
  for (std::uint32_t node = 0; node < model_->desc().nodes.size(); ++node) {
    const std::uint32_t value = model_->desc().nodes[node].outputs[0];
    if (model_->op(node).takes_precision() && model_->graph().values[value].columns() > 1)
      report_.layers.push_back({value, {}, false});
  }
}

Comparer::Keep Comparer::all_but(std::size_t layer) const {
  Keep keep;
  for (std::size_t i = 0; i < report_.layers.size(); ++i)
    if (i != layer) keep.push_back(report_.layers[i].value);
  return keep;
}

// Without an AUC a choice is the worst.
double score_of(const PrecisionScores& scores) {
  return std::isnan(scores.auc) ? -1.0 : scores.auc;
}

base::Result<std::vector<float>> Comparer::logits(ops::Precision precision, const Keep& keep) {
  exec::SessionOptions options;
  options.precision = precision;
  options.full_precision = keep;
  options.strands = options_.strands;
  auto session = exec::Session::create(model_, inputs_, options);
  if (!session.ok()) return session.status();
  const std::size_t tasks = model_->desc().outputs.size();
  std::vector<float> scores(batch_.candidates * tasks);
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = scores.data();
  output.capacity = scores.size();
  CLENS_TRY((*session)->run(batch_, output));
  for (std::size_t row = 0; row < batch_.candidates; ++row) scores[row] = scores[row * tasks + options_.task];
  scores.resize(batch_.candidates);
  return scores;
}

base::Result<PrecisionScores> Comparer::compare(const std::vector<float>& logits) {
  auto metrics = Metrics::create({});
  if (!metrics.ok()) return metrics.status();
  CLENS_TRY(metrics->add(logits.data(), labels_, nullptr, nullptr, logits.size()));
  const MetricsResult result = metrics->compute();
  PrecisionScores scores{result.auc, result.logloss, 0, 0};
  std::uint64_t rows = 0;
  const auto probability = [](float z) { return 1 / (1 + std::exp(-static_cast<double>(z))); };
  for (std::size_t row = 0; row < logits.size(); ++row) {
    if (!std::isfinite(full_[row])) continue;
    if (!std::isfinite(logits[row])) {
      ++scores.lost;
      continue;
    }
    const double difference = std::fabs(probability(logits[row]) - probability(full_[row]));
    scores.largest_difference = std::max(scores.largest_difference, difference);
    scores.mean_difference += difference;
    ++rows;
  }
  if (rows > 0) scores.mean_difference /= static_cast<double>(rows);
  return scores;
}

base::Result<PrecisionScores> Comparer::measure(const Keep& keep) {
  const auto reduced = logits(options_.precision, keep);
  if (!reduced.ok()) return reduced.status();
  return compare(*reduced);
}

Status Comparer::choose() {
  report_.chosen = report_.reduced;
  const std::vector<std::size_t> order =
      base::stable_order(report_.layers.size(), [this](std::size_t a, std::size_t b) {
        const PrecisionScores &one = report_.layers[a].alone, &other = report_.layers[b].alone;
        return std::tuple(-static_cast<double>(one.lost), score_of(one)) <
               std::tuple(-static_cast<double>(other.lost), score_of(other));
      });
  Keep keep;
  for (const std::size_t layer : order) {
    if (within(report_.chosen)) return {};
    report_.layers[layer].kept = true;
    keep.push_back(report_.layers[layer].value);
    auto scores = measure(keep);
    if (!scores.ok()) return scores.status();
    report_.chosen = *scores;
  }
  return {};
}

base::Result<PrecisionReport> Comparer::run() {
  list_layers();
  auto full = logits(ops::Precision::f32, {});
  if (!full.ok()) return full.status();
  full_ = std::move(*full);
  auto scores = compare(full_);
  if (!scores.ok()) return scores.status();
  report_.full = *scores;
  for (std::size_t row = 0; row < full_.size(); ++row) {
    ++(std::isfinite(full_[row]) ? report_.rows : report_.non_finite);
    if (std::isfinite(full_[row])) report_.clicks += labels_[row];
  }
  if (std::isnan(report_.full.auc))
    return Status::error(Code::bad_value, "labels: clicks alone or none at all; there is no AUC to compare");
  scores = measure({});
  if (!scores.ok()) return scores.status();
  report_.reduced = *scores;
  for (std::size_t i = 0; i < report_.layers.size(); ++i) {
    scores = measure(all_but(i));
    if (!scores.ok()) return scores.status();
    report_.layers[i].alone = *scores;
  }
  CLENS_TRY(choose());
  return std::move(report_);
}

}  // namespace

base::Result<PrecisionReport> precision_report(const std::shared_ptr<const exec::Model>& model,
                                               const exec::Inputs& inputs, const exec::Batch& batch,
                                               const std::uint8_t* labels, const PrecisionOptions& options) {
  if (options.precision == ops::Precision::f32)
    return Status::error(Code::invalid_argument, "options.precision: float32 is what others are compared with");
  if (!(options.auc_loss >= 0))
    return Status::error(Code::invalid_argument, "options.auc_loss: %g is no bound", options.auc_loss);
  if (options.task >= model->desc().outputs.size())
    return Status::error(Code::invalid_argument, "options.task: %zu, the model has %zu", options.task,
                         model->desc().outputs.size());
  return Comparer(model, inputs, batch, labels, options).run();
}

}  // namespace clicklens::lens
