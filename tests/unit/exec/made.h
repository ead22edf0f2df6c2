// A random model and its sessions, and floats compared by their bits.
#pragma once

#include <bit>
#include <memory>
#include <vector>

#include "exec/session.h"
#include "support/random_batch.h"
#include "support/random_model.h"

namespace clicklens::testing {

inline std::uint32_t bits(float v) {
  return std::isnan(v) ? 0x7FC00000u : std::bit_cast<std::uint32_t>(v);
}

struct Made {
  explicit Made(std::uint32_t seed) : Made(RandomModel(seed)) {}
  explicit Made(RandomModel given) : random(std::move(given)), model(random.maker.open()) {}
  [[nodiscard]] const format::ModelDesc& desc() const { return model->desc(); }
  RandomModel random;
  std::shared_ptr<exec::Model> model;
};

inline std::unique_ptr<exec::Session> session_of(const Made& made, const exec::SessionOptions& options) {
  auto session = exec::Session::create(made.model, RandomBatch::inputs(made.desc()), options);
  EXPECT_TRUE(session.ok()) << session.status().message();
  return session.ok() ? std::move(*session) : nullptr;
}

inline void expect_bits(const std::vector<float>& found, const std::vector<float>& expected, const char* what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_EQ(bits(found[i]), bits(expected[i])) << what << " at " << i << ": " << found[i] << " / " << expected[i];
}

}  // namespace clicklens::testing
