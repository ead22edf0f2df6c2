#include "synth/world.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "synth/counter_rng.h"
#include "synth/day.h"
#include "synth/portable_math.h"

namespace clicklens::cli {
namespace {

constexpr double sqrt3 = 1.7320508075688772;
constexpr std::uint64_t no_day = 0;  // of draws that are the same on all days

CounterRng rng(std::uint64_t seed, Purpose purpose) noexcept {
  return {seed, no_day, static_cast<std::uint64_t>(purpose)};
}

// 0 .. n-1, shuffled (Fisher-Yates).
std::vector<std::uint32_t> permutation(std::uint64_t seed, Purpose purpose, std::size_t n) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  const CounterRng draws = rng(seed, purpose);
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[draws.below(i, i)]);
  return order;
}

double level(std::size_t rank, std::size_t levels, double scale) noexcept {
  const double place = 2.0 * static_cast<double>(rank) / static_cast<double>(levels - 1) - 1.0;
  return scale * sqrt3 * place;
}

std::vector<double> shuffled_levels(std::uint64_t seed, Purpose purpose, std::size_t levels, double scale) {
  std::vector<double> effects;
  for (std::uint32_t rank : permutation(seed, purpose, levels)) effects.push_back(level(rank, levels, scale));
  return effects;
}

// Box and Muller, one of the two.
double normal(const CounterRng& draws, std::uint64_t index, double sd) noexcept {
  const double radius = std::sqrt(-2.0 * portable_log(1.0 - draws.uniform(2 * index)));
  return sd * radius * portable_sin_turns(draws.uniform(2 * index + 1));
}

Choice by_popularity(std::size_t n) {
  std::vector<double> weights;
  for (std::size_t rank = 0; rank < n; ++rank)
    weights.push_back(portable_power(static_cast<double>(rank) + 10.0, -0.7));
  return Choice(weights);
}

std::vector<std::uint32_t> draw_interests(std::uint64_t seed, std::uint64_t user) {
  const std::uint64_t count = 1 + rng(seed, Purpose::user_interest_count).below(user, 4);
  const CounterRng draws = rng(seed, Purpose::user_interest);
  std::array<std::uint32_t, synth_interests> all{};
  std::iota(all.begin(), all.end(), 0u);
  for (std::uint64_t i = 0; i < count; ++i) std::swap(all[i], all[i + draws.below(4 * user + i, synth_interests - i)]);
  std::sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::vector<Person> make_people(std::uint64_t seed) {
  const auto segments = shuffled_levels(seed, Purpose::segment_level, synth_segments, 0.4);
  const auto interests = shuffled_levels(seed, Purpose::interest_level, synth_interests, 0.35);
  std::vector<Person> people(synth_users);
  for (std::size_t u = 0; u < synth_users; ++u) {
    Person& person = people[u];
    person.segment = static_cast<std::uint32_t>(rng(seed, Purpose::user_segment).below(u, synth_segments));
    person.interests = draw_interests(seed, u);
    person.effect = normal(rng(seed, Purpose::user_effect), u, 0.35) + segments[person.segment];
    for (std::uint32_t interest : person.interests) person.effect += interests[interest];
  }
  return people;
}

std::vector<Ad> make_ads(std::uint64_t seed) {
  const auto categories = shuffled_levels(seed, Purpose::category_level, synth_categories, 0.5);
  const auto order = permutation(seed, Purpose::ad_category, synth_ads);
  std::vector<Ad> ads(synth_ads);
  for (std::size_t a = 0; a < synth_ads; ++a) {
    ads[a].category = order[a] % synth_categories;  // 25 ads in each
    ads[a].effect = normal(rng(seed, Purpose::ad_effect), a, 0.35) + categories[ads[a].category];
  }
  return ads;
}

Choice drifted_topics(const std::vector<std::uint32_t>& ranks) {
  std::vector<double> weights;
  for (std::uint32_t rank : ranks) weights.push_back(portable_exp(0.75 * level(rank, synth_topics, 1.0)));
  return Choice(weights);
}

// c0 such that the mean click probability of 40,000 rows of a day of their own, not drifted, is .05.
double find_c0(const World& world) {
  constexpr std::uint64_t rows = 40000;
  const Day day(world, 0, rows, false);
  std::vector<double> logits;
  for (std::uint64_t row = 0; row < rows; ++row) logits.push_back(day.logit(row));
  double low = -12.0, high = 4.0;
  for (int step = 0; step < 44; ++step) {
    const double middle = 0.5 * (low + high);
    double sum = 0;
    for (double logit : logits) sum += portable_sigmoid(middle + logit);
    (sum > 0.05 * static_cast<double>(rows) ? high : low) = middle;
  }
  return low;
}

}  // namespace

Choice::Choice(const std::vector<double>& weights) : ends_(weights.size()) {
  std::partial_sum(weights.begin(), weights.end(), ends_.begin());
}

std::uint32_t Choice::pick(double uniform) const noexcept {
  const auto at = std::upper_bound(ends_.begin(), ends_.end() - 1, uniform * ends_.back());
  return static_cast<std::uint32_t>(at - ends_.begin());
}

World::World(std::uint64_t world_seed)
    : seed(world_seed),
      people(make_people(seed)),
      ads(make_ads(seed)),
      user(by_popularity(synth_users)),
      ad(by_popularity(synth_ads)),
      topic(std::vector<double>(synth_topics, 1.0)),
      drifted_topic(drifted_topics(permutation(seed, Purpose::topic_level, synth_topics))) {
  const auto ranks = permutation(seed, Purpose::topic_level, synth_topics);
  for (std::size_t t = 0; t < synth_topics; ++t) {
    topic_effect[t] = level(ranks[t], synth_topics, 0.6);
    drifted_topic_effect[t] = level((ranks[t] + synth_topics / 2) % synth_topics, synth_topics, 0.6);
  }
  for (std::size_t h = 0; h < synth_hours; ++h)
    hour_effect[h] = 0.35 * std::sqrt(2.0) * portable_sin_turns(static_cast<double>(h) / synth_hours);
  c0 = find_c0(*this);
}

double World::logit(std::uint32_t user_id, std::uint32_t topic_id, std::uint32_t hour, std::uint32_t ad_id,
                    std::uint32_t position, bool drifted) const noexcept {
  constexpr std::array<double, synth_positions> position_effect = {0.6, 0.2, -0.2, -0.6};
  const Person& person = people[user_id];
  const auto& topics = drifted ? drifted_topic_effect : topic_effect;
  const bool match = std::binary_search(person.interests.begin(), person.interests.end(), ads[ad_id].category);
  return person.effect + ads[ad_id].effect + topics[topic_id] + hour_effect[hour] + position_effect[position] +
         (match ? 0.5 : 0.0);
}

}  // namespace clicklens::cli
