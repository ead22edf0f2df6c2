// Lenses on single rows and on groups: each allocation fails once.
#include <gtest/gtest.h>

#include "alloc_lens_host.h"

namespace clicklens::testing {
namespace {

TEST(AllocExplain, Saliency) {
  const LensHost host;
  const clens_batch batch = host.batch();
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
  spec.means = host.means.data();
  spec.mean_count = host.width;
  std::vector<float> values(host.candidates() * host.groups);
  std::vector<double> sums(host.width);
  std::vector<std::uint8_t> covered(host.candidates() * 3);
  fail_each("saliency", 0, [&] {
    std::size_t count = 0;
    std::uint64_t rows = 0;
    CLENS_OR_RETURN(clens_saliency_size(host.seeing(), &batch, &spec, &count, nullptr, 0));
    CLENS_OR_RETURN(clens_saliency_run(host.seeing(), &batch, &spec, values.data(), values.size(), nullptr));
    CLENS_OR_RETURN(clens_saliency_means(host.seeing(), &batch, sums.data(), sums.size(), &rows));
    return clens_saliency_coverage(host.seeing(), &batch, covered.data(), covered.size());
  });
  std::vector<clens_group_saliency> groups(host.groups);
  std::vector<clens_share_contrast> contrasts(host.groups);
  using Sums = Held<clens_saliency_sums, clens_saliency_sums_release>;
  fail_each("saliency sums", 4, [&] {
    Sums a, b;
    CLENS_OR_RETURN(clens_saliency_sums_create(host.groups, 4, a.out()));
    CLENS_OR_RETURN(clens_saliency_sums_create(host.groups, 4, b.out()));
    for (Sums* sums_of : {&a, &b})
      CLENS_OR_RETURN(
          clens_saliency_sums_add(sums_of->get(), values.data(), host.clusters.data(), nullptr, host.candidates()));
    CLENS_OR_RETURN(clens_saliency_sums_merge(a.get(), b.get()));
    CLENS_OR_RETURN(
        clens_saliency_sums_compute(a.get(), groups.data(), sizeof groups[0], groups.size(), nullptr, nullptr));
    return clens_saliency_sums_contrast(a.get(), b.get(), contrasts.data(), sizeof contrasts[0], contrasts.size());
  });
}

TEST(AllocExplain, Explainer) {
  const LensHost host({2, 1});
  const clens_batch batch = host.batch();
  std::vector<float> values(host.candidates() * 64), inputs(host.candidates() * host.width);
  const std::size_t layers[] = {tiny::hidden_relu};
  clens_explainer_options options = CLENS_EXPLAINER_OPTIONS_INIT;
  options.layers = layers;
  options.layer_count = 1;
  fail_each("explainer", 60, [&] {
    Held<clens_explainer, clens_explainer_release> explainer;
    CLENS_OR_RETURN(clens_explainer_create(host.model(), host.inputs(), &options, explainer.out()));
    for (const clens_saliency_level level : {CLENS_LEVEL_GROUP, CLENS_LEVEL_ID}) {
      clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
      spec.level = static_cast<std::uint32_t>(level);
      spec.steps = 2;
      std::size_t count = 0;
      if (level == CLENS_LEVEL_GROUP)
        CLENS_OR_RETURN(clens_explainer_size(explainer.get(), &spec, batch.candidates, &count));
      clens_attribution out = CLENS_ATTRIBUTION_INIT;
      out.values = values.data();
      out.capacity = values.size();
      CLENS_OR_RETURN(clens_explainer_run(explainer.get(), &batch, &spec, &out));
    }
    CLENS_OR_RETURN(clens_explainer_inputs(explainer.get(), &batch, inputs.data(), inputs.size()));
    clens_attribution_spec spec = CLENS_ATTRIBUTION_SPEC_INIT;
    spec.steps = 2;
    spec.spreads = host.means.data();
    spec.spread_count = host.width;
    clens_faithfulness_spec check = CLENS_FAITHFULNESS_SPEC_INIT;
    check.draws = 2;
    return clens_explainer_faithfulness(explainer.get(), &batch, &spec, &check, values.data(), values.size());
  });
}

TEST(AllocExplain, Importance) {
  const LensHost host;
  const clens_batch batch = host.batch();
  const clens_rows rows = host.rows();
  for (const clens_importance_method method : {CLENS_IMPORTANCE_PERMUTATION, CLENS_IMPORTANCE_ABLATION}) {
    clens_importance_options options = CLENS_IMPORTANCE_OPTIONS_INIT;
    options.draws = method == CLENS_IMPORTANCE_PERMUTATION ? 1 : 0;
    options.buckets = 64;
    options.method = static_cast<std::uint32_t>(method);
    fail_each("importance", 10, [&] {
      Held<clens_importance, clens_importance_release> made;
      CLENS_OR_RETURN(clens_importance_create(host.seeing(), &batch, &rows, &options, made.out()));
      clens_group_importance group = CLENS_GROUP_IMPORTANCE_INIT;
      CLENS_OR_RETURN(clens_importance_group(made.get(), 0, &group));
      clens_importance_difference difference = CLENS_IMPORTANCE_DIFFERENCE_INIT;
      return clens_importance_compare(made.get(), made.get(), 0, &difference);
    });
  }
}

TEST(AllocExplain, Precisions) {
  const LensHost host;
  const clens_batch batch = host.batch();
  fail_each("precision report", 50, [&] {
    clens_precision_result result = CLENS_PRECISION_RESULT_INIT;
    clens_precision_linear linears[4];
    return clens_precision_report(host.model(), host.inputs(), &batch, host.labels.data(), nullptr, &result, linears,
                                  sizeof linears[0], 4);
  });
}

TEST(AllocExplain, MetricsTogether) {
  const LensHost host;
  const std::vector<float> logits(host.candidates(), 0.5f);
  using Metrics = Held<clens_metrics, clens_metrics_release>;
  fail_each("metrics, merged", 4, [&] {
    Metrics a, b;
    for (Metrics* metrics : {&a, &b}) {
      CLENS_OR_RETURN(clens_metrics_create(nullptr, metrics->out()));
      CLENS_OR_RETURN(clens_metrics_add(metrics->get(), logits.data(), host.labels.data(), nullptr,
                                        host.clusters.data(), logits.size()));
    }
    return clens_metrics_merge(a.get(), b.get());
  });
  fail_each("auc_compare", 1, [&] {
    clens_auc_difference difference = CLENS_AUC_DIFFERENCE_INIT;
    return clens_auc_compare(logits.data(), host.targets.data(), host.labels.data(), host.clusters.data(),
                             logits.size(), 64, &difference);
  });
}

}  // namespace
}  // namespace clicklens::testing
