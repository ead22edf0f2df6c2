#include "lens/probe_control.h"

#include <algorithm>
#include <cmath>

#include "lens/delong.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;
using Labels = std::vector<std::uint8_t>;

constexpr double tolerance = 1e-6;  // an AUC needs no more
constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ull;

// SplitMix64.
class Stream {
 public:
  explicit Stream(std::uint64_t seed) : state_(mix(seed)) {}
  // Uniform below `bound`, but for 2^-64 * bound (Lemire 2019).
  std::size_t below(std::size_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::size_t>(static_cast<Wide>(mix(state_ += golden)) * bound >> 64);
  }

 private:
  std::uint64_t state_;
};

Labels shuffled(std::span<const std::uint8_t> labels, Stream& stream) {
  Labels result(labels.begin(), labels.end());
  for (std::size_t i = result.size(); i > 1; --i) std::swap(result[i - 1], result[stream.below(i)]);
  return result;
}

// Of each id by itself: one id has one label in all rows.
Labels random_labels(std::span<const std::uint64_t> ids, double rate, std::uint64_t salt) {
  Labels result;
  result.reserve(ids.size());
  for (const std::uint64_t id : ids) {
    const auto uniform = static_cast<double>(mix(id + salt) >> 11) * 0x1p-53;
    result.push_back(uniform < rate ? 1 : 0);
  }
  return result;
}

bool both_classes(const Labels& labels) {
  return std::ranges::find(labels, 0) != labels.end() && std::ranges::find(labels, 1) != labels.end();
}

struct Summary {
  double mean, sd;
};

Summary summarise(const std::vector<double>& draws) {
  double sum = 0, squares = 0, count = 0;
  for (const double draw : draws)
    if (!std::isnan(draw)) {
      sum += draw;
      ++count;
    }
  for (const double draw : draws)
    if (!std::isnan(draw)) squares += (draw - sum / count) * (draw - sum / count);
  return {count > 0 ? sum / count : MetricsResult::none,
          count > 1 ? std::sqrt(squares / (count - 1)) : MetricsResult::none};
}

// Fits to one draw's labels and scores them.
class Trial {
 public:
  Trial(const ProbeRows& fit, std::size_t fit_value, const ProbeRows& eval, std::size_t eval_value,
        const format::ProbeDesc& probe)
      : fit_(fit),
        fit_value_(fit_value),
        eval_(eval),
        eval_value_(eval_value),
        lambda_(probe.lambda),
        fitter_(fit.kernels(), fit.data(), fit_value) {}

  // `scored`: which of eval's rows, empty: all.
  void run(const Labels& fit_labels, double other_weight, const Labels& eval_labels,
           const std::vector<std::uint8_t>& scored) {
    ProbeTask task;
    task.labels = fit_labels;
    task.other_weight = other_weight;
    const Minimum minimum = fitter_.fit(task, lambda_, tolerance);
    const FoldedPoint folded = fold(fitter_.standard(), minimum.point);
    fit_aucs.push_back(auc(fit_, fit_value_, folded, fit_labels, {}));
    eval_aucs.push_back(auc(eval_, eval_value_, folded, eval_labels, scored));
  }

  std::vector<double> fit_aucs, eval_aucs;

 private:
  static double auc(const ProbeRows& rows, std::size_t value, const FoldedPoint& folded, const Labels& labels,
                    const std::vector<std::uint8_t>& scored) {
    std::vector<double> scores(rows.data().rows());
    probe_scores(rows.kernels(), rows.data(), value, folded, scores.data());
    std::vector<float> kept;
    Labels of_kept;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (!scored.empty() && scored[i] == 0) continue;
      kept.push_back(static_cast<float>(scores[i]));
      of_kept.push_back(labels[i]);
    }
    return placements(kept, of_kept).auc;
  }

  const ProbeRows& fit_;
  std::size_t fit_value_;
  const ProbeRows& eval_;
  std::size_t eval_value_;
  double lambda_;
  ProbeFitter fitter_;
};

