// Models written again with rows of another type: scores have the bits of a plain reference over the numbers that the
// new file's rows stand for, read by the format's definition; what was kept is the same, and the error is true.
#include "lens/refine_tables.h"

#include <cmath>
#include <filesystem>
#include <fstream>

#include "support/made.h"
#include "support/reference.h"
#include "support/rows.h"

namespace clicklens {
namespace {

using base::Code;
using format::ElementType;
using testing::expect_bits;
using testing::Made;
using testing::RandomBatch;
using testing::Reference;
using testing::TemporaryPath;

std::vector<std::uint32_t> all_tables(const exec::Model& model) {
  std::vector<std::uint32_t> tables;
  for (std::uint32_t i = 0; i < model.desc().tables.size(); ++i) tables.push_back(i);
  return tables;
}

std::vector<float> numbers(const exec::Model& model, std::uint32_t index) {
  const format::TableDesc& table = model.desc().tables[index];
  std::vector<float> all;
  for (std::uint64_t row = 0; row < table.rows; ++row) {
    const auto* stored = reinterpret_cast<const std::uint8_t*>(model.table(index).row(row, table.row_stride));
    for (std::uint32_t c = 0; c < table.dim; ++c)
      all.push_back(oracle::number_in_row(static_cast<kernels::Element>(table.type), stored, c));
  }
  return all;
}

std::shared_ptr<exec::Model> reopened(const TemporaryPath& path) {
  format::OpenOptions options;
  options.verify_segments = true;
  auto model = exec::Model::open(path.c_str(), options);
  EXPECT_TRUE(model.ok()) << model.status().message();
  return model.ok() ? *model : nullptr;
}

std::vector<float> reference_logits(const Made& made, const RandomBatch& batch) {
  std::vector<float> logits;
  const Reference<float> reference(made.random.maker, made.desc());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto values = reference.forward(batch.row(row));
    for (const format::OutputDesc& output : made.desc().outputs) logits.push_back(values.at(output.logit)[0]);
  }
  return logits;
}

std::vector<float> session_logits(const Made& made, const RandomBatch& batch) {
  const auto session = testing::session_of(made, {});
  return session == nullptr ? std::vector<float>() : testing::logits(*session, batch);
}

class RefineTables : public ::testing::TestWithParam<std::uint8_t> {
 protected:
  [[nodiscard]] static ElementType type() { return static_cast<ElementType>(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Types, RefineTables, ::testing::Range(std::uint8_t{0}, std::uint8_t{5}));

TEST_P(RefineTables, ScoresAreThoseOfTheWidenedNumbers) {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    Made made(seed);
    ASSERT_NE(made.model, nullptr);
    const RandomBatch batch(made.random.maker, made.desc(), {4, 0, 9});
    const std::shared_ptr<exec::Model> original = made.model;  // whose description the batch refers to
    const std::vector<float> before = session_logits(made, batch);
    const TemporaryPath path("refined.clens");
    const auto changes = lens::refine_tables(*made.model, all_tables(*made.model), type(), path.c_str());
    ASSERT_TRUE(changes.ok()) << changes.status().message();
    made.model = reopened(path);
    ASSERT_NE(made.model, nullptr);
    ASSERT_EQ(changes->size(), made.desc().tables.size());
    double error = 0;
    for (const lens::TableChange& change : *changes) {
      const std::vector<float> after = numbers(*made.model, change.table);
      std::vector<float>& known = made.random.maker.tables[change.table];
      for (std::size_t i = 0; i < after.size(); ++i)
        error = std::max(error, std::abs(double{known[i]} - double{after[i]}));
      EXPECT_EQ(change.largest_error, error);
      const std::size_t dim = made.desc().tables[change.table].dim;
      double of_row = 0;
      for (std::size_t i = change.largest_error_row * dim; i < (change.largest_error_row + 1) * dim; ++i)
        of_row = std::max(of_row, std::abs(double{known[i]} - double{after[i]}));
      EXPECT_EQ(of_row, error);
      error = 0;
      EXPECT_EQ(made.desc().tables[change.table].type, type());
      EXPECT_EQ(change.bytes_after, made.desc().segments[made.desc().tables[change.table].segment].size);
      if (type() == ElementType::f32) {
        EXPECT_EQ(change.largest_error, 0) << "nothing is lost in float32";
      }
      known = after;
    }
    expect_bits(session_logits(made, batch), reference_logits(made, batch), "refined");
    if (type() == ElementType::f32) expect_bits(session_logits(made, batch), before, "widened alone");
  }
}

TEST_P(RefineTables, NamedTablesAloneChange) {
  testing::ModelMaker maker(3);
  const std::uint32_t a = maker.bag(maker.sparse("a", format::Scope::request, 40), maker.table(40, 16));
  const std::uint32_t b = maker.bag(maker.sparse("b", format::Scope::candidate, 40), maker.table(40, 16));
  maker.output("y", maker.linear(maker.node(format::ConcatOp{}, {a, b}), 32, 1));
  maker.desc.metadata = {{"refined", "once"}};
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const TemporaryPath path("refined.clens");
  const std::uint32_t second = 1;
  const auto changes = lens::refine_tables(*model, {&second, 1}, type(), path.c_str());
  ASSERT_TRUE(changes.ok()) << changes.status().message();
  const auto refined = reopened(path);
  ASSERT_NE(refined, nullptr);
  EXPECT_EQ(refined->desc().tables[0], model->desc().tables[0]);
  EXPECT_EQ(refined->desc().tables[1].type, type());
  EXPECT_EQ(numbers(*refined, 0), maker.tables[0]);
  EXPECT_EQ((*changes)[0].bytes_before, 40u * 64);
  const std::uint64_t strides[] = {64, 32, 32, 32, 16};
  EXPECT_EQ((*changes)[0].bytes_after, 40u * strides[GetParam()]);
  EXPECT_EQ(refined->desc().metadata[0].value.find("once; 1 tables as"), 0u);
  EXPECT_EQ(refined->desc().nodes, model->desc().nodes);
}

// Two tables in one segment: the one that changes gets its own.
TEST_P(RefineTables, ASharedSegmentStays) {
  testing::ModelMaker maker(4);
  const std::uint32_t a = maker.bag(maker.sparse("a", format::Scope::request, 40), maker.table(40, 6));
  const std::uint32_t b = maker.bag(maker.sparse("b", format::Scope::candidate, 40), maker.table(40, 6));
  maker.output("y", maker.linear(maker.node(format::ConcatOp{}, {a, b}), 12, 1));
  maker.desc.tables[1].segment = maker.desc.tables[0].segment;
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const TemporaryPath path("refined.clens");
  const std::uint32_t second = 1;
  ASSERT_TRUE(lens::refine_tables(*model, {&second, 1}, type(), path.c_str()).ok());
  const auto refined = reopened(path);
  ASSERT_NE(refined, nullptr);
  EXPECT_EQ(numbers(*refined, 0), maker.tables[0]);
  for (std::size_t i = 0; i < maker.tables[0].size(); ++i)
    EXPECT_NEAR(numbers(*refined, 1)[i], maker.tables[0][i], type() == ElementType::i4_row ? 0.07 : 0.004);
}

TEST_P(RefineTables, AModelMayBeWrittenOverItself) {
  Made made(9);
  ASSERT_NE(made.model, nullptr);
  const TemporaryPath path("model.clens");
  ASSERT_TRUE(made.random.maker.write(path.c_str()).ok());
  const auto model = reopened(path);
  ASSERT_TRUE(lens::refine_tables(*model, all_tables(*model), type(), path.c_str()).ok());
  EXPECT_EQ(reopened(path)->desc().tables[0].type, type());
}

// A damaged file must not come out with checksums that hold.
TEST_P(RefineTables, ADamagedModelIsNotWritten) {
  Made made(9);
  ASSERT_NE(made.model, nullptr);
  const TemporaryPath path("model.clens"), out("refined.clens");
  ASSERT_TRUE(made.random.maker.write(path.c_str()).ok());
  std::fstream file(path.str(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-1, std::ios::end);  // the last segment has no padding behind it
  file.put('\x55');
  file.close();
  const auto model = exec::Model::open(path.c_str(), {});
  ASSERT_TRUE(model.ok()) << "segments are not checked unless asked for: " << model.status().message();
  const auto changes = lens::refine_tables(**model, all_tables(**model), type(), out.c_str());
  EXPECT_EQ(changes.status().code(), Code::checksum_mismatch);
  EXPECT_FALSE(std::filesystem::exists(out.str()));
}

TEST(RefineTablesArguments, WhatCannotBeIsRefused) {
  testing::ModelMaker maker(3);
  const std::uint32_t bag = maker.bag(maker.sparse("a", format::Scope::request, 2), maker.table(2, 2));
  maker.replace_table(0, {1, 2, 3, 1e6f});
  maker.output("y", maker.linear(bag, 2, 1));
  const auto model = maker.open();
  ASSERT_NE(model, nullptr);
  const TemporaryPath path("refined.clens");
  const auto status = [&](std::vector<std::uint32_t> tables, ElementType type) {
    return lens::refine_tables(*model, tables, type, path.c_str()).status();
  };
  EXPECT_EQ(status({1}, ElementType::f16).code(), Code::invalid_argument);
  EXPECT_EQ(status({0, 0}, ElementType::i8_row).code(), Code::invalid_argument);
  const base::Status too_large = status({0}, ElementType::f16);
  EXPECT_EQ(too_large.code(), Code::bad_value);
  EXPECT_STREQ(too_large.message(), "table 't0': row 1, column 1: f16 cannot hold 1e+06");
  EXPECT_FALSE(std::filesystem::exists(path.str())) << "nothing is left behind";
  EXPECT_TRUE(status({0}, ElementType::bf16).ok());
}

}  // namespace
}  // namespace clicklens
