#include "lens/coverage.h"

#include <algorithm>

#include "base/checked.h"
#include "base/fp_environment.h"
#include "encode/bag_reader.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

// One feature's column of the matrix.
class FeatureColumn {
 public:
  FeatureColumn(const exec::Batch& batch, const format::FeatureDesc& feature, std::uint8_t* first, std::size_t stride)
      : batch_(batch), shared_(feature.scope == format::Scope::request), first_(first), stride_(stride) {}

  [[nodiscard]] std::uint64_t entries() const noexcept { return shared_ ? batch_.request_count() : batch_.candidates; }
  void mark(std::uint64_t entry) noexcept {
    const std::uint64_t end = shared_ ? batch_.request_begin(entry + 1) : entry + 1;
    for (std::uint64_t c = shared_ ? batch_.request_begin(entry) : entry; c < end; ++c) first_[c * stride_] = 1;
  }

 private:
  const exec::Batch& batch_;
  bool shared_;
  std::uint8_t* first_;
  std::size_t stride_;
};

Status mark_bags(const encode::BagRules& rules, const encode::Column* column, FeatureColumn& out) noexcept {
  constexpr std::size_t ids = 256, bags = 64;
  std::uint32_t rows[ids], offsets[bags + 1];
  float weights[ids], divisors[bags];
  encode::BagChunk chunk;
  chunk.ids = rows;
  chunk.weights = weights;
  chunk.offsets = offsets;
  chunk.divisors = divisors;
  chunk.id_capacity = ids;
  chunk.bag_capacity = bags;
  encode::Counts ignored;
  encode::BagReader reader(rules, column, ignored);
  for (reader.start(0, out.entries()); !reader.done();) {
    CLENS_TRY(reader.next(chunk));
    for (std::size_t b = 0; b < chunk.bags; ++b)
      if (offsets[b + 1] > offsets[b]) out.mark(chunk.first_entry + b);
  }
  return {};
}

void mark_dense(const format::FeatureDesc& feature, const encode::Column* column, FeatureColumn& out) noexcept {
  for (std::uint64_t entry = 0; entry < out.entries(); ++entry)
    if (encode::has_dense_value(feature, column, entry)) out.mark(entry);
}

}  // namespace

Status coverage(exec::Session& session, const exec::Batch& batch, std::span<std::uint8_t> covered) noexcept {
  const base::FpEnvironment canonical;
  const exec::Model& model = session.model();
  const std::size_t features = model.desc().features.size();
  if (batch.cache != nullptr)
    return base::Status::error(base::Code::unsupported, "coverage: a candidate cache keeps no ids");
  CLENS_TRY(session.bind(batch));
  const auto count = base::checked_multiply<std::uint64_t>(batch.candidates, features);
  if (!count || covered.size() < *count)
    return Status::error(Code::buffer_too_small, "coverage: %llu candidates of %zu features, capacity %zu",
                         static_cast<unsigned long long>(batch.candidates), features, covered.size());
  std::fill_n(covered.data(), static_cast<std::size_t>(*count), std::uint8_t{0});
  for (std::uint32_t f = 0; f < features; ++f) {
    const format::FeatureDesc& feature = model.desc().features[f];
    const encode::Column* column = session.bound_columns()[f];
    FeatureColumn out(batch, feature, covered.data() + f, features);
    if (column == nullptr) continue;
    if (feature.kind == format::FeatureKind::dense) {
      mark_dense(feature, column, out);
      continue;
    }
    encode::BagRules rules;
    rules.feature = &feature;
    rules.encoder = model.encoder(feature.encoder);
    rules.table_rows = model.feature_rows(f);
    rules.stand_ins = false;
    CLENS_TRY(mark_bags(rules, column, out));
  }
  return {};
}

}  // namespace clicklens::lens
