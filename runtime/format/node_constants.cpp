#include "format/node_constants.h"

#include <concepts>
#include <type_traits>
#include <variant>

namespace clicklens::format {
namespace {

// By the names that operators' fields have, so that a new operator needs no line here: a test holds that the constants
// of every operator are found.
template <class Use>
struct ConstantFields {
  Use use;

  // Anything but an index is a number of the operator's own.
  template <class Field>
  void add(Field& field) const {
    if constexpr (std::same_as<std::remove_const_t<Field>, std::uint32_t>)
      if (field != no_index) use(field);
  }
  template <class Op>
  void operator()(Op& op) const {
    if constexpr (requires { op.weight; }) add(op.weight);
    if constexpr (requires { op.bias; }) add(op.bias);
    if constexpr (requires { op.weight_ih; }) add(op.weight_ih);
    if constexpr (requires { op.weight_hh; }) add(op.weight_hh);
    if constexpr (requires { op.bias_ih; }) add(op.bias_ih);
    if constexpr (requires { op.bias_hh; }) add(op.bias_hh);
    if constexpr (requires { op.slopes; }) add(op.slopes);
    if constexpr (requires { op.scale; }) add(op.scale);
    if constexpr (requires { op.shift; }) add(op.shift);
  }
};

template <class Use>
void each_constant(Use use, auto& op) {
  std::visit(ConstantFields<Use>{use}, op);
}

}  // namespace

std::vector<std::uint32_t> node_constants(const NodeDesc& node) {
  std::vector<std::uint32_t> found;
  each_constant([&found](std::uint32_t index) { found.push_back(index); }, node.op);
  return found;
}

NodeReads node_reads(const NodeDesc& node) {
  NodeReads reads;
  std::visit(
      [&reads](const auto& op) {
        if constexpr (requires { op.feature; }) reads.feature = op.feature;
        if constexpr (requires { op.table; }) reads.table = op.table;
      },
      node.op);
  return reads;
}

void renumber(NodeDesc& node, const Renumbered& to) {
  each_constant([&to](std::uint32_t& index) { index = to.constants[index]; }, node.op);
  std::visit(
      [&to](auto& op) {
        if constexpr (requires { op.feature; }) op.feature = to.features[op.feature];
        if constexpr (requires { op.table; }) op.table = to.tables[op.table];
      },
      node.op);
}

}  // namespace clicklens::format
