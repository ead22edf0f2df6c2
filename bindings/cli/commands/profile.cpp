// `profile`: what traffic looks like to a model. `merge`: such files added up.
#include <optional>

#include "commands/commands.h"
#include "commands/profile_files.h"
#include "engine/engine.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

class ProfileRun {
 public:
  explicit ProfileRun(const ProfileOptions& options)
      : options_(options), model_(open_for(options.model, options.data)) {
    for (const std::string& name : options.layers) layers_.push_back(model_.value(name));
    made_.task = model_.task(options.task);
    made_.values = layers_.empty() ? nullptr : layers_.data();
    made_.value_count = layers_.size();
    made_.every = options.every;
    made_.count_every = options.count_every;
    made_.sample_rows = options.sample_rows;
    made_.sections = CLENS_PROFILE_SCORES | CLENS_PROFILE_FEATURES;
    if (options.neurons && !(layers_.empty() && model_.layers().empty())) made_.sections |= CLENS_PROFILE_NEURONS;
    if (options.saliency) read_means();
    make_session();
    clens_profile* profile = nullptr;
    check(clens_profile_create(model_.get(), &made_, &profile));
    profile_.reset(profile);
  }

  void read(ProfileReport& report);
  [[nodiscard]] const clens_profile* get() const noexcept { return profile_.get(); }
  [[nodiscard]] Handle<clens_profile> take() { return std::move(profile_); }

 private:
  void read_means();
  void sum_inputs(const Session& session);
  void make_session();

  const ProfileOptions& options_;
  Model model_;
  std::vector<std::size_t> layers_;
  std::vector<float> means_;
  clens_profile_options made_ = CLENS_PROFILE_OPTIONS_INIT;
  std::optional<Session> session_;
  Handle<clens_profile> profile_;
};

void ProfileRun::read_means() {
  means_.resize(model_.info().input_width);
  if (options_.means_of.empty()) {
    sum_inputs(Session(model_, Session::Options{.gradients = true}));
  } else {
    const Handle<clens_profile> other = read_profile(options_.means_of);
    check(clens_profile_means(other.get(), means_.data(), means_.size()));
  }
  made_.sections |= CLENS_PROFILE_SALIENCY;
  made_.means = means_.data();
  made_.mean_count = means_.size();
}

void ProfileRun::sum_inputs(const Session& session) {
  std::vector<double> sums(means_.size());
  std::uint64_t rows = 0;
  const std::vector<std::string>& files = options_.reference.empty() ? options_.data : options_.reference;
  ReadOptions read = options_.read;
  read.only_column.clear();  // profiles of parts of the rows are centred alike
  Progress progress(files);
  for (const std::string& path : files) {
    BlockReader reader(path, model_.features(), read, model_.get());
    while (const Block* block = reader.next()) {
      const clens_batch batch = block->batch();
      session.check(clens_saliency_means(session.get(), &batch, sums.data(), sums.size(), &rows));
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
  if (rows == 0) throw Error(join({files.front(), ": no rows to take reference means from"}));
  for (std::size_t i = 0; i < sums.size(); ++i) means_[i] = static_cast<float>(sums[i] / static_cast<double>(rows));
}

void ProfileRun::make_session() {
  std::size_t count = 0;
  std::vector<std::size_t> values;
  const clens_status status = clens_profile_values(model_.get(), &made_, nullptr, 0, &count);
  if (status != CLENS_E_BUFFER_TOO_SMALL) check(status);
  values.resize(count);
  if (count > 0) check(clens_profile_values(model_.get(), &made_, values.data(), values.size(), &count));
  session_.emplace(model_, Session::Options{.gradients = options_.saliency, .observed = values});
}

void ProfileRun::read(ProfileReport& report) {
  std::uint64_t row = options_.first_row;
  Progress progress(options_.data);
  for (const std::string& path : options_.data) {
    BlockReader reader(path, model_.features(), options_.read, model_.get());
    if (path == options_.data.front()) report.cluster = reader.cluster_column();
    if (reader.cluster_column() != report.cluster)
      throw Error(
          join({path, ": its errors would not cluster by the column of the other files, '", report.cluster, "'"}));
    while (const Block* block = reader.next()) {
      clens_rows rows = CLENS_ROWS_INIT;
      if (!block->labels.empty()) rows.labels = block->labels.data();
      if (!block->clusters.empty()) rows.clusters = block->clusters.data();
      rows.first_row = row;
      const clens_batch batch = block->batch();
      session_->check(clens_profile_add(profile_.get(), session_->get(), &batch, &rows));
      row += block->rows;
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
}

}  // namespace

Handle<clens_profile> collect_profile(const ProfileOptions& options) {
  ProfileRun run(options);
  ProfileReport unused;
  run.read(unused);
  return run.take();
}

ProfileReport profile(const ProfileOptions& options) {
  ProfileRun run(options);
  ProfileReport report;
  report.files = options.data;
  run.read(report);
  report.out = options.out;
  report.bytes = write_profile(run.get(), options.out);
  describe(run.get(), report);
  return report;
}

ProfileReport merge(const MergeOptions& options) {
  Handle<clens_profile> all = read_profile(options.profiles.front());
  for (std::size_t i = 1; i < options.profiles.size(); ++i) {
    const Handle<clens_profile> next = read_profile(options.profiles[i]);
    if (clens_profile_merge(all.get(), next.get()) != CLENS_OK) {
      char message[512];
      clens_last_error(message, sizeof message);
      throw Error(join({options.profiles[i], ": does not merge with ", options.profiles.front(), ": ", message}));
    }
  }
  ProfileReport report;
  report.files = options.profiles;
  report.out = options.out;
  report.bytes = write_profile(all.get(), options.out);
  describe(all.get(), report);
  return report;
}

}  // namespace clicklens::cli
