// Batches: every way to be wrong is a status that names the field; bad values follow the features' rules and
// are counted.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class BatchC : public ::testing::Test {
 protected:
  clens_status run() {
    values_.assign(host_.candidates(), -7.0f);
    output_ = CLENS_OUTPUT_INIT;
    output_.kind = CLENS_OUTPUT_LOGIT;
    output_.values = values_.data();
    output_.capacity = values_.size();
    return clens_session_run(session_.get(), &batch_, &output_);
  }
  // The batch is refused, its message names `field`, and no score was written.
  void refuse(clens_status wanted, const std::string& field) {
    EXPECT_EQ(run(), wanted) << field;
    EXPECT_NE(session_error(session_.get()).find(field), std::string::npos) << session_error(session_.get());
    EXPECT_EQ(values_, std::vector<float>(host_.candidates(), -7.0f)) << field;
    batch_ = host_.batch();
  }

  TinyHost host_{{3, 0, 2}};
  HandleOf<clens_session> session_ = host_.session();
  clens_batch batch_ = host_.batch();
  std::vector<float> values_;
  clens_output output_ = CLENS_OUTPUT_INIT;
};

TEST_F(BatchC, EveryFieldIsChecked) {
  ASSERT_EQ(run(), CLENS_OK);
  batch_.flags = 2;
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.flags");
  batch_.reserved = 1;
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.reserved");
  batch_.cache = reinterpret_cast<const clens_cache*>(this);  // not looked at: it comes without rows
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.cache");
  const std::int64_t none = -1;
  batch_.cache_rows = &none;
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.cache");
  batch_.columns = nullptr;
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.columns");
  batch_.column_size = sizeof(clens_column) - 8;
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.column_size");
  batch_.column_size = 1u << 20;
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.column_size");
  batch_.column_count = 5;
  refuse(CLENS_E_BAD_BATCH, "batch.column_count");
  batch_.struct_size = 4;
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.struct_size");
  batch_.candidates = std::uint64_t{1} << 50;
  refuse(CLENS_E_BUFFER_TOO_SMALL, "output");
}

TEST_F(BatchC, RequestOffsetsAreChecked) {
  batch_.request_offsets = nullptr;
  refuse(CLENS_E_BAD_BATCH, "request_offsets");
  for (const auto& [index, value] : std::vector<std::pair<std::size_t, std::int64_t>>{
           {0, 1}, {0, -1}, {1, 5}, {1, -1}, {3, 4}, {3, 6}, {2, std::numeric_limits<std::int64_t>::max()}}) {
    const auto kept = host_.offsets;
    host_.offsets[index] = value;
    refuse(CLENS_E_BAD_BATCH, "request_offsets");
    host_.offsets = kept;
  }
}

TEST_F(BatchC, ColumnsAreChecked) {
  struct Case {
    const char* field;
    TinyHost::Input input;
    std::function<void(clens_column&)> change;
  };
  static std::int64_t falling[] = {0, 2, 1, 3, 4, 5};
  static std::int64_t overrunning[] = {0, 1, 2, 3, 4, 6};
  static std::int64_t negative[] = {-1, 1, 2, 3, 4, 5};
  const auto offsets = [](std::int64_t* array) {
    return [array](clens_column& column) {
      column.row_offsets = array;
      column.offset_bits = 64;
    };
  };
  const std::vector<Case> cases = {
      {"input", TinyHost::ad, [](auto& c) { c.input = 4; }},
      {"'match'", TinyHost::ad, [](auto& c) { c.input = TinyHost::match; }},
      {"'ad'", TinyHost::ad, [](auto& c) { c.kind = CLENS_COLUMN_ROWS; }},
      {"columns[2].kind", TinyHost::ad, [](auto& c) { c.kind = 4; }},
      {"columns[2].value_type", TinyHost::ad, [](auto& c) { c.value_type = 10; }},
      {"columns[2].offset_bits", TinyHost::ad, [](auto& c) { c.offset_bits = 16; }},
      {"'ad'", TinyHost::ad, [](auto& c) { c.value_type = CLENS_TYPE_F32; }},
      {"value_count", TinyHost::ad, [](auto& c) { c.value_count = 4; }},
      {"value_count", TinyHost::ad, [](auto& c) { c.first = 1; }},
      {"first", TinyHost::ad, [](auto& c) { c.first = std::numeric_limits<std::uint64_t>::max(); }},
      {"values", TinyHost::ad, [](auto& c) { c.values = nullptr; }},
      {"weights", TinyHost::ad, [](auto& c) { c.weights = static_cast<const float*>(c.values); }},
      {"row_offsets", TinyHost::ad, offsets(falling)},
      {"row_offsets", TinyHost::ad, offsets(overrunning)},
      {"row_offsets", TinyHost::ad, offsets(negative)},
      {"value_count", TinyHost::match, [](auto& c) { c.value_count = 9; }},
      {"value_count", TinyHost::user, [](auto& c) { c.value_count = 2; }},
  };
  for (const Case& each : cases) {
    const clens_column kept = host_.column(each.input);
    clens_column& column = host_.column(each.input);
    each.change(column);
    refuse(CLENS_E_BAD_BATCH, each.field);
    column = kept;
  }
  EXPECT_EQ(run(), CLENS_OK);
}

