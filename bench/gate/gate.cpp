// bench_gate CASE: one run that `make bench-gate` counts the instructions of. Everything else the program does, one run
// of the same batch before included, is outside clens_gate_run and so is not counted. Exit status 3: this library
// cannot do the case (yet). Without an argument: the names of all cases.
#include <clicklens/clicklens.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "bench/models/network.h"

extern "C" {
// valgrind toggles counting by this name.
__attribute__((noinline)) clens_status clens_gate_run(clens_session* session, const clens_batch* batch,
                                                      clens_output* output, const clens_saliency_spec* spec,
                                                      float* values, std::size_t capacity) {
  return spec == nullptr ? clens_session_run(session, batch, output)
                         : clens_saliency_run(session, batch, spec, values, capacity, output);
}
// A library without caches shall still link.
extern decltype(clens_cache_create) clens_cache_create __attribute__((weak));
extern decltype(clens_cache_fill) clens_cache_fill __attribute__((weak));
}

namespace {

using clicklens::bench::parse_shape;
using clicklens::bench::Shape;
using clicklens::bench::write_model;

constexpr std::uint32_t features = 24, shared = 16;

struct Case {
  const char* name;
  std::size_t candidates, requests;
  clens_precision precision = CLENS_PRECISION_F32;
  clens_gradients gradients = CLENS_GRADIENTS_NONE;
  bool cached = false;
};
constexpr Case cases[] = {
    {"batch/1", 1, 0},
    {"batch/8", 8, 0},
    {"batch/64", 64, 0},
    {"request_of/64", 64, 1},
    {"saliency/8", 8, 0, CLENS_PRECISION_F32, CLENS_GRADIENTS_FULL},
    {"saliency_groups/8", 8, 0, CLENS_PRECISION_F32, CLENS_GRADIENTS_GROUPS},
    {"int8/64", 64, 0, CLENS_PRECISION_INT8},
    {"int8_request_of/64", 64, 1, CLENS_PRECISION_INT8},
    {"cached_request_of/64", 64, 1, CLENS_PRECISION_F32, CLENS_GRADIENTS_NONE, true},
};

[[noreturn]] void stop(int status, const char* what) {
  char message[512] = "";
  clens_last_error(message, sizeof message);
  std::fprintf(stderr, "bench_gate: %s: %s\n", what, message);
  std::exit(status);
}
void check(clens_status status, const char* what) {
  const bool absent = status == CLENS_E_UNSUPPORTED || status == CLENS_E_INVALID_ARGUMENT;
  if (status != CLENS_OK) stop(absent ? 3 : 1, what);
}

// gwen-ref with tables that valgrind fills in no time.
Shape small() {
  std::istringstream text(
      "name gate\ndim 16\nrows 64\nsparse request 16 3\nsparse candidate 8 3\ntower 512 256 128 64\n");
  return parse_shape(text);
}

struct Columns {
  std::vector<std::vector<std::uint32_t>> ids, offsets;
  std::vector<clens_column> columns;

  void add(std::uint32_t input, std::size_t entries, std::mt19937& random) {
    auto& values = ids.emplace_back(3 * entries);
    for (std::uint32_t& id : values) id = static_cast<std::uint32_t>(random() % 64);
    auto& ends = offsets.emplace_back();
    for (std::uint32_t i = 0; i <= entries; ++i) ends.push_back(3 * i);
    clens_column& column = columns.emplace_back(clens_column CLENS_COLUMN_INIT);
    column.input = input;
    column.value_type = CLENS_TYPE_U32;
    column.offset_bits = 32;
    column.values = values.data();
    column.value_count = values.size();
    column.row_offsets = ends.data();
  }
};

clens_model* open_model() {
  const auto path = std::filesystem::temp_directory_path() / ("clicklens-gate-" + std::to_string(::getpid()));
  write_model(small(), path.c_str());
  clens_model* model = nullptr;
  const clens_status opened = clens_model_open(path.c_str(), nullptr, &model);
  std::filesystem::remove(path);
  check(opened, "model");
  return model;
}

clens_inputs* make_inputs() {
  std::vector<std::string> names;
  for (std::uint32_t f = 0; f < features; ++f) names.push_back("f" + std::to_string(f));
  std::vector<clens_input_spec> specs(names.size(), clens_input_spec CLENS_INPUT_SPEC_INIT);
  for (std::size_t f = 0; f < names.size(); ++f) specs[f].name = names[f].c_str();
  clens_inputs* inputs = nullptr;
  check(clens_inputs_create(specs.data(), specs.size(), &inputs), "inputs");
  return inputs;
}

clens_session* make_session(const Case& c, const clens_model* model, const clens_inputs* inputs) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.precision = c.precision;
  options.gradients = c.gradients;
  options.cache = c.cached ? 1 : 0;
  clens_session* session = nullptr;
  check(clens_session_create(model, inputs, &options, &session), "session");
  return session;
}

