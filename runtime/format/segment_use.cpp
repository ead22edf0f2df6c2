#include "format/segment_use.h"

namespace clicklens::format {

std::vector<SegmentUse> segment_uses(const ModelDesc& desc) {
  using Kind = SegmentUse::Kind;
  std::vector<SegmentUse> uses(desc.segments.size());
  const auto use = [&uses](std::uint32_t segment, Kind kind, std::uint32_t stride) {
    SegmentUse& known = uses[segment];
    const bool is_other = known.kind != Kind::none && (known.kind != kind || known.stride != stride);
    known = is_other ? SegmentUse{Kind::contiguous, 0} : SegmentUse{kind, stride};
  };
  for (const TableDesc& table : desc.tables) use(table.segment, Kind::rows, table.row_stride);
  for (const ConstantDesc& constant : desc.constants) use(constant.segment, Kind::contiguous, 0);
  for (const EncoderDesc& encoder : desc.encoders) {
    const auto* vocabulary = std::get_if<VocabularyEncoder>(&encoder.encoder);
    if (vocabulary == nullptr) continue;
    use(vocabulary->slot_segment, Kind::rows, slot_bytes);
    if (vocabulary->text_segment != no_index) use(vocabulary->text_segment, Kind::text, 0);
  }
  return uses;
}

std::string_view segment_owner(const ModelDesc& desc, std::size_t index) noexcept {
  for (const TableDesc& table : desc.tables)
    if (table.segment == index) return table.name;
  for (const ConstantDesc& constant : desc.constants)
    if (constant.segment == index) return constant.name;
  for (const EncoderDesc& encoder : desc.encoders)
    if (const auto* vocabulary = std::get_if<VocabularyEncoder>(&encoder.encoder);
        vocabulary != nullptr && (vocabulary->slot_segment == index || vocabulary->text_segment == index))
      return encoder.name;
  return "";
}

}  // namespace clicklens::format
