// A random model, opened, and what tests of sessions do with one.
#pragma once

#include "support/random_batch.h"
#include "support/random_model.h"

namespace clicklens::testing {

// All NaNs are one.
std::uint32_t bits(float v);

void expect_bits(const std::vector<float>& found, const std::vector<float>& expected, const char* what);

struct Made {
  explicit Made(std::uint32_t seed);
  explicit Made(RandomModel given);
  [[nodiscard]] const format::ModelDesc& desc() const { return model->desc(); }
  RandomModel random;
  std::shared_ptr<exec::Model> model;
};

std::unique_ptr<exec::Session> session_of(const Made& made, const exec::SessionOptions& options);

std::vector<float> logits(exec::Session& session, const RandomBatch& batch);

// A value's rows as a session captures them, one per candidate whatever the value's scope.
std::vector<float> captured(exec::Session& session, const RandomBatch& batch, std::uint32_t value);

}  // namespace clicklens::testing
