// A host built with another FlatBuffers (run.sh makes one whose verifier refuses everything) beside
// libclicklens.a: the library must keep verifying with its own.
#include <clicklens/clicklens.h>
#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <cstdio>

int main(int argc, char** argv) {
  static_assert(FLATBUFFERS_VERSION_MAJOR == 99, "the host's own headers");
  if (argc != 2) return 2;
  const std::uint8_t bytes[64] = {};
  flatbuffers::Verifier verifier(bytes, sizeof bytes);
  if (verifier.Verify(std::size_t{0}, std::size_t{4})) return 3;

  clens_model* model = nullptr;
  const clens_status status = clens_model_open(argv[1], nullptr, &model);
  if (status != CLENS_OK) {
    char message[256];
    clens_last_error(message, sizeof message);
    std::printf("%s: %s\n", clens_status_name(status), message);
  }
  clens_model_release(model);
  return status == CLENS_OK ? 0 : 1;
}
