// The models of the parity tests. ParityModel: every scope, pooling and activation, widths that fit no vector, and one
// input so small that flush-to-zero would lose it.
#pragma once

#include "support/model_maker.h"

namespace clicklens::testing {

struct ParityModel {
  ModelMaker maker{7};

  ParityModel() : ParityModel(std::vector<format::ElementType>()) {}

 protected:
  explicit ParityModel(std::vector<format::ElementType> types) : types_(std::move(types)) {
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

 private:
  std::uint32_t bag(const std::string& name, format::Scope scope, std::uint32_t dim,
                    format::Pooling pooling = format::Pooling::sum, bool weighted = false) {
    const std::size_t table = maker.tables.size();
    const auto type = table < types_.size() ? types_[table] : format::ElementType::f32;
    return maker.bag(maker.sparse(name, scope, 50, pooling, weighted), maker.table(50, dim, type));
  }
  std::uint32_t batch_norm(std::uint32_t x, std::uint32_t columns) {
    const std::uint32_t scale = maker.constant({columns}, maker.draw(columns, 2.0f));
    return maker.node(format::BatchNormOp{scale, maker.constant({columns}, maker.draw(columns))}, {x});
  }
  // denormal rows times a large weight: of the size of everything else, unless flushed to zero
  std::uint32_t tiny_path() {
    const std::uint32_t shop = bag("shop", format::Scope::candidate, 4);
    const std::uint32_t small =
        maker.node(format::LinearOp{maker.constant({2, 4}, maker.draw(8, 1e-39f)), format::no_index}, {shop});
    return maker.node(format::LinearOp{maker.constant({1, 2}, {1e38f, -2e38f}), format::no_index}, {small});
  }

  std::vector<format::ElementType> types_;  // of the first tables
};

// The same with rows of every type.
struct NarrowModel : ParityModel {
  NarrowModel()
      : ParityModel(std::vector{format::ElementType::i8_row, format::ElementType::f16, format::ElementType::f32,
                                format::ElementType::i4_row, format::ElementType::bf16}) {}
};

// Values that two linears read, and bags read as fields: what the order of gradients shows in.
struct ForkedModel {
  ModelMaker maker{11};

  ForkedModel() {
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

 private:
  std::uint32_t bag(const std::string& name, format::Scope scope, std::uint32_t dim,
                    format::Pooling pooling = format::Pooling::sum) {
    return maker.bag(maker.sparse(name, scope, 50, pooling), maker.table(50, dim));
  }
};

}  // namespace clicklens::testing
