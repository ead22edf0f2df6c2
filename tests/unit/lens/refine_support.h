// What tests of refining share: a rectified network of three inputs, and scores of edited models on rows that were made
// for the first.
#pragma once

#include "kernels/dispatch.h"
#include "lens/refiner.h"
#include "support/made.h"

namespace clicklens::testing {

inline std::unique_ptr<lens::Refiner> refiner_of(const std::shared_ptr<exec::Model>& model) {
  auto refiner = lens::Refiner::create(model);
  EXPECT_TRUE(refiner.ok()) << refiner.status().message();
  return refiner.ok() ? std::move(*refiner) : nullptr;
}

// By candidate and task. Inputs that `model` has no feature for any more are sent all the same.
inline std::vector<float> logits_of(const std::shared_ptr<const exec::Model>& model, const format::ModelDesc& sent,
                                    const RandomBatch& batch, const kernels::Table* kernels = nullptr) {
  exec::SessionOptions options;
  options.kernels = kernels;
  const auto session = exec::Session::create(model, RandomBatch::inputs(sent), options);
  EXPECT_TRUE(session.ok()) << session.status().message();
  return session.ok() ? logits(**session, batch) : std::vector<float>();
}

inline std::vector<const kernels::Table*> all_kernels() {
  std::vector<const kernels::Table*> tables;
  for (const kernels::Isa isa : kernels::compiled_isas())
    if (kernels::supported(isa)) tables.push_back(kernels::table_for(isa));
  return tables;
}

// user (request), ad (candidate) and two dense numbers (pair) -> concat -> l1 -> relu -> l2 -> relu -> logit.
struct PlantedTower {
  explicit PlantedTower(std::uint32_t seed, std::uint32_t first = 24, std::uint32_t second = 12) : maker(seed) {
    const std::uint32_t user = maker.bag(mean("user", format::Scope::request), maker.table(40, 6));
    const std::uint32_t ad = maker.bag(mean("ad", format::Scope::candidate), maker.table(40, 5));
    const std::uint32_t numbers = maker.node(format::DenseInputOp{maker.dense("numbers", format::Scope::pair, 2)}, {});
    emb = maker.node(format::ConcatOp{}, {user, ad, numbers});
    l1 = maker.activation(format::ActivationKind::relu, linear(emb, 13, first));
    l2 = maker.activation(format::ActivationKind::relu, linear(l1, first, second));
    maker.output("click", linear(l2, second, 1));
    maker.desc.layers = {{"emb", emb}, {"l1", l1}, {"l2", l2}};
  }
  // Means are within what the table holds, so that something can be proven of them.
  std::uint32_t mean(const char* name, format::Scope scope) {
    return maker.sparse(name, scope, 40, format::Pooling::mean);
  }
  // Neuron j of a layer can never be above 0: nothing that has no bound pushes it up.
  void silence(std::size_t layer, std::size_t j) {
    bias(layer, j) = -1e3f;
    const std::size_t in = maker.desc.constants[ops[layer].weight].shape[1];
    for (std::size_t c = 0; c < in; ++c)
      if (layer > 0)
        weight(layer, j, c) = -std::abs(weight(layer, j, c));
      else if (c >= 11)
        weight(layer, j, c) = 0;
  }
  std::uint32_t linear(std::uint32_t input, std::uint32_t in, std::uint32_t out) {
    const std::uint32_t value = maker.linear(input, in, out);
    ops.push_back(std::get<format::LinearOp>(maker.desc.nodes[value].op));
    return value;
  }
  // A weight or bias of linear `layer`.
  float& weight(std::size_t layer, std::size_t out, std::size_t in) {
    const std::size_t columns = maker.desc.constants[ops[layer].weight].shape[1];
    return maker.constants[ops[layer].weight][out * columns + in];
  }
  float& bias(std::size_t layer, std::size_t out) { return maker.constants[ops[layer].bias][out]; }
  // After weights were changed by hand.
  std::shared_ptr<exec::Model> open() {
    for (const format::LinearOp& op : ops)
      for (const std::uint32_t constant : {op.weight, op.bias})
        maker.replace_constant(constant, std::vector<float>(maker.constants[constant]));
    return maker.open();
  }

  ModelMaker maker;
  std::uint32_t emb = 0, l1 = 0, l2 = 0;
  std::vector<format::LinearOp> ops;
};

// Neurons of these values over a batch.
inline std::unique_ptr<lens::Neurons> neurons_of(const std::shared_ptr<const exec::Model>& model,
                                                 std::vector<std::uint32_t> values, const format::ModelDesc& sent,
                                                 const RandomBatch& batch) {
  lens::NeuronsOptions wanted;
  wanted.values = values;
  auto neurons = lens::Neurons::create(model, wanted);
  EXPECT_TRUE(neurons.ok()) << neurons.status().message();
  exec::SessionOptions options;
  options.observed = std::move(values);
  const auto session = exec::Session::create(model, RandomBatch::inputs(sent), options);
  EXPECT_TRUE(session.ok()) << session.status().message();
  const base::Status added = (*neurons)->add(**session, batch.batch(), {});
  EXPECT_TRUE(added.ok()) << added.message();
  return std::move(*neurons);
}

}  // namespace clicklens::testing
