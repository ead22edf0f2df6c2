#include "format/probe_desc.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/checksum.h"
#include "base/memory.h"
#include "format/reader.h"
#include "format/writer.h"
#include "probe_generated.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

flatbuffers::Offset<fbs::Probe> pack_probe(flatbuffers::FlatBufferBuilder& builder, const ProbeDesc& from) {
  const auto name = builder.CreateString(from.name);
  const auto mean = builder.CreateVector(from.mean), sd = builder.CreateVector(from.sd);
  const auto coefficients = builder.CreateVector(from.coefficients);
  return fbs::CreateProbe(builder, name, from.value, static_cast<fbs::ProbeTarget>(from.target), from.converged,
                          from.iterations, from.rows, from.clicks, from.lambda, from.negative_rate, from.objective,
                          from.gradient, from.intercept, mean, sd, coefficients);
}

std::vector<std::byte> pack(const ProbeSetDesc& set, std::uint64_t checksum) {
  flatbuffers::FlatBufferBuilder builder(4096);
  builder.ForceDefaults(true);  // the checksum is there even as zero
  std::vector<flatbuffers::Offset<fbs::Probe>> probes;
  for (const ProbeDesc& probe : set.probes) probes.push_back(pack_probe(builder, probe));
  const auto list = builder.CreateVector(probes);
  fbs::FinishProbeSetBuffer(builder, fbs::CreateProbeSet(builder, set.model.low, set.model.high, checksum, list));
  const auto* bytes = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return {bytes, bytes + builder.GetSize()};
}

// Zeroes the field where it lies: `bytes` are a verified ProbeSet of ours to change.
Status check_checksum(std::span<std::byte> bytes) {
  auto* table = flatbuffers::GetMutableRoot<flatbuffers::Table>(bytes.data());
  const auto* set = fbs::GetProbeSet(bytes.data());
  const std::uint64_t expected = set->checksum();
  std::uint8_t* field = table->GetAddressOf(fbs::ProbeSet::VT_CHECKSUM);
  if (field != nullptr) std::memset(field, 0, sizeof expected);
  if (field != nullptr && base::xxh3_64(bytes) == expected) return {};
  return Status::error(Code::checksum_mismatch, "probes: their checksum differs from the bytes");
}

