// Which rows are drawn: a division would draw the same.
#include "lens/profile_pick.h"

#include <gtest/gtest.h>

#include <random>

namespace clicklens::lens {
namespace {

TEST(Multiples, AreThoseOfADivision) {
  std::mt19937_64 random(7);
  std::size_t found = 0, others = 0;
  for (std::uint64_t i = 1; i <= 3000; ++i) {
    const std::uint64_t of = i <= 1000 ? i : std::max<std::uint64_t>(1, random() >> random() % 64);
    const Multiples multiples(of);
    EXPECT_TRUE(multiples.has(0));
    for (int draw = 0; draw < 20; ++draw) {
      const std::uint64_t x = random() >> random() % 64;
      for (const std::uint64_t y : {x, x / of * of, ~x, ~x / of * of}) {
        ASSERT_EQ(multiples.has(y), y % of == 0) << y << " of " << of;
        ++(y % of == 0 ? found : others);
      }
    }
  }
  EXPECT_GT(found, 100000u);
  EXPECT_GT(others, 50000u);
}

TEST(RowPicker, PicksByEveryRowsOwnHash) {
  const std::int64_t begins[] = {0, 700, 700, 1900};
  const std::uint64_t keys[] = {5, 6, ~0ull};
  exec::Batch batch;
  batch.candidates = 1900;
  batch.requests = 3;
  batch.request_offsets = begins;
  NeuronRows with, without;
  with.request_keys = keys;
  for (const NeuronRows& rows : {with, without})
    for (const std::uint32_t every : {1u, 6u, 100u}) {
      const RowPicker picker(batch, rows, 12345, 64);
      std::vector<std::uint64_t> wanted, picked;
      for (std::uint64_t r = 0; r < 3; ++r)
        for (std::uint64_t c = batch.request_begin(r); c < batch.request_begin(r + 1); ++c)
          if (mix(picker.hash(r, c)) % every == 0) wanted.push_back(c);
      picker.pick(every, [&](std::uint64_t, std::uint64_t c) { picked.push_back(c); });
      EXPECT_GT(picked.size(), 5u);
      EXPECT_EQ(picked, wanted);
    }
}

}  // namespace
}  // namespace clicklens::lens
