// What an operator needs from the planner to turn itself into steps. exec/ implements it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "format/model_desc.h"
#include "kernels/table.h"
#include "ops/epilogue.h"
#include "ops/step.h"

namespace clicklens::ops {

class BagStep;

// Of the linears that have more than one output.
enum class Precision : std::uint8_t { f32 = 0, int8 = 1, bf16 = 2 };

// Neighbouring columns of pooled inputs inside some value.
struct InputColumns {
  std::uint32_t column = 0, count = 0;  // of the value
  std::uint32_t input = 0;              // the first one's place among all input columns
};

// A sum over candidate columns, which may come from a candidate cache.
struct CachedSum {
  Place place;
  std::size_t number = 0;  // among the plan's
  bool joined = false;     // as asked for and possible
};

class Lowering {
 public:
  virtual ~Lowering() = default;

  [[nodiscard]] virtual const kernels::Table& kernels() const noexcept = 0;
  // Where a value's columns live, in column order; neighbours in memory are one place.
  [[nodiscard]] virtual std::span<const Place> places(std::uint32_t value) const = 0;
  // Memory that lives as long as the plan.
  virtual Place scratch(Level level, std::uint32_t columns) = 0;
  // Whether the session may read a candidate cache: what a sum takes from candidate columns alone then goes, by
  // itself, into memory that can come from there.
  [[nodiscard]] virtual bool caches() const noexcept = 0;
  // Memory at candidate level of the node being lowered, computed or read from a cache. `joined`: its one reader is
  // JoinStep, which takes it from the cache where the whole tile comes from there: it need not be copied.
  virtual CachedSum cached_sum(std::uint32_t columns, bool joined) = 0;
  Place cached_scratch(std::uint32_t columns) { return cached_sum(columns, false).place; }
  // Bytes of per-strand memory that lives as long as the plan, 64-byte aligned; returns the offset.
  virtual std::size_t scratch_bytes(std::size_t bytes) = 0;
  [[nodiscard]] virtual std::size_t tile_rows() const noexcept = 0;
  // Packed weights, made once per model and shared by its sessions; `args.packed` is ignored.
  virtual base::Result<const float*> packed(const kernels::PackArgs& args) = 0;
  // The same by input (kernels::LinearArgs::by_input); null where a weight is not finite.
  virtual base::Result<const float*> packed_by_input(const kernels::PackArgs& args) = 0;
  // Whether many of the value's numbers are likely to be 0, as behind relu. The gradient of what relu reads then has as
  // many.
  [[nodiscard]] virtual bool has_zeros(std::uint32_t value) const = 0;
  virtual base::Result<const std::byte*> packed(Precision precision, const kernels::PackReducedArgs& args) = 0;
  // At least so many bytes of StepContext::work, 64-byte aligned.
  virtual void need_work(std::size_t bytes) = 0;
  // How the linear that makes this value computes.
  [[nodiscard]] virtual Precision precision(std::uint32_t value) const = 0;
  // Says that the next step has memory of its own, as much as so many steps. LIMIT_EXCEEDED: there are too many.
  [[nodiscard]] virtual base::Status charge(std::size_t steps) = 0;
  // Appends a step to the work done once per batch of requests, or once per tile.
  virtual void emit(Level level, std::unique_ptr<Step> step) = 0;
  // In a session of exchanges, of the value a linear reads: its columns where they are pooled inputs. The linear's sums
  // are then made once, and the step that changes them goes to emit_exchange. Else none.
  [[nodiscard]] virtual std::vector<InputColumns> exchanged(std::uint32_t value) const = 0;
  virtual void emit_exchange(std::unique_ptr<Step> step) = 0;
  // The one step that reads all embedding bags of a level; it runs before every emitted step.
  virtual BagStep& bags(Level level) = 0;
};

// Neighbouring columns of pooled inputs that all candidates of a request share and only linears read. Of a feature
// group, their sum of gradient x input alone is wanted: no gradient of their own.
struct GroupedColumns {
  std::uint32_t column = 0, count = 0;  // of the value at hand
  std::uint32_t input = 0;              // the first one's place among all input columns
  std::uint32_t group = 0;
};

// A group's grouped columns as one linear reads them: their score is the linear's gradient . (weights x columns), of
// each request once where a gradient by column would be of each candidate.
struct GroupProduct {
  struct Stretch {
    Place x;  // at request level
    std::uint32_t input = 0;
    const float* weights = nullptr;  // of more columns than x
    std::size_t packed_k = 0, first = 0;
  };
  std::uint32_t group = 0;
  Place gradient;  // of the linear's output before its epilogue
  std::vector<Stretch> stretches;
};

// What backward additionally needs. Gradients are matrices at row level over all of a value's columns.
class BackwardLowering : public Lowering {
 public:
  // True once some consumer wrote this value's gradient: then add, else overwrite and say so.
  [[nodiscard]] virtual bool has_gradient(std::uint32_t value) const = 0;
  virtual void wrote_gradient(std::uint32_t value) = 0;
  [[nodiscard]] virtual Place gradient(std::uint32_t value) const = 0;
  // The gradient lives inside its concat's (nothing to do for the concat).
  [[nodiscard]] virtual bool gradient_is_view(std::uint32_t value) const = 0;
  // Columns of a value to leave out, ascending; what is left out goes to add_product instead.
  [[nodiscard]] virtual std::vector<GroupedColumns> grouped(std::uint32_t value) const = 0;
  virtual void add_product(GroupProduct product) = 0;
  // Rows are pairs, a row and its reference behind it, and operators that are not affine multiply by the slope of the
  // chord between the two (DeepLIFT's rescale rule). What comes back is the first row's; the second's means nothing.
  [[nodiscard]] virtual bool pairs() const noexcept = 0;
};

// One node as its operator sees it while lowering.
struct NodeView {
  std::span<const std::uint32_t> inputs, outputs;
  const Epilogue* epilogue = nullptr;  // fused successors, never null
  std::uint32_t result = 0;            // the value the (possibly fused) node finally writes
};

}  // namespace clicklens::ops
