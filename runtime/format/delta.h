// A delta file: what makes one model of another. Applied, it gives the model that it was made from, with the same id:
// segments that did not change are the base's, tables and vocabularies of which little changed are overlays of it.
//
// Opening reads the front alone, and the result's description with it; the rest is read, and its checksums compared,
// when the delta is applied. Nothing stays mapped.
#pragma once

#include <memory>
#include <string>

#include "base/file.h"
#include "format/delta_desc.h"
#include "format/front.h"
#include "format/source.h"

namespace clicklens::format {

// Segments smaller than this are copied when a delta is applied: looking rows up through a map would cost more than
// their memory is worth.
inline constexpr std::uint64_t least_overlaid_bytes = std::uint64_t{1} << 20;

class Delta {
 public:
  static base::Result<std::unique_ptr<Delta>> open(const char* path, const base::Limits&);
  // The bytes must outlive the delta.
  static base::Result<std::unique_ptr<Delta>> from_memory(std::span<const std::byte>, const base::Limits&);

  [[nodiscard]] const DeltaDesc& desc() const noexcept { return desc_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t file_size() const noexcept { return file_size_; }
  // What comes of it.
  [[nodiscard]] const ModelDesc& result() const noexcept { return result_.desc; }
  [[nodiscard]] std::uint64_t result_size() const noexcept { return result_.header.file_size; }

  // STALE: made for another base. CHECKSUM_MISMATCH, BAD_FILE: what was read is damaged, or no delta of this base.
  [[nodiscard]] base::Result<std::unique_ptr<ModelFile>> apply(const ModelFile& base,
                                                               std::uint64_t copied_below = least_overlaid_bytes) const;

 private:
  Delta() = default;
  static base::Result<std::unique_ptr<Delta>> make(std::unique_ptr<Source> source,
                                                   std::shared_ptr<const base::File> file, std::string name,
                                                   const base::Limits& limits);
  base::Status read(const RawFront& raw);
  base::Status read_result();
  [[nodiscard]] base::Status check_change(std::size_t index) const noexcept;
  [[nodiscard]] const char* without_name(const char* message) const noexcept;
  base::Status read_stretch(std::uint32_t index, std::span<std::byte> into) const noexcept;
  [[nodiscard]] base::Result<base::AlignedBlock> read_stretch(std::uint32_t index) const;
  friend class DeltaApplication;

  std::shared_ptr<const base::File> file_;  // that the source reads
  std::unique_ptr<Source> source_;
  std::string name_;
  base::Limits limits_;
  std::uint64_t file_size_ = 0;
  DeltaDesc desc_;
  std::vector<std::byte> flatbuffer_;  // the result's
  Front result_;
};

// Writes a model as it is: of what a delta gave, byte for byte the file that the delta was made from.
base::Status write_whole(const ModelFile& model, const char* path);

}  // namespace clicklens::format
