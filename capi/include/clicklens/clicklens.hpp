// clicklens in C++11: owners for the handles of clicklens.h, statuses as exceptions, vectors in and out.
// Header-only; everything goes through the C ABI, so it works with any build of the library.
//
//   clicklens::Model model("ctr.clens");
//   clicklens::Session session(model, clicklens::Inputs::of(model));
//   clicklens::Batch batch(ads.size());
//   batch.one_request();
//   batch.keys(0, user).keys(1, ads);
//   std::vector<float> probabilities = session.run(batch);
#ifndef CLICKLENS_HPP
#define CLICKLENS_HPP

#include <clicklens/clicklens.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace clicklens {

class Error : public std::runtime_error {
 public:
  Error(clens_status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  clens_status status() const noexcept { return status_; }

 private:
  clens_status status_;
};

// Throws this thread's last message unless all is well.
inline void check(clens_status status) {
  if (status == CLENS_OK) return;
  std::string message(clens_last_error(nullptr, 0) + 1, '\0');
  clens_last_error(&message[0], message.size());
  message.pop_back();
  throw Error(status, message.empty() ? clens_status_name(status) : message);
}

struct Release {
  void operator()(clens_model* handle) const noexcept { clens_model_release(handle); }
  void operator()(clens_inputs* handle) const noexcept { clens_inputs_release(handle); }
  void operator()(clens_session* handle) const noexcept { clens_session_release(handle); }
  void operator()(clens_cache* handle) const noexcept { clens_cache_release(handle); }
  void operator()(clens_explainer* handle) const noexcept { clens_explainer_release(handle); }
  void operator()(clens_metrics* handle) const noexcept { clens_metrics_release(handle); }
  void operator()(clens_neurons* handle) const noexcept { clens_neurons_release(handle); }
  void operator()(clens_drift* handle) const noexcept { clens_drift_release(handle); }
  void operator()(clens_writer* handle) const noexcept { clens_writer_release(handle); }
  void operator()(clens_vocabulary* handle) const noexcept { clens_vocabulary_release(handle); }
};
template <class T>
using Handle = std::unique_ptr<T, Release>;

// An open model. Copies share it.
class Model {
 public:
  explicit Model(const std::string& path, const clens_model_options* options = nullptr) {
    clens_model* made = nullptr;
    check(clens_model_open(path.c_str(), options, &made));
    handle_.reset(made);
  }
  // Not a constructor: Model(path, NULL) would be taken for it.
  static Model from_memory(const void* bytes, std::size_t size, const clens_model_options* options = nullptr) {
    clens_model* made = nullptr;
    check(clens_model_open_memory(bytes, size, options, &made));
    Model model;
    model.handle_.reset(made);
    return model;
  }
  // Takes over a handle.
  static Model take(clens_model* made) noexcept {
    Model model;
    model.handle_.reset(made);
    return model;
  }
  Model(const Model& other) : handle_(other.get()) { clens_model_retain(other.get()); }
  Model(Model&& other) noexcept : handle_(std::move(other.handle_)) {}
  Model& operator=(Model other) noexcept {
    handle_.swap(other.handle_);
    return *this;
  }

  clens_model* get() const noexcept { return handle_.get(); }

