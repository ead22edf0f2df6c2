// Saliency over much data and importance of groups in C++11, as clicklens.hpp has the rest.
#ifndef CLICKLENS_IMPORTANCE_HPP
#define CLICKLENS_IMPORTANCE_HPP

#include <clicklens/clicklens.hpp>

namespace clicklens {

struct ReleaseImportance {
  void operator()(clens_saliency_sums* handle) const noexcept { clens_saliency_sums_release(handle); }
  void operator()(clens_importance* handle) const noexcept { clens_importance_release(handle); }
};

// One thread at a time.
class SaliencySums {
 public:
  explicit SaliencySums(std::size_t groups, std::uint32_t buckets = 0) : groups_(groups) {
    clens_saliency_sums* made = nullptr;
    check(clens_saliency_sums_create(groups, buckets, &made));
    handle_.reset(made);
  }
  clens_saliency_sums* get() const noexcept { return handle_.get(); }
  // `values`: of saliency at level GROUP; `clusters`: a key per row, or empty.
  void add(const std::vector<float>& values, const std::vector<std::uint64_t>& clusters) {
    const std::size_t rows = values.size() / groups_;
    if (values.size() % groups_ != 0 || (!clusters.empty() && clusters.size() != rows))
      fail(CLENS_E_INVALID_ARGUMENT, "values: not a row of groups for each cluster key");
    check(clens_saliency_sums_add(get(), values.data(), clusters.empty() ? nullptr : clusters.data(), nullptr, rows));
  }
  void merge(const SaliencySums& other) { check(clens_saliency_sums_merge(get(), other.get())); }
  std::vector<clens_group_saliency> compute() const {
    std::vector<clens_group_saliency> groups(groups_);
    check(clens_saliency_sums_compute(get(), groups.data(), sizeof(clens_group_saliency), groups_, nullptr, nullptr));
    return groups;
  }
  // This one is train.
  std::vector<clens_share_contrast> contrast(const SaliencySums& test) const {
    std::vector<clens_share_contrast> groups(groups_);
    check(clens_saliency_sums_contrast(get(), test.get(), groups.data(), sizeof(clens_share_contrast), groups_));
    return groups;
  }

 private:
  std::size_t groups_;
  std::unique_ptr<clens_saliency_sums, ReleaseImportance> handle_;
};

// Measured when made; immutable.
class Importance {
 public:
  Importance(Session& session, const Batch& batch, const clens_rows& rows,
             const clens_importance_options* options = nullptr) {
    const clens_batch view = session.view(batch);
    clens_importance* made = nullptr;
    check(clens_importance_create(session.get(), &view, &rows, options, &made));
    handle_.reset(made);
  }
  clens_importance* get() const noexcept { return handle_.get(); }
  clens_group_importance group(std::size_t index) const {
    clens_group_importance group = CLENS_GROUP_IMPORTANCE_INIT;
    check(clens_importance_group(get(), index, &group));
    return group;
  }
  // This one is of rows the network was trained on.
  clens_importance_difference compare(const Importance& hold, std::size_t index) const {
    clens_importance_difference difference = CLENS_IMPORTANCE_DIFFERENCE_INIT;
    check(clens_importance_compare(get(), hold.get(), index, &difference));
    return difference;
  }

 private:
  std::unique_ptr<clens_importance, ReleaseImportance> handle_;
};

}  // namespace clicklens

#endif  // CLICKLENS_IMPORTANCE_HPP
