#include "support/xor_network.h"

namespace clicklens::testing {

XorNetwork::XorNetwork(const std::string& name) {
  maker_.desc.name = name;
  const std::uint32_t a = maker_.sparse("a", format::Scope::request, ids);
  const std::uint32_t b = maker_.sparse("b", format::Scope::candidate, ids);
  const std::uint32_t left = maker_.table(ids, dim), right = maker_.table(ids, dim);
  maker_.replace_table(left, signs(0.1f));
  maker_.replace_table(right, signs(-0.3f));
  const std::uint32_t emb = maker_.node(format::ConcatOp{}, {maker_.bag(a, left), maker_.bag(b, right)});
  // Both positive; both negative; something of no use.
  const std::uint32_t l1 = layer(emb, 4, {1, 0, 1, 0, -1, 0, -1, 0, 0, 1, 0, 1}, {-1, -1, 0.5f});
  const std::uint32_t l2 = layer(l1, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1}, {0, 0, 0});
  const std::uint32_t w = maker_.constant({1, 3}, {-1, -1, 0.01f}), bias = maker_.constant({1}, {0.5f});
  maker_.output("click", maker_.node(format::LinearOp{w, bias}, {l2}));
  maker_.desc.layers = {{"emb", emb}, {"l1", l1}, {"l2", l2}};
}

std::vector<float> XorNetwork::signs(float other) {
  std::vector<float> rows;
  for (std::uint32_t i = 0; i < ids; ++i) {
    rows.push_back((i % 2 == 0 ? 1.0f : -1.0f) * (1 + 0.05f * static_cast<float>(i / 2)));
    rows.push_back(other * static_cast<float>(i % 3));
  }
  return rows;
}

std::uint32_t XorNetwork::layer(std::uint32_t input, std::uint64_t in, std::vector<float> weights,
                                std::vector<float> biases) {
  const std::uint64_t out = biases.size();
  const std::uint32_t w = maker_.constant({out, in}, std::move(weights)), b = maker_.constant({out}, std::move(biases));
  return maker_.activation(format::ActivationKind::relu, maker_.node(format::LinearOp{w, b}, {input}));
}

XorData::XorData(std::size_t requests, std::uint64_t seed, double flipped) {
  Random random(seed);
  const std::size_t users_count = std::max<std::size_t>(requests / 5, 1);
  offsets = {0};
  for (std::size_t r = 0; r < requests; ++r) {
    a.push_back(static_cast<std::uint32_t>(random.below(XorNetwork::ids)));
    const std::uint64_t user = random.below(users_count);
    for (std::size_t i = 0; i < XorNetwork::per_request; ++i) {
      b.push_back(static_cast<std::uint32_t>(random.below(XorNetwork::ids)));
      const bool flip = static_cast<double>(random.below(1 << 20)) < flipped * (1 << 20);
      const bool differ = (a.back() + b.back()) % 2 != 0;
      labels.push_back(differ != flip ? 1 : 0);
      users.push_back(user);
      groups.push_back(r);
      ad_ids.push_back(b.back());
      targets.push_back(static_cast<float>(b.back()));
    }
    offsets.push_back(static_cast<std::int64_t>(b.size()));
  }
  columns[0] = column(0, a);
  columns[1] = column(1, b);
}

exec::Batch XorData::batch() const {
  exec::Batch batch;
  batch.candidates = b.size();
  batch.requests = a.size();
  batch.request_offsets = offsets.data();
  batch.columns = columns;
  return batch;
}

lens::RowInfo XorData::info() const {
  return {labels.data(), users.data(), groups.data(), ad_ids.data(), targets.data()};
}

encode::Column XorData::column(std::uint32_t input, const std::vector<std::uint32_t>& ids) {
  encode::Column column;
  column.input = input;
  column.kind = encode::ColumnKind::rows;
  column.value_type = encode::ValueType::u32;
  column.values = ids.data();
  column.value_count = ids.size();
  return column;
}

exec::Inputs xor_inputs() {
  auto inputs = exec::Inputs::make({{"a", encode::ColumnKind::rows}, {"b", encode::ColumnKind::rows}});
  EXPECT_TRUE(inputs.ok()) << inputs.status().message();
  return std::move(*inputs);
}

std::unique_ptr<exec::Session> observing_session(const std::shared_ptr<exec::Model>& model,
                                                 const lens::ProbeRows& rows) {
  exec::SessionOptions options;
  options.observed.assign(rows.values().rbegin(), rows.values().rend());  // not the order of the rows
  options.tile_rows = 7;
  auto session = exec::Session::create(model, xor_inputs(), options);
  EXPECT_TRUE(session.ok()) << session.status().message();
  return session.ok() ? std::move(*session) : nullptr;
}

lens::ProbeRows probe_rows(const std::shared_ptr<exec::Model>& model, const XorData& data) {
  auto rows = lens::ProbeRows::create(model, {});
  EXPECT_TRUE(rows.ok()) << rows.status().message();
  const auto session = observing_session(model, *rows);
  const base::Status status = rows->add(*session, data.batch(), data.info(), nullptr);
  EXPECT_TRUE(status.ok()) << status.message();
  return std::move(*rows);
}

}  // namespace clicklens::testing
