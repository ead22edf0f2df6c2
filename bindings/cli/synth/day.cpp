#include "synth/day.h"

#include <algorithm>

#include "synth/portable_math.h"

namespace clicklens::cli {
namespace {

CounterRng rng(const World& world, std::uint64_t day, Purpose purpose) noexcept {
  return {world.seed, day, static_cast<std::uint64_t>(purpose)};
}

}  // namespace

Day::Day(const World& world, std::uint64_t day, std::uint64_t rows, bool drifted) noexcept
    : world_(&world),
      rows_(rows),
      drifted_(drifted),
      user_(rng(world, day, Purpose::user)),
      topic_(rng(world, day, Purpose::topic)),
      hour_(rng(world, day, Purpose::hour)),
      ad_(rng(world, day, Purpose::ad)),
      noise_(rng(world, day, Purpose::noise)),
      memo_(rng(world, day, Purpose::memo)),
      label_(rng(world, day, Purpose::label)) {}

SynthRow Day::draw(std::uint64_t index) const noexcept {
  SynthRow row{};
  row.request = index / synth_positions;
  row.user = world_->user.pick(user_.uniform(row.request));
  row.topic = world_->topic_choice(drifted_).pick(topic_.uniform(row.request));
  row.hour = static_cast<std::uint32_t>(hour_.below(row.request, synth_hours));
  row.ad = world_->ad.pick(ad_.uniform(index));
  row.position = static_cast<std::uint32_t>(index % synth_positions);
  row.noise = static_cast<std::uint32_t>(noise_.below(index, synth_noise_ids));
  row.memo = memo_.below(index, std::max<std::uint64_t>(1, rows_ / 2));
  return row;
}

double Day::logit_of(const SynthRow& row) const noexcept {
  return world_->logit(row.user, row.topic, row.hour, row.ad, row.position, drifted_);
}

double Day::logit(std::uint64_t index) const noexcept {
  return logit_of(draw(index));
}

SynthRow Day::row(std::uint64_t index) const noexcept {
  SynthRow row = draw(index);
  row.probability = portable_sigmoid(world_->c0 + logit_of(row));
  row.label = label_.uniform(index) < row.probability;
  return row;
}

}  // namespace clicklens::cli
