#include <algorithm>
#include <cmath>
#include <limits>

#include "commands/commands.h"
#include "commands/saliency_run.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

// Mean of |x|, mean and spread of x, over rows in order.
class Moments {
 public:
  void add(double x) noexcept {
    ++count_;
    absolute_ += std::abs(x);
    const double delta = x - mean_;
    mean_ += delta / static_cast<double>(count_);
    squares_ += delta * (x - mean_);
  }
  [[nodiscard]] double mean_absolute() const noexcept { return absolute_ / static_cast<double>(count_); }
  [[nodiscard]] double mean() const noexcept { return count_ == 0 ? not_defined : mean_; }
  [[nodiscard]] double sd() const noexcept { return std::sqrt(squares_ / static_cast<double>(count_)); }

 private:
  static constexpr double not_defined = std::numeric_limits<double>::quiet_NaN();
  std::uint64_t count_ = 0;
  double absolute_ = 0, mean_ = 0, squares_ = 0;
};

// Adds, per group, the rows of a block in which some feature of the group says something.
void add_coverage(const std::vector<std::uint8_t>& covered, const Model& model, std::vector<std::uint64_t>& rows) {
  const std::size_t features = model.features().size();
  std::vector<std::uint8_t> groups(model.groups().size());
  for (std::size_t row = 0; row < covered.size() / features; ++row) {
    std::fill(groups.begin(), groups.end(), std::uint8_t{0});
    for (std::size_t f = 0; f < features; ++f) groups[model.features()[f].group_index] |= covered[row * features + f];
    for (std::size_t g = 0; g < groups.size(); ++g) rows[g] += groups[g];
  }
}

SaliencyReport::Day finish(const Model& model, const std::vector<Moments>& moments,
                           const std::vector<std::uint64_t>& covered, std::uint64_t rows) {
  SaliencyReport::Day day{{}, rows, {0, 0, 0, 0, 0}, {}};
  double total = 0;
  for (const Moments& m : moments) total += m.mean_absolute();
  for (std::size_t g = 0; g < moments.size(); ++g) {
    const Moments& m = moments[g];
    const double coverage = static_cast<double>(covered[g]) / static_cast<double>(rows);
    day.groups.push_back(SaliencyReport::Group{model.groups()[g], m.mean_absolute() / total, m.mean_absolute(),
                                               m.mean(), m.sd(), coverage});
  }
  return day;
}

SaliencyReport::Day read_day(const std::string& path, const ReadOptions& read, SaliencyRun& run, Progress& progress) {
  const Model& model = run.model();
  BlockReader reader(path, model.features(), read, model.get());
  std::vector<Moments> moments(model.groups().size());
  std::vector<std::uint64_t> covered(moments.size(), 0);
  clens_counts counts = {0, 0, 0, 0, 0};
  std::uint64_t rows = 0;
  while (const Block* block = reader.next()) {
    const std::vector<float>& values = run.run(*block, CLENS_LEVEL_GROUP, counts);
    for (std::size_t i = 0; i < values.size(); ++i) moments[i % moments.size()].add(static_cast<double>(values[i]));
    add_coverage(run.coverage(*block), model, covered);
    rows += block->rows;
    progress.update(reader.position());
  }
  SaliencyReport::Day day = finish(model, moments, covered, rows);
  day.file = path;
  day.counts = counts;
  return day;
}

}  // namespace

SaliencyReport saliency(const SaliencyOptions& options) {
  SaliencyRun run(options);
  Progress progress(options.data);
  SaliencyReport report;
  report.method = method_name(options.method);
  report.target = target_name(options.target);
  report.task = run.task();
  report.reference = run.reference();
  report.own_reference = run.own_reference();
  for (const std::string& path : options.data) {
    report.days.push_back(read_day(path, options.read, run, progress));
    progress.finish_part(file_size(path));
  }
  return report;
}

}  // namespace clicklens::cli
