// Fitted calibrations: the conditions of most likelihood, the min-max formula of isotonic regression, and planted
// shifts.
#include "lens/refine_calibrate.h"

#include <cmath>
#include <numeric>

#include "refine_support.h"

namespace clicklens {
namespace {

using base::Code;
using lens::CalibrationMethod;
using testing::RandomBatch;

double sigmoid(double z) {
  return 1 / (1 + std::exp(-z));
}

struct Clicks {
  std::vector<float> logits;
  std::vector<std::uint8_t> labels;
};

// Logits on a grid, so that some are equal; clicks at sigmoid(scale * z + shift).
Clicks clicks(std::size_t n, std::uint32_t seed, double scale = 1, double shift = 0) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(-1.5, 1);
  std::uniform_real_distribution<double> uniform;
  Clicks made;
  for (std::size_t i = 0; i < n; ++i) {
    made.logits.push_back(static_cast<float>(std::round(normal(random) * 64) / 64));
    made.labels.push_back(uniform(random) < sigmoid(scale * double{made.logits.back()} + shift) ? 1 : 0);
  }
  return made;
}

double calibrated(const format::CalibrationOp& op, double z) {
  if (op.knots_x.empty()) return double{op.scale} * z + double{op.shift};
  std::size_t i = 0;
  while (i < op.knots_x.size() && double{op.knots_x[i]} <= z) ++i;
  if (i == 0) return double{op.knots_y.front()};
  if (i == op.knots_x.size()) return double{op.knots_y.back()};
  const double x0 = op.knots_x[i - 1], x1 = op.knots_x[i], y0 = op.knots_y[i - 1], y1 = op.knots_y[i];
  return y0 + (z - x0) / (x1 - x0) * (y1 - y0);
}

double logloss(const Clicks& data, const format::CalibrationOp& op) {
  double sum = 0;
  for (std::size_t i = 0; i < data.logits.size(); ++i) {
    const double p = sigmoid(calibrated(op, double{data.logits[i]}));
    sum -= data.labels[i] != 0 ? std::log(p) : std::log(1 - p);
  }
  return sum / static_cast<double>(data.logits.size());
}

// At the maximum the weighted residuals add up to nothing, alone and times z.
TEST(Platt, IsTheMaximumOfTheLikelihood) {
  for (const double rate : {1.0, 0.2}) {
    const Clicks data = clicks(5000, 3, 0.7, 0.4);
    const auto fit = lens::fit_calibration(CalibrationMethod::platt, data.logits, data.labels, rate);
    ASSERT_TRUE(fit.ok()) << fit.status().message();
    double alone = 0, times_z = 0, size = 0;
    for (std::size_t i = 0; i < data.logits.size(); ++i) {
      const double z = data.logits[i];
      const double weight = data.labels[i] != 0 ? 1 : 1 / rate;
      const double residual = weight * (data.labels[i] - sigmoid(calibrated(fit->op, z)));
      alone += residual;
      times_z += residual * z;
      size += weight;
    }
    EXPECT_NEAR(alone / size, 0, 1e-6);
    EXPECT_NEAR(times_z / size, 0, 1e-6);
    EXPECT_LT(fit->logloss_after, fit->logloss_before);
    EXPECT_EQ(fit->rows, 5000u);
  }
}

TEST(Platt, SaysWhatItCostsBeforeAndAfter) {
  const Clicks data = clicks(2000, 4, 1, 1);
  for (const auto method : {CalibrationMethod::platt, CalibrationMethod::isotonic}) {
    const auto fit = lens::fit_calibration(method, data.logits, data.labels, 1);
    ASSERT_TRUE(fit.ok());
    EXPECT_NEAR(fit->logloss_before, logloss(data, {}), 1e-9);
    EXPECT_NEAR(fit->logloss_after, logloss(data, fit->op), 1e-9);
  }
}

// The best never falling rate at i is max over a <= i of min over b >= i of the click rate of a .. b (Barlow,
// Bartholomew, Bremner and Brunk 1972).
TEST(Isotonic, IsTheMinMaxFormula) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const Clicks data = clicks(120, seed, 0.5, 0);
    const auto fit = lens::fit_calibration(CalibrationMethod::isotonic, data.logits, data.labels, 1);
    ASSERT_TRUE(fit.ok());
    std::vector<float> z = data.logits;
    std::sort(z.begin(), z.end());
    z.erase(std::unique(z.begin(), z.end()), z.end());
    std::vector<double> ones(z.size()), all(z.size());
    for (std::size_t i = 0; i < data.logits.size(); ++i) {
      const auto at = static_cast<std::size_t>(std::lower_bound(z.begin(), z.end(), data.logits[i]) - z.begin());
      ones[at] += data.labels[i];
      all[at] += 1;
    }
    for (std::size_t i = 0; i < z.size(); ++i) {
      double best = 0;
      for (std::size_t a = 0; a <= i; ++a) {
        double least = 1;
        for (std::size_t b = i; b < z.size(); ++b) {
          const auto sum = [&](const std::vector<double>& x) {
            return std::accumulate(x.begin() + static_cast<std::ptrdiff_t>(a),
                                   x.begin() + static_cast<std::ptrdiff_t>(b + 1), 0.0);
          };
          least = std::min(least, sum(ones) / sum(all));
        }
        best = std::max(best, least);
      }
      const double found = sigmoid(calibrated(fit->op, double{z[i]}));
      // rates of 0 and 1 have no logit
      if (best > 0 && best < 1)
        ASSERT_NEAR(found, best, 1e-6) << "seed " << seed << " z " << z[i];
      else
        ASSERT_TRUE(best == 0 ? found <= 0.5 : found >= 0.5) << found;
    }
    EXPECT_TRUE(std::is_sorted(fit->op.knots_y.begin(), fit->op.knots_y.end()));
  }
}

