// `refine`: the model written again after edits, and what they did to scores, time and size.
#include <algorithm>
#include <filesystem>

#include "commands/commands.h"
#include "commands/measured_precision.h"
#include "commands/refine_compare.h"
#include "commands/refine_learn.h"
#include "engine/engine.h"
#include "error.h"

namespace clicklens::cli {
namespace {

const char* type_name(std::uint32_t type) noexcept {
  constexpr const char* names[] = {"f32", "f16", "bf16", "int8", "int4"};
  return type < std::size(names) ? names[type] : "?";
}

std::uint64_t size_of(const std::string& path) {
  std::error_code unreadable;
  const auto size = std::filesystem::file_size(path, unreadable);
  if (unreadable) throw Error(join({path, ": ", unreadable.message()}));
  return size;
}

std::vector<std::string> all_files(const RefineOptions& options) {
  std::vector<std::string> files = options.learn;
  files.insert(files.end(), options.means.begin(), options.means.end());
  files.insert(files.end(), options.data.begin(), options.data.end());
  return files;
}

// Edits in an order in which each sees what those before it left: less of the network first, then how numbers are
// stored, then what the scores are, then what they are computed in.
class RefineRun {
 public:
  explicit RefineRun(const RefineOptions& options)
      : options_(options), files_(all_files(options)), before_(open_for(options.model, files_)) {
    task_ = before_.task(options.task);
    clens_refiner* refiner = nullptr;
    check(clens_refiner_create(before_.get(), &refiner));
    refiner_.reset(refiner);
    report_.file = options.model;
    report_.out = options.out;
    report_.size_before = before_.info().file_size;
    report_.parameters_before = before_.info().parameters;
    report_.learned_from = options.learn;
  }

  RefineReport run() {
    if (!options_.drop.empty()) drop();
    if (!options_.cut_at.empty()) cut();
    if (options_.prune_proven) check(clens_refiner_prune_proven(refiner_.get()));
    if (options_.prune != 0) prune();
    if (options_.fold) check(clens_refiner_fold_batch_norms(refiner_.get()));
    if (options_.rows) narrow();
    if (options_.calibrate) calibrate();
    if (options_.precision) recommend();
    const Model after = edited();
    for (const std::string& path : options_.data)
      report_.days.push_back(compare_on(path, before_, after, task_, options_));
    tell_edits();
    check(clens_refiner_write(refiner_.get(), options_.out.c_str()));
    report_.parameters_after = after.info().parameters;
    report_.size_after = size_of(options_.out);
    return std::move(report_);
  }

 private:
  [[nodiscard]] Model edited() const {
    clens_model* model = nullptr;
    check(clens_refiner_model(refiner_.get(), &model));
    Model made(model);
    made.match_inputs(files_);
    return made;
  }
  void drop();
  void cut();
  void prune();
  void narrow();
  void calibrate();
  void recommend();
  void tell_edits();

