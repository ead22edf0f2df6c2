// The generative model of synthetic click logs: everything that is the same on all days of a seed.
//
//   logit = c0 + N(0, .35^2)[user] + N(0, .35^2)[ad] + L(16, .5)[category] + L(8, .4)[segment]
//         + L(16, .6)[topic] + .35 sqrt(2) sin(2 pi hour / 24) + (.6, .2, -.2, -.6)[position]
//         + sum over the user's interests of L(16, .35)[interest] + .5 [category among the interests]
//
// L(m, s): m levels s sqrt(3) (-1 .. 1, equally spaced), shuffled by the seed. c0 makes the mean click
// probability .05. In drifted days topics of high level come up more often, and the topic of rank i
// takes the effect of rank (i + 8) mod 16.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace clicklens::cli {

inline constexpr std::size_t synth_users = 3000, synth_ads = 400, synth_categories = 16, synth_segments = 8,
                             synth_topics = 16, synth_interests = 16, synth_hours = 24, synth_positions = 4,
                             synth_noise_ids = 16;

// What a draw is for: part of the key of every random number. Append only, or days change.
enum class Purpose : std::uint64_t {
  user_effect = 0,
  ad_effect,
  ad_category,
  user_segment,
  user_interest_count,
  user_interest,
  category_level,
  segment_level,
  topic_level,
  interest_level,
  user,
  topic,
  hour,
  ad,
  noise,
  memo,
  label
};

// Draws index by given probabilities.
class Choice {
 public:
  explicit Choice(const std::vector<double>& weights);
  [[nodiscard]] std::uint32_t pick(double uniform) const noexcept;

 private:
  std::vector<double> ends_;  // cumulative
};

struct Person {
  std::uint32_t segment = 0;
  std::vector<std::uint32_t> interests;  // distinct, ascending
  double effect = 0;                     // of the user, segment and interests
};

struct Ad {
  std::uint32_t category = 0;
  double effect = 0;  // of the ad and its category
};

struct World {
  explicit World(std::uint64_t seed);

  // Without c0.
  [[nodiscard]] double logit(std::uint32_t user, std::uint32_t topic, std::uint32_t hour, std::uint32_t ad,
                             std::uint32_t position, bool drifted) const noexcept;
  [[nodiscard]] const Choice& topic_choice(bool drifted) const noexcept { return drifted ? drifted_topic : topic; }

  std::uint64_t seed;
  std::vector<Person> people;
  std::vector<Ad> ads;
  std::array<double, synth_topics> topic_effect{}, drifted_topic_effect{};
  std::array<double, synth_hours> hour_effect{};
  Choice user, ad, topic, drifted_topic;
  double c0 = 0;
};

}  // namespace clicklens::cli
