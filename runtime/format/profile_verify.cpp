// Whether the fields of a profile agree with each other. Exact sums are not judged: any bits are the sum of something.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/checked.h"
#include "format/profile.h"
#include "format/profile_check.h"

namespace clicklens::format {

using base::Code;
using base::Status;

LayerCheck::LayerCheck(const LayerRules& rules, const NeuronLayerDesc& layer, const char* list,
                       std::size_t index) noexcept
    : all_(rules), layer_(layer), list_(list), index_(index), width_(layer.width), classes_(rules.classes) {}

Status LayerCheck::run() const {
  if (layer_.kind > most_neuron_kind) return bad("kind", "unknown");
  CLENS_TRY(lengths());
  CLENS_TRY(clustered_lengths());
  for (std::size_t c = 0; c < width_; ++c) CLENS_TRY(column(c));
  return {};
}

Status LayerCheck::bad(const char* field, const char* what) const noexcept {
  return Status::error(Code::bad_file, "%s[%zu].%s: %s", list_, index_, field, what);
}
Status LayerCheck::length(const char* field, std::size_t have, std::uint64_t wanted) const noexcept {
  if (have == wanted) return {};
  return Status::error(Code::bad_file, "%s[%zu].%s: %zu numbers, %llu are wanted", list_, index_, field, have,
                       static_cast<unsigned long long>(wanted));
}

Status LayerCheck::lengths() const {
  const std::uint64_t cells = std::uint64_t{width_} * classes_;
  const std::uint64_t scored = all_.scored ? width_ : 0;
  if (width_ == 0) return bad("width", "0");
  CLENS_TRY(length("non_finite", layer_.non_finite.size(), width_));
  CLENS_TRY(length("minimum", layer_.minimum.size(), width_));
  CLENS_TRY(length("maximum", layer_.maximum.size(), width_));
  if (!layer_.saturated.empty()) CLENS_TRY(length("saturated", layer_.saturated.size(), width_));
  CLENS_TRY(length("rows", layer_.rows.size(), cells));
  CLENS_TRY(length("active", layer_.active.size(), cells));
  CLENS_TRY(length("sums", layer_.sums.size(), cells * sum_limbs));
  CLENS_TRY(length("squares", layer_.squares.size(), cells * sum_limbs));
  CLENS_TRY(length("counts", layer_.counts.size(), all_.binned ? cells * neuron_bins : 0));
  CLENS_TRY(length("cross", layer_.cross.size(), scored * sum_limbs));
  if (!layer_.lone.empty()) CLENS_TRY(length("lone", layer_.lone.size(), scored * lone_numbers));
  return {};
}
Status LayerCheck::clustered_lengths() const {
  const std::uint64_t cells = all_.clustered ? std::uint64_t{width_} * classes_ * all_.buckets : 0;
  CLENS_TRY(length("bucket_rows", layer_.bucket_rows.size(), cells));
  CLENS_TRY(length("bucket_active", layer_.bucket_active.size(), cells));
  CLENS_TRY(length("bucket_sums", layer_.bucket_sums.size(), cells * 2));
  CLENS_TRY(length("bucket_squares", layer_.bucket_squares.size(), cells * 2));
  if (classes_ != 2 && layer_.bucket_counts.empty()) return {};  // once written without labels too
  return length("bucket_counts", layer_.bucket_counts.size(), all_.binned ? cells * neuron_octaves : 0);
}

Status LayerCheck::column(std::size_t c) const {
  std::uint64_t finite = 0, counted = 0;
  for (std::size_t k = 0; k < classes_; ++k) {
    CLENS_TRY(cell(k, c));
    finite += layer_.rows[k * width_ + c];
    counted += counted_in(k, c);
  }
  if (layer_.non_finite[c] > all_.rows || finite != all_.rows - layer_.non_finite[c])
    return bad("rows", "finite and other rows do not add up");
  const float low = layer_.minimum[c], high = layer_.maximum[c];
  const bool sound = finite > 0 ? std::isfinite(low) && std::isfinite(high) && low <= high
                                : low == std::numeric_limits<float>::infinity() && high == -low;
  if (!sound) return bad("minimum", "not a range");
  if (!layer_.saturated.empty() && layer_.saturated[c] > counted) return bad("saturated", "more than were counted");
  return all_.scored ? pairs(c, finite) : Status{};
}

std::uint64_t LayerCheck::counted_in(std::size_t k, std::size_t c) const noexcept {
  return all_.binned ? total(&layer_.counts[(c * classes_ + k) * neuron_bins], neuron_bins) : 0;
}

Status LayerCheck::cell(std::size_t k, std::size_t c) const {
  const std::size_t at = k * width_ + c;
  const bool clicks = k == 1;
  if (layer_.rows[at] > (clicks ? all_.clicks : all_.rows - all_.clicks)) return bad("rows", "more than there are");
  if (layer_.active[at] > layer_.rows[at]) return bad("active", "more than there are rows");
  const std::uint64_t counted = counted_in(k, c);
  if (counted > layer_.rows[at] || counted > (clicks ? all_.counted_clicks : all_.counted - all_.counted_clicks))
    return bad("counts", "more than were counted");
  return all_.clustered ? buckets(k, c) : Status{};
}

Status LayerCheck::buckets(std::size_t k, std::size_t c) const {
  const std::size_t at = k * width_ + c, step = classes_ * width_;
  if (total(&layer_.bucket_rows[at], all_.buckets, step) != layer_.rows[at])
    return bad("bucket_rows", "do not add up to rows");
  if (total(&layer_.bucket_active[at], all_.buckets, step) != layer_.active[at])
    return bad("bucket_active", "do not add up to active");
  for (std::size_t b = 0; b < all_.buckets; ++b) {
    const std::size_t cell = b * step + at;
    const std::uint64_t counted =
        layer_.bucket_counts.empty() ? 0 : total(&layer_.bucket_counts[cell * neuron_octaves], neuron_octaves);
    if (layer_.bucket_active[cell] > layer_.bucket_rows[cell] || counted > layer_.bucket_rows[cell])
      return bad("bucket_counts", "more than there are rows");
  }
  return {};
}

// Rows in which both x and the logit are finite, counted from either side.
Status LayerCheck::pairs(std::size_t c, std::uint64_t finite) const {
  std::uint64_t lone_x = 0, lone_z = 0;
  if (!layer_.lone.empty()) {
    lone_x = layer_.lone[c * lone_numbers];
    lone_z = layer_.lone[c * lone_numbers + 1];
  }
  if (lone_x > finite || lone_z > all_.score_rows || finite - lone_x != all_.score_rows - lone_z)
    return bad("lone", "does not add up to the rows with a logit");
  return {};
}

namespace {

Status bad(const char* field, const char* what) noexcept {
  return Status::error(Code::bad_file, "neurons.%s: %s", field, what);
}

Status verify_options(const NeuronsDesc& desc) noexcept {
  if (desc.flags > (neurons_scores | neurons_clustered | neurons_prove)) return bad("flags", "unknown ones");
  if (desc.classes > 2 || (desc.classes == 0) != (desc.rows == 0)) return bad("classes", "not those of the rows");
  if (desc.count_every == 0) return bad("count_every", "0");
  if (desc.sample_rows == 0) return bad("sample_rows", "0");
  if (desc.buckets < least_buckets || desc.buckets > most_buckets) return bad("buckets", "not from 64 to 200");
  if (desc.layers.empty()) return bad("layers", "none");
  return {};
}

Status verify_totals(const NeuronsDesc& desc) noexcept {
  if (desc.clicks > desc.rows || (desc.classes < 2 && desc.clicks != 0)) return bad("clicks", "more than labels");
  if (desc.counted > desc.rows || desc.counted_clicks > desc.counted || desc.counted_clicks > desc.clicks ||
      desc.counted - desc.counted_clicks > desc.rows - desc.clicks)
    return bad("counted", "more than there are rows");
  if (desc.has(neurons_clustered) && desc.rows > std::numeric_limits<std::uint32_t>::max())
    return bad("rows", "too many for counts by bucket");
  const bool scored = desc.has(neurons_scores);
  if (desc.scores.size() != (scored ? 2 * sum_limbs : 0)) return bad("scores", "not two exact sums");
  if (desc.score_rows > (scored ? desc.rows : 0)) return bad("score_rows", "more than there are rows");
  return {};
}

Status verify_sample(const NeuronsDesc& desc) noexcept {
  const NeuronSampleDesc& sample = desc.sample;
  const std::uint64_t rows = sample.hashes.size();
  std::uint64_t width = 0;
  for (const NeuronLayerDesc& layer : desc.layers) width += layer.width;
  if (rows != std::min<std::uint64_t>(desc.rows, desc.sample_rows)) return bad("sample.hashes", "not one a row");
  if (sample.labels.size() != rows) return bad("sample.labels", "not one a row");
  if (sample.logits.size() != (desc.has(neurons_scores) ? rows : 0)) return bad("sample.logits", "not one a row");
  const auto values = base::checked_multiply(rows, width);
  if (!values || sample.values.size() != *values) return bad("sample.values", "not one a row and column");
  for (std::size_t i = 0; i < rows; ++i) {
    if (i > 0 && sample.hashes[i] < sample.hashes[i - 1]) return bad("sample.hashes", "not ascending");
    if (desc.classes == 2 ? sample.labels[i] > 1 : sample.labels[i] != no_label)
      return bad("sample.labels", "neither 0 nor 1 where rows have labels");
  }
  return {};
}

}  // namespace

Status verify_neurons(const NeuronsDesc& desc) {
  CLENS_TRY(verify_options(desc));
  CLENS_TRY(verify_totals(desc));
  const LayerRules rules{desc.rows,
                         desc.clicks,
                         desc.counted,
                         desc.counted_clicks,
                         desc.score_rows,
                         desc.classes,
                         desc.buckets,
                         desc.has(neurons_scores),
                         desc.has(neurons_clustered),
                         true};
  for (std::size_t i = 0; i < desc.layers.size(); ++i)
    CLENS_TRY(LayerCheck(rules, desc.layers[i], "neurons.layers", i).run());
  return verify_sample(desc);
}

}  // namespace clicklens::format
