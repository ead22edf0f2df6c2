#include "lens/profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/fp_environment.h"
#include "format/probe_desc.h"
#include "lens/encoded_batch.h"
#include "lens/labels.h"
#include "lens/metrics_jackknife.h"
#include "lens/profile_watch.h"
#include "lens/undefined.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

Status refuse_option(const char* option, unsigned long long value, const char* allowed) {
  return Status::error(Code::invalid_argument, "options.%s: %llu; %s", option, value, allowed);
}

Status check_profile_options(const exec::Model& model, const ProfileOptions& options) {
  if (options.sections == 0 || (options.sections & ~format::profile_sections) != 0)
    return refuse_option("sections", options.sections, "of 1 to 15");
  if (options.task >= model.desc().outputs.size())
    return refuse_option("task", options.task, "the model has no such output");
  if (options.every == 0) return refuse_option("every", 0, "from 1");
  if (options.buckets < format::least_buckets || options.buckets > format::most_buckets)
    return refuse_option("buckets", options.buckets, "64 to 200");
  if (!options.has(format::profile_saliency)) return {};
  if (options.means.size() != model.input_width())
    return Status::error(Code::invalid_argument, "options.means: %zu for %zu input columns", options.means.size(),
                         model.input_width());
  for (std::size_t i = 0; i < options.means.size(); ++i)
    if (!std::isfinite(options.means[i]))
      return Status::error(Code::invalid_argument, "options.means[%zu]: not finite", i);
  return {};
}

// What no section asks for does not tell profiles apart.
ProfileOptions normal(ProfileOptions options) {
  const ProfileOptions plain;
  if (!options.has(format::profile_neurons)) {
    options.values.clear();
    options.count_every = plain.count_every;
    options.sample_rows = plain.sample_rows;
  }
  if (!options.has(format::profile_saliency)) options.means.clear();
  return options;
}

NeuronsOptions neurons_options(const ProfileOptions& options) {
  return {options.values,      options.task,    options.count_every,
          options.sample_rows, options.buckets, format::neurons_scores | format::neurons_clustered};
}

// Beside neurons, which judge their own. In double: what overflows is too much anyway.
double profile_bytes(const exec::Model& model, const ProfileOptions& options) {
  double binned = 0, bytes = 0;
  const double buckets = options.buckets;
  const double of_column = 2 * (sizeof(ColumnCell) + 400) + 2 * buckets * NeuronBuckets::column_bytes;
  if (options.has(format::profile_scores)) binned += static_cast<double>(model.desc().outputs.size());
  if (options.has(format::profile_saliency)) binned += 2 * static_cast<double>(model.groups().size());
  if (options.has(format::profile_features)) {
    bytes += static_cast<double>(model.input_width()) * of_column;
    for (const format::FeatureDesc& feature : model.desc().features) {
      if (feature.kind == format::FeatureKind::dense) binned += feature.width;
      bytes += sizeof(FeatureTraffic) + buckets * 8 * (3 + id_bins);
    }
  }
  return bytes + binned * (of_column + 16.0 * neuron_bins + 8.0 * neuron_octaves * buckets);
}

}  // namespace

base::Result<std::unique_ptr<Profile>> Profile::create(std::shared_ptr<const exec::Model> model,
                                                       const ProfileOptions& given) {
  CLENS_TRY(check_profile_options(*model, given));
  const double bytes = profile_bytes(*model, given);
  if (bytes > static_cast<double>(model->limits().session_bytes))
    return Status::error(Code::limit_exceeded, "profile: about %.0f bytes are above the model's session_bytes", bytes);
  const format::ModelId id = format::probed_model_id(model->desc());
  std::unique_ptr<Profile> made(new Profile(std::move(model), id, normal(given)));
  CLENS_TRY(made->make_sections());
  return made;
}

Profile::Profile(std::shared_ptr<const exec::Model> model, const format::ModelId& id, ProfileOptions options)
    : model_(std::move(model)), id_(id), options_(std::move(options)), bucket_rows_(options_.buckets) {}
Profile::~Profile() = default;

Status Profile::make_sections() {
  for (const format::OutputDesc& output : model_->desc().outputs) tasks_.push_back(output.name);
  groups_ = model_->groups();
  std::size_t elements = 0;
  if (options_.has(format::profile_features)) {
    features_ = feature_traffic(*model_, options_.buckets);
    for (const FeatureTraffic& feature : features_) elements += feature.width;
  }
  make_columns(model_->input_width(), elements);
  if (!options_.has(format::profile_neurons)) return {};
  auto made = Neurons::create(model_, neurons_options(options_));
  if (!made.ok()) return made.status();
  neurons_ = std::move(*made);
  neurons_->id_ = id_;
  options_.values = neurons_->options().values;
  return {};
}

