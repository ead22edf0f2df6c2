#include "lens/attribution_ids.h"

#include <algorithm>
#include <cmath>

#include "lens/id_bags.h"
#include "ops/sequence.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

std::uint64_t entry_of(const exec::Model& model, const exec::Batch& batch, std::uint32_t feature, std::uint64_t c) {
  return model.desc().features[feature].scope == format::Scope::request ? batch.request_of(c) : c;
}

std::uint64_t length_of(const exec::Model& model, std::uint32_t feature, const encode::Column* column,
                        std::uint64_t entry) noexcept {
  encode::Counts ignored;
  const encode::BagRules rules = bag_rules(model, feature);
  return encode::BagReader(rules, column, ignored).entry_length(entry);
}

// Calls with each id of an entry that has a row: its place in the entry (no_position: none), row, weight. What came of
// the bag's divisor: 1 where it has none.
template <class Each>
float for_each_id(const encode::BagRules& rules, const encode::Column* column, std::uint64_t entry,
                  Each each) noexcept {
  encode::Counts ignored;
  StackChunk chunk;
  float divisor = 1.0f;
  encode::BagReader reader(rules, column, ignored);
  for (reader.start(entry, entry + 1); !reader.done();) {
    if (!reader.next(chunk.view).ok()) break;  // strict alone, which no rules here are
    if (chunk.view.has_divisors) divisor = chunk.divisors[0];
    for (std::uint32_t k = chunk.offsets[0]; k < chunk.offsets[chunk.view.bags]; ++k)
      each(chunk.positions[k], chunk.ids[k], chunk.view.has_weights ? chunk.weights[k] : 1.0f);
  }
  return divisor;
}

}  // namespace

struct IdShares::Bag {
  const exec::InputBlock& block;
  encode::BagRules rules;
  const encode::Column* column;
  std::uint64_t entry, length;
  std::size_t first, nobody;  // numbers of the entry's first id, and of the rest
  const float* pooled;
};

base::Result<std::size_t> IdShares::make_room(const exec::Session& session, const exec::Batch& batch) {
  std::size_t most_parts = 0, most_floats = 0, widest = 0, total = 0;
  most_ = 0;
  for (std::uint64_t c = 0; c < batch.candidates; ++c) {
    std::size_t ids = 0, parts = 0, floats = 0;
    for (std::uint32_t f = 0; f < model_.desc().features.size(); ++f)
      if (is_sparse(model_.desc().features[f]))
        ids += length_of(model_, f, session.bound_columns()[f], entry_of(model_, batch, f, c));
    for (const exec::InputBlock& block : model_.inputs()) {
      const format::FeatureDesc& feature = model_.desc().features[block.feature];
      widest = std::max<std::size_t>(widest, block.width);
      parts += block.width + 1;
      floats += block.width;
      if (!is_sparse(feature) || model_.sequence(block) != nullptr) continue;
      std::uint64_t kept = length_of(model_, block.feature, session.bound_columns()[block.feature],
                                     entry_of(model_, batch, block.feature, c));
      if (feature.max_length > 0) kept = std::min<std::uint64_t>(kept, feature.max_length);
      parts += kept;
      floats += (kept + 1) * block.width;
    }
    total += ids;
    most_ = std::max(most_, ids);
    most_parts = std::max(most_parts, parts);
    most_floats = std::max(most_floats, floats);
  }
  const std::uint64_t limit = model_.limits().session_bytes;
  if (most_parts > limit / sizeof(Part) || most_floats > limit / sizeof(float))
    return Status::error(Code::limit_exceeded, "attribution: the ids of a candidate need more than %llu bytes",
                         static_cast<unsigned long long>(limit));
  parts_.reserve(most_parts);
  floats_.reserve(most_floats);
  widened_.resize(widest);
  filled_.resize(widest);
  of_feature_.resize(model_.desc().features.size());
  return total;
}

bool IdShares::start_tile(const exec::Batch& batch, const ops::StepContext& context, const float* inputs) noexcept {
  batch_ = &batch;
  context_ = &context;
  inputs_ = inputs;
  taken_ = false;
  starts_[0] = 0;
  for (std::size_t row = 0; row < context.rows; ++row) {
    starts_[row + 1] = starts_[row];
    for (std::uint32_t f = 0; f < model_.desc().features.size(); ++f)
      if (is_sparse(model_.desc().features[f]))
        starts_[row + 1] +=
            length_of(model_, f, context.columns[f], entry_of(model_, batch, f, context.first_candidate + row));
    if (count(row) > most_) return false;
  }
  return true;
}

