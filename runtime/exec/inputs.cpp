#include "exec/inputs.h"

#include <algorithm>

namespace clicklens::exec {
namespace {

using base::Code;
using base::Status;
using encode::ColumnKind;

bool takes(const Model& model, const format::FeatureDesc& feature, ColumnKind kind) {
  if (feature.kind == format::FeatureKind::dense) return kind == ColumnKind::floats;
  if (kind == ColumnKind::rows) return true;
  const format::KeyType key = model.encoder(feature.encoder)->key_type();
  return kind == (key == format::KeyType::u64 ? ColumnKind::keys : ColumnKind::strings);
}

Status check_offsets(const Batch& batch) {
  if (batch.requests == 0) return {};
  const std::int64_t* offsets = batch.request_offsets;
  if (offsets == nullptr) return Status::error(Code::bad_batch, "batch: requests without request_offsets");
  if (offsets[0] != 0) return Status::error(Code::bad_batch, "batch: request_offsets[0] is not 0");
  for (std::uint64_t r = 0; r < batch.requests; ++r) {
    if (offsets[r + 1] < offsets[r])
      return Status::error(Code::bad_batch, "batch: request_offsets falls at %llu", static_cast<unsigned long long>(r));
  }
  if (static_cast<std::uint64_t>(offsets[batch.requests]) == batch.candidates) return {};
  return Status::error(Code::bad_batch, "batch: request_offsets ends at %lld, there are %llu candidates",
                       static_cast<long long>(offsets[batch.requests]),
                       static_cast<unsigned long long>(batch.candidates));
}

}  // namespace

base::Result<Inputs> Inputs::make(std::vector<InputSpec> specs) {
  Inputs inputs;
  for (std::uint32_t i = 0; i < specs.size(); ++i)
    if (!inputs.index_.emplace(specs[i].name, i).second)
      return Status::error(Code::invalid_argument, "inputs: '%s' is named twice", specs[i].name.c_str());
  inputs.specs_ = std::move(specs);
  return inputs;
}

std::uint32_t Inputs::find(const std::string& name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? format::no_index : found->second;
}

base::Result<Binding> Binding::make(const Model& model, const Inputs& inputs, BindingScope scope) {
  Binding binding;
  binding.model_ = &model;
  binding.specs_ = inputs.specs();
  binding.wanted_.resize(inputs.specs().size());
  for (std::size_t i = 0; i < inputs.specs().size(); ++i) binding.wanted_[i].kind = inputs.specs()[i].kind;
  binding.columns_.resize(model.desc().features.size());
  binding.originals_.resize(model.desc().features.size());
  for (std::uint32_t f = 0; f < model.desc().features.size(); ++f) {
    const format::FeatureDesc& feature = model.desc().features[f];
    if (scope == BindingScope::candidates && feature.scope != format::Scope::candidate) continue;
    const std::uint32_t input = inputs.find(feature.name);
    if (input == format::no_index) {
      if (!feature.required) continue;
      return Status::error(Code::not_found, "feature '%s' is required, no input has its name", feature.name.c_str());
    }
    if (!takes(model, feature, inputs.specs()[input].kind))
      return Status::error(Code::invalid_argument, "feature '%s' cannot take an input of this kind",
                           feature.name.c_str());
    Wanted& wanted = binding.wanted_[input];
    wanted.feature = f;
    wanted.width = feature.kind == format::FeatureKind::dense ? feature.width : 0;
    wanted.scope = feature.scope;
    wanted.weighted = feature.weighted;
  }
  return binding;
}

Status Binding::bind(const Batch& batch, std::uint64_t candidate_entries) noexcept {
  // entries are addressed in bytes with 64-bit arithmetic further down
  if (batch.candidates >> 40 != 0 || batch.requests >> 40 != 0)
    return Status::error(Code::bad_batch, "batch: more than 2^40 candidates or requests");
  CLENS_TRY(check_offsets(batch));
  ++batch_;
  std::fill(columns_.begin(), columns_.end(), nullptr);
  std::uint64_t entries[3];
  entries[static_cast<std::size_t>(format::Scope::request)] = batch.request_count();
  entries[static_cast<std::size_t>(format::Scope::candidate)] = candidate_entries;
  entries[static_cast<std::size_t>(format::Scope::pair)] = batch.candidates;
  for (const encode::Column& column : batch.columns) CLENS_TRY(bind_column(column, batch.encoded, entries));
  encoded_ = batch.encoded;
  if (encoded_) bind_originals(batch);
  return {};
}

Status Binding::bind_column(const encode::Column& column, bool encoded, const std::uint64_t (&entries)[3]) noexcept {
  if (column.input >= wanted_.size()) return refusal(column);
  Wanted& wanted = wanted_[column.input];
  const bool known =
      column.kind == wanted.kind || (encoded && column.kind == ColumnKind::rows && wanted.kind != ColumnKind::floats);
  if (wanted.batch == batch_ || !known) return refusal(column);
  wanted.batch = batch_;
  if (wanted.feature == format::no_index) return {};
  const std::uint64_t count = entries[static_cast<std::size_t>(wanted.scope)];
  if (!encode::passes_plainly(column, count, wanted.width))
    CLENS_TRY(encode::check_column(column, count, wanted.width, model_->desc().features[wanted.feature].name.c_str(),
                                   wanted.weighted));
  columns_[wanted.feature] = &column;
  return {};
}

void Binding::bind_originals(const Batch& batch) noexcept {
  std::copy(columns_.begin(), columns_.end(), originals_.begin());
  for (const encode::Column& column : batch.originals)
    if (const std::uint32_t feature = wanted_[column.input].feature; feature != format::no_index)
      originals_[feature] = &column;
}

Status Binding::refusal(const encode::Column& column) const noexcept {
  if (column.input >= specs_.size())
    return Status::error(Code::bad_batch, "batch: a column names input %u of %zu", column.input, specs_.size());
  const char* const name = specs_[column.input].name.c_str();
  if (wanted_[column.input].batch == batch_)
    return Status::error(Code::bad_batch, "batch: two columns for input '%s'", name);
  return Status::error(Code::bad_batch, "batch: the column for input '%s' is of another kind", name);
}

}  // namespace clicklens::exec
