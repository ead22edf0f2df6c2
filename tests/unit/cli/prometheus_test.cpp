// The text exposition format: https://prometheus.io/docs/instrumenting/exposition_formats/
#include "print/prometheus.h"

#include <gtest/gtest.h>

#include <cmath>

namespace clicklens::cli {
namespace {

TEST(Prometheus, LabelsAndHelpAreEscaped) {
  Exposition out;
  out.gauge("a_metric", "A \\ and\na new line, \"quoted\"");
  out.sample({{"name", "q\"u\\o\nte"}, {"day", "live"}}, 0.25);
  EXPECT_EQ(out.text(),
            "# HELP a_metric A \\\\ and\\na new line, \"quoted\"\n# TYPE a_metric gauge\n"
            "a_metric{name=\"q\\\"u\\\\o\\nte\",day=\"live\"} 0.25\n");
}

TEST(Prometheus, NumbersKeepTheirBitsAndInfinitiesTheirSign) {
  Exposition out;
  out.gauge("x", "X");
  out.sample({}, 0.1);
  out.sample({}, 1e300);
  out.sample({}, INFINITY);
  out.sample({}, -INFINITY);
  out.sample({}, NAN);
  EXPECT_EQ(out.text(), "# HELP x X\n# TYPE x gauge\nx 0.1\nx 1e+300\nx +Inf\nx -Inf\n");
}

DriftReport::Measure measure(clens_drift_kind kind, const char* name, std::uint32_t subject, std::uint32_t column,
                             clens_drift_verdict verdict) {
  clens_drift_measure figures{};
  figures.kind = kind;
  figures.subject = subject;
  figures.column = column;
  figures.verdict = verdict;
  figures.psi = 0.5;
  figures.psi_clustered_null = NAN;
  figures.reference = 0.25;
  figures.live = 0.75;
  return {name, figures};
}

TEST(Prometheus, NeuronsAreCountedByLayer) {
  DriftReport report;
  report.info.live_rows = 7;
  report.measures = {measure(CLENS_DRIFT_MISSING, "topic", 0, 0, CLENS_DRIFT_FOUND),
                     measure(CLENS_DRIFT_NEURON, "l1", 0, 0, CLENS_DRIFT_FOUND),
                     measure(CLENS_DRIFT_NEURON, "l1", 0, 1, CLENS_DRIFT_FOUND),
                     measure(CLENS_DRIFT_NEURON, "l1", 0, 2, CLENS_DRIFT_NOT_ENOUGH),
                     measure(CLENS_DRIFT_NEURON, "l2", 1, 0, CLENS_DRIFT_NONE)};
  const std::string text = prometheus_text(report);
  for (const char* line :
       {"clicklens_drift_rows{day=\"live\"} 7\n", "clicklens_drift_findings{kind=\"missing\",name=\"topic\"} 1\n",
        "clicklens_drift_findings{kind=\"neuron\",name=\"l1\"} 2\n",
        "clicklens_drift_findings{kind=\"neuron\",name=\"l2\"} 0\n",
        "clicklens_drift_not_enough_data{kind=\"neuron\",name=\"l1\"} 1\n",
        "clicklens_drift_missing_ratio{feature=\"topic\",day=\"reference\"} 0.25\n",
        "clicklens_drift_missing_ratio{feature=\"topic\",day=\"live\"} 0.75\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  EXPECT_EQ(text.find("clicklens_drift_saliency"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
}

}  // namespace
}  // namespace clicklens::cli
