// Whether pooled inputs may be exchanged behind the first linears: nothing but linears reads them, and those read
// nothing else.
#pragma once

#include <vector>

#include "exec/model.h"

namespace clicklens::exec {

class ExchangedInputs {
 public:
  explicit ExchangedInputs(const Model& model);

  // UNSUPPORTED: names the node that stands in the way.
  [[nodiscard]] base::Status check() const;
  // Made of pooled inputs by views alone.
  [[nodiscard]] bool holds_inputs(std::uint32_t value) const { return holds_inputs_[value]; }
  // Of a value for which check() holds; empty unless it holds inputs. A linear that reads it has weights for each
  // column, so their number bounds the walk.
  [[nodiscard]] std::vector<ops::InputColumns> columns(std::uint32_t value) const;
  // Nodes that read such values.
  [[nodiscard]] std::vector<std::uint32_t> linears() const;

 private:
  [[nodiscard]] bool reads_inputs(std::uint32_t node) const;

  const Model& model_;
  std::vector<bool> holds_inputs_, holds_others_;  // by value
  std::vector<std::uint32_t> block_of_;            // by value; no_index: none
};

}  // namespace clicklens::exec
