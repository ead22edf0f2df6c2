// The front of a model file, read into private memory and verified: all that opening looks at. Its cost
// does not depend on the size of the segments.
#pragma once

#include "base/limits.h"
#include "base/status.h"
#include "format/container.h"
#include "format/model_file.h"
#include "format/source.h"

namespace clicklens::format {

struct Front {
  ContainerHeader header;
  ModelDesc desc;
  ModelId id;
};

base::Result<Front> read_front(const Source& source, const char* name, const base::Limits& limits);

// The status with the model's name before its message.
base::Status named(const char* name, const base::Status& status) noexcept;

}  // namespace clicklens::format
