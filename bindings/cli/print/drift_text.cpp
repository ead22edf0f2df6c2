#include <array>

#include "print/format.h"
#include "print/print.h"

namespace clicklens::cli {
namespace {

using Measure = DriftReport::Measure;

bool is(const Measure& measure, clens_drift_kind kind) {
  return measure.figures.kind == static_cast<std::uint32_t>(kind);
}

bool found(const Measure& measure) {
  return measure.figures.verdict == CLENS_DRIFT_FOUND;
}

const char* mark(const Measure& measure) {
  constexpr std::array marks = {"", "  moved", "  not enough data"};
  return marks[measure.figures.verdict];
}

std::string real(double value, int decimals = 4) {
  return std::isinf(value) ? (value > 0 ? "inf" : "-inf") : number(value, decimals);
}

std::string p_value(double p) {
  return std::isnan(p) ? "-" : p < 1e-4 ? "<.0001" : fmt::format("{:.4f}", p);
}

void print_histograms(const DriftReport& r, std::size_t wide) {
  say("{:<8} {:<{}} {:>8} {:>9} {:>9} {:>8} {:>8} {:>8} {:>8}\n", "what", "name", wide, "PSI", "if null", "JS",
      "KS >=", "W1", "Hell.", "q");
  for (const Measure& m : r.measures) {
    if (!is(m, CLENS_DRIFT_SCORE) && !is(m, CLENS_DRIFT_ELEMENT) && !is(m, CLENS_DRIFT_IDS)) continue;
    const clens_drift_measure& f = m.figures;
    say("{:<8} {:<{}} {:>8} {:>9} {:>9} {:>8} {:>8} {:>8} {:>8}{}\n", drift_kind_names[f.kind], m.name, wide,
        number(f.psi), number(f.psi_clustered_null, 5), number(f.jensen_shannon), number(f.ks), number(f.wasserstein),
        number(f.hellinger), p_value(f.q), mark(m));
  }
}

void print_changes(const DriftReport& r, std::size_t wide) {
  say("\n{:<12} {:<{}} {:>10} {:>10} {:>9} {:>8} {:>8}\n", "what", "name", wide, "reference", "live", "effect", "z",
      "q");
  for (const Measure& m : r.measures) {
    const clens_drift_measure& f = m.figures;
    const bool scalar = f.kind == CLENS_DRIFT_SCORE || (f.kind >= CLENS_DRIFT_MISSING && f.kind != CLENS_DRIFT_NEURON);
    if (!scalar) continue;
    const bool score = f.kind == CLENS_DRIFT_SCORE;  // whose effect is the PSI above
    say("{:<12} {:<{}} {:>10} {:>10} {:>9} {:>8} {:>8}{}\n", score ? "mean logit" : drift_kind_names[f.kind], m.name,
        wide, real(f.reference), real(f.live), score ? "" : real(f.effect, 3), real(f.z, 1), score ? "" : p_value(f.q),
        score ? "" : mark(m));
  }
}

void print_neurons(const DriftReport& r) {
  for (std::size_t i = 0; i < r.measures.size();) {
    if (!is(r.measures[i], CLENS_DRIFT_NEURON)) {
      ++i;
      continue;
    }
    const std::size_t first = i;
    std::size_t moved = 0, unsure = 0;
    for (; i < r.measures.size() && is(r.measures[i], CLENS_DRIFT_NEURON) &&
           r.measures[i].figures.subject == r.measures[first].figures.subject;
         ++i) {
      moved += found(r.measures[i]) ? 1 : 0;
      unsure += r.measures[i].figures.verdict == CLENS_DRIFT_NOT_ENOUGH ? 1 : 0;
    }
    say("{}{}: {} of {} neurons moved{}\n", first > 0 && is(r.measures[first - 1], CLENS_DRIFT_NEURON) ? "" : "\n",
        r.measures[first].name, moved, i - first, unsure > 0 ? fmt::format(", {} without enough data", unsure) : "");
    std::size_t shown = 0;
    for (std::size_t j = first; j < i; ++j) {
      if (!found(r.measures[j])) continue;
      if (++shown > 5) {
        say("  ... (--json has all)\n");
        break;
      }
      const clens_drift_measure& f = r.measures[j].figures;
      say("  {:>4}: mean {} -> {}, shift {} sd, sd ratio {}, z {}, q {}\n", f.column, number(f.reference),
          number(f.live), real(f.effect, 2), real(f.sd_ratio, 2), real(f.z, 1), p_value(f.q));
    }
  }
}

void print_traces(const DriftReport& r) {
  if (!r.traced) say("\n--model traces moved neurons to feature groups\n");
  for (const DriftReport::Trace& trace : r.traces) {
    say("\n{}: shift of {} {} neurons by group, in sd\n", trace.layer, trace.neurons,
        trace.moved ? "moved" : "unmoved");
    const auto wide = widest(
        trace.groups, [](const auto& group) { return std::string_view(group); }, 5);
    for (std::size_t g = 0; g < trace.groups.size(); ++g)
      say("{:<{}} {:>8} {}\n", trace.groups[g], wide, number(trace.shifts[g]),
          bar(trace.shifts[g] / std::max(trace.shifts[0], 1e-300)));
  }
}

void print_days(const DriftReport& r) {
  if (r.days.empty()) return;
  const auto wide = widest(
      r.days, [](const auto& day) { return std::string_view(day.file); }, 4);
  say("\n{:<{}} {:>9} {:>7} {:>17} {:>17} {:>12}\n", "file", wide, "rows", "clicks", "AUC", "slope", "calibration");
  for (const DriftReport::Day& day : r.days)
    say("{:<{}} {:>9} {:>7} {:>17} {:>17} {:>12}\n", day.file, wide, day.figures.rows, day.figures.clicks,
        with_error(day.figures.auc, day.figures.auc_se), with_error(day.figures.slope, day.figures.slope_se),
        number(day.figures.calibration, 3));
}

}  // namespace

void print_text(const DriftReport& r) {
  const auto wide = widest(
      r.measures, [](const auto& m) { return std::string_view(m.name); }, 4);
  say("{} against {}: {} rows, {} of reference; {} found, {} without enough data\n\n", r.live, list(r.reference, ", "),
      r.info.live_rows, r.info.reference_rows, r.info.found, r.info.not_enough);
  print_histograms(r, wide);
  print_changes(r, wide);
  print_neurons(r);
  print_traces(r);
  print_days(r);
}

}  // namespace clicklens::cli
