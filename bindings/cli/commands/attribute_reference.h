// What `attribute` takes from reference rows: their mean pooled inputs, the deviations around it, or the rows.
#pragma once

#include <string>
#include <vector>

#include "commands/options.h"
#include "engine/engine.h"

namespace clicklens::cli {

struct Reference {
  std::vector<float> means, deviations, rows;  // rows: of expected gradients alone
};

// Pooled inputs of a block's rows.
void pool(clens_explainer* explainer, const Block& block, std::size_t width, std::vector<float>& rows);
Reference read_reference(clens_explainer* explainer, const Model& model, const std::vector<std::string>& files,
                         const AttributeOptions& options);

}  // namespace clicklens::cli
