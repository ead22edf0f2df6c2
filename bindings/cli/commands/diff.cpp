// `diff`: two models on the same rows.
#include <algorithm>
#include <bit>
#include <cmath>

#include "commands/commands.h"
#include "commands/diff_side.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

double sigmoid(float logit) {
  return 1 / (1 + std::exp(-double{logit}));
}

class DiffRun {
 public:
  explicit DiffRun(const DiffOptions& options)
      : options_(options),
        a_(options.a, options.task, options.sample_rows),
        b_(options.b, options.task, options.sample_rows) {
    report_.a = options.a;
    report_.b = options.b;
    report_.files = options.data;
    read([](DiffSide& side, const Block& block, std::uint64_t) { side.add_means(block); });
    if (report_.rows == 0) throw Error(join({options.data.front(), ": no rows"}));
    a_.finish_means();
    b_.finish_means();
    labels_.clear();
    clusters_.clear();
    request_ends_.clear();
    read([](DiffSide& side, const Block& block, std::uint64_t first) { side.add(block, first); });
  }

  DiffReport report() {
    compare_scores();
    compare_requests();
    compare_layers();
    compare_groups();
    return std::move(report_);
  }

 private:
  // use(side, block, first row) of both models over all files, the same rows in every block.
  template <class Use>
  void read(Use&& use);
  void keep(const Block& block, std::uint64_t first_row);
  void compare_scores();
  void compare_auc(const std::vector<float>& a, const std::vector<float>& b, const std::vector<std::uint8_t>& labels,
                   const std::vector<std::uint64_t>& clusters);
  void compare_requests();
  void compare_layers();
  void compare_neurons(std::size_t layer_a, std::size_t layer_b);
  void compare_groups();

  const DiffOptions& options_;
  DiffSide a_, b_;
  DiffReport report_;
  std::vector<std::uint8_t> labels_;  // all rows or none
  std::vector<std::uint64_t> clusters_;
  std::vector<std::uint64_t> request_ends_;
};

template <class Use>
void DiffRun::read(Use&& use) {
  report_.rows = 0;
  Progress progress(options_.data);
  for (const std::string& path : options_.data) {
    BlockReader of_a(path, a_.model().features(), options_.read), of_b(path, b_.model().features(), options_.read);
    report_.cluster = of_a.cluster_column();
    while (const Block* block = of_a.next()) {
      const Block* same = of_b.next();
      if (same == nullptr || same->request_offsets != block->request_offsets)
        throw Error(join({path, ": the models read other rows"}));
      use(a_, *block, report_.rows);
      use(b_, *same, report_.rows);
      keep(*block, report_.rows);
      report_.rows += block->rows;
      progress.update(of_a.position());
    }
    progress.finish_part(0);
  }
}

void DiffRun::keep(const Block& block, std::uint64_t first_row) {
  labels_.insert(labels_.end(), block.labels.begin(), block.labels.end());
  for (std::size_t row = 0; row < block.rows; ++row)
    clusters_.push_back(block.clusters.empty() ? first_row + row : block.clusters[row]);
  for (std::size_t i = 1; i < block.request_offsets.size(); ++i)
    request_ends_.push_back(first_row + static_cast<std::uint64_t>(block.request_offsets[i]));
}

void DiffRun::compare_scores() {
  DiffReport::Scores& to = report_.scores;
  const bool labelled = labels_.size() == report_.rows;
  std::vector<float> a, b;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters;
  std::vector<double> gaps, wide_a, wide_b;
  for (std::size_t row = 0; row < report_.rows; ++row) {
    const float x = a_.logits()[row], y = b_.logits()[row];
    if (!std::isfinite(x) || !std::isfinite(y)) {
      ++to.non_finite;
      continue;
    }
    a.push_back(x);
    b.push_back(y);
    wide_a.push_back(double{x});
    wide_b.push_back(double{y});
    gaps.push_back(double{y} - double{x});
    if (labelled) labels.push_back(labels_[row]);
    clusters.push_back(clusters_[row]);
    to.equal += std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y) ? 1 : 0;
    const double p = sigmoid(x), q = sigmoid(y);
    to.mean_a += p;
    to.mean_b += q;
    to.mean_difference += std::abs(q - p);
    if (std::abs(q - p) > to.largest_difference) {
      to.largest_difference = std::abs(q - p);
      to.largest_row = row;
    }
  }
  const auto rows = static_cast<double>(a.size());
  for (double* mean : {&to.mean_a, &to.mean_b, &to.mean_difference}) *mean /= rows;
  to.pearson = correlation(wide_a, wide_b);
  to.spearman = rank_correlation(a, b);
  std::sort(gaps.begin(), gaps.end());
  for (std::size_t i = 0; i < to.quantiles.size(); ++i) {
    const double place = std::ceil(DiffReport::probabilities[i] * rows) - 1;
    to.quantiles[i] = gaps.empty() ? not_known : gaps[static_cast<std::size_t>(std::max(place, 0.0))];
  }
  if (labelled) compare_auc(a, b, labels, clusters);
}

