// clicklens in C++11 and later: owners for the handles of clicklens.h; vectors in and out, from C++20 on spans and
// whatever lies contiguously too. Header-only, all inline: everything goes through the C ABI and none of it is an ABI
// of its own, so it works with any build of the library. Keep its types out of the interfaces of your own shared
// libraries.
//
//   clicklens::Model model("ctr.clens");
//   clicklens::Session session(model, clicklens::Inputs::of(model));
//   clicklens::Batch batch(ads.size());
//   batch.one_request();
//   batch.keys(0, user).keys(1, ads);
//   std::vector<float> probabilities = session.run(batch);
//
// Failures are exceptions (clicklens::Error), or results, by choice:
//
//   clicklens::Result<clicklens::Model> model = clicklens::Model::try_open("ctr.clens");
//   if (!model) return log(model.error().message);
//   clicklens::Result<clens_counts> counts = session.try_run(batch, scores);  // into a span: allocates nothing
//
// What scores has try_ functions, which compile and work with -fno-exceptions; there, functions that would throw abort.
// attempt() makes a result of any other call. A class says nothing of threads: its handle in clicklens.h does.
#ifndef CLICKLENS_HPP
#define CLICKLENS_HPP

#include <clicklens/clicklens.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#if __cplusplus >= 202002L
#include <ranges>
#include <span>
#endif
#if defined(__cpp_exceptions) || defined(__EXCEPTIONS)
#define CLICKLENS_EXCEPTIONS 1
#else
#define CLICKLENS_EXCEPTIONS 0
#endif

namespace clicklens {

class Error : public std::runtime_error {
 public:
  Error(clens_status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  clens_status status() const noexcept { return status_; }

 private:
  clens_status status_;
};

struct Failure {
  clens_status status;
  std::string message;
};

// Of this thread's last call, which gave `status`.
inline Failure last_failure(clens_status status) {
  std::string message(clens_last_error(nullptr, 0) + 1, '\0');
  clens_last_error(&message[0], message.size());
  message.pop_back();
  return Failure{status, message.empty() ? clens_status_name(status) : std::move(message)};
}

// Throws; aborts where there are no exceptions.
[[noreturn]] inline void fail(const Failure& failure) {
#if CLICKLENS_EXCEPTIONS
  throw Error(failure.status, failure.message);
#else
  static_cast<void>(failure);
  std::abort();
#endif
}
[[noreturn]] inline void fail(clens_status status, const char* message) {
  fail(Failure{status, message});
}

// Throws this thread's last message unless all is well.
inline void check(clens_status status) {
  if (status != CLENS_OK) fail(last_failure(status));
}

// A T, or why there is none.
template <class T>
class Result {
 public:
  Result(T value) : ok_(true) { new (&room_) T(std::move(value)); }  // NOLINT: as std::expected
  Result(Failure failure) : failure_(std::move(failure)) {}          // NOLINT
  Result(Result&& other) : ok_(other.ok_), failure_(std::move(other.failure_)) {
    if (ok_) new (&room_) T(std::move(*other));
  }
  Result& operator=(Result&&) = delete;
  ~Result() {
    if (ok_) get()->~T();
  }

  explicit operator bool() const noexcept { return ok_; }
  const Failure& error() const noexcept { return failure_; }  // of one that is not ok
  T& operator*() noexcept { return *get(); }                  // of one that is
  T* operator->() noexcept { return get(); }
  // Moves it out; throws the failure.
  T take() {
    if (!ok_) fail(failure_);
    return std::move(*get());
  }

 private:
  T* get() noexcept { return reinterpret_cast<T*>(&room_); }

