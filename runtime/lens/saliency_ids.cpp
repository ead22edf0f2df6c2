#include "lens/saliency_ids.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/canonical_nan.h"
#include "lens/id_bags.h"
#include "ops/sequence.h"

namespace clicklens::lens {

std::size_t id_saliency_size(exec::Session& session, const exec::Batch& batch,
                             std::span<std::uint64_t> offsets) noexcept {
  const exec::Model& model = session.model();
  encode::Counts ignored;
  std::uint64_t total = 0;
  for (std::uint64_t c = 0; c < batch.candidates; ++c) {
    if (!offsets.empty()) offsets[c] = total;
    for (std::uint32_t f = 0; f < model.desc().features.size(); ++f) {
      const format::FeatureDesc& feature = model.desc().features[f];
      if (!is_sparse(feature)) continue;
      const encode::BagRules rules = bag_rules(model, f);
      const encode::BagReader reader(rules, session.bound_columns()[f], ignored);
      total += reader.entry_length(feature.scope == format::Scope::request ? batch.request_of(c) : c);
    }
  }
  if (!offsets.empty()) offsets[batch.candidates] = total;
  return static_cast<std::size_t>(total);
}

struct IdSaliency::Entry {
  std::uint32_t feature;
  std::uint64_t entry;
  std::size_t row;       // of the tile
  std::uint64_t length;  // ids the caller wrote
  encode::BagRules rules;
};

struct IdSaliency::Vectors {
  const float *row, *gradient, *pooled;
  float* free;
  std::size_t dim;
};

base::Status IdSaliency::tile(const exec::Plan& plan, const ops::StepContext& context, std::size_t) noexcept {
  encode::Counts ignored;
  for (std::size_t row = 0; row < context.rows; ++row) {
    for (std::uint32_t f = 0; f < model_.desc().features.size(); ++f) {
      const format::FeatureDesc& feature = model_.desc().features[f];
      if (!is_sparse(feature)) continue;
      const std::uint64_t candidate = context.first_candidate + row;
      const bool shared = feature.scope == format::Scope::request;
      Entry entry{f, shared ? batch_.request_of(candidate) : candidate, row, 0, bag_rules(model_, f)};
      const encode::BagReader reader(entry.rules, context.columns[f], ignored);
      entry.length = reader.entry_length(entry.entry);
      std::fill_n(next_, entry.length, 0.0f);
      for (std::size_t i = 0; i < plan.inputs.size(); ++i)
        if (model_.inputs()[i].feature == f && !plan.inputs[i].empty()) CLENS_TRY(add_table(entry, i, plan, context));
      for (std::uint64_t k = 0; k < entry.length; ++k) {
        if (spec_.method == SaliencyMethod::gradient_l2) next_[k] = std::sqrt(next_[k]);
        if (std::isnan(next_[k])) next_[k] = base::canonical_nan;
      }
      next_ += entry.length;
    }
  }
  return {};
}

// The parts that one table's rows have in this entry.
base::Status IdSaliency::add_table(const Entry& entry, std::size_t input, const exec::Plan& plan,
                                   const ops::StepContext& context) noexcept {
  const exec::InputBlock& block = model_.inputs()[input];
  if (const ops::SequenceRules* rules = model_.sequence(block))
    return add_sequence(entry, input, *rules, plan, context);
  const format::TableDesc& table = model_.table_of(block);
  const kernels::Operand pooled = context.operand(plan.inputs[input].front(), ops::Level::row);
  const float* e = pooled.data + (pooled.rows != nullptr ? pooled.rows[entry.row] : entry.row) * pooled.ld;
  const ops::Place& gradient = plan.input_gradients[input];
  const float* g = context.at(gradient) + entry.row * gradient.ld;
  float* free = context.at(plan.input_scratch);  // max pooling: dimensions nobody won yet
  std::fill_n(free, table.dim, 1.0f);
  auto* widened = reinterpret_cast<float*>(context.block + plan.table_row);

  // the divisor is known when the whole bag has been read: once for it, once for the parts
  encode::Counts ignored;
  StackChunk chunk;
  float divisor = 1.0f;
  encode::BagReader reader(entry.rules, context.columns[entry.feature], ignored);
  for (reader.start(entry.entry, entry.entry + 1); !reader.done();) {
    CLENS_TRY(reader.next(chunk.view));
    if (chunk.view.has_divisors) divisor = chunk.divisors[0];
  }
  for (reader.start(entry.entry, entry.entry + 1); !reader.done();) {
    CLENS_TRY(reader.next(chunk.view));
    for (std::uint32_t k = chunk.offsets[0]; k < chunk.offsets[chunk.view.bags]; ++k) {
      if (chunk.positions[k] == no_position) continue;  // the missing rule's row: no id of the caller's
      const float* row = id_row(model_, block, chunk.ids[k], widened);
      const float scale = (chunk.view.has_weights ? chunk.weights[k] : 1.0f) / divisor;
      const float part = part_of(entry, {row, g, e, free, table.dim});
      const bool squared = spec_.method == SaliencyMethod::gradient_l2;
      const bool absolute = spec_.method == SaliencyMethod::gradient_l1;
      next_[chunk.positions[k]] += part * (squared ? scale * scale : absolute ? std::abs(scale) : scale);
    }
  }
  return {};
}

// Ids that are kept apart: each has a gradient of its own. In a mask they are ones.
base::Status IdSaliency::add_sequence(const Entry& entry, std::size_t input, const ops::SequenceRules& rules,
                                      const exec::Plan& plan, const ops::StepContext& context) noexcept {
  const exec::InputBlock& block = model_.inputs()[input];
  const bool is_mask = model_.table_index(block) == format::no_index;
  const std::uint32_t dim = is_mask ? 1 : model_.table_of(block).dim;
  const ops::Place& gradient = plan.input_gradients[input];
  const float* g = context.at(gradient) + entry.row * gradient.ld;
  auto* widened = reinterpret_cast<float*>(context.block + plan.table_row);
  const float one = 1.0f;
  const Entry alone{entry.feature, entry.entry, entry.row, entry.length, rules.bags};
  encode::Counts ignored;
  StackChunk chunk;
  encode::BagReader reader(rules.bags, context.columns[entry.feature], ignored);
  for (reader.start(entry.entry, entry.entry + 1); !reader.done();) {
    CLENS_TRY(reader.next(chunk.view));
    for (std::uint32_t k = chunk.offsets[0]; k < chunk.offsets[chunk.view.bags]; ++k) {
      const std::uint32_t position = chunk.positions[k];
      if (position == no_position) continue;
      const std::uint32_t place = rules.place(position, entry.length);
      if (place >= rules.places()) continue;  // the host changed the column meanwhile
      const float* row = is_mask ? &one : id_row(model_, block, chunk.ids[k], widened);
      const float* here = g + std::size_t{place} * dim;
      const float weight = chunk.view.has_weights && !is_mask ? chunk.weights[k] : 1.0f;
      const bool squared = spec_.method == SaliencyMethod::gradient_l2;
      const bool absolute = spec_.method == SaliencyMethod::gradient_l1;
      next_[position] += part_of(alone, {row, here, nullptr, nullptr, dim}) * (squared    ? weight * weight
                                                                               : absolute ? std::abs(weight)
                                                                                          : weight);
    }
  }
  return {};
}

// Without weight and divisor: row . g, or what is asked of g alone.
float IdSaliency::part_of(const Entry& entry, const Vectors& v) const noexcept {
  const bool is_max = entry.rules.feature->pooling == format::Pooling::max;
  float part = 0.0f;
  for (std::size_t d = 0; d < v.dim; ++d) {
    if (is_max) {
      const bool same = v.row[d] + 0.0f == v.pooled[d] || (std::isnan(v.row[d]) && std::isnan(v.pooled[d]));
      const bool won = v.free[d] != 0.0f && same;
      if (!won) continue;
      v.free[d] = 0.0f;
    }
    const float g = v.gradient[d];
    part += spec_.method == SaliencyMethod::gradient_l1   ? std::abs(g)
            : spec_.method == SaliencyMethod::gradient_l2 ? g * g
                                                          : v.row[d] * g;
  }
  return part;
}

}  // namespace clicklens::lens