void DiffRun::compare_auc(const std::vector<float>& a, const std::vector<float>& b,
                          const std::vector<std::uint8_t>& labels, const std::vector<std::uint64_t>& clusters) {
  clens_auc_difference difference = CLENS_AUC_DIFFERENCE_INIT;
  if (clens_auc_compare(a.data(), b.data(), labels.data(), clusters.data(), a.size(), 0, &difference) == CLENS_OK)
    report_.scores.auc = difference;
}

void DiffRun::compare_requests() {
  std::uint64_t begin = 0;
  const auto best = [&](const std::vector<float>& logits, std::uint64_t end) {
    std::uint64_t at = begin;
    for (std::uint64_t row = begin + 1; row < end; ++row) at = logits[row] > logits[at] ? row : at;
    return at;
  };
  for (const std::uint64_t end : request_ends_) {
    if (end - begin > 1) {
      ++report_.scores.requests;
      report_.scores.same_first += best(a_.logits(), end) == best(b_.logits(), end) ? 1 : 0;
    }
    begin = end;
  }
}

void DiffRun::compare_layers() {
  report_.layers_a = a_.layers();
  report_.layers_b = b_.layers();
  for (std::size_t i = 0; i < a_.layers().size(); ++i)
    for (std::size_t j = 0; j < b_.layers().size(); ++j) {
      double cka = not_known;
      std::uint64_t rows = 0;
      if (clens_neurons_cka(a_.neurons(), i, b_.neurons(), j, &cka, &rows) != CLENS_OK) cka = not_known;
      report_.sampled = std::max(report_.sampled, rows);
      report_.cka.push_back(cka);
      if (a_.layers()[i] == b_.layers()[j]) compare_neurons(i, j);
    }
}

void DiffRun::compare_neurons(std::size_t layer_a, std::size_t layer_b) {
  DiffReport::Layer& to = report_.layers.emplace_back();
  to.name = a_.layers()[layer_a];
  to.width_a = a_.layer(layer_a).width;
  to.width_b = b_.layer(layer_b).width;
  std::vector<std::uint64_t> hashes_a, hashes_b;
  const std::vector<float> a = a_.sample(layer_a, to.width_a, hashes_a), b = b_.sample(layer_b, to.width_b, hashes_b);
  if (hashes_a == hashes_b) to.neurons = counterparts({a, to.width_a}, {b, to.width_b});
}

void DiffRun::compare_groups() {
  const auto &of_a = a_.model().groups(), &of_b = b_.model().groups();
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    const auto same = std::find(of_b.begin(), of_b.end(), of_a[i]);
    DiffReport::Group group{of_a[i], true, same != of_b.end(), {}, a_.shares().share(i), not_known};
    if (group.in_b) {
      const auto j = static_cast<std::size_t>(same - of_b.begin());
      group.change = share_change(a_.shares(), i, b_.shares(), j);
      group.share_b = group.change.b;
    }
    report_.groups.push_back(group);
  }
  for (std::size_t j = 0; j < of_b.size(); ++j)
    if (std::find(of_a.begin(), of_a.end(), of_b[j]) == of_a.end())
      report_.groups.push_back({of_b[j], false, true, {}, not_known, b_.shares().share(j)});
}

}  // namespace

DiffReport diff(const DiffOptions& options) {
  return DiffRun(options).report();
}

}  // namespace clicklens::cli
