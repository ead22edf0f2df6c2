// Any bytes as what lenses keep: a profile, and a set of probes. What parses must survive a round trip, byte for
// byte from then on.
#include <cstdlib>

#include "format/probe_desc.h"
#include "format/profile.h"
#include "lens/profile.h"

namespace {

using namespace clicklens;

void profile(std::span<const std::byte> bytes) {
  const auto parsed = format::parse_profile(bytes);
  if (!parsed.ok()) {
    if (parsed.status().message()[0] == '\0') std::abort();
    return;
  }
  const auto packed = format::pack_profile(*parsed);
  if (!packed.ok()) std::abort();
  const auto again = format::parse_profile(*packed);
  if (!again.ok()) std::abort();
  const auto twice = format::pack_profile(*again);
  if (!twice.ok() || *twice != *packed) std::abort();
}

// What loads can be read and added up.
void traffic(std::span<const std::byte> bytes) {
  const auto loaded = lens::Profile::load(nullptr, bytes);
  if (!loaded.ok()) return;
  lens::Profile& profile = **loaded;
  for (const lens::FeatureTraffic& feature : profile.features()) (void)feature.expected_collisions();
  for (std::size_t g = 0; g < profile.groups().size(); ++g) (void)profile.saliency_share(g);
  if (const lens::NeuronLayer* scores = profile.scores(); scores != nullptr)
    (void)lens::column_figures(*scores, 0, profile.classes(), profile.rows(), profile.clicks());
  (void)profile.merge(profile).ok();
  if (!profile.save().ok()) std::abort();
}

void probes(std::span<const std::byte> bytes) {
  const auto parsed = format::parse_probes(bytes, {});
  if (!parsed.ok()) {
    if (parsed.status().message()[0] == '\0') std::abort();
    return;
  }
  const std::vector<std::byte> packed = format::pack_probes(*parsed);
  const auto again = format::parse_probes(packed, {});
  if (!again.ok() || format::pack_probes(*again) != packed) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes{reinterpret_cast<const std::byte*>(data), size};
  profile(bytes);
  traffic(bytes);
  probes(bytes);
  return 0;
}
