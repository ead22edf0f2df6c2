#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "scratch.h"
#include "synth/day_writer.h"
#include "synth/portable_math.h"

namespace clicklens::cli {
namespace {

// By definition: the share of (click, other) pairs in order, ties half. Ranks, not pairs, for speed.
double auc(const std::vector<SynthRow>& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rows[a].probability < rows[b].probability; });
  double clicks = 0, rank_sum = 0;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && rows[order[end]].probability == rows[order[i]].probability) ++end;
    const double rank = 0.5 * static_cast<double>(i + end + 1);
    for (; i < end; ++i) {
      if (!rows[order[i]].label) continue;
      clicks += 1;
      rank_sum += rank;
    }
  }
  const double others = static_cast<double>(rows.size()) - clicks;
  return (rank_sum - clicks * (clicks + 1) / 2) / (clicks * others);
}

std::vector<SynthRow> rows_of(const Day& day) {
  std::vector<SynthRow> rows;
  for (std::uint64_t i = 0; i < day.rows(); ++i) rows.push_back(day.row(i));
  return rows;
}

double click_rate(const std::vector<SynthRow>& rows) {
  const auto clicks = std::count_if(rows.begin(), rows.end(), [](const SynthRow& row) { return row.label; });
  return static_cast<double>(clicks) / static_cast<double>(rows.size());
}

TEST(PortableMath, AgreesWithLibm) {
  for (double x = -40; x <= 40; x += 0.37) EXPECT_NEAR(portable_exp(x) / std::exp(x), 1.0, 1e-14) << x;
  for (double x = 1e-16; x < 1e6; x *= 1.7)
    EXPECT_NEAR(portable_log(x), std::log(x), 1e-14 * (1 + std::abs(std::log(x))));
  for (double t = 0; t < 2; t += 0.013) EXPECT_NEAR(portable_sin_turns(t), std::sin(2 * M_PI * t), 1e-14) << t;
  EXPECT_NEAR(portable_power(409.0, -0.7), std::pow(409.0, -0.7), 1e-16);
}

// Over seeds the means must be those of the model's definition: click rate .05, Bayes AUC .815.
TEST(Synth, ClickRateAndBayesAucAreThoseStated) {
  double rate = 0, bayes = 0;
  constexpr int seeds = 10;
  for (int seed = 1; seed <= seeds; ++seed) {
    const World world(static_cast<std::uint64_t>(seed));
    const auto rows = rows_of(Day(world, 1, 20000, false));
    EXPECT_NEAR(click_rate(rows), 0.05, 0.012) << seed;
    EXPECT_NEAR(auc(rows), 0.815, 0.04) << seed;
    rate += click_rate(rows) / seeds;
    bayes += auc(rows) / seeds;
  }
  EXPECT_NEAR(rate, 0.05, 0.004);
  EXPECT_NEAR(bayes, 0.815, 0.012);
}

TEST(Synth, EffectsHaveTheSpreadTheyShould) {
  const World world(3);
  double square = 0;
  for (double effect : world.topic_effect) square += effect * effect / synth_topics;
  // m equally spaced levels on (-1, 1) times s sqrt(3): variance s^2 (m + 1) / (m - 1).
  EXPECT_NEAR(square, 0.36 * 17 / 15, 1e-12);
  std::map<std::uint32_t, int> ads_in;
  for (const Ad& ad : world.ads) ++ads_in[ad.category];
  EXPECT_EQ(ads_in.size(), synth_categories);
  for (const auto& [category, ads] : ads_in) EXPECT_EQ(ads, 25) << category;
  std::map<std::size_t, int> interests;
  for (const Person& person : world.people) {
    ++interests[person.interests.size()];
    EXPECT_EQ(std::set<std::uint32_t>(person.interests.begin(), person.interests.end()).size(),
              person.interests.size());
  }
  EXPECT_EQ(interests.size(), 4u);
  for (std::size_t n = 1; n <= 4; ++n) EXPECT_NEAR(interests[n], 750, 120) << n;
}

TEST(Synth, PopularityFallsAsStated) {
  const World world(5);
  std::vector<int> times(synth_users);
  for (const SynthRow& row : rows_of(Day(world, 1, 200000, false)))
    if (row.position == 0) ++times[row.user];
  double total = 0;
  for (std::size_t r = 0; r < synth_users; ++r) total += std::pow(static_cast<double>(r) + 10, -0.7);
  for (std::size_t r : {std::size_t{0}, std::size_t{5}, std::size_t{50}}) {
    const double expected = 50000 * std::pow(static_cast<double>(r) + 10, -0.7) / total;
    EXPECT_NEAR(times[r], expected, 5 * std::sqrt(expected)) << r;
  }
}