  bool ok_ = false;
  Failure failure_{CLENS_OK, {}};
  alignas(T) unsigned char room_[sizeof(T)];
};

#if CLICKLENS_EXCEPTIONS
// What `call` returns, or the Error that it throws, as a result: attempt([&] { return probe.evaluate(rows); }).
template <class Call>
auto attempt(Call&& call) -> Result<typename std::decay<decltype(call())>::type> {
  try {
    return call();
  } catch (const Error& error) {
    return Failure{error.status(), error.what()};
  }
}
#endif

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
  explicit Model(const std::string& path, const clens_model_options* options = nullptr)
      : Model(try_open(path, options).take()) {}
  static Result<Model> try_open(const std::string& path, const clens_model_options* options = nullptr) {
    clens_model* made = nullptr;
    const clens_status status = clens_model_open(path.c_str(), options, &made);
    if (status != CLENS_OK) return last_failure(status);
    return take(made);
  }
  // Not a constructor: Model(path, NULL) would be taken for it.
  static Model from_memory(const void* bytes, std::size_t size, const clens_model_options* options = nullptr) {
    return try_from_memory(bytes, size, options).take();
  }
  static Result<Model> try_from_memory(const void* bytes, std::size_t size,
                                       const clens_model_options* options = nullptr) {
    clens_model* made = nullptr;
    const clens_status status = clens_model_open_memory(bytes, size, options, &made);
    if (status != CLENS_OK) return last_failure(status);
    return take(made);
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
  explicit Inputs(const std::vector<std::pair<std::string, clens_column_kind>>& columns)
      : Inputs(try_make(columns).take()) {}
  static Result<Inputs> try_make(const std::vector<std::pair<std::string, clens_column_kind>>& columns) {
    std::vector<clens_input_spec> specs;
    for (const auto& column : columns) {
      clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
      spec.name = column.first.c_str();
      spec.kind = static_cast<std::uint32_t>(column.second);
      specs.push_back(spec);
    }
    clens_inputs* made = nullptr;
    const clens_status status = clens_inputs_create(specs.data(), specs.size(), &made);
    if (status != CLENS_OK) return last_failure(status);
    Inputs inputs;
    inputs.handle_.reset(made);
    inputs.columns_ = std::make_shared<const Columns>(columns);
    return inputs;
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
  Inputs(const Inputs& other) : handle_(other.get()), columns_(other.columns_) { clens_inputs_retain(other.get()); }
  Inputs(Inputs&& other) noexcept : handle_(std::move(other.handle_)), columns_(std::move(other.columns_)) {}
  Inputs& operator=(Inputs other) noexcept {
    handle_.swap(other.handle_);
    columns_.swap(other.columns_);
    return *this;
  }

  clens_inputs* get() const noexcept { return handle_.get(); }
  const std::vector<std::pair<std::string, clens_column_kind>>& columns() const noexcept { return *columns_; }

 private:
  using Columns = std::vector<std::pair<std::string, clens_column_kind>>;

  Inputs() = default;
  Handle<clens_inputs> handle_;
  std::shared_ptr<const Columns> columns_;
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

// Columns over the caller's vectors, spans or arrays, which must outlive it. With `offsets` (entries + 1, or the call
// that takes the batch refuses it) an entry is a list.
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
#if __cplusplus >= 202002L
  Batch& requests(std::span<const std::int64_t> offsets) {  // copied
    return requests(std::vector<std::int64_t>(offsets.begin(), offsets.end()));
  }
#endif
  Batch& one_request() {
    return requests({0, static_cast<std::int64_t>(batch_.candidates)});
  }
  // Candidate c comes from row rows[c] of the cache, or, where that is -1, from the columns, which then have an
  // entry for each of those alone. One row for each candidate; both must outlive the batch.
  Batch& cached(const clens_cache* cache, const std::vector<std::int64_t>& rows) {
    return cached(cache, rows.data(), rows.size());
  }
  Batch& strict() {
    batch_.flags |= CLENS_BATCH_STRICT;
    return *this;
  }

  template <class T>
  Batch& keys(std::uint32_t input, const std::vector<T>& ids, const std::vector<std::int64_t>* offsets = nullptr) {
    return integers(input, CLENS_COLUMN_KEYS, ids.data(), ids.size(), offsets);
  }
  template <class T>
  Batch& rows(std::uint32_t input, const std::vector<T>& ids, const std::vector<std::int64_t>* offsets = nullptr) {
    return integers(input, CLENS_COLUMN_ROWS, ids.data(), ids.size(), offsets);
  }
  Batch& floats(std::uint32_t input, const std::vector<float>& values) {
    return floats(input, values.data(), values.size());
  }
  Batch& floats(std::uint32_t input, const float* values, std::size_t count) {
    clens_column column = column_of(input, CLENS_COLUMN_FLOATS, CLENS_TYPE_F32);
    column.values = values;
    column.value_count = count;
    return add(column);
  }
  // One string per entry: `text` holds all of them, string i is [ends[i], ends[i + 1]).
  Batch& strings(std::uint32_t input, const std::string& text, const std::vector<std::int64_t>& ends) {
    return strings(input, text.data(), text.size(), ends.data(), ends.size());
  }
  Batch& strings(std::uint32_t input, const char* text, std::size_t size, const std::int64_t* ends,
                 std::size_t end_count) {
    clens_column column = column_of(input, CLENS_COLUMN_STRINGS, CLENS_TYPE_BYTES);
    column.offset_bits = 64;
    column.values = text;
    column.value_count = size;
    column.value_offsets = ends;
    column.string_count = end_count == 0 ? 0 : end_count - 1;
    return add(column);
  }
  // Temporaries would be gone when the batch runs.
  template <class T>
  Batch& keys(std::uint32_t input, const std::vector<T>&& ids,
              const std::vector<std::int64_t>* offsets = nullptr) = delete;
  template <class T>
  Batch& rows(std::uint32_t input, const std::vector<T>&& ids,
              const std::vector<std::int64_t>* offsets = nullptr) = delete;
  Batch& floats(std::uint32_t input, const std::vector<float>&& values) = delete;
  Batch& strings(std::uint32_t input, const std::string&& text, const std::vector<std::int64_t>& ends) = delete;
  Batch& strings(std::uint32_t input, const std::string& text, const std::vector<std::int64_t>&& ends) = delete;
  Batch& strings(std::uint32_t input, const std::string&& text, const std::vector<std::int64_t>&& ends) = delete;
  Batch& cached(const clens_cache* cache, const std::vector<std::int64_t>&& rows) = delete;
#if __cplusplus >= 202002L
  // Spans, arrays and what else lies contiguously. Empty offsets: one id per entry.
  template <std::ranges::contiguous_range Ids>
  requires(!std::ranges::borrowed_range<Ids>) Batch& keys(std::uint32_t input, const Ids&& ids,
                                                          std::span<const std::int64_t> offsets = {}) = delete;
  template <std::ranges::contiguous_range Ids>
  requires(!std::ranges::borrowed_range<Ids>) Batch& rows(std::uint32_t input, const Ids&& ids,
                                                          std::span<const std::int64_t> offsets = {}) = delete;
  template <std::ranges::contiguous_range Ids, std::ranges::contiguous_range Ends>
  requires(!std::ranges::borrowed_range<Ends>) Batch& keys(std::uint32_t input, const Ids& ids,
                                                           const Ends&& offsets) = delete;
  template <std::ranges::contiguous_range Ids, std::ranges::contiguous_range Ends>
  requires(!std::ranges::borrowed_range<Ends>) Batch& rows(std::uint32_t input, const Ids& ids,
                                                           const Ends&& offsets) = delete;
  template <std::ranges::contiguous_range Values>
  requires(!std::ranges::borrowed_range<Values>) Batch& floats(std::uint32_t input, const Values&& values) = delete;
  template <std::ranges::contiguous_range Text, std::ranges::contiguous_range Ends>
  requires(!std::ranges::borrowed_range<Text>) Batch& strings(std::uint32_t input, const Text&& text,
                                                              const Ends& ends) = delete;
  template <std::ranges::contiguous_range Text, std::ranges::contiguous_range Ends>
  requires(!std::ranges::borrowed_range<Ends>) Batch& strings(std::uint32_t input, const Text& text,
                                                              const Ends&& ends) = delete;
  template <std::ranges::contiguous_range Rows>
  requires(!std::ranges::borrowed_range<Rows>) Batch& cached(const clens_cache* cache, const Rows&& rows) = delete;
  template <std::ranges::contiguous_range Ids>
  Batch& keys(std::uint32_t input, const Ids& ids, std::span<const std::int64_t> offsets = {}) {
    return integers(input, CLENS_COLUMN_KEYS, std::ranges::data(ids), std::ranges::size(ids), offsets);
  }
  template <std::ranges::contiguous_range Ids>
  Batch& rows(std::uint32_t input, const Ids& ids, std::span<const std::int64_t> offsets = {}) {
    return integers(input, CLENS_COLUMN_ROWS, std::ranges::data(ids), std::ranges::size(ids), offsets);
  }
  Batch& floats(std::uint32_t input, std::span<const float> values) {
    return floats(input, values.data(), values.size());
  }
  Batch& strings(std::uint32_t input, std::span<const char> text, std::span<const std::int64_t> ends) {
    return strings(input, text.data(), text.size(), ends.data(), ends.size());
  }
  Batch& cached(const clens_cache* cache, std::span<const std::int64_t> rows) {
    return cached(cache, rows.data(), rows.size());
  }
#endif
  static constexpr std::uint32_t unread() noexcept {
    return static_cast<std::uint32_t>(-1);
  }

  // As it is: what it points at is not checked.
  Batch& add(const clens_column& column) {
    return add(column, untold());
  }

  std::size_t candidates() const noexcept {
    return static_cast<std::size_t>(batch_.candidates);
  }
  // What is wrong with it for a session of these inputs that reads them by these scopes (clens_scope, or unread):
  // another number of offsets than its entries ask for. The library is not told it.
  Failure fault(const std::vector<std::uint32_t>& scopes) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::uint32_t input = columns_[i].input;
      if (offset_counts_[i] == untold() || input >= scopes.size() || scopes[input] == unread()) continue;
      const std::size_t wanted = entries(scopes[input]) + 1;
      if (offset_counts_[i] == wanted) continue;
      return Failure{CLENS_E_BAD_BATCH, "input " + std::to_string(input) + ": " + std::to_string(offset_counts_[i]) +
                                            " offsets of lists, " + std::to_string(wanted) +
                                            " are wanted: one more than entries"};
    }
    return Failure{CLENS_OK, {}};
  }
  // Valid as long as this batch and not changed.
  clens_batch view() const noexcept {
    clens_batch batch = batch_;
    batch.request_offsets = offsets_.empty() ? nullptr : offsets_.data();
    batch.columns = columns_.data();
    batch.column_count = columns_.size();
    return batch;
  }

