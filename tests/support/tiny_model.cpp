#include "support/tiny_model.h"

#include <stdexcept>
#include <utility>

#include "base/arithmetic.h"
#include "format/requirements.h"
#include "format/writer.h"

namespace clicklens::testing {

std::uint32_t TinyModel::add_segment(std::vector<std::byte> bytes) {
  desc.segments.push_back({0, bytes.size(), 0});
  segments.push_back(std::move(bytes));
  return static_cast<std::uint32_t>(segments.size() - 1);
}

std::uint32_t TinyModel::add_floats(std::span<const float> numbers) {
  const auto* bytes = reinterpret_cast<const std::byte*>(numbers.data());
  return add_segment({bytes, bytes + numbers.size_bytes()});
}

std::uint32_t TinyModel::add_random(std::size_t count, Random& random, float scale) {
  std::vector<float> numbers(count);
  for (float& x : numbers) x = scale * random.uniform();
  return add_floats(numbers);
}

std::uint32_t TinyModel::add_constant(std::string name, std::vector<std::uint64_t> shape, Random& random, float scale) {
  std::uint64_t count = 1;
  for (std::uint64_t n : shape) count *= n;
  const std::uint32_t segment = add_random(count, random, scale);
  desc.constants.push_back({std::move(name), std::move(shape), segment});
  return static_cast<std::uint32_t>(desc.constants.size() - 1);
}

std::span<const float> TinyModel::floats(std::uint32_t segment) const {
  return {reinterpret_cast<const float*>(segments[segment].data()), segments[segment].size() / sizeof(float)};
}

namespace {

void add_tiny_inputs(TinyModel& model, Random& random) {
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

void add_tiny_network(TinyModel& model, Random& random) {
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

}  // namespace

TinyModel tiny_model(std::uint64_t seed) {
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

base::Status write_model(const TinyModel& model, const char* path, const base::Limits& limits) {
  auto writer = format::Writer::begin(path, model.desc, limits);
  if (!writer.ok()) return writer.status();
  for (std::uint32_t i = 0; i < model.segments.size(); ++i) {
    CLENS_TRY((*writer)->segment(i));
    CLENS_TRY((*writer)->append(model.segments[i]));
  }
  return (*writer)->finish();
}

std::vector<std::byte> model_bytes(const TinyModel& model) {
  const TemporaryPath path("model.clens");
  const base::Status status = write_model(model, path.c_str());
  if (!status.ok()) throw std::runtime_error(status.message());
  return read_bytes(path.str());
}

}  // namespace clicklens::testing
