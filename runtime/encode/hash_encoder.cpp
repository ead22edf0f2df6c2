#include "encode/hash_encoder.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "encode/farmhash.h"
#include "encode/modulo.h"
#include "encode/murmurhash.h"

namespace clicklens::encode {
namespace {

using format::KeyType;

struct Xxh3 {
  static std::uint64_t whole(std::string_view bytes, std::uint64_t seed) noexcept {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
  }
  static std::uint64_t pieces(std::string_view salt, std::string_view key, std::uint64_t seed) noexcept {
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_64bits_reset_withSeed(&state, seed);
    XXH3_64bits_update(&state, salt.data(), salt.size());
    XXH3_64bits_update(&state, key.data(), key.size());
    return XXH3_64bits_digest(&state);
  }
};

struct Farm {
  static std::uint64_t whole(std::string_view bytes, std::uint64_t seed) noexcept { return farmhash64(bytes, seed); }
  static std::uint64_t pieces(std::string_view salt, std::string_view key, std::uint64_t seed) noexcept {
    return farmhash64(salt, key, seed);
  }
};

struct Murmur {
  static std::uint64_t whole(std::string_view bytes, std::uint64_t seed) noexcept {
    return murmurhash3(bytes, static_cast<std::uint32_t>(seed));
  }
  static std::uint64_t pieces(std::string_view salt, std::string_view key, std::uint64_t seed) noexcept {
    return murmurhash3(salt, key, static_cast<std::uint32_t>(seed));
  }
};

// Hash of salt + key for many keys: joined on the stack where they are short, as nearly all are.
template <class Hash>
class Salted {
 public:
  Salted(std::string_view salt, std::uint64_t seed) noexcept : salt_(salt), seed_(seed) {
    if (salt_.size() <= sizeof buffer_) std::memcpy(buffer_, salt_.data(), salt_.size());
  }
  [[nodiscard]] std::uint64_t operator()(std::string_view key) noexcept {
    if (salt_.empty()) return Hash::whole(key, seed_);
    if (salt_.size() > sizeof buffer_ || key.size() > sizeof buffer_ - salt_.size()) {
      return Hash::pieces(salt_, key, seed_);
    }
    if (!key.empty()) std::memcpy(buffer_ + salt_.size(), key.data(), key.size());
    return Hash::whole({buffer_, salt_.size() + key.size()}, seed_);
  }

 private:
  std::string_view salt_;
  std::uint64_t seed_;
  char buffer_[256];
};

template <class Hash>
class HashEncoder final : public Encoder {
 public:
  explicit HashEncoder(const format::HashEncoder& desc) : desc_(desc), modulo_(desc.modulus) {}

  [[nodiscard]] KeyType key_type() const noexcept override { return desc_.key_type; }
  [[nodiscard]] std::uint64_t rows() const noexcept override { return desc_.offset + desc_.modulus; }

  void encode(std::span<const std::uint64_t> keys, std::uint32_t* rows) const noexcept override {
    if (desc_.key_type != KeyType::u64) return void(std::fill_n(rows, keys.size(), unknown_row));
    Salted<Hash> hash(desc_.salt, desc_.seed);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      rows[i] = row(hash({reinterpret_cast<const char*>(&keys[i]), sizeof keys[i]}));
    }
  }
  void encode(std::span<const std::string_view> keys, std::uint32_t* rows) const noexcept override {
    if (desc_.key_type != KeyType::string) return void(std::fill_n(rows, keys.size(), unknown_row));
    Salted<Hash> hash(desc_.salt, desc_.seed);
    for (std::size_t i = 0; i < keys.size(); ++i) rows[i] = row(hash(keys[i]));
  }

 private:
  [[nodiscard]] std::uint32_t row(std::uint64_t hash) const noexcept {
    return static_cast<std::uint32_t>(desc_.offset + modulo_(hash));
  }

  format::HashEncoder desc_;
  Modulo modulo_;
};

}  // namespace

base::Result<std::unique_ptr<Encoder>> make_hash_encoder(const char* name, const format::HashEncoder& desc) {
  const auto bad = [&](const char* what) {
    return base::Status::error(base::Code::bad_file, "encoder '%s': %s", name, what);
  };
  if (desc.key_type > KeyType::string) return bad("unknown key_type");
  if (desc.modulus == 0) return bad("modulus is zero");
  if (desc.modulus > most_rows || desc.offset > most_rows - desc.modulus)
    return bad("offset + modulus is above 2^32 - 2");
  switch (desc.algorithm) {
    case format::HashAlgorithm::xxh3:
      return std::unique_ptr<Encoder>(std::make_unique<HashEncoder<Xxh3>>(desc));
    case format::HashAlgorithm::farmhash64:
      return std::unique_ptr<Encoder>(std::make_unique<HashEncoder<Farm>>(desc));
    case format::HashAlgorithm::murmurhash3:
      if (desc.seed > 0xFFFFFFFFu) return bad("the seed of murmurhash3 is 32-bit");
      return std::unique_ptr<Encoder>(std::make_unique<HashEncoder<Murmur>>(desc));
  }
  return bad("unknown hash algorithm");
}

}  // namespace clicklens::encode
