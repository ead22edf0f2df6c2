// A delta applied to its base is the model that it was made from: the same id, the same bytes, the same bits of
// everything that a session gives.
#include "format/delta.h"

#include "exec/session.h"
#include "format/delta_make.h"
#include "support/made.h"
#include "support/revised.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using testing::captured;
using testing::expect_bits;
using testing::logits;
using testing::RandomBatch;
using testing::RandomModel;
using testing::Revision;

std::unique_ptr<exec::Session> session_of(const std::shared_ptr<exec::Model>& model,
                                          const exec::SessionOptions& options) {
  auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
  EXPECT_TRUE(session.ok()) << session.status().message();
  return session.ok() ? std::move(*session) : nullptr;
}

class DeltaTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  DeltaTest() : first_(GetParam()), second_(testing::revised(first_.maker, GetParam())), made_(first_.maker, second_) {}
  void SetUp() override { ASSERT_NE(made_.applied, nullptr); }

  RandomModel first_;
  testing::ModelMaker second_;
  Revision made_;
};
INSTANTIATE_TEST_SUITE_P(Seeds, DeltaTest, testing::seeds(1, 41));

TEST_P(DeltaTest, GivesTheModelItWasMadeFrom) {
  EXPECT_EQ(made_.applied->file().id(), made_.whole->file().id());
  EXPECT_EQ(made_.applied->desc(), made_.whole->desc());
  const auto delta = format::Delta::open(made_.delta.c_str(), {});
  ASSERT_TRUE(delta.ok());
  for (std::uint32_t i = 0; i < made_.whole->desc().segments.size(); ++i)
    EXPECT_EQ(made_.applied->file().overlay(i) != nullptr,
              (*delta)->desc().segments[i].change == format::Change::overlaid)
        << i;
  const base::Status sound = made_.applied->file().verify_segments();
  EXPECT_TRUE(sound.ok()) << sound.message();
  const testing::TemporaryPath copy("copy.clens");
  const base::Status written = format::write_whole(made_.applied->file(), copy.c_str());
  ASSERT_TRUE(written.ok()) << written.message();
  EXPECT_EQ(testing::read_bytes(copy.str()), testing::read_bytes(made_.after.str()));
}

TEST_P(DeltaTest, ScoresHaveTheBitsOfTheWholeModel) {
  const RandomBatch batch(second_, made_.whole->desc(), {3, 0, 1, 17, 0, 2, 30, 0});
  for (const std::size_t tile : {1u, 5u, 0u}) {
    for (const std::size_t strands : {1u, 3u}) {
      exec::SessionOptions options;
      options.tile_rows = tile;
      options.strands = strands;
      const auto whole = session_of(made_.whole, options), applied = session_of(made_.applied, options);
      ASSERT_TRUE(whole != nullptr && applied != nullptr);
      expect_bits(logits(*applied, batch), logits(*whole, batch), "shared");
      expect_bits(logits(*applied, batch.unshared()), logits(*whole, batch.unshared()), "unshared");
    }
  }
}

TEST_P(DeltaTest, EveryValueHasTheBitsOfTheWholeModel) {
  const RandomBatch batch(second_, made_.whole->desc(), {4, 1, 12});
  exec::SessionOptions options;
  for (std::uint32_t value = 0; value < made_.whole->desc().values.size(); ++value) options.captures.push_back(value);
  const auto whole = session_of(made_.whole, options), applied = session_of(made_.applied, options);
  ASSERT_TRUE(whole != nullptr && applied != nullptr);
  for (const std::uint32_t value : options.captures)
    expect_bits(captured(*applied, batch, value), captured(*whole, batch, value),
                made_.whole->desc().values[value].name.c_str());
}

TEST_P(DeltaTest, OfTablesThatAreCopiedToo) {
  const Revision copied(first_.maker, second_, false);
  ASSERT_NE(copied.applied, nullptr);
  for (std::uint32_t i = 0; i < copied.applied->desc().segments.size(); ++i)
    EXPECT_EQ(copied.applied->file().overlay(i), nullptr) << i;
  const RandomBatch batch(second_, made_.whole->desc(), {3, 9});
  const auto whole = session_of(made_.whole, {}), applied = session_of(copied.applied, {});
  ASSERT_TRUE(whole != nullptr && applied != nullptr);
  expect_bits(logits(*applied, batch), logits(*whole, batch), "copied");
}

}  // namespace
}  // namespace clicklens
