#include "lens/diagnose.h"

#include <algorithm>
#include <cmath>

#include "lens/coverage.h"
#include "lens/encoded_batch.h"
#include "lens/labels.h"
#include "lens/metrics_jackknife.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

constexpr std::uint32_t sections =
    format::profile_scores | format::profile_neurons | format::profile_saliency | format::profile_features;

std::vector<std::uint32_t> layers_of(const exec::Model& model) {
  std::vector<std::uint32_t> layers;
  for (const format::LayerDesc& layer : model.desc().layers)
    if (std::find(layers.begin(), layers.end(), layer.value) == layers.end()) layers.push_back(layer.value);
  return layers;
}

ProfileOptions profile_options(const exec::Model& model, std::uint32_t task) {
  ProfileOptions options;
  options.sections = sections;
  if (model.desc().layers.empty()) options.sections &= ~std::uint32_t{format::profile_neurons};
  options.task = task;
  return options;
}

}  // namespace

base::Result<std::unique_ptr<Diagnosis>> Diagnosis::create(std::shared_ptr<const exec::Model> model,
                                                           const DiagnosisOptions& options) {
  if (options.task >= model->desc().outputs.size())
    return Status::error(Code::invalid_argument, "options.task: the model has no such output");
  if (options.draws == 0 || options.draws > 1000)
    return Status::error(Code::invalid_argument, "options.draws: not 1 .. 1000");
  if (options.probe_rows < 1000) return Status::error(Code::invalid_argument, "options.probe_rows: fewer than 1,000");
  std::unique_ptr<Diagnosis> made(new Diagnosis(std::move(model), options));
  made->layers_ = layers_of(*made->model_);
  made->profile_options_ = profile_options(*made->model_, options.task);
  if (!made->layers_.empty()) {
    NeuronsOptions neurons;
    neurons.values = made->layers_;
    neurons.task = options.task;
    neurons.flags = format::neurons_prove;
    auto created = Neurons::create(made->model_, neurons);
    if (!created.ok()) return created.status();
    made->neurons_ = std::move(*created);
  }
  return made;
}

std::vector<std::uint32_t> Diagnosis::wanted_values(const exec::Model& model) {
  return Profile::wanted_values(model, profile_options(model, 0));
}

Status Diagnosis::check(const exec::Session& session, const exec::Batch& batch, const DiagnosisRows& rows) const {
  if (broken_) return Status::error(Code::bad_state, "diagnosis: an add failed half way; nothing more can be added");
  if (!session.gradients()) return Status::error(Code::bad_state, "diagnosis: the session has no gradients");
  if (!(session.model().file().id() == model_->file().id()))
    return Status::error(Code::bad_state, "diagnosis: the session is of another model");
  for (const std::uint32_t value : wanted_values(*model_))
    if (std::find(session.observed().begin(), session.observed().end(), value) == session.observed().end())
      return Status::error(Code::bad_state, "diagnosis: the session does not observe value %u", value);
  if (batch.cache != nullptr)
    return Status::error(Code::unsupported, "batch.cache: cached candidates cannot be permuted or profiled");
  if (batch.candidates > 0 && rows.labels == nullptr)
    return Status::error(Code::invalid_argument, "rows.labels: NULL; a diagnosis is of clicks");
  return check_labels("rows.labels", rows.labels, batch.candidates);
}

Status Diagnosis::add(exec::Session& session, const exec::Batch& batch, const DiagnosisRows& rows, DayPart part,
                      const std::string& name) {
  CLENS_TRY(check(session, batch, rows));
  CLENS_TRY(session.bind(batch));  // structure, before its counts are believed
  if (batch.candidates == 0) return {};
  const auto encoded = EncodedBatch::make(session, batch);
  if (!encoded.ok()) return encoded.status();
  DayBatch of{session, encoded->view(), rows, {}, {}, {}, true};
  CLENS_TRY(run(of, requests_));
  requests_ += batch.request_count();
  const Status status = take(of, part, name);
  broken_ = !status.ok();
  return status;
}

Status Diagnosis::take(const DayBatch& of, DayPart part, const std::string& name) {
  if (profile_options_.means.empty()) CLENS_TRY(set_means(of));
  const auto to = day(part, name);
  if (!to.ok()) return to.status();
  CLENS_TRY((*to)->add(of));
  ImportanceOptions permutation;
  permutation.task = options_.task;
  permutation.draws = options_.draws;
  permutation.seed = options_.seed;
  if (is_permuted(**to)) CLENS_TRY((*to)->permute(of, permutation));
  if (is_probed(**to)) CLENS_TRY((*to)->probe(of, layers_, options_.probe_rows));
  if (part == DayPart::train && neurons_ != nullptr)
    CLENS_TRY(
        neurons_->add(of.session, of.batch, {of.rows.labels, of.clusters.data(), of.rows.request_keys, std::nullopt}));
  if (part == DayPart::test) add_calibration(of);
  return {};
}

