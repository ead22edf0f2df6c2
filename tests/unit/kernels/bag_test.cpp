// Embedding bags against one std::fma after the other; tables end at an unreadable page.
#include "kernels/row_lines.h"
#include "support/rows.h"
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

Guarded<std::uint8_t> random_rows(Random& random, Element type, std::size_t dim, std::size_t rows, std::size_t stride,
                                  bool hard) {
  Guarded<std::uint8_t> table((rows - 1) * stride + oracle::bytes_of_row(type, dim));
  const auto bits = [&] { return random.bits(); };
  for (std::size_t r = 0; r < rows; ++r)
    oracle::draw_row(
        type, dim, table.data() + r * stride, bits, [&] { return draw(random, hard); }, hard);
  return table;
}

struct Case {
  Guarded<std::uint8_t> table{0};
  Floats weights{0}, divisors{0}, out{0};
  Guarded<std::uint32_t> ids{0}, offsets{0};
  BagJob job;

  Case(Random& random, Element type, std::size_t dim, bool hard) {
    const std::size_t rows = between(random, 1, 50), bags = between(random, 0, random.bits() % 8 == 0 ? 20 : 9);
    const std::size_t stride = oracle::bytes_of_row(type, dim) + random.bits() % 3 * 4;
    table = random_rows(random, type, dim, rows, stride, hard);
    offsets = Guarded<std::uint32_t>(bags + 1);
    offsets[0] = random.bits() % 3;
    for (std::size_t b = 0; b < bags; ++b) offsets[b + 1] = offsets[b] + random.bits() % 6;
    ids = Guarded<std::uint32_t>(offsets[bags]);
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = random.bits() % static_cast<std::uint32_t>(rows);
    weights = random_floats(random, ids.size());
    divisors = Floats(bags);
    for (std::size_t b = 0; b < bags; ++b) divisors[b] = random.uniform(0.5f, 4);
    job.table = table.data();
    job.row_stride = stride;
    job.type = type;
    job.dim = static_cast<std::uint32_t>(dim);
    job.ids = ids.data();
    job.offsets = offsets.data();
    job.bags = bags;
    job.pool = random.bits() % 3 == 0 ? Pool::max : Pool::sum;
    if (random.bits() % 2 != 0) job.weights = weights.data();
    if (random.bits() % 3 == 0) job.divisors = divisors.data();
    job.resume = random.bits() % 4 == 0;
    job.ld_out = dim + random.bits() % 4;
    if (random.bits() % 2 != 0) job.lines = row_lines(table.data(), stride, type, dim);
    out = random_floats(random, bags == 0 ? 0 : (bags - 1) * job.ld_out + dim);
    job.out = out.data();
  }

  float expected(std::size_t b, std::size_t c) const {
    float acc = job.resume ? out[b * job.ld_out + c] : 0.0f;
    for (std::uint32_t i = offsets[b]; i < offsets[b + 1]; ++i) {
      const float v = oracle::number_in_row(job.type, table.data() + ids[i] * job.row_stride, c);
      if (job.pool == Pool::sum) {
        acc = std::fma(job.weights != nullptr ? weights[i] : 1.0f, v, acc);
      } else if ((i == offsets[b] && !job.resume) || v > acc || v != v) {
        acc = v;  // the first of ties stays; so does NaN, nothing being greater
      }
    }
    return (job.divisors != nullptr ? acc / divisors[b] : acc) + 0.0f;
  }
  std::vector<float> expected() const {
    std::vector<float> all;
    for (std::size_t b = 0; b < job.bags; ++b) {
      for (std::size_t c = 0; c < job.dim; ++c) all.push_back(expected(b, c));
    }
    return all;
  }
};

constexpr Element types[] = {Element::f32, Element::f16, Element::bf16, Element::i8_row, Element::i4_row};

void run_and_compare(const Table& table, const std::vector<std::unique_ptr<Case>>& cases, Comparison& seen,
                     bool fetched = false) {
  std::vector<BagJob> jobs;
  std::vector<std::vector<float>> expected;
  for (const auto& c : cases) jobs.push_back(c->job), expected.push_back(c->expected());
  table.bags({jobs.data(), jobs.size(), fetched});
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    for (std::size_t e = 0; e < expected[i].size(); ++e) {
      seen.expect(jobs[i].out[e / jobs[i].dim * jobs[i].ld_out + e % jobs[i].dim], expected[i][e],
                  "type " + std::to_string(static_cast<int>(jobs[i].type)) + " dim " + std::to_string(jobs[i].dim) +
                      " job " + std::to_string(i) + " element " + std::to_string(e));
    }
  }
}

