#include "format/node_constants.h"

#include <concepts>
#include <variant>

namespace clicklens::format {
namespace {

// By the names that operators' fields have, so that a new operator needs no line here: a test holds that the constants
// of every operator are found.
struct ConstantFinder {
  std::vector<std::uint32_t>& found;

  // Anything but an index is a number of the operator's own.
  template <class Field>
  void add(const Field& field) const {
    if constexpr (std::same_as<Field, std::uint32_t>)
      if (field != no_index) found.push_back(field);
  }
  template <class Op>
  void operator()(const Op& op) const {
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

}  // namespace

std::vector<std::uint32_t> node_constants(const NodeDesc& node) {
  std::vector<std::uint32_t> found;
  std::visit(ConstantFinder{found}, node.op);
  return found;
}

}  // namespace clicklens::format
