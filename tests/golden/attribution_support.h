// Networks, batches and numbers of golden files of attribution, through the C API alone.
#pragma once

#include <clicklens/clicklens.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace clicklens::testing {

// Of the row's largest magnitude. Theirs is double precision; ours sums in single precision.
constexpr double attribution_tolerance = 1e-4;

struct Matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;

  std::vector<float> floats() const { return {values.begin(), values.end()}; }
};

inline Matrix read_matrix(std::istream& file, std::size_t rows, std::size_t columns) {
  Matrix matrix{rows, columns, std::vector<double>(rows * columns)};
  for (double& value : matrix.values) file >> value;
  return matrix;
}

// The parameter is a network of the folder.
class AttributionNetworks : public ::testing::TestWithParam<const char*> {
 protected:
  AttributionNetworks(std::string folder, std::vector<const char*> layers)
      : folder_(std::move(folder)), layer_names_(std::move(layers)) {}

  struct Keys {
    std::vector<std::int64_t> values, offsets;
    std::vector<float> weights;  // none: all 1
  };

  static std::string last_error() {
    std::string text(512, '\0');
    text.resize(std::min(clens_last_error(text.data(), text.size()), text.size() - 1));
    return text;
  }

  void SetUp() override {
    read_file();
    const std::string path = path_of(".clens");
    clens_model* model = nullptr;
    ASSERT_EQ(clens_model_open(path.c_str(), nullptr, &model), CLENS_OK) << last_error();
    model_.reset(model);
    make_batch();
    std::vector<std::size_t> layers;
    for (const char* name : layer_names_) {
      ASSERT_EQ(clens_model_find_value(model, name, &layers_[name]), CLENS_OK);
      layers.push_back(layers_[name]);
    }
    clens_explainer_options options = CLENS_EXPLAINER_OPTIONS_INIT;
    options.layers = layers.data();
    options.layer_count = layers.size();
    options.rows = 32;  // fewer than a row's steps
    clens_explainer* explainer = nullptr;
    ASSERT_EQ(clens_explainer_create(model, inputs_.get(), &options, &explainer), CLENS_OK) << last_error();
    explainer_.reset(explainer);
  }

  [[nodiscard]] std::string path_of(const char* ending) const {
    return std::string(CLENS_SOURCE_DIR "/tests/golden/") + folder_ + "/" + GetParam() + ending;
  }

  void read_file() {
    std::ifstream file(path_of(".txt"));
    ASSERT_TRUE(file.good());
    std::string kind, name;
    std::size_t rows = 0, columns = 0;
    while (file >> kind >> name >> rows >> columns) {
      if (kind == "keys") {
        Keys& keys = keys_[name];
        keys.offsets.resize(rows + 1);
        keys.values.resize(columns);
        for (auto* list : {&keys.offsets, &keys.values})
          for (std::int64_t& value : *list) file >> value;
      } else if (kind == "weights") {
        keys_[name].weights = read_matrix(file, rows, columns).floats();
      } else if (kind == "floats") {
        dense_[name] = read_matrix(file, rows, columns).floats();
      } else {
        (kind == "array" ? arrays_ : expected_)[name] = read_matrix(file, rows, columns);
      }
    }
    ASSERT_GE(keys_.size(), 3u);
    ASSERT_GT(expected_.size(), 10u);
    rows_ = expected_["logit"].values.size();
    ASSERT_GT(rows_, 3u);
  }

  void make_batch() {
    std::vector<clens_input_spec> specs;
    for (const auto& [name, keys] : keys_) {
      clens_column column = CLENS_COLUMN_INIT;
      column.input = static_cast<std::uint32_t>(columns_.size());
      column.kind = CLENS_COLUMN_KEYS;
      column.value_type = CLENS_TYPE_I64;
      column.offset_bits = 64;
      column.values = keys.values.data();
      column.value_count = keys.values.size();
      column.row_offsets = keys.offsets.data();
      column.weights = keys.weights.empty() ? nullptr : keys.weights.data();
      columns_.push_back(column);
      specs.push_back({sizeof(clens_input_spec), name.c_str(), CLENS_COLUMN_KEYS});
    }
    for (const auto& [name, values] : dense_) {
      clens_column column = CLENS_COLUMN_INIT;
      column.input = static_cast<std::uint32_t>(columns_.size());
      column.kind = CLENS_COLUMN_FLOATS;
      column.value_type = CLENS_TYPE_F32;
      column.values = values.data();
      column.value_count = values.size();
      columns_.push_back(column);
      specs.push_back({sizeof(clens_input_spec), name.c_str(), CLENS_COLUMN_FLOATS});
    }
    clens_inputs* inputs = nullptr;
    ASSERT_EQ(clens_inputs_create(specs.data(), specs.size(), &inputs), CLENS_OK) << last_error();
    inputs_.reset(inputs);
    batch_.candidates = rows_;
    batch_.columns = columns_.data();
    batch_.column_count = columns_.size();
  }