  clens_model_info describe() const {
    clens_model_info info = CLENS_MODEL_INFO_INIT;
    check(clens_model_describe(get(), &info));
    return info;
  }
  clens_feature_info feature(std::size_t index) const {
    clens_feature_info info = CLENS_FEATURE_INFO_INIT;
    check(clens_model_feature(get(), index, &info));
    return info;
  }
  clens_value_info value(std::size_t index) const {
    clens_value_info info = CLENS_VALUE_INFO_INIT;
    check(clens_model_value(get(), index, &info));
    return info;
  }
  clens_node_info node(std::size_t index) const {
    clens_node_info info = CLENS_NODE_INFO_INIT;
    check(clens_model_node(get(), index, &info));
    return info;
  }
  std::vector<std::size_t> node_inputs(std::size_t index) const {
    std::vector<std::size_t> values(node(index).inputs);
    check(clens_model_node_inputs(get(), index, values.data(), values.size()));
    return values;
  }
  std::vector<clens_node_cost> node_costs(const clens_cost_options* options = nullptr) const {
    std::vector<clens_node_cost> costs(describe().nodes);
    check(clens_model_node_costs(get(), options, costs.data(), sizeof(clens_node_cost), costs.size()));
    return costs;
  }
  // To be drawn by Graphviz or Mermaid.
  std::string graph(clens_graph_format format) const {
    std::size_t size = 0;
    const auto wanted = static_cast<std::uint32_t>(format);
    check(clens_model_graph(get(), wanted, nullptr, 0, &size));
    std::string text(size + 1, '\0');
    check(clens_model_graph(get(), wanted, &text[0], text.size(), &size));
    text.resize(size);
    return text;
  }
  clens_table_info table(std::size_t index) const {
    clens_table_info info = CLENS_TABLE_INFO_INIT;
    check(clens_model_table(get(), index, &info));
    return info;
  }
  clens_named_value layer(std::size_t index) const {
    clens_named_value info = CLENS_NAMED_VALUE_INIT;
    check(clens_model_layer(get(), index, &info));
    return info;
  }
  clens_named_value output(std::size_t index) const {
    clens_named_value info = CLENS_NAMED_VALUE_INIT;
    check(clens_model_output(get(), index, &info));
    return info;
  }
  std::string group(std::size_t index) const {
    const char* name = nullptr;
    check(clens_model_group(get(), index, &name));
    return name;
  }
  std::pair<std::string, std::string> metadata(std::size_t index) const {
    const char* key = nullptr;
    const char* text = nullptr;
    check(clens_model_metadata(get(), index, &key, &text));
    return {key, text};
  }
  std::size_t find_value(const std::string& name) const {
    std::size_t index = 0;
    check(clens_model_find_value(get(), name.c_str(), &index));
    return index;
  }
  void verify_segments() const { check(clens_model_verify_segments(get())); }
  void warm() const { check(clens_model_warm(get())); }
  void self_test() const { check(clens_model_self_test(get())); }

 private:
  Model() = default;
  Handle<clens_model> handle_;
};

// What the host sends: names and kinds, in the host's own order. Copies share it.
class Inputs {
 public:
  explicit Inputs(const std::vector<std::pair<std::string, clens_column_kind>>& columns) {
    std::vector<clens_input_spec> specs;
    for (const auto& column : columns) {
      clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
      spec.name = column.first.c_str();
      spec.kind = static_cast<std::uint32_t>(column.second);
      specs.push_back(spec);
    }
    clens_inputs* made = nullptr;
    check(clens_inputs_create(specs.data(), specs.size(), &made));
    handle_.reset(made);
  }
  // One input per feature, in the model's order, as raw values.
  static Inputs of(const Model& model) {
    std::vector<std::pair<std::string, clens_column_kind>> columns;
    for (std::size_t i = 0; i < model.describe().features; ++i) {
      const clens_feature_info feature = model.feature(i);
      columns.emplace_back(feature.name, static_cast<clens_column_kind>(feature.column));
    }
    return Inputs(columns);
  }
  Inputs(const Inputs& other) : handle_(other.get()) { clens_inputs_retain(other.get()); }
  Inputs(Inputs&& other) noexcept : handle_(std::move(other.handle_)) {}
  Inputs& operator=(Inputs other) noexcept {
    handle_.swap(other.handle_);
    return *this;
  }

  clens_inputs* get() const noexcept { return handle_.get(); }

