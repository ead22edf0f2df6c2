// `attribute --train/--test/--rows-by`: shares of the groups by any method, over rows that have something in common.
#include <cmath>

#include "commands/attribute_run.h"
#include "commands/commands.h"
#include "commands/split_sums.h"

namespace clicklens::cli {

SaliencySumsReport attribute_split(const AttributeOptions& options) {
  AttributeRun run(options);
  AttributeHead head;
  run.describe(head);
  SaliencySumsReport report;
  report.method = head.method;
  report.target = head.target;
  report.task = head.task;
  report.reference = head.reference;
  report.own_reference = head.own_reference;
  const auto values = [&](const Block& block) -> const std::vector<float>& {
    run.run(block, CLENS_LEVEL_GROUP);
    return run.values();
  };
  const auto probability = [&](std::size_t row) {
    const double score = run.infos()[row].score;
    return static_cast<float>(options.target == CLENS_TARGET_PROBABILITY ? score : 1 / (1 + std::exp(-score)));
  };
  SplitSums sums({run.model(), values, probability}, options.rows_by, options.read);
  if (!options.data.empty()) sums.read("data", options.data);
  if (!options.train.empty()) sums.read("train", options.train);
  if (!options.test.empty()) sums.read("test", options.test);
  sums.report(report);
  return report;
}

}  // namespace clicklens::cli
