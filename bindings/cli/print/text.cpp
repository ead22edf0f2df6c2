#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "print/format.h"
#include "print/parts.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

// "where the means come from", for centred saliency.
std::string reference_line(const std::vector<std::string>& reference, bool own) {
  if (reference.empty()) return {};
  std::vector<std::string> names;
  for (const std::string& file : reference) names.push_back(base_name(file));
  return fmt::format(", reference means from {}{}", own ? "the data themselves: " : "", list(names, ", "));
}

void print_counts(const clens_counts& counts) {
  say("  met: {} missing, {} unknown ids, {} cut, {} bad values, {} scores not finite\n", counts.missing,
      counts.unknown, counts.cut, counts.bad_values, counts.non_finite);
}

}  // namespace

void print_text(const ScoreReport& r) {
  say("{} rows scored in {:.3f} s, written to {}\n", r.rows, r.seconds, r.out);
  print_counts(r.counts);
}

void print_text(const EvaluateReport& r) {
  const auto wide = widest(
      r.days, [](const auto& d) { return std::string_view(d.file); }, 4);
  say("{:<{}} {:>8} {:>7}  {:<15} {:>7} {:>8} {:>8}  {:<15}  {:<15}\n", "file", wide, "rows", "clicks", "AUC", "GAUC",
      "log loss", "norm.ent", "calibration", "slope");
  for (const auto& day : r.days) {
    const auto& m = day.metrics;
    say("{:<{}} {:>8} {:>7}  {:<15} {:>7} {:>8} {:>8}  {:<15}  {:<15}{}\n", day.file, wide, m.rows, m.clicks,
        with_error(m.auc, m.auc_se), number(m.gauc), number(m.logloss), number(m.normalized_entropy),
        with_error(m.calibration, m.calibration_se), with_error(m.slope, m.slope_se),
        m.enough_data != 0 ? "" : "  fewer than 200 clicks: not enough data");
    if (!std::isnan(m.gauc))
      say("  GAUC covers {:.1f} % of rows, median {} rows a group\n", 100 * m.gauc_coverage, m.gauc_median_rows);
  }
  if (r.days.empty()) return;
  const std::string& cluster = r.days.front().cluster;
  say("standard errors: jackknife, rows clustered by {}\n", cluster.empty() ? "nothing" : cluster);
}

void print_text(const PrecisionReport& r) {
  for (const auto& day : r.days) {
    const clens_precision_result& p = day.result;
    say("{}: {} rows, {} clicks\n", day.file, p.rows, p.clicks);
    say("  {:<24} {:>9} {:>10} {:>10}  {}\n", "linears", "AUC", "AUC loss", "log loss",
        "probability off by: most, mean");
    const auto line = [&](const std::string& name, double auc, double logloss, double largest, double mean) {
      say("  {:<24} {:>9} {:>10} {:>10}  {:.1e}, {:.1e}\n", name, number(auc, 6), number(p.auc_f32 - auc, 6),
          number(logloss, 6), largest, mean);
    };
    line("all in f32", p.auc_f32, p.logloss_f32, 0, 0);
    line("all in " + r.precision, p.auc, p.logloss, p.largest_difference, p.mean_difference);
    if (p.kept > 0)
      line(fmt::format("{} of {} in {}", p.linears - p.kept, p.linears, r.precision), p.kept_auc, p.kept_logloss,
           p.kept_largest_difference, p.kept_mean_difference);
    for (const auto& linear : day.linears)
      say("  {:<24} {:>9} {:>10} {:>10}  {:.1e}, {:.1e}{}\n", linear.name + " alone", "",
          number(linear.figures.auc_loss, 6), "", linear.figures.largest_difference, linear.figures.mean_difference,
          linear.figures.kept != 0 ? "  stays in f32" : "");
    say("  {}\n", p.linears > 0 && p.kept == p.linears
                      ? fmt::format("no linear can be reduced: any loses more than {:g}", r.auc_loss)
                      : fmt::format("within a loss of {:g} with {} of {} linears in {}", r.auc_loss, p.linears - p.kept,
                                    p.linears, r.precision));
  }
}

void print_text(const SaliencyReport& r) {
  say("{} saliency of the {} of {}{}\n", r.method, r.target, r.task, reference_line(r.reference, r.own_reference));
  if (r.method.starts_with("gradient-l")) say("(depends on the scale of the tables)\n");
  for (const auto& day : r.days) {
    say("\n{}: {} rows\n", day.file, day.rows);
    const auto wide = widest(
        day.groups, [](const auto& g) { return std::string_view(g.name); }, 5);
    say("{:<{}} {:>7} {:>10} {:>10} {:>10} {:>9}\n", "group", wide, "share", "mean |s|", "mean s", "sd s", "coverage");
    auto groups = day.groups;
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.share > b.share; });
    for (const auto& g : groups)
      say("{:<{}} {:>7} {:>10} {:>10} {:>10} {:>9}  {}\n", g.name, wide, number(g.share), number(g.mean_absolute),
          number(g.mean), number(g.sd), number(g.coverage), bar(g.share));
    print_counts(day.counts);
  }
}

void print_text(const ExplainReport& r) {
  say("{}, row {}: logit {:.4f}, probability {:.4f} ({})\n", r.file, r.row, r.logit, r.probability, r.task);
  say("{} saliency of the {}{}; single ids: gradient x input\n", r.method, r.target,
      reference_line(r.reference, r.own_reference));
  print_parts(r.groups, r.features);
}

void print_text(const SynthReport& r) {
  for (const auto& d : r.days)
    say("{}: {} rows, {} clicks{}\n", d.file, d.rows, d.clicks, d.drifted ? ", drifted" : "");
}

void print_text(const BenchReport& r) {
  say("request of {} candidates, {} id{} a feature, {} runs on {}: p50 {:.1f} us, p99 {:.1f} us, {:.0f} rows/s\n",
      r.candidates, r.ids, r.ids == 1 ? "" : "s", r.runs, r.isa, r.p50_us, r.p99_us, r.rows_per_second);
}

}  // namespace clicklens::cli
