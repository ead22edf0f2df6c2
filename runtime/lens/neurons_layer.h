// Everything that is kept of one watched value, and what its findings may be about.
#pragma once

#include <optional>
#include <string>

#include "exec/model.h"
#include "lens/neurons_bins.h"
#include "lens/neurons_buckets.h"
#include "lens/neurons_columns.h"
#include "lens/neurons_moments.h"

namespace clicklens::lens {

// Findings are about what the network computes. A value that is inputs alone (bags, dense inputs, concats of them) has
// figures but no findings: its columns are what the tables and the traffic are.
enum class NeuronKind : std::uint8_t { input, rectified, sigmoid, tanh, other };

// rectified: comes out of a relu, or is read by relus alone, so that <= 0 means silent.
NeuronKind kind_of(const exec::Model& model, std::uint32_t value);

struct NeuronLayer {
  NeuronLayer(const exec::Model& model, std::uint32_t value, std::uint32_t flags, std::uint32_t buckets);
  // As a file says, or columns that are no value of a model; `binned`: with counts.
  NeuronLayer(std::uint32_t value, std::uint32_t width, NeuronKind kind, std::uint32_t flags, std::uint32_t buckets,
              bool binned = true);

  void set_classes(std::size_t classes);
  void merge(const NeuronLayer& other);  // both settled
  // Sums at hand go where they can be read.
  void settle();
  void add(const kernels::Table& kernels, const std::vector<ops::Place>& places, const NeuronTile& tile,
           MomentBlock::Kept& kept);

  std::uint32_t value;
  std::uint32_t width;
  NeuronKind kind;
  std::string name;
  std::size_t offset = 0;  // of its columns in a sampled row
  NeuronColumns columns;
  NeuronCounts counts;
  std::optional<NeuronBuckets> buckets;     // clustered
  std::vector<MomentBlock> blocks;          // by class
  std::vector<std::uint8_t> provably_dead;  // by column; empty: was not asked for
};

}  // namespace clicklens::lens