class Bags : public EachIsa {};

TEST_P(Bags, RandomJobsOfEveryTypeAndDim) {
  for (const Element type : types) {
    Comparison seen;
    for (std::size_t first = 1; first <= 133; first += first < 70 ? 3 : 31) {
      Random random(static_cast<std::uint32_t>(first));
      std::vector<std::unique_ptr<Case>> cases;
      for (std::size_t dim = first; dim < first + 3; ++dim) {
        for (int i = 0; i < 8; ++i) cases.push_back(std::make_unique<Case>(random, type, dim, i == 0));
      }
      run_and_compare(*table_, cases, seen);
    }
  }
}

TEST_P(Bags, TypesMayMixInOneCall) {
  Comparison seen;
  Random random(77);
  std::vector<std::unique_ptr<Case>> cases;
  for (int i = 0; i < 200; ++i)
    cases.push_back(std::make_unique<Case>(random, types[random.bits() % 5], between(random, 1, 40), i % 8 == 0));
  run_and_compare(*table_, cases, seen);
}

// Jobs alike are done in one go; here stretches of them, of any length, follow each other.
TEST_P(Bags, JobsAlikeStandInStretches) {
  for (const bool fetched : {false, true}) {
    Comparison seen;
    Random random(5);
    std::vector<std::unique_ptr<Case>> cases;
    for (int stretch = 0; stretch < 60; ++stretch) {
      const Element type = types[random.bits() % 5];
      const std::size_t dim = between(random, 1, 3) * 16, count = between(random, 1, 6);
      const bool weighted = random.bits() % 2 != 0;
      for (std::size_t i = 0; i < count; ++i) {
        Case& made = *cases.emplace_back(std::make_unique<Case>(random, type, dim, false));
        made.job.weights = weighted ? made.weights.data() : nullptr;
        if (random.bits() % 8 != 0) made.job.pool = Pool::sum;
      }
    }
    run_and_compare(*table_, cases, seen, fetched);
  }
}

// The bytes of a row lie in the lines that are fetched, wherever the row begins.
TEST(RowLines, CoverEveryRow) {
  for (const std::size_t start : {0u, 4u, 32u, 60u}) {
    for (const std::size_t dim : {1u, 12u, 16u, 17u, 33u, 64u}) {
      const std::size_t bytes = 4 * dim;
      for (const std::size_t stride : {bytes, bytes + 4, (bytes + 63) / 64 * 64}) {
        // NOLINTNEXTLINE: an address that nothing reads
        const RowLines lines = row_lines(reinterpret_cast<const void*>(4096 + start), stride, Element::f32, dim);
        for (std::size_t row = 0; row < 40; ++row) {
          const std::size_t first = 4096 + start + row * stride;
          std::vector<std::size_t> fetched = {first / 64};
          if (lines.last_byte != 0) {
            for (std::size_t line = 64; line < lines.between; line += 64) fetched.push_back((first + line) / 64);
            fetched.push_back((first + lines.last_byte) / 64);
          }
          for (std::size_t line = first / 64; line <= (first + bytes - 1) / 64; ++line)
            EXPECT_NE(std::find(fetched.begin(), fetched.end(), line), fetched.end())
                << start << ' ' << dim << ' ' << stride << ' ' << row;
          EXPECT_EQ(fetched.back(), (first + bytes - 1) / 64) << "a line behind the row";
        }
      }
    }
  }
}

// Dimensions do not mix: all 65,536 halves as the one row of one id.
TEST_P(Bags, EveryHalfIsWidenedExactly) {
  for (const Element type : {Element::f16, Element::bf16}) {
    Guarded<std::uint8_t> table(2 * 65536);
    for (std::size_t i = 0; i < 65536; ++i) {
      table[2 * i] = static_cast<std::uint8_t>(i & 255);
      table[2 * i + 1] = static_cast<std::uint8_t>(i >> 8);
    }
    Floats out(65536);
    const std::uint32_t id = 0, offsets[] = {0, 1};
    const BagJob job{table.data(), 2 * 65536, type, Pool::sum,  65536, &id,  nullptr,
                     offsets,      nullptr,   1,    out.data(), 65536, false};
    table_->bags({&job, 1});
    Comparison seen;
    for (std::size_t c = 0; c < 65536; ++c)
      seen.expect(out[c], oracle::number_in_row(type, table.data(), c) + 0.0f, "half " + std::to_string(c));
  }
}

