#include "format/verify.h"

#include "base/checked.h"
#include "format/requirements.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

Status check_count(const char* what, std::uint64_t count, std::uint64_t limit) noexcept {
  if (count <= limit) return {};
  return Status::error(Code::limit_exceeded, "%s: %llu are above the limit of %llu", what,
                       static_cast<unsigned long long>(count), static_cast<unsigned long long>(limit));
}

Status misplaced(std::size_t index, const SegmentDesc& segment, const char* why) noexcept {
  return Status::error(Code::bad_file, "segments[%zu]: %llu bytes at offset %llu: %s", index,
                       static_cast<unsigned long long>(segment.size), static_cast<unsigned long long>(segment.offset),
                       why);
}

}  // namespace

Status check_counts(std::uint64_t segments, std::uint64_t features, std::uint64_t nodes,
                    const base::Limits& limits) noexcept {
  CLENS_TRY(check_count("segments", segments, limits.segments));
  CLENS_TRY(check_count("features", features, limits.features));
  return check_count("nodes", nodes, limits.nodes);
}

Status verify_description(const ModelDesc& desc, const base::Limits& limits) {
  CLENS_TRY(check_counts(desc.segments.size(), desc.features.size(), desc.nodes.size(), limits));
  CLENS_TRY(check_requirements_known(desc.requirements));
  CLENS_TRY(verify_names(desc));
  CLENS_TRY(verify_encoders(desc, limits));
  CLENS_TRY(verify_features(desc, limits));
  CLENS_TRY(verify_weights(desc, limits));
  CLENS_TRY(verify_nodes(desc, limits));
  return check_requirements_complete(desc);
}

Status verify_placement(const ModelDesc& desc, const ContainerHeader& header) noexcept {
  std::uint64_t end = header.segments_offset;
  for (std::size_t i = 0; i < desc.segments.size(); ++i) {
    const SegmentDesc& segment = desc.segments[i];
    if (!base::range_within(segment.offset, segment.size, header.file_size))
      return misplaced(i, segment, "outside the file");
    if (segment.offset < end)
      return misplaced(i, segment, i == 0 ? "before the segments begin" : "overlaps the segment before it");
    if (segment.offset % segment_alignment(segment.size) != 0)
      return misplaced(i, segment, "not at a multiple of its alignment");
    end = segment.offset + segment.size;
  }
  if (end != header.file_size)  // bytes that belong to nothing could not be verified
    return Status::error(Code::bad_file, "header: %llu bytes after the last segment",
                         static_cast<unsigned long long>(header.file_size - end));
  return {};
}

}  // namespace clicklens::format
