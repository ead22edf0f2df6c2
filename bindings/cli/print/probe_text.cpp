#include "print/format.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

std::string with_spread(double mean, double sd) {
  return std::isnan(mean) ? "-" : fmt::format("{} +-{}", number(mean), number(sd));
}

void print_fit(const ProbeReport::Concept& what) {
  fmt::print("{:<10} {:>6} {:>9} {:>10} {:>10} {:>5}", "layer", "width", "lambda", "objective", "gradient", "steps");
  if (!what.controls.empty()) {
    fmt::print("  {:<17} {:<17} {:<17} {:<17}", "shuffled, fit", "shuffled, eval", "random task", "untrained");
  }
  fmt::print("\n");
  for (std::size_t i = 0; i < what.layers.size(); ++i) {
    const clens_probe_info& info = what.layers[i].info;
    fmt::print("{:<10} {:>6} {:>9.0e} {:>10.6f} {:>10.1e} {:>5}{}", what.layers[i].name, info.width, info.lambda,
               info.objective, info.gradient, info.iterations, info.converged != 0 ? "" : "  NOT CONVERGED");
    if (!what.controls.empty()) {
      const ProbeReport::Control& c = what.controls[i];
      fmt::print("  {:<17} {:<17} {:<17} {:<17}", with_spread(c.shuffled_fit, c.shuffled_fit_sd),
                 with_spread(c.shuffled_eval, c.shuffled_eval_sd), with_spread(c.task_eval, c.task_eval_sd),
                 with_spread(c.untrained, c.untrained_sd));
    }
    fmt::print("\n");
  }
}

void print_days(const ProbeReport::Concept& what) {
  const auto wide = widest(
      what.days, [](const auto& d) { return std::string_view(d.file); }, 4);
  if (what.numeric) {
    fmt::print("\n{:<{}} {:>8} {:<10} {:>8}\n", "file", wide, "rows", "layer", "R^2");
  } else {
    fmt::print("\n{:<{}} {:>8} {:<10} {:<15} {:>7} {:>8}  {:<32} {}\n", "file", wide, "rows", "layer", "AUC", "GAUC",
               "log loss", "AUC over the layer before [95 %]", "adds");
  }
  for (const auto& day : what.days) {
    for (std::size_t i = 0; i < day.layers.size(); ++i) {
      const clens_metrics_result& m = day.layers[i].metrics;
      if (what.numeric) {
        fmt::print("{:<{}} {:>8} {:<10} {:>8}\n", day.file, wide, day.rows, what.layers[i].name,
                   number(day.layers[i].r2));
        continue;
      }
      const std::string auc =
          std::isnan(m.auc_se) ? number(m.auc) : fmt::format("{} +-{}", number(m.auc), number(m.auc_se));
      fmt::print("{:<{}} {:>8} {:<10} {:<15} {:>7} {:>8}", day.file, wide, day.rows, what.layers[i].name, auc,
                 number(m.gauc), number(m.logloss));
      if (i > 0) {
        const clens_auc_difference& d = day.steps[i - 1].difference;
        fmt::print("  {:<32} {}", fmt::format("{:+.4f} [{:+.4f}, {:+.4f}]", d.difference, d.low, d.high),
                   day.steps[i - 1].adds);
      }
      fmt::print("\n");
    }
  }
}

void print_exits(const ProbeReport& r) {
  for (const auto& e : r.exits) {
    fmt::print("\n{}: early exit at {} below logit {}: {:.1f} % of candidates stopped; AUC {} (full {})\n", e.file,
               e.layer, e.bound, 100 * e.exited_share, number(e.auc_exit), number(e.auc_full));
    for (std::size_t i = 0; i < e.k.size(); ++i)
      fmt::print("  recall@{}: {} over {} requests of more candidates\n", e.k[i], number(e.recall[i]), e.requests[i]);
    fmt::print("  recall of the file's best 1 %: {}\n", number(e.recall_top_percent));
  }
}

}  // namespace

void print_text(const ProbeReport& r) {
  fmt::print("probes of '{}' fitted on {}: {} rows", r.target, list(r.fit, ", "), r.fit_rows);
  if (r.validation_rows > 0) fmt::print(", lambda chosen on {} rows of other users", r.validation_rows);
  fmt::print("\n");
  if (r.paper_mode)
    fmt::print("paper mode: the network was trained on rows fitted to; no layer's worth can be read from this\n");
  if (r.in_sample) fmt::print("in sample: fitted and evaluated on the same files\n");
  if (r.draws > 0)
    fmt::print("controls: AUC, mean +-sd of {} draws, on {}; random task by {}\n", r.draws, r.control_file,
               r.control_column.empty() ? "nothing" : r.control_column);
  for (const auto& what : r.concepts) {
    fmt::print("\n{}\n", what.name);
    print_fit(what);
    print_days(what);
  }
  print_exits(r);
  fmt::print("\nintervals and standard errors: jackknife, rows clustered by {}\n",
             r.cluster.empty() ? "nothing" : r.cluster);
  if (!r.saved.empty()) fmt::print("probe written to {}\n", r.saved);
  if (!r.attached.empty()) fmt::print("model with the probe in it written to {}\n", r.attached);
}

}  // namespace clicklens::cli
