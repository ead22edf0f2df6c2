#include "lens/profile_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/checked.h"
#include "kernels/dispatch.h"
#include "lens/saliency_rows.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

// That wait; where there are more, they are counted earlier.
constexpr std::size_t ids_of_row = 64, most_ids = 16384;

base::Result<std::uint32_t> observed_number(const exec::Session& session, std::uint32_t value) {
  const auto seen = session.observed();
  const auto found = std::find(seen.begin(), seen.end(), value);
  if (found != seen.end()) return static_cast<std::uint32_t>(found - seen.begin());
  return Status::error(Code::bad_state, "profile: the session does not observe value '%s'",
                       session.model().desc().values[value].name.c_str());
}

}  // namespace

void ProfileRows::place(Section& section, std::size_t width) {
  section.first = width_;
  section.places = {{0, static_cast<std::uint32_t>(width), ops::Level::row, width_ * sizeof(float), 0}};
  width_ += width;
}

base::Result<ProfileRows> ProfileRows::make(const Profile& profile, const exec::Session& session, std::size_t capacity,
                                            std::uint64_t most_bytes) {
  ProfileRows rows;
  rows.capacity_ = capacity;
  const exec::Model& model = session.model();
  const auto kernels = kernels::active_table();
  if (!kernels.ok()) return kernels.status();
  rows.kernels_ = *kernels;
  rows.place(rows.scores_, model.desc().outputs.size());
  std::size_t widest = rows.width_;
  if (const Neurons* neurons = profile.neurons(); neurons != nullptr)
    for (const NeuronLayer& layer : neurons->layers()) {
      const auto number = observed_number(session, layer.value);
      if (!number.ok()) return number.status();
      rows.layer_numbers_.push_back(static_cast<std::uint32_t>(rows.layers_.size()));
      rows.observed_layers_.push_back(*number);
      rows.place(rows.layers_.emplace_back(), layer.width);
      widest = std::max<std::size_t>(widest, layer.width);
    }
  for (const auto& [section, layer] : {std::pair(&rows.pooled_, &profile.pooled_),
                                       {&rows.raw_, &profile.raw_},
                                       {&rows.saliency_, &profile.saliency_},
                                       {&rows.sizes_, &profile.sizes_}}) {
    if (!*layer) continue;
    rows.place(*section, (*layer)->width);
    widest = std::max<std::size_t>(widest, (*layer)->width);
  }
  for (std::size_t i = 0; profile.pooled_ && i < model.inputs().size(); ++i) {
    const auto number = observed_number(session, model.inputs()[i].value);
    if (!number.ok()) return number.status();
    rows.observed_inputs_.push_back(*number);
    rows.input_begins_.push_back(model.inputs()[i].begin);
  }
  for (Section* section : {&rows.scores_, &rows.pooled_, &rows.raw_, &rows.saliency_, &rows.sizes_})
    for (ops::Place& place : section->places) place.ld = rows.width_;
  for (Section& section : rows.layers_) {
    section.places.front().ld = rows.width_;
    rows.layer_places_.push_back(section.places);
  }
  const auto floats = base::checked_multiply<std::size_t>(capacity, rows.width_);
  if (!floats || *floats > most_bytes / sizeof(float))
    return Status::error(Code::limit_exceeded,
                         "profile: %zu rows of %zu numbers: above %llu bytes, of limits.session_bytes", capacity,
                         rows.width_, static_cast<unsigned long long>(most_bytes));
  auto block = base::AlignedBlock::allocate(*floats * sizeof(float));
  if (!block.ok()) return block.status();
  rows.block_ = std::move(*block);
  std::fill_n(reinterpret_cast<float*>(rows.block_.data()), *floats, 0.0f);  // touch it now
  rows.tile_.reserve(capacity, true, true);
  rows.tile_.rows = 0;
  if (profile.features().size() > 0) rows.ids_.reserve(std::min(ids_of_row * capacity, most_ids));
  rows.facts_.resize(capacity);
  rows.every_row_.resize(capacity);
  std::iota(rows.every_row_.begin(), rows.every_row_.end(), 0u);
  if (profile.saliency_) rows.groups_.resize(capacity * profile.saliency_->width);
  rows.kept_.reserve(widest);
  return rows;
}

void ProfileRows::copy(const exec::Plan& plan, const ops::StepContext& context, std::size_t row, std::size_t slot,
                       const float* groups) noexcept {
  const auto from = [&](const ops::Place& place) {
    const std::uint32_t* rows = context.rows_of(place.level);
    return context.at(place) + (rows != nullptr ? rows[row] : row) * place.ld;
  };
  float* const scores = at(scores_, slot);
  for (std::size_t task = 0; task < plan.logits.size(); ++task) scores[task] = *from(plan.logits[task]);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    float* const to = at(layers_[i], slot);
    for (const ops::Place& place : plan.observed[observed_layers_[i]])
      std::copy_n(from(place), place.count, to + place.column);
  }
  for (std::size_t i = 0; i < observed_inputs_.size(); ++i) {
    float* const to = at(pooled_, slot) + input_begins_[i];
    for (const ops::Place& place : plan.observed[observed_inputs_[i]])
      std::copy_n(from(place), place.count, to + place.column);
  }
  if (groups != nullptr) set_groups(slot, groups);
}

