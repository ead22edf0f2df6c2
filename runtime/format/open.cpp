// ModelFile::open and from_memory: the verified front, and the segments mapped or copied.
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/memory.h"
#include "base/pages.h"
#include "format/front.h"
#include "format/held_model.h"
#include "format/model_file.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;
using Access = OpenOptions::Access;

// A file's bytes, for as long as a model has a segment of it. Destroyed last to first: pages are unlocked before they
// go.
struct Storage {
  base::Mapping mapping;
  base::AlignedBlock block;
  base::LockedPages locked;
  std::vector<Verified> verified;  // by segment of that file
};

class OpenModel final : public ModelFile {
 public:
  static base::Result<std::unique_ptr<OpenModel>> make(const Source& source, std::string name,
                                                       const OpenOptions& options);

  Status map(const base::File& file) noexcept;
  // Bytes of the caller's.
  void refer_to(std::span<const std::byte> bytes) noexcept {
    bytes_ = bytes;
    callers_ = true;
  }
  void take(base::AlignedBlock block) noexcept {
    storage_->block = std::move(block);
    callers_ = false;
    bytes_ = {storage_->block.data(), storage_->block.size()};
  }
  Status copy(const Source& source, bool huge_pages) noexcept;

  // What the options ask for once the bytes are in place.
  Status prepare(const Source& source, const OpenOptions& options);

  [[nodiscard]] std::span<const std::byte> segment(std::uint32_t index) const noexcept override {
    return is_shared(index) ? shared_[index].bytes : ModelFile::segment(index);
  }
  [[nodiscard]] std::shared_ptr<const void> keeper(std::uint32_t index) const override {
    return is_shared(index) ? shared_[index].owner : callers_ ? nullptr : storage_;
  }
  [[nodiscard]] std::shared_ptr<Verified> verified(std::uint32_t index) const override {
    if (is_shared(index)) return shared_[index].verified;
    if (callers_ || index >= storage_->verified.size()) return nullptr;
    return {storage_, &storage_->verified[index]};
  }
  Status warm() const override;

 private:
  void share(const ModelFile& base);
  Status copy_own(const Source& source, std::span<std::byte> to) noexcept;
  [[nodiscard]] bool is_shared(std::uint32_t index) const noexcept {
    return index < shared_.size() && shared_[index].owner != nullptr;
  }

  std::shared_ptr<Storage> storage_ = std::make_shared<Storage>();
  bool callers_ = false;             // the bytes are, and nothing keeps them
  std::vector<HeldSegment> shared_;  // by segment; no owner: its own. Empty: all are
};

base::Result<std::unique_ptr<OpenModel>> OpenModel::make(const Source& source, std::string name,
                                                         const OpenOptions& options) {
  auto front = read_front(source, name.c_str(), options.limits);
  if (!front.ok()) return front.status();
  auto model = std::make_unique<OpenModel>();
  model->name_ = std::move(name);
  model->desc_ = std::move(front->desc);
  model->id_ = front->id;
  model->flatbuffer_end_ = header_bytes + front->header.flatbuffer_size;
  model->segments_offset_ = front->header.segments_offset;
  model->file_size_ = front->header.file_size;
  model->storage_->verified = std::vector<Verified>(model->desc_.segments.size());
  if (options.base != nullptr) model->share(*options.base);
  return model;
}

// Equal checksums of equal sizes are taken for equal bytes, as those of a file are: who writes another model's checksum
// into a file gets that model's bytes. A segment with an overlay is not shared: here bytes lie one behind the other.
// The owner is whoever read them first, so that a chain of versions keeps no version in the middle.
void OpenModel::share(const ModelFile& base) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> there;
  for (std::uint32_t i = 0; i < base.desc().segments.size(); ++i)
    there.try_emplace({base.desc().segments[i].xxh3, base.desc().segments[i].size}, i);
  shared_.resize(desc_.segments.size());
  for (std::size_t i = 0; i < shared_.size(); ++i) {
    const auto found = there.find({desc_.segments[i].xxh3, desc_.segments[i].size});
    if (found != there.end() && base.overlay(found->second) == nullptr)
      shared_[i] = {base.segment(found->second), base.keeper(found->second), true, nullptr,
                    base.verified(found->second)};
  }
}

Status OpenModel::warm() const {
  if (shared_.empty()) return ModelFile::warm();
  for (std::uint32_t i = 0; i < shared_.size(); ++i)
    if (!is_shared(i)) CLENS_TRY(named(name_.c_str(), base::warm_pages(segment(i))));
  return {};
}

Status OpenModel::map(const base::File& file) noexcept {
  auto mapping = base::Mapping::map(file, file_size_);
  if (!mapping.ok()) return mapping.status();
  // A file that shrank since its header was read would fault at the first touch of what is gone.
  const auto size = file.size();
  if (!size.ok()) return size.status();
  if (*size != file_size_)
    return named(name_.c_str(), Status::error(Code::bad_file, "its size changed while it was opened"));
  storage_->mapping = std::move(*mapping);
  bytes_ = storage_->mapping.bytes();
  base::welcome_huge_pages(bytes_);
  return {};
}

// All but segments that are shared: pages of a block that nothing touches take no memory.
Status OpenModel::copy_own(const Source& source, std::span<std::byte> to) noexcept {
  std::uint64_t begin = 0;
  for (std::uint32_t i = 0; i <= shared_.size(); ++i) {
    if (i < shared_.size() && !is_shared(i)) continue;
    const std::uint64_t end = i < shared_.size() ? desc_.segments[i].offset : to.size();
    CLENS_TRY(source.read_at(begin, to.subspan(begin, end - begin)));
    if (i < shared_.size()) begin = end + desc_.segments[i].size;
  }
  return {};
}

Status OpenModel::copy(const Source& source, bool huge_pages) noexcept {
  auto block = base::AlignedBlock::allocate(file_size_, large_alignment);
  if (!block.ok()) return named(name_.c_str(), block.status());
  if (huge_pages) base::welcome_huge_pages({block->data(), block->size()});
  if (shared_.empty()) {
    CLENS_TRY(source.read_at(0, {block->data(), block->size()}));
  } else {
    CLENS_TRY(copy_own(source, {block->data(), block->size()}));
  }
  take(std::move(*block));
  storage_->mapping = {};
  return {};
}

Status OpenModel::prepare(const Source& source, const OpenOptions& options) {
  if (options.huge_pages && options.access == Access::map) {
    CLENS_TRY(warm());
    if (!base::has_huge_pages(segments())) CLENS_TRY(copy(source, true));
  }
  if (options.verify_segments) CLENS_TRY(verify_segments(Verify::unverified));
  if (options.lock) {
    auto locked = base::LockedPages::lock(segments());
    if (!locked.ok()) return named(name_.c_str(), locked.status());
    storage_->locked = std::move(*locked);
  }
  return options.warm ? warm() : Status();
}

}  // namespace

base::Result<std::unique_ptr<ModelFile>> ModelFile::open(const char* path, const OpenOptions& options) {
  const auto file = base::File::open(path);
  if (!file.ok()) return file.status();
  const FileSource source(*file);
  auto model = OpenModel::make(source, path, options);
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
  auto model = OpenModel::make(source, "model in memory", options);
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
  auto model = OpenModel::make(source, "model in memory", options);
  if (!model.ok()) return model.status();
  (*model)->take(std::move(block));
  CLENS_TRY((*model)->prepare(source, options));
  return std::unique_ptr<ModelFile>(std::move(*model));
}

}  // namespace clicklens::format
