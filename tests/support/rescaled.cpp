#include "support/rescaled.h"

namespace clicklens::testing {

Rescaled::Rescaled(float scale, float shift) {
  const std::uint32_t user = maker.bag(maker.sparse("user", format::Scope::request, 20), maker.table(20, 4));
  const std::uint32_t ad = maker.bag(maker.sparse("ad", format::Scope::candidate, 20), maker.table(20, 4));
  std::vector<float> w = maker.draw(80);
  std::vector<float> b = maker.draw(10);
  std::vector<float> rows = maker.tables[0];
  for (float& v : rows) v = v * scale + shift;
  for (std::size_t o = 0; o < 10; ++o) {
    double moved = 0;
    for (std::size_t c = 0; c < 4; ++c) {
      w[o * 8 + c] /= scale;
      moved += double{w[o * 8 + c]} * shift;
    }
    b[o] = static_cast<float>(b[o] - moved);
  }
  maker.replace_table(0, rows);
  const std::uint32_t x = maker.node(format::ConcatOp{}, {user, ad});
  const std::uint32_t h = maker.node(format::LinearOp{maker.constant({10, 8}, w), maker.constant({10}, b)}, {x});
  maker.output("ctr", maker.linear(maker.activation(format::ActivationKind::relu, h), 10, 1));
  model = maker.open();
}

SingleIds::SingleIds() {
  for (std::uint32_t i = 0; i < 60; ++i) {
    user.push_back((i * 7) % 20);
    ad.push_back((i * 11 + 3) % 20);
  }
  for (std::uint32_t f = 0; f < 2; ++f) {
    encode::Column column;
    column.input = f;
    column.value_type = encode::ValueType::u32;
    column.values = (f == 0 ? user : ad).data();
    column.value_count = 60;
    columns.push_back(column);
  }
}

exec::Batch SingleIds::batch() const {
  exec::Batch batch;
  batch.candidates = 60;
  batch.columns = columns;
  return batch;
}

}  // namespace clicklens::testing