TEST_F(BatchC, ColumnsNobodyWantsAreIgnored) {
  const std::vector<float> wanted = host_.run(session_.get());
  clens_column extra = CLENS_COLUMN_INIT;
  extra.input = TinyHost::unused;
  extra.kind = CLENS_COLUMN_STRINGS;
  extra.value_type = CLENS_TYPE_BYTES;
  host_.columns().push_back(extra);
  EXPECT_EQ(host_.run(session_.get()), wanted);
}

TEST_F(BatchC, ColumnsMayBeOfANewerVersion) {
  struct Newer {
    clens_column known;
    std::uint64_t added = 0;
  };
  const std::vector<float> wanted = host_.run(session_.get());
  std::vector<Newer> columns;
  for (const clens_column& column : host_.columns()) columns.push_back({column, 0});
  batch_.columns = &columns[0].known;
  batch_.column_size = sizeof(Newer);
  ASSERT_EQ(run(), CLENS_OK) << last_error();
  EXPECT_EQ(values_, wanted);
  columns[1].added = 1;
  const clens_batch newer = batch_;
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.columns[1]");
  batch_ = newer;
  columns[1].added = 0;
  batch_.column_size = sizeof(Newer) - 4;  // no version's columns lie like this
  refuse(CLENS_E_INVALID_ARGUMENT, "batch.column_size");
}

TEST_F(BatchC, StructsOfNoVersionAreRefused) {
  for (std::size_t size = 0; size < sizeof(clens_batch); ++size) {
    batch_.struct_size = size;
    refuse(CLENS_E_INVALID_ARGUMENT, "batch.struct_size");
  }
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = values_.data();
  output.capacity = values_.size();
  for (const std::size_t size : {offsetof(clens_output, counts), offsetof(clens_output, counts) + 4}) {
    output.struct_size = size;
    EXPECT_EQ(clens_session_run(session_.get(), &batch_, &output), CLENS_E_INVALID_ARGUMENT) << size;
    EXPECT_NE(last_error().find("output.struct_size"), std::string::npos) << last_error();
  }
}

TEST_F(BatchC, EmptyBatchesAreBatches) {
  batch_.candidates = 0;
  batch_.requests = 0;
  batch_.request_offsets = nullptr;
  EXPECT_EQ(run(), CLENS_OK) << last_error();
  batch_.column_count = 0;
  batch_.columns = nullptr;
  EXPECT_EQ(run(), CLENS_OK) << last_error();
  EXPECT_EQ(values_, std::vector<float>(host_.candidates(), -7.0f));
}

TEST_F(BatchC, EveryRowMayBeItsOwnRequest) {
  const std::vector<float> wanted = host_.run(session_.get());
  std::vector<std::uint64_t> users;
  for (std::size_t c = 0; c < host_.candidates(); ++c) users.push_back(host_.users[host_.request_of(c)]);
  host_.column(TinyHost::user).values = users.data();
  host_.column(TinyHost::user).value_count = users.size();
  batch_.requests = 0;
  batch_.request_offsets = nullptr;
  ASSERT_EQ(run(), CLENS_OK) << last_error();
  EXPECT_EQ(bits(values_), bits(wanted));
}

