#include <limits>

#include "commands/commands.h"
#include "commands/measured_precision.h"
#include "engine/engine.h"

namespace clicklens::cli {
namespace {

// A file is one batch: the report compares scores of the same rows many times over.
constexpr std::size_t whole_file = std::numeric_limits<std::size_t>::max() / 64;

PrecisionReport::Day measure(const Model& model, const clens_inputs* inputs, const Block& block,
                             const clens_precision_options& options) {
  PrecisionReport::Day day;
  const clens_batch batch = block.batch();
  std::vector<clens_precision_linear> linears(static_cast<std::size_t>(model.info().nodes));
  check(clens_precision_report(model.get(), inputs, &batch, block.labels.data(), &options, &day.result, linears.data(),
                               sizeof(clens_precision_linear), linears.size()));
  linears.resize(day.result.linears);
  for (const clens_precision_linear& linear : linears)
    day.linears.push_back({model.value_info(linear.value).name, linear});
  return day;
}

}  // namespace

PrecisionReport measured_precision(const Model& model, const std::vector<std::string>& files, ReadOptions read,
                                   const clens_precision_options& made) {
  const Handle<clens_inputs> inputs = make_inputs(model, false);
  read.labels = true;
  read.optional_labels = false;
  read.block_rows = whole_file;
  PrecisionReport report;
  report.precision = precision_names[made.precision];
  report.auc_loss = made.auc_loss;
  for (const std::string& path : files) {
    BlockReader reader(path, model.features(), read, model.get());
    const Block none;
    const Block* block = reader.next();
    report.days.push_back(measure(model, inputs.get(), block != nullptr ? *block : none, made));
    report.days.back().file = path;
  }
  return report;
}

PrecisionReport precision(const EvaluateOptions& options) {
  const Model model = open_for(options.model, options.data);
  clens_precision_options made = CLENS_PRECISION_OPTIONS_INIT;
  made.precision = static_cast<std::uint32_t>(options.precision);
  made.strands = options.threads;
  made.auc_loss = options.auc_loss;
  made.task = model.task(options.task);
  return measured_precision(model, options.data, options.read, made);
}

}  // namespace clicklens::cli
