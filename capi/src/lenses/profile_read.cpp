// What is in a profile.
#include <algorithm>
#include <cstring>

#include "guard.h"
#include "neurons.h"
#include "profile.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;
using lens::NeuronLayer;
using lens::Profile;

base::Result<const NeuronLayer*> part_of(const Profile& profile, std::uint32_t part) {
  const NeuronLayer* layer = nullptr;
  switch (part) {
    case CLENS_PROFILE_PART_SCORES:
      layer = profile.scores();
      break;
    case CLENS_PROFILE_PART_POOLED:
      layer = profile.pooled();
      break;
    case CLENS_PROFILE_PART_RAW:
      layer = profile.raw();
      break;
    case CLENS_PROFILE_PART_SALIENCY:
      layer = profile.saliency();
      break;
    case CLENS_PROFILE_PART_SIZES:
      layer = profile.saliency_sizes();
      break;
    default:
      return Status::error(Code::invalid_argument, "part: %u is no clens_profile_part", part);
  }
  if (layer == nullptr) return Status::error(Code::not_found, "part: the profile does not keep %u", part);
  return layer;
}

clens_profile_info to_c(const Profile& from) {
  clens_profile_info to = CLENS_PROFILE_INFO_INIT;
  const lens::ProfileOptions& options = from.options();
  to.model_low = from.model_id().low;
  to.model_high = from.model_id().high;
  to.rows = from.rows();
  to.clicks = from.clicks();
  to.labelled = from.labelled();
  to.seen = from.seen();
  to.skipped = from.skipped();
  to.task = options.task;
  to.tasks = from.tasks().size();
  to.groups = from.groups().size();
  to.features = from.features().size();
  to.inputs = from.pooled() != nullptr ? from.pooled()->width : 0;
  to.raw = from.raw() != nullptr ? from.raw()->width : 0;
  to.sections = options.sections;
  to.every = options.every;
  to.count_every = options.count_every;
  to.sample_rows = options.sample_rows;
  to.buckets = options.buckets;
  return to;
}

clens_profile_feature to_c(const lens::FeatureTraffic& from, std::uint64_t rows) {
  clens_profile_feature to = CLENS_PROFILE_FEATURE_INIT;
  to.name = from.name.c_str();
  to.group = from.group.c_str();
  to.dense = from.dense ? 1 : 0;
  to.hashed = from.hashed ? 1 : 0;
  to.table_rows = from.table_rows;
  to.first_input = from.first_input;
  to.inputs = from.inputs;
  to.first_raw = from.first_raw;
  to.width = from.width;
  to.rows = rows;
  to.missing = from.missing;
  to.bad = from.bad;
  to.ids = from.ids;
  to.unknown = from.unknown;
  to.cut = from.cut;
  to.distinct = from.ids > 0 ? from.distinct.estimate() : 0;
  to.collisions = from.ids > 0 ? from.expected_collisions() : 0;
  std::copy(from.lengths.begin(), from.lengths.end(), to.lengths);
  for (std::size_t i = 0; i < from.histogram.size(); ++i) to.histogram[i % lens::id_bins] += from.histogram[i];
  to.id_kinds = from.id_kinds;
  return to;
}
static_assert(lens::length_bins == std::size(clens_profile_feature{}.lengths));
static_assert(lens::id_bins == std::size(clens_profile_feature{}.histogram));

Status check_room(std::size_t capacity, std::size_t needed) noexcept {
  if (capacity >= needed) return {};
  return Status::error(Code::buffer_too_small, "capacity: %zu, there are %zu columns", capacity, needed);
}

const char* name_at(const std::vector<std::string>& names, std::size_t index) noexcept {
  return index < names.size() ? names[index].c_str() : nullptr;
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_profile_describe(const clens_profile* profile, clens_profile_info* info) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(info, "info"));
    return clicklens::capi::write_sized(clicklens::capi::to_c(*profile->profile), "info", info);
  });
}

