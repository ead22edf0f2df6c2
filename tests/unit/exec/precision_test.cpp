// Sessions in int8 have the bits of a plain reference in 8 bits, whatever is captured, shared, tiled, stranded or
// stored in another order, on every instruction set; and what reduced precision refuses.
#include <cfenv>
#include <cstdio>

#include "exec/compose.h"
#include "kernels/dispatch.h"
#include "support/made.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using ops::Precision;
using testing::captured;
using testing::expect_bits;
using testing::logits;
using testing::Made;
using testing::RandomBatch;
using testing::RandomModel;
using testing::Reference;
using testing::session_of;

std::vector<const kernels::Table*> tables() {
  std::vector<const kernels::Table*> all;
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (kernels::table_for(isa) == nullptr) continue;
    all.push_back(kernels::table_for(isa));
    if (isa == kernels::Isa::avx512) all.push_back(kernels::plain_table_for(isa));
  }
  if (kernels::amx_table() != nullptr) {
    all.push_back(kernels::amx_table());
  } else {
    std::printf("[  NOTICE  ] no AMX here: sessions on it are NOT tested\n");
  }
  return all;
}

// Outputs of the linears that int8 changes.
std::vector<std::uint32_t> wide_linears(const Made& made) {
  std::vector<std::uint32_t> values;
  for (std::uint32_t node = 0; node < made.desc().nodes.size(); ++node) {
    const std::uint32_t value = made.desc().nodes[node].outputs[0];
    if (made.model->op(node).takes_precision() && made.model->graph().values[value].columns() > 1)
      values.push_back(value);
  }
  return values;
}

std::vector<float> reference_logits(const Reference<float>& reference, const Made& made, const RandomBatch& batch) {
  std::vector<float> values;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto all = reference.forward(batch.row(row));
    for (const format::OutputDesc& output : made.desc().outputs) values.push_back(all.at(output.logit)[0]);
  }
  return values;
}

class PrecisionTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  static exec::SessionOptions int8() {
    exec::SessionOptions options;
    options.precision = Precision::int8;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(Seeds, PrecisionTest, testing::seeds(1, 31));

TEST_P(PrecisionTest, Int8ScoresHaveTheBitsOfTheReference) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 0, 1, 17, 0, 2, 30, 0});
  const std::vector<float> expected =
      reference_logits(Reference<float>(made.random.maker, made.desc(), true), made, batch);
  for (const kernels::Table* table : tables()) {
    for (const std::size_t tile : {1u, 5u, 16u, 0u}) {
      exec::SessionOptions options = int8();
      options.kernels = table;
      options.tile_rows = tile;
      options.strands = 1 + tile % 4;
      const auto session = session_of(made, options);
      ASSERT_NE(session, nullptr);
      expect_bits(logits(*session, batch), expected, table->name);
      expect_bits(logits(*session, batch.unshared()), expected, "unshared");
    }
  }
}

// Runs of a part in several places of memory, request columns in the pair part.
TEST_P(PrecisionTest, Int8TakesAnyStoredOrder) {
  RandomModel random(GetParam());
  testing::ModelMaker& maker = random.maker;
  auto complete = exec::complete(maker.desc, maker.limits);
  ASSERT_TRUE(complete.ok()) << complete.status().message();
  maker.desc = *complete;
  for (format::NodeDesc& node : maker.desc.nodes)
    for (format::OrderRun& run : node.order)
      if (maker.below(3) == 0) run.part = format::Part::pair;
  Made made(std::move(random));
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {3, 1, 0, 12});
  const std::vector<float> expected =
      reference_logits(Reference<float>(made.random.maker, made.desc(), true), made, batch);
  const auto session = session_of(made, int8());
  ASSERT_NE(session, nullptr);
  expect_bits(logits(*session, batch), expected, "shared");
  expect_bits(logits(*session, batch.unshared()), expected, "unshared");
}

TEST_P(PrecisionTest, Int8ValuesAreCapturedWithTheirBits) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9});
  const Reference<float> reference(made.random.maker, made.desc(), true);
  exec::SessionOptions options = int8();
  for (std::uint32_t v = 0; v < made.desc().values.size(); ++v) options.captures.push_back(v);
  const auto session = session_of(made, options);
  ASSERT_NE(session, nullptr);
  for (const std::uint32_t v : options.captures) {
    std::vector<float> expected;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const std::vector<float> values = reference.forward(batch.row(row)).at(v);
      expected.insert(expected.end(), values.begin(), values.end());
    }
    expect_bits(captured(*session, batch, v), expected, made.desc().values[v].name.c_str());
  }
}

TEST_P(PrecisionTest, NamedLinearsStayInFloat32) {
  Made made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.random.maker, made.desc(), {5, 7});
  const std::vector<std::uint32_t> linears = wide_linears(made);
  for (std::size_t kept = 0; kept <= linears.size(); ++kept) {
    exec::SessionOptions options = int8();
    options.full_precision.assign(linears.begin(), linears.begin() + static_cast<std::ptrdiff_t>(kept));
    const Reference<float> reference(made.random.maker, made.desc(), true, options.full_precision);
    const auto session = session_of(made, options);
    ASSERT_NE(session, nullptr);
    expect_bits(logits(*session, batch), reference_logits(reference, made, batch), "some in float32");
    if (kept == linears.size()) expect_bits(logits(*session, batch), logits(*session_of(made, {}), batch), "all");
  }
}