void IdShares::take(std::size_t row) noexcept {
  if (taken_ && row_ == row) return;
  taken_ = true;
  row_ = row;
  parts_.clear();
  floats_.clear();
  const std::uint64_t candidate = context_->first_candidate + row;
  std::size_t next = 0;
  for (std::uint32_t f = 0; f < of_feature_.size(); ++f) {
    of_feature_[f] = next;
    if (is_sparse(model_.desc().features[f]))
      next += length_of(model_, f, context_->columns[f], entry_of(model_, *batch_, f, candidate));
  }
  for (const exec::InputBlock& block : model_.inputs()) {
    const format::FeatureDesc& feature = model_.desc().features[block.feature];
    if (!is_sparse(feature)) {
      push_rest(block.begin, block.width);
      continue;
    }
    Bag bag{block,
            bag_rules(model_, block.feature),
            context_->columns[block.feature],
            entry_of(model_, *batch_, block.feature, candidate),
            0,
            of_feature_[block.feature],
            count(row),
            inputs_ + row * model_.input_width() + block.begin};
    bag.length = length_of(model_, block.feature, bag.column, bag.entry);
    if (model_.sequence(block) != nullptr)
      take_sequence(bag);
    else if (feature.pooling == format::Pooling::max)
      take_maximum(bag);
    else
      take_bag(bag);
  }
}

void IdShares::take_bag(const Bag& bag) noexcept {
  const std::size_t first = parts_.size();
  double size = 0;
  const double divisor = double{for_each_id(
      bag.rules, bag.column, bag.entry, [&](std::uint32_t position, std::uint32_t id, float weight) noexcept {
        size += std::abs(double{weight});
        push({position == no_position ? bag.nobody : bag.first + position, bag.block.begin, 0, bag.block.width,
              double{weight}, std::abs(double{weight})},
             id_row(model_, bag.block, id, widened_.data()));
      })};
  if (parts_.size() == first) return push_rest(bag.block.begin, bag.block.width);
  for (auto part = parts_.begin() + static_cast<std::ptrdiff_t>(first); part != parts_.end(); ++part) {
    part->scale /= divisor;
    part->share = size > 0 ? part->share / size : 1.0 / static_cast<double>(parts_.size() - first);
  }
}

void IdShares::take_maximum(const Bag& bag) noexcept {
  std::fill_n(filled_.begin(), bag.block.width, std::uint8_t{0});
  for_each_id(bag.rules, bag.column, bag.entry, [&](std::uint32_t position, std::uint32_t id, float) noexcept {
    if (position == no_position) return;
    const float* row = id_row(model_, bag.block, id, widened_.data());
    for (std::uint32_t d = 0; d < bag.block.width; ++d) {
      const bool same = row[d] + 0.0f == bag.pooled[d] || (std::isnan(row[d]) && std::isnan(bag.pooled[d]));
      if (!same || filled_[d] != 0) continue;
      filled_[d] = 1;
      push({bag.first + position, bag.block.begin + d, 0, 1, 1.0, 1.0}, row + d);
    }
  });
  for (std::uint32_t d = 0; d < bag.block.width; ++d)
    if (filled_[d] == 0) push_rest(bag.block.begin + d, 1);
}

void IdShares::take_sequence(const Bag& bag) noexcept {
  const ops::SequenceRules& rules = *model_.sequence(bag.block);
  const bool is_mask = model_.table_index(bag.block) == format::no_index;
  const std::uint32_t dim = bag.block.width / rules.places();
  std::fill_n(filled_.begin(), rules.places(), std::uint8_t{0});
  const float one = 1.0f;
  for_each_id(rules.bags, bag.column, bag.entry, [&](std::uint32_t position, std::uint32_t id, float weight) noexcept {
    if (position == no_position) return;
    const std::uint32_t place = rules.place(position, bag.length);
    if (place >= rules.places()) return;  // the host changed the column meanwhile
    filled_[place] = 1;
    push(
        {bag.first + position, bag.block.begin + std::size_t{place} * dim, 0, dim, is_mask ? 1.0 : double{weight}, 1.0},
        is_mask ? &one : id_row(model_, bag.block, id, widened_.data()));
  });
  for (std::uint32_t place = 0; place < rules.places(); ++place)
    if (filled_[place] == 0) push_rest(bag.block.begin + std::size_t{place} * dim, dim);
}

void IdShares::push(Part part, const float* values) noexcept {
  if (parts_.size() == parts_.capacity() || part.count > floats_.capacity() - floats_.size()) return;  // as above
  part.values = floats_.size();
  floats_.insert(floats_.end(), values, values + part.count);
  parts_.push_back(part);
}

void IdShares::push_rest(std::size_t begin, std::uint32_t count_of) noexcept {
  push({count(row_), begin, 0, count_of, 1.0, 1.0}, inputs_ + row_ * model_.input_width() + begin);
}

void IdShares::leave_out(std::size_t row, std::size_t id, const float* base, float* to) noexcept {
  take(row);
  const float* x = inputs_ + row * model_.input_width();
  std::copy_n(x, model_.input_width(), to);
  for (const Part& part : parts_) {
    if (part.id != id) continue;
    const float* values = floats_.data() + part.values;
    for (std::uint32_t d = 0; d < part.count; ++d)
      to[part.begin + d] = static_cast<float>(double{to[part.begin + d]} - part.of(values, base, d));
  }
}

}  // namespace clicklens::lens
