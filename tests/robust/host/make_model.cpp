// make_model PATH: the tiny model as a file, for programs that see only the public headers.
#include <cstdio>

#include "support/tiny_model.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto status = clicklens::testing::write_model(clicklens::testing::tiny_model(), argv[1]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.message());
  return status.ok() ? 0 : 1;
}
