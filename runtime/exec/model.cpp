#include "exec/model.h"

#include <algorithm>

#include "base/stable_order.h"
#include "format/segment_use.h"
#include "format/text.h"

namespace clicklens::exec {

base::Result<std::shared_ptr<Model>> Model::open(const char* path, const format::OpenOptions& options) {
  auto file = format::ModelFile::open(path, options);
  if (!file.ok()) return file.status();
  return make(std::move(*file), options.limits);
}

base::Result<std::shared_ptr<Model>> Model::from_memory(std::span<const std::byte> bytes,
                                                        const format::OpenOptions& options) {
  auto file = format::ModelFile::from_memory(bytes, options);
  if (!file.ok()) return file.status();
  return make(std::move(*file), options.limits);
}

base::Result<std::shared_ptr<Model>> Model::adopt(base::AlignedBlock bytes, const format::OpenOptions& options) {
  auto file = format::ModelFile::adopt(std::move(bytes), options);
  if (!file.ok()) return file.status();
  return make(std::move(*file), options.limits);
}

base::Result<std::shared_ptr<Model>> Model::make(std::unique_ptr<format::ModelFile> file, const base::Limits& limits) {
  auto model = std::make_shared<Model>();
  model->file_ = std::move(file);
  model->limits_ = limits;
  CLENS_TRY(model->check_overlays());
  CLENS_TRY(model->make_encoders());
  model->find_tables();
  model->feature_rows_ = ops::feature_rows(model->desc());
  auto built = build(*model, limits, nullptr);
  if (!built.ok()) return built.status();
  model->built_ = std::move(*built);
  model->list_inputs();
  model->list_groups();
  return model;
}

base::Status Model::make_encoders() {
  for (const format::EncoderDesc& encoder : desc().encoders) {
    encode::VocabularyParts parts;
    if (const auto* vocabulary = std::get_if<format::VocabularyEncoder>(&encoder.encoder))
      parts = vocabulary_parts(*vocabulary);
    auto made = encode::Encoder::make(encoder, parts);
    if (!made.ok()) return made.status();
    encoders_.push_back(std::move(*made));
  }
  return {};
}

// What follows looks rows up as the overlay has them; what must lie in one piece is not looked up at all.
base::Status Model::check_overlays() const {
  const std::vector<format::SegmentUse> uses = format::segment_uses(desc());
  for (std::uint32_t i = 0; i < uses.size(); ++i) {
    const auto overlay = file_->overlay(i);
    if (overlay != nullptr && !uses[i].takes(*overlay))
      return base::Status::error(base::Code::internal,
                                 "segments[%u] ('%s'): its rows lie apart, and the model has no such rows", i,
                                 format::ShownName(format::segment_owner(desc(), i)).text);
  }
  return {};
}

// An overlay lives as long as the file.
format::TableRows Model::rows_of(std::uint32_t segment) const {
  const auto overlay = file_->overlay(segment);
  return overlay != nullptr ? overlay->rows() : format::TableRows{file_->segment(segment).data(), nullptr};
}

encode::VocabularyParts Model::vocabulary_parts(const format::VocabularyEncoder& encoder) const {
  encode::VocabularyParts parts{rows_of(encoder.slot_segment), desc().segments[encoder.slot_segment].size, {}, {}};
  if (encoder.text_segment == format::no_index) return parts;
  const auto overlay = file_->overlay(encoder.text_segment);
  parts.text = overlay != nullptr ? overlay->kept() : file_->segment(encoder.text_segment);
  if (overlay != nullptr) parts.text_end = overlay->apart();
  return parts;
}

void Model::find_tables() {
  for (const format::TableDesc& table : desc().tables) tables_.push_back(rows_of(table.segment));
}

void Model::list_inputs() {
  for (std::uint32_t node = 0; node < desc().nodes.size(); ++node) {
    const std::uint32_t feature = op(node).feature();
    if (feature == format::no_index) continue;
    const std::uint32_t value = desc().nodes[node].outputs[0];
    inputs_.push_back({feature, value, 0, graph().values[value].columns()});
  }
  base::stable_sort(inputs_, [](const InputBlock& a, const InputBlock& b) { return a.feature < b.feature; });
  std::size_t begin = 0;
  for (InputBlock& block : inputs_) {
    block.begin = begin;
    begin += block.width;
  }
}

void Model::list_groups() {
  for (const format::FeatureDesc& feature : desc().features) {
    const auto found = std::find(groups_.begin(), groups_.end(), feature.group);
    group_of_.push_back(static_cast<std::uint32_t>(found - groups_.begin()));
    if (found == groups_.end()) groups_.push_back(feature.group);
  }
}

const encode::Encoder* Model::encoder(std::uint32_t index) const noexcept {
  return encoders_[index].get();
}

const float* Model::constant(std::uint32_t index) const noexcept {
  return reinterpret_cast<const float*>(file_->segment(desc().constants[index].segment).data());
}

std::uint32_t Model::table_index(const InputBlock& block) const noexcept {
  return op(graph().values[block.value].producer).table();
}

const ops::SequenceRules* Model::sequence(const InputBlock& block) const noexcept {
  return op(graph().values[block.value].producer).sequence();
}

std::size_t Model::input_width() const noexcept {
  return inputs_.empty() ? 0 : inputs_.back().begin + inputs_.back().width;
}

}  // namespace clicklens::exec
