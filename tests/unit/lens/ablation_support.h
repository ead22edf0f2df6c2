// Towers whose pooled inputs only linears read, and plain scoring of rows whose columns are replaced.
#pragma once

#include "attribution_support.h"

namespace clicklens::testing {

// Bags and numbers of every scope in a few groups; a deep and a wide part read them, in an order of its own each.
struct Tower {
  explicit Tower(std::uint32_t seed, float largest = 1.0f) : maker(seed) {
    std::vector<std::uint32_t> parts;
    const std::uint32_t features = 4 + maker.below(5);
    for (std::uint32_t f = 0; f < features; ++f) parts.push_back(add_feature(f));
    maker.tables[0][0] = largest;
    maker.replace_table(0, maker.tables[0]);
    std::vector<std::uint32_t> turned(parts.rbegin(), parts.rend());
    const std::uint32_t inner = maker.node(format::ConcatOp{}, {parts[0], parts[1]});
    std::vector<std::uint32_t> nested(parts.begin() + 2, parts.end());
    nested.insert(nested.begin() + 1, inner);
    const std::uint32_t out = 17 + maker.below(60);
    sums = maker.linear(maker.node(format::ConcatOp{}, nested), width, out, maker.below(3) != 0);
    std::uint32_t h = sums;
    if (maker.below(2) == 0)
      h = maker.node(
          format::BatchNormOp{maker.constant({out}, maker.draw(out)), maker.constant({out}, maker.draw(out))}, {h});
    h = maker.activation(static_cast<format::ActivationKind>(1 + 3 * maker.below(2)), h);
    h = maker.activation(format::ActivationKind::relu, maker.linear(h, out, 9));
    const std::uint32_t deep = maker.linear(h, 9, 1);
    const std::uint32_t wide = maker.linear(maker.node(format::ConcatOp{}, turned), width, 1);
    maker.output("both", maker.node(format::AddOp{}, {deep, wide}));
    maker.output("wide", wide);
    if (seed % 2 == 0) maker.desc.layers = {{"sums", sums}};  // else fused with what follows
    model = maker.open();
  }

  ModelMaker maker;
  std::uint32_t width = 0, sums = 0;
  std::shared_ptr<exec::Model> model;

 private:
  std::uint32_t add_feature(std::uint32_t f) {
    const auto scope = static_cast<format::Scope>(maker.below(3));
    const std::string name = "f" + std::to_string(f);
    const bool numbers = f > 0 && maker.below(4) == 0;
    const std::uint32_t count = 1 + maker.below(numbers ? 3 : 20);
    width += count;
    const std::uint32_t feature = numbers ? maker.dense(name, scope, count) : maker.sparse(name, scope, 30);
    maker.desc.features[feature].group = "g" + std::to_string(maker.below(4));
    return numbers ? maker.node(format::DenseInputOp{feature}, {}) : maker.bag(feature, maker.table(30, count));
  }
};

class ObservedColumn final : public exec::TileObserver {
 public:
  explicit ObservedColumn(std::uint32_t column) : column_(column) {}
  base::Status tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept override {
    for (std::size_t row = 0; row < context.rows; ++row) {
      const ops::Place place = plan.observed[0].front();
      const kernels::Operand from = context.operand(place, ops::Level::row);
      found.push_back(from.data[(from.rows != nullptr ? from.rows[row] : row) * from.ld + column_]);
    }
    return {};
  }
  std::vector<float> found;

 private:
  std::uint32_t column_;
};

// F of each row as it is, then with each column of the level replaced.
inline std::vector<float> rescored(const std::shared_ptr<exec::Model>& model, const std::vector<float>& pooled,
                                   const std::vector<float>& base, SaliencyLevel level, std::uint32_t value,
                                   std::uint32_t column) {
  const std::size_t width = model->input_width();
  const lens::AttributionColumns columns(*model, level);
  std::vector<float> rows;
  for (std::size_t row = 0; row < pooled.size() / width; ++row)
    for (std::size_t k = 0; k <= columns.count(); ++k)
      for (std::size_t c = 0; c < width; ++c)
        rows.push_back(k > 0 && columns.of_input()[c] == k - 1 ? base[c] : pooled[row * width + c]);
  exec::SessionOptions options;
  options.given_inputs = true;
  options.observed = {value};
  auto session = exec::Session::create(model, *exec::Inputs::make({}), options);
  EXPECT_TRUE(session.ok()) << session.status().message();
  exec::Batch batch;
  batch.candidates = rows.size() / width;
  batch.given = rows.data();
  batch.given_stride = width;
  ObservedColumn scores(column);
  EXPECT_TRUE((*session)->observe(batch, scores).ok());
  return scores.found;
}

}  // namespace clicklens::testing
