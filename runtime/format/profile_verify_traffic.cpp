// Whether what a profile says of traffic agrees with itself and with its neurons.
#include <algorithm>
#include <cmath>
#include <limits>

#include "format/profile.h"
#include "format/profile_check.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

Status bad_traffic(const char* field, const char* what) noexcept {
  return Status::error(Code::bad_file, "traffic.%s: %s", field, what);
}

// Where a section is asked for it is there, and else it is not.
Status check_layer(const TrafficDesc& desc, const char* name, bool wanted, const std::optional<NeuronLayerDesc>& layer,
                   std::uint64_t width, bool binned) {
  if (layer.has_value() != (wanted && width > 0)) return bad_traffic(name, "not what sections say");
  if (!layer) return {};
  if (layer->width != width) return bad_traffic(name, "not as many columns as there should be");
  if (layer->value != 0xFFFFFFFFu || layer->kind != 0 || !layer->saturated.empty())
    return bad_traffic(name, "has what only neurons have");
  const LayerRules rules{desc.rows,    desc.clicks,  desc.rows, desc.clicks, 0,
                         desc.classes, desc.buckets, false,     true,        binned};
  return LayerCheck(rules, *layer, name, 0).run();
}

class FeatureCheck {
 public:
  FeatureCheck(const TrafficDesc& all, std::size_t index) noexcept
      : all_(all), feature_(all.features[index]), index_(index) {}

  Status run() const {
    if (feature_.name.empty()) return fault("name", "empty");
    if (feature_.kind > 1) return fault("kind", "unknown");
    if (feature_.missing > all_.rows) return fault("missing", "more than there are rows");
    return feature_.kind == 1 ? dense() : sparse();
  }

 private:
  [[nodiscard]] Status fault(const char* field, const char* what) const noexcept {
    return Status::error(Code::bad_file, "traffic.features[%zu].%s: %s", index_, field, what);
  }

  [[nodiscard]] Status dense() const {
    if (feature_.width == 0) return fault("width", "0");
    if (feature_.ids != 0 || feature_.unknown != 0 || feature_.cut != 0 || feature_.id_kinds != 0 || feature_.hashed ||
        !feature_.lengths.empty() || !feature_.histogram.empty() || !feature_.bucket_unknown.empty() ||
        !feature_.bucket_ids.empty() || !feature_.distinct.empty())
      return fault("ids", "a dense feature has none");
    return missing();
  }

  [[nodiscard]] Status missing() const {
    CLENS_TRY(buckets("bucket_missing", feature_.bucket_missing, feature_.missing));
    for (std::size_t b = 0; b < all_.buckets; ++b)
      if (feature_.bucket_missing[b] > all_.bucket_rows[b]) return fault("bucket_missing", "more than there are rows");
    return {};
  }

  [[nodiscard]] Status sparse() const {
    if (feature_.width != 0) return fault("width", "of a sparse feature");
    if (feature_.id_kinds > most_id_kinds || (feature_.ids > 0 && feature_.id_kinds == 0))
      return fault("id_kinds", "unknown");
    if (feature_.unknown > feature_.ids) return fault("unknown", "more than there are ids");
    if (feature_.lengths.size() != length_bins || total(feature_.lengths.data(), length_bins) != all_.rows)
      return fault("lengths", "not one for every entry");
    CLENS_TRY(missing());
    CLENS_TRY(buckets("bucket_unknown", feature_.bucket_unknown, feature_.unknown));
    CLENS_TRY(buckets("bucket_ids", feature_.bucket_ids, feature_.ids));
    if (feature_.histogram.size() != std::size_t{all_.buckets} * id_bins)
      return fault("histogram", "not 64 counts a bucket");
    for (std::size_t b = 0; b < all_.buckets; ++b)
      if (total(&feature_.histogram[b * id_bins], id_bins) != feature_.bucket_ids[b] ||
          feature_.bucket_unknown[b] > feature_.bucket_ids[b])
        return fault("histogram", "does not add up to bucket_ids");
    return distinct();
  }

  [[nodiscard]] Status distinct() const {
    if (feature_.distinct.empty() != (feature_.ids == 0)) return fault("distinct", "not there where ids are");
    if (feature_.ids == 0) return {};
    if (feature_.distinct.size() != distinct_registers) return fault("distinct", "not 4096 registers");
    const auto [least, most] = std::minmax_element(feature_.distinct.begin(), feature_.distinct.end());
    if (*most > most_distinct_rank || (*most == 0 && *least == 0)) return fault("distinct", "not what ids leave");
    return {};
  }

