// clicklens.hpp: owners, exceptions, and the same numbers as the C functions give.
#include <gtest/gtest.h>

#include <clicklens/clicklens.hpp>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

TEST(Wrapper, ScoresAndExplains) {
  const TinyHost host({3, 2});
  const Model model(host.path());
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.gradients = 1;
  Session session(model, Inputs::of(model), &options);
  Batch batch(host.candidates());
  batch.requests(host.offsets).keys(0, host.users).keys(1, host.ads).floats(2, host.matches);
  const Batch copy = batch;  // columns point at the host's vectors, offsets are its own

  clens_counts counts;
  EXPECT_EQ(session.run(copy, CLENS_OUTPUT_LOGIT, &counts), host.run(host.session().get()));
  EXPECT_EQ(counts.missing, 0u);
  EXPECT_EQ(session.run(copy), host.run(host.session().get(), CLENS_OUTPUT_PROBABILITY));
  EXPECT_TRUE(session.run(Batch(0)).empty());

  const std::vector<float> means = session.input_means(batch);
  EXPECT_EQ(means.size(), 10u);
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.means = means.data();
  spec.mean_count = means.size();
  const std::vector<float> saliency = session.saliency(batch, spec);
  EXPECT_EQ(saliency.size(), 15u);
  EXPECT_EQ(session.saliency_offsets(batch, spec), (std::vector<std::uint64_t>{0, 3, 6, 9, 12, 15}));
}

TEST(Wrapper, ScoresCachedCandidates) {
  const TinyHost host({3, 2});
  const Model model(host.path());
  const Inputs inputs = Inputs::of(model);
  clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
  options.rows = 5;
  Cache cache(model, inputs, options);
  Batch ads(host.candidates());
  ads.keys(1, host.ads);
  cache.fill(ads);
  EXPECT_EQ(cache.describe().filled, 5u);
  EXPECT_THROW(cache.fill(ads, {1}), Error);

  clens_session_options session_options = CLENS_SESSION_OPTIONS_INIT;
  session_options.cache = 1;
  Session session(model, inputs, &session_options);
  const std::vector<std::int64_t> rows = {0, 1, -1, 3, -1};
  const std::vector<std::uint32_t> fresh = {host.ads[2], host.ads[4]};
  Batch batch(host.candidates());
  batch.requests(host.offsets).keys(0, host.users).keys(1, fresh).floats(2, host.matches).cached(cache.get(), rows);
  EXPECT_EQ(session.run(batch, CLENS_OUTPUT_LOGIT), host.run(host.session().get()));
}

TEST(Wrapper, TellsWhatAPrecisionCosts) {
  const TinyHost host({3, 2});
  const Model model(host.path());
  Batch batch(host.candidates());
  batch.requests(host.offsets).keys(0, host.users).keys(1, host.ads).floats(2, host.matches);
  clens_precision_options options = CLENS_PRECISION_OPTIONS_INIT;
  options.auc_loss = 1;
  const PrecisionReport report = precision_report(model, Inputs::of(model), batch, {0, 1, 0, 1, 1}, &options);
  EXPECT_EQ(report.result.rows, 5u);
  ASSERT_EQ(report.linears.size(), 1u);
  EXPECT_EQ(report.linears[0].value, std::size_t{tiny::hidden_linear});
  EXPECT_TRUE(report.full_precision().empty());
  EXPECT_THROW(precision_report(model, Inputs::of(model), batch, {0, 1}), Error);
}

TEST(Wrapper, DescribesTheModel) {
  const TinyHost host;
  const Model model(host.path());
  EXPECT_STREQ(model.describe().name, "tiny");
  EXPECT_STREQ(model.feature(1).name, "ad");
  EXPECT_STREQ(model.value(0).op, "embedding_bag");
  EXPECT_EQ(model.table(0).rows, 100u);
  EXPECT_STREQ(model.layer(0).name, "hidden");
  EXPECT_STREQ(model.output(0).name, "click");
  EXPECT_EQ(model.group(2), "match");
  EXPECT_EQ(model.metadata(0), (std::pair<std::string, std::string>("framework", "tests")));
  EXPECT_EQ(model.find_value("click"), std::size_t{tiny::logit});
  EXPECT_STREQ(model.node(tiny::logit).op, "linear");
  EXPECT_EQ(model.node_inputs(tiny::logit), std::vector<std::size_t>{tiny::hidden_relu});
  EXPECT_EQ(model.node_costs()[tiny::logit].flops, 2.0 * tiny::hidden);
  EXPECT_EQ(model.graph(CLENS_GRAPH_DOT).compare(0, 16, "digraph \"tiny\" {"), 0);
  EXPECT_EQ(model.graph(CLENS_GRAPH_MERMAID).back(), '\n');
  model.verify_segments();
  model.warm();
}

