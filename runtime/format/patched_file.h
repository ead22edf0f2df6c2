// A model made from another one in memory: a description of its own over segments that lie where they lay, or apart.
// Tables are shared, not copied, so that an edited model can be scored and written whatever its size.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "format/held_model.h"

namespace clicklens::format {

// `desc` is complete and verified here as a file's is; sizes, offsets and checksums of its segments, one for each of
// `held`, are filled in. Its id is that of the file it would be written as. Segments begin at multiples of 64 bytes.
base::Result<std::unique_ptr<ModelFile>> patched_file(std::string name, ModelDesc desc, std::vector<HeldSegment> held,
                                                      const base::Limits& limits);

}  // namespace clicklens::format