TEST_F(BatchC, BadValuesFollowTheRulesAndAreCounted) {
  const std::vector<float> wanted = host_.run(session_.get());
  // a run scores candidate `changed` as its new values say, and all others as before
  const auto scored = [&](std::size_t changed) {
    ASSERT_EQ(run(), CLENS_OK) << last_error();
    for (std::size_t c = 0; c < values_.size(); ++c) {
      if (c == changed) {
        EXPECT_NEAR(double{values_[c]}, host_.logit(c), 1e-6) << c;
      } else {
        EXPECT_EQ(values_[c], wanted[c]) << c;
      }
    }
  };
  // a NaN is as if missing: the missing value of this element
  const std::vector<float> matches = host_.matches;
  host_.matches[2] = std::numeric_limits<float>::quiet_NaN();
  ASSERT_EQ(run(), CLENS_OK);
  EXPECT_EQ(output_.counts.bad_values, 1u);
  const float filled = values_[1];
  host_.matches[2] = 0.5f;  // feature.missing_value
  scored(1);
  EXPECT_EQ(values_[1], filled);
  EXPECT_EQ(output_.counts.bad_values, 0u);
  host_.matches = matches;

  // an id that the encoder does not know: the unknown row
  const std::uint32_t ad = host_.ads[4];
  host_.ads[4] = 50;
  ASSERT_EQ(run(), CLENS_OK);
  EXPECT_EQ(output_.counts.unknown, 1u);
  const float unknown = values_[4];
  host_.ads[4] = 0;  // feature.unknown_row
  scored(4);
  EXPECT_EQ(values_[4], unknown);
  host_.ads[4] = ad;

  // a null: the missing value of every element
  const std::uint8_t valid = 0b11101;
  host_.column(TinyHost::match).validity = &valid;
  ASSERT_EQ(run(), CLENS_OK);
  EXPECT_EQ(output_.counts.missing, 1u);
  const float absent = values_[1];
  host_.column(TinyHost::match).validity = nullptr;
  host_.matches[2] = 0.5f;
  host_.matches[3] = 0.0f;
  scored(1);
  EXPECT_EQ(values_[1], absent);
}

TEST_F(BatchC, StrictFailsTheRun) {
  batch_.flags = CLENS_BATCH_STRICT;
  EXPECT_EQ(run(), CLENS_OK);
  host_.matches[2] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(run(), CLENS_E_BAD_VALUE);
  EXPECT_NE(session_error(session_.get()).find("'match'"), std::string::npos);
  host_.matches[2] = 0;
  host_.ads[4] = 50;  // an id nobody knows is no bad value
  EXPECT_EQ(run(), CLENS_OK);
  EXPECT_EQ(output_.counts.unknown, 1u);
}

TEST_F(BatchC, RowsOutOfRangeAreUnknownAndStrictRefusesThem) {
  const clens_input_spec specs[] = {{sizeof(clens_input_spec), "user", CLENS_COLUMN_ROWS},
                                    {sizeof(clens_input_spec), "ad", CLENS_COLUMN_KEYS}};
  clens_inputs* inputs = nullptr;
  ASSERT_EQ(clens_inputs_create(specs, 2, &inputs), CLENS_OK);
  const HandleOf<clens_inputs> owner(inputs);
  clens_session* session = nullptr;
  ASSERT_EQ(clens_session_create(host_.model(), inputs, nullptr, &session), CLENS_OK);
  session_.reset(session);
  std::vector<clens_column> columns = {host_.column(TinyHost::user), host_.column(TinyHost::ad)};
  const std::int8_t rows[] = {99, 100 - 128, 100};  // fits, negative, beyond the table
  columns[0].input = 0;
  columns[0].kind = CLENS_COLUMN_ROWS;
  columns[0].value_type = CLENS_TYPE_I8;
  columns[0].values = rows;
  columns[1].input = 1;
  batch_.columns = columns.data();
  batch_.column_count = 2;
  ASSERT_EQ(run(), CLENS_OK) << last_error();
  EXPECT_EQ(output_.counts.unknown, 2u);
  batch_.flags = CLENS_BATCH_STRICT;
  EXPECT_EQ(run(), CLENS_E_BAD_VALUE);
  EXPECT_NE(session_error(session_.get()).find("'user'"), std::string::npos) << session_error(session_.get());
}

TEST_F(BatchC, AnOptionalFeatureMayBeAbsent) {
  host_.drop(TinyHost::match);
  batch_ = host_.batch();
  ASSERT_EQ(run(), CLENS_OK) << last_error();
  EXPECT_EQ(output_.counts.missing, host_.candidates());
}

}  // namespace
}  // namespace clicklens::testing
