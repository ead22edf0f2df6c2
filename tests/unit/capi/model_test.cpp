// Opening models, what is told of them, and how long they live.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "base/arithmetic.h"
#include "base/memory.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

clens_status open_status(const char* path, const clens_model_options* options = nullptr) {
  clens_model* model = nullptr;
  const clens_status status = clens_model_open(path, options, &model);
  EXPECT_EQ(model != nullptr, status == CLENS_OK);
  clens_model_release(model);
  return status;
}

TEST(ModelC, OpensEveryWay) {
  const TinyHost host;
  for (const std::uint32_t access : {CLENS_ACCESS_MAP, CLENS_ACCESS_COPY}) {
    clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
    options.access = access;
    options.flags = CLENS_OPEN_WARM | CLENS_OPEN_HUGE_PAGES | CLENS_OPEN_VERIFY_SEGMENTS;
    EXPECT_EQ(open_status(host.path(), &options), CLENS_OK) << last_error();
  }
  EXPECT_EQ(clens_model_warm(host.model()), CLENS_OK);
  EXPECT_EQ(clens_model_verify_segments(host.model()), CLENS_OK);
}

TEST(ModelC, MistakesAreNamed) {
  const TinyHost host;
  EXPECT_EQ(clens_model_open(nullptr, nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "path: NULL");
  EXPECT_EQ(clens_model_open(host.path(), nullptr, nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "out: NULL");
  EXPECT_EQ(open_status("/no/such/file.clens"), CLENS_E_IO);
  EXPECT_NE(last_error().find("/no/such/file.clens"), std::string::npos);

  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.access = 2;
  EXPECT_EQ(open_status(host.path(), &options), CLENS_E_INVALID_ARGUMENT);
  options = CLENS_MODEL_OPTIONS_INIT;
  options.flags = 1u << 20;
  EXPECT_EQ(open_status(host.path(), &options), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "options.flags: unknown flags 0x100000");
  options = CLENS_MODEL_OPTIONS_INIT;
  options.struct_size = 3;
  EXPECT_EQ(open_status(host.path(), &options), CLENS_E_INVALID_ARGUMENT);
  options.struct_size = std::size_t{1} << 40;
  EXPECT_EQ(open_status(host.path(), &options), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_warm(nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_verify_segments(nullptr), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_self_test(nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_model_retain(nullptr);
  clens_model_release(nullptr);
}

TEST(ModelC, LimitsAreObeyed) {
  const TinyHost host;
  clens_limits limits = CLENS_LIMITS_INIT;
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.limits = &limits;
  EXPECT_EQ(open_status(host.path(), &options), CLENS_OK);
  std::uint64_t clens_limits::*const each[] = {
      &clens_limits::flatbuffer_bytes, &clens_limits::segments,  &clens_limits::nodes,      &clens_limits::features,
      &clens_limits::columns,          &clens_limits::reduction, &clens_limits::table_rows, &clens_limits::dense_bytes};
  for (const auto limit : each) {
    limits = CLENS_LIMITS_INIT;
    limits.*limit = 1;
    EXPECT_EQ(open_status(host.path(), &options), CLENS_E_LIMIT_EXCEEDED) << (limit == each[0]) << last_error();
  }
  limits = CLENS_LIMITS_INIT;
  limits.session_bytes = 100;
  clens_model* model = nullptr;
  ASSERT_EQ(clens_model_open(host.path(), &options, &model), CLENS_OK);
  const HandleOf<clens_model> owner(model);
  clens_session* session = nullptr;
  EXPECT_EQ(clens_session_create(model, host.inputs(), nullptr, &session), CLENS_E_LIMIT_EXCEEDED);
  EXPECT_EQ(session, nullptr);
}

TEST(ModelC, ABrokenFileIsAStatus) {
  std::vector<std::byte> bytes = model_bytes(tiny_model());
  bytes.back() ^= std::byte{1};
  const TemporaryPath path("broken.clens");
  write_bytes(path.str(), bytes);
  EXPECT_EQ(open_status(path.c_str()), CLENS_OK);  // segments are checked on request
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.flags = CLENS_OPEN_VERIFY_SEGMENTS;
  EXPECT_EQ(open_status(path.c_str(), &options), CLENS_E_CHECKSUM_MISMATCH);
  bytes.resize(bytes.size() / 2);
  write_bytes(path.str(), bytes);
  EXPECT_EQ(open_status(path.c_str()), CLENS_E_BAD_FILE);
  EXPECT_NE(last_error().find("broken.clens"), std::string::npos);
}

TEST(ModelC, OpensFromMemory) {
  const std::vector<std::byte> file = model_bytes(tiny_model());
  auto block = base::AlignedBlock::allocate(file.size() + 1);
  ASSERT_TRUE(block.ok());
  std::memcpy(block->data(), file.data(), file.size());
  clens_model* model = nullptr;
  ASSERT_EQ(clens_model_open_memory(block->data(), file.size(), nullptr, &model), CLENS_OK) << last_error();
  clens_model_release(model);

  std::memmove(block->data() + 1, block->data(), file.size());
  model = nullptr;
  EXPECT_EQ(clens_model_open_memory(block->data() + 1, file.size(), nullptr, &model), CLENS_E_INVALID_ARGUMENT);
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.access = CLENS_ACCESS_COPY;
  ASSERT_EQ(clens_model_open_memory(block->data() + 1, file.size(), &options, &model), CLENS_OK) << last_error();
  std::memset(block->data(), 0, block->size());
  EXPECT_EQ(clens_model_verify_segments(model), CLENS_OK);
  clens_model_release(model);
  EXPECT_EQ(clens_model_open_memory(nullptr, 0, nullptr, &model), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_open_memory(block->data(), 0, nullptr, &model), CLENS_E_BAD_FILE);
}

TEST(ModelC, IsDescribed) {
  const TinyHost host;
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  ASSERT_EQ(clens_model_describe(host.model(), &info), CLENS_OK);
  EXPECT_STREQ(info.name, "tiny");
  EXPECT_NE(info.id_low, 0u);
  EXPECT_NE(info.id_high, info.id_low);
  EXPECT_EQ(info.arithmetic_version, clens_arithmetic_version());
  EXPECT_EQ(info.file_size, read_bytes(host.path()).size());
  EXPECT_EQ(info.parameters, 100u * 4 + 50u * 4 + 10u * 8 + 8 + 8 + 1);
  EXPECT_EQ(info.features, 3u);
  EXPECT_EQ(info.groups, 3u);
  EXPECT_EQ(info.tables, 2u);
  EXPECT_EQ(info.nodes, 7u);
  EXPECT_EQ(info.values, 7u);
  EXPECT_EQ(info.layers, 1u);
  EXPECT_EQ(info.outputs, 1u);
  EXPECT_EQ(info.metadata, 2u);
  EXPECT_EQ(info.input_width, 10u);

  clens_model_info cut = CLENS_MODEL_INFO_INIT;
  cut.struct_size = offsetof(clens_model_info, features);
  EXPECT_EQ(clens_model_describe(host.model(), &cut), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(cut.parameters, 0u);
  EXPECT_EQ(clens_model_describe(host.model(), nullptr), CLENS_E_INVALID_ARGUMENT);
}

TEST(ModelC, FeaturesAreDescribed) {
  const TinyHost host;
  clens_feature_info info = CLENS_FEATURE_INFO_INIT;
  ASSERT_EQ(clens_model_feature(host.model(), 1, &info), CLENS_OK);
  EXPECT_STREQ(info.name, "ad");
  EXPECT_STREQ(info.group, "ad");
  EXPECT_EQ(info.group_index, 1u);
  EXPECT_EQ(info.dense, 0u);
  EXPECT_EQ(info.scope, static_cast<std::uint32_t>(CLENS_SCOPE_CANDIDATE));
  EXPECT_EQ(info.required, 1u);
  EXPECT_EQ(info.column, static_cast<std::uint32_t>(CLENS_COLUMN_KEYS));
  EXPECT_EQ(info.weighted, 0u);
  EXPECT_EQ(info.max_length, 0u);
  EXPECT_EQ(info.width, 4u);
  EXPECT_EQ(info.rows, 50u);
  EXPECT_EQ(info.input_begin, 4u);
  ASSERT_EQ(clens_model_feature(host.model(), 2, &info), CLENS_OK);
  EXPECT_STREQ(info.name, "match");
  EXPECT_EQ(info.dense, 1u);
  EXPECT_EQ(info.scope, static_cast<std::uint32_t>(CLENS_SCOPE_PAIR));
  EXPECT_EQ(info.required, 0u);
  EXPECT_EQ(info.column, static_cast<std::uint32_t>(CLENS_COLUMN_FLOATS));
  EXPECT_EQ(info.width, 2u);
  EXPECT_EQ(info.rows, 0u);
  EXPECT_EQ(info.input_begin, 8u);
  EXPECT_EQ(clens_model_feature(host.model(), 3, &info), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "index: 3, the model has 3 features");
}

TEST(ModelC, ValuesTablesAndNamesAreDescribed) {
  const TinyHost host;
  clens_value_info value = CLENS_VALUE_INFO_INIT;
  ASSERT_EQ(clens_model_value(host.model(), tiny::user_bag, &value), CLENS_OK);
  EXPECT_STREQ(value.name, "user bag");
  EXPECT_STREQ(value.op, "embedding_bag");
  EXPECT_EQ(value.scope, static_cast<std::uint32_t>(CLENS_SCOPE_REQUEST));
  EXPECT_EQ(value.width, 4u);
  ASSERT_EQ(clens_model_value(host.model(), tiny::hidden_linear, &value), CLENS_OK);
  EXPECT_STREQ(value.op, "linear");
  EXPECT_EQ(value.scope, static_cast<std::uint32_t>(CLENS_SCOPE_PAIR));
  EXPECT_EQ(clens_model_value(host.model(), 7, &value), CLENS_E_INVALID_ARGUMENT);

  clens_table_info table = CLENS_TABLE_INFO_INIT;
  ASSERT_EQ(clens_model_table(host.model(), 1, &table), CLENS_OK);
  EXPECT_STREQ(table.name, "ad table");
  EXPECT_STREQ(table.type, "f32");
  EXPECT_EQ(table.rows, 50u);
  EXPECT_EQ(table.dim, 4u);
  EXPECT_EQ(table.bytes, 800u);
  EXPECT_EQ(clens_model_table(host.model(), 2, &table), CLENS_E_INVALID_ARGUMENT);

  clens_named_value named = CLENS_NAMED_VALUE_INIT;
  ASSERT_EQ(clens_model_layer(host.model(), 0, &named), CLENS_OK);
  EXPECT_STREQ(named.name, "hidden");
  EXPECT_EQ(named.value, std::size_t{tiny::hidden_relu});
  ASSERT_EQ(clens_model_output(host.model(), 0, &named), CLENS_OK);
  EXPECT_STREQ(named.name, "click");
  EXPECT_EQ(named.value, std::size_t{tiny::logit});
  EXPECT_EQ(clens_model_layer(host.model(), 1, &named), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_output(host.model(), 1, &named), CLENS_E_INVALID_ARGUMENT);

  const char* text = nullptr;
  const char* key = nullptr;
  ASSERT_EQ(clens_model_group(host.model(), 2, &text), CLENS_OK);
  EXPECT_STREQ(text, "match");
  EXPECT_EQ(clens_model_group(host.model(), 3, &text), CLENS_E_INVALID_ARGUMENT);
  ASSERT_EQ(clens_model_metadata(host.model(), 1, &key, &text), CLENS_OK);
  EXPECT_STREQ(key, "note");
  EXPECT_STREQ(text, "two lines\nof text");
  EXPECT_EQ(clens_model_metadata(host.model(), 2, &key, &text), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_model_metadata(host.model(), 0, nullptr, &text), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "key: NULL");
}

TEST(ModelC, NamesFindValuesLayersFirst) {
  const TinyHost host;
  std::size_t index = 99;
  ASSERT_EQ(clens_model_find_value(host.model(), "hidden", &index), CLENS_OK);
  EXPECT_EQ(index, std::size_t{tiny::hidden_relu});  // the layer; a value has this name too
  ASSERT_EQ(clens_model_find_value(host.model(), "input", &index), CLENS_OK);
  EXPECT_EQ(index, std::size_t{tiny::concat});
  ASSERT_EQ(clens_model_find_value(host.model(), "click", &index), CLENS_OK);
  EXPECT_EQ(index, std::size_t{tiny::logit});
  EXPECT_EQ(clens_model_find_value(host.model(), "nothing", &index), CLENS_E_NOT_FOUND);
  EXPECT_NE(last_error().find("'nothing'"), std::string::npos);
  EXPECT_EQ(clens_model_find_value(host.model(), nullptr, &index), CLENS_E_INVALID_ARGUMENT);
}

TEST(ModelC, SessionsKeepTheModelAlive) {
  HandleOf<clens_session> session;
  std::vector<float> before;
  TinyHost host;
  session = host.session();
  before = host.run(session.get());
  clens_model_retain(host.model());
  clens_model_release(host.model());
  {
    clens_model* model = nullptr;
    ASSERT_EQ(clens_model_open(host.path(), nullptr, &model), CLENS_OK);
    clens_session* made = nullptr;
    ASSERT_EQ(clens_session_create(model, host.inputs(), nullptr, &made), CLENS_OK);
    session.reset(made);
    clens_model_release(model);
  }
  EXPECT_EQ(host.run(session.get()), before);
}

// The bytes of a model whose self-test is the host's batch with these logits.
std::vector<std::byte> with_self_test(const TinyHost& host, const std::vector<float>& logits) {
  TinyModel model = tiny_model();
  std::vector<clens_input_spec> specs(3, CLENS_INPUT_SPEC_INIT);
  const char* names[] = {"user", "ad", "match"};
  const clens_column_kind kinds[] = {CLENS_COLUMN_KEYS, CLENS_COLUMN_KEYS, CLENS_COLUMN_FLOATS};
  for (std::size_t i = 0; i < 3; ++i) {
    specs[i].name = names[i];
    specs[i].kind = static_cast<std::uint32_t>(kinds[i]);
  }
  clens_inputs* inputs = nullptr;
  EXPECT_EQ(clens_inputs_create(specs.data(), 3, &inputs), CLENS_OK);
  const HandleOf<clens_inputs> inputs_owner(inputs);
  clens_session* session = nullptr;
  EXPECT_EQ(clens_session_create(host.model(), inputs, nullptr, &session), CLENS_OK);
  const HandleOf<clens_session> session_owner(session);
  clens_batch batch = host.batch();
  std::vector<clens_column> columns(batch.columns, batch.columns + 3);
  columns[0].input = 0;  // user
  columns[1].input = 2;  // match
  columns[2].input = 1;  // ad
  batch.columns = columns.data();
  std::size_t size = 0;
  EXPECT_EQ(clens_flat_size(session, &batch, &size), CLENS_OK) << last_error();
  model.desc.self_test.batch.resize(size);
  EXPECT_EQ(clens_flat_write(session, &batch, model.desc.self_test.batch.data(), size), CLENS_OK) << last_error();
  model.desc.self_test.logits = bits(logits);
  return model_bytes(model);
}

clens_status self_test(const std::vector<std::byte>& bytes) {
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.access = CLENS_ACCESS_COPY;
  clens_model* model = nullptr;
  EXPECT_EQ(clens_model_open_memory(bytes.data(), bytes.size(), &options, &model), CLENS_OK) << last_error();
  const HandleOf<clens_model> owner(model);
  return clens_model_self_test(model);
}

TEST(ModelC, SelfTestComparesBits) {
  const TinyHost host;
  EXPECT_EQ(clens_model_self_test(host.model()), CLENS_E_NOT_FOUND);
  std::vector<float> logits = host.run(host.session().get());
  EXPECT_EQ(self_test(with_self_test(host, logits)), CLENS_OK) << last_error();
  logits[3] = std::nextafter(logits[3], 10.0f);
  EXPECT_EQ(self_test(with_self_test(host, logits)), CLENS_E_INTERNAL);
  EXPECT_NE(last_error().find("candidate 3, task 'click'"), std::string::npos) << last_error();
  logits.pop_back();
  EXPECT_EQ(self_test(with_self_test(host, logits)), CLENS_E_BAD_FILE);
}

}  // namespace
}  // namespace clicklens::testing
