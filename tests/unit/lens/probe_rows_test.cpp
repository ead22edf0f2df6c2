#include "lens/probe_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/xor_network.h"

namespace clicklens::lens {
namespace {

using base::Code;
using testing::observing_session;
using testing::probe_rows;
using testing::XorData;
using testing::XorNetwork;

TEST(ProbeRows, KeepWhatSessionsCapture) {
  const auto model = XorNetwork().open();
  const XorData data(30, 1);
  const ProbeRows rows = probe_rows(model, data);
  ASSERT_EQ(rows.data().rows(), data.rows());
  ASSERT_EQ(rows.values().size(), 4u);
  for (std::size_t v = 0; v < 4; ++v) {
    exec::SessionOptions options;
    options.captures = {rows.values()[v]};
    auto session = exec::Session::create(model, testing::xor_inputs(), options);
    ASSERT_TRUE(session.ok());
    const std::size_t width = rows.data().width(v);
    std::vector<float> captured(data.rows() * width);
    const exec::CaptureBuffer buffer{rows.values()[v], captured.data(), captured.size(), 0};
    exec::Output output;
    output.captures = {&buffer, 1};
    ASSERT_TRUE((*session)->run(data.batch(), output).ok());
    for (std::size_t row = 0; row < data.rows(); ++row)
      for (std::size_t c = 0; c < width; ++c)
        ASSERT_EQ(rows.data().row(v, row)[c], captured[row * width + c]) << v << ", " << row << ", " << c;
  }
}

TEST(ProbeRows, LeaveOutWhatIsNotKept) {
  const auto model = XorNetwork().open();
  const XorData data(30, 1);
  const ProbeRows all = probe_rows(model, data);
  auto some = ProbeRows::create(model, {});
  ASSERT_TRUE(some.ok());
  const auto session = observing_session(model, *some);
  std::vector<std::uint8_t> keep(data.rows());
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < keep.size(); ++i)
    if (i % 3 == 1) {
      keep[i] = 1;
      kept.push_back(i);
    }
  ASSERT_TRUE(some->add(*session, data.batch(), data.info(), keep.data()).ok());
  ASSERT_EQ(some->data().rows(), kept.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    EXPECT_EQ(some->data().labels()[i], data.labels[kept[i]]);
    EXPECT_EQ(some->data().clusters()[i], data.users[kept[i]]);
    EXPECT_EQ(some->data().groups()[i], data.groups[kept[i]]);
    EXPECT_EQ(some->data().controls()[i], data.ad_ids[kept[i]]);
    EXPECT_EQ(some->data().targets()[i], data.targets[kept[i]]);
    EXPECT_EQ(some->data().row(0, i)[2], all.data().row(0, kept[i])[2]);
  }
}

TEST(ProbeRows, AddEverythingOrNothing) {
  const auto model = XorNetwork().open();
  XorData data(30, 1);
  ProbeRows rows = probe_rows(model, data);
  const auto session = observing_session(model, rows);
  const auto add = [&](const RowInfo& info, bool strict = false) {
    exec::Batch batch = data.batch();
    batch.strict = strict;
    return rows.add(*session, batch, info, nullptr).code();
  };
  RowInfo info = data.info();
  info.groups = nullptr;
  EXPECT_EQ(add(info), Code::bad_state);
  EXPECT_EQ(add({}), Code::bad_state);
  data.labels[77] = 2;
  EXPECT_EQ(add(data.info()), Code::bad_value);
  data.labels[77] = 1;
  data.targets[5] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(add(data.info()), Code::bad_value);
  data.targets[5] = 0;
  data.b[100] = 1000;  // tiles before it have been kept by then
  EXPECT_EQ(add(data.info(), true), Code::bad_value);
  EXPECT_EQ(rows.data().rows(), data.rows());
  EXPECT_EQ(rows.data().labels().size(), data.rows());
  data.b[100] = 1;
  EXPECT_EQ(add(data.info(), true), Code::ok);
  EXPECT_EQ(rows.data().rows(), 2 * data.rows());
}

TEST(ProbeRows, StopAtTheirMemory) {
  const auto model = XorNetwork().open();
  const XorData data(30, 1);
  constexpr std::uint64_t row_bytes = 4 * (4 + 3 + 3 + 1) + 32;
  auto rows = ProbeRows::create(model, {{}, row_bytes * data.rows()});
  ASSERT_TRUE(rows.ok());
  const auto session = observing_session(model, *rows);
  EXPECT_EQ(rows->add(*session, data.batch(), data.info(), nullptr).code(), Code::ok);
  EXPECT_EQ(rows->add(*session, data.batch(), data.info(), nullptr).code(), Code::limit_exceeded);
  const std::vector<std::uint8_t> none(data.rows());
  EXPECT_EQ(rows->add(*session, data.batch(), data.info(), none.data()).code(), Code::ok);
  EXPECT_EQ(rows->data().rows(), data.rows());
}

TEST(ProbeRows, NeedASessionOfTheirModelThatObserves) {
  const auto model = XorNetwork().open(), other = XorNetwork("other").open();
  const XorData data(3, 1);
  auto rows = ProbeRows::create(model, {});
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->add(*observing_session(other, *rows), data.batch(), data.info(), nullptr).code(), Code::bad_state);
  auto blind = exec::Session::create(model, testing::xor_inputs(), {});
  ASSERT_TRUE(blind.ok());
  EXPECT_EQ(rows->add(**blind, data.batch(), data.info(), nullptr).code(), Code::bad_state);
  EXPECT_EQ(ProbeRows::create(model, {{1, 2, 1}, 1000}).status().code(), Code::invalid_argument);
  EXPECT_EQ(ProbeRows::create(model, {{99}, 1000}).status().code(), Code::invalid_argument);
}

