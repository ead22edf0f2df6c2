// Batches and numbers of cases.json for the C++ runner.
#ifndef CLICKLENS_CONFORMANCE_JSON_BATCH_H
#define CLICKLENS_CONFORMANCE_JSON_BATCH_H

#include <algorithm>
#include <clicklens/clicklens.hpp>
#include <cstring>
#include <deque>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace conformance {

using Json = nlohmann::ordered_json;  // enums are hashed in the order of the file

template <class Names>
std::uint32_t index_of(const Names& names, const std::string& name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) throw std::runtime_error("no '" + name + "' among the choices");
  return static_cast<std::uint32_t>(found - std::begin(names));
}

inline float float_of(const std::string& bits) {
  const auto word = static_cast<std::uint32_t>(std::stoul(bits, nullptr, 16));
  float value = 0;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

inline std::vector<float> floats_of(const Json& list) {
  std::vector<float> made;
  for (const Json& bits : list) made.push_back(float_of(bits));
  return made;
}

inline std::string bytes_of(const std::string& hexadecimal) {
  std::string made;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2)
    made += static_cast<char>(std::stoul(hexadecimal.substr(i, 2), nullptr, 16));
  return made;
}

// A batch and the memory that it views. Stays where it is made.
class OwnedBatch {
 public:
  explicit OwnedBatch(const Json& given) : batch(given.at("candidates").get<std::size_t>()) {
    if (given.contains("requests")) batch.requests(given["requests"].get<std::vector<std::int64_t>>());
    if (given.value("strict", false)) batch.strict();
    if (given.contains("cache_rows")) cache_rows = given["cache_rows"].get<std::vector<std::int64_t>>();
    for (const Json& column : given.at("columns")) add(column);
  }
  OwnedBatch(const OwnedBatch&) = delete;

  clicklens::Batch batch;
  std::vector<std::pair<std::string, clens_column_kind>> inputs;
  std::vector<std::int64_t> cache_rows;

 private:
  void* keep(const void* bytes, std::size_t size) {
    memory_.emplace_back(size + 1);
    if (size > 0) std::memcpy(memory_.back().data(), bytes, size);
    return memory_.back().data();
  }
  template <class T>
  const void* numbers(const std::vector<T>& values) {
    return keep(values.data(), values.size() * sizeof(T));
  }
  const void* offsets(const std::vector<std::int64_t>& values, std::uint32_t bits) {
    if (bits == 64) return numbers(values);
    return numbers(std::vector<std::int32_t>(values.begin(), values.end()));
  }
  const std::uint8_t* bitmap(const Json& flags) {
    std::vector<std::uint8_t> bits(flags.size() / 8 + 1);
    for (std::size_t i = 0; i < flags.size(); ++i)
      bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | flags[i].get<int>() << i % 8);
    return static_cast<const std::uint8_t*>(numbers(bits));
  }
  template <class T>
  const void* integers(const Json& texts) {
    std::vector<T> made;
    for (const std::string text : texts)
      made.push_back(text[0] == '-' ? static_cast<T>(std::stoll(text)) : static_cast<T>(std::stoull(text)));
    return numbers(made);
  }
  const void* integers(const std::string& type, const Json& texts) {
    if (type == "i8") return integers<std::int8_t>(texts);
    if (type == "i16") return integers<std::int16_t>(texts);
    if (type == "i32") return integers<std::int32_t>(texts);
    if (type == "i64") return integers<std::int64_t>(texts);
    if (type == "u8") return integers<std::uint8_t>(texts);
    if (type == "u16") return integers<std::uint16_t>(texts);
    if (type == "u32") return integers<std::uint32_t>(texts);
    return integers<std::uint64_t>(texts);
  }
  void strings(clens_column& made, const Json& texts, std::uint32_t bits) {
    std::string joined;
    std::vector<std::int64_t> ends{0};
    for (const std::string text : texts) {
      joined += bytes_of(text);
      ends.push_back(static_cast<std::int64_t>(joined.size()));
    }
    made.values = keep(joined.data(), joined.size());
    made.value_count = joined.size();
    made.string_count = texts.size();
    made.value_offsets = offsets(ends, bits);
  }

  void add(const Json& column) {
    static const char* const kinds[] = {"rows", "keys", "strings", "floats"};
    static const char* const types[] = {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "bytes"};
    const std::string type = column.at("type");
    const auto bits = column.value("offset_bits", 64u);
    clens_column made = CLENS_COLUMN_INIT;
    made.input = static_cast<std::uint32_t>(inputs.size());
    made.kind = index_of(kinds, column.at("kind"));
    made.value_type = index_of(types, type);
    made.value_count = column.at("values").size();
    if (type == "bytes") {
      strings(made, column["values"], bits);
    } else {
      made.values = type == "f32" ? numbers(floats_of(column["values"])) : integers(type, column["values"]);
    }
    if (column.contains("row_offsets"))
      made.row_offsets = offsets(column["row_offsets"].get<std::vector<std::int64_t>>(), bits);
    if (made.row_offsets != nullptr || made.value_offsets != nullptr) made.offset_bits = bits;
    if (column.contains("weights")) made.weights = static_cast<const float*>(numbers(floats_of(column["weights"])));
    if (column.contains("present")) made.validity = bitmap(column["present"]);
    if (column.contains("value_present")) made.value_validity = bitmap(column["value_present"]);
    batch.add(made);
    inputs.emplace_back(column.at("name").get<std::string>(), static_cast<clens_column_kind>(made.kind));
  }

  std::deque<std::vector<char>> memory_;
};

}  // namespace conformance

#endif  // CLICKLENS_CONFORMANCE_JSON_BATCH_H
