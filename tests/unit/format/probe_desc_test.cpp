// ProbeSets as bytes: what comes back, and what hostile bytes give.
#include "format/probe_desc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/checksum.h"
#include "format/writer.h"
#include "probe_generated.h"
#include "unit/format/full_model.h"

namespace clicklens::format {
namespace {

using base::Code;
using testing::Random;
using testing::tiny_model;

ProbeSetDesc sample_set() {
  ProbeSetDesc set{probed_model_id(tiny_model().desc), {}};
  ProbeDesc probe;
  probe.name = "hidden";
  probe.value = testing::tiny::hidden_relu;
  probe.converged = true;
  probe.iterations = 17;
  probe.rows = 20000;
  probe.clicks = 900;
  probe.lambda = 1e-3;
  probe.negative_rate = 0.25;
  probe.objective = 0.125;
  probe.gradient = 3e-9;
  probe.intercept = -2.5;
  for (std::uint32_t c = 0; c < testing::tiny::hidden; ++c) {
    probe.mean.push_back(c * 0.5);
    probe.sd.push_back(c == 3 ? 0 : 1.5);
    probe.coefficients.push_back(c == 3 ? 0 : c - 4.0);
  }
  set.probes.push_back(probe);
  probe.name = "click";
  probe.value = testing::tiny::logit;
  probe.target = ProbeTarget::number;
  probe.mean = probe.sd = probe.coefficients = {1};
  set.probes.push_back(probe);
  return set;
}

// Bytes with their checksum made right, wherever it stood in `sample_set`: only the checks behind it can refuse them.
std::vector<std::byte> sealed(std::vector<std::byte> bytes) {
  const auto original = pack_probes(sample_set());
  const std::uint64_t checksum = fbs::GetProbeSet(original.data())->checksum();
  const auto* pattern = reinterpret_cast<const std::byte*>(&checksum);
  const auto found = std::search(original.begin(), original.end(), pattern, pattern + sizeof checksum);
  const auto at = static_cast<std::size_t>(found - original.begin());
  if (at + sizeof checksum > bytes.size()) return bytes;
  std::memset(bytes.data() + at, 0, sizeof checksum);
  const std::uint64_t right = base::xxh3_64(bytes);
  std::memcpy(bytes.data() + at, &right, sizeof right);
  return bytes;
}

TEST(ProbeDesc, ReadsBackEveryField) {
  const ProbeSetDesc set = sample_set();
  const auto again = parse_probes(pack_probes(set), {});
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(*again, set);
  EXPECT_EQ(pack_probes(*again), pack_probes(set));
  EXPECT_TRUE(check_probes(*again, tiny_model().desc).ok());
}

TEST(ProbeDesc, EveryTruncationIsRefused) {
  const auto bytes = pack_probes(sample_set());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(parse_probes(std::span(bytes).first(size), {}).ok()) << size;
    // Under a right checksum a cut that takes padding alone is none.
    static_cast<void>(parse_probes(sealed({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}), {}));
  }
}

TEST(ProbeDesc, EveryChangedByteIsRefused) {
  const auto bytes = pack_probes(sample_set());
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const unsigned flip : {1u, 0x80u, 0xFFu}) {
      auto damaged = bytes;
      damaged[i] ^= static_cast<std::byte>(flip);
      ASSERT_FALSE(parse_probes(damaged, {}).ok()) << i;
    }
}

// Past the checksum: what is accepted is consistent and survives a round trip.
TEST(ProbeDesc, ChangesUnderARightChecksumGiveAStatus) {
  const auto bytes = pack_probes(sample_set());
  Random random(3);
  std::size_t refused = 0;
  for (int i = 0; i < 20000; ++i) {
    auto damaged = bytes;
    for (std::uint64_t k = random.below(3) + 1; k > 0; --k)
      damaged[random.below(damaged.size())] = static_cast<std::byte>(random.below(256));
    const auto parsed = parse_probes(sealed(std::move(damaged)), {});
    if (!parsed.ok()) {
      ASSERT_NE(parsed.status().message()[0], '\0');
      ++refused;
      continue;
    }
    const auto again = parse_probes(pack_probes(*parsed), {});
    ASSERT_TRUE(again.ok()) << again.status().message();
    ASSERT_EQ(*again, *parsed);
    static_cast<void>(check_probes(*parsed, tiny_model().desc));
  }
  EXPECT_GT(refused, 1000u);
  EXPECT_LT(refused, 19000u);
}

TEST(ProbeDesc, LimitsItsSize) {
  base::Limits limits;
  limits.flatbuffer_bytes = 100;
  EXPECT_EQ(parse_probes(pack_probes(sample_set()), limits).status().code(), Code::limit_exceeded);
}

