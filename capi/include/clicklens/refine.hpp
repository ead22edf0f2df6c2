// Refining in C++11, as clicklens.hpp has the rest:
//
//   clicklens::Refiner refiner(model);
//   refiner.drop_groups({"noise"}, means);
//   refiner.prune_proven();
//   refiner.write("smaller.clens");
#ifndef CLICKLENS_REFINE_HPP
#define CLICKLENS_REFINE_HPP

#include <clicklens/probe.hpp>
#include <memory>
#include <string>
#include <vector>

namespace clicklens {

struct ReleaseRefiner {
  void operator()(clens_refiner* handle) const noexcept { clens_refiner_release(handle); }
};

// Edits of a model that end in a new file. One that fails throws and changes nothing.
class Refiner {
 public:
  explicit Refiner(const Model& model) {
    clens_refiner* made = nullptr;
    check(clens_refiner_create(model.get(), &made));
    handle_.reset(made);
  }

  clens_refiner* get() const noexcept { return handle_.get(); }
  // As edited so far.
  Model model() const {
    clens_model* made = nullptr;
    check(clens_refiner_model(get(), &made));
    return Model::take(made);
  }

  // `means`: of every input column of model().
  void drop_groups(const std::vector<std::string>& groups, const std::vector<float>& means) {
    std::vector<const char*> names;
    for (const std::string& group : groups) names.push_back(group.c_str());
    check(clens_refiner_drop_groups(get(), names.data(), names.size(), means.data(), means.size()));
  }
  void prune_proven() { check(clens_refiner_prune_proven(get())); }
  // Values that the neurons of prune() may be of.
  std::vector<std::size_t> prunable() const {
    std::vector<std::size_t> values(model().describe().values);
    std::size_t count = 0;
    check(clens_refiner_prunable(get(), values.data(), values.size(), &count));
    values.resize(count);
    return values;
  }
  void prune(const clens_neurons* neurons, const clens_prune_options* options = nullptr) {
    check(clens_refiner_prune(get(), neurons, options));
  }
  void cut(const Probe& probe, std::size_t index, std::size_t task = 0) {
    check(clens_refiner_cut(get(), probe.get(), index, task));
  }
  clens_calibration_fit calibrate(const std::vector<float>& logits, const std::vector<std::uint8_t>& labels,
                                  const clens_calibration_options* options = nullptr) {
    if (logits.size() != labels.size()) fail(CLENS_E_INVALID_ARGUMENT, "labels: not as many as logits");
    clens_calibration_fit fit = CLENS_CALIBRATION_FIT_INIT;
    check(clens_refiner_calibrate(get(), logits.data(), labels.data(), logits.size(), options, &fit));
    return fit;
  }
  void fold_batch_norms() { check(clens_refiner_fold_batch_norms(get())); }
  // Of all tables.
  void set_tables(clens_row_type type) { check(clens_refiner_set_tables(get(), type, nullptr, 0, nullptr)); }
  // What sessions with CLENS_PRECISION_RECOMMENDED run in; as precision_report gives it.
  void recommend_precision(clens_precision precision, const std::vector<std::size_t>& full_precision = {}) {
    check(clens_refiner_recommend_precision(get(), static_cast<std::uint32_t>(precision), full_precision.data(),
                                            full_precision.size()));
  }

  std::size_t edits() const noexcept { return clens_refiner_edits(get()); }
  clens_edit edit(std::size_t index) const {
    clens_edit edit = CLENS_EDIT_INIT;
    check(clens_refiner_edit(get(), index, &edit));
    return edit;
  }
  void write(const std::string& path) const { check(clens_refiner_write(get(), path.c_str())); }

 private:
  std::unique_ptr<clens_refiner, ReleaseRefiner> handle_;
};

}  // namespace clicklens

#endif  // CLICKLENS_REFINE_HPP
