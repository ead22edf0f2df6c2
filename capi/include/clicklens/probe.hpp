// Probes in C++11, as clicklens.hpp has the rest:
//
//   clicklens::ProbeRows fit(model), eval(model);
//   clicklens::Session session(model, inputs, &options);  // options.observed: fit.values()
//   fit.add(session, batch, rows);
//   clicklens::Probe probe(fit);
//   double auc = probe.evaluate(0, eval).auc;
#ifndef CLICKLENS_PROBE_HPP
#define CLICKLENS_PROBE_HPP

#include <clicklens/clicklens.hpp>

namespace clicklens {

struct ReleaseProbe {
  void operator()(clens_probe_rows* handle) const noexcept { clens_probe_rows_release(handle); }
  void operator()(clens_probe* handle) const noexcept { clens_probe_release(handle); }
};

// Activations and labels in memory.
class ProbeRows {
 public:
  // Without values: every layer's, then every task's logit, each once.
  explicit ProbeRows(const Model& model, std::vector<std::size_t> values = {}, std::uint64_t memory_bytes = 0)
      : values_(std::move(values)) {
    if (values_.empty()) list_values(model);
    clens_probe_rows_options options = CLENS_PROBE_ROWS_OPTIONS_INIT;
    options.values = values_.data();
    options.value_count = values_.size();
    options.memory_bytes = memory_bytes;
    clens_probe_rows* made = nullptr;
    check(clens_probe_rows_create(model.get(), &options, &made));
    handle_.reset(made);
  }

  clens_probe_rows* get() const noexcept { return handle_.get(); }
  // What clens_session_options.observed must hold.
  const std::vector<std::size_t>& values() const noexcept { return values_; }

  void add(Session& session, const Batch& batch, const clens_rows& info, const std::uint8_t* keep = nullptr) {
    const clens_batch view = session.view(batch);
    check(clens_probe_rows_add(get(), session.get(), &view, &info, keep));
  }
  std::size_t count() const noexcept { return static_cast<std::size_t>(clens_probe_rows_count(get())); }
  std::uint64_t non_finite() const noexcept { return clens_probe_rows_non_finite(get()); }
  void relabel(const std::vector<std::uint8_t>& labels) {
    check(clens_probe_rows_relabel(get(), labels.data(), nullptr, labels.size()));
  }
  void retarget(const std::vector<float>& targets) {
    check(clens_probe_rows_relabel(get(), nullptr, targets.data(), targets.size()));
  }

 private:
  void list_values(const Model& model) {
    const clens_model_info info = model.describe();
    for (std::size_t i = 0; i < info.layers; ++i) add_value(model.layer(i).value);
    for (std::size_t i = 0; i < info.outputs; ++i) add_value(model.output(i).value);
  }
  void add_value(std::size_t value) {
    for (std::size_t known : values_)
      if (known == value) return;
    values_.push_back(value);
  }

  std::vector<std::size_t> values_;
  std::unique_ptr<clens_probe_rows, ReleaseProbe> handle_;
};

// Fitted probes, one per value. Copies share them.
class Probe {
 public:
  explicit Probe(const ProbeRows& fit, const ProbeRows* validation = nullptr,
                 const clens_probe_options* options = nullptr) {
    clens_probe* made = nullptr;
    check(clens_probe_fit(fit.get(), validation == nullptr ? nullptr : validation->get(), options, &made));
    handle_.reset(made);
  }
  static Probe open(const std::string& path, const Model& model) {
    clens_probe* made = nullptr;
    check(clens_probe_open(path.c_str(), model.get(), &made));
    return Probe(made);
  }
  // The one in the model's file.
  static Probe of(const Model& model) {
    clens_probe* made = nullptr;
    check(clens_model_probe(model.get(), &made));
    return Probe(made);
  }
  Probe(const Probe& other) : handle_(other.get()) { clens_probe_retain(other.get()); }
  Probe(Probe&& other) noexcept : handle_(std::move(other.handle_)) {}
  Probe& operator=(Probe other) noexcept {
    handle_.swap(other.handle_);
    return *this;
  }

  clens_probe* get() const noexcept { return handle_.get(); }
  std::size_t count() const noexcept { return clens_probe_count(get()); }
  clens_probe_info describe(std::size_t index) const {
    clens_probe_info info = CLENS_PROBE_INFO_INIT;
    check(clens_probe_describe(get(), index, &info));
    return info;
  }
  std::vector<double> coefficients(std::size_t index) const {
    std::vector<double> values(static_cast<std::size_t>(describe(index).width));
    check(clens_probe_coefficients(get(), index, nullptr, nullptr, values.data(), values.size()));
    return values;
  }
  std::vector<double> logits(std::size_t index, const ProbeRows& rows) const {
    std::vector<double> values(rows.count() + 1);  // never empty: data() is never null
    check(clens_probe_logits(get(), index, rows.get(), values.data(), values.size()));
    values.pop_back();
    return values;
  }
  clens_metrics_result evaluate(std::size_t index, const ProbeRows& rows,
                                const clens_metrics_options* options = nullptr, double* r2 = nullptr) const {
    clens_metrics_result result = CLENS_METRICS_RESULT_INIT;
    check(clens_probe_evaluate(get(), index, rows.get(), options, &result, r2));
    return result;
  }
  clens_auc_difference difference(std::size_t a, std::size_t b, const ProbeRows& rows) const {
    clens_auc_difference result = CLENS_AUC_DIFFERENCE_INIT;
    check(clens_probe_difference(get(), a, b, rows.get(), &result));
    return result;
  }
  clens_probe_control_result control(std::size_t index, clens_probe_control_kind kind, const ProbeRows& fit,
                                     const ProbeRows& eval, std::uint32_t draws = 0, std::uint64_t seed = 0) const {
    clens_probe_control_result result = CLENS_PROBE_CONTROL_RESULT_INIT;
    check(clens_probe_control(get(), index, static_cast<std::uint32_t>(kind), fit.get(), eval.get(), draws, seed,
                              &result));
    return result;
  }
  void save(const std::string& path) const { check(clens_probe_save(get(), path.c_str())); }
  void attach(const std::string& model_path, const std::string& out_path) const {
    check(clens_probe_attach(get(), model_path.c_str(), out_path.c_str()));
  }

 private:
  explicit Probe(clens_probe* made) : handle_(made) {}

  std::unique_ptr<clens_probe, ReleaseProbe> handle_;
};

}  // namespace clicklens

#endif  // CLICKLENS_PROBE_HPP
