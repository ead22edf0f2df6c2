#include "format/flatbuffer_parts.h"
#include "format/profile.h"
#include "profile_generated.h"

namespace clicklens::format {
namespace {

Offset<flatbuffers::String> text(Builder& builder, const std::string& from) {
  return from.empty() ? 0 : builder.CreateString(from);
}

Offset<flatbuffers::Vector<Offset<flatbuffers::String>>> texts(Builder& builder, const std::vector<std::string>& from) {
  return from.empty() ? 0 : builder.CreateVectorOfStrings(from);
}

Offset<fbs::NeuronLayer> pack_layer(Builder& builder, const NeuronLayerDesc& from) {
  const auto non_finite = numbers(builder, from.non_finite), saturated = numbers(builder, from.saturated);
  const auto minimum = numbers(builder, from.minimum), maximum = numbers(builder, from.maximum);
  const auto rows = numbers(builder, from.rows), active = numbers(builder, from.active);
  const auto sums = numbers(builder, from.sums), squares = numbers(builder, from.squares);
  const auto counts = numbers(builder, from.counts);
  const auto cross = numbers(builder, from.cross), lone = numbers(builder, from.lone);
  const auto bucket_rows = numbers(builder, from.bucket_rows), bucket_active = numbers(builder, from.bucket_active);
  const auto bucket_sums = numbers(builder, from.bucket_sums), bucket_squares = numbers(builder, from.bucket_squares);
  const auto bucket_counts = numbers(builder, from.bucket_counts);
  const auto name = text(builder, from.name);
  return fbs::CreateNeuronLayer(builder, from.value, from.width, non_finite, minimum, maximum, saturated, rows, active,
                                sums, squares, counts, cross, lone, bucket_rows, bucket_active, bucket_sums,
                                bucket_squares, bucket_counts, from.kind, name);
}

Offset<fbs::NeuronSample> pack_sample(Builder& builder, const NeuronSampleDesc& from) {
  if (from.hashes.empty()) return 0;
  const auto hashes = numbers(builder, from.hashes);
  const auto labels = numbers(builder, from.labels);
  const auto logits = numbers(builder, from.logits), values = numbers(builder, from.values);
  return fbs::CreateNeuronSample(builder, hashes, labels, logits, values);
}

Offset<fbs::Neurons> pack_neurons(Builder& builder, const NeuronsDesc& from) {
  std::vector<Offset<fbs::NeuronLayer>> offsets;
  for (const NeuronLayerDesc& layer : from.layers) offsets.push_back(pack_layer(builder, layer));
  const auto layers = builder.CreateVector(offsets);
  const auto scores = numbers(builder, from.scores);
  const auto sample = pack_sample(builder, from.sample);
  return fbs::CreateNeurons(builder, from.task, from.count_every, from.sample_rows, from.buckets, from.flags,
                            from.classes, from.rows, from.clicks, from.counted, from.counted_clicks, from.score_rows,
                            scores, layers, sample);
}

Offset<fbs::NeuronLayer> pack_layer(Builder& builder, const std::optional<NeuronLayerDesc>& from) {
  return from ? pack_layer(builder, *from) : 0;
}

Offset<fbs::FeatureTraffic> pack_feature(Builder& builder, const FeatureTrafficDesc& from) {
  const auto name = text(builder, from.name), group = text(builder, from.group);
  const auto lengths = numbers(builder, from.lengths), histogram = numbers(builder, from.histogram);
  const auto missing = numbers(builder, from.bucket_missing), unknown = numbers(builder, from.bucket_unknown);
  const auto ids = numbers(builder, from.bucket_ids);
  const auto distinct = numbers(builder, from.distinct);
  return fbs::CreateFeatureTraffic(builder, name, group, from.kind, from.hashed, from.table_rows, from.inputs,
                                   from.width, from.missing, from.bad, from.id_kinds, from.ids, from.unknown, from.cut,
                                   lengths, histogram, missing, unknown, ids, distinct);
}

Offset<fbs::Traffic> pack_traffic(Builder& builder, const TrafficDesc& from) {
  const auto tasks = texts(builder, from.tasks), groups = texts(builder, from.groups);
  const auto means = numbers(builder, from.means);
  const auto scores = pack_layer(builder, from.scores), pooled = pack_layer(builder, from.pooled),
             raw = pack_layer(builder, from.raw), saliency = pack_layer(builder, from.saliency),
             sizes = pack_layer(builder, from.sizes);
  std::vector<Offset<fbs::FeatureTraffic>> offsets;
  for (const FeatureTrafficDesc& feature : from.features) offsets.push_back(pack_feature(builder, feature));
  const auto features = numbers(builder, offsets);
  const auto bucket_rows = numbers(builder, from.bucket_rows);
  return fbs::CreateTraffic(builder, from.sections, from.task, from.every, from.buckets, from.classes, from.rows,
                            from.clicks, from.seen, from.skipped, tasks, groups, means, scores, pooled, raw, saliency,
                            sizes, features, bucket_rows);
}

template <class T>
std::size_t bytes_of(const std::vector<T>& list) {
  return sizeof(T) * list.size() + 16;  // length and padding
}

std::size_t bytes_of(const NeuronLayerDesc& l) {
  return bytes_of(l.non_finite) + bytes_of(l.minimum) + bytes_of(l.maximum) + bytes_of(l.saturated) + bytes_of(l.rows) +
         bytes_of(l.active) + bytes_of(l.sums) + bytes_of(l.squares) + bytes_of(l.counts) + bytes_of(l.cross) +
         bytes_of(l.lone) + bytes_of(l.bucket_rows) + bytes_of(l.bucket_active) + bytes_of(l.bucket_sums) +
         bytes_of(l.bucket_squares) + bytes_of(l.bucket_counts) + l.name.size() + 256;
}

std::size_t bytes_of(const NeuronsDesc& desc) {
  std::size_t bytes = 4096 + bytes_of(desc.sample.hashes) + bytes_of(desc.sample.labels) +
                      bytes_of(desc.sample.logits) + bytes_of(desc.sample.values);
  for (const NeuronLayerDesc& layer : desc.layers) bytes += bytes_of(layer);
  return bytes;
}

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t bytes = 16;
  for (const std::string& text : texts) bytes += text.size() + 16;
  return bytes;
}

std::size_t bytes_of(const FeatureTrafficDesc& f) {
  return f.name.size() + f.group.size() + bytes_of(f.lengths) + bytes_of(f.histogram) + bytes_of(f.bucket_missing) +
         bytes_of(f.bucket_unknown) + bytes_of(f.bucket_ids) + bytes_of(f.distinct) + 256;
}

std::size_t bytes_of(const TrafficDesc& desc) {
  std::size_t bytes =
      4096 + bytes_of(desc.tasks) + bytes_of(desc.groups) + bytes_of(desc.means) + bytes_of(desc.bucket_rows);
  for (const auto* layer : {&desc.scores, &desc.pooled, &desc.raw, &desc.saliency, &desc.sizes})
    if (*layer) bytes += bytes_of(**layer);
  for (const FeatureTrafficDesc& feature : desc.features) bytes += bytes_of(feature);
  return bytes;
}

}  // namespace

base::Result<std::vector<std::byte>> pack_profile(const ProfileDesc& desc) {
  const std::size_t most =
      1024 + (desc.neurons ? bytes_of(*desc.neurons) : 0) + (desc.traffic ? bytes_of(*desc.traffic) : 0);
  if (most >= FLATBUFFERS_MAX_BUFFER_SIZE)  // beyond, the builder asserts
    return base::Status::error(base::Code::limit_exceeded, "profile: %zu bytes are more than its format can hold",
                               most);
  Builder builder(most);
  const auto neurons = desc.neurons ? pack_neurons(builder, *desc.neurons) : Offset<fbs::Neurons>(0);
  const auto traffic = desc.traffic ? pack_traffic(builder, *desc.traffic) : Offset<fbs::Traffic>(0);
  fbs::FinishProfileBuffer(builder, fbs::CreateProfile(builder, desc.model_low, desc.model_high, neurons, traffic));
  const auto* bytes = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return std::vector<std::byte>(bytes, bytes + builder.GetSize());
}

}  // namespace clicklens::format
