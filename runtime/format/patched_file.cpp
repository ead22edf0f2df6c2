#include "format/patched_file.h"

#include <utility>

#include "base/checksum.h"
#include "format/container.h"
#include "format/front.h"
#include "format/verify.h"
#include "format/writer.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

class PatchedModel final : public HeldModel {
 public:
  PatchedModel(std::string name, ModelDesc desc, std::vector<HeldSegment> held) : HeldModel(std::move(held)) {
    name_ = std::move(name);
    desc_ = std::move(desc);
  }

  Status place(const base::Limits& limits) {
    for (std::size_t i = 0; i < held_.size(); ++i) {
      const std::shared_ptr<const Overlay>& overlay = held_[i].overlay;
      desc_.segments[i].size = overlay != nullptr ? overlay->size() : held_[i].bytes.size();
      desc_.segments[i].offset = 0;
      if (!held_[i].hashed) desc_.segments[i].xxh3 = base::xxh3_64(held_[i].bytes);
    }
    const auto parsed = parse_model(pack_model(desc_), limits);
    if (!parsed.ok()) return parsed.status();
    CLENS_TRY(verify_description(desc_, limits));
    CLENS_TRY(verify_complete(desc_));
    const auto header = place_segments(pack_model(desc_).size(), desc_.segments);
    if (!header.ok()) return header.status();
    CLENS_TRY(verify_placement(desc_.segments, *header));
    const base::Hash128 hash = base::xxh3_128(pack_model(desc_));
    id_ = ModelId{hash.low, hash.high};
    segments_offset_ = header->segments_offset;
    file_size_ = header->file_size;
    return {};
  }
};

}  // namespace

base::Result<std::unique_ptr<ModelFile>> patched_file(std::string name, ModelDesc desc, std::vector<HeldSegment> held,
                                                      const base::Limits& limits) {
  if (held.size() != desc.segments.size())
    return Status::error(Code::internal, "patched model: %zu segments for %zu", held.size(), desc.segments.size());
  auto model = std::make_unique<PatchedModel>(std::move(name), std::move(desc), std::move(held));
  CLENS_TRY(named(model->name().c_str(), model->place(limits)));
  return std::unique_ptr<ModelFile>(std::move(model));
}

}  // namespace clicklens::format
