// What stands behind the handle of neurons.
#pragma once

#include "handles.h"
#include "lens/neurons.h"

struct clens_neurons {
  std::unique_ptr<clicklens::lens::Neurons> neurons;
};

namespace clicklens::capi {

clens_neuron neuron_to_c(const lens::NeuronFigures& from, std::uint32_t findings, std::uint32_t duplicate_of) noexcept;

// What lenses are told beside a batch, checked as far as the batch that goes with it does not check.
base::Status read_rows(const clens_rows* given, const clens_batch* batch, lens::NeuronRows& rows) noexcept;

}  // namespace clicklens::capi
