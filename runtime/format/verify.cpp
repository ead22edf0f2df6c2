#include "format/verify.h"

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

}  // namespace clicklens::format
