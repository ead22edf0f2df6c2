// Opening a .clens file: header, private copy of the FlatBuffer, FlatBuffer verification, then a
// ModelDesc whose every segment lies inside the file. Shapes, references and the canonical order
// are checked by graph/ and ops/ on top of this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "format/model_desc.h"
#include "format/overlay.h"
#include "format/verified.h"

namespace clicklens::format {

struct OpenOptions {
  enum class Access { map, copy };
  Access access = Access::map;
  bool warm = false;                      // touch every page of every segment before returning
  bool huge_pages = false;                // ask for huge pages; falls back to an anonymous copy
  bool lock = false;                      // mlock
  bool verify_segments = false;           // xxh3 of every segment, as Verify::unverified
  const class ModelFile* base = nullptr;  // segments of equal size and checksum are taken from it; read while opening
  base::Limits limits;
};

struct ModelId {
  std::uint64_t low = 0, high = 0;  // xxh3-128 of the FlatBuffer
  bool operator==(const ModelId&) const = default;
};

class ModelFile {
 public:
  static base::Result<std::unique_ptr<ModelFile>> open(const char* path, const OpenOptions&);
  // The bytes are copied when options.access is copy; else they must be 64-byte aligned and outlive the
  // ModelFile.
  static base::Result<std::unique_ptr<ModelFile>> from_memory(std::span<const std::byte>, const OpenOptions&);
  // Of bytes that are its own from here on, 64-byte aligned.
  static base::Result<std::unique_ptr<ModelFile>> adopt(base::AlignedBlock, const OpenOptions&);
  virtual ~ModelFile() = default;

  [[nodiscard]] const ModelDesc& desc() const noexcept { return desc_; }
  [[nodiscard]] const ModelId& id() const noexcept { return id_; }
  // The path, or "model in memory".
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  // Empty when there is no such segment, or it has an overlay.
  [[nodiscard]] virtual std::span<const std::byte> segment(std::uint32_t index) const noexcept;
  // Of a segment whose bytes do not lie one behind the other; else null.
  [[nodiscard]] virtual std::shared_ptr<const Overlay> overlay(std::uint32_t /*index*/) const { return nullptr; }
  // Calls use(bytes) with a segment's bytes in order, wherever they lie.
  template <class Use>
  base::Status each_piece(std::uint32_t index, Use use) const {
    const std::shared_ptr<const Overlay> apart = overlay(index);
    return apart != nullptr ? apart->each_piece(use) : use(segment(index));
  }
  // All of a segment's bytes in one block.
  [[nodiscard]] base::Result<base::AlignedBlock> copy_segment(std::uint32_t index) const;
  base::Status copy_segment(std::uint32_t index, std::span<std::byte> to) const;  // of its size
  // The front as it is, or would be, on disk. CHECKSUM_MISMATCH: the file was changed since it was opened.
  struct FrontBytes {
    std::uint64_t segments_offset = 0;
    std::vector<std::byte> flatbuffer;
  };
  [[nodiscard]] virtual base::Result<FrontBytes> front() const;
  // What keeps a segment's bytes where they are, for models that share them; null: nothing of ours does.
  [[nodiscard]] virtual std::shared_ptr<const void> keeper(std::uint32_t index) const = 0;
  // Of a patched model: what it takes when it is written.
  [[nodiscard]] std::uint64_t file_size() const noexcept { return file_size_; }
  // What is known of a segment's bytes; null: they lie in a caller's memory, and nothing is remembered of them.
  [[nodiscard]] virtual std::shared_ptr<Verified> verified(std::uint32_t index) const = 0;
  enum class Verify { all, unverified };  // unverified: but segments whose checksum held before, in the same memory
  // Checksums segments and looks for non-zero padding. CHECKSUM_MISMATCH names the first that differs.
  base::Status verify_segments(Verify which = Verify::all) const;
  // Touches every page of every segment. Of a model that was opened over another: not of what that one has.
  virtual base::Status warm() const;

 protected:
  [[nodiscard]] std::span<const std::byte> segments() const noexcept { return bytes_.subspan(segments_offset_); }

  std::string name_;
  ModelDesc desc_;
  ModelId id_;
  std::uint64_t flatbuffer_end_ = 0, segments_offset_ = 0, file_size_ = 0;
  std::span<const std::byte> bytes_;  // the whole file; empty: its segments lie apart

 private:
  base::Status verify_segment(std::uint32_t index, Verify which) const;
};

}  // namespace clicklens::format
