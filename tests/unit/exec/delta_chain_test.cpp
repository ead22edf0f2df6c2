// Deltas over what came of a delta: rows that lie apart in the base are read as the result reads them, whatever the
// base read them as.
#include "exec/session.h"
#include "format/delta.h"
#include "format/delta_make.h"
#include "format/patched_file.h"
#include "support/made.h"
#include "support/revised.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using testing::expect_bits;
using testing::logits;
using testing::ModelMaker;
using testing::RandomBatch;
using testing::Revision;

constexpr std::uint32_t rows = 16, dim = 8;

// One bag of a table, two linears.
ModelMaker small_model() {
  ModelMaker maker(3);
  const std::uint32_t feature = maker.sparse("ad", format::Scope::candidate, rows);
  maker.output("ctr", maker.linear(maker.linear(maker.bag(feature, maker.table(rows, dim)), dim, rows), rows, 1));
  return maker;
}

ModelMaker with_changed_row(ModelMaker maker, std::uint32_t table) {
  maker.bytes(maker.desc.tables[table].segment)[3] ^= std::byte{0x80};
  return maker;
}

// `third` over what came of `second` over `first`: every segment's bytes, every row and every score are the file's.
std::shared_ptr<exec::Model> chained(const ModelMaker& first, const ModelMaker& second, ModelMaker third) {
  const Revision step(first, second), next(second, third);
  if (step.applied == nullptr || next.whole == nullptr) return nullptr;
  const auto delta = format::Delta::open(next.delta.c_str(), {});
  EXPECT_TRUE(delta.ok()) << delta.status().message();
  auto file = (*delta)->apply(step.applied->file(), 0);
  EXPECT_TRUE(file.ok()) << file.status().message();
  if (!file.ok()) return nullptr;
  const base::Status sound = (*file)->verify_segments();
  EXPECT_TRUE(sound.ok()) << sound.message();
  for (std::uint32_t i = 0; i < next.whole->desc().segments.size(); ++i) {
    const bool is_apart = (*delta)->desc().segments[i].change == format::Change::overlaid;
    EXPECT_TRUE(!is_apart || (*file)->overlay(i) != nullptr) << "segment " << i;
  }
  auto made = exec::Model::make(std::move(*file), {});
  EXPECT_TRUE(made.ok()) << made.status().message();
  if (!made.ok()) return nullptr;
  const exec::Model &model = **made, &whole = *next.whole;
  for (std::uint32_t t = 0; t < whole.desc().tables.size(); ++t) {
    const format::TableDesc& table = whole.desc().tables[t];
    for (std::uint64_t row = 0; row < table.rows; ++row)
      EXPECT_EQ(std::memcmp(model.table(t).row(row, table.row_stride), whole.table(t).row(row, table.row_stride),
                            table.row_stride),
                0)
          << table.name << " row " << row;
  }
  const RandomBatch batch(third, whole.desc(), {3, 9});
  const auto scores = [&batch](const std::shared_ptr<exec::Model>& of) {
    const auto session = exec::Session::create(of, RandomBatch::inputs(of->desc()), {});
    EXPECT_TRUE(session.ok()) << session.status().message();
    return session.ok() ? logits(**session, batch) : std::vector<float>();
  };
  expect_bits(scores(*made), scores(next.whole), "chained");
  return *made;
}

// Rows changed, appended and lost, then again: those that lie apart in either model lie apart.
class DeltaChains : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, DeltaChains, testing::seeds(1, 41));

TEST_P(DeltaChains, HaveTheRowsAndScoresOfTheLast) {
  const ModelMaker first = testing::RandomModel(GetParam()).maker, second = testing::revised(first, GetParam());
  EXPECT_NE(chained(first, second, testing::revised(second, GetParam() + 100)), nullptr);
}

// The same bytes as twice as many rows of half the stride.
TEST(DeltaChain, KeptRowsOfAnotherStride) {
  const ModelMaker first = small_model(), second = with_changed_row(first, 0);
  ModelMaker third = second;
  third.desc.tables[0].type = format::ElementType::f16;
  third.desc.tables[0].row_stride = dim * 2;
  third.desc.tables[0].rows = 2 * rows;
  std::get<format::IdentityEncoder>(third.desc.encoders[0].encoder).rows = 2 * rows;
  const auto model = chained(first, second, third);
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->file().overlay(model->desc().tables[0].segment), nullptr);
}

// Weights [16, 8] that are the table's numbers, in its segment.
TEST(DeltaChain, KeptRowsThatAConstantReadsToo) {
  const ModelMaker first = small_model(), second = with_changed_row(first, 0);
  ModelMaker third = second;
  std::size_t moved = 0;
  for (format::ConstantDesc& constant : third.desc.constants) {
    if (constant.shape != std::vector<std::uint64_t>{rows, dim}) continue;
    constant.segment = third.desc.tables[0].segment;
    ++moved;
  }
  ASSERT_EQ(moved, 1u);
  EXPECT_NE(chained(first, second, third), nullptr);
}

// Nothing reads the spare table's segment in the middle: rows that changed there have no map.
TEST(DeltaChain, KeptRowsThatNothingReadBefore) {
  ModelMaker first = small_model();
  const std::uint32_t spare = first.table(rows, dim);
  const ModelMaker third = with_changed_row(first, spare);
  const Revision step(first, third);
  ASSERT_NE(step.applied, nullptr);
  const std::uint32_t segment = third.desc.tables[spare].segment;
  auto changed = base::AlignedBlock::allocate(sizeof(std::uint32_t));
  ASSERT_TRUE(changed.ok());
  std::memset(changed->data(), 0, changed->size());
  const std::span<const std::byte> before = step.base->file().segment(segment);
  const auto overlay = format::Overlay::make(
      {before, step.base->file().keeper(segment), dim * sizeof(float), before.size(), std::move(*changed), false});
  ASSERT_TRUE(overlay.ok()) << overlay.status().message();
  std::memcpy((*overlay)->room().data(), step.whole->file().segment(segment).data(), (*overlay)->room().size());

  // The whole model's file, but for that segment.
  const auto held_by = [&](std::uint32_t apart) {
    std::vector<format::HeldSegment> held;
    for (std::uint32_t i = 0; i < step.whole->desc().segments.size(); ++i)
      held.push_back(i == apart
                         ? format::HeldSegment{{}, step.base->file().keeper(i), true, *overlay}
                         : format::HeldSegment{step.whole->file().segment(i), step.whole->file().keeper(i), true});
    return held;
  };
  auto middle = format::patched_file("middle", step.whole->desc(), held_by(segment), {});
  ASSERT_TRUE(middle.ok()) << middle.status().message();
  const testing::TemporaryPath path("last.clensd");
  ASSERT_TRUE(format::make_delta(**middle, step.whole->file(), path.c_str(), 1.0).ok());
  const auto delta = format::Delta::open(path.c_str(), {});
  ASSERT_TRUE(delta.ok());
  auto file = (*delta)->apply(**middle, 0);
  ASSERT_TRUE(file.ok()) << file.status().message();
  EXPECT_TRUE((*file)->verify_segments().ok());
  EXPECT_EQ((*file)->overlay(segment), nullptr);
  EXPECT_TRUE(exec::Model::make(std::move(*file), {}).ok());

  // And no model is made that would look rows up there.
  const base::Status refused = exec::Model::make(std::move(*middle), {}).status();
  EXPECT_EQ(refused.code(), base::Code::internal);
  EXPECT_NE(std::string(refused.message()).find("segments[" + std::to_string(segment) + "]"), std::string::npos)
      << refused.message();
}

}  // namespace
}  // namespace clicklens
