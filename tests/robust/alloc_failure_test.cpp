// Opening, publishing, sessions, writers: each allocation fails once. Others are in the alloc_*_test.cpp beside this;
// alloc_coverage_test.cpp holds them together to the header.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <vector>

#include "alloc_each.h"
#include "alloc_heap.h"
#include "format/writer.h"
#include "support/rich_host.h"
#include "support/tiny_delta.h"

namespace clicklens::testing {
namespace {

clens_status open(const char* path, std::uint32_t access) {
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.access = access;
  options.flags = CLENS_OPEN_VERIFY_SEGMENTS;
  clens_model* model = nullptr;
  const clens_status status = clens_model_open(path, &options, &model);
  if ((model != nullptr) != (status == CLENS_OK)) return CLENS_E_INTERNAL;
  clens_model_release(model);
  return status;
}

TEST(AllocFailure, Open) {
  const TinyHost host;
  fail_each("open, mapped", 20, [&] { return open(host.path(), CLENS_ACCESS_MAP); });
  fail_each("open, copied", 20, [&] { return open(host.path(), CLENS_ACCESS_COPY); });
}

// With a cache, which is the slot's from its publication on and not before: who leaks or frees it twice is found out.
clens_status publish(clens_slot* slot, const TinyHost& host) {
  clens_cache_options room = CLENS_CACHE_OPTIONS_INIT;
  room.rows = 3;
  clens_publication publication = CLENS_PUBLICATION_INIT;
  clens_session_options reading = CLENS_SESSION_OPTIONS_INIT;
  reading.cache = 1;
  publication.model = host.model();
  publication.session = &reading;
  clens_status status = clens_cache_create(host.model(), host.inputs(), &room, &publication.cache);
  if (status != CLENS_OK) return status;
  status = clens_slot_publish(slot, &publication, nullptr);
  if (status != CLENS_OK) clens_cache_release(publication.cache);
  return status;
}

TEST(AllocFailure, Slots) {
  const TinyHost host;
  fail_each("slot", 20, [&] {
    clens_slot_options options = CLENS_SLOT_OPTIONS_INIT;
    options.seats = 2;
    clens_slot* slot = nullptr;
    clens_status status = clens_slot_create(host.inputs(), &options, &slot);
    if (status != CLENS_OK) return status;
    status = publish(slot, host);
    if (status == CLENS_OK) status = publish(slot, host);  // now one goes
    clens_slot_release(slot);
    return status;
  });
}

TEST(AllocFailure, ARefusedPublicationIsCounted) {
  if (under_tsan) GTEST_SKIP() << "ThreadSanitizer keeps operator new to itself";
  const TinyHost host;
  clens_slot* slot = nullptr;
  ASSERT_EQ(clens_slot_create(host.inputs(), nullptr, &slot), CLENS_OK);
  clens_publication publication = CLENS_PUBLICATION_INIT;
  publication.model = host.model();
  {
    const ArmedHeap heap(0);
    EXPECT_EQ(clens_slot_publish(slot, &publication, nullptr), CLENS_E_OUT_OF_MEMORY);
  }
  clens_slot_info info = CLENS_SLOT_INFO_INIT;
  EXPECT_EQ(clens_slot_describe(slot, &info), CLENS_OK);
  EXPECT_EQ(info.refused, 1u);
  EXPECT_EQ(info.published, 0u);
  clens_slot_release(slot);
}

TEST(AllocFailure, OpenOverAnotherVersion) {
  const TinyHost host;
  fail_each("open, shared", 20, [&] {
    clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
    options.base = host.model();
    clens_model* model = nullptr;
    const clens_status status = clens_model_open(host.path(), &options, &model);
    clens_model_release(model);
    return status;
  });
}

TEST(AllocFailure, Deltas) {
  const TinyHost host;  // of tiny_model()
  const TemporaryPath second("second.clens"), path("alloc.clensd"), out("out.clens");
  ASSERT_TRUE(write_model(tiny_next(), second.c_str()).ok());
  clens_model* result = nullptr;
  ASSERT_EQ(clens_model_open(second.c_str(), nullptr, &result), CLENS_OK) << last_error();
  clens_delta_options all = CLENS_DELTA_OPTIONS_INIT;
  all.most_share = 1;
  fail_each("delta, made", 20, [&] { return clens_delta_make(host.model(), result, path.c_str(), &all, nullptr); });
  clens_model_release(result);
  clens_delta* delta = nullptr;
  fail_each("delta, opened", 20, [&] {
    clens_delta* opened = nullptr;
    const clens_status status = clens_delta_open(path.c_str(), nullptr, &opened);
    clens_delta_release(opened);
    return status;
  });
  ASSERT_EQ(clens_delta_open(path.c_str(), nullptr, &delta), CLENS_OK) << last_error();
  fail_each("delta, described", 0, [&] {
    clens_delta_info info = CLENS_DELTA_INFO_INIT;
    return clens_delta_describe(delta, &info);
  });
  for (const std::uint64_t copied_below : {std::uint64_t{1}, std::uint64_t{1} << 20})
    fail_each("delta, applied", 20, [&] {
      clens_apply_options options = CLENS_APPLY_OPTIONS_INIT;
      options.copied_below = copied_below;
      clens_model* applied = nullptr;
      const clens_status status = clens_delta_apply(delta, host.model(), &options, &applied);
      clens_model_release(applied);
      return status;
    });
  fail_each("delta, written", 20, [&] { return clens_delta_write(delta, host.model(), out.c_str()); });
  clens_delta_release(delta);
}

TEST(AllocFailure, UntrainedModel) {
  const TinyHost host;
  fail_each("untrained", 20, [&] {
    clens_model* model = nullptr;
    const clens_status status = clens_model_untrained(host.model(), 1, &model);
    clens_model_release(model);
    return status;
  });
}

TEST(AllocFailure, Inputs) {
  std::vector<clens_input_spec> specs(3, CLENS_INPUT_SPEC_INIT);
  specs[0].name = "a feature whose name is longer than a short string";
  specs[1].name = "b";
  specs[2].name = "c";
  fail_each("inputs", 5, [&] {
    clens_inputs* inputs = nullptr;
    const clens_status status = clens_inputs_create(specs.data(), specs.size(), &inputs);
    clens_inputs_release(inputs);
    return status;
  });
}

clens_status create(const TinyHost& host, std::uint32_t strands, clens_precision precision = CLENS_PRECISION_F32) {
  // a model of its own each time: packed weights are made once per model
  clens_model* model = nullptr;
  const std::size_t captures[] = {tiny::hidden_relu};
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.gradients = precision == CLENS_PRECISION_F32 ? 1 : 0;
  options.precision = static_cast<std::uint32_t>(precision);
  options.captures = captures;
  options.capture_count = 1;
  options.strands = strands;
  clens_status status = clens_model_open(host.path(), nullptr, &model);
  clens_session* session = nullptr;
  if (status == CLENS_OK) status = clens_session_create(model, host.inputs(), &options, &session);
  clens_model_release(model);
  clens_session_release(session);
  return status;
}

TEST(AllocFailure, Session) {
  const TinyHost host;
  fail_each("session", 60, [&] { return create(host, 1); });
}

TEST(AllocFailure, SessionInInt8) {
  const TinyHost host;
  fail_each("session in int8", 40, [&] { return create(host, 1, CLENS_PRECISION_INT8); });
}

TEST(AllocFailure, SessionWithHelperThreads) {
  const TinyHost host;
  // stacks of threads that have ended are kept by libc, with blocks of theirs
  fail_each(
      "session with threads", 60, [&] { return create(host, 3); }, false);
}

TEST(AllocFailure, RunsHaveNoneToFail) {
  RichHost host(32);
  const auto all = host.run(0, RichHost::entries);
  std::vector<float> scores(RichHost::entries);
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  const clens_batch batch = host.batch(0, RichHost::entries);
  const ArmedHeap heap(0);
  const clens_status status = clens_session_run(host.session(), &batch, &output);
  const std::int64_t requests = ArmedHeap::requests();
  EXPECT_EQ(status, CLENS_OK);
  EXPECT_EQ(requests, 0);
}

TEST(AllocFailure, Writer) {
  TinyModel model = tiny_model();
  for (format::NodeDesc& node : model.desc.nodes) node.order.clear();
  const auto description = format::pack_model(model.desc);
  const TemporaryPath path("written.clens");
  fail_each("writer", 50, [&] {
    clens_writer* writer = nullptr;
    clens_status status = clens_writer_begin(path.c_str(), description.data(), description.size(), nullptr, &writer);
    for (std::uint32_t i = 0; status == CLENS_OK && i < model.segments.size(); ++i) {
      status = clens_writer_segment(writer, i);
      if (status == CLENS_OK) status = clens_writer_append(writer, model.segments[i].data(), model.segments[i].size());
    }
    if (status == CLENS_OK) status = clens_writer_finish(writer);
    clens_writer_release(writer);
    return status;
  });
  EXPECT_EQ(open(path.c_str(), CLENS_ACCESS_MAP), CLENS_OK);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(path.folder())) ++files;
  EXPECT_EQ(files, 1u);  // no temporary file is left
}

TEST(AllocFailure, Vocabulary) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < 100; ++i) keys.push_back(i * i);
  fail_each("vocabulary", 2, [&] {
    clens_vocabulary* made = nullptr;
    const clens_status status = clens_vocabulary_create_keys(keys.data(), nullptr, keys.size(), &made);
    clens_vocabulary_release(made);
    return status;
  });
  const char* words[] = {"red", "green", "blue"};
  const std::size_t lengths[] = {3, 5, 4};
  fail_each("vocabulary of strings", 3, [&] {
    clens_vocabulary* made = nullptr;
    const clens_status status = clens_vocabulary_create_strings(words, lengths, nullptr, 3, &made);
    clens_vocabulary_release(made);
    return status;
  });
}

TEST(AllocFailure, Metrics) {
  std::vector<float> logits(1000);
  std::vector<std::uint8_t> labels(1000);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    logits[i] = static_cast<float>(i % 37);
    labels[i] = i % 3 == 0;
  }
  fail_each("metrics", 3, [&] {
    clens_metrics* metrics = nullptr;
    clens_metrics_result result = CLENS_METRICS_RESULT_INIT;
    clens_status status = clens_metrics_create(nullptr, &metrics);
    if (status == CLENS_OK)
      status = clens_metrics_add(metrics, logits.data(), labels.data(), nullptr, nullptr, logits.size());
    if (status == CLENS_OK) status = clens_metrics_compute(metrics, &result);
    clens_metrics_release(metrics);
    return status;
  });
}

}  // namespace
}  // namespace clicklens::testing
