// A small valid model for tests, in the shape of the paper's GwEN: user (request), ad (candidate) and a
// dense pair feature -> bags -> concat -> linear(8) -> relu -> linear(1). Weights are seeded.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/arithmetic.h"
#include "format/model_desc.h"
#include "format/requirements.h"
#include "format/writer.h"

namespace clicklens::testing {

// A path of its own in the folder for temporary files; removed with whatever is there.
class TemporaryPath {
 public:
  explicit TemporaryPath(const std::string& name) {
    static std::atomic<unsigned> counter{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("clicklens-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
    std::filesystem::create_directories(folder_);
    path_ = (folder_ / name).string();
  }
  ~TemporaryPath() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TemporaryPath(const TemporaryPath&) = delete;
  TemporaryPath& operator=(const TemporaryPath&) = delete;

  [[nodiscard]] const char* c_str() const noexcept { return path_.c_str(); }
  [[nodiscard]] const std::string& str() const noexcept { return path_; }
  [[nodiscard]] std::string folder() const { return folder_.string(); }

 private:
  std::filesystem::path folder_;
  std::string path_;
};

// splitmix64: the same numbers on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
  // Uniform on [-1, 1), a multiple of 2^-23.
  float uniform() noexcept { return static_cast<float>(next() >> 40) * 0x1p-23f - 1.0f; }

 private:
  std::uint64_t state_;
};

struct TinyModel {
  format::ModelDesc desc;
  std::vector<std::vector<std::byte>> segments;  // one for each of desc.segments