struct BrokenSet {
  const char* what;
  void (*change)(ProbeDesc&);
};

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
const BrokenSet broken_sets[] = {
    {"probes[0].name", [](ProbeDesc& p) { p.name = ""; }},
    {"probes[0].name", [](ProbeDesc& p) { p.name = "a\nb"; }},
    {"probes[0].mean", [](ProbeDesc& p) { p.mean.pop_back(); }},
    {"probes[0].mean", [](ProbeDesc& p) { p.sd.push_back(1); }},
    {"probes[0].mean", [](ProbeDesc& p) { p.mean = p.sd = p.coefficients = {}; }},
    {"probes[0].mean", [](ProbeDesc& p) { p.mean[1] = not_a_number; }},
    {"probes[0].sd", [](ProbeDesc& p) { p.sd[1] = -1; }},
    {"probes[0].sd", [](ProbeDesc& p) { p.sd[1] = std::numeric_limits<double>::infinity(); }},
    {"probes[0].coefficients", [](ProbeDesc& p) { p.coefficients[1] = not_a_number; }},
    {"probes[0].coefficients", [](ProbeDesc& p) { p.coefficients[3] = 1; }},  // its sd is 0
    {"probes[0].coefficients", [](ProbeDesc& p) { p.coefficients[1] = 1e300; }},
    {"probes[0].intercept", [](ProbeDesc& p) { p.intercept = not_a_number; }},
    {"probes[0].objective", [](ProbeDesc& p) { p.objective = not_a_number; }},
    {"probes[0].gradient", [](ProbeDesc& p) { p.gradient = -1; }},
    {"probes[0].lambda", [](ProbeDesc& p) { p.lambda = 0; }},
    {"probes[0].negative_rate", [](ProbeDesc& p) { p.negative_rate = 2; }},
    {"probes[0].target", [](ProbeDesc& p) { p.target = static_cast<ProbeTarget>(2); }},
};

TEST(ProbeDesc, NamesWhatIsWrong) {
  for (const BrokenSet& fault : broken_sets) {
    ProbeSetDesc set = sample_set();
    fault.change(set.probes[0]);
    const auto parsed = parse_probes(pack_probes(set), {});
    EXPECT_EQ(parsed.status().code(), Code::bad_file) << fault.what;
    EXPECT_NE(std::string(parsed.status().message()).find(fault.what), std::string::npos) << parsed.status().message();
  }
  EXPECT_EQ(parse_probes(pack_probes({}), {}).status().code(), Code::bad_file);
}

TEST(ProbeDesc, BelongsToOneModel) {
  ProbeSetDesc set = sample_set();
  const ModelDesc model = tiny_model().desc;
  EXPECT_EQ(check_probes(set, testing::full_model().desc).code(), Code::bad_state);
  set.probes[1].value = 77;
  EXPECT_EQ(check_probes(set, model).code(), Code::bad_file);
  set.probes[1].value = testing::tiny::concat;
  EXPECT_EQ(check_probes(set, model).code(), Code::bad_file);
}

// All that a value depends on counts, and nothing else.
TEST(ProbedModel, IsWhatValuesDependOn) {
  const ModelDesc model = testing::full_model().desc;
  const ModelId id = probed_model_id(model);
  ModelDesc same = model;
  same.name = "renamed";
  same.metadata.clear();
  same.self_test = {};
  same.requirements.clear();
  same.probes = {1, 2, 3};
  for (SegmentDesc& segment : same.segments) segment.offset += 64;
  EXPECT_EQ(probed_model_id(same), id);
  ModelDesc other = model;
  other.segments[1].xxh3 ^= 1;
  EXPECT_NE(probed_model_id(other), id);
  other = model;
  other.nodes[0].inputs.push_back(1);
  EXPECT_NE(probed_model_id(other), id);
  other = model;
  other.features[0].pooling = Pooling::max;
  EXPECT_NE(probed_model_id(other), id);
}

// Probes of today must be those of this model tomorrow: packing an older description gives its old bytes.
TEST(ProbedModel, IsPinned) {
  OpenOptions options;
  const auto file = ModelFile::open(CLENS_SOURCE_DIR "/tests/golden/gwen/model.clens", options);
  ASSERT_TRUE(file.ok()) << file.status().message();
  const base::Hash128 packed = base::xxh3_128(pack_model((*file)->desc()));
  EXPECT_EQ((ModelId{packed.low, packed.high}), (*file)->id());
  const ModelId id = probed_model_id((*file)->desc());
  EXPECT_EQ(id.low, 0x5F36C35783EE317Aull);
  EXPECT_EQ(id.high, 0xD16DCCB901541E55ull);
}

}  // namespace
}  // namespace clicklens::format
