#include "support/made.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace clicklens::testing {

std::uint32_t bits(float v) {
  return std::isnan(v) ? 0x7FC00000u : std::bit_cast<std::uint32_t>(v);
}

void expect_bits(const std::vector<float>& found, const std::vector<float>& expected, const char* what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_EQ(bits(found[i]), bits(expected[i])) << what << " at " << i << ": " << found[i] << " / " << expected[i];
}

Made::Made(std::uint32_t seed) : Made(RandomModel(seed)) {}

Made::Made(RandomModel given) : random(std::move(given)), model(random.maker.open()) {}

std::unique_ptr<exec::Session> session_of(const Made& made, const exec::SessionOptions& options) {
  auto session = exec::Session::create(made.model, RandomBatch::inputs(made.desc()), options);
  EXPECT_TRUE(session.ok()) << session.status().message();
  return session.ok() ? std::move(*session) : nullptr;
}

std::vector<float> logits(exec::Session& session, const RandomBatch& batch) {
  std::vector<float> values(batch.rows() * session.plan().logits.size(), -99.0f);
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = values.data();
  output.capacity = values.size();
  const base::Status status = session.run(batch.batch(), output);
  EXPECT_TRUE(status.ok()) << status.message();
  return values;
}

std::vector<float> captured(exec::Session& session, const RandomBatch& batch, std::uint32_t value) {
  const graph::Value& shape = session.model().graph().values[value];
  std::vector<float> rows(std::max(batch.rows(), batch.requests()) * shape.columns(), -99.0f);
  const exec::CaptureBuffer buffer{value, rows.data(), rows.size(), 0};
  exec::Output output;
  output.captures = {&buffer, 1};
  const base::Status status = session.run(batch.batch(), output);
  EXPECT_TRUE(status.ok()) << status.message();
  std::vector<float> spread;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const bool shared = shape.scope() == graph::Scope::request && batch.batch().requests != 0;
    const auto begin =
        rows.begin() + static_cast<std::ptrdiff_t>((shared ? batch.request_of(row) : row) * shape.columns());
    spread.insert(spread.end(), begin, begin + shape.columns());
  }
  return spread;
}

}  // namespace clicklens::testing