  std::uint32_t add_segment(std::vector<std::byte> bytes) {
    desc.segments.push_back({0, bytes.size(), 0});
    segments.push_back(std::move(bytes));
    return static_cast<std::uint32_t>(segments.size() - 1);
  }
  std::uint32_t add_floats(std::span<const float> numbers) {
    const auto* bytes = reinterpret_cast<const std::byte*>(numbers.data());
    return add_segment({bytes, bytes + numbers.size_bytes()});
  }
  std::uint32_t add_random(std::size_t count, Random& random, float scale) {
    std::vector<float> numbers(count);
    for (float& x : numbers) x = scale * random.uniform();
    return add_floats(numbers);
  }
  // Returns the index of the constant.
  std::uint32_t add_constant(std::string name, std::vector<std::uint64_t> shape, Random& random, float scale) {
    std::uint64_t count = 1;
    for (std::uint64_t n : shape) count *= n;
    const std::uint32_t segment = add_random(count, random, scale);
    desc.constants.push_back({std::move(name), std::move(shape), segment});
    return static_cast<std::uint32_t>(desc.constants.size() - 1);
  }
  std::span<const float> floats(std::uint32_t segment) const {
    return {reinterpret_cast<const float*>(segments[segment].data()), segments[segment].size() / sizeof(float)};
  }
};

namespace tiny {
inline constexpr std::uint32_t user_rows = 100, ad_rows = 50, dim = 4, dense_width = 2, hidden = 8;
// Indices of desc.values.
enum Value : std::uint32_t { user_bag, ad_bag, match_dense, concat, hidden_linear, hidden_relu, logit };
}  // namespace tiny

inline void add_tiny_inputs(TinyModel& model, Random& random) {
  using namespace tiny;
  auto& desc = model.desc;
  desc.encoders = {{"user ids", format::IdentityEncoder{user_rows}}, {"ad ids", format::IdentityEncoder{ad_rows}}};
  format::FeatureDesc user, ad, match;
  user.name = "user";
  user.group = "user";
  user.scope = format::Scope::request;
  user.encoder = 0;
  ad.name = "ad";
  ad.group = "ad";
  ad.scope = format::Scope::candidate;
  ad.encoder = 1;
  ad.unknown_row = 0;
  match.name = "match";
  match.group = "match";
  match.kind = format::FeatureKind::dense;
  match.scope = format::Scope::pair;
  match.required = false;
  match.width = dense_width;
  match.missing_value = {0.5f, 0.0f};
  match.transforms = {format::StandardiseTransform{{0.5f, 0.0f}, {2.0f, 1.0f}}};
  desc.features = {user, ad, match};
  const auto stride = dim * static_cast<std::uint32_t>(sizeof(float));
  const auto f32 = format::ElementType::f32;
  desc.tables.push_back({"user table", user_rows, dim, f32, model.add_random(user_rows * dim, random, 0.5f), stride});
  desc.tables.push_back({"ad table", ad_rows, dim, f32, model.add_random(ad_rows * dim, random, 0.5f), stride});
}

inline void add_tiny_network(TinyModel& model, Random& random) {
  using namespace tiny;
  using format::Part;
  auto& desc = model.desc;
  constexpr std::uint32_t inputs = 2 * dim + dense_width;
  const std::uint32_t w1 = model.add_constant("hidden weight", {hidden, inputs}, random, 0.5f);
  const std::uint32_t b1 = model.add_constant("hidden bias", {hidden}, random, 0.1f);
  const std::uint32_t w2 = model.add_constant("logit weight", {1, hidden}, random, 0.5f);
  const std::uint32_t b2 = model.add_constant("logit bias", {1}, random, 0.1f);
  desc.values = {{"user bag", 1, dim}, {"ad bag", 1, dim},    {"match dense", 1, dense_width},
                 {"input", 1, inputs}, {"hidden", 1, hidden}, {"hidden relu", 1, hidden},
                 {"click logit", 1, 1}};
  const std::vector<format::OrderRun> first = {
      {Part::request, 0, dim}, {Part::candidate, dim, dim}, {Part::pair, 2 * dim, dense_width}};
  const std::vector<format::OrderRun> second = {{Part::pair, 0, hidden}};
  desc.nodes = {{"user bag", format::EmbeddingBagOp{0, 0}, {}, {user_bag}, {}},
                {"ad bag", format::EmbeddingBagOp{1, 1}, {}, {ad_bag}, {}},
                {"match dense", format::DenseInputOp{2}, {}, {match_dense}, {}},
                {"concat", format::ConcatOp{}, {user_bag, ad_bag, match_dense}, {concat}, {}},
                {"hidden", format::LinearOp{w1, b1}, {concat}, {hidden_linear}, first},
                {"relu", format::ActivationOp{}, {hidden_linear}, {hidden_relu}, {}},
                {"logit", format::LinearOp{w2, b2}, {hidden_relu}, {logit}, second}};
  desc.outputs = {{"click", logit}};
  desc.layers = {{"hidden", hidden_relu}};
}

inline TinyModel tiny_model(std::uint64_t seed = 1) {
  TinyModel model;
  Random random(seed);
  model.desc.name = "tiny";
  model.desc.arithmetic_version = base::arithmetic_version;
  add_tiny_inputs(model, random);
  add_tiny_network(model, random);
  model.desc.metadata = {{"framework", "tests"}, {"note", "two lines\nof text"}};
  format::complete_requirements(model.desc);
  return model;
}

inline base::Status write_model(const TinyModel& model, const char* path, const base::Limits& limits = {}) {
  auto writer = format::Writer::begin(path, model.desc, limits);
  if (!writer.ok()) return writer.status();
  for (std::uint32_t i = 0; i < model.segments.size(); ++i) {
    CLENS_TRY((*writer)->segment(i));
    CLENS_TRY((*writer)->append(model.segments[i]));
  }
  return (*writer)->finish();
}

inline std::vector<std::byte> read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> chars{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<std::byte> bytes(chars.size());
  if (!bytes.empty()) std::memcpy(bytes.data(), chars.data(), chars.size());
  return bytes;
}

inline void write_bytes(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(file.good()) << path;
}

// The model as a file holds it.
inline std::vector<std::byte> model_bytes(const TinyModel& model) {
  const TemporaryPath path("model.clens");
  const base::Status status = write_model(model, path.c_str());
  EXPECT_TRUE(status.ok()) << status.message();
  return read_bytes(path.str());
}

}  // namespace clicklens::testing