void Profile::make_columns(std::size_t inputs, std::size_t elements) {
  const auto make = [&](std::optional<NeuronLayer>& layer, std::size_t width, bool binned) {
    if (width > 0)
      layer.emplace(format::no_index, static_cast<std::uint32_t>(width), NeuronKind::input, format::neurons_clustered,
                    options_.buckets, binned);
  };
  if (options_.has(format::profile_scores)) make(scores_, tasks_.size(), true);
  if (options_.has(format::profile_features)) {
    make(pooled_, inputs, false);
    make(raw_, elements, true);
  }
  if (!options_.has(format::profile_saliency)) return;
  make(saliency_, groups_.size(), true);
  make(sizes_, groups_.size(), true);
}

std::vector<std::uint32_t> Profile::wanted_values(const exec::Model& model, const ProfileOptions& options) {
  std::vector<std::uint32_t> values;
  if (options.has(format::profile_neurons)) {
    values = options.values;
    if (values.empty())
      for (const format::LayerDesc& layer : model.desc().layers) values.push_back(layer.value);
  }
  if (options.has(format::profile_features))
    for (const exec::InputBlock& block : model.inputs()) values.push_back(block.value);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

void Profile::set_classes(std::size_t classes) {
  for (auto* layer : columns())
    if (*layer) (*layer)->set_classes(classes);
  classes_ = classes;
  if (neurons_ == nullptr) return;
  neurons_->set_classes(classes);
  for (const NeuronLayer& layer : neurons_->layers_) neurons_->kept_.reserve(layer.width);
  if (classes > 0) neurons_->sample_.reserve_more(options_.sample_rows);
}

void Profile::clear() {
  set_classes(classes_);
  if (neurons_ != nullptr) neurons_->clear();
  for (FeatureTraffic& feature : features_) feature.clear();
  std::fill(bucket_rows_.begin(), bucket_rows_.end(), 0);
  rows_ = clicks_ = seen_ = skipped_ = next_row_ = 0;
  broken_ = false;
}

void Profile::settle() const {
  for (auto* layer : columns())
    if (*layer) (*layer)->settle();
}

const NeuronLayer* Profile::read(const std::optional<NeuronLayer>& layer) const {
  settle();
  return layer ? &*layer : nullptr;
}

Status Profile::check_rows(const exec::Session& session, const exec::Batch& batch, const NeuronRows& rows) const {
  if (broken_) return Status::error(Code::bad_state, "profile: an add failed half way; nothing more can be added");
  if (model_ == nullptr) return Status::error(Code::bad_state, "profile: read without its model; only merging adds");
  if (&session.model() != model_.get() && id_ != format::probed_model_id(session.model().desc()))
    return Status::error(Code::bad_state, "profile: the session is of another model");
  if (options_.has(format::profile_saliency) && !session.gradients())
    return Status::error(Code::bad_state, "profile: saliency needs a session with gradients");
  if (batch.cache != nullptr && options_.has(format::profile_features))
    return Status::error(Code::unsupported, "profile: a candidate cache keeps no features as they came");
  if (batch.candidates > std::numeric_limits<std::uint32_t>::max() - rows_)
    return Status::error(Code::limit_exceeded, "profile: clustered counts end at 2^32 - 1 rows");
  if (rows_ != 0 && (classes_ == 2) != (rows.labels != nullptr))
    return Status::error(Code::bad_state, "rows.labels: rows with and without labels do not mix");
  return check_labels("rows.labels", rows.labels, batch.candidates);
}

Status Profile::add(exec::Session& session, const exec::Batch& batch, const NeuronRows& rows) {
  CLENS_TRY(check_rows(session, batch, rows));
  // Binds: structure, before anything counts on it. The run and the counting of features then share what ids are.
  const auto encoded = EncodedBatch::make(session, batch);
  if (!encoded.ok()) return encoded.status();
  auto watch = ProfileWatch::over(*this, session, encoded->view(), rows, rows.first_row.value_or(next_row_));
  if (!watch.ok()) return watch.status();
  const bool first = rows_ == 0 && watch->picked() > 0;
  if (first) set_classes(rows.labels != nullptr ? 2 : 1);
  const base::FpEnvironment canonical;
  if (const Status status = watch->run(); !status.ok()) {
    broken_ = watch->has_added();
    if (first && !broken_) set_classes(0);
    return status;
  }
  seen_ += batch.candidates;
  next_row_ = rows.first_row.value_or(next_row_) + batch.candidates;
  return {};
}

Status Profile::check_same(const Profile& other) const {
  const auto differs = [](const char* what) { return Status::error(Code::invalid_argument, "other: its %s", what); };
  const ProfileOptions &a = options_, &b = other.options_;
  if (id_ != other.id_) return differs("model is another");
  if (a.sections != b.sections) return differs("sections differ");
  if (a.task != b.task) return differs("task differs");
  if (a.every != b.every) return differs("rows are one in another number (every)");
  if (a.values != b.values) return differs("neurons are of other values");
  if (a.count_every != b.count_every) return differs("count_every differs");
  if (a.sample_rows != b.sample_rows) return differs("sample_rows differs");
  if (a.buckets != b.buckets) return differs("buckets differ");
  if (a.means != b.means) return differs("saliency has other means");
  // Files of one model agree in all of this; files may also lie.
  if (tasks_ != other.tasks_ || groups_ != other.groups_) return differs("tasks or groups differ");
  if (!std::equal(features_.begin(), features_.end(), other.features_.begin(), other.features_.end(),
                  [](const FeatureTraffic& x, const FeatureTraffic& y) { return x.is_alike(y); }))
    return differs("features differ");
  if (neurons_ != nullptr) CLENS_TRY(neurons_->check_alike(*other.neurons_));
  return {};
}

Status Profile::merge(const Profile& other) {
  if (broken_ || other.broken_) return Status::error(Code::bad_state, "profile: an add failed half way");
  CLENS_TRY(check_same(other));
  if (other.rows_ > std::numeric_limits<std::uint32_t>::max() - rows_)
    return Status::error(Code::limit_exceeded, "profile: clustered counts end at 2^32 - 1 rows");
  if (rows_ != 0 && other.rows_ != 0 && classes_ != other.classes_)
    return Status::error(Code::bad_state, "other: rows with and without labels do not mix");
  if (other.rows_ == 0) {
    seen_ += other.seen_;
    skipped_ += other.skipped_;
    return {};
  }
  if (rows_ == 0 && classes_ != other.classes_) set_classes(other.classes_);
  settle();
  other.settle();
  // First, because it needs memory: what follows cannot fail
  if (neurons_ != nullptr) CLENS_TRY(neurons_->merge(*other.neurons_));
  for (std::size_t i = 0; i < columns().size(); ++i)
    if (auto& to = *columns()[i]; to) to->merge(**other.columns()[i]);
  for (std::size_t f = 0; f < features_.size(); ++f) features_[f].merge(other.features_[f]);
  for (std::size_t b = 0; b < bucket_rows_.size(); ++b) bucket_rows_[b] += other.bucket_rows_[b];
  rows_ += other.rows_;
  clicks_ += other.clicks_;
  seen_ += other.seen_;
  skipped_ += other.skipped_;
  return {};
}

GroupShare Profile::saliency_share(std::size_t group) const {
  const NeuronLayer* sizes = saliency_sizes();
  if (sizes == nullptr || rows_ == 0) return {undefined, undefined};
  double all = 0, own = 0;
  for (std::size_t g = 0; g < sizes->width; ++g) {
    const double sum = sizes->columns.whole(g).sum.value();
    all += sum;
    own += g == group ? sum : 0;
  }
  std::vector<double> bucket_all(options_.buckets), bucket_own(options_.buckets), estimates;
  double cut_all = 0, cut_own = 0;
  for (std::size_t b = 0; b < options_.buckets; ++b) {
    for (std::size_t g = 0; g < sizes->width; ++g) {
      const double sum = sizes->buckets->sum(b, g);
      bucket_all[b] += sum;
      bucket_own[b] += g == group ? sum : 0;
    }
    cut_all += bucket_all[b];
    cut_own += bucket_own[b];
  }
  for (std::size_t b = 0; b < options_.buckets; ++b)
    if (bucket_rows_[b] > 0) estimates.push_back((cut_own - bucket_own[b]) / (cut_all - bucket_all[b]));
  return {own / all, jackknife_se(estimates)};
}

}  // namespace clicklens::lens