 private:
  Handle<clens_inputs> handle_;
};

template <class T>
struct ValueType;
#define CLICKLENS_VALUE_TYPE(type, name)            \
  template <>                                       \
  struct ValueType<type> {                          \
    static constexpr clens_value_type value = name; \
  }
CLICKLENS_VALUE_TYPE(std::int8_t, CLENS_TYPE_I8);
CLICKLENS_VALUE_TYPE(std::int16_t, CLENS_TYPE_I16);
CLICKLENS_VALUE_TYPE(std::int32_t, CLENS_TYPE_I32);
CLICKLENS_VALUE_TYPE(std::int64_t, CLENS_TYPE_I64);
CLICKLENS_VALUE_TYPE(std::uint8_t, CLENS_TYPE_U8);
CLICKLENS_VALUE_TYPE(std::uint16_t, CLENS_TYPE_U16);
CLICKLENS_VALUE_TYPE(std::uint32_t, CLENS_TYPE_U32);
CLICKLENS_VALUE_TYPE(std::uint64_t, CLENS_TYPE_U64);
#undef CLICKLENS_VALUE_TYPE

// Columns over the caller's vectors, which must outlive it. With `offsets` (entries + 1) an entry is a list.
class Batch {
 public:
  explicit Batch(std::size_t candidates) : batch_(CLENS_BATCH_INIT) { batch_.candidates = candidates; }

  // Candidate c belongs to the request r with offsets[r] <= c < offsets[r + 1].
  Batch& requests(std::vector<std::int64_t> offsets) {
    offsets_ = std::move(offsets);
    batch_.requests = offsets_.empty() ? 0 : offsets_.size() - 1;
    batch_.request_offsets = offsets_.data();
    return *this;
  }
  Batch& one_request() { return requests({0, static_cast<std::int64_t>(batch_.candidates)}); }
  // Candidate c comes from row rows[c] of the cache, or, where that is -1, from the columns, which then have an
  // entry for each of those alone. Both must outlive the batch.
  Batch& cached(const clens_cache* cache, const std::vector<std::int64_t>& rows) {
    batch_.cache = cache;
    batch_.cache_rows = rows.data();
    return *this;
  }
  Batch& strict() {
    batch_.flags |= CLENS_BATCH_STRICT;
    return *this;
  }

  template <class T>
  Batch& keys(std::uint32_t input, const std::vector<T>& ids, const std::vector<std::int64_t>* offsets = nullptr) {
    return integers(input, CLENS_COLUMN_KEYS, ids, offsets);
  }
  template <class T>
  Batch& rows(std::uint32_t input, const std::vector<T>& ids, const std::vector<std::int64_t>* offsets = nullptr) {
    return integers(input, CLENS_COLUMN_ROWS, ids, offsets);
  }
  Batch& floats(std::uint32_t input, const std::vector<float>& values) {
    clens_column column = column_of(input, CLENS_COLUMN_FLOATS, CLENS_TYPE_F32);
    column.values = values.data();
    column.value_count = values.size();
    return add(column);
  }
  // One string per entry: `text` holds all of them, string i is [ends[i], ends[i + 1]).
  Batch& strings(std::uint32_t input, const std::string& text, const std::vector<std::int64_t>& ends) {
    clens_column column = column_of(input, CLENS_COLUMN_STRINGS, CLENS_TYPE_BYTES);
    column.offset_bits = 64;
    column.values = text.data();
    column.value_count = text.size();
    column.value_offsets = ends.data();
    column.string_count = ends.empty() ? 0 : ends.size() - 1;
    return add(column);
  }
  Batch& add(const clens_column& column) {
    columns_.push_back(column);
    return *this;
  }

  std::size_t candidates() const noexcept { return static_cast<std::size_t>(batch_.candidates); }
  // Valid as long as this batch and not changed.
  clens_batch view() const noexcept {
    clens_batch batch = batch_;
    batch.request_offsets = offsets_.empty() ? nullptr : offsets_.data();
    batch.columns = columns_.data();
    batch.column_count = columns_.size();
    return batch;
  }

 private:
  static clens_column column_of(std::uint32_t input, clens_column_kind kind, clens_value_type type) noexcept {
    clens_column column = CLENS_COLUMN_INIT;
    column.input = input;
    column.kind = static_cast<std::uint32_t>(kind);
    column.value_type = static_cast<std::uint32_t>(type);
    return column;
  }
  template <class T>
  Batch& integers(std::uint32_t input, clens_column_kind kind, const std::vector<T>& ids,
                  const std::vector<std::int64_t>* offsets) {
    clens_column column = column_of(input, kind, ValueType<T>::value);
    column.values = ids.data();
    column.value_count = ids.size();
    if (offsets != nullptr) {
      column.offset_bits = 64;
      column.row_offsets = offsets->data();
    }
    return add(column);
  }