 private:
  Batch& cached(const clens_cache* cache, const std::int64_t* rows, std::size_t count) {
    if (count != batch_.candidates) fail(CLENS_E_BAD_BATCH, "rows: not one for each candidate");
    batch_.cache = cache;
    batch_.cache_rows = rows;
    return *this;
  }
  static clens_column column_of(std::uint32_t input, clens_column_kind kind, clens_value_type type) noexcept {
    clens_column column = CLENS_COLUMN_INIT;
    column.input = input;
    column.kind = static_cast<std::uint32_t>(kind);
    column.value_type = static_cast<std::uint32_t>(type);
    return column;
  }
  std::size_t entries(std::uint32_t scope) const noexcept {
    if (scope == CLENS_SCOPE_REQUEST)
      return static_cast<std::size_t>(batch_.requests > 0 ? batch_.requests : batch_.candidates);
    if (scope != CLENS_SCOPE_CANDIDATE || batch_.cache == nullptr) return candidates();
    std::size_t fresh = 0;
    for (std::size_t c = 0; c < candidates(); ++c) fresh += batch_.cache_rows[c] == -1 ? 1 : 0;
    return fresh;
  }
  Batch& add(const clens_column& column, std::size_t offsets) {
    columns_.push_back(column);
    offset_counts_.push_back(offsets);
    return *this;
  }
  template <class T>
  Batch& integers(std::uint32_t input, clens_column_kind kind, const T* ids, std::size_t count,
                  const std::vector<std::int64_t>* offsets) {
    if (offsets == nullptr) return integers(input, kind, ids, count, nullptr, untold());
    return integers(input, kind, ids, count, offsets->data(), offsets->size());
  }
#if __cplusplus >= 202002L
  template <class T>
  Batch& integers(std::uint32_t input, clens_column_kind kind, const T* ids, std::size_t count,
                  std::span<const std::int64_t> offsets) {
    return integers(input, kind, ids, count, offsets.data(), offsets.empty() ? untold() : offsets.size());
  }
#endif
  template <class T>
  Batch& integers(std::uint32_t input, clens_column_kind kind, const T* ids, std::size_t count,
                  const std::int64_t* offsets, std::size_t offset_count) {
    clens_column column = column_of(input, kind, ValueType<T>::value);
    column.values = ids;
    column.value_count = count;
    if (offsets != nullptr && offset_count != untold()) {
      column.offset_bits = 64;
      column.row_offsets = offsets;
    }
    return add(column, offset_count);
  }

