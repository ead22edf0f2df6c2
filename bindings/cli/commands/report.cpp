// `report`: all figures of some checkpoints over days trained on and test days, for one page.
#include <algorithm>
#include <array>
#include <filesystem>

#include "commands/commands.h"
#include "commands/profile_files.h"
#include "commands/report_findings.h"
#include "commands/report_layers.h"
#include "commands/report_part.h"
#include "commands/report_scores.h"
#include "commands/tasks.h"
#include "data/parsed_days.h"
#include "error.h"
#include "print/progress.h"

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

void add_layers(const ReportOptions& options, Checkpoint& to) {
  to.layers = report_layers(options, to.file);
}

void judge(const ReportOptions& options, std::size_t index, Checkpoint& to) {
  if (options.diagnoses.empty())
    add_diagnosis(options, to);
  else
    to.diagnosis = read_diagnosis(options.diagnoses[index], to.id);
  list_in_part(*to.diagnosis, options.models.size());
}

// Everybody reads the same days. Files of text are parsed here, each by one thread; what finds no room is read as often
// as it is wanted.
constexpr std::size_t room_for_days = std::size_t{256} << 20;

Tasks reading_tasks(const ReportOptions& options, const Model& model) {
  Tasks tasks;
  for (const std::string& day : all_days(options))
    tasks.add(1, [&options, &model, day] { BlockReader(day, model.features(), options.read, model.get()); });
  return tasks;
}

// One for each figure of each checkpoint: much of a report's time - fits, permutations, sums - is no scoring that a
// session could share out. Those that take longest come first; their measures are shares of a report on real days
// (bench/NOTES.md).
Tasks figure_tasks(const ReportOptions& options, std::vector<Checkpoint>& checkpoints) {
  struct Figure {
    std::uint64_t measure;
    void (*add)(const ReportOptions&, Checkpoint&);
  };
  Tasks tasks;
  for (std::size_t i = 0; i < checkpoints.size(); ++i)
    tasks.add(options.diagnoses.empty() ? 10 : 1, [&options, &to = checkpoints[i], i] { judge(options, i, to); });
  for (const Figure& figure : {Figure{4, add_drift}, Figure{3, add_layers}, Figure{3, add_probe},
                               Figure{2, add_saliency}, Figure{1, add_metrics}})
    for (Checkpoint& to : checkpoints) tasks.add(figure.measure, [&options, &to, figure] { figure.add(options, to); });
  return tasks;
}

void fill_all(const ReportOptions& options, std::vector<Checkpoint>& checkpoints) {
  ReportOptions each = options;
  each.read.days = std::make_shared<ParsedDays>(room_for_days);
  const Model first = open_for(options.models.front(), all_days(options));
  const Tasks reading = reading_tasks(each, first), figures = figure_tasks(each, checkpoints);
  const unsigned workers = std::max(1u, std::min(options.threads, static_cast<unsigned>(figures.size())));
  each.threads = std::max(1u, options.threads / workers);  // threads that are left over score
  Progress progress(reading.total() + figures.total());
  reading.run(workers, progress);
  figures.run(workers, progress);
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
