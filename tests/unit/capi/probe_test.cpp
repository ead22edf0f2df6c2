// The C functions over lens/probe.h: arguments, statuses, files; the numbers are tested where they are made.
#include <gtest/gtest.h>

#include <array>
#include <clicklens/probe.hpp>
#include <cmath>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class ProbeC : public ::testing::Test {
 protected:
  ProbeC() : host({40, 0, 33, 60}), model(host.path()), rows(model) {
    session = make_session(model);
    std::vector<double> sorted;
    for (std::size_t c = 0; c < host.candidates(); ++c) sorted.push_back(host.logit(c));
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t c = 0; c < host.candidates(); ++c) {
      const bool high = host.logit(c) > sorted[sorted.size() / 2];
      labels.push_back(high != (c % 11 == 0) ? 1 : 0);
      users.push_back(c / 4);
      ads.push_back(host.ads[c] % 5);
      targets.push_back(static_cast<float>(host.logit(c)));
    }
    rows.add(*session, batch(), info());
  }

  std::unique_ptr<Session> make_session(const Model& of, const clens_probe* probe = nullptr) const {
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.observed = rows.values().data();
    options.observed_count = rows.values().size();
    options.probe = probe;
    return std::make_unique<Session>(of, Inputs::of(of), &options);
  }
  Batch batch() const {
    Batch made(host.candidates());
    made.requests(host.offsets).keys(0, host.users).keys(1, host.ads).floats(2, host.matches);
    return made;
  }
  clens_rows info() const {
    clens_rows made = CLENS_ROWS_INIT;
    made.labels = labels.data();
    made.clusters = made.groups = users.data();
    made.controls = ads.data();
    made.targets = targets.data();
    return made;
  }
  template <class Call>
  static clens_status status_of(Call call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_STRNE(error.what(), "");
      return error.status();
    }
    return CLENS_OK;
  }

  TinyHost host;
  Model model;
  ProbeRows rows;
  std::unique_ptr<Session> session;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> users, ads;
  std::vector<float> targets;
};

TEST_F(ProbeC, FitsEveryLayerAndTheLogit) {
  const Probe probe(rows);
  ASSERT_EQ(probe.count(), 2u);
  const clens_probe_info hidden = probe.describe(0), logit = probe.describe(1);
  EXPECT_STREQ(hidden.name, "hidden");
  EXPECT_EQ(hidden.value, std::size_t{tiny::hidden_relu});
  EXPECT_EQ(hidden.width, 8u);
  EXPECT_EQ(hidden.rows, host.candidates());
  EXPECT_EQ(hidden.converged, 1u);
  EXPECT_EQ(hidden.lambda, 1e-3);
  EXPECT_GT(hidden.iterations, 0u);
  EXPECT_LE(hidden.gradient, 1e-8);
  EXPECT_STREQ(logit.name, "click");
  EXPECT_EQ(logit.width, 1u);

  // A probe's logit by hand, from what the header says of coefficients.
  std::array<double, 8> mean{}, sd{}, w{};
  ASSERT_EQ(clens_probe_coefficients(probe.get(), 0, mean.data(), sd.data(), w.data(), 8), CLENS_OK);
  const std::vector<double> logits = probe.logits(0, rows);
  for (std::size_t c = 0; c < host.candidates(); ++c) {
    double expected = hidden.intercept;
    const std::vector<double> h = host.hidden(c);
    for (std::size_t j = 0; j < 8; ++j) expected += w[j] == 0 ? 0 : w[j] * (h[j] - mean[j]) / sd[j];
    EXPECT_NEAR(logits[c], expected, 1e-4) << c;
  }
  double r2 = 0;
  const clens_metrics_result result = probe.evaluate(1, rows, nullptr, &r2);
  EXPECT_EQ(result.rows, host.candidates());
  EXPECT_GT(result.auc, 0.8);
  EXPECT_TRUE(std::isnan(r2));
  EXPECT_FALSE(std::isnan(result.gauc));
}

TEST_F(ProbeC, EveryFieldOfADifferenceIsItsOwn) {
  const Probe probe(rows);
  const clens_auc_difference result = probe.difference(0, 1, rows);
  EXPECT_EQ(result.auc_a, probe.evaluate(0, rows).auc);
  EXPECT_EQ(result.auc_b, probe.evaluate(1, rows).auc);
  EXPECT_EQ(result.difference, result.auc_b - result.auc_a);
  EXPECT_NEAR(result.low, result.difference - 1.96 * result.se, 1e-12);
  EXPECT_NEAR(result.high, result.difference + 1.96 * result.se, 1e-12);
  const auto floats = [&](std::size_t index) {
    const std::vector<double> logits = probe.logits(index, rows);
    return std::vector<float>(logits.begin(), logits.end());
  };
  clens_auc_difference same = CLENS_AUC_DIFFERENCE_INIT;
  const std::vector<float> a = floats(0), b = floats(1);
  ASSERT_EQ(clens_auc_compare(a.data(), b.data(), labels.data(), users.data(), a.size(), 0, &same), CLENS_OK);
  EXPECT_EQ(std::memcmp(&same, &result, sizeof same), 0);
  clens_auc_difference swapped = CLENS_AUC_DIFFERENCE_INIT;
  ASSERT_EQ(clens_auc_compare(b.data(), a.data(), labels.data(), nullptr, a.size(), 64, &swapped), CLENS_OK);
  EXPECT_EQ(swapped.delong_se_a, result.delong_se_b);
  EXPECT_EQ(swapped.delong_se_b, result.delong_se_a);
  EXPECT_EQ(swapped.delong_se, result.delong_se);
  EXPECT_TRUE(std::isnan(swapped.delong_clustered_se));
  EXPECT_NE(result.delong_clustered_se_a, result.delong_clustered_se_b);
}

