#include "exec/compose.h"

#include "base/arithmetic.h"
#include "exec/build.h"
#include "format/requirements.h"
#include "format/verify.h"

namespace clicklens::exec {
namespace {

// A description without data.
class DescriptionOnly final : public ops::ModelView {
 public:
  explicit DescriptionOnly(const format::ModelDesc& desc) : desc_(desc), feature_rows_(ops::feature_rows(desc)) {}
  [[nodiscard]] const format::ModelDesc& desc() const noexcept override { return desc_; }
  [[nodiscard]] const encode::Encoder* encoder(std::uint32_t) const noexcept override { return nullptr; }
  [[nodiscard]] const float* constant(std::uint32_t) const noexcept override { return nullptr; }
  [[nodiscard]] format::TableRows table(std::uint32_t) const noexcept override { return {}; }
  [[nodiscard]] std::uint64_t feature_rows(std::uint32_t feature) const noexcept override {
    return feature_rows_[feature];
  }

 private:
  const format::ModelDesc& desc_;
  std::vector<std::uint64_t> feature_rows_;
};

}  // namespace

base::Result<format::ModelDesc> complete(format::ModelDesc desc, const base::Limits& limits) {
  desc.arithmetic_version = base::arithmetic_version;
  format::complete_requirements(desc);
  CLENS_TRY(format::verify_description(desc, limits));
  const auto built = build(DescriptionOnly(desc), limits, &desc);
  if (!built.ok()) return built.status();
  return desc;
}

}  // namespace clicklens::exec
