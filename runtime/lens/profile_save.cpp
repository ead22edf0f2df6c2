// Between a profile and the plain form of schemas/profile.fbs.
#include <algorithm>

#include "format/probe_desc.h"
#include "format/profile.h"
#include "lens/neurons_save.h"
#include "lens/profile.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

format::FeatureTrafficDesc save_feature(const FeatureTraffic& from) {
  format::FeatureTrafficDesc to;
  to.name = from.name;
  to.group = from.group;
  to.kind = from.dense ? 1 : 0;
  to.hashed = from.hashed;
  to.table_rows = from.table_rows;
  to.inputs = from.inputs;
  to.width = from.width;
  to.missing = from.missing;
  to.bad = from.bad;
  to.bucket_missing = from.bucket_missing;
  if (from.dense) return to;
  to.id_kinds = from.id_kinds;
  to.ids = from.ids;
  to.unknown = from.unknown;
  to.cut = from.cut;
  to.lengths.assign(from.lengths.begin(), from.lengths.end());
  to.histogram = from.histogram;
  to.bucket_unknown = from.bucket_unknown;
  to.bucket_ids = from.bucket_ids;
  if (from.ids > 0) to.distinct.assign(from.distinct.ranks().begin(), from.distinct.ranks().end());
  return to;
}

// What the model says of the feature is there already.
void read_counts(const format::FeatureTrafficDesc& from, FeatureTraffic& to) {
  to.missing = from.missing;
  to.bad = from.bad;
  to.id_kinds = from.id_kinds;
  to.ids = from.ids;
  to.unknown = from.unknown;
  to.cut = from.cut;
  std::copy(from.lengths.begin(), from.lengths.end(), to.lengths.begin());
  to.histogram = from.histogram;
  to.bucket_missing = from.bucket_missing;
  to.bucket_unknown = from.bucket_unknown;
  to.bucket_ids = from.bucket_ids;
  if (!from.distinct.empty())
    to.distinct.set_ranks(std::span<const std::uint8_t, DistinctKeys::registers>(from.distinct));
}

ProfileOptions options_of(const format::ProfileDesc& desc) {
  const format::TrafficDesc& traffic = *desc.traffic;
  ProfileOptions options;
  options.sections = traffic.sections;
  options.task = traffic.task;
  options.every = traffic.every;
  options.buckets = traffic.buckets;
  options.means = traffic.means;
  if (!desc.neurons) return options;
  options.count_every = desc.neurons->count_every;
  options.sample_rows = desc.neurons->sample_rows;
  for (const format::NeuronLayerDesc& layer : desc.neurons->layers) options.values.push_back(layer.value);
  return options;
}

}  // namespace

base::Result<std::vector<std::byte>> Profile::save() const {
  if (broken_) return Status::error(Code::bad_state, "profile: an add failed half way");
  settle();
  format::ProfileDesc desc;
  desc.model_low = id_.low;
  desc.model_high = id_.high;
  if (neurons_ != nullptr) {
    auto neurons = neurons_->describe();
    if (!neurons.ok()) return neurons.status();
    desc.neurons = std::move(*neurons);
  }
  format::TrafficDesc& to = desc.traffic.emplace();
  to.sections = options_.sections;
  to.task = options_.task;
  to.every = options_.every;
  to.buckets = options_.buckets;
  to.classes = static_cast<std::uint32_t>(classes_);
  to.rows = rows_;
  to.clicks = clicks_;
  to.seen = seen_;
  to.skipped = skipped_;
  to.tasks = tasks_;
  to.groups = groups_;
  to.means = options_.means;
  to.bucket_rows = bucket_rows_;
  for (const auto& [layer, desc_layer] : {std::pair(&scores_, &to.scores),
                                          {&pooled_, &to.pooled},
                                          {&raw_, &to.raw},
                                          {&saliency_, &to.saliency},
                                          {&sizes_, &to.sizes}})
    if (*layer) *desc_layer = save_layer(**layer, {rows_ - clicks_, clicks_});
  for (const FeatureTraffic& feature : features_) to.features.push_back(save_feature(feature));
  return format::pack_profile(desc);
}

