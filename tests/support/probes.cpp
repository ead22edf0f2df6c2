#include "support/probes.h"

#include <cmath>

namespace clicklens::testing {

std::vector<exec::ProbeWeights> random_probes(Made& made) {
  std::vector<exec::ProbeWeights> probes;
  for (auto v = static_cast<std::uint32_t>(made.desc().values.size()); v-- > 0;) {
    const std::uint32_t columns = made.model->graph().values[v].columns();
    probes.push_back({v, made.random.maker.draw(columns, 2.0f), made.random.maker.uniform()});
  }
  return probes;
}

std::vector<float> expected_logits(const Made& made, const RandomBatch& batch,
                                   const std::vector<exec::ProbeWeights>& probes) {
  std::vector<float> logits(batch.rows() * probes.size());
  for (std::size_t i = 0; i < probes.size(); ++i) {
    exec::SessionOptions options;
    options.captures = {probes[i].value};
    const auto session = session_of(made, options);
    const std::vector<float> x = captured(*session, batch, probes[i].value);
    const std::size_t columns = probes[i].weights.size();
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      float logit = probes[i].bias;
      for (std::size_t c = 0; c < columns; ++c) logit = std::fma(x[row * columns + c], probes[i].weights[c], logit);
      logits[row * probes.size() + i] = logit + 0.0f;
    }
  }
  return logits;
}

Scored score(exec::Session& session, const RandomBatch& batch, exec::OutputKind kind, bool with_scores) {
  Scored scored;
  scored.scores.resize(batch.rows() * session.plan().logits.size(), -99.0f);
  scored.probes.resize(batch.rows() * session.plan().probes.size(), -99.0f);
  exec::Output output;
  output.kind = kind;
  output.values = with_scores ? scored.scores.data() : nullptr;
  output.capacity = scored.scores.size();
  output.probe_logits = scored.probes.empty() ? nullptr : scored.probes.data();
  output.probe_capacity = scored.probes.size();
  const base::Status status = session.run(batch.batch(), output);
  EXPECT_TRUE(status.ok()) << status.message();
  scored.exited = output.exited;
  return scored;
}

}  // namespace clicklens::testing
