// The same bits everywhere: instruction sets, batch sizes, tiles, strands, sharing, and whatever the host
// did to the floating-point environment.
#include <algorithm>
#include <bit>
#include <cfenv>
#include <thread>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "kernels/dispatch.h"
#include "support/parity_model.h"
#include "support/random_batch.h"

namespace clicklens {
namespace {

using testing::ParityModel;
using testing::RandomBatch;

constexpr std::size_t most_rows = 300;

// One model and one batch of requests of 1..23 candidates, with the bits the scalar set gives.
struct Fixture {
  Fixture() : model(parity.maker.open()), batch(parity.maker, model->desc(), sizes()) {
    exec::SessionOptions options;
    options.kernels = kernels::table_for(kernels::Isa::scalar);
    expected = scores(options, batch);
  }
  static std::vector<std::uint32_t> sizes() {
    std::vector<std::uint32_t> sizes;
    std::uint32_t left = most_rows;
    for (std::uint32_t size = 1; left > 0; size = (size * 7) % 24) {
      sizes.push_back(std::min(size, left));
      left -= sizes.back();
    }
    return sizes;
  }
  std::unique_ptr<exec::Session> session(const exec::SessionOptions& options) const {
    auto made = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    return std::move(*made);
  }
  static std::vector<std::uint32_t> run(exec::Session& session, const exec::Batch& batch) {
    std::vector<float> values(batch.candidates * session.plan().logits.size());
    exec::Output output;
    output.kind = exec::OutputKind::probability;
    output.values = values.data();
    output.capacity = values.size();
    const base::Status status = session.run(batch, output);
    EXPECT_TRUE(status.ok()) << status.message();
    std::vector<std::uint32_t> bits;
    for (const float v : values) bits.push_back(std::bit_cast<std::uint32_t>(v));
    return bits;
  }
  std::vector<std::uint32_t> scores(const exec::SessionOptions& options, const RandomBatch& of) const {
    return run(*session(options), of.batch());
  }

  ParityModel parity;
  std::shared_ptr<exec::Model> model;
  RandomBatch batch;
  std::vector<std::uint32_t> expected;
};

Fixture& fixture() {
  static Fixture fixture;
  return fixture;
}

std::vector<kernels::Isa> isas() {
  std::vector<kernels::Isa> found;
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (kernels::supported(isa))
      found.push_back(isa);
    else
      std::printf("[  NOTICE  ] this machine has no %s: its parity is NOT tested here\n", kernels::isa_name(isa));
  }
  return found;
}

TEST(Parity, TheBatchIsWorthComparing) {
  const std::vector<std::uint32_t>& bits = fixture().expected;
  ASSERT_EQ(bits.size(), 2 * most_rows);
  std::size_t distinct = 0;
  for (std::size_t i = 2; i < bits.size(); ++i) distinct += bits[i] != bits[i - 2];
  EXPECT_GT(distinct, most_rows);
  for (const std::uint32_t b : bits) EXPECT_TRUE(std::isfinite(std::bit_cast<float>(b)));
}

TEST(Parity, InstructionSets) {
  ASSERT_GE(isas().size(), 2u);
  for (const kernels::Isa isa : isas()) {
    exec::SessionOptions options;
    options.kernels = kernels::table_for(isa);
    EXPECT_EQ(fixture().scores(options, fixture().batch), fixture().expected) << kernels::isa_name(isa);
    EXPECT_EQ(fixture().scores(options, fixture().batch.unshared()), fixture().expected) << kernels::isa_name(isa);
  }
}

TEST(Parity, BatchSizes) {
  const RandomBatch unshared = fixture().batch.unshared();
  for (const kernels::Isa isa : isas()) {
    exec::SessionOptions options;
    options.kernels = kernels::table_for(isa);
    const auto session = fixture().session(options);
    const std::size_t step = isa == kernels::Isa::scalar ? 37 : 1;  // slow: every 37th size only
    for (std::size_t rows = 1; rows <= most_rows; rows += step) {
      exec::Batch part = unshared.batch();
      part.candidates = rows;
      const std::vector<std::uint32_t> bits = Fixture::run(*session, part);
      ASSERT_TRUE(std::equal(bits.begin(), bits.end(), fixture().expected.begin()))
          << rows << " rows, " << kernels::isa_name(isa);
    }
  }
}

TEST(Parity, TilesAndStrands) {
  for (const std::size_t tile : {1u, 7u, 32u, 96u, 300u}) {
    for (std::size_t strands = 1; strands <= 4; ++strands) {
      exec::SessionOptions options;
      options.tile_rows = tile;
      options.strands = strands;
      ASSERT_EQ(fixture().scores(options, fixture().batch), fixture().expected) << tile << " rows, " << strands;
    }
  }
}

TEST(Parity, TheHostsThreads) {
  exec::SessionOptions options;
  options.tile_rows = 16;
  options.strands = 3;
  options.parallel_for = [](void*, std::size_t n, exec::Task task, void* context) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < n; ++i) threads.emplace_back(task, context, n - 1 - i);
    for (std::thread& thread : threads) thread.join();
  };
  EXPECT_EQ(fixture().scores(options, fixture().batch), fixture().expected);
}

