// A batch of table rows made of ids, against the batch as it came: scores, coverage and profiles have the same bits.
#include "lens/encoded_batch.h"

#include "lens/coverage.h"
#include "unit/lens/profile_support.h"

namespace clicklens::lens {
namespace {

struct Fixture {
  testing::TrafficModel made;
  ProfileOptions options = made.everything();
  testing::Traffic traffic{400, 7};
  testing::TrafficBatch batch{traffic, 0, 400};
  std::unique_ptr<exec::Session> session = made.session(options);

  std::vector<float> scores(const exec::Batch& of) const {
    const std::size_t tasks = made.model()->desc().outputs.size();
    std::vector<float> values(of.candidates * tasks);
    exec::Output output;
    output.kind = exec::OutputKind::logit;
    output.values = values.data();
    output.capacity = values.size();
    const base::Status status = session->run(of, output);
    EXPECT_TRUE(status.ok()) << status.message();
    return values;
  }
  std::vector<std::uint8_t> covered(const exec::Batch& of) const {
    std::vector<std::uint8_t> marks(of.candidates * made.model()->desc().features.size());
    EXPECT_TRUE(coverage(*session, of, marks).ok());
    return marks;
  }
  std::vector<std::byte> profiled(const exec::Batch& of) const {
    const auto profile = made.profile(options);
    const base::Status status = profile->add(*session, of, batch.rows(true));
    EXPECT_TRUE(status.ok()) << status.message();
    return testing::saved(*profile);
  }
};

TEST(EncodedBatch, RunsAsTheBatchItIsMadeOf) {
  const Fixture fixture;
  const exec::Batch plain = fixture.batch.batch();
  const auto encoded = EncodedBatch::make(*fixture.session, plain);
  ASSERT_TRUE(encoded.ok()) << encoded.status().message();
  const exec::Batch& rows = encoded->view();
  ASSERT_TRUE(rows.encoded);
  std::size_t originally_other = 0;
  for (const encode::Column& column : plain.columns)
    originally_other += column.kind == encode::ColumnKind::keys || column.kind == encode::ColumnKind::strings ? 1 : 0;
  ASSERT_EQ(originally_other, 2u);  // or nothing is tested
  for (const encode::Column& column : rows.columns)
    EXPECT_TRUE(column.kind == encode::ColumnKind::rows || column.kind == encode::ColumnKind::floats);
  EXPECT_EQ(fixture.scores(rows), fixture.scores(plain));
  EXPECT_EQ(fixture.covered(rows), fixture.covered(plain));
  EXPECT_EQ(fixture.profiled(rows), fixture.profiled(plain));
}

TEST(EncodedBatch, IsTheBatchItselfWhereIdsMustBeSeen) {
  const Fixture fixture;
  exec::Batch strict = fixture.batch.batch();
  strict.strict = true;
  const auto same = EncodedBatch::make(*fixture.session, strict);
  ASSERT_TRUE(same.ok()) << same.status().message();
  EXPECT_FALSE(same->view().encoded);
  EXPECT_EQ(same->view().columns.data(), strict.columns.data());
}

TEST(EncodedBatch, RowsAreRefusedUnlessTheBatchSaysSo) {
  const Fixture fixture;
  const exec::Batch plain = fixture.batch.batch();
  const auto encoded = EncodedBatch::make(*fixture.session, plain);
  ASSERT_TRUE(encoded.ok()) << encoded.status().message();
  exec::Batch unsaid = encoded->view();
  unsaid.encoded = false;
  EXPECT_EQ(fixture.session->bind(unsaid).code(), base::Code::bad_batch);
}

}  // namespace
}  // namespace clicklens::lens
