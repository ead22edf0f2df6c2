// Handles of the C ABI with owners, and statuses turned into Errors.
#pragma once

#include <clicklens/clicklens.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "data/column_data.h"

namespace clicklens::cli {

// Throws the thread's last message unless `status` is CLENS_OK.
void check(clens_status status);

struct Release {
  void operator()(clens_model* handle) const noexcept { clens_model_release(handle); }
  void operator()(clens_delta* handle) const noexcept { clens_delta_release(handle); }
  void operator()(clens_inputs* handle) const noexcept { clens_inputs_release(handle); }
  void operator()(clens_session* handle) const noexcept { clens_session_release(handle); }
  void operator()(clens_metrics* handle) const noexcept { clens_metrics_release(handle); }
  void operator()(clens_profile* handle) const noexcept { clens_profile_release(handle); }
  void operator()(clens_neurons* handle) const noexcept { clens_neurons_release(handle); }
  void operator()(clens_diagnosis* handle) const noexcept { clens_diagnosis_release(handle); }
  void operator()(clens_drift* handle) const noexcept { clens_drift_release(handle); }
  void operator()(clens_probe_rows* handle) const noexcept { clens_probe_rows_release(handle); }
  void operator()(clens_probe* handle) const noexcept { clens_probe_release(handle); }
  void operator()(clens_saliency_sums* handle) const noexcept { clens_saliency_sums_release(handle); }
  void operator()(clens_explainer* handle) const noexcept { clens_explainer_release(handle); }
  void operator()(clens_importance* handle) const noexcept { clens_importance_release(handle); }
  void operator()(clens_recorder* handle) const noexcept { clens_recorder_release(handle); }
  void operator()(clens_refiner* handle) const noexcept { clens_refiner_release(handle); }
  void operator()(clens_recording* handle) const noexcept { clens_recording_release(handle); }
};
template <class T>
using Handle = std::unique_ptr<T, Release>;

class Model {
 public:
  explicit Model(const std::string& path);
  // Takes over a handle.
  explicit Model(clens_model* handle);

  // Inputs are of the kinds that the recordings among `files` hold: a host may have sent table rows.
  void match_inputs(const std::vector<std::string>& files);

  [[nodiscard]] clens_model* get() const noexcept { return handle_.get(); }
  [[nodiscard]] const clens_model_info& info() const noexcept { return info_; }
  [[nodiscard]] const std::vector<FeatureSpec>& features() const noexcept { return features_; }
  [[nodiscard]] const std::vector<std::string>& groups() const noexcept { return groups_; }
  [[nodiscard]] const std::vector<std::string>& tasks() const noexcept { return tasks_; }
  // Index of a task by name, the first when the name is empty.
  [[nodiscard]] std::size_t task(const std::string& name) const;
  // Index of the value that a layer's, value's or output's name means.
  [[nodiscard]] std::size_t value(const std::string& name) const;
  [[nodiscard]] clens_value_info value_info(std::size_t index) const;
  [[nodiscard]] clens_feature_info feature_info(std::size_t index) const;
  // Value of a metadata key, empty where there is none.
  [[nodiscard]] std::string metadata(const std::string& key) const;
  // Names and values.
  [[nodiscard]] const std::vector<clens_named_value>& layers() const noexcept { return layers_; }
  [[nodiscard]] const std::vector<clens_named_value>& outputs() const noexcept { return outputs_; }

 private:
  void describe();

  Handle<clens_model> handle_;
  std::string path_;
  clens_model_info info_ = CLENS_MODEL_INFO_INIT;
  std::vector<FeatureSpec> features_;
  std::vector<std::string> groups_, tasks_;
  std::vector<clens_named_value> layers_, outputs_;
};

// A model for these files, as Model::match_inputs says.
Model open_for(const std::string& path, const std::vector<std::string>& files);

// One per feature, in the model's order. With `table_rows` sparse inputs are rows, encoded already.
Handle<clens_inputs> make_inputs(const Model& model, bool table_rows);

class Session {
 public:
  struct Options {
    unsigned threads = 1;
    bool gradients = false;
    bool table_rows = false;  // sparse inputs are rows, encoded already
    std::vector<std::size_t> observed = {};
    std::vector<std::size_t> captures = {};
    const clens_probe* probe = nullptr;
    std::uint32_t exit_probe = 0;  // number of the probe plus 1; 0: no early exit
    float exit_bound = 0;
    clens_precision precision = CLENS_PRECISION_F32;
    std::vector<std::size_t> full_precision = {};  // outputs of linears that stay in float32
  };
  Session(const Model& model, const Options& options);

  [[nodiscard]] clens_session* get() const noexcept { return handle_.get(); }
  [[nodiscard]] std::size_t tasks() const noexcept { return tasks_; }
  // Candidates of all runs that stopped early.
  [[nodiscard]] std::uint64_t exited() const noexcept { return exited_; }
  // Throws the session's last message unless `status` is CLENS_OK.
  void check(clens_status status) const;
  // All tasks of all candidates to `scores` (resized); what the run met is added to `counts`.
  void run(const clens_batch& batch, clens_output_kind kind, std::vector<float>& scores, clens_counts& counts);

 private:
  std::size_t tasks_;
  std::uint64_t exited_ = 0;
  Handle<clens_inputs> inputs_;
  Handle<clens_session> handle_;
};

}  // namespace clicklens::cli
