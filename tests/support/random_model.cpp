#include "support/random_model.h"

#include <algorithm>

namespace clicklens::testing {

RandomModel::RandomModel(std::uint32_t seed) : maker(seed) {
  const std::uint32_t features = 2 + maker.below(5);
  while (next_feature_ < features) add_feature(next_feature_++);
  add_concat();
  if (maker.below(2) == 0) add_fields();
  for (std::uint32_t n = 3 + maker.below(8); n > 0; --n) {
    if (maker.below(5) == 0) add_feature(next_feature_++);  // inputs may come late
    add_node();
  }
  add_output("task0", join_last());
  if (maker.below(2) == 0) add_output("task1", any());
}

void RandomModel::know(std::uint32_t value, std::uint32_t columns, std::uint32_t fields) {
  known_.push_back({value, columns, fields});
}

void RandomModel::add_feature(std::uint32_t f) {
  const auto scope = static_cast<format::Scope>(maker.below(3));
  const std::string name = "f" + std::to_string(f);
  if (maker.below(4) == 0) {
    const std::uint32_t width = 1 + maker.below(5);
    know(maker.node(format::DenseInputOp{maker.dense(name, scope, width)}, {}), width);
    return;
  }
  const std::uint32_t feature = add_sparse(name, scope);
  for (std::uint32_t tables = 1 + (maker.below(4) == 0 ? 1u : 0u); tables > 0; --tables) {
    const std::uint32_t dim = 1 + maker.below(20);
    know(maker.bag(feature, table(dim)), dim);
  }
}

std::uint32_t RandomModel::table(std::uint32_t dim) {
  return maker.table(30, dim, static_cast<format::ElementType>(maker.tables.size() % 5));
}

std::uint32_t RandomModel::add_sparse(const std::string& name, format::Scope scope) {
  const auto pooling = static_cast<format::Pooling>(maker.below(4));
  const bool weighted = pooling != format::Pooling::max && maker.below(3) == 0;
  return maker.sparse(name, scope, 30, pooling, weighted);
}

void RandomModel::add_fields() {
  const std::uint32_t fields = 2 + maker.below(3);
  const std::uint32_t width = 1 + maker.below(6);
  std::vector<std::uint32_t> bags;
  while (bags.size() < fields) {
    const auto scope = static_cast<format::Scope>(maker.below(3));
    const std::uint32_t feature = add_sparse("f" + std::to_string(next_feature_++), scope);
    bags.push_back(maker.bag(feature, table(width)));
  }
  const std::uint32_t x = maker.node(format::ConcatOp{}, bags);
  maker.desc.values[x].fields = fields;
  know(x, fields * width, fields);
  know(maker.node(format::SumOp{}, {x}), width);
}

RandomModel::Known RandomModel::some_fields() {
  for (std::size_t k = known_.size(); k-- > 0;)
    if (known_[k].fields > 1 && known_[k].fields <= 6) return known_[k];
  add_fields();
  return known_[known_.size() - 2];
}

// More fields than a block of dots has, of any scopes.
RandomModel::Known RandomModel::many_fields() {
  const std::uint32_t fields = 17 + maker.below(20), width = 1 + maker.below(3);
  std::vector<std::uint32_t> bags;
  const std::uint32_t rows = table(width);
  for (const std::uint32_t scope : {0u, 1u, 2u}) {
    const std::uint32_t feature = add_sparse("f" + std::to_string(next_feature_++), static_cast<format::Scope>(scope));
    bags.push_back(maker.bag(feature, rows));
  }
  std::vector<std::uint32_t> parts;
  while (parts.size() < fields) parts.push_back(bags[maker.below(3)]);
  const std::uint32_t x = maker.node(format::ConcatOp{}, parts);
  maker.desc.values[x].fields = fields;
  return {x, fields * width, fields};
}

void RandomModel::add_interaction() {
  if (maker.below(4) == 0) {
    const Known x = many_fields();
    return know(maker.node(format::PairwiseDotOp{}, {x.value}), x.fields * (x.fields - 1) / 2);
  }
  const Known x = some_fields();
  if (maker.below(2) == 0) return know(maker.node(format::BiInteractionOp{}, {x.value}), x.columns / x.fields);
  know(maker.node(format::PairwiseDotOp{}, {x.value}), x.fields * (x.fields - 1) / 2);
}

void RandomModel::add_attention() {
  const Known x = some_fields();
  const std::uint32_t width = x.columns / x.fields, size = 1 + maker.below(5);
  const auto turned = [&](std::uint32_t out) {
    const std::uint32_t weight = maker.constant({out, width}, maker.draw(std::size_t{out} * width, 0.7f));
    const std::uint32_t bias = maker.below(2) == 0 ? maker.constant({out}, maker.draw(out)) : format::no_index;
    return maker.node(format::FieldLinearOp{weight, bias}, {x.value});
  };
  const std::uint32_t scores = maker.node(format::MatMulOp{true}, {turned(size), turned(size)});
  std::vector<std::uint32_t> inputs = {scores};
  if (maker.below(2) == 0) {  // relu: some zeros
    const Known from = any();
    inputs.push_back(maker.activation(format::ActivationKind::relu, maker.linear(from.value, from.columns, x.fields)));
  }
  const std::uint32_t share = maker.node(format::SoftmaxOp{}, inputs);
  know(share, x.fields * x.fields, x.fields);
  const std::uint32_t out = 1 + maker.below(5);
  const std::uint32_t mixed = maker.node(format::MatMulOp{false}, {share, turned(out)});
  know(mixed, x.fields * out, x.fields);
  add_norm({mixed, x.fields * out, x.fields});
}

// Runs of columns, long or short, some of them twice; or the value as a matrix, turned round.
void RandomModel::add_select() {
  const Known x = any();
  format::SelectOp select;
  std::uint32_t fields = 1;
  if (maker.below(3) == 0) {
    fields = x.columns / x.fields;
    for (std::uint32_t c = 0; c < fields; ++c)
      for (std::uint32_t f = 0; f < x.fields; ++f) select.columns.push_back(f * fields + c);
  } else {
    const std::uint32_t longest = maker.below(2) == 0 ? 4 : 20;
    for (std::uint32_t n = 1 + maker.below(4); n > 0; --n) {
      const std::uint32_t begin = maker.below(x.columns), end = std::min(x.columns, begin + 1 + maker.below(longest));
      for (std::uint32_t c = begin; c < end; ++c) select.columns.push_back(c);
    }
  }
  const auto columns = static_cast<std::uint32_t>(select.columns.size());
  if (fields == 1 && columns % 3 == 0) fields = 3;
  const std::uint32_t y = maker.node(std::move(select), {x.value});
  maker.desc.values[y].fields = fields;
  know(y, columns, fields);
}

// A feature's rows kept apart, of one or two tables, pooled as well or not; its mask; attention over it.
void RandomModel::add_sequence() {
  const auto scope = static_cast<format::Scope>(maker.below(3));
  const std::uint32_t feature = add_sparse("f" + std::to_string(next_feature_++), scope);
  const std::uint32_t length = 1 + maker.below(6), dim = 1 + maker.below(6);
  maker.desc.features[feature].max_length = length;
  maker.desc.features[feature].keep_last = maker.below(2) == 0;
  const auto align = static_cast<format::Align>(maker.below(2));
  const std::uint32_t rows = maker.node(format::SequenceOp{feature, table(dim), align}, {});
  know(rows, length * dim, length);
  if (maker.below(3) == 0) know(maker.bag(feature, table(dim)), dim);
  if (maker.below(3) == 0) {
    const auto other = static_cast<format::Align>(maker.below(2));
    know(maker.node(format::SequenceOp{feature, table(dim), other}, {}), length * dim, length);
  }
  const std::uint32_t mask = maker.node(format::SequenceMaskOp{feature, align}, {});
  const Known from = any();
  const std::uint32_t query = maker.linear(from.value, from.columns, dim);
  const std::uint32_t scores = maker.node(format::MatMulOp{true}, {query, rows});
  const std::uint32_t share = maker.node(format::SoftmaxOp{}, {scores, mask});
  know(maker.node(format::MatMulOp{false}, {share, rows}), dim);
  if (maker.below(2) == 0) know(mask, length);
}

// Over any fields; its attention, of any sign, and mask from anywhere.
void RandomModel::add_gru() {
  const Known x = some_fields();
  const std::uint32_t width = x.columns / x.fields, size = 1 + maker.below(7);
  const auto weights = [&](std::uint32_t columns) {
    return maker.constant({3 * size, columns}, maker.draw(std::size_t{3} * size * columns, 0.7f));
  };
  const auto bias = [&] {
    return maker.below(2) == 0 ? maker.constant({3 * size}, maker.draw(std::size_t{3} * size, 0.3f)) : format::no_index;
  };
  format::GruOp gru{weights(width), weights(size), bias(), bias(), static_cast<format::GruKind>(maker.below(3))};
  std::vector<std::uint32_t> inputs = {x.value};
  const auto steered = [&] {
    const Known from = any();
    return maker.linear(from.value, from.columns, x.fields);
  };
  if (gru.kind != format::GruKind::gru) inputs.push_back(steered());
  if (maker.below(2) == 0) inputs.push_back(maker.activation(format::ActivationKind::relu, steered()));
  know(maker.node(gru, inputs), x.fields * size, x.fields);
}

void RandomModel::add_mix() {
  const Known x = some_fields();
  const std::uint32_t width = x.columns / x.fields, out = 1 + maker.below(5);
  if (maker.below(2) == 0) return know(maker.node(format::FieldMaxOp{}, {x.value}), width);
  const std::uint32_t weight = maker.constant({out, x.fields}, maker.draw(std::size_t{out} * x.fields, 0.7f));
  const std::uint32_t bias = maker.below(2) == 0 ? maker.constant({out}, maker.draw(out)) : format::no_index;
  know(maker.node(format::FieldMixOp{weight, bias}, {x.value}), out * width, out);
}

void RandomModel::add_norm(Known x) {
  const std::uint32_t width = x.columns / x.fields;
  format::LayerNormOp norm;
  norm.eps = 0.1f;  // of a field of one number the variance is 0
  if (maker.below(2) == 0) {
    norm.scale = maker.constant({width}, maker.draw(width));
    norm.shift = maker.constant({width}, maker.draw(width));
  }
  know(maker.node(norm, {x.value}), x.columns, x.fields);
}

// With a factor or term for each field, for each column of a field, or for all.
void RandomModel::add_broadcast() {
  const Known x = some_fields();
  const std::uint32_t width = x.columns / x.fields, fields = maker.below(2) == 0 ? x.fields : 1;
  const std::uint32_t columns = maker.below(2) == 0 ? fields : fields * width;
  const Known from = any();
  const std::uint32_t other = maker.node(format::ConcatOp{}, {maker.linear(from.value, from.columns, columns)});
  maker.desc.values[other].fields = fields;
  std::vector<std::uint32_t> both = {x.value, other};
  if (maker.below(2) == 0) std::swap(both[0], both[1]);
  know(two_inputs(both), x.columns, x.fields);
}

// Any operator of two values of what fits; a divisor is kept away from 0.
std::uint32_t RandomModel::two_inputs(std::vector<std::uint32_t> both) {
  switch (maker.below(6)) {
    case 0:
      return maker.node(format::AddOp{}, both);
    case 1:
      return maker.node(format::SubtractOp{}, both);
    case 2:
      both[1] = maker.node(format::ClipOp{0.5f, 3.0f}, {both[1]});
      return maker.node(format::DivideOp{}, both);
    case 3:
      return maker.node(format::MaximumOp{}, both);
    case 4:
      return maker.node(format::MinimumOp{}, both);
    default:
      return maker.node(format::MultiplyOp{}, both);
  }
}

// Functions with a pole or an end, where they have neither.
void RandomModel::add_function(Known x) {
  using format::ActivationKind;
  constexpr ActivationKind kinds[] = {ActivationKind::exp, ActivationKind::log, ActivationKind::sqrt,
                                      ActivationKind::reciprocal};
  const ActivationKind kind = kinds[maker.below(4)];
  const format::ClipOp clip = kind == ActivationKind::exp ? format::ClipOp{-2.0f, 2.0f} : format::ClipOp{.low = 0.25f};
  know(maker.activation(kind, maker.node(clip, {x.value})), x.columns, x.fields);
}

void RandomModel::add_concat() {
  std::vector<std::uint32_t> inputs;
  std::uint32_t columns = 0;
  for (std::uint32_t n = 2 + maker.below(4); n > 0; --n) {
    const Known x = any();
    inputs.push_back(x.value);
    columns += x.columns;
  }
  know(maker.node(format::ConcatOp{}, inputs), columns);
}

RandomModel::Known RandomModel::join_last() {
  std::vector<std::uint32_t> inputs;
  std::uint32_t columns = 0;
  for (std::size_t k = known_.size() - std::min<std::size_t>(known_.size(), 4); k < known_.size(); ++k) {
    inputs.push_back(known_[k].value);
    columns += known_[k].columns;
  }
  know(maker.node(format::ConcatOp{}, inputs), columns);
  return known_.back();
}

void RandomModel::add_fork() {
  const Known x = any();
  const std::uint32_t out = 1 + maker.below(20);
  const std::uint32_t left = maker.linear(x.value, x.columns, out);
  const std::uint32_t right = activation({maker.linear(x.value, x.columns, out, false), out});
  const std::vector<std::uint32_t> both = {left, right};
  know(two_inputs(both), out);
}

void RandomModel::add_node() {
  const Known x = any();
  switch (maker.below(25)) {
    case 0:
      return add_concat();
    case 1: {
      const std::uint32_t count = maker.below(4) == 0 ? 1 : x.columns;
      const std::uint32_t scale = maker.constant({count}, maker.draw(count));
      const std::uint32_t shift = maker.constant({count}, maker.draw(count));
      return know(maker.node(format::BatchNormOp{scale, shift}, {x.value}), x.columns, x.fields);
    }
    case 2:
      return know(activation(x), x.columns, x.fields);
    case 3:
      return know(maker.node(format::SumOp{}, {x.value}), x.fields == 1 ? 1 : x.columns / x.fields);
    case 4: {
      const Known y = same_shape(x);
      return know(two_inputs({x.value, y.value}), x.columns, x.fields);
    }
    case 5: {
      const Known y = same_shape(x);
      return know(maker.node(format::MultiplyOp{}, {x.value, y.value}), x.columns, x.fields);
    }
    case 6:
      return add_fields();
    case 7:
      return add_fork();
    case 8:
      return add_interaction();
    case 9:
      return add_broadcast();
    case 10:
      return add_attention();
    case 11:
      return add_norm(x);
    case 12:
    case 13:
      return add_select();
    case 14:
      return add_mix();
    case 15:
    case 16:
      return add_sequence();
    case 17:
    case 18:
      return add_gru();
    case 19:
    case 20:
      return add_function(x);
    case 21:
      return know(maker.node(format::ClipOp{-0.5f, 0.75f}, {x.value}), x.columns, x.fields);
    default: {
      const std::uint32_t out = 1 + maker.below(40);
      const std::uint32_t y = maker.linear(x.value, x.columns, out, maker.below(4) != 0);
      return know(maker.below(3) == 0 ? y : activation({y, out}), out);
    }
  }
}

std::uint32_t RandomModel::activation(Known x) {
  using format::ActivationKind;
  constexpr ActivationKind kinds[] = {ActivationKind::relu,      ActivationKind::leaky_relu, ActivationKind::prelu,
                                      ActivationKind::sigmoid,   ActivationKind::tanh,       ActivationKind::gelu,
                                      ActivationKind::gelu_tanh, ActivationKind::silu,       ActivationKind::elu,
                                      ActivationKind::softplus,  ActivationKind::abs,        ActivationKind::erf};
  const ActivationKind kind = kinds[maker.below(12)];
  if (kind == ActivationKind::elu) return maker.node(format::ActivationOp{kind, 0.7f, format::no_index}, {x.value});
  if (kind != ActivationKind::prelu) return maker.activation(kind, x.value);
  const std::uint32_t count = maker.below(2) == 0 ? 1 : x.columns;
  return maker.node(format::ActivationOp{kind, 0.0f, maker.constant({count}, maker.draw(count))}, {x.value});
}

RandomModel::Known RandomModel::same_shape(Known x) {
  for (const Known& other : known_)
    if (other.columns == x.columns && other.fields == x.fields && other.value != x.value) return other;
  return x;
}

void RandomModel::add_output(const std::string& name, Known x) {
  std::uint32_t logit = maker.linear(x.value, x.columns, 1);
  if (maker.below(3) == 0) logit = maker.node(format::CalibrationOp{0.7f, -0.2f, {}, {}}, {logit});
  if (maker.below(3) == 0)
    logit = maker.node(format::CalibrationOp{1.0f, 0.0f, {-1.0f, 0.1f, 2.0f}, {-2.0f, 0.3f, 0.9f}}, {logit});
  maker.output(name, logit);
}

}  // namespace clicklens::testing
