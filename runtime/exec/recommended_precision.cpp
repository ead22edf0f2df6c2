#include "exec/recommended_precision.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "format/text.h"
#include "kernels/dispatch.h"

namespace clicklens::exec {
namespace {

using base::Code;
using base::Status;
using format::ModelDesc;

constexpr const char* precision_key = "recommended_precision";
constexpr const char* full_precision_key = "recommended_full_precision";
constexpr ops::Precision all[] = {ops::Precision::f32, ops::Precision::int8, ops::Precision::bf16};

const std::string* find(const ModelDesc& desc, const char* key) {
  const auto entry = std::ranges::find(desc.metadata, key, &format::MetadataDesc::key);
  return entry == desc.metadata.end() ? nullptr : &entry->value;
}

Status bad(const char* key, const std::string& value, const char* what) {
  return Status::error(Code::bad_file, "metadata '%s': '%s' is no %s", key, format::ShownName(value).text, what);
}

}  // namespace

const char* name_of(ops::Precision precision) noexcept {
  constexpr const char* names[] = {"f32", "int8", "bf16"};
  return names[static_cast<std::size_t>(precision)];
}

base::Result<RecommendedPrecision> recommended_precision(const ModelDesc& desc) {
  RecommendedPrecision found;
  const std::string* name = find(desc, precision_key);
  if (name == nullptr) return found;
  const auto* known = std::ranges::find_if(all, [&](ops::Precision each) { return *name == name_of(each); });
  if (known == std::end(all)) return bad(precision_key, *name, "precision");
  found.precision = *known;
  const std::string* kept = find(desc, full_precision_key);
  std::string_view left = kept != nullptr ? std::string_view(*kept) : std::string_view();
  while (!left.empty()) {
    const std::string line(left.substr(0, left.find('\n')));
    left.remove_prefix(std::min(line.size() + 1, left.size()));
    const auto value = std::ranges::find(desc.values, line, &format::ValueDesc::name);
    if (value == desc.values.end()) return bad(full_precision_key, line, "value of the model");
    found.full_precision.push_back(static_cast<std::uint32_t>(value - desc.values.begin()));
  }
  return found;
}

base::Result<RecommendedPrecision> usable_precision(const ModelDesc& desc) {
  auto found = recommended_precision(desc);
  if (!found.ok() || found->precision != ops::Precision::bf16) return found;
  const auto table = kernels::active_reduced_table();
  if (!table.ok()) return table.status();
  if ((*table)->linear_bf16 == nullptr) return RecommendedPrecision{};
  return found;
}

void recommend(ModelDesc& desc, const RecommendedPrecision& precision) {
  forget_recommendation(desc);
  desc.metadata.push_back({precision_key, name_of(precision.precision)});
  std::string kept;
  for (const std::uint32_t value : precision.full_precision)
    kept.append(kept.empty() ? "" : "\n").append(desc.values[value].name);
  if (!kept.empty()) desc.metadata.push_back({full_precision_key, kept});
}

void forget_recommendation(ModelDesc& desc) {
  std::erase_if(desc.metadata, [](const format::MetadataDesc& entry) {
    return entry.key == precision_key || entry.key == full_precision_key;
  });
}

}  // namespace clicklens::exec
