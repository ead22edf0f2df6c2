// The same bits from a candidate cache: in float32 and int8, on every instruction set, whichever of them filled the
// cache, shared or not, with 1 to 4 strands.
#include <bit>

#include "kernels/dispatch.h"
#include "support/parity_model.h"
#include "support/random_batch.h"

namespace clicklens {
namespace {

using testing::RandomBatch;

constexpr std::size_t candidates = 150;

std::vector<const kernels::Table*> tables() {
  std::vector<const kernels::Table*> found;
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (kernels::supported(isa))
      found.push_back(kernels::table_for(isa));
    else
      std::printf("[  NOTICE  ] this machine has no %s: its cache is NOT tested here\n", kernels::isa_name(isa));
  }
  return found;
}

template <class Maker>
class CacheParity {
 public:
  explicit CacheParity(ops::Precision precision) : precision_(precision) {
    for (std::int64_t i = 0; i < std::int64_t{candidates}; ++i) {
      all_.push_back(i);
      some_.push_back(i % 3 == 1 ? -1 : i);
    }
  }

  void run() {
    const std::vector<const kernels::Table*> sets = tables();
    ASSERT_GE(sets.size(), 2u);
    exec::SessionOptions options;
    options.precision = precision_;
    options.kernels = kernels::table_for(kernels::Isa::scalar);
    const std::vector<std::uint32_t> expected = scores(options, batch_);
    ASSERT_FALSE(expected.empty());
    const RandomBatch alone = batch_.unshared();
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const auto cache = filled(sets[(i + 1) % sets.size()]);  // by another set
      ASSERT_NE(cache, nullptr);
      options.kernels = sets[i];
      for (options.strands = 1; options.strands <= 4; ++options.strands) {
        for (const std::size_t tile : {1u, 7u, 96u}) {
          options.tile_rows = tile;
          options.cache = false;
          ASSERT_EQ(scores(options, batch_), expected) << sets[i]->name;
          options.cache = true;
          for (const auto* rows : {&all_, &some_}) {
            ASSERT_EQ(scores(options, batch_.cached(*cache, *rows)), expected) << sets[i]->name;
            ASSERT_EQ(scores(options, alone.cached(*cache, *rows)), expected) << sets[i]->name << ", unshared";
          }
        }
      }
    }
  }

 private:
  std::unique_ptr<exec::CandidateCache> filled(const kernels::Table* table) {
    exec::CacheOptions options;
    options.rows = candidates;
    options.precision = precision_;
    options.kernels = table;
    auto cache = exec::CandidateCache::create(model_, RandomBatch::inputs(model_->desc()), options);
    EXPECT_TRUE(cache.ok()) << cache.status().message();
    if (!cache.ok()) return nullptr;
    encode::Counts counts;
    EXPECT_TRUE((*cache)->fill(batch_.ads(), nullptr, counts).ok());
    return std::move(*cache);
  }
  std::vector<std::uint32_t> scores(const exec::SessionOptions& options, const RandomBatch& of) {
    auto session = exec::Session::create(model_, RandomBatch::inputs(model_->desc()), options);
    EXPECT_TRUE(session.ok()) << session.status().message();
    if (!session.ok()) return {};
    std::vector<float> values(candidates * model_->desc().outputs.size());
    exec::Output output;
    output.kind = exec::OutputKind::logit;
    output.values = values.data();
    output.capacity = values.size();
    const base::Status status = (*session)->run(of.batch(), output);
    EXPECT_TRUE(status.ok()) << status.message();
    std::vector<std::uint32_t> bits;
    for (const float v : values) bits.push_back(std::bit_cast<std::uint32_t>(v));
    return bits;
  }

  ops::Precision precision_;
  Maker made_;
  std::shared_ptr<exec::Model> model_ = made_.maker.open();
  RandomBatch batch_{made_.maker, model_->desc(), {1, 60, 0, 23, 66}};
  std::vector<std::int64_t> all_, some_;
};

TEST(CacheParity, Float32) {
  CacheParity<testing::ParityModel>(ops::Precision::f32).run();
  CacheParity<testing::ForkedModel>(ops::Precision::f32).run();
}

TEST(CacheParity, Int8) {
  CacheParity<testing::ParityModel>(ops::Precision::int8).run();
  CacheParity<testing::ForkedModel>(ops::Precision::int8).run();
}

}  // namespace
}  // namespace clicklens
