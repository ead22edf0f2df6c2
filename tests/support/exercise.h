// Any bytes, all the way: opened as a model, planned as a session with gradients and every capture, and as one in int8,
// and run on three rows of which nothing is known. Statuses are fine; crashes, hangs and great memory are not.
#pragma once

#include "exec/session.h"

namespace clicklens::testing {

// Small enough that a fuzzer's or a damaged file's wishes are refused rather than granted.
inline base::Limits small_limits() {
  base::Limits limits;
  limits.nodes = 256;
  limits.columns = 4096;
  limits.session_bytes = std::uint64_t{64} << 20;
  return limits;
}

// Whether it came to scores.
inline bool exercise(std::span<const std::byte> bytes) {
  format::OpenOptions open;
  open.access = format::OpenOptions::Access::copy;
  open.limits = small_limits();
  const auto model = exec::Model::from_memory(bytes, open);
  if (!model.ok()) return false;
  exec::SessionOptions options;
  options.gradients = true;
  for (std::uint32_t value = 0; value < (*model)->graph().values.size(); ++value) options.captures.push_back(value);
  std::vector<exec::InputSpec> specs;
  for (const format::FeatureDesc& feature : (*model)->desc().features) {
    const bool dense = feature.kind == format::FeatureKind::dense;
    specs.push_back({feature.name, dense ? encode::ColumnKind::floats : encode::ColumnKind::rows});
  }
  const auto inputs = exec::Inputs::make(std::move(specs));
  if (!inputs.ok()) return false;
  exec::Batch batch;
  batch.candidates = 3;
  std::vector<float> scores(batch.candidates * (*model)->desc().outputs.size());
  exec::Output output;
  output.values = scores.data();
  output.capacity = scores.size();
  const auto runs = [&] {
    const auto session = exec::Session::create(*model, *inputs, options);
    return session.ok() && (*session)->run(batch, output).ok();
  };
  const bool scored = runs();
  options.gradients = false;
  options.precision = ops::Precision::int8;
  static_cast<void>(runs());
  return scored;
}

}  // namespace clicklens::testing
