// A GwEN network against PyTorch: scores, every layer and the gradient of the logit, through the C API
// alone. make_gwen_golden.py beside this file made the model, the batch and PyTorch's numbers.
//
// Tolerances are relative to the largest magnitude of the row (of the batch, for logits): the library sums
// in single precision in its own order, where PyTorch's numbers are double precision rounded once, so each
// element carries a rounding of about sqrt(terms) 2^-24 of the terms' size, not of its own size. 1e-5
// forward is 170 roundings; 1e-4 backward adds that a unit within rounding of zero may switch its relu.
#include <clicklens/clicklens.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr double forward_tolerance = 1e-5, backward_tolerance = 1e-4;

std::string path_of(const std::string& name) {
  return std::string(CLENS_SOURCE_DIR "/tests/golden/gwen/") + name;
}

template <class T>
std::vector<T> read_array(const std::string& name) {
  std::ifstream file(path_of(name), std::ios::binary | std::ios::ate);
  EXPECT_TRUE(file.good()) << name;
  if (!file.good()) return {};
  std::vector<T> values(static_cast<std::size_t>(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

std::string last_error() {
  std::string text(512, '\0');
  text.resize(std::min(clens_last_error(text.data(), text.size()), text.size() - 1));
  return text;
}

// What manifest.txt lists; see make_gwen_golden.py.
struct Manifest {
  std::uint64_t candidates = 0, requests = 0, gradient_width = 0;
  std::map<std::string, bool> keys;  // true: weighted
  std::map<std::string, std::uint64_t> floats, layers;

  Manifest() {
    std::ifstream file(path_of("manifest.txt"));
    std::string word;
    while (file >> word) {
      std::string name;
      if (word == "candidates") file >> candidates;
      if (word == "requests") file >> requests;
      if (word == "gradient") file >> gradient_width;
      if (word == "keys") {
        std::string form;
        file >> name >> form;
        keys[name] = form == "weighted";
      }
      if (word == "floats") {
        file >> name;
        file >> floats[name];
      }
      if (word == "layer") {
        file >> name;
        file >> layers[name];
      }
    }
  }
};

class GwenGolden : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(manifest_.candidates, 24u);
    ASSERT_EQ(manifest_.layers.size(), 4u);
    clens_model* model = nullptr;
    clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
    options.flags = CLENS_OPEN_VERIFY_SEGMENTS;
    ASSERT_EQ(clens_model_open(path_of("model.clens").c_str(), &options, &model), CLENS_OK) << last_error();
    model_.reset(model);
    for (const auto& [name, weighted] : manifest_.keys) add_keys(name, weighted);
    for (const auto& [name, width] : manifest_.floats) add_floats(name);
    offsets_ = read_array<std::int64_t>("request_offsets.i64");
    ASSERT_EQ(offsets_.size(), manifest_.requests + 1);
    batch_.candidates = manifest_.candidates;
    batch_.requests = manifest_.requests;
    batch_.request_offsets = offsets_.data();
    batch_.columns = columns_.data();
    batch_.column_count = columns_.size();
    make_session();
  }

  void add_keys(const std::string& name, bool weighted) {
    Arrays& arrays = arrays_[name];
    arrays.keys = read_array<std::int64_t>(name + ".values.i64");
    arrays.offsets = read_array<std::int64_t>(name + ".offsets.i64");
    clens_column column = CLENS_COLUMN_INIT;
    column.kind = CLENS_COLUMN_KEYS;
    column.value_type = CLENS_TYPE_I64;
    column.offset_bits = 64;
    column.values = arrays.keys.data();
    column.value_count = arrays.keys.size();
    column.row_offsets = arrays.offsets.data();
    if (weighted) {
      arrays.floats = read_array<float>(name + ".weights.f32");
      column.weights = arrays.floats.data();
    }
    add(name, column);
  }

  void add_floats(const std::string& name) {
    Arrays& arrays = arrays_[name];
    arrays.floats = read_array<float>(name + ".f32");
    clens_column column = CLENS_COLUMN_INIT;
    column.kind = CLENS_COLUMN_FLOATS;
    column.value_type = CLENS_TYPE_F32;
    column.values = arrays.floats.data();
    column.value_count = arrays.floats.size();
    add(name, column);
  }

  void add(const std::string& name, clens_column column) {
    column.input = static_cast<std::uint32_t>(columns_.size());
    columns_.push_back(column);
    clens_input_spec spec = CLENS_INPUT_SPEC_INIT;
    spec.name = arrays_.find(name)->first.c_str();
    spec.kind = column.kind;
    specs_.push_back(spec);
  }

  void make_session(std::uint32_t gradients = CLENS_GRADIENTS_FULL) {
    captures_.clear();
    for (const auto& [name, width] : manifest_.layers) {
      std::size_t value = 0;
      ASSERT_EQ(clens_model_find_value(model_.get(), name.c_str(), &value), CLENS_OK) << last_error();
      captures_.push_back(value);
    }
    clens_inputs* inputs = nullptr;
    ASSERT_EQ(clens_inputs_create(specs_.data(), specs_.size(), &inputs), CLENS_OK) << last_error();
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.gradients = gradients;
    options.captures = captures_.data();
    options.capture_count = captures_.size();
    clens_session* session = nullptr;
    const clens_status made = clens_session_create(model_.get(), inputs, &options, &session);
    clens_inputs_release(inputs);
    ASSERT_EQ(made, CLENS_OK) << last_error();
    session_.reset(session);
  }

  // Every row of `got` within tolerance x the largest magnitude of that row of `wanted`.
  static void expect_close(const std::vector<float>& got, const std::vector<float>& wanted, std::size_t width,
                           double tolerance, const std::string& what) {
    ASSERT_EQ(got.size(), wanted.size()) << what;
    ASSERT_EQ(wanted.size() % width, 0u) << what;
    for (std::size_t row = 0; row * width < wanted.size(); ++row) {
      double largest = 0;
      for (std::size_t c = 0; c < width; ++c) largest = std::max(largest, std::fabs(double{wanted[row * width + c]}));
      for (std::size_t c = 0; c < width; ++c)
        EXPECT_NEAR(got[row * width + c], wanted[row * width + c], tolerance * largest)
            << what << " row " << row << " column " << c;
    }
  }

  struct Arrays {
    std::vector<std::int64_t> keys, offsets;
    std::vector<float> floats;
  };
  struct Release {
    void operator()(clens_model* model) const { clens_model_release(model); }
    void operator()(clens_session* session) const { clens_session_release(session); }
  };
  Manifest manifest_;
  std::unique_ptr<clens_model, Release> model_;
  std::unique_ptr<clens_session, Release> session_;
  std::map<std::string, Arrays> arrays_;
  std::vector<std::int64_t> offsets_;
  std::vector<clens_column> columns_;
  std::vector<clens_input_spec> specs_;
  std::vector<std::size_t> captures_;
  clens_batch batch_ = CLENS_BATCH_INIT;
};

TEST_F(GwenGolden, LogitsAreThoseOfPyTorch) {
  std::vector<float> logits(manifest_.candidates);
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = logits.data();
  output.capacity = logits.size();
  ASSERT_EQ(clens_session_run(session_.get(), &batch_, &output), CLENS_OK) << last_error();
  expect_close(logits, read_array<float>("logits.f32"), logits.size(), forward_tolerance, "logit");
}

TEST_F(GwenGolden, Int8AndBf16AreNearPyTorch) {
  std::vector<float> wanted = read_array<float>("logits.f32");
  for (float& logit : wanted) logit = static_cast<float>(1.0 / (1.0 + std::exp(-double{logit})));
  for (const clens_precision precision : {CLENS_PRECISION_INT8, CLENS_PRECISION_BF16}) {
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.precision = static_cast<std::uint32_t>(precision);
    clens_session* session = nullptr;
    clens_inputs* inputs = nullptr;
    ASSERT_EQ(clens_inputs_create(specs_.data(), specs_.size(), &inputs), CLENS_OK) << last_error();
    const clens_status made = clens_session_create(model_.get(), inputs, &options, &session);
    clens_inputs_release(inputs);
    if (precision == CLENS_PRECISION_BF16 && made == CLENS_E_UNSUPPORTED) continue;
    ASSERT_EQ(made, CLENS_OK) << last_error();
    session_.reset(session);
    std::vector<float> scores(manifest_.candidates);
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores.data();
    output.capacity = scores.size();
    ASSERT_EQ(clens_session_run(session_.get(), &batch_, &output), CLENS_OK) << last_error();
    double largest = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
      largest = std::max(largest, std::fabs(double{scores[i]} - double{wanted[i]}));
    EXPECT_LT(largest, 0.01);
    EXPECT_GT(largest, 1e-6) << "computed in float32?";
    std::printf("precision %d: largest difference %.2g\n", static_cast<int>(precision), largest);
  }
}

TEST_F(GwenGolden, ProbabilitiesAreTheLogitsSigmoid) {
  std::vector<float> scores(manifest_.candidates), wanted = read_array<float>("logits.f32");
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  ASSERT_EQ(clens_session_run(session_.get(), &batch_, &output), CLENS_OK) << last_error();
  for (float& logit : wanted) logit = static_cast<float>(1.0 / (1.0 + std::exp(-double{logit})));
  expect_close(scores, wanted, 1, forward_tolerance, "probability");
}

TEST_F(GwenGolden, EveryLayerIsThatOfPyTorch) {
  std::vector<std::vector<float>> got;
  std::vector<clens_capture> captures;
  for (const auto& [name, width] : manifest_.layers) {
    got.emplace_back(manifest_.candidates * width);
    clens_capture capture{};
    capture.value = captures_[captures.size()];
    capture.data = got.back().data();
    capture.capacity = got.back().size();
    captures.push_back(capture);
  }
  std::vector<float> scores(manifest_.candidates);
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  output.captures = captures.data();
  output.capture_count = captures.size();
  ASSERT_EQ(clens_session_run(session_.get(), &batch_, &output), CLENS_OK) << last_error();
  std::size_t i = 0;
  for (const auto& [name, width] : manifest_.layers) {
    EXPECT_EQ(captures[i].rows, manifest_.candidates) << name;
    expect_close(got[i++], read_array<float>("layer." + name + ".f32"), width, forward_tolerance, name);
  }
}

TEST_F(GwenGolden, GradientIsThatOfPyTorch) {
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = CLENS_SALIENCY_GRADIENT_L2;
  spec.level = CLENS_LEVEL_DIMENSION;
  std::size_t count = 0;
  ASSERT_EQ(clens_saliency_size(session_.get(), &batch_, &spec, &count, nullptr, 0), CLENS_OK) << last_error();
  ASSERT_EQ(count, manifest_.candidates * manifest_.gradient_width);
  std::vector<float> gradient(count);
  ASSERT_EQ(clens_saliency_run(session_.get(), &batch_, &spec, gradient.data(), count, nullptr), CLENS_OK)
      << last_error();
  expect_close(gradient, read_array<float>("gradient.f32"), manifest_.gradient_width, backward_tolerance, "gradient");
}

// The pooled input times its gradient, added up by feature, from PyTorch's two arrays.
TEST_F(GwenGolden, GradientTimesInputByFeature) {
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  ASSERT_EQ(clens_model_describe(model_.get(), &info), CLENS_OK);
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.method = CLENS_SALIENCY_GRADIENT_X_INPUT;
  spec.level = CLENS_LEVEL_FEATURE;
  std::vector<float> got(manifest_.candidates * info.features);
  ASSERT_EQ(clens_saliency_run(session_.get(), &batch_, &spec, got.data(), got.size(), nullptr), CLENS_OK)
      << last_error();
  const std::vector<float> input = read_array<float>("layer.emb.f32"), gradient = read_array<float>("gradient.f32");
  ASSERT_EQ(input.size(), gradient.size());
  std::vector<float> wanted(got.size());
  // A feature's columns end where the next one's begin.
  std::vector<std::size_t> begins;
  for (std::size_t f = 0; f < info.features; ++f) {
    clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
    ASSERT_EQ(clens_model_feature(model_.get(), f, &feature), CLENS_OK);
    begins.push_back(feature.input_begin);
  }
  begins.push_back(info.input_width);
  for (std::size_t row = 0; row < manifest_.candidates; ++row) {
    for (std::size_t f = 0; f < info.features; ++f) {
      double sum = 0;
      for (std::size_t c = begins[f]; c < begins[f + 1]; ++c) {
        const std::size_t at = row * manifest_.gradient_width + c;
        sum += double{input[at]} * double{gradient[at]};
      }
      wanted[row * info.features + f] = static_cast<float>(sum);
    }
  }
  expect_close(got, wanted, info.features, backward_tolerance, "gradient x input");

  // By group, from a session that has gradients of groups alone.
  make_session(CLENS_GRADIENTS_GROUPS);
  spec.level = CLENS_LEVEL_GROUP;
  got.assign(manifest_.candidates * info.groups, -1.0f);
  ASSERT_EQ(clens_saliency_run(session_.get(), &batch_, &spec, got.data(), got.size(), nullptr), CLENS_OK)
      << last_error();
  std::vector<float> by_group(got.size());
  for (std::size_t f = 0; f < info.features; ++f) {
    clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
    ASSERT_EQ(clens_model_feature(model_.get(), f, &feature), CLENS_OK);
    for (std::size_t row = 0; row < manifest_.candidates; ++row)
      by_group[row * info.groups + feature.group_index] += wanted[row * info.features + f];
  }
  expect_close(got, by_group, info.groups, backward_tolerance, "gradient x input of groups");
}

}  // namespace
