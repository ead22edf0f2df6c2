// `replay`: recordings run again, under the model that scored them or another.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>

#include "commands/commands.h"
#include "commands/replay_scores.h"
#include "data/recorded_blocks.h"
#include "engine/engine.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

// Scores held to those recorded: by their bits where arithmetic versions are equal, else within 1e-5.
class Checker {
 public:
  explicit Checker(const Model& model, unsigned threads) : model_(model), threads_(threads) {}

  void file(const std::string& path, ReplayReport::Check& check) {
    clens_recording* opened = nullptr;
    cli::check(clens_recording_open(path.c_str(), &opened));
    const Handle<clens_recording> recording(opened);
    clens_recording_info info = CLENS_RECORDING_INFO_INIT;
    cli::check(clens_recording_describe(opened, &info));
    const clens_model_info& model = model_.info();
    if (info.model_low != model.id_low || info.model_high != model.id_high)
      throw Error(join({path, ": scored by model ", id_text(info.model_high, info.model_low), ", this one is ",
                        id_text(model.id_high, model.id_low)}));
    const bool exact = info.arithmetic_version == clens_arithmetic_version();
    sessions_.clear();
    clens_record record = CLENS_RECORD_INIT;
    clens_status status = CLENS_OK;
    while ((status = clens_recording_next(opened, &record)) == CLENS_OK) compare(opened, record, exact, check);
    if (status != CLENS_E_NOT_FOUND) cli::check(status);
  }

 private:
  void compare(const clens_recording* recording, const clens_record& record, bool exact, ReplayReport::Check& check) {
    if (record.scores == nullptr || record.own_ways != 0 || record.precision == CLENS_PRECISION_BF16) {
      check.unchecked += record.candidates;
      return;
    }
    scores_.resize(record.score_count);
    clens_session* session = session_for(recording, record.precision);
    cli::check(clens_session_run_flat(session, record.flat, record.flat_size, record.score_kind, scores_.data(),
                                      scores_.size()));
    const std::size_t tasks = model_.tasks().size();
    for (std::size_t i = 0; i < scores_.size(); i += tasks) {
      bool same = true;
      for (std::size_t t = i; t < i + tasks; ++t) {
        const double now = static_cast<double>(scores_[t]), then = static_cast<double>(record.scores[t]);
        const double difference = std::abs(now - then);
        if (difference > check.largest_difference) check.largest_difference = difference;
        const bool bits = std::memcmp(&scores_[t], &record.scores[t], sizeof(float)) == 0;
        same = same && (bits || (!exact && difference <= 1e-5 * std::max(1.0, std::abs(then))));
      }
      ++check.rows;
      check.different += same ? 0 : 1;
    }
  }

  clens_session* session_for(const clens_recording* recording, std::uint32_t precision) {
    Handle<clens_session>& session = sessions_[precision];
    if (session) return session.get();
    clens_inputs* inputs = nullptr;
    cli::check(clens_recording_inputs(recording, &inputs));
    const Handle<clens_inputs> owner(inputs);
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.precision = precision;
    options.strands = threads_;
    clens_session* made = nullptr;
    cli::check(clens_session_create(model_.get(), inputs, &options, &made));
    session.reset(made);
    return made;
  }

  const Model& model_;
  unsigned threads_;
  std::map<std::uint32_t, Handle<clens_session>> sessions_;
  std::vector<float> scores_;
};

// What is in a file, and its scores to `out` where that is wanted.
ReplayReport::File read_file(const std::string& path, const Model& model, Session& session, ReplayScores* out) {
  ReadOptions read;
  BlockReader reader(path, model.features(), read, model.get());
  if (reader.recording() == nullptr) throw Error(join({path, ": not a recording"}));
  ReplayReport::File file;
  file.file = path;
  std::vector<float> scores;
  clens_counts counts = {0, 0, 0, 0, 0};
  while (const Block* block = reader.next()) {
    file.rows += block->rows;
    if (out == nullptr) continue;
    session.run(block->batch(), CLENS_OUTPUT_PROBABILITY, scores, counts);
    out->write(*block, scores);
  }
  const clens_recording_info info = reader.recording()->info();
  file.model = id_text(info.model_high, info.model_low);
  file.same_model = info.model_low == model.info().id_low && info.model_high == model.info().id_high;
  file.sample_rate = info.sample_rate;
  file.records = info.records;
  file.corrupted = info.corrupted;
  file.skipped_bytes = info.skipped_bytes;
  file.torn_bytes = info.torn_bytes;
  return file;
}

}  // namespace

ReplayReport replay(const ReplayOptions& options) {
  ReplayReport report;
  const Model model = open_for(options.model, options.data);
  report.model = id_text(model.info().id_high, model.info().id_low);
  Session session(model, {.threads = options.threads});
  std::optional<ReplayScores> out;
  if (!options.score_out.empty()) out.emplace(options.score_out, model.tasks());
  for (const std::string& path : options.data)
    report.files.push_back(read_file(path, model, session, out ? &*out : nullptr));
  if (out) out->commit();
  report.score_out = options.score_out;
  const bool labelled = options.read.label_file != nullptr;
  if (options.check || (!labelled && !out)) {
    Checker checker(model, options.threads);
    report.check = ReplayReport::Check{};
    for (const std::string& path : options.data) checker.file(path, *report.check);
  }
  if (labelled) {
    EvaluateOptions evaluated;
    evaluated.model = options.model;
    evaluated.task = options.task;
    evaluated.data = options.data;
    evaluated.read = options.read;
    evaluated.negative_rate = options.negative_rate;
    evaluated.threads = options.threads;
    report.metrics = evaluate(evaluated);
  }
  return report;
}

}  // namespace clicklens::cli