  static constexpr std::size_t untold() noexcept {
    return static_cast<std::size_t>(-1);
  }

  clens_batch batch_;
  std::vector<std::int64_t> offsets_;
  std::vector<clens_column> columns_;
  std::vector<std::size_t> offset_counts_;  // of lists, by column; untold: none, or not known
};

// How a model reads inputs: batches are checked by it before the library, which is not told all lengths, sees them.
class Reads {
 public:
  Reads() = default;
  Reads(const Model& model, const Inputs& inputs) : Reads(model.get(), inputs) {}
  Reads(const clens_model* model, const Inputs& inputs) : scopes_(inputs.columns().size(), Batch::unread()) {
    clens_model_info info = CLENS_MODEL_INFO_INIT;
    clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
    if (clens_model_describe(model, &info) != CLENS_OK) return;
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < scopes_.size(); ++i) places.emplace(inputs.columns()[i].first, i);
    for (std::size_t i = 0; i < info.features && clens_model_feature(model, i, &feature) == CLENS_OK; ++i) {
      const auto place = places.find(feature.name);
      if (place != places.end()) scopes_[place->second] = feature.scope;
    }
  }
  Failure fault(const Batch& batch) const { return batch.fault(scopes_); }
  // Throws.
  clens_batch view(const Batch& batch) const {
    const Failure found = fault(batch);
    if (found.status != CLENS_OK) fail(found);
    return batch.view();
  }

