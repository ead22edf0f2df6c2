// `saliency --train/--test/--by`: shares of the groups over rows that have something in common, with clustered errors.
#include "commands/commands.h"
#include "commands/saliency_run.h"
#include "commands/split_sums.h"

namespace clicklens::cli {

SaliencySumsReport saliency_sums(const SaliencyOptions& options) {
  SaliencyRun run(options);
  SaliencySumsReport report;
  report.method = method_name(options.method);
  report.target = target_name(options.target);
  report.task = run.task();
  report.reference = run.reference();
  report.own_reference = run.own_reference();
  const auto values = [&](const Block& block) -> const std::vector<float>& {
    clens_counts counts = {0, 0, 0, 0, 0};
    return run.run(block, CLENS_LEVEL_GROUP, counts);
  };
  const auto probability = [&](std::size_t row) {
    return run.probabilities()[row * run.model().tasks().size() + run.task_index()];
  };
  SplitSums sums({run.model(), values, probability}, options.by, options.read);
  if (!options.data.empty()) sums.read("data", options.data);
  if (!options.train.empty()) sums.read("train", options.train);
  if (!options.test.empty()) sums.read("test", options.test);
  sums.report(report);
  return report;
}

}  // namespace clicklens::cli
