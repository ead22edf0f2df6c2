// Random models: features of every scope and pooling, then a random graph of all operators.
#pragma once

#include "support/model_maker.h"

namespace clicklens::testing {

class RandomModel {
 public:
  explicit RandomModel(std::uint32_t seed) : maker(seed) {
    const std::uint32_t features = 2 + maker.below(5);
    while (next_feature_ < features) add_feature(next_feature_++);
    add_concat();
    for (std::uint32_t n = 3 + maker.below(8); n > 0; --n) {
      if (maker.below(5) == 0) add_feature(next_feature_++);  // inputs may come late
      add_node();
    }
    add_concat();
    const std::uint32_t tasks = 1 + maker.below(2);
    for (std::uint32_t t = 0; t < tasks; ++t) add_output("task" + std::to_string(t));
  }

  ModelMaker maker;

 private:
  struct Known {
    std::uint32_t value, columns;
  };
  Known any() { return known_[maker.below(static_cast<std::uint32_t>(known_.size()))]; }
  void know(std::uint32_t value, std::uint32_t columns) { known_.push_back({value, columns}); }

  void add_feature(std::uint32_t f) {
    const auto scope = static_cast<format::Scope>(maker.below(3));
    const std::string name = "f" + std::to_string(f);
    if (maker.below(4) == 0) {
      const std::uint32_t width = 1 + maker.below(5);
      know(maker.node(format::DenseInputOp{maker.dense(name, scope, width)}, {}), width);
      return;
    }
    const auto pooling = static_cast<format::Pooling>(maker.below(4));
    const bool weighted = pooling != format::Pooling::max && maker.below(3) == 0;
    const std::uint32_t feature = maker.sparse(name, scope, 30, pooling, weighted);
    for (std::uint32_t tables = 1 + (maker.below(4) == 0 ? 1u : 0u); tables > 0; --tables) {
      const std::uint32_t dim = 1 + maker.below(20);
      know(maker.bag(feature, maker.table(30, dim)), dim);
    }
  }

  void add_concat() {
    std::vector<std::uint32_t> inputs;
    std::uint32_t columns = 0;
    for (std::uint32_t n = 2 + maker.below(4); n > 0; --n) {
      const Known x = any();
      inputs.push_back(x.value);
      columns += x.columns;
    }
    know(maker.node(format::ConcatOp{}, inputs), columns);
  }

  void add_node() {
    const Known x = any();
    switch (maker.below(8)) {
      case 0:
        return add_concat();
      case 1: {
        const std::uint32_t scale = maker.constant({x.columns}, maker.draw(x.columns));
        const std::uint32_t shift = maker.constant({x.columns}, maker.draw(x.columns));
        return know(maker.node(format::BatchNormOp{scale, shift}, {x.value}), x.columns);
      }
      case 2:
        return know(activation(x), x.columns);
      case 3:
        return know(maker.node(format::SumOp{}, {x.value}), 1);
      case 4: {
        const Known y = same_width(x);
        return know(maker.node(format::AddOp{}, {x.value, y.value}), x.columns);
      }
      case 5: {
        const Known y = same_width(x);
        return know(maker.node(format::MultiplyOp{}, {x.value, y.value}), x.columns);
      }
      default: {
        const std::uint32_t out = 1 + maker.below(40);
        const std::uint32_t y = maker.linear(x.value, x.columns, out, maker.below(4) != 0);
        return know(maker.below(3) == 0 ? y : activation({y, out}), out);
      }
    }
  }

  std::uint32_t activation(Known x) {
    const auto kind = static_cast<format::ActivationKind>(maker.below(5));
    if (kind != format::ActivationKind::prelu) return maker.activation(kind, x.value);
    const std::uint32_t count = maker.below(2) == 0 ? 1 : x.columns;
    return maker.node(format::ActivationOp{kind, 0.0f, maker.constant({count}, maker.draw(count))}, {x.value});
  }

  Known same_width(Known x) {
    for (const Known& other : known_)
      if (other.columns == x.columns && other.value != x.value) return other;
    return x;
  }

  void add_output(const std::string& name) {
    const Known x = any();
    std::uint32_t logit = maker.linear(x.value, x.columns, 1);
    if (maker.below(3) == 0) logit = maker.node(format::CalibrationOp{0.7f, -0.2f, {}, {}}, {logit});
    if (maker.below(3) == 0)
      logit = maker.node(format::CalibrationOp{1.0f, 0.0f, {-1.0f, 0.1f, 2.0f}, {-2.0f, 0.3f, 0.9f}}, {logit});
    maker.output(name, logit);
  }

  std::vector<Known> known_;
  std::uint32_t next_feature_ = 0;
};

}  // namespace clicklens::testing
