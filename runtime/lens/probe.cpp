#include "lens/probe.h"

#include <algorithm>
#include <cmath>

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr double usual_lambda = 1e-3;

Status check(const ProbeOptions& options) {
  if (!(options.lambda >= 0 && std::isfinite(options.lambda)))
    return Status::error(Code::invalid_argument, "options.lambda is %g: it must be positive, or 0", options.lambda);
  if (!(options.negative_rate > 0 && options.negative_rate <= 1))
    return Status::error(Code::invalid_argument, "options.negative_rate is %g: it must be above 0 and at most 1",
                         options.negative_rate);
  if (!(options.tolerance > 0 && std::isfinite(options.tolerance)))
    return Status::error(Code::invalid_argument, "options.tolerance is %g: it must be positive", options.tolerance);
  return {};
}

base::Result<ProbeTask> task_of(const ProbeRows& rows, const ProbeOptions& options, const char* argument,
                                bool both_classes) {
  const ProbeData& data = rows.data();
  ProbeTask task{options.target, data.labels(), data.targets(), 1 / options.negative_rate};
  const bool is_label = options.target == ProbeTarget::label;
  if (data.rows() == 0) return Status::error(Code::bad_value, "%s: no rows", argument);
  if (is_label ? task.labels.empty() : task.numbers.empty())
    return Status::error(Code::bad_value, "%s: no %s", argument, is_label ? "labels" : "targets");
  const std::uint64_t clicks = data.clicks();
  if (is_label && both_classes && (clicks == 0 || clicks == data.rows()))
    return Status::error(Code::bad_value, "%s: all labels are %d", argument, clicks == 0 ? 0 : 1);
  return task;
}

// What a gradient's size is compared with.
double scale_of(const ProbeTask& task) {
  if (task.target == ProbeTarget::label) return 1;
  const auto n = static_cast<double>(task.numbers.size());
  double mean = 0, squares = 0;
  for (const float number : task.numbers) mean += double{number} / n;
  for (const float number : task.numbers) squares += (double{number} - mean) * (double{number} - mean) / n;
  const double scale = std::max(std::sqrt(squares), 1e-6 * std::abs(mean));  // the second: of one number alone
  return scale > 0 ? scale : 1;
}

format::ProbeDesc describe(const ProbeRows& rows, std::size_t value, const ProbeOptions& options,
                           const ProbeFitter& fitter, ChosenLambda fitted) {
  format::ProbeDesc probe;
  probe.value = rows.values()[value];
  probe.name = probed_name(rows.model().desc(), probe.value);
  probe.target = options.target;
  probe.converged = fitted.minimum.converged;
  probe.iterations = fitted.minimum.passes;
  probe.rows = rows.data().rows();
  probe.clicks = rows.data().clicks();
  probe.lambda = fitted.lambda;
  probe.negative_rate = options.negative_rate;
  probe.objective = fitted.minimum.objective;
  probe.gradient = fitted.minimum.gradient;
  probe.intercept = fitted.minimum.point.back();
  probe.mean = fitter.standard().mean;
  probe.sd = fitter.standard().sd;
  fitted.minimum.point.pop_back();
  probe.coefficients = std::move(fitted.minimum.point);
  for (std::size_t c = 0; c < probe.coefficients.size(); ++c)
    if (fitter.standard().inverse[c] == 0) probe.coefficients[c] = 0;
  return probe;
}

FoldedPoint fold(const format::ProbeDesc& probe) {
  FoldedPoint folded{probe.coefficients, probe.intercept};
  for (std::size_t c = 0; c < folded.weights.size(); ++c) {
    if (folded.weights[c] == 0) continue;
    folded.weights[c] /= probe.sd[c];
    folded.bias -= folded.weights[c] * probe.mean[c];
  }
  return folded;
}

double r_squared(std::span<const double> predictions, std::span<const float> numbers) {
  const auto n = static_cast<double>(numbers.size());
  double mean = 0, residual = 0, total = 0;
  for (const float number : numbers) mean += double{number} / n;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    residual += (double{numbers[i]} - predictions[i]) * (double{numbers[i]} - predictions[i]);
    total += (double{numbers[i]} - mean) * (double{numbers[i]} - mean);
  }
  return total > 0 ? 1 - residual / total : MetricsResult::none;
}

std::vector<float> as_floats(const std::vector<double>& numbers) {
  std::vector<float> floats;
  floats.reserve(numbers.size());
  for (const double number : numbers) floats.push_back(static_cast<float>(number));
  return floats;
}

}  // namespace

