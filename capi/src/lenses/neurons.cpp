#include "neurons.h"

#include <algorithm>
#include <cstring>

#include "batch.h"
#include "guard.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_options(const clens_neurons_options* given, lens::NeuronsOptions& options) {
  clens_neurons_options known = CLENS_NEURONS_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.value_count != 0) CLENS_TRY(require(known.values, "options.values"));
  if (known.values != nullptr && known.value_count == 0)
    return Status::error(Code::invalid_argument, "options.value_count: 0, with values");
  for (std::size_t i = 0; i < known.value_count; ++i) {
    if (known.values[i] >= format::no_index)
      return Status::error(Code::invalid_argument, "options.values[%zu]: no value %zu", i, known.values[i]);
    options.values.push_back(static_cast<std::uint32_t>(known.values[i]));
  }
  if (known.task >= format::no_index) return Status::error(Code::invalid_argument, "options.task: %zu", known.task);
  options.task = static_cast<std::uint32_t>(known.task);
  if (known.count_every != 0) options.count_every = known.count_every;
  if (known.sample_rows != 0) options.sample_rows = known.sample_rows;
  if (known.buckets != 0) options.buckets = known.buckets;
  options.flags = known.flags;
  return {};
}

Status check_layer(const clens_neurons* neurons, std::size_t layer) noexcept {
  CLENS_TRY(require(neurons, "neurons"));
  const std::size_t count = neurons->neurons->options().values.size();
  if (layer < count) return {};
  return Status::error(Code::invalid_argument, "layer: %zu of %zu", layer, count);
}

Status check_capacity(std::size_t capacity, std::size_t needed, const char* what) noexcept {
  if (capacity >= needed) return {};
  return Status::error(Code::buffer_too_small, "capacity: %zu, there are %zu %s", capacity, needed, what);
}

clens_neuron_layer to_c(const lens::Neurons& neurons, std::size_t index) {
  const lens::NeuronLayer& layer = neurons.layers()[index];
  const lens::LayerAnalysis& sampled = neurons.analysis(index);
  const lens::LayerFigures found = neurons.summary(index);
  clens_neuron_layer to = CLENS_NEURON_LAYER_INIT;
  to.name = layer.name.c_str();
  to.value = layer.value;
  to.width = layer.width;
  to.rows = neurons.rows();
  to.clicks = neurons.clicks();
  to.labelled = neurons.labelled();
  to.counted = neurons.counted();
  to.sampled = neurons.sample().size();
  to.effective_rank = sampled.effective_rank;
  to.component_share[0] = sampled.share[0];
  to.component_share[1] = sampled.share[1];
  to.dead = found.dead;
  to.provably_dead = found.provably_dead;
  to.always_on = found.always_on;
  to.saturated = found.saturated;
  to.duplicates = found.duplicates;
  to.redundant = found.redundant ? 1 : 0;
  return to;
}

void write_sample(const lens::Neurons& neurons, std::size_t layer, float* values, std::uint64_t* hashes, float* logits,
                  std::uint8_t* labels) {
  const lens::NeuronLayer& of = neurons.layers()[layer];
  std::size_t row = 0;
  for (const std::uint32_t slot : neurons.sample().order()) {
    if (values != nullptr)
      std::memcpy(values + row * of.width, &neurons.sample().values(slot)[of.offset], sizeof(float) * of.width);
    if (hashes != nullptr) hashes[row] = neurons.sample().hash(slot);
    if (logits != nullptr) logits[row] = neurons.sample().logit(slot);
    if (labels != nullptr) labels[row] = neurons.sample().label(slot);
    ++row;
  }
}

void give(std::unique_ptr<lens::Neurons> made, clens_neurons** out) {
  *out = std::make_unique<clens_neurons>(clens_neurons{std::move(made)}).release();
}

}  // namespace

Status read_rows(const clens_rows* given, const clens_batch* batch, lens::NeuronRows& rows) noexcept {
  clens_batch known_batch = CLENS_BATCH_INIT;
  CLENS_TRY(read_sized(batch, "batch", known_batch));
  rows.request_keys = known_batch.request_keys;
  if (given == nullptr) return {};
  clens_rows known = CLENS_ROWS_INIT;
  CLENS_TRY(read_sized(given, "rows", known));
  rows.labels = known.labels;
  rows.clusters = known.clusters;
  rows.first_row = known.first_row;
  return {};
}

