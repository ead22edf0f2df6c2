// A sparse feature's data as a person would write it, its Arrow layout with all the freedom Arrow
// leaves (slices, types, nulls with junk behind them), and what the rules make of it, the plain way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "encode/bag_reader.h"

namespace clicklens::encode {

struct Id {
  bool null = false;
  std::int64_t number = 0;
  std::string text;
  float weight = 1.0f;
  bool bad_text = false;
};
using Entry = std::optional<std::vector<Id>>;  // nothing: null

// How to lay it out.
struct Layout {
  ColumnKind kind = ColumnKind::rows;
  ValueType type = ValueType::i64;
  std::uint32_t offset_bits = 32;
  std::uint64_t first = 0;  // entries of somebody else before ours
  bool single = false;      // no row_offsets: every entry has one id (or is null)
  bool weights = false, validity = false, value_validity = false;
};

class ArrowColumn {
 public:
  ArrowColumn(const std::vector<Entry>& entries, const Layout& layout);
  ArrowColumn(const ArrowColumn&) = delete;
  ArrowColumn& operator=(const ArrowColumn&) = delete;

  [[nodiscard]] const Column& column() const { return column_; }

 private:
  void push(const Entry& entry);
  void push_element(const Id& id);
  void push_offset(std::uint64_t value);
  void push_offset_to(std::vector<std::byte>& offsets, std::uint64_t value) const;
  static void append(std::vector<std::byte>& to, const void* from, std::size_t size);
  static void push_bit(std::vector<std::uint8_t>& bits, std::uint64_t index, bool set);

  Layout layout_;
  Column column_;
  std::uint64_t entries_ = 0, elements_ = 0;
  std::vector<std::byte> values_, value_offsets_, row_offsets_;
  std::vector<float> weights_;
  std::vector<std::uint8_t> validity_, value_validity_;
};

struct Bag {
  std::vector<std::uint32_t> ids, positions;
  std::vector<float> weights;
  float divisor = 1.0f;
  bool operator==(const Bag&) const = default;
};

// The whole column through a reader with these capacities; long entries joined again.
std::vector<Bag> read_all(const BagRules& rules, const Column* column, std::uint64_t begin, std::uint64_t end,
                          std::size_t id_capacity, std::size_t bag_capacity, Counts& counts);

// The rules, one entry at a time. `rows` is the row of an id, or unknown_row.
Bag reference_bag(const BagRules& rules, const Layout& layout, const Entry& entry,
                  const std::function<std::uint64_t(const Id&)>& row_of, Counts& counts);

}  // namespace clicklens::encode
