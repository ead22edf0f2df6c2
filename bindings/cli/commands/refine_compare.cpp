#include "commands/refine_compare.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>

#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

double sigmoid(float logit) {
  return 1 / (1 + std::exp(-double{logit}));
}

std::uint64_t requests_of(const Block& block) {
  return block.request_offsets.empty() ? block.rows : block.request_offsets.size() - 1;
}

// One of the two at work.
class Scorer {
 public:
  Scorer(const std::string& path, const Model& model, std::size_t task, const RefineOptions& options,
         clens_precision precision)
      : task_(task),
        session_(model, {.threads = options.threads, .precision = precision}),
        reader_(path, model.features(), options.read, model.get()) {
    clens_metrics_options made = CLENS_METRICS_OPTIONS_INIT;
    made.negative_rate = options.negative_rate;
    clens_metrics* metrics = nullptr;
    check(clens_metrics_create(&made, &metrics));
    metrics_.reset(metrics);
  }

  const Block* next() { return block_ = reader_.next(); }
  void score() {
    if (logits_.empty()) session_.run(block_->batch(), CLENS_OUTPUT_LOGIT, scores_, counts_);  // the first run is cold
    const auto begin = std::chrono::steady_clock::now();
    session_.run(block_->batch(), CLENS_OUTPUT_LOGIT, scores_, counts_);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    us_.push_back(seconds * 1e6 / static_cast<double>(requests_of(*block_)));
    const std::size_t tasks = session_.tasks();
    const std::size_t first = logits_.size();
    for (std::size_t row = 0; row < block_->rows; ++row) logits_.push_back(scores_[row * tasks + task_]);
    if (block_->labels.empty()) return;
    const auto* clusters = block_->clusters.empty() ? nullptr : block_->clusters.data();
    check(clens_metrics_add(metrics_.get(), logits_.data() + first, block_->labels.data(), nullptr, clusters,
                            block_->rows));
    labelled_ = true;
  }

  [[nodiscard]] const BlockReader& reader() const noexcept { return reader_; }
  [[nodiscard]] const std::vector<float>& logits() const noexcept { return logits_; }
  [[nodiscard]] RefineReport::Side side() const {
    RefineReport::Side made;
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    clens_metrics_result result = CLENS_METRICS_RESULT_INIT;
    if (labelled_) check(clens_metrics_compute(metrics_.get(), &result));
    made.auc = labelled_ ? result.auc : none;
    made.logloss = labelled_ ? result.logloss : none;
    made.calibration = labelled_ ? result.calibration : none;
    for (const float logit : logits_) made.non_finite += std::isfinite(logit) ? 0 : 1;
    std::vector<double> sorted = us_;
    std::sort(sorted.begin(), sorted.end());
    made.us = sorted[sorted.size() / 2];
    return made;
  }

 private:
  std::size_t task_;
  Session session_;
  BlockReader reader_;
  Handle<clens_metrics> metrics_;
  const Block* block_ = nullptr;
  std::vector<float> scores_, logits_;
  std::vector<double> us_;  // a request, by block
  clens_counts counts_ = {0, 0, 0, 0, 0};
  bool labelled_ = false;
};

struct Rows {
  std::vector<std::uint8_t> labels;  // all or none
  std::vector<std::uint64_t> clusters;
};

void compare_rows(const Scorer& before, const Scorer& after, const Rows& rows, RefineReport::Day& day) {
  std::vector<float> a, b;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters;
  for (std::size_t row = 0; row < day.rows; ++row) {
    const float x = before.logits()[row], y = after.logits()[row];
    day.equal += std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y) ? 1 : 0;
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    day.largest_difference = std::max(day.largest_difference, std::abs(sigmoid(y) - sigmoid(x)));
    if (rows.labels.size() != day.rows) continue;
    a.push_back(x);
    b.push_back(y);
    labels.push_back(rows.labels[row]);
    clusters.push_back(rows.clusters[row]);
    day.clicks += rows.labels[row];
  }
  clens_auc_difference difference = CLENS_AUC_DIFFERENCE_INIT;
  if (!labels.empty() &&
      clens_auc_compare(a.data(), b.data(), labels.data(), clusters.data(), a.size(), 0, &difference) == CLENS_OK)
    day.auc = difference;
}

}  // namespace

RefineReport::Day compare_on(const std::string& path, const Model& before, const Model& after, std::size_t task,
                             const RefineOptions& options) {
  Scorer a(path, before, task, options, CLENS_PRECISION_F32);
  Scorer b(path, after, task, options, options.precision ? CLENS_PRECISION_RECOMMENDED : CLENS_PRECISION_F32);
  RefineReport::Day day;
  day.file = path;
  day.cluster = a.reader().cluster_column();
  Rows rows;
  const std::vector<std::string> files = {path};
  Progress progress(files);
  for (std::size_t turn = 0; const Block* block = a.next(); ++turn) {
    const Block* same = b.next();
    if (same == nullptr || same->request_offsets != block->request_offsets)
      throw Error(join({path, ": the models read other rows"}));
    Scorer& first = turn % 2 == 0 ? a : b;
    first.score();
    (turn % 2 == 0 ? b : a).score();
    for (std::size_t row = 0; row < block->rows; ++row)
      rows.clusters.push_back(block->clusters.empty() ? day.rows + row : block->clusters[row]);
    rows.labels.insert(rows.labels.end(), block->labels.begin(), block->labels.end());
    day.rows += block->rows;
    day.requests += requests_of(*block);
    progress.update(a.reader().position());
  }
  progress.finish_part(0);
  if (day.rows == 0) throw Error(join({path, ": no rows"}));
  day.before = a.side();
  day.after = b.side();
  compare_rows(a, b, rows, day);
  return day;
}

}  // namespace clicklens::cli
