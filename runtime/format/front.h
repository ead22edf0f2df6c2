// The front of a model file, read into private memory and verified: all that opening looks at. Its cost
// does not depend on the size of the segments.
#pragma once

#include "base/limits.h"
#include "base/memory.h"
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

// Header and FlatBuffer of a container as they are, the checksum over both checked.
struct RawFront {
  ContainerHeader header;
  base::AlignedBlock flatbuffer;
};
base::Result<RawFront> read_container(const Source& source, const char* name, const base::Limits& limits,
                                      ContainerKind kind);

// What a model's FlatBuffer means, verified against the header that stands, or would stand, before it.
base::Result<Front> interpret_model(const ContainerHeader& header, std::span<const std::byte> flatbuffer,
                                    const base::Limits& limits);

base::Result<Front> read_front(const Source& source, const char* name, const base::Limits& limits);

// The status with the model's name before its message.
base::Status named(const char* name, const base::Status& status) noexcept;

}  // namespace clicklens::format
