#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "encode/encoder.h"
#include "encode/vocabulary_builder.h"
#include "guard.h"
#include "sized.h"

struct clens_vocabulary {
  clicklens::encode::VocabularySegments segments;
};

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

template <class Key>
Status hand_out(std::span<const Key> keys, const std::uint32_t* rows, clens_vocabulary** out) {
  const std::span<const std::uint32_t> wanted =
      rows == nullptr ? std::span<const std::uint32_t>{} : std::span<const std::uint32_t>{rows, keys.size()};
  auto built = encode::build_vocabulary(keys, wanted);
  if (!built.ok()) return built.status();
  *out = std::make_unique<clens_vocabulary>(clens_vocabulary{std::move(*built)}).release();
  return {};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_vocabulary_create_strings(const char* const* keys, const size_t* lengths, const uint32_t* rows,
                                             size_t count, clens_vocabulary** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(keys, "keys"));
    CLENS_TRY(require(lengths, "lengths"));
    CLENS_TRY(require(out, "out"));
    if (count > clicklens::encode::most_rows) return Status::error(Code::limit_exceeded, "count: above 2^32 - 2");
    std::vector<std::string_view> views;
    views.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (keys[i] == nullptr && lengths[i] != 0) return Status::error(Code::invalid_argument, "keys[%zu]: NULL", i);
      views.emplace_back(keys[i], lengths[i]);
    }
    return clicklens::capi::hand_out(std::span<const std::string_view>(views), rows, out);
  });
}

clens_status clens_vocabulary_create_keys(const uint64_t* keys, const uint32_t* rows, size_t count,
                                          clens_vocabulary** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(keys, "keys"));
    CLENS_TRY(require(out, "out"));
    return clicklens::capi::hand_out(std::span<const std::uint64_t>(keys, count), rows, out);
  });
}

clens_status clens_vocabulary_describe(const clens_vocabulary* vocabulary, clens_vocabulary_info* info) {
  return guard([&]() -> Status {
    CLENS_TRY(require(vocabulary, "vocabulary"));
    CLENS_TRY(require(info, "info"));
    const auto& segments = vocabulary->segments;
    clens_vocabulary_info known = CLENS_VOCABULARY_INFO_INIT;
    known.size = segments.size;
    known.slots = segments.slots;
    known.slot_bytes = segments.slot_bytes.data();
    known.slot_size = segments.slot_bytes.size();
    known.text_bytes = segments.text_bytes.empty() ? nullptr : segments.text_bytes.data();
    known.text_size = segments.text_bytes.size();
    return clicklens::capi::write_sized(known, "info", info);
  });
}

void clens_vocabulary_release(clens_vocabulary* vocabulary) {
  delete vocabulary;
}