std::vector<std::uint8_t> shared_ids(std::span<const std::uint64_t> fit, std::span<const std::uint64_t> eval) {
  std::vector<std::uint64_t> known(fit.begin(), fit.end());
  std::ranges::sort(known);
  std::vector<std::uint8_t> shared;
  shared.reserve(eval.size());
  for (const std::uint64_t id : eval) shared.push_back(std::ranges::binary_search(known, id) ? 1 : 0);
  return shared;
}

Status check(const Probe& probe, std::size_t index, ProbeControlKind kind, const ProbeRows& fit, const ProbeRows& eval,
             std::uint32_t draws) {
  if (index >= probe.list().size())
    return Status::error(Code::invalid_argument, "index: %zu, there are %zu probes", index, probe.list().size());
  if (kind > ProbeControlKind::random_task)
    return Status::error(Code::invalid_argument, "kind: %u is no clens_probe_control_kind",
                         static_cast<unsigned>(kind));
  if (probe.list()[index].target == ProbeTarget::number)
    return Status::error(Code::invalid_argument, "index: probe %zu predicts numbers, which have no control", index);
  if (draws == 0 || draws > 10000)
    return Status::error(Code::invalid_argument, "draws is %u: it must be from 1 to 10000", draws);
  if (fit.id() != eval.id()) return Status::error(Code::bad_state, "eval: its rows are of another model than fit's");
  const bool is_task = kind == ProbeControlKind::random_task;
  if (is_task && (fit.data().controls().empty() || eval.data().controls().size() != eval.data().rows()))
    return Status::error(Code::invalid_argument, "kind: rows without control ids have no random task");
  const std::uint64_t clicks = fit.data().clicks();
  if (clicks == 0 || clicks == fit.data().rows())
    return Status::error(Code::bad_value, "fit: labels of both classes are needed");
  if (!is_task && eval.data().labels().size() != eval.data().rows())
    return Status::error(Code::bad_value, "eval: no labels");
  return {};
}

}  // namespace

base::Result<ProbeControl> probe_control(const Probe& probe, std::size_t index, ProbeControlKind kind,
                                         const ProbeRows& fit, const ProbeRows& eval, std::uint32_t draws,
                                         std::uint64_t seed) {
  CLENS_TRY(check(probe, index, kind, fit, eval, draws));
  const format::ProbeDesc& desc = probe.list()[index];
  const auto fit_value = fit.find(desc.value), eval_value = eval.find(desc.value);
  if (!fit_value.ok()) return fit_value.status();
  if (!eval_value.ok()) return eval_value.status();
  Trial trial(fit, *fit_value, eval, *eval_value, desc);
  const ProbeData &fitted = fit.data(), &evaluated = eval.data();
  ProbeControl control;
  control.draws = draws;
  control.eval_rows = evaluated.rows();
  if (kind == ProbeControlKind::shuffled) {
    Stream stream(seed);
    for (std::uint32_t draw = 0; draw < draws; ++draw) {
      const Labels labels = shuffled(fitted.labels(), stream);
      trial.run(labels, 1 / desc.negative_rate, shuffled(evaluated.labels(), stream), {});
    }
  } else {
    const auto scored = shared_ids(fitted.controls(), evaluated.controls());
    control.eval_rows = static_cast<std::uint64_t>(std::ranges::count(scored, 1));
    const double rate = static_cast<double>(fitted.clicks()) / static_cast<double>(fitted.rows());
    std::uint64_t salt = mix(seed);
    for (std::uint32_t draw = 0, tries = 0; draw < draws; salt = mix(salt + golden)) {
      const Labels labels = random_labels(fitted.controls(), rate, salt);
      if (!both_classes(labels)) {
        if (++tries > 100 * draws)
          return Status::error(Code::bad_value, "fit: too few control ids to draw two classes");
        continue;
      }
      trial.run(labels, 1, random_labels(evaluated.controls(), rate, salt), scored);
      ++draw;
    }
  }
  const Summary on_fit = summarise(trial.fit_aucs), on_eval = summarise(trial.eval_aucs);
  control.fit_auc_mean = on_fit.mean;
  control.fit_auc_sd = on_fit.sd;
  control.eval_auc_mean = on_eval.mean;
  control.eval_auc_sd = on_eval.sd;
  return control;
}

}  // namespace clicklens::lens
