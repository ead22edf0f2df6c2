#include "encode/encoder.h"

#include <algorithm>
#include <variant>

#include "encode/hash_encoder.h"
#include "encode/vocabulary.h"

namespace clicklens::encode {
namespace {

using format::KeyType;

class Identity final : public Encoder {
 public:
  explicit Identity(std::uint64_t rows) noexcept : rows_(rows) {}
  [[nodiscard]] KeyType key_type() const noexcept override { return KeyType::u64; }
  [[nodiscard]] std::uint64_t rows() const noexcept override { return rows_; }
  [[nodiscard]] bool is_identity() const noexcept override { return true; }
  void encode(std::span<const std::uint64_t> keys, std::uint32_t* rows) const noexcept override {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      rows[i] = keys[i] < rows_ ? static_cast<std::uint32_t>(keys[i]) : unknown_row;
    }
  }
  void encode(std::span<const std::string_view> keys, std::uint32_t* rows) const noexcept override {
    std::fill_n(rows, keys.size(), unknown_row);
  }

 private:
  std::uint64_t rows_;
};

base::Result<std::unique_ptr<Encoder>> make_identity(const char* name, const format::IdentityEncoder& desc) {
  if (desc.rows == 0 || desc.rows > most_rows) {
    return base::Status::error(base::Code::bad_file, "encoder '%s': rows is not in 1 .. 2^32 - 2", name);
  }
  return std::unique_ptr<Encoder>(std::make_unique<Identity>(desc.rows));
}

}  // namespace

base::Result<std::unique_ptr<Encoder>> Encoder::make(const format::EncoderDesc& desc, std::span<const std::byte> slots,
                                                     std::span<const std::byte> text) {
  return make(desc, VocabularyParts{{slots.data(), nullptr}, slots.size(), text, {}});
}

base::Result<std::unique_ptr<Encoder>> Encoder::make(const format::EncoderDesc& desc, const VocabularyParts& parts) {
  const char* name = desc.name.c_str();
  if (const auto* hash = std::get_if<format::HashEncoder>(&desc.encoder)) return make_hash_encoder(name, *hash);
  if (const auto* vocabulary = std::get_if<format::VocabularyEncoder>(&desc.encoder)) {
    return make_vocabulary(name, *vocabulary, parts);
  }
  return make_identity(name, std::get<format::IdentityEncoder>(desc.encoder));
}

}  // namespace clicklens::encode
