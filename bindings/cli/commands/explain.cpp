#include "commands/commands.h"
#include "commands/saliency_run.h"
#include "error.h"

namespace clicklens::cli {
namespace {

// Everything about row `row` of the block.
void explain_row(SaliencyRun& run, const BlockReader& reader, const Block& block, std::size_t row,
                 ExplainReport& report) {
  const Model& model = run.model();
  clens_counts counts = {0, 0, 0, 0, 0};
  report.logit = run.score(block, row, CLENS_OUTPUT_LOGIT);
  report.probability = run.score(block, row, CLENS_OUTPUT_PROBABILITY);

  const auto& by_group = run.run(block, CLENS_LEVEL_GROUP, counts);
  for (std::size_t g = 0; g < model.groups().size(); ++g)
    report.groups.push_back(
        ExplainReport::Group{model.groups()[g], static_cast<double>(by_group[row * model.groups().size() + g])});

  const auto& by_feature = run.run(block, CLENS_LEVEL_FEATURE, counts);
  for (std::size_t f = 0; f < model.features().size(); ++f) {
    const FeatureSpec& feature = model.features()[f];
    const ColumnData* data = reader.data(f);
    const double value = static_cast<double>(by_feature[row * model.features().size() + f]);
    auto texts = data == nullptr ? std::vector<std::string>() : data->texts(reader.entry(f, row));
    report.features.push_back(ExplainReport::Feature{feature.name, feature.group, value, std::move(texts), {}});
  }
}

void explain_ids(SaliencyRun& run, const Block& block, std::size_t row, ExplainReport& report) {
  std::vector<std::uint64_t> offsets;
  const auto& by_id = run.run_ids(block, offsets);
  std::uint64_t at = offsets[row];
  for (std::size_t f = 0; f < report.features.size(); ++f) {
    if (run.model().features()[f].kind == CLENS_COLUMN_FLOATS) continue;
    ExplainReport::Feature& feature = report.features[f];
    for (const std::string& text : feature.texts)
      feature.ids.push_back(ExplainReport::Id{text, static_cast<double>(by_id.at(at++))});
  }
}

}  // namespace

ExplainReport explain(const SaliencyOptions& options) {
  SaliencyRun run(options);
  ExplainReport report;
  report.method = method_name(options.method);
  report.target = target_name(options.target);
  report.task = run.task();
  report.reference = run.reference();
  report.own_reference = run.own_reference();
  ReadOptions read = options.read;
  read.keep_text = true;
  std::uint64_t rows = 0;
  for (const std::string& path : options.data) {
    BlockReader reader(path, run.model().features(), read);
    const std::uint64_t before = rows;
    while (const Block* block = reader.next()) {
      rows = before + block->first_row + block->rows;
      if (rows < options.row) continue;
      const auto row = static_cast<std::size_t>(options.row - before - block->first_row) - 1;
      report.file = path;
      report.row = options.row - before;
      explain_row(run, reader, *block, row, report);
      explain_ids(run, *block, row, report);
      return report;
    }
  }
  throw Error(
      join({options.data.back(), ": no row ", std::to_string(options.row), ", the data have ", std::to_string(rows)}));
}

}  // namespace clicklens::cli