TEST_F(ProbeC, ControlsAreRepeatable) {
  const Probe probe(rows);
  const clens_probe_control_result shuffled = probe.control(0, CLENS_CONTROL_SHUFFLED, rows, rows);
  EXPECT_EQ(shuffled.draws, 10u);
  EXPECT_EQ(shuffled.eval_rows, rows.count());
  EXPECT_NEAR(shuffled.eval_auc_mean, 0.5, 0.1);
  EXPECT_GT(shuffled.fit_auc_mean, shuffled.eval_auc_mean);
  const auto again = probe.control(0, CLENS_CONTROL_SHUFFLED, rows, rows, 10, 0);
  EXPECT_EQ(std::memcmp(&again, &shuffled, sizeof again), 0);
  EXPECT_GT(probe.control(0, CLENS_CONTROL_RANDOM_TASK, rows, rows, 4, 9).fit_auc_mean, 0.5);
}

TEST_F(ProbeC, PredictsNumbers) {
  clens_probe_options options = CLENS_PROBE_OPTIONS_INIT;
  options.target = CLENS_PROBE_NUMBER;
  options.lambda = 1e-6;
  const Probe probe(rows, nullptr, &options);
  double r2 = 0;
  static_cast<void>(probe.evaluate(0, rows, nullptr, &r2));
  EXPECT_NEAR(r2, 1, 1e-6);  // the logit is linear in the layer
}

TEST_F(ProbeC, ChoosesLambdaOnValidationRows) {
  const Probe probe(rows, &rows);
  EXPECT_EQ(probe.describe(0).lambda, 1e-5);  // the rows themselves ask for no penalty
}

TEST_F(ProbeC, LivesInAFileOfItsOwn) {
  const TemporaryPath path("layers.probe");
  const Probe probe(rows);
  probe.save(path.str());
  const Probe opened = Probe::open(path.str(), model);
  EXPECT_EQ(opened.logits(0, rows), probe.logits(0, rows));
  EXPECT_EQ(opened.coefficients(0), probe.coefficients(0));

  auto bytes = read_bytes(path.str());
  bytes[bytes.size() / 2] ^= std::byte{1};
  write_bytes(path.str(), bytes);
  EXPECT_EQ(status_of([&] { Probe::open(path.str(), model); }), CLENS_E_CHECKSUM_MISMATCH);
  EXPECT_NE(last_error().find("layers.probe"), std::string::npos) << last_error();
  EXPECT_EQ(status_of([&] { Probe::open(host.path(), model); }), CLENS_E_BAD_FILE);
  EXPECT_EQ(status_of([&] { Probe::open(path.folder() + "/absent", model); }), CLENS_E_IO);
  EXPECT_EQ(status_of([&] { probe.save(path.folder() + "/absent/x.probe"); }), CLENS_E_IO);
}

TEST_F(ProbeC, LivesInItsModel) {
  const TemporaryPath path("probed.clens");
  const Probe probe(rows);
  EXPECT_EQ(status_of([&] { Probe::of(model); }), CLENS_E_NOT_FOUND);
  probe.attach(host.path(), path.str());
  const Model probed(path.str());
  probed.verify_segments();
  const Probe of_model = Probe::of(probed);
  EXPECT_EQ(of_model.logits(0, rows), probe.logits(0, rows));
  const auto plain = make_session(model), with_probe = make_session(probed);
  EXPECT_EQ(bits(with_probe->run(batch())), bits(plain->run(batch())));

  // In place, again: the model it names is still the one without probes.
  of_model.attach(path.str(), path.str());
  EXPECT_EQ(Probe::of(Model(path.str())).coefficients(1), probe.coefficients(1));
  const TemporaryPath own("layers.probe");
  probe.save(own.str());
  EXPECT_EQ(Probe::open(own.str(), probed).count(), 2u);
}

