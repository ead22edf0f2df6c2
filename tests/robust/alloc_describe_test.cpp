// What a model tells, sessions, caches and the flat form: each allocation fails once.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "alloc_each.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

TEST(AllocDescribe, AModelInMemory) {
  const std::vector<std::byte> bytes = model_bytes(tiny_model());
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.access = CLENS_ACCESS_COPY;
  fail_each("open_memory", 20, [&] {
    HeldModel model;
    CLENS_OR_RETURN(clens_model_open_memory(bytes.data(), bytes.size(), &options, model.out()));
    CLENS_OR_RETURN(clens_model_verify_segments(model.get()));
    CLENS_OR_RETURN(clens_model_warm(model.get()));
    return CLENS_OK;
  });
}

clens_status describe(const clens_model* model) {
  clens_model_info info = CLENS_MODEL_INFO_INIT;
  clens_feature_info feature = CLENS_FEATURE_INFO_INIT;
  clens_value_info value = CLENS_VALUE_INFO_INIT;
  clens_named_value named = CLENS_NAMED_VALUE_INIT;
  clens_table_info table = CLENS_TABLE_INFO_INIT;
  clens_node_info node = CLENS_NODE_INFO_INIT;
  const char *key = nullptr, *text = nullptr;
  std::size_t index = 0, inputs[8];
  CLENS_OR_RETURN(clens_model_describe(model, &info));
  CLENS_OR_RETURN(clens_model_feature(model, 0, &feature));
  CLENS_OR_RETURN(clens_model_value(model, 0, &value));
  CLENS_OR_RETURN(clens_model_find_value(model, "hidden relu", &index));
  CLENS_OR_RETURN(clens_model_layer(model, 0, &named));
  CLENS_OR_RETURN(clens_model_output(model, 0, &named));
  CLENS_OR_RETURN(clens_model_table(model, 0, &table));
  CLENS_OR_RETURN(clens_model_group(model, 0, &key));
  CLENS_OR_RETURN(clens_model_metadata(model, 0, &key, &text));
  CLENS_OR_RETURN(clens_model_node(model, 0, &node));
  return clens_model_node_inputs(model, tiny::concat, inputs, 8);
}

TEST(AllocDescribe, WhatAModelTells) {
  const TinyHost host;
  fail_each("describe", 0, [&] { return describe(host.model()); });
  std::vector<char> text(16 << 10);
  fail_each("graph", 5, [&] {
    std::size_t size = 0;
    CLENS_OR_RETURN(clens_model_graph(host.model(), CLENS_GRAPH_DOT, text.data(), text.size(), &size));
    return clens_model_graph(host.model(), CLENS_GRAPH_MERMAID, text.data(), text.size(), &size);
  });
  fail_each("cost", 1, [&] {
    clens_cost cost = CLENS_COST_INIT;
    clens_node_cost nodes[16];
    CLENS_OR_RETURN(clens_model_cost(host.model(), nullptr, &cost));
    return clens_model_node_costs(host.model(), nullptr, nodes, sizeof nodes[0], 16);
  });
  fail_each("recommended_precision", 0, [&] {
    std::uint32_t precision = 0;
    std::size_t values[8], count = 0;
    const clens_status status = clens_model_recommended_precision(host.model(), &precision, values, 8, &count);
    return status == CLENS_E_NOT_FOUND ? CLENS_OK : status;
  });
}

TEST(AllocDescribe, RowsThatTestTheModel) {
  HeldModel model;
  ASSERT_EQ(clens_model_open(CLENS_SOURCE_DIR "/tests/conformance/models/tested.clens", nullptr, model.out()),
            CLENS_OK);
  fail_each("self_test", 20, [&] { return clens_model_self_test(model.get()); });
}

TEST(AllocDescribe, ARoofline) {
  clens_roofline_options options = CLENS_ROOFLINE_OPTIONS_INIT;
  options.memory_bytes = 64 << 10;
  options.sample_ms = 1;
  clens_roofline roofline = CLENS_ROOFLINE_INIT;
  fail_each("roofline", 1, [&] { return clens_roofline_measure(&options, &roofline); });
}

TEST(AllocDescribe, ACacheAndItsRun) {
  const TinyHost host;
  std::vector<std::int64_t> rows(host.candidates());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
  fail_each("cache", 10, [&] {
    Held<clens_cache, clens_cache_release> cache;
    HeldSession session;
    clens_cache_options room = CLENS_CACHE_OPTIONS_INIT;
    room.rows = host.candidates();
    CLENS_OR_RETURN(clens_cache_create(host.model(), host.inputs(), &room, cache.out()));
    clens_batch ads = host.batch();
    ads.requests = 0;
    ads.request_offsets = nullptr;
    clens_counts counts{};
    CLENS_OR_RETURN(clens_cache_fill(cache.get(), &ads, rows.data(), &counts));
    clens_cache_info info = CLENS_CACHE_INFO_INIT;
    return clens_cache_describe(cache.get(), &info);
  });
}

TEST(AllocDescribe, TheFlatForm) {
  const TinyHost host;
  const auto session = host.session();
  std::vector<std::uint64_t> buffer(1024);
  fail_each("flat", 0, [&] {
    const clens_batch batch = host.batch();
    std::size_t size = 0;
    CLENS_OR_RETURN(clens_flat_size(session.get(), &batch, &size));
    if (size > 8 * buffer.size()) return CLENS_E_INTERNAL;
    CLENS_OR_RETURN(clens_flat_write(session.get(), &batch, buffer.data(), size));
    float scores[16];
    CLENS_OR_RETURN(clens_session_run_flat(session.get(), buffer.data(), size, CLENS_OUTPUT_LOGIT, scores, 16));
    clens_batch view = CLENS_BATCH_INIT;
    clens_column columns[8];
    return clens_flat_read(session.get(), buffer.data(), size, &view, columns, 8);
  });
}

TEST(AllocDescribe, WhatTablesHold) {
  const std::vector<float> values(4 * 8, 0.5f);
  std::vector<std::byte> bytes(4 * 64);
  fail_each("table", 0, [&] {
    std::uint64_t stride = 0;
    CLENS_OR_RETURN(clens_table_row_stride(CLENS_ROW_INT8, 8, &stride));
    return clens_table_encode(CLENS_ROW_INT8, values.data(), 4, 8, stride, bytes.data(), bytes.size());
  });
  fail_each("vocabulary, described", 1, [] {
    Held<clens_vocabulary, clens_vocabulary_release> made;
    const std::uint64_t keys[] = {3, 1, 2};
    CLENS_OR_RETURN(clens_vocabulary_create_keys(keys, nullptr, 3, made.out()));
    clens_vocabulary_info info = CLENS_VOCABULARY_INFO_INIT;
    return clens_vocabulary_describe(made.get(), &info);
  });
}

}  // namespace
}  // namespace clicklens::testing
