// Dots of fields two by two, and their backward, against plain loops in the stated order.
#include <algorithm>

#include "ops/pair_dots_step.h"
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

float in_lanes(const float* a, const float* b, std::size_t count) {
  float lane[16] = {};
  for (std::size_t c = 0; c < count; ++c) lane[c % 16] = std::fma(a[c], b[c], lane[c % 16]);
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
  return lane[0] + 0.0f;
}

// Fields of a row, each in a matrix of its own.
struct Fields {
  std::vector<Matrix> matrices;
  std::vector<Operand> operands;
  Fields(Random& random, std::size_t count, std::size_t rows, std::size_t width, bool hard) {
    for (std::size_t f = 0; f < count; ++f) {
      matrices.emplace_back(random, rows, width, hard);
      operands.push_back(matrices.back().operand);
    }
  }
  const float* row(std::size_t field, std::size_t r) const {
    const Operand& o = operands[field];
    return o.data + (o.rows != nullptr ? o.rows[r] : r) * o.ld;
  }
};

class PairDots : public EachIsa {};
CLENS_EACH_ISA(PairDots);

// Blocks of any fields, partners of any number, runs of any length to any place.
TEST_P(PairDots, EveryRunHasTheDotsOfItsPlaces) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 80; ++seed) {
    Random random(seed);
    PairDotsArgs d;
    d.rows = between(random, 1, 4), d.width = seed % 3 == 0 ? 16 : between(random, 1, 70);
    const std::size_t count = between(random, 2, 50);
    const Fields fields(random, count, d.rows, d.width, seed % 4 == 0);
    d.fields = fields.operands.data();
    std::vector<std::uint32_t> members;
    std::vector<DotPartner> partners;
    std::vector<DotRun> runs;
    std::uint32_t columns = 0;
    std::vector<DotBlock> blocks(between(random, 1, 3));
    std::vector<std::size_t> firsts;
    for (DotBlock& block : blocks) {
      firsts.insert(firsts.end(), {members.size(), partners.size(), runs.size()});
      block.count = between(random, 1, 16);
      for (std::size_t i = 0; i < block.count; ++i)
        members.push_back(random.bits() % static_cast<std::uint32_t>(count));
      block.partner_count = between(random, 1, 40);
      for (std::size_t p = 0; p < block.partner_count; ++p) {
        partners.push_back({random.bits() % static_cast<std::uint32_t>(count), random.bits() % 3});
        for (std::uint32_t n = partners.back().runs; n > 0; --n) {
          const auto size = static_cast<std::uint32_t>(block.count), first = random.bits() % size;
          runs.push_back({first, 1 + random.bits() % (size - first), columns});
          columns += runs.back().count;
        }
      }
    }
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      blocks[b].fields = members.data() + firsts[3 * b];
      blocks[b].partners = partners.data() + firsts[3 * b + 1];
      blocks[b].runs = runs.data() + firsts[3 * b + 2];
    }
    d.blocks = blocks.data(), d.block_count = blocks.size();
    d.ldy = columns + seed % 3;
    Floats y((d.rows - 1) * d.ldy + columns);
    d.y = y.data();
    table_->pair_dots(d);
    for (std::size_t r = 0; r < d.rows; ++r) {
      for (const DotBlock& block : blocks) {
        const DotRun* run = block.runs;
        for (std::size_t p = 0; p < block.partner_count; ++p)
          for (std::uint32_t n = block.partners[p].runs; n > 0; --n, ++run)
            for (std::uint32_t q = 0; q < run->count; ++q)
              seen.expect(d.y[r * d.ldy + run->to + q],
                          in_lanes(fields.row(block.partners[p].field, r), fields.row(block.fields[run->first + q], r),
                                   d.width),
                          "dot");
      }
    }
  }
}

TEST_P(PairDots, BackwardIsAChainOverThePartners) {
  Comparison seen;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    PairDotsBackwardArgs d;
    d.rows = between(random, 1, 4), d.width = between(random, 1, 40), d.count = between(random, 2, 20);
    const Fields fields(random, d.count, d.rows, d.width, seed % 4 == 0);
    const Matrix dy(random, d.rows, d.count * (d.count - 1) / 2);
    d.fields = fields.operands.data();
    d.dy = dy.operand;
    d.ldy = d.count * d.width + seed % 3;
    Floats y((d.rows - 1) * d.ldy + d.count * d.width);
    d.y = y.data();
    table_->pair_dots_backward(d);
    for (std::size_t r = 0; r < d.rows; ++r)
      for (std::uint32_t i = 0; i < d.count; ++i)
        for (std::size_t c = 0; c < d.width; ++c) {
          float sum = 0.0f;
          std::size_t pair = 0;  // counted, not computed: (0, 1), (0, 2), .. (1, 2), ..
          std::vector<float> slope(d.count);
          for (std::uint32_t a = 0; a < d.count; ++a)
            for (std::uint32_t b = a + 1; b < d.count; ++b, ++pair)
              if (a == i || b == i) slope[a == i ? b : a] = at(d.dy, r, pair);
          for (std::uint32_t j = 0; j < d.count; ++j)
            if (j != i) sum = std::fma(slope[j], fields.row(j, r)[c], sum);
          seen.expect(d.y[r * d.ldy + i * d.width + c], sum + 0.0f, "gradient");
        }
  }
}

TEST(Pairs, AreNumberedInOrder) {
  for (const std::uint32_t count : {2u, 3u, 27u}) {
    std::uint32_t pair = 0;
    for (std::uint32_t i = 0; i < count; ++i)
      for (std::uint32_t j = i + 1; j < count; ++j, ++pair) {
        EXPECT_EQ(ops::pair_of(count, i, j), pair);
        EXPECT_EQ(ops::pair_of(count, j, i), pair);
      }
  }
}

}  // namespace
}  // namespace clicklens::kernels