bool all_finite(const std::vector<double>& numbers) noexcept {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

void check_numbers(Reader& reader, const ProbeDesc& probe) {
  if (probe.name.empty()) reader.fail("name", "empty");
  if (probe.mean.empty() || probe.sd.size() != probe.mean.size() || probe.coefficients.size() != probe.mean.size())
    reader.fail("mean", "mean, sd and coefficients must be of one length");
  if (!all_finite(probe.mean)) reader.fail("mean", "not finite");
  if (!all_finite(probe.coefficients)) reader.fail("coefficients", "not finite");
  if (!all_finite(probe.sd) || std::any_of(probe.sd.begin(), probe.sd.end(), [](double sd) { return sd < 0; }))
    reader.fail("sd", "negative or not finite");
  for (std::size_t c = 0; c < probe.coefficients.size() && reader.ok(); ++c)  // as sessions will hold them
    if (probe.coefficients[c] != 0 && !std::isfinite(static_cast<float>(probe.coefficients[c] / probe.sd[c])))
      reader.fail("coefficients", "coefficient / sd is not finite");
  if (!std::isfinite(probe.intercept)) reader.fail("intercept", "not finite");
  if (!std::isfinite(probe.objective)) reader.fail("objective", "not finite");
  if (!(probe.gradient >= 0 && std::isfinite(probe.gradient))) reader.fail("gradient", "negative or not finite");
  if (!(probe.lambda > 0 && std::isfinite(probe.lambda))) reader.fail("lambda", "not a positive number");
  if (!(probe.negative_rate > 0 && probe.negative_rate <= 1)) reader.fail("negative_rate", "not above 0 and at most 1");
}

ProbeDesc read_probe(Reader& reader, const fbs::Probe& from) {
  ProbeDesc probe;
  probe.name = reader.name(from.name(), "name");
  probe.value = from.value();
  probe.target = reader.enumerator<ProbeTarget>(from.target(), "target");
  probe.converged = from.converged();
  probe.iterations = from.iterations();
  probe.rows = from.rows();
  probe.clicks = from.clicks();
  probe.lambda = from.lambda();
  probe.negative_rate = from.negative_rate();
  probe.objective = from.objective();
  probe.gradient = from.gradient();
  probe.intercept = from.intercept();
  probe.mean = reader.numbers(from.mean());
  probe.sd = reader.numbers(from.sd());
  probe.coefficients = reader.numbers(from.coefficients());
  check_numbers(reader, probe);
  return probe;
}

base::Result<ProbeSetDesc> parse(std::span<std::byte> bytes) {
  constexpr flatbuffers::uoffset_t depth = 8, tables = 100'000;
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), depth, tables);
  if (!fbs::VerifyProbeSetBuffer(verifier))
    return Status::error(Code::bad_file, "probes: not a valid ProbeSet (identifier %s)", fbs::ProbeSetIdentifier());
  CLENS_TRY(check_checksum(bytes));
  const fbs::ProbeSet& from = *fbs::GetProbeSet(bytes.data());
  constexpr std::size_t sharing = 8;  // as of a model's parts
  Reader reader(sharing * bytes.size());
  ProbeSetDesc set;
  set.model = {from.model_low(), from.model_high()};
  set.probes = reader.tables<ProbeDesc>(from.probes(), [&](const fbs::Probe& probe, std::size_t i) {
    reader.enter("probes", i);
    return read_probe(reader, probe);
  });
  CLENS_TRY(reader.status());
  if (set.probes.empty()) return Status::error(Code::bad_file, "probes: there are none");
  return set;
}

}  // namespace

ModelId probed_model_id(const ModelDesc& desc) {
  ModelDesc bare = desc;
  bare.name.clear();
  bare.metadata.clear();
  bare.self_test = {};
  bare.requirements.clear();
  bare.probes.clear();
  bare.profile.clear();
  for (SegmentDesc& segment : bare.segments) segment.offset = 0;
  const base::Hash128 hash = base::xxh3_128(pack_model(bare));
  return {hash.low, hash.high};
}

std::vector<std::byte> pack_probes(const ProbeSetDesc& set) {
  return pack(set, base::xxh3_64(pack(set, 0)));
}

base::Result<ProbeSetDesc> parse_probes(std::span<const std::byte> bytes, const base::Limits& limits) {
  if (bytes.size() > limits.flatbuffer_bytes || bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE)
    return Status::error(Code::limit_exceeded, "probes: %zu bytes are above the limit", bytes.size());
  auto copy = base::AlignedBlock::allocate(bytes.size());
  if (!copy.ok()) return copy.status();
  if (!bytes.empty()) std::memcpy(copy->data(), bytes.data(), bytes.size());
  return parse({copy->data(), copy->size()});
}

Status check_probes(const ProbeSetDesc& set, const ModelDesc& desc) {
  if (set.model != probed_model_id(desc))
    return Status::error(Code::bad_state, "probes: they were fitted to another model");
  for (std::size_t i = 0; i < set.probes.size(); ++i) {
    const ProbeDesc& probe = set.probes[i];
    if (probe.value >= desc.values.size())
      return Status::error(Code::bad_file, "probes[%zu].value: the model has no value %u", i, probe.value);
    const ValueDesc& value = desc.values[probe.value];
    if (std::uint64_t{value.fields} * value.width != probe.mean.size())
      return Status::error(Code::bad_file, "probes[%zu].mean: %zu columns, '%s' has another number", i,
                           probe.mean.size(), ShownName(value.name).text);
  }
  return {};
}

}  // namespace clicklens::format
