// Hashes against vectors of outside implementations (hash_vectors.inc says whose), and the rows that
// hash encoders make of them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "encode/encoder.h"
#include "encode/farmhash.h"
#include "encode/modulo.h"
#include "encode/murmurhash.h"

namespace clicklens::encode {
namespace {

using format::HashAlgorithm;
using format::KeyType;

struct Vector {
  HashAlgorithm algorithm;
  std::size_t length;
  std::uint64_t seed, hash;
};
constexpr auto farm = HashAlgorithm::farmhash64, murmur = HashAlgorithm::murmurhash3, xxh3 = HashAlgorithm::xxh3;
const std::vector<Vector> vectors = {
#include "hash_vectors.inc"
};

std::string text(std::size_t n) {
  std::string bytes(n, '\0');
  for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<char>((i * 131 + n * 7 + 3) % 256);
  return bytes;
}

std::unique_ptr<Encoder> make(const format::HashEncoder& hash) {
  auto made = Encoder::make({"ids", hash}, {}, {});
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(*made);
}

std::uint32_t row_of(const Encoder& encoder, std::string_view key) {
  std::uint32_t row = 0;
  encoder.encode({&key, 1}, &row);
  return row;
}

constexpr std::uint64_t prime = 4294967291u;  // the largest below 2^32: nearly all bits of the hash show

TEST(Hash, FarmhashGivesThePublishedBits) {
  std::size_t seen = 0;
  for (const Vector& v : vectors) {
    if (v.algorithm != HashAlgorithm::farmhash64) continue;
    EXPECT_EQ(farmhash64(text(v.length), v.seed), v.hash) << v.length << " seed " << v.seed;
    ++seen;
  }
  EXPECT_GT(seen, 250u);
}

TEST(Hash, MurmurhashGivesThePublishedBits) {
  std::size_t seen = 0;
  for (const Vector& v : vectors) {
    if (v.algorithm != HashAlgorithm::murmurhash3) continue;
    EXPECT_EQ(murmurhash3(text(v.length), static_cast<std::uint32_t>(v.seed)), v.hash) << v.length;
    ++seen;
  }
  EXPECT_GT(seen, 250u);
}

TEST(Hash, TwoPiecesHashAsTheirConcatenation) {
  for (const Vector& v : vectors) {
    const std::string bytes = text(v.length);
    const std::string_view all = bytes;
    const std::size_t step = v.length < 140 ? 1 : 13;
    for (std::size_t cut = 0; cut <= all.size(); cut += step) {
      const auto head = all.substr(0, cut), tail = all.substr(cut);
      if (v.algorithm == HashAlgorithm::farmhash64) {
        ASSERT_EQ(farmhash64(head, tail, v.seed), v.hash) << cut << " of " << v.length;
      } else if (v.algorithm == HashAlgorithm::murmurhash3) {
        ASSERT_EQ(murmurhash3(head, tail, static_cast<std::uint32_t>(v.seed)), v.hash) << cut << " of " << v.length;
      }
    }
  }
}

TEST(HashEncoder, RowIsOffsetPlusHashModulo) {
  for (const Vector& v : vectors) {
    for (const std::uint64_t modulus : {std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{1} << 20, prime}) {
      const auto encoder = make({v.algorithm, KeyType::string, v.seed, modulus, 2, ""});
      ASSERT_EQ(row_of(*encoder, text(v.length)), 2 + v.hash % modulus) << v.length;
      ASSERT_EQ(encoder->rows(), modulus + 2);
    }
  }
}

// Salts and keys on both sides of the stack buffer's size.
TEST(HashEncoder, SaltComesBeforeTheKey) {
  for (const Vector& v : vectors) {
    const std::string bytes = text(v.length);
    for (const std::size_t cut : {std::size_t{1}, v.length / 2, v.length - 3, v.length - 1, v.length}) {
      if (cut > v.length) continue;
      const auto encoder = make({v.algorithm, KeyType::string, v.seed, prime, 0, bytes.substr(0, cut)});
      const std::string_view key = std::string_view(bytes).substr(cut);
      ASSERT_EQ(row_of(*encoder, key), v.hash % prime) << cut << " of " << v.length;
      ASSERT_EQ(row_of(*encoder, key), v.hash % prime) << "twice";
    }
  }
}

TEST(HashEncoder, ManyKeysInOneCallDoNotDisturbEachOther) {
  for (const auto algorithm : {HashAlgorithm::xxh3, HashAlgorithm::farmhash64, HashAlgorithm::murmurhash3}) {
    const auto encoder = make({algorithm, KeyType::string, 7, prime, 1, "user_id="});
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < 300; ++i) keys.push_back(text((i * 37) % 290));
    const std::vector<std::string_view> views(keys.begin(), keys.end());
    std::vector<std::uint32_t> rows(views.size());
    encoder->encode(views, rows.data());
    for (std::size_t i = 0; i < views.size(); ++i) EXPECT_EQ(rows[i], row_of(*encoder, views[i]));
  }
}

TEST(HashEncoder, KeysAreHashedAsEightLittleEndianBytes) {
  const std::uint64_t key = 0x0807060504030201u;
  const std::string bytes = "\x01\x02\x03\x04\x05\x06\x07\x08";
  for (const auto algorithm : {HashAlgorithm::xxh3, HashAlgorithm::farmhash64, HashAlgorithm::murmurhash3}) {
    for (const std::string& salt : {std::string(), std::string("ad:"), std::string(400, 'x')}) {
      const auto keys = make({algorithm, KeyType::u64, 11, prime, 3, salt});
      const auto strings = make({algorithm, KeyType::string, 11, prime, 3, salt});
      std::uint32_t row = 0;
      keys->encode(std::span(&key, 1), &row);
      EXPECT_EQ(row, row_of(*strings, bytes));
      EXPECT_EQ(row_of(*keys, bytes), unknown_row);
      strings->encode(std::span(&key, 1), &row);
      EXPECT_EQ(row, unknown_row);
    }
  }
}

TEST(HashEncoder, RefusesWhatNoTableCouldHold) {
  const auto refused = [](const format::HashEncoder& hash) {
    const auto made = Encoder::make({"ad_id", hash}, {}, {});
    return !made.ok() && made.status().code() == base::Code::bad_file &&
           std::string(made.status().message()).find("ad_id") != std::string::npos;
  };
  EXPECT_TRUE(refused({HashAlgorithm::xxh3, KeyType::u64, 0, 0, 0, ""}));
  EXPECT_TRUE(refused({HashAlgorithm::xxh3, KeyType::u64, 0, most_rows + 1, 0, ""}));
  EXPECT_TRUE(refused({HashAlgorithm::xxh3, KeyType::u64, 0, most_rows, 1, ""}));
  EXPECT_TRUE(refused({HashAlgorithm::xxh3, KeyType::u64, 0, 2, ~std::uint64_t{0}, ""}));
  EXPECT_TRUE(refused({HashAlgorithm::murmurhash3, KeyType::u64, 1ull << 32, 10, 0, ""}));
  EXPECT_TRUE(refused({static_cast<HashAlgorithm>(9), KeyType::u64, 0, 10, 0, ""}));
  EXPECT_TRUE(refused({HashAlgorithm::xxh3, static_cast<KeyType>(2), 0, 10, 0, ""}));
  EXPECT_FALSE(refused({HashAlgorithm::xxh3, KeyType::u64, 0, most_rows, 0, ""}));
}

TEST(Modulo, IsTheRemainder) {
  std::uint64_t state = 1;
  const auto random = [&] { return state = state * 6364136223846793005u + 1442695040888963407u; };
  std::vector<std::uint64_t> divisors = {1, 2, 3, 5, 7, 10, 4096, 1u << 31, most_rows - 1, most_rows};
  for (int i = 0; i < 200; ++i) divisors.push_back(1 + random() % most_rows);
  for (const std::uint64_t m : divisors) {
    const Modulo modulo(m);
    for (const std::uint64_t x : {std::uint64_t{0}, m - 1, m, m + 1, ~std::uint64_t{0}, ~std::uint64_t{0} / m * m,
                                  ~std::uint64_t{0} / m * m - 1}) {
      ASSERT_EQ(modulo(x), x % m) << x << " % " << m;
    }
    for (int i = 0; i < 500; ++i) {
      const std::uint64_t x = random() ^ (random() >> 32);
      ASSERT_EQ(modulo(x), x % m) << x << " % " << m;
    }
  }
}

}  // namespace
}  // namespace clicklens::encode
