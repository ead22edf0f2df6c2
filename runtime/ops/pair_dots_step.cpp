#include "ops/pair_dots_step.h"

#include <algorithm>
#include <new>
#include <tuple>

#include "ops/pieces.h"

namespace clicklens::ops {
namespace {

constexpr std::uint32_t block_fields = 16;

const kernels::Operand* operands_of(std::span<const Place> fields, Level level, const StepContext& context) {
  auto* const operands = reinterpret_cast<kernels::Operand*>(context.work);
  for (std::size_t f = 0; f < fields.size(); ++f)
    ::new (operands + f) kernels::Operand{context.operand(fields[f], level)};
  return operands;
}

}  // namespace

// A pair has a member in some block: at row level blocks are of fields that the request does not give, so that its own
// pairs, made once per request, are no work here.
PairDotsStep::PairDotsStep(std::span<const Place> fields, std::span<const Place> y, Level level)
    : fields_(fields.begin(), fields.end()) {
  constexpr std::uint32_t none = 0xFFFFFFFFu;
  const auto count = static_cast<std::uint32_t>(fields.size());
  std::vector<std::uint32_t> member(count, none);
  for (std::uint32_t f = 0; f < count; ++f) {
    if (level == Level::row ? fields[f].level == Level::request : fields[f].level != level) continue;
    member[f] = static_cast<std::uint32_t>(members_.size());
    members_.push_back(f);
  }
  std::vector<std::vector<Dot>> dots((members_.size() + block_fields - 1) / block_fields);
  const auto first = std::find_if(y.begin(), y.end(), [level](const Place& place) { return place.level == level; });
  if (first == y.end()) return;
  y_ = *first;
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t j = i + 1; j < count; ++j) {
      const std::uint32_t pair = pair_of(count, i, j);
      const Place& to = place_of(y, pair);
      if (to.level != level) continue;
      const std::uint32_t in = member[j] != none ? j : i, other = member[j] != none ? i : j;
      dots[member[in] / block_fields].push_back(
          {other, member[in] % block_fields,
           static_cast<std::uint32_t>((to.offset - y_.offset) / sizeof(float)) + pair - to.column});
    }
  }
  for (std::uint32_t b = 0; b < dots.size(); ++b)
    add_block(b * block_fields, std::min(block_fields, static_cast<std::uint32_t>(members_.size()) - b * block_fields),
              dots[b]);
  std::size_t partner = 0, run = 0;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    blocks_[b].fields = members_.data() + b * block_fields;
    blocks_[b].partners = partners_.data() + partner;
    blocks_[b].runs = runs_.data() + run;
    for (std::size_t p = 0; p < blocks_[b].partner_count; ++p) run += partners_[partner++].runs;
  }
}

void PairDotsStep::add_block(std::uint32_t first, std::uint32_t count, std::vector<Dot>& dots) {
  std::sort(dots.begin(), dots.end(),
            [](const Dot& a, const Dot& b) { return std::tie(a.partner, a.place) < std::tie(b.partner, b.place); });
  kernels::DotBlock block;
  block.fields = members_.data() + first;
  block.count = count;
  for (std::size_t d = 0; d < dots.size(); ++d) {
    const bool same = d > 0 && dots[d].partner == dots[d - 1].partner;
    if (!same) {
      partners_.push_back({dots[d].partner, 0});
      ++block.partner_count;
    }
    if (same && dots[d].place == dots[d - 1].place + 1 && dots[d].to == dots[d - 1].to + 1) {
      ++runs_.back().count;
    } else {
      runs_.push_back({dots[d].place, 1, dots[d].to});
      ++partners_.back().runs;
    }
  }
  blocks_.push_back(block);
}

base::Status PairDotsStep::run(const StepContext& context) const noexcept {
  kernels::PairDotsArgs args;
  args.rows = context.rows_at(y_.level);
  args.fields = operands_of(fields_, y_.level, context);
  args.width = fields_.front().count;
  args.blocks = blocks_.data();
  args.block_count = blocks_.size();
  args.y = context.at(y_);
  args.ldy = y_.ld;
  context.kernels->pair_dots(args);
  return {};
}

base::Status PairDotsBackwardStep::run(const StepContext& context) const noexcept {
  kernels::PairDotsBackwardArgs args;
  args.rows = context.rows;
  args.fields = operands_of(fields_, Level::row, context);
  args.count = fields_.size();
  args.width = fields_.front().count;
  args.dy = context.operand(dy_, Level::row);
  args.y = context.at(y_);
  args.ldy = y_.ld;
  context.kernels->pair_dots_backward(args);
  return {};
}

}  // namespace clicklens::ops
