#include "drift_support.h"

#include <algorithm>
#include <cmath>

#include "lens/neurons_bins.h"

namespace clicklens::testing {

DriftRows::DriftRows(std::uint32_t seed) : random_(seed) {
  std::normal_distribution<double> normal;
  for (int user = 0; user < 500; ++user) ways_.push_back(normal(random_));
}

lens::DriftColumn DriftRows::column(std::size_t rows, const Value& value) {
  lens::DriftColumn made;
  made.counts.resize(lens::neuron_bins);
  made.quantity.clusters.resize(drift_buckets);
  double sum = 0, squares = 0;
  made.minimum = INFINITY;
  made.maximum = -INFINITY;
  std::normal_distribution<double> normal;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t user = random_() % ways_.size();
    const auto x = static_cast<float>(value(ways_[user], normal(random_)));
    ++made.counts[lens::bin_of(x)];
    sum += double{x};
    squares += double{x} * double{x};
    lens::ClusterSums& bucket = made.quantity.clusters[user % drift_buckets];
    bucket.rows += 1;
    bucket.sum += double{x};
    made.minimum = std::min(made.minimum, double{x});
    made.maximum = std::max(made.maximum, double{x});
  }
  const auto n = static_cast<double>(rows);
  made.quantity.rows = rows;
  made.quantity.mean = sum / n;
  made.quantity.sd = std::sqrt((squares - sum * sum / n) / (n - 1));
  return made;
}

lens::Quantity DriftRows::rate(std::size_t rows, double chance) {
  return column(rows, [&](double way, double) { return uniform() < chance * std::exp(0.3 * way) ? 1.0 : 0.0; })
      .quantity;
}

lens::Histogram DriftRows::ids(std::size_t rows, double to_first) {
  lens::Histogram made;
  made.counts.resize(64);
  made.clusters.resize(64 * drift_buckets);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t user = random_() % ways_.size();
    // a user mostly has ids of its own
    const std::size_t id = uniform() < to_first ? 0 : uniform() < 0.5 ? user * 7 % 64 : random_() % 64;
    ++made.counts[id];
    ++made.clusters[user % drift_buckets * 64 + id];
  }
  return made;
}

std::vector<double> DriftRows::sizes(std::size_t rows, double size) {
  std::vector<double> buckets;
  const auto drawn = column(rows, [&](double way, double noise) { return size * std::exp(0.2 * (way + noise)); });
  for (const auto& bucket : drawn.quantity.clusters) buckets.push_back(bucket.sum);
  return buckets;
}

lens::DriftLabels DriftRows::labels(std::size_t rows, double slope, double shift) {
  lens::DriftLabels made;
  made.clicks.resize(lens::neuron_bins);
  made.others.resize(lens::neuron_bins);
  double sum = 0;
  made.click_rate = column(rows, [&](double way, double noise) {
                      const double logit = -2 + 0.5 * way + noise;
                      sum += logit;
                      const bool click = uniform() < 1 / (1 + std::exp(2 - slope * (logit + 2) - shift));
                      ++(click ? made.clicks : made.others)[lens::bin_of(static_cast<float>(logit))];
                      return click ? 1.0 : 0.0;
                    }).quantity;
  made.mean_logit = sum / static_cast<double>(rows);
  return made;
}

}  // namespace clicklens::testing