Probe::Probe(format::ProbeSetDesc desc) : desc_(std::move(desc)) {
  for (const format::ProbeDesc& probe : desc_.probes) {
    const FoldedPoint exact = fold(probe);
    folded_.push_back({probe.value, as_floats(exact.weights), static_cast<float>(exact.bias)});
  }
}

base::Result<Probe> Probe::fit(const ProbeRows& rows, const ProbeRows* validation, const ProbeOptions& options) {
  CLENS_TRY(check(options));
  const auto task = task_of(rows, options, "fit", true);
  if (!task.ok()) return task.status();
  base::Result<ProbeTask> validation_task = ProbeTask{};
  if (validation != nullptr) {
    if (validation->id() != rows.id())
      return Status::error(Code::bad_state, "validation: its rows are of another model");
    validation_task = task_of(*validation, options, "validation", false);
    if (!validation_task.ok()) return validation_task.status();
  }
  const double tolerance = options.tolerance * scale_of(*task);
  format::ProbeSetDesc set{rows.id(), {}};
  for (std::size_t value = 0; value < rows.values().size(); ++value) {
    ProbeFitter fitter(rows.kernels(), rows.data(), value);
    ChosenLambda fitted{options.lambda > 0 ? options.lambda : usual_lambda, {}};
    if (validation != nullptr && options.lambda == 0) {
      const auto other = validation->find(rows.values()[value]);
      if (!other.ok()) return other.status();
      fitted = choose_lambda(rows.kernels(), fitter, *task, validation->data(), *other, *validation_task, tolerance);
    } else {
      fitted.minimum = fitter.fit(*task, fitted.lambda, tolerance);
    }
    set.probes.push_back(describe(rows, value, options, fitter, std::move(fitted)));
  }
  return Probe(std::move(set));
}

base::Result<Probe> Probe::parse(std::span<const std::byte> bytes, const format::ModelDesc& model,
                                 const base::Limits& limits) {
  auto set = format::parse_probes(bytes, limits);
  if (!set.ok()) return set.status();
  CLENS_TRY(format::check_probes(*set, model));
  return Probe(std::move(*set));
}

base::Result<std::vector<double>> Probe::logits(std::size_t index, const ProbeRows& rows) const {
  if (index >= list().size())
    return Status::error(Code::invalid_argument, "index: %zu, there are %zu probes", index, list().size());
  if (rows.id() != model()) return Status::error(Code::bad_state, "rows: are of another model than the probe");
  const auto value = rows.find(list()[index].value);
  if (!value.ok()) return value.status();
  std::vector<double> scores(rows.data().rows());
  probe_scores(rows.kernels(), rows.data(), *value, fold(list()[index]), scores.data());
  return scores;
}

base::Result<ProbeEvaluation> Probe::evaluate(std::size_t index, const ProbeRows& rows,
                                              const MetricsOptions& options) const {
  const auto scores = logits(index, rows);
  if (!scores.ok()) return scores.status();
  const ProbeData& data = rows.data();
  ProbeEvaluation evaluation;
  if (list()[index].target == ProbeTarget::number) {
    if (data.targets().size() != data.rows()) return Status::error(Code::bad_value, "rows: no targets");
    evaluation.metrics.rows = data.rows();
    evaluation.r2 = r_squared(*scores, data.targets());
    return evaluation;
  }
  if (data.labels().size() != data.rows()) return Status::error(Code::bad_value, "rows: no labels");
  auto metrics = Metrics::create(options);
  if (!metrics.ok()) return metrics.status();
  CLENS_TRY(metrics->add(as_floats(*scores).data(), data.labels().data(),
                         data.groups().empty() ? nullptr : data.groups().data(),
                         data.clusters().empty() ? nullptr : data.clusters().data(), data.rows()));
  evaluation.metrics = metrics->compute();
  return evaluation;
}

base::Result<AucDifference> Probe::difference(std::size_t a, std::size_t b, const ProbeRows& rows) const {
  const auto of_a = logits(a, rows), of_b = logits(b, rows);
  if (!of_a.ok()) return of_a.status();
  if (!of_b.ok()) return of_b.status();
  if (list()[a].target == ProbeTarget::number || list()[b].target == ProbeTarget::number)
    return Status::error(Code::invalid_argument, "a, b: probes of numbers have no AUC");
  const ProbeData& data = rows.data();
  if (data.labels().size() != data.rows()) return Status::error(Code::bad_value, "rows: no labels");
  return compare_aucs(as_floats(*of_a), as_floats(*of_b), data.labels(), data.clusters(), 128);
}

}  // namespace clicklens::lens
