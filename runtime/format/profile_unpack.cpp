#include <cstring>

#include "base/memory.h"
#include "format/flatbuffer_parts.h"
#include "format/profile.h"
#include "format/reader.h"
#include "profile_generated.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

NeuronLayerDesc read_layer(Reader& reader, const fbs::NeuronLayer& from) {
  NeuronLayerDesc layer;
  layer.value = from.value();
  layer.width = from.width();
  layer.non_finite = reader.numbers(from.non_finite());
  layer.minimum = reader.numbers(from.minimum());
  layer.maximum = reader.numbers(from.maximum());
  layer.saturated = reader.numbers(from.saturated());
  layer.rows = reader.numbers(from.rows());
  layer.active = reader.numbers(from.active());
  layer.sums = reader.numbers(from.sums());
  layer.squares = reader.numbers(from.squares());
  layer.counts = reader.numbers(from.counts());
  layer.cross = reader.numbers(from.cross());
  layer.lone = reader.numbers(from.lone());
  layer.bucket_rows = reader.numbers(from.bucket_rows());
  layer.bucket_active = reader.numbers(from.bucket_active());
  layer.bucket_sums = reader.numbers(from.bucket_sums());
  layer.bucket_squares = reader.numbers(from.bucket_squares());
  layer.bucket_counts = reader.numbers(from.bucket_counts());
  layer.kind = from.kind();
  layer.name = reader.name(from.name(), "name");
  return layer;
}

NeuronsDesc read_neurons(Reader& reader, const fbs::Neurons& from) {
  NeuronsDesc desc;
  desc.task = from.task();
  desc.count_every = from.count_every();
  desc.sample_rows = from.sample_rows();
  desc.buckets = from.buckets();
  desc.flags = from.flags();
  desc.classes = from.classes();
  desc.rows = from.rows();
  desc.clicks = from.clicks();
  desc.counted = from.counted();
  desc.counted_clicks = from.counted_clicks();
  desc.score_rows = from.score_rows();
  desc.scores = reader.numbers(from.scores());
  desc.layers = reader.tables<NeuronLayerDesc>(from.layers(), [&](const fbs::NeuronLayer& layer, std::size_t i) {
    reader.enter("neurons.layers", i);
    return read_layer(reader, layer);
  });
  if (const auto* sample = from.sample(); sample != nullptr)
    desc.sample = {reader.numbers(sample->hashes()), reader.numbers(sample->labels()), reader.numbers(sample->logits()),
                   reader.numbers(sample->values())};
  return desc;
}

std::optional<NeuronLayerDesc> read_layer(Reader& reader, const fbs::NeuronLayer* from, const char* name) {
  reader.enter(name, 0);
  return from != nullptr ? std::optional(read_layer(reader, *from)) : std::nullopt;
}

std::vector<std::string> read_names(Reader& reader, const flatbuffers::Vector<Offset<flatbuffers::String>>* from,
                                    const char* list) {
  return reader.tables<std::string>(from, [&](const flatbuffers::String& name, std::size_t i) {
    reader.enter(list, i);
    return reader.name(&name, "name");
  });
}

FeatureTrafficDesc read_feature(Reader& reader, const fbs::FeatureTraffic& from) {
  FeatureTrafficDesc to;
  to.name = reader.name(from.name(), "name");
  to.group = reader.name(from.group(), "group");
  to.kind = from.kind();
  to.hashed = from.hashed();
  to.table_rows = from.table_rows();
  to.inputs = from.inputs();
  to.width = from.width();
  to.missing = from.missing();
  to.bad = from.bad();
  to.id_kinds = from.id_kinds();
  to.ids = from.ids();
  to.unknown = from.unknown();
  to.cut = from.cut();
  to.lengths = reader.numbers(from.lengths());
  to.histogram = reader.numbers(from.histogram());
  to.bucket_missing = reader.numbers(from.bucket_missing());
  to.bucket_unknown = reader.numbers(from.bucket_unknown());
  to.bucket_ids = reader.numbers(from.bucket_ids());
  to.distinct = reader.numbers(from.distinct());
  return to;
}

TrafficDesc read_traffic(Reader& reader, const fbs::Traffic& from) {
  TrafficDesc to;
  to.sections = from.sections();
  to.task = from.task();
  to.every = from.every();
  to.buckets = from.buckets();
  to.classes = from.classes();
  to.rows = from.rows();
  to.clicks = from.clicks();
  to.seen = from.seen();
  to.skipped = from.skipped();
  to.tasks = read_names(reader, from.tasks(), "traffic.tasks");
  to.groups = read_names(reader, from.groups(), "traffic.groups");
  to.means = reader.numbers(from.means());
  to.bucket_rows = reader.numbers(from.bucket_rows());
  to.scores = read_layer(reader, from.scores(), "traffic.scores");
  to.pooled = read_layer(reader, from.pooled(), "traffic.pooled");
  to.raw = read_layer(reader, from.raw(), "traffic.raw");
  to.saliency = read_layer(reader, from.saliency(), "traffic.saliency");
  to.sizes = read_layer(reader, from.sizes(), "traffic.sizes");
  to.features =
      reader.tables<FeatureTrafficDesc>(from.features(), [&](const fbs::FeatureTraffic& feature, std::size_t i) {
        reader.enter("traffic.features", i);
        return read_feature(reader, feature);
      });
  return to;
}

base::Result<ProfileDesc> parse_aligned(std::span<const std::byte> bytes) {
  flatbuffers::Verifier verifier = verifier_of(bytes);
  if (!fbs::VerifyProfileBuffer(verifier))
    return Status::error(Code::bad_file, "profile: not a valid Profile (identifier %s)", fbs::ProfileIdentifier());
  const fbs::Profile& profile = *fbs::GetProfile(bytes.data());
  ProfileDesc desc;
  desc.model_low = profile.model_low();
  desc.model_high = profile.model_high();
  Reader reader(bytes.size());  // we write nothing twice
  if (profile.neurons() != nullptr) desc.neurons = read_neurons(reader, *profile.neurons());
  if (profile.traffic() != nullptr) desc.traffic = read_traffic(reader, *profile.traffic());
  CLENS_TRY(reader.status());
  if (desc.neurons) CLENS_TRY(verify_neurons(*desc.neurons));
  if (desc.traffic) CLENS_TRY(verify_traffic(*desc.traffic, desc.neurons ? &*desc.neurons : nullptr));
  return desc;
}

}  // namespace

base::Result<ProfileDesc> parse_profile(std::span<const std::byte> bytes) {
  // The verifier asserts on sizes of 2 GiB and more.
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE)
    return Status::error(Code::limit_exceeded, "profile: %zu bytes are above the limit", bytes.size());
  auto copy = base::AlignedBlock::allocate(bytes.size());  // it must not change while it is read
  if (!copy.ok()) return copy.status();
  if (!bytes.empty()) std::memcpy(copy->data(), bytes.data(), bytes.size());
  return parse_aligned({copy->data(), copy->size()});
}

}  // namespace clicklens::format
