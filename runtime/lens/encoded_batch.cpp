#include "lens/encoded_batch.h"

namespace clicklens::lens {

base::Result<EncodedBatch> EncodedBatch::make(exec::Session& session, const exec::Batch& batch) {
  CLENS_TRY(session.bind(batch));
  EncodedBatch made;
  made.view_ = batch;
  if (batch.strict || batch.cache != nullptr || batch.given != nullptr || batch.encoded) return made;
  const exec::Model& model = session.model();
  for (std::uint32_t f = 0; f < model.desc().features.size(); ++f) {
    const format::FeatureDesc& feature = model.desc().features[f];
    const encode::Column* column = session.bound_columns()[f];
    if (column == nullptr) continue;
    const bool ids = column->kind == encode::ColumnKind::keys || column->kind == encode::ColumnKind::strings;
    if (ids) {
      const std::uint64_t entries = feature.scope == format::Scope::request ? batch.request_count() : batch.candidates;
      made.encoded_.emplace_back(*column, entries, model.encoder(feature.encoder), model.feature_rows(f));
    }
    made.columns_.push_back(ids ? made.encoded_.back().view() : *column);
  }
  made.view_.columns = made.columns_;
  made.view_.encoded = true;
  made.view_.originals = batch.columns;
  return made;
}

}  // namespace clicklens::lens
