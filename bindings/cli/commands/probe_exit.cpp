#include "commands/probe_exit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

constexpr std::uint64_t best[] = {1, 10, 100};

// Places of the k largest, ties by place.
std::vector<std::size_t> top(const float* scores, std::size_t n, std::size_t k) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto larger = [&](std::size_t a, std::size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k), order.end(), larger);
  order.resize(k);
  std::sort(order.begin(), order.end());
  return order;
}

// Share of the full model's best k that are among the early exit's best k.
double recall(const float* full, const float* exit, std::size_t n, std::size_t k) {
  const auto wanted = top(full, n, k), got = top(exit, n, k);
  std::vector<std::size_t> both;
  std::set_intersection(wanted.begin(), wanted.end(), got.begin(), got.end(), std::back_inserter(both));
  return static_cast<double>(both.size()) / static_cast<double>(k);
}

double auc_of(const std::vector<float>& logits, const std::vector<std::uint8_t>& labels) {
  clens_metrics* made = nullptr;
  check(clens_metrics_create(nullptr, &made));
  const Handle<clens_metrics> metrics(made);
  check(clens_metrics_add(made, logits.data(), labels.data(), nullptr, nullptr, logits.size()));
  clens_metrics_result result = CLENS_METRICS_RESULT_INIT;
  check(clens_metrics_compute(made, &result));
  return result.auc;
}

class ExitRun {
 public:
  ExitRun(const ProbeOptions& options, const Model& model, const clens_probe* probe, std::size_t layer)
      : options_(options),
        model_(model),
        full_(model, {}),
        exit_(model, Session::Options{.probe = probe,
                                      .exit_probe = static_cast<std::uint32_t>(layer + 1),
                                      .exit_bound = static_cast<float>(options.exit_bound)}) {}

  ProbeReport::Exit run(const std::string& file, const std::string& layer) {
    ProbeReport::Exit report{file, layer, options_.exit_bound, 0, 0, 0, {}, {}, {}, 0};
    read(file);
    const auto rows = static_cast<double>(labels_.size());
    report.exited_share = static_cast<double>(exit_.exited() - exited_before_) / rows;
    report.auc_full = auc_of(full_logits_, labels_);
    report.auc_exit = auc_of(exit_logits_, labels_);
    for (const std::uint64_t k : best) add_recall(k, report);
    const std::size_t percent = std::max<std::size_t>(1, labels_.size() / 100);
    report.recall_top_percent = recall(full_logits_.data(), exit_logits_.data(), labels_.size(), percent);
    return report;
  }

 private:
  void read(const std::string& file) {
    full_logits_.clear();
    exit_logits_.clear();
    labels_.clear();
    request_ends_.clear();
    exited_before_ = exit_.exited();
    ReadOptions wanted = options_.read;
    wanted.text_column.clear();
    wanted.optional_labels = false;
    BlockReader reader(file, model_.features(), wanted, model_.get());
    clens_counts counts = {0, 0, 0, 0, 0};
    std::vector<float> logits;
    const std::string paths[] = {file};
    Progress progress(paths);
    while (const Block* block = reader.next()) {
      for (std::size_t r = 1; r < block->request_offsets.size(); ++r)
        request_ends_.push_back(labels_.size() + static_cast<std::size_t>(block->request_offsets[r]));
      full_.run(block->batch(), CLENS_OUTPUT_LOGIT, logits, counts);
      full_logits_.insert(full_logits_.end(), logits.begin(), logits.end());
      exit_.run(block->batch(), CLENS_OUTPUT_LOGIT, logits, counts);
      exit_logits_.insert(exit_logits_.end(), logits.begin(), logits.end());
      labels_.insert(labels_.end(), block->labels.begin(), block->labels.end());
      progress.update(reader.position());
    }
    if (labels_.empty()) throw Error(join({file, ": no rows"}));
  }

  void add_recall(std::uint64_t k, ProbeReport::Exit& report) const {
    double sum = 0;
    std::uint64_t requests = 0;
    std::size_t begin = 0;
    for (const std::size_t end : request_ends_) {
      if (end - begin > k) {
        sum += recall(full_logits_.data() + begin, exit_logits_.data() + begin, end - begin, k);
        ++requests;
      }
      begin = end;
    }
    report.k.push_back(k);
    report.requests.push_back(requests);
    report.recall.push_back(requests == 0 ? std::numeric_limits<double>::quiet_NaN()
                                          : sum / static_cast<double>(requests));
  }

  const ProbeOptions& options_;
  const Model& model_;
  Session full_, exit_;
  std::uint64_t exited_before_ = 0;
  std::vector<float> full_logits_, exit_logits_;
  std::vector<std::uint8_t> labels_;
  std::vector<std::size_t> request_ends_;
};

}  // namespace

std::vector<ProbeReport::Exit> early_exits(const ProbeOptions& options, const Model& model, const clens_probe* probe,
                                           const std::vector<std::string>& names) {
  const auto at = std::find(names.begin(), names.end(), options.exit_layer);
  if (at == names.end()) throw Error(join({"--exit: no layer '", options.exit_layer, "' is probed"}));
  ExitRun run(options, model, probe, static_cast<std::size_t>(at - names.begin()));
  std::vector<ProbeReport::Exit> reports;
  for (const std::string& file : options.eval) reports.push_back(run.run(file, *at));
  return reports;
}

}  // namespace clicklens::cli