// Of all candidates, in order.
clens_cache* fill_cache(const Case& c, const clens_model* model, const clens_inputs* inputs, const Columns& candidate) {
  if (&clens_cache_create == nullptr || &clens_cache_fill == nullptr) stop(3, "no caches");
  clens_cache_options room = CLENS_CACHE_OPTIONS_INIT;
  room.rows = c.candidates;
  clens_cache* cache = nullptr;
  check(clens_cache_create(model, inputs, &room, &cache), "cache");
  clens_batch ads = CLENS_BATCH_INIT;
  ads.candidates = c.candidates;
  ads.columns = candidate.columns.data();
  ads.column_count = candidate.columns.size();
  check(clens_cache_fill(cache, &ads, nullptr, nullptr), "fill");
  return cache;
}

// Once to warm up and once to be counted.
void run_twice(const Case& c, clens_session* session, const clens_batch& batch) {
  std::vector<float> scores(c.candidates), saliencies(c.candidates * features);
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
  spec.level = CLENS_LEVEL_GROUP;
  const bool explains = c.gradients != CLENS_GRADIENTS_NONE;
  check(explains ? clens_saliency_run(session, &batch, &spec, saliencies.data(), saliencies.size(), &output)
                 : clens_session_run(session, &batch, &output),
        "warm-up");
  check(clens_gate_run(session, &batch, &output, explains ? &spec : nullptr, saliencies.data(), saliencies.size()),
        "run");
}

void run(const Case& c) {
  const clens_model* model = open_model();
  const clens_inputs* inputs = make_inputs();
  clens_session* const session = make_session(c, model, inputs);
  std::mt19937 random(1);
  Columns request, candidate;
  for (std::uint32_t f = 0; f < shared; ++f) request.add(f, c.requests == 0 ? c.candidates : c.requests, random);
  for (std::uint32_t f = shared; f < features; ++f) candidate.add(f, c.candidates, random);
  const std::int64_t requests[] = {0, static_cast<std::int64_t>(c.candidates)};
  std::vector<std::int64_t> cached_rows(c.candidates);
  std::iota(cached_rows.begin(), cached_rows.end(), 0);
  std::vector<clens_column> columns = request.columns;
  clens_batch batch = CLENS_BATCH_INIT;
  batch.candidates = c.candidates;
  batch.requests = c.requests;
  if (c.requests != 0) batch.request_offsets = requests;
  if (c.cached) {
    batch.cache = fill_cache(c, model, inputs, candidate);
    batch.cache_rows = cached_rows.data();
  } else {
    columns.insert(columns.end(), candidate.columns.begin(), candidate.columns.end());
  }
  batch.columns = columns.data();
  batch.column_count = columns.size();
  run_twice(c, session, batch);
}

}  // namespace

int main(int argc, char** argv) {
  for (const Case& c : cases) {
    if (argc < 2) std::puts(c.name);
    if (argc >= 2 && std::strcmp(argv[1], c.name) == 0) return run(c), 0;
  }
  return argc < 2 ? 0 : 2;
}
