// What `refine` learns from data, by the model as edited so far.
#pragma once

#include <string>
#include <vector>

#include "commands/options.h"
#include "engine/engine.h"

namespace clicklens::cli {

// Mean pooled inputs over all rows of the files.
std::vector<float> learn_means(const Model& model, const std::vector<std::string>& files, const ReadOptions& read);

// What the neurons of these values do on all rows of the files.
Handle<clens_neurons> learn_neurons(const Model& model, const std::vector<std::size_t>& values,
                                    const std::vector<std::string>& files, const ReadOptions& read);

// A probe of one value, as `probe --fit` makes it.
Handle<clens_probe> learn_probe(const Model& model, const std::string& layer, const RefineOptions& options);

struct LabelledLogits {
  std::vector<float> logits;
  std::vector<std::uint8_t> labels;
};
LabelledLogits learn_logits(const Model& model, std::size_t task, const RefineOptions& options);

}  // namespace clicklens::cli
