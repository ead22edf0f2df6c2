// Permutation importance against a plain loop: the host's own arrays permuted, scored, every pair compared.
#include <cmath>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

constexpr std::uint32_t draws = 3, buckets = 64;

double auc_of(const std::vector<float>& scores, const std::vector<std::uint8_t>& labels,
              const std::vector<std::uint8_t>& use) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    for (std::size_t j = 0; j < scores.size(); ++j) {
      if (use[i] == 0 || use[j] == 0 || labels[i] != 1 || labels[j] != 0) continue;
      won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
      pairs += 1;
    }
  return won / pairs;
}

// SplitMix64's finaliser, as metrics_jackknife.h says.
std::uint64_t mixed(std::uint64_t key) {
  key += 0x9E3779B97F4A7C15ull;
  key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9ull;
  key = (key ^ (key >> 27)) * 0x94D049BB133111EBull;
  return key ^ (key >> 31);
}

struct Labelled {
  explicit Labelled(std::uint64_t seed = 5) {
    Random random(seed);
    const std::size_t n = host.candidates(), r = host.users.size();
    for (std::size_t c = 0; c < n; ++c) {
      labels.push_back(random.below(3) == 0);
      clusters.push_back(host.request_of(c) / 2);
    }
    for (std::uint32_t draw = 0; draw < draws; ++draw) {
      shuffle(random, r, request_orders);
      shuffle(random, n, candidate_orders);
    }
    options.draws = draws;
    options.buckets = buckets;
    options.request_orders = request_orders.data();
    options.candidate_orders = candidate_orders.data();
    rows.labels = labels.data();
    rows.clusters = clusters.data();
  }
  static void shuffle(Random& random, std::size_t n, std::vector<std::uint64_t>& orders) {
    const std::size_t begin = orders.size();
    for (std::size_t i = 0; i < n; ++i) orders.push_back(i);
    for (std::size_t i = n; i > 1; --i) std::swap(orders[begin + i - 1], orders[begin + random.below(i)]);
  }
  clens_status measure(clens_importance** out) {
    const clens_batch batch = host.batch();
    return clens_importance_create(session.get(), &batch, &rows, &options, out);
  }
  // Scores with the user (group 0), the ad (1) or the match (2) permuted.
  std::vector<float> permuted(std::size_t group, std::uint32_t draw) {
    const std::size_t n = host.candidates(), r = host.users.size();
    const auto users = host.users;
    const auto ads = host.ads;
    const auto matches = host.matches;
    for (std::size_t i = 0; i < r && group == 0; ++i) host.users[i] = users[request_orders[draw * r + i]];
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t from = candidate_orders[draw * n + i];
      if (group == 1) host.ads[i] = ads[from];
      for (std::size_t d = 0; d < 2 && group == 2; ++d) host.matches[2 * i + d] = matches[2 * from + d];
    }
    const std::vector<float> scores = host.run(session.get());
    host.users = users;
    host.ads = ads;
    host.matches = matches;
    return scores;
  }

  TinyHost host{{3, 5, 2, 4, 7, 1, 6, 3, 4, 5, 2, 8}};
  HandleOf<clens_session> session = host.session();
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters, request_orders, candidate_orders;
  clens_importance_options options = CLENS_IMPORTANCE_OPTIONS_INIT;
  clens_rows rows = CLENS_ROWS_INIT;
};