  clens_batch batch_;
  std::vector<std::int64_t> offsets_;
  std::vector<clens_column> columns_;
};

// Candidates' part of a model, computed once per ad: Batch::cached names its rows.
class Cache {
 public:
  Cache(const Model& model, const Inputs& inputs, const clens_cache_options& options) {
    clens_cache* made = nullptr;
    check(clens_cache_create(model.get(), inputs.get(), &options, &made));
    handle_.reset(made);
  }
  clens_cache* get() const noexcept { return handle_.get(); }
  // The handle, whose owner the caller is from here on.
  clens_cache* release() noexcept { return handle_.release(); }
  // Candidate i of `ads` goes to row i.
  void fill(const Batch& ads) { fill(ads, nullptr); }
  void fill(const Batch& ads, const std::vector<std::int64_t>& rows) {
    if (rows.size() != ads.candidates()) throw Error(CLENS_E_INVALID_ARGUMENT, "rows: not one for each candidate");
    fill(ads, rows.data());
  }
  clens_cache_info describe() const {
    clens_cache_info info = CLENS_CACHE_INFO_INIT;
    check(clens_cache_describe(get(), &info));
    return info;
  }

 private:
  void fill(const Batch& ads, const std::int64_t* rows) {
    const clens_batch view = ads.view();
    check(clens_cache_fill(get(), &view, rows, nullptr));
  }

  Handle<clens_cache> handle_;
};

// One thread at a time.
class Session {
 public:
  Session(const Model& model, const Inputs& inputs, const clens_session_options* options = nullptr) : model_(model) {
    clens_session* made = nullptr;
    check(clens_session_create(model.get(), inputs.get(), options, &made));
    handle_.reset(made);
    tasks_ = model.describe().outputs;
  }

  clens_session* get() const noexcept { return handle_.get(); }
  const Model& model() const noexcept { return model_; }

  // Candidate-major: [candidate * tasks + task].
  std::vector<float> run(const Batch& batch, clens_output_kind kind = CLENS_OUTPUT_PROBABILITY,
                         clens_counts* counts = nullptr) {
    std::vector<float> scores(batch.candidates() * tasks_ + 1);  // never empty: data() is never null
    clens_output output = CLENS_OUTPUT_INIT;
    output.kind = static_cast<std::uint32_t>(kind);
    output.values = scores.data();
    output.capacity = scores.size();
    run(batch, output);
    if (counts != nullptr) *counts = output.counts;
    scores.pop_back();
    return scores;
  }
  void run(const Batch& batch, clens_output& output) {
    const clens_batch view = batch.view();
    check(clens_session_run(get(), &view, &output));
  }

  // Where each candidate's part of saliency() begins, and the whole length at the end.
  std::vector<std::uint64_t> saliency_offsets(const Batch& batch, const clens_saliency_spec& spec) {
    const clens_batch view = batch.view();
    std::vector<std::uint64_t> offsets(batch.candidates() + 1);
    std::size_t count = 0;
    check(clens_saliency_size(get(), &view, &spec, &count, offsets.data(), offsets.size()));
    return offsets;
  }
  std::vector<float> saliency(const Batch& batch, const clens_saliency_spec& spec) {
    const clens_batch view = batch.view();
    std::size_t count = 0;
    check(clens_saliency_size(get(), &view, &spec, &count, nullptr, 0));
    std::vector<float> values(count + 1);
    check(clens_saliency_run(get(), &view, &spec, values.data(), values.size(), nullptr));
    values.pop_back();
    return values;
  }
  // Mean pooled inputs over a reference batch: clens_saliency_spec.means. Needs a session with gradients.
  std::vector<float> input_means(const Batch& batch) {
    const clens_batch view = batch.view();
    std::vector<double> sums(model_.describe().input_width + 1);
    std::uint64_t rows = 0;
    check(clens_saliency_means(get(), &view, sums.data(), sums.size(), &rows));
    std::vector<float> means(sums.size() - 1);
    for (std::size_t i = 0; i < means.size() && rows > 0; ++i)
      means[i] = static_cast<float>(sums[i] / static_cast<double>(rows));
    return means;
  }
  // candidates x features: 1 where the feature says something of the candidate.
  std::vector<std::uint8_t> coverage(const Batch& batch) {
    const clens_batch view = batch.view();
    std::vector<std::uint8_t> covered(view.candidates * model_.describe().features + 1);
    check(clens_saliency_coverage(get(), &view, covered.data(), covered.size()));
    covered.pop_back();
    return covered;
  }

