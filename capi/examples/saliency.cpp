// saliency MODEL: which feature group moved each score, and how much. Centred gradient x input against the
// mean of the request's own ads; on real data the reference is a day of traffic.
#include <clicklens/clicklens.hpp>
#include <cstdio>
#include <exception>

#include "made_up.hpp"

namespace {

void explain(const clicklens::Model& model) {
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.gradients = 1;
  clicklens::Session session(model, clicklens::Inputs::of(model), &options);
  const MadeUp request(model, 5);

  const std::vector<float> means = session.input_means(request.batch());
  clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;  // centred, per group, of the first task's logit
  spec.means = means.data();
  spec.mean_count = means.size();
  const std::vector<float> moved = session.saliency(request.batch(), spec);

  const std::size_t groups = model.describe().groups;
  for (std::size_t ad = 0; ad < request.batch().candidates(); ++ad) {
    std::printf("ad %zu:", ad);
    for (std::size_t g = 0; g < groups; ++g)
      std::printf("  %s %+.6f", model.group(g).c_str(), static_cast<double>(moved[ad * groups + g]));
    std::printf("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: saliency MODEL\n");
    return 2;
  }
  try {
    explain(clicklens::Model(argv[1]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
