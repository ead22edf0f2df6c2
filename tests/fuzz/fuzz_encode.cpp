// A batch's column with arbitrary offsets, counts and flags, over arrays of exactly the size their
// owner must provide: check_column refuses it, or the readers stay inside and hand out bounded rows.
// A vocabulary's segments are arbitrary bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "encode/bag_reader.h"

namespace {

using namespace clicklens;
using namespace clicklens::encode;

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    const std::size_t taken = std::min(bytes, size_);
    if (taken > 0) std::memcpy(&value, data_, taken);
    skip(taken);
    return value;
  }
  std::uint64_t below(std::uint64_t n) { return number(1) % n; }
  bool flag() { return below(2) == 1; }
  // A heap block of its own, so that a sanitizer sees the first byte behind it.
  std::unique_ptr<std::byte[]> block(std::size_t bytes) {
    auto made = std::make_unique<std::byte[]>(bytes);
    const std::size_t taken = std::min(bytes, size_);
    if (taken > 0) std::memcpy(made.get(), data_, taken);
    skip(taken);
    return made;
  }

 private:
  void skip(std::size_t bytes) {
    data_ += bytes;
    size_ -= bytes;
  }
  const std::uint8_t* data_;
  std::size_t size_;
};

// Mostly small ascending steps, so that some arrays are accepted.
std::unique_ptr<std::byte[]> offsets(Input& input, std::uint64_t count, std::uint32_t bits) {
  auto made = std::make_unique<std::byte[]>(count * bits / 8);
  std::uint64_t value = 0;
  const std::uint64_t wild = input.below(64);
  for (std::uint64_t i = 0; i < count; ++i) {
    value += input.below(4) + (input.below(64) == 1 ? 40 : 0);
    const std::uint64_t written = i == wild ? input.number(8) : value;
    std::memcpy(made.get() + i * bits / 8, &written, bits / 8);
  }
  return made;
}

