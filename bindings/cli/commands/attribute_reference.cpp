#include "commands/attribute_reference.h"

#include <cmath>

#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

constexpr std::size_t most_floats = std::size_t{1} << 28;  // of rows that are kept: 1 GiB

// Means as plain sums in the order of the rows, deviations by Welford's recurrence.
class ColumnMoments {
 public:
  explicit ColumnMoments(std::size_t width) : sums_(width), means_(width), squares_(width) {}

  void add(const std::vector<float>& rows) {
    const std::size_t width = sums_.size();
    for (std::size_t first = 0; first + width <= rows.size(); first += width) {
      ++count_;
      for (std::size_t c = 0; c < width; ++c) {
        const auto x = static_cast<double>(rows[first + c]);
        sums_[c] += x;
        const double delta = x - means_[c];
        means_[c] += delta / static_cast<double>(count_);
        squares_[c] += delta * (x - means_[c]);
      }
    }
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  void give(Reference& to) const {
    const auto n = static_cast<double>(count_);
    for (std::size_t c = 0; c < sums_.size(); ++c) {
      to.means.push_back(static_cast<float>(sums_[c] / n));
      to.deviations.push_back(static_cast<float>(std::sqrt(squares_[c] / n)));
    }
  }

 private:
  std::uint64_t count_ = 0;
  std::vector<double> sums_, means_, squares_;
};

}  // namespace

void pool(clens_explainer* explainer, const Block& block, std::size_t width, std::vector<float>& rows) {
  const clens_batch batch = block.batch();
  rows.resize(block.rows * width);
  check(clens_explainer_inputs(explainer, &batch, rows.data(), rows.size()));
}

Reference read_reference(clens_explainer* explainer, const Model& model, const std::vector<std::string>& files,
                         const AttributeOptions& options) {
  const std::size_t width = model.info().input_width;
  const bool keep = options.method == CLENS_ATTRIBUTION_EXPECTED_GRADIENTS;
  Reference made;
  ColumnMoments moments(width);
  std::vector<float> rows;
  Progress progress(files);
  for (const std::string& path : files) {
    BlockReader reader(path, model.features(), options.read, model.get());
    while (const Block* block = reader.next()) {
      pool(explainer, *block, width, rows);
      moments.add(rows);
      if (keep && made.rows.size() + rows.size() > most_floats)
        throw Error(join({path, ": more than ", std::to_string(most_floats / width),
                          " reference rows, which expected-gradients keeps in memory; --reference names fewer"}));
      if (keep) made.rows.insert(made.rows.end(), rows.begin(), rows.end());
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
  if (moments.count() == 0) throw Error(join({files.front(), ": no rows to take the baseline from"}));
  moments.give(made);
  return made;
}

}  // namespace clicklens::cli
