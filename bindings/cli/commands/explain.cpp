// `saliency --row`: one row by group, feature and id.
#include <tuple>

#include "commands/commands.h"
#include "commands/one_row.h"
#include "commands/saliency_run.h"

namespace clicklens::cli {

ExplainReport explain(const SaliencyOptions& options) {
  SaliencyRun run(options);
  ExplainReport report;
  report.method = method_name(options.method);
  report.target = target_name(options.target);
  report.task = run.task();
  report.reference = run.reference();
  report.own_reference = run.own_reference();
  const auto use = [&](const BlockReader& reader, const Block& block, std::size_t row) {
    const Model& model = run.model();
    clens_counts counts = {0, 0, 0, 0, 0};
    report.logit = run.score(block, row, CLENS_OUTPUT_LOGIT);
    report.probability = run.score(block, row, CLENS_OUTPUT_PROBABILITY);
    const auto& by_group = run.run(block, CLENS_LEVEL_GROUP, counts);
    for (std::size_t g = 0; g < model.groups().size(); ++g)
      report.groups.push_back({model.groups()[g], static_cast<double>(by_group[row * model.groups().size() + g])});
    add_features(model, reader, row, report.features);
    const auto& by_feature = run.run(block, CLENS_LEVEL_FEATURE, counts);
    for (std::size_t f = 0; f < report.features.size(); ++f)
      report.features[f].value = static_cast<double>(by_feature[row * report.features.size() + f]);
    std::vector<std::uint64_t> offsets;
    const auto& by_id = run.run_ids(block, offsets);
    add_ids(model,
            {by_id.begin() + static_cast<std::ptrdiff_t>(offsets[row]),
             by_id.begin() + static_cast<std::ptrdiff_t>(offsets[row + 1])},
            report.features);
  };
  std::tie(report.file, report.row) = use_row(run.model(), options.data, options.read, options.row, use);
  return report;
}

}  // namespace clicklens::cli
