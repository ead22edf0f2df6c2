// What a session does for a batch of requests, for a tile of candidates, and back: made once, when the
// session is created, from the graph, what is to be captured and whether gradients are wanted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/arena.h"
#include "exec/cached.h"
#include "exec/early_exit.h"
#include "exec/model.h"
#include "exec/probe_step.h"
#include "ops/step.h"

namespace clicklens::exec {

struct PlanOptions {
  std::size_t tile_rows = 0;
  bool gradients = false;
  bool group_gradients = false;         // with gradients: only sums of gradient x input over feature groups are read
  std::vector<std::uint32_t> captures;  // values
  std::vector<std::uint32_t> observed;  // values
  std::vector<std::uint32_t> observed_gradients;  // values
  std::span<const ProbeWeights> probes;
  std::optional<ExitRule> exit;
  ops::Precision precision = ops::Precision::f32;
  std::vector<std::uint32_t> full_precision;  // outputs of linears that stay float32
  bool cache = false;                         // candidate columns are apart: they may come from a candidate cache
  bool given_inputs = false;                  // pooled inputs are read from the batch
  bool pairs = false;                         // backward by differences
  bool exchanges = false;                     // with given inputs: runs again for each set of exchanged columns
  bool inputs_only = false;                   // ends with the pooled inputs
  bool every_candidate = false;               // with cache: all values are made and kept
};

// Of one plan, backwards included. A file of a few hundred kilobytes can ask for any number of steps: a backward
// each of a long chain of captured values, a call each for scattered columns.
constexpr std::size_t most_steps = std::size_t{1} << 20;

using Steps = std::vector<std::unique_ptr<ops::Step>>;

// From the gradient of one value to the gradients of all inputs.
struct BackwardPlan {
  std::uint32_t target = 0;  // value
  ops::Place seed;           // its gradient: all columns, to be filled before the steps run
  ops::Place logit;          // its first column, where it is an output
  Steps steps;
  // With grouped inputs: what stands for their gradients. Else they have gradients like others.
  bool groups_inputs = false;
  std::vector<ops::GroupProduct> products;
};

// Scratch for group products: of product_rows requests at a time.
constexpr std::size_t product_rows = 9;  // of one tile of the widest kernel: more no longer fit the first-level cache
struct ProductScratch {
  ops::Place columns, sums;        // x - mean of a stretch; weights x columns
  std::size_t request_of_row = 0;  // offset of tile_rows u32
};

// What happens between a probe and the end of the tile, where rows may stop there.
struct ExitPlan {
  ExitRule rule;
  std::vector<ops::Place> live;  // what the rows that go on take along
  Steps after;                   // for them alone
  std::size_t row_of = 0;        // offset of tile_rows u32: row of the tile, by row that goes on
};

struct ProbePlan {
  ops::Place logit;   // one column, to the end of the tile
  bool late = false;  // made behind the exit: has the rows that go on
};

// Where a tile's rows of a cache are listed: offsets into the block.
struct CacheRoom {
  std::size_t candidate_of_row = 0;  // tile_rows u32
  std::size_t rows = 0;              // tile_rows u32: of the cache
  std::size_t stretches = 0;         // a CopyStretch for each of Plan::cached
};

struct Plan {
  std::size_t tile_rows = 0;
  std::size_t block_bytes = 0;  // of one strand
  Steps per_requests, per_candidates, per_tile;
  std::vector<ops::Place> logits;               // by output
  std::vector<std::vector<ops::Place>> inputs;  // by input block: the pooled values
  std::vector<ops::Place> input_gradients;      // by input block; empty without gradients
  std::vector<bool> grouped;                    // by input block, in backward plans that group inputs
  std::vector<BackwardPlan> backward;
  std::vector<ops::Place> read_by_backward;  // all that lasts to the end of a tile, neighbours joined
  std::vector<std::uint32_t> backward_of;    // by value; no_index: none. Empty without gradients
  std::vector<std::uint32_t> captures;
  std::vector<std::vector<ops::Place>> observed;  // by observed value: where it is at the end of each tile
  std::vector<ops::Place> observed_gradients;     // by value of that option, after a backward: at row level
  std::vector<ProbePlan> probes;
  std::optional<ExitPlan> exit;
  Steps per_exchange;  // all behind the first linears' sums, whatever its level
  bool exchanges = false;
  std::size_t request_of_row = 0;  // offset of tile_rows u32
  bool caches = false;
  CachedPlaces cached;
  std::size_t first_sum = 0;  // in `cached`, whose sums are last
  CacheRoom cache_room;       // where it caches
  std::size_t scores = 0;     // offset of tile_rows floats
  std::size_t work = 0;       // offset of what steps use while they run
  ops::Place input_scratch;   // with gradients: room for a tile of the widest input
  std::size_t table_row = 0;  // likewise: offset of as many floats as the widest input has
  ProductScratch product_scratch;

  [[nodiscard]] const BackwardPlan* backward_from(std::uint32_t value) const noexcept;
};

// LIMIT_EXCEEDED when a strand's block would be larger than the model's limits allow, and for more than
// most_steps or most_places.
base::Result<std::unique_ptr<Plan>> make_plan(const Model& model, const kernels::Table& table,
                                              const PlanOptions& options);

}  // namespace clicklens::exec