 private:
  std::vector<std::uint32_t> scopes_;  // by input
};

// Candidates' part of a model, computed once per ad: Batch::cached names its rows.
class Cache {
 public:
  Cache(const Model& model, const Inputs& inputs, const clens_cache_options& options)
      : Cache(try_make(model, inputs, options).take()) {}
  static Result<Cache> try_make(const Model& model, const Inputs& inputs, const clens_cache_options& options) {
    clens_cache* made = nullptr;
    const clens_status status = clens_cache_create(model.get(), inputs.get(), &options, &made);
    if (status != CLENS_OK) return last_failure(status);
    Cache cache;
    cache.handle_.reset(made);
    cache.reads_ = Reads(model, inputs);
    return cache;
  }
  clens_cache* get() const noexcept { return handle_.get(); }
  // The handle, whose owner the caller is from here on.
  clens_cache* release() noexcept { return handle_.release(); }
  // Candidate i of `ads` goes to row i.
  void fill(const Batch& ads) { fill(ads, nullptr); }
  void fill(const Batch& ads, const std::vector<std::int64_t>& rows) {
    if (rows.size() != ads.candidates()) fail(CLENS_E_INVALID_ARGUMENT, "rows: not one for each candidate");
    fill(ads, rows.data());
  }
  // `rows`: one for each candidate, or null. What was met.
  Result<clens_counts> try_fill(const Batch& ads, const std::int64_t* rows = nullptr) {
    const Failure fault = reads_.fault(ads);
    if (fault.status != CLENS_OK) return fault;
    const clens_batch view = ads.view();
    clens_counts counts;
    const clens_status status = clens_cache_fill(get(), &view, rows, &counts);
    if (status != CLENS_OK) return last_failure(status);
    return counts;
  }
  clens_cache_info describe() const {
    clens_cache_info info = CLENS_CACHE_INFO_INIT;
    check(clens_cache_describe(get(), &info));
    return info;
  }

 private:
  Cache() = default;
  void fill(const Batch& ads, const std::int64_t* rows) { static_cast<void>(try_fill(ads, rows).take()); }

  Handle<clens_cache> handle_;
  Reads reads_;
};

// One thread at a time.
class Session {
 public:
  Session(const Model& model, const Inputs& inputs, const clens_session_options* options = nullptr)
      : Session(try_make(model, inputs, options).take()) {}
  static Result<Session> try_make(const Model& model, const Inputs& inputs,
                                  const clens_session_options* options = nullptr) {
    clens_session* made = nullptr;
    const clens_status status = clens_session_create(model.get(), inputs.get(), options, &made);
    if (status != CLENS_OK) return last_failure(status);
    return Session(model, inputs, made);
  }

  clens_session* get() const noexcept { return handle_.get(); }
  const Model& model() const noexcept { return model_; }
  std::size_t tasks() const noexcept { return tasks_; }
  // What clens_* functions take with this session; throws where its offsets do not fit.
  clens_batch view(const Batch& batch) const { return reads_.view(batch); }

