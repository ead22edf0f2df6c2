// A small delta to be taken apart and put together wrong: the tiny model, and the same with other users, one more ad
// and another bias.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "format/delta.h"
#include "support/tiny_model.h"

namespace clicklens::testing {

TinyModel tiny_next();

// A delta as its parts, and as a file whose checksums are right whatever the parts say.
struct LooseDelta {
  format::DeltaDesc desc;
  std::vector<std::vector<std::byte>> stretches;  // one for each of desc.stretches

  static LooseDelta of(std::span<const std::byte> file);
  [[nodiscard]] std::vector<std::byte> sealed() const;
  // Another description of what comes of it, placed and under its own id. False: there is no room for it.
  bool describe(format::ModelDesc result);
};

// From tiny_model() to tiny_next().
std::vector<std::byte> tiny_delta();

}  // namespace clicklens::testing
