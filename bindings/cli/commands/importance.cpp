// `importance`: the AUC lost by permuting each feature group within a day, or by dropping it to its mean; and on
// training days, held against others.
#include <limits>

#include "commands/commands.h"
#include "engine/engine.h"
#include "error.h"

namespace clicklens::cli {
namespace {

struct Measured {
  Handle<clens_importance> importance;
  ImportanceReport::Day day;
};

// A file is one day, in memory whole.
Measured measure(const std::string& path, const Model& model, const Session& session, const ImportanceOptions& options,
                 bool train) {
  ReadOptions read = options.read;
  read.block_rows = std::numeric_limits<std::size_t>::max() / 64;
  BlockReader reader(path, model.features(), read, model.get());
  const Block* block = reader.next();
  if (block == nullptr) throw Error(join({path, ": no rows"}));
  clens_importance_options wanted = CLENS_IMPORTANCE_OPTIONS_INIT;
  wanted.task = model.task(options.task);
  wanted.method = options.method;
  wanted.draws = options.draws;
  wanted.seed = options.seed;
  clens_rows rows = CLENS_ROWS_INIT;
  rows.labels = block->labels.data();
  rows.clusters = block->clusters.empty() ? nullptr : block->clusters.data();
  const clens_batch batch = block->batch();
  clens_importance* made = nullptr;
  if (clens_importance_create(session.get(), &batch, &rows, &wanted, &made) != CLENS_OK) {
    char message[512];
    clens_session_error(session.get(), message, sizeof message);
    throw Error(join({path, ": ", message}));
  }
  Measured measured{Handle<clens_importance>(made), {path, reader.cluster_column(), block->rows, train, {}}};
  for (std::size_t g = 0; g < model.groups().size(); ++g) {
    clens_group_importance group = CLENS_GROUP_IMPORTANCE_INIT;
    check(clens_importance_group(made, g, &group));
    measured.day.groups.push_back(group);
  }
  return measured;
}

}  // namespace

ImportanceReport importance(const ImportanceOptions& options) {
  std::vector<std::string> files = options.train;
  files.insert(files.end(), options.data.begin(), options.data.end());
  const Model model = open_for(options.model, files);
  const Session session(model, {.threads = options.threads});
  ImportanceReport report;
  report.task = model.tasks()[model.task(options.task)];
  report.ablation = options.method == CLENS_IMPORTANCE_ABLATION;
  report.draws = options.draws;
  report.seed = options.seed;
  report.groups = model.groups();
  std::vector<Measured> train;
  for (const std::string& path : options.train) train.push_back(measure(path, model, session, options, true));
  for (const Measured& day : train) report.days.push_back(day.day);
  for (const std::string& path : options.data) {
    const Measured hold = measure(path, model, session, options, false);
    report.days.push_back(hold.day);
    for (const Measured& day : train) {
      ImportanceReport::Contrast& contrast = report.contrasts.emplace_back();
      contrast.train = day.day.file;
      contrast.hold = path;
      for (std::size_t g = 0; g < model.groups().size(); ++g) {
        clens_importance_difference difference = CLENS_IMPORTANCE_DIFFERENCE_INIT;
        check(clens_importance_compare(day.importance.get(), hold.importance.get(), g, &difference));
        contrast.groups.push_back(difference);
      }
    }
  }
  return report;
}

}  // namespace clicklens::cli
