// `report`: all figures of some checkpoints over days trained on and test days, for one page.
#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <future>

#include "commands/commands.h"
#include "commands/profile_files.h"
#include "commands/report_findings.h"
#include "commands/report_layers.h"
#include "commands/report_part.h"
#include "commands/report_scores.h"
#include "error.h"

namespace clicklens::cli {
namespace {

using Checkpoint = ReportFigures::Checkpoint;

std::vector<std::string> all_days(const ReportOptions& options) {
  std::vector<std::string> days = options.train;
  days.insert(days.end(), options.test.begin(), options.test.end());
  return days;
}

void add_metrics(const ReportOptions& options, Checkpoint& to) {
  EvaluateOptions wanted;
  wanted.model = to.file;
  wanted.task = options.task;
  wanted.data = all_days(options);
  wanted.read = options.read;
  wanted.threads = options.threads;
  std::array<ScoreBins, 2> bins;
  to.metrics = evaluate(wanted, [&](std::size_t day, const Block& block, const std::vector<float>& logits) {
    bins[day < options.train.size() ? 0 : 1].add(logits, block.labels);
  });
  to.scores = ScoreBins::describe(bins);
}

void add_saliency(const ReportOptions& options, Checkpoint& to) {
  SaliencyOptions wanted;
  wanted.model = to.file;
  wanted.task = options.task;
  wanted.train = options.train;
  wanted.test = options.test;
  wanted.read = options.read;
  wanted.by = {"day", "label"};
  wanted.threads = options.threads;
  to.saliency = saliency_sums(wanted);
  list_in_part(to.saliency, to.groups_left_out, options.models.size());
}

// Fitted on the first test day, which the network has not seen; with no other, on the last day trained on.
void add_probe(const ReportOptions& options, Checkpoint& to) {
  ProbeOptions wanted;
  wanted.model = to.file;
  wanted.read = options.read;
  wanted.draws = options.draws;
  const bool several = options.test.size() > 1;
  wanted.fit = {several ? options.test.front() : options.train.back()};
  wanted.eval.assign(options.test.begin() + (several ? 1 : 0), options.test.end());
  try {
    to.probe = probe(wanted);
    to.probe.paper_mode = to.probe.paper_mode || !several;
  } catch (const Error& error) {  // such as a day with too few clicks: no reason to go without the rest
    to.probe = {};
    to.probe_missing = error.what();
  }
}

NamedProfile profile_of(const ReportOptions& options, const std::string& model, const std::string& day) {
  ProfileOptions wanted;
  wanted.model = model;
  wanted.task = options.task;
  wanted.data = {day};
  wanted.read = options.read;
  wanted.neurons = false;  // the layers have figures of their own, and a profile of every neuron takes 40 KiB
  return {day, collect_profile(wanted)};
}

void add_drift(const ReportOptions& options, Checkpoint& to) {
  try {
    std::vector<NamedProfile> reference;
    for (const std::string& day : options.train) reference.push_back(profile_of(options, to.file, day));
    for (const std::string& day : options.test)
      to.drift.push_back(compare_profiles(nullptr, reference, profile_of(options, to.file, day)));
  } catch (const Error& error) {
    to.drift.clear();
    to.drift_missing = error.what();
  }
}

void add_diagnosis(const ReportOptions& options, Checkpoint& to) {
  DiagnoseOptions wanted;
  wanted.model = to.file;
  wanted.task = options.task;
  wanted.train = options.train;
  wanted.test = options.test;
  wanted.read = options.read;
  wanted.read.block_rows = diagnosed_block_rows;
  wanted.threads = options.threads;
  to.diagnosis = findings_of(diagnose(wanted));
}

void fill(const ReportOptions& options, Checkpoint& to) {
  add_metrics(options, to);
  to.layers = report_layers(options, to.file);
  add_probe(options, to);
  add_saliency(options, to);
  add_drift(options, to);
}

void judge(const ReportOptions& options, std::size_t index, Checkpoint& to) {
  if (options.diagnoses.empty())
    add_diagnosis(options, to);
  else
    to.diagnosis = read_diagnosis(options.diagnoses[index], to.id);
  list_in_part(*to.diagnosis, options.models.size());
}

// Half a checkpoint per thread: much of a report's time - reading text, fits, permutations - is no scoring that a
// session could share out, and a diagnosis takes about as long as the other figures. Threads that are left over score.
void fill_all(const ReportOptions& options, std::vector<Checkpoint>& checkpoints) {
  const std::size_t count = checkpoints.size();
  const std::size_t workers = std::clamp<std::size_t>(options.threads, 1, 2 * count);
  ReportOptions each = options;
  each.threads = std::max(1u, options.threads / static_cast<std::uint32_t>(workers));
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    try {
      for (std::size_t i; (i = next++) < 2 * count;) {
        if (i < count)
          judge(each, i, checkpoints[i]);
        else
          fill(each, checkpoints[i - count]);
      }
    } catch (...) {
      next = 2 * count;
      throw;
    }
  };
  std::vector<std::future<void>> others;
  for (std::size_t i = 1; i < workers; ++i) others.push_back(std::async(std::launch::async, work));
  work();
  for (auto& other : others) other.get();
}

void check_days(const ReportOptions& options) {
  namespace fs = std::filesystem;
  for (const std::string& train : options.train)
    for (const std::string& test : options.test) {
      std::error_code unreadable;  // the reader says what is wrong with it
      if (fs::equivalent(train, test, unreadable)) throw Error(join({test, ": is among the days trained on"}));
    }
}

}  // namespace

ReportFigures report(const ReportOptions& options) {
  check_days(options);
  ReportFigures figures;
  figures.version = clens_version_string();
  for (const std::string& day : options.train) figures.days.push_back({day, 0});
  for (const std::string& day : options.test) figures.days.push_back({day, 1});
  for (const std::string& file : options.models) {
    Checkpoint& to = figures.checkpoints.emplace_back();
    to.file = file;
    const Model model(file);
    to.model = model.info().name;
    to.id = id_text(model.info().id_high, model.info().id_low);
    figures.task = model.tasks()[model.task(options.task)];
  }
  fill_all(options, figures.checkpoints);
  return figures;
}

}  // namespace clicklens::cli
