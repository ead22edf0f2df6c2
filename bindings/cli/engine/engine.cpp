#include "engine/engine.h"

#include <algorithm>
#include <utility>

#include "data/recorded_blocks.h"
#include "error.h"

namespace clicklens::cli {
namespace {

constexpr std::size_t message_capacity = 1024;

FeatureSpec to_spec(const clens_feature_info& info) {
  FeatureSpec spec;
  spec.name = info.name;
  spec.group = info.group;
  spec.group_index = info.group_index;
  spec.kind = static_cast<clens_column_kind>(info.column);
  spec.per_request = info.scope == CLENS_SCOPE_REQUEST;
  spec.required = info.required != 0;
  spec.weighted = info.weighted != 0;
  spec.width = static_cast<std::size_t>(info.width);
  return spec;
}

}  // namespace

void check(clens_status status) {
  if (status == CLENS_OK) return;
  char message[message_capacity];
  const bool silent = clens_last_error(message, sizeof message) == 0;
  throw Error(silent ? clens_status_name(status) : message);
}

Model::Model(const std::string& path) : path_(path) {
  clens_model* model = nullptr;
  check(clens_model_open(path.c_str(), nullptr, &model));
  handle_.reset(model);
  describe();
}

Model::Model(clens_model* handle) : handle_(handle) {
  describe();
}

void Model::describe() {
  check(clens_model_describe(get(), &info_));
  for (std::size_t i = 0; i < info_.features; ++i) features_.push_back(to_spec(feature_info(i)));
  for (std::size_t i = 0; i < info_.groups; ++i) {
    const char* name = nullptr;
    check(clens_model_group(get(), i, &name));
    groups_.emplace_back(name);
  }
  for (std::size_t i = 0; i < info_.outputs; ++i) {
    clens_named_value output = CLENS_NAMED_VALUE_INIT;
    check(clens_model_output(get(), i, &output));
    tasks_.emplace_back(output.name);
    outputs_.push_back(output);
  }
  for (std::size_t i = 0; i < info_.layers; ++i) {
    clens_named_value layer = CLENS_NAMED_VALUE_INIT;
    check(clens_model_layer(get(), i, &layer));
    layers_.push_back(layer);
  }
}

void Model::match_inputs(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (!is_recording(file)) continue;
    clens_recording* recording = nullptr;
    check(clens_recording_open(file.c_str(), &recording));
    const Handle<clens_recording> owner(recording);
    clens_recording_info info = CLENS_RECORDING_INFO_INIT;
    check(clens_recording_describe(recording, &info));
    for (std::size_t i = 0; i < info.inputs; ++i) {
      clens_input_spec input = CLENS_INPUT_SPEC_INIT;
      check(clens_recording_input(recording, i, &input));
      for (FeatureSpec& feature : features_)
        if (feature.name == input.name) feature.kind = static_cast<clens_column_kind>(input.kind);
    }
  }
}

Model open_for(const std::string& path, const std::vector<std::string>& files) {
  Model model(path);
  model.match_inputs(files);
  return model;
}

std::size_t Model::task(const std::string& name) const {
  if (name.empty()) return 0;
  const auto at = std::find(tasks_.begin(), tasks_.end(), name);
  if (at == tasks_.end()) throw Error(join({path_, ": the model has no task '", name, "'"}));
  return static_cast<std::size_t>(at - tasks_.begin());
}

std::size_t Model::value(const std::string& name) const {
  std::size_t index = 0;
  check(clens_model_find_value(get(), name.c_str(), &index));
  return index;
}

clens_value_info Model::value_info(std::size_t index) const {
  clens_value_info info = CLENS_VALUE_INFO_INIT;
  check(clens_model_value(get(), index, &info));
  return info;
}

clens_feature_info Model::feature_info(std::size_t index) const {
  clens_feature_info info = CLENS_FEATURE_INFO_INIT;
  cli::check(clens_model_feature(get(), index, &info));
  return info;
}

std::string Model::metadata(const std::string& wanted) const {
  for (std::size_t i = 0; i < info_.metadata; ++i) {
    const char* key = nullptr;
    const char* value = nullptr;
    cli::check(clens_model_metadata(get(), i, &key, &value));
    if (wanted == key) return value;
  }
  return {};
}

Handle<clens_inputs> make_inputs(const Model& model, bool table_rows) {
  std::vector<clens_input_spec> specs;
  for (const FeatureSpec& feature : model.features()) {
    clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
    spec.name = feature.name.c_str();
    const bool rows = table_rows && feature.kind != CLENS_COLUMN_FLOATS;
    spec.kind = static_cast<std::uint32_t>(rows ? CLENS_COLUMN_ROWS : feature.kind);
    specs.push_back(spec);
  }
  clens_inputs* inputs = nullptr;
  check(clens_inputs_create(specs.data(), specs.size(), &inputs));
  return Handle<clens_inputs>(inputs);
}

Session::Session(const Model& model, const Options& options)
    : tasks_(model.tasks().size()), inputs_(make_inputs(model, options.table_rows)) {
  clens_session_options made = CLENS_SESSION_OPTIONS_INIT;
  made.strands = options.threads;
  made.gradients = options.gradients ? 1 : 0;
  made.observed = options.observed.data();
  made.observed_count = options.observed.size();
  made.captures = options.captures.data();
  made.capture_count = options.captures.size();
  made.probe = options.probe;
  made.exit_probe = options.exit_probe;
  made.exit_bound = options.exit_bound;
  made.precision = static_cast<std::uint32_t>(options.precision);
  made.full_precision = options.full_precision.data();
  made.full_precision_count = options.full_precision.size();
  clens_session* session = nullptr;
  cli::check(clens_session_create(model.get(), inputs_.get(), &made, &session));
  handle_.reset(session);
}

void Session::check(clens_status status) const {
  if (status == CLENS_OK) return;
  char message[message_capacity];
  const bool silent = clens_session_error(get(), message, sizeof message) == 0;
  throw Error(silent ? clens_status_name(status) : message);
}

void Session::run(const clens_batch& batch, clens_output_kind kind, std::vector<float>& scores, clens_counts& counts) {
  scores.resize(static_cast<std::size_t>(batch.candidates) * tasks_);
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = static_cast<std::uint32_t>(kind);
  output.values = scores.data();
  output.capacity = scores.size();
  check(clens_session_run(get(), &batch, &output));
  counts.missing += output.counts.missing;
  counts.unknown += output.counts.unknown;
  counts.cut += output.counts.cut;
  counts.bad_values += output.counts.bad_values;
  counts.non_finite += output.counts.non_finite;
  exited_ += output.exited;
}

}  // namespace clicklens::cli
