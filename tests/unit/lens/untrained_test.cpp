// Models with fresh weights: the same graph, encoders and calibration; numbers as stated, by seed and place alone.
#include "lens/untrained.h"

#include <cmath>
#include <cstring>

#include "encode/vocabulary_builder.h"
#include "format/requirements.h"
#include "support/random_batch.h"
#include "support/rows.h"

namespace clicklens {
namespace {

using testing::ModelMaker;
using testing::RandomBatch;

struct Trained {
  ModelMaker maker{5};
  std::shared_ptr<exec::Model> model;
  std::uint32_t weight, bias, scale, shift, slopes;

  Trained() {
    const std::uint32_t user = maker.bag(maker.sparse("user", format::Scope::request, 4000), maker.table(4000, 24));
    const std::uint32_t ad = maker.bag(maker.sparse("ad", format::Scope::candidate, 50), maker.table(50, 8));
    const std::uint32_t x = maker.node(format::ConcatOp{}, {user, ad});
    std::uint32_t h = maker.linear(x, 32, 100);
    weight = static_cast<std::uint32_t>(maker.constants.size()) - 2;
    bias = weight + 1;
    scale = maker.constant({100}, maker.draw(100));
    shift = maker.constant({100}, maker.draw(100));
    h = maker.node(format::BatchNormOp{scale, shift}, {h});
    slopes = maker.constant({1}, {0.7f});
    h = maker.node(format::ActivationOp{format::ActivationKind::prelu, 0.0f, slopes}, {h});
    std::uint32_t logit = maker.linear(h, 100, 1);
    logit = maker.node(format::CalibrationOp{0.7f, -0.2f, {}, {}}, {logit});
    maker.output("click", logit);
    maker.desc.metadata = {{"framework", "tests"}};
    model = maker.open();
  }
  [[nodiscard]] std::shared_ptr<exec::Model> fresh(std::uint64_t seed) const {
    auto made = lens::untrained(*model, seed);
    EXPECT_TRUE(made.ok()) << made.status().message();
    return made.ok() ? *made : nullptr;
  }
};

std::vector<float> constant(const exec::Model& model, std::uint32_t index) {
  const auto bytes = model.file().segment(model.desc().constants[index].segment);
  std::vector<float> floats(bytes.size() / sizeof(float));
  std::memcpy(floats.data(), bytes.data(), bytes.size());
  return floats;
}

std::vector<std::vector<std::byte>> segments(const exec::Model& model) {
  std::vector<std::vector<std::byte>> all;
  for (std::uint32_t i = 0; i < model.desc().segments.size(); ++i) {
    const auto bytes = model.file().segment(i);
    all.emplace_back(bytes.begin(), bytes.end());
  }
  return all;
}

struct Spread {
  double mean = 0, sd = 0, lowest = 1e9, highest = -1e9, kurtosis = 0;
};
Spread spread(const std::vector<float>& x) {
  Spread s;
  const auto n = static_cast<double>(x.size());
  for (const float v : x) {
    s.mean += double{v} / n;
    s.lowest = std::min(s.lowest, double{v});
    s.highest = std::max(s.highest, double{v});
  }
  for (const float v : x) s.sd += (double{v} - s.mean) * (double{v} - s.mean) / n;
  s.sd = std::sqrt(s.sd);
  for (const float v : x) s.kurtosis += std::pow((double{v} - s.mean) / s.sd, 4) / n;
  return s;
}

TEST(Untrained, HoldsFreshWeights) {
  const Trained trained;
  const auto fresh = trained.fresh(1);
  ASSERT_NE(fresh, nullptr);
  const auto* table = reinterpret_cast<const float*>(fresh->table(0).data);
  const Spread rows = spread({table, table + 4000 * 24});  // 96,000 numbers
  EXPECT_NEAR(rows.mean, 0, 4 * 0.01 / std::sqrt(96000));
  EXPECT_NEAR(rows.sd, 0.01, 4 * 0.01 / std::sqrt(2 * 96000.0));
  EXPECT_NEAR(rows.kurtosis, 3, 0.07);
  EXPECT_GT(rows.highest, 0.038);
  EXPECT_LT(rows.highest, 0.065);

  const double bound = 1 / std::sqrt(32.0);
  const Spread weights = spread(constant(*fresh, trained.weight));  // 3,200 numbers
  EXPECT_NEAR(weights.mean, 0, 4 * bound / std::sqrt(3 * 3200.0));
  EXPECT_NEAR(weights.sd, bound / std::sqrt(3.0), 0.03 * bound);
  EXPECT_GE(weights.lowest, -bound - 1e-8);
  EXPECT_LT(weights.lowest, -0.99 * bound);
  EXPECT_LE(weights.highest, bound + 1e-8);
  const Spread biases = spread(constant(*fresh, trained.bias));
  EXPECT_GE(biases.lowest, -bound - 1e-8);
  EXPECT_LT(biases.lowest, 0);
  EXPECT_GT(biases.highest, 0.5 * bound);
  EXPECT_LE(biases.highest, bound + 1e-8);
  EXPECT_EQ(constant(*fresh, trained.scale), std::vector<float>(100, 1.0f));
  EXPECT_EQ(constant(*fresh, trained.shift), std::vector<float>(100, 0.0f));
  EXPECT_EQ(constant(*fresh, trained.slopes), std::vector<float>{0.25f});
}

TEST(Untrained, IsAModelOfTheSameGraph) {
  const Trained trained;
  const auto fresh = trained.fresh(1);
  ASSERT_NE(fresh, nullptr);
  EXPECT_EQ(fresh->file().file_size(), trained.model->file().file_size());
  EXPECT_TRUE(fresh->file().verify_segments().ok());
  EXPECT_NE(fresh->file().id().low, trained.model->file().id().low);
  format::ModelDesc wanted = trained.model->desc();
  format::ModelDesc found = fresh->desc();
  wanted.segments.clear();
  found.segments.clear();
  EXPECT_EQ(found, wanted);

  ModelMaker maker(2);
  const RandomBatch batch(maker, fresh->desc(), {30});
  const auto session = exec::Session::create(fresh, RandomBatch::inputs(fresh->desc()), {});
  ASSERT_TRUE(session.ok()) << session.status().message();
  std::vector<float> scores(30);
  exec::Output output;
  output.values = scores.data();
  output.capacity = scores.size();
  EXPECT_TRUE((*session)->run(batch.batch(), output).ok());
  EXPECT_EQ(output.counts.non_finite, 0u);
}

// The last linear alone, then the batch norm and prelu behind the first with it, then tables too.
TEST(Untrained, LayersAreDrawnFromTheTop) {
  const Trained trained;
  ASSERT_NE(trained.model, nullptr);
  const auto changed = [&](std::size_t layers) {
    const auto made = lens::randomised(*trained.model, 3, layers);
    EXPECT_TRUE(made.ok()) << made.status().message();
    std::vector<bool> found;
    const auto before = segments(*trained.model), after = segments(**made);
    for (std::size_t i = 0; i < before.size(); ++i) found.push_back(before[i] != after[i]);
    return found;
  };
  const std::size_t count = trained.model->desc().segments.size();
  const auto segment_of = [&](std::uint32_t constant) { return trained.model->desc().constants[constant].segment; };
  EXPECT_EQ(changed(0), std::vector<bool>(count));
  std::vector<bool> last = changed(1);
  EXPECT_EQ(std::count(last.begin(), last.end(), true), 2);  // weight and bias of the logit
  for (const std::uint32_t kept : {trained.weight, trained.bias, trained.scale, trained.shift, trained.slopes})
    EXPECT_FALSE(last[segment_of(kept)]);
  const std::vector<bool> both = changed(2);
  EXPECT_EQ(std::count(both.begin(), both.end(), true), 7);
  for (const format::TableDesc& table : trained.model->desc().tables) EXPECT_FALSE(both[table.segment]);
  EXPECT_EQ(changed(3), std::vector<bool>(count, true));
  EXPECT_EQ(segments(*trained.fresh(3)), segments(**lens::randomised(*trained.model, 3, 3)));
}

TEST(Untrained, TheSameSeedGivesTheSameWeights) {
  const Trained trained;
  const auto once = segments(*trained.fresh(7));
  EXPECT_EQ(segments(*trained.fresh(7)), once);
  EXPECT_EQ(segments(**lens::untrained(*trained.fresh(9), 7)), once) << "whatever was there before";
  const auto other = segments(*trained.fresh(8));
  for (std::uint32_t i = 0; i < once.size(); ++i) {
    const bool same_for_all = i == trained.model->desc().constants[trained.scale].segment ||
                              i == trained.model->desc().constants[trained.shift].segment ||
                              i == trained.model->desc().constants[trained.slopes].segment;
    EXPECT_EQ(other[i] == once[i], same_for_all) << i;
  }
  // one sequence, as everywhere: a change of it changes what seeds mean
  const auto* table = reinterpret_cast<const float*>(once[0].data());
  EXPECT_NEAR(table[0], -0.0156236f, 1e-7f);
  EXPECT_NEAR(table[1], 0.016489f, 1e-6f);
  EXPECT_NEAR(table[2], -4.19277e-05f, 1e-9f);
}

TEST(Untrained, EncodersStayWithTheirSegments) {
  auto tiny = testing::tiny_model();
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < testing::tiny::user_rows; ++i) names.push_back("user " + std::to_string(i));
  const std::vector<std::string_view> keys(names.begin(), names.end());
  auto made = encode::build_vocabulary(keys, {});
  ASSERT_TRUE(made.ok()) << made.status().message();
  const std::uint32_t slots = tiny.add_segment(made->slot_bytes);
  const std::uint32_t text = tiny.add_segment(made->text_bytes);
  tiny.desc.encoders[0].encoder =
      format::VocabularyEncoder{format::KeyType::string, made->size, made->slots, slots, text};
  tiny.desc.self_test = {std::vector<std::uint8_t>(8), {}};
  tiny.desc.requirements.clear();
  format::complete_requirements(tiny.desc);
  const testing::TemporaryPath path("tiny.clens");
  const base::Status written = testing::write_model(tiny, path.c_str());
  ASSERT_TRUE(written.ok()) << written.message();
  const auto model = exec::Model::open(path.c_str(), {});
  ASSERT_TRUE(model.ok()) << model.status().message();
  const auto fresh = lens::untrained(**model, 3);
  ASSERT_TRUE(fresh.ok()) << fresh.status().message();
  EXPECT_EQ((*fresh)->desc().encoders, (*model)->desc().encoders);
  EXPECT_EQ(segments(**fresh)[slots], segments(**model)[slots]);
  EXPECT_EQ(segments(**fresh)[text], segments(**model)[text]);
  EXPECT_NE(segments(**fresh)[0], segments(**model)[0]);
  EXPECT_TRUE((*fresh)->desc().self_test.batch.empty());
}

TEST(Untrained, NarrowTablesKeepTheirTypeAndHaveTheSameDraws) {
  std::vector<float> wide;
  for (std::uint8_t type = 0; type < 5; ++type) {
    ModelMaker maker(5);
    const auto element = static_cast<format::ElementType>(type);
    const std::uint32_t bag = maker.bag(maker.sparse("a", format::Scope::candidate, 500), maker.table(500, 9, element));
    maker.output("y", maker.linear(bag, 9, 1));
    const auto model = maker.open();
    ASSERT_NE(model, nullptr);
    const auto fresh = lens::untrained(*model, 3);
    ASSERT_TRUE(fresh.ok()) << fresh.status().message();
    const format::TableDesc& table = (*fresh)->desc().tables[0];
    ASSERT_EQ(table.type, element);
    std::vector<float> numbers;
    for (std::uint64_t row = 0; row < table.rows; ++row)
      for (std::uint32_t c = 0; c < table.dim; ++c)
        numbers.push_back(oracle::number_in_row(
            static_cast<kernels::Element>(type),
            reinterpret_cast<const std::uint8_t*>((*fresh)->table(0).row(row, table.row_stride)), c));
    if (wide.empty()) wide = numbers;
    EXPECT_NEAR(spread(numbers).sd, 0.01, 0.0005);
    for (std::size_t i = 0; i < wide.size(); ++i)  // half a step of a row that spans 0.08
      ASSERT_NEAR(numbers[i], wide[i], element == format::ElementType::i4_row ? 0.003 : 0.0002);
  }
}

}  // namespace
}  // namespace clicklens