clens_neuron neuron_to_c(const lens::NeuronFigures& from, std::uint32_t findings, std::uint32_t duplicate_of) noexcept {
  clens_neuron to{};
  to.rows = from.rows;
  to.non_finite = from.non_finite;
  to.active = from.active;
  to.mean = from.mean;
  to.sd = from.sd;
  to.minimum = from.minimum;
  to.maximum = from.maximum;
  to.click_mean = from.click_mean;
  to.other_mean = from.other_mean;
  to.label_correlation = from.label_correlation;
  to.score_correlation = from.score_correlation;
  to.auc = from.auc.value;
  to.auc_error_bound = from.auc.error_bound;
  to.mean_se = from.errors.mean;
  to.sd_se = from.errors.sd;
  to.active_ratio_se = from.errors.active_ratio;
  to.label_correlation_se = from.errors.label_correlation;
  to.auc_se = from.errors.auc;
  to.saturated = from.saturated;
  to.counted = from.counted;
  to.findings = findings;
  to.duplicate_of = (findings & CLENS_NEURON_DUPLICATE) != 0 ? duplicate_of : 0;
  return to;
}

}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::check_capacity;
using clicklens::capi::check_layer;
using clicklens::capi::guard;
using clicklens::capi::require;
using clicklens::lens::Neurons;

clens_status clens_neurons_create(const clens_model* model, const clens_neurons_options* options, clens_neurons** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    clicklens::lens::NeuronsOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    auto made = Neurons::create(model->model, known);
    if (!made.ok()) return made.status();
    clicklens::capi::give(std::move(*made), out);
    return {};
  });
}

void clens_neurons_release(clens_neurons* neurons) {
  delete neurons;
}

clens_status clens_neurons_add(clens_neurons* neurons, clens_session* session, const clens_batch* batch,
                               const clens_rows* rows) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(neurons, "neurons"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    clicklens::lens::NeuronRows about;
    CLENS_TRY(clicklens::capi::read_rows(rows, batch, about));
    return neurons->neurons->add(*session->session, known, about);
  });
}

clens_status clens_neurons_merge(clens_neurons* neurons, const clens_neurons* other) {
  return guard([&]() -> Status {
    CLENS_TRY(require(neurons, "neurons"));
    CLENS_TRY(require(other, "other"));
    return neurons->neurons->merge(*other->neurons);
  });
}

clens_status clens_neurons_size(const clens_neurons* neurons, size_t* size) {
  return guard([&]() -> Status {
    CLENS_TRY(require(neurons, "neurons"));
    CLENS_TRY(require(size, "size"));
    const auto bytes = neurons->neurons->save();
    if (!bytes.ok()) return bytes.status();
    *size = bytes->size();
    return {};
  });
}

clens_status clens_neurons_save(const clens_neurons* neurons, void* buffer, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(neurons, "neurons"));
    CLENS_TRY(require(buffer, "buffer"));
    const auto bytes = neurons->neurons->save();
    if (!bytes.ok()) return bytes.status();
    CLENS_TRY(check_capacity(capacity, bytes->size(), "bytes"));
    std::memcpy(buffer, bytes->data(), bytes->size());
    return {};
  });
}

clens_status clens_neurons_load(const clens_model* model, const void* bytes, size_t size, clens_neurons** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(bytes, "bytes"));
    CLENS_TRY(require(out, "out"));
    auto made = Neurons::load(model->model, {static_cast<const std::byte*>(bytes), size});
    if (!made.ok()) return made.status();
    clicklens::capi::give(std::move(*made), out);
    return {};
  });
}

size_t clens_neurons_layers(const clens_neurons* neurons) {
  return neurons == nullptr ? 0 : neurons->neurons->options().values.size();
}

clens_status clens_neurons_layer(const clens_neurons* neurons, size_t layer, clens_neuron_layer* out) {
  return guard([&]() -> Status {
    CLENS_TRY(check_layer(neurons, layer));
    CLENS_TRY(require(out, "out"));
    return clicklens::capi::write_sized(clicklens::capi::to_c(*neurons->neurons, layer), "out", out);
  });
}

