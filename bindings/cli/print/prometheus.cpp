#include "print/prometheus.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>

namespace clicklens::cli {
namespace {

// Values of labels: backslash, quote and line feed; help texts: backslash and line feed.
std::string escape(std::string_view text, bool quotes) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n')
      escaped += "\\n";
    else if (c == '\\' || (c == '"' && quotes))
      escaped.append(1, '\\').append(1, c);
    else
      escaped += c;
  }
  return escaped;
}

std::string sample_value(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

using Measure = DriftReport::Measure;

bool of_kind(const Measure& measure, clens_drift_kind kind) {
  return measure.figures.kind == static_cast<std::uint32_t>(kind);
}

bool has_psi(const Measure& measure) {
  return of_kind(measure, CLENS_DRIFT_SCORE) || of_kind(measure, CLENS_DRIFT_ELEMENT) ||
         of_kind(measure, CLENS_DRIFT_IDS);
}

Labels labels_of(const Measure& measure) {
  return {{"kind", drift_kind_names[measure.figures.kind]},
          {"name", measure.name},
          {"column", std::to_string(measure.figures.column)}};
}

class DriftExposition {
 public:
  explicit DriftExposition(const DriftReport& report) : report_(report) {}

  std::string text() {
    add_rows();
    add_verdicts();
    add_each("clicklens_drift_psi", "Population stability index against the reference", has_psi,
             [](const clens_drift_measure& m) { return m.psi; });
    add_each("clicklens_drift_psi_null", "Mean of the index when nothing changed, clustered", has_psi,
             [](const clens_drift_measure& m) { return m.psi_clustered_null; });
    add_both("clicklens_drift_mean_logit", "Mean logit", CLENS_DRIFT_SCORE, "task");
    add_both("clicklens_drift_missing_ratio", "Share of rows without a value of the feature", CLENS_DRIFT_MISSING,
             "feature");
    add_both("clicklens_drift_unknown_ratio", "Share of the feature's ids that the model does not know",
             CLENS_DRIFT_UNKNOWN, "feature");
    add_both("clicklens_drift_saliency_ratio", "Share of the group in all groups' saliency", CLENS_DRIFT_SALIENCY,
             "group");
    add_both("clicklens_drift_auc", "AUC of labelled rows", CLENS_DRIFT_AUC, "task");
    add_both("clicklens_drift_calibration_slope", "Cox's slope of labelled rows", CLENS_DRIFT_SLOPE, "task");
    add_both("clicklens_drift_calibration_ratio", "Predicted over observed clicks of labelled rows",
             CLENS_DRIFT_CALIBRATION, "task");
    add_traces();
    return out_.text();
  }

 private:
  void add_rows() {
    out_.gauge("clicklens_drift_rows", "Rows profiled");
    out_.sample({{"day", "reference"}}, static_cast<double>(report_.info.reference_rows));
    out_.sample({{"day", "live"}}, static_cast<double>(report_.info.live_rows));
  }
  // Neurons by layer: one series a neuron would be too many.
  void add_verdicts() {
    const std::pair<clens_drift_verdict, const char*> all[] = {
        {CLENS_DRIFT_FOUND, "clicklens_drift_findings"}, {CLENS_DRIFT_NOT_ENOUGH, "clicklens_drift_not_enough_data"}};
    for (const auto& [verdict, metric] : all) {
      std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<std::string, double>> counts;
      for (const Measure& m : report_.measures) {
        auto& [name, count] = counts[{m.figures.kind, m.figures.subject}];
        name = m.name;
        count += m.figures.verdict == static_cast<std::uint32_t>(verdict) ? 1 : 0;
      }
      out_.gauge(metric, verdict == CLENS_DRIFT_FOUND ? "Findings, of a layer: neurons that moved"
                                                      : "Comparisons for which there were too few rows or clicks");
      for (const auto& [key, value] : counts)
        out_.sample({{"kind", drift_kind_names[key.first]}, {"name", value.first}}, value.second);
    }
  }
  void add_each(const char* name, const char* help, const std::function<bool(const Measure&)>& wanted,
                const std::function<double(const clens_drift_measure&)>& value) {
    out_.gauge(name, help);
    for (const Measure& m : report_.measures)
      if (wanted(m)) out_.sample(labels_of(m), value(m.figures));
  }
  void add_both(const char* name, const char* help, clens_drift_kind kind, const char* label) {
    if (std::none_of(report_.measures.begin(), report_.measures.end(),
                     [&](const Measure& m) { return of_kind(m, kind); }))
      return;
    out_.gauge(name, help);
    for (const Measure& m : report_.measures) {
      if (!of_kind(m, kind)) continue;
      out_.sample({{label, m.name}, {"day", "reference"}}, m.figures.reference);
      out_.sample({{label, m.name}, {"day", "live"}}, m.figures.live);
    }
  }
  void add_traces() {
    if (report_.traces.empty()) return;
    out_.gauge("clicklens_drift_traced_shift", "Mean shift of a first linear's neurons due to the group, in their sd");
    for (const DriftReport::Trace& trace : report_.traces)
      for (std::size_t g = 0; g < trace.groups.size(); ++g)
        out_.sample({{"layer", trace.layer}, {"group", trace.groups[g]}}, trace.shifts[g]);
  }

  const DriftReport& report_;
  Exposition out_;
};

}  // namespace

void Exposition::gauge(std::string_view name, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} gauge\n", name, escape(help, false), name);
}

void Exposition::sample(const Labels& labels, double value) {
  if (std::isnan(value)) return;
  text_ += name_;
  const char* separator = "{";
  for (const auto& [label, content] : labels) {
    fmt::format_to(std::back_inserter(text_), "{}{}=\"{}\"", separator, label, escape(content, true));
    separator = ",";
  }
  fmt::format_to(std::back_inserter(text_), "{} {}\n", labels.empty() ? "" : "}", sample_value(value));
}

std::string prometheus_text(const DriftReport& report) {
  return DriftExposition(report).text();
}

}  // namespace clicklens::cli