TEST(Wrapper, FailuresAreExceptions) {
  try {
    const Model model("/no/such/file.clens");
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), CLENS_E_IO);
    EXPECT_NE(std::string(error.what()).find("/no/such/file.clens"), std::string::npos);
  }
  const TinyHost host;
  const Model model(host.path());
  EXPECT_THROW(model.self_test(), Error);
  EXPECT_THROW((void)model.feature(9), Error);
  EXPECT_THROW(Inputs({{"a", CLENS_COLUMN_KEYS}, {"a", CLENS_COLUMN_KEYS}}), Error);
  EXPECT_THROW(Session(model, Inputs({{"a", CLENS_COLUMN_KEYS}})), Error);
  Session session(model, Inputs::of(model));
  Batch batch(host.candidates());
  EXPECT_THROW(session.run(batch.keys(7, host.ads)), Error);
}

TEST(Wrapper, ResultsInsteadOfExceptions) {
  const TinyHost host({3, 2});
  EXPECT_EQ(Model::try_open("no such file").error().status, CLENS_E_IO);
  EXPECT_THROW(Model::try_open("no such file").take(), Error);
  const auto described = attempt([] { return Model("no such file").describe(); });
  ASSERT_FALSE(described);
  EXPECT_NE(described.error().message.find("no such file"), std::string::npos);
  EXPECT_EQ(Inputs::try_make({{"a", CLENS_COLUMN_KEYS}, {"a", CLENS_COLUMN_KEYS}}).error().status,
            CLENS_E_INVALID_ARGUMENT);

  Result<Model> model = Model::try_open(host.path());
  ASSERT_TRUE(model);
  const Inputs inputs = Inputs::of(*model);
  Result<Session> session = Session::try_make(*model, inputs);
  ASSERT_TRUE(session);
  Batch batch(host.candidates());
  batch.requests(std::span<const std::int64_t>(host.offsets))
      .keys(0, std::span(host.users))
      .keys(1, std::span(host.ads));
  batch.floats(2, std::span<const float>(host.matches));
  std::vector<float> scores(host.candidates());
  Result<clens_counts> counts = session->try_run(batch, std::span(scores), CLENS_OUTPUT_LOGIT);
  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->missing, 0u);
  EXPECT_EQ(scores, host.run(host.session().get()));
  EXPECT_EQ(session->try_run(batch, std::span(scores).first(1)).error().status, CLENS_E_BUFFER_TOO_SMALL);
  EXPECT_THROW(session->run(batch, std::span(scores).first(1)), Error);

  clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
  EXPECT_EQ(Cache::try_make(*model, inputs, options).error().status, CLENS_E_INVALID_ARGUMENT);
  options.rows = 5;
  Result<Cache> cache = Cache::try_make(*model, inputs, options);
  ASSERT_TRUE(cache);
  Batch ads(host.candidates());
  ads.keys(1, host.ads);
  EXPECT_TRUE(cache->try_fill(ads));
  EXPECT_EQ(cache->describe().filled, 5u);
}

TEST(Wrapper, TakesListsAsSpans) {
  const TinyHost host({3, 2});
  const Model model(host.path());
  Session session(model, Inputs::of(model));
  const std::uint32_t ids[] = {1, 2, 3, 4, 5, 6};
  const std::vector<std::uint32_t> same(std::begin(ids), std::end(ids));
  const std::vector<std::int64_t> offsets = {0, 2, 2, 4, 5, 6};
  const auto scores = [&](auto&& add) {
    Batch batch(host.candidates());
    batch.requests(host.offsets).keys(0, host.users).floats(2, host.matches);
    add(batch);
    return session.run(batch);
  };
  EXPECT_EQ(scores([&](Batch& batch) { batch.keys(1, ids, offsets); }),
            scores([&](Batch& batch) { batch.keys(1, same, &offsets); }));
}