 private:
  Model model_;
  Handle<clens_session> handle_;
  std::size_t tasks_ = 0;
};

// What clens_explainer_run gives; `errors` of random methods alone.
struct Attribution {
  std::vector<float> values, errors;
  std::vector<clens_attribution_info> infos;  // by candidate
};

// One thread at a time.
class Explainer {
 public:
  // `layers`: values, by index, that specs may name.
  Explainer(const Model& model, const Inputs& inputs, const std::vector<std::size_t>& layers = {}) : model_(model) {
    clens_explainer_options options = CLENS_EXPLAINER_OPTIONS_INIT;
    options.layers = layers.data();
    options.layer_count = layers.size();
    clens_explainer* made = nullptr;
    check(clens_explainer_create(model.get(), inputs.get(), &options, &made));
    handle_.reset(made);
  }
  clens_explainer* get() const noexcept { return handle_.get(); }

  Attribution attribute(const Batch& batch, const clens_attribution_spec& spec) {
    std::size_t count = 0;
    check(clens_explainer_size(get(), &spec, batch.candidates(), &count));
    return sized(batch, spec, count);
  }
  // At CLENS_LEVEL_ID: candidate c's ids are those of `ids` (a session of the same inputs, which counts them) from
  // saliency_offsets()[c] on, as many times as NEURON_GRADIENTS' layer has neurons.
  Attribution attribute(const Batch& batch, const clens_attribution_spec& spec, Session& ids) {
    clens_saliency_spec by = CLENS_SALIENCY_SPEC_INIT;
    by.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
    by.level = CLENS_LEVEL_ID;
    const auto count = static_cast<std::size_t>(ids.saliency_offsets(batch, by).back());
    const bool layer = spec.method == CLENS_ATTRIBUTION_NEURON_GRADIENTS;
    return sized(batch, spec, layer ? count * static_cast<std::size_t>(model_.value(spec.layer).width) : count);
  }
  // Candidates x input_width: rows for baselines and references.
  std::vector<float> inputs(const Batch& batch) {
    const clens_batch view = batch.view();
    std::vector<float> rows(batch.candidates() * model_.describe().input_width);
    check(clens_explainer_inputs(get(), &view, rows.data(), rows.size()));
    return rows;
  }
  std::vector<float> faithfulness(const Batch& batch, const clens_attribution_spec& spec,
                                  const clens_faithfulness_spec& by) {
    const clens_batch view = batch.view();
    std::vector<float> values(batch.candidates());
    check(clens_explainer_faithfulness(get(), &view, &spec, &by, values.data(), values.size()));
    return values;
  }

 private:
  Attribution sized(const Batch& batch, const clens_attribution_spec& spec, std::size_t count) {
    const clens_batch view = batch.view();
    Attribution found;
    found.values.resize(count);
    found.infos.resize(batch.candidates());
    clens_attribution out = CLENS_ATTRIBUTION_INIT;
    out.values = found.values.data();
    out.capacity = count;
    out.infos = found.infos.data();
    out.info_capacity = found.infos.size();
    if (spec.method == CLENS_ATTRIBUTION_EXPECTED_GRADIENTS || spec.method == CLENS_ATTRIBUTION_SMOOTHGRAD) {
      found.errors.resize(count);
      out.errors = count == 0 ? nullptr : found.errors.data();
      out.error_capacity = count;
    }
    check(clens_explainer_run(get(), &view, &spec, &out));
    return found;
  }

