// Fits against scikit-learn, whose numbers tests/golden/probe/make_probe.py wrote down.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "kernels/dispatch.h"
#include "lens/delong.h"
#include "lens/probe_fit.h"

namespace clicklens::lens {
namespace {

struct ExpectedFit {
  const char *name, *data;
  std::size_t rows, width;
  bool number;
  double negative_rate, lambda;
  double objective, intercept, quality;  // AUC, or R^2
  std::vector<double> mean, sd, coefficients, some_scores;
  friend void PrintTo(const ExpectedFit& expected, std::ostream* out) { *out << expected.name; }
};

const ExpectedFit fits[] = {
#include "../../golden/probe/fits.inc"
};

template <class T>
std::vector<T> read(const std::string& name, std::size_t count) {
  std::vector<T> values(count);
  std::ifstream file(CLENS_SOURCE_DIR "/tests/golden/probe/" + name, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
  EXPECT_TRUE(file.good()) << name;
  return values;
}

class ProbeGolden : public ::testing::TestWithParam<ExpectedFit> {
 protected:
  ProbeGolden() : data_({GetParam().width}, 1u << 30) {
    const std::string name = GetParam().data;
    const auto x = read<float>(name + ".f32", GetParam().rows * GetParam().width);
    const auto labels = read<std::uint8_t>(name + ".u8", GetParam().rows);
    const auto targets = GetParam().number ? read<float>(name + "_targets.f32", GetParam().rows) : std::vector<float>();
    const float* values[] = {x.data()};
    RowInfo info;
    info.labels = labels.data();
    info.targets = GetParam().number ? targets.data() : nullptr;
    const base::Status status = data_.append(values, GetParam().rows, info);
    EXPECT_TRUE(status.ok()) << status.message();
    task_ = {GetParam().number ? ProbeTarget::number : ProbeTarget::label, data_.labels(), data_.targets(),
             1 / GetParam().negative_rate};
  }

  // On the instruction set in force and on the plainest.
  static std::vector<const kernels::Table*> tables() {
    return {*kernels::active_table(), kernels::table_for(kernels::Isa::scalar)};
  }

  ProbeData data_;
  ProbeTask task_;
};

TEST_P(ProbeGolden, StandardisesAsNumPy) {
  const ExpectedFit& expected = GetParam();
  const Standard standard = standardise(*tables()[0], data_, 0);
  for (std::size_t c = 0; c < expected.width; ++c) {
    EXPECT_NEAR(standard.mean[c], expected.mean[c], 1e-12 * std::max(1.0, std::abs(expected.mean[c])));
    EXPECT_NEAR(standard.sd[c], expected.sd[c], 1e-12 * std::max(1.0, std::abs(expected.mean[c])));
  }
}

TEST_P(ProbeGolden, ReachesTheMinimumOfScikitLearn) {
  const ExpectedFit& expected = GetParam();
  for (const kernels::Table* table : tables()) {
    ProbeFitter fitter(*table, data_, 0);
    const double scale = expected.number ? 40 : 1;
    const Minimum minimum = fitter.fit(task_, expected.lambda, 1e-8 * scale);
    EXPECT_TRUE(minimum.converged);
    EXPECT_LE(minimum.gradient, 1e-8 * scale);
    EXPECT_NEAR(minimum.objective, expected.objective, 1e-8 * expected.objective);
    EXPECT_LT(minimum.passes, 120u);
    std::vector<double> scores(expected.rows);
    probe_scores(*table, data_, 0, fold(fitter.standard(), minimum.point), scores.data());
    const std::size_t every = std::max<std::size_t>(1, expected.rows / 40);
    for (std::size_t i = 0; i < expected.some_scores.size(); ++i)
      EXPECT_NEAR(scores[i * every], expected.some_scores[i], 1e-4) << i;
    if (!expected.number) {
      const std::vector<float> floats(scores.begin(), scores.end());
      EXPECT_NEAR(placements(floats, data_.labels()).auc, expected.quality, 1e-6);
    }
  }
}

TEST_P(ProbeGolden, FindsItsCoefficients) {
  const ExpectedFit& expected = GetParam();
  ProbeFitter fitter(*tables()[0], data_, 0);
  const Minimum minimum = fitter.fit(task_, expected.lambda, 1e-9);
  const std::string name = expected.name;
  // Elsewhere the minimum is flat in some directions: a copied column, few rows to a neuron.
  const double tolerance = name == "well_conditioned" ? 1e-7 : 1e-4;
  EXPECT_NEAR(minimum.point.back(), expected.intercept, tolerance);
  for (std::size_t c = 0; c < expected.width; ++c) EXPECT_NEAR(minimum.point[c], expected.coefficients[c], tolerance);
}

// From a curvature of too few rows, at a bad point, and from elsewhere: the minimum is the same.
TEST_P(ProbeGolden, DoesNotDependOnTheWay) {
  const ExpectedFit& expected = GetParam();
  const kernels::Table& table = *tables()[0];
  const Standard standard = standardise(table, data_, 0);
  const ProbeObjective objective(table, data_, 0, standard, task_);
  std::vector<double> start(expected.width + 1, 0.3);
  for (const std::size_t rows : {64u, 300u, 5000u}) {
    const Metric metric = Curvature::estimate(objective, start, rows).metric(table, expected.lambda);
    Minimiser search(objective, expected.lambda, 1e-8, start);
    search.run(metric, 2000);
    EXPECT_TRUE(search.converged()) << rows << " rows, gradient " << search.gradient();
    EXPECT_NEAR(search.result().objective, expected.objective, 1e-8 * expected.objective) << rows;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, ProbeGolden, ::testing::ValuesIn(fits),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace clicklens::lens
