// A layer's columns between the lens and the plain form of schemas/profile.fbs.
#pragma once

#include "format/profile_desc.h"
#include "lens/neurons_layer.h"

namespace clicklens::lens {

// `rows_of[class]`. The layer is settled.
format::NeuronLayerDesc save_layer(const NeuronLayer& layer, const std::uint64_t (&rows_of)[2]);
// Into a layer of as many classes, columns and buckets.
void restore_layer(const format::NeuronLayerDesc& from, const std::uint64_t (&rows_of)[2], NeuronLayer& layer);

}  // namespace clicklens::lens
