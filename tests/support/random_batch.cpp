#include "support/random_batch.h"

namespace clicklens::testing {

RandomBatch::RandomBatch(ModelMaker& maker, const format::ModelDesc& desc, const std::vector<std::uint32_t>& sizes)
    : desc_(desc), columns_(desc.features.size()) {
  offsets_ = {0};
  for (const std::uint32_t size : sizes) offsets_.push_back(offsets_.back() + size);
  const auto candidates = static_cast<std::size_t>(offsets_.back());
  for (std::uint32_t f = 0; f < desc.features.size(); ++f) {
    const bool shared = desc.features[f].scope == format::Scope::request;
    for (std::size_t i = 0; i < (shared ? sizes.size() : candidates); ++i) add_entry(maker, f);
  }
  for (std::uint32_t f = 0; f < desc.features.size(); ++f) make_column(f);
}

RandomBatch RandomBatch::cached(const exec::CandidateCache& cache, const std::vector<std::int64_t>& rows) const {
  return RandomBatch(*this, cache, rows);
}

exec::Batch RandomBatch::ads() const {
  exec::Batch ads = batch();
  ads.requests = 0;
  ads.request_offsets = nullptr;
  return ads;
}

exec::Batch RandomBatch::batch() const {
  exec::Batch batch;
  batch.candidates = static_cast<std::uint64_t>(offsets_.back());
  batch.requests = repeated_ ? 0 : offsets_.size() - 1;
  batch.request_offsets = repeated_ ? nullptr : offsets_.data();
  batch.columns = views_;
  batch.cache = cache_;
  batch.cache_rows = cache_rows_.data();
  return batch;
}

std::size_t RandomBatch::request_of(std::size_t row) const {
  std::size_t r = 0;
  while (static_cast<std::size_t>(offsets_[r + 1]) <= row) ++r;
  return r;
}

Row RandomBatch::row(std::size_t index) const {
  Row row;
  for (std::uint32_t f = 0; f < columns_.size(); ++f)
    row.push_back(columns_[f].entries[is_shared(f) && !repeated_ ? request_of(index) : index]);
  return row;
}

exec::Inputs RandomBatch::inputs(const format::ModelDesc& desc) {
  std::vector<exec::InputSpec> specs;
  for (const format::FeatureDesc& feature : desc.features)
    specs.push_back({feature.name, feature.kind == format::FeatureKind::dense ? encode::ColumnKind::floats
                                                                              : encode::ColumnKind::rows});
  auto made = exec::Inputs::make(std::move(specs));
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(*made);
}

RandomBatch::RandomBatch(const RandomBatch& other)
    : desc_(other.desc_), offsets_(other.offsets_), columns_(other.columns_.size()) {
  repeated_ = true;
  for (std::uint32_t f = 0; f < columns_.size(); ++f) {
    for (std::size_t row = 0; row < other.rows(); ++row) {
      const std::size_t from = other.is_shared(f) && !other.repeated_ ? other.request_of(row) : row;
      columns_[f].entries.push_back(other.columns_[f].entries[from]);
    }
    make_column(f);
  }
}

RandomBatch::RandomBatch(const RandomBatch& other, const exec::CandidateCache& cache,
                         const std::vector<std::int64_t>& rows)
    : desc_(other.desc_),
      offsets_(other.offsets_),
      columns_(other.columns_.size()),
      cache_(&cache),
      cache_rows_(rows),
      repeated_(other.repeated_) {
  for (std::uint32_t f = 0; f < columns_.size(); ++f) {
    const bool thinned = desc_.features[f].scope == format::Scope::candidate;
    const std::vector<Entry>& entries = other.columns_[f].entries;
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (!thinned || rows[i] == -1) columns_[f].entries.push_back(entries[i]);
    make_column(f);
  }
}

void RandomBatch::add_entry(ModelMaker& maker, std::uint32_t f) {
  const format::FeatureDesc& feature = desc_.features[f];
  Entry entry;
  if (feature.kind == format::FeatureKind::dense) {
    entry.dense = maker.draw(feature.width);
  } else {
    const auto rows =
        static_cast<std::uint32_t>(std::get<format::IdentityEncoder>(desc_.encoders[feature.encoder].encoder).rows);
    for (std::uint32_t k = maker.below(6); k > 0; --k) {
      entry.ids.push_back(maker.below(rows));
      if (feature.weighted) entry.weights.push_back(maker.uniform(0.1f, 2.0f));
    }
  }
  columns_[f].entries.push_back(std::move(entry));
}

void RandomBatch::make_column(std::uint32_t f) {
  Column& column = columns_[f];
  const bool dense = desc_.features[f].kind == format::FeatureKind::dense;
  column.offsets = {0};
  for (const Entry& entry : column.entries) {
    column.ids.insert(column.ids.end(), entry.ids.begin(), entry.ids.end());
    const std::vector<float>& floats = dense ? entry.dense : entry.weights;
    column.floats.insert(column.floats.end(), floats.begin(), floats.end());
    column.offsets.push_back(static_cast<std::int64_t>(column.ids.size()));
  }
  encode::Column view;
  view.input = f;
  view.kind = dense ? encode::ColumnKind::floats : encode::ColumnKind::rows;
  view.value_type = dense ? encode::ValueType::f32 : encode::ValueType::u32;
  view.values = dense ? static_cast<const void*>(column.floats.data()) : column.ids.data();
  view.value_count = dense ? column.floats.size() : column.ids.size();
  if (!dense) {
    view.offset_bits = 64;
    view.row_offsets = column.offsets.data();
    if (desc_.features[f].weighted) view.weights = column.floats.data();
  }
  views_.push_back(view);
}

}  // namespace clicklens::testing