TEST_F(ProbeC, BelongsToItsModel) {
  const TemporaryPath other_path("other.clens"), own("layers.probe");
  const base::Status written = write_model(tiny_model(2), other_path.c_str());
  ASSERT_TRUE(written.ok()) << written.message();
  const Model other(other_path.str());
  const Probe probe(rows);
  probe.save(own.str());
  EXPECT_EQ(status_of([&] { Probe::open(own.str(), other); }), CLENS_E_BAD_STATE);
  EXPECT_EQ(status_of([&] { probe.attach(other_path.str(), other_path.str()); }), CLENS_E_BAD_STATE);
  EXPECT_EQ(status_of([&] { make_session(other, probe.get()); }), CLENS_E_BAD_STATE);
  ProbeRows others(other);
  const auto their_session = make_session(other);
  others.add(*their_session, batch(), info());
  EXPECT_EQ(status_of([&] { probe.logits(0, others); }), CLENS_E_BAD_STATE);
  EXPECT_EQ(status_of([&] { Probe fitted(rows, &others); }), CLENS_E_BAD_STATE);
  EXPECT_EQ(status_of([&] { rows.add(*their_session, batch(), info()); }), CLENS_E_BAD_STATE);
}

TEST_F(ProbeC, ScoresWithASession) {
  const Probe probe(rows);
  const auto probing = make_session(model, probe.get());
  std::vector<float> logits(2 * host.candidates());
  clens_output output = CLENS_OUTPUT_INIT;
  output.probe_logits = logits.data();
  output.probe_capacity = logits.size();
  probing->run(batch(), output);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<double> expected = probe.logits(i, rows);
    for (std::size_t c = 0; c < expected.size(); ++c) EXPECT_NEAR(double{logits[2 * c + i]}, expected[c], 1e-4);
  }
}

TEST_F(ProbeC, RowsAreCountedAndRead) {
  EXPECT_EQ(rows.count(), host.candidates());
  EXPECT_EQ(rows.non_finite(), 0u);
  std::vector<float> values(8 * rows.count());
  EXPECT_EQ(clens_probe_rows_values(rows.get(), 0, values.data(), values.size()), CLENS_OK);
  EXPECT_NEAR(double{values[8]}, host.hidden(1)[0], 1e-5);
  EXPECT_EQ(clens_probe_rows_values(rows.get(), 0, values.data(), values.size() - 1), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_probe_rows_values(rows.get(), 2, values.data(), values.size()), CLENS_E_INVALID_ARGUMENT);
  const std::vector<std::uint8_t> keep(host.candidates());
  rows.add(*session, batch(), info(), keep.data());
  EXPECT_EQ(rows.count(), host.candidates());
  rows.relabel(std::vector<std::uint8_t>(rows.count(), 1));
  EXPECT_EQ(status_of([&] { Probe fitted(rows); }), CLENS_E_BAD_VALUE);
  EXPECT_EQ(status_of([&] { rows.relabel({1, 0}); }), CLENS_E_INVALID_ARGUMENT);
  ProbeRows small(model, {tiny::hidden_relu}, 100);
  EXPECT_EQ(status_of([&] { small.add(*session, batch(), info()); }), CLENS_E_LIMIT_EXCEEDED);
}

TEST_F(ProbeC, NamesArgumentsThatAreWrong) {
  clens_probe* probe = nullptr;
  clens_probe_options options = CLENS_PROBE_OPTIONS_INIT;
  options.target = 2;
  EXPECT_EQ(clens_probe_fit(rows.get(), nullptr, &options, &probe), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("options.target"), std::string::npos);
  options = CLENS_PROBE_OPTIONS_INIT;
  options.reserved = 1;
  EXPECT_EQ(clens_probe_fit(rows.get(), nullptr, &options, &probe), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_probe_fit(nullptr, nullptr, nullptr, &probe), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(probe, nullptr);
  const Probe fitted(rows);
  clens_probe_info info = CLENS_PROBE_INFO_INIT;
  EXPECT_EQ(clens_probe_describe(fitted.get(), 2, &info), CLENS_E_INVALID_ARGUMENT);
  double one = 0;
  EXPECT_EQ(clens_probe_coefficients(fitted.get(), 0, &one, nullptr, nullptr, 1), CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(clens_probe_logits(fitted.get(), 0, rows.get(), &one, 1), CLENS_E_BUFFER_TOO_SMALL);
  clens_probe_control_result control = CLENS_PROBE_CONTROL_RESULT_INIT;
  EXPECT_EQ(clens_probe_control(fitted.get(), 0, 2, rows.get(), rows.get(), 0, 0, &control), CLENS_E_INVALID_ARGUMENT);
  clens_probe_rows* made = nullptr;
  const std::size_t twice[] = {1, 1};
  clens_probe_rows_options rows_options = CLENS_PROBE_ROWS_OPTIONS_INIT;
  rows_options.values = twice;
  rows_options.value_count = 2;
  EXPECT_EQ(clens_probe_rows_create(model.get(), &rows_options, &made), CLENS_E_INVALID_ARGUMENT);
  clens_rows cut = this->info();
  cut.struct_size = sizeof(clens_rows) - 8;
  EXPECT_EQ(status_of([&] { rows.add(*session, batch(), cut); }), CLENS_E_INVALID_ARGUMENT);
  clens_probe_release(nullptr);
  clens_probe_retain(nullptr);
  clens_probe_rows_release(nullptr);
  EXPECT_EQ(clens_probe_count(nullptr), 0u);
  EXPECT_EQ(clens_probe_rows_count(nullptr), 0u);
}

}  // namespace
}  // namespace clicklens::testing
