#include "support/curved_model.h"

namespace clicklens::testing {

CurvedModel::CurvedModel() {
  using format::ActivationKind;
  using format::Scope;
  const auto bag = [this](const char* name, Scope scope, std::uint32_t dim) {
    return maker.bag(maker.sparse(name, scope, 40), maker.table(40, dim));
  };
  const std::uint32_t user = bag("user", Scope::request, 7), ad = bag("ad", Scope::candidate, 7);
  const std::uint32_t x = maker.node(format::ConcatOp{}, {user, bag("cross", Scope::pair, 3), ad});
  std::vector<std::uint32_t> made;
  for (int kind = static_cast<int>(ActivationKind::gelu); kind <= static_cast<int>(ActivationKind::reciprocal);
       ++kind) {
    made.push_back(function(static_cast<ActivationKind>(kind), maker.linear(x, 17, 6)));
    made.push_back(function(static_cast<ActivationKind>(kind), kind % 2 == 0 ? user : ad));
  }
  made.push_back(maker.node(format::ClipOp{-0.5f, 0.75f}, {maker.linear(x, 17, 6)}));
  const std::uint32_t all = maker.node(format::ConcatOp{}, made);
  maker.output("functions", maker.linear(all, 11 * 13 + 6, 1));

  const std::uint32_t fields = maker.node(format::ConcatOp{}, {user, ad});
  maker.desc.values[fields].fields = 2;
  const std::uint32_t factor = maker.node(format::ClipOp{.low = 0.25f}, {maker.linear(x, 17, 2)});
  const std::uint32_t each = maker.node(format::ConcatOp{}, {factor});
  maker.desc.values[each].fields = 2;
  std::uint32_t y = maker.node(format::SubtractOp{}, {fields, user});
  y = maker.node(format::DivideOp{}, {y, each});
  y = maker.node(format::MaximumOp{}, {y, ad});
  y = maker.node(format::MinimumOp{}, {maker.node(format::AddOp{}, {each, ad}), y});
  y = maker.node(format::DivideOp{}, {user, maker.node(format::ClipOp{.high = -0.25f}, {y})});
  maker.output("pairs", maker.linear(y, 14, 1));
}

// Away from poles and ends.
std::uint32_t CurvedModel::function(format::ActivationKind kind, std::uint32_t x) {
  using format::ActivationKind;
  if (kind == ActivationKind::log || kind == ActivationKind::sqrt || kind == ActivationKind::reciprocal)
    x = maker.node(format::ClipOp{.low = 0.125f}, {x});
  return maker.node(format::ActivationOp{kind, 0.7f, format::no_index}, {x});
}

}  // namespace clicklens::testing
