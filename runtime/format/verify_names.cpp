#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "format/text.h"
#include "format/verify.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

// Sorted rather than hashed: a file must not be able to choose names that collide.
template <class T>
Status check_unique(const char* list, const std::vector<T>& items, std::string T::*member) {
  std::vector<std::string_view> names;
  names.reserve(items.size());
  for (const T& item : items) {
    if ((item.*member).empty()) return Status::error(Code::bad_file, "%s[%zu]: has no name", list, names.size());
    names.emplace_back(item.*member);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return {};
  return Status::error(Code::bad_file, "%s: two are named '%s'", list, ShownName(*twice).text);
}

}  // namespace

Status verify_names(const ModelDesc& desc) {
  CLENS_TRY(check_unique("requirements", desc.requirements, &RequirementDesc::name));
  CLENS_TRY(check_unique("encoders", desc.encoders, &EncoderDesc::name));
  CLENS_TRY(check_unique("features", desc.features, &FeatureDesc::name));
  CLENS_TRY(check_unique("tables", desc.tables, &TableDesc::name));
  CLENS_TRY(check_unique("constants", desc.constants, &ConstantDesc::name));
  CLENS_TRY(check_unique("values", desc.values, &ValueDesc::name));
  CLENS_TRY(check_unique("nodes", desc.nodes, &NodeDesc::name));
  CLENS_TRY(check_unique("outputs", desc.outputs, &OutputDesc::name));
  CLENS_TRY(check_unique("layers", desc.layers, &LayerDesc::name));
  return check_unique("metadata", desc.metadata, &MetadataDesc::key);
}

}  // namespace clicklens::format