base::Result<std::unique_ptr<Profile>> Profile::load(std::shared_ptr<const exec::Model> model,
                                                     std::span<const std::byte> bytes) {
  const auto desc = format::parse_profile(bytes);
  if (!desc.ok()) return desc.status();
  if (!desc->traffic) return Status::error(Code::bad_file, "profile: holds no traffic");
  const format::ModelId id{desc->model_low, desc->model_high};
  if (model != nullptr && format::probed_model_id(model->desc()) != id)
    return Status::error(Code::bad_state, "profile: of another model");
  std::unique_ptr<Profile> made;
  if (model != nullptr) {
    auto created = create(model, options_of(*desc));
    if (!created.ok()) {
      if (created.status().code() != Code::invalid_argument) return created.status();
      return Status::error(Code::bad_file, "traffic: %s", created.status().message());
    }
    made = std::move(*created);
    CLENS_TRY(made->check_names(*desc->traffic));
  } else {
    made.reset(new Profile(nullptr, id, options_of(*desc)));
    made->name_from(*desc->traffic);
  }
  if (desc->neurons) {
    auto neurons = Neurons::restore(std::move(model), id, *desc->neurons);
    if (!neurons.ok()) return neurons.status();
    made->neurons_ = std::move(*neurons);
    made->neurons_->id_ = id;
  }
  CLENS_TRY(made->read(*desc->traffic));
  return made;
}

base::Result<std::unique_ptr<Neurons>> Profile::copy_neurons() const {
  if (neurons_ == nullptr) return std::unique_ptr<Neurons>();
  const auto desc = neurons_->describe();
  if (!desc.ok()) return desc.status();
  return Neurons::restore(model_, model_ != nullptr ? model_->file().id() : id_, *desc);
}

void Profile::name_from(const format::TrafficDesc& desc) {
  tasks_ = desc.tasks;
  groups_ = desc.groups;
  std::uint32_t inputs = 0, elements = 0;
  for (const format::FeatureTrafficDesc& from : desc.features) {
    FeatureTraffic& to = features_.emplace_back();
    to.name = from.name;
    to.group = from.group;
    to.dense = from.kind == 1;
    to.hashed = from.hashed;
    to.table_rows = from.table_rows;
    to.first_input = inputs;
    to.inputs = from.inputs;
    to.first_raw = elements;
    to.width = from.width;
    inputs += from.inputs;
    elements += from.width;
  }
  make_columns(inputs, elements);
}

Status Profile::check_names(const format::TrafficDesc& desc) const {
  const auto bad = [](const char* what) { return Status::error(Code::bad_file, "traffic.%s: not the model's", what); };
  if (desc.tasks != tasks_) return bad("tasks");
  if (desc.groups != groups_) return bad("groups");
  if (desc.features.size() != features_.size()) return bad("features");
  for (std::size_t f = 0; f < features_.size(); ++f) {
    const FeatureTraffic& ours = features_[f];
    const format::FeatureTrafficDesc& theirs = desc.features[f];
    if (theirs.name != ours.name || theirs.group != ours.group || (theirs.kind == 1) != ours.dense ||
        theirs.hashed != ours.hashed || theirs.table_rows != ours.table_rows || theirs.inputs != ours.inputs ||
        theirs.width != ours.width)
      return bad("features");
  }
  return {};
}

Status Profile::read(const format::TrafficDesc& desc) {
  for (auto* layer : columns())
    if (*layer) (*layer)->set_classes(desc.classes);
  classes_ = desc.classes;
  rows_ = desc.rows;
  seen_ = next_row_ = desc.seen;
  clicks_ = desc.clicks;
  skipped_ = desc.skipped;
  bucket_rows_ = desc.bucket_rows;
  const std::uint64_t rows_of[2] = {rows_ - clicks_, clicks_};
  for (const auto& [layer, from] : {std::pair(&scores_, &desc.scores),
                                    {&pooled_, &desc.pooled},
                                    {&raw_, &desc.raw},
                                    {&saliency_, &desc.saliency},
                                    {&sizes_, &desc.sizes}})
    if (*layer) restore_layer(**from, rows_of, **layer);
  for (std::size_t f = 0; f < features_.size(); ++f) read_counts(desc.features[f], features_[f]);
  return {};
}

}  // namespace clicklens::lens