TEST_P(Bags, EveryCodeIsWidenedExactly) {
  for (const Element type : {Element::i8_row, Element::i4_row}) {
    Random random(3);
    const std::size_t dim = 511;  // of int4: all pairs of neighbours, and an odd end
    Guarded<std::uint8_t> table(oracle::bytes_of_row(type, dim));
    const float affine[] = {0.1f, -3.7f};
    std::memcpy(table.data(), affine, sizeof affine);
    for (std::size_t i = 8; i < table.size(); ++i) table[i] = static_cast<std::uint8_t>(i - 8);
    Floats out(dim);
    const std::uint32_t id = 0, offsets[] = {0, 1};
    const BagJob job{table.data(), table.size(), type, Pool::sum,  dim, &id,  nullptr,
                     offsets,      nullptr,      1,    out.data(), dim, false};
    table_->bags({&job, 1});
    Comparison seen;
    for (std::size_t c = 0; c < dim; ++c) {
      const auto byte = static_cast<std::uint32_t>(type == Element::i8_row ? c : c / 2) & 255u;
      const std::uint32_t q = type == Element::i8_row ? byte : c % 2 == 0 ? byte & 15u : byte >> 4;
      seen.expect(out[c], std::fma(static_cast<float>(q), 0.1f, -3.7f), "code " + std::to_string(c));
    }
  }
}

TEST_P(Bags, ScaleAndBiasThatAreNoNumbersShow) {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const float cases[][4] = {// scale, bias, then what codes 0 and 7 become
                            {1.0f, nan, nan, nan},
                            {nan, 1.0f, nan, nan},
                            {infinity, 0.0f, nan, infinity},
                            {0.0f, -infinity, -infinity, -infinity}};
  for (const auto& [scale, bias, zero, seven] : cases) {
    std::uint8_t row[10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
    std::memcpy(row, &scale, 4);
    std::memcpy(row + 4, &bias, 4);
    float out[2] = {};
    const std::uint32_t id = 0, offsets[] = {0, 1};
    const BagJob job{row, 12, Element::i8_row, Pool::sum, 2, &id, nullptr, offsets, nullptr, 1, out, 2, false};
    table_->bags({&job, 1});
    EXPECT_TRUE(same_bits(out[0], zero)) << scale << ' ' << bias << ' ' << out[0];
    EXPECT_TRUE(same_bits(out[1], seven)) << scale << ' ' << bias << ' ' << out[1];
  }
}

TEST_P(Bags, ALongBagMayComeInChunks) {
  Comparison seen;
  Random random(2);
  for (const Element type : types) {
    for (const Pool pool : {Pool::sum, Pool::max}) {
      const std::size_t stride = oracle::bytes_of_row(type, 16);
      const Guarded<std::uint8_t> table = random_rows(random, type, 16, 100, stride, false);
      Guarded<std::uint32_t> ids(500);
      for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = random.bits() % 100;
      Floats whole(16), chunked(16);
      const std::uint32_t all[] = {0, 500}, first[] = {0, 211}, rest[] = {211, 500};
      BagJob job{table.data(), stride, type, pool, 16, ids.data(), nullptr, all, nullptr, 1, whole.data(), 16, false};
      table_->bags({&job, 1});
      job.out = chunked.data();
      job.offsets = first;
      table_->bags({&job, 1});
      job.offsets = rest;
      job.resume = true;
      table_->bags({&job, 1});
      for (std::size_t c = 0; c < 16; ++c) seen.expect(chunked[c], whole[c], "column " + std::to_string(c));
    }
  }
}

TEST_P(Bags, NothingToDoIsFine) {
  table_->bags({nullptr, 0});
  BagJob none;
  table_->bags({&none, 1});
}

CLENS_EACH_ISA(Bags);

}  // namespace
}  // namespace clicklens::kernels