  clens_attribution_spec spec(std::uint32_t method, std::uint32_t level, const char* baselines = "mean") {
    clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
    spec.method = method;
    spec.level = level;
    if (arrays_.count("task") > 0) spec.task = static_cast<std::size_t>(arrays_["task"].values[0]);
    if (baselines == nullptr) return spec;
    spec.baselines = floats(baselines);
    spec.baseline_rows = arrays_[baselines].rows;
    return spec;
  }
  const float* floats(const std::string& name) {
    auto& kept = kept_[name];
    if (kept.empty()) kept = arrays_[name].floats();
    return kept.data();
  }

  void run(const clens_attribution_spec& spec) {
    std::size_t count = 0;
    ASSERT_EQ(clens_explainer_size(explainer_.get(), &spec, rows_, &count), CLENS_OK) << last_error();
    run(spec, count);
  }
  void run(const clens_attribution_spec& spec, std::size_t count) {
    values_.assign(count, -99.0f);
    errors_.assign(count, -99.0f);
    infos_.assign(rows_, {});
    clens_attribution out = CLENS_ATTRIBUTION_INIT;
    out.values = values_.data();
    out.capacity = values_.size();
    const bool draws =
        spec.method == CLENS_ATTRIBUTION_EXPECTED_GRADIENTS || spec.method == CLENS_ATTRIBUTION_SMOOTHGRAD;
    if (draws) out.errors = errors_.data();
    if (draws) out.error_capacity = errors_.size();
    out.infos = infos_.data();
    out.info_capacity = infos_.size();
    ASSERT_EQ(clens_explainer_run(explainer_.get(), &batch_, &spec, &out), CLENS_OK) << last_error();
  }

  // `found` row by row beside the numbers of `name`.
  void expect(const std::string& name, const std::vector<float>& found) {
    ASSERT_EQ(expected_.count(name), 1u) << name;
    const Matrix& wanted = expected_[name];
    ASSERT_EQ(found.size(), wanted.values.size()) << name;
    const std::size_t each = found.size() / rows_;
    for (std::size_t row = 0; row < rows_; ++row) {
      const double* begin = wanted.values.data() + row * each;
      double largest = 0;
      for (std::size_t c = 0; c < each; ++c) largest = std::max(largest, std::abs(begin[c]));
      for (std::size_t c = 0; c < each; ++c)
        EXPECT_NEAR(double{found[row * each + c]}, begin[c], attribution_tolerance * largest)
            << name << " row " << row << " column " << c;
    }
  }

  struct Release {
    void operator()(clens_model* model) const noexcept { clens_model_release(model); }
    void operator()(clens_inputs* inputs) const noexcept { clens_inputs_release(inputs); }
    void operator()(clens_explainer* explainer) const noexcept { clens_explainer_release(explainer); }
  };
  std::string folder_;
  std::vector<const char*> layer_names_;
  std::map<std::string, Keys> keys_;
  std::map<std::string, std::vector<float>> dense_, kept_;
  std::map<std::string, Matrix> arrays_, expected_;
  std::map<std::string, std::size_t> layers_;
  std::size_t rows_ = 0;
  std::unique_ptr<clens_model, Release> model_;
  std::unique_ptr<clens_inputs, Release> inputs_;
  std::unique_ptr<clens_explainer, Release> explainer_;
  std::vector<clens_column> columns_;
  clens_batch batch_ = CLENS_BATCH_INIT;
  std::vector<float> values_, errors_;
  std::vector<clens_attribution_info> infos_;
};

}  // namespace clicklens::testing
