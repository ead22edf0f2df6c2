#include "data/column_data.h"

#include <array>
#include <charconv>

#include "data/cell.h"
#include "error.h"

namespace clicklens::cli {
namespace {

// Calls use(piece) for the pieces of a cell; stops at the first that returns text and gives it back.
// Pieces are short: a plain loop beats a search.
template <class Use>
std::string for_each_piece(std::string_view cell, Use&& use) {
  const char* const end = cell.data() + cell.size();
  for (const char* p = cell.data();; ++p) {
    const char* const start = p;
    while (p != end && *p != '|') ++p;
    std::string wrong = use(std::string_view(start, static_cast<std::size_t>(p - start)));
    if (!wrong.empty() || p == end) return wrong;
  }
}

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 40;
  return join({"'", text.substr(0, longest), text.size() > longest ? "...'" : "'"});
}

std::string to_text(float value) {
  std::array<char, 48> text{};
  const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), failed == std::errc() ? end : text.data()};
}

}  // namespace

ColumnData::ColumnData(const FeatureSpec& feature, bool keep_text)
    : kind_(feature.kind), weighted_(feature.weighted), keep_text_(keep_text), width_(feature.width) {
  clear();
}

void ColumnData::clear() {
  keys_.clear();
  bytes_.clear();
  string_ends_.assign(1, 0);
  row_ends_.assign(1, 0);
  floats_.clear();
  weights_.clear();
  present_.clear();
}

std::string ColumnData::add(std::string_view cell) {
  return kind_ == CLENS_COLUMN_FLOATS ? add_dense(cell) : add_ids(cell);
}

std::string ColumnData::add_dense(std::string_view cell) {
  present_.push_back(cell.empty() ? 0 : 1);
  const std::size_t before = floats_.size();
  if (cell.empty()) {
    floats_.resize(before + width_, 0.0f);
    return {};
  }
  std::string wrong = for_each_piece(cell, [this](std::string_view piece) -> std::string {
    const auto value = parse_float(piece);
    if (!value) return join({quoted(piece), " is not a number"});
    floats_.push_back(*value);
    return {};
  });
  const std::size_t got = floats_.size() - before;
  if (wrong.empty() && got != width_)
    wrong = join({std::to_string(got), " numbers, the model takes ", std::to_string(width_)});
  return wrong;
}

std::string ColumnData::add_ids(std::string_view cell) {
  const std::size_t before = kind_ == CLENS_COLUMN_STRINGS ? string_ends_.size() - 1 : keys_.size();
  std::string wrong =
      for_each_piece(cell, [this](std::string_view piece) { return piece.empty() ? std::string() : add_id(piece); });
  const std::size_t after = kind_ == CLENS_COLUMN_STRINGS ? string_ends_.size() - 1 : keys_.size();
  row_ends_.push_back(after);
  present_.push_back(after > before ? 1 : 0);
  return wrong;
}

std::string ColumnData::add_id(std::string_view piece) {
  std::string_view id = piece;
  if (weighted_) {
    float weight = 1.0f;
    if (const std::size_t colon = piece.rfind(':'); colon != std::string_view::npos) {
      const auto value = parse_float(piece.substr(colon + 1));
      if (!value) return join({"weight of ", quoted(piece), " is not a number"});
      weight = *value;
      id = piece.substr(0, colon);
    }
    weights_.push_back(weight);
  }
  if (kind_ == CLENS_COLUMN_STRINGS || keep_text_) {
    bytes_.append(id);
    string_ends_.push_back(bytes_.size());
  }
  if (kind_ == CLENS_COLUMN_STRINGS) return {};
  const auto key = parse_key(id);
  if (!key) return join({quoted(id), " is not a 64-bit integer"});
  keys_.push_back(*key);
  return {};
}

std::vector<std::string> ColumnData::texts(std::size_t entry) const {
  std::vector<std::string> texts;
  if (kind_ == CLENS_COLUMN_FLOATS) {
    for (std::size_t i = 0; i < width_ && present(entry); ++i) texts.push_back(to_text(floats_[entry * width_ + i]));
    return texts;
  }
  for (std::uint64_t i = row_ends_[entry]; i < row_ends_[entry + 1]; ++i) {
    if (kind_ == CLENS_COLUMN_KEYS && !keep_text_) {
      texts.push_back(std::to_string(keys_[i]));
    } else {
      texts.emplace_back(bytes_.data() + string_ends_[i], string_ends_[i + 1] - string_ends_[i]);
    }
  }
  return texts;
}

std::size_t ColumnData::bytes() const noexcept {
  return bytes_.size() + present_.size() * 9 / 8 +
         sizeof(std::uint64_t) * (keys_.size() + string_ends_.size() + row_ends_.size()) +
         sizeof(float) * (floats_.size() + weights_.size());
}

void ColumnData::shrink() {
  keys_.shrink_to_fit();
  bytes_.shrink_to_fit();
  string_ends_.shrink_to_fit();
  row_ends_.shrink_to_fit();
  floats_.shrink_to_fit();
  weights_.shrink_to_fit();
  present_.shrink_to_fit();
}

clens_column ColumnData::column(std::uint32_t input) {
  // Arrays must not be null where nothing is in them.
  static constexpr std::uint64_t nothing = 0;
  clens_column view = CLENS_COLUMN_INIT;
  view.input = input;
  view.kind = static_cast<std::uint32_t>(kind_);
  if (kind_ == CLENS_COLUMN_FLOATS) {
    validity_.assign((entries() + 7) / 8, 0);
    for (std::size_t i = 0; i < entries(); ++i)
      validity_[i / 8] = static_cast<std::uint8_t>(validity_[i / 8] | (present_[i] << (i % 8)));
    view.value_type = CLENS_TYPE_F32;
    view.values = floats_.empty() ? static_cast<const void*>(&nothing) : floats_.data();
    view.value_count = floats_.size();
    view.validity = validity_.data();
    return view;
  }
  view.offset_bits = 64;
  view.row_offsets = row_ends_.data();
  view.weights = weights_.empty() ? nullptr : weights_.data();
  if (kind_ == CLENS_COLUMN_KEYS) {
    view.value_type = CLENS_TYPE_U64;
    view.values = keys_.empty() ? &nothing : keys_.data();
    view.value_count = keys_.size();
  } else {
    view.value_type = CLENS_TYPE_BYTES;
    view.values = bytes_.empty() ? static_cast<const void*>(&nothing) : bytes_.data();
    view.value_count = bytes_.size();
    view.value_offsets = string_ends_.data();
    view.string_count = string_ends_.size() - 1;
  }
  return view;
}

}  // namespace clicklens::cli