TEST(Isotonic, KeepsFewEnoughKnots) {
  Clicks data;
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform;
  for (std::uint32_t i = 0; i < 60'000; ++i) {  // 20,000 logits whose rates rise by themselves
    data.logits.push_back(static_cast<float>(i / 3));
    data.labels.push_back(0);
  }
  // rates 0/3, 1/3, 2/3, 3/3 over four stretches
  for (std::uint32_t i = 0; i < 60'000; ++i) data.labels[i] = (i % 3) < (i / 15'000) ? 1 : 0;
  const auto fit = lens::fit_calibration(CalibrationMethod::isotonic, data.logits, data.labels, 1);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->op.knots_x.size(), 8u);
  const Clicks noisy = clicks(400'000, 6);
  const auto other = lens::fit_calibration(CalibrationMethod::isotonic, noisy.logits, noisy.labels, 1);
  ASSERT_TRUE(other.ok());
  EXPECT_LE(other->op.knots_x.size(), 4096u);
}

TEST(Calibrate, WhatCannotBeFittedIsRefused) {
  const std::vector<float> z = {-1, 0, 1, 2};
  const auto code = [&](const std::vector<std::uint8_t>& labels, CalibrationMethod method, double rate = 1) {
    return lens::fit_calibration(method, z, labels, rate).status().code();
  };
  for (const auto method : {CalibrationMethod::platt, CalibrationMethod::isotonic}) {
    EXPECT_EQ(code({0, 0, 0, 0}, method), Code::bad_value);
    EXPECT_EQ(code({1, 1, 1, 1}, method), Code::bad_value);
    EXPECT_EQ(code({0, 1, 2, 1}, method), Code::bad_value);
    EXPECT_EQ(code({0, 1, 0, 1}, method, 0), Code::invalid_argument);
    EXPECT_EQ(code({0, 1, 0, 1}, method, 1.5), Code::invalid_argument);
  }
  EXPECT_EQ(code({0, 0, 1, 1}, CalibrationMethod::platt), Code::bad_value) << "parted";
  EXPECT_EQ(code({1, 1, 0, 1}, CalibrationMethod::platt), Code::bad_value) << "falling";
  EXPECT_TRUE(lens::fit_calibration(CalibrationMethod::isotonic, z, std::vector<std::uint8_t>{0, 0, 1, 1}, 1).ok());
  const std::vector<float> odd = {-1, std::nanf(""), 1, 2};
  const auto fit = lens::fit_calibration(CalibrationMethod::isotonic, odd, std::vector<std::uint8_t>{0, 1, 0, 1}, 1);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->non_finite, 1u);
}

// log 2 added to every logit is taken away again, within what chance allows: |z| < 4.
TEST(Calibrate, APlantedShiftIsTakenAway) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    testing::PlantedTower tower(seed);
    for (std::size_t c = 0; c < 12; ++c) tower.weight(2, 0, c) *= 100;
    const auto model = tower.open();
    const RandomBatch batch(tower.maker, model->desc(), std::vector<std::uint32_t>(2500, 4));
    Clicks data{testing::logits_of(model, model->desc(), batch), {}};
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform;
    double information = 0;
    for (const float z : data.logits) {
      const double p = sigmoid(double{z});
      data.labels.push_back(uniform(random) < p ? 1 : 0);
      information += p * (1 - p);
    }
    tower.bias(2, 0) += std::log(2.0f);
    const auto shifted = tower.open();
    const auto refiner = testing::refiner_of(shifted);
    const std::vector<float> before = testing::logits_of(shifted, model->desc(), batch);
    const auto fit = lens::fit_calibration(CalibrationMethod::platt, before, data.labels, 1);
    ASSERT_TRUE(fit.ok());
    ASSERT_TRUE(refiner->calibrate(CalibrationMethod::platt, *fit, 0).ok());
    const std::vector<float> after = testing::logits_of(refiner->model(), model->desc(), batch);
    double moved = 0;
    for (std::size_t i = 0; i < after.size(); ++i) {
      ASSERT_EQ(testing::bits(after[i]), testing::bits(std::fma(before[i], fit->op.scale, fit->op.shift) + 0.0f));
      moved += (double{after[i]} - double{before[i]}) / static_cast<double>(after.size());
    }
    EXPECT_NEAR(moved, -std::log(2.0), 4 / std::sqrt(information) * 2);
    EXPECT_LT(logloss({after, data.labels}, {}), logloss({before, data.labels}, {}));
    // once more: the two become one node
    const std::size_t nodes = refiner->model()->desc().nodes.size();
    const auto again = lens::fit_calibration(CalibrationMethod::platt, after, data.labels, 1);
    ASSERT_TRUE(again.ok());
    EXPECT_NEAR(double{again->op.scale}, 1, 1e-4);
    EXPECT_NEAR(double{again->op.shift}, 0, 1e-4);
    ASSERT_TRUE(refiner->calibrate(CalibrationMethod::platt, *again, 0).ok());
    EXPECT_EQ(refiner->model()->desc().nodes.size(), nodes);
    EXPECT_EQ(refiner->calibrate(CalibrationMethod::platt, *again, 1).code(), Code::invalid_argument);
  }
}

}  // namespace
}  // namespace clicklens
