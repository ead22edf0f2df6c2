// Another version of a made model, and the way there as a delta.
#pragma once

#include <memory>

#include "support/files.h"
#include "support/random_model.h"

namespace clicklens::testing {

// The same network after more training: some rows of tables differ, some were appended or are gone (as many as the
// encoders name), some constants differ. `tables` and `constants` of the result are those of the first version.
ModelMaker revised(const ModelMaker& first, std::uint32_t seed);

// Two files, and what a delta makes of the first.
struct Revision {
  // Rows lie apart in tables of any size if `apart`; else all of these are too small for that.
  Revision(const ModelMaker& first, const ModelMaker& second, bool apart = true);

  TemporaryPath before{"before.clens"}, after{"after.clens"}, delta{"delta.clensd"};
  std::shared_ptr<exec::Model> base, whole, applied;  // null, and a test failure, where that failed
};

}  // namespace clicklens::testing