  // Into scores[candidate * tasks + task], `capacity` floats; gives what was met in the batch. Allocates nothing.
  Result<clens_counts> try_run(const Batch& batch, float* scores, std::size_t capacity,
                               clens_output_kind kind = CLENS_OUTPUT_PROBABILITY) {
    clens_output output = CLENS_OUTPUT_INIT;
    output.kind = static_cast<std::uint32_t>(kind);
    output.values = scores;
    output.capacity = capacity;
    const Failure fault = reads_.fault(batch);
    if (fault.status != CLENS_OK) return fault;
    const clens_batch view = batch.view();
    const clens_status status = clens_session_run(get(), &view, &output);
    if (status != CLENS_OK) return last_failure(status);
    return output.counts;
  }
#if __cplusplus >= 202002L
  Result<clens_counts> try_run(const Batch& batch, std::span<float> scores,
                               clens_output_kind kind = CLENS_OUTPUT_PROBABILITY) {
    return try_run(batch, scores.data(), scores.size(), kind);
  }
  clens_counts run(const Batch& batch, std::span<float> scores, clens_output_kind kind = CLENS_OUTPUT_PROBABILITY) {
    return try_run(batch, scores, kind).take();
  }
#endif
  // Candidate-major: [candidate * tasks + task].
  std::vector<float> run(const Batch& batch, clens_output_kind kind = CLENS_OUTPUT_PROBABILITY,
                         clens_counts* counts = nullptr) {
    std::vector<float> scores(batch.candidates() * tasks_ + 1);  // never empty: data() is never null
    const clens_counts met = try_run(batch, scores.data(), scores.size(), kind).take();
    if (counts != nullptr) *counts = met;
    scores.pop_back();
    return scores;
  }
  void run(const Batch& batch, clens_output& output) {
    const clens_batch view = reads_.view(batch);
    check(clens_session_run(get(), &view, &output));
  }

  // Where each candidate's part of saliency() begins, and the whole length at the end.
  std::vector<std::uint64_t> saliency_offsets(const Batch& batch, const clens_saliency_spec& spec) {
    const clens_batch view = reads_.view(batch);
    std::vector<std::uint64_t> offsets(batch.candidates() + 1);
    std::size_t count = 0;
    check(clens_saliency_size(get(), &view, &spec, &count, offsets.data(), offsets.size()));
    return offsets;
  }
  std::vector<float> saliency(const Batch& batch, const clens_saliency_spec& spec) {
    const clens_batch view = reads_.view(batch);
    std::size_t count = 0;
    check(clens_saliency_size(get(), &view, &spec, &count, nullptr, 0));
    std::vector<float> values(count + 1);
    check(clens_saliency_run(get(), &view, &spec, values.data(), values.size(), nullptr));
    values.pop_back();
    return values;
  }
  // Mean pooled inputs over a reference batch: clens_saliency_spec.means. Needs a session with gradients.
  std::vector<float> input_means(const Batch& batch) {
    const clens_batch view = reads_.view(batch);
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
    const clens_batch view = reads_.view(batch);
    std::vector<std::uint8_t> covered(view.candidates * model_.describe().features + 1);
    check(clens_saliency_coverage(get(), &view, covered.data(), covered.size()));
    covered.pop_back();
    return covered;
  }

 private:
  Session(const Model& model, const Inputs& inputs, clens_session* made)
      : model_(model), handle_(made), reads_(model, inputs) {
    clens_model_info info = CLENS_MODEL_INFO_INIT;
    if (clens_model_describe(model.get(), &info) == CLENS_OK) tasks_ = info.outputs;
  }
  Model model_;
  Handle<clens_session> handle_;
  Reads reads_;
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
  Explainer(const Model& model, const Inputs& inputs, const std::vector<std::size_t>& layers = {})
      : model_(model), reads_(model, inputs) {
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
    const clens_batch view = reads_.view(batch);
    std::vector<float> rows(batch.candidates() * model_.describe().input_width);
    check(clens_explainer_inputs(get(), &view, rows.data(), rows.size()));
    return rows;
  }
  std::vector<float> faithfulness(const Batch& batch, const clens_attribution_spec& spec,
                                  const clens_faithfulness_spec& by) {
    const clens_batch view = reads_.view(batch);
    std::vector<float> values(batch.candidates());
    check(clens_explainer_faithfulness(get(), &view, &spec, &by, values.data(), values.size()));
    return values;
  }

 private:
  Attribution sized(const Batch& batch, const clens_attribution_spec& spec, std::size_t count) {
    const clens_batch view = reads_.view(batch);
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
  Reads reads_;
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
  if (labels.size() != batch.candidates()) fail(CLENS_E_INVALID_ARGUMENT, "labels: one per candidate");
  const clens_batch view = Reads(model, inputs).view(batch);
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
    const clens_batch view = session.view(batch);
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
    if (logits.size() != labels.size()) fail(CLENS_E_INVALID_ARGUMENT, "labels: one per logit");
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
