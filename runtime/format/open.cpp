// ModelFile::open and from_memory: the verified front, and the segments mapped or copied.
#include <cstdint>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/memory.h"
#include "base/pages.h"
#include "format/front.h"
#include "format/model_file.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;
using Access = OpenOptions::Access;

class OpenModel final : public ModelFile {
 public:
  static base::Result<std::unique_ptr<OpenModel>> make(const Source& source, std::string name,
                                                       const base::Limits& limits);

  Status map(const base::File& file) noexcept;
  void refer_to(std::span<const std::byte> bytes) noexcept { bytes_ = bytes; }
  void take(base::AlignedBlock block) noexcept {
    block_ = std::move(block);
    bytes_ = {block_.data(), block_.size()};
  }
  Status copy(const Source& source, bool huge_pages) noexcept;

  // What the options ask for once the bytes are in place.
  Status prepare(const Source& source, const OpenOptions& options);

 private:
  // Destroyed last to first: pages are unlocked before they go.
  base::Mapping mapping_;
  base::AlignedBlock block_;
  base::LockedPages locked_;
};

base::Result<std::unique_ptr<OpenModel>> OpenModel::make(const Source& source, std::string name,
                                                         const base::Limits& limits) {
  auto front = read_front(source, name.c_str(), limits);
  if (!front.ok()) return front.status();
  auto model = std::make_unique<OpenModel>();
  model->name_ = std::move(name);
  model->desc_ = std::move(front->desc);
  model->id_ = front->id;
  model->flatbuffer_end_ = header_bytes + front->header.flatbuffer_size;
  model->segments_offset_ = front->header.segments_offset;
  model->file_size_ = front->header.file_size;
  return model;
}

Status OpenModel::map(const base::File& file) noexcept {
  auto mapping = base::Mapping::map(file, file_size_);
  if (!mapping.ok()) return mapping.status();
  // A file that shrank since its header was read would fault at the first touch of what is gone.
  const auto size = file.size();
  if (!size.ok()) return size.status();
  if (*size != file_size_)
    return named(name_.c_str(), Status::error(Code::bad_file, "its size changed while it was opened"));
  mapping_ = std::move(*mapping);
  bytes_ = mapping_.bytes();
  base::welcome_huge_pages(bytes_);
  return {};
}

Status OpenModel::copy(const Source& source, bool huge_pages) noexcept {
  auto block = base::AlignedBlock::allocate(file_size_, large_alignment);
  if (!block.ok()) return named(name_.c_str(), block.status());
  if (huge_pages) base::welcome_huge_pages({block->data(), block->size()});
  CLENS_TRY(source.read_at(0, {block->data(), block->size()}));
  take(std::move(*block));
  mapping_ = {};
  return {};
}

Status OpenModel::prepare(const Source& source, const OpenOptions& options) {
  if (options.huge_pages && options.access == Access::map) {
    CLENS_TRY(warm());
    if (!base::has_huge_pages(segments())) CLENS_TRY(copy(source, true));
  }
  if (options.verify_segments) CLENS_TRY(verify_segments());
  if (options.lock) {
    auto locked = base::LockedPages::lock(segments());
    if (!locked.ok()) return named(name_.c_str(), locked.status());
    locked_ = std::move(*locked);
  }
  return options.warm ? warm() : Status();
}

}  // namespace

base::Result<std::unique_ptr<ModelFile>> ModelFile::open(const char* path, const OpenOptions& options) {
  const auto file = base::File::open(path);
  if (!file.ok()) return file.status();
  const FileSource source(*file);
  auto model = OpenModel::make(source, path, options.limits);
  if (!model.ok()) return model.status();
  CLENS_TRY(options.access == Access::copy ? (*model)->copy(source, options.huge_pages) : (*model)->map(*file));
  CLENS_TRY((*model)->prepare(source, options));
  return std::unique_ptr<ModelFile>(std::move(*model));
}

base::Result<std::unique_ptr<ModelFile>> ModelFile::from_memory(std::span<const std::byte> bytes,
                                                                const OpenOptions& options) {
  if (options.access == Access::map && reinterpret_cast<std::uintptr_t>(bytes.data()) % small_alignment != 0)
    return Status::error(Code::invalid_argument, "model in memory: not 64-byte aligned; ask for a copy");
  const MemorySource source(bytes);
  auto model = OpenModel::make(source, "model in memory", options.limits);
  if (!model.ok()) return model.status();
  if (options.access == Access::copy)
    CLENS_TRY((*model)->copy(source, options.huge_pages));
  else
    (*model)->refer_to(bytes);
  CLENS_TRY((*model)->prepare(source, options));
  return std::unique_ptr<ModelFile>(std::move(*model));
}

base::Result<std::unique_ptr<ModelFile>> ModelFile::adopt(base::AlignedBlock block, const OpenOptions& options) {
  const MemorySource source({block.data(), block.size()});
  auto model = OpenModel::make(source, "model in memory", options.limits);
  if (!model.ok()) return model.status();
  (*model)->take(std::move(block));
  CLENS_TRY((*model)->prepare(source, options));
  return std::unique_ptr<ModelFile>(std::move(*model));
}

}  // namespace clicklens::format