clens_status clens_neurons_read(const clens_neurons* neurons, size_t layer, clens_neuron* neurons_out, size_t stride,
                                size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(check_layer(neurons, layer));
    CLENS_TRY(require(neurons_out, "neurons_out"));
    CLENS_TRY(clicklens::capi::check_stride<clens_neuron>(stride, "stride"));
    const Neurons& from = *neurons->neurons;
    const std::size_t width = from.layers()[layer].width;
    CLENS_TRY(check_capacity(capacity, width, "neurons"));
    const std::vector<std::uint32_t> findings = from.findings(layer);
    auto* bytes = reinterpret_cast<unsigned char*>(neurons_out);
    for (std::size_t c = 0; c < width; ++c) {
      const clens_neuron neuron =
          clicklens::capi::neuron_to_c(from.figures(layer, c), findings[c], from.duplicate_of(layer, c));
      std::memcpy(bytes + c * stride, &neuron, std::min(stride, sizeof neuron));
    }
    return {};
  });
}

clens_status clens_neurons_quantiles(const clens_neurons* neurons, size_t layer, const double* probabilities,
                                     size_t count, double* values, double* low, double* high, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(check_layer(neurons, layer));
    if (count == 0) return {};
    CLENS_TRY(require(probabilities, "probabilities"));
    CLENS_TRY(require(values, "values"));
    for (std::size_t i = 0; i < count; ++i)
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1))
        return Status::error(Code::invalid_argument, "probabilities[%zu]: %g; 0 to 1", i, probabilities[i]);
    const Neurons& from = *neurons->neurons;
    const std::size_t width = from.layers()[layer].width;
    CLENS_TRY(check_capacity(capacity / count, width, "columns of quantiles"));
    for (std::size_t c = 0; c < width; ++c) {
      for (std::size_t i = 0; i < count; ++i) {
        const clicklens::lens::Quantile found = from.quantile(layer, c, probabilities[i]);
        values[c * count + i] = found.middle;
        if (low != nullptr) low[c * count + i] = found.low;
        if (high != nullptr) high[c * count + i] = found.high;
      }
    }
    return {};
  });
}

clens_status clens_neurons_sample(const clens_neurons* neurons, size_t layer, float* values, uint64_t* hashes,
                                  float* logits, uint8_t* labels, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(check_layer(neurons, layer));
    CLENS_TRY(check_capacity(capacity, neurons->neurons->sample().size(), "sampled rows"));
    if (logits != nullptr && !neurons->neurons->options().has(CLENS_NEURONS_SCORES))
      return Status::error(Code::bad_state, "logits: kept with SCORES only");
    clicklens::capi::write_sample(*neurons->neurons, layer, values, hashes, logits, labels);
    return {};
  });
}

clens_status clens_neurons_components(const clens_neurons* neurons, size_t layer, double* components, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(check_layer(neurons, layer));
    CLENS_TRY(require(components, "components"));
    const auto& found = neurons->neurons->analysis(layer).components;
    CLENS_TRY(check_capacity(capacity, found.size(), "numbers"));
    std::memcpy(components, found.data(), sizeof(double) * found.size());
    return {};
  });
}

clens_status clens_neurons_cka(const clens_neurons* a, size_t layer_a, const clens_neurons* b, size_t layer_b,
                               double* cka, uint64_t* rows) {
  return guard([&]() -> Status {
    CLENS_TRY(check_layer(a, layer_a));
    CLENS_TRY(check_layer(b, layer_b));
    CLENS_TRY(require(cka, "cka"));
    std::uint64_t common = 0;
    CLENS_TRY(clicklens::lens::linear_cka(*a->neurons, layer_a, *b->neurons, layer_b, *cka, common));
    if (rows != nullptr) *rows = common;
    return {};
  });
}

clens_status clens_neurons_compare(const clens_neurons* reference, const clens_neurons* other, size_t layer,
                                   clens_layer_change* out) {
  return guard([&]() -> Status {
    CLENS_TRY(check_layer(reference, layer));
    CLENS_TRY(check_layer(other, layer));
    CLENS_TRY(require(out, "out"));
    const auto change = clicklens::lens::compare(*reference->neurons, *other->neurons, layer);
    if (!change.ok()) return change.status();
    clens_layer_change known = CLENS_LAYER_CHANGE_INIT;
    known.spread_ratio = change->spread_ratio;
    known.covariance_distance = change->covariance_distance;
    known.covariance_null = change->covariance_null;
    known.angles[0] = change->angles[0];
    known.angles[1] = change->angles[1];
    return clicklens::capi::write_sized(known, "out", out);
  });
}
