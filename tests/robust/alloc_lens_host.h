// The tiny host with clicks, for lenses: sessions that observe every value and have gradients.
#pragma once

#include <cmath>
#include <vector>

#include "alloc_each.h"
#include "support/tiny_host.h"

namespace clicklens::testing {

class LensHost : public TinyHost {
 public:
  explicit LensHost(const std::vector<std::size_t>& requests = {4, 0, 5, 3}) : TinyHost(requests) {
    for (std::size_t i = 0; i < candidates(); ++i) {
      labels.push_back(i % 3 == 1 ? 1 : 0);
      clusters.push_back(request_of(i));
      controls.push_back(i % 4);
      targets.push_back(static_cast<float>(i % 5));
    }
    options_.gradients = 1;
    options_.observed = all_values;
    options_.observed_count = std::size(all_values);
    session_ = session(&options_);
    clens_model_info info = CLENS_MODEL_INFO_INIT;
    EXPECT_EQ(clens_model_describe(model(), &info), CLENS_OK);
    width = info.input_width;
    groups = info.groups;
    means.assign(width, 0.25f);
  }

  [[nodiscard]] clens_session* seeing() const { return session_.get(); }
  [[nodiscard]] clens_rows rows() const {
    clens_rows rows = CLENS_ROWS_INIT;
    rows.labels = labels.data();
    rows.clusters = clusters.data();
    rows.controls = controls.data();
    rows.targets = targets.data();
    return rows;
  }
  [[nodiscard]] clens_profile_options profiled() const {
    clens_profile_options options = CLENS_PROFILE_OPTIONS_INIT;
    options.sections = CLENS_PROFILE_SCORES | CLENS_PROFILE_NEURONS | CLENS_PROFILE_SALIENCY | CLENS_PROFILE_FEATURES;
    options.means = means.data();
    options.mean_count = means.size();
    options.sample_rows = 16;
    return options;
  }

  std::size_t width = 0, groups = 0;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> clusters, controls;
  std::vector<float> targets, means;

 private:
  static constexpr std::size_t all_values[] = {tiny::user_bag,      tiny::ad_bag,      tiny::match_dense, tiny::concat,
                                               tiny::hidden_linear, tiny::hidden_relu, tiny::logit};
  clens_session_options options_ = CLENS_SESSION_OPTIONS_INIT;
  HandleOf<clens_session> session_;
};

}  // namespace clicklens::testing