  const RefineOptions& options_;
  std::vector<std::string> files_;
  Model before_;
  std::size_t task_ = 0;
  Handle<clens_refiner> refiner_;
  RefineReport report_;
};

void RefineRun::drop() {
  const Model model = edited();
  const std::vector<std::string>& files = options_.means.empty() ? options_.learn : options_.means;
  const std::vector<float> means = learn_means(model, files, options_.read);
  std::vector<const char*> groups;
  for (const std::string& group : options_.drop) groups.push_back(group.c_str());
  check(clens_refiner_drop_groups(refiner_.get(), groups.data(), groups.size(), means.data(), means.size()));
}

// The probe that the file carries, as long as it is still of this model, unless there are rows to learn from.
void RefineRun::cut() {
  const Model model = edited();
  Handle<clens_probe> probe;
  if (options_.learn.empty()) {
    clens_probe* carried = nullptr;
    if (!options_.drop.empty() || clens_model_probe(before_.get(), &carried) != CLENS_OK)
      throw Error(join({options_.model, ": carries no probes of what is to be cut; --learn fits one"}));
    probe.reset(carried);
  } else {
    probe = learn_probe(model, options_.cut_at, options_);
  }
  std::size_t value = 0;
  check(clens_model_find_value(model.get(), options_.cut_at.c_str(), &value));
  for (std::size_t i = 0; i < clens_probe_count(probe.get()); ++i) {
    clens_probe_info info = CLENS_PROBE_INFO_INIT;
    check(clens_probe_describe(probe.get(), i, &info));
    if (info.value == value) return check(clens_refiner_cut(refiner_.get(), probe.get(), i, task_));
  }
  throw Error(join({options_.model, ": carries no probe of '", options_.cut_at, "'; --learn fits one"}));
}

void RefineRun::prune() {
  const Model model = edited();
  std::size_t count = 0;
  std::vector<std::size_t> values(model.info().values);
  check(clens_refiner_prunable(refiner_.get(), values.data(), values.size(), &count));
  values.resize(count);
  if (values.empty()) throw Error(join({options_.model, ": no layer's neurons can be pruned"}));
  const Handle<clens_neurons> neurons = learn_neurons(model, values, options_.learn, options_.read);
  clens_prune_options wanted = CLENS_PRUNE_OPTIONS_INIT;
  wanted.kinds = options_.prune;
  wanted.weak_below = options_.weak_below;
  check(clens_refiner_prune(refiner_.get(), neurons.get(), &wanted));
}

void RefineRun::narrow() {
  const Model model = edited();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < model.info().tables; ++i) {
    clens_table_info info = CLENS_TABLE_INFO_INIT;
    check(clens_model_table(model.get(), i, &info));
    names.emplace_back(info.name);
  }
  std::vector<std::size_t> chosen;
  const std::vector<std::string>& only = options_.only;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (only.empty() || std::count(only.begin(), only.end(), names[i]) > 0) chosen.push_back(i);
  for (const std::string& name : only)
    if (std::count(names.begin(), names.end(), name) == 0)
      throw Error(join({options_.model, ": has no table '", name, "'"}));
  std::vector<clens_table_change> changes(chosen.size(), CLENS_TABLE_CHANGE_INIT);
  check(clens_refiner_set_tables(refiner_.get(), *options_.rows, chosen.data(), chosen.size(), changes.data()));
  for (const clens_table_change& change : changes)
    report_.tables.push_back({change.name, type_name(change.from), type_name(change.to), change.bytes_before,
                              change.bytes_after, change.largest_error, change.largest_error_row});
}

void RefineRun::calibrate() {
  const Model model = edited();
  const LabelledLogits learnt = learn_logits(model, task_, options_);
  clens_calibration_options wanted = CLENS_CALIBRATION_OPTIONS_INIT;
  wanted.method = *options_.calibrate;
  wanted.task = task_;
  wanted.negative_rate = options_.negative_rate;
  RefineReport::Calibration made;
  made.method = *options_.calibrate == CLENS_CALIBRATION_PLATT ? "platt" : "isotonic";
  check(clens_refiner_calibrate(refiner_.get(), learnt.logits.data(), learnt.labels.data(), learnt.labels.size(),
                                &wanted, &made.fit));
  report_.calibration = made;
}

// A linear stays in float32 that any day to learn from wants there; where all do, the precision is of no use.
void RefineRun::recommend() {
  const Model model = edited();
  clens_precision_options wanted = CLENS_PRECISION_OPTIONS_INIT;
  wanted.precision = static_cast<std::uint32_t>(*options_.precision);
  wanted.strands = options_.threads;
  wanted.auc_loss = options_.auc_loss;
  wanted.task = task_;
  report_.precision = measured_precision(model, options_.learn, options_.read, wanted);
  std::vector<std::size_t> kept;
  for (const auto& day : report_.precision->days)
    for (const auto& linear : day.linears)
      if (linear.figures.kept != 0 && std::count(kept.begin(), kept.end(), linear.figures.value) == 0)
        kept.push_back(linear.figures.value);
  std::sort(kept.begin(), kept.end());
  if (kept.size() == report_.precision->days.front().linears.size()) {
    kept.clear();
    wanted.precision = CLENS_PRECISION_F32;
  }
  check(clens_refiner_recommend_precision(refiner_.get(), wanted.precision, kept.data(), kept.size()));
}

void RefineRun::tell_edits() {
  for (std::size_t i = 0; i < clens_refiner_edits(refiner_.get()); ++i) {
    clens_edit edit = CLENS_EDIT_INIT;
    check(clens_refiner_edit(refiner_.get(), i, &edit));
    report_.edits.push_back({edit.name, edit.text, edit.removed, edit.same_bits != 0});
  }
}

}  // namespace

RefineReport refine(const RefineOptions& options) {
  return RefineRun(options).run();
}

}  // namespace clicklens::cli
