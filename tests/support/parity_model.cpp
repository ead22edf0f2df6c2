#include "support/parity_model.h"

namespace clicklens::testing {

ParityModel::ParityModel(std::vector<format::ElementType> types) : types_(std::move(types)) {
  using format::ActivationKind;
  using format::Pooling;
  using format::Scope;
  const std::uint32_t user = bag("user", Scope::request, 17);
  const std::uint32_t history = bag("history", Scope::request, 8, Pooling::mean, true);
  const std::uint32_t ad = bag("ad", Scope::candidate, 16);
  const std::uint32_t words = bag("words", Scope::candidate, 5, Pooling::sqrtn);
  const std::uint32_t cross = bag("cross", Scope::pair, 3, Pooling::max);
  const std::uint32_t price = maker.node(format::DenseInputOp{maker.dense("price", Scope::candidate, 2)}, {});
  const std::uint32_t x = maker.node(format::ConcatOp{}, {user, ad, history, words, cross, price});
  std::uint32_t h = maker.linear(x, 51, 70);
  h = batch_norm(h, 70);
  h = maker.activation(ActivationKind::relu, h);
  h = maker.activation(ActivationKind::tanh, maker.linear(h, 70, 33));
  h = maker.activation(ActivationKind::leaky_relu, maker.linear(h, 33, 16));
  h = maker.activation(ActivationKind::sigmoid, maker.linear(h, 16, 9));
  const std::uint32_t deep = maker.linear(h, 9, 1);
  const std::uint32_t wide = maker.node(format::SumOp{}, {x});
  const std::uint32_t tiny = tiny_path();
  const std::uint32_t all = maker.node(format::ConcatOp{}, {deep, wide, tiny});
  maker.output("ctr", maker.linear(all, 3, 1));
  maker.output("wide", wide);
}

std::uint32_t ParityModel::bag(const std::string& name, format::Scope scope, std::uint32_t dim, format::Pooling pooling,
                               bool weighted) {
  const std::size_t table = maker.tables.size();
  const auto type = table < types_.size() ? types_[table] : format::ElementType::f32;
  return maker.bag(maker.sparse(name, scope, 50, pooling, weighted), maker.table(50, dim, type));
}

std::uint32_t ParityModel::batch_norm(std::uint32_t x, std::uint32_t columns) {
  const std::uint32_t scale = maker.constant({columns}, maker.draw(columns, 2.0f));
  return maker.node(format::BatchNormOp{scale, maker.constant({columns}, maker.draw(columns))}, {x});
}

std::uint32_t ParityModel::tiny_path() {
  const std::uint32_t shop = bag("shop", format::Scope::candidate, 4);
  const std::uint32_t small =
      maker.node(format::LinearOp{maker.constant({2, 4}, maker.draw(8, 1e-39f)), format::no_index}, {shop});
  return maker.node(format::LinearOp{maker.constant({1, 2}, {1e38f, -2e38f}), format::no_index}, {small});
}

ForkedModel::ForkedModel() {
  using format::ActivationKind;
  using format::Scope;
  const std::uint32_t user = bag("user", Scope::request, 12);
  const std::uint32_t ad = bag("ad", Scope::candidate, 12);
  const std::uint32_t cross = bag("cross", Scope::pair, 7, format::Pooling::mean);
  const std::uint32_t fields = maker.node(format::ConcatOp{}, {user, ad});
  maker.desc.values[fields].fields = 2;
  const std::uint32_t pooled = maker.node(format::SumOp{}, {fields});
  const std::uint32_t x = maker.node(format::ConcatOp{}, {cross, user, ad, pooled});
  const std::uint32_t left = maker.activation(ActivationKind::relu, maker.linear(x, 43, 37));
  const std::uint32_t right = maker.activation(ActivationKind::tanh, maker.linear(x, 43, 21));
  const std::uint32_t gate = maker.activation(ActivationKind::sigmoid, maker.linear(left, 37, 18));
  const std::uint32_t gated = maker.node(format::MultiplyOp{}, {maker.linear(left, 37, 18, false), gate});
  maker.output("ctr", maker.linear(maker.node(format::ConcatOp{}, {gated, right}), 39, 1));
  maker.output("cvr", maker.linear(right, 21, 1));
}

std::uint32_t ForkedModel::bag(const std::string& name, format::Scope scope, std::uint32_t dim,
                               format::Pooling pooling) {
  return maker.bag(maker.sparse(name, scope, 50, pooling), maker.table(50, dim));
}

HistoryModel::HistoryModel() {
  using format::Align;
  using format::GruKind;
  using format::Scope;
  const std::uint32_t clicks = maker.sparse("clicks", Scope::request, 50, format::Pooling::mean, true);
  maker.desc.features[clicks].max_length = 4;
  maker.desc.features[clicks].keep_last = true;
  const std::uint32_t items = maker.table(50, 8);
  const std::uint32_t rows = maker.node(format::SequenceOp{clicks, items, Align::first}, {});
  const std::uint32_t late = maker.node(format::SequenceOp{clicks, maker.table(50, 8), Align::last}, {});
  const std::uint32_t mask = maker.node(format::SequenceMaskOp{clicks, Align::first}, {});
  const std::uint32_t pooled = maker.bag(clicks, items);
  const std::uint32_t target = maker.bag(maker.sparse("ad", Scope::candidate, 50), items);

  const std::uint32_t states = gru(8, 6, GruKind::gru, {rows, mask});
  const std::uint32_t scores = maker.node(format::MatMulOp{true}, {maker.linear(target, 8, 6), states});
  const std::uint32_t share = maker.node(format::SoftmaxOp{}, {scores, mask});
  const std::uint32_t evolved = gru(6, 5, GruKind::augru, {states, share, mask});
  const std::uint32_t stood_in = gru(8, 5, GruKind::agru, {late, scores});
  const std::uint32_t last = maker.node(format::SelectOp{{15, 16, 17, 18, 19}}, {evolved});
  format::SelectOp turn;
  for (std::uint32_t c = 0; c < 6; ++c)
    for (std::uint32_t t = 0; t < 4; ++t) turn.columns.push_back(t * 6 + c);
  const std::uint32_t turned = maker.node(std::move(turn), {states});
  maker.desc.values[turned].fields = 6;
  const std::uint32_t bias = maker.constant({3}, maker.draw(3));
  const std::uint32_t mixed = maker.node(format::FieldMixOp{maker.constant({3, 6}, maker.draw(18)), bias}, {turned});
  const std::uint32_t top = maker.node(format::FieldMaxOp{}, {late});
  const std::uint32_t all = maker.node(format::ConcatOp{}, {last, mixed, top, pooled, target});
  const std::uint32_t hidden = maker.activation(format::ActivationKind::relu, maker.linear(all, 41, 19));
  maker.output("ctr", maker.linear(hidden, 19, 1));
  const std::uint32_t twice = maker.node(format::SelectOp{{3, 0, 3, 19, 7, 7}}, {stood_in});
  maker.output("cvr", maker.linear(twice, 6, 1));
}

std::uint32_t HistoryModel::gru(std::uint32_t width, std::uint32_t size, format::GruKind kind,
                                std::vector<std::uint32_t> inputs) {
  const auto weights = [&](std::uint32_t columns) {
    return maker.constant({3 * size, columns}, maker.draw(std::size_t{3} * size * columns));
  };
  const std::uint32_t input = weights(width), hidden = weights(size);
  const std::uint32_t bias = maker.constant({3 * size}, maker.draw(std::size_t{3} * size));
  return maker.node(format::GruOp{input, hidden, bias, format::no_index, kind}, std::move(inputs));
}

}  // namespace clicklens::testing