  Model model_;
  Handle<clens_explainer> handle_;
};

// What a reduced precision costs on labelled rows; `labels`: one per candidate.
struct PrecisionReport {
  clens_precision_result result;
  std::vector<clens_precision_linear> linears;

  // For clens_session_options.full_precision.
  std::vector<std::size_t> full_precision() const {
    std::vector<std::size_t> values;
    for (const clens_precision_linear& linear : linears)
      if (linear.kept != 0) values.push_back(linear.value);
    return values;
  }
};
inline PrecisionReport precision_report(const Model& model, const Inputs& inputs, const Batch& batch,
                                        const std::vector<std::uint8_t>& labels,
                                        const clens_precision_options* options = nullptr) {
  PrecisionReport report{CLENS_PRECISION_RESULT_INIT, {}};
  report.linears.resize(model.describe().nodes);
  if (labels.size() != batch.candidates()) throw Error(CLENS_E_INVALID_ARGUMENT, "labels: one per candidate");
  const clens_batch view = batch.view();
  check(clens_precision_report(model.get(), inputs.get(), &view, labels.data(), options, &report.result,
                               report.linears.data(), sizeof(clens_precision_linear), report.linears.size()));
  report.linears.resize(report.result.linears);
  return report;
}

// What CLENS_PRECISION_RECOMMENDED stands for on this machine.
struct RecommendedPrecision {
  std::uint32_t precision = CLENS_PRECISION_F32;
  std::vector<std::size_t> full_precision;
};
inline RecommendedPrecision recommended_precision(const Model& model) {
  RecommendedPrecision found;
  std::size_t count = model.describe().values;
  found.full_precision.resize(count);
  check(clens_model_recommended_precision(model.get(), &found.precision, found.full_precision.data(), count, &count));
  found.full_precision.resize(count);
  return found;
}

// What every neuron of some layers does over a data set.
class Neurons {
 public:
  explicit Neurons(clens_neurons* made) noexcept { handle_.reset(made); }  // takes it over
  explicit Neurons(const Model& model, const clens_neurons_options* options = nullptr) {
    clens_neurons* made = nullptr;
    check(clens_neurons_create(model.get(), options, &made));
    handle_.reset(made);
  }
  // Of what save() gave.
  Neurons(const Model& model, const std::vector<std::uint8_t>& bytes) {
    clens_neurons* made = nullptr;
    check(clens_neurons_load(model.get(), bytes.data(), bytes.size(), &made));
    handle_.reset(made);
  }
  clens_neurons* get() const noexcept { return handle_.get(); }

  // The session must observe the values watched.
  void add(Session& session, const Batch& batch, const clens_rows* rows = nullptr) {
    const clens_batch view = batch.view();
    check(clens_neurons_add(get(), session.get(), &view, rows));
  }
  void merge(const Neurons& other) { check(clens_neurons_merge(get(), other.get())); }
  std::vector<std::uint8_t> save() const {
    std::size_t size = 0;
    check(clens_neurons_size(get(), &size));
    std::vector<std::uint8_t> bytes(size);
    check(clens_neurons_save(get(), bytes.data(), size));
    return bytes;
  }

  std::size_t layers() const noexcept { return clens_neurons_layers(get()); }
  clens_neuron_layer layer(std::size_t index) const {
    clens_neuron_layer info = CLENS_NEURON_LAYER_INIT;
    check(clens_neurons_layer(get(), index, &info));
    return info;
  }
  std::vector<clens_neuron> read(std::size_t layer_index) const {
    std::vector<clens_neuron> neurons(layer(layer_index).width);
    check(clens_neurons_read(get(), layer_index, neurons.data(), sizeof(clens_neuron), neurons.size()));
    return neurons;
  }
  // [column * probabilities.size() + i]
  std::vector<double> quantiles(std::size_t layer_index, const std::vector<double>& probabilities) const {
    std::vector<double> values(layer(layer_index).width * probabilities.size());
    check(clens_neurons_quantiles(get(), layer_index, probabilities.data(), probabilities.size(), values.data(),
                                  nullptr, nullptr, values.size()));
    return values;
  }
  // [2][width]
  std::vector<double> components(std::size_t layer_index) const {
    std::vector<double> vectors(2 * layer(layer_index).width);
    check(clens_neurons_components(get(), layer_index, vectors.data(), vectors.size()));
    return vectors;
  }
  double cka(std::size_t layer_index, const Neurons& other, std::size_t other_layer) const {
    double value = 0;
    check(clens_neurons_cka(get(), layer_index, other.get(), other_layer, &value, nullptr));
    return value;
  }
  // This as the reference.
  clens_layer_change compare(const Neurons& other, std::size_t layer_index) const {
    clens_layer_change change = CLENS_LAYER_CHANGE_INIT;
    check(clens_neurons_compare(get(), other.get(), layer_index, &change));
    return change;
  }