TEST(ImportanceC, FiguresAreThoseOfThePlainLoop) {
  Labelled labelled;
  clens_importance* importance = nullptr;
  ASSERT_EQ(labelled.measure(&importance), CLENS_OK) << last_error();
  const std::vector<float> plain = labelled.host.run(labelled.session.get());
  const std::vector<std::uint8_t> all(plain.size(), 1);
  std::vector<std::vector<std::uint8_t>> subsets;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    std::vector<std::uint8_t> use;
    for (const std::uint64_t cluster : labelled.clusters) use.push_back(mixed(cluster) % buckets != bucket);
    if (use != all) subsets.push_back(use);
  }
  ASSERT_GT(subsets.size(), 3u);
  const double auc = auc_of(plain, labelled.labels, all);
  bool any = false;
  for (std::size_t group = 0; group < 3; ++group) {
    clens_group_importance got = CLENS_GROUP_IMPORTANCE_INIT;
    ASSERT_EQ(clens_importance_group(importance, group, &got), CLENS_OK) << last_error();
    std::vector<std::vector<float>> scores;
    for (std::uint32_t draw = 0; draw < draws; ++draw) scores.push_back(labelled.permuted(group, draw));
    const auto drop_on = [&](const std::vector<std::uint8_t>& use, double& sum_of_squares) {
      double mean = 0;
      std::vector<double> drops;
      for (const auto& each : scores)
        drops.push_back(auc_of(plain, labelled.labels, use) - auc_of(each, labelled.labels, use));
      for (const double drop : drops) mean += drop / draws;
      sum_of_squares = 0;
      for (const double drop : drops) sum_of_squares += (drop - mean) * (drop - mean);
      return mean;
    };
    double squares = 0, unused = 0;
    const double drop = drop_on(all, squares);
    EXPECT_NEAR(got.auc, auc, 1e-12);
    EXPECT_NEAR(got.drop, drop, 1e-12) << group;
    EXPECT_NEAR(got.permuted_auc, auc - drop, 1e-12);
    EXPECT_NEAR(got.drop_sd, std::sqrt(squares / (draws - 1)), 1e-12);
    double mean = 0, spread = 0;
    std::vector<double> without;
    for (const auto& use : subsets) without.push_back(drop_on(use, unused));
    const auto count = static_cast<double>(without.size());
    for (const double each : without) mean += each / count;
    for (const double each : without) spread += (each - mean) * (each - mean);
    EXPECT_NEAR(got.se, std::sqrt((count - 1) / count * spread), 1e-12);
    EXPECT_NEAR(got.high - got.low, 2 * 1.96 * got.se, 1e-12);
    any = any || std::abs(drop) > 0.01;
  }
  EXPECT_TRUE(any);
  clens_importance_release(importance);
}

TEST(ImportanceC, TheSameSeedDrawsTheSame) {
  Labelled labelled;
  labelled.options.request_orders = labelled.options.candidate_orders = nullptr;
  std::vector<double> drops;
  for (const std::uint64_t seed : {7u, 7u, 8u}) {
    labelled.options.seed = seed;
    clens_importance* importance = nullptr;
    ASSERT_EQ(labelled.measure(&importance), CLENS_OK) << last_error();
    clens_group_importance got = CLENS_GROUP_IMPORTANCE_INIT;
    ASSERT_EQ(clens_importance_group(importance, 1, &got), CLENS_OK);
    drops.push_back(got.drop);
    clens_importance_difference difference = CLENS_IMPORTANCE_DIFFERENCE_INIT;
    ASSERT_EQ(clens_importance_compare(importance, importance, 1, &difference), CLENS_OK);
    EXPECT_EQ(difference.difference, 0);
    EXPECT_EQ(difference.se, 0);
    EXPECT_EQ(difference.memorises, 0u);
    clens_importance_release(importance);
  }
  EXPECT_EQ(drops[0], drops[1]);
  EXPECT_NE(drops[0], drops[2]);
}

TEST(ImportanceC, TellsWhatIsWrong) {
  Labelled labelled;
  clens_importance* importance = nullptr;
  const auto refused = [&](clens_status status, const char* message) {
    EXPECT_EQ(labelled.measure(&importance), status);
    EXPECT_NE(session_error(labelled.session.get()).find(message), std::string::npos) << last_error();
  };
  labelled.request_orders[1] = labelled.request_orders[0];
  refused(CLENS_E_INVALID_ARGUMENT, "request_orders");
  labelled.request_orders[1] = std::uint64_t{1} << 60;
  refused(CLENS_E_INVALID_ARGUMENT, "request_orders");
  labelled.options.request_orders = nullptr;
  labelled.options.buckets = 7;
  refused(CLENS_E_INVALID_ARGUMENT, "buckets");
  labelled.options.buckets = 0;
  labelled.options.task = 1;
  refused(CLENS_E_INVALID_ARGUMENT, "task");
  labelled.options.task = 0;
  std::fill(labelled.labels.begin(), labelled.labels.end(), std::uint8_t{1});
  refused(CLENS_E_BAD_VALUE, "one class");
  labelled.labels[0] = 2;
  refused(CLENS_E_BAD_VALUE, "labels[0]");
  labelled.rows.labels = nullptr;
  refused(CLENS_E_INVALID_ARGUMENT, "rows.labels");
}

}  // namespace
}  // namespace clicklens::testing