clens_status clens_profile_columns(const clens_profile* profile, uint32_t part, clens_neuron* columns, size_t stride,
                                   size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(columns, "columns"));
    CLENS_TRY(clicklens::capi::check_stride<clens_neuron>(stride, "stride"));
    const clicklens::lens::Profile& from = *profile->profile;
    const auto layer = clicklens::capi::part_of(from, part);
    if (!layer.ok()) return layer.status();
    CLENS_TRY(clicklens::capi::check_room(capacity, (*layer)->width));
    auto* bytes = reinterpret_cast<unsigned char*>(columns);
    for (std::size_t c = 0; c < (*layer)->width; ++c) {
      const clens_neuron column = clicklens::capi::neuron_to_c(
          clicklens::lens::column_figures(**layer, c, from.classes(), from.rows(), from.clicks()), 0, 0);
      std::memcpy(bytes + c * stride, &column, std::min(stride, sizeof column));
    }
    return {};
  });
}

clens_status clens_profile_quantiles(const clens_profile* profile, uint32_t part, const double* probabilities,
                                     size_t count, double* values, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    if (count == 0) return {};
    CLENS_TRY(require(probabilities, "probabilities"));
    CLENS_TRY(require(values, "values"));
    for (std::size_t i = 0; i < count; ++i)
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1))
        return Status::error(Code::invalid_argument, "probabilities[%zu]: %g; 0 to 1", i, probabilities[i]);
    const auto layer = clicklens::capi::part_of(*profile->profile, part);
    if (!layer.ok()) return layer.status();
    CLENS_TRY(clicklens::capi::check_room(capacity / count, (*layer)->width));
    for (std::size_t c = 0; c < (*layer)->width; ++c)
      for (std::size_t i = 0; i < count; ++i)
        values[c * count + i] = clicklens::lens::column_quantile(**layer, c, probabilities[i]).middle;
    return {};
  });
}

clens_status clens_profile_share(const clens_profile* profile, size_t group, double* share, double* se) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(share, "share"));
    const clicklens::lens::Profile& from = *profile->profile;
    if (from.saliency_sizes() == nullptr) return Status::error(Code::not_found, "profile: keeps no saliency");
    if (group >= from.groups().size())
      return Status::error(Code::invalid_argument, "group: %zu of %zu", group, from.groups().size());
    const clicklens::lens::GroupShare found = from.saliency_share(group);
    *share = found.value;
    if (se != nullptr) *se = found.error;
    return {};
  });
}

clens_status clens_profile_means(const clens_profile* profile, float* means, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(means, "means"));
    const std::vector<float>& from = profile->profile->options().means;
    if (from.empty()) return Status::error(Code::not_found, "profile: keeps no saliency");
    CLENS_TRY(clicklens::capi::check_room(capacity, from.size()));
    std::copy(from.begin(), from.end(), means);
    return {};
  });
}

const char* clens_profile_task(const clens_profile* profile, size_t task) {
  return profile == nullptr ? nullptr : clicklens::capi::name_at(profile->profile->tasks(), task);
}

const char* clens_profile_group(const clens_profile* profile, size_t group) {
  return profile == nullptr ? nullptr : clicklens::capi::name_at(profile->profile->groups(), group);
}

clens_status clens_profile_neurons(const clens_profile* profile, clens_neurons** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(out, "out"));
    auto made = profile->profile->copy_neurons();
    if (!made.ok()) return made.status();
    if (*made == nullptr) return Status::error(Code::not_found, "profile: keeps no neurons");
    *out = std::make_unique<clens_neurons>(clens_neurons{std::move(*made)}).release();
    return {};
  });
}

clens_status clens_profile_read_feature(const clens_profile* profile, size_t feature, clens_profile_feature* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(out, "out"));
    const auto features = profile->profile->features();
    if (feature >= features.size())
      return Status::error(Code::invalid_argument, "feature: %zu of %zu", feature, features.size());
    return clicklens::capi::write_sized(clicklens::capi::to_c(features[feature], profile->profile->rows()), "out", out);
  });
}