TEST(Precision, Int8IsAnotherComputationAndNearIt) {
  std::size_t differ = 0, all = 0;
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    Made made(seed);
    if (wide_linears(made).empty()) continue;
    const RandomBatch batch(made.random.maker, made.desc(), {20});
    exec::SessionOptions options;
    options.precision = Precision::int8;
    const std::vector<float> full = logits(*session_of(made, {}), batch);
    const std::vector<float> reduced = logits(*session_of(made, options), batch);
    float size = 1;
    for (const float z : full) size = std::max(size, std::fabs(z));
    for (std::size_t i = 0; i < full.size(); ++i, ++all) {
      differ += testing::bits(full[i]) != testing::bits(reduced[i]);
      EXPECT_NEAR(full[i], reduced[i], 0.1f * size) << "seed " << seed;
    }
  }
  EXPECT_GT(4 * differ, all) << "nothing was rounded to 8 bits?";  // many outputs read no wide linear
}

TEST(Precision, Bf16IsNearFloat32WhereTheProcessorHasIt) {
  Made made(2);
  ASSERT_FALSE(wide_linears(made).empty());
  exec::SessionOptions options;
  options.precision = Precision::bf16;
  const RandomBatch batch(made.random.maker, made.desc(), {9, 0, 14});
  for (const kernels::Table* table : tables()) {
    options.kernels = table;
    const auto session = exec::Session::create(made.model, RandomBatch::inputs(made.desc()), options);
    if (table->linear_bf16 == nullptr) {
      ASSERT_FALSE(session.ok());
      EXPECT_EQ(session.status().code(), base::Code::unsupported);
      EXPECT_NE(std::string(session.status().message()).find("bf16 needs"), std::string::npos);
      continue;
    }
    ASSERT_TRUE(session.ok()) << session.status().message();
    const std::vector<float> full = logits(*session_of(made, {}), batch), reduced = logits(**session, batch);
    EXPECT_NE(full, reduced);
    for (std::size_t i = 0; i < full.size(); ++i)
      EXPECT_NEAR(full[i], reduced[i], 0.02f * (1 + std::fabs(full[i]))) << "score " << i;
    expect_bits(logits(**session, batch), reduced, "again");
    expect_bits(logits(**session, batch.unshared()), reduced, "unshared");
    for (options.tile_rows = 1; options.tile_rows < 9; options.tile_rows += 3)
      expect_bits(logits(*session_of(made, options), batch), reduced, "in other tiles");
    options.tile_rows = 0;
  }
}

TEST(Precision, WeightsArePackedOnceAndToNearestWhateverTheHostRounds) {
  Made made(2);
  ASSERT_FALSE(wide_linears(made).empty());
  exec::SessionOptions options;
  options.precision = Precision::int8;
  const RandomBatch batch(made.random.maker, made.desc(), {20});
  Made upwards(2);
  std::fesetround(FE_UPWARD);
  const auto host = session_of(upwards, options);
  std::fesetround(FE_TONEAREST);
  const auto first = session_of(made, options);
  expect_bits(logits(*host, batch), logits(*first, batch), "created while the host rounds upwards");
  const std::size_t bytes = made.model->packed().bytes();
  EXPECT_GT(bytes, 0u);
  const auto second = session_of(made, options);
  EXPECT_EQ(made.model->packed().bytes(), bytes);
  const auto full = session_of(made, {});
  EXPECT_GT(made.model->packed().bytes(), bytes);
}

// More products than int32 sums of them hold; only a host that raised the limit meets this.
TEST(Precision, RefusesLinearsOfMoreInputsThanSumsAreExactFor) {
  testing::ModelMaker maker;
  maker.limits.reduction = 1u << 17;
  const std::uint32_t x = maker.node(format::DenseInputOp{maker.dense("x", format::Scope::candidate, 65537)}, {});
  maker.output("ctr", maker.linear(maker.linear(x, 65537, 2), 2, 1));
  const testing::TemporaryPath path("wide.clens");
  ASSERT_TRUE(maker.write(path.str()).ok());
  format::OpenOptions open;
  open.limits = maker.limits;
  const auto model = exec::Model::open(path.c_str(), open);
  ASSERT_TRUE(model.ok()) << model.status().message();
  exec::SessionOptions options;
  const exec::Inputs inputs = RandomBatch::inputs((*model)->desc());
  EXPECT_TRUE(exec::Session::create(*model, inputs, options).ok());
  options.precision = Precision::int8;
  const auto session = exec::Session::create(*model, inputs, options);
  ASSERT_FALSE(session.ok());
  EXPECT_EQ(session.status().code(), base::Code::limit_exceeded);
  EXPECT_NE(std::string(session.status().message()).find("65537 inputs"), std::string::npos);
}

TEST(Precision, RefusesWhatItCannotDo) {
  Made made(2);
  const auto refusal = [&](const exec::SessionOptions& options) {
    const auto session = exec::Session::create(made.model, RandomBatch::inputs(made.desc()), options);
    EXPECT_FALSE(session.ok());
    return session.ok() ? std::string() : std::string(session.status().message());
  };
  exec::SessionOptions options;
  options.precision = Precision::int8;
  options.gradients = true;
  EXPECT_NE(refusal(options).find("gradients in reduced precision"), std::string::npos);
  options.gradients = false;
  const auto values = static_cast<std::uint32_t>(made.desc().values.size());
  options.full_precision = {values};
  EXPECT_NE(refusal(options).find("keeps in full precision value"), std::string::npos);
  const std::uint32_t linear = wide_linears(made).front();
  options.full_precision = {linear, linear};
  EXPECT_NE(refusal(options).find("twice"), std::string::npos);
  options.full_precision = {made.desc().nodes[0].outputs[0]};
  ASSERT_FALSE(made.model->op(0).takes_precision());
  EXPECT_NE(refusal(options).find("which no linear makes"), std::string::npos);
}

}  // namespace
}  // namespace clicklens