 private:
  Handle<clens_neurons> handle_;
};

// What changed from reference profiles to a live one; with the model also which feature groups moved its neurons.
class Drift {
 public:
  struct Trace {
    std::string layer;
    std::uint64_t neurons;
    bool moved;
    std::vector<std::pair<std::string, double>> groups;  // and shifts, largest first
  };

  Drift(const std::vector<const clens_profile*>& reference, const clens_profile* live, const Model* model = nullptr) {
    clens_drift* made = nullptr;
    check(clens_drift_compare(model != nullptr ? model->get() : nullptr, reference.data(), reference.size(), live,
                              &made));
    handle_.reset(made);
  }
  clens_drift* get() const noexcept { return handle_.get(); }

  clens_drift_info describe() const {
    clens_drift_info info = CLENS_DRIFT_INFO_INIT;
    check(clens_drift_describe(get(), &info));
    return info;
  }
  // Names live as long as this.
  std::vector<clens_drift_measure> measures() const {
    std::vector<clens_drift_measure> all(describe().measures);
    check(clens_drift_read(get(), all.data(), sizeof(clens_drift_measure), all.size()));
    return all;
  }
  std::vector<clens_drift_measure> findings() const {
    std::vector<clens_drift_measure> found;
    for (const clens_drift_measure& measure : measures())
      if (measure.verdict == CLENS_DRIFT_FOUND) found.push_back(measure);
    return found;
  }
  Trace trace(std::size_t index) const {
    std::vector<const char*> names(describe().groups);
    std::vector<double> shifts(names.size());
    clens_drift_trace about = CLENS_DRIFT_TRACE_INIT;
    check(clens_drift_traced(get(), index, &about, names.data(), shifts.data(), names.size()));
    Trace made{about.name, about.neurons, about.moved != 0, {}};
    for (std::size_t i = 0; i < names.size(); ++i) made.groups.emplace_back(names[i], shifts[i]);
    return made;
  }
  // Day describe().days is the live one.
  clens_drift_day day(std::size_t index, std::size_t task = 0) const {
    clens_drift_day figures = CLENS_DRIFT_DAY_INIT;
    check(clens_drift_labels(get(), task, index, &figures));
    return figures;
  }

 private:
  Handle<clens_drift> handle_;
};

// Streaming evaluation of logits against clicks.
class Metrics {
 public:
  explicit Metrics(const clens_metrics_options* options = nullptr) {
    clens_metrics* made = nullptr;
    check(clens_metrics_create(options, &made));
    handle_.reset(made);
  }
  clens_metrics* get() const noexcept { return handle_.get(); }
  void add(const std::vector<float>& logits, const std::vector<std::uint8_t>& labels) {
    if (logits.size() != labels.size()) throw Error(CLENS_E_INVALID_ARGUMENT, "labels: one per logit");
    check(clens_metrics_add(get(), logits.data(), labels.data(), nullptr, nullptr, logits.size()));
  }
  void merge(const Metrics& other) { check(clens_metrics_merge(get(), other.get())); }
  clens_metrics_result compute() const {
    clens_metrics_result result = CLENS_METRICS_RESULT_INIT;
    check(clens_metrics_compute(get(), &result));
    return result;
  }

 private:
  Handle<clens_metrics> handle_;
};

}  // namespace clicklens

#endif  // CLICKLENS_HPP
