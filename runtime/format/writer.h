// Writing a .clens file as a stream: segments are appended piece by piece (tables larger than memory),
// then finish() writes FlatBuffer, header and checksums and renames into place. Nothing appears at
// `path` unless everything was written and synced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "format/model_desc.h"

namespace clicklens::format {

class ModelFile;

// FlatBuffer <-> ModelDesc. `parse` verifies first; both are total: any bytes give a status.
base::Result<ModelDesc> parse_model(std::span<const std::byte> flatbuffer, const base::Limits&);
std::vector<std::byte> pack_model(const ModelDesc&);

class Writer {
 public:
  // desc.segments holds one entry per segment with its size; offsets and hashes are filled in here.
  // The desc must already be complete (shapes, canonical order, requirements): see exec/compose.h.
  static base::Result<std::unique_ptr<Writer>> begin(const char* path, ModelDesc desc, const base::Limits&);
  virtual ~Writer() = default;  // without finish(): the temporary file is removed

  virtual base::Status segment(std::uint32_t index) = 0;  // in ascending order, each exactly once
  virtual base::Status append(std::span<const std::byte>) = 0;
  virtual base::Status finish() = 0;  // CLENS_E_BAD_STATE when a segment is short
};

// `model` with another description and its own segments, at `path`.
base::Status rewrite(const ModelFile& model, ModelDesc desc, const char* path, const base::Limits&);

}  // namespace clicklens::format
