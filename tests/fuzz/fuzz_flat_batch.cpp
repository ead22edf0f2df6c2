// Any bytes as a flat batch: a status, never a crash. The model has lists of keys and of strings, weights, a
// request feature and a dense one; the first byte of the input chooses the session and the size of the output.
#include <clicklens/clicklens.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "exec/compose.h"
#include "support/tiny_model.h"

namespace {

using clicklens::testing::TinyModel;

TinyModel fuzz_model() {
  namespace format = clicklens::format;
  TinyModel model = clicklens::testing::tiny_model();
  auto& desc = model.desc;
  format::HashEncoder words;
  words.modulus = clicklens::testing::tiny::user_rows;
  desc.encoders[0].encoder = words;
  desc.features[1].weighted = true;
  desc.features[1].max_length = 3;
  desc.features[1].pooling = format::Pooling::mean;
  for (format::FeatureDesc& feature : desc.features) feature.required = false;
  for (format::NodeDesc& node : desc.nodes) node.order.clear();
  auto complete = clicklens::exec::complete(std::move(desc), {});
  if (!complete.ok()) std::abort();
  model.desc = std::move(*complete);
  return model;
}

clens_session* make_session(const char* path, std::uint32_t tile_rows) {
  const clens_input_spec specs[] = {{sizeof(clens_input_spec), "user", CLENS_COLUMN_STRINGS},
                                    {sizeof(clens_input_spec), "ad", CLENS_COLUMN_KEYS},
                                    {sizeof(clens_input_spec), "match", CLENS_COLUMN_FLOATS},
                                    {sizeof(clens_input_spec), "nobody's", CLENS_COLUMN_ROWS}};
  clens_model* model = nullptr;
  clens_inputs* inputs = nullptr;
  clens_session* session = nullptr;
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.tile_rows = tile_rows;
  if (clens_model_open(path, nullptr, &model) != CLENS_OK || clens_inputs_create(specs, 4, &inputs) != CLENS_OK ||
      clens_session_create(model, inputs, &options, &session) != CLENS_OK)
    std::abort();
  clens_inputs_release(inputs);
  clens_model_release(model);
  return session;
}

struct Sessions {
  clens_session* small;
  clens_session* large;
  Sessions() {
    const clicklens::testing::TemporaryPath path("fuzz.clens");
    if (!clicklens::testing::write_model(fuzz_model(), path.c_str()).ok()) std::abort();
    small = make_session(path.c_str(), 2);
    large = make_session(path.c_str(), 0);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Sessions sessions;
  if (size == 0) return 0;
  const std::uint8_t choice = data[0];
  std::vector<std::uint64_t> buffer((size - 1 + 7) / 8);  // aligned, and no longer than the input
  if (size > 1) std::memcpy(buffer.data(), data + 1, size - 1);
  std::vector<float> out(1 + choice % 64);
  clens_session* session = (choice & 64) != 0 ? sessions.small : sessions.large;
  const std::uint32_t kind = choice >> 7;
  const void* bytes = buffer.empty() ? static_cast<const void*>(&sessions) : buffer.data();
  const clens_status status = clens_session_run_flat(session, bytes, size - 1, kind, out.data(), out.size());
  const bool expected = status == CLENS_OK || status == CLENS_E_BAD_BATCH || status == CLENS_E_BUFFER_TOO_SMALL ||
                        status == CLENS_E_BAD_VALUE;
  if (!expected) std::abort();
  return 0;
}
