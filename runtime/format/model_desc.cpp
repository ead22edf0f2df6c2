#include "format/model_desc.h"

namespace clicklens::format {

std::uint64_t rows_named_by(const EncoderDesc& encoder) noexcept {
  if (const auto* identity = std::get_if<IdentityEncoder>(&encoder.encoder)) return identity->rows;
  if (const auto* hash = std::get_if<HashEncoder>(&encoder.encoder)) return hash->offset + hash->modulus;
  return std::get_if<VocabularyEncoder>(&encoder.encoder)->size;
}

ModelDesc::ModelDesc() = default;
ModelDesc::~ModelDesc() = default;
ModelDesc::ModelDesc(const ModelDesc& other) = default;
ModelDesc::ModelDesc(ModelDesc&& other) noexcept = default;
ModelDesc& ModelDesc::operator=(const ModelDesc& other) = default;
ModelDesc& ModelDesc::operator=(ModelDesc&& other) noexcept = default;
bool ModelDesc::operator==(const ModelDesc& other) const = default;

}  // namespace clicklens::format