TEST(Parity, TheHostRoundsUpwards) {
  const auto session = fixture().session({});
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  const std::vector<std::uint32_t> bits = Fixture::run(*session, fixture().batch.batch());
  const int rounding = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(rounding, FE_UPWARD) << "the host's rounding must be put back";
  EXPECT_EQ(bits, fixture().expected);
}

TEST(Parity, TheHostFlushesToZero) {
  const auto session = fixture().session({});
#if defined(__x86_64__)
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040u);  // FTZ and DAZ
  const std::vector<std::uint32_t> bits = Fixture::run(*session, fixture().batch.batch());
  const unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT_EQ(after & 0x8040u, 0x8040u) << "the host's mode must be put back";
#else
  std::uint64_t before = 0;
  asm volatile("mrs %0, fpcr" : "=r"(before));
  asm volatile("msr fpcr, %0" ::"r"(before | (1u << 24)));
  const std::vector<std::uint32_t> bits = Fixture::run(*session, fixture().batch.batch());
  asm volatile("msr fpcr, %0" ::"r"(before));
#endif
  EXPECT_EQ(bits, fixture().expected);
}

// Probes of every value, in a session of one task that exits by one of them in the middle of the network.
TEST(Parity, ProbesAndEarlyExit) {
  ParityModel parity;
  parity.maker.desc.outputs.resize(1);
  const auto model = parity.maker.open();
  const RandomBatch batch(parity.maker, model->desc(), Fixture::sizes());
  exec::SessionOptions options;
  for (std::uint32_t v = 0; v < model->desc().values.size(); ++v)
    options.probes.push_back({v, parity.maker.draw(model->graph().values[v].columns()), 0.125f});
  std::vector<std::uint32_t> expected;
  const auto run = [&](const exec::SessionOptions& with, const exec::Batch& of) {
    auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), with);
    ASSERT_TRUE(session.ok()) << session.status().message();
    std::vector<float> scores(most_rows), probes(most_rows * options.probes.size());
    exec::Output output;
    output.values = scores.data();
    output.capacity = scores.size();
    output.probe_logits = probes.data();
    output.probe_capacity = probes.size();
    ASSERT_TRUE((*session)->run(of, output).ok());
    std::vector<std::uint32_t> bits{static_cast<std::uint32_t>(output.exited)};
    for (const auto* floats : {&scores, &probes})
      for (const float v : *floats) bits.push_back(std::bit_cast<std::uint32_t>(v));
    if (expected.empty()) expected = bits;
    EXPECT_EQ(bits, expected);
  };
  options.kernels = kernels::table_for(kernels::Isa::scalar);
  run(options, batch.batch());
  std::uint32_t middle = 0;
  while (model->graph().values[middle].columns() != 33) ++middle;
  std::vector<float> logits;
  for (std::size_t row = 0; row < most_rows; ++row)
    logits.push_back(std::bit_cast<float>(expected[1 + most_rows + row * options.probes.size() + middle]));
  std::nth_element(logits.begin(), logits.begin() + most_rows / 2, logits.end());
  options.exit = exec::ExitRule{middle, logits[most_rows / 2]};
  expected.clear();
  for (const kernels::Isa isa : isas()) {
    options.kernels = kernels::table_for(isa);
    for (const std::size_t tile : {1u, 7u, 96u, 300u}) {
      for (options.strands = 1; options.strands <= 4; ++options.strands) {
        options.tile_rows = tile;
        run(options, batch.batch());
        run(options, batch.unshared().batch());
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_EQ(expected[0], most_rows / 2) << "half of the rows stop";
}

// Rows of every type: the same bits on every set, tile and count of strands, shared or not.
TEST(Parity, NarrowRows) {
  testing::NarrowModel narrow;
  const auto model = narrow.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(narrow.maker, model->desc(), Fixture::sizes());
  const RandomBatch unshared = batch.unshared();
  std::vector<std::uint32_t> expected;
  for (const kernels::Isa isa : isas()) {
    for (const std::size_t tile : {1u, 7u, 96u, 300u}) {
      for (unsigned strands = 1; strands <= 3; ++strands) {
        exec::SessionOptions options;
        options.kernels = kernels::table_for(isa);
        options.tile_rows = tile;
        options.strands = strands;
        auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
        ASSERT_TRUE(session.ok()) << session.status().message();
        for (const RandomBatch* of : {&batch, &unshared}) {
          const auto bits = Fixture::run(**session, of->batch());
          if (expected.empty()) expected = bits;
          ASSERT_EQ(bits, expected) << kernels::isa_name(isa) << " tile " << tile << " strands " << strands;
        }
      }
    }
  }
  ASSERT_FALSE(expected.empty());
  EXPECT_NE(expected, fixture().expected) << "rows of other numbers";
}

// int8, on sets with and without their optional instructions.
TEST(Parity, Int8) {
  exec::SessionOptions options;
  options.precision = ops::Precision::int8;
  options.kernels = kernels::table_for(kernels::Isa::scalar);
  const std::vector<std::uint32_t> expected = fixture().scores(options, fixture().batch);
  EXPECT_NE(expected, fixture().expected);
  const RandomBatch unshared = fixture().batch.unshared();
  std::vector<const kernels::Table*> tables;
  for (const kernels::Isa isa : isas()) {
    tables.push_back(kernels::table_for(isa));
    if (isa == kernels::Isa::avx512) tables.push_back(kernels::plain_table_for(isa));
  }
  if (kernels::amx_table() != nullptr) {
    tables.push_back(kernels::amx_table());
  } else {
    std::printf("[  NOTICE  ] no AMX here: its parity is NOT tested\n");
  }
  for (const kernels::Table* table : tables) {
    options.kernels = table;
    for (const std::size_t tile : {1u, 7u, 96u, 300u}) {
      for (std::size_t strands = 1; strands <= 4; ++strands) {
        options.tile_rows = tile;
        options.strands = strands;
        ASSERT_EQ(fixture().scores(options, fixture().batch), expected) << table->name << ", " << tile << " rows";
        ASSERT_EQ(fixture().scores(options, unshared), expected) << table->name << ", unshared";
      }
    }
  }
}

// Rows that go on are moved, and quantised again where they come to lie.
TEST(Parity, Int8WithEarlyExit) {
  ParityModel parity;
  parity.maker.desc.outputs.resize(1);
  const auto model = parity.maker.open();
  const RandomBatch batch(parity.maker, model->desc(), Fixture::sizes());
  std::uint32_t middle = 0;
  while (model->graph().values[middle].columns() != 33) ++middle;
  exec::SessionOptions options;
  options.precision = ops::Precision::int8;
  options.probes.push_back({middle, parity.maker.draw(33), 0.125f});
  std::vector<float> scores(most_rows), logits(most_rows);
  const auto run = [&] {
    auto session = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
    ASSERT_TRUE(session.ok()) << session.status().message();
    exec::Output output;
    output.values = scores.data();
    output.capacity = scores.size();
    output.probe_logits = logits.data();
    output.probe_capacity = logits.size();
    ASSERT_TRUE((*session)->run(batch.batch(), output).ok());
    EXPECT_EQ(output.exited, options.exit ? most_rows / 2 : 0);
  };
  run();
  const std::vector<float> all = scores;
  std::vector<float> sorted = logits;
  std::nth_element(sorted.begin(), sorted.begin() + most_rows / 2, sorted.end());
  options.exit = exec::ExitRule{0, sorted[most_rows / 2]};
  for (const kernels::Isa isa : isas()) {
    for (options.tile_rows = 1; options.tile_rows < 100; options.tile_rows += 33) {
      options.kernels = kernels::table_for(isa);
      run();
      for (std::size_t row = 0; row < most_rows; ++row) {
        const bool goes_on = logits[row] >= options.exit->bound;
        EXPECT_EQ(scores[row] == all[row], goes_on) << "row " << row << ", " << kernels::isa_name(isa);
      }
    }
  }
}

std::uint64_t hash_of(const std::vector<std::uint32_t>& scores) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const std::uint32_t bits : scores)
    for (int byte = 0; byte < 4; ++byte) hash = (hash ^ (bits >> (8 * byte) & 0xFF)) * 1099511628211u;
  return hash;
}
// The scores of arithmetic version 1, as one number: the same on every machine. A change here is a change
// of arithmetic and needs a new version.
TEST(Parity, ScoresOfArithmeticVersion1) {
  EXPECT_EQ(hash_of(fixture().expected), 578919929027657982u);
  exec::SessionOptions options;
  options.precision = ops::Precision::int8;
  EXPECT_EQ(hash_of(fixture().scores(options, fixture().batch)), 6993476097923490909u);
}

}  // namespace
}  // namespace clicklens
