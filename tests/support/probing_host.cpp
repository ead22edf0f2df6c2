#include "support/probing_host.h"

namespace clicklens::testing {

exec::SessionOptions probing_options(bool exits) {
  exec::SessionOptions options;
  options.probes = {{tiny::hidden_relu, {1, -1, 1, -1, 1, -1, 1, -1}, 0.0f}, {tiny::user_bag, {1, 2, 3, 4}, 0.5f}};
  options.tile_rows = 16;
  if (exits) options.exit = exec::ExitRule{0, 0.0f};
  return options;
}

HandleOf<clens_session> session_with(const TinyHost& host, const exec::SessionOptions& options) {
  auto made = capi::make_session(host.model()->model, host.inputs()->inputs, options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return HandleOf<clens_session>(made.ok() ? made->release() : nullptr);
}

}  // namespace clicklens::testing