TEST(Synth, DriftMovesTopicsAndTheirEffects) {
  const World world(2);
  std::vector<double> before(synth_topics), after(synth_topics);
  for (const SynthRow& row : rows_of(Day(world, 4, 40000, false))) before[row.topic] += 1.0 / 40000;
  for (const SynthRow& row : rows_of(Day(world, 5, 40000, true))) after[row.topic] += 1.0 / 40000;
  double total = 0;
  for (double effect : world.topic_effect) total += std::exp(0.75 * effect / 0.6);
  for (std::size_t t = 0; t < synth_topics; ++t) {
    EXPECT_NEAR(before[t], 1.0 / 16, 0.013) << t;
    EXPECT_NEAR(after[t], std::exp(0.75 * world.topic_effect[t] / 0.6) / total, 0.02) << t;
  }
  auto sorted = world.topic_effect;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t t = 0; t < synth_topics; ++t) {
    const auto rank = std::lower_bound(sorted.begin(), sorted.end(), world.topic_effect[t]) - sorted.begin();
    EXPECT_EQ(world.drifted_topic_effect[t], sorted[static_cast<std::size_t>(rank + 8) % 16]) << t;
  }
}

// A row depends on (seed, day, row) alone: not on how many rows or days there are.
TEST(Synth, RowsDependOnNothingElse) {
  const World world(9);
  const Day brief(world, 2, 100, false), lengthy(world, 2, 20000, false), other(world, 3, 100, false);
  int equal_elsewhere = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const SynthRow a = brief.row(i), b = lengthy.row(i), c = other.row(i);
    EXPECT_EQ(std::tie(a.request, a.user, a.topic, a.hour, a.ad, a.position, a.noise, a.probability, a.label),
              std::tie(b.request, b.user, b.topic, b.hour, b.ad, b.position, b.noise, b.probability, b.label));
    EXPECT_LT(a.memo, 50u);
    EXPECT_LT(b.memo, 10000u);
    equal_elsewhere += a.ad == c.ad ? 1 : 0;
  }
  EXPECT_LT(equal_elsewhere, 20);
}

std::uint64_t fnv1a(const std::string& bytes) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return hash;
}

// The same bytes on every machine and by every compiler: the recorded hash holds everywhere.
TEST(Synth, BytesAreThoseRecorded) {
  const Scratch scratch;
  const World world(1);
  write_day(world, Day(world, 1, 2000, false), 1, {}, scratch.path("a.tsv"));
  EXPECT_EQ(fnv1a(Scratch::read(scratch.path("a.tsv"))), 8560776128900774874u);
}

TEST(Synth, ColumnsCanBeLeftOutAndCompressed) {
  const Scratch scratch;
  const World world(1);
  const Day day(world, 1, 40, false);
  write_day(world, day, 1, {}, scratch.path("all.tsv"));
  write_day(world, day, 1, {.noise = false, .memo = false}, scratch.path("less.tsv"));
  write_day(world, day, 1, {.gzip = true}, scratch.path("all.tsv.gz"));
  const std::string all = Scratch::read(scratch.path("all.tsv"));
  const std::string less = Scratch::read(scratch.path("less.tsv"));
  EXPECT_EQ(all.substr(0, all.find('\n')),
            "request_id\tlabel\tuser_id\tsegment\tinterest\ttopic\thour\tad_id\tcategory\tposition\tnoise\tmemo");
  EXPECT_EQ(less.substr(0, less.find('\n')),
            "request_id\tlabel\tuser_id\tsegment\tinterest\ttopic\thour\tad_id\tcategory\tposition");
  std::string unpacked(all.size() + 1, '\0');
  gzFile file = gzopen(scratch.path("all.tsv.gz").c_str(), "rb");
  unpacked.resize(static_cast<std::size_t>(gzread(file, unpacked.data(), static_cast<unsigned>(unpacked.size()))));
  EXPECT_EQ(gzdirect(file), 0);
  gzclose(file);
  EXPECT_EQ(unpacked, all);
}

}  // namespace
}  // namespace clicklens::cli
