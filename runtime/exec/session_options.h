// All that a session may be asked to do, declared when it is made.
#pragma once

#include <optional>
#include <vector>

#include "exec/plan.h"
#include "exec/threads.h"

namespace clicklens::exec {

using ParallelFor = void (*)(void* host, std::size_t n, Task task, void* context);

struct SessionOptions {
  std::size_t strands = 1;
  std::size_t tile_rows = 0;  // 0: chosen
  bool gradients = false;
  bool group_gradients = false;                   // and of those, sums of gradient x input over feature groups alone
  std::vector<std::uint32_t> captures;            // values that a run may copy out
  std::vector<std::uint32_t> observed;            // values that observers find in Plan::observed
  std::vector<std::uint32_t> observed_gradients;  // values whose gradients observers find in Plan
  std::vector<ProbeWeights> probes;               // whose logits come with the scores
  std::optional<ExitRule> exit;                   // models of one output
  ops::Precision precision = ops::Precision::f32;
  std::vector<std::uint32_t> full_precision;  // outputs of linears that stay float32
  bool cache = false;                         // batches may name a candidate cache
  bool given_inputs = false;                  // batches bring pooled inputs; every candidate is its own request
  bool pairs = false;                         // with both: backward by differences (BackwardLowering::pairs)
  bool exchanges = false;                     // with given inputs: batches of one tile bring ops::Exchanges
  bool inputs_only = false;                   // nothing is run behind the pooled inputs; there are no scores
  ParallelFor parallel_for = nullptr;
  void* host = nullptr;
  const kernels::Table* kernels = nullptr;  // null: the set in force
};

// The linears that a precision spares, by value: none of those that are float32 anyway, in ascending order.
std::vector<std::uint32_t> spared_linears(const Model& model, ops::Precision precision,
                                          std::vector<std::uint32_t> full_precision);

// Those named, else those in force. In reduced precision that is where the system may be asked for AMX's registers:
// when a session or cache is made, never in a run.
base::Result<const kernels::Table*> kernels_for(const kernels::Table* named, ops::Precision precision) noexcept;

// The message names the option.
base::Status check_options(const Model& model, const SessionOptions& options);

}  // namespace clicklens::exec
