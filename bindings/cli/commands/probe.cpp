// `probe`: what every layer knows of the click, or of another column: one linear classifier per layer, fitted on
// some rows and evaluated on others, with its controls.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>

#include "commands/commands.h"
#include "commands/probe_concepts.h"
#include "commands/probe_controls.h"
#include "commands/probe_exit.h"
#include "error.h"

namespace clicklens::cli {
namespace {

namespace fs = std::filesystem;

// Fitting and evaluating on the same rows flatters: the same file is refused.
void check_disjoint(const ProbeOptions& options) {
  if (options.in_sample) return;
  for (const std::string& fit : options.fit) {
    for (const std::string& eval : options.eval) {
      std::error_code unreadable;  // BlockReader says what is wrong with it
      if (fs::equivalent(fit, eval, unreadable))
        throw Error(join({eval, ": is among the files fitted to; --in-sample allows it"}));
    }
  }
}

// Fitting on rows that the network was trained on.
bool is_paper_mode(const ProbeOptions& options, const Model& model) {
  const std::string days = model.metadata("training_days");
  return std::any_of(options.fit.begin(), options.fit.end(), [&](const std::string& file) {
    const std::string name = fs::path(file).filename().string();
    return !name.empty() && days.find(name) != std::string::npos;
  });
}

const char* adds(const clens_auc_difference& difference, bool enough, bool paper_mode) {
  constexpr double nothing = 0.002;
  if (!enough || std::isnan(difference.se)) return "not enough data";
  if (difference.high < nothing) return "no";
  if (difference.low > 0) return paper_mode ? "paper mode" : "yes";
  return "undecided";
}

Handle<clens_probe> fit(const ProbeOptions& options, bool numeric, const ProbeRows& rows, const ProbeRows* validation) {
  clens_probe_options wanted = CLENS_PROBE_OPTIONS_INIT;
  wanted.target = numeric ? CLENS_PROBE_NUMBER : CLENS_PROBE_LABEL;
  wanted.lambda = options.lambda;
  wanted.negative_rate = options.negative_rate;
  clens_probe* probe = nullptr;
  check(clens_probe_fit(rows.rows.get(), validation == nullptr ? nullptr : validation->rows.get(), &wanted, &probe));
  return Handle<clens_probe>(probe);
}

ProbeReport::Day evaluate(const ProbeOptions& options, const clens_probe* probe, const std::string& file,
                          const ProbeRows& rows, bool numeric, bool paper_mode) {
  ProbeReport::Day day{file, rows.count(), {}, {}};
  clens_metrics_options wanted = CLENS_METRICS_OPTIONS_INIT;
  wanted.negative_rate = options.negative_rate;
  for (std::size_t i = 0; i < clens_probe_count(probe); ++i) {
    ProbeReport::Figures& figures = day.layers.emplace_back();
    figures.metrics = CLENS_METRICS_RESULT_INIT;
    check(clens_probe_evaluate(probe, i, rows.rows.get(), &wanted, &figures.metrics, &figures.r2));
    if (i == 0 || numeric) continue;
    ProbeReport::Step step{CLENS_AUC_DIFFERENCE_INIT, {}};
    check(clens_probe_difference(probe, i - 1, i, rows.rows.get(), &step.difference));
    step.adds = adds(step.difference, figures.metrics.enough_data != 0, paper_mode);
    day.steps.push_back(std::move(step));
  }
  return day;
}

void describe(const clens_probe* probe, const std::vector<std::string>& names, ProbeReport::Concept& concept_) {
  for (std::size_t i = 0; i < clens_probe_count(probe); ++i) {
    ProbeReport::Layer layer{names[i], CLENS_PROBE_INFO_INIT};
    check(clens_probe_describe(probe, i, &layer.info));
    concept_.layers.push_back(std::move(layer));
  }
}

void keep(const ProbeOptions& options, const clens_probe* probe, ProbeReport& report) {
  if (!options.save.empty()) {
    check(clens_probe_save(probe, options.save.c_str()));
    report.saved = options.save;
  }
  if (!options.attach.empty()) {
    check(clens_probe_attach(probe, options.model.c_str(), options.attach.c_str()));
    report.attached = options.attach;
  }
}

}  // namespace

ProbeReport probe(const ProbeOptions& given) {
  check_disjoint(given);
  const Model model = open_for(given.model, given.fit);
  ProbeOptions options = given;
  ProbeReport report;
  choose_columns(options, model, report);
  ProbeData data(options, model);
  ProbeRows rows = data.read(options.fit, ProbePart::fit);
  ProbeRows validation;
  if (options.lambda == 0) validation = data.read(options.fit, ProbePart::validation);
  report.fit_rows = rows.count();
  report.validation_rows = options.lambda == 0 ? validation.count() : 0;
  report.cluster = data.cluster_column();
  report.paper_mode = is_paper_mode(options, model);
  report.in_sample = options.in_sample;

  const std::vector<Concept> concepts = find_concepts(options, rows);
  std::vector<Handle<clens_probe>> probes;
  for (const Concept& wanted : concepts) {
    wanted.label(rows);
    if (options.lambda == 0) wanted.label(validation);
    probes.push_back(fit(options, wanted.numeric, rows, options.lambda == 0 ? &validation : nullptr));
    ProbeReport::Concept& told = report.concepts.emplace_back();
    told.name = wanted.name;
    told.numeric = wanted.numeric;
    describe(probes.back().get(), data.names(), told);
  }
  for (const std::string& file : options.eval) {
    ProbeRows seen = data.read({file}, ProbePart::all);
    for (std::size_t i = 0; i < concepts.size(); ++i) {
      concepts[i].label(seen);
      report.concepts[i].days.push_back(
          evaluate(options, probes[i].get(), file, seen, concepts[i].numeric, report.paper_mode));
    }
    if (file == options.eval.front() && options.draws > 0) {
      report.control_file = file;
      report.draws = options.draws;
      for (std::size_t i = 0; i < concepts.size(); ++i) {
        concepts[i].label(rows);
        concepts[i].label(seen);
        add_controls(options, probes[i].get(), concepts[i], rows, seen, report.concepts[i]);
      }
    }
  }
  if (options.draws > 0) add_untrained(options, model, concepts, report);
  if (!options.exit_layer.empty()) report.exits = early_exits(options, model, probes.front().get(), data.names());
  keep(options, probes.front().get(), report);
  return report;
}

}  // namespace clicklens::cli