  [[nodiscard]] Status buckets(const char* field, const std::vector<std::uint64_t>& counts, std::uint64_t all) const {
    if (counts.size() == all_.buckets && total(counts.data(), counts.size()) == all) return {};
    return fault(field, "does not add up");
  }

  const TrafficDesc& all_;
  const FeatureTrafficDesc& feature_;
  std::size_t index_;
};

Status verify_head(const TrafficDesc& desc) {
  if ((desc.sections & ~profile_sections) != 0 || desc.sections == 0)
    return bad_traffic("sections", "none or unknown ones");
  if (desc.every == 0) return bad_traffic("every", "0");
  if (desc.buckets < least_buckets || desc.buckets > most_buckets) return bad_traffic("buckets", "not from 64 to 200");
  if (desc.classes > 2 || (desc.classes == 0) != (desc.rows == 0))
    return bad_traffic("classes", "not those of the rows");
  if (desc.clicks > desc.rows || (desc.classes < 2 && desc.clicks != 0))
    return bad_traffic("clicks", "more than labels");
  if (desc.rows > std::numeric_limits<std::uint32_t>::max())
    return bad_traffic("rows", "too many for counts by bucket");
  if (desc.skipped > desc.seen || desc.rows > desc.seen - desc.skipped)
    return bad_traffic("seen", "less than was profiled");
  if (desc.tasks.empty() || desc.task >= desc.tasks.size()) return bad_traffic("task", "no such task");
  for (const float mean : desc.means)
    if (!std::isfinite(mean)) return bad_traffic("means", "not finite");
  return {};
}

Status verify_bucket_rows(const TrafficDesc& desc) {
  if (desc.bucket_rows.size() == desc.buckets && total(desc.bucket_rows.data(), desc.buckets) == desc.rows) return {};
  return bad_traffic("bucket_rows", "do not add up to rows");
}

Status verify_neurons_of(const TrafficDesc& desc, const NeuronsDesc* neurons) {
  if (desc.has(profile_neurons) != (neurons != nullptr))
    return bad_traffic("sections", "not whether there are neurons");
  if (neurons == nullptr) return {};
  if (neurons->rows != desc.rows || neurons->clicks != desc.clicks || neurons->classes != desc.classes)
    return bad_traffic("rows", "not those of the neurons");
  if (neurons->task != desc.task || neurons->buckets != desc.buckets ||
      neurons->flags != (neurons_scores | neurons_clustered))
    return bad_traffic("task", "not the neurons' options");
  return {};
}

}  // namespace

Status verify_traffic(const TrafficDesc& desc, const NeuronsDesc* neurons) {
  CLENS_TRY(verify_head(desc));
  CLENS_TRY(verify_bucket_rows(desc));
  CLENS_TRY(verify_neurons_of(desc, neurons));
  const bool features = desc.has(profile_features), saliency = desc.has(profile_saliency);
  if (!features && !desc.features.empty()) return bad_traffic("features", "not what sections say");
  std::uint64_t inputs = 0, elements = 0;
  for (std::size_t i = 0; i < desc.features.size(); ++i) {
    CLENS_TRY(FeatureCheck(desc, i).run());
    inputs += desc.features[i].inputs;
    elements += desc.features[i].width;
  }
  if (saliency == desc.means.empty() || (saliency && features && desc.means.size() != inputs))
    return bad_traffic("means", "not one for every input column");
  if (saliency && desc.groups.empty()) return bad_traffic("groups", "none");
  CLENS_TRY(check_layer(desc, "scores", desc.has(profile_scores), desc.scores, desc.tasks.size(), true));
  CLENS_TRY(check_layer(desc, "pooled", features, desc.pooled, inputs, false));
  CLENS_TRY(check_layer(desc, "raw", features, desc.raw, elements, true));
  CLENS_TRY(check_layer(desc, "saliency", saliency, desc.saliency, desc.groups.size(), true));
  return check_layer(desc, "sizes", saliency, desc.sizes, desc.groups.size(), true);
}

}  // namespace clicklens::format