std::unique_ptr<Encoder> encoder(Input& input, std::unique_ptr<std::byte[]>& slots,
                                 std::unique_ptr<std::byte[]>& text) {
  const auto type = static_cast<format::KeyType>(input.below(2));
  format::EncoderDesc desc{"e", format::IdentityEncoder{input.below(64)}};
  std::size_t slot_bytes = 0, text_bytes = 0;
  const std::uint64_t kind = input.below(3);
  if (kind == 1) {
    const auto algorithm = static_cast<format::HashAlgorithm>(input.below(4));
    desc.encoder = format::HashEncoder{algorithm,       type,           input.number(8),
                                       input.below(64), input.below(9), std::string(input.below(256) * 2, 's')};
  } else if (kind == 2) {
    const std::uint64_t count = std::uint64_t{1} << input.below(5);
    desc.encoder = format::VocabularyEncoder{type, input.below(33), count, 0, 1};
    slot_bytes = count * 16;
    text_bytes = type == format::KeyType::string ? input.below(64) : 0;
    slots = input.block(slot_bytes);
    text = input.block(text_bytes);
  }
  auto made = Encoder::make(desc, {slots.get(), slot_bytes}, {text.get(), text_bytes});
  return made.ok() ? std::move(*made) : nullptr;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void read_bags(const BagRules& rules, const Column& column, std::uint64_t entries, Input& input) {
  const std::size_t id_capacity = 16 + input.below(32), bag_capacity = 1 + input.below(8);
  std::vector<std::uint32_t> ids(id_capacity), positions(id_capacity), places(bag_capacity + 1);
  std::vector<float> weights(id_capacity), divisors(bag_capacity);
  Counts counts;
  BagReader reader(rules, &column, counts);
  reader.start(0, entries);
  for (std::uint64_t expected = 0; !reader.done();) {
    BagChunk chunk{ids.data(),    weights.data(),  input.flag() ? positions.data() : nullptr,
                   places.data(), divisors.data(), id_capacity,
                   bag_capacity};
    if (!reader.next(chunk).ok()) return;
    require(chunk.bags > 0 && chunk.bags <= bag_capacity && chunk.first_entry == expected);
    require(chunk.offsets[chunk.bags] <= id_capacity);
    for (std::uint32_t j = 0; j < chunk.offsets[chunk.bags]; ++j) require(ids[j] < rules.table_rows);
    for (std::size_t b = 0; b < chunk.bags; ++b) {
      require(chunk.offsets[b] <= chunk.offsets[b + 1]);
      if (chunk.has_divisors) require(divisors[b] != 0.0f && divisors[b] - divisors[b] == 0.0f);
    }
    expected += chunk.bags - (chunk.unfinished ? 1 : 0);
  }
  for (std::uint64_t i = 0; i < entries; ++i) require(reader.entry_length(i) <= 0xFFFFFFFEu);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  format::FeatureDesc feature;
  feature.name = "f";
  feature.pooling = static_cast<format::Pooling>(input.below(4));
  feature.weighted = input.flag();
  feature.max_length = static_cast<std::uint32_t>(input.below(40));
  feature.keep_last = input.flag();
  feature.missing_row = static_cast<std::int64_t>(input.below(50)) - 1;
  feature.unknown_row = static_cast<std::int64_t>(input.below(50)) - 1;
  feature.width = static_cast<std::uint32_t>(1 + input.below(4));

  Column column;
  column.kind = static_cast<ColumnKind>(input.below(5));
  column.value_type = static_cast<ValueType>(input.below(11));
  if (input.flag()) {  // mostly what fits together
    if (column.kind == ColumnKind::strings) column.value_type = ValueType::bytes;
    if (column.kind == ColumnKind::floats) column.value_type = ValueType::f32;
  }
  column.offset_bits = input.flag() ? 32 : 64;
  column.first = input.below(16) == 0 ? input.number(8) : input.below(4);
  const std::uint64_t entries = input.below(24);
  const bool small = column.first < 4;  // a host's arrays are as long as its counts say
  const std::uint64_t count = small ? column.first + entries : 0;

  const std::uint64_t elements = input.below(64);
  constexpr std::size_t sizes[] = {1, 2, 4, 8, 1, 2, 4, 8, 4, 1, 8};
  const auto values = input.block(elements * sizes[static_cast<std::uint32_t>(column.value_type) % 11]);
  column.values = input.below(32) == 0 ? nullptr : values.get();
  column.value_count = elements;
  const std::uint64_t strings = input.below(40);
  const auto value_offsets = offsets(input, strings + 1, column.offset_bits);
  if (column.kind == ColumnKind::strings || input.below(32) == 0) {
    column.value_offsets = value_offsets.get();
    column.string_count = strings;
  }
  const auto row_offsets = offsets(input, count + 1, column.offset_bits);
  if (input.flag() && small) column.row_offsets = row_offsets.get();
  const std::uint64_t most = std::max(elements, strings) * 4 + 1;
  const auto weights = input.block(std::max(elements, strings) * sizeof(float));
  if (input.flag()) column.weights = reinterpret_cast<const float*>(weights.get());
  const auto validity = input.block(count / 8 + 1), value_validity = input.block(most / 8 + 1);
  if (input.flag() && small) column.validity = reinterpret_cast<const std::uint8_t*>(validity.get());
  if (input.flag()) column.value_validity = reinterpret_cast<const std::uint8_t*>(value_validity.get());

  const bool dense = column.kind == ColumnKind::floats;
  if (!check_column(column, entries, dense ? feature.width : 0, "f", feature.weighted).ok()) return 0;
  const bool strict = input.below(8) == 0;
  if (dense) {
    std::vector<float> out(entries * feature.width);
    Counts counts;
    const auto status = read_dense(feature, &column, 0, entries, strict, out.data(), feature.width, counts);
    if (!status.ok()) return 0;
    for (const float value : out) require(value - value == 0.0f);
    return 0;
  }
  std::unique_ptr<std::byte[]> slots, text;
  const auto encoding = encoder(input, slots, text);
  read_bags({&feature, encoding.get(), 1 + input.below(48), strict}, column, entries, input);
  return 0;
}
