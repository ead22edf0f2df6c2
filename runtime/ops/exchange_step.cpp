#include "ops/exchange_step.h"

#include <algorithm>

namespace clicklens::ops {
namespace {

// The products of one set: kernel calls, each of which goes on from the one before. The last is left to the caller.
class Chain {
 public:
  Chain(const StepContext& context, kernels::LinearArgs call) noexcept : context_(context), call_(call) {}

  void add(const ExchangeCall::Stretch& stretch, std::uint32_t begin, std::uint32_t count,
           const std::uint32_t* rows) noexcept {
    if (begun_) {
      context_.kernels->linear_f32(call_);
      call_.seed = {call_.y, call_.ldy, nullptr};
    }
    begun_ = true;
    const Exchanges& exchanges = *context_.exchanges;
    call_.x = {exchanges.changes + begin, exchanges.changes_ld, rows};
    call_.k = count;
    call_.weights = stretch.weights;
    call_.packed_k = stretch.packed_k;
    call_.first = stretch.first + begin - stretch.input;
  }
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  [[nodiscard]] const kernels::LinearArgs& last() const noexcept { return call_; }

 private:
  const StepContext& context_;
  kernels::LinearArgs call_;
  bool begun_ = false;
};

}  // namespace

// As the result has it, but for the epilogue.
kernels::LinearArgs ExchangeStep::outputs(const StepContext& context) const noexcept {
  kernels::LinearArgs to;
  to.m = context.rows_at(call_.y.level);
  to.n = call_.y.count;
  to.y = context.at(call_.y);
  to.ldy = call_.y.ld;
  to.x = {to.y, to.ldy, nullptr};
  return to;
}

base::Status ExchangeStep::run(const StepContext& context) const noexcept {
  const kernels::LinearArgs result = outputs(context);
  const Exchanges& exchanges = *context.exchanges;
  const ExchangeSet* set = context.exchange_set;
  const bool shared =
      set != nullptr && set->shared && !exchanges.distinct.empty() && 2 * exchanges.distinct.size() <= result.m;
  kernels::LinearArgs begin = result;
  if (shared) {
    begin.m = exchanges.distinct.size();
    begin.y = context.at(call_.apart);
    begin.ldy = call_.apart.ld;
  }
  Chain chain(context, begin);
  for (const ExchangeCall::Stretch& stretch : call_.stretches) {
    for (const ColumnRange& range : set == nullptr ? std::span<const ColumnRange>{} : set->columns) {
      const std::uint32_t from = std::max(range.begin, stretch.input);
      const std::uint32_t to = std::min(range.begin + range.count, stretch.input + stretch.count);
      if (from < to) chain.add(stretch, from, to - from, shared ? exchanges.distinct.data() : nullptr);
    }
  }
  const kernels::Operand sums = context.operand(call_.sums, call_.y.level);
  kernels::LinearArgs last = result;
  if (!chain.begun()) {
    last.seed = sums;  // no products
  } else if (shared) {
    context.kernels->linear_f32(chain.last());
    last.seed = {begin.y, begin.ldy, exchanges.distinct_of_row};
    last.addend = sums;
  } else {
    last = chain.last();
    last.addend = sums;
  }
  call_.epilogue.write(last);
  context.kernels->linear_f32(last);
  return {};
}

}  // namespace clicklens::ops
