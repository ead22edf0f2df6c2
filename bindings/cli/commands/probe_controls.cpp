#include "commands/probe_controls.h"

#include <cmath>
#include <map>

#include "commands/reports.h"

namespace clicklens::cli {
namespace {

struct Spread {
  std::vector<double> draws;

  [[nodiscard]] double mean() const {
    double sum = 0;
    for (const double draw : draws) sum += draw;
    return draws.empty() ? not_known : sum / static_cast<double>(draws.size());
  }
  [[nodiscard]] double sd() const {
    if (draws.size() < 2) return not_known;
    double squares = 0;
    for (const double draw : draws) squares += (draw - mean()) * (draw - mean());
    return std::sqrt(squares / static_cast<double>(draws.size() - 1));
  }
};

clens_probe_control_result run_control(const ProbeOptions& options, const clens_probe* probe, std::size_t index,
                                       clens_probe_control_kind kind, const ProbeRows& fit, const ProbeRows& eval) {
  clens_probe_control_result result = CLENS_PROBE_CONTROL_RESULT_INIT;
  check(clens_probe_control(probe, index, static_cast<std::uint32_t>(kind), fit.rows.get(), eval.rows.get(),
                            options.draws, options.seed, &result));
  return result;
}

// One untrained network's figure for every layer of a concept, at the lambda of the trained one's probe.
std::vector<double> untrained_figures(const ProbeOptions& options, const Concept& what, ProbeRows& fit, ProbeRows& eval,
                                      const std::vector<ProbeReport::Layer>& layers) {
  what.label(fit);
  what.label(eval);
  std::map<double, Handle<clens_probe>> by_lambda;
  std::vector<double> figures;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    Handle<clens_probe>& probe = by_lambda[layers[i].info.lambda];
    if (probe == nullptr) {
      clens_probe_options wanted = CLENS_PROBE_OPTIONS_INIT;
      wanted.target = what.numeric ? CLENS_PROBE_NUMBER : CLENS_PROBE_LABEL;
      wanted.lambda = layers[i].info.lambda;
      wanted.negative_rate = options.negative_rate;
      clens_probe* made = nullptr;
      check(clens_probe_fit(fit.rows.get(), nullptr, &wanted, &made));
      probe.reset(made);
    }
    clens_metrics_result metrics = CLENS_METRICS_RESULT_INIT;
    double r2 = not_known;
    check(clens_probe_evaluate(probe.get(), i, eval.rows.get(), nullptr, &metrics, &r2));
    figures.push_back(what.numeric ? r2 : metrics.auc);
  }
  return figures;
}

}  // namespace

void add_controls(const ProbeOptions& options, const clens_probe* probe, const Concept& what, const ProbeRows& fit,
                  const ProbeRows& eval, ProbeReport::Concept& report) {
  for (std::size_t i = 0; i < clens_probe_count(probe); ++i) {
    ProbeReport::Control control{not_known, not_known, not_known, not_known, not_known,
                                 not_known, not_known, not_known, not_known, not_known};
    if (!what.numeric) {
      const auto shuffled = run_control(options, probe, i, CLENS_CONTROL_SHUFFLED, fit, eval);
      control.shuffled_fit = shuffled.fit_auc_mean;
      control.shuffled_fit_sd = shuffled.fit_auc_sd;
      control.shuffled_eval = shuffled.eval_auc_mean;
      control.shuffled_eval_sd = shuffled.eval_auc_sd;
    }
    if (!what.numeric && !options.read.control_column.empty()) {
      const auto task = run_control(options, probe, i, CLENS_CONTROL_RANDOM_TASK, fit, eval);
      control.task_fit = task.fit_auc_mean;
      control.task_fit_sd = task.fit_auc_sd;
      control.task_eval = task.eval_auc_mean;
      control.task_eval_sd = task.eval_auc_sd;
    }
    report.controls.push_back(control);
  }
}

void add_untrained(const ProbeOptions& options, const Model& model, const std::vector<Concept>& concepts,
                   ProbeReport& report) {
  std::vector<std::vector<Spread>> spreads;  // by concept, layer
  for (const ProbeReport::Concept& each : report.concepts) spreads.emplace_back(each.layers.size());
  for (std::uint32_t draw = 0; draw < options.draws; ++draw) {
    clens_model* fresh = nullptr;
    check(clens_model_untrained(model.get(), options.seed + draw, &fresh));
    const Model untrained(fresh);
    ProbeData data(options, untrained);
    ProbeRows fit = data.read(options.fit, ProbePart::fit);
    ProbeRows eval = data.read({report.control_file}, ProbePart::all);
    for (std::size_t c = 0; c < concepts.size(); ++c) {
      const auto figures = untrained_figures(options, concepts[c], fit, eval, report.concepts[c].layers);
      for (std::size_t i = 0; i < figures.size(); ++i) spreads[c][i].draws.push_back(figures[i]);
    }
  }
  for (std::size_t c = 0; c < concepts.size(); ++c) {
    for (std::size_t i = 0; i < spreads[c].size(); ++i) {
      report.concepts[c].controls[i].untrained = spreads[c][i].mean();
      report.concepts[c].controls[i].untrained_sd = spreads[c][i].sd();
    }
  }
}

}  // namespace clicklens::cli
