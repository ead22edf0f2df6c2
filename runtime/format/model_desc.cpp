#include "format/model_desc.h"

namespace clicklens::format {

ModelDesc::ModelDesc() = default;
ModelDesc::~ModelDesc() = default;
ModelDesc::ModelDesc(const ModelDesc& other) = default;
ModelDesc::ModelDesc(ModelDesc&& other) noexcept = default;
ModelDesc& ModelDesc::operator=(const ModelDesc& other) = default;
ModelDesc& ModelDesc::operator=(ModelDesc&& other) noexcept = default;
bool ModelDesc::operator==(const ModelDesc& other) const = default;

}  // namespace clicklens::format
