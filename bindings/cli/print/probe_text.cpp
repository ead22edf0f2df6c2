#include "print/format.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

std::string with_spread(double mean, double sd) {
  return std::isnan(mean) ? "-" : fmt::format("{} +-{}", number(mean), number(sd));
}

void print_fit(const ProbeReport::Concept& what) {
  say("{:<10} {:>6} {:>9} {:>10} {:>10} {:>5}", "layer", "width", "lambda", "objective", "gradient", "steps");
  if (!what.controls.empty()) {
    say("  {:<17} {:<17} {:<17} {:<17}", "shuffled, fit", "shuffled, eval", "random task", "untrained");
  }
  say("\n");
  for (std::size_t i = 0; i < what.layers.size(); ++i) {
    const clens_probe_info& info = what.layers[i].info;
    say("{:<10} {:>6} {:>9.0e} {:>10.6f} {:>10.1e} {:>5}{}", what.layers[i].name, info.width, info.lambda,
        info.objective, info.gradient, info.iterations, info.converged != 0 ? "" : "  NOT CONVERGED");
    if (!what.controls.empty()) {
      const ProbeReport::Control& c = what.controls[i];
      say("  {:<17} {:<17} {:<17} {:<17}", with_spread(c.shuffled_fit, c.shuffled_fit_sd),
          with_spread(c.shuffled_eval, c.shuffled_eval_sd), with_spread(c.task_eval, c.task_eval_sd),
          with_spread(c.untrained, c.untrained_sd));
    }
    say("\n");
  }
}

void print_days(const ProbeReport::Concept& what) {
  const auto wide = widest(
      what.days, [](const auto& d) { return std::string_view(d.file); }, 4);
  if (what.numeric) {
    say("\n{:<{}} {:>8} {:<10} {:>8}\n", "file", wide, "rows", "layer", "R^2");
  } else {
    say("\n{:<{}} {:>8} {:<10} {:<15} {:>7} {:>8}  {:<32} {}\n", "file", wide, "rows", "layer", "AUC", "GAUC",
        "log loss", "AUC over the layer before [95 %]", "adds");
  }
  for (const auto& day : what.days) {
    for (std::size_t i = 0; i < day.layers.size(); ++i) {
      const clens_metrics_result& m = day.layers[i].metrics;
      if (what.numeric) {
        say("{:<{}} {:>8} {:<10} {:>8}\n", day.file, wide, day.rows, what.layers[i].name, number(day.layers[i].r2));
        continue;
      }
      const std::string auc =
          std::isnan(m.auc_se) ? number(m.auc) : fmt::format("{} +-{}", number(m.auc), number(m.auc_se));
      say("{:<{}} {:>8} {:<10} {:<15} {:>7} {:>8}", day.file, wide, day.rows, what.layers[i].name, auc, number(m.gauc),
          number(m.logloss));
      if (i > 0) {
        const clens_auc_difference& d = day.steps[i - 1].difference;
        say("  {:<32} {}", fmt::format("{:+.4f} [{:+.4f}, {:+.4f}]", d.difference, d.low, d.high),
            day.steps[i - 1].adds);
      }
      say("\n");
    }
  }
}

void print_exits(const ProbeReport& r) {
  for (const auto& e : r.exits) {
    say("\n{}: early exit at {} below logit {}: {:.1f} % of candidates stopped; AUC {} (full {})\n", e.file, e.layer,
        e.bound, 100 * e.exited_share, number(e.auc_exit), number(e.auc_full));
    for (std::size_t i = 0; i < e.k.size(); ++i)
      say("  recall@{}: {} over {} requests of more candidates\n", e.k[i], number(e.recall[i]), e.requests[i]);
    say("  recall of the file's best 1 %: {}\n", number(e.recall_top_percent));
  }
}

}  // namespace

void print_text(const ProbeReport& r) {
  say("probes of '{}' fitted on {}: {} rows", r.target, list(r.fit, ", "), r.fit_rows);
  if (r.validation_rows > 0) say(", lambda chosen on {} rows of other users", r.validation_rows);
  say("\n");
  if (r.paper_mode)
    say("paper mode: the network was trained on rows fitted to; no layer's worth can be read from this\n");
  if (r.in_sample) say("in sample: fitted and evaluated on the same files\n");
  if (r.draws > 0)
    say("controls: AUC, mean +-sd of {} draws, on {}; random task by {}\n", r.draws, r.control_file,
        r.control_column.empty() ? "nothing" : r.control_column);
  for (const auto& what : r.concepts) {
    say("\n{}\n", what.name);
    print_fit(what);
    print_days(what);
  }
  print_exits(r);
  say("\nintervals and standard errors: jackknife, rows clustered by {}\n", r.cluster.empty() ? "nothing" : r.cluster);
  if (!r.saved.empty()) say("probe written to {}\n", r.saved);
  if (!r.attached.empty()) say("model with the probe in it written to {}\n", r.attached);
}

}  // namespace clicklens::cli
