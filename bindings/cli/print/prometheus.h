// Figures as Prometheus reads them: the text exposition format, version 0.0.4.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/drift_reports.h"

namespace clicklens::cli {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

// One metric after the other; samples of a metric together, as the format asks.
class Exposition {
 public:
  // What is compared anew each time may fall as well as rise: all metrics are gauges.
  void gauge(std::string_view name, std::string_view help);
  // Of the last gauge; NaN, which means "not defined", is left out.
  void sample(const Labels& labels, double value);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string name_, text_;
};

std::string prometheus_text(const DriftReport& report);

}  // namespace clicklens::cli
