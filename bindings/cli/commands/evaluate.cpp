#include "commands/commands.h"
#include "engine/engine.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

Handle<clens_metrics> make_metrics(const EvaluateOptions& options) {
  clens_metrics_options made = CLENS_METRICS_OPTIONS_INIT;
  made.negative_rate = options.negative_rate;
  made.correct_scores = options.correct_scores ? 1 : 0;
  clens_metrics* metrics = nullptr;
  check(clens_metrics_create(&made, &metrics));
  return Handle<clens_metrics>(metrics);
}

void add(clens_metrics* metrics, const Block& block, const std::vector<float>& logits) {
  const auto* groups = block.groups.empty() ? nullptr : block.groups.data();
  const auto* clusters = block.clusters.empty() ? nullptr : block.clusters.data();
  check(clens_metrics_add(metrics, logits.data(), block.labels.data(), groups, clusters, block.rows));
}

// One column of a row-major matrix, in place.
void keep_task(std::vector<float>& scores, std::size_t tasks, std::size_t task) {
  const std::size_t rows = scores.size() / tasks;
  for (std::size_t i = 0; i < rows; ++i) scores[i] = scores[i * tasks + task];
  scores.resize(rows);
}

}  // namespace

EvaluateReport evaluate(const EvaluateOptions& options, const ScoreObserver& observe) {
  const Model model = open_for(options.model, options.data);
  const std::size_t task = model.task(options.task);
  Session session(model, {.threads = options.threads});
  Progress progress(options.data);
  EvaluateReport report;
  std::vector<float> logits;
  for (const std::string& path : options.data) {
    BlockReader reader(path, model.features(), options.read, model.get());
    const Handle<clens_metrics> metrics = make_metrics(options);
    EvaluateReport::Day day{path, reader.cluster_column(), CLENS_METRICS_RESULT_INIT, {0, 0, 0, 0, 0}};
    while (const Block* block = reader.next()) {
      session.run(block->batch(), CLENS_OUTPUT_LOGIT, logits, day.counts);
      keep_task(logits, session.tasks(), task);
      add(metrics.get(), *block, logits);
      if (observe) observe(report.days.size(), *block, logits);
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
    check(clens_metrics_compute(metrics.get(), &day.metrics));
    report.days.push_back(std::move(day));
  }
  return report;
}

}  // namespace clicklens::cli
