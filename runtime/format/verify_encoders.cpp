#include <bit>

#include "base/checked.h"
#include "format/segment_use.h"
#include "format/text.h"
#include "format/verify.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

struct Context {
  const ModelDesc& desc;
  const base::Limits& limits;
  const char* name;

  [[nodiscard]] Status bad(const char* field, const char* why) const noexcept {
    return Status::error(Code::bad_file, "encoder '%s': %s: %s", ShownName(name).text, field, why);
  }
  [[nodiscard]] Status check_rows(const char* field, std::uint64_t rows) const noexcept {
    if (rows <= limits.table_rows) return {};
    return Status::error(Code::limit_exceeded, "encoder '%s': %s: %llu rows, allowed %llu", ShownName(name).text, field,
                         static_cast<unsigned long long>(rows), static_cast<unsigned long long>(limits.table_rows));
  }
};

Status check(const Context& context, const IdentityEncoder& encoder) noexcept {
  if (encoder.rows == 0) return context.bad("rows", "zero");
  return context.check_rows("rows", encoder.rows);
}

Status check(const Context& context, const HashEncoder& encoder) noexcept {
  const auto rows = base::checked_add(encoder.offset, encoder.modulus);
  if (encoder.modulus == 0) return context.bad("modulus", "zero");
  CLENS_TRY(context.check_rows("modulus", rows.value_or(UINT64_MAX)));
  if (encoder.algorithm == HashAlgorithm::murmurhash3 && encoder.seed > 0xFFFFFFFFu)
    return context.bad("seed", "murmurhash3 takes 32 bits");
  return {};
}

Status check(const Context& context, const VocabularyEncoder& encoder) noexcept {
  const auto& segments = context.desc.segments;
  if (!std::has_single_bit(encoder.slots)) return context.bad("slots", "not a power of two");
  if (encoder.size == 0) return context.bad("size", "zero");
  CLENS_TRY(context.check_rows("size", encoder.size));
  // One slot stays free, so that looking for an absent key comes to an end.
  if (encoder.size >= encoder.slots) return context.bad("size", "not below the number of slots");
  if (encoder.slot_segment >= segments.size()) return context.bad("slot_segment", "no such segment");
  const auto bytes = base::checked_multiply<std::uint64_t>(encoder.slots, slot_bytes);
  if (!bytes || *bytes != segments[encoder.slot_segment].size)
    return context.bad("slot_segment", "not 16 bytes for each slot");
  if (encoder.key_type == KeyType::u64)
    return encoder.text_segment == no_index ? Status() : context.bad("text_segment", "64-bit keys have no text");
  if (encoder.text_segment >= segments.size()) return context.bad("text_segment", "no such segment");
  return {};
}

}  // namespace

Status verify_encoders(const ModelDesc& desc, const base::Limits& limits) noexcept {
  for (const EncoderDesc& encoder : desc.encoders) {
    const Context context{desc, limits, encoder.name.c_str()};
    CLENS_TRY(std::visit([&](const auto& kind) { return check(context, kind); }, encoder.encoder));
  }
  return {};
}

}  // namespace clicklens::format
