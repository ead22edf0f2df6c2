// Scores of a split in narrow bins of the logit: histograms and the calibration curve come of them, whatever the rows.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "commands/report_figures.h"

namespace clicklens::cli {

class ScoreBins {
 public:
  // Logits that are not finite are left out.
  void add(const std::vector<float>& logits, const std::vector<std::uint8_t>& labels);

  // The bins of a histogram that hold all rows of both.
  static ReportFigures::Scores describe(const std::array<ScoreBins, 2>& splits);

 private:
  static constexpr std::size_t count = 1280;  // of 1/40 from -16 to 16; the ends take what is beyond
  struct Bin {
    std::array<std::uint64_t, 2> rows{};  // by label
    double probability = 0;               // sum
  };
  [[nodiscard]] std::vector<ReportFigures::CalibrationPoint> calibration() const;

  std::array<Bin, count> bins_;
  std::uint64_t rows_ = 0;
};

}  // namespace clicklens::cli