TEST(Wrapper, RefusesOffsetsOfOtherEntries) {
  const TinyHost host({3, 2});
  const Model model(host.path());
  const Inputs inputs = Inputs::of(model);
  Session session(model, inputs);
  const std::vector<std::uint32_t> ids = {1, 2, 3, 4, 5, 6};
  const auto fault = [&](std::uint32_t input, const std::vector<std::int64_t>& offsets) {
    Batch batch(host.candidates());
    batch.requests(host.offsets).floats(2, host.matches);
    input == 0 ? batch.keys(1, host.ads) : batch.keys(0, host.users);
    batch.keys(input, ids, &offsets);
    std::vector<float> scores(host.candidates());
    return session.try_run(batch, std::span(scores)).error();
  };
  EXPECT_EQ(fault(0, {0, 2, 6}).status, CLENS_OK);  // two requests
  EXPECT_EQ(fault(1, {0, 2, 2, 4, 5, 6}).status, CLENS_OK);
  for (const unsigned count : {0u, 1u, 2u, 4u, 6u}) {
    const Failure found = fault(0, std::vector<std::int64_t>(count));
    EXPECT_EQ(found.status, CLENS_E_BAD_BATCH) << count;
    EXPECT_EQ(found.message,
              "input 0: " + std::to_string(count) + " offsets of lists, 3 are wanted: one more than entries");
  }
  for (const unsigned count : {0u, 3u, 5u, 7u})
    EXPECT_EQ(fault(1, std::vector<std::int64_t>(count)).status, CLENS_E_BAD_BATCH) << count;

  clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
  options.rows = 5;
  Cache cache(model, inputs, options);
  const std::vector<std::int64_t> few = {0, 2, 3};
  Batch ads(host.candidates());
  ads.keys(1, ids, &few);
  EXPECT_THROW(cache.fill(ads), Error);
  EXPECT_THROW(static_cast<void>(session.view(ads)), Error);
  const std::vector<std::int64_t> rows = {0, 1, -1, 3, -1};  // two come from the columns
  Batch batch(host.candidates());
  batch.requests(host.offsets).keys(0, host.users).keys(1, ids, &few).floats(2, host.matches);
  EXPECT_THROW(static_cast<void>(session.view(batch)), Error);
  const auto uncounted = attempt([&] { return batch.cached(cache.get(), few).candidates(); });
  EXPECT_EQ(uncounted.error().status, CLENS_E_BAD_BATCH);
  batch.cached(cache.get(), rows);
  EXPECT_EQ(session.view(batch).cache, cache.get());
}

TEST(Wrapper, CopiesShareAndMovesHandOver) {
  const TinyHost host;
  Model model(host.path());
  Model copy = model;
  EXPECT_EQ(copy.get(), model.get());
  Model moved = std::move(model);
  EXPECT_EQ(moved.get(), copy.get());
  copy = Model(host.path());
  EXPECT_NE(moved.get(), copy.get());
  Inputs inputs = Inputs::of(moved);
  const Inputs shared = inputs;
  EXPECT_EQ(shared.get(), inputs.get());
  Session session(moved, shared);
  const Session taken = std::move(session);
  EXPECT_NE(taken.get(), nullptr);
  const auto bytes = model_bytes(tiny_model());
  clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
  options.access = CLENS_ACCESS_COPY;
  EXPECT_EQ(Model::from_memory(bytes.data(), bytes.size(), &options).describe().id_low, moved.describe().id_low);
}

TEST(Wrapper, APathWithoutOptionsIsAPath) {
  const TinyHost host;
  const char* path = host.path();
  EXPECT_STREQ(Model(path, NULL).describe().name, "tiny");  // NOLINT(modernize-use-nullptr): as C++98 hosts write
}

TEST(Wrapper, Evaluates) {
  Metrics all;
  all.add({-1.0f, 0.5f, 1.0f, -0.5f}, {0, 1, 1, 0});
  Metrics more;
  more.add({2.0f}, {1});
  all.merge(more);
  EXPECT_EQ(all.compute().rows, 5u);
  EXPECT_EQ(all.compute().auc, 1.0);
  EXPECT_THROW(all.add({1.0f}, {}), Error);
}

}  // namespace
}  // namespace clicklens::testing