// Logits, cluster keys, and which rows have an id for every sparse feature.
Status Diagnosis::run(DayBatch& of, std::uint64_t first_request) const {
  const exec::Batch& batch = of.batch;
  const std::size_t tasks = model_->desc().outputs.size(), features = model_->desc().features.size();
  std::vector<float> scores(batch.candidates * tasks);
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = scores.data();
  output.capacity = scores.size();
  CLENS_TRY(of.session.run(batch, output));
  std::vector<std::uint8_t> covers(batch.candidates * features);
  CLENS_TRY(coverage(of.session, batch, covers));
  of.logits.resize(batch.candidates);
  of.covered.assign(batch.candidates, 1);
  for (std::size_t i = 0; i < batch.candidates; ++i) {
    of.logits[i] = scores[i * tasks + options_.task];
    of.finite = of.finite && std::isfinite(of.logits[i]);
    for (std::size_t f = 0; f < features; ++f) {
      const bool sparse = model_->desc().features[f].kind == format::FeatureKind::sparse;
      if (sparse && covers[i * features + f] == 0) of.covered[i] = 0;
    }
  }
  of.clusters.reserve(batch.candidates);
  if (of.rows.clusters != nullptr) of.clusters.assign(of.rows.clusters, of.rows.clusters + batch.candidates);
  for (std::uint64_t r = 0; of.rows.clusters == nullptr && r < batch.request_count(); ++r)
    of.clusters.resize(batch.request_begin(r + 1),
                       of.rows.request_keys != nullptr ? of.rows.request_keys[r] : first_request + r);
  return {};
}

Status Diagnosis::set_means(const DayBatch& of) {
  ProfileOptions options;
  options.sections = format::profile_features;
  auto made = Profile::create(model_, options);
  if (!made.ok()) return made.status();
  CLENS_TRY((*made)->add(of.session, of.batch, {nullptr, of.clusters.data(), of.rows.request_keys, std::nullopt}));
  const NeuronLayer* pooled = (*made)->pooled();
  for (std::size_t c = 0; pooled != nullptr && c < pooled->width; ++c) {
    const double mean = column_figures(*pooled, c, 1, (*made)->rows(), 0).mean;
    profile_options_.means.push_back(std::isfinite(mean) ? static_cast<float>(mean) : 0.0f);
  }
  return {};
}

base::Result<DiagnosisDay*> Diagnosis::day(DayPart part, const std::string& name) {
  for (const auto& known : days_)
    if (known->part() == part && known->name() == name) return known.get();
  auto made = DiagnosisDay::create(part, name, model_, profile_options_);
  if (!made.ok()) return made.status();
  days_.push_back(std::make_unique<DiagnosisDay>(std::move(*made)));
  return days_.back().get();
}

std::vector<const DiagnosisDay*> Diagnosis::days(DayPart part) const {
  std::vector<const DiagnosisDay*> of;
  for (const auto& day : days_)
    if (day->part() == part) of.push_back(day.get());
  return of;
}

namespace {

bool is_among(const std::vector<const DiagnosisDay*>& days, std::size_t first, const DiagnosisDay& day) {
  for (std::size_t i = 0; i < first && i < days.size(); ++i)
    if (days[i] == &day) return true;
  return false;
}

}  // namespace

// Held-out rows may come last, so that test days are kept as if there were none.
bool Diagnosis::is_probed(const DiagnosisDay& day) const {
  return !layers_.empty() && is_among(days(day.part()), day.part() == DayPart::test ? 2 : 1, day);
}

bool Diagnosis::is_permuted(const DiagnosisDay& day) const {
  return is_among(days(day.part()), 1, day);
}

void Diagnosis::add_calibration(const DayBatch& of) {
  if (!calibration_.has_edges()) {
    std::vector<float> logits;
    std::copy_if(of.logits.begin(), of.logits.end(), std::back_inserter(logits),
                 [](float z) { return std::isfinite(z); });
    calibration_.set_edges(std::move(logits));
  }
  for (std::size_t i = 0; i < of.logits.size(); ++i) {
    if (!std::isfinite(of.logits[i])) continue;
    calibration_.add(of.logits[i], of.rows.labels[i] != 0, bucket_of(of.clusters[i], diagnosis_buckets),
                     of.rows.values == nullptr ? nullptr : of.rows.values + i);
  }
}

}  // namespace clicklens::lens