TEST(ProbeRows, TakeNewLabels) {
  const auto model = XorNetwork().open();
  const XorData data(10, 1);
  ProbeRows rows = probe_rows(model, data);
  std::vector<std::uint8_t> labels(data.rows(), 1);
  std::vector<float> targets(data.rows(), 2.5f);
  EXPECT_EQ(rows.relabel(labels.data(), nullptr, 3).code(), Code::invalid_argument);
  EXPECT_EQ(rows.relabel(labels.data(), targets.data(), data.rows()).code(), Code::ok);
  EXPECT_EQ(rows.data().clicks(), data.rows());
  EXPECT_EQ(rows.data().targets()[7], 2.5f);
  targets[3] = std::nanf("");
  EXPECT_EQ(rows.relabel(labels.data(), targets.data(), data.rows()).code(), Code::bad_value);
  EXPECT_EQ(rows.data().targets()[3], 2.5f);
}

TEST(ProbeData, CountsRowsThatAreNotFinite) {
  ProbeData data({2, 1}, 1u << 20);
  const float first[] = {1, 2, std::nanf(""), 4, 5, 6}, second[] = {1, 2, std::numeric_limits<float>::infinity()};
  const float* values[] = {first, second};
  const std::uint8_t labels[] = {1, 0, 1};
  RowInfo info;
  info.labels = labels;
  ASSERT_TRUE(data.append(values, 3, info).ok());
  EXPECT_EQ(data.rows(), 1u);
  EXPECT_EQ(data.non_finite(), 2u);
  EXPECT_EQ(data.labels().size(), 1u);
}

// Rows lie in blocks; what goes over them sees each once, in order.
TEST(ProbeData, BlocksHoldAllRows) {
  const std::size_t width = 9000;
  ProbeData data({width, 1}, 1u << 30);
  std::vector<float> wide(300 * width), narrow(300);
  for (std::size_t i = 0; i < 300; ++i) wide[i * width] = narrow[i] = static_cast<float>(i);
  const float* values[] = {wide.data(), narrow.data()};
  ASSERT_TRUE(data.append(values, 300, {}).ok());
  for (const std::size_t value : {0u, 1u}) {
    std::size_t next = 0;
    data.for_each_block(value, 50, [&](const FloatRows& x, std::size_t first) {
      ASSERT_EQ(first, next);
      ASSERT_LE(x.rows, 50u);
      for (std::size_t i = 0; i < x.rows; ++i) ASSERT_EQ(x.data[i * x.cols], static_cast<float>(first + i));
      next += x.rows;
    });
    EXPECT_EQ(next, 300u);
  }
}

}  // namespace
}  // namespace clicklens::lens
