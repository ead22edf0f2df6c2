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

base::Result<ProfileDesc> parse_aligned(std::span<const std::byte> bytes) {
  flatbuffers::Verifier verifier = verifier_of(bytes);
  if (!fbs::VerifyProfileBuffer(verifier))
    return Status::error(Code::bad_file, "profile: not a valid Profile (identifier %s)", fbs::ProfileIdentifier());
  const fbs::Profile& profile = *fbs::GetProfile(bytes.data());
  ProfileDesc desc;
  desc.model_low = profile.model_low();
  desc.model_high = profile.model_high();
  if (profile.neurons() == nullptr) return desc;
  Reader reader(bytes.size());  // we write nothing twice
  desc.neurons = read_neurons(reader, *profile.neurons());
  CLENS_TRY(reader.status());
  CLENS_TRY(verify_neurons(*desc.neurons));
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