void ProfileRows::set_groups(std::size_t slot, const float* groups) noexcept {
  const std::size_t count = saliency_.places.front().count;
  // -0 and 0 would make a minimum depend on the order.
  std::transform(groups, groups + count, at(saliency_, slot), [](float s) { return s + 0.0f; });
  std::transform(groups, groups + count, at(sizes_, slot), [](float s) { return std::abs(s); });
}

void ProfileRows::explain(const exec::Model& model, const exec::Plan& plan, const ops::StepContext& context,
                          const SaliencySpec& spec, std::size_t first) noexcept {
  RowSaliency rows(model, plan.backward_from(model.desc().outputs[spec.task].logit), spec, groups_.data());
  if (!rows.tile(plan, context, 0).ok()) return;
  const std::size_t count = saliency_.places.front().count;
  for (std::size_t i = 0; i < context.rows; ++i) set_groups(first + i, &groups_[i * count]);
}

void ProfileRows::set_facts(std::size_t slot, const RowFacts& facts) noexcept {
  facts_[slot] = facts;
}

// Feature by feature: what a feature's counting needs comes into the cache once for all rows. An entry of a request is
// read once for all of its rows that follow each other.
void ProfileRows::add_features(const exec::Session& session, std::span<const PickedRow> rows, std::size_t slot,
                               Profile& profile) noexcept {
  if (rows.empty()) return;
  const exec::Model& model = session.model();
  for (std::uint32_t f = 0; f < profile.features_.size(); ++f) {
    FeatureTraffic& to = profile.features_[f];
    const bool shared = model.desc().features[f].scope == format::Scope::request;
    const FeatureColumns columns{session.original_columns()[f], session.bound_columns()[f]};
    EntryCounter counter(model, f, columns, to, ids_);
    const auto entry = [&](std::size_t i) { return shared ? rows[i].request : rows[i].candidate; };
    const RowFacts* const facts = &facts_[slot];
    for (std::size_t i = 0, next = 0; i < rows.size(); i = next) {
      next = i + 1;
      if (to.dense) {
        counter.add_elements(entry(i), facts[i].bucket, at(raw_, slot + i) + to.first_raw);
        continue;
      }
      while (next < rows.size() && entry(next) == entry(i) && facts[next].bucket == facts[i].bucket) ++next;
      counter.add_ids(entry(i), facts[i].bucket, static_cast<std::uint32_t>(next - i));
    }
  }
}

void ProfileRows::fill_tile(std::size_t first, std::uint32_t task) noexcept {
  tile_.rows = size_ - first;
  for (std::size_t i = 0; i < tile_.rows; ++i) {
    const RowFacts& facts = facts_[first + i];
    tile_.hashes[i] = facts.hash;
    tile_.labels[i] = facts.label;
    tile_.classes[i] = facts.label == 1 ? 1 : 0;
    tile_.buckets[i] = facts.bucket;
    tile_.logits[i] = at(scores_, first + i)[task];
  }
}

void ProfileRows::settle(Profile& profile, std::size_t first) noexcept {
  ids_.count();
  if (size_ <= first) return;
  fill_tile(first, profile.options_.task);
  const std::size_t count = tile_.rows;
  ops::StepContext context;
  context.block = block_.data() + first * width_ * sizeof(float);
  context.kernels = kernels_;
  context.rows = count;
  tile_.context = &context;
  for (std::size_t i = 0; i < count; ++i) {
    profile.clicks_ += tile_.classes[i];
    ++profile.bucket_rows_[tile_.buckets[i]];
  }
  profile.rows_ += count;
  tile_.sort_rows(true);
  tile_.counted.assign(every_row_.begin(), every_row_.begin() + static_cast<std::ptrdiff_t>(count));
  for (const auto& [layer, section] : {std::pair(&profile.scores_, &scores_),
                                       {&profile.pooled_, &pooled_},
                                       {&profile.raw_, &raw_},
                                       {&profile.saliency_, &saliency_},
                                       {&profile.sizes_, &sizes_}})
    if (*layer) (*layer)->add(*kernels_, section->places, tile_, kept_);
  if (profile.neurons_ != nullptr) {
    tile_.counted.clear();
    for (std::uint32_t i = 0; i < count; ++i)
      if (tile_.hashes[i] % profile.options_.count_every == 0) tile_.counted.push_back(i);
    profile.neurons_->take(tile_, layer_places_, layer_numbers_);
  }
  tile_.context = nullptr;
  size_ = first;
}

}  // namespace clicklens::lens
