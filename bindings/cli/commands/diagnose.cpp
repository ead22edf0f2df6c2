// `diagnose`: days that the network was trained on, rows held out of them, and later days; what is wrong with the
// model.
#include <unordered_set>

#include "commands/commands.h"
#include "commands/diagnose_command.h"
#include "engine/engine.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

std::vector<std::size_t> observed_values(const Model& model) {
  std::size_t count = 0;
  clens_diagnosis_values(model.get(), nullptr, 0, &count);  // BUFFER_TOO_SMALL: how many there are
  std::vector<std::size_t> values(count);
  check(clens_diagnosis_values(model.get(), values.data(), values.size(), &count));
  return values;
}

class Diagnosing {
 public:
  explicit Diagnosing(const DiagnoseOptions& options)
      : options_(options),
        read_(options.read),
        model_(open_for(options.model, all_files())),
        session_(model_, {.threads = options.threads, .gradients = true, .observed = observed_values(model_)}),
        progress_(all_files()) {
    read_.text_column = read_.group_column;  // what findings call the groups
    clens_diagnosis_options wanted = CLENS_DIAGNOSIS_OPTIONS_INIT;
    wanted.task = model_.task(options.task);
    wanted.draws = options.draws;
    wanted.seed = options.seed;
    clens_diagnosis* made = nullptr;
    check(clens_diagnosis_create(model_.get(), &wanted, &made));
    diagnosis_.reset(made);
  }

  DiagnoseReport run() {
    DiagnoseReport report;
    report.model = options_.model;
    report.id = id_text(model_.info().id_high, model_.info().id_low);
    report.task = model_.tasks()[model_.task(options_.task)];
    report.group_by = read_.group_column;
    report.train = options_.train;
    report.hold = options_.hold;
    report.test = options_.test;
    add(options_.train, CLENS_DAY_TRAIN, report);
    add(options_.hold, CLENS_DAY_HOLD, report);
    add(options_.test, CLENS_DAY_TEST, report);
    std::size_t count = 0;
    check(clens_diagnosis_judge(diagnosis_.get(), &count));
    for (std::size_t i = 0; i < count; ++i) report.checks.push_back(finding(i));
    return report;
  }

 private:
  [[nodiscard]] std::vector<std::string> all_files() const {
    std::vector<std::string> files = options_.train;
    files.insert(files.end(), options_.hold.begin(), options_.hold.end());
    files.insert(files.end(), options_.test.begin(), options_.test.end());
    return files;
  }

  void add(const std::vector<std::string>& files, clens_day_part part, DiagnoseReport& report) {
    for (const std::string& path : files) {
      BlockReader reader(path, model_.features(), read_, model_.get());
      report.cluster = reader.cluster_column();
      while (const Block* block = reader.next()) {
        name_groups(*block);
        clens_rows rows = CLENS_ROWS_INIT;
        rows.labels = block->labels.data();
        rows.clusters = block->clusters.empty() ? nullptr : block->clusters.data();
        rows.groups = block->groups.empty() ? nullptr : block->groups.data();
        const clens_batch batch = block->batch();
        session_.check(clens_diagnosis_add(diagnosis_.get(), session_.get(), &batch, &rows,
                                           static_cast<std::uint32_t>(part), path.c_str()));
        progress_.update(reader.position());
      }
      progress_.finish_part(file_size(path));
    }
  }

  void name_groups(const Block& block) {
    if (block.groups.size() != block.texts.size()) return;
    for (std::size_t i = 0; i < block.groups.size(); ++i)
      if (named_.insert(block.groups[i]).second)
        check(clens_diagnosis_name_group(diagnosis_.get(), block.groups[i],
                                         join({read_.group_column, "=", block.texts[i]}).c_str()));
  }

  [[nodiscard]] DiagnoseReport::Finding finding(std::size_t index) const {
    clens_finding from = CLENS_FINDING_INIT;
    check(clens_diagnosis_finding(diagnosis_.get(), index, &from));
    DiagnoseReport::Finding to;
    to.kind = from.kind;
    to.state = from.state;
    to.severity = from.severity;
    to.subject = from.subject;
    to.rows_of = from.rows_of;
    to.text = from.text;
    to.caveat = from.caveat;
    to.command = complete_command(from.command, options_);
    to.value = from.value;
    to.low = from.low;
    to.high = from.high;
    to.threshold = from.threshold;
    to.rows = from.rows;
    to.clicks = from.clicks;
    to.neurons.assign(from.columns, from.columns + from.column_count);
    for (std::size_t i = 0; i < from.evidence; ++i) {
      clens_evidence evidence = CLENS_EVIDENCE_INIT;
      check(clens_diagnosis_evidence(diagnosis_.get(), index, i, &evidence));
      to.evidence.push_back({evidence.name, evidence.value, evidence.low, evidence.high});
    }
    return to;
  }

  const DiagnoseOptions& options_;
  ReadOptions read_;
  Model model_;
  Session session_;
  Progress progress_;
  Handle<clens_diagnosis> diagnosis_;
  std::unordered_set<std::uint64_t> named_;
};

}  // namespace

DiagnoseReport diagnose(const DiagnoseOptions& options) {
  return Diagnosing(options).run();
}

}  // namespace clicklens::cli
